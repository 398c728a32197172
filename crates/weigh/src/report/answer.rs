//! The first screen: per question the number, its word, its picture, what carries it and what would change it.

use maud::{Markup, html};
use weigh_analysis::findings::{Band, ClaimFinding, Findings, Outcome, QuestionFinding};

use super::chart::{Axis, Mark};
use super::{change, cite, reasons, words};

/// How many reasons and changes the first screen holds; the sections below have all.
const N_ON_FIRST_SCREEN: usize = 4;

/// One question's answer.
pub fn answer(findings: &Findings, question_ix: usize, question: &QuestionFinding) -> Markup {
    let Some(focus) = question.outcomes.get(question.focus) else { return html! {} };
    let id = format!("question-{question_ix}");
    html! {
        section.answer aria-labelledby=(id) {
            h2.long[question.text.chars().count() > 110] #(id) dir="auto" { (question.text) }
            p.terms {
                @if let Some(by) = &question.by {
                    "By " (words::date(by))
                    @if let Some(days) = question.days_left { " (" (days_left(days)) ")" }
                    ". "
                }
                @if let Some(rule) = &question.resolves { span.rule { "Resolution: " (cite::own_words(&words::sentence(rule))) } " " }
                (cite::place(&question.place))
            }
            div.verdict {
                div.figures {
                    p.headline {
                        span.number { (words::percent(focus.estimate.p)) }
                        " "
                        span.of { @if focus.state != "yes" { "for " (state(focus)) } @else { "that the answer is yes" } }
                    }
                    dl.lines {
                        div {
                            dt { "Likelihood" }
                            dd {
                                (likelihood(findings, focus))
                            }
                        }
                        @if focus.estimate.p05 != focus.estimate.p95 {
                            div {
                                dt { (interval_name(findings)) }
                                dd { (words::percent_range(focus.estimate.p05, focus.estimate.p95)) (span_of_words(focus)) }
                            }
                        }
                    }
                    @if let Some(confidence) = &findings.confidence {
                        dl.lines.confidence {
                            div {
                                dt { "Confidence" }
                                dd { strong { (words::capitalise(&confidence.level)) } ". " (cite::own_words(&words::capitalise(&words::sentence(&confidence.grounds)))) }
                            }
                        }
                    }
                }
                (picture(findings, question, focus))
            }
            div.lead {
                p { (lead(question, focus)) }
                @if let Some(claim) = &question.claim { (claimed(findings, focus, claim)) }
            }
            @if question.outcomes.len() > 2 { (outcomes(findings, question)) }
            @if !question.shares.is_empty() || !question.swings.is_empty() {
                div.pair {
                    (reasons::carrying(findings, question_ix, question, N_ON_FIRST_SCREEN))
                    (change::changing(question_ix, question, N_ON_FIRST_SCREEN))
                }
            }
        }
    }
}

/// The state as its author named it.
pub fn state(outcome: &Outcome) -> Markup {
    html! { em.state { (cite::own_words(&outcome.state)) } }
}

fn days_left(days: i64) -> String {
    match days {
        0 => "the day of the assessment".to_owned(),
        1 => "1 day from the assessment".to_owned(),
        n if n > 0 => {
            format!("{} days from the assessment", words::group_thousands(&n.to_string()))
        }
        n => format!(
            "{} before the assessment",
            words::count(n.unsigned_abs() as usize, "day", "days")
        ),
    }
}

fn interval_name(findings: &Findings) -> String {
    format!("{} interval", words::percent(findings.level))
}

fn likelihood(findings: &Findings, focus: &Outcome) -> Markup {
    html! {
        @match &focus.word {
            Some(band) => { strong { (words::capitalise(words::first_word(band))) } " (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" },
            None => { "No word of " (findings.scale_title) " covers " (words::percent_in_words(focus.estimate.p)) },
        }
    }
}

fn span_of_words(focus: &Outcome) -> Markup {
    html! {
        @match &focus.word_span {
            Some((Some(low), Some(high))) if low != high => {
                ": from " em { (words::first_word(low)) } " (" (cite::unbroken(&words::band_span(low.low, low.high))) ") to "
                em { (words::first_word(high)) } " (" (cite::unbroken(&words::band_span(high.low, high.high))) ")"
            },
            Some((Some(band), None)) | Some((None, Some(band))) => { ", in part " em { (words::first_word(band)) } " (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" },
            _ => {},
        }
    }
}

/// One or two sentences that say the answer without any sign of its making.
fn lead(question: &QuestionFinding, focus: &Outcome) -> Markup {
    let p = focus.estimate.p;
    html! {
        "The model puts " (state(focus)) " at " strong { (words::percent_in_words(p)) }
        @if let Some(frequency) = words::frequency(p) { ", " (frequency) }
        @if focus.estimate.p05 != focus.estimate.p95 {
            "; given what its author is unsure about, it could be anywhere from "
            (words::percent_range(focus.estimate.p05, focus.estimate.p95))
        }
        ". "
        @match (&question.base, question.without_reasons) {
            (Some(base), Some(without)) => {
                "The base rate alone says " (words::percent_in_words(base.estimate.p))
                @if words::percent(base.estimate.p) == words::percent(without) {
                    "; with " (if question.shares.len() == 1 { "the reason" } else { "the reasons" }) " it " (movement(without, p)) ". "
                } @else {
                    "; with no reason at all the answer would be " (words::percent_in_words(without)) ". "
                }
            },
            (Some(base), None) => { "The base rate alone says " (words::percent_in_words(base.estimate.p)) ". " },
            (None, Some(without)) => { "With no reason at all the answer would be " (words::percent_in_words(without)) ". " },
            (None, None) => {},
        }
        @if let Some(gut) = question.gut {
            "Asked directly, the author said " (words::percent_in_words(gut)) "."
        }
    }
}

fn movement(from: f64, to: f64) -> String {
    let (start, end) = (words::percent(from), words::percent_in_words(to));
    if start == words::percent(to) {
        "stays there".to_owned()
    } else if to < from {
        format!("comes down to {end}")
    } else {
        format!("goes up to {end}")
    }
}

/// The prose's own word held against the number.
fn claimed(findings: &Findings, focus: &Outcome, claim: &ClaimFinding) -> Markup {
    let word = words::first_word(&claim.band);
    let p = focus.estimate.p;
    let others: Vec<&(String, f64, f64)> = (claim.elsewhere.iter())
        .filter(|(scale, low, high)| {
            !(*scale == claim.scale_title
                || (*scale == findings.scale && *low == claim.band.low && *high == claim.band.high))
        })
        .collect();
    html! {
        p.claim.misfit[!claim.fits] {
            @if claim.fits {
                "The text says “" (word) "”, which on " (claim.scale_title) " is " (cite::unbroken(&words::band_span(claim.band.low, claim.band.high))) ". The model’s number fits that word."
            } @else {
                strong { "The text’s word does not fit the number. " }
                "The text says “" (word) "”, which on " (claim.scale_title) " is " (cite::unbroken(&words::band_span(claim.band.low, claim.band.high)))
                "; the model says " (words::percent_in_words(p))
                @if let Some(band) = &focus.word { ", which is “" (words::first_word(band)) "” (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" }
                "."
            }
            @if !claim.fits && !others.is_empty() {
                " On other scales the same word means "
                @for (ix, (scale, low, high)) in others.iter().enumerate() {
                    @if ix > 0 { @if ix + 1 == others.len() { " and " } @else { ", " } }
                    (cite::unbroken(&words::band_span(*low, *high))) " (" (scale)
                    @if *low <= p && p <= *high { ", where it would fit" }
                    ")"
                }
                "."
            }
        }
    }
}

/// The answer, what it is compared with, and the words of the scale, all on one line from 0% to 100%.
fn picture(findings: &Findings, question: &QuestionFinding, focus: &Outcome) -> Markup {
    let axis = Axis::of_certainty();
    let answer = focus.estimate;
    let has_interval = answer.p05 != answer.p95;
    let row = |title: &str, marks: &[Mark]| {
        let mut all = Vec::new();
        if has_interval {
            all.push(Mark::Shade(answer.p05, answer.p95));
        }
        all.push(Mark::Reference(answer.p));
        all.extend_from_slice(marks);
        axis.row(title, &all)
    };
    let is_claimed = |band: &Band| question.claim.as_ref().is_some_and(|claim| claim.band == *band);
    let is_current = |band: &Band| focus.word.as_ref() == Some(band);
    // A claim may be made on a scale other than the file's; then its band has a row of its own.
    let foreign_claim =
        question.claim.as_ref().filter(|claim| !findings.scale_bands.contains(&claim.band));
    html! {
        table.picture {
            caption { @if findings.scale_bands.is_empty() { "The answer between never and always" } @else { "The answer among the words of " (findings.scale_title) } }
            thead {
                tr { th scope="col" { span.sr { "What" } } th scope="col" { span.sr { "Probability" } } th.plot scope="col" { (axis.labels()) } }
            }
            tbody {
                tr.is-answer {
                    th scope="row" { "The answer" }
                    td { (words::percent(answer.p)) }
                    td.plot { (row(&format!("The answer: {}", words::estimate(&answer)), &[Mark::Interval(answer.p05, answer.p95), Mark::Dot(answer.p)])) }
                }
                @if let Some(base) = &question.base {
                    tr {
                        th scope="row" { "Base rate" }
                        td { (words::percent(base.estimate.p)) }
                        td.plot { (row(&format!("Base rate: {}", words::estimate(&base.estimate)), &[Mark::FaintInterval(base.estimate.p05, base.estimate.p95), Mark::Ring(base.estimate.p)])) }
                    }
                }
                @if let Some(gut) = question.gut {
                    tr {
                        th scope="row" { "Author’s gut" }
                        td { (words::percent(gut)) }
                        td.plot { (row(&format!("The author’s direct judgement: {}", words::percent(gut)), &[Mark::Ring(gut)])) }
                    }
                }
            }
            tbody.words {
                @for band in &findings.scale_bands {
                    @let class = match (is_current(band), is_claimed(band)) { (true, _) => "band current", (_, true) => "band claimed", _ => "band" };
                    tr.is-current[is_current(band)].is-claimed[is_claimed(band)] {
                        th scope="row" {
                            (words::first_word(band))
                            @if is_claimed(band) { span.tag { " the text’s word" } }
                        }
                        td { (cite::unbroken(&words::band_span(band.low, band.high))) }
                        td.plot { (row(&words::word_with_band(band), &[Mark::Band { low: band.low, high: band.high, class }])) }
                    }
                }
                @if let Some(claim) = foreign_claim {
                    tr.is-claimed {
                        th scope="row" { (words::first_word(&claim.band)) span.tag { " the text’s word, on " (claim.scale_title) } }
                        td { (cite::unbroken(&words::band_span(claim.band.low, claim.band.high))) }
                        td.plot { (row(&words::word_with_band(&claim.band), &[Mark::Band { low: claim.band.low, high: claim.band.high, class: "band claimed" }])) }
                    }
                }
            }
        }
    }
}

/// Every outcome of a question that has more than two.
fn outcomes(findings: &Findings, question: &QuestionFinding) -> Markup {
    let axis = Axis::of_probabilities(
        question
            .outcomes
            .iter()
            .flat_map(|outcome| [outcome.estimate.p05, outcome.estimate.p95, outcome.estimate.p]),
    );
    html! {
        table.stack.outcomes {
            caption { "Every outcome, with its " (words::percent(findings.level)) " interval" @if axis.is_cut() { ". The axis runs from " (axis.ends()) } }
            thead { tr { th scope="col" { "Outcome" } th.num scope="col" { "Probability" } th.plot scope="col" { (axis.labels()) } th scope="col" { "Word" } } }
            tbody {
                @for (ix, outcome) in question.outcomes.iter().enumerate() {
                    tr.is-current[ix == question.focus] {
                        th scope="row" { (cite::own_words(&outcome.state)) }
                        td.num data-label="Probability" { (words::estimate(&outcome.estimate)) }
                        td.plot { (axis.row(&format!("{}: {}", outcome.state, words::estimate(&outcome.estimate)), &[Mark::Interval(outcome.estimate.p05, outcome.estimate.p95), Mark::Dot(outcome.estimate.p)])) }
                        td data-label="Word" { @match &outcome.word { Some(band) => (words::word_with_band(band)), None => "no word" } }
                    }
                }
            }
        }
    }
}
