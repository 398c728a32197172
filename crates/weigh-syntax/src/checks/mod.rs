//! The faults of syntax, one file each: rule, message, manual page.

use crate::diag::Rule;

pub mod clause_not_indented;
pub mod clause_without_declaration;
pub mod declaration_indented;
pub mod nested_too_deep;
pub mod stray_character;
pub mod text_not_closed;
pub mod unexpected;
pub mod unknown_declaration;

/// Every rule of this crate.
pub static RULES: &[&Rule] = &[
    &clause_not_indented::RULE,
    &clause_without_declaration::RULE,
    &declaration_indented::RULE,
    &nested_too_deep::RULE,
    &stray_character::RULE,
    &text_not_closed::RULE,
    &unexpected::RULE,
    &unknown_declaration::RULE,
];
