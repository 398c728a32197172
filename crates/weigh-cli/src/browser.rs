//! Printing a page by an installed Chromium: the only way here from HTML to PDF.

use std::fs::{DirBuilder, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::terminal::Failure;

/// The variable that names another browser, and what one is called where it is installed.
const VARIABLE: &str = "CHROMIUM";
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "chrome",
];
/// How long it may take: looks at it, and milliseconds between two looks. Two minutes.
const LOOKS: u32 = 1_200;
const BETWEEN: u64 = 100;

/// A page as a PDF.
pub fn pdf(page: &str) -> Result<Vec<u8>, Failure> {
    let Some(browser) = find() else {
        return Err(Failure::run("a PDF is printed by Chromium, and none is installed".to_owned())
            .hint(
                "install Chromium or Chrome, or name one in the variable CHROMIUM; \
                 or write the page (`--to html`) and print it from any browser",
            ));
    };
    let folder = Folder::new().map_err(|error| cannot(&browser, &error.to_string()))?;
    printed(&browser, &folder, page).map_err(|why| cannot(&browser, &why))
}

fn cannot(browser: &Path, why: &str) -> Failure {
    Failure::run(format!("{} did not print the page: {why}", browser.display()))
        .hint("write the page (`--to html`) and print it from any browser")
}

/// The browser that is named, or the first that is installed.
fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = NAMES.iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
    });
    found.or_else(|| {
        let mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
        mac.is_file().then(|| mac.to_owned())
    })
}

fn printed(browser: &Path, folder: &Folder, page: &str) -> Result<Vec<u8>, String> {
    let (input, output) = (folder.0.join("report.html"), folder.0.join("report.pdf"));
    let said = |error: std::io::Error| error.to_string();
    File::create_new(&input).and_then(|mut file| file.write_all(page.as_bytes())).map_err(said)?;
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-quic", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.0.join("profile").display()))
        .arg(format!("--print-to-pdf={}", output.display()));
    if folder.is_of_root() {
        // Chromium does not start as root with its sandbox. What it opens is our page, which may load nothing.
        command.arg("--no-sandbox");
    }
    let mut child = command
        .arg(&input)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(said)?;
    wait(&mut child)?;
    let mut pdf = Vec::new();
    File::open(&output)
        .and_then(|mut file| file.read_to_end(&mut pdf))
        .map_err(|_| "it ended without a file".to_owned())?;
    match pdf.starts_with(b"%PDF") {
        true => Ok(pdf),
        false => Err("what it wrote is no PDF".to_owned()),
    }
}

fn wait(child: &mut Child) -> Result<(), String> {
    for _ in 0..LOOKS {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("it ended with {status}")),
            Ok(None) => std::thread::sleep(Duration::from_millis(BETWEEN)),
            Err(error) => return Err(error.to_string()),
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    Err("it took more than two minutes".to_owned())
}

/// A folder of our own that nobody else can look into, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Folder> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let mut n = 0;
        loop {
            let name = format!("weigh-{}-{n}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match builder.create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && n < 100 => {
                    n += 1
                }
                created => return created.map(|()| Folder(path)),
            }
        }
    }

    /// Whether whoever made it is root.
    fn is_of_root(&self) -> bool {
        #[cfg(unix)]
        return std::fs::metadata(&self.0)
            .is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
        #[cfg(not(unix))]
        false
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
