// Looks at report files in a real browser: `node --test tests/report/check.mjs` after `npm ci`.
//
// WEIGH_REPORTS names the files, or folders of them, separated by commas; `node tests/report/check.mjs FILE…` takes
// them as arguments. CHROMIUM names another browser than /usr/bin/chromium. Nothing here may touch the network: a
// page that asks for it fails.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const WIDTHS = [360, 820, 1280];
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const named = [...(process.env.WEIGH_REPORTS ?? '').split(','), ...process.argv.slice(2)].filter((path) => path && !path.startsWith('-'));
const reports = named.flatMap((path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).filter((name) => name.endsWith('.html')).sort().map((name) => join(path, name))
    : [path]);

test('there is a report to look at', () => {
  assert.notEqual(reports.length, 0, 'name the reports in WEIGH_REPORTS');
});

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
});
after(async () => { await browser?.close(); });

// A page with everything recorded that it says or asks for.
async function open(report, { width = 1280, height = 900, colorScheme = 'light', bypassCSP = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP });
  const page = await context.newPage();
  const url = pathToFileURL(resolve(report)).href;
  const said = [];
  page.on('console', (message) => said.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url() !== url) said.push(`request: ${request.url()}`); });
  await page.goto(url);
  return { page, said, close: () => context.close() };
}

for (const report of reports) {
  describe(basename(report), () => {
    for (const width of WIDTHS) {
      test(`at ${width} pixels nothing overflows and nothing is asked for`, async () => {
        const { page, said, close } = await open(report, { width });
        const { room, wide } = await page.evaluate(() => {
          const room = document.documentElement.clientWidth;
          const scrolls = (element) => element.closest('.scroll, .sr, .skip, details:not([open])');
          const wide = [...document.body.querySelectorAll('*')]
            .filter((element) => !scrolls(element) && element.getBoundingClientRect().right > room + 1)
            .map((element) => `${element.tagName}.${element.className?.baseVal ?? element.className}: ${element.textContent.slice(0, 60)}`);
          return { room: [room, document.documentElement.scrollWidth], wide };
        });
        assert.deepEqual(wide.slice(0, 5), []);
        assert.ok(room[1] <= room[0], `the page is ${room[1]} wide in ${room[0]}`);
        assert.deepEqual(said, []);
        await close();
      });
    }

    for (const colorScheme of ['light', 'dark']) {
      for (const width of [360, 1280]) {
        test(`axe finds nothing in ${colorScheme} at ${width} pixels`, async () => {
          const { page, close } = await open(report, { colorScheme, width, bypassCSP: true });
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => window.axe.run());
          assert.deepEqual(violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
          await close();
        });
      }
    }

    test('the first screen has the answer, its number, word, picture and the way on', async () => {
      const { page, close } = await open(report);
      assert.equal(await page.locator('h1').count(), 1);
      const answer = page.locator('.answer').first();
      // A question of a dozen lines may push the picture down, but never the number.
      const isLong = await answer.locator('h2.long').count() > 0;
      const box = await answer.locator(isLong ? '.headline' : '.verdict').boundingBox();
      assert.ok(box.y + box.height < 900, `the verdict ends at ${box.y + box.height}`);
      assert.match(await answer.locator('.headline .number').innerText(), /^[<>]?\d+(\.\d)?%$/);
      assert.ok((await answer.locator('h2').first().innerText()).length > 0);
      assert.match(await answer.locator('.lines').first().innerText(), /Likelihood/);
      assert.ok(await answer.locator('table.picture svg').count() > 0);
      // Likelihood and confidence never share a line.
      assert.equal(await answer.locator('.lines > div', { hasText: /Likelihood/ }).filter({ hasText: /Confidence/ }).count(), 0);
      if (await page.locator('#reasons').count()) {
        assert.equal(await answer.getByRole('heading', { name: 'What carries it' }).count(), 1);
      }
      await close();
    });

    test('headings go down one level at a time and no section is empty', async () => {
      const { page, close } = await open(report);
      const levels = await page.locator('h1, h2, h3, h4, h5').evaluateAll((all) => all.map((heading) => Number(heading.tagName[1])));
      levels.forEach((level, ix) => assert.ok(ix === 0 ? level === 1 : level <= levels[ix - 1] + 1, `heading ${ix} jumps to level ${level}`));
      const empty = await page.locator('main section').evaluateAll((all) => all.filter((section) => section.children.length < 2).map((section) => section.outerHTML.slice(0, 100)));
      assert.deepEqual(empty, []);
      await close();
    });

    test('every drawing has a name, and every link inside the page a target', async () => {
      const { page, close } = await open(report);
      const nameless = await page.locator('svg').evaluateAll((all) => all
        .filter((svg) => svg.getAttribute('role') !== 'img' || !svg.querySelector(':scope > title')?.textContent.trim())
        .map((svg) => svg.outerHTML.slice(0, 120)));
      assert.deepEqual(nameless, []);
      const dead = await page.locator('a[href^="#"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')).filter((href) => !document.getElementById(href.slice(1))));
      assert.deepEqual(dead, []);
      const ids = await page.locator('[id]').evaluateAll((all) => all.map((element) => element.id));
      assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
      await close();
    });

    test('nothing in it can run or be fetched', async () => {
      const text = readFileSync(report, 'utf8');
      assert.match(text, /Content-Security-Policy" content="default-src 'none'/);
      const { page, close } = await open(report);
      assert.equal(await page.locator('script, iframe, object, embed, link, img, form').count(), 0);
      const active = await page.locator('*').evaluateAll((all) => all.flatMap((element) => [...element.attributes])
        .filter(({ name, value }) => name.startsWith('on') || /^\s*javascript:/i.test(value)).map(({ name, value }) => `${name}=${value}`));
      assert.deepEqual(active, []);
      await close();
    });

    test('the keyboard reaches the answer first', async () => {
      const { page, close } = await open(report);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, 'none');
      await close();
    });

    test('it prints, in light colours even where the screen is dark', async () => {
      const { page, close } = await open(report, { colorScheme: 'dark' });
      const folder = mkdtempSync(join(tmpdir(), 'weigh-report-'));
      const file = join(folder, 'report.pdf');
      writeFileSync(file, await page.pdf({ format: 'A4', preferCSSPageSize: true }));
      assert.ok(existsSync(file) && statSync(file).size > 5000);
      assert.equal(readFileSync(file).subarray(0, 5).toString(), '%PDF-');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.equal(paper, 'rgb(255, 255, 255)');
      rmSync(folder, { recursive: true });
      await close();
    });
  });
}
