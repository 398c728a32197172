//! `row-shape`: a row of a table has too many or too few entries.

use weigh_syntax::ast::View;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    slug: "row-shape",
    severity: Severity::Error,
    manual: "\
```weigh wrong
question q \"Q\"
  table given f
    no: 95%
    yes: 90%, 10%
factor f
  base 5%
```

```weigh right
question q \"Q\"
  table given f
    no: 95%, 5%
    yes: 90%, 10%
factor f
  base 5%
```
",
};

/// `row` names `given` states, and there are `wanted` parents.
pub(crate) fn parents(row: &View, given: usize, wanted: usize) -> Diagnostic {
    let wants = if wanted == 1 { "1 parent".to_string() } else { format!("{wanted} parents") };
    Diagnostic::new(
        &RULE,
        row.span(),
        format!("this row names {given} states, and the table has {wants}"),
    )
    .hint("before the colon: one state of each parent, in the order of `table given`")
}

/// `row` has `given` numbers for `states`.
pub(crate) fn states(row: &View, given: usize, states: &[String]) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        row.span(),
        format!("this row has {given} numbers, and there are {} states", states.len()),
    )
    .hint(format!("after the colon: one number, or `rest`, for each of {}", states.join(", ")))
}
