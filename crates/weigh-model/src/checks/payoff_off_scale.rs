//! `payoff-off-scale`: a payoff leaves the scale of 0 to 100 points.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "payoff-off-scale",
    severity: Severity::Warning,
    manual: "\
Payoffs stand on a scale on which 100 points lie between the worst and the best that can happen. How often
somebody picks the better of two options is stated in the same points, so the scale must be the same for both.
For a `rational` actor it does not matter.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -2000 if q = yes
```

```weigh right
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```
",
};

/// The payoff `written` of `actor` is larger than the scale.
pub(crate) fn diagnostic(span: Span, written: &str, actor: &str) -> Diagnostic {
    let message = format!(
        "`{}` points are more than the whole scale of what `{actor}` can win or lose",
        super::short(written)
    );
    Diagnostic::new(&RULE, span, message).hint(
        "let 100 points lie between the worst and the best, and state the others in proportion",
    )
}
