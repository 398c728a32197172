//! `two-owners`: a choice belongs to two actors, or twice to one.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "two-owners",
    severity: Severity::Error,
    manual: "\
Each choice is made by one actor. Where two decide together, each has a choice of his own, and a factor says
what the two of them lead to.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
actor patron \"P\"
  choice go: no, yes
  rational
  wants
    10 if q = yes
```

```weigh right
question q \"Q\"
  yes 60% if go = yes and press = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
actor patron \"P\"
  choice press: no, yes
  rational
  wants
    10 if q = yes
```
",
};

/// The choice `name` was somebody's at `before` already.
pub(crate) fn diagnostic(name: &Spanned, before: Span) -> Diagnostic {
    Diagnostic::new(&RULE, name.span, format!("the choice `{}` is somebody's already", name.text))
        .label(before, "here it is chosen")
        .hint(
            "give each actor a choice of his own, and let a factor say what they lead to together",
        )
}
