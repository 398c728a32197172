//! `idle-clause`: a clause changes nothing beside the others.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::kind::Kind;
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "idle-clause",
    severity: Severity::Warning,
    manual: "\
`anyway`, `hit` and `false alarm` say how a report comes about: beside `observes`, `likelihood` and
`revises` there is none. `hit` and `false alarm` take the place of the source's reliability, and
`anyway` with it. `copies` says how often a source repeats its `origin`. The answer is the same
without the clause.

```weigh wrong
question q \"Q\"
base rate 5%
evidence e \"E\"
  likelihood 4 if q = yes, 1 otherwise
  anyway 10%
```

```weigh right
question q \"Q\"
base rate 5%
evidence e \"E\"
  likelihood 4 if q = yes, 1 otherwise
```
",
};

/// `clause` changes nothing beside the clause `other`, which says all.
pub(crate) fn beside(clause: &View, other: &View) -> Diagnostic {
    let told = format!("`{}` changes nothing beside `{}`", word(clause), word(other));
    let hint = match clause.kind() == Kind::Anyway && word(other) == "hit" {
        true => {
            "keep one of the two: `hit` and `false alarm` say all, with `anyway` the source's reliability counts"
        }
        false => "take it out, or write `reports` if a source says so",
    };
    Diagnostic::new(&RULE, clause.span(), told).label(other.span(), "says all").hint(hint)
}

/// The source `name` copies, and has no origin.
pub(crate) fn copies(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`copies` changes nothing: the source `{name}` has no `origin`"),
    )
    .hint("write `origin SOURCE` for what it repeats, or take `copies` out")
}

fn word(clause: &View) -> String {
    match clause.kind() {
        Kind::FalseAlarm => "false alarm".to_string(),
        _ => clause.written().split(' ').next().unwrap_or_default().to_string(),
    }
}
