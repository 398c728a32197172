//! `impossible-date`: a date is not in the calendar.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-date",
    severity: Severity::Error,
    manual: "\
The calendar has no such day. An assessment whose day cannot be read speaks for today.

```weigh wrong
assessment \"Title\"
  as of 2022-02-30
```

```weigh right
assessment \"Title\"
  as of 2022-02-28
```
",
};

/// A date is not in the calendar.
pub(crate) fn diagnostic(span: Span, why: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, why.to_string())
        .hint("dates are written `2022-10-14`, `2022-10` or `2022`")
}
