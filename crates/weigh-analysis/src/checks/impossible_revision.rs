//! `impossible-revision`: a new probability is given to what the evidence rules out.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-revision",
    severity: Severity::Error,
    manual: "\
Jeffrey's rule shifts probability between states that are still possible.

```weigh wrong
question q \"Q\"
base rate 5%
factor f
  yes if q = yes, 0% otherwise
evidence seen \"Seen\"
  observes q = no
evidence e \"E\"
  revises f: yes 100%, no rest
```

```weigh right
question q \"Q\"
base rate 5%
factor f
  yes 90% if q = yes, 1% otherwise
evidence seen \"Seen\"
  observes q = no
evidence e \"E\"
  revises f: yes 80%, no rest
```
",
};

/// The evidence rules out the states of `name` that a revision gives probability to.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{name}` is given a new probability in a state that the evidence rules out"),
    )
    .hint("`revises` overrides other evidence, but cannot revive what is impossible")
}
