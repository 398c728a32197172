//! `allowed-without-reason`: a warning is silenced and nobody says why.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "allowed-without-reason",
    severity: Severity::Error,
    manual: "\
`allow` takes a warning off the screen and puts it, with its reason, into the report. Without a reason
it would only hide something.

```weigh wrong
source s \"S\"
  allow unused-source
question q \"Q\"
base rate 5%
```

```weigh right
source s \"S\"
  allow unused-source \"Read for the background; nothing in it bears on the question\"
question q \"Q\"
base rate 5%
```
",
};

/// The clause at `span` silences `slug` without a reason.
pub(crate) fn diagnostic(span: Span, slug: &Spanned) -> Diagnostic {
    let slug = super::short(&slug.text);
    Diagnostic::new(&RULE, span, format!("`{slug}` is allowed without a reason"))
        .hint(format!("say why it does not matter here, as in `allow {slug} \"…\"`"))
}
