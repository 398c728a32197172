//! `number-too-large`: a number is too large to compute with.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "number-too-large",
    severity: Severity::Error,
    manual: "\
Numbers go up to about 10 to the power of 308.
",
};

/// A number is too large to compute with.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{}` is too large to compute with", super::short(written)),
    )
}
