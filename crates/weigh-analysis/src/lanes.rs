//! Many variants of one network in one run: the same draws, with numbers or evidence changed.

use weigh_inference::{
    CompileError, Evidence, Limits, Network, Revision, Tape, VarId, Workspace, weighted_quantiles,
};

/// Lanes that are run at once: few enough that a run stays in the first-level cache.
const LANES_AT_ONCE: usize = 64;

/// Draws of all parameters of a network, for [`Lanes`]: the first `n` of those that were made once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DrawsOf<'d> {
    /// `[n_params, n_made]`, row-major.
    pub values: &'d [f64],
    /// How many draws were made.
    pub n_made: usize,
    /// How many of them to use.
    pub n: usize,
    /// Parameters before those in `values`, each 1: the switches of reasons.
    pub n_switches: usize,
}

/// A network compiled for some variables, with its draws, ready for variants.
pub(crate) struct Lanes<'n> {
    tape: Tape,
    revisions: &'n [Revision],
    /// The variables asked for, with how many states each has.
    asked: Vec<(VarId, usize)>,
    draws: DrawsOf<'n>,
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
    /// log10 of what the largest of them was; minus infinity if the evidence is impossible in all.
    pub log10_largest: f64,
    /// `[variable][state][draw]`
    pub marginals: Vec<Vec<Vec<f64>>>,
}

impl Drawn {
    /// The mean over the draws, weighted by the evidence; none if no draw makes the evidence possible.
    pub fn mean(&self, variable: usize, state: usize) -> Option<f64> {
        let total: f64 = self.weights.iter().sum();
        (total > 0.0).then(|| (self.joint(variable, state) / total).clamp(0.0, 1.0))
    }

    /// The same over the first draws.
    pub fn mean_of_first(&self, n: usize, variable: usize, state: usize) -> Option<f64> {
        let (weights, values) = (&self.weights[..n], &self.marginals[variable][state][..n]);
        let total: f64 = weights.iter().sum();
        let joint: f64 = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
        (total > 0.0).then(|| (joint / total).clamp(0.0, 1.0))
    }

    /// P(state, evidence), summed over the draws, in units of 10 to the power of `log10_largest`.
    pub fn joint(&self, variable: usize, state: usize) -> f64 {
        let values = &self.marginals[variable][state];
        self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
    }

    /// Weighted quantiles of a state's probability.
    pub fn quantiles(&self, variable: usize, state: usize, ps: [f64; 3]) -> [f64; 3] {
        let quantiles = weighted_quantiles(&self.marginals[variable][state], &self.weights, &ps);
        [quantiles[0], quantiles[1], quantiles[2]]
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
        draws: DrawsOf<'n>,
    ) -> Result<Self, CompileError> {
        // What is seen without doubt is sliced away; what a variant may take away stays an input.
        let mut removable = evidence.clone();
        let mut inputs: Vec<VarId> = free.to_vec();
        for &var in free {
            if let Some(state) = evidence.observed(var) {
                let seen =
                    (0..network.n_states(var)).map(|s| f64::from(u8::from(s == state))).collect();
                removable = removable.without(var).weigh(var, seen);
            }
        }
        let mut targets: Vec<VarId> = asked.to_vec();
        for revision in revisions {
            inputs.push(revision.var);
            targets.push(revision.var);
        }
        for vars in [&mut inputs, &mut targets] {
            vars.sort_unstable();
            vars.dedup();
        }
        let tape = Tape::compile_for(network, &removable, &inputs, &targets, &Limits::default())?;
        let asked = asked.iter().map(|&var| (var, network.n_states(var))).collect();
        Ok(Lanes { tape, revisions, asked, draws })
    }

    /// Runs every variant over all draws.
    pub fn run(&self, variants: &[Variant]) -> Vec<Drawn> {
        let n = self.draws.n;
        let empty = || Drawn {
            weights: Vec::with_capacity(n),
            log10_largest: f64::NEG_INFINITY,
            marginals: self
                .asked
                .iter()
                .map(|&(_, n_states)| vec![Vec::with_capacity(n); n_states])
                .collect(),
        };
        let mut drawn: Vec<Drawn> = variants.iter().map(|_| empty()).collect();
        let mut run = self.tape.workspace();
        let n_lanes = variants.len() * n;
        for first in (0..n_lanes).step_by(LANES_AT_ONCE) {
            let lanes = first..(first + LANES_AT_ONCE).min(n_lanes);
            self.run_block(&mut run, variants, lanes.clone());
            for lane in lanes.clone() {
                let (drawn, lane) = (&mut drawn[lane / n], lane - lanes.start);
                drawn.weights.push(run.log10_p_evidence(lane));
                for (&(var, _), states) in self.asked.iter().zip(&mut drawn.marginals) {
                    for (state, values) in states.iter_mut().enumerate() {
                        values.push(run.marginal(var, state, lane));
                    }
                }
            }
        }
        drawn.iter_mut().for_each(scale);
        drawn
    }

    /// Runs the lanes `lanes` of all: lane i is draw i mod n of variant i / n.
    fn run_block(&self, run: &mut Workspace, variants: &[Variant], lanes: std::ops::Range<usize>) {
        let n = self.draws.n;
        let n_lanes = lanes.len();
        let at = |lane: usize| (lane / n, lane % n);
        // Stretches of lanes that are draws of one variant: (variant, its first draw here, length).
        let mut stretches: Vec<(usize, usize, usize)> = Vec::new();
        let mut lane = lanes.start;
        while lane < lanes.end {
            let (variant, draw) = at(lane);
            let length = (n - draw).min(lanes.end - lane);
            stretches.push((variant, draw, length));
            lane += length;
        }
        let n_params = self.tape.n_params();
        let mut params = Vec::with_capacity(n_params * n_lanes);
        for param in 0..n_params {
            for &(variant, draw, length) in &stretches {
                let held = variants[variant].held.iter().find(|(held, _)| *held == param);
                match (held, param.checked_sub(self.draws.n_switches)) {
                    (Some(&(_, value)), _) => params.resize(params.len() + length, value),
                    (None, None) => params.resize(params.len() + length, 1.0),
                    (None, Some(row)) => {
                        let start = row * self.draws.n_made + draw;
                        params.extend_from_slice(&self.draws.values[start..start + length]);
                    }
                }
            }
        }
        let defaults = self.tape.default_likelihoods();
        let mut likelihoods = Vec::with_capacity(defaults.len() * n_lanes);
        for &default in defaults {
            likelihoods.resize(likelihoods.len() + n_lanes, default);
        }
        let mut column = 0;
        for &(variant, _, length) in &stretches {
            for row in
                variants[variant].without.iter().filter_map(|&var| self.tape.input(var)).flatten()
            {
                likelihoods[row * n_lanes + column..][..length].fill(1.0);
            }
            column += length;
        }
        for revision in self.revisions {
            pass(run, &params, &likelihoods, n_lanes);
            let Some(rows) = self.tape.input(revision.var) else { continue };
            for (state, row) in rows.enumerate() {
                for lane in 0..n_lanes {
                    let before = run.marginal(revision.var, state, lane);
                    let factor =
                        if before > 0.0 { revision.probabilities[state] / before } else { 0.0 };
                    likelihoods[row * n_lanes + lane] *= factor;
                }
            }
        }
        pass(run, &params, &likelihoods, n_lanes);
    }
}

fn pass(run: &mut Workspace, params: &[f64], likelihoods: &[f64], n_lanes: usize) {
    run.marginals(params, Some(likelihoods), n_lanes).expect("the lanes have the tape's own shape");
}

/// Logarithms to base 10 into weights of which the largest is 1.
fn scale(drawn: &mut Drawn) {
    let largest = drawn.weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    drawn.log10_largest = largest;
    for weight in &mut drawn.weights {
        *weight = if largest.is_finite() { libm::exp10(*weight - largest) } else { 0.0 };
    }
}
