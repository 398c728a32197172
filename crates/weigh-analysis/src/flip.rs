//! Where the answer crosses an edge as something is moved: in closed form, or bracketed.

use crate::log_odds::{log_odds, probability};
use weigh_model::lower::{NumberOrigin, SlotKind};

/// A border that matters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edge {
    /// What is crossed.
    pub border: Border,
    /// What it is, in words.
    pub name: String,
}

/// What is crossed at an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Border {
    /// The focus state has this probability.
    At(f64),
    /// The first of these states, which is the most likely one, is as likely as the second.
    Ranking(usize, usize),
}

impl Edge {
    /// How far the answer is from the edge, in nats: 0 on it, of another sign beyond it.
    pub fn distance(&self, focus: usize, p: &[f64]) -> f64 {
        match self.border {
            Border::At(edge) => log_odds(p[focus]) - log_odds(edge),
            Border::Ranking(first, second) => libm::log(p[first]) - libm::log(p[second]),
        }
    }

    /// The same before division by P(evidence), where every state's value is a line in one number: the
    /// number at which the answer is on the edge.
    fn crossing(&self, focus: usize, states: &[Line]) -> Option<f64> {
        let mut sum = Line::default();
        let mut add = |line: &Line, weight: f64| {
            sum.at_zero += weight * line.at_zero;
            sum.slope += weight * line.slope;
        };
        match self.border {
            Border::At(edge) => {
                for (state, line) in states.iter().enumerate() {
                    add(line, if state == focus { 1.0 - edge } else { -edge });
                }
            }
            Border::Ranking(first, second) => {
                add(&states[first], 1.0);
                add(&states[second], -1.0);
            }
        }
        Some(-sum.at_zero / sum.slope).filter(|value| value.is_finite())
    }
}

/// `at_zero + slope · x`
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Line {
    pub at_zero: f64,
    pub slope: f64,
}

impl Line {
    pub fn at(self, x: f64) -> f64 {
        self.at_zero + self.slope * x
    }
}

/// The value between 0 and 1 of a probability at which the answer crosses the edge, in closed form: every
/// state's P(state, evidence) is a line in it, so P(state | evidence) is `(a θ + b) / (c θ + d)`.
///
/// # Source
/// Castillo, Gutiérrez & Hadi (1997), *Sensitivity analysis in discrete Bayesian networks*, IEEE
/// Transactions on Systems, Man, and Cybernetics A 27(4); Laskey (1995).
pub(crate) fn closed(edge: &Edge, focus: usize, states: &[Line]) -> Option<f64> {
    // Where the evidence cannot happen, the lines meet in 0 and nothing is crossed.
    let is_possible = |value: &f64| {
        let size: f64 = states.iter().map(|line| line.at_zero.abs() + line.slope.abs()).sum();
        states.iter().map(|line| line.at(*value)).sum::<f64>() > NONE * size
    };
    edge.crossing(focus, states).filter(|value| (0.0..=1.0).contains(value)).filter(is_possible)
}

/// Positions at which a crossing is bracketed: between two that are tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bracket {
    /// Position and distance from the edge at either end; the distances have different signs.
    pub ends: [(f64, f64); 2],
    /// Whether an end stayed in the last rounds, so that its distance is halved (Illinois).
    kept: [bool; 2],
}

/// Brackets the crossing nearest to `from` among positions that were tried in rising order.
pub(crate) fn bracket(tried: &[(f64, Option<f64>)], from: f64) -> Option<Bracket> {
    let crossings = tried.windows(2).filter_map(|pair| {
        let (a, b) = ((pair[0].0, pair[0].1?), (pair[1].0, pair[1].1?));
        let nearest = from.clamp(a.0, b.0);
        let crosses = a.1.is_finite() && b.1.is_finite() && a.1 * b.1 <= 0.0 && a.1 != b.1;
        crosses.then_some(((nearest - from).abs(), [a, b]))
    });
    let nearest = crossings.min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.map(|(_, ends)| Bracket { ends, kept: [false; 2] })
}

/// Rounds after which a bracket is as narrow as it gets: false position gains two digits a round, after
/// some rounds in vain where the line has a corner beside the crossing. What is found is not run again.
pub(crate) const ROUNDS: usize = 30;
/// What is nothing beside 1: rounding of a few sums.
const NONE: f64 = 1e-13;

impl Bracket {
    /// The position where the straight line between the ends crosses; none if it is found already.
    pub fn next(&self) -> Option<f64> {
        let [(_, a), (_, b)] = self.ends;
        (a.abs() > NONE && b.abs() > NONE).then(|| self.position())
    }

    /// The best position known.
    pub fn position(&self) -> f64 {
        let [(from, a), (to, b)] = self.ends;
        if a == b { from } else { from + (to - from) * a / (a - b) }
    }

    /// Takes in what was found at the position of [`Bracket::next`].
    ///
    /// # Source
    /// The Illinois variant of false position: Dowell & Jarratt (1971), BIT 11.
    pub fn narrow(&mut self, position: f64, distance: f64) {
        let side = usize::from(distance * self.ends[0].1 <= 0.0);
        let other = 1 - side;
        self.ends[side] = (position, distance);
        if self.kept[other] {
            self.ends[other].1 /= 2.0;
        }
        self.kept = [side == 1, side == 0];
    }
}

/// What is thinkable of a number, from 0 to 1, on the scale on which its steps are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    /// Log odds between two probabilities.
    LogOdds(f64, f64),
    /// Logarithms between two positive numbers.
    Log(f64, f64),
    /// Plainly between two numbers.
    Plain(f64, f64),
}

impl Scale {
    /// Probabilities from one in a thousand to all but one; weights and positive quantities from a
    /// tenth of the range to ten times it; payoffs the scale of 100 points, both ways; other quantities a
    /// range more on each side.
    pub fn of(number: &NumberOrigin) -> Scale {
        match number.slot {
            SlotKind::Probability => {
                let (low, high) = (number.low.min(0.001), number.high.max(0.999));
                Scale::LogOdds(log_odds(low.max(1e-9)), log_odds(high.min(1.0 - 1e-9)))
            }
            // The scale of payoffs, in both directions, and what its writer holds possible beyond it.
            SlotKind::Payoff => Scale::Plain(number.low.min(-100.0), number.high.max(100.0)),
            _ if number.low > 0.0 => {
                Scale::Log(libm::log(number.low / 10.0), libm::log(number.high * 10.0))
            }
            _ => {
                let width = (number.high - number.low).max(1.0);
                Scale::Plain(number.low - width, number.high + width)
            }
        }
    }

    pub fn value(self, step: f64) -> f64 {
        match self {
            Scale::LogOdds(low, high) => probability(low + (high - low) * step),
            Scale::Log(low, high) => libm::exp(low + (high - low) * step),
            Scale::Plain(low, high) => low + (high - low) * step,
        }
    }

    pub fn step(self, value: f64) -> f64 {
        let (low, high) = self.ends();
        (self.on(value) - low) / (high - low)
    }

    /// How far apart two values are on the scale: of probabilities the change of log odds, of positive
    /// numbers that of the logarithm, of others a fraction of what is thinkable.
    ///
    /// For a probability of two states this is the distance of the two models: no question's odds
    /// change by more than its exponential, whatever the evidence (Chan & Darwiche 2005, *A distance
    /// measure for bounding probabilistic belief change*, IJAR 38).
    pub fn distance(self, a: f64, b: f64) -> f64 {
        let apart = (self.on(a) - self.on(b)).abs();
        match self {
            Scale::LogOdds(..) | Scale::Log(..) => apart,
            Scale::Plain(low, high) => apart / (high - low),
        }
    }

    fn ends(self) -> (f64, f64) {
        match self {
            Scale::LogOdds(low, high) | Scale::Log(low, high) | Scale::Plain(low, high) => {
                (low, high)
            }
        }
    }

    fn on(self, value: f64) -> f64 {
        match self {
            Scale::LogOdds(..) => log_odds(value),
            Scale::Log(..) => libm::log(value),
            Scale::Plain(..) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    /// Constants of every parameter of the known-answer case `sens_fire` into its turning values.
    #[test]
    fn closed_form_finds_the_published_turning_values() {
        let case = case(include_str!("../../../tests/cases/sens_fire.json"));
        let edge = case["inputs"]["threshold"].as_f64().unwrap();
        let edge = Edge { border: Border::At(edge), name: String::new() };
        let mut n_found = 0;
        for parameter in case["expected"]["parameters"].as_array().unwrap() {
            let of = |name: &str| parameter[name].as_f64().unwrap();
            let yes = Line { at_zero: of("beta"), slope: of("alpha") };
            let all = Line { at_zero: of("delta"), slope: of("gamma") };
            let no = Line { at_zero: all.at_zero - yes.at_zero, slope: all.slope - yes.slope };
            let value = closed(&edge, 1, &[no, yes]);
            let expected = parameter["solution"]["parameter_value"].as_f64();
            assert_eq!(value.is_some(), expected.is_some(), "{}", parameter["parameter"]);
            if let (Some(value), Some(expected)) = (value, expected) {
                // the case's own tolerance: its constants are printed with rounding
                assert!((value - expected).abs() < 1e-8, "{value} is not {expected}");
                let scale = Scale::LogOdds(0.0, 1.0);
                let distance = parameter["solution"]["log_odds_change"].as_f64().unwrap();
                assert!((scale.distance(of("current"), value) - distance).abs() < 1e-7);
                n_found += 1;
            }
        }
        assert_eq!(n_found, 2);
    }

    #[test]
    fn distance_bounds_what_any_question_can_move() {
        let case = case(include_str!("../../../tests/cases/sens_cd_distance.json"));
        for row in case["expected"]["cases"].as_array().unwrap() {
            let of = |name: &str| row[name].as_f64().unwrap();
            let distance = Scale::LogOdds(0.0, 1.0).distance(of("theta"), of("theta_new"));
            assert!((distance - of("distance")).abs() < 1e-12, "{distance}");
            for (end, bound) in [(-distance, "lower"), (distance, "upper")] {
                assert!((probability(log_odds(of("query")) + end) - of(bound)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_bracket_closes_on_the_crossing() {
        let f = |x: f64| libm::exp(3.0 * x) - 2.0;
        let tried = [0.0, 0.5, 1.0].map(|x| (x, Some(f(x))));
        let mut bracket = bracket(&tried, 0.9).unwrap();
        for _ in 0..ROUNDS {
            let Some(next) = bracket.next() else { break };
            bracket.narrow(next, f(next));
        }
        assert!((bracket.position() - std::f64::consts::LN_2 / 3.0).abs() < 1e-12, "{bracket:?}");
    }
}
