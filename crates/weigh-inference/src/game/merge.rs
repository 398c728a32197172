//! Options that differ in nothing are one option: each copy would draw a share of the errors.

use rustc_hash::FxHashMap;

use super::tree::{Game, Node};

/// An action that was taken out, since another of the same information set leads to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its information set.
    pub info_set: usize,
    /// The action that stays.
    pub kept: String,
    /// The action that went.
    pub dropped: String,
}

/// Takes out actions that lead to the same as an earlier action of their information set, wherever a
/// player chooses there: to the same payoffs, moves and information sets. Says which.
///
/// # Example
/// ```
/// use weigh_inference::game::{NormalForm, merge_identical};
/// let names = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
/// let game = NormalForm {
///     players: names(&["commuter"]),
///     strategies: vec![names(&["red bus", "blue bus", "car"])],
///     payoffs: vec![1.0, 1.0, 2.0],
/// };
/// let (game, merged) = merge_identical(&game.into_game()?);
/// assert_eq!(game.info_sets()[0].actions, ["red bus", "car"]);
/// assert_eq!((merged[0].kept.as_str(), merged[0].dropped.as_str()), ("red bus", "blue bus"));
/// # Ok::<(), weigh_inference::game::GameError>(())
/// ```
pub fn merge_identical(game: &Game) -> (Game, Vec<Merged>) {
    let (mut game, mut all) = (game.clone(), Vec::new());
    // Two subtrees may become alike only when copies inside them are gone.
    loop {
        let (smaller, merged) = merge_once(&game);
        if merged.is_empty() {
            return (game, all);
        }
        game = smaller;
        all.extend(merged);
    }
}

fn merge_once(game: &Game) -> (Game, Vec<Merged>) {
    let class = classes(game);
    let sets = game.info_sets();
    // Per information set, per action, whether it stays.
    let mut columns: Vec<Vec<Vec<u32>>> =
        sets.iter().map(|set| vec![Vec::new(); set.actions.len()]).collect();
    for node in game.nodes() {
        if let Node::Decision { info_set, children } = node {
            for (column, child) in columns[*info_set as usize].iter_mut().zip(children) {
                column.push(class[*child as usize]);
            }
        }
    }
    let mut merged = Vec::new();
    let mut stays: Vec<Vec<bool>> = Vec::new();
    for (ix, (set, columns)) in sets.iter().zip(&columns).enumerate() {
        let mut first: FxHashMap<&[u32], usize> = FxHashMap::default();
        let mut here = Vec::new();
        for (action, column) in columns.iter().enumerate() {
            // Where nobody ever comes nothing is known to be the same.
            let kept =
                if column.is_empty() { action } else { *first.entry(column).or_insert(action) };
            here.push(kept == action);
            if kept != action {
                merged.push(Merged {
                    info_set: ix,
                    kept: set.actions[kept].clone(),
                    dropped: set.actions[action].clone(),
                });
            }
        }
        stays.push(here);
    }
    if merged.is_empty() {
        return (game.clone(), merged);
    }
    (without(game, &stays), merged)
}

/// A number for each node; two have the same if and only if what is below them is the same.
fn classes(game: &Game) -> Vec<u32> {
    #[derive(PartialEq, Eq, Hash)]
    enum Key {
        Terminal(Vec<u64>),
        Chance(Vec<(u64, u32)>),
        Decision(u32, Vec<u32>),
    }
    // Adding zero makes one of the two zeros.
    let bits = |x: &f64| (x + 0.0).to_bits();
    let mut known: FxHashMap<Key, u32> = FxHashMap::default();
    let mut class = vec![0; game.nodes().len()];
    for (ix, node) in game.nodes().iter().enumerate().rev() {
        let of = |child: &u32| class[*child as usize];
        let key = match node {
            Node::Terminal(payoffs) => Key::Terminal(payoffs.iter().map(bits).collect()),
            Node::Chance(branches) => {
                Key::Chance(branches.iter().map(|(p, child)| (bits(p), of(child))).collect())
            }
            Node::Decision { info_set, children } => {
                Key::Decision(*info_set, children.iter().map(of).collect())
            }
        };
        let next = known.len() as u32;
        class[ix] = *known.entry(key).or_insert(next);
    }
    class
}

/// The game with those actions only, and what is still come to.
fn without(game: &Game, stays: &[Vec<bool>]) -> Game {
    let mut sets = game.info_sets().to_vec();
    for (set, stays) in sets.iter_mut().zip(stays) {
        let mut stays = stays.iter();
        set.actions.retain(|_| *stays.next().expect("one for each action"));
    }
    let mut kept = vec![false; game.nodes().len()];
    kept[0] = true;
    let mut nodes = Vec::new();
    let mut new_ix = vec![0u32; game.nodes().len()];
    for (ix, node) in game.nodes().iter().enumerate() {
        if !kept[ix] {
            continue;
        }
        new_ix[ix] = nodes.len() as u32;
        let mut node = node.clone();
        if let Node::Decision { info_set, children } = &mut node {
            let mut stays = stays[*info_set as usize].iter();
            children.retain(|_| *stays.next().expect("one for each action"));
        }
        node.children().for_each(|child| kept[child as usize] = true);
        nodes.push(node);
    }
    for node in &mut nodes {
        match node {
            Node::Terminal(_) => {}
            Node::Chance(branches) => {
                branches.iter_mut().for_each(|branch| branch.1 = new_ix[branch.1 as usize]);
            }
            Node::Decision { children, .. } => {
                children.iter_mut().for_each(|child| *child = new_ix[*child as usize]);
            }
        }
    }
    Game::new(game.players().to_vec(), sets, nodes).expect("a game without some actions is a game")
}
