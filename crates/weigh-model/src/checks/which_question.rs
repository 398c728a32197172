//! `which-question`: there are several questions and it is not said which one is meant.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "which-question",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question a \"A\"
  base 5%
question b \"B\"
  base 5%
reason r \"R\"
  odds x 2
```

```weigh right
question a \"A\"
  base 5%
question b \"B\"
  base 5%
reason r \"R\"
  about a
  odds x 2
```
",
};

/// The line at `span` could be about any of `names`.
pub(crate) fn diagnostic(span: Span, names: &[&str]) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        "there are several questions, and this does not say which one it is about",
    )
    .hint(format!("write `about {}` under it; there are: {}", names[0], super::list(names, 8)))
}
