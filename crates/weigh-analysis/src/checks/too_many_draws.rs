//! `too-many-draws`: the draws of all numbers would not fit into the memory that is allowed.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "too-many-draws",
    severity: Severity::Error,
    manual: "\
The draws of all uncertain numbers are kept while the assessment is solved. How much memory they take
is known before any is taken; above one gigabyte nothing is started. `--draws` asks for fewer.
",
};

/// `draws` draws would take `bytes`, and `limit` is allowed; `fitting` draws would fit.
pub(crate) fn diagnostic(
    span: Span,
    draws: u32,
    bytes: usize,
    limit: usize,
    fitting: usize,
) -> Diagnostic {
    let megabytes = |bytes: usize| bytes >> 20;
    let message = format!(
        "{draws} draws of all numbers take {} MB, and {} MB are allowed",
        megabytes(bytes),
        megabytes(limit)
    );
    Diagnostic::new(&RULE, span, message).hint(format!("ask for fewer: `--draws {fitting}`"))
}
