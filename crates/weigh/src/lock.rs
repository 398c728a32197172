//! What was verified of the sources, written down: what `weigh lock` writes.

use jiff::civil::Date;
use weigh_model::assessment::QuoteStatus;
use weigh_model::lock::{Lock, LockError};

use crate::Session;

/// A lock and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The text of `weigh.lock`.
    pub text: String,
    /// How many quotes were found in a text that is here.
    pub n_verified: usize,
    /// How many were taken over from the lock before, since their text is not here.
    pub n_kept: usize,
    /// How many could not be looked up.
    pub n_unverified: usize,
    /// The files that were locked: path as the assessment's folder sees it, and hash.
    pub files: Vec<(String, String)>,
}

/// Why nothing was locked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotLock {
    /// Quotes that are not in their sources.
    #[error("{0} not in the text of the source named")]
    Missing(String),
    /// The lock that is there cannot be read.
    #[error("weigh.lock cannot be read: {0}")]
    Before(#[from] LockError),
    /// There is nothing to lock.
    #[error("no quote could be looked up: the texts of the sources are not here")]
    Nothing,
}

impl Session {
    /// Locks what was verified: every quote with its place in its source's text, and that text's hash.
    ///
    /// `before` is the text of the lock so far, whose other assessments are kept. What cannot be
    /// looked up today stands as it stood there.
    ///
    /// # Errors
    /// [`CannotLock`] if a quote is not in its source, or nothing could be looked up.
    pub fn lock(&self, before: Option<&str>, today: Date) -> Result<Locked, CannotLock> {
        let quotes = &self.assessment.quotes;
        let statuses = || {
            quotes.iter().flat_map(|quote| std::iter::once(&quote.status).chain(&quote.translation))
        };
        let count = |is: fn(&QuoteStatus) -> bool| statuses().filter(|status| is(status)).count();
        match count(|status| matches!(status, QuoteStatus::Missing(_))) {
            0 => {}
            1 => return Err(CannotLock::Missing("one quote is".to_owned())),
            n => return Err(CannotLock::Missing(format!("{n} quotes are"))),
        }
        let n_verified = count(|status| matches!(status, QuoteStatus::Verbatim(_)));
        let n_kept = count(|status| matches!(status, QuoteStatus::Locked(_)));
        if n_verified + n_kept == 0 {
            return Err(CannotLock::Nothing);
        }
        let before = before.map(Lock::parse).transpose()?;
        let path = self.files.get(weigh_syntax::span::FileId(0)).path.clone();
        let engine = concat!("weigh ", env!("CARGO_PKG_VERSION"));
        let lock = Lock::update(before, &path, &self.assessment, today, engine);
        let files = lock.texts(&path).iter();
        Ok(Locked {
            text: lock.to_text(),
            n_verified,
            n_kept,
            // An own translation has no text to be looked up in.
            n_unverified: quotes
                .iter()
                .filter(|quote| quote.status == QuoteStatus::Unverified)
                .count(),
            files: files.map(|text| (text.file.clone(), text.blake3.clone())).collect(),
        })
    }
}
