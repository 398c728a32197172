//! Decisions that rely on each other in a circle: the equations that hold for all of them at once.
//!
//! Everything that is not one of these decisions is summed out first. What is left for each payoff
//! term is a list of leaves: one for each combination of what the decisions know and choose, with its
//! probability and its value by nature. Beliefs and expectations are sums over leaves.
//!
//! # Source
//! Agent logit equilibria: McKelvey & Palfrey (1998), Experimental Economics 1, 9–41. The branch is the
//! one on which all precisions rise from 0 in their proportions; for one precision for all that is the
//! principal branch of Turocy (2010), Economic Theory 42, 255–269.

use super::eliminate::{Steps, Writer};
use super::error::DiagramError;
use super::relevance::View;
use super::response::{DEAD, surprising, tables};
use super::solution::Note;
use super::store::Layout;
use super::structure::{Diagram, DiagramLimits};
use crate::game::{Choices, LIMIT, State, System, Trace, TraceSettings, trace_in_units};

/// Where the leaves of a term are found in the store.
#[derive(Clone, Debug)]
struct Places {
    steps: Steps,
    /// `[leaves]`: value times probability.
    values: Vec<u32>,
    /// `[leaves]`
    weights: Vec<u32>,
}

/// One payoff term of a decision.
#[derive(Clone, Debug)]
struct Term {
    usual: Places,
    /// The same if the decisions that were solved before were taken at random, where that matters.
    surprised: Option<Places>,
    /// Leaves of one option at one row. The leaves of one are together: rows, then options.
    n_per_action: usize,
    n_others: usize,
    /// `[leaves, others]`: the actions of other decisions of the circle that lead there.
    others: Vec<u32>,
    /// `[leaves]`: logarithm of the probability by nature.
    log_weights: Vec<f64>,
    /// `[leaves]`: the payoff there less the smallest.
    values: Vec<f64>,
    lowest: f64,
}

/// One decision of the circle.
#[derive(Clone, Debug)]
struct Part {
    decision: usize,
    n_rows: usize,
    n_options: usize,
    first_set: usize,
    terms: Vec<Term>,
}

/// A circle of decisions laid out for repeated solution, with the numbers of one draw.
#[derive(Clone, Debug)]
pub(crate) struct Circle {
    parts: Vec<Part>,
    choices: Choices,
    /// The precision at which all decisions have theirs.
    target: f64,
}

impl Circle {
    pub fn new(
        diagram: &Diagram,
        together: &[usize],
        layout: &Layout,
        writer: &mut Writer<'_>,
        limits: &DiagramLimits,
    ) -> Result<Circle, DiagramError> {
        let n_rows = |decision: usize| diagram.n_rows(&diagram.nodes()[decision].parents);
        let unknowns = |ix: &usize| (n_rows(*ix) * (diagram.n_states(*ix) - 1)) as u64;
        let size: u64 = together.iter().map(unknowns).sum();
        if size > limits.unknowns {
            let names = together.iter().map(|ix| format!("`{}`", diagram.nodes()[*ix].name));
            let names = names.collect::<Vec<_>>().join(", ");
            let what = format!("solving {names}, which rely on each other,");
            return Err(DiagramError::TooLarge { what, size, limit: limits.unknowns });
        }
        let sets = together.iter().flat_map(|ix| vec![diagram.n_states(*ix); n_rows(*ix)]);
        let choices = Choices::new(sets);
        let mut first_sets = vec![0];
        for decision in together {
            first_sets.push(first_sets[first_sets.len() - 1] + n_rows(*decision));
        }
        let mut parts = Vec::new();
        for (decision, first_set) in together.iter().zip(&first_sets) {
            let view = View::new(diagram, *decision);
            let first_action = |other: usize| {
                let place = together.iter().position(|ix| *ix == other);
                place.map(|place| choices.actions(first_sets[place]).start)
            };
            let terms = view.payoffs().into_iter();
            let terms = terms
                .map(|payoff| Term::new(&view, layout, writer, payoff, together, first_action))
                .collect::<Result<Vec<Term>, DiagramError>>()?;
            parts.push(Part {
                decision: *decision,
                n_rows: n_rows(*decision),
                n_options: diagram.n_states(*decision),
                first_set: *first_set,
                terms,
            });
        }
        Ok(Circle { parts, choices, target: 0.0 })
    }

    /// Takes up the numbers of a draw. `precisions` are by node, `shares` the part of an option that
    /// each copy of it is, by decision.
    pub fn draw(
        &mut self,
        store: &mut [f64],
        notes: &mut Vec<Note>,
        precisions: &[f64],
        shares: impl Fn(usize) -> Vec<f64>,
    ) {
        // The range of what each decision can be worth, in which infinite precisions are counted.
        let mut ranges = Vec::new();
        for part in &mut self.parts {
            let mut range = 0.0;
            let mut faults = vec![None; part.n_rows];
            for term in &mut part.terms {
                range += term.draw(store, part.n_options, &mut faults);
            }
            ranges.push(range);
            for (row, fault) in faults.into_iter().enumerate() {
                let decision = part.decision;
                notes.extend(fault.map(|is_impossible| match is_impossible {
                    true => Note::Impossible { decision, row },
                    false => Note::Unreached { decision, row },
                }));
            }
        }
        // An action that is worse by 10^-10 of the range cannot be told from one as good.
        let in_ranges = |part: &Part, range: f64| (precisions[part.decision] * range).min(LIMIT);
        let all = || self.parts.iter().zip(&ranges).filter(|(_, range)| **range > 0.0);
        self.target = all().map(|(part, range)| in_ranges(part, *range)).fold(0.0, f64::max);
        for (part, range) in self.parts.iter().zip(&ranges) {
            let is_moved = *range > 0.0 && self.target > 0.0;
            let rate = if is_moved { in_ranges(part, *range) / range / self.target } else { 0.0 };
            let shares = shares(part.decision);
            for set in part.first_set..part.first_set + part.n_rows {
                self.choices.rates[set] = rate;
                for (action, share) in self.choices.actions(set).zip(&shares) {
                    self.choices.log_share[action] = libm::log(*share);
                }
            }
        }
    }

    /// Walks along the branch to the precisions of the draw.
    pub fn walk(&self, to_the_limit: bool) -> Trace {
        let settings = TraceSettings { to_the_limit, ..TraceSettings::default() };
        trace_in_units(self, 1.0, Vec::new(), &[self.target], &settings)
    }

    /// What part of the precisions of the draw this is.
    pub fn part(&self, precision: f64) -> f64 {
        if self.target > 0.0 { precision / self.target } else { 1.0 }
    }

    /// The decisions, each with the information sets that are its rows.
    pub fn sets(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        self.parts.iter().map(|part| (part.decision, part.first_set..part.first_set + part.n_rows))
    }

    /// What was taken off the expectations at a decision.
    pub fn lowest(&self, decision: usize) -> f64 {
        let part = self.parts.iter().find(|part| part.decision == decision);
        part.map_or(0.0, |part| part.terms.iter().map(|term| term.lowest).sum())
    }

    /// The terms of all decisions with the action at which each begins and its first leaf.
    fn terms(&self) -> impl Iterator<Item = (&Term, usize, usize)> {
        let terms = self.parts.iter().flat_map(|part| {
            let first = self.choices.actions(part.first_set).start;
            part.terms.iter().map(move |term| (term, first))
        });
        terms.scan(0, |next_leaf, (term, first_action)| {
            let first_leaf = *next_leaf;
            *next_leaf += term.values.len();
            Some((term, first_action, first_leaf))
        })
    }
}

impl Term {
    fn new(
        view: &View<'_>,
        layout: &Layout,
        writer: &mut Writer<'_>,
        payoff: usize,
        together: &[usize],
        first_action: impl Fn(usize) -> Option<usize>,
    ) -> Result<Term, DiagramError> {
        let (diagram, decision) = (view.diagram, view.decision);
        let mut requisite = view.requisite(payoff);
        let is_other = |ix: &usize| requisite[*ix] && view.belief(*ix).is_none();
        let others: Vec<usize> = together.iter().copied().filter(is_other).collect();
        let mut over = diagram.nodes()[decision].parents.clone();
        over.push(decision);
        for other in &others {
            requisite[*other] = false;
            for node in diagram.nodes()[*other].parents.iter().chain([other]) {
                if !over.contains(node) {
                    over.push(*node);
                }
            }
        }
        let n_leaves = writer.size(&over);
        writer.take_up(n_leaves.saturating_mul(4 + others.len() as u64))?;
        let mut places = |at_random: &[usize]| {
            let tables = tables(view, layout, &requisite, at_random);
            let mut steps = Steps::default();
            let weight = writer.eliminate(tables.clone(), &over, &mut steps)?;
            let mut factors = tables;
            factors.push(layout.payoff(diagram, payoff));
            let value = writer.eliminate(factors, &over, &mut steps)?;
            let (values, weights) = (writer.places(&value, &over), writer.places(&weight, &over));
            Ok(Places { steps, values, weights })
        };
        let usual = places(&[])?;
        let surprising = surprising(view, &requisite, together);
        let surprised = if surprising.is_empty() { None } else { Some(places(&surprising)?) };
        let columns: Vec<Vec<u32>> = others
            .iter()
            .map(|other| {
                let mut policy = layout.table(diagram, *other);
                policy.at = first_action(*other).expect("the others are in the circle");
                writer.places(&policy, &over)
            })
            .collect();
        let n_leaves = n_leaves as usize;
        let n_actions = diagram.n_rows(&over[..=diagram.nodes()[decision].parents.len()]);
        Ok(Term {
            usual,
            surprised,
            n_per_action: n_leaves / n_actions,
            n_others: others.len(),
            others: (0..n_leaves).flat_map(|leaf| columns.iter().map(move |c| c[leaf])).collect(),
            log_weights: vec![0.0; n_leaves],
            values: vec![0.0; n_leaves],
            lowest: 0.0,
        })
    }

    /// Takes up probabilities and values, and gives their range. Writes to `faults` the rows to which
    /// nothing leads: whether whatever anybody does.
    fn draw(&mut self, store: &mut [f64], n_options: usize, faults: &mut [Option<bool>]) -> f64 {
        self.usual.steps.run(store);
        let n_per_row = n_options * self.n_per_action;
        let reach = |places: &Places, row: usize, store: &[f64]| {
            let of_row = &places.weights[row * n_per_row..(row + 1) * n_per_row];
            of_row.iter().map(|place| store[*place as usize]).fold(0.0, f64::max)
        };
        let is_dead = |row: usize, store: &[f64]| reach(&self.usual, row, store) < DEAD;
        let is_any_dead = (0..faults.len()).any(|row| is_dead(row, store));
        if let Some(surprised) = self.surprised.as_ref().filter(|_| is_any_dead) {
            surprised.steps.run(store);
        }
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for (row, fault) in faults.iter_mut().enumerate() {
            let mut places = &self.usual;
            if is_dead(row, store) {
                places = self.surprised.as_ref().unwrap_or(places);
                let is_impossible = reach(places, row, store) < DEAD;
                *fault = Some(fault.unwrap_or(false) || is_impossible);
            }
            for leaf in row * n_per_row..(row + 1) * n_per_row {
                let weight = store[places.weights[leaf] as usize];
                let is_alive = weight >= DEAD;
                let value = store[places.values[leaf] as usize] / weight;
                self.log_weights[leaf] =
                    if is_alive { libm::log(weight) } else { f64::NEG_INFINITY };
                self.values[leaf] = if is_alive { value } else { f64::NAN };
                if is_alive {
                    (lowest, highest) = (lowest.min(value), highest.max(value));
                }
            }
        }
        if highest < lowest {
            (lowest, highest) = (0.0, 0.0);
        }
        self.lowest = lowest;
        // A leaf that is never come to is worth nothing.
        self.values.iter_mut().for_each(|v| *v = if v.is_nan() { 0.0 } else { *v - lowest });
        highest - lowest
    }

    fn leaves(&self, action: usize) -> std::ops::Range<usize> {
        action * self.n_per_action..(action + 1) * self.n_per_action
    }

    fn others(&self, leaf: usize) -> &[u32] {
        &self.others[leaf * self.n_others..(leaf + 1) * self.n_others]
    }

    fn n_actions(&self) -> usize {
        self.values.len() / self.n_per_action
    }
}

impl System for Circle {
    fn choices(&self) -> &Choices {
        &self.choices
    }

    fn evaluate(&self, state: &mut State) {
        let n_leaves = self.terms().last().map_or(0, |(term, _, first)| first + term.values.len());
        state.beliefs.resize(n_leaves, 0.0);
        state.utilities.clear();
        state.utilities.resize(self.choices.n_actions(), 0.0);
        for (term, first_action, first_leaf) in self.terms() {
            for action in 0..term.n_actions() {
                let leaves = term.leaves(action);
                let weights =
                    &mut state.beliefs[first_leaf + leaves.start..first_leaf + leaves.end];
                let mut highest = f64::NEG_INFINITY;
                for (weight, leaf) in weights.iter_mut().zip(leaves.clone()) {
                    let ways = term.others(leaf).iter().map(|other| state.log_p[*other as usize]);
                    *weight = term.log_weights[leaf] + ways.sum::<f64>();
                    highest = highest.max(*weight);
                }
                if highest == f64::NEG_INFINITY {
                    // Where nothing leads, nothing is believed, and all options are worth the same.
                    weights.fill(0.0);
                    continue;
                }
                weights.iter_mut().for_each(|weight| *weight = libm::exp(*weight - highest));
                let sum: f64 = weights.iter().sum();
                weights.iter_mut().for_each(|weight| *weight /= sum);
                let values = &term.values[leaves];
                let utility: f64 = weights.iter().zip(values).map(|(w, v)| w * v).sum();
                state.utilities[first_action + action] += utility;
            }
        }
    }

    /// A leaf to which another's action leads more often counts for more.
    fn slopes(&self, state: &State, slopes: &mut [f64]) {
        let n = self.choices.n_actions();
        for (term, first_action, first_leaf) in self.terms() {
            for action in 0..term.n_actions() {
                let leaves = || {
                    let leaves = term.leaves(action);
                    leaves.map(|leaf| (leaf, state.beliefs[first_leaf + leaf], term.values[leaf]))
                };
                let utility: f64 = leaves().map(|(_, weight, value)| weight * value).sum();
                for (leaf, weight, value) in leaves() {
                    for other in term.others(leaf) {
                        slopes[(first_action + action) * n + *other as usize] +=
                            weight * (value - utility);
                    }
                }
            }
        }
    }

    fn payoffs(&self, _: &State) -> Vec<f64> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::super::structure::{Node, Payoff, Role};
    use super::super::{Diagram, Solver};
    use crate::game::{State, evaluate, slopes};

    /// A sender who knows his type, a receiver who sees the message, and a third who moves beside him.
    fn diagram() -> Diagram {
        let node = |name: &str, n: usize, parents: &[usize], role: Role| Node {
            name: name.into(),
            states: (0..n).map(|i| i.to_string()).collect(),
            parents: parents.to_vec(),
            role,
        };
        let nodes = vec![
            node("type", 2, &[], Role::Chance),
            node("message", 3, &[0], Role::Decision { owner: 0 }),
            node("heard", 2, &[1], Role::Chance),
            node("answer", 2, &[2], Role::Decision { owner: 1 }),
            node("beside", 2, &[], Role::Decision { owner: 2 }),
        ];
        let payoffs = vec![
            Payoff { name: "u".into(), owner: 0, parents: vec![0, 1, 3, 4] },
            Payoff { name: "v".into(), owner: 1, parents: vec![0, 3, 4] },
            Payoff { name: "w".into(), owner: 2, parents: vec![1, 3, 4] },
            Payoff { name: "x".into(), owner: 2, parents: vec![0, 4] },
        ];
        let actors = vec!["S".into(), "R".into(), "T".into()];
        Diagram::new(actors, nodes, payoffs, vec![]).unwrap()
    }

    #[test]
    fn derivatives_are_central_differences() {
        let diagram = diagram();
        let mut numbers = diagram.numbers();
        numbers.table_mut(0).copy_from_slice(&[0.3, 0.7]);
        numbers.table_mut(2).copy_from_slice(&[0.9, 0.1, 0.2, 0.8, 0.5, 0.5]);
        for payoff in 0..4 {
            for (ix, value) in numbers.payoff_mut(payoff).iter_mut().enumerate() {
                *value = libm::sin((7 * payoff + 3 * ix) as f64);
            }
        }
        for (decision, precision) in [(1, 1.5), (3, 0.7), (4, 2.0)] {
            numbers.set_precision(decision, precision);
        }
        let mut solver = Solver::new(&diagram).unwrap();
        assert_eq!(solver.components(), [[1, 3, 4]]);
        let mut found = solver.solution();
        solver.solve(&numbers, &mut found).unwrap();
        let circle = solver.circle(0).unwrap();
        let n = circle.choices.n_unknowns();
        let x: Vec<f64> = (0..n).map(|ix| 2.0 * libm::cos(ix as f64)).collect();
        let mut reference = circle.choices.first_actions();
        reference[0] += 2;
        let mut state = State { reference: reference.into(), ..State::default() };
        evaluate(circle, &x, &mut state);
        let mut exact = vec![0.0; n * n];
        slopes(circle, &mut state, 1.0, &mut exact, n);
        assert!(exact.iter().filter(|slope| slope.abs() > 1e-3).count() > n);
        let step = 1e-5;
        for column in 0..n {
            let mut at = |by: f64| {
                let mut moved = x.clone();
                moved[column] += by;
                evaluate(circle, &moved, &mut state);
                state.gains.clone()
            };
            let (up, down) = (at(step), at(-step));
            for row in 0..n {
                let estimate = (up[row] - down[row]) / (2.0 * step);
                // The error of a central difference at this step is some 1e-10, its rounding 1e-11.
                assert!((exact[row * n + column] - estimate).abs() < 1e-8);
            }
        }
    }
}
