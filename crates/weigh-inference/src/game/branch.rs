//! The principal branch: from players who choose at random to players who do not err.

use super::choices::{Choices, System, evaluate};
use super::error::GameError;
use super::found::{
    Branch, Equilibrium, Fork, Other, Stop, StopReason, Trace, TraceRow, TraceSettings, Turn,
};
use super::path::{Point, SHORTEST, Walker};
use super::plan::Plan;
use super::tree::Game;

/// The precision, in units of the range of payoffs, at which the limit is read: an action that is
/// worse by a billionth of the range is then taken once in 20,000 times.
pub(crate) const LIMIT: f64 = 1e10;
/// Two curves cross within a step of this length, relative to where it is.
const CROSSING: f64 = 1e-6;
/// A turn is closed in on to a step of this length, so that the parabola through it is good to 1e-9.
const TURNING: f64 = 1e-4;
/// Where the determinant falls by this factor and rises again, its logarithm, two crossings are one.
const DOUBLE: f64 = 14.0;
/// How far beside a crossing another curve is looked for, in log ratios.
const ASIDE: f64 = 0.05;
/// Solutions that differ by less in every probability are one.
const SAME: f64 = 1e-7;

/// Follows the principal branch of the agent logit equilibria of a game.
///
/// At precision `λ` every information set `I` takes action `a` with a probability that grows with
/// `exp(λ u(a | I))`, `u(a | I)` its owner's expected payoff given that `I` is reached, beliefs by
/// Bayes' rule, all others playing the same. At 0 all choose at random; from there one curve of
/// solutions leads on, and this walks along it.
///
/// # Shapes and units
/// `lambdas`: precisions in 1 / payoff, in any order; infinity asks for the limit of the branch.
///
/// # Errors
/// [`GameError::Precision`] for a precision that is negative or no number, or finite and beyond 10^10
/// divided by the range of the payoffs.
///
/// # Source
/// McKelvey & Palfrey (1995), Games and Economic Behavior 10, 6–38; (1998), Experimental Economics 1,
/// 9–41; the walk: Turocy (2005, 2010).
pub fn trace(game: &Game, lambdas: &[f64], settings: &TraceSettings) -> Result<Trace, GameError> {
    let mut plan = Plan::new(game);
    let (unit, lows) = normalise(game, &mut plan);
    for lambda in lambdas {
        let is_sane = *lambda >= 0.0 && (lambda * unit <= LIMIT || lambda.is_infinite());
        if !is_sane {
            return Err(GameError::Precision(*lambda));
        }
    }
    Ok(trace_in_units(&plan, unit, lows, lambdas, settings))
}

/// The same for any system whose payoffs have been divided by `unit`, after `lows` were taken off those
/// of each player.
pub(crate) fn trace_in_units(
    system: &impl System,
    unit: f64,
    lows: Vec<f64>,
    lambdas: &[f64],
    settings: &TraceSettings,
) -> Trace {
    Tracer { walker: Walker::new(system), unit, lows, steps: 0, settings }.run(lambdas)
}

/// Moves each player's payoffs to begin at 0 and divides all by the widest range, which is given back
/// with where they began.
fn normalise(game: &Game, plan: &mut Plan) -> (f64, Vec<f64>) {
    let ranges = game.payoff_ranges();
    let widest = ranges.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
    let unit = if widest > 0.0 { widest } else { 1.0 };
    let n_players = game.players().len();
    for (ix, node) in game.nodes().iter().enumerate() {
        if !matches!(node, super::tree::Node::Terminal(_)) {
            continue;
        }
        for (payoff, (low, _)) in plan.payoffs[ix * n_players..].iter_mut().zip(&ranges) {
            *payoff = (*payoff - low) / unit;
        }
    }
    (unit, ranges.into_iter().map(|range| range.0).collect())
}

struct Tracer<'t, S> {
    walker: Walker<'t, S>,
    lows: Vec<f64>,
    /// A precision times this is one in units of the range of payoffs.
    unit: f64,
    steps: usize,
    settings: &'t TraceSettings,
}

/// One branch, walked.
struct Walked {
    /// Which precision, and what is there, in the order of walking.
    found: Vec<(usize, Equilibrium)>,
    turns: Vec<Turn>,
    /// Where another branch crosses.
    crossings: Vec<Point>,
    stop: Option<Stop>,
}

impl<S: System> Tracer<'_, S> {
    fn run(&mut self, lambdas: &[f64]) -> Trace {
        // Precisions in units; the limit stands behind those that were asked for.
        let asked: Vec<f64> = lambdas.iter().map(|lambda| lambda * self.unit).collect();
        let wants_limit = self.settings.to_the_limit || lambdas.iter().any(|l| l.is_infinite());
        let mut targets = asked.clone();
        if wants_limit {
            targets.push(LIMIT);
        }
        let last = targets.iter().copied().filter(|t| t.is_finite()).fold(0.0, f64::max);
        let start = self.walker.start();
        let mut rows: Vec<TraceRow> = lambdas
            .iter()
            .map(|lambda| TraceRow { lambda: *lambda, principal: None, others: Vec::new() })
            .collect();
        for (row, target) in rows.iter_mut().zip(&asked).filter(|(_, target)| **target == 0.0) {
            row.principal = self.equilibrium(start.y.clone(), *target);
        }
        let walked = self.walk(start, &targets, last);
        let mut limit = None;
        for (which, equilibrium) in walked.found {
            match rows.get_mut(which) {
                None => limit = limit.or(Some(equilibrium)),
                Some(row) if row.principal.is_none() => row.principal = Some(equilibrium),
                Some(row) => add(row, Branch::AfterTurn, equilibrium),
            }
        }
        for row in rows.iter_mut().filter(|row| row.lambda.is_infinite()) {
            row.principal.clone_from(&limit);
        }
        let mut forks = Vec::new();
        for crossing in &walked.crossings {
            let ways = match self.settings.to_the_limit {
                true => self.ways_at(crossing),
                false => Vec::new(),
            };
            forks.push(Fork {
                lambda: crossing.precision() / self.unit,
                probabilities: self.probabilities(&crossing.y),
                ways: ways.len(),
            });
            for start in ways {
                let highest = asked.iter().copied().filter(|t| t.is_finite()).fold(0.0, f64::max);
                for (which, equilibrium) in self.walk(start, &asked, highest).found {
                    add(&mut rows[which], Branch::Fork(forks.len() - 1), equilibrium);
                }
            }
        }
        Trace {
            rows,
            limit: limit.filter(|_| wants_limit),
            turns: walked.turns,
            forks,
            stop: walked.stop,
            steps: self.steps,
            rounds: self.walker.rounds,
        }
    }

    /// Walks until the precision is above `last`.
    fn walk(&mut self, mut at: Point, targets: &[f64], last: f64) -> Walked {
        let mut walked =
            Walked { found: Vec::new(), turns: Vec::new(), crossings: Vec::new(), stop: None };
        self.walker.go_to(&at);
        let (mut h, mut n_steps, mut taken_in_a_row) = (0.1, 0, 0);
        self.walker.is_near = false;
        let mut before: Option<(Point, f64)> = None;
        while at.precision() < last {
            n_steps += 1;
            self.steps += 1;
            let scale = 1.0 + at.precision().abs();
            let reason = match (n_steps > self.settings.max_steps, h < SHORTEST * scale) {
                (true, _) => Some(StopReason::TooManySteps),
                (_, true) => Some(StopReason::StepTooShort),
                _ => None,
            };
            if let Some(reason) = reason {
                walked.stop = Some(self.stop(&at, reason));
                break;
            }
            let stepped = self.walker.step(&at, h);
            let found =
                stepped.and_then(|next| Some((self.between(&at, &next.point, targets)?, next)));
            let Some((found, next)) = found else {
                h *= 0.5;
                taken_in_a_row = 0;
                continue;
            };
            let is_crossed = next.point.is_negative != at.is_negative;
            let is_turned = at.rise() * next.point.rise() < 0.0;
            // Close in on what looks like a crossing: two curves that only come near each other look
            // like one from afar.
            if (is_crossed && h > CROSSING * scale) || (is_turned && h > TURNING * scale) {
                h *= 0.5;
                taken_in_a_row = 0;
                self.walker.is_near = true;
                continue;
            }
            // So does a pair of turns inside one step.
            if !is_turned && at.dips_before(&next.point, h) && h > TURNING * scale {
                h *= 0.5;
                taken_in_a_row = 0;
                continue;
            }
            if is_crossed {
                walked.crossings.push(crossing(&at, &next.point));
            } else if let Some((before, last_h)) = &before
                && let Some(touched) = self.touched((before, *last_h), (&at, h), &next.point)
            {
                walked.crossings.push(touched);
            }
            if is_turned {
                walked.turns.push(self.turn(&at, &next.point, h));
            }
            walked.found.extend(found);
            taken_in_a_row += 1;
            // Behind a crossing, or where none was, steps grow again.
            if is_crossed || is_turned || taken_in_a_row > 2 {
                self.walker.is_near = false;
            }
            let passed = std::mem::replace(&mut at, self.walker.refer_anew(next.point));
            if let Some((point, _)) = before.replace((passed, h)) {
                self.walker.recycle(point);
            }
            if is_crossed {
                (before, h) = (None, 1e-3);
            } else if !self.walker.is_near {
                h *= next.growth;
            }
        }
        walked
    }

    /// The point between `before` and `next` at which the determinant touches zero without changing its
    /// sign, as where symmetry makes two crossings fall on one point.
    fn touched(
        &mut self,
        (before, h_before): (&Point, f64),
        (at, h): (&Point, f64),
        next: &Point,
    ) -> Option<Point> {
        let is_dip = at.log_determinant < before.log_determinant
            && at.log_determinant <= next.log_determinant
            && before.has_ratios_of(next);
        if !self.settings.to_the_limit || !is_dip {
            return None;
        }
        self.walker.is_near = true;
        let touched = self.lowest_between((before, h_before), (at, h));
        self.walker.is_near = false;
        touched
    }

    /// Golden sections of two steps together, for as long as the determinant falls.
    fn lowest_between(
        &mut self,
        (before, h_before): (&Point, f64),
        (at, h): (&Point, f64),
    ) -> Option<Point> {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let (mut low, mut high) = (0.0, h_before + h);
        let mut lowest = at.clone();
        for round in 0..40 {
            let thirds = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
            let mut points = Vec::new();
            for s in thirds {
                self.steps += 1;
                let (from, by) = if s < h_before { (before, s) } else { (at, s - h_before) };
                points.push(self.walker.step(from, by)?.point);
            }
            let is_left = points[0].log_determinant < points[1].log_determinant;
            if is_left {
                high = thirds[1];
            } else {
                low = thirds[0];
            }
            let point = points.swap_remove(usize::from(!is_left));
            if point.log_determinant < lowest.log_determinant {
                lowest = point;
            }
            let fallen = at.log_determinant.min(before.log_determinant) - lowest.log_determinant;
            // A double zero falls by 0.96 a round.
            if fallen > DOUBLE {
                return Some(lowest);
            }
            if fallen < 0.3 * f64::from(round - 4) {
                return None;
            }
        }
        None
    }

    /// The solutions at the precisions between two points; none if one cannot be found surely.
    fn between(
        &mut self,
        from: &Point,
        to: &Point,
        targets: &[f64],
    ) -> Option<Vec<(usize, Equilibrium)>> {
        let (a, b) = (from.precision(), to.precision());
        let mut found = Vec::new();
        for (which, target) in targets.iter().enumerate() {
            let is_between = (a < *target && *target <= b) || (b <= *target && *target < a);
            if !is_between {
                continue;
            }
            let part = (target - a) / (b - a);
            found.push((part, which, self.equilibrium(from.on_the_way_to(to, part), *target)?));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Some(found.into_iter().map(|(_, which, equilibrium)| (which, equilibrium)).collect())
    }

    /// The equilibrium close to `y` at a precision in units.
    fn equilibrium(&mut self, mut y: Vec<f64>, precision: f64) -> Option<Equilibrium> {
        y.pop();
        let (_, rounds) = self.walker.solve_at(y, precision)?;
        let (system, state) = (self.walker.system, &self.walker.state);
        let (residual, regret) = system.choices().residual(state, precision);
        let payoffs = system.payoffs(state).into_iter().zip(&self.lows);
        let utilities: Vec<f64> = state.utilities.iter().map(|u| u * self.unit).collect();
        Some(Equilibrium {
            lambda: precision / self.unit,
            probabilities: by_set(system.choices(), &state.p),
            utilities: by_set(system.choices(), &utilities),
            payoffs: payoffs.map(|(payoff, low)| low + payoff * self.unit).collect(),
            residual,
            regret: regret * self.unit,
            rounds,
        })
    }

    fn probabilities(&mut self, y: &[f64]) -> Vec<Vec<f64>> {
        let Walker { system, state, .. } = &mut self.walker;
        evaluate(*system, &y[..y.len() - 1], state);
        by_set(system.choices(), &state.p)
    }

    fn stop(&mut self, at: &Point, reason: StopReason) -> Stop {
        let probabilities = self.probabilities(&at.y);
        let choices = self.walker.system.choices();
        let (residual, _) = choices.residual(&self.walker.state, at.precision());
        Stop { lambda: at.precision() / self.unit, probabilities, residual, reason }
    }

    /// Where the precision is highest or lowest between two points, by the parabola through both
    /// slopes.
    fn turn(&mut self, from: &Point, to: &Point, h: f64) -> Turn {
        let part = from.rise() / (from.rise() - to.rise());
        let precision = from.precision() + 0.5 * h * part * from.rise();
        let nearer = if part < 0.5 { from } else { to };
        Turn { lambda: precision / self.unit, probabilities: self.probabilities(&nearer.y) }
    }

    /// Points on the other branch at a crossing, one for each way.
    fn ways_at(&mut self, crossing: &Point) -> Vec<Point> {
        self.walker.go_to(crossing);
        self.walker.is_near = true;
        let Some(aside) = self.walker.other_direction(crossing) else { return Vec::new() };
        let mut ways = Vec::new();
        for sign in [1.0, -1.0] {
            let normal: Vec<f64> = aside.iter().map(|x| sign * x).collect();
            let mut by = ASIDE;
            while by > ASIDE / 100.0 {
                let y = crossing.y.iter().zip(&normal).map(|(y, n)| y + by * n).collect();
                if let Some((point, _)) = self.walker.correct(y, &normal) {
                    ways.push(point);
                    break;
                }
                by *= 0.5;
            }
        }
        ways
    }
}

fn add(row: &mut TraceRow, branch: Branch, equilibrium: Equilibrium) {
    let known = row.principal.iter().chain(row.others.iter().map(|other| &other.equilibrium));
    let is_known = known.into_iter().any(|known| {
        let pairs = known.probabilities.iter().flatten();
        let mut pairs = pairs.zip(equilibrium.probabilities.iter().flatten());
        pairs.all(|(a, b)| (a - b).abs() <= SAME)
    });
    if !is_known {
        row.others.push(Other { branch, equilibrium });
    }
}

/// The point between two at which the determinant, all but linear there, is zero.
fn crossing(a: &Point, b: &Point) -> Point {
    let part = 1.0 / (1.0 + libm::exp(b.log_determinant - a.log_determinant));
    let mut point = a.clone();
    point.y.iter_mut().zip(&b.y).for_each(|(y, b)| *y += part * (b - *y));
    point
}

fn by_set(choices: &Choices, of_actions: &[f64]) -> Vec<Vec<f64>> {
    (0..choices.n_sets()).map(|set| of_actions[choices.actions(set)].to_vec()).collect()
}
