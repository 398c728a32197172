//! Numbers into findings: one file per question that an analyst asks.

pub mod findings;
