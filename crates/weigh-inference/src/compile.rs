//! From a network and its evidence to a tape: pruning, slicing, an order, a bucket per variable.

use crate::evidence::Evidence;
use crate::factors::FactorGraph;
use crate::formula::{FormulaId, Formulas};
use crate::limits::{CompileError, Limits};
use crate::network::{Cells, Network, Table, VarId, Variable};
use crate::order::{Cost, Order};
use crate::program::Program;
use crate::tape::{Belief, Input, Tape};
use crate::writer::{Entry, Factor, Regions, Writer};

/// What is compiled: tables over variables, of a network or of a factor graph.
struct Problem<'a> {
    variables: &'a [Variable],
    tables: Vec<(Vec<VarId>, &'a Cells)>,
    /// Hidden variables that matter for what is asked, ascending.
    hidden: Vec<VarId>,
    formulas: &'a Formulas,
    n_params: usize,
}

/// Compiles a tape; [`Tape::compile_for`] says how.
pub(crate) fn compile(
    network: &Network,
    evidence: &Evidence,
    free: &[VarId],
    targets: &[VarId],
    limits: &Limits,
) -> Result<Tape, CompileError> {
    check_findings(network.variables(), evidence)?;
    let asked = targets.iter().chain(free).copied().chain(evidence.vars());
    let relevant = ancestors(network, asked);
    let is_hidden = |var: &VarId| relevant[var.ix()] && evidence.observed(*var).is_none();
    let scope = |table: &Table| table.parents.iter().chain([&table.child]).copied().collect();
    let tables = network.tables().iter().filter(|table| relevant[table.child.ix()]);
    let problem = Problem {
        variables: network.variables(),
        tables: tables.map(|table| (scope(table), &table.cells)).collect(),
        hidden: network.ids().filter(is_hidden).collect(),
        formulas: network.formulas(),
        n_params: network.parameters().len(),
    };
    write_tape(&problem, evidence, free, targets, limits)
}

/// Compiles a tape for a factor graph; [`Tape::compile_factors`] says how.
pub(crate) fn compile_factors(
    graph: &FactorGraph,
    evidence: &Evidence,
    limits: &Limits,
) -> Result<Tape, CompileError> {
    check_findings(graph.variables(), evidence)?;
    let ids = || (0..graph.variables().len() as u32).map(VarId);
    let formulas = Formulas::default();
    let problem = Problem {
        variables: graph.variables(),
        tables: graph.factors().iter().map(|(scope, cells)| (scope.clone(), cells)).collect(),
        hidden: ids().filter(|var| evidence.observed(*var).is_none()).collect(),
        formulas: &formulas,
        n_params: 0,
    };
    let all: Vec<VarId> = ids().collect();
    write_tape(&problem, evidence, &[], &all, limits)
}

fn write_tape(
    problem: &Problem,
    evidence: &Evidence,
    free: &[VarId],
    targets: &[VarId],
    limits: &Limits,
) -> Result<Tape, CompileError> {
    let Problem { variables, tables, hidden, .. } = problem;
    let ids = (0..variables.len() as u32).map(VarId);
    let inputs = lay_out_inputs(variables, evidence, free);
    let observed: Vec<Option<usize>> = ids.map(|var| evidence.observed(var)).collect();
    let n_states: Vec<usize> = variables.iter().map(|var| var.states.len()).collect();
    let scopes: Vec<&[VarId]> = tables.iter().map(|(scope, _)| &scope[..]).collect();
    // Where only some marginals are asked for, their variables are summed out last: the backward
    // pass then ends where the first of them was summed out.
    let mut is_target = vec![false; n_states.len()];
    targets.iter().for_each(|var| is_target[var.ix()] = true);
    let all_asked = hidden.iter().all(|var| is_target[var.ix()]);
    let last = if all_asked { &[] } else { targets };
    let order = Order::find(&scopes, hidden, last, &n_states, limits.max_table_entries);
    check_limits(variables, &order.cost, limits)?;
    let mut position = vec![u32::MAX; n_states.len()];
    for (i, var) in order.vars.iter().enumerate() {
        position[var.ix()] = i as u32;
    }

    // Every table without what was observed, its variables in the order of elimination.
    let slices: Vec<Slice> =
        scopes.iter().map(|scope| Slice::new(scope, &observed, &n_states, &position)).collect();
    let in_numbers =
        tables.iter().zip(&slices).filter(|((_, cells), _)| cells.formulas().is_empty());
    let mut numbers = Vec::with_capacity(in_numbers.map(|(_, slice)| slice.n_entries()).sum());
    let mut formulas: Vec<FormulaId> = Vec::new();
    let mut sliced: Vec<Sliced> = Vec::with_capacity(tables.len());
    for ((_, cells), slice) in tables.iter().zip(slices) {
        let first = match cells {
            Cells::Formulas(ids) => {
                slice.copy(ids, &mut formulas);
                Cut::Formulas(formulas.len() - slice.n_entries())
            }
            Cells::Numbers(values) => {
                slice.copy(values, &mut numbers);
                Cut::Numbers(numbers.len() - slice.n_entries())
            }
        };
        sliced.push(Sliced { n_entries: slice.n_entries(), vars: slice.vars, first });
    }
    let program = Program::new(problem.formulas, &formulas);
    let n_inputs = inputs.last().map_or(0, |input| input.rows.end);
    let regions = Regions::new(program.n_rows(), numbers.len(), n_inputs);

    let mut factors: Vec<Factor> = Vec::with_capacity(sliced.len() + inputs.len());
    for Sliced { vars, n_entries, first } in sliced {
        factors.push(match first {
            Cut::Numbers(first) => Factor::from_rows(vars, regions.first_number + first as u32),
            Cut::Formulas(first) => {
                let entry = |i: usize| match program.constant(program.output(i)) {
                    Some(0.0) => Entry::Zero,
                    Some(1.0) => Entry::One,
                    _ => Entry::Row(program.output(i)),
                };
                Factor::from_entries(vars, (first..first + n_entries).map(entry).collect())
            }
        });
    }
    for input in &inputs {
        let first = regions.first_input + input.rows.start as u32;
        factors.push(match observed[input.var.ix()] {
            Some(state) => Factor::from_rows(Vec::new(), first + state as u32),
            None => Factor::from_rows(vec![input.var], first),
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
    for var in hidden.iter().filter(|var| is_target[var.ix()]) {
        beliefs[var.ix()] = Belief::Row(n_belief_rows);
        n_belief_rows += n_states[var.ix()];
    }

    let mut writer = Writer::new(regions, &numbers, &n_states, &position);
    let mut buckets: Vec<Vec<Factor>> = order.vars.iter().map(|_| Vec::new()).collect();
    let mut scalars: Vec<Factor> = Vec::new();
    // A table waits in the bucket of the first of its variables to be summed out.
    let place =
        |factor: Factor, buckets: &mut Vec<Vec<Factor>>, scalars: &mut Vec<Factor>| match factor
            .vars
            .first()
        {
            Some(var) => buckets[position[var.ix()] as usize].push(factor),
            None => scalars.push(factor),
        };
    factors.into_iter().for_each(|factor| place(factor, &mut buckets, &mut scalars));
    let mut first_asked = None;
    for (i, var) in order.vars.iter().enumerate() {
        if first_asked.is_none() && (all_asked || is_target[var.ix()]) {
            first_asked = Some(writer.n_instructions());
        }
        let belief = match beliefs[var.ix()] {
            Belief::Row(row) => Some(row),
            _ => None,
        };
        let bucket = std::mem::take(&mut buckets[i]);
        let message = writer.eliminate(bucket, Some((*var, belief)));
        place(message, &mut buckets, &mut scalars);
    }
    writer.finish(scalars);
    // Buckets of many tables are multiplied in steps, which the order's cost does not count.
    let mut cost = order.cost;
    cost.message_entries = cost.message_entries.max(writer.n_messages() as u64);
    check_limits(variables, &cost, limits)?;
    let first_asked = first_asked.unwrap_or(writer.n_instructions());
    let written = writer.written(first_asked);
    let names = variables.iter().map(|var| var.name.clone()).collect();
    Ok(Tape {
        program,
        numbers,
        n_params: problem.n_params,
        inputs,
        defaults,
        first_asked,
        written,
        beliefs,
        n_states,
        n_belief_rows,
        names,
        cost,
    })
}

/// A table without what was observed.
struct Sliced {
    vars: Vec<VarId>,
    n_entries: usize,
    first: Cut,
}

/// Where its cells are.
enum Cut {
    Formulas(usize),
    Numbers(usize),
}

/// How the cells of a table are read when some of its variables are observed and the others come in
/// the order of elimination.
struct Slice {
    /// In the order of elimination, the last fastest.
    vars: Vec<VarId>,
    sizes: Vec<usize>,
    /// In the table, by variable.
    strides: Vec<usize>,
    /// The cell of the observed states.
    start: usize,
}

impl Slice {
    fn new(
        scope: &[VarId],
        observed: &[Option<usize>],
        n_states: &[usize],
        position: &[u32],
    ) -> Slice {
        let mut start = 0;
        let mut stride = 1;
        let mut kept: Vec<(u32, VarId, usize)> = Vec::with_capacity(scope.len());
        for var in scope.iter().rev() {
            match observed[var.ix()] {
                Some(state) => start += state * stride,
                None => kept.push((position[var.ix()], *var, stride)),
            }
            stride *= n_states[var.ix()];
        }
        kept.sort_unstable();
        Slice {
            vars: kept.iter().map(|(_, var, _)| *var).collect(),
            sizes: kept.iter().map(|(_, var, _)| n_states[var.ix()]).collect(),
            strides: kept.iter().map(|(_, _, stride)| *stride).collect(),
            start,
        }
    }

    fn n_entries(&self) -> usize {
        self.sizes.iter().product()
    }

    fn copy<T: Copy>(&self, from: &[T], to: &mut Vec<T>) {
        let Some((last, outer)) = self.sizes.split_last() else {
            to.push(from[self.start]);
            return;
        };
        let stride = self.strides[outer.len()];
        let mut states = vec![0; outer.len()];
        let mut at = self.start;
        loop {
            if stride == 1 {
                to.extend_from_slice(&from[at..at + last]);
            } else {
                to.extend(from[at..].iter().step_by(stride).take(*last));
            }
            let mut i = outer.len();
            loop {
                if i == 0 {
                    return;
                }
                i -= 1;
                states[i] += 1;
                at += self.strides[i];
                if states[i] < outer[i] {
                    break;
                }
                at -= self.strides[i] * outer[i];
                states[i] = 0;
            }
        }
    }
}

/// Which variables are among these or their ancestors.
pub(crate) fn ancestors(network: &Network, of: impl Iterator<Item = VarId>) -> Vec<bool> {
    let mut relevant = vec![false; network.variables().len()];
    let mut stack: Vec<VarId> = of.collect();
    while let Some(var) = stack.pop() {
        if !std::mem::replace(&mut relevant[var.ix()], true) {
            stack.extend(&network.table(var).parents);
        }
    }
    relevant
}

fn lay_out_inputs(variables: &[Variable], evidence: &Evidence, free: &[VarId]) -> Vec<Input> {
    let mut vars: Vec<VarId> = free.to_vec();
    vars.extend(evidence.vars().filter(|var| evidence.likelihood(*var).is_some()));
    vars.sort_unstable();
    vars.dedup();
    let mut n_rows = 0;
    vars.into_iter()
        .map(|var| {
            let rows = n_rows..n_rows + variables[var.ix()].states.len();
            n_rows = rows.end;
            Input { var, rows }
        })
        .collect()
}

fn check_findings(variables: &[Variable], evidence: &Evidence) -> Result<(), CompileError> {
    for (var, finding) in evidence.findings() {
        let Some(variable) = variables.get(var.ix()) else {
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

/// Refuses what costs more than the limits allow.
pub(crate) fn check_limits(
    variables: &[Variable],
    cost: &Cost,
    limits: &Limits,
) -> Result<(), CompileError> {
    if cost.largest_entries <= limits.max_table_entries
        && cost.total_entries <= limits.max_total_entries
        && cost.message_entries <= limits.max_message_entries
    {
        return Ok(());
    }
    let name = |var: &VarId| variables[var.ix()].name.clone();
    Err(CompileError::TooWide {
        n_vars: cost.largest_table.len(),
        largest: cost.largest_entries,
        total: cost.total_entries,
        bytes: cost.bytes(),
        limits: *limits,
        vars: cost.largest_table.clone(),
        names: cost.largest_table.iter().map(name).collect(),
    })
}
