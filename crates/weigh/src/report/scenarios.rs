//! Scenarios side by side: intervals on one axis, and seeing against doing where they differ.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, QuestionFinding, ScenarioAnswer, ScenarioFinding};

use super::answer::state;
use super::chart::{Axis, Mark};
use super::csv;
use super::{cite, words};

/// The section; nothing without scenarios.
pub fn section(findings: &Findings) -> Markup {
    if findings.scenarios.is_empty() {
        return html! {};
    }
    html! {
        section #scenarios aria-labelledby="h-scenarios" {
            h2 #h-scenarios { "Scenarios" }
            @for (ix, question) in findings.questions.iter().enumerate() {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                (side_by_side(findings, ix, question))
            }
        }
    }
}

fn side_by_side(findings: &Findings, question_ix: usize, question: &QuestionFinding) -> Markup {
    let Some(focus) = question.outcomes.get(question.focus) else { return html! {} };
    let now = focus.estimate;
    let answers = || {
        findings.scenarios.iter().map(move |scenario| {
            (scenario, scenario.answers.get(question_ix).and_then(Option::as_ref))
        })
    };
    let axis = Axis::of_probabilities(
        answers()
            .filter_map(|(_, answer)| answer)
            .flat_map(|answer| {
                [
                    answer.estimate.p05,
                    answer.estimate.p95,
                    answer.estimate.p,
                    other(answer).unwrap_or(answer.estimate.p),
                ]
            })
            .chain([now.p, now.p05, now.p95]),
    );
    let has_other =
        answers().any(|(_, answer)| answer.is_some_and(|answer| other(answer).is_some()));
    html! {
        table.stack.scenarios {
            caption {
                "Probability of " (state(focus)) " with its " (words::percent(findings.level)) " interval; the line is the answer as assessed. The axis runs from " (axis.ends()) "."
            }
            thead { tr { th scope="col" { "Scenario" } th.num scope="col" { "Answer" } th.plot scope="col" { (axis.labels()) } th scope="col" { "In words" } } }
            tbody {
                tr.is-current {
                    th scope="row" { "As assessed" }
                    td.num data-label="Answer" { (words::estimate(&now)) }
                    td.plot { (axis.row(&words::estimate(&now), &[Mark::Reference(now.p), Mark::Interval(now.p05, now.p95), Mark::Dot(now.p)])) }
                    td { @if let Some(band) = &focus.word { (words::capitalise(&words::word_with_band(band))) "." } }
                }
                @for (ix, (scenario, answer)) in answers().enumerate() {
                    tr id=[(question_ix == 0).then(|| format!("scenario-{ix}"))] {
                        th scope="row" {
                            (cite::own_words(&scenario.text)) " "
                            span.detail { (changes(scenario)) " " (cite::place(&scenario.place)) }
                        }
                        @match answer {
                            Some(answer) => {
                                td.num data-label="Answer" { (words::estimate(&answer.estimate)) }
                                td.plot { (row(&axis, now.p, answer)) }
                                td { (sentence(answer, now.p)) }
                            },
                            None => {
                                td.num data-label="Answer" { "–" }
                                td.plot {}
                                td { "Contradicts the evidence: it cannot be, if the evidence is as written." }
                            },
                        }
                    }
                }
            }
        }
        (csv::link(
            "scenarios",
            &["scenario", "p", "p05", "p50", "p95", "p if merely observed", "p if brought about"],
            answers().map(|(scenario, answer)| {
                let of = |get: fn(&ScenarioAnswer) -> f64| answer.map(get).into();
                vec![
                    scenario.text.as_str().into(),
                    of(|it| it.estimate.p),
                    of(|it| it.estimate.p05),
                    of(|it| it.estimate.p50),
                    of(|it| it.estimate.p95),
                    answer.and_then(|it| it.seen).into(),
                    answer.and_then(|it| it.done).into(),
                ]
            }),
        ))
        @if has_other {
            p.method-note {
                "To " em { "set" } " a factor is to step in: its causes learn nothing from it. To " em { "observe" } " it is to learn of it, which also speaks about its causes. "
                "Where the two differ, the open circle and the sentence give the one that the scenario does not ask for."
            }
        }
    }
}

/// The answer to the same, asked the other way: seen or done.
fn other(answer: &ScenarioAnswer) -> Option<f64> {
    answer.seen.or(answer.done)
}

fn changes(scenario: &ScenarioFinding) -> Markup {
    html! { @for (ix, change) in scenario.changes.iter().enumerate() { @if ix > 0 { ", " } code { (change) } } }
}

fn row(axis: &Axis, now: f64, answer: &ScenarioAnswer) -> Markup {
    let mut marks = vec![
        Mark::Reference(now),
        Mark::FaintInterval(answer.estimate.p05, answer.estimate.p95),
        Mark::Dot(answer.estimate.p),
    ];
    let mut title = words::estimate(&answer.estimate);
    if let Some(p) = other(answer) {
        marks.push(Mark::Ring(p));
        let how = if answer.seen.is_some() { "merely observed" } else { "brought about" };
        title.push_str(&format!("; if {how} {}", words::percent(p)));
    }
    axis.row(&title, &marks)
}

fn sentence(answer: &ScenarioAnswer, now: f64) -> Markup {
    let (then, before) = (words::percent_in_words(answer.estimate.p), words::percent_in_words(now));
    html! {
        @if then == before { "Leaves the answer at " (before) } @else { (then) " instead of " (before) }
        @if let Some(band) = &answer.word { ": " (words::first_word(band)) " (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" }
        "."
        @if let Some(seen) = answer.seen { " Merely observed and not brought about, it would mean " (words::percent_in_words(seen)) "." }
        @if let Some(done) = answer.done { " Brought about and not merely observed, it would mean " (words::percent_in_words(done)) "." }
    }
}
