//! `weigh report`: the whole job, a page that can be sent and a summary on the terminal.

use serde_json::json;
use std::path::{Path, PathBuf};
use weigh::Session;
use weigh::findings::Findings;
use weigh::report::{self, Form, Theme};

use crate::args::{Format, ReportArgs, To};
use crate::terminal::{self, Failure, Outcome};
use crate::{answers, browser, input, network, output, solve, summary};

/// A theme is a dozen lines.
const MOST_THEME: u64 = 100_000;

/// Runs the command.
pub fn run(args: &ReportArgs) -> Result<Outcome, Failure> {
    let to = form(args);
    // Before the work, so that nobody waits for a fault in it.
    let theme = args.theme.as_deref().map(theme).transpose()?;
    let mut session = match input::load(&args.input) {
        Ok(session) => session,
        Err(failure) => return solve::unsolved(failure, args.format.format),
    };
    let findings = session.findings(&args.run.settings());
    let style = solve::message_style(args.input.one_line, args.format.format);
    terminal::show_diagnostics(&session, style);
    let path =
        args.output.clone().unwrap_or_else(|| PathBuf::from(format!("report.{}", to.ending())));
    let to_stdout = path == Path::new("-");
    if let Some(findings) = &findings {
        let written = written(&session, findings, to, args.brief, theme.as_ref())?;
        match to_stdout {
            true => terminal::print_exactly(&written)?,
            false => output::replace_file(&path, &written)?,
        }
    }
    let written = (findings.is_some() && !to_stdout).then(|| path.display().to_string());
    match (args.format.format, &findings) {
        // The report has standard output to itself.
        (_, Some(_)) if to_stdout => {}
        (Format::Json, _) => {
            let mut result = answers::to_json(&session, findings.as_ref());
            result["report"] = json!(written);
            terminal::print_json(&result)?;
        }
        (Format::Text, Some(findings)) => {
            let page = written.unwrap_or_default();
            terminal::print(&format!("{}\nThe report is in {page}\n", summary::text(findings)))?;
        }
        (Format::Text, None) => terminal::complain(solve::NOTHING_TO_SOLVE),
    }
    Ok(solve::outcome(&session, findings.is_some()))
}

/// What is asked for, or what the file's ending says, or a page.
fn form(args: &ReportArgs) -> To {
    let ending = args.output.as_ref().and_then(|path| path.extension()?.to_str());
    let of_ending = |ending: &str| match ending.to_ascii_lowercase().as_str() {
        "md" | "markdown" => To::Md,
        "pdf" => To::Pdf,
        "json" => To::Json,
        _ => To::Html,
    };
    args.to.unwrap_or_else(|| ending.map_or(To::Html, of_ending))
}

/// Other colours and fonts from a file.
fn theme(path: &Path) -> Result<Theme, Failure> {
    let text = network::read_up_to(path, MOST_THEME)?;
    Theme::read(&text).map_err(|fault| {
        Failure::run(format!("{}:{}: {}", path.display(), fault.line, fault.message))
            .hint(fault.hint)
    })
}

fn written(
    session: &Session,
    findings: &Findings,
    to: To,
    brief: bool,
    theme: Option<&Theme>,
) -> Result<Vec<u8>, Failure> {
    let form = if brief { Form::Brief } else { Form::Full };
    let page = || {
        let page = match form {
            Form::Full => report::html(findings),
            Form::Brief => report::brief(findings),
        };
        theme.map_or_else(|| page.clone(), |theme| theme.put_on(&page))
    };
    Ok(match to {
        To::Html => page().into_bytes(),
        To::Md => report::markdown(findings, form).into_bytes(),
        To::Pdf => browser::pdf(&page())?,
        To::Json => format!("{:#}\n", answers::to_json(session, Some(findings))).into_bytes(),
    })
}
