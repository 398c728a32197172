//! `doubled-change`: a scenario changes one factor twice.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-change",
    severity: Severity::Error,
    manual: "\
A scenario puts a factor into a state or sees it in one, and does so once. Two possibilities are two
scenarios.

```weigh wrong
question q \"Q\"
  base 5%
  odds x 2 if f = yes
factor f
  base 50%
scenario s \"S\"
  set f = yes
  set f = no
```

```weigh right
question q \"Q\"
  base 5%
  odds x 2 if f = yes
factor f
  base 50%
scenario with \"With it\"
  set f = yes
scenario without \"Without it\"
  set f = no
```
",
};

/// The scenario `name` changes `factor` at `first` already.
pub(crate) fn diagnostic(span: Span, first: Span, name: &str, factor: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the scenario `{name}` changes `{factor}` twice"))
        .label(first, "the first change, which counts")
        .hint("take one of the two out, or make it a scenario of its own")
}
