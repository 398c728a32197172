//! `few-effective-draws`: few of the draws count.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "few-effective-draws",
    severity: Severity::Warning,
    manual: "\
Each draw of the uncertain numbers counts by how well it predicted the evidence. Where few count,
the interval is rough, and the ranges may be too narrow for what was seen.
",
};

/// Of `draws` draws about `ess` count.
pub(crate) fn diagnostic(span: Span, ess: f64, draws: u32) -> Diagnostic {
    let ess = libm::round(ess);
    Diagnostic::new(
        &RULE,
        span,
        format!("of {draws} draws only about {ess} count: the evidence was a surprise to most"),
    )
    .hint("raise `--draws`; or ask whether the ranges are too narrow for what was seen")
}
