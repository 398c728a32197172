//! `nested-too-deep`: brackets are nested deeper than anybody writes.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "nested-too-deep",
    severity: Severity::Error,
    manual: "\
Brackets, minus signs and `not` may stand inside one another up to 64 deep. Give a part of the
number a name with `quantity`, or make a part of the condition a factor of its own.
",
};

/// At `span` the nesting passes `limit`.
pub(crate) fn diagnostic(span: Span, limit: u32) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("brackets are nested more than {limit} deep"))
        .hint("give a part of it a name: `quantity part = …`")
}
