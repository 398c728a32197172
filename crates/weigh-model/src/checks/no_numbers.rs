//! `no-numbers`: a factor has no numbers.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-numbers",
    severity: Severity::Warning,
    manual: "\
```weigh wrong
question q \"Q\"
  base 5%
  odds x 2 if f = yes
factor f
```

```weigh right
question q \"Q\"
  base 5%
  odds x 2 if f = yes
factor f
  base 5%
```
",
};

/// A factor has no numbers.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{name}` has no numbers; every state is taken as likely as another"),
    )
    .hint("add a base, as in `base 5% to 20%`, or one of the other forms")
}
