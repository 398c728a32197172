//! `impossible-distribution`: a distribution has parameters it cannot have.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-distribution",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate beta(0, 18)
```

```weigh right
question q \"Q\"
base rate beta(2, 18)
```
",
};

/// A distribution has parameters it cannot have.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` cannot have these parameters"))
        .hint("`beta(a, b)` takes two positive numbers, `uniform(low, high)` a lower and a higher one, `normal(mean, sd)` and `lognormal(mu, sigma)` a positive second one, `min` and `max` at least two")
}
