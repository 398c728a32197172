//! `choice-with-numbers`: a question is chosen and has numbers of its own.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "choice-with-numbers",
    severity: Severity::Error,
    manual: "\
What an actor chooses has no base rate and no odds: its probability follows from what he wants.

```weigh wrong
question go \"Q\"
  base 5%
actor ruler \"R\"
  choice go
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if go = yes
```

```weigh right
question go \"Q\"
actor ruler \"R\"
  choice go
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if go = yes
```
",
};

/// The question `name`, declared at `declared`, has numbers beside the choice.
pub(crate) fn diagnostic(span: Span, declared: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{name}` has numbers of its own, so that nobody can choose it"),
    )
    .label(declared, "")
    .hint("take the numbers out of the question, or the choice out of the actor; the numbers count")
}
