//! Many variants of one network in one run: the same draws, with numbers or evidence changed.

use weigh_inference::{
    Batch, CompileError, DrawPlan, Evidence, Limits, Network, Revision, Sharing, Tape, VarId,
};

/// Lanes that are run at once: large enough for the loops, small enough for the second-level cache.
const LANES_AT_ONCE: usize = 2048;

/// A network compiled for some variables, with its draws, ready for variants.
pub(crate) struct Lanes<'n> {
    tape: Tape,
    revisions: &'n [Revision],
    /// The variables asked for, with how many states each has.
    asked: Vec<VarId>,
    n_states: Vec<usize>,
    draws: Vec<f64>,
    n_params: usize,
    n_draws: usize,
}

/// What one variant changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variant {
    /// Parameters held at a value: position and value.
    pub held: Vec<(usize, f64)>,
    /// Findings that are taken away.
    pub without: Vec<VarId>,
}

/// Per draw: the weight of the draw and, per asked variable and state, the probability.
pub(crate) struct Drawn {
    /// P(evidence | draw), scaled so that the largest is 1.
    pub weights: Vec<f64>,
    /// `[variable][state][draw]`
    pub marginals: Vec<Vec<Vec<f64>>>,
}

impl Drawn {
    /// The mean over the draws, weighted by the evidence; none if no draw makes the evidence possible.
    pub fn mean(&self, variable: usize, state: usize) -> Option<f64> {
        let total: f64 = self.weights.iter().sum();
        let values = &self.marginals[variable][state];
        let sum: f64 = self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
        (total > 0.0).then(|| (sum / total).clamp(0.0, 1.0))
    }

    /// Weighted quantiles: the smallest value with at least that weight at or below it.
    pub fn quantiles(&self, variable: usize, state: usize, ps: [f64; 3]) -> [f64; 3] {
        let values = &self.marginals[variable][state];
        let mut pairs: Vec<(f64, f64)> =
            values.iter().copied().zip(self.weights.iter().copied()).filter(|pair| pair.1 > 0.0).collect();
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = pairs.iter().map(|pair| pair.1).sum();
        let mut quantiles = [0.0; 3];
        let (mut below, mut next) = (0.0, 0);
        for (value, weight) in pairs {
            below += weight;
            while next < 3 && below >= ps[next] * total * (1.0 - 1e-12) {
                quantiles[next] = value;
                next += 1;
            }
        }
        quantiles
    }
}

impl<'n> Lanes<'n> {
    /// Compiles `network` for the probabilities of `asked`, with the findings of `free` removable.
    pub fn new(
        network: &Network,
        evidence: &Evidence,
        revisions: &'n [Revision],
        free: &[VarId],
        asked: &[VarId],
        draws: (usize, Sharing, u64),
    ) -> Result<Self, CompileError> {
        let mut inputs: Vec<VarId> = free.to_vec();
        let mut targets: Vec<VarId> = asked.to_vec();
        for revision in revisions {
            inputs.push(revision.var);
            targets.push(revision.var);
        }
        for vars in [&mut inputs, &mut targets] {
            vars.sort_unstable();
            vars.dedup();
        }
        let tape = Tape::compile_for(network, evidence, &inputs, &targets, &Limits::default())?;
        let (n_draws, sharing, seed) = draws;
        let n_params = network.parameters().len();
        let mut draws = vec![0.0; n_params * n_draws];
        DrawPlan::new(network.parameters(), sharing, seed).fill(0, n_draws, &mut draws);
        let n_states = asked.iter().map(|&var| network.n_states(var)).collect();
        Ok(Lanes { tape, revisions, asked: asked.to_vec(), n_states, draws, n_params, n_draws })
    }

    /// Runs every variant over all draws.
    pub fn run(&self, variants: &[Variant]) -> Vec<Drawn> {
        let n = self.n_draws;
        let per_run = (LANES_AT_ONCE / n).max(1);
        let mut drawn = Vec::with_capacity(variants.len());
        for variants in variants.chunks(per_run) {
            if n > LANES_AT_ONCE {
                drawn.push(self.run_long(&variants[0]));
            } else {
                self.run_lanes(variants, 0, n, |lanes| drawn.push(lanes));
            }
        }
        drawn.iter_mut().for_each(scale);
        drawn
    }

    /// One variant whose draws do not fit into one run.
    fn run_long(&self, variant: &Variant) -> Drawn {
        let mut whole: Option<Drawn> = None;
        for first in (0..self.n_draws).step_by(LANES_AT_ONCE) {
            let n = LANES_AT_ONCE.min(self.n_draws - first);
            self.run_lanes(std::slice::from_ref(variant), first, n, |part| match &mut whole {
                None => whole = Some(part),
                Some(whole) => {
                    whole.weights.extend(part.weights);
                    for (whole, part) in whole.marginals.iter_mut().flatten().zip(part.marginals.iter().flatten()) {
                        whole.extend(part);
                    }
                }
            });
        }
        whole.expect("there is at least one draw")
    }

    /// `n` draws from `first` on of every variant, in one run; weights are still logarithms to base 10.
    fn run_lanes(&self, variants: &[Variant], first: usize, n: usize, mut take: impl FnMut(Drawn)) {
        let n_lanes = variants.len() * n;
        let mut params = Vec::with_capacity(self.n_params * n_lanes);
        for param in 0..self.n_params {
            let draws = &self.draws[param * self.n_draws + first..][..n];
            for variant in variants {
                match variant.held.iter().find(|(held, _)| *held == param) {
                    Some(&(_, value)) => params.resize(params.len() + n, value),
                    None => params.extend_from_slice(draws),
                }
            }
        }
        let defaults = self.tape.default_likelihoods();
        let mut likelihoods = Vec::with_capacity(defaults.len() * n_lanes);
        for &default in defaults {
            likelihoods.resize(likelihoods.len() + n_lanes, default);
        }
        for (ix, variant) in variants.iter().enumerate() {
            for row in variant.without.iter().filter_map(|&var| self.tape.input(var)).flatten() {
                likelihoods[row * n_lanes + ix * n..][..n].fill(1.0);
            }
        }
        for revision in self.revisions {
            let batch = self.batch(&params, &likelihoods, n_lanes, &[revision.var]);
            let Some(rows) = self.tape.input(revision.var) else { continue };
            for (state, row) in rows.enumerate() {
                let before = batch.marginal(revision.var, state);
                let factors = &mut likelihoods[row * n_lanes..][..n_lanes];
                for (factor, &before) in factors.iter_mut().zip(before) {
                    let wanted = revision.probabilities[state];
                    *factor *= if before > 0.0 { wanted / before } else { 0.0 };
                }
            }
        }
        let batch = self.batch(&params, &likelihoods, n_lanes, &self.asked);
        for ix in 0..variants.len() {
            let lanes = ix * n..(ix + 1) * n;
            let marginals = self
                .asked
                .iter()
                .zip(&self.n_states)
                .map(|(&var, &n_states)| {
                    (0..n_states).map(|state| batch.marginal(var, state)[lanes.clone()].to_vec()).collect()
                })
                .collect();
            take(Drawn { weights: batch.log10_p_evidence[lanes].to_vec(), marginals });
        }
    }

    fn batch(&self, params: &[f64], likelihoods: &[f64], n_lanes: usize, asked: &[VarId]) -> Batch {
        Batch::run(&self.tape, params, Some(likelihoods), n_lanes, asked)
            .expect("the lanes have the tape's own shape")
    }
}

/// Logarithms to base 10 into weights of which the largest is 1.
fn scale(drawn: &mut Drawn) {
    let largest = drawn.weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for weight in &mut drawn.weights {
        *weight = if largest.is_finite() { libm::exp10(*weight - largest) } else { 0.0 };
    }
}
