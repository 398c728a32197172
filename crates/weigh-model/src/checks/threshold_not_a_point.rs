//! `threshold-not-a-point`: a decision turns at a range, at 0% or at 100%.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "threshold-not-a-point",
    severity: Severity::Error,
    manual: "\
`decide at` names a probability at which somebody would act otherwise. It is a plain number above 0%
and below 100%: a probability never crosses the ends, and a range is two thresholds.

```weigh wrong
question q \"Q\"
  decide at 5% to 10% \"evacuate\"
base rate 5%
```

```weigh right
question q \"Q\"
  decide at 5% \"tell the families\"
  decide at 10% \"evacuate\"
base rate 5%
```
",
};

/// A decision turns at a range, at 0% or at 100%.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "a decision cannot turn at `{}`: the threshold is a plain number above 0% and below 100%",
            super::short(written)
        ),
    )
    .hint("write `decide at 10%`; several thresholds are several lines")
}
