// The tape in a browser: the same additions and multiplications in the same order as weigh-inference, lane by lane.
// `exp` and `ln` are asked for only where a hazard is carried over another window; there the last bit may differ.
const weighEvaluator = (() => {
  'use strict';
  const TINY = 1e-200; // As in kernel.rs: below this, or above its inverse, a lane is run again with scaled messages.
  const SMALL_MESSAGE = 2 ** -32;

  // A tape made ready to run `n` lanes at a time.
  function prepare(tape, n) {
    const nFormulas = tape.formulas.length, nNumbers = tape.numbers.length;
    const firstInput = nFormulas + nNumbers;
    const firstMessage = firstInput + tape.likelihoods.length;
    let nRows = firstMessage;
    const messages = tape.messages.map((message) => {
      const first = nRows;
      nRows += Array.isArray(message) ? message.length : message.n_rows;
      return { first, end: nRows, table: Array.isArray(message) ? null : message, sums: Array.isArray(message) ? message : null };
    });
    const values = new Float64Array(nRows * n);
    tape.formulas.forEach(([kind, a], row) => { if (kind === 0) values.fill(a, row * n, (row + 1) * n); });
    tape.numbers.forEach((value, ix) => values.fill(value, (nFormulas + ix) * n, (nFormulas + ix + 1) * n));
    return { tape, n, values, firstInput, firstMessage, nRows, messages, product: new Float64Array(n), exponents: new Int32Array(n) };
  }

  // `params[i]` has one value per lane, or one for all.
  function setParams(run, params) {
    const { tape, n, values } = run;
    tape.formulas.forEach(([kind, a, b], row) => {
      const out = row * n, x = a * n, y = b * n;
      switch (kind) {
        case 1: { const from = params[a]; for (let j = 0; j < n; j++) values[out + j] = from.length === 1 ? from[0] : from[j]; break; }
        case 2: for (let j = 0; j < n; j++) values[out + j] = values[x + j] + values[y + j]; break;
        case 3: for (let j = 0; j < n; j++) values[out + j] = values[x + j] - values[y + j]; break;
        case 4: for (let j = 0; j < n; j++) values[out + j] = values[x + j] * values[y + j]; break;
        case 5: for (let j = 0; j < n; j++) { const p = values[x + j], q = values[y + j]; values[out + j] = p === 0 && q === 0 ? 0 : p / q; } break;
        case 6: for (let j = 0; j < n; j++) values[out + j] = values[y + j] < values[x + j] ? values[y + j] : values[x + j]; break;
        case 7: for (let j = 0; j < n; j++) values[out + j] = values[y + j] > values[x + j] ? values[y + j] : values[x + j]; break;
        case 8: for (let j = 0; j < n; j++) values[out + j] = 1 - values[x + j]; break;
        case 9: for (let j = 0; j < n; j++) values[out + j] = values[x + j] < values[y + j] ? 1 : 0; break;
        case 10: for (let j = 0; j < n; j++) values[out + j] = values[x + j] <= values[y + j] ? 1 : 0; break;
        case 11: for (let j = 0; j < n; j++) values[out + j] = values[x + j] === values[y + j] ? 1 : 0; break;
        case 12: for (let j = 0; j < n; j++) values[out + j] = -Math.expm1(b * Math.log1p(-values[x + j])); break;
        case 13: for (let j = 0; j < n; j++) values[out + j] = -Math.expm1(-values[x + j]); break;
      }
    });
  }

  function sums(run, message) {
    const { n, values } = run;
    for (let row = 0; row < message.sums.length; row++) {
      const out = (message.first + row) * n, terms = message.sums[row];
      for (let j = 0; j < n; j++) values[out + j] = 0;
      for (let t = 0; t < terms.length; t++) {
        const term = terms[t], a = term[0] * n, b = term[1] * n, c = term[2] * n, d = term[3] * n;
        switch (term.length) {
          case 0: for (let j = 0; j < n; j++) values[out + j] += 1; break;
          case 1: for (let j = 0; j < n; j++) values[out + j] += values[a + j]; break;
          case 2: for (let j = 0; j < n; j++) values[out + j] += values[a + j] * values[b + j]; break;
          case 3: for (let j = 0; j < n; j++) values[out + j] += values[a + j] * values[b + j] * values[c + j]; break;
          default: for (let j = 0; j < n; j++) values[out + j] += values[a + j] * values[b + j] * values[c + j] * values[d + j];
        }
      }
    }
  }

  function table(run, { first, end, table: { n_summed, block, loops, operands } }) {
    const { n, values, product } = run;
    const at = operands.map((operand) => operand.first), states = loops.map(() => 0);
    // In every product the constant ones come first, as in table.rs.
    const order = [...operands.keys()].sort((a, b) => (operands[a].access !== 0) - (operands[b].access !== 0) || a - b);
    values.fill(0, first * n, end * n);
    for (let from = first; from < end; from += block) {
      for (let state = 0; state < n_summed; state++) {
        for (let entry = 0; entry < block; entry++) {
          product.fill(1);
          for (const o of order) {
            const { summed_stride, access } = operands[o];
            const offset = access === 0 ? 0 : access === 1 ? entry : access[entry];
            const row = (at[o] + state * summed_stride + offset) * n;
            for (let j = 0; j < n; j++) product[j] *= values[row + j];
          }
          const out = (from + entry) * n;
          for (let j = 0; j < n; j++) values[out + j] += product[j];
        }
      }
      for (let l = loops.length - 1; l >= 0; l--) {
        const [size, strides] = loops[l];
        states[l]++;
        const back = states[l] === size ? size : 0;
        for (let o = 0; o < at.length; o++) at[o] += strides[o] - back * strides[o];
        states[l] -= back;
        if (back === 0) break;
      }
    }
  }

  const compute = (run, message) => (message.table ? table(run, message) : sums(run, message));

  // P(evidence) per lane, as `p[j]` times 2 to the power of `exponents[j]`; `likelihoods[i]` as the parameters.
  function forward(run, likelihoods) {
    const { n, values, firstInput, messages, nRows, exponents } = run;
    likelihoods.forEach((from, ix) => { for (let j = 0; j < n; j++) values[(firstInput + ix) * n + j] = from.length === 1 ? from[0] : from[j]; });
    exponents.fill(0);
    for (const message of messages) compute(run, message);
    const p = values.subarray((nRows - 1) * n, nRows * n);
    const tiny = Array.from(p, (value) => !(value >= TINY && value <= 1 / TINY));
    if (tiny.includes(true)) scaled(run, tiny);
    return p;
  }

  function scaled(run, tiny) {
    const { n, values, exponents } = run;
    for (const message of run.messages) {
      compute(run, message);
      for (let j = 0; j < n; j++) {
        if (!tiny[j]) continue;
        let largest = 0;
        for (let row = message.first; row < message.end; row++) largest = Math.max(largest, values[row * n + j]);
        if (!(largest > 0 && largest < Infinity) || (largest >= SMALL_MESSAGE && largest <= 1 / SMALL_MESSAGE)) continue;
        const shift = Math.max(-1000, Math.min(1000, -exponentOf(largest)));
        const scale = 2 ** shift;
        exponents[j] -= shift;
        for (let row = message.first; row < message.end; row++) values[row * n + j] *= scale;
      }
    }
  }

  // The binary exponent of a positive double, whole and without rounding.
  function exponentOf(x) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, x);
    const bits = (view.getUint16(0) >> 4) & 0x7ff;
    return bits === 0 ? exponentOf(x * 2 ** 60) - 60 : bits - 1023;
  }

  // Per state of a likelihood's rows, P(state, evidence) per lane in units of one power of two per lane.
  function joints(run, likelihoods, [from, to]) {
    const { n } = run, states = [], exponents = [];
    for (let state = from; state < to; state++) {
      const asked = likelihoods.map((row, ix) => (ix >= from && ix < to && ix !== state ? [0] : row));
      states.push(Float64Array.from(forward(run, asked)));
      exponents.push(Int32Array.from(run.exponents));
    }
    const units = new Int32Array(n);
    for (let j = 0; j < n; j++) {
      let unit = -Infinity;
      for (let s = 0; s < states.length; s++) if (states[s][j] > 0) unit = Math.max(unit, exponents[s][j]);
      units[j] = unit === -Infinity ? 0 : unit;
      for (let s = 0; s < states.length; s++) if (exponents[s][j] !== units[j]) states[s][j] = shifted(states[s][j], exponents[s][j] - units[j]);
    }
    return { states, units };
  }

  // x × 2^by without a power that overflows on the way.
  function shifted(x, by) {
    for (; by < -1000 && x !== 0; by += 1000) x *= 2 ** -1000;
    for (; by > 1000 && x !== 0; by -= 1000) x *= 2 ** 1000;
    return x * 2 ** by;
  }

  // Per question, P(state | evidence) over the lanes, each lane counted by how well it predicted the evidence; null where
  // the evidence cannot happen or the answer was seen.
  function ask(run, world, params) {
    setParams(run, params);
    const { n } = run;
    const likelihoods = run.tape.likelihoods.map((value) => [value]);
    for (const [[from, to], probabilities] of world.revised) {
      const { states } = joints(run, likelihoods, [from, to]);
      for (let state = 0; state < to - from; state++) {
        const before = likelihoods[from + state], after = new Float64Array(n);
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (const row of states) total += row[j];
          const p = total > 0 ? states[state][j] / total : 0;
          after[j] = (before.length === 1 ? before[0] : before[j]) * (p > 0 ? probabilities[state] / p : 0);
        }
        likelihoods[from + state] = after;
      }
    }
    return world.asked.map((rows) => {
      if (!rows) return null;
      const { states, units } = joints(run, likelihoods, rows);
      let unit = -Infinity;
      for (let j = 0; j < n; j++) if (states.some((row) => row[j] > 0)) unit = Math.max(unit, units[j]);
      const totals = states.map((row) => row.reduce((sum, value, j) => sum + (units[j] === unit ? value : shifted(value, units[j] - unit)), 0));
      const all = totals.reduce((a, b) => a + b, 0);
      return all > 0 ? totals.map((total) => total / all) : null;
    });
  }

  return { prepare, setParams, forward, ask };
})();
