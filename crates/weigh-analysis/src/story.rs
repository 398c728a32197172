//! The most probable stories: for each outcome, the states of all factors that hang together best.
//!
//! A story gives a state to every factor that bears on the question or on what was seen. Whether
//! sources are reliable, and what they might have said, is summed out: it is how a story comes to be
//! known, not a part of it (docs/methods.md, 2.10).

use crate::known::{Known, Seen};
use crate::solved::Solved;
use serde::Serialize;
use weigh_inference::{CompileError, Limits, VarId, best_assignments};

/// Draws over which a story's probability is averaged.
const DRAWS: usize = 256;
/// Stories looked at for each one told: found at the means, they may change places over the draws.
const LOOKED_AT: usize = 2;

/// The most probable stories behind each outcome of a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoriesFinding {
    /// The question: a position in the findings' factors.
    pub question: usize,
    /// The factors that a story gives a state to, the question among them: positions in the
    /// findings' factors.
    pub told: Vec<usize>,
    /// Per factor told, its most probable state, taken by itself.
    pub usual: Vec<usize>,
    /// Per outcome of the question, in its order, the most probable stories, best first.
    pub outcomes: Vec<Vec<Story>>,
    /// The outcome of the most probable story of all, where it is not the most probable outcome.
    pub misleading: Option<usize>,
    /// Why there are none, if the factors hang together too closely.
    pub refused: Option<String>,
}

/// States of all factors told, and how probable they are together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// One state per factor told.
    pub states: Vec<usize>,
    /// P(story | evidence).
    pub p: f64,
    /// P(story | its outcome, evidence): its part of all the ways to that outcome.
    pub share: f64,
}

impl StoriesFinding {
    /// The positions among `told` at which two stories differ, the question's own left out.
    pub fn differing(&self, story: &[usize], other: &[usize]) -> Vec<usize> {
        let states = story.iter().zip(other).enumerate();
        let differ = states.filter(|(_, (a, b))| a != b).map(|(at, _)| at);
        differ.filter(|&at| self.told[at] != self.question).collect()
    }
}

/// The `n_told` most probable stories of each outcome of each question.
pub(crate) fn stories(solved: &Solved, n_told: usize) -> Result<Vec<StoriesFinding>, CompileError> {
    let draws = Known::drawn(solved, DRAWS)?;
    let middle = Known::at(solved, means(solved), 1)?;
    let questions = solved.questions().into_iter();
    questions.map(|question| question_stories(solved, &draws, &middle, question, n_told)).collect()
}

fn question_stories(
    solved: &Solved,
    draws: &Known,
    middle: &Known,
    question: usize,
    n_told: usize,
) -> Result<StoriesFinding, CompileError> {
    let lowered = solved.lowered;
    let told = told(solved, question);
    let vars: Vec<VarId> = told.iter().map(|&ix| lowered.variables[ix]).collect();
    let asked = lowered.variables[question];
    let n_outcomes = lowered.network.n_states(asked);
    let likeliest = |&ix: &usize| {
        let states = 0..solved.assessment.variables[ix].states.len();
        let p = |state: &usize| solved.estimate(ix, *state).p;
        // The first of equals.
        states.rev().max_by(|a, b| p(a).total_cmp(&p(b))).unwrap_or_default()
    };
    let mut finding = StoriesFinding {
        question,
        usual: told.iter().map(likeliest).collect(),
        told,
        outcomes: vec![Vec::new(); n_outcomes],
        misleading: None,
        refused: None,
    };
    let known = middle.evidence(0);
    let params = means(solved);
    let n_looked_at = if lowered.numbers.is_empty() { n_told } else { LOOKED_AT * n_told };
    for outcome in 0..n_outcomes {
        if known.observed(asked).is_some_and(|seen| seen != outcome) {
            continue;
        }
        let evidence = known.clone().observe(asked, outcome);
        let limits = Limits::default();
        let best =
            best_assignments(&lowered.network, &evidence, &params, &vars, n_looked_at, &limits);
        let best = match best {
            Ok(best) => best,
            Err(error) => {
                finding.refused = Some(error.to_string());
                return Ok(finding);
            }
        };
        let p_outcome = solved.estimate(question, outcome).p;
        let all = draws.run(Seen::only(&[(asked, outcome)]), &[])?.log10_p_evidence;
        let mut stories = Vec::new();
        for states in best.into_iter().map(|found| found.states) {
            let fixed: Vec<(VarId, usize)> =
                vars.iter().copied().zip(states.iter().copied()).collect();
            let told = draws.run(Seen::only(&fixed), &[])?.log10_p_evidence;
            let share = ratio_of_sums(&told, &all);
            stories.push(Story { states, p: share * p_outcome, share });
        }
        stories.sort_by(|a, b| b.p.total_cmp(&a.p));
        stories.truncate(n_told);
        finding.outcomes[outcome] = stories;
    }
    finding.misleading = misleading(solved, question, &finding.outcomes);
    Ok(finding)
}

/// The factors of a story: what bears on the question or on what was seen, and was not itself seen.
fn told(solved: &Solved, question: usize) -> Vec<usize> {
    let lowered = solved.lowered;
    let mut bears = vec![false; lowered.network.variables().len()];
    let mut open: Vec<VarId> = lowered.evidence.vars().collect();
    open.extend(lowered.revisions.iter().map(|revision| revision.var));
    open.push(lowered.variables[question]);
    while let Some(var) = open.pop() {
        if !std::mem::replace(&mut bears[var.ix()], true) {
            open.extend(&lowered.network.table(var).parents);
        }
    }
    let is_told = |&ix: &usize| {
        let var = lowered.variables[ix];
        ix == question || bears[var.ix()] && lowered.evidence.observed(var).is_none()
    };
    (0..lowered.variables.len()).filter(is_told).collect()
}

/// The outcome of the best story, where the question answers otherwise.
fn misleading(solved: &Solved, question: usize, outcomes: &[Vec<Story>]) -> Option<usize> {
    let best_story = |&outcome: &usize| outcomes[outcome].first().map_or(0.0, |story| story.p);
    let p = |&outcome: &usize| solved.estimate(question, outcome).p;
    let all = || (0..outcomes.len()).rev();
    let told = all().max_by(|a, b| best_story(a).total_cmp(&best_story(b)))?;
    let answer = all().max_by(|a, b| p(a).total_cmp(&p(b)))?;
    (told != answer).then_some(told)
}

/// Means of the numbers, weighted by how well each draw predicted the evidence.
fn means(solved: &Solved) -> Vec<f64> {
    let draws = solved.answer.all_parameter_draws().chunks_exact(solved.answer.n_draws());
    let mean = |row: &[f64]| row.iter().zip(solved.answer.weights()).map(|(x, w)| x * w).sum();
    draws.map(mean).collect()
}

/// `Σ 10^a / Σ 10^b`.
fn ratio_of_sums(a: &[f64], b: &[f64]) -> f64 {
    let largest = b.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum = |all: &[f64]| all.iter().map(|x| libm::exp10(x - largest)).sum::<f64>();
    if largest.is_finite() { sum(a) / sum(b) } else { 0.0 }
}
