//! `idle-allow`: an `allow` silences nothing.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "idle-allow",
    severity: Severity::Note,
    manual: "\
There is no such warning where this `allow` stands, or not any more: what it excuses has been put right,
or it stands in another declaration than the one that the warning is about. In `assessment` it holds for
all files.

```weigh wrong
question q \"Q\"
  allow no-base-rate \"Nobody has counted such things\"
base rate 5%
```

```weigh right
question q \"Q\"
  allow no-base-rate \"Nobody has counted such things\"
```
",
};

/// The clause at `span` allows `slug`; `is_local` if it is about one declaration.
pub(crate) fn diagnostic(span: Span, slug: &str, is_local: bool) -> Diagnostic {
    let message = format!("nothing is told of `{slug}` here, so allowing it does nothing");
    let diagnostic = Diagnostic::new(&RULE, span, message);
    if is_local {
        diagnostic.hint("take it out, or put it under the declaration that the warning points at")
    } else {
        diagnostic.hint("take it out")
    }
}
