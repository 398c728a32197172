//! `unknown-grade`: a grade is none of those that exist.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-grade",
    severity: Severity::Error,
    manual: "\
Reliability is an Admiralty letter, A to F, or a number; credibility is the Admiralty digit, 1 to 6;
confidence is `low`, `moderate` or `high`.

```weigh wrong
source s \"S\"
  reliability G
question q \"Q\"
base rate 5%
```

```weigh right
source s \"S\"
  reliability B
question q \"Q\"
base rate 5%
```
",
};

/// `written` is neither an Admiralty letter nor a probability.
pub(crate) fn reliability(span: Span, written: &str) -> Diagnostic {
    let upper = written.to_uppercase();
    let is_letter = ["A", "B", "C", "D", "E", "F"].contains(&upper.as_str());
    let diagnostic =
        Diagnostic::new(&RULE, span, format!("`{written}` is no grade of reliability"));
    if is_letter {
        diagnostic.hint(format!("did you mean `{upper}`?"))
    } else {
        diagnostic.hint("grades are the letters A to F, or a range such as `70% to 90%`")
    }
}

/// The digit at `span` is none of 1 to 6.
pub(crate) fn credibility(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "a credibility is a digit from 1 to 6")
}

/// The confidence is neither low, moderate nor high.
pub(crate) fn confidence(level: &Spanned) -> Diagnostic {
    Diagnostic::new(&RULE, level.span, format!("`{}` is no level of confidence", level.text))
        .hint("confidence is `low`, `moderate` or `high`, with the grounds in quotes")
}
