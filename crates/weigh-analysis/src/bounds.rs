//! How far each answer can move if every number may lie anywhere in its writer's range.
//!
//! Nothing is drawn here and nothing is a distribution: only the ends of the ranges count
//! (docs/methods.md, 2.3).

use crate::findings::BoundsFinding;
use crate::solved::Solved;
use weigh_inference::Limits;

/// Bounds of each question's focus outcome.
///
/// None where a probability is revised outright: then the answer is no ratio of probabilities of one
/// network; none where actors choose: what they do is no probability of the file. None as well if the evidence is impossible at every corner tried.
pub(crate) fn bounds(solved: &Solved) -> Vec<Option<BoundsFinding>> {
    let lowered = solved.lowered;
    let intervals: Vec<(f64, f64)> =
        lowered.numbers.iter().map(|number| (number.low, number.high)).collect();
    let of_question = |question: usize| {
        if !lowered.revisions.is_empty() || lowered.network.choices().is_some() {
            return None;
        }
        let found = weigh_inference::bounds(
            &lowered.network,
            &lowered.evidence,
            &intervals,
            lowered.variables[question],
            solved.assessment.variables[question].focus(),
            &Limits::default(),
        );
        let found = found.ok()?;
        Some(BoundsFinding {
            // Rounding may leave a probability a hair outside.
            low: found.lower.clamp(0.0, 1.0),
            high: found.upper.clamp(0.0, 1.0),
            certain: found.certain,
        })
    };
    solved.questions().into_iter().map(of_question).collect()
}
