//! `range-upside-down`: the low end of a range is not below the high one.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "range-upside-down",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 20% to 5%
```

```weigh right
question q \"Q\"
base rate 5% to 20%
```
",
};

/// The low end of a range is not below the high one.
pub(crate) fn diagnostic(span: Span, low: &str, high: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the range goes from `{low}` up to `{high}`, which is not above it"),
    )
    .hint(if low == high {
        format!("write `{low}` alone")
    } else {
        format!("write `{high} to {low}`")
    })
}
