//! Names for formats that allow fewer characters than ours.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Format;
use crate::loss::Loss;
use crate::model::Model;

/// A name for each variable of which `fits` is true, and the loss for each that had to change.
pub(crate) fn fit_names(
    format: Format,
    model: &Model,
    fits: impl Fn(&str) -> bool,
    lost: &mut Vec<Loss>,
) -> Vec<String> {
    let mut taken: FxHashSet<String> = model
        .variables
        .iter()
        .map(|variable| variable.name.clone())
        .filter(|name| fits(name))
        .collect();
    // How often each stem was used: thousands of names may fall on one.
    let mut used: FxHashMap<String, usize> = FxHashMap::default();
    let mut names = Vec::with_capacity(model.variables.len());
    for variable in &model.variables {
        if fits(&variable.name) {
            names.push(variable.name.clone());
            continue;
        }
        let stem = identifier(&variable.name);
        let mut name = stem.clone();
        let n = used.entry(stem.clone()).or_insert(1);
        while !taken.insert(name.clone()) {
            *n += 1;
            name = format!("{stem}_{n}");
        }
        let (format, was) = (format.name(), &variable.name);
        let message = format!("{format} cannot hold the name `{was}`: it becomes `{name}`");
        lost.push(Loss::new("renamed", message));
        names.push(name);
    }
    names
}

/// The name with everything replaced that is no ASCII letter, digit or underscore.
pub(crate) fn identifier(name: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let word: String = name.chars().map(fit).collect();
    if word.starts_with(|c: char| c.is_ascii_digit()) { format!("_{word}") } else { word }
}

/// Whether a name is an ASCII letter or underscore, then letters, digits and underscores.
pub(crate) fn is_identifier(name: &str) -> bool {
    !name.is_empty() && identifier(name) == name
}
