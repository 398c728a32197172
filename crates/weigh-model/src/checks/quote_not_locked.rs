//! `quote-not-locked`: the lock beside the assessment does not have this quote.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "quote-not-locked",
    severity: Severity::Warning,
    manual: "\
`weigh.lock` says which quotes were found in which text, so that an assessment can be shared without its
sources. This quote was written or changed after the lock was. Where the source's text is here, `weigh lock`
adds it; where it is not, the quote is not verified.
",
};

/// The words at `span` are in the text of `source`, and not in the lock.
pub(crate) fn diagnostic(span: Span, source: &str) -> Diagnostic {
    let message = format!("`weigh.lock` does not have this quote from `{source}`");
    Diagnostic::new(&RULE, span, message).hint("run `weigh lock` to add it")
}

/// The words at `span` are not in the lock, and the text of `source` is not here.
pub(crate) fn without_text(span: Span, source: &str) -> Diagnostic {
    let message = format!(
        "`weigh.lock` does not have this quote from `{source}`, whose text is not here: it is unverified"
    );
    Diagnostic::new(&RULE, span, message).hint("where the text is, run `weigh lock`")
}
