//! `range-below-record`: somebody's ranges promise more than their record keeps.

use crate::assessment::Record;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "range-below-record",
    severity: Severity::Warning,
    manual: "\
`a to b` promises to hold the truth nine times in ten (or as often as `level` says). Most people's ranges
hold it less often. Where the file states a record and the record is so bad that ranges that kept their
promise would do as badly less than one time in twenty, the ranges taken from the same person are too
narrow, and so is the interval of the answer.

The factor is the ratio of the normal quantiles of what is promised and of what was held, in log odds for
probabilities and in logarithms for positive quantities. Widen the ranges by it and say so with `allow`,
since nobody sees from a range that it was widened; or say why these are better than those before.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
  record 12 of 20
question q \"Q\"
base rate 10% to 30%
```

```weigh right
assessment \"A\"
  as of 2022-10-14
  record 12 of 20
  allow range-below-record \"Ranges by feel, made twice as wide\"
question q \"Q\"
base rate 5% to 46%
```
",
};

/// The ranges of whom the record is about are too narrow by a factor; where one of them stands, and what it
/// would be.
pub(crate) fn diagnostic(
    record: &Record,
    level: f64,
    n_here: usize,
    factor: f64,
    (at, wider): (Span, &str),
) -> Diagnostic {
    let whose = match &record.who {
        Some(who) => format!("`{}`'s", who.text),
        None => "the author's".to_string(),
    };
    let promised = super::percent(level);
    let which = if n_here == 1 { "the one" } else { "each" };
    let message = format!(
        "{} of {} of {whose} earlier ranges held the truth, and {which} here promises {promised}",
        record.held, record.n_ranges
    );
    Diagnostic::new(&RULE, record.span, message)
        .label(at, format!("by the record this would be `{wider}`"))
        .hint(format!(
            "make {} {factor:.1} times as wide and say so with `allow`, or say there why {} better",
            if n_here == 1 { "it" } else { "them" },
            if n_here == 1 { "it is" } else { "they are" },
        ))
}
