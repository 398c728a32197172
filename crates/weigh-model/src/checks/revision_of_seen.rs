//! `revision-of-seen`: a factor that was observed is given new probabilities.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "revision-of-seen",
    severity: Severity::Error,
    manual: "\
What is observed is seen without doubt, so no other state has any probability left that `revises`
could give it. The observation counts and the revision is left out.

```weigh wrong
question q \"Q\"
base rate 5%
factor f
  yes 60% if q = yes, 10% otherwise
evidence seen \"Seen\"
  observes f = no
evidence thought \"On second thoughts\"
  revises f: yes 80%, no rest
```

```weigh right
question q \"Q\"
base rate 5%
factor f
  yes 60% if q = yes, 10% otherwise
evidence thought \"On second thoughts\"
  revises f: yes 80%, no rest
```
",
};

/// `state` of `name` is given a probability, and `item` has seen that it is not so.
pub(crate) fn diagnostic(
    span: Span,
    seen: Span,
    item: &str,
    name: &str,
    state: &str,
) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the evidence `{item}` observes that `{name}` is not `{state}`, so its new probabilities count for nothing"),
    )
    .label(seen, "the observation, which counts")
    .hint("take the revision out; or, if the observation may be wrong, write `reports` in place of `observes`")
}
