//! `clause-not-indented`: a clause stands in the first column.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "clause-not-indented",
    severity: Severity::Error,
    manual: "\
Clauses stand indented below the declaration that they belong to. It is read as one of the
declaration above all the same.

```weigh wrong
reason presence \"Not in his interest\"
odds x 0.5
```

```weigh right
reason presence \"Not in his interest\"
  odds x 0.5
```
",
};

/// `word` is the clause's keyword.
pub(crate) fn diagnostic(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{word}` is a clause and is not indented"))
        .hint("put two spaces before it: it belongs to the declaration above")
}
