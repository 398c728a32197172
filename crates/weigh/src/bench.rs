//! What `weigh bench` measures: each thing that can be asked of a network, ready for a stopwatch.

use std::hint::black_box;

use weigh_inference::{
    Cells, Distribution, DrawPlan, Evidence, Limits, Network, Settings, Sharing, Tape, VarId, solve,
};

use crate::raw::{Case, Cost, RawError, RawNetwork, evidence, opened_up, parameter, rebuilt};
use crate::session::Session;

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Order and tape for all posteriors of one case.
    Compile,
    /// All posteriors of one case, from the network: order, tape, numbers.
    Cold,
    /// All posteriors of one case more in which the same variables are seen in other states.
    Warm,
    /// One target in all cases, together.
    Cases,
    /// One target in 10,000 draws of every number it depends on, drawn anew.
    Draws,
    /// One target of one case, compiled before.
    Posterior,
    /// The derivatives of that posterior by every number, compiled before.
    Derivatives,
}

/// How often the numbers are drawn in [`Workload::Draws`].
pub const DRAWS: u32 = 10_000;

/// Draws that are held at once.
const DRAWS_AT_ONCE: u32 = 128;

/// A row of a table is drawn as a Dirichlet whose weights are this many times its numbers, and a
/// half more for each that is not 0: as if some twenty cases had been counted, by Jeffreys' rule.
const ROW_WEIGHT: f64 = 20.0;
const ROW_WEIGHT_EACH: f64 = 0.5;

impl Workload {
    /// All, in the order in which they are measured.
    pub const ALL: [Workload; 7] = [
        Workload::Compile,
        Workload::Cold,
        Workload::Warm,
        Workload::Cases,
        Workload::Draws,
        Workload::Posterior,
        Workload::Derivatives,
    ];

    /// The word for it in arguments and results.
    pub fn name(self) -> &'static str {
        match self {
            Workload::Compile => "compile",
            Workload::Cold => "cold",
            Workload::Warm => "warm",
            Workload::Cases => "cases",
            Workload::Draws => "draws",
            Workload::Posterior => "posterior",
            Workload::Derivatives => "derivatives",
        }
    }
}

/// A network or an assessment made ready to be measured.
///
/// # Example
/// ```
/// use weigh::bench::{Bench, Workload, sample_cases};
/// use weigh::raw::RawNetwork;
/// use weigh::raw::formats::{Format, Limits, read};
/// let bif = "variable rain { type discrete [ 2 ] { no, yes }; }
/// variable wet { type discrete [ 2 ] { no, yes }; }
/// probability ( rain ) { table 0.75, 0.25; }
/// probability ( wet | rain ) { (no) 1, 0; (yes) 0.5, 0.5; }";
/// let network = RawNetwork::new(read(Format::Bif, bif, &Limits::default())?.model)?;
/// let cases = sample_cases(&network, 8, 1);
/// let bench = Bench::of_network(&network, &cases, network.find("rain").unwrap());
/// let mut times = 0;
/// bench.measure(Workload::Cold, &mut |run| {
///     run();
///     times += 1;
/// })?;
/// assert_eq!(times, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Bench<'a> {
    subject: Subject<'a>,
    target: VarId,
}

enum Subject<'a> {
    Raw { network: &'a RawNetwork, cases: &'a [Case] },
    Assessment { network: &'a Network, evidence: &'a Evidence, sharing: Sharing },
}

/// A measurement of time: it runs what it is given as often as it likes.
pub type Stopwatch<'s> = dyn FnMut(&mut dyn FnMut()) + 's;

impl<'a> Bench<'a> {
    /// A raw network. The first case is asked alone, the others with it in [`Workload::Warm`] (those
    /// that see the same variables) and [`Workload::Cases`].
    ///
    /// # Panics
    /// If there is no case.
    pub fn of_network(network: &'a RawNetwork, cases: &'a [Case], target: VarId) -> Bench<'a> {
        assert!(!cases.is_empty(), "there is a case to ask");
        Bench { subject: Subject::Raw { network, cases }, target }
    }

    /// An assessment, with the evidence in it; the target is its first question. None if the faults
    /// in it leave no network or it has no question.
    pub fn of_assessment(session: &'a Session) -> Option<Bench<'a>> {
        let (lowered, question) = session.network_and_question()?;
        let sharing = session.assessment.sharing;
        let (network, evidence) = (&lowered.network, &lowered.evidence);
        let subject = Subject::Assessment { network, evidence, sharing };
        Some(Bench { subject, target: question })
    }

    /// What all posteriors of the first case cost.
    ///
    /// # Errors
    /// [`RawError`] if the network is too wide or the case does not fit it.
    pub fn cost(&self) -> Result<Cost, RawError> {
        match &self.subject {
            Subject::Raw { network, cases } => {
                Ok(network.ready(&cases[0], &all(network.variables().len()))?.cost())
            }
            Subject::Assessment { .. } => Ok(self.tape_of_all()?.cost().clone()),
        }
    }

    /// How many variables there are.
    pub fn n_variables(&self) -> usize {
        match &self.subject {
            Subject::Raw { network, .. } => network.variables().len(),
            Subject::Assessment { network, .. } => network.variables().len(),
        }
    }

    /// How many of them are seen in the first case.
    pub fn n_seen(&self) -> usize {
        match &self.subject {
            Subject::Raw { cases, .. } => cases[0].len(),
            Subject::Assessment { evidence, .. } => evidence.len(),
        }
    }

    /// The name of the one variable asked for.
    pub fn target_name(&self) -> &str {
        match &self.subject {
            Subject::Raw { network, .. } => &network.variables()[self.target.ix()].name,
            Subject::Assessment { network, .. } => &network.variable(self.target).name,
        }
    }

    /// How many answers one run of it gives.
    pub fn n_answers(&self, workload: Workload) -> usize {
        match (workload, &self.subject) {
            (Workload::Cases, Subject::Raw { cases, .. }) => cases.len(),
            (Workload::Draws, _) => DRAWS as usize,
            _ => 1,
        }
    }

    /// Whether it can be measured: a Markov network has no tables to draw, and an assessment one
    /// case only.
    pub fn can(&self, workload: Workload) -> bool {
        match &self.subject {
            Subject::Raw { network, .. } => {
                network.bayes().is_some()
                    || matches!(workload, Workload::Compile | Workload::Cold | Workload::Cases)
            }
            Subject::Assessment { .. } => workload != Workload::Cases,
        }
    }

    /// Hands what is to be measured to the stopwatch. It has run once before, so that nothing is
    /// measured that fails.
    ///
    /// # Errors
    /// [`RawError`] if the network is too wide for it, or a case does not fit it.
    ///
    /// # Panics
    /// If it cannot be measured, see [`Bench::can`].
    pub fn measure(&self, workload: Workload, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        assert!(self.can(workload), "{} cannot be measured here", workload.name());
        match workload {
            Workload::Compile => measure(watch, || self.cost()),
            Workload::Cold => self.cold(watch),
            Workload::Warm => self.warm(watch),
            Workload::Cases => self.cases(watch),
            Workload::Draws => self.draws(watch),
            Workload::Posterior => self.posterior(watch),
            Workload::Derivatives => self.derivatives(watch),
        }
    }

    fn cold(&self, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        match &self.subject {
            Subject::Raw { network, cases } => {
                let targets = all(network.variables().len());
                measure(watch, || network.ask(&cases[0], &targets))
            }
            Subject::Assessment { network, .. } => measure(watch, || {
                let tape = self.tape_of_all()?;
                tape.workspace().marginals(&network.parameter_means(), None, 1)?;
                Ok(())
            }),
        }
    }

    fn warm(&self, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        match &self.subject {
            Subject::Raw { cases, .. } => {
                let network = self.network();
                let seen: Vec<VarId> = cases[0].keys().copied().collect();
                let targets = all(network.variables().len());
                let tape = Tape::compile_seen(network, &seen, &targets, &Limits::SINGLE_CASE)?;
                let alike = cases.iter().filter(|case| case.keys().eq(cases[0].keys()));
                let alike: Vec<Evidence> = alike.take(16).map(evidence).collect();
                let mut run = tape.workspace();
                let mut next = alike.iter().cycle();
                measure(watch, || {
                    run.see(network, next.next().expect("the first case is like itself"))?;
                    run.marginals(&[], None, 1)?;
                    black_box(&run);
                    Ok(())
                })
            }
            Subject::Assessment { network, .. } => {
                let tape = self.tape_of_all()?;
                let params = network.parameter_means();
                let mut run = tape.workspace();
                measure(watch, || {
                    run.marginals(&params, None, 1)?;
                    black_box(&run);
                    Ok(())
                })
            }
        }
    }

    fn cases(&self, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        let Subject::Raw { network, cases } = &self.subject else { return Ok(()) };
        measure(watch, || network.ask_all(cases, &[self.target], |step| drop(black_box(step))))
    }

    fn draws(&self, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        match &self.subject {
            Subject::Raw { .. } => {
                let evidence = self.evidence();
                let network =
                    drawn(self.network(), &needed(self.network(), &evidence, self.target));
                measure(watch, || {
                    let limits = Limits::default();
                    let tape =
                        Tape::compile_for(&network, &evidence, &[], &[self.target], &limits)?;
                    let (parameters, sharing) = (network.parameters(), Sharing::INDEPENDENT);
                    let plan = DrawPlan::for_tape(parameters, sharing, 1, &tape);
                    let mut params = vec![0.0; tape.n_params() * DRAWS_AT_ONCE as usize];
                    let mut run = tape.workspace();
                    for first in (0..DRAWS).step_by(DRAWS_AT_ONCE as usize) {
                        let n = (DRAWS - first).min(DRAWS_AT_ONCE) as usize;
                        let params = &mut params[..tape.n_params() * n];
                        plan.fill(first, n, params);
                        run.marginals(params, None, n)?;
                        black_box(run.marginal(self.target, 0, n - 1));
                    }
                    Ok(())
                })
            }
            Subject::Assessment { network, evidence, sharing } => {
                let settings =
                    Settings { n_draws: DRAWS, sharing: *sharing, ..Settings::default() };
                measure(watch, || {
                    black_box(solve(network, evidence, &[], &settings).is_ok());
                    Ok(())
                })
            }
        }
    }

    fn posterior(&self, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        let (tape, params) = self.tape_of_numbers()?;
        let mut run = tape.workspace();
        measure(watch, || {
            run.marginals(&params, None, 1)?;
            black_box(run.marginal(self.target, 0, 0));
            Ok(())
        })
    }

    fn derivatives(&self, watch: &mut Stopwatch<'_>) -> Result<(), RawError> {
        let (tape, params) = self.tape_of_numbers()?;
        let mut run = tape.workspace();
        let mut derivatives = vec![0.0; params.len()];
        measure(watch, || {
            run.write_gradient(&params, self.target, 0, &mut derivatives)?;
            black_box(&derivatives);
            Ok(())
        })
    }

    /// A tape for the target that takes every number of the tables at run time, and the numbers.
    fn tape_of_numbers(&self) -> Result<(Tape, Vec<f64>), RawError> {
        let opened;
        let network = match &self.subject {
            Subject::Raw { .. } => {
                opened = opened_up(self.network());
                &opened
            }
            Subject::Assessment { network, .. } => *network,
        };
        let target = [self.target];
        let limits = Limits::SINGLE_CASE;
        let tape = Tape::compile_for(network, &self.evidence(), &target, &target, &limits)?;
        Ok((tape, network.parameter_means()))
    }

    fn network(&self) -> &Network {
        match &self.subject {
            Subject::Raw { network, .. } => network.bayes().expect("it can be measured"),
            Subject::Assessment { network, .. } => network,
        }
    }

    fn evidence(&self) -> Evidence {
        match &self.subject {
            Subject::Raw { cases, .. } => crate::raw::evidence(&cases[0]),
            Subject::Assessment { evidence, .. } => (*evidence).clone(),
        }
    }

    fn tape_of_all(&self) -> Result<Tape, RawError> {
        Ok(Tape::compile(self.network(), &self.evidence(), &[], &Limits::default())?)
    }
}

/// Runs it once, and then as often as the stopwatch likes.
fn measure<R>(
    watch: &mut Stopwatch<'_>,
    mut run: impl FnMut() -> Result<R, RawError>,
) -> Result<(), RawError> {
    run()?;
    watch(&mut || {
        black_box(run().expect("it ran before"));
    });
    Ok(())
}

fn all(n_vars: usize) -> Vec<VarId> {
    (0..n_vars as u32).map(VarId).collect()
}

/// Per variable, whether the target's posterior can depend on its table: the ancestors of the target
/// and of what is seen.
fn needed(network: &Network, evidence: &Evidence, target: VarId) -> Vec<bool> {
    let mut needed = vec![false; network.variables().len()];
    let mut stack: Vec<VarId> = evidence.vars().chain([target]).collect();
    while let Some(var) = stack.pop() {
        if !std::mem::replace(&mut needed[var.ix()], true) {
            stack.extend(&network.table(var).parents);
        }
    }
    needed
}

/// The network with every row of the tables that are needed drawn: a Dirichlet around its numbers,
/// broken off piece by piece, each piece a beta share of what is left.
fn drawn(network: &Network, needed: &[bool]) -> Network {
    rebuilt(network, |build, var, values| {
        if !needed[var.ix()] {
            return values.iter().map(|p| build.formulas().constant(*p)).collect();
        }
        let mut cells = Vec::with_capacity(values.len());
        for row in values.chunks_exact(network.n_states(var)) {
            let weights: Vec<f64> = row
                .iter()
                .map(|p| if *p > 0.0 { ROW_WEIGHT * p + ROW_WEIGHT_EACH } else { 0.0 })
                .collect();
            let mut left = build.formulas().constant(1.0);
            for (i, weight) in weights.iter().enumerate() {
                let after: f64 = weights[i + 1..].iter().sum();
                if *weight == 0.0 {
                    cells.push(build.formulas().constant(0.0));
                    continue;
                }
                if after == 0.0 {
                    cells.push(left);
                    continue;
                }
                let share = parameter(build, Distribution::Beta { a: *weight, b: after });
                cells.push(build.formulas().mul(left, share));
                let rest = build.formulas().complement(share);
                left = build.formulas().mul(left, rest);
            }
        }
        cells
    })
}

/// Cases to measure with, where none are given: the same tenth of the variables, at least one, seen
/// in states drawn from the network, so that every case is possible. One case in which nothing is
/// seen for a Markov network, which cannot be drawn from without solving it.
pub fn sample_cases(network: &RawNetwork, n: usize, seed: u64) -> Vec<Case> {
    let Some(bayes) = network.bayes() else { return vec![Case::new()] };
    let mut state = seed;
    let mut uniform = move || {
        // SplitMix64: Steele, Lea & Flood (2014), OOPSLA.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut vars = all(network.variables().len());
    let n_seen = (vars.len() / 10).max(1);
    for i in 0..n_seen {
        let other = i + (uniform() * (vars.len() - i) as f64) as usize;
        vars.swap(i, other);
    }
    let mut seen = vars[..n_seen].to_vec();
    seen.extend(network.decisions());
    let mut draw = || {
        let mut world = vec![0; bayes.variables().len()];
        for var in bayes.topological_order() {
            let table = bayes.table(*var);
            let row =
                table.parents.iter().fold(0, |row, p| row * bayes.n_states(*p) + world[p.ix()]);
            let n_states = bayes.n_states(*var);
            let Cells::Numbers(cells) = &table.cells else { unreachable!("a file holds numbers") };
            let weights = &cells[row * n_states..(row + 1) * n_states];
            let mut left = uniform() * weights.iter().sum::<f64>();
            world[var.ix()] = weights
                .iter()
                .position(|weight| {
                    left -= weight;
                    left < 0.0
                })
                .unwrap_or_else(|| weights.iter().rposition(|p| *p > 0.0).unwrap_or(0));
        }
        seen.iter().map(|var| (*var, world[var.ix()])).collect()
    };
    (0..n).map(|_| draw()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use weigh_formats::{Format, Limits as FileLimits, read};

    const BELL: &str = "variable burglar { type discrete [ 2 ] { no, yes }; }
        variable bell { type discrete [ 3 ] { quiet, rings, broken }; }
        variable call { type discrete [ 2 ] { no, yes }; }
        variable cat { type discrete [ 2 ] { in, out }; }
        probability ( burglar ) { table 0.875, 0.125; }
        probability ( bell | burglar ) { (no) 0.75, 0.125, 0.125; (yes) 0.25, 0.75, 0.0; }
        probability ( call | bell ) { (quiet) 1, 0; (rings) 0.25, 0.75; (broken) 0.5, 0.5; }
        probability ( cat | call ) { (no) 0.5, 0.5; (yes) 0.25, 0.75; }";

    fn bell() -> RawNetwork {
        let model = read(Format::Bif, BELL, &FileLimits::default()).unwrap().model;
        RawNetwork::new(model).unwrap()
    }

    #[test]
    fn everything_can_be_measured_and_runs_as_often_as_the_stopwatch_likes() {
        let network = bell();
        let cases = sample_cases(&network, 20, 1);
        let target = network.find("burglar").unwrap();
        let bench = Bench::of_network(&network, &cases, target);
        for workload in Workload::ALL {
            let mut n_runs = 0;
            bench
                .measure(workload, &mut |run| {
                    (0..3).for_each(|_| run());
                    n_runs += 3;
                })
                .unwrap();
            assert_eq!(n_runs, 3, "{}", workload.name());
        }
        assert_eq!(bench.n_answers(Workload::Cases), 20);
    }

    /// A Dirichlet's mean is its weights' shares: here the numbers, pulled to even by the half each.
    #[test]
    fn drawn_rows_add_up_to_1_and_have_the_mean_of_their_dirichlet() {
        let network = bell();
        let bayes = network.bayes().unwrap();
        let bell = network.find("bell").unwrap();
        let seen = Evidence::new().observe(network.find("call").unwrap(), 1);
        let drawn = drawn(bayes, &needed(bayes, &seen, network.find("burglar").unwrap()));
        let means = drawn.cell_values(bell, &drawn.parameter_means());
        for (row, numbers) in means.chunks_exact(3).zip([[0.75, 0.125, 0.125], [0.25, 0.75, 0.0]]) {
            let weight = |p: f64| if p > 0.0 { 20.0 * p + 0.5 } else { 0.0 };
            let total: f64 = numbers.iter().map(|p| weight(*p)).sum();
            for (found, p) in row.iter().zip(numbers) {
                assert!((found - weight(p) / total).abs() < 1e-15, "{found}");
            }
        }
        let plan = DrawPlan::new(drawn.parameters(), Sharing::INDEPENDENT, 1);
        let mut params = vec![0.0; drawn.parameters().len()];
        plan.fill(7, 1, &mut params);
        for row in drawn.cell_values(bell, &params).chunks_exact(3) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        }
        // Nothing is seen of the cat, so its table is left as it is.
        assert_eq!(
            drawn.cell_values(network.find("cat").unwrap(), &params),
            [0.5, 0.5, 0.25, 0.75]
        );
        assert_eq!(drawn.parameters().len(), 1 + 3 + 2);
    }

    #[test]
    fn sampled_cases_are_possible_and_see_one_set_of_variables() {
        let network = bell();
        let cases = sample_cases(&network, 50, 3);
        for case in &cases {
            assert!(case.keys().eq(cases[0].keys()) && case.len() == 1);
            assert!(network.ask(case, &[]).unwrap().log10_p_evidence > f64::NEG_INFINITY);
        }
        assert_eq!(cases, sample_cases(&network, 50, 3));
        assert_ne!(cases, sample_cases(&network, 50, 4));
    }

    #[test]
    fn a_markov_network_is_asked_and_not_drawn() {
        let uai = "MARKOV 2 2 2 1 2 0 1 4 3 1 1 3";
        let network = read(Format::Uai, uai, &FileLimits::default()).unwrap().model;
        let network = RawNetwork::new(network).unwrap();
        let cases = sample_cases(&network, 5, 1);
        assert_eq!(cases, [Case::new()]);
        let bench = Bench::of_network(&network, &cases, VarId(0));
        let can = Workload::ALL.iter().filter(|workload| bench.can(**workload));
        assert!(can.eq(&[Workload::Compile, Workload::Cold, Workload::Cases]));
        bench.measure(Workload::Cold, &mut |run| run()).unwrap();
    }
}
