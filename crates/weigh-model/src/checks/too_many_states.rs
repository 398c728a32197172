//! `too-many-states`: a factor has more states than anybody can judge.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "too-many-states",
    severity: Severity::Error,
    manual: "\
A factor has at most 64 states. What is counted or measured is a `quantity`.
",
};

/// A factor has more states than anybody can judge.
pub(crate) fn diagnostic(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("a factor has at most {limit} states"))
        .hint("group some of them, or make it a `quantity`")
}
