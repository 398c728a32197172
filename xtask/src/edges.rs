//! Which crate may use which: the table in docs/architecture.md against what cargo says.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::read;

/// Crate, and the crates of ours that it uses.
type Edges = BTreeMap<String, BTreeSet<String>>;

/// The heading above the table.
const HEADING: &str = "## Allowed edges";

/// Every edge that is not allowed, and every crate that one of the two does not know.
pub fn faults(root: &Path) -> Vec<String> {
    let page = read(&root.join("docs/architecture.md"));
    let allowed = edges_of_table(&page);
    match cargo_metadata(root) {
        Ok(metadata) => compare(&allowed, &edges_of_metadata(&metadata)),
        Err(why) => vec![format!("cargo metadata: {why}")],
    }
}

fn compare(allowed: &Edges, actual: &Edges) -> Vec<String> {
    let mut faults = Vec::new();
    for (user, uses) in actual {
        let Some(may_use) = allowed.get(user) else {
            faults.push(format!("docs/architecture.md: the table of edges has no row for {user}"));
            continue;
        };
        for used in uses.difference(may_use) {
            faults.push(format!("{user} uses {used}, which docs/architecture.md does not allow"));
        }
    }
    for gone in allowed.keys().filter(|name| !actual.contains_key(*name)) {
        faults.push(format!("docs/architecture.md: there is no crate {gone}"));
    }
    faults
}

/// Rows of the form "| `crate` | `crate`, `crate` | ... |" below the heading.
fn edges_of_table(page: &str) -> Edges {
    let section = page.split(HEADING).nth(1).unwrap_or("");
    let section = section.split("\n## ").next().unwrap_or("");
    section
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let user = quoted(cells.next()?).pop()?;
            let uses = quoted(cells.next()?).into_iter().collect();
            Some((user, uses))
        })
        .collect()
}

/// The words in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn edges_of_metadata(metadata: &Value) -> Edges {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    packages
        .iter()
        .map(|package| {
            let uses = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
            let uses = uses.iter().map(name).filter(|used| ours.contains(used)).collect();
            (name(package), uses)
        })
        .collect()
}

fn cargo_metadata(root: &Path) -> Result<Value, String> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
## Allowed edges

| crate | may use | because |
| --- | --- | --- |
| `a` | nothing of ours | x |
| `b` | `a` | `c` is only mentioned here |

## Next

| `z` | `a` | not part of the table |
";

    fn edges(list: &[(&str, &[&str])]) -> Edges {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        list.iter().map(|(user, uses)| ((*user).to_owned(), set(uses))).collect()
    }

    #[test]
    fn the_table_is_read_from_its_section_alone() {
        assert_eq!(edges_of_table(PAGE), edges(&[("a", &[]), ("b", &["a"])]));
    }

    #[test]
    fn a_new_edge_and_a_new_crate_are_told() {
        let actual = edges(&[("a", &["b"]), ("b", &["a"]), ("new", &[])]);
        assert_eq!(
            compare(&edges_of_table(PAGE), &actual),
            [
                "a uses b, which docs/architecture.md does not allow",
                "docs/architecture.md: the table of edges has no row for new",
            ]
        );
        assert_eq!(
            compare(&edges_of_table(PAGE), &edges(&[("a", &[])])),
            ["docs/architecture.md: there is no crate b"]
        );
    }
}
