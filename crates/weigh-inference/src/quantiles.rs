//! Fast quantiles: every distribution as a table of cubics in the standard normal variable.

use std::sync::LazyLock;

use crate::beta::{BetaShape, logistic_pair};
use crate::distribution::Distribution;
use crate::normal::{normal_cdf, normal_density, normal_quantile};

/// The tables run from -6 to 6; values beyond (probability 2e-9) are those at the ends.
const END: f64 = 6.0;
/// Nodes per unit. With cubics between nodes the error is below h⁴/384 of the fourth derivative.
const PER_UNIT: usize = 16;
const N_CELLS: usize = 2 * END as usize * PER_UNIT;

/// The values of numbers as functions of a standard normal z: `quantile(Φ(z))`.
///
/// Cubic Hermite interpolation between exact values with exact slopes. Monotone, because slopes are
/// cut to three times the secants (Fritsch & Carlson 1980); accurate to 1e-6 standard deviations
/// for betas with both parameters above 0.5.
#[derive(Clone, Debug)]
pub(crate) struct QuantileTables {
    /// Per table and cell the coefficients of 1, t, t², t³ for t in 0..1; behind the last table as many more as make a
    /// table one that a byte cannot count beyond.
    cells: Vec<[f64; 4]>,
}

impl QuantileTables {
    pub(crate) fn new<'d>(
        distributions: impl IntoIterator<Item = &'d Distribution>,
    ) -> QuantileTables {
        let h = 1.0 / PER_UNIT as f64;
        let mut cells = Vec::new();
        for distribution in distributions {
            cells.extend(nodes(distribution).windows(2).map(|pair| {
                let [(v0, d0), (v1, d1)] = [pair[0], pair[1]];
                let rise = v1 - v0;
                let steepest = 3.0 * rise;
                let (d0, d1) = ((d0 * h).min(steepest), (d1 * h).min(steepest));
                [v0, d0, 3.0 * rise - 2.0 * d0 - d1, d0 + d1 - 2.0 * rise]
            }));
        }
        cells.resize(cells.len() + 256 - N_CELLS, [0.0; 4]);
        QuantileTables { cells }
    }

    #[inline(always)]
    pub(crate) fn table(&self, number: usize) -> QuantileTable<'_> {
        let cells = self.cells[number * N_CELLS..].first_chunk();
        QuantileTable { cells: cells.expect("there is such a table") }
    }
}

/// One of the tables.
#[derive(Clone, Copy)]
pub(crate) struct QuantileTable<'t> {
    cells: &'t [[f64; 4]; 256],
}

impl QuantileTable<'_> {
    /// The values at some `z`. What is looked up has a loop of its own, so that what is computed runs in vectors.
    #[inline(always)]
    pub(crate) fn at<const N: usize>(&self, z: &[f64; N]) -> [f64; N] {
        let (mut cells, mut t) = ([0; N], [0.0; N]);
        for i in 0..N {
            let x = (z[i].clamp(-END, END) + END) * PER_UNIT as f64;
            // Adding 2^52 rounds to a whole number and leaves it in the low bits: half the time of a
            // conversion. A tie may go to either cell, they agree there.
            const WHOLE: f64 = (1u64 << 52) as f64;
            let whole = (x - 0.5).clamp(0.0, (N_CELLS - 1) as f64) + WHOLE;
            t[i] = x - (whole - WHOLE);
            cells[i] = whole.to_bits() & 255;
        }
        cubics(self.cells, &cells, &t)
    }
}

/// The cubics of some cells, each at its `t`.
#[inline(always)]
fn cubics<const N: usize, const C: usize>(
    table: &[[f64; 4]; C],
    cells: &[u64; N],
    t: &[f64; N],
) -> [f64; N] {
    let mut values = [0.0; N];
    for i in 0..N {
        let [c0, c1, c2, c3] = table[cells[i] as usize % C];
        values[i] = c0 + t[i] * (c1 + t[i] * (c2 + t[i] * c3));
    }
    values
}

/// Value and slope at every node, from -6 to 6.
pub(crate) fn nodes(distribution: &Distribution) -> Vec<(f64, f64)> {
    let z_of = |i: usize| i as f64 / PER_UNIT as f64 - END;
    let direct = |f: &dyn Fn(f64) -> (f64, f64)| (0..=N_CELLS).map(|i| f(z_of(i))).collect();
    match *distribution {
        Distribution::Point(value) => direct(&|_| (value, 0.0)),
        Distribution::Normal { mean, sd } => direct(&|z| (mean + sd * z, sd)),
        Distribution::LogNormal { mu, sigma } => direct(&|z| {
            let value = libm::exp(mu + sigma * z);
            (value, sigma * value)
        }),
        Distribution::Uniform { low, high } => {
            let width = high - low;
            direct(&|z| (low + width * normal_cdf(z), width * normal_density(z)))
        }
        Distribution::Beta { a, b } => beta_nodes(a, b),
    }
}

/// Exact nodes solved per this many nodes; between them septics.
const PER_SOLVED: usize = 8;

/// Walks outward from the median over every eighth node, each started from where the two before point, so that one
/// evaluation of the beta's function mostly does. The nodes between come from the septic through value and three
/// derivatives of `logit x`, which is so nearly straight that this is good to 1e-8.
fn beta_nodes(a: f64, b: f64) -> Vec<(f64, f64)> {
    let h = PER_SOLVED as f64 / PER_UNIT as f64;
    let solved = solved_nodes(&BetaShape::new(a, b));
    let mut nodes = Vec::with_capacity(N_CELLS + 1);
    for pair in solved.windows(2) {
        let between = Septic::new(pair[0], pair[1]);
        for part in 0..PER_SOLVED {
            let (y, slope) = between.at(part as f64 / PER_SOLVED as f64);
            let (x, xc) = logistic_pair(y);
            nodes.push((x, slope / h * x * xc));
        }
    }
    let [y, slope, ..] = solved[solved.len() - 1];
    let (x, xc) = logistic_pair(y);
    nodes.push((x, slope / h * x * xc));
    nodes
}

/// What a beta's nodes come from elsewhere: the logarithm of the factor of its density, and `logit x` at every solved node.
pub(crate) fn beta_logits(a: f64, b: f64) -> (f64, Vec<f64>) {
    let shape = BetaShape::new(a, b);
    (shape.ln_norm(), solved_nodes(&shape).into_iter().map(|[y, ..]| y).collect())
}

/// Per solved node: logit x and its first three derivatives by z, in units of the distance between nodes.
fn solved_nodes(shape: &BetaShape) -> Vec<[f64; 4]> {
    let h = PER_SOLVED as f64 / PER_UNIT as f64;
    let middle = N_CELLS / PER_SOLVED / 2;
    let solve = |z: f64, guess: f64| {
        let y = shape.logit_quantile(z, guess);
        let (x, xc) = logistic_pair(y);
        let [first, second, third] = shape.logit_slopes(z, x, xc);
        [y, first * h, second * h * h, third * h * h * h]
    };
    let mut solved = vec![[0.0; 4]; 2 * middle + 1];
    solved[middle] = solve(0.0, shape.guess(0.0));
    for outward in [-1isize, 1] {
        for step in 1..=middle as isize {
            let node = |step: isize| (middle as isize + outward * step) as usize;
            let (z, near) = ((outward * step) as f64 * h, outward as f64);
            let guess = match step {
                1 => {
                    let [y, first, second, third] = solved[middle];
                    y + near * first + second / 2.0 + near * third / 6.0
                }
                _ => {
                    // The nodes before as seen on the way out.
                    let [last, before] = [1, 2].map(|back| {
                        let [y, first, second, third] = solved[node(step - back)];
                        [y, near * first, second, near * third]
                    });
                    Septic::new(before, last).at(2.0).0
                }
            };
            solved[node(step)] = solve(z, guess);
        }
    }
    solved
}

/// The coefficients of 1, t, … t⁷ of a polynomial with given value and first three derivatives at 0 and 1.
struct Septic([f64; 8]);

impl Septic {
    fn new([v0, d0, c0, e0]: [f64; 4], [v1, d1, c1, e1]: [f64; 4]) -> Septic {
        let (half, sixth) = (c0 / 2.0, e0 / 6.0);
        let rise = v1 - v0 - d0 - half - sixth;
        let turn = d1 - d0 - c0 - e0 / 2.0;
        let (bend, twist) = (c1 - c0 - e0, e1 - e0);
        Septic([
            v0,
            d0,
            half,
            sixth,
            35.0 * rise - 15.0 * turn + 2.5 * bend - twist / 6.0,
            -84.0 * rise + 39.0 * turn - 7.0 * bend + 0.5 * twist,
            70.0 * rise - 34.0 * turn + 6.5 * bend - 0.5 * twist,
            -20.0 * rise + 10.0 * turn - 2.0 * bend + twist / 6.0,
        ])
    }

    /// Value and slope.
    fn at(&self, t: f64) -> (f64, f64) {
        self.0.iter().rev().fold((0.0, 0.0), |(value, slope), c| (value * t + c, slope * t + value))
    }
}

/// The standard normal quantile for the draws, from a table of cubics: 1e-8 absolute.
///
/// Cells are 32nds of each octave of the smaller tail, found from the bits of the number, so
/// that the far tail is as accurate as the middle.
#[derive(Debug)]
pub(crate) struct NormalTable {
    cells: Box<[[f64; 4]; N_NORMAL_CELLS]>,
}

/// Cells per octave, as a power of two.
const CELL_BITS: u32 = 5;
/// Octaves of the tail: the smallest draw is half of 2^-32, the largest tail half of 1.
const N_OCTAVES: u32 = 32;
const N_NORMAL_CELLS: usize = (N_OCTAVES << CELL_BITS) as usize;
const SMALLEST: f64 = 1.0 / (1u64 << 33) as f64;
const MANTISSA_BITS: u32 = 52;

/// Made once: it depends on nothing.
static NORMAL: LazyLock<NormalTable> = LazyLock::new(NormalTable::new);

impl NormalTable {
    /// The one that there is.
    pub(crate) fn get() -> &'static NormalTable {
        &NORMAL
    }

    fn new() -> NormalTable {
        let first = SMALLEST.to_bits() >> (MANTISSA_BITS - CELL_BITS);
        let start = |cell: u64| f64::from_bits(cell << (MANTISSA_BITS - CELL_BITS));
        let mut cells = Box::new([[0.0; 4]; N_NORMAL_CELLS]);
        for (cell, out) in (first..).zip(&mut *cells) {
            let (p0, p1) = (start(cell), start(cell + 1));
            let (z0, z1) = (normal_quantile(p0), normal_quantile(p1));
            let slope = |z: f64| (p1 - p0) / normal_density(z);
            let (d0, d1, rise) = (slope(z0), slope(z1), z1 - z0);
            *out = [z0, d0, 3.0 * rise - 2.0 * d0 - d1, d0 + d1 - 2.0 * rise];
        }
        NormalTable { cells }
    }

    /// Φ⁻¹ of the middles of some cells of 2^-32, given by their numbers.
    #[inline(always)]
    pub(crate) fn at<const N: usize>(&self, numbers: &[u32; N]) -> [f64; N] {
        let (mut p, mut cells, mut t) = ([0.0; N], [0; N], [0.0; N]);
        for i in 0..N {
            p[i] = (f64::from(numbers[i]) + 0.5) * (1.0 / (1u64 << 32) as f64);
            let tail = if p[i] < 0.5 { p[i] } else { 1.0 - p[i] };
            let bits = tail.to_bits();
            cells[i] = (bits >> (MANTISSA_BITS - CELL_BITS))
                .wrapping_sub(SMALLEST.to_bits() >> (MANTISSA_BITS - CELL_BITS))
                % N_NORMAL_CELLS as u64;
            // The mantissa bits below the cell number, as a fraction of the cell: put behind a 1, which is exact.
            let rest = bits & ((1 << (MANTISSA_BITS - CELL_BITS)) - 1);
            t[i] = (f64::from_bits(1f64.to_bits() | rest) - 1.0) * f64::from(1 << CELL_BITS);
        }
        let mut z = cubics(&self.cells, &cells, &t);
        for i in 0..N {
            z[i] = if p[i] < 0.5 { z[i] } else { -z[i] };
        }
        z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_table_is_the_normal_quantile() {
        let table = NormalTable::get();
        for i in 0..100_000u32 {
            let numbers = [i * 42_949, i, u32::MAX - i, (1 << 31) - i, (1 << 31) + i];
            for (number, z) in numbers.into_iter().zip(table.at(&numbers)) {
                let p = (f64::from(number) + 0.5) / (1u64 << 32) as f64;
                assert!((z - normal_quantile(p)).abs() < 2e-8, "at {p}");
            }
        }
    }

    fn worst_error(distribution: Distribution) -> f64 {
        let tables = QuantileTables::new([&distribution]);
        let table = tables.table(0);
        let mut worst = 0.0;
        for i in 0..1000 {
            let z = -4.5 + 9.0 * f64::from(i) / 999.0;
            let error = (table.at(&[z])[0] - distribution.quantile(normal_cdf(z))).abs();
            worst = f64::max(worst, error / distribution.std());
        }
        worst
    }

    #[test]
    fn interpolation_is_within_a_millionth_of_the_spread() {
        for (a, b) in [(8.6, 81.7), (2.0, 18.0), (0.5, 0.5), (1.0, 1.0), (600.0, 3.0), (3e5, 3e5)] {
            let worst = worst_error(Distribution::Beta { a, b });
            assert!(worst < 1e-6, "beta({a}, {b}): {worst}");
        }
        let lognormal = worst_error(Distribution::LogNormal { mu: 1.0, sigma: 0.8 });
        assert!(lognormal < 1e-6, "{lognormal}");
        let uniform = worst_error(Distribution::Uniform { low: 2.0, high: 5.0 });
        assert!(uniform < 1e-6, "{uniform}");
    }

    #[test]
    fn tables_rise() {
        for (a, b) in [(0.05, 3.0), (0.2, 0.3), (8.6, 81.7), (900.0, 0.4)] {
            let tables = QuantileTables::new([&Distribution::Beta { a, b }]);
            let table = tables.table(0);
            let mut last = 0.0;
            for i in 0..=100_000 {
                let [value] = table.at(&[-6.5 + 13.0 * f64::from(i) / 100_000.0]);
                // One rounding of a value near 1 is 1e-16.
                assert!(value >= last - 2e-16 && (0.0..=1.0 + 2e-16).contains(&value));
                last = value;
            }
        }
    }
}
