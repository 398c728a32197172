//! From a network and its evidence to a tape: slicing, elimination, writing the sums.

use crate::evidence::Evidence;
use crate::formula::FormulaId;
use crate::limits::{BYTES_PER_ENTRY, CompileError, Limits};
use crate::network::{Network, VarId};
use crate::order::{Cost, Order};
use crate::program::Program;
use crate::tape::{Belief, Input, Instruction, MAX_FACTORS, NO_BELIEF, Share, Tape, Term};

/// Compiles a tape; [`Tape::compile_for`] says how.
pub(crate) fn compile(
    network: &Network,
    evidence: &Evidence,
    free: &[VarId],
    targets: &[VarId],
    limits: &Limits,
) -> Result<Tape, CompileError> {
    check_findings(network, evidence)?;
    let inputs = lay_out_inputs(network, evidence, free);
    let asked = targets.iter().chain(free).copied().chain(evidence.vars());
    let relevant = ancestors(network, asked);
    let observed: Vec<Option<usize>> = network.ids().map(|var| evidence.observed(var)).collect();
    let hidden: Vec<VarId> =
        network.ids().filter(|var| relevant[var.ix()] && observed[var.ix()].is_none()).collect();
    let n_states: Vec<usize> = network.ids().map(|var| network.n_states(var)).collect();
    let scopes: Vec<Vec<VarId>> = network
        .tables()
        .iter()
        .filter(|table| relevant[table.child.ix()])
        .map(|table| table.parents.iter().chain([&table.child]).copied().collect())
        .collect();
    // Where only some marginals are asked for, their variables are summed out last: the backward
    // pass then ends where the first of them was summed out.
    let is_target = |var: VarId| targets.contains(&var);
    let all_asked = hidden.iter().all(|var| is_target(*var));
    let order = Order::min_fill(&scopes, &hidden, if all_asked { &[] } else { targets }, &n_states);
    check_limits(network, &order.cost, limits)?;

    let sliced: Vec<(Vec<VarId>, Vec<FormulaId>)> = network
        .tables()
        .iter()
        .filter(|table| relevant[table.child.ix()])
        .zip(&scopes)
        .map(|(table, scope)| slice(scope, &table.cells, &observed, &n_states))
        .collect();
    let used: Vec<FormulaId> = sliced.iter().flat_map(|(_, cells)| cells.iter().copied()).collect();
    let program = Program::new(network.formulas(), &used);

    let mut next_cell = 0;
    let mut factors: Vec<Factor> = Vec::with_capacity(sliced.len() + inputs.len());
    for (vars, cells) in sliced {
        let entries = (next_cell..next_cell + cells.len())
            .map(|i| match program.constant(program.output(i)) {
                Some(0.0) => Entry::Zero,
                Some(1.0) => Entry::One,
                _ => Entry::Row(program.output(i)),
            })
            .collect();
        next_cell += cells.len();
        factors.push(Factor { vars, entries });
    }
    let mut n_inputs = 0;
    for input in &inputs {
        let row = |state: usize| Entry::Row((program.n_rows() + input.rows.start + state) as u32);
        n_inputs = input.rows.end;
        factors.push(match observed[input.var.ix()] {
            Some(state) => Factor { vars: Vec::new(), entries: vec![row(state)] },
            None => Factor {
                vars: vec![input.var],
                entries: (0..n_states[input.var.ix()]).map(row).collect(),
            },
        });
    }
    let defaults = inputs
        .iter()
        .flat_map(|input| {
            let ones = || vec![1.0; n_states[input.var.ix()]];
            evidence.likelihood(input.var).map_or_else(ones, <[f64]>::to_vec)
        })
        .collect();

    let mut beliefs: Vec<Belief> =
        observed.iter().map(|state| state.map_or(Belief::Pruned, Belief::Observed)).collect();
    let mut n_belief_rows = 0;
    for var in hidden.iter().filter(|var| is_target(**var)) {
        beliefs[var.ix()] = Belief::Row(n_belief_rows);
        n_belief_rows += n_states[var.ix()];
    }
    let mut writer = Writer {
        first_message: (program.n_rows() + n_inputs) as u32,
        n_states: &n_states,
        instructions: Vec::new(),
        term_ends: Vec::new(),
        terms: Vec::new(),
        shares: Vec::new(),
    };
    let mut first_asked = 0;
    for var in order.vars {
        if !all_asked && !is_target(var) {
            first_asked = usize::MAX;
        } else if first_asked == usize::MAX {
            first_asked = writer.instructions.len();
        }
        let (bucket, rest): (Vec<Factor>, Vec<Factor>) =
            factors.into_iter().partition(|factor| factor.vars.contains(&var));
        factors = rest;
        let belief = match beliefs[var.ix()] {
            Belief::Row(row) => Some(row),
            _ => None,
        };
        factors.push(writer.eliminate(bucket, Some((var, belief))));
    }
    writer.finish(factors);
    let first_asked = first_asked.min(writer.instructions.len());
    writer.mark_tracked(first_asked);
    let Writer { instructions, term_ends, terms, shares, .. } = writer;
    let names = network.variables().iter().map(|var| var.name.clone()).collect();
    Ok(Tape {
        program,
        n_params: network.parameters().len(),
        inputs,
        defaults,
        first_asked,
        instructions,
        term_ends,
        terms,
        shares,
        beliefs,
        n_states,
        n_belief_rows,
        names,
        cost: order.cost,
    })
}

/// Two tables are merged if their product is this many times smaller than that of the whole bucket.
const MERGED_IS_SMALLER: usize = 4;

/// One entry of a table while the tape is written.
#[derive(Clone, Copy, PartialEq)]
enum Entry {
    Zero,
    One,
    Row(u32),
}

/// A table over `vars`, the last variable fastest.
struct Factor {
    vars: Vec<VarId>,
    entries: Vec<Entry>,
}

struct Writer<'a> {
    first_message: u32,
    n_states: &'a [usize],
    instructions: Vec<Instruction>,
    term_ends: Vec<u32>,
    terms: Vec<Term>,
    shares: Vec<Share>,
}

impl Writer<'_> {
    /// Multiplies the bucket and sums out `sum_out`, given with its first belief row if it has any.
    fn eliminate(
        &mut self,
        mut bucket: Vec<Factor>,
        sum_out: Option<(VarId, Option<usize>)>,
    ) -> Factor {
        // Small tables are merged first: their product stays small.
        while bucket.len() > MAX_FACTORS {
            bucket.sort_by(|a, b| (a.entries.len(), &a.vars).cmp(&(b.entries.len(), &b.vars)));
            let rest = bucket.split_off(2);
            let merged = self.write(&bucket, None);
            bucket = rest;
            bucket.push(merged);
        }
        // Then those whose product is much smaller than that of all: many terms share each of its
        // entries, which is then computed once.
        let whole = self.n_entries(&scope_of(&bucket));
        while bucket.len() > 2 {
            let pairs = (0..bucket.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
            let n_entries =
                |a: usize, b: usize| self.n_entries(&scope_of([&bucket[a], &bucket[b]]));
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

    fn n_entries(&self, vars: &[VarId]) -> usize {
        vars.iter().map(|var| self.n_states[var.ix()]).product()
    }

    /// Whether the table was computed here: no entry is a formula or an input.
    fn is_message(&self, factor: &Factor) -> bool {
        let earlier = |entry: &Entry| match entry {
            Entry::Zero => true,
            Entry::One => false,
            Entry::Row(row) => *row >= self.first_message,
        };
        factor.entries.iter().all(earlier)
    }

    /// Decides which factors need an adjoint in a backward pass for marginals that ends at the
    /// instruction `first_asked`: the messages it goes back through, and those with a share.
    fn mark_tracked(&mut self, first_asked: usize) {
        let first_row = self.first_message;
        for i in 0..self.instructions.len() {
            let rows = self.instructions[i].outputs.clone();
            let has_share = |share: &Share| rows.contains(&((share.row - first_row) as usize));
            self.instructions[i].is_tracked = i >= first_asked || self.shares.iter().any(has_share);
        }
        let tracked = self.instructions.iter().filter(|instruction| instruction.is_tracked);
        let mut is_tracked = vec![false; self.term_ends.len()];
        tracked.for_each(|instruction| is_tracked[instruction.outputs.clone()].fill(true));
        let is_tracked = |row: &u32| *row >= first_row && is_tracked[(row - first_row) as usize];
        for term in &mut self.terms {
            let rows = &mut term.rows[..usize::from(term.n_rows)];
            rows.sort_by_key(|row| !is_tracked(row));
            term.n_tracked = rows.iter().filter(|row| is_tracked(row)).count() as u8;
        }
    }

    /// Adds the instruction whose outputs and shares run from these to the last written.
    fn push_instruction(
        &mut self,
        first_output: usize,
        first_share: usize,
        eliminates: Option<VarId>,
        scope: Vec<VarId>,
        n_factors: usize,
    ) {
        let first_term = first_output.checked_sub(1).map_or(0, |last| self.term_ends[last]);
        let mut sizes = self.terms[first_term as usize..].iter().map(|term| term.n_rows);
        let size = sizes.next();
        self.instructions.push(Instruction {
            outputs: first_output..self.term_ends.len(),
            eliminates,
            scope,
            n_factors,
            n_rows_each: size.filter(|size| sizes.all(|other| other == *size)),
            is_tracked: true,
            shares: first_share..self.shares.len(),
        });
    }

    /// The last instruction: P(evidence) as the product of what is left.
    fn finish(&mut self, scalars: Vec<Factor>) {
        let whole = self.eliminate(scalars, None);
        let row = self.first_message + self.term_ends.len() as u32 - 1;
        if whole.entries[..] == [Entry::Row(row)] {
            return;
        }
        // Structurally impossible evidence: an empty sum is the row that says so.
        self.term_ends.push(self.terms.len() as u32);
        self.push_instruction(self.term_ends.len() - 1, self.shares.len(), None, Vec::new(), 0);
    }

    fn write(&mut self, factors: &[Factor], sum_out: Option<(VarId, Option<usize>)>) -> Factor {
        let mut vars = scope_of(factors);
        let summed = sum_out.map(|(var, _)| var);
        vars.retain(|var| Some(*var) != summed);
        let states_out = summed.map_or(1, |var| self.n_states[var.ix()]);
        let n_entries = self.n_entries(&vars);
        // The belief in the variable summed out is read at the smallest message that holds it.
        let at_message = summed.and_then(|var| {
            let holding = factors.iter().filter(|f| f.vars.contains(&var) && self.is_message(f));
            holding.min_by_key(|f| f.entries.len())
        });
        let first_share = self.shares.len();
        if let (Some((var, Some(first))), Some(message)) = (sum_out, at_message) {
            self.write_shares(message, var, first);
        }

        let scope: Vec<VarId> = vars.iter().copied().chain(summed).collect();
        let mut walk = Walk::new(&scope, factors, self.n_states);
        let first_output = self.term_ends.len();
        let mut entries = Vec::with_capacity(n_entries);
        for _ in 0..n_entries {
            let first_term = self.terms.len();
            for state in 0..states_out {
                let belief = match sum_out {
                    Some((_, Some(first))) if at_message.is_none() => (first + state) as u32,
                    _ => NO_BELIEF,
                };
                let mut term = Term { rows: [0; MAX_FACTORS], n_rows: 0, n_tracked: 0, belief };
                let mut possible = true;
                for (factor, at) in factors.iter().zip(&walk.positions) {
                    match factor.entries[*at] {
                        Entry::Zero => possible = false,
                        Entry::One => {}
                        Entry::Row(row) => {
                            term.rows[term.n_rows as usize] = row;
                            term.n_rows += 1;
                        }
                    }
                }
                if possible {
                    self.terms.push(term);
                }
                walk.step();
            }
            if self.terms.len() == first_term {
                entries.push(Entry::Zero);
            } else {
                entries.push(Entry::Row(self.first_message + self.term_ends.len() as u32));
                self.term_ends.push(self.terms.len() as u32);
            }
        }
        self.push_instruction(first_output, first_share, summed, vars.clone(), factors.len());
        Factor { vars, entries }
    }

    /// Notes the entries of `message` as shares of the beliefs in `var`, which start at `first`.
    fn write_shares(&mut self, message: &Factor, var: VarId, first: usize) {
        let inside = message.vars.iter().skip_while(|v| **v != var).skip(1);
        let stride: usize = inside.map(|v| self.n_states[v.ix()]).product();
        for (at, entry) in message.entries.iter().enumerate() {
            if let Entry::Row(row) = entry {
                let state = at / stride % self.n_states[var.ix()];
                self.shares.push(Share { row: *row, belief: (first + state) as u32 });
            }
        }
    }
}

/// The variables of all the factors, ascending.
fn scope_of<'f>(factors: impl IntoIterator<Item = &'f Factor>) -> Vec<VarId> {
    let vars = factors.into_iter().flat_map(|factor| factor.vars.iter().copied());
    let mut vars: Vec<VarId> = vars.collect();
    vars.sort_unstable();
    vars.dedup();
    vars
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

/// The part of a table that agrees with what was observed, over the variables that were not.
fn slice(
    scope: &[VarId],
    cells: &[FormulaId],
    observed: &[Option<usize>],
    n_states: &[usize],
) -> (Vec<VarId>, Vec<FormulaId>) {
    let mut kept = cells.to_vec();
    // Work from the fastest variable: `block` is the size of what lies inside one state of it.
    let mut block = 1;
    for var in scope.iter().rev() {
        match observed[var.ix()] {
            None => block *= n_states[var.ix()],
            Some(state) => {
                kept = kept
                    .chunks(block * n_states[var.ix()])
                    .flat_map(|chunk| chunk[state * block..(state + 1) * block].iter().copied())
                    .collect();
            }
        }
    }
    (scope.iter().copied().filter(|var| observed[var.ix()].is_none()).collect(), kept)
}

fn ancestors(network: &Network, of: impl Iterator<Item = VarId>) -> Vec<bool> {
    let mut relevant = vec![false; network.variables().len()];
    let mut stack: Vec<VarId> = of.collect();
    while let Some(var) = stack.pop() {
        if !std::mem::replace(&mut relevant[var.ix()], true) {
            stack.extend(&network.table(var).parents);
        }
    }
    relevant
}

fn lay_out_inputs(network: &Network, evidence: &Evidence, free: &[VarId]) -> Vec<Input> {
    let mut n_rows = 0;
    let has_input = |var: &VarId| free.contains(var) || evidence.likelihood(*var).is_some();
    network
        .ids()
        .filter(has_input)
        .map(|var| {
            let rows = n_rows..n_rows + network.n_states(var);
            n_rows = rows.end;
            Input { var, rows }
        })
        .collect()
}

fn check_findings(network: &Network, evidence: &Evidence) -> Result<(), CompileError> {
    for (var, finding) in evidence.findings() {
        let Some(variable) = network.variables().get(var.ix()) else {
            return Err(CompileError::BadFinding(format!("variable {}", var.0)));
        };
        let n_states = variable.states.len();
        let fits = finding.state.is_none_or(|state| state < n_states)
            && finding.likelihood.as_ref().is_none_or(|likelihood| {
                likelihood.len() == n_states
                    && likelihood.iter().all(|l| l.is_finite() && *l >= 0.0)
            });
        if !fits {
            return Err(CompileError::BadFinding(format!("`{}`", variable.name)));
        }
    }
    Ok(())
}

fn check_limits(network: &Network, cost: &Cost, limits: &Limits) -> Result<(), CompileError> {
    if cost.largest_entries <= limits.max_table_entries
        && cost.total_entries <= limits.max_total_entries
    {
        return Ok(());
    }
    let name = |var: &VarId| network.variable(*var).name.clone();
    Err(CompileError::TooWide {
        n_vars: cost.largest_table.len(),
        largest: cost.largest_entries,
        total: cost.total_entries,
        bytes: cost.total_entries.saturating_mul(BYTES_PER_ENTRY),
        limits: *limits,
        vars: cost.largest_table.clone(),
        names: cost.largest_table.iter().map(name).collect(),
    })
}
