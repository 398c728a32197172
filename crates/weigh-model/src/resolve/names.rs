//! Who is called what: one pass over the declarations before any is read.

use super::Resolver;
use crate::assessment::{Asked, Form, Quote, Variable, VariableKind};
use crate::checks;
use std::collections::{BTreeMap, BTreeSet};
use weigh_syntax::ast::{Spanned, View};
use weigh_syntax::kind::Kind;
use weigh_syntax::span::Span;

/// Positions by name; each kind of thing has its own names, but variables and quantities share theirs.
#[derive(Default)]
pub(super) struct Names {
    pub variables: BTreeMap<String, usize>,
    pub quantities: BTreeMap<String, usize>,
    pub reasons: BTreeMap<String, usize>,
    pub sources: BTreeMap<String, usize>,
    pub quotes: BTreeMap<String, Quote>,
}

/// More states than this in one variable is a slip, not a judgement.
const MAX_STATES: usize = 64;

impl Resolver<'_> {
    /// Gives every named declaration its position; returns those that are kept, in order.
    pub(super) fn collect_names(&mut self, declarations: &[View]) -> Vec<View> {
        let mut first: BTreeMap<(&'static str, String), Span> = BTreeMap::new();
        let mut owned: BTreeMap<String, Span> = BTreeMap::new();
        let of_kind = |kind: Kind| declarations.iter().filter(move |d| d.kind() == kind);
        let questions: BTreeSet<String> =
            of_kind(Kind::Question).filter_map(|d| Some(d.name()?.text)).collect();
        let mut kept = Vec::new();
        let (mut n_quantities, mut n_reasons, mut n_sources) = (0, 0, 0);
        for declaration in declarations {
            let space = match declaration.kind() {
                Kind::BaseRate => {
                    kept.push(declaration.clone());
                    continue;
                }
                Kind::Question | Kind::Factor | Kind::Indicator | Kind::Quantity => "variable",
                Kind::Reason => "reason",
                Kind::Source => "source",
                Kind::Evidence => "evidence",
                Kind::Actor => "actor",
                Kind::Scenario => "scenario",
                _ => continue,
            };
            // A declaration without a name was reported by the parser and cannot be used by anything.
            let Some(name) = declaration.name() else { continue };
            if let Some(&before) = first.get(&(space, name.text.clone())) {
                self.report(checks::doubled_name::diagnostic(&name, before));
                continue;
            }
            first.insert((space, name.text.clone()), name.span);
            kept.push(declaration.clone());
            match declaration.kind() {
                Kind::Quantity => {
                    self.names.quantities.insert(name.text, n_quantities);
                    n_quantities += 1;
                }
                Kind::Reason => {
                    self.names.reasons.insert(name.text, n_reasons);
                    n_reasons += 1;
                }
                Kind::Source => {
                    self.names.sources.insert(name.text, n_sources);
                    n_sources += 1;
                }
                Kind::Question | Kind::Factor | Kind::Indicator => {
                    self.names.variables.insert(name.text, self.assessment.variables.len());
                    let variable = self.bare_variable(declaration);
                    self.assessment.variables.push(variable);
                }
                Kind::Actor => {
                    for choice in declaration.children_of(Kind::Choice) {
                        let Some(name) = choice.name() else { continue };
                        if let Some(&before) = owned.get(&name.text) {
                            self.report(checks::two_owners::diagnostic(&name, before));
                            continue;
                        }
                        owned.insert(name.text.clone(), name.span);
                        // A question may be somebody's choice: it is declared once, as a question.
                        if questions.contains(&name.text) {
                            continue;
                        }
                        let key = ("variable", name.text.clone());
                        if let Some(&before) = first.get(&key) {
                            self.report(checks::doubled_name::diagnostic(&name, before));
                            continue;
                        }
                        first.insert(key, name.span);
                        self.names.variables.insert(name.text, self.assessment.variables.len());
                        let variable = self.bare_variable(&choice);
                        self.assessment.variables.push(variable);
                    }
                }
                _ => {}
            }
        }
        self.reason_carries = vec![false; n_reasons];
        self.source_used = vec![false; n_sources];
        self.names_source = vec![false; self.assessment.variables.len()];
        kept
    }

    /// A variable with its states and nothing else yet.
    fn bare_variable(&mut self, declaration: &View) -> Variable {
        let mut states: Vec<String> = Vec::new();
        let stated: Vec<Spanned> = declaration
            .child(Kind::States)
            .map(|states| states.children_of(Kind::State).map(|state| state.as_word()).collect())
            .unwrap_or_default();
        for state in &stated {
            if states.contains(&state.text) {
                self.report(checks::doubled_state::diagnostic(state));
            } else if states.len() >= MAX_STATES {
                self.report(checks::too_many_states::diagnostic(state.span, MAX_STATES));
                break;
            } else {
                states.push(state.text.clone());
            }
        }
        if states.len() == 1 {
            self.report(checks::single_state::diagnostic(&stated[0]));
            states.clear();
        }
        if states.is_empty() {
            states = vec!["no".to_string(), "yes".to_string()];
        }
        let kind = match declaration.kind() {
            Kind::Question => VariableKind::Question(Asked::default()),
            Kind::Indicator => VariableKind::Indicator(None),
            Kind::Choice => VariableKind::Choice,
            _ => VariableKind::Factor,
        };
        Variable {
            header: self.header(declaration),
            kind,
            states,
            by: None,
            form: Form::Odds { base: None, odds: Vec::new() },
            because: None,
            quotes: Vec::new(),
        }
    }
}
