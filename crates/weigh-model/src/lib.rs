//! A Weigh tree into an assessment and a network.

pub mod world;
