//! The numbers of a diagram, one set for each draw.

use std::ops::Range;

use super::error::DiagramError;
use super::structure::{Diagram, Role};

/// Chance tables, payoffs, stated beliefs and precisions, ready to be overwritten for each draw.
///
/// Made by [`Diagram::numbers`], where every distribution is even, every payoff 0 and every decision
/// rational. A table is row-major: its parents in their order, the last fastest, then the states.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Chance tables, then payoffs, then beliefs.
    pub(crate) cells: Vec<f64>,
    /// `[nodes]`: empty for decisions.
    pub(crate) tables: Vec<Range<usize>>,
    pub(crate) payoffs: Vec<Range<usize>>,
    pub(crate) beliefs: Vec<Range<usize>>,
    /// `[nodes]`: 1 / payoff; only those of decisions are used.
    pub(crate) precisions: Vec<f64>,
}

impl Numbers {
    pub(crate) fn of(diagram: &Diagram) -> Numbers {
        let nodes = diagram.nodes();
        let mut cells = Vec::new();
        let mut add = |n_rows: usize, n_states: usize, value: f64| {
            let first = cells.len();
            cells.resize(first + n_rows * n_states, value);
            first..cells.len()
        };
        let tables = (0..nodes.len())
            .map(|ix| match nodes[ix].role {
                Role::Chance => {
                    let n_states = diagram.n_states(ix);
                    add(diagram.n_rows(&nodes[ix].parents), n_states, 1.0 / n_states as f64)
                }
                Role::Decision { .. } => 0..0,
            })
            .collect();
        let payoffs = diagram.payoffs().iter();
        let payoffs = payoffs.map(|p| add(diagram.n_rows(&p.parents), 1, 0.0)).collect();
        let beliefs = diagram
            .beliefs()
            .iter()
            .map(|belief| {
                let n_states = diagram.n_states(belief.about);
                add(diagram.n_rows(&belief.given), n_states, 1.0 / n_states as f64)
            })
            .collect();
        Numbers { cells, tables, payoffs, beliefs, precisions: vec![f64::INFINITY; nodes.len()] }
    }

    /// The table of a chance node, `[rows, states]`; empty for a decision.
    pub fn table(&self, node: usize) -> &[f64] {
        &self.cells[self.tables[node].clone()]
    }

    /// The table of a chance node, `[rows, states]`, to be overwritten.
    pub fn table_mut(&mut self, node: usize) -> &mut [f64] {
        &mut self.cells[self.tables[node].clone()]
    }

    /// The values of a payoff term, `[rows]`.
    pub fn payoff(&self, payoff: usize) -> &[f64] {
        &self.cells[self.payoffs[payoff].clone()]
    }

    /// The values of a payoff term, `[rows]`, to be overwritten.
    pub fn payoff_mut(&mut self, payoff: usize) -> &mut [f64] {
        &mut self.cells[self.payoffs[payoff].clone()]
    }

    /// A stated belief, `[rows over what it is given, states of what it is about]`.
    pub fn belief(&self, belief: usize) -> &[f64] {
        &self.cells[self.beliefs[belief].clone()]
    }

    /// A stated belief, to be overwritten.
    pub fn belief_mut(&mut self, belief: usize) -> &mut [f64] {
        &mut self.cells[self.beliefs[belief].clone()]
    }

    /// The precision at a decision, in 1 / payoff; infinite where it is rational.
    pub fn precision(&self, decision: usize) -> f64 {
        self.precisions[decision]
    }

    /// Sets the precision at a decision, in 1 / payoff; infinite means rational.
    pub fn set_precision(&mut self, decision: usize, precision: f64) {
        self.precisions[decision] = precision;
    }

    /// Whether these numbers make sense in a diagram.
    ///
    /// # Errors
    /// [`DiagramError::Row`] for a distribution that does not sum to 1 (to 1e-9),
    /// [`DiagramError::Payoff`] for a payoff that is not finite or payoffs whose sum may overflow,
    /// [`DiagramError::Precision`] for a precision that is negative or no number.
    pub fn check(&self, diagram: &Diagram) -> Result<(), DiagramError> {
        let nodes = diagram.nodes();
        for (ix, node) in nodes.iter().enumerate() {
            match node.role {
                Role::Chance => {
                    check_rows("the table of", &node.name, self.table(ix), node.states.len())?;
                }
                Role::Decision { .. } => {
                    let value = self.precisions[ix];
                    if value.is_nan() || value < 0.0 {
                        return Err(DiagramError::Precision { decision: node.name.clone(), value });
                    }
                }
            }
        }
        for (ix, belief) in diagram.beliefs().iter().enumerate() {
            let node = &nodes[belief.about];
            check_rows("the belief about", &node.name, self.belief(ix), node.states.len())?;
        }
        for (owner, actor) in diagram.actors().iter().enumerate() {
            let mut sum = 0.0;
            for (ix, payoff) in diagram.payoffs().iter().enumerate().filter(|p| p.1.owner == owner)
            {
                let values = self.payoff(ix);
                let largest = values.iter().fold(0.0f64, |largest, v| largest.max(v.abs()));
                sum += largest;
                // Differences of sums must be finite too. A comparison drops what is no number.
                let fault = values.iter().find(|value| !value.is_finite()).copied();
                let fault = fault.or((sum > f64::MAX / 4.0).then_some(largest));
                if let Some(value) = fault {
                    let (actor, payoff) = (actor.clone(), payoff.name.clone());
                    return Err(DiagramError::Payoff { actor, payoff, value });
                }
            }
        }
        Ok(())
    }
}

fn check_rows(
    what: &'static str,
    name: &str,
    cells: &[f64],
    n_states: usize,
) -> Result<(), DiagramError> {
    for (row, cells) in cells.chunks_exact(n_states).enumerate() {
        let sum: f64 = cells.iter().sum();
        let are_probabilities = cells.iter().all(|p| *p >= 0.0);
        if !are_probabilities || sum.is_nan() || (sum - 1.0).abs() > 1e-9 {
            return Err(DiagramError::Row { what, name: name.to_owned(), row, sum });
        }
    }
    Ok(())
}
