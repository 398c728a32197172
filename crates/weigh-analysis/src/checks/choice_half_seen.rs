//! `choice-half-seen`: somebody sees what another did, and not what that one saw.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "choice-half-seen",
    severity: Severity::Note,
    manual: "\
Who sees what another chose, and not what the other saw when he chose it, has to guess that from the choice; and
the other chooses with an eye on the guess. The two choices then rely on each other in a circle: what both do
must be followed step by step from where they choose at random, which takes about a thousand times longer for
each draw, may come upon several equilibria, and leaves the report's page without controls. Where he does see
what the other saw, say so, and the circle is gone. Where he does not, all is as it should be: `allow
choice-half-seen \"...\"`.

```weigh wrong
question order: refuse, send
factor front: holds, crumbles
  base crumbles 50%
actor ruler
  choice order
    knows demand
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -30 to -10 if order = send and front = crumbles
    -20 to -5 if order = refuse and demand = asks
actor patron
  choice demand: quiet, asks
    knows front
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    10 to 30 if order = send and front = crumbles
    -8 to -2 if demand = asks
```

```weigh right
question order: refuse, send
factor front: holds, crumbles
  base crumbles 50%
actor ruler
  choice order
    knows demand, front
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    -30 to -10 if order = send and front = crumbles
    -20 to -5 if order = refuse and demand = asks
actor patron
  choice demand: quiet, asks
    knows front
  picks the better of two options 10 points apart 75% to 95% of the time
  wants
    10 to 30 if order = send and front = crumbles
    -8 to -2 if demand = asks
```
",
};

/// The choice `name` sees `other` and not `missing`, which `other` saw; without a circle it would know all of `knows`.
pub(crate) fn diagnostic(
    span: Span,
    name: &str,
    other: &str,
    missing: &[&str],
    knows: &[&str],
) -> Diagnostic {
    let missing: Vec<String> = missing.iter().map(|it| format!("`{it}`")).collect();
    let message = format!(
        "`{name}` sees what `{other}` was, and not what was seen when it was chosen: {}; so the choices rely on each other in a circle, which takes about a thousand times longer for each draw",
        missing.join(", ")
    );
    Diagnostic::new(&RULE, span, message)
        .hint(format!("if that is seen too, type `knows {}` below `{name}`", knows.join(", ")))
}
