//! `not-a-question`: something that is not asked is named where a question must be.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "not-a-question",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
base rate 5%
factor f
  base 5%
reason r \"R\"
  about f
  odds x 2
```

```weigh right
question q \"Q\"
base rate 5%
reason r \"R\"
  about q
  odds x 2
```
",
};

/// Something that is not asked is named where a question must be.
pub(crate) fn diagnostic(name: &Spanned) -> Diagnostic {
    Diagnostic::new(&RULE, name.span, format!("`{}` is no question", name.text))
        .hint("name one that a `question` line declares")
}
