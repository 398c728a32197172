//! What must all come about for an outcome: read off the cells that are certainly 0.

use super::Lowered;
use crate::assessment::{Assessment, Says};
use crate::checks;
use std::collections::BTreeMap;
use weigh_inference::{Cells, Network, Table, VarId};
use weigh_syntax::diag::Diagnostic;

/// Uncertain steps that may have to come about together before it is told: docs/methods.md, 2.14.
pub const MOST_STEPS: usize = 4;

/// Tells of every question whose outcome needs more than [`MOST_STEPS`] uncertain steps.
///
/// Of two outcomes it is the focus that is asked about: that none of many causes comes about is a
/// conjunction too, but one that nobody multiplies out.
pub(super) fn check(assessment: &Assessment, lowered: &Lowered) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    for question in assessment.questions() {
        let variable = &assessment.variables[question];
        let outcomes = match variable.states.len() {
            2 => variable.focus()..variable.focus() + 1,
            n => 0..n,
        };
        let longest = outcomes
            .map(|outcome| (outcome, steps(assessment, lowered, question, outcome)))
            .fold(None, |best: Option<(usize, Vec<usize>)>, next| match best {
                Some(best) if best.1.len() >= next.1.len() => Some(best),
                _ => Some(next),
            });
        let Some((outcome, steps)) = longest.filter(|(_, steps)| steps.len() > MOST_STEPS) else {
            continue;
        };
        let names: Vec<&str> =
            steps.iter().map(|&ix| assessment.variables[ix].header.name.as_str()).collect();
        let (header, state) = (&variable.header, &variable.states[outcome]);
        told.push(checks::long_conjunction::diagnostic(header.span, &header.name, state, &names));
    }
    told
}

/// The variables of the assessment without which the outcome cannot be, and which may fail to come
/// about even if the others do; in the order of the file.
fn steps(
    assessment: &Assessment,
    lowered: &Lowered,
    question: usize,
    outcome: usize,
) -> Vec<usize> {
    let network = &lowered.network;
    let asked = lowered.variables[question];
    let mut needed: BTreeMap<VarId, Vec<bool>> = BTreeMap::new();
    let only = (0..network.n_states(asked)).map(|state| state == outcome).collect();
    needed.insert(asked, only);
    let mut open = vec![asked];
    // A parent is looked at again only when fewer of its states are left.
    while let Some(var) = open.pop() {
        let table = network.table(var);
        let mut left: Vec<Vec<bool>> =
            table.parents.iter().map(|&parent| vec![false; network.n_states(parent)]).collect();
        for row in possible_rows(network, table, &needed) {
            let states = states_of_row(network, table, row);
            left.iter_mut().zip(states).for_each(|(left, state)| left[state] = true);
        }
        for (&parent, left) in table.parents.iter().zip(left) {
            let all = vec![true; left.len()];
            let before = needed.get(&parent).unwrap_or(&all);
            let both: Vec<bool> = before.iter().zip(&left).map(|(a, b)| *a && *b).collect();
            if both != *before {
                needed.insert(parent, both);
                open.push(parent);
            }
        }
    }
    let was_seen = |ix: usize| {
        let is_it =
            |says: &Option<Says>| matches!(says, Some(Says::Observes(seen, _)) if *seen == ix);
        assessment.evidence.iter().any(|item| item.left_out.is_none() && is_it(&item.says))
    };
    let is_step = |&ix: &usize| {
        let var = lowered.variables[ix];
        needed.contains_key(&var) && !was_seen(ix) && may_fail(network, var, &needed)
    };
    (0..assessment.variables.len()).filter(is_step).collect()
}

/// Whether a variable may miss the states it needs although its parents have theirs.
fn may_fail(network: &Network, var: VarId, needed: &BTreeMap<VarId, Vec<bool>>) -> bool {
    let table = network.table(var);
    let n_states = network.n_states(var);
    let rows = allowed_rows(network, table, needed);
    rows.into_iter().any(|row| {
        let kept = (0..n_states).filter(|&state| needed[&var][state]);
        let sum: Option<f64> = kept.map(|state| cell(network, table, row * n_states + state)).sum();
        // Cells are certain if they are constants: then a row that adds up to 1 leaves nothing to chance.
        sum.is_none_or(|sum| sum < 1.0 - 1e-9)
    })
}

/// The rows that the needed states of the parents leave, in which the child may have a needed state.
fn possible_rows(
    network: &Network,
    table: &Table,
    needed: &BTreeMap<VarId, Vec<bool>>,
) -> Vec<usize> {
    let n_states = network.n_states(table.child);
    let child = &needed[&table.child];
    let can = |row: &usize| {
        let mut kept = (0..n_states).filter(|&state| child[state]);
        kept.any(|state| cell(network, table, row * n_states + state) != Some(0.0))
    };
    allowed_rows(network, table, needed).into_iter().filter(can).collect()
}

fn allowed_rows(
    network: &Network,
    table: &Table,
    needed: &BTreeMap<VarId, Vec<bool>>,
) -> Vec<usize> {
    let n_rows = table.cells.len() / network.n_states(table.child);
    let allowed = |row: &usize| {
        let states = states_of_row(network, table, *row);
        let mut pairs = table.parents.iter().zip(states);
        pairs.all(|(parent, state)| needed.get(parent).is_none_or(|needed| needed[state]))
    };
    (0..n_rows).filter(allowed).collect()
}

/// The states of the parents in a row: the last parent runs fastest.
fn states_of_row(network: &Network, table: &Table, mut row: usize) -> Vec<usize> {
    let mut states = vec![0; table.parents.len()];
    for (state, &parent) in states.iter_mut().zip(&table.parents).rev() {
        *state = row % network.n_states(parent);
        row /= network.n_states(parent);
    }
    states
}

/// The value of a cell that is certain.
fn cell(network: &Network, table: &Table, ix: usize) -> Option<f64> {
    match &table.cells {
        Cells::Formulas(ids) => network.formulas().as_constant(ids[ix]),
        Cells::Numbers(values) => Some(values[ix]),
    }
}
