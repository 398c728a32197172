//! `idle-choice`: a choice moves nothing that its actor wants.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "idle-choice",
    severity: Severity::Warning,
    manual: "\
Where none of an actor's payoffs depends on what he chooses, all options are alike to him and he takes each
equally often.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
factor rain
  base 5%
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if rain = yes
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

/// The choice `name` moves nothing that `actor` wants; `wants_nothing` if he wants nothing at all.
pub(crate) fn diagnostic(span: Span, name: &str, actor: &str, wants_nothing: bool) -> Diagnostic {
    let message = match wants_nothing {
        true => format!(
            "`{actor}` wants nothing, so that each option of `{name}` is taken equally often"
        ),
        false => format!(
            "nothing that `{actor}` wants depends on `{name}`: each option is taken equally often"
        ),
    };
    Diagnostic::new(&RULE, span, message)
        .hint(format!("add to `wants` what depends on it, as in `-20 if {name} = …`"))
}
