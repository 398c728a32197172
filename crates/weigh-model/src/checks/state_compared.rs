//! `state-compared`: a factor is compared as if it were a number.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "state-compared",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
  yes 5% if weather > 3, 1% otherwise
factor weather: fair, foul
  base foul 30%
```

```weigh right
question q \"Q\"
  yes 5% if weather = foul, 1% otherwise
factor weather: fair, foul
  base foul 30%
```
",
};

/// The condition at `span` compares `name`, which has `states`.
pub(crate) fn diagnostic(span: Span, name: &str, states: &[String]) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` is a factor and has states, not numbers")).hint(
        format!("write `{name} = {}`, or one of: {}", states[states.len() - 1], states.join(", ")),
    )
}
