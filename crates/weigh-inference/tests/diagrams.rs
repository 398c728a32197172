//! Diagrams of several actors: published and independently computed answers, and second methods.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::diagrams::{
    Enumerated, fill_row, logit, node, of_case, payoff, policies, random, set_precisions, solve,
};
use common::{Random, number, text};
use serde_json::Value;
use weigh_inference::diagram::{
    Belief, Diagram, DiagramError, Note, Numbers, Role, Solution, Solver, value_of_seeing,
};
use weigh_inference::game::{
    Branch, Game, InfoSet, Node as TreeNode, TraceSettings, merge_identical, trace,
};

macro_rules! case {
    ($name:literal) => {{
        let text = include_str!(concat!("../../../tests/cases/", $name, ".json"));
        serde_json::from_str::<Value>(text).unwrap()
    }};
}

/// What the case files are held to; they were computed to 1e-9.
const TOLERANCE: f64 = 1e-8;

/// Checks every policy and expected payoff of a case; gives what was found at each precision.
fn check(case: &Value) -> (Diagram, Numbers, Vec<Solution>) {
    let (diagram, mut numbers) = of_case(&case["inputs"]);
    let mut all = Vec::new();
    let mut n_checked = 0;
    for row in case["expected"]["rows"].as_array().unwrap() {
        set_precisions(&diagram, &mut numbers, number(&row["lambda"]));
        let found = solve(&diagram, &numbers);
        for (decision, rows) in row["policies"].as_object().unwrap() {
            let at = diagram.nodes().iter().position(|node| node.name == *decision).unwrap();
            let of = &diagram.nodes()[at];
            // Rows stand in the file under the names of what is seen, in our order.
            assert_eq!(rows.as_object().unwrap().len(), diagram.n_rows(&of.parents));
            for ix in 0..diagram.n_rows(&of.parents) {
                let mut rest = ix;
                let mut seen = Vec::new();
                for parent in of.parents.iter().rev() {
                    let n = diagram.n_states(*parent);
                    let parent = &diagram.nodes()[*parent];
                    seen.insert(0, format!("{}={}", parent.name, parent.states[rest % n]));
                    rest /= n;
                }
                let seen = if seen.is_empty() { "(none)".into() } else { seen.join(", ") };
                for (option, name) in of.states.iter().enumerate() {
                    let expected = number(&rows[&seen][name]);
                    let p = found.policy(at)[ix * of.states.len() + option];
                    assert!((p - expected).abs() < TOLERANCE, "{decision} {seen}: {p} {expected}");
                    n_checked += 1;
                }
            }
        }
        for (actor, expected) in row["expected_utility"].as_object().unwrap() {
            let at = diagram.actors().iter().position(|name| name == actor).unwrap();
            let found = found.payoffs[at];
            assert!((found - number(expected)).abs() < TOLERANCE, "{actor}: {found} {expected}");
        }
        all.push(found);
    }
    assert!(n_checked >= 5 * 10, "{n_checked}");
    (diagram, numbers, all)
}

#[test]
fn patron_and_ally_agree_with_the_case_file() {
    let (diagram, numbers, _) = check(&case!("maid_patron_ally"));
    assert_eq!(Solver::new(&diagram).unwrap().components(), [[3], [2], [1]]);
    let _ = numbers;
}

#[test]
fn ruler_and_public_agree_with_the_case_file() {
    let case = case!("maid_ruler_public");
    let (diagram, numbers, all) = check(&case);
    let find = |name: &str| diagram.nodes().iter().position(|node| node.name == name).unwrap();
    let (press, send) = (find("Press"), find("Send"));
    for (row, found) in case["expected"]["rows"].as_array().unwrap().iter().zip(&all) {
        // The policies, taken as tables, answer the analyst's questions: by enumeration, with a payoff
        // that asks.
        let policies = policies(&diagram, found);
        let p = |front: usize, pressed: usize| {
            let p_front = [0.35, 0.65][front];
            p_front * policies[press][front * 2 + pressed]
        };
        let poll = [0.6 * 0.8 + 0.4 * 0.25, 0.6 * 0.2 + 0.4 * 0.75];
        let send_given = |pressed: usize| -> f64 {
            (0..2).map(|seen| poll[seen] * policies[send][(pressed * 2 + seen) * 2 + 1]).sum()
        };
        let p_press = p(0, 1) + p(1, 1);
        let p_send = p_press * send_given(1) + (1.0 - p_press) * send_given(0);
        assert!((p_send - number(&row["p_send"])).abs() < TOLERANCE);
        assert!((send_given(1) - number(&row["p_send_given_press"])).abs() < TOLERANCE);
    }
    let _ = numbers;
}

fn matrix(payoffs: &Value) -> (Diagram, Numbers) {
    let nodes = vec![
        node("R", &["0", "1"], &[], Role::Decision { owner: 0 }),
        node("C", &["0", "1"], &[], Role::Decision { owner: 1 }),
    ];
    let terms = vec![payoff("UR", 0, &[0, 1]), payoff("UC", 1, &[0, 1])];
    let diagram = Diagram::new(vec!["R".into(), "C".into()], nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    for player in 0..2 {
        for cell in 0..4 {
            numbers.payoff_mut(player)[cell] = number(&payoffs[cell / 2][cell % 2][player]);
        }
    }
    (diagram, numbers)
}

#[test]
fn rational_examples_of_pycid_agree_with_the_case_file() {
    let case = case!("maid_pycid");
    let (inputs, expected) = (&case["inputs"], &case["expected"]);

    let (diagram, numbers) = matrix(&inputs["prisoners_dilemma"]);
    let found = solve(&diagram, &numbers);
    // Each does best to defect whatever the other does, but what he gains depends on it: a circle.
    assert_eq!(Solver::new(&diagram).unwrap().components(), [[0, 1]]);
    assert!(found.policy(0)[1] > 1.0 - 1e-9 && found.policy(1)[1] > 1.0 - 1e-9);
    assert!(found.payoffs.iter().all(|u| (u + 2.0).abs() < 1e-8), "{:?}", found.payoffs);

    let (diagram, numbers) = matrix(&inputs["battle_of_the_sexes"]);
    let found = solve(&diagram, &numbers);
    let mixed = &expected["battle_of_the_sexes"]["mixed"];
    // The two are alike, so the branch keeps between them, and both go to the mixed equilibrium; that
    // it is crossed on the way is told, and the pure ones are found.
    for (decision, name) in [(0, "row"), (1, "col")] {
        for option in 0..2 {
            let p = found.policy(decision)[option];
            assert!((p - number(&mixed[name][option])).abs() < TOLERANCE, "{p}");
        }
    }
    assert!(found.payoffs.iter().all(|u| (u - 1.2).abs() < TOLERANCE));
    assert!(found.notes.iter().any(|note| matches!(note, Note::Fork { component: 0, .. })));
    let others = Solver::new(&diagram).unwrap().others(&numbers).unwrap();
    let mut pure: Vec<[u8; 2]> = Vec::new();
    for other in &others {
        assert!(matches!(other.branch, Branch::Fork(_)));
        pure.push([0, 1].map(|decision| other.solution.policy(decision)[1].round() as u8));
        assert!(other.solution.policy(0).iter().all(|p| p.min(1.0 - p) < 1e-8));
    }
    pure.sort_unstable();
    assert_eq!(pure, [[0, 0], [1, 1]]);

    // Taxi: the second sees the first.
    let taxi = &inputs["taxi"];
    let nodes = vec![
        node("first", &["expensive", "cheap"], &[], Role::Decision { owner: 0 }),
        node("second", &["expensive", "cheap"], &[0], Role::Decision { owner: 1 }),
    ];
    let terms = vec![payoff("U1", 0, &[0, 1]), payoff("U2", 1, &[0, 1])];
    let diagram = Diagram::new(vec!["1".into(), "2".into()], nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    for (player, name) in ["first_mover", "second_mover"].into_iter().enumerate() {
        for cell in 0..4 {
            numbers.payoff_mut(player)[cell] = number(&taxi[name][cell / 2][cell % 2]);
        }
    }
    let found = solve(&diagram, &numbers);
    assert_eq!(found.policy(0), [1.0, 0.0]);
    assert_eq!(found.policy(1), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!(found.payoffs, [5.0, 3.0]);
    assert_eq!(found.notes, []);
}

#[test]
fn the_robot_warehouse_splits_its_tie_and_says_so() {
    let case = case!("maid_pycid");
    let inputs = &case["inputs"]["robot_warehouse"];
    let of = |name: &str| number(&inputs[name]);
    let nodes = vec![
        node("D1", &["hurry", "slow"], &[], Role::Decision { owner: 0 }),
        node("Q", &["slow", "quick"], &[0], Role::Chance),
        node("B", &["whole", "broken"], &[0], Role::Chance),
        node("D2", &["nothing", "repair"], &[2], Role::Decision { owner: 1 }),
        node("Ob", &["free", "obstructed"], &[3], Role::Chance),
    ];
    let terms =
        vec![payoff("quick", 0, &[1, 4]), payoff("broken", 0, &[2]), payoff("repair", 1, &[2, 3])];
    let diagram = Diagram::new(vec!["1".into(), "2".into()], nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    let pairs = |p: f64, q: f64| [1.0 - p, p, 1.0 - q, q];
    numbers
        .table_mut(1)
        .copy_from_slice(&pairs(of("p_quick_given_hurry"), of("p_quick_given_slow")));
    numbers
        .table_mut(2)
        .copy_from_slice(&pairs(of("p_break_given_hurry"), of("p_break_given_slow")));
    let obstruct = pairs(of("p_obstruct_given_not"), of("p_obstruct_given_repair"));
    numbers.table_mut(4).copy_from_slice(&obstruct);
    numbers.payoff_mut(0).copy_from_slice(&[0.0, 0.0, 1.0, 0.0]);
    numbers.payoff_mut(1).copy_from_slice(&[0.0, -1.0]);
    numbers.payoff_mut(2).copy_from_slice(&[1.0, 1.0, 0.0, 1.0]);
    let found = solve(&diagram, &numbers);
    assert_eq!(found.policy(0), [1.0, 0.0]);
    // Whole or repaired is the same to robot 2: it does each half of the time, and we are told.
    assert_eq!(found.policy(3), [0.5, 0.5, 0.0, 1.0]);
    assert_eq!(found.notes, [Note::Tie { decision: 3, row: 0 }]);
    // The equilibria of the file are the ends; ours lies between.
    let equilibria = &case["expected"]["robot_warehouse"]["subgame_perfect"];
    let (a, b) = (number(&equilibria[0]["utilities"][0]), number(&equilibria[1]["utilities"][0]));
    assert!((found.payoffs[0] - 0.5 * (a + b)).abs() < 1e-12);
    assert!((found.payoffs[1] - 1.0).abs() < 1e-12);
}

#[test]
fn the_value_of_seeing_agrees_with_pycid() {
    let case = case!("maid_pycid");
    let expected = &case["expected"]["quantitative_voi"];
    let nodes = vec![
        node("S", &["-1", "1"], &[], Role::Chance),
        node("X", &["-1", "1"], &[0], Role::Chance),
        node("D", &["-1", "0", "1"], &[1], Role::Decision { owner: 0 }),
    ];
    let terms = vec![payoff("U", 0, &[2, 0])];
    let diagram = Diagram::new(vec!["A".into()], nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    numbers.table_mut(1).copy_from_slice(&[0.8, 0.2, 0.2, 0.8]);
    numbers.payoff_mut(0).copy_from_slice(&[1.0, -1.0, 0.0, 0.0, -1.0, 1.0]);
    let sight = value_of_seeing(&diagram, &numbers, 2, 0).unwrap();
    assert!((sight.without - number(&expected["eu_with_x"])).abs() < TOLERANCE);
    assert!((sight.with - number(&expected["eu_with_s_and_x"])).abs() < TOLERANCE);
    assert!((sight.value() - number(&expected["voi_of_s"])).abs() < TOLERANCE);
    // What it sees already is worth what it would lose.
    let seen = value_of_seeing(&diagram, &numbers, 2, 1).unwrap();
    assert!(seen.is_seen && (seen.value() - 0.6).abs() < 1e-12);
}

/// Oil, result of the test, drilling; the result is not seen.
fn wildcatter(inputs: &Value) -> (Diagram, Numbers) {
    let (oil, results) = (["dry", "wet", "soak"], ["no", "open", "closed"]);
    let nodes = vec![
        node("oil", &oil, &[], Role::Chance),
        node("result", &results, &[0], Role::Chance),
        node("drill", &["no", "yes"], &[], Role::Decision { owner: 0 }),
    ];
    let terms = vec![payoff("profit", 0, &[0, 2])];
    let diagram = Diagram::new(vec!["wildcatter".into()], nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    for (ix, of) in oil.iter().enumerate() {
        numbers.table_mut(0)[ix] = number(&inputs["prior"][of]);
        for (jx, result) in results.iter().enumerate() {
            numbers.table_mut(1)[ix * 3 + jx] = number(&inputs["test"][of][result]);
        }
        numbers.payoff_mut(0)[ix * 2 + 1] = number(&inputs["net_payoff_drill"][of]);
    }
    (diagram, numbers)
}

#[test]
fn the_oil_wildcatter_agrees_with_raiffa() {
    let case = case!("id_oil_wildcatter");
    let (diagram, numbers) = wildcatter(&case["inputs"]);
    let expected = |name: &str| number(&case["expected"][name]);
    let perfect = value_of_seeing(&diagram, &numbers, 2, 0).unwrap();
    let sample = value_of_seeing(&diagram, &numbers, 2, 1).unwrap();
    assert!((perfect.without - expected("eu_no_test")).abs() < TOLERANCE);
    assert!((perfect.value() - expected("evpi")).abs() < TOLERANCE);
    assert!((sample.value() - expected("evsi")).abs() < TOLERANCE);
    assert!((sample.with - expected("eu_test_gross")).abs() < TOLERANCE);

    let seen = diagram.seeing(2, 1).unwrap();
    let found = solve(&seen, &numbers);
    for (row, result) in case["expected"]["results"].as_array().unwrap().iter().enumerate() {
        let drills = text(&result["choice"]) == "drill";
        assert_eq!(found.policy(2)[row * 2 + 1], f64::from(u8::from(drills)));
        let gain = found.utilities(2)[row * 2 + 1] - found.utilities(2)[row * 2];
        assert!((gain - number(&result["eu_drill"])).abs() < TOLERANCE);
    }
    // A precise but not rational wildcatter comes close.
    let mut almost = numbers.clone();
    almost.set_precision(2, 10.0);
    assert!((solve(&seen, &almost).payoffs[0] - 32.5).abs() < 1e-6);
}

#[test]
fn whether_to_test_is_a_decision_too() {
    let case = case!("id_oil_wildcatter");
    let (_, plain) = wildcatter(&case["inputs"]);
    let nodes = vec![
        node("test", &["no", "yes"], &[], Role::Decision { owner: 0 }),
        node("oil", &["dry", "wet", "soak"], &[], Role::Chance),
        node("result", &["no", "open", "closed", "none"], &[0, 1], Role::Chance),
        node("drill", &["no", "yes"], &[0, 2], Role::Decision { owner: 0 }),
    ];
    let terms = vec![payoff("profit", 0, &[1, 3]), payoff("cost", 0, &[0])];
    let diagram = Diagram::new(vec!["wildcatter".into()], nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    numbers.table_mut(1).copy_from_slice(plain.table(0));
    for oil in 0..3 {
        numbers.table_mut(2)[oil * 4..oil * 4 + 4].copy_from_slice(&[0.0, 0.0, 0.0, 1.0]);
        let of = &mut numbers.table_mut(2)[12 + oil * 4..16 + oil * 4];
        of[..3].copy_from_slice(&plain.table(1)[oil * 3..oil * 3 + 3]);
        of[3] = 0.0;
    }
    numbers.payoff_mut(0).copy_from_slice(plain.payoff(0));
    numbers.payoff_mut(1).copy_from_slice(&[0.0, -number(&case["inputs"]["test_cost"])]);
    let found = solve(&diagram, &numbers);
    assert_eq!(found.policy(0), [0.0, 1.0]);
    assert!((found.payoffs[0] - number(&case["expected"]["eu_test_net"])).abs() < TOLERANCE);
    // A result without a test, and none with one, cannot be; he would do either.
    let impossible: Vec<usize> = found
        .notes
        .iter()
        .filter_map(|note| match note {
            Note::Impossible { decision: 3, row } => Some(*row),
            _ => None,
        })
        .collect();
    assert_eq!(impossible, [0, 1, 2, 7]);
    assert!(impossible.iter().all(|row| found.policy(3)[row * 2..row * 2 + 2] == [0.5, 0.5]));
}

/// Checks that policies are logit responses, and payoffs right, by enumeration; gives the number of
/// rows checked.
fn check_responses(diagram: &Diagram, numbers: &Numbers, found: &Solution) -> usize {
    let policies = policies(diagram, found);
    let all = Enumerated::new(diagram, numbers, &policies);
    for (found, expected) in found.payoffs.iter().zip(&all.payoffs) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    let mut n_checked = 0;
    for decision in diagram.decisions() {
        let n = diagram.n_states(decision);
        for (row, p) in policies[decision].chunks_exact(n).enumerate() {
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{p:?}");
            let Some(utilities) = all.utilities(diagram, decision, row) else { continue };
            let lambda = numbers.precision(decision);
            let told = &found.utilities(decision)[row * n..(row + 1) * n];
            for option in 0..n {
                let (a, b) = (utilities[option] - utilities[0], told[option] - told[0]);
                // A row of probability 1e-12 has lost some digits in both.
                assert!((a - b).abs() < 1e-9, "{a} {b}");
            }
            if lambda.is_finite() {
                for (p, q) in p.iter().zip(logit(&utilities, lambda)) {
                    assert!((p - q).abs() < 1e-9, "{p} {q} at {lambda}");
                }
            } else {
                let best = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let lost: f64 = p.iter().zip(&utilities).map(|(p, u)| p * (best - u)).sum();
                assert!(lost < 1e-8, "{lost}");
            }
            n_checked += 1;
        }
    }
    n_checked
}

#[test]
fn random_diagrams_are_solved_as_enumeration_says() {
    let (mut n_circles, mut n_checked, mut n_stopped) = (0, 0, 0);
    for seed in 0..400 {
        let (diagram, mut numbers) = random(seed, 5, seed % 2 == 1);
        let mut solver = Solver::new(&diagram).unwrap();
        let has_circle = solver.components().iter().any(|component| component.len() > 1);
        n_circles += usize::from(has_circle);
        let mut random = Random(seed + 1000);
        for lambda in [0.0, 0.7, 5.0, f64::INFINITY] {
            // Everybody has a precision of his own.
            for decision in diagram.decisions() {
                numbers.set_precision(decision, lambda * (0.5 + random.unit()));
                if lambda == 0.0 {
                    numbers.set_precision(decision, 0.0);
                }
            }
            let mut found = solver.solution();
            solver.solve(&numbers, &mut found).unwrap();
            if !found.is_complete() {
                n_stopped += 1;
                continue;
            }
            n_checked += check_responses(&diagram, &numbers, &found);
        }
    }
    assert!(n_circles > 50 && n_checked > 5000, "{n_circles} {n_checked}");
    assert!(n_stopped <= 2, "{n_stopped} branches stopped");
}

#[test]
fn a_rational_actor_may_meet_one_who_errs() {
    let (mut n_circles, mut n_checked, mut n_stopped) = (0, 0, 0);
    for seed in 0..150 {
        let (diagram, mut numbers) = random(seed, 5, false);
        let mut solver = Solver::new(&diagram).unwrap();
        n_circles += usize::from(solver.components().iter().any(|c| c.len() > 1));
        for decision in diagram.decisions() {
            let is_rational = (diagram.owner(decision) == Some(0)) != (seed % 2 == 0);
            numbers.set_precision(decision, if is_rational { f64::INFINITY } else { 2.0 });
        }
        let mut found = solver.solution();
        solver.solve(&numbers, &mut found).unwrap();
        if found.is_complete() {
            n_checked += check_responses(&diagram, &numbers, &found);
        } else {
            n_stopped += 1;
        }
    }
    assert!(n_circles > 20 && n_checked > 500, "{n_circles} {n_checked}");
    assert!(n_stopped <= 2, "{n_stopped} branches stopped");
}

#[test]
fn circles_agree_with_damped_responses_at_low_precision() {
    let mut n_circles = 0;
    for seed in 0..150 {
        let (diagram, mut numbers) = random(seed, 5, false);
        let solver = Solver::new(&diagram).unwrap();
        n_circles += usize::from(solver.components().iter().any(|c| c.len() > 1));
        set_precisions(&diagram, &mut numbers, 0.6);
        let mut policies: Vec<Vec<f64>> = (0..diagram.nodes().len())
            .map(|ix| match diagram.owner(ix) {
                None => Vec::new(),
                Some(_) => {
                    let n = diagram.n_states(ix);
                    vec![1.0 / n as f64; n * diagram.n_rows(&diagram.nodes()[ix].parents)]
                }
            })
            .collect();
        // At this precision responses contract: half of the way a hundred times is all the way.
        for _ in 0..100 {
            let all = Enumerated::new(&diagram, &numbers, &policies);
            for decision in diagram.decisions() {
                let n = diagram.n_states(decision);
                for (row, p) in policies[decision].chunks_exact_mut(n).enumerate() {
                    let utilities = all.utilities(&diagram, decision, row).unwrap();
                    let response = logit(&utilities, 0.6);
                    p.iter_mut().zip(response).for_each(|(p, q)| *p = 0.5 * (*p + q));
                }
            }
        }
        let found = solve(&diagram, &numbers);
        for decision in diagram.decisions() {
            for (p, q) in found.policy(decision).iter().zip(&policies[decision]) {
                assert!((p - q).abs() < 1e-9, "seed {seed}: {p} {q}");
            }
        }
    }
    assert!(n_circles > 20, "{n_circles}");
}

/// The tree of a diagram: nodes are played in order, and who decides knows only what he sees.
fn unrolled(diagram: &Diagram, numbers: &Numbers) -> Game {
    let mut sets = Vec::new();
    let mut first_set = vec![0; diagram.nodes().len()];
    for decision in diagram.decisions() {
        first_set[decision] = sets.len();
        for row in 0..diagram.n_rows(&diagram.nodes()[decision].parents) {
            sets.push(InfoSet {
                player: diagram.owner(decision).unwrap() as u32,
                name: format!("{decision}/{row}"),
                actions: diagram.nodes()[decision].states.clone(),
            });
        }
    }
    struct Unroll<'d> {
        diagram: &'d Diagram,
        numbers: &'d Numbers,
        first_set: Vec<usize>,
        nodes: Vec<TreeNode>,
    }
    impl Unroll<'_> {
        fn add(&mut self, depth: usize, states: &mut Vec<usize>) -> u32 {
            let (diagram, ix) = (self.diagram, self.nodes.len());
            let row = |parents: &[usize], states: &[usize]| {
                parents.iter().fold(0, |row, p| row * diagram.n_states(*p) + states[*p])
            };
            self.nodes.push(TreeNode::Terminal(vec![0.0; diagram.actors().len()]));
            if depth == diagram.order().len() {
                let TreeNode::Terminal(values) = &mut self.nodes[ix] else { unreachable!() };
                for (at, payoff) in diagram.payoffs().iter().enumerate() {
                    values[payoff.owner] += self.numbers.payoff(at)[row(&payoff.parents, states)];
                }
                return ix as u32;
            }
            let node = diagram.order()[depth];
            let at = row(&diagram.nodes()[node].parents, states);
            let mut children = Vec::new();
            for state in 0..diagram.n_states(node) {
                states[node] = state;
                children.push(self.add(depth + 1, states));
            }
            let n = children.len();
            self.nodes[ix] = match diagram.owner(node) {
                Some(_) => {
                    let info_set = (self.first_set[node] + at) as u32;
                    TreeNode::Decision { info_set, children }
                }
                None => {
                    let p = self.numbers.table(node)[at * n..(at + 1) * n].iter().copied();
                    TreeNode::Chance(p.zip(children).collect())
                }
            };
            ix as u32
        }
    }
    let mut unroll = Unroll { diagram, numbers, first_set, nodes: Vec::new() };
    unroll.add(0, &mut vec![0; diagram.nodes().len()]);
    Game::new(diagram.actors().to_vec(), sets, unroll.nodes).unwrap()
}

#[test]
fn diagrams_agree_with_their_trees() {
    let mut n_circles = 0;
    for seed in 0..120 {
        let (diagram, mut numbers) = random(seed, 5, false);
        let mut solver = Solver::new(&diagram).unwrap();
        n_circles += usize::from(solver.components().iter().any(|c| c.len() > 1));
        let game = unrolled(&diagram, &numbers);
        let settings = TraceSettings { to_the_limit: false, ..TraceSettings::default() };
        let lambdas = [0.5, 2.0];
        let tree = trace(&game, &lambdas, &settings).unwrap();
        for (row, lambda) in tree.rows.iter().zip(lambdas) {
            set_precisions(&diagram, &mut numbers, lambda);
            let mut found = solver.solution();
            solver.solve(&numbers, &mut found).unwrap();
            let principal = row.principal.as_ref().unwrap();
            let ours = diagram.decisions().flat_map(|decision| found.policy(decision).to_vec());
            // The tree counts copies of an option twice, the diagram does not.
            if found.notes.iter().any(|note| matches!(note, Note::Merged { .. })) {
                continue;
            }
            for (p, q) in ours.zip(principal.probabilities.iter().flatten()) {
                assert!((p - q).abs() < 1e-9, "seed {seed} at {lambda}: {p} {q}");
            }
            for (p, q) in found.payoffs.iter().zip(&principal.payoffs) {
                assert!((p - q).abs() < 1e-9, "seed {seed} at {lambda}: {p} {q}");
            }
        }
    }
    assert!(n_circles > 15, "{n_circles}");
}

#[test]
fn payoffs_are_known_up_to_a_constant_and_a_unit() {
    for seed in 0..60 {
        let (diagram, mut numbers) = random(seed, 5, seed % 2 == 0);
        set_precisions(&diagram, &mut numbers, 3.0);
        let before = solve(&diagram, &numbers);
        let mut changed = numbers.clone();
        for (ix, payoff) in diagram.payoffs().iter().enumerate() {
            let (unit, constant) = [(4.0, 7.0), (0.25, -3.0)][payoff.owner];
            changed.payoff_mut(ix).iter_mut().for_each(|v| *v = unit * *v + constant);
        }
        for decision in diagram.decisions() {
            let unit = [4.0, 0.25][diagram.owner(decision).unwrap()];
            changed.set_precision(decision, 3.0 / unit);
        }
        let after = solve(&diagram, &changed);
        for decision in diagram.decisions() {
            for (p, q) in after.policy(decision).iter().zip(before.policy(decision)) {
                // Constants cost a digit or two.
                assert!((p - q).abs() < 1e-11, "{p} {q}");
            }
        }
    }
}

#[test]
fn a_decision_without_consequences_is_taken_at_random() {
    for lambda in [0.0, 1.0, f64::INFINITY] {
        for seed in 0..40 {
            let (base, _) = random(seed, 4, false);
            let mut nodes = base.nodes().to_vec();
            nodes.push(node("idle", &["a", "b", "c"], &[0, 1], Role::Decision { owner: 2 }));
            let mut actors = base.actors().to_vec();
            actors.push("C".into());
            let mut terms = base.payoffs().to_vec();
            terms.push(payoff("own", 2, &[0]));
            let diagram = Diagram::new(actors, nodes, terms, vec![]).unwrap();
            let mut numbers = diagram.numbers();
            numbers.payoff_mut(4)[1] = 5.0;
            set_precisions(&diagram, &mut numbers, lambda);
            let found = solve(&diagram, &numbers);
            assert!(found.policy(4).iter().all(|p| (p - 1.0 / 3.0).abs() < 1e-15));
        }
    }
}

#[test]
fn a_stated_belief_takes_the_place_of_the_equilibrium() {
    let mut n_checked = 0;
    for seed in 0..120 {
        let (base, _) = random(seed, 5, false);
        let decisions: Vec<usize> = base.decisions().collect();
        let Some((decision, about)) = decisions.iter().find_map(|decision| {
            let can = |about: usize| {
                base.owner(about) != base.owner(*decision)
                    && !base.nodes()[*decision].parents.contains(&about)
            };
            (0..5).find(|about| can(*about)).map(|about| (*decision, about))
        }) else {
            continue;
        };
        let mut random = Random(seed);
        let parents = &base.nodes()[about].parents;
        let given = parents.iter().copied().filter(|_| random.unit() < 0.5).collect();
        let beliefs = vec![Belief { decision, about, given }];
        let parts = (base.actors().to_vec(), base.nodes().to_vec(), base.payoffs().to_vec());
        let diagram = Diagram::new(parts.0, parts.1, parts.2, beliefs).unwrap();
        let (_, drawn) = common::diagrams::random(seed, 5, false);
        let mut numbers = diagram.numbers();
        (0..5).for_each(|ix| numbers.table_mut(ix).copy_from_slice(drawn.table(ix)));
        (0..4).for_each(|ix| numbers.payoff_mut(ix).copy_from_slice(drawn.payoff(ix)));
        let n = diagram.n_states(about);
        for row in numbers.belief_mut(0).chunks_exact_mut(n) {
            fill_row(row, &mut random, false);
        }
        for lambda in [1.0, f64::INFINITY] {
            set_precisions(&diagram, &mut numbers, lambda);
            let found = solve(&diagram, &numbers);
            n_checked += check_responses(&diagram, &numbers, &found);
        }
    }
    assert!(n_checked > 500, "{n_checked}");
}

#[test]
fn a_belief_breaks_the_circle() {
    let case = case!("maid_pycid");
    let (circle, numbers) = matrix(&case["inputs"]["battle_of_the_sexes"]);
    let belief = Belief { decision: 0, about: 1, given: vec![] };
    let parts = (circle.actors().to_vec(), circle.nodes().to_vec(), circle.payoffs().to_vec());
    let diagram = Diagram::new(parts.0, parts.1, parts.2, vec![belief]).unwrap();
    let mut solver = Solver::new(&diagram).unwrap();
    assert_eq!(solver.components(), [[0], [1]]);
    let mut with = diagram.numbers();
    (0..2).for_each(|ix| with.payoff_mut(ix).copy_from_slice(numbers.payoff(ix)));
    with.belief_mut(0).copy_from_slice(&[0.2, 0.8]);
    let mut found = solver.solution();
    solver.solve(&with, &mut found).unwrap();
    // He expects the other at her place, and goes there; she knows what he expects.
    assert_eq!(found.policy(0), [0.0, 1.0]);
    assert_eq!(found.policy(1), [0.0, 1.0]);
    assert_eq!(found.payoffs, [2.0, 3.0]);
}

#[test]
fn who_is_surprised_believes_that_all_before_chose_at_random() {
    // A rational sender with no stake in the answer chooses by his type; who sees his message wants to
    // match the type, and one of three messages is never sent.
    let nodes = vec![
        node("type", &["x", "y"], &[], Role::Chance),
        node("message", &["x", "y", "z"], &[0], Role::Decision { owner: 0 }),
        node("answer", &["x", "y"], &[1], Role::Decision { owner: 1 }),
    ];
    let terms = vec![payoff("send", 0, &[0, 1]), payoff("match", 1, &[0, 2])];
    let actors = vec!["S".into(), "R".into()];
    let diagram = Diagram::new(actors, nodes, terms, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    numbers.table_mut(0).copy_from_slice(&[0.3, 0.7]);
    numbers.payoff_mut(0).copy_from_slice(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    numbers.payoff_mut(1).copy_from_slice(&[1.0, 0.0, 0.0, 1.0]);
    let found = solve(&diagram, &numbers);
    assert_eq!(found.policy(1), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(found.policy(2), [1.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
    assert_eq!(found.notes, [Note::Unreached { decision: 2, row: 2 }]);
    let at_z = &found.utilities(2)[4..6];
    assert!((at_z[0] - 0.3).abs() < 1e-15 && (at_z[1] - 0.7).abs() < 1e-15);
}

#[test]
fn copies_of_an_option_share_its_probability() {
    // The commuter who takes the red bus, the blue bus or the car, alone and with a rival in a circle.
    for has_rival in [false, true] {
        let build = |options: &[&str]| {
            let mut nodes = vec![node("go", options, &[], Role::Decision { owner: 0 })];
            nodes.push(node("rival", &["stay", "drive"], &[], Role::Decision { owner: 1 }));
            let terms = vec![payoff("own", 0, &[0, 1]), payoff("other", 1, &[0, 1])];
            let actors = vec!["A".into(), "B".into()];
            Diagram::new(actors, nodes, terms, vec![]).unwrap()
        };
        let fill = |diagram: &Diagram, of: &[usize]| {
            let mut numbers = diagram.numbers();
            let own = [[1.0, 0.5], [2.0, f64::from(u8::from(!has_rival)) * 2.0]];
            let other = [[0.0, 1.0], [0.0, -f64::from(u8::from(has_rival))]];
            for (ix, kind) in of.iter().enumerate() {
                numbers.payoff_mut(0)[2 * ix..2 * ix + 2].copy_from_slice(&own[*kind]);
                numbers.payoff_mut(1)[2 * ix..2 * ix + 2].copy_from_slice(&other[*kind]);
            }
            set_precisions(diagram, &mut numbers, 1.3);
            numbers
        };
        let (two, three) = (build(&["bus", "car"]), build(&["red bus", "blue bus", "car"]));
        let plain = solve(&two, &fill(&two, &[0, 1]));
        let copied = solve(&three, &fill(&three, &[0, 0, 1]));
        assert_eq!(copied.notes, [Note::Merged { decision: 0, kept: 0, copy: 1 }]);
        assert_eq!(copied.policy(0)[0], copied.policy(0)[1]);
        assert!((2.0 * copied.policy(0)[0] - plain.policy(0)[0]).abs() < 1e-12);
        assert!((copied.policy(1)[0] - plain.policy(1)[0]).abs() < 1e-12);
        assert!((copied.payoffs[0] - plain.payoffs[0]).abs() < 1e-12);
        // The tree, its copies merged, says the same.
        let (game, merged) = merge_identical(&unrolled(&three, &fill(&three, &[0, 0, 1])));
        assert_eq!(merged.len(), 1);
        let tree = trace(&game, &[1.3], &TraceSettings::default()).unwrap();
        let tree = tree.rows[0].principal.as_ref().unwrap();
        assert!((tree.probabilities[0][0] - plain.policy(0)[0]).abs() < 1e-9);
    }
}

#[test]
fn a_pitchfork_is_told_with_its_other_equilibria() {
    let case = case!("qre_chicken_pitchfork");
    let (diagram, mut numbers) = matrix(&case["inputs"]["payoffs"]);
    set_precisions(&diagram, &mut numbers, 1.0);
    let mut solver = Solver::new(&diagram).unwrap();
    let mut found = solver.solution();
    solver.solve(&numbers, &mut found).unwrap();
    assert_eq!(found.notes, []);
    assert_eq!(solver.others(&numbers).unwrap(), []);
    set_precisions(&diagram, &mut numbers, 2.0);
    solver.solve(&numbers, &mut found).unwrap();
    assert!((found.policy(0)[0] - 0.599462).abs() < 1e-6);
    let [Note::Fork { component: 0, at }] = found.notes[..] else { panic!("{:?}", found.notes) };
    assert!((at - 1.372184 / 2.0).abs() < 1e-6, "{at}");
    let others = solver.others(&numbers).unwrap();
    let mut p: Vec<f64> = others.iter().map(|other| other.solution.policy(0)[0]).collect();
    p.sort_by(f64::total_cmp);
    assert!((p[0] - 0.148942).abs() < 1e-6 && (p[1] - 0.957154).abs() < 1e-6, "{p:?}");
    assert_eq!(p.len(), 2);
}

#[test]
fn solving_again_gives_the_same_bytes() {
    for seed in 0..20 {
        let (diagram, mut numbers) = random(seed, 5, true);
        set_precisions(&diagram, &mut numbers, 2.0);
        let mut solver = Solver::new(&diagram).unwrap();
        let mut first = solver.solution();
        solver.solve(&numbers, &mut first).unwrap();
        let (_, other) = random(seed + 500, 5, true);
        if other.check(&diagram).is_ok() && other.table(0).len() == numbers.table(0).len() {
            let _ = solver.solve(&numbers.clone(), &mut solver.solution());
        }
        let mut again = solver.clone().solution();
        solver.solve(&numbers, &mut again).unwrap();
        assert_eq!(first, again);
    }
}

fn build(
    nodes: Vec<weigh_inference::diagram::Node>,
    terms: Vec<weigh_inference::diagram::Payoff>,
    beliefs: Vec<Belief>,
) -> Result<Diagram, DiagramError> {
    Diagram::new(vec!["ruler".into(), "patron".into()], nodes, terms, beliefs)
}

fn refuse(
    nodes: Vec<weigh_inference::diagram::Node>,
    terms: Vec<weigh_inference::diagram::Payoff>,
    beliefs: Vec<Belief>,
) -> String {
    build(nodes, terms, beliefs).unwrap_err().to_string()
}

#[test]
fn parts_that_do_not_fit_are_told() {
    let states = ["a", "b"];
    let choice = |name: &str, parents: &[usize], owner: usize| {
        node(name, &states, parents, Role::Decision { owner })
    };
    let chance = |name: &str, parents: &[usize]| node(name, &states, parents, Role::Chance);
    assert_eq!(
        refuse(vec![choice("send", &[], 2)], vec![], vec![]),
        "the decision `send` belongs to nobody: give it an owner among the actors"
    );
    assert_eq!(
        refuse(vec![chance("x", &[])], vec![payoff("power", 7, &[0])], vec![]),
        "the payoff `power` belongs to nobody: give it an owner among the actors"
    );
    assert_eq!(
        refuse(vec![chance("x", &[1]), choice("y", &[2], 0), chance("z", &[0])], vec![], vec![]),
        "`z`, `y`, `x` depend on each other in a circle"
    );
    assert_eq!(
        refuse(vec![choice("send", &[], 0), choice("stay", &[], 0)], vec![], vec![]),
        "`ruler` decides `send` and `stay` in no order: let one of them know the other"
    );
    let poll = vec![chance("poll", &[]), choice("send", &[0], 0), choice("stay", &[1], 0)];
    assert_eq!(
        refuse(poll, vec![], vec![]),
        "`ruler` forgets: at `stay` he must still know `poll`, which he knew at `send`"
    );
    let hidden = vec![choice("send", &[], 0), chance("x", &[0]), choice("stay", &[1], 0)];
    assert_eq!(
        refuse(hidden, vec![], vec![]),
        "`ruler` forgets: at `stay` he must still know `send`, which he chose at `send`"
    );
    assert_eq!(
        refuse(vec![chance("x", &[]), chance("x", &[])], vec![], vec![]),
        "two nodes are named `x`"
    );
    assert_eq!(
        refuse(vec![node("x", &[], &[], Role::Chance)], vec![], vec![]),
        "`x` has no states"
    );
    assert_eq!(
        refuse(vec![chance("x", &[3])], vec![], vec![]),
        "`x` depends on a node that is not there"
    );
    assert_eq!(
        refuse(vec![chance("x", &[])], vec![payoff("power", 0, &[0, 0])], vec![]),
        "`power` names a parent twice"
    );
    let two = || vec![chance("x", &[]), choice("send", &[0], 0), choice("press", &[], 1)];
    let belief = |decision, about, given: &[usize]| {
        let belief = Belief { decision, about, given: given.to_vec() };
        refuse(two(), vec![], vec![belief])
    };
    let cannot = |about: &str, why: &str| {
        format!("the belief about `{about}` at `send` cannot be used: {why}")
    };
    assert_eq!(belief(1, 0, &[]), cannot("x", "he sees it"));
    assert_eq!(belief(1, 1, &[]), cannot("send", "it is his own choice"));
    let given = "it is given something that this does not depend on";
    assert_eq!(belief(1, 2, &[0]), cannot("press", given));
    assert!(belief(0, 2, &[]).contains("only who decides has beliefs"));
    let twice = Belief { decision: 1, about: 2, given: vec![] };
    assert_eq!(
        refuse(two(), vec![], vec![twice.clone(), twice]),
        cannot("press", "there is another one")
    );
}

#[test]
fn a_diagram_that_is_too_large_is_refused_with_its_size() {
    let chance = |ix: usize| node(&format!("x{ix}"), &["a", "b", "c", "d"], &[], Role::Chance);
    let mut nodes: Vec<_> = (0..64).map(chance).collect();
    let all: Vec<usize> = (0..64).collect();
    nodes.push(node("send", &["a", "b"], &all, Role::Decision { owner: 0 }));
    assert_eq!(
        refuse(nodes, vec![], vec![]),
        format!(
            "the diagram is too large: the policy of `send` takes {} numbers, where at most 1048576 \
             are taken on",
            u64::MAX
        )
    );
    // A circle of too many choices.
    let mut nodes: Vec<_> = (0..4).map(chance).collect();
    nodes.push(node("send", &["a", "b", "c", "d"], &[0, 1, 2, 3], Role::Decision { owner: 0 }));
    nodes.push(node("press", &["a", "b"], &[], Role::Decision { owner: 1 }));
    let terms = vec![payoff("u", 0, &[4, 5]), payoff("v", 1, &[4, 5])];
    let error = Solver::new(&build(nodes, terms, vec![]).unwrap()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the diagram is too large: solving `send`, `press`, which rely on each other, takes 769 \
         numbers, where at most 600 are taken on"
    );
    // Tables that fit, whose product does not.
    let nodes: Vec<_> = (0..12).map(chance).collect();
    let mut terms: Vec<_> = (0..2).map(|ix| payoff(&format!("u{ix}"), ix, &[])).collect();
    terms[0].parents = (0..10).collect();
    let mut nodes = nodes;
    nodes[10].parents = vec![];
    nodes[11].parents = (0..9).collect();
    nodes.push(node("go", &["a", "b"], &[11], Role::Decision { owner: 0 }));
    terms[1] = payoff("u1", 0, &[10, 11, 12]);
    terms.push(payoff("u2", 0, &[0, 1, 2, 3, 4, 5, 6, 12]));
    let diagram = build(nodes, terms, vec![]).unwrap();
    let error = Solver::new(&diagram).map(|_| ()).map_err(|error| error.to_string());
    // 4^10 cells each with some factors: within the limits or refused, never out of memory.
    assert!(error.is_ok() || error.unwrap_err().contains("the calculation takes"));
}

#[test]
fn numbers_that_make_no_sense_are_told() {
    let nodes = vec![
        node("x", &["a", "b"], &[], Role::Chance),
        node("send", &["no", "yes"], &[0], Role::Decision { owner: 0 }),
    ];
    let diagram = build(nodes, vec![payoff("power", 0, &[0, 1])], vec![]).unwrap();
    let mut solver = Solver::new(&diagram).unwrap();
    let mut refuse = |change: &dyn Fn(&mut Numbers)| {
        let mut numbers = diagram.numbers();
        change(&mut numbers);
        let mut found = solver.solution();
        solver.solve(&numbers, &mut found).unwrap_err().to_string()
    };
    assert_eq!(
        refuse(&|numbers| numbers.table_mut(0)[0] = 0.6),
        "row 0 of the table of `x` sums to 1.1, not to 1, or has a number outside 0 to 1"
    );
    assert!(refuse(&|n| n.table_mut(0).copy_from_slice(&[-0.5, 1.5])).contains("row 0"));
    assert!(refuse(&|n| n.table_mut(0)[0] = f64::NAN).contains("row 0"));
    for value in [f64::NAN, f64::INFINITY, 1e308] {
        let error = refuse(&|numbers| numbers.payoff_mut(0)[1] = value);
        assert!(error.starts_with("the payoffs of `ruler` cannot be added up: `power`"), "{error}");
    }
    for value in [-1.0, f64::NAN] {
        let error = refuse(&|numbers| numbers.set_precision(1, value));
        assert!(error.contains("cannot be used: give one from 0 up, or infinity"), "{error}");
    }
    // Large, but a number.
    let mut numbers = diagram.numbers();
    numbers.payoff_mut(0).copy_from_slice(&[1e300, -1e300, 1e-300, 0.0]);
    numbers.set_precision(1, 1e308);
    assert_eq!(solve(&diagram, &numbers).policy(1)[0..2], [1.0, 0.0]);
}

#[test]
fn what_cannot_be_seen_is_told() {
    let nodes = vec![
        node("send", &["no", "yes"], &[], Role::Decision { owner: 0 }),
        node("revolt", &["no", "yes"], &[0], Role::Chance),
    ];
    let diagram = build(nodes, vec![payoff("power", 0, &[0, 1])], vec![]).unwrap();
    let error = value_of_seeing(&diagram, &diagram.numbers(), 0, 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "what `send` knows of `revolt` cannot be changed: it has an influence on it, so that it comes \
         too late"
    );
}

#[test]
fn seeing_more_never_hurts_a_rational_actor_alone() {
    let mut n_checked = 0;
    for seed in 0..80 {
        let (base, drawn) = random(seed, 5, seed % 2 == 0);
        // One owner of everything: recall may be missing, then there is nothing to check.
        let mut nodes = base.nodes().to_vec();
        for node in &mut nodes {
            if let Role::Decision { owner } = &mut node.role {
                *owner = 0;
            }
        }
        let mut terms = base.payoffs().to_vec();
        terms.iter_mut().for_each(|term| term.owner = 0);
        let Ok(diagram) = Diagram::new(vec!["A".into()], nodes, terms, vec![]) else { continue };
        for decision in diagram.decisions().collect::<Vec<_>>() {
            for seen in 0..5 {
                if diagram.nodes()[decision].parents.contains(&seen) {
                    continue;
                }
                if let Ok(sight) = value_of_seeing(&diagram, &drawn, decision, seen) {
                    assert!(sight.value() > -1e-12, "seed {seed}: {sight:?}");
                    n_checked += 1;
                }
            }
        }
    }
    assert!(n_checked > 30, "{n_checked}");
}
