//! The most probable assignments against enumeration and against published figures.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use std::collections::BTreeMap;

use common::{
    Cells, Random, Spec, evidence, number, random_evidence, random_spec, random_wide_spec, spec,
    text,
};
use serde_json::Value;
use weigh_inference::{
    Assignment, Evidence, Limits, Network, NetworkBuilder, VarId, best_assignments,
    oracle::enumerate,
};

/// Every joint state of `over`, one after the other, best first.
fn by_enumeration(
    network: &Network,
    evidence: &Evidence,
    params: &[f64],
    over: &[VarId],
) -> Vec<Assignment> {
    let p_evidence = enumerate(network, evidence, params).p_evidence;
    let mut all = vec![Vec::new()];
    for var in over {
        let longer = |states: &Vec<usize>| -> Vec<Vec<usize>> {
            (0..network.n_states(*var))
                .map(|s| states.iter().copied().chain([s]).collect())
                .collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    let mut found: Vec<Assignment> = all
        .into_iter()
        .filter(|states| {
            let seen = |(var, state): (&VarId, &usize)| {
                evidence.observed(*var).is_none_or(|seen| seen == *state)
            };
            over.iter().zip(states).all(seen)
        })
        .map(|states| {
            let seen = over.iter().zip(&states);
            let with = seen.fold(evidence.clone(), |e, (var, state)| e.observe(*var, *state));
            let p = enumerate(network, &with, params).p_evidence / p_evidence;
            Assignment { states, p }
        })
        .filter(|found| found.p > 0.0)
        .collect();
    found.sort_by(|a, b| b.p.total_cmp(&a.p));
    found
}

#[test]
fn the_best_are_those_of_enumeration() {
    for seed in 0..60 {
        let mut random = Random(seed);
        let spec = random_spec(6, &mut random);
        let network = spec.build(Cells::Parameters);
        let params = spec.params(Cells::Parameters);
        let evidence = random_evidence(&spec, &mut random);
        let over: Vec<VarId> = network.ids().filter(|_| random.chance(0.7)).collect();
        if enumerate(&network, &evidence, &params).p_evidence == 0.0 {
            let limits = Limits::default();
            let none = best_assignments(&network, &evidence, &params, &over, 3, &limits).unwrap();
            assert!(none.is_empty(), "seed {seed}");
            continue;
        }
        let slow = by_enumeration(&network, &evidence, &params, &over);
        let k = slow.len().min(12) + 1;
        let limits = Limits::default();
        let fast = best_assignments(&network, &evidence, &params, &over, k, &limits).unwrap();
        assert_eq!(fast.len(), slow.len().min(k), "seed {seed}");
        for (rank, (fast, slow_p)) in fast.iter().zip(slow.iter().map(|a| a.p)).enumerate() {
            assert!((fast.p - slow_p).abs() < 1e-12, "seed {seed}, rank {rank}");
            // Equal ones may come in another order; each must be what it claims to be.
            let same = slow.iter().find(|slow| slow.states == fast.states).unwrap();
            assert!((fast.p - same.p).abs() < 1e-12, "seed {seed}, rank {rank}");
        }
    }
}

/// The same by going through all joint states once: by states of `over` the sum of the products of the cells.
fn by_products(spec: &Spec, evidence: &Evidence, over: &[VarId]) -> Vec<Assignment> {
    let sizes: Vec<usize> = spec.states.iter().map(Vec::len).collect();
    let mut sums: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for number in 0..sizes.iter().product() {
        let mut left: usize = number;
        let states: Vec<usize> = sizes
            .iter()
            .map(|n| {
                let state = left % n;
                left /= n;
                state
            })
            .collect();
        let mut p = 1.0;
        for (var, state) in states.iter().enumerate() {
            let row = spec.parents[var].iter().fold(0, |row, v| row * sizes[*v] + states[*v]);
            let id = VarId(var as u32);
            p *= spec.cells[var][row * sizes[var] + state];
            p *= evidence.likelihood(id).map_or(1.0, |likelihood| likelihood[*state]);
            p *= f64::from(u8::from(evidence.observed(id).is_none_or(|seen| seen == *state)));
        }
        if p > 0.0 {
            *sums.entry(over.iter().map(|var| states[var.ix()]).collect()).or_default() += p;
        }
    }
    let total: f64 = sums.values().sum();
    let all = sums.into_iter().map(|(states, p)| Assignment { states, p: p / total });
    let mut all: Vec<Assignment> = all.collect();
    all.sort_by(|a, b| b.p.total_cmp(&a.p));
    all
}

/// Tables that are computed table by table, with zeros and without; some variables summed out, or none.
#[test]
fn the_best_of_large_tables_are_those_of_all_joint_states() {
    let limits = Limits::default();
    let mut n_tables = 0;
    for seed in 0..24 {
        let mut random = Random(1000 + seed);
        let zeros = [0.0, 0.1, 0.6][seed as usize % 3];
        let spec = random_wide_spec(9, 8, zeros, &mut random);
        let cells = if seed % 2 == 0 { Cells::Numbers } else { Cells::Parameters };
        let network = spec.build(cells);
        n_tables += network.tables().iter().filter(|table| table.cells.len() > 128).count();
        let params = spec.params(cells);
        let evidence = random_evidence(&spec, &mut random);
        let share = [1.0, 0.5][(seed / 3) as usize % 2];
        let over: Vec<VarId> = network.ids().filter(|_| random.chance(share)).collect();
        let slow = by_products(&spec, &evidence, &over);
        let fast = best_assignments(&network, &evidence, &params, &over, 40, &limits).unwrap();
        assert_eq!(fast.len(), slow.len().min(40), "seed {seed}");
        for (rank, (fast, slow_p)) in fast.iter().zip(slow.iter().map(|a| a.p)).enumerate() {
            assert!((fast.p - slow_p).abs() < 1e-12, "seed {seed}, rank {rank}");
            let same = slow.iter().find(|slow| slow.states == fast.states).unwrap();
            assert!((fast.p - same.p).abs() < 1e-12, "seed {seed}, rank {rank}");
        }
        // Likelihoods that say nothing, however small, leave all as it is.
        let far = network.ids().fold(evidence.clone(), |evidence, var| {
            evidence.weigh(var, vec![1e-250; network.n_states(var)])
        });
        let far = best_assignments(&network, &far, &params, &over, 40, &limits).unwrap();
        assert_eq!(far.len(), fast.len(), "seed {seed}");
        for (rank, (far, fast)) in far.iter().zip(&fast).enumerate() {
            assert!((far.p - fast.p).abs() < 1e-12, "seed {seed}, rank {rank}");
            let same = slow.iter().find(|slow| slow.states == far.states).unwrap();
            assert!((far.p - same.p).abs() < 1e-12, "seed {seed}, rank {rank}");
        }
    }
    assert!(n_tables > 10, "{n_tables}");
}

/// A chain of 30,000 links, each kept with 0.9.
#[test]
fn a_story_may_be_too_improbable_for_a_double() {
    let mut build = NetworkBuilder::new();
    let mut last = build.add_variable("x0", &["no", "yes"]);
    build.set_numbers(last, &[], vec![0.25, 0.75]);
    for i in 1..=30_000 {
        let next = build.add_variable(format!("x{i}"), &["no", "yes"]);
        build.set_numbers(next, &[last], vec![0.9, 0.1, 0.1, 0.9]);
        last = next;
    }
    let network = build.build().unwrap();
    let seen = Evidence::new().observe(last, 0);
    let over: Vec<VarId> = network.ids().take(3).collect();
    let limits = Limits::default();
    let found = best_assignments(&network, &seen, &[], &over, 2, &limits).unwrap();
    // So far from the end, what is seen there says nothing.
    assert_eq!(found[0].states, [1, 1, 1]);
    assert!((found[0].p - 0.75 * 0.81).abs() < 1e-12);
    assert_eq!(found[1].states, [0, 0, 0]);
    assert!((found[1].p - 0.25 * 0.81).abs() < 1e-12);
    // All together 1e-1372, which no double can hold: the share of the best is 0, but it is found.
    let all: Vec<VarId> = network.ids().collect();
    let found = best_assignments(&network, &seen, &[], &all, 1, &limits).unwrap();
    assert!(found[0].states.iter().all(|state| *state == 0));
    assert_eq!(found[0].p, 0.0);
}

#[test]
fn all_assignments_add_up_to_certainty() {
    let mut random = Random(7);
    let spec = random_spec(7, &mut random);
    let network = spec.build(Cells::Constants);
    let over: Vec<VarId> = network.ids().collect();
    let limits = Limits::default();
    let all = best_assignments(&network, &Evidence::new(), &[], &over, 1 << 16, &limits).unwrap();
    let sum: f64 = all.iter().map(|a| a.p).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{} of them add up to {sum}", all.len());
}

#[test]
fn a_network_that_is_too_wide_is_refused() {
    let mut random = Random(1);
    let network = random_spec(12, &mut random).build(Cells::Constants);
    let over: Vec<VarId> = network.ids().collect();
    let limits = Limits { max_table_entries: 4, ..Limits::default() };
    assert!(best_assignments(&network, &Evidence::new(), &[], &over, 1, &limits).is_err());
}

#[test]
fn stories_of_the_chest_clinic() {
    let case: Value =
        serde_json::from_str(include_str!("../../../tests/cases/mpe_asia.json")).unwrap();
    let network = spec(&case["inputs"]["network"]).build(Cells::Constants);
    let evidence = evidence(&network, &case["inputs"]["evidence"]);
    let check = |over: &[VarId], expected: &Value| {
        let expected = expected.as_array().unwrap();
        let limits = Limits::default();
        let found =
            best_assignments(&network, &evidence, &[], over, expected.len(), &limits).unwrap();
        for (found, expected) in found.iter().zip(expected) {
            assert!((found.p - number(&expected["posterior"])).abs() < 1e-12);
            for (var, state) in over.iter().zip(&found.states) {
                let named = &network.variable(*var).states[*state];
                assert_eq!(*named, text(&expected["assignment"][&network.variable(*var).name]));
            }
        }
    };
    let all: Vec<VarId> = network.ids().collect();
    check(&all, &case["expected"]["mpe"]);
    let names = case["inputs"]["map_variables"].as_array().unwrap();
    let some: Vec<VarId> = names.iter().map(|name| network.find(&text(name)).unwrap()).collect();
    check(&some, &case["expected"]["map"]);
}
