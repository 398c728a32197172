//! Questions, factors and indicators: how each depends on others.

use super::Resolver;
use super::numbers::{Slot, words_of};
use crate::assessment::{
    Base, Case, Cause, Elicited, Form, HazardPiece, Number, NumberKind, Obtain, OddsWeight,
    StateCases, VariableKind, Window,
};
use crate::checks;
use crate::dates::{PartialDate, Period, Unit};
use weigh_syntax::ast::{Spanned, View};
use weigh_syntax::kind::Kind;
use weigh_syntax::span::Span;

/// Clauses that give a variable its table.
const FORM_CLAUSES: [Kind; 7] = [
    Kind::Odds,
    Kind::Base,
    Kind::Hazard,
    Kind::StateLine,
    Kind::Leak,
    Kind::CausedBy,
    Kind::TableGiven,
];

/// `year`, `90 days`
fn period(words: &[String]) -> Option<Period> {
    let (count, unit) = match words {
        [unit] => (1.0, unit),
        [count, unit] => (count.replace(['_', ','], "").parse().ok()?, unit),
        _ => return None,
    };
    let unit = Unit::from_word(unit)?;
    (count > 0.0).then_some(Period { count, unit })
}

impl Resolver<'_> {
    pub(super) fn variables(&mut self, declarations: &[View]) {
        for declaration in declarations {
            let Some(name) = declaration.name() else { continue };
            if matches!(declaration.kind(), Kind::Question | Kind::Factor | Kind::Indicator) {
                let variable = self.names.variables[&name.text];
                self.variable_clauses(declaration, variable);
            }
        }
    }

    fn variable_clauses(&mut self, declaration: &View, variable: usize) {
        let single: &[Kind] = match declaration.kind() {
            Kind::Question => &[
                Kind::By,
                Kind::Resolves,
                Kind::Gut,
                Kind::Because,
                Kind::Elicitor,
                Kind::Base,
                Kind::Leak,
                Kind::TableGiven,
            ],
            Kind::Indicator => &[
                Kind::By,
                Kind::Obtain,
                Kind::Because,
                Kind::Elicitor,
                Kind::Base,
                Kind::Leak,
                Kind::TableGiven,
            ],
            _ => {
                &[Kind::By, Kind::Because, Kind::Elicitor, Kind::Base, Kind::Leak, Kind::TableGiven]
            }
        };
        let many = [
            Kind::Odds,
            Kind::Hazard,
            Kind::StateLine,
            Kind::CausedBy,
            Kind::Quote,
            Kind::SourceRef,
            Kind::Decide,
        ];
        // Only a question is decided on.
        let n_many = many.len() - usize::from(declaration.kind() != Kind::Question);
        let clauses = self.clauses(declaration, single, &many[..n_many]);
        let elicitor = self.elicitor(&clauses);
        let because = clauses.iter().find(|clause| clause.kind() == Kind::Because).cloned();
        let because = because.and_then(|clause| self.reason(&clause));
        for clause in &clauses {
            match clause.kind() {
                Kind::By => self.horizon_clause(clause, variable),
                Kind::Resolves => {
                    let text = clause.text().map(|text| text.text);
                    if let VariableKind::Question(asked) =
                        &mut self.assessment.variables[variable].kind
                    {
                        asked.resolves = text;
                    }
                }
                Kind::Gut => self.gut(clause, variable),
                Kind::Decide => self.threshold(clause, variable),
                Kind::Obtain => {
                    let obtain = self.obtain(clause);
                    self.assessment.variables[variable].kind = VariableKind::Indicator(obtain);
                }
                _ => {}
            }
        }
        let quotes = self.quotes(&clauses);
        self.names_source[variable] = !self.use_sources(&clauses).is_empty();
        let form_clauses: Vec<View> =
            clauses.into_iter().filter(|clause| FORM_CLAUSES.contains(&clause.kind())).collect();
        if form_clauses.is_empty() && !self.is_question(variable) {
            let header = &self.assessment.variables[variable].header;
            self.diagnostics.push(checks::no_numbers::diagnostic(header.span, &header.name));
        }
        let form = self.form(&form_clauses, variable, because, elicitor);
        let target = &mut self.assessment.variables[variable];
        target.form = form;
        target.because = because;
        target.quotes = quotes;
    }

    fn obtain(&mut self, clause: &View) -> Option<Obtain> {
        let mut texts = clause.texts().map(|text| text.text);
        let place = texts.next()?;
        let cost = clause.numbers().next().and_then(|view| self.number(&view, Slot::Quantity));
        let cost = cost.and_then(|number| {
            let cost = number.value(true).filter(|cost| *cost >= 0.0);
            if cost.is_none() {
                self.report(checks::impossible_cost::diagnostic(number.span, &number.written));
            }
            cost
        });
        let within = clause.tokens().skip_while(|token| token.text() != "within").skip(1);
        let mut words: Vec<String> = within.map(|token| token.text().to_string()).collect();
        words.extend(clause.names().map(|name| name.text));
        let days = period(&words).map(Period::days);
        if clause.has_word("within") && days.is_none() {
            self.report(checks::time_without_unit::within(clause.span()));
        }
        Some(Obtain {
            place,
            by: texts.next(),
            cost: cost.unwrap_or(Obtain::COST),
            days: days.unwrap_or(0.0),
            written: clause.written(),
        })
    }

    fn horizon_clause(&mut self, clause: &View, variable: usize) {
        let Some(by) = self.date(clause) else { return };
        if by.last_day() < self.assessment.as_of {
            let as_of = self.assessment.as_of.to_string();
            self.report(checks::horizon_passed::diagnostic(clause.span(), &by.to_string(), &as_of));
        }
        self.assessment.variables[variable].by = Some(by);
    }

    /// The one form that the clauses add up to.
    fn form(
        &mut self,
        clauses: &[View],
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Form {
        let family = |kind: Kind| match kind {
            Kind::Odds | Kind::Base | Kind::Hazard => 0,
            Kind::StateLine => 1,
            Kind::Leak | Kind::CausedBy => 2,
            _ => 3,
        };
        let first = clauses.first().map_or(0, |clause| family(clause.kind()));
        if let Some(other) = clauses.iter().find(|clause| family(clause.kind()) != first) {
            let name = self.assessment.variables[variable].header.name.clone();
            self.report(checks::two_forms::diagnostic(other, clauses[0].span(), &name));
        }
        let clauses: Vec<&View> =
            clauses.iter().filter(|clause| family(clause.kind()) == first).collect();
        match first {
            0 => self.odds_form(&clauses, variable, because, elicitor),
            1 => self.cases_form(&clauses, variable, because, elicitor),
            2 => self.noisy_or_form(&clauses, variable, because, elicitor),
            _ => self.table_form(clauses[0], variable, because, elicitor),
        }
    }

    fn name_of(&self, variable: usize) -> String {
        self.assessment.variables[variable].header.name.clone()
    }

    fn odds_form(
        &mut self,
        clauses: &[&View],
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Form {
        let name = self.name_of(variable);
        let mut base = None;
        let mut pieces = Vec::new();
        let mut odds: Vec<OddsWeight> = Vec::new();
        if let Some(clause) = clauses.iter().find(|clause| clause.kind() == Kind::Base) {
            base = self.base(clause, variable, &format!("{name}: base"), because, elicitor);
        }
        let default_state = self.state_of_base(variable, base.as_ref());
        for clause in clauses {
            match clause.kind() {
                Kind::Base => {}
                Kind::Hazard => pieces.extend(self.hazard(clause, variable, because, elicitor)),
                _ => {
                    self.carry_line(clause, because);
                    let what = format!("{name}: odds");
                    let weight =
                        self.odds_weight(clause, variable, default_state, &what, because, elicitor);
                    odds.extend(weight);
                }
            }
        }
        if pieces.is_empty() {
            return Form::Odds { base, odds };
        }
        self.check_hazard_order(clauses);
        if let Some(base) = base {
            let name = self.name_of(variable);
            self.report(checks::two_bases::diagnostic(
                base.span,
                pieces[0].rate.number.span,
                &name,
            ));
        }
        Form::Hazards { pieces, odds }
    }

    /// Each hazard holds from the end of the one before: one that ends no later, or that follows one
    /// without an end, has no time of its own.
    fn check_hazard_order(&mut self, clauses: &[&View]) {
        let mut before: Option<(Span, Option<PartialDate>)> = None;
        for clause in clauses.iter().filter(|clause| clause.kind() == Kind::Hazard) {
            // A date that cannot be was reported, and so was one that is missing.
            let until = match clause.child(Kind::Until) {
                None => None,
                Some(until) => match until.date().and_then(|date| date.text.parse().ok()) {
                    Some(until) => Some::<PartialDate>(until),
                    None => continue,
                },
            };
            let fault = match (before, until) {
                (Some((open, None)), _) => {
                    Some(checks::hazards_out_of_order::after_open(clause.span(), open))
                }
                (Some((span, Some(last))), Some(until)) if until.last_day() <= last.last_day() => {
                    Some(checks::hazards_out_of_order::not_later(
                        clause.span(),
                        &until.to_string(),
                        span,
                        &last.to_string(),
                    ))
                }
                _ => None,
            };
            match fault {
                Some(fault) => self.report(fault),
                None => before = Some((clause.span(), until)),
            }
        }
    }

    /// The last hazard holds to the horizon: known once every question has been read.
    pub(super) fn check_hazards_reach(&mut self) {
        for ix in 0..self.assessment.variables.len() {
            let variable = &self.assessment.variables[ix];
            let Form::Hazards { pieces, .. } = &variable.form else { continue };
            let own = variable.by.map(|by| by.last_day());
            let Some(by) = own.or_else(|| self.assessment.horizon()) else { continue };
            // None is open: what follows an open one was reported.
            let ends: Option<Vec<PartialDate>> = pieces.iter().map(|piece| piece.until).collect();
            let last = ends.and_then(|ends| ends.into_iter().max_by_key(|end| end.last_day()));
            if let Some(last) = last.filter(|last| last.last_day() < by) {
                let span = pieces[pieces.len() - 1].span;
                let told = checks::hazard_stops_short::diagnostic(
                    span,
                    &variable.header.name,
                    &last.to_string(),
                    &by.to_string(),
                );
                self.diagnostics.push(told);
            }
        }
    }

    fn hazard(
        &mut self,
        clause: &View,
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Option<HazardPiece> {
        self.yes(variable, clause, "base STATE … per year")?;
        let number = self.number(&clause.numbers().next()?, Slot::Weight)?;
        let per = match self.window(clause)? {
            Window::Per(period) => period,
            _ => {
                self.report(checks::time_without_unit::diagnostic(clause.span()));
                return None;
            }
        };
        let until = clause.child(Kind::Until).and_then(|until| self.date(&until));
        self.needs_horizon(clause, variable)?;
        let what = format!("{}: hazard", self.name_of(variable));
        let rate = self.elicited(number, what, clause, because, elicitor);
        Some(HazardPiece { rate, per, until, span: clause.span() })
    }

    /// The numbers of a `base` clause or a `base rate`.
    fn base(
        &mut self,
        clause: &View,
        variable: usize,
        what: &str,
        because: Option<usize>,
        elicitor: usize,
    ) -> Option<Base> {
        let window = self.window(clause)?;
        if window != Window::Left {
            self.needs_horizon(clause, variable)?;
        }
        if let Window::Since(since) = window
            && since.first_day() > self.assessment.as_of
        {
            let why = format!(
                "{since} is after {}, the day the assessment speaks for",
                self.assessment.as_of
            );
            self.report(checks::impossible_date::diagnostic(clause.span(), &why));
            return None;
        }
        let mut numbers: Vec<(usize, Option<Elicited>)> = Vec::new();
        let entries: Vec<View> = clause.children_of(Kind::StateNumber).collect();
        if entries.is_empty() {
            let view = clause.numbers().next()?;
            let (state, number) = self.state_and_words(&view, variable, clause)?;
            numbers.push((
                state,
                Some(self.elicited(number, what.to_string(), clause, because, elicitor)),
            ));
        }
        for entry in &entries {
            let Some(state) = entry.state() else { continue };
            let state_ix = self.state_of(variable, &state)?;
            if numbers.iter().any(|&(given, _)| given == state_ix) {
                self.report(checks::doubled_state::diagnostic(&state));
                return None;
            }
            let number = match entry.numbers().next() {
                Some(view) => {
                    let number = self.number(&view, Slot::Probability)?;
                    let what = format!("{what} of {}", state.text);
                    Some(self.elicited(number, what, clause, because, elicitor))
                }
                None => None,
            };
            numbers.push((state_ix, number));
        }
        if window != Window::Left
            && (numbers.len() != 1 || self.assessment.variables[variable].states.len() != 2)
        {
            self.report(checks::time_on_several::diagnostic(clause.span()));
            return None;
        }
        self.check_sum(clause, variable, &numbers);
        let written: Vec<String> = entries
            .iter()
            .chain(&clause.numbers().collect::<Vec<_>>())
            .map(View::written)
            .collect();
        let mut written = written.join(", ");
        for tail in [Kind::Per, Kind::Since] {
            if let Some(tail) = clause.child(tail) {
                written = format!("{written} {}", tail.written());
            }
        }
        Some(Base {
            numbers,
            window,
            class: None,
            written,
            span: clause.span(),
            quotes: Vec::new(),
        })
    }

    /// The number of a base that names no state, or `STATE word word`, which reads like words alone.
    fn state_and_words(
        &mut self,
        view: &View,
        variable: usize,
        clause: &View,
    ) -> Option<(usize, Number)> {
        let words = if view.kind() == Kind::Word { words_of(view) } else { Vec::new() };
        if let [state, rest @ ..] = words.as_slice()
            && !rest.is_empty()
            && self.assessment.variables[variable].states.contains(&state.text)
        {
            let scale = match view.name() {
                Some(name) => self.scale(&name)?,
                None => self.assessment.scale,
            };
            let phrase = rest.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let span = rest[0].span.to(rest[rest.len() - 1].span);
            let term = self.term(&Spanned { text: phrase.clone(), span }, scale)?;
            let number = Number { kind: NumberKind::Word(scale, term), span, written: phrase };
            return Some((self.state_of(variable, state)?, number));
        }
        let state = self.yes(variable, clause, "base STATE …")?;
        Some((state, self.number(view, Slot::Probability)?))
    }

    /// The time that a number is for.
    fn window(&mut self, clause: &View) -> Option<Window> {
        if let Some(per) = clause.child(Kind::Per) {
            let words: Vec<String> =
                per.tokens().skip(1).map(|token| token.text().to_string()).collect();
            return match period(&words) {
                Some(period) => Some(Window::Per(period)),
                None => {
                    self.report(checks::time_without_unit::diagnostic(per.span()));
                    None
                }
            };
        }
        match clause.child(Kind::Since) {
            Some(since) => self.date(&since).map(Window::Since),
            None => Some(Window::Left),
        }
    }

    /// A number for a period needs a day until which it runs.
    fn needs_horizon(&mut self, clause: &View, variable: usize) -> Option<()> {
        let by = self.assessment.variables[variable].by.map(|by| by.last_day());
        // Questions further down have not been read yet: ask their declarations' clauses, not this list.
        if by.or_else(|| self.assessment.horizon()).is_some() || self.horizon_ahead {
            return Some(());
        }
        self.report(checks::no_horizon::diagnostic(clause.span()));
        None
    }

    /// The middles of stated probabilities must leave nothing over, and nothing short where all are stated.
    fn check_sum(&mut self, line: &View, variable: usize, numbers: &[(usize, Option<Elicited>)]) {
        let variable = &self.assessment.variables[variable];
        let stated: Vec<(&str, &Number)> = numbers
            .iter()
            .filter_map(|(state, number)| {
                Some((variable.states[*state].as_str(), &number.as_ref()?.number))
            })
            .collect();
        let all_stated = stated.len() == variable.states.len();
        let fault =
            checks::states_not_100::check(line.span(), &variable.header.name, &stated, all_stated);
        self.diagnostics.extend(fault);
        let n_open = variable.states.len() - stated.len();
        if n_open > 1 {
            let open: Vec<&str> = (0..variable.states.len())
                .filter(|ix| !numbers.iter().any(|(state, number)| state == ix && number.is_some()))
                .map(|ix| variable.states[ix].as_str())
                .collect();
            let fault =
                checks::states_missing::diagnostic(line.span(), &variable.header.name, &open);
            self.diagnostics.push(fault);
        }
    }

    fn cases_form(
        &mut self,
        clauses: &[&View],
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Form {
        let mut states: Vec<StateCases> = Vec::new();
        for clause in clauses {
            let Some(state) = clause.state() else { continue };
            if !self.assessment.variables[variable].states.contains(&state.text) {
                let name = self.name_of(variable);
                let known = &self.assessment.variables[variable].states;
                self.diagnostics.push(checks::unknown_clause::diagnostic(&state, &name, known));
                continue;
            }
            let Some(state_ix) = self.state_of(variable, &state) else { continue };
            if let Some(before) = states.iter().find(|before| before.state == state_ix) {
                let before = before.span;
                self.report(checks::doubled_clause::diagnostic(clause, before));
                continue;
            }
            let what = format!("{}: {}", self.name_of(variable), state.text);
            let cases = if clause.child(Kind::Case).is_some_and(|case| case.has_word("rest")) {
                None
            } else {
                Some(self.case_list(clause, &what, Slot::Probability, because, elicitor))
            };
            states.push(StateCases { state: state_ix, cases, span: clause.span() });
        }
        // Of lines that say nothing readable nothing follows: every state is as likely as another.
        if !states.is_empty() && states.iter().all(|s| s.cases.as_ref().is_some_and(Vec::is_empty))
        {
            return Form::Table { parents: Vec::new(), rows: Vec::new() };
        }
        let n_stated = states.iter().filter(|state| state.cases.is_some()).count();
        let n_states = self.assessment.variables[variable].states.len();
        if !states.is_empty() && n_states - n_stated > 1 {
            let header = &self.assessment.variables[variable].header;
            let open: Vec<&str> = (0..n_states)
                .filter(|ix| !states.iter().any(|s| s.state == *ix && s.cases.is_some()))
                .map(|ix| self.assessment.variables[variable].states[ix].as_str())
                .collect();
            let fault = checks::states_missing::diagnostic(header.span, &header.name, &open);
            self.diagnostics.push(fault);
        }
        Form::Cases(states)
    }

    /// `90% if a = b, 5% otherwise`; a condition without a number is certainty.
    pub(super) fn case_list(
        &mut self,
        line: &View,
        what: &str,
        slot: Slot,
        because: Option<usize>,
        elicitor: usize,
    ) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        let views: Vec<View> = line.children_of(Kind::Case).collect();
        for view in &views {
            let condition_view = view.conditions().next();
            let otherwise = view.has_word("otherwise");
            let number = match view.numbers().next() {
                Some(number) => self.number(&number, slot),
                None if condition_view.is_some() => Some(Number {
                    kind: NumberKind::Point(1.0),
                    span: view.span(),
                    written: "100%".to_string(),
                }),
                None => continue, // the parser has said what is missing
            };
            let Some(number) = number else { continue };
            if let Some(last) = cases.last()
                && last.condition.is_none()
            {
                self.report(checks::case_never_reached::diagnostic(
                    view.span(),
                    last.number.number.span,
                ));
                continue;
            }
            let (condition, what) = match &condition_view {
                Some(condition) => {
                    let Some(read) = self.condition(condition) else { continue };
                    (Some(read), format!("{what} if {}", condition.written()))
                }
                None if otherwise => (None, format!("{what} otherwise")),
                None => (None, what.to_string()),
            };
            let number = self.elicited(number, what, view, because, elicitor);
            cases.push(Case { number, condition });
        }
        // `yes if …` alone: certainty if, and certainty against otherwise.
        if let [only] = views.as_slice()
            && only.numbers().next().is_none()
            && let [case] = cases.as_slice()
        {
            let zero = Number {
                kind: NumberKind::Point(0.0),
                span: only.span(),
                written: "0%".to_string(),
            };
            let what = format!("{} otherwise", what);
            let number = Elicited {
                number: zero,
                what,
                rationale: None,
                because: case.number.because,
                elicitor,
            };
            cases.push(Case { number, condition: None });
        }
        cases
    }

    fn noisy_or_form(
        &mut self,
        clauses: &[&View],
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Form {
        let name = self.name_of(variable);
        let (mut leak, mut causes) = (None, Vec::new());
        if self.assessment.variables[variable].states.len() != 2
            || self.yes(variable, clauses[0], "").is_none()
        {
            let states = &self.assessment.variables[variable].states;
            let fault = checks::noisy_or_not_binary::diagnostic(clauses[0].span(), &name, states);
            self.diagnostics.push(fault);
            // Nothing is known of it then: every state is as likely as another.
            return Form::Table { parents: Vec::new(), rows: Vec::new() };
        }
        for clause in clauses {
            let number =
                clause.numbers().next().and_then(|view| self.number(&view, Slot::Probability));
            if clause.kind() == Kind::Leak {
                let what = format!("{name}: leak");
                leak = number.map(|number| self.elicited(number, what, clause, because, elicitor));
                continue;
            }
            self.carry_line(clause, because);
            let Some(view) = clause.conditions().next() else { continue };
            let what = format!("{name}: caused by {}", view.written());
            if let (Some(condition), Some(number)) = (self.condition(&view), number) {
                let number = self.elicited(number, what, clause, because, elicitor);
                let leak_included = clause.has_word("included");
                causes.push(Cause { condition, number, leak_included });
            }
        }
        Form::NoisyOr { leak, causes }
    }

    fn table_form(
        &mut self,
        clause: &View,
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Form {
        let mut parents = Vec::new();
        let empty = Form::Table { parents: Vec::new(), rows: Vec::new() };
        for name in clause.names().collect::<Vec<_>>() {
            let Some(parent) = self.variable(&name) else { return empty };
            if parents.contains(&parent) {
                self.report(checks::doubled_parent::diagnostic(&name));
                return empty;
            }
            parents.push(parent);
        }
        let sizes: Vec<usize> =
            parents.iter().map(|&parent| self.assessment.variables[parent].states.len()).collect();
        let n_states = self.assessment.variables[variable].states.len();
        let cells = sizes.iter().try_fold(n_states, |cells, size| cells.checked_mul(*size));
        let Some(cells) = cells.filter(|&cells| cells <= crate::lower::MAX_TABLE_CELLS) else {
            let name = self.name_of(variable);
            self.report(checks::table_too_large::diagnostic(clause.span(), &name, parents.len()));
            return empty;
        };
        let mut rows: Vec<Option<Vec<Option<Elicited>>>> = vec![None; cells / n_states];
        let mut places: Vec<Option<Span>> = vec![None; rows.len()];
        for row in clause.children_of(Kind::Row).collect::<Vec<_>>() {
            let Some(matching) = self.matching_rows(&row, &parents, &sizes) else { continue };
            let Some(numbers) = self.row_numbers(&row, variable, because, elicitor) else {
                continue;
            };
            for ix in matching {
                if let Some(before) = places[ix] {
                    self.report(checks::doubled_row::diagnostic(&row, before));
                    break;
                }
                places[ix] = Some(row.span());
                rows[ix] = Some(numbers.clone());
            }
        }
        if let Some(missing) = rows.iter().position(Option::is_none) {
            let n_missing = rows.iter().filter(|row| row.is_none()).count();
            let example = self.row_in_words(missing, &parents, &sizes);
            let name = self.name_of(variable);
            self.report(checks::missing_row::diagnostic(
                clause.header_span(),
                &name,
                n_missing,
                &example,
            ));
        }
        // A row that is missing leaves every state as likely as another, so that the rest can be solved.
        let rows = rows.into_iter().map(|row| row.unwrap_or_default()).collect();
        Form::Table { parents, rows }
    }

    /// The positions of the rows that a line stands for: `any` matches every state.
    fn matching_rows(
        &mut self,
        row: &View,
        parents: &[usize],
        sizes: &[usize],
    ) -> Option<Vec<usize>> {
        let states: Vec<Spanned> =
            row.children_of(Kind::State).map(|state| state.as_word()).collect();
        if states.len() != parents.len() {
            self.report(checks::row_shape::parents(row, states.len(), parents.len()));
            return None;
        }
        let mut matching = vec![0];
        for ((state, &parent), &size) in states.iter().zip(parents).zip(sizes) {
            let is_any = state.text == "any"
                && !self.assessment.variables[parent].states.contains(&state.text);
            let choices: Vec<usize> =
                if is_any { (0..size).collect() } else { vec![self.state_of(parent, state)?] };
            matching = matching
                .iter()
                .flat_map(|&prefix| choices.iter().map(move |choice| prefix * size + choice))
                .collect();
        }
        Some(matching)
    }

    fn row_numbers(
        &mut self,
        row: &View,
        variable: usize,
        because: Option<usize>,
        elicitor: usize,
    ) -> Option<Vec<Option<Elicited>>> {
        let states = self.assessment.variables[variable].states.clone();
        let given: Vec<View> = row
            .node
            .children_with_tokens()
            .filter_map(|child| match child {
                weigh_syntax::kind::Element::Node(node) if node.kind().is_number() => {
                    Some(View::new(row.file, node))
                }
                // `rest` is a bare word of the row
                weigh_syntax::kind::Element::Token(token)
                    if token.kind() == Kind::Ident && token.text() == "rest" =>
                {
                    Some(row.clone())
                }
                _ => None,
            })
            .collect();
        let as_written: Vec<String> =
            row.children_of(Kind::State).map(|state| state.written()).collect();
        if given.len() != states.len() {
            self.report(checks::row_shape::states(row, given.len(), &states));
            return None;
        }
        let name = self.name_of(variable);
        let mut numbers = Vec::new();
        for (view, state) in given.iter().zip(&states) {
            numbers.push(if view.kind() == Kind::Row {
                None
            } else {
                let number = self.number(view, Slot::Probability)?;
                let what = if as_written.is_empty() {
                    format!("{name}: {state}")
                } else {
                    format!("{name}: {state} given {}", as_written.join(", "))
                };
                Some(self.elicited(number, what, row, because, elicitor))
            });
        }
        let indexed: Vec<(usize, Option<Elicited>)> = numbers.iter().cloned().enumerate().collect();
        self.check_sum(row, variable, &indexed);
        Some(numbers)
    }

    fn row_in_words(&self, mut row: usize, parents: &[usize], sizes: &[usize]) -> String {
        let mut words: Vec<String> = Vec::new();
        for (&parent, &size) in parents.iter().zip(sizes).rev() {
            words.push(self.assessment.variables[parent].states[row % size].clone());
            row /= size;
        }
        words.reverse();
        words.join(", ")
    }

    /// A `base rate` declaration: the base of its question.
    pub(super) fn base_rate(&mut self, declaration: &View) {
        let clauses = self.clauses(
            declaration,
            &[Kind::About, Kind::Elicitor],
            &[Kind::Quote, Kind::SourceRef],
        );
        let elicitor = self.elicitor(&clauses);
        let quotes = self.quotes(&clauses);
        self.use_sources(&clauses);
        let Some(question) = self.about(&clauses, declaration) else { return };
        let Some(mut base) = self.base(declaration, question, "base rate", None, elicitor) else {
            return;
        };
        base.span = declaration.header_span();
        base.class =
            declaration.child(Kind::Rationale).and_then(|tail| tail.text()).map(|text| text.text);
        base.quotes = quotes;
        let name = self.name_of(question);
        match &mut self.assessment.variables[question].form {
            Form::Odds { base: place @ None, .. } => *place = Some(base),
            Form::Odds { base: Some(other), .. } => {
                let other = other.span;
                self.report(checks::two_bases::diagnostic(base.span, other, &name));
            }
            Form::Hazards { pieces, .. } => {
                let other = pieces[0].rate.number.span;
                self.report(checks::two_bases::diagnostic(base.span, other, &name));
            }
            _ => self.report(checks::base_rate_unused::diagnostic(base.span, &name)),
        }
    }
}
