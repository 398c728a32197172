//! Information sets and their actions, numbered; log-probability ratios and what belongs to them.
//!
//! # Source
//! Log ratios as unknowns: Turocy (2005), *A dynamic homotopy interpretation of the logistic quantal
//! response equilibrium correspondence*, Games and Economic Behavior 51, 243–263.

use std::rc::Rc;

/// What is common to all that has agents who respond to each other: a tree, or decisions of a diagram
/// that rely on each other in a circle.
pub(crate) trait System {
    /// The information sets.
    fn choices(&self) -> &Choices;
    /// Computes utilities and beliefs at the probabilities in `state`.
    fn evaluate(&self, state: &mut State);
    /// Writes `d utilities / d log probabilities`, `[actions, actions]`, to a matrix of zeros.
    fn slopes(&self, state: &State, slopes: &mut [f64]);
    /// The expected payoff of each player; none where they are worked out elsewhere.
    fn payoffs(&self, state: &State) -> Vec<f64>;
}

/// What one evaluation gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// `[information sets]`: the action that the others' log ratios are to. It must not be a rare one:
    /// the difference of two large ratios has lost its digits.
    pub reference: Rc<[usize]>,
    /// `[actions]`
    pub log_p: Vec<f64>,
    /// `[actions]`: the probability of each action where its information set is reached.
    pub p: Vec<f64>,
    /// `[nodes]` of a tree.
    pub log_reach: Vec<f64>,
    /// `[nodes, players]` of a tree: expected payoffs from there on.
    pub values: Vec<f64>,
    /// `[moves]` of a tree, `[leaves]` of a diagram: how probable it is to be there for who knows that
    /// he is in its information set.
    pub beliefs: Vec<f64>,
    /// `[information sets]` of a tree: log of the probability of being in it; minus infinity if
    /// nothing leads there.
    pub log_reach_of_set: Vec<f64>,
    /// `[actions]`: what the owner expects of it, given that its information set is reached.
    pub utilities: Vec<f64>,
    /// `[unknowns]`: utilities less that of the reference of the information set, times its rate.
    pub gains: Vec<f64>,
    /// `[actions, actions]`: derivatives of utilities by log probabilities.
    pub slopes: Vec<f64>,
}

/// The actions of all information sets, one behind the other.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    /// The first action of each information set, and one past the last of all.
    first_action: Vec<usize>,
    /// `[actions]`: logarithm of the part of an option that this copy of it is, 0 without copies.
    pub log_share: Vec<f64>,
    /// `[information sets]`: its precision where that of the system is 1.
    pub rates: Vec<f64>,
}

impl Choices {
    /// Information sets of so many actions.
    pub fn new(n_actions: impl IntoIterator<Item = usize>) -> Choices {
        let mut first_action = vec![0];
        for n in n_actions {
            first_action.push(first_action[first_action.len() - 1] + n);
        }
        let log_share = vec![0.0; first_action[first_action.len() - 1]];
        let rates = vec![1.0; first_action.len() - 1];
        Choices { first_action, log_share, rates }
    }

    pub fn n_sets(&self) -> usize {
        self.first_action.len() - 1
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

    /// The unknowns of an information set, each with its action.
    fn unknowns(&self, set: usize, reference: usize) -> impl Iterator<Item = (usize, usize)> {
        let others = self.actions(set).filter(move |action| *action != reference);
        (self.first_action[set] - set..).zip(others)
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

    /// Whether no action of `reference` is rarer than a part of the likeliest beside it.
    pub fn are_likely(&self, reference: &[usize], p: &[f64], part: f64) -> bool {
        (0..self.n_sets()).all(|set| {
            let highest = p[self.actions(set)].iter().fold(0.0f64, |highest, p| highest.max(*p));
            p[reference[set]] >= part * highest
        })
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

    /// Probabilities from log ratios, without overflow: the largest ratio is taken out first.
    fn probabilities(&self, x: &[f64], state: &mut State) {
        state.log_p.clear();
        state.log_p.extend_from_slice(&self.log_share);
        state.p.resize(self.n_actions(), 0.0);
        for set in 0..self.n_sets() {
            for (unknown, action) in self.unknowns(set, state.reference[set]) {
                state.log_p[action] += x[unknown];
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

    /// Writes `d gains / d x`, `[unknowns, unknowns]` row-major with `stride` to the next row, times
    /// `factor`, from derivatives of utilities by log probabilities.
    fn slopes_of_gains(&self, state: &State, factor: f64, out: &mut [f64], stride: usize) {
        let n = self.n_actions();
        for set in 0..self.n_sets() {
            let reference = state.reference[set];
            let factor = factor * self.rates[set];
            let of_reference = &state.slopes[reference * n..(reference + 1) * n];
            for (row, action) in self.unknowns(set, reference) {
                let of_action = &state.slopes[action * n..(action + 1) * n];
                let out = &mut out[row * stride..(row + 1) * stride];
                for other in 0..self.n_sets() {
                    let by = |b: usize| of_action[b] - of_reference[b];
                    let total: f64 = self.actions(other).map(by).sum();
                    for (column, b) in self.unknowns(other, state.reference[other]) {
                        out[column] = factor * (by(b) - state.p[b] * total);
                    }
                }
            }
        }
    }

    /// How far the probabilities are from the logit response to what they make actions worth, and the
    /// most that one information set could gain by never erring.
    pub fn residual(&self, state: &State, precision: f64) -> (f64, f64) {
        let (mut furthest, mut regret) = (0.0f64, 0.0f64);
        for set in 0..self.n_sets() {
            let actions = self.actions(set);
            let (utilities, p) = (&state.utilities[actions.clone()], &state.p[actions.clone()]);
            let best = utilities.iter().fold(f64::NEG_INFINITY, |best, u| best.max(*u));
            let of = utilities.iter().zip(&self.log_share[actions]);
            let precision = precision * self.rates[set];
            let weight = |(u, share): (&f64, &f64)| libm::exp(precision * (u - best) + share);
            let sum: f64 = of.clone().map(weight).sum();
            let expected: f64 = utilities.iter().zip(p).map(|(u, p)| u * p).sum();
            regret = regret.max(best - expected);
            for (of, p) in of.zip(p) {
                furthest = furthest.max((weight(of) / sum - p).abs());
            }
        }
        (furthest, regret)
    }
}

/// Computes everything but the derivatives at the log-probability ratios `x`, `[unknowns]`.
pub(crate) fn evaluate(system: &impl System, x: &[f64], state: &mut State) {
    let choices = system.choices();
    choices.probabilities(x, state);
    system.evaluate(state);
    state.gains.resize(choices.n_unknowns(), 0.0);
    for set in 0..choices.n_sets() {
        let reference = state.reference[set];
        for (unknown, action) in choices.unknowns(set, reference) {
            let gain = state.utilities[action] - state.utilities[reference];
            state.gains[unknown] = choices.rates[set] * gain;
        }
    }
}

/// Writes `d gains / d x`, `[unknowns, unknowns]` row-major with `stride` to the next row, times
/// `factor`, after [`evaluate`].
pub(crate) fn slopes(
    system: &impl System,
    state: &mut State,
    factor: f64,
    out: &mut [f64],
    stride: usize,
) {
    let choices = system.choices();
    let mut slopes = std::mem::take(&mut state.slopes);
    slopes.clear();
    slopes.resize(choices.n_actions() * choices.n_actions(), 0.0);
    system.slopes(state, &mut slopes);
    state.slopes = slopes;
    choices.slopes_of_gains(state, factor, out, stride);
}
