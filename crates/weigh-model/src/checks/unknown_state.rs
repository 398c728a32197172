//! `unknown-state`: a state is named that the factor does not have.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-state",
    severity: Severity::Error,
    manual: "\
A factor has the states that its declaration lists, or `no` and `yes` if it lists none.

```weigh wrong
question q \"Q\"
  base 5%
  odds x 2 if weather = bad
factor weather: fair, foul
  base foul 30%
```

```weigh right
question q \"Q\"
  base 5%
  odds x 2 if weather = foul
factor weather: fair, foul
  base foul 30%
```
",
};

/// `state` is none of the `states` of `variable`.
pub(crate) fn diagnostic(state: &Spanned, variable: &str, states: &[String]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(&RULE, state.span, format!("`{variable}` has no state `{}`", state.text));
    match super::nearest(&state.text, states.iter().map(String::as_str)) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("its states are {}", states.join(", "))),
    }
}
