//! What it is worth to an actor to see something before he decides.

use super::error::DiagramError;
use super::numbers::Numbers;
use super::solver::Solver;
use super::structure::Diagram;

/// Expected payoffs of the owner of a decision with and without sight of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Whether he sees it in the diagram as it is.
    pub is_seen: bool,
    /// What he expects if he does not see it.
    pub without: f64,
    /// What he expects if he sees it.
    pub with: f64,
}

impl Sight {
    /// What seeing is worth, in units of his payoffs. For a rational actor by himself it is never
    /// negative; among others it may be, since they know what he knows and act on it.
    pub fn value(&self) -> f64 {
        self.with - self.without
    }
}

/// Works out what it is worth to the owner of a decision to see a node before he takes it, and not to
/// forget it later: all policies are solved with and without that arrow.
///
/// For one rational decision maker this is the expected value of perfect information if the payoff
/// depends on the node, and of sample information if the node is a sign of something else.
///
/// # Errors
/// [`DiagramError::CannotSee`] if the decision has an influence on the node; otherwise as
/// [`Solver::new`] and [`Numbers::check`].
///
/// # Source
/// Howard (1966), *Information value theory*, IEEE Transactions on Systems Science and Cybernetics 2,
/// 22–26.
///
/// # Example
/// ```
/// use weigh_inference::diagram::{Diagram, Node, Payoff, Role, value_of_seeing};
/// let node = |name: &str, role| Node {
///     name: name.into(),
///     states: vec!["no".into(), "yes".into()],
///     parents: vec![],
///     role,
/// };
/// let nodes = vec![node("rain", Role::Chance), node("umbrella", Role::Decision { owner: 0 })];
/// let comfort = Payoff { name: "comfort".into(), owner: 0, parents: vec![0, 1] };
/// let diagram = Diagram::new(vec!["walker".into()], nodes, vec![comfort], vec![])?;
/// let mut numbers = diagram.numbers();
/// numbers.table_mut(0).copy_from_slice(&[0.7, 0.3]);
/// numbers.payoff_mut(0).copy_from_slice(&[0.0, -1.0, -4.0, -1.0]);
/// // An umbrella costs 1, without one rain costs 4: he takes it, unless he knows it will stay dry.
/// let sight = value_of_seeing(&diagram, &numbers, 1, 0)?;
/// assert!((sight.value() - 0.7).abs() < 1e-12);
/// # Ok::<(), weigh_inference::diagram::DiagramError>(())
/// ```
pub fn value_of_seeing(
    diagram: &Diagram,
    numbers: &Numbers,
    decision: usize,
    node: usize,
) -> Result<Sight, DiagramError> {
    let is_seen = diagram.nodes()[decision].parents.contains(&node);
    let other = match is_seen {
        true => diagram.not_seeing(decision, node)?,
        false => diagram.seeing(decision, node)?,
    };
    let expected = |diagram: &Diagram| -> Result<f64, DiagramError> {
        let mut solver = Solver::new(diagram)?;
        let mut found = solver.solution();
        solver.solve(numbers, &mut found)?;
        Ok(diagram.owner(decision).map_or(0.0, |owner| found.payoffs[owner]))
    };
    let (here, there) = (expected(diagram)?, expected(&other)?);
    let (without, with) = if is_seen { (there, here) } else { (here, there) };
    Ok(Sight { is_seen, without, with })
}
