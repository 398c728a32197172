//! `weigh check`: what is wrong with an assessment.

use serde_json::json;
use weigh::Settings;
use weigh::diag::Severity;

use crate::args::{CheckArgs, Format};
use crate::input;
use crate::solve::message_style;
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &CheckArgs) -> Result<Outcome, Failure> {
    let mut session = match input::load(&args.input) {
        Ok(session) => session,
        Err(failure) => return terminal_failure(failure, args.format.format),
    };
    let settings = Settings::default();
    if let Some(stage) = args.emit.emit {
        let printed = session.emit(stage.into(), &settings);
        terminal::show_diagnostics(&session, message_style(args.input.one_line, Format::Text));
        terminal::print(&printed)?;
    } else {
        // Some faults can only be seen in the numbers: evidence that cannot be, a word that does not fit.
        session.diagnose(&settings);
        let style = message_style(args.input.one_line, args.format.format);
        terminal::show_diagnostics(&session, style);
        match args.format.format {
            Format::Text => {
                let path = session.files.iter().next().map_or("", |(_, file)| file.path.as_str());
                terminal::print(&format!("{path}: {}\n", terminal::count_diagnostics(&session)))?;
            }
            Format::Json => {
                let count = |severity: Severity| {
                    session.diagnostics.iter().filter(|d| d.severity() == severity).count()
                };
                terminal::print_json(&json!({
                    "errors": count(Severity::Error),
                    "warnings": count(Severity::Warning),
                    "notes": count(Severity::Note),
                    "diagnostics": terminal::diagnostics_to_json(&session),
                    "silenced": terminal::silenced_to_json(&session),
                }))?;
            }
        }
    }
    let doubtful = session.diagnostics.iter().any(|d| d.severity() >= Severity::Warning);
    if args.strict && doubtful {
        return Ok(Outcome::InputHasErrors);
    }
    Ok(Outcome::of(&session))
}

fn terminal_failure(failure: Failure, format: Format) -> Result<Outcome, Failure> {
    if format == Format::Json
        && let Some(diagnostics) = failure.to_json()
    {
        terminal::print_json(&json!({
            "errors": 1, "warnings": 0, "notes": 0, "diagnostics": diagnostics, "silenced": [],
        }))?;
    }
    Err(failure)
}
