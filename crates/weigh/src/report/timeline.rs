//! The assessment replayed day by day: a course that slopes with time alone and jumps where something
//! became known, with every item on it.

use maud::{Markup, html};
use weigh_analysis::findings::{
    Estimate, Findings, QuestionFinding, TimeAnswer, TimePoint, TimelineFinding,
};

use super::answer::state;
use super::chart::Axis;
use super::csv;
use super::{cite, words};

/// Height of the picture and of a row of numbers above it, in pixels, and rows of them at most.
const HEIGHT: f64 = 210.0;
const LABEL_ROW: f64 = 16.0;
const LABEL_ROWS: usize = 4;
/// Width of a number above the picture, in parts of a hundred of a phone's.
const LABEL_WIDTH: f64 = 6.0;
/// Items named for each day; the rest are a click away.
const N_NAMED: usize = 8;

/// Whether anything is replayed.
pub fn is_told(timeline: &TimelineFinding) -> bool {
    timeline.points.len() > 1
}

/// What a reader should take from the course, in sentences.
pub fn sentences(
    timeline: &TimelineFinding,
    question_ix: usize,
    question: &QuestionFinding,
) -> Vec<String> {
    let answers: Vec<(&TimePoint, &TimeAnswer)> = timeline
        .points
        .iter()
        .filter_map(|point| Some((point, answer(point, question_ix)?)))
        .collect();
    let (Some(&(first, from)), Some(&(last, to))) = (answers.first(), answers.last()) else {
        return Vec::new();
    };
    let focus = &question.outcomes[question.focus].state;
    let mut told = vec![format!(
        "From {} to {}, `{focus}` went from {} to {}.",
        words::date(&first.date),
        words::date(&last.date),
        words::percent_in_words(from.estimate.p),
        words::percent_in_words(to.estimate.p),
    )];
    let steps = || answers.iter().filter_map(|(point, answer)| Some((point, answer.step?)));
    let total = |part: fn(&weigh_analysis::findings::TimeStep) -> f64| -> f64 {
        steps().map(|(_, step)| part(&step)).sum()
    };
    told.push(match timeline.is_timed {
        true => format!(
            "What became known moved it by {}, time alone by {}.",
            words::points_label(total(|step| step.evidence)),
            words::points_label(total(|step| step.time)),
        ),
        false => "No number runs with time here: all of it is what became known.".to_owned(),
    });
    let largest = steps().max_by(|(_, a), (_, b)| a.evidence.abs().total_cmp(&b.evidence.abs()));
    if let Some((point, step)) = largest.filter(|(point, _)| !point.evidence.is_empty()) {
        told.push(format!(
            "The news that moved it most is of {}: {}.",
            words::date(&point.date),
            words::points_label(step.evidence),
        ));
    }
    let ahead = timeline.course.iter().filter(|course| course.date > timeline.as_of);
    let ahead: Vec<(&str, f64)> = ahead
        .filter_map(|course| Some((course.date.as_str(), (*course.answers.get(question_ix)?)?.p)))
        .collect();
    if let (Some(half), Some(end)) = (ahead.get((ahead.len().saturating_sub(1)) / 2), ahead.last())
    {
        let half = match half.0 == end.0 {
            true => String::new(),
            false => format!("{} on {} and ", words::percent_in_words(half.1), words::date(half.0)),
        };
        told.push(format!(
            "If nothing more becomes known, and it has not happened, it will be {half}{} on {}.",
            words::percent_in_words(end.1),
            words::date(end.0),
        ));
    }
    told
}

/// What is counted as known before the first point, and what is taken together.
pub fn from_start(timeline: &TimelineFinding) -> String {
    let n_earlier = timeline.from_start.len() - timeline.n_undated;
    let undated = words::count(timeline.n_undated, "item without a date", "items without a date");
    let earlier = words::count(n_earlier, "item from before", "items from before");
    let counted = match (timeline.n_undated, n_earlier) {
        (0, 0) => "Nothing is counted as known before the first day.".to_owned(),
        (_, 0) => format!("Counted as known from the start: {undated}."),
        (0, _) => format!("Counted as known from the start: {earlier}."),
        _ => format!("Counted as known from the start: {undated} and {earlier}."),
    };
    match timeline.n_merged {
        0 => counted,
        n => format!(
            "{counted} {} are taken together with later ones.",
            words::count(n, "day", "days")
        ),
    }
}

fn answer(point: &TimePoint, question_ix: usize) -> Option<&TimeAnswer> {
    point.answers.get(question_ix)?.as_ref()
}

/// The section; nothing if no day is told from another.
pub fn section(findings: &Findings) -> Markup {
    let Some(timeline) = findings.timeline.as_ref().filter(|timeline| is_told(timeline)) else {
        return html! {};
    };
    html! {
        section #timeline aria-labelledby="h-timeline" {
            h2 #h-timeline { "How it came to this" }
            @for (ix, question) in findings.questions.iter().enumerate() {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                p { @for told in sentences(timeline, ix, question) { (cite::prose(&told)) " " } }
                p.method-note {
                    (from_start(timeline)) " "
                    @if timeline.is_timed { "The line slopes with time alone and jumps where something became known; dashed is what time alone will do. " }
                    "The band is the " (words::percent(findings.level)) " interval. Numbers are those of the table."
                }
                (picture(timeline, ix, question))
                (table(findings, timeline, ix, question))
                (csv::link(
                    "timeline",
                    &["date", "p", "p05", "p50", "p95", "step by news", "step by time", "evidence"],
                    timeline.points.iter().filter_map(|point| {
                        let it = answer(point, ix)?;
                        let names = point.evidence.iter().filter_map(|&item| findings.evidence.get(item));
                        Some(vec![
                            point.date.as_str().into(),
                            it.estimate.p.into(),
                            it.estimate.p05.into(),
                            it.estimate.p50.into(),
                            it.estimate.p95.into(),
                            it.step.map(|step| step.evidence).into(),
                            it.step.map(|step| step.time).into(),
                            names.map(|item| item.text.as_str()).collect::<Vec<_>>().join("; ").as_str().into(),
                        ])
                    }),
                ))
            }
            @if timeline.is_timed {
                p.method-note { "A step is divided between news and time as the mean of both orders, so that the parts add up." }
            }
        }
    }
}

/// A day with what the file would have said on it.
type At<'t> = (&'t str, Estimate);

fn picture(timeline: &TimelineFinding, question_ix: usize, question: &QuestionFinding) -> Markup {
    let known = course_of(timeline, question_ix, |date| date <= timeline.as_of.as_str());
    let mut ahead = course_of(timeline, question_ix, |date| date >= timeline.as_of.as_str());
    // From the last jump on.
    ahead.drain(..ahead.iter().rposition(|at| at.0 == timeline.as_of).unwrap_or(0));
    let all = || known.iter().chain(&ahead);
    let axis = Axis::of_probabilities(all().flat_map(|(_, at)| [at.p, at.p05, at.p95]));
    let days: Vec<i64> = all().filter_map(|(date, _)| day(date)).collect();
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else {
        return html! {};
    };
    let x = |date: &str| {
        day(date).map_or(0.0, |day| 100.0 * (day - first) as f64 / (last - first).max(1) as f64)
    };
    let y = |p: f64| HEIGHT * (1.0 - axis.fraction(p));
    let path = |line: &mut dyn Iterator<Item = (f64, f64)>| {
        let points: Vec<String> = line.map(|(x, y)| format!("{x:.2},{y:.1}")).collect();
        points.join(" ")
    };
    let line = |course: &[At]| path(&mut course.iter().map(|(date, at)| (x(date), y(at.p))));
    let band = {
        let low = known.iter().map(|(date, at)| (x(date), y(at.p05)));
        path(&mut low.chain(known.iter().rev().map(|(date, at)| (x(date), y(at.p95)))))
    };
    let marks: Vec<(usize, f64, f64, f64)> = timeline
        .points
        .iter()
        .enumerate()
        .filter(|(_, point)| !point.evidence.is_empty())
        .filter_map(|(ix, point)| {
            let answer = answer(point, question_ix)?;
            let size = answer.step.map_or(0.0, |step| step.evidence.abs());
            Some((ix, x(&point.date), answer.estimate.p, size))
        })
        .collect();
    let title = sentences(timeline, question_ix, question).join(" ");
    let percent = |x: f64| format!("{x:.2}%");
    let labels = rows_of_labels(&marks);
    let n_rows = labels.iter().map(|label| label.3 + 1).max().unwrap_or(0);
    let room = LABEL_ROW * n_rows as f64 + 12.0;
    html! {
        figure.course {
            svg role="img" width="100%" height=(room + HEIGHT + 40.0) {
                title { (title) }
                svg y=(room) width="100%" height=(HEIGHT) overflow="visible" {
                    @for (value, label) in axis.ticks() {
                        line.tick x1="0" x2="100%" y1=(format!("{:.1}", y(*value))) y2=(format!("{:.1}", y(*value))) {}
                        text.scale x="-8" y=(format!("{:.1}", y(*value) + 4.0)) text-anchor="end" { (label) }
                    }
                    svg width="100%" height=(HEIGHT) viewBox=(format!("0 0 100 {HEIGHT}")) preserveAspectRatio="none" overflow="visible" {
                        polygon.shade points=(band) {}
                        polyline.line points=(line(&known)) {}
                        polyline.line.ahead points=(line(&ahead)) {}
                    }
                    line.reference x1=(percent(x(&timeline.as_of))) x2=(percent(x(&timeline.as_of))) y1="0" y2=(HEIGHT) {}
                    @for (ix, at, p, row) in labels {
                        @let above = -(LABEL_ROW * row as f64) - 6.0;
                        line.leader x1=(percent(at)) x2=(percent(at)) y1=(format!("{:.1}", y(p))) y2=(above + 2.0) {}
                        text.news x=(percent(at)) y=(above) text-anchor="middle" { (ix) }
                    }
                    @for (_, at, p, _) in &marks { circle.dot cx=(percent(*at)) cy=(format!("{:.1}", y(*p))) r="4" {} }
                }
                @for (at, anchor, text, row) in dates(timeline, x(&timeline.as_of)) {
                    text.scale x=(percent(at)) y=(room + HEIGHT + 18.0 + 16.0 * row) text-anchor=(anchor) { (text) }
                }
            }
        }
    }
}

/// The course over the days that are meant: at each day of the replay first what time alone had made of
/// the answer, then the answer.
fn course_of(
    timeline: &TimelineFinding,
    question_ix: usize,
    is_meant: impl Fn(&str) -> bool,
) -> Vec<At<'_>> {
    let points =
        timeline.points.iter().filter_map(|point| Some((point, answer(point, question_ix)?)));
    let points = points.flat_map(|(point, answer)| {
        let before = answer.without_news.map(|before| (point.date.as_str(), before));
        before.into_iter().chain([(point.date.as_str(), answer.estimate)])
    });
    let between = timeline.course.iter();
    let between =
        between.filter_map(|at| Some((at.date.as_str(), (*at.answers.get(question_ix)?)?)));
    let mut course: Vec<At> = points.chain(between).filter(|(date, _)| is_meant(date)).collect();
    // Days are ISO, so that they sort as text; what stands on one day keeps its order.
    course.sort_by(|a, b| a.0.cmp(b.0));
    course
}

/// For each mark the row that its number stands in, the largest steps first; numbers without room are left out.
fn rows_of_labels(marks: &[(usize, f64, f64, f64)]) -> Vec<(usize, f64, f64, usize)> {
    let mut by_size: Vec<&(usize, f64, f64, f64)> = marks.iter().collect();
    by_size.sort_by(|a, b| b.3.total_cmp(&a.3).then(a.0.cmp(&b.0)));
    let mut told: Vec<(usize, f64, f64, usize)> = Vec::new();
    for &&(ix, at, p, _) in &by_size {
        let is_free = |row: &usize| {
            told.iter()
                .all(|(_, other, _, taken)| taken != row || (other - at).abs() >= LABEL_WIDTH)
        };
        if let Some(row) = (0..LABEL_ROWS).find(is_free) {
            told.push((ix, at, p, row));
        }
    }
    told.sort_by_key(|label| label.0);
    told
}

/// The days under the picture, as far as there is room: its ends, and the day of the assessment at `as_of`
/// hundredths, in a row of its own, since a phone has no room for all beside each other. Where each stands, which side
/// of it is there, and its row.
fn dates(timeline: &TimelineFinding, as_of: f64) -> Vec<(f64, &'static str, String, f64)> {
    let mut dates = Vec::new();
    if as_of > 55.0 {
        dates.push((0.0, "start", words::short_date(&timeline.points[0].date), 0.0));
    }
    let side = if as_of > 50.0 { "end" } else { "start" };
    dates.push((as_of, side, format!("as of {}", words::short_date(&timeline.as_of)), 1.0));
    if let Some(horizon) = timeline.horizon.as_deref().filter(|_| as_of < 78.0) {
        dates.push((100.0, "end", words::short_date(horizon), 0.0));
    }
    dates
}

/// Days since some day, for distances.
fn day(iso: &str) -> Option<i64> {
    let mut parts = iso.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // Hinnant's days from the civil calendar: a year begins in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + day,
    )
}

fn table(
    findings: &Findings,
    timeline: &TimelineFinding,
    question_ix: usize,
    question: &QuestionFinding,
) -> Markup {
    let points = |points: Option<f64>| points.map_or("–".to_owned(), words::points_label);
    html! {
        table.stack.timeline {
            caption { "Probability of " (state(&question.outcomes[question.focus])) " on each day on which something became known" }
            thead { tr {
                th scope="col" { "Day" }
                th.num scope="col" { "Answer" }
                th.num scope="col" { "By the news" }
                @if timeline.is_timed { th.num scope="col" { "By time alone" } }
                th scope="col" { "What became known" }
            } }
            tbody {
                @for (ix, point) in timeline.points.iter().enumerate() {
                    @let answer = answer(point, question_ix);
                    @let step = answer.and_then(|answer| answer.step);
                    tr.is-current[ix + 1 == timeline.points.len()] {
                        th scope="row" { @if ix > 0 { span.no { (ix) } } (words::date(&point.date)) }
                        td.num data-label="Answer" { (answer.map_or("cannot be".to_owned(), |answer| words::estimate(&answer.estimate))) }
                        td.num data-label="By the news" { (points(step.map(|step| step.evidence))) }
                        @if timeline.is_timed { td.num data-label="By time alone" { (points(step.map(|step| step.time))) } }
                        td { (news(findings, timeline, ix)) }
                    }
                }
            }
        }
    }
}

fn news(findings: &Findings, timeline: &TimelineFinding, ix: usize) -> Markup {
    let items = &timeline.points[ix].evidence;
    let known =
        || timeline.points[..ix].iter().map(|point| &point.evidence).chain([&timeline.from_start]);
    let named = |items: &[usize]| {
        html! {
            ul.plain {
                @for item in items {
                    li {
                        a href={ "#evidence-" (item) } { (cite::own_words(&findings.evidence[*item].text)) }
                        @if known().any(|known| known.contains(item)) { span.muted { " (a further source)" } }
                    }
                }
            }
        }
    };
    html! {
        @if ix == 0 { span.muted { "before the first of it" } }
        @else if items.is_empty() { span.muted { "nothing: the day of the assessment" } }
        @else {
            @let (first, rest) = items.split_at(items.len().min(N_NAMED));
            (named(first))
            @if !rest.is_empty() {
                details.rest { summary { "and " (words::count(rest.len(), "more", "more")) } (named(rest)) }
            }
        }
    }
}
