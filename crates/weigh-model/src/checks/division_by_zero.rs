//! `division-by-zero`: a number is divided by zero.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "division-by-zero",
    severity: Severity::Error,
    manual: "\
What is divided by zero has no value, and nothing that is made of it has one. Where the divisor is
zero in some draws only, `divisor-crosses-zero` says in how many.

```weigh wrong
question q \"Q\"
  yes 60% if ratio > 3, 10% otherwise
quantity brigades = 0
quantity ratio = 5 / brigades
```

```weigh right
question q \"Q\"
  yes 60% if ratio > 3, 10% otherwise
quantity brigades = 1 to 3
quantity ratio = 5 / brigades
```
",
};

/// The divisor is zero, whatever the uncertain numbers are.
pub(crate) fn diagnostic(span: Span, divisor: &str) -> Diagnostic {
    let divisor = super::short(divisor);
    let told = match divisor.parse::<f64>() {
        Ok(_) => "a number is divided by 0".to_string(),
        Err(_) => format!("a number is divided by `{divisor}`, which is 0"),
    };
    Diagnostic::new(&RULE, span, told)
        .hint("divide by something that is not 0, or leave the division out")
}
