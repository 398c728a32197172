//! `two-sayings`: one item of evidence says two things.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "two-sayings",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5%
factor f
  yes 50% if q = yes, 5% otherwise
evidence e \"E\"
  observes f = yes
  likelihood 2 if q = yes, 1 otherwise
```

```weigh right
question q \"Q\"
base rate 5%
factor f
  yes 50% if q = yes, 5% otherwise
evidence e \"E\"
  observes f = yes
```
",
};

/// One item of evidence says two things.
pub(crate) fn diagnostic(span: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the evidence `{name}` says two things"))
        .label(first, "the first one, which counts")
        .hint("make it two items of evidence")
}
