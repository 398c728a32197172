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

// The ledger of a comparison is a page of its own, without a first screen: of what an author may write, and of two
// examples in which nearly everything is another.
const ledgers = [];
if (hostile) {
  const path = (name) => fileURLToPath(new URL(name, import.meta.url));
  const changed = join(scratch, 'changed.weigh');
  writeFileSync(changed, readFileSync(path('hostile.weigh'), 'utf8').replaceAll(/odds x [\d.]+ to/g, 'odds x 0.01 to'));
  for (const [name, old, now] of [
    ['hostile-ledger.html', path('hostile.weigh'), changed],
    ['belarus-ledger.html', path('../../examples/belarus/memo.weigh'), path('../../examples/belarus/belarus.weigh')],
  ]) {
    ledgers.push(join(scratch, name));
    execFileSync(resolve(process.env.WEIGH), ['compare', old, now, '-o', join(scratch, name)], { stdio: 'ignore' });
  }
}

test('a ledger says what was changed, as it was typed', async () => {
  assert.equal(ledgers.length, 2, 'name the program in WEIGH');
  const { page, said, close } = await open(ledgers[0]);
  assert.match(await page.locator('body').innerText(), /odds x 0.01 to 5 if helper = yes/);
  assert.equal(await page.locator('h1').count(), 1);
  await page.waitForTimeout(200);
  assert.deepEqual(said, []);
  await close();
});

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

// What a reader downloads says what the page said once it has run all draws: the same numbers, printed and unprinted.
for (const [base, first] of [['10%', '20'], ['5% to 15%', null]]) {
  test(`a version downloaded with a base of ${base}, run again, gives the number of the moved page`, async () => {
    const input = join(scratch, 'memo.weigh'), output = join(scratch, 'memo.html');
    writeFileSync(input, `question war "War?"\nbase rate ${base}\n\nreason talks "They talk"\n  odds x 0.5\n  # kept: </script>\n\nreason arms "They arm"\n  odds x 2 to 4\n`);
    const weigh = (...args) => execFileSync(resolve(process.env.WEIGH), args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    weigh('report', input, '-o', output);
    const { page, said, close } = await open(output);
    for (const [times, typed] of [['0.37', first], ['7', first && '3.25'], ['0.01', first && '71']]) {
      if (typed) await page.locator('#v0').fill(typed);
      await page.locator('#v1').fill(times);
      await settle(page);
      const [, shown] = (await page.locator('#moved .said').innerText()).match(/yes: ([<>]?[\d.]+%)/);
      const p = Number(await page.locator('#followed td[data-p]').first().getAttribute('data-p'));
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
      assert.equal(download.suggestedFilename(), 'memo.weigh');
      const again = join(scratch, 'again.weigh');
      await download.saveAs(again);
      assert.match(readFileSync(again, 'utf8'), new RegExp(`odds x ${times}\\n  # kept: </script>`));
      const answer = JSON.parse(weigh('solve', again, '--format', 'json')).questions.war.outcomes.yes;
      assert.ok(Math.abs(answer.p - p) < 1e-9, `${answer.p} and ${p}`);
      assert.match(weigh('solve', again), new RegExp(`yes +${shown}`));
    }
    assert.deepEqual(said, []);
    await close();
  });
}

// What the actors choose follows from what is typed: a payoff, how reliably one of them chooses, and a number of a factor.
test('a version with other payoffs downloaded, run again, gives the number of the moved page', async () => {
  const folder = fileURLToPath(new URL('../../examples/belarus', import.meta.url)), output = join(scratch, 'actors.html');
  for (const name of ['actors.weigh', 'sources.weigh']) writeFileSync(join(scratch, name), readFileSync(join(folder, name)));
  const weigh = (...args) => execFileSync(resolve(process.env.WEIGH), args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: scratch }).toString();
  weigh('report', 'actors.weigh', '-o', output);
  const { page, said, close } = await open(output);
  const control = (written) => page.locator('.control', { has: page.locator('.by code', { hasText: written }) }).first().locator('input[type=number]');
  for (const typed of [{ '-30 to -60': '12.5' }, { '75% to 95%': '97.5', '15 to 35': '80' }, { '-20 to -50': '-0.5', '35% to 65%': '88' }]) {
    for (const [written, value] of Object.entries(typed)) await control(written).fill(value);
    await settle(page);
    const [, shown] = (await page.locator('#moved .said').innerText()).match(/yes: ([<>]?[\d.]+%)/);
    const p = Number(await page.locator('#followed td[data-p]').first().getAttribute('data-p'));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
    assert.equal(download.suggestedFilename(), 'actors.weigh');
    await download.saveAs(join(scratch, 'actors-again.weigh'));
    const text = readFileSync(join(scratch, 'actors-again.weigh'), 'utf8');
    assert.match(text, /^ {4}12\.5 if unrest = yes because public/m);
    const answer = JSON.parse(weigh('solve', 'actors-again.weigh', '--format', 'json')).questions.enters.outcomes.yes;
    assert.ok(Math.abs(answer.p - p) < 1e-9, `${answer.p} and ${p}`);
    assert.match(weigh('solve', 'actors-again.weigh'), new RegExp(`yes +${shown}`));
  }
  // Who picks the better option less often than a coin, or always, is nothing that the file can say.
  const precision = control('75% to 95%'), before = await page.locator('#moved .said').innerText();
  for (const bad of ['50', '100']) {
    await precision.fill(bad);
    assert.equal(await precision.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.locator('#moved .said').innerText(), before);
  }
  assert.deepEqual(said, []);
  await close();
});

// Whoever sends a link chooses what stands behind its `#`.
test('a hostile address moves nothing that it may not, and breaks nothing', async () => {
  const input = join(scratch, 'address.weigh'), output = join(scratch, 'address.html');
  writeFileSync(input, 'question war "War?"\nbase rate 5% to 15%\n\nreason talks "They talk"\n  odds x 0.5\n');
  execFileSync(resolve(process.env.WEIGH), ['report', input, '-o', output], { stdio: 'ignore' });
  const own = pathToFileURL(output).href;
  for (const [fragment, n] of [
    ['moved=0:<img src=x onerror=alert(1)>', 0], ['moved=0:12%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E', 0],
    ['moved=0:NaN,1:Infinity', 0], ['moved=0:1e3', 0], ['moved=0:101', 0], ['moved=0:-1,1:-3', 0], ['moved=1:0', 0],
    ['moved=__proto__:5,constructor:5,length:1', 0], ['moved=99:5', 0], ['moved=0', 0], ['moved=', 0], ['moved=%', 0],
    ['moved=%E0%A4%A', 0], ['case=9', 0], ['case=-1', 0], ['case=__proto__', 0], ['case=%', 0],
    [`moved=${'0:5,'.repeat(200000)}`, 1], ['moved=0:5&moved=0:7', 1], ['"><script>&moved=1:3', 1], ['moved=0:7,1:x', 1],
  ]) {
    const { page, said, close } = await open(output, { url: `${own}#${fragment}` });
    const told = await page.locator('#moved').isVisible() ? await page.locator('#moved .said').innerText() : '';
    assert.equal(/One number is/.test(told), n === 1, `${fragment.slice(0, 60)}: ${told}`);
    assert.equal(await page.locator('script').count(), 2);
    assert.deepEqual(said, [], fragment.slice(0, 60));
    await close();
  }
});

test('a brief is one page on paper, and Markdown has no tag', async () => {
  const flagship = fileURLToPath(new URL('../../examples/belarus', import.meta.url));
  const path = join(scratch, 'brief.pdf');
  execFileSync(resolve(process.env.WEIGH), ['report', flagship, '--brief', '-o', path], { stdio: 'ignore', env: { ...process.env, CHROMIUM: process.env.CHROMIUM ?? '/usr/bin/chromium' } });
  assert.match(execFileSync('pdfinfo', [path]).toString(), /Pages: +1\n/);
  assert.match(execFileSync('pdftotext', [path, '-']).toString(), /What would change it/);
  const text = execFileSync(resolve(process.env.WEIGH), ['report', fileURLToPath(new URL('hostile.weigh', import.meta.url)), '-o', '-', '--to', 'md'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  assert.ok(text.includes('\\</script\\>\\<img src=x onerror=alert(5)\\>'));
  assert.ok(!/(^|[^\\])[<&]/.test(text), text.match(/.{0,30}[^\\][<&].{0,30}/)?.[0]);
});

test('a file too large to be moved on a page says so', async () => {
  const input = join(scratch, 'large.weigh'), output = join(scratch, 'large.html');
  // More different ranges than a page carries.
  const odds = Array.from({ length: 405 }, (_, ix) => `  odds x 0.9 to 1.${String(100 + ix)}\n`).join('');
  writeFileSync(input, `question war "War?"\n  base 5% to 15%\n${odds}`);
  execFileSync(resolve(process.env.WEIGH), ['report', input, '-o', output], { stdio: 'ignore' });
  const { page, said, close } = await open(output);
  assert.match(await page.locator('#move').innerText(), /too large/);
  assert.equal(await page.locator('script').count(), 0);
  assert.deepEqual(said, []);
  await close();
});

// Sixty boxes: each can be read, and what carries the answer be traced among them.
test('a graph of sixty boxes can be read and traced, with a finger too', async () => {
  const input = join(scratch, 'sixty.weigh'), output = join(scratch, 'sixty.html'), layers = 10, beside = 6;
  const factor = (ix) => {
    const [layer, place] = [Math.floor(ix / beside), ix % beside], above = (place) => (layer - 1) * beside + place % beside;
    const weights = layer ? [`  odds x 2 to 5 if f${above(place)} = yes`, ...(place % 3 ? [`  odds x 0.4 to 0.8 if f${above(place + 1)} = yes`] : [])] : [];
    return [`factor f${ix} "Factor number ${ix} of sixty, said at some length"`, '  base 20% to 40%', ...weights].join('\n');
  };
  const last = (place) => `f${(layers - 1) * beside + place} = yes`;
  const asked = `question war "Does it come to war?"\n  base 5% to 15%\n  odds x 2 to 4 if ${last(0)}\n  odds x 0.3 to 0.8 if ${last(1)}`;
  writeFileSync(input, [...Array.from({ length: layers * beside }, (_, ix) => factor(ix)), asked].join('\n\n'));
  execFileSync(resolve(process.env.WEIGH), ['report', input, '-o', output], { stdio: 'ignore' });
  for (const width of [400, 1280]) {
    const { page, said, close } = await open(output, { width });
    assert.equal(await page.locator('svg.graph .node').count(), 61);
    assert.deepEqual(await faultsOfGraph(page), []);
    // No text of it is smaller than 9 pixels, and none is cut off by the page.
    const size = await page.locator('svg.graph').evaluate((svg) => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width);
    assert.ok(size * 11.5 > 8.5, `text of ${size * 11.5} pixels`);
    await traces(page);
    assert.deepEqual(said, []);
    await close();
  }
  const context = await browser.newContext({ viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto(pathToFileURL(output).href);
  const box = page.locator('svg.graph .node', { hasText: 'number 54 of' });
  await box.scrollIntoViewIfNeeded();
  await box.tap();
  assert.equal(await box.getAttribute('aria-pressed'), 'true');
  assert.match(await page.locator('#traced').innerText(), /^Factor number 54 of sixty.*leads to the question directly\./);
  await page.locator('#traced button').tap();
  assert.equal(await page.locator('svg.graph .is-on').count(), 0);
  await context.close();
});

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
});
after(async () => { await browser?.close(); });

// A page with everything recorded that it says or asks for.
async function open(report, { width = 1280, height = 900, colorScheme = 'light', bypassCSP = false, url = pathToFileURL(resolve(report)).href } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP });
  const page = await context.newPage();
  const said = [];
  page.on('console', (message) => said.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => { if (request.url() !== url.split('#')[0] && request.url() !== url) said.push(`request: ${request.url()}`); });
  await page.goto(url);
  return { page, said, close: () => context.close() };
}

// Arrows that cross a box, and texts that leave theirs.
const faultsOfGraph = (page) => page.evaluate(() => {
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

// Chooses boxes of the graph with the pointer and with the keyboard alone; leaves the last one chosen.
async function traces(page) {
  const graph = page.locator('svg.graph'), boxes = graph.locator('.node'), told = page.locator('#traced');
  const rows = page.locator('#graph .in-words tbody tr');
  // What must stand out, by which box can be reached from which: all that lies between the box and a question.
  const expected = (box) => graph.evaluate((svg, box) => {
    const nodes = [...svg.querySelectorAll('.node')], all = [...nodes.keys()], leads = all.map((at) => all.map((to) => at === to));
    for (const { dataset: { from, to } } of svg.querySelectorAll('.edge')) leads[from][to] = true;
    for (const via of all) for (const from of all) for (const to of all) if (leads[from][via] && leads[via][to]) leads[from][to] = true;
    const isQuestion = (at) => nodes[at].classList.contains('question');
    if (isQuestion(box)) return all.filter((at) => leads[at][box]);
    return all.filter((at) => at === box || (leads[box][at] && all.some((to) => isQuestion(to) && leads[at][to])));
  }, box);
  const standsOut = () => boxes.evaluateAll((all) => all.flatMap((box, ix) => (box.classList.contains('is-on') ? [ix] : [])));
  const n = await boxes.count();
  assert.equal(await rows.count(), n);
  for (const box of [0, Math.floor(n / 2), n - 1]) {
    await boxes.nth(box).click();
    assert.deepEqual(await standsOut(), await expected(box));
    assert.equal(await boxes.nth(box).getAttribute('aria-pressed'), 'true');
    const text = (locator) => locator.evaluate((element) => element.textContent.replace(/\s+/g, ' ').trim());
    const name = await text(rows.nth(box).locator('th')), sentence = await text(rows.nth(box).locator('td').last());
    assert.ok((await text(told)).includes(name) && (await text(told)).includes(sentence), await text(told));
    assert.match(sentence, /(leads? (directly )?to (the|this) question|leads to “|No arrow leads from it)/);
    // Its line of the file is a link away, and it can be seen while the box is.
    assert.ok(await told.locator('a.place').count() > 0);
    const seen = await told.boundingBox(), height = page.viewportSize().height;
    assert.ok(seen.y + seen.height <= height + 1 && seen.height <= 0.46 * height, JSON.stringify(seen));
  }
  // The same box again, the ground beside the boxes, or Escape: nothing is chosen.
  await boxes.nth(n - 1).click();
  assert.deepEqual(await standsOut(), []);
  await boxes.first().focus();
  for (const key of ['Enter', ' ']) {
    await page.keyboard.press(key);
    assert.deepEqual(await standsOut(), await expected(0));
    await page.keyboard.press('Escape');
    assert.deepEqual(await standsOut(), []);
    assert.ok(!await told.locator('button').isVisible());
    assert.equal(await boxes.evaluateAll((all) => all.indexOf(document.activeElement)), 0);
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.deepEqual(await standsOut(), await expected(1));
  const outline = await boxes.nth(1).evaluate((box) => getComputedStyle(box).outlineStyle);
  assert.notEqual(outline, 'none');
}

// Until a moved page has run all draws.
const settle = (page) => page.waitForFunction(() => document.querySelector('#now')?.dataset.settled === 'yes', null, { timeout: 60000 });

for (const report of [...reports, ...ledgers]) {
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
        // No two days under the picture of the course run into each other.
        const days = await page.locator('#timeline text.scale[text-anchor]').evaluateAll((all) => all.filter((text) => /\d{4}/.test(text.textContent)).map((text) => text.getBoundingClientRect().toJSON()));
        const touch = (a, b) => a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom && b.top < a.bottom;
        assert.ok(days.every((a, ix) => days.slice(ix + 1).every((b) => !touch(a, b))), JSON.stringify(days));
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

    if (ledgers.includes(report)) return;

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
      // One in which something can be chosen is more than a picture.
      const nameless = await page.locator('svg:not(svg svg)').evaluateAll((all) => all
        .filter((svg) => svg.getAttribute('role') !== (svg.querySelector('[role=button]') ? 'group' : 'img') || !svg.querySelector(':scope > title')?.textContent.trim())
        .map((svg) => svg.outerHTML.slice(0, 120)));
      assert.deepEqual(nameless, []);
      const dead = await page.locator('a[href^="#"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')).filter((href) => !document.getElementById(href.slice(1))));
      assert.deepEqual(dead, []);
      const ids = await page.locator('[id]').evaluateAll((all) => all.map((element) => element.id));
      assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
      await close();
    });

    test('the numbers of every picture can be saved, without network', async () => {
      const links = 'a[download$=".csv"]';
      const { page, close } = await open(report);
      const without = await page.locator('.answer, #reasons, #change, #timeline, #graph, #scenarios, #worth, #matrix').evaluateAll((all) => all
        .filter((section) => section.querySelector('td.plot svg, svg.graph, table.matrix') && !section.querySelector('a[download$=".csv"]')).map((section) => section.id || section.className));
      assert.deepEqual(without, []);
      const n = await page.locator(links).count();
      await close();
      // Chromium lets a page save ten files, and then only what somebody waits for.
      const AT_ONCE = 8;
      for (let first = 0; first < n; first += AT_ONCE) {
        const { page, said, close } = await open(report);
        for (const link of (await page.locator(links).all()).slice(first, first + AT_ONCE)) {
          const [download] = await Promise.all([page.waitForEvent('download'), link.evaluate((a) => a.click())]);
          const path = join(scratch, 'saved.csv');
          await download.saveAs(path);
          const lines = readFileSync(path, 'utf8').split('\r\n');
          assert.ok(lines.length > 1 && lines.at(-1) === '', lines[0]);
          assert.match(download.suggestedFilename(), /^[a-z]+(-\d+)?\.csv$/);
          // No cell that an author wrote is a formula.
          assert.ok(lines.every((line) => !/(^|,)"?[=+@]/.test(line)), lines.find((line) => /(^|,)"?[=+@]/.test(line)));
        }
        assert.deepEqual(said, []);
        await close();
      }
    });

    test('nothing in it can run or be fetched', async () => {
      const text = readFileSync(report, 'utf8');
      assert.match(text, /Content-Security-Policy" content="default-src 'none'/);
      const { page, close } = await open(report);
      // Data, which does not run, and our own script, which alone carries the word that the policy asks for.
      const nonce = text.match(/script-src 'nonce-([0-9a-f]{64})'"/)?.[1];
      const scripts = await page.locator('script').evaluateAll((all) => all.map((script) => [script.type, script.nonce, script.src]));
      const movable = await page.locator('#controls').count() > 0, traceable = await page.locator('svg.graph').count() > 0;
      assert.equal(nonce !== undefined, movable || traceable);
      assert.deepEqual(scripts, [...(movable ? [['application/json', '', '']] : []), ...(nonce ? [['', nonce, '']] : [])]);
      assert.equal(text.split(nonce ?? '\0').length - 1, nonce ? 2 : 0);
      assert.equal(await page.locator('iframe, object, embed, link, img, form').count(), 0);
      const active = await page.locator('*').evaluateAll((all) => all.flatMap((element) => [...element.attributes])
        .filter(({ name, value }) => name.startsWith('on') || /^\s*javascript:/i.test(value)).map(({ name, value }) => `${name}=${value}`));
      assert.deepEqual(active, []);
      await close();
    });

    test('no arrow of the graph crosses a box, and its text stays inside', async () => {
      const { page, close } = await open(report);
      assert.deepEqual(await faultsOfGraph(page), []);
      await close();
    });

    test('a box of the graph can be chosen, and what leads from it to the question stands out', async (t) => {
      const { page, said, close } = await open(report, { bypassCSP: true });
      if (await page.locator('svg.graph').count() === 0) { await close(); return t.skip('it has no graph'); }
      await traces(page);
      await page.evaluate(axe);
      for (const media of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: media });
        const { violations } = await page.evaluate(() => window.axe.run('#graph'));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
      }
      // On paper what was chosen stays chosen, and what only asks to be pressed is gone.
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.locator('#traced p').isVisible() && !await page.locator('#traced button').isVisible());
      assert.deepEqual(said, []);
      await close();
    });

    test('it can be moved, shared, gone back to and reset with the keyboard alone', async (t) => {
      const { page, said, close } = await open(report);
      if (await page.locator('#r0').count() === 0) { await close(); return t.skip('nothing in it can be moved'); }
      const banner = page.locator('#moved'), told = banner.locator('.said');
      assert.ok(!await banner.isVisible());
      const nameless = await page.locator('#controls input, #controls button').evaluateAll((all) => all.filter((input) => !(input.labels?.length || input.getAttribute('aria-label') || input.textContent.trim())).length);
      assert.equal(nameless, 0);
      await page.locator('#v0').focus();
      await page.keyboard.press('ControlOrMeta+a');
      const is_percent = (await page.locator('#n0 .typed').textContent()).includes('%');
      await page.keyboard.type(is_percent ? '12.5' : '1.25');
      await page.keyboard.press('Tab');
      assert.ok(await banner.isVisible());
      assert.match(await told.innerText(), /One number is not the author’s/);
      assert.match(await told.innerText(), /The author’s: [<>]?[\d.]+%/);
      const box = await banner.boundingBox();
      assert.ok(box.x <= 0 && box.width >= 1265, `the banner is ${box.width} wide from ${box.x}`);
      // The address follows when the slider rests.
      await page.waitForURL(is_percent ? /#moved=0:12\.5$/ : /#moved=0:1\.25$/);
      await page.locator('#r0').focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForURL((url) => !/moved=0:1(2\.5|\.25)$/.test(url.href));
      await settle(page);
      const moved = await told.innerText(), followed = await page.locator('#now').innerText();
      assert.match(followed, /90% interval|INTERVAL/i);
      const again = await open(report, { url: page.url() });
      await settle(again.page);
      assert.equal(await again.page.locator('#moved .said').innerText(), moved);
      assert.equal(await again.page.locator('#now').innerText(), followed);
      await again.close();
      // On paper too, beside the numbers that were moved.
      await page.emulateMedia({ media: 'print' });
      assert.ok(await banner.isVisible() && await page.locator('#n0').isVisible());
      await page.emulateMedia({ media: 'screen' });
      await page.keyboard.press('Escape');
      assert.ok(!await banner.isVisible());
      assert.doesNotMatch(page.url(), /moved/);
      await page.goBack();
      await settle(page);
      assert.equal(await told.innerText(), moved);
      assert.deepEqual(said, []);
      await close();
    });

    test('a scenario can be chosen, shared and moved in', async (t) => {
      const { page, said, close } = await open(report);
      if (await page.locator('#case').count() === 0) { await close(); return t.skip('it has no scenario that can be moved'); }
      const option = page.locator('#case option').nth(1), name = await option.innerText();
      await page.locator('#case').selectOption('1');
      await settle(page);
      assert.ok((await page.locator('#moved .said').innerText()).includes(name));
      const row = page.locator('#followed tbody tr').first();
      assert.ok((await row.innerText()).startsWith(name));
      // Nothing else is moved, so it is the author's.
      const [now, , own] = await row.locator('td').allInnerTexts();
      assert.equal(now, own);
      await page.waitForURL(/#case=1$/);
      const again = await open(report, { url: page.url() });
      assert.equal(await again.page.locator('#case').inputValue(), '1');
      await again.close();
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('#case').inputValue(), '0');
      assert.ok(!await page.locator('#now').isVisible());
      assert.deepEqual(said, []);
      await close();
    });

    test('a number leads to the line that set it', async (t) => {
      const { page, close } = await open(report);
      if (await page.locator('#r0').count() === 0) { await close(); return t.skip('nothing in it can be moved'); }
      const links = page.locator('.control .by a');
      for (const ix of new Set([0, await links.count() - 1])) {
        const written = (await page.locator('.control .by code').nth(ix).textContent()).replace(/^×\s*/, '');
        await links.nth(ix).click();
        const line = page.locator('li:target');
        assert.ok(await line.isVisible());
        assert.ok((await line.textContent()).includes(written), `${written} in ${await line.textContent()}`);
      }
      await close();
    });

    test('axe finds nothing in a moved page, and nothing overflows on a phone', async (t) => {
      const { page, close } = await open(report, { width: 360, bypassCSP: true });
      if (await page.locator('#r0').count() === 0) { await close(); return t.skip('nothing in it can be moved'); }
      await page.locator('#r0').fill('700');
      await settle(page);
      const wide = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
      assert.ok(wide[1] <= wide[0], `the page is ${wide[1]} wide in ${wide[0]}`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), []);
      await close();
    });

    test('the page is light, and says how long a move takes', async (t) => {
      assert.ok(statSync(report).size < 1.5e6, `${statSync(report).size} bytes`);
      const { page, close } = await open(report);
      const paint = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd);
      if (await page.locator('#r0').count() > 0) {
        await page.waitForTimeout(500);
        const times = await page.locator('#r0').evaluate((slider) => Array.from({ length: 31 }, (_, ix) => {
          const start = performance.now();
          slider.value = 300 + 10 * ix;
          slider.dispatchEvent(new Event('input'));
          return performance.now() - start;
        }));
        const middle = times.sort((a, b) => a - b)[15];
        t.diagnostic(`${statSync(report).size} bytes, ready after ${paint.toFixed(0)} ms, a move takes ${middle.toFixed(1)} ms`);
      }
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
