//! `choice-without-actor`: a choice stands where no actor owns it.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "choice-without-actor",
    severity: Severity::Error,
    manual: "\
Somebody chooses: a `choice` stands under the `actor` whose it is.

```weigh wrong
question q \"Q\"
  choice go: no, yes
base rate 5%
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

/// The choice `name` belongs to nobody.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("nobody owns the choice `{name}`"))
        .hint("put it under the actor who chooses: `actor NAME` with the choice indented below")
}
