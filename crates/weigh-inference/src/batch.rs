//! Running a tape over numbers given explicitly: one set, many sets, and derivatives.

use thiserror::Error;

use crate::evidence::Evidence;
use crate::kernel::{Workspace, check_shape};
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::tape::{Belief, Tape};

/// Why a tape could not be run over the given numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// A matrix of the wrong size, or no lanes.
    #[error("the {what} hold {found} numbers, but {n_rows} rows × {n_lanes} lanes need {}", .n_rows * .n_lanes)]
    Shape {
        /// Which matrix.
        what: &'static str,
        /// Numbers given.
        found: usize,
        /// Rows needed.
        n_rows: usize,
        /// Lanes asked for.
        n_lanes: usize,
    },
    /// A derivative was asked of a variable that has no run-time likelihood on this tape.
    #[error("variable {} must be free on the tape", .0.0)]
    NotFree(VarId),
    /// Other variables are seen than the tape was compiled for, or a state that there is not.
    #[error("variable {} is not seen as the tape was compiled for", .0.0)]
    NotSeen(VarId),
    /// The evidence cannot happen at the given numbers.
    #[error("the evidence cannot happen at these numbers")]
    Impossible,
}

/// The answers of a tape over many lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Lanes run.
    pub n_lanes: usize,
    /// P(evidence) per lane, 0 below 1e-308.
    pub p_evidence: Vec<f64>,
    /// Common logarithm of P(evidence) per lane, right at any size; negative infinity where it is 0.
    pub log10_p_evidence: Vec<f64>,
    /// The variables asked for, each with its marginals `[state][lane]`.
    marginals: Vec<(VarId, Vec<f64>)>,
}

/// Lanes run between two copies out of the workspace: enough to spread its cost, few enough to stay
/// in the second-level cache.
const LANES_AT_ONCE: usize = 64;

impl Batch {
    /// Runs every lane: P(evidence), and the marginals of `vars`.
    ///
    /// # Shapes
    /// - `params`: `[n_params, n_lanes]`, row-major
    /// - `likelihoods`: `[n_inputs, n_lanes]` (rows by [`Tape::input`]); `None` for the defaults
    ///
    /// # Errors
    /// [`BatchError::Shape`] if a matrix has the wrong size.
    ///
    /// # Example
    /// ```
    /// use weigh_inference::{Batch, Distribution, Evidence, Limits, NetworkBuilder, Parameter, Tape};
    /// let mut build = NetworkBuilder::new();
    /// let p = build.add_parameter(Parameter::new("p", Distribution::Uniform { low: 0.0, high: 1.0 }));
    /// let war = build.add_variable("war", &["no", "yes"]);
    /// let yes = build.formulas().parameter(p);
    /// let no = build.formulas().complement(yes);
    /// build.set_table(war, &[], vec![no, yes]);
    /// let tape = Tape::compile(&build.build()?, &Evidence::new(), &[war], &Limits::default())?;
    ///
    /// // Two values of p; a report that is four times as likely in war.
    /// let batch = Batch::run(&tape, &[0.2, 0.5], Some(&[1.0, 1.0, 4.0, 4.0]), 2, &[war])?;
    /// assert_eq!(batch.marginal(war, 1), [0.5, 0.8]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(
        tape: &Tape,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
        vars: &[VarId],
    ) -> Result<Batch, BatchError> {
        let n_states = |var: &VarId| tape.n_states[var.ix()];
        let mut batch = Batch {
            n_lanes,
            p_evidence: Vec::with_capacity(n_lanes),
            log10_p_evidence: Vec::with_capacity(n_lanes),
            marginals: vars.iter().map(|v| (*v, vec![0.0; n_states(v) * n_lanes])).collect(),
        };
        let mut run = tape.workspace();
        run.check_shapes(params, likelihoods, n_lanes)?;
        for first in (0..n_lanes).step_by(LANES_AT_ONCE) {
            let n = LANES_AT_ONCE.min(n_lanes - first);
            let lanes = first..first + n;
            run.block_by_block(params, likelihoods, n_lanes, lanes, !vars.is_empty());
            for lane in 0..n {
                batch.p_evidence.push(run.p_evidence(lane));
                batch.log10_p_evidence.push(run.log10_p_evidence(lane));
            }
            for (var, marginal) in &mut batch.marginals {
                run.write_marginals(*var, marginal, first);
            }
        }
        Ok(batch)
    }

    /// P(variable is in the state | evidence) per lane, 0 where the evidence is impossible.
    ///
    /// # Panics
    /// If the variable was not among those asked for.
    pub fn marginal(&self, var: VarId, state: usize) -> &[f64] {
        let asked = self.marginals.iter().find(|(asked, _)| *asked == var);
        let (_, rows) = asked.expect("the variable was asked for when the batch was run");
        &rows[state * self.n_lanes..(state + 1) * self.n_lanes]
    }
}

/// The answer at one set of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PointAnswer {
    /// P(evidence), 0 below 1e-308.
    pub p_evidence: f64,
    /// Common logarithm of P(evidence), right at any size.
    pub log10_p_evidence: f64,
    /// Per variable, per state: P(state | evidence); all 0 if the evidence is impossible.
    pub marginals: Vec<Vec<f64>>,
}

/// Why a single question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PointError {
    /// The network or evidence does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The numbers do not fit the network.
    #[error(transparent)]
    Batch(#[from] BatchError),
}

/// Answers one question at one set of parameter values, `[n_params]`, within the default limits.
///
/// # Errors
/// [`PointError`] if the network is too wide or the numbers do not fit it.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, NetworkBuilder, solve_point};
/// let mut build = NetworkBuilder::new();
/// let coin = build.add_variable("coin", &["heads", "tails"]);
/// let half = build.formulas().constant(0.5);
/// build.set_table(coin, &[], vec![half, half]);
/// let answer = solve_point(&build.build()?, &Evidence::new().weigh(coin, vec![3.0, 1.0]), &[])?;
/// assert_eq!(answer.marginals[coin.ix()], [0.75, 0.25]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve_point(
    network: &Network,
    evidence: &Evidence,
    params: &[f64],
) -> Result<PointAnswer, PointError> {
    let tape = Tape::compile(network, evidence, &[], &Limits::default())?;
    let mut run = tape.workspace();
    run.forward(params, None, 1)?;
    run.backward_marginals();
    Ok(PointAnswer {
        p_evidence: run.p_evidence(0),
        log10_p_evidence: run.log10_p_evidence(0),
        marginals: network.ids().map(|var| run.posterior(var)).collect(),
    })
}

impl Workspace<'_> {
    /// The derivative of P(var is in the state | evidence) by every parameter, `[n_params]`, at the given values,
    /// `[n_params]`.
    ///
    /// One forward and one backward pass: with P the posterior, its derivative is that of
    /// `Σ_s ([s is the state] - P) P(s, evidence)`, the likelihood of the variable taken as these weights, divided by
    /// P(evidence). A tape for `var` alone sums it out last, so that little depends on its likelihood.
    ///
    /// # Errors
    /// [`BatchError::NotFree`] if `var` is not free on the tape or its marginal was not asked for; [`BatchError::Impossible`] if the
    /// evidence has probability 0; [`BatchError::Shape`] if there are not as many values as parameters.
    ///
    /// # Source
    /// Darwiche (2003); Kjærulff & van der Gaag (2000), *Making sensitivity analysis computationally
    /// efficient*, UAI.
    ///
    /// # Example
    /// ```
    /// use weigh_inference::{Distribution, Evidence, Limits, NetworkBuilder, Parameter, Tape};
    /// let mut build = NetworkBuilder::new();
    /// let p = build.add_parameter(Parameter::new("p", Distribution::Point(0.5)));
    /// let coin = build.add_variable("coin", &["heads", "tails"]);
    /// let heads = build.formulas().parameter(p);
    /// let tails = build.formulas().complement(heads);
    /// build.set_table(coin, &[], vec![heads, tails]);
    /// let tape =
    ///     Tape::compile_for(&build.build()?, &Evidence::new(), &[coin], &[coin], &Limits::default())?;
    /// assert_eq!(tape.workspace().gradient(&[0.25], coin, 0)?, [1.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn gradient(
        &mut self,
        params: &[f64],
        var: VarId,
        state: usize,
    ) -> Result<Vec<f64>, BatchError> {
        let mut derivatives = vec![0.0; self.tape().n_params()];
        self.write_gradient(params, var, state, &mut derivatives)?;
        Ok(derivatives)
    }

    /// [`Workspace::gradient`] into memory that is there: writes the derivatives by the parameters that the tape reads. The
    /// others are 0 and left as they are, since what is seen leaves most numbers of a large network without effect.
    ///
    /// # Errors
    /// As [`Workspace::gradient`], and [`BatchError::Shape`] if there is not as much memory as parameters.
    pub fn write_gradient(
        &mut self,
        params: &[f64],
        var: VarId,
        state: usize,
        derivatives: &mut [f64],
    ) -> Result<(), BatchError> {
        let tape = self.tape();
        check_shape("derivatives", derivatives, tape.n_params(), 1)?;
        let input = tape.inputs.iter().find(|input| input.var == var);
        let input = input.filter(|_| tape.beliefs[var.ix()] != Belief::Pruned);
        let input = input.ok_or(BatchError::NotFree(var))?;
        self.forward(params, None, 1)?;
        let (whole, _) = self.scaled_p(0);
        if whole == 0.0 {
            return Err(BatchError::Impossible);
        }
        self.backward_marginals();
        let p = self.marginal(var, state, 0);
        let weighted = input.rows.clone().enumerate().map(|(of, row)| {
            let weight = if of == state { 1.0 - p } else { -p };
            weight * tape.defaults[row]
        });
        self.put_likelihood(input, weighted);
        self.backward();
        let inverse = 1.0 / whole;
        self.each_derivative(|param, derivative| derivatives[param.ix()] = derivative * inverse);
        Ok(())
    }
}
