//! `weigh explain`: the manual pages of the messages.

use comfy_table::{Table, presets};
use serde_json::{Value, json};
use weigh::diag::Rule;
use weigh::messages::severity_word;

use crate::args::{ExplainArgs, Format};
use crate::spelling;
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<Outcome, Failure> {
    match (&args.slug, args.format.format) {
        (None, Format::Text) => terminal::print(&list())?,
        (None, Format::Json) => {
            let rules: Vec<Value> = weigh::rules().into_iter().map(to_json).collect();
            terminal::print_json(&json!({ "rules": rules, "diagnostics": [] }))?;
        }
        (Some(slug), format) => {
            let rule = find(slug)?;
            match format {
                Format::Text => terminal::print(&page(rule))?,
                Format::Json => terminal::print_json(&to_json(rule))?,
            }
        }
    }
    Ok(Outcome::Fine)
}

fn find(typed: &str) -> Result<&'static Rule, Failure> {
    // People copy the brackets, too.
    let slug = typed.trim_start_matches("error").trim_start_matches("warning");
    let slug = slug.trim_start_matches("note").trim_matches(['[', ']', ' ', ':', '`']);
    if let Some(rule) = weigh::rule(typed).or_else(|| weigh::rule(slug)) {
        return Ok(rule);
    }
    let slugs = weigh::rules().into_iter().map(|rule| rule.slug);
    let failure = Failure::run(format!("there is no message called `{typed}`"));
    Err(match spelling::nearest(slug, slugs) {
        Some(slug) => failure.hint(format!("did you mean `{slug}`?")),
        None => failure.hint("`weigh explain` lists them all"),
    })
}

fn page(rule: &Rule) -> String {
    format!("{}[{}]\n\n{}\n", severity_word(rule.severity), rule.slug, rule.manual.trim_end())
}

fn list() -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for rule in weigh::rules() {
        table.add_row([rule.slug, severity_word(rule.severity), &first_sentence(rule)]);
    }
    table.lines().map(|line| format!("{}\n", line.trim())).collect()
}

/// The manual's first sentence, on one line.
fn first_sentence(rule: &Rule) -> String {
    let paragraph = rule.manual.split("\n\n").next().unwrap_or("").replace('\n', " ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph[..end].trim_end_matches('.').to_owned()
}

fn to_json(rule: &Rule) -> Value {
    json!({
        "slug": rule.slug,
        "severity": severity_word(rule.severity),
        "summary": first_sentence(rule),
        "manual": rule.manual,
    })
}
