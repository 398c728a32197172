//! An assessment as plain data: names resolved, numbers read, nothing computed.
//!
//! Positions (`usize`) point into the vectors of [`Assessment`]: a variable's into `variables`, a
//! reason's into `reasons`, and so on.

use crate::cut::Cut;
use crate::dates::{PartialDate, Period};
use crate::lock::{LockedQuote, LockedText};
use crate::quotes::Near;
use crate::words::{Scale, Term};
use crate::world::PlaceInSource;
use jiff::civil::Date;
use weigh_inference::{Distribution, Sharing};
use weigh_syntax::ast::Spanned;
use weigh_syntax::span::Span;

/// Everything that a file says.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Its title; the file's path if it states none.
    pub title: String,
    /// The day it speaks for.
    pub as_of: Date,
    /// The word that the prose itself uses.
    pub claim: Option<Claim>,
    /// The scale that words are of.
    pub scale: Scale,
    /// Who is responsible.
    pub author: Option<String>,
    /// What part of the probability lies inside `a to b`.
    pub level: f64,
    /// How numbers share their errors.
    pub sharing: Sharing,
    /// The quality of the ground: level and grounds.
    pub confidence: Option<(String, String)>,
    /// Notes on the whole.
    pub notes: Vec<String>,
    /// Sources, in the order of the files.
    pub sources: Vec<Source>,
    /// Every quote that is written out, in the order in which the files are read: first those of sources.
    pub quotes: Vec<Quote>,
    /// Questions, factors, indicators and choices, in the order of the files.
    pub variables: Vec<Variable>,
    /// Quantities, in the order of the files; each uses only those that `quantity_order` has before it.
    pub quantities: Vec<Quantity>,
    /// Positions of the quantities in an order in which each comes after those it uses.
    pub quantity_order: Vec<usize>,
    /// Reasons, in the order of the files.
    pub reasons: Vec<Reason>,
    /// Evidence, in the order of the files.
    pub evidence: Vec<Evidence>,
    /// Actors, in the order of the files.
    pub actors: Vec<Actor>,
    /// Scenarios, in the order of the files.
    pub scenarios: Vec<Scenario>,
    /// Whose numbers there are; the first is the author.
    pub elicitors: Vec<String>,
    /// How many of somebody's ranges held the truth, in the order of the files.
    pub records: Vec<Record>,
    /// Warnings that the author answers for, in the order of the files.
    pub allows: Vec<Allow>,
}

/// How many of an elicitor's ranges held the truth, once it was known.
#[derive(Debug, Clone)]
pub struct Record {
    /// Whose ranges: a name, and where it is written; the author's if none.
    pub who: Option<Spanned>,
    /// How many held it.
    pub held: u32,
    /// How many there were.
    pub n_ranges: u32,
    /// Where that is known from.
    pub grounds: Option<String>,
    /// The clause.
    pub span: Span,
}

/// A warning that the author has seen and answers for.
#[derive(Debug, Clone)]
pub struct Allow {
    /// Its name: `unused-source`.
    pub slug: String,
    /// Where that is written.
    pub slug_span: Span,
    /// Why it does not matter here.
    pub reason: String,
    /// The declaration that it is about; the whole assessment if none.
    pub within: Option<Span>,
    /// The clause.
    pub span: Span,
}

impl Assessment {
    /// Positions of the questions among the variables.
    pub fn questions(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.variables.len())
            .filter(|&ix| matches!(self.variables[ix].kind, VariableKind::Question(_)))
    }

    /// Every quote that a reason, a factor, a quantity, a base or evidence uses.
    pub fn used_quotes(&self) -> impl Iterator<Item = &Quote> {
        let reasons = self.reasons.iter().flat_map(|reason| &reason.quotes);
        let evidence = self.evidence.iter().flat_map(|evidence| &evidence.quotes);
        let quantities = self.quantities.iter().flat_map(|quantity| &quantity.quotes);
        let variables = self.variables.iter().flat_map(|variable| {
            let base = match &variable.form {
                Form::Odds { base: Some(base), .. } => base.quotes.as_slice(),
                _ => &[],
            };
            variable.quotes.iter().chain(base)
        });
        reasons.chain(evidence).chain(quantities).chain(variables)
    }

    /// Every number of the model, and of those that are arithmetic, every part: what a reader could retype.
    pub fn numbers_mut(&mut self) -> Vec<&mut Number> {
        let mut all: Vec<&mut Number> = Vec::new();
        for source in &mut self.sources {
            let copies = source.origin.as_mut().and_then(|(_, copies)| copies.as_mut());
            all.extend(source.reliability.iter_mut().chain(copies).map(|it| &mut it.number));
        }
        all.extend(self.quantities.iter_mut().map(|quantity| &mut quantity.number.number));
        self.variables.iter_mut().for_each(|variable| variable.form.numbers_mut(&mut all));
        for item in &mut self.evidence {
            match &mut item.says {
                Some(Says::Reports { condition, anyway, rates }) => {
                    condition.numbers_mut(&mut all);
                    all.extend(anyway.iter_mut().map(|it| &mut it.number));
                    let both = rates.iter_mut().map(|rates| &mut **rates);
                    all.extend(both.flat_map(|(hit, alarm)| [&mut hit.number, &mut alarm.number]));
                }
                Some(Says::Likelihood(cases)) => {
                    cases.iter_mut().for_each(|case| case.numbers_mut(&mut all));
                }
                Some(Says::Observes(..) | Says::Revises(..)) | None => {}
            }
        }
        self.actors.iter_mut().for_each(|actor| actor.numbers_mut(&mut all));
        all.into_iter().flat_map(Number::parts_mut).collect()
    }

    /// The day until which probabilities without a horizon of their own run: the first question's.
    pub fn horizon(&self) -> Option<Date> {
        self.questions().find_map(|ix| self.variables[ix].by).map(|by| by.last_day())
    }
}

/// A word that the prose uses, to be held against the number.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The scale it is of.
    pub scale: Scale,
    /// The word with its band.
    pub term: &'static Term,
    /// Where it is claimed.
    pub span: Span,
}

/// A name, a text and where they stand: what every declaration has.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its text, or its name if it has none.
    pub text: String,
    /// Its first line.
    pub span: Span,
    /// Its notes.
    pub notes: Vec<String>,
}

/// Where quotes come from.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name and title.
    pub header: Header,
    /// Path of the stored text, joined to the folder of the file that names it, and where that is said.
    pub file: Option<(String, Span)>,
    /// What its text was found to be.
    pub text: SourceText,
    /// Path of a stored translation, and where that is said.
    pub translation: Option<(String, Span)>,
    /// What that was found to be.
    pub translated: Option<SourceText>,
    /// Whether its text is not to be shown beyond what is quoted.
    pub is_private: bool,
    /// Author, publisher, address, language, as written.
    pub author: Option<String>,
    /// See `author`.
    pub publisher: Option<String>,
    /// See `author`.
    pub url: Option<String>,
    /// See `author`.
    pub language: Option<String>,
    /// When it came out.
    pub published: Option<PartialDate>,
    /// When it was fetched.
    pub retrieved: Option<PartialDate>,
    /// How often it reports the truth.
    pub reliability: Option<Elicited>,
    /// The Admiralty letter, if that is how reliability was given.
    pub letter: Option<char>,
    /// The Admiralty digit: shown, never used.
    pub credibility: Option<u8>,
    /// The source that it repeats, and how often it does (always, if none is given).
    pub origin: Option<(usize, Option<Elicited>)>,
}

/// What became of a source's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceText {
    /// No file is named.
    Unnamed,
    /// The file is not there.
    Absent,
    /// The file is there and cannot be read: why.
    Unreadable(String),
    /// The text was read; quotes were checked against it.
    Read(Box<SourceFacts>),
    /// The file is not there, and the lock says what was in it when quotes were checked against it.
    Locked(Box<LockedText>),
}

/// What a source's file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFacts {
    /// What the file is: `HTML`.
    pub format: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub hash: String,
    /// How many bytes it has.
    pub n_bytes: u64,
    /// Its pages, if it has any.
    pub n_pages: usize,
    /// Title, author, publisher, language, as the file states them.
    pub title: Option<String>,
    /// See `title`.
    pub author: Option<String>,
    /// See `title`.
    pub publisher: Option<String>,
    /// See `title`.
    pub language: Option<String>,
    /// When it says that it came out.
    pub published: Option<Date>,
}

/// A quote, where it is used, and whether it was found.
#[derive(Debug, Clone)]
pub struct Quote {
    /// The words.
    pub text: String,
    /// The words that `text` translates; it is verbatim itself if there are none.
    pub original: Option<String>,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The source.
    pub source: usize,
    /// Where it is used.
    pub span: Span,
    /// Whether it is there: the original, if it is translated.
    pub status: QuoteStatus,
    /// Of translated words, whether they are in the source's stored translation: the words are the
    /// author's own if it has none.
    pub translation: Option<QuoteStatus>,
}

impl Quote {
    /// The words as they are in the source's own language.
    pub fn in_source(&self) -> &str {
        self.original.as_deref().unwrap_or(&self.text)
    }
}

/// Whether a quote's words are in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuoteStatus {
    /// They are.
    Verbatim(Box<Passage>),
    /// They are not; where they come closest.
    Missing(Option<Box<Near>>),
    /// They were, when the lock was written: the text is not here.
    Locked(Box<LockedQuote>),
    /// Nobody could look.
    Unverified,
}

/// A quote's words in their source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The words before it.
    pub before: String,
    /// The words after it.
    pub after: String,
    /// Where it is.
    pub place: PlaceInSource,
    /// The word beside it that changes what it says.
    pub cut: Option<Cut>,
    /// What of the file it is, if it is not what the source says: `a menu`.
    pub aside: Option<String>,
}

/// A question, factor, indicator or choice.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Name and text.
    pub header: Header,
    /// Which of the four, with what only that kind has.
    pub kind: VariableKind,
    /// Its states.
    pub states: Vec<String>,
    /// Its own horizon.
    pub by: Option<PartialDate>,
    /// How it depends on others.
    pub form: Form,
    /// The reason that the whole of it belongs to.
    pub because: Option<usize>,
    /// Its quotes.
    pub quotes: Vec<Quote>,
}

impl Variable {
    /// Every number in its lines.
    pub fn numbers(&self) -> Vec<&Elicited> {
        match &self.form {
            Form::Odds { base, odds } => {
                let base = base.iter().flat_map(|base| &base.numbers);
                let base = base.filter_map(|(_, number)| number.as_ref());
                base.chain(odds.iter().map(|line| &line.weight)).collect()
            }
            Form::Hazards { pieces, odds } => {
                let rates = pieces.iter().map(|piece| &piece.rate);
                rates.chain(odds.iter().map(|line| &line.weight)).collect()
            }
            Form::Cases(states) => {
                let cases = states.iter().flat_map(|state| state.cases.iter().flatten());
                cases.map(|case| &case.number).collect()
            }
            Form::NoisyOr { leak, causes } => {
                leak.iter().chain(causes.iter().map(|cause| &cause.number)).collect()
            }
            Form::Table { rows, .. } => rows.iter().flatten().flatten().collect(),
            Form::Choice { .. } => Vec::new(),
        }
    }

    /// The state that sentences are about: `yes`, or the last.
    pub fn focus(&self) -> usize {
        self.states.iter().position(|state| state == "yes").unwrap_or(self.states.len() - 1)
    }
}

/// What only one kind of variable has.
#[derive(Debug, Clone)]
pub enum VariableKind {
    /// It is asked.
    Question(Asked),
    /// It only carries.
    Factor,
    /// It can be looked up.
    Indicator(Option<Obtain>),
    /// An actor chooses it; a question that one chooses stays a question.
    Choice,
}

/// How an indicator can be looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct Obtain {
    /// Where.
    pub place: String,
    /// Who can do it.
    pub by: Option<String>,
    /// What it costs, in the file's own unit; [`Obtain::COST`] if it is not said.
    pub cost: f64,
    /// Days until the answer is there; 0 if it is not said.
    pub days: f64,
    /// As typed.
    pub written: String,
}

impl Obtain {
    /// What a look costs where no cost is stated, so that looks without costs are counted.
    pub const COST: f64 = 1.0;
}

/// What only a question has.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The rule by which it will be decided.
    pub resolves: Option<String>,
    /// The author's direct judgement of the focus state.
    pub gut: Option<f64>,
    /// Probabilities of the focus state at which a decision turns.
    pub thresholds: Vec<Threshold>,
}

/// A probability at which a decision turns.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// Where, between 0 and 1.
    pub p: f64,
    /// What is decided.
    pub text: Option<String>,
}

/// How a variable depends on others.
#[derive(Debug, Clone)]
pub enum Form {
    /// A base, and weights that multiply the odds of single states.
    Odds {
        /// The base; a question without one gets even odds.
        base: Option<Base>,
        /// The weights.
        odds: Vec<OddsWeight>,
    },
    /// A hazard for each stretch of time until the horizon.
    Hazards {
        /// In the order of time.
        pieces: Vec<HazardPiece>,
        /// The weights.
        odds: Vec<OddsWeight>,
    },
    /// Per state, probabilities under conditions.
    Cases(Vec<StateCases>),
    /// Independent causes, each enough by itself with some probability.
    NoisyOr {
        /// The probability without any of them.
        leak: Option<Elicited>,
        /// The causes.
        causes: Vec<Cause>,
    },
    /// A row for each combination of the parents' states.
    Table {
        /// The parents, in the order of the columns.
        parents: Vec<usize>,
        /// Row-major, last parent fastest; of each row one entry per state, `None` for `rest`.
        rows: Vec<Vec<Option<Elicited>>>,
    },
    /// An actor chooses.
    Choice {
        /// Who.
        actor: usize,
        /// What he sees when he chooses, in the order of the file.
        knows: Vec<usize>,
    },
}

impl Form {
    fn numbers_mut<'n>(&'n mut self, all: &mut Vec<&'n mut Number>) {
        let weigh = |odds: &'n mut Vec<OddsWeight>, all: &mut Vec<&'n mut Number>| {
            for line in odds {
                all.push(&mut line.weight.number);
                line.condition.iter_mut().for_each(|condition| condition.numbers_mut(all));
            }
        };
        match self {
            Form::Odds { base, odds } => {
                let base = base.iter_mut().flat_map(|base| &mut base.numbers);
                all.extend(base.filter_map(|(_, number)| Some(&mut number.as_mut()?.number)));
                weigh(odds, all);
            }
            Form::Hazards { pieces, odds } => {
                all.extend(pieces.iter_mut().map(|piece| &mut piece.rate.number));
                weigh(odds, all);
            }
            Form::Cases(states) => {
                let cases = states.iter_mut().flat_map(|state| state.cases.iter_mut().flatten());
                cases.for_each(|case| case.numbers_mut(all));
            }
            Form::NoisyOr { leak, causes } => {
                all.extend(leak.iter_mut().map(|leak| &mut leak.number));
                for cause in causes {
                    all.push(&mut cause.number.number);
                    cause.condition.numbers_mut(all);
                }
            }
            Form::Table { rows, .. } => {
                all.extend(rows.iter_mut().flatten().flatten().map(|cell| &mut cell.number));
            }
            Form::Choice { .. } => {}
        }
    }
}

/// A probability distribution over the states before any weight.
#[derive(Debug, Clone)]
pub struct Base {
    /// State and number; `None` for `rest`.
    pub numbers: Vec<(usize, Option<Elicited>)>,
    /// The time that it is for.
    pub window: Window,
    /// The reference class.
    pub class: Option<String>,
    /// As typed.
    pub written: String,
    /// Where.
    pub span: Span,
    /// Quotes of a `base rate`.
    pub quotes: Vec<Quote>,
}

/// The time that a probability of an event is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Window {
    /// What is left, from `as of` to the horizon.
    Left,
    /// A period.
    Per(Period),
    /// From a date to the horizon.
    Since(PartialDate),
}

/// A hazard that holds until a date.
#[derive(Debug, Clone)]
pub struct HazardPiece {
    /// Events per period.
    pub rate: Elicited,
    /// The period.
    pub per: Period,
    /// The last day it holds for; the horizon if none.
    pub until: Option<PartialDate>,
    /// The line.
    pub span: Span,
}

/// A weight that multiplies the odds of a state.
#[derive(Debug, Clone)]
pub struct OddsWeight {
    /// The state.
    pub state: usize,
    /// The factor.
    pub weight: Elicited,
    /// When it applies.
    pub condition: Option<Condition>,
}

/// The probabilities of one state.
#[derive(Debug, Clone)]
pub struct StateCases {
    /// The state.
    pub state: usize,
    /// In order; the first whose condition holds counts. `None` for what the others leave.
    pub cases: Option<Vec<Case>>,
    /// The line.
    pub span: Span,
}

/// A probability under a condition.
#[derive(Debug, Clone)]
pub struct Case {
    /// The number.
    pub number: Elicited,
    /// When it holds; `None` is `otherwise`.
    pub condition: Option<Condition>,
}

impl Case {
    fn numbers_mut<'n>(&'n mut self, all: &mut Vec<&'n mut Number>) {
        all.push(&mut self.number.number);
        self.condition.iter_mut().for_each(|condition| condition.numbers_mut(all));
    }
}

/// One cause of a noisy-or.
#[derive(Debug, Clone)]
pub struct Cause {
    /// When it is present.
    pub condition: Condition,
    /// The probability that it is enough.
    pub number: Elicited,
    /// Whether the number is the cause's together with the leak's.
    pub leak_included: bool,
}

/// A condition on variables and quantities.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The variable is in one of these states (sorted).
    Is {
        /// The variable.
        variable: usize,
        /// The states.
        states: Vec<usize>,
    },
    /// A quantity compared with a number.
    Compare {
        /// The quantity.
        quantity: usize,
        /// How.
        comparison: Comparison,
        /// With what.
        number: Box<Number>,
    },
    /// The other way round.
    Not(Box<Condition>),
    /// All of them.
    And(Vec<Condition>),
    /// At least one of them.
    Or(Vec<Condition>),
}

impl Condition {
    /// The variables it asks about, each once, in the order they are met.
    pub fn variables(&self, into: &mut Vec<usize>) {
        match self {
            Condition::Is { variable, .. } if !into.contains(variable) => into.push(*variable),
            Condition::Is { .. } | Condition::Compare { .. } => {}
            Condition::Not(inner) => inner.variables(into),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| part.variables(into));
            }
        }
    }

    /// The quantities it asks about, each once, in the order they are met.
    pub fn quantities(&self, into: &mut Vec<usize>) {
        match self {
            Condition::Is { .. } => {}
            Condition::Compare { quantity, number, .. } => {
                if !into.contains(quantity) {
                    into.push(*quantity);
                }
                number.quantities(into);
            }
            Condition::Not(inner) => inner.quantities(into),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| part.quantities(into));
            }
        }
    }
}

impl Condition {
    fn numbers_mut<'n>(&'n mut self, all: &mut Vec<&'n mut Number>) {
        match self {
            Condition::Is { .. } => {}
            Condition::Compare { number, .. } => all.push(number),
            Condition::Not(inner) => inner.numbers_mut(all),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter_mut().for_each(|part| part.numbers_mut(all));
            }
        }
    }
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the signs
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// A number of the analyst's, with what was said about it.
#[derive(Debug, Clone)]
pub struct Elicited {
    /// The number.
    pub number: Number,
    /// What it is, in words: `unrest: odds if order = send`.
    pub what: String,
    /// The analyst's reason for it.
    pub rationale: Option<String>,
    /// The reason that it belongs to.
    pub because: Option<usize>,
    /// Whose it is.
    pub elicitor: usize,
}

/// A number as it was written.
#[derive(Debug, Clone)]
pub struct Number {
    /// What it says.
    pub kind: NumberKind,
    /// Where.
    pub span: Span,
    /// As typed.
    pub written: String,
}

/// What a number says.
#[derive(Debug, Clone)]
pub enum NumberKind {
    /// Exactly this.
    Point(f64),
    /// A central interval at the file's level.
    Range {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
        /// Whether it was written in percent.
        percent: bool,
    },
    /// So many times in so many cases.
    Counts {
        /// Times.
        times: f64,
        /// Cases.
        cases: f64,
    },
    /// A distribution spelled out.
    Given(Distribution),
    /// A word: anywhere in its band alike.
    Word(Scale, &'static Term),
    /// A quantity; used twice it is one draw.
    Quantity(usize),
    /// Not known yet.
    Unknown,
    /// Arithmetic, from left to right.
    Chain(Box<Number>, Vec<(Sign, Number)>),
    /// The other sign.
    Negative(Box<Number>),
    /// The smaller.
    Min(Box<Number>, Box<Number>),
    /// The larger.
    Max(Box<Number>, Box<Number>),
}

/// An arithmetic sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the signs
pub enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

impl Number {
    /// The parts of arithmetic, or the number itself.
    fn parts_mut(&mut self) -> Vec<&mut Number> {
        match self.kind {
            NumberKind::Negative(_)
            | NumberKind::Min(..)
            | NumberKind::Max(..)
            | NumberKind::Chain(..) => {}
            _ => return vec![self],
        }
        match &mut self.kind {
            NumberKind::Negative(inner) => inner.parts_mut(),
            NumberKind::Min(a, b) | NumberKind::Max(a, b) => {
                [a.parts_mut(), b.parts_mut()].into_iter().flatten().collect()
            }
            NumberKind::Chain(first, rest) => {
                let rest = rest.iter_mut().flat_map(|(_, part)| part.parts_mut());
                first.parts_mut().into_iter().chain(rest).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The value if nothing about it is uncertain and it names no quantity; of a range its middle if `middle`.
    pub fn value(&self, middle: bool) -> Option<f64> {
        Some(match &self.kind {
            NumberKind::Point(value) => *value,
            NumberKind::Range { low, high, .. } if middle => (low + high) / 2.0,
            NumberKind::Counts { times, cases } if middle => times / cases,
            NumberKind::Word(_, term) if middle => (term.low + term.high) / 2.0,
            NumberKind::Given(distribution) if middle => distribution.mean(),
            NumberKind::Negative(inner) => -inner.value(middle)?,
            NumberKind::Min(a, b) => a.value(middle)?.min(b.value(middle)?),
            NumberKind::Max(a, b) => a.value(middle)?.max(b.value(middle)?),
            NumberKind::Chain(first, rest) => {
                let mut value = first.value(middle)?;
                for (sign, number) in rest {
                    let right = number.value(middle)?;
                    value = match sign {
                        Sign::Plus => value + right,
                        Sign::Minus => value - right,
                        Sign::Times => value * right,
                        Sign::Over => value / right,
                    };
                }
                value
            }
            _ => return None,
        })
    }

    /// The quantities it names, each once.
    pub fn quantities(&self, into: &mut Vec<usize>) {
        match &self.kind {
            NumberKind::Quantity(ix) if !into.contains(ix) => into.push(*ix),
            NumberKind::Negative(inner) => inner.quantities(into),
            NumberKind::Min(a, b) | NumberKind::Max(a, b) => {
                a.quantities(into);
                b.quantities(into);
            }
            NumberKind::Chain(first, rest) => {
                first.quantities(into);
                rest.iter().for_each(|(_, number)| number.quantities(into));
            }
            _ => {}
        }
    }
}

/// A count or a sum.
#[derive(Debug, Clone)]
pub struct Quantity {
    /// Name and text.
    pub header: Header,
    /// The number.
    pub number: Elicited,
    /// Its quotes.
    pub quotes: Vec<Quote>,
}

/// A reason.
#[derive(Debug, Clone)]
pub struct Reason {
    /// Name and text.
    pub header: Header,
    /// Its quotes.
    pub quotes: Vec<Quote>,
}

/// Something seen or reported.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Name and text.
    pub header: Header,
    /// What it says of the model; nothing if it only quotes.
    pub says: Option<Says>,
    /// The clause that says it, as typed.
    pub written: Option<String>,
    /// When.
    pub on: Option<PartialDate>,
    /// Why it is not used: what it is later than.
    pub left_out: Option<String>,
    /// Who says so, each source once, in the order of the file.
    pub sources: Vec<usize>,
    /// Its quotes.
    pub quotes: Vec<Quote>,
    /// The reason that it belongs to.
    pub because: Option<usize>,
}

/// What an item of evidence says of the model.
#[derive(Debug, Clone)]
pub enum Says {
    /// Sources report that a condition holds.
    Reports {
        /// The condition.
        condition: Condition,
        /// How often a source that does not know says so anyway.
        anyway: Option<Box<Elicited>>,
        /// How often it is reported if true and if false, in place of the sources' reliability.
        rates: Option<Box<(Elicited, Elicited)>>,
    },
    /// Seen: the variable is in one of these states.
    Observes(usize, Vec<usize>),
    /// Strength alone: per case a likelihood, the first whose condition holds counts.
    Likelihood(Vec<Case>),
    /// The writer's new probabilities of a variable's states.
    Revises(usize, Vec<f64>),
}

/// Somebody who chooses.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Name and text.
    pub header: Header,
    /// His choices among the variables, in the order of the file.
    pub choices: Vec<usize>,
    /// How reliably he picks the better option.
    pub precision: Precision,
    /// What he wants; the terms are added up.
    pub wants: Vec<Payoff>,
    /// What he believes of others, in place of what they do.
    pub expects: Vec<Expectation>,
    /// His quotes.
    pub quotes: Vec<Quote>,
}

impl Actor {
    fn numbers_mut<'n>(&'n mut self, all: &mut Vec<&'n mut Number>) {
        if let Precision::Picks { often, .. } = &mut self.precision {
            all.push(&mut often.number);
        }
        for term in &mut self.wants {
            all.push(&mut term.number.number);
            term.condition.iter_mut().for_each(|condition| condition.numbers_mut(all));
        }
        let cases = self.expects.iter_mut().flat_map(|belief| &mut belief.states);
        let cases = cases.flat_map(|state| state.cases.iter_mut().flatten());
        cases.for_each(|case| case.numbers_mut(all));
    }
}

/// How reliably an actor picks the better of two options.
#[derive(Debug, Clone)]
pub enum Precision {
    /// Always.
    Rational,
    /// So often.
    Picks {
        /// How many points the two are apart.
        points: f64,
        /// How often the better one is picked, above a half and below 1.
        often: Box<Elicited>,
    },
}

impl Precision {
    /// What is taken where a file does not say: options 10 points apart, anything from hardly better
    /// than a coin to hardly ever wrong. Our convention; the check says so.
    pub const UNSTATED_POINTS: f64 = 10.0;
    /// See [`Precision::UNSTATED_POINTS`]; a central interval.
    pub const UNSTATED_OFTEN: (f64, f64) = (0.6, 0.95);
}

/// A term of what an actor wants.
#[derive(Debug, Clone)]
pub struct Payoff {
    /// How many points.
    pub number: Elicited,
    /// When they count; always if none.
    pub condition: Option<Condition>,
}

/// What an actor believes of something, in place of what the model says of it.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// What it is about.
    pub variable: usize,
    /// Per state, probabilities under conditions.
    pub states: Vec<StateCases>,
    /// The first line of it.
    pub span: Span,
}

/// A what-if.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Name and text.
    pub header: Header,
    /// Interventions: variable and state.
    pub set: Vec<(usize, usize)>,
    /// Evidence: variable and state.
    pub observe: Vec<(usize, usize)>,
    /// The clauses as typed.
    pub written: Vec<String>,
}
