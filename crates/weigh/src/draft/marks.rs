//! What makes a sentence evidence, and what a reader must know of it: dates, numbers, polls, hedges.

use weigh_model::dates::PartialDate;
use weigh_model::prose::numbers_said;

use super::layout::words;
use super::speakers::is_reported;

/// What a sentence states, and how.
#[derive(Debug, Default)]
pub struct Marks {
    pub dates: Vec<String>,
    /// The first date that can be placed.
    pub day: Option<PartialDate>,
    pub numbers: Vec<String>,
    pub polled: bool,
    pub reported: Vec<String>,
    pub hedged: Vec<&'static str>,
}

/// Words by which a writer leaves open whether it is so; each as words parted by spaces.
const HEDGES: [&str; 36] = [
    "likely",
    "unlikely",
    "probably",
    "probable",
    "improbable",
    "may",
    "might",
    "could",
    "would",
    "seem",
    "seems",
    "seemed",
    "seemingly",
    "appear to",
    "appears to",
    "appeared to",
    "apparently",
    "perhaps",
    "maybe",
    "possibly",
    "possible",
    "allegedly",
    "alleged",
    "reportedly",
    "purportedly",
    "supposedly",
    "unconfirmed",
    "unverified",
    "is believed to",
    "are believed to",
    "is thought to",
    "are thought to",
    "suggests",
    "suggest",
    "rumoured",
    "rumored",
];

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

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Amounts that are no number, each as words parted by spaces.
const AMOUNTS: [&str; 16] = [
    "dozens",
    "scores of",
    "hundreds",
    "thousands",
    "tens of thousands",
    "hundreds of thousands",
    "millions",
    "billions",
    "a majority",
    "the majority",
    "a minority",
    "a plurality",
    "most of the",
    "a quarter of",
    "doubled",
    "tripled",
];

/// Units that a number before them counts, with a hyphen or without: `28-year`, `two months`.
const PERIODS: [&str; 12] = [
    "day", "days", "week", "weeks", "month", "months", "year", "years", "decade", "decades",
    "hour", "hours",
];

/// What a "since the …" dates from, though it names no day.
const EVENTS: [&str; 24] = [
    "annexation",
    "attack",
    "attacks",
    "beginning",
    "collapse",
    "conflict",
    "coup",
    "crackdown",
    "crisis",
    "election",
    "elections",
    "fall",
    "invasion",
    "outbreak",
    "pandemic",
    "protests",
    "referendum",
    "revolution",
    "start",
    "strike",
    "strikes",
    "uprising",
    "vote",
    "war",
];

/// What an article counts of itself: "four reasons why".
const OF_TEXT: [&str; 9] = [
    "reasons",
    "ways",
    "things",
    "points",
    "takeaways",
    "questions",
    "lessons",
    "charts",
    "scenarios",
];

/// The month that a word names, from 1.
pub fn month_named(word: &str) -> Option<usize> {
    let is_it = |month: &&str| {
        let short = word.chars().count() == 3 || word.eq_ignore_ascii_case("sept");
        month.eq_ignore_ascii_case(word)
            || short && month.to_lowercase().starts_with(&word.to_lowercase())
    };
    MONTHS.iter().position(is_it).map(|ix| ix + 1)
}

/// The weekday that a word names, Monday 0.
pub fn weekday_named(word: &str) -> Option<usize> {
    WEEKDAYS.iter().position(|day| day.eq_ignore_ascii_case(word))
}

impl Marks {
    pub fn of(sentence: &str, published: Option<PartialDate>) -> Marks {
        let (mut dates, day) = dates(sentence, published);
        let lower = words(sentence);
        dates.extend(relative(&lower));
        let spaced = format!(" {} ", lower.join(" "));
        let has = |phrase: &str| spaced.contains(&format!(" {phrase} "));
        // "Nov. 6" and "two months later" are counted as dates.
        let is_of_date = |number: &str| {
            dates.iter().any(|date| date.split(' ').any(|word| word.eq_ignore_ascii_case(number)))
        };
        let said = numbers_said(sentence).into_iter().map(|said| said.written);
        let mut numbers: Vec<String> = said.filter(|number| !is_of_date(number)).collect();
        if OF_TEXT
            .iter()
            .any(|what| numbers.iter().any(|n| has(&format!("{n} {what}").to_lowercase())))
        {
            numbers.clear();
        }
        numbers.extend(lengths(&lower, &numbers));
        numbers.extend(ages(sentence));
        let amounts = AMOUNTS.iter().filter(|amount| has(amount));
        // `tens of thousands` is one amount.
        let amounts: Vec<&str> = amounts.copied().collect();
        let is_whole = |amount: &&str| {
            !amounts.iter().any(|other| other.len() > amount.len() && other.contains(amount))
        };
        numbers.extend(amounts.iter().copied().filter(|it| is_whole(it)).map(str::to_owned));
        let mut hedged: Vec<&'static str> =
            HEDGES.iter().copied().filter(|phrase| has(phrase)).collect();
        // The month has a capital.
        hedged.retain(|word| *word != "may" || sentence.contains(" may "));
        let polled = ["poll", "polls", "survey", "surveys", "pollster", "pollsters", "respondents"]
            .iter()
            .any(|word| has(word));
        Marks { dates, day, numbers, polled, reported: is_reported(&lower), hedged }
    }

    pub fn is_evidence(&self) -> bool {
        self.n_facts() > 0 || self.polled || !self.reported.is_empty()
    }

    /// Dates and numbers.
    pub fn n_facts(&self) -> usize {
        self.dates.len() + self.numbers.len()
    }

    /// In words, for a note of the draft.
    pub fn told(&self) -> String {
        let mut parts = Vec::new();
        let mut tell = |what: &str, found: String| {
            if !found.is_empty() {
                parts.push(format!("{what}: {found}"));
            }
        };
        tell("Dates", self.dates.join(", "));
        tell("Numbers", self.numbers.join(", "));
        tell("Reported speech", self.reported.join(", "));
        tell("Hedged", self.hedged.join(", "));
        if self.polled {
            parts.push("A poll".to_owned());
        }
        parts.join("; ")
    }
}

/// The dates of a sentence as they are written, and the first that can be placed.
///
/// A month stands with a day or a year beside it, or after `in`, `since`, `until`, `by` or `last`. Without a
/// year it is the last such month up to the day of appearance, and without that day, or where the sentence
/// may look ahead, it is not placed. A weekday after `on` is the last such day up to it.
pub fn dates(sentence: &str, published: Option<PartialDate>) -> (Vec<String>, Option<PartialDate>) {
    let words: Vec<&str> = sentence
        .split([' ', '–', '—', '(', ')', ','])
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    let year_of = |ix: usize| {
        let word = words.get(ix)?;
        let is_year = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        word.parse::<i16>().ok().filter(|year| is_year && (1500..=2100).contains(year))
    };
    let day_of = |ix: usize| {
        let word = words.get(ix)?;
        let word = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|ending| word.strip_suffix(ending))
            .unwrap_or(word);
        word.parse::<u8>().ok().filter(|day| (1..=31).contains(day))
    };
    let known = published.filter(|day| day.day().is_some()).map(PartialDate::last_day);
    let mut found = Vec::new();
    let mut placed: Option<PartialDate> = None;
    let mut ix = 0;
    while ix < words.len() {
        let word = words[ix];
        let before = ix.checked_sub(1);
        let lead = before.map(|before| words[before].to_lowercase()).unwrap_or_default();
        let named = word.starts_with(char::is_uppercase).then(|| month_named(word)).flatten();
        let Some(month) = named else {
            if let Some(year) = year_of(ix) {
                found.push(year.to_string());
                placed = placed.or_else(|| format!("{year:04}").parse().ok());
            } else if let Some(decade) = decade(word) {
                found.push(decade.to_owned());
            } else if word.len() == 10 && word.parse::<PartialDate>().is_ok() {
                found.push(word.to_owned());
                placed = placed.or_else(|| word.parse().ok());
            } else if let Some(weekday) = weekday_named(word).filter(|_| {
                ["on", "last", "late", "early", "until", "since"].contains(&lead.as_str())
            }) {
                found.push(word.to_owned());
                // "Last Monday" may be of the week before.
                let day = known.filter(|_| lead == "on").and_then(|day| last_such(day, weekday));
                placed = placed.or_else(|| day?.to_string().parse().ok());
            }
            ix += 1;
            continue;
        };
        let day_before = before.and_then(day_of);
        let day = day_before.or_else(|| day_of(ix + 1));
        let next = ix + 1 + usize::from(day.is_some() && day_before.is_none());
        let year = year_of(next);
        let led = ["in", "since", "until", "by", "last", "late", "early", "mid", "of", "through"]
            .contains(&lead.as_str());
        let is_whole = month_named(word).is_some_and(|month| MONTHS[month - 1] == word);
        if day.is_some() || year.is_some() || led && is_whole {
            let mut written = word.to_owned();
            written.extend(day.map(|day| format!(" {day}")));
            written.extend(year.map(|year| format!(" {year}")));
            found.push(written);
            let year = year.or_else(|| {
                let last = published.filter(|_| !is_ahead(sentence, &lead))?.last_day();
                Some(last.year() - i16::from(month > usize::from(last.month().unsigned_abs())))
            });
            placed = placed.or_else(|| {
                let mut date = format!("{:04}-{month:02}", year?);
                date.extend(day.map(|day| format!("-{day:02}")));
                date.parse().ok()
            });
        }
        ix = if year.is_some() { next + 1 } else { next };
    }
    (found, placed)
}

/// Whether a date without a year may be one to come.
fn is_ahead(sentence: &str, lead: &str) -> bool {
    const AHEAD: [&str; 9] = [
        " will ",
        " would ",
        " planned ",
        " due ",
        " scheduled ",
        " expected ",
        " next ",
        " to be ",
        " set for ",
    ];
    ["by", "until", "before", "through"].contains(&lead)
        || AHEAD.iter().any(|word| sentence.contains(word))
}

/// `1990s`
fn decade(word: &str) -> Option<&str> {
    let year = word.strip_suffix('s')?.trim_end_matches(['\'', '’']);
    let is_decade = year.len() == 4 && year.ends_with('0');
    let is_year = year.parse::<u16>().is_ok_and(|year| (1500..=2100).contains(&year));
    (is_decade && is_year).then_some(word)
}

/// The last such weekday up to a day.
fn last_such(day: jiff::civil::Date, weekday: usize) -> Option<jiff::civil::Date> {
    let back = (7 + i64::from(day.weekday().to_monday_zero_offset()) - weekday as i64) % 7;
    day.checked_sub(jiff::Span::new().days(back)).ok()
}

/// Dates that lean on another: `this week`, `two months later`, `five years ago`, `since the invasion`, `a week when`.
fn relative(lower: &[String]) -> Vec<String> {
    let word = |ix: usize| lower.get(ix).map_or("", String::as_str);
    let mut found = Vec::new();
    for ix in 0..lower.len() {
        let unit = word(ix + 1);
        let is_unit = PERIODS.contains(&unit) && !unit.starts_with("hour")
            || ["summer", "winter", "spring", "autumn", "century"].contains(&unit);
        if ["this", "last", "next"].contains(&word(ix)) && is_unit {
            found.push(format!("{} {unit}", word(ix)));
        } else if ["yesterday", "today", "tomorrow", "overnight"].contains(&word(ix)) {
            found.push(word(ix).to_owned());
        } else if is_unit && ["later", "ago", "earlier"].contains(&word(ix + 2)) {
            found.push(format!("{} {unit} {}", word(ix), word(ix + 2)));
        } else if word(ix) == "since" && unit == "the" && EVENTS.contains(&word(ix + 2)) {
            found.push(format!("since the {}", word(ix + 2)));
        } else if ["a", "the"].contains(&word(ix)) && is_unit && word(ix + 2) == "when" {
            found.push(format!("{} {unit} when", word(ix)));
        }
    }
    found
}

/// Lengths of time that are not counted: `months of`; those that are count as numbers.
fn lengths(lower: &[String], numbers: &[String]) -> Vec<String> {
    let is_long = |word: &str| PERIODS.contains(&word) && word.ends_with('s');
    let is_counted = |word: &str| {
        word == "the" || numbers.iter().any(|number| number.eq_ignore_ascii_case(word))
    };
    let at = (0..lower.len()).filter(|&ix| {
        let before = ix.checked_sub(1).map_or("", |before| lower[before].as_str());
        let after = |n: usize| lower.get(ix + n).map(String::as_str);
        is_long(&lower[ix])
            && after(1) == Some("of")
            && after(2) != Some("age")
            && !is_counted(before)
    });
    at.map(|ix| format!("{} of", lower[ix])).collect()
}

/// Lengths and ages with a hyphen, and ordinals of centuries: `28-year`, `19th-century`.
fn ages(sentence: &str) -> Vec<String> {
    let hyphened = |word: &&str| {
        let Some((n, unit)) = word.split_once(['-', '‑']) else { return false };
        let unit = unit.split(['-', '‑']).next().unwrap_or_default();
        let is_number = n.trim_end_matches(|c: char| c.is_alphabetic()).bytes();
        let is_number = n.starts_with(|c: char| c.is_ascii_digit())
            && is_number.clone().all(|b| b.is_ascii_digit());
        is_number && (PERIODS.contains(&unit) || unit == "century")
    };
    let words = sentence.split([' ', '(', ')', '—', '–']);
    let trimmed = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    trimmed.filter(hyphened).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(sentence: &str) -> Marks {
        Marks::of(sentence, "2022-10-14".parse().ok())
    }

    #[test]
    fn dates_are_found_in_the_forms_that_papers_use() {
        for (sentence, written, placed) in [
            ("On 24 February 2022 it began.", "February 24 2022", "2022-02-24"),
            ("On February 24, 2022, it began.", "February 24 2022", "2022-02-24"),
            ("It began on Feb. 24.", "Feb 24", "2022-02-24"),
            ("It began on 2022-02-24.", "2022-02-24", "2022-02-24"),
            ("It began in November.", "November", "2021-11"),
            ("It began on Tuesday.", "Tuesday", "2022-10-11"),
            ("It began on Friday.", "Friday", "2022-10-14"),
            ("On May 3rd it began.", "May 3", "2022-05-03"),
        ] {
            let found = marks(sentence);
            assert_eq!(found.dates, [written], "{sentence}");
            assert_eq!(found.day.map(|day| day.to_string()).as_deref(), Some(placed), "{sentence}");
        }
    }

    #[test]
    fn words_that_look_like_dates_are_none() {
        for sentence in ["They may march on.", "Mar a wall.", "The Sun rose.", "Dec it."] {
            assert!(marks(sentence).dates.is_empty(), "{sentence}");
        }
    }

    #[test]
    fn relative_dates_are_facts_without_a_day() {
        let found = marks("Two months later, and this week, they left.");
        assert_eq!(found.dates, ["two months later", "this week"].map(String::from));
        assert_eq!(found.day, None);
    }

    #[test]
    fn dates_and_lengths_without_a_number_are_facts_too() {
        for (sentence, date) in [
            ("They have been selling ships since the invasion.", "since the invasion"),
            ("It was a week when the fleet held exercises.", "a week when"),
        ] {
            assert_eq!(marks(sentence).dates, [date], "{sentence}");
        }
        assert_eq!(marks("Months of protests followed.").numbers, ["months of"]);
        assert_eq!(marks("Three months of protests followed.").numbers, ["three"]);
        for sentence in [
            "Since the harbour is shut, they wait.",
            "It recalls the days of the old king.",
            "Children four years of age",
            "He came when the week was over.",
        ] {
            let found = marks(sentence);
            assert!(found.dates.is_empty(), "{sentence}: {found:?}");
            assert!(!found.numbers.iter().any(|it| it.contains("of")), "{sentence}: {found:?}");
        }
    }

    #[test]
    fn amounts_and_ages_count_but_what_an_article_counts_of_itself_does_not() {
        assert_eq!(marks("Tens of thousands left.").numbers, ["tens of thousands"]);
        assert_eq!(marks("Its 28-year rule ended.").numbers, ["28-year"]);
        assert_eq!(marks("A 19th-century poet.").numbers, ["19th-century"]);
        assert!(!marks("Here are four reasons why it holds.").is_evidence());
        assert!(marks("It has four ports.").is_evidence());
    }

    #[test]
    fn hedges_and_reported_speech_are_told_apart() {
        let found = marks("In May, officials said that it may be possible.");
        assert_eq!(found.hedged, ["may", "possible"]);
        assert_eq!(found.reported, ["said"]);
        assert!(marks("On May 3 it left.").hedged.is_empty());
    }

    #[test]
    fn a_day_to_come_is_not_taken_for_the_last_such_day() {
        for sentence in ["A vote is planned for 3 February.", "It lasts until March."] {
            let found = marks(sentence);
            assert_eq!((found.dates.len(), found.day), (1, None), "{sentence}");
        }
    }
}
