//! The report: one self-contained HTML page made from findings and nothing else.
//!
//! No script, no network, no font of its own; the page's security policy forbids what it does not need. Everything
//! that an author wrote goes through maud, which escapes it.

mod words;

mod cite;

mod chart;
mod layers;

mod graph;

mod answer;
mod change;
mod method;
mod reasons;
mod scenarios;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use weigh_analysis::findings::Findings;

/// Nothing may be fetched or run; styles are in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Renders the page. The same findings give the same bytes.
pub fn html(findings: &Findings) -> String {
    let sections = [
        ("reasons", "Reasons", reasons::section(findings)),
        ("change", "What would change it", change::section(findings)),
        ("graph", "How it hangs together", graph::section(findings)),
        ("scenarios", "Scenarios", scenarios::section(findings)),
        ("evidence", "Evidence", tables::evidence(findings)),
        ("factors", "Factors", tables::factors(findings)),
        ("quantities", "Quantities", tables::quantities(findings)),
        ("sources", "Sources", tables::sources(findings)),
        ("method", "Method", method::section(findings)),
    ];
    let present = || sections.iter().filter(|(_, _, body)| !body.0.is_empty());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Weigh " (findings.run.engine) };
                title { (findings.title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                a.skip href="#main" { "Skip to the answer" }
                (masthead(findings))
                nav aria-label="Sections" {
                    ul { @for (id, name, _) in present() { li { a href={ "#" (id) } { (name) } } } }
                }
                main #main {
                    (method::warning(&findings.run))
                    @for (ix, question) in findings.questions.iter().enumerate() { (answer::answer(findings, ix, question)) }
                    (ground(findings))
                    @for (_, _, body) in present() { (body) }
                }
                footer { p { "Made by Weigh " (findings.run.engine) " from the files named under Method. The same files and seed give the same page." } }
            }
        }
    }
    .into_string()
}

fn masthead(findings: &Findings) -> Markup {
    let mut terms = Vec::new();
    if !findings.as_of.is_empty() {
        terms.push(format!("As of {}", words::date(&findings.as_of)));
    }
    terms.extend(findings.author.clone());
    html! {
        header.masthead {
            h1 dir="auto" { (findings.title) }
            @if !terms.is_empty() { p { @for (ix, term) in terms.iter().enumerate() { @if ix > 0 { " · " } (cite::own_words(term)) } } }
        }
    }
}

/// What the answer stands on, in one line: whether the quotes are where they are said to be.
fn ground(findings: &Findings) -> Markup {
    let tally = cite::tally_quotes(findings);
    html! {
        @if tally.n_quotes > 0 {
            p.ground.warning[tally.n_missing > 0] {
                @if tally.n_missing > 0 { strong { "A quote is not where it is said to be. " } }
                (tally.sentence()) " "
                a href="#sources" { "Sources" }
            }
        }
    }
}
