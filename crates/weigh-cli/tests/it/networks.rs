//! `weigh query` and `weigh convert`: raw networks as a shell sees them.

#![allow(clippy::disallowed_methods, reason = "a test's logarithm need not be the same everywhere")]

use crate::common::{Folder, Run};
use serde_json::{Value, json};

/// A burglar and an earthquake ring a bell; a neighbour hears it or not.
const BELL: &str = "\
network bell {}
variable burglar { type discrete [ 2 ] { no, yes }; }
variable quake { type discrete [ 3 ] { none, <5, 5+ }; }
variable bell { type discrete [ 2 ] { quiet, rings }; }
variable call { type discrete [ 2 ] { no, yes }; }
probability ( burglar ) { table 0.99, 0.01; }
probability ( quake ) { table 0.95, 0.04, 0.01; }
probability ( bell | burglar, quake ) {
  (no, none) 1.0, 0.0;
  (no, <5) 0.9, 0.1;
  (no, 5+) 0.5, 0.5;
  (yes, none) 0.1, 0.9;
  (yes, <5) 0.1, 0.9;
  (yes, 5+) 0.0, 1.0;
}
probability ( call | bell ) { (quiet) 1.0, 0.0; (rings) 0.3, 0.7; }
";

fn lines(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// Exact arithmetic on paper: P(call) = 0.7 × P(rings), P(rings) = 0.99 × (0.04 × 0.1 + 0.01 × 0.5)
/// + 0.01 × (0.95 × 0.9 + 0.04 × 0.9 + 0.01).
#[test]
fn a_query_is_bayes_rule() {
    let folder = Folder::new();
    folder.write("bell.bif", BELL);
    let run = folder.weigh([
        "query",
        "bell.bif",
        "--evidence",
        "call=yes",
        "--targets",
        "burglar",
        "--format",
        "json",
    ]);
    let answer = &lines(&run)[0];
    assert_eq!(answer["evidence"], json!({"call": "yes"}));
    let by_burglar = 0.01 * (0.95 * 0.9 + 0.04 * 0.9 + 0.01);
    let rings = 0.99 * (0.04 * 0.1 + 0.01 * 0.5) + by_burglar;
    let p = answer["posteriors"]["burglar"]["yes"].as_f64().expect("a number");
    assert!((p - by_burglar / rings).abs() <= 1e-12, "{p}");
    let log10 = answer["log10_p_evidence"].as_f64().expect("a number");
    assert!((log10 - (0.7 * rings).log10()).abs() <= 1e-12, "{log10}");

    let text = folder.weigh(["query", "bell.bif", "--evidence", "call=yes", "--targets", "quake"]);
    assert!(text.stdout.contains("  quake: none 48%, <5 24%, 5+ 28%\n"), "{}", text.stdout);
}

/// Nine cases with the same variables run side by side, one alone: the same numbers.
#[test]
fn cases_together_are_cases_alone() {
    let folder = Folder::new();
    folder.write("bell.bif", BELL);
    let mut cases = String::new();
    for _ in 0..5 {
        cases.push_str("{\"evidence\": {\"quake\": \"<5\", \"call\": \"yes\"}}\n\n");
        cases.push_str("{\"quake\": \"5+\", \"call\": \"no\"}\n");
    }
    cases.push_str("{}\n");
    folder.write("cases.jsonl", &cases);
    let all =
        lines(&folder.weigh(["query", "bell.bif", "--cases", "cases.jsonl", "--format", "json"]));
    assert_eq!(all.len(), 11);
    for (number, evidence) in [(0, "quake=<5,call=yes"), (1, "quake=5+,call=no")] {
        let alone = folder.weigh(["query", "bell.bif", "--evidence", evidence, "--format", "json"]);
        let alone = &lines(&alone)[0];
        for answer in all[..10].iter().skip(number).step_by(2) {
            assert_eq!(answer["evidence"], alone["evidence"]);
            for (name, states) in alone["posteriors"].as_object().expect("an object") {
                for (state, p) in states.as_object().expect("an object") {
                    let together = answer["posteriors"][name][state].as_f64().expect("a number");
                    let alone = p.as_f64().expect("a number");
                    assert!((together - alone).abs() <= 1e-12, "{name} {state}");
                }
            }
        }
    }
    assert_eq!(all[10]["log10_p_evidence"], json!(0.0));
}

#[test]
fn impossible_evidence_names_a_smallest_set() {
    let folder = Folder::new();
    folder.write("bell.bif", BELL);
    let seen = "quake=none,burglar=no,call=yes";
    let run = folder.weigh(["query", "bell.bif", "--evidence", seen, "--format", "json"]);
    let answer = &lines(&run)[0];
    assert_eq!(answer["log10_p_evidence"], Value::Null);
    assert_eq!(answer["posteriors"], Value::Null);
    assert_eq!(answer["contradiction"], json!(["burglar", "quake", "call"]));
    folder.write("cases.jsonl", "{\"bell\": \"quiet\", \"call\": \"yes\"}\n".repeat(9));
    let many =
        lines(&folder.weigh(["query", "bell.bif", "--cases", "cases.jsonl", "--format", "json"]));
    assert!(many.iter().all(|answer| answer["contradiction"] == json!(["bell", "call"])));
}

#[test]
fn names_that_are_not_there_are_told_with_the_nearest() {
    let folder = Folder::new();
    folder.write("bell.bif", BELL);
    let cases = [
        (
            ["--evidence", "cal=yes"],
            "error: the network has no variable `cal`\nhint: did you mean `call`?\n",
        ),
        (
            ["--evidence", "call=yess"],
            "error: `call` has no state `yess`\nhint: did you mean `yes`?\n",
        ),
        (["--evidence", "call"], "error: `call` is not VARIABLE=STATE\n"),
        (
            ["--targets", "burglars"],
            "error: the network has no variable `burglars`\nhint: did you mean `burglar`?\n",
        ),
    ];
    for (arguments, expected) in cases {
        let run = folder.weigh([&["query", "bell.bif"][..], &arguments].concat());
        assert_eq!((run.code, run.stderr.as_str()), (2, expected));
    }
    folder.write("cases.jsonl", "{\"call\": \"yes\"}\n{\"call\": 1}\n");
    let run = folder.weigh(["query", "bell.bif", "--cases", "cases.jsonl"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("cases.jsonl:2: `call` is in no state"), "{}", run.stderr);
}

#[test]
fn a_file_with_a_fault_is_told_with_its_place() {
    let folder = Folder::new();
    folder.write("bad.bif", BELL.replace("0.3, 0.7", "0.3, 0.9"));
    let run = folder.weigh(["query", "bad.bif", "--format", "json"]);
    assert_eq!(run.code, 1);
    let diagnostic = &run.json()["diagnostics"][0];
    assert_eq!((&diagnostic["slug"], &diagnostic["line"]), (&json!("row-sum"), &json!(16)));
    assert!(run.stderr.starts_with("error[row-sum]: bad.bif:16:"), "{}", run.stderr);
    let run = folder.weigh(["query", "bell.txt"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("known are .bif"), "{}", run.stderr);
}

#[test]
fn every_format_gives_the_same_answers() {
    let folder = Folder::new();
    folder.write("bell.bif", BELL);
    let answer = |file: &str| {
        let run = folder.weigh(["query", file, "--format", "json"]);
        let line = &lines(&run)[0];
        line["posteriors"].as_object().expect("an object").clone()
    };
    let first = answer("bell.bif");
    for ending in ["xmlbif", "xdsl", "net", "uai"] {
        let file = format!("bell.{ending}");
        let run = folder.weigh(["convert", "bell.bif", &file]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stderr.contains("warning[names]"), ending == "uai");
        let other = answer(&file);
        assert_eq!(other.len(), first.len());
        if ending != "uai" {
            for (name, states) in &first {
                for (state, p) in states.as_object().expect("an object") {
                    let here = other[name][state].as_f64().expect("a number");
                    assert!((here - p.as_f64().expect("a number")).abs() <= 1e-12);
                }
            }
        }
    }
}

/// Two coins that like to be the same: Z = 8, and one seen makes the other likely by 3 to 1.
#[test]
fn a_markov_network_is_asked_too() {
    let folder = Folder::new();
    folder.write("coins.uai", "MARKOV\n2\n2 2\n1\n2 0 1\n4\n3 1 1 3\n");
    let run = folder.weigh(["query", "coins.uai", "--evidence", "x0=1", "--format", "json"]);
    let answer = &lines(&run)[0];
    assert_eq!(answer["posteriors"]["x1"], json!({"0": 0.25, "1": 0.75}));
    let log10 = answer["log10_p_evidence"].as_f64().expect("a number");
    assert!((log10 - 4f64.log10()).abs() <= 1e-15);
}

/// Two that must be the same and are seen apart, and a third that has nothing to do with it.
#[test]
fn a_contradiction_in_a_markov_network_is_a_smallest_set() {
    let folder = Folder::new();
    folder.write("same.uai", "MARKOV\n3\n2 2 2\n2\n2 0 1\n2 1 2\n4 1 0 0 1\n4 1 1 1 1\n");
    let run =
        folder.weigh(["query", "same.uai", "--evidence", "x0=0,x1=1,x2=1", "--format", "json"]);
    assert_eq!(lines(&run)[0]["contradiction"], json!(["x0", "x1"]));
}

#[test]
fn timing_says_what_it_takes() {
    let folder = Folder::new();
    folder.write("bell.bif", BELL);
    let run = folder.weigh(["query", "bell.bif", "--timing"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("3 variables at once, 12 entries in the largest table"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("load ") && run.stderr.contains(" s, inference "),
        "{}",
        run.stderr
    );
}

const MATRIX: &str =
    "Evidence;Credibility;None;Minor\nMany broadcasts;High;I;C\nA quiet year;;C;C\n";

#[test]
fn a_matrix_becomes_an_assessment() {
    let folder = Folder::new();
    folder.write("matrix.csv", MATRIX);
    let run = folder.weigh(["convert", "matrix.csv", "iraq.weigh", "--today", "2026-01-15"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    iraq.weigh is written: 2 items against 2 hypotheses. Go through it, and then: weigh matrix iraq.weigh

    As it stands
      By inconsistency (I 1, II 2), the least first: `Minor` 0, `None` 1.
      The same weighted by credibility and relevance (low 0.71, medium 1, high 1.41): `Minor` 0, `None` 1.41.
      By the model, the likeliest first: `Minor` 67%, `None` 33%.
      Wherever the score makes a difference, the model has the same order.
    ");
    insta::assert_snapshot!(run.stderr, @r"
    note[placeholder]: the letters became likelihoods by a convention: CC 90%, C 70%, N 50%, I 30%, II 10%, each with a range; put in what you mean
    note[even-base]: the hypotheses begin alike likely: write how common each is
    note[graded]: credibility high, medium and low became the reliabilities B (70–90%), C (50–70%) and D (25–50%) of whoever reports the item
    note[graded]: an item with a credibility is now a report that may be wrong; one without is taken as seen
    ");
    assert_eq!(folder.weigh(["check", "--strict", "iraq.weigh"]).code, 0);
    assert!(folder.read("iraq.weigh").contains("as of 2026-01-15"));
    // Somebody may have worked on it.
    let again = folder.weigh(["convert", "matrix.csv", "iraq.weigh"]);
    assert_eq!(again.code, 2);
    insta::assert_snapshot!(again.stderr, @r"
    error: iraq.weigh is there already
    hint: give another name: what somebody may have worked on is not overwritten
    ");
}

#[test]
fn a_matrix_may_be_in_a_spreadsheets_own_encoding() {
    let text = "Evidence;Größe;Łódź\n„Spuren“;C;I\n";
    let utf_16 = text.encode_utf16().flat_map(u16::to_le_bytes);
    let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf_16).collect();
    // As Western machines write it: every letter of it is a byte.
    let western = "Evidence;Größe;Übung\nSpuren führten über die Brücke;C;I\n";
    let western: Vec<u8> = western.chars().map(|c| c as u32 as u8).collect();
    for (bytes, names, remark) in [
        (marked, ["Größe", "Łódź"], ""),
        (western, ["Größe", "Übung"], "it is not UTF-8 and was read as windows-1252"),
    ] {
        let folder = Folder::new();
        folder.write("matrix.csv", bytes);
        let run = folder.weigh(["convert", "matrix.csv", "m.weigh"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(remark), "{}", run.stderr);
        let written = folder.read("m.weigh");
        assert!(names.iter().all(|name| written.contains(name)), "{written}");
    }
    let folder = Folder::new();
    folder.write("matrix.csv", b"PK\x03\x04rest");
    let run = folder.weigh(["convert", "matrix.csv", "m.weigh"]);
    assert!(run.code == 1 && run.stderr.contains("an archive or a word"), "{}", run.stderr);
}

#[test]
fn what_is_no_matrix_is_refused_with_its_place() {
    let folder = Folder::new();
    folder.write("matrix.csv", "Evidence,H1,H2\nTracks,C,consistant\n");
    let run = folder.weigh(["convert", "matrix.csv", "iraq.weigh"]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stderr, @r"
    error[matrix-rating]: matrix.csv:2:10: `consistant` is no rating: it stands under `H2`
    hint: did you mean `consistent`?
    ");
    folder.write("matrix.csv", MATRIX);
    for files in [["matrix.csv", "iraq.bif"], ["matrix.uai", "iraq.weigh"]] {
        let run = folder.weigh(["convert", files[0], files[1]]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("hint: "), "{}", run.stderr);
    }
}
