//! Random networks against the sum over every assignment: posteriors, P(evidence), derivatives, the
//! best story. A few hundred at every run; a hundred thousand with `--ignored`.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{Cells, Random, Spec, random_evidence, random_wide_spec};
use weigh_inference::{Evidence, Limits, Tape, VarId, best_assignments};

/// What the definition gives, in one loop that shares no line with the engine.
struct Definition {
    p_evidence: f64,
    /// Per variable, per state: P(state, evidence).
    joint: Vec<Vec<f64>>,
    /// Per cell of all tables: the derivative of P(evidence).
    derivatives: Vec<f64>,
    /// Per cell: the derivative of P(the first variable in its last state, evidence).
    derivatives_of_first: Vec<f64>,
    best: f64,
}

fn define(spec: &Spec, evidence: &Evidence) -> Definition {
    let sizes: Vec<usize> = spec.states.iter().map(Vec::len).collect();
    let n = sizes.len();
    let mut first_cell = Vec::new();
    let mut n_cells = 0;
    for cells in &spec.cells {
        first_cell.push(n_cells);
        n_cells += cells.len();
    }
    let mut found = Definition {
        p_evidence: 0.0,
        joint: sizes.iter().map(|n| vec![0.0; *n]).collect(),
        derivatives: vec![0.0; n_cells],
        derivatives_of_first: vec![0.0; n_cells],
        best: 0.0,
    };
    let mut states = vec![0; n];
    loop {
        let mut weight = 1.0;
        let cells: Vec<usize> = (0..n)
            .map(|var| {
                let row = spec.parents[var].iter().fold(0, |row, p| row * sizes[*p] + states[*p]);
                row * sizes[var] + states[var]
            })
            .collect();
        for var in 0..n {
            let id = VarId(var as u32);
            if evidence.observed(id).is_some_and(|seen| seen != states[var]) {
                weight = 0.0;
            }
            weight *= evidence.likelihood(id).map_or(1.0, |likelihood| likelihood[states[var]]);
        }
        if weight > 0.0 {
            let values: Vec<f64> = (0..n).map(|var| spec.cells[var][cells[var]]).collect();
            let p = weight * values.iter().product::<f64>();
            found.p_evidence += p;
            found.best = found.best.max(p);
            for var in 0..n {
                found.joint[var][states[var]] += p;
                let others: f64 =
                    (0..n).filter(|other| *other != var).map(|other| values[other]).product();
                let cell = first_cell[var] + cells[var];
                found.derivatives[cell] += weight * others;
                if states[0] == sizes[0] - 1 {
                    found.derivatives_of_first[cell] += weight * others;
                }
            }
        }
        let Some(at) = (0..n).rev().find(|at| states[*at] + 1 < sizes[*at]) else { return found };
        states[at] += 1;
        states[at + 1..].fill(0);
    }
}

/// Exact: the accumulated rounding of some ten thousand products below 1.
const EXACT: f64 = 1e-12;

fn check(seed: u64) {
    let mut random = Random(seed);
    let n_vars = 2 + random.below(7);
    let spec = random_wide_spec(n_vars, 1 + random.below(4), 0.1, &mut random);
    let evidence = random_evidence(&spec, &mut random);
    let slow = define(&spec, &evidence);
    for cells in [Cells::Numbers, Cells::Parameters] {
        let (network, params) = (spec.build(cells), spec.params(cells));
        let limits = Limits::default();
        let tape = Tape::compile(&network, &evidence, &[VarId(0)], &limits).unwrap();
        let mut run = tape.workspace();
        run.forward(&params, None, 1).unwrap();
        run.backward();
        assert!((run.p_evidence(0) - slow.p_evidence).abs() <= EXACT, "seed {seed}: P(evidence)");
        for (var, joint) in network.ids().zip(&slow.joint) {
            for (state, joint) in joint.iter().enumerate() {
                let p = run.marginal(var, state, 0);
                let expected = if slow.p_evidence > 0.0 { joint / slow.p_evidence } else { 0.0 };
                assert!((p - expected).abs() <= EXACT, "seed {seed}: {p}, not {expected}");
            }
        }
        for (cell, (d, expected)) in
            run.parameter_derivatives().iter().zip(&slow.derivatives).enumerate()
        {
            assert!((d - expected).abs() <= EXACT, "seed {seed}, cell {cell}: {d}, not {expected}");
        }
        let all: Vec<VarId> = network.ids().collect();
        let best = best_assignments(&network, &evidence, &params, &all, 1, &limits).unwrap();
        let best = best.first().map_or(0.0, |best| best.p * slow.p_evidence);
        assert!((best - slow.best).abs() <= EXACT, "seed {seed}: {best}, not {}", slow.best);
        // A quotient's derivative is as exact as 1 / P(evidence) is large.
        if slow.p_evidence > 1e-3 && cells == Cells::Parameters {
            let state = spec.states[0].len() - 1;
            let p = slow.joint[0][state] / slow.p_evidence;
            let found = tape.workspace().gradient(&params, VarId(0), state).unwrap();
            let mut written = vec![f64::NAN; params.len()];
            tape.workspace().write_gradient(&params, VarId(0), state, &mut written).unwrap();
            for (written, found) in written.iter().zip(&found) {
                let is_unread = written.is_nan() && *found == 0.0;
                assert!(written == found || is_unread, "seed {seed}: {written}, not {found}");
            }
            let parts = slow.derivatives_of_first.iter().zip(&slow.derivatives);
            for (found, (of_joint, of_p)) in found.iter().zip(parts) {
                let expected = (of_joint - p * of_p) / slow.p_evidence;
                assert!((found - expected).abs() <= EXACT / slow.p_evidence, "seed {seed}");
            }
        }
    }
}

#[test]
fn random_networks_are_what_their_definition_says() {
    (0..300).for_each(check);
}

#[test]
#[ignore = "takes a minute: cargo test -p weigh-inference --release --test enumeration -- --ignored"]
fn a_hundred_thousand_random_networks_are_what_their_definition_says() {
    (0..100_000).for_each(check);
}
