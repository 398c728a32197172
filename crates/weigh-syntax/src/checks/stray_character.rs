//! `stray-character`: a character that means nothing here.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "stray-character",
    severity: Severity::Error,
    manual: "\
The file holds a character that is part of no word, number or sign of the language.

```weigh wrong
reason presence \"Not in his interest\"
  odds x 0.5;
```

```weigh right
reason presence \"Not in his interest\"
  odds x 0.5
```
",
};

/// `found` stands at `span`.
pub(crate) fn diagnostic(span: Span, found: &str) -> Diagnostic {
    let shown: String = found.chars().take(20).collect();
    Diagnostic::new(&RULE, span, format!("`{shown}` means nothing in a Weigh file"))
        .hint("a comment begins with `#`, a text stands in double quotes")
}
