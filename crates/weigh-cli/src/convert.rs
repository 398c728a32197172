//! `weigh convert`: a raw network from one format into another, or a matrix of hypotheses into an assessment.

use std::collections::BTreeSet;
use std::path::Path;

use weigh::raw::formats::{self, Loss};
use weigh::references::{self, misp};
use weigh::report::words;
use weigh::{Session, Settings, ach};

use crate::args::ConvertArgs;
use crate::network;
use crate::output::{create_file, replace_file};
use crate::terminal::{self, Failure, Outcome};
use crate::world::{Disk, read_bytes};

/// Runs the command.
pub fn run(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let ends = |path: &Path, endings: &[&str]| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        endings.contains(&ending.as_str())
    };
    let references: &[&str] = &["bib", "json"];
    match (ends(&args.input, references), ends(&args.output, references)) {
        (true, _) if ends(&args.output, &["weigh"]) => return from_references(args),
        (_, true) if ends(&args.input, &["weigh"]) => return to_references(args),
        (true, _) => {
            let shown = args.output.display();
            return Err(Failure::run(format!("references cannot become {shown}"))
                .hint("they become sources: give a name that ends in .weigh"));
        }
        (_, true) => {
            let shown = args.input.display();
            return Err(Failure::run(format!(
                "{shown} has no sources that could become references"
            ))
            .hint("an assessment has, from a file that ends in .weigh"));
        }
        _ => {}
    }
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

/// References of another program as sources, or MISP's event as the beginning of an assessment.
fn from_references(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let path = args.input.display().to_string();
    let text = network::read_up_to(&args.input, references::MAX_BYTES as u64)?;
    let unread = |error| network::unread(&path, error);
    let is_bibtex = args.input.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("bib"));
    let (written, n) = if is_bibtex {
        let read = references::read_bibtex(&text).map_err(unread)?;
        (references::sources_text(&read), read.len())
    } else if is_event(&text) {
        let event = misp::read(&text).map_err(unread)?;
        for tag in &event.left_out {
            terminal::complain(&format!(
                "warning[tag]: `{tag}` has no counterpart here, and is left out\n"
            ));
        }
        let today = Disk::day(args.day.today).to_string();
        (references::event_text(&event, &today), event.sources.len())
    } else {
        let read = references::read_csl(&text).map_err(unread)?;
        (references::sources_text(&read), read.len())
    };
    let otherwise = "give another name: what somebody may have worked on is not overwritten";
    create_file(&args.output, &written, otherwise)?;
    let shown = args.output.display();
    let n = words::count(n, "source", "sources");
    terminal::print(&format!(
        "{shown} is written: {n}. Take it into an assessment with: include \"{shown}\"\n"
    ))?;
    Ok(Outcome::Fine)
}

/// Whether JSON is MISP's; a fault in it is told by whoever reads it.
fn is_event(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.get("Event").is_some())
}

/// The sources of an assessment as references, or its answer and grades as MISP's event.
fn to_references(args: &ConvertArgs) -> Result<Outcome, Failure> {
    let file = crate::input::find(&args.input)?;
    let mut session = Session::load(&Disk::at(&file, args.day.today), &file)
        .map_err(|error| crate::input::unreadable(&file, &error))?;
    let name = args.output.to_string_lossy().to_lowercase();
    let referenced = references::of_session(&session);
    let written = if name.ends_with(".bib") {
        references::write_bibtex(&referenced.references)
    } else if name.ends_with(".misp.json") {
        let findings = session.findings(&Settings::default()).ok_or_else(|| {
            Failure::run(format!("{file} has no answer to be tagged"))
                .hint("`weigh check` says why")
        })?;
        misp::write(&references::event_of(&session, &findings))
    } else {
        references::write_csl(&referenced.references)
    };
    for lost in &referenced.lost {
        terminal::complain(&format!("warning[source]: not carried over: {lost}\n"));
    }
    replace_file(&args.output, written.as_bytes())?;
    Ok(Outcome::Fine)
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
    let most = ach::MAX_BYTES as u64;
    let bytes = read_bytes(&args.input, most)
        .map_err(|error| network::unread_file(&args.input, most, &error))?;
    // Spreadsheets write the encoding of their machine.
    let text = weigh_sources::read("matrix.txt", &bytes)
        .map_err(|fault| Failure::input(&path, format!("{path} cannot be read: {fault}")))?;
    for remark in &text.remarks {
        terminal::complain(&format!("note: {path}: {remark}\n"));
    }
    let matrix = ach::read(&text.text).map_err(|error| network::unread(&path, error))?;
    let name = args.input.file_name().unwrap_or_default().to_string_lossy();
    let today = Disk::day(args.day.today);
    let converted = ach::to_assessment(&matrix, &name, &today.to_string());
    let otherwise = "give another name: what somebody may have worked on is not overwritten";
    create_file(&args.output, &converted.text, otherwise)?;
    tell("note", &converted.told);
    let written = args.output.display().to_string();
    let mut out = format!(
        "{written} is written: {} items against {} hypotheses. Go through it, and then: weigh matrix {written}\n",
        matrix.items.len(),
        matrix.hypotheses.len(),
    );
    let findings = Session::load(&Disk::at(&written, args.day.today), &written)
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
