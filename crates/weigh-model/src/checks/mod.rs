//! The faults of meaning, one file each: rule, message, manual page.

use weigh_syntax::diag::Rule;

pub mod absent_source;
pub mod actor_without_choice;
pub mod allowed_without_reason;
pub mod base_rate_unused;
pub mod case_never_reached;
pub mod cases_incomplete;
pub mod choice_with_numbers;
pub mod choice_without_actor;
pub mod choices_too_large;
pub mod clause_not_here;
pub mod cycle;
pub mod division_by_zero;
pub mod doubled_assessment;
pub mod doubled_change;
pub mod doubled_clause;
pub mod doubled_name;
pub mod doubled_parent;
pub mod doubled_revision;
pub mod doubled_row;
pub mod doubled_state;
pub mod empty_scenario;
pub mod forgetful_actor;
pub mod half_rates;
pub mod hazard_stops_short;
pub mod hazards_out_of_order;
pub mod horizon_passed;
pub mod idle_choice;
pub mod idle_clause;
pub mod idle_reason;
pub mod impossible_belief;
pub mod impossible_cost;
pub mod impossible_counts;
pub mod impossible_date;
pub mod impossible_distribution;
pub mod impossible_level;
pub mod later_evidence;
pub mod long_conjunction;
pub mod missing_row;
pub mod no_base_rate;
pub mod no_date;
pub mod no_horizon;
pub mod no_network;
pub mod no_numbers;
pub mod no_precision;
pub mod no_question;
pub mod noisy_or_not_binary;
pub mod not_a_question;
pub mod not_one_state;
pub mod number_off_quote;
pub mod number_out_of_range;
pub mod number_too_large;
pub mod odds_rule_out_all;
pub mod odds_without_base;
pub mod origin_counted_twice;
pub mod origin_cycle;
pub mod payoff_off_scale;
pub mod precision_out_of_range;
pub mod quantity_cycle;
pub mod quote_beside_text;
pub mod quote_cut;
pub mod quote_not_in_source;
pub mod quote_not_locked;
pub mod quote_without_words;
pub mod range_below_record;
pub mod range_half_percent;
pub mod range_not_fitted;
pub mod range_touches_border;
pub mod range_upside_down;
pub mod range_without_ends;
pub mod report_without_source;
pub mod revision_not_a_point;
pub mod revision_of_seen;
pub mod row_shape;
pub mod silent_evidence;
pub mod single_state;
pub mod source_changed;
pub mod source_read_oddly;
pub mod source_says_otherwise;
pub mod state_compared;
pub mod states_missing;
pub mod states_not_100;
pub mod table_too_large;
pub mod threshold_not_a_point;
pub mod time_on_several;
pub mod time_without_unit;
pub mod too_long;
pub mod too_many_files;
pub mod too_many_states;
pub mod two_bases;
pub mod two_forms;
pub mod two_owners;
pub mod two_sayings;
pub mod ungraded_source;
pub mod unknown_clause;
pub mod unknown_function;
pub mod unknown_grade;
pub mod unknown_name;
pub mod unknown_number;
pub mod unknown_scale;
pub mod unknown_state;
pub mod unknown_word;
pub mod unreadable_file;
pub mod unreadable_lock;
pub mod unreadable_source;
pub mod unsourced_factor;
pub mod unstated_origin;
pub mod unused_record;
pub mod unused_source;
pub mod which_question;
pub mod which_state;

/// Every rule of this crate.
pub static RULES: &[&Rule] = &[
    &absent_source::RULE,
    &actor_without_choice::RULE,
    &allowed_without_reason::RULE,
    &base_rate_unused::RULE,
    &case_never_reached::RULE,
    &cases_incomplete::RULE,
    &choice_with_numbers::RULE,
    &choice_without_actor::RULE,
    &choices_too_large::RULE,
    &clause_not_here::RULE,
    &cycle::RULE,
    &division_by_zero::RULE,
    &doubled_assessment::RULE,
    &doubled_change::RULE,
    &doubled_clause::RULE,
    &doubled_name::RULE,
    &doubled_parent::RULE,
    &doubled_revision::RULE,
    &doubled_row::RULE,
    &doubled_state::RULE,
    &empty_scenario::RULE,
    &forgetful_actor::RULE,
    &half_rates::RULE,
    &hazard_stops_short::RULE,
    &hazards_out_of_order::RULE,
    &horizon_passed::RULE,
    &idle_choice::RULE,
    &idle_clause::RULE,
    &idle_reason::RULE,
    &impossible_belief::RULE,
    &impossible_cost::RULE,
    &impossible_counts::RULE,
    &impossible_date::RULE,
    &impossible_distribution::RULE,
    &impossible_level::RULE,
    &later_evidence::RULE,
    &long_conjunction::RULE,
    &missing_row::RULE,
    &no_base_rate::RULE,
    &no_date::RULE,
    &no_horizon::RULE,
    &no_network::RULE,
    &no_numbers::RULE,
    &no_precision::RULE,
    &no_question::RULE,
    &noisy_or_not_binary::RULE,
    &number_off_quote::RULE,
    &not_a_question::RULE,
    &not_one_state::RULE,
    &number_out_of_range::RULE,
    &number_too_large::RULE,
    &odds_rule_out_all::RULE,
    &odds_without_base::RULE,
    &origin_counted_twice::RULE,
    &origin_cycle::RULE,
    &payoff_off_scale::RULE,
    &precision_out_of_range::RULE,
    &quantity_cycle::RULE,
    &quote_beside_text::RULE,
    &quote_cut::RULE,
    &quote_not_in_source::RULE,
    &quote_not_locked::RULE,
    &quote_without_words::RULE,
    &range_half_percent::RULE,
    &range_below_record::RULE,
    &range_not_fitted::RULE,
    &range_touches_border::RULE,
    &range_upside_down::RULE,
    &range_without_ends::RULE,
    &report_without_source::RULE,
    &revision_not_a_point::RULE,
    &revision_of_seen::RULE,
    &row_shape::RULE,
    &silent_evidence::RULE,
    &single_state::RULE,
    &source_changed::RULE,
    &source_read_oddly::RULE,
    &source_says_otherwise::RULE,
    &state_compared::RULE,
    &states_missing::RULE,
    &states_not_100::RULE,
    &table_too_large::RULE,
    &threshold_not_a_point::RULE,
    &time_on_several::RULE,
    &time_without_unit::RULE,
    &too_long::RULE,
    &too_many_files::RULE,
    &too_many_states::RULE,
    &two_bases::RULE,
    &two_forms::RULE,
    &two_owners::RULE,
    &two_sayings::RULE,
    &ungraded_source::RULE,
    &unknown_clause::RULE,
    &unknown_function::RULE,
    &unknown_grade::RULE,
    &unknown_name::RULE,
    &unknown_number::RULE,
    &unknown_scale::RULE,
    &unknown_state::RULE,
    &unknown_word::RULE,
    &unreadable_file::RULE,
    &unreadable_lock::RULE,
    &unreadable_source::RULE,
    &unsourced_factor::RULE,
    &unstated_origin::RULE,
    &unused_record::RULE,
    &unused_source::RULE,
    &which_question::RULE,
    &which_state::RULE,
];

/// The known word that looks most like `word`, if any looks alike enough.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Jaro–Winkler similarity from which a suggestion helps more than it misleads; found by trying slips.
    const ALIKE: f64 = 0.8;
    /// Names that are looked at; a file with more has other worries than a slip.
    const LOOKED_AT: usize = 500;
    let lower = word.to_lowercase();
    known
        .take(LOOKED_AT)
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|&(alike, _)| alike >= ALIKE)
        .fold(None, |best: Option<(f64, &str)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        })
        .map(|(_, name)| name)
}

/// Names in a row, and how many more there are.
fn list(names: &[&str], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).copied().collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Names in backticks: "`a`", "`a` and `b`", "`a`, `b` and `c`".
fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}

/// What was typed, cut where it would fill the screen.
fn short(written: &str) -> String {
    match written.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &written[..cut]),
        None => written.to_string(),
    }
}

/// A probability in percent, with no more digits than it needs.
fn percent(p: f64) -> String {
    let rounded = libm::round(p * 1e4) / 1e2;
    format!("{rounded}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        assert_eq!(nearest("insders", ["insiders", "sanctions"].into_iter()), Some("insiders"));
        assert_eq!(nearest("weather", ["insiders", "sanctions"].into_iter()), None);
    }

    #[test]
    fn percent_shows_what_is_there() {
        assert_eq!(percent(1.15), "115%");
        assert_eq!(percent(0.9999), "99.99%");
        assert_eq!(percent(0.1 + 0.2), "30%");
    }
}
