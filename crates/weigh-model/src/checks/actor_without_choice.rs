//! `actor-without-choice`: an actor chooses nothing.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "actor-without-choice",
    severity: Severity::Error,
    manual: "\
What an actor wants enters the model through what he chooses, and through nothing else.

```weigh wrong
question q \"Q\"
base rate 5%
actor ruler \"R\"
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```

```weigh right
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```
",
};

/// The actor `name` has no choice.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{name}` chooses nothing, so that nothing depends on what he wants"),
    )
    .hint("add what he chooses, as in `choice order: refuse, send`")
}
