//! `doubled-assessment`: there are two assessments in one.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-assessment",
    severity: Severity::Error,
    manual: "\
```weigh wrong
assessment \"A\"
  as of 2022-10-14
assessment \"B\"
question q \"Q\"
base rate 5%
```

```weigh right
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
base rate 5%
```
",
};

/// `second` stands beside the one at `first`.
pub(crate) fn diagnostic(second: &View, first: Span) -> Diagnostic {
    Diagnostic::new(&RULE, second.header_span(), "there is a second `assessment`")
        .label(first, "the first one, which counts")
        .hint("an included file has no `assessment` of its own")
}
