//! Many variants of one network in one run: the same draws, with numbers or evidence changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use weigh_inference::{
    Affected, CompileError, Dependencies, Evidence, Limits, Network, ParamId, Revision, Tape,
    VarId, Workspace, weighted_quantiles,
};

/// Lanes that are run at once: few enough that a run stays in the first-level cache.
const LANES_AT_ONCE: usize = 64;

/// The draws of a switch.
const ONES: &[f64] = &[1.0; LANES_AT_ONCE];

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

impl<'d> DrawsOf<'d> {
    /// Draws of a parameter from the `first` on, at most [`LANES_AT_ONCE`] of them.
    fn row(&self, param: usize, first: usize, n: usize) -> &'d [f64] {
        match param.checked_sub(self.n_switches) {
            Some(row) => &self.values[row * self.n_made + first..][..n],
            None => &ONES[..n],
        }
    }
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
        let tape = compile(network, evidence, revisions, free, asked)?;
        let asked = asked.iter().map(|&var| (var, network.n_states(var))).collect();
        Ok(Lanes { tape, revisions, asked, draws })
    }

    /// Runs every variant over all draws.
    pub fn run(&self, variants: &[Variant]) -> Vec<Drawn> {
        let n = self.draws.n;
        if variants.len() > 1 && n >= Workspace::SIDE_BY_SIDE && self.revisions.is_empty() {
            return self.run_in_turn(variants);
        }
        let mut raw: Vec<Raw> = variants.iter().map(|_| self.nothing_yet()).collect();
        let mut run = self.tape.workspace();
        let n_lanes = variants.len() * n;
        for first in (0..n_lanes).step_by(LANES_AT_ONCE) {
            let lanes = first..(first + LANES_AT_ONCE).min(n_lanes);
            self.run_block(&mut run, self.draws, variants, lanes.clone());
            for lane in lanes.clone() {
                self.take(&run, lane - lanes.start, &mut raw[lane / n]);
            }
        }
        raw.into_iter().map(Raw::scaled).collect()
    }

    /// The same, but one variant after the other on each few draws, computing anew only what differs: the same
    /// bits in a fraction of the time. A revision depends on everything, so with one there is nothing to gain.
    fn run_in_turn(&self, variants: &[Variant]) -> Vec<Drawn> {
        let (tape, draws) = (&self.tape, self.draws);
        let turns = turns(tape, variants);
        let mut raw: Vec<Raw> = variants.iter().map(|_| self.nothing_yet()).collect();
        let mut run = tape.workspace();
        for first in (0..draws.n).step_by(Workspace::SIDE_BY_SIDE) {
            let n_lanes = Workspace::SIDE_BY_SIDE.min(draws.n - first);
            let mut params = Vec::with_capacity(tape.n_params() * n_lanes);
            for param in 0..tape.n_params() {
                params.extend_from_slice(draws.row(param, first, n_lanes));
            }
            let defaults = tape.default_likelihoods().iter();
            let usual: Vec<f64> = defaults.flat_map(|&l| std::iter::repeat_n(l, n_lanes)).collect();
            let mut likelihoods = usual.clone();
            for (turn, raw) in turns.iter().zip(&mut raw) {
                for &(param, value) in &turn.params {
                    let lanes = &mut params[param * n_lanes..][..n_lanes];
                    match value {
                        Some(value) => lanes.fill(value),
                        None => lanes.copy_from_slice(draws.row(param, first, n_lanes)),
                    }
                }
                for &(var, is_seen) in &turn.vars {
                    for row in tape.input(var).into_iter().flatten() {
                        let at = row * n_lanes..(row + 1) * n_lanes;
                        match is_seen {
                            true => likelihoods[at.clone()].copy_from_slice(&usual[at]),
                            false => likelihoods[at].fill(1.0),
                        }
                    }
                }
                match &turn.affected {
                    None => run.marginals(&params, Some(&likelihoods), n_lanes),
                    Some(affected) => {
                        run.marginals_again(&params, Some(&likelihoods), n_lanes, affected)
                    }
                }
                .expect("the lanes have the tape's own shape");
                (0..n_lanes).for_each(|lane| self.take(&run, lane, raw));
            }
        }
        raw.into_iter().map(Raw::scaled).collect()
    }

    fn nothing_yet(&self) -> Raw {
        let n = self.draws.n;
        let states = |&(_, n_states): &(VarId, usize)| vec![Vec::with_capacity(n); n_states];
        Raw { p: Vec::with_capacity(n), marginals: self.asked.iter().map(states).collect() }
    }

    fn take(&self, run: &Workspace, lane: usize, raw: &mut Raw) {
        raw.p.push(run.scaled_p(lane));
        for (&(var, _), states) in self.asked.iter().zip(&mut raw.marginals) {
            for (state, values) in states.iter_mut().enumerate() {
                values.push(run.marginal(var, state, lane));
            }
        }
    }

    /// Runs the lanes `lanes` of all: lane i is draw i mod n of variant i / n.
    fn run_block(
        &self,
        run: &mut Workspace,
        draws: DrawsOf,
        variants: &[Variant],
        lanes: Range<usize>,
    ) {
        let n = draws.n;
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
                match (held, param.checked_sub(draws.n_switches)) {
                    (Some(&(_, value)), _) => params.resize(params.len() + length, value),
                    (None, None) => params.resize(params.len() + length, 1.0),
                    (None, Some(row)) => {
                        let start = row * draws.n_made + draw;
                        params.extend_from_slice(&draws.values[start..start + length]);
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

/// The tape of a network for the probabilities of `asked`, with the findings of `free` removable.
pub(crate) fn compile(
    network: &Network,
    evidence: &Evidence,
    revisions: &[Revision],
    free: &[VarId],
    asked: &[VarId],
) -> Result<Tape, CompileError> {
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
    Tape::compile_for(network, &removable, &inputs, &targets, &Limits::default())
}

fn pass(run: &mut Workspace, params: &[f64], likelihoods: &[f64], n_lanes: usize) {
    run.marginals(params, Some(likelihoods), n_lanes).expect("the lanes have the tape's own shape");
}

/// What differs between a variant and the one before it.
struct Turn {
    /// Parameters, each with what it is held at, or none if it is drawn.
    params: Vec<(usize, Option<f64>)>,
    /// Variables, each with whether its finding is there.
    vars: Vec<(VarId, bool)>,
    /// What depends on these; none for the first variant, for which everything is computed.
    affected: Option<Affected>,
}

fn turns(tape: &Tape, variants: &[Variant]) -> Vec<Turn> {
    let dependencies = Dependencies::of(tape);
    let mut of_params: BTreeMap<usize, Affected> = BTreeMap::new();
    let mut of_vars: BTreeMap<VarId, Affected> = BTreeMap::new();
    let (mut held, mut without) = (BTreeMap::new(), BTreeSet::new());
    let turn = |(ix, variant): (usize, &Variant)| {
        let was = std::mem::replace(&mut held, variant.held.iter().copied().collect());
        let params: BTreeSet<usize> = was.keys().chain(held.keys()).copied().collect();
        let params = params.into_iter().filter(|param| was.get(param) != held.get(param));
        let params = params.map(|param| (param, held.get(&param).copied())).collect();
        let was = std::mem::replace(&mut without, variant.without.iter().copied().collect());
        let vars = was.symmetric_difference(&without);
        let vars = vars.map(|var| (*var, !without.contains(var))).collect();
        let mut turn = Turn { params, vars, affected: None };
        if ix > 0 {
            let mut affected = Affected::default();
            for &(param, _) in &turn.params {
                let more = of_params
                    .entry(param)
                    .or_insert_with(|| dependencies.affected(&[ParamId(param as u32)], &[]));
                affected = affected.and(more);
            }
            for &(var, _) in &turn.vars {
                let more = of_vars.entry(var);
                affected = affected.and(more.or_insert_with(|| dependencies.affected(&[], &[var])));
            }
            turn.affected = Some(affected);
        }
        turn
    };
    variants.iter().enumerate().map(turn).collect()
}

/// What came out per draw, its weight still as `p × 2^exponent`.
struct Raw {
    p: Vec<(f64, i32)>,
    marginals: Vec<Vec<Vec<f64>>>,
}

impl Raw {
    /// With weights of which the largest is 1.
    fn scaled(self) -> Drawn {
        let possible = self.p.iter().filter(|(p, _)| *p > 0.0);
        let Some(unit) = possible.map(|(p, exponent)| exponent + libm::ilogb(*p)).max() else {
            let weights = vec![0.0; self.p.len()];
            return Drawn { weights, log10_largest: f64::NEG_INFINITY, marginals: self.marginals };
        };
        let mut weights: Vec<f64> =
            self.p.iter().map(|&(p, exponent)| libm::ldexp(p, exponent - unit)).collect();
        let largest = weights.iter().copied().fold(0.0, f64::max);
        weights.iter_mut().for_each(|weight| *weight /= largest);
        let log10_largest = libm::log10(largest) + f64::from(unit) * std::f64::consts::LOG10_2;
        Drawn { weights, log10_largest, marginals: self.marginals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weigh_inference::{Distribution, NetworkBuilder, Parameter};

    /// A chain of four with an odds-like number in each row, and a sight at its end.
    fn network() -> Network {
        let mut build = NetworkBuilder::new();
        let uniform = Distribution::Uniform { low: 0.0, high: 1.0 };
        let mut parent: Option<VarId> = None;
        for name in ["a", "b", "c", "d"] {
            let var = build.add_variable(name, &["no", "yes"]);
            let mut cells = Vec::new();
            for _ in 0..parent.map_or(1, |_| 2) {
                let p = build.add_parameter(Parameter::new("p", uniform));
                let yes = build.formulas().parameter(p);
                let no = build.formulas().complement(yes);
                cells.extend([no, yes]);
            }
            build.set_table(var, parent.as_slice(), cells);
            parent = Some(var);
        }
        build.build().unwrap()
    }

    /// Whatever is held or left out, in whatever order, a variant is what it is by itself, bit for bit.
    #[test]
    fn a_variant_does_not_depend_on_the_one_before_it() {
        let network = network();
        let [a, b, d] = [0, 1, 3].map(VarId);
        let evidence = Evidence::new().observe(d, 1).weigh(b, vec![0.25, 0.75]);
        // 40 draws are two whole blocks of lanes and a half.
        let (n_params, n) = (network.parameters().len(), 40);
        let values: Vec<f64> =
            (0..n_params * n).map(|ix| ((ix * 7919) % 1009) as f64 / 1009.0).collect();
        let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
        let lanes = Lanes::new(&network, &evidence, &[], &[b, d], &[a], draws).unwrap();
        let variant = |held: &[(usize, f64)], without: &[VarId]| Variant {
            held: held.to_vec(),
            without: without.to_vec(),
        };
        let variants = [
            variant(&[], &[]),
            variant(&[(0, 0.5)], &[]),
            variant(&[(0, 0.5)], &[d]),
            variant(&[(6, 0.9), (0, 0.25)], &[d, b]),
            variant(&[(6, 0.9)], &[b]),
            variant(&[], &[]),
            // The sight cannot be, and then can again.
            variant(&[(5, 0.0), (6, 0.0)], &[]),
            variant(&[(3, 0.125)], &[d]),
        ];
        let together = lanes.run(&variants);
        for (variant, drawn) in variants.iter().zip(together) {
            let alone = lanes.run(std::slice::from_ref(variant)).remove(0);
            assert_eq!(drawn.weights, alone.weights, "{variant:?}");
            assert_eq!(drawn.marginals, alone.marginals, "{variant:?}");
            assert_eq!(drawn.log10_largest, alone.log10_largest, "{variant:?}");
        }
    }
}
