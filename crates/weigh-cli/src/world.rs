//! The disk and the clock, as the core may see them.

use jiff::civil::Date;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use weigh::world::{MAX_TEXT_BYTES, ReadError, World};

/// Texts from the disk, and the day from the clock unless one is given.
#[derive(Debug, Clone, Copy)]
pub struct Disk {
    /// The day that counts as today; the clock's if there is none.
    pub today: Option<Date>,
}

impl World for Disk {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        read_text(Path::new(path))
    }

    fn today(&self) -> Date {
        self.today.unwrap_or_else(|| jiff::ZonedDateTime::now().date())
    }
}

/// Reads a whole file, unless it is too large for an assessment, not a file, or not UTF-8.
pub fn read_text(path: &Path) -> Result<String, ReadError> {
    read_up_to(path, MAX_TEXT_BYTES)
}

/// Reads a whole file of at most so many bytes.
pub fn read_up_to(path: &Path, most: u64) -> Result<String, ReadError> {
    // Asked before the file is opened: opening a pipe would wait for somebody to write into it.
    let about = std::fs::metadata(path).map_err(|error| refusal(&error))?;
    if about.is_dir() {
        return Err(ReadError::Refused("it is a folder".into()));
    }
    if !about.is_file() {
        return Err(ReadError::Refused("it is not a regular file".into()));
    }
    if about.len() > most {
        return Err(ReadError::TooLarge(about.len()));
    }
    let file = File::open(path).map_err(|error| refusal(&error))?;
    decode_up_to(file, most)
}

/// Reads text to the end, unless it is too large or not UTF-8.
pub fn decode(from: impl Read) -> Result<String, ReadError> {
    decode_up_to(from, MAX_TEXT_BYTES)
}

fn decode_up_to(from: impl Read, most: u64) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    // A file may grow while it is read, and some files do not say how large they are.
    let n_read = from
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ReadError::Refused(error.to_string()))?;
    if n_read as u64 > most {
        return Err(ReadError::TooLarge(n_read as u64));
    }
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
}

fn refusal(error: &std::io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound => ReadError::Absent,
        _ => ReadError::Refused(error.to_string()),
    }
}
