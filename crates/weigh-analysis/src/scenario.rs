//! What if: each scenario solved with the same draws as the assessment, seeing beside doing.

use crate::findings::{Place, ScenarioAnswer, ScenarioFinding};
use crate::solved::{Solved, estimate_of, word};
use weigh_inference::{CompileError, Evidence, Network};
use weigh_model::assessment::{Says, Scenario};
use weigh_syntax::span::Span;

/// Seeing and doing are told apart where they differ by more than this: half a point in a hundred.
const TOLD_APART: f64 = 0.005;

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
    let lowered = solved.lowered;
    let node = |variable: usize| lowered.variables[variable];
    let mut network: Network = lowered.network.clone();
    let mut evidence: Evidence = lowered.evidence.clone();
    let mut seen: Evidence = lowered.evidence.clone();
    for &(variable, state) in &scenario.set {
        network = network.intervene(node(variable), state);
        evidence = without_sights(solved, &evidence, variable);
        seen = without_sights(solved, &seen, variable).observe(node(variable), state);
    }
    for &(variable, state) in &scenario.observe {
        evidence = without_sights(solved, &evidence, variable).observe(node(variable), state);
        seen = without_sights(solved, &seen, variable).observe(node(variable), state);
    }
    let draws = solved.draws_of(solved.answer.n_draws());
    let done = solved.questions_with(&network, &evidence, draws)?;
    let observed = match scenario.set.is_empty() {
        true => None,
        false => Some(solved.questions_with(&lowered.network, &seen, draws)?),
    };
    let answer = |(ix, question): (usize, usize)| {
        let focus = solved.assessment.variables[question].focus();
        let estimate = estimate_of(&done, ix, focus)?;
        let seen = observed.as_ref().and_then(|observed| observed.mean(ix, focus));
        Some(ScenarioAnswer {
            word: word(solved.assessment.scale, estimate.p),
            seen: seen.filter(|seen| (seen - estimate.p).abs() > TOLD_APART),
            estimate,
        })
    };
    Ok(solved.questions().into_iter().enumerate().map(answer).collect())
}

/// What was seen of a variable gives way to what a scenario makes of it; what was reported stays.
fn without_sights(solved: &Solved, evidence: &Evidence, variable: usize) -> Evidence {
    let mut rest = evidence.without(solved.lowered.variables[variable]);
    for (item, declared) in solved.assessment.evidence.iter().enumerate() {
        if matches!(&declared.says, Some(Says::Observes(seen, _)) if *seen == variable) {
            for &sight in &solved.lowered.items[item] {
                rest = rest.without(sight);
            }
        }
    }
    rest
}
