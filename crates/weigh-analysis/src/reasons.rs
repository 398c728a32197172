//! Which reasons carry the answer: Shapley shares of the log odds, alone and dropped.
//!
//! L(S) is the log odds of the outcome with only the reasons in S: the weights of the others are 1,
//! their causes absent, their evidence not looked at. The share of a reason is its Shapley value,
//! Σ |S|! (n-|S|-1)! / n! · [L(S+i) - L(S)], so the shares add up to L(all) - L(none) whatever the
//! order (docs/methods.md, 2.4). Probabilities without reasons are anchored at the headline: the few
//! draws used here measure differences of log odds, which are added to the headline's.

use crate::findings::ReasonShare;
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use std::collections::BTreeMap;
use weigh_inference::{CompileError, VarId};
use weigh_model::lower::Lowered;

/// Up to this many reasons every subset is run; above it only each alone and each dropped.
pub const MAX_EXACT: usize = 15;

/// Lanes that all subsets together may take: the draws per subset are cut to it.
const LANES: usize = 1 << 14;
/// Draws per subset, at most and at least; low-discrepancy draws in common, so that differences
/// between subsets carry hardly any sampling error.
const DRAWS: (usize, usize) = (512, 8);

/// What each question's reasons carry.
pub(crate) struct Shares {
    /// Per question, one per reason, largest first: by share, or else by how far the log odds move without it.
    pub shares: Vec<Vec<ReasonShare>>,
    /// Per question, the focus probability without any reason.
    pub without: Vec<Option<f64>>,
    /// Per item of evidence, its weight for the focus of the first question, given all the rest.
    pub item_weights: Vec<Option<f64>>,
}

/// Runs the subsets of reasons on `switched`, the network with a switch per reason.
pub(crate) fn shares(
    solved: &Solved,
    switched: &Lowered,
    headlines: &[f64],
) -> Result<Shares, CompileError> {
    let n = solved.assessment.reasons.len();
    let free: Vec<VarId> = switched.evidence.vars().collect();
    let subsets: Vec<u32> = if n <= MAX_EXACT {
        (0..1u32 << n).collect()
    } else {
        // none, each alone, each dropped, all: by position, decoded in `with`
        (0..2 * n as u32 + 2).collect()
    };
    let with = |subset: u32, reason: usize| match n <= MAX_EXACT {
        true => subset >> reason & 1 == 1,
        false => match subset as usize {
            0 => false,
            s if s <= n => s - 1 == reason,
            s if s <= 2 * n => s - n - 1 != reason,
            _ => true,
        },
    };
    let n_draws = (LANES / subsets.len()).clamp(DRAWS.1, DRAWS.0);
    let draws = DrawsOf { n_switches: switched.switches.len(), ..solved.draws_of(n_draws) };
    let questions = solved.questions();
    let vars: Vec<VarId> = questions.iter().map(|&ix| switched.variables[ix]).collect();
    let lanes = Lanes::new(
        &switched.network,
        &switched.evidence,
        &switched.revisions,
        &free,
        &vars,
        draws,
    )?;

    let mut variants: Vec<Variant> = subsets
        .iter()
        .map(|&subset| Variant {
            held: switched
                .switches
                .iter()
                .enumerate()
                .filter(|&(reason, _)| !with(subset, reason))
                .map(|(_, switch)| (switch.ix(), 0.0))
                .collect(),
            without: without_items(solved, switched, |item| {
                solved.assessment.evidence[item].because.is_none_or(|reason| with(subset, reason))
            }),
        })
        .collect();
    let n_subsets = variants.len();
    variants.extend((0..solved.assessment.evidence.len()).map(|dropped| Variant {
        held: Vec::new(),
        without: without_items(solved, switched, |item| item != dropped),
    }));
    let drawn = lanes.run(&variants);
    let (by_subset, by_item) = drawn.split_at(n_subsets);

    let mut result = Shares { shares: Vec::new(), without: Vec::new(), item_weights: Vec::new() };
    for (question_ix, &question) in questions.iter().enumerate() {
        let focus = solved.assessment.variables[question].focus();
        let p = |drawn: &Drawn| drawn.mean(question_ix, focus);
        let measured: Vec<Option<f64>> = by_subset.iter().map(p).collect();
        let all = measured.last().copied().flatten();
        let probabilities = anchored(&measured, all, headlines[question_ix]);
        result.without.push(probabilities[0]);
        result.shares.push(question_shares(&probabilities, n));
        if question_ix == 0 {
            let all = all.map(log_odds);
            for (item, drawn) in by_item.iter().enumerate() {
                let used = !switched.items[item].is_empty();
                let without = p(drawn).map(log_odds);
                let weight = all.zip(without).map(|(all, without)| all - without);
                result.item_weights.push(weight.filter(|weight| used && weight.is_finite()));
            }
        }
    }
    Ok(result)
}

/// Probabilities moved, in log odds, by as much as `all` lies off the headline.
fn anchored(measured: &[Option<f64>], all: Option<f64>, headline: f64) -> Vec<Option<f64>> {
    let off = log_odds(headline) - all.map_or(f64::NAN, log_odds);
    let move_by = if off.is_finite() { off } else { 0.0 };
    measured.iter().map(|p| p.map(|p| probability(log_odds(p) + move_by))).collect()
}

/// The nodes of items that are not kept; a node that a kept item shares stays.
fn without_items(solved: &Solved, lowered: &Lowered, keep: impl Fn(usize) -> bool) -> Vec<VarId> {
    let mut kept: BTreeMap<VarId, bool> = BTreeMap::new();
    for item in 0..solved.assessment.evidence.len() {
        for &node in &lowered.items[item] {
            *kept.entry(node).or_insert(false) |= keep(item);
        }
    }
    kept.into_iter().filter(|&(_, kept)| !kept).map(|(node, _)| node).collect()
}

/// Shares from the probability with each subset; by position as [`shares`] lays them out.
fn question_shares(probabilities: &[Option<f64>], n: usize) -> Vec<ReasonShare> {
    let exact = n <= MAX_EXACT;
    let all = (1usize << n.min(31)) - 1;
    let alone = |reason: usize| if exact { 1 << reason } else { reason + 1 };
    let dropped = |reason: usize| if exact { all & !(1 << reason) } else { n + 1 + reason };
    let values: Vec<f64> = match exact {
        true => shapley(
            &probabilities.iter().map(|p| p.map_or(f64::NAN, log_odds)).collect::<Vec<_>>(),
            n,
        ),
        false => vec![f64::NAN; n],
    };
    let mut shares: Vec<ReasonShare> = (0..n)
        .filter_map(|reason| {
            Some(ReasonShare {
                reason,
                share: Some(values[reason]).filter(|share| share.is_finite()),
                alone: probabilities[alone(reason)]?,
                dropped: probabilities[dropped(reason)]?,
            })
        })
        .collect();
    let headline = probabilities.last().copied().flatten().map_or(f64::NAN, log_odds);
    let size = |share: &ReasonShare| {
        let moved = share.share.unwrap_or(headline - log_odds(share.dropped)).abs();
        // Certain with it and without it: it moves nothing that could be measured.
        if moved.is_nan() { 0.0 } else { moved }
    };
    shares.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.reason.cmp(&b.reason)));
    shares
}

/// Shapley values of a set function over `n` players, given by the value of each subset (bit mask).
///
/// # Shapes
/// - `values`: `[2^n]`, the value of subset `s` at position `s`
/// - returns: `[n]`; they add up to `values[2^n - 1] - values[0]`
///
/// # Source
/// Shapley (1953), *A value for n-person games*.
///
/// ```
/// # use weigh_analysis::reasons::shapley;
/// // two players: worth 1 and 2 alone, 5 together
/// assert_eq!(shapley(&[0.0, 1.0, 2.0, 5.0], 2), [2.0, 3.0]);
/// ```
pub fn shapley(values: &[f64], n: usize) -> Vec<f64> {
    // weight of a subset of size s that a player joins: s! (n-s-1)! / n!
    let mut weights = vec![1.0 / n.max(1) as f64; n.max(1)];
    for size in 1..n {
        weights[size] = weights[size - 1] * size as f64 / (n - size) as f64;
    }
    (0..n)
        .map(|player| {
            (0..values.len())
                .filter(|subset| subset >> player & 1 == 0)
                .map(|subset| {
                    let gain = values[subset | 1 << player] - values[subset];
                    weights[subset.count_ones() as usize] * gain
                })
                .sum()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_whatever_the_values() {
        let n = 5;
        let values: Vec<f64> = (0..1 << n).map(|s: i32| f64::from((s * 7919 + 13) % 101)).collect();
        let shares = shapley(&values, n);
        let sum: f64 = shares.iter().sum();
        // 1e-9: 80 additions of numbers up to 100
        assert!((sum - (values[(1 << n) - 1] - values[0])).abs() < 1e-9);
    }

    #[test]
    fn what_moves_most_comes_first_where_there_are_too_many_for_shares() {
        let n = MAX_EXACT + 1;
        // none, each alone, each dropped, all
        let mut probabilities = vec![Some(0.2); 2 * n + 2];
        probabilities[n + 1 + 9] = Some(0.05);
        probabilities[n + 1 + 12] = Some(0.4);
        probabilities[n + 1 + 4] = Some(0.0);
        let shares = question_shares(&probabilities, n);
        assert!(shares.iter().all(|share| share.share.is_none()));
        let order: Vec<usize> = shares.iter().map(|share| share.reason).collect();
        assert_eq!(order[..5], [4, 9, 12, 0, 1]);
    }

    #[test]
    fn a_player_who_changes_nothing_gets_nothing_and_twins_get_alike() {
        let joint = |s: u32| f64::from((s & 3).count_ones() * (s & 3).count_ones());
        let values: Vec<f64> = (0..8u32).map(joint).collect();
        let shares = shapley(&values, 3);
        assert_eq!(shares[2], 0.0);
        assert_eq!(shares[0], shares[1]);
    }
}
