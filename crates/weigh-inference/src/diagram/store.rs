//! Where every number of a solution lies: one flat store, laid out once.

use super::eliminate::Table;
use super::numbers::Numbers;
use super::relevance::View;
use super::solution::Solution;
use super::structure::Diagram;

/// Numbers, then policies, then even distributions over the options of each decision.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    numbers: Numbers,
    /// Where the policy of each node begins.
    policies: Vec<usize>,
    even: Vec<usize>,
    /// One past the last.
    pub end: usize,
}

impl Layout {
    pub fn new(diagram: &Diagram) -> Layout {
        let numbers = diagram.numbers();
        let first = Solution::of(diagram).first;
        let policies: Vec<usize> = first.iter().map(|at| numbers.cells.len() + at).collect();
        let mut even = vec![policies[policies.len() - 1]];
        for node in 0..diagram.nodes().len() {
            let n = if diagram.owner(node).is_some() { diagram.n_states(node) } else { 0 };
            even.push(even[node] + n);
        }
        let end = even[even.len() - 1];
        Layout { numbers, policies, even, end }
    }

    /// The numbers that lie first, as they lie.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// A store with even distributions in their place.
    pub fn store(&self, diagram: &Diagram, size: usize) -> Vec<f64> {
        let mut store = vec![0.0; size];
        for node in 0..diagram.nodes().len() {
            store[self.even[node]..self.even[node + 1]].fill(1.0 / diagram.n_states(node) as f64);
        }
        store
    }

    /// Where the policies of all decisions lie.
    pub fn all_policies(&self) -> std::ops::Range<usize> {
        self.policies[0]..self.policies[self.policies.len() - 1]
    }

    /// Where the policy of a decision lies.
    pub fn policy(&self, decision: usize) -> std::ops::Range<usize> {
        self.policies[decision]..self.policies[decision + 1]
    }

    /// The table of a payoff term.
    pub fn payoff(&self, diagram: &Diagram, payoff: usize) -> Table {
        let scope = diagram.payoffs()[payoff].parents.clone();
        Table { scope, at: self.numbers.payoffs[payoff].start, of: None }
    }

    /// The table or policy of a node.
    pub fn table(&self, diagram: &Diagram, node: usize) -> Table {
        let mut scope = diagram.nodes()[node].parents.clone();
        scope.push(node);
        let at = match diagram.owner(node) {
            None => self.numbers.tables[node].start,
            Some(_) => self.policies[node],
        };
        Table { scope, at, of: Some(node) }
    }

    /// What takes its place in the eyes of who decides: his stated belief, if he has one.
    pub fn table_in(&self, view: &View<'_>, node: usize) -> Table {
        let Some(belief) = view.belief(node) else { return self.table(view.diagram, node) };
        let mut scope = view.parents(node).to_vec();
        scope.push(node);
        Table { scope, at: self.numbers.beliefs[belief].start, of: Some(node) }
    }

    /// A decision taken at random.
    pub fn even(&self, decision: usize) -> Table {
        Table { scope: vec![decision], at: self.even[decision], of: Some(decision) }
    }
}
