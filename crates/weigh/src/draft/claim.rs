//! What an article claims: its question, its word of probability, its confidence, its horizon.

use weigh_model::dates::{PartialDate, days_between};
use weigh_model::words::Scale;

use super::layout::{Section, sentences, words};
use super::marks::month_named;

/// Days that a proposed horizon leaves at least, where the text names none.
const MIN_DAYS: i64 = 60;
/// Paragraphs from either end in which an article says what it concludes.
const FROM_ENDS: usize = 3;

/// A question, and what the text says of it.
pub struct Claim {
    pub question: String,
    pub word: Option<(&'static str, Scale)>,
    /// The sentence of the text that claims it, where it is not the title.
    pub sentence: Option<String>,
    /// `low`, `moderate` or `high`, with the sentence that says so.
    pub confidence: Option<(&'static str, String)>,
    /// The last day that it is about.
    pub by: String,
    /// Whether the text names that day.
    pub by_is_said: bool,
}

/// Reads the claim off the title, or else off the paragraphs at either end of the text.
pub fn claim(title: &str, sections: &[Section], as_of: PartialDate) -> Claim {
    let paragraphs: Vec<&String> = sections.iter().flat_map(|it| &it.paragraphs).collect();
    let n = paragraphs.len();
    let at_ends = paragraphs
        .iter()
        .enumerate()
        .filter(|(ix, _)| *ix < FROM_ENDS || ix + FROM_ENDS >= n)
        .flat_map(|(_, paragraph)| sentences(paragraph));
    let at_ends: Vec<String> = at_ends.collect();
    let by_title = asked(title);
    let by_text = at_ends.iter().find_map(|sentence| Some((sentence, asked(sentence)?)));
    let (question, word, sentence) = match (by_title, by_text) {
        (Some((question, word)), _) => (question, Some(word), None),
        (None, Some((sentence, (question, word)))) => {
            (question, Some(word), Some(sentence.clone()))
        }
        (None, None) if title.ends_with('?') => (title.to_owned(), None, None),
        (None, None) => (format!("Is it so: {title}?"), None, None),
    };
    let confidence = at_ends.iter().find_map(|sentence| {
        let lower = words(sentence);
        let at = lower.windows(2).find(|two| two[1] == "confidence")?;
        let level = ["low", "moderate", "high"].into_iter().find(|level| *level == at[0])?;
        Some((level, sentence.clone()))
    });
    let said = [Some(title), sentence.as_deref()];
    let said = said.into_iter().flatten().find_map(|text| horizon_said(text, as_of));
    let by_is_said = said.is_some();
    let by = said.unwrap_or_else(|| end_of_year(as_of));
    Claim { question, word, sentence, confidence, by, by_is_said }
}

/// The question that a sentence answers with a word of probability, and that word.
fn asked(sentence: &str) -> Option<(String, (&'static str, Scale))> {
    let sentence = sentence.trim_end_matches(['.', '?', '!']);
    for scale in Scale::ALL {
        let terms = scale.terms().iter().flat_map(|term| term.names.iter().chain(term.variants));
        // Of words that hold each other ("unlikely", "very unlikely"), the longer.
        let mut terms: Vec<&'static str> = terms.copied().collect();
        terms.sort_by_key(|word| std::cmp::Reverse(word.len()));
        for word in terms {
            for verb in ["is", "are", "remains", "remain", "was"] {
                if let Some((who, what)) = sentence.split_once(&format!(" {verb} {word} to "))
                    && let Some(who) = subject(who)
                {
                    return Some((format!("Will {who} {what}?"), (word, scale)));
                }
                let said = format!("t {verb} {word} that ");
                if let Some((before, what)) = sentence.split_once(&said)
                    && before.ends_with(['i', 'I'])
                {
                    return Some((about(what), (word, scale)));
                }
            }
        }
    }
    None
}

/// The question whether a clause is so: "the strait will close" is "Will the strait close?".
fn about(clause: &str) -> String {
    match clause.split_once(" will not ") {
        None => match clause.split_once(" will ") {
            Some((who, what)) => format!("Will {who} {what}?"),
            None => format!("Is it so that {clause}?"),
        },
        Some(_) => format!("Is it so that {clause}?"),
    }
}

/// Who it is that is likely to do something: what stands before the verb, back to a comma. Without a name
/// ("which is likely to …") there is no question.
fn subject(before: &str) -> Option<&str> {
    let who = before.rsplit([',', ';', ':', '–', '—', '“', '"']).next()?.trim();
    let who = ["Why ", "How ", "But ", "And ", "that ", "We assess that ", "We judge that "]
        .iter()
        .find_map(|lead| who.strip_prefix(lead))
        .unwrap_or(who);
    let who = who.rsplit(" that ").next()?;
    const POINTERS: [&str; 9] =
        ["it", "which", "that", "this", "he", "she", "they", "who", "there"];
    let lower = words(who);
    let names = !lower.is_empty() && !lower.iter().all(|word| POINTERS.contains(&word.as_str()));
    (names && lower.len() <= 12).then_some(who)
}

/// The day up to which a sentence says something: "by the end of 2023", "within six months", "this year".
fn horizon_said(text: &str, as_of: PartialDate) -> Option<String> {
    let lower = words(text);
    let word = |ix: usize| lower.get(ix).map_or("", String::as_str);
    let today = as_of.last_day();
    let year_at = |ix: usize| {
        word(ix)
            .parse::<i16>()
            .ok()
            .filter(|year| (1500..=2100).contains(year) && word(ix).len() == 4)
    };
    let later = |day: String| {
        let date: PartialDate = day.parse().ok()?;
        (date.last_day() > today).then_some(day)
    };
    for ix in 0..lower.len() {
        let found = match word(ix) {
            "by" | "before" | "until" | "in" | "during" | "through" => {
                let ix = if word(ix + 1) == "the" && word(ix + 2) == "end" && word(ix + 3) == "of" {
                    ix + 3
                } else {
                    ix
                };
                let month = month_named(word(ix + 1)).filter(|_| word(ix + 1).len() > 2);
                match (year_at(ix + 1), month, year_at(ix + 2)) {
                    (Some(year), ..) => later(format!("{year:04}")),
                    (None, Some(month), Some(year)) => later(format!("{year:04}-{month:02}")),
                    (None, Some(month), None) if word(ix + 1) != "may" => {
                        let is_next = month < usize::from(today.month().unsigned_abs());
                        later(format!("{:04}-{month:02}", today.year() + i16::from(is_next)))
                    }
                    _ if word(ix + 1) == "this" && word(ix + 2) == "year" => {
                        later(format!("{:04}", today.year()))
                    }
                    _ => None,
                }
            }
            "this" if word(ix + 1) == "year" => later(format!("{:04}", today.year())),
            "next" | "within" | "coming" => within(word(ix + 1), word(ix + 2), today),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// So many days, weeks, months or years after a day.
fn within(count: &str, unit: &str, today: jiff::civil::Date) -> Option<String> {
    const SMALL: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let (count, unit) = match (count, unit) {
        ("a", unit) => (1, unit),
        (unit @ ("week" | "month" | "year"), _) => (1, unit),
        (count, unit) => {
            let small = SMALL.iter().position(|word| *word == count).map(|n| n as i32);
            (small.or_else(|| count.parse().ok())?, unit)
        }
    };
    let count = Some(count).filter(|count| (1..=200).contains(count))?;
    let span = match unit.trim_end_matches('s') {
        "day" => jiff::Span::new().days(count),
        "week" => jiff::Span::new().weeks(count),
        "month" => jiff::Span::new().months(count),
        "year" => jiff::Span::new().years(count),
        _ => return None,
    };
    today.checked_add(span).ok().map(|day| day.to_string())
}

/// The end of the year, or of the next one where that is near.
fn end_of_year(as_of: PartialDate) -> String {
    let day = as_of.last_day();
    let is_near = days_between(day, day.last_of_year()) < MIN_DAYS;
    format!("{:04}-12-31", i32::from(day.year()) + i32::from(is_near && day.year() < 9999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_off_what_is_called_likely() {
        for (sentence, question, word) in [
            ("Ruritania is very unlikely to leave", "Will Ruritania leave?", "very unlikely"),
            ("Why the crown is unlikely to yield", "Will the crown yield?", "unlikely"),
            ("It is likely that the strait will close.", "Will the strait close?", "likely"),
            ("It is likely that it has begun.", "Is it so that it has begun?", "likely"),
            (
                "We assess that Brandt is almost certain to win.",
                "Will Brandt win?",
                "almost certain",
            ),
        ] {
            let (asked, (said, _)) = asked(sentence).expect(sentence);
            assert_eq!((asked.as_str(), said), (question, word), "{sentence}");
        }
        for sentence in ["It is likely to rain", "which is likely to fail", "The likely winner"] {
            assert_eq!(asked(sentence), None, "{sentence}");
        }
    }

    #[test]
    fn a_horizon_is_the_day_that_the_text_names() {
        let as_of = "2022-10-14".parse().expect("a day");
        for (text, by) in [
            ("will close by the end of 2023", Some("2023")),
            ("will close before March 2023", Some("2023-03")),
            ("will close by March", Some("2023-03")),
            ("will close this year", Some("2022")),
            ("will close within six months", Some("2023-04-14")),
            ("will close in the next 12 months", Some("2023-10-14")),
            ("will close in the next year", Some("2023-10-14")),
            ("has been closed since 2020", None),
            ("was closed by 2020", None),
            ("will close in the next 999999999 years", None),
        ] {
            assert_eq!(horizon_said(text, as_of).as_deref(), by, "{text}");
        }
    }
}
