//! `weigh solve`: the probabilities.

use serde_json::{Value, json};

use crate::args::{Format, SolveArgs};
use crate::terminal::{self, Failure, MessageStyle, Outcome};
use crate::{answers, input, summary};

/// Runs the command.
pub fn run(args: &SolveArgs) -> Result<Outcome, Failure> {
    let mut session = match input::load(&args.input) {
        Ok(session) => session,
        Err(failure) => return unsolved(failure, args.format.format),
    };
    let settings = args.run.settings();
    if let Some(stage) = args.emit.emit {
        let printed = session.emit(stage.into(), &settings);
        terminal::show_diagnostics(&session, message_style(args.input.one_line, Format::Text));
        terminal::print(&printed)?;
        return Ok(Outcome::of(&session));
    }
    let findings = session.findings(&settings);
    terminal::show_diagnostics(&session, message_style(args.input.one_line, args.format.format));
    match (args.format.format, &findings) {
        (Format::Json, _) => {
            terminal::print_json(&answers::to_json(&session, findings.as_ref()))?;
        }
        (Format::Text, Some(findings)) => terminal::print(&summary::text(findings))?,
        (Format::Text, None) => terminal::complain(NOTHING_TO_SOLVE),
    }
    Ok(outcome(&session, findings.is_some()))
}

/// Said when the faults leave nothing to solve.
pub const NOTHING_TO_SOLVE: &str = "nothing is left to solve: put the errors above right first\n";

/// Without numbers, all is not well, even if no message says so.
pub fn outcome(session: &weigh::Session, solved: bool) -> Outcome {
    if solved { Outcome::of(session) } else { Outcome::InputHasErrors }
}

/// For programs the messages are in the JSON, so that people get the short form beside it.
pub fn message_style(one_line: bool, format: Format) -> MessageStyle {
    if one_line || format == Format::Json { MessageStyle::OneLine } else { MessageStyle::WithLines }
}

/// What a command that solves prints for an input that cannot be read.
pub fn unsolved(failure: Failure, format: Format) -> Result<Outcome, Failure> {
    if format == Format::Json
        && let Some(diagnostics) = failure.to_json()
    {
        terminal::print_json(&json!({
            "questions": {}, "run": Value::Null, "diagnostics": diagnostics,
        }))?;
    }
    Err(failure)
}
