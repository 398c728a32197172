//! `weigh origins`, the warning of `check`, and what `solve` says of sources with one origin.

use crate::common::Folder;

const WIRE: &str = "On 3 May the port of Ulm closed after Mayor Ada Stern found 14 leaks in the old wall, \
    and the Harbour Office sent 220 men home. The Danube Council meets in Vellin on 9 June.\n";
const SPUN: &str = "The harbour of Ulm shut down on 3 May: Ada Stern, its Mayor, had discovered 14 holes. \
    At once the Harbour Office dismissed 220 workers. A session of the Danube Council at Vellin is due on 9 June.\n";
const OTHER: &str = "It rained in Ulm on Sunday, and nobody at the harbour complained of it.\n";

/// Three sources, of which one says what it repeats.
fn assessment(spun_says: &str) -> String {
    format!(
        "assessment \"The port\"\n  as of 2026-01-15\n\n\
         source wire \"Wire\"\n  file \"wire.txt\"\n  published 2026-01-02\n  reliability B\n\n\
         source paper \"Paper\"\n  file \"paper.txt\"\n  reliability B\n  origin wire\n\n\
         source spun \"Spun\"\n  file \"spun.txt\"\n  reliability B\n{spun_says}\n\
         question open \"Will it open?\"\n  by 2026-06-30\n\n\
         base rate 20% to 40% \"ports\"\n\n\
         factor leaks\n  yes 80% if open = no, 10% otherwise \"They close for leaks\"\n\n\
         evidence seen \"Leaks are reported\"\n  quote wire \"14 leaks\"\n  quote paper \"14 leaks\"\n  quote spun \"14 holes\"\n  reports leaks = yes\n"
    )
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("wire.txt", WIRE);
    folder.write("paper.txt", format!("ULM, Tuesday. {WIRE}"));
    folder.write("spun.txt", SPUN);
    folder
}

#[test]
fn a_folder_of_texts_is_told_which_come_from_one() {
    let folder = folder();
    folder.write("other.txt", OTHER);
    folder.write("picture.jpg", [0xff, 0xd8, 0xff]);
    folder.write(".hidden", WIRE);
    let run = folder.weigh(["origins", "."]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @"
    4 texts, 2 origins

    One origin, perhaps: paper.txt
      spun.txt: rewritten: shares 100% of the names and numbers with paper.txt, 89% of them in the same order
      wire.txt: copied: shares 100% of the passages with paper.txt

    Parts are of the shorter of the two texts.

    Not compared:
      picture.jpg is not UTF-8 text: it goes wrong at byte 0, counted from 0
    ");
    let json = folder.weigh(["origins", "--format", "json", "."]).json();
    assert_eq!((json["texts"].as_u64(), json["origins"].as_u64()), (Some(4), Some(2)));
    assert_eq!(json["groups"][0]["repeats"][0]["like"]["likeness"], "rewritten");
    assert_eq!(json["unread"][0]["name"], "picture.jpg");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_not_followed() {
    let folder = folder();
    folder.make_folder("in");
    std::os::unix::fs::symlink(folder.path("wire.txt"), folder.path("in/link.txt"))
        .expect("a link");
    std::os::unix::fs::symlink(folder.path(""), folder.path("in/round")).expect("a link");
    let run = folder.weigh(["origins", "in"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "0 texts, 0 origins\n"));
}

#[test]
fn sources_of_one_text_are_warned_of_until_their_origin_is_said() {
    let folder = folder();
    folder.write("a.weigh", assessment(""));
    let check = folder.weigh(["check", "--one-line", "a.weigh"]);
    let told = format!("{}{}", check.stdout, check.stderr);
    assert_eq!((check.code, told.matches("unstated-origin").count()), (0, 1), "{told}");
    assert!(
        told.contains(
            "the sources `wire` and `spun` have 100% of their names and numbers in common"
        ),
        "{told}"
    );
    let run = folder.weigh(["origins", "a.weigh"]);
    insta::assert_snapshot!(run.stdout, @"
    3 sources, 1 origin (2 by what the file says)

    One origin, perhaps: wire
      paper: copied: shares 100% of the passages with wire; said to repeat it
      spun: rewritten: shares 100% of the names and numbers with wire, 67% of them in the same order
        proposed: `origin wire` under `source spun`

    Parts are of the shorter of the two texts.
    ");

    folder.write("a.weigh", assessment("  origin wire\n"));
    let check = folder.weigh(["check", "--one-line", "a.weigh"]);
    let told = format!("{}{}", check.stdout, check.stderr);
    assert!(!told.contains("unstated-origin"), "{told}");
    let run = folder.weigh(["origins", "a.weigh"]);
    assert!(run.stdout.starts_with("3 sources, 1 origin\n\nOne origin: wire\n"), "{}", run.stdout);
}

#[test]
fn reports_of_one_origin_count_once_and_the_result_says_so() {
    let folder = folder();
    let p = |folder: &Folder| {
        let json = folder.weigh(["solve", "--format", "json", "a.weigh"]).json();
        let p = json["questions"]["open"]["outcomes"]["yes"]["p"].as_f64().expect("a number");
        (p, json["sources"]["sources"].as_u64(), json["sources"]["origins"].as_u64())
    };
    let alone =
        assessment("").replace("  quote paper \"14 leaks\"\n  quote spun \"14 holes\"\n", "");
    folder.write("a.weigh", alone);
    let alone = p(&folder);
    folder.write("a.weigh", assessment("  origin wire\n"));
    let once = p(&folder);
    folder.write("a.weigh", assessment(""));
    let twice = p(&folder);
    assert_eq!((alone.1, alone.2), (Some(1), Some(1)));
    assert_eq!((once.1, once.2), (Some(3), Some(1)));
    assert_eq!((twice.1, twice.2), (Some(3), Some(2)));
    // The same network, so the same digits.
    assert_eq!(once.0.to_bits(), alone.0.to_bits());
    assert!(twice.0 < once.0 - 0.01, "{twice:?} {once:?}");
    let run = folder.weigh(["solve", "a.weigh"]);
    assert!(
        run.stdout.contains("\nThree sources are cited, which go back to two origins.\n"),
        "{}",
        run.stdout
    );
    folder.weigh(["report", "a.weigh"]);
    assert!(
        folder
            .read("report.html")
            .contains("Three sources are cited, which go back to two origins.")
    );
}

#[test]
fn what_is_no_folder_and_no_assessment_is_refused() {
    let folder = Folder::new();
    assert_eq!(folder.weigh(["origins", "nowhere"]).code, 2);
}
