//! How the answer stands up to another structure: arrows cut, sources gone or lying, reasons halved.
//!
//! Each row changes the assessment itself, builds its network anew and runs it with the same draws
//! (docs/methods.md, 2.12). Few draws measure the difference of log odds; the headline says where.

use crate::findings::QuestionFinding;
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use serde::Serialize;
use weigh_inference::{CompileError, VarId};
use weigh_model::assessment::{
    Assessment, Base, Condition, Elicited, Form, Header, Number, NumberKind, Says, Variable,
    VariableKind, Window,
};
use weigh_model::lower::{Lowered, Switches, lower_again, parents};

/// Draws in common to all rows.
const DRAWS: usize = 64;
/// Networks that are built anew, at most: each costs as much as a check of the file.
const MOST_BUILT: usize = 300;

/// One way in which the structure might be otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StressFinding {
    /// What is changed.
    pub change: Change,
    /// Per question, the focus outcome's probability then; none if the evidence is then impossible,
    /// or if the change has no meaning for that question.
    pub answers: Vec<Option<f64>>,
}

/// A change of the structure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The arrow between two factors is cut: positions in the findings' factors.
    ArrowCut {
        /// Where it starts.
        from: usize,
        /// Where it ends.
        to: usize,
    },
    /// A source is not heard: a position in the findings' sources.
    SourceGone {
        /// Which.
        source: usize,
    },
    /// A source says the opposite of what it knows.
    SourceDeceives {
        /// Which.
        source: usize,
    },
    /// A reason's share of the log odds counts half: a position in the findings' reasons.
    ReasonHalved {
        /// Which.
        reason: usize,
    },
    /// A reason's share of the log odds counts twice.
    ReasonDoubled {
        /// Which.
        reason: usize,
    },
    /// Every number errs on its own.
    ErrorsIndependent,
    /// A cause that nobody listed brings the focus outcome about, this often.
    UnlistedCause {
        /// How often it suffices.
        strength: f64,
    },
    /// A cause that nobody listed keeps the focus outcome from coming about, this often.
    UnlistedBrake {
        /// How often it suffices.
        strength: f64,
    },
}

/// The rows that need networks of their own: arrows and sources.
pub(crate) fn rebuilt(solved: &Solved) -> Result<Vec<StressFinding>, CompileError> {
    let assessment = solved.assessment;
    let mut changes = Vec::new();
    for (to, variable) in assessment.variables.iter().enumerate() {
        let from = parents(variable).into_iter();
        changes.extend(from.map(|from| Change::ArrowCut { from, to }));
    }
    for source in 0..assessment.sources.len() {
        let cites = |item: &weigh_model::assessment::Evidence| {
            item.left_out.is_none() && item.says.is_some() && item.sources.contains(&source)
        };
        if assessment.evidence.iter().any(cites) {
            changes.extend([Change::SourceGone { source }, Change::SourceDeceives { source }]);
        }
    }
    changes.truncate(MOST_BUILT);
    let usual = before_evidence(solved)?;
    let measured = log_odds_of(solved, solved.lowered)?;
    let headlines = headlines(solved);
    let mut findings = Vec::new();
    for change in changes {
        let changed = changed(assessment, change, &usual);
        let Ok(lowered) = lower_again(&changed, Switches::None, &solved.lowered.fits) else {
            continue;
        };
        // A network that became too wide says nothing about the answer.
        let Ok(then) = log_odds_of(solved, &lowered) else { continue };
        let moved = headlines.iter().zip(then.iter().zip(&measured));
        let answers = moved.map(|(headline, (then, measured))| {
            let off = log_odds(*headline) - (*measured)?;
            let off = if off.is_finite() { off } else { 0.0 };
            Some(probability((*then)? + off))
        });
        findings.push(StressFinding { change, answers: answers.collect() });
    }
    Ok(findings)
}

/// The rows that follow from what was found already: reasons, errors, and a cause nobody listed.
pub(crate) fn derived(questions: &[QuestionFinding], unlisted: f64) -> Vec<StressFinding> {
    let focus = |question: &QuestionFinding| question.outcomes[question.focus].clone();
    let row = |change: Change, answer: &dyn Fn(&QuestionFinding) -> Option<f64>| StressFinding {
        change,
        answers: questions.iter().map(answer).collect(),
    };
    let n_reasons = questions.iter().map(|question| question.shares().len()).max().unwrap_or(0);
    let mut rows = Vec::new();
    for reason in 0..n_reasons {
        // By how much its share changes, as a part of it.
        let with = |part: f64| {
            move |question: &QuestionFinding| {
                let share = question.shares().iter().find(|share| share.reason == reason)?.share?;
                Some(probability(log_odds(focus(question).estimate.p) + part * share))
            }
        };
        rows.push(row(Change::ReasonHalved { reason }, &with(-0.5)));
        rows.push(row(Change::ReasonDoubled { reason }, &with(1.0)));
    }
    rows.push(row(Change::ErrorsIndependent, &|question| {
        let (shared, alone) = (focus(question).estimate.p, focus(question).independent.p);
        // Where nothing is uncertain, the two are one number, computed twice.
        Some(if (alone - shared).abs() < 1e-12 { shared } else { alone })
    }));
    rows.push(row(Change::UnlistedCause { strength: unlisted }, &|question| {
        let p = focus(question).estimate.p;
        Some(p + (1.0 - p) * unlisted)
    }));
    rows.push(row(Change::UnlistedBrake { strength: unlisted }, &|question| {
        Some(focus(question).estimate.p * (1.0 - unlisted))
    }));
    rows
}

fn headlines(solved: &Solved) -> Vec<f64> {
    let focus = |ix: &usize| solved.assessment.variables[*ix].focus();
    solved.questions().iter().map(|ix| solved.estimate(*ix, focus(ix)).p).collect()
}

/// The log odds of each question's focus on a network with the same numbers, over the first draws.
fn log_odds_of(solved: &Solved, lowered: &Lowered) -> Result<Vec<Option<f64>>, CompileError> {
    let vars: Vec<VarId> = solved.questions().iter().map(|&ix| lowered.variables[ix]).collect();
    let (values, n) = solved.draws_on(lowered, DRAWS);
    let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
    let (network, evidence) = (&lowered.network, &lowered.evidence);
    let lanes = Lanes::new(network, evidence, &lowered.revisions, &[], &vars, draws)?;
    let drawn: Drawn = lanes.run(&[Variant::default()]).remove(0);
    let focus = |(ix, &question): (usize, &usize)| {
        drawn.mean(ix, solved.assessment.variables[question].focus()).map(log_odds)
    };
    Ok(solved.questions().iter().enumerate().map(focus).collect())
}

/// Every variable's probabilities before anything was seen, over the first draws.
fn before_evidence(solved: &Solved) -> Result<Vec<Vec<f64>>, CompileError> {
    let lowered = solved.lowered;
    let none = weigh_inference::Evidence::new();
    let all: Vec<VarId> = lowered.network.ids().collect();
    let lanes = Lanes::new(&lowered.network, &none, &[], &[], &all, solved.draws_of(DRAWS))?;
    let drawn = lanes.run(&[Variant::default()]).remove(0);
    let p = |variable: usize, state| drawn.mean(lowered.variables[variable].ix(), state);
    let states = |variable: usize| 0..solved.assessment.variables[variable].states.len();
    let variables = 0..solved.assessment.variables.len();
    Ok(variables
        .map(|variable| states(variable).map(|s| p(variable, s).unwrap_or(0.0)).collect())
        .collect())
}

fn changed(assessment: &Assessment, change: Change, usual: &[Vec<f64>]) -> Assessment {
    let mut changed = assessment.clone();
    match change {
        Change::ArrowCut { from, to } => {
            // What is listened to instead is as the parent usually is, and hears nothing itself.
            let twin = changed.variables.len();
            changed.variables.push(twin_of(&assessment.variables[from], &usual[from]));
            replace_parent(&mut changed.variables[to].form, from, twin);
        }
        Change::SourceGone { source } => without_source(&mut changed, source),
        Change::SourceDeceives { source } => {
            let mut turned = Vec::new();
            for item in &mut changed.evidence {
                if let Some(Says::Reports { condition, anyway, rates }) = &item.says
                    && item.sources.contains(&source)
                {
                    let says = Says::Reports {
                        condition: Condition::Not(Box::new(condition.clone())),
                        anyway: anyway.clone(),
                        rates: rates.clone(),
                    };
                    turned.push((item.header.name.clone(), says));
                }
            }
            let items = std::mem::take(&mut changed.evidence);
            for mut item in items {
                let says = turned.iter().find(|(name, _)| *name == item.header.name);
                if let Some((_, says)) = says {
                    let mut lie = item.clone();
                    lie.sources = vec![source];
                    lie.says = Some(says.clone());
                    item.sources.retain(|&other| other != source);
                    if !item.sources.is_empty() {
                        changed.evidence.push(item);
                    }
                    changed.evidence.push(lie);
                } else {
                    changed.evidence.push(item);
                }
            }
            // What it is the only one to vouch for in another way than by reporting is not believed.
            drop_vouched(&mut changed, source);
        }
        _ => unreachable!("only arrows and sources are built anew"),
    }
    changed
}

fn without_source(changed: &mut Assessment, source: usize) {
    drop_vouched(changed, source);
    for item in &mut changed.evidence {
        if matches!(item.says, Some(Says::Reports { .. })) && item.sources.contains(&source) {
            item.sources.retain(|&other| other != source);
            if item.sources.is_empty() {
                item.says = None;
            }
        }
    }
}

fn drop_vouched(changed: &mut Assessment, source: usize) {
    for item in &mut changed.evidence {
        if item.sources == [source] && !matches!(item.says, Some(Says::Reports { .. })) {
            item.says = None;
        }
    }
}

/// A variable without parents that has these probabilities.
fn twin_of(variable: &Variable, usual: &[f64]) -> Variable {
    let span = variable.header.span;
    let number = |p: &f64| Elicited {
        number: Number { kind: NumberKind::Point(*p), span, written: String::new() },
        what: String::new(),
        rationale: None,
        because: None,
        elicitor: 0,
    };
    let base = Base {
        numbers: usual.iter().map(number).map(Some).enumerate().collect(),
        window: Window::Left,
        class: None,
        written: String::new(),
        span,
        quotes: Vec::new(),
    };
    Variable {
        header: Header { notes: Vec::new(), ..variable.header.clone() },
        kind: VariableKind::Factor,
        states: variable.states.clone(),
        by: None,
        form: Form::Odds { base: Some(base), odds: Vec::new() },
        because: None,
        quotes: Vec::new(),
    }
}

fn replace_parent(form: &mut Form, from: usize, to: usize) {
    match form {
        Form::Odds { odds, .. } | Form::Hazards { odds, .. } => {
            let conditions = odds.iter_mut().filter_map(|line| line.condition.as_mut());
            conditions.for_each(|condition| replace_in(condition, from, to));
        }
        Form::Cases(states) => {
            let cases = states.iter_mut().flat_map(|state| state.cases.iter_mut().flatten());
            let conditions = cases.filter_map(|case| case.condition.as_mut());
            conditions.for_each(|condition| replace_in(condition, from, to));
        }
        Form::NoisyOr { causes, .. } => {
            causes.iter_mut().for_each(|cause| replace_in(&mut cause.condition, from, to));
        }
        Form::Table { parents, .. } => {
            parents.iter_mut().filter(|parent| **parent == from).for_each(|parent| *parent = to);
        }
        Form::Choice { knows, .. } => {
            knows.iter_mut().filter(|known| **known == from).for_each(|known| *known = to);
        }
    }
}

fn replace_in(condition: &mut Condition, from: usize, to: usize) {
    match condition {
        Condition::Is { variable, .. } if *variable == from => *variable = to,
        Condition::Is { .. } | Condition::Compare { .. } => {}
        Condition::Not(inner) => replace_in(inner, from, to),
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter_mut().for_each(|part| replace_in(part, from, to));
        }
    }
}
