//! `unused-record`: a record is stated of somebody who gives no range.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unused-record",
    severity: Severity::Warning,
    manual: "\
A record is held against the ranges of the same person: those in declarations with their `elicitor`, or, for a
record without a name, those that name none.

```weigh wrong
assessment \"A\"
  as of 2022-10-14
  record ana 18 of 20
question q \"Q\"
  base 5% to 10%
  elicitor anna
```

```weigh right
assessment \"A\"
  as of 2022-10-14
  record anna 18 of 20
question q \"Q\"
  base 5% to 10%
  elicitor anna
```
",
};

/// Nobody of that name gives a range; `known` are those who give numbers.
pub(crate) fn diagnostic(span: Span, who: Option<&Spanned>, known: &[String]) -> Diagnostic {
    let Some(who) = who else {
        return Diagnostic::new(&RULE, span, "no range in the file is the author's own")
            .hint("name whom the record is about, as in `record anna 12 of 20`");
    };
    let message = format!("no range in the file is `{}`'s", who.text);
    let diagnostic = Diagnostic::new(&RULE, who.span, message);
    let near = super::nearest(&who.text, known.iter().map(String::as_str));
    match near.filter(|near| *near != who.text) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!(
            "put `elicitor {}` where the numbers are; a record without a name is the author's own",
            who.text
        )),
    }
}
