//! `text-not-closed`: a text in quotes has no closing quote on its line.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "text-not-closed",
    severity: Severity::Error,
    manual: "\
A text begins and ends on one line, with `\"` on both sides or with `“` and `”`. A quote inside is
written `\\\"`.

```weigh wrong
reason presence \"Not in his interest
```

```weigh right
reason presence \"Not in his interest\"
```
",
};

/// The text begins at `span` and should end in `close`.
pub(crate) fn diagnostic(span: Span, close: char) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("this text is not closed: there is no `{close}` before the line ends"),
    )
    .hint("a text stands on one line; a quote inside it is written `\\\"`")
}
