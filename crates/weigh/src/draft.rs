//! A first assessment from an article: its claim, its sections as reasons, its facts as quoted evidence.
//!
//! Nothing is judged: every weight is `?`, which counts for nothing until its author writes a number. A
//! quote that is not in the text word for word is not written. What was not taken is listed.

use std::collections::BTreeSet;

use weigh_model::dates::PartialDate;
use weigh_model::prose::numbers_said;
use weigh_model::quotes::Folded;
use weigh_model::words::Scale;
use weigh_syntax::{format, parser, span::FileId};

/// A draft, and what was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The text of the file, without errors and laid out.
    pub text: String,
    /// Sections, or paragraphs of an article without headings, that became reasons.
    pub n_reasons: usize,
    /// Sentences that became evidence.
    pub n_evidence: usize,
    /// Dates and numbers in those sentences.
    pub n_facts: usize,
    /// What was set aside and why, each as it stands in comments of the file.
    pub set_aside: Vec<String>,
}

/// What is known of an article beside its words.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Its file, as the draft will name it.
    pub file: &'a str,
    /// The day it appeared, if somebody says so; months without a year are read against it.
    pub published: Option<PartialDate>,
    /// Today, ISO: what the draft speaks for if the day of appearance is not known.
    pub today: PartialDate,
}

/// Words of a heading at most.
const MAX_HEADING_WORDS: usize = 14;
/// The part of a heading's words that the text below must use for it to be the text's own: ours; headings
/// of related articles that a page strews in share the subject, and little more.
const MIN_SHARED: f64 = 0.25;
/// Sentences taken as evidence at most: more than a reader will weigh.
const MAX_EVIDENCE: usize = 500;
/// Days that a proposed horizon leaves at least.
const MIN_DAYS: i64 = 60;

/// Writes a first assessment of an article in plain text, whose paragraphs blank lines part.
///
/// ```
/// use weigh::draft::{About, draft};
/// let article = "Ruritania is unlikely to leave the union\n\nThe vote of 12 May 2021 was close.";
/// let today = "2026-01-15".parse()?;
/// let draft = draft(article, &About { file: "a.txt", published: None, today });
/// assert!(draft.text.contains("question outcome \"Will Ruritania leave the union?\""));
/// assert!(draft.text.contains("claims \"unlikely\" on icd203"));
/// assert_eq!((draft.n_evidence, draft.n_facts), (1, 1));
/// # Ok::<(), weigh_model::dates::DateError>(())
/// ```
pub fn draft(article: &str, about: &About) -> Draft {
    let source = Folded::new(article);
    let paragraphs = paragraphs(article);
    let title =
        paragraphs.first().cloned().unwrap_or_else(|| "An article without words".to_owned());
    let mut set_aside = Vec::new();
    let sections = sections(paragraphs.get(1..).unwrap_or(&[]), &mut set_aside);
    let as_of = about.published.unwrap_or(about.today);
    let (question, claim) = asked(&title);

    let mut text = format!(
        "# Drafted from {}. Nothing here is judged yet: every ? waits for a number of yours.\n\
         # What the machine proposes: the question and its horizon, which sentences are evidence, and for which reason.\n",
        one_line(about.file)
    );
    text.push_str(&format!("\nassessment {}\n  as of {as_of}\n", quoted(&title)));
    if let Some((word, scale)) = claim {
        text.push_str(&format!("  claims \"{word}\" on {}\n", scale.name()));
        text.push_str("  allow claim-off-number \"The weights are still open\"\n");
    }
    text.push_str("  allow reason-moves-nothing \"The weights are still open\"\n");
    if about.published.is_none() {
        text.push_str("  note \"The day the article appeared is not known: it speaks as of the day of this draft\"\n");
    }
    text.push_str(&format!("\nsource article {}\n  file {}\n", quoted(&title), quoted(about.file)));
    if let Some(day) = about.published {
        text.push_str(&format!("  published {day}\n"));
    }
    text.push_str(&format!("\nquestion outcome {}\n  by {}\n", quoted(&question), horizon(as_of)));
    text.push_str("  note \"Question and horizon are proposed: say what is asked, by when, and how it is decided\"\n");
    text.push_str("\nbase rate ? \"How often do such things happen?\"\n");

    let mut names = BTreeSet::new();
    let mut drafted = Draft {
        text: String::new(),
        n_reasons: 0,
        n_evidence: 0,
        n_facts: 0,
        set_aside: Vec::new(),
    };
    for section in &sections {
        let reason = section.heading.as_ref().map(|heading| {
            let name = name(heading, &mut names);
            text.push_str(&format!("\nreason {name} {}\n  odds x ?\n", quoted(heading)));
            if source.find(heading).is_some() {
                text.push_str(&format!("  quote article {}\n", quoted(heading)));
            }
            drafted.n_reasons += 1;
            name
        });
        for sentence in section.paragraphs.iter().flat_map(|paragraph| sentences(paragraph)) {
            let marks = Marks::of(&sentence, about.published);
            if !marks.is_evidence() {
                continue;
            }
            if drafted.n_evidence == MAX_EVIDENCE || source.find(&sentence).is_none() {
                set_aside.push(format!("not taken: {sentence}"));
                continue;
            }
            drafted.n_evidence += 1;
            drafted.n_facts += marks.dates.len() + marks.numbers.len();
            let n = drafted.n_evidence;
            text.push_str(&format!("\nevidence fact_{n} {}\n", quoted(&shortened(&sentence))));
            text.push_str(&format!("  quote article {}\n", quoted(&sentence)));
            if let Some(day) = marks.day.filter(|day| day.last_day() <= as_of.last_day()) {
                text.push_str(&format!("  on {day}\n"));
            }
            text.push_str("  likelihood ? if outcome = yes, 1 otherwise\n");
            if let Some(reason) = &reason {
                text.push_str(&format!("  because {reason}\n"));
            }
            text.push_str(&format!("  note {}\n", quoted(&marks.told())));
        }
    }
    if !set_aside.is_empty() {
        text.push_str("\n# Set aside:\n");
        for line in &set_aside {
            text.push_str(&format!("# - {}\n", one_line(line)));
        }
    }
    drafted.text = format::format(&parser::parse(FileId(0), &text));
    drafted.set_aside = set_aside;
    drafted
}

struct Section {
    /// None before the first heading.
    heading: Option<String>,
    paragraphs: Vec<String>,
}

/// The paragraphs of a text, each on one line and without signs that a line cannot hold.
fn paragraphs(text: &str) -> Vec<String> {
    let mut out: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines() {
        match (line.trim().is_empty(), out.last_mut()) {
            (false, Some(last)) => last.push(line),
            _ => out.push(Vec::new()),
        }
    }
    let joined = out.iter().map(|lines| one_line(&lines.join(" ")));
    joined.filter(|paragraph| !paragraph.is_empty()).collect()
}

fn one_line(text: &str) -> String {
    let text = text.replace(|c: char| c.is_control() || c == '\u{feff}', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Headings with the text below them; boilerplate and stray headings go to `set_aside`.
fn sections(paragraphs: &[String], set_aside: &mut Vec<String>) -> Vec<Section> {
    let mut kept: Vec<&String> = Vec::new();
    for paragraph in paragraphs {
        if is_boilerplate(paragraph) {
            set_aside.push(format!("boilerplate: {paragraph}"));
        } else {
            kept.push(paragraph);
        }
    }
    let mut sections = vec![Section { heading: None, paragraphs: Vec::new() }];
    for (ix, paragraph) in kept.iter().enumerate() {
        let below: Vec<&str> =
            kept[ix + 1..].iter().take_while(|it| !is_heading(it)).map(|it| it.as_str()).collect();
        let before_heading = kept.get(ix + 1).is_some_and(|next| is_heading(next));
        let is_short = words(paragraph).len() <= MAX_HEADING_WORDS;
        let has_digit = paragraph.contains(|c: char| c.is_ascii_digit());
        if is_heading(paragraph) {
            if shared(paragraph, &below.join(" ")) >= MIN_SHARED {
                sections.push(Section { heading: Some(paragraph.to_string()), paragraphs: vec![] });
            } else {
                set_aside
                    .push(format!("stray heading, the text below is not about it: {paragraph}"));
            }
        } else if is_short && before_heading && !has_digit {
            set_aside.push(format!("short line before a heading, perhaps a link: {paragraph}"));
        } else if let Some(last) = sections.last_mut() {
            last.paragraphs.push(paragraph.to_string());
        }
    }
    if sections.len() == 1 && sections[0].paragraphs.len() > 1 {
        let rest = sections[0].paragraphs.split_off(1);
        sections.extend(rest.into_iter().map(|paragraph| Section {
            heading: sentences(&paragraph).into_iter().next(),
            paragraphs: vec![paragraph],
        }));
    }
    sections
}

fn is_heading(paragraph: &str) -> bool {
    let ends = paragraph.ends_with(|c: char| c.is_alphanumeric() || c == '?' || c == ')');
    ends && words(paragraph).len() <= MAX_HEADING_WORDS
}

/// The part of a heading's words that stand in `below` too, by their first five letters.
fn shared(heading: &str, below: &str) -> f64 {
    let stems = |text: &str| -> BTreeSet<String> {
        let long = words(text).into_iter().filter(|word| word.chars().count() >= 3);
        let stem = |word: String| word.chars().take(5).collect::<String>();
        long.filter(|word| !EMPTY.contains(&word.as_str())).map(stem).collect()
    };
    let (heading, below) = (stems(heading), stems(below));
    let n = heading.intersection(&below).count();
    if heading.is_empty() { 0.0 } else { n as f64 / heading.len() as f64 }
}

/// Words that say nothing of what a text is about.
const EMPTY: [&str; 14] = [
    "the", "and", "not", "for", "from", "with", "has", "have", "was", "are", "that", "this",
    "because", "its",
];

/// Words in lower case; an apostrophe parts them.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// What pages say to their readers, and of their authors, in lower case.
const BOILERPLATE: [&str; 16] = [
    "subscribe",
    "newsletter",
    "sign up",
    "comments are closed",
    "follow her on",
    "follow him on",
    "follow them on",
    "follow us",
    "check out",
    "click here",
    "read more",
    "all rights reserved",
    "share this",
    "cookie",
    "topic guides",
    "advertisement",
];

/// A short paragraph, as such lines are, with one of their phrases; an author's life may be longer.
fn is_boilerplate(paragraph: &str) -> bool {
    let lower = paragraph.to_lowercase();
    let is_short = words(paragraph).len() <= 60;
    is_short && BOILERPLATE.iter().any(|phrase| lower.contains(phrase))
}

/// The question that a title answers, and the word of probability it answers with.
fn asked(title: &str) -> (String, Option<(&'static str, Scale)>) {
    for scale in Scale::ALL {
        let terms = scale.terms().iter().flat_map(|term| term.names.iter().chain(term.variants));
        for &word in terms {
            for verb in ["is", "are"] {
                let Some((who, what)) = title.split_once(&format!(" {verb} {word} to ")) else {
                    continue;
                };
                let what = what.trim_end_matches(['.', '?', '!']);
                return (format!("Will {who} {what}?"), Some((word, scale)));
            }
        }
    }
    match title.strip_suffix('?') {
        Some(_) => (title.to_owned(), None),
        None => (format!("Is it so: {title}?"), None),
    }
}

/// The end of the year, or of the next one where that is near.
fn horizon(as_of: PartialDate) -> String {
    let day = as_of.last_day();
    let end = day.last_of_year();
    let is_near = weigh_model::dates::days_between(day, end) < MIN_DAYS;
    format!("{:04}-12-31", i32::from(day.year()) + i32::from(is_near && day.year() < 9999))
}

/// A name from a text's first two long words, unlike those before it.
fn name(text: &str, taken: &mut BTreeSet<String>) -> String {
    let long = words(text)
        .into_iter()
        .filter(|word| word.chars().count() > 3 && word.chars().all(|c| c.is_ascii_lowercase()));
    let stem = format!("about_{}", long.take(2).collect::<Vec<_>>().join("_"));
    let stem = stem.trim_end_matches('_').to_owned();
    let mut name = stem.clone();
    let mut n = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}_{n}");
        n += 1;
    }
    name
}

/// Words before a full stop that does not end a sentence.
const ABBREVIATED: [&str; 14] =
    ["mr", "mrs", "ms", "dr", "prof", "gen", "col", "st", "no", "vs", "inc", "ltd", "jr", "sen"];

/// The sentences of a paragraph.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, _) in paragraph.match_indices(' ') {
        let before = paragraph[start..at].trim_end_matches(['"', '”', '’', '\'', ')']);
        let next = paragraph[at + 1..].trim_start_matches(['"', '“', '‘', '\'', '(']);
        let opens = next.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        let last = before.trim_end_matches('.').rsplit([' ', '.']).next().unwrap_or_default();
        let is_short = before.ends_with('.')
            && (last.chars().count() == 1 && last.chars().all(char::is_uppercase)
                || ABBREVIATED.contains(&last.to_lowercase().as_str()));
        if before.ends_with(['.', '!', '?', '…']) && opens && !is_short {
            out.push(paragraph[start..at].to_owned());
            start = at + 1;
        }
    }
    out.push(paragraph[start..].to_owned());
    out
}

fn shortened(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    match words.get(..MAX_HEADING_WORDS) {
        Some(first) if words.len() > MAX_HEADING_WORDS => format!("{} …", first.join(" ")),
        _ => sentence.to_owned(),
    }
}

/// What makes a sentence evidence, and what a reader must know of it.
struct Marks {
    dates: Vec<String>,
    /// The first date that can be placed.
    day: Option<PartialDate>,
    numbers: Vec<String>,
    reported: Vec<&'static str>,
    hedged: Vec<&'static str>,
}

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
const REPORTED: [&str; 9] =
    ["according to", "said", "says", "told", "announced", "reported", "poll", "survey", "claims"];
const HEDGED: [&str; 12] = [
    "likely",
    "unlikely",
    "probably",
    "may",
    "might",
    "could",
    "seem",
    "seems",
    "appears",
    "perhaps",
    "allegedly",
    "possibly",
];

impl Marks {
    fn of(sentence: &str, published: Option<PartialDate>) -> Marks {
        let (dates, day) = dates(sentence, published);
        let numbers = numbers_said(sentence).into_iter().map(|said| said.written).collect();
        let lower = format!(" {} ", words(sentence).join(" "));
        let month = dates.iter().any(|date| date.starts_with("May"));
        let within = |list: &[&'static str]| -> Vec<&'static str> {
            let has = |phrase: &&&str| lower.contains(&format!(" {phrase} "));
            list.iter().filter(has).copied().collect()
        };
        let mut hedged = within(&HEDGED);
        hedged.retain(|word| *word != "may" || !month || sentence.contains(" may "));
        Marks { dates, day, numbers, reported: within(&REPORTED), hedged }
    }

    fn is_evidence(&self) -> bool {
        !(self.dates.is_empty() && self.numbers.is_empty() && self.reported.is_empty())
    }

    fn told(&self) -> String {
        let mut parts = Vec::new();
        let mut tell = |what: &str, found: &[&str]| {
            if !found.is_empty() {
                parts.push(format!("{what}: {}", found.join(", ")));
            }
        };
        let strings =
            |list: &'_ Vec<String>| list.iter().map(|it| it.to_owned()).collect::<Vec<_>>();
        let (dates, numbers) = (strings(&self.dates), strings(&self.numbers));
        tell("Dates", &dates.iter().map(String::as_str).collect::<Vec<_>>());
        tell("Numbers", &numbers.iter().map(String::as_str).collect::<Vec<_>>());
        tell("Reported speech", &self.reported);
        tell("Hedged", &self.hedged);
        parts.join("; ")
    }
}

/// The dates of a sentence as they are written, and the first that can be placed.
///
/// A month stands with a day or a year beside it, or after `in`, `since`, `until`, `by` or `last`. Without a
/// year it is the last such month up to the day of appearance, and without that day it is not placed.
fn dates(sentence: &str, published: Option<PartialDate>) -> (Vec<String>, Option<PartialDate>) {
    let words: Vec<&str> = sentence
        .split([' ', '–', '—', '(', ')'])
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    let year_of = |ix: usize| {
        let word = words.get(ix)?;
        let is_year = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        word.parse::<i16>().ok().filter(|year| is_year && (1500..=2100).contains(year))
    };
    let day_of = |ix: usize| words.get(ix)?.parse::<u8>().ok().filter(|day| (1..=31).contains(day));
    let mut found = Vec::new();
    let mut placed = None;
    let mut ix = 0;
    while ix < words.len() {
        let Some(month) = MONTHS.iter().position(|month| *month == words[ix]) else {
            if let Some(year) = year_of(ix) {
                found.push(year.to_string());
                placed = placed.or_else(|| format!("{year:04}").parse().ok());
            }
            ix += 1;
            continue;
        };
        let before = ix.checked_sub(1);
        let day_before = before.and_then(day_of);
        let day = day_before.or_else(|| day_of(ix + 1));
        let next = ix + 1 + usize::from(day.is_some() && day_before.is_none());
        let year = year_of(next);
        let led = before.is_some_and(|before| {
            let lead = words[before].to_lowercase();
            ["in", "since", "until", "by", "last"].contains(&lead.as_str())
        });
        if day.is_some() || year.is_some() || led {
            let mut written = words[ix].to_owned();
            written.extend(day.map(|day| format!(" {day}")));
            written.extend(year.map(|year| format!(" {year}")));
            found.push(written);
            let year = year.or_else(|| {
                let last = published?.last_day();
                Some(last.year() - i16::from(month + 1 > usize::from(last.month().unsigned_abs())))
            });
            placed = placed.or_else(|| {
                let mut date = format!("{:04}-{:02}", year?, month + 1);
                date.extend(day.map(|day| format!("-{day:02}")));
                date.parse().ok()
            });
        }
        ix = if year.is_some() { next + 1 } else { next };
    }
    (found, placed)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
