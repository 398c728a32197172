//! The most probable assignments: some variables summed out, and the likeliest states of the rest.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::apart::{Far, Product};
use crate::compile::compile_best;
use crate::evidence::Evidence;
use crate::kernel::Workspace;
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::tape::{Belief, Tape};

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
/// ones. On one tape variables outside `over` are eliminated first by sums, then those in it by maxima.
/// The messages of the maxima say exactly how good the rest can still become, so that walking back
/// along their products, best first, meets the assignments in falling order and finds the next one
/// without another elimination.
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
    let (p_evidence, exponent) = run.scaled_p(0);
    if p_evidence == 0.0 {
        return Ok(Vec::new());
    }

    let tape = compile_best(network, evidence, over, limits)?;
    let mut run = tape.workspace();
    run.forward(params, None, 1).expect("one value per parameter");
    let (p_best, exponent_of_best) = run.scaled_p(0);
    let best = libm::ldexp(p_best / p_evidence, exponent_of_best - exponent);
    let walk = Walk::new(&run, network);
    let found = walk.best(k).into_iter().map(|(states, share)| Assignment {
        states: over
            .iter()
            .map(|var| {
                let seen = evidence.observed(*var).or(states[var.ix()]);
                seen.expect("each is either seen or walked over")
            })
            .collect(),
        p: best * share,
    });
    Ok(found.collect())
}

/// The way back along the maxima: from P(best, evidence) to one of its products, to the messages that this multiplies, to
/// one product of each, and so on. Every message is multiplied once, so that the ways from two of them never meet, and
/// what is still to be found of one does not depend on what is found of the other.
struct Walk<'a> {
    run: &'a Workspace<'a>,
    n_vars: usize,
    /// Of every belief of the tape its variable and state.
    beliefs: Vec<(VarId, usize)>,
    /// What was found, each with what was found before it.
    found: Vec<Link<(VarId, usize)>>,
    /// Rows still to be gone through, each with the next.
    rows: Vec<Link<usize>>,
}

/// An entry of a list, and where the list goes on.
struct Link<T> {
    entry: T,
    next: Option<usize>,
}

/// Some variables assigned, and how good the best completion is, as a part of the best of all.
#[derive(PartialEq)]
struct Partial {
    value: f64,
    n_steps: usize,
    /// Counts up: of equals the first comes first.
    number: usize,
    found: Option<usize>,
    rows: Option<usize>,
}

impl Eq for Partial {}

impl Ord for Partial {
    /// Among equals the longer first, so that equal ones are finished and not kept open together.
    fn cmp(&self, other: &Partial) -> Ordering {
        self.value
            .total_cmp(&other.value)
            .then(self.n_steps.cmp(&other.n_steps))
            .then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Partial {
    fn partial_cmp(&self, other: &Partial) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Walk<'a> {
    fn new(run: &'a Workspace<'a>, network: &Network) -> Walk<'a> {
        let of_var = |var: VarId| (0..network.n_states(var)).map(move |state| (var, state));
        let tape = run.tape();
        let mut beliefs = vec![(VarId(0), 0); tape.n_belief_rows];
        for var in network.ids() {
            if let Belief::Row(row) = tape.beliefs[var.ix()] {
                beliefs.splice(row..row + network.n_states(var), of_var(var));
            }
        }
        let n_vars = network.variables().len();
        let rows = vec![Link { entry: tape.n_rows() - 1, next: None }];
        Walk { run, n_vars, beliefs, found: Vec::new(), rows }
    }

    /// The states of the `k` best by variable, and their part of the best.
    fn best(mut self, k: usize) -> Vec<(Vec<Option<usize>>, f64)> {
        let mut best = Vec::new();
        let first = Partial { value: 1.0, n_steps: 0, number: 0, found: None, rows: Some(0) };
        let mut open = BinaryHeap::from([first]);
        let mut number = 0;
        while let Some(partial) = open.pop() {
            if best.len() == k {
                break;
            }
            let Some(at) = partial.rows else {
                best.push((self.states(partial.found), partial.value));
                continue;
            };
            let Link { entry: row, next } = self.rows[at];
            let Some(products) = self.run.products_of(row) else {
                // A sum leaves nothing to choose.
                open.push(Partial { rows: next, ..partial });
                continue;
            };
            let largest = products.iter().map(|product| product.value).reduce(Far::or);
            for Product { value, belief, rows } in products {
                let mut found = partial.found;
                if let Some(belief) = belief {
                    self.found.push(Link { entry: self.beliefs[belief], next: found });
                    found = Some(self.found.len() - 1);
                }
                let mut left = next;
                for row in rows {
                    self.rows.push(Link { entry: row, next: left });
                    left = Some(self.rows.len() - 1);
                }
                number += 1;
                open.push(Partial {
                    value: partial.value * largest.map_or(0.0, |largest| value.over(largest)),
                    n_steps: partial.n_steps + 1,
                    number,
                    found,
                    rows: left,
                });
            }
        }
        best
    }

    fn states(&self, mut found: Option<usize>) -> Vec<Option<usize>> {
        let mut states = vec![None; self.n_vars];
        while let Some(at) = found {
            let (var, state) = self.found[at].entry;
            states[var.ix()] = Some(state);
            found = self.found[at].next;
        }
        states
    }
}
