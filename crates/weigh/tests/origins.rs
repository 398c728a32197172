//! Copies and rewritten articles in a folder of texts of our own, and among an assessment's sources.

#![allow(clippy::disallowed_methods, reason = "a test reads texts of the project")]

use std::collections::BTreeSet;

use weigh::origins::{Likeness, of_texts, origins};

/// The texts of `tests/origins`: what is before the hyphen is the event; `other` is written about it by
/// somebody else, all else goes back to `original`.
fn articles() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/origins");
    let mut texts: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("it can be listed").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    texts.sort();
    texts
}

/// Precision and recall over pairs of texts, both 1: of what is found all comes from one, and all is found.
#[test]
fn rewritten_copies_are_found_and_other_reports_of_the_event_are_not() {
    let articles = articles();
    assert_eq!(articles.len(), 22);
    let texts = of_texts(articles.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let found = origins(&texts);
    let mut pairs = BTreeSet::new();
    for group in &found.groups {
        let mut names: Vec<&str> = group.repeats.iter().map(|it| it.name.as_str()).collect();
        names.push(&group.origin);
        names.sort_unstable();
        for (ix, a) in names.iter().enumerate() {
            pairs.extend(names[ix + 1..].iter().map(|b| (*a, *b)));
        }
    }
    let wanted = BTreeSet::from([
        ("border-moved", "border-original"),
        ("border-moved", "border-spun"),
        ("border-original", "border-spun"),
        ("dam-cut", "dam-original"),
        ("dam-cut", "dam-spun"),
        ("dam-original", "dam-spun"),
        ("ferry-original", "ferry-spun"),
        ("fever-original", "fever-spun"),
        ("mine-original", "mine-spun"),
        ("poll-original", "poll-spun"),
    ]);
    assert_eq!(pairs, wanted);
    assert_eq!((found.texts, found.said, found.origins), (22, 22, 14));
    let spun = found.groups.iter().flat_map(|group| &group.repeats);
    let spun = spun.filter(|it| it.name.ends_with("spun")).filter_map(|it| it.like.as_ref());
    assert!(spun.clone().all(|like| like.likeness == Likeness::Rewritten));
    assert_eq!(
        spun.count(),
        6 - found.groups.iter().filter(|it| it.origin.ends_with("spun")).count()
    );
}
