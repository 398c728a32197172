//! `ungraded-source`: a source reports something and has no grade.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "ungraded-source",
    severity: Severity::Warning,
    manual: "\
How strong a report is depends on how often its source reports the truth. `F` stands for a source
that cannot be judged.

```weigh wrong
source s \"S\"
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  source s
```

```weigh right
source s \"S\"
  reliability B
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  source s
```
",
};

/// A source reports something and has no grade.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "the source `{name}` reports something and has no grade; it is taken as F, 20% to 80%"
        ),
    )
    .hint("add `reliability B` (a letter of yours)")
}
