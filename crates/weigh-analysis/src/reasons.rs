//! Which reasons carry the answer: Shapley shares of the log odds, alone, dropped, and where they overlap.
//!
//! L(S) is the log odds of an outcome with only the reasons in S: the weights of the others are 1,
//! their causes absent, their evidence not looked at. Shares are Shapley values of L, so they add up
//! to L(all) - L(none) whatever the order (docs/methods.md, 2.4). Probabilities without reasons are
//! anchored at the headline: the few draws used here measure differences of log odds, which are added
//! to the headline's.

use crate::describe::weights;
use crate::findings::{Carried, Pair, Part, PartShare, ReasonShare, Unit};
use crate::lanes::{Drawn, DrawsOf, Lanes, Variant};
use crate::log_odds::{log_odds, probability};
use crate::shapley::{Orders, interactions, shapley};
use crate::solved::Solved;
use std::collections::BTreeMap;
use weigh_inference::{CompileError, VarId};
use weigh_model::lower::Lowered;

/// Up to this many reasons every subset is run; above it orders are sampled.
const MAX_EXACT: usize = 15;
/// The same for the evidence and for the weights of reasons, which are a second and a third run.
const MAX_EXACT_PART: usize = 8;
/// Subsets that sampled orders may take, and pairs of orders below which there is no fair error.
const SAMPLED: usize = 2_048;
const FEWEST_PAIRS: usize = 4;

/// Lanes that all subsets together may take: the draws per subset are cut to it.
const LANES: usize = 1 << 15;
/// Draws per subset, at most and at least; low-discrepancy draws in common, so that differences
/// between subsets carry hardly any sampling error.
const DRAWS: (usize, usize) = (512, 4);

/// What each question's reasons carry.
pub(crate) struct Shares {
    /// Per question, its focus outcome first.
    pub carried: Vec<Vec<Carried>>,
    /// Per item of evidence, its weight for the focus of the first question, given all the rest.
    pub item_weights: Vec<Option<f64>>,
}

/// A kind of ground that is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reasons,
    Evidence,
    Weights,
}

/// Players, the subsets of them that are run, and where among all variants these begin.
struct Game {
    kind: Kind,
    /// The reason that each player is; none for the evidence that belongs to no reason.
    players: Vec<Option<usize>>,
    /// None if every subset is run.
    orders: Option<Orders>,
    first: usize,
}

/// Runs the subsets of reasons on `switched`, the network with a switch per reason; `headlines` are per
/// question and outcome.
pub(crate) fn shares(
    solved: &Solved,
    switched: &Lowered,
    headlines: &[Vec<f64>],
) -> Result<Shares, CompileError> {
    let assessment = solved.assessment;
    let games = games(solved, switched);
    let mut variants: Vec<Variant> = (games.iter())
        .flat_map(|game| game.subsets().into_iter().map(move |inside| (game, inside)))
        .map(|(game, inside)| game.variant(solved, switched, &inside))
        .collect();
    let n_draws = draws_per_subset(variants.len());
    let n_subsets = variants.len();
    variants.extend((0..assessment.evidence.len()).map(|dropped| Variant {
        held: Vec::new(),
        without: without_items(solved, switched, |item| item != dropped),
    }));

    let draws = DrawsOf { n_switches: switched.switches.len(), ..solved.draws_of(n_draws) };
    let free: Vec<VarId> = switched.evidence.vars().collect();
    let questions = solved.questions();
    let vars: Vec<VarId> = questions.iter().map(|&ix| switched.variables[ix]).collect();
    let (network, revisions) = (&switched.network, &switched.revisions);
    let lanes = Lanes::new(network, &switched.evidence, revisions, &free, &vars, draws)?;
    let drawn = lanes.run(&variants);
    let (by_subset, by_item) = drawn.split_at(n_subsets);

    let carried = questions.iter().enumerate().map(|(ix, &question)| {
        let variable = &assessment.variables[question];
        let focus = variable.focus();
        let mut states = vec![focus];
        if variable.states.len() > 2 {
            states.extend((0..variable.states.len()).filter(|&state| state != focus));
        }
        states
            .into_iter()
            .map(|state| {
                let measured: Vec<Option<f64>> =
                    by_subset.iter().map(|drawn| drawn.mean(ix, state)).collect();
                carried(&games, &measured, state, headlines[ix][state])
            })
            .collect()
    });
    let focus = questions.first().map_or(0, |&question| assessment.variables[question].focus());
    let log_odds_of = |drawn: &Drawn| drawn.mean(0, focus).map(log_odds);
    let all = log_odds_of(&by_subset[games[0].all()]);
    let weight = |(item, drawn): (usize, &Drawn)| {
        let used = !switched.items[item].is_empty();
        let weight = all.zip(log_odds_of(drawn)).map(|(all, without)| all - without);
        weight.filter(|weight| used && weight.is_finite())
    };
    Ok(Shares {
        carried: carried.collect(),
        item_weights: by_item.iter().enumerate().map(weight).collect(),
    })
}

/// The games of all kinds, one after the other.
fn games(solved: &Solved, switched: &Lowered) -> Vec<Game> {
    let mut games: Vec<Game> = Vec::new();
    let mut first = 0;
    for (kind, players) in kinds(solved, switched) {
        let game = Game::new(kind, players, first, solved.draws.seed);
        first += game.subsets().len();
        games.push(game);
    }
    games
}

fn draws_per_subset(n_subsets: usize) -> usize {
    (LANES / n_subsets).clamp(DRAWS.1, DRAWS.0)
}

/// The draws that [`shares`] takes for each subset; none if not every subset of reasons is run.
pub(crate) fn draws_if_exact(solved: &Solved, switched: &Lowered) -> Option<usize> {
    let games = games(solved, switched);
    let is_exact = games.first().is_some_and(|game| game.orders.is_none());
    let n_subsets = games.iter().map(|game| game.subsets().len()).sum();
    is_exact.then(|| draws_per_subset(n_subsets))
}

/// The kinds of ground with their players. Where all grounds are of one kind, the reasons say it all.
fn kinds(solved: &Solved, switched: &Lowered) -> Vec<(Kind, Vec<Option<usize>>)> {
    let assessment = solved.assessment;
    let n = assessment.reasons.len();
    let because = |item: usize| assessment.evidence[item].because;
    let used = || (0..assessment.evidence.len()).filter(|&item| !switched.items[item].is_empty());
    let mut evidence: Vec<Option<usize>> = (0..n)
        .filter(|&reason| used().any(|item| because(item) == Some(reason)))
        .map(Some)
        .collect();
    if used().any(|item| because(item).is_none()) {
        evidence.push(None);
    }
    let numbers = || weights(assessment);
    let weighed = |reason: &usize| numbers().any(|(number, _)| number.because == Some(*reason));
    let weights: Vec<Option<usize>> = (0..n).filter(weighed).map(Some).collect();
    let mut kinds = vec![(Kind::Reasons, (0..n).map(Some).collect())];
    if !evidence.is_empty() && !weights.is_empty() {
        kinds.extend([(Kind::Evidence, evidence), (Kind::Weights, weights)]);
    }
    kinds
}

impl Game {
    fn new(kind: Kind, players: Vec<Option<usize>>, first: usize, seed: u64) -> Game {
        let n = players.len();
        let most = if kind == Kind::Reasons { MAX_EXACT } else { MAX_EXACT_PART };
        let orders = (n > most).then(|| {
            let n_pairs = (SAMPLED / (2 * (n - 1))).max(FEWEST_PAIRS);
            Orders::new(n, n_pairs, seed)
        });
        Game { kind, players, orders, first }
    }

    /// Every subset by its bits, or nobody, each alone, each dropped, all, and what the orders need.
    fn subsets(&self) -> Vec<Vec<bool>> {
        let n = self.players.len();
        match &self.orders {
            None => {
                (0..1usize << n).map(|set| (0..n).map(|p| set >> p & 1 == 1).collect()).collect()
            }
            Some(orders) => {
                let mut subsets = vec![vec![false; n]];
                subsets.extend((0..n).map(|alone| (0..n).map(|p| p == alone).collect()));
                subsets.extend((0..n).map(|dropped| (0..n).map(|p| p != dropped).collect()));
                subsets.push(vec![true; n]);
                subsets.extend(orders.coalitions());
                subsets
            }
        }
    }

    fn none(&self) -> usize {
        self.first
    }

    fn alone(&self, player: usize) -> usize {
        self.first + if self.orders.is_none() { 1 << player } else { 1 + player }
    }

    fn dropped(&self, player: usize) -> usize {
        let n = self.players.len();
        match self.orders {
            None => self.all() - (1 << player),
            Some(_) => self.first + 1 + n + player,
        }
    }

    fn all(&self) -> usize {
        let n = self.players.len();
        self.first + if self.orders.is_none() { (1 << n) - 1 } else { 1 + 2 * n }
    }

    /// What is switched off and not looked at with only the players `inside`.
    fn variant(&self, solved: &Solved, switched: &Lowered, inside: &[bool]) -> Variant {
        // One place more for the evidence of no reason.
        let nobody = solved.assessment.reasons.len();
        let mut out = vec![false; nobody + 1];
        for (player, inside) in self.players.iter().zip(inside) {
            out[player.unwrap_or(nobody)] = !inside;
        }
        let is_out = |reason: Option<usize>| out[reason.unwrap_or(nobody)];
        let held = match self.kind {
            Kind::Evidence => Vec::new(),
            Kind::Reasons | Kind::Weights => (switched.switches.iter().enumerate())
                .filter(|&(reason, _)| is_out(Some(reason)))
                .map(|(_, switch)| (switch.ix(), 0.0))
                .collect(),
        };
        let without = match self.kind {
            Kind::Weights => Vec::new(),
            Kind::Reasons | Kind::Evidence => without_items(solved, switched, |item| {
                !is_out(solved.assessment.evidence[item].because)
            }),
        };
        Variant { held, without }
    }

    /// Each player's share with its error; `values` are those of all games.
    fn shares(&self, values: &[f64]) -> Vec<(Option<f64>, Option<f64>)> {
        let n = self.players.len();
        let shares: Vec<(f64, Option<f64>)> = match &self.orders {
            None => shapley(self.exact(values), n).into_iter().map(|share| (share, None)).collect(),
            Some(orders) => {
                let (none, all) = (values[self.none()], values[self.all()]);
                let sampled = orders.shares(&values[self.all() + 1..], none, all);
                sampled.into_iter().map(|(share, error)| (share, Some(error))).collect()
            }
        };
        let finite = |(share, error): (f64, Option<f64>)| {
            if share.is_finite() { (Some(share), error) } else { (None, None) }
        };
        shares.into_iter().map(finite).collect()
    }

    /// The values of its own subsets, if every one was run.
    fn exact<'v>(&self, values: &'v [f64]) -> &'v [f64] {
        &values[self.first..self.first + (1 << self.players.len())]
    }

    fn part(&self, values: &[f64], probabilities: &[Option<f64>]) -> Part {
        let shares = self.players.iter().zip(self.shares(values));
        let mut shares: Vec<PartShare> =
            shares.map(|(&reason, (share, error))| PartShare { reason, share, error }).collect();
        shares
            .sort_by(|a, b| size(b.share).total_cmp(&size(a.share)).then(a.reason.cmp(&b.reason)));
        Part {
            without: probabilities[self.none()],
            sampled: self.orders.as_ref().map(Orders::n_pairs),
            shares,
        }
    }
}

/// The decomposition of one outcome from its probability with each subset of all games.
fn carried(games: &[Game], measured: &[Option<f64>], outcome: usize, p: f64) -> Carried {
    let game = &games[0];
    let n = game.players.len();
    let probabilities = anchored(measured, measured[game.all()], p);
    let is_certain = |p: &Option<f64>| p.is_some_and(|p| p == 0.0 || p == 1.0);
    let unit = match probabilities.iter().any(is_certain) {
        true => Unit::Probability,
        false => Unit::LogOdds,
    };
    let value = |p: &Option<f64>| match (unit, *p) {
        (_, None) => f64::NAN,
        (Unit::LogOdds, Some(p)) => log_odds(p),
        (Unit::Probability, Some(p)) => p,
    };
    let values: Vec<f64> = probabilities.iter().map(value).collect();
    let mut shares: Vec<ReasonShare> = (game.shares(&values).into_iter().enumerate())
        .filter_map(|(reason, (share, error))| {
            let (alone, dropped) = (game.alone(reason), game.dropped(reason));
            let (alone, dropped) = (probabilities[alone]?, probabilities[dropped]?);
            Some(ReasonShare { reason, share, error, alone, dropped })
        })
        .collect();
    shares.sort_by(|a, b| size(b.share).total_cmp(&size(a.share)).then(a.reason.cmp(&b.reason)));
    let (none, all) = (values[game.none()], values[game.all()]);
    let one_by_one: f64 = (0..n).map(|reason| values[game.alone(reason)] - none).sum();
    let mut pairs: Vec<Pair> = match game.orders {
        None => interactions(game.exact(&values), n)
            .into_iter()
            .map(|(a, b, index)| Pair { reasons: (a, b), index })
            .filter(|pair| pair.index.is_finite())
            .collect(),
        Some(_) => Vec::new(),
    };
    pairs.sort_by(|a, b| b.index.abs().total_cmp(&a.index.abs()).then(a.reasons.cmp(&b.reasons)));
    let part = |kind: Kind| games.iter().find(|game| game.kind == kind);
    Carried {
        outcome,
        p,
        without: probabilities[game.none()],
        unit,
        sampled: game.orders.as_ref().map(Orders::n_pairs),
        shares,
        overlap: Some(one_by_one - (all - none)).filter(|overlap| overlap.is_finite() && n > 1),
        pairs,
        evidence: part(Kind::Evidence).map(|game| game.part(&values, &probabilities)),
        weights: part(Kind::Weights).map(|game| game.part(&values, &probabilities)),
    }
}

/// How large a share is; none comes last.
fn size(share: Option<f64>) -> f64 {
    share.map_or(-1.0, f64::abs)
}

/// Probabilities moved, in log odds, by as much as `all` lies off the headline.
fn anchored(measured: &[Option<f64>], all: Option<f64>, headline: f64) -> Vec<Option<f64>> {
    let off = log_odds(headline) - all.map_or(f64::NAN, log_odds);
    let move_by = if off.is_finite() { off } else { 0.0 };
    measured.iter().map(|p| p.map(|p| probability(log_odds(p) + move_by))).collect()
}

/// The nodes of items that are not kept; a node that a kept item shares stays.
pub(crate) fn without_items(
    solved: &Solved,
    lowered: &Lowered,
    keep: impl Fn(usize) -> bool,
) -> Vec<VarId> {
    let mut kept: BTreeMap<VarId, bool> = BTreeMap::new();
    for item in 0..solved.assessment.evidence.len() {
        for &node in &lowered.items[item] {
            *kept.entry(node).or_insert(false) |= keep(item);
        }
    }
    kept.into_iter().filter(|&(_, kept)| !kept).map(|(node, _)| node).collect()
}
