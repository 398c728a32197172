//! `origin-cycle`: a source repeats itself by way of others.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "origin-cycle",
    severity: Severity::Error,
    manual: "\
One of the sources had it first.

```weigh wrong
source a \"A\"
  origin b
source b \"B\"
  origin a
question q \"Q\"
base rate 5%
```

```weigh right
source a \"A\"
  origin b
source b \"B\"
question q \"Q\"
base rate 5%
```
",
};

/// A source repeats itself by way of others.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` repeats this source itself"))
        .hint("leave out the origin of the one that had it first")
}
