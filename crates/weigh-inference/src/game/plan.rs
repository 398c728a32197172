//! A game laid out for repeated evaluation: reach, values, beliefs, the response to them and its
//! derivatives.
//!
//! # Source
//! McKelvey & Palfrey (1998), *Quantal response equilibria for extensive form games*, Experimental
//! Economics 1, 9–41: each information set is an agent that responds to its expected payoffs given
//! that it is reached. Unknowns are log-probability ratios as in Turocy (2005), *A dynamic homotopy
//! interpretation of the logistic quantal response equilibrium correspondence*, Games and Economic
//! Behavior 51, 243–263.

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

/// The structure of a game.
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
    /// The first action of each information set, and one past the last of all.
    first_action: Vec<usize>,
}

/// The numbers of a game.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    /// `[nodes]`: probability with which chance leads to it, 1 where a player does.
    pub chance: Vec<f64>,
    /// `[nodes, players]`: payoffs, 0 where the game goes on.
    pub payoffs: Vec<f64>,
}

/// What one evaluation gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// `[information sets]`: the action that the others' log ratios are to. It must not be a rare one:
    /// the difference of two large ratios has lost its digits.
    pub reference: Vec<usize>,
    /// `[actions]`
    log_p: Vec<f64>,
    /// `[actions]`: the probability of each action where its information set is reached.
    pub p: Vec<f64>,
    /// `[nodes]`
    log_reach: Vec<f64>,
    /// `[nodes, players]`: expected payoffs from there on.
    values: Vec<f64>,
    /// `[moves]`: how probable it is to be there for who knows that he is in its information set.
    pub beliefs: Vec<f64>,
    /// `[information sets]`: log of the probability of being in it; minus infinity if nothing leads there.
    log_reach_of_set: Vec<f64>,
    /// `[actions]`: what the owner expects of it, given that its information set is reached.
    pub utilities: Vec<f64>,
    /// `[unknowns]`: utilities less that of the reference of the information set.
    pub gains: Vec<f64>,
    /// `[actions, actions]`: derivatives of utilities by log probabilities.
    slopes: Vec<f64>,
}

impl Plan {
    pub fn new(game: &Game) -> (Plan, Numbers) {
        let (nodes, sets) = (game.nodes(), game.info_sets());
        let n_players = game.players().len();
        let mut first_action = vec![0];
        for set in sets {
            first_action.push(first_action[first_action.len() - 1] + set.actions.len());
        }
        let mut plan = Plan {
            n_players,
            parent: vec![0; nodes.len()],
            way: vec![Way::Chance; nodes.len()],
            moves: Vec::new(),
            children: Vec::new(),
            owner: sets.iter().map(|set| set.player as usize).collect(),
            members: vec![Vec::new(); sets.len()],
            first_action,
        };
        let mut numbers =
            Numbers { chance: vec![1.0; nodes.len()], payoffs: vec![0.0; nodes.len() * n_players] };
        let mut before: Vec<Option<(u32, u32)>> = vec![None; nodes.len()];
        for (ix, node) in nodes.iter().enumerate() {
            match node {
                Node::Terminal(payoffs) => {
                    numbers.payoffs[ix * n_players..(ix + 1) * n_players].copy_from_slice(payoffs);
                }
                Node::Chance(branches) => {
                    for (p, child) in branches {
                        let child = *child as usize;
                        plan.parent[child] = ix as u32;
                        numbers.chance[child] = *p;
                        before[child] = before[ix];
                    }
                }
                Node::Decision { info_set, children } => {
                    let this = plan.moves.len() as u32;
                    for (j, child) in children.iter().enumerate() {
                        let action = (plan.first_action[*info_set as usize] + j) as u32;
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
        (plan, numbers)
    }

    pub fn n_sets(&self) -> usize {
        self.owner.len()
    }

    pub fn n_actions(&self) -> usize {
        self.first_action[self.n_sets()]
    }

    /// Log-probability ratios to be found: one for each action but the reference of its information
    /// set.
    pub fn n_unknowns(&self) -> usize {
        self.n_actions() - self.n_sets()
    }

    /// The actions of an information set.
    pub fn actions(&self, set: usize) -> std::ops::Range<usize> {
        self.first_action[set]..self.first_action[set + 1]
    }

    /// The first unknown of an information set.
    fn first_unknown(&self, set: usize) -> usize {
        self.first_action[set] - set
    }

    /// The unknowns of an information set, each with its action.
    fn unknowns(&self, set: usize, reference: usize) -> impl Iterator<Item = (usize, usize)> {
        let others = self.actions(set).filter(move |action| *action != reference);
        (self.first_unknown(set)..).zip(others)
    }

    /// The first action of every information set.
    pub fn first_actions(&self) -> Vec<usize> {
        self.first_action[..self.n_sets()].to_vec()
    }

    /// The most probable action of every information set.
    pub fn likeliest(&self, p: &[f64]) -> Vec<usize> {
        let likeliest = |set: usize| {
            let actions = self.actions(set);
            let first = actions.start;
            actions.fold(first, |best, action| if p[action] > p[best] { action } else { best })
        };
        (0..self.n_sets()).map(likeliest).collect()
    }

    /// Rewrites log ratios to other references; what is linear in them, too.
    pub fn change_reference(&self, x: &mut [f64], old: &[usize], new: &[usize]) {
        for set in (0..self.n_sets()).filter(|set| old[*set] != new[*set]) {
            let by_action: Vec<(usize, f64)> = self
                .unknowns(set, old[set])
                .map(|(unknown, action)| (action, x[unknown]))
                .collect();
            let ratio = |wanted: usize| {
                by_action.iter().find(|(action, _)| *action == wanted).map_or(0.0, |found| found.1)
            };
            for (unknown, action) in self.unknowns(set, new[set]) {
                x[unknown] = ratio(action) - ratio(new[set]);
            }
        }
    }

    /// Computes everything but the derivatives at the log-probability ratios `x`, `[unknowns]`.
    pub fn evaluate(&self, numbers: &Numbers, x: &[f64], state: &mut State) {
        self.probabilities(x, state);
        self.reach_and_values(numbers, state);
        state.beliefs.resize(self.moves.len(), 0.0);
        state.log_reach_of_set.resize(self.n_sets(), 0.0);
        state.utilities.clear();
        state.utilities.resize(self.n_actions(), 0.0);
        state.gains.resize(self.n_unknowns(), 0.0);
        for set in 0..self.n_sets() {
            let reach = |at: &u32| state.log_reach[self.moves[*at as usize].node as usize];
            let highest = self.members[set].iter().map(reach).fold(f64::NEG_INFINITY, f64::max);
            let is_reached = highest > f64::NEG_INFINITY;
            let sum: f64 = match is_reached {
                true => self.members[set].iter().map(|at| libm::exp(reach(at) - highest)).sum(),
                false => 1.0,
            };
            let log_reach = highest + libm::log(sum);
            state.log_reach_of_set[set] = log_reach;
            for at in &self.members[set] {
                let at = *at as usize;
                // Where nothing leads, nothing is believed, and all actions are worth the same.
                let reach = state.log_reach[self.moves[at].node as usize];
                let belief = if is_reached { libm::exp(reach - log_reach) } else { 0.0 };
                state.beliefs[at] = belief;
                for (action, child) in self.actions(set).zip(&self.children[at]) {
                    let value = state.values[*child as usize * self.n_players + self.owner[set]];
                    state.utilities[action] += belief * value;
                }
            }
            let reference = state.reference[set];
            for (unknown, action) in self.unknowns(set, reference) {
                state.gains[unknown] = state.utilities[action] - state.utilities[reference];
            }
        }
    }

    /// Probabilities from log ratios, without overflow: the largest ratio is taken out first.
    fn probabilities(&self, x: &[f64], state: &mut State) {
        state.log_p.resize(self.n_actions(), 0.0);
        state.p.resize(self.n_actions(), 0.0);
        for set in 0..self.n_sets() {
            let reference = state.reference[set];
            state.log_p[reference] = 0.0;
            for (unknown, action) in self.unknowns(set, reference) {
                state.log_p[action] = x[unknown];
            }
            let log_p = &mut state.log_p[self.actions(set)];
            let highest = log_p.iter().fold(f64::NEG_INFINITY, |highest, x| highest.max(*x));
            let p = &mut state.p[self.actions(set)];
            let mut sum = 0.0;
            for (p, x) in p.iter_mut().zip(log_p.iter()) {
                *p = libm::exp(x - highest);
                sum += *p;
            }
            let log_sum = highest + libm::log(sum);
            log_p.iter_mut().for_each(|x| *x -= log_sum);
            p.iter_mut().for_each(|p| *p /= sum);
        }
    }

    fn reach_and_values(&self, numbers: &Numbers, state: &mut State) {
        let (n, players) = (self.parent.len(), self.n_players);
        state.log_reach.resize(n, 0.0);
        for node in 1..n {
            let step = match self.way[node] {
                Way::Chance if numbers.chance[node] == 1.0 => 0.0,
                Way::Chance => libm::log(numbers.chance[node]),
                Way::Action(action) => state.log_p[action as usize],
            };
            state.log_reach[node] = state.log_reach[self.parent[node] as usize] + step;
        }
        state.values.clear();
        state.values.extend_from_slice(&numbers.payoffs);
        for node in (1..n).rev() {
            let p = match self.way[node] {
                Way::Chance => numbers.chance[node],
                Way::Action(action) => state.p[action as usize],
            };
            let (above, below) = state.values.split_at_mut(node * players);
            let parent = self.parent[node] as usize * players;
            for (sum, value) in above[parent..parent + players].iter_mut().zip(&below[..players]) {
                *sum += p * value;
            }
        }
    }

    /// Writes `d gains / d x`, `[unknowns, unknowns]` row-major with `stride` to the next row, times
    /// `factor`, after [`Plan::evaluate`].
    ///
    /// A later choice moves what an action is worth; an earlier one of others moves what is believed.
    pub fn slopes(&self, state: &mut State, factor: f64, out: &mut [f64], stride: usize) {
        let n = self.n_actions();
        let mut slopes = std::mem::take(&mut state.slopes);
        slopes.clear();
        slopes.resize(n * n, 0.0);
        for this in 0..self.moves.len() {
            let mut before = self.moves[this].before;
            while let Some((earlier, taken)) = before {
                let earlier = &self.moves[earlier as usize];
                self.add_slopes(
                    state,
                    this,
                    earlier.info_set as usize,
                    taken as usize,
                    &mut slopes,
                );
                before = earlier.before;
            }
        }
        state.slopes = slopes;
        for set in 0..self.n_sets() {
            let reference = state.reference[set];
            for (row, action) in self.unknowns(set, reference) {
                for other in 0..self.n_sets() {
                    let by =
                        |b: usize| state.slopes[action * n + b] - state.slopes[reference * n + b];
                    let total: f64 = self.actions(other).map(by).sum();
                    for (column, b) in self.unknowns(other, state.reference[other]) {
                        out[row * stride + column] = factor * (by(b) - state.p[b] * total);
                    }
                }
            }
        }
    }

    /// The part of one move and one earlier information set on its way.
    fn add_slopes(
        &self,
        state: &State,
        this: usize,
        earlier_set: usize,
        taken: usize,
        slopes: &mut [f64],
    ) {
        let n = self.n_actions();
        let (node, set) = (self.moves[this].node as usize, self.moves[this].info_set as usize);
        let log_earlier = state.log_reach_of_set[earlier_set];
        if state.log_reach[node] == f64::NEG_INFINITY {
            return;
        }
        // How probable it is to come here for who is in the earlier set and takes that action.
        let onward = libm::exp(state.log_reach[node] - log_earlier - state.log_p[taken]);
        let value =
            |child: u32, player: usize| state.values[child as usize * self.n_players + player];
        for (action, child) in self.actions(set).zip(&self.children[this]) {
            slopes[taken * n + action] +=
                onward * state.p[action] * value(*child, self.owner[earlier_set]);
        }
        // By perfect recall a player's own earlier actions are the same at all his moves here, and
        // move no belief.
        if self.owner[set] != self.owner[earlier_set] {
            for (action, child) in self.actions(set).zip(&self.children[this]) {
                let above = value(*child, self.owner[set]) - state.utilities[action];
                slopes[action * n + taken] += state.beliefs[this] * above;
            }
        }
    }

    /// The expected payoff of each player.
    pub fn payoffs(&self, state: &State) -> Vec<f64> {
        state.values[..self.n_players].to_vec()
    }

    /// How far the probabilities are from the logit response to what they make actions worth, and the
    /// most that one information set could gain by never erring.
    pub fn residual(&self, state: &State, precision: f64) -> (f64, f64) {
        let (mut furthest, mut regret) = (0.0f64, 0.0f64);
        for set in 0..self.n_sets() {
            let utilities = &state.utilities[self.actions(set)];
            let p = &state.p[self.actions(set)];
            let best = utilities.iter().fold(f64::NEG_INFINITY, |best, u| best.max(*u));
            let weight = |u: &f64| libm::exp(precision * (u - best));
            let sum: f64 = utilities.iter().map(weight).sum();
            let expected: f64 = utilities.iter().zip(p).map(|(u, p)| u * p).sum();
            regret = regret.max(best - expected);
            for (u, p) in utilities.iter().zip(p) {
                furthest = furthest.max((weight(u) / sum - p).abs());
            }
        }
        (furthest, regret)
    }
}

#[cfg(test)]
mod tests {
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
            let (plan, numbers) = Plan::new(&game(&payoffs, chance));
            let (mut state, n) = (State::default(), plan.n_unknowns());
            state.reference = plan.first_actions();
            state.reference[2] += 2;
            prop_assert_eq!(n, x.len());
            plan.evaluate(&numbers, &x, &mut state);
            let mut exact = vec![0.0; n * n];
            plan.slopes(&mut state, 1.0, &mut exact, n);
            for column in 0..n {
                let step = 1e-5;
                let mut at = |by: f64| {
                    let mut moved = x.clone();
                    moved[column] += by;
                    plan.evaluate(&numbers, &moved, &mut state);
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
        let (plan, numbers) = Plan::new(&game(&[1.0, 0.0, 2.0], 0.5));
        let mut state = State { reference: plan.first_actions(), ..State::default() };
        plan.evaluate(&numbers, &[-2000.0, -2000.0, 0.0, 0.0, 0.0, 0.0], &mut state);
        // The second player believes what the first's errors say, however rare both are.
        assert_eq!(state.p[1], 0.0);
        let at_set_3: Vec<f64> =
            plan.members[3].iter().map(|m| state.beliefs[*m as usize]).collect();
        // Logarithms of 1e-868 have lost three digits.
        assert!(at_set_3.iter().all(|belief| (belief - 0.5).abs() < 1e-12));
        assert!(state.gains.iter().all(|gain| gain.is_finite()));
    }
}
