//! Slow, obvious twins of the fast code, for tests: enumeration of the joint, finite differences.

use crate::evidence::Evidence;
use crate::network::{Network, VarId};

/// What enumeration gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Enumerated {
    /// P(evidence), likelihood vectors included.
    pub p_evidence: f64,
    /// Per variable, per state: P(state | evidence); all 0 if the evidence is impossible.
    pub marginals: Vec<Vec<f64>>,
}

/// Sums the joint probability of every assignment of every variable, at the given parameter values.
///
/// Takes time in proportion to the number of assignments: for tests with a dozen variables.
pub fn enumerate(network: &Network, evidence: &Evidence, params: &[f64]) -> Enumerated {
    let cells: Vec<Vec<f64>> = network.ids().map(|var| network.cell_values(var, params)).collect();
    let sizes: Vec<usize> = network.ids().map(|var| network.n_states(var)).collect();
    let mut joint: Vec<Vec<f64>> = sizes.iter().map(|n| vec![0.0; *n]).collect();
    let mut total = 0.0;
    let n_assignments: usize = sizes.iter().product();
    for code in 0..n_assignments {
        let mut rest = code;
        let states: Vec<usize> = sizes
            .iter()
            .map(|n| {
                let state = rest % n;
                rest /= n;
                state
            })
            .collect();
        let mut p = 1.0;
        for var in network.ids() {
            let table = network.table(var);
            let row = table
                .parents
                .iter()
                .fold(0, |row, parent| row * sizes[parent.ix()] + states[parent.ix()]);
            p *= cells[var.ix()][row * sizes[var.ix()] + states[var.ix()]];
            p *= match evidence.observed(var) {
                Some(seen) if seen != states[var.ix()] => 0.0,
                _ => 1.0,
            };
            p *= evidence.likelihood(var).map_or(1.0, |likelihood| likelihood[states[var.ix()]]);
        }
        total += p;
        for (row, state) in joint.iter_mut().zip(&states) {
            row[*state] += p;
        }
    }
    let share = |p: &f64| if total > 0.0 { p / total } else { 0.0 };
    let marginals = joint.iter().map(|row| row.iter().map(share).collect()).collect();
    Enumerated { p_evidence: total, marginals }
}

/// Jeffrey's rule by its definition: `P'(y) = Σ_x q_x P(y | x, evidence)`, the marginals after one
/// revision.
pub fn revise(
    network: &Network,
    evidence: &Evidence,
    params: &[f64],
    var: VarId,
    probabilities: &[f64],
) -> Vec<Vec<f64>> {
    let mut out: Vec<Vec<f64>> =
        network.ids().map(|var| vec![0.0; network.n_states(var)]).collect();
    for (state, q) in probabilities.iter().enumerate() {
        let given = enumerate(network, &evidence.clone().observe(var, state), params);
        for (out, marginal) in out.iter_mut().zip(&given.marginals) {
            out.iter_mut().zip(marginal).for_each(|(sum, p)| *sum += q * p);
        }
    }
    out
}

/// The derivative of `f` by each coordinate, as a central difference of step `h`.
pub fn central_differences(f: impl Fn(&[f64]) -> f64, at: &[f64], h: f64) -> Vec<f64> {
    let moved = |i: usize, by: f64| {
        let mut point = at.to_vec();
        point[i] += by;
        f(&point)
    };
    (0..at.len()).map(|i| (moved(i, h) - moved(i, -h)) / (2.0 * h)).collect()
}
