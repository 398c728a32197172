//! The commands that solve: numbers for people and programs, reports, exit codes.

use crate::common::{Folder, MEMO};
use serde_json::Value;

fn with_memo() -> Folder {
    let folder = Folder::new();
    folder.write("memo.weigh", MEMO);
    folder
}

/// The memo with a line that cannot be read.
fn with_half_a_memo() -> Folder {
    let folder = Folder::new();
    folder.write("memo.weigh", MEMO.replace("  odds x 1.2 to 2.5\n", "  odds y 2\n"));
    folder
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Without the reason `r` nothing could have caused what was seen.
const NEEDED: &str = "question q
  base 30%
  odds x 3 if f = yes
factor c
  base 50%
factor f
  caused by c = yes 60% because r
evidence seen
  observes f = yes
reason r \"R\"
reason s \"S\"
  odds x 2
  about q
";

#[test]
fn json_has_the_shape_that_tools_rely_on() {
    let folder = with_memo();
    let run = folder.weigh(["solve", "memo.weigh", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let json = run.json();
    let closed = &json["questions"]["closed"];
    assert_eq!(keys(&closed["outcomes"]), ["no", "yes"]);
    let number = |value: &Value| value.as_f64().expect("a number");
    for state in ["no", "yes"] {
        let outcome = &closed["outcomes"][state];
        for outcome in [outcome, &outcome["independent"]] {
            let [p05, p50, p95] = ["p05", "p50", "p95"].map(|name| number(&outcome[name]));
            assert!(0.0 < p05 && p05 < p50 && p50 < p95 && p95 < 1.0);
            assert!(p05 < number(&outcome["p"]) && number(&outcome["p"]) < p95);
        }
    }
    let sum = number(&closed["outcomes"]["yes"]["p"]) + number(&closed["outcomes"]["no"]["p"]);
    assert!((sum - 1.0).abs() <= 1e-12, "an exact sum up to rounding, not {sum}");
    let bounds = &closed["bounds"];
    assert_eq!(keys(bounds), ["low", "high", "certain"]);
    assert!(number(&bounds["low"]) < number(&closed["outcomes"]["yes"]["p05"]));
    assert!(number(&bounds["high"]) > number(&closed["outcomes"]["yes"]["p95"]));
    assert_eq!(closed["words"]["word"], "very unlikely");
    assert_eq!((number(&closed["words"]["low"]), number(&closed["words"]["high"])), (0.05, 0.2));
    assert_eq!(json["run"]["draws"], 10_000);
    assert_eq!(json["run"]["seed"], 1);
    assert!(number(&json["run"]["ess"]) > 9_000.0);
    assert_eq!(json["run"]["files"][0]["file"], "memo.weigh");
    assert_eq!(json["run"]["files"][0]["blake3"].as_str().unwrap().len(), 64);
    assert!(json["run"]["engine"].as_str().unwrap().contains(env!("CARGO_PKG_VERSION")));
    assert_eq!(json["scenarios"]["peace"]["answers"]["closed"]["p"], 0.0);
    assert!(json["diagnostics"].is_array());
}

#[test]
fn a_probability_that_no_word_covers_gets_none() {
    let folder = Folder::new();
    folder.write("memo.weigh", "question q\n  by 2026-06-30\nbase rate 0.1%\n");
    let json = folder.weigh(["solve", "memo.weigh", "--format", "json"]).json();
    assert_eq!(json["questions"]["q"]["words"], Value::Null);
}

#[test]
fn text_shows_the_answer_and_what_is_behind_it() {
    let run = with_memo().weigh(["solve", "memo.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    The strait
      as of 2026-01-15

    Will the strait be closed?
      `closed`, by 2026-06-30 (166 days left)

      no   89%  76–97%  very likely (80–95%)
      yes  11%   3–24%  very unlikely (5–20%)
      with 90% intervals; `yes` would be 10% (4–17%) if every number erred on its own,
      and reaches at least from 2% to 26% if each may lie anywhere in its range

      What carries it
      for      The dispute is open              6% without it
      against  Both shores live from the fees  16% without it

      What would change it
      - If base rate were 15% and not 5%, `yes` would be 15% and not 5% (memo.weigh:12)
      - If dispute: odds were 2.5 and not 1.2, `yes` would be 14% and not 7% (memo.weigh:19)
      - If income: odds were 0.8 and not 0.4, `yes` would be 13% and not 7% (memo.weigh:15)
      `dispute` is “The dispute is open”
      `income` is “Both shores live from the fees”

    Scenarios
      as it stands              11% (3–24%)  very unlikely (5–20%)
      The closing is ruled out  0%           (no word)

    10,000 draws, seed 1, effective sample size 10,000, weigh 0.1.0
    ");
}

#[test]
fn why_says_what_each_reason_carries() {
    let folder = with_memo();
    let run = folder.weigh(["why", "memo.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    The strait
      as of 2026-01-15

    Will the strait be closed?
      `closed`, by 2026-06-30 (166 days left)

      What carries it
      With neither of the two reasons the answer would be 9%; with both it is 11%.
      - The dispute is open: multiplies the odds by 1.8. With it alone 16%, without it 6% (memo.weigh:18)
      - Both shores live from the fees: divides the odds by 1.6. With it alone 6%, without it 16% (memo.weigh:14)
      The reasons hardly overlap: counted one by one they come to what they do together.

      None of the reasons                9%  |
      The dispute is open             × 1.8  ████████████████████████████████
      Both shores live from the fees  ÷ 1.6         ░░░░░░░░░░░░░░░░░░░░░░░░░
      All of them                       11%         |

    10,000 draws, seed 1, effective sample size 10,000, weigh 0.1.0
    ");
    let json = folder.weigh(["why", "memo.weigh", "--format", "json"]).json();
    let why = &json["questions"]["closed"]["why"]["yes"];
    let number = |value: &Value| value.as_f64().expect("a number");
    let log_odds = weigh::log_odds::log_odds;
    let sum: f64 = why["reasons"].as_array().unwrap().iter().map(|it| number(&it["share"])).sum();
    let whole = log_odds(number(&why["p"])) - log_odds(number(&why["without"]));
    assert!((sum - whole).abs() < 1e-9, "{sum} is not {whole}");
    assert_eq!(why["unit"], "log_odds");
    assert_eq!((&why["sampled"], &why["evidence"]), (&Value::Null, &Value::Null));
    assert_eq!(why["pairs"][0]["reasons"], serde_json::json!(["income", "dispute"]));
    assert!(json["run"]["seed"].is_u64() && json["diagnostics"].is_array());
    // An outcome that has no reasons is no fault.
    folder.write("bare.weigh", "question q\n  base 10%\n");
    let run = folder.weigh(["why", "bare.weigh"]);
    assert!(run.stdout.contains("There are no reasons to weigh"), "{}", run.stdout);
    // Nor are reasons without which the evidence cannot be: they carry it all, and are not told to carry nothing.
    folder.write("needed.weigh", NEEDED);
    let run = folder.weigh(["why", "needed.weigh"]);
    assert!(
        run.stdout.contains("Without some of the reasons, what was seen could not"),
        "{}",
        run.stdout
    );
    let told = folder.weigh(["check", "needed.weigh"]).stderr;
    assert!(!told.contains("reason-moves-nothing"), "{told}");
    // Checking finds less than solving, and tells the same.
    assert!(told.contains("one-sided"), "{told}");
    assert_eq!(folder.weigh(["solve", "needed.weigh"]).stderr, told);
    assert_eq!(folder.weigh(["why", "absent.weigh"]).code, 2);
}

#[test]
fn flip_says_what_would_change_the_answer() {
    let folder = with_memo();
    let run = folder.weigh(["flip", "memo.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r#"
    The strait
      as of 2026-01-15

    Will the strait be closed?
      `closed`, by 2026-06-30 (166 days left)

      `yes` stands at 11%

      Live doubts: inside the author's own range
      None

      Further away: the number would have to be wrong, not merely uncertain
      - If base rate were 5% (range: 5% to 15%), `yes` would fall to 5%, the border of "very unlikely" (memo.weigh:12)
      - If dispute: odds were 0.82 (range: 1.2 to 2.5), `yes` would fall to 5%, the border of "very unlikely" (memo.weigh:19)
      - If income: odds were 0.27 (range: 0.4 to 0.8), `yes` would fall to 5%, the border of "very unlikely" (memo.weigh:15)
      - If income: odds were 1.33 (range: 0.4 to 0.8), `yes` would rise to 20%, the border of "very unlikely" (memo.weigh:15)
      - If dispute: odds were 4.08 (range: 1.2 to 2.5), `yes` would rise to 20%, the border of "very unlikely" (memo.weigh:19)
      - If base rate were 20% (range: 5% to 15%), `yes` would rise to 20%, the border of "very unlikely" (memo.weigh:12)
      - If base rate were 51% (range: 5% to 15%), `yes` would rise to 50%, even odds (memo.weigh:12)
      - If dispute: odds were 17.8 (range: 1.2 to 2.5), `yes` would rise to 50%, even odds (memo.weigh:19)
      - If income: odds were 5.8 (range: 0.4 to 0.8), `yes` would rise to 50%, even odds (memo.weigh:15)

      Two numbers together, where neither does it alone within its range
      - If base rate were 6% (range: 5% to 15%) and dispute: odds were 1.37 (range: 1.2 to 2.5), `yes` would fall to 5%, the border of "very unlikely"; both inside their ranges (memo.weigh:12 and 19)
      - If base rate were 6% (range: 5% to 15%) and income: odds were 0.45 (range: 0.4 to 0.8), `yes` would fall to 5%, the border of "very unlikely"; both inside their ranges (memo.weigh:12 and 15)
      - If dispute: odds were 1.22 (range: 1.2 to 2.5) and income: odds were 0.41 (range: 0.4 to 0.8), `yes` would fall to 5%, the border of "very unlikely"; both inside their ranges (memo.weigh:19 and 15)
      - If base rate were 15% (range: 5% to 15%) and dispute: odds were 2.49 (range: 1.2 to 2.5), `yes` would rise to 20%, the border of "very unlikely"; both inside their ranges (memo.weigh:12 and 19)

      How far each number moves the answer over its author's range
      - If base rate were 15% and not 5%, `yes` would be 15% and not 5% (memo.weigh:12)
      - If dispute: odds were 2.5 and not 1.2, `yes` would be 14% and not 7% (memo.weigh:19)
      - If income: odds were 0.8 and not 0.4, `yes` would be 13% and not 7% (memo.weigh:15)

      █ more of the number raises `yes`, ░ lowers it; | is where it stands
      base rate      5%  ████████████████|███████████████  15%
      dispute: odds  7%        ██████████|█████████        14%
      income: odds   7%        ██████████|█████████        13%

      `dispute` is “The dispute is open”
      `income` is “Both shores live from the fees”

    10,000 draws, seed 1, effective sample size 10,000, weigh 0.1.0
    "#);
    let json = folder.weigh(["flip", "memo.weigh", "--format", "json"]).json();
    let closed = &json["questions"]["closed"];
    assert_eq!(closed["focus"], "yes");
    assert_eq!(
        keys(&closed["flips"][0]),
        ["number", "value", "edge", "edge_name", "live", "distance"]
    );
    assert_eq!(closed["flips"][0]["number"]["file"], "memo.weigh");
    assert_eq!(closed["swings"][0]["what"], "base rate");
    assert!(closed["pairs"].is_array() && closed["sources"].is_array());
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_does_not() {
    let folder = with_memo();
    let solve = |seed: &str| {
        let run =
            folder.weigh(["solve", "memo.weigh", "--format=json", "--draws=64", "--seed", seed]);
        assert_eq!(run.json()["run"]["draws"], 64);
        run.stdout
    };
    assert_eq!(solve("7"), solve("7"));
    assert_ne!(solve("7"), solve("8"));
}

#[test]
fn half_a_file_is_solved_and_its_errors_are_shown() {
    let folder = with_half_a_memo();
    let run = folder.weigh(["solve", "memo.weigh"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("error[unexpected]: "), "{}", run.stderr);
    assert!(run.stdout.contains("very unlikely (5–20%)"), "{}", run.stdout);

    let run = folder.weigh(["solve", "memo.weigh", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("memo.weigh:19:8: error[unexpected]: "), "{}", run.stderr);
    let json = run.json();
    assert!(json["questions"]["closed"]["outcomes"]["yes"]["p"].is_f64());
    assert_eq!(json["diagnostics"][0]["slug"], "unexpected");
    assert_eq!(json["diagnostics"][0]["line"], 19);
}

#[test]
fn a_file_without_a_question_gives_no_numbers() {
    let folder = Folder::new();
    folder.write("memo.weigh", "nonsense\n");
    let run = folder.weigh(["solve", "memo.weigh"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("error[unknown-declaration]"), "{}", run.stderr);
    let run = folder.weigh(["solve", "memo.weigh", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["questions"], serde_json::json!({}));
    assert_eq!(folder.weigh(["report", "memo.weigh"]).code, 1);
    assert_eq!(folder.names(), ["memo.weigh"]);
}

#[test]
fn every_stage_can_be_printed() {
    let folder = with_memo();
    for stage in ["tree", "assessment", "network", "tape", "findings"] {
        let run = folder.weigh(["solve", "memo.weigh", "--emit", stage]);
        assert_eq!(run.code, 0, "{stage}: {}", run.stderr);
        assert!(run.stdout.len() > 100, "{stage}: {}", run.stdout);
        assert_eq!(folder.weigh(["check", "memo.weigh", "--emit", stage]).code, 0);
    }
}

#[test]
fn check_fails_on_errors_and_if_strict_on_warnings() {
    let folder = with_memo();
    let check = |arguments: &[&str]| folder.weigh([&["check"], arguments].concat()).code;
    assert_eq!((check(&["memo.weigh"]), check(&["memo.weigh", "--strict"])), (0, 0));

    folder.write("doubt.weigh", MEMO.replace("  as of 2026-01-15\n", ""));
    let day = "--today=2026-02-01";
    assert_eq!((check(&["doubt.weigh", day]), check(&["doubt.weigh", day, "--strict"])), (0, 1));

    folder.write("wrong.weigh", MEMO.replace("odds x 0.4 to 0.8", "odds x 0.8 to 0.4"));
    let run = folder.weigh(["check", "wrong.weigh"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("wrong.weigh: 1 error"), "{}", run.stdout);
    assert!(run.stderr.contains("hint: `weigh explain "), "{}", run.stderr);
    let one_line = folder.weigh(["check", "--one-line", "wrong.weigh"]).stderr;
    assert!(one_line.lines().all(|line| line.starts_with("wrong.weigh:")), "{one_line}");
    let json = folder.weigh(["check", "--format", "json", "wrong.weigh"]).json();
    assert_eq!(
        (&json["errors"], json["diagnostics"].as_array().map(Vec::len)),
        (&1.into(), Some(1))
    );
}

#[test]
fn a_new_file_has_no_faults() {
    let folder = Folder::new();
    assert_eq!(folder.weigh(["new"]).code, 0);
    let run = folder.weigh(["check", "--strict", "assessment.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn what_a_new_file_says_of_level_2_works() {
    let folder = Folder::new();
    let new = folder.weigh(["new", "-", "--today", "2026-01-15"]).stdout;
    // Follow the file's own advice: out with the reason, in with the lines behind `#`.
    let reason = "reason dispute \"The dispute over fees is open\"\n  odds x 1.2 to 2.5\n";
    assert!(new.contains(reason));
    let mut question = String::new();
    let mut rest = String::new();
    let (top, hints) = new.split_once("# Level 2").unwrap();
    for line in hints.lines().filter_map(|line| line.strip_prefix("# ")) {
        if line.starts_with("  base ") && !line.contains("broken_off") || line.contains("odds x") {
            question.push_str(&format!("{line}\n"));
        } else if line.starts_with("  ") || line.contains(" \"") {
            rest.push_str(&format!("{line}\n"));
        }
    }
    let rate_start = top.find("base rate").unwrap();
    let rate_end = top[rate_start..].find('\n').unwrap() + rate_start + 1;
    let text = format!("{}{}{rest}", &top[..rate_start], &top[rate_end..])
        .replace(reason, "")
        .replace("  gut 10%", &format!("{question}  gut 10%"));
    folder.write("two.weigh", &text);
    let run = folder.weigh(["solve", "two.weigh"]);
    assert_eq!(run.code, 0, "{}\n{text}", run.stderr);
    assert!(run.stdout.contains("They agree"), "{}", run.stdout);
}

#[test]
fn report_comes_in_the_form_that_is_asked_for_or_that_the_name_says() {
    let folder = with_memo();
    for (arguments, name, begins) in [
        (&["--to", "md"][..], "report.md", "# "),
        (&["-o", "a.MD"], "a.MD", "# "),
        (&["-o", "b.json"], "b.json", "{"),
        (&["--to", "json", "-o", "c.txt"], "c.txt", "{"),
        (&["--brief"], "report.html", "<!DOCTYPE html><html class=\"brief\""),
        (&["-o", "d.htm"], "d.htm", "<!DOCTYPE html><html "),
    ] {
        let run = folder.weigh([&["report", "memo.weigh"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.ends_with(&format!("The report is in {name}\n")), "{}", run.stdout);
        let written = folder.read(name);
        assert!(written.starts_with(begins), "{name}: {}", &written[..60]);
    }
    let solved = folder.weigh(["solve", "memo.weigh", "--format", "json"]);
    assert_eq!(folder.read("b.json"), solved.stdout);
    let printed = folder.weigh(["report", "memo.weigh", "--to", "md", "--brief", "-o", "-"]);
    assert!(printed.stdout.starts_with("# ") && printed.stdout.len() < folder.read("a.MD").len());
}

#[test]
fn a_theme_colours_the_page_and_a_bad_one_is_refused_before_the_work() {
    let folder = with_memo();
    folder.write("house.txt", "# ours\n--accent: #7a1f1f;\n\ndark:\n--accent: #e08a8a;\n");
    assert_eq!(folder.weigh(["report", "memo.weigh", "--theme", "house.txt"]).code, 0);
    assert!(folder.read("report.html").contains(":root{--accent:#7a1f1f;}@media screen"));
    folder.write("bad.txt", "--accent: red\n--acent: red\n");
    let run = folder.weigh(["report", "memo.weigh", "--theme", "bad.txt", "-o", "bad.html"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("bad.txt:2: there is no variable `--acent`"), "{}", run.stderr);
    assert!(run.stderr.contains("--accent"), "{}", run.stderr);
    assert!(!folder.names().contains(&"bad.html".to_owned()));
}

#[test]
fn a_pdf_without_a_browser_is_refused_with_what_to_do() {
    let folder = with_memo();
    let run = folder
        .weigh_with([("PATH", ""), ("CHROMIUM", "")], ["report", "memo.weigh", "--to", "pdf"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("none is installed") && run.stderr.contains("--to html"),
        "{}",
        run.stderr
    );
    let run = folder
        .weigh_with([("CHROMIUM", "/no/such/browser")], ["report", "memo.weigh", "-o", "a.pdf"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("/no/such/browser did not print"), "{}", run.stderr);
    assert!(folder.names().iter().all(|name| !name.ends_with(".pdf")), "{:?}", folder.names());
}

#[test]
fn report_writes_a_page_and_says_where() {
    let folder = with_memo();
    let run = folder.weigh(["report", "memo.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.ends_with("\nThe report is in report.html\n"), "{}", run.stdout);
    assert!(run.stdout.contains("very unlikely (5–20%)"));
    assert!(folder.read("report.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(folder.names(), ["memo.weigh", "report.html"]);

    folder.weigh(["report", "memo.weigh", "-o", "other.html"]);
    assert_eq!(folder.read("other.html"), folder.read("report.html"), "the same bytes each time");
}

#[test]
fn a_report_on_standard_output_is_nothing_but_the_page() {
    let folder = with_memo();
    let run = folder.weigh(["report", "memo.weigh", "-o", "-"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("<!DOCTYPE html>") && run.stdout.ends_with("</html>"));
    assert_eq!(folder.names(), ["memo.weigh"]);
}

#[test]
fn a_report_of_half_a_file_is_written_and_the_exit_code_is_1() {
    let folder = with_half_a_memo();
    let run = folder.weigh(["report", "memo.weigh", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["report"], "report.html");
    assert!(folder.read("report.html").starts_with("<!DOCTYPE html>"));
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_old_one() {
    let folder = with_memo();
    folder.make_folder("folder.html");
    let run = folder.weigh(["report", "memo.weigh", "-o", "folder.html"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("cannot write folder.html: it is a folder"), "{}", run.stderr);
    let run = folder.weigh(["report", "memo.weigh", "-o", "absent/report.html"]);
    assert_eq!(run.code, 2);
    assert_eq!(folder.names(), ["folder.html", "memo.weigh"]);

    folder.write("report.html", "old");
    folder.write("memo.weigh", "nonsense\n");
    assert_eq!(folder.weigh(["report", "memo.weigh"]).code, 1);
    assert_eq!(folder.read("report.html"), "old");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let run = with_memo().weigh(["report", "memo.weigh", "-o", "/dev/null"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure_of_a_report() {
    let run = with_memo().weigh_into_closed_pipe(["report", "memo.weigh", "-o", "-"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn a_file_without_a_date_speaks_for_today() {
    let folder = Folder::new();
    folder.write("memo.weigh", MEMO.replace("  as of 2026-01-15\n", ""));
    let run = folder.weigh(["solve", "memo.weigh", "--today", "2026-02-01", "--format", "json"]);
    assert_eq!(run.json()["assessment"]["as_of"], "2026-02-01");
}

#[test]
fn what_the_author_answers_for_is_counted_and_listed() {
    let folder = Folder::new();
    let text = "assessment \"War\"\n  as of 2022-10-14\n\
        question war \"War?\"\n  allow no-base-rate \"Nobody has counted such things\"\n";
    folder.write("war.weigh", text);
    let run = folder.weigh(["check", "war.weigh", "--strict"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "war.weigh: no faults, 1 answered for\n"));
    for command in ["check", "solve"] {
        let json = folder.weigh([command, "war.weigh", "--format", "json"]).json();
        let silenced = &json["silenced"][0];
        assert_eq!(silenced["slug"], "no-base-rate");
        assert_eq!(silenced["message"], "`war` has no base rate; even odds are taken");
        assert_eq!(silenced["reason"], "Nobody has counted such things");
        assert_eq!(
            (&silenced["place"]["line"], &silenced["reason_place"]["line"]),
            (&3.into(), &4.into())
        );
        assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(0));
    }
}
