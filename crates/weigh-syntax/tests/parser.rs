//! The parser is lossless, never fails, and keeps a fault on its line.

use proptest::prelude::*;
use weigh_syntax::kind::Kind;
use weigh_syntax::parser::parse;
use weigh_syntax::span::FileId;

fn faults(text: &str) -> Vec<String> {
    let parse = parse(FileId(0), text);
    assert_eq!(parse.tree.text().to_string(), text, "lossless");
    parse.diagnostics.iter().map(|d| format!("{}: {}", d.rule.slug, d.message)).collect()
}

#[test]
fn the_language_page_parses_without_a_fault() {
    let page = include_str!("../../../docs/language.md");
    let mut n_blocks = 0;
    for block in page.split("```weigh\n").skip(1) {
        let block = block.split("```").next().unwrap();
        assert_eq!(faults(block), Vec::<String>::new(), "{block}");
        n_blocks += 1;
    }
    assert!(n_blocks >= 8);
}

#[test]
fn a_fault_stays_on_its_line() {
    let text = "question q \"Q\"\n  by ?\n  gut 5%\nreason r \"R\"\n  odds y 2\n  quote s \"x\"\n";
    insta::assert_snapshot!(faults(text).join("\n"), @r"
    unexpected: expected a date such as 2022-10-14, found `?`
    unexpected: expected `x` and a number, as in `odds x 2 to 4`, found `y`
    ");
    let tree = parse(FileId(0), text).tree;
    let clauses: Vec<Kind> =
        tree.descendants().map(|n| n.kind()).filter(|k| k.is_clause()).collect();
    assert_eq!(clauses, [Kind::By, Kind::Gut, Kind::Odds, Kind::Quote]);
}

#[test]
fn one_slip_is_one_message() {
    insta::assert_snapshot!(faults("factor a: b\n  caused by\n").join("\n"), @"unexpected: expected a condition such as `order = send`, the line ends");
}

#[test]
fn near_words_are_suggested() {
    let parse = parse(FileId(0), "asessment \"T\"\n  as of 2022-01-01\n");
    assert_eq!(parse.diagnostics.len(), 1);
    assert_eq!(parse.diagnostics[0].hints, ["did you mean `assessment`?"]);
}

#[test]
fn a_decimal_comma_is_named() {
    for text in ["factor a\n  base 1,5%\n", "factor a: b, c\n  base b 1,5%, c rest\n"] {
        let parse = parse(FileId(0), text);
        assert_eq!(parse.diagnostics.len(), 1);
        assert_eq!(parse.diagnostics[0].hints, ["decimals are written with a point: `1.5`"]);
    }
}

#[test]
fn or_binds_states_or_conditions() {
    let text = "factor f\n  yes 5% if a = x or y and b != z or c = w, 1% otherwise\n";
    assert_eq!(faults(text), Vec::<String>::new());
    let tree = parse(FileId(0), text).tree;
    let kinds: Vec<Kind> =
        tree.descendants().map(|n| n.kind()).filter(|k| k.is_condition()).collect();
    assert_eq!(kinds, [Kind::Or, Kind::And, Kind::Atom, Kind::Atom, Kind::Atom]);
}

#[test]
fn deep_nesting_is_refused_and_not_felt() {
    let text = format!("quantity q = {}1\n", "(".repeat(100_000));
    let found = faults(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("nested-too-deep"));
    let text = format!("factor q\n  yes if {}a = b\n", "not ".repeat(100_000));
    assert_eq!(faults(&text).len(), 1);
}

#[test]
fn long_sums_do_not_recurse() {
    let text = format!("quantity q = 1{}\n", " + 1".repeat(50_000));
    assert_eq!(faults(&text), Vec::<String>::new());
}

#[test]
fn a_line_that_ends_in_a_comma_goes_on() {
    let text = "factor f\n  yes 5% if a = b, # why\n\n      1% otherwise\nfactor g\n";
    assert_eq!(faults(text), Vec::<String>::new());
}

proptest! {
    /// Whatever is typed, the tree holds every byte of it.
    #[test]
    fn nothing_is_lost(text in "(\\PC|\n|  |\"|#|question |factor |odds x |base |table given |, |: |5%){0,60}") {
        let parse = parse(FileId(0), &text);
        prop_assert_eq!(parse.tree.text().to_string(), text);
    }
}
