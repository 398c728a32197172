//! What the commands that show one analysis have in common: load, solve, print it alone.

use serde_json::{Map, Value, json};
use weigh::Settings;
use weigh::findings::Findings;

use crate::args::{Format, FormatArgs, InputArgs};
use crate::terminal::{self, Failure, Outcome};
use crate::{answers, input, solve};

/// One analysis: where it stands in the JSON, and its two faces.
pub struct Analysis<'a> {
    /// Its key.
    pub key: &'a str,
    /// For programs.
    pub json: &'a dyn Fn(&Findings) -> Value,
    /// For people.
    pub text: &'a dyn Fn(&Findings) -> String,
}

/// Runs a command that shows one analysis.
pub fn run(
    input: &InputArgs,
    format: &FormatArgs,
    settings: &Settings,
    analysis: &Analysis,
) -> Result<Outcome, Failure> {
    let mut session = match input::load(input) {
        Ok(session) => session,
        Err(failure) => {
            if format.format == Format::Json
                && let Some(diagnostics) = failure.to_json()
            {
                let key = analysis.key;
                terminal::print_json(
                    &json!({ key: Value::Null, "run": Value::Null, "diagnostics": diagnostics }),
                )?;
            }
            return Err(failure);
        }
    };
    let findings = session.findings(settings);
    let style = solve::message_style(input.one_line, format.format);
    terminal::show_diagnostics(&session, style);
    match (format.format, &findings) {
        (Format::Json, _) => {
            let mut out = json!({ analysis.key: findings.as_ref().map(analysis.json) });
            answers::write_run(&mut out, findings.as_ref());
            out["diagnostics"] = terminal::diagnostics_to_json(&session);
            terminal::print_json(&out)?;
        }
        (Format::Text, Some(findings)) => terminal::print(&(analysis.text)(findings))?,
        (Format::Text, None) => terminal::complain(solve::NOTHING_TO_SOLVE),
    }
    Ok(solve::outcome(&session, findings.is_some()))
}

/// One entry per question, by its name.
pub fn by_question<T>(
    findings: &Findings,
    found: &[T],
    entry: impl Fn(&T, usize) -> Value,
) -> Value {
    let ids = findings.questions.iter().map(|question| question.id.clone());
    let entries = ids.zip(found.iter().enumerate().map(|(ix, found)| entry(found, ix)));
    Value::Object(entries.collect::<Map<String, Value>>())
}
