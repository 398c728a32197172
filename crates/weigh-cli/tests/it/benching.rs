//! `weigh bench` as a shell sees it: what it prints and refuses, never how long it takes.

use crate::common::Folder;
use serde_json::{Value, json};

const RAIN: &str = "\
variable rain { type discrete [ 2 ] { no, yes }; }
variable wet { type discrete [ 2 ] { no, yes }; }
variable slip { type discrete [ 2 ] { no, yes }; }
probability ( rain ) { table 0.75, 0.25; }
probability ( wet | rain ) { (no) 1, 0; (yes) 0.5, 0.5; }
probability ( slip | wet ) { (no) 0.9, 0.1; (yes) 0.5, 0.5; }
";

fn bench(folder: &Folder, arguments: &[&str]) -> Value {
    let all = [&["bench"][..], arguments, &["--seconds", "0.001", "--format", "json"]].concat();
    let run = folder.weigh(all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).expect("one object")
}

fn names(found: &Value) -> Vec<&str> {
    found["times"].as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn a_network_is_measured_in_every_way() {
    let folder = Folder::new();
    folder.write("rain.bif", RAIN);
    folder.write("cases.jsonl", "{\"rain\":\"yes\"}\n{\"rain\":\"no\"}\n{\"slip\":\"no\"}\n");
    let found = bench(&folder, &["rain.bif", "--cases", "cases.jsonl"]);
    let all = ["load", "compile", "cold", "warm", "cases", "draws", "posterior", "derivatives"];
    assert_eq!(names(&found), all);
    // What is seen is not asked for.
    assert_eq!(
        (&found["variables"], &found["seen"], &found["target"]),
        (&json!(3), &json!(1), &json!("wet"))
    );
    for (name, time) in found["times"].as_object().expect("an object") {
        let (median, best) = (&time["median_seconds"], &time["best_seconds"]);
        let (median, best) = (median.as_f64().expect("a time"), best.as_f64().expect("a time"));
        assert!(0.0 < best && best <= median, "{name}: {time}");
        let answers = match name.as_str() {
            "cases" => 3,
            "draws" => 10_000,
            _ => 1,
        };
        assert_eq!(time["answers"], json!(answers), "{name}");
        assert!(time["runs"].as_u64() >= Some(1));
    }
    assert!(found["cost"]["total_entries"].as_u64() > Some(0));

    let some = bench(&folder, &["rain.bif", "--target", "slip", "--only", "warm,load"]);
    assert_eq!((names(&some), &some["target"]), (vec!["load", "warm"], &json!("slip")));

    let text = folder.weigh(["bench", "rain.bif", "--only", "cold,draws", "--seconds", "0.001"]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    let starts: Vec<&str> =
        text.stdout.lines().map(|line| line.split_whitespace().next().unwrap_or("")).collect();
    assert_eq!(starts, ["rain.bif:", "1", "cold", "draws", "medians,"], "{}", text.stdout);
    assert!(text.stdout.contains(" each of 10,000\n"), "{}", text.stdout);
}

#[test]
fn a_markov_network_and_an_assessment_are_measured_where_that_means_something() {
    let folder = Folder::new();
    folder.write("coins.uai", "MARKOV 2 2 2 1 2 0 1 4 3 1 1 3");
    let found = bench(&folder, &["coins.uai"]);
    assert_eq!(names(&found), ["load", "compile", "cold", "cases"]);

    folder.write("memo.weigh", "question war \"War?\"\nbase rate 5% to 15%\n");
    let found = bench(&folder, &["memo.weigh"]);
    let all = ["load", "compile", "cold", "warm", "draws", "posterior", "derivatives"];
    assert_eq!((names(&found), &found["target"]), (all.to_vec(), &json!("war")));
}

#[test]
fn what_cannot_be_measured_says_so() {
    let folder = Folder::new();
    folder.write("rain.bif", RAIN);
    folder.write("none.jsonl", "");
    folder.write("bad.weigh", "question war \"War?\"\nbase rate 5% to\n");
    for (arguments, code, message) in [
        (vec!["rain.bif", "--only", "colt"], 2, "did you mean `cold`?"),
        (vec!["rain.bif", "--target", "rein"], 2, "did you mean `rain`?"),
        (vec!["rain.bif", "--cases", "none.jsonl"], 2, "there is no case to measure with"),
        (vec!["rain.bif", "--seconds", "0"], 2, "no time to measure for"),
        (vec!["bad.weigh"], 1, "see `weigh check bad.weigh`"),
        (vec!["bad.weigh", "--target", "war"], 2, "an assessment holds its evidence"),
        (vec!["absent.bif"], 2, "there is no file absent.bif"),
    ] {
        let run = folder.weigh([&["bench"][..], &arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}");
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
    }
}
