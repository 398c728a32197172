//! `divisor-crosses-zero`: a divisor is zero in some draws, or lies on both sides of it.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "divisor-crosses-zero",
    severity: Severity::Warning,
    manual: "\
Where a divisor is 0 the quotient has no value, and where it may be as little above 0 as below it
the quotient leaps from one end to the other: its mean and what is made of it say little. The
message counts the draws.

```weigh wrong
question q \"Q\"
  yes 60% if ratio > 3, 10% otherwise
quantity reserve = -1 to 4
quantity ratio = 5 / reserve
```

```weigh right
question q \"Q\"
  yes 60% if ratio > 3, 10% otherwise
quantity reserve = 1 to 4
quantity ratio = 5 / reserve
```
",
};

/// The signs that a divisor has in the draws: how many of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signs {
    pub zero: usize,
    pub below: usize,
    pub above: usize,
}

/// `divisor` is 0 in some draws, or below it in some and above it in others.
pub(crate) fn diagnostic(span: Span, divisor: &str, signs: Signs) -> Diagnostic {
    let Signs { zero, below, above } = signs;
    let n = zero + below + above;
    let told = match zero {
        0 => format!(
            "the divisor `{divisor}` is below 0 in {below} of {n} draws and above it in {above}"
        ),
        _ => format!("the divisor `{divisor}` is 0 in {zero} of {n} draws"),
    };
    Diagnostic::new(&RULE, span, told)
        .hint("divide by something that cannot be 0, as in `max(…, 1)` or a range above 0")
}
