//! `weigh origins`: which texts come from one, in a folder or among an assessment's sources.

use std::path::{Path, PathBuf};

use serde_json::json;
use weigh::origins::{Group, Likeness, Origins, Print, Repeat, Text, of_assessment, origins};
use weigh::report::words;

use crate::args::{Format, OriginsArgs};
use crate::input;
use crate::terminal::{self, Failure, Outcome};
use crate::world::{Disk, read_text};

/// Texts of a folder that are compared: more than anybody collects.
const MAX_TEXTS: usize = 100_000;
/// Groups that are told on a screen; JSON has all.
const MAX_TOLD: usize = 50;

/// A text that could not be read, and why.
type Unread = (String, String);

/// Runs the command.
pub fn run(args: &OriginsArgs) -> Result<Outcome, Failure> {
    let path = &args.path;
    let is_folder = path.is_dir() && input::weigh_files(path)?.is_empty();
    let (texts, unread) = if is_folder {
        of_folder(path)?
    } else {
        let file = input::find(path)?;
        let world = Disk::at(&file, args.day.today);
        let session = weigh::Session::load(&world, &file)
            .map_err(|error| input::unreadable(&file, &error))?;
        let texts = of_assessment(&session, &world);
        let unread = texts.iter().filter(|text| text.print.is_none());
        let unread = unread.map(|text| (text.name.clone(), "its text is not here".to_owned()));
        let unread = unread.collect();
        (texts, unread)
    };
    let found = origins(&texts);
    match args.format.format {
        Format::Text => terminal::print(&told(&found, &unread, is_folder))?,
        Format::Json => {
            let mut out = json!(found);
            let unread = unread.iter().map(|(name, why)| json!({ "name": name, "why": why }));
            out["unread"] = unread.collect();
            terminal::print_json(&out)?;
        }
    }
    Ok(Outcome::Fine)
}

/// The texts below a folder, by their path from it, and those that could not be read. Links lead out of
/// the folder or round in it, and are not followed.
fn of_folder(folder: &Path) -> Result<(Vec<Text>, Vec<Unread>), Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let cannot = |error: std::io::Error| {
            Failure::run(format!("the folder {} cannot be read: {error}", folder.display()))
        };
        for entry in std::fs::read_dir(&folder).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            match entry.file_type().map_err(cannot)? {
                _ if is_hidden => {}
                it if it.is_dir() => open.push(entry.path()),
                it if it.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
        if files.len() > MAX_TEXTS {
            return Err(Failure::run(format!(
                "the folder holds more than {} files",
                words::group_thousands(&MAX_TEXTS.to_string())
            ))
            .hint("name a folder below it"));
        }
    }
    files.sort();
    let (mut texts, mut unread) = (Vec::new(), Vec::new());
    for file in files {
        let name = input::name_of(file.strip_prefix(folder).unwrap_or(&file))?;
        match read_text(&file) {
            Ok(words) => texts.push(Text {
                name: name.clone(),
                print: Some(Print::new(&words)),
                published: None,
                said: texts.len(),
                file: Some(name),
            }),
            Err(error) => {
                let why = input::unreadable(&name, &error).message().to_owned();
                unread.push((name, why));
            }
        }
    }
    Ok((texts, unread))
}

fn told(found: &Origins, unread: &[Unread], is_folder: bool) -> String {
    let what = if is_folder { ("text", "texts") } else { ("source", "sources") };
    let n_origins = words::count(found.origins, "origin", "origins");
    let mut out = format!("{}, {n_origins}", words::count(found.texts, what.0, what.1));
    if !is_folder && found.said != found.origins {
        out.push_str(&format!(" ({} by what the file says)", found.said));
    }
    out.push('\n');
    for group in found.groups.iter().take(MAX_TOLD) {
        out.push_str(&of_group(group, is_folder));
    }
    if !found.groups.is_empty() {
        out.push_str("\nParts are of the shorter of the two texts.\n");
    }
    if found.groups.len() > MAX_TOLD {
        let n_more = found.groups.len() - MAX_TOLD;
        out.push_str(&format!("\nand {n_more} more; `--format json` has them all\n"));
    }
    if !unread.is_empty() {
        out.push_str("\nNot compared:\n");
        for (_, why) in unread.iter().take(MAX_TOLD) {
            out.push_str(&format!("  {why}\n"));
        }
    }
    out
}

fn of_group(group: &Group, is_folder: bool) -> String {
    let all_said = group.repeats.iter().all(|repeat| repeat.said);
    let perhaps = if all_said && !is_folder { "" } else { ", perhaps" };
    let mut out = format!("\nOne origin{perhaps}: {}\n", group.origin);
    for repeat in group.repeats.iter().take(MAX_TOLD) {
        out.push_str(&format!("  {}: {}\n", repeat.name, why(repeat)));
        if !is_folder && !repeat.said {
            out.push_str(&format!(
                "    proposed: `origin {}` under `source {}`\n",
                group.origin, repeat.name
            ));
        }
    }
    if group.repeats.len() > MAX_TOLD {
        out.push_str(&format!("  and {} more\n", group.repeats.len() - MAX_TOLD));
    }
    out
}

fn why(repeat: &Repeat) -> String {
    let Some(like) = &repeat.like else { return "said to repeat it".to_owned() };
    let percent = words::percent;
    let mut why = match like.likeness {
        Likeness::Same => format!("the same words as {}", like.to),
        Likeness::Copied => {
            format!("copied: shares {} of the passages with {}", percent(like.shared_runs), like.to)
        }
        Likeness::Rewritten => format!(
            "rewritten: shares {} of the names and numbers with {}, {} of them in the same order",
            percent(like.shared_anchors),
            like.to,
            percent(like.in_order)
        ),
    };
    if repeat.said {
        why.push_str("; said to repeat it");
    }
    why
}
