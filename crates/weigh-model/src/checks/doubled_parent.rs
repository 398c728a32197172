//! `doubled-parent`: a table names a parent twice.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-parent",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
  table given f, f
    yes, yes: 5%, rest
factor f
  base 5%
```

```weigh right
question q \"Q\"
  table given f
    no: 5%, rest
    yes: 10%, rest
factor f
  base 5%
```
",
};

/// A table names a parent twice.
pub(crate) fn diagnostic(name: &Spanned) -> Diagnostic {
    Diagnostic::new(&RULE, name.span, format!("`{}` is named twice", name.text))
        .hint("name each parent once")
}
