//! The commands as a shell sees them: streams, exit codes, files.

use crate::common::{Folder, MEMO};

#[test]
fn a_missing_file_stops_the_command_with_2() {
    let folder = Folder::new();
    for command in ["check", "solve", "report", "fmt"] {
        let run = folder.weigh([command, "nowhere.weigh"]);
        assert_eq!(run.code, 2, "{command}: {}", run.stderr);
        assert_eq!(run.stdout, "");
        assert_eq!(run.stderr, "error: there is no file nowhere.weigh\n");
    }
}

#[test]
fn wrong_arguments_stop_the_command_with_2() {
    let folder = Folder::new();
    let cases: [&[&str]; 6] = [
        &[],
        &["solv", "x.weigh"],
        &["solve"],
        &["solve", "x.weigh", "--draws", "0"],
        &["solve", "x.weigh", "--draws", "1000001"],
        &["check", "x.weigh", "--today", "yesterday"],
    ];
    for arguments in cases {
        let run = folder.weigh(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty());
    }
}

#[test]
fn every_command_has_help_with_examples() {
    let folder = Folder::new();
    let commands = [
        "new",
        "check",
        "explain",
        "solve",
        "report",
        "fmt",
        "query",
        "convert",
        "bench",
        "completions",
        "man",
    ];
    for command in commands {
        let run = folder.weigh([command, "--help"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert!(run.stdout.contains("Examples:\n  weigh "), "{}", run.stdout);
    }
    assert!(folder.weigh(["--help"]).stdout.contains("Examples:\n  weigh "));
}

#[test]
fn a_file_that_is_not_utf8_is_an_error_of_the_input() {
    let folder = Folder::new();
    folder.write("bad.weigh", b"question q\n  note \"\xff\"\n");
    for command in ["check", "solve", "report", "fmt"] {
        let run = folder.weigh([command, "bad.weigh"]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{command}");
        assert!(run.stderr.contains("bad.weigh is not UTF-8 text: it goes wrong at byte 19"));
    }
    for command in ["check", "solve", "report", "fmt"] {
        let run = folder.weigh([command, "bad.weigh", "--format", "json"]);
        assert_eq!(run.code, 1, "{command}");
        assert_eq!(run.json()["diagnostics"][0]["severity"], "error", "{command}");
    }
}

#[test]
fn a_gigabyte_is_refused_before_it_is_read() {
    let folder = Folder::new();
    let file = std::fs::File::create(folder.path("huge.weigh")).unwrap();
    file.set_len(64 << 30).unwrap(); // takes no room on the disk, and would take minutes to read
    let run = folder.weigh(["check", "huge.weigh"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("it has 68719476736 bytes, and at most 16777216 are read"));
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = Folder::new();
    folder.make_folder("f.weigh");
    let run = folder.weigh(["check", "f.weigh"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the folder f.weigh holds no .weigh file"), "{}", run.stderr);
    if cfg!(unix) {
        let run = folder.weigh(["check", "/dev/zero"]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("it is not a regular file"), "{}", run.stderr);
    }
}

#[test]
fn a_folder_stands_for_its_only_file() {
    let folder = Folder::new();
    folder.make_folder("case");
    folder.write("case/anything.weigh", MEMO);
    let run = folder.weigh(["fmt", "--check", "case"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = folder.weigh(["check", "case", "--emit", "tree"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn of_several_files_the_one_named_like_the_folder_counts() {
    let folder = Folder::new();
    folder.make_folder("case");
    folder.write("case/case.weigh", MEMO);
    folder.write("case/more.weigh", "nonsense\n");
    for path in ["case", "case/", "./case/../case"] {
        let run = folder.weigh(["check", path]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("case.weigh: "), "{}", run.stdout);
    }
}

#[test]
fn of_several_files_with_other_names_none_counts() {
    let folder = Folder::new();
    folder.make_folder("case");
    folder.write("case/one.weigh", MEMO);
    folder.write("case/two.weigh", MEMO);
    let run = folder.weigh(["solve", "case"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("  case/one.weigh\n  case/two.weigh\n"), "{}", run.stderr);
}

#[test]
fn fmt_lays_out_files_and_says_which() {
    let folder = Folder::new();
    folder.write("ugly.weigh", "question  q :no,yes\n\tgut 5 %  \n");
    folder.write("fine.weigh", MEMO);
    let check = folder.weigh(["fmt", "--check", "ugly.weigh", "fine.weigh"]);
    assert_eq!((check.code, check.stdout.as_str()), (1, "ugly.weigh: is not laid out\n"));
    assert_eq!(folder.read("ugly.weigh"), "question  q :no,yes\n\tgut 5 %  \n");

    let run = folder.weigh(["fmt", "ugly.weigh", "fine.weigh"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "ugly.weigh: laid out\n"));
    assert_eq!(folder.read("ugly.weigh"), "question q: no, yes\n  gut 5%\n");
    assert_eq!(folder.weigh(["fmt", "--check", "."]).code, 0);
    assert_eq!(folder.names(), ["fine.weigh", "ugly.weigh"]);
}

#[test]
fn fmt_reads_standard_input() {
    let folder = Folder::new();
    let run = folder.weigh_with_input(["fmt", "-"], "question   q\n");
    assert_eq!((run.code, run.stdout.as_str()), (0, "question q\n"));
    assert_eq!(folder.weigh_with_input(["fmt", "--check", "-"], "question   q\n").code, 1);
    assert_eq!(folder.weigh_with_input(["fmt", "--check", "-"], "question q\n").code, 0);
}

#[test]
fn fmt_tells_what_it_could_not_read_and_ends_with_1() {
    let folder = Folder::new();
    folder.write("bad.weigh", "question   q\n  note   \"open\n");
    let run = folder.weigh(["fmt", "--check", "--format", "json", "bad.weigh"]);
    assert_eq!(run.code, 1);
    let json = run.json();
    assert_eq!((&json["files"], &json["changed"][0]), (&1.into(), &"bad.weigh".into()));
    assert_eq!(json["diagnostics"][0]["severity"], "error");
    assert_eq!(json["diagnostics"][0]["line"], 2);

    let run = folder.weigh(["fmt", "bad.weigh"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, "bad.weigh: laid out\n"));
    assert!(run.stderr.contains("bad.weigh:2:10"), "{}", run.stderr);
    assert_eq!(folder.read("bad.weigh"), "question q\n  note \"open\n");
    // Laid out now, but still not to be read.
    let run = folder.weigh(["fmt", "--check", "bad.weigh"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
}

#[test]
fn fmt_of_standard_input_is_json_for_programs() {
    let folder = Folder::new();
    let run = folder.weigh_with_input(["fmt", "-", "--format", "json"], "question   q\n");
    let json = run.json();
    assert_eq!((run.code, &json["text"]), (0, &"question q\n".into()));
    assert_eq!(json["changed"], serde_json::json!(["standard input"]));
    assert_eq!(json["diagnostics"], serde_json::json!([]));

    let check = ["fmt", "-", "--check", "--format", "json"];
    let run = folder.weigh_with_input(check, "question   q\n");
    assert_eq!((run.code, &run.json()["changed"][0]), (1, &"standard input".into()));
    let run = folder.weigh_with_input(check, "question q\n");
    assert_eq!((run.code, &run.json()["changed"]), (0, &serde_json::json!([])));
    let run = folder.weigh_with_input(check, "question q\n  note \"open\n");
    assert_eq!((run.code, &run.json()["diagnostics"][0]["line"]), (1, &2.into()));
}

#[test]
fn fmt_touches_nothing_if_one_file_cannot_be_read() {
    let folder = Folder::new();
    folder.write("ugly.weigh", "question   q\n");
    assert_eq!(folder.weigh(["fmt", "ugly.weigh", "absent.weigh"]).code, 2);
    assert_eq!(folder.read("ugly.weigh"), "question   q\n");
}

#[cfg(unix)]
#[test]
fn fmt_keeps_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.write("real.weigh", "question   q\n");
    std::fs::set_permissions(folder.path("real.weigh"), PermissionsExt::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.weigh", folder.path("link.weigh")).unwrap();
    assert_eq!(folder.weigh(["fmt", "link.weigh"]).code, 0);
    assert_eq!(folder.read("real.weigh"), "question q\n");
    assert!(std::fs::symlink_metadata(folder.path("link.weigh")).unwrap().is_symlink());
    let mode = std::fs::metadata(folder.path("real.weigh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn new_writes_a_file_once() {
    let folder = Folder::new();
    let run = folder.weigh(["new"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("weigh report assessment.weigh"));
    folder.write("assessment.weigh", "mine");
    let again = folder.weigh(["new", "assessment.weigh"]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));
    assert!(again.stderr.contains("assessment.weigh is there already"));
    assert_eq!(folder.read("assessment.weigh"), "mine");
    assert_eq!(folder.weigh(["new", "strait.2026"]).code, 0);
    assert_eq!(folder.names(), ["assessment.weigh", "strait.2026.weigh"]);
}

#[test]
fn new_files_are_laid_out_and_speak_for_today() {
    let folder = Folder::new();
    let run = folder.weigh(["new", "-", "--today", "2030-08-31"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("as of 2030-08-31") && run.stdout.contains("by 2031-02-28"));
    assert!(!run.stdout.contains("2026"), "{}", run.stdout);
    folder.write("new.weigh", &run.stdout);
    assert_eq!(folder.weigh(["fmt", "--check", "new.weigh"]).code, 0);
}

#[test]
fn explain_shows_the_manual_and_suggests() {
    let folder = Folder::new();
    let run = folder.weigh(["explain", "text-not-closed"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("error[text-not-closed]\n\n"), "{}", run.stdout);
    assert_eq!(folder.weigh(["explain", "error[text-not-closed]"]).stdout, run.stdout);

    let run = folder.weigh(["explain", "text-not-close"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("did you mean `text-not-closed`?"), "{}", run.stderr);

    let all = folder.weigh(["explain"]);
    assert!(all.stdout.lines().count() >= 8 && all.stdout.contains("text-not-closed"));
    let json = folder.weigh(["explain", "--format", "json"]).json();
    let rules = json["rules"].as_array().unwrap();
    let files = json["files"].as_array().unwrap();
    assert_eq!(rules.len() + files.len(), all.stdout.lines().count());
    assert!(rules.iter().chain(files).all(|page| !page["summary"].as_str().unwrap().is_empty()));
}

/// A slug may mean a fault of an assessment, of a file of another program, or both.
#[test]
fn faults_of_networks_have_pages_too() {
    let folder = Folder::new();
    let run = folder.weigh(["explain", "error[row-sum]"]);
    let start =
        "error[row-sum], in a file of another program\n\nA row of a table is too far from 1.";
    assert!(run.code == 0 && run.stdout.starts_with(start), "{}", run.stdout);
    let both = folder.weigh(["explain", "cycle"]).stdout;
    assert!(both.starts_with("error[cycle]\n\n"), "{both}");
    assert!(
        both.contains("\n\nerror[cycle], in a file of another program\n\nVariables depend"),
        "{both}"
    );
    let json = folder.weigh(["explain", "cycle", "--format", "json"]).json();
    assert!(json["manual"].is_string() && json["file"]["manual"].is_string());
    let run = folder.weigh(["explain", "network-refuse"]);
    assert!(run.stderr.contains("did you mean `network-refused`?"), "{}", run.stderr);
}

#[test]
fn completions_and_manual_pages_are_made() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = folder.weigh(["completions", shell]);
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("report"));
    }
    assert_eq!(folder.weigh(["man", "man1"]).code, 0);
    assert!(folder.read("man1/weigh-report.1").contains("report.html"));
    assert!(folder.read("man1/weigh.1").contains("weigh"));
}

#[test]
fn messages_are_plain_unless_a_terminal_reads_them() {
    let folder = Folder::new();
    folder.write("bad.weigh", "nonsense\n");
    let plain = folder.weigh(["check", "bad.weigh"]);
    assert_eq!(plain.code, 1);
    assert!(!plain.stderr.contains('\u{1b}'));
    // Asked for, colours come even without a terminal, and `NO_COLOR` alone keeps them away.
    let forced = folder.weigh_with([("CLICOLOR_FORCE", "1")], ["check", "bad.weigh"]);
    assert!(forced.stderr.contains('\u{1b}'), "{}", forced.stderr);
    let env = [("NO_COLOR", "1"), ("TERM", "xterm-256color")];
    assert!(!folder.weigh_with(env, ["check", "bad.weigh"]).stderr.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = Folder::new();
    let run = folder.weigh_into_closed_pipe(["explain"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = Folder::new();
    let run = folder.weigh_into_file(["explain"], "/dev/full");
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: cannot write the result"), "{}", run.stderr);
}
