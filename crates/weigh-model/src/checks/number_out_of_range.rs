//! `number-out-of-range`: a number is not possible where it stands.

use crate::assessment::Number;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "number-out-of-range",
    severity: Severity::Error,
    manual: "\
A probability lies between 0% and 100%; a factor on odds is above 0.

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
    Diagnostic::new(
        &RULE,
        number.span,
        format!("`{written}` cannot be a weight: it must be above 0 and at most a million million"),
    )
    .hint("what speaks against is below 1, as in `odds x 0.4 to 0.8`; 1 changes nothing")
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
