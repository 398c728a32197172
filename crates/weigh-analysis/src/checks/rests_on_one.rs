//! `rests-on-one`: one item carries most of the answer.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "rests-on-one",
    severity: Severity::Warning,
    manual: "\
One of at least three reasons (or, where there are fewer, of at least three items of evidence) carries two
thirds or more of all that they carry, each counted as positive: twice as much as all the others
together. If it falls, the answer falls; the rest is decoration. It should be the best founded of all, and
the report should say so.

```weigh wrong
question q \"Q\"
base rate 20%
reason a \"A\"
  odds x 20
reason b \"B\"
  odds x 1.2
reason c \"C\"
  odds x 0.8
```

```weigh right
question q \"Q\"
base rate 20%
reason a \"A\"
  odds x 3
reason b \"B\"
  odds x 2
reason c \"C\"
  odds x 0.5
```
",
};

/// The item at `item`, called `name`, carries `part` of what bears on `question`.
pub(crate) fn diagnostic(
    span: Span,
    question: &str,
    kind: &str,
    name: &str,
    part: f64,
    item: Span,
) -> Diagnostic {
    let part = libm::floor(part * 100.0);
    let message = format!(
        "the answer of `{question}` rests on the {kind} `{name}`: {part}% of all that carries it"
    );
    Diagnostic::new(&RULE, span, message)
        .label(item, "this one")
        .hint("if it falls, the answer falls: is it the best founded of all?")
}
