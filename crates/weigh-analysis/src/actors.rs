//! Actors: what each does, how reliably he would have to choose, what would make him act, what he would
//! give to know, and how much of the answer rests on the game.
//!
//! All of it holds if the payoffs are right. Policies are those of the draws, weighted like everything
//! (docs/methods.md, part 3); sweeps and flips are measured on the first few draws and moved, in log odds,
//! to where the headline stands.

use crate::change::{Asked, Moving, draws};
use crate::checks;
use crate::findings::{Estimate, Place, QuoteFinding};
use crate::flip::{Border, Edge, Scale};
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use serde::Serialize;
use std::sync::Arc;
use weigh_inference::diagram::{Note, value_of_seeing};
use weigh_inference::{
    Batch, Choices, CompileError, Evidence, Limits, ParamId, Tape, VarId, precision,
    weighted_quantiles,
};
use weigh_model::assessment::{Form, Precision};
use weigh_model::lower::{Chosen, Lowered, SlotKind, Switches, lower_again};
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::span::Span;

/// Precisions of the sweep between pure chance and rational, both included.
const SWEEP: usize = 21;
/// Points that the options of the sweep are apart.
const APART: f64 = 10.0;
/// Draws per precision, and per case that an actor can see.
const DRAWS: usize = 256;
/// Draws per value of a number that is moved.
const MOVED: usize = 64;
/// Cases of one choice that are listed with how often they come about.
const MOST_CASES: usize = 64;
/// Flips told of each choice, and things worth knowing told of each actor.
const TOLD: usize = 6;
/// Things that an actor could know of which the worth is sought: each is a game of its own.
const MOST_LOOKS: usize = 64;
/// Points below which knowing something is worth nothing that anybody would tell: our convention.
const NOTHING: f64 = 0.05;

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

/// The questions and choices on the first draws, with what takes them to the headlines.
struct Measure<'a> {
    solved: &'a Solved<'a>,
    chosen: Vec<Chosen>,
    /// Questions, then choices.
    asked: Vec<VarId>,
    /// Per question its focus, and log odds by which the first draws lie off.
    focus: Vec<(usize, f64)>,
    n: usize,
}

impl<'a> Measure<'a> {
    fn new(solved: &'a Solved<'a>, headlines: &[f64]) -> Result<Measure<'a>, CompileError> {
        let lowered = solved.lowered;
        let chosen = lowered.game.by_actor();
        let mut asked = solved.question_vars();
        asked.extend(chosen.iter().map(|chosen| lowered.variables[chosen.variable]));
        let n = solved.draws_of(DRAWS).n;
        let mut measure = Measure { solved, chosen, asked, focus: Vec::new(), n };
        let drawn = measure.lanes(solved.draws_of(n))?.run(&[Variant::default()]).remove(0);
        let off = |(ix, &question): (usize, &usize)| {
            let focus = solved.assessment.variables[question].focus();
            let measured = drawn.mean(ix, focus).map_or(f64::NAN, log_odds);
            let off = log_odds(headlines[ix]) - measured;
            (focus, if off.is_finite() { off } else { 0.0 })
        };
        measure.focus = solved.questions().iter().enumerate().map(off).collect();
        Ok(measure)
    }

    fn lanes<'d>(&self, draws: DrawsOf<'d>) -> Result<Lanes<'d>, CompileError>
    where
        'a: 'd,
    {
        let lowered = self.solved.lowered;
        let (network, evidence) = (&lowered.network, &lowered.evidence);
        Lanes::new(network, evidence, &lowered.revisions, &[], &self.asked, draws)
    }

    fn answers(&self, drawn: &Drawn) -> Vec<Option<f64>> {
        let answer = |(ix, &(focus, off)): (usize, &(usize, f64))| {
            Some(probability(log_odds(drawn.mean(ix, focus)?) + off))
        };
        self.focus.iter().enumerate().map(answer).collect()
    }

    fn choices(&self, drawn: &Drawn) -> Vec<Vec<f64>> {
        let n_questions = self.focus.len();
        let of = |(at, chosen): (usize, &Chosen)| {
            let n_options = self.solved.assessment.variables[chosen.variable].states.len();
            let option = |option| drawn.mean(n_questions + at, option).unwrap_or(f64::NAN);
            (0..n_options).map(option).collect()
        };
        self.chosen.iter().enumerate().map(of).collect()
    }

    /// The answers with everybody as precise as each of some precisions.
    fn sweep(&self, choices: &Choices) -> Result<Vec<SweepPoint>, CompileError> {
        let n = self.n;
        let made = self.solved.draws_of(n);
        let rows = made.values.chunks_exact(made.n_made).flat_map(|row| &row[..n]);
        let mut values: Vec<f64> = rows.copied().collect();
        let mut sweep = Vec::new();
        for step in 0..SWEEP {
            let often = 0.5 + 0.5 * step as f64 / (SWEEP - 1) as f64;
            let precise = choices.with_precision(precision(often, APART));
            precise.responder().respond(&mut values, n);
            let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
            let drawn = self.lanes(draws)?.run(&[Variant::default()]).remove(0);
            let (answers, choices) = (self.answers(&drawn), self.choices(&drawn));
            sweep.push(SweepPoint { often, answers, choices });
        }
        Ok(sweep)
    }

    /// The answers with choices made at even odds.
    fn even(&self, choices: &Choices) -> Vec<EvenFinding> {
        let even = |chosen: &Chosen| {
            let n_options = choices.diagram().n_states(chosen.decision);
            cells(choices, chosen).map(move |cell| (cell, 1.0 / n_options as f64))
        };
        type Held = Vec<(usize, f64)>;
        let mut held: Vec<(Option<usize>, Held)> = (self.chosen.iter())
            .map(|chosen| (Some(chosen.variable), even(chosen).collect()))
            .collect();
        if self.chosen.len() > 1 {
            held.push((None, self.chosen.iter().flat_map(even).collect()));
        }
        let found = self.held(held.iter().map(|(_, held)| held.clone()).collect());
        let finding = |((choice, _), drawn): ((Option<usize>, _), Drawn)| EvenFinding {
            choice,
            answers: self.answers(&drawn),
        };
        held.into_iter().zip(found).map(finding).collect()
    }

    /// What comes of it if numbers are held.
    fn held(&self, held: Vec<Vec<(usize, f64)>>) -> Vec<Drawn> {
        let variant = |held| Variant { held, without: Vec::new() };
        let variants: Vec<Variant> = held.into_iter().map(variant).collect();
        let lanes = self.lanes(self.solved.draws_of(self.n));
        lanes.expect("the same network was compiled before").run(&variants)
    }
}

/// The parameters of a policy.
fn cells(choices: &Choices, chosen: &Chosen) -> std::ops::Range<usize> {
    let diagram = choices.diagram();
    let n_rows = diagram.n_rows(&diagram.nodes()[chosen.decision].parents);
    chosen.policy.ix()..chosen.policy.ix() + n_rows * diagram.n_states(chosen.decision)
}

/// Per choice in the order of the actors, the probability of each option before any evidence.
fn before(solved: &Solved) -> Result<Vec<Vec<f64>>, CompileError> {
    let lowered = solved.lowered;
    let chosen = lowered.game.by_actor();
    let vars: Vec<VarId> = chosen.iter().map(|it| lowered.variables[it.variable]).collect();
    let draws = solved.draws_of(DRAWS);
    let none = Evidence::new();
    let drawn = Lanes::new(&lowered.network, &none, &[], &[], &vars, draws)?
        .run(&[Variant::default()])
        .remove(0);
    let options = |(at, var): (usize, &VarId)| {
        let option = |option| drawn.mean(at, option).unwrap_or(f64::NAN);
        (0..lowered.network.n_states(*var)).map(option).collect()
    };
    Ok(vars.iter().enumerate().map(options).collect())
}

/// What is done in each case that can be seen, and how often that comes about.
fn cases(solved: &Solved, chosen: &Chosen) -> Result<Vec<CaseFinding>, CompileError> {
    let assessment = solved.assessment;
    let knows = knows(solved, chosen);
    let n_options = assessment.variables[chosen.variable].states.len();
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for &known in knows {
        let n_states = assessment.variables[known].states.len();
        let longer = |case: &Vec<usize>| {
            let case = case.clone();
            (0..n_states).map(move |state| case.iter().copied().chain([state]).collect())
        };
        all = all.iter().flat_map(longer).collect();
    }
    if all.len() > MOST_CASES {
        return Ok(Vec::new());
    }
    let vars: Vec<VarId> = knows.iter().map(|&ix| solved.lowered.variables[ix]).collect();
    let shares = shares(solved, &vars, &all)?;
    let weights = solved.answer.weights();
    let finding = |(row, (states, p)): (usize, (Vec<usize>, f64))| {
        let option = |option: usize| {
            let param = ParamId(chosen.policy.0 + (row * n_options + option) as u32);
            let draws = solved.answer.parameter_draws(param);
            let mean: f64 = draws.iter().zip(weights).map(|(value, weight)| value * weight).sum();
            let points = weighted_quantiles(draws, weights, &[0.05, 0.5, 0.95]);
            let [p05, p50, p95] = [points[0], points[1], points[2]].map(|p| p.clamp(0.0, 1.0));
            Estimate { p: mean.clamp(0.0, 1.0), p05, p50, p95 }
        };
        CaseFinding { states, p, options: (0..n_options).map(option).collect() }
    };
    Ok(all.into_iter().zip(shares).enumerate().map(finding).collect())
}

/// How often each combination of states comes about, before any evidence.
fn shares(solved: &Solved, vars: &[VarId], cases: &[Vec<usize>]) -> Result<Vec<f64>, CompileError> {
    if vars.is_empty() {
        return Ok(vec![1.0]);
    }
    let network = &solved.lowered.network;
    let tape = Tape::compile_for(network, &Evidence::new(), vars, &[], &Limits::default())?;
    let draws = solved.draws_of(DRAWS);
    let n = draws.n;
    let rows = draws.values.chunks_exact(draws.n_made).map(|row| &row[..n]);
    let params: Vec<f64> = rows.flat_map(|row| row.repeat(cases.len())).collect();
    let n_lanes = cases.len() * n;
    let mut likelihoods = vec![1.0; tape.n_inputs() * n_lanes];
    for (column, var) in vars.iter().enumerate() {
        let rows = tape.input(*var).expect("what is known is free on the tape");
        for (state, row) in rows.enumerate() {
            for (case, states) in cases.iter().enumerate() {
                if states[column] != state {
                    likelihoods[row * n_lanes + case * n..][..n].fill(0.0);
                }
            }
        }
    }
    let batch = Batch::run(&tape, &params, Some(&likelihoods), n_lanes, &[]);
    let batch = batch.expect("the lanes have the tape's own shape");
    let mean = |lanes: &[f64]| lanes.iter().sum::<f64>() / n as f64;
    Ok(batch.p_evidence.chunks_exact(n).map(mean).collect())
}

/// Per choice in the order of the actors, the numbers of the actors at which an option passes 50%.
fn flips(
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

/// What it would be worth to the actors to know more, at the means of the numbers.
fn information(solved: &Solved, choices: &Arc<Choices>, means: &[f64]) -> Vec<InformationFinding> {
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

/// What must be told of how the choices were found, at the means of the numbers.
pub(crate) fn told(solved: &Solved) -> Vec<Diagnostic> {
    let (assessment, lowered) = (solved.assessment, solved.lowered);
    let Some(choices) = lowered.network.choices() else { return Vec::new() };
    let Ok(found) = choices.solution_at(&lowered.network.parameter_means()) else {
        return Vec::new();
    };
    let variable = |decision: usize| {
        let chosen = lowered.game.chosen.iter().find(|chosen| chosen.decision == decision);
        &assessment.variables[chosen.expect("every decision is a choice of the file").variable]
    };
    let of = |component: usize| {
        let decisions = &choices.components()[component];
        let names = decisions.iter().map(|&it| variable(it).header.name.clone()).collect();
        (variable(decisions[0]).header.span, names)
    };
    let tell = |note: &Note| match *note {
        Note::Merged { decision, kept, copy } => {
            let variable = variable(decision);
            let (span, name) = (variable.header.span, &variable.header.name);
            let (kept, copy) = (&variable.states[kept], &variable.states[copy]);
            Some(checks::alike_options::diagnostic(span, name, kept, copy))
        }
        Note::Fork { component, at } | Note::Turn { component, at } => {
            let (span, names): (Span, Vec<String>) = of(component);
            Some(checks::other_equilibria::diagnostic(span, &names, at))
        }
        Note::Stopped { component, at, residual } => {
            let (span, names): (Span, Vec<String>) = of(component);
            Some(checks::choice_not_followed::diagnostic(span, &names, at, residual))
        }
        Note::Tie { .. } | Note::Unreached { .. } | Note::Impossible { .. } => None,
    };
    // Two branches of one component are told once.
    let mut told: Vec<Diagnostic> = Vec::new();
    for diagnostic in found.notes.iter().filter_map(tell) {
        let is_same = |other: &Diagnostic| {
            other.span == diagnostic.span && other.rule.slug == diagnostic.rule.slug
        };
        if diagnostic.rule.slug == checks::alike_options::RULE.slug || !told.iter().any(is_same) {
            told.push(diagnostic);
        }
    }
    // Options that bear on nothing of their actor's were told as such.
    told.retain(|diagnostic| {
        diagnostic.rule.slug != checks::alike_options::RULE.slug
            || !is_idle(solved, diagnostic.span)
    });
    told
}

/// Whether a choice moves nothing that its actor wants: then all its options are alike, and that was told.
fn is_idle(solved: &Solved, span: Span) -> bool {
    let (assessment, lowered) = (solved.assessment, solved.lowered);
    let Some(choices) = lowered.network.choices() else { return false };
    let is_it = |chosen: &&Chosen| assessment.variables[chosen.variable].header.span == span;
    let Some(chosen) = lowered.game.chosen.iter().find(is_it) else { return false };
    let diagram = choices.diagram();
    let below = diagram.descendants(chosen.decision);
    let own = diagram.payoffs().iter().filter(|payoff| payoff.owner == chosen.actor);
    !own.flat_map(|payoff| &payoff.parents).any(|parent| below[*parent])
}

/// From which part of the stated precision on other equilibria lie near, and these, at the means.
fn others(measure: &Measure, choices: &Choices, means: &[f64]) -> (Option<f64>, Vec<OtherFinding>) {
    let Ok(found) = choices.solution_at(means) else { return (None, Vec::new()) };
    let at = found.notes.iter().filter_map(|note| match *note {
        Note::Fork { at, .. } | Note::Turn { at, .. } => Some(at),
        _ => None,
    });
    let fork = at.reduce(f64::min);
    let others = fork.and_then(|_| choices.others_at(means).ok()).unwrap_or_default();
    let policies = |other: &weigh_inference::diagram::Other| {
        let cells_of = |chosen: &Chosen| {
            cells(choices, chosen).zip(other.solution.policy(chosen.decision).to_vec())
        };
        measure.chosen.iter().flat_map(cells_of).collect()
    };
    let drawn = match others.is_empty() {
        true => Vec::new(),
        false => measure.held(others.iter().map(policies).collect()),
    };
    let finding = |drawn: &Drawn| OtherFinding {
        answers: measure.answers(drawn),
        choices: measure.choices(drawn),
    };
    (fork, drawn.iter().map(finding).collect())
}
