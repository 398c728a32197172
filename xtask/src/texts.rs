//! Every file of the project: a first line that says its role, and no name of a machine.

use std::path::Path;

use crate::{files, read};

/// Folders that exist on somebody's machine only, and hosts that a build may not depend on by name.
/// In two pieces each, so that this file does not find itself.
const MACHINES: [(&str, &str); 7] = [
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/Use", "rs/"),
    ("registry.np", "mjs.org"),
    ("index.crat", "es.io"),
    ("static.crat", "es.io"),
];

/// Every file that breaks a rule.
pub fn faults(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files(root) {
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let text = read(&file);
        if shown.ends_with(".rs") && shown.contains("src/") && !text.starts_with("//! ") {
            faults.push(format!("{shown}: the first line must be `//! ` and the file's role"));
        }
        for (line_ix, line) in text.lines().enumerate() {
            if let Some(name) = machine_in(line) {
                faults.push(format!("{shown}:{}: names {name}", line_ix + 1));
            }
        }
    }
    faults
}

fn machine_in(line: &str) -> Option<String> {
    MACHINES.iter().map(|(start, end)| format!("{start}{end}")).find(|name| line.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_hosts_of_machines_are_seen() {
        let path = ["see /wo", "rk/shared/DESIGN.md"].concat();
        assert!(machine_in(&path).is_some());
        assert_eq!(machine_in("see docs/architecture.md, network/files"), None);
    }
}
