//! Running a tape: forward to P(evidence), backward to marginals and derivatives, many lanes at once.

use crate::batch::BatchError;
use crate::network::{ParamId, VarId};
use crate::program::load;
use crate::tape::{Belief, NO_BELIEF, Tape, Term};

/// Lanes that run side by side: four SSE registers, two of AVX. A whole tape of a few hundred rows
/// then fits the first-level cache.
pub(crate) const WIDTH: usize = 8;

/// Below this, or above its inverse, a lane is run again with scaled messages: far enough from the
/// smallest normal double (2e-308) that no term that matters was lost.
const TINY: f64 = 1e-200;

/// Messages are scaled back to about 1 once their largest entry is below this or above its inverse;
/// a power of two near 1e-10, so that a product of four such is far from underflow.
const SMALL_MESSAGE: f64 = 1.0 / (1u64 << 32) as f64;

/// Adjoints are cut off here in scaled lanes, so that none becomes infinite: an entry whose adjoint
/// is larger is itself 0, or below 1e-250 of its message.
const LARGEST_ADJOINT: f64 = 1e250;

/// Memory in which one tape is run, lane by lane a different set of numbers.
///
/// A lane's results do not depend on the other lanes: a batch of n equals n single runs bit for bit.
#[derive(Clone, Debug)]
pub struct Workspace<'t> {
    tape: &'t Tape,
    n_lanes: usize,
    /// For a single lane, so that one query does not pay for eight.
    single: Block<1>,
    wide: Vec<Block<WIDTH>>,
}

/// The rows of a tape for `W` lanes.
#[derive(Clone, Debug)]
struct Block<const W: usize> {
    values: Vec<[f64; W]>,
    adjoints: Vec<[f64; W]>,
    beliefs: Vec<[f64; W]>,
    /// Per instruction and lane what its outputs were multiplied by; empty if no lane was scaled.
    scales: Vec<[f64; W]>,
    /// P(evidence) = last row × 2^exponent.
    exponents: [i32; W],
}

impl<'t> Workspace<'t> {
    pub(crate) fn new(tape: &'t Tape) -> Workspace<'t> {
        Workspace { tape, n_lanes: 0, single: Block::default(), wide: Vec::new() }
    }

    /// The tape this runs.
    pub fn tape(&self) -> &'t Tape {
        self.tape
    }

    /// Lanes of the last run.
    pub fn n_lanes(&self) -> usize {
        self.n_lanes
    }

    /// Computes P(evidence) in every lane.
    ///
    /// # Shapes
    /// - `params`: `[n_params, n_lanes]`, row-major
    /// - `likelihoods`: `[n_inputs, n_lanes]`, not negative; `None` for the tape's defaults
    ///
    /// # Errors
    /// [`BatchError::Shape`] if a matrix has the wrong size.
    pub fn forward(
        &mut self,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
    ) -> Result<(), BatchError> {
        self.check_shapes(params, likelihoods, n_lanes)?;
        let tape = self.tape;
        self.n_lanes = n_lanes;
        if n_lanes == 1 {
            self.single.forward(tape, params, likelihoods, 1, 0);
            return Ok(());
        }
        self.wide.resize_with(n_lanes.div_ceil(WIDTH).max(self.wide.len()), Block::default);
        for (i, block) in self.wide[..n_lanes.div_ceil(WIDTH)].iter_mut().enumerate() {
            block.forward(tape, params, likelihoods, n_lanes, i * WIDTH);
        }
        Ok(())
    }

    pub(crate) fn check_shapes(
        &self,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
    ) -> Result<(), BatchError> {
        check_shape("parameters", params, self.tape.n_params(), n_lanes)?;
        likelihoods.map_or(Ok(()), |likelihoods| {
            check_shape("likelihoods", likelihoods, self.tape.n_inputs(), n_lanes)
        })
    }

    /// After [`Workspace::forward`]: computes the marginals that the tape was compiled for.
    pub fn backward_marginals(&mut self) {
        self.each_block(Block::backward::<false>, Block::backward::<false>);
    }

    /// After [`Workspace::forward`]: computes the marginals of all variables and the derivative of
    /// P(evidence) by every cell, likelihood and parameter.
    pub fn backward(&mut self) {
        self.each_block(Block::backward::<true>, Block::backward::<true>);
    }

    fn each_block(
        &mut self,
        single: impl Fn(&mut Block<1>, &Tape),
        wide: impl Fn(&mut Block<WIDTH>, &Tape),
    ) {
        if self.n_lanes == 1 {
            single(&mut self.single, self.tape);
        } else {
            let n_blocks = self.n_lanes.div_ceil(WIDTH);
            self.wide[..n_blocks].iter_mut().for_each(|block| wide(block, self.tape));
        }
    }

    /// P(evidence) of a lane, 0 if it is too small for a double; see [`Workspace::scaled_p`].
    pub fn p_evidence(&self, lane: usize) -> f64 {
        let (p, exponent) = self.scaled_p(lane);
        libm::ldexp(p, exponent)
    }

    /// P(evidence) of a lane as `(p, exponent)`, meaning `p × 2^exponent`: for probabilities of any
    /// smallness. The exponent is 0 unless P(evidence) is below 1e-200 or above 1e200.
    pub fn scaled_p(&self, lane: usize) -> (f64, i32) {
        let root = self.tape.n_rows() - 1;
        let exponent = match self.n_lanes {
            1 => self.single.exponents[lane],
            _ => self.wide[lane / WIDTH].exponents[lane % WIDTH],
        };
        (self.at(Rows::Values, root, lane), exponent)
    }

    /// Common logarithm of P(evidence) of a lane, negative infinity for impossible evidence.
    pub fn log10_p_evidence(&self, lane: usize) -> f64 {
        let (p, exponent) = self.scaled_p(lane);
        libm::log10(p) + f64::from(exponent) * std::f64::consts::LOG10_2
    }

    /// After a backward pass: P(variable is in the state | evidence) in a lane.
    ///
    /// All 0 if the evidence is impossible in the lane, and for a variable the tape left out.
    pub fn marginal(&self, var: VarId, state: usize, lane: usize) -> f64 {
        let n_states = self.tape.n_states[var.ix()];
        match self.tape.beliefs[var.ix()] {
            Belief::Pruned => 0.0,
            Belief::Observed(seen) => {
                f64::from(u8::from(seen == state && self.scaled_p(lane).0 > 0.0))
            }
            Belief::Row(row) => {
                let belief = |state| self.at(Rows::Beliefs, row + state, lane);
                let total: f64 = (0..n_states).map(belief).sum();
                if total > 0.0 { belief(state) / total } else { 0.0 }
            }
        }
    }

    /// After a backward pass: writes the marginals of `var` in all lanes into the columns from
    /// `first` on of `out: [state][n_columns]`.
    pub(crate) fn write_marginals(&self, var: VarId, out: &mut [f64], first: usize) {
        let n_columns = out.len() / self.tape.n_states[var.ix()];
        if self.n_lanes > 1
            && let Belief::Row(row) = self.tape.beliefs[var.ix()]
        {
            for (i, block) in self.wide[..self.n_lanes.div_ceil(WIDTH)].iter().enumerate() {
                let n = WIDTH.min(self.n_lanes - i * WIDTH);
                block.write_marginals(row, out, n_columns, first + i * WIDTH, n);
            }
            return;
        }
        for (state, row) in out.chunks_exact_mut(n_columns).enumerate() {
            for lane in 0..self.n_lanes {
                row[first + lane] = self.marginal(var, state, lane);
            }
        }
    }

    /// After [`Workspace::backward`]: the derivative of P(evidence) by every parameter,
    /// `[n_params, n_lanes]`, to be multiplied by 2^exponent of the lane (see
    /// [`Workspace::scaled_p`]).
    pub fn parameter_derivatives(&self) -> Vec<f64> {
        let n_lanes = self.n_lanes;
        let mut out = vec![0.0; self.tape.n_params() * n_lanes];
        let mut write = |param: ParamId, first: usize, lanes: &[f64]| {
            let n = lanes.len().min(n_lanes - first);
            let start = param.ix() * n_lanes + first;
            out[start..start + n].copy_from_slice(&lanes[..n]);
        };
        if n_lanes == 1 {
            self.single.parameter_derivatives(self.tape, |param, lanes| write(param, 0, lanes));
        } else {
            for (i, block) in self.wide[..n_lanes.div_ceil(WIDTH)].iter().enumerate() {
                block.parameter_derivatives(self.tape, |p, lanes| write(p, i * WIDTH, lanes));
            }
        }
        out
    }

    /// After [`Workspace::backward`]: the derivative of P(evidence) by one run-time likelihood, in a
    /// lane, to be multiplied by 2^exponent of the lane.
    pub fn likelihood_derivative(&self, input: usize, lane: usize) -> f64 {
        let row = self.tape.program.n_rows() + input;
        self.at(Rows::Adjoints, row, lane)
    }

    fn at(&self, rows: Rows, row: usize, lane: usize) -> f64 {
        assert!(lane < self.n_lanes, "lane {lane} of {}", self.n_lanes);
        if self.n_lanes == 1 {
            self.single.rows(rows)[row][0]
        } else {
            self.wide[lane / WIDTH].rows(rows)[row][lane % WIDTH]
        }
    }
}

/// Which of a block's matrices.
#[derive(Clone, Copy)]
enum Rows {
    Values,
    Adjoints,
    Beliefs,
}

fn check_shape(
    what: &'static str,
    matrix: &[f64],
    n_rows: usize,
    n_lanes: usize,
) -> Result<(), BatchError> {
    if n_lanes > 0 && matrix.len() == n_rows * n_lanes {
        return Ok(());
    }
    Err(BatchError::Shape { what, found: matrix.len(), n_rows, n_lanes })
}

impl<const W: usize> Default for Block<W> {
    fn default() -> Block<W> {
        Block {
            values: Vec::new(),
            adjoints: Vec::new(),
            beliefs: Vec::new(),
            scales: Vec::new(),
            exponents: [0; W],
        }
    }
}

/// The machine's own vector instructions, found once. They change no bit: every lane goes through
/// the same additions and multiplications in the same order, and nothing is fused.
fn vectors() -> pulp::Arch {
    pulp::Arch::new()
}

/// [`Block::forward`] as a job that is compiled once for each kind of vector instructions; a closure
/// would be compiled for the plainest kind only.
struct Forward<'a, const W: usize> {
    block: &'a mut Block<W>,
    tape: &'a Tape,
    params: &'a [f64],
    likelihoods: Option<&'a [f64]>,
    n_lanes: usize,
    first: usize,
}

impl<const W: usize> pulp::NullaryFnOnce for Forward<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.block.forward_lanes(
            self.tape,
            self.params,
            self.likelihoods,
            self.n_lanes,
            self.first,
        );
    }
}

/// [`Block::backward`] as such a job.
struct Backward<'a, const W: usize, const GRADIENT: bool> {
    block: &'a mut Block<W>,
    tape: &'a Tape,
}

impl<const W: usize, const GRADIENT: bool> pulp::NullaryFnOnce for Backward<'_, W, GRADIENT> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.block.backward_lanes::<GRADIENT>(self.tape);
    }
}

impl<const W: usize> Block<W> {
    fn forward(
        &mut self,
        tape: &Tape,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
        first: usize,
    ) {
        vectors().dispatch(Forward { block: self, tape, params, likelihoods, n_lanes, first });
    }

    #[inline(always)]
    fn forward_lanes(
        &mut self,
        tape: &Tape,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
        first: usize,
    ) {
        if self.values.len() != tape.n_rows() {
            self.values = vec![[0.0; W]; tape.n_rows()];
            tape.program.write_constants(&mut self.values);
        }
        tape.program.evaluate(params, n_lanes, first, &mut self.values);
        let inputs = &mut self.values[tape.program.n_rows()..tape.first_message()];
        for (i, row) in inputs.iter_mut().enumerate() {
            *row = match likelihoods {
                Some(likelihoods) => load(likelihoods, i, n_lanes, first),
                None => [tape.defaults[i]; W],
            };
        }
        self.exponents = [0; W];
        self.scales.clear();
        for output in 0..tape.term_ends.len() {
            self.sum(tape, output);
        }
        let p = self.values[tape.n_rows() - 1];
        let tiny = p.map(|p| !(TINY..=1.0 / TINY).contains(&p));
        if tiny.contains(&true) {
            self.forward_scaled(tape, &tiny);
        }
    }

    fn rows(&self, rows: Rows) -> &[[f64; W]] {
        match rows {
            Rows::Values => &self.values,
            Rows::Adjoints => &self.adjoints,
            Rows::Beliefs => &self.beliefs,
        }
    }

    /// Computes one message row.
    #[inline(always)]
    fn sum(&mut self, tape: &Tape, output: usize) {
        let mut total = [0.0; W];
        for term in tape.terms_of(output) {
            let product = self.product(term);
            for lane in 0..W {
                total[lane] += product[lane];
            }
        }
        self.values[tape.first_message() + output] = total;
    }

    #[inline(always)]
    fn product(&self, term: &Term) -> [f64; W] {
        let row = |i: usize| &self.values[term.rows[i] as usize];
        match term.n_rows {
            0 => [1.0; W],
            1 => *row(0),
            2 => mul(row(0), row(1)),
            3 => mul(&mul(row(0), row(1)), row(2)),
            _ => mul(&mul(&mul(row(0), row(1)), row(2)), row(3)),
        }
    }

    /// Computes the messages again, each scaled in the tiny lanes by a power of two so that its
    /// largest entry is about 1. Other lanes are multiplied by 1, which changes no bit.
    fn forward_scaled(&mut self, tape: &Tape, tiny: &[bool; W]) {
        for instruction in &tape.instructions {
            let mut largest = [0.0; W];
            for output in instruction.outputs.clone() {
                self.sum(tape, output);
                let row = &self.values[tape.first_message() + output];
                for lane in 0..W {
                    largest[lane] = f64::max(largest[lane], row[lane]);
                }
            }
            let mut scale = [1.0; W];
            for lane in 0..W {
                let extreme = !(SMALL_MESSAGE..=1.0 / SMALL_MESSAGE).contains(&largest[lane]);
                if tiny[lane] && extreme && largest[lane] > 0.0 && largest[lane].is_finite() {
                    // 2^1000 is near the largest power there is; a second message does the rest.
                    let shift = (-libm::ilogb(largest[lane])).min(1000);
                    scale[lane] = libm::ldexp(1.0, shift);
                    self.exponents[lane] -= shift;
                }
            }
            for output in instruction.outputs.clone() {
                let row = &mut self.values[tape.first_message() + output];
                *row = mul(row, &scale);
            }
            self.scales.push(scale);
        }
    }

    /// Adjoints of all messages and beliefs of all variables; with `GRADIENT` also the adjoints of
    /// formulas and inputs.
    fn backward<const GRADIENT: bool>(&mut self, tape: &Tape) {
        vectors().dispatch(Backward::<W, GRADIENT> { block: self, tape });
    }

    #[inline(always)]
    fn backward_lanes<const GRADIENT: bool>(&mut self, tape: &Tape) {
        let first_message = tape.first_message();
        // Without gradients only the sums from the first asked one on are gone back through, and
        // only their own adjoints are kept.
        let stop = if GRADIENT { 0 } else { tape.first_asked };
        let first_output = tape.instructions.get(stop).map_or(0, |first| first.outputs.start);
        let first_tracked = if GRADIENT { 0 } else { first_message + first_output };
        self.adjoints.resize(tape.n_rows(), [0.0; W]);
        self.adjoints[first_tracked..].fill([0.0; W]);
        self.beliefs.resize(tape.n_belief_rows, [0.0; W]);
        self.beliefs.fill([0.0; W]);
        self.adjoints[tape.n_rows() - 1] = [1.0; W];
        let first_tracked = first_tracked as u32;
        for (i, instruction) in tape.instructions.iter().enumerate().skip(stop).rev() {
            for output in instruction.outputs.clone().rev() {
                let mut adjoint = self.adjoints[first_message + output];
                if let Some(scale) = self.scales.get(i) {
                    for lane in 0..W {
                        adjoint[lane] = (adjoint[lane] * scale[lane]).min(LARGEST_ADJOINT);
                    }
                }
                for term in tape.terms_of(output) {
                    self.push_back(term, &adjoint, first_tracked);
                }
            }
        }
    }

    /// Adds one term's share to the adjoints of its factors and to the belief it is part of.
    #[inline(always)]
    fn push_back(&mut self, term: &Term, adjoint: &[f64; W], first_tracked: u32) {
        let n_rows = term.n_rows as usize;
        // `before` is the adjoint times all factors already passed.
        let mut before = *adjoint;
        for i in 0..n_rows {
            let row = term.rows[i];
            if row >= first_tracked {
                let mut slope = before;
                for later in &term.rows[i + 1..n_rows] {
                    slope = mul(&slope, &self.values[*later as usize]);
                }
                add(&mut self.adjoints[row as usize], &slope);
            }
            before = mul(&before, &self.values[row as usize]);
        }
        if term.belief != NO_BELIEF {
            add(&mut self.beliefs[term.belief as usize], &before);
        }
    }

    /// As [`Workspace::write_marginals`], for the first `n` lanes of the block.
    fn write_marginals(
        &self,
        row: usize,
        out: &mut [f64],
        n_columns: usize,
        first: usize,
        n: usize,
    ) {
        let n_states = out.len() / n_columns;
        let beliefs = &self.beliefs[row..row + n_states];
        let mut total = [0.0; W];
        beliefs.iter().for_each(|belief| add(&mut total, belief));
        for (belief, out) in beliefs.iter().zip(out.chunks_exact_mut(n_columns)) {
            let mut share = [0.0; W];
            for lane in 0..W {
                share[lane] = if total[lane] > 0.0 { belief[lane] / total[lane] } else { 0.0 };
            }
            out[first..first + n].copy_from_slice(&share[..n]);
        }
    }

    fn parameter_derivatives(&self, tape: &Tape, mut sink: impl FnMut(ParamId, &[f64])) {
        let n = tape.program.n_rows();
        let mut adjoints = self.adjoints[..n].to_vec();
        tape.program.reverse(&self.values[..n], &mut adjoints, |param, lanes| sink(param, lanes));
    }
}

#[inline(always)]
fn mul<const W: usize>(a: &[f64; W], b: &[f64; W]) -> [f64; W] {
    let mut out = [0.0; W];
    for lane in 0..W {
        out[lane] = a[lane] * b[lane];
    }
    out
}

#[inline(always)]
fn add<const W: usize>(to: &mut [f64; W], what: &[f64; W]) {
    for lane in 0..W {
        to[lane] += what[lane];
    }
}
