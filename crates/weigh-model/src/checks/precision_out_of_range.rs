//! `precision-out-of-range`: how reliably an actor picks the better option cannot be that.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "precision-out-of-range",
    severity: Severity::Error,
    manual: "\
Of two options, somebody who picks the better one half of the time chooses at random; who always picks it is
`rational`. In between, a share above 50% and below 100% is stated for two options some points apart.

```weigh wrong
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  picks the better of two options 10 points apart 100% of the time
  wants
    -20 if q = yes
```

```weigh right
question q \"Q\"
  yes 60% if go = yes, 5% otherwise
actor ruler \"R\"
  choice go: no, yes
  rational
  wants
    -20 if q = yes
```
",
};

/// The better option is picked `written` of the time; `is_always` if that reaches 100%.
pub(crate) fn often(span: Span, written: &str, is_always: bool) -> Diagnostic {
    let message =
        format!("`{}` cannot be how often the better option is picked", super::short(written));
    let diagnostic = Diagnostic::new(&RULE, span, message);
    if is_always {
        return diagnostic.hint("somebody who never errs is `rational`: write that line instead");
    }
    diagnostic.hint("50% is a coin: state more than 50% and less than 100%, as in `75% to 95%`")
}

/// The options are `written` points apart.
pub(crate) fn points(span: Span, written: &str) -> Diagnostic {
    let message = format!("two options cannot be `{}` points apart", super::short(written));
    Diagnostic::new(&RULE, span, message)
        .hint("state one number of points above 0, as in `10 points apart`")
}
