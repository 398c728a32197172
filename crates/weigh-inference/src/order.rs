//! Elimination orders: which variable is summed out next, and what that will cost.

use std::collections::BTreeSet;

use crate::network::VarId;

/// What an elimination order costs, known before any memory is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The most variables that are together in one table, less one (the order's induced width).
    pub width: usize,
    /// Entries of the largest table.
    pub largest_entries: u64,
    /// Entries of all tables.
    pub total_entries: u64,
    /// The variables of the largest table.
    pub largest_table: Vec<VarId>,
}

/// An elimination order and its cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The variables, first summed out first.
    pub vars: Vec<VarId>,
    /// What it costs.
    pub cost: Cost,
}

impl Order {
    /// Greedy minimum fill: next comes the variable whose neighbours lack the fewest edges among
    /// themselves; ties go to the smaller table, then to the lower id.
    ///
    /// `scopes` are the variables of each table, of which only those in `eliminate` count; those
    /// of them that are in `last` come after all others; `n_states[var]` is the number of states
    /// of every variable.
    ///
    /// # Source
    /// Kjærulff (1990), *Triangulation of graphs*, R 90-09, Aalborg: minimum fill with weight ties.
    pub fn min_fill(
        scopes: &[Vec<VarId>],
        eliminate: &[VarId],
        last: &[VarId],
        n_states: &[usize],
    ) -> Order {
        let last: BTreeSet<VarId> = last.iter().copied().collect();
        let mut graph = Graph::new(scopes, eliminate, n_states);
        let mut vars = Vec::with_capacity(eliminate.len());
        let largest_table = Vec::new();
        let mut cost = Cost { width: 0, largest_entries: 0, total_entries: 0, largest_table };
        while let Some(next) = graph.cheapest(&last) {
            let entries = graph.weight(next);
            cost.width = cost.width.max(graph.neighbours[next.ix()].len());
            cost.total_entries = cost.total_entries.saturating_add(entries);
            if entries > cost.largest_entries {
                cost.largest_entries = entries;
                cost.largest_table =
                    graph.neighbours[next.ix()].iter().copied().chain([next]).collect();
                cost.largest_table.sort_unstable();
            }
            graph.eliminate(next);
            vars.push(next);
        }
        Order { vars, cost }
    }
}

struct Graph<'a> {
    neighbours: Vec<BTreeSet<VarId>>,
    left: BTreeSet<VarId>,
    n_states: &'a [usize],
    /// Missing edges among the neighbours of each variable, `None` where it must be counted again.
    fill: Vec<Option<usize>>,
}

impl<'a> Graph<'a> {
    fn new(scopes: &[Vec<VarId>], eliminate: &[VarId], n_states: &'a [usize]) -> Graph<'a> {
        let left: BTreeSet<VarId> = eliminate.iter().copied().collect();
        let mut neighbours = vec![BTreeSet::new(); n_states.len()];
        for scope in scopes {
            for a in scope.iter().filter(|a| left.contains(a)) {
                let others = scope.iter().filter(|b| a != *b && left.contains(b));
                neighbours[a.ix()].extend(others.copied());
            }
        }
        Graph { neighbours, left, n_states, fill: vec![None; n_states.len()] }
    }

    fn cheapest(&mut self, last: &BTreeSet<VarId>) -> Option<VarId> {
        let mut best: Option<((bool, usize, u64), VarId)> = None;
        for var in &self.left {
            let fill = match self.fill[var.ix()] {
                Some(fill) => fill,
                None => self.count_fill(*var),
            };
            self.fill[var.ix()] = Some(fill);
            let key = (last.contains(var), fill, self.weight(*var));
            if best.is_none_or(|(least, _)| key < least) {
                best = Some((key, *var));
            }
        }
        best.map(|(_, var)| var)
    }

    /// Entries of the table over the variable and its neighbours.
    fn weight(&self, var: VarId) -> u64 {
        self.neighbours[var.ix()]
            .iter()
            .chain([&var])
            .fold(1u64, |entries, v| entries.saturating_mul(self.n_states[v.ix()] as u64))
    }

    fn count_fill(&self, var: VarId) -> usize {
        let around = &self.neighbours[var.ix()];
        let lacking = |a: &VarId| {
            let known = &self.neighbours[a.ix()];
            around
                .range((std::ops::Bound::Excluded(*a), std::ops::Bound::Unbounded))
                .filter(|b| !known.contains(b))
                .count()
        };
        around.iter().map(lacking).sum()
    }

    fn eliminate(&mut self, var: VarId) {
        let around = std::mem::take(&mut self.neighbours[var.ix()]);
        for a in &around {
            let mine = &mut self.neighbours[a.ix()];
            mine.remove(&var);
            mine.extend(around.iter().copied().filter(|b| b != a));
        }
        self.left.remove(&var);
        // New edges among `around` change the fill of everything next to two of them.
        for a in &around {
            self.fill[a.ix()] = None;
            for b in &self.neighbours[a.ix()] {
                self.fill[b.ix()] = None;
            }
        }
    }
}
