//! `cases-incomplete`: no case holds for some states of the others.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "cases-incomplete",
    severity: Severity::Error,
    manual: "\
The first case that holds counts; where none does, there is no number. `otherwise` is what is left.

```weigh wrong
question q \"Q\"
  yes 5% if f = yes, 2% if g = yes
factor f
  base 5%
factor g
  base 5%
```

```weigh right
question q \"Q\"
  yes 5% if f = yes, 2% if g = yes, 1% otherwise
factor f
  base 5%
factor g
  base 5%
```
",
};

/// A likelihood has no last word.
pub(crate) fn likelihood(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "this likelihood does not say what holds otherwise")
        .hint("end it with `1 otherwise`")
}

/// Where `case` holds, no line of `name` gives a probability.
pub(crate) fn variable(span: Span, name: &str, case: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` has no probability where {case}"))
        .hint("end the cases with one for `otherwise`")
}
