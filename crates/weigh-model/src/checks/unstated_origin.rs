//! `unstated-origin`: two sources have one text, and neither is said to repeat the other.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

use crate::copies::{Likeness, Pair};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unstated-origin",
    severity: Severity::Warning,
    manual: "\
Two papers that print one wire story are one report, not two. The stored texts of these sources are
alike: the same words, long runs of them, or the same names and numbers in the same order. Say which
repeats which, and what both report is counted once; the origin may also be a source of its own that
nobody has read. If they are alike for another reason, say so with `allow unstated-origin \"…\"`.

The texts are compared by 12 words in a row, and by names and numbers; `weigh origins` shows how much
they share.

```weigh right
source wire \"W\"
  file \"wire.txt\"
source paper \"P\"
  file \"paper.txt\"
  origin wire
question q \"Q\"
base rate 5%
reason r \"R\"
  odds x 2
  quote paper \"the words\"
```
",
};

/// The source `name` has the text of the source `other`.
pub(crate) fn diagnostic(
    span: Span,
    name: &str,
    other: &str,
    other_span: Span,
    pair: &Pair,
) -> Diagnostic {
    let percent = |part: f64| (part * 100.0).round();
    let shared = match pair.likeness {
        Likeness::Same => "have the same words".to_string(),
        Likeness::Copied => {
            format!("share long passages ({}% of the shorter one)", percent(pair.shared_runs))
        }
        Likeness::Rewritten => format!(
            "have {}% of their names and numbers in common, and in the same order",
            percent(pair.shared_anchors)
        ),
    };
    let message = format!(
        "the sources `{other}` and `{name}` {shared}, and neither is said to repeat the other"
    );
    Diagnostic::new(&RULE, span, message)
        .label(other_span, "the other one")
        .hint(format!("write `origin {other}` here, or `origin {name}` there, to count them once"))
}
