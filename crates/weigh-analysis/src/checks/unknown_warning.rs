//! `unknown-warning`: `allow` names no warning that there is.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-warning",
    severity: Severity::Error,
    manual: "\
`allow` takes the name of a warning or a note, as it stands in the brackets of the message.
`weigh explain` lists them all.

```weigh wrong
source s \"S\"
  allow unsued-source \"Read for the background\"
question q \"Q\"
base rate 5%
```

```weigh right
source s \"S\"
  allow unused-source \"Read for the background\"
question q \"Q\"
base rate 5%
```
",
};

/// Jaro–Winkler similarity from which a suggestion helps more than it misleads; that of names.
const ALIKE: f64 = 0.8;

/// `slug` at `span` is none of `known`.
pub(crate) fn diagnostic<'r>(
    span: Span,
    slug: &str,
    known: impl Iterator<Item = &'r str>,
) -> Diagnostic {
    let alike = |known: &str| strsim::jaro_winkler(&slug.to_lowercase(), known);
    let nearest = known.max_by(|a, b| alike(a).total_cmp(&alike(b)));
    let short: String = slug.chars().take(60).collect();
    let diagnostic = Diagnostic::new(&RULE, span, format!("there is no warning called `{short}`"));
    match nearest.filter(|nearest| alike(nearest) >= ALIKE) {
        Some(nearest) => diagnostic.hint(format!("did you mean `{nearest}`?")),
        None => diagnostic.hint("`weigh explain` lists them all"),
    }
}
