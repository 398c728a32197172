//! Numbers into findings: one file per question that an analyst asks.

mod actors;
mod analyse;
mod bounds;
mod change;
pub mod checks;
pub mod compare;
mod describe;
pub mod doubts;
pub mod findings;
mod flip;
mod known;
mod lanes;
pub mod log_odds;
pub mod matrix;
mod movable;
mod outcome;
mod reasons;
mod repair;
mod scenario;
pub mod shapley;
pub mod silence;
mod solved;
mod sources;
mod story;
mod stress;
mod timeline;
pub mod worth;

pub use analyse::{Wanted, analyse};
pub use solved::Draws;
