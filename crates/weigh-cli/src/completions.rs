//! `weigh completions`: a script that teaches a shell the command's words.

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "weigh", &mut script);
    terminal::print_exactly(&script)?;
    Ok(Outcome::Fine)
}
