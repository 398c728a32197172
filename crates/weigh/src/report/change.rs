//! What would change the answer: the flips as sentences, and how far each number moves it.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, Flip, QuestionFinding, Swing};

use super::chart::{Axis, Mark};
use super::{cite, words};

/// The first screen's list: live doubts first, then the numbers that move the answer furthest.
pub fn changing(question_ix: usize, question: &QuestionFinding, n_shown: usize) -> Markup {
    if question.swings.is_empty() {
        return html! {};
    }
    let live: Vec<(&Flip, &Swing)> = flips(question).filter(|(flip, _)| flip.live).collect();
    let n_live_shown = live.len().min(n_shown);
    // A number that already stands as a flip is not said twice.
    let named: Vec<usize> = live.iter().map(|(flip, _)| flip.swing).collect();
    let swings = (question.swings.iter().enumerate())
        .filter(|(ix, swing)| !named.contains(ix) && is_visible(swing))
        .take(n_shown - n_live_shown);
    html! {
        div {
            h3 #{ "changes-" (question_ix) } { "What would change it" }
            @if live.is_empty() && !question.flips.is_empty() {
                p.detail { "No single number, moved within its author’s own range, takes the answer over an edge that matters." }
            }
            @if live.is_empty() && !question.swings.iter().any(is_visible) { p.detail { (NONE_MOVES) } }
            @else { ul.plain {
                @for (flip, swing) in live.iter().take(n_shown) {
                    li { p { (flip_sentence(question, flip, swing)) } p.detail { "A live doubt: the author’s range is " (range(swing)) ". " (cite::place(&swing.place)) } }
                }
                @for (_, swing) in swings {
                    li { p { (swing_sentence(swing)) } p.detail { (cite::place(&swing.place)) } }
                }
            } }
            p.more { a href={ "#change-" (question_ix) } { "All of it, with the picture" } }
        }
    }
}

const NONE_MOVES: &str =
    "No number, moved over its author’s range, changes the answer by as much as a printed digit.";

fn flips(question: &QuestionFinding) -> impl Iterator<Item = (&Flip, &Swing)> {
    question.flips.iter().filter_map(|flip| Some((flip, question.swings.get(flip.swing)?)))
}

fn is_visible(swing: &Swing) -> bool {
    words::percent(swing.p_at_low) != words::percent(swing.p_at_high)
}

fn flip_sentence(question: &QuestionFinding, flip: &Flip, swing: &Swing) -> Markup {
    let p = question.outcomes.get(question.focus).map_or(f64::NAN, |focus| focus.estimate.p);
    let moves = if flip.edge > p { "rise" } else { "fall" };
    html! {
        "If " (number_name(swing)) " were " strong { (words::value_as_written(flip.value, swing.is_probability, &swing.written)) }
        ", the answer would " (moves) " to " strong { (words::percent_in_words(flip.edge)) } ", " (cite::prose(&curly(&flip.edge_name))) "."
    }
}

fn swing_sentence(swing: &Swing) -> Markup {
    let value = |at: f64| words::value_as_written(at, swing.is_probability, &swing.written);
    html! {
        "If " (number_name(swing)) " were " strong { (value(swing.high)) } " instead of " (value(swing.low)) ", the answer would be "
        strong { (words::percent_in_words(swing.p_at_high)) } " instead of " (words::percent_in_words(swing.p_at_low)) "."
    }
}

/// The range as typed, on one line if it is a plain one.
fn range(swing: &Swing) -> Markup {
    let written = words::written(&swing.written);
    if written.chars().count() < 24 {
        cite::unbroken(&written)
    } else {
        html! { (written) }
    }
}

fn number_name(swing: &Swing) -> Markup {
    html! { span.number-name { (cite::own_words(&swing.what)) } }
}

/// Straight quotation marks, as the engine writes them, to the typographic ones of the page.
fn curly(text: &str) -> String {
    let mut is_open = false;
    (text.chars())
        .map(|c| match c {
            '"' => {
                is_open = !is_open;
                if is_open { '“' } else { '”' }
            }
            other => other,
        })
        .collect()
}

/// The section: for every question the flips, then every number as a bar and as a sentence.
pub fn section(findings: &Findings) -> Markup {
    if findings.questions.iter().all(|question| question.swings.is_empty()) {
        return html! {};
    }
    let level =
        if findings.questions.len() > 1 { Level::BelowQuestion } else { Level::BelowSection };
    html! {
        section #change aria-labelledby="h-change" {
            h2 #h-change { "What would change it" }
            @for (ix, question) in findings.questions.iter().enumerate().filter(|(_, question)| !question.swings.is_empty()) {
                div #{ "change-" (ix) } {
                    @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                    (flip_list(question, level))
                    (tornado(question, level))
                }
            }
        }
    }
}

/// Where a heading stands: several questions have a heading of their own in between.
#[derive(Clone, Copy)]
enum Level {
    BelowSection,
    BelowQuestion,
}

impl Level {
    fn heading(self, text: &str) -> Markup {
        match self {
            Self::BelowSection => html! { h3.minor { (text) } },
            Self::BelowQuestion => html! { h4 { (text) } },
        }
    }
}

fn flip_list(question: &QuestionFinding, level: Level) -> Markup {
    let (live, far): (Vec<_>, Vec<_>) = flips(question).partition(|(flip, _)| flip.live);
    html! {
        @if !live.is_empty() {
            (level.heading("Live doubts"))
            p.detail { "Values inside the author’s own range at which the answer crosses an edge, all else at its mean." }
            ul { @for (flip, swing) in &live { li { (flip_sentence(question, flip, swing)) span.detail { " The range is " (range(swing)) ". " (cite::place(&swing.place)) } } } }
        }
        @if !far.is_empty() {
            (level.heading("Further away"))
            p.detail { "Values outside the author’s range: the number would have to be wrong, not merely uncertain." }
            ul { @for (flip, swing) in &far { li { (flip_sentence(question, flip, swing)) span.detail { " The range is " (range(swing)) ". " (cite::place(&swing.place)) } } } }
        }
    }
}

fn tornado(question: &QuestionFinding, level: Level) -> Markup {
    let p = question.outcomes.get(question.focus).map_or(f64::NAN, |focus| focus.estimate.p);
    let axis = Axis::of_probabilities(
        question.swings.iter().flat_map(|swing| [swing.p_at_low, swing.p_at_high]).chain([p]),
    );
    html! {
        (level.heading("How far each number moves the answer"))
        @if !question.swings.iter().any(is_visible) { p.detail { (NONE_MOVES) } }
        @else { table.stack.tornado {
            caption {
                "Each number is moved over its author’s range, one at a time, all else at its mean. The line is the answer, " (words::percent(p))
                "; the axis runs from " (axis.ends()) ". A blue bar means that more of the number raises the answer, a grey one that it lowers it."
            }
            thead { tr { th scope="col" { "Number" } th.plot scope="col" { (axis.labels()) } th scope="col" { "In words" } } }
            tbody {
                @for swing in question.swings.iter().filter(|swing| is_visible(swing)) {
                    tr {
                        th scope="row" {
                            (cite::own_words(&swing.what)) " "
                            span.detail { (words::written(&swing.written)) " " (cite::place(&swing.place)) }
                            @if let Some(rationale) = &swing.rationale { span.detail.rationale { (cite::own_words(rationale)) } }
                        }
                        td.plot {
                            (axis.row(
                                &format!("{} to {}", words::percent(swing.p_at_low), words::percent(swing.p_at_high)),
                                // From one end to the other, not from the answer: a headline that is a mean of draws need not lie between.
                                &[Mark::Bar { from: swing.p_at_low, to: swing.p_at_high }, Mark::Reference(p)],
                            ))
                        }
                        td { (swing_sentence(swing)) }
                    }
                }
            }
        } }
        (unmoving(question))
    }
}

/// The numbers that do not move the answer by a printed digit, in one paragraph: their bars would be no bars.
fn unmoving(question: &QuestionFinding) -> Markup {
    let still: Vec<&Swing> = question.swings.iter().filter(|swing| !is_visible(swing)).collect();
    html! {
        @if !still.is_empty() {
            p.detail.still {
                (words::count(still.len(), "number leaves", "numbers leave")) " the answer the same to the printed digit over the whole range: "
                @for (ix, swing) in still.iter().enumerate() {
                    @if ix > 0 { "; " }
                    (number_name(swing)) ", " (range(swing)) " " (cite::place(&swing.place))
                }
                "."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn edge_names_get_typographic_quotes() {
        assert_eq!(super::curly("the border of \"unlikely\""), "the border of “unlikely”");
    }
}
