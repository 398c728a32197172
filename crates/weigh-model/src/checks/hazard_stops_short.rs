//! `hazard-stops-short`: the last hazard ends before the horizon.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "hazard-stops-short",
    severity: Severity::Error,
    manual: "\
After the last hazard nothing could happen any more, which nobody has said. If that is meant, a last
line says it: `hazard 0 per month`.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
  hazard 0.1 per month until 2022-11-01
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
  hazard 0.1 per month until 2022-11-01
  hazard 0.5 per month
```
",
};

/// The hazards of `name` end on `until`, before the horizon `by`.
pub(crate) fn diagnostic(span: Span, name: &str, until: &str, by: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the hazards of `{name}` end on {until}, and its horizon is {by}"),
    )
    .hint("add a line without `until` for the time after, or leave this `until` out")
}
