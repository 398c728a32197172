//! The README shows what the command prints. After a change of either:
//! `UPDATE_README=1 cargo test -p weigh-cli --test readme`.

mod common;

use common::Folder;
use std::path::Path;

const BEGIN: &str = "<!-- output of `weigh report examples/belarus`: begin -->\n";
const END: &str = "<!-- output: end -->";

#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads and, if asked, writes the README")]
fn the_readme_shows_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = Folder::new();
    let page = folder.path("report.html");
    let run = folder.weigh_in(&root, ["report", "examples/belarus", "-o", page.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let printed = run.stdout.replace(page.to_str().unwrap(), "report.html");
    let shown = format!("\n```text\n{printed}```\n\n");

    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README marks the place");
    let (now, after) = rest.split_once(END).expect("the README marks the end of the place");
    if std::env::var("UPDATE_README").is_ok() {
        std::fs::write(root.join("README.md"), format!("{before}{BEGIN}{shown}{END}{after}"))
            .unwrap();
    } else {
        assert_eq!(now, shown, "UPDATE_README=1 cargo test -p weigh-cli --test readme");
    }
}
