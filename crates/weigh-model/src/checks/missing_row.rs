//! `missing-row`: a table lacks rows.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "missing-row",
    severity: Severity::Error,
    manual: "\
A table has a row for each combination of its parents' states.

```weigh wrong
question q \"Q\"
  table given f
    yes: 90%, 10%
factor f
  base 5%
```

```weigh right
question q \"Q\"
  table given f
    no: 95%, 5%
    yes: 90%, 10%
factor f
  base 5%
```
",
};

/// A table lacks rows.
pub(crate) fn diagnostic(span: Span, name: &str, n_missing: usize, example: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "the table of `{name}` lacks {n_missing} {}, the first for {example}",
            if n_missing == 1 { "row" } else { "rows" }
        ),
    )
    .hint(format!("add `{example}: …`; `any` stands for every state"))
}
