//! `odds-without-base`: a reason multiplies odds of a question that has no base.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "odds-without-base",
    severity: Severity::Error,
    manual: "\
A reason's `odds` multiply the odds of a question that is made from a base. A question made by
cases, causes or a table has none.

```weigh wrong
question q \"Q\"
  yes 5% if weather = foul, 1% otherwise
factor weather: fair, foul
  base foul 30%
reason r \"R\"
  odds x 2
```

```weigh right
question q \"Q\"
  base 1%
  odds x 5 if weather = foul
factor weather: fair, foul
  base foul 30%
reason r \"R\"
  odds x 2
```
",
};

/// A reason multiplies odds of a question that has no base.
pub(crate) fn diagnostic(span: Span, question: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "`{question}` has no base whose odds could be multiplied: it is made in another way"
        ),
    )
    .hint(format!(
        "put the reason on a factor that `{question}` depends on: `odds x … because …` there"
    ))
}
