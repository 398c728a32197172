//! `unknown-name`: a name is used that nothing is called.

use weigh_syntax::ast::Spanned;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-name",
    severity: Severity::Error,
    manual: "\
Every name is declared once, in the first column, anywhere in the file or in a file it includes.

```weigh wrong
question q \"Q\"
base rate 5%
scenario s \"S\"
  set insiders = split
```

```weigh right
question q \"Q\"
base rate 5%
factor insiders: loyal, split
  base split 10%
scenario s \"S\"
  set insiders = split
```
",
};

/// `name` is used as a `kind`, of which there are `known`.
pub(crate) fn diagnostic<'a>(
    name: &Spanned,
    kind: &str,
    known: impl Iterator<Item = &'a String>,
) -> Diagnostic {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let diagnostic =
        Diagnostic::new(&RULE, name.span, format!("there is no {kind} called `{}`", name.text));
    match super::nearest(&name.text, known.iter().copied()) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.hint(format!(
            "declare it: `{} {} …`",
            kind.split([' ', ',']).next().unwrap_or(kind),
            name.text
        )),
        None => diagnostic.hint(format!("there are: {}", super::list(&known, 8))),
    }
}
