//! From a network and its evidence to a tape: pruning, slicing, an order, a bucket per variable.

use std::ops::Range;

use crate::cut::{Cut, Slice};
use crate::evidence::Evidence;
use crate::factors::FactorGraph;
use crate::formula::{FormulaId, Formulas};
use crate::kernel::MADE_UP_FOR;
use crate::limits::{CompileError, Limits};
use crate::network::{self, Network, Table, VarId, Variable};
use crate::order::{Cost, Order, post_order};
use crate::program::Program;
use crate::tape::{Belief, CellOf, Input, Open, Tape};
use crate::writer::{Entry, Factor, Runs, Writer};

/// As how many runs of a tape those for many draws or cases count while an order is looked for.
const MANY_RUNS: u64 = 12;

/// What is compiled: tables over variables, of a network or of a factor graph.
struct Problem<'a> {
    variables: &'a [Variable],
    tables: Vec<(Vec<VarId>, &'a network::Cells)>,
    /// Of each table, its number in the network.
    numbers: Vec<usize>,
    /// Whether observed states will be known only at run time.
    is_open: bool,
    runs: Runs,
    /// Hidden variables that matter for what is asked, ascending.
    hidden: Vec<VarId>,
    /// Whether the targets are not summed out but maximised, after all others.
    is_best: bool,
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
    let problem = Problem::new(network, evidence, free, targets);
    let order = problem.order(targets, limits);
    write_tape(&problem, order, evidence, free, targets, limits)
}

/// Compiles a tape for states to be seen later; [`Tape::compile_seen`] says how.
pub(crate) fn compile_seen(
    network: &Network,
    seen: &[VarId],
    targets: &[VarId],
    limits: &Limits,
) -> Result<Tape, CompileError> {
    let evidence = seen.iter().fold(Evidence::new(), |evidence, var| evidence.observe(*var, 0));
    check_findings(network.variables(), &evidence)?;
    let is_seen = |var: &VarId| evidence.observed(*var).is_some();
    for table in network.tables().iter().filter(|table| !table.cells.formulas().is_empty()) {
        if is_seen(&table.child) || table.parents.iter().any(is_seen) {
            let name = network.variable(table.child).name.clone();
            return Err(CompileError::OpenFormulas(name));
        }
    }
    let problem = Problem {
        is_open: true,
        runs: Runs::InTurn,
        ..Problem::new(network, &evidence, &[], targets)
    };
    let order = problem.order(targets, limits);
    write_tape(&problem, order, &evidence, &[], targets, limits)
}

/// Compiles a tape whose forward pass gives the largest probability of the evidence with any states of `over`, all other
/// variables summed out; it has no backward pass. The products of every maximum tell by their belief which state they
/// are of.
///
/// # Source
/// Park & Darwiche (2004), *Complexity results and approximation strategies for MAP explanations*, JAIR 21: sums before
/// maxima. Chan & Darwiche (2006), *On the robustness of most probable explanations*, UAI: maxima on a circuit.
pub(crate) fn compile_best(
    network: &Network,
    evidence: &Evidence,
    over: &[VarId],
    limits: &Limits,
) -> Result<Tape, CompileError> {
    check_findings(network.variables(), evidence)?;
    let problem = Problem { is_best: true, ..Problem::new(network, evidence, &[], over) };
    let order = problem.order(over, limits);
    write_tape(&problem, order, evidence, &[], over, limits)
}

/// A tape for one case before it is written: what it costs is known, up to where many tables meet.
pub(crate) struct Plan<'a> {
    problem: Problem<'a>,
    order: Order,
    evidence: &'a Evidence,
    targets: &'a [VarId],
    limits: &'a Limits,
}

impl<'a> Plan<'a> {
    /// Finds an order for [`Tape::compile_for`].
    pub(crate) fn new(
        network: &'a Network,
        evidence: &'a Evidence,
        targets: &'a [VarId],
        limits: &'a Limits,
    ) -> Result<Plan<'a>, CompileError> {
        check_findings(network.variables(), evidence)?;
        let problem = Problem { runs: Runs::Once, ..Problem::new(network, evidence, &[], targets) };
        let order = problem.order(targets, limits);
        Ok(Plan { problem, order, evidence, targets, limits })
    }

    pub(crate) fn cost(&self) -> &Cost {
        &self.order.cost
    }

    pub(crate) fn write(self) -> Result<Tape, CompileError> {
        let Plan { problem, order, evidence, targets, limits } = self;
        write_tape(&problem, order, evidence, &[], targets, limits)
    }
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
        numbers: (0..graph.factors().len()).collect(),
        is_open: false,
        runs: Runs::SideBySide,
        is_best: false,
        hidden: ids().filter(|var| evidence.observed(*var).is_none()).collect(),
        formulas: &formulas,
        n_params: 0,
    };
    let all: Vec<VarId> = ids().collect();
    let order = problem.order(&all, limits);
    let tape = write_tape(&problem, order, evidence, &[], &all, limits)?;
    Ok(Tape { is_wide: is_wide(&problem), ..tape })
}

/// Whether what is left of the product of all tables without some of them, over all states, can be large.
fn is_wide(problem: &Problem) -> bool {
    let largest = problem.tables.iter().map(|(_, cells)| match cells {
        network::Cells::Numbers(values) => values.iter().copied().fold(1.0, f64::max),
        network::Cells::Formulas(_) => 1.0,
    });
    let states = problem.hidden.iter().map(|var| problem.variables[var.ix()].states.len() as f64);
    largest.chain(states).product::<f64>() > MADE_UP_FOR
}

impl<'a> Problem<'a> {
    /// What of a network matters for the targets and the evidence.
    fn new(
        network: &'a Network,
        evidence: &Evidence,
        free: &[VarId],
        targets: &[VarId],
    ) -> Problem<'a> {
        let asked = targets.iter().chain(free).copied().chain(evidence.vars());
        let relevant = ancestors(network, asked);
        let is_hidden = |var: &VarId| relevant[var.ix()] && evidence.observed(*var).is_none();
        let scope = |table: &Table| table.parents.iter().chain([&table.child]).copied().collect();
        let tables = || network.tables().iter().filter(|table| relevant[table.child.ix()]);
        Problem {
            variables: network.variables(),
            tables: tables().map(|table| (scope(table), &table.cells)).collect(),
            numbers: tables().map(|table| table.child.ix()).collect(),
            is_open: false,
            runs: Runs::SideBySide,
            is_best: false,
            hidden: network.ids().filter(is_hidden).collect(),
            formulas: network.formulas(),
            n_params: network.parameters().len(),
        }
    }

    /// In which order its hidden variables are summed out.
    fn order(&self, targets: &[VarId], limits: &Limits) -> Order {
        let n_states: Vec<usize> = self.variables.iter().map(|var| var.states.len()).collect();
        let scopes: Vec<&[VarId]> = self.tables.iter().map(|(scope, _)| &scope[..]).collect();
        // A single target can come last in an order as good as any; several far apart could not.
        let last = if targets.len() == 1 || self.is_best { targets } else { &[] };
        let n_runs = if self.runs == Runs::Once { 1 } else { MANY_RUNS };
        Order::find(&scopes, &self.hidden, last, &n_states, n_runs, limits.max_table_entries)
    }
}

fn write_tape(
    problem: &Problem,
    order: Order,
    evidence: &Evidence,
    free: &[VarId],
    targets: &[VarId],
    limits: &Limits,
) -> Result<Tape, CompileError> {
    let Problem { variables, tables, hidden, .. } = problem;
    let ids = (0..variables.len() as u32).map(VarId);
    let mut inputs = lay_out_inputs(variables, evidence, free);
    let observed: Vec<Option<usize>> = ids.map(|var| evidence.observed(var)).collect();
    let n_states: Vec<usize> = variables.iter().map(|var| var.states.len()).collect();
    let scopes: Vec<&[VarId]> = tables.iter().map(|(scope, _)| &scope[..]).collect();
    let mut is_target = vec![false; n_states.len()];
    targets.iter().for_each(|var| is_target[var.ix()] = true);
    check_limits(variables, &order.cost, limits)?;
    let order_vars = post_order(&scopes, &order.vars, n_states.len());
    let mut position = vec![u32::MAX; n_states.len()];
    for (i, var) in order_vars.iter().enumerate() {
        position[var.ix()] = i as u32;
    }

    // Every table without what was observed, its variables in the order of elimination.
    let mut formulas: Vec<FormulaId> = Vec::new();
    let mut cuts: Vec<Cut> = Vec::new();
    let mut sliced: Vec<(Vec<VarId>, Cells)> = Vec::with_capacity(tables.len());
    let mut cut_numbers: Vec<usize> = Vec::new();
    for ((scope, cells), number) in tables.iter().zip(&problem.numbers) {
        let slice = Slice::new(scope, &observed, &n_states, &position);
        let vars = slice.vars();
        let first = match cells {
            network::Cells::Formulas(ids) => {
                slice.copy(ids, &mut formulas);
                Cells::Formulas(formulas.len() - slice.n_entries()..formulas.len())
            }
            network::Cells::Numbers(values) => {
                cuts.push(Cut::new(values, slice, problem.is_open));
                cut_numbers.push(*number);
                Cells::Numbers(cuts.len() - 1)
            }
        };
        sliced.push((vars, first));
    }
    let program = Program::new(problem.formulas, &formulas);
    let mut of_rows = vec![CellOf::Nothing; program.n_rows()];
    for (number, (_, cells)) in sliced.iter().enumerate() {
        let Cells::Formulas(outputs) = cells else { continue };
        for row in outputs.clone().map(|output| program.output(output) as usize) {
            of_rows[row] = of_rows[row].and(CellOf::Table(number as u32));
        }
    }
    let n_inputs = inputs.last().map_or(0, |input| input.rows.end);

    let mut factors: Vec<Factor> = Vec::with_capacity(sliced.len() + inputs.len());
    for (vars, cells) in sliced {
        factors.push(match cells {
            Cells::Numbers(cut) => Factor::from_cut(vars, cut, cuts[cut].density()),
            Cells::Formulas(outputs) => {
                let entry = |i: usize| match program.constant(program.output(i)) {
                    Some(0.0) => Entry::ZERO,
                    Some(1.0) => Entry::ONE,
                    _ => Entry::formula(program.output(i) as usize),
                };
                Factor::from_entries(vars, outputs.map(entry).collect())
            }
        });
    }
    for input in &inputs {
        let first = Entry::input(input.rows.start);
        factors.push(match observed[input.var.ix()] {
            Some(state) => Factor::from_rows(Vec::new(), first.offset(state)),
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

    let is_maximised = if problem.is_best { is_target } else { vec![false; n_states.len()] };
    let mut writer = Writer::new(
        &cuts,
        &n_states,
        &position,
        &is_maximised,
        program.n_rows(),
        n_inputs,
        problem.runs,
    );
    let mut buckets: Vec<Vec<Factor>> = order_vars.iter().map(|_| Vec::new()).collect();
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
    for (i, var) in order_vars.iter().enumerate() {
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
    let written = writer.written();
    let open = problem.is_open.then(|| Open {
        seen: evidence.vars().collect(),
        slices: cut_numbers.into_iter().zip(cuts.into_iter().map(|cut| cut.slice)).collect(),
    });
    let names = variables.iter().map(|var| var.name.clone()).collect();
    let first_input = program.n_rows() + written.loaded.len();
    let mut first_readers: Vec<Option<usize>> = vec![None; n_inputs];
    // Most tapes have no inputs, and all rows that are read are many.
    let readers = if n_inputs > 0 { &written.instructions[..] } else { &[] };
    for (at, instruction) in readers.iter().enumerate().rev() {
        let rows = written.rows_read(instruction).flatten();
        let inputs = rows.filter_map(|row| row.checked_sub(first_input));
        inputs.filter(|row| *row < n_inputs).for_each(|row| first_readers[row] = Some(at));
    }
    for input in &mut inputs {
        let readers = first_readers[input.rows.clone()].iter();
        input.first_reader = readers.flatten().copied().min().unwrap_or_default();
    }
    Ok(Tape {
        program,
        tables: of_rows,
        n_params: problem.n_params,
        inputs,
        defaults,
        written,
        beliefs,
        n_states,
        n_belief_rows,
        names,
        cost,
        is_wide: false,
        open,
    })
}

/// Where the cells of a sliced table are: among the formulas, or which of the cuts.
enum Cells {
    Formulas(Range<usize>),
    Numbers(usize),
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
            Input { var, rows, first_reader: 0 }
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
