//! Posteriors of one case, by one tape for all or one for each, whichever is cheaper.

use crate::batch::BatchError;
use crate::compile::{Plan, ancestors};
use crate::evidence::Evidence;
use crate::factors::FactorGraph;
use crate::limits::{CompileError, Limits};
use crate::network::{Network, VarId};
use crate::order::Cost;
use crate::tape::Tape;

/// One case made ready: what it costs is known, and nothing has been computed.
///
/// One tape gives all posteriors. But without evidence far from a variable, most of a large network
/// does not matter to it, and asking for each variable on its own ancestors may cost a hundredth.
/// So where one tape is large, targets are asked one by one, for as long as that stays below half
/// the cost of asking together.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, Limits, NetworkBuilder, Query};
/// let mut build = NetworkBuilder::new();
/// let rain = build.add_variable("rain", &["no", "yes"]);
/// let wet = build.add_variable("wet", &["no", "yes"]);
/// build.set_numbers(rain, &[], vec![0.75, 0.25]);
/// build.set_numbers(wet, &[rain], vec![1.0, 0.0, 0.5, 0.5]);
/// let seen = Evidence::new().observe(wet, 0);
/// let query = Query::new(&build.build()?, &seen, &[rain], &Limits::default())?;
/// assert_eq!(query.cost().largest_entries, 2);
/// let found = query.run(&[])?;
/// assert_eq!(found.log10_p_evidence, 0.875f64.log10());
/// assert_eq!(found.marginals[0][1], 0.125 / 0.875);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Query {
    targets: Vec<VarId>,
    /// One for all targets, or one for each.
    tapes: Vec<Tape>,
}

/// What [`Query::run`] finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Posteriors {
    /// Common logarithm of P(evidence), right at any size; negative infinity where it is 0.
    pub log10_p_evidence: f64,
    /// Per target, per state: P(state | evidence); all 0 if the evidence is impossible.
    pub marginals: Vec<Vec<f64>>,
}

/// Below this many entries in all tables, one tape is quick enough not to look for anything better.
const LARGE: u64 = 1 << 20;

impl Query {
    /// Makes a case ready.
    ///
    /// # Errors
    /// [`CompileError`] if the network is too wide or the evidence does not fit it.
    pub fn new(
        network: &Network,
        evidence: &Evidence,
        targets: &[VarId],
        limits: &Limits,
    ) -> Result<Query, CompileError> {
        let together = Plan::new(network, evidence, targets, limits)?;
        let cost = together.cost().total_entries;
        let tapes = match cost >= LARGE && targets.len() > 1 {
            true => one_by_one(network, evidence, targets, limits, cost / 2)?,
            false => None,
        };
        let tapes = match tapes {
            Some(tapes) => tapes,
            None => vec![together.write()?],
        };
        Ok(Query { targets: targets.to_vec(), tapes })
    }

    /// Makes a case of a factor graph ready.
    ///
    /// # Errors
    /// As [`Query::new`].
    pub fn of_factors(
        graph: &FactorGraph,
        evidence: &Evidence,
        targets: &[VarId],
        limits: &Limits,
    ) -> Result<Query, CompileError> {
        let tapes = vec![Tape::compile_factors(graph, evidence, limits)?];
        Ok(Query { targets: targets.to_vec(), tapes })
    }

    /// What running it costs: the widest table, the work of all tapes, the memory of the largest.
    pub fn cost(&self) -> Cost {
        let costs = || self.tapes.iter().map(Tape::cost);
        let widest = costs().max_by_key(|cost| cost.largest_entries);
        let mut cost = widest.expect("there is a tape").clone();
        cost.width = costs().map(|cost| cost.width).max().unwrap_or(0);
        cost.total_entries = costs().map(|cost| cost.total_entries).sum();
        cost.message_entries = costs().map(|cost| cost.message_entries).max().unwrap_or(0);
        cost
    }

    /// Answers at one set of parameter values, `[n_params]`.
    ///
    /// # Errors
    /// [`BatchError::Shape`] if the numbers do not fit the network.
    pub fn run(&self, params: &[f64]) -> Result<Posteriors, BatchError> {
        let mut found = Posteriors { log10_p_evidence: 0.0, marginals: Vec::new() };
        let n_each = if self.tapes.len() == 1 { self.targets.len() } else { 1 };
        for (i, tape) in self.tapes.iter().enumerate() {
            let mut run = tape.workspace();
            run.marginals(params, None, 1)?;
            found.log10_p_evidence = run.log10_p_evidence(0);
            for var in self.targets.iter().skip(i * n_each).take(n_each) {
                found.marginals.push(run.posterior(*var));
            }
        }
        Ok(found)
    }
}

/// A tape for each target, or nothing if they cost more than `most` entries together.
fn one_by_one(
    network: &Network,
    evidence: &Evidence,
    targets: &[VarId],
    limits: &Limits,
    most: u64,
) -> Result<Option<Vec<Tape>>, CompileError> {
    // Every tape would hold what explains the evidence.
    let explain = ancestors(network, evidence.vars()).iter().filter(|is_one| **is_one).count();
    if 2 * explain > network.variables().len() {
        return Ok(None);
    }
    let alone = Plan::new(network, evidence, &[], limits)?.cost().total_entries;
    if alone.saturating_mul(targets.len() as u64) > most {
        return Ok(None);
    }
    let mut total = 0u64;
    let mut plans = Vec::with_capacity(targets.len());
    for var in targets {
        let plan = Plan::new(network, evidence, std::slice::from_ref(var), limits)?;
        total = total.saturating_add(plan.cost().total_entries);
        if total > most {
            return Ok(None);
        }
        plans.push(plan);
    }
    let mut tapes = Vec::with_capacity(targets.len());
    for plan in plans {
        tapes.push(match plan.write() {
            Err(CompileError::TooWide { .. }) => return Ok(None),
            written => written?,
        });
    }
    Ok(Some(tapes))
}
