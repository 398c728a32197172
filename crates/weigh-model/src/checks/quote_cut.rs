//! `quote-cut`: beside a quote stands a word without which it says something else.

use crate::assessment::Passage;
use crate::cut::Cut;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "quote-cut",
    severity: Severity::Warning,
    manual: "\
The words are in the source, and in the same sentence stands a word that changes what they say: `not`,
`unless`, `denied that`, `allegedly`, `unlikely`, `could`, `if`. It may stand before the quote, after it, or in
what an ellipsis leaves out. Quote it too, or say with `allow quote-cut \"…\"` why the quote says what the
source says. Only English words are looked for.
",
};

/// Beside the words at `span`, quoted from `source`, stands a qualifier.
pub(crate) fn diagnostic(span: Span, source: &str, cut: &Cut, passage: &Passage) -> Diagnostic {
    let message = format!("the quote is cut: {} in the text of `{source}`", cut.words());
    let last = |text: &str| -> String {
        let mut words: Vec<&str> = text.split_whitespace().rev().take(12).collect();
        words.reverse();
        words.join(" ")
    };
    let first = |text: &str| text.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
    Diagnostic::new(&RULE, span, message)
        .hint(format!(
            "the source has `… {} [the quote] {} …`",
            last(&passage.before),
            first(&passage.after)
        ))
        .hint("quote the word too, or say with `allow` why the source says it all the same")
}
