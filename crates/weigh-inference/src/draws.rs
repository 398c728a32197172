//! Draws of all parameters: low-discrepancy, seeded, with shared errors; draw n is always draw n.

use crate::network::Parameter;
use crate::quantiles::{NormalTable, QuantileTable};

/// How far parameters share their errors: correlations of the underlying standard normals, each in
/// `0.0..=1.0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sharing {
    /// Between parameters of one table group.
    pub within_table: f64,
    /// Between parameters of one elicitor group.
    pub within_elicitor: f64,
}

impl Sharing {
    /// Every parameter has an error of its own.
    pub const INDEPENDENT: Sharing = Sharing { within_table: 0.0, within_elicitor: 0.0 };
}

/// Sobol' points have 256 dimensions and 65,536 points; what is beyond gets another seed, so it is
/// stratified within itself and independent of the rest.
const MAX_DIMENSIONS: u32 = 256;
const MAX_POINTS: u32 = 1 << 16;

/// A plan for drawing all parameters of a network.
///
/// Each draw is a function of the seed and its number alone. The normals behind the parameters are
/// `z = √re·E + √max(rt-re, 0)·T + √rest·e`, with one normal `E` per elicitor group, `T` per table
/// group and `e` per parameter, `re` and `rt` the correlations of [`Sharing`] (0 for a parameter in
/// no such group) and the rest chosen so that z has variance 1: a Gaussian copula. Two parameters
/// of one table and one elicitor thus correlate by the larger of the two.
///
/// # Source
/// Owen-scrambled Sobol' points by hashing: Burley (2020), *Practical hash-based Owen scrambling*,
/// JCGT 9(4), 1–20. They have 24 bits; half a cell is added, so 0 and 1 are never reached.
///
/// # Example
/// ```
/// use weigh_inference::{Distribution, DrawPlan, Parameter, Sharing};
/// let p = Parameter::new("p", Distribution::beta_from_interval(0.05, 0.15, 0.9)?);
/// let plan = DrawPlan::new(&[p], Sharing::INDEPENDENT, 1);
/// let mut draws = [0.0; 1024];
/// plan.fill(0, 1024, &mut draws);
/// let inside = draws.iter().filter(|p| (0.05..0.15).contains(*p)).count();
/// assert!((920..924).contains(&inside)); // 90% of 1024 is 921.6
/// # Ok::<(), weigh_inference::FitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DrawPlan {
    recipes: Vec<Recipe>,
    normal: NormalTable,
    n_dimensions: u32,
    seed: u64,
}

#[derive(Clone, Debug)]
enum Recipe {
    Point(f64),
    Draw {
        table: QuantileTable,
        /// Dimension and weight of each normal; only the first `n_normals` count.
        normals: [(u32, f64); 3],
        n_normals: usize,
    },
}

impl DrawPlan {
    /// A plan for these parameters, in their order.
    pub fn new(parameters: &[Parameter], sharing: Sharing, seed: u64) -> DrawPlan {
        let elicitors = groups(parameters, sharing.within_elicitor, |p| p.elicitor_group);
        let tables = groups(parameters, sharing.within_table, |p| p.table_group);
        let mut next = (elicitors.len() + tables.len()) as u32;
        let place = |groups: &[u32], group: Option<u32>| {
            group.and_then(|group| groups.binary_search(&group).ok()).map(|at| at as u32)
        };
        let mut recipe = |parameter: &Parameter| {
            if let crate::Distribution::Point(value) = parameter.distribution {
                return Recipe::Point(value);
            }
            let mut normals = [(0, 0.0); 3];
            let mut n_normals = 0;
            let mut rest = 1.0;
            let mut take = |dimension: u32, variance: f64, rest: &mut f64| {
                if variance > 0.0 {
                    normals[n_normals] = (dimension, variance.sqrt());
                    n_normals += 1;
                    *rest -= variance;
                }
            };
            let mut shared = 0.0;
            if let Some(at) = place(&elicitors, parameter.elicitor_group) {
                shared = sharing.within_elicitor;
                take(at, shared, &mut rest);
            }
            if let Some(at) = place(&tables, parameter.table_group) {
                take(elicitors.len() as u32 + at, sharing.within_table - shared, &mut rest);
            }
            take(next, rest, &mut rest);
            next += 1;
            let table = QuantileTable::new(&parameter.distribution);
            Recipe::Draw { table, normals, n_normals }
        };
        let recipes = parameters.iter().map(&mut recipe).collect();
        DrawPlan { recipes, normal: NormalTable::new(), n_dimensions: next, seed }
    }

    /// Writes the draws `first_draw..first_draw + n_lanes` as `[n_params, n_lanes]`, row-major.
    ///
    /// # Panics
    /// If `out` has another size.
    pub fn fill(&self, first_draw: u32, n_lanes: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.recipes.len() * n_lanes, "one row of lanes per parameter");
        let n_sets = self.n_dimensions.div_ceil(4);
        let mut normals = vec![0.0; 4 * n_sets as usize * n_lanes];
        for (set, rows) in (0..n_sets).zip(normals.chunks_exact_mut(4 * n_lanes)) {
            self.fill_normals(set, first_draw, n_lanes, rows);
        }
        for (recipe, out) in self.recipes.iter().zip(out.chunks_exact_mut(n_lanes)) {
            match recipe {
                Recipe::Point(value) => out.fill(*value),
                Recipe::Draw { table, normals: parts, n_normals } => {
                    let row = |d: u32| &normals[d as usize * n_lanes..(d as usize + 1) * n_lanes];
                    out.fill(0.0);
                    for (dimension, weight) in &parts[..*n_normals] {
                        for (z, normal) in out.iter_mut().zip(row(*dimension)) {
                            *z += weight * normal;
                        }
                    }
                    out.iter_mut().for_each(|z| *z = table.at(*z));
                }
            }
        }
    }

    /// Four dimensions of standard normals, `[4, n_lanes]`.
    fn fill_normals(&self, set: u32, first_draw: u32, n_lanes: usize, rows: &mut [f64]) {
        let sets_per_seed = MAX_DIMENSIONS / 4;
        for lane in 0..n_lanes {
            let draw = first_draw + lane as u32;
            let seed = sub_seed(self.seed, set / sets_per_seed, draw / MAX_POINTS);
            let point = sobol_burley::sample_4d(draw % MAX_POINTS, set % sets_per_seed, seed);
            for (i, u) in point.into_iter().enumerate() {
                // Half of the 2^-24 cell, so that no draw is 0.
                let u = f64::from(u) + 0.5 / (1u64 << 24) as f64;
                rows[i * n_lanes + lane] = self.normal.at(u);
            }
        }
    }
}

/// The groups in use, ascending; none where nothing is shared.
fn groups(
    parameters: &[Parameter],
    shared: f64,
    group: impl Fn(&Parameter) -> Option<u32>,
) -> Vec<u32> {
    let drawn = parameters.iter().filter(|p| shared > 0.0 && !p.distribution.is_point());
    let mut groups: Vec<u32> = drawn.filter_map(group).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// A seed for a chunk of dimensions and a chunk of points: SplitMix64's finaliser (Steele, Lea &
/// Flood 2014) over all three.
fn sub_seed(seed: u64, dimensions: u32, points: u32) -> u32 {
    let chunk = (u64::from(dimensions) << 32) | u64::from(points);
    let mut x = seed ^ chunk.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) as u32
}
