//! SVG primitives: rows of marks on a shared axis.
//!
//! Positions are percentages of the drawing's width and lengths across are in pixels, so a row stretches from a
//! phone to a wide page while its text, dots and strokes keep their size.

use maud::{Markup, html};

use weigh_analysis::log_odds::log_odds;

use super::words;

/// What a horizontal position stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// All probabilities.
    pub fn of_certainty() -> Self {
        Self::of_percent(0.0, 1.0, 0.25)
    }

    /// The shortest round stretch from 0% (or up to 100%) that holds every given probability.
    pub fn of_probabilities(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut least, mut most) = (1.0_f64, 0.0_f64);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            least = least.min(value);
            most = most.max(value);
        }
        // Round ends with the distance between their ticks.
        const STRETCHES: [(f64, f64); 7] = [
            (0.01, 0.005),
            (0.02, 0.01),
            (0.05, 0.01),
            (0.1, 0.02),
            (0.2, 0.05),
            (0.4, 0.1),
            (0.6, 0.2),
        ];
        for (length, step) in STRETCHES {
            if most <= length {
                return Self::of_percent(0.0, length, step);
            }
            if least >= 1.0 - length {
                return Self::of_percent(1.0 - length, 1.0, step);
            }
        }
        Self::of_certainty()
    }

    /// Factors on the odds around `× 1`, wide enough for every given log odds.
    pub fn of_odds(nats: impl IntoIterator<Item = f64>) -> Self {
        let most = nats
            .into_iter()
            .filter(|value| value.is_finite())
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        // ln 2 and ln 10.
        let (step, factor) = if most <= 2.8 {
            (core::f64::consts::LN_2, 2.0)
        } else {
            (core::f64::consts::LN_10, 10.0)
        };
        let n_steps = (most / step).ceil().clamp(1.0, 6.0);
        let mut ticks = vec![(0.0, "× 1".to_owned())];
        let mut value = 1.0;
        let mut at = 0.0;
        while at + step <= n_steps * step + 1e-9 {
            at += step;
            value *= factor;
            let label = words::group_thousands(&format!("{value:.0}"));
            ticks.push((at, format!("× {label}")));
            ticks.push((-at, format!("÷ {label}")));
        }
        Self { low: -n_steps * step, high: n_steps * step, ticks }
    }

    /// Points of probability around 0, wide enough for every given part of it.
    pub fn of_points(parts: impl IntoIterator<Item = f64>) -> Self {
        let most =
            parts.into_iter().filter(|part| part.is_finite()).map(f64::abs).fold(0.01, f64::max);
        let ticks = [-most, 0.0, most].map(|at| (at, words::points_label(at))).to_vec();
        Self { low: -most, high: most, ticks }
    }

    /// Log odds, labelled with the probabilities that they are: the shortest stretch between round ones
    /// that holds every given value.
    pub fn of_log_odds(nats: impl IntoIterator<Item = f64>) -> Self {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in nats.into_iter().filter(|value| value.is_finite()) {
            least = least.min(value);
            most = most.max(value);
        }
        const ROUND: [f64; 15] =
            [1e-6, 1e-4, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98];
        // Both sides alike, so that the list is written once.
        let mut round: Vec<f64> = ROUND.iter().flat_map(|&p| [p, 1.0 - p]).collect();
        round.sort_by(f64::total_cmp);
        round.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
        let mut ticks: Vec<(f64, String)> =
            round.iter().map(|&p| (log_odds(p), words::percent(p))).collect();
        let first = ticks.iter().rposition(|(at, _)| *at <= least).unwrap_or(0);
        let last = ticks.iter().position(|(at, _)| *at >= most).unwrap_or(ticks.len() - 1);
        ticks.truncate(last.max(first + 1) + 1);
        ticks.drain(..first);
        let (low, high) = (ticks[0].0, ticks[ticks.len() - 1].0);
        Self { low, high, ticks }
    }

    fn of_percent(low: f64, high: f64, step: f64) -> Self {
        let mut ticks = Vec::new();
        let n_ticks = ((high - low) / step).round();
        let mut ix = 0.0;
        while ix <= n_ticks {
            let value = low + (high - low) * ix / n_ticks;
            ticks.push((value, words::band_span(value, value)));
            ix += 1.0;
        }
        Self { low, high, ticks }
    }

    /// Whether the axis shows less than everything from 0% to 100%.
    pub fn is_cut(&self) -> bool {
        self.high - self.low < 0.999
    }

    /// The ends in words: `0% to 20%`.
    pub fn ends(&self) -> String {
        let mut labels = self.ticks.clone();
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        match (labels.first(), labels.last()) {
            (Some(first), Some(last)) => format!("{} to {}", first.1, last.1),
            _ => String::new(),
        }
    }

    /// Ticks with their labels.
    pub fn ticks(&self) -> &[(f64, String)] {
        &self.ticks
    }

    /// How far along the axis a value lies, 0 to 1.
    pub fn fraction(&self, value: f64) -> f64 {
        if value.is_finite() {
            ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    fn x(&self, value: f64) -> String {
        format!("{:.2}%", self.fraction(value) * 100.0)
    }

    /// The line of tick labels above a column of rows.
    pub fn labels(&self) -> Markup {
        html! {
            svg.axis role="img" width="100%" height="18" {
                title { "Axis from " (self.ends()) }
                @for (ix, (value, label)) in self.ticks.iter().enumerate() {
                    @let fraction = self.fraction(*value);
                    @let anchor = if fraction < 0.02 { "start" } else if fraction > 0.98 { "end" } else { "middle" };
                    text.between[ix % 2 == 1] x=(self.x(*value)) y="12" text-anchor=(anchor) { (label) }
                }
            }
        }
    }

    /// One row of marks. `title` says the same in words for whoever cannot see it.
    pub fn row(&self, title: &str, marks: &[Mark]) -> Markup {
        html! {
            svg.row role="img" width="100%" height="100%" {
                title { (title) }
                @for (value, _) in &self.ticks {
                    line.tick x1=(self.x(*value)) x2=(self.x(*value)) y1="0" y2="100%" {}
                }
                @for mark in marks { (self.draw(mark)) }
            }
        }
    }

    fn draw(&self, mark: &Mark) -> Markup {
        let span = |class: &str, low: f64, high: f64| {
            html! { line class=(class) x1=(self.x(low)) x2=(self.x(high)) y1="50%" y2="50%" {} }
        };
        match *mark {
            Mark::Reference(at) => html! {
                line.halo x1=(self.x(at)) x2=(self.x(at)) y1="0" y2="100%" {}
                line.reference x1=(self.x(at)) x2=(self.x(at)) y1="0" y2="100%" {}
            },
            Mark::Shade(low, high) => {
                let width = format!("{:.2}%", (self.fraction(high) - self.fraction(low)) * 100.0);
                html! { rect.shade x=(self.x(low)) width=(width) y="0" height="100%" {} }
            }
            Mark::Band { low, high, class } => span(class, low, high),
            Mark::Interval(low, high) => span("interval", low, high),
            Mark::FaintInterval(low, high) => span("interval faint", low, high),
            Mark::Bar { from, to } if to < from => span("bar lower", from, to),
            Mark::Bar { from, to } => span("bar", from, to),
            Mark::Notch(at) => {
                html! { line.notch x1=(self.x(at)) x2=(self.x(at)) y1="28%" y2="72%" {} }
            }
            Mark::Dot(at) => html! { circle.dot cx=(self.x(at)) cy="50%" r="5.5" {} },
            Mark::Ring(at) => html! { circle.ring cx=(self.x(at)) cy="50%" r="4.5" {} },
        }
    }
}

/// Something to draw in a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// A line across the whole height: the headline.
    Reference(f64),
    /// A tint across the whole height: the headline's interval.
    Shade(f64, f64),
    /// A word's band.
    Band {
        /// Lower border.
        low: f64,
        /// Upper border.
        high: f64,
        /// How the style sheet calls it.
        class: &'static str,
    },
    /// The middle 90%.
    Interval(f64, f64),
    /// The same, of something that is not the answer.
    FaintInterval(f64, f64),
    /// A bar from a point to another; one that goes left is drawn in the second tone.
    Bar {
        /// Start.
        from: f64,
        /// End.
        to: f64,
    },
    /// A notch in an interval: half of the draws lie below it.
    Notch(f64),
    /// A filled point: the answer.
    Dot(f64),
    /// An open point: something to compare with.
    Ring(f64),
}

/// A short bar for a probability beside its figure; the text next to it says the number.
pub fn mini_bar(p: f64) -> Markup {
    let width = if p.is_finite() { p.clamp(0.0, 1.0) * 100.0 } else { 0.0 };
    html! {
        svg.mini role="img" width="64" height="8" viewBox="0 0 100 8" preserveAspectRatio="none" {
            title { (words::percent(p)) }
            rect.track x="0" y="0" width="100" height="8" {}
            rect.fill x="0" y="0" width=(format!("{width:.1}")) height="8" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_is_the_shortest_round_stretch() {
        assert_eq!(Axis::of_probabilities([0.04, 0.13]).ends(), "0% to 20%");
        assert_eq!(Axis::of_probabilities([0.93, 0.97]).ends(), "90% to 100%");
        assert_eq!(Axis::of_probabilities([0.2, 0.9]).ends(), "0% to 100%");
        assert_eq!(Axis::of_probabilities([0.0, f64::NAN]).ends(), "0% to 1%");
        assert_eq!(Axis::of_odds([-0.7, 1.2]).ends(), "÷ 4 to × 4");
        assert_eq!(Axis::of_odds([]).ends(), "÷ 2 to × 2");
        assert_eq!(Axis::of_odds([9.0]).ends(), "÷ 10,000 to × 10,000");
        assert_eq!(Axis::of_log_odds([-2.5, -1.6]).ends(), "5% to 20%");
        assert_eq!(Axis::of_log_odds([0.0]).ends(), "50% to 65%");
        assert_eq!(Axis::of_log_odds([-6.0, f64::NAN]).ends(), "0.1% to 1%");
    }

    #[test]
    fn positions_never_leave_the_drawing() {
        let axis = Axis::of_probabilities([0.1]);
        for value in [-1.0, 0.0, 0.05, 2.0, f64::NAN, f64::INFINITY] {
            let fraction = axis.fraction(value);
            assert!((0.0..=1.0).contains(&fraction), "{value} gave {fraction}");
        }
    }
}
