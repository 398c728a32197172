//! Options that differ in nothing are one option: each copy would draw a share of the errors.

use super::lanes::Wide;
use super::numbers::Numbers;
use super::solution::Note;
use super::structure::Diagram;

/// A table with a decision among its parents, as slices for each option.
#[derive(Clone, Debug)]
struct Below {
    first: usize,
    n_outer: usize,
    n_inner: usize,
}

/// A decision some of whose options may lead to the same.
#[derive(Clone, Debug)]
pub(crate) struct Alike {
    pub decision: usize,
    n_options: usize,
    below: Vec<Below>,
    /// `[options]`: the first of which each is a copy.
    kept: Vec<usize>,
}

impl Alike {
    /// The decisions that may have copies among their options: those that nobody sees, since options
    /// that somebody can tell apart are different.
    pub fn all(diagram: &Diagram) -> Vec<Alike> {
        let numbers = diagram.numbers();
        let is_seen = |decision: usize| {
            let nodes = diagram.nodes().iter().enumerate();
            let mut owned = nodes.filter(|(ix, _)| diagram.owner(*ix).is_some());
            owned.any(|(_, node)| node.parents.contains(&decision))
        };
        diagram
            .decisions()
            .filter(|decision| !is_seen(*decision))
            .map(|decision| {
                let nodes = diagram.nodes().iter().enumerate();
                let chance = nodes
                    .filter(|(ix, _)| diagram.owner(*ix).is_none())
                    .map(|(ix, node)| (&node.parents, diagram.n_states(ix), &numbers.tables[ix]));
                let payoffs = diagram.payoffs().iter().zip(&numbers.payoffs);
                let payoffs = payoffs.map(|(payoff, cells)| (&payoff.parents, 1, cells));
                let beliefs = diagram.beliefs().iter().zip(&numbers.beliefs);
                let beliefs =
                    beliefs.map(|(b, cells)| (&b.given, diagram.n_states(b.about), cells));
                let below = chance.chain(payoffs).chain(beliefs);
                let below = below.filter_map(|(parents, n_states, cells)| {
                    let place = parents.iter().position(|parent| *parent == decision)?;
                    Some(Below {
                        first: cells.start,
                        n_outer: diagram.n_rows(&parents[..place]),
                        n_inner: diagram.n_rows(&parents[place + 1..]) * n_states,
                    })
                });
                let n_options = diagram.n_states(decision);
                let kept = (0..n_options).collect();
                Alike { decision, n_options, below: below.collect(), kept }
            })
            // Where nothing depends on it there is nothing in which options could be alike.
            .filter(|alike| !alike.below.is_empty())
            .collect()
    }

    /// Writes what part of an option each copy of it is, `[options]`, and notes the copies.
    pub fn shares(&mut self, numbers: &Numbers, shares: &mut [f64], notes: &mut Vec<Note>) {
        for option in 0..self.n_options {
            let is_first = |kept: &usize| self.kept[*kept] == *kept;
            let mut earlier = (0..option).filter(is_first);
            let kept = earlier.find(|kept| self.are_alike(numbers, *kept, option));
            self.kept[option] = kept.unwrap_or(option);
            if let Some(kept) = kept {
                notes.push(Note::Merged { decision: self.decision, kept, copy: option });
            }
        }
        for (share, kept) in shares.iter_mut().zip(&self.kept) {
            *share = 1.0 / self.kept.iter().filter(|of| *of == kept).count() as f64;
        }
    }

    /// Whether each option differs from each other in one cell at least that differs in all draws.
    pub fn differ_everywhere(&self, cells: &[Wide]) -> bool {
        let differ = |(a, b): (usize, usize)| {
            self.below.iter().any(|below| {
                let slice = |outer: usize, option: usize| {
                    let first = below.first + (outer * self.n_options + option) * below.n_inner;
                    &cells[first..first + below.n_inner]
                };
                (0..below.n_outer).any(|outer| {
                    let mut pairs = slice(outer, a).iter().zip(slice(outer, b));
                    pairs.any(|(a, b)| a.iter().zip(b).all(|(a, b)| a != b))
                })
            })
        };
        (0..self.n_options).all(|b| (0..b).all(|a| differ((a, b))))
    }

    /// The tables below: first cell, how many rows of options, cells of an option in each.
    pub fn below(&self) -> Vec<[usize; 3]> {
        self.below.iter().map(|below| [below.first, below.n_outer, below.n_inner]).collect()
    }

    fn are_alike(&self, numbers: &Numbers, a: usize, b: usize) -> bool {
        self.below.iter().all(|below| {
            let slice = |outer: usize, option: usize| {
                let first = below.first + (outer * self.n_options + option) * below.n_inner;
                &numbers.cells[first..first + below.n_inner]
            };
            (0..below.n_outer).all(|outer| slice(outer, a) == slice(outer, b))
        })
    }
}
