//! `weigh.lock`: what was verified of an assessment's sources, so that it can be shared without them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::assessment::{Assessment, Quote, QuoteStatus, SourceText};
use crate::load::join;
use crate::quotes::Folded;
use crate::world::PlaceInSource;

/// The file's name, beside the assessment.
pub const NAME: &str = "weigh.lock";

/// The form that is written and read.
const FORM: u32 = 1;

/// Everything in a lock file. One file serves all assessments in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The form of the file.
    weigh_lock: u32,
    /// Per assessment, by the name of its file, the texts that its quotes were found in.
    assessments: BTreeMap<String, Vec<LockedText>>,
}

/// A source's text as it was when quotes were found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedText {
    /// The path of its file, from the folder of the lock.
    pub file: String,
    /// BLAKE3 of the file's bytes, in hexadecimal.
    pub blake3: String,
    /// How many bytes it had.
    pub bytes: u64,
    /// What the file was: `HTML`.
    pub format: String,
    /// The day on which the quotes were last looked up in it.
    pub verified: String,
    /// What looked them up: `weigh 0.1.0`.
    pub engine: String,
    /// The quotes that are in it.
    pub quotes: Vec<LockedQuote>,
}

/// A quote that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedQuote {
    /// Its words.
    pub words: String,
    /// Where they stand.
    pub at: PlaceInSource,
    /// What beside it changes what it says: "before it stands `not`".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cut: Option<String>,
}

/// Why a lock file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It is not what `weigh lock` writes.
    #[error("it is not what `weigh lock` writes: {0}")]
    Malformed(String),
    /// A later version wrote it.
    #[error("it is of form {0}, and this version reads form {FORM}")]
    Form(u32),
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// [`LockError`] if the text is none.
    pub fn parse(text: &str) -> Result<Lock, LockError> {
        let lock: Lock =
            serde_json::from_str(text).map_err(|error| LockError::Malformed(error.to_string()))?;
        if lock.weigh_lock != FORM {
            return Err(LockError::Form(lock.weigh_lock));
        }
        let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        match lock.assessments.values().flatten().find(|text| !is_hash(&text.blake3)) {
            Some(text) => Err(LockError::Malformed(format!("`{}` has no hash", text.file))),
            None => Ok(lock),
        }
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a lock is plain data");
        text.push('\n');
        text
    }

    /// The texts that the assessment at `path` was locked with.
    pub fn texts(&self, path: &str) -> &[LockedText] {
        self.assessments.get(name_of(path)).map_or(&[], Vec::as_slice)
    }

    /// Locks the quotes of `assessment`, which was read from `path`: those found in a text that is
    /// here, and those that stood in `before`, the lock so far, whose text is not here.
    pub fn update(
        before: Option<Lock>,
        path: &str,
        assessment: &Assessment,
        today: Date,
        engine: &str,
    ) -> Lock {
        let mut lock = before.unwrap_or(Lock { weigh_lock: FORM, assessments: BTreeMap::new() });
        let old = lock.assessments.remove(name_of(path)).unwrap_or_default();
        let mut texts: BTreeMap<String, LockedText> = BTreeMap::new();
        for source in &assessment.sources {
            let read = [
                (&source.file, Some(&source.text)),
                (&source.translation, source.translated.as_ref()),
            ];
            for (file, text) in read {
                let Some((file, _)) = file else { continue };
                let file = from_folder(path, file);
                match text {
                    Some(SourceText::Read(facts)) => {
                        texts.entry(file.clone()).or_insert_with(|| LockedText {
                            file,
                            blake3: facts.hash.clone(),
                            bytes: facts.n_bytes,
                            format: facts.format.clone(),
                            verified: today.to_string(),
                            engine: engine.to_owned(),
                            quotes: Vec::new(),
                        });
                    }
                    Some(SourceText::Locked(_)) => {
                        if let Some(old) = old.iter().find(|old| old.file == file) {
                            let kept = LockedText { quotes: Vec::new(), ..old.clone() };
                            texts.entry(file).or_insert(kept);
                        }
                    }
                    _ => {}
                }
            }
        }
        for quote in &assessment.quotes {
            for (file, words, status) in looked_up(assessment, quote) {
                let Some(text) = texts.get_mut(&from_folder(path, file)) else { continue };
                let locked = match status {
                    QuoteStatus::Verbatim(passage) => LockedQuote {
                        words: words.to_owned(),
                        at: passage.place,
                        cut: passage.cut.as_ref().map(|cut| cut.words()),
                    },
                    QuoteStatus::Locked(locked) => (**locked).clone(),
                    QuoteStatus::Missing(_) | QuoteStatus::Unverified => continue,
                };
                if !text.quotes.contains(&locked) {
                    text.quotes.push(locked);
                }
            }
        }
        lock.assessments.insert(name_of(path).to_owned(), texts.into_values().collect());
        lock
    }
}

impl LockedText {
    /// The locked quote with these words, up to typography.
    pub fn quote(&self, words: &str) -> Option<&LockedQuote> {
        self.quotes.iter().find(|locked| locked.words == words).or_else(|| {
            let is_it = |locked: &&LockedQuote| {
                let found = Folded::new(&locked.words).find(words);
                found.is_some_and(|found| {
                    let rest = [&locked.words[..found.start], &locked.words[found.end..]];
                    !rest.concat().contains(char::is_alphanumeric)
                })
            };
            self.quotes.iter().find(is_it)
        })
    }
}

/// Where the words of a quote were looked up: the original in the text, its translation in that of
/// the translation.
fn looked_up<'a>(
    assessment: &'a Assessment,
    quote: &'a Quote,
) -> Vec<(&'a str, &'a str, &'a QuoteStatus)> {
    let source = &assessment.sources[quote.source];
    let file =
        source.file.as_ref().map(|(file, _)| (file.as_str(), quote.in_source(), &quote.status));
    let translation = source.translation.as_ref().zip(quote.translation.as_ref());
    let translated =
        translation.map(|((file, _), status)| (file.as_str(), quote.text.as_str(), status));
    file.into_iter().chain(translated).collect()
}

/// The path of the lock of the assessment at `path`.
pub fn path_of(path: &str) -> String {
    join(path, NAME)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A path seen from the folder of the assessment at `path`.
pub fn from_folder(path: &str, file: &str) -> String {
    let folder = join(path, ".");
    match file.strip_prefix(&folder).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) => rest.to_owned(),
        None => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_folder() {
        assert_eq!(from_folder("a/b/c.weigh", "a/b/sources/d.txt"), "sources/d.txt");
        assert_eq!(from_folder("c.weigh", "sources/d.txt"), "sources/d.txt");
        assert_eq!(from_folder("a/c.weigh", "../d.txt"), "../d.txt");
        assert_eq!(path_of("a/b/c.weigh"), "a/b/weigh.lock");
    }

    #[test]
    fn what_is_no_lock_is_refused() {
        assert!(matches!(Lock::parse("{}"), Err(LockError::Malformed(_))));
        assert!(matches!(Lock::parse("[1"), Err(LockError::Malformed(_))));
        let later = r#"{"weigh_lock": 2, "assessments": {}}"#;
        assert_eq!(Lock::parse(later), Err(LockError::Form(2)));
        let text = r#"{"file": "a", "blake3": "../x", "bytes": 1, "format": "text", "verified": "", "engine": "", "quotes": []}"#;
        let hashless = format!(r#"{{"weigh_lock": 1, "assessments": {{"a": [{text}]}}}}"#);
        assert!(matches!(Lock::parse(&hashless), Err(LockError::Malformed(_))));
    }

    #[test]
    fn a_quote_is_known_in_another_typography_and_not_in_part() {
        let at = PlaceInSource::default();
        let locked = LockedQuote { words: "“little  choice” – none".into(), at, cut: None };
        let text = LockedText {
            file: "a".into(),
            blake3: String::new(),
            bytes: 0,
            format: String::new(),
            verified: String::new(),
            engine: String::new(),
            quotes: vec![locked],
        };
        assert!(text.quote("\"little choice\" - none").is_some());
        assert!(text.quote("little choice").is_none());
        assert!(text.quote("little choices").is_none());
    }
}
