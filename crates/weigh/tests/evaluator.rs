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
#[path = "common/page.rs"]
mod page;

use common::{MAIN, Memory, draws, solve};
use page::{Dice, floats, page_says_what_the_file_says, run, settings, settled, typed, value};
use serde_json::{Value, json};
use std::path::Path;
use weigh::report::movable::{model, quantiles, tape};
use weigh::report::words;
use weigh::{Session, Settings};
use weigh_inference::{
    Distribution, DrawPlan, Evidence, Limits, NetworkBuilder, Parameter, PlainDraws, Sharing, Tape,
    VarId,
};
use weigh_model::load::load;
use weigh_model::lower::{Switches, lower};
use weigh_model::resolve::resolve;

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

/// Every bit of P(evidence), whatever its exponent, over thousands of settings of random networks: additions and
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
        let script = "const { LANES, prepare, setParams, forward } = weighEvaluator, run = prepare(input.tape);
            for (let first = 0; first < input.n; first += LANES) {
              setParams(run, input.params, first, input.n);
              const p = forward(run, input.likelihoods.flatMap((row) => row.slice(first, first + LANES)));
              p.forEach((value, j) => console.log(value, run.exponents[j]));
            }";
        let Some(out) = run(script, &input) else { return };
        let found = floats(&out);
        assert_eq!(found.len(), 2 * n);
        for (lane, pair) in found.chunks_exact(2).enumerate() {
            let (p, exponent) = workspace.scaled_p(lane);
            // Where numbers are far apart the engine parts a number otherwise into itself and its exponent.
            let number = |p: f64, exponent: i32| {
                let (fraction, own) = libm::frexp(p);
                (fraction.to_bits(), own + exponent)
            };
            assert_eq!(
                number(pair[0], pair[1] as i32),
                number(p, exponent),
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

/// The same uncertain: every kind of range, two authors, reasons with evidence, counted cases, a claim.
const UNSURE: &str = "assessment \"A\"\n  as of 2022-10-14\n  claims \"unlikely\" on icd203\n\
    source early \"E\"\n  reliability B\n\
    quantity men = 3000 to 5000\n\
    quantity share = men * (40% to 60%) + (50 to 150)\n\
    question q\n  by 2022-12-31\n  base 3 of 9 since 2022-02-01\n  odds x 2 to 4 if f = yes because first\n  odds x 2 if g = high because second\n  odds x 1.2 to 2 if share > 2000 because third\n  decide at 10%\n\
    reason first \"First\"\n\
    reason second \"Second\"\n\
    reason third \"Third\"\n\
    factor f\n  leak 1% to 6%\n  caused by g = low 20% to 40%\n  caused by h = yes 60%\n\
    factor g: low, mid, high\n  low 10% to 30% if h = yes, 50% to 70% otherwise\n  mid 15% to 30%\n  high rest\n\
    factor h\n  hazard 10% to 30% per year until 2022-11-30\n  hazard 60% per year\n\
    indicator i\n  yes 50% to 70% if q = yes, 2% to 9% otherwise\n\
    evidence a\n  source early\n  reports f = yes\n  because first\n\
    evidence d\n  likelihood 2 to 4 if f = yes, 1 otherwise\n  because second\n\
    scenario s\n  set g = high\n\
    scenario t\n  observe i = yes\n";

/// A ruler and a patron whom he sees, with reasons for what they want, a belief, and a third who never errs.
const ACTORS: &str = "assessment \"A\"\n  as of 2022-10-14\n\
    question q\n  by 2022-12-31\n  yes 60% to 90% if order = send, 1% to 3% if shells = some, 0.5% otherwise because first\n  decide at 10%\n\
    reason first \"First\"\n\
    reason second \"Second\"\n\
    factor f: holds, crumbles\n  base crumbles 35% to 65%\n\
    factor unrest\n  leak 1% to 4%\n  caused by order = send and f = crumbles 10% to 40%\n\
    actor ruler\n  choice order: refuse, stall, send\n    knows demand, f\n  picks the better of two options 10 points apart 75% to 95% of the time\n  wants\n    -30 to -60 if unrest = yes because first\n    -5 to -15 if order = send\n    -3 if order = stall and demand = asks\n    -10 to -40 if order = refuse and demand = asks because second\n  expects shells = some 40% to 70% if order = send, 10% otherwise\n\
    actor patron\n  choice demand: quiet, asks\n    knows f\n  picks the better of two options 10 points apart 80% of the time\n  wants\n    15 to 35 if order = send and f = crumbles because second\n    -4 to 6 if demand = asks\n\
    actor third\n  choice shells: none, some\n    knows order, f\n  rational\n  wants\n    5 to 20 if shells = some and order = send\n    -8 to -2 if shells = some and f = holds\n\
    evidence a\n  observes demand = asks\n  because second\n\
    evidence d\n  likelihood 2 to 4 if f = crumbles, 1 otherwise\n  because first\n\
    scenario s\n  set demand = quiet\n\
    scenario t\n  observe f = crumbles\n";

/// Where nothing is uncertain: a dozen operations per row, each right to 1e-16, and hazards to a bit.
#[test]
fn a_moved_page_says_what_the_file_with_these_numbers_says() {
    page_says_what_the_file_says(CERTAIN, 1, 250, 1e-12);
}

/// Where draws are needed the page makes those of the changed file, and so says the same: 1e-9 is the rounding of some
/// hundred weighted sums, and far below the last printed digit.
#[test]
fn a_moved_page_says_what_the_uncertain_file_with_these_numbers_says() {
    let (n_pairs, n_grades) = page_says_what_the_file_says(UNSURE, 300, 40, 1e-9);
    assert!(n_pairs > 10 && n_grades > 10, "{n_pairs} pairs and {n_grades} grades");
}

/// With actors, whose policies are found anew at every draw of every setting; and where nothing but they themselves errs.
#[test]
fn a_moved_page_with_actors_says_what_the_file_with_these_numbers_says() {
    page_says_what_the_file_says(ACTORS, 150, 25, 1e-9);
    // Each range is its lower end, which is certain.
    let certain = |(ix, part): (usize, &'static str)| match ix {
        0 => part,
        _ => &part[part.find(char::is_whitespace).unwrap()..],
    };
    let certain: String = ACTORS.split(" to ").enumerate().map(certain).collect();
    page_says_what_the_file_says(&certain, 1, 100, 1e-12);
}

/// The answer and its interval alone, at thousands of settings, of these files and of the flagship.
#[test]
fn a_moved_answer_is_that_of_the_file_at_thousands_of_settings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/belarus");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (flagship, actors) = (read("belarus.weigh"), read("actors.weigh"));
    let sources = read("sources.weigh");
    let all =
        [(UNSURE, 150, 2_000), (&flagship, 200, 100), (ACTORS, 150, 1_000), (&actors, 200, 40)];
    for (text, n_draws, n) in all {
        let world = |text: &str| Memory {
            texts: [(MAIN, text), ("sources.weigh", &sources)]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
        };
        let found = Session::load(&world(text), MAIN).unwrap().findings(&draws(n_draws)).unwrap();
        let movable = found.movable.as_ref().unwrap();
        let mut settings = settings(&mut Dice(5), &found, n);
        // The sources' grades stand in another file.
        settings.iter_mut().for_each(|held| held.retain(|(ix, _)| movable.numbers[*ix].file == 0));
        let values: Vec<Vec<(usize, f64)>> = (settings.iter())
            .map(|held| held.iter().map(|(ix, typed)| (*ix, value(typed))).collect())
            .collect();
        let script = "
            const f = weighFollower.prepare(input.model);
            for (const held of input.settings) {
              for (const step of weighFollower.settled(f, new Map(held))) {
                if (step?.answers) { console.log(JSON.stringify(step.answers[0])); break; }
              }
            }";
        let input = json!({"model": model(&found, movable), "settings": values});
        let Some(out) = run(script, &input) else { return };
        assert_eq!(out.lines().count(), n);
        for (held, line) in settings.iter().zip(out.lines()) {
            let said: Value = serde_json::from_str(line).unwrap();
            let changed = typed(&found, text, held);
            let world = world(&changed);
            let (assessment, _) = resolve(&world, &load(&world, MAIN).unwrap());
            let lowered = lower(&assessment, Switches::None).unwrap();
            let settings = weigh_inference::Settings {
                n_draws,
                seed: Settings::default().seed,
                sharing: assessment.sharing,
                limits: Limits::default(),
            };
            let answer = weigh_inference::solve(
                &lowered.network,
                &lowered.evidence,
                &lowered.revisions,
                &settings,
            )
            .unwrap();
            let (ix, focus) = (assessment.questions().next().unwrap(), found.questions[0].focus);
            let var = lowered.variables[ix];
            let mut expected = vec![answer.headline(var, focus).p];
            expected.extend([0.05, 0.5, 0.95].map(|p| answer.quantile(var, focus, p)));
            let said = [&said["p"][focus], &said["ends"][0], &said["ends"][1], &said["ends"][2]];
            for (said, expected) in said.into_iter().zip(expected) {
                let said = said.as_f64().unwrap_or(f64::NAN);
                assert!((said - expected).abs() < 1e-9, "{said} and {expected} at {held:?}");
                assert_eq!(words::percent(said), words::percent(expected));
            }
        }
    }
}

/// What the page says at once, on few draws, lies near what it settles on: within a point, four times what 60 other
/// settings gave, and the shares of the reasons within a tenth of a nat, twice what those gave.
#[test]
fn what_a_page_says_at_once_lies_near_what_it_settles_on() {
    let found = solve(UNSURE, &draws(1_000));
    let movable = found.movable.as_ref().unwrap();
    let settings: Vec<Vec<(usize, f64)>> = (settings(&mut Dice(11), &found, 60).iter())
        .map(|held| held.iter().map(|(ix, typed)| (*ix, value(typed))).collect())
        .collect();
    let script = "
        const f = weighFollower.prepare(input.model), focus = input.model.questions[0].focus;
        for (const held of [[], ...input.settings]) {
          const both = [weighFollower.quick, weighFollower.settled].map((say) => {
            let p = null, shares = null;
            for (const step of say(f, new Map(held))) {
              if (step?.answers && step.w === 0) p = step.answers[0].p[focus];
              if (step?.reasons) { shares = step.reasons[0].shares.map((it) => it.share); break; }
            }
            return [p, ...shares];
          });
          console.log(both.flat().join(' '));
        }";
    let input = json!({"model": model(&found, movable), "settings": settings});
    let Some(out) = run(script, &input) else { return };
    assert_eq!(out.lines().count(), settings.len() + 1);
    for (line, said) in out.lines().enumerate() {
        let said = floats(said);
        let (soon, late) = said.split_at(said.len() / 2);
        // With nothing moved there is nothing to be wrong by.
        let (points, nats) = if line == 0 { (1e-9, 1e-9) } else { (0.01, 0.1) };
        assert!((soon[0] - late[0]).abs() < points, "{} and {} at {line}", soon[0], late[0]);
        for (soon, late) in soon[1..].iter().zip(&late[1..]) {
            assert!((soon - late).abs() < nats, "{soon} and {late} at {line}");
        }
    }
}

/// The draws themselves, of every kind of distribution, with shared errors, some numbers certain, over the border of the
/// points' chunks: their tables of cubics come of the same nodes, so that 1e-12 is rounding.
#[test]
fn draws_are_those_of_the_engine() {
    let kinds = [
        Distribution::Beta { a: 0.3, b: 5.0 },
        Distribution::Beta { a: 8.6, b: 81.7 },
        Distribution::Beta { a: 600.0, b: 3.0 },
        Distribution::Normal { mean: 3.0, sd: 2.0 },
        Distribution::LogNormal { mu: 1.0, sigma: 0.8 },
        Distribution::Uniform { low: 2.0, high: 5.0 },
        Distribution::Point(0.25),
    ];
    let parameters: Vec<Parameter> = (0..280)
        .map(|ix| Parameter {
            table_group: (ix % 3 > 0).then_some(ix as u32 / 5),
            elicitor_group: Some(ix as u32 % 2),
            ..Parameter::new(format!("p{ix}"), kinds[ix % kinds.len()])
        })
        .collect();
    let sharing = Sharing { within_table: 0.5, within_elicitor: 0.2 };
    let (from, n) = (65_530u32, 13usize);
    let plain = PlainDraws::new(&parameters, 400, 7, from + n as u32);
    let drawn: Vec<Value> = (parameters.iter().zip(&plain.quantiles))
        .scan(0, |next, (parameter, quantiles)| {
            Some(match quantiles {
                None => Value::Null,
                Some(_) => {
                    *next += 1;
                    json!({"distribution": *next - 1, "elicitor": parameter.elicitor_group, "table": parameter.table_group})
                }
            })
        })
        .collect();
    let means: Vec<f64> = parameters.iter().map(|it| it.distribution.mean()).collect();
    let input = json!({
        "model": {
            "drawn": drawn, "means": means, "sharing": {"elicitor": 0.2, "table": 0.5},
            "draws": {
                "quantiles": plain.quantiles.iter().flatten().map(quantiles).collect::<Vec<_>>(),
                "directions": plain.directions, "seeds": plain.seeds,
            },
        },
        "certain": [0, 4, 77], "from": from, "to": from + n as u32,
    });
    let script = "const plan = weighDraws.plan(weighDraws.prepare(input.model), new Set(input.certain));
        for (const row of weighDraws.fill(plan, input.from, input.to)) for (const value of row) console.log(value);";
    let Some(out) = run(script, &input) else { return };
    let mut pinned = parameters.clone();
    for ix in [0, 4, 77] {
        pinned[ix].distribution = Distribution::Point(means[ix]);
    }
    let mut expected = vec![0.0; pinned.len() * n];
    DrawPlan::new(&pinned, sharing, 7).fill(from, n, &mut expected);
    let mut found = floats(&out).into_iter();
    for (parameter, row) in pinned.iter().zip(expected.chunks_exact(n)) {
        let is_point = parameter.distribution.is_point();
        for expected in &row[..if is_point { 1 } else { n }] {
            let found = found.next().unwrap();
            assert!(
                (found - expected).abs() < 1e-12 * expected.abs().max(1.0),
                "{}: {found} and {expected}",
                parameter.name
            );
        }
    }
    assert!(found.next().is_none());
}

/// On the flagship, with nothing moved, the page says what the report says: answer, reasons and swings.
#[test]
fn an_unmoved_page_says_what_the_report_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/belarus");
    let texts = ["belarus.weigh", "sources.weigh"]
        .map(|name| (name.to_string(), std::fs::read_to_string(folder.join(name)).unwrap()));
    let world = Memory { texts: texts.into() };
    let found = Session::load(&world, "belarus.weigh").unwrap().findings(&draws(500)).unwrap();
    let Some(said) = settled(&found, &[vec![]]) else { return };
    let (said, question) = (&said[0], &found.questions[0]);
    let near = |said: &Value, expected: f64| {
        let said = said.as_f64().unwrap();
        // The report reads linear numbers off a line through two sums; the rest is the same sums in another order.
        assert!((said - expected).abs() < 1e-9, "{said} {expected}");
    };
    near(&said["worlds"][0][0]["p"][question.focus], question.outcomes[question.focus].estimate.p);
    for share in &question.carried[0].shares {
        near(&said["reasons"][0]["shares"][share.reason]["share"], share.share.unwrap());
    }
    let numbers = &found.movable.as_ref().unwrap().numbers;
    let mut n = 0;
    for page in said["changes"][0]["swings"].as_array().unwrap() {
        let number = &numbers[page["ix"].as_u64().unwrap() as usize];
        let is = |swing: &&weigh::findings::Swing| {
            (&swing.what, &swing.written, &swing.place)
                == (&number.what, &number.written, &number.place)
        };
        // A number that sets several parameters at once is several swings.
        let Some(swing) = question.swings.iter().find(is).filter(|_| number.params.len() == 1)
        else {
            continue;
        };
        near(&page["low"], swing.p_at_low);
        near(&page["high"], swing.p_at_high);
        n += 1;
    }
    assert!(n > 50, "{n}");
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
