//! `doubled-revision`: two items of evidence give one factor new probabilities.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "doubled-revision",
    severity: Severity::Error,
    manual: "\
`revises` says what the writer thinks of a factor now, all things considered. There is one such
judgement per factor.

```weigh wrong
question q \"Q\"
base rate 5%
evidence first \"First thoughts\"
  revises q: yes 20%, no rest
evidence second \"Second thoughts\"
  revises q: yes 30%, no rest
```

```weigh right
question q \"Q\"
base rate 5%
evidence second \"Second thoughts\"
  revises q: yes 30%, no rest
```
",
};

/// The factor `name` was revised by the item at `first` already.
pub(crate) fn diagnostic(span: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{name}` is revised twice"))
        .label(first, "the first revision, which counts")
        .hint("keep the newer one; or write `likelihood` for what adds to the other evidence")
}
