//! `gut-far-off`: the direct judgement and the model are far apart.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "gut-far-off",
    severity: Severity::Note,
    manual: "\
The odds of the two differ by more than a factor of three. Neither is wrong by itself; the gap is
worth a look. `weigh repair` says which numbers would have to move for the two to agree.

```weigh wrong
question q \"Q\"
  gut 30%
base rate 5%
```

```weigh right
question q \"Q\"
  gut 7%
base rate 5%
```
",
};

/// The author says `gut` of the question at `span`, the model `p`.
pub(crate) fn diagnostic(span: Span, name: &str, gut: f64, p: f64) -> Diagnostic {
    let percent = super::percent;
    Diagnostic::new(&RULE, span, format!("of `{name}` the author's own judgement says {}, the model {}", percent(gut), percent(p)))
        .hint("one of them knows something that the other does not: look for the number that is off, or change your mind")
}
