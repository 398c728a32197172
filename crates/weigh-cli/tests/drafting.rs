//! `weigh draft`: what an article becomes, and that nothing is made up.

mod common;

use common::Folder;

const ARTICLE: &str = "\
Ruritania is unlikely to leave the union\n\n\
The harbour was quiet this week.\n\n\
Leaving would cost the harbour its trade\n\n\
In March, the harbour said that 4,000 to 6,000 ships pay for its trade. Mr. Hentzau may differ.\n\n\
Ten gardens you must visit\n\n\
The crown has little \"choice\" since May 12, 2021.\n\n\
Subscribe to our newsletter!\n";

#[test]
fn a_draft_is_without_errors_laid_out_and_leaves_every_weight_open() {
    let folder = Folder::new();
    folder.write("a.txt", ARTICLE);
    let run = folder.weigh(["draft", "a.txt", "-o", "d.weigh", "--published", "2026-02-10"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let text = folder.read("d.weigh");
    for part in [
        "claims \"unlikely\" on icd203",
        "question outcome \"Will Ruritania leave the union?\"\n  by 2026-12-31",
        "reason about_leaving_would \"Leaving would cost the harbour its trade\"\n  odds x ?",
        "  on 2025-03\n",
        "Dates: March; Numbers: 4,000, 6,000; Reported speech: said",
        "quote article \"The crown has little \\\"choice\\\" since May 12, 2021.\"\n  on 2021-05-12",
        "# - stray heading, the text below is not about it: Ten gardens you must visit",
        "# - boilerplate: Subscribe to our newsletter!",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(folder.weigh(["fmt", "--check", "d.weigh"]).code, 0);
    let check = folder.weigh(["check", "--one-line", "d.weigh"]);
    assert_eq!(check.code, 0, "{}", check.stdout);
    let told = format!("{}{}", check.stdout, check.stderr);
    let faults: Vec<&str> = told.lines().filter(|line| line.contains("warning[")).collect();
    assert_eq!(faults.len(), 4, "{told}");
    assert!(faults.iter().all(|line| line.contains("unknown-number")), "{told}");
    let again = folder.weigh(["draft", "a.txt", "-o", "d.weigh"]);
    assert_eq!(again.code, 2, "what is there is not overwritten");
}

#[test]
fn texts_that_are_no_articles_become_drafts_without_errors() {
    let folder = Folder::new();
    for text in ["", "\n\n", "\"", "\\\n\n12 \\ \"x\" 5%\n\n#\n\n” “ 2021.", "a\u{0}b 7\u{7}.\n\nc"]
    {
        folder.write("a.txt", text);
        let run = folder.weigh(["draft", "a.txt", "--today", "2026-01-15"]);
        assert_eq!(run.code, 0, "{text:?}: {}", run.stderr);
        folder.write("d.weigh", &run.stdout);
        let check = folder.weigh(["check", "--one-line", "d.weigh"]);
        assert_eq!(check.code, 0, "{text:?}: {}{}", check.stdout, check.stderr);
    }
}
