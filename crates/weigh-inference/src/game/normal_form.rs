//! Games in which all choose at once: a table of payoffs.

use super::error::GameError;
use super::tree::{Game, GameLimits, InfoSet, Node};

/// A game in normal (strategic) form.
#[derive(Clone, Debug, PartialEq)]
pub struct NormalForm {
    /// The players' names.
    pub players: Vec<String>,
    /// The names of each player's strategies.
    pub strategies: Vec<Vec<String>>,
    /// `[profiles, players]`: the last player's strategy counts fastest, and within a profile stands
    /// one payoff for each player.
    pub payoffs: Vec<f64>,
}

impl NormalForm {
    /// The tree in which each player moves once and sees nothing.
    ///
    /// Its agent logit equilibria are the logit equilibria of the normal form, since every player is
    /// one agent.
    ///
    /// # Errors
    /// [`GameError::Shape`] if the table has the wrong size, [`GameError::TooLarge`] if the tree
    /// would be, and whatever [`Game::new`] finds.
    pub fn into_game(self) -> Result<Game, GameError> {
        let n_players = self.players.len();
        if n_players == 0 || self.strategies.len() != n_players {
            return Err(GameError::Shape("every player needs a list of strategies".to_owned()));
        }
        let limits = GameLimits::default();
        let cells = self.strategies.iter().try_fold(1usize, |n, s| n.checked_mul(s.len()));
        let too_large = |nodes| GameError::TooLarge {
            nodes,
            unknowns: self.strategies.iter().map(|s| s.len().saturating_sub(1)).sum(),
            bytes: u64::MAX,
            limits,
        };
        // A tree has at most twice as many nodes as leaves, and one level per player without a choice.
        let cells = cells.filter(|n| *n <= limits.nodes).ok_or_else(|| too_large(usize::MAX))?;
        if cells.checked_mul(n_players) != Some(self.payoffs.len()) {
            return Err(GameError::Shape(format!(
                "{cells} profiles of {n_players} players need {} payoffs, not {}",
                cells.saturating_mul(n_players),
                self.payoffs.len(),
            )));
        }
        let mut nodes = Vec::new();
        // Depth first, so that each node stands before its children.
        let mut open = vec![(0usize, 0usize, None::<(usize, usize)>)];
        while let Some((player, first_cell, from)) = open.pop() {
            let ix = nodes.len();
            if ix >= limits.nodes {
                return Err(too_large(ix));
            }
            if let Some((parent, action)) = from
                && let Node::Decision { children, .. } = &mut nodes[parent]
            {
                children[action] = ix as u32;
            }
            if player == n_players {
                let payoffs = &self.payoffs[first_cell * n_players..(first_cell + 1) * n_players];
                nodes.push(Node::Terminal(payoffs.to_vec()));
                continue;
            }
            let n = self.strategies[player].len();
            let below: usize = self.strategies[player + 1..].iter().map(Vec::len).product();
            nodes.push(Node::Decision { info_set: player as u32, children: vec![0; n] });
            for action in (0..n).rev() {
                open.push((player + 1, first_cell + action * below, Some((ix, action))));
            }
        }
        let info_sets = self.players.iter().zip(self.strategies).enumerate();
        let info_sets = info_sets.map(|(player, (name, actions))| InfoSet {
            player: player as u32,
            name: name.clone(),
            actions,
        });
        let info_sets = info_sets.collect();
        Game::new(self.players, info_sets, nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> NormalForm {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        NormalForm {
            players: names(3),
            strategies: vec![names(2), names(1), names(3)],
            payoffs: (0..18).map(f64::from).collect(),
        }
    }

    #[test]
    fn each_profile_leads_to_its_payoffs() {
        let game = three().into_game().unwrap();
        let mut cell = 0;
        for first in 0..2 {
            for last in 0..3 {
                let mut node = 0;
                for action in [first, 0, last] {
                    let Node::Decision { children, .. } = &game.nodes()[node] else { panic!() };
                    node = children[action] as usize;
                }
                let base = f64::from(cell) * 3.0;
                assert_eq!(game.nodes()[node], Node::Terminal(vec![base, base + 1.0, base + 2.0]));
                cell += 1;
            }
        }
    }

    #[test]
    fn a_table_of_the_wrong_size_or_of_too_many_profiles_is_refused() {
        let mut short = three();
        short.payoffs.pop();
        let error = short.into_game().unwrap_err().to_string();
        assert_eq!(error, "6 profiles of 3 players need 18 payoffs, not 17");
        let strategies = vec![vec!["a".to_owned(); 1 << 16]; 5];
        let players = vec!["p".to_owned(); 5];
        let huge = NormalForm { players, strategies, payoffs: Vec::new() };
        assert!(matches!(huge.into_game(), Err(GameError::TooLarge { .. })));
    }
}
