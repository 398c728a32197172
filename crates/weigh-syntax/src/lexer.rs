//! Bytes into tokens; every byte is in exactly one.

use crate::kind::Kind;
use logos::Logos;

#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
enum Raw {
    #[regex(r"[ \t\u{00A0}\u{FEFF}]+")]
    Whitespace,
    #[regex(r"\r?\n|\r")]
    Newline,
    #[regex(r"#[^\r\n]*", allow_greedy = true)]
    Comment,
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*"?"#)]
    #[regex(r"“[^”\r\n]*”?")]
    Text,
    #[regex(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", priority = 20)]
    #[regex(r"[0-9][0-9_]*(\.[0-9]+)?([eE][+-]?[0-9]+)?", priority = 10)]
    #[regex(r"\.[0-9]+", priority = 10)]
    Number,
    #[regex(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", priority = 30)]
    Date,
    #[token("%")]
    Percent,
    #[regex(r"[\p{XID_Start}_][\p{XID_Continue}]*")]
    Ident,
    #[token(":")]
    Colon,
    #[token(",")]
    Comma,
    #[token("=")]
    #[token("==")]
    Equal,
    #[token("!=")]
    #[token("≠")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    #[token("≤")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    #[token("≥")]
    GreaterEqual,
    #[token("+")]
    Plus,
    #[token("-")]
    #[token("−")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("×")]
    Times,
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token("?")]
    Placeholder,
}

/// A token: its kind and how many bytes it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: u32,
    /// Its length in bytes.
    pub len: u32,
}

/// Splits a text into tokens; nothing is lost.
///
/// ```
/// # use weigh_syntax::{kind::Kind, lexer::lex};
/// let kinds: Vec<_> = lex("odds x 2").iter().map(|t| t.kind).collect();
/// assert_eq!(kinds, [Kind::Ident, Kind::Whitespace, Kind::Ident, Kind::Whitespace, Kind::Number]);
/// ```
pub fn lex(text: &str) -> Vec<Lexeme> {
    let mut lexemes: Vec<Lexeme> = Vec::with_capacity(text.len() / 4);
    for (raw, range) in Raw::lexer(text).spanned() {
        let kind = match raw {
            Ok(raw) => kind_of(raw),
            Err(()) => Kind::Stray,
        };
        let (start, len) = (range.start as u32, (range.end - range.start) as u32);
        // A run of characters that no token begins with is one stray piece.
        if let (Kind::Stray, Some(last)) = (kind, lexemes.last_mut())
            && last.kind == Kind::Stray
        {
            last.len += len;
            continue;
        }
        lexemes.push(Lexeme { kind, start, len });
    }
    lexemes
}

fn kind_of(raw: Raw) -> Kind {
    match raw {
        Raw::Whitespace => Kind::Whitespace,
        Raw::Newline => Kind::Newline,
        Raw::Comment => Kind::Comment,
        Raw::Text => Kind::Text,
        Raw::Number => Kind::Number,
        Raw::Date => Kind::Date,
        Raw::Percent => Kind::Percent,
        Raw::Ident => Kind::Ident,
        Raw::Colon => Kind::Colon,
        Raw::Comma => Kind::Comma,
        Raw::Equal => Kind::Equal,
        Raw::NotEqual => Kind::NotEqual,
        Raw::Less => Kind::Less,
        Raw::LessEqual => Kind::LessEqual,
        Raw::Greater => Kind::Greater,
        Raw::GreaterEqual => Kind::GreaterEqual,
        Raw::Plus => Kind::Plus,
        Raw::Minus => Kind::Minus,
        Raw::Star => Kind::Star,
        Raw::Slash => Kind::Slash,
        Raw::Times => Kind::Times,
        Raw::OpenParen => Kind::OpenParen,
        Raw::CloseParen => Kind::CloseParen,
        Raw::Placeholder => Kind::Placeholder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        lex(text).iter().map(|t| t.kind).filter(|k| !k.is_trivia()).collect()
    }

    #[test]
    fn every_byte_is_in_exactly_one_token() {
        let text = "Łódź \"a\\\"b\" 5% §§ \r\n\t# c\n“x” 2022-10-14 4,000 \"open";
        let lexemes = lex(text);
        let mut at = 0;
        for t in &lexemes {
            assert_eq!(t.start, at);
            at += t.len;
        }
        assert_eq!(at as usize, text.len());
    }

    #[test]
    fn thousands_commas_belong_to_the_number_and_list_commas_do_not() {
        assert_eq!(kinds("4,000"), [Kind::Number]);
        assert_eq!(kinds("4, 0"), [Kind::Number, Kind::Comma, Kind::Number]);
        assert_eq!(kinds("50%,50%").len(), 5);
    }

    #[test]
    fn dates_win_over_subtraction() {
        assert_eq!(kinds("2022-10-14"), [Kind::Date]);
        assert_eq!(kinds("2022-08"), [Kind::Date]);
        assert_eq!(kinds("2022 - 10"), [Kind::Number, Kind::Minus, Kind::Number]);
    }

    #[test]
    fn an_open_text_ends_with_its_line() {
        assert_eq!(kinds("\"open\nreason"), [Kind::Text, Kind::Newline, Kind::Ident]);
    }
}
