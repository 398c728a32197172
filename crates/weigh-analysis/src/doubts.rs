//! What is legal but doubtful, and shows only in the numbers (docs/methods.md, 2.14).

use crate::describe::weights;
use crate::findings::{Findings, QuestionFinding, RowOf, Unit};
use crate::known::{Known, Seen};
use crate::solved::Solved;
use serde::Serialize;
use weigh_inference::{CompileError, VarId};
use weigh_model::assessment::{Condition, Elicited, NumberKind, Says};

/// A reason moves nothing if it carries less than a tenth of a deciban of log odds. A deciban is about
/// the least weight that a mind notices (Good 1950); a tenth changes no printed digit of the odds.
pub const NOTHING: f64 = core::f64::consts::LN_10 / 100.0;
/// The same where shares are counted in probability: a tenth of a point in a hundred.
pub const NOTHING_P: f64 = 0.001;
/// The answer rests on what carries twice as much as all the rest together: our convention.
pub const MOST_OF_IT: f64 = 2.0 / 3.0;
/// Items from which it means something that one carries most, or that all speak for one side: of two,
/// one is always the larger, and both stand on one side every other time.
pub const FEW_ITEMS: usize = 3;
/// What the Admiralty digits 1 to 5 stand for in STIX 2.1 (OASIS 2021, appendix A), as probabilities; 6
/// cannot be judged. A digit is at odds with the answer if that lies two digits away or more.
pub const DIGITS: [f64; 5] = [0.9, 0.7, 0.5, 0.3, 0.1];
/// Draws over which a condition on several factors is averaged.
const DRAWS: usize = 64;
/// Combinations of states up to which such a condition is asked about.
const MOST_CASES: usize = 256;

/// Something legal but doubtful.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum Doubt {
    /// With the reason or without it, every answer is the same.
    ReasonMovesNothing {
        /// Position in the findings' reasons.
        reason: usize,
    },
    /// Of everything that tells, nothing speaks for the other side.
    OneSided {
        /// Position in the findings' questions.
        question: usize,
        /// Whether all of it speaks for the focus outcome; otherwise all speaks against it.
        speaks_for: bool,
        /// How many items tell something.
        n_items: usize,
    },
    /// One item carries most of what the answer has from its grounds.
    RestsOnOne {
        /// Position in the findings' questions.
        question: usize,
        /// The item.
        item: Ground,
        /// What part of all shares, each counted as positive, is its own.
        part: f64,
    },
    /// A source's Admiralty digit says otherwise than the answer of what the source reports.
    DigitOffAnswer {
        /// Position in the findings' sources.
        source: usize,
        /// The report: a position in the findings' evidence.
        item: usize,
        /// The digit.
        digit: u8,
        /// How probable it is, all evidence known, that what is reported is so.
        p: f64,
    },
}

/// Something that an answer can rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ground {
    /// A reason: a position in the findings' reasons.
    Reason {
        /// Which.
        reason: usize,
    },
    /// An item of evidence: a position in the findings' evidence.
    Evidence {
        /// Which.
        item: usize,
    },
}

/// Everything doubtful that the numbers show: reasons first, then questions, then sources.
pub(crate) fn doubts(solved: &Solved, findings: &Findings) -> Result<Vec<Doubt>, CompileError> {
    let mut doubts = idle_reasons(solved, findings);
    for question in 0..findings.questions.len() {
        doubts.extend(one_sided(findings, question));
        doubts.extend(rests_on_one(findings, question));
    }
    doubts.extend(digits_off(solved)?);
    Ok(doubts)
}

/// Reasons that carry nothing of any outcome of any question, though they have weights or evidence; that
/// others have none was told before there were numbers.
fn idle_reasons(solved: &Solved, findings: &Findings) -> Vec<Doubt> {
    let moves = |reason: usize| {
        findings.questions.iter().flat_map(|question| &question.carried).any(|carried| {
            let least = match carried.unit {
                Unit::LogOdds => NOTHING,
                Unit::Probability => NOTHING_P,
            };
            // Without some reason what was seen may be impossible: then it has no share, and carries all.
            let own = carried.shares.iter().find(|share| share.reason == reason);
            own.is_none_or(|own| {
                // Shares that cancel over the orders, and those that cannot be had, are no proof of idleness.
                let apart = |a: f64, b: f64| match carried.unit {
                    Unit::LogOdds => {
                        (crate::log_odds::log_odds(a) - crate::log_odds::log_odds(b)).abs()
                    }
                    Unit::Probability => (a - b).abs(),
                };
                let error = own.error.unwrap_or(0.0);
                own.share.is_none_or(|share| share.abs() + 2.0 * error >= least)
                    || apart(own.dropped, carried.p) >= least
                    || carried.without.is_none_or(|without| apart(own.alone, without) >= least)
            })
        })
    };
    let weights = || weights(solved.assessment);
    let is_weighed = |reason: &usize| {
        let known = |number: &Elicited| !matches!(number.number.kind, NumberKind::Unknown);
        let weighs = |number: &Elicited| number.because == Some(*reason) && known(number);
        let carried = findings.questions.iter().any(|question| !question.carried.is_empty());
        let evidence = &findings.reasons[*reason].evidence;
        let known_yet = |item: &usize| findings.evidence[*item].left_out.is_none();
        carried && (weights().any(|(number, _)| weighs(number)) || evidence.iter().any(known_yet))
    };
    (0..findings.reasons.len())
        .filter(is_weighed)
        .filter(|&reason| !moves(reason))
        .map(|reason| Doubt::ReasonMovesNothing { reason })
        .collect()
}

/// Whether everything that tells the focus outcome from the others speaks for one side.
fn one_sided(findings: &Findings, question: usize) -> Option<Doubt> {
    let focus = findings.questions[question].focus;
    let rows = &findings.matrix.get(question)?.rows;
    let letters = rows.iter().filter_map(|row| Some(row.alone.cells[focus]?.letter));
    let (mut n_for, mut n_against) = (0, 0);
    for letter in letters {
        n_for += usize::from(letter > crate::matrix::Letter::Neutral);
        n_against += usize::from(letter.is_against());
    }
    let n_items = n_for + n_against;
    (n_items >= FEW_ITEMS && n_for.min(n_against) == 0).then_some(Doubt::OneSided {
        question,
        speaks_for: n_for > 0,
        n_items,
    })
}

/// The item that carries most of the focus outcome, if one does: among reasons where there are enough of
/// them, else among items of evidence.
fn rests_on_one(findings: &Findings, question: usize) -> Option<Doubt> {
    let of = &findings.questions[question];
    let (carried, least) = reasons_carry(of)
        .filter(|(carried, _)| carried.len() >= FEW_ITEMS)
        .or_else(|| evidence_carries(findings, question))
        .filter(|(carried, _)| carried.len() >= FEW_ITEMS)?;
    let all: f64 = carried.iter().map(|(_, share)| share).sum();
    let (item, largest) = carried.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let part = largest / all;
    (largest >= least && part >= MOST_OF_IT).then_some(Doubt::RestsOnOne { question, item, part })
}

/// Items with their shares as positive numbers, and the least share that is worth telling: a deciban.
type Carried = (Vec<(Ground, f64)>, f64);

fn reasons_carry(question: &QuestionFinding) -> Option<Carried> {
    let carried = question.carried.first()?;
    let least = match carried.unit {
        Unit::LogOdds => 10.0 * NOTHING,
        Unit::Probability => 10.0 * NOTHING_P,
    };
    let shares = carried.shares.iter().filter(|share| share.share != Some(0.0));
    let shares: Option<Vec<_>> =
        shares.map(|own| Some((Ground::Reason { reason: own.reason }, own.share?.abs()))).collect();
    Some((shares?, least))
}

fn evidence_carries(findings: &Findings, question: usize) -> Option<Carried> {
    let focus = findings.questions[question].focus;
    let weight = |row: &crate::matrix::MatrixRow| {
        let RowOf::Evidence { item } = row.of else { return None };
        let weight = libm::log(row.given_rest.cells[focus]?.ratio).abs();
        (weight.is_finite() && weight > 0.0).then_some((Ground::Evidence { item }, weight))
    };
    let rows = &findings.matrix.get(question)?.rows;
    Some((rows.iter().filter_map(weight).collect(), 10.0 * NOTHING))
}

/// Per source with a digit, the report that is furthest from it, if that is far enough.
fn digits_off(solved: &Solved) -> Result<Vec<Doubt>, CompileError> {
    let assessment = solved.assessment;
    let mut doubts = Vec::new();
    for (source, declared) in assessment.sources.iter().enumerate() {
        let Some(digit) = declared.credibility.filter(|digit| (1..=5).contains(digit)) else {
            continue;
        };
        let mut worst: Option<(usize, u8, f64)> = None;
        for (item, evidence) in assessment.evidence.iter().enumerate() {
            let Some(Says::Reports { condition, .. }) = &evidence.says else { continue };
            if evidence.left_out.is_some() || !evidence.sources.contains(&source) {
                continue;
            }
            let Some(p) = probability(solved, condition)? else { continue };
            let off = nearest_digit(p).abs_diff(digit);
            if off >= 2 && worst.is_none_or(|worst| off > worst.1) {
                worst = Some((item, off, p));
            }
        }
        doubts.extend(worst.map(|(item, _, p)| Doubt::DigitOffAnswer { source, item, digit, p }));
    }
    Ok(doubts)
}

/// The digit whose probability is nearest; of two as near, the one that says less.
///
/// ```
/// # use weigh_analysis::doubts::nearest_digit;
/// assert_eq!([0.95, 0.7, 0.5, 0.25, 0.01].map(nearest_digit), [1, 2, 3, 4, 5]);
/// ```
pub fn nearest_digit(p: f64) -> u8 {
    let distance = |ix: &usize| (DIGITS[*ix] - p).abs();
    let nearest = (0..DIGITS.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.map_or(0, |ix| ix as u8 + 1)
}

/// How probable a condition is, all evidence known; none if it asks about quantities, or about too many
/// states to try them all.
fn probability(solved: &Solved, condition: &Condition) -> Result<Option<f64>, CompileError> {
    let (mut asked, mut quantities) = (Vec::new(), Vec::new());
    condition.variables(&mut asked);
    condition.quantities(&mut quantities);
    let n_states = |ix: &usize| solved.assessment.variables[*ix].states.len();
    let n_cases = asked.iter().try_fold(1usize, |n, ix| n.checked_mul(n_states(ix)));
    if !quantities.is_empty() || n_cases.is_none_or(|n| n > MOST_CASES) {
        return Ok(None);
    }
    let sizes: Vec<usize> = asked.iter().map(n_states).collect();
    let mut cases = vec![Vec::new()];
    for size in sizes {
        let longer = |case: &Vec<usize>| {
            let case = case.clone();
            (0..size).map(move |state| [case.as_slice(), &[state]].concat())
        };
        cases = cases.iter().flat_map(longer).collect();
    }
    cases.retain(|case| holds(condition, &asked, case));
    if let [variable] = asked.as_slice() {
        let p = |case: &Vec<usize>| solved.estimate(*variable, case[0]).p;
        return Ok(Some(cases.iter().map(p).sum()));
    }
    let varied: Vec<VarId> = asked.iter().map(|&ix| solved.lowered.variables[ix]).collect();
    let known = Known::drawn(solved, DRAWS)?;
    let all = known.run(Seen::only(&[]), &[])?.log10_p_evidence;
    let seen =
        known.run(Seen { fixed: &[], varied: &varied, cases: &cases }, &[])?.log10_p_evidence;
    let largest = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum = |logs: &[f64]| logs.iter().map(|log| libm::exp10(log - largest)).sum::<f64>();
    Ok((largest > f64::NEG_INFINITY).then(|| sum(&seen) / sum(&all)))
}

/// Whether a condition on `variables` alone holds in these states of them.
fn holds(condition: &Condition, variables: &[usize], states: &[usize]) -> bool {
    match condition {
        Condition::Is { variable, states: these } => {
            let at = variables.iter().position(|ix| ix == variable);
            at.is_some_and(|at| these.contains(&states[at]))
        }
        Condition::Compare { .. } => false,
        Condition::Not(inner) => !holds(inner, variables, states),
        Condition::And(parts) => parts.iter().all(|part| holds(part, variables, states)),
        Condition::Or(parts) => parts.iter().any(|part| holds(part, variables, states)),
    }
}
