//! The only window of the core on the outside: texts by name, and today's date.

use jiff::civil::Date;

/// What the core asks of whoever runs it; every edge brings its own.
pub trait World {
    /// The text called `path`, as written in the file that names it, joined to that file's folder.
    ///
    /// # Errors
    /// [`ReadError`] says why there is none; a text over the limit must be refused before it is read.
    fn read(&self, path: &str) -> Result<String, ReadError>;

    /// Today, for an assessment that does not say what day it speaks for.
    fn today(&self) -> Date;
}

/// The largest text that is read, in bytes: far above any assessment, far below any memory.
pub const MAX_TEXT_BYTES: u64 = 16 << 20;

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
