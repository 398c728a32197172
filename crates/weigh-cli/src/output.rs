//! Files written so that they are whole or not there.

use crate::terminal::Failure;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes a file in one step: whoever looks at it sees the old one or the new one.
///
/// The new text goes to a file beside it first. If anything fails, the old file is as it was.
pub fn replace_file(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let cannot =
        |error: std::io::Error| Failure::run(format!("cannot write {}: {error}", path.display()));
    match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            return Err(Failure::run(format!("cannot write {}: it is a folder", path.display())));
        }
        // Renaming would put a file in the place of the device or pipe.
        Ok(about) if !about.is_file() => {
            let mut device = OpenOptions::new().write(true).open(path).map_err(cannot)?;
            return device.write_all(text).map_err(cannot);
        }
        _ => {}
    }
    // Through a link, so that the link stays and its target is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (beside, mut file) = create_beside(&target).map_err(cannot)?;
    let written = file.write_all(text).and_then(|()| {
        if let Ok(about) = std::fs::metadata(&target) {
            file.set_permissions(about.permissions())?;
        }
        file.sync_all()?;
        drop(file);
        std::fs::rename(&beside, &target)
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        cannot(error)
    })
}

/// Writes a file that must not be there yet; if it is, `otherwise` says what to do.
pub fn create_file(path: &Path, text: &str, otherwise: &str) -> Result<(), Failure> {
    let cannot =
        |error: std::io::Error| Failure::run(format!("cannot write {}: {error}", path.display()));
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            written.map_err(|error| {
                // What is half written would be in the way of the next try. It is ours: it was not there before.
                let _ = std::fs::remove_file(path);
                cannot(error)
            })
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Failure::run(format!("{} is there already", path.display())).hint(otherwise))
        }
        Err(error) => Err(cannot(error)),
    }
}

fn create_beside(target: &Path) -> std::io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut n = 0;
    loop {
        let beside = target.with_file_name(format!(".{name}.{}-{n}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && n < 100 => n += 1,
            opened => return opened.map(|file| (beside, file)),
        }
    }
}
