//! Words, quoted texts and marks of BIF and HUGIN NET, each with its place.

use std::borrow::Cow;

use crate::error::{Fault, Parsed, shown};
use crate::number::{parse_number, parse_probability};

/// What differs between the two languages.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The slug of errors.
    pub slug: &'static str,
    /// What begins a comment that ends with its line.
    pub line_comment: &'static str,
    /// Whether `/* … */` is a comment.
    pub has_block_comments: bool,
    /// What each ASCII character is.
    pub classes: [Class; 128],
}

/// What a character does to a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Is part of it.
    Word,
    /// Ends it and is skipped.
    Blank,
    /// Ends it and is a token of its own.
    Mark,
    /// Ends it and begins a text in quotes.
    Quote,
    /// Ends it if a comment begins here.
    Comment,
}

/// The table for [`Rules::classes`]: which characters are marks, and which begin comments.
pub(crate) const fn classes(marks: &[u8], comments: &[u8]) -> [Class; 128] {
    let mut classes = [Class::Word; 128];
    let mut ix = 0;
    while ix < 128 {
        let b = ix as u8;
        if b.is_ascii_whitespace() || b == 0x0b {
            classes[ix] = Class::Blank;
        }
        ix += 1;
    }
    classes[b'"' as usize] = Class::Quote;
    ix = 0;
    while ix < marks.len() {
        classes[marks[ix] as usize] = Class::Mark;
        ix += 1;
    }
    ix = 0;
    while ix < comments.len() {
        classes[comments[ix] as usize] = Class::Comment;
        ix += 1;
    }
    classes
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'t> {
    /// Characters up to a blank or a mark.
    Word(&'t str),
    /// What stands in double quotes, without them.
    Quoted(Cow<'t, str>),
    /// One of [`Rules::marks`].
    Mark(char),
    /// Nothing is left.
    End,
}

impl Token<'_> {
    /// The token for a message.
    pub fn show(&self) -> String {
        match self {
            Token::Word(word) => shown(word),
            Token::Quoted(text) => shown(&format!("\"{text}\"")),
            Token::Mark(mark) => format!("`{mark}`"),
            Token::End => "the end of the file".to_owned(),
        }
    }
}

/// Reads token after token.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'t> {
    text: &'t str,
    /// The next byte.
    pub at: usize,
    rules: &'static Rules,
}

impl<'t> Scanner<'t> {
    pub fn new(text: &'t str, rules: &'static Rules) -> Scanner<'t> {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Scanner { text, at, rules }
    }

    /// Where the next token begins.
    pub fn here(&mut self) -> Parsed<usize> {
        self.skip_blank()?;
        Ok(self.at)
    }

    /// Takes the next token.
    pub fn next(&mut self) -> Parsed<(Token<'t>, usize)> {
        let at = self.here()?;
        let Some(&first) = self.text.as_bytes().get(at) else { return Ok((Token::End, at)) };
        match self.rules.classes.get(usize::from(first)) {
            Some(Class::Quote) => Ok((Token::Quoted(self.quoted()?), at)),
            Some(Class::Mark) => {
                self.at += 1;
                Ok((Token::Mark(char::from(first)), at))
            }
            _ => {
                self.at = self.word_end(at);
                Ok((Token::Word(&self.text[at..self.at]), at))
            }
        }
    }

    /// Looks at the next token.
    pub fn peek(&mut self) -> Parsed<Token<'t>> {
        let before = self.here()?;
        let token = self.next()?.0;
        self.at = before;
        Ok(token)
    }

    /// Takes the mark, which is ASCII, if it is next.
    pub fn take(&mut self, mark: char) -> Parsed<bool> {
        let at = self.here()?;
        let found = self.text.as_bytes().get(at).is_some_and(|b| char::from(*b) == mark);
        self.at += usize::from(found);
        Ok(found)
    }

    /// Takes the mark, which must be next.
    pub fn expect(&mut self, mark: char, after: &str) -> Parsed<usize> {
        let at = self.here()?;
        if self.take(mark)? {
            return Ok(at);
        }
        let found = self.next()?.0.show();
        Err(self
            .fault(at, format!("expected `{mark}` after {after}, found {found}"))
            .hint(format!("write `{mark}`")))
    }

    /// Takes a word or quoted text.
    pub fn name(&mut self, what: &str) -> Parsed<(Cow<'t, str>, usize)> {
        match self.next()? {
            (Token::Word(word), at) => Ok((Cow::Borrowed(word), at)),
            (Token::Quoted(text), at) => Ok((text, at)),
            (token, at) => Err(self.fault(at, format!("expected {what}, found {}", token.show()))),
        }
    }

    /// Takes a number.
    pub fn number(&mut self) -> Parsed<(f64, usize)> {
        match self.next()? {
            (Token::Word(word), at) => Ok((parse_number(word, at)?, at)),
            (token, at) => {
                Err(self.fault(at, format!("expected a number, found {}", token.show())))
            }
        }
    }

    /// Takes a number that must not be negative.
    pub fn probability(&mut self) -> Parsed<(f64, usize)> {
        let at = self.here()?;
        match self.next()?.0 {
            Token::Word(word) => Ok((parse_probability(word, at)?, at)),
            token => Err(self.fault(at, format!("expected a number, found {}", token.show()))),
        }
    }

    /// Goes behind the `}` that belongs to a `{` already taken.
    pub fn skip_block(&mut self, opened_at: usize) -> Parsed<()> {
        let mut open = 1usize;
        while open > 0 {
            match self.next()?.0 {
                Token::Mark('{') => open += 1,
                Token::Mark('}') => open -= 1,
                Token::End => {
                    return Err(self.fault(opened_at, "this `{` is not closed").hint("write `}`"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes everything up to a `;`, which is left out, and trims it. Quotes may hold a `;`.
    pub fn raw(&mut self) -> Parsed<(&'t str, usize)> {
        let start = self.here()?;
        loop {
            let at = self.here()?;
            match self.next()?.0 {
                Token::Mark(';') => return Ok((self.text[start..at].trim(), start)),
                Token::End | Token::Mark('{' | '}') => {
                    return Err(self.fault(at, "this is not closed with `;`").hint("write `;`"));
                }
                _ => {}
            }
        }
    }

    pub fn fault(&self, at: usize, message: impl Into<String>) -> Fault {
        Fault::new(self.rules.slug, at, message)
    }

    fn class(&self, at: usize) -> Option<Class> {
        let b = *self.text.as_bytes().get(at)?;
        if let Some(class) = self.rules.classes.get(usize::from(b)) {
            return Some(*class);
        }
        // Only the first byte of a character can be blank: the others are passed as words.
        let blank = self.text.get(at..).and_then(|rest| rest.chars().next());
        Some(if blank.is_some_and(char::is_whitespace) { Class::Blank } else { Class::Word })
    }

    fn skip_blank(&mut self) -> Parsed<()> {
        loop {
            match self.class(self.at) {
                Some(Class::Blank) => {
                    let rest = &self.text[self.at..];
                    self.at += rest.len() - rest.trim_start().len();
                }
                Some(Class::Comment) if self.comment_at(self.at) => {
                    let rest = &self.text[self.at..];
                    if rest.starts_with(self.rules.line_comment) {
                        self.at += rest.find('\n').unwrap_or(rest.len());
                    } else if let Some(end) = rest[2..].find("*/") {
                        self.at += end + 4;
                    } else {
                        let fault = self.fault(self.at, "this comment is not closed");
                        return Err(fault.hint("write `*/`"));
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn comment_at(&self, at: usize) -> bool {
        let rest = &self.text.as_bytes()[at..];
        rest.starts_with(self.rules.line_comment.as_bytes())
            || (self.rules.has_block_comments && rest.starts_with(b"/*"))
    }

    /// Where the word that begins at `at` ends; it has at least one character.
    fn word_end(&self, at: usize) -> usize {
        let mut end = at + 1;
        loop {
            match self.class(end) {
                Some(Class::Word) => end += 1,
                Some(Class::Comment) if !self.comment_at(end) => end += 1,
                _ => return end,
            }
        }
    }

    fn quoted(&mut self) -> Parsed<Cow<'t, str>> {
        let start = self.at + 1;
        let body = &self.text[start..];
        let mut escaped = false;
        let end = body.char_indices().find_map(|(at, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(at)
        });
        let Some(end) = end else {
            return Err(self.fault(self.at, "this quote is not closed").hint("write `\"`"));
        };
        self.at = start + end + 1;
        Ok(unquote(&body[..end]))
    }

    /// Whether the text is one word in this language.
    pub fn is_word(text: &str, rules: &'static Rules) -> bool {
        let mut scanner = Scanner { text, at: 0, rules };
        matches!(scanner.next(), Ok((Token::Word(word), 0)) if word.len() == text.len())
    }
}

/// Resolves `\"`, `\\` and `\n`; any other backslash is one.
fn unquote(body: &str) -> Cow<'_, str> {
    if !body.contains('\\') {
        return Cow::Borrowed(body);
    }
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        let next = if c == '\\' { chars.peek() } else { None };
        match next {
            Some('"' | '\\') => out.extend(chars.next()),
            Some('n') => {
                chars.next();
                out.push('\n');
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Appends a text in quotes.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
}
