//! What `weigh check` says of how the choices were found.

use crate::checks;
use crate::solved::Solved;
use weigh_inference::diagram::{Diagram, Note};
use weigh_model::lower::Chosen;
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::span::Span;

/// Ways out of a circle that are tried: each is a diagram of its own.
const MOST_TRIED: usize = 64;

/// What must be told of how the choices were found, at the means of the numbers.
pub(crate) fn told(solved: &Solved) -> Vec<Diagnostic> {
    let (assessment, lowered) = (solved.assessment, solved.lowered);
    let Some(choices) = lowered.network.choices() else { return Vec::new() };
    let Ok(found) = choices.solution_at(&lowered.network.parameter_means()) else {
        return Vec::new();
    };
    let variable = |decision: usize| {
        let chosen = lowered.game.chosen.iter().find(|chosen| chosen.decision == decision);
        &assessment.variables[chosen.expect("every decision is a choice of the file").variable]
    };
    let of = |component: usize| {
        let decisions = &choices.components()[component];
        let names = decisions.iter().map(|&it| variable(it).header.name.clone()).collect();
        (variable(decisions[0]).header.span, names)
    };
    let tell = |note: &Note| match *note {
        Note::Merged { decision, kept, copy } => {
            let variable = variable(decision);
            let (span, name) = (variable.header.span, &variable.header.name);
            let (kept, copy) = (&variable.states[kept], &variable.states[copy]);
            Some(checks::alike_options::diagnostic(span, name, kept, copy))
        }
        Note::Fork { component, at } | Note::Turn { component, at } => {
            let (span, names): (Span, Vec<String>) = of(component);
            Some(checks::other_equilibria::diagnostic(span, &names, at))
        }
        Note::Stopped { component, at, residual } => {
            let (span, names): (Span, Vec<String>) = of(component);
            Some(checks::choice_not_followed::diagnostic(span, &names, at, residual))
        }
        Note::Tie { .. } | Note::Unreached { .. } | Note::Impossible { .. } => None,
    };
    // Two branches of one component are told once.
    let mut told: Vec<Diagnostic> = Vec::new();
    for diagnostic in found.notes.iter().filter_map(tell) {
        let is_same = |other: &Diagnostic| {
            other.span == diagnostic.span && other.rule.slug == diagnostic.rule.slug
        };
        if diagnostic.rule.slug == checks::alike_options::RULE.slug || !told.iter().any(is_same) {
            told.push(diagnostic);
        }
    }
    // Options that bear on nothing of their actor's were told as such.
    told.retain(|diagnostic| {
        diagnostic.rule.slug != checks::alike_options::RULE.slug
            || !is_idle(solved, diagnostic.span)
    });
    told.extend(half_seen(solved, choices.diagram()));
    told
}

/// Who sees another's choice and not what that one saw.
struct HalfSeen {
    decision: usize,
    other: usize,
    missing: Vec<usize>,
}

/// The choices of a circle that would be gone if they saw what those saw whom they see: the first that is enough alone,
/// else all of them if they are enough together.
fn half_seen(solved: &Solved, diagram: &Diagram) -> Vec<Diagnostic> {
    let nodes = diagram.nodes();
    let mut told = Vec::new();
    for circle in diagram.components().iter().filter(|together| together.len() > 1) {
        let pairs = circle.iter().flat_map(|&decision| {
            let seen = nodes[decision].parents.iter().filter(|other| circle.contains(other));
            seen.map(move |&other| (decision, other))
        });
        let half_seen = pairs.map(|(decision, other)| {
            let is_missing =
                |known: &&usize| **known != decision && !nodes[decision].parents.contains(known);
            let missing = nodes[other].parents.iter().filter(is_missing).copied().collect();
            HalfSeen { decision, other, missing }
        });
        let half_seen = half_seen.filter(|it: &HalfSeen| !it.missing.is_empty());
        let half_seen: Vec<HalfSeen> = half_seen.take(MOST_TRIED).collect();
        let alone = half_seen.chunks(1).find(|one| is_way_out(diagram, circle, one));
        let all = || is_way_out(diagram, circle, &half_seen).then_some(&half_seen[..]);
        let Some(ways) = alone.or_else(all) else { continue };
        let name = |node: &usize| nodes[*node].name.as_str();
        for HalfSeen { decision, other, missing } in ways {
            let chosen = solved.lowered.game.chosen.iter().find(|it| it.decision == *decision);
            let chosen = chosen.expect("every decision is a choice of the file");
            let missing: Vec<&str> = missing.iter().map(name).collect();
            let knows: Vec<&str> =
                nodes[*decision].parents.iter().map(name).chain(missing.clone()).collect();
            told.push(checks::choice_half_seen::diagnostic(
                solved.assessment.variables[chosen.variable].header.span,
                name(decision),
                name(other),
                &missing,
                &knows,
            ));
        }
    }
    told
}

/// Whether no choice of a circle relies on another in a circle once some see more.
fn is_way_out(diagram: &Diagram, circle: &[usize], more: &[HalfSeen]) -> bool {
    let mut nodes = diagram.nodes().to_vec();
    for HalfSeen { decision, missing, .. } in more {
        let parents = &mut nodes[*decision].parents;
        let new: Vec<usize> = missing.iter().filter(|it| !parents.contains(it)).copied().collect();
        parents.extend(new);
    }
    let (payoffs, beliefs) = (diagram.payoffs().to_vec(), diagram.beliefs().to_vec());
    // What he decides himself, or knows nothing of by his own account, cannot be seen.
    let Ok(changed) = Diagram::new(diagram.actors().to_vec(), nodes, payoffs, beliefs) else {
        return false;
    };
    let is_in_circle = |together: &Vec<usize>| {
        together.len() > 1 && together.iter().any(|decision| circle.contains(decision))
    };
    !more.is_empty() && !changed.components().iter().any(is_in_circle)
}

/// Whether a choice moves nothing that its actor wants: then all its options are alike, and that was told.
fn is_idle(solved: &Solved, span: Span) -> bool {
    let (assessment, lowered) = (solved.assessment, solved.lowered);
    let Some(choices) = lowered.network.choices() else { return false };
    let is_it = |chosen: &&Chosen| assessment.variables[chosen.variable].header.span == span;
    let Some(chosen) = lowered.game.chosen.iter().find(is_it) else { return false };
    let diagram = choices.diagram();
    let below = diagram.descendants(chosen.decision);
    let own = diagram.payoffs().iter().filter(|payoff| payoff.owner == chosen.actor);
    !own.flat_map(|payoff| &payoff.parents).any(|parent| below[*parent])
}
