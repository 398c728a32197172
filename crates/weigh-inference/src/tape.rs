//! The tape: a network with its evidence as one flat list of sums of products.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::compile::{compile, compile_factors, compile_seen};
use crate::cut::Slice;
use crate::evidence::Evidence;
use crate::factors::FactorGraph;
use crate::kernel::Workspace;
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::order::Cost;
use crate::program::Program;
use crate::table::{Source, TableSum, Way};

/// Most factors one term multiplies; longer products go through intermediate tables.
pub(crate) const MAX_FACTORS: usize = 4;

/// One product of a sum: the rows it multiplies, and the state whose belief it is part of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Term {
    /// Messages first.
    pub(crate) rows: [u32; MAX_FACTORS],
    pub(crate) n_rows: u8,
    /// How many of the rows, from the first on, marginals need the adjoints of.
    pub(crate) n_tracked: u8,
    /// How many of the rows, from the first on, have derivatives: all but the plain numbers.
    pub(crate) n_slopes: u8,
    /// Row among the beliefs, or [`NO_BELIEF`].
    pub(crate) belief: u32,
}

pub(crate) const NO_BELIEF: u32 = u32::MAX;

impl Term {
    /// The product of nothing.
    pub(crate) const ONE: Term =
        Term { rows: [0; MAX_FACTORS], n_rows: 0, n_tracked: 0, n_slopes: 0, belief: NO_BELIEF };
}

/// One table computed from others: the product of its factors, summed over one variable or none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Instruction {
    /// The rows it computes, counted from the first message.
    pub(crate) rows: Range<usize>,
    pub(crate) op: Op,
    pub(crate) eliminates: Option<VarId>,
    /// Whether the largest product is taken and not their sum.
    pub(crate) is_maximum: bool,
    pub(crate) scope: Vec<VarId>,
    pub(crate) n_factors: usize,
    /// Whether marginals need the adjoints of its rows.
    pub(crate) is_tracked: bool,
    /// Whether marginals need what its rows' adjoints say of what it multiplies.
    pub(crate) goes_back: bool,
    /// Whether a backward pass sets the adjoints of its rows, where it goes through what reads them, and does not add to
    /// them: none need be 0 before.
    pub(crate) is_set: bool,
    /// Where the beliefs of the variable summed out are read, if not at the products: among
    /// [`Written::shares`].
    pub(crate) shares: Range<usize>,
}

/// How an instruction computes its rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    /// Entry by entry: each row is the sum of the terms written down for it.
    Sums {
        /// Per row, among [`Written::term_ends`].
        ends: Range<usize>,
        /// The first term of the first row.
        first_term: usize,
        /// Its rows in their order, those that are alike together: among [`Written::stretches`].
        stretches: Range<usize>,
    },
    /// Table by table, by strides.
    Table(TableSum),
}

/// Rows one after the other that are sums of as many terms of as many factors each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) n_rows: u32,
    /// In each row.
    pub(crate) n_terms: u32,
    /// In each term; none where these differ within a row.
    pub(crate) n_factors: Option<u8>,
    /// Of the first factors of each term, how many marginals need the adjoints of; none where these differ, or where a term
    /// is part of a belief.
    pub(crate) n_tracked: Option<u8>,
    /// The same for those that have derivatives.
    pub(crate) n_slopes: Option<u8>,
}

impl Stretch {
    /// Some rows, before it is known what a backward pass needs.
    pub(crate) fn new(n_rows: u32, n_terms: u32, n_factors: Option<u8>) -> Stretch {
        Stretch { n_rows, n_terms, n_factors, n_tracked: None, n_slopes: None }
    }

    /// Notes what a backward pass needs of its terms.
    pub(crate) fn note(&mut self, terms: &[Term]) {
        let alike = |of: fn(&Term) -> u8| {
            let n = of(terms.first()?);
            let is_alike = |term: &Term| of(term) == n && term.belief == NO_BELIEF;
            terms.iter().all(is_alike).then_some(n)
        };
        self.n_tracked = alike(|term| term.n_tracked);
        self.n_slopes = alike(|term| term.n_slopes);
    }
}

/// What the writer wrote.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) instructions: Vec<Instruction>,
    /// For every row computed entry by entry, where its terms end (they start where the row before
    /// ends).
    pub(crate) term_ends: Vec<u32>,
    pub(crate) terms: Vec<Term>,
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) shares: Vec<Share>,
    /// The plain numbers that terms multiply, each in a row of its own.
    pub(crate) loaded: Vec<f64>,
    /// The tables of plain numbers that are read table by table.
    pub(crate) tables: Vec<NumberTable>,
    /// Where they come from, if they depend on what will be seen.
    pub(crate) sources: Sources,
    pub(crate) n_messages: usize,
}

impl Written {
    /// The rows that an instruction reads: one by one those of its terms, or of each operand of a table those between the
    /// first and the last that it is read at; plain numbers read table by table have none.
    pub(crate) fn rows_read(
        &self,
        instruction: &Instruction,
    ) -> impl Iterator<Item = Range<usize>> {
        let (table, terms) = match &instruction.op {
            Op::Table(table) => (Some(table), &[][..]),
            Op::Sums { ends, first_term, .. } => {
                let end = self.term_ends[ends.clone()].last();
                (None, &self.terms[*first_term..end.map_or(*first_term, |end| *end as usize)])
            }
        };
        let of_terms = terms.iter().flat_map(|term| &term.rows[..usize::from(term.n_rows)]);
        let of_table = table.into_iter().flat_map(|table| {
            let operands = table.operands.iter().enumerate();
            let in_rows = operands.filter(|(_, operand)| operand.source == Source::Rows);
            in_rows.map(|(i, operand)| {
                let first = operand.first as usize;
                first..first + table.n_entries(i)
            })
        });
        of_terms.map(|row| *row as usize..*row as usize + 1).chain(of_table)
    }
}

/// A table of plain numbers, read where it stands.
#[derive(Clone, Debug)]
pub(crate) struct NumberTable {
    pub(crate) cells: Arc<[f64]>,
    /// The first cell that is read.
    pub(crate) start: usize,
    /// How many there are up to the last that is.
    pub(crate) n_cells: usize,
}

impl NumberTable {
    /// The cells from the first that is read to the last.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> &[f64] {
        &self.cells[self.start..][..self.n_cells]
    }
}

/// Where the plain numbers of an open tape come from: cuts, by their place in [`Open::slices`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// Of every loaded number its cell where all seen variables are in state 0.
    pub(crate) cells: Vec<u32>,
    /// The cuts that loaded numbers are of, in their order, each with where its numbers end.
    pub(crate) cuts: Vec<(u32, u32)>,
    /// The cuts of [`Written::tables`].
    pub(crate) tables: Vec<u32>,
}

impl Sources {
    /// The cuts that loaded numbers are of, each with these.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let starts = std::iter::once(0).chain(self.cuts.iter().map(|(_, end)| *end as usize));
        let cuts = self.cuts.iter().zip(starts);
        cuts.map(|((cut, end), start)| (*cut as usize, start..*end as usize))
    }

    /// Forgets the loaded numbers from this one on.
    pub(crate) fn truncate(&mut self, n_loaded: usize) {
        self.cells.truncate(n_loaded);
        let is_left = |(_, end): &(u32, u32)| *end as usize <= n_loaded;
        self.cuts.truncate(self.cuts.partition_point(is_left));
    }
}

/// Message rows whose values times their adjoints add up to a belief.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    /// Counted from the first message.
    pub(crate) rows: Range<u32>,
    pub(crate) belief: u32,
}

/// Where the marginal of a variable comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Belief {
    /// One row per state among the beliefs.
    Row(usize),
    /// The variable was observed.
    Observed(usize),
    /// The variable was not asked for and carries no evidence.
    Pruned,
}

/// Whose cell a formula is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CellOf {
    /// No table's: only other formulas are made of it.
    #[default]
    Nothing,
    /// Of the table of this number.
    Table(u32),
    Several,
}

impl CellOf {
    /// Whose cells the one and the other are.
    pub(crate) fn and(self, other: CellOf) -> CellOf {
        match (self, other) {
            (CellOf::Nothing, only) | (only, CellOf::Nothing) => only,
            (one, other) if one == other => one,
            _ => CellOf::Several,
        }
    }
}

/// A likelihood vector that is given at run time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Input {
    pub(crate) var: VarId,
    /// Its rows in the likelihood matrix.
    pub(crate) rows: Range<usize>,
    /// The first instruction that may read them.
    pub(crate) first_reader: usize,
}

/// A compiled network: everything that does not depend on numbers is decided.
///
/// A tape is a list of rows. First the formulas of the cells, then cells that are numbers, then the
/// run-time likelihoods, then one row for every entry of every message; each message row is a sum of
/// products of earlier rows. Small messages, and those of which most entries are always 0, are computed
/// entry by entry from a list of terms, large ones table by table, from numbers that have no rows.
/// Observed variables are sliced away, cells that are always 0 take their terms with them, cells
/// that are always 1 are not multiplied. Forward gives P(evidence); one backward pass gives the
/// marginals of all variables and the derivative by every number.
///
/// # Source
/// Darwiche (2003), *A differential approach to inference in Bayesian networks*, J. ACM 50(3),
/// 280–305. Unlike the paper, marginals are read where a variable is summed out (at the smallest
/// message of the bucket, each entry times its adjoint, or at the bucket's terms), so that variables
/// without a run-time likelihood need no indicator.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, Limits, NetworkBuilder, Tape};
/// let mut build = NetworkBuilder::new();
/// let rain = build.add_variable("rain", &["no", "yes"]);
/// let wet = build.add_variable("wet", &["no", "yes"]);
/// let c: Vec<_> = [0.75, 0.25, 1.0, 0.5, 0.0].map(|p| build.formulas().constant(p)).into();
/// build.set_table(rain, &[], vec![c[0], c[1]]);
/// build.set_table(wet, &[rain], vec![c[2], c[4], c[3], c[3]]);
/// let network = build.build()?;
///
/// let tape = Tape::compile(&network, &Evidence::new().observe(wet, 1), &[], &Limits::default())?;
/// let mut run = tape.workspace();
/// run.forward(&[], None, 1)?;
/// run.backward_marginals();
/// assert_eq!(run.p_evidence(0), 0.125);
/// assert_eq!(run.marginal(rain, 1, 0), 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tape {
    pub(crate) program: Program,
    /// Of every row of the program, which table has it among its cells.
    pub(crate) tables: Vec<CellOf>,
    pub(crate) n_params: usize,
    pub(crate) inputs: Vec<Input>,
    pub(crate) defaults: Vec<f64>,
    pub(crate) written: Written,
    pub(crate) beliefs: Vec<Belief>,
    pub(crate) n_states: Vec<usize>,
    pub(crate) n_belief_rows: usize,
    pub(crate) names: Vec<String>,
    pub(crate) cost: Cost,
    /// Whether its numbers may make up for what a plain run lost to underflow: a factor graph's, which may be large.
    pub(crate) is_wide: bool,
    /// The variables whose states are given at run time, ascending, and the tables' parts that depend
    /// on them; none if all is known.
    pub(crate) open: Option<Open>,
}

/// What is left open until the seen states are known.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) seen: Vec<VarId>,
    /// Each with the number of its table.
    pub(crate) slices: Vec<(usize, Slice)>,
}

impl Tape {
    /// Compiles for the marginals of all variables.
    ///
    /// Observed states in `evidence` are sliced away. Variables in `free`, and those with a
    /// likelihood vector in `evidence`, get a run-time likelihood whose default is that vector, or
    /// all ones.
    ///
    /// # Errors
    /// [`CompileError::TooWide`] before any memory is taken; [`CompileError::BadFinding`] if the
    /// evidence does not fit the network.
    pub fn compile(
        network: &Network,
        evidence: &Evidence,
        free: &[VarId],
        limits: &Limits,
    ) -> Result<Tape, CompileError> {
        let all: Vec<VarId> = network.ids().collect();
        Tape::compile_for(network, evidence, free, &all, limits)
    }

    /// Compiles for P(evidence) and the marginals of `targets` alone: variables that are neither
    /// ancestors of these nor of the evidence are left out, and the backward pass goes no further than
    /// these. A single target is summed out last: going back for its marginal costs nothing.
    ///
    /// # Errors
    /// As [`Tape::compile`].
    pub fn compile_for(
        network: &Network,
        evidence: &Evidence,
        free: &[VarId],
        targets: &[VarId],
        limits: &Limits,
    ) -> Result<Tape, CompileError> {
        compile(network, evidence, free, targets, limits)
    }

    /// Compiles for the variables `seen` to be seen in states that are told to each workspace
    /// ([`Workspace::see`]): one tape for all cases in which the same variables are seen, with tables as
    /// small as if the states were known, but for zeros that only some of the states have.
    ///
    /// # Errors
    /// As [`Tape::compile`], and [`CompileError::OpenFormulas`] if a table over seen variables has
    /// formulas for cells.
    pub fn compile_seen(
        network: &Network,
        seen: &[VarId],
        targets: &[VarId],
        limits: &Limits,
    ) -> Result<Tape, CompileError> {
        compile_seen(network, seen, targets, limits)
    }

    /// Compiles a factor graph, such as a Markov network: forward gives the sum of the product of all
    /// factors over the assignments that agree with the evidence, backward all marginals.
    ///
    /// # Errors
    /// As [`Tape::compile`].
    pub fn compile_factors(
        graph: &FactorGraph,
        evidence: &Evidence,
        limits: &Limits,
    ) -> Result<Tape, CompileError> {
        compile_factors(graph, evidence, limits)
    }

    /// Memory for running this tape, to be used again for every batch.
    pub fn workspace(&self) -> Workspace<'_> {
        Workspace::new(self)
    }

    /// How many parameters a run must be given.
    pub fn n_params(&self) -> usize {
        self.n_params
    }

    /// How many rows the matrix of run-time likelihoods has.
    pub fn n_inputs(&self) -> usize {
        self.defaults.len()
    }

    /// The rows of a variable's run-time likelihood, one per state, if it has one.
    pub fn input(&self, var: VarId) -> Option<Range<usize>> {
        self.inputs.iter().find(|input| input.var == var).map(|input| input.rows.clone())
    }

    /// The run-time likelihoods that hold when none are given, `[n_inputs]`.
    pub fn default_likelihoods(&self) -> &[f64] {
        &self.defaults
    }

    /// What the elimination order costs.
    pub fn cost(&self) -> &Cost {
        &self.cost
    }

    /// The row of the first run-time likelihood: formulas and numbers come before.
    pub(crate) fn first_input(&self) -> usize {
        self.program.n_rows() + self.written.loaded.len()
    }

    /// The row of the first message.
    pub(crate) fn first_message(&self) -> usize {
        self.first_input() + self.n_inputs()
    }

    /// The first row whose adjoint marginals need; the last row if none of them does.
    pub(crate) fn first_tracked(&self) -> usize {
        let tracked = self.written.instructions.iter().find(|instruction| instruction.is_tracked);
        tracked.map_or(self.n_rows() - 1, |first| self.first_message() + first.rows.start)
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.first_message() + self.written.n_messages
    }
}

impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |var: &VarId| self.names[var.ix()].as_str();
        let of_tables = self.written.tables.iter().map(|table| table.n_cells);
        writeln!(
            f,
            "tape: {} parameters, {} formulas, {} numbers, {} likelihoods, {} sums, {} terms, \
             width {}",
            self.n_params,
            self.program.n_rows(),
            self.written.loaded.len() + of_tables.sum::<usize>(),
            self.n_inputs(),
            self.written.n_messages,
            self.written.terms.len(),
            self.cost.width,
        )?;
        for (row, node) in self.program.rows().iter().enumerate() {
            write!(f, "r{row} = ")?;
            node.write(f, false, |id| format!("r{}", id.0), |id| format!("parameter {}", id.0))?;
            writeln!(f)?;
        }
        for input in &self.inputs {
            let first = self.first_input() + input.rows.start;
            let last = self.first_input() + input.rows.end - 1;
            writeln!(f, "r{first}..r{last} = likelihood of {}", name(&input.var))?;
        }
        for instruction in &self.written.instructions {
            let Range { start, end } = instruction.rows;
            let scope: Vec<&str> = instruction.scope.iter().map(name).collect();
            let over = match &instruction.eliminates {
                Some(var) if instruction.is_maximum => format!("maximum over {} of", name(var)),
                Some(var) => format!("sum over {} of", name(var)),
                None => "product of".into(),
            };
            let how = match &instruction.op {
                Op::Sums { ends, first_term, .. } => {
                    let ends = &self.written.term_ends[ends.clone()];
                    let end = ends.last().map_or(*first_term, |end| *end as usize);
                    format!("{} terms", end - first_term)
                }
                Op::Table(table) => match &table.way {
                    Way::Blocks(blocks) => format!("blocks of {}", blocks.size),
                    Way::Matrices(matrices) => matrices.to_string(),
                },
            };
            writeln!(
                f,
                "r{}.. = {over} {} tables: {} entries over ({}), {how}",
                self.first_message() + start,
                instruction.n_factors,
                end - start,
                scope.join(", "),
            )?;
        }
        writeln!(f, "P(evidence) = r{}", self.n_rows() - 1)
    }
}
