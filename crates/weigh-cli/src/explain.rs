//! `weigh explain`: the manual pages of the messages.

use comfy_table::{Table, presets};
use serde_json::{Value, json};
use weigh::diag::Rule;
use weigh::messages::severity_word;
use weigh::raw::formats::Page;

use crate::args::{ExplainArgs, Format};
use crate::spelling;
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<Outcome, Failure> {
    match (&args.slug, args.format.format) {
        (None, Format::Text) => terminal::print(&list())?,
        (None, Format::Json) => {
            let rules: Vec<Value> = weigh::rules().into_iter().map(to_json).collect();
            let files: Vec<Value> = weigh::file_pages().into_iter().map(file_to_json).collect();
            terminal::print_json(&json!({ "rules": rules, "files": files, "diagnostics": [] }))?;
        }
        (Some(slug), format) => {
            let found = find(slug)?;
            match format {
                Format::Text => terminal::print(&found.to_text())?,
                Format::Json => terminal::print_json(&found.to_json())?,
            }
        }
    }
    Ok(Outcome::Fine)
}

/// The page on a slug, for programs.
pub fn page(slug: &str) -> Result<Value, Failure> {
    Ok(find(slug)?.to_json())
}

/// What there is on a slug: a rule for assessments, a fault in files of other programs, or both.
struct Found {
    rule: Option<&'static Rule>,
    file: Option<&'static Page>,
}

fn find(typed: &str) -> Result<Found, Failure> {
    // People copy the brackets, too.
    let slug = typed.trim_start_matches("error").trim_start_matches("warning");
    let slug = slug.trim_start_matches("note").trim_matches(['[', ']', ' ', ':', '`']);
    let pages = weigh::file_pages();
    for slug in [typed, slug] {
        let file = pages.iter().copied().find(|page| page.slug == slug);
        let found = Found { rule: weigh::rule(slug), file };
        if found.rule.is_some() || found.file.is_some() {
            return Ok(found);
        }
    }
    let slugs = weigh::rules().into_iter().map(|rule| rule.slug);
    let failure = Failure::run(format!("there is no message called `{typed}`"));
    Err(match spelling::nearest(slug, slugs.chain(pages.iter().map(|page| page.slug))) {
        Some(slug) => failure.hint(format!("did you mean `{slug}`?")),
        None => failure.hint("`weigh explain` lists them all"),
    })
}

impl Found {
    fn to_text(&self) -> String {
        let rule = self.rule.map(|rule| {
            let severity = severity_word(rule.severity);
            format!("{severity}[{}]\n\n{}\n", rule.slug, rule.manual.trim_end())
        });
        let file = self.file.map(|page| {
            format!("error[{}], in a file of another program\n\n{}\n", page.slug, page.text)
        });
        rule.into_iter().chain(file).collect::<Vec<_>>().join("\n")
    }

    fn to_json(&self) -> Value {
        match (self.rule.map(to_json), self.file.map(file_to_json)) {
            (Some(mut rule), Some(file)) => {
                rule["file"] = file;
                rule
            }
            (rule, file) => rule.or(file).unwrap_or(Value::Null),
        }
    }
}

fn list() -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for rule in weigh::rules() {
        let summary = first_sentence(rule.manual);
        table.add_row([rule.slug, severity_word(rule.severity), &summary]);
    }
    for page in weigh::file_pages() {
        table.add_row([page.slug, "in files", &first_sentence(page.text)]);
    }
    table.lines().map(|line| format!("{}\n", line.trim())).collect()
}

/// The manual's first sentence, on one line.
fn first_sentence(manual: &str) -> String {
    let paragraph = manual.split("\n\n").next().unwrap_or("").replace('\n', " ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph[..end].trim_end_matches('.').to_owned()
}

fn to_json(rule: &Rule) -> Value {
    json!({
        "slug": rule.slug,
        "severity": severity_word(rule.severity),
        "summary": first_sentence(rule.manual),
        "manual": rule.manual,
    })
}

fn file_to_json(page: &Page) -> Value {
    json!({"slug": page.slug, "summary": first_sentence(page.text), "manual": page.text})
}
