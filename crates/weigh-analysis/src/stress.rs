//! How the answer stands up to another structure: arrows cut, sources gone or lying, reasons halved.
//!
//! Each row changes the assessment and runs its network with the same draws (docs/methods.md, 2.12): arrows have
//! switches in one network, the rest is built anew. Few draws measure the difference of log odds; the headline says where.

use crate::findings::QuestionFinding;
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use serde::Serialize;
use std::collections::BTreeMap;
use weigh_inference::{CompileError, ParamId, VarId};
use weigh_model::assessment::{
    Assessment, Base, Condition, Elicited, Form, Header, Number, NumberKind, Says, Variable,
    VariableKind, Window,
};
use weigh_model::lower::{Lowered, Switches, lower_again, parents};

/// Draws in common to all rows.
const DRAWS: usize = 64;
/// Arrows and sources that are looked at, at most: a network built anew costs as much as a check of the file.
const MOST_CHANGED: usize = 300;

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

/// The rows that need another network: arrows and sources.
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
    changes.truncate(MOST_CHANGED);
    let usual = before_evidence(solved)?;
    let measured = log_odds_of(solved, solved.lowered)?;
    let headlines = headlines(solved);
    let arrows = changes.iter().filter_map(|change| match *change {
        Change::ArrowCut { from, to } => Some((from, to)),
        _ => None,
    });
    let mut cut = without_arrows(solved, &usual, arrows).unwrap_or_default();
    let mut findings = Vec::new();
    for change in changes {
        let switched = match change {
            Change::ArrowCut { from, to } => cut.remove(&(from, to)),
            _ => None,
        };
        let then = match switched {
            Some(then) => then,
            None => {
                let changed = changed(assessment, change, &usual);
                let lowered = lower_again(&changed, Switches::None, &solved.lowered.fits);
                // A network that became too wide says nothing about the answer.
                match lowered.ok().and_then(|lowered| log_odds_of(solved, &lowered).ok()) {
                    Some(then) => then,
                    None => continue,
                }
            }
        };
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

/// What [`log_odds_of`] gives without each of some arrows that can be switched off, from one network.
fn without_arrows(
    solved: &Solved,
    usual: &[Vec<f64>],
    arrows: impl Iterator<Item = (usize, usize)>,
) -> Option<BTreeMap<(usize, usize), LogOdds>> {
    let switches = Switches::Arrows(usual);
    let lowered = lower_again(solved.assessment, switches, &solved.lowered.fits).ok()?;
    let vars: Vec<VarId> = solved.questions().iter().map(|&ix| lowered.variables[ix]).collect();
    let draws = DrawsOf { n_switches: lowered.arrows.len(), ..solved.draws_of(DRAWS) };
    let (network, evidence) = (&lowered.network, &lowered.evidence);
    let lanes = Lanes::new(network, evidence, &lowered.revisions, &[], &vars, draws).ok()?;
    let off = |switch: &ParamId| Variant { held: vec![(switch.ix(), 0.0)], without: Vec::new() };
    let (arrows, variants): (Vec<_>, Vec<Variant>) =
        arrows.filter_map(|arrow| Some((arrow, off(lowered.arrows.get(&arrow)?)))).unzip();
    let drawn = lanes.run(&variants);
    let answers = drawn.iter().map(|drawn| focus_log_odds(solved, drawn));
    Some(arrows.into_iter().zip(answers).collect())
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

/// Of each question's focus; none where the evidence is impossible.
type LogOdds = Vec<Option<f64>>;

fn headlines(solved: &Solved) -> Vec<f64> {
    let focus = |ix: &usize| solved.assessment.variables[*ix].focus();
    solved.questions().iter().map(|ix| solved.estimate(*ix, focus(ix)).p).collect()
}

/// The log odds on a network with the same numbers, over the first draws.
fn log_odds_of(solved: &Solved, lowered: &Lowered) -> Result<LogOdds, CompileError> {
    let vars: Vec<VarId> = solved.questions().iter().map(|&ix| lowered.variables[ix]).collect();
    let (values, n) = solved.draws_on(lowered, DRAWS);
    let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
    let (network, evidence) = (&lowered.network, &lowered.evidence);
    let lanes = Lanes::new(network, evidence, &lowered.revisions, &[], &vars, draws)?;
    Ok(focus_log_odds(solved, &lanes.as_it_is()))
}

fn focus_log_odds(solved: &Solved, drawn: &Drawn) -> LogOdds {
    let focus = |(ix, &question): (usize, &usize)| {
        drawn.mean(ix, solved.assessment.variables[question].focus()).map(log_odds)
    };
    solved.questions().iter().enumerate().map(focus).collect()
}

/// Every variable's probabilities before anything was seen, over the first draws.
fn before_evidence(solved: &Solved) -> Result<Vec<Vec<f64>>, CompileError> {
    let lowered = solved.lowered;
    let none = weigh_inference::Evidence::new();
    let all: Vec<VarId> = lowered.network.ids().collect();
    let lanes = Lanes::new(&lowered.network, &none, &[], &[], &all, solved.draws_of(DRAWS))?;
    let drawn = lanes.as_it_is();
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
        header: Header {
            name: format!("{} as usual", variable.header.name),
            notes: Vec::new(),
            ..variable.header.clone()
        },
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solved::Draws;
    use jiff::civil::{Date, date};
    use weigh_model::load::load;
    use weigh_model::lower::lower;
    use weigh_model::resolve::resolve;
    use weigh_model::world::{ReadError, World};
    use weigh_syntax::diag::Severity;

    /// One file.
    struct Text<'t>(&'t str);

    impl World for Text<'_> {
        fn read(&self, path: &str) -> Result<String, ReadError> {
            if path == "a.weigh" { Ok(self.0.to_owned()) } else { Err(ReadError::Absent) }
        }

        fn today(&self) -> Date {
            date(2026, 1, 20)
        }
    }

    /// Odds, cases, a noisy-or, and factors with more than two states.
    const FORMS: &str = "assessment \"A\"\n  as of 2026-01-10\n\
        question q \"Q\"\n  base 10% to 30%\n  odds x 2 to 4 if a = yes\n  odds x 0.3 to 0.6 if b = high and not c = yes\n\
        factor a\n  yes 60% to 80% if b = low, 10% to 30% otherwise\n\
        factor b: low, mid, high\n  low 20% to 40% if c = yes, 60% otherwise\n  mid 10% if c = yes, 20% otherwise\n\
        factor c\n  leak 5%\n  caused by d = yes 20% to 50%\n  caused by e = yes 40%\n\
        factor d\n  base 30% to 50%\nfactor e\n  base 10% to 20%\n\
        source s \"S\"\n  reliability B\nevidence r\n  source s\n  reports a = yes\n";

    /// An actor who sees `weak`, which others bring about.
    const ACTORS: &str = "assessment \"A\"\n  as of 2026-01-10\n\
        question q \"Q\"\n  yes 80% if sends = yes, 5% otherwise\n\
        factor season\n  base 30% to 50%\nfactor weak\n  yes 70% if season = yes, 20% to 30% otherwise\n\
        factor wins\n  yes 20% if weak = yes, 60% to 80% otherwise\n\
        actor ruler \"Ruler\"\n  choice sends: no, yes \"Sends?\"\n    knows weak\n\
        \x20 picks the better of two options 10 points apart 75% to 95% of the time\n\
        \x20 wants\n    10 to 20 if wins = yes and sends = yes\n    -15 if wins = no and sends = yes\n";

    /// A switched arrow answers as the assessment does in which the effect listens to a twin, built anew.
    #[test]
    fn a_switched_arrow_is_one_that_was_never_there() {
        for text in [FORMS, ACTORS] {
            let loaded = load(&Text(text), "a.weigh").expect("it is there");
            let (assessment, told) = resolve(&Text(text), &loaded);
            assert!(told.iter().all(|told| told.severity() != Severity::Error), "{told:?}");
            let lowered = lower(&assessment, Switches::None).expect("it has a network");
            let draws = Draws { n: 100, seed: 1 };
            let solved = Solved::new(&assessment, &lowered, draws).expect("it is possible");
            let usual = before_evidence(&solved).unwrap();
            let arrows = assessment.variables.iter().enumerate();
            let arrows = arrows.flat_map(|(to, variable)| {
                parents(variable).into_iter().map(move |from| (from, to))
            });
            let cut = without_arrows(&solved, &usual, arrows).unwrap();
            let fits = &lowered.fits;
            for (&(from, to), switched) in &cut {
                let changed = changed(&assessment, Change::ArrowCut { from, to }, &usual);
                let anew = lower_again(&changed, Switches::None, fits).ok().unwrap();
                let anew = log_odds_of(&solved, &anew).unwrap();
                for (switched, anew) in switched.iter().zip(&anew) {
                    let off = switched.unwrap() - anew.unwrap();
                    // 1e-11: log odds of 1e-12 of a probability of about a tenth
                    assert!(off.abs() < 1e-11, "{from} to {to}: {off}");
                }
            }
            assert!(cut.len() >= 2, "{} arrows", cut.len());
        }
    }
}
