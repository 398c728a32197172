//! What `weigh check` says of how the choices were found.

use crate::checks;
use crate::solved::Solved;
use weigh_inference::diagram::Note;
use weigh_model::lower::Chosen;
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::span::Span;

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
    told
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
