//! Solving a diagram: component by component of its relevance graph, then what everybody expects.

use super::alike::Alike;
use super::circle::Circle;
use super::eliminate::{Steps, Writer};
use super::error::DiagramError;
use super::numbers::Numbers;
use super::relevance::{View, components};
use super::response::{Response, Work};
use super::solution::{Note, Solution};
use super::store::Layout;
use super::structure::{Diagram, DiagramLimits};
use crate::game::{Branch, Trace};

/// How the decisions of a component are solved.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// One that relies on none that is not solved before.
    Alone(Response),
    /// Several that rely on each other.
    Circle(Circle),
}

/// A diagram laid out for repeated solution. Not shared between threads: clone it for each.
#[derive(Clone, Debug)]
pub struct Solver {
    diagram: Diagram,
    components: Vec<Vec<usize>>,
    pub(super) ways: Vec<Way>,
    pub(super) layout: Layout,
    pub(super) alike: Vec<Alike>,
    /// For each payoff term how its expectation is worked out, and where it is then.
    expectations: Vec<(Steps, usize)>,
    /// Numbers, policies and all that is worked out from them.
    pub(super) store: Vec<f64>,
    /// What part of an option each copy of it is, laid out as first rows of policies by node.
    shares: Vec<Vec<f64>>,
    /// The largest value of each payoff term.
    sizes: Vec<f64>,
}

/// Another equilibrium at the same numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// Which component of decisions differs, in [`Solver::components`]; later ones follow it.
    pub component: usize,
    /// How it was come to.
    pub branch: Branch,
    /// What all do.
    pub solution: Solution,
}

impl Solver {
    /// Finds out which decisions rely on which, and writes down the calculation.
    ///
    /// # Errors
    /// [`DiagramError::TooLarge`] above [`DiagramLimits::default`], before memory is taken.
    ///
    /// # Source
    /// Koller & Milch (2003), sections 5 and 6: strategic reachability, and components in its order.
    pub fn new(diagram: &Diagram) -> Result<Solver, DiagramError> {
        let limits = DiagramLimits::default();
        let n_nodes = diagram.nodes().len();
        let n_states: Vec<usize> = (0..n_nodes).map(|ix| diagram.n_states(ix)).collect();
        let layout = Layout::new(diagram);
        let mut writer = Writer::new(&n_states, layout.end, limits.operations);
        let components = components(diagram);
        let ways = components
            .iter()
            .map(|together| {
                Ok(match together.as_slice() {
                    [alone] => {
                        let view = View::new(diagram, *alone);
                        Way::Alone(Response::new(&view, &layout, &mut writer)?)
                    }
                    _ => {
                        Way::Circle(Circle::new(diagram, together, &layout, &mut writer, &limits)?)
                    }
                })
            })
            .collect::<Result<Vec<Way>, DiagramError>>()?;
        let expectations = (0..diagram.payoffs().len())
            .map(|payoff| {
                let mut factors: Vec<_> =
                    (0..n_nodes).map(|node| layout.table(diagram, node)).collect();
                factors.push(layout.payoff(diagram, payoff));
                let mut steps = Steps::default();
                let sum = writer.eliminate(factors, &[], &mut steps)?;
                Ok((steps, sum.at))
            })
            .collect::<Result<Vec<_>, DiagramError>>()?;
        let store = layout.store(diagram, writer.end);
        Ok(Solver {
            diagram: diagram.clone(),
            components,
            ways,
            layout,
            alike: Alike::all(diagram),
            expectations,
            store,
            shares: n_states.into_iter().map(|n| vec![1.0; n]).collect(),
            sizes: vec![0.0; diagram.payoffs().len()],
        })
    }

    /// The diagram.
    pub fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    /// The decisions that rely on each other, in the order in which they are solved. One that relies on
    /// no other stands alone and is solved exactly; several in one component are solved together.
    pub fn components(&self) -> &[Vec<usize>] {
        &self.components
    }

    /// The circle of a component, if it is one, at the numbers last solved.
    #[cfg(test)]
    pub(crate) fn circle(&self, component: usize) -> Option<&Circle> {
        match &self.ways[component] {
            Way::Alone(_) => None,
            Way::Circle(circle) => Some(circle),
        }
    }

    /// Room for a solution.
    pub fn solution(&self) -> Solution {
        Solution::of(&self.diagram)
    }

    /// Solves the diagram at one set of numbers. Takes no memory, once it was run, where no decisions
    /// rely on each other in a circle.
    ///
    /// # Errors
    /// As [`Numbers::check`].
    pub fn solve(&mut self, numbers: &Numbers, found: &mut Solution) -> Result<(), DiagramError> {
        numbers.check(&self.diagram)?;
        self.run(numbers, found, |_, circle| circle.walk(false));
        Ok(())
    }

    /// Other equilibria at the same numbers that hang together with the principal branch: behind its
    /// turns, and on the branches that cross it. There may be more.
    ///
    /// # Errors
    /// As [`Numbers::check`].
    pub fn others(&mut self, numbers: &Numbers) -> Result<Vec<Other>, DiagramError> {
        numbers.check(&self.diagram)?;
        let mut solution = self.solution();
        let mut traces: Vec<(usize, Trace)> = Vec::new();
        self.run(numbers, &mut solution, |component, circle| {
            let trace = circle.walk(true);
            traces.push((component, trace.clone()));
            trace
        });
        let mut all = Vec::new();
        for (at, (component, trace)) in traces.iter().enumerate() {
            for other in trace.rows.iter().flat_map(|row| &row.others) {
                let mut instead = trace.clone();
                instead.rows[0].principal = Some(other.equilibrium.clone());
                let mut solution = self.solution();
                self.run(numbers, &mut solution, |here, circle| match here.cmp(component) {
                    std::cmp::Ordering::Less => {
                        let (_, before) = traces[..at]
                            .iter()
                            .find(|(before, _)| *before == here)
                            .expect("every circle was walked");
                        before.clone()
                    }
                    std::cmp::Ordering::Equal => instead.clone(),
                    std::cmp::Ordering::Greater => circle.walk(false),
                });
                all.push(Other { component: *component, branch: other.branch, solution });
            }
        }
        Ok(all)
    }

    /// Solves with numbers that were checked; `walk` gives what is found in the circle of a component.
    fn run(
        &mut self,
        numbers: &Numbers,
        found: &mut Solution,
        mut walk: impl FnMut(usize, &Circle) -> Trace,
    ) {
        self.store[..numbers.cells.len()].copy_from_slice(&numbers.cells);
        found.notes.clear();
        for alike in &mut self.alike {
            alike.shares(numbers, &mut self.shares[alike.decision], &mut found.notes);
        }
        for (payoff, size) in self.sizes.iter_mut().enumerate() {
            *size = numbers.payoff(payoff).iter().fold(0.0, |size: f64, v| size.max(v.abs()));
        }
        for (component, way) in self.ways.iter_mut().enumerate() {
            match way {
                Way::Alone(response) => {
                    let decision = response.decision;
                    let mut work = Work {
                        store: &mut self.store,
                        notes: &mut found.notes,
                        utilities: &mut found.utilities
                            [found.first[decision]..found.first[decision + 1]],
                    };
                    let policy = self.layout.policy(decision);
                    let precision = numbers.precision(decision);
                    response.run(&mut work, policy, precision, &self.shares[decision], &self.sizes);
                }
                Way::Circle(circle) => {
                    let shares = |decision: usize| self.shares[decision].clone();
                    let precisions = &numbers.precisions;
                    circle.draw(&mut self.store, &mut found.notes, precisions, shares);
                    let trace = walk(component, circle);
                    take_up(circle, component, &trace, &self.layout, &mut self.store, found);
                }
            }
        }
        found.payoffs.fill(0.0);
        for ((steps, at), payoff) in self.expectations.iter().zip(self.diagram.payoffs()) {
            steps.run(&mut self.store);
            found.payoffs[payoff.owner] += self.store[*at];
        }
        found.policies.copy_from_slice(&self.store[self.layout.all_policies()]);
    }
}

/// Writes what was found in a circle to where it belongs.
fn take_up(
    circle: &Circle,
    component: usize,
    trace: &Trace,
    layout: &Layout,
    store: &mut [f64],
    found: &mut Solution,
) {
    let forks = trace.forks.iter().map(|fork| fork.lambda);
    let forks = forks.map(|at| Note::Fork { component, at: circle.part(at) });
    let turns = trace.turns.iter().map(|turn| turn.lambda);
    let turns = turns.map(|at| Note::Turn { component, at: circle.part(at) });
    // What lies beyond the precisions asked is nobody's concern.
    let is_before = |note: &Note| match note {
        Note::Fork { at, .. } | Note::Turn { at, .. } => *at <= 1.0,
        _ => true,
    };
    found.notes.extend(forks.chain(turns).filter(is_before));
    let principal = trace.rows.first().and_then(|row| row.principal.as_ref());
    let stop = trace.stop.as_ref().filter(|_| principal.is_none());
    if let Some(stop) = stop {
        let (at, residual) = (circle.part(stop.lambda), stop.residual);
        found.notes.push(Note::Stopped { component, at, residual });
    }
    let probabilities = principal.map(|found| &found.probabilities);
    let probabilities = probabilities.or(stop.map(|stop| &stop.probabilities));
    let probabilities = probabilities.expect("a branch comes to its end or stops");
    for (decision, sets) in circle.sets() {
        let policy = &mut store[layout.policy(decision)];
        policy
            .iter_mut()
            .zip(probabilities[sets.clone()].iter().flatten())
            .for_each(|(p, q)| *p = *q);
        let utilities = &mut found.utilities[found.first[decision]..found.first[decision + 1]];
        utilities.fill(0.0);
        let lowest = circle.lowest(decision);
        for (u, v) in utilities
            .iter_mut()
            .zip(principal.iter().flat_map(|found| found.utilities[sets.clone()].iter().flatten()))
        {
            *u = lowest + v;
        }
    }
}
