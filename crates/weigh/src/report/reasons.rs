//! What carries the answer: the shares of the reasons, and each reason with its weights, quotes and evidence.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, QuestionFinding, ReasonFinding, ReasonShare};

use super::chart::{Axis, Mark};
use super::names::number_name;
use super::{cite, words};

/// The first screen's list: the reasons that carry most.
pub fn carrying(
    findings: &Findings,
    question_ix: usize,
    question: &QuestionFinding,
    n_shown: usize,
) -> Markup {
    if question.shares.is_empty() {
        return html! {};
    }
    let p = focus_p(question);
    let axis = Axis::of_odds(question.shares.iter().filter_map(|share| share.share));
    let n_left = question.shares.len().saturating_sub(n_shown);
    html! {
        div {
            h3 #{ "carries-" (question_ix) } { "What carries it" }
            ol.plain {
                @for share in question.shares.iter().take(n_shown) {
                    @if let Some(reason) = findings.reasons.get(share.reason) {
                        li {
                            p.what dir="auto" { a href={ "#reason-" (share.reason) } { (reason.text) } }
                            @if share.share.is_some() { div.strip { (share_row(&axis, share)) } }
                            p.detail { (words::capitalise(&effect(share))) ". " (without_it_in_short(share, p)) }
                        }
                    }
                }
            }
            @if n_left > 0 { p.more { a href="#reasons" { "And " (words::count(n_left, "more reason", "more reasons")) } } }
        }
    }
}

fn focus_p(question: &QuestionFinding) -> f64 {
    question.outcomes.get(question.focus).map_or(f64::NAN, |focus| focus.estimate.p)
}

fn effect(share: &ReasonShare) -> String {
    share.share.map_or_else(|| "has no share".to_owned(), words::effect_on_odds)
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

fn share_row(axis: &Axis, share: &ReasonShare) -> Markup {
    match share.share {
        Some(nats) => axis.row(
            &words::odds_label(nats),
            &[Mark::Reference(0.0), Mark::Bar { from: 0.0, to: nats }],
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
            @for question in findings.questions.iter().filter(|question| !question.shares.is_empty()) {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                (shares(findings, question))
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

fn shares(findings: &Findings, question: &QuestionFinding) -> Markup {
    let axis = Axis::of_odds(question.shares.iter().filter_map(|share| share.share));
    let total: Option<f64> = question.shares.iter().map(|share| share.share).sum();
    let p = focus_p(question);
    html! {
        p.method-note {
            @if let Some(without) = question.without_reasons {
                "With none of the reasons the answer would be " (words::percent_in_words(without)) "; with all of them it is " (words::percent_in_words(p)) ". "
            }
            "A share is what a reason adds to the log odds, averaged over every order in which the reasons could be counted (its Shapley value). "
            "Shares multiply as factors on the odds; the two columns of probabilities answer other questions and do "
            strong { "not" } " add up."
        }
        table.stack {
            caption { "What each reason does to the odds: to the left it speaks against, to the right for" }
            thead {
                tr {
                    th scope="col" { "Reason" }
                    th.num scope="col" { "Odds" }
                    th.plot scope="col" { (axis.labels()) }
                    th.num scope="col" { "With it alone" }
                    th.num scope="col" { "Without it" }
                }
            }
            tbody {
                @for share in &question.shares {
                    tr {
                        th scope="row" { (cite::reason_link(findings, share.reason)) }
                        td.num data-label="Odds" { @match share.share { Some(nats) => (words::odds_label(nats)), None => "–" } }
                        td.plot { (share_row(&axis, share)) }
                        td.num data-label="With it alone" { (words::percent(share.alone)) }
                        td.num data-label="Without it" { (words::percent(share.dropped)) }
                    }
                }
                @if let Some(total) = total && question.shares.len() > 1 {
                    tr.total {
                        th scope="row" { "All reasons together" }
                        td.num data-label="Odds" { (words::odds_label(total)) }
                        td.plot {}
                        td.num data-label="Answer" { (words::percent(p)) }
                        td.num data-label="With none" { @if let Some(without) = question.without_reasons { (words::percent(without)) } }
                    }
                }
            }
        }
        @if question.shares.iter().any(|share| share.share.is_none()) {
            p.small { "A reason marked – has no share: with some of the reasons the outcome is certain, and certainty has no log odds." }
        }
    }
}

fn one_reason(findings: &Findings, reason_ix: usize, reason: &ReasonFinding) -> Markup {
    html! {
        article.reason #{ "reason-" (reason_ix) } aria-labelledby={ "h-reason-" (reason_ix) } {
            h3 #{ "h-reason-" (reason_ix) } dir="auto" { (reason.text) }
            p.terms { code { (reason.id) } " " (cite::place(&reason.place)) }
            @for question in &findings.questions {
                @for share in question.shares.iter().filter(|share| share.reason == reason_ix) {
                    p {
                        @if findings.questions.len() > 1 { (cite::own_words(&question.text)) " " }
                        (words::capitalise(&effect(share))) ". "
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
