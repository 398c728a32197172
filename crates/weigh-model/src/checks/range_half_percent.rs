//! `range-half-percent`: one end of a range is in percent and the other is not.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "range-half-percent",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5 to 20%
```

```weigh right
question q \"Q\"
base rate 5% to 20%
```
",
};

/// One end of a range is in percent and the other is not.
pub(crate) fn diagnostic(span: Span, low: &str, high: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("one end of `{low} to {high}` is in percent and the other is not"),
    )
    .hint(format!("write `{}% to {}%`", low.trim_end_matches('%'), high.trim_end_matches('%')))
}
