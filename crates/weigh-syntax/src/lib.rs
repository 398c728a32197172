//! Text into a lossless tree: lexer, parser, typed view, diagnostics and formatter of the Weigh language.
//!
//! Parsing never fails: what cannot be read becomes an error node and a diagnostic, and the rest stands.

pub mod ast;
pub mod checks;
pub mod diag;
pub mod format;
pub mod kind;
pub mod lexer;
pub mod parser;
pub mod span;
