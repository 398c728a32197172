//! A folder of its own for every test, and the command run in it with nothing of the machine's mood.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read and write files")]

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A valid memo that gives a number.
pub const MEMO: &str = "\
assessment \"The strait\"
  as of 2026-01-15

source gazette \"The Harbour Gazette\"
  published 2026-01-10
  reliability B

question closed \"Will the strait be closed?\"
  by 2026-06-30
  resolves \"yes if the port authority announces it\"

base rate 5% to 15% \"straits with a dispute over fees\"

reason income \"Both shores live from the fees\"
  odds x 0.4 to 0.8
  quote gazette \"a third of the income\"

reason dispute \"The dispute is open\"
  odds x 1.2 to 2.5

scenario peace \"The closing is ruled out\"
  set closed = no
";

/// A folder that is gone when the test is over.
pub struct Folder(PathBuf);

/// What a run of the command left.
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("standard output is JSON")
    }
}

impl Folder {
    /// An empty folder.
    pub fn new() -> Folder {
        static N: AtomicU32 = AtomicU32::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        let path =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in the folder.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Reads a file in the folder.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Takes a file of the folder away.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    /// Makes a folder in the folder.
    pub fn make_folder(&self, name: &str) {
        std::fs::create_dir(self.path(name)).unwrap();
    }

    /// What is in the folder, by name.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("weigh"));
        command.args(arguments).current_dir(&self.0);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs the command in the folder.
    pub fn weigh<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        finish(&mut self.command(arguments))
    }

    /// Runs the command in the folder with variables of the environment.
    pub fn weigh_with<S: AsRef<OsStr>, const N: usize>(
        &self,
        variables: [(&str, &str); N],
        arguments: impl IntoIterator<Item = S>,
    ) -> Run {
        finish(self.command(arguments).envs(variables))
    }

    /// Runs the command in another folder.
    pub fn weigh_in<S: AsRef<OsStr>>(
        &self,
        folder: &std::path::Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Run {
        finish(self.command(arguments).current_dir(folder))
    }

    /// Runs the command with a text on standard input.
    pub fn weigh_with_input<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        input: &str,
    ) -> Run {
        self.write(".input", input);
        let input = std::fs::File::open(self.path(".input")).unwrap();
        finish(self.command(arguments).stdin(input))
    }

    /// Runs the command with standard output going to a file.
    pub fn weigh_into_file<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
        file: &str,
    ) -> Run {
        let file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
        finish(self.command(arguments).stdout(file))
    }

    /// Runs the command with standard output going to a pipe that nobody reads.
    pub fn weigh_into_closed_pipe<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Run {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        finish(self.command(arguments).stdout(writer))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn finish(command: &mut Command) -> Run {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    Run {
        code: output.status.code().expect("the command was not killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
