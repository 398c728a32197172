//! Every function and test that docs/methods.md names, against the sources.

use std::path::{Path, PathBuf};

use crate::{files, read};

const PAGE: &str = "docs/methods.md";

/// What may be named.
const KINDS: [&str; 8] =
    ["fn ", "struct ", "enum ", "trait ", "const ", "static ", "type ", "mod "];

/// Every path in backticks that leads nowhere.
pub fn faults(root: &Path) -> Vec<String> {
    let page = read(&root.join(PAGE));
    let mut faults = Vec::new();
    for (line_ix, line) in page.lines().enumerate() {
        for path in paths_in(line) {
            if let Some(why) = fault(root, path) {
                faults.push(format!("{PAGE}:{}: `{path}`: {why}", line_ix + 1));
            }
        }
    }
    faults
}

/// The words in backticks that are paths: names joined by `::`.
fn paths_in(line: &str) -> Vec<&str> {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let words = line.split('`').skip(1).step_by(2);
    words.filter(|word| word.contains("::") && word.split("::").all(is_name)).collect()
}

/// Why a path leads nowhere: `crate::module::name`, or `crate::tests::file::name` for a test.
fn fault(root: &Path, path: &str) -> Option<String> {
    let mut names = path.split("::").peekable();
    let folder = root.join("crates").join(names.next()?.replace('_', "-"));
    if !folder.is_dir() {
        return Some("there is no such crate".to_owned());
    }
    let mut place = folder.join("src");
    if names.peek() == Some(&"tests") {
        // A crate's tests are one program where there are many of them.
        let one = folder.join("tests/it");
        place = if one.is_dir() { one } else { folder.join("tests") };
        names.next();
    }
    while let Some(inner) = names.peek().and_then(|name| module(&place, name)) {
        place = inner;
        names.next();
    }
    let inside = if place.is_dir() { files(&place) } else { vec![place] };
    let text: String = inside.iter().map(|file| read(file)).collect();
    let unknown = names.find(|name| !defines(&text, name))?;
    Some(format!("nothing called {unknown} is there"))
}

/// The file or folder of a module.
fn module(place: &Path, name: &str) -> Option<PathBuf> {
    [place.join(format!("{name}.rs")), place.join(name)].into_iter().find(|path| path.exists())
}

/// Whether a text of Rust defines a name.
fn defines(text: &str, name: &str) -> bool {
    KINDS.iter().any(|kind| {
        text.split(&format!("{kind}{name}"))
            .skip(1)
            .any(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_in_backticks_count() {
        let line = "by `a::b::c` and `d`, not x::y, `e::` or `P(e | h) :: q`";
        assert_eq!(paths_in(line), ["a::b::c"]);
    }

    #[test]
    fn a_name_is_whole() {
        let text = "pub fn fit_beta(low: f64) {}\nconst MAX: usize = 1;";
        assert!(defines(text, "fit_beta") && defines(text, "MAX"));
        assert!(!defines(text, "fit") && !defines(text, "low"));
    }

    #[test]
    fn what_is_gone_is_told() {
        let root = crate::root();
        let of = |path| fault(&root, path);
        assert_eq!(of("weigh_syntax::parser::parse"), None);
        assert_eq!(of("weigh_syntax::parser::tests"), Some("nothing called tests is there".into()));
        assert_eq!(of("weigh_syntax::Diagnostic"), None);
        assert_eq!(of("weigh_syntax::tests::parser::one_slip_is_one_message"), None);
        assert_eq!(of("weigh_syntax::parser::gone"), Some("nothing called gone is there".into()));
        assert_eq!(of("weigh_gone::parser"), Some("there is no such crate".into()));
    }
}
