// What the actors choose in a browser: the policies of weigh-inference's `WideSolver`, draw by draw, by the same additions
// and multiplications in the same order. Only a response's exponential is the browser's own; there the last bit may differ.
const weighChooser = (() => {
  'use strict';
  const { LANES, program, setParams, sums } = weighEvaluator;
  const DEAD = 1e-290, TIE = 1e-13; // As in response.rs.
  const LARGEST_SUM = Number.MAX_VALUE / 4; // As in numbers.rs.

  // Sums of products as `sums` reads them.
  function coded(steps) {
    const code = [];
    for (const [out, nOut, nTerms, nFactors, places] of steps) {
      for (let cell = 0, at = 0; cell < nOut; cell++) {
        if (nFactors === 0) { code.push(out + cell, 1, 0); continue; }
        code.push(out + cell, nTerms);
        for (let term = 0; term < nTerms; term++, at += nFactors) code.push(nFactors, ...places.slice(at, at + nFactors));
      }
    }
    return Int32Array.from(code);
  }
  const worth = (it) => it && { code: coded(it.steps), values: Int32Array.from(it.values), weights: Int32Array.from(it.weights) };

  // A game made ready to be played; a lane's value stands at `position × LANES + lane`.
  function prepare(game, play) {
    const store = new Float64Array(game.n * LANES);
    play.constants.forEach((value, at) => store.fill(value, at * LANES, (at + 1) * LANES));
    for (const [at, value] of game.even) store.fill(value, at * LANES, (at + 1) * LANES);
    const numbers = program(play.formulas);
    return {
      game, store, numbers, policies: play.policies,
      precisions: play.precisions.map((it) => it ?? Infinity),
      rows: Int32Array.from(play.cells, ([row]) => row * LANES), cells: Int32Array.from(play.cells, ([, cell]) => cell * LANES),
      reaches: new Set(play.formulas.filter(([kind]) => kind === 1).map(([, param]) => param)),
      sizes: new Float64Array(game.payoffs.length * LANES),
      decisions: game.decisions.map(({ policy, options, rows, terms }) => ({
        policy, options, rows, shares: new Float64Array(options * LANES).fill(1), utilities: new Float64Array(options),
        terms: terms.map(({ payoff, usual, surprised }) => ({ payoff, usual: worth(usual), surprised: worth(surprised) })),
      })),
    };
  }

  // Per lane, whether its numbers make no sense: a table whose rows are no distributions, payoffs that overflow.
  function nonsense({ game, store, sizes }) {
    const isBad = new Uint8Array(LANES);
    for (const [from, end, nStates] of game.distributions) {
      for (let row = from; row < end; row += nStates) for (let j = 0; j < LANES; j++) {
        let sum = 0, isNegative = false;
        for (let at = row; at < row + nStates; at++) { const p = store[at * LANES + j]; sum += p; if (!(p >= 0)) isNegative = true; }
        if (isNegative || !(Math.abs(sum - 1) <= 1e-9)) isBad[j] = 1;
      }
    }
    for (let j = 0; j < LANES; j++) {
      const byOwner = new Map();
      game.payoffs.forEach(([, , owner], k) => byOwner.set(owner, (byOwner.get(owner) ?? 0) + sizes[k * LANES + j]));
      for (const sum of byOwner.values()) if (!(sum <= LARGEST_SUM)) isBad[j] = 1;
    }
    return isBad;
  }

  // As in alike.rs: options that differ in nothing share what one of them would get.
  function share({ game, store, decisions }) {
    for (const [decision, below] of game.alike) {
      const { options: n, shares } = decisions[decision];
      for (let j = 0; j < LANES; j++) {
        const areAlike = (a, b) => below.every(([first, nOuter, nInner]) => {
          for (let outer = 0; outer < nOuter; outer++) for (let inner = 0; inner < nInner; inner++) {
            const at = (option) => store[(first + (outer * n + option) * nInner + inner) * LANES + j];
            if (at(a) !== at(b)) return false;
          }
          return true;
        });
        const kept = [];
        for (let option = 0; option < n; option++) {
          const earlier = kept.findIndex((of, it) => of === it && areAlike(it, option));
          kept.push(earlier < 0 ? option : earlier);
        }
        kept.forEach((of, option) => { shares[option * LANES + j] = 1 / kept.filter((it) => it === of).length; });
      }
    }
  }

  // The logit response in one lane, or the best options of who never errs.
  function respond({ utilities, options, shares }, precision, tie, j, store, policy) {
    let best = -Infinity, sum = 0;
    for (let o = 0; o < options; o++) if (utilities[o] > best) best = utilities[o];
    for (let o = 0; o < options; o++) {
      const share = shares[o * LANES + j], at = (policy + o) * LANES + j;
      if (precision < Infinity) store[at] = share * Math.exp(precision * (utilities[o] - best));
      else store[at] = best - utilities[o] <= tie ? share : 0;
      sum += store[at];
    }
    for (let o = 0; o < options; o++) store[(policy + o) * LANES + j] /= sum;
  }

  function decide(chooser, decision, precision) {
    const { store, sizes, numbers } = chooser, { policy, options, rows, terms, utilities } = decision;
    for (const { usual, surprised } of terms) {
      sums(store, usual.code);
      const isDead = (row) => { for (let j = 0; j < LANES; j++) if (store[row * LANES + j] < DEAD) return true; return false; };
      if (surprised && usual.weights.some(isDead)) sums(store, surprised.code);
    }
    for (let j = 0; j < LANES; j++) {
      let often = precision, size = 0;
      if (typeof precision === 'object') {
        const p = numbers.values[precision.row * LANES + j], odds = p / (1 - p);
        often = odds > 1 ? Math.log(odds) / precision.apart : 0;
      }
      for (const { payoff } of terms) size += sizes[payoff * LANES + j];
      for (let row = 0; row < rows; row++) {
        utilities.fill(0);
        for (const { usual, surprised } of terms) {
          const it = surprised && store[usual.weights[row] * LANES + j] < DEAD ? surprised : usual;
          const weight = store[it.weights[row] * LANES + j];
          if (weight < DEAD) continue;
          for (let o = 0; o < options; o++) utilities[o] += store[it.values[row * options + o] * LANES + j] / weight;
        }
        respond(decision, often, TIE * size, j, store, policy + row * options);
      }
    }
  }

  // The parameters with the policies of their first `n` draws in their rows.
  function play(chooser, params, n) {
    const { game, store, numbers, policies, precisions, rows, cells, sizes, decisions } = chooser;
    const all = params.slice();
    decisions.forEach(({ options, rows }, d) => { for (let cell = 0; cell < rows * options; cell++) all[policies[d] + cell] = new Float64Array(n); });
    for (let first = 0; first < n; first += LANES) {
      setParams(numbers, params, first, n);
      for (let k = 0; k < rows.length; k++) for (let j = 0; j < LANES; j++) store[cells[k] + j] = numbers.values[rows[k] + j];
      game.payoffs.forEach(([from, end], k) => {
        for (let j = 0; j < LANES; j++) {
          let size = 0;
          for (let at = from; at < end; at++) { const value = Math.abs(store[at * LANES + j]); if (value > size || Number.isNaN(value)) size = value; }
          sizes[k * LANES + j] = size;
        }
      });
      const isBad = nonsense(chooser);
      share(chooser);
      decisions.forEach((decision, d) => {
        decide(chooser, decision, precisions[d]);
        const { policy, options, rows } = decision;
        for (let cell = 0; cell < rows * options; cell++) for (let j = 0; j < LANES && first + j < n; j++) {
          all[policies[d] + cell][first + j] = isBad[j] ? 1 / options : store[(policy + cell) * LANES + j];
        }
      });
    }
    return all;
  }

  return { prepare, play };
})();
