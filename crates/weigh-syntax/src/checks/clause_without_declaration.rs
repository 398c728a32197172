//! `clause-without-declaration`: an indented line has no declaration above it.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "clause-without-declaration",
    severity: Severity::Error,
    manual: "\
An indented line is a clause of the declaration above it, and here there is none.

```weigh wrong
  as of 2022-10-14
```

```weigh right
assessment \"Title\"
  as of 2022-10-14
```
",
};

/// The line stands at `span`.
pub(crate) fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this line is indented and there is no declaration above it").hint(
        "a file begins with a declaration in the first column, such as `assessment \"Title\"`",
    )
}
