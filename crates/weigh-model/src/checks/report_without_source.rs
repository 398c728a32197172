//! `report-without-source`: a report comes from nobody.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "report-without-source",
    severity: Severity::Warning,
    manual: "\
A report is as good as its source.

```weigh wrong
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
```

```weigh right
source s \"S\"
  reliability B
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  source s
```
",
};

/// A report comes from nobody.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("nobody says who reports `{name}`; it is taken as from one source of unknown reliability"))
        .hint("add a `quote`, or `source NAME`")
}
