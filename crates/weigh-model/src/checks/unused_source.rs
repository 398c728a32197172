//! `unused-source`: a source is listed and nothing is drawn from it.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unused-source",
    severity: Severity::Warning,
    manual: "\
A source that nothing quotes or names looks like support and is none.

```weigh wrong
source s \"S\"
question q \"Q\"
base rate 5%
```

```weigh right
source s \"S\"
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
  quote s \"the words\"
```
",
};

/// A source is listed and nothing is drawn from it.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("nothing is drawn from the source `{name}`"))
        .hint(format!("quote it, as in `quote {name} \"…\"`, or take it out"))
}
