//! `no-precision`: nothing says how reliably an actor picks the better option.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-precision",
    severity: Severity::Warning,
    manual: "\
How an actor chooses depends on how reliably he picks the better of two options. Where nothing is said, it is
taken that of two options 10 points apart he picks the better one 60% to 95% of the time.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
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

/// Nothing is said of how reliably `name` chooses.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    let message = format!(
        "nothing says how reliably `{name}` picks the better option; 60% to 95% of the time is taken"
    );
    Diagnostic::new(&RULE, span, message).hint(
        "add `picks the better of two options 10 points apart 75% to 95% of the time`, or `rational`",
    )
}
