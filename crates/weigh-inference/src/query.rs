//! Posteriors of one case, by one tape for all or one for each, whichever is cheaper.

use crate::batch::PointError;
use crate::evidence::Evidence;
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::order::Cost;
use crate::tape::Tape;

/// What [`posteriors`] finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Posteriors {
    /// Common logarithm of P(evidence), right at any size; negative infinity where it is 0.
    pub log10_p_evidence: f64,
    /// Per target, per state: P(state | evidence); all 0 if the evidence is impossible.
    pub marginals: Vec<Vec<f64>>,
    /// How many tapes were run: one, or one for each target.
    pub n_tapes: usize,
    /// The cost of the widest tape run.
    pub cost: Cost,
}

/// Below this many entries in all tables, one tape is quick enough not to look for anything better.
const LARGE: u64 = 1 << 20;

/// Answers one case at one set of parameter values, `[n_params]`.
///
/// One tape gives all posteriors. But without evidence far from a variable, most of a large network
/// does not matter to it, and asking for each variable on its own ancestors may cost a hundredth.
/// So where one tape is large, targets are asked one by one, for as long as that stays below half
/// the cost of asking together.
///
/// # Errors
/// [`PointError`] if the network is too wide or the numbers do not fit it.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, Limits, NetworkBuilder, posteriors};
/// let mut build = NetworkBuilder::new();
/// let rain = build.add_variable("rain", &["no", "yes"]);
/// let wet = build.add_variable("wet", &["no", "yes"]);
/// build.set_numbers(rain, &[], vec![0.75, 0.25]);
/// build.set_numbers(wet, &[rain], vec![1.0, 0.0, 0.5, 0.5]);
/// let seen = Evidence::new().observe(wet, 0);
/// let found = posteriors(&build.build()?, &seen, &[rain], &[], &Limits::default())?;
/// assert_eq!(found.log10_p_evidence, 0.875f64.log10());
/// assert_eq!(found.marginals[0][1], 0.125 / 0.875);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn posteriors(
    network: &Network,
    evidence: &Evidence,
    targets: &[VarId],
    params: &[f64],
    limits: &Limits,
) -> Result<Posteriors, PointError> {
    let together = Tape::compile_for(network, evidence, &[], targets, limits);
    let cost = match &together {
        Ok(tape) => tape.cost().total_entries,
        Err(CompileError::TooWide { total, .. }) => *total,
        Err(error) => return Err(error.clone().into()),
    };
    if cost >= LARGE
        && targets.len() > 1
        && let Some(found) = one_by_one(network, evidence, targets, params, limits, cost / 2)?
    {
        return Ok(found);
    }
    let tape = together?;
    let mut run = tape.workspace();
    run.marginals(params, None, 1)?;
    let marginal =
        |var: &VarId| (0..network.n_states(*var)).map(|s| run.marginal(*var, s, 0)).collect();
    Ok(Posteriors {
        log10_p_evidence: run.log10_p_evidence(0),
        marginals: targets.iter().map(marginal).collect(),
        n_tapes: 1,
        cost: tape.cost().clone(),
    })
}

/// A tape for each target, or nothing once they cost more than `most` entries together.
fn one_by_one(
    network: &Network,
    evidence: &Evidence,
    targets: &[VarId],
    params: &[f64],
    limits: &Limits,
    most: u64,
) -> Result<Option<Posteriors>, PointError> {
    let mut total = 0;
    let mut found: Option<Posteriors> = None;
    for var in targets {
        let tape = match Tape::compile_for(network, evidence, &[], &[*var], limits) {
            Err(CompileError::TooWide { .. }) => return Ok(None),
            compiled => compiled?,
        };
        total += tape.cost().total_entries;
        if total > most {
            return Ok(None);
        }
        let mut run = tape.workspace();
        run.marginals(params, None, 1)?;
        let marginal = (0..network.n_states(*var)).map(|s| run.marginal(*var, s, 0)).collect();
        let found = found.get_or_insert_with(|| Posteriors {
            log10_p_evidence: run.log10_p_evidence(0),
            marginals: Vec::with_capacity(targets.len()),
            n_tapes: 0,
            cost: tape.cost().clone(),
        });
        found.marginals.push(marginal);
        found.n_tapes += 1;
        if tape.cost().total_entries > found.cost.total_entries {
            found.cost = tape.cost().clone();
        }
    }
    Ok(found)
}
