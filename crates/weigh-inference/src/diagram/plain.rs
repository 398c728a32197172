//! A diagram laid out for solution as plain numbers, for evaluators that are not written in Rust.

use super::alike::Alike;
use super::eliminate::Steps;
use super::response::{Response, Worth};
use super::solver::{Solver, Way};

/// How the policies of a diagram are found where no decisions rely on each other in a circle: additions and
/// multiplications in their order, and so the same last bit, but for the exponential of each response.
///
/// # Store
/// One list of values, of which the parts refer to positions: the cells of chance tables, payoffs and beliefs, then
/// policies, then even odds, then what is worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainGame {
    /// How many values the store has.
    pub n_values: usize,
    /// First position and value of even odds, one for each option of a decision.
    pub even: Vec<(usize, f64)>,
    /// Chance tables and beliefs: first position, one past the last, states of a row. Each row must be a distribution.
    pub distributions: Vec<[usize; 3]>,
    /// Payoff terms: first position, one past the last, their owner.
    pub payoffs: Vec<[usize; 3]>,
    /// Decisions that nobody sees, whose options may be alike.
    pub alike: Vec<PlainAlike>,
    /// Decisions in the order in which they are solved.
    pub decisions: Vec<PlainDecision>,
}

/// A decision some of whose options may lead to the same, which then share what one of them would get.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainAlike {
    /// Position among [`PlainGame::decisions`].
    pub decision: usize,
    /// Tables that have it among their parents: first position, how many rows of options, cells of an option in each.
    pub below: Vec<[usize; 3]>,
}

/// One decision: what its options are worth in each case that can be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainDecision {
    /// Position of its policy, `[rows, options]`.
    pub policy: usize,
    /// How many options.
    pub n_options: usize,
    /// How many cases.
    pub n_rows: usize,
    /// What is at stake.
    pub terms: Vec<PlainTerm>,
}

/// A payoff term, as it bears on one decision.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainTerm {
    /// Position among [`PlainGame::payoffs`].
    pub payoff: usize,
    /// What it is worth, given what is seen.
    pub usual: PlainWorth,
    /// The same if all decisions before were taken at random, for what they would never lead to.
    pub surprised: Option<PlainWorth>,
}

/// Expectations of a payoff term.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainWorth {
    /// What is worked out first.
    pub steps: Vec<PlainStep>,
    /// `[rows, options]`: positions of value times the probability of what is seen.
    pub values: Vec<u32>,
    /// `[rows]`: positions of the probability of what is seen.
    pub weights: Vec<u32>,
}

/// Sums of products.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainStep {
    /// Position of the first.
    pub out: usize,
    /// How many.
    pub n_out: usize,
    /// Products of each; none, and no factors, where each is 1.
    pub n_terms: usize,
    /// Factors of a product.
    pub n_factors: usize,
    /// `[n_out, n_terms, n_factors]`: positions of the factors.
    pub places: Vec<u32>,
}

impl PlainGame {
    /// Products of all steps together: what carrying and solving it elsewhere costs.
    pub fn n_terms(&self) -> usize {
        let worths = (self.decisions.iter())
            .flat_map(|decision| &decision.terms)
            .flat_map(|term| [Some(&term.usual), term.surprised.as_ref()]);
        let steps = worths.flatten().flat_map(|worth| &worth.steps);
        steps.map(|step| step.n_out * step.n_terms).sum()
    }
}

impl Solver {
    /// The calculation as plain numbers; none where decisions rely on each other in a circle.
    pub(crate) fn to_plain(&self) -> Option<PlainGame> {
        let diagram = self.diagram();
        let responses = self.ways.iter().map(|way| match way {
            Way::Alone(response) => Some(response),
            Way::Circle(_) => None,
        });
        let responses: Vec<&Response> = responses.collect::<Option<_>>()?;
        let numbers = self.layout.numbers();
        let tables = (numbers.tables.iter().enumerate())
            .filter(|(node, _)| diagram.owner(*node).is_none())
            .map(|(node, cells)| [cells.start, cells.end, diagram.n_states(node)]);
        let beliefs = diagram.beliefs().iter().zip(&numbers.beliefs);
        let beliefs =
            beliefs.map(|(belief, cells)| [cells.start, cells.end, diagram.n_states(belief.about)]);
        let payoffs = diagram.payoffs().iter().zip(&numbers.payoffs);
        let even = responses.iter().flat_map(|response| {
            let even = self.layout.even(response.decision).at;
            let n = response.n_options;
            (even..even + n).map(move |at| (at, 1.0 / n as f64))
        });
        let position = |decision: usize| responses.iter().position(|it| it.decision == decision);
        let alike = |alike: &Alike| {
            Some(PlainAlike { decision: position(alike.decision)?, below: alike.below() })
        };
        Some(PlainGame {
            n_values: self.store.len(),
            even: even.collect(),
            distributions: tables.chain(beliefs).collect(),
            payoffs: payoffs.map(|(it, cells)| [cells.start, cells.end, it.owner]).collect(),
            alike: self.alike.iter().filter_map(alike).collect(),
            decisions: responses.iter().map(|response| self.plain_decision(response)).collect(),
        })
    }

    fn plain_decision(&self, response: &Response) -> PlainDecision {
        let worth = |worth: &Worth| PlainWorth {
            steps: worth.steps.to_plain(),
            values: worth.values.clone(),
            weights: worth.weights.clone(),
        };
        let policy = self.layout.policy(response.decision);
        let n_rows = policy.len() / response.n_options;
        let terms = response.terms.iter().map(|term| PlainTerm {
            payoff: term.payoff,
            usual: worth(&term.usual),
            surprised: term.surprised.as_ref().map(worth),
        });
        PlainDecision {
            policy: policy.start,
            n_options: response.n_options,
            n_rows,
            terms: terms.collect(),
        }
    }
}

impl Steps {
    fn to_plain(&self) -> Vec<PlainStep> {
        let plain = self.iter().map(|step| PlainStep {
            out: step.out,
            n_out: step.n_out,
            n_terms: step.n_terms,
            n_factors: step.n_factors,
            places: step.places.clone(),
        });
        plain.collect()
    }
}
