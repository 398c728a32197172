//! The first screen: per question the number, its word, its picture, what carries it and what would change it.

use maud::{Markup, html};
use weigh_analysis::findings::{
    Band, BaseFinding, ClaimFinding, Estimate, Findings, Outcome, QuestionFinding,
};

use super::chart::{Axis, Mark};
use super::csv::{self, Cell};
use super::{change, cite, reasons, words};

/// How many reasons and changes the first screen holds; the sections below have all.
const N_ON_FIRST_SCREEN: usize = 4;
/// One more reason is no reason to send anybody elsewhere.
const N_REASONS: usize = 5;
/// Ratio of the odds at mean and median from which a reader will ask why they differ.
const SKEW: f64 = 1.3;
/// Share of the interval's width below which a reader will ask what independent errors have to do with it.
const NARROWER: f64 = 0.8;

/// One question's answer.
pub fn answer(findings: &Findings, question_ix: usize, question: &QuestionFinding) -> Markup {
    let Some(focus) = question.outcomes.get(question.focus) else { return html! {} };
    let id = format!("question-{question_ix}");
    let asides = html! {
        @if let Some(claim) = &question.claim { (claimed(findings, focus, claim)) }
        (why_so_wide(question, focus))
    };
    html! {
        section.answer aria-labelledby=(id) {
            h2.long[question.text.chars().count() > 110] #(id) dir="auto" { (question.text) }
            p.terms {
                @if let Some(by) = &question.by {
                    "By " (words::date(by))
                    @if let Some(days) = question.days_left { " (" (days_left(days)) ")" }
                    ". "
                }
                @if let Some(rule) = &question.resolves { span.rule { "Resolution: " (cite::own_words(&words::sentence(rule))) } " " }
                (cite::place(&question.place))
            }
            div.verdict {
                div.figures {
                    p.headline {
                        span.number { (words::percent(focus.estimate.p)) }
                        " "
                        span.of { @if focus.state != "yes" { "for " (state(focus)) } @else { "that the answer is yes" } }
                    }
                    dl.lines {
                        div {
                            dt { "Likelihood" }
                            dd {
                                (likelihood(findings, focus))
                            }
                        }
                        @if focus.estimate.p05 != focus.estimate.p95 {
                            div {
                                dt { (interval_name(findings)) }
                                dd {
                                    (words::percent_range(focus.estimate.p05, focus.estimate.p95)) (span_of_words(focus))
                                    @if words::percent(focus.estimate.p50) != words::percent(focus.estimate.p) { span.median { "Half of the draws lie below " (words::percent_in_words(focus.estimate.p50)) "." } }
                                }
                            }
                        }
                    }
                    @if let Some(confidence) = &findings.confidence {
                        dl.lines.confidence {
                            div {
                                dt { "Confidence" }
                                dd { strong { (words::capitalise(&confidence.level)) } ". " (cite::own_words(&words::capitalise(&words::sentence(&confidence.grounds)))) }
                            }
                        }
                    }
                }
                (picture(findings, question, focus))
            }
            div.lead {
                p { (lead(findings, question, focus)) }
                @if !asides.0.is_empty() { div.asides { (asides) } }
            }
            @if question.outcomes.len() > 2 { (outcomes(findings, question)) }
            (numbers(findings, question_ix, question))
            @if !question.shares().is_empty() || !question.swings.is_empty() {
                div.pair {
                    (reasons::carrying(findings, question_ix, question, N_REASONS))
                    (change::changing(findings, question_ix, question, N_ON_FIRST_SCREEN))
                }
            }
        }
    }
}

/// The state as its author named it.
pub fn state(outcome: &Outcome) -> Markup {
    html! { em.state { (cite::own_words(&outcome.state)) } }
}

fn days_left(days: i64) -> String {
    match days {
        0 => "the day of the assessment".to_owned(),
        1 => "1 day from the assessment".to_owned(),
        n if n > 0 => {
            format!("{} days from the assessment", words::group_thousands(&n.to_string()))
        }
        n => format!(
            "{} before the assessment",
            words::count(n.unsigned_abs() as usize, "day", "days")
        ),
    }
}

fn interval_name(findings: &Findings) -> String {
    format!("{} interval", words::percent(findings.level))
}

fn likelihood(findings: &Findings, focus: &Outcome) -> Markup {
    html! {
        @match &focus.word {
            Some(band) => { strong { (words::capitalise(words::first_word(band))) } " (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" },
            None => { "No word of " (findings.scale_title) " covers " (words::percent_in_words(focus.estimate.p)) },
        }
    }
}

fn span_of_words(focus: &Outcome) -> Markup {
    html! {
        @match &focus.word_span {
            Some((Some(low), Some(high))) if low != high => {
                ": from " em { (words::first_word(low)) } " (" (cite::unbroken(&words::band_span(low.low, low.high))) ") to "
                em { (words::first_word(high)) } " (" (cite::unbroken(&words::band_span(high.low, high.high))) ")"
            },
            Some((Some(band), None)) | Some((None, Some(band))) => { ", in part " em { (words::first_word(band)) } " (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" },
            _ => {},
        }
    }
}

/// What the answer is, what it starts from, and what the author says without the model.
fn lead(findings: &Findings, question: &QuestionFinding, focus: &Outcome) -> Markup {
    let p = focus.estimate.p;
    html! {
        "The model puts " (state(focus)) " at " strong { (words::percent_in_words(p)) }
        @if let Some(frequency) = words::frequency(p) { ", " (frequency) }
        @if focus.estimate.p05 != focus.estimate.p95 {
            "; given what its author is unsure about, it could be anywhere from "
            (words::percent_range(focus.estimate.p05, focus.estimate.p95))
        }
        ". "
        (outside_view(findings, question, p))
        @if let Some(gut) = question.gut {
            " Asked directly, the author said " (words::percent_in_words(gut)) "."
        }
    }
}

/// The base rate with its class, and what the reasons make of it.
fn outside_view(findings: &Findings, question: &QuestionFinding, p: f64) -> Markup {
    let the_reasons = || match question.shares().len() {
        1 => "the reason".to_owned(),
        n => format!("the {} reasons", words::small_number(n)),
    };
    let without = |without: f64| {
        let nearly = question.shares().len() > 1
            && (words::percent_points(without) - words::percent_points(p)).abs() <= 1.0;
        if nearly {
            format!(
                "The reasons pull both ways and nearly cancel: with none of them the answer would be {}.",
                words::percent_in_words(without)
            )
        } else {
            let of_them = match question.shares().len() {
                1 => "Without the reason".to_owned(),
                _ => format!("With none of {}", the_reasons()),
            };
            format!("{of_them} the answer would be {}.", words::percent_in_words(without))
        }
    };
    let none = question.without_reasons().filter(|_| !question.shares().is_empty());
    html! {
        @match (&question.base, none) {
            (Some(base), none) => {
                "Before any reason, " (base_rate(base, question.outcomes.get(question.focus).map_or("", |focus| &focus.state)))
                @match none {
                    Some(none) if words::percent(base.estimate.p) == words::percent(none) => { "; with " (the_reasons()) " it " (movement(none, p)) "." },
                    Some(none) => { ". " (without(none)) },
                    None => ".",
                }
            },
            (None, none) => {
                @if let Some((ix, base)) = outside_factor(findings, question) {
                    @let factor = &findings.factors[ix];
                    "The outside view enters with “" a href={ "#factor-" (ix) } { (cite::own_words(&factor.text)) } "”: before any reason, "
                    (base_rate(base, factor.states.last().map_or("", |(state, _)| state))) ". "
                }
                @if let Some(none) = none { (without(none)) }
            },
        }
    }
}

/// `8 of 15 since 24 February 2022 (hosts of an invasion that joined in), 18% (10–28%) for the time that is left`.
fn base_rate(base: &BaseFinding, state: &str) -> Markup {
    // The state meant need not be named; several need it.
    let written = base
        .written
        .strip_prefix(state)
        .filter(|rest| !rest.contains(',') && rest.starts_with(' '));
    let written = words::dates_in(&words::written(written.unwrap_or(&base.written).trim_start()));
    html! {
        (written)
        @if let Some(class) = &base.class { " (" (cite::own_words(&words::uncapitalise(class))) ")" }
        ", which comes to " strong { (words::estimate(&base.estimate)) } " for the time that is left " (cite::place(&base.place))
    }
}

/// The factor that carries the reference class where the question itself is made from its factors.
fn outside_factor<'a>(
    findings: &'a Findings,
    question: &QuestionFinding,
) -> Option<(usize, &'a BaseFinding)> {
    let own = findings.factors.iter().find(|factor| factor.id == question.id)?;
    let classed = |id: &String| {
        let at = findings.factors.iter().position(|factor| factor.id == *id)?;
        let base = findings.factors[at].base.as_ref()?;
        base.class.is_some().then_some((at, base))
    };
    own.parents.iter().find_map(classed)
}

/// Why the number is not the middle of the draws, and why the interval is as wide as it is: a reader will ask.
fn why_so_wide(question: &QuestionFinding, focus: &Outcome) -> Markup {
    let Estimate { p, p05, p50, p95 } = focus.estimate;
    let alone = &focus.independent;
    if p05 == p95 {
        return html! {};
    }
    let odds = |p: f64| p / (1.0 - p);
    let is_skewed = !(1.0 / SKEW..=SKEW).contains(&(odds(p) / odds(p50)));
    let is_shared = alone.p95 - alone.p05 < NARROWER * (p95 - p05);
    let wider = question.bounds.as_ref();
    html! {
        @if is_skewed || is_shared || wider.is_some() {
            p.why {
                @if is_skewed {
                    "The " (words::percent_in_words(p)) " is the mean of the draws: half of them lie "
                    (if p50 < p { "below " } else { "above " }) (words::percent_in_words(p50)) ", and a long tail "
                    (if p50 < p { "above pulls the mean up. " } else { "below pulls the mean down. " })
                }
                @if is_shared {
                    "If every number were wrong on its own, errors would partly cancel and the answer would be "
                    (words::percent_in_words(alone.p)) " (" (words::percent_range(alone.p05, alone.p95))
                    "); but an author who is too high with one number tends to be too high with the next, so the wider interval is the one to trust. "
                }
                @if let Some(bounds) = wider {
                    "If every number may lie anywhere in its range, the answer " (words::lies_between(bounds)) ". "
                }
                a href="#method" { "Method" }
            }
        }
    }
}

fn movement(from: f64, to: f64) -> String {
    let (start, end) = (words::percent(from), words::percent_in_words(to));
    if start == words::percent(to) {
        "stays there".to_owned()
    } else if to < from {
        format!("comes down to {end}")
    } else {
        format!("goes up to {end}")
    }
}

/// The prose's own word held against the number.
fn claimed(findings: &Findings, focus: &Outcome, claim: &ClaimFinding) -> Markup {
    let word = words::first_word(&claim.band);
    let p = focus.estimate.p;
    let here = words::scale_name(&claim.scale_title);
    let others: Vec<&(String, f64, f64)> = (claim.elsewhere.iter())
        .filter(|(scale, low, high)| {
            !(*scale == claim.scale_title
                || (*scale == findings.scale && *low == claim.band.low && *high == claim.band.high))
        })
        .collect();
    html! {
        p.claim.misfit[!claim.fits] {
            @if !claim.fits { strong { "The text’s word does not fit the number. " } }
            "The text says “" (word) "” (" (cite::unbroken(&words::band_span(claim.band.low, claim.band.high))) " in " (here) ")"
            @if claim.fits { ", and the number fits that word." }
            @else {
                "; the model says " (words::percent_in_words(p))
                @if let Some(band) = &focus.word { ", which is “" (words::first_word(band)) "” (" (cite::unbroken(&words::band_span(band.low, band.high))) ")" }
                "."
                @if !others.is_empty() {
                    " The same word means "
                    @for (ix, (scale, low, high)) in others.iter().enumerate() {
                        @if ix > 0 { @if ix + 1 == others.len() { " and " } @else { ", " } }
                        (cite::unbroken(&words::band_span(*low, *high))) " in " (words::scale_name(scale))
                        @if *low <= p && p <= *high { " (where it would fit)" }
                    }
                    "."
                }
            }
        }
    }
}

/// The answer, what it is compared with, and the words of the scale, all on one line from 0% to 100%.
fn picture(findings: &Findings, question: &QuestionFinding, focus: &Outcome) -> Markup {
    let axis = Axis::of_certainty();
    let answer = focus.estimate;
    let has_interval = answer.p05 != answer.p95;
    let row = |title: &str, marks: &[Mark]| {
        let mut all = Vec::new();
        if has_interval {
            all.push(Mark::Shade(answer.p05, answer.p95));
        }
        all.push(Mark::Reference(answer.p));
        all.extend_from_slice(marks);
        axis.row(title, &all)
    };
    // A band of the scale may have further words behind a slash, a claim has one.
    let is_band = |claim: &ClaimFinding, band: &Band| {
        words::first_word(&claim.band) == words::first_word(band)
            && (claim.band.low, claim.band.high) == (band.low, band.high)
    };
    let is_claimed =
        |band: &Band| question.claim.as_ref().is_some_and(|claim| is_band(claim, band));
    let is_current = |band: &Band| focus.word.as_ref() == Some(band);
    // A claim may be made on a scale other than the file's; then its band has a row of its own.
    let foreign_claim = (question.claim.as_ref())
        .filter(|claim| !findings.scale_bands.iter().any(|band| is_band(claim, band)));
    html! {
        table.picture {
            caption { @if findings.scale_bands.is_empty() { "The answer between never and always" } @else { "The answer among the words of " (findings.scale_title) }
                @if has_interval { "; notch: median" } }
            thead {
                tr { th scope="col" { span.sr { "What" } } th scope="col" { span.sr { "Probability" } } th.plot scope="col" { (axis.labels()) } }
            }
            tbody {
                tr.is-answer {
                    th scope="row" { "The answer" }
                    td { (words::percent(answer.p)) }
                    td.plot { (row(&format!("The answer: {}", words::estimate(&answer)), &[Mark::Interval(answer.p05, answer.p95), Mark::Notch(answer.p50), Mark::Dot(answer.p)])) }
                }
                @if let Some(base) = &question.base {
                    tr {
                        th scope="row" { "Base rate" }
                        td { (words::percent(base.estimate.p)) }
                        td.plot { (row(&format!("Base rate: {}", words::estimate(&base.estimate)), &[Mark::FaintInterval(base.estimate.p05, base.estimate.p95), Mark::Ring(base.estimate.p)])) }
                    }
                }
                @if let Some(gut) = question.gut {
                    tr {
                        th scope="row" { "Author’s gut" }
                        td { (words::percent(gut)) }
                        td.plot { (row(&format!("The author’s direct judgement: {}", words::percent(gut)), &[Mark::Ring(gut)])) }
                    }
                }
            }
            tbody.words {
                @for band in &findings.scale_bands {
                    @let class = match (is_current(band), is_claimed(band)) { (true, _) => "band current", (_, true) => "band claimed", _ => "band" };
                    tr.is-current[is_current(band)].is-claimed[is_claimed(band)] {
                        th scope="row" {
                            (words::first_word(band))
                            @if is_claimed(band) { span.tag { " the text’s word" } }
                        }
                        td { (cite::unbroken(&words::band_span(band.low, band.high))) }
                        td.plot { (row(&words::word_with_band(band), &[Mark::Band { low: band.low, high: band.high, class }])) }
                    }
                }
                @if let Some(claim) = foreign_claim {
                    tr.is-claimed {
                        th scope="row" { (words::first_word(&claim.band)) span.tag { " the text’s word, on " (claim.scale_title) } }
                        td { (cite::unbroken(&words::band_span(claim.band.low, claim.band.high))) }
                        td.plot { (row(&words::word_with_band(&claim.band), &[Mark::Band { low: claim.band.low, high: claim.band.high, class: "band claimed" }])) }
                    }
                }
            }
        }
    }
}

/// The picture's numbers as a file.
fn numbers(findings: &Findings, question_ix: usize, question: &QuestionFinding) -> Markup {
    let estimate = |what: &str, it: &Estimate| -> Vec<Cell> {
        vec![what.into(), it.p.into(), it.p05.into(), it.p50.into(), it.p95.into()]
    };
    let mut rows: Vec<Vec<Cell>> =
        question.outcomes.iter().map(|it| estimate(&it.state, &it.estimate)).collect();
    rows.extend(question.base.iter().map(|it| estimate("base rate", &it.estimate)));
    let none = Cell::from(None);
    let alone =
        |p: f64| vec!["author's gut".into(), p.into(), none.clone(), none.clone(), none.clone()];
    rows.extend(question.gut.map(alone));
    rows.extend(findings.scale_bands.iter().map(|band| {
        let word = words::first_word(band);
        vec![word.into(), none.clone(), band.low.into(), none.clone(), band.high.into()]
    }));
    csv::link(&format!("answer-{question_ix}"), &["what", "p", "p05", "p50", "p95"], rows)
}

/// Every outcome of a question that has more than two.
fn outcomes(findings: &Findings, question: &QuestionFinding) -> Markup {
    let axis = Axis::of_probabilities(
        question
            .outcomes
            .iter()
            .flat_map(|outcome| [outcome.estimate.p05, outcome.estimate.p95, outcome.estimate.p]),
    );
    html! {
        table.stack.outcomes {
            caption { "Every outcome, with its " (words::percent(findings.level)) " interval" @if axis.is_cut() { ". The axis runs from " (axis.ends()) } }
            thead { tr { th scope="col" { "Outcome" } th.num scope="col" { "Probability" } th.plot scope="col" { (axis.labels()) } th scope="col" { "Word" } } }
            tbody {
                @for (ix, outcome) in question.outcomes.iter().enumerate() {
                    tr.is-current[ix == question.focus] {
                        th scope="row" { (cite::own_words(&outcome.state)) }
                        td.num data-label="Probability" { (words::estimate(&outcome.estimate)) }
                        td.plot { (axis.row(&format!("{}: {}", outcome.state, words::estimate(&outcome.estimate)), &[Mark::Interval(outcome.estimate.p05, outcome.estimate.p95), Mark::Dot(outcome.estimate.p)])) }
                        td data-label="Word" { @match &outcome.word { Some(band) => (words::word_with_band(band)), None => "no word" } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{plain, samples};
    use super::*;

    /// A mean far above the median, and an interval that independent errors would make narrow.
    fn skewed() -> Findings {
        let mut findings = samples::belarus();
        let question = &mut findings.questions[0];
        let focus = &mut question.outcomes[question.focus];
        focus.estimate = Estimate { p: 0.14, p05: 0.02, p50: 0.09, p95: 0.42 };
        focus.independent = Estimate { p: 0.06, p05: 0.02, p50: 0.06, p95: 0.11 };
        findings
    }

    fn focus(findings: &Findings) -> &Outcome {
        &findings.questions[0].outcomes[findings.questions[0].focus]
    }

    fn why(findings: &Findings) -> Markup {
        why_so_wide(&findings.questions[0], focus(findings))
    }

    #[test]
    fn a_mean_far_from_the_median_and_shared_errors_are_explained() {
        insta::assert_snapshot!(plain(&why(&skewed())), @"The 14% is the mean of the draws: half of them lie below 9%, and a long tail above pulls the mean up. If every number were wrong on its own, errors would partly cancel and the answer would be 6% (2% to 11%); but an author who is too high with one number tends to be too high with the next, so the wider interval is the one to trust. If every number may lie anywhere in its range, the answer reaches at least from 0.2% to 31%. Method");
    }

    #[test]
    fn what_needs_no_explaining_is_not_explained() {
        let mut findings = skewed();
        let question = &mut findings.questions[0];
        let focus = &mut question.outcomes[question.focus];
        focus.estimate.p50 = 0.14;
        focus.independent = focus.estimate;
        question.bounds = None;
        assert_eq!(why(&findings).0, "");
    }

    #[test]
    fn the_base_rate_stands_before_any_reason() {
        let findings = samples::memo();
        let question = &findings.questions[0];
        insta::assert_snapshot!(plain(&outside_view(&findings, question, focus(&findings).estimate.p)), @"Before any reason, 5% to 20% (allies who let an invasion start from their soil and joined it within the year), which comes to 11% (5–20%) for the time that is left line belarus.weigh:18; with the two reasons it comes down to 4%.");
    }

    #[test]
    fn reasons_that_are_not_there_are_not_counted() {
        let mut findings = samples::memo();
        let told =
            |findings: &Findings| plain(&outside_view(findings, &findings.questions[0], 0.04));
        findings.questions[0].carried[0].shares.clear();
        insta::assert_snapshot!(told(&findings), @"Before any reason, 5% to 20% (allies who let an invasion start from their soil and joined it within the year), which comes to 11% (5–20%) for the time that is left line belarus.weigh:18.");
        findings.questions[0].base = None;
        assert_eq!(told(&findings), "");
        let one = samples::memo().questions[0].carried[0].shares[..1].to_vec();
        findings.questions[0].carried[0].shares = one;
        insta::assert_snapshot!(told(&findings), @"Without the reason the answer would be 11%.");
    }

    #[test]
    fn a_factor_carries_the_outside_view_where_the_question_has_none() {
        let mut findings = samples::belarus();
        findings.questions[0].base = None;
        findings.questions[0].carried[0].without = Some(0.13);
        let order = findings.factors.iter_mut().find(|factor| factor.id == "order").unwrap();
        order.base = Some(BaseFinding {
            class: Some("Hosts that joined in".into()),
            written: "send 8 of 15 since 2022-02-24".into(),
            estimate: Estimate { p: 0.18, p05: 0.1, p50: 0.17, p95: 0.28 },
            place: order.place.clone(),
        });
        insta::assert_snapshot!(plain(&outside_view(&findings, &findings.questions[0], 0.14)), @"The outside view enters with “Does he order his troops in?”: before any reason, 8 of 15 since 24 February 2022 (hosts that joined in), which comes to 18% (10–28%) for the time that is left line belarus.weigh:30. The reasons pull both ways and nearly cancel: with none of them the answer would be 13%.");
    }

    #[test]
    fn a_claim_marks_its_band_and_has_no_row_of_its_own() {
        let mut findings = samples::belarus();
        for band in &mut findings.scale_bands {
            band.word.push_str(" / otherwise put");
        }
        let page = picture(&findings, &findings.questions[0], focus(&findings)).0;
        assert_eq!(page.matches("the text’s word").count(), 1);
        assert_eq!(page.matches("is-claimed").count(), 1);
        assert!(!page.contains("the text’s word, on"));
    }
}
