//! `too-many-files`: more files are included than any assessment has.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "too-many-files",
    severity: Severity::Error,
    manual: "\
An assessment is a few files. More than 64 are not read.
",
};

/// More files are included than any assessment has.
pub(crate) fn diagnostic(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("more than {limit} files are included"))
        .hint("join some of them")
}
