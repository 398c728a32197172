//! What changed between two assessments, in sentences: every face says the same.

use weigh_analysis::compare::{
    ChangeFinding, ChangeKind, ChangeShare, ComparisonFinding, QuestionComparison,
};

use super::words;

/// Changes, and things to look for, that are told.
const N_TOLD: usize = 12;
const N_CLOSING: usize = 3;

/// What a kind of change is called.
pub struct KindName {
    /// For programs.
    pub key: &'static str,
    /// All changes of the kind.
    pub all: &'static str,
    /// One of them.
    pub one: &'static str,
}

/// The name of a kind.
pub fn kind(kind: ChangeKind) -> KindName {
    let (key, all, one) = match kind {
        ChangeKind::NewEvidence => ("new_evidence", "new evidence", "new evidence"),
        ChangeKind::LostEvidence => ("lost_evidence", "evidence that is gone", "gone"),
        ChangeKind::EditedEvidence => ("edited_evidence", "edited evidence", "edited evidence"),
        ChangeKind::Number => ("number", "edited numbers", "an edited number"),
        ChangeKind::Source => ("source", "sources regraded", "regraded"),
        ChangeKind::Time => ("time", "time passing", "time passing"),
        ChangeKind::Structure => ("structure", "structure", "structure"),
        ChangeKind::Setting => ("setting", "settings", "a setting"),
    };
    KindName { key, all, one }
}

/// What all changes of one kind do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindTotal {
    /// The kind.
    pub kind: ChangeKind,
    /// As a difference of probability; none if one of them has no share.
    pub points: Option<f64>,
    /// In nats of log odds.
    pub nats: Option<f64>,
}

/// The kinds of change that there are, the largest first; shares add up.
pub fn kinds(found: &ComparisonFinding, question: &QuestionComparison) -> Vec<KindTotal> {
    let mut kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let of = |kind: ChangeKind| {
        let both = found.changes.iter().zip(&question.shares);
        both.filter(move |(change, _)| change.kind == kind).map(|(_, share)| share)
    };
    let mut totals: Vec<KindTotal> = kinds
        .into_iter()
        .map(|kind| KindTotal {
            kind,
            points: of(kind).map(|share| share.points).sum(),
            nats: of(kind).map(|share| share.nats).sum(),
        })
        .collect();
    let size = |total: &KindTotal| total.points.map_or(-1.0, f64::abs);
    totals.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.kind.cmp(&b.kind)));
    totals
}

/// The change in a sentence: `12% became 18%: +4 points by new evidence, …`.
pub fn summary(found: &ComparisonFinding, question: &QuestionComparison) -> String {
    let (old, new) = (words::percent(question.old.p), words::percent(question.new.p));
    let became = match old == new {
        true => format!("`{}` stays at {new}", question.state),
        false => format!("`{}`: {old} became {new}", question.state),
    };
    if found.changes.is_empty() {
        return format!("{became}. Nothing that a probability depends on was changed.");
    }
    let told = kinds(found, question).into_iter();
    let mut parts: Vec<String> = told
        .filter(|total| total.points.is_none_or(shows))
        .map(|total| {
            let points = total.points.map_or("no share".to_owned(), words::points_label);
            format!("{points} by {}", kind(total.kind).all)
        })
        .collect();
    if shows(question.sampling.0) {
        parts.push(format!(
            "{} because each file's numbers were drawn by themselves",
            words::points_label(question.sampling.0)
        ));
    }
    match parts.is_empty() {
        true => format!("{became}. No change moves it by anything that shows."),
        false => format!("{became}: {}.", words::list(&parts)),
    }
}

/// Whether a difference prints as one.
pub fn shows(points: f64) -> bool {
    words::points_label(points) != words::points_label(0.0)
}

/// The changes that show, the largest first, and how many do not.
pub fn largest<'f>(
    found: &'f ComparisonFinding,
    question: &'f QuestionComparison,
) -> (Vec<(&'f ChangeFinding, &'f ChangeShare)>, usize) {
    let both = found.changes.iter().zip(&question.shares);
    let mut told: Vec<_> = both.filter(|(_, share)| share.points.is_none_or(shows)).collect();
    let size = |share: &ChangeShare| share.points.map_or(f64::INFINITY, f64::abs);
    told.sort_by(|a, b| size(b.1).total_cmp(&size(a.1)));
    told.truncate(N_TOLD);
    let n_still = found.changes.len() - told.len();
    (told, n_still)
}

/// What would bring the two answers closest, in sentences; nothing where they do not differ.
pub fn closing(question: &QuestionComparison) -> Vec<String> {
    let now = (question.new.p - question.old.p).abs();
    if !shows(now) {
        return Vec::new();
    }
    let better = |is_indicator: bool| {
        let better = question.closing.iter().filter(move |closing| {
            closing.is_indicator == is_indicator && closing.left < now && shows(now - closing.left)
        });
        better.take(N_CLOSING)
    };
    better(true)
        .chain(better(false))
        .map(|closing| {
            let readings = closing.readings.iter().map(|(state, p, old, new)| {
                format!(
                    "{state} ({}) would make them {} and {}",
                    words::percent(*p),
                    words::percent(*old),
                    words::percent(*new)
                )
            });
            let whose = match closing.known_to {
                (true, false) => " (only the old file has it)",
                (false, true) => " (only the new file has it)",
                _ => "",
            };
            format!(
                "{}{whose}: they would lie {} apart and not {}; {}",
                closing.text,
                points(closing.left),
                points(now),
                readings.collect::<Vec<_>>().join("; "),
            )
        })
        .collect()
}

/// `4 points`, without a sign.
fn points(difference: f64) -> String {
    words::points_label(difference.abs()).trim_start_matches('+').to_owned()
}
