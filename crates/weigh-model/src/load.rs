//! Texts by name into parsed files: the asked one, and everything it includes.

use crate::checks;
use crate::world::{ReadError, World};
use weigh_syntax::ast::View;
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::kind::Kind;
use weigh_syntax::parser::{Parse, parse};
use weigh_syntax::span::{FileId, Files, SourceFile, Span};

/// The texts of an assessment, parsed; the asked one first.
pub struct Loaded {
    /// The texts.
    pub files: Files,
    /// Their trees, in the same order.
    pub parses: Vec<Parse>,
    /// Files that could not be included.
    pub diagnostics: Vec<Diagnostic>,
}

/// An assessment is a few files; more than this is a mistake, and is refused before it is read.
const MAX_FILES: usize = 64;

/// Lines of one file that are read: far more than anybody writes by hand.
pub const MAX_LINES: usize = 20_000;

/// Reads and parses `path` and everything it includes, each file once.
///
/// # Errors
/// [`ReadError`] if `path` itself cannot be read; a file that cannot be included is a diagnostic.
pub fn load(world: &dyn World, path: &str) -> Result<Loaded, ReadError> {
    let text = world.read(path)?;
    let mut loaded =
        Loaded { files: Files::default(), parses: Vec::new(), diagnostics: Vec::new() };
    loaded.take(path, text);
    let mut next = 0;
    while next < loaded.parses.len() {
        loaded.include(world, next);
        next += 1;
    }
    Ok(loaded)
}

impl Loaded {
    fn take(&mut self, path: &str, text: String) {
        let file = self.files.add(SourceFile::new(path, text));
        let source = self.files.get(file);
        let n_lines = source.n_lines();
        let mut text = source.text.as_str();
        if n_lines > MAX_LINES {
            let end: usize = text.split_inclusive('\n').take(MAX_LINES).map(str::len).sum();
            let span = Span::new(file, 0, 0);
            self.diagnostics.push(checks::too_long::diagnostic(span, n_lines, MAX_LINES));
            text = &text[..end];
        }
        self.parses.push(parse(file, text));
    }

    fn include(&mut self, world: &dyn World, file_ix: usize) {
        let file = FileId(file_ix as u32);
        let root = View::new(file, self.parses[file_ix].tree.clone());
        let includes: Vec<_> =
            root.children_of(Kind::Include).filter_map(|include| include.text()).collect();
        for include in includes {
            let path = join(&self.files.get(file).path, &include.text);
            if self.files.iter().any(|(_, file)| normal(&file.path) == path) {
                continue;
            }
            if self.parses.len() >= MAX_FILES {
                self.diagnostics.push(checks::too_many_files::diagnostic(include.span, MAX_FILES));
                return;
            }
            match world.read(&path) {
                Ok(text) => self.take(&path, text),
                Err(error) => self.diagnostics.push(checks::unreadable_file::diagnostic(
                    include.span,
                    &path,
                    &error,
                )),
            }
        }
    }
}

/// A path as written in the file `from`, seen from where `from` is seen; one file has one spelling.
pub fn join(from: &str, path: &str) -> String {
    match from.rfind('/') {
        Some(slash) if !path.starts_with('/') => normal(&format!("{}/{path}", &from[..slash])),
        _ => normal(path),
    }
}

/// A path without `.` and, where a folder stands before it, without `..`. That a folder may be a link
/// to elsewhere is not asked: paths are taken as they are written.
fn normal(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            // nothing lies above the root
            ".." if is_rooted => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (is_rooted, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => ".".to_string(),
        (false, false) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_from_the_file_that_names_it() {
        assert_eq!(join("a.weigh", "b.weigh"), "b.weigh");
        assert_eq!(join("parts/a.weigh", "b.weigh"), "parts/b.weigh");
        assert_eq!(join("parts/a.weigh", "/b.weigh"), "/b.weigh");
        assert_eq!(join("/a.weigh", "b.weigh"), "/b.weigh");
    }

    #[test]
    fn a_file_has_one_path_however_it_is_spelled() {
        assert_eq!(join("a.weigh", "./b.weigh"), "b.weigh");
        assert_eq!(join("./a.weigh", "b.weigh"), "b.weigh");
        assert_eq!(join("a.weigh", "parts/.././/b.weigh"), "b.weigh");
        assert_eq!(join("parts/a.weigh", "../b.weigh"), "b.weigh");
        assert_eq!(join("/parts/a.weigh", "../../b.weigh"), "/b.weigh");
    }

    #[test]
    fn a_path_upwards_stays_one() {
        assert_eq!(join("a.weigh", "../b.weigh"), "../b.weigh");
        assert_eq!(join("../parts/a.weigh", "../../b.weigh"), "../../b.weigh");
    }
}
