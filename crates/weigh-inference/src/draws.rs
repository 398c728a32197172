//! Draws of all parameters: low-discrepancy, seeded, with shared errors; draw n is always draw n.

use std::mem::{Discriminant, discriminant};

use rustc_hash::FxHashMap;

use crate::distribution::Distribution;
use crate::network::Parameter;
use crate::quantiles::{NormalTable, QuantileTables};
use crate::sobol::{Group, MAX_DIMENSIONS, MAX_POINTS, Points, Sobol, TOGETHER};
use crate::tape::Tape;

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
    /// One for each distribution, however many parameters have it.
    tables: QuantileTables,
    normal: &'static NormalTable,
    sobol: Sobol,
    /// The first dimensions, whose normals several parameters share.
    n_shared: u32,
    n_dimensions: u32,
}

#[derive(Clone, Debug)]
enum Recipe {
    /// Nobody reads it.
    Unread,
    Point(f64),
    Draw {
        /// Which of the tables.
        table: usize,
        /// Dimension and weight of each normal shared with others; only the first `n_shared` count.
        shared: [(u32, f64); 2],
        n_shared: usize,
        /// Dimension and weight of its own.
        own: (u32, f64),
    },
}

impl DrawPlan {
    /// A plan for these parameters, in their order.
    pub fn new(parameters: &[Parameter], sharing: Sharing, seed: u64) -> DrawPlan {
        DrawPlan::of(parameters, sharing, seed, &vec![true; parameters.len()])
    }

    /// A plan for those of the parameters that a tape reads: what is seen leaves many of a network's numbers without
    /// effect. They are drawn as by [`DrawPlan::new`]; the rows of the others are left as they are.
    ///
    /// # Panics
    /// If the tape was compiled for another number of parameters.
    ///
    /// # Example
    /// ```
    /// use weigh_inference::{
    ///     Distribution, DrawPlan, Evidence, Limits, NetworkBuilder, Parameter, Sharing, Tape,
    /// };
    /// let mut build = NetworkBuilder::new();
    /// let shares = [0.1, 0.9].map(|p| {
    ///     let beta = Distribution::Beta { a: 20.0 * p, b: 20.0 * (1.0 - p) };
    ///     build.add_parameter(Parameter::new("share", beta))
    /// });
    /// let rain = build.add_variable("rain", &["no", "yes"]);
    /// let wet = build.add_variable("wet", &["no", "yes"]);
    /// build.set_numbers(rain, &[], vec![0.75, 0.25]);
    /// let cells = shares.map(|share| {
    ///     let yes = build.formulas().parameter(share);
    ///     [build.formulas().complement(yes), yes]
    /// });
    /// build.set_table(wet, &[rain], cells.concat());
    /// let network = build.build()?;
    ///
    /// let seen = Evidence::new().observe(rain, 1);
    /// let tape = Tape::compile_for(&network, &seen, &[], &[wet], &Limits::default())?;
    /// let plan = DrawPlan::for_tape(network.parameters(), Sharing::INDEPENDENT, 1, &tape);
    /// let mut draws = [0.0; 2 * 100];
    /// plan.fill(0, 100, &mut draws);
    /// assert_eq!(draws[..100], [0.0; 100]);
    /// assert!(draws[100..].iter().all(|share| *share > 0.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_tape(
        parameters: &[Parameter],
        sharing: Sharing,
        seed: u64,
        tape: &Tape,
    ) -> DrawPlan {
        assert_eq!(parameters.len(), tape.n_params(), "the parameters are the tape's");
        let mut is_read = vec![false; parameters.len()];
        tape.program.parameters().for_each(|parameter| is_read[parameter.ix()] = true);
        DrawPlan::of(parameters, sharing, seed, &is_read)
    }

    fn of<'d>(
        parameters: &'d [Parameter],
        sharing: Sharing,
        seed: u64,
        is_read: &[bool],
    ) -> DrawPlan {
        let elicitors = groups(parameters, sharing.within_elicitor, |p| p.elicitor_group);
        let tables = groups(parameters, sharing.within_table, |p| p.table_group);
        let n_shared = (elicitors.len() + tables.len()) as u32;
        let mut next = n_shared;
        let place = |groups: &[u32], group: Option<u32>| {
            group.and_then(|group| groups.binary_search(&group).ok()).map(|at| at as u32)
        };
        let mut distributions = Distinct::default();
        let mut recipe = |parameter: &'d Parameter, is_read: bool| {
            if let Distribution::Point(value) = parameter.distribution {
                return if is_read { Recipe::Point(value) } else { Recipe::Unread };
            }
            let (mut shared, mut n_shared) = ([(0, 0.0); 2], 0);
            let mut rest = 1.0;
            let mut take = |dimension: u32, variance: f64| {
                if variance > 0.0 {
                    shared[n_shared] = (dimension, variance.sqrt());
                    n_shared += 1;
                    rest -= variance;
                }
            };
            let mut of_elicitor = 0.0;
            if let Some(at) = place(&elicitors, parameter.elicitor_group) {
                of_elicitor = sharing.within_elicitor;
                take(at, of_elicitor);
            }
            if let Some(at) = place(&tables, parameter.table_group) {
                take(elicitors.len() as u32 + at, sharing.within_table - of_elicitor);
            }
            let own = (next, f64::max(rest, 0.0).sqrt());
            next += 1;
            if !is_read {
                return Recipe::Unread;
            }
            Recipe::Draw { table: distributions.of(&parameter.distribution), shared, n_shared, own }
        };
        let recipes =
            parameters.iter().zip(is_read).map(|(it, is_read)| recipe(it, *is_read)).collect();
        let tables = QuantileTables::new(distributions.all);
        let (normal, sobol) = (NormalTable::get(), Sobol::new(next, seed));
        DrawPlan { recipes, tables, normal, sobol, n_shared, n_dimensions: next }
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
        let mut from = 0;
        while from < n_lanes {
            let first = first_draw + from as u32;
            let n = ((MAX_POINTS - first % MAX_POINTS) as usize).min(n_lanes - from);
            let chunks = (0..self.n_dimensions).step_by(MAX_DIMENSIONS as usize);
            let points: Vec<Points> =
                chunks.map(|chunk| self.sobol.points(chunk, first, n)).collect();
            let shared = self.shared_normals(&points);
            for (recipe, row) in self.recipes.iter().zip(out.chunks_exact_mut(n_lanes)) {
                let row = &mut row[from..from + n];
                match recipe {
                    Recipe::Unread => {}
                    Recipe::Point(value) => row.fill(*value),
                    Recipe::Draw { table, shared: others, n_shared, own: (dimension, weight) } => {
                        let table = self.tables.table(*table);
                        let points = &points[(dimension / MAX_DIMENSIONS) as usize];
                        let line = self.sobol.line(*dimension, points);
                        let mut rest = row;
                        for (i, group) in points.groups.iter().enumerate() {
                            let mut sum = [0.0; TOGETHER];
                            for (dimension, weight) in &others[..*n_shared] {
                                let at = *dimension as usize * points.groups.len() + i;
                                add(&mut sum, *weight, &shared[at]);
                            }
                            let own = self.normal.at(&line.coordinates(group));
                            add(&mut sum, *weight, &own);
                            let lanes;
                            (lanes, rest) = rest.split_at_mut(group.lanes.len());
                            put(lanes, &table.at(&sum), group);
                        }
                    }
                }
            }
            from += n;
        }
    }

    /// The standard normals that several parameters share, `[n_shared, n_groups]` of as many as a group has.
    #[inline(always)]
    fn shared_normals(&self, points: &[Points]) -> Vec<[f64; TOGETHER]> {
        let mut normals = Vec::new();
        for dimension in 0..self.n_shared {
            let points = &points[(dimension / MAX_DIMENSIONS) as usize];
            let line = self.sobol.line(dimension, points);
            for group in &points.groups {
                normals.push(self.normal.at(&line.coordinates(group)));
            }
        }
        normals
    }
}

#[inline(always)]
fn add(sum: &mut [f64; TOGETHER], weight: f64, normals: &[f64; TOGETHER]) {
    for i in 0..TOGETHER {
        sum[i] += weight * normals[i];
    }
}

/// Writes what is asked for of a group.
#[inline(always)]
fn put(lanes: &mut [f64], values: &[f64; TOGETHER], group: &Group) {
    match <&mut [f64; TOGETHER]>::try_from(&mut *lanes) {
        Ok(all) => *all = *values,
        Err(_) => put_some(lanes, &values[group.lanes.clone()]),
    }
}

/// Of its own, so that whole groups are not copied by a call.
#[cold]
#[inline(never)]
fn put_some(lanes: &mut [f64], values: &[f64]) {
    lanes.copy_from_slice(values);
}

/// The distributions of a plan, each once.
#[derive(Default)]
struct Distinct<'d> {
    all: Vec<&'d Distribution>,
    /// The place of each, found by its kind and the bits of its numbers.
    places: FxHashMap<(Discriminant<Distribution>, [u64; 2]), usize>,
}

impl<'d> Distinct<'d> {
    fn of(&mut self, distribution: &'d Distribution) -> usize {
        let numbers = match *distribution {
            Distribution::Point(value) => [value, 0.0],
            Distribution::Beta { a, b } => [a, b],
            Distribution::LogNormal { mu, sigma } => [mu, sigma],
            Distribution::Normal { mean, sd } => [mean, sd],
            Distribution::Uniform { low, high } => [low, high],
        };
        let key = (discriminant(distribution), numbers.map(f64::to_bits));
        *self.places.entry(key).or_insert_with(|| {
            self.all.push(distribution);
            self.all.len() - 1
        })
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
