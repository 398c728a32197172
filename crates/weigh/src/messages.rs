//! Diagnostics as people and tools read them: with source lines, on one line, or as JSON.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};
use weigh_syntax::diag::{Diagnostic, Label, Severity};
use weigh_syntax::span::{FileId, Files, SourceFile, Span};

/// Whether text may hold the escape codes that colour it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// Plain text.
    #[default]
    Never,
    /// Colours for a terminal.
    Always,
}

/// Shows a diagnostic with the lines that it is about, and what to do.
///
/// The last line ends with a line break.
pub fn render(files: &Files, diagnostic: &Diagnostic, colour: Colour) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.rule.slug);
    let report: Group<'_> = title.elements(snippets(files, diagnostic));
    let mut out = renderer.render(&[report]);
    out.push('\n');
    let slug = diagnostic.rule.slug;
    let manual = format!("`weigh explain {slug}` says more");
    for hint in diagnostic.hints.iter().chain([&manual]) {
        let (start, end) = match colour {
            Colour::Never => ("", ""),
            Colour::Always => ("\u{1b}[1m\u{1b}[96m", "\u{1b}[0m"),
        };
        out.push_str(&format!("{start}hint{end}: {}\n", printable(hint)));
    }
    out
}

/// Shows a diagnostic on one line, as editors and other tools read it.
pub fn render_line(files: &Files, diagnostic: &Diagnostic) -> String {
    let place = files.line_column(diagnostic.span);
    format!(
        "{}:{}:{}: {}[{}]: {}",
        printable(&files.get(diagnostic.span.file).path),
        place.line,
        place.column,
        severity_word(diagnostic.severity()),
        diagnostic.rule.slug,
        printable(&diagnostic.message),
    )
}

/// A diagnostic as JSON: lines and columns from 1, columns in characters.
pub fn to_json(files: &Files, diagnostic: &Diagnostic) -> Value {
    let mut out = json!({
        "severity": severity_word(diagnostic.severity()),
        "slug": diagnostic.rule.slug,
        "message": diagnostic.message,
    });
    add_place(files, diagnostic.span, &mut out);
    out["labels"] = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut out = json!({});
            add_place(files, label.span, &mut out);
            out["text"] = json!(label.text);
            out
        })
        .collect();
    out["hints"] = json!(diagnostic.hints);
    out
}

/// What a severity is called, everywhere: `error`, `warning`, `note`.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn add_place(files: &Files, span: Span, out: &mut Value) {
    let file = files.get(span.file);
    let (start, end) = (file.line_column(span.start), file.line_column(span.end.max(span.start)));
    out["file"] = json!(file.path);
    out["line"] = json!(start.line);
    out["column"] = json!(start.column);
    out["end_line"] = json!(end.line);
    out["end_column"] = json!(end.column);
}

/// One excerpt per file: the diagnostic's own first.
fn snippets<'a>(
    files: &'a Files,
    diagnostic: &'a Diagnostic,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut ids: Vec<FileId> = vec![diagnostic.span.file];
    for label in &diagnostic.labels {
        if !ids.contains(&label.span.file) {
            ids.push(label.span.file);
        }
    }
    ids.into_iter().map(|id| snippet(files.get(id), id, diagnostic)).collect()
}

fn snippet<'a>(
    file: &'a SourceFile,
    id: FileId,
    diagnostic: &'a Diagnostic,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let primary_text = diagnostic.labels.iter().find(|label| label.span == diagnostic.span);
    let primary = (diagnostic.span, AnnotationKind::Primary, primary_text.map(|l| &l.text));
    let others = diagnostic
        .labels
        .iter()
        .filter(|label| label.span != diagnostic.span)
        .map(|label: &Label| (label.span, AnnotationKind::Context, Some(&label.text)));
    let places: Vec<_> =
        std::iter::once(primary).chain(others).filter(|(span, ..)| span.file == id).collect();

    // Only the lines between the first and the last place are handed over: one fault in a long
    // file must not cost a walk over the whole file.
    let text = file.text.as_str();
    let ranges: Vec<_> = places.iter().map(|(span, ..)| clamp(text, *span)).collect();
    let first = ranges.iter().map(|range| range.start).min().unwrap_or(0);
    let last = ranges.iter().map(|range| range.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let annotations = places.iter().zip(ranges).map(|((_, kind, label), range)| {
        let annotation = kind.span(range.start - start..range.end - start);
        match label {
            Some(label) if !label.is_empty() => annotation.label(printable(label)),
            _ => annotation,
        }
    });
    Snippet::source(&text[start..end])
        .path(printable(&file.path))
        .line_start(file.line_column(start as u32).line as usize)
        .annotations(annotations)
}

/// The span's bytes within the text, on borders of characters.
fn clamp(text: &str, span: Span) -> std::ops::Range<usize> {
    let border = |byte: u32| {
        let mut byte = (byte as usize).min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    };
    let start = border(span.start);
    start..border(span.end).max(start)
}

/// The text without control characters: a file cannot move the cursor of its reader's terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use weigh_syntax::diag::Rule;

    static RULE: Rule = Rule { slug: "states-not-100", severity: Severity::Error, manual: "" };
    static DOUBT: Rule = Rule { slug: "no-date", severity: Severity::Warning, manual: "" };

    const TEXT: &str =
        "factor pressure: none, some, full\n  base none 20%,\n    some 35% to 45%,\n    full 55%\n";

    fn span_of(text: &str, words: &str) -> Span {
        let start = text.find(words).unwrap() as u32;
        Span::new(FileId(0), start, start + words.len() as u32)
    }

    fn files(text: &str) -> Files {
        let mut files = Files::default();
        files.add(SourceFile::new("belarus.weigh", text));
        files
    }

    fn states_not_100() -> Diagnostic {
        let message = "the states of `pressure` add up to 115%, not 100%";
        Diagnostic::new(&RULE, span_of(TEXT, "full 55%"), message)
            .label(span_of(TEXT, "20%"), "20%")
            .label(span_of(TEXT, "35% to 45%"), "40%, the middle of the range")
            .label(span_of(TEXT, "full 55%"), "55%")
            .hint("write `full rest` to give one state what is left (here 40%)")
    }

    #[test]
    fn a_fault_shows_its_lines_and_what_to_type() {
        insta::assert_snapshot!(render(&files(TEXT), &states_not_100(), Colour::Never), @r"
        error[states-not-100]: the states of `pressure` add up to 115%, not 100%
         --> belarus.weigh:4:5
          |
        2 |   base none 20%,
          |             --- 20%
        3 |     some 35% to 45%,
          |          ---------- 40%, the middle of the range
        4 |     full 55%
          |     ^^^^^^^^ 55%
        hint: write `full rest` to give one state what is left (here 40%)
        hint: `weigh explain states-not-100` says more
        ");
    }

    #[test]
    fn one_line_stands_alone() {
        insta::assert_snapshot!(render_line(&files(TEXT), &states_not_100()), @"belarus.weigh:4:5: error[states-not-100]: the states of `pressure` add up to 115%, not 100%");
    }

    #[test]
    fn json_has_every_place() {
        insta::assert_json_snapshot!(to_json(&files(TEXT), &states_not_100()), @r#"
        {
          "severity": "error",
          "slug": "states-not-100",
          "message": "the states of `pressure` add up to 115%, not 100%",
          "file": "belarus.weigh",
          "line": 4,
          "column": 5,
          "end_line": 4,
          "end_column": 13,
          "labels": [
            {
              "file": "belarus.weigh",
              "line": 2,
              "column": 13,
              "end_line": 2,
              "end_column": 16,
              "text": "20%"
            },
            {
              "file": "belarus.weigh",
              "line": 3,
              "column": 10,
              "end_line": 3,
              "end_column": 20,
              "text": "40%, the middle of the range"
            },
            {
              "file": "belarus.weigh",
              "line": 4,
              "column": 5,
              "end_line": 4,
              "end_column": 13,
              "text": "55%"
            }
          ],
          "hints": [
            "write `full rest` to give one state what is left (here 40%)"
          ]
        }
        "#);
    }

    #[test]
    fn columns_are_right_after_names_in_any_script() {
        let text = "reason Łukaszenka_官 \"Łódź\" odds\n";
        let fault = Diagnostic::new(&DOUBT, span_of(text, "odds"), "`odds` is one too many");
        insta::assert_snapshot!(render(&files(text), &fault, Colour::Never), @r#"
        warning[no-date]: `odds` is one too many
         --> belarus.weigh:1:28
          |
        1 | reason Łukaszenka_官 "Łódź" odds
          |                             ^^^^
        hint: `weigh explain no-date` says more
        "#);
        insta::assert_snapshot!(render_line(&files(text), &fault), @"belarus.weigh:1:28: warning[no-date]: `odds` is one too many");
    }

    #[test]
    fn the_end_of_a_file_can_be_pointed_at() {
        let text = "question q\n  by";
        let end = text.len() as u32;
        let fault = Diagnostic::new(&RULE, Span::new(FileId(0), end, end), "a date is missing");
        insta::assert_snapshot!(render(&files(text), &fault, Colour::Never), @r"
        error[states-not-100]: a date is missing
         --> belarus.weigh:2:5
          |
        2 |   by
          |     ^
        hint: `weigh explain states-not-100` says more
        ");
    }

    #[test]
    fn places_in_two_files_are_shown_in_both() {
        let mut files = files("include \"more.weigh\"\nsource a \"A\"\n");
        files.add(SourceFile::new("more.weigh", "\n\nsource a \"B\"\n"));
        let fault = Diagnostic::new(&RULE, Span::new(FileId(1), 9, 10), "`a` is there twice")
            .label(Span::new(FileId(0), 28, 29), "first here");
        insta::assert_snapshot!(render(&files, &fault, Colour::Never), @r#"
        error[states-not-100]: `a` is there twice
         --> more.weigh:3:8
          |
        3 | source a "B"
          |        ^
          |
         ::: belarus.weigh:2:8
          |
        2 | source a "A"
          |        - first here
        hint: `weigh explain states-not-100` says more
        "#);
    }

    #[test]
    fn a_file_cannot_send_escape_codes_to_the_terminal() {
        let text = "a \u{1b}[31m b\n";
        let fault = Diagnostic::new(&RULE, Span::new(FileId(0), 2, 3), "\u{1b}[2J is odd")
            .label(Span::new(FileId(0), 2, 3), "\u{1b}[2J")
            .hint("\u{1b}[2J");
        assert!(!render(&files(text), &fault, Colour::Never).contains('\u{1b}'));
        assert!(!render_line(&files(text), &fault).contains('\u{1b}'));
    }

    #[test]
    fn colour_comes_only_when_asked_for() {
        let never = render(&files(TEXT), &states_not_100(), Colour::Never);
        let always = render(&files(TEXT), &states_not_100(), Colour::Always);
        assert!(!never.contains('\u{1b}') && always.contains('\u{1b}'));
    }

    /// Whatever the text and the places, there is a message.
    #[test]
    fn no_place_breaks_the_message() {
        let texts = ["", "\n", "Łu\r\n\n官", "a\tb\re\u{301}\n", "\n\n\u{1b}x"];
        for text in texts {
            let files = files(text);
            let places: Vec<(u32, u32)> =
                (0..9).flat_map(|start| (start..9).map(move |end| (start, end))).collect();
            for (&(start, end), &(from, to)) in places.iter().zip(places.iter().rev()) {
                let fault = Diagnostic::new(&RULE, Span::new(FileId(0), start, end), "m")
                    .label(Span::new(FileId(0), from, to), "l")
                    .label(Span::new(FileId(0), to, from), "upside down");
                let shown = render(&files, &fault, Colour::Never);
                assert!(shown.starts_with("error[states-not-100]: m\n"), "{shown}");
                assert!(render_line(&files, &fault).contains("error"));
                assert!(to_json(&files, &fault)["line"].is_number());
            }
        }
    }
}
