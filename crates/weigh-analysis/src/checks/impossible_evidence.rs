//! `impossible-evidence`: the evidence cannot all be true.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-evidence",
    severity: Severity::Error,
    manual: "\
What was observed and reported contradicts the model or itself, whatever the uncertain numbers are.
The message names a smallest set that is impossible by itself. Nothing can be answered until one of
them is taken back or the table that rules it out allows for it.

```weigh wrong
question q \"Q\"
base rate 5%
factor f
  yes if q = yes, 0% otherwise
evidence e \"E\"
  observes f = yes
evidence g \"G\"
  observes q = no
```

```weigh right
question q \"Q\"
base rate 5%
factor f
  yes 100% if q = yes, 1% otherwise
evidence e \"E\"
  observes f = yes
evidence g \"G\"
  observes q = no
```
",
};

/// Nothing is possible even before anything is seen.
pub(crate) fn without_evidence(span: Span) -> Diagnostic {
    let told = "the numbers leave nothing possible, whatever the evidence".to_string();
    Diagnostic::new(&RULE, span, told)
        .hint("look for odds, likelihoods or quantities that are 0 where nothing else is left")
}

/// The evidence cannot all be true.
pub(crate) fn diagnostic(span: Span, names: &[String], others: &[Span]) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(
        &RULE,
        span,
        format!("the evidence cannot all be true: {} cannot", super::together(names)),
    );
    for &other in others {
        diagnostic = diagnostic.label(other, "together with this");
    }
    diagnostic.hint("take one of them back, or allow for it: no table may say 0% to what was seen")
}
