//! The parts of the model as tables: factors, quantities, evidence and sources.

use maud::{Markup, html};
use weigh_analysis::findings::{EvidenceFinding, FactorFinding, Findings, SourceFinding};

use super::{chart, cite, words};

/// Every question, factor and indicator with its probabilities.
pub fn factors(findings: &Findings) -> Markup {
    if findings.factors.is_empty() {
        return html! {};
    }
    html! {
        section #factors aria-labelledby="h-factors" {
            h2 #h-factors { "Factors" }
            (factor_table(findings, "Questions and factors", |kind| kind != "indicator"))
            @if findings.factors.iter().any(|factor| factor.kind == "indicator") {
                h3.minor #indicators { "Indicators" }
                (factor_table(findings, "Indicators: what to look for, and where", |kind| kind == "indicator"))
            }
        }
    }
}

fn factor_table(findings: &Findings, name: &str, is_meant: impl Fn(&str) -> bool) -> Markup {
    html! {
        table.stack.factors {
            caption { (name) ". Probability of each state, given all the evidence, with its " (words::percent(findings.level)) " interval" }
            thead { tr { th scope="col" { "Factor" } th scope="col" { "States" } th scope="col" { "Depends on" } th scope="col" { "Belongs to" } } }
            tbody {
                @for (ix, factor) in findings.factors.iter().enumerate().filter(|(_, factor)| is_meant(&factor.kind)) {
                    tr id={ "factor-" (ix) } {
                        th scope="row" { (factor_name(findings, factor)) }
                        td.all-states data-label="States" { (states(factor)) (start(factor)) }
                        td data-label="Depends on" { (parents(findings, factor)) }
                        td data-label="Belongs to" { @if factor.reasons.is_empty() { span.muted { "–" } } @else { (cite::reason_links(findings, &factor.reasons)) } }
                    }
                }
            }
        }
    }
}

/// What it starts from, before weights and evidence.
fn start(factor: &FactorFinding) -> Markup {
    let state = (factor.states.iter()).find(|(state, _)| state == "yes").or(factor.states.last());
    html! {
        @if let (Some(base), Some((state, _))) = (&factor.base, state) {
            @let written = base.written.strip_prefix(state.as_str()).filter(|rest| !rest.contains(',')).unwrap_or(&base.written).trim_start();
            // A plain range says no more than the estimate.
            @let is_plain = !written.contains(" of ") && !written.contains(" per ") && !written.contains(" since ");
            p.detail.start {
                "Starts at " (words::estimate(&base.estimate)) @if state != "yes" { " for " (cite::own_words(state)) }
                @if !is_plain || base.class.is_some() { ", written as " (words::dates_in(&words::written(written))) }
                @if let Some(class) = &base.class { ": " (cite::own_words(&words::uncapitalise(class))) }
                "."
            }
        }
    }
}

fn factor_name(findings: &Findings, factor: &FactorFinding) -> Markup {
    html! {
        (cite::own_words(&factor.text))
        span.detail {
            @if factor.text != factor.id { code { (factor.id) } " " }
            @if factor.kind == "question" { (factor.kind) " " }
            (cite::place(&factor.place))
        }
        @if let Some(observed) = &factor.observed { span.detail.observed { "Observed: " (cite::own_words(observed)) } }
        @if let Some(obtain) = &factor.obtain { span.detail { "Obtain: " (cite::own_words(obtain)) } }
        @if !factor.notes.is_empty() || !factor.quotes.is_empty() { div.attached { (cite::notes(&factor.notes)) (cite::quotes(findings, &factor.quotes)) } }
    }
}

fn states(factor: &FactorFinding) -> Markup {
    html! {
        ul.plain.states {
            @for (state, estimate) in &factor.states {
                li { span.state-name { (cite::own_words(state)) } " " span.state-value { (words::estimate(estimate)) } " " (chart::mini_bar(estimate.p)) }
            }
        }
    }
}

fn parents(findings: &Findings, factor: &FactorFinding) -> Markup {
    html! {
        @if factor.parents.is_empty() { span.muted { "nothing" } }
        @for (ix, parent) in factor.parents.iter().enumerate() {
            @if ix > 0 { ", " }
            @if let Some(at) = findings.factors.iter().position(|other| other.id == *parent) {
                a href={ "#factor-" (at) } { code { (parent) } }
            } @else if let Some(at) = findings.quantities.iter().position(|other| other.id == *parent) {
                a href={ "#quantity-" (at) } { code { (parent) } }
            } @else {
                code { (parent) }
            }
        }
    }
}

/// Every quantity.
pub fn quantities(findings: &Findings) -> Markup {
    if findings.quantities.is_empty() {
        return html! {};
    }
    html! {
        section #quantities aria-labelledby="h-quantities" {
            h2 #h-quantities { "Quantities" }
            table.stack {
                caption { "Mean, and the range that holds the middle " (words::percent(findings.level)) " of the weighted draws" }
                thead { tr { th scope="col" { "Quantity" } th scope="col" { "As written" } th.num scope="col" { "Mean" } th.num scope="col" { "Range" } } }
                tbody {
                    @for (ix, quantity) in findings.quantities.iter().enumerate() {
                        @let value = |value: f64| if quantity.is_probability { words::percent(value) } else { words::number(value) };
                        tr id={ "quantity-" (ix) } {
                            th scope="row" {
                                (cite::own_words(&quantity.text))
                                span.detail { @if quantity.text != quantity.id { code { (quantity.id) } " " } (cite::place(&quantity.place)) }
                                div.attached { (cite::quotes(findings, &quantity.quotes)) }
                            }
                            td data-label="As written" { code { (quantity.written) } }
                            td.num data-label="Mean" { (value(quantity.mean)) }
                            td.num data-label="Range" { @if quantity.p05 == quantity.p95 { "exact" } @else { (value(quantity.p05)) " to " (value(quantity.p95)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Every item of evidence: those that count, then those left out and why.
pub fn evidence(findings: &Findings) -> Markup {
    if findings.evidence.is_empty() {
        return html! {};
    }
    let items = || findings.evidence.iter().enumerate();
    let has_used = items().any(|(_, item)| item.left_out.is_none());
    let has_left_out = items().any(|(_, item)| item.left_out.is_some());
    html! {
        section #evidence aria-labelledby="h-evidence" {
            h2 #h-evidence { "Evidence" }
            @if has_used {
                p.method-note {
                    "The weight is how many times likelier the item is if the answer is "
                    @if let Some(focus) = findings.questions.first().and_then(|question| question.outcomes.get(question.focus)) { em { (cite::own_words(&focus.state)) } } @else { em { "yes" } }
                    " than if it is not, given all the other evidence"
                    @if findings.questions.len() > 1 { "; the answer meant is that to the first question" }
                    ". Ten decibans are ten to one. Weights of items that overlap do not simply add up. "
                    @if is_mostly_spare(findings) {
                        "Most items here have no weight of their own: what they show is all but certain from the others, or it hardly touches the answer. That each can be spared does not mean that all can."
                    }
                }
                table.stack.evidence {
                    caption { "Evidence that counts, in the order of the file" }
                    thead { tr { th scope="col" { "What was seen or said" } th scope="col" { "What it says of the model" } th scope="col" { "Weight" } th scope="col" { "Belongs to" } } }
                    tbody {
                        @for (ix, item) in items().filter(|(_, item)| item.left_out.is_none()) {
                            tr id={ "evidence-" (ix) } {
                                th scope="row" { (evidence_name(findings, ix, item)) }
                                td data-label="Says" { (says(item)) }
                                td data-label="Weight" { (weight(item)) }
                                td data-label="Belongs to" { @if item.reasons.is_empty() { span.muted { "–" } } @else { (cite::reason_links(findings, &item.reasons)) } }
                            }
                        }
                    }
                }
            }
            @if has_left_out {
                h3.minor { "Left out" }
                table.stack {
                    caption { "Evidence that does not count" }
                    thead { tr { th scope="col" { "What was seen or said" } th scope="col" { "Why it does not count" } } }
                    tbody {
                        @for (ix, item) in items().filter(|(_, item)| item.left_out.is_some()) {
                            tr id={ "evidence-" (ix) } {
                                th scope="row" { (evidence_name(findings, ix, item)) (says(item)) }
                                td data-label="Why" { @if let Some(why) = &item.left_out { (cite::own_words(&words::capitalise(&words::dates_in(why)))) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether most of the items that count leave the printed answer alone when they alone are taken away.
fn is_mostly_spare(findings: &Findings) -> bool {
    let weights: Vec<f64> = findings.evidence.iter().filter_map(|item| item.weight).collect();
    let n_spare = weights.iter().filter(|&&nats| words::is_no_weight(nats)).count();
    weights.len() > 2 && 2 * n_spare > weights.len()
}

/// The item with its date; its quotes stand here only if no reason shows them.
fn evidence_name(findings: &Findings, evidence_ix: usize, item: &EvidenceFinding) -> Markup {
    let is_shown = findings.reasons.iter().any(|reason| reason.evidence.contains(&evidence_ix));
    html! {
        (cite::own_words(&item.text))
        span.detail {
            @if let Some(on) = &item.on { (words::date(on)) ". " }
            (cite::place(&item.place))
        }
        @if !item.notes.is_empty() || !is_shown && !item.quotes.is_empty() {
            div.attached { (cite::notes(&item.notes)) @if !is_shown { (cite::quotes(findings, &item.quotes)) } }
        }
    }
}

/// What it says of the model, as typed, with the author's reason for it in words.
fn says(item: &EvidenceFinding) -> Markup {
    html! {
        @if let Some(says) = &item.says {
            @let (line, why) = says.split_once(" \"").map_or((says.as_str(), None), |(line, why)| (line, Some(why.trim_end_matches('"'))));
            code { (line) }
            @if let Some(why) = why { span.detail.rationale { (cite::own_words(why)) } }
        } @else { span.muted { "–" } }
    }
}

fn weight(item: &EvidenceFinding) -> Markup {
    let mut sources: Vec<usize> = item.quotes.iter().map(|quote| quote.source).collect();
    sources.sort_unstable();
    sources.dedup();
    html! {
        @match item.weight {
            Some(nats) if words::is_no_weight(nats) => span.muted { (words::ratio_to_one(nats)) },
            Some(nats) => { span.unbroken { (words::ratio_to_one(nats)) } @if words::decibans(nats) != "0" { span.detail { (words::decibans(nats)) (if words::decibans(nats).ends_with("1") && words::decibans(nats).chars().count() == 2 { " deciban" } else { " decibans" }) } } },
            None => "–",
        }
        @if sources.len() > item.origins && item.origins > 0 {
            span.detail { (words::count(sources.len(), "source", "sources")) ", " (words::count(item.origins, "origin", "origins")) }
        }
    }
}

/// Every source with its grade, and what the evidence made of it.
pub fn sources(findings: &Findings) -> Markup {
    if findings.sources.is_empty() {
        return html! {};
    }
    html! {
        section #sources aria-labelledby="h-sources" {
            h2 #h-sources { "Sources" }
            p.method-note {
                "The grade is not a measurement: it stands for a range of how often the source reports the truth. A quote that was found proves that the words are there, not that they are true."
            }
            @if let Some(cited) = words::cited(&findings.cited) { p { (cited) } }
            table.stack.sources {
                caption { "Sources, their grades and their quotes" }
                thead { tr { th scope="col" { "Source" } th scope="col" { "Grade" } th scope="col" { "Reports the truth" } th scope="col" { "After the evidence" } th scope="col" { "Quotes" } } }
                tbody {
                    @for (ix, source) in findings.sources.iter().enumerate() {
                        tr id={ "source-" (ix) } {
                            th scope="row" { (source_name(source)) }
                            td data-label="Grade" {
                                @match &source.grade { Some(grade) => (grade), None => span.muted { "none" } }
                                @if let Some(digit) = source.credibility { span.detail { "credibility " (digit) ", noted, not counted" } }
                            }
                            td data-label="Reports the truth" {
                                @match source.reliability { Some((low, high)) => { (words::percent_range(low, high)) " of the time" }, None => span.muted { "not needed" } }
                            }
                            td data-label="After the evidence" { @match source.reliability_after { Some(mean) => { (words::percent(mean)) " on average" }, None => span.muted { "reports nothing" } } }
                            td data-label="Quotes" { (quotes_verified(source)) }
                        }
                    }
                }
            }
        }
    }
}

fn source_name(source: &SourceFinding) -> Markup {
    let mut by: Vec<String> =
        [&source.author, &source.publisher].into_iter().flatten().cloned().collect();
    by.extend(source.published.as_deref().map(words::date));
    html! {
        (cite::own_words(&source.title))
        @if !by.is_empty() { span.detail { (cite::own_words(&by.join(", "))) } }
        // Only the web's own schemes become links: a `javascript:` address stays a text.
        @if let Some(url) = &source.url {
            span.detail { @if url.starts_with("https://") || url.starts_with("http://") { a href=(url) rel="noreferrer" { (url) } } @else { (url) } }
        }
        @if !source.notes.is_empty() { div.attached { (cite::notes(&source.notes)) } }
        @if let Some(origin) = &source.origin { span.detail { "Repeats " code { (origin) } } }
        span.detail { code { (source.id) } " " (cite::place(&source.place)) }
    }
}

fn quotes_verified(source: &SourceFinding) -> Markup {
    html! {
        @if source.n_quotes == 0 { span.muted { "none" } }
        @else if source.text_status == "found" {
            @if source.n_verified == source.n_quotes { @if source.n_quotes > 1 { "all " (source.n_quotes) " " } "found word for word" }
            @else { strong { (source.n_verified) " of " (source.n_quotes) } " found word for word" }
        } @else if let Some(day) = &source.verified_on {
            @if source.n_verified < source.n_quotes { strong { (source.n_verified) " of " (source.n_quotes) } " " }
            @else if source.n_quotes > 1 { "all " (source.n_quotes) " " }
            "found word for word on " (words::date(day)) ", says the lock; the stored text is absent"
        } @else {
            (words::count(source.n_quotes, "quote", "quotes")) ", "
            strong { "unverified" } ": "
            @match source.text_status.as_str() {
                "absent" => "the stored text is absent",
                "none named" => "no stored text is named",
                other => (cite::own_words(other)),
            }
        }
    }
}
