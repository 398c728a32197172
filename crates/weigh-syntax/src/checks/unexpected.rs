//! `unexpected`: a line goes on in a way that no line of its kind does.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unexpected",
    severity: Severity::Error,
    manual: "\
The line begins well and then goes on in a way that cannot be read. The message says what may stand
there. The rest of the line is passed over; every other line is read.

```weigh wrong
reason presence \"Not in his interest\"
  odds 0.4 to 0.8
```

```weigh right
reason presence \"Not in his interest\"
  odds x 0.4 to 0.8
```
",
};

/// At `span` the parser wanted `what` and found `found`, or the line's end.
pub(crate) fn diagnostic(span: Span, what: &str, found: Option<&str>) -> Diagnostic {
    let found = found.map_or("the line ends".to_string(), |found| format!("found `{found}`"));
    Diagnostic::new(&RULE, span, format!("expected {what}, {found}"))
}

/// What was found is the comma in `1,5`.
pub(crate) fn decimal_comma(told: Diagnostic, whole: &str, decimals: &str) -> Diagnostic {
    told.hint(format!("decimals are written with a point: `{whole}.{decimals}`"))
}
