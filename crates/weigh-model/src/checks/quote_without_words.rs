//! `quote-without-words`: a quote names a source and has no words.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "quote-without-words",
    severity: Severity::Error,
    manual: "\
A quote is a source and its words. Under a source, a quote is its own name and its words.

```weigh wrong
source s \"S\"
  reliability B
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
  quote s
```

```weigh right
source s \"S\"
  reliability B
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
  quote s \"the words\"
```
",
};

/// A quote names a source and has no words.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("this quote of `{name}` has no words"))
        .hint("write the words behind the name: `quote NAME \"…\"`")
}
