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
/// let several = read_bibtex("@misc{kemp, title = {The port}, author = {Kemp, Ann and {Crown Office}}}")?;
/// assert_eq!(several[0].author.as_deref(), Some("Ann Kemp and Crown Office"));
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
    let names: Vec<String> = people(entry.get("author")?)
        .iter()
        .map(|name| {
            let is_braced = name.iter().all(|chunk| matches!(chunk.v, Chunk::Verbatim(_)));
            // The library takes a braced `=` for one of its own, as in `family=Kemp`.
            if is_braced { name.format_verbatim() } else { in_one_line(&Person::parse(name)) }
        })
        .filter(|name| !name.trim().is_empty())
        .collect();
    field(&names.join(" and "))
}

/// The names of a field, which are parted by the word `and` where it is in no braces.
fn people(chunks: &[Spanned<Chunk>]) -> Vec<Chunks> {
    let mut people = vec![Chunks::new()];
    let mut put = |chunk: Chunk, is_next: bool| {
        if is_next {
            people.push(Chunks::new());
        }
        let is_empty = chunk.get().trim().is_empty() && matches!(chunk, Chunk::Normal(_));
        let name = people.last_mut().expect("there is a name");
        if !is_empty {
            // The library counts within the span where it parts a name at its commas.
            let span = 0..chunk.get().len();
            name.push(Spanned::new(chunk, span));
        }
    };
    for chunk in chunks {
        let Chunk::Normal(text) = &chunk.v else {
            put(chunk.v.clone(), false);
            continue;
        };
        let mut words: Vec<&str> = Vec::new();
        let mut is_next = false;
        // A space at an end parts the words from what is in braces beside them.
        for word in text.split(char::is_whitespace) {
            if word == "and" {
                put(Chunk::Normal(words.join(" ")), is_next);
                (words, is_next) = (Vec::new(), true);
            } else {
                words.push(word);
            }
        }
        put(Chunk::Normal(words.join(" ")), is_next);
    }
    people
}

/// A name as people say it: `Ilya von Brandt`.
fn in_one_line(person: &Person) -> String {
    let parts = [&person.given_name, &person.prefix, &person.name, &person.suffix];
    let parts: Vec<&str> =
        parts.into_iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    parts.join(" ")
}

/// Whether a name is a person's, of which the last one counts: the others stand in braces, as a whole. Names of
/// institutions are told by what they call themselves, and whatever would come back otherwise is one too.
fn is_person(name: &str) -> bool {
    const PARTICLES: [&str; 19] = [
        "al", "ben", "bin", "da", "dal", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn",
        "la", "le", "ter", "van", "von",
    ];
    const INSTITUTIONS: [&str; 64] = [
        "Academy",
        "Administration",
        "Affairs",
        "Agency",
        "Alliance",
        "Analytics",
        "Army",
        "Association",
        "Authority",
        "Bank",
        "Board",
        "Bureau",
        "Center",
        "Centre",
        "Club",
        "College",
        "Command",
        "Commission",
        "Committee",
        "Company",
        "Corporation",
        "Council",
        "Court",
        "Department",
        "Desk",
        "Embassy",
        "Endowment",
        "Federation",
        "Force",
        "Forces",
        "Foundation",
        "Fund",
        "Gazette",
        "Government",
        "Group",
        "Herald",
        "Initiative",
        "Institute",
        "Journal",
        "Laboratory",
        "Media",
        "Ministry",
        "Network",
        "News",
        "Office",
        "Organisation",
        "Organization",
        "Parliament",
        "Party",
        "Police",
        "Polls",
        "Post",
        "Press",
        "Project",
        "Radio",
        "Review",
        "Service",
        "Society",
        "Staff",
        "Survey",
        "Team",
        "Times",
        "Union",
        "University",
    ];
    let words: Vec<&str> = name.split(' ').collect();
    let is_name = |word: &&str| {
        let is_letter = |c: char| c.is_alphabetic() || "'’.-".contains(c);
        word.chars().all(is_letter) && word.starts_with(char::is_uppercase)
    };
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    (2..=5).contains(&words.len())
        && *first != "The"
        && is_name(first)
        && is_name(last)
        && words.iter().all(|word| is_name(word) || PARTICLES.contains(word))
        && !words.iter().any(|word| INSTITUTIONS.contains(word))
        && in_one_line(&Person::parse(&[Spanned::detached(Chunk::Normal(name.to_owned()))])) == name
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
    // In braces, so that capitals and signs stay as they are.
    let braced = |text: &str| Spanned::detached(Chunk::Verbatim(text.to_owned()));
    let plain = |text: &str| Spanned::detached(Chunk::Normal(text.to_owned()));
    if let Some(author) = &reference.author {
        let names: Vec<&str> = author.split(" and ").collect();
        let is_list = names.iter().all(|name| !name.trim().is_empty());
        let mut chunks = Chunks::new();
        for name in if is_list { names } else { vec![author.as_str()] } {
            if !chunks.is_empty() {
                chunks.push(plain(" and "));
            }
            chunks.push(if is_person(name) { plain(name) } else { braced(name) });
        }
        entry.set("author", chunks);
    }
    let mut put = |name: &str, text: &str| entry.set(name, vec![braced(text)]);
    put("title", &reference.title);
    let texts = [
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

#[cfg(test)]
mod tests {
    use super::*;

    fn author(text: &str) -> String {
        let reference =
            Reference { key: "k".into(), author: Some(text.into()), ..Reference::default() };
        let bib = write_bibtex(std::slice::from_ref(&reference));
        assert_eq!(read_bibtex(&bib).expect("our own")[0].author.as_deref(), Some(text), "{bib}");
        let field = bib.split("author = ").nth(1).expect("a field");
        field.split(",\n").next().expect("its end").to_owned()
    }

    #[test]
    fn authors_are_persons_and_institutions_are_in_braces() {
        for (text, written) in [
            ("Ann Kemp", "{Ann Kemp}"),
            ("Ann Kemp and Bo Li", "{Ann Kemp and Bo Li}"),
            ("Ilya von Brandt and J. D. O’Hara-Öst", "{Ilya von Brandt and J. D. O’Hara-Öst}"),
            ("Ann Kemp and Crown Office and Bo Li", "{Ann Kemp and {Crown Office} and Bo Li}"),
            ("The Elms and Reuters", "{{The Elms} and {Reuters}}"),
            ("Kemp, Ann", "{{Kemp, Ann}}"),
            ("family=Kemp and Bo Li", "{{family=Kemp} and Bo Li}"),
            ("Poll 5 of 12 May", "{{Poll 5 of 12 May}}"),
        ] {
            assert_eq!(author(text), written);
        }
    }

    #[test]
    fn other_programs_names_are_read_as_people_say_them() {
        let read = |field: &str| {
            let bib = format!("@misc{{k, title = {{T}}, author = {field}}}");
            read_bibtex(&bib).expect("BibTeX")[0].author.clone().unwrap_or_default()
        };
        assert_eq!(read("{Kemp, Ann and\n  von Brandt, Ilya}"), "Ann Kemp and Ilya von Brandt");
        assert_eq!(
            read("{{Barnes {and} Sons} and Kemp, Jr., Ann}"),
            "Barnes and Sons and Ann Kemp Jr."
        );
        assert_eq!(read("{family=Kemp, given=Ann and Li, Bo}"), "Ann Kemp and Bo Li");
        assert_eq!(read("{Anne {de la} Tour and others}"), "Anne de la Tour and others");
        assert_eq!(read("{and}"), "");
    }
}
