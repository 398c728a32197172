//! A Weigh tree into an assessment and a network: names, elicitation, quotes, checks.
//!
//! Owns no solver: it may build a [`weigh_inference::Network`], and calls nothing that runs one.

pub mod assessment;
pub mod checks;
pub mod copies;
pub mod cut;
pub mod dates;
pub mod known;
pub mod load;
pub mod locate;
pub mod lock;
pub mod lower;
pub mod prose;
pub mod quotes;
pub mod resolve;
pub mod words;
pub mod world;
