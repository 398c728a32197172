//! What to look for next: each unseen indicator with what it would mean, and what to look up together.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, Look, QuestionFinding, Reading, WorthFinding};

use super::chart::{Axis, Mark};
use super::csv::{self, Cell};
use super::{cite, words};

/// Factors that are no indicators and have a row; the rest would teach less.
const N_FACTORS: usize = 8;
/// What teaches less prints as nothing.
pub(super) const LEAST_BITS: f64 = 0.001;

/// How much is learned, as a part of all that could be: `takes away 12% of the uncertainty (0.07 bits)`.
pub fn part(bits: f64, worth: &WorthFinding) -> String {
    let share = if worth.bits > 0.0 { bits / worth.bits } else { 0.0 };
    format!("takes away {} of the uncertainty ({} bits)", words::percent(share), bits_of(bits))
}

fn bits_of(bits: f64) -> String {
    if bits > 0.0 && bits < 0.001 { "under 0.001".to_owned() } else { format!("{bits:.3}") }
}

/// `yes (6%) would make it 60%, likely`.
pub fn reading_sentence(reading: &Reading) -> String {
    let Some(answer) = reading.answer else { return format!("{} cannot be", reading.state) };
    let word = reading
        .word
        .as_ref()
        .map_or(String::new(), |band| format!(", {}", words::first_word(band)));
    format!(
        "{} ({}) would make it {}{word}",
        reading.state,
        words::percent(reading.p),
        words::percent(answer)
    )
}

/// Where it can be had, by whom, at what cost and how fast.
pub fn obtained(look: &Look) -> String {
    let mut parts = vec![match &look.place {
        Some(place) => format!("from {place}"),
        None => "nobody says where it can be had".to_owned(),
    }];
    parts.extend(look.by.as_ref().map(|by| format!("by {by}")));
    parts.push(format!("cost {}", words::number(look.cost)));
    if look.days > 0.0 {
        let unit = if look.days == 1.0 { "day" } else { "days" };
        parts.push(format!("within {} {unit}", words::number(look.days)));
    }
    parts.join(", ")
}

/// The section; nothing where nothing is left to be looked up or asked.
pub fn section(findings: &Findings) -> Markup {
    let has_any = |worth: &WorthFinding| !worth.looks.is_empty() || asked(worth).next().is_some();
    if !findings.worth.iter().any(has_any) {
        return html! {};
    }
    html! {
        section #worth aria-labelledby="h-worth" {
            h2 #h-worth { "What to look for" }
            p.method-note {
                "What an answer is worth is counted before it is known, over all that it may turn out to be. The uncertainty it takes away is its mutual information with the answer. "
                "An edge is a border of the word used, or even odds."
            }
            @for (question, worth) in findings.questions.iter().zip(&findings.worth).filter(|(_, worth)| has_any(worth)) {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                @if !worth.looks.is_empty() {
                    (table(findings, question, worth, "Indicators that nobody has seen yet, the one that teaches most first", &worth.looks.iter().collect::<Vec<_>>()))
                    (plan(findings, worth))
                }
                @let known: Vec<&Look> = asked(worth).take(N_FACTORS).collect();
                @if !known.is_empty() {
                    details.rest {
                        summary { "Factors that nobody can simply look up: what it would mean to know them" }
                        (table(findings, question, worth, "What would be worth asking whoever may know", &known))
                    }
                }
                (csv::link("worth", &HEADS, worth.looks.iter().chain(&worth.factors).flat_map(|look| figures(findings, look))))
            }
        }
    }
}

/// What [`figures`] stand under.
const HEADS: [&str; 11] = [
    "to be found out",
    "indicator",
    "state",
    "p of the state",
    "p of the answer then",
    "bits",
    "half-Brier falls by",
    "p over an edge",
    "from",
    "cost",
    "days",
];

/// A row for each state that it may be found in; those that cannot be have no answer.
fn figures(findings: &Findings, look: &Look) -> Vec<Vec<Cell>> {
    let factor = &findings.factors[look.factor];
    let is_indicator = factor.kind == "indicator";
    let row = |reading: &Reading| {
        vec![
            factor.text.as_str().into(),
            if is_indicator { "yes" } else { "no" }.into(),
            reading.state.as_str().into(),
            reading.p.into(),
            reading.answer.into(),
            look.value.bits.into(),
            look.value.brier_fall.into(),
            look.value.p_cross.into(),
            look.place.as_deref().unwrap_or_default().into(),
            is_indicator.then_some(look.cost).into(),
            is_indicator.then_some(look.days).into(),
        ]
    };
    look.readings.iter().map(row).collect()
}

/// A row for each set of looks.
fn figures_of_plan(findings: &Findings, worth: &WorthFinding) -> Vec<Vec<Cell>> {
    let names = |looks: &[usize]| {
        let names: Vec<&str> = looks.iter().map(|&ix| findings.factors[ix].text.as_str()).collect();
        names.join("; ")
    };
    let row = |step: &weigh_analysis::findings::Step| {
        vec![
            names(&step.looks).as_str().into(),
            step.cost.into(),
            step.days.into(),
            step.value.bits.into(),
            step.value.brier_fall.into(),
            step.value.p_cross.into(),
        ]
    };
    worth.plan.steps.iter().map(row).collect()
}

/// Factors that teach something that is printed.
fn asked(worth: &WorthFinding) -> impl Iterator<Item = &Look> {
    worth.factors.iter().filter(|look| look.value.bits >= LEAST_BITS)
}

fn table(
    findings: &Findings,
    question: &QuestionFinding,
    worth: &WorthFinding,
    caption: &str,
    looks: &[&Look],
) -> Markup {
    let now = question.outcomes[question.focus].estimate.p;
    let answers = |look: &Look| -> Vec<f64> {
        look.readings.iter().filter_map(|reading| reading.answer).collect()
    };
    let axis = Axis::of_probabilities(looks.iter().flat_map(|look| answers(look)).chain([now]));
    html! {
        table.stack.worth {
            caption { (caption) ". The line is the answer as it stands, at " (words::percent(now)) ", the dots what it would become; the open ones are the less likely findings. The axis runs from " (axis.ends()) }
            thead { tr { th scope="col" { "To be found out" } th.plot scope="col" { (axis.labels()) } th scope="col" { "In words" } } }
            tbody {
                @for look in looks {
                    tr {
                        th scope="row" {
                            a href={ "#factor-" (look.factor) } { (cite::own_words(&findings.factors[look.factor].text)) }
                            @if look.place.is_some() { span.detail { (cite::own_words(&words::capitalise(&obtained(look)))) } }
                        }
                        td.plot { (row(&axis, now, look)) }
                        td {
                            (sentences(look)) " It " (part(look.value.bits, worth)) "; the chance that it moves the answer over an edge is " (words::percent_in_words(look.value.p_cross)) "."
                            span.detail { "Half-Brier falls by " (format!("{:.4}", look.value.brier_fall)) " on average" }
                        }
                    }
                }
            }
        }
    }
}

fn row(axis: &Axis, now: f64, look: &Look) -> Markup {
    let possible = || look.readings.iter().filter_map(|it| Some((it.answer?, it.p)));
    let likeliest = possible().fold(0.0, |most: f64, (_, p)| most.max(p));
    let ends = possible().fold((now, now), |(low, high), (at, _)| (low.min(at), high.max(at)));
    let mut marks = vec![Mark::FaintInterval(ends.0, ends.1), Mark::Reference(now)];
    marks.extend(
        possible().map(|(at, p)| if p == likeliest { Mark::Dot(at) } else { Mark::Ring(at) }),
    );
    let title: Vec<String> = look.readings.iter().map(reading_sentence).collect();
    axis.row(&title.join("; "), &marks)
}

/// What each state that it may turn out to be in would make of the answer.
pub(super) fn sentences(look: &Look) -> Markup {
    html! {
        @for (ix, reading) in look.readings.iter().enumerate() {
            @if ix > 0 { "; " }
            @match reading.answer {
                None => { em.state { (cite::own_words(&reading.state)) } " cannot be" },
                Some(answer) => { em.state { (cite::own_words(&reading.state)) } " (" (words::percent(reading.p)) ") would make it " strong { (words::percent(answer)) } },
            }
        }
        "."
    }
}

fn plan(findings: &Findings, worth: &WorthFinding) -> Markup {
    let plan = &worth.plan;
    let most = plan.steps.iter().map(|step| step.value.bits).fold(0.0, f64::max);
    let axis = Axis::of_probabilities([if worth.bits > 0.0 { most / worth.bits } else { 0.0 }]);
    html! {
        h3.minor { "What to look up together" }
        @if let Some(why) = &plan.refused { p { "There is no plan: " (why) "." } }
        @else {
            p.detail {
                "For each sum, the set that teaches most" @if !plan.exact { ", put together one by one, for there are too many to try every set" }
                @if let Some(before) = &plan.before { ", with the last answer by " (words::date(before)) }
                ". What looks teach together is not the sum of what each teaches: they overlap, or make sense only side by side."
            }
            table.stack.plan {
                caption { "The bar is the part of the uncertainty that the set takes away; the axis runs from " (axis.ends()) }
                thead { tr { th.num scope="col" { "Cost" } th scope="col" { "Look up" } th.plot scope="col" { (axis.labels()) } th.num scope="col" { "Over an edge" } } }
                tbody {
                    @for step in &plan.steps {
                        tr {
                            td.num data-label="Cost" { (words::number(step.cost)) }
                            th scope="row" {
                                @for (ix, &factor) in step.looks.iter().enumerate() { @if ix > 0 { "; " } (cite::own_words(&findings.factors[factor].text)) }
                                @if step.days > 0.0 { span.detail { "The last answer after " (words::number(step.days)) @if step.days == 1.0 { " day" } @else { " days" } } }
                            }
                            @let share = if worth.bits > 0.0 { step.value.bits / worth.bits } else { 0.0 };
                            td.plot { (axis.row(&format!("{} of the uncertainty", words::percent(share)), &[Mark::Bar { from: 0.0, to: share }])) }
                            td.num data-label="Over an edge" { (words::percent(step.value.p_cross)) }
                        }
                    }
                }
            }
            (csv::link(
                "plan",
                &["look up", "cost", "days", "bits", "half-Brier falls by", "p over an edge"],
                figures_of_plan(findings, worth),
            ))
        }
        @if !plan.too_late.is_empty() {
            p { "Too late to be of use: " @for (ix, &factor) in plan.too_late.iter().enumerate() { @if ix > 0 { "; " } (cite::own_words(&findings.factors[factor].text)) } "." }
        }
    }
}
