//! Published and independently computed answers, read from `tests/cases`.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{Cells, Spec, evidence, number, numbers, spec, text, texts};
use serde_json::Value;
use weigh_inference::{
    Distribution, Evidence, Limits, Network, NetworkBuilder, ParamId, Parameter, Revision,
    Settings, VarId, bounds, normal_quantile, solve, solve_point,
};

macro_rules! case {
    ($name:literal) => {{
        let text = include_str!(concat!("../../../tests/cases/", $name, ".json"));
        serde_json::from_str::<Value>(text).unwrap()
    }};
}

fn assert_close(found: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = number(expected);
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
}

/// Checks `p_evidence` and every posterior of every query; `named` says what other keys mean.
fn check_queries(case: &Value, named: &[(&str, &str, &str)]) {
    let network = spec(&case["inputs"]["network"]).build(Cells::Constants);
    let tolerance = number(&case["tolerance"]);
    let mut n_checked = 0;
    for answer in case["expected"]["answers"].as_array().unwrap() {
        let evidence = evidence(&network, &answer["evidence"]);
        let found = solve_point(&network, &evidence, &[]).unwrap();
        assert_close(found.p_evidence, &answer["p_evidence"], tolerance, "P(evidence)");
        let p = |variable: &str, state: &str| {
            let var = network.find(variable).unwrap();
            found.marginals[var.ix()][network.find_state(var, state).unwrap()]
        };
        for (key, variable, state) in named {
            assert_close(p(variable, state), &answer[*key], tolerance, key);
            n_checked += 1;
        }
        for (variable, states) in answer["posterior"].as_object().into_iter().flatten() {
            for (state, expected) in states.as_object().unwrap() {
                assert_close(p(variable, state), expected, tolerance, variable);
                n_checked += 1;
            }
        }
        for (state, expected) in answer["p_murdered"].as_object().into_iter().flatten() {
            assert_close(p("Murdered", state), expected, tolerance, "p_murdered");
        }
    }
    assert!(n_checked > 0, "the case must expect something");
}

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
fn published_networks_with_posteriors() {
    check_queries(&case!("bn_disputed_activity"), &[]);
    check_queries(&case!("bn_expert_opinion"), &[]);
    check_queries(&case!("bn_intentional_attack"), &[]);
    check_queries(&case!("bn_scenarios_constraint"), &[]);
    check_queries(&case!("bn_theft_naive"), &[]);
}

#[test]
fn random_networks_with_derivatives() {
    for case in [case!("rand_0"), case!("rand_1"), case!("rand_2")] {
        check_random_network(&case);
    }
}

fn check_random_network(case: &Value) {
    let spec = spec(&case["inputs"]["network"]);
    let (network, params) = (spec.build(Cells::Parameters), spec.params(Cells::Parameters));
    let tolerance = number(&case["tolerance"]);
    let mut findings = evidence(&network, &case["inputs"]["evidence"]);
    for (name, likelihood) in case["inputs"]["virtual"].as_object().unwrap() {
        findings = findings.weigh(network.find(name).unwrap(), numbers(likelihood));
    }
    let found = solve_point(&network, &findings, &params).unwrap();
    assert_close(found.p_evidence, &case["expected"]["p_evidence"], tolerance, "P(evidence)");
    for (name, states) in case["expected"]["posterior"].as_object().unwrap() {
        let var = network.find(name).unwrap();
        for (state, expected) in states.as_object().unwrap() {
            let state = network.find_state(var, state).unwrap();
            assert_close(found.marginals[var.ix()][state], expected, tolerance, name);
        }
    }
    let tape =
        weigh_inference::Tape::compile(&network, &findings, &[], &Limits::default()).unwrap();
    let mut run = tape.workspace();
    run.forward(&params, None, 1).unwrap();
    run.backward();
    let derivatives = run.parameter_derivatives();
    for (name, rows) in case["expected"]["derivatives"].as_object().unwrap() {
        let first = first_param(&spec, name);
        let expected = rows.as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
        for (i, expected) in expected.enumerate() {
            assert_close(derivatives[first + i], expected, tolerance, name);
        }
    }
}

fn first_param(spec: &Spec, name: &str) -> usize {
    let var = spec.names.iter().position(|n| n == name).unwrap();
    spec.cells[..var].iter().map(Vec::len).sum()
}

#[test]
fn noisy_or_from_formulas() {
    let case = case!("cpt_noisy_or");
    let mut build = NetworkBuilder::new();
    let f = build.formulas();
    let leak = f.constant(number(&case["inputs"]["leak"]));
    for row in case["expected"]["table"].as_array().unwrap() {
        let mut none = f.complement(leak);
        for cause in texts(&row["present"]) {
            let p = f.constant(number(&case["inputs"]["causes"][&cause]));
            let fails = f.complement(p);
            none = f.mul(none, fails);
        }
        let p = f.complement(none);
        assert_close(f.as_constant(p).unwrap(), &row["p"], number(&case["tolerance"]), "noisy-or");
    }
}

/// A hypothesis, an alarm that hits with 0.8, and two uncertain numbers.
fn second_order() -> (Network, Evidence) {
    let mut build = NetworkBuilder::new();
    let h = build.add_variable("h", &["no", "yes"]);
    let e = build.add_variable("e", &["no", "yes"]);
    let x = build.add_parameter(Parameter::new("x", Distribution::Beta { a: 2.0, b: 18.0 }));
    let y = build.add_parameter(Parameter::new("y", Distribution::Beta { a: 2.0, b: 8.0 }));
    let f = build.formulas();
    let (x, y, hit) = (f.parameter(x), f.parameter(y), f.constant(0.8));
    let (not_x, not_y, miss) = (f.complement(x), f.complement(y), f.complement(hit));
    build.set_table(h, &[], vec![not_x, x]);
    build.set_table(e, &[h], vec![not_y, y, miss, hit]);
    (build.build().unwrap(), Evidence::new().observe(e, 1))
}

#[test]
fn headline_and_interval_are_those_of_the_posterior_of_the_parameters() {
    let case = case!("second_order_headline");
    let expected = &case["expected"];
    let (network, evidence) = second_order();
    let settings = Settings { n_draws: 16_384, ..Settings::default() };
    let answer = solve(&network, &evidence, &[], &settings).unwrap();
    let h = VarId(0);
    assert!(answer.headline(h, 1).exact);
    assert_close(answer.headline(h, 1).p, &expected["at_means"], 1e-8, "headline");
    // The rest is sampled: the case's own tolerance for quantiles, ten times tighter for means.
    assert_close(answer.mean(h, 1), &expected["weighted_mean"], 2e-4, "weighted mean");
    for (key, p) in [("q05", 0.05), ("q50", 0.5), ("q95", 0.95)] {
        assert_close(answer.quantile(h, 1, p), &expected["weighted_quantiles"][key], 2e-3, key);
        let mirrored = 1.0 - answer.quantile(h, 0, 1.0 - p);
        assert_close(mirrored, &expected["weighted_quantiles"][key], 2e-3, key);
    }
    // The contrast: draws that ignore how well they predicted the evidence.
    let mut plain = answer.draws(h, 1).to_vec();
    let mean = plain.iter().sum::<f64>() / plain.len() as f64;
    assert_close(mean, &expected["unweighted_mean"], 2e-4, "unweighted mean");
    plain.sort_by(f64::total_cmp);
    for (key, p) in [("q05", 0.05), ("q50", 0.5), ("q95", 0.95)] {
        let found = plain[(p * plain.len() as f64) as usize];
        assert_close(found, &expected["unweighted_quantiles"][key], 2e-3, key);
    }
}

#[test]
fn bounds_of_two_reports() {
    let case = case!("credal_two_reports");
    let mut build = NetworkBuilder::new();
    let h = build.add_variable("h", &["no", "yes"]);
    let reports = ["r1", "r2"].map(|name| build.add_variable(name, &["no", "yes"]));
    let names = ["pH", "h1", "f1", "h2", "f2"];
    let interval = |name: &str| numbers(&case["inputs"]["parameters"][name]);
    let ids: Vec<ParamId> = names
        .iter()
        .map(|name| {
            let (low, high) = (interval(name)[0], interval(name)[1]);
            build.add_parameter(Parameter::new(*name, Distribution::Uniform { low, high }))
        })
        .collect();
    let f = build.formulas();
    let yes: Vec<_> = ids.iter().map(|id| f.parameter(*id)).collect();
    let no: Vec<_> = yes.iter().map(|yes| f.complement(*yes)).collect();
    build.set_table(h, &[], vec![no[0], yes[0]]);
    build.set_table(reports[0], &[h], vec![no[2], yes[2], no[1], yes[1]]);
    build.set_table(reports[1], &[h], vec![no[4], yes[4], no[3], yes[3]]);
    let network = build.build().unwrap();
    let evidence = Evidence::new().observe(reports[0], 1).observe(reports[1], 0);
    let intervals: Vec<(f64, f64)> = names.map(|n| (interval(n)[0], interval(n)[1])).into();

    let found = bounds(&network, &evidence, &intervals, h, 1, &Limits::default()).unwrap();
    assert!(found.certain);
    assert_close(found.lower, &case["expected"]["lower"], 1e-12, "lower");
    assert_close(found.upper, &case["expected"]["upper"], 1e-12, "upper");
    assert_eq!(found.lower_vertex, numbers(&case["expected"]["lower_vertex"]));
    assert_eq!(found.upper_vertex, numbers(&case["expected"]["upper_vertex"]));

    let middle = solve_point(&network, &evidence, &network.parameter_means()).unwrap();
    let at_midpoints = &case["expected"]["at_midpoints"];
    assert_close(middle.marginals[h.ix()][1], at_midpoints, 1e-12, "midpoints");

    // The band of uniform draws, unweighted: the case's tolerance for Monte Carlo, which 10,000
    // draws would not always meet in the tail (its density there is about 0.6).
    let settings = Settings { n_draws: 65_536, ..Settings::default() };
    let answer = solve(&network, &evidence, &[], &settings).unwrap();
    let mut draws = answer.draws(h, 1).to_vec();
    draws.sort_by(f64::total_cmp);
    for (key, p) in [("q05", 0.05), ("q50", 0.5), ("q95", 0.95)] {
        let found = draws[(p * draws.len() as f64) as usize];
        assert_close(found, &case["expected"]["uniform_mc"][key], 2e-3, key);
    }
}

#[test]
fn intervals_become_betas() {
    for fit in case!("elicit_interval_fit")["expected"]["fits"].as_array().unwrap() {
        let (low, high, level) = (number(&fit["low"]), number(&fit["high"]), number(&fit["level"]));
        let found = Distribution::beta_from_interval(low, high, level).unwrap();
        let Distribution::Beta { a, b } = found else { panic!("a beta was asked for") };
        assert_close(a, &fit["beta"]["a"], 1e-6, "a");
        assert_close(b, &fit["beta"]["b"], 1e-6, "b");
        assert_close(found.mean(), &fit["beta"]["mean"], 1e-8, "mean");
        assert_close(found.quantile(0.5), &fit["beta"]["median"], 1e-8, "median");

        let logit = |p: f64| libm::log(p / (1.0 - p));
        let z = normal_quantile(0.5 + 0.5 * level);
        let mu = 0.5 * (logit(low) + logit(high));
        assert_close(mu, &fit["logit_normal"]["mu"], 1e-8, "mu");
        let sigma = (logit(high) - logit(low)) / (2.0 * z);
        assert_close(sigma, &fit["logit_normal"]["sigma"], 1e-8, "sigma");
        let uniform = Distribution::Uniform { low, high };
        assert_close(uniform.mean(), &fit["uniform"]["mean"], 1e-12, "uniform");
    }
}

/// Pearl's and Jeffrey's way of saying "four to one" and "now 80%" on Holmes's alarm.
#[test]
fn holmes_and_the_cloth() {
    let case = case!("ev_jeffrey_pearl");
    let (inputs, expected) = (&case["inputs"]["holmes"], &case["expected"]["holmes"]);
    let network = spec(&inputs["network"]).build(Cells::Constants);
    let (burglary, alarm) = (VarId(0), VarId(1));
    let tolerance = number(&case["tolerance"]);
    let four_to_one = Evidence::new().weigh(alarm, numbers(&inputs["virtual_likelihood"]));
    let found = solve_point(&network, &four_to_one, &[]).unwrap();
    assert_close(found.marginals[0][0], &expected["p_burglary_virtual"], tolerance, "virtual");
    let twice = four_to_one.clone().weigh(alarm, vec![4.0, 1.0]);
    let found = solve_point(&network, &twice, &[]).unwrap();
    assert_close(found.marginals[0][0], &expected["two_virtual_findings_4_1"], tolerance, "twice");

    let q = number(&inputs["jeffrey_alarm"]);
    let revision = Revision { var: alarm, probabilities: vec![q, 1.0 - q] };
    let answer = solve(&network, &Evidence::new(), &[revision], &Settings::default()).unwrap();
    assert_close(answer.mean(burglary, 0), &expected["p_burglary_jeffrey"], tolerance, "Jeffrey");
    assert!(!answer.headline(burglary, 0).exact);

    let cloth = &case["inputs"]["cloth"];
    let colours: Vec<String> = cloth["prior"].as_object().unwrap().keys().cloned().collect();
    let of = |key: &str| -> Vec<f64> { colours.iter().map(|c| number(&cloth[key][c])).collect() };
    let mut build = NetworkBuilder::new();
    let colour = build.add_variable("colour", &colours);
    let sold = build.add_variable("sold", &["yes", "no"]);
    let f = build.formulas();
    let prior = of("prior").iter().map(|p| f.constant(*p)).collect();
    let cells = of("p_sold").iter().flat_map(|p| [*p, 1.0 - p]).map(|p| f.constant(p)).collect();
    build.set_table(colour, &[], prior);
    build.set_table(sold, &[colour], cells);
    let revision = Revision { var: colour, probabilities: of("jeffrey") };
    let network = build.build().unwrap();
    let answer = solve(&network, &Evidence::new(), &[revision], &Settings::default()).unwrap();
    let after = &case["expected"]["cloth"]["p_sold_after_jeffrey"];
    assert_close(answer.mean(sold, 0), after, tolerance, &text(&case["id"]));
}
