//! What carries the answer: the shares of the reasons, and each reason with its weights, quotes and evidence.

use maud::{Markup, html};
use weigh_analysis::findings::{
    Carried, Findings, Part, QuestionFinding, ReasonFinding, ReasonShare, Unit,
};
use weigh_analysis::log_odds::{log_odds, probability};

use super::chart::{Axis, Mark};
use super::csv;
use super::names::number_name;
use super::why::{self, PartKind};
use super::{Level, cite, words};

/// The first screen's list: the reasons that carry most.
pub fn carrying(
    findings: &Findings,
    question_ix: usize,
    question: &QuestionFinding,
    n_shown: usize,
) -> Markup {
    let Some(carried) = question.carried.first().filter(|carried| !carried.shares.is_empty())
    else {
        return html! {};
    };
    let p = focus_p(question);
    let axis = match carried.unit {
        Unit::LogOdds => Axis::of_odds(carried.shares.iter().filter_map(|share| share.share)),
        Unit::Probability => Axis::of_points(carried.shares.iter().filter_map(|share| share.share)),
    };
    let n_left = question.shares().len().saturating_sub(n_shown);
    html! {
        div {
            h3 #{ "carries-" (question_ix) } { "What carries it" }
            ol.plain {
                @for share in question.shares().iter().take(n_shown) {
                    @if let Some(reason) = findings.reasons.get(share.reason) {
                        li {
                            p.what dir="auto" { a href={ "#reason-" (share.reason) } { (reason.text) } }
                            @if share.share.is_some() { div.strip { (share_row(&axis, carried.unit, share)) } }
                            p.detail { (words::capitalise(&effect(carried.unit, share))) ". " (without_it_in_short(share, p)) }
                        }
                    }
                }
            }
            @if n_left > 0 { p.more { a href="#reasons" { "And " (words::count(n_left, "more reason", "more reasons")) } } }
        }
    }
}

/// What each reason carries of the focus outcome, with its unit.
fn of_focus(question: &QuestionFinding) -> impl Iterator<Item = (Unit, &ReasonShare)> {
    let carried = question.carried.first().into_iter();
    carried.flat_map(|carried| carried.shares.iter().map(|share| (carried.unit, share)))
}

fn focus_p(question: &QuestionFinding) -> f64 {
    question.outcomes.get(question.focus).map_or(f64::NAN, |focus| focus.estimate.p)
}

fn effect(unit: Unit, share: &ReasonShare) -> String {
    share.share.map_or_else(|| "has no share".to_owned(), |share| why::effect(unit, share))
}

fn without_it(share: &ReasonShare, p: f64) -> String {
    let (dropped, all) = (words::percent_in_words(share.dropped), words::percent_in_words(p));
    if dropped == all {
        format!("Without it the answer would still be {all}.")
    } else {
        format!("Without it the answer would be {dropped} instead of {all}.")
    }
}

fn without_it_in_short(share: &ReasonShare, p: f64) -> String {
    let (dropped, all) = (words::percent(share.dropped), words::percent(p));
    if dropped == all {
        format!("Without it: still {all}.")
    } else {
        format!("Without it: {dropped} instead of {all}.")
    }
}

/// The bar of a reason by itself, on an axis of factors on the odds or of points.
fn share_row(axis: &Axis, unit: Unit, share: &ReasonShare) -> Markup {
    match share.share {
        Some(share) => axis.row(
            &why::label(unit, share),
            &[Mark::Reference(0.0), Mark::Bar { from: 0.0, to: share }],
        ),
        None => html! {},
    }
}

/// The section of reasons: the picture for every question, then each reason in full.
pub fn section(findings: &Findings) -> Markup {
    if findings.reasons.is_empty() {
        return html! {};
    }
    html! {
        section #reasons aria-labelledby="h-reasons" {
            h2 #h-reasons { "Reasons" }
            @for question in findings.questions.iter().filter(|question| why::has_no_shares(findings, question)) {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                p { (why::NO_SHARES) "." }
            }
            @for question in findings.questions.iter().filter(|question| !question.shares().is_empty()) {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                @for (ix, carried) in question.carried.iter().enumerate() {
                    @match why::outcome(question, carried) {
                        Some(outcome) if ix > 0 => {
                            details.rest {
                                summary { "What carries " bdi { (outcome) } " against the rest" }
                                (shares(findings, carried))
                            }
                        },
                        Some(outcome) => {
                            (Level::of(findings).heading(&format!("What carries {outcome} against the rest")))
                            (shares(findings, carried))
                        },
                        None => (shares(findings, carried)),
                    }
                }
            }
            @if cite::tally_quotes(findings).n_unverified > 0 {
                p.method-note.dashed { "A dashed line marks a quote that could not be checked, for the text of its source is not here." }
            }
            @for (ix, reason) in findings.reasons.iter().enumerate() {
                (one_reason(findings, ix, reason))
            }
        }
    }
}

fn shares(findings: &Findings, carried: &Carried) -> Markup {
    let level = Level::of(findings);
    html! {
        @if let Some(sentence) = why::from_none_to_all(carried) { p { (sentence) } }
        p.method-note {
            "A share is what a reason adds to the " @if carried.unit == Unit::LogOdds { "log odds" } @else { "probability" }
            ", averaged over every order in which the reasons could be counted (its Shapley value). "
            @if carried.unit == Unit::LogOdds { "Shares multiply as factors on the odds; the " }
            @else { "It is counted in points, since with some of the reasons the outcome is certain, and certainty has no odds. The " }
            "two columns of probabilities answer other questions and do "
            strong { "not" } " add up."
            @if let Some(sampling) = why::sampling(carried.sampled) { " " (sampling) }
        }
        (waterfall(findings, carried))
        (csv::link(
            "reasons",
            &["reason", "share", "unit", "p with it alone", "p without it"],
            carried.shares.iter().map(|share| {
                let name = findings.reasons.get(share.reason).map_or("", |reason| &reason.text);
                let unit = if carried.unit == Unit::LogOdds { "log odds (nats)" } else { "probability" };
                vec![name.into(), share.share.into(), unit.into(), share.alone.into(), share.dropped.into()]
            }),
        ))
        @if carried.shares.iter().any(|share| share.share.is_none()) {
            p.small { "A reason marked – has no share: without some of the reasons the evidence cannot happen." }
        }
        @let overlap = why::overlap(findings, carried);
        @if !overlap.is_empty() {
            (level.heading("Overlap"))
            ul.overlap { @for told in &overlap { li dir="auto" { (told) } } }
        }
        (parts(findings, carried))
    }
}

/// From the answer without reasons to the answer with all, one bar a reason.
fn waterfall(findings: &Findings, carried: &Carried) -> Markup {
    let value = |p: f64| if carried.unit == Unit::LogOdds { log_odds(p) } else { p };
    let start = carried.without.map(value).filter(|start| start.is_finite());
    let mut at = start;
    let steps: Vec<Option<(f64, f64)>> = (carried.shares.iter())
        .map(|share| {
            let (from, to) = (at?, at? + share.share?);
            at = Some(to);
            Some((from, to))
        })
        .collect();
    let met = || steps.iter().flatten().flat_map(|&(from, to)| [from, to]).chain(start);
    let axis = match carried.unit {
        Unit::LogOdds => Axis::of_log_odds(met()),
        Unit::Probability => Axis::of_probabilities(met()),
    };
    let printed =
        |at: f64| words::percent(if carried.unit == Unit::LogOdds { probability(at) } else { at });
    let end = value(carried.p);
    html! {
        table.stack.waterfall {
            caption { "From none of the reasons to all of them: blue takes the answer up, grey takes it down; the line is the answer" }
            thead {
                tr {
                    th scope="col" { "Reason" }
                    th.num scope="col" { @if carried.unit == Unit::LogOdds { "Odds" } @else { "Points" } }
                    th.plot scope="col" { @if start.is_some() { (axis.labels()) } }
                    th.num scope="col" { "With it alone" }
                    th.num scope="col" { "Without it" }
                }
            }
            tbody {
                @if let (Some(start), Some(without)) = (start, carried.without) {
                    tr.start-row {
                        th scope="row" { "None of the reasons" }
                        td.num data-label="Answer" { (words::percent(without)) }
                        td.plot { (axis.row(&words::percent(without), &[Mark::Reference(end), Mark::Ring(start)])) }
                        td.num {} td.num {}
                    }
                }
                @for (share, step) in carried.shares.iter().zip(&steps) {
                    tr {
                        th scope="row" { (cite::reason_link(findings, share.reason)) }
                        td.num data-label=(if carried.unit == Unit::LogOdds { "Odds" } else { "Points" }) {
                            @match share.share { Some(it) => { (why::label(carried.unit, it)) (why::error(carried.unit, it, share.error)) }, None => "–" }
                        }
                        td.plot {
                            @if let Some((from, to)) = *step {
                                (axis.row(&format!("{} to {}", printed(from), printed(to)), &[Mark::Reference(end), Mark::Bar { from, to }]))
                            }
                        }
                        td.num data-label="With it alone" { (words::percent(share.alone)) }
                        td.num data-label="Without it" { (words::percent(share.dropped)) }
                    }
                }
                @if carried.shares.len() > 1 {
                    tr.total {
                        th scope="row" { "All reasons together" }
                        td.num data-label="Answer" { (words::percent(carried.p)) }
                        td.plot { @if start.is_some() { (axis.row(&words::percent(carried.p), &[Mark::Reference(end), Mark::Dot(end)])) } }
                        td.num {} td.num {}
                    }
                }
            }
        }
    }
}

/// Evidence and judgements apart: two decompositions that are not added to each other.
fn parts(findings: &Findings, carried: &Carried) -> Markup {
    let (Some(evidence), Some(weights)) = (&carried.evidence, &carried.weights) else {
        return html! {};
    };
    let share_in = |part: &Part, reason: Option<usize>| {
        let found = part.shares.iter().find(|share| share.reason == reason);
        found.and_then(|share| {
            Some(
                why::label(carried.unit, share.share?)
                    + &why::error(carried.unit, share.share?, share.error),
            )
        })
    };
    let total = |part: &Part| {
        let total: Option<f64> = part.shares.iter().map(|share| share.share).sum();
        total.map(|total| why::label(carried.unit, total))
    };
    let mut rows: Vec<Option<usize>> =
        carried.shares.iter().map(|share| Some(share.reason)).collect();
    if evidence.shares.iter().any(|share| share.reason.is_none()) {
        rows.push(None);
    }
    html! {
        (Level::of(findings).heading("Evidence and judgement apart"))
        p { @for told in [why::part(carried, evidence, PartKind::Evidence), why::part(carried, weights, PartKind::Weights)].into_iter().flatten() { (told) " " } }
        table.stack.parts {
            caption {
                "Two decompositions, each of its own: a column adds up, a row does " strong { "not" } "."
                @if let Some(sampling) = why::sampling(evidence.sampled.or(weights.sampled)) { " " (sampling) }
            }
            thead { tr { th scope="col" { "Reason" } th.num scope="col" { "Its evidence" } th.num scope="col" { "Its weights" } } }
            tbody {
                @for reason in rows {
                    tr {
                        th scope="row" { @match reason { Some(ix) => (cite::reason_link(findings, ix)), None => "Evidence that belongs to no reason" } }
                        td.num data-label="Its evidence" { (share_in(evidence, reason).unwrap_or_else(|| "–".to_owned())) }
                        td.num data-label="Its weights" { (share_in(weights, reason).unwrap_or_else(|| "–".to_owned())) }
                    }
                }
                tr.total {
                    th scope="row" { "All of this kind" }
                    td.num data-label="All evidence" { (total(evidence).unwrap_or_else(|| "–".to_owned())) }
                    td.num data-label="All weights" { (total(weights).unwrap_or_else(|| "–".to_owned())) }
                }
            }
        }
    }
}

fn one_reason(findings: &Findings, reason_ix: usize, reason: &ReasonFinding) -> Markup {
    html! {
        article.reason #{ "reason-" (reason_ix) } aria-labelledby={ "h-reason-" (reason_ix) } {
            h3 #{ "h-reason-" (reason_ix) } dir="auto" { (reason.text) }
            p.terms { code { (reason.id) } " " (cite::place(&reason.place)) }
            @for question in &findings.questions {
                @for (unit, share) in of_focus(question).filter(|(_, share)| share.reason == reason_ix) {
                    p {
                        @if findings.questions.len() > 1 { (cite::own_words(&question.text)) " " }
                        (words::capitalise(&effect(unit, share))) ". "
                        "With this reason alone the answer would be " (words::percent_in_words(share.alone)) ". "
                        (without_it(share, focus_p(question)))
                    }
                }
            }
            (cite::notes(&reason.notes))
            @if !reason.quotes.is_empty() { div.said { (cite::quotes(findings, &reason.quotes)) } }
            @if !reason.evidence.is_empty() { (evidence(findings, reason)) }
            @if !reason.weights.is_empty() { (weights(reason)) }
        }
    }
}

/// What was seen or said, each with its own words beside it.
fn evidence(findings: &Findings, reason: &ReasonFinding) -> Markup {
    html! {
        h4 { "Evidence" }
        ul.plain.evidence-list {
            @for &evidence_ix in &reason.evidence {
                @if let Some(item) = findings.evidence.get(evidence_ix) {
                    li {
                        div {
                            a href={ "#evidence-" (evidence_ix) } { (cite::own_words(&item.text)) }
                            span.detail {
                                @if let Some(on) = &item.on { (words::date(on)) ". " }
                                @if let Some(why) = &item.left_out { "Left out: " (words::dates_in(why)) "." }
                                @else if let Some(weight) = item.weight { (words::capitalise(&words::ratio_to_one(weight))) "." }
                            }
                        }
                        div.said { (cite::quotes(findings, &item.quotes)) }
                    }
                }
            }
        }
    }
}

fn weights(reason: &ReasonFinding) -> Markup {
    html! {
        h4 { "Its numbers" }
        table.stack.weights {
            thead { tr { th scope="col" { "Number" } th scope="col" { "As written" } th scope="col" { "Rationale" } } }
            tbody {
                @for weight in &reason.weights {
                    tr {
                        th scope="row" { (number_name(&weight.what, &weight.written)) }
                        td data-label="As written" { (words::written(&weight.written)) }
                        td data-label="Rationale" { @match &weight.rationale { Some(text) => (cite::own_words(text)), None => span.muted { "none given" } } " " (cite::place(&weight.place)) }
                    }
                }
            }
        }
    }
}
