//! What is known on a day: the rule by which evidence is left out, and the assessment as it read then.

use crate::assessment::{Assessment, Evidence, Says, Source};
use crate::dates::PartialDate;
use jiff::civil::Date;

/// What dates an item later than a day, if anything does (docs/methods.md, 4.3).
pub(crate) fn later_than(
    day: Date,
    on: Option<PartialDate>,
    cited: &[usize],
    sources: &[Source],
) -> Option<String> {
    if let Some(on) = on.filter(|on| on.first_day() > day) {
        return Some(format!("dated {on}, after {day}"));
    }
    // Every source came out later: nobody could have read it.
    let published: Vec<PartialDate> =
        cited.iter().filter_map(|&source| sources[source].published).collect();
    let all_late = !cited.is_empty()
        && published.len() == cited.len()
        && published.iter().all(|published| published.first_day() > day);
    all_late.then(|| format!("published {}, after {day}", published[0]))
}

/// Whether a source had come out by a day.
pub(crate) fn is_out(source: &Source, day: Date) -> bool {
    source.published.is_none_or(|published| published.first_day() <= day)
}

/// The days on which an item of evidence that is used, or a further report of it, becomes known; empty
/// for what nothing dates, which is known whenever one looks.
///
/// The first is that of the item itself, unless it has no date and some source of it has none.
pub fn days_known(item: &Evidence, sources: &[Source]) -> Vec<Date> {
    if item.left_out.is_some() || item.says.is_none() {
        return Vec::new();
    }
    let on = item.on.map(|on| on.first_day());
    let published = |&source: &usize| sources[source].published.map(|date| date.first_day());
    let mut days: Vec<Option<Date>> =
        item.sources.iter().map(published).map(|published| published.max(on)).collect();
    if days.is_empty() {
        days.push(on);
    }
    days.sort_unstable();
    days.dedup();
    // Only of reports does a second source say more than the first.
    if !matches!(item.says, Some(Says::Reports { .. })) {
        days.truncate(1);
    }
    days.into_iter().flatten().collect()
}

/// The assessment as it would read with `as_of` on another day, if all that was known is what was
/// known on `known`: what is later is left out.
///
/// With both on one day it is the file with that day typed in as `as of`, as long as no base is for a
/// time that begins later.
pub fn read_on(assessment: &Assessment, known: Date, as_of: Date) -> Assessment {
    let mut read = Assessment { as_of, ..assessment.clone() };
    for item in read.evidence.iter_mut().filter(|item| item.left_out.is_none()) {
        item.left_out = later_than(known, item.on, &item.sources, &read.sources);
        if item.left_out.is_none() {
            item.sources.retain(|&source| is_out(&read.sources[source], known));
        }
    }
    read
}
