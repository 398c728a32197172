//! The network under all that is known, draw by draw, ready to be asked what more would mean.
//!
//! A revision is a likelihood that depends on what was known when it was made (docs/methods.md, 1.6).
//! It is found once, here, and stays as it is when something more is learned.

use crate::solved::Solved;
use weigh_inference::{Batch, CompileError, Evidence, Limits, Tape, VarId};
use weigh_model::lower::Lowered;

/// Marginals that are asked for by themselves; for more, all are computed.
const FEW: usize = 2;

/// What is known, and numbers to know it at.
pub(crate) struct Known<'s> {
    lowered: &'s Lowered,
    /// `[n_params, n]`, row-major.
    params: Vec<f64>,
    /// How many draws.
    pub n: usize,
    /// Per revised variable, `[n_states, n]`: what the revision multiplies in.
    revised: Vec<(VarId, Vec<f64>)>,
}

/// What more is seen.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'c> {
    /// The same in every case.
    pub fixed: &'c [(VarId, usize)],
    /// Variables whose states differ between cases.
    pub varied: &'c [VarId],
    /// Per case, a state for each of these.
    pub cases: &'c [Vec<usize>],
}

impl<'c> Seen<'c> {
    /// One case.
    pub fn only(fixed: &'c [(VarId, usize)]) -> Seen<'c> {
        const ONE: &[Vec<usize>] = &[Vec::new()];
        Seen { fixed, varied: &[], cases: ONE }
    }
}

impl<'s> Known<'s> {
    /// At the first `n` draws; at one, if nothing is uncertain.
    pub fn drawn(solved: &'s Solved, n: usize) -> Result<Known<'s>, CompileError> {
        let draws = solved.draws_of(if solved.lowered.numbers.is_empty() { 1 } else { n });
        let mut params = Vec::with_capacity(draws.values.len() / draws.n_made * draws.n);
        for row in draws.values.chunks_exact(draws.n_made) {
            params.extend_from_slice(&row[..draws.n]);
        }
        Known::at(solved, params, draws.n)
    }

    /// At numbers given explicitly, `[n_params, n]`.
    pub fn at(solved: &'s Solved, params: Vec<f64>, n: usize) -> Result<Known<'s>, CompileError> {
        let lowered = solved.lowered;
        let mut known = Known { lowered, params, n, revised: Vec::new() };
        for revision in &lowered.revisions {
            let batch = known.run(Seen::only(&[]), &[revision.var])?;
            let factors = revision.probabilities.iter().enumerate().flat_map(|(state, &q)| {
                let before = batch.marginal(revision.var, state).iter();
                before.map(move |&p| if p > 0.0 { q / p } else { 0.0 })
            });
            let factors = factors.collect();
            known.revised.push((revision.var, factors));
        }
        Ok(known)
    }

    /// What is known at one of the draws, as evidence.
    pub fn evidence(&self, draw: usize) -> Evidence {
        self.revised.iter().fold(self.lowered.evidence.clone(), |known, revised| {
            let factors = revised.1.iter().skip(draw).step_by(self.n);
            known.weigh(revised.0, factors.copied().collect())
        })
    }

    /// P(what is known and seen) and the marginals of `asked`; lane `case * n + draw`.
    pub fn run(&self, seen: Seen, asked: &[VarId]) -> Result<Batch, CompileError> {
        let network = &self.lowered.network;
        let observe = |known: Evidence, &(var, state): &(VarId, usize)| known.observe(var, state);
        let evidence = seen.fixed.iter().fold(self.lowered.evidence.clone(), observe);
        let mut free = seen.varied.to_vec();
        free.extend(self.revised.iter().map(|(var, _)| *var));
        free.sort_unstable();
        free.dedup();
        // Few are read where they are summed out, last of all; many would dictate the order.
        let all: Vec<VarId> = network.ids().collect();
        let targets = if asked.len() > FEW { &all } else { asked };
        let tape = Tape::compile_for(network, &evidence, &free, targets, &Limits::default())?;

        let n_lanes = seen.cases.len() * self.n;
        let mut params = Vec::with_capacity(tape.n_params() * n_lanes);
        for row in self.params.chunks_exact(self.n) {
            seen.cases.iter().for_each(|_| params.extend_from_slice(row));
        }
        let mut likelihoods = Vec::with_capacity(tape.n_inputs() * n_lanes);
        for &default in tape.default_likelihoods() {
            likelihoods.resize(likelihoods.len() + n_lanes, default);
        }
        for (var, factors) in &self.revised {
            let rows = tape.input(*var).expect("revised variables are free on the tape");
            for (row, factors) in rows.zip(factors.chunks_exact(self.n)) {
                let lanes = &mut likelihoods[row * n_lanes..(row + 1) * n_lanes];
                let factors = factors.iter().cycle();
                lanes.iter_mut().zip(factors).for_each(|(lane, factor)| *lane *= factor);
            }
        }
        for (column, var) in seen.varied.iter().enumerate() {
            let rows = tape.input(*var).expect("varied variables are free on the tape");
            for (state, row) in rows.enumerate() {
                for (case, states) in seen.cases.iter().enumerate() {
                    if states[column] != state {
                        likelihoods[row * n_lanes + case * self.n..][..self.n].fill(0.0);
                    }
                }
            }
        }
        let batch = Batch::run(&tape, &params, Some(&likelihoods), n_lanes, asked);
        Ok(batch.expect("the lanes have the tape's own shape"))
    }
}
