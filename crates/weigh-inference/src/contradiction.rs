//! Which findings contradict each other, when the evidence is impossible in every draw.

use crate::draws::DrawPlan;
use crate::evidence::Evidence;
use crate::network::{Network, VarId};
use crate::solve::Settings;
use crate::tape::Tape;

/// Most sets of findings that are tried in order of size before the slower but always affordable
/// way is taken.
const MAX_SETS_TRIED: usize = 2_000;

/// Draws on which a set of findings must be impossible to count as contradictory.
const DRAWS_TRIED: usize = 64;

/// Finds a smallest set of findings that is impossible by itself.
///
/// Tries sets in order of size while that is affordable; otherwise leaves out one finding after the
/// other as long as the rest stays impossible, which gives a set from which nothing can be left out
/// but not always one of the smallest.
pub(crate) fn find_contradiction(
    network: &Network,
    evidence: &Evidence,
    plan: &DrawPlan,
    settings: &Settings,
) -> Vec<VarId> {
    let n_draws = DRAWS_TRIED.min(settings.n_draws as usize);
    let mut params = vec![0.0; network.parameters().len() * n_draws];
    plan.fill(0, n_draws, &mut params);
    network.respond(&mut params, n_draws);
    smallest_contradiction(evidence, |some| {
        // A subset may be wider than the whole; what is refused is not shown to be impossible.
        Tape::compile_for(network, some, &[], &[], &settings.limits).is_ok_and(|tape| {
            let mut run = tape.workspace();
            run.forward(&params, None, n_draws).expect("the shapes are our own");
            (0..n_draws).all(|lane| run.scaled_p(lane).0 == 0.0)
        })
    })
}

/// A smallest set of findings that is impossible by itself, if `is_impossible` says which are; the
/// findings together must be.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, VarId, smallest_contradiction};
/// let (a, b, c) = (VarId(0), VarId(1), VarId(2));
/// let evidence = Evidence::new().observe(a, 0).observe(b, 1).observe(c, 1);
/// let found = smallest_contradiction(&evidence, |some| {
///     some.observed(a) == Some(0) && some.observed(c) == Some(1)
/// });
/// assert_eq!(found, [a, c]);
/// ```
pub fn smallest_contradiction(
    evidence: &Evidence,
    is_impossible: impl Fn(&Evidence) -> bool,
) -> Vec<VarId> {
    let all: Vec<VarId> = evidence.vars().collect();
    let is_impossible = |vars: &[VarId]| is_impossible(&evidence.only(vars));
    smallest_set(&all, is_impossible).unwrap_or_else(|| {
        let mut left = all.clone();
        for var in &all {
            let without: Vec<VarId> = left.iter().copied().filter(|v| v != var).collect();
            if is_impossible(&without) {
                left = without;
            }
        }
        left
    })
}

fn smallest_set(all: &[VarId], impossible: impl Fn(&[VarId]) -> bool) -> Option<Vec<VarId>> {
    let mut tried = 0;
    for size in 0..=all.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            if tried == MAX_SETS_TRIED {
                return None;
            }
            tried += 1;
            let set: Vec<VarId> = chosen.iter().map(|i| all[*i]).collect();
            if impossible(&set) {
                return Some(set);
            }
            // The next combination in lexicographic order.
            let Some(at) = (0..size).rev().find(|at| chosen[*at] < all.len() - size + at) else {
                break;
            };
            chosen[at] += 1;
            for later in at + 1..size {
                chosen[later] = chosen[later - 1] + 1;
            }
        }
    }
    None
}
