//! The only window of the core on the outside: texts by name, and today's date.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the core asks of whoever runs it; every edge brings its own.
pub trait World {
    /// The text called `path`, as written in the file that names it, joined to that file's folder.
    ///
    /// # Errors
    /// [`ReadError`] says why there is none; a text over the limit must be refused before it is read.
    fn read(&self, path: &str) -> Result<String, ReadError>;

    /// The source's file called `path`, as text with what the file says of itself. A world that has
    /// only texts need not say more.
    ///
    /// # Errors
    /// As [`read`](Self::read): a file over the limit must be refused before it is read.
    fn source(&self, path: &str) -> Result<Document, ReadError> {
        self.read(path).map(Document::plain)
    }

    /// The source's file with this BLAKE3 hash (64 hexadecimal digits), if a copy was kept.
    fn stored(&self, _hash: &str) -> Option<Document> {
        None
    }

    /// Today, for an assessment that does not say what day it speaks for.
    fn today(&self) -> Date;
}

/// The largest text that is read, in bytes: far above any assessment, far below any memory.
pub const MAX_TEXT_BYTES: u64 = 16 << 20;

/// The file of a source as a text that quotes can be looked up in, and what it says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Everything that can be read in the file; paragraphs are apart by an empty line.
    pub text: String,
    /// What the file is: `text`, `Markdown`, `HTML`, `PDF`, `e-mail`.
    pub format: String,
    /// BLAKE3 of the file's bytes, in hexadecimal.
    pub hash: String,
    /// How many bytes the file has.
    pub n_bytes: u64,
    /// The bytes of `text` at which pages begin; empty if the file has no pages.
    pub pages: Vec<usize>,
    /// Parts of `text` that are not what the source says: menus, links to other articles. In order.
    pub asides: Vec<Aside>,
    /// Title, author, publisher, language (as `en`), as the file states them.
    pub title: Option<String>,
    /// See `title`.
    pub author: Option<String>,
    /// See `title`.
    pub publisher: Option<String>,
    /// See `title`.
    pub language: Option<String>,
    /// When it says that it came out.
    pub published: Option<Date>,
    /// What was odd in reading it, in words.
    pub remarks: Vec<String>,
}

/// A part of a document's text that stands beside what the source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Its bytes in the text.
    pub start: usize,
    /// See `start`.
    pub end: usize,
    /// What it is: `a menu`, `a link to another article`.
    pub what: String,
}

impl Document {
    /// A file that is nothing but text.
    pub fn plain(text: String) -> Document {
        Document {
            hash: blake3::hash(text.as_bytes()).to_hex().to_string(),
            n_bytes: text.len() as u64,
            format: "text".to_owned(),
            text,
            ..Document::default()
        }
    }

    /// The text without what stands beside it.
    pub fn own_text(&self) -> Cow<'_, str> {
        if self.asides.is_empty() {
            return Cow::Borrowed(&self.text);
        }
        let starts = std::iter::once(0).chain(self.asides.iter().map(|aside| aside.end));
        let ends = self.asides.iter().map(|aside| aside.start).chain([self.text.len()]);
        Cow::Owned(starts.zip(ends).filter_map(|(start, end)| self.text.get(start..end)).collect())
    }

    /// Where bytes `start` to `end` of the text are.
    ///
    /// A paragraph ends at an empty line, or at every line in a text without empty lines. `starts`
    /// is from [`paragraphs`](Self::paragraphs).
    pub fn place(&self, starts: &[usize], start: usize, end: usize) -> PlaceInSource {
        let count = |starts: &[usize]| starts.partition_point(|&at| at <= start);
        PlaceInSource {
            page: (!self.pages.is_empty()).then(|| count(&self.pages).max(1)),
            paragraph: count(starts).max(1),
            start,
            end,
        }
    }

    /// The bytes of the text at which paragraphs begin.
    pub fn paragraphs(&self) -> Vec<usize> {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            lines.push((at, line.trim().is_empty()));
            at += line.len();
        }
        let is_apart = lines.iter().any(|&(_, is_empty)| is_empty);
        let mut starts = Vec::new();
        let mut is_fresh = true;
        for (at, is_empty) in lines {
            if !is_empty && is_fresh {
                starts.push(at);
            }
            is_fresh = is_empty || !is_apart;
        }
        starts
    }
}

/// Where a passage is in its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceInSource {
    /// The page, from 1, if the file has pages.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<usize>,
    /// The paragraph, from 1.
    pub paragraph: usize,
    /// Bytes of the text that was read from the file; of a UTF-8 text, of the file itself.
    pub start: usize,
    /// See `start`.
    pub end: usize,
}

impl std::fmt::Display for PlaceInSource {
    /// `page 3, paragraph 12`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(page) = self.page {
            write!(f, "page {page}, ")?;
        }
        write!(f, "paragraph {}", self.paragraph)
    }
}

/// Why a text could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    Absent,
    /// It is there and cannot be read: the system's own words.
    Refused(String),
    /// It is larger than [`MAX_TEXT_BYTES`].
    TooLarge(u64),
    /// It is not UTF-8; the first byte that is not.
    NotUtf8(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_apart_by_empty_lines_or_else_by_lines() {
        let place = |text: &str, words: &str| {
            let document = Document::plain(text.to_owned());
            let at = text.find(words).unwrap();
            document.place(&document.paragraphs(), at, at + words.len()).to_string()
        };
        assert_eq!(place("\none\ntwo\n\n \nthree four\n", "two"), "paragraph 1");
        assert_eq!(place("\none\ntwo\n\n \nthree four\n", "four"), "paragraph 2");
        assert_eq!(place("one\ntwo\nthree", "three"), "paragraph 3");
    }

    #[test]
    fn what_stands_beside_the_text_can_be_left_out() {
        let aside = |start, end| Aside { start, end, what: String::new() };
        let asides = vec![aside(0, 5), aside(13, 18)];
        let document = Document { asides, ..Document::plain("Menu.One two.More.".to_owned()) };
        assert_eq!(document.own_text(), "One two.");
        assert_eq!(Document::plain("One.".to_owned()).own_text(), "One.");
    }

    #[test]
    fn pages_are_counted_where_there_are_any() {
        let document =
            Document { pages: vec![0, 5], ..Document::plain("one\n\ntwo\n\nthree".to_owned()) };
        let starts = document.paragraphs();
        assert_eq!(document.place(&starts, 0, 3).to_string(), "page 1, paragraph 1");
        assert_eq!(document.place(&starts, 10, 15).to_string(), "page 2, paragraph 3");
    }
}
