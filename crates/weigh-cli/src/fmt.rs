//! `weigh fmt`: files laid out in place.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use weigh_syntax::diag::{Diagnostic, Severity};
use weigh_syntax::parser::parse;
use weigh_syntax::span::{Files, SourceFile};

use crate::args::{FmtArgs, Format};
use crate::solve::message_style;
use crate::terminal::{self, Failure, Outcome};
use crate::{input, output, world};

/// What `-` is called in messages.
const STDIN: &str = "standard input";

/// Runs the command.
pub fn run(args: &FmtArgs) -> Result<Outcome, Failure> {
    let from_stdin = args.paths == [Path::new("-")];
    let read = if from_stdin { Read::stdin() } else { Read::files(&args.paths) };
    let read = match read {
        Ok(read) => read,
        Err(failure) => return unread(failure, args.format.format),
    };
    let format = args.format.format;
    let style = message_style(false, format);
    terminal::show_messages(&read.files, &read.diagnostics, style);
    // `- --check` asks whether it is laid out, without `--check` for the laid-out text.
    let printed = (from_stdin && !args.check).then(|| read.laid_out.concat());
    let changed = read.changed();
    if !args.check && !from_stdin {
        for &(name, text) in &changed {
            output::replace_file(Path::new(name), text.as_bytes())?;
        }
    }
    match (format, printed) {
        (Format::Text, Some(text)) => terminal::print_exactly(text.as_bytes())?,
        (Format::Text, None) if from_stdin => {}
        (Format::Text, None) => {
            let verb = if args.check { "is not laid out" } else { "laid out" };
            let lines = changed.iter().map(|(name, _)| format!("{name}: {verb}\n"));
            terminal::print(&lines.collect::<String>())?;
        }
        (Format::Json, printed) => {
            let names = changed.iter().map(|(name, _)| json!(name)).collect();
            let told = terminal::messages_to_json(&read.files, &read.diagnostics);
            let mut out = result(read.laid_out.len(), names, told);
            if let Some(text) = printed {
                out["text"] = json!(text);
            }
            terminal::print_json(&out)?;
        }
    }
    let wrong = read.diagnostics.iter().any(|told| told.severity() == Severity::Error);
    let not_laid_out = args.check && !changed.is_empty();
    Ok(if wrong || not_laid_out { Outcome::InputHasErrors } else { Outcome::Fine })
}

/// Texts with what is wrong with their syntax, and what they are laid out.
struct Read {
    files: Files,
    diagnostics: Vec<Diagnostic>,
    /// One per file.
    laid_out: Vec<String>,
}

impl Read {
    fn new(texts: Vec<(String, String)>) -> Read {
        let mut read = Read { files: Files::default(), diagnostics: vec![], laid_out: vec![] };
        for (name, text) in texts {
            let id = read.files.add(SourceFile::new(name, text));
            let parsed = parse(id, &read.files.get(id).text);
            read.laid_out.push(weigh_syntax::format::format(&parsed));
            read.diagnostics.extend(parsed.diagnostics);
        }
        read
    }

    fn stdin() -> Result<Read, Failure> {
        let text = world::decode(std::io::stdin().lock())
            .map_err(|error| input::unreadable(STDIN, &error))?;
        Ok(Read::new(vec![(STDIN.to_owned(), text)]))
    }

    /// All are read before any is written: a file that cannot be read stops the command early.
    fn files(paths: &[PathBuf]) -> Result<Read, Failure> {
        let mut files: Vec<PathBuf> = Vec::new();
        for path in paths {
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
        let text = |file: &PathBuf| {
            let name = input::name_of(file)?;
            let text = world::read_text(file).map_err(|error| input::unreadable(&name, &error))?;
            Ok((name, text))
        };
        Ok(Read::new(files.iter().map(text).collect::<Result<_, Failure>>()?))
    }

    /// The files whose layout is another, with that layout.
    fn changed(&self) -> Vec<(&str, &str)> {
        let pairs = self.files.iter().zip(&self.laid_out);
        let differing = pairs.filter(|((_, file), laid_out)| file.text != **laid_out);
        differing.map(|((_, file), laid_out)| (file.path.as_str(), laid_out.as_str())).collect()
    }
}

fn result(n_files: usize, changed: Value, diagnostics: Value) -> Value {
    json!({ "files": n_files, "changed": changed, "diagnostics": diagnostics })
}

/// What is printed for an input that cannot be read.
fn unread(failure: Failure, format: Format) -> Result<Outcome, Failure> {
    if format == Format::Json
        && let Some(diagnostics) = failure.to_json()
    {
        terminal::print_json(&result(0, json!([]), diagnostics))?;
    }
    Err(failure)
}
