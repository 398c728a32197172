//! What a few numbers bear on: the part of a tape that has to run again when only they change.

use crate::network::{ParamId, VarId};
use crate::table::Source;
use crate::tape::{CellOf, Op, Tape};

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
    /// What reads each row before the first message, after these the rows of each instruction, and after these the numbers
    /// of each cut of an open tape: rows of formulas, or instructions, counted from the first message on; ascending.
    readers: Vec<Vec<u32>>,
    first_cut: usize,
}

/// The formulas and sums of a tape that depend on what changed, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    pub(crate) formulas: Vec<u32>,
    pub(crate) instructions: Vec<u32>,
    /// Whose cells the formulas are.
    pub(crate) cells: CellOf,
    /// Whether run-time likelihoods or the states that were seen changed.
    is_seen: bool,
}

impl<'t> Dependencies<'t> {
    /// Reads through a tape once.
    pub fn of(tape: &'t Tape) -> Dependencies<'t> {
        let first = tape.first_message();
        let instructions = &tape.written.instructions;
        let first_cut = first + instructions.len();
        let n_cuts = tape.open.as_ref().map_or(0, |open| open.slices.len());
        let mut readers: Vec<Vec<u32>> = vec![Vec::new(); first_cut + n_cuts];
        let mut note = |read: usize, reader: usize| {
            if readers[read].last() != Some(&(reader as u32)) {
                readers[read].push(reader as u32);
            }
        };
        for (row, formula) in tape.program.rows().iter().enumerate() {
            for operand in formula.operands().into_iter().flatten() {
                note(operand.ix(), row);
            }
        }
        let sources = &tape.written.sources;
        // Of each row before the first message, what it is read as: numbers of an open tape as their cut.
        let mut source: Vec<usize> = (0..first).collect();
        for (cut, rows) in sources.loaded() {
            source[tape.program.n_rows()..][rows].fill(first_cut + cut);
        }
        // Of each row from the first message on, the instruction that computes it.
        let mut computed_by: Vec<usize> = Vec::with_capacity(tape.written.n_messages);
        for (at, instruction) in instructions.iter().enumerate() {
            for rows in tape.written.rows_read(instruction) {
                match rows.start.checked_sub(first) {
                    // Of one message, all.
                    Some(message) => note(first + computed_by[message], first + at),
                    None => rows.for_each(|row| note(source[row], first + at)),
                }
            }
            if let Op::Table(table) = &instruction.op {
                for operand in &table.operands {
                    let Source::Numbers(number) = operand.source else { continue };
                    if let Some(cut) = sources.tables.get(number as usize) {
                        note(first_cut + *cut as usize, first + at);
                    }
                }
            }
            computed_by.resize(instruction.rows.end, at);
        }
        Dependencies { tape, readers, first_cut }
    }

    /// What depends on any of these parameters, or on the run-time likelihoods of these variables.
    pub fn affected(&self, params: &[ParamId], vars: &[VarId]) -> Affected {
        let tape = self.tape;
        let is_asked = |row: &usize| matches!(tape.program.rows()[*row], crate::Formula::Parameter(id) if params.contains(&id));
        let mut open: Vec<usize> = (0..tape.program.n_rows()).filter(is_asked).collect();
        let first_input = tape.first_input();
        for rows in vars.iter().filter_map(|var| tape.input(*var)) {
            open.extend(first_input + rows.start..first_input + rows.end);
        }
        Affected { is_seen: !vars.is_empty(), ..self.downstream(open) }
    }

    /// What depends on the numbers of any of these cuts of an open tape.
    pub(crate) fn affected_by_cuts(&self, cuts: impl Iterator<Item = usize>) -> Affected {
        let open = cuts.map(|cut| self.first_cut + cut).collect();
        Affected { is_seen: true, ..self.downstream(open) }
    }

    /// What reads any of these, or what reads that.
    fn downstream(&self, mut open: Vec<usize>) -> Affected {
        let tape = self.tape;
        let mut is_affected = vec![false; self.readers.len()];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut is_affected[at], true) {
                open.extend(self.readers[at].iter().map(|reader| *reader as usize));
            }
        }
        let of = |range: std::ops::Range<usize>| {
            let first = range.start;
            let affected = range.filter(|at| is_affected[*at]);
            affected.map(|at| (at - first) as u32).collect::<Vec<u32>>()
        };
        let formulas = of(0..tape.program.n_rows());
        let cells = formulas.iter().map(|row| tape.tables[*row as usize]);
        Affected {
            cells: cells.fold(CellOf::Nothing, CellOf::and),
            instructions: of(tape.first_message()..self.first_cut),
            is_seen: false,
            formulas,
        }
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

    /// How many formulas and sums these are: about what it costs to compute them again.
    pub fn size(&self) -> usize {
        self.formulas.len() + self.instructions.len()
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
