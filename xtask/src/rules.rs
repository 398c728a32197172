//! One file per diagnostic: named like its slug, registered, with a manual page.

use std::path::Path;

use crate::{files, read};

/// Every file in a `checks` folder that breaks the rule.
pub fn faults(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files(&root.join("crates")) {
        let folder = file.parent().unwrap_or(root);
        if !folder.ends_with("src/checks") || file.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name == "mod" {
            continue;
        }
        let shown = file.strip_prefix(root).unwrap_or(&file).display();
        let list = read(&folder.join("mod.rs"));
        faults.extend(
            faults_of(&name, &read(&file), &list).into_iter().map(|f| format!("{shown}: {f}")),
        );
    }
    faults
}

fn faults_of(name: &str, text: &str, list: &str) -> Vec<String> {
    let slug = name.replace('_', "-");
    let mut faults = Vec::new();
    if !list.contains(&format!("&{name}::RULE,")) {
        faults.push("its RULE is not registered in mod.rs".to_owned());
    }
    if !text.starts_with(&format!("//! `{slug}`: ")) {
        faults.push(format!("the first line must be: //! `{slug}`: what is wrong"));
    }
    if !text.contains(&format!("slug: \"{slug}\"")) {
        faults.push(format!("the slug must be `{slug}`, as the file is called"));
    }
    let manual = text.split("manual: \"").nth(1).unwrap_or("");
    let manual = manual.trim_start_matches(['\\', '\n', ' ']);
    if manual.is_empty() || manual.starts_with('"') {
        faults.push("the manual page is empty".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_rule_passes() {
        let text = "//! `no-date`: x.\nslug: \"no-date\",\nmanual: \"\\\nText\n\",";
        assert_eq!(faults_of("no_date", text, "&no_date::RULE,"), [""; 0]);
    }

    #[test]
    fn an_empty_unregistered_rule_does_not() {
        let text = "//! A rule.\nslug: \"date\",\nmanual: \"\\\n\",";
        assert_eq!(faults_of("no_date", text, "&other_no_date::RULE,").len(), 4);
    }
}
