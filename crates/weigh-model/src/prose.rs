//! The numbers that stand in the words of a quote, to be held against those of the model.

/// A number that a text states.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Its value; a share or a percentage as a part of 1.
    pub value: f64,
    /// How far from it a number may lie and still be what was said: half a unit of the last digit, or a
    /// tenth of the value after "about".
    pub tolerance: f64,
    /// As it stands in the text: `25 percent`.
    pub written: String,
}

/// What "about" allows on either side: our convention.
const ABOUT: f64 = 0.1;

/// Words before a number that say it is not exact.
const ROUGHLY: [&str; 12] = [
    "about",
    "around",
    "some",
    "roughly",
    "nearly",
    "almost",
    "approximately",
    "estimated",
    "over",
    "under",
    "than",
    "least",
];

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The numbers that a text states, in their order; dates, years, ordinals and ages are none.
///
/// A count out of a total ("two of the eight") is stated as three numbers: both, and their ratio.
///
/// ```
/// # use weigh_model::prose::numbers_said;
/// let said = |text| numbers_said(text).iter().map(|said| said.value).collect::<Vec<_>>();
/// assert_eq!(said("about 25 percent, or 4,000 to 6,000 men, on March 26, 2022"), [0.25, 4000.0, 6000.0]);
/// assert_eq!(said("cracks in two of the eight"), [2.0, 8.0, 0.25]);
/// assert_eq!(said("half of 1.5 million"), [0.5, 1_500_000.0]);
/// ```
pub fn numbers_said(text: &str) -> Vec<Said> {
    let words = words(text);
    let mut said: Vec<(Said, std::ops::Range<usize>)> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match number_at(&words, at) {
            Some((number, end)) => {
                said.push((number, at..end));
                at = end;
            }
            None => at += 1,
        }
    }
    let written = |at: &std::ops::Range<usize>| &text[words[at.start].start..words[at.end - 1].end];
    let is_count = |at: &std::ops::Range<usize>| words[at.clone()].iter().all(is_plain);
    let mut out: Vec<Said> = Vec::new();
    for (ix, (number, at)) in said.iter().enumerate() {
        out.push(number.clone());
        let Some((before, from)) = ix.checked_sub(1).map(|before| &said[before]) else { continue };
        let between = &words[from.end..at.start];
        let between: Vec<&str> = between.iter().map(|word| word.text.as_str()).collect();
        let is_out_of =
            matches!(between.as_slice(), ["of"] | ["of", "the"] | ["out", "of"] | ["in"]);
        let counts = is_count(from) && is_count(at) && number.value >= before.value;
        if is_out_of && counts && number.value > 1.0 {
            let written = written(&(from.start..at.end)).to_string();
            out.push(Said { value: before.value / number.value, tolerance: 0.005, written });
        }
    }
    out
}

/// Whether a word is a whole number by itself, without a unit.
fn is_plain(word: &Word) -> bool {
    let is_digits = word.text.bytes().all(|b| b.is_ascii_digit() || b == b',');
    is_digits || SMALL.contains(&word.text.as_str()) || TENS.contains(&word.text.as_str())
}

struct Word {
    /// In lower case; of a number, its digits and separators.
    text: String,
    start: usize,
    end: usize,
}

/// Words, numbers and percent signs with their places; other signs part words and are dropped.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut ix = 0;
    while ix < chars.len() {
        let (start, first) = chars[ix];
        let mut end = ix + 1;
        let kind = |c: char| (c.is_alphabetic(), c.is_ascii_digit());
        if kind(first) == (false, false) {
            if first == '%' {
                words.push(Word { text: "%".to_string(), start, end: start + 1 });
            }
            ix += 1;
            continue;
        }
        while end < chars.len() {
            let c = chars[end].1;
            let separates = matches!(c, '.' | ',')
                && first.is_ascii_digit()
                && chars.get(end + 1).is_some_and(|(_, next)| next.is_ascii_digit());
            if kind(c) != kind(first) && !separates {
                break;
            }
            end += 1;
        }
        let stop = chars.get(end).map_or(text.len(), |(at, _)| *at);
        words.push(Word { text: text[start..stop].to_lowercase(), start, end: stop });
        ix = end;
    }
    words
}

/// The number that begins at a word, and the word behind it.
fn number_at(words: &[Word], at: usize) -> Option<(Said, usize)> {
    let word = |ix: usize| words.get(ix).map_or("", |word| word.text.as_str());
    let touches = |ix: usize| words.get(ix + 1).is_some_and(|next| next.start == words[ix].end);
    if let Some((value, end)) = fraction(words, at) {
        return Some((said(words, at, end, value, 0.005), end));
    }
    let is_digits = word(at).starts_with(|c: char| c.is_ascii_digit());
    let (mut value, mut unit, mut end) = if is_digits {
        let (value, unit) = digits(word(at))?;
        (value, unit, at + 1)
    } else {
        let (value, end) = spelled(words, at)?;
        (value, 1.0, end)
    };
    let grouped = word(at).contains([',', '.']);
    let mut scaled = true;
    match word(end) {
        "hundred" => (value, unit) = (value * 1e2, unit * 1e2),
        "thousand" => (value, unit) = (value * 1e3, unit * 1e3),
        "million" | "mn" => (value, unit) = (value * 1e6, unit * 1e6),
        "billion" | "bn" => (value, unit) = (value * 1e9, unit * 1e9),
        "percent" | "%" | "pct" => (value, unit) = (value / 1e2, unit / 1e2),
        "per" if word(end + 1) == "cent" => {
            (value, unit) = (value / 1e2, unit / 1e2);
            end += 1;
        }
        _ => scaled = false,
    }
    if scaled {
        end += 1;
    } else {
        let near_month = MONTHS.contains(&word(end))
            || at.checked_sub(1).is_some_and(|before| MONTHS.contains(&word(before)));
        let is_year = is_digits && !grouped && (1500.0..=2100.0).contains(&value);
        let is_day = near_month && (1.0..=31.0).contains(&value);
        // `28th`, `28-year`, `1970s`, `T72`: digits that a letter touches name something.
        let named = is_digits
            && (matches!(word(end), "year" | "st" | "nd" | "rd" | "th")
                || touches(end - 1)
                || at.checked_sub(1).is_some_and(touches));
        if is_year || is_day || named {
            return None;
        }
    }
    Some((said(words, at, end, value, unit / 2.0), end))
}

fn said(words: &[Word], at: usize, end: usize, value: f64, rounding: f64) -> Said {
    let before = &words[at.saturating_sub(2)..at];
    let rough = before.iter().any(|word| ROUGHLY.contains(&word.text.as_str()));
    let tolerance = if rough { rounding.max(value.abs() * ABOUT) } else { rounding };
    let written =
        words[at..end].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    Said { value, tolerance, written: written.replace(" %", "%") }
}

/// Digits with separators: the value, and the unit of the last digit.
fn digits(word: &str) -> Option<(f64, f64)> {
    let plain = word.replace(',', "");
    let value: f64 = plain.parse().ok()?;
    let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    Some((value, libm::pow(10.0, -(decimals as f64))))
}

/// `eight`, `twenty five`, but not `one`, which is seldom a number.
fn spelled(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let word = |ix: usize| words.get(ix).map_or("", |word| word.text.as_str());
    let small = |ix: usize| SMALL.iter().position(|name| *name == word(ix));
    if let Some(tens) = TENS.iter().position(|name| *name == word(at)) {
        let tens = (tens as f64 + 2.0) * 10.0;
        return Some(match small(at + 1).filter(|units| (1..10).contains(units)) {
            Some(units) => (tens + units as f64, at + 2),
            None => (tens, at + 1),
        });
    }
    let small = small(at)?;
    let is_counted = matches!(word(at + 1), "hundred" | "thousand" | "million" | "billion" | "in");
    (small != 1 || is_counted).then_some((small as f64, at + 1))
}

/// `half of`, `a third of`, `two thirds of`.
fn fraction(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let word = |ix: usize| words.get(ix).map_or("", |word| word.text.as_str());
    let (value, end) = match (word(at), word(at + 1)) {
        ("half", _) => (0.5, at + 1),
        ("a" | "one", "third") => (1.0 / 3.0, at + 2),
        ("a" | "one", "quarter") => (0.25, at + 2),
        ("two", "thirds") => (2.0 / 3.0, at + 2),
        ("three", "quarters") => (0.75, at + 2),
        _ => return None,
    };
    (word(end) == "of").then_some((value, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<f64> {
        numbers_said(text).iter().map(|said| said.value).collect()
    }

    #[test]
    fn dates_years_and_names_are_no_numbers() {
        assert!(
            values("on March 26, 2022, his 28-year rule, the 28th brigade, T72 tanks").is_empty()
        );
        assert!(values("one of the reasons, in the 1970s").is_empty());
    }

    #[test]
    fn words_for_numbers_are_numbers() {
        assert_eq!(values("twenty-five thousand men, seventy of them"), [25_000.0, 70.0]);
        assert_eq!(values("one in ten, a third of them"), [1.0, 10.0, 0.1, 1.0 / 3.0]);
    }

    #[test]
    fn what_is_rough_may_be_further_off() {
        let tolerances = |text| numbers_said(text).iter().map(|s| s.tolerance).collect::<Vec<_>>();
        assert_eq!(tolerances("12 weeks, about 12 weeks, 1.50"), [0.5, 1.2000000000000002, 0.005]);
    }
}
