//! What a page needs so that its reader can move the numbers: tapes, draws, and where each number stands.
//!
//! A moved page says what methods.md 2.5 says of a number that is held: what the file would say with the value typed
//! in, measured on the same few draws and moved to the headline by the same anchor as every swing and flip.

use crate::change::draws;
use crate::findings::{Findings, Place};
use crate::scenario::world;
use crate::solved::Solved;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use weigh_inference::{CompileError, Evidence, Limits, Network, PlainTape, Tape, VarId};
use weigh_model::lower::{Lowered, SlotKind, Switches, lower_again};
use weigh_syntax::span::Files;

/// Draws on which a moved answer is measured: as for the swings.
const DRAWS: usize = 128;
/// Terms that all tapes may have together: half a megabyte of page, and about one frame of a screen.
const MOST_TERMS: usize = 50_000;

/// Everything a page is moved with.
#[derive(Debug, Clone)]
pub struct Movable {
    /// Every number that stands in a file, in the order of the files.
    pub numbers: Vec<MovableNumber>,
    /// Per parameter of the tapes, its draws: `n_draws` of them, or one if it is certain.
    pub draws: Vec<Vec<f64>>,
    /// How many draws.
    pub n_draws: usize,
    /// Whether a moved answer is exact, as the headline is (methods.md, 2.1), and not measured on few draws.
    pub exact: bool,
    /// The assessment, then each scenario; shared, since faces copy findings and these are large.
    pub worlds: Arc<[World]>,
    /// Path and text of every file, the asked one first.
    pub files: Vec<(String, String)>,
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

/// Gathers it; none where the tapes would be too large, or nothing can be moved.
pub(crate) fn movable(
    solved: &Solved,
    findings: &Findings,
    files: &Files,
) -> Result<Option<Movable>, CompileError> {
    let Ok(lowered) = lower_again(solved.assessment, Switches::Numbers, &solved.lowered.fits)
    else {
        return Ok(None);
    };
    let numbers = numbers(&lowered, findings, files);
    if numbers.is_empty() {
        return Ok(None);
    }
    let vars: Vec<VarId> =
        solved.questions().iter().map(|&question| lowered.variables[question]).collect();
    let mut left = MOST_TERMS;
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
            return Ok(None);
        };
        left -= n_terms;
        worlds.push(world);
    }
    let (values, n_draws) = draws(solved, &lowered, DRAWS);
    let certain = lowered.network.parameters().iter().map(|it| it.distribution.is_point());
    let draws = values
        .chunks_exact(n_draws)
        .zip(certain)
        .map(|(row, certain)| row[..if certain { 1 } else { n_draws }].to_vec())
        .collect();
    let texts = files.iter().map(|(_, file)| (file.path.clone(), file.text.to_string())).collect();
    Ok(Some(Movable {
        numbers,
        draws,
        n_draws,
        exact: n_draws == 1,
        worlds: worlds.into(),
        files: texts,
    }))
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
    let revised = lowered
        .revisions
        .iter()
        .filter_map(|revision| Some((tape.input(revision.var)?, revision.probabilities.clone())));
    let world = World {
        scenario,
        asked: vars.iter().map(|&var| tape.input(var)).collect(),
        revised: revised.collect(),
        tape: tape.to_plain(),
    };
    Ok(Some((world, n_terms)))
}

/// The numbers that stand in the files, each once, however many parameters it sets.
fn numbers(lowered: &Lowered, findings: &Findings, files: &Files) -> Vec<MovableNumber> {
    let ids: Vec<_> = files.iter().map(|(id, _)| id).collect();
    let is_grade = |what: &str| {
        findings.sources.iter().any(|source| what == format!("reliability of {}", source.id))
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
                is_grade: is_grade(&number.what),
                params: Vec::new(),
            })
            .params
            .push(param);
    }
    at.into_values().collect()
}
