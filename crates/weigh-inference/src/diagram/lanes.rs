//! Several draws of one diagram side by side, where no decisions rely on each other in a circle: the same
//! operations in the same order for each, so that a draw comes out as it does alone, bit for bit.

use std::ops::Range;

use super::alike::Alike;
use super::response::{DEAD, Response, TIE, Worth, respond};
use super::solver::{Solver, Way};

/// Draws solved side by side.
pub(crate) const WIDTH: usize = 8;

/// A number in each of the draws.
pub(crate) type Wide = [f64; WIDTH];

/// A solver over [`WIDTH`] draws at once, without what must be told of each.
#[derive(Clone, Debug)]
pub(crate) struct WideSolver<'s> {
    responses: Vec<&'s Response>,
    solver: &'s Solver,
    /// Laid out as the store of the solver.
    store: Vec<Wide>,
    /// `[nodes]`: the precision of each decision.
    pub precisions: Vec<Wide>,
    sizes: Vec<Wide>,
}

impl<'s> WideSolver<'s> {
    /// None where decisions rely on each other in a circle.
    pub fn new(solver: &'s Solver) -> Option<WideSolver<'s>> {
        let responses = solver.ways.iter().map(|way| match way {
            Way::Alone(response) => Some(response),
            Way::Circle(_) => None,
        });
        let diagram = solver.diagram();
        Some(WideSolver {
            responses: responses.collect::<Option<_>>()?,
            solver,
            store: solver.store.iter().map(|value| [*value; WIDTH]).collect(),
            precisions: vec![[f64::INFINITY; WIDTH]; diagram.nodes().len()],
            sizes: vec![[0.0; WIDTH]; diagram.payoffs().len()],
        })
    }

    /// The numbers of the diagram, laid out as the cells of [`Numbers`], to be overwritten.
    pub fn cells_mut(&mut self) -> &mut [Wide] {
        &mut self.store
    }

    /// Works out every policy; says whether it did. It does not where the numbers of some draw make no sense
    /// ([`Numbers::check`]) or may make two options alike: these are for the solver itself.
    pub fn solve(&mut self) -> bool {
        let are_plain = |alike: &Alike| alike.differ_everywhere(&self.store);
        if !self.makes_sense() || !self.solver.alike.iter().all(are_plain) {
            return false;
        }
        let numbers = self.solver.layout.numbers();
        for (payoff, size) in self.sizes.iter_mut().enumerate() {
            *size = [0.0; WIDTH];
            for values in &self.store[numbers.payoffs[payoff].clone()] {
                for (size, value) in size.iter_mut().zip(values) {
                    *size = size.max(value.abs());
                }
            }
        }
        for response in &self.responses {
            let policy = self.solver.layout.policy(response.decision);
            let precision = &self.precisions[response.decision];
            run(response, &mut self.store, policy, precision, &self.sizes);
        }
        true
    }

    /// The policy at a decision, `[rows, options]`.
    pub fn policy(&self, decision: usize) -> &[Wide] {
        &self.store[self.solver.layout.policy(decision)]
    }

    /// [`Numbers::check`] for all draws together; stricter about payoffs, so that it needs no sum of them.
    fn makes_sense(&self) -> bool {
        let (numbers, diagram) = (self.solver.layout.numbers(), self.solver.diagram());
        let rows_sum = |cells: &Range<usize>, n_states: usize| {
            self.store[cells.clone()].chunks_exact(n_states).all(|row| {
                let mut sum = [0.0; WIDTH];
                let mut is_negative = false;
                for cell in row {
                    for (sum, p) in sum.iter_mut().zip(cell) {
                        *sum += p;
                        is_negative |= *p < 0.0;
                    }
                }
                !is_negative && sum.iter().all(|sum| (sum - 1.0).abs() <= 1e-9)
            })
        };
        let about = |belief: usize| diagram.n_states(diagram.beliefs()[belief].about);
        let is_small = |value: &f64| value.abs() <= 1e100;
        let tables = numbers.tables.iter().enumerate();
        let beliefs = numbers.beliefs.iter().enumerate();
        let mut payoffs = numbers.payoffs.iter().flat_map(|cells| &self.store[cells.clone()]);
        tables.into_iter().all(|(node, cells)| rows_sum(cells, diagram.n_states(node)))
            && beliefs.into_iter().all(|(belief, cells)| rows_sum(cells, about(belief)))
            && payoffs.all(|cell| cell.iter().all(is_small))
            && self.precisions.iter().flatten().all(|precision| *precision >= 0.0)
    }
}

/// [`Response::run`] for each of the draws.
fn run(
    response: &Response,
    store: &mut [Wide],
    policy: Range<usize>,
    precision: &Wide,
    sizes: &[Wide],
) {
    for term in &response.terms {
        term.usual.steps.run_wide(store);
        let is_dead = |place: &u32| store[*place as usize].iter().any(|weight| *weight < DEAD);
        if let Some(surprised) = &term.surprised
            && term.usual.weights.iter().any(is_dead)
        {
            surprised.steps.run_wide(store);
        }
    }
    let n = response.n_options;
    let n_rows = policy.len() / n;
    let mut utilities = vec![[0.0; WIDTH]; n];
    let shares = vec![1.0; n];
    let mut one = vec![0.0; n];
    let mut taken = vec![0.0; n];
    for row in 0..n_rows {
        utilities.fill([0.0; WIDTH]);
        for term in &response.terms {
            let usual = &store[term.usual.weights[row] as usize];
            fn values(worth: &Worth, row: usize, n: usize) -> impl Iterator<Item = usize> {
                worth.values[row * n..(row + 1) * n].iter().map(|place| *place as usize)
            }
            if usual.iter().all(|weight| *weight >= DEAD) {
                for (utility, place) in utilities.iter_mut().zip(values(&term.usual, row, n)) {
                    for lane in 0..WIDTH {
                        utility[lane] += store[place][lane] / usual[lane];
                    }
                }
                continue;
            }
            for lane in 0..WIDTH {
                let worth = match (&term.surprised, usual[lane] < DEAD) {
                    (Some(surprised), true) => surprised,
                    _ => &term.usual,
                };
                let weight = store[worth.weights[row] as usize][lane];
                if weight >= DEAD {
                    for (utility, place) in utilities.iter_mut().zip(values(worth, row, n)) {
                        utility[lane] += store[place][lane] / weight;
                    }
                }
            }
        }
        for lane in 0..WIDTH {
            let size: f64 = response.terms.iter().map(|term| sizes[term.payoff][lane]).sum();
            one.iter_mut().zip(utilities.iter()).for_each(|(one, wide)| *one = wide[lane]);
            respond(&one, precision[lane], &shares, TIE * size, &mut taken);
            for (option, p) in taken.iter().enumerate() {
                store[policy.start + row * n + option][lane] = *p;
            }
        }
    }
}
