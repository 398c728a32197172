//! What `weigh query` expects of utilities: against all joint states, and against the best policy of `weigh decide`.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

use weigh::decide::RawDiagram;
use weigh::raw::formats::{Kind, Model, Table, Variable, VariableKind};
use weigh::raw::{Case, RawNetwork, Step, VarId};

struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

/// Chance nodes and two decisions in turn, of two or three states, and three utilities, of which the file has one
/// before the others; the utilities' values are between -`size` and `size`, of the last all alike.
fn diagram(seed: u64, size: f64) -> Model {
    let mut random = Random(seed);
    random.unit();
    let mut variables = vec![Variable::new("u0", &[] as &[&str])];
    variables[0].kind = VariableKind::Utility;
    let kinds = ["c", "c", "d", "c", "d", "c"];
    for (ix, kind) in kinds.iter().enumerate() {
        let states = &["a", "b", "c"][..2 + random.below(2)];
        let mut variable = Variable::new(format!("{kind}{ix}"), states);
        if *kind == "d" {
            variable.kind = VariableKind::Decision;
        }
        variables.push(variable);
    }
    for ix in 1..3 {
        let mut variable = Variable::new(format!("u{ix}"), &[] as &[&str]);
        variable.kind = VariableKind::Utility;
        variables.push(variable);
    }
    let n_states: Vec<usize> = variables.iter().map(|v| v.states.len()).collect();
    let mut tables = Vec::new();
    for (ix, variable) in variables.iter().enumerate() {
        let before = if variable.kind == VariableKind::Utility { 1..7 } else { 1..ix };
        // The second decision comes after the first.
        let mut scope: Vec<usize> = before
            .filter(|v| {
                random.unit() < 0.5 || (variable.name == "d4" && variables[*v].name == "d2")
            })
            .collect();
        let n_rows: usize = scope.iter().map(|v| n_states[*v]).product();
        let mut values = Vec::new();
        match variable.kind {
            VariableKind::Utility => {
                let same = variable.name == "u2";
                let mut value = || size * (2.0 * random.unit() - 1.0);
                let first = value();
                values.extend((0..n_rows).map(|_| if same { first } else { value() }));
            }
            VariableKind::Decision => scope.push(ix),
            VariableKind::Chance => {
                for _ in 0..n_rows {
                    let row: Vec<f64> = (0..n_states[ix])
                        .map(|_| if random.unit() < 0.1 { 0.0 } else { 0.05 + random.unit() })
                        .collect();
                    let sum: f64 = row.iter().sum();
                    let even = 1.0 / row.len() as f64;
                    values.extend(row.iter().map(|p| if sum > 0.0 { p / sum } else { even }));
                }
                scope.push(ix);
            }
        }
        tables.push(Table { child: Some(ix), scope, values });
    }
    Model { kind: Kind::Bayes, name: None, properties: Vec::new(), variables, tables }
}

/// All joint states of variables of so many states.
fn joint(n_states: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    (0..n_states.iter().product()).map(|number: usize| {
        let mut left = number;
        let mut state = |n: &usize| {
            let state = left % n;
            left /= n;
            state
        };
        n_states.iter().map(&mut state).collect()
    })
}

/// What is expected of each utility in a case, by going through all joint states; none if the case cannot be.
fn by_joint_states(model: &Model, case: &Case) -> Option<Vec<f64>> {
    let n_states: Vec<usize> = model.variables.iter().map(|v| v.states.len().max(1)).collect();
    let utilities: Vec<usize> =
        (0..n_states.len()).filter(|v| model.variables[*v].kind == VariableKind::Utility).collect();
    let (mut total, mut sums) = (0.0, vec![0.0; utilities.len()]);
    for states in joint(&n_states) {
        // The file's first variable is a utility, so that variables are one place earlier in the network.
        if case.iter().any(|(var, seen)| states[var.0 as usize + 1] != *seen) {
            continue;
        }
        let cell = |table: &Table| {
            let at = table.scope.iter().fold(0, |at, v| at * n_states[*v] + states[*v]);
            table.values[at]
        };
        let is_chance = |(v, _): &(usize, &Table)| model.variables[*v].kind == VariableKind::Chance;
        let p: f64 = model
            .tables
            .iter()
            .enumerate()
            .filter(is_chance)
            .map(|(_, table)| cell(table))
            .product();
        total += p;
        for (sum, utility) in sums.iter_mut().zip(&utilities) {
            *sum += p * cell(&model.tables[*utility]);
        }
    }
    (total > 0.0).then(|| sums.into_iter().map(|sum| sum / total).collect())
}

fn n_states(network: &RawNetwork, var: u32) -> usize {
    network.variables()[var as usize].states.len()
}

#[test]
fn what_is_expected_is_the_sum_over_all_joint_states() {
    let mut n_compared = 0;
    for seed in 0..40 {
        let size = [1.0, 1e6, 1e300, 1e-300][seed as usize % 4];
        let model = diagram(seed, size);
        let network = RawNetwork::new(model.clone()).unwrap();
        let names: Vec<&str> = network.utilities().map(|(_, name)| name).collect();
        assert_eq!(names, ["u0", "u1", "u2"]);
        assert!(network.find("u0").is_none() && network.variables().len() == 6);
        let utilities: Vec<VarId> = network.utilities().map(|(utility, _)| utility).collect();
        let targets = [&[VarId(0)], &utilities[..]].concat();
        let mut random = Random(seed + 99);
        // Both decisions and one more, so often that the cases run side by side.
        let seen = [0, 1, 3, 5][random.below(4)];
        let cases: Vec<Case> = (0..12)
            .map(|_| {
                let vars = [2, 4, seen];
                vars.iter().map(|v| (VarId(*v), random.below(n_states(&network, *v)))).collect()
            })
            .collect();
        let check = |case: &Case, posteriors: &[Vec<f64>]| {
            assert_eq!(posteriors[0].len(), n_states(&network, 0));
            let expected = by_joint_states(&model, case);
            for (found, expected) in posteriors[1..].iter().zip(expected.unwrap_or(vec![0.0; 3])) {
                let [found] = found[..] else { panic!("one number for a utility") };
                assert!((found - expected).abs() <= 1e-12 * 2.0 * size, "{found} for {expected}");
            }
        };
        for case in &cases {
            check(case, &network.ask(case, &targets).unwrap().posteriors);
            n_compared += 1;
        }
        let told = |step: Step| {
            if let Step::Answer(i, answer) = step {
                check(&cases[i], &answer.posteriors);
            }
        };
        network.ask_all(&cases, &targets, told).unwrap();
    }
    assert_eq!(n_compared, 480);
}

/// The best policy's value is what is expected in each situation, weighted by how likely the policy comes to it.
#[test]
fn the_best_policy_is_worth_what_queries_say() {
    let mut n_seen = 0;
    for seed in 0..40 {
        let model = diagram(seed, 10.0);
        let diagram = RawDiagram::new(model.clone()).unwrap();
        let found = diagram.solve().unwrap();
        let network = RawNetwork::new(model).unwrap();
        let utilities: Vec<VarId> = network.utilities().map(|(utility, _)| utility).collect();
        let nodes = diagram.diagram().nodes();
        let decisions: Vec<usize> = diagram.diagram().decisions().collect();
        let mut known: Vec<usize> =
            decisions.iter().flat_map(|d| nodes[*d].parents.iter().chain([d])).copied().collect();
        known.sort_unstable();
        known.dedup();
        n_seen += known.len() - decisions.len();
        let sizes: Vec<usize> = known.iter().map(|node| nodes[*node].states.len()).collect();
        let mut value = 0.0;
        for states in joint(&sizes) {
            let state = |node: &usize| states[known.binary_search(node).unwrap()];
            let take = |decision: &usize| {
                let parents = nodes[*decision].parents.iter();
                let row =
                    parents.fold(0, |row, node| row * nodes[*node].states.len() + state(node));
                found.policy(*decision)[row * nodes[*decision].states.len() + state(decision)]
            };
            let case = known.iter().map(|node| (VarId(*node as u32), state(node))).collect();
            let answer = network.ask(&case, &utilities).unwrap();
            if answer.log10_p_evidence > f64::NEG_INFINITY {
                let p = libm::exp10(answer.log10_p_evidence);
                let expected: f64 = answer.posteriors.iter().flatten().sum();
                value += decisions.iter().map(take).product::<f64>() * p * expected;
            }
        }
        // Utilities of the size of 10, and some hundred situations.
        assert!((value - found.payoffs[0]).abs() < 1e-11, "{seed}: {value}, {}", found.payoffs[0]);
    }
    assert!(n_seen > 40, "{n_seen}");
}
