//! Files of sources, read in a process with limits: a hostile file can bring down no more than that.

use std::io::{Read, Write};
use std::panic;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use weigh::world::Document;
use weigh_sources::Format;

use crate::terminal;

/// The argument that makes the command a reader; see [`serve`].
pub const ARGUMENT: &str = "read-source";

/// How many seconds of a processor one file may take. A report of a thousand pages takes a few.
const MAX_SECONDS: u64 = 30;

/// How long it may take in all where others want the processor too, or where only this can be limited.
const MAX_TIME: Duration = Duration::from_secs(10 * MAX_SECONDS);

/// The most memory that one file may take, in bytes.
#[cfg(unix)]
const MAX_MEMORY: u64 = 2 << 30;

/// The text of a source's file called `name`; if there is none, why.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Document, String> {
    match Format::of(name, &bytes) {
        // Nothing in text leads to more work than its length.
        Ok(Format::Text) | Err(_) => {
            weigh_sources::read(name, &bytes).map_err(|fault| fault.to_string())
        }
        Ok(Format::Markdown | Format::Html | Format::Pdf | Format::Mail) => read_apart(name, bytes),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "no result depends on the time: a file that takes too long has none"
)]
fn read_apart(name: &str, bytes: Vec<u8>) -> Result<Document, String> {
    let cannot = |error: std::io::Error| format!("no process could be started to read it: {error}");
    let mut child = Command::new(std::env::current_exe().map_err(cannot)?)
        .args([ARGUMENT, name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(cannot)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    // Both pipes are served beside each other, or each side would wait for the other.
    let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&bytes)));
    let reader = std::thread::spawn(move || {
        let mut answer = Vec::new();
        let most = weigh_sources::MAX_TEXT_BYTES as u64 * 8;
        stdout.map(|stdout| stdout.take(most).read_to_end(&mut answer));
        answer
    });
    let start = Instant::now();
    let status = loop {
        match child.try_wait().map_err(cannot)? {
            Some(status) => break Some(status),
            None if start.elapsed() > MAX_TIME => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            // As soon as it may be ready, and not in a loop that takes its processor away.
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let _ = writer.join();
    let answer = reader.join().unwrap_or_default();
    match status {
        status if status.is_none_or(is_out_of_time) => {
            Err(format!("it takes more than {MAX_SECONDS} seconds to read"))
        }
        _ => serde_json::from_slice::<Result<Document, String>>(&answer).unwrap_or_else(|_| {
            Err("it is broken: reading it failed or took too much memory".into())
        }),
    }
}

/// Reads one file from standard input and writes its text to standard output, as JSON.
pub fn serve(name: &str) -> ExitCode {
    // What a library says of a file that it was not made for is of no use to anybody.
    panic::set_hook(Box::new(|_| {}));
    limit();
    let mut bytes = Vec::new();
    let read =
        std::io::stdin().lock().take(weigh_sources::MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    let answer: Result<Document, String> = match read {
        Ok(_) => weigh_sources::read(name, &bytes).map_err(|fault| fault.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match terminal::print_exactly(json!(answer).to_string().as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    for (resource, most) in [(Resource::As, MAX_MEMORY), (Resource::Cpu, MAX_SECONDS)] {
        let before = getrlimit(resource);
        let current = before.current.map_or(most, |now| now.min(most));
        // Where it cannot be set, the time in all is still limited.
        let _ = setrlimit(resource, Rlimit { current: Some(current), maximum: before.maximum });
    }
}

#[cfg(not(unix))]
fn limit() {}

/// Whether a reader was ended for the time that it took.
#[cfg(unix)]
fn is_out_of_time(status: std::process::ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn is_out_of_time(_: std::process::ExitStatus) -> bool {
    false
}
