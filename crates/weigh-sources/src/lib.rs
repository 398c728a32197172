//! Files of sources into text: plain text, Markdown, HTML, PDF and e-mail, with what they say of themselves.
//!
//! Bytes in, [`Document`] out; nothing here opens a file. A parser of a library may be brought down by a
//! hostile file, by a panic (caught here), by memory or by time: whoever reads files of strangers runs
//! [`read`] in a process with limits, as the `weigh` command does.

mod decode;
mod html;
mod language;
mod mail;
mod markdown;
mod pdf;

use std::panic::{AssertUnwindSafe, catch_unwind};

use weigh_model::world::Document;

/// The largest file of a source that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The most text that is taken out of a file, in bytes: more than the longest novels.
pub const MAX_TEXT_BYTES: usize = 32 << 20;

/// Why a file is of no use as a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It cannot be read without a password.
    #[error("it is encrypted: save it without its password")]
    Encrypted,
    /// It begins like a file of this kind and is none.
    #[error("it is broken: {0}")]
    Broken(String),
    /// There is nothing in it to read.
    #[error(
        "there is no text in it: its pages may be pictures, which a program for scans can read"
    )]
    NoText,
    /// It is none of the kinds that are read.
    #[error("it is {0}, which is not read: save it as PDF, HTML or text")]
    OtherKind(&'static str),
    /// It has more text than anybody reads.
    #[error("it holds more than {} MB of text", MAX_TEXT_BYTES >> 20)]
    TooMuchText,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text and nothing else.
    Text,
    /// Text with Markdown's signs.
    Markdown,
    /// A page of the web.
    Html,
    /// A document in pages.
    Pdf,
    /// An e-mail as programs save it.
    Mail,
}

impl Format {
    /// What a file is, by its first bytes and, where those leave it open, by its name.
    ///
    /// # Errors
    /// [`Fault::OtherKind`] for archives, word processors' files and pictures.
    pub fn of(name: &str, bytes: &[u8]) -> Result<Format, Fault> {
        let begins = |with: &[u8]| bytes.starts_with(with);
        let head = &bytes[..bytes.len().min(1024)];
        let has = |what: &[u8]| head.windows(what.len()).any(|at| at.eq_ignore_ascii_case(what));
        if has(b"%PDF-") {
            return Ok(Format::Pdf);
        }
        for (with, kind) in [
            (&b"PK\x03\x04"[..], "an archive or a word processor's file"),
            (b"{\\rtf", "a word processor's file (RTF)"),
            (b"\xd0\xcf\x11\xe0", "a word processor's file"),
            (b"\x89PNG", "a picture"),
            (b"\xff\xd8\xff", "a picture"),
            (b"GIF8", "a picture"),
            (b"\x1f\x8b", "a packed file"),
            (b"\x7fELF", "a program"),
            (b"MZ", "a program"),
        ] {
            if begins(with) {
                return Err(Fault::OtherKind(kind));
            }
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        Ok(match ending.as_str() {
            "htm" | "html" | "xhtml" => Format::Html,
            "md" | "markdown" => Format::Markdown,
            "eml" => Format::Mail,
            "pdf" => Format::Pdf,
            "txt" | "text" => Format::Text,
            _ if has(b"<!doctype html") || has(b"<html") => Format::Html,
            _ => Format::Text,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Markdown => "Markdown",
            Format::Html => "HTML",
            Format::Pdf => "PDF",
            Format::Mail => "e-mail",
        }
    }
}

/// Reads the file of a source called `name`.
///
/// # Errors
/// [`Fault`] says why its text cannot be had; a file that is only odd is read, with a remark.
///
/// # Example
/// ```
/// let page = b"<html><title>Minsk waits</title><body><p>It waits.</p></body></html>";
/// let document = weigh_sources::read("page.html", page)?;
/// assert_eq!(document.title.as_deref(), Some("Minsk waits"));
/// assert!(document.text.contains("It waits."));
/// # Ok::<(), weigh_sources::Fault>(())
/// ```
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Fault> {
    let format = Format::of(name, bytes)?;
    let parse = || match format {
        Format::Text => decode::text(bytes),
        Format::Markdown => decode::text(bytes).map(markdown::read),
        Format::Html => html::read_bytes(bytes),
        Format::Pdf => pdf::read(bytes),
        Format::Mail => mail::read(bytes),
    };
    let mut document = catch_unwind(AssertUnwindSafe(parse))
        .unwrap_or_else(|_| Err(Fault::Broken("the reader of such files gave up on it".into())))?;
    if document.text.len() > MAX_TEXT_BYTES {
        return Err(Fault::TooMuchText);
    }
    document.format = format.name().to_owned();
    document.hash = blake3::hash(bytes).to_hex().to_string();
    document.n_bytes = bytes.len() as u64;
    if document.language.is_none() {
        document.language = language::of(&document);
    }
    Ok(document)
}

/// A text that somebody typed into a head, without line breaks, cut where it would fill a page.
fn tidy(text: &str) -> Option<String> {
    const MOST: usize = 400;
    let words: Vec<&str> = text.split_whitespace().collect();
    let tidy: String = words.join(" ").chars().filter(|c| !c.is_control()).take(MOST).collect();
    (!tidy.is_empty()).then_some(tidy)
}

/// The day in a date as files write it: `2022-10-14T08:00:00Z`, `2022/10/14`, `20221014`.
fn day(written: &str) -> Option<jiff::civil::Date> {
    let digits: String = written.chars().take(10).filter(char::is_ascii_digit).take(8).collect();
    let is_plain = written.chars().take(8).all(|c| c.is_ascii_digit())
        || written.get(4..5).is_some_and(|sign| matches!(sign, "-" | "/" | "."));
    if !is_plain || digits.len() != 8 {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    jiff::civil::Date::new(year, month as i8, day as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_files_write_them() {
        let wanted = Some(jiff::civil::date(2022, 10, 14));
        for written in
            ["2022-10-14", "2022-10-14T08:00:00+02:00", "2022/10/14 08:00", "20221014093000Z"]
        {
            assert_eq!(day(written), wanted, "{written}");
        }
        for written in ["14 October 2022", "2022", "2022-13-14", "", "10/14/2022"] {
            assert_eq!(day(written), None, "{written}");
        }
    }

    #[test]
    fn what_a_file_is_shows_in_its_bytes_before_its_name() {
        assert_eq!(Format::of("a.txt", b"%PDF-1.7 ..."), Ok(Format::Pdf));
        assert_eq!(Format::of("a", b"  <!DOCTYPE html><p>"), Ok(Format::Html));
        assert_eq!(Format::of("a.txt", b"<html> is a word of HTML"), Ok(Format::Text));
        assert_eq!(Format::of("a.MD", b"# A"), Ok(Format::Markdown));
        assert!(matches!(Format::of("a.docx", b"PK\x03\x04..."), Err(Fault::OtherKind(_))));
    }
}
