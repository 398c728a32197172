//! `alike-options`: two options of a choice lead to the same.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "alike-options",
    severity: Severity::Warning,
    manual: "\
Where two options lead to the same in everything, they are one option under two names. Counted twice they would
be chosen twice as often, so they are counted once, and each has half of it.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, never, yes
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

/// The options `first` and `second` of the choice `name` are one.
pub(crate) fn diagnostic(span: Span, name: &str, first: &str, second: &str) -> Diagnostic {
    let message = format!("`{first}` and `{second}` of `{name}` lead to the same in everything");
    Diagnostic::new(&RULE, span, message)
        .hint("let something depend on which of them is chosen, or make one option of them")
}
