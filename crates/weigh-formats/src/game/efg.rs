//! Gambit's `.efg`: a tree, its nodes in the order in which one comes to them.

use rustc_hash::FxHashMap;

use crate::error::{Fault, Parsed, shown};
use crate::limits::Limits;
use crate::rows::{Corrections, divide_rows};
use crate::scan::{Scanner, Token};

use super::tokens::{
    check_count, count, number, payoffs, players, quoted, quoted_if_there, told_apart, version,
};
use super::{InfoSet, Node, Tree};

/// What is known of the numbers that a file gives things.
struct Known {
    /// Player from 0, number in the file: place in the list.
    info_sets: FxHashMap<(u32, u64), u32>,
    chances: FxHashMap<u64, Vec<f64>>,
    outcomes: FxHashMap<u64, Vec<f64>>,
    n_actions: usize,
}

/// A node whose children are still to come.
struct Open {
    node: usize,
    next_child: usize,
    n_children: usize,
    /// Payoffs on the way to its children.
    so_far: Vec<f64>,
}

pub(super) fn read(mut scan: Scanner, limits: &Limits) -> Parsed<Tree> {
    let scan = &mut scan;
    version(scan, "2")?;
    let title = quoted(scan, "the name of the game")?;
    let players = players(scan, limits)?;
    quoted_if_there(scan, "the comment")?;
    let mut tree = Tree { title, players, info_sets: Vec::new(), nodes: Vec::new() };
    let mut known = Known {
        info_sets: FxHashMap::default(),
        chances: FxHashMap::default(),
        outcomes: FxHashMap::default(),
        n_actions: 0,
    };
    let mut open: Vec<Open> = Vec::new();
    let mut names = Vec::new();
    let mut is_done = false;
    loop {
        let (token, at) = scan.next()?;
        let kind = match token {
            Token::End if is_done => break,
            Token::End => {
                let missing = if tree.nodes.is_empty() {
                    "no nodes"
                } else {
                    "actions without a node behind them"
                };
                return Err(scan
                    .fault(at, format!("the file ends, but the game has {missing}"))
                    .hint("a tree is written from its root, each node before its children"));
            }
            Token::Word(kind @ ("c" | "p" | "t")) => kind,
            token => {
                return Err(scan
                    .fault(at, format!("expected `c`, `p` or `t`, found {}", token.show()))
                    .hint("a node is a chance move, a player's move or a terminal node"));
            }
        };
        if is_done {
            return Err(scan
                .fault(at, "this node is behind the end of the tree")
                .hint("every action leads to one node: is an action missing above?"));
        }
        let values = (tree.nodes.len() + 1).saturating_mul(tree.players.len());
        check_count(values, limits.table_cells, "nodes times players", at)?;
        quoted(scan, "the name of a node")?;
        let ix = tree.nodes.len();
        if let Some(parent) = open.last_mut() {
            match &mut tree.nodes[parent.node] {
                Node::Chance(branches) => branches[parent.next_child].1 = ix as u32,
                Node::Decision { children, .. } => children[parent.next_child] = ix as u32,
                Node::Terminal(_) => unreachable!("an end is never open"),
            }
            parent.next_child += 1;
        }
        let node = match kind {
            "c" => Node::Chance(
                chance(scan, &mut known, limits)?.into_iter().map(|p| (p, 0)).collect(),
            ),
            "p" => decision(scan, &mut tree, &mut known, &mut names, limits)?,
            _ => Node::Terminal(Vec::new()),
        };
        let outcome = outcome(scan, &mut known, tree.players.len(), limits)?;
        let mut so_far =
            open.last().map_or_else(|| vec![0.0; tree.players.len()], |o| o.so_far.clone());
        for (sum, payoff) in so_far.iter_mut().zip(&outcome) {
            *sum += payoff;
        }
        if let Some(sum) = so_far.iter().find(|sum| !sum.is_finite()) {
            return Err(Fault::new(
                "not-a-number",
                at,
                format!("payoffs on the way here add up to {sum}"),
            )
            .hint("give payoffs that can be added"));
        }
        match node {
            Node::Terminal(_) => tree.nodes.push(Node::Terminal(so_far)),
            node => {
                let n_children = match &node {
                    Node::Chance(branches) => branches.len(),
                    Node::Decision { children, .. } => children.len(),
                    Node::Terminal(_) => 0,
                };
                tree.nodes.push(node);
                open.push(Open { node: ix, next_child: 0, n_children, so_far });
            }
        }
        while open.last().is_some_and(|o| o.next_child == o.n_children) {
            open.pop();
        }
        is_done = open.is_empty();
    }
    name_info_sets(&mut tree, names);
    Ok(tree)
}

/// A chance move: number, name, and the first time its actions with probabilities.
fn chance(scan: &mut Scanner, known: &mut Known, limits: &Limits) -> Parsed<Vec<f64>> {
    let (number_in_file, at) = count(scan, "the number of an information set")?;
    quoted_if_there(scan, "the name of an information set")?;
    if scan.peek()? != Token::Mark('{') {
        return known.chances.get(&number_in_file).cloned().ok_or_else(|| missing_actions(at));
    }
    scan.expect('{', "the name of an information set")?;
    let mut p = Vec::new();
    while !scan.take('}')? {
        scan.take(',')?;
        quoted(scan, "the name of an action")?;
        let (probability, at) = number(scan)?;
        if probability < 0.0 {
            return Err(Fault::new(
                "negative-probability",
                at,
                format!("`{probability}` is negative"),
            )
            .hint("a probability is a number from `0` to `1`"));
        }
        p.push(probability);
        check_count(p.len(), limits.states, "actions", at)?;
        known.n_actions += 1;
        check_count(known.n_actions, limits.all_states, "actions", at)?;
    }
    if p.is_empty() {
        return Err(missing_actions(at));
    }
    let n = p.len();
    divide_rows(&mut p, n, 0, &mut Corrections::default()).map_err(|(_, sum)| {
        Fault::new(
            "row-sum",
            at,
            format!("the probabilities of this chance move sum to {sum}, not to 1"),
        )
        .hint("write numbers that sum to 1; a sum from 0.99 to 1.01 is divided away")
    })?;
    known.chances.insert(number_in_file, p.clone());
    Ok(p)
}

fn missing_actions(at: usize) -> Fault {
    Fault::new("missing-actions", at, "an information set has no actions")
        .hint("list them the first time that it stands in the file: `{ \"yes\" \"no\" }`")
}

/// A player's move: player, number, name, and the first time its actions.
fn decision(
    scan: &mut Scanner,
    tree: &mut Tree,
    known: &mut Known,
    names: &mut Vec<String>,
    limits: &Limits,
) -> Parsed<Node> {
    let (player, at) = count(scan, "the number of a player")?;
    if player == 0 || player > tree.players.len() as u64 {
        let n = tree.players.len();
        return Err(Fault::new("unknown-player", at, format!("there is no player {player}"))
            .hint(format!("players are numbered from 1 to {n}, in the order of the first line")));
    }
    let player = player as u32 - 1;
    let (number_in_file, at) = count(scan, "the number of an information set")?;
    let name = quoted_if_there(scan, "the name of an information set")?;
    let actions = match scan.peek()? {
        Token::Mark('{') => {
            let at = scan.here()?;
            let actions = super::tokens::names(scan, "the name of an action", limits.states)?;
            if actions.is_empty() {
                return Err(missing_actions(at));
            }
            Some((actions, at))
        }
        _ => None,
    };
    let (info_set, n) = match (known.info_sets.get(&(player, number_in_file)), actions) {
        (Some(ix), actions) => {
            let set = &tree.info_sets[*ix as usize];
            if let Some((actions, at)) = actions
                && actions != set.actions
            {
                let before: Vec<String> = set.actions.iter().take(6).map(|a| shown(a)).collect();
                return Err(Fault::new(
                    "action-list",
                    at,
                    "this information set had other actions before",
                )
                .hint(format!("before they were {}", before.join(", "))));
            }
            (*ix, set.actions.len())
        }
        (None, None) => return Err(missing_actions(at)),
        (None, Some((actions, _))) => {
            let (ix, n) = (tree.info_sets.len(), actions.len());
            known.n_actions += n;
            check_count(known.n_actions, limits.all_states, "actions", at)?;
            check_count(ix + 1, limits.variables, "information sets", at)?;
            known.info_sets.insert((player, number_in_file), ix as u32);
            names.push(
                name.filter(|name| !name.is_empty()).unwrap_or_else(|| number_in_file.to_string()),
            );
            tree.info_sets.push(InfoSet { player, name: String::new(), actions });
            (ix as u32, n)
        }
    };
    Ok(Node::Decision { info_set, children: vec![0; n] })
}

/// An outcome: its number, 0 for none, and the first time its name and payoffs.
fn outcome(
    scan: &mut Scanner,
    known: &mut Known,
    n_players: usize,
    limits: &Limits,
) -> Parsed<Vec<f64>> {
    let (number_in_file, at) = count(scan, "the number of an outcome")?;
    quoted_if_there(scan, "the name of an outcome")?;
    let given = match scan.peek()? {
        Token::Mark('{') => Some(payoffs(scan, n_players)?),
        _ => None,
    };
    if number_in_file == 0 {
        return Ok(Vec::new());
    }
    match (known.outcomes.get(&number_in_file), given) {
        (Some(before), Some(given)) if *before != given => Err(Fault::new(
            "doubled-outcome",
            at,
            format!("outcome {number_in_file} had other payoffs before"),
        )
        .hint("give every outcome a number of its own")),
        (Some(before), _) => Ok(before.clone()),
        (None, Some(given)) => {
            check_count(known.outcomes.len() + 1, limits.all_cells, "outcomes", at)?;
            known.outcomes.insert(number_in_file, given.clone());
            Ok(given)
        }
        (None, None) => Err(Fault::new(
            "unknown-outcome",
            at,
            format!("outcome {number_in_file} has no payoffs"),
        )
        .hint("write them the first time that it stands in the file: `{ 1, -1 }`")),
    }
}

/// Names are told apart within each player's.
fn name_info_sets(tree: &mut Tree, names: Vec<String>) {
    let mut of_player: Vec<Vec<String>> = vec![Vec::new(); tree.players.len()];
    for (set, name) in tree.info_sets.iter().zip(names) {
        of_player[set.player as usize].push(name);
    }
    let mut apart: Vec<_> =
        of_player.into_iter().map(|names| told_apart(names).into_iter()).collect();
    for set in &mut tree.info_sets {
        set.name = apart[set.player as usize].next().expect("one name for each information set");
    }
}
