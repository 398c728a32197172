//! A tape and its draws as plain numbers, for evaluators that are not written in Rust.

use std::borrow::Cow;

use crate::distribution::Distribution;
use crate::formula::Formula;
use crate::network::Parameter;
use crate::quantiles::{beta_logits, nodes};
use crate::sobol::{MAX_DIMENSIONS, MAX_POINTS, direction_numbers, sub_seed};
use crate::table::{Access, Blocks, Source, Way};
use crate::tape::{Instruction, MAX_FACTORS, NumberTable, Op, Tape, Term};

/// A tape without anything that only this crate understands: what it computes can be written down from this
/// alone, in the same order of additions and multiplications, and so to the same last bit.
///
/// # Rows
/// Formulas, then numbers, then run-time likelihoods, then the messages' rows in order; every part refers to rows by
/// these positions. The last row is P(evidence), or, with likelihoods of 1 for a state and 0 for the variable's
/// others, P(state, evidence).
#[derive(Clone, Debug, PartialEq)]
pub struct PlainTape {
    /// How many parameters a run is given.
    pub n_params: usize,
    /// Kind and two operands: 0 constant `a`, 1 parameter `a`, 2 `a + b`, 3 `a - b`, 4 `a × b`, 5 `a / b` (0/0 is 0),
    /// 6 the smaller, 7 the larger, 8 `1 - a`, 9 `a < b`, 10 `a <= b`, 11 `a = b`, 12 `1 - (1 - a)^b` with `b` a
    /// number, 13 `1 - exp(-a)`. Operands are rows but for kinds 0, 1 and the `b` of 12.
    pub formulas: Vec<[f64; 3]>,
    /// The cells that are plain numbers.
    pub numbers: Vec<f64>,
    /// The run-time likelihoods that hold where none are given.
    pub likelihoods: Vec<f64>,
    /// The sums, in order.
    pub messages: Vec<PlainMessage>,
}

/// How one message is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum PlainMessage {
    /// Per row, its terms: the rows that each multiplies.
    Sums(Vec<Vec<Vec<u32>>>),
    /// Table by table.
    Table(PlainTable),
}

/// A product of tables summed over one variable, a block of entries at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainTable {
    /// How many rows it computes.
    pub n_rows: usize,
    /// States of the variable summed out, 1 if there is none.
    pub n_summed: usize,
    /// Entries of a block.
    pub block: usize,
    /// The loops over blocks, outermost first: how many steps, and by how much a step moves in each operand.
    pub loops: Vec<(u32, [u32; MAX_FACTORS])>,
    /// The tables that are multiplied; constant ones come first in every product.
    pub operands: Vec<PlainOperand>,
}

/// A table that is multiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainOperand {
    /// Its first row.
    pub first: u32,
    /// By how much a state of the variable summed out moves.
    pub summed_stride: u32,
    /// Where its entries of a block are.
    pub access: PlainAccess,
}

/// Where an operand's entries of a block are, counted from the block's first.
#[derive(Clone, Debug, PartialEq)]
pub enum PlainAccess {
    /// One entry for all.
    Constant,
    /// One after the other.
    InARow,
    /// At these offsets.
    Gathered(Vec<u32>),
}

/// Where the numbers of a [`crate::diagram::PlainGame`] come from, and where its policies go.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainPlay {
    /// As in [`PlainTape`].
    pub formulas: Vec<[f64; 3]>,
    /// The first values of the game's store that hold where nothing is written over them.
    pub constants: Vec<f64>,
    /// Rows of the formulas, and where in the store their values go.
    pub cells: Vec<(u32, u32)>,
    /// Per decision, in the order in which they are solved, how precisely it is taken.
    pub precisions: Vec<PlainPrecision>,
    /// Per decision, the first parameter of its policy.
    pub policies: Vec<usize>,
}

/// How precisely a decision is taken, in 1 / payoff.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlainPrecision {
    /// So precisely; infinite is rational.
    Certain(f64),
    /// As [`crate::precision`] has it.
    Often {
        /// The row of the formulas that says how often.
        row: u32,
        /// How far apart the options are then.
        apart: f64,
    },
}

/// How a standard normal becomes a number, as [`crate::DrawPlan`] does it.
#[derive(Clone, Debug, PartialEq)]
pub enum PlainQuantiles {
    /// `mean + sd·z`.
    Normal(f64, f64),
    /// `exp(mu + sigma·z)`.
    LogNormal(f64, f64),
    /// A beta: its parameters, the logarithm of the factor before its density's exponential (Loader 2000), and `logit x`
    /// at z from -6 to 6, four to the unit.
    Beta {
        /// The weight of 1.
        a: f64,
        /// The weight of 0.
        b: f64,
        /// See above.
        ln_norm: f64,
        /// See above.
        logits: Vec<f64>,
    },
    /// Value and slope at z from -6 to 6, sixteen to the unit.
    Nodes(Vec<(f64, f64)>),
}

/// What the draws of a network's parameters are made from, as plain numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainDraws {
    /// Per parameter how its normal becomes a value; none if it is certain.
    pub quantiles: Vec<Option<PlainQuantiles>>,
    /// Per dimension of the points, its direction numbers: bits reversed, for the index's bits from the top.
    pub directions: Vec<[u32; 16]>,
    /// Per chunk of 256 dimensions and of 65,536 points, the seed of its scrambling.
    pub seeds: Vec<Vec<u32>>,
}

impl PlainDraws {
    /// Of these parameters, for points of so many dimensions and `n_draws` of them.
    pub fn new(
        parameters: &[Parameter],
        n_dimensions: usize,
        seed: u64,
        n_draws: u32,
    ) -> PlainDraws {
        let n_dimensions = n_dimensions as u32;
        let chunks = |n: u32, of: u32| 0..n.div_ceil(of);
        PlainDraws {
            quantiles: parameters.iter().map(|it| plain_quantiles(&it.distribution)).collect(),
            directions: (0..n_dimensions).map(direction_numbers).collect(),
            seeds: chunks(n_dimensions, MAX_DIMENSIONS)
                .map(|dims| {
                    chunks(n_draws, MAX_POINTS).map(|points| sub_seed(seed, dims, points)).collect()
                })
                .collect(),
        }
    }
}

fn plain_quantiles(distribution: &Distribution) -> Option<PlainQuantiles> {
    Some(match *distribution {
        Distribution::Point(_) => return None,
        Distribution::Normal { mean, sd } => PlainQuantiles::Normal(mean, sd),
        Distribution::LogNormal { mu, sigma } => PlainQuantiles::LogNormal(mu, sigma),
        Distribution::Uniform { .. } => PlainQuantiles::Nodes(nodes(distribution)),
        Distribution::Beta { a, b } => {
            let (ln_norm, logits) = beta_logits(a, b);
            PlainQuantiles::Beta { a, b, ln_norm, logits }
        }
    })
}

impl Tape {
    /// The tape as plain numbers.
    pub fn to_plain(&self) -> PlainTape {
        let tables = || self.written.tables.iter().map(NumberTable::numbers);
        let mut starts = vec![self.program.n_rows() as u32];
        tables().for_each(|table| starts.push(starts[starts.len() - 1] + table.len() as u32));
        let message = |it: &Instruction| self.plain_message(it, &starts);
        PlainTape {
            n_params: self.n_params,
            formulas: self.program.rows().iter().map(plain_formula).collect(),
            numbers: tables().chain([&self.written.loaded[..]]).flatten().copied().collect(),
            likelihoods: self.defaults.clone(),
            messages: self.written.instructions.iter().map(message).collect(),
        }
    }

    /// How many terms one run adds up: what carrying and running the tape elsewhere costs.
    pub fn n_terms(&self) -> usize {
        let n_terms = |instruction: &Instruction| match &instruction.op {
            Op::Table(table) => instruction.rows.len() * table.n_summed,
            Op::Sums { .. } => 0,
        };
        self.written.terms.len() + self.written.instructions.iter().map(n_terms).sum::<usize>()
    }

    /// A message, given where the numbers of each table stand and, last, those that have rows.
    fn plain_message(&self, instruction: &Instruction, starts: &[u32]) -> PlainMessage {
        // Numbers that are read table by table have rows too, after the formulas.
        let (n_formulas, after) = (starts[0], starts[starts.len() - 1]);
        let plain_row = |row: u32| if row < n_formulas { row } else { row - n_formulas + after };
        let (ends, first_term) = match &instruction.op {
            Op::Table(table) => {
                let blocks = match &table.way {
                    Way::Blocks(blocks) => Cow::Borrowed(blocks),
                    Way::Matrices(_) => Cow::Owned(Blocks::new(&table.axes, table.operands.len())),
                };
                let operands = table.operands.iter().zip(&blocks.accesses);
                let operands = operands.map(|(operand, access)| PlainOperand {
                    first: match operand.source {
                        Source::Rows => plain_row(operand.first),
                        Source::Numbers(table) => starts[table as usize],
                    },
                    summed_stride: operand.summed_stride,
                    access: match access {
                        Access::Constant => PlainAccess::Constant,
                        Access::InARow => PlainAccess::InARow,
                        Access::Gathered(offsets) => PlainAccess::Gathered(offsets.clone()),
                    },
                });
                let loops = &table.axes[..blocks.n_loops];
                return PlainMessage::Table(PlainTable {
                    n_rows: instruction.rows.len(),
                    n_summed: table.n_summed,
                    block: blocks.size,
                    loops: loops.iter().map(|it| (it.size, it.strides)).collect(),
                    operands: operands.collect(),
                });
            }
            Op::Sums { ends, first_term, .. } => (ends.clone(), *first_term),
        };
        let mut start = first_term;
        let rows = self.written.term_ends[ends].iter().map(|end| {
            let terms = &self.written.terms[start..*end as usize];
            start = *end as usize;
            let rows = |term: &Term| term.rows[..usize::from(term.n_rows)].to_vec();
            terms.iter().map(|term| rows(term).into_iter().map(plain_row).collect()).collect()
        });
        PlainMessage::Sums(rows.collect())
    }
}

pub(crate) fn plain_formula(formula: &Formula) -> [f64; 3] {
    use Formula::*;
    let pair = |kind: f64, a: u32, b: u32| [kind, f64::from(a), f64::from(b)];
    match *formula {
        Constant(value) => [0.0, value, 0.0],
        Parameter(id) => pair(1.0, id.0, 0),
        Add(a, b) => pair(2.0, a.0, b.0),
        Sub(a, b) => pair(3.0, a.0, b.0),
        Mul(a, b) => pair(4.0, a.0, b.0),
        Div(a, b) => pair(5.0, a.0, b.0),
        Min(a, b) => pair(6.0, a.0, b.0),
        Max(a, b) => pair(7.0, a.0, b.0),
        Complement(a) => pair(8.0, a.0, 0),
        Less(a, b) => pair(9.0, a.0, b.0),
        LessEqual(a, b) => pair(10.0, a.0, b.0),
        Equal(a, b) => pair(11.0, a.0, b.0),
        RescaleHazard(a, k) => [12.0, f64::from(a.0), k],
        HazardToProbability(a) => pair(13.0, a.0, 0),
    }
}
