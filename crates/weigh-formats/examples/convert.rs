//! Turns a file of one format into another: `convert IN OUT`; what is lost is told on stderr.
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "a program at the edge")]

use std::process::ExitCode;
use weigh_formats::{Format, Limits, read, write};

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = paths.as_slice() else {
        eprintln!("usage: convert IN OUT");
        return ExitCode::from(2);
    };
    match convert(from, to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn convert(from: &str, to: &str) -> Result<(), String> {
    let format = |path: &str| {
        Format::from_path_ending(path).ok_or_else(|| format!("{path}: an unknown format"))
    };
    let (from_format, to_format) = (format(from)?, format(to)?);
    let text = std::fs::read_to_string(from).map_err(|why| format!("{from}: {why}"))?;
    let start = std::time::Instant::now();
    let found = read(from_format, &text, &Limits::default()).map_err(|error| {
        let hint = error.hint.as_deref().unwrap_or("");
        format!("{from}:{error} [{}] ({hint})", error.slug)
    })?;
    let read_in = start.elapsed();
    let start = std::time::Instant::now();
    let written = write(to_format, &found.model).map_err(|why| format!("{to}: {why}"))?;
    if std::env::var_os("TIMES").is_some() {
        eprintln!("read in {read_in:?}, written in {:?}", start.elapsed());
    }
    for loss in &written.lost {
        eprintln!("{to}: {}", loss.message);
    }
    std::fs::write(to, written.text).map_err(|why| format!("{to}: {why}"))
}
