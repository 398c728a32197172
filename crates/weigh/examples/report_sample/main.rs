//! Writes sample reports to a folder, for looking at and for `tests/report/check.mjs`:
//! `cargo run -p weigh --example report_sample -- DIR`.

mod samples;

use std::error::Error;
use std::path::Path;

use weigh::report;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: report_sample DIR")?;
    for (name, findings) in samples::all() {
        write(&Path::new(&folder).join(format!("{name}.html")), &report::html(&findings))?;
    }
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "an example for developers writes its own files; the library does not"
)]
fn write(path: &Path, page: &str) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(path, page)?)
}
