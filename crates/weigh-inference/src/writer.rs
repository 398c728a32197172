//! Writes a tape: each bucket of tables as sums of products, entry by entry or table by table.

use std::ops::Range;

use crate::network::VarId;
use crate::table::{Access, Loop, Operand, TableSum};
use crate::tape::{Instruction, MAX_FACTORS, NO_BELIEF, Op, Share, Term, Written};

/// Two tables are merged if their product is this many times smaller than that of the whole bucket.
const MERGED_IS_SMALLER: usize = 4;

/// From this many entries on, a bucket is computed table by table: no term is written down, and
/// entries that are always 0 cost a multiplication.
const TABLE_FROM: usize = 1024;

/// The inner block of a table is made of its last variables until it has this many entries,
const BLOCK_FROM: usize = 64;

/// and goes on to this many as long as every operand is read in a row or not at all.
const BLOCK_TO: usize = 2048;

/// One entry of a table while the tape is written.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Entry {
    Zero,
    One,
    Row(u32),
}

/// Where the rows of each kind start.
#[derive(Clone, Copy)]
pub(crate) struct Regions {
    pub(crate) first_number: u32,
    pub(crate) first_input: u32,
    pub(crate) first_message: u32,
}

impl Regions {
    pub(crate) fn new(n_formulas: usize, n_numbers: usize, n_inputs: usize) -> Regions {
        let first_input = n_formulas + n_numbers;
        Regions {
            first_number: n_formulas as u32,
            first_input: first_input as u32,
            first_message: (first_input + n_inputs) as u32,
        }
    }
}

/// A table over `vars`, which come in the order of elimination, the last fastest.
pub(crate) struct Factor {
    pub(crate) vars: Vec<VarId>,
    content: Content,
}

enum Content {
    /// A row for every entry, from this one on.
    Rows(u32),
    Entries(Vec<Entry>),
}

impl Factor {
    pub(crate) fn from_rows(vars: Vec<VarId>, first: u32) -> Factor {
        Factor { vars, content: Content::Rows(first) }
    }

    pub(crate) fn from_entries(vars: Vec<VarId>, entries: Vec<Entry>) -> Factor {
        Factor { vars, content: Content::Entries(entries) }
    }
}

/// What is summed out: the variable, and its first belief row if it has one.
pub(crate) type SumOut = (VarId, Option<usize>);

pub(crate) struct Writer<'a> {
    regions: Regions,
    numbers: &'a [f64],
    n_states: &'a [usize],
    position: &'a [u32],
    n_messages: usize,
    written: Written,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        regions: Regions,
        numbers: &'a [f64],
        n_states: &'a [usize],
        position: &'a [u32],
    ) -> Writer<'a> {
        Writer { regions, numbers, n_states, position, n_messages: 0, written: Written::default() }
    }

    pub(crate) fn n_instructions(&self) -> usize {
        self.written.instructions.len()
    }

    pub(crate) fn n_messages(&self) -> usize {
        self.n_messages
    }

    /// Multiplies the bucket and sums out a variable.
    pub(crate) fn eliminate(&mut self, mut bucket: Vec<Factor>, sum_out: Option<SumOut>) -> Factor {
        // Small tables are merged first: their product stays small.
        if bucket.len() > MAX_FACTORS {
            bucket.sort_by_cached_key(|f| {
                std::cmp::Reverse((self.n_entries(&f.vars), f.vars.clone()))
            });
        }
        while bucket.len() > MAX_FACTORS {
            let pair = bucket.split_off(bucket.len() - 2);
            let merged = self.write(&pair, None);
            let size = self.n_entries(&merged.vars);
            let at = bucket.partition_point(|f| self.n_entries(&f.vars) > size);
            bucket.insert(at, merged);
        }
        // Then those whose product is much smaller than that of all: many terms share each of its
        // entries, which is then computed once.
        let whole = self.n_entries(&self.scope_of(&bucket));
        while bucket.len() > 2 {
            let pairs = (0..bucket.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
            let n_entries =
                |a: usize, b: usize| self.n_entries(&self.scope_of([&bucket[a], &bucket[b]]));
            let smallest = pairs.map(|(a, b)| (n_entries(a, b), a, b)).min();
            let (entries, a, b) = smallest.expect("more than two tables have pairs");
            if entries * MERGED_IS_SMALLER > whole {
                break;
            }
            let (b, a) = (bucket.remove(b), bucket.remove(a));
            bucket.push(self.write(&[a, b], None));
        }
        self.write(&bucket, sum_out)
    }

    /// The last instruction: P(evidence) as the product of what is left.
    pub(crate) fn finish(&mut self, scalars: Vec<Factor>) {
        let whole = self.eliminate(scalars, None);
        let last = self.regions.first_message + self.n_messages as u32 - 1;
        if self.n_messages > 0 && self.entry(&whole, 0) == Entry::Row(last) {
            return;
        }
        // Structurally impossible evidence: an empty sum is the row that says so.
        self.written.term_ends.push(self.written.terms.len() as u32);
        self.push_sums(1, None, Vec::new(), 0, self.written.shares.len());
    }

    /// What was written, with the marks that a backward pass for marginals needs, which ends at the
    /// instruction `first_asked`: the messages it goes back through, and those with a share.
    pub(crate) fn written(mut self, first_asked: usize) -> Written {
        let first_message = self.regions.first_message;
        let Written { instructions, terms, shares, .. } = &mut self.written;
        let computes = |instructions: &[Instruction], row: u32| {
            let message = (row.checked_sub(first_message)?) as usize;
            Some(instructions.partition_point(|i| i.rows.end <= message))
        };
        for (i, instruction) in instructions.iter_mut().enumerate() {
            instruction.is_tracked = i >= first_asked;
        }
        for share in shares.iter() {
            if let Some(i) = computes(instructions, share.rows.start) {
                instructions[i].is_tracked = true;
            }
        }
        let is_tracked: Vec<bool> = instructions.iter().map(|i| i.is_tracked).collect();
        let all = first_asked == 0;
        let tracked = |instructions: &[Instruction], row: u32| match all {
            true => row >= first_message,
            false => computes(instructions, row).is_some_and(|i| is_tracked[i]),
        };
        for term in terms.iter_mut() {
            let rows = &mut term.rows[..usize::from(term.n_rows)];
            rows.sort_by_key(|row| !tracked(instructions, *row));
            term.n_tracked = rows.iter().filter(|row| tracked(instructions, **row)).count() as u8;
        }
        for i in 0..instructions.len() {
            let Op::Table(table) = &instructions[i].op else { continue };
            let marks: Vec<bool> =
                table.operands.iter().map(|o| tracked(instructions, o.first)).collect();
            if let Op::Table(table) = &mut instructions[i].op {
                table.operands.iter_mut().zip(marks).for_each(|(o, mark)| o.is_tracked = mark);
            }
        }
        self.written.n_messages = self.n_messages;
        self.written
    }

    fn n_entries(&self, vars: &[VarId]) -> usize {
        vars.iter().map(|var| self.n_states[var.ix()]).product()
    }

    /// The variables of all the factors, in the order of elimination.
    fn scope_of<'f>(&self, factors: impl IntoIterator<Item = &'f Factor>) -> Vec<VarId> {
        let vars = factors.into_iter().flat_map(|factor| factor.vars.iter().copied());
        let mut vars: Vec<VarId> = vars.collect();
        vars.sort_unstable_by_key(|var| self.position[var.ix()]);
        vars.dedup();
        vars
    }

    fn entry(&self, factor: &Factor, i: usize) -> Entry {
        match &factor.content {
            Content::Entries(entries) => entries[i],
            Content::Rows(first) => {
                let row = first + i as u32;
                let number = row.checked_sub(self.regions.first_number);
                match number.and_then(|number| self.numbers.get(number as usize)) {
                    Some(0.0) => Entry::Zero,
                    Some(1.0) => Entry::One,
                    _ => Entry::Row(row),
                }
            }
        }
    }

    /// Whether the table was computed here: no entry is a cell or an input.
    fn is_message(&self, factor: &Factor) -> bool {
        match &factor.content {
            Content::Rows(first) => *first >= self.regions.first_message,
            Content::Entries(entries) => entries.iter().all(|entry| match entry {
                Entry::Zero => true,
                Entry::One => false,
                Entry::Row(row) => *row >= self.regions.first_message,
            }),
        }
    }

    fn write(&mut self, factors: &[Factor], sum_out: Option<SumOut>) -> Factor {
        let mut vars = self.scope_of(factors);
        let summed = sum_out.map(|(var, _)| var);
        vars.retain(|var| Some(*var) != summed);
        let states_out = summed.map_or(1, |var| self.n_states[var.ix()]);
        let by_table = self.n_entries(&vars) * states_out >= TABLE_FROM;
        let in_rows: Vec<Factor>;
        let factors = if by_table {
            in_rows = factors.iter().map(|factor| self.in_rows(factor)).collect();
            &in_rows
        } else {
            factors
        };
        // The belief in the variable summed out is read at the smallest message that holds it.
        let at_message = summed.and_then(|var| {
            let holding = factors.iter().filter(|f| f.vars.contains(&var) && self.is_message(f));
            holding.min_by_key(|f| self.n_entries(&f.vars))
        });
        let first_share = self.written.shares.len();
        let mut belief = sum_out.and_then(|(_, belief)| belief);
        if let (Some(first), Some(message)) = (belief, at_message) {
            self.write_shares(message, states_out, first);
            belief = None;
        }
        if by_table {
            self.write_table(factors, vars, summed, belief, first_share)
        } else {
            self.write_sums(factors, vars, summed, belief, first_share)
        }
    }

    /// Notes the entries of `message` as shares of the beliefs in its first variable.
    fn write_shares(&mut self, message: &Factor, n_states: usize, first: usize) {
        let inside = self.n_entries(&message.vars) / n_states;
        for state in 0..n_states {
            let entries = state * inside..(state + 1) * inside;
            let rows = match &message.content {
                Content::Rows(first) => first + entries.start as u32..first + entries.end as u32,
                // Entries that are not 0 have consecutive rows.
                Content::Entries(all) => {
                    let mut rows = all[entries].iter().filter_map(|entry| match entry {
                        Entry::Row(row) => Some(*row),
                        _ => None,
                    });
                    match rows.next() {
                        Some(first) => first..rows.next_back().unwrap_or(first) + 1,
                        None => continue,
                    }
                }
            };
            self.written.shares.push(Share { rows, belief: (first + state) as u32 });
        }
    }

    /// Entry by entry: what is always 0 or 1 is left out.
    fn write_sums(
        &mut self,
        factors: &[Factor],
        vars: Vec<VarId>,
        summed: Option<VarId>,
        belief: Option<usize>,
        first_share: usize,
    ) -> Factor {
        let n_entries = self.n_entries(&vars);
        let states_out = summed.map_or(1, |var| self.n_states[var.ix()]);
        let scope: Vec<VarId> = vars.iter().copied().chain(summed).collect();
        let mut walk = Walk::new(&scope, factors, self.n_states);
        let mut entries = Vec::with_capacity(n_entries);
        let first_row = self.regions.first_message + self.n_messages as u32;
        let mut n_rows = 0;
        for _ in 0..n_entries {
            let first_term = self.written.terms.len();
            for state in 0..states_out {
                let belief = belief.map_or(NO_BELIEF, |first| (first + state) as u32);
                let mut term = Term { rows: [0; MAX_FACTORS], n_rows: 0, n_tracked: 0, belief };
                let mut possible = true;
                for (factor, at) in factors.iter().zip(&walk.positions) {
                    match self.entry(factor, *at) {
                        Entry::Zero => possible = false,
                        Entry::One => {}
                        Entry::Row(row) => {
                            term.rows[term.n_rows as usize] = row;
                            term.n_rows += 1;
                        }
                    }
                }
                if possible {
                    self.written.terms.push(term);
                }
                walk.step();
            }
            if self.written.terms.len() == first_term {
                entries.push(Entry::Zero);
            } else {
                entries.push(Entry::Row(first_row + n_rows));
                n_rows += 1;
                self.written.term_ends.push(self.written.terms.len() as u32);
            }
        }
        self.push_sums(n_rows as usize, summed, vars.clone(), factors.len(), first_share);
        Factor::from_entries(vars, entries)
    }

    /// Adds the instruction whose sums are the last `n_rows` written.
    fn push_sums(
        &mut self,
        n_rows: usize,
        eliminates: Option<VarId>,
        scope: Vec<VarId>,
        n_factors: usize,
        first_share: usize,
    ) {
        let ends = self.written.term_ends.len() - n_rows..self.written.term_ends.len();
        let first_term =
            ends.start.checked_sub(1).map_or(0, |last| self.written.term_ends[last] as usize);
        let mut sizes = self.written.terms[first_term..].iter().map(|term| term.n_rows);
        let size = sizes.next();
        let n_rows_each = size.filter(|size| sizes.all(|other| other == *size));
        let op = Op::Sums { ends, first_term, n_rows_each };
        self.push(n_rows, op, eliminates, scope, n_factors, first_share);
    }

    fn push(
        &mut self,
        n_rows: usize,
        op: Op,
        eliminates: Option<VarId>,
        scope: Vec<VarId>,
        n_factors: usize,
        first_share: usize,
    ) {
        let rows = self.n_messages..self.n_messages + n_rows;
        self.n_messages = rows.end;
        let shares = first_share..self.written.shares.len();
        let instruction =
            Instruction { rows, op, eliminates, scope, n_factors, is_tracked: true, shares };
        self.written.instructions.push(instruction);
    }

    /// Table by table: the product is formed a block at a time and never stored.
    fn write_table(
        &mut self,
        factors: &[Factor],
        vars: Vec<VarId>,
        summed: Option<VarId>,
        belief: Option<usize>,
        first_share: usize,
    ) -> Factor {
        let n_summed = summed.map_or(1, |var| self.n_states[var.ix()]);
        let strides = |var: VarId| -> [u32; MAX_FACTORS] {
            std::array::from_fn(|i| factors.get(i).map_or(0, |f| self.stride(f, var)))
        };
        let steps: Vec<[u32; MAX_FACTORS]> = vars.iter().map(|var| strides(*var)).collect();
        let sizes: Vec<usize> = vars.iter().map(|var| self.n_states[var.ix()]).collect();
        // The block: as many of the last variables as fit.
        let mut block = 1;
        let mut outer = sizes.len();
        let (mut is_constant, mut is_in_a_row) = ([true; MAX_FACTORS], [true; MAX_FACTORS]);
        while outer > 0 {
            let (size, step) = (sizes[outer - 1], &steps[outer - 1]);
            for f in 0..factors.len() {
                is_constant[f] &= step[f] == 0;
                is_in_a_row[f] &= step[f] as usize == block;
            }
            let stays_plain = (0..factors.len()).all(|f| is_constant[f] || is_in_a_row[f]);
            let fits = block * size <= BLOCK_TO && (block < BLOCK_FROM || stays_plain);
            if block > 1 && !fits {
                break;
            }
            block *= size;
            outer -= 1;
        }
        let loops = (0..outer).map(|i| Loop { size: sizes[i] as u32, strides: steps[i] }).collect();
        let summed_steps = summed.map_or([0; MAX_FACTORS], strides);
        let operands = factors
            .iter()
            .enumerate()
            .map(|(f, factor)| {
                let offsets = offsets(&sizes[outer..], &steps[outer..], f);
                let access = if offsets.iter().all(|offset| *offset == 0) {
                    Access::Constant
                } else if (0..).zip(&offsets).all(|(i, offset)| i == *offset) {
                    Access::InARow
                } else {
                    Access::Gathered(offsets)
                };
                let Content::Rows(first) = factor.content else { unreachable!("all are in rows") };
                Operand { first, summed_stride: summed_steps[f], access, is_tracked: true }
            })
            .collect();
        let n_rows = block * sizes[..outer].iter().product::<usize>();
        let belief = belief.map(|first| first as u32);
        let table = TableSum { n_summed, block, loops, operands, belief };
        let first = self.regions.first_message + self.n_messages as u32;
        self.push(n_rows, Op::Table(table), summed, vars.clone(), factors.len(), first_share);
        Factor::from_rows(vars, first)
    }

    /// The table with a row for every entry, written now if it has not.
    fn in_rows(&mut self, factor: &Factor) -> Factor {
        let first = match &factor.content {
            Content::Rows(first) => *first,
            Content::Entries(entries) => self.write_rows(entries, &factor.vars),
        };
        Factor::from_rows(factor.vars.clone(), first)
    }

    fn write_rows(&mut self, entries: &[Entry], vars: &[VarId]) -> u32 {
        let first = self.regions.first_message + self.n_messages as u32;
        for entry in entries {
            let term = |n_rows, row| Term {
                rows: [row, 0, 0, 0],
                n_rows,
                n_tracked: 0,
                belief: NO_BELIEF,
            };
            match entry {
                Entry::Zero => {}
                Entry::One => self.written.terms.push(term(0, 0)),
                Entry::Row(row) => self.written.terms.push(term(1, *row)),
            }
            self.written.term_ends.push(self.written.terms.len() as u32);
        }
        let n_shares = self.written.shares.len();
        self.push_sums(entries.len(), None, vars.to_vec(), 1, n_shares);
        first
    }

    /// By how many entries a step of the variable moves in the table.
    fn stride(&self, factor: &Factor, var: VarId) -> u32 {
        match factor.vars.iter().position(|v| *v == var) {
            None => 0,
            Some(at) => self.n_entries(&factor.vars[at + 1..]) as u32,
        }
    }
}

/// Where the operand's entries of a block are, counted from its first.
fn offsets(sizes: &[usize], steps: &[[u32; MAX_FACTORS]], operand: usize) -> Vec<u32> {
    let mut out = vec![0u32];
    for (size, step) in sizes.iter().zip(steps) {
        let one: Range<u32> = 0..*size as u32;
        out = out.iter().flat_map(|o| one.clone().map(move |s| o + s * step[operand])).collect();
    }
    out
}

/// Walks through all assignments of a scope, the last variable fastest, and keeps the place of each
/// factor's entry.
struct Walk {
    sizes: Vec<usize>,
    states: Vec<usize>,
    /// `[variable][factor]`
    strides: Vec<Vec<usize>>,
    positions: Vec<usize>,
}

impl Walk {
    fn new(scope: &[VarId], factors: &[Factor], n_states: &[usize]) -> Walk {
        let stride = |factor: &Factor, var: &VarId| match factor.vars.iter().position(|v| v == var)
        {
            None => 0,
            Some(at) => factor.vars[at + 1..].iter().map(|v| n_states[v.ix()]).product(),
        };
        Walk {
            sizes: scope.iter().map(|var| n_states[var.ix()]).collect(),
            states: vec![0; scope.len()],
            strides: scope
                .iter()
                .map(|var| factors.iter().map(|factor| stride(factor, var)).collect())
                .collect(),
            positions: vec![0; factors.len()],
        }
    }

    fn step(&mut self) {
        for i in (0..self.sizes.len()).rev() {
            self.states[i] += 1;
            let back = if self.states[i] == self.sizes[i] { self.sizes[i] } else { 0 };
            for (position, stride) in self.positions.iter_mut().zip(&self.strides[i]) {
                *position = *position + stride - back * stride;
            }
            self.states[i] -= back;
            if back == 0 {
                return;
            }
        }
    }
}
