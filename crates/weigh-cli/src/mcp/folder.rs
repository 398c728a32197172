//! The folder that an assistant may read and write: nothing outside it, by whatever path or link.

use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;
use weigh::world::{Document, ReadError, World};

use crate::terminal::Failure;
use crate::world::Disk;

/// Texts below one folder, one of which may be put over by what somebody proposes.
pub struct Inside {
    /// The folder, without links.
    root: PathBuf,
    disk: Disk,
}

impl Inside {
    pub fn new(folder: &Path, today: Option<Date>) -> Result<Inside, Failure> {
        let root = folder.canonicalize().map_err(|error| {
            Failure::run(format!("the folder {} cannot be read: {error}", folder.display()))
        })?;
        if !root.is_dir() {
            return Err(Failure::run(format!("{} is not a folder", folder.display())));
        }
        let disk = Disk::in_folder(&root, today);
        Ok(Inside { root, disk })
    }

    /// Where a path below the folder is on the disk; an error says why it is not there.
    pub fn place(&self, path: &str) -> Result<PathBuf, String> {
        let outside = || format!("`{path}` is not below the folder that the server was started on");
        let mut place = self.root.clone();
        for part in Path::new(path).components() {
            match part {
                Component::Normal(name) => place.push(name),
                Component::CurDir => {}
                _ => return Err(outside()),
            }
            // A link may lead out.
            if let Ok(real) = place.canonicalize()
                && !real.starts_with(&self.root)
            {
                return Err(outside());
            }
            if place.is_symlink() && !place.exists() {
                return Err(outside());
            }
        }
        if place == self.root { Err(format!("`{path}` names no file")) } else { Ok(place) }
    }

    /// The same folder with one text as it is proposed.
    pub fn with<'a>(&'a self, path: &'a str, text: Option<&'a str>) -> Overlaid<'a> {
        Overlaid { folder: self, path, text }
    }
}

impl Inside {
    fn name(&self, path: &str) -> Result<String, ReadError> {
        let place = self.place(path).map_err(ReadError::Refused)?;
        let name = place.into_os_string().into_string();
        name.map_err(|_| ReadError::Refused("its path is not UTF-8".into()))
    }

    /// The words of an article, as [`Disk::article`].
    pub fn article(&self, path: &str) -> Result<String, ReadError> {
        self.disk.article(&self.name(path)?)
    }
}

impl World for Inside {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.disk.read(&self.name(path)?)
    }

    fn source(&self, path: &str) -> Result<Document, ReadError> {
        self.disk.source(&self.name(path)?)
    }

    fn stored(&self, hash: &str) -> Option<Document> {
        self.disk.stored(hash)
    }

    fn today(&self) -> Date {
        self.disk.today()
    }
}

/// A folder, one of whose texts is not as it is on the disk.
pub struct Overlaid<'a> {
    folder: &'a Inside,
    path: &'a str,
    text: Option<&'a str>,
}

impl World for Overlaid<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        match self.text {
            Some(text) if path == self.path => Ok(text.to_owned()),
            _ => self.folder.read(path),
        }
    }

    fn source(&self, path: &str) -> Result<Document, ReadError> {
        self.folder.source(path)
    }

    fn stored(&self, hash: &str) -> Option<Document> {
        self.folder.stored(hash)
    }

    fn today(&self) -> Date {
        self.folder.today()
    }
}
