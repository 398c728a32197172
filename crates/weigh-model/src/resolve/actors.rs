//! Actors: what they choose, what they know then, what they want, and what they believe of others.

use super::Resolver;
use super::numbers::Slot;
use crate::assessment::{
    Actor, Elicited, Expectation, Form, Number, NumberKind, Payoff, Precision, StateCases,
    VariableKind,
};
use crate::checks;
use weigh_syntax::ast::{Spanned, View};
use weigh_syntax::kind::Kind;

impl Resolver<'_> {
    pub(super) fn actors(&mut self, declarations: &[View]) {
        for declaration in declarations.iter().filter(|d| d.kind() == Kind::Actor) {
            let actor = self.actor(declaration);
            self.assessment.actors.push(actor);
        }
    }

    fn actor(&mut self, declaration: &View) -> Actor {
        let clauses = self.clauses(
            declaration,
            &[Kind::Picks, Kind::Rational, Kind::Wants, Kind::Because, Kind::Elicitor],
            &[Kind::Choice, Kind::Expects, Kind::Quote, Kind::SourceRef],
        );
        let header = self.header(declaration);
        let elicitor = self.elicitor(&clauses);
        let find = |kind: Kind| clauses.iter().find(|clause| clause.kind() == kind).cloned();
        let because = find(Kind::Because).and_then(|clause| self.reason(&clause));
        let quotes = self.quotes(&clauses);
        self.use_sources(&clauses);
        let of = |kind: Kind| clauses.iter().filter(move |clause| clause.kind() == kind);
        let choices: Vec<usize> =
            of(Kind::Choice).filter_map(|clause| self.choice(clause)).collect();
        if choices.is_empty() {
            self.report(checks::actor_without_choice::diagnostic(header.span, &header.name));
        }
        let precision = self.precision(find(Kind::Picks), find(Kind::Rational), &header, elicitor);
        let terms: Vec<View> = find(Kind::Wants)
            .map(|wants| wants.children_of(Kind::Payoff).collect())
            .unwrap_or_default();
        let wants: Vec<Payoff> = terms
            .iter()
            .filter_map(|term| self.payoff(term, &header.name, because, elicitor))
            .collect();
        let mut expects: Vec<Expectation> = Vec::new();
        for clause in of(Kind::Expects) {
            self.expectation(clause, &header.name, &choices, because, elicitor, &mut expects);
        }
        for belief in &expects {
            self.check_expected_states(belief);
        }
        Actor { header, choices, precision, wants, expects, quotes }
    }

    /// A choice: its variable becomes this actor's. None if somebody else owns it, which was reported.
    fn choice(&mut self, clause: &View) -> Option<usize> {
        let name = clause.name()?;
        let &variable = self.names.variables.get(&name.text)?;
        let inner = self.clauses(clause, &[Kind::Knows], &[Kind::Quote, Kind::SourceRef]);
        let target = &self.assessment.variables[variable];
        let is_free = match (&target.kind, &target.form) {
            (VariableKind::Choice, Form::Odds { .. }) => true,
            (VariableKind::Question(_), Form::Odds { base: None, odds }) => odds.is_empty(),
            (VariableKind::Question(_), Form::Choice { .. }) => return None,
            (VariableKind::Question(_), _) => {
                let (header, name) = (target.header.span, target.header.name.clone());
                self.report(checks::choice_with_numbers::diagnostic(
                    clause.header_span(),
                    header,
                    &name,
                ));
                return None;
            }
            _ => false,
        };
        if !is_free {
            return None;
        }
        if matches!(target.kind, VariableKind::Question(_)) {
            self.check_same_states(clause, variable);
        }
        let mut knows: Vec<usize> = Vec::new();
        let known = inner.iter().find(|clause| clause.kind() == Kind::Knows);
        for known in known.map(|clause| clause.names().collect::<Vec<_>>()).unwrap_or_default() {
            let Some(seen) = self.variable(&known) else { continue };
            if knows.contains(&seen) {
                self.report(checks::doubled_parent::diagnostic(&known));
                continue;
            }
            knows.push(seen);
        }
        let mut quotes = self.quotes(&inner);
        self.names_source[variable] |= !self.use_sources(&inner).is_empty();
        let actor = self.assessment.actors.len();
        let target = &mut self.assessment.variables[variable];
        target.form = Form::Choice { actor, knows };
        target.quotes.append(&mut quotes);
        Some(variable)
    }

    /// A question has its options from its own line; the choice may say them again, and not otherwise.
    fn check_same_states(&mut self, clause: &View, variable: usize) {
        let Some(stated) = clause.child(Kind::States) else { return };
        let stated: Vec<Spanned> =
            stated.children_of(Kind::State).map(|state| state.as_word()).collect();
        for state in &stated {
            self.state_of(variable, state);
        }
    }

    fn precision(
        &mut self,
        picks: Option<View>,
        rational: Option<View>,
        header: &crate::assessment::Header,
        elicitor: usize,
    ) -> Precision {
        if let (Some(picks), Some(rational)) = (&picks, &rational) {
            self.report(checks::doubled_clause::diagnostic(rational, picks.span()));
        }
        if let Some(picks) = &picks {
            if let Some(read) = self.picks(picks, &header.name, elicitor) {
                return read;
            }
        } else if rational.is_some() {
            return Precision::Rational;
        } else {
            self.report(checks::no_precision::diagnostic(header.span, &header.name));
        }
        let (low, high) = Precision::UNSTATED_OFTEN;
        let number = Number {
            kind: NumberKind::Range { low, high, percent: true },
            span: header.span,
            written: format!("{}% to {}%", low * 100.0, high * 100.0),
        };
        let what = picks_what(&header.name, Precision::UNSTATED_POINTS);
        let often = Elicited { number, what, rationale: None, because: None, elicitor };
        Precision::Picks { points: Precision::UNSTATED_POINTS, often: Box::new(often) }
    }

    fn picks(&mut self, clause: &View, name: &str, elicitor: usize) -> Option<Precision> {
        let numbers: Vec<View> = clause.numbers().collect();
        let [points, often] = numbers.as_slice() else { return None };
        let points_read = self.number(points, Slot::Weight)?.value(false);
        let Some(points_read) = points_read.filter(|points| (1e-6..=MAX_POINTS).contains(points))
        else {
            self.report(checks::precision_out_of_range::points(points.span(), &points.written()));
            return None;
        };
        let often_read = self.number(often, Slot::Probability)?;
        let (low, high) = match &often_read.kind {
            NumberKind::Range { low, high, .. } => (*low, *high),
            _ => match often_read.value(true) {
                Some(value) => (value, value),
                None => (0.75, 0.75), // arithmetic with quantities: known once drawn
            },
        };
        if low <= 0.5 || high >= 1.0 {
            let written = often.written();
            self.report(checks::precision_out_of_range::often(often.span(), &written, high >= 1.0));
            return None;
        }
        let what = picks_what(name, points_read);
        let often = self.elicited(often_read, what, clause, None, elicitor);
        Some(Precision::Picks { points: points_read, often: Box::new(often) })
    }

    fn payoff(
        &mut self,
        term: &View,
        name: &str,
        because: Option<usize>,
        elicitor: usize,
    ) -> Option<Payoff> {
        self.carry_line(term, because);
        let mut number = self.number(&term.numbers().next()?, Slot::Payoff)?;
        // A certain payoff is a number that can be moved, whatever its sign.
        if let NumberKind::Negative(inner) = &number.kind
            && let NumberKind::Point(value) = inner.kind
        {
            number.kind = NumberKind::Point(-value);
        }
        let mut what = format!("{name}: payoff");
        let condition = match term.conditions().next() {
            Some(view) => {
                what = format!("{what} if {}", view.written());
                Some(self.condition(&view)?)
            }
            None => None,
        };
        Some(Payoff { number: self.elicited(number, what, term, because, elicitor), condition })
    }

    fn expectation(
        &mut self,
        clause: &View,
        name: &str,
        own: &[usize],
        because: Option<usize>,
        elicitor: usize,
        into: &mut Vec<Expectation>,
    ) {
        let (Some(about), Some(state)) = (clause.name(), clause.state()) else { return };
        let Some(variable) = self.variable(&about) else { return };
        let Some(state_ix) = self.state_of(variable, &state) else { return };
        if own.contains(&variable) {
            self.report(checks::impossible_belief::own_choice(clause.span(), name, &about.text));
            return;
        }
        let sees = |choice: &usize| {
            matches!(&self.assessment.variables[*choice].form,
                Form::Choice { knows, .. } if knows.contains(&variable))
        };
        if !own.is_empty() && own.iter().all(sees) {
            self.report(checks::impossible_belief::seen(clause.span(), name, &about.text));
            return;
        }
        let before = into.iter().flat_map(|belief| {
            belief.states.iter().map(|state| (belief.variable, state.state, state.span))
        });
        let mut before =
            before.filter(|(other, stated, _)| (*other, *stated) == (variable, state_ix));
        if let Some((_, _, before)) = before.next_back() {
            self.report(checks::doubled_clause::diagnostic(clause, before));
            return;
        }
        let what = format!("{name} expects {} = {}", about.text, state.text);
        let is_rest = clause.child(Kind::Case).is_some_and(|case| case.has_word("rest"));
        let cases =
            (!is_rest).then(|| self.case_list(clause, &what, Slot::Probability, because, elicitor));
        if cases.as_ref().is_some_and(Vec::is_empty) {
            return;
        }
        let stated = StateCases { state: state_ix, cases, span: clause.span() };
        match into.iter_mut().find(|belief| belief.variable == variable) {
            Some(belief) => belief.states.push(stated),
            None => {
                into.push(Expectation { variable, states: vec![stated], span: clause.span() });
            }
        }
    }

    /// A belief states all states but one.
    fn check_expected_states(&mut self, belief: &Expectation) {
        let variable = &self.assessment.variables[belief.variable];
        let is_open =
            |state: &usize| !belief.states.iter().any(|s| s.state == *state && s.cases.is_some());
        let open: Vec<&str> = (0..variable.states.len())
            .filter(is_open)
            .map(|state| variable.states[state].as_str())
            .collect();
        if open.len() > 1 {
            let name = &variable.header.name;
            let told = checks::states_missing::diagnostic(belief.span, name, &open);
            self.diagnostics.push(told);
        }
    }

    /// A choice that stands where no actor owns it.
    pub(super) fn check_choices_owned(&mut self, declarations: &[View]) {
        for declaration in declarations.iter().filter(|d| d.kind() != Kind::Actor) {
            for clause in declaration.children_of(Kind::Choice).collect::<Vec<_>>() {
                let name = clause.name().map(|name| name.text).unwrap_or_default();
                self.report(checks::choice_without_actor::diagnostic(clause.header_span(), &name));
            }
        }
    }

    /// What concerns all actors together, once everything was read and there is no cycle.
    pub(super) fn check_actors(&mut self) {
        let parents: Vec<Vec<usize>> =
            self.assessment.variables.iter().map(crate::lower::parents).collect();
        let mut told = Vec::new();
        for actor in &self.assessment.actors {
            self.check_recall(actor, &parents, &mut told);
            self.check_stakes(actor, &parents, &mut told);
            self.check_beliefs(actor, &parents, &mut told);
        }
        self.diagnostics.extend(told);
    }

    /// A later choice knows each earlier one of the same actor, and what was known then.
    fn check_recall(
        &self,
        actor: &Actor,
        parents: &[Vec<usize>],
        told: &mut Vec<weigh_syntax::diag::Diagnostic>,
    ) {
        let name = |ix: usize| self.assessment.variables[ix].header.name.as_str();
        let span = |ix: usize| self.assessment.variables[ix].header.span;
        for (place, &a) in actor.choices.iter().enumerate() {
            for &b in &actor.choices[..place] {
                let (earlier, later) = match (below(parents, b)[a], below(parents, a)[b]) {
                    (true, _) => (b, a),
                    (_, true) => (a, b),
                    _ => {
                        let diagnostic = checks::forgetful_actor::no_order(
                            span(a),
                            span(b),
                            &actor.header.name,
                            [name(b), name(a)],
                        );
                        told.push(diagnostic);
                        continue;
                    }
                };
                let must = [earlier].into_iter().chain(parents[earlier].iter().copied());
                let forgotten: Vec<&str> =
                    must.filter(|ix| !parents[later].contains(ix)).map(name).collect();
                if !forgotten.is_empty() {
                    told.push(checks::forgetful_actor::diagnostic(
                        span(later),
                        span(earlier),
                        &actor.header.name,
                        [name(earlier), name(later)],
                        &forgotten,
                    ));
                }
            }
        }
    }

    /// Choices that move no payoff of their actor, and payoffs off the scale.
    fn check_stakes(
        &self,
        actor: &Actor,
        parents: &[Vec<usize>],
        told: &mut Vec<weigh_syntax::diag::Diagnostic>,
    ) {
        let mut wanted = Vec::new();
        let conditions = actor.wants.iter().filter_map(|term| term.condition.as_ref());
        conditions.for_each(|condition| condition.variables(&mut wanted));
        for &choice in &actor.choices {
            let moved = below(parents, choice);
            if !wanted.iter().any(|ix| moved[*ix]) {
                let header = &self.assessment.variables[choice].header;
                told.push(checks::idle_choice::diagnostic(
                    header.span,
                    &header.name,
                    &actor.header.name,
                    actor.wants.is_empty(),
                ));
            }
        }
        if matches!(actor.precision, Precision::Rational) {
            return;
        }
        for term in &actor.wants {
            let number = &term.number.number;
            let largest = match &number.kind {
                NumberKind::Range { low, high, .. } => low.abs().max(high.abs()),
                _ => number.value(true).unwrap_or(0.0).abs(),
            };
            if largest > SCALE {
                told.push(checks::payoff_off_scale::diagnostic(
                    number.span,
                    &number.written,
                    &actor.header.name,
                ));
            }
        }
    }

    /// A belief is given only what its subject depends on.
    fn check_beliefs(
        &self,
        actor: &Actor,
        parents: &[Vec<usize>],
        told: &mut Vec<weigh_syntax::diag::Diagnostic>,
    ) {
        for belief in &actor.expects {
            let mut given = Vec::new();
            for case in belief.states.iter().flat_map(|state| state.cases.iter().flatten()) {
                case.condition.iter().for_each(|condition| condition.variables(&mut given));
            }
            let stranger = given.iter().find(|ix| !parents[belief.variable].contains(ix));
            if let Some(&stranger) = stranger {
                let name = |ix: usize| self.assessment.variables[ix].header.name.as_str();
                told.push(checks::impossible_belief::stranger(
                    belief.span,
                    &actor.header.name,
                    name(belief.variable),
                    name(stranger),
                ));
            }
        }
    }
}

/// Points that a payoff, or the distance of two options, may have at most: far from what a float holds,
/// and nobody means more.
pub const MAX_POINTS: f64 = 1e6;

/// The scale of payoffs in points.
const SCALE: f64 = 100.0;

fn picks_what(name: &str, points: f64) -> String {
    format!("{name}: picks the better of two options {points} points apart")
}

/// For each variable, whether it is `top` or depends on it.
fn below(parents: &[Vec<usize>], top: usize) -> Vec<bool> {
    let mut is_below = vec![false; parents.len()];
    is_below[top] = true;
    let mut grew = true;
    while grew {
        grew = false;
        for (ix, parents) in parents.iter().enumerate() {
            if !is_below[ix] && parents.iter().any(|parent| is_below[*parent]) {
                is_below[ix] = true;
                grew = true;
            }
        }
    }
    is_below
}
