//! `forgetful-actor`: an actor forgets what he knew or did.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "forgetful-actor",
    severity: Severity::Error,
    manual: "\
Somebody who chooses twice knows at the second choice what he chose at the first, and everything that he
knew then. Otherwise there is no one answer to what he does.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes and stay = yes, 5% otherwise
factor alarm
  base 5%
actor ruler \"R\"
  choice go: no, yes
    knows alarm
  choice stay: no, yes
    knows go
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```

```weigh right
question q \"Q\"
  yes 60% if go = yes and stay = yes, 5% otherwise
factor alarm
  base 5%
actor ruler \"R\"
  choice go: no, yes
    knows alarm
  choice stay: no, yes
    knows go, alarm
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -20 if q = yes
```
",
};

/// At the second of `choices`, `actor` does not know `forgotten`.
pub(crate) fn diagnostic(
    span: Span,
    earlier: Span,
    actor: &str,
    choices: [&str; 2],
    forgotten: &[&str],
) -> Diagnostic {
    let [first, second] = choices;
    let what = super::quoted(forgotten);
    let message = format!("when `{actor}` chooses `{second}`, he has forgotten {what}");
    Diagnostic::new(&RULE, span, message)
        .label(earlier, format!("he chose `{first}` before"))
        .hint(format!("add to `{second}`: `knows {}`", forgotten.join(", ")))
}

/// Neither of `choices` comes before the other.
pub(crate) fn no_order(span: Span, other: Span, actor: &str, choices: [&str; 2]) -> Diagnostic {
    let [first, second] = choices;
    let message = format!("nothing says whether `{actor}` chooses `{first}` or `{second}` first");
    Diagnostic::new(&RULE, span, message).label(other, "").hint(format!(
        "say that the later one knows the earlier, as in `knows {first}` under `{second}`"
    ))
}
