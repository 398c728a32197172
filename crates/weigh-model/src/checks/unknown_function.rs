//! `unknown-function`: a function is called that does not exist.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-function",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate betta(2, 18)
```

```weigh right
question q \"Q\"
base rate beta(2, 18)
```
",
};

/// `name` is none of the functions.
pub(crate) fn diagnostic(name: &Spanned) -> Diagnostic {
    let known = ["beta", "uniform", "normal", "lognormal", "min", "max"];
    let diagnostic =
        Diagnostic::new(&RULE, name.span, format!("there is no function `{}`", name.text));
    match super::nearest(&name.text, known.into_iter()) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("there are: {}", known.join(", "))),
    }
}
