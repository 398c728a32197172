//! `long-conjunction`: an outcome needs many uncertain steps that must all come about.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "long-conjunction",
    severity: Severity::Warning,
    manual: "\
The outcome cannot be unless every one of these factors is as it must be, each of them is uncertain, and
there are more than four. The probabilities of such steps are multiplied, and so are their errors: of five
steps of 80% each, put one eighth too low, the product is half of what it should be. There is often another
way to the outcome that the chain leaves out. Ask for the outcome directly (`gut`), give the last step a
chance without the ones before it, or join steps that stand or fall together. What was seen without doubt
(`observes`) and what follows with certainty from the other steps is not counted.

```weigh wrong
question q \"Q\"
  yes 80% if d = yes, 0% otherwise
factor d
  yes 80% if c = yes, 0% otherwise
factor c
  yes 80% if b = yes, 0% otherwise
factor b
  yes 80% if a = yes, 0% otherwise
factor a
  base 80%
```

```weigh right
question q \"Q\"
  yes 80% if d = yes, 5% otherwise
factor d
  yes 80% if c = yes, 0% otherwise
factor c
  yes 80% if b = yes, 0% otherwise
factor b
  yes 80% if a = yes, 0% otherwise
factor a
  base 80%
```
",
};

/// The outcome `state` of `question` needs all of `steps`.
pub(crate) fn diagnostic(span: Span, question: &str, state: &str, steps: &[&str]) -> Diagnostic {
    /// Steps that are named; more make no line that can be read.
    const NAMED: usize = 8;
    let n = steps.len();
    let named = super::quoted(&steps[..n.min(NAMED)]);
    let more = if n > NAMED { ", and more" } else { "" };
    let message =
        format!("`{question} = {state}` needs {n} uncertain steps all at once: {named}{more}");
    Diagnostic::new(&RULE, span, message)
        .hint("errors multiply along such a chain: is there another way to the outcome, or a direct judgement to hold against it?")
}
