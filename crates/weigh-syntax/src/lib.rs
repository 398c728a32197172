//! Text into a lossless tree: lexer, parser, typed view, diagnostics and formatter of the Weigh language.
//!
//! Parsing never fails: what cannot be read becomes an error node and a diagnostic, and the rest stands.

pub mod diag;
pub mod span;
