//! `choice-not-followed`: what actors do could not be followed to the stated precision.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "choice-not-followed",
    severity: Severity::Warning,
    manual: "\
Where actors choose with an eye on each other, what they do is followed from where everybody chooses at
random up to the stated precision. Where that way cannot be followed to its end, the answer is that of the
last point on it. A lower precision, or somebody who knows of the other's choice, takes the difficulty away.
",
};

/// The choices `names` were followed to `part` of the stated precision, where the equations hold to `residual`.
pub(crate) fn diagnostic(span: Span, names: &[String], part: f64, residual: f64) -> Diagnostic {
    let names = super::together(names);
    let message = format!(
        "{names} could be followed to {} of the stated precision only, with a residual of {residual:e}",
        super::percent(part)
    );
    Diagnostic::new(&RULE, span, message)
        .hint("lower the precision, or say who knows of whose choice")
}
