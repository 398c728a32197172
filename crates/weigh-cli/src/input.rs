//! From what was typed as PATH to a loaded assessment.

use crate::args::InputArgs;
use crate::terminal::Failure;
use crate::world::Disk;
use std::path::{Path, PathBuf};
use weigh::Session;
use weigh::world::{MAX_TEXT_BYTES, ReadError};

/// Loads the assessment that PATH stands for.
pub fn load(args: &InputArgs) -> Result<Session, Failure> {
    let path = find(&args.path)?;
    let world = Disk::at(&path, args.day.today);
    Session::load(&world, &path).map_err(|error| unreadable(&path, &error))
}

/// The file that PATH stands for: itself, or the one in the folder.
pub fn find(path: &Path) -> Result<String, Failure> {
    let file = if path.is_dir() { find_in_folder(path)? } else { path.to_owned() };
    name_of(&file)
}

/// A path as text, which messages and results are made of.
pub fn name_of(file: &Path) -> Result<String, Failure> {
    match file.to_str() {
        Some(file) => Ok(file.to_owned()),
        None => Err(Failure::run(format!("the name {} is not UTF-8", file.display()))),
    }
}

fn find_in_folder(folder: &Path) -> Result<PathBuf, Failure> {
    let files = weigh_files(folder)?;
    let named_like_folder = folder.canonicalize().ok().and_then(|full| {
        let name = full.file_name()?.to_str()?.to_owned();
        let wanted = format!("{name}.weigh");
        files.iter().find(|file| file.file_name().is_some_and(|name| *name == *wanted)).cloned()
    });
    let folder = folder.display();
    match (files.as_slice(), named_like_folder) {
        (_, Some(file)) => Ok(file),
        ([file], None) => Ok(file.clone()),
        ([], None) => Err(Failure::run(format!("the folder {folder} holds no .weigh file"))
            .hint("`weigh new` writes one to start from")),
        (several, None) => {
            let list: Vec<String> =
                several.iter().map(|file| format!("  {}", file.display())).collect();
            Err(Failure::run(format!(
                "the folder {folder} holds several .weigh files and none is named like it\n{}",
                list.join("\n")
            ))
            .hint("name one of them"))
        }
    }
}

/// The `.weigh` files right in a folder, by name.
pub fn weigh_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::run(format!("the folder {} cannot be read: {error}", folder.display()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let name = PathBuf::from(entry.map_err(cannot)?.file_name());
        // `./belarus.weigh` is said as `belarus.weigh`.
        let path = if folder == Path::new(".") { name } else { folder.join(name) };
        if path.extension().is_some_and(|ending| ending == "weigh") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Why a file that was asked for by name cannot be read.
pub fn unreadable(path: &str, error: &ReadError) -> Failure {
    match error {
        ReadError::Absent if path.contains("://") => {
            Failure::run(format!("{path} is an address: save the page, and name its file"))
        }
        ReadError::Absent => Failure::run(format!("there is no file {path}")),
        ReadError::Refused(why) => Failure::run(format!("{path} cannot be read: {why}")),
        ReadError::TooLarge(bytes) => Failure::input(
            path,
            format!(
                "{path} is too large: it has {bytes} bytes, and at most {MAX_TEXT_BYTES} are read"
            ),
        )
        .hint("is it an assessment? those have some thousand bytes"),
        ReadError::NotUtf8(at) => Failure::input(
            path,
            format!("{path} is not UTF-8 text: it goes wrong at byte {at}, counted from 0"),
        )
        .hint("save it as UTF-8"),
    }
}
