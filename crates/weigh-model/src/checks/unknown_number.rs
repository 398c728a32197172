//! `unknown-number`: a number is not known yet.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-number",
    severity: Severity::Warning,
    manual: "\
`?` stands for a number that somebody still has to think about. `check` lists them all.

```weigh wrong
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x ?
```

```weigh right
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 0.5 to 0.8
```
",
};

/// A number is not known yet.
pub(crate) fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this number is still open")
        .hint("as a weight it counts for nothing, as a probability for anything from 0% to 100%")
}
