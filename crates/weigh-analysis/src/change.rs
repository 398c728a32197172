//! What would change the answer: how far it moves with each number, and where it crosses an edge.
//!
//! Each number is moved over its writer's own range, never by some percentage, all else drawn as
//! before (docs/methods.md, 2.5). The result is anchored at the headline: the few draws used here
//! measure how far the log odds are from where they are with the number at its mean, and that
//! difference is added to the headline's.

use crate::findings::{Flip, Place, Swing};
use crate::lanes::{Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::solved::Solved;
use weigh_inference::CompileError;
use weigh_model::lower::{NumberOrigin, SlotKind};

/// Draws per value of a number; in common to all values.
const DRAWS: usize = 64;
/// Numbers for which the edges are looked for: those that move the answer most.
const MOST_FLIPS: usize = 12;
/// Values tried between the ends of what is thinkable, and between two of them on each side of an edge.
const GRID: usize = 13;
const REFINE: usize = 6;
const ROUNDS: usize = 2;
/// Flips that are told, live doubts first.
const TOLD: usize = 8;

/// A border that the focus probability may cross.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edge {
    /// Where it is.
    pub p: f64,
    /// What it is.
    pub name: String,
}

/// Swings of every number and flips of the largest, for each question.
pub(crate) struct Changes {
    pub swings: Vec<Vec<Swing>>,
    pub flips: Vec<Vec<Flip>>,
}

/// Moves each number of the assessment; `headlines` and `edges` are per question.
pub(crate) fn changes(
    solved: &Solved,
    headlines: &[f64],
    edges: &[Vec<Edge>],
    place: impl Fn(&NumberOrigin) -> Place,
) -> Result<Changes, CompileError> {
    let lowered = solved.lowered;
    let questions = solved.questions();
    let draws = solved.draws_of(DRAWS);
    let lanes = Lanes::new(
        &lowered.network,
        &lowered.evidence,
        &lowered.revisions,
        &[],
        &solved.question_vars(),
        draws,
    )?;
    // Per variant and question, the log odds of the focus.
    let run = |held: &[(usize, f64)]| -> Vec<Vec<Option<f64>>> {
        let variants: Vec<Variant> = held
            .iter()
            .map(|&(param, value)| Variant { held: vec![(param, value)], without: Vec::new() })
            .collect();
        let drawn = lanes.run(&variants);
        drawn
            .iter()
            .map(|drawn| {
                let focus = |(ix, &question): (usize, &usize)| {
                    drawn.mean(ix, solved.assessment.variables[question].focus()).map(log_odds)
                };
                questions.iter().enumerate().map(focus).collect()
            })
            .collect()
    };
    let means = lowered.network.parameter_means();
    let mut held = Vec::new();
    for (param, number) in lowered.numbers.iter().enumerate() {
        held.extend([(param, number.low), (param, means[param]), (param, number.high)]);
    }
    let ends = run(&held);

    let mut changes = Changes { swings: Vec::new(), flips: Vec::new() };
    for ix in 0..questions.len() {
        let headline = log_odds(headlines[ix]);
        if !headline.is_finite() {
            changes.swings.push(Vec::new());
            changes.flips.push(Vec::new());
            continue;
        }
        let anchors: Vec<Option<f64>> =
            (0..means.len()).map(|param| Some(headline - ends[3 * param + 1][ix]?)).collect();
        let mut swings: Vec<(usize, Swing)> = lowered
            .numbers
            .iter()
            .enumerate()
            .filter_map(|(param, number)| {
                let (low, high) = (ends[3 * param][ix]?, ends[3 * param + 2][ix]?);
                let anchor = anchors[param].filter(|anchor| anchor.is_finite())?;
                let swing = Swing {
                    what: number.what.clone(),
                    place: place(number),
                    written: number.written.clone(),
                    rationale: number.rationale.clone(),
                    low: number.low,
                    high: number.high,
                    is_probability: number.slot == SlotKind::Probability,
                    p_at_low: probability(low + anchor),
                    p_at_high: probability(high + anchor),
                };
                let size = (swing.p_at_high - swing.p_at_low).abs();
                (size > 1e-9).then_some((param, swing))
            })
            .collect();
        let size = |swing: &Swing| (swing.p_at_high - swing.p_at_low).abs();
        swings.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)).then(a.0.cmp(&b.0)));
        let flips = flips(&swings, &lowered.numbers, &edges[ix], |held| {
            let at = run(held).into_iter().zip(held);
            at.map(|(at, &(param, _))| Some(at[ix]? + anchors[param]?)).collect()
        });
        changes.swings.push(swings.into_iter().map(|(_, swing)| swing).collect());
        changes.flips.push(flips);
    }
    Ok(changes)
}

/// The nearest value of each of the largest numbers at which the log odds cross an edge.
fn flips(
    swings: &[(usize, Swing)],
    numbers: &[NumberOrigin],
    edges: &[Edge],
    log_odds_at: impl Fn(&[(usize, f64)]) -> Vec<Option<f64>>,
) -> Vec<Flip> {
    let tried: Vec<usize> = swings.iter().take(MOST_FLIPS).map(|(param, _)| *param).collect();
    let grids: Vec<Scale> = tried.iter().map(|&param| Scale::of(&numbers[param])).collect();
    let mut held = Vec::new();
    for (&param, scale) in tried.iter().zip(&grids) {
        held.extend((0..GRID).map(|step| (param, scale.value(step as f64 / (GRID - 1) as f64))));
    }
    let at = log_odds_at(&held);
    // A bracket around the crossing nearest to the middle of the writer's range, per number and edge.
    struct Bracket {
        swing: usize,
        edge: usize,
        ends: [(f64, f64); 2],
    }
    let mut brackets = Vec::new();
    for (ix, (&param, scale)) in tried.iter().zip(&grids).enumerate() {
        let values = &at[ix * GRID..(ix + 1) * GRID];
        let middle = scale.step((numbers[param].low + numbers[param].high) / 2.0);
        for (edge_ix, edge) in edges.iter().enumerate() {
            let target = log_odds(edge.p);
            let crossing = (0..GRID - 1)
                .filter_map(|step| {
                    let (a, b) = (values[step]? - target, values[step + 1]? - target);
                    let steps = [step, step + 1].map(|step| step as f64 / (GRID - 1) as f64);
                    let distance = (steps[0] - middle).abs().min((steps[1] - middle).abs());
                    (a * b <= 0.0 && a != b).then_some((distance, [(steps[0], a), (steps[1], b)]))
                })
                .min_by(|a, b| a.0.total_cmp(&b.0));
            brackets.extend(crossing.map(|(_, ends)| Bracket { swing: ix, edge: edge_ix, ends }));
        }
    }
    for _ in 0..ROUNDS {
        let mut held = Vec::new();
        for bracket in &brackets {
            let [(from, _), (to, _)] = bracket.ends;
            held.extend((1..=REFINE).map(|part| {
                let step = from + (to - from) * part as f64 / (REFINE + 1) as f64;
                (tried[bracket.swing], grids[bracket.swing].value(step))
            }));
        }
        let at = log_odds_at(&held);
        for (bracket, inside) in brackets.iter_mut().zip(at.chunks(REFINE)) {
            let target = log_odds(edges[bracket.edge].p);
            let [first, last] = bracket.ends;
            let mut points = vec![first];
            points.extend(inside.iter().enumerate().filter_map(|(part, at)| {
                let step = first.0 + (last.0 - first.0) * (part + 1) as f64 / (REFINE + 1) as f64;
                at.map(|at| (step, at - target))
            }));
            points.push(last);
            if let Some(pair) = points.windows(2).find(|pair| pair[0].1 * pair[1].1 <= 0.0) {
                bracket.ends = [pair[0], pair[1]];
            }
        }
    }
    let mut flips: Vec<(f64, Flip)> = brackets
        .iter()
        .map(|bracket| {
            let [(from, a), (to, b)] = bracket.ends;
            let step = if a == b { from } else { from + (to - from) * a / (a - b) };
            let number = &numbers[tried[bracket.swing]];
            let scale = &grids[bracket.swing];
            let value = scale.value(step);
            let edge = &edges[bracket.edge];
            let distance = (step - scale.step((number.low + number.high) / 2.0)).abs();
            let flip = Flip {
                swing: bracket.swing,
                value,
                edge: edge.p,
                edge_name: edge.name.clone(),
                live: (number.low..=number.high).contains(&value),
            };
            (distance, flip)
        })
        .collect();
    flips.sort_by(|a, b| b.1.live.cmp(&a.1.live).then(a.0.total_cmp(&b.0)));
    flips.truncate(TOLD);
    flips.into_iter().map(|(_, flip)| flip).collect()
}

/// What is thinkable of a number, from 0 to 1, on the scale on which its steps are alike.
enum Scale {
    /// Log odds between two probabilities.
    LogOdds(f64, f64),
    /// Logarithms between two positive numbers.
    Log(f64, f64),
    /// Plainly between two numbers.
    Plain(f64, f64),
}

impl Scale {
    /// Probabilities from one in a thousand to all but one; weights and positive quantities from a
    /// tenth of the range to ten times it; other quantities a range more on each side.
    fn of(number: &NumberOrigin) -> Scale {
        match number.slot {
            SlotKind::Probability => {
                let (low, high) = (number.low.min(0.001), number.high.max(0.999));
                Scale::LogOdds(log_odds(low.max(1e-9)), log_odds(high.min(1.0 - 1e-9)))
            }
            _ if number.low > 0.0 => {
                Scale::Log(libm::log(number.low / 10.0), libm::log(number.high * 10.0))
            }
            _ => {
                let width = number.high - number.low;
                Scale::Plain(number.low - width, number.high + width)
            }
        }
    }

    fn value(&self, step: f64) -> f64 {
        match self {
            Scale::LogOdds(low, high) => probability(low + (high - low) * step),
            Scale::Log(low, high) => libm::exp(low + (high - low) * step),
            Scale::Plain(low, high) => low + (high - low) * step,
        }
    }

    fn step(&self, value: f64) -> f64 {
        let (at, low, high) = match self {
            Scale::LogOdds(low, high) => (log_odds(value), low, high),
            Scale::Log(low, high) => (libm::log(value), low, high),
            Scale::Plain(low, high) => (value, low, high),
        };
        (at - low) / (high - low)
    }
}
