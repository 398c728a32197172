//! `no-question`: nothing is asked.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "no-question",
    severity: Severity::Error,
    manual: "\
An assessment answers a question; without one there is nothing to solve.

```weigh wrong
assessment \"Title\"
  as of 2022-10-14
```

```weigh right
assessment \"Title\"
  as of 2022-10-14
question q \"Will it happen?\"
base rate 5%
```
",
};

/// Nothing is asked.
pub(crate) fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this file asks nothing: there is no `question`")
        .hint("add one: `question enters \"Will they enter?\"`")
}
