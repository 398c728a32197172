//! `weigh man`: manual pages, made from the same words as `--help`.

use clap::CommandFactory;

use crate::args::{Args, ManArgs};
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &ManArgs) -> Result<Outcome, Failure> {
    let folder = args.folder.display();
    let cannot = |error: std::io::Error| Failure::run(format!("cannot write to {folder}: {error}"));
    std::fs::create_dir_all(&args.folder).map_err(cannot)?;
    clap_mangen::generate_to(Args::command(), &args.folder).map_err(cannot)?;
    terminal::print(&format!("the manual pages are in {folder}\n"))?;
    Ok(Outcome::Fine)
}
