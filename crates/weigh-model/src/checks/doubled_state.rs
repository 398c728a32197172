//! `doubled-state`: a state is listed twice.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-state",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q: no, yes, no \"Q\"
  base yes 5%
```

```weigh right
question q: no, yes \"Q\"
  base yes 5%
```
",
};

/// A state is listed twice.
pub(crate) fn diagnostic(name: &Spanned) -> Diagnostic {
    Diagnostic::new(&RULE, name.span, format!("the state `{}` is listed twice", name.text))
        .hint("take one of them out")
}
