// Moving: what a reader types, slides or chooses is put in place of the author's, and the page follows.
// Text only ever goes into the page as text.
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const model = JSON.parse(byId('model').textContent);
  const { numbers, questions, worlds } = model;
  // Per number that is moved, what was typed, as it will stand in the file; and the scenario looked at, 0 for none.
  const held = new Map();
  let looked = 0;

  // --- Numbers as they are typed and printed: words.rs ---

  const value = (number, typed) => (number.percent ? Number(typed) / 100 : Number(typed));
  const plain = (x) => x.toFixed(Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x) || 1))))).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  const shown = (number, x) => plain(number.percent ? x * 100 : x);
  function isThinkable(number, typed) {
    const x = value(number, typed);
    if (!/^-?\d+(\.\d+)?$/.test(typed) || !Number.isFinite(x)) return false;
    if (number.points) return Math.abs(x) <= 1e6;
    if (number.precision) return x > 0.5 && x < 1;
    return number.percent ? x >= 0 && x <= 1 : x <= 1e12 && (x > 0 || number.low <= 0);
  }
  // A slide: log odds of a probability, the scale of payoffs, logarithm of another positive number, else the number itself.
  function slide(number) {
    const { low, high } = number, width = high - low || Math.abs(low) || 1;
    if (number.percent) return { to: (x) => Math.log(x / (1 - x)), from: (y) => 1 / (1 + Math.exp(-y)), ends: [number.precision ? 0.501 : 0.001, 0.999] };
    if (number.points) return { to: (x) => x, from: (y) => y, ends: [Math.min(low, -100), Math.max(high, 100)] };
    if (low > 0) return { to: Math.log, from: Math.exp, ends: [low / 10, high * 10] };
    return { to: (x) => x, from: (y) => y, ends: [low - width, high + width] };
  }
  function position(number, x) {
    const { to, ends: [low, high] } = slide(number), at = to(Math.min(high, Math.max(low, x)));
    return Math.round(1000 * (at - to(low)) / (to(high) - to(low)));
  }
  function slid(number, at) {
    const { to, from, ends: [low, high] } = slide(number);
    return shown(number, from(to(low) + (at / 1000) * (to(high) - to(low))));
  }
  // Whole points, a decimal in the outer points, ties to even.
  function fixed(x, digits) {
    const t = x * 10 ** digits, isTie = t % 1 === 0.5 && (x * 4) % 1 === 0;
    return isTie ? (2 * Math.round(t / 2) / 10 ** digits).toFixed(digits) : x.toFixed(digits);
  }
  const trimmed = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  function percent(p) {
    if (p > 0 && p < 0.001) return '<0.1%';
    if (p > 0.999 && p < 1) return '>99.9%';
    const points = p * 100;
    if ((points > 0 && points < 1) || (points > 99 && points < 100)) return `${trimmed(fixed(points, 1))}%`;
    return `${fixed(points, 0)}%`;
  }
  const range = ([low, , high]) => (percent(low) === percent(high) ? percent(low) : `${percent(low)}\u00a0to\u00a0${percent(high)}`);
  const wordOf = (p) => weighFollower.wordOf(model, p);
  function word(p) {
    const band = wordOf(p);
    if (!band) return '';
    const border = (x) => String(Number((x * 100).toFixed(1)));
    return ` (${band[0]}, ${band[1] === band[2] ? border(band[1]) : `${border(band[1])}–${border(band[2])}`}%)`;
  }
  function number(x) {
    const size = Math.abs(x);
    const text = size >= 1000 ? String(Number(x.toPrecision(3))) : size >= 100 || size === 0 ? fixed(x, 0) : size >= 10 ? trimmed(fixed(x, 1)) : size >= 0.01 ? trimmed(fixed(x, 2)) : x.toExponential(1);
    return text.replace(/\B(?=(\d{3})+$)/g, size >= 10000 ? ',' : '').replace('-', '−');
  }
  const twoDigits = (x) => (Math.abs(x) < 0.01 ? x : Math.abs(x) >= 10 ? Number(x.toPrecision(2)) : Number(x.toFixed(Math.abs(x) >= 1 ? 1 : 2)));
  const valued = (it, x) => (it.percent ? percent(x) : it.factor ? `× ${number(x)}` : number(x));
  // An end of a range with the digits that its author gave it.
  function end(it, x) {
    const digits = String(Number((100 * x).toFixed(4)));
    return it.percent && it.written.split(/[^\d.]+/).includes(digits) ? `${digits}%` : valued(it, x);
  }
  function label(isLogOdds, share) {
    if (share === null) return '–';
    if (isLogOdds) {
      const factor = number(twoDigits(Math.exp(Math.abs(share))));
      return `${share < 0 && factor !== '1' ? '÷' : '×'} ${factor}`;
    }
    const points = trimmed(fixed(Math.abs(share) * 100, Math.abs(share) < 0.01 ? 1 : 0));
    return points === '0' ? '0 points' : `${share < 0 ? '−' : '+'}${points} point${points === '1' ? '' : 's'}`;
  }

  // --- The page ---

  // Made when it is first needed, which is after the page has been shown.
  let prepared = null;
  const follower = () => (prepared ??= weighFollower.prepare(model));
  const make = (tag, content, attributes = {}) => {
    const element = document.createElement(tag);
    element.append(...(Array.isArray(content) ? content : [content ?? '']));
    for (const [name, given] of Object.entries(attributes)) element.setAttribute(name, given);
    return element;
  };
  // A number's name, with the file's own names in italics.
  const named = (it) => make('span', it.name.split('`').map((part, ix) => (ix % 2 ? make('i', make('bdi', part)) : part)), { class: 'number-name' });
  const isMoved = () => held.size > 0 || looked > 0;
  const banner = byId('moved'), now = byId('now'), whole = now.querySelector('div');
  const of = (q) => (questions.length > 1 ? `${questions[q].text} ` : '');
  const focusOf = (w, q) => (w === 0 ? questions[q].focus : 0);
  const authorOf = (w, q) => (w === 0 ? questions[q].p[questions[q].focus] : worlds[w].p[q]);

  function tell({ answers }, w) {
    const sentence = ({ p }, q) => {
      const was = authorOf(w, q), state = questions[q].states[questions[q].focus];
      const own = was === null ? 'The author’s: cannot happen.' : `The author’s${w ? ' in this case' : ''}: ${percent(was)}${word(was)}.`;
      if (!p) return `${of(q)}With these numbers the evidence cannot happen. ${own}`;
      const at = p[focusOf(w, q)];
      return `${of(q)}${state}: ${percent(at)}${word(at)}. ${own}`;
    };
    const count = held.size === 1 ? 'One number is' : `${held.size} numbers are`;
    const what = [held.size ? `${count} not the author’s.` : '', w ? `The case looked at: ${worlds[w].text}.` : ''].filter(Boolean).join(' ');
    banner.querySelector('.said').replaceChildren(
      make('strong', `Moved by a reader: ${what}`), ` ${answers.map(sentence).join(' ')} `,
      make('a', 'What follows from it', { href: '#now' }), '. The sections below stay the author’s.');
  }
  function table(id, caption, heads, rows) {
    const head = make('thead', make('tr', heads.map((name) => make('th', name, { scope: 'col' }))));
    const body = make('tbody', rows.map(([first, ...rest]) => make('tr', [
      make('th', first, { scope: 'row', dir: 'auto' }),
      ...rest.map((cell, ix) => { const td = make('td', cell.text ?? cell, { 'data-label': heads[ix + 1] }); if (cell.p !== undefined) td.dataset.p = cell.p; return td; })])));
    return make('table', [make('caption', caption), head, body], { id, class: 'stack' });
  }
  const cases = (said, w) => table('followed', `Probability of ${questions.map((it) => it.states[it.focus]).join(', ')} as the page stands, beside the author’s.`,
    ['Case', 'Now', '90% interval', 'The author’s'],
    [w, ...worlds.keys()].filter((it, ix, all) => all.indexOf(it) === ix).flatMap((other) => questions.map((question, q) => {
      const { p, ends } = said.worlds[other]?.[q] ?? {}, was = authorOf(other, q), f = focusOf(other, q);
      return [
        `${worlds[other].text ?? 'As assessed'}${questions.length > 1 ? `: ${question.text}` : ''}`,
        p ? { text: `${percent(p[f])}${word(p[f])}`, p: p[f] } : worlds[other].asked[q] ? 'cannot happen' : '–',
        p && ends ? range(ends) : '–',
        was === null || was === undefined ? 'cannot happen' : `${percent(was)}${word(was)}`];
    })));
  function reasonsOf(said, q) {
    const found = said.reasons?.[q], own = questions[q].carried;
    if (!found) return [];
    const p = said.answers[q].p[questions[q].focus];
    const order = [...found.shares.keys()].sort((a, b) => Math.abs(found.shares[b].share ?? 0) - Math.abs(found.shares[a].share ?? 0) || a - b);
    return [make('h3', `${of(q)}What carries it`), table(`reasons-now-${q}`,
      `From ${found.without === null ? 'no answer' : percent(found.without)} with none of the reasons to ${percent(p)} with all of them.`,
      ['Reason', found.isLogOdds ? 'Odds' : 'Points', 'The author’s', 'With it alone', 'Without it'],
      order.map((r) => {
        const { share, alone, dropped } = found.shares[r];
        const probability = (p) => (p === null || p === undefined ? '–' : { text: percent(p), p });
        return [make('a', model.reasons.names[r], { href: `#reason-${r}` }), { text: label(found.isLogOdds, share), p: share }, label(own.isLogOdds, own.shares[r].share), probability(alone), probability(dropped)];
      })), ...overlapOf(found).map((sentence) => make('p', sentence, { class: 'overlap' }))];
  }
  // As in why.rs: how far the reasons overlap, in sentences, once all draws are run.
  const PAIRS_NAMED = 3;
  function overlapOf({ isLogOdds, shares, overlap, pairs }) {
    const together = shares.reduce((sum, { share }) => (share === null ? NaN : sum + share), 0);
    if (overlap === null || overlap === undefined || Number.isNaN(together)) return [];
    const bare = (share) => label(isLogOdds, Math.abs(share)).replace(/^[×÷+]\s*/, '');
    const amount = (share) => (label(isLogOdds, Math.abs(share)) === label(isLogOdds, 0) ? null : `${isLogOdds ? 'a factor of ' : ''}${bare(share)}`);
    const effect = (share) => (amount(share) === null ? `hardly move the ${isLogOdds ? 'odds' : 'probability'}`
      : isLogOdds ? `${share < 0 ? 'divide' : 'multiply'} the odds by ${bare(share)}` : `${share < 0 ? 'take away' : 'add'} ${bare(share)}`);
    const whole = amount(overlap) === null ? 'The reasons hardly overlap: counted one by one they come to what they do together.'
      : `Counted one by one, each with none of the others, the reasons would ${effect(overlap + together)}; together they ${effect(together)}. The difference, ${amount(overlap)}, is their overlap.`;
    const name = (reason) => `“${model.reasons.names[reason]}”`;
    const two = pairs.filter(({ index }) => amount(index) !== null).slice(0, PAIRS_NAMED).map(({ reasons: [a, b], index }) => {
      const isFor = [a, b].map((reason) => shares[reason].share > 0);
      if (isFor[0] !== isFor[1]) return `${name(a)} and ${name(b)} speak on different sides; beside each other they leave the ${isLogOdds ? 'odds' : 'probability'} ${index > 0 ? 'higher' : 'lower'} by ${amount(index)} than apart.`;
      if (isFor[0] === index < 0) return `${name(a)} and ${name(b)} overlap by ${amount(index)}: each says in part what the other says.`;
      return `${name(a)} and ${name(b)} strengthen each other by ${amount(index)}.`;
    });
    return [whole, ...two];
  }
  const MOST_TOLD = 6;
  function border({ at, name, isBorder }, rises) {
    const below = model.scale.find(([, , high]) => high === at), above = model.scale.find(([, low]) => low === at);
    if (!isBorder || !below || !above) return name;
    const [from, into] = rises ? [below, above] : [above, below];
    return `where “${from[0]}” ends and “${into[0]}” begins`;
  }
  const over = ({ name }) => (name.startsWith('where ') ? `past the point ${name}` : `over ${name}`);
  function changesOf(said, q) {
    const { swings, flips, pairs, sources } = said.changes?.[q] ?? { swings: [], flips: null };
    const f = said.answers[q].p[focusOf(said.w, q)], rises = ({ edge }) => edge.at > f;
    const turning = (ix, x) => make('strong', valued(numbers[ix], numbers[ix].percent ? x : twoDigits(x)));
    // What crosses the same edge under one half sentence, the nearest first.
    const byEdge = new Map();
    for (const flip of (flips ?? []).slice(0, MOST_TOLD)) {
      const key = `${flip.edge.name} ${rises(flip)}`;
      byEdge.set(key, [...(byEdge.get(key) ?? []), flip]);
    }
    const told = [...byEdge.values()].flatMap((same) => [
      make('p', [`The answer would ${rises(same[0]) ? 'rise' : 'fall'}`,
        ...(same.every(({ edge }) => edge.at === same[0].edge.at) ? [' to ', make('strong', percent(same[0].edge.at)), ','] : []),
        ` ${border(same[0].edge, rises(same[0]))}, if`], { class: 'flips-to' }),
      make('ul', same.map(({ ix, value: x, edge, live }) => make('li', [named(numbers[ix]), ' were ', turning(ix, x), live ? '' : make('span', ' (outside the author’s range)', { class: 'detail' })],
        { 'data-ix': ix, 'data-value': x, 'data-edge': edge.at })), { class: 'flips' })]);
    const together = (pairs ?? []).map(({ ixs: [a, b], values: [x, y], edge, live }) => make('li', [
      'If ', named(numbers[a]), ' were ', turning(a, x), ' and ', named(numbers[b]), ' were ', turning(b, y),
      `, the answer would ${edge.at > f ? 'rise' : 'fall'} to `, make('strong', percent(edge.at)), `, ${border(edge, edge.at > f)}; both are ${live ? 'inside' : 'beyond'} their ranges.`]));
    // Sources without which, or with another grade of which, the printed answer is another.
    const ofSources = (sources ?? []).flatMap(({ k, without, crosses, grade }) => {
      const isOther = without !== undefined && (without === null || percent(without) !== percent(f));
      if (!isOther && !grade) return [];
      const link = make('a', model.sources[k].name, { href: `#source-${model.sources[k].at}` });
      const gone = without === null ? ['what is left could not all have been seen'] : [`the answer would be `, make('strong', percent(without ?? 0)), ` instead of ${percent(f)}`, crosses ? `, ${over(crosses)}` : ''];
      return [make('li', [
        ...(isOther ? ['Without all that rests on ', link, ' alone, ', ...gone, '.'] : []),
        ...(grade ? [isOther ? ' Graded ' : 'If ', ...(isOther ? [] : [link, ' were graded ']), make('strong', grade.letter), `, ${isOther ? 'it' : 'that'} would make the answer `, make('strong', percent(grade.p)), `, ${over(grade.edge)}.`] : [])])];
    });
    const seen = swings.filter(({ low, high }) => percent(low) !== percent(high)).slice(0, MOST_TOLD);
    return [
      make('h3', `${of(q)}What would change it`),
      ...(told.length ? told : flips ? [make('p', 'No single number of those that move it most takes the answer over an edge that matters.')] : []),
      ...(together.length ? [make('h4', 'Two numbers together'), make('ul', together, { class: 'flips' })] : []),
      ...(ofSources.length ? [make('h4', 'If a source fell away, or had another grade'), make('ul', ofSources, { class: 'flips' })] : []),
      ...(seen.length ? [table(`changes-now-${q}`, 'The answer with one number at the ends of its author’s range, all else as moved.', ['Number', 'Low', 'High'],
        seen.map(({ ix, low, high }) => [named(numbers[ix]), { text: `${end(numbers[ix], numbers[ix].low)}: ${percent(low)}`, p: low }, { text: `${end(numbers[ix], numbers[ix].high)}: ${percent(high)}`, p: high }])),
      ] : [])];
  }
  // What the page does not work out again.
  function stays() {
    const links = model.stays.flatMap(([what, section], ix) => [ix ? ', ' : '', make('a', what, { href: `#${section}` })]);
    return make('p', ['Still the author’s: ', ...links, links.length ? ', and all else that stands below.' : 'all that stands below.'], { id: 'stays', class: 'method-note' });
  }
  function show(said, state) {
    const isShown = isMoved();
    banner.hidden = now.hidden = !isShown;
    document.documentElement.classList.toggle('is-moved', isShown);
    if (!isShown) return;
    tell(said, said.w);
    whole.replaceChildren(
      make('p', state, { id: 'settling', class: 'method-note' }), cases(said, said.w),
      ...questions.flatMap((_, q) => (said.answers[q].p ? [...reasonsOf(said, q), ...changesOf(said, q)] : [])),
      ...(said.w && model.reasons?.n ? [make('p', 'What carries the answer is weighed for the assessment only, not within a scenario.', { class: 'method-note' })] : []),
      stays());
  }

  // --- Following: at once what few draws say, then, while nobody waits, what all of them say ---

  const SLICE = 9; // Milliseconds of work at once: what is left of a frame is the browser's.
  const drawn = model.drawn.some(Boolean), all = model.run.toLocaleString('en');
  let turn = 0, said = { worlds: [] };
  // Works until there is nothing to do or the time is over; tells whether anything became known, and whether that was all.
  function work(steps) {
    const end = performance.now() + SLICE;
    let step, isNews = false;
    do {
      step = steps.next();
      if (!step.value) continue;
      isNews = true;
      const { answers, w, reasons, changes } = step.value;
      if (answers) said.worlds[w] = answers;
      if (answers && w === said.w) said.answers = answers;
      if (reasons !== undefined) said.reasons = reasons;
      if (changes) said.changes = changes;
    } while (!step.done && performance.now() < end);
    return { isNews, done: step.done };
  }
  function follow() {
    const mine = ++turn, w = looked;
    if (!isMoved()) return show();
    if (said.w !== w) said = { worlds: [], w };
    now.dataset.settled = 'no';
    const values = new Map([...held].map(([ix, typed]) => [ix, value(numbers[ix], typed)]));
    const soon = weighFollower.quick(follower(), values, w), settled = weighFollower.settled(follower(), values, w);
    const hurry = () => {
      if (mine !== turn) return;
      const { done } = work(soon);
      show(said, `Measured on few draws; all ${all} are being run.`);
      // A slide that goes on is not slowed by work that it makes vain.
      if (done) setTimeout(settle, 120); else setTimeout(hurry);
    };
    const settle = () => {
      if (mine !== turn) return;
      const { isNews, done } = work(settled);
      if (!done) {
        if (isNews) show(said, `All ${all} draws are being run.`);
        setTimeout(settle);
        return;
      }
      show(said, `${drawn ? `Run with all ${all} draws: w` : 'W'}eigh says the same of the file that can be downloaded.`);
      now.dataset.settled = 'yes';
    };
    hurry();
  }

  function showControl(ix) {
    const it = numbers[ix], item = byId(`n${ix}`), isHeld = held.has(ix);
    item.classList.toggle('is-held', isHeld);
    item.querySelector('.back').hidden = !isHeld;
    const typed = isHeld ? held.get(ix) : shown(it, it.mean);
    if (document.activeElement !== byId(`v${ix}`) || !isHeld) byId(`v${ix}`).value = typed;
    const slider = byId(`r${ix}`);
    if (document.activeElement !== slider || !isHeld) slider.value = position(it, value(it, typed));
    slider.setAttribute('aria-valuetext', `${typed}${it.percent ? '%' : ''}${isHeld ? '' : ", the author’s mean"}`);
  }
  function showControls() {
    numbers.forEach((_, ix) => showControl(ix));
    if (byId('case')) byId('case').value = String(looked);
  }

  // --- The address: another heading's fragment may stand before ours ---

  const isOurs = (part) => part.startsWith('moved=') || part.startsWith('case=');
  function address() {
    const others = location.hash.slice(1).split('&').filter((part) => part && !isOurs(part));
    const moved = [...held].sort(([a], [b]) => a - b).map(([ix, typed]) => `${ix}:${typed}`).join(',');
    return '#' + [...others, ...(moved ? [`moved=${moved}`] : []), ...(looked ? [`case=${looked}`] : [])].join('&');
  }
  // Once the slider rests: writing it takes part of a frame, and some browsers allow a hundred in half a minute.
  let keeping = 0;
  function keepSoon() {
    clearTimeout(keeping);
    keeping = setTimeout(keep, 200);
  }
  function keep() {
    if (!keeping) return;
    clearTimeout(keeping);
    keeping = 0;
    history.replaceState(null, '', address());
  }
  const LONGEST = 100000; // Characters of a fragment that are read: every number of the largest page fits.
  function restore() {
    clearTimeout(keeping);
    keeping = 0;
    const parts = location.hash.slice(1, LONGEST).split('&');
    const given = (name) => parts.find((part) => part.startsWith(name))?.slice(name.length) ?? '';
    held.clear();
    for (const pair of given('moved=').split(/,|%2C/i)) {
      const [ix, typed] = pair.split(/:|%3A/i);
      if (/^\d{1,6}$/.test(ix) && numbers[ix] && isThinkable(numbers[ix], typed ?? '')) held.set(Number(ix), typed);
    }
    looked = /^\d{1,6}$/.test(given('case=')) && worlds[given('case=')] ? Number(given('case=')) : 0;
    showControls();
    follow();
  }
  function move(ix, typed) {
    if (typed === null) held.delete(ix); else held.set(ix, typed);
    showControl(ix);
    follow();
    keepSoon();
  }
  function reset() {
    if (!isMoved()) return;
    keep();
    held.clear();
    looked = 0;
    // A state of its own, so that the way back brings back what was moved.
    history.pushState(null, '', address());
    showControls();
    follow();
  }

  // A file with the reader's numbers typed in.
  function rewritten(parts) {
    return parts.map((part) => {
      if (typeof part === 'string') return part;
      return held.has(part) ? held.get(part) + (numbers[part].percent ? '%' : '') : numbers[part].written;
    }).join('');
  }
  function save() {
    model.files.forEach(([path, parts], ix) => {
      const isChanged = parts.some((part) => typeof part === 'number' && held.has(part));
      if (ix > 0 && !isChanged) return;
      const link = make('a', '', { download: path.split(/[\\/]/).pop() });
      link.href = URL.createObjectURL(new Blob([rewritten(parts)], { type: 'text/plain' }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }
  function find() {
    const words = byId('find').value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    numbers.forEach((_, ix) => {
      const item = byId(`n${ix}`), text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) left++;
    });
    for (const group of document.querySelectorAll('#controls fieldset')) group.hidden = !group.querySelector('li:not([hidden])');
    byId('found').textContent = words.length ? ` ${left} of ${numbers.length} numbers` : ` ${numbers.length} numbers`;
  }

  numbers.forEach((it, ix) => {
    byId(`r${ix}`).addEventListener('input', (event) => move(ix, slid(it, Number(event.target.value))));
    byId(`v${ix}`).addEventListener('input', (event) => {
      const isGood = isThinkable(it, event.target.value);
      event.target.setAttribute('aria-invalid', String(!isGood));
      if (isGood) move(ix, event.target.value);
    });
    byId(`n${ix}`).querySelector('.back').addEventListener('click', () => { move(ix, null); byId(`v${ix}`).focus(); });
  });
  byId('case')?.addEventListener('change', (event) => {
    looked = Number(event.target.value);
    follow();
    keepSoon();
  });
  byId('find').addEventListener('input', find);
  byId('reset').addEventListener('click', reset);
  byId('save').addEventListener('click', save);
  addEventListener('keydown', (event) => { if (event.key === 'Escape') reset(); });
  addEventListener('popstate', restore);
  addEventListener('pagehide', keep);
  addEventListener('hashchange', () => {
    if (location.hash.slice(1).split('&').some(isOurs)) return restore();
    history.replaceState(null, '', address());
  });
  byId('controls').hidden = false;
  find();
  restore();
  // What every answer needs once is done while nobody waits, so that the first slide is as quick as the next.
  setTimeout(() => { if (!isMoved()) for (const _ of weighFollower.quick(follower(), new Map())); });
  // A heading's fragment beside ours is not one that a browser follows by itself.
  const beside = location.hash.slice(1).split('&');
  if (beside.length > 1) byId(beside[0])?.scrollIntoView();
})();
