//! Which numbers a decision depends on, which decisions rely on which, and in which order to solve.
//!
//! # Source
//! Requisite tables: Shachter (1998), *Bayes-Ball*, Proceedings of UAI, 480–487. Strategic
//! reachability and the relevance graph: Koller & Milch (2003), Games and Economic Behavior 45, section
//! 5: a decision is strategically reachable from another if its policy is among the requisite tables
//! of a payoff that the other can move.

use super::structure::Diagram;

impl Diagram {
    /// The decisions that rely on each other, in the order in which they are solved: as
    /// [`super::Solver::components`], before anything is laid out.
    pub fn components(&self) -> Vec<Vec<usize>> {
        components(self)
    }
}

/// The diagram as the owner of one decision thinks of it: his stated beliefs in place of tables and
/// policies.
pub(crate) struct View<'d> {
    pub diagram: &'d Diagram,
    pub decision: usize,
}

impl<'d> View<'d> {
    pub fn new(diagram: &'d Diagram, decision: usize) -> View<'d> {
        View { diagram, decision }
    }

    /// The stated belief about a node, if there is one.
    pub fn belief(&self, node: usize) -> Option<usize> {
        let beliefs = self.diagram.beliefs();
        beliefs.iter().position(|b| b.decision == self.decision && b.about == node)
    }

    /// What a node depends on.
    pub fn parents(&self, node: usize) -> &'d [usize] {
        match self.belief(node) {
            Some(belief) => &self.diagram.beliefs()[belief].given,
            None => &self.diagram.nodes()[node].parents,
        }
    }

    /// The payoff terms of the owner on which the decision can have an influence.
    pub fn payoffs(&self) -> Vec<usize> {
        let owner = self.diagram.owner(self.decision);
        let mut is_below = vec![false; self.diagram.nodes().len()];
        is_below[self.decision] = true;
        // A belief only takes arrows away, so the order of the diagram serves.
        for node in self.diagram.order() {
            is_below[*node] |= self.parents(*node).iter().any(|parent| is_below[*parent]);
        }
        let is_moved = |parents: &[usize]| parents.iter().any(|parent| is_below[*parent]);
        let payoffs = self.diagram.payoffs().iter().enumerate();
        payoffs
            .filter(|(_, payoff)| Some(payoff.owner) == owner && is_moved(&payoff.parents))
            .map(|(ix, _)| ix)
            .collect()
    }

    /// For each node whether its table, or policy, is needed for what a payoff term is worth to who
    /// takes the decision knowing what he sees.
    pub fn requisite(&self, payoff: usize) -> Vec<bool> {
        let n = self.diagram.nodes().len();
        let mut is_seen = vec![false; n];
        is_seen[self.decision] = true;
        for parent in &self.diagram.nodes()[self.decision].parents {
            is_seen[*parent] = true;
        }
        let mut children = vec![Vec::new(); n];
        for node in 0..n {
            self.parents(node).iter().for_each(|parent| children[*parent].push(node));
        }
        let (mut is_needed, mut is_passed_down) = (vec![false; n], vec![false; n]);
        let parents = &self.diagram.payoffs()[payoff].parents;
        let mut visits: Vec<(usize, bool)> = parents.iter().map(|ix| (*ix, true)).collect();
        while let Some((node, is_from_child)) = visits.pop() {
            let goes_up = is_from_child != is_seen[node];
            if goes_up && !is_needed[node] {
                is_needed[node] = true;
                visits.extend(self.parents(node).iter().map(|parent| (*parent, true)));
            }
            if !is_seen[node] && !is_passed_down[node] {
                is_passed_down[node] = true;
                visits.extend(children[node].iter().map(|child| (*child, false)));
            }
        }
        is_needed
    }
}

/// For each node whether the decision relies on it: whether its policy is needed to take it well.
fn relied_on(diagram: &Diagram, decision: usize) -> Vec<bool> {
    let view = View::new(diagram, decision);
    let mut all = vec![false; diagram.nodes().len()];
    for payoff in view.payoffs() {
        let needed = view.requisite(payoff);
        for (node, is_relied_on) in all.iter_mut().enumerate() {
            let is_policy = diagram.owner(node).is_some() && view.belief(node).is_none();
            *is_relied_on |= is_policy && needed[node];
        }
    }
    all
}

/// The strongly connected components of the relevance graph, each behind those it relies on; within
/// one, and where the order is free, as in [`Diagram::decisions`].
pub(crate) fn components(diagram: &Diagram) -> Vec<Vec<usize>> {
    let decisions: Vec<usize> = diagram.decisions().collect();
    let n = diagram.nodes().len();
    let mut reaches = vec![vec![false; n]; n];
    for decision in &decisions {
        reaches[*decision] = relied_on(diagram, *decision);
    }
    for middle in &decisions {
        let by_middle = reaches[*middle].clone();
        for from in &decisions {
            if reaches[*from][*middle] {
                reaches[*from].iter_mut().zip(&by_middle).for_each(|(to, via)| *to |= via);
            }
        }
    }
    let mut components: Vec<Vec<usize>> = Vec::new();
    let mut is_done = vec![false; n];
    while components.iter().map(Vec::len).sum::<usize>() < decisions.len() {
        let together = |a: usize, b: usize| a == b || (reaches[a][b] && reaches[b][a]);
        let is_ready = |decision: usize| {
            decisions
                .iter()
                .all(|on| !reaches[decision][*on] || is_done[*on] || together(decision, *on))
        };
        let next = decisions.iter().copied().find(|ix| !is_done[*ix] && is_ready(*ix));
        let next = next.expect("a graph of components has no circle");
        let component: Vec<usize> =
            decisions.iter().copied().filter(|ix| together(next, *ix)).collect();
        component.iter().for_each(|ix| is_done[*ix] = true);
        components.push(component);
    }
    components
}
