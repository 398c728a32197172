//! The author's own judgement beside the model's, and the least change of the numbers that would join them.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, Judgement, Move, Reach, RepairFinding};

use super::chart::{Axis, Mark};
use super::{cite, names, words};

/// Moves that stand in sight, at most; the rest are a click away, or counted.
pub const N_NAMED: usize = 8;

/// What author and model say of a question.
pub fn judged(findings: &Findings, judgement: &Judgement) -> String {
    let question = &findings.questions[judgement.question];
    let of = match findings.questions.len() {
        1 => String::new(),
        _ => format!("Of `{}`: ", question.id),
    };
    let state = &question.outcomes[question.focus].state;
    format!(
        "{of}the author's own judgement of `{state}` is {}, the model's {}.",
        words::percent(judgement.gut),
        words::percent(judgement.p)
    )
}

/// What would have to move for the two to agree, sentence by sentence.
pub fn in_short(repair: &RepairFinding) -> Vec<String> {
    let n = repair.moves.len();
    let numbers = words::count(n, "number moves", "numbers move");
    let count = |is: &dyn Fn(&Move) -> bool| repair.moves.iter().filter(|step| is(step)).count();
    let n_certain = count(&|step| step.is_certain);
    let n_leaving = count(&|step| !step.is_certain && !step.inside);
    let least = format!(
        "All in all that is as far as a single number whose odds change by a factor of {}.",
        words::odds_factor(repair.total)
    );
    match repair.reach {
        Reach::WithinRanges => {
            vec![
                format!(
                    "The two agree if {numbers}, with every middle still inside its author's own range."
                ),
                least,
            ]
        }
        Reach::BeyondRanges => {
            let leaving =
                words::count(n_leaving, "has to leave its range", "have to leave their ranges");
            let certain =
                words::count(n_certain, "is certain as it stands", "are certain as they stand");
            let parts = [(n_leaving, leaving), (n_certain, certain)];
            let parts: Vec<String> =
                parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, part)| part).collect();
            vec![
                "Within their authors' ranges the numbers cannot make the two agree.".to_owned(),
                format!("They do if {numbers}: {}.", parts.join(", and ")),
                least,
            ]
        }
        Reach::OutOfReach => {
            let best: Vec<String> = repair
                .judgements
                .iter()
                .map(|judgement| words::percent(judgement.repaired))
                .collect();
            vec![
                "No change of the numbers makes the two agree, however far each is moved within what is thinkable of it.".to_owned(),
                format!("The model comes no nearer than {}.", words::list(&best)),
                "What has to change is its structure, or the judgement.".to_owned(),
            ]
        }
    }
}

/// The moves that change a printed digit of the odds: at least the furthest.
pub fn telling(repair: &RepairFinding) -> &[Move] {
    let n = repair.moves.iter().take_while(|step| words::odds_factor(step.shift) != "1").count();
    &repair.moves[..n.max(1).min(repair.moves.len())]
}

/// What a move does to what its author said: nothing if it stays inside.
pub fn breaks(step: &Move) -> Option<&'static str> {
    match (step.is_certain, step.inside) {
        (true, _) => Some("was certain"),
        (false, false) => Some("leaves its range"),
        (false, true) => None,
    }
}

/// The section; nothing where nobody judged directly, or where judgement and model agree.
pub fn section(findings: &Findings) -> Markup {
    let Some(repair) = &findings.repair else { return html! {} };
    let n_first = telling(repair).len().min(N_NAMED);
    let (first, rest) = repair.moves.split_at(n_first);
    let axis = Axis::of_odds(repair.moves.iter().map(|step| step.shift));
    html! {
        section #repair aria-labelledby="h-repair" {
            h2 #h-repair { "The author’s own judgement" }
            p.method-note {
                "A direct judgement and a model that was built step by step can each know what the other does not. "
                "This is the least change of the numbers that would make the model say the same: where to look first, not what to write."
            }
            @for judgement in &repair.judgements { p { (cite::prose(&words::curly(&words::capitalise(&judged(findings, judgement))))) } }
            p { (words::curly(&in_short(repair).join(" "))) }
            @if repair.reach != Reach::OutOfReach {
                table.stack.stress {
                    caption { "What would have to move, furthest first: by what its odds are multiplied or divided (of a weight, the weight)" }
                    (body(&axis, first))
                }
                @if !rest.is_empty() {
                    details.rest {
                        summary { (words::count(rest.len(), "number that moves less", "numbers that move less")) }
                        table.stack.stress { caption { "The same for what moves less" } (body(&axis, rest)) }
                    }
                }
            }
        }
    }
}

fn body(axis: &Axis, moves: &[Move]) -> Markup {
    html! {
        thead { tr { th scope="col" { "Number" } th scope="col" { "As it is" } th scope="col" { "Would be" } th.plot scope="col" { (axis.labels()) } } }
        tbody {
            @for step in moves {
                tr {
                    th scope="row" { (names::number_name(&step.what, &step.written)) " " (cite::place(&step.place)) @if let Some(breaks) = breaks(step) { span.detail { (words::capitalise(breaks)) } } }
                    td data-label="As it is" { (cite::unbroken(&words::written(&step.written))) }
                    td data-label="Would be" { (cite::unbroken(&words::written(&step.becomes))) }
                    td.plot { (axis.row(&words::odds_label(step.shift), &[Mark::Reference(0.0), Mark::Bar { from: 0.0, to: step.shift }, Mark::Dot(step.shift)])) }
                }
            }
        }
    }
}
