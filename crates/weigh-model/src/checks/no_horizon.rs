//! `no-horizon`: a number is for a period, and there is no day until which it runs.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-horizon",
    severity: Severity::Error,
    manual: "\
A number per period, or since a date, is carried to the time from `as of` to `by`.

```weigh wrong
question q \"Q\"
base rate 5% per year
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
base rate 5% per year
```
",
};

/// A number is for a period, and there is no day until which it runs.
pub(crate) fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this is for a period, and there is no horizon to carry it to")
        .hint("add `by 2022-12-31` (a date of yours) to the question")
}
