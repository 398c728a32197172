//! `later-evidence`: evidence is later than the assessment and left out.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "later-evidence",
    severity: Severity::Note,
    manual: "\
An assessment speaks for a day, and knows nothing that happened or was published later.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
question q \"Q\"
base rate 5%
evidence e \"E\"
  on 2022-11-01
  likelihood 4 if q = yes, 1 otherwise
```

```weigh right
assessment \"A\"
  as of 2022-11-14
question q \"Q\"
base rate 5%
evidence e \"E\"
  on 2022-11-01
  likelihood 4 if q = yes, 1 otherwise
```
",
};

/// Evidence is later than the assessment and left out.
pub(crate) fn diagnostic(span: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("the evidence `{name}` is not known yet and is left out: {why}"),
    )
    .hint("move `as of` to let it in")
}

/// One of several sources of the evidence is later, and reports nothing yet.
pub(crate) fn source(span: Span, name: &str, source: &str, why: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!(
            "of the evidence `{name}` the source `{source}` is not known yet and is left out: {why}"
        ),
    )
    .hint("move `as of` to let it in")
}
