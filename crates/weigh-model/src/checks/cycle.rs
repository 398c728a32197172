//! `cycle`: a factor depends on itself.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "cycle",
    severity: Severity::Error,
    manual: "\
A factor is decided by others, never by itself, however long the way around. Where two things feed
each other, split one in time: before and after.

```weigh wrong
question a \"A\"
  yes 10% if b = yes, 20% otherwise
factor b
  yes 10% if a = yes, 20% otherwise
```

```weigh right
question a \"A\"
  yes 10% if b = yes, 20% otherwise
factor b
  base 15%
```
",
};

/// Each of `names` depends on the next, and the last on the first; `chosen` if an actor's choice is among them.
pub(crate) fn diagnostic(span: Span, names: &[&str], chosen: bool) -> Diagnostic {
    let way: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = match way.as_slice() {
        [only] => format!("{only} depends on itself"),
        way => format!(
            "{} depends on {} and so on itself",
            way[0],
            way[1..].join(", which depends on ")
        ),
    };
    let diagnostic = Diagnostic::new(&RULE, span, message);
    if chosen {
        return diagnostic.hint("what an actor knows when he chooses comes before his choice: take out of `knows` what depends on it");
    }
    diagnostic
        .hint("take one of the conditions out; of two things that feed each other, name the one that comes first in time")
}
