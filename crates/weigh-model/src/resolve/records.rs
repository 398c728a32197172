//! How often somebody's ranges held the truth, against the ranges that the file takes from them.

use super::Resolver;
use crate::assessment::{Number, NumberKind, Record};
use crate::checks;
use weigh_inference::normal_quantile;
use weigh_syntax::ast::View;
use weigh_syntax::span::Span;

/// A record speaks against ranges if somebody whose ranges are right does as badly less often than this.
const BY_CHANCE: f64 = 0.05;
/// Ranges that a record may count: more than anybody has stated, and few enough to add up.
const MOST_RANGES: f64 = 100_000.0;

/// The ranges of one elicitor.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranges {
    n: usize,
    /// The first of them, as the example that a message shows.
    first: Option<Example>,
}

/// A range as it stands in a file.
#[derive(Debug, Clone)]
struct Example {
    low: f64,
    high: f64,
    percent: bool,
    span: Span,
}

impl Resolver<'_> {
    /// A `record` clause of the assessment.
    pub(super) fn record(&mut self, clause: &View) {
        let Some(view) = clause.numbers().next() else { return };
        let Some(number) = self.any_number(&view) else { return };
        let whole = |count: f64| count == libm::floor(count) && count <= MOST_RANGES;
        let (held, n_ranges) = match number.kind {
            NumberKind::Counts { times, cases } if whole(times) && whole(cases) => {
                (times as u32, cases as u32)
            }
            _ => {
                return self
                    .report(checks::impossible_counts::record(view.span(), &number.written));
            }
        };
        let who = clause.name().or_else(|| clause.text());
        let (_, grounds) = self.tails(clause, None);
        let record = Record { who, held, n_ranges, grounds, span: clause.span() };
        fn name(record: &Record) -> Option<&str> {
            record.who.as_ref().map(|who| who.text.as_str())
        }
        let before = self.assessment.records.iter().find(|before| name(before) == name(&record));
        if let Some(before) = before {
            return self.report(checks::doubled_clause::diagnostic(clause, before.span));
        }
        self.assessment.records.push(record);
    }

    /// Notes the ranges in a number as those of an elicitor.
    pub(super) fn note_ranges(&mut self, elicitor: usize, number: &Number) {
        // A letter stands for the same range whoever writes it.
        if number.written.chars().all(char::is_alphabetic) {
            return;
        }
        if self.ranges.len() <= elicitor {
            self.ranges.resize(elicitor + 1, Ranges::default());
        }
        note(&mut self.ranges[elicitor], number);
    }

    /// Holds every record against the ranges of whom it is about.
    pub(super) fn check_records(&mut self) {
        let mut told = Vec::new();
        for record in &self.assessment.records {
            let elicitors = &self.assessment.elicitors;
            let whose = match &record.who {
                None => Some(0),
                Some(who) => elicitors.iter().position(|name| *name == who.text),
            };
            let ranges = whose.and_then(|whose| self.ranges.get(whose)).filter(|it| it.n > 0);
            let Some((ranges, example)) = ranges.and_then(|it| Some((it, it.first.as_ref()?)))
            else {
                let who = record.who.as_ref();
                told.push(checks::unused_record::diagnostic(record.span, who, &elicitors[1..]));
                continue;
            };
            let level = self.assessment.level;
            let chance = at_most(record.held, record.n_ranges, level);
            if chance >= BY_CHANCE {
                continue;
            }
            let factor = widening(record.held, record.n_ranges, level);
            told.push(checks::range_below_record::diagnostic(
                record,
                level,
                ranges.n,
                factor,
                (example.span, &widened(example, factor)),
            ));
        }
        self.diagnostics.extend(told);
    }
}

/// Notes every range in a number, those in arithmetic too.
fn note(ranges: &mut Ranges, number: &Number) {
    match &number.kind {
        &NumberKind::Range { low, high, percent } => {
            ranges.n += 1;
            ranges.first.get_or_insert(Example { low, high, percent, span: number.span });
        }
        NumberKind::Negative(inner) => note(ranges, inner),
        NumberKind::Min(a, b) | NumberKind::Max(a, b) => {
            note(ranges, a);
            note(ranges, b);
        }
        NumberKind::Chain(first, rest) => {
            note(ranges, first);
            rest.iter().for_each(|(_, part)| note(ranges, part));
        }
        _ => {}
    }
}

/// The probability that of `n` ranges that each hold the truth with probability `level`, at most `held` do
/// (the binomial distribution's function).
fn at_most(held: u32, n: u32, level: f64) -> f64 {
    let [held, n] = [held, n].map(f64::from);
    let log_term = |k: f64| {
        libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
            + k * libm::log(level)
            + (n - k) * libm::log(1.0 - level)
    };
    let terms = (0..=held as u32).map(|k| libm::exp(log_term(f64::from(k))));
    terms.sum::<f64>().min(1.0)
}

/// How much wider such ranges must be to hold the truth as often as they say, if errors are normal: the
/// ratio of the normal quantiles of what they promise and of what they held, by the mean that Jeffreys'
/// prior gives it, so that a record of none has a factor too.
fn widening(held: u32, n: u32, level: f64) -> f64 {
    let held = (f64::from(held) + 0.5) / (f64::from(n) + 1.0);
    let half = |share: f64| normal_quantile(0.5 + share / 2.0);
    half(level) / half(held)
}

/// A range that many times as wide about its middle: in log odds if it is one of probabilities, in
/// logarithms if it is positive.
fn widened(range: &Example, factor: f64) -> String {
    let wider = |to: fn(f64) -> f64, back: fn(f64) -> f64| {
        let (low, high) = (to(range.low), to(range.high));
        let (middle, half) = ((low + high) / 2.0, factor * (high - low) / 2.0);
        [back(middle - half), back(middle + half)]
    };
    let log_odds = |p: f64| libm::log(p / (1.0 - p));
    let odds_back = |x: f64| 1.0 / (1.0 + libm::exp(-x));
    let ends = match range {
        Example { percent: true, low, high, .. } if *low > 0.0 && *high < 1.0 => {
            wider(log_odds, odds_back).map(|end| 100.0 * end)
        }
        Example { percent: true, .. } => wider(|p| 100.0 * p, |p| p),
        Example { low, .. } if *low > 0.0 => wider(libm::log, libm::exp),
        _ => wider(|x| x, |x| x),
    };
    let sign = if range.percent { "%" } else { "" };
    let [low, high] = ends.map(two_digits);
    format!("{low}{sign} to {high}{sign}")
}

/// A number to two digits.
fn two_digits(value: f64) -> String {
    let size = if value == 0.0 { 0.0 } else { libm::floor(libm::log10(value.abs())) };
    let unit = libm::exp10((size - 1.0).max(0.0));
    let rounded = if size < 1.0 { value } else { unit * libm::round(value / unit) };
    format!("{rounded:.*}", (1.0 - size).max(0.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the distribution built up one range at a time.
    #[test]
    fn the_binomial_agrees_with_counting() {
        for (n, level) in [(1u32, 0.9), (20, 0.9), (40, 0.5), (60, 0.98)] {
            let mut counted = vec![1.0];
            for _ in 0..n {
                let mut next = vec![0.0; counted.len() + 1];
                for (k, p) in counted.iter().enumerate() {
                    next[k] += p * (1.0 - level);
                    next[k + 1] += p * level;
                }
                counted = next;
            }
            let mut sum = 0.0;
            for (k, p) in counted.iter().enumerate() {
                sum += p;
                // Terms are exponentials of differences of logarithms of factorials of up to 60: 1e2 × 1e-16 each.
                assert!((at_most(k as u32, n, level) - sum).abs() < 1e-12, "{k} of {n}");
            }
        }
    }

    #[test]
    fn a_record_that_keeps_its_promise_widens_nothing() {
        // 89.5 of 99 with Jeffreys' half and one: (89 + 0.5) / (98.44 + 1) is 0.9.
        assert!((widening(89, 98, 89.5 / 99.0) - 1.0).abs() < 1e-15);
        // 1.6449 / 0.8416 where 60% held, with enough ranges for the prior to be nothing.
        assert!((widening(60_000, 100_000, 0.9) - 1.644_853_6 / 0.841_621_2).abs() < 1e-4);
        assert!(widening(0, 20, 0.9) > 10.0 && widening(0, 20, 0.9).is_finite());
    }

    #[test]
    fn numbers_are_shown_to_two_digits() {
        assert_eq!(
            [0.0, 0.123, 6.46, 42.4, 1234.5, -0.5].map(two_digits),
            ["0.0", "0.12", "6.5", "42", "1200", "-0.50"]
        );
    }
}
