//! Sums of products of tables, written down once as lists of places and run for every draw.

use std::collections::BTreeMap;

use super::error::DiagramError;
use super::lanes::{WIDTH, Wide};

/// A table in the store: row-major over its scope, the last fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// The nodes it is over.
    pub scope: Vec<usize>,
    /// Where it begins.
    pub at: usize,
    /// The node of which this is a distribution given the others, if it is one.
    pub of: Option<usize>,
}

/// A table as the sum, over some nodes, of the product of others.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub out: usize,
    pub n_out: usize,
    pub n_terms: usize,
    pub n_factors: usize,
    /// `[n_out, n_terms, n_factors]`: what is multiplied.
    pub places: Vec<u32>,
}

/// Steps to be run in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps(Vec<Step>);

impl Steps {
    /// In their order.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Step> {
        self.0.iter()
    }

    /// Computes every table, in a store that holds what they are made of.
    pub fn run(&self, store: &mut [f64]) {
        for step in &self.0 {
            let (given, out) = store.split_at_mut(step.out);
            let per_cell = step.n_terms * step.n_factors;
            if step.n_factors == 0 {
                out[..step.n_out].fill(1.0);
                continue;
            }
            let cells = step.places.chunks_exact(per_cell);
            for (cell, places) in out[..step.n_out].iter_mut().zip(cells) {
                let mut sum = 0.0;
                for places in places.chunks_exact(step.n_factors) {
                    let (first, rest) = places.split_first().expect("there are factors");
                    let mut product = given[*first as usize];
                    rest.iter().for_each(|place| product *= given[*place as usize]);
                    sum += product;
                }
                *cell = sum;
            }
        }
    }
}

impl Steps {
    /// [`Steps::run`] for several draws side by side.
    pub fn run_wide(&self, store: &mut [Wide]) {
        for step in &self.0 {
            let (given, out) = store.split_at_mut(step.out);
            let per_cell = step.n_terms * step.n_factors;
            if step.n_factors == 0 {
                out[..step.n_out].fill([1.0; WIDTH]);
                continue;
            }
            let cells = step.places.chunks_exact(per_cell);
            for (cell, places) in out[..step.n_out].iter_mut().zip(cells) {
                let mut sum = [0.0; WIDTH];
                for places in places.chunks_exact(step.n_factors) {
                    let (first, rest) = places.split_first().expect("there are factors");
                    let mut product = given[*first as usize];
                    for place in rest {
                        let factor = &given[*place as usize];
                        product.iter_mut().zip(factor).for_each(|(p, factor)| *p *= factor);
                    }
                    sum.iter_mut().zip(&product).for_each(|(sum, product)| *sum += product);
                }
                *cell = sum;
            }
        }
    }
}

/// A step as what it is made of: tables with where they begin, and what is kept and summed.
type Made = (Vec<(usize, Vec<usize>)>, Vec<usize>, Vec<usize>);

/// Writes steps down and lays out the store.
pub(crate) struct Writer<'d> {
    /// States of each node.
    pub n_states: &'d [usize],
    /// One past the end of the store so far.
    pub end: usize,
    /// Multiplications that may still be written down.
    operations_left: u64,
    limit: u64,
    /// What was written since [`Writer::remember`], so that it is not worked out twice; none if it may not be
    /// taken up again.
    made: Option<BTreeMap<Made, Table>>,
}

impl<'d> Writer<'d> {
    /// A writer behind what the store holds already.
    pub fn new(n_states: &'d [usize], end: usize, limit: u64) -> Writer<'d> {
        Writer { n_states, end, operations_left: limit, limit, made: None }
    }

    /// From here on a sum that was written already is taken up and not written again. It must still be what it
    /// was: all steps are run, one behind the other, and nothing that they are made of changes in between.
    pub fn remember(&mut self) {
        self.made = Some(BTreeMap::new());
    }

    /// From here on every sum is written.
    pub fn forget(&mut self) {
        self.made = None;
    }

    /// Places of the cells of a table for each combination of states of `over`, the last fastest.
    pub fn places(&self, table: &Table, over: &[usize]) -> Vec<u32> {
        let mut strides = vec![0; over.len()];
        let mut stride = 1;
        for node in table.scope.iter().rev() {
            let place = over.iter().position(|of| of == node);
            strides[place.expect("a table is read over all that it is over")] = stride;
            stride *= self.n_states[*node];
        }
        let mut places = vec![table.at as u32];
        for (node, stride) in over.iter().zip(strides) {
            let n = self.n_states[*node];
            places = places
                .iter()
                .flat_map(|place| (0..n).map(move |state| place + (state * stride) as u32))
                .collect();
        }
        places
    }

    /// Writes down the sum of the product of tables over all nodes but those of `keep`; gives the
    /// table, over some of `keep` in their order. Distributions of a node that nothing else depends on
    /// and that is summed out are left away, since they sum to 1.
    pub fn eliminate(
        &mut self,
        mut factors: Vec<Table>,
        keep: &[usize],
        steps: &mut Steps,
    ) -> Result<Table, DiagramError> {
        while let Some(barren) = factors.iter().position(|table| {
            table.of.is_some_and(|node| {
                let others = factors.iter().filter(|other| *other != table);
                !keep.contains(&node) && others.into_iter().all(|o| !o.scope.contains(&node))
            })
        }) {
            factors.remove(barren);
        }
        loop {
            let scope = union(&factors);
            let cost = |node: &usize| {
                let touched: Vec<&Table> =
                    factors.iter().filter(|table| table.scope.contains(node)).collect();
                (self.size(&union(touched)), *node)
            };
            let summed = scope.iter().filter(|node| !keep.contains(node));
            let Some(node) = summed.min_by_key(|node| cost(node)).copied() else { break };
            let (touched, rest) =
                factors.into_iter().partition(|table: &Table| table.scope.contains(&node));
            factors = rest;
            let scope: Vec<usize> = union(&touched).into_iter().filter(|ix| *ix != node).collect();
            factors.push(self.write(&touched, &scope, &[node], steps)?);
        }
        let scope = union(&factors);
        let scope: Vec<usize> = keep.iter().copied().filter(|ix| scope.contains(ix)).collect();
        self.write(&factors, &scope, &[], steps)
    }

    /// Combinations of states.
    pub fn size(&self, nodes: &[usize]) -> u64 {
        nodes.iter().fold(1u64, |size, ix| size.saturating_mul(self.n_states[*ix] as u64))
    }

    /// Takes up work, if there is room for it.
    pub fn take_up(&mut self, operations: u64) -> Result<(), DiagramError> {
        if operations > self.operations_left {
            let size = (self.limit - self.operations_left).saturating_add(operations);
            let what = "the calculation".to_owned();
            return Err(DiagramError::TooLarge { what, size, limit: self.limit });
        }
        self.operations_left -= operations;
        Ok(())
    }

    fn write(
        &mut self,
        factors: &[Table],
        scope: &[usize],
        summed: &[usize],
        steps: &mut Steps,
    ) -> Result<Table, DiagramError> {
        let parts = factors.iter().map(|table| (table.at, table.scope.clone())).collect();
        let key: Made = (parts, scope.to_vec(), summed.to_vec());
        if let Some(known) = self.made.as_ref().and_then(|made| made.get(&key)) {
            return Ok(known.clone());
        }
        let over: Vec<usize> = scope.iter().chain(summed).copied().collect();
        let n = self.size(&over);
        self.take_up(n.saturating_mul(factors.len().max(1) as u64))?;
        let columns: Vec<Vec<u32>> =
            factors.iter().map(|table| self.places(table, &over)).collect();
        let cell = |ix| columns.iter().map(move |column| column[ix]);
        let n_terms = self.size(summed) as usize;
        let n_out = n as usize / n_terms;
        let places = (0..n as usize).flat_map(cell).collect();
        let (out, n_factors) = (self.end, factors.len());
        self.end += n_out;
        steps.0.push(Step { out, n_out, n_terms, n_factors, places });
        let table = Table { scope: scope.to_vec(), at: out, of: None };
        if let Some(made) = &mut self.made {
            made.insert(key, table.clone());
        }
        Ok(table)
    }
}

fn union<'t>(tables: impl IntoIterator<Item = &'t Table>) -> Vec<usize> {
    let mut nodes: Vec<usize> = tables.into_iter().flat_map(|t| t.scope.iter().copied()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
