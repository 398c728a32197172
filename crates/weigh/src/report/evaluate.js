// The tape in a browser: the same additions and multiplications in the same order as weigh-inference, eight draws
// (lanes) at a time, which is what a processor's nearest caches hold.
// `exp` and `ln` are asked for only where a hazard is carried over another window; there the last bit may differ.
const weighEvaluator = (() => {
  'use strict';
  const TINY = 1e-200; // As in kernel.rs: below this, or above its inverse, a lane is run again with scaled messages.
  const SMALL_MESSAGE = 2 ** -32;
  const LANES = 8; // The loops over them below are written out, which makes them three times as fast.

  // Formulas made ready to run, with room for their values; those of constants stand there.
  function program(formulas, nRows = formulas.length) {
    const values = new Float64Array(nRows * LANES);
    formulas.forEach(([kind, a], row) => { if (kind === 0) values.fill(a, row * LANES, (row + 1) * LANES); });
    return {
      values,
      kinds: Uint8Array.from(formulas, ([kind]) => kind),
      lefts: Int32Array.from(formulas, ([kind, a]) => (kind === 0 ? 0 : kind === 1 ? a : a * LANES)),
      rights: Int32Array.from(formulas, ([kind, , b]) => (kind === 12 ? 0 : b * LANES)),
      powers: Float64Array.from(formulas, ([, , b]) => b),
    };
  }

  // A tape made ready to run. A lane's value of a row stands at `row × LANES + lane`.
  function prepare(tape) {
    const nFormulas = tape.formulas.length;
    const firstInput = nFormulas + tape.numbers.length;
    const firstMessage = firstInput + tape.likelihoods.length;
    let nRows = firstMessage;
    const messages = tape.messages.map((message) => {
      const first = nRows;
      nRows += Array.isArray(message) ? message.length : message.n_rows;
      return { first, end: nRows, table: Array.isArray(message) ? null : prepareTable(message), terms: message };
    });
    // Rows that no likelihood has a part in are the same whatever is asked.
    const isAsked = new Uint8Array(nRows).fill(1, firstInput, firstMessage);
    for (const { first, end, table, terms } of messages) {
      if (table) isAsked.fill(1, first, end);
      else terms.forEach((products, ix) => { isAsked[first + ix] = Number(products.some((rows) => rows.some((row) => isAsked[row]))); });
    }
    const coded = (isWanted) => messages.map(({ first, end, table, terms }) => {
      if (table) return { first, end, table };
      const code = [];
      terms.forEach((products, ix) => {
        if (isWanted(first + ix)) code.push(first + ix, products.length, ...products.flatMap((rows) => [rows.length, ...rows]));
      });
      return { first, end, table: null, code: Int32Array.from(code) };
    });
    const run = program(tape.formulas, nRows), { values } = run;
    tape.numbers.forEach((value, ix) => values.fill(value, (nFormulas + ix) * LANES, (nFormulas + ix + 1) * LANES));
    return {
      ...run, tape, firstInput, nRows, exponents: new Int32Array(LANES), wasScaled: true,
      messages: coded(() => true), again: coded((row) => isAsked[row]),
    };
  }
  function prepareTable(table) {
    // In every product the constant ones come first, as in table.rs.
    const order = [...table.operands.keys()].sort((a, b) => (table.operands[a].access !== 0) - (table.operands[b].access !== 0) || a - b);
    return { ...table, order };
  }

  // The formulas for the lanes from `from` on; `params[i]` has one value per lane, or one for all. Lanes beyond the last
  // repeat it.
  function setParams(run, params, from, to) {
    const { kinds, lefts, rights, powers, values } = run;
    run.wasScaled = true;
    for (let row = 0; row < kinds.length; row++) {
      const kind = kinds[row], out = row * LANES, x = lefts[row], y = rights[row];
      switch (kind) {
        case 1: {
          const given = params[x];
          for (let j = 0; j < LANES; j++) values[out + j] = given.length === 1 ? given[0] : given[Math.min(from + j, to - 1)];
          break;
        }
        case 2: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] + values[y + j]; break;
        case 3: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] - values[y + j]; break;
        case 4: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] * values[y + j]; break;
        case 5: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] === 0 ? 0 : values[x + j] / values[y + j]; break;
        case 6: for (let j = 0; j < LANES; j++) values[out + j] = values[y + j] < values[x + j] ? values[y + j] : values[x + j]; break;
        case 7: for (let j = 0; j < LANES; j++) values[out + j] = values[y + j] > values[x + j] ? values[y + j] : values[x + j]; break;
        case 8: for (let j = 0; j < LANES; j++) values[out + j] = 1 - values[x + j]; break;
        case 9: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] < values[y + j] ? 1 : 0; break;
        case 10: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] <= values[y + j] ? 1 : 0; break;
        case 11: for (let j = 0; j < LANES; j++) values[out + j] = values[x + j] === values[y + j] ? 1 : 0; break;
        case 12: for (let j = 0; j < LANES; j++) values[out + j] = -Math.expm1(powers[row] * Math.log1p(-values[x + j])); break;
        case 13: for (let j = 0; j < LANES; j++) values[out + j] = -Math.expm1(-values[x + j]); break;
      }
    }
  }

  // Each row a number of products, each of rows: `[row, products, [factors, rows…]…]…`.
  const product = new Float64Array(LANES);
  function sums(V, C) {
    for (let at = 0; at < C.length;) {
      const out = C[at] << 3;
      let left = C[at + 1];
      at += 2;
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
      for (; left > 0; left--) {
        const length = C[at];
        if (length === 2) {
          const a = C[at + 1] << 3, b = C[at + 2] << 3;
          s0 += V[a] * V[b]; s1 += V[a + 1] * V[b + 1]; s2 += V[a + 2] * V[b + 2]; s3 += V[a + 3] * V[b + 3];
          s4 += V[a + 4] * V[b + 4]; s5 += V[a + 5] * V[b + 5]; s6 += V[a + 6] * V[b + 6]; s7 += V[a + 7] * V[b + 7];
        } else if (length === 3) {
          const a = C[at + 1] << 3, b = C[at + 2] << 3, c = C[at + 3] << 3;
          s0 += V[a] * V[b] * V[c]; s1 += V[a + 1] * V[b + 1] * V[c + 1]; s2 += V[a + 2] * V[b + 2] * V[c + 2]; s3 += V[a + 3] * V[b + 3] * V[c + 3];
          s4 += V[a + 4] * V[b + 4] * V[c + 4]; s5 += V[a + 5] * V[b + 5] * V[c + 5]; s6 += V[a + 6] * V[b + 6] * V[c + 6]; s7 += V[a + 7] * V[b + 7] * V[c + 7];
        } else if (length === 1) {
          const a = C[at + 1] << 3;
          s0 += V[a]; s1 += V[a + 1]; s2 += V[a + 2]; s3 += V[a + 3]; s4 += V[a + 4]; s5 += V[a + 5]; s6 += V[a + 6]; s7 += V[a + 7];
        } else if (length === 4) {
          const a = C[at + 1] << 3, b = C[at + 2] << 3, c = C[at + 3] << 3, d = C[at + 4] << 3;
          s0 += V[a] * V[b] * V[c] * V[d]; s1 += V[a + 1] * V[b + 1] * V[c + 1] * V[d + 1]; s2 += V[a + 2] * V[b + 2] * V[c + 2] * V[d + 2]; s3 += V[a + 3] * V[b + 3] * V[c + 3] * V[d + 3];
          s4 += V[a + 4] * V[b + 4] * V[c + 4] * V[d + 4]; s5 += V[a + 5] * V[b + 5] * V[c + 5] * V[d + 5]; s6 += V[a + 6] * V[b + 6] * V[c + 6] * V[d + 6]; s7 += V[a + 7] * V[b + 7] * V[c + 7] * V[d + 7];
        } else {
          product.fill(1);
          for (let k = 1; k <= length; k++) for (let j = 0, row = C[at + k] << 3; j < LANES; j++) product[j] *= V[row + j];
          s0 += product[0]; s1 += product[1]; s2 += product[2]; s3 += product[3]; s4 += product[4]; s5 += product[5]; s6 += product[6]; s7 += product[7];
        }
        at += length + 1;
      }
      V[out] = s0; V[out + 1] = s1; V[out + 2] = s2; V[out + 3] = s3; V[out + 4] = s4; V[out + 5] = s5; V[out + 6] = s6; V[out + 7] = s7;
    }
  }

  function table(values, { first, end, table: { n_summed, block, loops, operands, order } }) {
    const at = operands.map((operand) => operand.first), states = loops.map(() => 0);
    values.fill(0, first * LANES, end * LANES);
    for (let from = first; from < end; from += block) {
      for (let state = 0; state < n_summed; state++) {
        for (let entry = 0; entry < block; entry++) {
          product.fill(1);
          for (const o of order) {
            const { summed_stride, access } = operands[o];
            const row = LANES * (at[o] + state * summed_stride + (access === 0 ? 0 : access === 1 ? entry : access[entry]));
            for (let j = 0; j < LANES; j++) product[j] *= values[row + j];
          }
          const out = LANES * (from + entry);
          for (let j = 0; j < LANES; j++) values[out + j] += product[j];
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
  const compute = (values, message) => (message.table ? table(values, message) : sums(values, message.code));

  // P(evidence) per lane, times 2 to the power of `run.exponents[j]`; `likelihoods` as values of their rows, lane by lane.
  function forward(run, likelihoods) {
    const { values, nRows, exponents } = run;
    values.set(likelihoods, run.firstInput * LANES);
    exponents.fill(0);
    for (const message of run.wasScaled ? run.messages : run.again) compute(values, message);
    const p = values.subarray((nRows - 1) * LANES, nRows * LANES);
    run.wasScaled = false;
    const tiny = Array.from(p, (value) => !(value >= TINY && value <= 1 / TINY));
    if (tiny.includes(true)) scaled(run, tiny);
    return p;
  }

  function scaled(run, tiny) {
    const { values, exponents } = run;
    run.wasScaled = true;
    for (const message of run.messages) {
      compute(values, message);
      for (let j = 0; j < LANES; j++) {
        if (!tiny[j]) continue;
        let largest = 0;
        for (let row = message.first; row < message.end; row++) largest = Math.max(largest, values[row * LANES + j]);
        if (!(largest > 0 && largest < Infinity) || (largest >= SMALL_MESSAGE && largest <= 1 / SMALL_MESSAGE)) continue;
        const shift = Math.max(-1000, Math.min(1000, -exponentOf(largest)));
        exponents[j] -= shift;
        for (let row = message.first; row < message.end; row++) values[row * LANES + j] *= 2 ** shift;
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

  // x × 2^by without a power that overflows on the way.
  function shifted(x, by) {
    for (; by < -1000 && x !== 0; by += 1000) x *= 2 ** -1000;
    for (; by > 1000 && x !== 0; by -= 1000) x *= 2 ** 1000;
    return x * 2 ** by;
  }

  // Per state of a likelihood's rows, P(state, evidence) per lane in `states[s]`; returns each lane's unit, a power of two.
  function joints(run, likelihoods, [from, to], states) {
    const asked = Float64Array.from(likelihoods), exponents = [], units = new Int32Array(LANES);
    for (let state = from; state < to; state++) {
      for (let row = from; row < to; row++) {
        for (let j = 0; j < LANES; j++) asked[row * LANES + j] = row === state ? likelihoods[row * LANES + j] : 0;
      }
      states[state - from].set(forward(run, asked));
      exponents.push(Int32Array.from(run.exponents));
    }
    for (let j = 0; j < LANES; j++) {
      let unit = -Infinity;
      for (let s = 0; s < exponents.length; s++) if (states[s][j] > 0) unit = Math.max(unit, exponents[s][j]);
      units[j] = unit === -Infinity ? 0 : unit;
      for (let s = 0; s < exponents.length; s++) if (exponents[s][j] !== units[j]) states[s][j] = shifted(states[s][j], exponents[s][j] - units[j]);
    }
    return units;
  }

  // Per question P(state, evidence) in each lane from `from` to `to`, `states[s][lane]` in units of 2 to the power of
  // `units[lane]`; null where the answer was seen.
  function ask(run, world, params, from, to, likelihoods = run.tape.likelihoods) {
    const n = to - from;
    const answers = world.asked.map((rows) => rows && {
      states: Array.from({ length: rows[1] - rows[0] }, () => new Float64Array(n)), units: new Int32Array(n),
    });
    const most = Math.max(0, ...world.asked.map((rows) => (rows ? rows[1] - rows[0] : 0)), ...world.revised.map(([rows]) => rows[1] - rows[0]));
    const found = Array.from({ length: most }, () => new Float64Array(LANES));
    const given = new Float64Array(likelihoods.length * LANES);
    for (let first = 0; first < n; first += LANES) {
      setParams(run, params, from + first, to);
      for (let row = 0; row < likelihoods.length; row++) given.fill(likelihoods[row], row * LANES, (row + 1) * LANES);
      for (const [rows, probabilities] of world.revised) {
        joints(run, given, rows, found);
        for (let j = 0; j < LANES; j++) {
          let total = 0;
          for (let s = 0; s < probabilities.length; s++) total += found[s][j];
          for (let s = 0; s < probabilities.length; s++) {
            const p = total > 0 ? found[s][j] / total : 0;
            given[(rows[0] + s) * LANES + j] *= p > 0 ? probabilities[s] / p : 0;
          }
        }
      }
      const last = Math.min(LANES, n - first);
      world.asked.forEach((rows, q) => {
        if (!rows) return;
        answers[q].units.set(joints(run, given, rows, found).subarray(0, last), first);
        for (let s = 0; s < rows[1] - rows[0]; s++) answers[q].states[s].set(found[s].subarray(0, last), first);
      });
    }
    return answers;
  }

  // Answers to one question over lanes that follow each other.
  function joined(parts) {
    if (!parts[0]) return null;
    const whole = (arrays, Kind) => {
      const all = new Kind(arrays.reduce((n, it) => n + it.length, 0));
      let at = 0;
      for (const it of arrays) { all.set(it, at); at += it.length; }
      return all;
    };
    return {
      states: parts[0].states.map((_, s) => whole(parts.map((it) => it.states[s]), Float64Array)),
      units: whole(parts.map((it) => it.units), Int32Array),
    };
  }

  // Every lane in the units of the largest, so that lanes count by how well they predicted the evidence; by `counts`, if
  // given, each counts so often besides.
  function weighed({ states, units }, counts) {
    let unit = -Infinity;
    for (let j = 0; j < units.length; j++) if (states.some((row) => row[j] > 0)) unit = Math.max(unit, units[j]);
    return states.map((row) => row.map((value, j) => (units[j] === unit ? value : shifted(value, units[j] - unit)) * (counts ? counts[j] : 1)));
  }

  // P(state | evidence) over the lanes; null where the evidence cannot happen in any of them.
  function means(answer, counts) {
    const totals = weighed(answer, counts).map((row) => row.reduce((sum, value) => sum + value, 0));
    const all = totals.reduce((a, b) => a + b, 0);
    return all > 0 ? totals.map((total) => total / all) : null;
  }

  // The values that a state's probability stays below with each of these probabilities, as answer.rs has it: each lane
  // stands in the middle of its own weight.
  function quantiles(answer, state, ps, counts) {
    const rows = weighed(answer, counts), n = answer.units.length;
    const lanes = [];
    let total = 0;
    for (let j = 0; j < n; j++) {
      let weight = 0;
      for (const row of rows) weight += row[j];
      if (weight > 0) { lanes.push([rows[state][j] / weight, weight]); total += weight; }
    }
    if (lanes.length === 0) return null;
    lanes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let before = 0;
    const middles = lanes.map(([, weight]) => { before += weight; return (before - weight / 2) / total; });
    return ps.map((p) => {
      const after = middles.findIndex((middle) => middle >= p);
      if (after === 0) return lanes[0][0];
      if (after < 0) return lanes.at(-1)[0];
      const low = lanes[after - 1][0], high = lanes[after][0];
      return low + (p - middles[after - 1]) / (middles[after] - middles[after - 1]) * (high - low);
    });
  }

  return { LANES, program, sums, prepare, setParams, forward, ask, joined, weighed, means, quantiles };
})();
