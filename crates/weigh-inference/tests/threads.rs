//! Large tables are shared between threads: the same bits however many there are.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::Random;
use weigh_inference::{Evidence, Limits, Network, NetworkBuilder, Tape, VarId};

/// A grid of variables of three states, each on its neighbours above and to the left.
fn grid(width: u32, height: u32) -> Network {
    let mut random = Random(11);
    let mut build = NetworkBuilder::new();
    for v in 0..width * height {
        let var = build.add_variable(format!("x{v}"), &["a", "b", "c"]);
        let left = (v % width > 0).then(|| VarId(v - 1));
        let parents: Vec<VarId> = v.checked_sub(width).map(VarId).into_iter().chain(left).collect();
        let mut cells = Vec::new();
        for _ in 0..3usize.pow(parents.len() as u32) {
            let row = [random.unit(), random.unit(), random.unit()];
            let sum: f64 = row.iter().sum();
            cells.extend(row.map(|cell| cell / sum));
        }
        build.set_numbers(var, &parents, cells);
    }
    build.build().unwrap()
}

/// The bits of P(evidence) and of all marginals, in one lane and in two.
fn bits(tape: &Tape, network: &Network) -> Vec<u64> {
    let mut run = tape.workspace();
    let mut bits = Vec::new();
    for n_lanes in [1, 2] {
        run.marginals(&[], None, n_lanes).unwrap();
        bits.push(run.p_evidence(n_lanes - 1).to_bits());
        for var in network.ids() {
            bits.extend((0..3).map(|state| run.marginal(var, state, n_lanes - 1).to_bits()));
        }
    }
    bits
}

#[test]
fn threads_change_no_bit() {
    let network = grid(10, 11);
    let evidence = Evidence::new().observe(VarId(40), 1).observe(VarId(77), 2);
    let tape = Tape::compile(&network, &evidence, &[], &Limits::SINGLE_CASE).unwrap();
    assert!(tape.cost().largest_entries > 3 << 17, "several parts in each direction");
    let with = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| bits(&tape, &network))
    };
    let one = with(1);
    assert_eq!(one[..one.len() / 2], one[one.len() / 2..], "lanes are alike");
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));

    // Rows of each variable's marginal against a tape for it alone, whose tables are others.
    let all: Vec<VarId> = network.ids().collect();
    for var in all.iter().step_by(17) {
        let alone =
            Tape::compile_for(&network, &evidence, &[], &[*var], &Limits::SINGLE_CASE).unwrap();
        let mut run = alone.workspace();
        run.marginals(&[], None, 1).unwrap();
        for state in 0..3 {
            let p = f64::from_bits(one[1 + 3 * var.ix() + state]);
            assert!((run.marginal(*var, state, 0) - p).abs() <= 1e-12);
        }
    }
}
