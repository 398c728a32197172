//! `unreadable-lock`: the lock beside the assessment cannot be used.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unreadable-lock",
    severity: Severity::Warning,
    manual: "\
`weigh.lock` is written by `weigh lock` and by nobody else. This one is damaged, was edited, or was written by
a later version. It is passed over: quotes whose sources are not here count as unverified. `weigh lock` writes
a new one, which needs the sources.
",
};

/// The lock at `path` cannot be used.
pub(crate) fn diagnostic(span: Span, path: &str, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{path}` is passed over: {why}"))
        .hint("`weigh lock` writes a new one")
}
