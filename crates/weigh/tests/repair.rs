//! The least change that joins judgement and model: closed forms, a grid, and the changed file solved again.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{draws, solve};
use weigh::findings::{Findings, Move, Reach, RepairFinding};
use weigh::{Settings, Wanted};

const DATED: &str = "assessment \"A\"\n  as of 2022-10-14\n";

fn settings(n: u32) -> Settings {
    Settings { wanted: Wanted { solve_repair: true, ..Wanted::default() }, ..draws(n) }
}

fn found(text: &str) -> Findings {
    solve(&format!("{DATED}{text}"), &settings(500))
}

fn repaired(text: &str) -> RepairFinding {
    found(text).repair.unwrap()
}

fn log_odds(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

fn shift(repair: &RepairFinding, what: &str) -> f64 {
    repair.moves.iter().find(|step| step.what == what).unwrap().shift
}

/// The text with every move typed in, all digits of it.
fn put_back(text: &str, moves: &[Move]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for step in moves {
        let line = &mut lines[step.place.line as usize - 1];
        assert_eq!(line.matches(&step.written).count(), 1, "{} in {line}", step.written);
        *line = line.replacen(&step.written, &step.exactly, 1);
    }
    lines.join("\n") + "\n"
}

/// With one number the repair is its inverse: a base rate has to be what the gut says.
#[test]
fn one_number_becomes_the_judgement() {
    let repair = repaired("question q\n  gut 5%\nbase rate 10%\n");
    assert_eq!(repair.reach, Reach::BeyondRanges);
    let [step] = repair.moves.as_slice() else { panic!("{repair:?}") };
    assert_eq!((step.written.as_str(), step.becomes.as_str()), ("10%", "5%"));
    // 1e-11: the search ends within 1e-12 nats
    assert!((step.shift - (log_odds(0.05) - log_odds(0.1))).abs() < 1e-11);
    assert!(!step.inside);
    assert!((repair.total - step.shift.abs()).abs() < 1e-15);
}

/// Log odds of base and weight add up, so by Lagrange each takes half of the way.
#[test]
fn a_base_and_a_weight_share_the_way() {
    let repair = repaired("question q\n  base 10%\n  odds x 3\n  gut 40%\n");
    let half = (log_odds(0.4) - log_odds(0.1) - libm::log(3.0)) / 2.0;
    for what in ["q: base", "q: odds"] {
        assert!((shift(&repair, what) - half).abs() < 1e-11, "{what}: {repair:?}");
    }
    assert!((repair.total - half.abs() * libm::sqrt(2.0)).abs() < 1e-11);
    assert!((repair.judgements[0].repaired - 0.4).abs() <= 1e-12);
}

/// A certain number stays while a range can do it alone: the base is moved inside of 5% to 15% only.
#[test]
fn ranges_come_before_certain_numbers() {
    let text = "question q\n  base 5% to 15%\n  odds x 3\n  gut 20%\n";
    let repair = repaired(text);
    assert_eq!(repair.reach, Reach::WithinRanges);
    assert_eq!(repair.moves.len(), 1);
    assert!(repair.moves[0].inside && repair.moves[0].what == "q: base");
    // 70% is too far for the range alone: then the weight moves as well.
    let repair = repaired(&text.replace("20%", "70%"));
    assert_eq!((repair.reach, repair.moves.len()), (Reach::BeyondRanges, 2));
}

/// The end of a range is a wall: the one range stands at it, the other does what is left. Both weights are
/// certain in no draw, so what they are moved by is exact: draws of log weights shift as a whole.
#[test]
fn a_range_at_its_end_leaves_the_rest_to_the_others() {
    let text = "question q\n  base 50%\n  odds x 1.9 to 2.1\n  odds x 1 to 9\n  gut 90%\n";
    let repair = repaired(text);
    assert_eq!(repair.reach, Reach::WithinRanges);
    let narrow = libm::log(2.1 / 1.9) / 2.0;
    let moved: Vec<f64> = repair.moves.iter().map(|step| step.shift).collect();
    assert!((moved[1] - narrow).abs() < 1e-12, "{moved:?} {narrow}");
    assert!(moved[0] > moved[1] && repair.moves[0].inside);
    assert!((repair.judgements[0].repaired - 0.9).abs() <= 1e-12);
}

/// Three certain numbers in one answer: no point of a fine grid of changes that lead to the judgement is shorter,
/// and the shortest is as short to the grid's own error.
#[test]
fn no_grid_finds_a_lesser_change() {
    let text = "question q\n  yes 80% if a = yes, 10% otherwise\n  gut 50%\nfactor a\n  base 30%\n";
    let repair = repaired(text);
    let value = |p: f64, shift: f64| 1.0 / (1.0 + libm::exp(-log_odds(p) - shift));
    let steps = |n: i32| (-n..=n).map(|ix| f64::from(ix) * 0.004);
    let mut least = f64::INFINITY;
    for with in steps(250) {
        for without in steps(250) {
            // What `a` would have to be for the answer to be one half, in closed form.
            let (yes, no) = (value(0.8, with), value(0.1, without));
            let a = (0.5 - no) / (yes - no);
            if (0.0..1.0).contains(&a) && a > 0.0 {
                let base = log_odds(a) - log_odds(0.3);
                least = least.min(with * with + without * without + base * base);
            }
        }
    }
    let found = repair.total * repair.total;
    assert!(found <= least + 1e-12, "{found} is more than {least}");
    // The grid is off by half a step at most: squares near a least one differ by squares of that.
    assert!(least - found < 1e-4, "{found} is far from {least}");
}

/// Two judgements at once: both answers are met, by numbers that they share.
#[test]
fn two_judgements_are_met_together() {
    let text = "question q\n  yes 60% if a = yes, 20% otherwise\n  gut 35%\n\
                question r\n  yes 70% if a = yes, 30% otherwise\n  gut 45%\nfactor a\n  base 30%\n";
    let repair = repaired(text);
    let answers: Vec<f64> = repair.judgements.iter().map(|it| it.repaired).collect();
    assert!(
        (answers[0] - 0.35).abs() <= 1e-12 && (answers[1] - 0.45).abs() <= 1e-12,
        "{answers:?}"
    );
    let solved = solve(&put_back(&format!("{DATED}{text}"), &repair.moves), &draws(1));
    for (question, gut) in solved.questions.iter().zip([0.35, 0.45]) {
        let p = question.outcomes[question.focus].estimate.p;
        assert!((p - gut).abs() <= 1e-9, "{} is {p}", question.id);
    }
}

/// Ranges, counts, words, distributions, hazards, sources and evidence of every kind: the values put back into
/// the file give the judgement, with all its draws.
#[test]
fn what_is_put_back_gives_the_judgement() {
    let text = format!(
        "{DATED}source s\n  reliability B\nquestion q\n  by 2022-12-31\n  gut GUT\n  base 3 of 40 per year\n\
         \x20 odds x 2 to 5 if a = yes \"a\"\n  odds x lognormal(0.1, 0.3) if b = high\n\
         factor a\n  leak 1% to 3% \"a\"\n  caused by b = high 40% to 70% \"b\"\n\
         factor b: low, mid, high\n  base low 55%, high unlikely\n\
         factor c\n  yes beta(2, 6) if b = high,\n    uniform(10%, 30%) if b = low,\n    0.2 otherwise \"c\"\n\
         quantity n = 40 to 90\nfactor d\n  yes 65% to 85% if n > 60 and q = yes,\n    12% otherwise\n\
         evidence e\n  reports a = yes\n  source s\n  anyway 30% to 45%\n\
         evidence f\n  likelihood 1.5 to 2.5 if c = yes,\n    1.1 otherwise\n\
         evidence g\n  observes d = yes\n"
    );
    for gut in ["10%", "30%", "93%"] {
        let text = text.replace("GUT", gut);
        let repair = solve(&text, &settings(500)).repair.unwrap();
        assert!(repair.is_solved && repair.reach != Reach::OutOfReach, "{gut}: {repair:?}");
        let solved = solve(&put_back(&text, &repair.moves), &draws(500));
        let p = solved.questions[0].outcomes[1].estimate.p;
        let gut: f64 = gut.trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
        assert!((p - gut).abs() <= 1e-9, "{p} is not {gut}");
        assert!(solved.repair.is_none());
    }
}

/// What few draws say in the report is what all say, to the digits that are printed.
#[test]
fn few_draws_are_near_all() {
    let text = format!(
        "{DATED}question q\n  gut 20%\n  base 5% to 15%\n  odds x 2 to 6 if a = yes\nfactor a\n  base 40% to 60%\n"
    );
    let few = solve(&text, &draws(5_000)).repair.unwrap();
    let all = solve(&text, &settings(5_000)).repair.unwrap();
    assert!(!few.is_solved && all.is_solved);
    for (few, all) in few.moves.iter().zip(&all.moves) {
        assert_eq!(few.what, all.what);
        // 64 draws measure the way, 5,000 the answer: one in twenty of a shift
        assert!((few.shift - all.shift).abs() <= 0.05 * all.shift.abs(), "{few:?} {all:?}");
    }
}

/// Numbers go no further than one in a thousand: beyond, nothing joins the two.
#[test]
fn what_cannot_be_reached_is_said() {
    let repair = repaired(
        "question q\n  gut 99.99%\n  yes 60% if a = yes, 40% otherwise\nfactor a\n  base 50%\n",
    );
    assert_eq!(repair.reach, Reach::OutOfReach);
    let best = repair.judgements[0].repaired;
    assert!((0.9989..0.9991).contains(&best), "{best}");
}

#[test]
fn a_row_that_states_all_its_states_stays() {
    let repair = repaired(
        "question q\n  gut 40%\n  yes 60% if a = x, 10% otherwise\nfactor a: x, y\n  base x 50%, y 50%\n",
    );
    let moved: Vec<&str> = repair.moves.iter().map(|step| step.what.as_str()).collect();
    assert!(moved.iter().all(|what| what.starts_with("q: ")), "{moved:?}");
}

/// Nobody judged; both say the same; a revised probability gives way to nothing.
#[test]
fn where_there_is_nothing_to_repair_nothing_is_found() {
    let none = |text: &str| assert_eq!(found(text).repair, None, "{text}");
    none("question q\nbase rate 10%\n");
    none("question q\n  gut 10.1%\nbase rate 10%\n");
    none("question q\n  gut 0%\nbase rate 10%\n");
    none("question q\n  gut 30%\nbase rate 10%\nevidence e\n  revises q: yes 50%, no rest\n");
}

/// The page has the section where judgement and model disagree, and only there.
#[test]
fn the_report_shows_what_would_have_to_move() {
    let text = "question q\n  gut 20%\n  base 5% to 15%\n  odds x 3\n";
    let page = weigh::report::html(&found(text));
    assert!(page.contains("id=\"repair\""));
    assert!(page.contains("is 20%, the model’s 24%"));
    let page = weigh::report::html(&found(&text.replace("gut 20%", "gut 24%")));
    assert!(!page.contains("id=\"repair\""));
}

/// Where the ranges only just miss the judgement on all draws, the search on a few must not come back to them.
#[test]
fn ranges_that_only_just_miss_are_left_for_good() {
    let text = format!(
        "{DATED}question q\n  gut 57%\n  base 6% to 21%\n\
         reason a \"A\"\n  odds x 2.7 to 3\n\
         reason b \"B\"\n  odds x 3.95 to 4.25\n\
         reason c \"C\"\n  odds x 1.9 to 2.6\n"
    );
    let few = Settings { wanted: Wanted { solve_repair: true, ..Wanted::default() }, ..draws(64) };
    let repair = solve(&text, &few).repair.unwrap();
    assert_eq!(repair.reach, Reach::BeyondRanges);
    let changed = solve(&put_back(&text, &repair.moves), &draws(64));
    let p = changed.questions[0].outcomes[changed.questions[0].focus].estimate.p;
    // 1e-11: the numbers went through text
    assert!((p - 0.57).abs() <= 1e-11, "{p}");
}
