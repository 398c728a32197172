//! `unreadable-source`: the text of a source is there and cannot be read.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unreadable-source",
    severity: Severity::Error,
    manual: "\
The file is there, and is no text that can be read: not UTF-8, too large, a folder, or not allowed.
",
};

/// The text of a source is there and cannot be read.
pub(crate) fn diagnostic(span: Span, name: &str, path: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the text of `{name}` cannot be read (`{path}`): {why}"))
        .hint("its quotes are unverified")
}
