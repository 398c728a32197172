//! What an actor would give to know: what he would gain by seeing something when he chooses.

use super::found::InformationFinding;
use crate::solved::Solved;
use std::sync::Arc;
use weigh_inference::Choices;
use weigh_inference::diagram::value_of_seeing;

/// Things that an actor could know of which the worth is sought: each is a game of its own.
const MOST_LOOKS: usize = 64;
/// Points below which knowing something is worth nothing that anybody would tell: our convention.
const NOTHING: f64 = 0.05;

/// What it would be worth to the actors to know more, at the means of the numbers.
pub(super) fn information(
    solved: &Solved,
    choices: &Arc<Choices>,
    means: &[f64],
) -> Vec<InformationFinding> {
    let lowered = solved.lowered;
    let diagram = choices.diagram();
    let numbers = choices.numbers_at(means);
    let mut looks = Vec::new();
    for chosen in &lowered.game.chosen {
        let known = &diagram.nodes()[chosen.decision].parents;
        for (node, var) in lowered.game.nodes.iter().enumerate() {
            let about = lowered.variables.iter().position(|other| other == var);
            let Some(about) = about.filter(|_| looks.len() < MOST_LOOKS && !known.contains(&node))
            else {
                continue;
            };
            // What he has an influence on comes too late to be known.
            let Ok(sight) = value_of_seeing(diagram, &numbers, chosen.decision, node) else {
                continue;
            };
            looks.push(InformationFinding { choice: chosen.variable, about, gain: sight.value() });
        }
    }
    looks.retain(|look| look.gain.abs() > NOTHING);
    looks
}
