//! Running a tape: forward to P(evidence), backward to marginals and derivatives, many lanes at once.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::again::{Affected, Dependencies};
use crate::apart::{self, Apart, Product, SMALLEST_PRODUCT, products_of};
use crate::batch::BatchError;
use crate::evidence::Evidence;
use crate::network::{Cells, Network, ParamId, VarId};
use crate::parallel::{self, Job};
use crate::program::load;
use crate::table::{Scratch, Source, add, mul, sum};
use crate::tape::{Belief, Input, Instruction, NO_BELIEF, NumberTable, Op, Stretch, Tape, Term};

/// Lanes that run side by side: four registers of AVX. Finding out what a term multiplies costs as much as
/// multiplying it in a few lanes: the flagship's report takes 0.61 s of CPU with 4, 0.44 s with 8, 0.37 s with 16,
/// and no less with 32.
pub(crate) const WIDTH: usize = 16;

/// Below this, or above its inverse, a lane is run again with scaled messages: far enough from the
/// smallest normal double (2e-308) that no term that matters was lost.
const TINY: f64 = 1e-200;

/// If likelihoods or factors can make up for so much, what a plain run lost to underflow may matter: between `TINY` and the
/// smallest normal double, with room for rounding.
pub(crate) const MADE_UP_FOR: f64 = 1e77;

/// No product of four numbers below this is too large for a double.
const LARGE: f64 = 1e75;

/// In a scaled lane every entry of a message is 0 or at least this, before and after it is scaled: then its adjoint
/// stays below [`LARGEST_ADJOINT`]. A lane with smaller ones is run again with numbers that carry their own exponents ([`Apart`]).
const SMALLEST_ENTRY: f64 = 1e-240;

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
    /// Whether every block still has its rows, so that a backward pass can follow.
    has_rows: bool,
    /// For a single lane, so that one query does not pay for eight.
    single: Block<1>,
    wide: Vec<Block<WIDTH>>,
    numbers: Numbers<'t>,
    /// By variable, the states that were told to an open tape.
    seen: Option<Vec<usize>>,
    /// What has to be computed so that the single block's rows are those of the states seen; none if all of it.
    stale: Option<Affected>,
    /// Of an open tape, once states are seen a second time.
    dependencies: Option<Dependencies<'t>>,
}

/// What [`Workspace::cells`] finds, a row for every formula.
pub(crate) struct CellSlopes<'r> {
    pub(crate) values: &'r [[f64; WIDTH]],
    pub(crate) slopes: &'r [[f64; WIDTH]],
    pub(crate) p: [f64; WIDTH],
}

/// The plain numbers of a tape: its own, or on an open tape those of the states seen.
#[derive(Clone, Debug)]
struct Numbers<'t> {
    loaded: Cow<'t, [f64]>,
    tables: Cow<'t, [NumberTable]>,
    /// By cut of an open tape, the cells that were seen, and from which on.
    parts: Vec<(Arc<[f64]>, usize)>,
    /// Counts up with every change.
    version: u64,
}

/// The rows of a tape for `W` lanes.
#[derive(Clone, Debug)]
struct Block<const W: usize> {
    values: Vec<[f64; W]>,
    /// Of the last rows of the tape: all, or without gradients those from the first that is tracked on.
    adjoints: Vec<[f64; W]>,
    beliefs: Vec<[f64; W]>,
    scratch: Scratch<W>,
    /// Per instruction and lane what its outputs were multiplied by; empty if no lane was scaled.
    scales: Vec<[f64; W]>,
    /// The lanes whose numbers have their own exponents; their rows hold the rest of these.
    apart: Vec<Apart>,
    /// P(evidence) = p × 2^exponent.
    p: [f64; W],
    exponents: [i32; W],
    /// Of the plain numbers that are in the values' rows.
    version: u64,
}

impl<'t> Workspace<'t> {
    /// Lanes that are run side by side.
    pub const SIDE_BY_SIDE: usize = WIDTH;

    pub(crate) fn new(tape: &'t Tape) -> Workspace<'t> {
        Workspace {
            tape,
            n_lanes: 0,
            has_rows: false,
            single: Block::default(),
            wide: Vec::new(),
            numbers: Numbers {
                loaded: Cow::Borrowed(&tape.written.loaded),
                tables: Cow::Borrowed(&tape.written.tables),
                parts: Vec::new(),
                version: 1,
            },
            seen: None,
            stale: None,
            dependencies: None,
        }
    }

    /// Tells the workspace of an open tape ([`Tape::compile_seen`]) in which states its variables are
    /// seen; until then they are in the first. `network` is the one that the tape was compiled for,
    /// possibly with other numbers where these are neither 0 nor 1.
    ///
    /// A single lane is then computed anew only as far as what is seen, or its numbers, changed: the results have the
    /// same bits.
    ///
    /// # Errors
    /// [`BatchError::NotSeen`] if other variables are seen than the tape was compiled for, or states
    /// that they do not have.
    ///
    /// # Panics
    /// If the tables of `network` have other sizes than when the tape was compiled.
    ///
    /// # Example
    /// ```
    /// use weigh_inference::{Evidence, Limits, NetworkBuilder, Tape};
    /// let mut build = NetworkBuilder::new();
    /// let rain = build.add_variable("rain", &["no", "yes"]);
    /// let wet = build.add_variable("wet", &["no", "yes"]);
    /// build.set_numbers(rain, &[], vec![0.75, 0.25]);
    /// build.set_numbers(wet, &[rain], vec![1.0, 0.0, 0.5, 0.5]);
    /// let network = build.build()?;
    /// let tape = Tape::compile_seen(&network, &[wet], &[rain], &Limits::default())?;
    /// let mut run = tape.workspace();
    /// for (state, p) in [(0, 0.125 / 0.875), (1, 1.0)] {
    ///     run.see(&network, &Evidence::new().observe(wet, state))?;
    ///     run.marginals(&[], None, 1)?;
    ///     assert_eq!(run.marginal(rain, 1, 0), p);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn see(&mut self, network: &Network, evidence: &Evidence) -> Result<(), BatchError> {
        let Some(open) = &self.tape.open else {
            return Err(BatchError::NotSeen(evidence.vars().next().unwrap_or(VarId(0))));
        };
        let mut states = vec![0; self.tape.n_states.len()];
        for var in open.seen.iter().copied().chain(evidence.vars()) {
            states[var.ix()] = match evidence.observed(var) {
                Some(state)
                    if state < self.tape.n_states[var.ix()]
                        && open.seen.binary_search(&var).is_ok()
                        && evidence.likelihood(var).is_none() =>
                {
                    state
                }
                _ => return Err(BatchError::NotSeen(var)),
            };
        }
        let cells = |number: usize| match &network.tables()[number].cells {
            Cells::Numbers(values) => values,
            Cells::Formulas(_) => panic!("table {number} had plain numbers when it was compiled"),
        };
        let Numbers { loaded, tables, parts, .. } = &mut self.numbers;
        let mut is_changed = vec![false; open.slices.len()];
        for (cut, (number, slice)) in open.slices.iter().enumerate() {
            let (cells, shift) = (cells(*number), slice.shift(&states));
            match parts.get_mut(cut) {
                Some((known, from)) if *from == shift && Arc::ptr_eq(known, cells) => continue,
                Some(part) => *part = (Arc::clone(cells), shift),
                None => parts.push((Arc::clone(cells), shift)),
            }
            is_changed[cut] = true;
        }
        let sources = &self.tape.written.sources;
        let loaded = loaded.to_mut();
        for (cut, rows) in sources.loaded().filter(|(cut, _)| is_changed[*cut]) {
            let (cells, shift) = &parts[cut];
            for (number, cell) in loaded[rows.clone()].iter_mut().zip(&sources.cells[rows]) {
                *number = cells[*cell as usize + shift];
            }
        }
        for (table, cut) in tables.to_mut().iter_mut().zip(&sources.tables) {
            if is_changed[*cut as usize] {
                let (cells, shift) = &parts[*cut as usize];
                table.start = open.slices[*cut as usize].1.start() + shift;
                table.cells = Arc::clone(cells);
            }
        }
        if let Some(stale) = self.stale.take() {
            let dependencies = self.dependencies.get_or_insert_with(|| Dependencies::of(self.tape));
            let changed = (0..is_changed.len()).filter(|cut| is_changed[*cut]);
            self.stale = Some(stale.and(&dependencies.affected_by_cuts(changed)));
        }
        self.numbers.version += 1;
        self.seen = Some(states);
        self.has_rows = false;
        Ok(())
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
        self.has_rows = true;
        let numbers = &self.numbers;
        let run = Run { numbers, params, likelihoods, n_columns: n_lanes, first: 0, again: None };
        if n_lanes == 1 {
            self.single.forward(tape, Run { again: self.stale.as_ref(), ..run });
            // Of an open tape without parameters nothing changes but what is seen.
            let is_known = tape.open.is_some() && tape.n_params() == 0;
            self.stale = is_known.then(Affected::default);
            return Ok(());
        }
        self.wide.resize_with(n_lanes.div_ceil(WIDTH).max(self.wide.len()), Block::default);
        for (i, block) in self.wide[..n_lanes.div_ceil(WIDTH)].iter_mut().enumerate() {
            block.forward(tape, Run { first: i * WIDTH, ..run });
        }
        Ok(())
    }

    /// [`Workspace::marginals`] once more, computing anew only what is `affected` by the parameters and
    /// likelihoods that changed since the last run: the results have the same bits.
    ///
    /// Saves nothing where there are more than [`Workspace::SIDE_BY_SIDE`] lanes.
    ///
    /// # Shapes
    /// As [`Workspace::forward`].
    ///
    /// # Errors
    /// As [`Workspace::forward`].
    pub fn marginals_again(
        &mut self,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
        affected: &Affected,
    ) -> Result<(), BatchError> {
        if n_lanes != self.n_lanes || n_lanes > WIDTH || !self.has_rows {
            return self.marginals(params, likelihoods, n_lanes);
        }
        self.check_shapes(params, likelihoods, n_lanes)?;
        let (tape, numbers) = (self.tape, &self.numbers);
        let again = Some(affected);
        let run = Run { numbers, params, likelihoods, n_columns: n_lanes, first: 0, again };
        match n_lanes {
            1 => self.single.forward(tape, run),
            _ => self.wide[0].forward(tape, run),
        }
        self.backward_marginals();
        Ok(())
    }

    /// [`Workspace::forward`] and [`Workspace::backward_marginals`] in one, in a fraction of the
    /// time where there are many lanes: all go through the same memory, which stays in the cache.
    ///
    /// # Shapes
    /// As [`Workspace::forward`].
    ///
    /// # Errors
    /// As [`Workspace::forward`].
    pub fn marginals(
        &mut self,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_lanes: usize,
    ) -> Result<(), BatchError> {
        if n_lanes <= WIDTH {
            self.forward(params, likelihoods, n_lanes)?;
            self.backward_marginals();
            return Ok(());
        }
        self.check_shapes(params, likelihoods, n_lanes)?;
        self.block_by_block(params, likelihoods, n_lanes, 0..n_lanes, true);
        Ok(())
    }

    /// [`Workspace::marginals`] of some columns of a larger matrix, with the tape's own likelihoods: nothing is
    /// copied.
    ///
    /// # Shapes
    /// - `params`: `[n_params, n_columns]`, row-major
    ///
    /// # Errors
    /// [`BatchError::Shape`] if the matrix has the wrong size.
    ///
    /// # Panics
    /// If there are no such columns.
    pub fn marginals_of(
        &mut self,
        params: &[f64],
        n_columns: usize,
        columns: Range<usize>,
    ) -> Result<(), BatchError> {
        self.check_shapes(params, None, n_columns)?;
        assert!(columns.start < columns.end && columns.end <= n_columns, "columns of the matrix");
        self.block_by_block(params, None, n_columns, columns, true);
        Ok(())
    }

    /// Forward, and back if the marginals are asked for, one block of lanes after the other in the same memory.
    pub(crate) fn block_by_block(
        &mut self,
        params: &[f64],
        likelihoods: Option<&[f64]>,
        n_columns: usize,
        columns: Range<usize>,
        goes_back: bool,
    ) {
        self.n_lanes = columns.len();
        self.has_rows = false;
        let numbers = &self.numbers;
        let run =
            Run { numbers, params, likelihoods, n_columns, first: columns.start, again: None };
        if self.n_lanes == 1 {
            self.single.forward(self.tape, run);
            if goes_back {
                self.single.backward::<false>(self.tape, &numbers.tables);
            }
            return;
        }
        let n_blocks = columns.len().div_ceil(WIDTH);
        self.wide.resize_with(n_blocks.max(self.wide.len()), Block::default);
        let mut values = std::mem::take(&mut self.wide[0].values);
        let mut adjoints = std::mem::take(&mut self.wide[0].adjoints);
        for (i, block) in self.wide[..n_blocks].iter_mut().enumerate() {
            (block.values, block.adjoints) = (values, adjoints);
            block.forward(self.tape, Run { first: columns.start + i * WIDTH, ..run });
            if goes_back {
                block.backward::<false>(self.tape, &self.numbers.tables);
            }
            block.apart.clear();
            values = std::mem::take(&mut block.values);
            adjoints = std::mem::take(&mut block.adjoints);
        }
        (self.wide[0].values, self.wide[0].adjoints) = (values, adjoints);
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

    /// After [`Workspace::forward`] of a single lane: gives a variable's run-time likelihood other values, and does
    /// the sums from the first that reads it on again, scaled as they were. The values may be below 0; P(evidence)
    /// stays what it was.
    pub(crate) fn put_likelihood(&mut self, input: &Input, values: impl Iterator<Item = f64>) {
        assert!(self.has_rows && self.n_lanes == 1, "it comes after a forward pass of one lane");
        let tape = self.tape;
        let first = tape.first_input() + input.rows.start;
        let rows = &mut self.single.values[first..first + input.rows.len()];
        rows.iter_mut().zip(values).for_each(|(row, value)| *row = [value]);
        let Block { values, apart, .. } = &mut self.single;
        if let Some(apart) = apart.first_mut() {
            apart.forward(tape, &self.numbers.tables, values, input.first_reader);
            return;
        }
        for (at, instruction) in
            tape.written.instructions.iter().enumerate().skip(input.first_reader)
        {
            self.single.compute(tape, &self.numbers.tables, instruction);
            if let Some(scale) = self.single.scales.get(at) {
                let start = tape.first_message() + instruction.rows.start;
                let rows = &mut self.single.values[start..start + instruction.rows.len()];
                rows.iter_mut().for_each(|row| *row = mul(row, scale));
            }
        }
    }

    /// After [`Workspace::backward`] of a single lane: the derivative of P(evidence) by every parameter that the tape
    /// reads.
    pub(crate) fn each_derivative(&self, mut sink: impl FnMut(ParamId, f64)) {
        assert!(self.n_lanes == 1, "there is one lane");
        self.single.parameter_derivatives(self.tape, |param, lanes| sink(param, lanes[0]));
    }

    fn each_block(
        &mut self,
        single: impl Fn(&mut Block<1>, &Tape, &[NumberTable]),
        wide: impl Fn(&mut Block<WIDTH>, &Tape, &[NumberTable]),
    ) {
        let tables = &self.numbers.tables[..];
        assert!(self.has_rows, "a backward pass comes after a forward pass");
        if self.n_lanes == 1 {
            single(&mut self.single, self.tape, tables);
        } else {
            let n_blocks = self.n_lanes.div_ceil(WIDTH);
            self.wide[..n_blocks].iter_mut().for_each(|block| wide(block, self.tape, tables));
        }
    }

    /// After [`Workspace::forward`] of a single lane: the products that a message's row, counted from the tape's first
    /// row, is the largest of, or its only one; without those that are 0. None for a sum over a variable.
    pub(crate) fn products_of(&self, row: usize) -> Option<Vec<Product>> {
        assert!(self.has_rows && self.n_lanes == 1, "it comes after a forward pass of one lane");
        let tape = self.tape;
        let message = row - tape.first_message();
        let instructions = &tape.written.instructions;
        let instruction = &instructions[instructions.partition_point(|i| i.rows.end <= message)];
        if instruction.eliminates.is_some() && !instruction.is_maximum {
            return None;
        }
        let Block { values, apart, .. } = &self.single;
        let (row, tables) = (message - instruction.rows.start, &self.numbers.tables);
        Some(products_of(tape, tables, instruction, row, values, apart.first()))
    }

    /// P(evidence) of a lane, 0 if it is too small for a double; see [`Workspace::scaled_p`].
    pub fn p_evidence(&self, lane: usize) -> f64 {
        let (p, exponent) = self.scaled_p(lane);
        libm::ldexp(p, exponent)
    }

    /// P(evidence) of a lane as `(p, exponent)`, meaning `p × 2^exponent`: for probabilities of any
    /// smallness. The exponent is 0 unless P(evidence) is below 1e-200 or above 1e200.
    pub fn scaled_p(&self, lane: usize) -> (f64, i32) {
        assert!(lane < self.n_lanes, "lane {lane} of {}", self.n_lanes);
        if self.n_lanes == 1 {
            return (self.single.p[lane], self.single.exponents[lane]);
        }
        let block = &self.wide[lane / WIDTH];
        (block.p[lane % WIDTH], block.exponents[lane % WIDTH])
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
                let seen = self.seen.as_ref().map_or(seen, |states| states[var.ix()]);
                f64::from(u8::from(seen == state && self.scaled_p(lane).0 > 0.0))
            }
            Belief::Row(row) => {
                let belief = |state| self.at(Rows::Beliefs, row + state, lane);
                let total: f64 = (0..n_states).map(belief).sum();
                if total > 0.0 { belief(state) / total } else { 0.0 }
            }
        }
    }

    /// After a backward pass of a single lane: P(each state of the variable | evidence), `[n_states]`;
    /// [`Workspace::marginal`] for all states.
    ///
    /// # Panics
    /// If there are more lanes.
    pub fn posterior(&self, var: VarId) -> Vec<f64> {
        assert!(self.n_lanes == 1, "there is one lane");
        let mut posterior = vec![0.0; self.tape.n_states[var.ix()]];
        self.write_marginals(var, &mut posterior, 0);
        posterior
    }

    /// After a backward pass: writes the marginals of `var` in all lanes into the columns from
    /// `first` on of `out: [n_states, n_columns]`, row-major; [`Workspace::marginal`] for many.
    ///
    /// # Panics
    /// If `out` is too small.
    pub fn write_marginals(&self, var: VarId, out: &mut [f64], first: usize) {
        let n_columns = out.len() / self.tape.n_states[var.ix()];
        match self.tape.beliefs[var.ix()] {
            Belief::Row(row) if self.n_lanes == 1 => {
                self.single.write_marginals(row, out, n_columns, first, 1);
            }
            Belief::Row(row) => {
                let blocks = &self.wide[..self.n_lanes.div_ceil(WIDTH)];
                for (i, block) in blocks.iter().enumerate() {
                    let n = WIDTH.min(self.n_lanes - i * WIDTH);
                    block.write_marginals(row, out, n_columns, first + i * WIDTH, n);
                }
            }
            Belief::Observed(_) | Belief::Pruned => {
                for (state, row) in out.chunks_exact_mut(n_columns).enumerate() {
                    for lane in 0..self.n_lanes {
                        row[first + lane] = self.marginal(var, state, lane);
                    }
                }
            }
        }
    }

    /// After [`Workspace::backward`] of some lanes side by side: every formula, the slope of P(evidence) by it as a
    /// cell, and P(evidence); none for a single lane, for several blocks, and where messages were scaled.
    pub(crate) fn cells(&self) -> Option<CellSlopes<'_>> {
        let block = self.wide.first().filter(|block| block.scales.is_empty())?;
        let n = self.tape.program.n_rows();
        let (values, slopes) = (&block.values[..n], block.adjoints.get(..n)?);
        (2..=WIDTH).contains(&self.n_lanes).then_some(CellSlopes { values, slopes, p: block.p })
    }

    /// After [`Workspace::backward`]: the derivative of P(evidence) by every parameter,
    /// `[n_params, n_lanes]`, to be multiplied by 2^exponent of the lane (see
    /// [`Workspace::scaled_p`]).
    pub fn parameter_derivatives(&self) -> Vec<f64> {
        let n_lanes = self.n_lanes;
        let mut out = vec![0.0; self.tape.n_params() * n_lanes];
        if n_lanes == 1 {
            self.each_derivative(|param, derivative| out[param.ix()] = derivative);
        } else {
            let mut write = |param: ParamId, first: usize, lanes: &[f64]| {
                let n = lanes.len().min(n_lanes - first);
                let start = param.ix() * n_lanes + first;
                out[start..start + n].copy_from_slice(&lanes[..n]);
            };
            for (i, block) in self.wide[..n_lanes.div_ceil(WIDTH)].iter().enumerate() {
                block.parameter_derivatives(self.tape, |p, lanes| write(p, i * WIDTH, lanes));
            }
        }
        out
    }

    /// After [`Workspace::backward`]: the derivative of P(evidence) by one run-time likelihood, in a
    /// lane, to be multiplied by 2^exponent of the lane.
    pub fn likelihood_derivative(&self, input: usize, lane: usize) -> f64 {
        let row = self.tape.first_input() + input;
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
    Adjoints,
    Beliefs,
}

pub(crate) fn check_shape(
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
            scratch: Scratch::default(),
            scales: Vec::new(),
            apart: Vec::new(),
            p: [0.0; W],
            exponents: [0; W],
            version: 0,
        }
    }
}

/// The machine's own vector instructions, found once. They change no bit: every lane goes through
/// the same additions and multiplications in the same order, and nothing is fused.
pub(crate) fn vectors() -> pulp::Arch {
    pulp::Arch::new()
}

/// [`Block::forward`] as a job that is compiled once for each kind of vector instructions; a closure
/// would be compiled for the plainest kind only.
struct Forward<'a, const W: usize> {
    block: &'a mut Block<W>,
    tape: &'a Tape,
    run: Run<'a>,
}

/// What one block of lanes is run over.
#[derive(Clone, Copy)]
struct Run<'a> {
    numbers: &'a Numbers<'a>,
    /// `[n_params, n_columns]`
    params: &'a [f64],
    /// `[n_inputs, n_columns]`
    likelihoods: Option<&'a [f64]>,
    n_columns: usize,
    /// The column of the block's first lane.
    first: usize,
    /// If the rows are those of an earlier run, all that has to be computed.
    again: Option<&'a Affected>,
}

impl<const W: usize> pulp::NullaryFnOnce for Forward<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.block.forward_lanes(self.tape, self.run);
    }
}

/// [`Block::backward`] as such a job.
struct Backward<'a, const W: usize, const GRADIENT: bool> {
    block: &'a mut Block<W>,
    tape: &'a Tape,
    tables: &'a [NumberTable],
}

impl<const W: usize, const GRADIENT: bool> pulp::NullaryFnOnce for Backward<'_, W, GRADIENT> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.block.backward_lanes::<GRADIENT>(self.tape, self.tables);
    }
}

impl<const W: usize> Block<W> {
    fn forward(&mut self, tape: &Tape, run: Run) {
        vectors().dispatch(Forward { block: self, tape, run });
    }

    #[inline(always)]
    fn forward_lanes(&mut self, tape: &Tape, run: Run) {
        let Run { numbers, params, likelihoods, n_columns, first, again } = run;
        if self.values.len() != tape.n_rows() {
            // The messages' rows follow, each message's right before they are computed, while they are in the cache;
            // but for a tape that may not compute all of them.
            self.values = Vec::with_capacity(tape.n_rows());
            let n_first = if tape.is_wide { tape.n_rows() } else { tape.first_message() };
            self.values.resize(n_first, [0.0; W]);
            tape.program.write_constants(&mut self.values);
            self.version = 0;
        }
        if self.version != numbers.version {
            let loaded = &mut self.values[tape.program.n_rows()..tape.first_input()];
            for (row, number) in loaded.iter_mut().zip(&*numbers.loaded) {
                *row = [*number; W];
            }
            self.version = numbers.version;
        }
        // Rows of a run with scaled messages are not those of a plain one.
        let again = again.filter(|_| self.scales.is_empty());
        match again {
            None => tape.program.evaluate(params, n_columns, first, &mut self.values),
            Some(affected) => {
                for &row in &affected.formulas {
                    let values = &mut self.values;
                    tape.program.evaluate_row(row as usize, params, n_columns, first, values);
                }
            }
        }
        let inputs = &mut self.values[tape.first_input()..tape.first_message()];
        for (i, row) in inputs.iter_mut().enumerate() {
            *row = match likelihoods {
                Some(likelihoods) => load(likelihoods, i, n_columns, first),
                None => [tape.defaults[i]; W],
            };
        }
        self.exponents = [0; W];
        self.scales.clear();
        self.apart.clear();
        let mut made_up_for = [1.0; W];
        for input in &tape.inputs {
            let rows = &self.values[tape.first_input()..][input.rows.clone()];
            made_up_for =
                mul(&made_up_for, &extremes(rows).1.map(|largest| f64::max(largest, 1.0)));
        }
        let is_wide = made_up_for.map(|by| tape.is_wide || by > MADE_UP_FOR);
        // Loops, not `for_each`: its closure would be compiled without the vector instructions.
        match again {
            _ if tape.is_wide => {}
            None => {
                for instruction in &tape.written.instructions {
                    self.compute(tape, &numbers.tables, instruction);
                }
            }
            Some(affected) => {
                for &at in &affected.instructions {
                    let instruction = &tape.written.instructions[at as usize];
                    self.compute(tape, &numbers.tables, instruction);
                }
            }
        }
        self.p = self.values[tape.n_rows() - 1];
        let mut tiny = self.p.map(|p| !(TINY..=1.0 / TINY).contains(&p));
        (0..W).for_each(|lane| tiny[lane] |= is_wide[lane]);
        if tiny.contains(&true) {
            let far = self.forward_scaled(tape, numbers, &tiny);
            self.p = self.values[tape.n_rows() - 1];
            // Lanes past the end are nobody's.
            for lane in (0..W.min(n_columns - first)).filter(|lane| far[*lane]) {
                let mut apart = Apart::new(tape, lane);
                let p = apart.forward(tape, &numbers.tables, &mut self.values, 0);
                (self.p[lane], self.exponents[lane]) = (p.value, p.exponent);
                self.apart.push(apart);
            }
        }
    }

    fn rows(&self, rows: Rows) -> &[[f64; W]] {
        match rows {
            Rows::Adjoints => &self.adjoints,
            Rows::Beliefs => &self.beliefs,
        }
    }

    /// Computes the rows of one message.
    #[inline(always)]
    fn compute(&mut self, tape: &Tape, tables: &[NumberTable], instruction: &Instruction) {
        let start = tape.first_message() + instruction.rows.start;
        let end = start + instruction.rows.len();
        if self.values.len() < end {
            self.values.resize(end, [0.0; W]);
        }
        if instruction.is_maximum {
            return apart::maxima(tape, tables, instruction, &mut self.values);
        }
        let (before, rest) = self.values.split_at_mut(start);
        let out = &mut rest[..instruction.rows.len()];
        let (stretches, first_term) = match &instruction.op {
            Op::Table(table) => {
                return parallel::forward(table, before, tables, out, &mut self.scratch);
            }
            Op::Sums { stretches, first_term, .. } => (stretches.clone(), *first_term),
        };
        let (mut out, mut terms) = (out, &tape.written.terms[first_term..]);
        for stretch in &tape.written.stretches[stretches] {
            let n_terms = stretch.n_terms as usize;
            let (rows, others) = out.split_at_mut(stretch.n_rows as usize);
            let (of_rows, of_others) = terms.split_at(rows.len() * n_terms);
            match stretch.n_factors {
                Some(1) => sums_of::<W, 1>(before, rows, of_rows, n_terms),
                Some(2) => sums_of::<W, 2>(before, rows, of_rows, n_terms),
                Some(3) => sums_of::<W, 3>(before, rows, of_rows, n_terms),
                Some(4) => sums_of::<W, 4>(before, rows, of_rows, n_terms),
                _ => sums_of_any(before, rows, of_rows, n_terms),
            }
            (out, terms) = (others, of_others);
        }
    }

    /// Computes the messages again, each scaled in the tiny lanes by a power of two so that its
    /// largest entry is about 1. Other lanes are multiplied by 1, which changes no bit.
    ///
    /// Returns the tiny lanes in which numbers are so far apart that products of them may have been lost.
    fn forward_scaled(&mut self, tape: &Tape, numbers: &Numbers, tiny: &[bool; W]) -> [bool; W] {
        let first_message = tape.first_message();
        let (of_rows, largest) = extremes(&self.values[..first_message]);
        let (mut of_numbers, mut largest_number) = (1.0, 0.0);
        for table in numbers.tables.iter() {
            let ([smallest], [largest]) = extremes(table.numbers().as_chunks::<1>().0);
            of_numbers = f64::min(of_numbers, smallest);
            largest_number = f64::max(largest_number, largest);
        }
        // Not above 1: what a factor may make of the others' product.
        let of_rows = of_rows.map(|smallest| f64::min(smallest, 1.0));
        let of_numbers = [of_numbers; W];
        let mut of_messages: Vec<[f64; W]> = Vec::with_capacity(tape.written.instructions.len());
        let mut of_all = of_rows;
        let mut far = [false; W];
        for lane in 0..W {
            far[lane] = tiny[lane] && f64::max(largest[lane], largest_number) > LARGE;
        }
        for instruction in &tape.written.instructions {
            if far == *tiny {
                break;
            }
            let mut bound = [1.0; W];
            match &instruction.op {
                Op::Table(table) => {
                    for operand in &table.operands {
                        let row = (operand.first as usize).checked_sub(first_message);
                        let of_operand = match (operand.source, row) {
                            (Source::Numbers(_), _) => &of_numbers,
                            (Source::Rows, None) => &of_rows,
                            (Source::Rows, Some(row)) => {
                                let before = &tape.written.instructions[..of_messages.len()];
                                &of_messages[before.partition_point(|other| other.rows.end <= row)]
                            }
                        };
                        bound = mul(&bound, of_operand);
                    }
                }
                Op::Sums { .. } => {
                    for _ in 0..instruction.n_factors {
                        bound = mul(&bound, &of_all);
                    }
                }
            }
            for lane in 0..W {
                if tiny[lane] && !far[lane] && bound[lane] < SMALLEST_PRODUCT {
                    let (values, tables) = (&self.values[..], &numbers.tables[..]);
                    far[lane] = !apart::keeps_products(tape, tables, instruction, values, lane);
                }
            }
            self.compute(tape, &numbers.tables, instruction);
            let start = first_message + instruction.rows.start;
            let rows = &mut self.values[start..start + instruction.rows.len()];
            let (mut smallest, largest) = extremes(rows);
            let mut scale = [1.0; W];
            for lane in 0..W {
                let extreme = !(SMALL_MESSAGE..=1.0 / SMALL_MESSAGE).contains(&largest[lane]);
                if tiny[lane] && extreme && largest[lane] > 0.0 && largest[lane].is_finite() {
                    // 2^1000 is near the largest power there is; such a lane is far.
                    let shift = (-libm::ilogb(largest[lane])).min(1000);
                    scale[lane] = libm::ldexp(1.0, shift);
                    self.exponents[lane] -= shift;
                }
                let scaled = f64::min(smallest[lane] * scale[lane], 1.0);
                far[lane] |= tiny[lane] && f64::min(smallest[lane], scaled) < SMALLEST_ENTRY;
                smallest[lane] = scaled;
                of_all[lane] = f64::min(of_all[lane], smallest[lane]);
            }
            if scale != [1.0; W] {
                rows.iter_mut().for_each(|row| *row = mul(row, &scale));
            }
            self.scales.push(scale);
            of_messages.push(smallest);
        }
        self.scales.resize(tape.written.instructions.len(), [1.0; W]);
        far
    }

    /// Adjoints of all messages and beliefs of all variables; with `GRADIENT` also the adjoints of
    /// formulas and inputs.
    fn backward<const GRADIENT: bool>(&mut self, tape: &Tape, tables: &[NumberTable]) {
        vectors().dispatch(Backward::<W, GRADIENT> { block: self, tape, tables });
        let base = tape.n_rows() - self.adjoints.len();
        let Block { values, adjoints, beliefs, apart, exponents, .. } = self;
        for apart in apart {
            let (lane, values) = (apart.lane, &values[..]);
            let [believed, slopes] =
                apart.backward::<W, GRADIENT>(tape, tables, values, base, exponents[lane]);
            beliefs.iter_mut().zip(believed).for_each(|(row, belief)| row[lane] = belief);
            adjoints.iter_mut().zip(slopes).for_each(|(row, slope)| row[lane] = slope);
        }
    }

    #[inline(always)]
    fn backward_lanes<const GRADIENT: bool>(&mut self, tape: &Tape, tables: &[NumberTable]) {
        let first_message = tape.first_message();
        let instructions = &tape.written.instructions;
        // Without gradients only what the beliefs asked for need is gone back through and kept.
        let n_needed = tape.n_rows() - if GRADIENT { 0 } else { tape.first_tracked() };
        let is_fresh = self.adjoints.len() < n_needed;
        if is_fresh {
            // Memory that is zero already and not touched before it is used.
            self.adjoints = vec![[0.0; W]; n_needed];
        }
        let base = tape.n_rows() - self.adjoints.len();
        if !is_fresh && GRADIENT {
            self.adjoints[..first_message - base].fill([0.0; W]);
        }
        let is_added_to = |i: &Instruction| !is_fresh && !i.is_set && (GRADIENT || i.is_tracked);
        for instruction in instructions.iter().filter(|i| is_added_to(i)) {
            let start = first_message + instruction.rows.start - base;
            self.adjoints[start..start + instruction.rows.len()].fill([0.0; W]);
        }
        self.beliefs.resize(tape.n_belief_rows, [0.0; W]);
        self.beliefs.fill([0.0; W]);
        if let Some(adjoint) = self.adjoints.last_mut() {
            *adjoint = [1.0; W];
        }
        for (i, instruction) in instructions.iter().enumerate().rev() {
            if !GRADIENT && !instruction.goes_back {
                continue;
            }
            let rows = first_message + instruction.rows.start..first_message + instruction.rows.end;
            let (before, rest) = self.adjoints.split_at_mut(rows.start - base);
            let of_rows = &rest[..rows.len()];
            let scale = self.scales.get(i);
            match &instruction.op {
                Op::Table(table) => {
                    let values = &self.values[..rows.start];
                    let scale = scale.map(|scale| (scale, LARGEST_ADJOINT));
                    let targets = table.targets::<GRADIENT, W>(before, base, &mut self.beliefs);
                    let job = Job { table, values, tables, of_rows, scale };
                    job.backward::<GRADIENT>(targets, &mut self.scratch);
                }
                Op::Sums { ends, first_term, stretches } => {
                    let ends = &tape.written.term_ends[ends.clone()];
                    let end = ends.last().map_or(*first_term, |end| *end as usize);
                    let terms = &tape.written.terms[*first_term..end];
                    let (values, beliefs) = (&self.values[..], &mut self.beliefs[..]);
                    let mut back = Back { values, adjoints: before, base, beliefs, scale };
                    let stretches = &tape.written.stretches[stretches.clone()];
                    back.go_through::<GRADIENT>(stretches, of_rows, terms);
                }
            }
            for share in &tape.written.shares[instruction.shares.clone()] {
                let rows = share.rows.start as usize..share.rows.end as usize;
                let rows = first_message + rows.start..first_message + rows.end;
                let adjoints = &self.adjoints[rows.start - base..rows.end - base];
                let sum = sum(&self.values[rows], Some(adjoints));
                add(&mut self.beliefs[share.belief as usize], &sum);
            }
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
        tape.program
            .reverse(&self.values[..n], &self.adjoints[..n], |param, lanes| sink(param, lanes));
    }
}

/// Per lane the smallest and the largest number above 0 in some rows; infinity and 0 if there is none.
#[inline(always)]
fn extremes<const W: usize>(rows: &[[f64; W]]) -> ([f64; W], [f64; W]) {
    let mut smallest = [f64::INFINITY; WIDTH];
    let mut largest = [0.0; WIDTH];
    // One row of many lanes, or many of one.
    for chunk in rows.as_flattened().chunks(WIDTH) {
        for (at, value) in chunk.iter().enumerate() {
            let own = if *value > 0.0 { *value } else { f64::INFINITY };
            smallest[at] = if own < smallest[at] { own } else { smallest[at] };
            largest[at] = if *value > largest[at] { *value } else { largest[at] };
        }
    }
    let mut found = ([f64::INFINITY; W], [0.0; W]);
    for at in 0..WIDTH {
        found.0[at % W] = f64::min(found.0[at % W], smallest[at]);
        found.1[at % W] = f64::max(found.1[at % W], largest[at]);
    }
    found
}

/// Rows that are sums of as many terms of `N` factors each: most are of one or two, about which nothing is then left to
/// be found out row by row.
#[inline(always)]
fn sums_of<const W: usize, const N: usize>(
    values: &[[f64; W]],
    rows: &mut [[f64; W]],
    terms: &[Term],
    n_terms: usize,
) {
    match n_terms {
        1 => sums_of_each::<W, N>(values, rows, terms, 1),
        2 => sums_of_each::<W, N>(values, rows, terms, 2),
        _ => sums_of_each::<W, N>(values, rows, terms, n_terms),
    }
}

/// As [`sums_of`], compiled for each number of terms that is given as a constant. No closures: they would be compiled
/// without the vector instructions.
#[inline(always)]
fn sums_of_each<const W: usize, const N: usize>(
    values: &[[f64; W]],
    rows: &mut [[f64; W]],
    terms: &[Term],
    n_terms: usize,
) {
    for (row, terms) in rows.iter_mut().zip(terms.chunks_exact(n_terms)) {
        let mut total = product::<W, N>(values, &terms[0]);
        for term in &terms[1..] {
            add(&mut total, &product::<W, N>(values, term));
        }
        *row = total;
    }
}

/// Rows that are sums of as many terms each, of no or of different numbers of factors.
#[inline(always)]
fn sums_of_any<const W: usize>(
    values: &[[f64; W]],
    rows: &mut [[f64; W]],
    terms: &[Term],
    n_terms: usize,
) {
    for (i, row) in rows.iter_mut().enumerate() {
        let mut total = [0.0; W];
        for term in &terms[i * n_terms..(i + 1) * n_terms] {
            match term.n_rows {
                0 => add(&mut total, &[1.0; W]),
                1 => add(&mut total, &product::<W, 1>(values, term)),
                2 => add(&mut total, &product::<W, 2>(values, term)),
                3 => add(&mut total, &product::<W, 3>(values, term)),
                _ => add(&mut total, &product::<W, 4>(values, term)),
            }
        }
        *row = total;
    }
}

/// The product of the first `N` rows of a term, `N` at least 1.
#[inline(always)]
fn product<const W: usize, const N: usize>(values: &[[f64; W]], term: &Term) -> [f64; W] {
    let [first, rest @ ..] = term.rows;
    let mut product = values[first as usize];
    for row in &rest[..N - 1] {
        product = mul(&product, &values[*row as usize]);
    }
    product
}

/// How many factors of a term are asked for, if that is to be found out term by term.
const MIXED: usize = usize::MAX;

/// What a backward pass reads and writes.
struct Back<'a, const W: usize> {
    values: &'a [[f64; W]],
    adjoints: &'a mut [[f64; W]],
    /// The row that the first of these adjoints is of: 0 with gradients.
    base: usize,
    beliefs: &'a mut [[f64; W]],
    scale: Option<&'a [f64; W]>,
}

impl<const W: usize> Back<'_, W> {
    /// From the adjoints of rows to those of what they are sums of, from the last row to the first.
    #[inline(always)]
    fn go_through<const GRADIENT: bool>(
        &mut self,
        stretches: &[Stretch],
        mut of_rows: &[[f64; W]],
        mut terms: &[Term],
    ) {
        for stretch in stretches.iter().rev() {
            let n_terms = stretch.n_terms as usize;
            let (rows, last_terms);
            (of_rows, rows) = of_rows.split_at(of_rows.len() - stretch.n_rows as usize);
            (terms, last_terms) = terms.split_at(terms.len() - rows.len() * n_terms);
            let n_asked = if GRADIENT { stretch.n_slopes } else { stretch.n_tracked };
            match (stretch.n_factors, n_asked) {
                (_, Some(0)) => {}
                (Some(1), Some(1)) => self.stretch::<GRADIENT, 1, 1>(rows, last_terms, n_terms),
                (Some(2), Some(1)) => self.stretch::<GRADIENT, 2, 1>(rows, last_terms, n_terms),
                (Some(2), Some(2)) => self.stretch::<GRADIENT, 2, 2>(rows, last_terms, n_terms),
                (Some(1), _) => self.stretch::<GRADIENT, 1, MIXED>(rows, last_terms, n_terms),
                (Some(2), _) => self.stretch::<GRADIENT, 2, MIXED>(rows, last_terms, n_terms),
                (Some(3), _) => self.stretch::<GRADIENT, 3, MIXED>(rows, last_terms, n_terms),
                (Some(4), _) => self.stretch::<GRADIENT, 4, MIXED>(rows, last_terms, n_terms),
                _ => self.stretch_of_any::<GRADIENT>(rows, last_terms, n_terms),
            }
        }
    }

    /// Rows that are sums of as many terms of `N` factors each, of which the first `ASKED` are asked for and no belief is.
    #[inline(always)]
    fn stretch<const GRADIENT: bool, const N: usize, const ASKED: usize>(
        &mut self,
        of_rows: &[[f64; W]],
        terms: &[Term],
        n_terms: usize,
    ) {
        for (adjoint, terms) in of_rows.iter().zip(terms.chunks_exact(n_terms)).rev() {
            let adjoint = self.scaled(adjoint);
            for term in terms {
                if ASKED == MIXED {
                    self.push::<GRADIENT, N>(term, &adjoint);
                } else {
                    self.push_first::<GRADIENT, N>(term, &adjoint, ASKED);
                }
            }
        }
    }

    /// Rows that are sums of as many terms each, of no or of different numbers of factors.
    #[inline(always)]
    fn stretch_of_any<const GRADIENT: bool>(
        &mut self,
        of_rows: &[[f64; W]],
        terms: &[Term],
        n_terms: usize,
    ) {
        for (i, adjoint) in of_rows.iter().enumerate().rev() {
            let adjoint = self.scaled(adjoint);
            for term in &terms[i * n_terms..(i + 1) * n_terms] {
                match term.n_rows {
                    0 => self.push::<GRADIENT, 0>(term, &adjoint),
                    1 => self.push::<GRADIENT, 1>(term, &adjoint),
                    2 => self.push::<GRADIENT, 2>(term, &adjoint),
                    3 => self.push::<GRADIENT, 3>(term, &adjoint),
                    _ => self.push::<GRADIENT, 4>(term, &adjoint),
                }
            }
        }
    }

    /// A row's adjoint as if its message had not been scaled.
    #[inline(always)]
    fn scaled(&self, adjoint: &[f64; W]) -> [f64; W] {
        let mut adjoint = *adjoint;
        if let Some(scale) = self.scale {
            for lane in 0..W {
                adjoint[lane] =
                    (adjoint[lane] * scale[lane]).clamp(-LARGEST_ADJOINT, LARGEST_ADJOINT);
            }
        }
        adjoint
    }

    /// Adds the share of a term of `N` factors to their adjoints and to the belief it is part of.
    #[inline(always)]
    fn push<const GRADIENT: bool, const N: usize>(&mut self, term: &Term, adjoint: &[f64; W]) {
        let n_tracked = usize::from(if GRADIENT { term.n_slopes } else { term.n_tracked });
        let product = if n_tracked >= N {
            // Most are: then nothing is to be found out factor by factor.
            self.push_first::<GRADIENT, N>(term, adjoint, N)
        } else {
            self.push_first::<GRADIENT, N>(term, adjoint, n_tracked)
        };
        if term.belief != NO_BELIEF {
            add(&mut self.beliefs[term.belief as usize], &product);
        }
    }

    /// The share of the first `n_tracked` factors; returns the adjoint times all factors.
    #[inline(always)]
    fn push_first<const GRADIENT: bool, const N: usize>(
        &mut self,
        term: &Term,
        adjoint: &[f64; W],
        n_tracked: usize,
    ) -> [f64; W] {
        let base = if GRADIENT { 0 } else { self.base };
        let factors: [&[f64; W]; N] = std::array::from_fn(|i| &self.values[term.rows[i] as usize]);
        // `before` is the adjoint times all factors already passed.
        let mut before = *adjoint;
        for i in 0..N {
            if i < n_tracked {
                let mut slope = before;
                for later in &factors[i + 1..] {
                    slope = mul(&slope, later);
                }
                add(&mut self.adjoints[term.rows[i] as usize - base], &slope);
            }
            before = mul(&before, factors[i]);
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::network::NetworkBuilder;

    /// A grid of three states each, every variable on its neighbours above and to the left: sums and matrices.
    fn grid() -> Network {
        const SIDE: u32 = 6;
        let mut bits = 1u32;
        let mut number = || {
            bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(1 + (bits >> 16)) / 65_536.0
        };
        let mut build = NetworkBuilder::new();
        for v in 0..SIDE * SIDE {
            let var = build.add_variable(format!("x{v}"), &["a", "b", "c"]);
            let left = (v % SIDE > 0).then(|| VarId(v - 1));
            let parents: Vec<VarId> =
                v.checked_sub(SIDE).map(VarId).into_iter().chain(left).collect();
            let n_cells = 3usize.pow(1 + parents.len() as u32);
            build.set_numbers(var, &parents, (0..n_cells).map(|_| number()).collect());
        }
        build.build().unwrap()
    }

    /// The bits of all rows and beliefs, computed with the machine's vectors and as plain code.
    fn check<const W: usize>(tape: &Tape) {
        let run = tape.workspace();
        let numbers = &run.numbers;
        let (params, likelihoods, again) = (&[][..], None, None);
        let run = Run { numbers, params, likelihoods, n_columns: W, first: 0, again };
        let (mut vectors, mut plain) = (Block::<W>::default(), Block::<W>::default());
        vectors.forward(tape, run);
        plain.forward_lanes(tape, run);
        vectors.backward::<true>(tape, &numbers.tables);
        plain.backward_lanes::<true>(tape, &numbers.tables);
        let bits = |rows: &[[f64; W]]| -> Vec<u64> {
            rows.iter().flatten().map(|value| value.to_bits()).collect()
        };
        assert_eq!(bits(&vectors.values), bits(&plain.values));
        assert_eq!(bits(&vectors.adjoints), bits(&plain.adjoints));
        assert_eq!(bits(&vectors.beliefs), bits(&plain.beliefs));
    }

    #[test]
    fn vectors_change_no_bit() {
        let network = grid();
        let evidence = Evidence::new().observe(VarId(20), 1);
        let tape = Tape::compile(&network, &evidence, &[], &Limits::default()).unwrap();
        let is_table = |i: &&Instruction| matches!(i.op, Op::Table(_));
        let n_tables = tape.written.instructions.iter().filter(is_table).count();
        assert!(n_tables > 5 && n_tables < tape.written.instructions.len());
        check::<1>(&tape);
        check::<WIDTH>(&tape);
    }
}
