//! The faults that only numbers show, one file each: rule, message, manual page.

use weigh_syntax::diag::Rule;

pub mod alike_options;
pub mod allowed_error;
pub mod choice_half_seen;
pub mod choice_not_followed;
pub mod claim_off_number;
pub mod digit_off_answer;
pub mod divisor_crosses_zero;
pub mod few_effective_draws;
pub mod gut_far_off;
pub mod idle_allow;
pub mod impossible_evidence;
pub mod impossible_revision;
pub mod one_sided;
pub mod other_equilibria;
pub mod reason_moves_nothing;
pub mod rests_on_one;
pub mod too_many_draws;
pub mod too_wide;
pub mod unknown_warning;

/// Every rule of this crate.
pub static RULES: &[&Rule] = &[
    &alike_options::RULE,
    &allowed_error::RULE,
    &choice_half_seen::RULE,
    &choice_not_followed::RULE,
    &claim_off_number::RULE,
    &digit_off_answer::RULE,
    &divisor_crosses_zero::RULE,
    &few_effective_draws::RULE,
    &gut_far_off::RULE,
    &idle_allow::RULE,
    &impossible_evidence::RULE,
    &impossible_revision::RULE,
    &one_sided::RULE,
    &other_equilibria::RULE,
    &reason_moves_nothing::RULE,
    &rests_on_one::RULE,
    &too_many_draws::RULE,
    &too_wide::RULE,
    &unknown_warning::RULE,
];

/// Every rule of the tool, by slug: what `allow` can name.
pub fn every_rule() -> Vec<&'static Rule> {
    let mut rules = weigh_syntax::checks::RULES.to_vec();
    rules.extend(weigh_model::checks::RULES);
    rules.extend(RULES);
    rules.sort_by_key(|rule| rule.slug);
    rules
}

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
