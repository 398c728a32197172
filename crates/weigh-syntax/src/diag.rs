//! What is told to the analyst about a file: a rule with a slug, a message, places, hints.

use crate::span::Span;
use serde::Serialize;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know; changes nothing.
    Note,
    /// Legal but doubtful; `check --strict` fails on it.
    Warning,
    /// The file is wrong here; what can be read of the rest is still solved.
    Error,
}

/// A kind of fault: its slug never changes meaning, and its manual page is the text behind `weigh explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Names the fault, not the remedy: `states-not-100`.
    pub slug: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The manual page, in Markdown: what it means, an example that shows it, and what to type instead.
    pub manual: &'static str,
}

/// A place that a diagnostic points at, with a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// One thing to tell the analyst about the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of fault.
    pub rule: &'static Rule,
    /// What is wrong, with the names and values, in one line that stands alone.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places involved.
    pub labels: Vec<Label>,
    /// What to type instead.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic at one place.
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { rule, message: message.into(), span, labels: Vec::new(), hints: Vec::new() }
    }

    /// Adds another place.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a hint.
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hints.push(text.into());
        self
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }
}
