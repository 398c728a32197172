//! What would make somebody act: the payoff, or another number of the actors, at which an option passes 50%.

use super::TOLD;
use super::found::ChoiceFlip;
use crate::change::{Asked, Moving, draws};
use crate::findings::Place;
use crate::flip::{Border, Edge, Scale};
use crate::lanes::DrawsOf;
use crate::solved::Solved;
use weigh_inference::{CompileError, ParamId};
use weigh_model::lower::{Lowered, SlotKind, Switches, lower_again};
use weigh_syntax::span::Span;

/// Draws per value of a number that is moved.
const MOVED: usize = 64;

/// Per choice in the order of the actors, the numbers of the actors at which an option passes 50%.
pub(super) fn flips(
    solved: &Solved,
    place: &impl Fn(Span) -> Place,
) -> Result<Vec<Vec<ChoiceFlip>>, CompileError> {
    let assessment = solved.assessment;
    let chosen = solved.lowered.game.by_actor();
    let Ok(movable) = lower_again(assessment, Switches::Numbers, &solved.lowered.fits) else {
        return Ok(vec![Vec::new(); chosen.len()]);
    };
    let own = numbers_of_actors(&movable);
    // Of two options, the second passing 50% is the first passing it.
    let mut asked = Vec::new();
    let mut of = Vec::new();
    for (at, it) in chosen.iter().enumerate() {
        if solved.lowered.evidence.observed(solved.lowered.variables[it.variable]).is_some() {
            continue;
        }
        let n_options = assessment.variables[it.variable].states.len();
        let headline: Vec<f64> =
            (0..n_options).map(|option| solved.estimate(it.variable, option).p).collect();
        let first = if n_options == 2 { 1 } else { 0 };
        for focus in first..n_options {
            let var = movable.variables[it.variable];
            asked.push(Asked { var, headline: headline.clone(), focus });
            of.push(at);
        }
    }
    if asked.is_empty() {
        return Ok(vec![Vec::new(); chosen.len()]);
    }
    let mut found: Vec<Vec<(f64, ChoiceFlip)>> = vec![Vec::new(); chosen.len()];
    let (values, n) = draws(solved, &movable, MOVED);
    let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
    let moving = Moving::new(&movable, &asked, draws)?;
    let edge = [Edge { border: Border::At(0.5), name: "50%".to_string() }];
    let means = movable.network.parameter_means();
    for (ix, (asked, &at)) in asked.iter().zip(&of).enumerate() {
        for (param, _, value) in moving.search(ix, &edge, &own) {
            let number = &movable.numbers[param];
            let rises = asked.headline[asked.focus] < 0.5;
            let n_options = asked.headline.len();
            let option = if n_options == 2 && !rises { 0 } else { asked.focus };
            found[at].push((
                Scale::of(number).distance(means[param], value),
                ChoiceFlip {
                    option,
                    what: number.what.clone(),
                    place: place(number.span),
                    written: number.written.clone(),
                    low: number.low,
                    high: number.high,
                    mean: means[param],
                    is_probability: number.slot == SlotKind::Probability,
                    value,
                    live: (number.low..=number.high).contains(&value) && number.low < number.high,
                },
            ));
        }
    }
    let told = |mut flips: Vec<(f64, ChoiceFlip)>| {
        flips.sort_by(|(far, a), (farther, b)| {
            b.live.cmp(&a.live).then(far.total_cmp(farther)).then(a.what.cmp(&b.what))
        });
        flips.truncate(TOLD);
        flips.into_iter().map(|(_, flip)| flip).collect()
    };
    Ok(found.into_iter().map(told).collect())
}

/// The numbers that bear on the game and stand in no table: payoffs, precisions and beliefs.
fn numbers_of_actors(movable: &Lowered) -> Vec<usize> {
    let network = &movable.network;
    let mut in_table = vec![false; network.parameters().len()];
    for table in network.tables() {
        for &cell in table.cells.formulas() {
            for param in network.formulas().parameters_of(cell) {
                in_table[param.ix()] = true;
            }
        }
    }
    let reaches =
        |ix: &usize| network.choices().is_some_and(|choices| choices.reaches(ParamId(*ix as u32)));
    (0..movable.numbers.len()).filter(|ix| reaches(ix) && !in_table[*ix]).collect()
}
