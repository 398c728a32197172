//! `range-touches-border`: a range of a probability begins at 0% or ends at 100%.

use crate::assessment::Number;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "range-touches-border",
    severity: Severity::Error,
    manual: "\
`a to b` leaves some probability below `a` and some above `b` (5% each, at the default level), so a
range of a probability can neither begin at 0% nor end at 100%.

```weigh wrong
question q \"Q\"
base rate 0% to 5%
```

```weigh right
question q \"Q\"
base rate uniform(0%, 5%)
```
",
};

/// An interval that leaves 5% on each side cannot begin or end where nothing is left.
pub(crate) fn diagnostic(number: &Number) -> Diagnostic {
    let written = super::short(&number.written);
    let inner = written.replace(" to ", ", ");
    Diagnostic::new(&RULE, number.span, format!("`{written}` begins at 0% or ends at 100%, and some of the probability must lie outside it"))
        .hint(format!("write `uniform({inner})` for anything in between alike, or move the end, as in `0.1%` or `99.9%`"))
}
