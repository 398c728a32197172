//! `time-without-unit`: a number is for some time, and it is not said for how long.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "time-without-unit",
    severity: Severity::Error,
    manual: "\
```weigh wrong
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
base rate 5% per fortnight
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
base rate 5% per 2 weeks
```
",
};

/// A number is for some time, and it is not said for how long.
pub(crate) fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this does not say for how long").hint(
        "write `per year`, `per quarter`, `per month`, `per week`, `per day`, or `per 90 days`",
    )
}

/// It is not said in a unit of time how fast an indicator can be looked up.
pub(crate) fn within(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this does not say within how long")
        .hint("write `within 5 days`, or weeks, months, quarters or years")
}
