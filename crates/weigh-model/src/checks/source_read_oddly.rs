//! `source-read-oddly`: a source's file was read, but not quite as it says it should be.

use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "source-read-oddly",
    severity: Severity::Note,
    manual: "\
The file of the source could be read, and something about it was odd: it names an encoding that it is not
written in, pages of a PDF file have no text, an article could not be told from the rest of its page. Quotes
were checked against what was read.
",
};

/// Something was odd in reading the file of the source `name`.
pub(crate) fn diagnostic(span: Span, name: &str, remark: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("the file of `{name}`: {remark}"))
}
