//! What carries an outcome, in sentences: the page and the terminal say the same.

use weigh_analysis::findings::{Carried, Findings, Pair, Part, QuestionFinding, Unit};

use super::words;

/// Pairs of reasons that are named; the page's data has all.
const N_PAIRS: usize = 3;

/// Why a question with reasons has no shares: each is about sets of reasons, and some of these are impossible.
pub const NO_SHARES: &str = "Without some of the reasons, what was seen could not have happened at all: what they \
    carry cannot be divided into shares";

/// Whether the question has reasons without shares.
pub fn has_no_shares(findings: &Findings, question: &QuestionFinding) -> bool {
    !findings.reasons.is_empty()
        && !question.carried.is_empty()
        && question.carried.iter().all(|carried| carried.shares.is_empty())
}

/// What a share does, as a verb: `divides the odds by 2.1`, `adds 12 points`.
pub fn effect(unit: Unit, share: f64) -> String {
    match unit {
        Unit::LogOdds => words::effect_on_odds(share),
        Unit::Probability => words::effect_in_points(share),
    }
}

/// The same as a label: `÷ 2.1`, `−12 points`.
pub fn label(unit: Unit, share: f64) -> String {
    match unit {
        Unit::LogOdds => words::odds_label(share),
        Unit::Probability => words::points_label(share),
    }
}

/// How large a share is, whichever way it points: `a factor of 2.1`, `12 points`. None if it prints as nothing.
fn amount(unit: Unit, share: f64) -> Option<String> {
    let label = label(unit, share.abs());
    if label == self::label(unit, 0.0) {
        return None;
    }
    Some(match unit {
        Unit::LogOdds => format!("a factor of {}", label.trim_start_matches(['×', '\u{a0}'])),
        Unit::Probability => label.trim_start_matches('+').to_owned(),
    })
}

/// The standard error of a sampled share beside its label: ` ± 0.1`.
pub fn error(unit: Unit, share: f64, error: Option<f64>) -> String {
    match (error, unit) {
        (None, _) => String::new(),
        // Of a factor, by the rule of small errors.
        (Some(error), Unit::LogOdds) => {
            format!(" ± {}", words::number(words::exp(share.abs()) * error))
        }
        (Some(error), Unit::Probability) => format!(" ± {}", words::number(100.0 * error)),
    }
}

/// Where the outcome starts and where it ends: `With none of the five reasons …`.
pub fn from_none_to_all(carried: &Carried) -> Option<String> {
    let (of_them, with) = match carried.shares.len() {
        1 => ("Without the reason".to_owned(), "with it"),
        2 => ("With neither of the two reasons".to_owned(), "with both"),
        n => (format!("With none of the {} reasons", words::small_number(n)), "with all of them"),
    };
    let none = words::percent_in_words(carried.without?);
    Some(format!(
        "{of_them} the answer would be {none}; {with} it is {}.",
        words::percent_in_words(carried.p)
    ))
}

/// How far the reasons overlap: what they do one by one beside what they do together, then the pairs
/// between which most of that lies.
pub fn overlap(findings: &Findings, carried: &Carried) -> Vec<String> {
    let Some(overlap) = carried.overlap else { return Vec::new() };
    let Some(together) = carried.shares.iter().map(|share| share.share).sum::<Option<f64>>() else {
        return Vec::new();
    };
    let verb = |share: f64| infinitive(&effect(carried.unit, share));
    let mut told = vec![match amount(carried.unit, overlap) {
        None => {
            "The reasons hardly overlap: counted one by one they come to what they do together."
                .to_owned()
        }
        Some(amount) => format!(
            "Counted one by one, each with none of the others, the reasons would {}; together they {}. \
             The difference, {amount}, is their overlap.",
            verb(overlap + together),
            verb(together),
        ),
    }];
    told.extend(
        carried
            .pairs
            .iter()
            .filter_map(|pair| pair_sentence(findings, carried, pair))
            .take(N_PAIRS),
    );
    told
}

/// `divides the odds by 2` after `would` and `they`.
fn infinitive(effect: &str) -> String {
    let (verb, rest) = effect.split_once(' ').unwrap_or((effect, ""));
    match verb {
        "hardly" => effect.replacen("moves", "move", 1),
        "multiplies" => format!("multiply {rest}"),
        _ => format!("{} {rest}", verb.strip_suffix('s').unwrap_or(verb)),
    }
}

fn pair_sentence(findings: &Findings, carried: &Carried, pair: &Pair) -> Option<String> {
    let amount = amount(carried.unit, pair.index)?;
    let text = |reason: usize| findings.reasons.get(reason).map(|reason| reason.text.as_str());
    let share = |reason: usize| carried.shares.iter().find(|share| share.reason == reason)?.share;
    let (a, b) = (text(pair.reasons.0)?, text(pair.reasons.1)?);
    let (for_a, for_b) = (share(pair.reasons.0)? > 0.0, share(pair.reasons.1)? > 0.0);
    Some(match for_a == for_b {
        true if for_a == (pair.index < 0.0) => {
            format!("“{a}” and “{b}” overlap by {amount}: each says in part what the other says.")
        }
        true => format!("“{a}” and “{b}” strengthen each other by {amount}."),
        false => format!(
            "“{a}” and “{b}” speak on different sides; beside each other they leave the {} {} by {amount} than apart.",
            if carried.unit == Unit::LogOdds { "odds" } else { "probability" },
            if pair.index > 0.0 { "higher" } else { "lower" },
        ),
    })
}

/// What the shares of a part are of, and where it starts and ends.
pub fn part(carried: &Carried, part: &Part, kind: PartKind) -> Option<String> {
    let none = words::percent_in_words(part.without?);
    let all = words::percent_in_words(carried.p);
    Some(match kind {
        PartKind::Evidence => {
            format!(
                "With every number as it is and none of the evidence, the answer would be {none}; the evidence makes it {all}."
            )
        }
        PartKind::Weights => {
            format!(
                "With all the evidence and none of the weights that belong to a reason, the answer would be {none}; the weights make it {all}."
            )
        }
    })
}

/// Which kind of ground a part is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// What was seen and reported.
    Evidence,
    /// What the author judged.
    Weights,
}

/// How the shares were found, if not from every set of reasons.
pub fn sampling(n_pairs: Option<usize>) -> Option<String> {
    n_pairs.map(|n_pairs| {
        format!(
            "The shares are the mean of {} orders in which the reasons come in, each beside its reverse; ± is a standard error.",
            words::group_thousands(&(2 * n_pairs).to_string())
        )
    })
}

/// Which outcome a decomposition is of, where the question has several and it is against the rest.
pub fn outcome<'q>(question: &'q QuestionFinding, carried: &Carried) -> Option<&'q str> {
    let outcome = question.outcomes.get(carried.outcome)?;
    (question.outcomes.len() > 2).then_some(outcome.state.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn overlap_is_told_beside_what_the_reasons_do_together() {
        let findings = samples::belarus();
        let told = overlap(&findings, &findings.questions[0].carried[0]);
        insta::assert_snapshot!(told.join("\n"), @r"
        Counted one by one, each with none of the others, the reasons would divide the odds by 4.6; together they divide the odds by 3. The difference, a factor of 1.5, is their overlap.
        “A permanent Russian presence is not in his interest” and “The army cannot be spared and may refuse” overlap by a factor of 1.4: each says in part what the other says.
        “The army cannot be spared and may refuse” and “Russia’s war is not popular in Belarus” strengthen each other by a factor of 1.2.
        “A permanent Russian presence is not in his interest” and “He depends on Putin” speak on different sides; beside each other they leave the odds higher by a factor of 1.1 than apart.
        ");
    }

    #[test]
    fn where_it_starts_and_ends() {
        let findings = samples::belarus();
        let told = from_none_to_all(&findings.questions[0].carried[0]).unwrap();
        insta::assert_snapshot!(told, @"With none of the five reasons the answer would be 11%; with all of them it is 4%.");
    }

    #[test]
    fn what_has_no_log_odds_is_told_in_points() {
        assert_eq!(effect(Unit::Probability, -0.123), "takes away 12 points");
        assert_eq!(label(Unit::Probability, 0.5), "+50 points");
        assert_eq!(amount(Unit::Probability, 0.0001), None);
        assert_eq!(amount(Unit::LogOdds, -0.7).as_deref(), Some("a factor of 2"));
    }
}
