//! What must not change an answer, and what must change it in a known way, on random networks.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]
#![allow(clippy::disallowed_methods, reason = "a test's logarithm need not be the same everywhere")]

mod common;

use common::{Cells, Random, Spec, random_evidence, random_spec};
use proptest::prelude::*;
use weigh_inference::{
    Evidence, FactorGraph, Limits, Network, NetworkBuilder, PointAnswer, Settings, SolveError,
    Tape, VarId, Variable, smallest_contradiction, solve, solve_point,
};

/// Exact methods: the accumulated rounding of some thousand terms below 1.
const EXACT: f64 = 1e-12;

#[derive(Clone, Debug)]
struct Case {
    spec: Spec,
    evidence: Evidence,
    random: u64,
}

fn case() -> impl Strategy<Value = Case> {
    (2usize..=8, any::<u64>()).prop_map(|(n_vars, seed)| {
        let mut random = Random(seed);
        let spec = random_spec(n_vars, &mut random);
        let evidence = random_evidence(&spec, &mut random);
        Case { spec, evidence, random: random.bits() }
    })
}

fn ask(spec: &Spec, evidence: &Evidence) -> PointAnswer {
    solve_point(&spec.build(Cells::Numbers), evidence, &[]).unwrap()
}

fn n_states(spec: &Spec, var: usize) -> usize {
    spec.states[var].len()
}

fn shuffled(n: usize, random: &mut Random) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for i in (1..n).rev() {
        order.swap(i, random.below(i + 1));
    }
    order
}

/// The table of `var` with its parents in another order; `order[new] = old`.
fn reorder_parents(spec: &mut Spec, var: usize, order: &[usize]) {
    let old = spec.parents[var].clone();
    let new: Vec<usize> = order.iter().map(|at| old[*at]).collect();
    let n = n_states(spec, var);
    let mut cells = Vec::new();
    for states in each_state(&new.iter().map(|p| n_states(spec, *p)).collect::<Vec<_>>()) {
        let state_of = |parent: &usize| states[new.iter().position(|p| p == parent).unwrap()];
        let row = old.iter().fold(0, |row, p| row * n_states(spec, *p) + state_of(p));
        cells.extend_from_slice(&spec.cells[var][row * n..(row + 1) * n]);
    }
    (spec.parents[var], spec.cells[var]) = (new, cells);
}

/// Every joint state, the last fastest.
fn each_state(sizes: &[usize]) -> Vec<Vec<usize>> {
    sizes.iter().fold(vec![Vec::new()], |all, size| {
        all.iter()
            .flat_map(|states: &Vec<usize>| {
                (0..*size).map(|state| states.iter().copied().chain([state]).collect())
            })
            .collect()
    })
}

/// The states of `var` in another order, in its table and its children's; `order[new] = old`.
fn reorder_states(spec: &mut Spec, var: usize, order: &[usize]) {
    spec.states[var] = order.iter().map(|old| spec.states[var][*old].clone()).collect();
    for child in 0..spec.names.len() {
        let scope: Vec<usize> = spec.parents[child].iter().copied().chain([child]).collect();
        let Some(at) = scope.iter().position(|v| *v == var) else { continue };
        let sizes: Vec<usize> = scope.iter().map(|v| n_states(spec, *v)).collect();
        let moved = |mut states: Vec<usize>| {
            states[at] = order[states[at]];
            spec.cells[child][states.iter().zip(&sizes).fold(0, |ix, (s, n)| ix * n + s)]
        };
        let cells: Vec<f64> = each_state(&sizes).into_iter().map(moved).collect();
        spec.cells[child] = cells;
    }
}

/// The arrow from `a` to `b` turned round (Shachter 1986): both take the other's parents.
fn reverse_arc(spec: &Spec, a: usize, b: usize) -> Spec {
    let mut others: Vec<usize> = spec.parents[a].clone();
    others.extend(spec.parents[b].iter().filter(|p| **p != a && !spec.parents[a].contains(p)));
    let (n_a, n_b) = (n_states(spec, a), n_states(spec, b));
    let cell = |var: usize, states: &dyn Fn(usize) -> usize| {
        let row = spec.parents[var].iter().fold(0, |row, p| row * n_states(spec, *p) + states(*p));
        spec.cells[var][row * n_states(spec, var) + states(var)]
    };
    let (mut of_b, mut of_a) = (Vec::new(), Vec::new());
    for given in each_state(&others.iter().map(|v| n_states(spec, *v)).collect::<Vec<_>>()) {
        let joint = |s_a: usize, s_b: usize| {
            let state = |v: usize| match v {
                v if v == a => s_a,
                v if v == b => s_b,
                v => given[others.iter().position(|o| *o == v).unwrap()],
            };
            cell(a, &state) * cell(b, &state)
        };
        for s_b in 0..n_b {
            let p_b: f64 = (0..n_a).map(|s_a| joint(s_a, s_b)).sum();
            of_b.push(p_b);
            // Where b cannot be, any row will do.
            let row = |s_a| if p_b > 0.0 { joint(s_a, s_b) / p_b } else { 1.0 / n_a as f64 };
            of_a.extend((0..n_a).map(row));
        }
    }
    let mut turned = spec.clone();
    (turned.parents[b], turned.cells[b]) = (others.clone(), of_b);
    others.push(b);
    (turned.parents[a], turned.cells[a]) = (others, of_a);
    turned
}

/// Whether there is a way from `a` to `b` beside the arrow: then it cannot be turned.
fn has_other_way(spec: &Spec, a: usize, b: usize) -> bool {
    let mut stack: Vec<usize> = spec.parents[b].iter().copied().filter(|p| *p != a).collect();
    while let Some(var) = stack.pop() {
        if var == a {
            return true;
        }
        stack.extend(&spec.parents[var]);
    }
    false
}

fn assert_same(found: &PointAnswer, expected: &PointAnswer) -> Result<(), TestCaseError> {
    prop_assert!((found.p_evidence - expected.p_evidence).abs() <= EXACT);
    for (var, (found, expected)) in found.marginals.iter().zip(&expected.marginals).enumerate() {
        for (f, e) in found.iter().zip(expected) {
            prop_assert!((f - e).abs() <= EXACT, "variable {var}: {found:?}, not {expected:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_parents_does_not_matter(Case { spec, evidence, random } in case()) {
        let mut random = Random(random);
        let mut moved = spec.clone();
        for var in 0..spec.names.len() {
            let order = shuffled(spec.parents[var].len(), &mut random);
            reorder_parents(&mut moved, var, &order);
        }
        assert_same(&ask(&moved, &evidence), &ask(&spec, &evidence))?;
    }

    #[test]
    fn the_order_of_states_does_not_matter(Case { spec, evidence, random } in case()) {
        let mut random = Random(random);
        let mut moved = spec.clone();
        let mut moved_evidence = Evidence::new();
        let mut orders = Vec::new();
        for var in 0..spec.names.len() {
            let order = shuffled(n_states(&spec, var), &mut random);
            reorder_states(&mut moved, var, &order);
            let id = VarId(var as u32);
            if let Some(seen) = evidence.observed(id) {
                let state = order.iter().position(|old| *old == seen).unwrap();
                moved_evidence = moved_evidence.observe(id, state);
            }
            if let Some(likelihood) = evidence.likelihood(id) {
                let moved = order.iter().map(|old| likelihood[*old]).collect();
                moved_evidence = moved_evidence.weigh(id, moved);
            }
            orders.push(order);
        }
        let mut found = ask(&moved, &moved_evidence);
        for (marginal, order) in found.marginals.iter_mut().zip(&orders) {
            let mut back = vec![0.0; order.len()];
            for (p, old) in marginal.iter().zip(order) {
                back[*old] = *p;
            }
            *marginal = back;
        }
        assert_same(&found, &ask(&spec, &evidence))?;
    }

    /// The copy takes over the children.
    #[test]
    fn a_deterministic_copy_between_changes_nothing(Case { spec, evidence, random } in case()) {
        let var = Random(random).below(spec.names.len());
        let n = n_states(&spec, var);
        let mut split = spec.clone();
        let copy = split.names.len();
        split.names.push("copy".into());
        split.states.push(spec.states[var].clone());
        for parents in &mut split.parents {
            for parent in parents.iter_mut().filter(|parent| **parent == var) {
                *parent = copy;
            }
        }
        split.parents.push(vec![var]);
        split.cells.push((0..n * n).map(|i| f64::from(u8::from(i / n == i % n))).collect());
        let (found, expected) = (ask(&split, &evidence), ask(&spec, &evidence));
        prop_assert_eq!(found.marginals[copy].len(), n);
        for (a, b) in found.marginals[copy].iter().zip(&found.marginals[var]) {
            prop_assert!((a - b).abs() <= EXACT);
        }
        let mut without = found.clone();
        without.marginals.truncate(copy);
        assert_same(&without, &expected)?;
    }

    #[test]
    fn an_arrow_turned_round_changes_nothing(Case { spec, evidence, random } in case()) {
        let arcs: Vec<(usize, usize)> = (0..spec.names.len())
            .flat_map(|b| spec.parents[b].iter().map(move |a| (*a, b)))
            .filter(|(a, b)| !has_other_way(&spec, *a, *b))
            .collect();
        prop_assume!(!arcs.is_empty());
        let (a, b) = arcs[Random(random).below(arcs.len())];
        assert_same(&ask(&reverse_arc(&spec, a, b), &evidence), &ask(&spec, &evidence))?;
    }

    /// A likelihood in two factors, and one finding after the other: P(e1, e2) = P(e1) P(e2 | e1).
    #[test]
    fn evidence_in_pieces_is_evidence_at_once(Case { spec, evidence, random } in case()) {
        let mut random = Random(random);
        let mut pieces = Evidence::new();
        for (var, finding) in evidence.findings() {
            if let Some(likelihood) = &finding.likelihood {
                let first: Vec<f64> = likelihood.iter().map(|_| 0.25 + random.unit()).collect();
                let rest = likelihood.iter().zip(&first).map(|(l, f)| l / f).collect();
                pieces = pieces.weigh(var, first).weigh(var, rest);
            }
            if let Some(state) = finding.state {
                pieces = pieces.observe(var, state);
            }
        }
        let whole = ask(&spec, &evidence);
        assert_same(&ask(&spec, &pieces), &whole)?;
        let mut so_far = evidence.clone();
        let mut p = 1.0;
        let hard: Vec<VarId> =
            evidence.vars().filter(|var| evidence.observed(*var).is_some()).collect();
        for var in &hard {
            so_far = so_far.without(*var);
        }
        for var in &hard {
            let before = ask(&spec, &so_far);
            let state = evidence.observed(*var).unwrap();
            let mut likely = before.marginals[var.ix()][state];
            if let Some(likelihood) = evidence.likelihood(*var) {
                likely *= likelihood[state];
                so_far = so_far.weigh(*var, likelihood.to_vec());
            }
            so_far = so_far.observe(*var, state);
            p *= likely;
            let after = ask(&spec, &so_far);
            prop_assert!((after.p_evidence - before.p_evidence * likely).abs() <= EXACT);
        }
        let of_likelihoods = ask(&spec, &hard.iter().fold(evidence.clone(), |e, v| e.without(*v)));
        prop_assert!((of_likelihoods.p_evidence * p - whole.p_evidence).abs() <= EXACT);
    }

    /// P(h | e) P(e) = P(h, e), and P(h | e) = Σ P(y | e) P(h | e, y) over every variable y.
    #[test]
    fn probabilities_multiply_and_add_up(Case { spec, evidence, random } in case()) {
        let mut random = Random(random);
        let whole = ask(&spec, &evidence);
        let h = VarId(random.below(spec.names.len()) as u32);
        for (state, p) in whole.marginals[h.ix()].iter().enumerate() {
            if evidence.observed(h).is_none_or(|seen| seen == state) {
                let both = ask(&spec, &evidence.clone().observe(h, state));
                prop_assert!((p * whole.p_evidence - both.p_evidence).abs() <= EXACT);
            }
        }
        let y = VarId(random.below(spec.names.len()) as u32);
        prop_assume!(evidence.observed(y).is_none());
        let mut total = vec![0.0; n_states(&spec, h.ix())];
        for (state, p_y) in whole.marginals[y.ix()].iter().enumerate() {
            let given = ask(&spec, &evidence.clone().observe(y, state));
            prop_assert!((given.p_evidence > 0.0) == (*p_y > 0.0));
            for (sum, p) in total.iter_mut().zip(&given.marginals[h.ix()]) {
                *sum += p_y * p;
            }
        }
        for (sum, p) in total.iter().zip(&whole.marginals[h.ix()]) {
            prop_assert!((sum - p).abs() <= EXACT);
        }
    }

    /// Likelihoods from 1e-300 to 1e300, of observed variables too, so that messages have to be scaled, and products of
    /// four numbers are beyond every double; and back.
    #[test]
    fn scaled_messages_give_what_plain_ones_give(
        Case { spec, evidence, random } in case(),
        most in prop::sample::select(vec![20.0, 160.0, 300.0]),
        is_small: bool,
    ) {
        let mut random = Random(random);
        let network = spec.build(Cells::Numbers);
        let mut scaled = evidence.clone();
        let mut log10 = 0.0;
        for var in network.ids() {
            let sign = if is_small || random.chance(0.5) { -1.0 } else { 1.0 };
            let exponent = sign * (most * random.unit()).floor();
            log10 += exponent;
            scaled = scaled.weigh(var, vec![10f64.powi(exponent as i32); network.n_states(var)]);
        }
        let plain = solve_point(&network, &evidence, &[]).unwrap();
        let found = solve_point(&network, &scaled, &[]).unwrap();
        for (found, plain) in found.marginals.iter().flatten().zip(plain.marginals.iter().flatten()) {
            prop_assert!((found - plain).abs() <= EXACT);
        }
        if plain.p_evidence > 0.0 {
            // Some hundred digits before the point: 1e-11 is their rounding.
            prop_assert!((found.log10_p_evidence - log10 - plain.log10_p_evidence).abs() <= 1e-11);
        } else {
            prop_assert_eq!(found.log10_p_evidence, f64::NEG_INFINITY);
        }
    }

    /// Every state with a likelihood of its own from 1e-300 to 1e300, against sums of logarithms; and the derivatives,
    /// in units of P(evidence), against differences of logarithms.
    #[test]
    fn numbers_far_apart_give_what_logarithms_give(
        Case { spec, evidence, random } in case(),
        most in prop::sample::select(vec![20.0, 100.0, 300.0]),
    ) {
        let mut random = Random(random);
        let network = spec.build(Cells::Parameters);
        let mut far = Evidence::new();
        for var in network.ids() {
            if let Some(state) = evidence.observed(var) {
                far = far.observe(var, state);
            }
            let likelihood = (0..network.n_states(var))
                .map(|_| 10f64.powi((most * (2.0 * random.unit() - 1.0)) as i32))
                .collect();
            far = far.weigh(var, likelihood);
        }
        let params = spec.params(Cells::Parameters);
        let (ln_p, marginals) = in_logarithms(&spec, &far);
        let tape = Tape::compile(&network, &far, &[], &Limits::default()).unwrap();
        // In the middle lane of three, beside such as are not far.
        let mut run = tape.workspace();
        let ones = vec![1.0; tape.n_inputs()];
        let defaults = tape.default_likelihoods();
        let beside: Vec<f64> = defaults.iter().zip(&ones).flat_map(|(f, one)| [*one, *f, *one]).collect();
        let three: Vec<f64> = params.iter().flat_map(|p| [*p; 3]).collect();
        run.forward(&three, Some(&beside), 3).unwrap();
        run.backward();
        let found = ask(&spec, &far);
        if ln_p == f64::NEG_INFINITY {
            prop_assert_eq!(found.log10_p_evidence, f64::NEG_INFINITY);
            prop_assert_eq!(run.log10_p_evidence(1), f64::NEG_INFINITY);
            return Ok(());
        }
        // Of plain numbers, and of formulas in the middle of three.
        for log10 in [found.log10_p_evidence, run.log10_p_evidence(1)] {
            // Some thousands before the point: 1e-10 is their rounding.
            prop_assert!((log10 - ln_p / std::f64::consts::LN_10).abs() <= 1e-10);
        }
        for (var, expected) in marginals.iter().enumerate() {
            for (state, expected) in expected.iter().enumerate() {
                let lane = run.marginal(VarId(var as u32), state, 1);
                for found in [found.marginals[var][state], lane] {
                    // Each is e to the power of a sum of thousands, which is rounded at 1e-12.
                    prop_assert!((found - expected).abs() <= 1e-11, "{found} for {expected}");
                }
            }
        }
        // Each term of P(evidence) has one parameter of each table: they share P(evidence) out.
        let (p, _) = run.scaled_p(1);
        let slopes = run.parameter_derivatives();
        let mut first = 0;
        for cells in &spec.cells {
            let own = first..first + cells.len();
            first = own.end;
            let total: f64 = own.map(|param| params[param] * slopes[3 * param + 1] / p).sum();
            prop_assert!((total - 1.0).abs() <= EXACT, "{total}");
        }
        let mut alone = tape.workspace();
        alone.forward(&params, None, 1).unwrap();
        alone.backward();
        let middle: Vec<f64> = slopes.iter().copied().skip(1).step_by(3).collect();
        prop_assert_eq!(alone.parameter_derivatives(), middle);
        // The neighbours do not notice.
        let mut plain = tape.workspace();
        plain.forward(&params, Some(&ones), 1).unwrap();
        plain.backward();
        for lane in [0, 2] {
            prop_assert_eq!(run.scaled_p(lane), plain.scaled_p(0));
            let own: Vec<f64> = slopes.iter().copied().skip(lane).step_by(3).collect();
            prop_assert_eq!(own, plain.parameter_derivatives());
        }
    }

    /// The set is impossible, and no smaller one of any variables is.
    #[test]
    fn impossible_evidence_names_a_smallest_contradiction(n_vars in 3usize..=7, seed: u64) {
        let mut random = Random(seed);
        let mut spec = random_spec(n_vars, &mut random);
        // More certainties than a random network has, so that half of the cases are impossible.
        for var in 0..n_vars {
            let n = n_states(&spec, var);
            for row in spec.cells[var].chunks_exact_mut(n) {
                if random.chance(0.5) {
                    row.fill(0.0);
                    row[random.below(n)] = 1.0;
                }
            }
        }
        let mut evidence = Evidence::new();
        for var in 0..n_vars {
            if random.chance(0.7) {
                evidence = evidence.observe(VarId(var as u32), random.below(n_states(&spec, var)));
            }
        }
        let whole = ask(&spec, &evidence);
        prop_assert!(whole.p_evidence.is_finite());
        prop_assert!(whole.marginals.iter().flatten().all(|p| (0.0..=1.0).contains(p)));
        if whole.p_evidence > 0.0 {
            return Ok(());
        }
        prop_assert_eq!(whole.log10_p_evidence, f64::NEG_INFINITY);
        prop_assert!(whole.marginals.iter().flatten().all(|p| *p == 0.0));
        let impossible = |some: &Evidence| ask(&spec, some).p_evidence == 0.0;
        let found = smallest_contradiction(&evidence, impossible);
        prop_assert!(impossible(&evidence.only(&found)));
        let all: Vec<VarId> = evidence.vars().collect();
        for bits in 0..1u32 << all.len() {
            if (bits.count_ones() as usize) < found.len() {
                let some: Vec<VarId> =
                    (0..all.len()).filter(|i| bits >> i & 1 == 1).map(|i| all[i]).collect();
                prop_assert!(!impossible(&evidence.only(&some)), "{some:?} is smaller than {found:?}");
            }
        }
    }

    /// A kept engine that mixes old numbers with new ones is what another program does.
    #[test]
    fn changed_numbers_on_the_same_tape_give_what_a_new_tape_gives(
        Case { spec, evidence, random } in case()
    ) {
        let mut random = Random(random);
        let network = spec.build(Cells::Parameters);
        let before = spec.params(Cells::Parameters);
        let after: Vec<f64> = before.iter().map(|p| p * (0.5 + random.unit())).collect();
        let tape = Tape::compile(&network, &evidence, &[], &Limits::default()).unwrap();
        let run = |numbers: &[&[f64]]| {
            let mut workspace = tape.workspace();
            for params in numbers {
                workspace.marginals(params, None, 1).unwrap();
            }
            let all: Vec<u64> = network
                .ids()
                .flat_map(|var| (0..network.n_states(var)).map(move |state| (var, state)))
                .map(|(var, state)| workspace.marginal(var, state, 0).to_bits())
                .collect();
            (all, workspace.p_evidence(0).to_bits())
        };
        prop_assert_eq!(run(&[&before, &after]), run(&[&after]));
        prop_assert_eq!(run(&[&after, &before, &after, &before]), run(&[&before]));
        let mut changed = spec.clone();
        let mut first = 0;
        for cells in &mut changed.cells {
            let n = cells.len();
            cells.copy_from_slice(&after[first..first + n]);
            first += n;
        }
        let mut workspace = tape.workspace();
        workspace.marginals(&before, None, 1).unwrap();
        workspace.marginals(&after, None, 1).unwrap();
        prop_assert!((workspace.p_evidence(0) - ask(&changed, &evidence).p_evidence).abs() <= EXACT);
    }
}

/// ln P(evidence) and all marginals by enumeration, every product as a sum of logarithms.
fn in_logarithms(spec: &Spec, evidence: &Evidence) -> (f64, Vec<Vec<f64>>) {
    let sizes: Vec<usize> = (0..spec.names.len()).map(|var| n_states(spec, var)).collect();
    let ln_of = |states: &Vec<usize>| -> f64 {
        let of_var = |var: usize| {
            let row = spec.parents[var].iter().fold(0, |row, p| row * sizes[*p] + states[*p]);
            let id = VarId(var as u32);
            let is_seen = evidence.observed(id).is_none_or(|seen| seen == states[var]);
            let likelihood = evidence.likelihood(id).map_or(1.0, |all| all[states[var]]);
            let cell = spec.cells[var][row * sizes[var] + states[var]];
            cell.ln() + likelihood.ln() + if is_seen { 0.0 } else { f64::NEG_INFINITY }
        };
        (0..sizes.len()).map(of_var).sum()
    };
    let all: Vec<(f64, Vec<usize>)> =
        each_state(&sizes).into_iter().map(|states| (ln_of(&states), states)).collect();
    let largest = all.iter().map(|(ln, _)| *ln).fold(f64::NEG_INFINITY, f64::max);
    let mut marginals: Vec<Vec<f64>> = sizes.iter().map(|n| vec![0.0; *n]).collect();
    if largest == f64::NEG_INFINITY {
        return (largest, marginals);
    }
    let total: f64 = all.iter().map(|(ln, _)| (ln - largest).exp()).sum();
    for (ln, states) in &all {
        for (marginal, state) in marginals.iter_mut().zip(states) {
            marginal[*state] += (ln - largest).exp() / total;
        }
    }
    (largest + total.ln(), marginals)
}

/// Four children that are seen in a state of these probabilities, by the state of their parent.
fn four_seen(prior: [f64; 2], tiny: [[f64; 2]; 4]) -> (Network, Evidence) {
    let mut build = NetworkBuilder::new();
    let cause = build.add_variable("cause", &["no", "yes"]);
    build.set_numbers(cause, &[], prior.to_vec());
    let mut evidence = Evidence::new();
    for (i, [no, yes]) in tiny.into_iter().enumerate() {
        let var = build.add_variable(format!("x{i}"), &["no", "yes"]);
        build.set_numbers(var, &[cause], vec![1.0 - no, no, 1.0 - yes, yes]);
        evidence = evidence.observe(var, 1);
    }
    (build.build().unwrap(), evidence)
}

/// Four roots that are seen in states of 1e-100: P(evidence) is 1e-400, and not impossible.
#[test]
fn tiny_numbers_in_one_product_do_not_vanish() {
    let mut build = NetworkBuilder::new();
    let mut evidence = Evidence::new();
    for i in 0..4 {
        let var = build.add_variable(format!("x{i}"), &["no", "yes"]);
        build.set_numbers(var, &[], vec![1.0, 1e-100]);
        evidence = evidence.observe(var, 1);
    }
    let answer = solve_point(&build.build().unwrap(), &evidence, &[]).unwrap();
    assert!((answer.log10_p_evidence + 400.0).abs() < 1e-9, "{}", answer.log10_p_evidence);
    assert!(answer.marginals.iter().all(|marginal| marginal == &[0.0, 1.0]));
}

#[test]
fn tiny_products_count_beside_others() {
    // 1e-400 beside an ordinary term is nothing,
    let (network, evidence) = four_seen([0.5, 0.5], [[1e-100, 0.5]; 4]);
    let answer = solve_point(&network, &evidence, &[]).unwrap();
    assert_eq!(answer.marginals[0], [0.0, 1.0]);
    assert!((answer.p_evidence - 0.03125).abs() < 1e-15);
    // beside 1e-404 almost all, with numbers that are no normal doubles too,
    for (tiny, log10) in [(1e-100, -404.0), (1e-310, -1244.0)] {
        let (network, evidence) = four_seen([0.5, 0.5], [[tiny, tiny / 10.0]; 4]);
        let answer = solve_point(&network, &evidence, &[]).unwrap();
        // A subnormal number has ten digits.
        let exact = if tiny < 1e-300 { 1e-9 } else { 1e-12 };
        assert!((answer.marginals[0][1] - 1e-4 / 1.0001).abs() < exact);
        let expected = log10 + (1.0001f64 / 2.0).log10() + 4.0;
        assert!((answer.log10_p_evidence - expected).abs() < 1e-8, "{}", answer.log10_p_evidence);
    }
    // and beside nothing everything.
    let (network, evidence) = four_seen([1.0, 0.0], [[1e-300, 1.0]; 4]);
    let answer = solve_point(&network, &evidence, &[]).unwrap();
    assert_eq!(answer.marginals[0], [1.0, 0.0]);
    assert!((answer.log10_p_evidence + 1200.0).abs() < 1e-9);
}

#[test]
fn what_is_impossible_stays_so_among_tiny_numbers() {
    let (network, evidence) =
        four_seen([0.5, 0.5], [[1e-300; 2], [1e-300, 0.0], [0.0, 1e-300], [1e-300; 2]]);
    let answer = solve_point(&network, &evidence, &[]).unwrap();
    assert_eq!(answer.log10_p_evidence, f64::NEG_INFINITY);
    assert!(answer.marginals.iter().flatten().all(|p| *p == 0.0));
    // Only the two contradict each other, and without one of them nothing does.
    let settings = Settings { n_draws: 1, ..Settings::default() };
    let Err(SolveError::Impossible { findings, .. }) = solve(&network, &evidence, &[], &settings)
    else {
        panic!("it is impossible");
    };
    assert_eq!(findings, [VarId(2), VarId(3)]);
    let answer = solve(&network, &evidence.without(VarId(2)), &[], &settings).unwrap();
    assert!((answer.log10_p_evidence() + 900.0 + 2f64.log10()).abs() < 1e-9);
}

/// 1e-300 twice and 1e300 twice make 1, as much as the other state: no product of the small ones alone, and no
/// ordinary sum beside it, hides that.
#[test]
fn small_and_large_numbers_make_up_for_each_other() {
    let states = || vec!["0".to_owned(), "1".to_owned()];
    for order in [
        [1e-300, 1e-300, 1e300, 1e300],
        [1e300, 1e300, 1e-300, 1e-300],
        [1e-200, 1e-200, 1e300, 1e100],
    ] {
        for n_others in [0, 3] {
            let variables: Vec<Variable> = (0..=n_others)
                .map(|i| Variable { name: format!("x{i}"), states: states() })
                .collect();
            let mut factors: Vec<(Vec<VarId>, Vec<f64>)> =
                order.iter().map(|x| (vec![VarId(0)], vec![*x, 1.0])).collect();
            factors.extend(
                (0..n_others).map(|i| (vec![VarId(i), VarId(i + 1)], vec![1.0, 3.0, 3.0, 1.0])),
            );
            let graph = FactorGraph::new(variables, factors).unwrap();
            let tape = Tape::compile_factors(&graph, &Evidence::new(), &Limits::default()).unwrap();
            let mut run = tape.workspace();
            run.marginals(&[], None, 1).unwrap();
            let expected = 2f64.log10() + f64::from(n_others) * 4f64.log10();
            assert!((run.log10_p_evidence(0) - expected).abs() < 1e-12, "{order:?} {n_others}");
            for i in 0..=n_others {
                assert!((run.marginal(VarId(i), 0, 0) - 0.5).abs() < EXACT, "{order:?} {n_others}");
            }
        }
    }
}

/// Z of 400 pairs of coins with factors of 1e3 and 1e3: far above the largest double.
#[test]
fn a_partition_function_beyond_every_double_is_no_infinity() {
    const N: u32 = 400;
    let states = || vec!["0".to_owned(), "1".to_owned()];
    let variables = (0..N).map(|i| Variable { name: format!("x{i}"), states: states() }).collect();
    let pair = |i| (vec![VarId(i), VarId(i + 1)], vec![3e3, 1e3, 1e3, 3e3]);
    let graph = FactorGraph::new(variables, (0..N - 1).map(pair).collect()).unwrap();
    let seen = Evidence::new().observe(VarId(0), 1);
    let tape = Tape::compile_factors(&graph, &seen, &Limits::default()).unwrap();
    let mut run = tape.workspace();
    run.marginals(&[], None, 1).unwrap();
    // From a seen end on, every pair adds a factor of 4,000.
    let expected = f64::from(N - 1) * 4e3f64.log10();
    assert!(expected > 1400.0 && (run.log10_p_evidence(0) - expected).abs() < 1e-9);
    assert!((run.marginal(VarId(1), 1, 0) - 0.75).abs() < EXACT);
    assert!((run.marginal(VarId(N - 1), 1, 0) - 0.5).abs() < EXACT);
}
