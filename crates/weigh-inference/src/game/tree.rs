//! The checked tree of a game.

use rustc_hash::FxHashMap;

use super::error::GameError;

/// What a player knows when he chooses, and what he can choose.
#[derive(Clone, Debug, PartialEq)]
pub struct InfoSet {
    /// Whose it is, as a place in [`Game::players`].
    pub player: u32,
    /// Its name; names need not be unique here.
    pub name: String,
    /// The names of the actions, at least one.
    pub actions: Vec<String>,
}

/// A node of the tree; children are places in [`Game::nodes`].
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// The end: a payoff for each player.
    Terminal(Vec<f64>),
    /// Chance moves: probabilities that sum to 1, and where each leads.
    Chance(Vec<(f64, u32)>),
    /// A player moves: one child for each action of the information set.
    Decision {
        /// A place in [`Game::info_sets`].
        info_set: u32,
        /// Where each action leads.
        children: Vec<u32>,
    },
}

/// The most that is taken on; checked before memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GameLimits {
    /// Nodes of the tree.
    pub nodes: usize,
    /// Probabilities that have to be found: actions less information sets. Work grows with their
    /// cube.
    pub unknowns: usize,
    /// Payoffs and values: nodes times players.
    pub values: usize,
}

impl Default for GameLimits {
    /// A million nodes, 600 unknowns, 2^23 values: at the most some 300 MB and a minute.
    fn default() -> GameLimits {
        GameLimits { nodes: 1 << 20, unknowns: 600, values: 1 << 23 }
    }
}

/// A game in extensive form with perfect recall, checked.
///
/// The first node is the root, and every other node is the child of exactly one that stands before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Game {
    players: Vec<String>,
    info_sets: Vec<InfoSet>,
    nodes: Vec<Node>,
}

impl Game {
    /// Checks the parts of a game.
    ///
    /// # Errors
    /// See [`GameError`]: parts that do not fit, chance probabilities that do not sum to 1 (to 1e-9),
    /// payoffs that cannot be compared, imperfect recall, a game above [`GameLimits::default`].
    ///
    /// # Example
    /// ```
    /// use weigh_inference::game::{Game, InfoSet, Node};
    /// let choice = InfoSet { player: 0, name: "order".into(), actions: vec!["a".into(), "b".into()] };
    /// let nodes = vec![
    ///     Node::Decision { info_set: 0, children: vec![1, 2] },
    ///     Node::Terminal(vec![0.0]),
    ///     Node::Terminal(vec![1.0]),
    /// ];
    /// assert!(Game::new(vec!["ruler".into()], vec![choice], nodes).is_ok());
    /// ```
    pub fn new(
        players: Vec<String>,
        info_sets: Vec<InfoSet>,
        nodes: Vec<Node>,
    ) -> Result<Game, GameError> {
        let game = Game { players, info_sets, nodes };
        game.check_size(&GameLimits::default())?;
        game.check_shape()?;
        game.check_payoffs()?;
        game.check_recall()?;
        Ok(game)
    }

    /// The players' names.
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// The information sets.
    pub fn info_sets(&self) -> &[InfoSet] {
        &self.info_sets
    }

    /// The nodes, the root first and each before its children.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The smallest and largest payoff of each player.
    pub(crate) fn payoff_ranges(&self) -> Vec<(f64, f64)> {
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); self.players.len()];
        for node in &self.nodes {
            let Node::Terminal(payoffs) = node else { continue };
            for (range, payoff) in ranges.iter_mut().zip(payoffs) {
                *range = (range.0.min(*payoff), range.1.max(*payoff));
            }
        }
        ranges
    }

    fn check_size(&self, limits: &GameLimits) -> Result<(), GameError> {
        let nodes = self.nodes.len();
        let unknowns: usize =
            self.info_sets.iter().map(|set| set.actions.len().saturating_sub(1)).sum();
        let values = nodes.saturating_mul(self.players.len());
        let is_too_large =
            nodes > limits.nodes || unknowns > limits.unknowns || values > limits.values;
        if is_too_large {
            let actions = (unknowns + self.info_sets.len()) as u64;
            let matrix = actions.saturating_mul(actions).saturating_mul(3);
            let bytes = 8 * matrix.saturating_add(values as u64).saturating_add(4 * nodes as u64);
            return Err(GameError::TooLarge { nodes, unknowns, bytes, limits: *limits });
        }
        Ok(())
    }

    fn check_shape(&self) -> Result<(), GameError> {
        let fault = |text: String| Err(GameError::Shape(text));
        for set in &self.info_sets {
            if set.player as usize >= self.players.len() {
                return fault(format!("`{}` belongs to a player who is not there", set.name));
            }
            if set.actions.is_empty() {
                return fault(format!("`{}` has no actions", set.name));
            }
        }
        if self.nodes.is_empty() {
            return fault("the game has no nodes".to_owned());
        }
        let mut has_parent = vec![false; self.nodes.len()];
        has_parent[0] = true;
        for (ix, node) in self.nodes.iter().enumerate() {
            if !has_parent[ix] {
                return fault(format!("node {ix} is the child of no earlier node"));
            }
            match node {
                Node::Terminal(payoffs) if payoffs.len() != self.players.len() => {
                    return fault(format!(
                        "node {ix} has {} payoffs for {} players",
                        payoffs.len(),
                        self.players.len()
                    ));
                }
                Node::Chance(branches) => {
                    let sum: f64 = branches.iter().map(|branch| branch.0).sum();
                    let are_probabilities = branches.iter().all(|branch| branch.0 >= 0.0);
                    // Ten thousand branches of rounded decimals still sum to 1 within this.
                    if !are_probabilities || (sum - 1.0).is_nan() || (sum - 1.0).abs() > 1e-9 {
                        return Err(GameError::Chance { node: ix, sum });
                    }
                }
                Node::Decision { info_set, children } => {
                    let Some(set) = self.info_sets.get(*info_set as usize) else {
                        return fault(format!(
                            "node {ix} is in an information set that is not there"
                        ));
                    };
                    if set.actions.len() != children.len() {
                        return fault(format!(
                            "node {ix} has {} branches, but `{}` has {} actions",
                            children.len(),
                            set.name,
                            set.actions.len()
                        ));
                    }
                }
                Node::Terminal(_) => {}
            }
            for child in node.children() {
                let child = child as usize;
                if child <= ix || child >= self.nodes.len() || has_parent[child] {
                    return fault(format!(
                        "node {ix} leads to {child}, which must be a later node and the child of one only"
                    ));
                }
                has_parent[child] = true;
            }
        }
        Ok(())
    }

    fn check_payoffs(&self) -> Result<(), GameError> {
        for (player, (low, high)) in self.players.iter().zip(self.payoff_ranges()) {
            if !(high - low).is_finite() {
                return Err(GameError::Payoffs { player: player.clone(), low, high });
            }
        }
        // A comparison drops what is no number.
        let of = |node: &Node| match node {
            Node::Terminal(payoffs) => payoffs.iter().position(|payoff| !payoff.is_finite()),
            _ => None,
        };
        match self.nodes.iter().find_map(of) {
            Some(player) => Err(GameError::Payoffs {
                player: self.players[player].clone(),
                low: f64::NAN,
                high: f64::NAN,
            }),
            None => Ok(()),
        }
    }

    /// Perfect recall: all ways to an information set hold the same own information sets and actions
    /// in the same order (Kuhn 1953).
    fn check_recall(&self) -> Result<(), GameError> {
        // What each player has seen and done at each node, as the number of a linked list.
        let n_players = self.players.len();
        let mut lists: FxHashMap<(u32, u32, u32), u32> = FxHashMap::default();
        let mut at_node = vec![0u32; self.nodes.len() * n_players];
        let mut at_set: Vec<Option<u32>> = vec![None; self.info_sets.len()];
        for (ix, node) in self.nodes.iter().enumerate() {
            let here = at_node[ix * n_players..(ix + 1) * n_players].to_vec();
            let mover = match node {
                Node::Decision { info_set, .. } => {
                    let set = &self.info_sets[*info_set as usize];
                    let own = here[set.player as usize];
                    if *at_set[*info_set as usize].get_or_insert(own) != own {
                        return Err(GameError::ImperfectRecall {
                            player: self.players[set.player as usize].clone(),
                            info_set: set.name.clone(),
                        });
                    }
                    Some((set.player as usize, *info_set))
                }
                _ => None,
            };
            for (action, child) in node.children().enumerate() {
                let there = child as usize * n_players;
                at_node[there..there + n_players].copy_from_slice(&here);
                if let Some((player, info_set)) = mover {
                    let next = lists.len() as u32 + 1;
                    let key = (here[player], info_set, action as u32);
                    at_node[there + player] = *lists.entry(key).or_insert(next);
                }
            }
        }
        Ok(())
    }
}

impl Node {
    /// The children, in order.
    pub fn children(&self) -> impl Iterator<Item = u32> + '_ {
        let (of_chance, of_player) = match self {
            Node::Terminal(_) => (&[][..], &[][..]),
            Node::Chance(branches) => (&branches[..], &[][..]),
            Node::Decision { children, .. } => (&[][..], &children[..]),
        };
        of_chance.iter().map(|branch| branch.1).chain(of_player.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(player: u32, name: &str) -> InfoSet {
        InfoSet { player, name: name.into(), actions: vec!["a".into(), "b".into()] }
    }

    fn end(x: f64) -> Node {
        Node::Terminal(vec![x])
    }

    fn one_player(sets: Vec<InfoSet>, nodes: Vec<Node>) -> Result<Game, GameError> {
        Game::new(vec!["ruler".into()], sets, nodes)
    }

    #[test]
    fn a_player_who_forgets_his_own_move_is_refused() {
        let nodes = vec![
            Node::Decision { info_set: 0, children: vec![1, 2] },
            Node::Decision { info_set: 1, children: vec![3, 4] },
            Node::Decision { info_set: 1, children: vec![5, 6] },
            end(0.0),
            end(1.0),
            end(2.0),
            end(3.0),
        ];
        let error = one_player(vec![set(0, "first"), set(0, "second")], nodes).unwrap_err();
        assert_eq!(
            error,
            GameError::ImperfectRecall { player: "ruler".into(), info_set: "second".into() }
        );
    }

    #[test]
    fn a_player_who_does_not_know_that_he_moved_is_refused() {
        let nodes = vec![
            Node::Decision { info_set: 0, children: vec![1, 2] },
            Node::Decision { info_set: 0, children: vec![3, 4] },
            end(0.0),
            end(1.0),
            end(2.0),
        ];
        let error = one_player(vec![set(0, "drive on")], nodes).unwrap_err();
        assert!(matches!(error, GameError::ImperfectRecall { .. }));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let refuse =
            |nodes: Vec<Node>| one_player(vec![set(0, "x")], nodes).unwrap_err().to_string();
        let decision = |children| Node::Decision { info_set: 0, children };
        assert_eq!(refuse(vec![]), "the game has no nodes");
        assert_eq!(
            refuse(vec![decision(vec![1, 1]), end(0.0)]),
            "node 0 leads to 1, which must be a later node and the child of one only"
        );
        assert_eq!(
            refuse(vec![decision(vec![1]), end(0.0)]),
            "node 0 has 1 branches, but `x` has 2 actions"
        );
        assert_eq!(refuse(vec![end(0.0), end(0.0)]), "node 1 is the child of no earlier node");
        assert_eq!(refuse(vec![Node::Terminal(vec![])]), "node 0 has 0 payoffs for 1 players");
        assert_eq!(
            refuse(vec![Node::Chance(vec![(0.5, 1), (0.4, 2)]), end(0.0), end(0.0)]),
            "the probabilities of the chance move at node 0 sum to 0.9, not to 1"
        );
        for payoffs in [[f64::MAX, -f64::MAX], [f64::NAN, 0.0], [f64::INFINITY, 0.0]] {
            let nodes = vec![decision(vec![1, 2]), end(payoffs[0]), end(payoffs[1])];
            let error = one_player(vec![set(0, "x")], nodes).unwrap_err();
            assert!(matches!(error, GameError::Payoffs { .. }), "{error}");
        }
    }

    #[test]
    fn a_game_that_is_too_large_is_refused_with_its_size() {
        let sets = vec![set(0, "x"); 601];
        let error = one_player(sets, vec![end(0.0)]).unwrap_err().to_string();
        assert!(error.starts_with("the game is too large: 1 nodes, 601 probabilities"), "{error}");
    }
}
