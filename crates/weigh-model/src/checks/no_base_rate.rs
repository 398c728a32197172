//! `no-base-rate`: a question has no base rate.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-base-rate",
    severity: Severity::Warning,
    manual: "\
How often do such things happen, before any reason? Without a base rate, even odds are taken, and
every reason works on them.

```weigh wrong
question q \"Q\"
reason r \"R\"
  odds x 0.5
```

```weigh right
question q \"Q\"
base rate 5% to 20% \"such cases\"
reason r \"R\"
  odds x 0.5
```
",
};

/// A question has no base rate.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` has no base rate; even odds are taken"))
        .hint("add one, as in `base rate 5% to 20% \"how often such things happen\"`")
}
