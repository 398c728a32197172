//! `quote-not-in-source`: a quote is not in its source.

use crate::quotes::Nearest;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "quote-not-in-source",
    severity: Severity::Error,
    manual: "\
A quote is verbatim, up to typography: kinds of quotes and dashes, spaces and line breaks do not
count. Words that were left out are marked with `[…]`. `weigh quotes` shows the closest passage with the
difference word by word.
",
};

/// The words at `span` are not in the text of `source`; `nearest` is where they come closest, and
/// `elsewhere` another source whose text has them.
pub(crate) fn diagnostic(
    span: Span,
    source: &str,
    nearest: Option<&Nearest>,
    elsewhere: Option<&str>,
) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&RULE, span, format!("these words are not in the text of `{source}`"));
    match (elsewhere, nearest) {
        (Some(other), _) => diagnostic.hint(format!("they are in the text of `{other}`")),
        (None, Some(near)) if near.found_prefix.is_empty() => diagnostic.hint(format!(
            "the closest passage begins `{}`, the quote `{}`",
            near.then_source, near.then_quote
        )),
        (None, Some(near)) => diagnostic.hint(format!(
            "after `{}` the source goes on `{}`, the quote `{}`",
            near.found_prefix, near.then_source, near.then_quote
        )),
        (None, None) => diagnostic.hint("no passage comes close; is it another source?"),
    }
}
