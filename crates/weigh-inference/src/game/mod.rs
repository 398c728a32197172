//! Games: trees and matrices of payoffs, and how players who err choose in them (logit quantal response).
//!
//! A [`Game`] is a checked tree; a [`NormalForm`] becomes one. [`trace`] follows the principal branch
//! of the agent logit equilibria from players who choose at random to players who do not err, and
//! answers at each precision that was asked for.
//!
//! # Example
//! ```
//! use weigh_inference::game::{NormalForm, TraceSettings, trace};
//!
//! // Asymmetric matching pennies: the row player wins 9 instead of 1 in one cell.
//! let game = NormalForm {
//!     players: vec!["Row".into(), "Column".into()],
//!     strategies: vec![vec!["U".into(), "D".into()], vec!["L".into(), "R".into()]],
//!     payoffs: vec![9.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0],
//! }
//! .into_game()?;
//! let found = trace(&game, &[1.0], &TraceSettings::default())?;
//! let at_1 = found.rows[0].principal.as_ref().unwrap();
//! assert!((at_1.probabilities[0][0] - 0.89358).abs() < 1e-5);
//! assert!(at_1.residual < 1e-12);
//! // Without errors the row player mixes half and half.
//! assert!((found.limit.unwrap().probabilities[0][0] - 0.5).abs() < 1e-6);
//! # Ok::<(), weigh_inference::game::GameError>(())
//! ```

mod branch;
mod choices;
mod error;
mod found;
mod linear;
mod merge;
mod normal_form;
mod path;
mod plan;
mod tree;

pub use branch::trace;
pub(crate) use branch::{LIMIT, trace_in_units};
pub(crate) use choices::{Choices, State, System};
#[cfg(test)]
pub(crate) use choices::{evaluate, slopes};
pub use error::GameError;
pub use found::{
    Branch, Equilibrium, Fork, Other, Stop, StopReason, Trace, TraceRow, TraceSettings, Turn,
};
pub use merge::{Merged, merge_identical};
pub use normal_form::NormalForm;
pub use tree::{Game, GameLimits, InfoSet, Node};
