//! The assessment replayed: what it would have said on each day on which something became known, and
//! which part of each step is only time (docs/methods.md, 4.4).
//!
//! Every reading is a network of its own, made from what was known on that day, with draws in common.
//! They measure differences of log odds; the headline says where the last one is.

use crate::findings::Estimate;
use crate::lanes::{DrawsOf, Lanes};
use crate::log_odds::{log_odds, probability};
use crate::solved::{Solved, estimate_of};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use weigh_inference::VarId;
use weigh_model::assessment::{Assessment, Form, Window};
use weigh_model::dates::days_between;
use weigh_model::known::{days_known, read_on};
use weigh_model::lower::{Switches, lower_again};

/// Readings that all draws are divided among, and draws of each at most and at least.
const LANES: usize = 1 << 12;
const DRAWS: (usize, usize) = (256, 16);
/// Days of the replay at most: of more, some are taken together.
const MOST_DAYS: usize = 60;
/// Parts of the whole time at whose ends the course without any news is found.
const PARTS: i64 = 12;

/// The assessment on each day on which something became known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineFinding {
    /// The day of the assessment, ISO: the last point.
    pub as_of: String,
    /// Positions in the findings' evidence of what is counted as known before the first point: what
    /// nothing dates, and what is from an earlier day.
    pub from_start: Vec<usize>,
    /// How many of these nothing dates.
    pub n_undated: usize,
    /// Whether any number runs with time: a hazard, or a probability for another stretch of time.
    pub is_timed: bool,
    /// Days on which something became known, in their order; before them the first of these days with
    /// nothing new, or the day on which the time that a base is for begins; last the day of the assessment.
    /// Only the last, if there is nothing to replay.
    pub points: Vec<TimePoint>,
    /// What passing time alone makes of the answer between these days, and from the day of the assessment
    /// to the horizon if nothing more becomes known; empty unless numbers run with time.
    pub course: Vec<Course>,
    /// The last horizon of a question, ISO.
    pub horizon: Option<String>,
    /// How many days were too many, and were taken together with later ones.
    pub n_merged: usize,
}

/// One day of the replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimePoint {
    /// The day, ISO.
    pub date: String,
    /// What became known since the point before: positions in the findings' evidence. An item stands here
    /// again if a further source of it reports.
    pub evidence: Vec<usize>,
    /// Per question, the focus outcome on that day; none if what was known then cannot happen.
    pub answers: Vec<Option<TimeAnswer>>,
}

/// A question's focus outcome on one day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeAnswer {
    /// The probability with its interval.
    pub estimate: Estimate,
    /// The same without what became known since the point before: time alone.
    pub without_news: Option<Estimate>,
    /// The step from the point before.
    pub step: Option<TimeStep>,
}

/// A step of the answer, divided between what became known and the time that passed. Both parts are
/// Shapley values of two: the mean of both orders.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeStep {
    /// The part that is only time, as a difference of probability.
    pub time: f64,
    /// The part of the evidence, as a difference of probability.
    pub evidence: f64,
    /// Both parts in nats of log odds, time first; none where one side is certain.
    pub log_odds: Option<(f64, f64)>,
}

/// The answer on a day on which nothing becomes known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    /// The day, ISO.
    pub date: String,
    /// Per question, the focus outcome.
    pub answers: Vec<Option<Estimate>>,
}

/// Replays the assessment up to its own day.
pub(crate) fn timeline(solved: &Solved) -> TimelineFinding {
    let assessment = solved.assessment;
    let as_of = assessment.as_of;
    let mut undated = Vec::new();
    let mut arrivals: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    for (ix, item) in assessment.evidence.iter().enumerate() {
        let days = days_known(item, &assessment.sources);
        let is_used = item.left_out.is_none() && item.says.is_some();
        let n_reports = days.len();
        for day in days {
            arrivals.entry(day).or_default().push(ix);
        }
        if is_used && n_reports == 0 {
            undated.push(ix);
        }
    }
    // Before the stretch of a base begins, its number says nothing.
    let begins = since(assessment).or(arrivals.keys().next().copied());
    let start = begins.unwrap_or(as_of);
    let earlier = arrivals.range(..start).flat_map(|(_, items)| items.iter().copied());
    let mut from_start: Vec<usize> = undated.iter().copied().chain(earlier).collect();
    from_start.sort_unstable();
    from_start.dedup();
    let mut days: Vec<(Date, Vec<usize>)> = arrivals.split_off(&start).into_iter().collect();
    let n_days = days.len();
    if n_days > MOST_DAYS {
        let size = n_days.div_ceil(MOST_DAYS);
        let merged = days.chunks(size).map(|days| {
            let items = days.iter().flat_map(|(_, items)| items.clone());
            (days[days.len() - 1].0, items.collect())
        });
        days = merged.collect();
    }
    let n_merged = n_days - days.len();
    if days.last().is_none_or(|(day, _)| *day < as_of) && start < as_of {
        days.push((as_of, Vec::new()));
    }
    let is_timed = is_timed(assessment);
    let horizon = assessment
        .questions()
        .filter_map(|ix| assessment.variables[ix].by)
        .max_by_key(|by| by.last_day());
    let horizon = horizon.map(|by| by.last_day());

    // Each reading is (what was known by the end of, the day that it speaks for).
    let before = start.yesterday().unwrap_or(start);
    let points: Vec<(Date, Date)> =
        std::iter::once((before, start)).chain(days.iter().map(|(day, _)| (*day, *day))).collect();
    let course =
        if is_timed { course_days(start, horizon.unwrap_or(as_of).max(as_of)) } else { Vec::new() };
    let course: Vec<(Date, Date)> = course
        .into_iter()
        .filter(|day| points.iter().all(|(_, point)| point != day))
        .map(|day| {
            (points.iter().rfind(|(_, point)| *point < day).map_or(before, |point| point.0), day)
        })
        .collect();
    let mut readings: Vec<(Date, Date)> = points.iter().chain(&course).copied().collect();
    if is_timed {
        readings
            .extend(points.windows(2).flat_map(|two| [(two[0].0, two[1].1), (two[1].0, two[0].1)]));
    }
    readings.sort_unstable();
    readings.dedup();
    let replay = Replay::run(solved, &readings, points[points.len() - 1]);

    let read = |reading: (Date, Date), question: usize| replay.estimates[&reading][question];
    let n_questions = solved.questions().len();
    let mut told = Vec::new();
    for (ix, &point) in points.iter().enumerate() {
        let before = ix.checked_sub(1).map(|ix| points[ix]);
        // With what was known before, on this day; and the other way round.
        let corners = before.map(|before| match is_timed {
            true => ((before.0, point.1), (point.0, before.1)),
            false => (before, point),
        });
        let answers = (0..n_questions).map(|question| {
            let estimate = read(point, question)?;
            let without_news = corners.and_then(|(timed, _)| read(timed, question));
            let p = |reading| Some(read(reading, question)?.p);
            let step = before.zip(corners).and_then(|(before, (timed, told))| {
                Some(step([p(before)?, p(timed)?, p(told)?, estimate.p]))
            });
            Some(TimeAnswer { estimate, without_news, step })
        });
        told.push(TimePoint {
            date: point.1.to_string(),
            evidence: ix.checked_sub(1).map_or(Vec::new(), |ix| days[ix].1.clone()),
            answers: answers.collect(),
        });
    }
    TimelineFinding {
        as_of: as_of.to_string(),
        n_undated: undated.len(),
        from_start,
        is_timed,
        points: told,
        course: course
            .into_iter()
            .map(|reading| Course {
                date: reading.1.to_string(),
                answers: (0..n_questions).map(|question| read(reading, question)).collect(),
            })
            .collect(),
        horizon: horizon.map(|day| day.to_string()),
        n_merged,
    }
}

/// Divides a step between time and evidence: probabilities before, with the time alone, with the evidence
/// alone, and with both.
fn step([was, timed, told, is]: [f64; 4]) -> TimeStep {
    let time = |[was, timed, told, is]: [f64; 4]| ((timed - was) + (is - told)) / 2.0;
    let evidence = |[was, timed, told, is]: [f64; 4]| ((told - was) + (is - timed)) / 2.0;
    let nats = [was, timed, told, is].map(log_odds);
    let parts = Some((time(nats), evidence(nats)));
    let p = [was, timed, told, is];
    TimeStep {
        time: time(p),
        evidence: evidence(p),
        log_odds: parts.filter(|(time, evidence)| time.is_finite() && evidence.is_finite()),
    }
}

/// The last day on which the stretch of time of a base begins.
fn since(assessment: &Assessment) -> Option<Date> {
    let windows = assessment.variables.iter().filter_map(|variable| match &variable.form {
        Form::Odds { base: Some(base), .. } => Some(base.window),
        _ => None,
    });
    let begins = windows.filter_map(|window| match window {
        Window::Since(since) => Some(since.first_day()),
        _ => None,
    });
    begins.max()
}

/// Whether any probability depends on the day of the assessment.
fn is_timed(assessment: &Assessment) -> bool {
    assessment.variables.iter().any(|variable| match &variable.form {
        Form::Odds { base: Some(base), .. } => base.window != Window::Left,
        Form::Hazards { .. } => true,
        _ => false,
    })
}

/// Days that divide a stretch of time into equal parts, its end among them.
fn course_days(start: Date, end: Date) -> Vec<Date> {
    let length = days_between(start, end);
    let days = (1..=PARTS).map(|part| start.saturating_add((length * part / PARTS).days()));
    let mut days: Vec<Date> = days.collect();
    days.dedup();
    days
}

/// Every reading with its estimates, per question; moved, in log odds, to where the last one is the headline.
struct Replay {
    estimates: BTreeMap<(Date, Date), Vec<Option<Estimate>>>,
}

impl Replay {
    fn run(solved: &Solved, readings: &[(Date, Date)], last: (Date, Date)) -> Replay {
        let n_draws = (LANES / readings.len()).clamp(DRAWS.1, DRAWS.0);
        let mut estimates = BTreeMap::new();
        for &reading in readings {
            estimates.insert(reading, read(solved, reading, n_draws));
        }
        let headlines = solved.questions().into_iter().map(|question| {
            solved.estimate(question, solved.assessment.variables[question].focus())
        });
        let offs: Vec<[f64; 4]> = headlines
            .zip(&estimates[&last])
            .map(|(headline, measured)| {
                let measured = figures(measured.unwrap_or(headline)).map(log_odds);
                let headline = figures(headline).map(log_odds);
                std::array::from_fn(|ix| headline[ix] - measured[ix])
                    .map(|off: f64| if off.is_finite() { off } else { 0.0 })
            })
            .collect();
        for of_questions in estimates.values_mut() {
            for (estimate, offs) in of_questions.iter_mut().zip(&offs) {
                if let Some(estimate) = estimate {
                    let moved = figures(*estimate).map(log_odds);
                    let [p, p05, p50, p95] =
                        std::array::from_fn(|ix| probability(moved[ix] + offs[ix]));
                    *estimate = Estimate { p, p05, p50, p95 };
                }
            }
        }
        Replay { estimates }
    }
}

fn figures(estimate: Estimate) -> [f64; 4] {
    [estimate.p, estimate.p05, estimate.p50, estimate.p95]
}

/// The focus outcome of each question, as the file would read; none where what was known cannot happen,
/// or where without the rest the factors hang together too closely.
fn read(solved: &Solved, (known, as_of): (Date, Date), n_draws: usize) -> Vec<Option<Estimate>> {
    let questions = solved.questions();
    let none = || vec![None; questions.len()];
    let Ok(lowered) = lower_again(
        &read_on(solved.assessment, known, as_of),
        Switches::None,
        &solved.lowered.fits,
    ) else {
        return none();
    };
    let vars: Vec<VarId> = questions.iter().map(|&ix| lowered.variables[ix]).collect();
    let run = |values: &[f64], n: usize| {
        let draws = DrawsOf { values, n_made: n, n, n_switches: 0 };
        let (network, evidence) = (&lowered.network, &lowered.evidence);
        let lanes = Lanes::new(network, evidence, &lowered.revisions, &[], &vars, draws).ok()?;
        Some(lanes.as_it_is())
    };
    let (values, n) =
        solved.draws_on(&lowered, if lowered.numbers.is_empty() { 1 } else { n_draws });
    let Some(drawn) = run(&values, n) else { return none() };
    // Where the headline is exact, it is so with less evidence too; moving the day may bend a line.
    let is_exact = solved.answer.why_not_exact().is_none() && !is_timed(solved.assessment);
    let at_means = if is_exact { run(&lowered.network.parameter_means(), 1) } else { None };
    let estimate = |(ix, &question): (usize, &usize)| {
        let focus = solved.assessment.variables[question].focus();
        let estimate = estimate_of(&drawn, ix, focus)?;
        let p = at_means.as_ref().and_then(|exact| exact.mean(ix, focus));
        Some(Estimate { p: p.unwrap_or(estimate.p), ..estimate })
    };
    questions.iter().enumerate().map(estimate).collect()
}
