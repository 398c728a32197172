//! What a person waits for: checking a file, solving the flagship, finding everything, the report.
//!
//! Targets: `check` of about 300 lines under 1 ms; `solve` of the flagship with 10,000 draws and all
//! marginals under 50 ms on one core; what 15 reasons carry in 62 variables under 200 ms; every
//! one of 1,000 numbers flipped under 100 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::{Date, date};
use std::hint::black_box;
use weigh::world::{ReadError, World};
use weigh::{Session, Settings};
use weigh_inference::{Limits, solve};
use weigh_model::load::load;
use weigh_model::lower::{Switches, lower};
use weigh_model::resolve::resolve;

/// The flagship from memory, so that no disk is timed.
struct Flagship;

const MAIN: &str = include_str!("../../../examples/belarus/belarus.weigh");
const SOURCES: &str = include_str!("../../../examples/belarus/sources.weigh");

impl World for Flagship {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        match path {
            "belarus.weigh" => Ok(MAIN.to_string()),
            "sources.weigh" => Ok(SOURCES.to_string()),
            "lines.weigh" => Ok(three_hundred_lines()),
            "reasons.weigh" => Ok(fifteen_reasons()),
            "numbers.weigh" => Ok(thousand_numbers()),
            _ => Err(ReadError::Absent),
        }
    }

    fn today(&self) -> Date {
        date(2022, 10, 14)
    }
}

/// Thirty factors in a row with odds and evidence, ten lines each: the common forms of a long file.
fn three_hundred_lines() -> String {
    let mut text =
        String::from("assessment \"A\"\n  as of 2022-10-14\nquestion q \"Q\"\n  base 5% to 20%\n");
    text.push_str("  odds x 2 to 3 if f29 = yes\nsource s \"S\"\n  reliability B\n");
    for ix in 0..30 {
        let before = if ix == 0 { "q".to_string() } else { format!("f{}", ix - 1) };
        let parent = if ix == 0 {
            String::new()
        } else {
            format!("  odds x 2 to 4 if {before} = yes because r{ix}\n")
        };
        text.push_str(&format!(
            "factor f{ix} \"Factor {ix}\"\n  base 10% to 30% \"rationale {ix}\"\n{parent}  note \"a note\"\n\
             reason r{ix} \"Reason {ix}\"\n  quote s \"words of reason {ix}\"\n\
             evidence e{ix} \"Evidence {ix}\"\n  quote s \"words of evidence {ix}\"\n  reports f{ix} = yes\n  because r{ix}\n"
        ));
    }
    text
}

/// Sixty-two variables: fifteen reasons, each with a weight, and with a report on the last of three
/// factors that follow from the question.
fn fifteen_reasons() -> String {
    let mut text =
        String::from("assessment \"A\"\n  as of 2022-10-14\nsource s \"S\"\n  reliability B\n");
    text.push_str("question q \"Q\"\nbase rate 5% to 20%\n");
    for ix in 0..15 {
        text.push_str(&format!("reason r{ix} \"Reason {ix}\"\n  odds x 0.5 to 3\n"));
        let mut before = "q".to_string();
        for depth in 0..3 {
            let name = format!("f{ix}_{depth}");
            text.push_str(&format!(
                "factor {name}\n  yes 60% to 80% if {before} = yes, 10% to 30% otherwise\n"
            ));
            before = name;
        }
        text.push_str(&format!(
            "evidence e{ix}\n  source s\n  reports {before} = yes\n  because r{ix}\n"
        ));
    }
    text
}

/// A thousand uncertain probabilities in a chain of five hundred factors.
fn thousand_numbers() -> String {
    let mut text = String::from(
        "assessment \"A\"\n  as of 2022-10-14\n  errors independent\nquestion q \"Q\"\n",
    );
    let mut child = "q".to_string();
    for ix in 0..499 {
        text.push_str(&format!(
            "  yes 60% to 80% if f{ix} = yes, 10% to 30% otherwise\nfactor f{ix}\n"
        ));
        child = format!("f{ix}");
    }
    text.push_str(&format!(
        "  base 20% to 40%\nevidence e\n  likelihood 3 if {child} = yes, 1 otherwise\n"
    ));
    text
}

fn check(c: &mut Criterion) {
    assert!((295..320).contains(&three_hundred_lines().lines().count()));
    c.bench_function("check, 300 lines", |b| {
        b.iter(|| {
            Session::load(&Flagship, black_box("lines.weigh"))
                .expect("it is there")
                .diagnostics
                .len()
        })
    });
    c.bench_function("check, flagship", |b| {
        b.iter(|| {
            Session::load(&Flagship, black_box("belarus.weigh"))
                .expect("it is there")
                .diagnostics
                .len()
        })
    });
}

fn solve_flagship(c: &mut Criterion) {
    let loaded = load(&Flagship, "belarus.weigh").expect("it is there");
    let (assessment, _) = resolve(&Flagship, &loaded);
    let lowered = lower(&assessment, Switches::None).expect("the flagship has a network");
    let settings = weigh_inference::Settings {
        n_draws: 10_000,
        seed: 1,
        sharing: assessment.sharing,
        limits: Limits::default(),
    };
    c.bench_function("solve, flagship, 10,000 draws, all marginals", |b| {
        b.iter(|| {
            solve(&lowered.network, &lowered.evidence, &lowered.revisions, black_box(&settings))
                .is_ok()
        })
    });
}

fn find_and_report(c: &mut Criterion) {
    c.bench_function("findings, flagship", |b| {
        b.iter(|| {
            let mut session = Session::load(&Flagship, "belarus.weigh").expect("it is there");
            session.findings(black_box(&Settings::default())).is_some()
        })
    });
    c.bench_function("findings, 62 variables, 15 reasons: 32,768 sets of them", |b| {
        b.iter(|| {
            let mut session = Session::load(&Flagship, "reasons.weigh").expect("it is there");
            session.findings(black_box(&Settings { draws: 64, ..Settings::default() })).is_some()
        })
    });
    c.bench_function("findings, 999 numbers, each flipped", |b| {
        b.iter(|| {
            let mut session = Session::load(&Flagship, "numbers.weigh").expect("it is there");
            session.findings(black_box(&Settings { draws: 64, ..Settings::default() })).is_some()
        })
    });
    let mut session = Session::load(&Flagship, "belarus.weigh").expect("it is there");
    let findings = session.findings(&Settings::default()).expect("the flagship has an answer");
    c.bench_function("report page, flagship", |b| {
        b.iter(|| weigh::report::html(black_box(&findings)).len())
    });
}

criterion_group! {
    name = pipeline;
    config = Criterion::default().sample_size(20);
    targets = check, solve_flagship, find_and_report
}
criterion_main!(pipeline);
