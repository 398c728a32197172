//! Sources as they are found: web pages, PDF files, e-mails, in any encoding, and what is refused.

use crate::common::Folder;

const PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<title>Pilots will not give in | The Elm Post</title>\
<meta property=\"article:published_time\" content=\"2026-01-10T08:00:00Z\"></head><body>\
<nav><ul><li><a href=\"/\">Harbour news from everywhere</a></li></ul></nav><article><h1>Pilots will not give in</h1>\
<p>The harbour of Port Elm was closed on Friday, after forty-one of the sixty pilots had refused to work, and \
nobody on the quay could say when <em>the first ship</em> would be let in again.</p>\
<p>“We will not give in,” said their speaker; the offer of the company, a little more pay and not a word about \
rest, was called a joke by the men and women who had gathered in front of the office since the early morning.</p>\
</article><div class=\"related\"><p><a href=\"/x\">Captain found after a storm</a></p></div></body></html>";

fn folder(file: &str, bytes: impl AsRef<[u8]>, quote: &str) -> Folder {
    let folder = Folder::new();
    folder.write(
        "a.weigh",
        format!(
            "assessment \"The strait\"\n  as of 2026-01-15\n\n\
             source post \"Pilots will not give in\"\n  file \"{file}\"\n  published 2026-01-10\n  reliability B\n\n\
             question closed \"Will the strait be closed?\"\n  by 2026-06-30\n\n\
             base rate 5% to 15% \"straits with a dispute over fees\"\n\n\
             reason income \"Both shores live from the fees\"\n  odds x 0.4 to 0.8\n  quote post \"{quote}\"\n\n\
             reason dispute \"The dispute is open\"\n  odds x 1.2 to 2.5\n"
        ),
    );
    folder.write(file, bytes);
    folder
}

fn told(folder: &Folder) -> String {
    folder.weigh(["check", "--one-line", "a.weigh"]).stderr
}

#[test]
fn a_web_page_is_a_source() {
    let here = folder(
        "page.html",
        PAGE,
        "nobody on the quay could say when the first ship would be let in",
    );
    assert_eq!(told(&here), "");
    let shown = here.weigh(["quotes", "a.weigh"]).stdout;
    assert!(shown.contains("page.html: HTML"), "{shown}");
    assert!(shown.contains("published 2026-01-10; language en"), "{shown}");
    let beside = folder("page.html", PAGE, "Captain found after a storm");
    let told_beside = told(&beside);
    assert!(
        told_beside
            .contains("warning[quote-beside-text]: these words are in a link to another article"),
        "{told_beside}"
    );
}

#[test]
fn another_title_or_date_in_the_file_is_told() {
    let page = PAGE
        .replace("2026-01-10", "2025-11-02")
        .replace("Pilots will not give in", "Grain prices fall");
    let told = told(&folder("page.html", page, "nobody on the quay"));
    assert!(told.contains("says `published 2025-11-02`, the assessment `2026-01-10`"), "{told}");
    assert!(told.contains("is titled `Grain prices fall"), "{told}");
}

#[test]
fn old_encodings_are_recognised() {
    let page = "<html><head><meta charset=\"utf-8\"></head><body><p>Der Hafen wurde am Freitag geschlossen, weil die \
        Lotsen für mehr Ruhe kämpfen, und niemand wußte, wann er wieder öffnet.</p></body></html>";
    let latin: Vec<u8> = page.chars().map(|c| c as u32 as u8).collect();
    let told = told(&folder(
        "page.html",
        latin,
        "weil die Lotsen für mehr Ruhe kämpfen, und niemand wußte",
    ));
    assert!(!told.contains("quote-not-in-source"), "{told}");
    assert!(
        told.contains("note[source-read-oddly]") && told.contains("it was read as windows-1252"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    let told = |file: &str, bytes: &[u8]| told(&folder(file, bytes, "words"));
    let docx = told("a.docx", b"PK\x03\x04rest");
    assert!(docx.contains("a word processor's file, which is not read: save it as PDF"), "{docx}");
    let broken = told("a.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type");
    assert!(
        broken.contains("error[unreadable-source]") && broken.contains("it is broken"),
        "{broken}"
    );
    let empty = told("a.html", b"<html><body></body></html>");
    assert!(empty.contains("there is no text in it"), "{empty}");
}

#[test]
fn a_file_that_brings_its_reader_down_brings_nothing_else_down() {
    // Pages whose parents are each other: a reader that follows them never ends.
    let pdf = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>\nendobj\n\
        4 0 obj\n<< /Length 2 >>\nstream\nBT\nendstream\nendobj\n\
        trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n";
    let told = told(&folder("a.pdf", pdf, "words"));
    assert!(told.contains("error[unreadable-source]"), "{told}");
    assert!(told.contains("it is broken"), "{told}");
}

/// A stream of blanks, packed three times: 6 GB in 337 bytes.
#[cfg(target_os = "linux")]
const BOMB: &str = "78daabb8f5e68eae516ba24cfbc3e4392a3f38dc02fcb6321fe571153b718ca9e4ace131a1734a3a07984cac3f4cd4711052\
    79f620f658757c78d527fd7fcf67fe7ef5f6f1c7b44fe976d17fdebcbdb3de978181a161e2ecfdf7d6adfb639f76faf9e3c9\
    c6409184377a66d7961f0e7cf0bbe6fb0919a080415539fbefd987f91bcfbf3ebdd212a4e2cbb6fdf7f8dba30f5cfe94f8fa\
    8a1c58897e1323909ea02401241974c19c0b108e213267546654665466546654665466546654665466546654665466546654\
    6654665466546654665466546654665466546654665486de3207f2adcb7d0e2b30300496b8f37145bcee6b49589c397743a9\
    ab937a98d4870b2ff7ab3f9ef49b81e108071b508343770248f71664cea8cca8cca8cca8cca8cca8cca8cca8cca8cca8cca8\
    cc5092395df5e6b329abcfed9f95fbdeed6660f8207f3fb1d2fe98fc04cb9b9200d6bea381";

#[test]
#[cfg(target_os = "linux")]
fn a_small_file_that_unpacks_to_gigabytes_takes_no_more_memory_than_a_source_may() {
    let packed: Vec<u8> = (0..BOMB.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&BOMB[at..at + 2], 16).unwrap())
        .collect();
    let mut pdf = format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9] /Resources << >> >>\nendobj\n\
         4 0 obj\n<< /Length {} /Filter [/FlateDecode /FlateDecode /FlateDecode] >>\nstream\n",
        packed.len()
    )
    .into_bytes();
    pdf.extend(packed);
    pdf.extend(b"\nendstream\nendobj\n");
    let start = pdf.len();
    let places = (1..=4).map(|n| {
        let head = format!("{n} 0 obj");
        pdf.windows(head.len()).position(|at| at == head.as_bytes()).unwrap()
    });
    let table: String = places.map(|place| format!("{place:010} 00000 n \n")).collect();
    pdf.extend(format!("xref\n0 5\n0000000000 65535 f \n{table}").bytes());
    pdf.extend(format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    let told = told(&folder("a.pdf", pdf, "words"));
    assert!(told.contains("reading it failed or took too much memory"), "{told}");
}

#[test]
fn a_page_nested_without_end_is_read_flat_or_refused() {
    let page = format!("<html><body>{}words</body></html>", "<div>".repeat(20_000));
    let told = told(&folder("a.html", page, "words"));
    assert!(told.contains("nested too deep to tell the article"), "{told}");
}

#[test]
fn what_a_source_says_cannot_move_the_cursor_of_a_terminal() {
    let page = "All \u{1b}[2J\u{1b}]0;evil\u{7} words \u{9b}31m and more\r\nof them";
    let here = folder("a.txt", page, "words");
    let text = here.read("a.weigh").replace("The strait\"", "The \u{1b}[31mstrait\"");
    here.write("a.weigh", text);
    for arguments in [["quotes", "a.weigh"], ["solve", "a.weigh"], ["check", "a.weigh"]] {
        let run = here.weigh(arguments);
        assert!(!run.stdout.is_empty(), "{}", run.stderr);
        for said in [run.stdout, run.stderr] {
            assert!(!said.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{said:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_written_through_a_link_out_of_the_folder() {
    let outside = Folder::new();
    outside.write("mine.txt", "my own");
    for (link, command) in [("weigh.lock", "lock"), ("a.seal", "seal")] {
        let here = folder("a.txt", "words", "words");
        std::os::unix::fs::symlink(outside.path("mine.txt"), here.path(link)).unwrap();
        let run = here.weigh([command, "a.weigh"]);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains(&format!("{link} is a link that leads out")), "{}", run.stderr);
        assert_eq!(outside.read("mine.txt"), "my own");
        // One that stays is fine.
        here.remove(link);
        here.write("other", "");
        std::os::unix::fs::symlink("other", here.path(link)).unwrap();
        here.remove("other");
        assert_eq!(here.weigh([command, "a.weigh"]).code, 0, "{link}");
    }
}

#[test]
fn an_address_is_no_file_for_any_command() {
    let folder = Folder::new();
    for command in ["check", "draft"] {
        let run = folder.weigh([command, "https://example.org/a.html"]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("is an address: save the page"), "{}", run.stderr);
    }
}

#[test]
#[cfg(unix)]
fn links_out_of_the_folder_and_huge_files_are_not_read() {
    let secret = Folder::new();
    secret.write("secret.txt", "words that nobody may see");
    let here = folder("b.txt", "x", "words");
    here.remove("b.txt");
    std::os::unix::fs::symlink(secret.path("secret.txt"), here.path("b.txt")).unwrap();
    let out = told(&here);
    assert!(out.contains("it is a link that leads out of the assessment's folder"), "{out}");
    let page = here.weigh(["quotes", "a.weigh"]).stdout;
    assert!(!page.contains("nobody may see"), "{page}");

    // A link within the folder is fine.
    here.remove("b.txt");
    here.write("c.txt", "words");
    std::os::unix::fs::symlink("c.txt", here.path("b.txt")).unwrap();
    assert!(!told(&here).contains("link"), "{}", told(&here));

    let big = folder("big.txt", "x", "words");
    let file = std::fs::File::options().write(true).open(big.path("big.txt")).unwrap();
    file.set_len(3 << 30).unwrap();
    let out = told(&big);
    assert!(out.contains("it is 3072 MB large, and no source over 64 MB is read"), "{out}");
}

#[test]
fn the_original_is_kept_where_the_lock_is_and_found_again() {
    let here = folder("page.html", PAGE, "nobody on the quay could say");
    let run = here.weigh(["lock", "a.weigh", "--today", "2026-01-20"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let kept: Vec<_> = std::fs::read_dir(here.path(".weigh/sources"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].ends_with(".html") && kept[0].len() == 69, "{kept:?}");
    assert_eq!(here.read(&format!(".weigh/sources/{}", kept[0])), PAGE);

    // The file goes, and its copy stands in for it.
    here.remove("page.html");
    assert_eq!(told(&here), "");
    assert!(here.weigh(["quotes", "a.weigh"]).stdout.contains("[nobody on the quay could say]"));
    // A copy that is not what its name says is no copy.
    here.write(&format!(".weigh/sources/{}", kept[0]), PAGE.replace("nobody", "everybody"));
    assert!(here.weigh(["quotes", "a.weigh"]).stdout.contains("says the lock"));

    let without = folder("page.html", PAGE, "nobody on the quay could say");
    let run = without.weigh(["lock", "a.weigh", "--no-store", "--today", "2026-01-20"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!without.path(".weigh").exists());
}
