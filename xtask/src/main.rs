//! The project's own chores: `cargo run -p xtask -- tidy` holds the tree to its rules.

mod edges;
mod formulas;
mod rules;
mod texts;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut err = std::io::stderr().lock();
    if arguments != ["tidy"] {
        let _ = writeln!(err, "usage: cargo run -p xtask -- tidy");
        return ExitCode::from(2);
    }
    let faults = tidy(&root());
    for fault in &faults {
        let _ = writeln!(err, "{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every rule that the tree breaks, one line each.
fn tidy(root: &Path) -> Vec<String> {
    [edges::faults(root), formulas::faults(root), rules::faults(root), texts::faults(root)].concat()
}

/// The project's folder.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the project").to_owned()
}

/// Reads a file of the project; empty if it is not text.
#[allow(clippy::disallowed_methods, reason = "a chore reads the project's own files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Every file of the project below a folder, by name, without what tools make.
fn files(folder: &Path) -> Vec<PathBuf> {
    const MADE: [&str; 7] = [
        "target",
        "node_modules",
        ".git",
        "corpus",
        "artifacts",
        "coverage",
        "proptest-regressions",
    ];
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_symlink() || MADE.iter().any(|made| path.ends_with(made)) {
            continue;
        }
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_tidy() {
        let faults = super::tidy(&super::root());
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}
