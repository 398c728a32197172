//! `impossible-belief`: an actor cannot expect that.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "impossible-belief",
    severity: Severity::Error,
    manual: "\
`expects` states what an actor believes of somebody else's choice or of a factor, in place of what the model
says of it. He has no belief about his own choice or about what he sees when he chooses, and a belief may be
conditional on what its subject depends on.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
  expects go = yes 60% to 80%
```

```weigh right
question q \"Q\"
  yes 60% if go = yes and press = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  expects press = yes 60% to 80%
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

/// `actor` expects something of his own choice.
pub(crate) fn own_choice(span: Span, actor: &str, about: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{about}` is what `{actor}` chooses himself"))
        .hint("say under `wants` what he wants of it; what he then does is found")
}

/// `actor` sees `about` whenever he chooses.
pub(crate) fn seen(span: Span, actor: &str, about: &str) -> Diagnostic {
    let message =
        format!("`{actor}` sees `{about}` when he chooses and need not expect anything of it");
    Diagnostic::new(&RULE, span, message)
        .hint("take the line out, or take it out of what he `knows`")
}

/// The belief of `actor` about `about` is given `stranger`.
pub(crate) fn stranger(span: Span, actor: &str, about: &str, stranger: &str) -> Diagnostic {
    let message =
        format!("`{about}` does not depend on `{stranger}`, so `{actor}` cannot expect it to");
    Diagnostic::new(&RULE, span, message)
        .hint(format!("state the belief without `{stranger}`, or let `{about}` depend on it"))
}
