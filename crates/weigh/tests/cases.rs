//! Many cases at once against each asked alone: side by side, and in turn where the network is large.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

use weigh::raw::formats::{Kind, Model, Table, Variable};
use weigh::raw::{Case, RawNetwork, Step, VarId};

/// A grid of variables of three states, each on its neighbours above and to the left; every fifth number
/// is 0.
fn grid(width: usize) -> RawNetwork {
    let mut bits = 1u32;
    let mut next = || {
        bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bits >> 24
    };
    let name = |v: usize| format!("x{v}");
    let variables = (0..width * width).map(|v| Variable::new(name(v), &["a", "b", "c"])).collect();
    let table = |v: usize| {
        let above = v.checked_sub(width);
        let left = (!v.is_multiple_of(width)).then(|| v - 1);
        let scope: Vec<usize> = above.into_iter().chain(left).chain([v]).collect();
        let mut values = Vec::new();
        for _ in 0..3usize.pow(scope.len() as u32 - 1) {
            let row = [next(), next(), next()].map(|x| f64::from(if x < 51 { 0 } else { x }));
            let sum: f64 = row.iter().sum();
            values.extend(row.map(|x| if sum > 0.0 { x / sum } else { 1.0 / 3.0 }));
        }
        Table { child: Some(v), scope, values }
    };
    let tables = (0..width * width).map(table).collect();
    let model = Model { kind: Kind::Bayes, name: None, properties: Vec::new(), variables, tables };
    RawNetwork::new(model).unwrap()
}

/// Answers to the same variables seen in all their states, and how often a tape was compiled.
fn answers_agree(width: usize) -> usize {
    let network = grid(width);
    let n = (width * width) as u32;
    let (first, second) = (VarId(n / 3), VarId(n - 1));
    let cases: Vec<Case> = (0..9).map(|i| Case::from([(first, i / 3), (second, i % 3)])).collect();
    let targets = [VarId(0), VarId(n / 2), first];
    let mut n_compiled = 0;
    network
        .ask_all(&cases, &targets, |step| match step {
            Step::Compiled(_) => n_compiled += 1,
            Step::Computed(_) => {}
            Step::Answer(i, answer) => {
                let alone = network.ask(&cases[i], &targets).unwrap();
                // Sums of some hundred thousand terms in another order.
                assert!((answer.log10_p_evidence - alone.log10_p_evidence).abs() <= 1e-11);
                let both =
                    answer.posteriors.iter().flatten().zip(alone.posteriors.iter().flatten());
                both.for_each(|(p, q)| assert!((p - q).abs() <= 1e-12, "case {i}: {p} is not {q}"));
            }
        })
        .unwrap();
    n_compiled
}

#[test]
fn side_by_side_as_alone() {
    assert_eq!(answers_agree(3), 1);
}

#[test]
fn in_turn_on_one_tape_as_alone() {
    assert_eq!(answers_agree(8), 1);
}

/// Cases that see other variables in turn, in stretches that go over every border at which cases are taken together,
/// and in some too short to be run side by side.
#[test]
fn stretches_that_see_the_same_as_alone() {
    let network = grid(3);
    let targets: Vec<VarId> = (0..9).map(VarId).collect();
    let seen: [&[u32]; 4] = [&[8], &[3, 8], &[], &[1, 7]];
    let mut cases: Vec<Case> = Vec::new();
    for stretch in 0.. {
        let vars = seen[stretch % seen.len()];
        let n = [1, 700, 3, 9, 260, 12][stretch % 6];
        cases.extend((0..n).map(|i| vars.iter().map(|var| (VarId(*var), i % 3)).collect()));
        if cases.len() > 2_000 {
            break;
        }
    }
    let mut answers = Vec::new();
    network
        .ask_all(&cases, &targets, |step| {
            if let Step::Answer(i, answer) = step {
                assert_eq!(i, answers.len(), "in the order of the cases");
                answers.push(answer);
            }
        })
        .unwrap();
    assert_eq!(answers.len(), cases.len());
    for (case, together) in cases.iter().zip(&answers) {
        let alone = network.ask(case, &targets).unwrap();
        assert!((together.log10_p_evidence - alone.log10_p_evidence).abs() <= 1e-12, "{case:?}");
        let pairs = together.posteriors.iter().flatten().zip(alone.posteriors.iter().flatten());
        pairs.for_each(|(p, q)| assert!((p - q).abs() <= 1e-12, "{case:?}: {p} is not {q}"));
    }
}
