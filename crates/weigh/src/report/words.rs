//! Plain English for numbers, dates and odds: every figure that the report prints goes through here.

use weigh_analysis::findings::{Band, BoundsFinding, CitedFinding, Estimate};

/// Converts nats to decibans: ten times the decimal logarithm of e.
const DECIBANS_PER_NAT: f64 = 4.342_944_819_032_518;

/// A probability as a percentage with the digits that ten thousand draws support: whole points, one
/// decimal in the outer points, and never 0% or 100% for what is merely near them.
pub fn percent(p: f64) -> String {
    match near_certainty(p) {
        Some(true) => "<0.1%".to_owned(),
        Some(false) => ">99.9%".to_owned(),
        None => format!("{}%", percent_digits(p)),
    }
}

/// The same for running text: `less than 0.1%`.
pub fn percent_in_words(p: f64) -> String {
    match near_certainty(p) {
        Some(true) => "less than 0.1%".to_owned(),
        Some(false) => "more than 99.9%".to_owned(),
        None => percent(p),
    }
}

/// Whether `p` is too near to impossible (`true`) or to certain (`false`) to be given digits.
fn near_certainty(p: f64) -> Option<bool> {
    if p > 0.0 && p < 0.001 {
        Some(true)
    } else if p > 0.999 && p < 1.0 {
        Some(false)
    } else {
        None
    }
}

fn percent_digits(p: f64) -> String {
    let points = p * 100.0;
    if !points.is_finite() {
        return "?".to_owned();
    }
    let in_tail = (points > 0.0 && points < 1.0) || (points > 99.0 && points < 100.0);
    if in_tail {
        trim_zeros(&format!("{points:.1}"))
    } else {
        // 99% to 99.5% is in the tail above, so rounding cannot turn a probability below one into 100%.
        format!("{points:.0}")
    }
}

/// Percentage points as printed, to tell what a reader sees as different.
pub fn percent_points(p: f64) -> f64 {
    if (0.01..=0.99).contains(&p) { (p * 100.0).round() } else { p * 100.0 }
}

/// A scale's name without its year: `ICD 203`.
pub fn scale_name(title: &str) -> &str {
    title.split(" (").next().unwrap_or(title)
}

/// Small counts in letters: `five`.
pub fn small_number(n: usize) -> String {
    const LETTERS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    LETTERS.get(n).map_or_else(|| n.to_string(), |letters| (*letters).to_owned())
}

/// First letter small, unless the word is an abbreviation or a name of one letter: for a text put inside a sentence.
pub fn uncapitalise(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// `1% to 9%`, for running text.
pub fn percent_range(low: f64, high: f64) -> String {
    let (from, to) = (percent_in_words(low), percent_in_words(high));
    if from == to { from } else { format!("{from} to {to}") }
}

/// `1–9%`, for tables and labels.
pub fn percent_span(low: f64, high: f64) -> String {
    let (from, to) = (percent(low), percent(high));
    if from == to {
        from
    } else if near_certainty(low).is_some() {
        format!("{from}–{to}")
    } else {
        format!("{}–{to}", from.trim_end_matches('%'))
    }
}

/// `lies between 4% and 65%`, or `reaches at least from 4% to 65%` where it may reach further.
pub fn lies_between(bounds: &BoundsFinding) -> String {
    let (low, high) = (percent_in_words(bounds.low), percent_in_words(bounds.high));
    match bounds.certain {
        true if low == high => format!("stays at {low}"),
        true => format!("lies between {low} and {high}"),
        false => format!("reaches at least from {low} to {high}"),
    }
}

/// `8% (3–17%)`.
pub fn estimate(estimate: &Estimate) -> String {
    if estimate.p05 == estimate.p95 {
        percent(estimate.p)
    } else {
        let (p, low, high) = (percent(estimate.p), percent(estimate.p05), percent(estimate.p95));
        // At the very ends one border says all that digits can say.
        match (near_certainty(estimate.p05), near_certainty(estimate.p95)) {
            _ if p == low && p == high => p,
            (Some(true), _) => format!("{p} (up to {high})"),
            (_, Some(false)) => format!("{p} (from {low})"),
            _ => format!("{p} ({})", percent_span(estimate.p05, estimate.p95)),
        }
    }
}

/// The borders of a band as its scale prints them: `20–45%`.
pub fn band_span(low: f64, high: f64) -> String {
    let digits = |border: f64| trim_zeros(&format!("{:.1}", border * 100.0));
    if low == high {
        format!("{}%", digits(low))
    } else {
        format!("{}–{}%", digits(low), digits(high))
    }
}

/// The first of a band's words; the others are behind a slash.
pub fn first_word(band: &Band) -> &str {
    band.word.split('/').next().unwrap_or(&band.word).trim()
}

/// A word with its band: `very unlikely (5–20%)`.
pub fn word_with_band(band: &Band) -> String {
    format!("{} ({})", first_word(band), band_span(band.low, band.high))
}

/// A chance as a frequency where that is easier to grasp: `about 1 in 25`. None near
/// even odds, where it is not, nor where the percentage has no digits either.
pub fn frequency(p: f64) -> Option<String> {
    // From the percentage as it is printed, so that 4% and its frequency are one number to whoever divides.
    let p = if (0.01..=0.99).contains(&p) { (p * 100.0).round() / 100.0 } else { p };
    let rare = if p < 0.5 { p } else { 1.0 - p };
    if !(0.001..=0.2).contains(&rare) {
        return None;
    }
    let n = round_to_digits(1.0 / rare, 2);
    let n_text = group_thousands(&format!("{n:.0}"));
    if p < 0.5 {
        Some(format!("about 1 in {n_text}"))
    } else {
        Some(format!("about {} in {n_text}", group_thousands(&format!("{:.0}", n - 1.0))))
    }
}

/// A chance of any smallness: `12%`, below 1% `1 in 310`.
pub fn chance(p: f64) -> String {
    // Rounding up to 1% must not print as 1 in 100.
    if p >= 0.0095 || p <= 0.0 {
        return percent(p);
    }
    format!("1 in {}", group_thousands(&format!("{:.0}", round_to_digits(1.0 / p, 2))))
}

/// A number of any unit with three significant digits: `45,500`, `0.45`.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    let magnitude = value.abs();
    let text = if magnitude >= 1000.0 {
        format!("{:.0}", round_to_digits(value, 3))
    } else if magnitude >= 100.0 || magnitude == 0.0 {
        format!("{value:.0}")
    } else if magnitude >= 10.0 {
        trim_zeros(&format!("{value:.1}"))
    } else if magnitude >= 0.01 {
        trim_zeros(&format!("{value:.2}"))
    } else {
        format!("{value:.1e}")
    };
    group_thousands(&text).replace('-', "−")
}

/// A range as typed, with a real multiplication sign.
pub fn written(text: &str) -> String {
    if is_factor(text) { format!("×\u{a0}{}", text[1..].trim_start()) } else { text.to_owned() }
}

fn is_factor(written: &str) -> bool {
    let mut chars = written.chars();
    chars.next() == Some('x') && chars.next().is_some_and(|c| c == ' ' || c.is_ascii_digit())
}

/// What a share of the log odds does, as a verb: `divides the odds by 2.1`.
pub fn effect_on_odds(nats: f64) -> String {
    let factor = odds_factor(nats);
    if factor == "1" {
        "hardly moves the odds".to_owned()
    } else if nats < 0.0 {
        format!("divides the odds by {factor}")
    } else {
        format!("multiplies the odds by {factor}")
    }
}

/// The same as a label: `÷ 2.1`.
pub fn odds_label(nats: f64) -> String {
    let factor = odds_factor(nats);
    if factor == "1" {
        "×\u{a0}1".to_owned()
    } else {
        format!("{}\u{a0}{factor}", if nats < 0.0 { '÷' } else { '×' })
    }
}

/// What a share of the probability does, as a verb: `takes away 12 points`.
pub fn effect_in_points(share: f64) -> String {
    match points(share) {
        None => "hardly moves the probability".to_owned(),
        Some(points) if share < 0.0 => format!("takes away {points}"),
        Some(points) => format!("adds {points}"),
    }
}

/// The same as a label: `−12 points`.
pub fn points_label(share: f64) -> String {
    match points(share) {
        None => "0 points".to_owned(),
        Some(points) => format!("{}{points}", if share < 0.0 { '−' } else { '+' }),
    }
}

/// A part of the probability in points of a hundred; none if it prints as nothing.
fn points(share: f64) -> Option<String> {
    let points = share.abs() * 100.0;
    let digits = trim_zeros(&format!("{points:.*}", usize::from(points < 1.0)));
    (digits != "0").then(|| format!("{digits} point{}", if digits == "1" { "" } else { "s" }))
}

/// How strong a piece of evidence is: `about 8 to 1 for`, `no weight`.
pub fn ratio_to_one(nats: f64) -> String {
    let factor = odds_factor(nats);
    if factor == "1" {
        "no weight".to_owned()
    } else {
        format!("{factor} to 1 {}", if nats < 0.0 { "against" } else { "for" })
    }
}

/// Whether a weight prints as none.
pub fn is_no_weight(nats: f64) -> bool {
    odds_factor(nats) == "1"
}

/// Whole decibans with a sign: `+9`, `−3`, `0`.
pub fn decibans(nats: f64) -> String {
    let rounded = (nats * DECIBANS_PER_NAT).round();
    if rounded == 0.0 {
        "0".to_owned()
    } else if rounded < 0.0 {
        format!("−{:.0}", -rounded)
    } else {
        format!("+{rounded:.0}")
    }
}

/// The factor on the odds, at least one, in two significant digits.
pub fn odds_factor(nats: f64) -> String {
    let factor = exp(nats.abs());
    if !factor.is_finite() || factor >= 1e6 {
        "over a million".to_owned()
    } else {
        let digits = if factor < 10.0 {
            format!("{factor:.1}")
        } else {
            format!("{:.0}", round_to_digits(factor, 2))
        };
        group_thousands(&trim_zeros(&digits))
    }
}

/// e to the power of `x`. For printed digits only, and from arithmetic alone, so that it gives the same bytes on
/// every machine: the argument is halved until small, its series summed, and the result squared back.
pub fn exp(x: f64) -> f64 {
    if x > 700.0 {
        return f64::INFINITY;
    }
    if x < -700.0 {
        return 0.0;
    }
    // |x| / 1024 < 0.7, where twenty terms leave an error below 1e-16.
    let small = x / 1024.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..=20_u32 {
        term *= small / f64::from(k);
        sum += term;
    }
    for _ in 0..10 {
        sum *= sum;
    }
    sum
}

/// `1 quote`, `12 quotes`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", group_thousands(&n.to_string()), if n == 1 { one } else { many })
}

/// `Five sources are cited, which go back to two origins.`; nothing where each is its own.
pub fn cited(cited: &CitedFinding) -> Option<String> {
    let sources = capitalise(&small_number(cited.sources));
    (cited.origins < cited.sources).then(|| match cited.origins {
        1 => format!("{sources} sources are cited, which go back to one origin."),
        n => format!("{sources} sources are cited, which go back to {} origins.", small_number(n)),
    })
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// `2022-10-14` as `14 October 2022`, `2022-10` as `October 2022`; anything else as it is.
pub fn date(iso: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month_name = |digits: &str| {
        let month: usize = digits.parse().ok().filter(|_| digits.len() == 2)?;
        MONTHS.get(month.checked_sub(1)?).copied()
    };
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = iso.split('-').collect();
    let in_words = match parts.as_slice() {
        [year, month, day] if is_year(year) => month_name(month)
            .zip(day.parse::<u32>().ok().filter(|day| (1..=31).contains(day)))
            .map(|(month, day)| format!("{day} {month} {year}")),
        [year, month] if is_year(year) => month_name(month).map(|month| format!("{month} {year}")),
        _ => None,
    };
    in_words.unwrap_or_else(|| iso.to_owned())
}

/// A generated text with its ISO days in words: `later than 14 October 2022`.
pub fn dates_in(text: &str) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| if word.len() == 10 { date(word) } else { word.to_owned() })
        .collect();
    words.join(" ")
}

/// `2022-10-14` as `14 Oct 2022`, under a picture.
pub fn short_date(iso: &str) -> String {
    let date = date(iso);
    if date == iso {
        return date;
    }
    let parts: Vec<&str> = date.split(' ').collect();
    let is_month = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
    let cut = |part: &&str| part.get(..3).filter(|_| is_month(part)).unwrap_or(part).to_owned();
    parts.iter().map(cut).collect::<Vec<_>>().join(" ")
}

/// Straight quotation marks and apostrophes, as the engine writes them, to the typographic ones of the page.
pub fn curly(text: &str) -> String {
    let mut is_open = false;
    (text.chars())
        .map(|c| match c {
            '"' => {
                is_open = !is_open;
                if is_open { '“' } else { '”' }
            }
            '\'' => '’',
            other => other,
        })
        .collect()
}

/// Cut at a word where that leaves most of it, with an ellipsis: at most so many characters.
pub fn shorten(text: &str, n_chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(n_chars) else { return text.to_owned() };
    let last = text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
    let cut = match text[..last].rfind(' ') {
        Some(space) if 2 * space > last => &text[..space],
        _ => &text[..last],
    };
    format!("{cut}…")
}

/// First letter as a capital, for a sentence that starts with generated words.
pub fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Ends a text as a sentence, unless it already is one.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…', '。', '！', '？', ':', ';']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Puts commas between thousands of the whole part: `45500` to `45,500`.
pub fn group_thousands(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    if whole.len() < 4 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut grouped = String::with_capacity(text.len() + 4);
    for (ix, digit) in whole.chars().enumerate() {
        if ix > 0 && (whole.len() - ix).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{fraction}")
}

/// Rounds to two significant digits: 2.05 to 2.1, 0.843 to 0.84, 6164 to 6200.
pub fn two_digits(value: f64) -> f64 {
    let magnitude = value.abs();
    if magnitude < 0.01 || !value.is_finite() {
        value
    } else if magnitude >= 10.0 {
        round_to_digits(value, 2)
    } else if magnitude >= 1.0 {
        (value * 10.0).round() / 10.0
    } else {
        (value * 100.0).round() / 100.0
    }
}

fn round_to_digits(value: f64, n_digits: u32) -> f64 {
    let mut limit = 1.0;
    for _ in 0..n_digits {
        limit *= 10.0;
    }
    let mut step = 1.0;
    while value.abs() / step >= limit {
        step *= 10.0;
    }
    (value / step).round() * step
}

fn trim_zeros(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_texts_read_as_typeset() {
        assert_eq!(short_date("2022-10-14"), "14 Oct 2022");
        assert_eq!(short_date("2023-06-30"), "30 Jun 2023");
        assert_eq!(short_date("2022-05"), "May 2022");
        assert_eq!(
            curly("the author's \"word\" and \"another\""),
            "the author’s “word” and “another”"
        );
    }

    #[test]
    fn bounds_are_told_as_far_as_they_are_known() {
        let bounds = |low, high, certain| lies_between(&BoundsFinding { low, high, certain });
        assert_eq!(bounds(0.038, 0.649, true), "lies between 4% and 65%");
        assert_eq!(bounds(0.038, 0.649, false), "reaches at least from 4% to 65%");
        assert_eq!(bounds(0.5, 0.5, true), "stays at 50%");
    }

    #[test]
    fn percent_keeps_only_digits_that_draws_support() {
        let printed: Vec<String> = [
            0.0, 1e-9, 0.000_99, 0.001, 0.0044, 0.0099, 0.01, 0.0149, 0.084, 0.5, 0.9049, 0.99,
            0.994, 0.9989, 0.9995, 1.0,
        ]
        .map(percent)
        .to_vec();
        insta::assert_snapshot!(printed.join(" "), @"0% <0.1% <0.1% 0.1% 0.4% 1% 1% 1% 8% 50% 90% 99% 99.4% 99.9% >99.9% 100%");
    }

    #[test]
    fn nothing_near_certainty_is_printed_as_certain() {
        for k in 1..2000_u32 {
            let p = f64::from(k) / 2000.0;
            assert_ne!(percent(p), "0%", "{p}");
            assert_ne!(percent(p), "100%", "{p}");
        }
        assert_eq!(percent_in_words(1e-12), "less than 0.1%");
        assert_eq!(percent_in_words(1.0 - 1e-12), "more than 99.9%");
    }

    #[test]
    fn ranges_and_bands() {
        assert_eq!(percent_range(0.012, 0.093), "1% to 9%");
        assert_eq!(percent_range(0.0001, 0.03), "less than 0.1% to 3%");
        assert_eq!(percent_range(0.081, 0.084), "8%");
        assert_eq!(percent_span(0.012, 0.093), "1–9%");
        assert_eq!(percent_span(0.0001, 0.093), "<0.1%–9%");
        assert_eq!(band_span(0.2, 0.45), "20–45%");
        assert_eq!(band_span(0.0, 0.005), "0–0.5%");
        assert_eq!(band_span(1.0, 1.0), "100%");
        let band = Band { word: "very unlikely / highly improbable".into(), low: 0.05, high: 0.2 };
        assert_eq!(word_with_band(&band), "very unlikely (5–20%)");
    }

    #[test]
    fn chances_as_frequencies() {
        assert_eq!(frequency(0.041).as_deref(), Some("about 1 in 25"));
        assert_eq!(frequency(0.96).as_deref(), Some("about 24 in 25"));
        assert_eq!(frequency(0.0043).as_deref(), Some("about 1 in 230"));
        assert_eq!(frequency(0.000_43), None);
        assert_eq!(frequency(0.4), None);
        assert_eq!(frequency(0.0), None);
        assert_eq!(frequency(1.0), None);
    }

    #[test]
    fn small_chances_keep_their_size() {
        let printed: Vec<String> = [0.14, 0.0096, 0.0094, 0.00321, 1e-7, 0.0].map(chance).to_vec();
        insta::assert_snapshot!(printed.join(", "), @"14%, 1%, 1 in 110, 1 in 310, 1 in 10,000,000, 0%");
    }

    #[test]
    fn plain_numbers() {
        let printed: Vec<String> =
            [0.0, 0.004, 0.4, 4.0, 12.34, 120.4, 45_500.0, 1_234_567.0, -30.0, -0.25]
                .map(number)
                .to_vec();
        insta::assert_snapshot!(printed.join(" "), @"0 4.0e−3 0.4 4 12.3 120 45,500 1,230,000 −30 −0.25");
    }

    #[test]
    fn factors_get_a_real_multiplication_sign() {
        assert_eq!(written("x 0.4 to 0.8"), "×\u{a0}0.4 to 0.8");
        assert_eq!(written("xenon"), "xenon");
    }

    #[test]
    fn odds_in_words() {
        assert_eq!(effect_on_odds(-0.742), "divides the odds by 2.1");
        assert_eq!(effect_on_odds(core::f64::consts::LN_2), "multiplies the odds by 2");
        assert_eq!(effect_on_odds(0.01), "hardly moves the odds");
        assert_eq!(odds_label(-4.0), "÷\u{a0}55");
        assert_eq!(ratio_to_one(2.1), "8.2 to 1 for");
        assert_eq!(ratio_to_one(-0.0), "no weight");
        assert_eq!(ratio_to_one(900.0), "over a million to 1 for");
        assert_eq!(decibans(2.1), "+9");
        assert_eq!(decibans(-0.7), "−3");
        assert_eq!(decibans(-0.01), "0");
    }

    #[test]
    fn exp_is_right_to_printed_digits() {
        for (x, expected) in [
            (0.0, 1.0),
            (1.0, core::f64::consts::E),
            (-2.0, 0.135_335_283_236_612_7),
            (20.0, 485_165_195.409_790_3),
        ] {
            // Relative: ten squarings grow the error of one rounding about a thousandfold.
            assert!((exp(x) / expected - 1.0).abs() < 1e-11, "exp({x}) = {}", exp(x));
        }
    }

    #[test]
    fn dates() {
        assert_eq!(date("2022-10-14"), "14 October 2022");
        assert_eq!(date("2022-03-01"), "1 March 2022");
        assert_eq!(date("2022-10"), "October 2022");
        assert_eq!(date("2022"), "2022");
        assert_eq!(date("2022-13-01"), "2022-13-01");
        assert_eq!(date("spring 2022"), "spring 2022");
        assert_eq!(date(""), "");
        assert_eq!(dates_in("later than 2022-10-14"), "later than 14 October 2022");
    }

    #[test]
    fn two_digits_are_kept() {
        assert_eq!([2.05, 0.843, 6164.0, 14.2].map(two_digits), [2.1, 0.84, 6200.0, 14.0]);
        assert!(two_digits(f64::INFINITY).is_infinite());
    }

    #[test]
    fn long_texts_end_at_a_word() {
        assert_eq!(shorten("short", 5), "short");
        assert_eq!(shorten("a little longer", 12), "a little…");
        assert_eq!(shorten(&"я".repeat(30), 10), format!("{}…", "я".repeat(9)));
    }

    #[test]
    fn plurals_lists_and_sentences() {
        assert_eq!(count(1, "quote", "quotes"), "1 quote");
        assert_eq!(count(0, "quote", "quotes"), "0 quotes");
        assert_eq!(count(10_000, "draw", "draws"), "10,000 draws");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(list(&[]), "");
        assert_eq!(sentence("Will it?"), "Will it?");
        assert_eq!(sentence("few sources"), "few sources.");
        assert_eq!(capitalise("łukaszenka"), "Łukaszenka");
    }
}
