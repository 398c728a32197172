//! The least change of the stated numbers that makes the model say what its author's own judgement says.
//!
//! Every number may be shifted, a probability in log odds, a weight in its logarithm, a range at both ends
//! alike. Of all shifts that take every judged question to its judgement, the one with the least sum of
//! squares is sought (docs/methods.md, 2.15).

use crate::findings::Place;
use crate::flip::Scale;
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use serde::Serialize;
use std::collections::BTreeSet;
use weigh_inference::{CompileError, Distribution, Limits, ParamId, Tape, VarId};
use weigh_model::assessment::{Assessment, Form, NumberKind, Variable, VariableKind};
use weigh_model::lower::{Lowered, NumberOrigin, SlotKind, Switches, lower_again};
use weigh_syntax::span::Span;

/// Draws in common to all steps of the search.
const DRAWS: usize = 64;
/// Judgement and model agree within this, in nats: what shows in no printed digit of the odds.
pub const AGREE: f64 = crate::doubts::NOTHING;
/// Steps of the search, each one linearisation: few are needed, since log odds bend little.
const MOST_STEPS: usize = 40;
/// How near the search comes, in nats; the last digits are those of the sums over draws.
const NEAR: f64 = 1e-12;
/// Shifts that move less than this in a step have settled: beside the least sum of squares, one that is off
/// by this is off by its square.
const SETTLED: f64 = 1e-8;
/// Files that are solved to measure on all draws what was sought on a few.
const MOST_SOLVED: usize = 12;
/// How slowly, or how much faster, a file may follow the search: a secant beyond that is rounding.
const LEAST_FOLLOWED: f64 = 0.2;
/// How near the judgement is met on all draws, in probability.
const MET: f64 = 1e-12;

/// The least change that makes model and judgement agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepairFinding {
    /// Every question of which its author judged directly.
    pub judgements: Vec<Judgement>,
    /// How far numbers have to go.
    pub reach: Reach,
    /// What moves, furthest first; of what cannot be reached, the shifts that come nearest.
    pub moves: Vec<Move>,
    /// The root of the sum of squared shifts, in nats.
    pub total: f64,
    /// Whether the answers of the repaired file were computed from that file, with all draws.
    pub is_solved: bool,
}

/// A direct judgement beside the model's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// Position in the findings' questions.
    pub question: usize,
    /// What the author says of the focus outcome.
    pub gut: f64,
    /// What the model says.
    pub p: f64,
    /// What it says with the changes.
    pub repaired: f64,
}

/// How far numbers have to go for model and judgement to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// No number leaves its author's own range, and certain numbers stay.
    WithinRanges,
    /// Some number has to leave its range.
    BeyondRanges,
    /// Not even then, within what is thinkable of the numbers.
    OutOfReach,
}

/// A number that is shifted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// What it is, in words: `order: base of send`.
    pub what: String,
    /// Where it was written.
    pub place: Place,
    /// As typed: `5% to 15%`.
    pub written: String,
    /// What would stand there, to two digits.
    pub becomes: String,
    /// The same to the last digit.
    pub exactly: String,
    /// How far, in nats: of the log odds of a probability, of the logarithm of any other number.
    pub shift: f64,
    /// Whether it stays within its author's range: the middle of the shifted range lies inside the old one.
    pub inside: bool,
    /// Whether it is certain as it stands, and so has no range to stay in.
    pub is_certain: bool,
}

/// Seeks the least change; nothing where nobody judged, or where judgements and model agree, or where a
/// probability is revised, which gives way to no number.
///
/// With `solve`, the changed file itself is solved with all draws until its answers are the judgements to
/// 1e-12. Otherwise a few draws measure the shifts, and the headline says from where.
pub(crate) fn repair(
    solved: &Solved,
    headlines: &[f64],
    solve: bool,
    place: impl Fn(Span) -> Place,
) -> Result<Option<RepairFinding>, CompileError> {
    let assessment = solved.assessment;
    let judged: Vec<(usize, f64)> = solved
        .questions()
        .iter()
        .enumerate()
        .filter_map(|(ix, &question)| match &assessment.variables[question].kind {
            VariableKind::Question(asked) => Some((ix, asked.gut?)),
            _ => None,
        })
        .collect();
    let is_open = |p: f64| p > 0.0 && p < 1.0;
    let all_open = judged.iter().all(|&(ix, gut)| is_open(gut) && is_open(headlines[ix]));
    let agree = |&(ix, gut): &(usize, f64)| (log_odds(gut) - log_odds(headlines[ix])).abs() < AGREE;
    if judged.iter().all(agree) || !all_open || !solved.lowered.revisions.is_empty() {
        return Ok(None);
    }
    // The network whose certain numbers are parameters differs in nothing that could make it fail to build.
    let Ok(movable) = lower_again(assessment, Switches::Numbers, &solved.lowered.fits) else {
        return Ok(None);
    };
    let search = Search::new(solved, &movable, &judged)?;
    let (start, _) = search.measure(&vec![0.0; movable.numbers.len()]);
    if start.iter().any(|l| !l.is_finite()) {
        return Ok(None);
    }
    // The few draws are as far off at the end as they are at the start.
    let pairs = judged.iter().zip(&start);
    let mut targets: Vec<f64> =
        pairs.map(|(&(ix, gut), start)| log_odds(gut) + start - log_odds(headlines[ix])).collect();
    let mut repaired: Vec<f64> = Vec::new();
    let (mut reach, mut shifts) = search.least(&targets, Reach::WithinRanges);
    // How fast the answers of the file follow the targets of the search: as one, until two files say more.
    let mut follows = vec![1.0; judged.len()];
    let mut before: Option<(Vec<f64>, Vec<f64>)> = None;
    for left in (0..if solve { MOST_SOLVED } else { 0 }).rev() {
        let changed = changed(assessment, &movable, &shifts);
        let Some(answers) = answers(solved, &changed, &judged) else { break };
        repaired = answers;
        let pairs = repaired.iter().zip(&judged);
        let met = pairs.clone().all(|(p, (_, gut))| (p - gut).abs() <= MET);
        if met || reach == Reach::OutOfReach || left == 0 {
            break;
        }
        let off: Vec<f64> = pairs.map(|(p, (_, gut))| log_odds(*p) - log_odds(*gut)).collect();
        if let Some((aimed, missed)) = &before {
            for ix in 0..judged.len() {
                let follow = (off[ix] - missed[ix]) / (targets[ix] - aimed[ix]);
                if follow.is_finite() {
                    follows[ix] = follow.clamp(LEAST_FOLLOWED, 1.0 / LEAST_FOLLOWED);
                }
            }
        }
        before = Some((targets.clone(), off.clone()));
        for (target, (off, follow)) in targets.iter_mut().zip(off.iter().zip(&follows)) {
            *target -= off / follow;
        }
        // What the ranges could not reach once, they would miss again at every other step, and the way within
        // them is another than the way beyond: only along one way do two files say how fast they follow.
        let on = search.least(&targets, reach);
        if on.0 != reach {
            before = None;
        }
        (reach, shifts) = on;
    }
    let is_solved = !repaired.is_empty();
    if !is_solved {
        let (there, _) = search.measure(&shifts);
        let off = |ix: usize| log_odds(headlines[judged[ix].0]) - start[ix];
        repaired = there.iter().enumerate().map(|(ix, l)| probability(l + off(ix))).collect();
    }
    let judgements = judged.iter().zip(&repaired).map(|(&(question, gut), &repaired)| Judgement {
        question,
        gut,
        p: headlines[question],
        repaired,
    });
    let judgements = judgements.collect();
    let mut moves: Vec<Move> = (0..movable.numbers.len())
        .filter(|&ix| shifts[ix] != 0.0)
        .map(|ix| search.told(ix, shifts[ix], &place))
        .collect();
    moves.sort_by(|a, b| b.shift.abs().total_cmp(&a.shift.abs()));
    let total = libm::sqrt(shifts.iter().map(|shift| shift * shift).sum());
    Ok(Some(RepairFinding { judgements, reach, moves, total, is_solved }))
}

/// The assessment with every shifted number in its place.
fn changed(assessment: &Assessment, movable: &Lowered, shifts: &[f64]) -> Assessment {
    let mut changed = assessment.clone();
    for number in changed.numbers_mut() {
        let at = movable.numbers.iter().position(|origin| origin.span == number.span);
        if let Some(ix) = at.filter(|&ix| shifts[ix] != 0.0)
            && let Some(kind) = shifted(&number.kind, movable.numbers[ix].slot, shifts[ix])
        {
            number.kind = kind;
        }
    }
    changed
}

/// What the changed file says of the judged questions; nothing if it cannot be solved.
fn answers(solved: &Solved, changed: &Assessment, judged: &[(usize, f64)]) -> Option<Vec<f64>> {
    let lowered = lower_again(changed, Switches::None, &solved.lowered.fits).ok()?;
    let solved = Solved::new(changed, &lowered, solved.draws).ok()?;
    let questions = solved.questions();
    let p = |&(ix, _): &(usize, f64)| {
        solved.estimate(questions[ix], changed.variables[questions[ix]].focus()).p
    };
    Some(judged.iter().map(p).collect())
}

/// A number as it stands after a shift, `None` for one that cannot be shifted; ranges keep their kind.
pub(crate) fn shifted(kind: &NumberKind, slot: SlotKind, shift: f64) -> Option<NumberKind> {
    let is_probability = slot == SlotKind::Probability;
    let move_one = |value: f64| match is_probability {
        true => Some(probability(log_odds(value) + shift)),
        false => (value > 0.0).then(|| value * libm::exp(shift)),
    };
    Some(match *kind {
        NumberKind::Point(value) => NumberKind::Point(move_one(value)?),
        NumberKind::Range { low, high, percent } => {
            NumberKind::Range { low: move_one(low)?, high: move_one(high)?, percent }
        }
        NumberKind::Counts { times, cases } => {
            // So that the mean of beta(times + ½, cases - times + ½) is shifted.
            let mean = probability(log_odds((times + 0.5) / (cases + 1.0)) + shift);
            NumberKind::Counts { times: (mean * (cases + 1.0) - 0.5).clamp(0.0, cases), cases }
        }
        NumberKind::Word(_, term) if term.low < term.high => {
            NumberKind::Given(Distribution::Uniform {
                low: move_one(term.low)?,
                high: move_one(term.high)?,
            })
        }
        NumberKind::Word(_, term) => NumberKind::Point(move_one(term.low)?),
        NumberKind::Given(Distribution::Uniform { low, high }) => {
            NumberKind::Given(Distribution::Uniform { low: move_one(low)?, high: move_one(high)? })
        }
        NumberKind::Given(Distribution::Beta { a, b }) => {
            let mean = probability(log_odds(a / (a + b)) + shift);
            NumberKind::Given(Distribution::Beta { a: (a + b) * mean, b: (a + b) * (1.0 - mean) })
        }
        NumberKind::Given(Distribution::LogNormal { mu, sigma }) => {
            NumberKind::Given(Distribution::LogNormal { mu: mu + shift, sigma })
        }
        _ => return None,
    })
}

/// A number as it is typed: for people to two digits (of a probability near 100%, of what it leaves), for
/// programs to the last.
fn typed(kind: &NumberKind, slot: SlotKind, all_digits: bool) -> String {
    /// Decimals beyond which nobody reads.
    const MOST_DECIMALS: f64 = 12.0;
    // `of` is what the digits are counted of; whole numbers are never rounded.
    let plain = |value: f64, of: f64| {
        if all_digits {
            return format!("{value}");
        }
        let magnitude = if of == 0.0 { 0.0 } else { libm::floor(libm::log10(of.abs())) };
        let decimals = (1.0 - magnitude).clamp(0.0, MOST_DECIMALS) as usize;
        let text = format!("{value:.decimals$}");
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
            false => text,
        }
    };
    let percent = |value: f64| plain(value, value.min(100.0 - value));
    let plain = |value: f64| plain(value, value);
    let number = |value: f64| match slot {
        SlotKind::Probability => format!("{}%", percent(value * 100.0)),
        SlotKind::Weight | SlotKind::Quantity | SlotKind::Payoff => plain(value),
    };
    match kind {
        NumberKind::Point(value) => number(*value),
        NumberKind::Range { low, high, .. } => format!("{} to {}", number(*low), number(*high)),
        NumberKind::Counts { times, cases } => format!("{} of {}", plain(*times), plain(*cases)),
        NumberKind::Given(Distribution::Uniform { low, high }) => {
            format!("uniform({}, {})", number(*low), number(*high))
        }
        NumberKind::Given(Distribution::Beta { a, b }) => {
            format!("beta({}, {})", plain(*a), plain(*b))
        }
        NumberKind::Given(Distribution::LogNormal { mu, sigma }) => {
            format!("lognormal({}, {})", plain(*mu), plain(*sigma))
        }
        _ => unreachable!("no other number is shifted"),
    }
}

/// How far each number may be shifted: down and up.
type Limit = (f64, f64);

/// The network at the first draws, ready to be measured with its numbers shifted.
struct Search<'a> {
    movable: &'a Lowered,
    /// Per number, as it stands in the file; none of those that do not move.
    stated: Vec<Option<NumberKind>>,
    tape: Tape,
    /// `[n_params, n]`
    values: Vec<f64>,
    n: usize,
    /// The judged questions: variable and focus.
    judged: Vec<(VarId, usize)>,
}

impl<'a> Search<'a> {
    fn new(
        solved: &Solved,
        movable: &'a Lowered,
        judged: &[(usize, f64)],
    ) -> Result<Search<'a>, CompileError> {
        let questions = solved.questions();
        let judged: Vec<(VarId, usize)> = judged
            .iter()
            .map(|&(ix, _)| {
                let variable = &solved.assessment.variables[questions[ix]];
                (movable.variables[questions[ix]], variable.focus())
            })
            .collect();
        let vars: Vec<VarId> = judged.iter().map(|(var, _)| *var).collect();
        let limits = Limits::default();
        let tape = Tape::compile(&movable.network, &movable.evidence, &vars, &limits)?;
        let (values, n) = crate::change::draws(solved, movable, DRAWS);
        let fixed = fixed_numbers(solved.assessment);
        let mut assessment = solved.assessment.clone();
        let mut stated = vec![None; movable.numbers.len()];
        for number in assessment.numbers_mut() {
            let at = movable.numbers.iter().position(|origin| origin.span == number.span);
            // What bears on what actors choose stays: a shift of it would have them choose anew.
            let is_chosen = |ix: &usize| {
                let choices = movable.network.choices();
                choices.is_some_and(|choices| choices.reaches(ParamId(*ix as u32)))
            };
            let is_fixed = |ix: &usize| fixed.contains(&number.span) || is_chosen(ix);
            if let Some(ix) = at.filter(|ix| !is_fixed(ix)) {
                let can = shifted(&number.kind, movable.numbers[ix].slot, 0.0).is_some();
                stated[ix] = can.then(|| number.kind.clone());
            }
        }
        Ok(Search { movable, stated, tape, values, n, judged })
    }

    /// Log odds of the judged outcomes with the numbers shifted, and their derivatives by the shifts.
    fn measure(&self, shifts: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let n = self.n;
        let mut values = self.values.clone();
        let mut slopes = vec![0.0; values.len()];
        for (ix, &shift) in shifts.iter().enumerate() {
            let is_probability = self.movable.numbers[ix].slot == SlotKind::Probability;
            for (value, slope) in values[ix * n..][..n].iter_mut().zip(&mut slopes[ix * n..][..n]) {
                if shift != 0.0 {
                    *value = match is_probability {
                        true => probability(log_odds(*value) + shift),
                        false => *value * libm::exp(shift),
                    };
                }
                *slope = if is_probability { *value * (1.0 - *value) } else { *value };
            }
        }
        let mut run = self.tape.workspace();
        let mut answers = Vec::new();
        let mut gradients = Vec::new();
        for &(var, focus) in &self.judged {
            let rows = self.tape.input(var).expect("the judged questions are free on the tape");
            // Per side, the sum over draws and its derivatives: the focus, and all other states.
            let mut sides = [(0.0, vec![0.0; shifts.len()]), (0.0, vec![0.0; shifts.len()])];
            let mut unit = None;
            for (side, sums) in sides.iter_mut().enumerate() {
                let mut likelihoods = Vec::with_capacity(self.tape.n_inputs() * n);
                for (row, &default) in self.tape.default_likelihoods().iter().enumerate() {
                    let is_focus = row == rows.start + focus;
                    let out = rows.contains(&row) && is_focus != (side == 0);
                    likelihoods.resize(likelihoods.len() + n, if out { 0.0 } else { default });
                }
                run.forward(&values, Some(&likelihoods), n)
                    .expect("the draws have the tape's own shape");
                run.backward();
                let derivatives = run.parameter_derivatives();
                for lane in 0..n {
                    let (p, exponent) = run.scaled_p(lane);
                    if p == 0.0 {
                        continue;
                    }
                    // Any one power of two will do: only ratios of the sums count.
                    let scale = libm::ldexp(1.0, exponent - *unit.get_or_insert(exponent));
                    sums.0 += scale * p;
                    for (ix, sum) in sums.1.iter_mut().enumerate() {
                        let at = ix * n + lane;
                        *sum += scale * derivatives[at] * slopes[at];
                    }
                }
            }
            let [(yes, by_yes), (no, by_no)] = sides;
            answers.push(libm::log(yes) - libm::log(no));
            let by = by_yes.iter().zip(&by_no).enumerate().map(|(ix, (by_yes, by_no))| {
                if self.stated[ix].is_some() { by_yes / yes - by_no / no } else { 0.0 }
            });
            gradients.push(by.collect());
        }
        (answers, gradients)
    }

    /// The least shifts that reach the targets: within the ranges if that can be (and they were enough so far),
    /// else within what is thinkable, else as near as that goes.
    fn least(&self, targets: &[f64], so_far: Reach) -> (Reach, Vec<f64>) {
        let limits = |limit: &dyn Fn(usize, &NumberKind) -> Limit| -> Vec<Limit> {
            let numbers = self.stated.iter().enumerate();
            numbers
                .map(|(ix, kind)| kind.as_ref().map_or((0.0, 0.0), |kind| limit(ix, kind)))
                .collect()
        };
        if so_far == Reach::WithinRanges {
            let (met, shifts) = self.seek(targets, &limits(&|ix, kind| self.own(ix, kind)));
            if met {
                return (Reach::WithinRanges, shifts);
            }
        }
        let (met, shifts) = self.seek(targets, &limits(&|ix, kind| self.thinkable(ix, kind)));
        (if met { Reach::BeyondRanges } else { Reach::OutOfReach }, shifts)
    }

    /// How far the middle of a number may be shifted inside its author's own range.
    fn own(&self, ix: usize, kind: &NumberKind) -> Limit {
        let number = &self.movable.numbers[ix];
        let (low, high) = ends_on_scale(number);
        let half = (high - low) / 2.0;
        let (down, up) = least_counts(kind);
        if half.is_finite() { ((-half).max(down), half.min(up)) } else { (0.0, 0.0) }
    }

    /// How far it may be shifted at all: [`Scale::of`].
    fn thinkable(&self, ix: usize, kind: &NumberKind) -> Limit {
        let number = &self.movable.numbers[ix];
        let (low, high) = ends_on_scale(number);
        let middle = (low + high) / 2.0;
        let (least, most) = match Scale::of(number) {
            Scale::LogOdds(least, most) | Scale::Log(least, most) => (least, most),
            Scale::Plain(..) => return (0.0, 0.0),
        };
        let (down, up) = least_counts(kind);
        if middle.is_finite() {
            ((least - middle).min(0.0).max(down), (most - middle).max(0.0).min(up))
        } else {
            (0.0, 0.0)
        }
    }

    /// Linearises, takes the least shifts of the linear problem, and does so again from there. Says whether
    /// the targets are met.
    fn seek(&self, targets: &[f64], limits: &[Limit]) -> (bool, Vec<f64>) {
        let mut shifts = vec![0.0; limits.len()];
        let (mut answers, mut gradients) = self.measure(&shifts);
        let off = |answers: &[f64]| -> f64 {
            let off = answers.iter().zip(targets).map(|(a, t)| (a - t).abs());
            off.fold(0.0, |most: f64, off| if off.is_nan() { f64::INFINITY } else { most.max(off) })
        };
        for _ in 0..MOST_STEPS {
            let wanted: Vec<f64> = (answers.iter().zip(targets).zip(&gradients))
                .map(|((answer, target), gradient)| target - answer + dot(gradient, &shifts))
                .collect();
            let next = least_of_linear(&gradients, &wanted, limits);
            let before = off(&answers);
            // Where the answer bends, a shorter way leads further.
            let mut part = 1.0;
            loop {
                let tried: Vec<f64> =
                    shifts.iter().zip(&next).map(|(from, to)| from + part * (to - from)).collect();
                let (there, by) = self.measure(&tried);
                if off(&there) <= before.max(NEAR) || part < 1e-3 {
                    let moved = tried.iter().zip(&shifts).map(|(a, b)| (a - b).abs());
                    let moved = moved.fold(0.0, f64::max);
                    (shifts, answers, gradients) = (tried, there, by);
                    if moved < SETTLED && off(&answers) < 10.0 * NEAR || moved < NEAR {
                        return (off(&answers) < 10.0 * NEAR, shifts);
                    }
                    break;
                }
                part /= 2.0;
            }
        }
        (off(&answers) < 1e3 * NEAR, shifts)
    }

    fn told(&self, ix: usize, shift: f64, place: &impl Fn(Span) -> Place) -> Move {
        let number = &self.movable.numbers[ix];
        let stated = self.stated[ix].as_ref().expect("what is shifted is stated");
        let (low, high) = ends_on_scale(number);
        let kind = shifted(stated, number.slot, shift).expect("what is shifted can be");
        Move {
            what: number.what.clone(),
            place: place(number.span),
            written: number.written.clone(),
            becomes: typed(&kind, number.slot, false),
            exactly: typed(&kind, number.slot, true),
            shift,
            inside: shift.abs() <= (high - low) / 2.0,
            is_certain: low == high,
        }
    }
}

/// Both ends of a number's range in log odds, or logarithms.
fn ends_on_scale(number: &NumberOrigin) -> Limit {
    match number.slot {
        SlotKind::Probability => (log_odds(number.low), log_odds(number.high)),
        SlotKind::Weight | SlotKind::Quantity | SlotKind::Payoff => {
            (libm::log(number.low), libm::log(number.high))
        }
    }
}

/// Counts go down to none, and up to all.
fn least_counts(kind: &NumberKind) -> Limit {
    let NumberKind::Counts { times, cases } = *kind else {
        return (f64::NEG_INFINITY, f64::INFINITY);
    };
    let at = |times: f64| log_odds((times + 0.5) / (cases + 1.0));
    (at(0.0) - at(times), at(cases) - at(times))
}

/// Numbers of rows that state all their states: each would have to move with the others of its row.
fn fixed_numbers(assessment: &Assessment) -> BTreeSet<Span> {
    let whole = |variable: &Variable| -> Vec<Span> {
        let n_states = variable.states.len();
        match &variable.form {
            Form::Odds { base: Some(base), .. } => {
                let numbers: Vec<Span> = base
                    .numbers
                    .iter()
                    .filter_map(|(_, it)| Some(it.as_ref()?.number.span))
                    .collect();
                if numbers.len() == n_states { numbers } else { Vec::new() }
            }
            Form::Cases(states) => {
                let stated = states.iter().filter_map(|state| state.cases.as_ref());
                if stated.clone().count() < n_states {
                    return Vec::new();
                }
                stated.flatten().map(|case| case.number.number.span).collect()
            }
            Form::Table { rows, .. } => {
                let full = rows.iter().filter(|row| row.iter().all(Option::is_some));
                full.flatten().flatten().map(|cell| cell.number.span).collect()
            }
            _ => Vec::new(),
        }
    };
    assessment.variables.iter().flat_map(whole).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The `x` of least length with `J x = b` and every `x` within its limits; if there is none, one that comes
/// near.
///
/// By the Lagrange condition `x = clip(Jᵀ λ)`; the `λ` are found one after the other, each by bisection of
/// a function that never falls, until none moves.
fn least_of_linear(rows: &[Vec<f64>], wanted: &[f64], limits: &[Limit]) -> Vec<f64> {
    /// Doublings after which every number stands at its limit; halvings to the last digit; rounds in which
    /// questions that share numbers come to terms.
    const DOUBLINGS: usize = 200;
    const HALVINGS: usize = 200;
    const ROUNDS: usize = 500;
    let at = |lambda: &[f64]| -> Vec<f64> {
        let along =
            |ix: usize| -> f64 { rows.iter().zip(lambda).map(|(row, l)| row[ix] * l).sum() };
        limits.iter().enumerate().map(|(ix, (low, high))| along(ix).clamp(*low, *high)).collect()
    };
    let mut lambda = vec![0.0; rows.len()];
    for _ in 0..ROUNDS {
        let mut moved: f64 = 0.0;
        for ix in 0..rows.len() {
            let before = lambda[ix];
            let mut off = |value: f64| {
                lambda[ix] = value;
                dot(&rows[ix], &at(&lambda)) - wanted[ix]
            };
            let rises = off(before) < 0.0;
            let mut step: f64 = if rises { 1.0 } else { -1.0 };
            let (mut from, mut to) = (before, before + step);
            let mut found = false;
            for _ in 0..DOUBLINGS {
                if (off(to) < 0.0) != rises {
                    found = true;
                    break;
                }
                step *= 2.0;
                (from, to) = (to, to + step);
            }
            if found {
                for _ in 0..HALVINGS {
                    let middle = (from + to) / 2.0;
                    if middle == from || middle == to {
                        break;
                    }
                    if (off(middle) < 0.0) == rises { from = middle } else { to = middle }
                }
            }
            // Beyond reach, where all stand at their limits, nothing changes any more.
            lambda[ix] = if found { to } else { before + step.signum() * 1e9 };
            moved = moved.max((lambda[ix] - before).abs());
        }
        if rows.len() == 1 || moved < 1e-15 {
            break;
        }
    }
    at(&lambda)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without limits the least `x` of one equation is `b g / |g|²`: Lagrange by hand.
    #[test]
    fn one_equation_is_met_along_its_gradient() {
        let free = [(-10.0, 10.0); 2];
        let x = least_of_linear(&[vec![3.0, 4.0]], &[10.0], &free);
        assert!((x[0] - 1.2).abs() < 1e-12 && (x[1] - 1.6).abs() < 1e-12, "{x:?}");
        // With the second at its limit, the first takes what is left.
        let x = least_of_linear(&[vec![3.0, 4.0]], &[10.0], &[(-10.0, 10.0), (-1.0, 1.0)]);
        assert!((x[0] - 2.0).abs() < 1e-12 && x[1] == 1.0, "{x:?}");
    }

    /// Two equations in three unknowns: `Jᵀ (J Jᵀ)⁻¹ b`, which is (0, 1, 1) here.
    #[test]
    fn two_equations_come_to_terms() {
        let rows = [vec![1.0, 1.0, 0.0], vec![-1.0, 0.0, 1.0]];
        let x = least_of_linear(&rows, &[1.0, 1.0], &[(-10.0, 10.0); 3]);
        for (x, expected) in x.iter().zip([0.0, 1.0, 1.0]) {
            assert!((x - expected).abs() < 1e-12, "{x} is not {expected}");
        }
    }

    #[test]
    fn what_is_out_of_reach_ends_at_the_limits() {
        let x = least_of_linear(&[vec![1.0, -1.0]], &[10.0], &[(-1.0, 2.0), (-3.0, 1.0)]);
        assert_eq!(x, [2.0, -3.0]);
    }

    #[test]
    fn shifted_numbers_are_typed_as_they_were() {
        let third = libm::log(3.0);
        let range = NumberKind::Range { low: 0.25, high: 0.5, percent: true };
        let range = shifted(&range, SlotKind::Probability, third).unwrap();
        assert_eq!(typed(&range, SlotKind::Probability, false), "50% to 75%");
        let weight = shifted(&NumberKind::Point(0.5), SlotKind::Weight, -third).unwrap();
        assert_eq!(typed(&weight, SlotKind::Weight, false), "0.17");
        let counts = NumberKind::Counts { times: 1.5, cases: 7.0 };
        let counts = shifted(&counts, SlotKind::Probability, third).unwrap();
        assert_eq!(typed(&counts, SlotKind::Probability, false), "3.5 of 7");
        let near = shifted(&NumberKind::Point(0.99), SlotKind::Probability, third).unwrap();
        assert_eq!(typed(&near, SlotKind::Probability, false), "99.66%");
        let beta = NumberKind::Given(Distribution::Beta { a: 1.0, b: 3.0 });
        let beta = shifted(&beta, SlotKind::Probability, third).unwrap();
        assert_eq!(typed(&beta, SlotKind::Probability, false), "beta(2, 2)");
    }
}
