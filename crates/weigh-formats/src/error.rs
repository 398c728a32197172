//! What is wrong with a file: a slug, a place, the fault in the user's words, what to type instead.

use thiserror::Error;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{line}:{column}: {message}")]
pub struct ReadError {
    /// Names the fault and never changes its meaning: `table-size`. All are in [`crate::PAGES`].
    pub slug: &'static str,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What is wrong, in one line that stands alone.
    pub message: String,
    /// What to type instead.
    pub hint: Option<String>,
}

/// Why a model could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct WriteError {
    /// Names the fault: `not-a-model` or `markov-network`.
    pub slug: &'static str,
    /// What is wrong, in one line.
    pub message: String,
}

/// A [`ReadError`] whose place is still a byte: lines are counted only for the error that is shown.
#[derive(Debug)]
pub(crate) struct Fault {
    pub slug: &'static str,
    pub at: usize,
    pub message: String,
    pub hint: Option<String>,
}

pub(crate) type Parsed<T> = Result<T, Fault>;

impl Fault {
    pub fn new(slug: &'static str, at: usize, message: impl Into<String>) -> Fault {
        Fault { slug, at, message: message.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    /// Counts lines and columns in the text that was read.
    pub fn place(self, text: &str) -> ReadError {
        let mut at = self.at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        // A mark of the byte order is not something that the user typed.
        let typed = before[line_start..].chars().filter(|c| *c != '\u{feff}').count();
        ReadError {
            slug: self.slug,
            line: before.bytes().filter(|b| *b == b'\n').count() + 1,
            column: typed + 1,
            message: self.message,
            hint: self.hint,
        }
    }
}

/// A number of things: `1 row`, `2 rows`.
pub(crate) fn counted(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

/// A word of the file, fit for a message: in backticks, not too long, nothing that moves a cursor.
pub(crate) fn shown(word: &str) -> String {
    const LONGEST: usize = 60;
    let clean = |c: char| if crate::model::is_unprintable(c) { '\u{fffd}' } else { c };
    let mut short: String = word.chars().take(LONGEST).map(clean).collect();
    if word.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "\u{feff}a\nŁódź x";
        let error = Fault::new("x", text.len() - 1, "m").place(text);
        assert_eq!((error.line, error.column), (2, 6));
        let error = Fault::new("x", 3, "m").place(text);
        assert_eq!((error.line, error.column), (1, 1));
    }

    #[test]
    fn a_word_in_a_message_is_short_and_prints() {
        assert_eq!(shown("a\u{1b}[2Jb"), "`a\u{fffd}[2Jb`");
        assert_eq!(shown(&"x".repeat(99)).chars().count(), 63);
    }
}
