//! `unsourced-factor`: nothing stands behind the numbers of a factor.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unsourced-factor",
    severity: Severity::Warning,
    manual: "\
In an assessment that names sources, a reader asks of every factor where its numbers are from. Any of
these answers: a `quote` or `source` in the factor, evidence with a source that speaks of it, a reason that
it or one of its lines belongs to, an `elicitor`, counts such as `3 of 40`, a quantity, or a text behind one
of its numbers that says why this one. A judgement of one's own is a ground if it is written down. Where
everything follows from other factors without doubt, nothing is asked.

```weigh wrong
source s \"S\"
  reliability B
question q \"Q\"
  yes 60% if border = open, 5% otherwise
  source s
factor border: shut, open
  base open 20%
```

```weigh right
source s \"S\"
  reliability B
question q \"Q\"
  yes 60% if border = open, 5% otherwise
  source s
factor border: shut, open
  base open 20% \"It was open on one day in five this year\"
```
",
};

/// Nothing is said of where the numbers of `name` are from.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    let message = format!("nothing says where the numbers of `{name}` are from");
    Diagnostic::new(&RULE, span, message)
        .hint("quote a source, or write behind a number, in quotes, why it is this one")
}
