//! The commands that show one analysis: their text, and the JSON that tools rely on.

use crate::common::{Folder, MEMO};

const MODEL: &str = "assessment \"The strait\"\n  as of 2026-01-15\n\
    source wire \"Wire\"\n  reliability 70%\n\
    question closed \"Will the strait be closed?\"\n  by 2026-06-30\n  base 20%\n\
    \x20 odds x 4 if dispute = yes because fees\n\
    factor dispute \"The dispute is open\"\n  base 50%\n\
    reason fees \"Fees are disputed\"\n\
    evidence report \"A report\"\n  source wire\n  reports dispute = yes\n  because fees\n\
    indicator pilots \"Pilots are called off\"\n  yes 60% if closed = yes, 5% otherwise \"A guess\"\n\
    \x20 obtain \"harbour radio\" by \"night desk\" cost 2 within 3 days\n\
    indicator decree \"A decree is printed\"\n  yes 30% if closed = yes, 1% otherwise \"A guess\"\n\
    \x20 obtain \"gazette\" cost 1 within 1 year\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("strait.weigh", MODEL);
    folder
}

#[test]
fn stories_for_people_and_programs() {
    let run = folder().weigh(["story", "strait.weigh", "--top", "2"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Will the strait be closed?
      A story gives every factor a state (1 factor). As usual: the state that is likeliest by itself.

      `no`, 55%
        1. 43%, 78% of all that ends in `no`
           all as usual
        2. 12%, 22% of all that ends in `no`
           as in 1, but
           - The dispute is open: no, not yes

      `yes`, 46%
        1. 43%, 93% of all that ends in `yes`
           all as usual
        2. 3%, 7% of all that ends in `yes`
           as in 1, but
           - The dispute is open: no, not yes
    ");
    let json = folder().weigh(["story", "strait.weigh", "--format", "json"]).json();
    let told = &json["stories"]["closed"];
    assert_eq!(told["usual"]["dispute"], "yes");
    assert_eq!(told["outcomes"]["yes"][0]["states"]["dispute"], "yes");
    assert!(told["outcomes"]["yes"][0]["p"].is_f64() && told["misleading"].is_null());
    assert_eq!(json["run"]["draws"], 10_000);
}

#[test]
fn worth_for_people_and_programs() {
    let run = folder().weigh(["worth", "strait.weigh", "--budget", "5"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Will the strait be closed?
      `yes` stands at 46%; the answer is uncertain by 0.99 bits

      Indicators, the one that teaches most first
      (half-Brier: the mean square by which probabilities miss what happens; 0 knows all, 0.25 is a coin)
      - Pilots are called off: takes away 29% of the uncertainty (0.284 bits); half-Brier falls by 0.0885; 100% that it moves the answer over an edge
        no (70%) would make it 26%, unlikely; yes (30%) would make it 91%, very likely
        from harbour radio, by night desk, cost 2, within 3 days
      - A decree is printed: takes away 15% of the uncertainty (0.144 bits); half-Brier falls by 0.0425; 100% that it moves the answer over an edge
        no (86%) would make it 37%, unlikely; yes (14%) would make it 96%, almost certain
        from gazette, cost 1, within 365 days

      What to look up together, with an answer by 2026-06-30
      - for 2: takes away 29% of the uncertainty (0.284 bits): Pilots are called off
      Too late: A decree is printed

      If somebody could tell: the factors that would teach most
      - The dispute is open: takes away 4% of the uncertainty (0.036 bits); half-Brier falls by 0.0115; 100% that it moves the answer over an edge
        no (15%) would make it 20%, very unlikely; yes (85%) would make it 50%, roughly even chance
    ");
    let json = folder().weigh(["worth", "strait.weigh", "--budget=1", "--format=json"]).json();
    let worth = &json["worth"]["closed"];
    assert_eq!(worth["indicators"]["pilots"]["by"], "night desk");
    assert_eq!(worth["plan"]["too_late"][0], "decree");
    assert!(worth["plan"]["best"].is_null() && worth["plan"]["steps"][0]["bits"].is_f64());
    let late = folder().weigh(["worth", "strait.weigh", "--before=2026-01-16", "--format=json"]);
    assert_eq!(late.json()["worth"]["closed"]["plan"]["too_late"][1], "decree");
}

#[test]
fn stress_for_people_and_programs() {
    let run = folder().weigh(["stress", "strait.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Will the strait be closed?
      `yes` stands at 46%; if it were built otherwise, what moves it most first

            74%  Twice as strong: Fees are disputed
            25%  A source says the opposite of what it knows: Wire
            31%  Half as strong: Fees are disputed
            35%  `dispute` no longer bears on `closed`
            35%  Without the source: Wire
            48%  A cause that nobody listed brings it about in 5% of cases
            43%  Something that nobody listed prevents it in 5% of cases

      3 other changes leave it at 46%
      A cause that nobody listed would have to be enough in 17% of cases to lift it out of its word

      `dispute` is “The dispute is open”
    ");
    let json = folder().weigh(["stress", "strait.weigh", "--format", "json"]).json();
    assert_eq!(json["stress"][0]["change"], "arrow_cut");
    assert_eq!(json["stress"][0]["from"], "dispute");
    assert!(json["stress"][0]["answers"]["closed"].is_f64());
}

#[test]
fn repair_for_people_and_programs() {
    let folder = folder();
    let model = MODEL.replace("  by 2026-06-30\n", "  by 2026-06-30\n  gut 30%\n");
    folder.write("strait.weigh", &model);
    let run = folder.weigh(["repair", "strait.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    The author's own judgement of `yes` is 30%, the model's 46%.
    Within their authors' ranges the numbers cannot make the two agree.
    They do if 4 numbers move: 4 are certain as they stand.
    All in all that is as far as a single number whose odds change by a factor of 1.7.

       ÷ 1.5  closed: base: 15%, not 20%, was certain
              strait.weigh:8
       ÷ 1.4  closed: odds if dispute = yes: 2.9, not 4, was certain
              strait.weigh:9
      and 2 numbers by less; `--format json` has them all
    ");
    let json = folder.weigh(["repair", "strait.weigh", "--format", "json"]).json();
    assert_eq!(json["repair"]["reach"], "beyond_ranges");
    assert_eq!(json["repair"]["questions"]["closed"]["gut"], 0.3);
    let mut lines: Vec<String> = model.lines().map(str::to_owned).collect();
    for step in json["repair"]["moves"].as_array().expect("there are moves") {
        let line = &mut lines[step["line"].as_u64().expect("a line") as usize - 1];
        let of = |key: &str| step[key].as_str().expect("a text").to_owned();
        *line = line.replacen(&of("written"), &of("becomes"), 1);
    }
    folder.write("changed.weigh", lines.join("\n") + "\n");
    let p = folder.weigh(["solve", "changed.weigh", "--format", "json"]).json();
    let p = p["questions"]["closed"]["outcomes"]["yes"]["p"].as_f64().expect("a probability");
    // 1e-9: the numbers went through text
    assert!((p - 0.3).abs() <= 1e-9, "{p}");

    folder.write("strait.weigh", MODEL);
    let run = folder.weigh(["repair", "strait.weigh"]);
    assert!(run.stdout.starts_with("Nobody judged a question directly"), "{}", run.stdout);
}

#[test]
fn timeline_for_people_and_programs() {
    let folder = folder();
    let allow = "  by 2026-06-30\n  allow rests-on-one \"A short example\"\n";
    let dated = MODEL
        .replace("  by 2026-06-30\n", allow)
        .replace("base 20%", "base 20% since 2025-07-01")
        .replace("reports dispute = yes", "reports dispute = yes\n  on 2025-10");
    let seen = "evidence radio \"No pilot is called off\"\n  observes pilots = no\n  on 2025-12-20\n\
                evidence old \"An old quarrel\"\n  likelihood 1.5 if dispute = yes, 1 otherwise\n";
    folder.write("dated.weigh", format!("{dated}{seen}"));
    let run = folder.weigh(["timeline", "dated.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Will the strait be closed?
      `closed`, by 2026-06-30 (166 days left)

      From 1 July 2025 to 15 January 2026, `yes` went from 38% to 14%.
      What became known moved it by −8 points, time alone by −16 points.
      The news that moved it most is of 20 December 2025: −16 points.
      If nothing more becomes known, and it has not happened, it will be 8% on 31 March 2026 and 0% on 30 June 2026.
      Counted as known from the start: 1 item without a date.

      day         answer  by the news  by time alone  what became known
      2025-07-01     38%                              before the first of it
      2025-10-01     39%    +8 points      −7 points  A report
      2025-12-20     16%   −16 points      −7 points  No pilot is called off
      2026-01-15     14%     0 points      −2 points  nothing: the day of the assessment
    ");
    let json = folder.weigh(["timeline", "dated.weigh", "--format", "json"]).json();
    let told = &json["timeline"];
    assert_eq!((&told["from_start"][0], &told["undated"]), (&"old".into(), &1.into()));
    assert_eq!(told["points"][1]["evidence"][0], "report");
    let answer = &told["points"][1]["answers"]["closed"];
    assert!(answer["without_news"]["p"].is_f64() && answer["step"]["log_odds"]["time"].is_f64());
    assert_eq!(told["course"][11]["date"], "2026-06-30");
    assert_eq!(told["course"][11]["answers"]["closed"]["p"], 0.0);
    let none = folder.weigh(["timeline", "strait.weigh"]);
    assert!(none.stdout.contains("there is nothing to replay"), "{}", none.stdout);
}

#[test]
fn compare_for_people_and_programs() {
    let folder = folder();
    let newer = MODEL
        .replace("reliability 70%", "reliability 90%")
        .replace("odds x 4", "odds x 3")
        .replace("as of 2026-01-15", "as of 2026-02-01");
    let seen = "evidence radio \"No pilot is called off\"\n  observes pilots = no\n";
    folder.write("newer.weigh", format!("{newer}{seen}"));
    let run = folder.weigh(["compare", "strait.weigh", "newer.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Will the strait be closed?
      `yes`: 46% became 23%: −19 points by new evidence, −6 points by edited numbers and +2 points by sources regraded.

      the old answer           46%  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
      new evidence      −19 points               ░░░░░░░░░░░
      edited numbers     −6 points             ░░░
      sources regraded   +2 points             ██
      the new answer           23%  ▒▒▒▒▒▒▒▒▒▒▒▒▒

      −19 points: `radio`, new evidence (newer.weigh:22)
          + observes pilots = no
      −6 points: `closed`, an edited number (newer.weigh:8)
          - odds x 4 if dispute = yes
          + odds x 3 if dispute = yes
      +2 points: source `wire`, regraded (newer.weigh:4)
          - reliability 70%
          + reliability 90%
      1 other change moves nothing that shows

      What would bring the two closest, if it were known
      - “A decree is printed”: they would lie 18 points apart and not 22 points; no (89%) would make them 37% and 18%; yes (11%) would make them 96% and 90%
    ");
    let json = folder.weigh(["compare", "strait.weigh", "newer.weigh", "--format", "json"]).json();
    let told = &json["comparison"]["questions"]["closed"];
    assert_eq!(told["changes"][1]["kind"], "source");
    assert!(
        told["changes"][1]["share"]["points"].is_f64() && told["kinds"]["number"]["nats"].is_f64()
    );
    assert_eq!(told["closing"][0]["readings"][0][0], "no");
    let page = folder.weigh(["compare", "strait.weigh", "newer.weigh", "-o", "-"]).stdout;
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("+2 points by sources regraded"),
        "{page}"
    );
    let written = folder.weigh(["compare", "strait.weigh", "newer.weigh", "-o", "ledger.html"]);
    assert_eq!((written.code, written.stdout), (0, run.stdout));
    assert_eq!(folder.read("ledger.html"), page);
    let same = folder.weigh(["compare", "strait.weigh", "strait.weigh"]);
    assert!(
        same.stdout.contains("Nothing that a probability depends on was changed"),
        "{}",
        same.stdout
    );
    folder.write("other.weigh", "question a\n  base 1%\nquestion b\n  base 1%\n");
    let none = folder.weigh(["compare", "strait.weigh", "other.weigh"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("ask no question in common"), "{}", none.stderr);
    folder.write("broken.weigh", "nonsense\n");
    assert_eq!(folder.weigh(["compare", "strait.weigh", "broken.weigh"]).code, 1);
}

#[test]
fn matrix_for_people_and_programs() {
    let folder = folder();
    let allow = "  by 2026-06-30\n  allow one-sided \"A short example\"\n";
    let model = MODEL.replace("  by 2026-06-30\n", allow);
    folder.write(
        "rows.weigh",
        format!("{model}evidence radio \"Pilots are called off\"\n  observes pilots = yes\n"),
    );
    let run = folder.weigh(["matrix", "rows.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Will the strait be closed?
      How many times as likely each item is under an outcome as under the others on
      average, with no other evidence known.
      CC (very consistent): 3.16 times as likely or more; C (consistent): 1.33 or
      more; I (inconsistent): 0.75 or less; II: 0.32 or less; N (neither): between.
      Tells: the largest ratio between two outcomes, in decibans (10 is 10 to 1),
      by itself and with all the rest known.

                                     no        yes         Tells  w. rest
      Pilots are called off          II 0.08   CC 12          11       11
      Fees are disputed (judgement)  I  0.46   C  2.2          3        5
      A report                       I  0.64   C  1.6          2        2

      “Pilots are called off” tells the outcomes apart best: by itself it is 12
      times as likely if `yes` as if `no`.
      No item by itself speaks against `yes`.
    ");
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80));
    let json = folder.weigh(["matrix", "rows.weigh", "--format", "json"]).json();
    let items = &json["matrix"]["closed"]["items"];
    assert_eq!(
        (&items[0]["evidence"], &items[0]["is_probability"]),
        (&"radio".into(), &true.into())
    );
    assert_eq!(items[0]["alone"]["outcomes"]["yes"]["letter"], "CC");
    assert_eq!(items[1]["reason"], "fees");
    assert!(items[1]["given_rest"]["diagnosticity"].is_f64());
}

#[test]
fn many_outcomes_stand_in_several_tables() {
    let folder = Folder::new();
    let states = ["a", "b", "c", "d", "e", "\"a state with quite a long name\""].join(", ");
    folder.write("six.weigh", format!(
        "assessment \"Six\"\n  as of 2026-01-15\nquestion six: {states}\n  \
         base a 10%, b 10%, c 10%, d 10%, e 10%, \"a state with quite a long name\" rest\n\
         evidence e1 \"An item with a text that is far too long for one line of a terminal of eighty columns\"\n  \
         likelihood 9 if six = a, 1 otherwise\n"
    ));
    let run = folder.weigh(["matrix", "six.weigh"]);
    assert_eq!(run.stdout.matches("Tells  w. rest").count(), 2);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
}

#[test]
fn a_file_without_a_question_has_no_analysis() {
    let folder = Folder::new();
    folder.write("memo.weigh", "nonsense\n");
    for command in ["story", "worth", "stress", "repair", "timeline", "matrix"] {
        let run = folder.weigh([command, "memo.weigh", "--format", "json"]);
        assert_eq!(run.code, 1, "{command}");
        assert!(run.json()["diagnostics"][0]["slug"].is_string());
    }
    folder.write("memo.weigh", MEMO);
    for command in ["story", "worth", "stress", "repair", "timeline", "matrix"] {
        assert_eq!(folder.weigh([command, "memo.weigh"]).code, 0, "{command}");
    }
}

#[test]
fn actors_for_people_and_programs() {
    let folder = Folder::new();
    folder.write(
        "order.weigh",
        "assessment \"The order\"\n  as of 2026-01-15\n\
         question order: refuse, send \"Does he send?\"\n\
         actor ruler \"The ruler\"\n  choice order\n    knows demand\n\
         \x20 picks the better of two options 10 points apart 75% of the time\n  wants\n\
         \x20   -10 if order = send\n    -20 if order = refuse and demand = yes\n\
         factor demand \"He is pressed\"\n  base 20%\n",
    );
    let run = folder.weigh(["actors", "order.weigh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for told in [
        "If the payoffs are right:",
        "Picks the better of two options 10 points apart 75% of the time (75%).",
        "demand = no           80%       75%     25%",
        "demand = yes          20%       25%     75%",
        "If `order` were chosen at even odds, `send` would be 50% and not 35%.",
    ] {
        assert!(run.stdout.contains(told), "{told}\n{}", run.stdout);
    }
    let json = folder.weigh(["actors", "order.weigh", "--format", "json"]).json();
    let found = &json["actors"];
    let order = &found["actors"]["ruler"]["choices"]["order"];
    assert_eq!(order["knows"][0], "demand");
    assert!((order["cases"][1]["options"]["send"]["p"].as_f64().unwrap() - 0.75).abs() < 1e-12);
    assert_eq!(found["sweep"].as_array().unwrap().len(), 21);
    assert_eq!(found["even"][0]["choice"], "order");
    assert!(found["fork"].is_null());

    let shown = folder.weigh(["solve", "order.weigh", "--emit", "network"]).stdout;
    assert!(shown.contains("parameter order: send if demand = yes is chosen\n"), "{shown}");
    assert!(shown.contains("choice order by ruler\nruler: payoff if order = send\n"), "{shown}");
    assert!(shown.contains("  refuse, yes: -20\n"), "{shown}");

    let run = self::folder().weigh(["actors", "strait.weigh"]);
    assert_eq!(run.stdout, "Nobody chooses in this assessment.\n");
}
