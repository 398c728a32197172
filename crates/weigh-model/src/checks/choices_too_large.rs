//! `choices-too-large`: a game is too large to be solved.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "choices-too-large",
    severity: Severity::Error,
    manual: "\
What each actor does is found for every combination of what he sees. The size of that is counted before any
work is done.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
factor f1: a, b, c, d, e, f, g, h
  table
    10%, 10%, 10%, 10%, 10%, 10%, 10%, 30%
factor f2: a, b, c, d, e, f, g, h
  table
    10%, 10%, 10%, 10%, 10%, 10%, 10%, 30%
factor f3: a, b, c, d, e, f, g, h
  table
    10%, 10%, 10%, 10%, 10%, 10%, 10%, 30%
factor f4: a, b, c, d, e, f, g, h
  table
    10%, 10%, 10%, 10%, 10%, 10%, 10%, 30%
factor f5: a, b, c, d, e, f, g, h
  table
    10%, 10%, 10%, 10%, 10%, 10%, 10%, 30%
actor ruler \"R\"
  choice go: no, yes
    knows f1, f2, f3, f4, f5
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```

```weigh right
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```
",
};

/// The game cannot be solved for its size: `what` says what is too large.
pub(crate) fn diagnostic(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, what.to_string())
        .hint("let the actors know fewer things, or give what they know fewer states")
}
