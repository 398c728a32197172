//! What if: each scenario solved with the same draws as the assessment, seeing beside doing.

use crate::findings::{Place, ScenarioAnswer, ScenarioFinding};
use crate::lanes::Drawn;
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
    let scenarios = &solved.assessment.scenarios;
    let worlds: Vec<[(Network, Evidence); 2]> = scenarios
        .iter()
        .map(|scenario| {
            let asked = world(solved.assessment, solved.lowered, scenario);
            [asked, other_way(solved.assessment, solved.lowered, scenario)]
        })
        .collect();
    // All draws for the answer; fewer measure how far the other way lies from it.
    let draws = [solved.answer.n_draws(), CONTRAST].map(|n| solved.draws_of(n));
    let each = worlds.iter().flat_map(|world| world.iter().zip(draws));
    let each: Vec<_> =
        each.map(|((network, evidence), draws)| (network, evidence, draws)).collect();
    let drawn = solved.questions_of(&each)?;
    let told = scenarios.iter().zip(drawn.as_chunks().0);
    let finding = |(scenario, [asked, other]): (&Scenario, &[Drawn; 2])| ScenarioFinding {
        id: scenario.header.name.clone(),
        text: scenario.header.text.clone(),
        place: place(scenario.header.span),
        changes: scenario.written.clone(),
        answers: answers(solved, scenario.set.is_empty(), asked, other),
    };
    Ok(told.map(finding).collect())
}

/// What a scenario makes of each question, and what the same asked the other way would.
fn answers(
    solved: &Solved,
    is_seen: bool,
    asked: &Drawn,
    other: &Drawn,
) -> Vec<Option<ScenarioAnswer>> {
    let answer = |(ix, question): (usize, usize)| {
        let focus = solved.assessment.variables[question].focus();
        let estimate = estimate_of(asked, ix, focus)?;
        let n_few = other.weights.len();
        let off =
            log_odds(estimate.p) - asked.mean_of_first(n_few, ix, focus).map_or(f64::NAN, log_odds);
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
    solved.questions().into_iter().enumerate().map(answer).collect()
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

/// The same asked the other way: what is set as merely seen, or if nothing is, what is seen as brought about.
fn other_way(
    assessment: &Assessment,
    lowered: &Lowered,
    scenario: &Scenario,
) -> (Network, Evidence) {
    let node = |variable: usize| lowered.variables[variable];
    let mut network = lowered.network.clone();
    let mut evidence = lowered.evidence.clone();
    for &(variable, state) in scenario.set.iter().chain(&scenario.observe) {
        evidence = without_sights(assessment, lowered, &evidence, variable);
        if scenario.set.is_empty() {
            network = network.intervene(node(variable), state);
        } else {
            evidence = evidence.observe(node(variable), state);
        }
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
