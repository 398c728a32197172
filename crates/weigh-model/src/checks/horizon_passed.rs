//! `horizon-passed`: the horizon lies before the day the assessment speaks for.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "horizon-passed",
    severity: Severity::Error,
    manual: "\
```weigh wrong
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-09-30
base rate 5%
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
base rate 5%
```
",
};

/// The horizon lies before the day the assessment speaks for.
pub(crate) fn diagnostic(span: Span, by: &str, as_of: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the horizon {by} has passed on {as_of}, the day the assessment speaks for"),
    )
    .hint("move `by`, or `as of`")
}
