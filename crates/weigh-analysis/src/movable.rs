//! What a page needs so that its reader can move the numbers: tapes, draws, and where each number stands.
//!
//! A moved page says what the file would say with the values typed in: the page makes the draws of that file, from
//! what their numbers' distributions are, and runs the same tapes on them (docs/methods.md, 2.16).

use crate::findings::{Findings, Place};
use crate::lanes;
use crate::reasons::draws_if_exact;
use crate::scenario::world;
use crate::solved::Solved;
use crate::sources::{grades, lost_with, reliability};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use weigh_inference::diagram::PlainGame;
use weigh_inference::{
    CompileError, Distribution, Evidence, Limits, Network, PlainDraws, PlainPlay, PlainTape, Tape,
    VarId,
};
use weigh_model::assessment::Precision;
use weigh_model::lower::{Lowered, SlotKind, Switches, lower_again};
use weigh_syntax::span::{Files, Span};

/// Draws on which a moved answer is measured at once, before all of them: as for the swings.
const DRAWS: usize = 128;
/// Terms that all tapes may have together: half a megabyte of page, and about one frame of a screen.
const MOST_TERMS: usize = 50_000;
/// Uncertain numbers of different distributions, of which each is about a thousandth of a megabyte of page.
const MOST_DISTRIBUTIONS: usize = 400;
/// Reasons of which a page runs every subset.
const MOST_REASONS: usize = 8;

/// Whether a page can be moved.
pub(crate) enum Moving {
    /// By this.
    Can(Box<Movable>),
    /// No.
    Cannot(NotMovable),
    /// There is nothing to move.
    Nothing,
}

/// Why a page cannot be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMovable {
    /// There are too many numbers, or they are in too large a model.
    TooLarge,
    /// Choices rely on each other in a circle, so that they must be found together, step by step.
    Circle,
}

/// Everything a page is moved with.
#[derive(Debug, Clone)]
pub struct Movable {
    /// Every number that stands in a file, in the order of the files.
    pub numbers: Vec<MovableNumber>,
    /// Per parameter of the tapes, its mean.
    pub means: Vec<f64>,
    /// Per parameter of the tapes, what its draws are made from; none if it is certain.
    pub drawn: Vec<Option<DrawnNumber>>,
    /// What all draws are made from; `quantiles` are one per distribution, for [`DrawnNumber::distribution`].
    pub draws: PlainDraws,
    /// How many draws are shown at once, before all are run.
    pub n_draws: usize,
    /// Whether the answer is exact, the network solved at the means (methods.md, 2.1), and not the mean of the draws.
    pub exact: bool,
    /// What the actors choose, if there are any: it is found anew wherever their numbers move.
    pub game: Option<Arc<PlayedGame>>,
    /// The assessment, then each scenario; shared, since faces copy findings and these are large.
    pub worlds: Arc<[World]>,
    /// What the reasons are weighed on, and sources are taken away from, if every subset of the reasons is run and there
    /// are few.
    pub reasons: Option<Arc<ReasonsWorld>>,
    /// The sources that something hangs on.
    pub sources: Vec<MovableSource>,
    /// Every letter that is a grade, with the mean of how often a source of it reports the truth.
    pub grades: Vec<(char, f64)>,
}

/// A source that something hangs on.
#[derive(Debug, Clone, PartialEq)]
pub struct MovableSource {
    /// Position in the findings' sources.
    pub source: usize,
    /// The letter that it is graded with.
    pub letter: Option<char>,
    /// The parameter that its grade is, if it is a number of its own.
    pub param: Option<usize>,
}

/// How the actors' policies are found, of the assessment and its scenarios.
#[derive(Debug, Clone)]
pub struct PlayedGame {
    /// What is computed.
    pub game: PlainGame,
    /// From what, and where it goes.
    pub play: PlainPlay,
    /// The same where reasons have switches, if those are run.
    pub with_switches: Option<PlainPlay>,
}

/// An uncertain number.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnNumber {
    /// Position of its distribution.
    pub distribution: usize,
    /// The numbers with which it shares an error because one author stated them.
    pub elicitor: Option<u32>,
    /// The numbers with which it shares an error because they stand in one table.
    pub table: Option<u32>,
}

/// The assessment with a switch for each reason, before the parameters of the other worlds.
#[derive(Debug, Clone)]
pub struct ReasonsWorld {
    /// Its tape and questions.
    pub world: World,
    /// How many reasons.
    pub n: usize,
    /// Draws for each subset.
    pub n_draws: usize,
    /// Rows of a finding's likelihood, and the reasons of the items that it stands for; none of an item of no reason.
    pub findings: Vec<(Range<usize>, Vec<Option<usize>>)>,
    /// Per source of [`Movable::sources`], the findings that nobody else brings in: positions in `findings`.
    pub lost: Vec<Vec<usize>>,
}

/// A number as it stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MovableNumber {
    /// What it is: `order: odds if pressure = weak`.
    pub what: String,
    /// As typed.
    pub written: String,
    /// The writer's reason for it.
    pub rationale: Option<String>,
    /// Position of the reason that it belongs to.
    pub because: Option<usize>,
    /// Where.
    pub place: Place,
    /// Which file, and the bytes of it that hold the number.
    pub file: usize,
    /// See `file`.
    pub bytes: Range<usize>,
    /// Ends of its writer's range.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// Its mean.
    pub mean: f64,
    /// Whether it is a probability, typed in percent.
    pub is_probability: bool,
    /// Whether it is points of an actor, which may have either sign.
    pub is_payoff: bool,
    /// Whether it is how often an actor picks the better option: above a half, and below 1.
    pub is_precision: bool,
    /// Whether it is a source's grade.
    pub is_grade: bool,
    /// The parameters of the tapes that it sets.
    pub params: Vec<usize>,
}

/// A compiled network that the questions are asked in.
#[derive(Debug, Clone)]
pub struct World {
    /// Position of the scenario; none for the assessment itself.
    pub scenario: Option<usize>,
    /// Its tape.
    pub tape: PlainTape,
    /// Rows of the likelihood that asks each question; none if its answer was seen.
    pub asked: Vec<Option<Range<usize>>>,
    /// New probabilities by the writer, in order: rows of the likelihood, probabilities.
    pub revised: Vec<(Range<usize>, Vec<f64>)>,
}

/// Gathers it.
pub(crate) fn movable(
    solved: &Solved,
    findings: &Findings,
    files: &Files,
) -> Result<Moving, CompileError> {
    let Ok(lowered) = lower_again(solved.assessment, Switches::Numbers, &solved.lowered.fits)
    else {
        return Ok(Moving::Nothing);
    };
    let numbers = numbers(solved, &lowered, findings, files);
    if numbers.is_empty() {
        return Ok(Moving::Nothing);
    }
    let too_large = || Ok(Moving::Cannot(NotMovable::TooLarge));
    let Some((drawn, draws)) = drawn(solved, &lowered) else { return too_large() };
    let game = match lowered.network.choices().map(|choices| choices.to_plain()) {
        None => None,
        Some(None) => return Ok(Moving::Cannot(NotMovable::Circle)),
        Some(Some((game, play))) => Some(PlayedGame { game, play, with_switches: None }),
    };
    let n_game = game.as_ref().map_or(0, |it| it.game.n_terms());
    let Some(mut left) = MOST_TERMS.checked_sub(n_game) else { return too_large() };
    let vars: Vec<VarId> =
        solved.questions().iter().map(|&question| lowered.variables[question]).collect();
    let mut worlds = Vec::new();
    let scenarios = solved.assessment.scenarios.iter().enumerate();
    let others =
        scenarios.filter(|(ix, _)| findings.scenarios[*ix].answers.iter().any(Option::is_some));
    for scenario in std::iter::once(None).chain(others.map(Some)) {
        let (network, evidence) = match scenario {
            None => (lowered.network.clone(), lowered.evidence.clone()),
            Some((_, scenario)) => world(solved.assessment, &lowered, scenario),
        };
        let Some((world, n_terms)) =
            compiled(&lowered, &network, &evidence, &vars, scenario.map(|(ix, _)| ix), left)?
        else {
            return too_large();
        };
        left -= n_terms;
        worlds.push(world);
    }
    let mut game = game;
    let sources = sources(solved, &lowered);
    let reasons = reasons(solved, &sources, left, game.as_mut())?.map(Arc::new);
    Ok(Moving::Can(Box::new(Movable {
        numbers,
        means: lowered.network.parameter_means(),
        drawn,
        draws,
        n_draws: DRAWS.min(solved.answer.n_draws()),
        exact: solved.answer.why_not_exact().is_none(),
        game: game.map(Arc::new),
        worlds: worlds.into(),
        reasons,
        sources,
        grades: grades(solved.assessment.level),
    })))
}

fn sources(solved: &Solved, lowered: &Lowered) -> Vec<MovableSource> {
    let sources = solved.assessment.sources.iter().enumerate();
    sources
        .filter(|(ix, _)| !lost_with(solved, lowered, *ix).is_empty())
        .map(|(ix, source)| MovableSource {
            source: ix,
            letter: source.letter,
            param: reliability(lowered, ix),
        })
        .collect()
}

/// What the draws are made from; none if that is too much.
fn drawn(solved: &Solved, lowered: &Lowered) -> Option<(Vec<Option<DrawnNumber>>, PlainDraws)> {
    let parameters = lowered.network.parameters();
    let mut first: Vec<Distribution> = Vec::new();
    let mut kept = Vec::new();
    let drawn: Vec<Option<DrawnNumber>> = (parameters.iter())
        .map(|parameter| {
            if parameter.distribution.is_point() {
                return None;
            }
            let known = first.iter().position(|it| *it == parameter.distribution);
            let distribution = known.unwrap_or_else(|| {
                first.push(parameter.distribution);
                kept.push(parameter.clone());
                first.len() - 1
            });
            let (elicitor, table) = (parameter.elicitor_group, parameter.table_group);
            Some(DrawnNumber { distribution, elicitor, table })
        })
        .collect();
    let mut groups: Vec<(bool, u32)> = (drawn.iter().flatten())
        .flat_map(|it| [it.elicitor.map(|it| (false, it)), it.table.map(|it| (true, it))])
        .flatten()
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let n_dimensions = groups.len() + drawn.iter().flatten().count();
    let plain = PlainDraws::new(&kept, n_dimensions, solved.draws.seed, solved.draws.n);
    (first.len() <= MOST_DISTRIBUTIONS).then_some((drawn, plain))
}

/// The assessment with a switch per reason and findings that can be taken away; none if a page cannot run every subset
/// of the reasons, or nothing asks for it.
fn reasons(
    solved: &Solved,
    sources: &[MovableSource],
    most: usize,
    game: Option<&mut PlayedGame>,
) -> Result<Option<ReasonsWorld>, CompileError> {
    let assessment = solved.assessment;
    let n = assessment.reasons.len();
    if n > MOST_REASONS || n == 0 && sources.is_empty() {
        return Ok(None);
    }
    let switches = Switches::ReasonsAndNumbers;
    let Ok(switched) = lower_again(assessment, switches, &solved.lowered.fits) else {
        return Ok(None);
    };
    let Some(n_draws) = draws_if_exact(solved, &switched) else { return Ok(None) };
    let vars: Vec<VarId> =
        solved.questions().iter().map(|&question| switched.variables[question]).collect();
    // A page has no backward sweep: it asks by likelihoods.
    let free: Vec<VarId> = switched.evidence.vars().chain(vars.iter().copied()).collect();
    let (network, revisions) = (&switched.network, &switched.revisions);
    let tape = lanes::compile(network, &switched.evidence, revisions, &free, &vars)?;
    if tape.n_terms() > most {
        return Ok(None);
    }
    if let Some(played) = game {
        let choices = switched.network.choices().and_then(|choices| choices.to_plain());
        // A switch makes numbers of the diagram depend on more, and leaves the diagram as it is.
        let Some((_, play)) = choices.filter(|(game, _)| *game == played.game) else {
            return Ok(None);
        };
        played.with_switches = Some(play);
    }
    let mut of: BTreeMap<VarId, Vec<Option<usize>>> = BTreeMap::new();
    for (item, evidence) in assessment.evidence.iter().enumerate() {
        for &node in &switched.items[item] {
            of.entry(node).or_default().push(evidence.because);
        }
    }
    of.retain(|node, _| tape.input(*node).is_some());
    let lost = (sources.iter())
        .map(|it| {
            let nodes = lost_with(solved, &switched, it.source);
            (0..).zip(of.keys()).filter(|(_, node)| nodes.contains(node)).map(|it| it.0).collect()
        })
        .collect();
    let findings =
        of.into_iter().filter_map(|(node, reasons)| Some((tape.input(node)?, reasons))).collect();
    let world = World::new(&tape, &switched, &vars, None);
    Ok(Some(ReasonsWorld { world, n, n_draws, findings, lost }))
}

impl World {
    fn new(tape: &Tape, lowered: &Lowered, vars: &[VarId], scenario: Option<usize>) -> World {
        let revised = lowered.revisions.iter().filter_map(|revision| {
            Some((tape.input(revision.var)?, revision.probabilities.clone()))
        });
        World {
            scenario,
            asked: vars.iter().map(|&var| tape.input(var)).collect(),
            revised: revised.collect(),
            tape: tape.to_plain(),
        }
    }
}

/// A world and how many terms it has; none if those are more than `most`.
fn compiled(
    lowered: &Lowered,
    network: &Network,
    evidence: &Evidence,
    vars: &[VarId],
    scenario: Option<usize>,
    most: usize,
) -> Result<Option<(World, usize)>, CompileError> {
    let mut inputs = vars.to_vec();
    inputs.extend(lowered.revisions.iter().map(|revision| revision.var));
    inputs.sort_unstable();
    inputs.dedup();
    let tape = Tape::compile_for(network, evidence, &inputs, &inputs, &Limits::default())?;
    let n_terms = tape.n_terms();
    if n_terms > most {
        return Ok(None);
    }
    let world = World::new(&tape, lowered, vars, scenario);
    Ok(Some((world, n_terms)))
}

/// The numbers that stand in the files, each once, however many parameters it sets.
fn numbers(
    solved: &Solved,
    lowered: &Lowered,
    findings: &Findings,
    files: &Files,
) -> Vec<MovableNumber> {
    let ids: Vec<_> = files.iter().map(|(id, _)| id).collect();
    let is_grade = |what: &str| {
        findings.sources.iter().any(|source| what == format!("reliability of {}", source.id))
    };
    let is_precision = |span: Span| {
        solved.assessment.actors.iter().any(|actor| match &actor.precision {
            Precision::Picks { often, .. } => often.number.span == span,
            Precision::Rational => false,
        })
    };
    let mut at: BTreeMap<(usize, usize), MovableNumber> = BTreeMap::new();
    for (param, number) in lowered.numbers.iter().enumerate() {
        let Some(file) = ids.iter().position(|id| *id == number.span.file) else { continue };
        let bytes = number.span.start as usize..number.span.end as usize;
        // What nobody typed, such as the grade of a source without one, has no place to be typed in.
        let is_typed =
            files.get(number.span.file).text.get(bytes.clone()) == Some(number.written.as_str());
        if !is_typed {
            continue;
        }
        at.entry((file, bytes.start))
            .or_insert_with(|| MovableNumber {
                what: number.what.clone(),
                written: number.written.clone(),
                rationale: number.rationale.clone(),
                because: number.because,
                place: Place {
                    file: files.get(number.span.file).path.clone(),
                    line: files.line_column(number.span).line,
                },
                file,
                bytes,
                low: number.low,
                high: number.high,
                mean: lowered.network.parameters()[param].distribution.mean(),
                is_probability: number.slot == SlotKind::Probability,
                is_payoff: number.slot == SlotKind::Payoff,
                is_precision: is_precision(number.span),
                is_grade: is_grade(&number.what),
                params: Vec::new(),
            })
            .params
            .push(param);
    }
    at.into_values().collect()
}
