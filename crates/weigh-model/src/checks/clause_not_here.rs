//! `clause-not-here`: a clause stands under a declaration that takes no such clause.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "clause-not-here",
    severity: Severity::Error,
    manual: "\
Every declaration takes certain clauses; the line is read and left out.

```weigh wrong
question q \"Q\"
  published 2022-01-01
base rate 5%
```

```weigh right
question q \"Q\"
  by 2022-12-31
base rate 5%
```
",
};

/// `clause` stands under `declaration` and means nothing there.
pub(crate) fn diagnostic(clause: &View, declaration: &View) -> Diagnostic {
    let clause_word = clause.written().split(' ').next().unwrap_or_default().to_string();
    let holder: Vec<String> =
        declaration.written().split(' ').take(2).map(str::to_string).collect();
    let holder = holder.join(" ");
    Diagnostic::new(&RULE, clause.span(), format!("`{clause_word}` says nothing under `{holder}`"))
        .label(declaration.header_span(), "")
        .hint("docs/language.md lists the clauses of each declaration")
}
