//! From one assessment to another: what each change does to the answer, and what would tell the two apart.
//!
//! A hybrid has some of the changes and not the others. Its answer is measured with the same draws of the
//! same numbers as everybody else's; shares are Shapley values over the changes (docs/methods.md, 4.5).

use crate::findings::{Estimate, Findings, Place};
use crate::lanes::{DrawsOf, Lanes};
use crate::log_odds::{log_odds, probability};
use crate::shapley::{Orders, shapley};
use crate::solved::Draws;
use serde::Serialize;
use std::collections::BTreeMap;
use weigh_inference::{Distribution, DrawPlan, Parameter, Sharing, VarId};
use weigh_model::assessment::Assessment;
use weigh_model::lower::Lowered;

/// Changes up to which every hybrid is made; above it orders are sampled.
pub const MAX_EXACT: usize = 10;
/// Hybrids that sampled orders may take, and pairs of orders below which there is no fair error.
const SAMPLED: usize = 1 << 10;
const FEWEST_PAIRS: usize = 4;
/// Runs of one file whose draws all hybrids share among them, and draws of each at most and at least.
const RUNS: usize = 26;
const DRAWS: (usize, usize) = (8_192, 64);

/// What changed between two assessments of the same questions, and what it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparisonFinding {
    /// The titles, the old one first.
    pub titles: [String; 2],
    /// The days they speak for, ISO.
    pub as_of: [String; 2],
    /// Every change that can move an answer, in the order of the files. Changes that cannot be had one
    /// without the other are one.
    pub changes: Vec<ChangeFinding>,
    /// How many pairs of orders the shares are the mean of; none if every set of changes was tried.
    pub sampled: Option<usize>,
    /// Each question that both ask.
    pub questions: Vec<QuestionComparison>,
}

/// What kind of thing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Evidence that was not there, or not known yet.
    NewEvidence,
    /// Evidence that is no longer there.
    LostEvidence,
    /// Evidence that says something else, or by others.
    EditedEvidence,
    /// A number.
    Number,
    /// How far a source is trusted, or whom it repeats.
    Source,
    /// The day of the assessment.
    Time,
    /// Factors, what they depend on, reasons, horizons.
    Structure,
    /// The level of ranges, shared errors, the scale of words.
    Setting,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeFinding {
    /// What kind of thing it is; of changes that are one, the first one's.
    pub kind: ChangeKind,
    /// What is changed: a name of the file, a text, or several.
    pub what: String,
    /// As it was written, if there is one line of it.
    pub old: Option<String>,
    /// As it is written now, if there is one line of it.
    pub new: Option<String>,
    /// Where, in the new file; of what is gone, in the old one.
    pub place: Place,
}

/// From the old answer to the new one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionComparison {
    /// Its name in the old file.
    pub id: String,
    /// Its text in the new file.
    pub text: String,
    /// The outcome that is compared.
    pub state: String,
    /// The old answer.
    pub old: Estimate,
    /// The new answer.
    pub new: Estimate,
    /// One per change, in their order.
    pub shares: Vec<ChangeShare>,
    /// What is left, because each file's numbers were drawn by themselves: points, and nats.
    pub sampling: (f64, Option<f64>),
    /// What would close the difference best, the best first.
    pub closing: Vec<Closing>,
}

/// What a change does to an answer: its Shapley value over all changes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChangeShare {
    /// As a difference of probability; none if some set of changes cannot happen.
    pub points: Option<f64>,
    /// Its standard error, if it is sampled.
    pub points_error: Option<f64>,
    /// In nats of log odds; none as well where some set of changes makes it certain.
    pub nats: Option<f64>,
    /// Its standard error, if it is sampled.
    pub nats_error: Option<f64>,
}

/// How far two assessments would still differ if one thing were known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Closing {
    /// Name of the indicator or factor.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Whether it can be looked up in one of the files.
    pub is_indicator: bool,
    /// Whether the old file has it, and the new one; what a file does not have moves nothing in it.
    pub known_to: (bool, bool),
    /// Expected difference of the two answers, after it is known.
    pub left: f64,
    /// Per state: how probable it is, the mean of both files, and both answers then.
    pub readings: Vec<(String, f64, f64, f64)>,
}

/// Draws that the same number has in every hybrid, whatever stands around it.
pub struct Measure {
    /// What is asked: the question's name, and its state.
    asked: Vec<(String, String)>,
    ranks: BTreeMap<(String, usize), usize>,
    elicitors: Vec<String>,
    /// Every number with the distribution of each end; of the other, where one has none.
    ends: [Vec<Parameter>; 2],
    rows: BTreeMap<(usize, [u64; 2]), Vec<f64>>,
    n: usize,
    seed: u64,
}

impl Measure {
    /// Lists the numbers of both ends; `asked` are questions with the states that are measured,
    /// `draws` those of a run of one file.
    pub fn new(
        ends: [(&Assessment, &Lowered); 2],
        asked: Vec<(String, String)>,
        n_hybrids: usize,
        draws: Draws,
    ) -> Measure {
        let mut measure = Measure {
            asked,
            ranks: BTreeMap::new(),
            elicitors: Vec::new(),
            ends: [Vec::new(), Vec::new()],
            rows: BTreeMap::new(),
            n: (RUNS * draws.n as usize / n_hybrids.max(1)).clamp(DRAWS.1, DRAWS.0),
            seed: draws.seed,
        };
        let ends = ends.map(|(assessment, lowered)| measure.named(assessment, lowered));
        for (side, parameters) in ends.into_iter().enumerate() {
            for (rank, parameter) in parameters {
                let [old, new] = &mut measure.ends;
                if rank == old.len() {
                    old.push(parameter.clone());
                    new.push(parameter);
                } else if side == 1 {
                    new[rank] = parameter;
                }
            }
        }
        measure
    }

    /// Each number with its rank: the same what, the same time it is met, the same number.
    fn named(&mut self, assessment: &Assessment, lowered: &Lowered) -> Vec<(usize, Parameter)> {
        let mut met: BTreeMap<&str, usize> = BTreeMap::new();
        let parameters = lowered.network.parameters().iter().zip(&lowered.numbers);
        let mut named = Vec::new();
        for (parameter, number) in parameters {
            let times = met.entry(&number.what).or_default();
            let next = self.ranks.len();
            let rank = *self.ranks.entry((number.what.clone(), *times)).or_insert(next);
            *times += 1;
            let mut parameter = parameter.clone();
            parameter.elicitor_group = parameter.elicitor_group.map(|elicitor| {
                let name = &assessment.elicitors[elicitor as usize];
                let known = self.elicitors.iter().position(|known| known == name);
                known.unwrap_or_else(|| {
                    self.elicitors.push(name.clone());
                    self.elicitors.len() - 1
                }) as u32
            });
            named.push((rank, parameter));
        }
        named
    }

    /// The probability of what is asked in a hybrid; none where its evidence cannot happen, or it has no such
    /// question, or its factors hang together too closely.
    pub fn answers(&mut self, assessment: &Assessment, lowered: &Lowered) -> Vec<Option<f64>> {
        let n = if lowered.numbers.is_empty() { 1 } else { self.n };
        let mut values = Vec::with_capacity(lowered.numbers.len() * n);
        for (rank, parameter) in self.named(assessment, lowered) {
            values.extend_from_slice(&self.row(rank, &parameter, assessment.sharing));
        }
        values.resize(lowered.network.parameters().len() * n, 0.0);
        lowered.network.respond(&mut values, n);
        let found: Vec<Option<(usize, VarId)>> = self
            .asked
            .iter()
            .map(|(name, state)| {
                let ix = assessment
                    .variables
                    .iter()
                    .position(|variable| variable.header.name == *name)?;
                let state =
                    assessment.variables[ix].states.iter().position(|other| other == state)?;
                Some((state, lowered.variables[ix]))
            })
            .collect();
        let vars: Vec<VarId> = found.iter().flatten().map(|(_, var)| *var).collect();
        let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
        let lanes =
            Lanes::new(&lowered.network, &lowered.evidence, &lowered.revisions, &[], &vars, draws);
        let Ok(lanes) = lanes else { return vec![None; self.asked.len()] };
        let drawn = lanes.as_it_is();
        let mut at = 0..;
        found
            .iter()
            .map(|found| {
                let (state, _) = (*found)?;
                drawn.mean(at.next()?, state)
            })
            .collect()
    }

    /// The draws of one number.
    fn row(&mut self, rank: usize, parameter: &Parameter, sharing: Sharing) -> Vec<f64> {
        let is_it = |known: &Parameter| {
            known.distribution == parameter.distribution
                && known.table_group == parameter.table_group
                && known.elicitor_group == parameter.elicitor_group
        };
        let side = self.ends.iter().position(|end| end.get(rank).is_some_and(is_it));
        let n = self.n;
        let Some(side) = side else {
            // A number of neither end: one that two changes make together.
            let mut parameters = self.ends[1].clone();
            parameters.resize(parameters.len().max(rank + 1), parameter.clone());
            parameters[rank] = parameter.clone();
            return self.fill(parameters, sharing)[rank * n..][..n].to_vec();
        };
        let key = (side, [sharing.within_table.to_bits(), sharing.within_elicitor.to_bits()]);
        if !self.rows.contains_key(&key) {
            let rows = self.fill(self.ends[side].clone(), sharing);
            self.rows.insert(key, rows);
        }
        self.rows[&key][rank * n..][..n].to_vec()
    }

    /// The draws of all numbers, and of one more for each group that either end has: so that the same normals
    /// are those of the same numbers, whoever shares an error with whom.
    fn fill(&self, mut parameters: Vec<Parameter>, sharing: Sharing) -> Vec<f64> {
        let n_numbers = parameters.len();
        for group in self.ends.iter().flatten() {
            let mut group = group.clone();
            group.distribution = Distribution::Uniform { low: 0.0, high: 1.0 };
            parameters.push(group);
        }
        let mut values = vec![0.0; parameters.len() * self.n];
        DrawPlan::new(&parameters, sharing, self.seed).fill(0, self.n, &mut values);
        values.truncate(n_numbers * self.n);
        values
    }
}

/// The game over some changes: which hybrids are asked for, and what follows from their answers.
pub struct Game {
    n: usize,
    orders: Option<Orders>,
}

impl Game {
    /// Over `n` changes; orders, if they are sampled, are those of the seed.
    pub fn new(n: usize, seed: u64) -> Game {
        let orders = (n > MAX_EXACT).then(|| {
            let n_pairs = (SAMPLED / (2 * (n - 1))).max(FEWEST_PAIRS);
            Orders::new(n, n_pairs, seed)
        });
        Game { n, orders }
    }

    /// The sets of changes whose answers shares are made of: nobody first, all last or second.
    pub fn hybrids(&self) -> Vec<Vec<bool>> {
        match &self.orders {
            None => (0..1usize << self.n)
                .map(|set| (0..self.n).map(|p| set >> p & 1 == 1).collect())
                .collect(),
            Some(orders) => [vec![false; self.n], vec![true; self.n]]
                .into_iter()
                .chain(orders.coalitions())
                .collect(),
        }
    }

    /// How many pairs of orders are sampled; none if every set is asked for.
    pub fn sampled(&self) -> Option<usize> {
        self.orders.as_ref().map(Orders::n_pairs)
    }

    /// Where among the hybrids the one with all changes is.
    fn all(&self) -> usize {
        if self.orders.is_some() { 1 } else { (1 << self.n) - 1 }
    }

    /// Each change's share with its error, if sampled, from the values of the hybrids.
    fn shares(&self, values: &[f64]) -> Vec<(f64, Option<f64>)> {
        match &self.orders {
            None => shapley(values, self.n).into_iter().map(|share| (share, None)).collect(),
            Some(orders) => {
                let shares = orders.shares(&values[2..], values[0], values[1]);
                shares.into_iter().map(|(share, error)| (share, Some(error))).collect()
            }
        }
    }
}

/// Divides the difference of two answers among the changes between them. `measured` are the answers of the
/// hybrids, each a mean of few draws; a line in log odds takes them to where both ends are the answers. Where the
/// draws measure less than half of the difference, or more than twice, the line is only moved: what is then left
/// comes second, in points and in nats.
pub fn divide(
    game: &Game,
    measured: &[Option<f64>],
    old: Estimate,
    new: Estimate,
) -> (Vec<ChangeShare>, (f64, Option<f64>)) {
    let nats: Vec<f64> = measured.iter().map(|p| p.map_or(f64::NAN, log_odds)).collect();
    let (first, last) = (nats[0], nats[game.all()]);
    let slope = (log_odds(new.p) - log_odds(old.p)) / (last - first);
    let slope = if (0.5..=2.0).contains(&slope) { slope } else { 1.0 };
    let off = log_odds(old.p) - slope * first;
    let off = if off.is_finite() { off } else { 0.0 };
    let nats: Vec<f64> = nats.into_iter().map(|nats| off + slope * nats).collect();
    let points: Vec<f64> = nats.iter().map(|&nats| probability(nats)).collect();
    let part = |values: &[f64], difference: f64| {
        let shares = game.shares(values).into_iter().map(|(share, error)| {
            if share.is_finite() { (Some(share), error) } else { (None, None) }
        });
        let together = values[game.all()] - values[0];
        (shares.collect::<Vec<_>>(), difference - together)
    };
    let (points, points_left) = part(&points, new.p - old.p);
    let (nats, nats_left) = part(&nats, log_odds(new.p) - log_odds(old.p));
    let shares =
        points.into_iter().zip(nats).map(|((points, points_error), (nats, nats_error))| {
            ChangeShare { points, points_error, nats, nats_error }
        });
    (shares.collect(), (points_left, Some(nats_left).filter(|left| left.is_finite())))
}

/// For each indicator or factor that either file could still learn of: how far the answers of the two
/// questions would differ then. Its states must have the same names in both.
pub fn closing(old: (&Findings, usize), new: (&Findings, usize)) -> Vec<Closing> {
    let sides = [old, new];
    let looks = |(findings, question): (&Findings, usize)| {
        let worth = findings.worth.get(question);
        let looks = worth.into_iter().flat_map(|worth| worth.looks.iter().chain(&worth.factors));
        let looks = looks.map(|look| (findings.factors[look.factor].id.clone(), look.clone()));
        looks.collect::<BTreeMap<_, _>>()
    };
    let found = sides.map(looks);
    let now = sides.map(|(findings, question)| {
        let question = &findings.questions[question];
        question.outcomes[question.focus].estimate.p
    });
    let mut names: Vec<&String> = found.iter().flat_map(BTreeMap::keys).collect();
    names.sort();
    names.dedup();
    let mut closing = Vec::new();
    for id in names {
        let of = [&found[0], &found[1]].map(|looks| looks.get(id));
        let Some(states) = of.iter().flatten().next().map(|look| &look.readings) else { continue };
        let same = |look: &crate::findings::Look| {
            look.readings.iter().map(|r| &r.state).eq(states.iter().map(|r| &r.state))
        };
        if !of.iter().flatten().all(|look| same(look)) {
            continue;
        }
        let n_known = of.iter().flatten().count() as f64;
        let mut left = 0.0;
        let mut readings = Vec::new();
        for (ix, state) in states.iter().enumerate() {
            let p = of.iter().flatten().map(|look| look.readings[ix].p).sum::<f64>() / n_known;
            let then: [f64; 2] = std::array::from_fn(|side| {
                of[side].map_or(now[side], |look| look.readings[ix].answer.unwrap_or(now[side]))
            });
            left += p * (then[0] - then[1]).abs();
            readings.push((state.state.clone(), p, then[0], then[1]));
        }
        let factor = sides
            .iter()
            .rev()
            .find_map(|(findings, _)| findings.factors.iter().find(|factor| factor.id == *id));
        let Some(factor) = factor else { continue };
        let is_indicator = sides.iter().any(|(findings, _)| {
            findings.factors.iter().any(|factor| factor.id == *id && factor.kind == "indicator")
        });
        closing.push(Closing {
            id: id.clone(),
            text: factor.text.clone(),
            is_indicator,
            known_to: (of[0].is_some(), of[1].is_some()),
            left,
            readings,
        });
    }
    closing.sort_by(|a, b| a.left.total_cmp(&b.left).then(a.id.cmp(&b.id)));
    closing
}
