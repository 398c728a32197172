//! `states-missing`: more than one state has no probability.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "states-missing",
    severity: Severity::Error,
    manual: "\
One state may be left out: it takes what the others leave. Two cannot be told apart.

```weigh wrong
question q: none, some, full \"Q\"
  base none 20%
```

```weigh right
question q: none, some, full \"Q\"
  base none 20%, some 30%
```
",
};

/// The states `open` of `name` have no number.
pub(crate) fn diagnostic(span: Span, name: &str, open: &[&str]) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("{} states of `{name}` have no probability: {}", open.len(), super::list(open, 8)))
        .hint("one state may be left out and takes what the others leave; what is left is shared alike until then")
}
