//! `unknown-scale`: a scale of words is named that does not exist.

use crate::words::Scale;
use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-scale",
    severity: Severity::Error,
    manual: "\
```weigh wrong
assessment \"T\"
  as of 2022-01-01
  claims \"unlikely\" on icd
question q \"Q\"
base rate 5%
```

```weigh right
assessment \"T\"
  as of 2022-01-01
  claims \"unlikely\" on icd203
question q \"Q\"
base rate 5%
```
",
};

/// `name` is none of the scales.
pub(crate) fn diagnostic(name: &Spanned) -> Diagnostic {
    let known: Vec<&str> = Scale::ALL.iter().map(|scale| scale.name()).collect();
    Diagnostic::new(&RULE, name.span, format!("there is no scale `{}`", name.text))
        .hint(format!("there are: {}", known.join(", ")))
}
