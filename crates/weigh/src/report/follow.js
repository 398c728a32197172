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
  // As in change.rs: draws for a change, numbers whose crossings are looked for, values tried, rounds of a bracket; numbers
  // of which pairs are tried, how far on their way, and how many are told.
  const DRAWS_FOR_CHANGES = 128, SEARCHED = 12, GRID = 13, ROUNDS = 30, NOTHING = 1e-13;
  const PAIRED = 5, PAIR_STEPS = [0, 0.5, 1, 1.5, 2], PAIRS_TOLD = 4;
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
  // The same with more, as parameters and values, where everything but that is known.
  function withMore(f, rows, base, held, more, n) {
    const bears = f.game && more.some(([param]) => f.game.reaches.has(param));
    const all = (bears ? typedIn(f, rows, held) : base).slice();
    for (const [param, value] of more) all[param] = [value];
    return bears ? played(f.game, all, n) : all;
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
  // Where the focus stands among them.
  const focusIn = ({ model }, w, q) => (w === 0 ? model.questions[q].focus : 0);
  // What takes the probabilities of some draws to those of others, and probabilities taken there.
  const anchorsOf = (f, w, q, from, to) => told(f, w, q, from).map((p, s) => (p > 0 && to[s] > 0 ? to[s] / p : 1));
  const anchored = (f, w, q, states, anchors) => normalised(told(f, w, q, states).map((p, s) => p * anchors[s]));
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
      const p = isExact ? exact[q] : anchored(f, w, q, states, anchorsOf(f, w, q, from, was));
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
  function carried(probabilities, n, p, isSettled) {
    const all = (1 << n) - 1;
    const at = probabilities.map((it) => (it === null || it === undefined ? null : moved(it, probabilities[all], p)));
    const isLogOdds = at.every((it) => it === null || (it > 0 && it < 1));
    const values = at.map((it) => (it === null ? NaN : isLogOdds ? logit(it) : it));
    // Of the orders of `n`, those in which a set of a size comes before all others.
    const orders = (n) => Array.from({ length: n }, (_, size) => {
      let weight = 1 / n;
      for (let k = 1; k <= size; k++) weight *= k / (n - k);
      return weight;
    });
    const weights = orders(n);
    const sizeOf = (set) => { let size = 0; for (; set; set >>= 1) size += set & 1; return size; };
    const shares = Array.from({ length: n }, (_, reason) => {
      let share = 0;
      for (let set = 0; set <= all; set++) if (!(set >> reason & 1)) share += weights[sizeOf(set)] * (values[set | 1 << reason] - values[set]);
      return { share: Number.isFinite(share) ? share : null, alone: at[1 << reason], dropped: at[all - (1 << reason)] };
    });
    if (!isSettled) return { isLogOdds, without: at[0], shares };
    // What they do one by one less what they do together, and what each two do beyond what each does alone.
    const overlap = shares.reduce((sum, _, reason) => sum + values[1 << reason] - values[0], 0) - (values[all] - values[0]);
    const ofTwo = orders(n - 1), pairs = [];
    for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) {
      const [inA, inB] = [1 << a, 1 << b];
      let index = 0;
      for (let set = 0; set <= all; set++) if (!(set & (inA | inB))) index += ofTwo[sizeOf(set)] * (values[set | inA | inB] + values[set] - values[set | inA] - values[set | inB]);
      if (Number.isFinite(index)) pairs.push({ reasons: [a, b], index });
    }
    pairs.sort((a, b) => Math.abs(b.index) - Math.abs(a.index) || a.reasons[0] - b.reasons[0] || a.reasons[1] - b.reasons[1]);
    return { isLogOdds, without: at[0], shares, overlap: n > 1 && Number.isFinite(overlap) ? overlap : null, pairs };
  }
  const reasonsOf = (f, subsets, q, p, isSettled = false) => carried(subsets.map((it) => it[q]), f.model.reasons.n, p, isSettled);
  // On very few draws, by how far those say that the author's own have moved.
  function quickReasons(f, held, answers) {
    if (!f.model.reasons?.n) return null;
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
  // Where the answer matters: where a decision turns, the borders of its word and of the text's, even odds, and where
  // another of several outcomes becomes the likeliest. `p` is of every state, or in a scenario of the focus and the rest.
  function edges(f, w, q, p) {
    const { model } = f, question = model.questions[q], focus = focusIn(f, w, q), found = [];
    const add = (at, name, isBorder = false) => {
      if (at > 0 && at < 1 && !found.some((it) => it.at === at)) found.push({ at, name, isBorder, distance: (p) => logit(p[focus]) - logit(at) });
    };
    for (const [at, text] of question.thresholds) add(at, text === null ? 'where the decision turns' : `where the decision turns: “${text}”`);
    const band = wordOf(model, p[focus]);
    if (band) for (const at of [band[1], band[2]]) add(at, `the border of “${band[0]}”`, true);
    if (question.claim) {
      const [word, low, high] = question.claim;
      if (p[focus] < low) add(low, `where the text’s own “${word}” begins`);
      if (p[focus] > high) add(high, `where the text’s own “${word}” ends`);
    }
    add(0.5, 'even odds');
    if (w === 0 && p.length > 2) {
      const first = p.indexOf(Math.max(...p));
      p.forEach((_, second) => {
        if (second === first) return;
        found.push({ at: null, name: `where “${question.states[second]}” becomes more likely than “${question.states[first]}”`, distance: (p) => Math.log(p[first]) - Math.log(p[second]) });
      });
    }
    return found;
  }
  // Per question the probability of every state (in a scenario of the focus and the rest) with more held, given as
  // parameters and values, over `n` draws in `rows`, anchored at `answers`.
  function holder(f, w, { rows, n, counts }, held, answers) {
    const run = f.runs[w], world = f.model.worlds[w];
    const base = withHeld(f, rows, held, n);
    const measure = (params) => ask(run, world, params, 0, n).map((it) => it && means(it, counts));
    const anchors = measure(base).map((states, q) => states && answers[q].p && anchorsOf(f, w, q, states, answers[q].p));
    return (more) => measure(withMore(f, rows, base, held, more, n)).map((states, q) => (states && anchors[q] ? anchored(f, w, q, states, anchors[q]) : null));
  }
  const setting = (f, ix, value) => f.model.numbers[ix].params.map((param) => [param, value]);
  const isOpen = (f, held) => (ix) => !held.has(ix) && f.model.numbers[ix].low < f.model.numbers[ix].high;
  function swing(f, w, at, ix) {
    const [low, high] = [f.model.numbers[ix].low, f.model.numbers[ix].high].map((end) => at(setting(f, ix, end)));
    return low.map((p, q) => {
      const focus = focusIn(f, w, q);
      return { ix, low: p && p[focus], high: high[q] && high[q][focus] };
    });
  }
  const bySize = (a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low) || a.ix - b.ix;
  const swingsOf = (f, all, q) => all.map((it) => it[q]).filter((it) => it.low !== null && it.high !== null && Math.abs(it.high - it.low) > 1e-9).sort(bySize);
  function quickChanges(f, w, held, answers) {
    const at = holder(f, w, chosen(f, FEW_FOR_CHANGES), held, answers);
    const all = f.model.largest.filter(isOpen(f, held)).slice(0, CHANGES_AT_ONCE).map((ix) => swing(f, w, at, ix));
    return f.model.questions.map((_, q) => ({ swings: swingsOf(f, all, q), flips: null }));
  }
  // As in flip.rs: the crossing nearest to `from` between two steps that were tried, with the distance from an edge at each.
  function bracket(tried, from) {
    let best = null;
    for (let k = 0; k + 1 < tried.length; k++) {
      const [a, b] = [tried[k], tried[k + 1]];
      if (!Number.isFinite(a[1]) || !Number.isFinite(b[1]) || a[1] * b[1] > 0 || a[1] === b[1]) continue;
      const far = Math.abs(Math.min(b[0], Math.max(a[0], from)) - from);
      if (!best || far < best.far) best = { far, ends: [a, b], kept: [false, false] };
    }
    return best;
  }
  // Narrows it; yields now and then, and comes back with the step that is crossed at.
  function* narrowed(bracket, distance) {
    const position = () => { const [[x, a], [y, b]] = bracket.ends; return a === b ? x : x + (y - x) * a / (a - b); };
    for (let round = 0; round < ROUNDS && bracket.ends.every(([, d]) => Math.abs(d) > NOTHING); round++) {
      const step = position(), d = distance(step);
      yield null;
      const side = d * bracket.ends[0][1] <= 0 ? 1 : 0, other = 1 - side;
      bracket.ends[side] = [step, d];
      if (bracket.kept[other]) bracket.ends[other][1] /= 2;
      bracket.kept = [side === 1, side === 0];
    }
    return position();
  }
  const off = (edge, p) => (p ? edge.distance(p) : NaN);
  // What crosses the edges, number by number: the live doubts first, then the nearest.
  function* flipsOf(f, w, at, q, edges, swings, grids) {
    const flips = [];
    for (const { ix } of swings.slice(0, SEARCHED)) {
      const number = f.model.numbers[ix], scale = thinkable(number), from = scale.step(number.mean);
      if (!grids.has(ix)) {
        const grid = [];
        for (let k = 0; k < GRID; k++) { grid.push(at(setting(f, ix, scale.value(k / (GRID - 1))))); yield null; }
        grids.set(ix, grid);
      }
      for (const edge of edges) {
        const found = bracket(grids.get(ix).map((p, k) => [k / (GRID - 1), off(edge, p[q])]), from);
        if (!found) continue;
        const step = yield* narrowed(found, (step) => off(edge, at(setting(f, ix, scale.value(step)))[q]));
        const value = scale.value(step);
        if (!Number.isFinite(value)) continue;
        // Where two outcomes change places, the answer is what it then is.
        const p = edge.at ?? at(setting(f, ix, value))[q]?.[f.model.questions[q].focus];
        flips.push({ ix, value, edge: { ...edge, at: p }, live: number.low <= value && value <= number.high, distance: Math.abs(step - from) });
      }
    }
    return flips.sort((a, b) => b.live - a.live || a.distance - b.distance);
  }
  // As in change.rs: two numbers that cross an edge together, each the same part of its way, where neither does it alone.
  function* pairsOf(f, w, at, q, edges, swings, flips, p) {
    const way = ({ ix, low, high }, rises) => {
      const number = f.model.numbers[ix], scale = thinkable(number), from = scale.step(number.mean);
      const to = scale.step((high > low) === rises ? number.high : number.low);
      return (part) => scale.value(Math.min(1, Math.max(0, from + part * (to - from))));
    };
    const walks = new Map(), sought = [];
    for (const edge of edges.filter((it) => it.at !== null)) {
      const rises = edge.at > p, able = swings.slice(0, PAIRED)
        .filter(({ ix }) => !flips.some((flip) => flip.ix === ix && flip.live && flip.edge.name === edge.name && flip.edge.at === edge.at));
      for (const [place, a] of able.entries()) for (const b of able.slice(place + 1)) {
        const key = `${a.ix} ${b.ix} ${rises}`;
        if (!walks.has(key)) {
          const ways = [way(a, rises), way(b, rises)];
          const held = (part) => at([...setting(f, a.ix, ways[0](part)), ...setting(f, b.ix, ways[1](part))])[q];
          const tried = [];
          for (const part of PAIR_STEPS) { tried.push(held(part)); yield null; }
          walks.set(key, { ways, held, tried });
        }
        const walk = walks.get(key), found = bracket(PAIR_STEPS.map((part, k) => [part, off(edge, walk.tried[k])]), 0);
        if (found) sought.push({ ixs: [a.ix, b.ix], edge, walk, found, order: sought.length });
      }
    }
    // Those whose bracket begins beyond the ends of as many others as are told cannot be told.
    const farthest = sought.map(({ found }) => found.ends[1][0]).sort((a, b) => a - b)[PAIRS_TOLD - 1] ?? Infinity;
    const pairs = [];
    for (const { ixs, edge, walk, found, order } of sought.filter(({ found }) => found.ends[0][0] <= farthest)) {
      const part = yield* narrowed(found, (part) => off(edge, walk.held(part)));
      if (Number.isFinite(part)) pairs.push({ ixs, values: walk.ways.map((way) => way(part)), edge, live: part <= 1, part, order });
    }
    return pairs.sort((a, b) => a.part - b.part || a.order - b.order).slice(0, PAIRS_TOLD);
  }
  // As in sources.rs: per question and source, the answer without what only it brings in, and the nearest other grade that
  // takes the answer over an edge. What is lost is found where reasons are weighed, over `n` draws in `rows`.
  function* sourcesOf(f, at, held, edges, answers, rows, n) {
    const { model } = f, focuses = model.questions.map((it) => it.focus);
    const crossed = (q, p) => {
      const far = (edge) => Math.abs(edge.distance(answers[q].p));
      return edges[q].filter((edge) => edge.distance(answers[q].p) * edge.distance(p) < 0).sort((a, b) => far(a) - far(b))[0] ?? null;
    };
    const without = model.reasons ? loser(f, held, answers, rows, n) : null;
    const all = [];
    for (const [k, { letter, param }] of model.sources.entries()) {
      const lost = without?.(model.reasons.lost[k]);
      yield null;
      const own = [...held].find(([ix]) => model.numbers[ix].params.includes(param)), mean = own ? own[1] : model.means[param];
      const graded = [];
      if (param !== null) for (const [other, value] of model.grades) { graded.push([other, Math.abs(logit(value) - logit(mean)), at([[param, value]])]); yield null; }
      all.push(model.questions.map((_, q) => {
        if (!answers[q].p) return null;
        const nearest = graded.filter(([other, , p]) => p[q] && (own || other !== letter) && crossed(q, p[q])).sort((a, b) => a[1] - b[1])[0];
        return {
          k, without: lost && (lost[q] ? lost[q][focuses[q]] : null), crosses: lost?.[q] ? crossed(q, lost[q]) : null,
          grade: nearest ? { letter: nearest[0], p: nearest[2][q][focuses[q]], edge: crossed(q, nearest[2][q]) } : null,
        };
      }));
    }
    return model.questions.map((_, q) => all.map((it) => it[q]).filter(Boolean));
  }
  // The answers without some findings, by their place in the world of the reasons, all of which are in.
  function loser(f, held, answers, rows, n) {
    const { n: nReasons, world, findings } = f.model.reasons, defaults = f.reasonsRun.tape.likelihoods;
    const params = played(f.reasonsGame, [...Array.from({ length: nReasons }, () => [1]), ...typedIn(f, rows, held)], n);
    const measure = (lost) => {
      const likelihoods = Float64Array.from(defaults);
      for (const at of lost) likelihoods.fill(1, ...findings[at][0]);
      return ask(f.reasonsRun, world, params, 0, n, likelihoods).map((it) => it && means(it));
    };
    const anchors = measure([]).map((states, q) => states && answers[q].p && anchorsOf(f, 0, q, states, answers[q].p));
    return (lost) => measure(lost).map((states, q) => (states && anchors[q] ? anchored(f, 0, q, states, anchors[q]) : null));
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
      yield { reasons: model.questions.map((question, q) => (question.carried && answers[q].p ? reasonsOf(f, subsets, q, answers[q].p[question.focus], true) : null)) };
    }
    const few = w === 0 && model.exact ? 1 : Math.min(DRAWS_FOR_CHANGES, n);
    const rows = w === 0 && model.exact ? model.means.map((it) => [it]) : first(few);
    const at = holder(f, w, { rows, n: few }, held, answers), all = [];
    for (let ix = 0; ix < model.numbers.length; ix++) if (isOpen(f, held)(ix)) { all.push(swing(f, w, at, ix)); yield null; }
    const swings = model.questions.map((_, q) => swingsOf(f, all, q));
    yield { changes: swings.map((swings) => ({ swings, flips: null })) };
    const grids = new Map(), changes = [];
    const mattering = model.questions.map((_, q) => (answers[q].p ? edges(f, w, q, answers[q].p) : []));
    for (let q = 0; q < model.questions.length; q++) {
      const flips = yield* flipsOf(f, w, at, q, mattering[q], swings[q], grids);
      const p = answers[q].p?.[focusIn(f, w, q)];
      changes.push({ swings: swings[q], flips, pairs: yield* pairsOf(f, w, at, q, mattering[q], swings[q], flips, p) });
    }
    if (w === 0) {
      const sources = yield* sourcesOf(f, at, held, mattering, answers, rows, few);
      changes.forEach((it, q) => { it.sources = sources[q]; });
    }
    yield { changes };
    for (let other = 0; other < model.worlds.length; other++) if (other !== w) yield { answers: yield* answersIn(other), w: other };
  }
  return { prepare, quick, settled, wordOf };
})();
