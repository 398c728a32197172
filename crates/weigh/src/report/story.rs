//! The most probable stories: what hangs together behind each outcome, told by what is unlike usual.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, QuestionFinding, StoriesFinding, Story};

use super::answer::state;
use super::chart::{Axis, Mark};
use super::{cite, words};

/// What a reader must know before taking the best story for the answer.
pub fn warning(question: &QuestionFinding, stories: &StoriesFinding) -> Option<String> {
    let told = &question.outcomes[stories.misleading?];
    let answer = question.outcomes.iter().max_by(|a, b| a.estimate.p.total_cmp(&b.estimate.p))?;
    Some(format!(
        "the most probable single story ends in `{}`, but `{}` is the likelier answer ({}): more stories lead there, each of them less likely.",
        told.state,
        answer.state,
        words::percent(answer.estimate.p),
    ))
}

/// The section; nothing if no factor is behind any question.
pub fn section(findings: &Findings) -> Markup {
    let told = |stories: &StoriesFinding| stories.told.len() > 1;
    if !findings.stories.iter().any(told) {
        return html! {};
    }
    html! {
        section #stories aria-labelledby="h-stories" {
            h2 #h-stories { "The likeliest stories" }
            p.method-note {
                "A story gives a state to every factor at once. Any one of many is improbable; what counts is which hangs together best, and what sets it apart. "
                "“As usual” is the state in which a factor is likeliest by itself. Whether the sources are reliable is averaged over."
            }
            @for (question, stories) in findings.questions.iter().zip(&findings.stories).filter(|(_, stories)| told(stories)) {
                @if findings.questions.len() > 1 { h3.about dir="auto" { (question.text) } }
                @if let Some(why) = &stories.refused { p { "None are told: " (why) "." } }
                @else { (by_outcome(findings, question, stories)) }
            }
        }
    }
}

fn by_outcome(findings: &Findings, question: &QuestionFinding, stories: &StoriesFinding) -> Markup {
    let shares = stories.outcomes.iter().flatten().map(|story| story.share);
    let axis = Axis::of_probabilities(shares);
    html! {
        @if let Some(warning) = warning(question, stories) {
            p.warning { strong { "Beware. " } (cite::prose(&words::capitalise(&warning))) }
        }
        table.stack.stories {
            caption { "The bar is the story’s part of all the ways to that outcome; the axis runs from " (axis.ends()) }
            thead { tr { th scope="col" { "Story" } th.num scope="col" { "Chance" } th.plot scope="col" { (axis.labels()) } } }
            @for (outcome, stories_of) in question.outcomes.iter().zip(&stories.outcomes) {
                tbody {
                    tr.total { th colspan="3" scope="colgroup" { "If the answer is " (state(outcome)) " (" (words::percent(outcome.estimate.p)) ")" @if stories_of.is_empty() { ": no story leads there" } } }
                    @for (rank, story) in stories_of.iter().enumerate() {
                        tr {
                            th scope="row" { (sentence(findings, stories, story, stories_of, rank)) }
                            td.num data-label="Chance" { (words::chance(story.p)) }
                            td.plot { (axis.row(&format!("{} of the ways to this outcome", words::chance(story.share)), &[Mark::Bar { from: 0.0, to: story.share }])) }
                        }
                    }
                }
            }
        }
    }
}

/// What sets a story apart: the first from the usual, the others from the first.
fn sentence(
    findings: &Findings,
    stories: &StoriesFinding,
    story: &Story,
    stories_of: &[Story],
    rank: usize,
) -> Markup {
    let against = if rank == 0 { &stories.usual } else { &stories_of[0].states };
    let differing = stories.differing(&story.states, against);
    let known = if rank == 0 { "All as usual" } else { "As the first" };
    html! {
        (known) @if differing.is_empty() { "." } @else { ", but" }
        @if !differing.is_empty() {
            ul {
                @for at in differing {
                    @let factor = &findings.factors[stories.told[at]];
                    li {
                        a href={ "#factor-" (stories.told[at]) } { (cite::own_words(&factor.text)) } ": "
                        em.state { (cite::own_words(&factor.states[story.states[at]].0)) }
                        span.muted { ", not " (cite::own_words(&factor.states[against[at]].0)) }
                    }
                }
            }
        }
    }
}
