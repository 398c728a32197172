//! What all actors of a diagram do, and what must be told about how it was found.

use super::structure::{Diagram, Role};

/// What all actors do at one set of numbers. Made by [`super::Solver::solution`], filled by
/// [`super::Solver::solve`].
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Where the policy of each node begins, `[nodes + 1]`; chance nodes have none.
    pub(crate) first: Vec<usize>,
    pub(crate) policies: Vec<f64>,
    pub(crate) utilities: Vec<f64>,
    /// `[actors]`: expected payoffs under these policies and the chance tables (not under stated
    /// beliefs).
    pub payoffs: Vec<f64>,
    /// What must be told, in the order of the decisions solved.
    pub notes: Vec<Note>,
}

impl Solution {
    pub(crate) fn of(diagram: &Diagram) -> Solution {
        let mut first = vec![0];
        for (ix, node) in diagram.nodes().iter().enumerate() {
            let size = match node.role {
                Role::Chance => 0,
                Role::Decision { .. } => diagram.n_rows(&node.parents) * diagram.n_states(ix),
            };
            first.push(first[ix] + size);
        }
        let size = first[first.len() - 1];
        Solution {
            first,
            policies: vec![0.0; size],
            utilities: vec![0.0; size],
            payoffs: vec![0.0; diagram.actors().len()],
            notes: Vec::new(),
        }
    }

    /// The policy at a decision, `[rows, options]`: for each state of what its owner sees (parents in
    /// their order, the last fastest) the probability of each option. Laid out as the table of a
    /// chance node with the same parents.
    pub fn policy(&self, decision: usize) -> &[f64] {
        &self.policies[self.first[decision]..self.first[decision + 1]]
    }

    /// What the owner of a decision expects of each option, `[rows, options]`, of those of his payoff
    /// terms on which it can have an influence; under his stated beliefs, if he has any. Only
    /// differences within a row mean anything.
    pub fn utilities(&self, decision: usize) -> &[f64] {
        &self.utilities[self.first[decision]..self.first[decision + 1]]
    }

    /// Whether every branch was walked to its end: else some policies belong to a lower precision.
    pub fn is_complete(&self) -> bool {
        !self.notes.iter().any(|note| matches!(note, Note::Stopped { .. }))
    }
}

/// Something about a solution that must be told. Decisions are places in [`Diagram::nodes`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Note {
    /// Two options of a decision lead to the same in everything. They were counted as one option,
    /// whose probability they share evenly.
    Merged {
        /// Where.
        decision: usize,
        /// The first of them.
        kept: usize,
        /// The copy.
        copy: usize,
    },
    /// Two or more options are equally good for a rational actor; he takes each equally often.
    Tie {
        /// Where.
        decision: usize,
        /// The row of the policy: what he sees.
        row: usize,
    },
    /// What the actor would see never happens while everybody plays like this. He then believes what
    /// he would if everybody before him had chosen at random.
    Unreached {
        /// Where.
        decision: usize,
        /// The row of the policy.
        row: usize,
    },
    /// What the actor would see cannot happen whatever anybody does: all options are taken equally
    /// often.
    Impossible {
        /// Where.
        decision: usize,
        /// The row of the policy.
        row: usize,
    },
    /// On the way to the precisions asked another branch of equilibria crosses: ask
    /// [`super::Solver::others`].
    Fork {
        /// Which strongly connected component of decisions, in [`super::Solver::components`].
        component: usize,
        /// The part of the precisions asked at which it does, in 0..1.
        at: f64,
    },
    /// The branch turns back on its way: ask [`super::Solver::others`].
    Turn {
        /// Which component.
        component: usize,
        /// The part of the precisions asked.
        at: f64,
    },
    /// The branch could not be followed to the precisions asked; the policies are those of its last
    /// point.
    Stopped {
        /// Which component.
        component: usize,
        /// The part of the precisions asked that was reached.
        at: f64,
        /// The residual there.
        residual: f64,
    },
}
