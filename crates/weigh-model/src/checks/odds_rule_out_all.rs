//! `odds-rule-out-all`: odds leave no state possible.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "odds-rule-out-all",
    severity: Severity::Error,
    manual: "\
`odds x 0` says that a state is impossible. Where the base, or other odds, have ruled out every
other state, nothing is left that could be. The odds are passed over there.

```weigh wrong
question q \"Q\"
  base 100%
  odds x 0
```

```weigh right
question q \"Q\"
  base 95%
  odds x 0.1
```
",
};

/// The odds at `span` take away the last state of `name` that is possible, in this case.
pub(crate) fn diagnostic(span: Span, name: &str, case: Option<&str>) -> Diagnostic {
    let case = case.map(|case| format!(" where {case}")).unwrap_or_default();
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "these odds leave no state of `{name}` possible{case}: the others are ruled out already"
        ),
    )
    .hint("write odds above 0, as in `odds x 0.1`, or a base below 100%")
}
