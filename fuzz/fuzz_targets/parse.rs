//! Any text: the tree is lossless, and the formatter is done after one run and changes no token.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weigh_syntax::format::format;
use weigh_syntax::kind::Kind;
use weigh_syntax::parser::parse;
use weigh_syntax::span::FileId;

fuzz_target!(|text: &str| {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.tree.text().to_string(), text, "the tree holds every byte");
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.span.start <= diagnostic.span.end);
        assert!(diagnostic.span.end as usize <= text.len());
    }
    let once = format(&parsed);
    let again = parse(FileId(0), &once);
    assert_eq!(format(&again), once, "formatting twice is formatting once");
    assert_eq!(words(&again), words(&parsed), "formatting changes no word");
});

fn words(parsed: &weigh_syntax::parser::Parse) -> Vec<(Kind, String)> {
    let tokens = parsed.tree.descendants_with_tokens().filter_map(|element| element.into_token());
    tokens
        .filter(|token| !matches!(token.kind(), Kind::Whitespace | Kind::Newline))
        .map(|token| match token.kind() {
            Kind::Comment => (Kind::Comment, token.text().trim_end().to_owned()),
            kind => (kind, token.text().to_owned()),
        })
        .collect()
}
