//! `two-bases`: a question has two base rates.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "two-bases",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
  base 5%
base rate 10%
```

```weigh right
question q \"Q\"
base rate 10%
```
",
};

/// The base at `span` stands beside the one at `other`.
pub(crate) fn diagnostic(span: Span, other: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` has two bases"))
        .label(other, "the first one, which counts")
        .hint("take one out; to compare reference classes, make two files")
}
