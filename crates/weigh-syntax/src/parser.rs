//! Tokens into a lossless tree: recursive descent, one function per construct, never failing.
//!
//! The unit is the line: a declaration begins in the first column, its clauses stand indented below
//! it. What cannot be read on a line becomes an error node that ends with that line, so a fault
//! never reaches the next one.

use crate::checks;
use crate::diag::Diagnostic;
use crate::kind::{Kind, Node};
use crate::lexer::{Lexeme, lex};
use crate::span::{FileId, Span};
use rowan::{Checkpoint, GreenNodeBuilder, Language as _};

/// A parsed text: the tree holds every byte of it, and the diagnostics say what could not be read.
#[derive(Debug, Clone)]
pub struct Parse {
    /// The file that was parsed.
    pub file: FileId,
    /// The whole text as a tree.
    pub tree: Node,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a text; there is always a tree.
///
/// ```
/// # use weigh_syntax::{parser::parse, span::FileId};
/// let text = "reason presence \"Not in his interest\"\n  odds x 0.4 to 0.8\n";
/// let parse = parse(FileId(0), text);
/// assert_eq!(parse.tree.text().to_string(), text);
/// assert!(parse.diagnostics.is_empty());
/// ```
pub fn parse(file: FileId, text: &str) -> Parse {
    let lexemes = lex(text);
    let lines = split_lines(text, &lexemes);
    let mut parser = Parser {
        file,
        text,
        lexemes: &lexemes,
        lines: &lines,
        line: 0,
        at: 0,
        depth: 0,
        faulty_line: None,
        builder: GreenNodeBuilder::new(),
        diagnostics: Vec::new(),
    };
    parser.file();
    let tree = Node::new_root(parser.builder.finish());
    Parse { file, tree, diagnostics: parser.diagnostics }
}

/// Brackets and `not` may nest this deep; nobody writes deeper, and the parser's own stack is safe.
const MAX_DEPTH: u32 = 64;

/// Words that open a declaration of the first level.
pub const DECLARATIONS: [&str; 12] = [
    "assessment",
    "include",
    "source",
    "question",
    "base rate",
    "reason",
    "factor",
    "indicator",
    "quantity",
    "evidence",
    "actor",
    "scenario",
];

/// Words that open a clause.
pub const CLAUSES: [&str; 52] = [
    "as of",
    "claims",
    "scale",
    "author",
    "level",
    "errors",
    "confidence",
    "note",
    "allow",
    "file",
    "translation",
    "private",
    "url",
    "publisher",
    "language",
    "published",
    "retrieved",
    "reliability",
    "credibility",
    "origin",
    "copies",
    "quote",
    "by",
    "resolves",
    "gut",
    "decide at",
    "about",
    "odds",
    "base",
    "hazard",
    "leak",
    "caused by",
    "table",
    "because",
    "elicitor",
    "record",
    "on",
    "reports",
    "observes",
    "likelihood",
    "revises",
    "anyway",
    "hit",
    "obtain",
    "choice",
    "knows",
    "picks",
    "rational",
    "wants",
    "expects",
    "set",
    "observe",
];

/// Words that end a number made of words.
const STOPS: [&str; 15] = [
    "if",
    "otherwise",
    "because",
    "to",
    "of",
    "on",
    "per",
    "since",
    "until",
    "and",
    "or",
    "rest",
    "leak",
    "cost",
    "within",
];

/// A logical line: its tokens from the first to the last, both with meaning, and its indentation.
#[derive(Debug, Clone, Copy)]
struct Line {
    first: usize,
    end: usize,
    indent: u32,
}

/// Groups tokens into logical lines; a line that ends in a comma takes in the next indented one.
fn split_lines(text: &str, lexemes: &[Lexeme]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut indent = 0;
    let mut open: Option<Line> = None;
    let mut at_start = true;
    for (ix, t) in lexemes.iter().enumerate() {
        match t.kind {
            Kind::Newline => {
                lines.extend(open.take());
                (indent, at_start) = (0, true);
            }
            Kind::Whitespace if at_start => {
                indent = width(&text[t.start as usize..(t.start + t.len) as usize]);
            }
            Kind::Whitespace | Kind::Comment => {}
            _ => {
                if at_start
                    && indent > 0
                    && let Some(last) = lines.last()
                    && lexemes[last.end - 1].kind == Kind::Comma
                {
                    open = lines.pop();
                }
                at_start = false;
                let line = open.get_or_insert(Line { first: ix, end: ix + 1, indent });
                line.end = ix + 1;
            }
        }
    }
    lines.extend(open);
    lines
}

/// How far white space indents: a tab goes on to the next multiple of four.
fn width(space: &str) -> u32 {
    space.chars().fold(0, |at, c| match c {
        '\t' => (at / 4 + 1) * 4,
        '\u{FEFF}' => at,
        _ => at + 1,
    })
}

struct Parser<'t> {
    file: FileId,
    text: &'t str,
    lexemes: &'t [Lexeme],
    lines: &'t [Line],
    /// The line being read.
    line: usize,
    /// The next token.
    at: usize,
    depth: u32,
    /// The last line with a fault: one slip is one message.
    faulty_line: Option<usize>,
    builder: GreenNodeBuilder<'static>,
    diagnostics: Vec<Diagnostic>,
}

/// Lines: the file, declarations, clauses.
impl Parser<'_> {
    fn file(&mut self) {
        self.builder.start_node(raw(Kind::File));
        while self.line < self.lines.len() {
            let line = self.lines[self.line];
            self.trivia_before(line.first);
            match self.declaration_kind() {
                Some(kind) => self.declaration(kind),
                None => self.stray_line(),
            }
        }
        self.trivia_before(self.lexemes.len());
        self.builder.finish_node();
    }

    /// Which declaration the line opens, if any.
    fn declaration_kind(&self) -> Option<Kind> {
        let kind = match self.word()? {
            "assessment" => Kind::Assessment,
            "include" => Kind::Include,
            "source" => Kind::Source,
            "question" => Kind::Question,
            "base" if self.word_after() == Some("rate") => Kind::BaseRate,
            "reason" => Kind::Reason,
            "factor" => Kind::Factor,
            "indicator" => Kind::Indicator,
            "quantity" => Kind::Quantity,
            "evidence" => Kind::Evidence,
            "actor" => Kind::Actor,
            "scenario" => Kind::Scenario,
            _ => return None,
        };
        Some(kind)
    }

    /// A line that opens no declaration and belongs to none.
    fn stray_line(&mut self) {
        let line = self.lines[self.line];
        let span = self.span_of(line.first, line.end);
        let diagnostic = if line.indent > 0 {
            checks::clause_without_declaration::diagnostic(span)
        } else {
            checks::unknown_declaration::diagnostic(span, self.word(), &self.two_words())
        };
        self.diagnostics.push(diagnostic);
        self.start(Kind::Error);
        self.tokens_until(line.end);
        self.builder.finish_node();
        self.next_line();
        // What stands below a line that nobody understands is not understood either, and said once.
        while line.indent == 0 && self.line < self.lines.len() && self.lines[self.line].indent > 0 {
            if self.opens_indented_declaration() {
                break;
            }
            let line = self.lines[self.line];
            self.trivia_before(line.first);
            self.start(Kind::Error);
            self.tokens_until(line.end);
            self.builder.finish_node();
            self.next_line();
        }
    }

    fn declaration(&mut self, kind: Kind) {
        let line = self.lines[self.line];
        if line.indent > 0 {
            let span = self.span_of(line.first, line.first + 1);
            self.diagnostics.push(checks::declaration_indented::diagnostic(span, self.word()));
        }
        self.start(kind);
        self.bump();
        match kind {
            Kind::Assessment | Kind::Include => self.expect_text("the title in quotes"),
            Kind::Source | Kind::Reason | Kind::Evidence | Kind::Actor | Kind::Scenario => {
                self.expect_name();
                self.optional_text();
            }
            Kind::BaseRate => {
                self.bump();
                self.number();
                self.per_or_since();
                self.tails();
            }
            Kind::Quantity => {
                self.expect_name();
                self.optional_text();
                self.expect(Kind::Equal, "`=` and a number");
                self.number();
                self.tails();
            }
            _ => {
                self.expect_name();
                if self.kind() == Kind::Colon {
                    self.states();
                }
                self.optional_text();
            }
        }
        self.end_of_line();
        while self.line < self.lines.len() {
            let line = self.lines[self.line];
            if line.indent == 0 {
                if !self.is_unindented_clause() {
                    break;
                }
                self.tell_unindented();
            } else if self.opens_indented_declaration() {
                break;
            }
            self.trivia_before(line.first);
            self.clause();
        }
        self.builder.finish_node();
    }

    fn tell_unindented(&mut self) {
        let word = self.lines[self.line].first;
        let diagnostic =
            checks::clause_not_indented::diagnostic(self.lexeme_span(word), self.text_at(word));
        self.diagnostics.push(diagnostic);
    }

    /// An indented line that can only be a declaration: its keyword opens no clause.
    fn opens_indented_declaration(&self) -> bool {
        let line = self.lines[self.line];
        let only_declaration = matches!(
            self.text_at(line.first),
            "assessment"
                | "include"
                | "question"
                | "reason"
                | "factor"
                | "indicator"
                | "quantity"
                | "evidence"
                | "actor"
                | "scenario"
        );
        let next = self.significant_after(line.first, line.end);
        only_declaration
            && next.is_some_and(|ix| matches!(self.lexemes[ix].kind, Kind::Ident | Kind::Text))
    }

    /// A clause that somebody forgot to indent: a clause's word in the first column, which opens no declaration.
    fn is_unindented_clause(&self) -> bool {
        let line = self.lines[self.line];
        let first = self.text_at(line.first);
        let second = self.significant_after(line.first, line.end).map(|ix| self.text_at(ix));
        let both = second.map(|second| format!("{first} {second}"));
        if DECLARATIONS.contains(&first)
            || both.as_deref().is_some_and(|b| DECLARATIONS.contains(&b))
        {
            return false;
        }
        CLAUSES.contains(&first) || both.as_deref().is_some_and(|b| CLAUSES.contains(&b))
    }

    fn clause(&mut self) {
        let indent = self.lines[self.line].indent;
        let kind = self.clause_kind();
        self.start(kind);
        if kind != Kind::StateLine {
            self.bump();
        }
        match kind {
            Kind::AsOf => {
                self.bump();
                self.expect(Kind::Date, "a date such as 2022-10-14");
            }
            Kind::Published | Kind::Retrieved | Kind::By | Kind::On => self.date(),
            Kind::Claims => {
                self.expect_text("the word in quotes");
                if self.at_word("on") {
                    self.bump();
                    self.expect_name();
                }
            }
            Kind::Scale | Kind::Origin | Kind::About | Kind::Because | Kind::SourceRef => {
                self.expect_name();
            }
            Kind::Elicitor if self.kind() == Kind::Ident => self.expect_name(),
            Kind::Author
            | Kind::Note
            | Kind::FileClause
            | Kind::Translation
            | Kind::Url
            | Kind::Publisher
            | Kind::Language
            | Kind::Resolves
            | Kind::Elicitor => self.expect_text("a text in quotes"),
            Kind::Level
            | Kind::Reliability
            | Kind::Credibility
            | Kind::Copies
            | Kind::Gut
            | Kind::Anyway
            | Kind::Hit => {
                self.number();
                self.tails();
            }
            Kind::FalseAlarm | Kind::Decide => {
                self.bump();
                self.number();
                self.tails();
            }
            Kind::Record => {
                if self.kind() == Kind::Ident {
                    self.expect_name();
                } else if self.kind() == Kind::Text {
                    self.text_token();
                }
                self.number();
                self.tails();
            }
            Kind::Errors => self.errors(),
            Kind::Confidence => {
                self.expect_name();
                self.optional_text();
            }
            Kind::Quote => {
                self.expect_name();
                self.optional_text();
                if self.at_word("translates") {
                    self.start(Kind::Translates);
                    self.bump();
                    self.expect_text("the words in their own language, in quotes");
                    self.builder.finish_node();
                }
            }
            Kind::Private => {}
            Kind::Allow => {
                self.slug();
                self.optional_text();
            }
            Kind::Odds => self.odds(),
            Kind::Base => {
                self.state_numbers_or_number();
                self.per_or_since();
                self.tails();
            }
            Kind::Hazard => {
                self.number();
                self.per_or_since();
                if self.at_word("until") {
                    self.start(Kind::Until);
                    self.bump();
                    self.date();
                    self.builder.finish_node();
                }
                self.tails();
            }
            Kind::Leak => {
                self.number();
                self.tails();
            }
            Kind::CausedBy => {
                self.bump();
                self.condition();
                self.number();
                if self.at_word("leak") {
                    self.bump();
                    self.expect_word("included");
                }
                self.tails();
            }
            Kind::TableGiven => {
                if self.at_word("given") {
                    self.bump();
                    self.expect_name();
                    while self.comma() {
                        self.expect_name();
                    }
                }
                self.end_of_line();
                self.rows(indent);
                self.builder.finish_node();
                return;
            }
            Kind::Reports => {
                self.condition();
                self.tails();
            }
            Kind::Observes | Kind::Set | Kind::Observe => {
                self.condition();
                self.tails();
            }
            Kind::Likelihood => self.cases(),
            Kind::Revises => {
                self.expect_name();
                self.expect(Kind::Colon, "`:` and the new probabilities");
                self.state_numbers();
                self.tails();
            }
            Kind::Choice => {
                self.expect_name();
                if self.kind() == Kind::Colon {
                    self.states();
                }
                self.optional_text();
                self.end_of_line();
                self.clauses_of_choice(indent);
                self.builder.finish_node();
                return;
            }
            Kind::Knows => {
                self.expect_name();
                while self.comma() {
                    self.expect_name();
                }
            }
            Kind::Picks => self.picks(),
            Kind::Rational => {}
            Kind::Wants => {
                self.end_of_line();
                self.payoffs(indent);
                self.builder.finish_node();
                return;
            }
            Kind::Expects => {
                self.expect_name();
                self.expect(Kind::Equal, "`=` and a state");
                self.state();
                self.cases();
            }
            Kind::Obtain => {
                self.expect_text("where it can be had, in quotes");
                if self.at_word("by") {
                    self.bump();
                    self.expect_text("who can get it, in quotes");
                }
                if self.at_word("cost") {
                    self.bump();
                    self.number();
                }
                if self.at_word("within") {
                    self.bump();
                    self.expect(Kind::Number, "a number of days");
                    self.expect_name();
                }
            }
            _ => {
                self.state();
                self.cases();
            }
        }
        self.end_of_line();
        self.builder.finish_node();
    }

    fn clause_kind(&self) -> Kind {
        let Some(word) = self.word() else { return Kind::StateLine };
        match (word, self.word_after()) {
            ("as", Some("of")) => Kind::AsOf,
            ("false", Some("alarm")) => Kind::FalseAlarm,
            ("caused", Some("by")) => Kind::CausedBy,
            ("claims", _) => Kind::Claims,
            ("scale", _) => Kind::Scale,
            ("author", _) => Kind::Author,
            ("level", _) => Kind::Level,
            ("errors", _) => Kind::Errors,
            ("confidence", _) => Kind::Confidence,
            ("note", _) => Kind::Note,
            ("allow", _) => Kind::Allow,
            ("file", _) => Kind::FileClause,
            ("translation", _) => Kind::Translation,
            ("private", _) => Kind::Private,
            ("url", _) => Kind::Url,
            ("publisher", _) => Kind::Publisher,
            ("language", _) => Kind::Language,
            ("published", _) => Kind::Published,
            ("retrieved", _) => Kind::Retrieved,
            ("reliability", _) => Kind::Reliability,
            ("credibility", _) => Kind::Credibility,
            ("origin", _) => Kind::Origin,
            ("copies", _) => Kind::Copies,
            ("quote", _) => Kind::Quote,
            ("by", _) => Kind::By,
            ("resolves", _) => Kind::Resolves,
            ("gut", _) => Kind::Gut,
            ("decide", Some("at")) => Kind::Decide,
            ("about", _) => Kind::About,
            ("odds", _) => Kind::Odds,
            ("base", _) => Kind::Base,
            ("hazard", _) => Kind::Hazard,
            ("leak", _) => Kind::Leak,
            ("table", _) => Kind::TableGiven,
            ("because", _) => Kind::Because,
            ("elicitor", _) => Kind::Elicitor,
            ("record", _) => Kind::Record,
            ("on", _) => Kind::On,
            ("reports", _) => Kind::Reports,
            ("observes", _) => Kind::Observes,
            ("likelihood", _) => Kind::Likelihood,
            ("revises", _) => Kind::Revises,
            ("anyway", _) => Kind::Anyway,
            ("hit", _) => Kind::Hit,
            ("source", _) => Kind::SourceRef,
            ("obtain", _) => Kind::Obtain,
            ("choice", _) => Kind::Choice,
            ("knows", _) => Kind::Knows,
            ("picks", _) => Kind::Picks,
            ("rational", _) => Kind::Rational,
            ("wants", _) => Kind::Wants,
            ("expects", _) => Kind::Expects,
            ("set", _) => Kind::Set,
            ("observe", _) => Kind::Observe,
            _ => Kind::StateLine,
        }
    }

    /// The rows of a table: the lines indented deeper than it.
    fn rows(&mut self, indent: u32) {
        while self.line < self.lines.len() && self.lines[self.line].indent > indent {
            self.trivia_before(self.lines[self.line].first);
            self.start(Kind::Row);
            if self.line_has_colon() {
                self.state();
                while self.comma() {
                    self.state();
                }
                self.expect(Kind::Colon, "`:` and one number per state");
            }
            self.number_or_rest();
            while self.comma() {
                self.number_or_rest();
            }
            self.tails();
            self.end_of_line();
            self.builder.finish_node();
        }
    }

    /// What belongs to a choice: the lines indented deeper than it, and what is known, however it is indented.
    fn clauses_of_choice(&mut self, indent: u32) {
        while let Some(line) = self.lines.get(self.line) {
            let is_deeper = line.indent > indent && !self.opens_indented_declaration();
            if !is_deeper && self.text_at(line.first) != "knows" {
                break;
            }
            if line.indent == 0 {
                self.tell_unindented();
            }
            // A choice inside a choice belongs to its actor, so that lines never nest deeper than this.
            if self.clause_kind() == Kind::Choice {
                break;
            }
            self.trivia_before(line.first);
            self.clause();
        }
    }

    /// What an actor wants: the lines indented deeper than that word.
    fn payoffs(&mut self, indent: u32) {
        while self.line < self.lines.len()
            && self.lines[self.line].indent > indent
            && !self.opens_indented_declaration()
        {
            self.trivia_before(self.lines[self.line].first);
            self.start(Kind::Payoff);
            self.number();
            if self.at_word("if") {
                self.bump();
                self.condition();
            }
            self.tails();
            self.end_of_line();
            self.builder.finish_node();
        }
    }

    /// `the better of two options 10 points apart 75% to 95% of the time`
    fn picks(&mut self) {
        self.expect_words(&["the", "better", "of", "two", "options"]);
        self.sum();
        self.expect_words(&["points", "apart"]);
        // No counts here: `90% of the time` is no so many in so many.
        self.range();
        self.expect_words(&["of", "the", "time"]);
        self.tails();
    }

    /// Whether the line has a colon; a row of a table without parents has none.
    fn line_has_colon(&self) -> bool {
        let line = self.lines[self.line];
        self.lexemes[line.first..line.end].iter().any(|t| t.kind == Kind::Colon)
    }
}

/// Parts of lines.
impl Parser<'_> {
    fn states(&mut self) {
        self.start(Kind::States);
        self.bump(); // the colon
        self.state();
        while self.comma() {
            self.state();
        }
        self.builder.finish_node();
    }

    fn state(&mut self) {
        if matches!(self.kind(), Kind::Ident | Kind::Number | Kind::Text) {
            self.start(Kind::State);
            self.bump();
            self.builder.finish_node();
        } else {
            self.expected("a state");
        }
    }

    /// The name of a message: `unused-source`.
    fn slug(&mut self) {
        if self.kind() != Kind::Ident {
            return self.expected("the name of a warning, such as `unused-source`");
        }
        self.start(Kind::Slug);
        self.bump();
        while self.kind() == Kind::Minus {
            self.bump();
            if matches!(self.kind(), Kind::Ident | Kind::Number) {
                self.bump();
            }
        }
        self.builder.finish_node();
    }

    fn errors(&mut self) {
        if self.at_word("shared") || self.at_word("independent") {
            return self.bump();
        }
        if !self.at_word("table") {
            return self.expected("`shared`, `independent` or `table 80%, elicitor 20%`");
        }
        self.bump();
        self.number();
        if self.comma() {
            self.expect_word("elicitor");
            self.number();
        }
    }

    fn odds(&mut self) {
        if self.at_word("of") {
            self.bump();
            self.state();
        }
        if self.at_word("x") || self.at_word("times") || self.kind() == Kind::Times {
            self.bump();
        } else {
            self.expected("`x` and a number, as in `odds x 2 to 4`");
        }
        self.number();
        if self.at_word("if") {
            self.bump();
            self.condition();
        }
        self.tails();
    }

    /// `90% if a = b, 5% otherwise`
    fn cases(&mut self) {
        self.case();
        while self.comma() {
            self.case();
        }
    }

    fn case(&mut self) {
        self.start(Kind::Case);
        if self.at_word("rest") {
            self.bump();
        } else if !self.at_word("if") && !self.at_word("otherwise") {
            self.number();
        }
        if self.at_word("if") {
            self.bump();
            self.condition();
        } else if self.at_word("otherwise") {
            self.bump();
        }
        self.tails();
        self.builder.finish_node();
    }

    /// `send 5%, refuse rest`, or a number alone.
    fn state_numbers_or_number(&mut self) {
        let followed_by_number =
            self.significant_after(self.at, self.line_end()).is_some_and(|ix| {
                let t = self.lexemes[ix];
                matches!(t.kind, Kind::Number | Kind::OpenParen | Kind::Placeholder)
                    || (t.kind == Kind::Ident && (self.text_at(ix) == "rest" || self.is_call(ix)))
            });
        let is_state = match self.kind() {
            Kind::Text => true,
            Kind::Ident => followed_by_number && !self.is_call(self.at),
            Kind::Number => followed_by_number,
            _ => false,
        };
        if is_state { self.state_numbers() } else { self.number() }
    }

    fn state_numbers(&mut self) {
        loop {
            self.start(Kind::StateNumber);
            self.state();
            self.number_or_rest();
            self.builder.finish_node();
            if !self.comma() {
                break;
            }
        }
    }

    fn number_or_rest(&mut self) {
        if self.at_word("rest") { self.bump() } else { self.number() }
    }

    fn per_or_since(&mut self) {
        if self.at_word("per") {
            self.start(Kind::Per);
            self.bump();
            if self.kind() == Kind::Number {
                self.bump();
            }
            if self.kind() == Kind::Ident {
                self.bump();
            } else {
                self.expected("`year`, `quarter`, `month`, `week` or `day`");
            }
            self.builder.finish_node();
        } else if self.at_word("since") {
            self.start(Kind::Since);
            self.bump();
            self.date();
            self.builder.finish_node();
        }
    }

    /// What may end a line with a number: the reason it belongs to, and its rationale.
    fn tails(&mut self) {
        loop {
            if self.at_word("because") {
                self.start(Kind::BecauseTail);
                self.bump();
                self.expect_name();
                self.builder.finish_node();
            } else if self.kind() == Kind::Text {
                self.start(Kind::Rationale);
                self.text_token();
                self.builder.finish_node();
            } else {
                return;
            }
        }
    }

    fn date(&mut self) {
        if matches!(self.kind(), Kind::Date | Kind::Number) {
            self.bump();
        } else {
            self.expected("a date such as 2022-10-14");
        }
    }
}

/// Numbers and conditions.
impl Parser<'_> {
    /// `sum`, `sum to sum` or `sum of sum`.
    fn number(&mut self) {
        let before = self.checkpoint();
        if !self.range() && self.at_word("of") {
            self.builder.start_node_at(before, raw(Kind::Counts));
            self.bump();
            self.sum();
            self.builder.finish_node();
        }
    }

    /// `sum` or `sum to sum`; whether it was the second.
    fn range(&mut self) -> bool {
        let before = self.checkpoint();
        self.sum();
        let is_range = self.at_word("to");
        if is_range {
            self.builder.start_node_at(before, raw(Kind::Range));
            self.bump();
            self.sum();
            self.builder.finish_node();
        }
        is_range
    }

    fn sum(&mut self) {
        self.chain(Kind::Binary, |p| matches!(p.kind(), Kind::Plus | Kind::Minus), Self::product);
    }

    fn product(&mut self) {
        let is_sign = |p: &Self| matches!(p.kind(), Kind::Star | Kind::Slash | Kind::Times);
        self.chain(Kind::Binary, is_sign, Self::primary);
    }

    /// `part sign part sign part` as one node, so that a long line makes no deep tree; a part alone stays as it is.
    fn chain(&mut self, kind: Kind, at_sign: fn(&Self) -> bool, part: fn(&mut Self)) {
        let before = self.checkpoint();
        part(self);
        if !at_sign(self) {
            return;
        }
        self.builder.start_node_at(before, raw(kind));
        while at_sign(self) {
            self.bump();
            part(self);
        }
        self.builder.finish_node();
    }

    fn primary(&mut self) {
        match self.kind() {
            Kind::Number => {
                self.start(Kind::Literal);
                self.bump();
                if self.kind() == Kind::Percent {
                    self.bump();
                }
                self.builder.finish_node();
            }
            Kind::Placeholder => {
                self.start(Kind::Unknown);
                self.bump();
                self.builder.finish_node();
            }
            Kind::Minus | Kind::OpenParen if self.depth >= MAX_DEPTH => self.too_deep(),
            Kind::Minus => {
                self.start(Kind::Negative);
                self.bump();
                self.depth += 1;
                self.primary();
                self.depth -= 1;
                self.builder.finish_node();
            }
            Kind::OpenParen => {
                self.start(Kind::Paren);
                self.bump();
                self.depth += 1;
                self.number();
                self.depth -= 1;
                self.expect(Kind::CloseParen, "`)`");
                self.builder.finish_node();
            }
            Kind::Ident if self.is_call(self.at) => self.call(),
            Kind::Ident if !STOPS.contains(&self.text_at(self.at)) => self.words(),
            _ => self.expected("a number"),
        }
    }

    fn call(&mut self) {
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        self.start(Kind::Call);
        self.bump();
        self.bump();
        self.depth += 1;
        self.number();
        while self.comma() {
            self.number();
        }
        self.depth -= 1;
        self.expect(Kind::CloseParen, "`)`");
        self.builder.finish_node();
    }

    /// A quantity's name, or a word of a scale: `very unlikely on phia`.
    fn words(&mut self) {
        self.start(Kind::Word);
        while self.kind() == Kind::Ident && !STOPS.contains(&self.text_at(self.at)) {
            self.bump();
        }
        // "more likely than not", "about as likely as not" hold no stop word; "on" names the scale.
        if self.at_word("on") {
            self.bump();
            self.expect_name();
        }
        self.builder.finish_node();
    }

    fn condition(&mut self) {
        self.chain(Kind::Or, |p| p.at_word("or"), Self::conjunction);
    }

    fn conjunction(&mut self) {
        self.chain(Kind::And, |p| p.at_word("and"), Self::negation);
    }

    fn negation(&mut self) {
        if self.at_word("not") || self.kind() == Kind::OpenParen {
            if self.depth >= MAX_DEPTH {
                return self.too_deep();
            }
            self.depth += 1;
            if self.at_word("not") {
                self.start(Kind::Not);
                self.bump();
                self.negation();
            } else {
                self.start(Kind::CondParen);
                self.bump();
                self.condition();
                self.expect(Kind::CloseParen, "`)`");
            }
            self.builder.finish_node();
            self.depth -= 1;
            return;
        }
        self.atom();
    }

    /// `name = state or state`, `name >= number`.
    fn atom(&mut self) {
        if self.kind() != Kind::Ident {
            return self.expected("a condition such as `order = send`");
        }
        self.start(Kind::Atom);
        self.expect_name();
        match self.kind() {
            Kind::Equal | Kind::NotEqual => {
                self.bump();
                self.state_or_number();
                // `a = x or y` goes on; `a = x or b = y` begins a new condition.
                while self.at_word("or") && !self.comparison_follows() {
                    self.bump();
                    self.state_or_number();
                }
            }
            Kind::Less | Kind::LessEqual | Kind::Greater | Kind::GreaterEqual => {
                self.bump();
                self.sum();
            }
            _ => self.expected("`=`, `!=`, `<` or `>`"),
        }
        self.builder.finish_node();
    }

    /// The right side of `=`: a state, or arithmetic where the left side is a quantity.
    fn state_or_number(&mut self) {
        let arithmetic = self.significant_after(self.at, self.line_end()).is_some_and(|ix| {
            matches!(
                self.lexemes[ix].kind,
                Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash | Kind::Times | Kind::Percent
            ) || self.is_call(self.at)
        });
        match self.kind() {
            Kind::Ident | Kind::Text | Kind::Number if !arithmetic => self.state(),
            Kind::Ident | Kind::Number | Kind::OpenParen | Kind::Minus => self.sum(),
            _ => self.expected("a state"),
        }
    }

    /// Whether `or` is followed by `NAME =`, a bracket or `not`: a new condition.
    fn comparison_follows(&self) -> bool {
        let end = self.line_end();
        let Some(name) = self.significant_after(self.at, end) else { return true };
        if self.lexemes[name].kind == Kind::OpenParen || self.text_at(name) == "not" {
            return true;
        }
        self.significant_after(name, end).is_some_and(|ix| {
            matches!(
                self.lexemes[ix].kind,
                Kind::Equal
                    | Kind::NotEqual
                    | Kind::Less
                    | Kind::LessEqual
                    | Kind::Greater
                    | Kind::GreaterEqual
            )
        })
    }

    fn too_deep(&mut self) {
        self.faulty_line = Some(self.line);
        let span = self.lexeme_span(self.at);
        self.diagnostics.push(checks::nested_too_deep::diagnostic(span, MAX_DEPTH));
        self.error_to_line_end();
    }
}

/// Tokens.
impl Parser<'_> {
    fn start(&mut self, kind: Kind) {
        self.skip_trivia();
        self.builder.start_node(raw(kind));
    }

    fn checkpoint(&mut self) -> Checkpoint {
        self.skip_trivia();
        self.builder.checkpoint()
    }

    fn line_end(&self) -> usize {
        self.lines.get(self.line).map_or(self.lexemes.len(), |line| line.end)
    }

    /// The next token with meaning on this line.
    fn peek(&self) -> Option<usize> {
        (self.at..self.line_end()).find(|&ix| has_meaning(self.lexemes[ix].kind))
    }

    /// Kind of the next token with meaning; a line break at the line's end.
    fn kind(&self) -> Kind {
        self.peek().map_or(Kind::Newline, |ix| self.lexemes[ix].kind)
    }

    fn text_at(&self, ix: usize) -> &str {
        let ix = (ix..self.lexemes.len()).find(|&ix| has_meaning(self.lexemes[ix].kind));
        ix.map_or("", |ix| {
            let t = self.lexemes[ix];
            &self.text[t.start as usize..(t.start + t.len) as usize]
        })
    }

    fn word(&self) -> Option<&str> {
        let ix = self.peek()?;
        (self.lexemes[ix].kind == Kind::Ident).then(|| self.text_at(ix))
    }

    fn word_after(&self) -> Option<&str> {
        let ix = self.significant_after(self.peek()?, self.line_end())?;
        (self.lexemes[ix].kind == Kind::Ident).then(|| self.text_at(ix))
    }

    fn two_words(&self) -> String {
        let words = [self.word(), self.word_after()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn at_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    /// The token with meaning that follows the one at or after `ix`, before `end`.
    fn significant_after(&self, ix: usize, end: usize) -> Option<usize> {
        let mut meaningful = (ix..end).filter(|&ix| has_meaning(self.lexemes[ix].kind));
        meaningful.next()?;
        meaningful.next()
    }

    /// Whether the token at or after `ix` is a name right before a bracket.
    fn is_call(&self, ix: usize) -> bool {
        let end = self.line_end();
        let name = (ix..end).find(|&ix| has_meaning(self.lexemes[ix].kind));
        name.is_some_and(|name| {
            self.lexemes[name].kind == Kind::Ident
                && !STOPS.contains(&self.text_at(name))
                && self
                    .significant_after(name, end)
                    .is_some_and(|next| self.lexemes[next].kind == Kind::OpenParen)
        })
    }

    fn push_token(&mut self) {
        let t = self.lexemes[self.at];
        let text = &self.text[t.start as usize..(t.start + t.len) as usize];
        self.builder.token(raw(t.kind), text);
        self.at += 1;
    }

    fn tokens_until(&mut self, end: usize) {
        while self.at < end {
            self.push_token();
        }
    }

    /// White space, comments and continued line breaks inside a line.
    fn skip_trivia(&mut self) {
        let end = self.peek().unwrap_or(self.at);
        self.tokens_until(end);
    }

    /// Everything before a token: white space, comments, blank lines.
    fn trivia_before(&mut self, ix: usize) {
        self.tokens_until(ix);
    }

    fn bump(&mut self) {
        self.skip_trivia();
        if self.at < self.line_end() {
            self.push_token();
        }
    }

    fn comma(&mut self) -> bool {
        let is_comma = self.kind() == Kind::Comma;
        if is_comma {
            self.bump();
        }
        is_comma
    }

    fn expect(&mut self, kind: Kind, what: &str) {
        if self.kind() == kind { self.bump() } else { self.expected(what) }
    }

    fn expect_word(&mut self, word: &str) {
        if self.at_word(word) { self.bump() } else { self.expected(&format!("`{word}`")) }
    }

    fn expect_words(&mut self, words: &[&str]) {
        words.iter().for_each(|word| self.expect_word(word));
    }

    fn expect_name(&mut self) {
        if self.kind() == Kind::Ident {
            self.start(Kind::Name);
            self.bump();
            self.builder.finish_node();
        } else {
            self.expected("a name");
        }
    }

    fn expect_text(&mut self, what: &str) {
        if self.kind() == Kind::Text { self.text_token() } else { self.expected(what) }
    }

    fn optional_text(&mut self) {
        if self.kind() == Kind::Text {
            self.text_token();
        }
    }

    fn text_token(&mut self) {
        let Some(ix) = self.peek() else { return };
        let text = self.text_at(ix);
        let open = text.chars().next().unwrap_or('"');
        let close = if open == '“' { '”' } else { '"' };
        let body = &text[open.len_utf8()..];
        let escaped = body.strip_suffix(close).is_some_and(|body| {
            close == '"' && body.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1
        });
        if !body.ends_with(close) || escaped {
            let span = self.lexeme_span(ix);
            self.diagnostics.push(checks::text_not_closed::diagnostic(span, close));
        }
        self.bump();
    }

    /// Says what was expected here, and leaves the rest of the line unread.
    fn expected(&mut self, what: &str) {
        if self.faulty_line.replace(self.line) == Some(self.line) {
            return self.error_to_line_end();
        }
        let line = self.lines[self.line];
        let span = match self.peek() {
            Some(ix) => self.lexeme_span(ix),
            None => {
                let last = self.lexemes[line.end - 1];
                Span::new(self.file, last.start + last.len, last.start + last.len)
            }
        };
        let found = self.peek().map(|ix| self.text_at(ix).to_string());
        let stray = self.peek().is_some_and(|ix| self.lexemes[ix].kind == Kind::Stray);
        self.diagnostics.push(if stray {
            checks::stray_character::diagnostic(span, &found.unwrap_or_default())
        } else {
            let told = checks::unexpected::diagnostic(span, what, found.as_deref());
            match self.decimal_comma() {
                Some((whole, decimals)) => checks::unexpected::decimal_comma(told, whole, decimals),
                None => told,
            }
        });
        self.error_to_line_end();
    }

    /// The two halves of a number that is written `1,5`, if the parser stands in it or right behind it.
    fn decimal_comma(&self) -> Option<(&str, &str)> {
        let at = self.peek()?;
        let kind = |ix: usize| self.lexemes.get(ix).map(|lexeme| lexeme.kind);
        let comma = (at.saturating_sub(2)..=at).find(|&ix| kind(ix) == Some(Kind::Comma))?;
        let (before, after) = (comma.checked_sub(1)?, comma + 1);
        let is_number = kind(before) == Some(Kind::Number) && kind(after) == Some(Kind::Number);
        is_number.then(|| (self.text_at(before), self.text_at(after)))
    }

    fn error_to_line_end(&mut self) {
        let end = self.line_end();
        if self.peek().is_some() {
            self.start(Kind::Error);
            self.tokens_until(end);
            self.builder.finish_node();
        }
    }

    fn end_of_line(&mut self) {
        if self.peek().is_some() {
            self.expected("the end of the line");
        }
        self.tokens_until(self.line_end());
        self.next_line();
    }

    fn next_line(&mut self) {
        self.line += 1;
    }

    fn lexeme_span(&self, ix: usize) -> Span {
        self.span_of(ix, ix + 1)
    }

    fn span_of(&self, first: usize, end: usize) -> Span {
        let last = self.lexemes[end - 1];
        Span::new(self.file, self.lexemes[first].start, last.start + last.len)
    }
}

fn has_meaning(kind: Kind) -> bool {
    !kind.is_trivia() && kind != Kind::Newline
}

fn raw(kind: Kind) -> rowan::SyntaxKind {
    crate::kind::Weigh::kind_to_raw(kind)
}
