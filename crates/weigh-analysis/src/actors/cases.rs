//! What is done: before any evidence, and in each case that can be seen.

use super::found::CaseFinding;
use super::{DRAWS, knows};
use crate::findings::Estimate;
use crate::lanes::Lanes;
use crate::solved::Solved;
use weigh_inference::{
    Batch, CompileError, Evidence, Limits, ParamId, Tape, VarId, weighted_quantiles,
};
use weigh_model::lower::Chosen;

/// Cases of one choice that are listed with how often they come about.
const MOST_CASES: usize = 64;

/// Per choice in the order of the actors, the probability of each option before any evidence.
pub(super) fn before(solved: &Solved) -> Result<Vec<Vec<f64>>, CompileError> {
    let lowered = solved.lowered;
    let chosen = lowered.game.by_actor();
    let vars: Vec<VarId> = chosen.iter().map(|it| lowered.variables[it.variable]).collect();
    let draws = solved.draws_of(DRAWS);
    let none = Evidence::new();
    let drawn = Lanes::new(&lowered.network, &none, &[], &[], &vars, draws)?.as_it_is();
    let options = |(at, var): (usize, &VarId)| {
        let option = |option| drawn.mean(at, option).unwrap_or(f64::NAN);
        (0..lowered.network.n_states(*var)).map(option).collect()
    };
    Ok(vars.iter().enumerate().map(options).collect())
}

/// What is done in each case that can be seen, and how often that comes about.
pub(super) fn cases(solved: &Solved, chosen: &Chosen) -> Result<Vec<CaseFinding>, CompileError> {
    let assessment = solved.assessment;
    let knows = knows(solved, chosen);
    let n_options = assessment.variables[chosen.variable].states.len();
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for &known in knows {
        let n_states = assessment.variables[known].states.len();
        let longer = |case: &Vec<usize>| {
            let case = case.clone();
            (0..n_states).map(move |state| case.iter().copied().chain([state]).collect())
        };
        all = all.iter().flat_map(longer).collect();
    }
    if all.len() > MOST_CASES {
        return Ok(Vec::new());
    }
    let vars: Vec<VarId> = knows.iter().map(|&ix| solved.lowered.variables[ix]).collect();
    let shares = shares(solved, &vars, &all)?;
    let weights = solved.answer.weights();
    let finding = |(row, (states, p)): (usize, (Vec<usize>, f64))| {
        let option = |option: usize| {
            let param = ParamId(chosen.policy.0 + (row * n_options + option) as u32);
            let draws = solved.answer.parameter_draws(param);
            let mean: f64 = draws.iter().zip(weights).map(|(value, weight)| value * weight).sum();
            let points = weighted_quantiles(draws, weights, &[0.05, 0.5, 0.95]);
            let [p05, p50, p95] = [points[0], points[1], points[2]].map(|p| p.clamp(0.0, 1.0));
            Estimate { p: mean.clamp(0.0, 1.0), p05, p50, p95 }
        };
        CaseFinding { states, p, options: (0..n_options).map(option).collect() }
    };
    Ok(all.into_iter().zip(shares).enumerate().map(finding).collect())
}

/// How often each combination of states comes about, before any evidence.
fn shares(solved: &Solved, vars: &[VarId], cases: &[Vec<usize>]) -> Result<Vec<f64>, CompileError> {
    if vars.is_empty() {
        return Ok(vec![1.0]);
    }
    let network = &solved.lowered.network;
    let tape = Tape::compile_for(network, &Evidence::new(), vars, &[], &Limits::default())?;
    let draws = solved.draws_of(DRAWS);
    let n = draws.n;
    let rows = draws.values.chunks_exact(draws.n_made).map(|row| &row[..n]);
    let params: Vec<f64> = rows.flat_map(|row| row.repeat(cases.len())).collect();
    let n_lanes = cases.len() * n;
    let mut likelihoods = vec![1.0; tape.n_inputs() * n_lanes];
    for (column, var) in vars.iter().enumerate() {
        let rows = tape.input(*var).expect("what is known is free on the tape");
        for (state, row) in rows.enumerate() {
            for (case, states) in cases.iter().enumerate() {
                if states[column] != state {
                    likelihoods[row * n_lanes + case * n..][..n].fill(0.0);
                }
            }
        }
    }
    let batch = Batch::run(&tape, &params, Some(&likelihoods), n_lanes, &[]);
    let batch = batch.expect("the lanes have the tape's own shape");
    let mean = |lanes: &[f64]| lanes.iter().sum::<f64>() / n as f64;
    Ok(batch.p_evidence.chunks_exact(n).map(mean).collect())
}
