//! Every kind of token and node in the tree.

/// What a token or a node is. Tokens first, then nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
#[allow(missing_docs)] // the names are the documentation; docs/language.md has the grammar
pub enum Kind {
    // tokens
    Whitespace,
    Newline,
    Comment,
    Text,
    Number,
    Percent,
    Date,
    Ident,
    Colon,
    Comma,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Times,
    OpenParen,
    CloseParen,
    Placeholder,
    Stray,

    // the whole and what could not be read
    File,
    Error,

    // declarations
    Assessment,
    Include,
    Source,
    Question,
    BaseRate,
    Reason,
    Factor,
    Indicator,
    Quantity,
    Evidence,
    Actor,
    Scenario,

    // clauses
    AsOf,
    Claims,
    Scale,
    Author,
    Level,
    Errors,
    Confidence,
    Note,
    Allow,
    FileClause,
    Translation,
    Private,
    Url,
    Publisher,
    Language,
    Published,
    Retrieved,
    Reliability,
    Credibility,
    Origin,
    Copies,
    Quote,
    By,
    Resolves,
    Gut,
    Decide,
    About,
    Odds,
    Base,
    Hazard,
    StateLine,
    Leak,
    CausedBy,
    TableGiven,
    Row,
    Because,
    Elicitor,
    Record,
    On,
    Reports,
    Observes,
    Likelihood,
    Revises,
    Anyway,
    Hit,
    FalseAlarm,
    SourceRef,
    Obtain,
    Choice,
    Knows,
    Picks,
    Rational,
    Wants,
    Payoff,
    Expects,
    Set,
    Observe,

    // parts of lines
    Name,
    Slug,
    Translates,
    State,
    States,
    StateNumber,
    Case,
    BecauseTail,
    Rationale,
    Per,
    Since,
    Until,

    // numbers
    Literal,
    Word,
    Unknown,
    Paren,
    Negative,
    Binary,
    Range,
    Counts,
    Call,

    // conditions
    Atom,
    Not,
    And,
    Or,
    CondParen,
}

impl Kind {
    const LAST: Kind = Kind::CondParen;

    /// White space and comments: part of the text, not of its meaning.
    pub fn is_trivia(self) -> bool {
        matches!(self, Kind::Whitespace | Kind::Comment)
    }

    /// Whether it is a declaration of the first level.
    pub fn is_declaration(self) -> bool {
        (Kind::Assessment..=Kind::Scenario).contains(&self)
    }

    /// Whether it is a clause of a declaration.
    pub fn is_clause(self) -> bool {
        (Kind::AsOf..=Kind::Observe).contains(&self)
    }

    /// Whether it is a node that stands for a number.
    pub fn is_number(self) -> bool {
        (Kind::Literal..=Kind::Call).contains(&self)
    }

    /// Whether it is a node that stands for a condition.
    pub fn is_condition(self) -> bool {
        (Kind::Atom..=Kind::CondParen).contains(&self)
    }
}

/// Binds [`Kind`] to the tree library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weigh {}

const KINDS: usize = Kind::LAST as usize + 1;

impl rowan::Language for Weigh {
    type Kind = Kind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> Kind {
        ALL[raw.0 as usize % KINDS]
    }

    fn kind_to_raw(kind: Kind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of the tree.
pub type Node = rowan::SyntaxNode<Weigh>;
/// A token of the tree.
pub type Token = rowan::SyntaxToken<Weigh>;
/// A node or a token.
pub type Element = rowan::SyntaxElement<Weigh>;

macro_rules! all_kinds {
    ($($kind:ident)*) => { const ALL: [Kind; KINDS] = [$(Kind::$kind),*]; };
}

all_kinds! {
    Whitespace Newline Comment Text Number Percent Date Ident Colon Comma Equal NotEqual Less
    LessEqual Greater GreaterEqual Plus Minus Star Slash Times OpenParen CloseParen Placeholder
    Stray File Error Assessment Include Source Question BaseRate Reason Factor Indicator Quantity
    Evidence Actor Scenario AsOf Claims Scale Author Level Errors Confidence Note Allow FileClause Translation Private Url
    Publisher Language Published Retrieved Reliability Credibility Origin Copies Quote By Resolves
    Gut Decide About Odds Base Hazard StateLine Leak CausedBy TableGiven Row Because Elicitor Record On Reports
    Observes Likelihood Revises Anyway Hit FalseAlarm SourceRef Obtain Choice Knows Picks Rational Wants Payoff
    Expects Set Observe Name Slug Translates State
    States StateNumber Case BecauseTail Rationale Per Since Until Literal Word Unknown Paren
    Negative Binary Range Counts Call Atom Not And Or CondParen
}

#[cfg(test)]
mod tests {
    use super::*;
    use rowan::Language as _;

    #[test]
    fn every_kind_survives_the_round_trip() {
        for (ix, &kind) in ALL.iter().enumerate() {
            assert_eq!(kind as usize, ix);
            assert_eq!(Weigh::kind_from_raw(Weigh::kind_to_raw(kind)), kind);
        }
    }
}
