//! `two-forms`: a factor is made in two ways at once.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "two-forms",
    severity: Severity::Error,
    manual: "\
A factor uses one of four forms: a base with odds, cases per state, causes (noisy-or), or a table.

```weigh wrong
question q \"Q\"
  base 5%
  yes 5% if f = yes, 1% otherwise
factor f
  base 5%
```

```weigh right
question q \"Q\"
  yes 5% if f = yes, 1% otherwise
factor f
  base 5%
```
",
};

/// `clause` belongs to another form than the first one, at `first`, of `name`.
pub(crate) fn diagnostic(clause: &View, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, clause.span(), format!("`{name}` is made in two ways at once"))
        .label(first, "the first way, which counts")
        .hint("use one: base and odds, cases, noisy-or, or a table")
}
