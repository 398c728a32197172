//! What becomes of P(evidence) when cells of one table change, from its slopes: the tape is not run again.

use crate::again::Affected;
use crate::batch::BatchError;
use crate::kernel::{WIDTH, Workspace};
use crate::network::VarId;
use crate::table::{add, mul};
use crate::tape::{CellOf, Tape};

/// The part of a probability that must be left for its slopes to say what is left: the rounding of what is taken
/// away, some 1e-16 of the whole, then stays below 1e-12 of it.
const LEAST_LEFT: f64 = 1e-3;

/// P(state, evidence) of one variable, and its slopes by every cell, in up to [`Workspace::SIDE_BY_SIDE`] lanes.
///
/// Every product that P(evidence) is the sum of has one cell of each table, so P(evidence) is linear in the cells
/// of a table, whatever formulas these are. One forward and one backward pass for each state give all slopes;
/// then a number that bears on one table alone costs its own formulas and no more.
///
/// # Source
/// Darwiche (2003), *A differential approach to inference in Bayesian networks*, J. ACM 50(3), section 3.
///
/// # Example
/// ```
/// use weigh_inference::{
///     Dependencies, Distribution, Evidence, Limits, NetworkBuilder, ParamId, Parameter, Sweep, Tape,
/// };
/// let mut build = NetworkBuilder::new();
/// let odds = build.add_parameter(Parameter::new("odds", Distribution::Point(1.0)));
/// let coin = build.add_variable("coin", &["heads", "tails"]);
/// let formulas = build.formulas();
/// let (one, odds) = (formulas.constant(1.0), formulas.parameter(odds));
/// let both = formulas.add(one, odds);
/// let (heads, tails) = (formulas.div(one, both), formulas.div(odds, both));
/// build.set_table(coin, &[], vec![heads, tails]);
/// let tape = Tape::compile(&build.build()?, &Evidence::new(), &[coin], &Limits::default())?;
///
/// let affected = Dependencies::of(&tape).affected(&[ParamId(0)], &[]);
/// assert!(affected.is_linear());
/// let mut run = tape.workspace();
/// let mut sweep = Sweep::new(&mut run, coin, &[1.0, 2.0], 2)?.expect("the coin is free on the tape");
/// let p = sweep.moved(&tape, &[3.0, 4.0], &affected).expect("enough is left");
/// for (p, exact) in p.iter().zip([0.25, 0.2, 0.75, 0.8]) {
///     assert!((p - exact).abs() < 1e-15);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sweep {
    n_lanes: usize,
    /// Every formula at the numbers swept.
    cells: Vec<[f64; WIDTH]>,
    /// The same at the numbers asked about; between two questions as above.
    moved: Vec<[f64; WIDTH]>,
    states: Vec<Slopes>,
}

/// P(state, evidence) and its slopes by the formulas as cells.
#[derive(Clone, Debug)]
struct Slopes {
    p: [f64; WIDTH],
    by: Vec<[f64; WIDTH]>,
}

impl Sweep {
    /// Finds the slopes at `params: [n_params, n_lanes]`, row-major. None if there are none to be had: for a variable
    /// without a run-time likelihood on the tape that `run` runs, for a single lane, for more than are run side by
    /// side, and where probabilities are so small that they are scaled.
    ///
    /// # Errors
    /// [`BatchError::Shape`] if the matrix has the wrong size.
    pub fn new(
        run: &mut Workspace<'_>,
        var: VarId,
        params: &[f64],
        n_lanes: usize,
    ) -> Result<Option<Sweep>, BatchError> {
        let tape = run.tape();
        let Some(rows) = tape.input(var) else { return Ok(None) };
        let mut cells = Vec::new();
        let mut states = Vec::with_capacity(rows.len());
        for state in rows.clone() {
            let mut likelihoods = Vec::with_capacity(tape.n_inputs() * n_lanes);
            for (row, &default) in tape.default_likelihoods().iter().enumerate() {
                let is_other = rows.contains(&row) && row != state;
                let value = if is_other { 0.0 } else { default };
                likelihoods.resize(likelihoods.len() + n_lanes, value);
            }
            run.forward(params, Some(&likelihoods), n_lanes)?;
            run.backward();
            let Some(found) = run.cells() else { return Ok(None) };
            if states.is_empty() {
                cells.extend_from_slice(found.values);
            }
            states.push(Slopes { p: found.p, by: found.slopes.to_vec() });
        }
        Ok(Some(Sweep { n_lanes, moved: cells.clone(), cells, states }))
    }

    /// P(state, evidence) at `params`, `[n_states, n_lanes]`, on the same tape, where these differ from the numbers swept in what
    /// `affected` says and no more. None if so little is left of a probability that its slopes cannot say how much.
    ///
    /// # Panics
    /// If `affected` is not linear ([`Affected::is_linear`]) or the shape is not that of the start.
    pub fn moved(&mut self, tape: &Tape, params: &[f64], affected: &Affected) -> Option<Vec<f64>> {
        assert!(affected.is_linear(), "cells of several tables multiply each other");
        assert_eq!(params.len(), tape.n_params() * self.n_lanes, "the shape of the start");
        pulp::Arch::new().dispatch(Moved { sweep: self, tape, params, affected })
    }

    #[inline(always)]
    fn moved_lanes(
        &mut self,
        tape: &Tape,
        params: &[f64],
        affected: &Affected,
    ) -> Option<Vec<f64>> {
        let n_lanes = self.n_lanes;
        for &row in &affected.formulas {
            tape.program.evaluate_row(row as usize, params, n_lanes, 0, &mut self.moved);
        }
        let mut out = Vec::with_capacity(self.states.len() * n_lanes);
        let mut is_enough = true;
        for Slopes { p, by } in &self.states {
            let mut total = *p;
            for &row in &affected.formulas {
                let row = row as usize;
                if tape.tables[row] != CellOf::Nothing {
                    let mut change = self.moved[row];
                    for (change, cell) in change.iter_mut().zip(&self.cells[row]) {
                        *change -= cell;
                    }
                    add(&mut total, &mul(&by[row], &change));
                }
            }
            for lane in 0..n_lanes {
                is_enough &= total[lane] >= LEAST_LEFT * p[lane];
            }
            out.extend_from_slice(&total[..n_lanes]);
        }
        for &row in &affected.formulas {
            self.moved[row as usize] = self.cells[row as usize];
        }
        is_enough.then_some(out)
    }
}

/// [`Sweep::moved`] as a job that is compiled for the machine's own vector instructions.
struct Moved<'a> {
    sweep: &'a mut Sweep,
    tape: &'a Tape,
    params: &'a [f64],
    affected: &'a Affected,
}

impl pulp::NullaryFnOnce for Moved<'_> {
    type Output = Option<Vec<f64>>;

    #[inline(always)]
    fn call(self) -> Self::Output {
        self.sweep.moved_lanes(self.tape, self.params, self.affected)
    }
}
