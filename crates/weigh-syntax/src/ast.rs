//! The typed view of the tree: what the model asks a node, without knowing its tokens.

use crate::kind::{Kind, Node, Token};
use crate::span::{FileId, Span};

/// A word of the file with its place: a name, a state, a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// The word, or a text without its quotes and escapes.
    pub text: String,
    /// Where it stands; of a text, with its quotes.
    pub span: Span,
}

/// A node together with the file it is in.
#[derive(Debug, Clone)]
pub struct View {
    /// The file.
    pub file: FileId,
    /// The node.
    pub node: Node,
}

impl View {
    /// Looks at a node of `file`.
    pub fn new(file: FileId, node: Node) -> View {
        View { file, node }
    }

    /// What kind of node it is.
    pub fn kind(&self) -> Kind {
        self.node.kind()
    }

    /// The whole node, without white space around it.
    pub fn span(&self) -> Span {
        let range = self.node.text_range();
        Span::new(self.file, range.start().into(), range.end().into())
    }

    /// From the first token to the last before the clauses: a declaration's own line.
    pub fn header_span(&self) -> Span {
        let start = u32::from(self.node.text_range().start());
        let end = self
            .node
            .children_with_tokens()
            .take_while(|child| !child.kind().is_clause() && child.kind() != Kind::Newline)
            .filter(|child| !child.kind().is_trivia())
            .last()
            .map_or(start, |last| u32::from(last.text_range().end()));
        Span::new(self.file, start, end)
    }

    /// The node's words as typed, white space folded to single blanks.
    pub fn written(&self) -> String {
        let text = self.node.text().to_string();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The nodes right below.
    pub fn children(&self) -> impl Iterator<Item = View> + '_ {
        self.node.children().map(|node| View::new(self.file, node))
    }

    /// The first node of a kind right below.
    pub fn child(&self, kind: Kind) -> Option<View> {
        self.children().find(|child| child.kind() == kind)
    }

    /// All nodes of a kind right below.
    pub fn children_of(&self, kind: Kind) -> impl Iterator<Item = View> + '_ {
        self.children().filter(move |child| child.kind() == kind)
    }

    /// The clauses of a declaration.
    pub fn clauses(&self) -> impl Iterator<Item = View> + '_ {
        self.children().filter(|child| child.kind().is_clause())
    }

    /// The names right below, in order.
    pub fn names(&self) -> impl Iterator<Item = Spanned> + '_ {
        self.children_of(Kind::Name).map(|name| name.as_word())
    }

    /// The first name right below.
    pub fn name(&self) -> Option<Spanned> {
        self.names().next()
    }

    /// The first state right below.
    pub fn state(&self) -> Option<Spanned> {
        self.child(Kind::State).map(|state| state.as_word())
    }

    /// The name of a warning right below: `unused-source`.
    pub fn slug(&self) -> Option<Spanned> {
        let slug = self.child(Kind::Slug)?;
        let is_stroke = |token: &Token| token.kind() == Kind::Minus;
        let part =
            |token: Token| if is_stroke(&token) { "-".into() } else { token.text().to_string() };
        Some(Spanned { text: slug.tokens().map(part).collect(), span: slug.span() })
    }

    /// The first text right below.
    pub fn text(&self) -> Option<Spanned> {
        self.texts().next()
    }

    /// The texts right below, in order.
    pub fn texts(&self) -> impl Iterator<Item = Spanned> + '_ {
        self.tokens().filter(|token| token.kind() == Kind::Text).map(|token| self.spanned(&token))
    }

    /// The first date (or year) right below.
    pub fn date(&self) -> Option<Spanned> {
        self.tokens()
            .find(|token| matches!(token.kind(), Kind::Date | Kind::Number))
            .map(|token| self.spanned(&token))
    }

    /// The numbers right below, in order.
    pub fn numbers(&self) -> impl Iterator<Item = View> + '_ {
        self.children().filter(|child| child.kind().is_number())
    }

    /// The conditions right below, in order.
    pub fn conditions(&self) -> impl Iterator<Item = View> + '_ {
        self.children().filter(|child| child.kind().is_condition())
    }

    /// Whether a keyword stands right below.
    pub fn has_word(&self, word: &str) -> bool {
        self.tokens().any(|token| token.kind() == Kind::Ident && token.text() == word)
    }

    /// The tokens with meaning right below.
    pub fn tokens(&self) -> impl Iterator<Item = Token> + '_ {
        self.node
            .children_with_tokens()
            .filter_map(|child| child.into_token())
            .filter(|token| !token.kind().is_trivia() && token.kind() != Kind::Newline)
    }

    /// The node's first token, as a word.
    pub fn as_word(&self) -> Spanned {
        match self.tokens().next() {
            Some(token) => self.spanned(&token),
            None => Spanned { text: String::new(), span: self.span() },
        }
    }

    fn spanned(&self, token: &Token) -> Spanned {
        let range = token.text_range();
        let span = Span::new(self.file, range.start().into(), range.end().into());
        let text = match token.kind() {
            Kind::Text => unquote(token.text()),
            _ => token.text().to_string(),
        };
        Spanned { text, span }
    }
}

/// A text without its quotes and escapes.
fn unquote(text: &str) -> String {
    if let Some(body) = text.strip_prefix('“') {
        return body.strip_suffix('”').unwrap_or(body).to_string();
    }
    let body = text.strip_prefix('"').unwrap_or(text);
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('"' | '\\')) => out.push(escaped),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '"' => break,
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_quotes_and_escapes() {
        assert_eq!(unquote(r#""a \"b\" \\ c""#), r#"a "b" \ c"#);
        assert_eq!(unquote("“typographic”"), "typographic");
        assert_eq!(unquote("\"open"), "open");
        assert_eq!(unquote(r#""back\slash""#), r"back\slash");
    }
}
