//! `one-sided`: everything that tells speaks for the same side.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "one-sided",
    severity: Severity::Warning,
    manual: "\
Of the items that tell the outcomes apart (at least three, by themselves, with the letters C or I of
`weigh matrix`) all speak for the focus outcome, or all against it. That happens in the world; more often
it is what one finds who looked for support. Ask what somebody would cite who thinks otherwise, and what
was looked for and not seen.

```weigh wrong
question q \"Q\"
base rate 20%
reason a \"A\"
  odds x 2
reason b \"B\"
  odds x 3
reason c \"C\"
  odds x 2
```

```weigh right
question q \"Q\"
base rate 20%
reason a \"A\"
  odds x 2
reason b \"B\"
  odds x 3
reason c \"C\"
  odds x 0.5
```
",
};

/// All `n_items` of the question at `span` speak for `outcome`, or all against it.
pub(crate) fn diagnostic(
    span: Span,
    outcome: &str,
    speaks_for: bool,
    n_items: usize,
) -> Diagnostic {
    let side = if speaks_for { "for" } else { "against" };
    let message = format!(
        "all {n_items} items that tell anything speak {side} `{outcome}`, and none the other way"
    );
    Diagnostic::new(&RULE, span, message).hint(
        "what would somebody cite who thinks otherwise, and what was looked for and not seen?",
    )
}
