//! `include-unreadable`: an included file cannot be read.

use crate::world::ReadError;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "include-unreadable",
    severity: Severity::Error,
    manual: "\
`include \"FILE\"` takes in the declarations of a second file. The rest of this file stands.

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
