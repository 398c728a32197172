//! `base-rate-unused`: a base rate stands beside a question that is made without one.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "base-rate-unused",
    severity: Severity::Warning,
    manual: "\
```weigh wrong
question q \"Q\"
  yes 5% if f = yes, 1% otherwise
factor f
  base 5%
base rate 10%
```

```weigh right
question q \"Q\"
  yes 5% if f = yes, 1% otherwise
factor f
  base 5%
```
",
};

/// A base rate stands beside a question that is made without one.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{name}` is made from other factors, so this base rate enters nothing"),
    )
    .hint("put it on the factor that it is about, as `base …`")
}
