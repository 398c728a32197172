//! Writes a tape: each bucket of tables as sums of products, entry by entry or table by table.

use crate::cut::Cut;
use crate::join::{Join, Level, Possible, View};
use crate::matrices::Matrices;
use crate::network::VarId;
use crate::table::{Blocks, Loop, Operand, Source, TableSum, Way};
use crate::tape::{Instruction, MAX_FACTORS, NO_BELIEF, Op, Share, Stretch, Term, Written};

/// Two tables are merged if their product is this many times smaller than that of the whole bucket.
const MERGED_IS_SMALLER: usize = 4;

/// How often a tape will be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// For many draws or cases, side by side: it pays to find out what can be left out.
    SideBySide,
    /// For many cases, one after the other: the same, but multiplying a table as matrices is quicker in a single lane.
    InTurn,
    /// For one case: multiplying a table takes less time than finding out which of its entries matter.
    Once,
}

/// From which sizes on a bucket is computed how.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    /// From this many entries on, a bucket is computed table by table, unless most of its entries are
    /// always 0: no term is written down, and entries that are always 0 cost a multiplication.
    table_from: usize,
    /// A large bucket is still written entry by entry if at most one in this many of its entries can be
    /// other than 0.
    sparse_from: usize,
    /// Above this part of entries that can be other than 0 it does not pay to know which they are.
    worth_knowing: f64,
}

impl Sizes {
    const SIDE_BY_SIDE: Sizes = Sizes { table_from: 128, sparse_from: 4, worth_knowing: 0.5 };
    const IN_TURN: Sizes = Sizes { table_from: 64, sparse_from: 8, worth_knowing: 0.5 };
    const ONCE: Sizes = Sizes { table_from: 64, sparse_from: 8, worth_knowing: 0.02 };
}

/// Entries from which a bucket is computed table by table where cells are formulas: such tapes run over many draws, side
/// by side, which shares the work of finding out what a term multiplies; a table's gathered entries would be copied in
/// every lane.
const TABLE_OF_FORMULAS_FROM: usize = 4096;

/// What stands at one entry of a table while the tape is written: always 0, always 1, or a row. Rows
/// are counted within their kind until it is known how many there are of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry(u32);

/// The kinds of rows, in their order on the tape.
const FORMULA: u32 = 0;
const NUMBER: u32 = 1 << 30;
const INPUT: u32 = 2 << 30;
const MESSAGE: u32 = 3 << 30;

impl Entry {
    pub(crate) const ZERO: Entry = Entry(u32::MAX);
    pub(crate) const ONE: Entry = Entry(u32::MAX - 1);

    /// More rows of one kind than there can be: the limits are far below.
    const MOST: usize = (1 << 30) - 2;

    pub(crate) fn formula(ix: usize) -> Entry {
        Entry::new(FORMULA, ix)
    }

    pub(crate) fn input(ix: usize) -> Entry {
        Entry::new(INPUT, ix)
    }

    fn new(kind: u32, ix: usize) -> Entry {
        assert!(ix < Entry::MOST, "the limits keep the rows of a tape countable");
        Entry(kind | ix as u32)
    }

    /// The row so many further, of the same kind.
    pub(crate) fn offset(self, by: usize) -> Entry {
        Entry(self.0 + by as u32)
    }

    fn is_row(self) -> bool {
        self.0 < Entry::ONE.0
    }

    /// Its number among the messages' rows.
    fn message(self) -> Option<usize> {
        (self.is_row() && self.0 >= MESSAGE).then(|| (self.0 - MESSAGE) as usize)
    }
}

/// Where the rows of each kind start on the finished tape.
#[derive(Clone, Copy)]
struct Layout([u32; 4]);

impl Layout {
    /// The row of an entry that is one.
    fn row(self, entry: u32) -> u32 {
        self.0[(entry >> 30) as usize] + (entry & (NUMBER - 1))
    }
}

/// A table over `vars`, which come in the order of elimination, the last fastest.
pub(crate) struct Factor {
    pub(crate) vars: Vec<VarId>,
    content: Content,
    /// Whether it was computed on the tape: no entry is a cell or an input.
    is_message: bool,
    /// About which part of its entries can be other than 0.
    density: f64,
}

enum Content {
    /// Plain numbers, not read yet: the place among the writer's cuts.
    Cut(usize),
    /// A row for every entry, from this one on, and where known which can be other than 0.
    Rows(Entry, Option<Vec<Entry>>),
    Entries(Vec<Entry>),
}

impl Factor {
    pub(crate) fn from_cut(vars: Vec<VarId>, cut: usize, density: f64) -> Factor {
        Factor { vars, content: Content::Cut(cut), is_message: false, density }
    }

    fn is_cut(&self) -> bool {
        matches!(self.content, Content::Cut(_))
    }

    pub(crate) fn from_rows(vars: Vec<VarId>, first: Entry) -> Factor {
        let is_message = first.message().is_some();
        Factor { vars, content: Content::Rows(first, None), is_message, density: 1.0 }
    }

    pub(crate) fn from_entries(vars: Vec<VarId>, entries: Vec<Entry>) -> Factor {
        let n = entries.iter().filter(|entry| **entry != Entry::ZERO).count();
        let density = n as f64 / entries.len() as f64;
        Factor { vars, content: Content::Entries(entries), is_message: false, density }
    }
}

/// What is summed out: the variable, and its first belief row if it has one.
pub(crate) type SumOut = (VarId, Option<usize>);

/// Where the belief in the variable summed out is read.
#[derive(Clone, Copy)]
enum Belief {
    /// Nobody asked for it.
    Nowhere,
    /// At the smallest message that holds it, each entry times its adjoint; the first belief row.
    AtMessage { factor: usize, first: usize },
    /// At the products, where there is no message; the first belief row.
    InTerms(usize),
}

impl Belief {
    fn new(
        factors: &[Factor],
        sum_out: Option<SumOut>,
        n_entries: impl Fn(&Factor) -> usize,
    ) -> Belief {
        let Some((var, Some(first))) = sum_out else { return Belief::Nowhere };
        let messages =
            factors.iter().enumerate().filter(|(_, f)| f.is_message && f.vars.contains(&var));
        match messages.min_by_key(|(_, factor)| n_entries(factor)) {
            Some((factor, _)) => Belief::AtMessage { factor, first },
            None => Belief::InTerms(first),
        }
    }

    fn in_terms(self) -> Option<usize> {
        match self {
            Belief::InTerms(first) => Some(first),
            _ => None,
        }
    }
}

/// What a bucket's product is to become.
struct Product {
    /// Without the one summed out.
    vars: Vec<VarId>,
    summed: Option<VarId>,
    belief: Belief,
    levels: Vec<Level>,
    states_out: usize,
}

pub(crate) struct Writer<'a> {
    cuts: &'a [Cut<'a>],
    n_states: &'a [usize],
    position: &'a [u32],
    /// The variables over which the largest product is taken and not their sum.
    is_maximised: &'a [bool],
    n_formulas: usize,
    n_inputs: usize,
    n_messages: usize,
    sizes: Sizes,
    written: Written,
    /// Memory of tables that have been read, for those that follow.
    spare: Vec<Vec<Entry>>,
    spare_possible: Vec<Possible>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        cuts: &'a [Cut<'a>],
        n_states: &'a [usize],
        position: &'a [u32],
        is_maximised: &'a [bool],
        n_formulas: usize,
        n_inputs: usize,
        runs: Runs,
    ) -> Writer<'a> {
        Writer {
            cuts,
            n_states,
            position,
            is_maximised,
            n_formulas,
            n_inputs,
            n_messages: 0,
            sizes: match runs {
                _ if n_formulas > 0 => {
                    Sizes { table_from: TABLE_OF_FORMULAS_FROM, ..Sizes::SIDE_BY_SIDE }
                }
                Runs::SideBySide => Sizes::SIDE_BY_SIDE,
                Runs::InTurn => Sizes::IN_TURN,
                Runs::Once => Sizes::ONCE,
            },
            written: Written::default(),
            spare: Vec::new(),
            spare_possible: Vec::new(),
        }
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
            let merged = self.write(pair, None);
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
            let merged = self.write(vec![a, b], None);
            bucket.push(merged);
        }
        self.write(bucket, sum_out)
    }

    /// The last instruction: P(evidence) as the product of what is left.
    pub(crate) fn finish(&mut self, scalars: Vec<Factor>) {
        let whole = self.eliminate(scalars, None);
        let last = match &whole.content {
            Content::Entries(entries) => entries[0].message(),
            Content::Rows(first, _) => first.message(),
            Content::Cut(_) => None,
        };
        if self.n_messages > 0 && last == Some(self.n_messages - 1) {
            return;
        }
        // Structurally impossible evidence: an empty sum is the row that says so.
        self.written.term_ends.push(self.written.terms.len() as u32);
        self.push_sums(1, None, Vec::new(), 0, self.written.shares.len());
    }

    /// What was written, its rows in their final places, with the marks that a backward pass needs.
    pub(crate) fn written(mut self) -> Written {
        let first_message = self.n_formulas + self.written.loaded.len() + self.n_inputs;
        let first_input = first_message - self.n_inputs;
        let layout = Layout([0, self.n_formulas as u32, first_input as u32, first_message as u32]);
        let tracked = self.mark();
        let Written { instructions, terms, stretches, .. } = &mut self.written;
        let is_tracked = |row: u32| Entry(row).message().is_some_and(|message| tracked[message]);
        let all_tracked = instructions.iter().all(|instruction| instruction.is_tracked);
        for term in terms.iter_mut() {
            let rows = &mut term.rows[..usize::from(term.n_rows)];
            // Of the messages, which come first, those whose adjoints marginals need are put in front.
            if !all_tracked {
                let mut n_tracked = 0;
                for i in 0..usize::from(term.n_tracked) {
                    if is_tracked(rows[i]) {
                        rows.swap(i, n_tracked);
                        n_tracked += 1;
                    }
                }
                term.n_tracked = n_tracked as u8;
            }
            rows.iter_mut().for_each(|row| *row = layout.row(*row));
        }
        let mut terms = &terms[..];
        for stretch in stretches {
            let (own, others) = terms.split_at((stretch.n_rows * stretch.n_terms) as usize);
            stretch.note(own);
            terms = others;
        }
        for i in 0..instructions.len() {
            let Op::Table(table) = &mut instructions[i].op else { continue };
            let is_set: [bool; MAX_FACTORS] =
                std::array::from_fn(|o| o < table.operands.len() && table.is_set(o));
            let mut set = Vec::new();
            let operands = table.operands.iter_mut().zip(is_set);
            for (operand, is_set) in operands.filter(|(o, _)| o.source == Source::Rows) {
                set.extend(Entry(operand.first).message().filter(|_| is_set));
                operand.is_tracked = is_tracked(operand.first);
                operand.first = layout.row(operand.first);
            }
            // Nothing else reads these rows.
            for first in set {
                let read = instructions.partition_point(|other| other.rows.end <= first);
                instructions[read].is_set = true;
            }
        }
        self.written.n_messages = self.n_messages;
        self.written
    }

    /// Marks the instructions that a backward pass for the marginals asked for goes back through, and
    /// returns which messages need adjoints for it: one flag per row.
    fn mark(&mut self) -> Vec<bool> {
        let Written { instructions, terms, term_ends, shares, .. } = &mut self.written;
        let mut tracked = vec![false; self.n_messages];
        let mut first = 0;
        for i in 0..instructions.len() {
            let mut is_asked = !instructions[i].shares.is_empty();
            for share in &shares[instructions[i].shares.clone()] {
                let row = share.rows.start as usize;
                let shared = instructions.partition_point(|other| other.rows.end <= row);
                instructions[shared].is_tracked = true;
                tracked[instructions[shared].rows.clone()].fill(true);
            }
            let is_tracked =
                |row: &u32| Entry(*row).message().is_some_and(|message| tracked[message]);
            match &instructions[i].op {
                Op::Table(table) => {
                    let rows = table.operands.iter().filter(|o| o.source == Source::Rows);
                    is_asked |= table.belief.is_some();
                    is_asked |= rows.map(|o| o.first).any(|row| is_tracked(&row));
                }
                Op::Sums { ends, .. } => {
                    let end = term_ends[ends.clone()].last().map_or(first, |end| *end as usize);
                    is_asked |= terms[first..end].iter().any(|term| {
                        term.belief != NO_BELIEF
                            || term.rows[..usize::from(term.n_rows)].iter().any(is_tracked)
                    });
                    first = end;
                }
            }
            if is_asked {
                instructions[i].goes_back = true;
                instructions[i].is_tracked = true;
                tracked[instructions[i].rows.clone()].fill(true);
            }
        }
        tracked
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

    fn write(&mut self, mut factors: Vec<Factor>, sum_out: Option<SumOut>) -> Factor {
        factors.sort_by_key(|factor| (!factor.is_message, factor.is_cut()));
        let mut vars = self.scope_of(&factors);
        let summed = sum_out.map(|(var, _)| var);
        vars.retain(|var| Some(*var) != summed);
        let states_out = summed.map_or(1, |var| self.n_states[var.ix()]);
        let n_entries = self.n_entries(&vars) * states_out;
        let belief = match sum_out {
            // Which product is the largest must be told.
            Some((var, Some(first))) if self.is_maximised[var.ix()] => Belief::InTerms(first),
            _ => Belief::new(&factors, sum_out, |factor| self.n_entries(&factor.vars)),
        };
        // Large tables whose entries may be rare are looked at for those that can be other than 0.
        let is_small = n_entries < self.sizes.table_from;
        let density = match is_small {
            true => 0.0,
            false => factors.iter().map(|factor| factor.density).product(),
        };
        let message = if density < self.sizes.worth_knowing {
            // What a table by table product would read, with the copies that it would need.
            let copied = factors.iter().filter(|f| matches!(f.content, Content::Entries(_)));
            let n_read = n_entries + copied.map(|f| self.n_entries(&f.vars)).sum::<usize>();
            let most = if is_small { usize::MAX } else { n_read / self.sizes.sparse_from };
            self.write_joined(&factors, vars, summed, belief, most)
        } else {
            self.write_table(&factors, vars, summed, belief)
        };
        for factor in factors {
            if let Content::Entries(entries) | Content::Rows(_, Some(entries)) = factor.content {
                self.spare.push(entries);
            }
        }
        message
    }

    /// Notes the entries of `message` as shares of the beliefs in its first variable.
    fn write_shares(&mut self, message: &Factor, n_states: usize, first: usize) {
        let inside = self.n_entries(&message.vars) / n_states;
        for state in 0..n_states {
            let entries = state * inside..(state + 1) * inside;
            let rows = match &message.content {
                Content::Cut(_) => unreachable!("cells are no message"),
                Content::Rows(first, _) => {
                    let first = first.message().expect("only messages have shares");
                    first + entries.start..first + entries.end
                }
                // Entries that are not 0 have consecutive rows.
                Content::Entries(all) => {
                    let mut rows = all[entries].iter().filter_map(|entry| entry.message());
                    match rows.next() {
                        Some(first) => first..rows.next_back().unwrap_or(first) + 1,
                        None => continue,
                    }
                }
            };
            let rows = rows.start as u32..rows.end as u32;
            self.written.shares.push(Share { rows, belief: (first + state) as u32 });
        }
    }

    /// Entry by entry: what is always 0 or 1 is left out. If that takes more than `most_terms`, table by
    /// table, but it is still found out which entries can be other than 0.
    fn write_joined(
        &mut self,
        factors: &[Factor],
        vars: Vec<VarId>,
        summed: Option<VarId>,
        belief: Belief,
        most_terms: usize,
    ) -> Factor {
        let states_out = summed.map_or(1, |var| self.n_states[var.ix()]);
        let n_loaded = self.written.loaded.len();
        let read: Vec<Option<Vec<Entry>>> = factors.iter().map(|f| self.read_cut(f)).collect();
        let mut views: Vec<View> = Vec::with_capacity(factors.len());
        for (factor, read) in factors.iter().zip(&read) {
            let holds = summed.is_some_and(|var| factor.vars.first() == Some(&var));
            let n_summed = if holds { states_out } else { 1 };
            let memory = self.spare_possible.pop().unwrap_or_default();
            views.push(match (&factor.content, read) {
                (_, Some(entries))
                | (Content::Rows(_, Some(entries)) | Content::Entries(entries), _) => {
                    View::of_entries(entries, n_summed, memory)
                }
                (Content::Rows(first, None), _) => {
                    View::of_rows(*first, self.n_entries(&factor.vars), n_summed)
                }
                (Content::Cut(_), None) => unreachable!("cuts have been read"),
            });
        }
        let level = |var: &VarId| Level {
            size: self.n_states[var.ix()],
            strides: std::array::from_fn(|i| factors.get(i).map_or(0, |f| self.stride(f, *var))),
        };
        let levels: Vec<Level> = vars.iter().map(level).collect();

        let product = Product { vars, summed, belief, levels, states_out };
        let message = match views.len() {
            0 => self.write_product::<0>(factors, product, &views, most_terms, n_loaded),
            1 => self.write_product::<1>(factors, product, &views, most_terms, n_loaded),
            2 => self.write_product::<2>(factors, product, &views, most_terms, n_loaded),
            3 => self.write_product::<3>(factors, product, &views, most_terms, n_loaded),
            _ => self.write_product::<4>(factors, product, &views, most_terms, n_loaded),
        };
        self.spare_possible.extend(views.into_iter().filter_map(View::into_memory));
        self.spare.extend(read.into_iter().flatten());
        message
    }

    /// As [`Writer::write_joined`], once `N` views of the factors have been made.
    fn write_product<const N: usize>(
        &mut self,
        factors: &[Factor],
        product: Product,
        views: &[View],
        most_terms: usize,
        n_loaded: usize,
    ) -> Factor {
        let Product { vars, summed, belief, levels, states_out } = product;
        let views: &[View; N] = views.try_into().expect("there are so many views");
        // Rows of messages come first in every term, plain numbers last.
        let n_messages_first = factors.iter().take_while(|factor| factor.is_message).count();
        let n_changing = factors.iter().take_while(|factor| !factor.is_cut()).count();
        let (n_loaded, first_term) = (n_loaded, self.written.terms.len());
        let first_end = self.written.term_ends.len();
        let mut entries = self.empty_entries(self.n_entries(&vars));
        let Written { terms, term_ends, .. } = &mut self.written;
        let n_messages = self.n_messages;
        let first_belief = belief.in_terms();
        let join = Join { levels: &levels, n_summed: states_out, views };
        let is_written = join.for_each(most_terms, |at, places, states| {
            let first = terms.len();
            for (i, word) in states.iter().enumerate() {
                let mut left = *word;
                while left != 0 {
                    let state = 64 * i + left.trailing_zeros() as usize;
                    left &= left - 1;
                    let factors: [Entry; N] =
                        std::array::from_fn(|f| views[f].entry(places[f], state));
                    let mut term = Term::ONE;
                    if factors.contains(&Entry::ONE) {
                        for (f, entry) in factors.iter().enumerate() {
                            let is_factor = u8::from(*entry != Entry::ONE);
                            term.rows[usize::from(term.n_rows)] = entry.0;
                            term.n_rows += is_factor;
                            term.n_tracked += if f < n_messages_first { is_factor } else { 0 };
                            term.n_slopes += if f < n_changing { is_factor } else { 0 };
                        }
                    } else {
                        (0..N).for_each(|f| term.rows[f] = factors[f].0);
                        term.n_rows = N as u8;
                        term.n_tracked = n_messages_first as u8;
                        term.n_slopes = n_changing as u8;
                    }
                    term.belief = first_belief.map_or(NO_BELIEF, |first| (first + state) as u32);
                    terms.push(term);
                }
            }
            entries[at] = Entry::new(MESSAGE, n_messages + (term_ends.len() - first_end));
            term_ends.push(terms.len() as u32);
            terms.len() - first
        });
        if is_written {
            let n_rows = self.written.term_ends.len() - first_end;
            let first_share = self.written.shares.len();
            if let Belief::AtMessage { factor, first } = belief {
                self.write_shares(&factors[factor], states_out, first);
            }
            self.push_sums(n_rows, summed, vars.clone(), factors.len(), first_share);
            let density = n_rows as f64 / entries.len() as f64;
            Factor { vars, content: Content::Entries(entries), is_message: true, density }
        } else {
            self.written.loaded.truncate(n_loaded);
            self.written.sources.truncate(n_loaded);
            self.written.terms.truncate(first_term);
            self.written.term_ends.truncate(first_end);
            let mut message = self.write_table(factors, vars, summed, belief);
            let first = match message.content {
                Content::Rows(first, _) => first,
                _ => unreachable!("a table has a row for every entry"),
            };
            entries.fill(Entry::ZERO);
            let mut n_rows = 0;
            join.for_each(usize::MAX, |at, _, _| {
                entries[at] = first.offset(at);
                n_rows += 1;
                0
            });
            message.density = n_rows as f64 / entries.len() as f64;
            message.content = Content::Rows(first, Some(entries));
            message
        }
    }

    /// The entries of plain numbers, those that are neither 0 nor 1 loaded into rows.
    fn read_cut(&mut self, factor: &Factor) -> Option<Vec<Entry>> {
        let Content::Cut(cut) = factor.content else { return None };
        let mut entries = self.empty_entries(self.n_entries(&factor.vars));
        let Written { loaded, sources, .. } = &mut self.written;
        let numbers = &self.cuts[cut];
        numbers.for_each_possible(|place, cell, is_one| {
            entries[place] = if is_one {
                Entry::ONE
            } else {
                loaded.push(numbers.cell(cell));
                if numbers.is_open() {
                    sources.cells.push(cell as u32);
                }
                Entry::new(NUMBER, loaded.len() - 1)
            };
        });
        if numbers.is_open() {
            sources.cuts.push((cut as u32, loaded.len() as u32));
        }
        Some(entries)
    }

    /// A table of zeros.
    fn empty_entries(&mut self, n_entries: usize) -> Vec<Entry> {
        let mut entries = self.spare.pop().unwrap_or_default();
        entries.clear();
        entries.resize(n_entries, Entry::ZERO);
        entries
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
        let first_stretch = self.written.stretches.len();
        let mut start = first_term;
        for end in &self.written.term_ends[ends.clone()] {
            let terms = &self.written.terms[start..*end as usize];
            start = *end as usize;
            let mut sizes = terms.iter().map(|term| term.n_rows);
            let size = sizes.next();
            let n_factors = size.filter(|size| sizes.all(|other| other == *size));
            let n_terms = terms.len() as u32;
            match self.written.stretches[first_stretch..].last_mut() {
                Some(stretch) if (stretch.n_terms, stretch.n_factors) == (n_terms, n_factors) => {
                    stretch.n_rows += 1;
                }
                _ => self.written.stretches.push(Stretch::new(1, n_terms, n_factors)),
            }
        }
        let op =
            Op::Sums { ends, first_term, stretches: first_stretch..self.written.stretches.len() };
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
        let (is_tracked, goes_back, is_set) = (false, false, false);
        let is_maximum = eliminates.is_some_and(|var| self.is_maximised[var.ix()]);
        self.written.instructions.push(Instruction {
            rows,
            op,
            eliminates,
            is_maximum,
            scope,
            n_factors,
            is_tracked,
            goes_back,
            is_set,
            shares,
        });
    }

    /// Table by table: the product is formed a block at a time and never stored.
    fn write_table(
        &mut self,
        factors: &[Factor],
        vars: Vec<VarId>,
        summed: Option<VarId>,
        belief: Belief,
    ) -> Factor {
        let firsts: Vec<(Source, u32)> =
            factors.iter().map(|factor| self.operand(factor)).collect();
        let n_summed = summed.map_or(1, |var| self.n_states[var.ix()]);
        let strides = |var: VarId| -> [u32; MAX_FACTORS] {
            std::array::from_fn(|i| {
                factors.get(i).map_or(0, |factor| match factor.content {
                    Content::Cut(cut) => self.cuts[cut].slice.stride(var) as u32,
                    _ => self.stride(factor, var) as u32,
                })
            })
        };
        let mut axes: Vec<Loop> = vars
            .iter()
            .map(|var| Loop { size: self.n_states[var.ix()] as u32, strides: strides(*var) })
            .collect();
        let summed_strides = summed.map_or([0; MAX_FACTORS], strides);
        let mut operands: Vec<Operand> = firsts
            .iter()
            .zip(summed_strides)
            .map(|((source, first), summed_stride)| Operand {
                source: *source,
                first: *first,
                summed_stride,
                is_tracked: false,
            })
            .collect();
        let n_rows = self.n_entries(&vars);
        let first_share = self.written.shares.len();
        if let Belief::AtMessage { factor, first } = belief {
            let rows = Factor::from_rows(factors[factor].vars.clone(), Entry(firsts[factor].1));
            self.write_shares(&rows, n_summed, first);
        }
        let belief = belief.in_terms().map(|first| first as u32);
        let blocks = Blocks::new(&axes, factors.len());
        let [of_first, of_second, ..] = summed_strides;
        let matrices = match factors.len() {
            2 => Matrices::new(&axes, n_summed, [of_first, of_second], &blocks),
            _ => None,
        };
        let way = match matrices {
            Some((matrices, is_swapped)) => {
                if is_swapped {
                    operands.swap(0, 1);
                    axes.iter_mut().for_each(|axis| axis.strides.swap(0, 1));
                }
                Way::Matrices(Box::new(matrices))
            }
            None => Way::Blocks(blocks),
        };
        let table = TableSum { n_summed, axes, operands, belief, way };
        let first = Entry::new(MESSAGE, self.n_messages);
        self.push(n_rows, Op::Table(table), summed, vars.clone(), factors.len(), first_share);
        Factor::from_rows(vars, first)
    }

    /// Where the table's entries are; those that have no rows in a row are copied there.
    fn operand(&mut self, factor: &Factor) -> (Source, u32) {
        match &factor.content {
            Content::Cut(cut) => {
                let table = self.written.tables.len() as u32;
                self.written.tables.push(self.cuts[*cut].table());
                if self.cuts[*cut].is_open() {
                    self.written.sources.tables.push(*cut as u32);
                }
                (Source::Numbers(table), 0)
            }
            Content::Rows(first, _) => (Source::Rows, first.0),
            Content::Entries(entries) => (Source::Rows, self.write_rows(entries, &factor.vars).0),
        }
    }

    fn write_rows(&mut self, entries: &[Entry], vars: &[VarId]) -> Entry {
        let first = Entry::new(MESSAGE, self.n_messages);
        for entry in entries {
            let term = match *entry {
                Entry::ZERO => None,
                Entry::ONE => Some(Term::ONE),
                row => {
                    let n_tracked = u8::from(row.message().is_some());
                    let n_slopes = u8::from(!(NUMBER..INPUT).contains(&row.0));
                    let rows = [row.0, 0, 0, 0];
                    Some(Term { rows, n_rows: 1, n_tracked, n_slopes, ..Term::ONE })
                }
            };
            self.written.terms.extend(term);
            self.written.term_ends.push(self.written.terms.len() as u32);
        }
        let n_shares = self.written.shares.len();
        self.push_sums(entries.len(), None, vars.to_vec(), 1, n_shares);
        first
    }

    /// By how many entries a step of the variable moves in the table.
    fn stride(&self, factor: &Factor, var: VarId) -> usize {
        match factor.vars.iter().position(|v| *v == var) {
            None => 0,
            Some(at) => self.n_entries(&factor.vars[at + 1..]),
        }
    }
}
