//! `number-off-quote`: a quote states a number, and the declaration that quotes it has another.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "number-off-quote",
    severity: Severity::Warning,
    manual: "\
A quantity or a base that quotes its source should hold the number that the source states. The words of the
quote are searched for numbers: digits, words such as `eight` and `two thirds of`, percentages, and counts
such as `two of the eight`; dates, years and ordinals are passed over, and of a base only shares count. One
that is among the numbers of the declaration, or inside its range, is enough. \"About\" and the like allow a
tenth on either side.

```weigh wrong
source s \"S\"
question q \"Q\"
  yes 60% if forces > 5,000, 5% otherwise
quantity forces = 400 to 600 \"Special forces\"
  quote s \"an estimated group of 4,000 to 6,000\"
```

```weigh right
source s \"S\"
question q \"Q\"
  yes 60% if forces > 5,000, 5% otherwise
quantity forces = 4,000 to 6,000 \"Special forces\"
  quote s \"an estimated group of 4,000 to 6,000\"
```
",
};

/// The quote at `span` says `said`, and `name` is `written`.
pub(crate) fn diagnostic(span: Span, said: &str, name: &str, written: &str) -> Diagnostic {
    let written = super::short(written);
    let message = format!("the quote says `{said}`, and `{name}` is `{written}`");
    Diagnostic::new(&RULE, span, message)
        .hint("take the number of the quote, or say in a note or with `allow` why it is another")
}
