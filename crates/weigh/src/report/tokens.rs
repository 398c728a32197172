//! Our own markup read again, for the forms that are not HTML: tags and texts in the order in which they stand.

/// A piece of markup.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Token<'a> {
    /// An opening tag: its name, and the rest of what stands in it.
    Open(&'a str, &'a str),
    /// A closing tag.
    Close(&'a str),
    /// A text, still escaped.
    Text(&'a str),
}

/// The pieces of markup that maud made: every `<` begins a tag, and no attribute holds a `>` that is not escaped.
pub fn tokens(markup: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = markup;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(tag) = rest.strip_prefix('<') else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            rest = after;
            return Some(Token::Text(text));
        };
        let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        Some(match inside.strip_prefix('/') {
            Some(name) => Token::Close(name),
            None => {
                let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
                Token::Open(name, attributes)
            }
        })
    })
}

/// What an attribute says, still escaped.
pub fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let at = attributes.match_indices(name).find(|(at, _)| {
        let starts = *at == 0 || attributes[..*at].ends_with(' ');
        starts && attributes[at + name.len()..].starts_with("=\"")
    })?;
    attributes[at.0 + name.len() + 2..].split('"').next()
}

/// Whether a tag has a class.
pub fn has_class(attributes: &str, class: &str) -> bool {
    attribute(attributes, "class").is_some_and(|all| all.split(' ').any(|it| it == class))
}

/// Tags that end where they begin.
pub fn is_void(name: &str) -> bool {
    matches!(name, "br" | "input" | "meta")
}

/// Whether what a tag begins only leads elsewhere on the page.
pub fn leads_on(name: &str, attributes: &str) -> bool {
    let to = attribute(attributes, "href");
    has_class(attributes, "more") || name == "a" && matches!(to, Some("#method" | "#sources"))
}

/// Markup without the links into a page that is not there, and without what only leads on.
pub fn unlinked(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    let (mut n_out, mut closers) = (0, Vec::new());
    for token in tokens(markup) {
        match token {
            Token::Open(name, attributes) => {
                if n_out > 0 || leads_on(name, attributes) {
                    n_out += usize::from(!is_void(name));
                    continue;
                }
                let goes_nowhere = name == "a"
                    && attribute(attributes, "href").is_some_and(|to| to.starts_with('#'));
                if name == "a" {
                    closers.push(if goes_nowhere { "span" } else { "a" });
                }
                match (goes_nowhere, attribute(attributes, "class"), attributes) {
                    (true, Some(class), _) => out.push_str(&format!("<span class=\"{class}\">")),
                    (true, None, _) => out.push_str("<span>"),
                    (false, _, "") => out.push_str(&format!("<{name}>")),
                    (false, ..) => out.push_str(&format!("<{name} {attributes}>")),
                }
            }
            Token::Close(_) if n_out > 0 => n_out -= 1,
            Token::Close("a") => {
                out.push_str(&format!("</{}>", closers.pop().unwrap_or("a")));
            }
            Token::Close(name) => out.push_str(&format!("</{name}>")),
            Token::Text(text) if n_out == 0 => out.push_str(text),
            Token::Text(_) => {}
        }
    }
    out
}

/// The characters that maud escapes, back as they were.
pub fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::html;

    #[test]
    fn links_that_lead_nowhere_are_words() {
        let markup = html! {
            p { a href="#reason-0" { "A " b { "reason" } } " " a.place href="#line-1" { "a:1" } " " a href="https://example.org" { "b" } }
            p.more { a href="#change" { "All " b { "of it" } } }
            p { "end" }
        };
        let expected = html! {
            p { span { "A " b { "reason" } } " " span.place { "a:1" } " " a href="https://example.org" { "b" } }
            p { "end" }
        };
        assert_eq!(unlinked(&markup.0), expected.0);
    }

    #[test]
    fn markup_comes_apart_as_it_was_put_together() {
        let markup = html! { p class="a b" title="x > \"y\"" { "1 < 2 " strong { "&amp;" } } br; };
        let all: Vec<Token> = tokens(&markup.0).collect();
        let Token::Open("p", attributes) = all[0] else { panic!("{all:?}") };
        assert!(has_class(attributes, "b") && !has_class(attributes, "x"));
        assert_eq!(unescaped(attribute(attributes, "title").unwrap()), "x > \"y\"");
        assert_eq!(all[1], Token::Text("1 &lt; 2 "));
        assert_eq!(unescaped("1 &lt; 2 &amp;amp;"), "1 < 2 &amp;");
        assert_eq!(
            &all[2..],
            [
                Token::Open("strong", ""),
                Token::Text("&amp;amp;"),
                Token::Close("strong"),
                Token::Close("p"),
                Token::Open("br", ""),
            ]
        );
    }
}
