//! The report: one self-contained HTML page made from findings and nothing else.
//!
//! No network, no font of its own, and one script: ours, by which a reader traces the graph and moves the numbers. The
//! page's security policy forbids everything else. Everything that an author wrote goes through maud, which escapes it, or into a
//! JSON block without a `<`.

pub mod compare;
pub mod why;
pub mod words;

mod cite;
mod names;
mod places;

mod chart;
mod csv;
mod layers;
mod listing;

mod markdown;
mod theme;
mod tokens;

pub use theme::{Theme, ThemeFault};

mod bears;
mod graph;

pub mod actors;
mod answer;
mod change;
pub mod matrix;
mod method;
pub mod movable;
mod reasons;
pub mod repair;
mod scenarios;
pub mod story;
pub mod stress;
mod tables;
pub mod timeline;
pub mod worth;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use weigh_analysis::findings::Findings;

/// Nothing may be fetched; styles are in the page. What may run is added where something may.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// How much of the report is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything.
    Full,
    /// One page: the answer, what carries it and what would change it.
    Brief,
}

/// Renders the whole page. The same findings give the same bytes.
pub fn html(findings: &Findings) -> String {
    let findings = &places::with_short_places(findings);
    let sections = sections(findings);
    let scripts = scripts(findings, &sections);
    // The word that lets our script run: no author can write it, since it comes of what all of them wrote.
    let nonce = (!scripts.is_empty()).then(|| {
        let mut hash = blake3::Hasher::new();
        sections.iter().for_each(|(_, _, body)| {
            hash.update(body.0.as_bytes());
        });
        findings.run.files.iter().for_each(|(_, digest)| {
            hash.update(digest.as_bytes());
        });
        hash.finalize().to_hex().to_string()
    });
    let present = || sections.iter().filter(|(_, _, body)| !body.0.is_empty());
    let body = html! {
        a.skip href="#main" { "Skip to the answer" }
        (movable::banner(findings))
        (masthead(findings))
        nav aria-label="Sections" {
            ul { @for (id, name, _) in present() { li { a href={ "#" (id) } { (name) } } } }
        }
        main #main {
            (movable::answer(findings))
            (first_screen(findings))
            @for (_, _, body) in present() { (body) }
        }
        (footer(findings))
        (movable::data(findings))
        @if let Some(nonce) = &nonce { script nonce=(nonce) { @for script in &scripts { (PreEscaped(script)) } } }
    };
    page(findings, Form::Full, nonce.as_deref(), &body)
}

/// Renders one page of it: the first screen, without the ways into what is not there.
pub fn brief(findings: &Findings) -> String {
    let findings = &places::with_short_places(findings);
    let body = html! { (masthead(findings)) main { (first_screen(findings)) } (footer(findings)) };
    page(findings, Form::Brief, None, &PreEscaped(tokens::unlinked(&body.0)))
}

/// The report as Markdown (CommonMark, with the tables of GitHub), for a text that goes on: without pictures.
pub fn markdown(findings: &Findings, form: Form) -> String {
    let findings = &places::with_short_places(findings);
    // What has no words of its own, or is the file itself.
    let left_out = ["graph", "move", "file", "matrix"];
    let sections = match form {
        Form::Full => sections(findings),
        Form::Brief => Vec::new(),
    };
    let told = sections.iter().filter(|(id, ..)| !left_out.contains(id));
    let body = html! {
        (masthead(findings))
        (first_screen(findings))
        @for (_, _, body) in told { (body) }
        (footer(findings))
    };
    markdown::markdown(&body)
}

/// Every section with its id and its name in the list of sections; empty ones too.
fn sections(findings: &Findings) -> Vec<(&'static str, &'static str, Markup)> {
    vec![
        ("reasons", "Reasons", reasons::section(findings)),
        ("change", "What would change it", change::section(findings)),
        ("actors", "Actors", actors::section(findings)),
        ("timeline", "Over time", timeline::section(findings)),
        ("graph", "How it hangs together", graph::section(findings)),
        ("move", "Move the numbers", movable::section(findings)),
        ("scenarios", "Scenarios", scenarios::section(findings)),
        ("worth", "What to look for", worth::section(findings)),
        ("stories", "Stories", story::section(findings)),
        ("stress", "Structure", stress::section(findings)),
        ("repair", "Own judgement", repair::section(findings)),
        ("matrix", "Matrix", matrix::section(findings)),
        ("evidence", "Evidence", tables::evidence(findings)),
        ("factors", "Factors", tables::factors(findings)),
        ("quantities", "Quantities", tables::quantities(findings)),
        ("sources", "Sources", tables::sources(findings)),
        ("method", "Method", method::section(findings)),
        ("file", "File", listing::section(findings)),
    ]
}

/// What runs in the page: tracing and moving, as far as there is something to trace and to move.
fn scripts(
    findings: &Findings,
    sections: &[(&'static str, &'static str, Markup)],
) -> Vec<&'static str> {
    let has_graph = sections.iter().any(|(id, _, body)| *id == "graph" && !body.0.is_empty());
    let all = [(has_graph, graph::SCRIPT), (findings.movable.is_some(), movable::SCRIPT)];
    all.into_iter().filter(|it| it.0).map(|it| it.1).collect()
}

/// A warning if there is one, the answers, and what they stand on.
fn first_screen(findings: &Findings) -> Markup {
    html! {
        (method::warning(&findings.run))
        @for (ix, question) in findings.questions.iter().enumerate() { (answer::answer(findings, ix, question)) }
        (ground(findings))
    }
}

fn footer(findings: &Findings) -> Markup {
    let run = &findings.run;
    html! {
        footer {
            p {
                "Made by " (words::capitalise(&run.engine)) " from "
                @for (ix, (path, _)) in run.files.iter().enumerate() {
                    @if ix > 0 { @if ix + 1 == run.files.len() { " and " } @else { ", " } }
                    (cite::own_words(path.rsplit(['/', '\\']).next().unwrap_or(path)))
                }
                ": " (words::count(run.draws as usize, "draw", "draws")) ", seed " (run.seed) ". The same files and seed give the same page."
            }
        }
    }
}

fn page(findings: &Findings, form: Form, nonce: Option<&str>, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html.brief[form == Form::Brief] lang="en" {
            (head(&findings.title, &findings.run.engine, nonce))
            body { (body) }
        }
    }
    .into_string()
}

/// What a browser must know of a page.
fn head(title: &str, engine: &str, nonce: Option<&str>) -> Markup {
    let scripts = nonce.map(|nonce| format!("; script-src 'nonce-{nonce}'")).unwrap_or_default();
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content={ (POLICY) (scripts) };
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content={ "Weigh " (engine) };
            title { (title) }
            style { (PreEscaped(include_str!("style.css"))) }
        }
    }
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

/// Where a heading stands: several questions have a heading of their own in between.
#[derive(Clone, Copy)]
enum Level {
    BelowSection,
    BelowQuestion,
}

impl Level {
    fn of(findings: &Findings) -> Level {
        if findings.questions.len() > 1 { Level::BelowQuestion } else { Level::BelowSection }
    }

    fn heading(self, text: &str) -> Markup {
        match self {
            Self::BelowSection => html! { h3.minor { (text) } },
            Self::BelowQuestion => html! { h4 { (text) } },
        }
    }
}

#[cfg(test)]
#[path = "../../examples/report_sample/samples.rs"]
mod samples;

/// A page's words without its markup.
#[cfg(test)]
fn plain(markup: &Markup) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in markup.0.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            '\u{a0}' if !is_tag => text.push(' '),
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_an_author_wrote_becomes_markup() {
        let page = html(&samples::stress());
        assert!(page.contains("&lt;/style&gt;&lt;/title&gt;&lt;script&gt;alert(1)"));
        // Ours, which alone has the word that lets it run.
        assert_eq!(page.matches("<script").count(), 1);
        assert!(page.contains("<script nonce=\""));
        assert!(!page.contains("<img"));
        assert!(!page.contains("href=\"javascript:"));
        assert_eq!(page.matches("</style>").count(), 1);
        // The page's own, and the names of its drawings.
        assert_eq!(page.matches("</title>").count(), 1 + page.matches("<svg").count());
    }

    #[test]
    fn a_brief_is_the_first_screen_and_leads_nowhere() {
        for (name, findings) in samples::all() {
            let page = brief(&findings);
            assert!(!page.contains("href=\"#"), "{name}");
            assert!(!page.contains("<script") && !page.contains("<section id"), "{name}");
            assert!(page.len() < html(&findings).len(), "{name}");
        }
    }

    #[test]
    fn markdown_has_no_markup_of_ours_or_of_anybody() {
        for (name, findings) in samples::all() {
            for form in [Form::Full, Form::Brief] {
                let text = markdown(&findings, form);
                let bare = text.replace("\\\\", "").replace("\\<", "").replace("\\&", "");
                assert!(!bare.contains('<') && !bare.contains('&'), "{name}: {text}");
                assert!(text.starts_with("# "), "{name}");
            }
        }
    }

    #[test]
    fn policy_stands_before_anything_it_governs() {
        let page = html(&samples::bare());
        let policy = page.find("Content-Security-Policy").unwrap();
        assert!(policy < page.find("<title>").unwrap() && policy < page.find("<style>").unwrap());
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
    }

    #[test]
    fn same_findings_give_the_same_bytes() {
        for (name, findings) in samples::all() {
            assert!(html(&findings) == html(&findings), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_has_no_heading() {
        let page = html(&samples::bare());
        let headings: Vec<&str> =
            page.split("<h2").skip(1).filter_map(|rest| rest.split(['>', '<']).nth(1)).collect();
        insta::assert_debug_snapshot!(headings, @r#"
        [
            "Will Belarusian ground forces fight in Ukraine?",
            "What would change it",
            "Method and run",
        ]
        "#);
        assert!(!page.contains("Confidence</dt>"));
    }

    #[test]
    fn words_of_other_scales_stand_only_beside_a_claim_that_does_not_fit() {
        assert_eq!(html(&samples::belarus()).matches("PHIA").count(), 1);
        assert_eq!(html(&samples::memo()).matches("PHIA").count(), 0);
    }

    #[test]
    fn likelihood_and_confidence_are_two_lines() {
        let page = html(&samples::belarus());
        let likelihood = page.split("Likelihood</dt>").nth(1).unwrap();
        let line = likelihood.split("</dd>").next().unwrap();
        assert!(line.contains("Almost no chance") && line.contains("1–5%"));
        assert!(!line.contains("Low"));
    }

    #[test]
    fn few_effective_draws_are_a_warning() {
        assert!(html(&samples::stress()).contains("Few draws carry this result."));
        assert!(!html(&samples::belarus()).contains("Few draws carry this result."));
        // Nothing is uncertain, so one draw is all of them.
        assert!(!html(&samples::bare()).contains("Few draws carry this result."));
    }
}
