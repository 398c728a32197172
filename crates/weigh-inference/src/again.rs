//! What a few numbers bear on: the part of a tape that has to run again when only they change.

use crate::network::{ParamId, VarId};
use crate::tape::{CellOf, Tape};

/// Which rows each part of a tape reads, to find what a change affects.
///
/// # Example
/// ```
/// use weigh_inference::{
///     Dependencies, Distribution, Evidence, Limits, NetworkBuilder, ParamId, Parameter, Tape,
/// };
/// let mut build = NetworkBuilder::new();
/// let uniform = Distribution::Uniform { low: 0.0, high: 1.0 };
/// let p = build.add_parameter(Parameter::new("p", uniform));
/// let coin = build.add_variable("coin", &["heads", "tails"]);
/// let heads = build.formulas().parameter(p);
/// let tails = build.formulas().complement(heads);
/// build.set_table(coin, &[], vec![heads, tails]);
/// let tape = Tape::compile(&build.build()?, &Evidence::new(), &[], &Limits::default())?;
///
/// let affected = Dependencies::of(&tape).affected(&[p], &[]);
/// let mut run = tape.workspace();
/// run.marginals(&[0.5], None, 1)?;
/// run.marginals_again(&[0.25], None, 1, &affected)?;
/// assert_eq!(run.marginal(coin, 0, 0), 0.25);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dependencies<'t> {
    tape: &'t Tape,
    /// Per instruction, the rows before the first message that it reads, ascending.
    rows: Vec<Vec<u32>>,
    /// Per instruction, the instructions whose rows it reads, ascending.
    messages: Vec<Vec<u32>>,
}

/// The formulas and sums of a tape that depend on what changed, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    pub(crate) formulas: Vec<u32>,
    pub(crate) instructions: Vec<u32>,
    /// Whose cells the formulas are.
    pub(crate) cells: CellOf,
    /// Whether run-time likelihoods changed.
    is_seen: bool,
}

impl<'t> Dependencies<'t> {
    /// Reads through a tape once.
    pub fn of(tape: &'t Tape) -> Dependencies<'t> {
        let (mut rows, mut messages) = (Vec::new(), Vec::new());
        let instructions = &tape.written.instructions;
        for instruction in instructions {
            let mut read: Vec<u32> =
                tape.written.rows_read(instruction).map(|row| row as u32).collect();
            read.sort_unstable();
            read.dedup();
            let first = tape.first_message();
            let at = read.partition_point(|row| (*row as usize) < first);
            let mut from: Vec<u32> = read[at..]
                .iter()
                .map(|row| {
                    let row = *row as usize - first;
                    instructions.partition_point(|earlier| earlier.rows.end <= row) as u32
                })
                .collect();
            from.dedup();
            read.truncate(at);
            rows.push(read);
            messages.push(from);
        }
        Dependencies { tape, rows, messages }
    }

    /// What depends on any of these parameters, or on the run-time likelihoods of these variables.
    pub fn affected(&self, params: &[ParamId], vars: &[VarId]) -> Affected {
        let program = &self.tape.program;
        let mut changed = vec![false; self.tape.first_message()];
        let mut affected = Affected::default();
        for (row, formula) in program.rows().iter().enumerate() {
            let is_asked = matches!(formula, crate::Formula::Parameter(id) if params.contains(id));
            let [a, b] = formula.operands().map(|id| id.is_some_and(|id| changed[id.ix()]));
            if is_asked || a || b {
                changed[row] = true;
                affected.formulas.push(row as u32);
                affected.cells = affected.cells.and(self.tape.tables[row]);
            }
        }
        let first = self.tape.first_input();
        affected.is_seen = !vars.is_empty();
        for rows in vars.iter().filter_map(|var| self.tape.input(*var)) {
            changed[first + rows.start..first + rows.end].fill(true);
        }
        let mut is_new = vec![false; self.rows.len()];
        for (at, (rows, messages)) in self.rows.iter().zip(&self.messages).enumerate() {
            is_new[at] = rows.iter().any(|row| changed[*row as usize])
                || messages.iter().any(|earlier| is_new[*earlier as usize]);
            if is_new[at] {
                affected.instructions.push(at as u32);
            }
        }
        affected
    }
}

impl Affected {
    /// What depends on the one or the other.
    pub fn and(mut self, other: &Affected) -> Affected {
        for (all, more) in
            [(&mut self.formulas, &other.formulas), (&mut self.instructions, &other.instructions)]
        {
            *all = union(all, more);
        }
        self.cells = self.cells.and(other.cells);
        self.is_seen |= other.is_seen;
        self
    }

    /// Whether nothing changes but cells of one table. Every product that P(evidence) is the sum of has one
    /// cell of each table, so P(evidence) is a linear function of these: see [`crate::Sweep`].
    pub fn is_linear(&self) -> bool {
        self.cells != CellOf::Several && !self.is_seen
    }
}

/// The numbers of two ascending lists, ascending.
fn union(mut a: &[u32], mut b: &[u32]) -> Vec<u32> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    while let (Some(first), Some(other)) = (a.first(), b.first()) {
        all.push(*first.min(other));
        (a, b) = (&a[usize::from(first <= other)..], &b[usize::from(other <= first)..]);
    }
    all.extend_from_slice(a);
    all.extend_from_slice(b);
    all
}
