//! The Weigh library: the pipeline from text to findings, the report, and the diagnostics' manual.

pub mod report;
