//! The whole of the analysis: an assessment in, findings and what only numbers show out.

use crate::actors;
use crate::bounds::bounds;
use crate::change::changes;
use crate::checks;
use crate::checks::divisor_crosses_zero::Signs;
use crate::describe::Describe;
use crate::doubts::doubts;
use crate::findings::{
    ActorsFinding, Band, BoundsFinding, Doubt, Findings, Ground, MatrixFinding, Place,
    QuestionFinding, RepairFinding, RunReport, ScenarioFinding, StoriesFinding, StressFinding,
    TimelineFinding, WorthFinding,
};
use crate::log_odds::log_odds;
use crate::matrix::matrix;
use crate::movable::{Moving, movable};
use crate::outcome;
use crate::reasons::{Shares, shares};
use crate::repair::repair;
use crate::scenario::scenarios;
use crate::solved::{Draws, Solved};
use crate::story::stories;
use crate::stress;
use crate::timeline::timeline;
use crate::worth::worth;
use jiff::civil::Date;
use weigh_inference::{CompileError, SolveError, Tape};
use weigh_model::assessment::{self, Assessment};
use weigh_model::lower::{Lowered, NumberOrigin, Switches, lower_again};
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::span::{FileId, Files, Span};

/// Gut and model are far apart when their odds differ by more than this factor: our convention.
const FAR_APART: f64 = 3.0;
/// Reasons, and items of evidence, up to which each is weighed: the work grows with their square.
const MOST_EXPLAINED: usize = 1_000;
/// Numbers up to which each is moved over its range: the work grows with their square.
const MOST_MOVED: usize = 2_000;
/// Outcomes of all questions up to which stories are told and looks weighed: each is a run of its own.
const MOST_OUTCOMES: usize = 128;
/// Memory that the draws of all numbers and all probabilities may take.
const MAX_BYTES: usize = 1 << 30;
/// Effective draws below which the interval is called rough: our convention.
const FEW_DRAWS: f64 = 400.0;

/// How often a cause that nobody listed is enough, unless asked otherwise: our convention.
const UNLISTED: f64 = 0.05;

/// What is wanted of the findings beyond what the file says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Stories told of each outcome.
    pub n_stories: usize,
    /// The day after which an answer is of no use; each question's horizon if none.
    pub decide_by: Option<Date>,
    /// How often a cause that nobody listed is enough, 0 to 1.
    pub unlisted: f64,
    /// Whether the repaired file is solved with all draws, so that it says exactly what was judged.
    pub solve_repair: bool,
    /// Whether only the diagnostics are wanted: the findings are then without all that no diagnostic needs.
    pub only_diagnostics: bool,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted {
            n_stories: 3,
            decide_by: None,
            unlisted: UNLISTED,
            solve_repair: false,
            only_diagnostics: false,
        }
    }
}

/// Solves an assessment and finds everything that the faces show.
///
/// `lowered` is its network; the second part holds what only numbers show. There are no findings if
/// the evidence is impossible or the model too entangled: the diagnostics say so.
pub fn analyse(
    assessment: &Assessment,
    lowered: &Lowered,
    files: &Files,
    draws: Draws,
    wanted: &Wanted,
) -> (Option<Findings>, Vec<Diagnostic>) {
    if let Some(too_many) = too_many_draws(assessment, lowered, draws) {
        return (None, vec![too_many]);
    }
    let mut diagnostics = Vec::new();
    let solved = match Solved::new(assessment, lowered, draws) {
        Ok(solved) => solved,
        Err(error) => return (None, vec![unsolved(assessment, lowered, &error)]),
    };
    match findings(&solved, files, wanted, &mut diagnostics) {
        Ok(findings) => (Some(findings), diagnostics),
        Err(error) => {
            diagnostics.push(unsolved(assessment, lowered, &SolveError::Compile(error)));
            (None, diagnostics)
        }
    }
}

/// Refuses draws that would take more memory than is allowed, before any is taken.
fn too_many_draws(assessment: &Assessment, lowered: &Lowered, draws: Draws) -> Option<Diagnostic> {
    let n_states: usize =
        lowered.network.variables().iter().map(|variable| variable.states.len()).sum();
    let bytes_per_draw = (lowered.network.parameters().len() + n_states) * size_of::<f64>();
    let bytes = bytes_per_draw.saturating_mul(draws.n as usize);
    let span = assessment.questions().next().map(|ix| assessment.variables[ix].header.span);
    (bytes > MAX_BYTES).then(|| {
        let fitting = (MAX_BYTES / bytes_per_draw).max(1);
        checks::too_many_draws::diagnostic(
            span.unwrap_or_default(),
            draws.n,
            bytes,
            MAX_BYTES,
            fitting,
        )
    })
}

fn findings(
    solved: &Solved,
    files: &Files,
    wanted: &Wanted,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Findings, CompileError> {
    let assessment = solved.assessment;
    let place = |span: Span| Place {
        file: files.get(span.file).path.clone(),
        line: files.line_column(span).line,
    };
    // These ask nothing of the rest, so they run beside it; each is computed as it would be alone.
    let beside = || {
        let few = solved.n_outcomes() <= MOST_OUTCOMES;
        let matrix = if few && is_explained(assessment) { matrix(solved)? } else { Vec::new() };
        if wanted.only_diagnostics {
            return Ok(Beside { matrix, ..Beside::default() });
        }
        let stories = if few { stories(solved, wanted.n_stories)? } else { Vec::new() };
        let worth = if few { worth(solved, wanted.decide_by)? } else { Vec::new() };
        let timeline = is_explained(assessment).then(|| timeline(solved));
        let few = solved.lowered.numbers.len() <= MOST_MOVED;
        let bounds = if few { bounds(solved) } else { Vec::new() };
        let headlines: Vec<f64> = (solved.questions().iter())
            .map(|&ix| solved.estimate(ix, assessment.variables[ix].focus()).p)
            .collect();
        let solve = wanted.solve_repair;
        let quotes = |quotes: &[assessment::Quote]| Describe { solved, place }.quotes(quotes);
        let actors = actors::actors(solved, &headlines, quotes, place)?;
        let repair = if few { repair(solved, &headlines, solve, place)? } else { None };
        let stress = stress::rebuilt(solved)?;
        let scenarios = scenarios(solved, place)?;
        Ok(Beside { actors, scenarios, stories, worth, stress, matrix, timeline, bounds, repair })
    };
    let (explained, beside) = std::thread::scope(|scope| {
        let beside = scope.spawn(beside);
        let explained = explained(solved, wanted, place);
        (explained, beside.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)))
    });
    let (mut questions, item_weights) = explained?;
    let Beside { actors, scenarios, stories, worth, mut stress, matrix, timeline, bounds, repair } =
        beside?;
    for (question, bounds) in questions.iter_mut().zip(bounds) {
        question.bounds = bounds;
    }
    stress.extend(stress::derived(&questions, wanted.unlisted));
    let describe = Describe { solved, place };
    let mut findings = Findings {
        title: assessment.title.clone(),
        as_of: assessment.as_of.to_string(),
        author: assessment.author.clone(),
        scale: assessment.scale.name().to_string(),
        scale_title: assessment.scale.title().to_string(),
        scale_bands: assessment
            .scale
            .terms()
            .iter()
            .map(|term| Band { word: term.label(), low: term.low, high: term.high })
            .collect(),
        level: 0.9,
        confidence: outcome::confidence(solved),
        notes: assessment.notes.clone(),
        reasons: describe.reasons(),
        factors: describe.factors(),
        quantities: describe.quantities(),
        evidence: describe.evidence(&item_weights),
        actors,
        scenarios,
        stories,
        worth,
        stress,
        repair,
        matrix,
        doubts: Vec::new(),
        silenced: Vec::new(),
        timeline,
        sources: describe.sources(),
        cited: describe.cited(),
        run: run_report(solved),
        movable: None,
        texts: (files.iter()).map(|(_, file)| (file.path.clone(), file.text.to_string())).collect(),
        not_movable: None,
        questions,
    };
    if !wanted.only_diagnostics {
        (findings.movable, findings.not_movable) = match movable(solved, &findings, files)? {
            Moving::Can(movable) => (Some(*movable), None),
            Moving::Cannot(why) => (None, Some(why)),
            Moving::Nothing => (None, None),
        };
    }
    findings.doubts = doubts(solved, &findings)?;
    told_by_numbers(solved, &findings, diagnostics);
    Ok(findings)
}

/// What is found beside what carries the questions and would change them.
#[derive(Default)]
struct Beside {
    actors: Option<ActorsFinding>,
    scenarios: Vec<ScenarioFinding>,
    stories: Vec<StoriesFinding>,
    worth: Vec<WorthFinding>,
    stress: Vec<StressFinding>,
    matrix: Vec<MatrixFinding>,
    timeline: Option<TimelineFinding>,
    bounds: Vec<Option<BoundsFinding>>,
    repair: Option<RepairFinding>,
}

/// The questions with what carries them and what would change them, and the weight of each item of evidence.
fn explained(
    solved: &Solved,
    wanted: &Wanted,
    place: impl Fn(Span) -> Place,
) -> Result<(Vec<QuestionFinding>, Vec<Option<f64>>), CompileError> {
    let assessment = solved.assessment;
    let independent = solved.questions_independent()?;
    let mut questions: Vec<_> = (0..solved.questions().len())
        .map(|ix| outcome::question(solved, ix, &independent, &place))
        .collect();

    // The network with switches differs from this one in nothing that could make it fail to build.
    let switched = lower_again(assessment, Switches::Reasons, &solved.lowered.fits)
        .ok()
        .filter(|_| is_explained(assessment));
    let all: Vec<Vec<f64>> = questions
        .iter()
        .map(|question| question.outcomes.iter().map(|outcome| outcome.estimate.p).collect())
        .collect();
    let Shares { carried, item_weights } = match &switched {
        Some(switched) => shares(solved, switched, &all)?,
        None => Shares { carried: vec![Vec::new(); questions.len()], item_weights: Vec::new() },
    };
    let edges: Vec<_> = questions.iter().map(outcome::edges).collect();
    let at = |number: &NumberOrigin| place(number.span);
    // So is the one whose certain numbers can be moved too.
    let movable = (!wanted.only_diagnostics)
        .then(|| lower_again(assessment, Switches::Numbers, &solved.lowered.fits).ok())
        .flatten();
    let movable = movable.filter(|movable| movable.numbers.len() <= MOST_MOVED);
    let changes = match &movable {
        Some(movable) => changes(solved, movable, &questions, &edges, at)?,
        None => Vec::new(),
    };
    for (question, carried) in questions.iter_mut().zip(carried) {
        question.carried = carried;
    }
    for (question, change) in questions.iter_mut().zip(changes) {
        question.swings = change.swings;
        question.flips = change.flips;
        question.pair_flips = change.pairs;
        question.source_changes = change.sources;
    }
    Ok((questions, item_weights))
}

/// Whether there are few enough reasons and items of evidence for each to be weighed.
fn is_explained(assessment: &Assessment) -> bool {
    assessment.reasons.len().max(assessment.evidence.len()) <= MOST_EXPLAINED
}

fn run_report(solved: &Solved) -> RunReport {
    let cost = Tape::compile(
        &solved.lowered.network,
        &solved.lowered.evidence,
        &[],
        &weigh_inference::Limits::default(),
    );
    RunReport {
        draws: solved.draws.n,
        seed: solved.draws.seed,
        ess: solved.answer.ess(),
        n_parameters: solved.lowered.numbers.len(),
        n_variables: solved.lowered.network.variables().len(),
        largest_table: cost.map(|tape| tape.cost().largest_entries).unwrap_or_default() as usize,
        log10_p_evidence: solved.answer.log10_p_evidence(),
        correlation_table: solved.assessment.sharing.within_table,
        correlation_elicitor: solved.assessment.sharing.within_elicitor,
        engine: String::new(),
        files: Vec::new(),
    }
}

/// What only the numbers show: words that do not fit, judgements far apart, draws that do not count.
fn told_by_numbers(solved: &Solved, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let assessment = solved.assessment;
    for (ix, question) in findings.questions.iter().enumerate() {
        let outcome = &question.outcomes[question.focus];
        let p = outcome.estimate.p;
        if let (Some(claim), Some(declared)) = (&question.claim, &assessment.claim)
            && !claim.fits
        {
            let fitting = declared.scale.word_for(p).map(|term| term.names[0]);
            let band = (claim.band.low, claim.band.high);
            diagnostics.push(checks::claim_off_number::diagnostic(
                declared.span,
                &claim.band.word,
                band,
                p,
                fitting,
            ));
        }
        if let Some(gut) = question.gut
            && (log_odds(gut) - log_odds(p)).abs() > libm::log(FAR_APART)
        {
            let span = assessment.variables[solved.questions()[ix]].header.span;
            diagnostics.push(checks::gut_far_off::diagnostic(span, &question.id, gut, p));
        }
    }
    diagnostics.extend(findings.doubts.iter().map(|doubt| doubtful(solved, findings, doubt)));
    divisors_near_zero(solved, diagnostics);
    diagnostics.extend(actors::told(solved));
    let enough = FEW_DRAWS.min(f64::from(findings.run.draws) / 10.0);
    if findings.run.n_parameters > 0 && findings.run.ess < enough {
        let span = assessment.questions().next().map(|ix| assessment.variables[ix].header.span);
        let span = span.unwrap_or_default();
        diagnostics.push(checks::few_effective_draws::diagnostic(
            span,
            findings.run.ess,
            findings.run.draws,
        ));
    }
}

/// What is legal but doubtful, as it is told.
fn doubtful(solved: &Solved, findings: &Findings, doubt: &Doubt) -> Diagnostic {
    let assessment = solved.assessment;
    let asked = |question: usize| &assessment.variables[solved.questions()[question]];
    match *doubt {
        Doubt::ReasonMovesNothing { reason } => {
            let header = &assessment.reasons[reason].header;
            checks::reason_moves_nothing::diagnostic(header.span, &header.name)
        }
        Doubt::OneSided { question, speaks_for, n_items } => {
            let variable = asked(question);
            let state = &variable.states[findings.questions[question].focus];
            let outcome = format!("{} = {state}", variable.header.name);
            checks::one_sided::diagnostic(variable.header.span, &outcome, speaks_for, n_items)
        }
        Doubt::RestsOnOne { question, item, part } => {
            let (kind, item) = match item {
                Ground::Reason { reason } => ("reason", &assessment.reasons[reason].header),
                Ground::Evidence { item } => ("evidence", &assessment.evidence[item].header),
            };
            let header = &asked(question).header;
            checks::rests_on_one::diagnostic(
                header.span,
                &header.name,
                kind,
                &item.name,
                part,
                item.span,
            )
        }
        Doubt::DigitOffAnswer { source, item, digit, p } => {
            let header = &assessment.sources[source].header;
            let item = &assessment.evidence[item].header;
            checks::digit_off_answer::diagnostic(
                header.span,
                &header.name,
                digit,
                &item.name,
                p,
                item.span,
            )
        }
    }
}

/// Tells of divisors that are zero in some draws, or above zero in some and below it in others.
fn divisors_near_zero(solved: &Solved, diagnostics: &mut Vec<Diagnostic>) {
    let formulas = solved.lowered.network.formulas();
    let (draws, n) = (solved.answer.all_parameter_draws(), solved.answer.n_draws());
    for divisor in &solved.lowered.divisors {
        let values = formulas.evaluate_lanes(&[divisor.formula], draws, n);
        let count = |is: fn(&f64) -> bool| values.iter().filter(|value| is(value)).count();
        let signs = Signs {
            zero: count(|value| *value == 0.0),
            below: count(|value| *value < 0.0),
            above: count(|value| *value > 0.0),
        };
        if signs.zero > 0 || signs.below.min(signs.above) > 0 {
            let told =
                checks::divisor_crosses_zero::diagnostic(divisor.span, &divisor.written, signs);
            diagnostics.push(told);
        }
    }
}

/// Why there is no answer, in the writer's terms.
fn unsolved(assessment: &Assessment, lowered: &Lowered, error: &SolveError) -> Diagnostic {
    let whole = assessment.questions().next().map(|ix| assessment.variables[ix].header.span);
    let whole = whole.unwrap_or(Span::new(FileId(0), 0, 0));
    match error {
        SolveError::Impossible { findings, .. } => {
            let items: Vec<usize> = (0..assessment.evidence.len())
                .filter(|&item| lowered.items[item].iter().any(|node| findings.contains(node)))
                .collect();
            if items.is_empty() {
                return checks::impossible_evidence::without_evidence(whole);
            }
            let names: Vec<String> =
                items.iter().map(|&item| assessment.evidence[item].header.name.clone()).collect();
            let spans: Vec<Span> =
                items.iter().map(|&item| assessment.evidence[item].header.span).collect();
            let others = spans.get(1..).unwrap_or_default();
            checks::impossible_evidence::diagnostic(
                spans.first().copied().unwrap_or(whole),
                &names,
                others,
            )
        }
        SolveError::ImpossibleRevision { name, var } => {
            let variable = lowered.variables.iter().position(|node| node == var);
            let span = variable.map_or(whole, |ix| assessment.variables[ix].header.span);
            checks::impossible_revision::diagnostic(span, name)
        }
        other => checks::too_wide::diagnostic(whole, &other.to_string()),
    }
}
