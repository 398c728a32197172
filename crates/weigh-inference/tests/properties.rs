//! The tape against its slow twins and against itself, on random networks.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{Cells, Random, Spec, random_evidence, random_spec, random_wide_spec};
use proptest::prelude::*;
use weigh_inference::{
    Affected, Batch, Dependencies, Distribution, Evidence, Limits, Network, NetworkBuilder, Order,
    ParamId, Parameter, Query, Revision, Settings, Tape, VarId, Workspace, oracle, solve,
    solve_point,
};

#[derive(Clone, Debug)]
struct Case {
    spec: Spec,
    evidence: Evidence,
}

fn case() -> impl Strategy<Value = Case> {
    (2usize..=8, any::<u64>()).prop_map(|(n_vars, seed)| {
        let mut random = Random(seed);
        let spec = random_spec(n_vars, &mut random);
        let evidence = random_evidence(&spec, &mut random);
        Case { spec, evidence }
    })
}

fn tape(network: &Network, evidence: &Evidence, free: &[VarId]) -> Tape {
    Tape::compile(network, evidence, free, &Limits::default()).unwrap()
}

fn p_evidence(network: &Network, evidence: &Evidence, params: &[f64]) -> f64 {
    solve_point(network, evidence, params).unwrap().p_evidence
}

/// Exact methods: 1e-12 absolute, the accumulated rounding of some thousand terms below 1.
fn assert_same(fast: &[Vec<f64>], slow: &[Vec<f64>]) -> Result<(), TestCaseError> {
    for (var, (fast, slow)) in fast.iter().zip(slow).enumerate() {
        for (f, s) in fast.iter().zip(slow) {
            prop_assert!((f - s).abs() <= 1e-12, "variable {var}: {fast:?} is not {slow:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tape_agrees_with_enumeration(Case { spec, evidence } in case()) {
        for cells in [Cells::Numbers, Cells::Constants, Cells::Parameters] {
            let (network, params) = (spec.build(cells), spec.params(cells));
            let slow = oracle::enumerate(&network, &evidence, &params);
            let fast = solve_point(&network, &evidence, &params).unwrap();
            prop_assert!((fast.p_evidence - slow.p_evidence).abs() <= 1e-12);
            assert_same(&fast.marginals, &slow.marginals)?;
        }
    }

    #[test]
    fn pruned_tape_gives_the_same_marginal(Case { spec, evidence } in case()) {
        let network = spec.build(Cells::Constants);
        let whole = solve_point(&network, &evidence, &[]).unwrap();
        for var in network.ids() {
            let pruned =
                Tape::compile_for(&network, &evidence, &[], &[var], &Limits::default()).unwrap();
            let batch = Batch::run(&pruned, &[], None, 1, &[var]).unwrap();
            prop_assert!((batch.p_evidence[0] - whole.p_evidence).abs() <= 1e-12);
            for (state, p) in whole.marginals[var.ix()].iter().enumerate() {
                prop_assert!((batch.marginal(var, state)[0] - p).abs() <= 1e-12);
            }
        }
    }

    /// Any targets, whatever is free: the same as the tape for all, going forward and back block by
    /// block as well as in two passes.
    #[test]
    fn targets_change_no_answer(Case { spec, evidence } in case(), asked: u8, free: u8) {
        let network = spec.build(Cells::Parameters);
        let params = spec.params(Cells::Parameters);
        let picked = |bits: u8| -> Vec<VarId> {
            network.ids().filter(|var| bits >> var.ix() & 1 == 1).collect()
        };
        let (targets, free) = (picked(asked), picked(free));
        let whole = tape(&network, &evidence, &free);
        let part =
            Tape::compile_for(&network, &evidence, &free, &targets, &Limits::default()).unwrap();
        let expected = Batch::run(&whole, &params, None, 1, &targets).unwrap();
        let n_lanes = 11;
        let params: Vec<f64> =
            params.iter().flat_map(|p| std::iter::repeat_n(*p, n_lanes)).collect();
        let together = Batch::run(&part, &params, None, n_lanes, &targets).unwrap();
        let mut run = part.workspace();
        run.forward(&params, None, n_lanes).unwrap();
        run.backward();
        for lane in 0..n_lanes {
            prop_assert!((together.p_evidence[lane] - expected.p_evidence[0]).abs() <= 1e-12);
            for var in &targets {
                for state in 0..network.n_states(*var) {
                    let p = expected.marginal(*var, state)[0];
                    prop_assert!((together.marginal(*var, state)[lane] - p).abs() <= 1e-12);
                    prop_assert!((run.marginal(*var, state, lane) - p).abs() <= 1e-12);
                }
            }
        }
    }

    #[test]
    fn a_batch_is_its_lanes_bit_for_bit(
        Case { spec, evidence } in case(), n_lanes in 2usize..20, seed: u64
    ) {
        let network = spec.build(Cells::Parameters);
        let tape = tape(&network, &evidence, &[]);
        let mut random = Random(seed);
        let lanes: Vec<Vec<f64>> = (0..n_lanes)
            .map(|_| spec.cells.concat().iter().map(|p| p * random.unit()).collect())
            .collect();
        let params: Vec<f64> =
            (0..tape.n_params()).flat_map(|i| lanes.iter().map(move |lane| lane[i])).collect();
        let vars: Vec<VarId> = network.ids().collect();
        let together = Batch::run(&tape, &params, None, n_lanes, &vars).unwrap();
        for (lane, params) in lanes.iter().enumerate() {
            let alone = Batch::run(&tape, params, None, 1, &vars).unwrap();
            prop_assert_eq!(together.p_evidence[lane].to_bits(), alone.p_evidence[0].to_bits());
            for var in &vars {
                for state in 0..network.n_states(*var) {
                    let (a, b) = (together.marginal(*var, state)[lane], alone.marginal(*var, state)[0]);
                    prop_assert_eq!(a.to_bits(), b.to_bits());
                }
            }
        }
    }

    /// P is linear in each cell, so a central difference has no error but rounding: 1e-16 / h.
    #[test]
    fn backward_is_central_differences(Case { spec, evidence } in case()) {
        let network = spec.build(Cells::Parameters);
        let params = spec.params(Cells::Parameters);
        let tape = tape(&network, &evidence, &[]);
        let mut run = tape.workspace();
        run.forward(&params, None, 1).unwrap();
        run.backward();
        let fast = run.parameter_derivatives();
        let p_of = |at: &[f64]| Batch::run(&tape, at, None, 1, &[]).unwrap().p_evidence[0];
        let slow = oracle::central_differences(p_of, &params, 1e-2);
        for (f, s) in fast.iter().zip(&slow) {
            prop_assert!((f - s).abs() <= 1e-12, "{f} is not {s}");
        }
    }

    #[test]
    fn every_table_sums_to_p(Case { spec, evidence } in case()) {
        let network = spec.build(Cells::Parameters);
        let params = spec.params(Cells::Parameters);
        let tape = tape(&network, &evidence, &[]);
        let mut run = tape.workspace();
        run.forward(&params, None, 1).unwrap();
        run.backward();
        let products: Vec<f64> =
            params.iter().zip(run.parameter_derivatives()).map(|(p, d)| p * d).collect();
        let mut first = 0;
        for cells in &spec.cells {
            let sum: f64 = products[first..first + cells.len()].iter().sum();
            prop_assert!((sum - run.p_evidence(0)).abs() <= 1e-12);
            first += cells.len();
        }
    }

    #[test]
    fn likelihoods_derive_to_joint_probabilities(Case { spec, evidence } in case()) {
        let network = spec.build(Cells::Constants);
        let vars: Vec<VarId> = network.ids().collect();
        let tape = tape(&network, &evidence, &vars);
        let mut run = tape.workspace();
        run.forward(&[], None, 1).unwrap();
        run.backward();
        for var in vars {
            for (state, input) in tape.input(var).unwrap().enumerate() {
                let joint = tape.default_likelihoods()[input] * run.likelihood_derivative(input, 0);
                let expected = run.marginal(var, state, 0) * run.p_evidence(0);
                prop_assert!((joint - expected).abs() <= 1e-12);
            }
        }
    }

    /// The truncation error of the difference is h² times the third derivative, the rounding 1e-16/h
    /// divided by P(evidence); posteriors of unlikely evidence are too steep for it and left out.
    #[test]
    fn gradient_is_central_differences(Case { spec, evidence } in case()) {
        let network = spec.build(Cells::Parameters);
        let params = spec.params(Cells::Parameters);
        let var = VarId(0);
        let tape = tape(&network, &evidence, &[var]);
        let posterior = |at: &[f64]| {
            Batch::run(&tape, at, None, 1, &[var]).unwrap().marginal(var, 1)[0]
        };
        prop_assume!(p_evidence(&network, &evidence, &params) > 1e-2);
        let fast = tape.workspace().gradient(&params, var, 1).unwrap();
        let slow = oracle::central_differences(posterior, &params, 1e-5);
        for (f, s) in fast.iter().zip(&slow) {
            prop_assert!((f - s).abs() <= 1e-4 * (1.0 + s.abs()), "{f} is not {s}");
        }
    }

    #[test]
    fn the_order_of_variables_does_not_matter(Case { spec, evidence } in case(), seed: u64) {
        let n = spec.names.len();
        let mut order: Vec<usize> = (0..n).collect();
        let mut random = Random(seed);
        for i in (1..n).rev() {
            order.swap(i, random.below(i + 1));
        }
        let moved = spec.reordered(&order);
        let mut moved_evidence = Evidence::new();
        for (new, old) in order.iter().enumerate() {
            let (new, old) = (VarId(new as u32), VarId(*old as u32));
            if let Some(state) = evidence.observed(old) {
                moved_evidence = moved_evidence.observe(new, state);
            }
            if let Some(likelihood) = evidence.likelihood(old) {
                moved_evidence = moved_evidence.weigh(new, likelihood.to_vec());
            }
        }
        let here = solve_point(&spec.build(Cells::Constants), &evidence, &[]).unwrap();
        let there = solve_point(&moved.build(Cells::Constants), &moved_evidence, &[]).unwrap();
        prop_assert!((here.p_evidence - there.p_evidence).abs() <= 1e-12);
        let back: Vec<Vec<f64>> = (0..n)
            .map(|old| there.marginals[order.iter().position(|o| *o == old).unwrap()].clone())
            .collect();
        assert_same(&here.marginals, &back)?;
    }

    #[test]
    fn the_scale_of_a_likelihood_does_not_matter(Case { spec, evidence } in case()) {
        let network = spec.build(Cells::Constants);
        let scaled = network.ids().fold(evidence.clone(), |evidence, var| {
            evidence.weigh(var, vec![7.3; network.n_states(var)])
        });
        let plain = solve_point(&network, &evidence, &[]).unwrap();
        let scaled = solve_point(&network, &scaled, &[]).unwrap();
        assert_same(&plain.marginals, &scaled.marginals)?;
    }

    #[test]
    fn a_barren_variable_changes_nothing(Case { spec, evidence } in case()) {
        let mut more = spec.clone();
        more.names.push("barren".into());
        more.states.push(vec!["no".into(), "yes".into()]);
        more.parents.push(vec![0]);
        more.cells.push([0.3, 0.7].repeat(spec.states[0].len()));
        let plain = solve_point(&spec.build(Cells::Constants), &evidence, &[]).unwrap();
        let with = solve_point(&more.build(Cells::Constants), &evidence, &[]).unwrap();
        prop_assert!((plain.p_evidence - with.p_evidence).abs() <= 1e-12);
        assert_same(&plain.marginals, &with.marginals[..spec.names.len()])?;
    }

    #[test]
    fn revision_is_jeffreys_rule(Case { spec, evidence } in case(), q in 0.0..1.0f64) {
        let network = spec.build(Cells::Constants);
        let var = VarId(0);
        let slow_prior = oracle::enumerate(&network, &evidence, &[]);
        prop_assume!(slow_prior.p_evidence > 0.0);
        prop_assume!(slow_prior.marginals[0][..2].iter().all(|p| *p > 0.0));
        let mut probabilities = vec![0.0; network.n_states(var)];
        (probabilities[0], probabilities[1]) = (q, 1.0 - q);
        let slow = oracle::revise(&network, &evidence, &[], var, &probabilities);
        let revision = Revision { var, probabilities };
        let settings = Settings { n_draws: 3, ..Settings::default() };
        let answer = solve(&network, &evidence, &[revision], &settings).unwrap();
        for var in network.ids() {
            for (state, p) in slow[var.ix()].iter().enumerate() {
                prop_assert!((answer.mean(var, state) - p).abs() <= 1e-12);
            }
        }
    }

    /// 2,000 Sobol' draws of up to a dozen betas: the mean is good to a few times 1/2000.
    #[test]
    fn weighted_draws_average_to_the_circuit_at_the_means(seed: u64) {
        let (network, evidence) = uncertain_chain(&mut Random(seed));
        let settings = Settings { n_draws: 2_000, seed, ..Settings::default() };
        let answer = solve(&network, &evidence, &[], &settings).unwrap();
        prop_assert_eq!(answer.why_not_exact(), None);
        for var in network.ids() {
            let (exact, mean) = (answer.headline(var, 1).p, answer.mean(var, 1));
            prop_assert!((exact - mean).abs() < 4e-3, "{exact} is not {mean}");
        }
    }
}

/// Five binary variables, each cell an uncertain number, the last observed.
fn uncertain_chain(random: &mut Random) -> (Network, Evidence) {
    let mut build = NetworkBuilder::new();
    let mut last: Option<VarId> = None;
    for i in 0..5 {
        let var = build.add_variable(format!("X{i}"), &["no", "yes"]);
        let mut cells = Vec::new();
        for _ in 0..if last.is_some() { 2 } else { 1 } {
            let (a, b) = (1.0 + 9.0 * random.unit(), 1.0 + 9.0 * random.unit());
            let id = build.add_parameter(Parameter::new("p", Distribution::Beta { a, b }));
            let yes = build.formulas().parameter(id);
            cells.extend([build.formulas().complement(yes), yes]);
        }
        build.set_table(var, last.as_slice(), cells);
        last = Some(var);
    }
    (build.build().unwrap(), Evidence::new().observe(VarId(4), 1))
}

/// Networks so close together that some messages are computed table by table, some entry by entry;
/// and so many zeros in some that large messages have few entries that are not 0.
fn wide_case() -> impl Strategy<Value = Case> {
    (8usize..=9, any::<u64>()).prop_map(|(n_vars, seed)| {
        let mut random = Random(seed);
        let zeros = [0.1, 0.5, 0.8, 0.95][random.below(4)];
        let spec = random_wide_spec(n_vars, 6, zeros, &mut random);
        let observed = VarId(random.below(n_vars) as u32);
        let state = random.below(spec.states[observed.ix()].len());
        Case { spec, evidence: Evidence::new().observe(observed, state) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn large_messages_agree_with_enumeration(Case { spec, evidence } in wide_case()) {
        let numbers = spec.build(Cells::Numbers);
        let slow = oracle::enumerate(&numbers, &evidence, &[]);
        for cells in [Cells::Numbers, Cells::Parameters] {
            let (network, params) = (spec.build(cells), spec.params(cells));
            let fast = solve_point(&network, &evidence, &params).unwrap();
            prop_assert!((fast.p_evidence - slow.p_evidence).abs() <= 1e-12);
            assert_same(&fast.marginals, &slow.marginals)?;
        }
    }

    /// One tape for whatever two variables are seen in, against a tape for each.
    #[test]
    fn an_open_tape_answers_as_one_for_the_case(Case { spec, evidence } in wide_case(), other: u64) {
        let network = spec.build(Cells::Numbers);
        let first = evidence.vars().next().unwrap();
        let n = network.variables().len() as u64;
        let second = VarId(((u64::from(first.0) + 1 + other % (n - 1)) % n) as u32);
        let all: Vec<VarId> = network.ids().collect();
        let limits = Limits::default();
        let open = Tape::compile_seen(&network, &[first, second], &all, &limits).unwrap();
        let mut run = open.workspace();
        for state in 0..network.n_states(second) {
            let evidence = evidence.clone().observe(second, state);
            let alone = solve_point(&network, &evidence, &[]).unwrap();
            run.see(&network, &evidence).unwrap();
            run.marginals(&[], None, 1).unwrap();
            prop_assert!((run.p_evidence(0) - alone.p_evidence).abs() <= 1e-12);
            for var in network.ids() {
                for (state, p) in alone.marginals[var.ix()].iter().enumerate() {
                    prop_assert!((run.marginal(var, state, 0) - p).abs() <= 1e-12);
                }
            }
        }
    }

    /// What is not computed again when other states are seen, or other numbers, would have been the same: some states
    /// as they were, and some numbers so small that messages are scaled.
    #[test]
    fn seeing_again_is_seeing_anew_bit_for_bit(Case { spec, .. } in wide_case(), seed: u64) {
        let mut random = Random(seed);
        let mut other = spec.clone();
        for number in other.cells.iter_mut().flatten().filter(|p| **p > 0.0 && **p < 1.0) {
            *number *= if random.chance(0.1) { 1e-120 } else { 1.0 };
        }
        let networks = [spec.build(Cells::Numbers), other.build(Cells::Numbers)];
        let mut seen: Vec<VarId> = networks[0].ids().filter(|_| random.chance(0.4)).collect();
        seen.extend(seen.is_empty().then_some(VarId(0)));
        let all: Vec<VarId> = networks[0].ids().collect();
        let tape = Tape::compile_seen(&networks[0], &seen, &all, &Limits::default()).unwrap();
        let mut states = vec![0; all.len()];
        let mut again = tape.workspace();
        for _ in 0..12 {
            let var = seen[random.below(seen.len())];
            states[var.ix()] = random.below(networks[0].n_states(var));
            let evidence = seen.iter().fold(Evidence::new(), |evidence, var| {
                evidence.observe(*var, states[var.ix()])
            });
            let network = &networks[usize::from(random.chance(0.3))];
            let mut anew = tape.workspace();
            for run in [&mut again, &mut anew] {
                run.see(network, &evidence).unwrap();
                run.marginals(&[], None, 1).unwrap();
            }
            prop_assert_eq!(again.scaled_p(0), anew.scaled_p(0));
            for var in &all {
                let bits = |run: &Workspace| -> Vec<u64> {
                    run.posterior(*var).iter().map(|p| p.to_bits()).collect()
                };
                prop_assert_eq!(bits(&again), bits(&anew));
            }
        }
    }

    #[test]
    fn large_messages_are_the_same_in_every_lane(
        Case { spec, evidence } in wide_case(), seed: u64
    ) {
        let network = spec.build(Cells::Parameters);
        let tape = tape(&network, &evidence, &[]);
        let (n_params, n_lanes) = (network.parameters().len(), 3);
        let mut random = Random(seed);
        let params: Vec<f64> = (0..n_params * n_lanes).map(|_| random.unit()).collect();
        let vars: Vec<VarId> = network.ids().collect();
        let together = Batch::run(&tape, &params, None, n_lanes, &vars).unwrap();
        for lane in 0..n_lanes {
            let own: Vec<f64> = params.chunks_exact(n_lanes).map(|row| row[lane]).collect();
            let alone = Batch::run(&tape, &own, None, 1, &vars).unwrap();
            prop_assert_eq!(alone.p_evidence[0].to_bits(), together.p_evidence[lane].to_bits());
            for var in &vars {
                for state in 0..network.n_states(*var) {
                    let (a, b) = (alone.marginal(*var, state)[0], together.marginal(*var, state)[lane]);
                    prop_assert_eq!(a.to_bits(), b.to_bits());
                }
            }
        }
    }

    /// What is not computed again would have been the same: whatever changes, in whatever order, with messages
    /// entry by entry and table by table, with lanes that need scaled messages and lanes that do not.
    #[test]
    fn running_again_is_running_anew_bit_for_bit(
        Case { spec, evidence } in wide_case(),
        n_lanes in prop::sample::select(vec![1usize, 5, Workspace::SIDE_BY_SIDE, 20]),
        seed: u64,
    ) {
        let network = spec.build(Cells::Parameters);
        let mut random = Random(seed);
        let free = VarId(random.below(spec.names.len()) as u32);
        let tape = tape(&network, &evidence, &[free]);
        let dependencies = Dependencies::of(&tape);
        let mut params: Vec<f64> =
            (0..tape.n_params() * n_lanes).map(|_| random.unit()).collect();
        let defaults = tape.default_likelihoods().iter();
        let mut likelihoods: Vec<f64> =
            defaults.flat_map(|&l| std::iter::repeat_n(l, n_lanes)).collect();
        let mut again = tape.workspace();
        again.marginals(&params, Some(&likelihoods), n_lanes).unwrap();
        for _ in 0..12 {
            let mut affected = Affected::default();
            for _ in 0..=random.below(3) {
                let param = random.below(tape.n_params());
                let tiny = if random.chance(0.2) { 1e-250 } else { 1.0 };
                let row = &mut params[param * n_lanes..(param + 1) * n_lanes];
                row.iter_mut().for_each(|value| *value = tiny * random.unit());
                affected = affected.and(&dependencies.affected(&[ParamId(param as u32)], &[]));
            }
            if let Some(rows) = tape.input(free).filter(|_| random.chance(0.3)) {
                let rows = rows.start * n_lanes..rows.end * n_lanes;
                likelihoods[rows].iter_mut().for_each(|value| *value = random.unit());
                affected = affected.and(&dependencies.affected(&[], &[free]));
            }
            again.marginals_again(&params, Some(&likelihoods), n_lanes, &affected).unwrap();
            let mut anew = tape.workspace();
            anew.marginals(&params, Some(&likelihoods), n_lanes).unwrap();
            for lane in 0..n_lanes {
                prop_assert_eq!(again.scaled_p(lane), anew.scaled_p(lane));
                for var in network.ids() {
                    for state in 0..network.n_states(var) {
                        let (a, b) = (again.marginal(var, state, lane), anew.marginal(var, state, lane));
                        prop_assert_eq!(a.to_bits(), b.to_bits());
                    }
                }
            }
        }
    }

    /// P(evidence) is linear in every cell, so a difference is exact up to rounding.
    #[test]
    fn derivatives_through_large_messages_are_differences(
        Case { spec, evidence } in wide_case(), seed: u64
    ) {
        let network = spec.build(Cells::Parameters);
        let params = spec.params(Cells::Parameters);
        let tape = tape(&network, &evidence, &[]);
        let mut run = tape.workspace();
        run.forward(&params, None, 1).unwrap();
        run.backward();
        let slopes = run.parameter_derivatives();
        let mut random = Random(seed);
        for _ in 0..20 {
            let param = random.below(params.len());
            let p = |value: f64| {
                let mut moved = params.clone();
                moved[param] = value;
                Batch::run(&tape, &moved, None, 1, &[]).unwrap().p_evidence[0]
            };
            let difference = p(1.0) - p(0.0);
            prop_assert!((slopes[param] - difference).abs() <= 1e-12, "{} {difference}", slopes[param]);
        }
    }
}

#[test]
fn an_open_tape_is_told_what_it_was_compiled_for() {
    let spec = random_spec(4, &mut Random(7));
    let (numbers, formulas) = (spec.build(Cells::Numbers), spec.build(Cells::Constants));
    let (seen, other) = (VarId(1), VarId(2));
    let limits = Limits::default();
    let refused = Tape::compile_seen(&formulas, &[seen], &[other], &limits).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the table of `X1` has formulas, so what is seen of it must be known before",
    );
    let tape = Tape::compile_seen(&numbers, &[seen], &[other], &limits).unwrap();
    let mut run = tape.workspace();
    for evidence in [
        Evidence::new(),
        Evidence::new().observe(seen, 99),
        Evidence::new().observe(seen, 0).observe(other, 0),
        Evidence::new().observe(seen, 0).weigh(seen, vec![1.0; numbers.n_states(seen)]),
    ] {
        assert!(run.see(&numbers, &evidence).is_err(), "{evidence:?}");
    }
    assert!(run.see(&numbers, &Evidence::new().observe(seen, 0)).is_ok());
    let known = Tape::compile(&numbers, &Evidence::new().observe(seen, 0), &[], &limits).unwrap();
    assert!(known.workspace().see(&numbers, &Evidence::new().observe(seen, 0)).is_err());
}

/// Tables of up to four variables of one to four states, now and then of one that is in nearly all tables.
fn random_scopes(random: &mut Random) -> (Vec<Vec<VarId>>, Vec<usize>) {
    let n_vars = if random.below(10) == 0 { 150 + random.below(100) } else { 1 + random.below(30) };
    let hub = random.below(3) == 0;
    let scopes = (0..n_vars + random.below(2 * n_vars)).map(|_| {
        let mut scope: Vec<usize> =
            (0..1 + random.below(4)).map(|_| random.below(n_vars)).collect();
        scope.extend(hub.then_some(0));
        scope.sort_unstable();
        scope.dedup();
        scope.into_iter().map(|var| VarId(var as u32)).collect()
    });
    let scopes = scopes.collect();
    (scopes, (0..n_vars).map(|_| 1 + random.below(4)).collect())
}

/// An order's cost beside the tables that come of summing out in it, one after the other.
#[test]
fn an_order_costs_what_its_tables_hold() {
    let mut random = Random(11);
    for _ in 0..200 {
        let (scopes, n_states) = random_scopes(&mut random);
        let (seen, all): (Vec<VarId>, Vec<VarId>) =
            (0..n_states.len() as u32).map(VarId).partition(|_| random.below(10) == 0);
        let last: Vec<VarId> = all.iter().copied().filter(|_| random.below(12) == 0).collect();
        let tables: Vec<&[VarId]> = scopes.iter().map(|scope| &scope[..]).collect();
        let n_runs = [1, 8][random.below(2)];
        let order = Order::find(&tables, &all, &last, &n_states, n_runs, u64::MAX);
        let mut sorted = order.vars.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, all);
        let in_the_end = &order.vars[all.len() - last.len()..];
        assert!(last.iter().all(|var| in_the_end.contains(var)));

        let mut left: Vec<Vec<VarId>> = scopes.clone();
        left.iter_mut().for_each(|scope| scope.retain(|var| !seen.contains(var)));
        let (mut total, mut messages, mut largest, mut width) = (0u64, 0u64, 0, 0);
        for var in &order.vars {
            let (bucket, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|scope| scope.contains(var));
            let mut table: Vec<VarId> = bucket.concat();
            table.push(*var);
            table.sort_unstable();
            table.dedup();
            let sizes = table.iter().map(|var| n_states[var.0 as usize] as u64);
            let entries = sizes.fold(1, u64::saturating_mul);
            total = total.saturating_add(entries);
            messages = messages.saturating_add(entries / n_states[var.0 as usize] as u64);
            largest = entries.max(largest);
            width = width.max(table.len() - 1);
            table.retain(|other| other != var);
            left = others;
            left.push(table);
        }
        let cost = order.cost;
        assert_eq!((cost.total_entries, cost.message_entries), (total, messages));
        assert_eq!((cost.largest_entries, cost.width), (largest, width));
    }
}

/// Tables of many variables of two states, in whatever order: read where they stand, their places do not ascend in the
/// order of elimination.
#[test]
fn tables_in_any_order_are_read_where_they_stand() {
    let mut random = Random(5);
    for _ in 0..60 {
        let mut build = NetworkBuilder::new();
        let vars: Vec<VarId> =
            (0..11).map(|i| build.add_variable(format!("X{i}"), &["no", "yes"])).collect();
        for (i, var) in vars.iter().enumerate() {
            let mut parents = vars[..i].to_vec();
            while parents.len() > 7 {
                parents.swap_remove(random.below(parents.len()));
            }
            (0..parents.len()).for_each(|at| parents.swap(at, random.below(at + 1)));
            let rows = (0..1 << parents.len()).flat_map(|_| {
                let p = random.below(1001) as f64 / 1000.0;
                [p, 1.0 - p]
            });
            let rows = rows.collect();
            build.set_numbers(*var, &parents, rows);
        }
        let network = build.build().unwrap();
        let evidence = Evidence::new().observe(vars[random.below(11)], random.below(2));
        let slow = oracle::enumerate(&network, &evidence, &[]);
        let limits = Limits::default();
        let found = Query::new(&network, &evidence, &vars, &limits).unwrap().run(&[]).unwrap();
        assert!((libm::exp10(found.log10_p_evidence) - slow.p_evidence).abs() <= 1e-12);
        for (found, slow) in found.marginals.iter().zip(&slow.marginals) {
            assert!(
                found.iter().zip(slow).all(|(f, s)| (f - s).abs() <= 1e-12),
                "{found:?} {slow:?}"
            );
        }
        let tape = Tape::compile(&network, &evidence, &[], &limits).unwrap();
        let batch = Batch::run(&tape, &[], None, 3, &vars).unwrap();
        for (var, slow) in vars.iter().zip(&slow.marginals) {
            for (state, slow) in slow.iter().enumerate() {
                assert!(batch.marginal(*var, state).iter().all(|p| (p - slow).abs() <= 1e-12));
            }
        }
    }
}
