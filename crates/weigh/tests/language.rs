//! The manual of the language keeps its word: every example on the page is without a fault.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{MAIN, Memory, draws};
use weigh::Session;
use weigh::diag::Severity;

/// Most examples are parts of files: they lack a date, and a source may be there for its grade alone.
/// The memo claims a word that its numbers do not bear out, which is what claims are for.
const MEANT: [&str; 3] = ["no-date", "unused-source", "claim-off-number"];

#[test]
fn the_examples_of_the_manual_are_without_a_fault() {
    let page = include_str!("../../../docs/language.md");
    let mut n_blocks = 0;
    for block in page.split("```weigh\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let mut session = Session::load(&Memory::with(block), MAIN).unwrap();
        let findings = session.findings(&draws(100));
        let told: Vec<String> = session
            .diagnostics
            .iter()
            .filter(|told| told.severity() > Severity::Note && !MEANT.contains(&told.rule.slug))
            .map(|told| format!("[{}] {}", told.rule.slug, told.message))
            .collect();
        assert!(told.is_empty(), "{}\n{block}", told.join("\n"));
        assert!(findings.is_some(), "nothing to solve in\n{block}");
        n_blocks += 1;
    }
    assert!(n_blocks > 5, "the page has examples");
}
