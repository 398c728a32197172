//! `case-never-reached`: a case stands after one that always holds.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "case-never-reached",
    severity: Severity::Warning,
    manual: "\
The first case that holds counts, so nothing after `otherwise` does.

```weigh wrong
question q \"Q\"
  yes 5% otherwise, 1% if f = yes
factor f
  base 5%
```

```weigh right
question q \"Q\"
  yes 1% if f = yes, 5% otherwise
factor f
  base 5%
```
",
};

/// A case stands after one that always holds.
pub(crate) fn diagnostic(span: Span, before: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this case is never reached")
        .label(before, "this one always holds")
        .hint("put `otherwise` last")
}
