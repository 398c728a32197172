//! `reason-moves-nothing`: with a reason or without it, the answer is the same.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "reason-moves-nothing",
    severity: Severity::Warning,
    manual: "\
The reason has weights or evidence, and yet it carries less than a tenth of a deciban (2% of the odds) of
every outcome of every question: as its share, alone, and when it alone is dropped. Either its numbers
cancel, or what it bears on does not reach the question, or it is told for its own sake.

```weigh wrong
question q \"Q\"
base rate 5%
reason r \"R\"
factor weather: fair, foul
  base foul 30%
  odds x 3 if season = winter because r
factor season: summer, winter
  base winter 25%
```

```weigh right
question q \"Q\"
  base 5%
  odds x 2 if weather = foul
reason r \"R\"
factor weather: fair, foul
  base foul 30%
  odds x 3 if season = winter because r
factor season: summer, winter
  base winter 25%
```
",
};

/// The reason at `span` moves no answer.
pub(crate) fn diagnostic(span: Span, name: &str) -> Diagnostic {
    let message = format!("the reason `{name}` moves nothing: the answer is the same without it");
    Diagnostic::new(&RULE, span, message)
        .hint("does what it bears on reach the question? `weigh why` has the shares of all reasons")
}
