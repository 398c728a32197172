//! What an analysis finds: plain data that every face (terminal, report, JSON) shows as it is.

use serde::Serialize;

pub use crate::actors::{
    ActorFinding, ActorsFinding, CaseFinding, ChoiceFinding, ChoiceFlip, EvenFinding,
    InformationFinding, OtherFinding, PicksFinding, SweepPoint, WantFinding,
};
pub use crate::doubts::{Doubt, Ground};
pub use crate::matrix::{Cell, Letter, Likelihoods, MatrixFinding, MatrixRow, RowOf};
pub use crate::movable::{
    DrawnNumber, Movable, MovableNumber, MovableSource, NotMovable, PlayedGame, ReasonsWorld, World,
};
pub use crate::repair::{Judgement, Move, Reach, RepairFinding};
pub use crate::story::{StoriesFinding, Story};
pub use crate::stress::{Change, StressFinding};
pub use crate::timeline::{Course, TimeAnswer, TimePoint, TimeStep, TimelineFinding};
pub use crate::worth::{Look, Plan, Reading, Step, Value, WorthFinding};
pub use weigh_inference::diagram::{PlainGame, PlainWorth};
pub use weigh_inference::{
    PlainAccess, PlainDraws, PlainMessage, PlainOperand, PlainPlay, PlainPrecision, PlainQuantiles,
    PlainTable, PlainTape,
};
pub use weigh_model::world::PlaceInSource;

/// Everything that was found about one assessment.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    /// The assessment's title.
    pub title: String,
    /// The day it speaks for, ISO.
    pub as_of: String,
    /// Who is responsible.
    pub author: Option<String>,
    /// The scale that words are of: `icd203`.
    pub scale: String,
    /// The scale's own name and source, for people.
    pub scale_title: String,
    /// The words of the scale with their bands, in rising order.
    pub scale_bands: Vec<Band>,
    /// What part of the probability an interval of the results holds (0.9).
    pub level: f64,
    /// The quality of the ground, apart from the likelihood.
    pub confidence: Option<Confidence>,
    /// The assessment's notes.
    pub notes: Vec<String>,
    /// One per question, in the order of the file.
    pub questions: Vec<QuestionFinding>,
    /// Every reason, in the order of the file.
    pub reasons: Vec<ReasonFinding>,
    /// Every question, factor, indicator and choice, in the order of the file.
    pub factors: Vec<FactorFinding>,
    /// Every quantity, in the order of the file.
    pub quantities: Vec<QuantityFinding>,
    /// Every item of evidence, in the order of the file.
    pub evidence: Vec<EvidenceFinding>,
    /// What actors choose and why; none where nobody chooses.
    pub actors: Option<ActorsFinding>,
    /// Every scenario, in the order of the file.
    pub scenarios: Vec<ScenarioFinding>,
    /// Per question, the most probable stories behind each outcome.
    pub stories: Vec<StoriesFinding>,
    /// Per question, what looking would teach, and what to look for.
    pub worth: Vec<WorthFinding>,
    /// How the answer stands up to another structure, one row per change.
    pub stress: Vec<StressFinding>,
    /// The least change of the numbers that makes the model say what its author judged directly; none where
    /// nobody did, or where they agree.
    pub repair: Option<RepairFinding>,
    /// Per question, every item against every outcome.
    pub matrix: Vec<MatrixFinding>,
    /// What is legal but doubtful, whether its author answers for it or not.
    pub doubts: Vec<Doubt>,
    /// Warnings that the author answers for, with the reasons.
    pub silenced: Vec<SilencedFinding>,
    /// What the assessment would have said on each day on which something became known; none for a file
    /// too large to replay.
    pub timeline: Option<TimelineFinding>,
    /// Every source, in the order of the file.
    pub sources: Vec<SourceFinding>,
    /// How many of them are cited, and how many origins these have.
    pub cited: CitedFinding,
    /// How the numbers were made.
    pub run: RunReport,
    /// What a page needs to be moved by its reader; none for a file too large for that.
    #[serde(skip)]
    pub movable: Option<Movable>,
    /// Path and text of every file, the asked one first.
    #[serde(skip)]
    pub texts: Vec<(String, String)>,
    /// Why a page cannot be moved, where there are numbers to move.
    #[serde(skip)]
    pub not_movable: Option<NotMovable>,
}

/// A warning that is not told because the author answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SilencedFinding {
    /// Its name: `unused-source`.
    pub slug: String,
    /// What it says.
    pub message: String,
    /// What it is about.
    pub place: Place,
    /// The author's reason.
    pub reason: String,
    /// Where that is given.
    pub reason_place: Place,
}

/// A line of a file of the assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// A word of a scale and the probabilities it stands for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// The word: `very unlikely`; further words for the same band behind a slash.
    pub word: String,
    /// Lower border, 0 to 1.
    pub low: f64,
    /// Upper border, 0 to 1.
    pub high: f64,
}

/// The quality of the ground on which an assessment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confidence {
    /// `low`, `moderate` or `high`.
    pub level: String,
    /// Why.
    pub grounds: String,
}

/// A probability with its interval from weighted draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The headline, 0 to 1.
    pub p: f64,
    /// 5% of the weighted draws lie below.
    pub p05: f64,
    /// The weighted median.
    pub p50: f64,
    /// 5% of the weighted draws lie above.
    pub p95: f64,
}

/// One outcome of a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The state: `yes`.
    pub state: String,
    /// Its probability with errors shared as the file says.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// The same if every number erred on its own: always narrower, shown for contrast.
    pub independent: Estimate,
    /// The word for `estimate.p` on the file's scale; none in a gap.
    pub word: Option<Band>,
    /// The words at both ends of the interval, where they differ from `word` or it has none.
    pub word_span: Option<(Option<Band>, Option<Band>)>,
}

/// How far a probability can move if every number may lie anywhere in its writer's range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BoundsFinding {
    /// The least probability found.
    pub low: f64,
    /// The greatest probability found.
    pub high: f64,
    /// Whether it can go no further; otherwise it reaches at least this far.
    pub certain: bool,
}

/// What was found about a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionFinding {
    /// Its name in the file.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Where it is declared.
    pub place: Place,
    /// The horizon, ISO.
    pub by: Option<String>,
    /// Days from `as of` to `by`.
    pub days_left: Option<i64>,
    /// The rule by which it will be decided.
    pub resolves: Option<String>,
    /// One per state, in the order of the file.
    pub outcomes: Vec<Outcome>,
    /// Which outcome the sentences are about: `yes`, or the last state.
    pub focus: usize,
    /// How far the focus outcome can move if every number may lie anywhere in its range; none if a probability was
    /// revised outright.
    pub bounds: Option<BoundsFinding>,
    /// Whether `p` is the exact circuit at the means, or the mean of the weighted draws, and why: a sentence.
    pub headline: String,
    /// The word that the prose itself uses, held against the number.
    pub claim: Option<ClaimFinding>,
    /// The author's direct judgement of the focus outcome.
    pub gut: Option<f64>,
    /// Probabilities of the focus outcome at which a decision turns, with what is decided.
    pub thresholds: Vec<(f64, Option<String>)>,
    /// The base rate and its class, as the file states it, rolled to the time that is left.
    pub base: Option<BaseFinding>,
    /// What the reasons carry: of the focus outcome first; of more than two outcomes, of each against the rest.
    pub carried: Vec<Carried>,
    /// How far the answer moves with each number, largest first.
    pub swings: Vec<Swing>,
    /// The nearest single numbers that move the answer over an edge; those inside the author's own range first.
    pub flips: Vec<Flip>,
    /// The nearest two numbers that do it together, where neither does so alone within its range.
    pub pair_flips: Vec<PairFlip>,
    /// Every source that something hangs on, the one that moves the answer furthest first.
    pub source_changes: Vec<SourceChange>,
}

/// The word that the prose uses, held against the number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimFinding {
    /// The word with its band on the scale that the file names.
    pub band: Band,
    /// The scale's name for people.
    pub scale_title: String,
    /// Whether the focus probability lies in the band.
    pub fits: bool,
    /// What the same word means on every scale that knows it: scale's name, low, high.
    pub elsewhere: Vec<(String, f64, f64)>,
}

/// The base rate of a question, or what a factor starts from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BaseFinding {
    /// The reference class, which is also what is said of a number of counted cases.
    pub class: Option<String>,
    /// As typed: `5% to 20%`, `3 of 40 per year`.
    pub written: String,
    /// For the time that is left.
    pub estimate: Estimate,
    /// Where.
    pub place: Place,
}

impl QuestionFinding {
    /// What each reason carries of the focus outcome, largest first.
    pub fn shares(&self) -> &[ReasonShare] {
        self.carried.first().map_or(&[], |carried| &carried.shares)
    }

    /// The focus outcome with every reason taken away.
    pub fn without_reasons(&self) -> Option<f64> {
        self.carried.first()?.without
    }
}

/// What the reasons carry of one outcome against all the others of its question.
///
/// The shares add up to the outcome with all reasons less the outcome with none, in the stated unit.
/// Probabilities do not add up. Each [`Part`] is a decomposition of its own: its shares add up among
/// themselves, never with others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Carried {
    /// Position in [`QuestionFinding::outcomes`].
    pub outcome: usize,
    /// With every reason: the headline.
    pub p: f64,
    /// With none of them; none if the evidence that stays cannot happen.
    pub without: Option<f64>,
    /// What shares, overlaps and parts are measured in.
    pub unit: Unit,
    /// How many pairs of orders the shares are the mean of; none if every subset was tried.
    pub sampled: Option<usize>,
    /// One per reason, largest first.
    pub shares: Vec<ReasonShare>,
    /// What the reasons do one by one, each with none of the others, less what they do together: above
    /// zero for what is counted more than once, below for what only comes about together.
    pub overlap: Option<f64>,
    /// What each two reasons do together beyond what each does without the other, on average over
    /// the rest; largest first. Empty if the shares are sampled.
    pub pairs: Vec<Pair>,
    /// What the evidence of each reason does, every number being in place; none if no reason has both
    /// kinds of ground or there is no second kind.
    pub evidence: Option<Part>,
    /// What the weights of each reason do, all evidence having been seen.
    pub weights: Option<Part>,
}

/// What shares are measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nats of log odds.
    LogOdds,
    /// Probability, because with some of the reasons the outcome is certain or impossible, and that
    /// has no log odds.
    Probability,
}

/// What one reason carries of an outcome: its Shapley value over all reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReasonShare {
    /// Position in [`Findings::reasons`].
    pub reason: usize,
    /// Its share; below zero speaks against the outcome. None if some set of reasons makes the
    /// evidence impossible.
    pub share: Option<f64>,
    /// Standard error of the share, if it is sampled.
    pub error: Option<f64>,
    /// The outcome with this reason alone.
    pub alone: f64,
    /// The outcome with every reason but this one.
    pub dropped: f64,
}

/// What two reasons do together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pair {
    /// Positions in [`Findings::reasons`].
    pub reasons: (usize, usize),
    /// Their Shapley interaction index. Of two that speak for the same side, one that speaks against
    /// that side is overlap.
    pub index: f64,
}

/// A decomposition of its own, by one kind of ground.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The outcome without any of this kind.
    pub without: Option<f64>,
    /// How many pairs of orders the shares are the mean of; none if every subset was tried.
    pub sampled: Option<usize>,
    /// Largest first.
    pub shares: Vec<PartShare>,
}

/// What a reason's grounds of one kind carry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartShare {
    /// Position in [`Findings::reasons`]; none for evidence that belongs to no reason.
    pub reason: Option<usize>,
    /// Its Shapley value among the grounds of its kind.
    pub share: Option<f64>,
    /// Standard error of the share, if it is sampled.
    pub error: Option<f64>,
}

/// How far the answer moves when one number moves over its author's range. A certain number has no
/// range and moves nothing; it is here only if it has a flip.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Swing {
    /// What the number is, in words: `unrest: odds if order = send`.
    pub what: String,
    /// Where it was written.
    pub place: Place,
    /// As typed: `4 to 12`.
    pub written: String,
    /// The author's reason for the number.
    pub rationale: Option<String>,
    /// Ends of the range in the number's own unit.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// Whether the number is a probability (printed in percent).
    pub is_probability: bool,
    /// The focus probability if the number were its low end, all else as uncertain as before.
    pub p_at_low: f64,
    /// Focus probability at the high end.
    pub p_at_high: f64,
}

/// The nearest value of one number that moves the focus probability over an edge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// Position in [`QuestionFinding::swings`].
    pub swing: usize,
    /// The value at which it happens.
    pub value: f64,
    /// The edge, as a probability of the focus outcome.
    pub edge: f64,
    /// What the edge is: `the border of "unlikely"`, `even odds`.
    pub edge_name: String,
    /// Whether the value lies inside the author's own range: a live doubt.
    pub live: bool,
    /// How far the number has to move from its mean: the change of the log odds of a probability, of the
    /// logarithm of another positive number.
    pub distance: f64,
}

/// Two numbers that take the answer over an edge together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairFlip {
    /// Positions in [`QuestionFinding::swings`].
    pub swings: (usize, usize),
    /// Their values, both the same part of the way from the mean to the end of the range.
    pub values: (f64, f64),
    /// The edge, as a probability of the focus outcome.
    pub edge: f64,
    /// What the edge is.
    pub edge_name: String,
    /// Whether both values lie inside their author's own ranges.
    pub live: bool,
}

/// What hangs on a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceChange {
    /// Position in [`Findings::sources`].
    pub source: usize,
    /// The focus probability if all that only this source, or who repeats it, brings in were not
    /// known; none if the rest cannot happen.
    pub without: Option<f64>,
    /// The edge that the answer crosses then, if any.
    pub crosses: Option<String>,
    /// The nearest other grade that takes the answer over an edge.
    pub grade: Option<GradeFlip>,
}

/// A grade that takes the answer over an edge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GradeFlip {
    /// The Admiralty letter.
    pub letter: char,
    /// The focus probability with it.
    pub p: f64,
    /// What the edge is.
    pub edge_name: String,
}

/// A quote and whether it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuoteFinding {
    /// The words.
    pub text: String,
    /// The words in the source's own language, if `text` translates them.
    pub original: Option<String>,
    /// Position in [`Findings::sources`].
    pub source: usize,
    /// Where in the assessment.
    pub place: Place,
    /// Whether the words are in the source: the original, if they are translated.
    pub status: QuoteStatus,
    /// Of translated words, whether they are in the stored translation; they are the author's own
    /// where there is none.
    pub translation: Option<QuoteStatus>,
}

/// Whether a quote's words are in its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum QuoteStatus {
    /// Word for word, up to typography.
    Verbatim {
        /// The words around it in the source: before and after.
        before: String,
        /// See `before`.
        after: String,
        /// Where in the source.
        at: PlaceInSource,
        /// The word beside the quote that changes what it says, in words.
        cut: Option<String>,
    },
    /// Not in the source.
    Missing,
    /// It was there when the lock was written; the source's text is not here.
    Locked {
        /// Where in the source.
        at: PlaceInSource,
        /// The word beside the quote that changes what it says, in words.
        cut: Option<String>,
    },
    /// The source's text is not here, so nobody looked.
    Unverified,
}

/// A reason with what hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReasonFinding {
    /// Its name in the file.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Where.
    pub place: Place,
    /// Its own quotes.
    pub quotes: Vec<QuoteFinding>,
    /// Positions in [`Findings::evidence`].
    pub evidence: Vec<usize>,
    /// The numbers that belong to it: what, as typed, rationale, place.
    pub weights: Vec<WeightFinding>,
    /// Its notes.
    pub notes: Vec<String>,
}

/// A number that belongs to a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightFinding {
    /// What it is: `odds of enters`, `unrest: odds if order = send`.
    pub what: String,
    /// As typed: `x 0.4 to 0.8`.
    pub written: String,
    /// The author's rationale.
    pub rationale: Option<String>,
    /// Where.
    pub place: Place,
}

/// A question, factor or indicator with its probabilities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FactorFinding {
    /// Its name in the file.
    pub id: String,
    /// `question`, `factor` or `indicator`.
    pub kind: String,
    /// Its text, or its name.
    pub text: String,
    /// Where.
    pub place: Place,
    /// States with their probabilities, given all evidence.
    pub states: Vec<(String, Estimate)>,
    /// The names of the factors it depends on; quantities it asks about come after them.
    pub parents: Vec<String>,
    /// The reasons that it, or a line of it, belongs to: positions in [`Findings::reasons`].
    pub reasons: Vec<usize>,
    /// What it starts from before its weights, if it is given that way.
    pub base: Option<BaseFinding>,
    /// The state it was observed in, if it was.
    pub observed: Option<String>,
    /// Where an indicator can be obtained, at what cost and how fast, as written.
    pub obtain: Option<String>,
    /// Its quotes.
    pub quotes: Vec<QuoteFinding>,
    /// Its notes.
    pub notes: Vec<String>,
}

/// A quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuantityFinding {
    /// Its name in the file.
    pub id: String,
    /// Its text, or its name.
    pub text: String,
    /// Where.
    pub place: Place,
    /// As typed.
    pub written: String,
    /// Weighted mean.
    pub mean: f64,
    /// Weighted 5% point.
    pub p05: f64,
    /// Weighted median.
    pub p50: f64,
    /// Weighted 95% point.
    pub p95: f64,
    /// Whether it is a probability (printed in percent).
    pub is_probability: bool,
    /// Its quotes.
    pub quotes: Vec<QuoteFinding>,
}

/// An item of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceFinding {
    /// Its name in the file.
    pub id: String,
    /// Its text, or its name.
    pub text: String,
    /// Where.
    pub place: Place,
    /// When, as written.
    pub on: Option<String>,
    /// What it says of the model, as typed: `reports support = low`.
    pub says: Option<String>,
    /// Whether it is used; if not, why: `later than 2022-10-14`.
    pub left_out: Option<String>,
    /// Weight for the focus outcome of the first question, in nats: ln P(E | outcome, rest) - ln P(E | not outcome, rest).
    pub weight: Option<f64>,
    /// How many origins stand behind it, after common origins are counted once.
    pub origins: usize,
    /// Its quotes.
    pub quotes: Vec<QuoteFinding>,
    /// Positions in [`Findings::reasons`].
    pub reasons: Vec<usize>,
    /// Its notes.
    pub notes: Vec<String>,
}

/// A scenario with each question's focus outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioFinding {
    /// Its name in the file.
    pub id: String,
    /// Its text, or its name.
    pub text: String,
    /// Where.
    pub place: Place,
    /// What it changes, as typed: `set insiders = split`.
    pub changes: Vec<String>,
    /// Per question, the focus outcome under the scenario; none if it contradicts the evidence.
    pub answers: Vec<Option<ScenarioAnswer>>,
}

/// A question's focus outcome under a scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioAnswer {
    /// Under the scenario.
    pub estimate: Estimate,
    /// Its word.
    pub word: Option<Band>,
    /// If the scenario sets something: the same merely observed, where that differs by more than half a point in a hundred.
    pub seen: Option<f64>,
    /// If the scenario only observes: the same brought about, where that differs by more than half a point in a hundred.
    pub done: Option<f64>,
}

/// Sources that something is drawn from, and where they have it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CitedFinding {
    /// Sources that are quoted, or that report something.
    pub sources: usize,
    /// The same with those that always repeat one origin counted once.
    pub origins: usize,
}

/// A source with its grade and what hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceFinding {
    /// Its name in the file.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where.
    pub place: Place,
    /// Author, publisher, address, date as written.
    pub author: Option<String>,
    /// See `author`.
    pub publisher: Option<String>,
    /// See `author`.
    pub url: Option<String>,
    /// See `author`.
    pub published: Option<String>,
    /// The letter or number as written: `B`.
    pub grade: Option<String>,
    /// How often it reports the truth, before the evidence: the range that the grade stands for.
    pub reliability: Option<(f64, f64)>,
    /// Mean of the same after the evidence, where it reports something.
    pub reliability_after: Option<f64>,
    /// The Admiralty digit.
    pub credibility: Option<u8>,
    /// The source it repeats.
    pub origin: Option<String>,
    /// Whether its text was here to check quotes against: `found`, `locked`, `absent`, `none named`, or why it could not be read.
    pub text_status: String,
    /// How many quotes are drawn from it, and how many of them were verified.
    pub n_quotes: usize,
    /// See `n_quotes`.
    pub n_verified: usize,
    /// BLAKE3 of its file, in hexadecimal: of the one here, or else of the locked one.
    pub hash: Option<String>,
    /// The day on which the lock says that quotes were looked up, where the text is not here.
    pub verified_on: Option<String>,
    /// Whether its text may not be shown beyond what is quoted.
    pub is_private: bool,
    /// Its notes.
    pub notes: Vec<String>,
}

/// How the numbers were made; the same in means the same out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// Draws of the uncertain numbers.
    pub draws: u32,
    /// The seed.
    pub seed: u64,
    /// Effective sample size after weighting by the evidence.
    pub ess: f64,
    /// How many numbers are uncertain.
    pub n_parameters: usize,
    /// How many variables the network has, hidden ones included.
    pub n_variables: usize,
    /// Largest table that elimination makes, in entries.
    pub largest_table: usize,
    /// log10 of the probability of the evidence, over the draws.
    pub log10_p_evidence: f64,
    /// Correlations of the errors within a table and within an elicitor.
    pub correlation_table: f64,
    /// See `correlation_table`.
    pub correlation_elicitor: f64,
    /// Version of the engine.
    pub engine: String,
    /// Each file of the assessment with the BLAKE3 hash of its bytes.
    pub files: Vec<(String, String)>,
}
