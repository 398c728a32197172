//! `range-without-ends`: an end of a range is not a plain number.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "range-without-ends",
    severity: Severity::Error,
    manual: "\
A range goes from a number to a number; neither end may itself be uncertain.

```weigh wrong
question q \"Q\"
quantity a = 5 to 10
base rate a to 20
```

```weigh right
question q \"Q\"
base rate 5% to 20%
```
",
};

/// An end of a range is not a plain number.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the ends of `{}` must be plain numbers", super::short(written)),
    )
    .hint("give the uncertain end a `quantity` of its own")
}
