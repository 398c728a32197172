//! `digit-off-answer`: an Admiralty digit and the model disagree on whether a report is true.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "digit-off-answer",
    severity: Severity::Warning,
    manual: "\
`credibility` is the grader's judgement of whether what a source says is true: 1 confirmed, 2 probably true,
3 possibly true, 4 doubtful, 5 improbable (6 cannot be judged, and is at odds with nothing). It enters no
number, and so it can be held against the model's own: how probable it is, all evidence known, that what
the source reports is so. As numbers the digits are those of STIX 2.1: 90%, 70%, 50%, 30%, 10%. Two digits
apart or more is told, of each source for the report that is furthest off.

```weigh wrong
source s \"S\"
  reliability E
  credibility 1
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  source s
```

```weigh right
source s \"S\"
  reliability E
  credibility 5
question q \"Q\"
base rate 5%
evidence e \"E\"
  reports q = yes
  source s
```
",
};

/// The grader of the source at `span` gave `digit`; of what `item` reports the model says `p`.
pub(crate) fn diagnostic(
    span: Span,
    source: &str,
    digit: u8,
    item: &str,
    p: f64,
    item_span: Span,
) -> Diagnostic {
    let words = ["confirmed", "probably true", "possibly true", "doubtful", "improbable"];
    let word = words[usize::from(digit).clamp(1, 5) - 1];
    let p = super::percent(p);
    let message = format!(
        "the digit {digit} of `{source}` says {word}; of what `{item}` reports, the model says {p}"
    );
    Diagnostic::new(&RULE, span, message).label(item_span, format!("{p} that this is so")).hint(
        "is the digit for the source as a whole, or does the model not know what the grader knew?",
    )
}
