//! The page's scripts run by Node, and what they say held against the files that they speak of.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of tests: one that is skipped says so, and Node is started"
)]

use super::common::{draws, solve};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use weigh::findings::Findings;
use weigh::report::movable::model;

/// What a script prints that has the evaluator and `input`; none without Node.
pub fn run(script: &str, input: &Value) -> Option<String> {
    let page = [
        include_str!("../../src/report/evaluate.js"),
        include_str!("../../src/report/choose.js"),
        include_str!("../../src/report/draws.js"),
        include_str!("../../src/report/follow.js"),
    ]
    .join("\n");
    let whole = format!(
        "{page}\nconst input = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n{script}"
    );
    let mut node = Command::new("node");
    let started = node.arg("-e").arg(whole).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = started else {
        eprintln!("skipped: no Node to run the page's evaluator with");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "the script failed");
    Some(String::from_utf8(out.stdout).unwrap())
}

pub fn floats(text: &str) -> Vec<f64> {
    text.split_whitespace().map(|it| it.parse().unwrap()).collect()
}

/// Numbers that look random and are the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() * n as f64) as usize
    }
}

/// What a moved page says when it has run all draws, one line per setting of the numbers.
pub const SETTLED: &str = "
    const f = weighFollower.prepare(input.model);
    for (const held of input.settings) {
      const said = { worlds: [] };
      for (const step of weighFollower.settled(f, new Map(held))) {
        if (step?.answers) said.worlds[step.w] = step.answers;
        if (step?.reasons) said.reasons = step.reasons;
        if (step?.changes) said.changes = step.changes;
      }
      console.log(JSON.stringify(said));
    }";

pub fn settled(findings: &Findings, settings: &[Vec<(usize, f64)>]) -> Option<Vec<Value>> {
    let movable = findings.movable.as_ref().unwrap();
    let out = run(SETTLED, &json!({"model": model(findings, movable), "settings": settings}))?;
    Some(out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Settings of a few numbers each, as they are typed.
pub fn settings(dice: &mut Dice, findings: &Findings, n: usize) -> Vec<Vec<(usize, String)>> {
    let numbers = &findings.movable.as_ref().unwrap().numbers;
    (0..n)
        .map(|_| {
            (0..1 + dice.below(4))
                .map(|_| {
                    let ix = dice.below(numbers.len());
                    let part = 0.05 + 0.9 * dice.roll();
                    let typed = match numbers[ix].is_probability {
                        true if numbers[ix].is_precision => format!("{:.2}%", 51.0 + 48.0 * part),
                        true => format!("{:.2}%", 20.0 * part),
                        false => format!("{:.2}", 2.0 * part * numbers[ix].mean),
                    };
                    (ix, typed)
                })
                .collect::<std::collections::BTreeMap<_, _>>()
                .into_iter()
                .collect()
        })
        .collect()
}

pub fn value(typed: &str) -> f64 {
    match typed.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().unwrap() / 100.0,
        None => typed.parse().unwrap(),
    }
}

/// Holds what the page says at each setting against the findings of the file with these numbers typed in; every number
/// within `tolerance`.
///
/// # Returns
/// How many pairs of numbers and grades of sources that cross an edge were compared.
pub fn page_says_what_the_file_says(
    text: &str,
    n_draws: u32,
    n: usize,
    tolerance: f64,
) -> (usize, usize) {
    let found = solve(text, &draws(n_draws));
    let movable_sources = &found.movable.as_ref().unwrap().sources;
    let settings = settings(&mut Dice(3), &found, n);
    let values: Vec<Vec<(usize, f64)>> = (settings.iter())
        .map(|held| held.iter().map(|(ix, typed)| (*ix, value(typed))).collect())
        .collect();
    let Some(said) = settled(&found, &values) else { return (usize::MAX, usize::MAX) };
    assert_eq!(said.len(), settings.len());
    let (mut n_ends, mut n_shares, mut n_swings, mut n_flips) = (0, 0, 0, 0);
    let (mut n_pairs, mut n_sources) = (0, 0);
    for (held, said) in settings.iter().zip(&said) {
        let changed = solve(&typed(&found, text, held), &draws(n_draws));
        let near = |said: &Value, p: f64, what: &str| {
            let said = said.as_f64().unwrap_or(f64::NAN);
            assert!((said - p).abs() < tolerance, "{what}: {said} and {p} at {held:?}");
        };
        let question = &changed.questions[0];
        let answer = &said["worlds"][0][0];
        for (outcome, p) in question.outcomes.iter().zip(answer["p"].as_array().unwrap()) {
            near(p, outcome.estimate.p, "the answer");
        }
        let estimate = question.outcomes[question.focus].estimate;
        if let Some(ends) = answer["ends"].as_array() {
            for (end, p) in ends.iter().zip([estimate.p05, estimate.p50, estimate.p95]) {
                near(end, p, "an end");
                n_ends += 1;
            }
        }
        for (scenario, answers) in
            changed.scenarios.iter().zip(&said["worlds"].as_array().unwrap()[1..])
        {
            let estimate = scenario.answers[0].as_ref().unwrap().estimate;
            near(&answers[0]["p"][0], estimate.p, &scenario.id);
        }
        if let Some(carried) = question.carried.first() {
            for share in &carried.shares {
                let page = &said["reasons"][0]["shares"][share.reason];
                near(&page["share"], share.share.unwrap(), "a share");
                near(&page["alone"], share.alone, "a reason alone");
                near(&page["dropped"], share.dropped, "a reason dropped");
                n_shares += 1;
            }
            if let Some(overlap) = carried.overlap {
                near(&said["reasons"][0]["overlap"], overlap, "the overlap");
            }
            let pages = said["reasons"][0]["pairs"].as_array().unwrap();
            assert_eq!(pages.len(), carried.pairs.len());
            for pair in &carried.pairs {
                let reasons = json!([pair.reasons.0, pair.reasons.1]);
                let page = pages.iter().find(|page| page["reasons"] == reasons).unwrap();
                near(&page["index"], pair.index, "two reasons together");
            }
        }
        // What is the same number: by its place, since pinned ones have no range any more.
        let numbers = &found.movable.as_ref().unwrap().numbers;
        let number = |ix: &Value| &numbers[ix.as_u64().unwrap() as usize];
        for page in said["changes"][0]["swings"].as_array().unwrap() {
            let number = number(&page["ix"]);
            let is = |swing: &&weigh::findings::Swing| {
                (&swing.what, &swing.place) == (&number.what, &number.place)
            };
            let mut swings = question.swings.iter().filter(is);
            if let (Some(swing), None, 1) = (swings.next(), swings.next(), number.params.len()) {
                near(&page["low"], swing.p_at_low, &number.what);
                near(&page["high"], swing.p_at_high, &number.what);
                n_swings += 1;
            }
        }
        for page in said["changes"][0]["flips"].as_array().unwrap() {
            let number = number(&page["ix"]);
            let edge = page["edge"]["at"].as_f64().unwrap();
            let flip = question.flips.iter().find(|flip| {
                let swing = &question.swings[flip.swing];
                flip.edge == edge && (&swing.what, &swing.place) == (&number.what, &number.place)
            });
            if let (Some(flip), 1) = (flip, number.params.len()) {
                // A number that crosses an edge twice is told by its nearest crossing in both.
                let value = page["value"].as_f64().unwrap();
                assert!(
                    (value / flip.value - 1.0).abs() < 1e-6,
                    "{}: {value} and {} at {held:?}",
                    number.what,
                    flip.value
                );
                n_flips += 1;
            }
        }
        // Two numbers of which neither sets several parameters, in the order in which the file has them.
        let simple = |number: &weigh::findings::MovableNumber| number.params.len() == 1;
        // A number may stand in the name of another, where it is typed over.
        let bare = |what: &str| what.replace(|c: char| c.is_ascii_digit() || c == '.', "");
        let name = |swing: usize| {
            let swing = &question.swings[swing];
            (bare(&swing.what), &swing.place)
        };
        let pages = said["changes"][0]["pairs"].as_array().unwrap();
        if numbers.iter().all(simple) {
            assert_eq!(pages.len(), question.pair_flips.len(), "{held:?}");
            for (page, pair) in pages.iter().zip(&question.pair_flips) {
                for (at, swing) in [(0, pair.swings.0), (1, pair.swings.1)] {
                    let number = number(&page["ixs"][at]);
                    assert_eq!((bare(&number.what), &number.place), name(swing), "{held:?}");
                    let value = [pair.values.0, pair.values.1][at];
                    let said = page["values"][at].as_f64().unwrap();
                    assert!((said / value - 1.0).abs() < 1e-6, "{said} and {value} at {held:?}");
                }
                near(&page["edge"]["at"], pair.edge, "an edge");
                assert_eq!(page["live"], pair.live);
                n_pairs += 1;
            }
        }
        let pages = said["changes"][0]["sources"].as_array().unwrap();
        assert_eq!(pages.len(), question.source_changes.len());
        for change in &question.source_changes {
            let at = movable_sources.iter().position(|it| it.source == change.source).unwrap();
            let page = pages.iter().find(|page| page["k"] == at).unwrap();
            match change.without {
                Some(without) => near(&page["without"], without, "without a source"),
                None => assert!(page["without"].is_null()),
            }
            assert_eq!(page["crosses"].is_null(), change.crosses.is_none(), "{held:?}");
            match &change.grade {
                Some(grade) => {
                    assert_eq!(page["grade"]["letter"], grade.letter.to_string(), "{held:?}");
                    near(&page["grade"]["p"], grade.p, "another grade");
                    n_sources += 1;
                }
                None => assert!(page["grade"].is_null(), "{page} at {held:?}"),
            }
        }
    }
    let movable = found.movable.as_ref().unwrap();
    let is_drawn = movable.drawn.iter().any(Option::is_some);
    assert!(
        !is_drawn || n_ends.min(n_shares).min(n_swings).min(n_flips) > n / 2,
        "{n_ends} {n_shares} {n_swings} {n_flips}"
    );
    (n_pairs, n_sources)
}

/// The text with numbers typed in.
pub fn typed(findings: &Findings, text: &str, held: &[(usize, String)]) -> String {
    let numbers = &findings.movable.as_ref().unwrap().numbers;
    let mut held: Vec<_> =
        held.iter().map(|(ix, typed)| (numbers[*ix].bytes.clone(), typed)).collect();
    held.sort_by_key(|(bytes, _)| std::cmp::Reverse(bytes.start));
    held.into_iter().fold(text.to_owned(), |mut text, (bytes, typed)| {
        text.replace_range(bytes, typed);
        text
    })
}
