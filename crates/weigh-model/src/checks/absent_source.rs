//! `absent-source`: the text of a source is not here, so its quotes are not verified.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "absent-source",
    severity: Severity::Note,
    manual: "\
Quotes are checked against the source's text. Where there is none, the report says that they are
unverified. An assessment can be shared without its sources, so this is a note.

```weigh wrong
source s \"S\"
  file \"absent.txt\"
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
  quote s \"the words\"
```
",
};

/// The text of sources is not here, so their quotes are not verified.
pub(crate) fn diagnostic(span: Span, names: &[&str], path: &str) -> Diagnostic {
    told(span, &format!("the text of {}", super::quoted(names)), path)
}

/// `what` is not here: `the translation of `s``.
pub(crate) fn told(span: Span, what: &str, path: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("{what} is not here (`{path}`): its quotes are unverified"),
    )
    .hint("put the text there to have every quote checked against it")
}
