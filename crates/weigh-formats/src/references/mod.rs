//! References to sources as other programs keep them: CSL-JSON, BibTeX, and MISP's tags of grades.

mod bibtex;
mod csl;
pub mod misp;

use crate::ReadError;
use crate::error::Fault;

pub use bibtex::{read_bibtex, write_bibtex};
pub use csl::{read_csl, write_csl};

/// Bytes of a file of references that are read.
pub const MAX_BYTES: usize = 1 << 23;
/// References in a file: a file of the language has some lines for each, and at most 20,000.
pub const MAX_REFERENCES: usize = 2_000;
/// The faults of files of references.
const NOT_REFERENCES: &str = "not-references";
const TOO_LARGE: &str = "too-long";
/// Characters of one field that are kept.
const MAX_CHARS: usize = 2_000;

/// A source, as far as lists of references know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Its key, as the file has it.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// Who wrote it, in one line; several parted by ` and `.
    pub author: Option<String>,
    /// Where it appeared, or who put it out.
    pub publisher: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its language, as a code.
    pub language: Option<String>,
    /// When it appeared: `2022`, `2022-10` or `2022-10-14`.
    pub published: Option<String>,
    /// When it was fetched.
    pub retrieved: Option<String>,
    /// The Admiralty letter, `A` to `F`.
    pub reliability: Option<char>,
    /// The Admiralty digit, 1 to 6.
    pub credibility: Option<u8>,
    /// The key of the reference that it repeats.
    pub origin: Option<String>,
}

/// What is wrong with a file as a whole.
fn fault(text: &str, slug: &'static str, at: usize, message: impl Into<String>) -> ReadError {
    Fault { slug, at, message: message.into(), hint: None }.place(text)
}

/// A field on one line, without signs that a line cannot hold; nothing for an empty one.
fn field(text: &str) -> Option<String> {
    let text = text.replace(char::is_control, " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(MAX_CHARS).collect();
    (!text.is_empty()).then_some(text)
}

/// `2022-10-14` from its parts, as far as they are there and make a date.
fn date(year: Option<i64>, month: Option<i64>, day: Option<i64>) -> Option<String> {
    let year = year.filter(|year| (1..=9999).contains(year))?;
    let Some(month) = month.filter(|month| (1..=12).contains(month)) else {
        return Some(format!("{year:04}"));
    };
    match day.filter(|day| (1..=31).contains(day)) {
        Some(day) => Some(format!("{year:04}-{month:02}-{day:02}")),
        None => Some(format!("{year:04}-{month:02}")),
    }
}

/// A date as its parts.
fn parts(date: &str) -> Vec<i64> {
    date.split('-').map_while(|part| part.parse().ok()).collect()
}

/// The tags of a reference's grades.
fn grades(reference: &Reference) -> Vec<String> {
    let letter = reference.reliability.map(misp::reliability);
    letter.into_iter().chain(reference.credibility.map(misp::credibility)).collect()
}

/// Takes a tag's grade, if it is one.
fn take_grade(reference: &mut Reference, tag: &str) {
    match misp::read_tag(tag) {
        Some(misp::Tag::Reliability(letter)) => reference.reliability = Some(letter),
        Some(misp::Tag::Credibility(digit)) => reference.credibility = Some(digit),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = String> {
        "([A-Za-z0-9ÄÖŁßж'’“”&%$#_~^{}\\\\,.:;=@\"()/ -]|-{2,4}){1,40}"
            .prop_filter_map("a field", |text| field(&text))
    }

    fn reference(n: usize) -> impl Strategy<Value = Reference> {
        let opt = prop::option::of::<BoxedStrategy<String>>;
        let word = || "[A-Za-z]{1,12}".boxed();
        let day = || "(19|20)[0-9]{2}(-0[1-9](-[12][0-9])?)?".boxed();
        let grades = (
            prop::option::of(prop::sample::select(vec!['A', 'B', 'C', 'D', 'E', 'F'])),
            prop::option::of(1..=6u8),
        );
        (
            text(),
            opt(prop_oneof![
                word(),
                text().boxed(),
                prop::collection::vec("[A-Z][a-z]{1,6}( (von|[A-Z]\\.|[A-Za-z]{1,6})){0,3}", 1..4)
                    .prop_map(|names| names.join(" and "))
                    .boxed(),
            ]
            .boxed()),
            opt(text().boxed()),
            opt("https://[a-z]{1,9}\\.org/[a-z0-9_%?=&~#-]{0,12}".boxed()),
            opt("(en|de|ru|be)".boxed()),
            opt(day()),
            opt(day()),
            grades,
        )
            .prop_map(
                move |(title, author, publisher, url, language, published, retrieved, grades)| {
                    Reference {
                        key: format!("key_{n}"),
                        title,
                        author,
                        publisher,
                        url,
                        language,
                        published,
                        retrieved,
                        reliability: grades.0,
                        credibility: grades.1,
                        origin: (n > 0).then(|| format!("key_{}", n - 1)),
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(a in reference(0), b in reference(1)) {
            let all = vec![a, b];
            prop_assert_eq!(&read_csl(&write_csl(&all)).expect("our own"), &all);
            let bib = write_bibtex(&all);
            prop_assert_eq!(&read_bibtex(&bib).expect("our own"), &all, "{}", bib);
        }

        #[test]
        fn no_text_makes_a_panic(text in "\\PC{0,60}", signs in "[@{}\\[\\]\":,a-z0-9= \n#\\\\-]{0,60}") {
            for text in [text, format!("@misc{{{signs}"), format!("[{signs}]")] {
                let _ = (read_csl(&text), read_bibtex(&text), misp::read(&text));
            }
        }
    }
}
