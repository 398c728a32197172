// Looks at report files in a real browser: `node --test tests/report/check.mjs` after `npm ci`.
//
// WEIGH names the program, without which this fails: a report of hostile.weigh, beside this file, is made and looked at.
// WEIGH_REPORTS names the files, or folders of them, separated by commas; `node tests/report/check.mjs FILE…` takes
// them as arguments. CHROMIUM names another browser than /usr/bin/chromium. Nothing here may touch the network: a
// page that asks for it fails.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
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

// What an author may write that a page must not obey, through the whole program.
const scratch = mkdtempSync(join(tmpdir(), 'weigh-check-'));
after(() => rmSync(scratch, { recursive: true }));
const hostile = process.env.WEIGH && join(scratch, 'hostile.html');
if (hostile) {
  const input = fileURLToPath(new URL('hostile.weigh', import.meta.url));
  execFileSync(resolve(process.env.WEIGH), ['report', input, '-o', hostile], { stdio: 'ignore' });
  reports.push(hostile);
}

test('what an author typed stands on the page as it was typed', async () => {
  assert.ok(hostile, 'name the program in WEIGH: without it nothing that an author may type is tried');
  const { page, said, close } = await open(hostile);
  assert.equal(await page.title(), '</title></style><script>alert(1)</script>');
  assert.equal(await page.locator('h1').innerText(), '</title></style><script>alert(1)</script>');
  const text = await page.locator('body').evaluate((body) => body.textContent);
  for (const typed of ['</script><img src=x onerror=alert(5)>', '"><img src=x onerror=alert(2)>', '<details open ontoggle=alert(15)>', '&lt;already&gt; &amp; once', 'javascript:alert(7)']) {
    assert.ok(text.includes(typed), typed);
  }
  // Text from right to left reads so, and does not turn the page around.
  const direction = (locator) => locator.evaluate((element) => getComputedStyle(element).direction);
  assert.equal(await direction(page.locator('.answer h2').first()), 'rtl');
  assert.equal(await direction(page.locator('.quote blockquote', { hasText: 'הוא לא ישלח' }).first()), 'rtl');
  assert.equal(await direction(page.locator('body')), 'ltr');
  // Everything that could run had its chance.
  for (const summary of await page.locator('summary').all()) await summary.click();
  await page.waitForTimeout(200);
  assert.deepEqual(said, []);
  await close();
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
      // A drawing inside a drawing is a part of it.
      const nameless = await page.locator('svg:not(svg svg)').evaluateAll((all) => all
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

    test('no arrow of the graph crosses a box, and its text stays inside', async () => {
      const { page, close } = await open(report);
      const faults = await page.evaluate(() => {
        const graph = document.querySelector('svg.graph');
        if (!graph) return [];
        const boxes = [...graph.querySelectorAll('g')].map((g) => ({ g, frame: g.querySelector('.frame').getBBox() }));
        const out = [];
        for (const { g, frame } of boxes) {
          for (const text of g.querySelectorAll('text')) {
            const box = text.getBBox();
            if (box.x + box.width > frame.x + frame.width || box.y + box.height > frame.y + frame.height) out.push(`text leaves its box: ${text.textContent}`);
          }
        }
        for (const edge of graph.querySelectorAll('.edge')) {
          const length = edge.getTotalLength();
          for (let at = 2; at < length - 2; at += 2) {
            const { x, y } = edge.getPointAtLength(at);
            const hit = boxes.find(({ frame }) => x > frame.x && x < frame.x + frame.width && y > frame.y + 1 && y < frame.y + frame.height - 1);
            if (hit) { out.push(`an arrow crosses ${hit.g.textContent}`); break; }
          }
        }
        return out;
      });
      assert.deepEqual(faults, []);
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
      // One question's brief ends on the first page: A4 without the margins that the page asks for, in CSS pixels.
      const hasLong = await page.locator('.answer h2.long').count() > 0;
      if (await page.locator('.answer').count() === 1 && await page.locator('#reasons').count() && !hasLong && report !== hostile) {
        await page.setViewportSize({ width: 665, height: 1009 });
        const end = await page.evaluate(() => Math.max(...[...document.querySelectorAll('.answer, .ground')].map((part) => part.getBoundingClientRect().bottom)));
        assert.ok(end <= 1009, `the brief ends at ${end} of 1009`);
      }
      rmSync(folder, { recursive: true });
      await close();
    });
  });
}
