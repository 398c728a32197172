//! What a box of the influence graph bears on, and how much hangs on it, in sentences that say what other findings say.

use maud::{Markup, html};
use weigh_analysis::findings::{Change, Findings, Look, QuestionFinding, Swing, Unit};

use super::graph::Node;
use super::names::{number_name, value};
use super::{change, cite, words, worth};

/// Whether a number, by the engine's name for it, says what `parent` does to `child`.
pub fn is_on_arrow(what: &str, parent: &str, child: &str) -> bool {
    what.split_once(": ").is_some_and(|(head, rest)| head == child && names(rest, parent))
}

/// Whether it is a number of what an actor wants or expects of `id`.
fn is_wanted(what: &str, id: &str) -> bool {
    let case = what.split_once(": payoff if ").or_else(|| what.split_once(" expects "));
    case.is_some_and(|(_, case)| names(case, id))
}

/// Whether `id` stands in a condition; what it is equal to or not is a state, though it be called the same.
fn names(text: &str, id: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let is_state = |before: &str| {
        let before = before.trim_end();
        before.ends_with(['=', '≠']) && !(before.ends_with("<=") || before.ends_with(">="))
    };
    text.match_indices(id).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + id.len()..]);
        !before.ends_with(is_letter) && !after.starts_with(is_letter) && !is_state(before)
    })
}

/// What `node` leads to, and what hangs on it: of each question that the arrows lead to, and where it was written.
pub fn on(findings: &Findings, nodes: &[Node], node: &Node) -> Markup {
    let drawn = |question: &QuestionFinding| nodes.iter().any(|it| it.id == question.id);
    let leads_to = |question: &QuestionFinding| leading(nodes, &question.id).contains(&node.id);
    let questions = || findings.questions.iter().enumerate().filter(|(_, it)| drawn(it));
    let is_question = questions().any(|(_, it)| it.id == node.id);
    html! {
        @for (ix, question) in questions() {
            @if question.id == node.id { (of_question(findings, nodes, question)) " " }
            @else if leads_to(question) { (of_factor(findings, nodes, node, ix, question)) " " }
        }
        @if !is_question && !questions().any(|(_, it)| leads_to(it)) {
            "No arrow leads from it to " @if questions().count() > 1 { "a question" } @else { "the question" }
            @let wanted = questions().find_map(|(_, it)| {
                let swings: Vec<&Swing> = it.swings.iter().filter(|swing| is_wanted(&swing.what, node.id)).collect();
                (!swings.is_empty()).then(|| most(findings, it, swings, "Of the numbers that name it there, "))
            });
            @if let Some(most) = wanted { ", but it stands in what an actor wants or expects, on which a choice hangs." (most) " " }
            @else { ". " }
        }
        (cite::place(node.place))
    }
}

/// Names of all that the arrows lead from to `id`, without itself.
fn leading<'a>(nodes: &[Node<'a>], id: &'a str) -> Vec<&'a str> {
    let mut found = vec![id];
    let mut next = 0;
    while let Some(&at) = found.get(next) {
        next += 1;
        let parents = nodes.iter().filter(|it| it.id == at).flat_map(|it| &it.parents);
        for parent in parents.copied().collect::<Vec<_>>() {
            if !found.contains(&parent) {
                found.push(parent);
            }
        }
    }
    found.split_off(1)
}

fn of_question(findings: &Findings, nodes: &[Node], question: &QuestionFinding) -> Markup {
    let n_leading = leading(nodes, &question.id).len();
    html! {
        (words::capitalise(&words::small_number(n_leading))) (if n_leading == 1 { " box leads" } else { " boxes lead" }) " to this question."
        (most(findings, question, question.swings.iter().collect(), "Of all numbers, "))
    }
}

fn of_factor(
    findings: &Findings,
    nodes: &[Node],
    node: &Node,
    question_ix: usize,
    question: &QuestionFinding,
) -> Markup {
    let before = leading(nodes, &question.id);
    let on_the_way: Vec<&Node> = nodes
        .iter()
        .filter(|it| it.parents.contains(&node.id))
        .filter(|it| it.id == question.id || before.contains(&it.id))
        .collect();
    let is_own = |swing: &&Swing| {
        let on_arrow = |it: &&Node| is_on_arrow(&swing.what, node.id, it.id);
        let of_it = match swing.what.split_once(": ") {
            Some((head, rest)) => head == node.id && !node.parents.iter().any(|it| names(rest, it)),
            None => swing.what == node.id,
        };
        of_it || on_the_way.iter().any(on_arrow) || is_wanted(&swing.what, node.id)
    };
    let swings: Vec<&Swing> = question.swings.iter().filter(is_own).collect();
    html! {
        "It leads to " (asked(findings, question)) (through(question, &on_the_way)) "."
        (cut(findings, node, &on_the_way, question_ix, question))
        (most(findings, question, swings, "Of the numbers on it and its arrows, "))
        (known(findings, node, question_ix))
        (reasons(findings, node, question))
    }
}

/// `the question`, by its text where there are several.
fn asked(findings: &Findings, question: &QuestionFinding) -> Markup {
    html! { @if findings.questions.len() > 1 { "“" (cite::own_words(&question.text)) "”" } @else { "the question" } }
}

fn through(question: &QuestionFinding, on_the_way: &[&Node]) -> Markup {
    let is_direct = on_the_way.iter().any(|it| it.id == question.id);
    let others: Vec<&&Node> = on_the_way.iter().filter(|it| it.id != question.id).collect();
    html! {
        @if is_direct { @if others.is_empty() { " directly" } @else { ", directly and" } }
        @if !others.is_empty() { " through " }
        @for (ix, it) in others.iter().enumerate() {
            @if ix > 0 { (if ix + 1 == others.len() { " and " } else { ", " }) }
            "“" (cite::own_words(it.text)) "”"
        }
    }
}

/// What the answer would be without the arrow that matters most.
fn cut(
    findings: &Findings,
    node: &Node,
    on_the_way: &[&Node],
    question_ix: usize,
    question: &QuestionFinding,
) -> Markup {
    let now = question.outcomes[question.focus].estimate.p;
    let of_arrow = |change: Change| match change {
        Change::ArrowCut { from, to } if findings.factors[from].id == node.id => {
            on_the_way.iter().find(|it| it.id == findings.factors[to].id)
        }
        _ => None,
    };
    let cuts: Vec<(f64, &&Node)> = (findings.stress.iter())
        .filter_map(|row| Some((row.answers[question_ix]?, of_arrow(row.change)?)))
        .collect();
    let most = cuts.iter().max_by(|a, b| (a.0 - now).abs().total_cmp(&(b.0 - now).abs()));
    html! {
        @if let Some(&(answer, to)) = most {
            @if words::percent(answer) != words::percent(now) {
                " Without " @if cuts.len() > 1 { "its arrow to “" (cite::own_words(to.text)) "”" } @else { "that arrow" }
                " the answer would be " strong { (words::percent_in_words(answer)) } " instead of " (words::percent_in_words(now)) "."
            } @else {
                " Without " (if cuts.len() > 1 { "any one of its arrows" } else { "that arrow" }) " the answer would still be " (words::percent_in_words(now)) "."
            }
        }
    }
}

/// The number that moves the answer most, and the live doubt about one of them.
fn most(findings: &Findings, question: &QuestionFinding, swings: Vec<&Swing>, of: &str) -> Markup {
    let ranged = || swings.iter().filter(|swing| swing.low < swing.high);
    let doubt = change::live(question).find(|(_, swing)| swings.iter().any(|it| it == swing));
    html! {
        @if let Some(swing) = ranged().find(|swing| change::is_visible(swing)) {
            " " (of) (number_name(&swing.what, &swing.written)) " moves the answer most: "
            "at " (value(swing, swing.low)) " it would be " strong { (words::percent_in_words(swing.p_at_low)) }
            ", at " (value(swing, swing.high)) " " strong { (words::percent_in_words(swing.p_at_high)) } " (" (cite::place(&swing.place)) ")."
        } @else if ranged().next().is_some() {
            " " (of) "none, moved over its range, changes the answer by a printed digit."
        }
        @if let Some((flip, swing)) = doubt { " A live doubt. " (change::flip_sentence(findings, question, flip, swing)) }
    }
}

/// What it would mean to know it.
fn known(findings: &Findings, node: &Node, question_ix: usize) -> Markup {
    let Some(worth) = findings.worth.get(question_ix) else { return html! {} };
    let is_it = |look: &&Look| findings.factors[look.factor].id == node.id;
    let look = worth.looks.iter().chain(&worth.factors).find(is_it);
    html! {
        @if let Some(look) = look {
            @if look.value.bits >= worth::LEAST_BITS { " To know it " (worth::part(look.value.bits, worth)) ": " (worth::sentences(look)) }
            @else { " To know it for certain would tell next to nothing of the answer." }
        }
    }
}

/// What the reasons that it belongs to carry.
fn reasons(findings: &Findings, node: &Node, question: &QuestionFinding) -> Markup {
    let Some(carried) = question.carried.first() else { return html! {} };
    let factor = findings.factors.iter().find(|it| it.id == node.id);
    let reasons = factor.into_iter().flat_map(|it| &it.reasons);
    let shares: Vec<(usize, f64)> = reasons
        .filter_map(|reason| {
            let share = carried.shares.iter().find(|it| it.reason == *reason)?.share?;
            Some((*reason, share))
        })
        .collect();
    let effect = |share| match carried.unit {
        Unit::LogOdds => words::effect_on_odds(share),
        Unit::Probability => words::effect_in_points(share),
    };
    html! {
        @match shares.len() {
            0 => {}
            1 => " It belongs to the reason ",
            n => { " It belongs to " (words::small_number(n)) " reasons: " }
        }
        @for (ix, &(reason, share)) in shares.iter().enumerate() {
            @if ix > 0 { "; " }
            "“" (cite::reason_link(findings, reason)) "”, which " (effect(share))
        }
        @if !shares.is_empty() { "." }
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_state_that_is_called_as_a_factor_does_not_name_it() {
        assert!(names("odds if war = lost and order != send", "war"));
        assert!(names("x if order = send and war = lost", "order"));
        assert!(names("x if n >= war", "war"));
        for text in
            ["x if goes = war", "x if goes != war", "x if warring = yes", "x if cold_war = yes"]
        {
            assert!(!names(text, "war"), "{text}");
        }
    }
}
