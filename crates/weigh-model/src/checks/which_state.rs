//! `which-state`: a factor has no state `yes`, and it is not said which one is meant.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "which-state",
    severity: Severity::Error,
    manual: "\
A line without a state is about `yes`. Where a factor has other states, the line names one.

```weigh wrong
question q: refuse, send \"Q\"
  base 5%
```

```weigh right
question q: refuse, send \"Q\"
  base send 5%
```
",
};

/// The line at `span` needs one of the `states` of `name`, as in `form`.
pub(crate) fn diagnostic(span: Span, name: &str, states: &[String], form: &str) -> Diagnostic {
    let form = form.replace("STATE", &states[states.len() - 1]);
    let diagnostic = Diagnostic::new(
        &RULE,
        span,
        format!("`{name}` has no state `yes`, and this does not say which one it means"),
    );
    let diagnostic =
        if form.is_empty() { diagnostic } else { diagnostic.hint(format!("write `{form}`")) };
    diagnostic.hint(format!("its states are {}", states.join(", ")))
}
