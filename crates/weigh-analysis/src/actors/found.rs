//! What is found about actors, as plain data.

use crate::findings::{Estimate, Place, QuoteFinding};
use serde::Serialize;

/// What was found about the actors of an assessment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActorsFinding {
    /// In the order of the file; those that choose nothing are not among them.
    pub actors: Vec<ActorFinding>,
    /// The answer for every precision, the same for all actors, from pure chance to rational.
    pub sweep: Vec<SweepPoint>,
    /// The answer with choices made at even odds, as if nobody wanted anything: each alone, then all.
    pub even: Vec<EvenFinding>,
    /// Other equilibria near the principal branch, at the means of the numbers.
    pub others: Vec<OtherFinding>,
    /// From which part of the stated precision on another branch lies near, at the means of the numbers.
    pub fork: Option<f64>,
    /// Draws of all in which another branch lies near, and those whose branch was not followed to its end.
    pub n_forked: usize,
    /// See `n_forked`.
    pub n_stopped: usize,
}

/// An actor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActorFinding {
    /// Name.
    pub id: String,
    /// Text, or the name.
    pub text: String,
    /// Where.
    pub place: Place,
    /// How reliably the better option is picked; none if always.
    pub picks: Option<PicksFinding>,
    /// Choices.
    pub choices: Vec<ChoiceFinding>,
    /// What is wanted, in the order of the file.
    pub wants: Vec<WantFinding>,
    /// What is believed of others in place of what they do: the lines as numbers.
    pub expects: Vec<WantFinding>,
    /// What it would be worth to know, in points, at the means of the numbers; the most first.
    pub information: Vec<InformationFinding>,
    /// Quotes.
    pub quotes: Vec<QuoteFinding>,
    /// Notes.
    pub notes: Vec<String>,
}

/// How reliably somebody picks the better of two options.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PicksFinding {
    /// Points that the two are apart.
    pub points: f64,
    /// As typed: `75% to 95%`.
    pub written: String,
    /// How often, the weighted mean of the draws.
    pub often: f64,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceFinding {
    /// Position among the factors, which have its options, and their probabilities after all evidence.
    pub factor: usize,
    /// What is known, as positions among the factors.
    pub knows: Vec<usize>,
    /// Per option, its probability before any evidence.
    pub before: Vec<f64>,
    /// What is done in each case that can be seen; none listed if there are too many.
    pub cases: Vec<CaseFinding>,
    /// Numbers of the actors that would take an option over 50%, live doubts first, then the nearest.
    pub flips: Vec<ChoiceFlip>,
}

/// What is done in a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseFinding {
    /// A state for each thing known.
    pub states: Vec<usize>,
    /// How often the case comes about, before any evidence.
    pub p: f64,
    /// Per option, the policy: its mean over the weighted draws, and its interval.
    pub options: Vec<Estimate>,
}

/// A number at which an option passes 50%.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceFlip {
    /// The option.
    pub option: usize,
    /// What the number is: `lukashenko: payoff if unrest = yes`.
    pub what: String,
    /// Where.
    pub place: Place,
    /// As typed.
    pub written: String,
    /// Ends of its writer's range.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// Its mean.
    pub mean: f64,
    /// Whether it is a probability, and not points.
    pub is_probability: bool,
    /// Where the option passes 50%.
    pub value: f64,
    /// Whether that lies inside the writer's range.
    pub live: bool,
}

/// A term of what somebody wants, or a line of what he expects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WantFinding {
    /// What it is: `lukashenko: payoff if unrest = yes`.
    pub what: String,
    /// As typed.
    pub written: String,
    /// The mean of the draws; none if that is not one number of the file.
    pub mean: Option<f64>,
    /// The writer's reason for it.
    pub rationale: Option<String>,
    /// Position of the reason that it belongs to.
    pub reason: Option<usize>,
    /// Where.
    pub place: Place,
}

/// What an actor would gain by knowing something when he chooses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InformationFinding {
    /// The choice, as a position among the factors.
    pub choice: usize,
    /// What would be known, as a position among the factors.
    pub about: usize,
    /// Points that he would gain on average; below 0 where others, knowing that he knows, answer it.
    pub gain: f64,
}

/// The answers at one precision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SweepPoint {
    /// How often the better of two options ten points apart is picked, 0.5 to 1.
    pub often: f64,
    /// Per question, the probability of its focus; none if the evidence cannot happen.
    pub answers: Vec<Option<f64>>,
    /// Per choice, in the order of the actors, the probability of each option after all evidence.
    pub choices: Vec<Vec<f64>>,
}

/// The answers without some of the game.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvenFinding {
    /// The choice that is made at even odds, as a position among the factors; none for all of them.
    pub choice: Option<usize>,
    /// Per question, the probability of its focus; none if the evidence cannot happen.
    pub answers: Vec<Option<f64>>,
}

/// Another equilibrium.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherFinding {
    /// Per question, the probability of its focus if everybody plays like this.
    pub answers: Vec<Option<f64>>,
    /// Per choice, in the order of the actors, the probability of each option after all evidence.
    pub choices: Vec<Vec<f64>>,
}
