// Moving: what a reader types or slides is put in place of the author's numbers, and the answers follow.
// Text only ever goes into the page as text.
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const model = JSON.parse(byId('model').textContent);
  const { numbers, questions, worlds, scale, n } = model;
  const runs = worlds.map((world) => weighEvaluator.prepare(world.tape, n));
  // Per number that is moved, what was typed, as it will stand in the file.
  const held = new Map();

  // --- Numbers as they are typed and printed ---

  const value = (number, typed) => (number.percent ? Number(typed) / 100 : Number(typed));
  const plain = (x) => x.toFixed(Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x) || 1))))).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  const shown = (number, x) => plain(number.percent ? x * 100 : x);
  function isThinkable(number, typed) {
    const x = value(number, typed);
    if (!/^-?\d+(\.\d+)?$/.test(typed) || !Number.isFinite(x)) return false;
    return number.percent ? x >= 0 && x <= 1 : x <= 1e12 && (x > 0 || number.low <= 0);
  }
  // A slide: log odds of a probability, logarithm of another positive number, else the number itself.
  function slide(number) {
    const { low, high } = number, width = high - low || Math.abs(low) || 1;
    if (number.percent) return { to: (x) => Math.log(x / (1 - x)), from: (y) => 1 / (1 + Math.exp(-y)), ends: [0.001, 0.999] };
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
  // The report's own rounding (words.rs): whole points, a decimal in the outer points, ties to even.
  function fixed(x, digits) {
    const t = x * 10 ** digits, isTie = t % 1 === 0.5 && (x * 4) % 1 === 0;
    return isTie ? (2 * Math.round(t / 2) / 10 ** digits).toFixed(digits) : x.toFixed(digits);
  }
  function percent(p) {
    if (p > 0 && p < 0.001) return '<0.1%';
    if (p > 0.999 && p < 1) return '>99.9%';
    const points = p * 100;
    if ((points > 0 && points < 1) || (points > 99 && points < 100)) return `${fixed(points, 1).replace(/\.0$/, '')}%`;
    return `${fixed(points, 0)}%`;
  }
  function word(p) {
    const holding = scale.filter(([, low, high]) => low <= p && p <= high);
    if (model.widest) holding.sort((a, b) => (b[2] - b[1]) - (a[2] - a[1])).splice(1);
    const band = holding.at(-1);
    if (!band) return '';
    const border = (x) => String(Number((x * 100).toFixed(1)));
    return ` (${band[0]}, ${band[1] === band[2] ? border(band[1]) : `${border(band[1])}–${border(band[2])}`}%)`;
  }

  // --- The answers ---

  function params() {
    const all = model.draws.slice();
    for (const [ix, typed] of held) for (const param of numbers[ix].params) all[param] = [value(numbers[ix], typed)];
    return all;
  }
  // The author's headline over what the same draws say with nothing moved.
  const author = worlds.map((world, w) => questions.map((question, q) => (w === 0 ? question.p : halves(world.p[q]))));
  const anchors = worlds.map(() => null);
  function halves(p) { return p === null ? null : [p, 1 - p]; }
  function drawn(w) {
    return weighEvaluator.ask(runs[w], worlds[w], params()).map((states, q) => (states && w > 0 ? halves(states[questions[q].focus]) : states));
  }
  function anchor(w) {
    if (anchors[w]) return;
    const kept = new Map(held);
    held.clear();
    anchors[w] = drawn(w).map((states, q) => states && author[w][q] && states.map((p, s) => (p > 0 ? author[w][q][s] / p : 1)));
    kept.forEach((typed, ix) => held.set(ix, typed));
  }
  // Per question, the probability of every state (in a scenario, of the focus and of the rest); null where there is none.
  function answers(w) {
    if (held.size === 0) return author[w];
    anchor(w);
    return drawn(w).map((states, q) => {
      if (!states) return worlds[w].asked[q] ? null : author[w][q];
      if (!anchors[w][q]) return null;
      const parts = states.map((p, s) => p * anchors[w][q][s]), all = parts.reduce((a, b) => a + b, 0);
      return parts.map((part) => part / all);
    });
  }
  const focusOf = (w, q) => (w === 0 ? questions[q].focus : 0);

  // --- The page ---

  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, given] of Object.entries(attributes)) element.setAttribute(name, given);
    return element;
  };
  const banner = byId('moved');
  const table = make('table', '', { id: 'followed', class: 'stack' });
  byId('controls').before(table);

  function sentence(q, states) {
    const { states: names, focus, text } = questions[q];
    const was = questions[q].p[focus], of = questions.length > 1 ? `${text} ` : '';
    if (!states) return `${of}With these numbers the evidence cannot happen. The author’s answer is ${percent(was)}${word(was)}.`;
    return `${of}${names[focus]}: ${percent(states[focus])}${word(states[focus])}. The author’s: ${percent(was)}${word(was)}.`;
  }
  function tell(all) {
    banner.hidden = held.size === 0;
    document.documentElement.classList.toggle('is-moved', held.size > 0);
    if (held.size > 0) {
      const count = held.size === 1 ? 'One number is' : `${held.size} numbers are`;
      banner.querySelector('.said').replaceChildren(make('strong', `Moved by a reader: ${count} not the author’s.`), ` ${all.map((states, q) => sentence(q, states)).join(' ')} Intervals, reasons and whatever else is below stay the author’s, but for `, make('a', 'the moved numbers and scenarios', { href: '#move' }), '.');
    }
  }
  function row(w, answered) {
    return questions.map((question, q) => {
      const line = make('tr'), states = answered && answered[q], was = author[w][q], f = focusOf(w, q);
      const what = `${worlds[w].text ?? 'As assessed'}${questions.length > 1 ? `: ${question.text}` : ''}`;
      line.append(make('th', what, { scope: 'row', dir: 'auto' }));
      const now = states ? `${percent(states[f])}${word(states[f])}` : held.size ? 'cannot happen' : '—';
      line.append(make('td', now, { 'data-label': `Now ${question.states[question.focus]}`, 'data-p': states ? states[f] : '' }));
      line.append(make('td', was ? `${percent(was[f])}${word(was[f])}` : 'cannot happen', { 'data-label': 'The author’s' }));
      return line;
    });
  }
  let frame = 0;
  function follow() {
    cancelAnimationFrame(frame);
    const first = answers(0);
    tell(first);
    const head = make('thead'), body = make('tbody'), line = make('tr');
    for (const name of ['Case', 'Now', 'The author’s']) line.append(make('th', name, { scope: 'col' }));
    head.append(line);
    const caption = make('caption', `Probability of ${questions.map((question) => question.states[question.focus]).join(', ')} as the page stands, beside the author’s.`);
    body.append(...row(0, first));
    table.replaceChildren(caption, head, body);
    // One scenario a frame, so that a slide is never held up.
    const next = (w) => {
      if (w >= worlds.length) return;
      body.append(...row(w, answers(w)));
      frame = requestAnimationFrame(() => next(w + 1));
    };
    frame = requestAnimationFrame(() => next(1));
  }
  function show(ix) {
    const number = numbers[ix], item = byId(`n${ix}`), isHeld = held.has(ix);
    item.classList.toggle('is-held', isHeld);
    item.querySelector('.back').hidden = !isHeld;
    const typed = isHeld ? held.get(ix) : shown(number, number.mean);
    if (document.activeElement !== byId(`v${ix}`) || !isHeld) byId(`v${ix}`).value = typed;
    const slider = byId(`r${ix}`);
    if (document.activeElement !== slider || !isHeld) slider.value = position(number, value(number, typed));
    slider.setAttribute('aria-valuetext', `${typed}${number.percent ? '%' : ''}${isHeld ? '' : ", the author’s mean"}`);
  }
  // Another heading's fragment may stand before ours.
  function address() {
    const others = location.hash.slice(1).split('&').filter((part) => part && !part.startsWith('moved='));
    const moved = [...held].sort(([a], [b]) => a - b).map(([ix, typed]) => `${ix}:${typed}`).join(',');
    return '#' + [...others, ...(moved ? [`moved=${moved}`] : [])].join('&');
  }
  function move(ix, typed) {
    if (typed === null) held.delete(ix); else held.set(ix, typed);
    show(ix);
    follow();
    history.replaceState(null, '', address());
  }
  function restore() {
    const part = location.hash.slice(1).split('&').find((part) => part.startsWith('moved='));
    held.clear();
    for (const pair of part ? decodeURIComponent(part.slice(6)).split(',') : []) {
      const [ix, typed] = pair.split(':');
      if (/^\d+$/.test(ix) && numbers[ix] && isThinkable(numbers[ix], typed ?? '')) held.set(Number(ix), typed);
    }
    numbers.forEach((_, ix) => show(ix));
    follow();
  }
  function reset() {
    if (held.size === 0) return;
    held.clear();
    // A state of its own, so that the way back brings back what was moved.
    history.pushState(null, '', address());
    numbers.forEach((_, ix) => show(ix));
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

  numbers.forEach((number, ix) => {
    byId(`r${ix}`).addEventListener('input', (event) => move(ix, slid(number, Number(event.target.value))));
    byId(`v${ix}`).addEventListener('input', (event) => {
      const isGood = isThinkable(number, event.target.value);
      event.target.setAttribute('aria-invalid', String(!isGood));
      if (isGood) move(ix, event.target.value);
    });
    byId(`n${ix}`).querySelector('.back').addEventListener('click', () => { move(ix, null); byId(`v${ix}`).focus(); });
  });
  byId('find').addEventListener('input', find);
  byId('reset').addEventListener('click', reset);
  byId('save').addEventListener('click', save);
  addEventListener('keydown', (event) => { if (event.key === 'Escape') reset(); });
  addEventListener('popstate', restore);
  addEventListener('hashchange', () => {
    if (location.hash.includes('moved=')) return restore();
    history.replaceState(null, '', address());
  });
  byId('controls').hidden = false;
  find();
  restore();
  // What every answer needs once is done while nobody waits, so that the first slide is as quick as the next.
  const warm = (w) => { if (w < worlds.length) { anchor(w); setTimeout(() => warm(w + 1)); } };
  setTimeout(() => warm(0));
  // A heading's fragment beside ours is not one that a browser follows by itself.
  const beside = location.hash.slice(1).split('&');
  if (beside.length > 1) byId(beside[0])?.scrollIntoView();
})();
