//! `declaration-indented`: a declaration is indented.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "declaration-indented",
    severity: Severity::Error,
    manual: "\
Declarations begin in the first column; only their clauses are indented. It is read as a declaration
all the same.

```weigh wrong
question enters \"Will they?\"
  reason presence \"Not in his interest\"
    odds x 0.5
```

```weigh right
question enters \"Will they?\"
reason presence \"Not in his interest\"
  odds x 0.5
```
",
};

/// `word` is the declaration's keyword.
pub(crate) fn diagnostic(span: Span, word: Option<&str>) -> Diagnostic {
    let word = word.unwrap_or_default();
    Diagnostic::new(&RULE, span, format!("`{word}` opens a declaration and is indented"))
        .hint("begin the line in the first column")
}
