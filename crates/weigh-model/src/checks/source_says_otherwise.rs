//! `source-says-otherwise`: the file of a source states another title, date or language.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "source-says-otherwise",
    severity: Severity::Warning,
    manual: "\
Web pages, e-mails and PDF files state a title and a date of their own, and often a language. One of them is
not what the assessment says of this source. Either the wrong file was saved, or the assessment has a slip; a
date decides whether the source could have been known. Titles count as the same if half of the words of the
shorter one are in the longer one.
",
};

/// Of the source `name` the assessment says that `what` is `said`, and its file says `stated`.
pub(crate) fn diagnostic(
    span: Span,
    name: &str,
    what: &str,
    said: &str,
    stated: &str,
) -> Diagnostic {
    let message = format!("the file of `{name}` says `{what} {stated}`, the assessment `{said}`");
    Diagnostic::new(&RULE, span, message).hint("is it the right file?")
}

/// The same of its title.
pub(crate) fn title(span: Span, name: &str, said: &str, stated: &str) -> Diagnostic {
    let (said, stated) = (super::short(said), super::short(stated));
    let message = format!("the file of `{name}` is titled `{stated}`, and not `{said}`");
    Diagnostic::new(&RULE, span, message).hint("is it the right file?")
}
