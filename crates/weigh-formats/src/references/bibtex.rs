//! BibTeX and BibLaTeX: the references of LaTeX.

use biblatex::{Bibliography, Chunk, Chunks, ChunksExt, Entry, EntryType, Person, Spanned};

use super::{
    MAX_BYTES, MAX_REFERENCES, NOT_REFERENCES, Reference, TOO_LARGE, date, fault, field, grades,
    parts, take_grade,
};
use crate::ReadError;

/// Reads a bibliography.
///
/// # Errors
/// `not-references` with the place for what is no BibTeX, `too-long`.
///
/// # Example
/// ```
/// use weigh_formats::references::read_bibtex;
/// let read = read_bibtex("@misc{kemp, title = {The port}, author = {Kemp, Ann}, date = {2022-10}}")?;
/// assert_eq!(read[0].author.as_deref(), Some("Ann Kemp"));
/// # Ok::<(), weigh_formats::ReadError>(())
/// ```
pub fn read_bibtex(text: &str) -> Result<Vec<Reference>, ReadError> {
    if text.len() > MAX_BYTES {
        return Err(fault(
            text,
            TOO_LARGE,
            0,
            format!("more than {MAX_BYTES} bytes of references"),
        ));
    }
    // The library goes one call deeper for every brace.
    let deep = text.bytes().scan(0i32, |depth, byte| {
        *depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        Some(*depth)
    });
    if let Some(at) = deep.enumerate().find(|(_, depth)| *depth > 50).map(|(at, _)| at) {
        return Err(fault(text, NOT_REFERENCES, at, "braces within braces, more than 50 deep"));
    }
    let bibliography = Bibliography::parse(text).map_err(|error| {
        fault(
            text,
            NOT_REFERENCES,
            error.span.start.min(text.len()),
            format!("this is no BibTeX: {}", error.kind),
        )
    })?;
    if bibliography.len() > MAX_REFERENCES {
        let message =
            format!("{} references, and at most {MAX_REFERENCES} are read", bibliography.len());
        return Err(fault(text, TOO_LARGE, 0, message));
    }
    Ok(bibliography.iter().map(reference).collect())
}

fn reference(entry: &Entry) -> Reference {
    let words = |name: &str| entry.get(name).and_then(|chunks| field(&chunks.format_verbatim()));
    let any = |names: &[&str]| names.iter().find_map(|name| words(name));
    let mut reference = Reference {
        key: entry.key.clone(),
        title: any(&["title", "url"]).unwrap_or_else(|| "Without a title".to_owned()),
        author: authors(entry),
        publisher: any(&[
            "journaltitle",
            "journal",
            "booktitle",
            "publisher",
            "organization",
            "institution",
            "howpublished",
        ]),
        url: words("url"),
        language: any(&["langid", "language"]),
        published: words("date").and_then(|day| dated(&day)).or_else(|| {
            let number = |name: &str| words(name)?.parse().ok();
            date(number("year"), words("month").and_then(|month| month_of(&month)), number("day"))
        }),
        retrieved: words("urldate").and_then(|day| dated(&day)),
        ..Reference::default()
    };
    let repeats = words("relatedtype").is_some_and(|kind| kind == "reprintof");
    reference.origin = words("related").filter(|_| repeats);
    for tag in words("keywords").unwrap_or_default().split([',', ';']) {
        take_grade(&mut reference, tag.trim());
    }
    reference
}

fn authors(entry: &Entry) -> Option<String> {
    let people: Vec<Person> = entry.author().ok()?;
    let name = |person: &Person| {
        let parts = [&person.given_name, &person.prefix, &person.name, &person.suffix];
        let parts: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
        parts.join(" ")
    };
    field(&people.iter().map(name).collect::<Vec<_>>().join(" and "))
}

/// A day, month or year; of a span its beginning.
fn dated(day: &str) -> Option<String> {
    let parts = parts(day.split('/').next()?.split('T').next()?);
    date(parts.first().copied(), parts.get(1).copied(), parts.get(2).copied())
}

fn month_of(month: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = month.to_lowercase();
    let named = MONTHS.iter().position(|short| lower.starts_with(short)).map(|ix| ix as i64 + 1);
    named.or_else(|| lower.parse().ok())
}

/// Writes references as BibLaTeX.
pub fn write_bibtex(references: &[Reference]) -> String {
    let mut bibliography = Bibliography::new();
    for reference in references {
        bibliography.insert(entry(reference));
    }
    // The library writes the first two as accents on whatever follows, and reads hyphens in a row as
    // a dash. Of three, two are apart only after the second pass.
    bibliography
        .to_biblatex_string()
        .replace(r"\^", r"\textasciicircum{}")
        .replace(r"\~", r"\textasciitilde{}")
        .replace("--", "-{}-")
        .replace("--", "-{}-")
}

fn entry(reference: &Reference) -> Entry {
    let mut entry = Entry::new(reference.key.clone(), EntryType::Misc);
    let mut put = |name: &str, text: &str| {
        // In braces, so that capitals and signs stay as they are.
        let chunks: Chunks = vec![Spanned::detached(Chunk::Verbatim(text.to_owned()))];
        entry.set(name, chunks);
    };
    put("title", &reference.title);
    let texts = [
        ("author", &reference.author),
        ("organization", &reference.publisher),
        ("url", &reference.url),
        ("langid", &reference.language),
        ("date", &reference.published),
        ("urldate", &reference.retrieved),
        ("related", &reference.origin),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            put(name, text);
        }
    }
    if reference.origin.is_some() {
        put("relatedtype", "reprintof");
    }
    let grades = grades(reference);
    if !grades.is_empty() {
        put("keywords", &grades.join(", "));
    }
    entry
}
