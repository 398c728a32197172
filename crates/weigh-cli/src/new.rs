//! `weigh new`: a file to start from.

use jiff::ToSpan;
use std::path::Path;

use crate::args::NewArgs;
use crate::output;
use crate::terminal::{self, Failure, Outcome};
use crate::world::Disk;

/// The file, with two dates to fill in.
const TEMPLATE: &str = include_str!("starting.weigh");
const TEMPLATE_DAY: &str = "2026-01-15";
const TEMPLATE_HORIZON: &str = "2026-12-31";

/// Runs the command.
pub fn run(args: &NewArgs) -> Result<Outcome, Failure> {
    let today = Disk::day(args.day.today);
    let horizon = today.saturating_add(6.months()).last_of_month();
    let text = TEMPLATE
        .replace(TEMPLATE_DAY, &today.to_string())
        .replace(TEMPLATE_HORIZON, &horizon.to_string());
    if args.name == Path::new("-") {
        terminal::print(&text)?;
        return Ok(Outcome::Fine);
    }
    let mut path = args.name.clone();
    if path.extension().is_none_or(|ending| ending != "weigh") {
        path.as_mut_os_string().push(".weigh");
    }
    output::create_file(&path, &text, "give another name, or print it with `weigh new -`")?;
    let path = path.display();
    terminal::print(&format!("{path} is written; edit it, and then: weigh report {path}\n"))?;
    Ok(Outcome::Fine)
}
