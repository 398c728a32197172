//! `silent-evidence`: an item of evidence says nothing of the model.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "silent-evidence",
    severity: Severity::Warning,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5%
evidence e \"E\"
  on 2022-01-01
```

```weigh right
question q \"Q\"
base rate 5%
evidence e \"E\"
  likelihood 4 if q = yes, 1 otherwise
```
",
};

/// An item of evidence says nothing of the model.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the evidence `{name}` changes nothing: it does not say what it is evidence of"))
        .hint("add `reports FACTOR = STATE`, `observes FACTOR = STATE` or `likelihood 4 if …, 1 otherwise`")
}
