//! `weigh report`: the whole job, a page that can be sent and a summary on the terminal.

use serde_json::json;
use std::path::Path;

use crate::args::{Format, ReportArgs};
use crate::terminal::{self, Failure, Outcome};
use crate::{answers, input, output, solve, summary};

/// Runs the command.
pub fn run(args: &ReportArgs) -> Result<Outcome, Failure> {
    let mut session = match input::load(&args.input) {
        Ok(session) => session,
        Err(failure) => return solve::unsolved(failure, args.format.format),
    };
    let findings = session.findings(&args.run.settings());
    let style = solve::message_style(args.input.one_line, args.format.format);
    terminal::show_diagnostics(&session, style);
    let to_stdout = args.output == Path::new("-");
    if let Some(findings) = &findings {
        let page = weigh::report::html(findings);
        if to_stdout {
            terminal::print(&page)?;
        } else {
            output::replace_file(&args.output, &page)?;
        }
    }
    let written = (findings.is_some() && !to_stdout).then(|| args.output.display().to_string());
    match (args.format.format, &findings) {
        // The page has standard output to itself.
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
