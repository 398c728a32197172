//! `unknown-word`: a word is neither a quantity nor on the scale.

use crate::words::Scale;
use weigh_syntax::diag::{Diagnostic, Rule, Severity};
use weigh_syntax::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    slug: "unknown-word",
    severity: Severity::Error,
    manual: "\
Where a number stands in words, it is a quantity's name or a word of the file's scale; a word of
another scale says so: `unlikely on phia`.

```weigh wrong
question q \"Q\"
base rate unlikly
```

```weigh right
question q \"Q\"
base rate unlikely
```
",
};

/// `phrase` stands where a number should, and `scale` has no such word.
pub(crate) fn diagnostic<'a>(
    span: Span,
    phrase: &str,
    scale: Scale,
    quantities: impl Iterator<Item = &'a String>,
    is_variable: bool,
) -> Diagnostic {
    let title = scale.title();
    let diagnostic = Diagnostic::new(
        &RULE,
        span,
        format!("`{phrase}` is neither a quantity nor a word of {title}"),
    );
    if is_variable {
        return diagnostic.hint(format!(
            "`{phrase}` is a factor: ask for it after `if`, as in `if {phrase} = yes`"
        ));
    }
    let words = scale.terms().iter().flat_map(|term| term.names.iter().copied());
    let known: Vec<&str> = quantities.map(String::as_str).chain(words).collect();
    let elsewhere = crate::words::elsewhere(phrase);
    match (super::nearest(phrase, known.into_iter()), elsewhere.first()) {
        (_, Some((other, _))) => diagnostic.hint(format!(
            "`{phrase}` is a word of {}: write `{phrase} on {}`",
            other.title(),
            other.name()
        )),
        (Some(near), None) => diagnostic.hint(format!("did you mean `{near}`?")),
        (None, None) => {
            diagnostic.hint(format!("its words are: {}", super::list(&words_of(scale), 9)))
        }
    }
}

fn words_of(scale: Scale) -> Vec<&'static str> {
    scale.terms().iter().map(|term| term.names[0]).collect()
}
