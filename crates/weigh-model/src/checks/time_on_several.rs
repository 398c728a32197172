//! `time-on-several`: a period is given with probabilities of several states.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "time-on-several",
    severity: Severity::Error,
    manual: "\
Only the probability of one event, against its not happening, can be carried from one stretch of
time to another.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
question q: none, some, full \"Q\"
  by 2022-12-31
  base some 20%, full 5%, none rest per year
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q: none, some, full \"Q\"
  by 2022-12-31
  base some 20%, full 5%, none rest
```
",
};

/// A period is given with probabilities of several states.
pub(crate) fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        "a period goes with the probability of one event, and here there are several states",
    )
    .hint("state the probabilities for the time that is left, without `per` or `since`")
}
