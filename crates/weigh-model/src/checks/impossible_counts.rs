//! `impossible-counts`: counts are not so many times in so many cases.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-counts",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 40 of 3 \"cases\"
```

```weigh right
question q \"Q\"
base rate 3 of 40 \"cases\"
```
",
};

/// Counts are not so many times in so many cases.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{}` are no counts", super::short(written)))
        .hint("counts are written `3 of 40`: times, then cases, both plain numbers")
}
