//! Numbers as the terminal prints them: by the same rules as the report's page.

use weigh::findings::{Band, Estimate};

/// A probability as a percentage: whole points, one decimal in the outer points, and never 0% or
/// 100% for what is merely near them.
pub fn percent(p: f64) -> String {
    if p > 0.0 && p < 0.001 {
        return "<0.1%".to_owned();
    }
    if p > 0.999 && p < 1.0 {
        return ">99.9%".to_owned();
    }
    let points = p * 100.0;
    let in_tail = (points > 0.0 && points < 1.0) || (points > 99.0 && points < 100.0);
    if in_tail {
        format!("{}%", trim_zeros(&format!("{points:.1}")))
    } else {
        format!("{points:.0}%")
    }
}

/// `3–17%`; one number where both ends print alike.
pub fn percent_span(low: f64, high: f64) -> String {
    let (from, to) = (percent(low), percent(high));
    match (from == to, from.starts_with(['<', '>'])) {
        (true, _) => from,
        (false, true) => format!("{from}–{to}"),
        (false, false) => format!("{}–{to}", from.trim_end_matches('%')),
    }
}

/// `8% (3–17%)`; without brackets if nothing about it is uncertain.
pub fn estimate(estimate: &Estimate) -> String {
    if estimate.p05 == estimate.p95 {
        percent(estimate.p)
    } else {
        format!("{} ({})", percent(estimate.p), percent_span(estimate.p05, estimate.p95))
    }
}

/// The first of a band's words; the others are behind a slash.
pub fn first_word(band: &Band) -> &str {
    band.word.split('/').next().unwrap_or(&band.word).trim()
}

/// `very unlikely (5–20%)`.
pub fn word_with_band(band: &Band) -> String {
    format!("{} ({})", first_word(band), band_span(band.low, band.high))
}

/// The borders of a band as its scale prints them: `20–45%`.
pub fn band_span(low: f64, high: f64) -> String {
    let points = |border: f64| trim_zeros(&format!("{:.1}", border * 100.0));
    if low == high {
        format!("{}%", points(low))
    } else {
        format!("{}–{}%", points(low), points(high))
    }
}

/// A number of any unit with about three digits: `45,500`, `0.45`.
pub fn number(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude >= 100.0 {
        group_thousands(&format!("{value:.0}"))
    } else if magnitude >= 10.0 {
        trim_zeros(&format!("{value:.1}"))
    } else if magnitude >= 0.01 || magnitude == 0.0 {
        trim_zeros(&format!("{value:.2}"))
    } else {
        format!("{value:.1e}")
    }
}

/// `10000` as `10,000`.
pub fn group_thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut out = sign.to_owned();
    for (ix, digit) in digits.chars().enumerate() {
        if ix > 0 && (digits.len() - ix).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn trim_zeros(digits: &str) -> String {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        digits.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_uncertain_is_printed_as_certain() {
        let shown = [0.0, 0.0004, 0.004, 0.083, 0.5, 0.996, 0.9996, 1.0].map(percent);
        assert_eq!(shown, ["0%", "<0.1%", "0.4%", "8%", "50%", "99.6%", ">99.9%", "100%"]);
        assert_eq!(percent_span(0.03, 0.171), "3–17%");
        assert_eq!(percent_span(0.0001, 0.171), "<0.1%–17%");
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(number(45500.0), "45,500");
        assert_eq!(number(-1234567.0), "-1,234,567");
        assert_eq!(number(14.0), "14");
        assert_eq!(number(0.456), "0.46");
    }

    #[test]
    fn words_carry_their_band() {
        let band = Band { word: "very unlikely / highly improbable".into(), low: 0.05, high: 0.2 };
        assert_eq!(word_with_band(&band), "very unlikely (5–20%)");
    }
}
