//! `unknown-clause`: a line under a factor begins with neither a state nor a clause.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-clause",
    severity: Severity::Error,
    manual: "\
A line under a factor begins with a clause's word or with one of the factor's states.

```weigh wrong
question q \"Q\"
  bse 5%
```

```weigh right
question q \"Q\"
  base 5%
```
",
};

/// `word` begins a line under `name`, which has `states`.
pub(crate) fn diagnostic(word: &Spanned, name: &str, states: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        &RULE,
        word.span,
        format!("`{}` is neither a state of `{name}` nor a clause", word.text),
    );
    let clauses = weigh_syntax::parser::CLAUSES;
    match super::nearest(&word.text, states.iter().map(String::as_str).chain(clauses)) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("its states are {}", states.join(", "))),
    }
}
