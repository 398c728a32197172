//! `idle-reason`: a reason has no weight and nothing belongs to it.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "idle-reason",
    severity: Severity::Warning,
    manual: "\
A reason counts through its own `odds`, or through the odds, causes and evidence that say `because`
it. This one changes nothing, so the answer is the same without it. Bases, hazards, cases, tables
and quantities may name a reason, but stay as they are without it.

```weigh wrong
question q \"Q\"
base rate 5%
reason r \"R\"
```

```weigh right
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 0.5 to 0.8
```
",
};

/// A reason has no weight and nothing belongs to it.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("nothing follows from the reason `{name}`: it has no `odds`, and no odds, cause or evidence says `because {name}`"))
        .hint(format!("give it a weight, as in `odds x 0.4 to 0.8`, or write `because {name}` on the odds, causes or evidence that go with it"))
}
