// The draws of a file's numbers in a browser: those of weigh-inference's `DrawPlan`, so that a page with some numbers
// made certain says what the file with them typed in says, run with all its draws.
const weighDraws = (() => {
  'use strict';
  // --- Points: sobol.rs ---

  const times = Math.imul;
  function scramble(n, seed) {
    n ^= times(n, 0x3d20adea);
    n = (n + seed) | 0;
    n = times(n, (seed >>> 16) | 1);
    n ^= times(n, 0x05526c56);
    return n ^ times(n, 0x53a22864);
  }
  function hash(n) {
    n ^= 0xe6fe3beb;
    n = times(n ^ (n >>> 16), 0x7feb352d);
    n = times(n ^ (n >>> 15), 0x846ca68b);
    return n ^ (n >>> 16);
  }
  function reversed(n) {
    n = ((n >>> 1) & 0x55555555) | ((n & 0x55555555) << 1);
    n = ((n >>> 2) & 0x33333333) | ((n & 0x33333333) << 2);
    n = ((n >>> 4) & 0x0f0f0f0f) | ((n & 0x0f0f0f0f) << 4);
    n = ((n >>> 8) & 0x00ff00ff) | ((n & 0x00ff00ff) << 8);
    return (n >>> 16) | (n << 16);
  }
  const DIMENSIONS = 256, POINTS = 1 << 16, SALTS = [0x912f69ba, 0x174f18ab, 0x691e72ca, 0xb40cc1b8];

  // What every value of a byte of the index adds, for its upper and for its lower byte.
  function bytes(directions) {
    return [0, 8].map((first) => Int32Array.from({ length: 256 }, (_, value) => {
      let sum = 0;
      for (let bit = 0; bit < 8; bit++) if (value & (128 >> bit)) sum ^= directions[first + bit];
      return sum;
    }));
  }

  // --- From a point to a standard normal: normal.rs, quantiles.rs ---

  // AS 241 (Wichura 1988), lowest power first: numerator, denominator.
  const CENTRE = [
    [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727],
    [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852854561]];
  const SHOULDER = [
    [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4],
    [1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9]];
  const TAIL = [
    [6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
    [1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15]];
  const horner = (r, coefficients) => coefficients.reduceRight((sum, c) => sum * r + c, 0);
  const ratio = (r, [above, below]) => horner(r, above) / horner(r, below);
  function normalQuantile(p) {
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, CENTRE);
    const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    const z = r <= 5 ? ratio(r - 1.6, SHOULDER) : ratio(r - 5, TAIL);
    return q < 0 ? -z : z;
  }
  const density = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

  // Cubics between nodes: value and rise per cell at either end.
  function cubic(out, cell, v0, d0, v1, d1) {
    const rise = v1 - v0;
    out.set([v0, d0, 3 * rise - 2 * d0 - d1, d0 + d1 - 2 * rise], 4 * cell);
  }
  // 32 cells to every octave of the smaller tail, from half of 2^-32 to a half.
  const OCTAVES = 32, PER_OCTAVE = 32;
  let normalCells = null;
  function normalTable() {
    if (normalCells) return normalCells;
    normalCells = new Float64Array(4 * OCTAVES * PER_OCTAVE);
    const start = (cell) => 2 ** (Math.floor(cell / PER_OCTAVE) - 33) * (1 + (cell % PER_OCTAVE) / PER_OCTAVE);
    for (let cell = 0; cell < OCTAVES * PER_OCTAVE; cell++) {
      const p0 = start(cell), p1 = start(cell + 1), z0 = normalQuantile(p0), z1 = normalQuantile(p1);
      cubic(normalCells, cell, z0, (p1 - p0) / density(z0), z1, (p1 - p0) / density(z1));
    }
    return normalCells;
  }
  function normal(cells, bits) {
    // The point is in the middle of its cell of 2^-32; `tail` is twice the smaller tail in those units, a whole number.
    const isUpper = bits < 0;
    const tail = isUpper ? 2 * (0xffffffff - (bits >>> 0)) + 1 : 2 * bits + 1;
    const octave = tail < 0x80000000 ? 31 - Math.clz32(tail) : 31;
    const place = (tail / 2 ** octave - 1) * PER_OCTAVE, within = Math.floor(place), t = place - within;
    const c = 4 * (octave * PER_OCTAVE + within);
    const z = cells[c] + t * (cells[c + 1] + t * (cells[c + 2] + t * cells[c + 3]));
    return isUpper ? -z : z;
  }

  // --- From a standard normal to a number: quantiles.rs, beta.rs ---

  const END = 6, PER_UNIT = 16, N_CELLS = 2 * END * PER_UNIT, PER_SOLVED = 8;
  function logistic(y) {
    const e = Math.exp(-Math.abs(y)), small = e / (1 + e), large = 1 / (1 + e);
    return y < 0 ? [small, large] : [large, small];
  }
  function deviance(r) {
    const t = r - 1;
    if (Math.abs(t) > 0.02) return t - Math.log(r);
    return t * t * horner(t, [1 / 2, -1 / 3, 1 / 4, -1 / 5, 1 / 6, -1 / 7, 1 / 8, -1 / 9]);
  }
  function betaNodes({ a, b, ln_norm, logits }) {
    const h = PER_SOLVED / PER_UNIT, nodes = [];
    const solved = logits.map((y, ix) => {
      const z = (ix - (logits.length - 1) / 2) * h, [x, xc] = logistic(y);
      const first = density(z) / Math.exp(ln_norm - a * deviance(x * (a + b) / a) - b * deviance(xc * (a + b) / b));
      const pull = a * xc - b * x, turn = -z - pull * first, second = first * turn;
      const third = second * turn + first * ((a + b) * x * xc * first * first - pull * second - 1);
      return [y, first * h, second * h * h, third * h * h * h];
    });
    const node = (y, slope) => { const [x, xc] = logistic(y); nodes.push([x, slope / h * x * xc]); };
    for (let ix = 0; ix + 1 < solved.length; ix++) {
      const [v0, d0, c0, e0] = solved[ix], [v1, d1, c1, e1] = solved[ix + 1];
      const rise = v1 - v0 - d0 - c0 / 2 - e0 / 6, turn = d1 - d0 - c0 - e0 / 2, bend = c1 - c0 - e0, twist = e1 - e0;
      const septic = [
        v0, d0, c0 / 2, e0 / 6,
        35 * rise - 15 * turn + 2.5 * bend - twist / 6, -84 * rise + 39 * turn - 7 * bend + 0.5 * twist,
        70 * rise - 34 * turn + 6.5 * bend - 0.5 * twist, -20 * rise + 10 * turn - 2 * bend + twist / 6];
      for (let part = 0; part < PER_SOLVED; part++) {
        const t = part / PER_SOLVED;
        node(...septic.reduceRight(([value, slope], c) => [value * t + c, slope * t + value], [0, 0]));
      }
    }
    node(solved.at(-1)[0], solved.at(-1)[1]);
    return nodes;
  }
  function quantileTable(distribution) {
    const z = (ix) => ix / PER_UNIT - END, h = 1 / PER_UNIT;
    const all = (f) => Array.from({ length: N_CELLS + 1 }, (_, ix) => f(z(ix)));
    const { normal: line, lognormal, beta, nodes: given } = distribution;
    const nodes = line ? all((z) => [line[0] + line[1] * z, line[1]])
      : lognormal ? all((z) => { const value = Math.exp(lognormal[0] + lognormal[1] * z); return [value, lognormal[1] * value]; })
        : beta ? betaNodes(beta) : given;
    const cells = new Float64Array(4 * N_CELLS);
    for (let cell = 0; cell < N_CELLS; cell++) {
      const [v0, d0] = nodes[cell], [v1, d1] = nodes[cell + 1], steepest = 3 * (v1 - v0);
      cubic(cells, cell, v0, Math.min(d0 * h, steepest), v1, Math.min(d1 * h, steepest));
    }
    return cells;
  }
  function at(cells, z) {
    const x = (Math.min(END, Math.max(-END, z)) + END) * PER_UNIT;
    const cell = Math.min(N_CELLS - 1, Math.floor(x)), t = x - cell, c = 4 * cell;
    return cells[c] + t * (cells[c + 1] + t * (cells[c + 2] + t * cells[c + 3]));
  }

  // --- The draws: draws.rs ---

  // What all plans of a page share.
  function prepare({ drawn, means, draws, sharing }) {
    return {
      drawn, means, sharing, seeds: draws.seeds,
      tables: draws.quantiles.map(quantileTable),
      bytes: draws.directions.map(bytes),
    };
  }
  // A plan with some parameters certain, as a set of positions: what is certain takes no dimension.
  function plan(made, certain) {
    const { drawn, sharing } = made;
    const open = drawn.map((it, ix) => (it && !certain.has(ix) ? it : null));
    const groups = (share, key) => (share > 0 ? [...new Set(open.filter((it) => it && it[key] !== null).map((it) => it[key]))].sort((a, b) => a - b) : []);
    const elicitors = groups(sharing.elicitor, 'elicitor'), tables = groups(sharing.table, 'table');
    let next = elicitors.length + tables.length;
    const recipes = open.map((it) => {
      if (!it) return null;
      const normals = [];
      let rest = 1, shared = 0;
      const take = (dimension, variance) => { if (variance > 0) { normals.push([dimension, Math.sqrt(variance)]); rest -= variance; } };
      if (elicitors.includes(it.elicitor)) { shared = sharing.elicitor; take(elicitors.indexOf(it.elicitor), shared); }
      if (tables.includes(it.table)) take(elicitors.length + tables.indexOf(it.table), sharing.table - shared);
      take(next++, rest);
      return { normals, table: made.tables[it.distribution] };
    });
    return { made, recipes, nDimensions: next };
  }
  // The draws from `from` to `to`: per parameter a row, of one value where it is certain.
  function fill({ made, recipes, nDimensions }, from, to) {
    const n = to - from, cells = normalTable();
    const normals = Array.from({ length: nDimensions }, () => new Float64Array(n));
    for (let first = from; first < to;) {
      const chunk = Math.floor(first / POINTS), end = Math.min(to, (chunk + 1) * POINTS);
      let order = null, seed = 0;
      for (let dimension = 0; dimension < nDimensions; dimension++) {
        if (dimension % DIMENSIONS === 0) {
          seed = made.seeds[dimension / DIMENSIONS][chunk];
          const shuffle = hash(seed ^ 0x79c68e4a);
          order = Int32Array.from({ length: end - first }, (_, ix) => scramble(reversed((first % POINTS) + ix), shuffle));
        }
        const local = dimension % DIMENSIONS, [high, low] = made.bytes[dimension], row = normals[dimension];
        const salt = hash((local >> 2) ^ times(seed, 0x9c8f2d3b) ^ SALTS[local & 3]);
        for (let ix = 0; ix < order.length; ix++) {
          const index = order[ix];
          row[first - from + ix] = normal(cells, reversed(scramble(high[index >>> 24] ^ low[(index >>> 16) & 255], salt)));
        }
      }
      first = end;
    }
    return recipes.map((recipe, ix) => {
      if (!recipe) return [made.means[ix]];
      const out = new Float64Array(n);
      for (const [dimension, weight] of recipe.normals) {
        const row = normals[dimension];
        for (let j = 0; j < n; j++) out[j] += weight * row[j];
      }
      for (let j = 0; j < n; j++) out[j] = at(recipe.table, out[j]);
      return out;
    });
  }

  return { prepare, plan, fill };
})();
