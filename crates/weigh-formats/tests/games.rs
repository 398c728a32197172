//! Games of Gambit: what is read, and what is said of files that are wrong.

use std::fmt::Write;

use proptest::prelude::*;
use weigh_formats::Limits;
use weigh_formats::game::{GameFile, Matrix, Node, Tree, read};

fn tree(text: &str) -> Tree {
    match read(text, &Limits::default()) {
        Ok(GameFile::Tree(tree)) => tree,
        other => panic!("{other:?} is no tree"),
    }
}

fn matrix(text: &str) -> Matrix {
    match read(text, &Limits::default()) {
        Ok(GameFile::Matrix(matrix)) => matrix,
        other => panic!("{other:?} is no table"),
    }
}

const POKER: &str = include_str!("fixtures/poker.efg");
const OUTCOMES: &str = include_str!("fixtures/outcomes.nfg");
const PAYOFFS: &str = include_str!("fixtures/payoffs.nfg");

#[test]
fn a_tree_is_read_with_chance_shared_sets_and_outcomes_on_the_way() {
    let game = tree(POKER);
    assert_eq!(game.title, "A \"poker\" of two cards");
    assert_eq!(game.players, ["Professor", "Student"]);
    let names: Vec<(u32, &str)> =
        game.info_sets.iter().map(|s| (s.player, s.name.as_str())).collect();
    assert_eq!(names, [(0, "K"), (1, "S"), (0, "2")]);
    assert_eq!(game.info_sets[1].actions, ["call", "fold"]);
    assert_eq!(game.nodes[0], Node::Chance(vec![(0.5, 1), (0.5, 6)]));
    assert_eq!(game.nodes[2], Node::Decision { info_set: 1, children: vec![3, 4] });
    // The ante of 1 is paid on the way, a call doubles it.
    assert_eq!(game.nodes[3], Node::Terminal(vec![2.0, -2.0]));
    assert_eq!(game.nodes[7], Node::Decision { info_set: 1, children: vec![8, 9] });
    assert_eq!(game.nodes[8], Node::Terminal(vec![-2.0, 2.0]));
    assert_eq!(game.nodes.len(), 11);
}

#[test]
fn a_table_counts_the_first_player_fastest_in_the_file_and_the_last_in_memory() {
    let by_payoffs = matrix(PAYOFFS);
    assert_eq!(by_payoffs.strategies, [vec!["1", "2", "3"], vec!["1", "2"]]);
    // Rows 1 to 3 of column 1, then of column 2, in the file.
    let payoffs = [1.0, 1.0, 1.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 2.0, 2.0, 0.0];
    assert_eq!(by_payoffs.payoffs, payoffs);
    let by_outcomes = matrix(OUTCOMES);
    assert_eq!(by_outcomes.strategies, [vec!["up", "middle", "down"], vec!["left", "right"]]);
    assert_eq!(by_outcomes.payoffs, payoffs);
}

#[test]
fn names_that_are_empty_or_doubled_get_a_number() {
    let game = matrix(
        "NFG 1 D \"\" { \"\" \"p\" \"p\" } { { \"a\" \"a\" \"2\" } { \"\" } { \"x\" } } 1 2 3 4 5 6 7 8 9",
    );
    assert_eq!(game.players, ["1", "p", "p (3)"]);
    assert_eq!(game.strategies, [vec!["a", "a (2)", "2"], vec!["1"], vec!["x"]]);
}

/// Every fault, one line each, with its hint behind it.
fn faults(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        match read(text, &Limits::default()) {
            Ok(_) => writeln!(out, "nothing wrong with {text}").expect("a string takes all"),
            Err(error) => {
                let hint = error.hint.as_deref().unwrap_or("no hint");
                writeln!(out, "{error} [{}] {hint}", error.slug).expect("a string takes all");
            }
        }
    }
    out
}

#[test]
fn what_is_wrong_with_a_tree_is_said_with_its_place() {
    let head = "EFG 2 R \"x\" { \"A\" \"B\" }\n";
    let bodies = [
        "",
        "t \"\" 0\nt \"\" 0",
        "q \"\" 0",
        "p \"\" 3 1 \"\" { \"a\" } 0",
        "p \"\" 1 1 \"\" 0",
        "p \"\" 1 1 \"\" { } 0",
        "p \"\" 1 1 \"\" { \"a\" \"b\" } 0\nt \"\" 0",
        "p \"\" 1 1 \"\" { \"a\" \"b\" } 0\np \"\" 1 1 \"\" { \"a\" } 0",
        "c \"\" 1 \"\" { \"a\" 0.5 \"b\" 0.4 } 0",
        "c \"\" 1 \"\" { \"a\" 3/2 \"b\" -1/2 } 0",
        "c \"\" 1 \"\" { \"a\" 1/0 } 0",
        "t \"\" 1 \"\" { 1 }",
        "t \"\" 1 \"\" { 1, 2, 3 }",
        "t \"\" 1",
        "t \"\" one",
        "t \"\" 1 \"\" { nan, 0 }",
        "p \"\" 1 1 \"\" { \"a\" } 1 \"\" { 1e308, 0 }\nt \"\" 2 \"\" { 1e308, 0 }",
        "p \"\" 1 1 \"\" { \"a\" } 1 \"\" { 1, 0 }\nt \"\" 1 \"\" { 2, 0 }",
        "t \"no end",
    ];
    let texts: Vec<String> = bodies.iter().map(|body| format!("{head}{body}")).collect();
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.extend(["", "GIF89a", "EFG 1 R", "EFG 2 X", "EFG 2 R \"x\" { }", "EFG 2 R x"]);
    insta::assert_snapshot!(faults(&texts), @r##"
    2:1: the file ends, but the game has no nodes [game-syntax] a tree is written from its root, each node before its children
    3:1: this node is behind the end of the tree [game-syntax] every action leads to one node: is an action missing above?
    2:1: expected `c`, `p` or `t`, found `q` [game-syntax] a node is a chance move, a player's move or a terminal node
    2:6: there is no player 3 [unknown-player] players are numbered from 1 to 2, in the order of the first line
    2:8: an information set has no actions [missing-actions] list them the first time that it stands in the file: `{ "yes" "no" }`
    2:13: an information set has no actions [missing-actions] list them the first time that it stands in the file: `{ "yes" "no" }`
    3:7: the file ends, but the game has actions without a node behind them [game-syntax] a tree is written from its root, each node before its children
    3:13: this information set had other actions before [action-list] before they were `a`, `b`
    2:6: the probabilities of this chance move sum to 0.9, not to 1 [row-sum] write numbers that sum to 1; a sum from 0.99 to 1.01 is divided away
    2:25: `-0.5` is negative [negative-probability] a probability is a number from `0` to `1`
    2:17: `1/0` is not a finite number [not-a-number] write a fraction such as `2/3`
    2:11: an outcome has 1 payoff for 2 players [payoff-count] write one payoff for each player
    2:11: an outcome has more payoffs for 2 players [payoff-count] write one payoff for each player
    2:6: outcome 1 has no payoffs [unknown-outcome] write them the first time that it stands in the file: `{ 1, -1 }`
    2:6: the number of an outcome is a whole number, not `one` [not-a-number] no hint
    2:13: `nan` is not a finite number [not-a-number] write a number such as `0.25`
    3:1: payoffs on the way here add up to inf [not-a-number] give payoffs that can be added
    3:6: outcome 1 had other payoffs before [doubled-outcome] give every outcome a number of its own
    2:3: this quote is not closed [game-syntax] write `"`
    1:1: expected `EFG` or `NFG`, found the end of the file [game-syntax] no hint
    1:1: expected `EFG` or `NFG`, found `GIF89a` [game-syntax] these are the first words of Gambit's .efg and .nfg files
    1:5: this is version `1` of the format [game-syntax] version 2 can be read: save it anew with Gambit
    1:7: expected `R` or `D`, found `X` [game-syntax] a file begins with `EFG 2 R` or `NFG 1 R`
    1:13: the game has no players [game-syntax] name at least one
    1:9: expected the name of the game in quotes, found `x` [game-syntax] write it as `"name"`
    "##);
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_place() {
    let head = "NFG 1 R \"x\" { \"A\" \"B\" }\n";
    let bodies = [
        "{ 2 2 }\n1 2 3",
        "{ 1 1 }\n1 2 3",
        "{ 1 1 }\n1 2 }",
        "{ 2 }\n1 2 3 4",
        "{ 2 0 }\n1 2 3 4",
        "{ 65536 65536 }\n1",
        "{ 18446744073709551616 2 }\n1",
        "{ 1 1 }\n{ { \"o\" 1, 2 } } 2",
        "{ 1 1 }\n{ { \"o\" 1 } } 1",
        "{ 1 1 }\n{ { \"o\" 1, 2 } } 1 1",
        "{ 1 1 }\n1 x",
    ];
    let texts: Vec<String> = bodies.iter().map(|body| format!("{head}{body}")).collect();
    insta::assert_snapshot!(faults(&texts.iter().map(String::as_str).collect::<Vec<_>>()), @r##"
    3:6: the table has 3 payoffs, but needs 8 [table-size] one for each player in each combination of strategies
    3:6: the table needs 2 payoffs, and here is one more [table-size] one for each player in each combination of strategies
    3:5: expected the end of the file, found `}` [game-syntax] no hint
    2:1: 1 list of strategies for 2 players [strategy-count] give each player at least one strategy
    2:1: a player has no strategies [strategy-count] give each player at least one strategy
    2:1: the table has more than 4194304 payoffs [too-many-cells] raise the limit if the file means it
    2:3: the file has more than 65536 strategies [too-many-states] raise the limit if the file means it
    3:18: there is no outcome 2: the file has 1 outcome [unknown-outcome] outcomes are numbered from 1; 0 stands for none
    3:3: an outcome has 1 payoff for 2 players [payoff-count] write one payoff for each player
    3:21: the table needs 2 payoffs, and here is one more [table-size] one for each player in each combination of strategies
    3:3: `x` is not a number [not-a-number] write a number with a point, such as `0.25` or `1e-6`
    "##);
}

proptest! {
    /// Cut, doubled or exchanged anywhere, a file is read or refused, and never more than it holds.
    #[test]
    fn a_spoilt_file_is_read_or_refused(
        which in 0..3usize, at in 0..2000usize, len in 0..40usize, put in "[{}\"0-9a-z ,/-]{0,8}",
    ) {
        let text = [POKER, OUTCOMES, PAYOFFS][which];
        let cut = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (from, to) = (cut(at % text.len()), cut(at % text.len() + len));
        let spoilt = format!("{}{put}{}", &text[..from], &text[to..]);
        match read(&spoilt, &Limits::default()) {
            Ok(GameFile::Tree(game)) => prop_assert!(game.nodes.len() <= spoilt.len()),
            Ok(GameFile::Matrix(game)) => prop_assert!(game.payoffs.len() <= spoilt.len()),
            Err(error) => prop_assert!(error.line >= 1 && error.column >= 1),
        }
    }
}

#[test]
fn a_deep_tree_needs_no_deep_stack() {
    let mut text = String::from("EFG 2 R \"\" { \"A\" }\n");
    for n in 0..100_000 {
        writeln!(text, "p \"\" 1 {n} \"\" {{ \"on\" }} 0").expect("a string takes all");
    }
    text.push_str("t \"\" 1 \"\" { 1 }\n");
    assert_eq!(tree(&text).nodes.len(), 100_001);
}
