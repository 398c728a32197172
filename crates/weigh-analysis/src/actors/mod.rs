//! Actors: what each does, how reliably he would have to choose, what would make him act, what he would
//! give to know, and how much of the answer rests on the game.
//!
//! All of it holds if the payoffs are right. Policies are those of the draws, weighted like everything
//! (docs/methods.md, part 3); sweeps and flips are measured on the first few draws and moved, in log odds,
//! to where the headline stands.
//!
//! [`found`]: the findings as data. [`measure`]: the questions at other precisions, at even odds and in other
//! equilibria. [`cases`]: what is done in each case. [`flips`]: what would make him act. [`information`]: what he
//! would give to know. [`told`]: what `weigh check` says.

mod cases;
mod flips;
mod found;
mod information;
mod measure;
mod told;

use crate::findings::{Place, QuoteFinding};
use crate::solved::Solved;
use cases::{before, cases};
use flips::flips;
use information::information;
use measure::{Measure, others};
use weigh_inference::{CompileError, ParamId};
use weigh_model::assessment::{Form, Precision};
use weigh_model::lower::Chosen;
use weigh_syntax::span::Span;

pub use found::{
    ActorFinding, ActorsFinding, CaseFinding, ChoiceFinding, ChoiceFlip, EvenFinding,
    InformationFinding, OtherFinding, PicksFinding, SweepPoint, WantFinding,
};
pub(crate) use told::told;

/// Draws per precision, and per case that an actor can see.
const DRAWS: usize = 256;
/// Flips told of each choice, and things worth knowing told of each actor.
const TOLD: usize = 6;

/// Finds it all; nothing where nobody chooses. `headlines` are of the questions' focus.
pub(crate) fn actors(
    solved: &Solved,
    headlines: &[f64],
    quotes: impl Fn(&[weigh_model::assessment::Quote]) -> Vec<QuoteFinding>,
    place: impl Fn(Span) -> Place,
) -> Result<Option<ActorsFinding>, CompileError> {
    let (assessment, lowered) = (solved.assessment, solved.lowered);
    let Some(choices) = lowered.network.choices() else { return Ok(None) };
    let measure = Measure::new(solved, headlines)?;
    let before = before(solved)?;
    let flips = flips(solved, &place)?;
    let means = lowered.network.parameter_means();
    let mut information = information(solved, choices, &means);
    let mut actors = Vec::new();
    for (actor_ix, actor) in assessment.actors.iter().enumerate() {
        if actor.choices.is_empty() {
            continue;
        }
        let own = measure.chosen.iter().enumerate().filter(|(_, it)| it.actor == actor_ix);
        let of_choice = |(at, chosen): (usize, &Chosen)| {
            Ok(ChoiceFinding {
                factor: chosen.variable,
                knows: knows(solved, chosen).to_vec(),
                before: before[at].clone(),
                cases: cases(solved, chosen)?,
                flips: flips[at].clone(),
            })
        };
        let choices = own.map(of_choice).collect::<Result<Vec<_>, CompileError>>()?;
        let want = |number: &weigh_model::assessment::Elicited| WantFinding {
            what: number.what.clone(),
            written: number.number.written.clone(),
            mean: mean_of(solved, number),
            rationale: number.rationale.clone(),
            reason: number.because,
            place: place(number.number.span),
        };
        let believed = actor.expects.iter().flat_map(|belief| &belief.states);
        let believed = believed.flat_map(|state| state.cases.iter().flatten());
        let mut looks: Vec<InformationFinding> =
            information.extract_if(.., |look| actor.choices.contains(&look.choice)).collect();
        looks.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.about.cmp(&b.about)));
        looks.truncate(TOLD);
        actors.push(ActorFinding {
            id: actor.header.name.clone(),
            text: actor.header.text.clone(),
            place: place(actor.header.span),
            picks: match &actor.precision {
                Precision::Rational => None,
                Precision::Picks { points, often } => Some(PicksFinding {
                    points: *points,
                    written: often.number.written.clone(),
                    often: mean_of(solved, often).unwrap_or(f64::NAN),
                }),
            },
            choices,
            wants: actor.wants.iter().map(|term| want(&term.number)).collect(),
            expects: believed.map(|case| want(&case.number)).collect(),
            information: looks,
            quotes: quotes(&actor.quotes),
            notes: actor.header.notes.clone(),
        });
    }
    let tally = solved.answer.tally().unwrap_or_default();
    let (fork, others) = others(&measure, choices, &means);
    Ok(Some(ActorsFinding {
        actors,
        sweep: measure.sweep(choices)?,
        even: measure.even(choices),
        others,
        fork,
        n_forked: tally.forked,
        n_stopped: tally.stopped,
    }))
}

/// What a choice knows.
fn knows<'a>(solved: &Solved<'a>, chosen: &Chosen) -> &'a [usize] {
    match &solved.assessment.variables[chosen.variable].form {
        Form::Choice { knows, .. } => knows,
        _ => &[],
    }
}

/// The weighted mean of a number that is one parameter, or its value if it is certain.
fn mean_of(solved: &Solved, number: &weigh_model::assessment::Elicited) -> Option<f64> {
    let is_it = |origin: &weigh_model::lower::NumberOrigin| {
        origin.span == number.number.span && origin.what == number.what
    };
    let at = solved.lowered.numbers.iter().position(is_it);
    let Some(at) = at else { return number.number.value(false) };
    let draws = solved.answer.parameter_draws(ParamId(at as u32));
    Some(draws.iter().zip(solved.answer.weights()).map(|(value, weight)| value * weight).sum())
}
