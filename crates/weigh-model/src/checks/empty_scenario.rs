//! `empty-scenario`: a scenario changes nothing.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "empty-scenario",
    severity: Severity::Warning,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5%
scenario s \"S\"
```

```weigh right
question q \"Q\"
base rate 5%
factor f
  base 5%
scenario s \"S\"
  set f = yes
```
",
};

/// A scenario changes nothing.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the scenario `{name}` changes nothing"))
        .hint("add `set FACTOR = STATE` or `observe FACTOR = STATE`")
}
