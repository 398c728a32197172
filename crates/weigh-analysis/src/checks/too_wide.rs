//! `too-wide`: the model is too entangled to be solved exactly.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "too-wide",
    severity: Severity::Error,
    manual: "\
Exact solving makes tables over several factors at once. How large they get is known before any is
made; above the limit nothing is started.
",
};

/// The tables that solving needs are over the limit; `why` has the figures.
pub(crate) fn diagnostic(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the model is too entangled to be solved exactly: {why}"))
        .hint("make factors depend on fewer others, or put a factor between")
}
