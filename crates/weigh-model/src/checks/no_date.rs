//! `no-date`: the assessment does not say what day it speaks for.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-date",
    severity: Severity::Warning,
    manual: "\
What is known, and how much time is left, depends on the day. Without `as of` the day is today, and
the same file may give another answer tomorrow.

```weigh wrong
question q \"Q\"
base rate 5%
```

```weigh right
assessment \"T\"
  as of 2022-10-14
question q \"Q\"
base rate 5%
```
",
};

/// The assessment does not say what day it speaks for.
pub(crate) fn diagnostic(span: Span, today: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the assessment does not say what day it speaks for; today, {today}, is taken"))
        .hint(format!("write `as of {today}` under `assessment`, so that the same file gives the same answer tomorrow"))
}
