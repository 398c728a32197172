//! `doubled-row`: two rows of a table are for the same states.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-row",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
  table given f
    any: 95%, 5%
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

/// `row` is for states that the row at `before` is for already.
pub(crate) fn diagnostic(row: &View, before: Span) -> Diagnostic {
    Diagnostic::new(&RULE, row.span(), "this row is for states that have a row already")
        .label(before, "the first one")
        .hint("`any` stands for every state; take one of the rows out")
}
