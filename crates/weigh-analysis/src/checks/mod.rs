//! The faults that only numbers show, one file each: rule, message, manual page.

use weigh_syntax::diag::Rule;

pub mod claim_off_number;
pub mod divisor_crosses_zero;
pub mod few_effective_draws;
pub mod gut_far_off;
pub mod impossible_evidence;
pub mod impossible_revision;
pub mod too_many_draws;
pub mod too_wide;

/// Every rule of this crate.
pub static RULES: &[&Rule] = &[
    &claim_off_number::RULE,
    &divisor_crosses_zero::RULE,
    &few_effective_draws::RULE,
    &gut_far_off::RULE,
    &impossible_evidence::RULE,
    &impossible_revision::RULE,
    &too_many_draws::RULE,
    &too_wide::RULE,
];

/// Names in a row: "`a`", "`a` and `b` together".
fn together(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last} together", first.join(", ")),
    }
}

/// A probability in percent, with no more digits than it needs.
fn percent(p: f64) -> String {
    let rounded = libm::round(p * 1e3) / 1e1;
    format!("{rounded}%")
}
