//! Quotes: the texts of their sources, whether their words are there, and what was cut beside them.

use std::rc::Rc;

use super::Resolver;
use crate::assessment::{Passage, Quote, QuoteStatus, SourceFacts, SourceText};
use crate::checks;
use crate::cut::qualifier;
use crate::load::join;
use crate::locate::Index;
use crate::lock::{self, Lock, LockedText};
use crate::quotes::{Folded, Found, Nearest};
use crate::world::{Document, ReadError};
use weigh_syntax::ast::{Spanned, View};
use weigh_syntax::kind::Kind;
use weigh_syntax::span::{FileId, Span};

/// A text that quotes are looked up in.
pub(super) struct Text {
    folded: Folded,
    pub(super) document: Document,
    /// Where its paragraphs begin.
    paragraphs: Vec<usize>,
}

/// The text of a source, and of its stored translation.
pub(super) type TextPair = (Option<Rc<Text>>, Option<Rc<Text>>);

/// How much of the words around a quote is kept for the reader.
const CONTEXT_CHARS: usize = 240;

/// How much of them is searched for a qualifier: more than a sentence.
const SENTENCE_CHARS: usize = 600;

impl Resolver<'_> {
    /// A path as it is written in the file `from`, but for an address, which is no path.
    pub(super) fn path(&self, from: &str, written: &str) -> String {
        match is_address(written) {
            true => written.to_owned(),
            false => join(from, written),
        }
    }

    /// Reads the lock beside the assessment, if there is one.
    pub(super) fn read_lock(&mut self) {
        let path = &self.files.get(FileId(0)).path;
        let lock_path = lock::path_of(path);
        let parsed = match self.world.read(&lock_path) {
            Ok(text) => Lock::parse(&text).map_err(|error| error.to_string()),
            Err(ReadError::Absent) => return,
            Err(error) => Err(checks::unreadable_file::why(&error)),
        };
        match parsed {
            Ok(lock) => self.locked = lock.texts(path).to_vec(),
            Err(why) => {
                let start = Span::new(FileId(0), 0, 0);
                self.report(checks::unreadable_lock::diagnostic(start, &lock_path, &why));
            }
        }
    }

    /// What the lock says of the text at a path.
    fn lock_of(&self, path: &str) -> Option<&LockedText> {
        let file = lock::from_folder(&self.files.get(FileId(0)).path, path);
        self.locked.iter().find(|text| text.file == file)
    }

    /// Reads the text of a source, and its translation if there is one.
    pub(super) fn source_text(&mut self, ix: usize) {
        let source = &self.assessment.sources[ix];
        let name = source.header.name.clone();
        let (file, translation) = (source.file.clone(), source.translation.clone());
        let mut looked = None;
        if let Some((path, span)) = file {
            let (status, text) = self.read_text(&name, &path, span);
            if let Some(text) = &text {
                self.check_facts(ix, &text.document);
            }
            self.assessment.sources[ix].text = status;
            looked = text;
        }
        let mut looked_translated = None;
        if let Some((path, span)) = translation {
            let (status, text) = self.read_text(&name, &path, span);
            if status == SourceText::Absent {
                let what = format!("the translation of `{name}`");
                self.report(checks::absent_source::told(span, &what, &path));
            }
            self.assessment.sources[ix].translated = Some(status);
            looked_translated = text;
        }
        self.texts.push((looked, looked_translated));
    }

    /// The text at a path, or what else is known of it.
    fn read_text(&mut self, name: &str, path: &str, span: Span) -> (SourceText, Option<Rc<Text>>) {
        let locked = self.lock_of(path).cloned();
        match self.text(path) {
            Ok(text) => {
                if let Some(locked) = locked.filter(|it| it.blake3 != text.document.hash) {
                    let told =
                        checks::source_changed::diagnostic(span, name, path, &locked.verified);
                    if !self.diagnostics.contains(&told) {
                        self.report(told);
                    }
                }
                (SourceText::Read(Box::new(facts(&text.document))), Some(text))
            }
            Err(ReadError::Absent) => match locked {
                Some(locked) => (SourceText::Locked(Box::new(locked)), None),
                None => (SourceText::Absent, None),
            },
            Err(error) => {
                let why = checks::unreadable_file::why(&error);
                self.report(checks::unreadable_source::diagnostic(span, name, path, &why));
                (SourceText::Unreadable(why), None)
            }
        }
    }

    /// The text at a path, read and folded once.
    fn text(&mut self, path: &str) -> Result<Rc<Text>, ReadError> {
        if let Some(known) = self.texts_by_path.get(path) {
            return known.clone();
        }
        let read = match is_address(path) {
            true => Err(ReadError::Refused(
                "it is an address: save the page, name its file here, and give the address as `url`"
                    .to_owned(),
            )),
            false => self.world.source(path),
        };
        // A copy that was kept when the lock was written is as good as the file itself.
        let read = match (read, self.lock_of(path)) {
            (Err(ReadError::Absent), Some(locked)) => self
                .world
                .stored(&locked.blake3)
                .filter(|document| document.hash == locked.blake3)
                .ok_or(ReadError::Absent),
            (read, _) => read,
        };
        let text = read.map(|document| {
            let (folded, paragraphs) = (Folded::new(&document.text), document.paragraphs());
            Rc::new(Text { folded, document, paragraphs })
        });
        self.texts_by_path.insert(path.to_owned(), text.clone());
        text
    }

    /// What the file states of itself against what the assessment says of the source.
    fn check_facts(&mut self, ix: usize, document: &Document) {
        let source = &self.assessment.sources[ix];
        let Some((_, span)) = source.file.clone() else { return };
        let name = source.header.name.clone();
        let mut told = Vec::new();
        if let (Some(said), Some(stated)) = (source.published, document.published)
            && !(said.first_day()..=said.last_day()).contains(&stated)
        {
            let (said, stated) = (said.to_string(), stated.to_string());
            told.push(checks::source_says_otherwise::diagnostic(
                span,
                &name,
                "published",
                &said,
                &stated,
            ));
        }
        if let (Some(said), Some(stated)) = (&source.language, &document.language)
            && !same_language(said, stated)
        {
            told.push(checks::source_says_otherwise::diagnostic(
                span, &name, "language", said, stated,
            ));
        }
        if let Some(stated) = &document.title
            && source.header.text != source.header.name
            && !is_title_alike(&source.header.text, stated)
        {
            told.push(checks::source_says_otherwise::title(
                span,
                &name,
                &source.header.text,
                stated,
            ));
        }
        for remark in &document.remarks {
            told.push(checks::source_read_oddly::diagnostic(span, &name, remark));
        }
        self.diagnostics.extend(told);
    }

    /// The quotes among a declaration's clauses, checked against their sources.
    pub(super) fn quotes(&mut self, clauses: &[View]) -> Vec<Quote> {
        let mut quotes = Vec::new();
        for clause in clauses.iter().filter(|clause| clause.kind() == Kind::Quote) {
            let Some(name) = clause.name() else { continue };
            let quote = match clause.text() {
                Some(text) => {
                    self.source(&name).map(|source| self.check_quote(source, clause, &text, None))
                }
                None => self.named_quote(&name, clause.span()),
            };
            if let Some(quote) = quote {
                self.source_used[quote.source] = true;
                quotes.push(quote);
            }
        }
        quotes
    }

    fn named_quote(&mut self, name: &Spanned, span: Span) -> Option<Quote> {
        if let Some(quote) = self.names.quotes.get(&name.text) {
            return Some(Quote { span, ..quote.clone() });
        }
        let diagnostic = if self.names.sources.contains_key(&name.text) {
            checks::quote_without_words::diagnostic(name.span, &name.text)
        } else {
            checks::unknown_name::diagnostic(name, "quote", self.names.quotes.keys())
        };
        self.report(diagnostic);
        None
    }

    /// Looks the quote of a clause up in its source, and says so if it is not there.
    pub(super) fn check_quote(
        &mut self,
        source: usize,
        clause: &View,
        words: &Spanned,
        name: Option<String>,
    ) -> Quote {
        let translates = clause.child(Kind::Translates).and_then(|it| it.text());
        let in_source = translates.as_ref().unwrap_or(words);
        let status = self.look_up(source, in_source, false);
        let translation = translates.is_some().then(|| self.look_up(source, words, true));
        let quote = Quote {
            text: words.text.clone(),
            original: translates.map(|original| original.text),
            name,
            source,
            span: clause.span(),
            status,
            translation,
        };
        self.assessment.quotes.push(quote.clone());
        quote
    }

    /// Looks words up in the text of a source or in its translation, or in the lock.
    fn look_up(&mut self, ix: usize, words: &Spanned, in_translation: bool) -> QuoteStatus {
        let source = &self.assessment.sources[ix];
        let name = &source.header.name;
        let (text, status, path) = match in_translation {
            false => (self.texts[ix].0.clone(), Some(&source.text), &source.file),
            true => (self.texts[ix].1.clone(), source.translated.as_ref(), &source.translation),
        };
        let is_locked = |locked: &LockedText| locked.quote(&words.text).cloned();
        let Some(text) = text else {
            let Some(SourceText::Locked(locked)) = status else { return QuoteStatus::Unverified };
            return match is_locked(locked) {
                Some(quote) => QuoteStatus::Locked(Box::new(quote)),
                None => {
                    let told = checks::quote_not_locked::without_text(words.span, name);
                    self.diagnostics.push(told);
                    QuoteStatus::Unverified
                }
            };
        };
        let locked = path.as_ref().and_then(|(path, _)| self.lock_of(path));
        let stale = locked.is_some_and(|locked| is_locked(locked).is_none());
        match text.folded.find(&words.text) {
            Some(found) => {
                let passage = passage(&text, &words.text, found);
                if let Some(cut) = &passage.cut {
                    let told = checks::quote_cut::diagnostic(words.span, name, cut, &passage);
                    self.diagnostics.push(told);
                }
                if let Some(what) = &passage.aside {
                    let told = checks::quote_beside_text::diagnostic(words.span, name, what);
                    self.diagnostics.push(told);
                }
                if stale {
                    self.diagnostics.push(checks::quote_not_locked::diagnostic(words.span, name));
                }
                QuoteStatus::Verbatim(Box::new(passage))
            }
            None => {
                let nearest = text.folded.nearest(&words.text);
                self.missing.push(Missing { words: words.clone(), source: ix, nearest });
                QuoteStatus::Missing(text.folded.near(&words.text).map(Box::new))
            }
        }
    }
}

/// Words that are not in the text they are said to be from.
pub(super) struct Missing {
    words: Spanned,
    source: usize,
    nearest: Option<Nearest>,
}

impl Resolver<'_> {
    /// Words that are not in their source may be in another one.
    pub(super) fn tell_missing(&mut self) {
        if self.missing.is_empty() {
            return;
        }
        let words: Vec<&str> = self.missing.iter().map(|it| it.words.text.as_str()).collect();
        let index = Index::new(&words);
        let mut elsewhere: Vec<Option<&str>> = vec![None; words.len()];
        for (ix, source) in self.assessment.sources.iter().enumerate() {
            let Some(text) = &self.texts[ix].0 else { continue };
            for (missing, _) in index.find_in(&text.folded) {
                elsewhere[missing].get_or_insert(&source.header.name);
            }
        }
        let told: Vec<_> = self
            .missing
            .iter()
            .zip(elsewhere)
            .map(|(missing, elsewhere)| {
                let name = &self.assessment.sources[missing.source].header.name;
                let (span, nearest) = (missing.words.span, missing.nearest.as_ref());
                checks::quote_not_in_source::diagnostic(span, name, nearest, elsewhere)
            })
            .collect();
        self.diagnostics.extend(told);
    }
}

/// A quote's words in their text, with what is around them.
fn passage(text: &Text, words: &str, found: Found) -> Passage {
    let original = text.folded.original();
    let (before, after) = text.folded.context(found, CONTEXT_CHARS);
    let around = |text: &str, from_end: bool| -> usize {
        let mut ends = text.char_indices();
        match from_end {
            true => ends.rev().nth(SENTENCE_CHARS).map_or(0, |(ix, _)| ix),
            false => ends.nth(SENTENCE_CHARS).map_or(text.len(), |(ix, _)| ix),
        }
    };
    let ahead = &original[..found.start];
    let behind = &original[found.end..];
    let cut = qualifier(
        &ahead[around(ahead, true)..],
        &original[found.start..found.end],
        &behind[..around(behind, false)],
        &text.folded.gaps(words, found),
    );
    let aside = text
        .document
        .asides
        .iter()
        .find(|aside| aside.start <= found.start && found.start < aside.end)
        .map(|aside| aside.what.clone());
    let place = text.document.place(&text.paragraphs, found.start, found.end);
    Passage { before, after, place, cut, aside }
}

fn facts(document: &Document) -> SourceFacts {
    SourceFacts {
        format: document.format.clone(),
        hash: document.hash.clone(),
        n_bytes: document.n_bytes,
        n_pages: document.pages.len(),
        title: document.title.clone(),
        author: document.author.clone(),
        publisher: document.publisher.clone(),
        language: document.language.clone(),
        published: document.published,
    }
}

/// Whether what was written as a path is an address of the web.
fn is_address(path: &str) -> bool {
    let Some((scheme, _)) = path.split_once("://") else { return false };
    !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// `en` and `en-GB` are the same.
fn same_language(a: &str, b: &str) -> bool {
    let first = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    first(a) == first(b)
}

/// Whether two titles are those of one text: the words of the shorter one are mostly in the longer
/// one, which may add the name of a section or a site.
fn is_title_alike(a: &str, b: &str) -> bool {
    let words = |title: &str| -> Vec<String> {
        let lower = title.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let n_shared = short.iter().filter(|word| long.contains(word)).count();
    n_shared * 2 >= short.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_with_an_addition_are_alike_and_others_are_not() {
        assert!(is_title_alike(
            "Minsk holds its troops back",
            "Minsk Holds Its Troops Back | The Site"
        ));
        assert!(!is_title_alike("Minsk holds its troops back", "Grain exports rise again"));
    }

    #[test]
    fn an_address_is_no_path() {
        assert!(is_address("https://example.org/a") && !is_address("a/b:c") && !is_address("://"));
    }
}
