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

/// The hints of a text's only diagnostic.
fn hints(text: &str) -> Vec<String> {
    let text = format!("assessment \"A\"\n  as of 2022-10-14\n{text}");
    let session = Session::load(&Memory::with(&text), MAIN).unwrap();
    let [told] = session.diagnostics.as_slice() else { panic!("{:?}", session.diagnostics) };
    told.hints.clone()
}

#[test]
fn a_dash_between_the_ends_of_a_range_is_named() {
    let meant = |range: &str| vec![format!("a range is written `{range}`; `-` subtracts")];
    assert_eq!(hints("question q\n  gut 10-20%\n  base 10%\n"), meant("10% to 20%"));
    assert_eq!(hints("question q\n  gut 10%-20%\n  base 10%\n"), meant("10% to 20%"));
    assert_eq!(hints("question q\n  base 10%\n  odds x 2-4\n"), meant("2 to 4"));
}

/// A growth in percent is a number like any: what would change the answer may lie below nought.
#[test]
fn a_percentage_that_may_be_negative_flips_below_nought() {
    let text = "question q\n  yes 60% if growth > shock, 20% otherwise\n\
                quantity growth = -10% to 10%\nquantity shock = -4%\n";
    let mut session = Session::load(&Memory::with(text), MAIN).unwrap();
    let findings = session.findings(&draws(1_000)).unwrap();
    let values: Vec<f64> = findings.questions[0].flips.iter().map(|flip| flip.value).collect();
    assert!(values.iter().any(|value| (value + 0.04).abs() < 0.02), "{values:?}");
}

/// A silenced warning never vanishes without trace: the page has it with its reason.
#[test]
fn the_report_lists_what_its_author_answers_for() {
    let text = "assessment \"War\"\n  as of 2022-10-14\nquestion war\n  \
                allow no-base-rate \"Nobody has counted such things\"\n";
    let mut session = Session::load(&Memory::with(text), MAIN).unwrap();
    let findings = session.findings(&draws(100)).unwrap();
    assert!(session.diagnostics.is_empty());
    let page = weigh::report::html(&findings);
    assert!(page.contains("Warnings that the author answers for"));
    assert!(page.contains("has no base rate; even odds are taken"));
    assert!(page.contains("Nobody has counted such things"));
}
