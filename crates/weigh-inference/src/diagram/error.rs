//! Why a diagram cannot be built or solved.

use thiserror::Error;

/// What is wrong with a diagram or with its numbers.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum DiagramError {
    /// A node without states, a place that is not there, a parent named twice, or a name used twice.
    #[error("{0}")]
    Shape(String),
    /// A decision or payoff of an actor that the diagram does not have.
    #[error("{what} `{name}` belongs to nobody: give it an owner among the actors")]
    NoOwner {
        /// "the decision" or "the payoff".
        what: &'static str,
        /// Which.
        name: String,
    },
    /// Arrows that lead back to where they began.
    #[error("{} depend on each other in a circle", list(.names))]
    Cycle {
        /// The nodes of the circle, in the order of its arrows.
        names: Vec<String>,
    },
    /// An actor who does not see, at a later decision, what he saw or did at an earlier one.
    #[error(
        "`{actor}` forgets: at `{later}` he must still know `{forgotten}`, which he {} at `{earlier}`",
        if .forgotten == .earlier { "chose" } else { "knew" }
    )]
    ImperfectRecall {
        /// Who forgets.
        actor: String,
        /// The decision at which it was known, or which it is.
        earlier: String,
        /// The decision at which it is no longer known.
        later: String,
        /// What is forgotten.
        forgotten: String,
    },
    /// Two decisions of one actor of which neither comes before the other.
    #[error(
        "`{actor}` decides `{first}` and `{second}` in no order: let one of them know the other"
    )]
    NoOrder {
        /// Whose.
        actor: String,
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A stated belief that cannot be used.
    #[error("the belief about `{about}` at `{decision}` cannot be used: {why}")]
    Belief {
        /// The decision whose owner has it.
        decision: String,
        /// What it is about.
        about: String,
        /// What is wrong.
        why: String,
    },
    /// A diagram above the limits.
    #[error(
        "the diagram is too large: {what} takes {size} numbers, where at most {limit} are taken on"
    )]
    TooLarge {
        /// The table or calculation that is too large.
        what: String,
        /// How many numbers it holds; `u64::MAX` if they cannot be counted.
        size: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// A row of a table or belief that is no distribution.
    #[error("row {row} of {what} `{name}` sums to {sum}, not to 1, or has a number outside 0 to 1")]
    Row {
        /// "the table of" or "the belief about".
        what: &'static str,
        /// Which.
        name: String,
        /// The row, from 0.
        row: usize,
        /// What it sums to.
        sum: f64,
    },
    /// A payoff that is no finite number, or payoffs that overflow when they are added up.
    #[error("the payoffs of `{actor}` cannot be added up: `{payoff}` holds {value}")]
    Payoff {
        /// Whose.
        actor: String,
        /// The term.
        payoff: String,
        /// The number.
        value: f64,
    },
    /// A precision that is negative or no number.
    #[error(
        "a precision of {value} at `{decision}` cannot be used: give one from 0 up, or infinity"
    )]
    Precision {
        /// Where.
        decision: String,
        /// The number.
        value: f64,
    },
    /// An arrow that cannot be added or taken away.
    #[error("what `{decision}` knows of `{node}` cannot be changed: {why}")]
    CannotSee {
        /// The decision.
        decision: String,
        /// What it was to see, or not to see.
        node: String,
        /// What is wrong.
        why: String,
    },
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
