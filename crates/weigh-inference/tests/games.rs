//! Games: published and independently computed equilibria, second methods, invariances.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{number, numbers, text, texts};
use proptest::prelude::*;
use serde_json::Value;
use weigh_inference::game::{
    Branch, Equilibrium, Game, GameError, InfoSet, Node, NormalForm, Trace, TraceSettings,
    merge_identical, trace,
};

macro_rules! case {
    ($name:literal) => {{
        let text = include_str!(concat!("../../../tests/cases/", $name, ".json"));
        serde_json::from_str::<Value>(text).unwrap()
    }};
}

/// What every figure of the case files is held to: the solutions are good to 1e-13, the files' own
/// figures to as much.
const TOLERANCE: f64 = 1e-8;

fn solve(game: &Game, lambdas: &[f64]) -> Trace {
    let found = trace(game, lambdas, &TraceSettings::default()).unwrap();
    assert_eq!(found.stop, None);
    // In the limit rounding is multiplied by a precision of 10^10.
    for row in found.rows.iter().filter(|row| row.lambda.is_finite()) {
        let all = row.principal.iter().chain(row.others.iter().map(|other| &other.equilibrium));
        for equilibrium in all {
            assert!(equilibrium.residual < 1e-12, "{equilibrium:?}");
        }
    }
    found
}

fn normal_form(inputs: &Value) -> NormalForm {
    let strategies: Vec<Vec<String>> = match inputs.get("strategies") {
        Some(of) => of.as_array().unwrap().iter().map(texts).collect(),
        None => vec![vec!["swerve".into(), "dare".into()]; 2],
    };
    let players = inputs.get("players").map_or(vec!["R".into(), "C".into()], texts);
    let rows = inputs["payoffs"].as_array().unwrap().iter();
    let payoffs = rows.flat_map(|row| row.as_array().unwrap()).flat_map(numbers).collect();
    NormalForm { players, strategies, payoffs }
}

/// The tree of a case file.
fn extensive(inputs: &Value) -> Game {
    let (mut sets, mut nodes): (Vec<InfoSet>, Vec<Node>) = (Vec::new(), Vec::new());
    fn add(tree: &Value, sets: &mut Vec<InfoSet>, nodes: &mut Vec<Node>) -> u32 {
        let ix = nodes.len();
        if let Some(payoffs) = tree.get("payoffs") {
            nodes.push(Node::Terminal(numbers(payoffs)));
        } else if let Some(branches) = tree.get("chance") {
            nodes.push(Node::Terminal(Vec::new()));
            let branches = branches.as_array().unwrap().iter();
            let children = branches.map(|b| (number(&b[1]), add(&b[2], sets, nodes))).collect();
            nodes[ix] = Node::Chance(children);
        } else {
            nodes.push(Node::Terminal(Vec::new()));
            let name = text(&tree["infoset"]);
            let branches = tree["actions"].as_array().unwrap();
            let actions = branches.iter().map(|b| text(&b[0])).collect();
            let known = sets.iter().position(|set| set.name == name);
            let info_set = known.unwrap_or_else(|| {
                let player = tree["player"].as_u64().unwrap() as u32;
                sets.push(InfoSet { player, name, actions });
                sets.len() - 1
            }) as u32;
            let children = branches.iter().map(|b| add(&b[1], sets, nodes)).collect();
            nodes[ix] = Node::Decision { info_set, children };
        }
        ix as u32
    }
    add(&inputs["tree"], &mut sets, &mut nodes);
    Game::new(texts(&inputs["players"]), sets, nodes).unwrap()
}

fn game_of(case: &Value) -> Game {
    let inputs = &case["inputs"];
    if inputs.get("tree").is_some() {
        extensive(inputs)
    } else {
        normal_form(inputs).into_game().unwrap()
    }
}

fn p(game: &Game, found: &Equilibrium, set: &str, action: &str) -> f64 {
    let ix = game.info_sets().iter().position(|s| s.name == set).unwrap();
    let of = game.info_sets()[ix].actions.iter().position(|a| a == action).unwrap();
    found.probabilities[ix][of]
}

fn check(case: &Value, limit: &[(&str, &str, f64)]) {
    let game = game_of(case);
    let rows = case["expected"]["rows"].as_array().unwrap();
    let lambdas: Vec<f64> = rows.iter().map(|row| number(&row["lambda"])).collect();
    let found = solve(&game, &lambdas);
    let mut n_checked = 0;
    for (row, expected) in found.rows.iter().zip(rows) {
        let principal = row.principal.as_ref().unwrap();
        for (set, actions) in expected["probabilities"].as_object().unwrap() {
            for (action, value) in actions.as_object().unwrap() {
                let found = p(&game, principal, set, action);
                let expected = number(value);
                let at = row.lambda;
                assert!(
                    (found - expected).abs() < TOLERANCE,
                    "{set} {action} at {at}: {found} {expected}"
                );
                // The rare ones in proportion.
                assert!(
                    (found - expected).abs() <= 1e-6 * expected,
                    "{set} {action}: {found} {expected}"
                );
                n_checked += 1;
            }
        }
        for (payoff, expected) in
            principal.payoffs.iter().zip(numbers(&expected["expected_payoffs"]))
        {
            assert!((payoff - expected).abs() < TOLERANCE, "{payoff} is not {expected}");
        }
    }
    assert!(n_checked > 0);
    let at_end = found.limit.unwrap();
    for (set, action, expected) in limit {
        let found = p(&game, &at_end, set, action);
        // The branch comes near its limit as fast as 1 / precision, which ends at 1e10.
        assert!((found - expected).abs() < TOLERANCE, "{set} {action} in the limit: {found}");
    }
    assert!(at_end.regret < 1e-8, "{at_end:?}");
}

#[test]
fn normal_forms_agree_with_the_case_files() {
    check(&case!("qre_pd"), &[("R", "cooperate", 0.0), ("C", "cooperate", 0.0)]);
    check(&case!("qre_amp9"), &[("R", "U", 0.5), ("C", "L", 0.1)]);
    check(&case!("qre_gh320"), &[("R", "Top", 0.5), ("C", "Left", 0.125)]);
    check(&case!("qre_chicken_asym"), &[("R", "swerve", 1.0), ("C", "swerve", 0.0)]);
    check(&case!("qre_bos_asym"), &[("R", "opera", 0.0), ("C", "opera", 0.0)]);
    check(&case!("qre_staghunt"), &[("R", "stag", 0.0), ("C", "stag", 0.0)]);
}

#[test]
fn trees_agree_with_the_case_files() {
    check(&case!("qre_entry"), &[("E", "out", 0.0), ("I", "accommodate", 1.0)]);
    check(&case!("qre_centipede4"), &[("1a", "take", 1.0), ("2b", "take", 1.0)]);
    check(&case!("qre_patron_ally"), &[("P1", "leave", 1.0), ("A", "refuse", 1.0)]);
    check(&case!("qre_patron_ally_private"), &[("P1", "leave", 1.0), ("A_wary", "send", 0.0)]);
    check(&case!("qre_beer_quiche"), &[("S_strong", "beer", 1.0), ("R_quiche", "duel", 1.0)]);
    let third = 1.0 / 3.0;
    check(
        &case!("qre_poker"),
        &[("K", "bet", 1.0), ("S", "call", 2.0 * third), ("Q", "bet", third)],
    );
    check(&case!("qre_selten_horse"), &[("1", "R", 1.0), ("2", "R", 1.0), ("3", "R", 0.0)]);
}

#[test]
fn a_pitchfork_is_told_and_the_symmetric_branch_kept() {
    let case = case!("qre_chicken_pitchfork");
    let game = game_of(&case);
    let expected = &case["expected"];
    let lambdas = numbers(&case["inputs"]["lambdas"]);
    let found = solve(&game, &lambdas);
    assert_eq!(found.forks.len(), 1);
    // The crossing is closed in on to 1e-8 of the precision, here in units of a range of 7.
    assert!((found.forks[0].lambda - number(&expected["bifurcation_lambda"])).abs() < 1e-7);
    let at = found.forks[0].probabilities[0][0];
    assert!((at - number(&expected["bifurcation_swerve"])).abs() < 1e-7);
    assert_eq!(found.forks[0].ways, 2);
    for (row, expected) in found.rows.iter().zip(expected["symmetric"].as_array().unwrap()) {
        let principal = row.principal.as_ref().unwrap();
        for player in &principal.probabilities {
            assert!((player[0] - number(&expected["symmetric_swerve"])).abs() < TOLERANCE);
        }
        let is_told = expected["unstable_for_best_response"].as_bool().unwrap();
        assert_eq!(row.others.len(), if is_told { 2 } else { 0 }, "at {}", row.lambda);
    }
    for expected in expected["asymmetric"].as_array().unwrap() {
        let row = found.rows.iter().find(|row| row.lambda == number(&expected["lambda_"])).unwrap();
        let swerve = numbers(&expected["swerve"]);
        for wanted in [[swerve[0], swerve[1]], [swerve[1], swerve[0]]] {
            let is_found = row.others.iter().any(|other| {
                assert_eq!(other.branch, Branch::Fork(0));
                let of = &other.equilibrium.probabilities;
                (of[0][0] - wanted[0]).abs() < TOLERANCE && (of[1][0] - wanted[1]).abs() < TOLERANCE
            });
            assert!(is_found, "{wanted:?} at {}", row.lambda);
        }
    }
    let limit = found.limit.unwrap();
    assert!((limit.probabilities[0][0] - 2.0 / 3.0).abs() < TOLERANCE);
}

#[test]
fn an_almost_symmetric_game_goes_the_way_of_the_smallest_difference() {
    // One payoff of chicken is larger by a millionth: the branch is no longer crossed, it bends.
    let mut form = normal_form(&case!("qre_chicken_pitchfork")["inputs"]);
    form.payoffs[3] += 1e-6;
    let found = solve(&form.into_game().unwrap(), &[1.0, 5.0]);
    assert_eq!(found.forks, []);
    let at_5 = &found.rows[1].principal.as_ref().unwrap().probabilities;
    assert!(at_5[0][0] > 0.99 && at_5[1][0] < 0.01, "{at_5:?}");
}

/// The logit response by plain enumeration of ends: the second way of computing everything.
fn response(game: &Game, lambda: f64, policy: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let sets = game.info_sets();
    let mut reach = vec![0.0; sets.len()];
    let mut worth: Vec<Vec<f64>> = sets.iter().map(|set| vec![0.0; set.actions.len()]).collect();
    fn value(game: &Game, node: usize, player: usize, policy: &[Vec<f64>]) -> f64 {
        match &game.nodes()[node] {
            Node::Terminal(payoffs) => payoffs[player],
            Node::Chance(branches) => {
                branches.iter().map(|(p, c)| p * value(game, *c as usize, player, policy)).sum()
            }
            Node::Decision { info_set, children } => {
                let of = children.iter().zip(&policy[*info_set as usize]);
                of.map(|(c, p)| p * value(game, *c as usize, player, policy)).sum()
            }
        }
    }
    let mut open = vec![(0usize, 1.0f64)];
    while let Some((node, p_here)) = open.pop() {
        match &game.nodes()[node] {
            Node::Terminal(_) => {}
            Node::Chance(branches) => {
                open.extend(branches.iter().map(|(p, c)| (*c as usize, p * p_here)));
            }
            Node::Decision { info_set, children } => {
                let set = *info_set as usize;
                reach[set] += p_here;
                for (action, child) in children.iter().enumerate() {
                    let player = sets[set].player as usize;
                    worth[set][action] += p_here * value(game, *child as usize, player, policy);
                    open.push((*child as usize, p_here * policy[set][action]));
                }
            }
        }
    }
    let softmax = |worth: &Vec<f64>, reach: f64| {
        let best = worth.iter().copied().fold(f64::MIN, f64::max);
        let weights = worth.iter().map(|w| libm::exp(lambda * (w - best) / reach));
        let weights: Vec<f64> = weights.collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|w| w / sum).collect()
    };
    worth.iter().zip(reach).map(|(worth, reach)| softmax(worth, reach)).collect()
}

/// The fixed point that damped responses come to; at low precision there is one only.
fn damped(game: &Game, lambda: f64) -> Vec<Vec<f64>> {
    let uniform = |set: &InfoSet| vec![1.0 / set.actions.len() as f64; set.actions.len()];
    let mut policy: Vec<Vec<f64>> = game.info_sets().iter().map(uniform).collect();
    for _ in 0..2000 {
        let next = response(game, lambda, &policy);
        for (old, new) in policy.iter_mut().flatten().zip(next.iter().flatten()) {
            *old = 0.5 * (*old + new);
        }
    }
    policy
}

/// Backward induction: with perfect information the last choices do not depend on the earlier ones.
fn backward(game: &Game, lambda: f64) -> Vec<Vec<f64>> {
    let mut policy = vec![Vec::new(); game.info_sets().len()];
    let mut values = vec![Vec::new(); game.nodes().len()];
    for (ix, node) in game.nodes().iter().enumerate().rev() {
        values[ix] = match node {
            Node::Terminal(payoffs) => payoffs.clone(),
            Node::Chance(_) => unreachable!("the games here have none"),
            Node::Decision { info_set, children } => {
                let player = game.info_sets()[*info_set as usize].player as usize;
                let worth = |c: &u32| libm::exp(lambda * values[*c as usize][player]);
                let sum: f64 = children.iter().map(worth).sum();
                let p: Vec<f64> = children.iter().map(|c| worth(c) / sum).collect();
                let value = |player: usize| {
                    children.iter().zip(&p).map(|(c, p)| p * values[*c as usize][player]).sum()
                };
                let here = (0..game.players().len()).map(value).collect();
                policy[*info_set as usize] = p;
                here
            }
        };
    }
    policy
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("n{i}")).collect()
}

/// A random tree: `kinds` says per node in turn what it is, `numbers` feeds payoffs and chances. With
/// `is_seen` every move has an information set of its own; otherwise two players move in turn and
/// each sees only his own moves and how deep the game is.
fn tree(kinds: &[u8], numbers: &[f64], is_seen: bool) -> Game {
    let (mut sets, mut nodes): (Vec<InfoSet>, Vec<Node>) = (Vec::new(), Vec::new());
    let (mut kinds, mut numbers) = (kinds.iter().cycle(), numbers.iter().cycle().copied());
    // The node, how deep, what each player did.
    let mut open = vec![(None::<(usize, usize)>, 0u32, [Vec::new(), Vec::new()])];
    while let Some((from, depth, done)) = open.pop() {
        let ix = nodes.len();
        if let Some((parent, child)) = from {
            match &mut nodes[parent] {
                Node::Chance(branches) => branches[child].1 = ix as u32,
                Node::Decision { children, .. } => children[child] = ix as u32,
                Node::Terminal(_) => unreachable!("an end has no children"),
            }
        }
        let kind = kinds.next().unwrap() % 4;
        if depth == 4 || (depth > 1 && kind == 0 && is_seen) {
            nodes.push(Node::Terminal(vec![numbers.next().unwrap(), numbers.next().unwrap()]));
        } else if depth == 0 && !is_seen {
            let p = 0.5 + 0.4 * numbers.next().unwrap();
            nodes.push(Node::Chance(vec![(p, 0), (1.0 - p, 0)]));
            open.extend((0..2).rev().map(|child| (Some((ix, child)), 1, done.clone())));
        } else {
            let n = if is_seen { 2 + usize::from(kind) % 2 } else { 2 };
            let player = depth as usize % 2;
            let name =
                if is_seen { format!("{ix}") } else { format!("{depth} {:?}", done[player]) };
            let known = sets.iter().position(|set| set.name == name);
            let info_set = known.unwrap_or_else(|| {
                sets.push(InfoSet { player: player as u32, name, actions: names(n) });
                sets.len() - 1
            });
            nodes.push(Node::Decision { info_set: info_set as u32, children: vec![0; n] });
            for child in (0..n).rev() {
                let mut done = done.clone();
                done[player].push((depth, child));
                open.push((Some((ix, child)), depth + 1, done));
            }
        }
    }
    Game::new(names(2), sets, nodes).unwrap()
}

fn assert_alike(found: &[Vec<f64>], expected: &[Vec<f64>], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert!((a - b).abs() < tolerance, "{found:?} is not {expected:?}");
    }
}

fn matrix() -> impl Strategy<Value = NormalForm> {
    let sizes = prop_oneof![
        Just(vec![2, 2]),
        Just(vec![3, 2]),
        Just(vec![4, 4]),
        Just(vec![2, 2, 2]),
        Just(vec![3, 1, 2])
    ];
    sizes.prop_flat_map(|sizes: Vec<usize>| {
        let n = sizes.iter().product::<usize>() * sizes.len();
        prop::collection::vec(-1.0..1.0f64, n).prop_map(move |payoffs| NormalForm {
            players: names(sizes.len()),
            strategies: sizes.iter().map(|n| names(*n)).collect(),
            payoffs,
        })
    })
}

fn principal(found: &Trace, row: usize) -> &Equilibrium {
    found.rows[row].principal.as_ref().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn matrices_agree_with_damped_responses_at_low_precision(form in matrix()) {
        let game = form.into_game().unwrap();
        let found = solve(&game, &[0.0, 0.2, 0.5]);
        for (row, lambda) in [0.0, 0.2, 0.5].into_iter().enumerate() {
            assert_alike(&principal(&found, row).probabilities, &damped(&game, lambda), 1e-12);
        }
    }

    #[test]
    fn trees_with_hidden_moves_agree_with_damped_responses_at_low_precision(
        numbers in prop::collection::vec(-1.0..1.0f64, 31),
    ) {
        let game = tree(&[1], &numbers, false);
        let found = solve(&game, &[0.2, 0.5]);
        for (row, lambda) in [0.2, 0.5].into_iter().enumerate() {
            assert_alike(&principal(&found, row).probabilities, &damped(&game, lambda), 1e-12);
        }
    }

    #[test]
    fn equilibria_are_fixed_points_at_every_precision(
        numbers in prop::collection::vec(-1.0..1.0f64, 31),
    ) {
        let game = tree(&[1], &numbers, false);
        let lambdas = [1.0, 3.0, 10.0, 40.0];
        let found = solve(&game, &lambdas);
        for (row, lambda) in lambdas.into_iter().enumerate() {
            let policy = &principal(&found, row).probabilities;
            // The response of the enumeration divides by the probability of being there: some digits
            // are lost where that is small.
            assert_alike(policy, &response(&game, lambda, policy), 1e-9);
        }
    }

    #[test]
    fn with_perfect_information_backward_induction_is_exact(
        kinds in prop::collection::vec(0..4u8, 17),
        numbers in prop::collection::vec(-1.0..1.0f64, 41),
    ) {
        let game = tree(&kinds, &numbers, true);
        let lambdas = [0.5, 4.0, 25.0];
        let found = solve(&game, &lambdas);
        for (row, lambda) in lambdas.into_iter().enumerate() {
            assert_alike(&principal(&found, row).probabilities, &backward(&game, lambda), 1e-11);
        }
        prop_assert_eq!(found.forks.len(), 0);
        prop_assert_eq!(found.turns.len(), 0);
    }

    #[test]
    fn payoffs_are_known_up_to_a_constant_and_a_unit(form in matrix(), k in 0.1..50.0f64, add in -9.0..9.0f64) {
        let game = form.clone().into_game().unwrap();
        let mut other = form;
        let n = other.players.len();
        for (i, payoff) in other.payoffs.iter_mut().enumerate() {
            *payoff = k * *payoff + add * (1 + i % n) as f64;
        }
        let found = solve(&game, &[0.7, 2.0]);
        let scaled = solve(&other.into_game().unwrap(), &[0.7 / k, 2.0 / k]);
        for row in 0..2 {
            let (a, b) = (principal(&found, row), principal(&scaled, row));
            // Rounding of the changed payoffs, grown by how touchy the equilibrium is.
            assert_alike(&a.probabilities, &b.probabilities, 1e-9);
            for (player, (a, b)) in a.payoffs.iter().zip(&b.payoffs).enumerate() {
                prop_assert!((k * a + add * (1 + player) as f64 - b).abs() < 1e-7);
            }
        }
    }

    #[test]
    fn a_copy_of_an_option_is_merged_away(form in matrix()) {
        let game = form.clone().into_game().unwrap();
        // The first player's first strategy twice.
        let mut doubled = form;
        let of_one = doubled.payoffs.len() / doubled.strategies[0].len();
        doubled.payoffs.extend_from_within(..of_one);
        doubled.strategies[0].push("copy".into());
        let (merged, dropped) = merge_identical(&doubled.into_game().unwrap());
        prop_assert_eq!(dropped.len(), 1);
        prop_assert_eq!(dropped[0].dropped.as_str(), "copy");
        prop_assert_eq!(merged, game);
    }
}

#[test]
fn precisions_that_are_none_are_refused_and_the_extremes_answered() {
    let game = normal_form(&case!("qre_amp9")["inputs"]).into_game().unwrap();
    for lambda in [-1.0, f64::NAN, 1e300] {
        let error = trace(&game, &[lambda], &TraceSettings::default()).unwrap_err();
        assert!(matches!(error, GameError::Precision(_)), "{error}");
    }
    let found = solve(&game, &[f64::INFINITY, 0.0]);
    assert_eq!(found.rows[0].principal, found.limit);
    assert_eq!(principal(&found, 1).probabilities, [[0.5, 0.5], [0.5, 0.5]]);
}

#[test]
fn a_branch_that_is_given_up_says_where() {
    let game = normal_form(&case!("qre_amp9")["inputs"]).into_game().unwrap();
    let settings = TraceSettings { max_steps: 5, ..TraceSettings::default() };
    let found = trace(&game, &[0.01, 1000.0], &settings).unwrap();
    assert!(found.rows[0].principal.is_some());
    assert_eq!((&found.rows[1].principal, &found.limit), (&None, &None));
    let stop = found.stop.unwrap();
    assert!(stop.lambda > 0.0 && stop.residual < 1e-9, "{stop:?}");
}

#[test]
fn payoffs_that_are_all_alike_leave_all_to_chance() {
    let form = NormalForm {
        players: names(2),
        strategies: vec![names(2), names(3)],
        payoffs: vec![7.0; 12],
    };
    let found = solve(&form.into_game().unwrap(), &[5.0]);
    let third = 1.0 / 3.0;
    assert_alike(&principal(&found, 0).probabilities, &[vec![0.5; 2], vec![third; 3]], 1e-15);
    assert_eq!(principal(&found, 0).payoffs, [7.0, 7.0]);
}

#[test]
fn a_branch_that_turns_tells_of_the_other_equilibria() {
    // The fourth game of a random search: its branch comes to 4.157, goes back to 3.987 and on.
    let form = NormalForm {
        players: names(2),
        strategies: vec![names(3), names(3)],
        payoffs: vec![
            -0.5820145217734058,
            0.8978122432146021,
            0.017262847350098864,
            0.12180941866846529,
            0.6379461839868246,
            0.30204525194167386,
            0.022189961676077674,
            0.06060650517545185,
            0.9378013263564047,
            0.71708063090768,
            -0.6533439573030959,
            0.732487211129196,
            0.5298156223518762,
            0.9127476841861781,
            -0.8886986936885559,
            -0.013087410207649253,
            -0.3536599992570133,
            0.03840119760556293,
        ],
    };
    let game = form.into_game().unwrap();
    let found = solve(&game, &[3.0, 4.05, 5.0]);
    let turns: Vec<f64> = found.turns.iter().map(|turn| turn.lambda).collect();
    assert_eq!(turns.len(), 2);
    for (row, n_others) in found.rows.iter().zip([0, 2, 0]) {
        assert_eq!(row.others.len(), n_others, "at {}", row.lambda);
        let all = row.principal.iter().chain(row.others.iter().map(|other| &other.equilibrium));
        for equilibrium in all {
            let policy = &equilibrium.probabilities;
            assert_alike(policy, &response(&game, row.lambda, policy), 1e-12);
        }
        assert!(row.others.iter().all(|other| other.branch == Branch::AfterTurn));
    }
    // Either side of a turn there are two equilibria more or two less.
    for (turn, inwards) in turns.iter().zip([-1.0, 1.0]) {
        let found = solve(&game, &[turn - 1e-6 * inwards, turn + 1e-6 * inwards]);
        assert_eq!((found.rows[0].others.len(), found.rows[1].others.len()), (0, 2), "at {turn}");
    }
}

#[test]
fn a_fold_that_only_rare_actions_tell_of_is_found() {
    // From a random search: at 28.3 the branch goes back to 23.5 and on, and one step over both changes
    // no probability by more than 0.05, but the log ratio of a rare action by more than 1.
    #[rustfmt::skip]
    let payoffs = vec![
        -0.0841723, 1.0, -0.2044196, 5.0, 5.0, -4.0, 2.0, 0.0, -1.0, 0.1182604, 0.0, 5.0, -5.0,
        2.0, 2.0, -1.0, -2.0, -0.2327047, 2.0, -0.4182035, 1.666746, -5.0, -2.9772089, 0.0,
        -2.523164, 0.9060274, -3.0, 2.0, 2.0, 1.0, 2.0, -0.6081913, 2.5722628, 1.0, 2.0, 0.0,
        3.0, -0.4269962, -4.0, 1.6382549, 1.559945, 1.0, 2.0, 3.0, 0.4689805, 1.0944654, 2.0,
        -1.8929315,
    ];
    let strategies = vec![names(2), names(4), names(2)];
    let game = NormalForm { players: names(3), strategies, payoffs }.into_game().unwrap();
    let found = solve(&game, &[3.0, 25.0, 27.0, 40.0]);
    assert_eq!(found.turns.len(), 4, "{:?}", found.turns);
    for (row, n_others) in found.rows.iter().zip([2, 2, 2, 0]) {
        assert_eq!(row.others.len(), n_others, "at {}", row.lambda);
        let all = row.principal.iter().chain(row.others.iter().map(|other| &other.equilibrium));
        for policy in all.map(|equilibrium| &equilibrium.probabilities) {
            assert_alike(policy, &response(&game, row.lambda, policy), 1e-12);
        }
    }
}

#[test]
fn equilibria_that_three_alike_players_share_are_told() {
    // Each of three wants to be where most others are: two eigenvalues vanish at once, and the
    // determinant only touches zero.
    let mut payoffs = Vec::new();
    for profile in 0..8 {
        let place = |player: usize| (profile >> (2 - player)) & 1;
        for player in 0..3 {
            let alike = (0..3).filter(|other| *other != player && place(*other) != place(player));
            payoffs.push(alike.count() as f64 + 0.25 * place(player) as f64);
        }
    }
    let form = NormalForm { players: names(3), strategies: vec![names(2); 3], payoffs };
    let game = form.into_game().unwrap();
    let found = solve(&game, &[0.5, 4.0]);
    assert_eq!(found.forks.len(), 1);
    assert_eq!(found.rows[0].others, []);
    assert!(!found.rows[1].others.is_empty());
    let symmetric = &principal(&found, 1).probabilities;
    assert_alike(&symmetric[1..], &[symmetric[0].clone(), symmetric[0].clone()], 1e-9);
    for other in &found.rows[1].others {
        let policy = &other.equilibrium.probabilities;
        assert_alike(policy, &response(&game, 4.0, policy), 1e-12);
    }
}
