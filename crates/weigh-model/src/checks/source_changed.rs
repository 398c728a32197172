//! `source-changed`: a source's file is not the one that was locked.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "source-changed",
    severity: Severity::Warning,
    manual: "\
`weigh.lock` holds a hash of every source's file as it was when its quotes were looked up. This file has
another one: somebody saved it anew, or its page was changed. Quotes are checked against the file as it is.
Look at what changed; `weigh lock` then locks the new one.
",
};

/// The file at `path` of the source `name` is not the one locked on the day `verified`.
pub(crate) fn diagnostic(span: Span, name: &str, path: &str, verified: &str) -> Diagnostic {
    let message =
        format!("the file of `{name}` (`{path}`) is not the one that was locked on {verified}");
    Diagnostic::new(&RULE, span, message)
        .hint("if it is the right one, `weigh lock` locks it as it is now")
}
