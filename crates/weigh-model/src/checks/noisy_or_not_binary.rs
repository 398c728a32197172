//! `noisy-or-not-binary`: a noisy-or has states other than no and yes.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "noisy-or-not-binary",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q: calm, crisis \"Q\"
  leak 5%
  caused by f = yes 20%
factor f
  base 5%
```

```weigh right
question q \"Q\"
  leak 5%
  caused by f = yes 20%
factor f
  base 5%
```
",
};

/// Causes make `name` true or not; it has `states`.
pub(crate) fn diagnostic(span: Span, name: &str, states: &[String]) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "causes make something true or not, and `{name}` has the states {}",
            states.join(", ")
        ),
    )
    .hint("leave its states out: it then has `no` and `yes`")
}
