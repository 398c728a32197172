//! The disk and the clock, as the core may see them.

use jiff::civil::Date;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use weigh::world::{Document, MAX_TEXT_BYTES, ReadError, World};
use weigh_sources::MAX_FILE_BYTES;

use crate::reader;
use crate::terminal::Failure;

/// Texts from the disk, and the day from the clock unless one is given.
#[derive(Debug, Clone)]
pub struct Disk {
    /// The day that counts as today; the clock's if there is none.
    pub today: Option<Date>,
    /// The folder of the assessment; links may not lead out of it.
    folder: PathBuf,
}

impl Disk {
    /// The disk for the assessment at `path`.
    pub fn at(path: &str, today: Option<Date>) -> Disk {
        Disk::in_folder(Path::new(path).parent().unwrap_or(Path::new("")), today)
    }

    /// The disk for assessments in a folder and below it.
    pub fn in_folder(folder: &Path, today: Option<Date>) -> Disk {
        Disk { today, folder: folder.to_owned() }
    }

    /// The words of an article to draft from: what a page, a PDF file or an e-mail says itself. Markdown is taken
    /// with its signs, which a draft reads.
    pub fn article(&self, path: &str) -> Result<String, ReadError> {
        let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| ["md", "markdown"].contains(&&*ending.to_lowercase())) {
            return read_text(Path::new(path));
        }
        let text = self.source(path)?.own_text().into_owned();
        match text.len() as u64 {
            n if n > MAX_TEXT_BYTES => Err(ReadError::TooLarge(n)),
            _ => Ok(text),
        }
    }

    /// The day that counts as today, for what reads no assessment.
    pub fn day(today: Option<Date>) -> Date {
        today.unwrap_or_else(|| jiff::ZonedDateTime::now().date())
    }

    /// The folder in which the originals of locked sources are kept.
    pub fn store(&self) -> PathBuf {
        self.folder.join(".weigh").join("sources")
    }

    /// The bytes of a source's file, if it may be read.
    pub fn source_bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = Path::new(path);
        let about = regular(path)?;
        if about.len() > MAX_FILE_BYTES {
            let (size, most) = (about.len() >> 20, MAX_FILE_BYTES >> 20);
            let why = format!("it is {size} MB large, and no source over {most} MB is read");
            return Err(ReadError::Refused(why));
        }
        self.check_link(path)?;
        let file = File::open(path).map_err(|error| refusal(&error))?;
        bytes_up_to(file, MAX_FILE_BYTES)
    }

    /// A file that is written under a name that nobody typed may not be a link out of the folder: a folder that was
    /// sent by somebody could otherwise have its reader's own files replaced.
    pub fn check_written(&self, path: &Path) -> Result<(), Failure> {
        if !path.is_symlink() || !path.exists() || self.check_link(path).is_ok() {
            return Ok(());
        }
        let why = format!("{} is a link that leads out of the assessment's folder", path.display());
        Err(Failure::run(format!("nothing was written: {why}")).hint("take the link away"))
    }

    /// What is written as a path within the folder may not be a link out of it: a folder that was
    /// sent by somebody could otherwise show what is in other files of its reader.
    fn check_link(&self, path: &Path) -> Result<(), ReadError> {
        let is_within = match self.folder.as_os_str().is_empty() {
            true => path.is_relative() && !path.starts_with(".."),
            false => path.starts_with(&self.folder),
        };
        let here = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        let full = |path: &Path| path.canonicalize().map_err(|error| refusal(&error));
        match is_within && !full(path)?.starts_with(full(here)?) {
            true => Err(ReadError::Refused(
                "it is a link that leads out of the assessment's folder".into(),
            )),
            false => Ok(()),
        }
    }
}

impl World for Disk {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        read_text(Path::new(path))
    }

    fn source(&self, path: &str) -> Result<Document, ReadError> {
        let bytes = self.source_bytes(path)?;
        reader::read(path, bytes).map_err(ReadError::Refused)
    }

    fn stored(&self, hash: &str) -> Option<Document> {
        let entries = std::fs::read_dir(self.store()).ok()?;
        let is_it = |entry: &std::fs::DirEntry| {
            Path::new(&entry.file_name()).file_stem().is_some_and(|stem| stem == hash)
        };
        let found = entries.filter_map(Result::ok).find(is_it)?.path();
        self.source(found.to_str()?).ok()
    }

    fn today(&self) -> Date {
        Disk::day(self.today)
    }
}

/// Reads a whole file, unless it is too large for an assessment, not a file, or not UTF-8.
pub fn read_text(path: &Path) -> Result<String, ReadError> {
    read_up_to(path, MAX_TEXT_BYTES)
}

/// Reads a whole file of at most so many bytes.
pub fn read_up_to(path: &Path, most: u64) -> Result<String, ReadError> {
    text_of(read_bytes(path, most)?)
}

/// The bytes of a whole file of at most so many.
pub fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let about = regular(path)?;
    if about.len() > most {
        return Err(ReadError::TooLarge(about.len()));
    }
    bytes_up_to(File::open(path).map_err(|error| refusal(&error))?, most)
}

/// What is known of a regular file.
fn regular(path: &Path) -> Result<std::fs::Metadata, ReadError> {
    // Asked before the file is opened: opening a pipe would wait for somebody to write into it.
    let about = std::fs::metadata(path).map_err(|error| refusal(&error))?;
    if about.is_dir() {
        return Err(ReadError::Refused("it is a folder".into()));
    }
    if !about.is_file() {
        return Err(ReadError::Refused("it is not a regular file".into()));
    }
    Ok(about)
}

/// Reads text to the end, unless it is too large or not UTF-8.
pub fn decode(from: impl Read) -> Result<String, ReadError> {
    text_of(bytes_up_to(from, MAX_TEXT_BYTES)?)
}

fn text_of(bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))
}

fn bytes_up_to(from: impl Read, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    // A file may grow while it is read, and some files do not say how large they are.
    let n_read = from
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ReadError::Refused(error.to_string()))?;
    if n_read as u64 > most {
        return Err(ReadError::TooLarge(n_read as u64));
    }
    Ok(bytes)
}

fn refusal(error: &std::io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound => ReadError::Absent,
        _ => ReadError::Refused(error.to_string()),
    }
}
