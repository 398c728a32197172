//! What a run over draws says: headline, mean, quantiles, and how far the draws can be trusted.

use std::sync::OnceLock;

use crate::choices::Tally;
use crate::exact::NotExact;
use crate::network::{ParamId, VarId};

/// The probability that is reported for a state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headline {
    /// The probability.
    pub p: f64,
    /// Whether it is exact: the parameters integrated out, without sampling.
    pub exact: bool,
}

/// The answer of [`crate::solve`]: every variable's probabilities draw by draw, with weights.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) n_draws: usize,
    pub(crate) seed: u64,
    /// `[n_params, n_draws]`
    pub(crate) parameter_draws: Vec<f64>,
    /// Sum to 1.
    pub(crate) weights: Vec<f64>,
    pub(crate) log10_p_evidence: f64,
    /// Per variable `[state][draw]`.
    pub(crate) marginals: Vec<Vec<f64>>,
    /// The state each variable was observed in; it is certain in every draw and has no row.
    pub(crate) observed: Vec<Option<usize>>,
    /// Per variable, per state: the circuit at the parameter means.
    pub(crate) at_means: Vec<Vec<f64>>,
    pub(crate) not_exact: Option<NotExact>,
    pub(crate) tally: Option<Tally>,
    /// Per variable and state, filled when first asked for.
    pub(crate) sorted: Vec<Vec<OnceLock<Sorted>>>,
}

/// Values with their weights, in heaps of which each is above the one before.
#[derive(Clone, Debug)]
pub(crate) struct Sorted {
    pairs: Vec<(f64, f64)>,
    /// One more than there are heaps.
    heaps: Vec<Heap>,
}

/// Where a heap starts among the pairs, and the weight before it.
#[derive(Clone, Copy, Debug, Default)]
struct Heap {
    start: u32,
    before: f64,
}

impl Answer {
    /// Number of draws.
    pub fn n_draws(&self) -> usize {
        self.n_draws
    }

    /// The seed they were drawn with.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How well each draw predicted the evidence, as shares that sum to 1; `[n_draws]`.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The values of a parameter, `[n_draws]`.
    pub fn parameter_draws(&self, param: ParamId) -> &[f64] {
        &self.parameter_draws[param.ix() * self.n_draws..(param.ix() + 1) * self.n_draws]
    }

    /// The values of all parameters, `[n_params, n_draws]`, row-major.
    pub fn all_parameter_draws(&self) -> &[f64] {
        &self.parameter_draws
    }

    /// P(state | evidence) in every draw, `[n_draws]`; 0 in draws of weight 0. Empty for an observed
    /// variable, which is certain in every draw.
    pub fn draws(&self, var: VarId, state: usize) -> &[f64] {
        &self.marginals[var.ix()][state * self.n_draws..(state + 1) * self.n_draws]
    }

    /// The probability to report: the circuit at the parameter means where that is exact, otherwise
    /// the weighted mean of the draws.
    pub fn headline(&self, var: VarId, state: usize) -> Headline {
        match self.not_exact {
            None => Headline { p: self.at_means[var.ix()][state], exact: true },
            Some(_) => Headline { p: self.mean(var, state), exact: false },
        }
    }

    /// Why the headlines are means of draws, or `None` if they are exact.
    pub fn why_not_exact(&self) -> Option<NotExact> {
        self.not_exact
    }

    /// What was met while actors' choices were found, if there are any.
    pub fn tally(&self) -> Option<Tally> {
        self.tally
    }

    /// The weighted mean of the draws.
    pub fn mean(&self, var: VarId, state: usize) -> f64 {
        match self.observed[var.ix()] {
            Some(seen) => f64::from(u8::from(seen == state)),
            None => self.weights.iter().zip(self.draws(var, state)).map(|(w, p)| w * p).sum(),
        }
    }

    /// The value the state's probability stays below with probability `p`.
    ///
    /// Definition: draws of weight 0 are left out; the draws in ascending order each stand at the
    /// weight before them plus half their own; between two, linear interpolation; outside, the
    /// nearest draw. The state of a binary variable is the mirror image of the other.
    pub fn quantile(&self, var: VarId, state: usize, p: f64) -> f64 {
        if let Some(seen) = self.observed[var.ix()] {
            return f64::from(u8::from(seen == state));
        }
        let slots = &self.sorted[var.ix()];
        let mirrored = slots.len() == 2 && state == 1;
        let slot = if mirrored { 0 } else { state };
        let sorted = slots[slot].get_or_init(|| Sorted::new(self.draws(var, slot), &self.weights));
        if mirrored { 1.0 - sorted.quantile(1.0 - p) } else { sorted.quantile(p) }
    }

    /// [`Answer::quantile`]'s definition for values computed elsewhere from the same draws,
    /// `[n_draws]`.
    ///
    /// # Panics
    /// If there is not one value per draw.
    pub fn quantiles_of(&self, values: &[f64], ps: &[f64]) -> Vec<f64> {
        weighted_quantiles(values, &self.weights, ps)
    }

    /// Effective number of draws, `1 / Σ weight²`: what equally weighted draws would be worth as
    /// much (Kish 1965).
    pub fn ess(&self) -> f64 {
        1.0 / self.weights.iter().map(|w| w * w).sum::<f64>()
    }

    /// Common logarithm of P(evidence), the mean over the draws.
    pub fn log10_p_evidence(&self) -> f64 {
        self.log10_p_evidence
    }
}

/// Quantiles of weighted values: each value stands at the middle of its own weight, and between two
/// of them the quantile is interpolated; below the first and above the last it is that value.
///
/// # Shapes
/// - `values`, `weights`: one per draw; the weights need not add up to 1
/// - returns: one quantile for each of `ps`, which lie in `0.0..=1.0`
///
/// # Panics
/// If there are not as many weights as values, or no value has weight.
///
/// # Example
/// ```
/// use weigh_inference::weighted_quantiles;
/// assert_eq!(weighted_quantiles(&[3.0, 1.0, 2.0], &[1.0, 1.0, 1.0], &[0.5]), [2.0]);
/// ```
pub fn weighted_quantiles(values: &[f64], weights: &[f64], ps: &[f64]) -> Vec<f64> {
    let sorted = Sorted::new(values, weights);
    ps.iter().map(|p| sorted.quantile(*p)).collect()
}

impl Sorted {
    /// The values that have weight are dealt into as many heaps by size as there are values: one or two of them are
    /// sorted for a quantile.
    fn new(values: &[f64], weights: &[f64]) -> Sorted {
        assert_eq!(values.len(), weights.len(), "one weight per value");
        let weighted =
            || values.iter().zip(weights).filter(|(_, w)| **w > 0.0).map(|(v, w)| (*v, *w));
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        weighted().for_each(|(v, _)| (low, high) = (low.min(v), high.max(v)));
        let n_heaps = values.len();
        let scale = n_heaps as f64 / (high - low);
        // Where all are equal, or some infinite, the first heap takes them all.
        let heap = |v: f64| match scale.is_finite() && scale > 0.0 {
            true => (((v - low) * scale) as usize).min(n_heaps - 1),
            false => 0,
        };
        // First what each heap takes, then where its next one goes.
        let mut heaps = vec![Heap::default(); n_heaps + 1];
        for (v, w) in weighted() {
            let after = &mut heaps[heap(v) + 1];
            after.start += 1;
            after.before += w;
        }
        for ix in 0..n_heaps {
            let Heap { start, before } = heaps[ix];
            heaps[ix + 1].start += start;
            heaps[ix + 1].before += before;
        }
        let mut pairs = vec![(0.0, 0.0); heaps[n_heaps].start as usize];
        let mut next: Vec<u32> = heaps.iter().map(|heap| heap.start).collect();
        for (v, w) in weighted() {
            let at = &mut next[heap(v)];
            pairs[*at as usize] = (v, w);
            *at += 1;
        }
        Sorted { pairs, heaps }
    }

    /// The values of a heap in ascending order, each with the weight up to the middle of its own.
    fn heap(&self, ix: usize) -> impl Iterator<Item = (f64, f64)> {
        let [heap, after] = [&self.heaps[ix], &self.heaps[ix + 1]];
        let mut pairs = self.pairs[heap.start as usize..after.start as usize].to_vec();
        pairs.sort_unstable_by(|(v, w), (other, its)| v.total_cmp(other).then(w.total_cmp(its)));
        let mut before = heap.before;
        pairs.into_iter().map(move |(v, w)| {
            before += w;
            (v, before - 0.5 * w)
        })
    }

    fn quantile(&self, p: f64) -> f64 {
        let is_empty = |ix: usize| self.heaps[ix].start == self.heaps[ix + 1].start;
        let n_heaps = self.heaps.len() - 1;
        let target = p * self.heaps[n_heaps].before;
        // From the last value below the heap that the weight ends in.
        let within = self.heaps[..n_heaps].partition_point(|heap| heap.before < target);
        let from = (0..within.saturating_sub(1)).rev().find(|ix| !is_empty(*ix)).unwrap_or(0);
        let mut below: Option<(f64, f64)> = None;
        for (value, middle) in (from..n_heaps).flat_map(|ix| self.heap(ix)) {
            match below {
                _ if middle < target => below = Some((value, middle)),
                None => return value,
                Some((before, low)) => {
                    return before + (target - low) / (middle - low) * (value - before);
                }
            }
        }
        below.expect("some draw has weight").0
    }
}
