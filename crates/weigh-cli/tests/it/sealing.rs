//! `weigh seal`: a bundle that anybody can work out again.

use crate::common::{Folder, MEMO};

fn sealed() -> Folder {
    let folder = Folder::new();
    let memo = MEMO
        .replace("  published 2026-01-10\n", "  published 2026-01-10\n  file \"gazette.txt\"\n");
    folder.write("strait.weigh", format!("include \"more.weigh\"\n{memo}"));
    folder.write("more.weigh", "factor calm \"The sea is calm\"\n  base 40% to 60%\n");
    folder.write("gazette.txt", "The fees are a third of the income of both shores.");
    assert_eq!(folder.weigh(["lock", "strait.weigh", "--today", "2026-01-20"]).code, 0);
    let run = folder.weigh(["seal", "strait.weigh", "--draws", "2000", "--today", "2026-01-20"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    folder
}

#[test]
fn a_bundle_gives_the_same_digits_anywhere() {
    let folder = sealed();
    let bundle = folder.read("strait.seal");
    assert!(!bundle.contains("The fees are a third"), "sources stay at home");
    let elsewhere = Folder::new();
    elsewhere.write("s.seal", &bundle);
    let run = elsewhere.weigh(["seal", "--verify", "s.seal"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("strait.weigh of 3 files, sealed on 2026-01-20"), "{}", run.stdout);
    assert!(run.stdout.contains("the same to the last digit"), "{}", run.stdout);
    assert_eq!(elsewhere.names(), ["s.seal"], "nothing is written");
    let solved =
        folder.weigh(["solve", "strait.weigh", "--draws", "2000", "--format", "json"]).json();
    let json: serde_json::Value = serde_json::from_str(&bundle).unwrap();
    assert_eq!(json["results"]["questions"], solved["questions"]);
}

#[test]
fn every_change_is_told() {
    let bundle = sealed().read("strait.seal");
    let verify = |text: String| {
        let folder = Folder::new();
        folder.write("s.seal", text);
        folder.weigh(["seal", "--verify", "s.seal"])
    };
    let edited = verify(bundle.replace("5% to 15%", "5% to 25%"));
    assert_eq!(edited.code, 1);
    assert!(
        edited.stdout.contains("strait.weigh was changed after it was sealed"),
        "{}",
        edited.stdout
    );
    assert!(
        edited.stdout.contains("questions.closed.outcomes.yes.p: sealed 0."),
        "{}",
        edited.stdout
    );
    // In the text itself: read as a number and written again, its last digit may be another.
    let (mut before, mut after) = (String::new(), &bundle[..]);
    for key in ["results", "questions", "closed", "outcomes", "yes", "p"] {
        let (own, rest) = after.split_once(&format!("\"{key}\":")).unwrap();
        before += &format!("{own}\"{key}\":");
        after = rest;
    }
    let after = &after[after.find([',', '}']).unwrap()..];
    let polished = verify(format!("{before}0.5{after}"));
    assert_eq!(polished.code, 1, "{}", polished.stdout);
    let told = "the results shown are not those that were sealed";
    assert!(polished.stdout.contains(told), "{}", polished.stdout);
    let seeded = verify(bundle.replace("\"seed\": 1,", "\"seed\": 2,"));
    assert_eq!(seeded.code, 1, "{}", seeded.stdout);
}

#[test]
fn what_is_no_bundle_is_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "{\"weigh_seal\": 2}",
        "\u{0}",
        "{\"weigh_seal\":1,\"files\":[],\"draws\":10,\"seed\":1,\"main\":\"a\",\"sealed\":\"2026-01-01\"}",
        "{\"weigh_seal\":1,\"files\":[],\"draws\":1e18,\"seed\":1,\"main\":\"a\",\"sealed\":\"2026-01-01\"}",
    ] {
        let folder = Folder::new();
        folder.write("s.seal", text);
        let run = folder.weigh(["seal", "--verify", "s.seal"]);
        assert_eq!(run.code, 1, "{text}: {}", run.stderr);
        assert!(run.stderr.contains("is no bundle of `weigh seal`"), "{text}: {}", run.stderr);
    }
}
