//! `impossible-level`: a level is not one an interval can have.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-level",
    severity: Severity::Error,
    manual: "\
```weigh wrong
assessment \"A\"
  as of 2022-10-14
  level 100%
question q \"Q\"
base rate 5%
```

```weigh right
assessment \"A\"
  as of 2022-10-14
  level 80%
question q \"Q\"
base rate 5%
```
",
};

/// A level is not one an interval can have.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{}` is no level of an interval", super::short(written)))
        .hint("a level is between 1% and 99.9%; the usual one is `level 90%`")
}
