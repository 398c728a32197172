//! Which findings contradict each other, when the evidence is impossible in every draw.

use crate::draws::DrawPlan;
use crate::evidence::Evidence;
use crate::limits::Limits;
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
    let impossible = |vars: &[VarId]| {
        // A subset may be wider than the whole; what is refused is not shown to be impossible.
        Tape::compile_for(network, &evidence.only(vars), &[], &[], &settings.limits).is_ok_and(
            |tape| {
                let mut run = tape.workspace();
                run.forward(&params, None, n_draws).expect("the shapes are our own");
                (0..n_draws).all(|lane| run.scaled_p(lane).0 == 0.0)
            },
        )
    };
    smallest(&evidence.vars().collect::<Vec<_>>(), impossible)
}

/// A smallest set of findings that is impossible by itself at one set of parameter values,
/// `[n_params]`; the findings together must be impossible.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, Limits, NetworkBuilder, contradiction};
/// let mut build = NetworkBuilder::new();
/// let [a, b, c] = ["a", "b", "c"].map(|name| build.add_variable(name, &["no", "yes"]));
/// build.set_numbers(a, &[], vec![0.5, 0.5]);
/// build.set_numbers(b, &[a], vec![1.0, 0.0, 0.0, 1.0]);
/// build.set_numbers(c, &[], vec![0.5, 0.5]);
/// let evidence = Evidence::new().observe(a, 0).observe(b, 1).observe(c, 1);
/// assert_eq!(contradiction(&build.build()?, &evidence, &[], &Limits::default()), [a, b]);
/// # Ok::<(), weigh_inference::NetworkError>(())
/// ```
pub fn contradiction(
    network: &Network,
    evidence: &Evidence,
    params: &[f64],
    limits: &Limits,
) -> Vec<VarId> {
    let impossible = |vars: &[VarId]| {
        Tape::compile_for(network, &evidence.only(vars), &[], &[], limits).is_ok_and(|tape| {
            let mut run = tape.workspace();
            run.forward(params, None, 1).is_ok() && run.scaled_p(0).0 == 0.0
        })
    };
    smallest(&evidence.vars().collect::<Vec<_>>(), impossible)
}

fn smallest(all: &[VarId], impossible: impl Fn(&[VarId]) -> bool) -> Vec<VarId> {
    smallest_set(all, &impossible).unwrap_or_else(|| {
        let mut left = all.to_vec();
        for var in all {
            let without: Vec<VarId> = left.iter().copied().filter(|v| v != var).collect();
            if impossible(&without) {
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
