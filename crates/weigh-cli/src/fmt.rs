//! `weigh fmt`: files laid out in place.

use serde_json::json;
use std::path::{Path, PathBuf};
use weigh_syntax::{format::format, parser::parse, span::FileId};

use crate::args::{FmtArgs, Format};
use crate::terminal::{self, Failure, Outcome};
use crate::{input, output, world};

/// Runs the command.
pub fn run(args: &FmtArgs) -> Result<Outcome, Failure> {
    if args.paths == [Path::new("-")] {
        return format_stdin(args);
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for path in &args.paths {
        if path.is_dir() {
            let found = input::weigh_files(path)?;
            if found.is_empty() {
                let folder = path.display();
                return Err(Failure::run(format!("the folder {folder} holds no .weigh file")));
            }
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    // All are read before any is written: a file that cannot be read stops the command early.
    let mut changed: Vec<(PathBuf, String)> = Vec::new();
    for file in &files {
        let name = file.display().to_string();
        let text = world::read_text(file).map_err(|error| input::unreadable(&name, &error))?;
        let laid_out = lay_out(&text);
        if laid_out != text {
            changed.push((file.clone(), laid_out));
        }
    }
    if !args.check {
        for (file, text) in &changed {
            output::replace_file(file, text)?;
        }
    }
    let names: Vec<String> = changed.iter().map(|(file, _)| file.display().to_string()).collect();
    match args.format.format {
        Format::Text => {
            let verb = if args.check { "is not laid out" } else { "laid out" };
            let lines = names.iter().map(|name| format!("{name}: {verb}\n"));
            terminal::print(&lines.collect::<String>())?;
        }
        Format::Json => {
            let n_files = files.len();
            terminal::print_json(
                &json!({ "files": n_files, "changed": names, "diagnostics": [] }),
            )?;
        }
    }
    Ok(if args.check && !changed.is_empty() { Outcome::InputHasErrors } else { Outcome::Fine })
}

fn format_stdin(args: &FmtArgs) -> Result<Outcome, Failure> {
    let name = "standard input";
    let text =
        world::decode(std::io::stdin().lock()).map_err(|error| input::unreadable(name, &error))?;
    let laid_out = lay_out(&text);
    if args.check {
        let same = laid_out == text;
        return Ok(if same { Outcome::Fine } else { Outcome::InputHasErrors });
    }
    terminal::print(&laid_out)?;
    Ok(Outcome::Fine)
}

fn lay_out(text: &str) -> String {
    format(&parse(FileId(0), text))
}
