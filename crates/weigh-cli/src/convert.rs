//! `weigh convert`: a raw network from one format into another.

use std::collections::BTreeSet;

use weigh::raw::formats;

use crate::args::ConvertArgs;
use crate::network;
use crate::output::replace_file;
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let to = network::format_of(&args.output)?;
    let (model, path) = network::load(&args.input)?;
    let written = formats::write(to, &model)
        .map_err(|error| Failure::input(&path, format!("{path}: {}", error.message)))?;
    let mut shown = BTreeSet::new();
    for loss in &written.lost {
        if shown.insert(&loss.message) {
            terminal::complain(&format!("warning[{}]: {}\n", loss.slug, loss.message));
        }
    }
    replace_file(&args.output, &written.text)?;
    Ok(Outcome::Fine)
}
