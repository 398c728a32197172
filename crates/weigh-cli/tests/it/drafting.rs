//! `weigh draft`: what an article becomes, and that nothing is made up.

#![allow(clippy::disallowed_methods, reason = "a test reads articles of the project")]

use crate::common::Folder;

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

/// What a draft of one of the articles in `tests/articles` must hold, and what it must not.
struct Wanted {
    article: &'static str,
    parts: &'static [&'static str],
    absent: &'static [&'static str],
    reasons: usize,
    facts: std::ops::RangeInclusive<usize>,
}

const WANTED: [Wanted; 4] = [
    Wanted {
        article: "report.md",
        parts: &[
            "assessment \"Will the Strait of Karsk stay open to grain ships?\"\n  as of 2024-03-12\n",
            "  claims \"unlikely\" on icd203\n  confidence moderate \"We assess with moderate confidence",
            "question outcome \"Will Ostrava close the Strait of Karsk to grain ships before September 2024?\"\n  by 2024-09\n",
            "  author \"Nela Orvik and Tomas Reinhold\"",
            "reason about_navy_cannot \"The navy cannot hold a blockade\"\n  odds x ?\n",
            "\"figures from the finance ministry\"",
            "\"Jarmila Holt\"",
            "\"survey by the Karsk Institute\"",
            "  on 2024-02-28\n",
            "Numbers: 61 percent, 1,204;",
            "Hedged: could, perhaps",
            "A poll",
        ],
        absent: &[
            "quote article \"Subscribe",
            "reason about_judgement",
            "\"We assess with moderate confidence that Ostrava is unlikely to close the Strait of …",
        ],
        reasons: 3,
        facts: 17..=19,
    },
    Wanted {
        article: "oped.txt",
        parts: &[
            "assessment \"Why the governor will not resign\"",
            "  author \"Ilse Marant\"",
            "question outcome \"Will Governor Dace Ulmanis step down this year?\"\n  by 2026\n",
            "  claims \"very unlikely\" on icd203",
            "\"Her party needs her.\"\n  odds x ?\n",
            "\"Karl Birznieks\"",
            "# - boilerplate: Follow us for more opinion.",
            "# - boilerplate: Ilse Marant is a columnist",
        ],
        absent: &["reason about_ilse", "reason about_very_unlikely", "Hedged: may"],
        reasons: 4,
        facts: 8..=11,
    },
    Wanted {
        article: "brief.txt",
        parts: &[
            "assessment \"MORNING BRIEF: MINE CLOSURE IN THE LOWER VALLEY\"\n  as of 2025-01-15\n",
            "question outcome \"Will the Orlo mine close within six months?\"\n  by 2025-07-15\n",
            "  claims \"likely\" on icd203",
            "\"Ore output fell by 27 percent in 2024.\"",
            "source by_tarn_metals \"Tarn Metals\"",
            "reason about_what_know \"What we know\"",
            "\"regional labour office\"",
            "  on 2025-01-09\n",
            "Hedged: reportedly",
            "# - boilerplate: Distribution: regional desk. All rights reserved.",
        ],
        absent: &["quote article \"- ", "on 2024-02-03"],
        reasons: 3,
        facts: 10..=12,
    },
    Wanted {
        article: "wire.txt",
        parts: &[
            "source by_norpress \"Norpress\"",
            "  origin by_norpress\n",
            "source by_lakeland_hydro \"Lakeland Hydro\"",
            "\"statement from the Dam Safety Agency\"",
            "\"Analysts at Kestrel Research\"",
            "# - boilerplate: (Reporting by Jon Vik in Varnholm; Editing by Lea Brand)",
            "# - boilerplate: Our Standards",
            "1990s",
        ],
        absent: &["reason about_standards"],
        reasons: 4,
        facts: 16..=19,
    },
];

#[test]
fn articles_of_different_shapes_become_drafts_that_hold_what_they_say() {
    let folder = Folder::new();
    for wanted in &WANTED {
        let name = wanted.article;
        let path = format!("{}/../../tests/articles/{name}", env!("CARGO_MANIFEST_DIR"));
        let article = std::fs::read_to_string(path).expect("the article is there");
        folder.write(name, &article);
        let _ = std::fs::remove_file(folder.path("d.weigh"));
        let run = folder.weigh(["draft", name, "-o", "d.weigh", "--today", "2026-01-15"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        let text = folder.read("d.weigh");
        for part in wanted.parts {
            assert!(text.contains(part), "{name} lacks {part}\n{text}");
        }
        for part in wanted.absent {
            assert!(!text.contains(part), "{name} has {part}\n{text}");
        }
        let figures: Vec<usize> = run
            .stdout
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|n| n.parse().ok())
            .collect();
        assert_eq!(figures[0], wanted.reasons, "{name}: {}\n{text}", run.stdout);
        assert!(wanted.facts.contains(&figures[2]), "{name}: {}\n{text}", run.stdout);
        // Every quote is in the article, no number is made up, and the check has nothing else to say.
        let check = folder.weigh(["check", "--one-line", "--today", "2026-01-15", "d.weigh"]);
        let told = format!("{}{}", check.stdout, check.stderr);
        assert_eq!(check.code, 0, "{name}: {told}");
        let mut faults = told.lines().filter(|line| line.contains("warning["));
        assert!(faults.all(|line| line.contains("unknown-number")), "{name}: {told}");
        assert_eq!(folder.weigh(["fmt", "--check", "d.weigh"]).code, 0, "{name}");
    }
}

#[test]
fn of_a_long_article_as_much_is_taken_as_somebody_can_go_through() {
    let folder = Folder::new();
    let article =
        "Ruritania said on 3 May that 4,000 left.\nNo word of it is true\n\n".repeat(20_000);
    folder.write("a.txt", article);
    let run = folder.weigh(["draft", "a.txt", "-o", "d.weigh"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains(": 60 reasons, 500 items of evidence"), "{}", run.stdout);
    assert!(folder.read("d.weigh").contains("more sentences, which were not read"));
}
