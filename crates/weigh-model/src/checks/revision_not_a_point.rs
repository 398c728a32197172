//! `revision-not-a-point`: a new probability is a range.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "revision-not-a-point",
    severity: Severity::Error,
    manual: "\
`revises` sets a probability outright (Jeffrey's rule); an uncertain one has no meaning there.

```weigh wrong
question q \"Q\"
base rate 5%
evidence e \"E\"
  revises q: yes 10% to 20%, no rest
```

```weigh right
question q \"Q\"
base rate 5%
evidence e \"E\"
  revises q: yes 15%, no rest
```
",
};

/// A new probability is a range.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "`{}` is uncertain, and a new probability must be a plain number",
            super::short(written)
        ),
    )
    .hint("to say how strong evidence is, with a range, use `likelihood 2 to 4 if …, 1 otherwise`")
}
