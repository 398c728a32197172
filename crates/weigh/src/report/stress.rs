//! How the answer stands up to another structure: one row per arrow, source, reason and assumption.

use maud::{Markup, html};
use weigh_analysis::findings::{Change, Findings, QuestionFinding, StressFinding};

use super::chart::{Axis, Mark};
use super::{cite, words};

/// Rows that stand in sight for each question; the rest are a click away.
const N_ROWS: usize = 12;

/// What is changed, in words: names of the file's things in full.
pub fn in_words(findings: &Findings, change: Change) -> String {
    let factor = |ix: usize| format!("`{}`", findings.factors[ix].id);
    let source = |ix: usize| findings.sources[ix].title.clone();
    let reason = |ix: usize| findings.reasons[ix].text.clone();
    match change {
        Change::ArrowCut { from, to } => {
            format!("{} no longer bears on {}", factor(from), factor(to))
        }
        Change::SourceGone { source: ix } => format!("Without the source: {}", source(ix)),
        Change::SourceDeceives { source: ix } => {
            format!("A source says the opposite of what it knows: {}", source(ix))
        }
        Change::ReasonHalved { reason: ix } => format!("Half as strong: {}", reason(ix)),
        Change::ReasonDoubled { reason: ix } => format!("Twice as strong: {}", reason(ix)),
        Change::ErrorsIndependent => "Every number errs on its own".to_owned(),
        Change::UnlistedCause { strength } => format!(
            "A cause that nobody listed brings it about in {} of cases",
            words::percent(strength)
        ),
        Change::UnlistedBrake { strength } => format!(
            "Something that nobody listed prevents it in {} of cases",
            words::percent(strength)
        ),
    }
}

/// How often a cause that nobody listed must be enough for the answer to leave its word upwards.
pub fn strength_to_leave(question: &QuestionFinding) -> Option<f64> {
    let focus = &question.outcomes[question.focus];
    let edge = focus.word.as_ref().map(|word| word.high).filter(|edge| *edge < 1.0)?;
    Some((edge - focus.estimate.p) / (1.0 - focus.estimate.p))
}

/// A question's rows, those that move the answer most first; without an answer last.
pub fn rows<'f>(
    findings: &'f Findings,
    question_ix: usize,
    question: &QuestionFinding,
) -> Vec<(&'f StressFinding, Option<f64>)> {
    let now = question.outcomes[question.focus].estimate.p;
    let mut rows: Vec<_> =
        findings.stress.iter().map(|row| (row, row.answers[question_ix])).collect();
    let moved = |answer: Option<f64>| answer.map_or(-1.0, |answer| (answer - now).abs());
    rows.sort_by(|a, b| moved(b.1).total_cmp(&moved(a.1)));
    rows
}

/// The section; nothing where nothing could be otherwise.
pub fn section(findings: &Findings) -> Markup {
    if findings.stress.is_empty() {
        return html! {};
    }
    html! {
        section #stress aria-labelledby="h-stress" {
            h2 #h-stress { "If it were built otherwise" }
            p.method-note {
                "The interval is about the numbers. This table is about the structure: what the answer would be without one of its parts, or with one more. "
                "Where an arrow is cut, the effect hears the cause as it usually is, and no longer as it turned out."
            }
            @for (ix, question) in findings.questions.iter().enumerate() {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                (table(findings, ix, question))
            }
        }
    }
}

fn table(findings: &Findings, question_ix: usize, question: &QuestionFinding) -> Markup {
    let now = question.outcomes[question.focus].estimate.p;
    let rows = rows(findings, question_ix, question);
    let (moving, still): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, answer)| {
        answer.is_none_or(|answer| words::percent(answer) != words::percent(now))
    });
    let axis = Axis::of_probabilities(moving.iter().filter_map(|row| row.1).chain([now]));
    let (first, rest) = moving.split_at(moving.len().min(N_ROWS));
    let caption = html! { "What moves the answer most comes first. The line is the answer as it stands, at " (words::percent(now)) "; the axis runs from " (axis.ends()) };
    html! {
        @if let Some(strength) = strength_to_leave(question) {
            p { "A cause that nobody listed would have to be enough in " strong { (words::percent_in_words(strength)) } " of cases to lift the answer out of its word." }
        }
        @if moving.is_empty() { p { "Nothing of this moves the answer by a printed digit." } }
        @else {
            table.stack.stress {
                caption { (caption) }
                (body(findings, &axis, now, first))
            }
        }
        @if !rest.is_empty() {
            details.rest {
                summary { (words::count(rest.len(), "change that moves it less", "changes that move it less")) }
                table.stack.stress { caption { "The same for what moves the answer less" } (body(findings, &axis, now, rest)) }
            }
        }
        @if !still.is_empty() {
            details.rest {
                summary { (words::count(still.len(), "change leaves", "changes leave")) " the answer at the same printed digit" }
                ul.still { @for (row, _) in &still { li { (cite::prose(&in_words(findings, row.change))) } } }
            }
        }
    }
}

fn body(
    findings: &Findings,
    axis: &Axis,
    now: f64,
    rows: &[(&StressFinding, Option<f64>)],
) -> Markup {
    html! {
        thead { tr { th scope="col" { "Change" } th.num scope="col" { "Answer" } th.plot scope="col" { (axis.labels()) } } }
        tbody {
            @for (row, answer) in rows {
                tr {
                    th scope="row" { (cite::prose(&in_words(findings, row.change))) @if answer.is_none() { span.detail { "Has no answer: the evidence could then not be, or the reason has no share" } } }
                    td.num data-label="Answer" { @match answer { Some(answer) => (words::percent(*answer)), None => "–" } }
                    td.plot { @if let Some(answer) = answer { (axis.row(&words::percent(*answer), &[Mark::Reference(now), Mark::Bar { from: now, to: *answer }, Mark::Dot(*answer)])) } }
                }
            }
        }
    }
}
