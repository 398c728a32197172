//! One decision that relies on decisions solved before it: what each option is worth, and the response.
//!
//! # Source
//! Koller & Milch (2003), Games and Economic Behavior 45, section 6; the response is the agent logit of
//! McKelvey & Palfrey (1998), Experimental Economics 1, 9–41.

use super::eliminate::{Steps, Table, Writer};
use super::error::DiagramError;
use super::relevance::View;
use super::solution::Note;
use super::store::Layout;

/// Below this a probability has too few digits left to divide by.
pub(crate) const DEAD: f64 = 1e-290;
/// Expectations that differ by less, in the size of the payoffs, differ by rounding.
pub(super) const TIE: f64 = 1e-13;

/// What one payoff term is worth, given what is seen.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    pub steps: Steps,
    /// `[rows, options]`: places of value times probability of what is seen.
    pub values: Vec<u32>,
    /// `[rows]`: places of the probability of what is seen.
    pub weights: Vec<u32>,
}

/// One payoff term of a decision.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub usual: Worth,
    /// The same if all decisions before this one were taken at random, where that matters.
    pub surprised: Option<Worth>,
    pub payoff: usize,
}

/// A decision laid out for repeated response.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub decision: usize,
    pub(super) n_options: usize,
    pub(super) terms: Vec<Term>,
}

/// What a solution is worked out with and where it is written to.
pub(crate) struct Work<'w> {
    pub store: &'w mut [f64],
    pub notes: &'w mut Vec<Note>,
    /// `[rows, options]` of the decision at hand.
    pub utilities: &'w mut [f64],
}

impl Response {
    pub fn new(
        view: &View<'_>,
        layout: &Layout,
        writer: &mut Writer<'_>,
    ) -> Result<Response, DiagramError> {
        let decision = view.decision;
        let payoffs = view.payoffs();
        let requisite: Vec<Vec<bool>> =
            payoffs.iter().map(|payoff| view.requisite(*payoff)).collect();
        // Terms have much in common, and the policy that they lead to is written behind all of them.
        writer.remember();
        let usual = payoffs.iter().zip(&requisite).map(|(payoff, requisite)| {
            let tables = tables(view, layout, requisite, &[]);
            Worth::new(view, layout, writer, tables, *payoff)
        });
        let usual = usual.collect::<Result<Vec<Worth>, DiagramError>>();
        writer.forget();
        let terms = payoffs
            .into_iter()
            .zip(usual?)
            .zip(requisite)
            .map(|((payoff, usual), requisite)| {
                let surprising = surprising(view, &requisite, &[]);
                let surprised = match surprising.is_empty() {
                    true => None,
                    false => {
                        let tables = tables(view, layout, &requisite, &surprising);
                        Some(Worth::new(view, layout, writer, tables, payoff)?)
                    }
                };
                Ok(Term { usual, surprised, payoff })
            })
            .collect::<Result<Vec<Term>, DiagramError>>()?;
        Ok(Response { decision, n_options: view.diagram.n_states(decision), terms })
    }

    /// Works out what each option is worth and writes the response, `[rows, options]`, to `policy` in
    /// the store.
    ///
    /// `shares`: `[options]`, what part of an option each copy of it is. `sizes`: the largest value of
    /// each payoff.
    pub fn run(
        &self,
        work: &mut Work<'_>,
        policy: std::ops::Range<usize>,
        precision: f64,
        shares: &[f64],
        sizes: &[f64],
    ) {
        for term in &self.terms {
            term.usual.steps.run(work.store);
            let is_dead = |place: &u32| work.store[*place as usize] < DEAD;
            if let Some(surprised) = &term.surprised
                && term.usual.weights.iter().any(is_dead)
            {
                surprised.steps.run(work.store);
            }
        }
        let size: f64 = self.terms.iter().map(|term| sizes[term.payoff]).sum();
        let n = self.n_options;
        for (row, utilities) in work.utilities.chunks_exact_mut(n).enumerate() {
            utilities.fill(0.0);
            let (mut is_unreached, mut is_impossible) = (false, false);
            for term in &self.terms {
                let mut worth = &term.usual;
                if work.store[worth.weights[row] as usize] < DEAD {
                    is_unreached = true;
                    match &term.surprised {
                        Some(surprised) => worth = surprised,
                        None => is_impossible = true,
                    }
                }
                let weight = work.store[worth.weights[row] as usize];
                if weight < DEAD {
                    is_impossible = true;
                    continue;
                }
                let values = &worth.values[row * n..(row + 1) * n];
                for (utility, place) in utilities.iter_mut().zip(values) {
                    *utility += work.store[*place as usize] / weight;
                }
            }
            let decision = self.decision;
            if is_impossible {
                work.notes.push(Note::Impossible { decision, row });
            } else if is_unreached {
                work.notes.push(Note::Unreached { decision, row });
            }
            let p = &mut work.store[policy.start + row * n..policy.start + (row + 1) * n];
            let is_tie = respond(utilities, precision, shares, TIE * size, p);
            if is_tie && !is_impossible {
                work.notes.push(Note::Tie { decision, row });
            }
        }
    }
}

/// The logit response to expected payoffs; says whether a rational actor takes several options.
pub(super) fn respond(
    utilities: &[f64],
    precision: f64,
    shares: &[f64],
    tie: f64,
    p: &mut [f64],
) -> bool {
    let best = utilities.iter().fold(f64::NEG_INFINITY, |best, u| best.max(*u));
    let (mut sum, mut taken) = (0.0, 0.0);
    for ((p, u), share) in p.iter_mut().zip(utilities).zip(shares) {
        *p = match precision.is_finite() {
            true => share * libm::exp(precision * (u - best)),
            false if best - u <= tie => *share,
            false => 0.0,
        };
        sum += *p;
        taken += f64::from(u8::from(*p > 0.0)) * share;
    }
    p.iter_mut().for_each(|p| *p /= sum);
    // Shares of one option sum to 1.
    precision.is_infinite() && taken > 1.5
}

impl Worth {
    fn new(
        view: &View<'_>,
        layout: &Layout,
        writer: &mut Writer<'_>,
        tables: Vec<Table>,
        payoff: usize,
    ) -> Result<Worth, DiagramError> {
        let mut steps = Steps::default();
        let mut over = view.diagram.nodes()[view.decision].parents.clone();
        let weight = writer.eliminate(tables.clone(), &over, &mut steps)?;
        let rows = writer.size(&over);
        writer.take_up(rows)?;
        let weights = writer.places(&weight, &over);
        over.push(view.decision);
        let mut factors = tables;
        factors.push(layout.payoff(view.diagram, payoff));
        let value = writer.eliminate(factors, &over, &mut steps)?;
        writer.take_up(writer.size(&over))?;
        let values = writer.places(&value, &over);
        Ok(Worth { steps, values, weights })
    }
}

/// The requisite tables as who decides sees them, some decisions being taken at random.
pub(crate) fn tables(
    view: &View<'_>,
    layout: &Layout,
    requisite: &[bool],
    at_random: &[usize],
) -> Vec<Table> {
    let needed = (0..requisite.len()).filter(|node| requisite[*node]);
    needed
        .map(|node| match at_random.contains(&node) {
            true => layout.even(node),
            false => layout.table_in(view, node),
        })
        .collect()
}

/// The requisite policies, other than those of `together`, that come before the decision in its
/// owner's eyes: if they do not lead to what he sees, he is surprised.
pub(crate) fn surprising(view: &View<'_>, requisite: &[bool], together: &[usize]) -> Vec<usize> {
    let mut is_above = vec![false; requisite.len()];
    let mut up = vec![view.decision];
    while let Some(node) = up.pop() {
        for parent in view.parents(node) {
            if !is_above[*parent] {
                is_above[*parent] = true;
                up.push(*parent);
            }
        }
    }
    let is_policy = |node: &usize| {
        view.diagram.owner(*node).is_some()
            && view.belief(*node).is_none()
            && !together.contains(node)
    };
    (0..requisite.len())
        .filter(|node| requisite[*node] && is_above[*node])
        .filter(is_policy)
        .collect()
}
