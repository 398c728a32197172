//! A tree laid out for repeated evaluation: reach, values, beliefs, what actions are worth and its
//! derivatives.
//!
//! # Source
//! McKelvey & Palfrey (1998), *Quantal response equilibria for extensive form games*, Experimental
//! Economics 1, 9–41: each information set is an agent that responds to its expected payoffs given
//! that it is reached.

use super::choices::{Choices, State, System};
use super::tree::{Game, Node};

/// How a node is come to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// It is the root, or chance leads to it.
    Chance,
    /// By an action, numbered through all information sets.
    Action(u32),
}

/// A node at which a player moves.
#[derive(Clone, Debug)]
struct Move {
    node: u32,
    info_set: u32,
    /// The move before it on the way from the root, if there is one, and the action taken there.
    before: Option<(u32, u32)>,
}

/// A game, its structure and its numbers.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    n_players: usize,
    parent: Vec<u32>,
    way: Vec<Way>,
    moves: Vec<Move>,
    /// Children of each move, by action, as nodes.
    children: Vec<Vec<u32>>,
    owner: Vec<usize>,
    /// The moves of each information set.
    members: Vec<Vec<u32>>,
    choices: Choices,
    /// `[nodes]`: probability with which chance leads to it, 1 where a player does.
    chance: Vec<f64>,
    log_chance: Vec<f64>,
    /// `[nodes, players]`: payoffs, 0 where the game goes on.
    pub payoffs: Vec<f64>,
}

impl Plan {
    pub fn new(game: &Game) -> Plan {
        let (nodes, sets) = (game.nodes(), game.info_sets());
        let n_players = game.players().len();
        let mut plan = Plan {
            n_players,
            parent: vec![0; nodes.len()],
            way: vec![Way::Chance; nodes.len()],
            moves: Vec::new(),
            children: Vec::new(),
            owner: sets.iter().map(|set| set.player as usize).collect(),
            members: vec![Vec::new(); sets.len()],
            choices: Choices::new(sets.iter().map(|set| set.actions.len())),
            chance: vec![1.0; nodes.len()],
            log_chance: vec![0.0; nodes.len()],
            payoffs: vec![0.0; nodes.len() * n_players],
        };
        let mut before: Vec<Option<(u32, u32)>> = vec![None; nodes.len()];
        for (ix, node) in nodes.iter().enumerate() {
            match node {
                Node::Terminal(payoffs) => {
                    plan.payoffs[ix * n_players..(ix + 1) * n_players].copy_from_slice(payoffs);
                }
                Node::Chance(branches) => {
                    for (p, child) in branches {
                        let child = *child as usize;
                        plan.parent[child] = ix as u32;
                        plan.chance[child] = *p;
                        plan.log_chance[child] = libm::log(*p);
                        before[child] = before[ix];
                    }
                }
                Node::Decision { info_set, children } => {
                    let this = plan.moves.len() as u32;
                    for (j, child) in children.iter().enumerate() {
                        let action = (plan.choices.actions(*info_set as usize).start + j) as u32;
                        plan.parent[*child as usize] = ix as u32;
                        plan.way[*child as usize] = Way::Action(action);
                        before[*child as usize] = Some((this, action));
                    }
                    plan.members[*info_set as usize].push(this);
                    plan.children.push(children.clone());
                    let (node, info_set) = (ix as u32, *info_set);
                    plan.moves.push(Move { node, info_set, before: before[ix] });
                }
            }
        }
        plan
    }

    fn reach_and_values(&self, state: &mut State) {
        let (n, players) = (self.parent.len(), self.n_players);
        state.log_reach.resize(n, 0.0);
        for node in 1..n {
            let step = match self.way[node] {
                Way::Chance => self.log_chance[node],
                Way::Action(action) => state.log_p[action as usize],
            };
            state.log_reach[node] = state.log_reach[self.parent[node] as usize] + step;
        }
        state.values.clear();
        state.values.extend_from_slice(&self.payoffs);
        for node in (1..n).rev() {
            let p = match self.way[node] {
                Way::Chance => self.chance[node],
                Way::Action(action) => state.p[action as usize],
            };
            let (above, below) = state.values.split_at_mut(node * players);
            let parent = self.parent[node] as usize * players;
            for (sum, value) in above[parent..parent + players].iter_mut().zip(&below[..players]) {
                *sum += p * value;
            }
        }
    }

    /// The part of one move and one earlier move on its way.
    fn add_slopes(
        &self,
        state: &State,
        this: usize,
        earlier: usize,
        taken: usize,
        slopes: &mut [f64],
    ) {
        let n = self.choices.n_actions();
        let (node, set) = (self.moves[this].node as usize, self.moves[this].info_set as usize);
        let earlier_set = self.moves[earlier].info_set as usize;
        if state.log_reach[node] == f64::NEG_INFINITY {
            return;
        }
        // How probable it is to come here for who is in the earlier set and takes that action.
        let onward = match self.way[node] {
            Way::Action(action) if action as usize == taken => state.beliefs[earlier],
            _ => {
                let log_earlier = state.log_reach_of_set[earlier_set];
                libm::exp(state.log_reach[node] - log_earlier - state.log_p[taken])
            }
        };
        let value =
            |child: u32, player: usize| state.values[child as usize * self.n_players + player];
        for (action, child) in self.choices.actions(set).zip(&self.children[this]) {
            slopes[taken * n + action] +=
                onward * state.p[action] * value(*child, self.owner[earlier_set]);
        }
        // By perfect recall a player's own earlier actions are the same at all his moves here, and
        // move no belief.
        if self.owner[set] != self.owner[earlier_set] {
            for (action, child) in self.choices.actions(set).zip(&self.children[this]) {
                let above = value(*child, self.owner[set]) - state.utilities[action];
                slopes[action * n + taken] += state.beliefs[this] * above;
            }
        }
    }
}

impl System for Plan {
    fn choices(&self) -> &Choices {
        &self.choices
    }

    fn evaluate(&self, state: &mut State) {
        self.reach_and_values(state);
        let (choices, n_sets) = (&self.choices, self.choices.n_sets());
        state.beliefs.resize(self.moves.len(), 0.0);
        state.log_reach_of_set.resize(n_sets, 0.0);
        state.utilities.clear();
        state.utilities.resize(choices.n_actions(), 0.0);
        for set in 0..n_sets {
            let reach = |at: &u32| state.log_reach[self.moves[*at as usize].node as usize];
            let highest = self.members[set].iter().map(reach).fold(f64::NEG_INFINITY, f64::max);
            // Where nothing leads, nothing is believed, and all actions are worth the same.
            let is_reached = highest > f64::NEG_INFINITY;
            let mut sum = 0.0;
            for at in &self.members[set] {
                let part = if is_reached { libm::exp(reach(at) - highest) } else { 0.0 };
                state.beliefs[*at as usize] = part;
                sum += part;
            }
            state.log_reach_of_set[set] = highest;
            if sum > 1.0 {
                state.log_reach_of_set[set] += libm::log(sum);
            }
            for at in &self.members[set] {
                let at = *at as usize;
                if sum > 1.0 {
                    state.beliefs[at] /= sum;
                }
                let belief = state.beliefs[at];
                for (action, child) in choices.actions(set).zip(&self.children[at]) {
                    let value = state.values[*child as usize * self.n_players + self.owner[set]];
                    state.utilities[action] += belief * value;
                }
            }
        }
    }

    /// A later choice moves what an action is worth; an earlier one of others moves what is believed.
    fn slopes(&self, state: &State, slopes: &mut [f64]) {
        for this in 0..self.moves.len() {
            let mut before = self.moves[this].before;
            while let Some((earlier, taken)) = before {
                self.add_slopes(state, this, earlier as usize, taken as usize, slopes);
                before = self.moves[earlier as usize].before;
            }
        }
    }

    fn payoffs(&self, state: &State) -> Vec<f64> {
        state.values[..self.n_players].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::super::choices::{evaluate, slopes};
    use super::super::tree::InfoSet;
    use super::*;
    use proptest::prelude::*;

    /// Chance, then a first player who sees it, then a second who sees only what the first did, then
    /// the first again: beliefs, later moves and own memory all matter.
    fn game(payoffs: &[f64], chance: f64) -> Game {
        let set = |player: u32, n: usize| InfoSet {
            player,
            name: String::new(),
            actions: (0..n).map(|i| i.to_string()).collect(),
        };
        let sets = vec![set(0, 2), set(0, 2), set(1, 3), set(1, 2), set(0, 2)];
        let mut nodes = vec![Node::Chance(vec![(chance, 1), (1.0 - chance, 2)])];
        nodes.push(Node::Decision { info_set: 0, children: vec![3, 4] });
        nodes.push(Node::Decision { info_set: 1, children: vec![5, 6] });
        nodes.push(Node::Decision { info_set: 2, children: vec![7, 8, 9] });
        nodes.push(Node::Decision { info_set: 3, children: vec![10, 11] });
        nodes.push(Node::Decision { info_set: 2, children: vec![12, 13, 14] });
        nodes.push(Node::Decision { info_set: 3, children: vec![15, 16] });
        nodes.push(Node::Decision { info_set: 4, children: vec![17, 18] });
        for ix in 8..=18 {
            let payoff = |player: usize| payoffs[(2 * ix + player) % payoffs.len()];
            nodes.push(Node::Terminal(vec![payoff(0), payoff(1)]));
        }
        Game::new(vec!["a".into(), "b".into()], sets, nodes).unwrap()
    }

    proptest! {
        #[test]
        fn derivatives_are_central_differences(
            payoffs in prop::collection::vec(-1.0..1.0f64, 23),
            x in prop::collection::vec(-3.0..3.0f64, 6),
            chance in 0.05..0.95f64,
        ) {
            let plan = Plan::new(&game(&payoffs, chance));
            let (mut state, n) = (State::default(), plan.choices.n_unknowns());
            let mut reference = plan.choices.first_actions();
            reference[2] += 2;
            state.reference = reference.into();
            prop_assert_eq!(n, x.len());
            evaluate(&plan, &x, &mut state);
            let mut exact = vec![0.0; n * n];
            slopes(&plan, &mut state, 1.0, &mut exact, n);
            for column in 0..n {
                let step = 1e-5;
                let mut at = |by: f64| {
                    let mut moved = x.clone();
                    moved[column] += by;
                    evaluate(&plan, &moved, &mut state);
                    state.gains.clone()
                };
                let (up, down) = (at(step), at(-step));
                for row in 0..n {
                    let estimate = (up[row] - down[row]) / (2.0 * step);
                    // The error of a central difference at this step is some 1e-10, its rounding 1e-11.
                    prop_assert!((exact[row * n + column] - estimate).abs() < 1e-8);
                }
            }
        }
    }

    #[test]
    fn probabilities_of_extreme_ratios_are_kept_in_logs() {
        let plan = Plan::new(&game(&[1.0, 0.0, 2.0], 0.5));
        let mut state =
            State { reference: plan.choices.first_actions().into(), ..State::default() };
        evaluate(&plan, &[-2000.0, -2000.0, 0.0, 0.0, 0.0, 0.0], &mut state);
        // The second player believes what the first's errors say, however rare both are.
        assert_eq!(state.p[1], 0.0);
        let at_set_3: Vec<f64> =
            plan.members[3].iter().map(|m| state.beliefs[*m as usize]).collect();
        // Logarithms of 1e-868 have lost three digits.
        assert!(at_set_3.iter().all(|belief| (belief - 0.5).abs() < 1e-12));
        assert!(state.gains.iter().all(|gain| gain.is_finite()));
    }
}
