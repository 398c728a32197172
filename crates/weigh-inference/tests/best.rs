//! The most probable assignments against enumeration and against published figures.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{Cells, Random, evidence, number, random_evidence, random_spec, spec, text};
use serde_json::Value;
use weigh_inference::{
    Assignment, Evidence, Limits, Network, VarId, best_assignments, oracle::enumerate,
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
