//! `half-rates`: only one of hit and false alarm is given.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "half-rates",
    severity: Severity::Error,
    manual: "\
How strong a report is depends on both: how often it is made if true, and how often if false.

```weigh wrong
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  hit 80%
```

```weigh right
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  hit 80%
  false alarm 20%
```
",
};

/// Only one of hit and false alarm is given.
pub(crate) fn diagnostic(span: Span, missing: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("there is no `{missing}`, and the other alone says nothing"),
    )
    .hint(format!("add `{missing} 20%` (a number of yours), or take the other out"))
}
