//! `weigh quotes` and `weigh lock`: quotes in their sources, and what is known of them without.

use crate::common::Folder;

const ARTICLE: &str = "\
The minister denied on Friday that a third of the income was lost to smugglers.

“The strait will stay open,” the harbour master said, unless the fees are doubled. Nobody asked him about the new
terminal, which both shores had wanted for years.
";

const ORIGINAL: &str = "Министр сказал, что пролив останется открытым.\n";

fn assessment(quotes: &str) -> String {
    format!(
        "assessment \"The strait\"\n  as of 2026-01-15\n\n\
         source gazette \"The Harbour Gazette\"\n  file \"gazette.txt\"\n  reliability B\n\n\
         source vesti \"Vesti\"\n  file \"vesti.txt\"\n  translation \"vesti-en.txt\"\n  reliability C\n\n\
         question closed \"Will the strait be closed?\"\n  by 2026-06-30\n\n\
         base rate 5% to 15% \"straits with a dispute over fees\"\n\n\
         reason income \"Both shores live from the fees\"\n  odds x 0.4 to 0.8\n{quotes}\n\
         reason dispute \"The dispute is open\"\n  odds x 1.2 to 2.5\n"
    )
}

fn folder(quotes: &str) -> Folder {
    let folder = Folder::new();
    folder.write("strait.weigh", assessment(quotes));
    folder.write("gazette.txt", ARTICLE);
    folder.write("vesti.txt", ORIGINAL);
    folder
}

#[test]
fn every_quote_is_shown_in_its_source() {
    let folder = folder(
        "  quote gazette \"a third of the income was lost\"\n  \
         quote gazette \"Nobody asked him about the new terminal\"\n  \
         quote gazette \"both shores had hoped for years\"\n  \
         quote vesti \"the strait will stay open\" translates \"пролив останется открытым\"\n",
    );
    let run = folder.weigh(["quotes", "strait.weigh"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for part in [
        "paragraph 1: … The minister denied on Friday that [a third of the income was lost] to smugglers",
        "cut: before it stands `denied`",
        "“The strait will stay open,” the harbour master said, unless the fees are doubled. [Nobody asked him",
        "NOT IN THE SOURCE: “both shores had hoped for years”",
        "closest: both shores had [-hoped-] {+wanted+} for years",
        "[пролив останется открытым]",
        "translated by the author: “the strait will stay open”",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    let json = folder.weigh(["quotes", "--format", "json", "--doubtful", "strait.weigh"]).json();
    let quotes = json["quotes"].as_array().unwrap();
    assert_eq!(quotes.len(), 2, "{quotes:?}");
    assert_eq!(quotes[0]["found"]["at"]["paragraph"], 1);
    let (start, end) = (&quotes[0]["found"]["at"]["start"], &quotes[0]["found"]["at"]["end"]);
    let range = start.as_u64().unwrap() as usize..end.as_u64().unwrap() as usize;
    assert_eq!(&ARTICLE[range], "a third of the income was lost");
    assert_eq!(quotes[1]["found"]["near"]["parts"][1]["quote"], "hoped");
}

#[test]
fn a_cut_quote_is_told_and_can_be_answered_for() {
    let quote = "  quote gazette \"a third of the income was lost\"\n";
    let told = |quotes: &str| folder(quotes).weigh(["check", "--one-line", "strait.weigh"]).stderr;
    let warning = told(quote);
    assert!(
        warning.contains("warning[quote-cut]: the quote is cut: before it stands `denied`"),
        "{warning}"
    );
    let allowed = format!("{quote}  allow quote-cut \"The audit shows it\"\n");
    assert!(!told(&allowed).contains("quote-cut"));
    let whole = "  quote gazette \"denied on Friday that a third of the income was lost\"\n";
    assert!(!told(whole).contains("quote-cut"));
}

#[test]
fn words_of_another_source_are_recognised() {
    let run = folder("  quote vesti \"the new terminal\"\n").weigh([
        "check",
        "--one-line",
        "strait.weigh",
    ]);
    assert!(run.stderr.contains("these words are not in the text of `vesti`"), "{}", run.stderr);
    let run = folder("  quote vesti \"the new terminal\"\n").weigh(["check", "strait.weigh"]);
    assert!(run.stderr.contains("they are in the text of `gazette`"), "{}", run.stderr);
}

#[test]
fn a_translation_is_held_against_the_stored_one() {
    let quote =
        "  quote vesti \"the strait will stay open\" translates \"пролив останется открытым\"\n";
    let both = folder(quote);
    both.write("vesti-en.txt", "The minister said that the strait will remain open.\n");
    let run = both.weigh(["check", "--one-line", "strait.weigh"]);
    assert!(run.stderr.contains("error[quote-not-in-source]"), "{}", run.stderr);
    both.write("vesti-en.txt", "The minister said that the strait will stay open.\n");
    assert_eq!(both.weigh(["check", "--one-line", "strait.weigh"]).code, 0);
    let wrong = folder(&quote.replace("открытым", "закрытым"));
    let run = wrong.weigh(["check", "--one-line", "strait.weigh"]);
    assert!(run.stderr.contains("error[quote-not-in-source]"), "{}", run.stderr);
}

#[test]
fn locked_quotes_count_without_their_source() {
    let quote =
        "  quote gazette \"a new terminal\"\n  quote vesti \"open\" translates \"открытым\"\n";
    let right = quote.replace("a new", "the new");
    let folder = folder(quote);
    let run = folder.weigh(["lock", "strait.weigh", "--today", "2026-01-20"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("nothing was locked: one quote is not in the text"),
        "{}",
        run.stderr
    );
    folder.write("strait.weigh", assessment(&right));
    // No copy is kept, so that the text can be gone.
    let run = folder.weigh(["lock", "strait.weigh", "--no-store", "--today", "2026-01-20"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lock = folder.read("weigh.lock");
    assert!(lock.contains("\"verified\": \"2026-01-20\""), "{lock}");

    // Without the text the lock speaks for the quotes.
    folder.remove("gazette.txt");
    let told = |folder: &Folder| folder.weigh(["check", "--one-line", "strait.weigh"]).stderr;
    assert!(!told(&folder).contains("absent-source]: the text"), "{}", told(&folder));
    let shown = folder.weigh(["quotes", "strait.weigh"]).stdout;
    assert!(shown.contains("its quotes were looked up on 2026-01-20 by weigh"), "{shown}");
    assert!(shown.contains("paragraph 2, says the lock: “the new terminal”"), "{shown}");
    let report = folder.weigh(["report", "strait.weigh", "-o", "r.html", "--today", "2026-01-20"]);
    assert_eq!(report.code, 0, "{}", report.stderr);
    let page = folder.read("r.html");
    assert!(page.contains("when it was locked, and the text is not here"), "the page says so");

    // A quote written since is not in it.
    let more = format!("{right}  quote gazette \"both shores\"\n");
    folder.write("strait.weigh", assessment(&more));
    assert!(told(&folder).contains("warning[quote-not-locked]"), "{}", told(&folder));
    // Locking again keeps what cannot be looked up today.
    let run = folder.weigh(["lock", "strait.weigh", "--today", "2026-02-01"]);
    assert!(run.stdout.contains("1 quote kept from before"), "{}", run.stdout);
    assert!(folder.read("weigh.lock").contains("the new terminal"));

    // Another text under the same name is told.
    folder.write("strait.weigh", assessment(&right));
    folder.write("gazette.txt", ARTICLE.replace("doubled", "trebled"));
    assert!(told(&folder).contains("warning[source-changed]"), "{}", told(&folder));
    folder.write("gazette.txt", ARTICLE);
    assert!(!told(&folder).contains("source-changed"));
}

#[test]
fn one_lock_serves_all_assessments_of_a_folder() {
    let folder = folder("  quote gazette \"the new terminal\"\n");
    folder.write("other.weigh", assessment("  quote gazette \"both shores\"\n"));
    for name in ["strait.weigh", "other.weigh"] {
        assert_eq!(folder.weigh(["lock", name, "--today", "2026-01-20"]).code, 0);
    }
    let lock = folder.read("weigh.lock");
    assert!(lock.contains("the new terminal") && lock.contains("both shores"), "{lock}");
    folder.write("weigh.lock", "{ this is no lock");
    let run = folder.weigh(["check", "--one-line", "strait.weigh"]);
    assert!(run.stderr.contains("warning[unreadable-lock]"), "{}", run.stderr);
    let run = folder.weigh(["lock", "strait.weigh", "--today", "2026-01-20"]);
    assert!(run.stderr.contains("weigh.lock cannot be read"), "{}", run.stderr);
}

#[test]
fn an_address_is_not_taken_for_a_file() {
    let folder = folder("");
    let text = assessment("").replace("\"gazette.txt\"", "\"https://example.org/a.html\"");
    folder.write("strait.weigh", &text);
    let run = folder.weigh(["check", "--one-line", "strait.weigh"]);
    assert!(run.stderr.contains("it is an address: save the page"), "{}", run.stderr);
}

#[test]
fn the_report_shows_a_quote_in_its_source_unless_that_is_private() {
    let folder = folder("  quote gazette \"which both shores had wanted for years\"\n");
    let page = |text: String| {
        folder.write("strait.weigh", text);
        for form in ["r.html", "r.md"] {
            let run = folder.weigh(["report", "strait.weigh", "-o", form, "--draws", "500"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        folder.read("r.html") + &folder.read("r.md")
    };
    let text = folder.read("strait.weigh");
    let open = page(text.clone());
    assert!(open.contains("In the source: paragraph 2"), "the quote opens in its source");
    assert!(open.contains("Nobody asked him about the new terminal"), "with the words around it");
    let private =
        page(text.replace("  file \"gazette.txt\"\n", "  file \"gazette.txt\"\n  private\n"));
    assert!(private.contains("Found word for word; the text is not to be shown"), "what is proved");
    assert!(!private.contains("Nobody asked him"), "and nothing else of the text");
}
