//! `no-network`: the assessment makes no network.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-network",
    severity: Severity::Error,
    manual: "\
Something in the assessment cannot be built; the message says what. If nothing else is reported
beside it, it is a fault of ours: please send us the file.
",
};

/// The assessment makes no network.
pub(crate) fn diagnostic(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("no network can be made of this: {why}"))
}
