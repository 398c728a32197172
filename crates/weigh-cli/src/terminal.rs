//! Standard output for results, standard error for everything else.

use serde_json::{Value, json};
use std::fmt;
use std::io::{ErrorKind, Write};
use weigh::Session;
use weigh::diag::{Diagnostic, Severity};
use weigh::messages::{self, Colour};
use weigh::span::Files;

use crate::args::Format;

/// More messages than this are read by nobody at once; `--one-line` and JSON have them all.
const MAX_SHOWN: usize = 100;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Fine,
    /// The input has errors, and they were shown.
    InputHasErrors,
}

impl Outcome {
    /// How it ended, by the worst of the messages.
    pub fn of(session: &Session) -> Outcome {
        if session.has_errors() { Outcome::InputHasErrors } else { Outcome::Fine }
    }
}

/// The rule behind an input that cannot be read at all: `weigh explain` has its page.
const UNREADABLE: &str = "unreadable-file";

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// The input itself is unusable.
    Input {
        /// The file.
        file: String,
        /// The name of the fault.
        slug: &'static str,
        /// Line and column from 1, where the fault has a place.
        place: Option<(usize, usize)>,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// The command could not run.
    Run {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
}

impl Failure {
    /// The input itself is unusable.
    pub fn input(file: &str, message: String) -> Failure {
        Failure::fault(UNREADABLE, file, None, message)
    }

    /// Something in the input is wrong.
    pub fn fault(
        slug: &'static str,
        file: &str,
        place: Option<(usize, usize)>,
        message: String,
    ) -> Failure {
        Failure::Input { file: file.to_owned(), slug, place, message, hint: None }
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        let (Failure::Input { message, .. } | Failure::Run { message, .. }) = self;
        message
    }

    /// The command could not run.
    pub fn run(message: impl Into<String>) -> Failure {
        Failure::Run { message: message.into(), hint: None }
    }

    /// Adds what to do.
    pub fn hint(mut self, text: impl Into<String>) -> Failure {
        let (Failure::Input { hint, .. } | Failure::Run { hint, .. }) = &mut self;
        *hint = Some(text.into());
        self
    }

    /// The failure as the one message of a JSON result, if it is about the input.
    pub fn to_json(&self) -> Option<Value> {
        let Failure::Input { file, slug, place, message, hint } = self else { return None };
        Some(json!([{
            "severity": "error",
            "slug": slug,
            "message": message,
            "file": file,
            "line": place.map(|(line, _)| line),
            "column": place.map(|(_, column)| column),
            "labels": [],
            "hints": hint.iter().collect::<Vec<_>>(),
        }]))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = match self {
            Failure::Input { slug, message, hint, .. } => {
                writeln!(f, "error[{slug}]: {message}")?;
                hint
            }
            Failure::Run { message, hint } => {
                writeln!(f, "error: {message}")?;
                hint
            }
        };
        match hint {
            Some(hint) => writeln!(f, "hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Prints a result for people, without control characters: what a source or an assessment says cannot move the
/// cursor of its reader's terminal, or write what was not said.
pub fn print(text: &str) -> Result<(), Failure> {
    let is_kept = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    let text = text.replace("\r\n", "\n").replace(|c: char| !is_kept(c), "\u{fffd}");
    print_exactly(text.as_bytes())
}

/// Prints a result for programs, byte by byte. A reader who has seen enough and closed the pipe is no failure.
pub fn print_exactly(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::run(format!("cannot write the result: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a result for programs.
pub fn print_json(value: &Value) -> Result<(), Failure> {
    print_exactly(format!("{value:#}\n").as_bytes())
}

/// Prints a failure for programs too, if it is about the input and they asked.
pub fn also_as_json(failure: Failure, format: Format) -> Failure {
    if format == Format::Json
        && let Some(diagnostics) = failure.to_json()
        && let Err(failure) = print_json(&json!({ "diagnostics": diagnostics }))
    {
        return failure;
    }
    failure
}

/// Prints to standard error; if nobody listens, there is nobody to tell.
pub fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Shows the session's messages.
pub fn show_diagnostics(session: &Session, style: MessageStyle) {
    show_messages(&session.files, &session.diagnostics, style);
}

/// Shows messages about files.
pub fn show_messages(files: &Files, diagnostics: &[Diagnostic], style: MessageStyle) {
    let mut out = String::new();
    match style {
        MessageStyle::OneLine => {
            for diagnostic in diagnostics {
                out.push_str(&messages::render_line(files, diagnostic));
                out.push('\n');
            }
        }
        MessageStyle::WithLines => {
            let colour = match anstream::AutoStream::choice(&std::io::stderr()) {
                anstream::ColorChoice::Never => Colour::Never,
                _ => Colour::Always,
            };
            for diagnostic in diagnostics.iter().take(MAX_SHOWN) {
                out.push_str(&messages::render(files, diagnostic, colour));
                out.push('\n');
            }
            if diagnostics.len() > MAX_SHOWN {
                let n_more = diagnostics.len() - MAX_SHOWN;
                out.push_str(&format!("and {n_more} more; `--one-line` shows them all\n"));
            }
        }
    }
    complain(&out);
}

/// How messages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageStyle {
    /// With the source lines.
    WithLines,
    /// One line each.
    OneLine,
}

/// The session's messages for programs.
pub fn diagnostics_to_json(session: &Session) -> Value {
    messages_to_json(&session.files, &session.diagnostics)
}

/// Messages about files for programs.
pub fn messages_to_json(files: &Files, diagnostics: &[Diagnostic]) -> Value {
    diagnostics.iter().map(|d| messages::to_json(files, d)).collect()
}

/// The warnings that the author answers for, for programs.
pub fn silenced_to_json(session: &Session) -> Value {
    let silenced = session.answered_for();
    silenced.iter().map(|silenced| serde_json::to_value(silenced).unwrap_or_default()).collect()
}

/// `2 errors, 1 warning`, or `no faults`; and how many more the author answers for.
pub fn count_diagnostics(session: &Session) -> String {
    let count = |severity: Severity, name: &str| {
        let n = session.diagnostics.iter().filter(|d| d.severity() == severity).count();
        match n {
            0 => None,
            1 => Some(format!("1 {name}")),
            n => Some(format!("{n} {name}s")),
        }
    };
    let counts: Vec<String> = [
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning"),
        count(Severity::Note, "note"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let told = if counts.is_empty() { "no faults".to_owned() } else { counts.join(", ") };
    match session.answered_for().len() {
        0 => told,
        n => format!("{told}, {n} answered for"),
    }
}
