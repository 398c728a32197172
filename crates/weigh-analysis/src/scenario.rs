//! What if: each scenario solved with the same draws as the assessment, seeing beside doing.

use crate::findings::{Place, ScenarioAnswer, ScenarioFinding};
use crate::log_odds::{log_odds, probability};
use crate::solved::{Solved, estimate_of, word};
use weigh_inference::{CompileError, Evidence, Network};
use weigh_model::assessment::{Assessment, Says, Scenario};
use weigh_model::lower::Lowered;
use weigh_syntax::span::Span;

/// Seeing and doing are told apart where they differ by more than this: half a point in a hundred.
const TOLD_APART: f64 = 0.005;

/// Draws by which seeing is told from doing.
const CONTRAST: usize = 1_024;

/// Solves every scenario.
pub(crate) fn scenarios(
    solved: &Solved,
    place: impl Fn(Span) -> Place,
) -> Result<Vec<ScenarioFinding>, CompileError> {
    let mut findings = Vec::new();
    for scenario in &solved.assessment.scenarios {
        findings.push(ScenarioFinding {
            id: scenario.header.name.clone(),
            text: scenario.header.text.clone(),
            place: place(scenario.header.span),
            changes: scenario.written.clone(),
            answers: answers(solved, scenario)?,
        });
    }
    Ok(findings)
}

fn answers(
    solved: &Solved,
    scenario: &Scenario,
) -> Result<Vec<Option<ScenarioAnswer>>, CompileError> {
    let (assessment, lowered) = (solved.assessment, solved.lowered);
    let node = |variable: usize| lowered.variables[variable];
    let (network, evidence) = world(assessment, lowered, scenario);
    let mut seen: Evidence = lowered.evidence.clone();
    for &(variable, state) in scenario.set.iter().chain(&scenario.observe) {
        seen = without_sights(assessment, lowered, &seen, variable).observe(node(variable), state);
    }
    let draws = solved.draws_of(solved.answer.n_draws());
    let done = solved.questions_with(&network, &evidence, draws)?;
    // The same asked the other way: what is set as merely seen, what is only seen as brought about. Fewer draws
    // measure how far it lies from the answer; all of them say where that is.
    let few = solved.draws_of(CONTRAST);
    let is_seen = scenario.set.is_empty();
    let other = match is_seen {
        true => {
            let mut network = lowered.network.clone();
            for &(variable, state) in &scenario.observe {
                network = network.intervene(node(variable), state);
            }
            let nothing = |evidence: Evidence, &(variable, _): &(usize, usize)| {
                without_sights(assessment, lowered, &evidence, variable)
            };
            let evidence = scenario.observe.iter().fold(lowered.evidence.clone(), nothing);
            solved.questions_with(&network, &evidence, few)?
        }
        false => solved.questions_with(&lowered.network, &seen, few)?,
    };
    let answer = |(ix, question): (usize, usize)| {
        let focus = solved.assessment.variables[question].focus();
        let estimate = estimate_of(&done, ix, focus)?;
        let off =
            log_odds(estimate.p) - done.mean_of_first(few.n, ix, focus).map_or(f64::NAN, log_odds);
        let off = if off.is_finite() { off } else { 0.0 };
        let other = other.mean(ix, focus).map(|p| probability(log_odds(p) + off));
        let other = other.filter(|p| (p - estimate.p).abs() > TOLD_APART);
        Some(ScenarioAnswer {
            word: word(solved.assessment.scale, estimate.p),
            seen: other.filter(|_| !is_seen),
            done: other.filter(|_| is_seen),
            estimate,
        })
    };
    Ok(solved.questions().into_iter().enumerate().map(answer).collect())
}

/// The network and the evidence of a scenario.
pub(crate) fn world(
    assessment: &Assessment,
    lowered: &Lowered,
    scenario: &Scenario,
) -> (Network, Evidence) {
    let node = |variable: usize| lowered.variables[variable];
    let mut network: Network = lowered.network.clone();
    let mut evidence: Evidence = lowered.evidence.clone();
    for &(variable, state) in &scenario.set {
        network = network.intervene(node(variable), state);
        evidence = without_sights(assessment, lowered, &evidence, variable);
    }
    for &(variable, state) in &scenario.observe {
        evidence =
            without_sights(assessment, lowered, &evidence, variable).observe(node(variable), state);
    }
    (network, evidence)
}

/// What was seen of a variable gives way to what a scenario makes of it; what was reported stays.
fn without_sights(
    assessment: &Assessment,
    lowered: &Lowered,
    evidence: &Evidence,
    variable: usize,
) -> Evidence {
    let mut rest = evidence.without(lowered.variables[variable]);
    for (item, declared) in assessment.evidence.iter().enumerate() {
        if matches!(&declared.says, Some(Says::Observes(seen, _)) if *seen == variable) {
            for &sight in &lowered.items[item] {
                rest = rest.without(sight);
            }
        }
    }
    rest
}
