//! The most probable assignments: some variables summed out, and the likeliest states of the rest.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::compile::{ancestors, check_limits};
use crate::evidence::Evidence;
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::order::Order;
use crate::tape::Tape;

/// States of some variables, and how probable they are together.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// One state per variable asked for, in their order.
    pub states: Vec<usize>,
    /// P(these states | evidence).
    pub p: f64,
}

/// The `k` most probable joint states of `over`, best first; fewer if fewer are possible, none if the
/// evidence is not. All other variables are summed out.
///
/// With every variable in `over` these are the most probable explanations, with fewer the marginal
/// ones. Variables outside `over` are eliminated first by sums, then those in it by maxima. The
/// messages of the maxima say exactly how good the rest can still become, so that walking back along
/// the order, best first, meets the assignments in falling order and finds the next one without
/// another elimination.
///
/// # Shapes
/// - `params`: `[n_params]`, the value of every parameter
///
/// # Errors
/// [`CompileError::TooWide`] before any memory is taken, [`CompileError::BadFinding`] if the evidence
/// does not fit.
///
/// # Panics
/// If there is not one value per parameter.
///
/// # Source
/// Buckets with maxima: Dechter (1999), *Bucket elimination*, AIJ 113; the next best by parting what
/// is left: Nilsson (1998), *An efficient algorithm for finding the M most probable configurations*,
/// Statistics and Computing 8. Sums before maxima: Park & Darwiche (2004), JAIR 21.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, Limits, NetworkBuilder, best_assignments};
/// let mut build = NetworkBuilder::new();
/// let rain = build.add_variable("rain", &["no", "yes"]);
/// let wet = build.add_variable("wet", &["no", "yes"]);
/// let c: Vec<_> = [0.75, 0.25, 0.5, 1.0, 0.0].map(|p| build.formulas().constant(p)).into();
/// build.set_table(rain, &[], vec![c[0], c[1]]);
/// build.set_table(wet, &[rain], vec![c[2], c[2], c[4], c[3]]);
/// let network = build.build()?;
/// let best = best_assignments(&network, &Evidence::new(), &[], &[rain, wet], 2, &Limits::default())?;
/// assert_eq!(best.iter().map(|a| a.states.clone()).collect::<Vec<_>>(), [[0, 0], [0, 1]]);
/// assert!((best[0].p - 0.375).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn best_assignments(
    network: &Network,
    evidence: &Evidence,
    params: &[f64],
    over: &[VarId],
    k: usize,
    limits: &Limits,
) -> Result<Vec<Assignment>, CompileError> {
    // Checks the findings as well.
    let tape = Tape::compile_for(network, evidence, &[], &[], limits)?;
    let mut run = tape.workspace();
    run.forward(params, None, 1).expect("one value per parameter");
    let log10_p_evidence = run.log10_p_evidence(0);
    if log10_p_evidence == f64::NEG_INFINITY {
        return Ok(Vec::new());
    }

    let n_states: Vec<usize> = network.ids().map(|var| network.n_states(var)).collect();
    let relevant = ancestors(network, over.iter().copied().chain(evidence.vars()));
    let factors = factors(network, evidence, params, &relevant, &n_states);
    let is_hidden = |var: &VarId| evidence.observed(*var).is_none();
    let hidden: Vec<VarId> =
        network.ids().filter(|var| relevant[var.ix()] && is_hidden(var)).collect();
    let scopes: Vec<&[VarId]> = factors.iter().map(|factor| &factor.vars[..]).collect();
    let order = Order::find(&scopes, &hidden, over, &n_states, limits.max_table_entries);
    check_limits(network.variables(), &order.cost, limits)?;

    let (sums, maxima): (Vec<VarId>, Vec<VarId>) =
        order.vars.into_iter().partition(|var| !over.contains(var));
    let mut log10_scale = 0.0;
    let mut factors = factors;
    for var in sums {
        let (bucket, rest) = take_bucket(factors, var);
        factors = rest;
        let table = product(&bucket, var, &n_states);
        let mut message = table.reduced(n_states[var.ix()], |row| row.iter().sum());
        log10_scale += message.rescale();
        factors.push(message);
    }
    let likely = factors.clone();
    let mut tables = Vec::new();
    for &var in &maxima {
        let (bucket, rest) = take_bucket(factors, var);
        factors = rest;
        let table = product(&bucket, var, &n_states);
        let mut message = table.reduced(n_states[var.ix()], most);
        message.rescale();
        factors.push(message);
        tables.push(table);
    }

    let walk = Walk { maxima: &maxima, tables: &tables, n_states: &n_states };
    let mut found = Vec::new();
    for assigned in walk.best(k) {
        let state_of = |var: VarId| {
            let at = maxima.iter().rev().position(|other| *other == var);
            at.map(|at| assigned[at]).or(evidence.observed(var))
        };
        let log10_joint: f64 =
            likely.iter().map(|factor| libm::log10(factor.at(state_of, &n_states))).sum();
        found.push(Assignment {
            states: over
                .iter()
                .map(|&var| state_of(var).expect("each is either seen or walked over"))
                .collect(),
            p: libm::exp10(log10_joint + log10_scale - log10_p_evidence),
        });
    }
    // The walk's products are rounded otherwise than these sums of logarithms.
    found.sort_by(|a, b| b.p.total_cmp(&a.p));
    Ok(found)
}

/// A table over some variables, the last of them fastest.
#[derive(Clone, Debug)]
struct Factor {
    vars: Vec<VarId>,
    values: Vec<f64>,
}

impl Factor {
    fn at(&self, state_of: impl Fn(VarId) -> Option<usize>, n_states: &[usize]) -> f64 {
        let row = self.vars.iter().fold(0, |row, var| {
            row * n_states[var.ix()] + state_of(*var).expect("the factor's variables are assigned")
        });
        self.values[row]
    }

    /// The same without its last variable, whose `n` values become one.
    fn reduced(&self, n: usize, reduce: impl Fn(&[f64]) -> f64) -> Factor {
        let vars = self.vars[..self.vars.len() - 1].to_vec();
        Factor { vars, values: self.values.chunks_exact(n).map(reduce).collect() }
    }

    /// Divides by the largest value; returns its common logarithm.
    fn rescale(&mut self) -> f64 {
        let largest = most(&self.values);
        if largest == 0.0 {
            return 0.0;
        }
        self.values.iter_mut().for_each(|value| *value /= largest);
        libm::log10(largest)
    }
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// The tables of the relevant variables at these numbers, with what was seen sliced away.
fn factors(
    network: &Network,
    evidence: &Evidence,
    params: &[f64],
    relevant: &[bool],
    n_states: &[usize],
) -> Vec<Factor> {
    let mut factors = Vec::new();
    for table in network.tables().iter().filter(|table| relevant[table.child.ix()]) {
        let scope: Vec<VarId> = table.parents.iter().chain([&table.child]).copied().collect();
        let mut rows = vec![0];
        for var in &scope {
            let n = n_states[var.ix()];
            let states = evidence.observed(*var).map_or(0..n, |seen| seen..seen + 1);
            rows = rows.iter().flat_map(|row| states.clone().map(move |s| row * n + s)).collect();
        }
        let values = network.cell_values(table.child, params);
        factors.push(Factor {
            vars: scope.into_iter().filter(|var| evidence.observed(*var).is_none()).collect(),
            values: rows.into_iter().map(|row| values[row]).collect(),
        });
    }
    for (var, finding) in evidence.findings() {
        let Some(likelihood) = &finding.likelihood else { continue };
        factors.push(match finding.state {
            Some(seen) => Factor { vars: Vec::new(), values: vec![likelihood[seen]] },
            None => Factor { vars: vec![var], values: likelihood.clone() },
        });
    }
    factors
}

fn take_bucket(factors: Vec<Factor>, var: VarId) -> (Vec<Factor>, Vec<Factor>) {
    factors.into_iter().partition(|factor| factor.vars.contains(&var))
}

/// The product of a bucket, with `var` as the last variable.
fn product(bucket: &[Factor], var: VarId, n_states: &[usize]) -> Factor {
    let mut vars: Vec<VarId> = bucket.iter().flat_map(|factor| &factor.vars).copied().collect();
    vars.sort_unstable();
    vars.dedup();
    vars.retain(|other| *other != var);
    vars.push(var);
    let n_entries: usize = vars.iter().map(|var| n_states[var.ix()]).product();
    let mut values = vec![1.0; n_entries];
    for factor in bucket {
        // How far a step of each of the product's variables goes in the factor.
        let mut strides = vec![0; vars.len()];
        let mut stride = 1;
        for own in factor.vars.iter().rev() {
            let at = vars.iter().position(|other| other == own);
            strides[at.expect("the product has every variable of the bucket")] = stride;
            stride *= n_states[own.ix()];
        }
        let mut states = vec![0; vars.len()];
        let mut row = 0;
        for value in &mut values {
            *value *= factor.values[row];
            for at in (0..vars.len()).rev() {
                states[at] += 1;
                row += strides[at];
                if states[at] < n_states[vars[at].ix()] {
                    break;
                }
                row -= strides[at] * states[at];
                states[at] = 0;
            }
        }
    }
    Factor { vars, values }
}

/// The way back along the maxima.
struct Walk<'a> {
    /// In the order in which they were eliminated; they are assigned from the last to the first.
    maxima: &'a [VarId],
    /// Per variable, the product it was eliminated from.
    tables: &'a [Factor],
    n_states: &'a [usize],
}

/// Some variables assigned, and how good the best completion is, as a part of the best of all.
#[derive(PartialEq)]
struct Partial {
    value: f64,
    states: Vec<usize>,
}

impl Eq for Partial {}

impl Ord for Partial {
    /// Among equals the longer first, so that equal ones are finished and not kept open together.
    fn cmp(&self, other: &Partial) -> Ordering {
        self.value
            .total_cmp(&other.value)
            .then(self.states.len().cmp(&other.states.len()))
            .then_with(|| other.states.cmp(&self.states))
    }
}

impl PartialOrd for Partial {
    fn partial_cmp(&self, other: &Partial) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Walk<'_> {
    /// The `k` best, each with the states from the variable eliminated last to the first.
    fn best(&self, k: usize) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        let mut open = BinaryHeap::from([Partial { value: 1.0, states: Vec::new() }]);
        while let Some(partial) = open.pop() {
            if found.len() == k {
                break;
            }
            let Some(next) = (self.maxima.len() - partial.states.len()).checked_sub(1) else {
                found.push(partial.states);
                continue;
            };
            let table = &self.tables[next];
            let assigned = |var: VarId| {
                let at = self.maxima.iter().rev().position(|other| *other == var)?;
                // The variable itself comes last in its table: its first state starts the row.
                Some(partial.states.get(at).copied().unwrap_or(0))
            };
            let row = table.vars.iter().fold(0, |row, var| {
                row * self.n_states[var.ix()] + assigned(*var).expect("it is one of the maxima")
            });
            let row = &table.values[row..row + self.n_states[self.maxima[next].ix()]];
            let best = most(row);
            for (state, value) in row.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                let mut states = partial.states.clone();
                states.push(state);
                open.push(Partial { value: partial.value * (value / best), states });
            }
        }
        found
    }
}
