//! `doubled-clause`: a clause stands twice where it can hold once.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-clause",
    severity: Severity::Error,
    manual: "\
A question has one horizon, a source one grade. The first line counts.

```weigh wrong
question q \"Q\"
  by 2022-12-31
  by 2023-12-31
base rate 5%
```

```weigh right
question q \"Q\"
  by 2022-12-31
base rate 5%
```
",
};

/// `clause` says again what the one at `before` says.
pub(crate) fn diagnostic(clause: &View, before: Span) -> Diagnostic {
    let word = clause.written().split(' ').next().unwrap_or_default().to_string();
    Diagnostic::new(&RULE, clause.span(), format!("`{word}` is said a second time"))
        .label(before, "the first time")
        .hint("take one of the two out; the first one counts")
}
