//! `unreadable-file`: a file of the assessment cannot be read.

use crate::world::ReadError;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unreadable-file",
    severity: Severity::Error,
    manual: "\
A file that was asked for, or that `include \"FILE\"` names, is not there, or is no text that can be read:
not UTF-8, too large, a folder, or not allowed. Of a file that cannot be included the rest stands.

```weigh wrong
include \"absent.weigh\"
question q \"Q\"
base rate 5%
```

```weigh right
question q \"Q\"
base rate 5%
```
",
};

/// The file at `path` cannot be read.
pub(crate) fn diagnostic(span: Span, path: &str, error: &ReadError) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{path}` cannot be included: {}", why(error)))
        .hint("the path is taken from the folder of the file that includes it")
}

/// Why a text could not be had, in words.
pub fn why(error: &ReadError) -> String {
    match error {
        ReadError::Absent => "there is no such file".to_string(),
        ReadError::Refused(why) => why.clone(),
        ReadError::TooLarge(bytes) => {
            let limit = crate::world::MAX_TEXT_BYTES >> 20;
            format!("it is {} MB large, and no text over {limit} MB is read", bytes >> 20)
        }
        ReadError::NotUtf8(at) => format!("it is not UTF-8 text (byte {at} is none of it)"),
    }
}
