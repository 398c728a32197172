//! The replay against the same file with another day typed in, and its parts against formulas.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{draws, number, p, solve};
use weigh::Session;
use weigh::findings::{Estimate, Findings, TimelineFinding};
use weigh::log_odds::log_odds;

/// A hazard that changes, a base since a day, reports of two sources of which one is later, a source that
/// repeats, a sight, a likelihood, a revision; dated to the day, the month, by the source, and not at all.
fn model(as_of: &str) -> String {
    format!(
        "assessment \"A\"\n  as of {as_of}\n\
         source early \"E\"\n  reliability 70%\n  published 2022-03-05\n\
         source late \"L\"\n  reliability 60%\n  published 2022-07-20\n\
         source copy \"C\"\n  origin early\n  published 2022-06-01\n\
         source always \"O\"\n  reliability 80%\n\
         question q\n  by 2022-12-31\n  base 40% since 2022-02-01\n  odds x 3 if f = yes\n  odds x 2 if g = yes\n\
         factor f\n  yes 60% if g = yes, 10% otherwise\n\
         factor g\n  base 30%\n\
         factor h\n  hazard 20% per year until 2022-06-30\n  hazard 60% per year\n  odds x 4 if q = yes\n\
         indicator i\n  yes 60% if q = yes, 5% otherwise\n\
         evidence a\n  source early\n  source late\n  reports f = yes\n\
         evidence b\n  source copy\n  reports g = yes\n\
         evidence c\n  source always\n  reports g = yes\n\
         evidence d\n  on 2022-05\n  likelihood 3 if f = yes, 1 otherwise\n\
         evidence e\n  on 2022-08-01\n  observes i = no\n\
         evidence k\n  on 2022-09-09\n  revises h: yes 70%, no rest\n\
         evidence l\n  on 2021\n  source always\n  reports f = yes\n"
    )
}

fn replayed(findings: &Findings) -> &TimelineFinding {
    findings.timeline.as_ref().unwrap()
}

fn p_of(estimate: Option<Estimate>) -> f64 {
    estimate.unwrap().p
}

#[test]
fn each_day_is_the_file_with_that_day_typed_in() {
    let found = solve(&model("2022-10-14"), &draws(1));
    let timeline = replayed(&found);
    let days: Vec<&str> = timeline.points.iter().map(|point| point.date.as_str()).collect();
    let expected = [
        "2022-02-01",
        "2022-03-05",
        "2022-05-01",
        "2022-06-01",
        "2022-07-20",
        "2022-08-01",
        "2022-09-09",
        "2022-10-14",
    ];
    assert_eq!(days, expected);
    let news: Vec<usize> = timeline.points.iter().map(|point| point.evidence.len()).collect();
    assert_eq!(news, [0, 1, 1, 1, 1, 1, 1, 0]);
    for point in &timeline.points {
        let then = p(&solve(&model(&point.date), &draws(1)), "q", "yes");
        let replayed = point.answers[0].unwrap().estimate.p;
        // 1e-12: two exact passes, moved by a difference of log odds that is 0
        assert!((replayed - then).abs() < 1e-12, "{}: {replayed} is not {then}", point.date);
    }
    // No news lies between these days, so that they are the file as well.
    let course = timeline.course.iter().filter(|at| at.date.as_str() < "2022-10-14");
    for at in course.clone() {
        let then = p(&solve(&model(&at.date), &draws(1)), "q", "yes");
        assert!((p_of(at.answers[0]) - then).abs() < 1e-12, "{}", at.date);
    }
    assert!(course.count() > 4);
    // What is dated later is not known; here nothing is.
    let ahead: Vec<_> =
        timeline.course.iter().filter(|at| at.date.as_str() > "2022-10-14").collect();
    for at in &ahead {
        let then = p(&solve(&model(&at.date), &draws(1)), "q", "yes");
        assert!((p_of(at.answers[0]) - then).abs() < 1e-12, "{}", at.date);
    }
    assert_eq!(
        (ahead.last().unwrap().date.as_str(), p_of(ahead.last().unwrap().answers[0])),
        ("2022-12-31", 0.0)
    );
    // One item has no date and no dated source, one is from before the base's time begins.
    let named = |ix: &usize| found.evidence[*ix].id.as_str();
    assert_eq!(timeline.from_start.iter().map(named).collect::<Vec<_>>(), ["c", "l"]);
    assert_eq!(timeline.n_undated, 1);
}

#[test]
fn what_is_only_time_is_the_file_without_the_news() {
    let found = solve(&model("2022-10-14"), &draws(1));
    let point = &replayed(&found).points[5];
    let answer = point.answers[0].unwrap();
    let without = model(&point.date)
        .replace("  on 2022-08-01\n  observes i = no\n", "  on 2023\n  observes i = no\n");
    let expected = p(&solve(&without, &draws(1)), "q", "yes");
    assert!((p_of(answer.without_news) - expected).abs() < 1e-12);
}

#[test]
fn parts_add_up_to_the_steps_and_the_steps_to_the_whole() {
    let found = solve(&model("2022-10-14"), &draws(1));
    let timeline = replayed(&found);
    let mut total = 0.0;
    for two in timeline.points.windows(2) {
        let (before, after) = (two[0].answers[0].unwrap(), two[1].answers[0].unwrap());
        let step = after.step.unwrap();
        let (was, is) = (before.estimate.p, after.estimate.p);
        assert!((step.time + step.evidence - (is - was)).abs() < 1e-12);
        let (time, evidence) = step.log_odds.unwrap();
        assert!((time + evidence - (log_odds(is) - log_odds(was))).abs() < 1e-12);
        total += step.time + step.evidence;
    }
    let whole = timeline.points.last().unwrap().answers[0].unwrap().estimate.p
        - timeline.points[0].answers[0].unwrap().estimate.p;
    assert!((total - whole).abs() < 1e-12);
    assert_eq!(
        timeline.points.last().unwrap().answers[0].unwrap().estimate,
        found.questions[0].outcomes[1].estimate
    );
}

/// Where the question has a base and news weighs on it alone, log odds add: the news is its weight, and
/// time is what the constant hazard says (the formula of the case `time_constant_hazard`).
#[test]
fn news_and_time_are_apart_where_they_add() {
    let (base, weight) = (0.15, 3.0);
    let text = format!(
        "assessment \"A\"\n  as of 2022-07-02\nquestion q\n  by 2022-12-31\n  base {} since 2022-01-01\n\
         evidence e\n  on 2022-04-02\n  likelihood {} if q = yes, 1 otherwise\n",
        number(base),
        number(weight),
    );
    let found = solve(&text, &draws(1));
    let timeline = replayed(&found);
    // 364 days in all: a quarter is gone on 2 April, half on 2 July.
    // ¼ of the way at a constant hazard; roots are the same on every machine.
    let quarter = (1.0 - base).sqrt().sqrt();
    let left =
        |n_quarters: usize| log_odds(1.0 - [quarter; 4][..n_quarters].iter().product::<f64>());
    let expected = [(left(3) - left(4), log_odds(0.75)), (left(2) - left(3), 0.0)];
    let steps = timeline.points[1..].iter().map(|point| point.answers[0].unwrap().step.unwrap());
    for (step, (time, news)) in steps.zip(expected) {
        let (found_time, found_news) = step.log_odds.unwrap();
        assert!((found_time - time).abs() < 1e-12 && (found_news - news).abs() < 1e-12, "{step:?}");
    }
    let half = timeline.course.iter().filter(|at| at.date.as_str() > "2022-07-02").nth(2).unwrap();
    assert_eq!(half.date, "2022-10-01");
    let expected = 3.0 * (1.0 / quarter - 1.0);
    assert!((p_of(half.answers[0]) - expected / (1.0 + expected)).abs() < 1e-12);
}

/// Where the headline is exact, so is every day: the means of the ranges, without draws.
#[test]
fn ranges_are_integrated_out_where_the_headline_is_exact() {
    let text = |as_of: &str| {
        format!(
            "assessment \"A\"\n  as of {as_of}\nquestion q\n  base 5% to 30%\n\
             evidence d\n  on 2022-05\n  likelihood 3 if q = yes, 1 otherwise\n"
        )
    };
    let found = solve(&text("2022-10-14"), &draws(100));
    let first = replayed(&found).points[0].answers[0].unwrap().estimate.p;
    let then = p(&solve(&text("2022-04-30"), &draws(100)), "q", "yes");
    assert!((first - then).abs() < 1e-12, "{first} is not {then}");
}

#[test]
fn numbers_keep_their_draws_whatever_is_left_out() {
    let ranges = |as_of: &str| {
        model(as_of)
            .replace("40% since", "20% to 60% since")
            .replace("x 3", "x 2 to 5")
            .replace("70%\n  published", "B\n  published")
    };
    let found = solve(&ranges("2022-10-14"), &draws(10_000));
    for point in &replayed(&found).points {
        let estimate = point.answers[0].unwrap().estimate;
        let then = p(&solve(&ranges(&point.date), &draws(10_000)), "q", "yes");
        // Few draws in common against many of their own: within the error of a hundred of them.
        assert!((estimate.p - then).abs() < 0.02, "{}: {} is not {then}", point.date, estimate.p);
        assert!(estimate.p05 < estimate.p50 && estimate.p50 < estimate.p95);
    }
}

#[test]
fn what_makes_certain_has_no_log_odds_and_what_cannot_happen_no_answer() {
    let text = "assessment \"A\"\n  as of 2022-10-14\nquestion q\n  by 2022-12-31\n  base 40% since 2022-01-01\n\
                factor f\n  yes if q = yes\n\
                evidence d\n  on 2022-05\n  likelihood 1 if f = yes, 0 otherwise\n";
    let found = solve(text, &draws(1));
    let timeline = replayed(&found);
    let second = timeline.points[1].answers[0].unwrap();
    assert_eq!((second.estimate.p, second.step.unwrap().log_odds), (1.0, None));
    // At the horizon it has not happened, and what was seen says that it did.
    let last = timeline.course.last().unwrap();
    assert_eq!((last.date.as_str(), last.answers[0]), ("2022-12-31", None));
}

#[test]
fn nothing_dated_is_nothing_replayed() {
    let found = solve("assessment \"A\"\n  as of 2022-10-14\nquestion q\n  base 40%\n", &draws(1));
    assert_eq!(replayed(&found).points.len(), 1);
    assert!(replayed(&found).course.is_empty());
    assert!(!weigh::report::html(&found).contains("id=\"timeline\""));
}

#[test]
fn many_days_are_taken_together_and_none_is_lost() {
    let mut text = "assessment \"A\"\n  as of 2022-10-14\nquestion q\n  base 40%\n".to_owned();
    for ix in 0..130 {
        let (month, day) = (1 + ix / 28, 1 + ix % 28);
        text += &format!(
            "evidence e{ix}\n  on 2022-{month:02}-{day:02}\n  likelihood 1.01 if q = yes, 1 otherwise\n"
        );
    }
    let found = solve(&text, &draws(1));
    let timeline = replayed(&found);
    assert_eq!(timeline.points.iter().map(|point| point.evidence.len()).sum::<usize>(), 130);
    // 130 days by threes, before them the start and after them the day of the assessment
    assert_eq!((timeline.points.len(), timeline.n_merged), (44 + 2, 130 - 44));
}

#[test]
fn every_day_with_news_is_on_the_picture() {
    let mut session =
        Session::load(&common::Memory::with(&model("2022-10-14")), common::MAIN).unwrap();
    let page = weigh::report::html(&session.findings(&draws(100)).unwrap());
    let section = page.split("id=\"timeline\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(section.matches("class=\"dot\"").count(), 6);
    assert_eq!(section.matches("href=\"#evidence-").count(), 6);
}
