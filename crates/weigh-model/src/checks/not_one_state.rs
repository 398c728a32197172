//! `not-one-state`: a factor must be put in a state, and something else is said.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "not-one-state",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5%
scenario s \"S\"
  set q != yes and q = no
```

```weigh right
question q \"Q\"
base rate 5%
scenario s \"S\"
  set q = no
```
",
};

/// A factor must be put in a state, and something else is said.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{}` does not put one factor into one state", super::short(written)),
    )
    .hint("write `NAME = STATE`")
}
