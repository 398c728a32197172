//! `quote-beside-text`: a quote is in the file of its source, and not in what the source says.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "quote-beside-text",
    severity: Severity::Warning,
    manual: "\
A page of the web holds more than its article: menus, links to other articles, captions of advertisements.
The words of this quote are there, and not in the article. Often they are the headline of another article,
which its author did not write. `weigh quotes` shows where they stand.
",
};

/// The words at `span` are in a part of the file of `source` that is `what`: `a menu`.
pub(crate) fn diagnostic(span: Span, source: &str, what: &str) -> Diagnostic {
    let message =
        format!("these words are in {what} on the page of `{source}`, not in its article");
    Diagnostic::new(&RULE, span, message)
        .hint("quote the article, or name the source that these words are from")
}
