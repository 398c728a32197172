//! `hazards-out-of-order`: a hazard stands for a stretch of time that an earlier line has covered.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "hazards-out-of-order",
    severity: Severity::Error,
    manual: "\
Hazards stand in the order of time: each line holds from the end of the line before it until its own
date, and a line without `until` holds to the horizon. A line for time that is covered already
counts for nothing.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
  hazard 0.1 per month
  hazard 0.5 per month until 2022-11-01
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
  by 2022-12-31
  hazard 0.5 per month until 2022-11-01
  hazard 0.1 per month
```
",
};

/// The line before has no `until`, so nothing is left for this one.
pub(crate) fn after_open(span: Span, open: Span) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        "this hazard counts for nothing: the one before it has no `until`".to_string(),
    )
    .label(open, "holds to the horizon")
    .hint("give the line before an `until`, or put the line without one last")
}

/// The line ends no later than the one before it.
pub(crate) fn not_later(span: Span, until: &str, before: Span, before_until: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("this hazard counts for nothing: it ends on {until}, and the one before it holds until {before_until}"),
    )
    .label(before, "holds until then")
    .hint("put the lines in the order of their dates")
}
