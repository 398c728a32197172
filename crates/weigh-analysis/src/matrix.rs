//! Hypotheses against evidence, as analysts of competing hypotheses lay them out (ACH).
//!
//! Nothing is rated and nothing is scored: the matrix is read off the model. A row is an item of evidence,
//! or the weights of a reason; a column is an outcome; a cell says how likely the item is under that
//! outcome, held against the others, and the letters are names for stretches of that ratio
//! (docs/methods.md, 2.13).

use crate::describe::weights;
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::reasons::without_items;
use crate::solved::Solved;
use serde::Serialize;
use weigh_inference::{CompileError, VarId};
use weigh_model::assessment::{Evidence, Says};
use weigh_model::lower::{Lowered, Switches, lower_again};

/// Log likelihood ratios, in nats, below which likelihoods are the same.
const ROUNDING: f64 = 1e-9;
/// Draws in common to all cells.
const DRAWS: usize = 64;
/// A cell speaks neither for nor against while the item is less than a third likelier or less likely under
/// it: our convention, at which a cell of "consistent" (70%) beside one of "very consistent" (90%) is
/// neutral, and one beside "neutral" (50%) is not (docs/methods.md, 2.13).
pub const FAINT: f64 = 4.0 / 3.0;
/// From here a letter is doubled: √10, half a ban, where Jeffreys' grades of evidence begin to be more than
/// "not worth more than a bare mention" (Jeffreys 1961, *Theory of Probability*, appendix B).
pub const STRONG: f64 = 3.1622776601683795;

/// A question's items against its outcomes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixFinding {
    /// The item that tells most by itself first.
    pub rows: Vec<MatrixRow>,
}

/// An item against every outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatrixRow {
    /// What the row is.
    #[serde(flatten)]
    pub of: RowOf,
    /// Whether likelihoods are probabilities of the item; otherwise only their ratios mean anything, and
    /// the largest is 1.
    pub is_probability: bool,
    /// With no (other) evidence.
    pub alone: Likelihoods,
    /// With all the rest known.
    pub given_rest: Likelihoods,
}

/// What a row of the matrix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RowOf {
    /// An item of evidence: a position in the findings' evidence.
    Evidence {
        /// Which.
        item: usize,
    },
    /// The weights that a reason lays on the factors, as if they were something seen: a position in the
    /// findings' reasons.
    Weights {
        /// Which.
        reason: usize,
    },
}

/// How likely an item is under each outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Likelihoods {
    /// One per outcome; none where it cannot be asked, because the outcome is impossible before the item
    /// is known, or the item under every outcome.
    pub cells: Vec<Option<Cell>>,
    /// Diagnosticity: the largest log likelihood ratio between two outcomes, in nats. 0 for an item
    /// that is equally likely under all; infinite for one that rules an outcome out.
    pub diagnosticity: f64,
}

/// How likely an item is under one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cell {
    /// P(item | outcome), or what is proportional to it.
    pub likelihood: f64,
    /// That over the mean of the other outcomes', each counted alike: base rates do not enter.
    pub ratio: f64,
    /// The ratio as a letter.
    pub letter: Letter,
}

/// The letters of an ACH matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Letter {
    /// Very inconsistent.
    #[serde(rename = "II")]
    VeryInconsistent,
    /// Inconsistent.
    #[serde(rename = "I")]
    Inconsistent,
    /// Neither.
    #[serde(rename = "N")]
    Neutral,
    /// Consistent.
    #[serde(rename = "C")]
    Consistent,
    /// Very consistent.
    #[serde(rename = "CC")]
    VeryConsistent,
}

impl Letter {
    /// The letter for a likelihood ratio, from 0 to infinity.
    ///
    /// ```
    /// # use weigh_analysis::matrix::Letter;
    /// let letters = [0.0, 0.5, 1.0, 1.2, 1.5, 9.0].map(|ratio| Letter::of_ratio(ratio).as_str());
    /// assert_eq!(letters, ["II", "I", "N", "N", "C", "CC"]);
    /// ```
    pub fn of_ratio(ratio: f64) -> Letter {
        match ratio {
            _ if ratio * STRONG <= 1.0 => Letter::VeryInconsistent,
            _ if ratio * FAINT <= 1.0 => Letter::Inconsistent,
            _ if ratio >= STRONG => Letter::VeryConsistent,
            _ if ratio >= FAINT => Letter::Consistent,
            _ => Letter::Neutral,
        }
    }

    /// As it is written: `CC`.
    pub fn as_str(self) -> &'static str {
        match self {
            Letter::VeryInconsistent => "II",
            Letter::Inconsistent => "I",
            Letter::Neutral => "N",
            Letter::Consistent => "C",
            Letter::VeryConsistent => "CC",
        }
    }

    /// Whether it speaks against the outcome.
    pub fn is_against(self) -> bool {
        self < Letter::Neutral
    }
}

impl Likelihoods {
    /// The cells of a row from how likely the item is under each outcome, up to a factor; `None` where that
    /// cannot be asked.
    ///
    /// # Source
    /// Rows, letters and diagnosticity: Heuer (1999), *Psychology of Intelligence Analysis*, ch. 8. That an
    /// item tells only by the ratio of its likelihoods: Good (1985). Unlike Heuer's letters, which rate a
    /// cell by itself, these compare it with its row: an item equally consistent with all is neutral.
    ///
    /// ```
    /// # use weigh_analysis::matrix::Likelihoods;
    /// let row = Likelihoods::of(&[Some(0.3), Some(0.7), Some(0.7)]);
    /// let letters: Vec<_> = row.cells.iter().flatten().map(|cell| cell.letter.as_str()).collect();
    /// assert_eq!(letters, ["I", "C", "C"]);
    /// assert!((row.diagnosticity - (0.7f64 / 0.3).ln()).abs() < 1e-12);
    /// assert_eq!(Likelihoods::of(&[Some(0.7), Some(0.7)]).diagnosticity, 0.0);
    /// ```
    pub fn of(likelihoods: &[Option<f64>]) -> Likelihoods {
        let asked = || likelihoods.iter().flatten().copied();
        let (n, largest) = (asked().count(), asked().fold(0.0, f64::max));
        if largest <= 0.0 {
            return Likelihoods { cells: vec![None; likelihoods.len()], diagnosticity: 0.0 };
        }
        let cell = |ix: usize, likelihood: f64| {
            let others = likelihoods.iter().enumerate().filter(|(other, _)| *other != ix);
            let others: f64 = others.filter_map(|(_, other)| *other).sum();
            let ratio = if n < 2 { 1.0 } else { likelihood * (n - 1) as f64 / others };
            Cell { likelihood, ratio, letter: Letter::of_ratio(ratio) }
        };
        let cells = likelihoods.iter().enumerate();
        let diagnosticity = libm::log(largest / asked().fold(largest, f64::min));
        Likelihoods {
            cells: cells.map(|(ix, it)| it.map(|it| cell(ix, it))).collect(),
            // Rounding in the sums may leave a hair of what is equally likely everywhere.
            diagnosticity: if diagnosticity < ROUNDING { 0.0 } else { diagnosticity },
        }
    }

    /// Whether it tells outcomes apart at all.
    pub fn is_diagnostic(&self) -> bool {
        self.diagnosticity >= libm::log(FAINT)
    }

    /// The outcomes under which the item is most and least likely; the first of equals.
    pub fn extremes(&self) -> Option<(usize, usize)> {
        let asked =
            || self.cells.iter().enumerate().filter_map(|(ix, it)| Some((ix, (*it)?.likelihood)));
        let most = asked().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        let least = asked().reduce(|a, b| if b.1 < a.1 { b } else { a })?;
        Some((most.0, least.0))
    }
}

/// Every item against every outcome, per question.
///
/// `P(item | outcome)` is the ratio of two sums over the first [`DRAWS`] draws: of P(outcome, evidence) with
/// the item, and without it.
pub(crate) fn matrix(solved: &Solved) -> Result<Vec<MatrixFinding>, CompileError> {
    let assessment = solved.assessment;
    // The network with switches differs from the solved one in nothing that could make it fail to build.
    let Ok(switched) = &lower_again(assessment, Switches::Reasons, &solved.lowered.fits) else {
        return Ok(Vec::new());
    };
    let questions = solved.questions();
    let rows = rows(solved, switched);
    if rows.is_empty() {
        return Ok(vec![MatrixFinding { rows: Vec::new() }; questions.len()]);
    }
    // First nothing and everything, then each row alone and everything but the row.
    let keeping = |keep: &dyn Fn(usize) -> bool| without_items(solved, switched, keep);
    let nothing = keeping(&|_| false);
    let mut variants =
        vec![Variant { held: Vec::new(), without: nothing.clone() }, Variant::default()];
    for &row in &rows {
        variants.extend(match row {
            RowOf::Evidence { item } => [
                Variant { held: Vec::new(), without: keeping(&|other| other == item) },
                Variant { held: Vec::new(), without: keeping(&|other| other != item) },
            ],
            RowOf::Weights { reason } => {
                let held = vec![(switched.switches[reason].ix(), 0.0)];
                [
                    Variant { held: held.clone(), without: nothing.clone() },
                    Variant { held, without: Vec::new() },
                ]
            }
        });
    }
    let draws = DrawsOf { n_switches: switched.switches.len(), ..solved.draws_of(DRAWS) };
    let free: Vec<VarId> = switched.evidence.vars().collect();
    let vars: Vec<VarId> = questions.iter().map(|&ix| switched.variables[ix]).collect();
    let (network, revisions) = (&switched.network, &switched.revisions);
    let lanes = Lanes::new(network, &switched.evidence, revisions, &free, &vars, draws)?;
    let drawn = lanes.run(&variants);
    let (none, all) = (&drawn[0], &drawn[1]);

    let of_question = |(ix, &question): (usize, &usize)| {
        let n_outcomes = assessment.variables[question].states.len();
        let mut found: Vec<MatrixRow> = (rows.iter().zip(drawn[2..].chunks_exact(2)))
            .map(|(&of, pair)| {
                let ((alone, before), (with, rest)) = match of {
                    RowOf::Evidence { .. } => ((&pair[0], none), (all, &pair[1])),
                    RowOf::Weights { .. } => ((none, &pair[0]), (all, &pair[1])),
                };
                let is_probability = is_probability(solved, of);
                let row = |with: &Drawn, without: &Drawn| {
                    let all = 0..n_outcomes;
                    let p: Vec<_> = all.map(|state| likelihood(with, without, ix, state)).collect();
                    Likelihoods::of(&if is_probability { p } else { scaled(p) })
                };
                MatrixRow {
                    of,
                    is_probability,
                    alone: row(alone, before),
                    given_rest: row(with, rest),
                }
            })
            .collect();
        // Rows are in the order of the file, and sorting keeps that of those which differ by rounding only.
        let rounded = |row: &MatrixRow| (row.alone.diagnosticity / ROUNDING).round();
        found.sort_by(|a, b| rounded(b).total_cmp(&rounded(a)));
        MatrixFinding { rows: found }
    };
    Ok(questions.iter().enumerate().map(of_question).collect())
}

/// The items of evidence that count, and the reasons that have weights.
fn rows(solved: &Solved, switched: &Lowered) -> Vec<RowOf> {
    let assessment = solved.assessment;
    let items = (0..assessment.evidence.len()).filter(|&item| !switched.items[item].is_empty());
    let numbers = || weights(assessment);
    let weighs = |reason: &usize| numbers().any(|(number, _)| number.because == Some(*reason));
    let reasons = (0..assessment.reasons.len()).filter(weighs);
    let items = items.map(|item| RowOf::Evidence { item });
    items.chain(reasons.map(|reason| RowOf::Weights { reason })).collect()
}

/// Whether what the model says of the item is how probable it is, and not how strong only.
fn is_probability(solved: &Solved, of: RowOf) -> bool {
    let says = |item: &Evidence| !matches!(item.says, Some(Says::Likelihood(_)));
    match of {
        // What is revised has the writer's probabilities whatever is seen: only the effect on odds is left.
        RowOf::Evidence { item } => {
            solved.lowered.revisions.is_empty() && says(&solved.assessment.evidence[item])
        }
        RowOf::Weights { .. } => false,
    }
}

/// P(outcome, with) / P(outcome, without); none if the second is 0.
fn likelihood(with: &Drawn, without: &Drawn, question: usize, state: usize) -> Option<f64> {
    let before = without.joint(question, state);
    let scale = || libm::exp10(with.log10_largest - without.log10_largest);
    let after = with.joint(question, state);
    (before > 0.0).then(|| if after > 0.0 { after / before * scale() } else { 0.0 })
}

/// The largest becomes 1.
fn scaled(likelihoods: Vec<Option<f64>>) -> Vec<Option<f64>> {
    let largest = likelihoods.iter().flatten().copied().fold(0.0, f64::max);
    let scale = |it: f64| if largest > 0.0 { it / largest } else { it };
    likelihoods.into_iter().map(|it| it.map(scale)).collect()
}
