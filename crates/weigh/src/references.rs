//! Sources as references of other programs, and those as sources: CSL-JSON, BibTeX, MISP's tags.

use std::collections::{BTreeMap, BTreeSet};

use weigh_analysis::findings::Findings;
use weigh_model::assessment::Source;
use weigh_model::dates::PartialDate;
use weigh_model::words::Scale;
use weigh_syntax::{format, parser, span::FileId};

pub use weigh_formats::references::{
    MAX_BYTES, Reference, misp, read_bibtex, read_csl, write_bibtex, write_csl,
};

use crate::Session;

/// References of an assessment's sources, and what they cannot say, in words.
pub struct Referenced {
    /// One for each source.
    pub references: Vec<Reference>,
    /// What is lost.
    pub lost: Vec<String>,
}

/// The sources of an assessment as references.
pub fn of_session(session: &Session) -> Referenced {
    let sources = &session.assessment.sources;
    let mut lost = Vec::new();
    let reference = |source: &Source| {
        let name = &source.header.name;
        if source.reliability.is_some() && source.letter.is_none() {
            lost.push(format!(
                "the reliability of `{name}` is a number, and a reference carries letters only"
            ));
        }
        if let Some((origin, Some(_))) = &source.origin {
            let origin = &sources[*origin].header.name;
            lost.push(format!("how often `{name}` only repeats `{origin}`"));
        }
        Reference {
            key: name.clone(),
            title: source.header.text.clone(),
            author: source.author.clone(),
            publisher: source.publisher.clone(),
            url: source.url.clone(),
            language: source.language.clone(),
            published: source.published.map(|day| day.to_string()),
            retrieved: source.retrieved.map(|day| day.to_string()),
            reliability: source.letter,
            credibility: source.credibility,
            origin: source.origin.as_ref().map(|(origin, _)| sources[*origin].header.name.clone()),
        }
    };
    let references = sources.iter().map(reference).collect();
    Referenced { references, lost }
}

/// An assessment as MISP's event: the answer's word of ICD 203, the confidence, the sources with their grades.
pub fn event_of(session: &Session, findings: &Findings) -> misp::Event {
    let focus =
        findings.questions.first().and_then(|question| question.outcomes.get(question.focus));
    let word = focus.and_then(|focus| Scale::Icd203.word_for(focus.estimate.p));
    misp::Event {
        info: findings.title.clone(),
        date: Some(findings.as_of.clone()),
        likelihood: word.map(|word| word.names[0].to_owned()),
        confidence: findings.confidence.as_ref().map(|it| it.level.clone()),
        sources: of_session(session).references,
        left_out: Vec::new(),
    }
}

/// References as the declarations of a file to be included.
///
/// ```
/// use weigh::references::{read_bibtex, sources_text};
/// let read = read_bibtex("@misc{kemp:2022, title = {The port}, date = {2022-10}}")?;
/// assert_eq!(sources_text(&read), "source kemp_2022 \"The port\"\n  published 2022-10\n");
/// # Ok::<(), weigh::raw::formats::ReadError>(())
/// ```
pub fn sources_text(references: &[Reference]) -> String {
    let mut taken = BTreeSet::new();
    let names: Vec<String> = references.iter().map(|it| name(&it.key, &mut taken)).collect();
    let by_key: BTreeMap<&str, &String> =
        references.iter().map(|it| it.key.as_str()).zip(&names).collect();
    let mut text = String::new();
    for (reference, name) in references.iter().zip(&names) {
        text.push_str(&format!("\nsource {name} {}\n", quoted(&reference.title)));
        let texts = [
            ("author", &reference.author),
            ("publisher", &reference.publisher),
            ("url", &reference.url),
            ("language", &reference.language),
        ];
        for (clause, words) in texts {
            text.extend(words.as_ref().map(|words| format!("  {clause} {}\n", quoted(words))));
        }
        for (clause, day) in
            [("published", &reference.published), ("retrieved", &reference.retrieved)]
        {
            // A file of references may hold 31 February.
            let day = day.as_ref().and_then(|day| day.parse::<PartialDate>().ok());
            text.extend(day.map(|day| format!("  {clause} {day}\n")));
        }
        text.extend(reference.reliability.map(|letter| format!("  reliability {letter}\n")));
        text.extend(reference.credibility.map(|digit| format!("  credibility {digit}\n")));
        let origin = reference.origin.as_deref().and_then(|key| by_key.get(key));
        text.extend(origin.filter(|it| **it != name).map(|origin| format!("  origin {origin}\n")));
    }
    format::format(&parser::parse(FileId(0), text.trim_start()))
}

/// MISP's event as an assessment whose question is still to be put.
pub fn event_text(event: &misp::Event, today: &str) -> String {
    let as_of = event.date.as_ref().and_then(|day| day.parse::<PartialDate>().ok());
    let as_of = as_of.map_or_else(|| today.to_owned(), |day| day.to_string());
    let mut text = format!("assessment {}\n  as of {as_of}\n", quoted(&event.info));
    text.extend(
        event.likelihood.as_ref().map(|word| format!("  claims {} on icd203\n", quoted(word))),
    );
    text.extend(
        event
            .confidence
            .as_ref()
            .map(|level| format!("  confidence {level} \"As MISP's event is tagged\"\n")),
    );
    text.push_str(&format!(
        "\nquestion outcome {}\n  note \"Say what is asked, by when, and how it is decided\"\n\nbase rate ? \"How often do such things happen?\"\n\n",
        quoted(&format!("Is it so: {}?", event.info))
    ));
    text.push_str(&sources_text(&event.sources));
    format::format(&parser::parse(FileId(0), &text))
}

/// A name from a key, unlike those before it.
fn name(key: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String =
        key.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(60).collect();
    let stem = match clean.chars().next() {
        Some(first) if first.is_alphabetic() || first == '_' => clean,
        _ => format!("source_{clean}"),
    };
    let mut name = stem.clone();
    let mut n = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}_{n}");
        n += 1;
    }
    name
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
