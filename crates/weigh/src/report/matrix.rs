//! Items against outcomes, as a shaded matrix: what an analyst of competing hypotheses (ACH) looks for.

use maud::{Markup, html};
use weigh_analysis::findings::{
    Cell, Findings, Letter, Likelihoods, MatrixFinding, MatrixRow, Outcome, QuestionFinding, RowOf,
};
use weigh_analysis::matrix::{FAINT, STRONG};

use super::{cite, csv, words};

/// Rows that stand in sight for each question; the rest are a click away.
const N_ROWS: usize = 12;
/// Outcomes beside each other that a page holds without scrolling.
const N_BESIDE: usize = 6;
/// Items that a sentence names.
const N_NAMED: usize = 4;

/// The item in its writer's words.
pub fn item(findings: &Findings, of: RowOf) -> &str {
    match of {
        RowOf::Evidence { item } => &findings.evidence[item].text,
        RowOf::Weights { reason } => &findings.reasons[reason].text,
    }
}

/// What the letters stand for, in one sentence; finer than a cell shows, so that 1.3 is seen to fall short of 1.33.
pub fn legend() -> String {
    format!(
        "CC (very consistent): {} times as likely or more; C (consistent): {} or more; I (inconsistent): {} or less; II: {} or less; N (neither): between",
        words::number(STRONG),
        words::number(FAINT),
        words::number(1.0 / FAINT),
        words::number(1.0 / STRONG),
    )
}

/// A ratio of likelihoods in a few characters: `2.3`, `>999`, `<0.01`.
pub fn ratio(ratio: f64) -> String {
    match ratio {
        _ if ratio >= 1000.0 => ">999".to_owned(),
        _ if ratio > 0.0 && ratio < 0.01 => "<0.01".to_owned(),
        _ => words::number(words::two_digits(ratio)),
    }
}

/// How much a row tells, in whole decibans without a sign: `8`, or `all` where it rules an outcome out.
pub fn diagnosticity(nats: f64) -> String {
    if nats.is_finite() { words::decibans(nats).replace('+', "") } else { "all".to_owned() }
}

/// What the matrix shows, in sentences.
pub fn sentences(
    findings: &Findings,
    question: &QuestionFinding,
    matrix: &MatrixFinding,
) -> Vec<String> {
    let rows = || matrix.rows.iter();
    let state = |outcome: usize| &question.outcomes[outcome].state;
    let named = |chosen: &[&MatrixRow]| {
        let first = chosen.iter().take(N_NAMED);
        let mut names: Vec<String> =
            first.map(|row| format!("“{}”", item(findings, row.of))).collect();
        if chosen.len() > N_NAMED {
            names.push(format!("{} more", chosen.len() - N_NAMED));
        }
        words::list(&names)
    };
    let mut told = Vec::new();
    if let Some(first) = rows().next().filter(|row| row.alone.is_diagnostic())
        && let Some((most, least)) = first.alone.extremes()
    {
        let how = match first.alone.diagnosticity.is_finite() {
            true => format!(
                "it is {} times as likely if `{}` as if `{}`",
                words::odds_factor(first.alone.diagnosticity),
                state(most),
                state(least)
            ),
            false => format!("it cannot be if `{}`", state(least)),
        };
        told.push(format!(
            "“{}” tells the outcomes apart best: by itself {how}.",
            item(findings, first.of)
        ));
    }
    let silent: Vec<&MatrixRow> = rows().filter(|row| !row.alone.is_diagnostic()).collect();
    if !silent.is_empty() {
        told.push(format!(
            "Not diagnostic ({} of {}), being as likely or nearly so under every outcome, and so no reason to prefer one, however well it fits: {}.",
            silent.len(),
            words::count(matrix.rows.len(), "item", "items"),
            named(&silent),
        ));
    }
    let spare: Vec<&MatrixRow> =
        rows().filter(|row| row.alone.is_diagnostic() && !row.given_rest.is_diagnostic()).collect();
    if !spare.is_empty() {
        told.push(format!(
            "Diagnostic alone, but not beside the rest, which already says the same or leaves it nothing to say ({} of {}): {}.",
            spare.len(),
            words::count(matrix.rows.len(), "item", "items"),
            named(&spare),
        ));
    }
    let only_beside: Vec<&MatrixRow> =
        rows().filter(|row| !row.alone.is_diagnostic() && row.given_rest.is_diagnostic()).collect();
    if !only_beside.is_empty() {
        told.push(format!("Diagnostic only beside the rest: {}.", named(&only_beside)));
    }
    let speaks_against = |outcome: usize| {
        rows().any(|row| letter(&row.alone, outcome).is_some_and(Letter::is_against))
    };
    let unopposed: Vec<String> = (0..question.outcomes.len())
        .filter(|&outcome| rows().any(|row| row.alone.is_diagnostic()) && !speaks_against(outcome))
        .map(|outcome| format!("`{}`", state(outcome)))
        .collect();
    if !unopposed.is_empty() {
        told.push(format!("No item by itself speaks against {}.", unopposed.join(" or ")));
    }
    told
}

fn letter(likelihoods: &Likelihoods, outcome: usize) -> Option<Letter> {
    Some(likelihoods.cells.get(outcome)?.as_ref()?.letter)
}

/// The section; nothing where there is nothing to hold against the outcomes.
pub fn section(findings: &Findings) -> Markup {
    if findings.matrix.iter().all(|matrix| matrix.rows.is_empty()) {
        return html! {};
    }
    html! {
        section #matrix aria-labelledby="h-matrix" {
            h2 #h-matrix { "Evidence against outcomes" }
            p.method-note {
                "A matrix of competing hypotheses, read off the model and not rated by hand. A cell says how many times as likely the item is under that outcome as under the others on average, each counted alike, with none of the other evidence known: "
                (legend()) ". Base rates do not enter, and nothing is added up: that is what the answer is for. “Tells” is the largest such ratio between two outcomes, in decibans (ten are ten to one), by itself and with all the rest known."
            }
            @for (question, matrix) in findings.questions.iter().zip(&findings.matrix).filter(|(_, matrix)| !matrix.rows.is_empty()) {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                @for sentence in sentences(findings, question, matrix) { p { (cite::prose(&sentence)) } }
                (tables(findings, question, matrix))
            }
        }
    }
}

fn tables(findings: &Findings, question: &QuestionFinding, matrix: &MatrixFinding) -> Markup {
    let (first, rest) = matrix.rows.split_at(matrix.rows.len().min(N_ROWS));
    html! {
        (shaded(findings, question, first, "What tells most comes first"))
        @if !rest.is_empty() {
            details.rest {
                summary { (words::count(rest.len(), "item that tells less", "items that tell less")) }
                (shaded(findings, question, rest, "The same for what tells less"))
            }
        }
        details.rest {
            summary { "The likelihoods in figures" }
            table.stack.likelihoods {
                caption { "How likely each item is under each outcome: as a probability where the model has one, otherwise against the largest, which is 1" }
                thead { tr { th scope="col" { "Item" } th scope="col" { "By itself" } th scope="col" { "With all the rest known" } } }
                tbody {
                    @for row in &matrix.rows {
                        tr {
                            th scope="row" { (cite::own_words(item(findings, row.of))) }
                            td data-label="By itself" { (figures(question, row, &row.alone)) }
                            td data-label="With the rest" { (figures(question, row, &row.given_rest)) }
                        }
                    }
                }
            }
        }
        (csv::link("matrix", &HEADS, matrix.rows.iter().flat_map(|row| numbers(findings, question, row))))
    }
}

/// What [`numbers`] stand under.
const HEADS: [&str; 9] = [
    "item",
    "kind",
    "outcome",
    "likelihood",
    "is a probability",
    "times the others'",
    "letter",
    "likelihood with the rest known",
    "letter with the rest known",
];

/// A row for each outcome; what cannot be asked is empty.
fn numbers(
    findings: &Findings,
    question: &QuestionFinding,
    row: &MatrixRow,
) -> Vec<Vec<csv::Cell>> {
    let kind = match row.of {
        RowOf::Evidence { .. } => "evidence",
        RowOf::Weights { .. } => "weights of a reason",
    };
    let outcome = |(ix, outcome): (usize, &Outcome)| {
        let [alone, rest] = [&row.alone, &row.given_rest].map(|it| it.cells[ix].as_ref());
        let letter = |cell: Option<&Cell>| cell.map_or("", |it| it.letter.as_str()).into();
        vec![
            item(findings, row.of).into(),
            kind.into(),
            outcome.state.as_str().into(),
            alone.map(|it| it.likelihood).into(),
            if row.is_probability { "yes" } else { "no" }.into(),
            alone.map(|it| it.ratio).into(),
            letter(alone),
            rest.map(|it| it.likelihood).into(),
            letter(rest),
        ]
    };
    question.outcomes.iter().enumerate().map(outcome).collect()
}

fn shaded(
    findings: &Findings,
    question: &QuestionFinding,
    rows: &[MatrixRow],
    caption: &str,
) -> Markup {
    let is_wide = question.outcomes.len() > N_BESIDE;
    let label = is_wide.then(|| format!("Matrix of `{}`: {caption}", question.id));
    html! {
        // Many outcomes are wider than the page: the keyboard must reach them.
        div.scroll role=[is_wide.then_some("region")] aria-label=[label] tabindex=[is_wide.then_some("0")] {
            table.matrix {
                caption { (caption) }
                thead { tr {
                    th scope="col" { "Item" }
                    @for outcome in &question.outcomes { th.cell scope="col" { (cite::own_words(&outcome.state)) } }
                    th.num scope="col" { "Tells" }
                    th.num scope="col" { "With the rest" }
                } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" {
                                @match row.of {
                                    RowOf::Evidence { item: ix } => a href={ "#evidence-" (ix) } { (cite::own_words(item(findings, row.of))) },
                                    RowOf::Weights { reason } => { (cite::reason_link(findings, reason)) span.detail { "judgement: the weights of this reason" } },
                                }
                            }
                            @for (outcome, cell) in question.outcomes.iter().zip(&row.alone.cells) { (self::cell(&outcome.state, cell.as_ref())) }
                            td.num data-label="Tells" { (diagnosticity(row.alone.diagnosticity)) }
                            td.num data-label="With the rest" { (diagnosticity(row.given_rest.diagnosticity)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(state: &str, cell: Option<&Cell>) -> Markup {
    html! {
        @match cell {
            Some(cell) => td class={ "cell " (cell.letter.as_str().to_lowercase()) } data-label=(state) { strong { (cell.letter.as_str()) } " " span.small { (ratio(cell.ratio)) } },
            None => td.cell data-label=(state) { "–" },
        }
    }
}

fn figures(question: &QuestionFinding, row: &MatrixRow, likelihoods: &Likelihoods) -> Markup {
    let figure = |cell: &Cell| match row.is_probability {
        true => words::percent(cell.likelihood),
        false => ratio(cell.likelihood),
    };
    html! {
        ul.plain.states {
            @for (outcome, cell) in question.outcomes.iter().zip(&likelihoods.cells) {
                li {
                    span.state-name { (cite::own_words(&outcome.state)) } " "
                    @if let Some(cell) = cell { span.state-value { (figure(cell)) } " " span { (cell.letter.as_str()) } } @else { span.state-value { "–" } }
                }
            }
        }
    }
}
