//! `unknown-declaration`: a line in the first column opens no declaration.

use crate::diag::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-declaration",
    severity: Severity::Error,
    manual: "\
A line that is not indented opens a declaration: `assessment`, `include`, `source`, `question`,
`base rate`, `reason`, `factor`, `indicator`, `quantity`, `evidence` or `scenario`. What is indented
below a line that nobody understands is passed over with it.

```weigh wrong
reson presence \"Not in his interest\"
  odds x 0.4 to 0.8
```

```weigh right
reason presence \"Not in his interest\"
  odds x 0.4 to 0.8
```
",
};

/// `words` are the first two words of the line; near ones are suggested.
pub(crate) fn diagnostic(span: Span, word: Option<&str>, words: &str) -> Diagnostic {
    let found = word.unwrap_or("this line");
    let diagnostic = Diagnostic::new(&RULE, span, format!("`{found}` opens no declaration"));
    let declarations = crate::parser::DECLARATIONS;
    let near = declarations.iter().max_by(|a, b| {
        let closeness =
            |name: &str| strsim::jaro_winkler(name, found).max(strsim::jaro_winkler(name, words));
        closeness(a).total_cmp(&closeness(b))
    });
    match near {
        Some(near)
            if strsim::jaro_winkler(near, found).max(strsim::jaro_winkler(near, words)) > 0.8 =>
        {
            diagnostic.hint(format!("did you mean `{near}`?"))
        }
        _ => diagnostic.hint(format!(
            "a line in the first column begins with one of: {}",
            declarations.join(", ")
        )),
    }
}
