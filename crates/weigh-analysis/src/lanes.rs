//! Many variants of one network in one run: the same draws, with numbers or evidence changed.

use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use weigh_inference::{
    Affected, Choices, CompileError, Dependencies, Evidence, Limits, Network, ParamId, Responder,
    Revision, Sweep, Tape, VarId, Workspace, weighted_quantiles,
};

/// Lanes that are run at once: few enough that a run stays in the first-level cache.
const LANES_AT_ONCE: usize = 64;

/// Lanes that are run of one network before the next one: enough that it pays to fetch its rows, few enough that their
/// numbers stay in the second-level cache.
const LANES_OF_EACH: usize = 128;

/// From so many variants for each state asked for on, slopes are found first: those of a state cost about as much as
/// running so many variants anew.
const SWEPT_FROM: usize = 8;

/// The draws of a switch.
const ONES: &[f64] = &[1.0; LANES_AT_ONCE];

/// Draws of all parameters of a network, for [`Lanes`]: the first `n` of those that were made once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DrawsOf<'d> {
    /// `[n_params, n_made]`, row-major.
    pub values: &'d [f64],
    /// How many draws were made.
    pub n_made: usize,
    /// How many of them to use.
    pub n: usize,
    /// Parameters before those in `values`, each 1: the switches of reasons.
    pub n_switches: usize,
}

impl<'d> DrawsOf<'d> {
    /// Draws of a parameter from the `first` on, at most [`LANES_AT_ONCE`] of them.
    fn row(&self, param: usize, first: usize, n: usize) -> &'d [f64] {
        match param.checked_sub(self.n_switches) {
            Some(row) => &self.values[row * self.n_made + first..][..n],
            None => &ONES[..n],
        }
    }
}

/// A network compiled for some variables, with its draws, ready for variants.
pub(crate) struct Lanes<'n> {
    tape: Tape,
    network: &'n Network,
    evidence: &'n Evidence,
    /// The slopes, once many variants were asked for; none if they are not to be had.
    swept: OnceCell<Option<RefCell<Swept>>>,
    revisions: &'n [Revision],
    /// The variables asked for, with how many states each has.
    asked: Vec<(VarId, usize)>,
    draws: DrawsOf<'n>,
}

/// The slopes of every P(state, evidence), per few draws and variable asked for.
struct Swept {
    tape: Tape,
    blocks: Vec<Vec<Sweep>>,
}

/// What one variant changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variant {
    /// Parameters held at a value: position and value.
    pub held: Vec<(usize, f64)>,
    /// Findings that are taken away.
    pub without: Vec<VarId>,
}

/// Per draw: the weight of the draw and, per asked variable and state, the probability.
pub(crate) struct Drawn {
    /// P(evidence | draw), scaled so that the largest is 1.
    pub weights: Vec<f64>,
    /// log10 of what the largest of them was; minus infinity if the evidence is impossible in all.
    pub log10_largest: f64,
    /// `[variable][state][draw]`
    pub marginals: Vec<Vec<Vec<f64>>>,
}

impl Drawn {
    /// The mean over the draws, weighted by the evidence; none if no draw makes the evidence possible.
    pub fn mean(&self, variable: usize, state: usize) -> Option<f64> {
        let total: f64 = self.weights.iter().sum();
        (total > 0.0).then(|| (self.joint(variable, state) / total).clamp(0.0, 1.0))
    }

    /// The same over the first draws.
    pub fn mean_of_first(&self, n: usize, variable: usize, state: usize) -> Option<f64> {
        let (weights, values) = (&self.weights[..n], &self.marginals[variable][state][..n]);
        let total: f64 = weights.iter().sum();
        let joint: f64 = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
        (total > 0.0).then(|| (joint / total).clamp(0.0, 1.0))
    }

    /// P(state, evidence), summed over the draws, in units of 10 to the power of `log10_largest`.
    pub fn joint(&self, variable: usize, state: usize) -> f64 {
        let values = &self.marginals[variable][state];
        self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
    }

    /// Weighted quantiles of a state's probability.
    pub fn quantiles(&self, variable: usize, state: usize, ps: [f64; 3]) -> [f64; 3] {
        let quantiles = weighted_quantiles(&self.marginals[variable][state], &self.weights, &ps);
        [quantiles[0], quantiles[1], quantiles[2]]
    }
}

impl<'n> Lanes<'n> {
    /// Compiles `network` for the probabilities of `asked`, with the findings of `free` removable.
    pub fn new(
        network: &'n Network,
        evidence: &'n Evidence,
        revisions: &'n [Revision],
        free: &[VarId],
        asked: &[VarId],
        draws: DrawsOf<'n>,
    ) -> Result<Self, CompileError> {
        let tape = compile(network, evidence, revisions, free, asked)?;
        let asked = asked.iter().map(|&var| (var, network.n_states(var))).collect();
        let swept = OnceCell::new();
        Ok(Lanes { tape, network, evidence, swept, revisions, asked, draws })
    }

    /// Runs every variant over all draws.
    pub fn run(&self, variants: &[Variant]) -> Vec<Drawn> {
        let n = self.draws.n;
        if variants.len() > 1 && n >= Workspace::SIDE_BY_SIDE && self.revisions.is_empty() {
            let mut drawn = self.read_off(variants);
            let others = variants.iter().zip(&drawn).filter(|(_, swept)| swept.is_none());
            let others: Vec<&Variant> = others.map(|(variant, _)| variant).collect();
            let mut ran = self.run_in_turn(&others).into_iter();
            for missing in drawn.iter_mut().filter(|swept| swept.is_none()) {
                *missing = ran.next();
            }
            return drawn.into_iter().flatten().collect();
        }
        let mut raw: Vec<Raw> = variants.iter().map(|_| self.nothing_yet()).collect();
        let mut run = self.tape.workspace();
        let mut responder = self.choices().map(Choices::responder);
        let n_lanes = variants.len() * n;
        for first in (0..n_lanes).step_by(LANES_AT_ONCE) {
            let lanes = first..(first + LANES_AT_ONCE).min(n_lanes);
            self.run_block(&mut run, &mut responder, variants, lanes.clone());
            let stretches = stretches(lanes, n);
            self.take(&run, stretches.map(|(variant, _, lanes)| (variant, lanes)), &mut raw);
        }
        raw.into_iter().map(Raw::scaled).collect()
    }

    /// Runs the network without variants over all draws.
    pub fn as_it_is(&self) -> Drawn {
        Lanes::run_all(std::slice::from_ref(self)).remove(0)
    }

    /// Runs networks over the same draws as they are, without variants: a few draws of all, then the next few, so
    /// that draws are read from memory once.
    pub fn run_all(all: &[Lanes]) -> Vec<Drawn> {
        let mut raw: Vec<Raw> = all.iter().map(Lanes::nothing_yet).collect();
        let mut runs: Vec<Workspace> = all.iter().map(|lanes| lanes.tape.workspace()).collect();
        let n = all.iter().map(|lanes| lanes.draws.n).max().unwrap_or_default();
        for first in (0..n).step_by(LANES_OF_EACH) {
            let parts = all.iter().zip(&mut runs).zip(&mut raw);
            for ((lanes, run), raw) in parts.filter(|((lanes, _), _)| first < lanes.draws.n) {
                let (draws, last) = (lanes.draws, (first + LANES_OF_EACH).min(lanes.draws.n));
                if draws.n_switches == 0 && lanes.revisions.is_empty() {
                    run.marginals_of(draws.values, draws.n_made, first..last)
                        .expect("the draws have the tape's own shape");
                } else {
                    lanes.run_block(run, &mut None, &[Variant::default()], first..last);
                }
                let which = std::iter::once((0, 0..last - first));
                lanes.take(run, which, std::slice::from_mut(raw));
            }
        }
        raw.into_iter().map(Raw::scaled).collect()
    }

    /// What actors choose follows from the numbers that a variant holds.
    fn choices(&self) -> Option<&'n Choices> {
        self.network.choices().map(|choices| &**choices)
    }

    /// The same, but one variant after the other on each few draws, computing anew only what differs: the same
    /// bits in a fraction of the time. What costs most to compute anew changes least often. A revision depends on
    /// everything, so with one there is nothing to gain.
    fn run_in_turn(&self, variants: &[&Variant]) -> Vec<Drawn> {
        let (tape, draws) = (&self.tape, self.draws);
        let choices = self.choices();
        let turns = turns(tape, choices, variants);
        let n_games = turns.iter().map(|turn| turn.game + 1).max().unwrap_or(1);
        let first_policy = choices.map_or(tape.n_params(), Choices::first_policy);
        let mut responder = choices.map(Choices::responder);
        let mut raw: Vec<Raw> = variants.iter().map(|_| self.nothing_yet()).collect();
        let mut run = tape.workspace();
        for first in (0..draws.n).step_by(Workspace::SIDE_BY_SIDE) {
            let n_lanes = Workspace::SIDE_BY_SIDE.min(draws.n - first);
            let mut params = self.params(tape, first, n_lanes);
            let mut usual = Vec::with_capacity(tape.n_inputs() * n_lanes);
            for &default in tape.default_likelihoods() {
                usual.resize(usual.len() + n_lanes, default);
            }
            let mut likelihoods = usual.clone();
            // What actors choose with the numbers of each variant that bear on it, once for all that share them.
            let mut policies: Vec<Option<Vec<f64>>> = vec![None; n_games];
            policies[0] = Some(params[first_policy * n_lanes..].to_vec());
            for turn in &turns {
                for &(param, value) in &turn.params {
                    let lanes = &mut params[param * n_lanes..][..n_lanes];
                    match value {
                        Some(value) => lanes.fill(value),
                        None => lanes.copy_from_slice(draws.row(param, first, n_lanes)),
                    }
                }
                if turn.chooses_anew {
                    let from = first_policy * n_lanes;
                    match &policies[turn.game] {
                        Some(known) => params[from..].copy_from_slice(known),
                        None => {
                            let responder = responder.as_mut().expect("a game has a responder");
                            responder.respond(&mut params, n_lanes);
                            policies[turn.game] = Some(params[from..].to_vec());
                        }
                    }
                    for &(param, value) in &turn.held_policies {
                        params[param * n_lanes..][..n_lanes].fill(value);
                    }
                }
                for &(var, is_seen) in &turn.vars {
                    for row in tape.input(var).into_iter().flatten() {
                        let at = row * n_lanes..(row + 1) * n_lanes;
                        match is_seen {
                            true => likelihoods[at.clone()].copy_from_slice(&usual[at]),
                            false => likelihoods[at].fill(1.0),
                        }
                    }
                }
                match &turn.affected {
                    None => run.marginals(&params, Some(&likelihoods), n_lanes),
                    Some(affected) => {
                        run.marginals_again(&params, Some(&likelihoods), n_lanes, affected)
                    }
                }
                .expect("the lanes have the tape's own shape");
                self.take(&run, std::iter::once((turn.variant, 0..n_lanes)), &mut raw);
            }
        }
        raw.into_iter().map(Raw::scaled).collect()
    }

    /// The variants that only move cells of one table, if they are many: from the slopes of every P(state, evidence).
    fn read_off(&self, variants: &[Variant]) -> Vec<Option<Drawn>> {
        let mut drawn: Vec<Option<Drawn>> = variants.iter().map(|_| None).collect();
        let n_states: usize = self.asked.iter().map(|(_, n_states)| n_states).sum();
        if variants.len() < SWEPT_FROM * n_states {
            return drawn;
        }
        let swept = self.swept.get_or_init(|| self.sweep().map(RefCell::new));
        let Some(mut swept) = swept.as_ref().map(RefCell::borrow_mut) else { return drawn };
        let Swept { tape, blocks } = &mut *swept;
        let tape = &*tape;
        let dependencies = Dependencies::of(tape);
        let bears = |held: &(usize, f64)| self.choices().is_some_and(|it| reaches(it, held));
        let affected = |variant: &Variant| {
            // What actors choose moves with it, in no line.
            if variant.held.iter().any(bears) {
                return None;
            }
            let params: Vec<_> = variant.held.iter().map(|(at, _)| ParamId(*at as u32)).collect();
            let affected = dependencies.affected(&params, &[]);
            (variant.without.is_empty() && affected.is_linear()).then_some(affected)
        };
        let mut linear: Vec<(usize, Affected, Raw)> = variants
            .iter()
            .enumerate()
            .filter_map(|(ix, variant)| Some((ix, affected(variant)?, self.nothing_yet())))
            .collect();
        for (first, sweeps) in (0..).step_by(Workspace::SIDE_BY_SIDE).zip(blocks) {
            let n_lanes = Workspace::SIDE_BY_SIDE.min(self.draws.n - first);
            let usual = self.params(tape, first, n_lanes);
            let mut params = usual.clone();
            linear.retain_mut(|(ix, affected, raw)| {
                let held = || variants[*ix].held.iter();
                held().for_each(|&(at, value)| params[at * n_lanes..][..n_lanes].fill(value));
                let joints: Option<Vec<Vec<f64>>> =
                    sweeps.iter_mut().map(|sweep| sweep.moved(tape, &params, affected)).collect();
                for lanes in held().map(|&(at, _)| at * n_lanes..(at + 1) * n_lanes) {
                    params[lanes.clone()].copy_from_slice(&usual[lanes]);
                }
                joints.map(|joints| raw.take_joints(&joints, n_lanes)).is_some()
            });
        }
        for (ix, _, raw) in linear {
            drawn[ix] = Some(raw.scaled());
        }
        drawn
    }

    /// The slopes of all draws; none if they are not to be had.
    fn sweep(&self) -> Option<Swept> {
        let vars: Vec<VarId> = self.asked.iter().map(|(var, _)| *var).collect();
        let tape = compile(self.network, self.evidence, &[], &vars, &vars).ok()?;
        let mut run = tape.workspace();
        let mut blocks = Vec::new();
        for first in (0..self.draws.n).step_by(Workspace::SIDE_BY_SIDE) {
            let n_lanes = Workspace::SIDE_BY_SIDE.min(self.draws.n - first);
            let params = self.params(&tape, first, n_lanes);
            let sweep = |var: &VarId| {
                let sweep = Sweep::new(&mut run, *var, &params, n_lanes);
                sweep.expect("the draws have the tape's own shape")
            };
            blocks.push(vars.iter().map(sweep).collect::<Option<Vec<Sweep>>>()?);
        }
        Some(Swept { tape, blocks })
    }

    /// Some draws of all parameters, `[n_params, n_lanes]`.
    fn params(&self, tape: &Tape, first: usize, n_lanes: usize) -> Vec<f64> {
        let mut params = Vec::with_capacity(tape.n_params() * n_lanes);
        for param in 0..tape.n_params() {
            params.extend_from_slice(self.draws.row(param, first, n_lanes));
        }
        params
    }

    fn nothing_yet(&self) -> Raw {
        let n = self.draws.n;
        let states = |&(_, n_states): &(VarId, usize)| vec![Vec::with_capacity(n); n_states];
        Raw { p: Vec::with_capacity(n), marginals: self.asked.iter().map(states).collect() }
    }

    /// Takes what came out of a run: the lanes of each of some variants.
    fn take(
        &self,
        run: &Workspace,
        of: impl Iterator<Item = (usize, Range<usize>)> + Clone,
        raw: &mut [Raw],
    ) {
        for (variant, lanes) in of.clone() {
            raw[variant].p.extend(lanes.map(|lane| run.scaled_p(lane)));
        }
        let n_lanes = run.n_lanes();
        for (ix, &(var, n_states)) in self.asked.iter().enumerate() {
            let mut marginals = vec![0.0; n_states * n_lanes];
            run.write_marginals(var, &mut marginals, 0);
            for (variant, lanes) in of.clone() {
                let rows = marginals.chunks_exact(n_lanes);
                for (values, row) in raw[variant].marginals[ix].iter_mut().zip(rows) {
                    values.extend_from_slice(&row[lanes.clone()]);
                }
            }
        }
    }

    /// Runs the lanes `lanes` of all: lane i is draw i mod n of variant i / n.
    fn run_block(
        &self,
        run: &mut Workspace,
        responder: &mut Option<Responder>,
        variants: &[Variant],
        lanes: Range<usize>,
    ) {
        let draws = self.draws;
        let n = draws.n;
        let n_lanes = lanes.len();
        let stretches = || stretches(lanes.clone(), n);
        let n_params = self.tape.n_params();
        let mut params = Vec::with_capacity(n_params * n_lanes);
        for param in 0..n_params {
            for (variant, draw, length) in
                stretches().map(|(v, draw, lanes)| (v, draw, lanes.len()))
            {
                let held = variants[variant].held.iter().find(|(held, _)| *held == param);
                match (held, param.checked_sub(draws.n_switches)) {
                    (Some(&(_, value)), _) => params.resize(params.len() + length, value),
                    (None, None) => params.resize(params.len() + length, 1.0),
                    (None, Some(row)) => {
                        let start = row * draws.n_made + draw;
                        params.extend_from_slice(&draws.values[start..start + length]);
                    }
                }
            }
        }
        if let (Some(choices), Some(responder)) = (self.choices(), responder) {
            let moves =
                |variant: usize| variants[variant].held.iter().any(|held| reaches(choices, held));
            if stretches().any(|(variant, ..)| moves(variant)) {
                responder.respond(&mut params, n_lanes);
                for (variant, _, lanes) in stretches() {
                    let held = variants[variant].held.iter();
                    for &(param, value) in held.filter(|held| held.0 >= choices.first_policy()) {
                        params[param * n_lanes..][lanes.clone()].fill(value);
                    }
                }
            }
        }
        let defaults = self.tape.default_likelihoods();
        let mut likelihoods = Vec::with_capacity(defaults.len() * n_lanes);
        for &default in defaults {
            likelihoods.resize(likelihoods.len() + n_lanes, default);
        }
        for (variant, _, lanes) in stretches() {
            for row in
                variants[variant].without.iter().filter_map(|&var| self.tape.input(var)).flatten()
            {
                likelihoods[row * n_lanes..][lanes.clone()].fill(1.0);
            }
        }
        for revision in self.revisions {
            pass(run, &params, &likelihoods, n_lanes);
            let Some(rows) = self.tape.input(revision.var) else { continue };
            for (state, row) in rows.enumerate() {
                for lane in 0..n_lanes {
                    let before = run.marginal(revision.var, state, lane);
                    let factor =
                        if before > 0.0 { revision.probabilities[state] / before } else { 0.0 };
                    likelihoods[row * n_lanes + lane] *= factor;
                }
            }
        }
        pass(run, &params, &likelihoods, n_lanes);
    }
}

/// Stretches of `lanes` that are draws of one variant, where lane i is draw i mod n of variant i / n: the variant,
/// its first draw there, and which of the lanes they are, counted from the first.
fn stretches(
    lanes: Range<usize>,
    n: usize,
) -> impl Iterator<Item = (usize, usize, Range<usize>)> + Clone {
    let Range { start, end } = lanes;
    let ends = move |lane: usize| ((lane / n + 1) * n).min(end);
    std::iter::successors(Some(start), move |&lane| Some(ends(lane)))
        .take_while(move |&lane| lane < end)
        .map(move |lane| (lane / n, lane % n, lane - start..ends(lane) - start))
}

/// The tape of a network for the probabilities of `asked`, with the findings of `free` removable.
pub(crate) fn compile(
    network: &Network,
    evidence: &Evidence,
    revisions: &[Revision],
    free: &[VarId],
    asked: &[VarId],
) -> Result<Tape, CompileError> {
    // What is seen without doubt is sliced away; what a variant may take away stays an input.
    let mut removable = evidence.clone();
    let mut inputs: Vec<VarId> = free.to_vec();
    for &var in free {
        if let Some(state) = evidence.observed(var) {
            let seen =
                (0..network.n_states(var)).map(|s| f64::from(u8::from(s == state))).collect();
            removable = removable.without(var).weigh(var, seen);
        }
    }
    let mut targets: Vec<VarId> = asked.to_vec();
    for revision in revisions {
        inputs.push(revision.var);
        targets.push(revision.var);
    }
    for vars in [&mut inputs, &mut targets] {
        vars.sort_unstable();
        vars.dedup();
    }
    Tape::compile_for(network, &removable, &inputs, &targets, &Limits::default())
}

fn pass(run: &mut Workspace, params: &[f64], likelihoods: &[f64], n_lanes: usize) {
    run.marginals(params, Some(likelihoods), n_lanes).expect("the lanes have the tape's own shape");
}

/// Whether a number that is held bears on what actors choose.
fn reaches(choices: &Choices, &(param, _): &(usize, f64)) -> bool {
    param < choices.first_policy() && choices.reaches(ParamId(param as u32))
}

/// What differs between a variant and the one before it.
struct Turn {
    /// Which of the variants it is.
    variant: usize,
    /// Which numbers that bear on what actors choose are held, and at what, counted; 0 is none.
    game: usize,
    /// Whether policies are others than those of the variant before.
    chooses_anew: bool,
    /// Policies that are held.
    held_policies: Vec<(usize, f64)>,
    /// Parameters, each with what it is held at, or none if it is drawn.
    params: Vec<(usize, Option<f64>)>,
    /// Variables, each with whether its finding is there.
    vars: Vec<(VarId, bool)>,
    /// What depends on these; none for the first variant, for which everything is computed.
    affected: Option<Affected>,
}

/// Something that a variant may change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Param(usize),
    Finding(VarId),
    /// All policies together.
    Policies,
}

fn turns(tape: &Tape, choices: Option<&Choices>, variants: &[&Variant]) -> Vec<Turn> {
    let mut games: BTreeMap<Vec<(usize, u64)>, usize> = BTreeMap::from([(Vec::new(), 0)]);
    let first_policy = choices.map_or(tape.n_params(), Choices::first_policy);
    let mut chosen = (0, Vec::new());
    let bears = |&(param, value): &(usize, f64)| {
        choices.is_some_and(|choices| reaches(choices, &(param, value)))
    };
    let affected = affected_by(tape, first_policy, variants);
    // What actors choose anew moves all policies.
    let cost = |held: &(usize, f64)| match bears(held) {
        true => usize::MAX,
        false => affected[&Thing::Param(held.0)].size(),
    };
    let (mut held, mut without): (BTreeMap<usize, f64>, BTreeSet<VarId>) = Default::default();
    let mut turns: Vec<Turn> = Vec::with_capacity(variants.len());
    for variant in in_order(variants, cost, |var| affected[&Thing::Finding(var)].size()) {
        let was = std::mem::replace(&mut held, variants[variant].held.iter().copied().collect());
        let params: BTreeSet<usize> = was.keys().chain(held.keys()).copied().collect();
        let params = params.into_iter().filter(|param| was.get(param) != held.get(param));
        let params = params.map(|param| (param, held.get(&param).copied())).collect();
        let now = variants[variant].without.iter().copied().collect();
        let was = std::mem::replace(&mut without, now);
        let vars = was.symmetric_difference(&without);
        let vars = vars.map(|var| (*var, !without.contains(var))).collect();
        let moved = held.iter().map(|(&param, &value)| (param, value)).filter(bears);
        let moved = moved.map(|(param, value)| (param, value.to_bits()));
        let next = games.len();
        let game = *games.entry(moved.collect()).or_insert(next);
        let held_policies: Vec<(usize, f64)> =
            held.range(first_policy..).map(|(&param, &value)| (param, value)).collect();
        let now = (game, held_policies.clone());
        let chooses_anew = std::mem::replace(&mut chosen, now.clone()) != now;
        let mut turn =
            Turn { variant, game, chooses_anew, held_policies, params, vars, affected: None };
        if !turns.is_empty() {
            let params = turn.params.iter().map(|&(param, _)| Thing::Param(param));
            let vars = turn.vars.iter().map(|&(var, _)| Thing::Finding(var));
            let policies = turn.chooses_anew.then_some(Thing::Policies);
            let things = params.chain(vars).chain(policies);
            let all = things.fold(Affected::default(), |all, thing| all.and(&affected[&thing]));
            turn.affected = Some(all);
        }
        turns.push(turn);
    }
    turns
}

/// What depends on each thing that some variant changes.
fn affected_by(
    tape: &Tape,
    first_policy: usize,
    variants: &[&Variant],
) -> BTreeMap<Thing, Affected> {
    let dependencies = Dependencies::of(tape);
    let params = variants.iter().flat_map(|variant| &variant.held);
    let vars = variants.iter().flat_map(|variant| &variant.without);
    let things = params.map(|&(param, _)| Thing::Param(param));
    let things = things.chain(vars.map(|&var| Thing::Finding(var)));
    let things: BTreeSet<Thing> = things.chain([Thing::Policies]).collect();
    let affected = |thing: &Thing| match *thing {
        Thing::Param(param) => dependencies.affected(&[ParamId(param as u32)], &[]),
        Thing::Finding(var) => dependencies.affected(&[], &[var]),
        Thing::Policies => {
            let policies = first_policy..tape.n_params();
            let policies: Vec<_> = policies.map(|param| ParamId(param as u32)).collect();
            dependencies.affected(&policies, &[])
        }
    };
    things.iter().map(|thing| (*thing, affected(thing))).collect()
}

/// Variants in such an order that those that change the same stand together, by what is dearest to change first.
fn in_order(
    variants: &[&Variant],
    cost_of_holding: impl Fn(&(usize, f64)) -> usize,
    cost_of_leaving: impl Fn(VarId) -> usize,
) -> Vec<usize> {
    let changes = |ix: &usize| {
        let Variant { held, without } = variants[*ix];
        let held = held
            .iter()
            .map(|held| (Reverse(cost_of_holding(held)), Thing::Param(held.0), held.1.to_bits()));
        let without = without.iter();
        let without = without.map(|&var| (Reverse(cost_of_leaving(var)), Thing::Finding(var), 0));
        let mut changes: Vec<_> = held.chain(without).collect();
        changes.sort_unstable();
        changes
    };
    let mut order: Vec<usize> = (0..variants.len()).collect();
    order.sort_by_cached_key(changes);
    order
}

/// What came out per draw, its weight still as `p × 2^exponent`.
struct Raw {
    p: Vec<(f64, i32)>,
    marginals: Vec<Vec<Vec<f64>>>,
}

impl Raw {
    /// Takes P(state, evidence) of every variable asked for, `[n_states, n_lanes]` each.
    fn take_joints(&mut self, joints: &[Vec<f64>], n_lanes: usize) {
        for (ix, (joints, states)) in joints.iter().zip(&mut self.marginals).enumerate() {
            for lane in 0..n_lanes {
                let p: f64 = joints.iter().skip(lane).step_by(n_lanes).sum();
                if ix == 0 {
                    self.p.push((p, 0));
                }
                for (state, values) in states.iter_mut().enumerate() {
                    let joint = joints[state * n_lanes + lane];
                    values.push(if p > 0.0 { joint / p } else { 0.0 });
                }
            }
        }
    }

    /// With weights of which the largest is 1.
    fn scaled(self) -> Drawn {
        let possible = self.p.iter().filter(|(p, _)| *p > 0.0);
        let Some(unit) = possible.map(|(p, exponent)| exponent + libm::ilogb(*p)).max() else {
            let weights = vec![0.0; self.p.len()];
            return Drawn { weights, log10_largest: f64::NEG_INFINITY, marginals: self.marginals };
        };
        let mut weights: Vec<f64> =
            self.p.iter().map(|&(p, exponent)| libm::ldexp(p, exponent - unit)).collect();
        let largest = weights.iter().copied().fold(0.0, f64::max);
        weights.iter_mut().for_each(|weight| *weight /= largest);
        let log10_largest = libm::log10(largest) + f64::from(unit) * std::f64::consts::LOG10_2;
        Drawn { weights, log10_largest, marginals: self.marginals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weigh_inference::{Distribution, NetworkBuilder, Parameter};

    /// A chain of four with an odds-like number in each row, and a sight at its end.
    fn network() -> Network {
        let mut build = NetworkBuilder::new();
        let uniform = Distribution::Uniform { low: 0.0, high: 1.0 };
        let mut parent: Option<VarId> = None;
        for name in ["a", "b", "c", "d"] {
            let var = build.add_variable(name, &["no", "yes"]);
            let mut cells = Vec::new();
            for _ in 0..parent.map_or(1, |_| 2) {
                let p = build.add_parameter(Parameter::new("p", uniform));
                let yes = build.formulas().parameter(p);
                let no = build.formulas().complement(yes);
                cells.extend([no, yes]);
            }
            build.set_table(var, parent.as_slice(), cells);
            parent = Some(var);
        }
        build.build().unwrap()
    }

    /// Whatever is held or left out, in whatever order, a variant is what it is by itself, bit for bit.
    #[test]
    fn a_variant_does_not_depend_on_the_one_before_it() {
        let network = network();
        let [a, b, d] = [0, 1, 3].map(VarId);
        let evidence = Evidence::new().observe(d, 1).weigh(b, vec![0.25, 0.75]);
        // 40 draws are two whole blocks of lanes and a half.
        let (n_params, n) = (network.parameters().len(), 40);
        let values: Vec<f64> =
            (0..n_params * n).map(|ix| ((ix * 7919) % 1009) as f64 / 1009.0).collect();
        let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
        let lanes = Lanes::new(&network, &evidence, &[], &[b, d], &[a], draws).unwrap();
        let variant = |held: &[(usize, f64)], without: &[VarId]| Variant {
            held: held.to_vec(),
            without: without.to_vec(),
        };
        let variants = [
            variant(&[], &[]),
            variant(&[(0, 0.5)], &[]),
            variant(&[(0, 0.5)], &[d]),
            variant(&[(6, 0.9), (0, 0.25)], &[d, b]),
            variant(&[(6, 0.9)], &[b]),
            variant(&[], &[]),
            // The sight cannot be, and then can again.
            variant(&[(5, 0.0), (6, 0.0)], &[]),
            variant(&[(3, 0.125)], &[d]),
        ];
        let together = lanes.run(&variants);
        for (variant, drawn) in variants.iter().zip(together) {
            let alone = lanes.run(std::slice::from_ref(variant)).remove(0);
            assert_eq!(drawn.weights, alone.weights, "{variant:?}");
            assert_eq!(drawn.marginals, alone.marginals, "{variant:?}");
            assert_eq!(drawn.log10_largest, alone.log10_largest, "{variant:?}");
        }
    }

    /// Of all sets of three things, those that have the dearest stand together, and among them those that have the
    /// second.
    #[test]
    fn what_is_dearest_to_change_changes_least_often() {
        let set = |ix: usize| {
            let held = (0..2).filter(|param| ix >> param & 1 == 1).map(|param| (param, 0.0));
            let without = (ix >> 2 & 1 == 1).then_some(VarId(7));
            Variant { held: held.collect(), without: without.into_iter().collect() }
        };
        let sets: Vec<Variant> = (0..8).map(set).collect();
        let sets: Vec<&Variant> = sets.iter().collect();
        // The finding is dearest, then the second number.
        let order = in_order(&sets, |&(param, _)| 1 + param, |_| 10);
        assert_eq!(order, [0, 4, 6, 7, 5, 2, 3, 1]);
    }

    /// Many variants are read off slopes where they can be; what comes out is what a run of each gives, to 1e-12 of
    /// it: slopes are only trusted where a thousandth of a probability is left, and rounding is some 1e-16.
    #[test]
    fn slopes_say_what_runs_say() {
        let network = network();
        let [a, d] = [0, 3].map(VarId);
        let evidence = Evidence::new().observe(d, 1);
        let (n_params, n) = (network.parameters().len(), 40);
        let values: Vec<f64> =
            (0..n_params * n).map(|ix| (0.5 + ((ix * 7919) % 1009) as f64) / 1010.0).collect();
        let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
        let lanes = Lanes::new(&network, &evidence, &[], &[], &[a], draws).unwrap();
        let held = |held: &[(usize, f64)]| Variant { held: held.to_vec(), without: Vec::new() };
        // Each number at several values, those that make what was seen impossible among them; two of one table, and
        // two of different tables, which multiply each other.
        let mut variants = Vec::new();
        for param in 0..n_params {
            variants.extend([0.0, 1e-9, 0.3, 1.0].map(|value| held(&[(param, value)])));
        }
        variants.extend([held(&[(5, 0.2), (6, 0.7)]), held(&[(5, 0.0), (6, 0.0)])]);
        variants.extend([held(&[(0, 0.25), (6, 0.7)]), held(&[])]);
        let swept = lanes.read_off(&variants);
        let n_swept = swept.iter().flatten().count();
        assert!((variants.len() / 2..variants.len()).contains(&n_swept), "{n_swept} swept");
        for (variant, drawn) in variants.iter().zip(lanes.run(&variants)) {
            let alone = lanes.run(std::slice::from_ref(variant)).remove(0);
            let close = |one: &[f64], other: &[f64]| {
                one.iter().zip(other).all(|(x, y)| (x - y).abs() <= 1e-12 * y.abs())
            };
            let unit = libm::exp10(drawn.log10_largest - alone.log10_largest);
            let weights: Vec<f64> = drawn.weights.iter().map(|weight| weight * unit).collect();
            assert!(alone.log10_largest.is_infinite() || close(&weights, &alone.weights));
            for (one, other) in drawn.marginals[0].iter().zip(&alone.marginals[0]) {
                assert!(close(one, other), "{variant:?}");
            }
        }
    }
}
