//! The assessment's own clauses, quantities, reasons, base rates and scenarios.

use super::Resolver;
use super::numbers::Slot;
use crate::assessment::{
    Base, Claim, Condition, Form, OddsWeight, Quantity, Reason, Scenario, Threshold, VariableKind,
};
use crate::checks;
use weigh_inference::Sharing;
use weigh_syntax::ast::View;
use weigh_syntax::kind::Kind;
use weigh_syntax::span::Span;

impl Resolver<'_> {
    pub(super) fn assessment_clauses(&mut self, declarations: &[View]) {
        let mut all = declarations.iter().filter(|d| d.kind() == Kind::Assessment);
        self.assessment.as_of = self.world.today();
        let Some(declaration) = all.next() else {
            let span = Span::default();
            self.report(checks::no_date::diagnostic(span, &self.assessment.as_of.to_string()));
            return;
        };
        for doubled in all {
            let diagnostic =
                checks::doubled_assessment::diagnostic(doubled, declaration.header_span());
            self.report(diagnostic);
        }
        let clauses = self.clauses(
            declaration,
            &[
                Kind::AsOf,
                Kind::Claims,
                Kind::Scale,
                Kind::Author,
                Kind::Level,
                Kind::Errors,
                Kind::Confidence,
            ],
            &[Kind::Record],
        );
        let header = self.header(declaration);
        self.assessment.title = header.text;
        self.assessment.notes = header.notes;
        // The scale first: other clauses may use its words.
        for clause in clauses.iter().filter(|clause| clause.kind() == Kind::Scale) {
            if let Some(scale) = clause.name().and_then(|name| self.scale(&name)) {
                self.assessment.scale = scale;
            }
        }
        let mut dated = false;
        for clause in &clauses {
            match clause.kind() {
                Kind::AsOf => {
                    // A date that cannot be was meant to be one, and is told as what it is.
                    dated = true;
                    if let Some(date) = self.date(clause) {
                        self.assessment.as_of = date.last_day();
                    }
                }
                Kind::Author => {
                    self.assessment.author = clause.text().map(|text| text.text);
                }
                Kind::Claims => self.claim(clause),
                Kind::Level => self.level(clause),
                Kind::Errors => self.errors(clause),
                Kind::Record => self.record(clause),
                Kind::Confidence => {
                    let Some(level) = clause.name() else { continue };
                    if !["low", "moderate", "high"].contains(&level.text.as_str()) {
                        self.report(checks::unknown_grade::confidence(&level));
                        continue;
                    }
                    let grounds = clause.text().map(|text| text.text).unwrap_or_default();
                    self.assessment.confidence = Some((level.text, grounds));
                }
                _ => {}
            }
        }
        if !dated {
            let today = self.assessment.as_of.to_string();
            self.report(checks::no_date::diagnostic(declaration.header_span(), &today));
        }
    }

    fn claim(&mut self, clause: &View) {
        let Some(word) = clause.text() else { return };
        let scale = match clause.name() {
            Some(name) => self.scale(&name),
            None => Some(self.assessment.scale),
        };
        if let Some(scale) = scale
            && let Some(term) = self.term(&word, scale)
        {
            self.assessment.claim = Some(Claim { scale, term, span: clause.span() });
        }
    }

    fn level(&mut self, clause: &View) {
        let Some(view) = clause.numbers().next() else { return };
        match self.number(&view, Slot::Probability).and_then(|number| number.value(false)) {
            Some(level) if (0.01..=0.999).contains(&level) => self.assessment.level = level,
            _ => self.report(checks::impossible_level::diagnostic(view.span(), &view.written())),
        }
    }

    fn errors(&mut self, clause: &View) {
        if clause.has_word("independent") {
            self.assessment.sharing = Sharing::INDEPENDENT;
            return;
        }
        let numbers: Vec<View> = clause.numbers().collect();
        let mut values = Vec::new();
        for view in &numbers {
            match self.number(view, Slot::Probability).and_then(|number| number.value(false)) {
                Some(value) => values.push(value),
                None => return,
            }
        }
        if let Some(&within_table) = values.first() {
            let within_elicitor = values.get(1).copied().unwrap_or(0.0);
            self.assessment.sharing = Sharing { within_table, within_elicitor };
        }
    }

    pub(super) fn quantities(&mut self, declarations: &[View]) {
        for declaration in declarations.iter().filter(|d| d.kind() == Kind::Quantity) {
            let clauses = self.clauses(
                declaration,
                &[Kind::Because, Kind::Elicitor],
                &[Kind::Quote, Kind::SourceRef],
            );
            let mut header = self.header(declaration);
            let because = clauses.iter().find(|c| c.kind() == Kind::Because).cloned();
            let because = because.and_then(|clause| self.reason(&clause));
            let elicitor = self.elicitor(&clauses);
            let view = declaration.numbers().next();
            let number = view.and_then(|view| self.number(&view, Slot::Quantity));
            // A quantity without a number that can be read still has its name: nothing is known of it.
            let number = number.unwrap_or_else(|| crate::assessment::Number {
                kind: crate::assessment::NumberKind::Unknown,
                span: declaration.header_span(),
                written: "?".to_string(),
            });
            let (because, rationale) = self.tails(declaration, because);
            // The text after the number is the quantity's own text if there is none before it.
            if header.text == header.name
                && let Some(text) = &rationale
            {
                header.text = text.clone();
            }
            let what = header.name.clone();
            self.note_ranges(elicitor, &number);
            let number = crate::assessment::Elicited { number, what, rationale, because, elicitor };
            let quotes = self.quotes(&clauses);
            self.use_sources(&clauses);
            self.assessment.quantities.push(Quantity { header, number, quotes });
        }
        self.order_quantities();
    }

    /// Quantities in an order in which each comes after those it uses; one that uses itself is emptied.
    fn order_quantities(&mut self) {
        let n = self.assessment.quantities.len();
        let uses: Vec<Vec<usize>> = (0..n)
            .map(|ix| {
                let mut uses = Vec::new();
                self.assessment.quantities[ix].number.number.quantities(&mut uses);
                uses
            })
            .collect();
        let mut placed = vec![false; n];
        let mut order = Vec::new();
        loop {
            let before = order.len();
            for ix in 0..n {
                if !placed[ix] && uses[ix].iter().all(|&used| placed[used]) {
                    placed[ix] = true;
                    order.push(ix);
                }
            }
            if order.len() == before {
                break;
            }
        }
        for ix in (0..n).filter(|&ix| !placed[ix]).collect::<Vec<_>>() {
            let header = &self.assessment.quantities[ix].header;
            let diagnostic = checks::quantity_cycle::diagnostic(header.span, &header.name);
            self.report(diagnostic);
            self.assessment.quantities[ix].number.number.kind =
                crate::assessment::NumberKind::Unknown;
            order.push(ix);
        }
        self.assessment.quantity_order = order;
    }

    /// Reasons with their weights on questions, and the base rates of questions.
    pub(super) fn reasons_and_base_rates(&mut self, declarations: &[View]) {
        for declaration in declarations {
            match declaration.kind() {
                Kind::Reason => self.reason_declaration(declaration),
                Kind::BaseRate => self.base_rate(declaration),
                _ => {}
            }
        }
        for variable in self.assessment.questions().collect::<Vec<_>>() {
            if let Form::Odds { base: None, .. } = self.assessment.variables[variable].form {
                let header = &self.assessment.variables[variable].header;
                let diagnostic = checks::no_base_rate::diagnostic(header.span, &header.name);
                self.report(diagnostic);
            }
        }
    }

    fn reason_declaration(&mut self, declaration: &View) {
        let clauses = self.clauses(
            declaration,
            &[Kind::About, Kind::Elicitor],
            &[Kind::Odds, Kind::Quote, Kind::SourceRef],
        );
        let header = self.header(declaration);
        let name = header.name.clone();
        let ix = self.assessment.reasons.len();
        let elicitor = self.elicitor(&clauses);
        let quotes = self.quotes(&clauses);
        self.use_sources(&clauses);
        self.assessment.reasons.push(Reason { header, quotes });
        let odds: Vec<&View> =
            clauses.iter().filter(|clause| clause.kind() == Kind::Odds).collect();
        if odds.is_empty() {
            return;
        }
        self.reason_carries[ix] = true;
        let Some(question) = self.about(&clauses, odds[0]) else { return };
        for clause in odds {
            let what = format!("{name}: odds");
            let default_state = match &self.assessment.variables[question].form {
                Form::Odds { base, .. } => self.state_of_base(question, base.as_ref()),
                _ => None,
            };
            let weight =
                self.odds_weight(clause, question, default_state, &what, Some(ix), elicitor);
            let Some(weight) = weight else { continue };
            match &mut self.assessment.variables[question].form {
                Form::Odds { odds, .. } | Form::Hazards { odds, .. } => odds.push(weight),
                _ => {
                    let question = self.assessment.variables[question].header.name.clone();
                    self.report(checks::odds_without_base::diagnostic(clause.span(), &question));
                }
            }
        }
    }

    /// The question that a reason or a base rate is about: the named one, or the only one.
    pub(super) fn about(&mut self, clauses: &[View], holder: &View) -> Option<usize> {
        if let Some(name) = clauses.iter().find(|c| c.kind() == Kind::About).and_then(|c| c.name())
        {
            let variable = self.variable(&name)?;
            if !self.is_question(variable) {
                self.report(checks::not_a_question::diagnostic(&name));
                return None;
            }
            return Some(variable);
        }
        let questions: Vec<usize> = self.assessment.questions().collect();
        match questions.as_slice() {
            [only] => Some(*only),
            [] => None, // `no-question` is said once, for the whole file
            several => {
                let names: Vec<&str> = several
                    .iter()
                    .map(|&ix| self.assessment.variables[ix].header.name.as_str())
                    .collect();
                let diagnostic = checks::which_question::diagnostic(holder.span(), &names);
                self.report(diagnostic);
                None
            }
        }
    }

    /// An `odds` line about a variable; `default_state` is the one it means if it names none.
    pub(super) fn odds_weight(
        &mut self,
        clause: &View,
        variable: usize,
        default_state: Option<usize>,
        what: &str,
        because: Option<usize>,
        elicitor: usize,
    ) -> Option<OddsWeight> {
        let state = match clause.state() {
            Some(state) => self.state_of(variable, &state)?,
            None => match default_state {
                Some(state) => state,
                None => self.yes(variable, clause, "odds of STATE x …")?,
            },
        };
        let number = self.number(&clause.numbers().next()?, Slot::Weight)?;
        let mut what = what.to_string();
        if clause.state().is_some() {
            what = format!("{what} of {}", self.assessment.variables[variable].states[state]);
        }
        let condition = match clause.conditions().next() {
            Some(view) => {
                what = format!("{what} if {}", view.written());
                Some(self.condition(&view)?)
            }
            None => None,
        };
        let weight = self.elicited(number, what, clause, because, elicitor);
        Some(OddsWeight { state, weight, condition })
    }

    /// The state that odds are of if they name none: `yes`, or else the one state that the base names.
    pub(super) fn state_of_base(&self, variable: usize, base: Option<&Base>) -> Option<usize> {
        let yes =
            self.assessment.variables[variable].states.iter().position(|state| state == "yes");
        let stated = base.map_or(&[][..], |base| base.numbers.as_slice());
        yes.or(match stated {
            [(state, Some(_))] => Some(*state),
            _ => None,
        })
    }

    /// The state `yes` of a variable, for a line that names none.
    pub(super) fn yes(&mut self, variable: usize, line: &View, form: &str) -> Option<usize> {
        let states = &self.assessment.variables[variable].states;
        let yes = states.iter().position(|state| state == "yes");
        if yes.is_none() {
            let name = &self.assessment.variables[variable].header.name;
            let diagnostic = checks::which_state::diagnostic(line.span(), name, states, form);
            self.report(diagnostic);
        }
        yes
    }

    /// Counts the sources that a declaration names without quoting them.
    pub(super) fn use_sources(&mut self, clauses: &[View]) -> Vec<usize> {
        let mut used = Vec::new();
        for clause in clauses.iter().filter(|clause| clause.kind() == Kind::SourceRef) {
            if let Some(source) = clause.name().and_then(|name| self.source(&name)) {
                self.source_used[source] = true;
                used.push(source);
            }
        }
        used
    }

    pub(super) fn scenarios(&mut self, declarations: &[View]) {
        for declaration in declarations.iter().filter(|d| d.kind() == Kind::Scenario) {
            let clauses = self.clauses(declaration, &[], &[Kind::Set, Kind::Observe]);
            let mut scenario = Scenario {
                header: self.header(declaration),
                set: Vec::new(),
                observe: Vec::new(),
                written: Vec::new(),
            };
            let mut changed: Vec<(usize, Span)> = Vec::new();
            for clause in &clauses {
                let Some(view) = clause.conditions().next() else { continue };
                let pair = match self.condition(&view) {
                    Some(Condition::Is { variable, states }) if states.len() == 1 => {
                        (variable, states[0])
                    }
                    Some(_) => {
                        self.report(checks::not_one_state::diagnostic(
                            view.span(),
                            &view.written(),
                        ));
                        continue;
                    }
                    None => continue,
                };
                if let Some(&(_, first)) = changed.iter().find(|(variable, _)| *variable == pair.0)
                {
                    let factor = &self.assessment.variables[pair.0].header.name;
                    let name = &scenario.header.name;
                    let fault =
                        checks::doubled_change::diagnostic(clause.span(), first, name, factor);
                    self.report(fault);
                    continue;
                }
                changed.push((pair.0, clause.span()));
                scenario.written.push(clause.written());
                if clause.kind() == Kind::Set {
                    scenario.set.push(pair);
                } else {
                    scenario.observe.push(pair);
                }
            }
            if scenario.written.is_empty() {
                let header = &scenario.header;
                self.diagnostics
                    .push(checks::empty_scenario::diagnostic(header.span, &header.name));
            }
            self.assessment.scenarios.push(scenario);
        }
    }

    /// Where a decision turns.
    pub(super) fn threshold(&mut self, clause: &View, variable: usize) {
        let Some(view) = clause.numbers().next() else { return };
        let Some(number) = self.number(&view, Slot::Probability) else { return };
        let Some(p) = number.value(false).filter(|p| *p > 0.0 && *p < 1.0) else {
            self.report(checks::threshold_not_a_point::diagnostic(number.span, &number.written));
            return;
        };
        let (_, text) = self.tails(clause, None);
        if let VariableKind::Question(asked) = &mut self.assessment.variables[variable].kind {
            asked.thresholds.push(Threshold { p, text });
        }
    }

    /// The author's direct judgement, where a question has one.
    pub(super) fn gut(&mut self, clause: &View, variable: usize) {
        let Some(view) = clause.numbers().next() else { return };
        let Some(number) = self.number(&view, Slot::Probability) else { return };
        if let VariableKind::Question(asked) = &mut self.assessment.variables[variable].kind {
            asked.gut = number.value(true);
        }
    }
}
