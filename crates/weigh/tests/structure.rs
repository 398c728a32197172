//! Changes of the structure against files in which the same change is written out.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{draws, number, p, solve};
use weigh::findings::{Change, Findings};

const MODEL: &str = "assessment \"A\"\n  as of 2022-10-14\n\
    source s \"S\"\n  reliability 70%\n\
    source t \"T\"\n  reliability 60%\n\
    question q\n  base 20%\n  odds x 3 if f = yes because r\n";
const FACTOR: &str = "factor f\n  yes 60% if g = yes, 10% otherwise\nfactor g\n  base 30%\n";
const REASON: &str = "reason r \"R\"\n";

fn items(says: &str) -> String {
    format!(
        "evidence a\n  source s\n  source t\n  reports f = yes\n\
         evidence b\n  source t\n  observes g = yes\n{says}"
    )
}

/// The evidence of the tests, without what `t` alone saw.
const REPORT: &str = "evidence a\n  source s\n  source t\n  reports f = yes\n";

fn answer(findings: &Findings, change: Change) -> f64 {
    let row = findings.stress.iter().find(|row| row.change == change).unwrap();
    row.answers[0].unwrap()
}

fn yes(text: &str) -> f64 {
    p(&solve(text, &draws(1)), "q", "yes")
}

#[test]
fn a_source_that_is_gone_is_a_file_without_it() {
    let found = solve(&format!("{MODEL}{FACTOR}{REASON}{}", items("")), &draws(1));
    let without = "evidence a\n  source s\n  reports f = yes\n";
    let expected = yes(&format!("{MODEL}{FACTOR}{REASON}{without}"));
    // 1e-12: two exact passes, moved by a difference of log odds that is 0
    assert!((answer(&found, Change::SourceGone { source: 1 }) - expected).abs() < 1e-12);
}

#[test]
fn a_source_that_deceives_says_the_opposite() {
    let found = solve(&format!("{MODEL}{FACTOR}{REASON}{}", items("")), &draws(1));
    let lie = "evidence a\n  source s\n  reports f = yes\nevidence c\n  source t\n  reports not f = yes\n";
    let expected = yes(&format!("{MODEL}{FACTOR}{REASON}{lie}"));
    let found = answer(&found, Change::SourceDeceives { source: 1 });
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

#[test]
fn behind_a_cut_arrow_the_effect_hears_the_cause_as_it_usually_is() {
    let found = solve(&format!("{MODEL}{FACTOR}{REASON}{REPORT}"), &draws(1));
    // f is yes in 60% × 30% + 10% × 70% = 25% of all cases, whatever is seen of it.
    let twin = MODEL.replace("if f = yes", "if usual = yes") + "factor usual\n  base 25%\n";
    let expected = yes(&format!("{twin}{FACTOR}{REASON}{REPORT}"));
    let (question, f, g) = (0, 1, 2);
    let cut = answer(&found, Change::ArrowCut { from: f, to: question });
    assert!((cut - expected).abs() < 1e-12, "{cut} is not {expected}");
    let usual = number(0.6 * 0.3 + 0.1 * 0.7);
    let alone = FACTOR.replace("yes 60% if g = yes, 10% otherwise", &format!("base {usual}"));
    let expected = yes(&format!("{MODEL}{alone}{REASON}{REPORT}"));
    let cut = answer(&found, Change::ArrowCut { from: g, to: f });
    assert!((cut - expected).abs() < 1e-12, "{cut} is not {expected}");
}

/// With one reason of its own weight, half the share is the root of the weight, twice its square.
#[test]
fn a_reason_is_halved_and_doubled_on_the_scale_of_log_odds() {
    let model = |weight: f64| {
        format!("question q\n  base 20%\nreason r \"R\"\n  odds x {}\n", number(weight))
    };
    let found = solve(&model(9.0), &draws(1));
    let half = answer(&found, Change::ReasonHalved { reason: 0 });
    let double = answer(&found, Change::ReasonDoubled { reason: 0 });
    assert!((half - yes(&model(3.0))).abs() < 1e-12, "{half}");
    assert!((double - yes(&model(81.0))).abs() < 1e-12, "{double}");
}

#[test]
fn an_unlisted_cause_is_a_cause_of_its_own() {
    let model = |more: &str| format!("question q\n  leak 20%\n{more}");
    let mut settings = draws(1);
    settings.wanted.unlisted = 0.1;
    let found = solve(&model(""), &settings);
    let expected = yes(&model("  caused by x = yes 10%\nfactor x\n  base 1\n"));
    assert!((answer(&found, Change::UnlistedCause { strength: 0.1 }) - expected).abs() < 1e-12);
    assert!((answer(&found, Change::UnlistedBrake { strength: 0.1 }) - 0.18).abs() < 1e-12);
}

/// With ranges: sources that are gone take their numbers along, and the rest keep theirs.
#[test]
fn numbers_stay_with_their_lines() {
    let ranges = MODEL.replace("70%", "B").replace("60%", "C").replace("20%", "10% to 30%");
    let found = solve(&format!("{ranges}{FACTOR}{REASON}{}", items("")), &draws(64));
    let without = "evidence a\n  source s\n  reports f = yes\n";
    let (all, less) =
        (yes_of(&found), solve(&format!("{ranges}{FACTOR}{REASON}{without}"), &draws(64)));
    let moved = answer(&found, Change::SourceGone { source: 1 });
    assert!(moved != all);
    // Other numbers are drawn in another file: as near as 64 draws of them are.
    assert!((moved - yes_of(&less)).abs() < 0.01, "{moved} is not {}", yes_of(&less));
}

fn yes_of(findings: &Findings) -> f64 {
    p(findings, "q", "yes")
}
