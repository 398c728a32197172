//! `single-state`: a factor has only one state.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "single-state",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q: yes \"Q\"
```

```weigh right
question q: no, yes \"Q\"
  base yes 5%
```
",
};

/// A factor has only one state.
pub(crate) fn diagnostic(name: &Spanned) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        name.span,
        format!("`{}` is the only state, so there is nothing to be unsure about", name.text),
    )
    .hint(format!("name what else it could be: `: {}, other`", name.text))
}
