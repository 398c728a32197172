//! `origin-counted-twice`: two items of evidence of which one has a strength alone go back to one origin.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "origin-counted-twice",
    severity: Severity::Warning,
    manual: "\
Two papers that have it from one ministry are not two witnesses. Of reports of one thing this is found
by itself: they count once. A `likelihood` says how strong an item is and not what was reported, so that
nothing shows whether two of them are one observation, printed twice, or two. They are both counted. If
they are one, write one item with both quotes, or say with `reports` what is reported. If they are two,
say so with `allow origin-counted-twice \"…\"`.

```weigh wrong
source ministry \"M\"
source paper \"P\"
  origin ministry
source gazette \"G\"
  origin ministry
question q \"Q\"
base rate 5%
evidence e \"Troops are on the road\"
  source paper
  likelihood 3 if q = yes, 1 otherwise
evidence f \"Columns are on the move\"
  source gazette
  likelihood 3 if q = yes, 1 otherwise
```

```weigh right
source ministry \"M\"
source paper \"P\"
  origin ministry
source gazette \"G\"
  origin ministry
question q \"Q\"
base rate 5%
evidence e \"Troops are on the road\"
  source paper
  source gazette
  likelihood 3 if q = yes, 1 otherwise
```
",
};

/// An item of evidence with the source that it cites.
pub(crate) struct Cited<'t> {
    pub span: Span,
    pub name: &'t str,
    pub source: &'t str,
}

/// The second item and the first go back to the source `origin`.
pub(crate) fn diagnostic(second: &Cited, first: &Cited, origin: &str) -> Diagnostic {
    let from = |cited: &Cited| format!("`{}` (from `{}`)", cited.name, cited.source);
    let message = format!(
        "{} and {} are both counted, and both go back to `{origin}`",
        from(first),
        from(second)
    );
    Diagnostic::new(&RULE, second.span, message).label(first.span, "the first one").hint(format!(
        "if they are one observation, write `source {}` in `{}` and leave `{}` out; if they are two, \
         write `allow {} \"…\"` here",
        second.source, first.name, second.name, RULE.slug
    ))
}
