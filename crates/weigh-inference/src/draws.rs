//! Draws of all parameters: low-discrepancy, seeded, with shared errors; draw n is always draw n.

use crate::network::Parameter;
use crate::quantiles::{NormalTable, QuantileTable};
use crate::sobol::{MAX_DIMENSIONS, MAX_POINTS, Sobol};

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
/// JCGT 9(4), 1–20. Beyond 256 dimensions and 65,536 points another seed takes over.
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
    sobol: Sobol,
    n_dimensions: usize,
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
        DrawPlan {
            recipes,
            normal: NormalTable::new(),
            sobol: Sobol::new(next, seed),
            n_dimensions: next as usize,
        }
    }

    /// Writes the draws `first_draw..first_draw + n_lanes` as `[n_params, n_lanes]`, row-major.
    ///
    /// # Panics
    /// If `out` has another size.
    pub fn fill(&self, first_draw: u32, n_lanes: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.recipes.len() * n_lanes, "one row of lanes per parameter");
        pulp::Arch::new().dispatch(Fill { plan: self, first_draw, n_lanes, out });
    }

    #[inline(always)]
    fn fill_lanes(&self, first_draw: u32, n_lanes: usize, out: &mut [f64]) {
        let normals = self.normals(first_draw, n_lanes);
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

    /// Standard normals, `[n_dimensions, n_lanes]`.
    #[inline(always)]
    fn normals(&self, first_draw: u32, n_lanes: usize) -> Vec<f64> {
        let mut normals = vec![0.0; self.n_dimensions * n_lanes];
        let mut from = 0;
        while from < n_lanes {
            let first = first_draw + from as u32;
            let n = ((MAX_POINTS - first % MAX_POINTS) as usize).min(n_lanes - from);
            let chunks = normals.chunks_mut(n_lanes * MAX_DIMENSIONS as usize);
            for (chunk, rows) in (0u32..).step_by(MAX_DIMENSIONS as usize).zip(chunks) {
                let points = self.sobol.points(chunk, first, n);
                for (dimension, row) in (chunk..).zip(rows.chunks_exact_mut(n_lanes)) {
                    let row = &mut row[from..from + n];
                    self.sobol.fill(dimension, &points, row);
                    row.iter_mut().for_each(|u| *u = self.normal.at(*u));
                }
            }
            from += n;
        }
        normals
    }
}

/// [`DrawPlan::fill`] as a job that is compiled for the machine's own vector instructions.
struct Fill<'a> {
    plan: &'a DrawPlan,
    first_draw: u32,
    n_lanes: usize,
    out: &'a mut [f64],
}

impl pulp::NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.plan.fill_lanes(self.first_draw, self.n_lanes, self.out);
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
