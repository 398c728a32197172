//! `doubled-name`: two things of one kind have one name.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-name",
    severity: Severity::Error,
    manual: "\
Questions, factors, indicators and quantities share one set of names; reasons, sources, quotes,
evidence and scenarios each have their own.

```weigh wrong
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
reason r \"R again\"
  odds x 2
```

```weigh right
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
reason s \"R again\"
  odds x 2
```
",
};

/// `name` was given at `before` already.
pub(crate) fn diagnostic(name: &Spanned, before: Span) -> Diagnostic {
    Diagnostic::new(&RULE, name.span, format!("the name `{}` is taken", name.text))
        .label(before, "the first one")
        .hint("give one of them another name; the first one counts")
}
