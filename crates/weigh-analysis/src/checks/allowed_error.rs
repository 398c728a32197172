//! `allowed-error`: `allow` names an error, and an error cannot be silenced.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "allowed-error",
    severity: Severity::Error,
    manual: "\
A warning is about something legal but doubtful, and its author can answer for it. An error is about
something that means nothing, or not what was meant: there is nothing to answer for.

```weigh wrong
question q \"Q\"
  allow unknown-clause \"It will be one\"
  bse 5%
```

```weigh right
question q \"Q\"
  base 5%
```
",
};

/// `slug` at `span` is an error's.
pub(crate) fn diagnostic(span: Span, slug: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{slug}` is an error and cannot be allowed"))
        .hint("put right what it is about; only warnings and notes can be allowed")
}
