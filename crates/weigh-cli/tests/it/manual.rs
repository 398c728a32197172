//! The manual pages keep their word: what they show as wrong is told, and what they show as right is not.

use jiff::civil::{Date, date};
use weigh::world::{ReadError, World};
use weigh::{Session, Settings};

/// Only the block itself, and every other file is absent.
struct Block<'t>(&'t str);

impl World for Block<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path == "block.weigh" { Ok(self.0.to_owned()) } else { Err(ReadError::Absent) }
    }

    fn today(&self) -> Date {
        date(2022, 10, 14)
    }
}

fn slugs(text: &str) -> Vec<&'static str> {
    let mut session = Session::load(&Block(text), "block.weigh").expect("the block is there");
    session.findings(&Settings { draws: 1000, ..Settings::default() });
    session.diagnostics.iter().map(|diagnostic| diagnostic.rule.slug).collect()
}

/// The blocks behind "```weigh KIND".
fn blocks<'t>(manual: &'t str, kind: &str) -> Vec<&'t str> {
    let fence = format!("```weigh {kind}\n");
    manual.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Faults that no short block shows: they take another file, a great many lines, or odd numbers.
const NOT_SHOWN: [&str; 22] = [
    "choice-not-followed",
    "few-effective-draws",
    "nested-too-deep",
    "no-network",
    "number-too-large",
    "quote-beside-text",
    "quote-cut",
    "quote-not-in-source",
    "quote-not-locked",
    "range-not-fitted",
    "source-changed",
    "source-read-oddly",
    "source-says-otherwise",
    "table-too-large",
    "too-long",
    "too-many-draws",
    "too-many-files",
    "too-many-states",
    "too-wide",
    "unreadable-lock",
    "unreadable-source",
    "unstated-origin",
];

#[test]
fn the_manual_pages_keep_their_word() {
    let mut faults = Vec::new();
    for rule in weigh::rules() {
        let (wrong, right) = (blocks(rule.manual, "wrong"), blocks(rule.manual, "right"));
        if wrong.is_empty() && !NOT_SHOWN.contains(&rule.slug) {
            faults.push(format!("{}: no block shows the fault", rule.slug));
        }
        for block in wrong.iter().filter(|block| !slugs(block).contains(&rule.slug)) {
            faults.push(format!("{}: is not told of\n{block}", rule.slug));
        }
        for block in right.iter().filter(|block| slugs(block).contains(&rule.slug)) {
            faults.push(format!("{}: is told of\n{block}", rule.slug));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_slug_is_one_rule() {
    let slugs: Vec<&str> = weigh::rules().iter().map(|rule| rule.slug).collect();
    let mut once = slugs.clone();
    once.dedup();
    assert_eq!(slugs, once);
    let is_kebab = |slug: &str| {
        slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    assert!(slugs.iter().all(|slug| is_kebab(slug)), "{slugs:?}");
}
