//! How the numbers were made: what another run needs to give the same page, and what the numbers do not say.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, Outcome, QuestionFinding, RunReport};

use super::answer::state;
use super::words;

/// Effective draws below which an interval's ends may move by a point between seeds.
const FEW_DRAWS: f64 = 1000.0;
/// Share of the draws below which the evidence contradicts the numbers that were put in.
const SMALL_SHARE: f64 = 0.1;

/// Why the numbers of this run should be taken with care; nothing if they need not.
pub fn warning(run: &RunReport) -> Markup {
    let is_low = run.ess < FEW_DRAWS || run.ess < SMALL_SHARE * f64::from(run.draws);
    // Without uncertain numbers every draw is the same and one would do.
    if run.n_parameters == 0 || !is_low {
        return html! {};
    }
    html! {
        aside.warning role="note" aria-label="Warning" {
            p {
                strong { "Few draws carry this result. " }
                "Of " (words::count(run.draws as usize, "draw", "draws")) " only about " (words::count(run.ess.max(0.0).round() as usize, "counts", "count"))
                " after weighting by the evidence. "
                @if run.ess < SMALL_SHARE * f64::from(run.draws) { "The evidence is surprising under the numbers as written. " }
                "The intervals are rough; run it with more draws, or look at which number the evidence contradicts."
            }
        }
    }
}

/// The section, always there.
pub fn section(findings: &Findings) -> Markup {
    let run = &findings.run;
    html! {
        section #method aria-labelledby="h-method" {
            h2 #h-method { "Method and run" }
            @for question in &findings.questions {
                p {
                    @if findings.questions.len() > 1 { strong { bdi { (question.text) } } " " }
                    (super::cite::prose(&words::sentence(&question.headline)))
                }
            }
            (intervals(findings))
            p {
                "A range that the author wrote holds the middle " (words::percent(findings.level)) " of what the number may be. "
                "Likelihood is how probable the outcome is; confidence is how good the ground is on which that stands. They are judged apart, and neither follows from the width of an interval."
            }
            (answered_for(findings))
            (scale(findings))
            table.run {
                caption { "The run" }
                tbody {
                    tr { th scope="row" { "Engine" } td { (run.engine) } }
                    tr { th scope="row" { "Seed" } td { (run.seed) } }
                    tr { th scope="row" { "Draws" } td {
                        (words::group_thousands(&run.draws.to_string()))
                        @if run.n_parameters > 0 { ", of which " (words::group_thousands(&format!("{:.0}", run.ess.max(0.0)))) " count after weighting (effective sample size)" }
                        @else { ", all alike: no number is uncertain" }
                    } }
                    tr { th scope="row" { "Uncertain numbers" } td { (run.n_parameters) } }
                    tr { th scope="row" { "Variables" } td { (run.n_variables) ", hidden ones included; the largest table has " (words::count(run.largest_table, "entry", "entries")) } }
                    tr { th scope="row" { "Evidence" } td { (evidence_probability(run.log10_p_evidence)) @if run.log10_p_evidence != 0.0 && run.log10_p_evidence.is_finite() { " (log" sub { "10" } " " (words::number(run.log10_p_evidence)) ")" } } }
                    tr { th scope="row" { "Shared errors" } td { "correlation " (words::percent(run.correlation_table)) " within a table, " (words::percent(run.correlation_elicitor)) " within an elicitor" } }
                }
            }
            @if !run.files.is_empty() {
                table.run.files {
                    caption { "The files, with the BLAKE3 hash of their bytes" }
                    thead { tr { th scope="col" { "File" } th scope="col" { "Hash" } } }
                    tbody { @for (file, hash) in &run.files { tr { th scope="row" { (file) } td { code.hash { (hash) } } } } }
                }
            }
            @if !findings.notes.is_empty() { h3 { "Notes" } (super::cite::notes(&findings.notes)) }
        }
    }
}

fn evidence_probability(log10: f64) -> String {
    if log10 == 0.0 || !log10.is_finite() {
        return "nothing was observed or reported".to_owned();
    }
    let p = words::exp(log10 * core::f64::consts::LN_10);
    match words::frequency(p) {
        Some(frequency) => {
            format!("had, all of it together, a probability of {frequency} before it was seen")
        }
        None if p < 0.5 => format!(
            "had, all of it together, a probability of {} before it was seen",
            if p < 1e-6 {
                "less than 1 in a million".to_owned()
            } else {
                words::percent_in_words(p)
            }
        ),
        None => format!(
            "had, all of it together, a probability of {} before it was seen",
            words::percent_in_words(p)
        ),
    }
}

/// The interval both ways: shared errors are the answer's, independent ones are the contrast.
fn intervals(findings: &Findings) -> Markup {
    let questions = || {
        findings
            .questions
            .iter()
            .filter_map(|question| Some((question, question.outcomes.get(question.focus)?)))
    };
    if questions().all(|(_, focus)| focus.estimate.p05 == focus.estimate.p95) {
        return html! {};
    }
    let bounded = questions().any(|(question, _)| question.bounds.is_some());
    let inner = |(question, _): (&QuestionFinding, &Outcome)| {
        question.bounds.is_some_and(|bounds| !bounds.certain)
    };
    html! {
        p {
            "Somebody who is too high with one number is likely to be too high with its neighbour, so numbers of one table, and numbers of one elicitor, share part of their error. "
            "Were every number wrong on its own, their errors would cancel and the interval would be narrower than a careful reader should trust:"
        }
        table.stack {
            caption { "The " (words::percent(findings.level)) " interval both ways" @if bounded { ", and bounds without any probability" } }
            thead { tr {
                th scope="col" { "Outcome" } th scope="col" { "Errors shared (used throughout)" } th scope="col" { "Errors independent (for contrast)" }
                @if bounded { th scope="col" { "Every number anywhere in its range" } }
            } }
            tbody {
                @for (question, focus) in questions() {
                    tr {
                        th scope="row" { @if findings.questions.len() > 1 { bdi { (question.text) } " " } (state(focus)) }
                        td data-label="Shared" { (words::percent_range(focus.estimate.p05, focus.estimate.p95)) }
                        td data-label="Independent" { (words::percent_range(focus.independent.p05, focus.independent.p95)) }
                        @if bounded {
                            td data-label="Anywhere" { @if let Some(bounds) = &question.bounds {
                                @if !bounds.certain { "at least " } (words::percent_range(bounds.low, bounds.high))
                            } }
                        }
                    }
                }
            }
        }
        @if questions().any(inner) {
            p { "“At least”: either too many numbers are uncertain to try every combination of their ends, or the extremes need not lie at the ends; so the true bounds may be wider." }
        }
    }
}

/// What a careful reader would object to, and the author has an answer for: never silenced without trace.
fn answered_for(findings: &Findings) -> Markup {
    if findings.silenced.is_empty() {
        return html! {};
    }
    html! {
        table.run {
            caption { "Warnings that the author answers for" }
            thead { tr { th scope="col" { "Warning" } th scope="col" { "The author’s answer" } } }
            tbody {
                @for silenced in &findings.silenced {
                    tr {
                        th scope="row" { (super::cite::prose(&words::sentence(&words::capitalise(&silenced.message)))) " " (super::cite::place(&silenced.place)) }
                        td { (super::cite::own_words(&silenced.reason)) " " (super::cite::place(&silenced.reason_place)) }
                    }
                }
            }
        }
    }
}

fn scale(findings: &Findings) -> Markup {
    if findings.scale_bands.is_empty() {
        return html! {};
    }
    html! {
        table.run {
            caption { "The words and their bands: " (findings.scale_title) }
            thead { tr { th scope="col" { "Word" } th scope="col" { "Probability" } } }
            tbody { @for band in &findings.scale_bands { tr { th scope="row" { (band.word) } td { (words::band_span(band.low, band.high)) } } } }
        }
    }
}
