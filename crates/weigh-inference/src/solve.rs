//! The whole calculation: draws, one pass each, weights by how well each draw predicted the evidence.

use std::sync::OnceLock;

use thiserror::Error;

use crate::answer::Answer;
use crate::batch::BatchError;
use crate::contradiction::find_contradiction;
use crate::draws::{DrawPlan, Sharing};
use crate::evidence::Evidence;
use crate::exact::{NotExact, check_exact};
use crate::kernel::{WIDTH, Workspace};
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::tape::Tape;

/// How to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Number of draws, at least 1.
    pub n_draws: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// How far parameters share their errors.
    pub sharing: Sharing,
    /// How much memory the tape may take.
    pub limits: Limits,
}

impl Default for Settings {
    /// 10,000 independent draws: a 5% quantile then moves by about a hundredth of the spread
    /// between seeds.
    fn default() -> Settings {
        let limits = Limits::default();
        Settings { n_draws: 10_000, seed: 0, sharing: Sharing::INDEPENDENT, limits }
    }
}

/// "My new probability of the variable is this": Jeffrey's rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// The variable.
    pub var: VarId,
    /// Its new probabilities, one per state.
    pub probabilities: Vec<f64>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SolveError {
    /// The network or the evidence does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The findings contradict each other or the network in every draw.
    #[error("these findings cannot all be true: {}", .names.join(", "))]
    Impossible {
        /// A smallest set of findings that is impossible by itself.
        findings: Vec<VarId>,
        /// Their names.
        names: Vec<String>,
    },
    /// A revision gives probability only to what the evidence rules out in every draw.
    #[error("the new probabilities of `{name}` lie on states that the evidence rules out")]
    ImpossibleRevision {
        /// The variable revised.
        var: VarId,
        /// Its name.
        name: String,
    },
    /// A revision that does not fit its variable: unknown, revised twice, or not one probability
    /// in `0.0..=1.0` per state.
    #[error("the new probabilities of variable {} do not fit it", .0.0)]
    BadRevision(VarId),
    /// No draws were asked for.
    #[error("at least one draw is needed")]
    NoDraws,
}

/// Solves a network with uncertain parameters: draws them, solves the network exactly for each
/// draw, and weights each draw by P(evidence | draw).
///
/// Revisions are applied in order within each draw, each as the likelihood `q / P(state | rest)`,
/// where the rest is the evidence and the revisions before it; a state that the rest rules out
/// keeps probability 0, and the draw loses that part of its weight.
///
/// # Errors
/// See [`SolveError`].
///
/// # Source
/// Headline and interval: `docs/methods.md` 2.1. Revisions: Chan & Darwiche (2005), *On the revision
/// of probabilistic beliefs using uncertain evidence*, AIJ 163, 67–90.
///
/// # Example
/// See the crate's first page.
pub fn solve(
    network: &Network,
    evidence: &Evidence,
    revisions: &[Revision],
    settings: &Settings,
) -> Result<Answer, SolveError> {
    let n_draws = settings.n_draws as usize;
    if n_draws == 0 {
        return Err(SolveError::NoDraws);
    }
    check_revisions(network, revisions)?;
    let revised: Vec<VarId> = revisions.iter().map(|revision| revision.var).collect();
    let tape = Tape::compile(network, evidence, &revised, &settings.limits)?;
    let plan = DrawPlan::new(network.parameters(), settings.sharing, settings.seed);

    let n_params = network.parameters().len();
    let mut parameter_draws = vec![0.0; n_params * n_draws];
    let observed: Vec<Option<usize>> = network.ids().map(|var| evidence.observed(var)).collect();
    let n_rows = |var: VarId| if observed[var.ix()].is_none() { network.n_states(var) } else { 0 };
    let mut marginals: Vec<Vec<f64>> =
        network.ids().map(|var| vec![0.0; n_rows(var) * n_draws]).collect();
    let mut scaled: Vec<(f64, i32)> = Vec::with_capacity(n_draws);
    let mut last_possible = 0;
    let mut run = tape.workspace();
    let mut block = vec![0.0; n_params * BLOCK];
    let mut responder = network.choices().map(|choices| choices.responder());
    for first in (0..n_draws).step_by(BLOCK) {
        let n = BLOCK.min(n_draws - first);
        let block = &mut block[..n_params * n];
        plan.fill(first as u32, n, block);
        responder.iter_mut().for_each(|responder| responder.respond(block, n));
        let rows = parameter_draws.chunks_exact_mut(n_draws).zip(block.chunks_exact(n));
        rows.for_each(|(row, draws)| row[first..first + n].copy_from_slice(draws));
        let reached = run_block(&mut run, block, revisions, n).expect("the shapes are our own");
        last_possible = last_possible.max(reached);
        scaled.extend((0..n).map(|lane| run.scaled_p(lane)));
        let hidden = network.ids().zip(&mut marginals).filter(|(_, rows)| !rows.is_empty());
        for (var, marginal) in hidden {
            run.write_marginals(var, marginal, first);
        }
    }
    let (weights, log10_p_evidence) = match weigh_draws(&scaled) {
        Some(weighed) => weighed,
        None if last_possible > 0 => {
            let var = revisions[last_possible - 1].var;
            let name = network.variable(var).name.clone();
            return Err(SolveError::ImpossibleRevision { var, name });
        }
        None => {
            let findings = find_contradiction(network, evidence, &plan, settings);
            let name = |var: &VarId| network.variable(*var).name.clone();
            let names = findings.iter().map(name).collect();
            return Err(SolveError::Impossible { findings, names });
        }
    };
    let not_exact = match check_exact(network, settings.sharing) {
        _ if !revisions.is_empty() => Some(NotExact::Revised),
        exact => exact.err(),
    };
    let at_means = match not_exact {
        None => solve_at_means(&tape, network),
        Some(_) => Vec::new(),
    };
    let slots = |var: VarId| (0..network.n_states(var)).map(|_| OnceLock::new()).collect();
    Ok(Answer {
        n_draws,
        seed: settings.seed,
        parameter_draws,
        weights,
        log10_p_evidence,
        marginals,
        observed,
        at_means,
        not_exact,
        tally: responder.map(|responder| responder.tally()),
        sorted: network.ids().map(slots).collect(),
    })
}

/// Draws solved together: several kernel widths, so that the draws' tables are read once for many.
const BLOCK: usize = 8 * WIDTH;

/// Runs one block of draws with its revisions; returns how many revisions had to be reached before
/// the evidence was impossible in all lanes (0 if it was so from the start, or never).
fn run_block(
    run: &mut Workspace<'_>,
    params: &[f64],
    revisions: &[Revision],
    n_lanes: usize,
) -> Result<usize, BatchError> {
    let tape = run.tape();
    let mut likelihoods = Vec::with_capacity(tape.n_inputs() * n_lanes);
    for &default in tape.default_likelihoods() {
        likelihoods.resize(likelihoods.len() + n_lanes, default);
    }
    run.marginals(params, Some(&likelihoods), n_lanes)?;
    let mut reached = 0;
    for (i, revision) in revisions.iter().enumerate() {
        let possible = (0..n_lanes).any(|lane| run.scaled_p(lane).0 > 0.0);
        reached = if possible { i + 1 } else { reached };
        let rows = tape.input(revision.var).expect("revised variables are free on the tape");
        for ((row, q), state) in rows.zip(&revision.probabilities).zip(0..) {
            for lane in 0..n_lanes {
                // A default likelihood is part of the rest, so it is multiplied, not replaced.
                let rest = run.marginal(revision.var, state, lane);
                likelihoods[row * n_lanes + lane] *= if rest > 0.0 { q / rest } else { 0.0 };
            }
        }
        run.marginals(params, Some(&likelihoods), n_lanes)?;
    }
    Ok(reached)
}

/// Weights that sum to 1 and the common logarithm of the mean, from `p × 2^exponent` per draw;
/// `None` if all are 0.
fn weigh_draws(scaled: &[(f64, i32)]) -> Option<(Vec<f64>, f64)> {
    let possible = || scaled.iter().filter(|(p, _)| *p > 0.0);
    // Every p that was scaled is near 1, every other has exponent 0 and is above 1e-200.
    let unit = possible().map(|(p, exponent)| exponent + libm::ilogb(*p)).max()?;
    let mut weights: Vec<f64> =
        scaled.iter().map(|(p, exponent)| libm::ldexp(*p, exponent - unit)).collect();
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);
    let mean = total / scaled.len() as f64;
    Some((weights, libm::log10(mean) + f64::from(unit) * std::f64::consts::LOG10_2))
}

fn solve_at_means(tape: &Tape, network: &Network) -> Vec<Vec<f64>> {
    let mut run = tape.workspace();
    run.forward(&network.parameter_means(), None, 1).expect("one mean per parameter");
    run.backward_marginals();
    network.ids().map(|var| run.posterior(var)).collect()
}

fn check_revisions(network: &Network, revisions: &[Revision]) -> Result<(), SolveError> {
    for (i, Revision { var, probabilities }) in revisions.iter().enumerate() {
        let known = network.variables().get(var.ix());
        let fits = known.is_some_and(|known| known.states.len() == probabilities.len())
            && probabilities.iter().all(|q| (0.0..=1.0).contains(q))
            && revisions[..i].iter().all(|earlier| earlier.var != *var);
        if !fits {
            return Err(SolveError::BadRevision(*var));
        }
    }
    Ok(())
}
