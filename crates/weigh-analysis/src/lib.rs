//! Numbers into findings: one file per question that an analyst asks.

pub mod findings;
mod analyse;
mod outcome;
pub mod reasons;
mod change;
mod scenario;
mod describe;
mod solved;
mod lanes;
pub mod log_odds;
pub mod checks;

pub use analyse::analyse;
pub use solved::Draws;
