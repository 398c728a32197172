//! `impossible-cost`: a look can cost nothing or something, not less.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-cost",
    severity: Severity::Error,
    manual: "\
What it costs to look an indicator up is a number from 0, in any unit that is the same all over the
file: hours, euros, points. Of a range the middle counts. Until it is put right the look counts as 1.

```weigh wrong
question q \"Q\"
base rate 5%
indicator i
  yes 60% if q = yes, 5% otherwise
  obtain \"gazette\" cost -2
```

```weigh right
question q \"Q\"
base rate 5%
indicator i
  yes 60% if q = yes, 5% otherwise
  obtain \"gazette\" cost 2
```
",
};

/// `written` is no cost.
pub(crate) fn diagnostic(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{}` is no cost", super::short(written)))
        .hint("write a number from 0, as in `cost 2`, or leave `cost` out")
}
