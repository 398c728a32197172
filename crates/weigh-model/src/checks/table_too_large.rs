//! `table-too-large`: a table has more cells than are worked with.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "table-too-large",
    severity: Severity::Error,
    manual: "\
A table has a row for each combination of its parents' states, so it doubles with each parent, and
so does the time that each draw takes. More than 32,768 cells are refused before any memory is taken:
base and odds with 15 lines, each on a factor of two states of its own. Cases, and up to eight lines of odds,
on up to 256 factors are no such table, unless very much of what they ask must be kept in mind from
one factor to the next. Causes (`caused by`) may be as many as you like.
",
};

/// A table has more cells than are worked with.
pub(crate) fn diagnostic(span: Span, name: &str, n_parents: usize) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the table of `{name}` has too many cells: it depends on {n_parents} factors"),
    )
    .hint("put factors between, or use base and odds with fewer lines, or causes")
}
