//! Each question's answer: outcomes with intervals and words, the base, the claim, the gut judgement.

use crate::findings::{
    BaseFinding, ClaimFinding, Confidence, Estimate, Outcome, Place, QuestionFinding,
};
use crate::flip::{Border, Edge};
use crate::lanes::Drawn;
use crate::solved::{Solved, estimate_of, word};
use weigh_inference::NotExact;
use weigh_model::assessment::{Elicited, Form, NumberKind, VariableKind};
use weigh_model::dates::days_between;
use weigh_model::words::elsewhere;
use weigh_syntax::span::Span;

/// The finding of a question, without reasons and changes.
pub(crate) fn question(
    solved: &Solved,
    question_ix: usize,
    independent: &Drawn,
    place: &impl Fn(Span) -> Place,
) -> QuestionFinding {
    let assessment = solved.assessment;
    let variable_ix = solved.questions()[question_ix];
    let variable = &assessment.variables[variable_ix];
    let VariableKind::Question(asked) = &variable.kind else {
        unreachable!("`questions` lists questions only")
    };
    let outcomes = (0..variable.states.len())
        .map(|state| {
            let estimate = solved.estimate(variable_ix, state);
            let named = word(assessment.scale, estimate.p);
            let ends = (word(assessment.scale, estimate.p05), word(assessment.scale, estimate.p95));
            Outcome {
                state: variable.states[state].clone(),
                estimate,
                independent: estimate_of(independent, question_ix, state).unwrap_or(estimate),
                word_span: (ends.0 != named || ends.1 != named).then_some(ends),
                word: named,
            }
        })
        .collect();
    let focus = variable.focus();
    let is_first = question_ix == 0;
    QuestionFinding {
        id: variable.header.name.clone(),
        text: variable.header.text.clone(),
        place: place(variable.header.span),
        by: variable.by.map(|by| by.last_day().to_string()),
        days_left: variable.by.map(|by| days_between(assessment.as_of, by.last_day())),
        resolves: asked.resolves.clone(),
        outcomes,
        focus,
        bounds: None,
        headline: headline(solved),
        claim: assessment.claim.as_ref().filter(|_| is_first).map(|claim| {
            let p = solved.estimate(variable_ix, focus).p;
            ClaimFinding {
                band: crate::findings::Band {
                    word: claim.term.names[0].to_string(),
                    low: claim.term.low,
                    high: claim.term.high,
                },
                scale_title: claim.scale.title().to_string(),
                fits: (claim.term.low..=claim.term.high).contains(&p),
                elsewhere: elsewhere(claim.term.names[0])
                    .into_iter()
                    .map(|(scale, term)| (scale.title().to_string(), term.low, term.high))
                    .collect(),
            }
        }),
        gut: asked.gut,
        thresholds: asked.thresholds.iter().map(|it| (it.p, it.text.clone())).collect(),
        base: base(solved, variable_ix, place),
        carried: Vec::new(),
        swings: Vec::new(),
        flips: Vec::new(),
        pair_flips: Vec::new(),
        source_changes: Vec::new(),
    }
}

/// How the headline was made, in a sentence.
fn headline(solved: &Solved) -> String {
    let why = match solved.answer.why_not_exact() {
        None => {
            return "The probability is exact: the network solved at the means of its numbers."
                .to_string();
        }
        Some(NotExact::Revised) => "a probability was revised outright",
        Some(NotExact::Chosen) => {
            "what actors choose is not in proportion to what they want, so that no single value of the numbers says it"
        }
        Some(NotExact::Correlated(..)) => "numbers of different tables share errors",
        Some(_) => "some numbers enter the model twice, or not in proportion",
    };
    format!(
        "The probability is the mean of the draws, weighted by how well each predicted the evidence; {why}."
    )
}

/// What a variable starts from before its weights and any evidence, rolled to the time that is left.
pub(crate) fn base(
    solved: &Solved,
    variable: usize,
    place: &impl Fn(Span) -> Place,
) -> Option<BaseFinding> {
    let declared = &solved.assessment.variables[variable];
    let (written, class, span) = match &declared.form {
        Form::Odds { base: Some(base), .. } => {
            let mut numbers = base.numbers.iter().filter_map(|(_, number)| number.as_ref());
            let counted =
                |number: &&Elicited| matches!(number.number.kind, NumberKind::Counts { .. });
            // What is said of counted cases says what they are cases of; it may stand behind the last of them.
            let said =
                || numbers.by_ref().filter(counted).find_map(|number| number.rationale.clone());
            let class = base.class.clone().or_else(said);
            (base.written.clone(), class, base.span)
        }
        Form::Hazards { pieces, .. } => {
            let first = &pieces.first()?.rate.number;
            (first.written.clone(), None, first.span)
        }
        _ => return None,
    };
    let formula = solved.lowered.bases[variable]?;
    // Before any evidence: each draw counts alike.
    let params = solved.answer.all_parameter_draws();
    let values = solved.lowered.network.formulas().evaluate_lanes(
        &[formula],
        params,
        solved.answer.n_draws(),
    );
    let estimate = plain_estimate(values);
    Some(BaseFinding { class, written, estimate, place: place(span) })
}

/// Mean and quantiles of draws that all count alike.
fn plain_estimate(mut values: Vec<f64>) -> Estimate {
    let n = values.len();
    let p = values.iter().sum::<f64>() / n as f64;
    let mut at = |q: f64| {
        let rank = (libm::ceil(q * n as f64) as usize).clamp(1, n) - 1;
        *values.select_nth_unstable_by(rank, f64::total_cmp).1
    };
    Estimate { p, p05: at(0.05), p50: at(0.5), p95: at(0.95) }
}

/// The borders that matter for a question: thresholds of decisions, those of the word used and of the
/// word claimed, even odds, and with more than two outcomes the order of the most likely ones.
pub(crate) fn edges(question: &QuestionFinding) -> Vec<Edge> {
    let outcome = &question.outcomes[question.focus];
    let mut edges: Vec<Edge> = Vec::new();
    let mut add = |p: f64, name: String| {
        let border = Border::At(p);
        if p > 0.0 && p < 1.0 && edges.iter().all(|edge| edge.border != border) {
            edges.push(Edge { border, name });
        }
    };
    for (p, text) in &question.thresholds {
        add(
            *p,
            match text {
                Some(text) => format!("where the decision turns: \"{text}\""),
                None => "where the decision turns".to_string(),
            },
        );
    }
    if let Some(word) = &outcome.word {
        let name = word.word.split(" / ").next().unwrap_or_default();
        for p in [word.low, word.high] {
            add(p, format!("the border of \"{name}\""));
        }
    }
    if let Some(claim) = question.claim.as_ref().filter(|claim| !claim.fits) {
        let p = if outcome.estimate.p < claim.band.low { claim.band.low } else { claim.band.high };
        add(p, format!("the word the text uses, \"{}\"", claim.band.word));
    }
    add(0.5, "even odds".to_string());
    if question.outcomes.len() > 2 {
        let p = |state: &usize| question.outcomes[*state].estimate.p;
        let states = 0..question.outcomes.len();
        let first = states.clone().max_by(|a, b| p(a).total_cmp(&p(b)).then(b.cmp(a))).unwrap_or(0);
        edges.extend(states.filter(|&state| state != first).map(|second| Edge {
            border: Border::Ranking(first, second),
            name: format!(
                "where `{}` becomes more likely than `{}`",
                question.outcomes[second].state, question.outcomes[first].state
            ),
        }));
    }
    edges
}

/// Confidence as the file states it.
pub(crate) fn confidence(solved: &Solved) -> Option<Confidence> {
    let (level, grounds) = solved.assessment.confidence.clone()?;
    Some(Confidence { level, grounds })
}
