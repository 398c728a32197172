//! The READMEs show what the command prints. After a change of either:
//! `UPDATE_README=1 cargo test -p weigh-cli readme`.

use crate::common::Folder;
use std::path::Path;
use weigh::findings::Estimate;
use weigh::report::words;

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
        assert_eq!(now, shown, "UPDATE_README=1 cargo test -p weigh-cli readme");
    }
}

/// The forms of one assessment, side by side in the README of the example.
const FORMS: [&str; 3] = ["memo.weigh", "belarus.weigh", "actors.weigh"];

#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads and, if asked, writes the README")]
fn the_readme_of_the_example_compares_its_forms_by_their_results() {
    const BEGIN: &str = "<!-- numbers of `weigh solve`: begin -->\n";
    const END: &str = "<!-- numbers: end -->";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = Folder::new();
    let mut shown =
        "\n| file | errors shared (the default) | every number on its own |\n| --- | --- | --- |\n"
            .to_owned();
    for name in FORMS {
        let path = format!("examples/belarus/{name}");
        let run = folder.weigh_in(&root, ["solve", "--format", "json", &path]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let yes = &found["questions"]["enters"]["outcomes"]["yes"];
        let estimate = |value: &serde_json::Value| {
            let of = |key: &str| value[key].as_f64().unwrap();
            words::estimate(&Estimate {
                p: of("p"),
                p05: of("p05"),
                p50: of("p50"),
                p95: of("p95"),
            })
        };
        let row = (estimate(yes), estimate(&yes["independent"]));
        shown.push_str(&format!("| `{name}` | {} | {} |\n", row.0, row.1));
    }
    shown.push('\n');

    let path = root.join("examples/belarus/README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README marks the place");
    let (now, after) = rest.split_once(END).expect("the README marks the end of the place");
    if std::env::var("UPDATE_README").is_ok() {
        std::fs::write(&path, format!("{before}{BEGIN}{shown}{END}{after}")).unwrap();
    } else {
        assert_eq!(now, shown, "UPDATE_README=1 cargo test -p weigh-cli readme");
    }
}
