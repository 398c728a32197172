//! The structure of a multi-agent influence diagram, checked.

use std::collections::BTreeSet;

use super::error::DiagramError;
use super::numbers::Numbers;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nature draws it, by a table over its parents.
    Chance,
    /// Somebody chooses it, seeing its parents.
    Decision {
        /// Whose it is, as a place in [`Diagram::actors`].
        owner: usize,
    },
}

/// A variable of the diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name, unique among nodes.
    pub name: String,
    /// Its states, or the options of a decision; at least one.
    pub states: Vec<String>,
    /// What it depends on, or what the owner sees when he decides: places in [`Diagram::nodes`].
    pub parents: Vec<usize>,
    /// Who sets it.
    pub role: Role,
}

/// A term of an actor's payoff; his terms are added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payoff {
    /// Its name.
    pub name: String,
    /// Whose it is, as a place in [`Diagram::actors`].
    pub owner: usize,
    /// What it depends on: places in [`Diagram::nodes`].
    pub parents: Vec<usize>,
}

/// A stated belief, used in place of the table or policy of a node when the owner of one decision
/// works out what his options are worth. He then responds to it, not to the equilibrium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The decision whose owner has it.
    pub decision: usize,
    /// A chance node, or a decision of another actor; not one that he sees.
    pub about: usize,
    /// What the belief is given: some of the parents of `about`; none for a belief in one
    /// distribution, whatever happens.
    pub given: Vec<usize>,
}

/// The most that is taken on; checked before memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiagramLimits {
    /// Numbers in the largest table.
    pub table: u64,
    /// Multiplications of one solution, which are written down, at 4 bytes for each number used.
    pub operations: u64,
    /// Probabilities to be found at once where decisions rely on each other in a circle; work grows
    /// with their cube.
    pub unknowns: u64,
}

impl Default for DiagramLimits {
    /// Tables of 2^20 numbers, 2^24 multiplications, 600 unknowns: at the most some 0.3 GB.
    fn default() -> DiagramLimits {
        DiagramLimits { table: 1 << 20, operations: 1 << 24, unknowns: 600 }
    }
}

/// A multi-agent influence diagram with perfect recall, checked.
///
/// # Source
/// Koller & Milch (2003), *Multi-agent influence diagrams for representing and solving games*, Games
/// and Economic Behavior 45, 181–221, sections 2 and 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    actors: Vec<String>,
    nodes: Vec<Node>,
    payoffs: Vec<Payoff>,
    beliefs: Vec<Belief>,
    order: Vec<usize>,
}

impl Diagram {
    /// Checks the parts of a diagram.
    ///
    /// # Errors
    /// See [`DiagramError`]: parts that do not fit, decisions and payoffs without owner, circles, an
    /// actor who forgets or whose decisions have no order, beliefs that cannot be used, tables above
    /// [`DiagramLimits::default`].
    ///
    /// # Example
    /// ```
    /// use weigh_inference::diagram::{Diagram, Node, Payoff, Role};
    /// let states = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
    /// let rain = Node {
    ///     name: "rain".into(),
    ///     states: states(&["no", "yes"]),
    ///     parents: vec![],
    ///     role: Role::Chance,
    /// };
    /// let umbrella = Node {
    ///     name: "umbrella".into(),
    ///     states: states(&["leave", "take"]),
    ///     parents: vec![0],
    ///     role: Role::Decision { owner: 0 },
    /// };
    /// let comfort = Payoff { name: "comfort".into(), owner: 0, parents: vec![0, 1] };
    /// let actors = vec!["walker".to_string()];
    /// assert!(Diagram::new(actors, vec![rain, umbrella], vec![comfort], vec![]).is_ok());
    /// ```
    pub fn new(
        actors: Vec<String>,
        nodes: Vec<Node>,
        payoffs: Vec<Payoff>,
        beliefs: Vec<Belief>,
    ) -> Result<Diagram, DiagramError> {
        let mut diagram = Diagram { actors, nodes, payoffs, beliefs, order: Vec::new() };
        diagram.check_shape()?;
        diagram.order = diagram.topological_order()?;
        diagram.check_sizes(&DiagramLimits::default())?;
        diagram.check_recall()?;
        diagram.check_beliefs()?;
        Ok(diagram)
    }

    /// The actors' names.
    pub fn actors(&self) -> &[String] {
        &self.actors
    }

    /// Chance nodes and decisions.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The terms of payoffs.
    pub fn payoffs(&self) -> &[Payoff] {
        &self.payoffs
    }

    /// The stated beliefs.
    pub fn beliefs(&self) -> &[Belief] {
        &self.beliefs
    }

    /// The nodes, each behind its parents; the first of those possible is taken each time.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The decisions, each behind those that it knows of.
    pub fn decisions(&self) -> impl Iterator<Item = usize> + '_ {
        self.order.iter().copied().filter(|ix| self.owner(*ix).is_some())
    }

    /// Whose decision a node is; none for a chance node.
    pub fn owner(&self, node: usize) -> Option<usize> {
        match self.nodes[node].role {
            Role::Chance => None,
            Role::Decision { owner } => Some(owner),
        }
    }

    /// The number of states or options of a node.
    pub fn n_states(&self, node: usize) -> usize {
        self.nodes[node].states.len()
    }

    /// Combinations of states of some nodes, which must be few enough for a table.
    pub fn n_rows(&self, nodes: &[usize]) -> usize {
        nodes.iter().map(|ix| self.n_states(*ix)).product()
    }

    /// A set of numbers to be overwritten: even distributions, payoffs of 0, rational actors.
    pub fn numbers(&self) -> Numbers {
        Numbers::of(self)
    }

    /// The same diagram where one decision also sees a node, and so do the later decisions of the same
    /// owner, who does not forget it. Its numbers are laid out alike, its policies are not.
    ///
    /// # Errors
    /// [`DiagramError::CannotSee`] if the decision sees it already, has an influence on it, or its owner
    /// has a stated belief about it; [`DiagramError::TooLarge`] if the policy gets too large.
    pub fn seeing(&self, decision: usize, node: usize) -> Result<Diagram, DiagramError> {
        let fault = |why: &str| Err(self.cannot_see(decision, node, why));
        let Some(owner) = self.owner(decision) else { return fault("it is no decision") };
        if self.nodes[decision].parents.contains(&node) {
            return fault("it sees it already");
        }
        let is_below = self.descendants(decision);
        if is_below[node] {
            return fault("it has an influence on it, so that it comes too late");
        }
        let mut nodes = self.nodes.clone();
        for ix in (0..nodes.len()).filter(|ix| is_below[*ix] && self.owner(*ix) == Some(owner)) {
            if !nodes[ix].parents.contains(&node) {
                nodes[ix].parents.push(node);
            }
        }
        let has_belief = |b: &Belief| b.about == node && nodes[b.decision].parents.contains(&node);
        if self.beliefs.iter().any(has_belief) {
            return fault("its owner has a stated belief about it");
        }
        Diagram::new(self.actors.clone(), nodes, self.payoffs.clone(), self.beliefs.clone())
    }

    /// The same diagram where one decision no longer sees a node that it sees here, nor do the later
    /// decisions of the same owner. Its numbers are laid out alike, its policies are not.
    ///
    /// # Errors
    /// [`DiagramError::CannotSee`] if it does not see it here; [`DiagramError::ImperfectRecall`] or
    /// [`DiagramError::NoOrder`] if its owner would have to forget what he saw or did before.
    pub fn not_seeing(&self, decision: usize, node: usize) -> Result<Diagram, DiagramError> {
        let owner = self.owner(decision);
        if owner.is_none() || !self.nodes[decision].parents.contains(&node) {
            return Err(self.cannot_see(decision, node, "it does not see it as it is"));
        }
        let is_below = self.descendants(decision);
        let mut nodes = self.nodes.clone();
        for ix in (0..nodes.len()).filter(|ix| is_below[*ix] && self.owner(*ix) == owner) {
            nodes[ix].parents.retain(|parent| *parent != node);
        }
        Diagram::new(self.actors.clone(), nodes, self.payoffs.clone(), self.beliefs.clone())
    }

    fn cannot_see(&self, decision: usize, node: usize, why: &str) -> DiagramError {
        let name = |ix: usize| self.nodes[ix].name.clone();
        let (decision, node, why) = (name(decision), name(node), why.to_owned());
        DiagramError::CannotSee { decision, node, why }
    }

    /// For each node whether it is `node` or depends on it.
    pub fn descendants(&self, node: usize) -> Vec<bool> {
        let mut is_below = vec![false; self.nodes.len()];
        is_below[node] = true;
        for ix in &self.order {
            if self.nodes[*ix].parents.iter().any(|parent| is_below[*parent]) {
                is_below[*ix] = true;
            }
        }
        is_below
    }

    fn check_shape(&self) -> Result<(), DiagramError> {
        let fault = |text: String| Err(DiagramError::Shape(text));
        let n = self.nodes.len();
        let mut names = BTreeSet::new();
        for node in &self.nodes {
            if !names.insert(&node.name) {
                return fault(format!("two nodes are named `{}`", node.name));
            }
            if node.states.is_empty() {
                return fault(format!("`{}` has no states", node.name));
            }
            if let Role::Decision { owner } = node.role
                && owner >= self.actors.len()
            {
                let name = node.name.clone();
                return Err(DiagramError::NoOwner { what: "the decision", name });
            }
        }
        if let Some(payoff) = self.payoffs.iter().find(|p| p.owner >= self.actors.len()) {
            let name = payoff.name.clone();
            return Err(DiagramError::NoOwner { what: "the payoff", name });
        }
        let of_nodes = self.nodes.iter().map(|node| (&node.name, &node.parents));
        let of_payoffs = self.payoffs.iter().map(|payoff| (&payoff.name, &payoff.parents));
        for (name, parents) in of_nodes.chain(of_payoffs) {
            if parents.iter().any(|parent| *parent >= n) {
                return fault(format!("`{name}` depends on a node that is not there"));
            }
            if parents.iter().collect::<BTreeSet<_>>().len() < parents.len() {
                return fault(format!("`{name}` names a parent twice"));
            }
        }
        if self.beliefs.iter().any(|b| b.decision >= n || b.about >= n) {
            return fault(
                "a belief is about a node, or at a decision, that is not there".to_owned(),
            );
        }
        Ok(())
    }

    fn topological_order(&self) -> Result<Vec<usize>, DiagramError> {
        let mut n_missing: Vec<usize> = self.nodes.iter().map(|node| node.parents.len()).collect();
        let mut children = vec![Vec::new(); self.nodes.len()];
        for (ix, node) in self.nodes.iter().enumerate() {
            node.parents.iter().for_each(|parent| children[*parent].push(ix));
        }
        let mut ready: BTreeSet<usize> =
            (0..self.nodes.len()).filter(|ix| n_missing[*ix] == 0).collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(ix) = ready.pop_first() {
            order.push(ix);
            for child in &children[ix] {
                n_missing[*child] -= 1;
                if n_missing[*child] == 0 {
                    ready.insert(*child);
                }
            }
        }
        if order.len() == self.nodes.len() {
            return Ok(order);
        }
        // Every node that is left has a parent that is left: walking up comes round.
        let is_left = |ix: &usize| n_missing[*ix] > 0;
        let mut way = vec![(0..self.nodes.len()).find(is_left).expect("some node is left")];
        loop {
            let at = way[way.len() - 1];
            let up = self.nodes[at].parents.iter().copied().find(is_left);
            let up = up.expect("a node that is left waits for a parent");
            if let Some(first) = way.iter().position(|ix| *ix == up) {
                let circle = way[first..].iter().rev();
                return Err(DiagramError::Cycle {
                    names: circle.map(|ix| self.nodes[*ix].name.clone()).collect(),
                });
            }
            way.push(up);
        }
    }

    fn check_sizes(&self, limits: &DiagramLimits) -> Result<(), DiagramError> {
        let size = |nodes: &[usize]| {
            nodes.iter().fold(1u64, |size, ix| size.saturating_mul(self.n_states(*ix) as u64))
        };
        let check = |what: String, size: u64| match size <= limits.table {
            true => Ok(()),
            false => Err(DiagramError::TooLarge { what, size, limit: limits.table }),
        };
        for (ix, node) in self.nodes.iter().enumerate() {
            let cells = size(&node.parents).saturating_mul(size(&[ix]));
            let what = if self.owner(ix).is_some() { "policy" } else { "table" };
            check(format!("the {what} of `{}`", node.name), cells)?;
        }
        for payoff in &self.payoffs {
            check(format!("the payoff `{}`", payoff.name), size(&payoff.parents))?;
        }
        Ok(())
    }

    /// Each actor's decisions have one order, and a later one knows each earlier one and what it knew.
    fn check_recall(&self) -> Result<(), DiagramError> {
        let name = |ix: usize| self.nodes[ix].name.clone();
        for (owner, actor) in self.actors.iter().enumerate() {
            let own: Vec<usize> =
                self.decisions().filter(|ix| self.owner(*ix) == Some(owner)).collect();
            for (place, later) in own.iter().enumerate() {
                let known = &self.nodes[*later].parents;
                for earlier in &own[..place] {
                    if !self.descendants(*earlier)[*later] {
                        let (first, second) = (name(*earlier), name(*later));
                        return Err(DiagramError::NoOrder { actor: actor.clone(), first, second });
                    }
                    let must_be_known = [earlier].into_iter().chain(&self.nodes[*earlier].parents);
                    for forgotten in must_be_known {
                        if !known.contains(forgotten) {
                            return Err(DiagramError::ImperfectRecall {
                                actor: actor.clone(),
                                earlier: name(*earlier),
                                later: name(*later),
                                forgotten: name(*forgotten),
                            });
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn check_beliefs(&self) -> Result<(), DiagramError> {
        for (ix, belief) in self.beliefs.iter().enumerate() {
            let about = &self.nodes[belief.about];
            let fault = |why: &str| {
                Err(DiagramError::Belief {
                    decision: self.nodes[belief.decision].name.clone(),
                    about: about.name.clone(),
                    why: why.to_owned(),
                })
            };
            let Some(owner) = self.owner(belief.decision) else {
                return fault("only who decides has beliefs");
            };
            if self.owner(belief.about) == Some(owner) {
                return fault("it is his own choice");
            }
            if self.nodes[belief.decision].parents.contains(&belief.about) {
                return fault("he sees it");
            }
            if belief.given.iter().any(|given| !about.parents.contains(given)) {
                return fault("it is given something that this does not depend on");
            }
            if belief.given.iter().collect::<BTreeSet<_>>().len() < belief.given.len() {
                return fault("it is given the same thing twice");
            }
            let is_same = |b: &Belief| b.decision == belief.decision && b.about == belief.about;
            if self.beliefs[..ix].iter().any(is_same) {
                return fault("there is another one");
            }
        }
        Ok(())
    }
}
