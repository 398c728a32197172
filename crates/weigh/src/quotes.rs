//! Every quote of an assessment beside its source: what `weigh quotes` shows.

use serde::Serialize;
use weigh_analysis::findings::Place;
use weigh_model::assessment::{Quote, QuoteStatus, SourceText};
use weigh_model::quotes::NearPart;

pub use weigh_model::quotes::Folded;

use weigh_model::world::PlaceInSource;
use weigh_syntax::span::Span;

use crate::Session;

/// The sources of an assessment, with what their files say of themselves, and all its quotes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quoted {
    /// The sources, in the order of the files.
    pub sources: Vec<QuotedSource>,
    /// Every quote that is written out, those of sources first.
    pub quotes: Vec<QuoteShown>,
}

/// A source and its file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuotedSource {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The path of its file.
    pub file: Option<String>,
    /// `read`, `locked` (not here, and the lock has its quotes), `absent`, `none named`, or why it could not be read.
    pub text: String,
    /// What the file is and says of itself, if it was read.
    pub states: Option<FileStates>,
    /// What the lock says of a file that is not here: its hash and the day its quotes were looked up.
    pub locked: Option<LockShown>,
    /// How many of the quotes listed are from it.
    pub n_quotes: usize,
    /// How many of them are in it, word for word, or were when it was locked.
    pub n_verbatim: usize,
}

/// What a lock says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockShown {
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// The day its quotes were looked up.
    pub verified: String,
    /// What looked them up.
    pub engine: String,
}

/// What a source's file is and says of itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileStates {
    /// `text`, `HTML`.
    pub format: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// How many bytes it has.
    pub n_bytes: u64,
    /// How many pages, 0 if it has none.
    pub n_pages: usize,
    /// Its title.
    pub title: Option<String>,
    /// Its author.
    pub author: Option<String>,
    /// Its publisher.
    pub publisher: Option<String>,
    /// Its language, as `en`.
    pub language: Option<String>,
    /// The day it came out.
    pub published: Option<String>,
}

/// A quote beside its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuoteShown {
    /// The name of the source.
    pub source: String,
    /// Its own name, if it has one.
    pub name: Option<String>,
    /// The words.
    pub words: String,
    /// The words that they translate.
    pub original: Option<String>,
    /// Where it is written.
    pub place: Place,
    /// In how many places it is used.
    pub n_uses: usize,
    /// Whether it is in the source: the original, if it is translated.
    pub found: FoundInSource,
    /// Whether the translation is in the stored translation.
    pub translation: Option<FoundInSource>,
}

/// Whether and where words are in a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum FoundInSource {
    /// Word for word, up to typography.
    Verbatim {
        /// Where.
        at: PlaceInSource,
        /// The words before it.
        before: String,
        /// The words after it.
        after: String,
        /// What beside it changes what it says: "before it stands `not`".
        cut: Option<String>,
        /// What part of the file it is in, if not in what the source says.
        aside: Option<String>,
    },
    /// Not in the source.
    Missing {
        /// The passage that comes closest.
        near: Option<NearShown>,
    },
    /// The lock says that it is; the text is not here.
    Locked {
        /// Where.
        at: PlaceInSource,
        /// What beside it changes what it says.
        cut: Option<String>,
    },
    /// The source's text is not here.
    Unverified,
}

/// The passage that comes closest to a quote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearShown {
    /// Its bytes in the source's text.
    pub start: usize,
    /// See `start`.
    pub end: usize,
    /// Quote and passage, word by word: `{"both": …}`, `{"quote": …}`, `{"source": …}`.
    pub parts: Vec<PartShown>,
}

/// Words of a quote, of the passage that comes closest, or of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PartShown {
    /// In both.
    Both(String),
    /// In the quote alone.
    Quote(String),
    /// In the source alone.
    Source(String),
}

impl Session {
    /// Every quote beside its source. Nothing is solved.
    pub fn quoted(&self) -> Quoted {
        let assessment = &self.assessment;
        let quotes: Vec<QuoteShown> =
            assessment.quotes.iter().map(|quote| self.quote_shown(quote)).collect();
        let source = |(ix, source): (usize, &weigh_model::assessment::Source)| {
            let own = || assessment.quotes.iter().filter(|quote| quote.source == ix);
            let is_verbatim = |quote: &&Quote| {
                matches!(quote.status, QuoteStatus::Verbatim(_) | QuoteStatus::Locked(_))
            };
            QuotedSource {
                id: source.header.name.clone(),
                title: source.header.text.clone(),
                file: source.file.as_ref().map(|(path, _)| path.clone()),
                text: match &source.text {
                    SourceText::Unnamed => "none named".to_owned(),
                    SourceText::Absent => "absent".to_owned(),
                    SourceText::Read(_) => "read".to_owned(),
                    SourceText::Locked(_) => "locked".to_owned(),
                    SourceText::Unreadable(why) => why.clone(),
                },
                states: match &source.text {
                    SourceText::Read(facts) => Some(FileStates {
                        format: facts.format.clone(),
                        blake3: facts.hash.clone(),
                        n_bytes: facts.n_bytes,
                        n_pages: facts.n_pages,
                        title: facts.title.clone(),
                        author: facts.author.clone(),
                        publisher: facts.publisher.clone(),
                        language: facts.language.clone(),
                        published: facts.published.map(|date| date.to_string()),
                    }),
                    _ => None,
                },
                locked: match &source.text {
                    SourceText::Locked(locked) => Some(LockShown {
                        blake3: locked.blake3.clone(),
                        verified: locked.verified.clone(),
                        engine: locked.engine.clone(),
                    }),
                    _ => None,
                },
                n_quotes: own().count(),
                n_verbatim: own().filter(is_verbatim).count(),
            }
        };
        let sources = assessment.sources.iter().enumerate().map(source).collect();
        Quoted { sources, quotes }
    }

    fn quote_shown(&self, quote: &Quote) -> QuoteShown {
        let n_uses = match &quote.name {
            Some(_) => self.assessment.used_quotes().filter(|used| used.name == quote.name).count(),
            None => 1,
        };
        QuoteShown {
            source: self.assessment.sources[quote.source].header.name.clone(),
            name: quote.name.clone(),
            words: quote.text.clone(),
            original: quote.original.clone(),
            place: self.place(quote.span),
            n_uses,
            found: found(&quote.status),
            translation: quote.translation.as_ref().map(found),
        }
    }

    fn place(&self, span: Span) -> Place {
        Place {
            file: self.files.get(span.file).path.clone(),
            line: self.files.line_column(span).line,
        }
    }
}

fn found(status: &QuoteStatus) -> FoundInSource {
    match status {
        QuoteStatus::Verbatim(passage) => FoundInSource::Verbatim {
            at: passage.place,
            before: passage.before.clone(),
            after: passage.after.clone(),
            cut: passage.cut.as_ref().map(|cut| cut.words()),
            aside: passage.aside.clone(),
        },
        QuoteStatus::Missing(near) => FoundInSource::Missing {
            near: near.as_ref().map(|near| NearShown {
                start: near.start,
                end: near.end,
                parts: near.parts.iter().map(part).collect(),
            }),
        },
        QuoteStatus::Locked(locked) => {
            FoundInSource::Locked { at: locked.at, cut: locked.cut.clone() }
        }
        QuoteStatus::Unverified => FoundInSource::Unverified,
    }
}

fn part(part: &NearPart) -> PartShown {
    match part {
        NearPart::Both(words) => PartShown::Both(words.clone()),
        NearPart::Quote(words) => PartShown::Quote(words.clone()),
        NearPart::Source(words) => PartShown::Source(words.clone()),
    }
}
