//! Published and independently computed answers (`tests/cases`), each through the language: the
//! `.weigh` text is written from the case, and the findings are held against its figures.
//!
//! The numbers are points, so nothing is drawn and the answers are those of one exact pass. They are
//! compared to 1e-12 wherever the case gives its figures with all digits, which is stricter than most
//! cases ask.
//!
//! What the language cannot say, and is not tested here:
//! - derivatives by parameter: the engine's own tests hold them;
//! - Collins' chance of a second couple (`ev_fallacies`): it counts twelve million couples;
//! - the parameters of a fitted beta and the logit-normal (`elicit_interval_fit`): a range is a beta,
//!   of which the mean and the quantiles are seen;
//! - fractions of a day (`time_constant_hazard`): dates are days, so horizons are stretched to whole ones.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{draws, estimate, number as n, p, solve};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Map, Value};
use std::fmt::Write;
use weigh::findings::Findings;

macro_rules! case {
    ($name:literal) => {{
        let text = include_str!(concat!("../../../tests/cases/", $name, ".json"));
        serde_json::from_str::<Value>(text).unwrap()
    }};
}

/// Rounding in a network of a dozen variables; see the top.
const EXACT: f64 = 1e-12;

const HEADER: &str = "assessment \"A\"\n  as of 2022-10-14\n  errors independent\n";

fn close(found: f64, expected: impl Into<Option<f64>>, tolerance: f64, what: &str) {
    let expected = expected.into().expect("the case says what to expect");
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
}

fn point(text: &str) -> Findings {
    solve(&format!("{HEADER}{text}"), &draws(1))
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn floats(value: &Value) -> Vec<f64> {
    array(value).iter().map(float).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// A network as factors with tables; the last variable is the question, which changes nothing.
fn network(network: &Value) -> String {
    let variables = array(&network["variables"]);
    let mut out = String::new();
    for (ix, variable) in variables.iter().enumerate() {
        let kind = if ix + 1 == variables.len() { "question" } else { "factor" };
        let states = states(variable);
        let rows: Vec<Vec<f64>> = array(&variable["cpt"]).iter().map(floats).collect();
        let parents: Vec<&str> = array(&variable["parents"]).iter().map(text).collect();
        writeln!(out, "{kind} {}: {}", text(&variable["name"]), states.join(", ")).unwrap();
        if parents.is_empty() {
            let base: Vec<String> = states
                .iter()
                .zip(&rows[0])
                .map(|(state, &p)| format!("{state} {}", n(p)))
                .collect();
            writeln!(out, "  base {}", base.join(", ")).unwrap();
            continue;
        }
        writeln!(out, "  table given {}", parents.join(", ")).unwrap();
        let mut keys = vec![Vec::new()];
        for parent in &parents {
            let parent = variables.iter().find(|other| other["name"] == **parent).unwrap();
            let longer = |key: &Vec<String>| -> Vec<Vec<String>> {
                let with = |state| key.iter().cloned().chain([state]).collect();
                states_of(parent).map(with).collect()
            };
            keys = keys.iter().flat_map(longer).collect();
        }
        for (key, row) in keys.iter().zip(&rows) {
            let row: Vec<String> = row.iter().copied().map(n).collect();
            writeln!(out, "    {}: {}", key.join(", "), row.join(", ")).unwrap();
        }
    }
    out
}

/// States are quoted: some are no names.
fn states_of(variable: &Value) -> impl Iterator<Item = String> {
    array(&variable["states"]).iter().map(|state| format!("{:?}", text(state)))
}

fn states(variable: &Value) -> Vec<String> {
    states_of(variable).collect()
}

/// One item of evidence for each variable that is seen.
fn seen(evidence: &Value) -> String {
    let items = object(evidence).iter();
    let item = |(name, state): (&String, &Value)| {
        format!("evidence seen_{name}\n  observes {name} = {:?}\n", text(state))
    };
    items.map(item).collect()
}

/// Checks `p_evidence` and every posterior of every query; `named` says what other keys mean.
fn check_queries(case: &Value, named: &[(&str, &str, &str)]) {
    let network = network(&case["inputs"]["network"]);
    let mut n_checked = 0;
    for answer in array(&case["expected"]["answers"]) {
        let found = point(&format!("{network}{}", seen(&answer["evidence"])));
        assert!(found.questions[0].headline.contains("exact"), "{}", found.questions[0].headline);
        check_p_evidence(&found, float(&answer["p_evidence"]));
        for &(key, variable, state) in named {
            close(p(&found, variable, state), answer[key].as_f64(), EXACT, key);
            n_checked += 1;
        }
        let empty = Map::new();
        for (variable, states) in answer["posterior"].as_object().unwrap_or(&empty) {
            for (state, expected) in object(states) {
                close(p(&found, variable, state), expected.as_f64(), EXACT, variable);
                n_checked += 1;
            }
        }
        for (state, expected) in answer["p_murdered"].as_object().unwrap_or(&empty) {
            close(p(&found, "Murdered", state), expected.as_f64(), EXACT, "p_murdered");
        }
    }
    assert!(n_checked > 0, "the case must expect something");
}

fn check_p_evidence(found: &Findings, expected: f64) {
    // The finding is a logarithm: 1e-12 of it is about 1e-12 of the probability's own size.
    close(found.run.log10_p_evidence, libm::log10(expected), 1e-11, "log10 P(evidence)");
}

// --- Networks -----------------------------------------------------------------------------------

#[test]
fn burglary() {
    let named = [
        ("burglary", "Burglary", "yes"),
        ("earthquake", "Earthquake", "yes"),
        ("alarm", "Alarm", "yes"),
    ];
    check_queries(&case!("bn_burglary"), &named);
}

#[test]
fn fire_alarm() {
    let named =
        [("tampering", "Tampering", "yes"), ("fire", "Fire", "yes"), ("smoke", "Smoke", "yes")];
    check_queries(&case!("bn_fire_alarm"), &named);
}

#[test]
fn sally_clark() {
    check_queries(&case!("bn_sally_clark"), &[("p_guilty", "Guilty", "yes")]);
    let rounded = [("p_AMurder", "AMurder", "TRUE"), ("p_BMurder", "BMurder", "TRUE")];
    check_queries(&case!("bn_sally_clark_rounded"), &rounded);
}

#[test]
fn networks_with_all_posteriors() {
    check_queries(&case!("bn_disputed_activity"), &[]);
    check_queries(&case!("bn_expert_opinion"), &[]);
    check_queries(&case!("bn_intentional_attack"), &[]);
    check_queries(&case!("bn_scenarios_constraint"), &[]);
    check_queries(&case!("bn_theft_naive"), &[]);
}

/// Hard and virtual evidence on random networks: virtual evidence is `likelihood`.
#[test]
fn random_networks() {
    for case in [case!("rand_0"), case!("rand_1"), case!("rand_2")] {
        let inputs = &case["inputs"];
        let mut all = network(&inputs["network"]) + &seen(&inputs["evidence"]);
        let mut scale = 1.0;
        for (name, likelihood) in object(&inputs["virtual"]) {
            let values = floats(likelihood);
            // The language normalises a likelihood by the sum of what is stated.
            scale *= values.iter().sum::<f64>();
            let (last, first) = values.split_last().unwrap();
            let first: Vec<String> = first
                .iter()
                .zip(0..)
                .map(|(value, state)| format!("{} if {name} = s{state}", n(*value)))
                .collect();
            write!(
                all,
                "evidence virtual_{name}\n  likelihood {}, {} otherwise\n",
                first.join(", "),
                n(*last)
            )
            .unwrap();
        }
        let found = point(&all);
        check_p_evidence(&found, float(&case["expected"]["p_evidence"]) / scale);
        for (name, states) in object(&case["expected"]["posterior"]) {
            for (state, expected) in object(states) {
                close(p(&found, name, state), expected.as_f64(), EXACT, name);
            }
        }
    }
}

/// The five best stories, of what was not itself seen; the question was.
#[test]
fn stories_of_the_chest_clinic() {
    let case = case!("mpe_asia");
    let model = network(&case["inputs"]["network"]) + &seen(&case["inputs"]["evidence"]);
    let mut settings = draws(1);
    settings.wanted.n_stories = 5;
    let found = solve(&format!("{HEADER}{model}"), &settings);
    let stories = &found.stories[0];
    let named = |&factor: &usize, &state: &usize| {
        (found.factors[factor].id.clone(), found.factors[factor].states[state].0.clone())
    };
    for (story, expected) in stories.outcomes[0].iter().zip(array(&case["expected"]["mpe"])) {
        close(story.p, expected["posterior"].as_f64(), EXACT, "posterior");
        for (factor, state) in stories.told.iter().zip(&story.states).map(|(f, s)| named(f, s)) {
            assert_eq!(state, text(&expected["assignment"][&factor]), "{factor}");
        }
    }
    for (factor, state) in stories.told.iter().zip(&stories.usual).map(|(f, s)| named(f, s)) {
        assert_eq!(state, text(&case["expected"]["marginal_modes"][&factor]), "{factor}");
    }
}

/// Three ways to a yes, each less likely than the one to a no, and together more likely.
#[test]
fn the_best_story_may_answer_otherwise_than_the_question() {
    let found = point(
        "question q\n  yes if way = a or way = b or way = c\n\
         factor way: none, a, b, c\n  base none 40%, a 20%, b 20%, c 20%\n",
    );
    assert_eq!(found.stories[0].misleading, Some(0));
    close(found.stories[0].outcomes[0][0].p, 0.4, EXACT, "no");
    close(found.stories[0].outcomes[1][0].p, 0.2, EXACT, "yes");
}

/// What each symptom or habit would teach about the tumour.
#[test]
fn what_to_look_for_in_the_chest_clinic() {
    let case = case!("voi_asia");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    // The network's question is the last variable, which is seen; what is asked is another.
    let model = network(&inputs["network"])
        .replace("question dysp", "factor dysp")
        .replace("factor lung", "question lung")
        + &seen(&inputs["evidence"]);
    let found = point(&model);
    let worth = &found.worth[0];
    close(p(&found, "lung", "yes"), expected["current"].as_f64(), EXACT, "current");
    for row in array(&expected["ranking"]) {
        let name = text(&row["variable"]);
        let look = worth.factors.iter().find(|look| found.factors[look.factor].id == name).unwrap();
        close(look.value.bits, row["mutual_information_bits"].as_f64(), EXACT, name);
        let (mut change, mut cross) = (0.0, 0.0);
        for (reading, expected) in look.readings.iter().zip(array(&row["outcomes"])) {
            let now = p(&found, "lung", "yes");
            let answer = reading.answer.unwrap();
            close(reading.p, expected["probability"].as_f64(), EXACT, &reading.state);
            close(answer, expected["posterior"].as_f64(), EXACT, &reading.state);
            change += reading.p * (answer - now).abs();
            let threshold = float(&inputs["threshold"]);
            cross += if (answer >= threshold) != (now >= threshold) { reading.p } else { 0.0 };
        }
        close(change, row["expected_abs_change"].as_f64(), EXACT, name);
        close(cross, row["p_cross_threshold"].as_f64(), EXACT, name);
    }
}

/// Within every budget, the plan's set is the one that teaches most of all sets that cost no more, each weighed by
/// solving a file for every combination of what it might show.
#[test]
fn the_plan_is_the_best_of_all_sets_for_every_budget() {
    const MODEL: &str =
        "question q\n  base 30%\nfactor hidden\n  yes 70% if q = yes, 40% otherwise\n";
    let looks = [
        ("a", "yes 80% if hidden = yes, 20% otherwise", 1.0),
        ("b", "yes 75% if hidden = yes, 30% otherwise", 2.0),
        ("c", "yes 60% if q = yes, 45% otherwise", 2.0),
        ("d", "yes 90% if q = yes and hidden = yes, 35% otherwise", 4.0),
    ];
    let indicators: String = looks
        .iter()
        .map(|(name, says, cost)| {
            format!("indicator {name}\n  {says}\n  obtain \"X\" cost {cost}\n")
        })
        .collect();
    let model = format!("{MODEL}{indicators}");
    let found = point(&model);
    let now = p(&found, "q", "yes");
    let entropy = |p: f64| [p, 1.0 - p].iter().map(|p| -p * libm::log2(*p)).sum::<f64>();
    let sets: Vec<(f64, f64)> = (0..1usize << looks.len())
        .map(|set| {
            let chosen: Vec<_> = (0..looks.len()).filter(|ix| set >> ix & 1 == 1).collect();
            let left: f64 = (0..1usize << chosen.len())
                .map(|seen| {
                    let sights = chosen.iter().enumerate().map(|(at, &ix)| {
                        let state = if seen >> at & 1 == 1 { "yes" } else { "no" };
                        let name = looks[ix].0;
                        format!("evidence saw_{name}\n  observes {name} = {state}\n")
                    });
                    let file = point(&(model.clone() + &sights.collect::<String>()));
                    libm::exp10(file.run.log10_p_evidence) * entropy(p(&file, "q", "yes"))
                })
                .sum();
            (chosen.iter().map(|&ix| looks[ix].2).sum(), entropy(now) - left)
        })
        .collect();
    let plan = &found.worth[0].plan;
    assert!(plan.exact);
    for budget in 0..=9 {
        let budget = f64::from(budget);
        let within = sets.iter().filter(|(cost, _)| *cost <= budget);
        let most = within.map(|(_, bits)| *bits).fold(0.0, f64::max);
        let planned = plan.within(budget).map_or(0.0, |step| step.value.bits);
        // 1e-9: what gains less is no gain to the plan.
        close(planned, most, 1e-9, &format!("within {budget}"));
    }
    assert!(plan.steps.len() >= 4, "{:?}", plan.steps);
}

/// Two looks that say nothing alone and everything together: the best set is no sum of best looks.
#[test]
fn the_best_set_is_not_the_best_looks() {
    let found = point(
        "question q\n  yes if a = b_is_yes and b = yes or a = b_is_no and b = no\n\
         indicator a: b_is_no, b_is_yes\n  base b_is_yes 50%\n  obtain \"A\" cost 2\n\
         indicator b\n  base 50%\n  obtain \"B\" cost 2 within 3 days\n\
         indicator c\n  yes 80% if q = yes, 20% otherwise\n  obtain \"C\" cost 3 within 1 week\n",
    );
    let plan = &found.worth[0].plan;
    let names = |step: &weigh::findings::Step| -> Vec<&str> {
        step.looks.iter().map(|&factor| found.factors[factor].id.as_str()).collect()
    };
    let [c, both] = plan.steps.as_slice() else { panic!("{:?}", plan.steps) };
    assert_eq!((names(c), names(both)), (vec!["c"], vec!["a", "b"]));
    // 1 - H(0.2)
    close(c.value.bits, 0.278_071_905_112_637_8, EXACT, "c");
    close(both.value.bits, 1.0, EXACT, "a and b");
    assert_eq!((both.cost, both.days), (4.0, 3.0));
    assert_eq!(plan.within(3.5).map(|step| step.cost), Some(3.0));
    assert_eq!(plan.within(1.0), None);
}

#[test]
fn noisy_or() {
    let case = case!("cpt_noisy_or");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let leak = float(&inputs["leak"]);
    for row in array(&expected["table"]) {
        let mut all = format!("question effect\n  leak {}\n", n(leak));
        for (cause, enough) in object(&inputs["causes"]) {
            writeln!(all, "  caused by {cause} = yes {}", n(float(enough))).unwrap();
        }
        for cause in object(&inputs["causes"]).keys() {
            let present = array(&row["present"]).iter().any(|present| present == cause);
            write!(all, "factor {cause}\n  base {}\n", u8::from(present)).unwrap();
        }
        close(p(&point(&all), "effect", "yes"), row["p"].as_f64(), EXACT, "effect");
    }
    // gross and net say the same
    for (number, included) in [("net_from_gross_a", ""), ("gross_a", " leak included")] {
        let number = n(float(&expected[number]));
        let found = point(&format!(
            "question effect\n  leak {}\n  caused by a = yes {number}{included}\nfactor a\n  base 1\n",
            n(leak)
        ));
        close(p(&found, "effect", "yes"), expected["gross_a"].as_f64(), EXACT, "gross");
    }
}

/// Twenty causes are a chain of small tables: 1 − (1 − leak) ∏ (1 − pᵢ bᵢ), and by Bayes' rule how
/// likely the last cause was there if the effect was seen. A cause on two factors spans groups.
#[test]
fn many_causes_are_a_chain() {
    for states in ["no, yes", "yes, no"] {
        let mut all = format!("question effect: {states}\n  leak 1%\n");
        let mut none = 0.99;
        for i in 0..20 {
            let (enough, base) = (0.02 * f64::from(i + 1), 0.04 * f64::from(i + 1));
            writeln!(all, "  caused by c{i} = yes {}", n(enough)).unwrap();
            none *= 1.0 - enough * base;
        }
        all.push_str("  caused by c0 = yes and c19 = yes 50%\n");
        for i in 0..20 {
            write!(all, "factor c{i}\n  base {}\n", n(0.04 * f64::from(i + 1))).unwrap();
        }
        // The pair acts with the two: (c0, c19) takes the four rows by hand.
        let (p0, b0, p19, b19) = (0.02, 0.04, 0.4, 0.8);
        let rest = none / ((1.0 - p0 * b0) * (1.0 - p19 * b19));
        let both = b0 * b19 * (1.0 - p0) * (1.0 - p19) * 0.5;
        let only0 = b0 * (1.0 - b19) * (1.0 - p0);
        let only19 = (1.0 - b0) * b19 * (1.0 - p19);
        let neither = (1.0 - b0) * (1.0 - b19);
        let none = rest * (both + only0 + only19 + neither);
        close(p(&point(&all), "effect", "yes"), Some(1.0 - none), EXACT, "effect");

        let seen = point(&format!(
            "{all}question asked\n  yes if c19 = yes\nevidence seen \"it happened\"\n  observes effect = yes\n"
        ));
        let with = b19 - rest * (both + only19);
        close(p(&seen, "asked", "yes"), Some(with / (1.0 - none)), EXACT, "c19");
    }
}

/// Rules on forty factors, which as a table would have a million million rows: all of them, any of them, exactly one of
/// them, and eight `odds` lines on three each, by hand.
#[test]
fn rules_on_many_factors_are_chains() {
    let of = |i: i32| 0.9 - 0.02 * f64::from(i);
    let names = |word: &str| -> String {
        (0..40).map(|i| format!("f{i} = yes")).collect::<Vec<_>>().join(word)
    };
    let factors: String = (0..40).map(|i| format!("factor f{i}\n  base {}\n", n(of(i)))).collect();
    let all: f64 = (0..40).map(of).product();
    let none: f64 = (0..40).map(|i| 1.0 - of(i)).product();
    let one: f64 = (0..40).map(|i| none / (1.0 - of(i)) * of(i)).sum();
    let only = |i: i32| -> String {
        let others: Vec<String> =
            (0..40).map(|j| format!("f{j} = {}", if i == j { "yes" } else { "no" })).collect();
        format!("({})", others.join(" and "))
    };
    let exactly_one = (0..40).map(only).collect::<Vec<_>>().join(" or ");
    // Of each set of lines that hold, how probable it is times what the odds then are, from odds of 1.
    let (mut odds_lines, mut sets) = (String::from("  base 50%\n"), vec![(1.0, 1.0)]);
    for line in 0..8 {
        let (first, weight) = (3 * line, 1.5 + 0.25 * f64::from(line));
        let [a, b, c] = [first, first + 1, first + 2];
        writeln!(odds_lines, "  odds x {weight} if f{a} = yes and (f{b} = yes or f{c} = yes)")
            .unwrap();
        let holds = of(a) * (1.0 - (1.0 - of(b)) * (1.0 - of(c)));
        sets = sets
            .into_iter()
            .flat_map(|(p, odds)| [(p * holds, odds * weight), (p * (1.0 - holds), odds)])
            .collect();
    }
    let of_sets: f64 = sets.iter().map(|(p, odds)| p * odds / (1.0 + odds)).sum();
    for (form, expected) in [
        (format!("  yes if {}\n", names(" and ")), all),
        (format!("  yes if n > 3 and {}\n", names(" and ")), all),
        (format!("  yes 80% if {}, 10% otherwise\n", names(" or ")), 0.8 - 0.7 * none),
        (format!("  yes 70% if {exactly_one}, 20% otherwise\n"), 0.2 + 0.5 * one),
        (odds_lines, of_sets),
        (format!("  base 20%\n  odds x 4 if not ({})\n", names(" or ")), 0.2 + 0.3 * none),
    ] {
        let findings = point(&format!("question effect\n{form}{factors}quantity n = 5\n"));
        close(p(&findings, "effect", "yes"), Some(expected), EXACT, &form);
    }

    // A list of cases for each of two outcomes, and a third one that takes what is left.
    let findings = point(&format!(
        "question effect: low, middle, high\n  low 60% if {}, 10% otherwise\n  high 30% if not ({}), 20% otherwise\n{factors}",
        names(" and "),
        names(" or "),
    ));
    close(p(&findings, "effect", "low"), Some(0.1 + 0.5 * all), EXACT, "low");
    close(p(&findings, "effect", "high"), Some(0.2 + 0.1 * none), EXACT, "high");
    close(p(&findings, "effect", "middle"), Some(0.7 - 0.5 * all - 0.1 * none), EXACT, "middle");
}

// --- Explaining ---------------------------------------------------------------------------------

/// The network of a case with its target as the question; the file's last factor is a question too.
fn with_target(inputs: &Value, variable: &Value, state: &Value) -> String {
    let asked = format!("question target\n  yes if {} = {:?}\n", text(variable), text(state));
    asked + &network(&inputs["network"])
}

/// Each item seen is a reason of its own.
#[test]
fn shares_of_what_was_seen() {
    for case in [
        case!("explain_burglary"),
        case!("explain_explaining_away"),
        case!("explain_fire"),
        case!("explain_asia"),
    ] {
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let target = &inputs["target"];
        let mut all = with_target(inputs, &target["variable"], &target["state"]);
        let seen = object(&inputs["evidence"]);
        for (name, state) in seen {
            write!(
                all,
                "reason because_{name} \"R\"\nevidence seen_{name}\n  observes {name} = {:?}\n  because because_{name}\n",
                text(state)
            )
            .unwrap();
        }
        let found = point(&all);
        let question = &found.questions[0];
        let carried = &question.carried[0];
        let log_odds = weigh::log_odds::log_odds;
        let (prior, posterior) =
            (&expected["prior_log_odds"], expected["posterior_log_odds"].as_f64().unwrap());
        close(log_odds(question.without_reasons().unwrap()), prior.as_f64(), EXACT, "prior");
        close(log_odds(carried.p), posterior, EXACT, "posterior");
        assert_eq!(carried.sampled, None);
        let (mut one_by_one, mut checked) = (0.0, 0);
        for item in array(&expected["items"]) {
            let id = format!("because_{}", text(&item["item"]).split('=').next().unwrap());
            let reason = found.reasons.iter().position(|reason| reason.id == id).unwrap();
            let share = question.shares().iter().find(|share| share.reason == reason).unwrap();
            close(share.share.unwrap(), item["shapley"].as_f64(), EXACT, &id);
            let alone = log_odds(share.alone) - prior.as_f64().unwrap();
            close(alone, item["alone"].as_f64(), EXACT, &id);
            let dropped = posterior - log_odds(share.dropped);
            close(dropped, item["leave_one_out"].as_f64(), EXACT, &id);
            one_by_one += item["alone"].as_f64().unwrap();
            checked += 1;
        }
        assert_eq!(checked, seen.len());
        let overlap = one_by_one - (posterior - prior.as_f64().unwrap());
        close(carried.overlap.unwrap(), overlap, EXACT, "overlap");
        // Of two items there is one pair, and what it shares is all there is to share.
        if seen.len() == 2 {
            close(carried.pairs[0].index, -overlap, EXACT, "pair");
        }
    }
}

/// One probability at a time, what is left of its row going to the other state: the published two of
/// twelve parameters reach the threshold.
#[test]
fn what_would_flip_the_fire_alarm() {
    let case = case!("sens_fire");
    let inputs = &case["inputs"];
    let asked = format!(
        "question target\n  decide at {} \"send somebody\"\n  yes if {} = {:?}\n",
        n(float(&inputs["threshold"])),
        text(&inputs["query"][0]),
        text(&inputs["query"][1])
    );
    // The second state of each row is what the first one leaves.
    let open: String = network(&inputs["network"])
        .lines()
        .map(|line| match line.rsplit_once(", ") {
            Some((row, _)) if line.starts_with("    ") => format!("{row}, rest\n"),
            Some((base, _)) if line.starts_with("  base") => format!("{base}, \"no\" rest\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let found = point(&(asked + &open + &seen(&inputs["evidence"])));
    let question = &found.questions[0];
    let flips = question.flips.iter().filter(|flip| flip.edge == float(&inputs["threshold"]));
    let mut values: Vec<f64> = flips.map(|flip| flip.value).collect();
    values.sort_by(f64::total_cmp);
    let solutions = array(&case["expected"]["parameters"]).iter();
    let solutions = solutions.filter_map(|it| it["solution"]["parameter_value"].as_f64());
    let mut expected: Vec<f64> = solutions.collect();
    expected.sort_by(f64::total_cmp);
    assert_eq!(values.len(), expected.len());
    for (value, expected) in values.into_iter().zip(expected) {
        close(value, expected, EXACT, "turning value");
    }
}

// --- Evidence -----------------------------------------------------------------------------------

#[test]
fn weights_of_evidence() {
    let case = case!("ev_decibans");
    let prior = "question h\n  base 0.1\n";
    for row in array(&case["expected"]["table"]) {
        let lr = n(float(&row["lr"]));
        let found =
            point(&format!("{prior}evidence e\n  likelihood {lr} if h = yes, 1 otherwise\n"));
        let nats = found.evidence[0].weight.unwrap();
        close(nats, row["nats"].as_f64(), EXACT, "nats");
        let decibans = nats * 10.0 / std::f64::consts::LN_10;
        // ten times the rounding
        close(decibans, row["decibans"].as_f64(), 10.0 * EXACT, "decibans");
    }
    let sequence = &case["inputs"]["sequence"];
    let items = floats(&sequence["likelihood_ratios"]).into_iter().zip(0..).map(|(lr, ix)| {
        format!("evidence e{ix}\n  likelihood {} if h = yes, 1 otherwise\n", n(lr))
    });
    let found = point(&(prior.to_string() + &items.collect::<String>()));
    let expected = case["expected"]["sequence"]["posterior"].as_f64();
    close(p(&found, "h", "yes"), expected, EXACT, "sequence");
}

/// Reports of a source that is reliable, or else says so with a probability.
#[test]
fn randomiser() {
    let case = case!("ev_randomiser");
    let rows = array(&case["inputs"]["cases"]).iter().zip(array(&case["expected"]["cases"]));
    for (input, expected) in rows {
        let label = text(&input["label"]);
        let says_yes = float(&input["random_yes"]);
        let mut all = format!("question h\n  base {}\n", n(float(&input["prior"])));
        for (source, reports) in array(&input["reports"]).iter().enumerate() {
            let reliability = n(float(&input["reliability"]));
            write!(all, "source s{source} \"S\"\n  reliability {reliability}\n").unwrap();
            for (report, says) in array(reports).iter().enumerate() {
                let (state, anyway) =
                    if *says == 1 { ("yes", says_yes) } else { ("no", 1.0 - says_yes) };
                writeln!(
                    all,
                    "evidence e{source}_{report}\n  source s{source}\n  reports h = {state}\n  anyway {}",
                    n(anyway)
                )
                .unwrap();
            }
        }
        close(p(&point(&all), "h", "yes"), expected["posterior"].as_f64(), EXACT, label);
    }
}

#[test]
fn common_origin() {
    let case = case!("ev_common_origin");
    let inputs = &case["inputs"];
    let (prior, hit, false_alarm) =
        (n(float(&inputs["prior"])), &inputs["hit"], &inputs["false_alarm"]);
    let item = "evidence e\n  source wire\n  source paper\n  reports h = yes\n";
    for row in array(&case["expected"]["rows"]) {
        let copies = n(float(&row["copy_probability"]));
        let rates = point(&format!(
            "source wire \"W\"\nsource paper \"P\"\n  origin wire\n  copies {copies}\n\
             question h\n  base {prior}\n{item}  hit {hit}\n  false alarm {false_alarm}\n"
        ));
        // A reliability of 60% hits with 80% and is wrong with 20%.
        let reliability = point(&format!(
            "source wire \"W\"\n  reliability 0.6\n\
             source paper \"P\"\n  reliability 0.6\n  origin wire\n  copies {copies}\n\
             question h\n  base {prior}\n{item}"
        ));
        for found in [rates, reliability] {
            close(p(&found, "h", "yes"), row["posterior"].as_f64(), EXACT, &copies);
            let weight = found.evidence[0].weight.unwrap();
            close(weight, libm::log(float(&row["joint_lr"])), EXACT, "weight of the pair");
        }
    }
    // "same origin" without a number is the last row: copied always
    let always = point(&format!(
        "source wire \"W\"\n  reliability 0.6\nsource paper \"P\"\n  origin wire\n\
         question h\n  base {prior}\n{item}"
    ));
    let last = array(&case["expected"]["rows"]).last().unwrap();
    close(p(&always, "h", "yes"), last["posterior"].as_f64(), EXACT, "always");
    assert_eq!(always.evidence[0].origins, 1);
}

/// Hypothesis, fact, report: the report is never stronger than the fact.
#[test]
fn source_credibility() {
    let case = case!("ev_source_credibility");
    for row in array(&case["expected"]["cases"]) {
        let at = |key: &str| n(float(&row[key]));
        let found = point(&format!(
            "question h\n  base 0.2\nfactor fact\n  yes {} if h = yes, {} otherwise\n\
             evidence e\n  reports fact = yes\n  hit {}\n  false alarm {}\n",
            at("p_fact_given_h"),
            at("p_fact_given_not_h"),
            at("hit"),
            at("false_alarm"),
        ));
        // The case writes an infinite ratio as null: the report then proves the hypothesis.
        let expected = match row["lr"].as_f64() {
            Some(lr) => 0.25 * lr / (1.0 + 0.25 * lr),
            None => 1.0,
        };
        close(p(&found, "h", "yes"), expected, EXACT, "posterior");
    }
}

#[test]
fn absence() {
    let case = case!("ev_absence");
    for row in array(&case["expected"]["cases"]) {
        let looks = row["independent_looks"].as_u64().unwrap();
        let (h, not_h) = (&row["p_seen_given_h"], &row["p_seen_given_not_h"]);
        let mut model = format!("question h\n  base {}\n", n(float(&row["prior"])));
        let mut unseen = String::new();
        for look in 0..looks {
            write!(model, "indicator i{look}\n  yes {h} if h = yes, {not_h} otherwise\n").unwrap();
            write!(unseen, "evidence e{look}\n  observes i{look} = no\n").unwrap();
        }
        // What nobody looked for is missing, and enters nothing.
        close(p(&point(&model), "h", "yes"), row["prior"].as_f64(), EXACT, "not looked for");
        let found = point(&(model + &unseen));
        close(p(&found, "h", "yes"), row["posterior"].as_f64(), EXACT, "looked for, not seen");
    }
}

#[test]
fn cloth_by_candlelight() {
    let case = case!("ev_jeffrey_pearl");
    let (cloth, expected) = (&case["inputs"]["cloth"], &case["expected"]["cloth"]);
    let each = |key: &str| -> Vec<String> {
        object(&cloth[key]).iter().map(|(state, p)| format!("{state} {p}")).collect()
    };
    let sold: Vec<String> = object(&cloth["p_sold"])
        .iter()
        .map(|(state, p)| format!("{p} if colour = {state}"))
        .collect();
    let model = format!(
        "question sold\n  yes {}\nfactor colour: green, blue, violet\n  base {}\n",
        sold.join(", "),
        each("prior").join(", ")
    );
    close(p(&point(&model), "sold", "yes"), expected["p_sold_prior"].as_f64(), EXACT, "prior");
    let revised =
        point(&format!("{model}evidence e\n  revises colour: {}\n", each("jeffrey").join(", ")));
    let after = expected["p_sold_after_jeffrey"].as_f64();
    close(p(&revised, "sold", "yes"), after, EXACT, "Jeffrey");
    for (state, q) in object(&cloth["jeffrey"]) {
        close(p(&revised, "colour", state), q.as_f64(), EXACT, state);
    }
    let at = |state: &str| n(float(&expected["equivalent_likelihoods"][state]));
    let virtual_evidence = point(&format!(
        "{model}evidence e\n  likelihood {} if colour = green, {} if colour = blue, {} otherwise\n",
        at("green"),
        at("blue"),
        at("violet")
    ));
    close(p(&virtual_evidence, "sold", "yes"), after, EXACT, "equivalent likelihoods");
}

#[test]
fn holmes() {
    let case = case!("ev_jeffrey_pearl");
    let (holmes, expected) = (&case["inputs"]["holmes"], &case["expected"]["holmes"]);
    let model = network(&holmes["network"]);
    let burglary = |evidence: &str| p(&point(&(model.clone() + evidence)), "Burglary", "yes");
    let likelihood = |name: &str, on: f64, off: f64| {
        format!("evidence {name}\n  likelihood {} if Alarm = on, {} otherwise\n", n(on), n(off))
    };
    let (four, one) = (likelihood("a", 4.0, 1.0), likelihood("b", 4.0, 1.0));
    let alarm = p(&point(&(model.clone() + &four)), "Alarm", "on");
    close(alarm, expected["p_alarm_virtual"].as_f64(), EXACT, "alarm");
    let jeffrey =
        format!("evidence j\n  revises Alarm: on {}, off rest\n", holmes["jeffrey_alarm"]);
    let ratio = float(&expected["jeffrey_equivalent_likelihood_ratio"]);
    for (evidence, key) in [
        (four.clone(), "p_burglary_virtual"),
        (likelihood("a", 40.0, 10.0), "virtual_scale_invariant"),
        (four + &one, "two_virtual_findings_4_1"),
        ("evidence a\n  observes Alarm = on\n".to_string(), "p_burglary_given_alarm"),
        ("evidence a\n  observes Alarm = off\n".to_string(), "p_burglary_given_no_alarm"),
        (jeffrey, "p_burglary_jeffrey"),
        (likelihood("a", ratio, 1.0), "p_burglary_jeffrey"),
    ] {
        close(burglary(&evidence), expected[key].as_f64(), EXACT, key);
    }
}

/// The probability of the match is not the probability of innocence.
#[test]
fn island() {
    let case = case!("ev_fallacies");
    let islands = array(&case["inputs"]["island"]).iter().map(floats);
    for (island, expected) in islands.zip(floats(&case["expected"]["island"])) {
        let (others, share) = (n(island[0]), n(island[1]));
        let found = point(&format!(
            "question guilty\n  base 1/({others} + 1)\nindicator fits\n  yes 1 if guilty = yes, {share} otherwise\n\
             evidence match\n  observes fits = yes\n"
        ));
        close(p(&found, "guilty", "yes"), expected, EXACT, "posterior");
        let weight = found.evidence[0].weight.unwrap();
        close(weight, -libm::log(island[1]), 1e-11, "weight: ln of 1 over the share");
    }
}

// --- Uncertain numbers --------------------------------------------------------------------------

/// The headline is the circuit at the means, and equals the mean of the weighted draws.
#[test]
fn second_order_headline() {
    let case = case!("second_order_headline");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);
    let beta = |key: &str| format!("beta({}, {})", inputs[key][1], inputs[key][2]);
    let found = solve(
        &format!(
            "{HEADER}question h\n  base {}\nindicator e\n  yes {} if h = yes, {} otherwise\n\
             evidence seen\n  observes e = yes\n",
            beta("x"),
            inputs["p_e_given_h"],
            beta("y")
        ),
        &draws(10_000),
    );
    assert!(found.questions[0].headline.contains("exact"), "{}", found.questions[0].headline);
    let h = estimate(&found, "h", "yes");
    close(h.p, expected["at_means"].as_f64(), EXACT, "headline");
    // The same from the draws; their sampling error is of the order of the quantiles'.
    let drawn = found.questions[0].outcomes[1].independent.p;
    let tolerance = float(&case["tolerance"]["quantiles"]);
    close(drawn, expected["weighted_mean"].as_f64(), tolerance, "weighted mean");
    assert!((drawn - float(&expected["unweighted_mean"])).abs() > 0.02);
    // The case's own tolerance: both sides are drawn.
    let quantiles = &expected["weighted_quantiles"];
    close(h.p05, quantiles["q05"].as_f64(), tolerance, "q05");
    close(h.p50, quantiles["q50"].as_f64(), tolerance, "q50");
    close(h.p95, quantiles["q95"].as_f64(), tolerance, "q95");
}

#[test]
fn interval_fits() {
    let case = case!("elicit_interval_fit");
    // The case's own tolerance for means, which come from a fit that stops.
    let tolerance = float(&case["tolerance"]["means"]);
    for fit in array(&case["expected"]["fits"]) {
        let (low, high, level) = (float(&fit["low"]), float(&fit["high"]), float(&fit["level"]));
        let level_clause = format!("  level {}\n", n(level));
        let solve = |base: &str| {
            let all = format!("{HEADER}{level_clause}question h\n  base {base}\n");
            solve(&all, &draws(10_000))
        };
        let range = estimate(&solve(&format!("{} to {}", n(low), n(high))), "h", "yes");
        close(range.p, fit["beta"]["mean"].as_f64(), tolerance, "mean");
        // A tenth of a percent: quantiles of 10,000 evenly spread draws.
        close(range.p50, fit["beta"]["median"].as_f64(), 1e-3, "median");
        if level == 0.9 {
            close(range.p05, low, 1e-3, "low end");
            close(range.p95, high, 2e-3, "high end");
        }
        let spelled = format!("beta({}, {})", fit["beta"]["a"], fit["beta"]["b"]);
        let spelled = estimate(&solve(&spelled), "h", "yes");
        close(spelled.p, range.p, tolerance, "the beta spelled out");
        close(spelled.p95, range.p95, 1e-5, "its high end");
        let hard = solve(&format!("uniform({}, {})", n(low), n(high)));
        close(p(&hard, "h", "yes"), fit["uniform"]["mean"].as_f64(), tolerance, "hard bounds");
    }
}

/// The bounds are the case's, and those of every corner solved one by one. The interval of the draws
/// lies far inside them, and the headline is the network at the middles.
#[test]
fn credal_two_reports() {
    let case = case!("credal_two_reports");
    let (parameters, expected) = (&case["inputs"]["parameters"], &case["expected"]);
    let model = |number: &dyn Fn(&str) -> String| {
        format!(
            "question h\n  base {}\nindicator r1\n  yes {} if h = yes, {} otherwise\n\
             indicator r2\n  yes {} if h = yes, {} otherwise\n\
             evidence e1\n  observes r1 = yes\nevidence e2\n  observes r2 = no\n",
            number("pH"),
            number("h1"),
            number("f1"),
            number("h2"),
            number("f2")
        )
    };
    let names: Vec<&String> = object(parameters).keys().collect();
    let (mut lower, mut upper) = (1.0f64, 0.0f64);
    for corner in 0..1 << names.len() {
        let end = |name: &str| {
            let position = names.iter().position(|other| *other == name).unwrap();
            n(float(&parameters[name][corner >> position & 1]))
        };
        let h = p(&point(&model(&end)), "h", "yes");
        (lower, upper) = (lower.min(h), upper.max(h));
    }
    close(lower, expected["lower"].as_f64(), EXACT, "lower bound");
    close(upper, expected["upper"].as_f64(), EXACT, "upper bound");
    let range = |name: &str| format!("{} to {}", parameters[name][0], parameters[name][1]);
    let found = solve(&format!("{HEADER}{}", model(&range)), &draws(1));
    let bounds = found.questions[0].bounds.unwrap();
    close(bounds.low, expected["lower"].as_f64(), EXACT, "lower bound of the findings");
    close(bounds.high, expected["upper"].as_f64(), EXACT, "upper bound of the findings");
    assert!(bounds.certain, "five numbers, each in one table, and linear in it");
    let uniform = |name: &str| format!("uniform({}, {})", parameters[name][0], parameters[name][1]);
    let found = solve(&format!("{HEADER}{}", model(&uniform)), &draws(10_000));
    let h = estimate(&found, "h", "yes");
    close(h.p, expected["at_midpoints"].as_f64(), EXACT, "headline");
    assert!(lower < h.p05 && h.p95 < upper, "{h:?} is not inside {lower} to {upper}");
    // The case's draws are not weighted by the evidence, so its own band is met only roughly.
    close(h.p05, expected["uniform_mc"]["q05"].as_f64(), 0.02, "q05");
    close(h.p95, expected["uniform_mc"]["q95"].as_f64(), 0.02, "q95");
}

// --- Words --------------------------------------------------------------------------------------

const SCALES: [(&str, &str); 5] = [
    ("icd203", "icd203"),
    ("phia", "phia"),
    ("kent1964", "kent"),
    ("ipcc_ar5", "ipcc"),
    ("efsa2018", "efsa"),
];

/// Every word of every scale as a number: anywhere in its band alike.
#[test]
fn words_as_numbers() {
    let case = case!("wep_scales");
    for (key, scale) in SCALES {
        for term in array(&case["expected"]["scales"][key]["terms"]) {
            let (low, high) = (float(&term[1]), float(&term[2]));
            for word in text(&term[0]).split(" / ").flat_map(forms) {
                let found = solve(
                    &format!("{HEADER}question h\n  base {word} on {scale}\n"),
                    &draws(1_000),
                );
                let h = estimate(&found, "h", "yes");
                close(h.p, (low + high) / 2.0, EXACT, &word);
                // A thousand evenly spread draws: a thousandth of the band.
                close(h.p05, low + 0.05 * (high - low), 1e-3, &word);
                close(h.p95, high - 0.05 * (high - low), 1e-3, &word);
            }
        }
    }
}

/// `almost certain(ly)` is two words.
fn forms(word: &str) -> Vec<String> {
    match word.split_once("(ly)") {
        Some((short, rest)) => vec![format!("{short}{rest}"), format!("{short}ly{rest}")],
        None => vec![word.to_string()],
    }
}

/// Only the first of them is printed.
fn label(words: &str) -> String {
    words.replace("(ly)", "")
}

/// Numbers to words on every scale, gaps included; and the bands that the findings carry.
#[test]
fn numbers_as_words() {
    let case = case!("wep_scales");
    for (key, scale) in SCALES {
        for row in array(&case["expected"]["lookup"]) {
            let Some(words) = row[key].as_array() else { continue };
            let found = solve(
                &format!("{HEADER}  scale {scale}\nquestion h\n  base {}\n", row["p"]),
                &draws(1),
            );
            let word = found.questions[0].outcomes[1].word.as_ref().map(|band| band.word.as_str());
            let expected = words.first().map(|word| label(text(word)));
            assert_eq!(word, expected.as_deref(), "{} on {scale}", row["p"]);
        }
        let found = solve(&format!("{HEADER}  scale {scale}\nquestion h\n  base 0.1\n"), &draws(1));
        let mut bands: Vec<(String, f64, f64)> =
            found.scale_bands.iter().map(|band| (band.word.clone(), band.low, band.high)).collect();
        let terms = array(&case["expected"]["scales"][key]["terms"]);
        let mut expected: Vec<(String, f64, f64)> = terms
            .iter()
            .map(|term| (label(text(&term[0])), float(&term[1]), float(&term[2])))
            .collect();
        bands.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(bands, expected, "{scale}");
    }
}

// --- Time ---------------------------------------------------------------------------------------

fn dated(as_of: Date, by: Date, rest: &str) -> Findings {
    solve(&format!("assessment \"A\"\n  as of {as_of}\nquestion h\n  by {by}\n{rest}"), &draws(1))
}

/// Written as `since`, and as a rate per so many days; horizons are stretched by twenty, since a
/// quarter of 365 days is no date and only the fraction of the time counts.
#[test]
fn constant_hazard() {
    let case = case!("time_constant_hazard");
    let start = date(2000, 1, 1);
    for row in array(&case["expected"]["cases"]) {
        let horizon = row["horizon_days"].as_i64().unwrap() * 20;
        let elapsed = (float(&row["elapsed_fraction"]) * horizon as f64).round() as i64;
        let (as_of, by) = (start + elapsed.days(), start + horizon.days());
        for base in [
            format!("base rate {} since {start}\n", row["p0"]),
            format!("base rate {} per {horizon} days\n", row["p0"]),
        ] {
            let found = dated(as_of, by, &base);
            close(p(&found, "h", "yes"), row["forecast"].as_f64(), EXACT, &base);
        }
    }
}

#[test]
fn piecewise_hazard() {
    let case = case!("time_piecewise_hazard");
    let start = date(2022, 1, 1);
    let mut lines = String::new();
    let mut until = start;
    for period in array(&case["inputs"]["periods_days_hazard"]) {
        until += period[0].as_i64().unwrap().days();
        writeln!(lines, "  hazard {} per day until {until}", period[1]).unwrap();
    }
    for point in array(&case["expected"]["path"]) {
        let as_of = start + point["day"].as_i64().unwrap().days();
        let found = dated(as_of, until, &lines);
        close(p(&found, "h", "yes"), point["forecast"].as_f64(), EXACT, &as_of.to_string());
    }
    let rescaled = floats(&case["expected"]["rescaled"]);
    for (rescale, expected) in array(&case["inputs"]["rescale"]).iter().zip(rescaled) {
        let by = start + rescale[2].as_i64().unwrap().days();
        let base = format!("base rate {} per {} days\n", rescale[0], rescale[1]);
        close(p(&dated(start, by, &base), "h", "yes"), expected, EXACT, &base);
    }
}
