//! `weigh convert`: a raw network from one format into another, or a matrix of hypotheses into an assessment.

use std::collections::BTreeSet;
use std::path::Path;

use weigh::raw::formats::{self, Loss};
use weigh::world::World;
use weigh::{Session, Settings, ach};

use crate::args::ConvertArgs;
use crate::network;
use crate::output::{create_file, replace_file};
use crate::terminal::{self, Failure, Outcome};
use crate::world::Disk;

/// Runs the command.
pub fn run(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let ends = |path: &Path, endings: &[&str]| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        endings.contains(&ending.as_str())
    };
    match (ends(&args.input, &["csv", "tsv"]), ends(&args.output, &["weigh"])) {
        (true, true) => matrix(args),
        (false, false) => network(args),
        (true, false) => {
            let shown = args.output.display();
            Err(Failure::run(format!("a matrix cannot become {shown}"))
                .hint("it becomes an assessment: give a name that ends in .weigh"))
        }
        (false, true) => {
            let shown = args.input.display();
            Err(Failure::run(format!("{shown} cannot become an assessment"))
                .hint("a matrix of hypotheses can, from a file that ends in .csv or .tsv"))
        }
    }
}

fn network(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let to = network::format_of(&args.output)?;
    let (model, path) = network::load(&args.input)?;
    let written = formats::write(to, &model)
        .map_err(|error| Failure::input(&path, format!("{path}: {}", error.message)))?;
    tell("warning", &written.lost);
    replace_file(&args.output, written.text.as_bytes())?;
    Ok(Outcome::Fine)
}

fn matrix(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let path = args.input.display().to_string();
    let text = network::read_up_to(&args.input, ach::MAX_BYTES as u64)?;
    let matrix = ach::read(&text).map_err(|error| network::unread(&path, error))?;
    let name = args.input.file_name().unwrap_or_default().to_string_lossy();
    let disk = Disk { today: args.day.today };
    let converted = ach::to_assessment(&matrix, &name, &disk.today().to_string());
    let otherwise = "give another name: what somebody may have worked on is not overwritten";
    create_file(&args.output, &converted.text, otherwise)?;
    tell("note", &converted.told);
    let written = args.output.display().to_string();
    let mut out = format!(
        "{written} is written: {} items against {} hypotheses. Go through it, and then: weigh matrix {written}\n",
        matrix.items.len(),
        matrix.hypotheses.len(),
    );
    let findings = Session::load(&disk, &written)
        .ok()
        .and_then(|mut session| session.findings(&Settings::default()));
    if let Some(findings) = findings {
        out.push_str("\nAs it stands\n");
        for told in ach::compare(&matrix, &findings) {
            out.push_str(&format!("  {told}\n"));
        }
    }
    terminal::print(&out)?;
    Ok(Outcome::Fine)
}

fn tell(severity: &str, lost: &[Loss]) {
    let mut shown = BTreeSet::new();
    for loss in lost {
        if shown.insert(&loss.message) {
            terminal::complain(&format!("{severity}[{}]: {}\n", loss.slug, loss.message));
        }
    }
}
