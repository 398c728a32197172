//! What changed between two assessments: the sentences that every face says, and a page of its own.

use maud::{DOCTYPE, Markup, html};
use weigh_analysis::compare::{
    ChangeFinding, ChangeKind, ChangeShare, ComparisonFinding, QuestionComparison,
};

use super::chart::{Axis, Mark};
use super::{cite, words};

/// Changes, and things to look for, that are told.
const N_TOLD: usize = 12;
const N_CLOSING: usize = 3;

/// A standard error in points is printed as no less: what is smaller shows in no share.
const LEAST_ERROR: f64 = 0.01;

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
fn shows(points: f64) -> bool {
    words::points_label(points) != words::points_label(0.0)
}

/// The largest changes, the largest first, and what is to be said of the others: how many move the answer by
/// less, and how many by nothing that shows.
pub fn largest<'f>(
    found: &'f ComparisonFinding,
    question: &'f QuestionComparison,
) -> (Vec<(&'f ChangeFinding, &'f ChangeShare)>, Vec<String>) {
    let both = found.changes.iter().zip(&question.shares);
    let mut told: Vec<_> = both.filter(|(_, share)| share.points.is_none_or(shows)).collect();
    let size = |share: &ChangeShare| share.points.map_or(f64::INFINITY, f64::abs);
    told.sort_by(|a, b| size(b.1).total_cmp(&size(a.1)));
    let n_still = found.changes.len() - told.len();
    let n_less = told.len().saturating_sub(N_TOLD);
    told.truncate(N_TOLD);
    let others = |n: usize, what: &str| {
        (n > 0).then(|| {
            format!("{} {what}", words::count(n, "other change moves", "other changes move"))
        })
    };
    let others = [others(n_less, "it by less"), others(n_still, "nothing that shows")];
    (told, others.into_iter().flatten().collect())
}

/// What would bring the two answers closest, in sentences; nothing where they do not differ.
pub fn closing(question: &QuestionComparison) -> Vec<String> {
    let now = (question.new.p - question.old.p).abs();
    if !shows(now) {
        return Vec::new();
    }
    let better = |is_indicator: bool| {
        let better = question.closing.iter().filter(move |closing| {
            closing.is_indicator == is_indicator
                && closing.left < now
                && points(closing.left) != points(now)
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
                "“{}”{whose}: they would lie {} apart and not {}; {}",
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

/// From the old answer to the new one: what each kind of change that shows does, by its name; what is left
/// because of other draws last.
pub fn steps(found: &ComparisonFinding, question: &QuestionComparison) -> Vec<(&'static str, f64)> {
    let totals = kinds(found, question).into_iter();
    let totals = totals.filter_map(|total| Some((kind(total.kind).all, total.points?)));
    let steps = totals.chain([("other draws", question.sampling.0)]);
    steps.filter(|(_, points)| shows(*points)).collect()
}

/// How the shares were found, if not from every set of changes.
pub fn sampling(found: &ComparisonFinding) -> Option<String> {
    found.sampled.map(|n_pairs| {
        format!(
            "Shares are the mean of {} orders of the changes, each beside its reverse; ± is a standard error.",
            words::group_thousands(&(2 * n_pairs).to_string()),
        )
    })
}

/// The ledger as a page, which needs no network and can be sent. The same comparison gives the same bytes.
pub fn page(found: &ComparisonFinding, engine: &str) -> String {
    let [old, new] = &found.titles;
    let title =
        if old == new { format!("What changed: {new}") } else { format!("{old}, and {new}") };
    html! {
        (DOCTYPE)
        html lang="en" {
            (super::head(&title, engine, None))
            body {
                header.masthead {
                    h1 dir="auto" { (title) }
                    p { "As of " (words::date(&found.as_of[0])) ", and as of " (words::date(&found.as_of[1])) }
                }
                main #main {
                    @for question in &found.questions { (ledger(found, question)) }
                }
                footer { p { "Made by " (engine) ". The same files and seed give the same page." } }
            }
        }
    }
    .into_string()
}

fn ledger(found: &ComparisonFinding, question: &QuestionComparison) -> Markup {
    let (told, others) = largest(found, question);
    let closing = closing(question);
    html! {
        section aria-label=(question.text) {
            h2 dir="auto" { (question.text) }
            p { (cite::prose(&summary(found, question))) }
            @if !found.changes.is_empty() {
                (waterfall(found, question))
                p.method-note {
                    "A change’s share is what it does averaged over every order of the changes (its Shapley value), so that shares add up. "
                    @if let Some(sampling) = sampling(found) { (sampling) }
                }
            }
            @if !told.is_empty() {
                table.stack {
                    caption { "The changes that move it most" }
                    thead { tr { th scope="col" { "What" } th.num scope="col" { "Share" } th scope="col" { "It was" } th scope="col" { "It is" } } }
                    tbody {
                        @for (change, share) in &told {
                            tr {
                                th scope="row" {
                                    (cite::prose(&words::shorten(&change.what, 100))) ", " (kind(change.kind).one) " "
                                    (cite::place_elsewhere(&change.place))
                                }
                                td.num data-label="Share" { (share_label(share)) }
                                td data-label="It was" { (line(change.old.as_deref())) }
                                td data-label="It is" { (line(change.new.as_deref())) }
                            }
                        }
                    }
                }
            }
            @for others in &others { p.more { (others) "." } }
            @if !closing.is_empty() {
                h3.minor { "What would bring the two closest, if it were known" }
                ul { @for told in closing { li { (cite::own_words(&told)) "." } } }
            }
        }
    }
}

fn line(written: Option<&str>) -> Markup {
    html! {
        @match written {
            Some(written) => code { (words::shorten(written, 140)) },
            None => span.muted { "–" },
        }
    }
}

/// A share in points, with its standard error if it is sampled.
pub fn share_label(share: &ChangeShare) -> String {
    let points = share.points.map_or("no share".to_owned(), words::points_label);
    let error = share
        .points_error
        .map(|error| format!(" ± {}", words::number((100.0 * error).max(LEAST_ERROR))));
    points + &error.unwrap_or_default()
}

fn waterfall(found: &ComparisonFinding, question: &QuestionComparison) -> Markup {
    let mut at = question.old.p;
    let mut bars = Vec::new();
    for (name, points) in steps(found, question) {
        bars.push((name, points, at, at + points));
        at += points;
    }
    let ends = bars.iter().map(|bar| bar.3);
    let axis = Axis::of_probabilities(ends.chain([question.old.p, question.new.p]));
    let end = |name: &str, p: f64| {
        html! {
            tr.is-current {
                th scope="row" { (name) }
                td.num data-label="Answer" { (words::percent(p)) }
                td.plot { (axis.row(&words::percent(p), &[Mark::Reference(question.old.p), Mark::Dot(p)])) }
            }
        }
    };
    html! {
        table.stack.waterfall {
            caption { "From the old answer, the line, to the new one. The axis runs from " (axis.ends()) }
            thead { tr { th scope="col" { "What changed" } th.num scope="col" { "Share" } th.plot scope="col" { (axis.labels()) } } }
            tbody {
                (end("The old answer", question.old.p))
                @for (name, points, from, to) in &bars {
                    tr {
                        th scope="row" { (words::capitalise(name)) }
                        td.num data-label="Share" { (words::points_label(*points)) }
                        td.plot { (axis.row(&words::points_label(*points), &[Mark::Reference(question.old.p), Mark::Bar { from: *from, to: *to }])) }
                    }
                }
                (end("The new answer", question.new.p))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weigh_analysis::findings::{Estimate, Place};

    /// Those that are too many to be told are not said to move nothing.
    #[test]
    fn of_many_changes_the_lesser_ones_are_counted_apart() {
        let estimate = |p| Estimate { p, p05: p, p50: p, p95: p };
        let change = |ix: usize| ChangeFinding {
            kind: ChangeKind::Number,
            what: format!("`f{ix}`"),
            old: None,
            new: None,
            place: Place { file: "f".into(), line: 1 },
        };
        let points = (0..N_TOLD + 2).map(|ix| 0.01 + 0.001 * ix as f64).chain([0.0]);
        let share = |points| ChangeShare {
            points: Some(points),
            points_error: None,
            nats: None,
            nats_error: None,
        };
        let shares: Vec<ChangeShare> = points.map(share).collect();
        let question = QuestionComparison {
            id: "q".into(),
            text: "Q".into(),
            state: "yes".into(),
            old: estimate(0.1),
            new: estimate(0.5),
            sampling: (0.0, None),
            closing: Vec::new(),
            shares,
        };
        let found = ComparisonFinding {
            titles: ["A".into(), "A".into()],
            as_of: ["2026-01-01".into(), "2026-01-01".into()],
            changes: (0..question.shares.len()).map(change).collect(),
            sampled: None,
            questions: vec![question.clone()],
        };
        let (told, others) = largest(&found, &question);
        assert_eq!((told.len(), told[0].0.what.as_str()), (N_TOLD, "`f13`"));
        assert_eq!(
            others,
            ["2 other changes move it by less", "1 other change moves nothing that shows"]
        );
    }

    #[test]
    fn what_an_author_wrote_stands_on_the_page_as_it_was_typed() {
        let hostile = "<script>alert(1)</script>";
        let estimate = |p| Estimate { p, p05: p, p50: p, p95: p };
        let change = ChangeFinding {
            kind: ChangeKind::Number,
            what: format!("`{hostile}`"),
            old: Some(hostile.into()),
            new: None,
            place: Place { file: hostile.into(), line: 3 },
        };
        let share =
            ChangeShare { points: Some(0.2), points_error: None, nats: None, nats_error: None };
        let question = QuestionComparison {
            id: "q".into(),
            text: hostile.into(),
            state: hostile.into(),
            old: estimate(0.1),
            new: estimate(0.3),
            shares: vec![share],
            sampling: (0.0, None),
            closing: Vec::new(),
        };
        let found = ComparisonFinding {
            titles: [hostile.into(), hostile.into()],
            as_of: ["2022-10-14".into(), "2022-11-20".into()],
            changes: vec![change],
            sampled: None,
            questions: vec![question],
        };
        let page = page(&found, "weigh 0");
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)"));
        assert!(page.contains("+20 points by edited numbers"));
        // Old answer, the kind, new answer: one row each.
        assert_eq!(page.matches("class=\"row\"").count(), 3);
    }
}
