//! `claim-off-number`: the word that the text uses does not fit the number.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "claim-off-number",
    severity: Severity::Warning,
    manual: "\
`claims` holds the word of the prose against the number of the model.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
  claims \"unlikely\" on icd203
question q \"Q\"
base rate 5%
```

```weigh right
assessment \"A\"
  as of 2022-10-14
  claims \"very unlikely\" on icd203
question q \"Q\"
base rate 10%
```
",
};

/// What the model says in whole points, or with a decimal in the outer points or where whole ones would lie in the band.
fn told(band: (f64, f64), p: f64) -> String {
    let whole = libm::round(100.0 * p) / 100.0;
    let is_plain = (0.01..=0.99).contains(&p) && !(band.0..=band.1).contains(&whole);
    super::percent(if is_plain { whole } else { p })
}

/// The claim at `span` says `word` (from `low` to `high`), and the model `p`, which is called `fitting`.
pub(crate) fn diagnostic(
    span: Span,
    word: &str,
    band: (f64, f64),
    p: f64,
    fitting: Option<&str>,
) -> Diagnostic {
    let percent = super::percent;
    let message = format!(
        "the text says `{word}`, which is {} to {}, and the model says {}",
        percent(band.0),
        percent(band.1),
        told(band, p)
    );
    let diagnostic = Diagnostic::new(&RULE, span, message);
    match fitting {
        Some(fitting) => diagnostic.hint(format!(
            "on the same scale that is `{fitting}`; change the word, or find the number that is off"
        )),
        None => diagnostic.hint("no word of that scale covers it: give the number alone"),
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn no_more_digits_than_draws_support_nor_fewer_than_tell_it_from_the_word() {
        assert_eq!(told((0.2, 0.45), 0.102), "10%");
        assert_eq!(told((0.2, 0.45), 0.198), "19.8%");
        assert_eq!(told((0.2, 0.45), 0.0043), "0.4%");
    }
}
