//! `states-not-100`: the probabilities of the states do not add up to 100%.

use crate::assessment::Number;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "states-not-100",
    severity: Severity::Error,
    manual: "\
The probabilities of a factor's states add up to 100%. Of a range its middle is taken, and half a
point in a hundred is forgiven where there are ranges. `rest` gives a state what the others leave.
When the ranges are drawn, each draw is divided by its sum.

```weigh wrong
question q: none, some, full \"Q\"
  base none 20%, some 35% to 45%, full 55%
```

```weigh right
question q: none, some, full \"Q\"
  base none 20%, some 35% to 45%, full rest
```
",
};

/// Holds the middles of the stated probabilities against 100%; where `all` states have one, they must reach it.
///
/// Points must add up to within a millionth; middles of ranges are rough, so half a point is allowed.
pub(crate) fn check(
    span: Span,
    name: &str,
    stated: &[(&str, &Number)],
    all: bool,
) -> Option<Diagnostic> {
    let mut sum = 0.0;
    let mut rough = false;
    for (_, number) in stated {
        sum += number.value(true)?;
        rough |= number.value(false).is_none();
    }
    let slack = if rough { 5e-3 } else { 1e-6 };
    if sum <= 1.0 + slack && (!all || sum >= 1.0 - slack) {
        return None;
    }
    let percent = |p: f64| super::percent(p);
    let mut diagnostic = Diagnostic::new(
        &RULE,
        span,
        format!("the states of `{name}` add up to {}, not 100%", percent(sum)),
    );
    for (state, number) in stated {
        let middle = number.value(true).unwrap_or_default();
        let is_range = number.value(false).is_none();
        let text = if is_range {
            format!("`{state}` {}, the middle of the range", percent(middle))
        } else {
            format!("`{state}` {}", percent(middle))
        };
        diagnostic = diagnostic.label(number.span, text);
    }
    let last = stated.last().and_then(|(_, number)| number.value(true)).unwrap_or_default();
    let left = 1.0 - (sum - last);
    Some(if all && left > 0.0 {
        diagnostic.hint(format!(
            "write `rest` to give one state what is left (for the last one {})",
            percent(left)
        ))
    } else {
        diagnostic.hint("lower one of them")
    })
}

/// The states of `name` add up to `sum` in one case of its conditions.
pub(crate) fn in_case(span: Span, name: &str, case: &str, sum: f64) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the states of `{name}` add up to {}, not 100%, where {case}", super::percent(sum)),
    )
    .hint("write `rest` to give one state what the others leave")
}

/// New probabilities add up to `sum` and leave `n_open` states open.
pub(crate) fn revision(span: Span, sum: f64, n_open: usize) -> Diagnostic {
    let open = if n_open > 1 { format!(" and leave {n_open} states open") } else { String::new() };
    Diagnostic::new(
        &RULE,
        span,
        format!("the new probabilities add up to {}{open}", super::percent(sum)),
    )
    .hint("give every state a number, or one of them `rest`")
}
