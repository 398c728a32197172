// What a moved assessment says. At once, on few draws, moved to where all draws put the author's numbers; then, settled,
// on all draws of the file with these numbers typed in: what `weigh` says of that file, by the same formulas.
// `held` is what is moved: position of a number to its value.
const weighFollower = (() => {
  'use strict';
  const { ask, joined, weighed, means, quantiles } = weighEvaluator;
  const ENDS = [0.05, 0.5, 0.95];
  // Lanes that are run between two looks at the clock; at once, lanes of all subsets of reasons together, and draws of a
  // number's ends and of a scenario.
  const CHUNK = 64, LANES_FOR_REASONS = 256, FEW_FOR_CHANGES = 16, FEW_FOR_SCENARIOS = 32;
  // As in change.rs: draws for a change, numbers whose crossings are looked for, values tried, rounds of a bracket.
  const DRAWS_FOR_CHANGES = 128, SEARCHED = 12, GRID = 13, ROUNDS = 30, NOTHING = 1e-13;
  const CHANGES_AT_ONCE = 5;

  const logit = (p) => Math.log(p) - Math.log1p(-p);
  const logistic = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
  // p, moved in log odds by as much as `from` lies off `to`.
  const moved = (p, from, to) => {
    const off = logit(to) - logit(from);
    return Number.isFinite(off) ? logistic(logit(p) + off) : p;
  };
  // The word of the scale that covers a probability: its name, where it begins, where it ends.
  function wordOf({ scale, widest }, p) {
    const holding = scale.filter(([, low, high]) => low <= p && p <= high);
    if (widest) holding.sort((a, b) => (b[2] - b[1]) - (a[2] - a[1])).splice(1);
    return holding.at(-1);
  }
  const normalised = (parts) => {
    const all = parts.reduce((a, b) => a + b, 0);
    return parts.map((part) => part / all);
  };

  function prepare(model) {
    const made = weighDraws.prepare(model);
    return {
      model, made,
      runs: model.worlds.map((world) => weighEvaluator.prepare(world.tape)),
      reasonsRun: model.reasons && weighEvaluator.prepare(model.reasons.world.tape),
      game: model.game && weighChooser.prepare(model.game, model.game.play),
      reasonsGame: model.game?.withSwitches && weighChooser.prepare(model.game, model.game.withSwitches),
      few: weighDraws.fill(weighDraws.plan(made, new Set()), 0, model.n),
      unmoved: new Map(),
    };
  }
  function certain({ model }, held) {
    const params = new Set();
    for (const ix of held.keys()) model.numbers[ix].params.forEach((param) => params.add(param));
    return params;
  }
  function typedIn({ model }, rows, held) {
    const all = rows.slice();
    for (const [ix, value] of held) for (const param of model.numbers[ix].params) all[param] = [value];
    return all;
  }
  // What `n` draws are with numbers held: what actors choose follows from them.
  const played = (game, rows, n) => (game ? weighChooser.play(game, rows, n) : rows);
  const withHeld = (f, rows, held, n) => played(f.game, typedIn(f, rows, held), n);
  // The same with one more, where everything but that is known.
  function withOneMore(f, rows, base, held, ix, value, n) {
    const bears = f.game && f.model.numbers[ix].params.some((param) => f.game.reaches.has(param));
    return bears ? withHeld(f, rows, new Map([...held, [ix, value]]), n) : typedIn(f, base, [[ix, value]]);
  }
  // What is asked again and again with nothing moved.
  function once(f, key, make) {
    if (!f.unmoved.has(key)) f.unmoved.set(key, make());
    return f.unmoved.get(key);
  }

  // Of the draws shown at once, as many as `n`, each chosen as often as it predicted the evidence well and counted the less
  // for it: so few say more than the first few would.
  const chosen = (f, n) => once(f, `chosen ${n}`, () => {
    const answer = ask(f.runs[0], f.model.worlds[0], withHeld(f, f.few, new Map(), f.model.n), 0, f.model.n).find(Boolean);
    if (!answer || n >= f.model.n) return { rows: f.few, n: f.model.n };
    const rows = weighed(answer), weights = Array.from({ length: f.model.n }, (_, j) => rows.reduce((sum, row) => sum + row[j], 0));
    const step = weights.reduce((a, b) => a + b, 0) / n, lanes = [];
    let sum = 0;
    weights.forEach((weight, j) => { for (sum += weight; lanes.length < n && sum > step * (lanes.length + 0.5);) lanes.push(j); });
    return {
      n: lanes.length, counts: lanes.map((j) => weights[lanes[0]] / weights[j]),
      rows: f.few.map((row) => (row.length === 1 ? row : Float64Array.from(lanes, (j) => row[j]))),
    };
  });

  // --- Answers ---

  // Of few draws, anchored where the same draws with nothing moved are the author's answer. In a scenario only the focus
  // and the rest are told apart.
  const told = ({ model }, w, q, states) => (w === 0 ? states : [states[model.questions[q].focus], 1 - states[model.questions[q].focus]]);
  function author({ model }, w, q) {
    if (w === 0) return model.questions[q].p;
    const p = model.worlds[w].p[q];
    return p === null ? null : [p, 1 - p];
  }
  function quickAnswers(f, w, held, { rows, n, counts }) {
    const { model } = f;
    const run = (held) => ask(f.runs[w], model.worlds[w], withHeld(f, rows, held, n), 0, n);
    const before = once(f, `answers ${w} ${n}`, () => run(new Map()).map((it) => it && { p: means(it, counts), it }));
    const isExact = w === 0 && model.exact;
    const exact = isExact && ask(f.runs[0], model.worlds[0], withHeld(f, model.means.map((it) => [it]), held, 1), 0, 1).map((it) => it && means(it));
    return run(held).map((answer, q) => {
      const was = author(f, w, q);
      if (!answer || !was) return { p: was };
      const states = means(answer, counts), from = before[q].p;
      if (!states || !from) return { p: null };
      const anchors = told(f, w, q, from).map((p, s) => (p > 0 && was[s] > 0 ? was[s] / p : 1));
      const p = isExact ? exact[q] : normalised(told(f, w, q, states).map((p, s) => p * anchors[s]));
      const focus = model.questions[q].focus, ends = w === 0 ? model.questions[q].ends : model.worlds[w].ends[q];
      const [measured, at] = [answer, before[q].it].map((it) => quantiles(it, focus, ENDS, counts));
      return { p, ends: ends && measured.map((end, k) => moved(end, at[k], ends[k])) };
    });
  }
  function settledAnswer(f, w, q, parts, held, isDrawn) {
    const { model } = f, whole = joined(parts.map((answers) => answers[q]));
    if (!whole) return { p: author(f, w, q), ends: null };
    let p = means(whole);
    if (!p) return { p: null };
    const focus = model.questions[q].focus;
    if (w === 0 && model.exact) p = means(ask(f.runs[0], model.worlds[0], withHeld(f, model.means.map((it) => [it]), held, 1), 0, 1)[q]);
    return { p: told(f, w, q, p), ends: isDrawn ? quantiles(whole, focus, ENDS) : null };
  }

  // --- Reasons ---

  // Per subset of the reasons, and question, the probability of the focus over `n` draws in `rows`.
  function* bySubset(f, { rows, n, counts }, held) {
    const { n: nReasons, world, findings } = f.model.reasons;
    const params = typedIn(f, rows, held), defaults = f.reasonsRun.tape.likelihoods;
    for (let inside = 0; inside < 1 << nReasons; inside++) {
      const isOut = (reason) => reason !== null && !(inside >> reason & 1);
      const switches = Array.from({ length: nReasons }, (_, reason) => [isOut(reason) ? 0 : 1]);
      const likelihoods = Float64Array.from(defaults);
      for (const [[from, to], reasons] of findings) if (reasons.every(isOut)) likelihoods.fill(1, from, to);
      yield ask(f.reasonsRun, world, played(f.reasonsGame, [...switches, ...params], n), 0, n, likelihoods)
        .map((answer, q) => answer && means(answer, counts)?.[f.model.questions[q].focus]);
    }
  }
  // As in reasons.rs: shares of the log odds, or of the probability where some subset makes the focus certain, and the
  // answers with each reason alone, without it and with none; all moved to where the whole is the answer.
  function carried(probabilities, n, p) {
    const all = (1 << n) - 1;
    const at = probabilities.map((it) => (it === null || it === undefined ? null : moved(it, probabilities[all], p)));
    const isLogOdds = at.every((it) => it === null || (it > 0 && it < 1));
    const values = at.map((it) => (it === null ? NaN : isLogOdds ? logit(it) : it));
    const weights = [];
    for (let size = 0; size < n; size++) {
      let weight = 1 / n;
      for (let k = 1; k <= size; k++) weight *= k / (n - k);
      weights.push(weight);
    }
    const sizeOf = (set) => { let size = 0; for (; set; set >>= 1) size += set & 1; return size; };
    const shares = Array.from({ length: n }, (_, reason) => {
      let share = 0;
      for (let set = 0; set <= all; set++) if (!(set >> reason & 1)) share += weights[sizeOf(set)] * (values[set | 1 << reason] - values[set]);
      return { share: Number.isFinite(share) ? share : null, alone: at[1 << reason], dropped: at[all - (1 << reason)] };
    });
    return { isLogOdds, without: at[0], shares };
  }
  const reasonsOf = (f, subsets, q, p) => carried(subsets.map((it) => it[q]), f.model.reasons.n, p);
  // On very few draws, by how far those say that the author's own have moved.
  function quickReasons(f, held, answers) {
    if (!f.model.reasons) return null;
    const few = chosen(f, Math.max(8, LANES_FOR_REASONS >> f.model.reasons.n));
    const before = once(f, 'reasons', () => [...bySubset(f, few, new Map())]);
    const now = [...bySubset(f, few, held)];
    return f.model.questions.map((question, q) => {
      const own = question.carried, focus = question.focus;
      if (!own || !answers[q].p) return null;
      const [was, is] = [reasonsOf(f, before, q, question.p[focus]), reasonsOf(f, now, q, answers[q].p[focus])];
      if (was.isLogOdds !== is.isLogOdds || own.isLogOdds !== is.isLogOdds) return is;
      const by = (own, was, is) => (own === null || was === null || is === null ? is : moved(own, was, is));
      return {
        isLogOdds: is.isLogOdds,
        without: by(own.without, was.without, is.without),
        shares: is.shares.map((share, r) => ({
          share: share.share === null || own.shares[r].share === null ? null : own.shares[r].share + share.share - was.shares[r].share,
          alone: by(own.shares[r].alone, was.shares[r].alone, share.alone),
          dropped: by(own.shares[r].dropped, was.shares[r].dropped, share.dropped),
        })),
      };
    });
  }

  // --- What would change it ---

  // As in flip.rs: what is thinkable of a number, from 0 to 1, on the scale on which its steps are alike.
  function thinkable({ percent, points, low, high }) {
    const within = (from, to, on, off) => ({ value: (step) => off(from + (to - from) * step), step: (x) => (on(x) - from) / (to - from) });
    if (percent) return within(logit(Math.max(1e-9, Math.min(low, 0.001))), logit(Math.min(1 - 1e-9, Math.max(high, 0.999))), logit, logistic);
    if (points) return within(Math.min(low, -100), Math.max(high, 100), (x) => x, (x) => x);
    if (low > 0) return within(Math.log(low / 10), Math.log(high * 10), Math.log, Math.exp);
    const width = Math.max(1, high - low);
    return within(low - width, high + width, (x) => x, (x) => x);
  }
  // Where the answer matters: where a decision turns, the borders of its word and of the text's, even odds.
  function edges({ model }, q, p) {
    const question = model.questions[q], found = [];
    const add = (at, name, isBorder = false) => { if (at > 0 && at < 1 && !found.some((it) => it.at === at)) found.push({ at, name, isBorder }); };
    for (const [at, text] of question.thresholds) add(at, text === null ? 'where the decision turns' : `where the decision turns: “${text}”`);
    const band = wordOf(model, p);
    if (band) for (const at of [band[1], band[2]]) add(at, `the border of “${band[0]}”`, true);
    if (question.claim) {
      const [word, low, high] = question.claim;
      if (p < low) add(low, `where the text’s own “${word}” begins`);
      if (p > high) add(high, `where the text’s own “${word}” ends`);
    }
    add(0.5, 'even odds');
    return found;
  }
  // The answer's focus with one number more held, per question, over `n` draws in `rows`, anchored at `answers`.
  function holder(f, w, { rows, n, counts }, held, answers) {
    const run = f.runs[w], world = f.model.worlds[w];
    const base = withHeld(f, rows, held, n);
    const measure = (params) => ask(run, world, params, 0, n).map((it) => it && means(it, counts));
    const anchors = measure(base).map((states, q) => states && answers[q].p && told(f, w, q, states).map((p, s) => (p > 0 && answers[q].p[s] > 0 ? answers[q].p[s] / p : 1)));
    return (ix, value) => measure(withOneMore(f, rows, base, held, ix, value, n)).map((states, q) => {
      if (!states || !anchors[q]) return null;
      const parts = normalised(told(f, w, q, states).map((p, s) => p * anchors[q][s]));
      return parts[w === 0 ? f.model.questions[q].focus : 0];
    });
  }
  const isOpen = (f, held) => (ix) => !held.has(ix) && f.model.numbers[ix].low < f.model.numbers[ix].high;
  const swing = (f, at, ix) => {
    const low = at(ix, f.model.numbers[ix].low), high = at(ix, f.model.numbers[ix].high);
    return low.map((p, q) => ({ ix, low: p, high: high[q] }));
  };
  const bySize = (a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low) || a.ix - b.ix;
  const swingsOf = (f, all, q) => all.map((it) => it[q]).filter((it) => it.low !== null && it.high !== null && Math.abs(it.high - it.low) > 1e-9).sort(bySize);
  function quickChanges(f, w, held, answers) {
    const at = holder(f, w, chosen(f, FEW_FOR_CHANGES), held, answers);
    const all = f.model.largest.filter(isOpen(f, held)).slice(0, CHANGES_AT_ONCE).map((ix) => swing(f, at, ix));
    return f.model.questions.map((_, q) => ({ swings: swingsOf(f, all, q), flips: null }));
  }
  function* crossings(f, at, q, edge, ix, grid) {
    const number = f.model.numbers[ix], scale = thinkable(number), from = scale.step(number.mean);
    const distance = (p) => (p === null ? NaN : logit(p) - logit(edge.at));
    let best = null;
    for (let k = 0; k + 1 < GRID; k++) {
      const a = [k / (GRID - 1), distance(grid[k][q])], b = [(k + 1) / (GRID - 1), distance(grid[k + 1][q])];
      if (!Number.isFinite(a[1]) || !Number.isFinite(b[1]) || a[1] * b[1] > 0 || a[1] === b[1]) continue;
      const far = Math.abs(Math.min(b[0], Math.max(a[0], from)) - from);
      if (!best || far < best.far) best = { far, ends: [a, b], kept: [false, false] };
    }
    if (!best) return null;
    const position = () => { const [[x, a], [y, b]] = best.ends; return a === b ? x : x + (y - x) * a / (a - b); };
    for (let round = 0; round < ROUNDS && best.ends.every(([, d]) => Math.abs(d) > NOTHING); round++) {
      const step = position(), d = distance(at(ix, scale.value(step))[q]);
      yield;
      const side = d * best.ends[0][1] <= 0 ? 1 : 0, other = 1 - side;
      best.ends[side] = [step, d];
      if (best.kept[other]) best.ends[other][1] /= 2;
      best.kept = [side === 1, side === 0];
    }
    const value = scale.value(position());
    return Number.isFinite(value) ? { ix, value, edge, live: number.low <= value && value <= number.high, distance: Math.abs(position() - from) } : null;
  }

  // --- Everything ---

  // What can be said within one frame, the answer first; `w` is the scenario chosen, 0 for none. On a slow machine what
  // comes later may wait for the next frame.
  function* quick(f, held, w = 0) {
    const answers = quickAnswers(f, w, held, { rows: f.few, n: f.model.n });
    yield { answers, w };
    yield { reasons: w === 0 ? quickReasons(f, held, answers) : null };
    yield { changes: quickChanges(f, w, held, answers) };
    for (let other = 0; other < f.model.worlds.length; other++) {
      if (other !== w) yield { answers: quickAnswers(f, other, held, chosen(f, FEW_FOR_SCENARIOS)), w: other };
    }
  }
  // The same on all draws. Yields whenever it has worked for a while: nothing, or what has become known.
  function* settled(f, held, w = 0) {
    const { model } = f;
    const plan = weighDraws.plan(f.made, certain(f, held));
    const isDrawn = plan.recipes.some(Boolean), n = isDrawn ? model.run : 1;
    const chunks = [];
    for (let from = 0; from < n; from += CHUNK) {
      chunks.push(weighDraws.fill(plan, from, Math.min(n, from + CHUNK)));
      yield null;
    }
    const sizeOf = (ix) => (isDrawn ? Math.min(CHUNK, model.run - ix * CHUNK) : 1);
    // The first draws in one piece.
    const first = (n) => plan.recipes.map((recipe, param) => {
      if (!recipe) return chunks[0][param];
      const row = new Float64Array(n);
      for (let from = 0; from < n; from += CHUNK) row.set(chunks[from / CHUNK][param].subarray(0, n - from), from);
      return row;
    });
    function* answersIn(w) {
      const parts = [];
      for (let ix = 0; ix < chunks.length; ix++) {
        const n = sizeOf(ix);
        parts.push(ask(f.runs[w], model.worlds[w], withHeld(f, chunks[ix], held, n), 0, n));
        yield null;
      }
      return model.questions.map((_, q) => settledAnswer(f, w, q, parts, held, isDrawn));
    }
    const answers = yield* answersIn(w);
    yield { answers, w };
    if (w === 0 && model.reasons && model.questions.some((it) => it.carried)) {
      const few = Math.min(model.reasons.draws, n), rows = first(few), subsets = [];
      for (const part of bySubset(f, { rows, n: few }, held)) { subsets.push(part); yield null; }
      yield { reasons: model.questions.map((question, q) => (question.carried && answers[q].p ? reasonsOf(f, subsets, q, answers[q].p[question.focus]) : null)) };
    }
    const few = w === 0 && model.exact ? 1 : Math.min(DRAWS_FOR_CHANGES, n);
    const rows = w === 0 && model.exact ? model.means.map((it) => [it]) : first(few);
    const at = holder(f, w, { rows, n: few }, held, answers), all = [];
    for (let ix = 0; ix < model.numbers.length; ix++) if (isOpen(f, held)(ix)) { all.push(swing(f, at, ix)); yield null; }
    const swings = model.questions.map((_, q) => swingsOf(f, all, q));
    yield { changes: swings.map((swings) => ({ swings, flips: null })) };
    const grids = new Map(), changes = [];
    for (let q = 0; q < model.questions.length; q++) {
      const flips = [], focus = w === 0 ? model.questions[q].focus : 0;
      if (answers[q].p) for (const { ix } of swings[q].slice(0, SEARCHED)) {
        if (!grids.has(ix)) {
          const scale = thinkable(model.numbers[ix]), grid = [];
          for (let k = 0; k < GRID; k++) { grid.push(at(ix, scale.value(k / (GRID - 1)))); yield null; }
          grids.set(ix, grid);
        }
        for (const edge of edges(f, q, answers[q].p[focus])) {
          const flip = yield* crossings(f, at, q, edge, ix, grids.get(ix));
          if (flip) flips.push(flip);
        }
      }
      flips.sort((a, b) => b.live - a.live || a.distance - b.distance);
      changes.push({ swings: swings[q], flips });
    }
    yield { changes };
    for (let other = 0; other < model.worlds.length; other++) if (other !== w) yield { answers: yield* answersIn(other), w: other };
  }
  return { prepare, quick, settled, wordOf };
})();
