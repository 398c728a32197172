//! The page's evaluator against the engine: the same numbers, run by Node and by Rust.
//!
//! Without Node, which `./test.sh` installs, there is nothing to compare with, and each test says so.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that is skipped says so, and reads the examples"
)]

mod common;

use common::{Memory, draws, p, solve};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use weigh::Session;
use weigh::findings::Findings;
use weigh::report::movable::{model, tape};
use weigh_inference::{Distribution, Evidence, Limits, NetworkBuilder, Parameter, Tape, VarId};

/// What a script prints that has the evaluator and `input`; none without Node.
fn run(script: &str, input: &Value) -> Option<String> {
    let evaluator = include_str!("../src/report/evaluate.js");
    let whole = format!(
        "{evaluator}\nconst input = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n{script}"
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

fn floats(text: &str) -> Vec<f64> {
    text.split_whitespace().map(|it| it.parse().unwrap()).collect()
}

/// Numbers that look random and are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.roll() * n as f64) as usize
    }
}

/// A network of `n` variables of up to `states` states with up to `most` parents each, every cell a parameter in some
/// formula.
fn network(
    dice: &mut Dice,
    n: usize,
    states: usize,
    most: usize,
) -> (weigh_inference::Network, Vec<VarId>) {
    let mut build = NetworkBuilder::new();
    let params: Vec<_> = (0..40)
        .map(|ix| {
            let point = Distribution::Point(0.5);
            build.add_parameter(Parameter::new(format!("p{ix}"), point))
        })
        .collect();
    let names: Vec<String> = (0..states).map(|state| format!("s{state}")).collect();
    let mut vars: Vec<(VarId, usize)> = Vec::new();
    for ix in 0..n {
        let n_states = 2 + dice.below(states - 1);
        let var = build.add_variable(format!("v{ix}"), &names[..n_states]);
        let mut parents: Vec<(VarId, usize)> = Vec::new();
        for _ in 0..most.min(ix) {
            let parent = vars[dice.below(ix)];
            if !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        let rows: usize = parents.iter().map(|(_, n)| n).product();
        let cells = (0..rows * n_states)
            .map(|_| {
                let [a, b, c] = [0; 3].map(|_| params[dice.below(40)]);
                let kind = dice.below(9);
                let formulas = build.formulas();
                let [a, b, c] = [a, b, c].map(|it| formulas.parameter(it));
                match kind {
                    0 => formulas.constant(0.0),
                    1 => formulas.add(a, b),
                    2 => formulas.complement(a),
                    3 => formulas.div(a, b),
                    4 => formulas.min(a, b),
                    5 => formulas.max(a, b),
                    6 => {
                        let less = formulas.less(a, b);
                        formulas.add(less, c)
                    }
                    _ => {
                        let product = formulas.mul(a, b);
                        formulas.mul(product, c)
                    }
                }
            })
            .collect();
        let ids: Vec<VarId> = parents.iter().map(|(id, _)| *id).collect();
        build.set_table(var, &ids, cells);
        vars.push((var, n_states));
    }
    (build.build().unwrap(), vars.into_iter().map(|(var, _)| var).collect())
}

/// Every bit of P(evidence) and its exponent, over thousands of settings of random networks: additions and
/// multiplications come in the same order, so there is nothing to allow for. Some tables are large enough to be computed by
/// strides, and some settings so small that messages are scaled.
#[test]
fn a_tape_gives_the_same_bits_in_both() {
    let mut dice = Dice(7);
    let (mut n_settings, mut n_tables, mut n_scaled) = (0, 0, 0);
    for round in 0..60 {
        let (states, most) = if round % 3 == 0 { (8, 4) } else { (3, 3) };
        let (network, vars) = network(&mut dice, 4 + round % 9, states, most);
        let free = vars[dice.below(vars.len())];
        let last = vars[vars.len() - 1];
        let evidence =
            if free == last { Evidence::new() } else { Evidence::new().observe(last, 0) };
        let tape_ = Tape::compile(&network, &evidence, &[free], &Limits::default()).unwrap();
        let n = 40;
        let size = if round % 5 == 0 { 1e-60 } else { 1.0 };
        let params: Vec<f64> =
            (0..network.parameters().len() * n).map(|_| dice.roll() * size).collect();
        let likelihoods: Vec<f64> = (0..tape_.n_inputs() * n).map(|_| dice.roll()).collect();
        let mut workspace = tape_.workspace();
        workspace.forward(&params, Some(&likelihoods), n).unwrap();
        let plain = tape(&tape_.to_plain());
        n_tables +=
            plain["messages"].as_array().unwrap().iter().filter(|it| it.is_object()).count();
        let rows = |matrix: &[f64]| matrix.chunks(n).map(|it| json!(it)).collect::<Vec<_>>();
        let input = json!({"tape": plain, "n": n, "params": rows(&params), "likelihoods": rows(&likelihoods)});
        let script = "const run = weighEvaluator.prepare(input.tape, input.n);
            weighEvaluator.setParams(run, input.params);
            const p = weighEvaluator.forward(run, input.likelihoods);
            p.forEach((value, j) => console.log(value, run.exponents[j]));";
        let Some(out) = run(script, &input) else { return };
        let found = floats(&out);
        assert_eq!(found.len(), 2 * n);
        for (lane, pair) in found.chunks_exact(2).enumerate() {
            let (p, exponent) = workspace.scaled_p(lane);
            assert_eq!(
                (pair[0].to_bits(), pair[1] as i32),
                (p.to_bits(), exponent),
                "lane {lane} of round {round}"
            );
            n_scaled += usize::from(exponent != 0);
        }
        n_settings += n;
    }
    assert!(
        n_settings > 2_000 && n_tables > 10 && n_scaled > 100,
        "{n_settings} {n_tables} {n_scaled}"
    );
}

/// The answers to every question, then to each scenario, at settings of the numbers: `[typed]` per setting.
const ANSWERS: &str = "
    const { worlds, questions, numbers, draws, n } = input.model;
    const runs = worlds.map((world) => weighEvaluator.prepare(world.tape, n));
    const base = worlds.map((world, w) => weighEvaluator.ask(runs[w], world, draws));
    for (const held of input.settings) {
      const params = draws.slice();
      for (const [ix, value] of held) for (const param of numbers[ix].params) params[param] = [value];
      worlds.forEach((world, w) => weighEvaluator.ask(runs[w], world, params).forEach((states, q) => {
        const f = questions[q].focus, was = w === 0 ? questions[q].p[f] : world.p[q], from = base[w][q]?.[f];
        if (!states) return console.log(NaN);
        if (from === was) return console.log(states[f]);
        const yes = states[f] * (from > 0 ? was / from : 1), no = (1 - states[f]) * (from < 1 ? (1 - was) / (1 - from) : 1);
        console.log(yes / (yes + no));
      }));
    }";

fn answers(findings: &Findings, settings: &[Vec<(usize, f64)>]) -> Option<Vec<f64>> {
    let movable = findings.movable.as_ref().unwrap();
    run(ANSWERS, &json!({"model": model(findings, movable), "settings": settings}))
        .map(|out| floats(&out))
}

/// The text with numbers typed in.
fn typed(findings: &Findings, text: &str, held: &[(usize, String)]) -> String {
    let numbers = &findings.movable.as_ref().unwrap().numbers;
    let mut held: Vec<_> =
        held.iter().map(|(ix, typed)| (numbers[*ix].bytes.clone(), typed)).collect();
    held.sort_by_key(|(bytes, _)| std::cmp::Reverse(bytes.start));
    held.into_iter().fold(text.to_owned(), |mut text, (bytes, typed)| {
        text.replace_range(bytes, typed);
        text
    })
}

/// Certain numbers, a hazard with a horizon, a noisy-or, a table, a source, a likelihood, a revision, arithmetic.
const CERTAIN: &str = "assessment \"A\"\n  as of 2022-10-14\n\
    source early \"E\"\n  reliability 70%\n\
    quantity men = 4000\n\
    quantity share = men * 50% + 100\n\
    question q\n  by 2022-12-31\n  base 40% since 2022-02-01\n  odds x 3 if f = yes\n  odds x 2 if g = high\n  odds x 1.5 if share > 2000\n\
    factor f\n  leak 3%\n  caused by g = low 30%\n  caused by h = yes 60%\n\
    factor g: low, mid, high\n  low 20% if h = yes, 60% otherwise\n  mid 30%\n  high rest\n\
    factor h\n  hazard 20% per year until 2022-11-30\n  hazard 60% per year\n\
    indicator i\n  yes 60% if q = yes, 5% otherwise\n\
    evidence a\n  source early\n  reports f = yes\n\
    evidence d\n  likelihood 3 if f = yes, 1 otherwise\n\
    evidence k\n  revises h: yes 70%, no rest\n\
    scenario s\n  set g = high\n\
    scenario t\n  observe i = yes\n";

/// Where nothing is uncertain, a moved page says what the file with these values typed in says, to rounding: a dozen
/// operations per row, each right to 1e-16, and hazards to a bit.
#[test]
fn a_moved_page_says_what_the_file_with_these_numbers_says() {
    let found = solve(CERTAIN, &draws(1));
    let movable = found.movable.as_ref().unwrap();
    assert!(movable.exact);
    assert!(movable.numbers.iter().any(|it| it.is_grade && it.written == "70%"));
    let mut dice = Dice(3);
    let settings: Vec<Vec<(usize, String)>> = (0..250)
        .map(|_| {
            (0..1 + dice.below(4))
                .map(|_| {
                    let ix = dice.below(movable.numbers.len());
                    let number = &movable.numbers[ix];
                    let part = 0.05 + 0.9 * dice.roll();
                    let typed = match number.is_probability {
                        true => format!("{:.2}%", 20.0 * part),
                        false => format!("{:.2}", 2.0 * part * number.mean),
                    };
                    (ix, typed)
                })
                .collect::<std::collections::BTreeMap<_, _>>()
                .into_iter()
                .collect()
        })
        .collect();
    let value = |typed: &str| match typed.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().unwrap() / 100.0,
        None => typed.parse().unwrap(),
    };
    let values: Vec<Vec<(usize, f64)>> = (settings.iter())
        .map(|held| held.iter().map(|(ix, typed)| (*ix, value(typed))).collect())
        .collect();
    let Some(moved) = answers(&found, &values) else { return };
    assert_eq!(moved.len(), 3 * settings.len());
    for (held, moved) in settings.iter().zip(moved.chunks_exact(3)) {
        let changed = solve(&typed(&found, CERTAIN, held), &draws(1));
        let asked = changed.scenarios.iter().map(|it| it.answers[0].as_ref().unwrap().estimate.p);
        let said: Vec<f64> = std::iter::once(p(&changed, "q", "yes")).chain(asked).collect();
        for (moved, said) in moved.iter().zip(&said) {
            assert!((moved - said).abs() < 1e-12, "{moved} {said} at {held:?}");
        }
    }
}

/// On the flagship, where draws are needed, a number moved to an end of its range gives the swing that the report prints.
#[test]
fn a_number_moved_to_an_end_gives_its_swing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/belarus");
    let texts = ["belarus.weigh", "sources.weigh"]
        .map(|name| (name.to_string(), std::fs::read_to_string(folder.join(name)).unwrap()));
    let world = Memory { texts: texts.into() };
    let found = Session::load(&world, "belarus.weigh").unwrap().findings(&draws(500)).unwrap();
    let movable = found.movable.as_ref().unwrap();
    let mut settings = Vec::new();
    let mut expected = Vec::new();
    for swing in &found.questions[0].swings {
        let is = |it: &&weigh::findings::MovableNumber| {
            (&it.what, &it.written, &it.place) == (&swing.what, &swing.written, &swing.place)
        };
        // A number that sets several parameters at once is several swings.
        let Some(number) = movable.numbers.iter().find(is).filter(|it| it.params.len() == 1) else {
            continue;
        };
        let ix = movable.numbers.iter().position(|it| it == number).unwrap();
        settings.extend([vec![(ix, swing.low)], vec![(ix, swing.high)]]);
        expected.extend([swing.p_at_low, swing.p_at_high]);
    }
    assert!(expected.len() > 100, "{}", expected.len());
    let Some(moved) = answers(&found, &settings) else { return };
    let each = movable.worlds.len();
    for (moved, expected) in moved.chunks_exact(each).zip(expected) {
        // The report reads linear numbers off a line through two sums; the rest is the same sums in another order.
        assert!((moved[0] - expected).abs() < 1e-9, "{} {expected}", moved[0]);
    }
}

/// What a reader downloads is the file itself where nothing is moved.
#[test]
fn the_parts_of_a_file_are_the_file() {
    let found = solve(CERTAIN, &draws(1));
    let all = model(&found, found.movable.as_ref().unwrap());
    let written = |part: &Value| match part.as_u64() {
        Some(ix) => all["numbers"][ix as usize]["written"].as_str().unwrap().to_owned(),
        None => part.as_str().unwrap().to_owned(),
    };
    let parts = all["files"][0][1].as_array().unwrap();
    assert_eq!(parts.iter().map(written).collect::<String>(), CERTAIN);
    assert!(parts.len() > 30);
}
