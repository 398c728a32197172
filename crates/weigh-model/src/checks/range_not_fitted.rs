//! `range-not-fitted`: no distribution has this range.

use crate::assessment::Number;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "range-not-fitted",
    severity: Severity::Error,
    manual: "\
A range becomes a distribution that leaves as much below it as above it. Ranges that are extremely
narrow or extremely lopsided fit none; anything in between alike is taken instead.
",
};

/// The range `number` fits no distribution: `why`.
pub(crate) fn diagnostic(number: &Number, why: &str) -> Diagnostic {
    let written = super::short(&number.written);
    let inner = written.replace(" to ", ", ");
    Diagnostic::new(&RULE, number.span, format!("no distribution has the range `{written}`: {why}"))
        .hint(format!("write `uniform({inner})`, or a wider range"))
}
