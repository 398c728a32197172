//! `quantity-cycle`: a quantity is made of itself.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "quantity-cycle",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5%
quantity a = b + 1
quantity b = a + 1
```

```weigh right
question q \"Q\"
base rate 5%
quantity a = b + 1
quantity b = 5 to 7
```
",
};

/// A quantity is made of itself.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the quantity `{name}` is made of itself"))
        .hint("give one of the quantities on the way a number of its own")
}
