//! The files themselves, line by line, so that a number leads to where it was set.

use maud::{Markup, html};
use weigh_analysis::findings::Findings;
use weigh_syntax::kind::Kind;
use weigh_syntax::lexer::lex;

/// The section; nothing where the page has no texts.
pub fn section(findings: &Findings) -> Markup {
    if findings.texts.is_empty() {
        return html! {};
    }
    html! {
        section #file aria-labelledby="h-file" {
            h2 #h-file { @if findings.texts.len() > 1 { "The files" } @else { "The file" } }
            p { "What all of this was computed from, as its author wrote it." }
            @for (path, text) in &findings.texts {
                details.listing {
                    summary { span dir="auto" { (path.rsplit(['/', '\\']).next().unwrap_or(path)) } }
                    ol { @for (line, parts) in lines(text).iter().enumerate() { li id=(line_id(path, line as u32 + 1)) { code { @for (kind, part) in parts { @if let Some(class) = class(*kind) { span class=(class) { (part) } } @else { (part) } } } } } }
                }
            }
        }
    }
}

/// The name of a line, from 1, as links have it.
pub fn line_id(path: &str, line: u32) -> String {
    // Whatever a path may hold, an id has no spaces and a link needs no escapes.
    let mut id = "line-".to_owned();
    for byte in path.bytes() {
        match byte {
            b'.' | b'-' | b'/' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => id.push(byte.into()),
            _ => id.push_str(&format!("_{byte:02x}")),
        }
    }
    format!("{id}-{line}")
}

/// The tokens of each line; one that ends beyond its line is cut there.
fn lines(text: &str) -> Vec<Vec<(Kind, &str)>> {
    let mut lines = vec![Vec::new()];
    for lexeme in lex(text) {
        let token = &text[lexeme.start as usize..(lexeme.start + lexeme.len) as usize];
        for (ix, part) in token.split('\n').enumerate() {
            if ix > 0 {
                lines.push(Vec::new());
            }
            let part = part.trim_end_matches('\r');
            if let (Some(line), false) = (lines.last_mut(), part.is_empty()) {
                line.push((lexeme.kind, part));
            }
        }
    }
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

fn class(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Comment => Some("k-comment"),
        Kind::Text => Some("k-text"),
        Kind::Number | Kind::Percent | Kind::Date => Some("k-number"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_makes_an_id_of_its_own() {
        assert_eq!(line_id("a/b.weigh", 7), "line-a/b.weigh-7");
        assert_eq!(line_id("a b\".weigh", 7), "line-a_20b_22.weigh-7");
        assert_eq!(line_id("_20", 7), "line-_5f20-7");
    }

    #[test]
    fn lines_are_the_lines_of_the_text() {
        let text = "question q \"a <b>\"\r\n\n  base 5% to 15% # why\n";
        let whole: Vec<String> =
            lines(text).iter().map(|line| line.iter().map(|(_, part)| *part).collect()).collect();
        assert_eq!(whole, text.lines().collect::<Vec<_>>());
        let classes: Vec<_> = lines(text)[2].iter().filter_map(|(kind, _)| class(*kind)).collect();
        assert!(classes.contains(&"k-number") && classes.contains(&"k-comment"));
    }
}
