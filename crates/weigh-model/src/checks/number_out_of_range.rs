//! `number-out-of-range`: a number is not possible where it stands.

use crate::assessment::{Number, NumberKind, Sign};
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "number-out-of-range",
    severity: Severity::Error,
    manual: "\
A probability lies between 0% and 100%; a factor on odds is above 0; a payoff lies within a million points.

```weigh wrong
question q \"Q\"
base rate 45
```

```weigh right
question q \"Q\"
base rate 45%
```
",
};

/// A probability is not between 0% and 100%; `high` is its upper end.
pub(crate) fn probability(number: &Number, high: f64) -> Diagnostic {
    let written = super::short(&number.written);
    let diagnostic = Diagnostic::new(
        &RULE,
        number.span,
        format!("`{written}` is not a probability between 0% and 100%"),
    );
    if let Some(range) = meant_as_range(number) {
        return diagnostic.hint(format!("a range is written `{range}`; `-` subtracts"));
    }
    if high > 1.0 && high <= 100.0 && !number.written.contains('%') {
        let words: Vec<String> =
            number
                .written
                .split(' ')
                .map(|word| {
                    if word.parse::<f64>().is_ok() { format!("{word}%") } else { word.to_string() }
                })
                .collect();
        return diagnostic.hint(format!("write `{}`", words.join(" ")));
    }
    diagnostic
}

/// A weight, likelihood or rate is not above 0.
pub(crate) fn weight(number: &Number) -> Diagnostic {
    let written = super::short(&number.written);
    let diagnostic = Diagnostic::new(
        &RULE,
        number.span,
        format!("`{written}` cannot be a weight: it must be above 0 and at most a million million"),
    );
    if let Some(range) = meant_as_range(number) {
        return diagnostic.hint(format!("a range is written `{range}`; `-` subtracts"));
    }
    diagnostic.hint("what speaks against is below 1, as in `odds x 0.4 to 0.8`; 1 changes nothing")
}

/// A payoff is not within what points can be.
pub(crate) fn payoff(number: &Number, most: f64) -> Diagnostic {
    let written = super::short(&number.written);
    let message =
        format!("`{written}` cannot be a payoff: it must lie between -{most} and {most} points");
    Diagnostic::new(&RULE, number.span, message)
        .hint("payoffs stand on a scale of 0 to 100 points, as in `-30 to -60`")
}

/// The range that `10-20%` was meant to be, if a number is the difference of two.
fn meant_as_range(number: &Number) -> Option<String> {
    let NumberKind::Chain(low, rest) = &number.kind else { return None };
    let [(Sign::Minus, high)] = rest.as_slice() else { return None };
    let is_point = |number: &Number| matches!(number.kind, NumberKind::Point(_));
    if !is_point(low) || !is_point(high) {
        return None;
    }
    let has_sign = low.written.ends_with('%') || !high.written.ends_with('%');
    let percent = if has_sign { "" } else { "%" };
    Some(format!("{}{percent} to {}", low.written, high.written))
}

/// A distribution without bounds stands where only some values are possible.
pub(crate) fn unbounded(number: &Number, is_probability: bool) -> Diagnostic {
    let written = super::short(&number.written);
    let (what, instead) = if is_probability {
        ("a probability", "beta(a, b)")
    } else {
        ("a weight", "lognormal(mu, sigma)")
    };
    Diagnostic::new(&RULE, number.span, format!("`{written}` can take values that {what} cannot"))
        .hint(format!("write a range, or `{instead}`"))
}
