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

/// Counts are not so many ranges in so many.
pub(crate) fn record(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{}` is no record", super::short(written)))
        .hint("a record is written `12 of 20`: ranges that held the truth, then all of them")
}
