//! What would change the answer: the flips as sentences, and how far each number moves it.

use maud::{Markup, html};
use weigh_analysis::findings::{
    Band, Findings, Flip, PairFlip, QuestionFinding, SourceChange, Swing,
};

use super::chart::{Axis, Mark};
use super::csv;
use super::names::{gloss, number_name, turning_value, value};
use super::{Level, cite, words};

/// Numbers that have a bar of their own in sight; the rest are a click away.
const N_BARS: usize = 14;

/// The first screen's list: live doubts first, then the numbers that move the answer furthest.
pub fn changing(
    findings: &Findings,
    question_ix: usize,
    question: &QuestionFinding,
    n_shown: usize,
) -> Markup {
    if question.swings.is_empty() {
        return html! {};
    }
    let live: Vec<(&Flip, &Swing)> = live(question).collect();
    let n_live_shown = live.len().min(n_shown);
    // A number that already stands as a flip is not said twice.
    let named: Vec<usize> = live.iter().map(|(flip, _)| flip.swing).collect();
    let swings = (question.swings.iter().enumerate())
        .filter(|(ix, swing)| !named.contains(ix) && is_visible(swing))
        .take(n_shown - n_live_shown);
    let p = focus_p(question);
    let mut told = Vec::new();
    html! {
        div {
            h3 #{ "changes-" (question_ix) } { "What would change it" }
            @if live.is_empty() && !question.swings.iter().any(is_visible) { p.detail { (NONE_MOVES) } }
            @else {
                @if live.is_empty() { p.none-live { (no_live_doubt(question)) } }
                ul.plain {
                    @for (flip, swing) in live.iter().take(n_shown) {
                        li {
                            p { strong.live { "A live doubt. " } (flip_sentence(findings, question, flip, swing)) }
                            p.detail { "The author’s own range is " (range(swing)) ". " (gloss(findings, &swing.what, &mut told)) (cite::place(&swing.place)) }
                        }
                    }
                    @for (_, swing) in swings {
                        li { p { (swing_sentence(swing)) "; it stands at " (words::percent_in_words(p)) "." } p.detail { (gloss(findings, &swing.what, &mut told)) (cite::place(&swing.place)) } }
                    }
                }
            }
            p.more { a href={ "#change-" (question_ix) } { "All of it, with the picture" } }
        }
    }
}

const NONE_MOVES: &str =
    "No number, moved over its author’s range, changes the answer by as much as a printed digit.";

fn focus_p(question: &QuestionFinding) -> f64 {
    question.outcomes.get(question.focus).map_or(f64::NAN, |focus| focus.estimate.p)
}

fn flips(question: &QuestionFinding) -> impl Iterator<Item = (&Flip, &Swing)> {
    question.flips.iter().filter_map(|flip| Some((flip, question.swings.get(flip.swing)?)))
}

/// The flips inside their author's own ranges, the nearest first.
pub(super) fn live(question: &QuestionFinding) -> impl Iterator<Item = (&Flip, &Swing)> {
    flips(question).filter(|(flip, _)| flip.live)
}

/// Whether a number, moved over its range, changes the printed answer.
pub(super) fn is_visible(swing: &Swing) -> bool {
    words::percent(swing.p_at_low) != words::percent(swing.p_at_high)
}

/// That no single number matters so much, and which comes nearest to it.
fn no_live_doubt(question: &QuestionFinding) -> Markup {
    let band = question.outcomes.get(question.focus).and_then(|focus| focus.word.as_ref());
    html! {
        "No single number, moved within its author’s own range, takes the answer "
        @match band {
            Some(band) => { "out of “" (words::first_word(band)) "” (" (cite::unbroken(&words::band_span(band.low, band.high))) ")." },
            None => "over an edge that matters.",
        }
        @if let Some((flip, swing)) = flips(question).next() {
            " The nearest that would is " (number_name(&swing.what, &swing.written)) ", at " (turning_value(swing, flip.value)) " where " (stands(swing)) "."
        }
    }
}

/// `If … were 12%, the answer would rise to 20%, where “very unlikely” ends and “unlikely” begins.`
pub(super) fn flip_sentence(
    findings: &Findings,
    question: &QuestionFinding,
    flip: &Flip,
    swing: &Swing,
) -> Markup {
    html! {
        "If " (number_name(&swing.what, &swing.written)) " were " strong { (turning_value(swing, flip.value)) }
        ", the answer would " (moves(question, flip.edge)) " to " strong { (words::percent_in_words(flip.edge)) } ", " (edge(findings, question, flip.edge, &flip.edge_name)) "."
    }
}

fn moves(question: &QuestionFinding, edge: f64) -> &'static str {
    if edge > focus_p(question) { "rise" } else { "fall" }
}

/// What lies at an edge: `where “very unlikely” ends and “unlikely” begins`.
fn edge(findings: &Findings, question: &QuestionFinding, at: f64, name: &str) -> String {
    let below = findings.scale_bands.iter().find(|band| band.high == at);
    let above = findings.scale_bands.iter().find(|band| band.low == at);
    let is_decision = question.thresholds.iter().any(|(threshold, _)| *threshold == at);
    let (Some(below), Some(above), false) = (below, above, is_decision) else {
        return words::curly(name);
    };
    let is_claimed = |band: &Band| {
        question.claim.as_ref().is_some_and(|claim| {
            words::first_word(&claim.band) == words::first_word(band) && claim.band.low == band.low
        })
    };
    let named = |band: &Band| {
        format!(
            "{}“{}”",
            if is_claimed(band) { "the text’s own " } else { "" },
            words::first_word(band)
        )
    };
    let (from, into) = if moves(question, at) == "rise" { (below, above) } else { (above, below) };
    format!("where {} ends and {} begins", named(from), named(into))
}

/// `If … were 73% rather than 33%, the answer would be 20% rather than 9%`, without its full stop.
fn swing_sentence(swing: &Swing) -> Markup {
    html! {
        "If " (number_name(&swing.what, &swing.written)) " were " strong { (value(swing, swing.high)) } " rather than " (value(swing, swing.low)) ", the answer would be "
        strong { (words::percent_in_words(swing.p_at_high)) } " rather than " (words::percent_in_words(swing.p_at_low))
    }
}

/// `the range is 3% to 12%`, or of a number without one, `the file says 80%`.
fn stands(swing: &Swing) -> Markup {
    html! { @if swing.low < swing.high { "the range is " (range(swing)) } @else { "the file says " (cite::unbroken(&words::written(&swing.written))) } }
}

/// The author's range in figures, with what was typed where that is something else: `33% to 73%, written as 8 of 15`.
fn range(swing: &Swing) -> Markup {
    let figures = format!("{} to {}", value(swing, swing.low), value(swing, swing.high));
    html! {
        (cite::unbroken(&figures))
        @if !swing.written.contains(" to ") { ", written as " (cite::own_words(&swing.written)) }
    }
}

/// The section: for every question the flips, then every number as a bar and as a sentence.
pub fn section(findings: &Findings) -> Markup {
    if findings.questions.iter().all(|question| question.swings.is_empty()) {
        return html! {};
    }
    let level = Level::of(findings);
    html! {
        section #change aria-labelledby="h-change" {
            h2 #h-change { "What would change it" }
            @for (ix, question) in findings.questions.iter().enumerate().filter(|(_, question)| !question.swings.is_empty()) {
                div #{ "change-" (ix) } {
                    @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                    (flip_list(findings, question, level))
                    (pair_list(findings, question, level))
                    (source_list(findings, question, level))
                    (tornado(findings, question, level))
                }
            }
        }
    }
}

fn flip_list(findings: &Findings, question: &QuestionFinding, level: Level) -> Markup {
    let (live, far): (Vec<_>, Vec<_>) = flips(question).partition(|(flip, _)| flip.live);
    html! {
        @if live.is_empty() && far.is_empty() {
            (level.heading("Live doubts"))
            p { "None: no single number, whatever its value, takes the answer over the border of a word or past even odds." }
        }
        @else {
            (level.heading("Live doubts"))
            @if live.is_empty() { p { "None. " (no_live_doubt(question)) } }
            @else {
                p.detail { "Values inside the author’s own range at which the answer crosses an edge, all else as uncertain as before." }
                (by_edge(findings, question, &live))
            }
            @if !far.is_empty() {
                (level.heading("Further away"))
                p.detail { "Values outside the author’s range: the number would have to be wrong, not merely uncertain." }
                (by_edge(findings, question, &far))
            }
        }
    }
}

/// Two numbers that only together take the answer over an edge.
fn pair_list(findings: &Findings, question: &QuestionFinding, level: Level) -> Markup {
    let pairs = || {
        question.pair_flips.iter().filter_map(|pair| {
            Some((pair, question.swings.get(pair.swings.0)?, question.swings.get(pair.swings.1)?))
        })
    };
    html! {
        @if pairs().next().is_some() {
            (level.heading("Two numbers together"))
            p.detail { "Where neither does it alone within its author’s range: both moved by the same part of the way to the ends of their ranges." }
            ul.flips {
                @for (pair, a, b) in pairs() { li { (pair_sentence(findings, question, pair, a, b)) " " (cite::place(&a.place)) " " (cite::place(&b.place)) } }
            }
        }
    }
}

fn pair_sentence(
    findings: &Findings,
    question: &QuestionFinding,
    pair: &PairFlip,
    a: &Swing,
    b: &Swing,
) -> Markup {
    html! {
        "If " (number_name(&a.what, &a.written)) " were " strong { (turning_value(a, pair.values.0)) }
        " and " (number_name(&b.what, &b.written)) " were " strong { (turning_value(b, pair.values.1)) }
        ", the answer would " (moves(question, pair.edge)) " to " strong { (words::percent_in_words(pair.edge)) } ", " (edge(findings, question, pair.edge, &pair.edge_name))
        "; " @if pair.live { "both are inside their ranges." } @else { "both are beyond their ranges." }
    }
}

/// What hangs on single sources: the answer without each, and the nearest grade that turns it.
fn source_list(findings: &Findings, question: &QuestionFinding, level: Level) -> Markup {
    let p = focus_p(question);
    let tells = |change: &&SourceChange| {
        change.crosses.is_some()
            || change.grade.is_some()
            || change.without.is_none_or(|without| words::percent(without) != words::percent(p))
    };
    let (told, still): (Vec<_>, Vec<_>) = question.source_changes.iter().partition(tells);
    html! {
        @if !question.source_changes.is_empty() {
            (level.heading("If a source fell away, or had another grade"))
            @if told.is_empty() { p { "No single source moves the answer by as much as a printed digit." } }
            @else {
                ul.flips { @for change in &told { li { (source_sentence(findings, question, change)) } } }
                @if !still.is_empty() {
                    p.small { (words::capitalise(&words::small_number(still.len()))) (if still.len() == 1 { " other source leaves" } else { " other sources leave" }) " the answer at the same printed digit." }
                }
            }
        }
    }
}

fn source_sentence(
    findings: &Findings,
    question: &QuestionFinding,
    change: &SourceChange,
) -> Markup {
    let Some(source) = findings.sources.get(change.source) else { return html! {} };
    let p = focus_p(question);
    html! {
        "Without all that rests on " a href={ "#source-" (change.source) } { (cite::own_words(&source.title)) } " alone, "
        @match change.without {
            Some(without) => { "the answer would be " strong { (words::percent_in_words(without)) } " instead of " (words::percent_in_words(p)) },
            None => "what is left could not all have been seen",
        }
        @if let Some(crosses) = &change.crosses { ", " (over(crosses)) }
        "."
        @if let Some(grade) = &change.grade {
            " Graded " strong { (grade.letter) } @if let Some(now) = &source.grade { " instead of " (cite::own_words(now)) }
            ", it would make the answer " strong { (words::percent_in_words(grade.p)) } ", " (over(&grade.edge_name)) "."
        }
    }
}

/// `over the border of “unlikely”`, `past the point where the decision turns`.
fn over(edge_name: &str) -> String {
    let preposition = if edge_name.starts_with("where ") { "past the point" } else { "over" };
    format!("{preposition} {}", words::curly(edge_name))
}

/// Flips that lead over the same edge under one half sentence.
fn by_edge(findings: &Findings, question: &QuestionFinding, flips: &[(&Flip, &Swing)]) -> Markup {
    // A word has a border on either side; where two outcomes change places, each number has its own point.
    let is_same = |a: &Flip, b: &Flip| {
        a.edge_name == b.edge_name && moves(question, a.edge) == moves(question, b.edge)
    };
    let mut edges: Vec<&Flip> = Vec::new();
    for (flip, _) in flips {
        if edges.iter().all(|other| !is_same(other, flip)) {
            edges.push(flip);
        }
    }
    html! {
        @for first in edges {
            @let same: Vec<_> = flips.iter().filter(|(flip, _)| is_same(flip, first)).collect();
            p.flips-to {
                "The answer would " (moves(question, first.edge))
                @if same.iter().all(|(flip, _)| flip.edge == first.edge) { " to " strong { (words::percent_in_words(first.edge)) } "," }
                " " (edge(findings, question, first.edge, &first.edge_name)) ", if"
            }
            ul.flips {
                @for (flip, swing) in same {
                    li { (number_name(&swing.what, &swing.written)) " were " strong { (turning_value(swing, flip.value)) } span.detail { " (" (stands(swing)) ") " (cite::place(&swing.place)) } }
                }
            }
        }
    }
}

fn tornado(findings: &Findings, question: &QuestionFinding, level: Level) -> Markup {
    let p = focus_p(question);
    let visible: Vec<&Swing> = question.swings.iter().filter(|swing| is_visible(swing)).collect();
    let axis = Axis::of_probabilities(
        visible.iter().flat_map(|swing| [swing.p_at_low, swing.p_at_high]).chain([p]),
    );
    let (first, rest) = visible.split_at(visible.len().min(N_BARS));
    html! {
        (level.heading("How far each number moves the answer"))
        @if visible.is_empty() { p.detail { (NONE_MOVES) } }
        @else {
            table.stack.tornado {
                caption {
                    "Each number is moved over its author’s range, one at a time, all else as uncertain as before. The line is the answer, which stands at " (words::percent(p))
                    "; the axis runs from " (axis.ends()) ". Blue: more of the number raises the answer. Grey: it lowers it."
                }
                (bars(findings, &axis, p, first))
            }
            @if !rest.is_empty() {
                details.rest {
                    summary { (words::count(rest.len(), "number that moves it less", "numbers that move it less")) }
                    table.stack.tornado {
                        caption { "The same for the numbers that move the answer less" }
                        (bars(findings, &axis, p, rest))
                    }
                }
            }
        }
        (unmoving(question))
        (csv::link(
            "changes",
            &["number", "low", "high", "p at low", "p at high", "file", "line"],
            question.swings.iter().map(|it| {
                vec![
                    it.what.as_str().into(),
                    it.low.into(),
                    it.high.into(),
                    it.p_at_low.into(),
                    it.p_at_high.into(),
                    it.place.file.as_str().into(),
                    f64::from(it.place.line).into(),
                ]
            }),
        ))
    }
}

fn bars(findings: &Findings, axis: &Axis, p: f64, swings: &[&Swing]) -> Markup {
    let mut told = Vec::new();
    html! {
        thead { tr { th scope="col" { "Number" } th.plot scope="col" { (axis.labels()) } } }
        tbody {
            @for swing in swings {
                tr {
                    th scope="row" {
                        (swing_sentence(swing)) ". "
                        @if let Some(rationale) = &swing.rationale { span.detail.rationale { (cite::own_words(rationale)) } }
                        span.detail {
                            @if !swing.written.contains(" to ") { "Written as " (cite::own_words(&swing.written)) ". " }
                            (gloss(findings, &swing.what, &mut told)) (cite::place(&swing.place))
                        }
                    }
                    td.plot {
                        (axis.row(
                            &format!("{} to {}", words::percent(swing.p_at_low), words::percent(swing.p_at_high)),
                            &[Mark::Bar { from: swing.p_at_low, to: swing.p_at_high }, Mark::Reference(p)],
                        ))
                    }
                }
            }
        }
    }
}

/// The numbers that do not move the answer by a printed digit, out of the way: their bars would be no bars.
fn unmoving(question: &QuestionFinding) -> Markup {
    let is_still = |swing: &&Swing| swing.low < swing.high && !is_visible(swing);
    let still: Vec<&Swing> = question.swings.iter().filter(is_still).collect();
    html! {
        @if !still.is_empty() {
            details.rest {
                summary { (words::count(still.len(), "number leaves", "numbers leave")) " the answer at the same printed digit over the whole range" }
                ul.still {
                    @for swing in still {
                        li { (number_name(&swing.what, &swing.written)) ": " (range(swing)) " " (cite::place(&swing.place)) }
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

    #[test]
    fn edge_names_get_typographic_quotes() {
        assert_eq!(words::curly("the border of \"unlikely\""), "the border of “unlikely”");
    }

    #[test]
    fn a_swing_is_a_sentence_with_both_ends() {
        let findings = samples::belarus();
        let question = &findings.questions[0];
        insta::assert_snapshot!(plain(&swing_sentence(&question.swings[0])), @"If the starting chance of order = send were 12% rather than 3%, the answer would be 8% rather than 2%");
        insta::assert_snapshot!(plain(&swing_sentence(&question.swings[1])), @"If the weight of demand = insists on order were × 4 rather than × 1.5, the answer would be 6% rather than 3%");
    }

    #[test]
    fn a_flip_says_which_word_ends_and_which_begins() {
        let findings = samples::belarus();
        let question = &findings.questions[0];
        let (flip, swing) = flips(question).next().unwrap();
        insta::assert_snapshot!(plain(&flip_sentence(&findings, question, flip, swing)), @"If the starting chance of order = send were 7%, the answer would rise to 5%, where “almost no chance” ends and “very unlikely” begins.");
    }

    #[test]
    fn no_live_doubt_is_said_with_what_comes_nearest() {
        let mut findings = samples::belarus();
        for flip in &mut findings.questions[0].flips {
            flip.live = false;
            flip.value = 0.15;
        }
        insta::assert_snapshot!(plain(&no_live_doubt(&findings.questions[0])), @"No single number, moved within its author’s own range, takes the answer out of “almost no chance” (1–5%). The nearest that would is the starting chance of order = send, at 15% where the range is 3% to 12%.");
    }
}
