//! `too-long`: a file has more lines than any assessment.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "too-long",
    severity: Severity::Error,
    manual: "\
Only the first 20,000 lines of a file are read, so that a file that is none cannot tie up the machine.
",
};

/// A file has more lines than any assessment.
pub(crate) fn diagnostic(span: Span, n_lines: usize, limit: usize) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("this file has {n_lines} lines, and only the first {limit} are read"),
    )
    .hint("an assessment has a few hundred lines; is this the right file?")
}
