//! The questions where everybody chooses otherwise: more or less precisely, at even odds, in other equilibria.

use super::DRAWS;
use super::found::{EvenFinding, OtherFinding, SweepPoint};
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use std::ops::Range;
use weigh_inference::diagram::{Note, Other};
use weigh_inference::{Choices, CompileError, VarId, precision};
use weigh_model::lower::Chosen;

/// Precisions of the sweep between pure chance and rational, both included.
const SWEEP: usize = 21;
/// Points that the options of the sweep are apart.
const APART: f64 = 10.0;

/// The questions and choices on the first draws, with what takes them to the headlines.
pub(super) struct Measure<'a> {
    solved: &'a Solved<'a>,
    pub chosen: Vec<Chosen>,
    /// Questions, then choices.
    asked: Vec<VarId>,
    /// Per question its focus, and log odds by which the first draws lie off.
    focus: Vec<(usize, f64)>,
    lanes: Lanes<'a>,
    n: usize,
}

impl<'a> Measure<'a> {
    pub fn new(solved: &'a Solved<'a>, headlines: &[f64]) -> Result<Measure<'a>, CompileError> {
        let lowered = solved.lowered;
        let chosen = lowered.game.by_actor();
        let mut asked = solved.question_vars();
        asked.extend(chosen.iter().map(|chosen| lowered.variables[chosen.variable]));
        let draws = solved.draws_of(DRAWS);
        let (lanes, n) = (lanes(solved, &asked, draws)?, draws.n);
        let drawn = lanes.as_it_is();
        let off = |(ix, &question): (usize, &usize)| {
            let focus = solved.assessment.variables[question].focus();
            let measured = drawn.mean(ix, focus).map_or(f64::NAN, log_odds);
            let off = log_odds(headlines[ix]) - measured;
            (focus, if off.is_finite() { off } else { 0.0 })
        };
        let focus = solved.questions().iter().enumerate().map(off).collect();
        Ok(Measure { solved, chosen, asked, focus, lanes, n })
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

    /// The answers with everybody as precise as each of some precisions: the first draws once for each, all on one tape.
    pub fn sweep(&self, choices: &Choices) -> Result<Vec<SweepPoint>, CompileError> {
        let (n, made) = (self.n, self.solved.draws_of(self.n));
        let often = |step: usize| 0.5 + 0.5 * step as f64 / (SWEEP - 1) as f64;
        let rows = made.values.chunks_exact(made.n_made).flat_map(|row| &row[..n]);
        let mut drawn: Vec<f64> = rows.copied().collect();
        let n_lanes = SWEEP * n;
        let mut values = vec![0.0; drawn.len() * SWEEP];
        for step in 0..SWEEP {
            let precise = choices.with_precision(precision(often(step), APART));
            precise.responder().respond(&mut drawn, n);
            let all = values.chunks_exact_mut(n_lanes).zip(drawn.chunks_exact(n));
            all.for_each(|(all, row)| all[step * n..][..n].copy_from_slice(row));
        }
        let draws = DrawsOf { values: &values, n_made: n_lanes, n: n_lanes, n_switches: 0 };
        let drawn = lanes(self.solved, &self.asked, draws)?.as_it_is();
        let point = |step: usize| {
            let drawn = part(&drawn, step * n..(step + 1) * n);
            SweepPoint {
                often: often(step),
                answers: self.answers(&drawn),
                choices: self.choices(&drawn),
            }
        };
        Ok((0..SWEEP).map(point).collect())
    }

    /// The answers with choices made at even odds.
    pub fn even(&self, choices: &Choices) -> Vec<EvenFinding> {
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
        self.lanes.run(&variants)
    }
}

/// A tape for what is asked.
fn lanes<'a>(
    solved: &Solved<'a>,
    asked: &[VarId],
    draws: DrawsOf<'a>,
) -> Result<Lanes<'a>, CompileError> {
    let lowered = solved.lowered;
    let (network, evidence) = (&lowered.network, &lowered.evidence);
    Lanes::new(network, evidence, &lowered.revisions, &[], asked, draws)
}

/// Some of the draws.
fn part(drawn: &Drawn, draws: Range<usize>) -> Drawn {
    let state = |state: &Vec<f64>| state[draws.clone()].to_vec();
    let variable = |states: &Vec<Vec<f64>>| states.iter().map(state).collect();
    Drawn {
        weights: drawn.weights[draws.clone()].to_vec(),
        log10_largest: drawn.log10_largest,
        marginals: drawn.marginals.iter().map(variable).collect(),
    }
}

/// The parameters of a policy.
fn cells(choices: &Choices, chosen: &Chosen) -> Range<usize> {
    let diagram = choices.diagram();
    let n_rows = diagram.n_rows(&diagram.nodes()[chosen.decision].parents);
    chosen.policy.ix()..chosen.policy.ix() + n_rows * diagram.n_states(chosen.decision)
}

/// From which part of the stated precision on other equilibria lie near, and these, at the means.
pub(super) fn others(
    measure: &Measure,
    choices: &Choices,
    means: &[f64],
) -> (Option<f64>, Vec<OtherFinding>) {
    let Ok(found) = choices.solution_at(means) else { return (None, Vec::new()) };
    let at = found.notes.iter().filter_map(|note| match *note {
        Note::Fork { at, .. } | Note::Turn { at, .. } => Some(at),
        _ => None,
    });
    let fork = at.reduce(f64::min);
    let others = fork.and_then(|_| choices.others_at(means).ok()).unwrap_or_default();
    let policies = |other: &Other| {
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
