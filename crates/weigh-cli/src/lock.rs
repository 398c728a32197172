//! `weigh lock`: what was verified, written beside the assessment.

use std::path::Path;

use serde_json::json;
use weigh::world::{ReadError, World};

use crate::args::{Format, LockArgs};
use crate::solve::message_style;
use crate::terminal::{self, Failure, Outcome};
use crate::world::{Disk, read_text};
use crate::{input, output};

/// Runs the command.
pub fn run(args: &LockArgs) -> Result<Outcome, Failure> {
    let path = input::find(&args.input.path)?;
    let session = input::load(&args.input)?;
    terminal::show_diagnostics(&session, message_style(args.input.one_line, args.format.format));
    let lock_path = weigh::lock_path(&path);
    let disk = Disk::at(&path, args.input.day.today);
    disk.check_written(Path::new(&lock_path))?;
    let before = match read_text(Path::new(&lock_path)) {
        Ok(text) => Some(text),
        Err(ReadError::Absent) => None,
        Err(error) => return Err(input::unreadable(&lock_path, &error)),
    };
    let locked = session.lock(before.as_deref(), disk.today()).map_err(|error| {
        Failure::input(&path, format!("nothing was locked: {error}"))
            .hint("`weigh quotes` shows every quote beside its source")
    })?;
    if !args.no_store {
        for (file, hash) in &locked.files {
            keep(&disk, &weigh::from_file(&path, file), hash)?;
        }
    }
    output::replace_file(Path::new(&lock_path), locked.text.as_bytes())?;
    match args.format.format {
        Format::Text => {
            let quotes =
                |n: usize| if n == 1 { "1 quote".to_owned() } else { format!("{n} quotes") };
            let mut out =
                format!("{lock_path}: {} found word for word\n", quotes(locked.n_verified));
            if locked.n_kept > 0 {
                out += &format!(
                    "{} kept from before, since their texts are not here\n",
                    quotes(locked.n_kept)
                );
            }
            if locked.n_unverified > 0 {
                out += &format!("{} not locked: nobody could look\n", quotes(locked.n_unverified));
            }
            for (file, hash) in &locked.files {
                out += &format!("  {file}  blake3 {}…\n", &hash[..16]);
            }
            terminal::print(&out)?;
        }
        Format::Json => {
            let files: Vec<_> = locked
                .files
                .iter()
                .map(|(file, hash)| json!({ "file": file, "blake3": hash }))
                .collect();
            terminal::print_json(&json!({
                "lock": lock_path,
                "verified": locked.n_verified,
                "kept": locked.n_kept,
                "unverified": locked.n_unverified,
                "files": files,
                "diagnostics": terminal::diagnostics_to_json(&session),
            }))?;
        }
    }
    Ok(Outcome::of(&session))
}

/// Keeps a copy of a source's file under its hash. What is gone or has changed meanwhile is not kept.
fn keep(disk: &Disk, file: &str, hash: &str) -> Result<(), Failure> {
    let ending = Path::new(file).extension().and_then(|ending| ending.to_str()).unwrap_or("txt");
    let copy = disk.store().join(format!("{hash}.{ending}"));
    if copy.exists() {
        return Ok(());
    }
    let Ok(bytes) = disk.source_bytes(file) else { return Ok(()) };
    if blake3::hash(&bytes).to_hex().as_str() != hash {
        return Ok(());
    }
    let folder = disk.store();
    // A link in its place would put the copies elsewhere.
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|about| about.is_symlink());
    if is_link(&folder) || folder.parent().is_some_and(is_link) {
        let why = format!("{} is a link: copies are kept beside the assessment", folder.display());
        return Err(Failure::run(why).hint("`--no-store` keeps none"));
    }
    std::fs::create_dir_all(&folder).map_err(|error| {
        Failure::run(format!("cannot make {}: {error}", folder.display()))
            .hint("`--no-store` keeps no copies")
    })?;
    output::replace_file(&copy, &bytes)
}
