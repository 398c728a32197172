//! What would change the answer: how far it moves with each number, and where it crosses an edge.
//!
//! Each number is moved over its writer's own range, never by some percentage, all else drawn as
//! before (docs/methods.md, 2.5). What comes out is what the file would say with that value typed in:
//! the few draws used here measure the odds of the outcomes relative to those with nothing moved, and
//! the headline says where they are.

use crate::findings::{Flip, PairFlip, Place, QuestionFinding, SourceChange, Swing};
use crate::flip::{Border, Bracket, Edge, Line, ROUNDS, Scale, bracket, closed};
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::solved::Solved;
use crate::sources::source_changes;
use weigh_inference::{CompileError, Limits, Network, ParamId, Tape, VarId};
use weigh_model::lower::{Lowered, NumberOrigin, SlotKind};

/// Draws per value of a number; in common to all values.
const DRAWS: usize = 128;
/// Numbers without a closed form for which the edges are looked for: those that move the answer most.
const MOST_SEARCHED: usize = 12;
/// Values tried between the ends of what is thinkable.
const GRID: usize = 13;
/// Flips that are told over each edge, live doubts first, and pairs over all.
const TOLD: usize = 4;
const PAIRS_TOLD: usize = 4;
/// Numbers of which pairs are tried, and how far: in parts of the way from the mean to the end of the range.
const PAIRED: usize = 5;
const PAIR_STEPS: [f64; 5] = [0.0, 0.5, 1.0, 1.5, 2.0];

/// What was found about one question.
#[derive(Default)]
pub(crate) struct Change {
    pub swings: Vec<Swing>,
    pub flips: Vec<Flip>,
    pub pairs: Vec<PairFlip>,
    pub sources: Vec<SourceChange>,
}

/// A number that takes the answer over an edge.
struct Crossing {
    param: usize,
    edge: usize,
    value: f64,
    live: bool,
    distance: f64,
}

/// A variable whose probabilities are followed while numbers move.
pub(crate) struct Asked {
    pub var: VarId,
    /// Per state, where it stands.
    pub headline: Vec<f64>,
    /// The state that edges are about.
    pub focus: usize,
}

/// Two of the largest swings on their way to an edge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Two {
    a: usize,
    b: usize,
    edge: usize,
    /// Whether the focus has to rise to it.
    rises: bool,
}

/// Moves each number of the assessment; `movable` is its network with certain numbers as parameters,
/// `edges` are per question.
pub(crate) fn changes(
    solved: &Solved,
    movable: &Lowered,
    questions: &[QuestionFinding],
    edges: &[Vec<Edge>],
    place: impl Fn(&NumberOrigin) -> Place,
) -> Result<Vec<Change>, CompileError> {
    let (values, n) = draws(solved, movable, DRAWS);
    let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
    let asked: Vec<Asked> = (solved.questions().iter().zip(questions))
        .map(|(&ix, question)| Asked {
            var: movable.variables[ix],
            headline: question.outcomes.iter().map(|outcome| outcome.estimate.p).collect(),
            focus: question.focus,
        })
        .collect();
    let moving = Moving::new(movable, &asked, draws)?;
    let sources = source_changes(solved, &moving, edges, draws)?;
    let ends = moving.ends();
    let questions = questions.iter().enumerate().zip(edges).zip(sources);
    Ok(questions
        .map(|(((ix, question), edges), sources)| {
            let mut swings = moving.swings(ix, &ends, &place);
            let crossings = moving.crossings(ix, edges, &swings);
            let pairs = moving.pairs(ix, edges, &swings, &crossings);
            let mut n_told = vec![0; edges.len()];
            let told = crossings.into_iter().filter(|crossing| {
                n_told[crossing.edge] += 1;
                n_told[crossing.edge] <= TOLD
            });
            let flips = told.map(|crossing| {
                let number = &movable.numbers[crossing.param];
                let at = swings.iter().position(|(param, _)| *param == crossing.param);
                let swing = at.unwrap_or_else(|| {
                    let p = question.outcomes[question.focus].estimate.p;
                    swings.push((crossing.param, swing(number, place(number), p, p)));
                    swings.len() - 1
                });
                let edge = &edges[crossing.edge];
                Flip {
                    swing,
                    value: crossing.value,
                    edge: moving.p_at(ix, edge, crossing.param, crossing.value),
                    edge_name: edge.name.clone(),
                    live: crossing.live,
                    distance: crossing.distance,
                }
            });
            let flips = flips.collect();
            let swings = swings.into_iter().map(|(_, swing)| swing).collect();
            Change { swings, flips, pairs, sources }
        })
        .collect())
}

impl Two {
    /// What they do on their way, wherever the edge lies on it.
    fn walk(&self) -> (usize, usize, bool) {
        (self.a, self.b, self.rises)
    }
}

/// The draws of the movable network, at most so many: those of the answer, with the certain numbers among them. Where
/// the headline is exact, or nothing is uncertain, the means say it all.
pub(crate) fn draws(solved: &Solved, movable: &Lowered, most: usize) -> (Vec<f64>, usize) {
    let parameters = movable.network.parameters();
    let made = solved.answer.n_draws();
    let n = match solved.answer.why_not_exact().is_none() || solved.lowered.numbers.is_empty() {
        true => return (movable.network.parameter_means(), 1),
        false => most.min(made),
    };
    let drawn = solved.answer.all_parameter_draws();
    let mut uncertain = 0;
    let mut values = Vec::with_capacity(parameters.len() * n);
    for parameter in parameters {
        match parameter.distribution.is_point() {
            true => values.resize(values.len() + n, parameter.distribution.mean()),
            // Both networks are made in the same order, one with more numbers.
            false => {
                values.extend_from_slice(&drawn[uncertain * made..][..n]);
                uncertain += 1;
            }
        }
    }
    movable.network.respond(&mut values, n);
    (values, n)
}

fn swing(number: &NumberOrigin, place: Place, p_at_low: f64, p_at_high: f64) -> Swing {
    Swing {
        what: number.what.clone(),
        place,
        written: number.written.clone(),
        rationale: number.rationale.clone(),
        low: number.low,
        high: number.high,
        is_probability: number.slot == SlotKind::Probability,
        p_at_low,
        p_at_high,
    }
}

/// Per variant and question, the probability of every state; none if the evidence cannot happen.
type Moved = Vec<Vec<Option<Vec<f64>>>>;

/// The network with everything that is needed to move its numbers.
pub(crate) struct Moving<'a> {
    movable: &'a Lowered,
    lanes: Lanes<'a>,
    means: Vec<f64>,
    /// Per question and state, what makes the few draws the headline.
    anchors: Vec<Vec<f64>>,
    headlines: Vec<Vec<f64>>,
    focus: Vec<usize>,
    /// Per question and number, a line per state (see [`closed`]), where there is one.
    lines: Vec<Vec<Option<Vec<Line>>>>,
    /// Per question and number, how fast the focus moves with it: only for comparing.
    slopes: Vec<Vec<f64>>,
}

impl<'a> Moving<'a> {
    pub fn new(
        movable: &'a Lowered,
        asked: &[Asked],
        draws: DrawsOf<'a>,
    ) -> Result<Moving<'a>, CompileError> {
        let vars: Vec<VarId> = asked.iter().map(|asked| asked.var).collect();
        let (network, revisions) = (&movable.network, &movable.revisions);
        let lanes = Lanes::new(network, &movable.evidence, revisions, &[], &vars, draws)?;
        let headlines: Vec<Vec<f64>> = asked.iter().map(|asked| asked.headline.clone()).collect();
        let mut moving = Moving {
            movable,
            lanes,
            means: network.parameter_means(),
            anchors: headlines.iter().map(|states| vec![1.0; states.len()]).collect(),
            headlines,
            focus: asked.iter().map(|asked| asked.focus).collect(),
            lines: vec![vec![None; movable.numbers.len()]; asked.len()],
            slopes: vec![vec![0.0; movable.numbers.len()]; asked.len()],
        };
        let unmoved = moving.run(&[Variant::default()]).remove(0);
        for ((anchors, headline), drawn) in
            moving.anchors.iter_mut().zip(&moving.headlines).zip(unmoved)
        {
            for ((anchor, &headline), drawn) in
                anchors.iter_mut().zip(headline).zip(drawn.into_iter().flatten())
            {
                *anchor = if drawn > 0.0 && headline > 0.0 { headline / drawn } else { 1.0 };
            }
        }
        if movable.revisions.is_empty() {
            moving.find_lines(&vars, draws)?;
        }
        Ok(moving)
    }

    /// Two sweeps per state of a question give every P(state, evidence) and its derivative by every
    /// number, over all draws; in a number that stands in one table, and there in proportion, it is a line.
    fn find_lines(&mut self, vars: &[VarId], draws: DrawsOf<'_>) -> Result<(), CompileError> {
        let network = &self.movable.network;
        let tape = Tape::compile(network, &self.movable.evidence, vars, &Limits::default())?;
        let linear = linear_numbers(network);
        let mut run = tape.workspace();
        for (ix, &var) in vars.iter().enumerate() {
            let Some(rows) = tape.input(var) else { continue };
            let mut unit = None;
            let mut states: Vec<Vec<Line>> = Vec::new();
            for state in 0..rows.len() {
                let mut likelihoods = Vec::new();
                for (row, &default) in tape.default_likelihoods().iter().enumerate() {
                    let is_other = rows.contains(&row) && row != rows.start + state;
                    let value = if is_other { 0.0 } else { default };
                    likelihoods.resize(likelihoods.len() + draws.n, value);
                }
                run.forward(draws.values, Some(&likelihoods), draws.n)
                    .expect("the draws have the tape's own shape");
                run.backward();
                let derivatives = run.parameter_derivatives();
                let mut lines = vec![Line::default(); self.means.len()];
                for lane in 0..draws.n {
                    let (p, exponent) = run.scaled_p(lane);
                    // What cannot be stays so, whatever a number above 0 is.
                    if p == 0.0 {
                        continue;
                    }
                    // Any one power of two will do: only ratios of the sums count.
                    let unit = *unit.get_or_insert(exponent);
                    let scale = libm::ldexp(self.anchors[ix][state], exponent - unit);
                    for (param, line) in lines.iter_mut().enumerate() {
                        let slope = scale * derivatives[param * draws.n + lane];
                        line.slope += slope;
                        line.at_zero += scale * p - slope * draws.values[param * draws.n + lane];
                    }
                }
                states.push(lines);
            }
            for param in 0..self.movable.numbers.len() {
                let lines: Vec<Line> = states.iter().map(|lines| lines[param]).collect();
                let all: f64 = lines.iter().map(|line| line.at(self.means[param])).sum();
                let slope: f64 = lines.iter().map(|line| line.slope).sum();
                let focus = &lines[self.focus[ix]];
                let p = focus.at(self.means[param]) / all;
                self.slopes[ix][param] =
                    ((focus.slope - p * slope) / all * self.means[param]).abs();
                self.lines[ix][param] = linear[param].then_some(lines);
            }
        }
        Ok(())
    }

    pub fn run(&self, variants: &[Variant]) -> Moved {
        self.anchored(&self.lanes, variants)
    }

    /// Runs variants on lanes of the same draws and moves what comes out to the headline.
    pub fn anchored(&self, lanes: &Lanes, variants: &[Variant]) -> Moved {
        let drawn = lanes.run(variants);
        let states = |drawn: &Drawn, ix: usize| -> Option<Vec<f64>> {
            let anchors = self.anchors[ix].iter().enumerate();
            let parts: Option<Vec<f64>> =
                anchors.map(|(state, anchor)| Some(anchor * drawn.mean(ix, state)?)).collect();
            parts.map(normalised)
        };
        drawn
            .iter()
            .map(|drawn| (0..self.anchors.len()).map(|ix| states(drawn, ix)).collect())
            .collect()
    }

    pub fn headline(&self, question: usize) -> &[f64] {
        &self.headlines[question]
    }

    pub fn focus(&self, question: usize) -> usize {
        self.focus[question]
    }

    pub fn movable(&self) -> &Lowered {
        self.movable
    }

    /// What the answers are with a number at each of some values.
    fn at(&self, held: &[(usize, f64)]) -> Moved {
        let is_line = |param: usize| self.lines.iter().all(|lines| lines[param].is_some());
        let run: Vec<Variant> = held
            .iter()
            .filter(|(param, _)| !is_line(*param))
            .map(|&hold| Variant { held: vec![hold], without: Vec::new() })
            .collect();
        let mut ran = self.run(&run).into_iter();
        held.iter()
            .map(|&(param, value)| match is_line(param) {
                false => ran.next().expect("each that is no line was run"),
                true => {
                    let states = |lines: &Vec<Option<Vec<Line>>>| {
                        let lines = lines[param].as_ref()?;
                        Some(normalised(lines.iter().map(|line| line.at(value)).collect()))
                    };
                    self.lines.iter().map(states).collect()
                }
            })
            .collect()
    }

    /// The answers with each number at the ends of its range.
    fn ends(&self) -> Moved {
        let numbers = self.movable.numbers.iter().enumerate();
        let held: Vec<(usize, f64)> = numbers
            .filter(|(_, number)| number.low < number.high)
            .flat_map(|(param, number)| [(param, number.low), (param, number.high)])
            .collect();
        self.at(&held)
    }

    fn swings(
        &self,
        ix: usize,
        ends: &Moved,
        place: &impl Fn(&NumberOrigin) -> Place,
    ) -> Vec<(usize, Swing)> {
        let focus = self.focus[ix];
        let numbers = self.movable.numbers.iter().enumerate();
        let uncertain = numbers.filter(|(_, number)| number.low < number.high);
        let mut swings: Vec<(usize, Swing)> = uncertain
            .zip(ends.chunks_exact(2))
            .filter_map(|((param, number), ends)| {
                let [low, high] = [0, 1].map(|end| ends[end][ix].as_ref().map(|p| p[focus]));
                let swing = swing(number, place(number), low?, high?);
                (size(&swing) > 1e-9).then_some((param, swing))
            })
            .collect();
        swings.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)).then(a.0.cmp(&b.0)));
        swings
    }

    /// Every crossing that was found, live doubts first, then by how far the number has to move.
    fn crossings(&self, ix: usize, edges: &[Edge], swings: &[(usize, Swing)]) -> Vec<Crossing> {
        let numbers = &self.movable.numbers;
        let mut crossings: Vec<Crossing> = Vec::new();
        let mut found = |param: usize, edge: usize, value: f64| {
            let number = &numbers[param];
            crossings.push(Crossing {
                param,
                edge,
                value,
                live: (number.low..=number.high).contains(&value) && number.low < number.high,
                distance: Scale::of(number).distance(self.means[param], value),
            });
        };
        for (param, lines) in self.lines[ix].iter().enumerate() {
            let Some(lines) =
                lines.as_ref().filter(|_| numbers[param].slot == SlotKind::Probability)
            else {
                continue;
            };
            for (edge_ix, edge) in edges.iter().enumerate() {
                if let Some(value) = closed(edge, self.focus[ix], lines) {
                    found(param, edge_ix, value);
                }
            }
        }
        let is_searched = |param: &usize| {
            numbers[*param].slot != SlotKind::Probability || self.lines[ix][*param].is_none()
        };
        let mut certain: Vec<usize> = (0..numbers.len())
            .filter(is_searched)
            .filter(|&param| numbers[param].low == numbers[param].high)
            .collect();
        let slope = |param: usize| self.slopes[ix][param];
        certain.sort_by(|&a, &b| slope(b).total_cmp(&slope(a)).then(a.cmp(&b)));
        certain.truncate(MOST_SEARCHED);
        let uncertain = swings.iter().map(|(param, _)| *param).filter(is_searched);
        let searched: Vec<usize> = uncertain.take(MOST_SEARCHED).chain(certain).collect();
        for (param, edge, value) in self.search(ix, edges, &searched) {
            found(param, edge, value);
        }
        crossings.sort_by(|a, b| {
            let far = a.distance.total_cmp(&b.distance);
            b.live.cmp(&a.live).then(far).then((a.param, a.edge).cmp(&(b.param, b.edge)))
        });
        crossings
    }

    /// Crossings of numbers that have no closed form: a grid over what is thinkable, then brackets.
    pub fn search(&self, ix: usize, edges: &[Edge], params: &[usize]) -> Vec<(usize, usize, f64)> {
        let scale = |param: usize| Scale::of(&self.movable.numbers[param]);
        let steps: Vec<f64> = (0..GRID).map(|step| step as f64 / (GRID - 1) as f64).collect();
        let held: Vec<(usize, f64)> = params
            .iter()
            .flat_map(|&param| steps.iter().map(move |&step| (param, scale(param).value(step))))
            .collect();
        let at = self.at(&held);
        let mut sought: Vec<(usize, usize, Bracket)> = Vec::new();
        for (&param, at) in params.iter().zip(at.chunks_exact(GRID)) {
            for (edge_ix, edge) in edges.iter().enumerate() {
                let distance = |p: &Vec<f64>| edge.distance(self.focus[ix], p);
                let tried: Vec<(f64, Option<f64>)> = steps
                    .iter()
                    .zip(at)
                    .map(|(&step, at)| (step, at[ix].as_ref().map(distance)))
                    .collect();
                let from = scale(param).step(self.means[param]);
                sought.extend(bracket(&tried, from).map(|bracket| (param, edge_ix, bracket)));
            }
        }
        self.narrow(ix, edges, &mut sought, |&param, step| vec![(param, scale(param).value(step))]);
        sought
            .into_iter()
            .map(|(param, edge, bracket)| (param, edge, scale(param).value(bracket.position())))
            .filter(|(_, _, value)| value.is_finite())
            .collect()
    }

    /// Narrows all brackets at once, in rounds; `held` says what a position of a bracket is.
    fn narrow<T>(
        &self,
        ix: usize,
        edges: &[Edge],
        sought: &mut [(T, usize, Bracket)],
        held: impl Fn(&T, f64) -> Vec<(usize, f64)>,
    ) {
        for _ in 0..ROUNDS {
            let next: Vec<(usize, f64)> = sought
                .iter()
                .enumerate()
                .filter_map(|(at, (_, _, bracket))| Some((at, bracket.next()?)))
                .collect();
            if next.is_empty() {
                return;
            }
            let variants: Vec<Variant> = next
                .iter()
                .map(|&(at, position)| Variant {
                    held: held(&sought[at].0, position),
                    without: Vec::new(),
                })
                .collect();
            for (&(at, position), p) in next.iter().zip(self.run(&variants)) {
                let (_, edge, bracket) = &mut sought[at];
                if let Some(p) = &p[ix] {
                    bracket.narrow(position, edges[*edge].distance(self.focus[ix], p));
                }
            }
        }
    }

    /// The nearest values of two numbers, both moved by the same part of the way to the ends of their
    /// ranges, where neither of them crosses the edge alone within its range.
    fn pairs(
        &self,
        ix: usize,
        edges: &[Edge],
        swings: &[(usize, Swing)],
        crossings: &[Crossing],
    ) -> Vec<PairFlip> {
        let focus = self.focus[ix];
        let numbers = &self.movable.numbers;
        // Which end of a number's range is on the way to an edge, by the sign of the focus's move.
        let end = |swing: usize, rises: bool| {
            let (param, swing) = &swings[swing];
            let is_high = (swing.p_at_high > swing.p_at_low) == rises;
            if is_high { numbers[*param].high } else { numbers[*param].low }
        };
        let position = |swing: usize, rises: bool, part: f64| {
            let param = swings[swing].0;
            let scale = Scale::of(&numbers[param]);
            let from = scale.step(self.means[param]);
            let to = scale.step(end(swing, rises));
            (param, scale.value((from + part * (to - from)).clamp(0.0, 1.0)))
        };
        let mut tried: Vec<Two> = Vec::new();
        for (edge_ix, edge) in edges.iter().enumerate() {
            let Border::At(at) = edge.border else { continue };
            let rises = at > self.headlines[ix][focus];
            let is_live = |swing: usize| {
                let same = |crossing: &&Crossing| {
                    crossing.param == swings[swing].0 && crossing.edge == edge_ix
                };
                crossings.iter().filter(same).any(|crossing| crossing.live)
            };
            let able: Vec<usize> =
                (0..swings.len().min(PAIRED)).filter(|&swing| !is_live(swing)).collect();
            for (at, &a) in able.iter().enumerate() {
                let others = able[at + 1..].iter();
                tried.extend(others.map(|&b| Two { a, b, edge: edge_ix, rises }));
            }
        }
        let held = |(a, b, rises): (usize, usize, bool), part: f64| {
            vec![position(a, rises, part), position(b, rises, part)]
        };
        // Two numbers walk the same way to every edge on the same side.
        let mut walks: Vec<(usize, usize, bool)> = tried.iter().map(Two::walk).collect();
        walks.sort_unstable();
        walks.dedup();
        let variants: Vec<Variant> = walks
            .iter()
            .flat_map(|&walk| {
                PAIR_STEPS.map(|part| Variant { held: held(walk, part), without: Vec::new() })
            })
            .collect();
        let at = self.run(&variants);
        let mut sought: Vec<(Two, usize, Bracket)> = Vec::new();
        for two in &tried {
            let edge = &edges[two.edge];
            let walk = walks.binary_search(&two.walk()).expect("every walk was tried");
            let at = &at[walk * PAIR_STEPS.len()..][..PAIR_STEPS.len()];
            let distances: Vec<(f64, Option<f64>)> = PAIR_STEPS
                .iter()
                .zip(at)
                .map(|(&part, p)| (part, p[ix].as_ref().map(|p| edge.distance(focus, p))))
                .collect();
            sought.extend(bracket(&distances, 0.0).map(|bracket| (*two, two.edge, bracket)));
        }
        // Those whose bracket begins beyond the ends of as many others as are told cannot be told.
        let mut ends: Vec<f64> = sought.iter().map(|(_, _, bracket)| bracket.ends[1].0).collect();
        ends.sort_by(f64::total_cmp);
        if let Some(&farthest) = ends.get(PAIRS_TOLD - 1) {
            sought.retain(|(_, _, bracket)| bracket.ends[0].0 <= farthest);
        }
        self.narrow(ix, edges, &mut sought, |two, part| held(two.walk(), part));
        sought.retain(|(_, _, bracket)| bracket.position().is_finite());
        sought.sort_by(|a, b| a.2.position().total_cmp(&b.2.position()).then(a.0.cmp(&b.0)));
        sought.truncate(PAIRS_TOLD);
        sought
            .into_iter()
            .map(|(two, edge, bracket)| {
                let part = bracket.position();
                let Border::At(at) = edges[edge].border else {
                    unreachable!("only borders at a probability are tried")
                };
                PairFlip {
                    swings: (two.a, two.b),
                    values: (
                        position(two.a, two.rises, part).1,
                        position(two.b, two.rises, part).1,
                    ),
                    edge: at,
                    edge_name: edges[edge].name.clone(),
                    live: part <= 1.0,
                }
            })
            .collect()
    }

    /// The focus probability on an edge.
    fn p_at(&self, ix: usize, edge: &Edge, param: usize, value: f64) -> f64 {
        match edge.border {
            Border::At(p) => p,
            Border::Ranking(..) => {
                let p = self.at(&[(param, value)]).remove(0).swap_remove(ix);
                p.map_or(f64::NAN, |p| p[self.focus[ix]])
            }
        }
    }
}

fn size(swing: &Swing) -> f64 {
    (swing.p_at_high - swing.p_at_low).abs()
}

/// Parts of a whole, none below 0.
fn normalised(parts: Vec<f64>) -> Vec<f64> {
    let sum: f64 = parts.iter().sum();
    parts.into_iter().map(|part| (part / sum).clamp(0.0, 1.0)).collect()
}

/// Per number, whether it stands in one table only, and in each cell of it in proportion, and bears on
/// nothing that actors choose.
fn linear_numbers(network: &Network) -> Vec<bool> {
    let formulas = network.formulas();
    let params = (0..network.parameters().len() as u32).map(ParamId);
    let is_chosen = |param| network.choices().is_some_and(|choices| choices.reaches(param));
    let mut linear: Vec<bool> = params.map(|param| !is_chosen(param)).collect();
    let mut table_of: Vec<Option<VarId>> = vec![None; linear.len()];
    for table in network.tables() {
        let mut cells = table.cells.formulas().to_vec();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            for param in formulas.parameters_of(cell) {
                let stands_once = *table_of[param.ix()].get_or_insert(table.child) == table.child;
                let others = |other: ParamId| other != param;
                linear[param.ix()] &= stands_once;
                linear[param.ix()] = linear[param.ix()] && formulas.is_affine(cell, others);
            }
        }
    }
    linear
}
