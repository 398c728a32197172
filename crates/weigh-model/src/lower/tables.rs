//! Forms into conditional tables: one row of formulas for each combination of the parents' states.

use super::steps::Chain;
use super::{Lowering, SlotKind, parents};
use crate::assessment::{
    Assessment, Base, Case, Cause, Comparison, Condition, Elicited, Form, HazardPiece, OddsWeight,
    StateCases, Window,
};
use crate::checks;
use crate::dates::days_between;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;
use weigh_inference::{FormulaId, VarId};
use weigh_syntax::span::Span;

/// The states that some variables are in: a row of a table.
pub(super) struct Row<'r> {
    /// The variables.
    pub variables: &'r [usize],
    /// Their states.
    pub states: &'r [usize],
}

impl Row<'_> {
    fn state(&self, variable: usize) -> usize {
        let column = self.variables.iter().position(|&v| v == variable);
        self.states[column.expect("every variable of a condition is a parent")]
    }
}

impl Lowering<'_> {
    pub(super) fn table(&mut self, variable_ix: usize, chain: &Chain) {
        let assessment = self.assessment;
        let variable = &assessment.variables[variable_ix];
        let parents = parents(variable);
        let group = Some(variable_ix as u32);
        let cells = match &variable.form {
            Form::Odds { base, odds } => {
                let base = self.base(variable_ix, base.as_ref(), group);
                let rows = self.rows_behind(chain, &parents);
                self.odds_rows(variable_ix, &parents, &rows, &base, odds, group)
            }
            Form::Hazards { pieces, odds } => {
                let base = self.hazard_base(variable_ix, pieces, group);
                let rows = self.rows_behind(chain, &parents);
                self.odds_rows(variable_ix, &parents, &rows, &base, odds, group)
            }
            Form::Cases(states) => {
                let rows = self.rows_behind(chain, &parents);
                self.case_rows(variable_ix, &parents, &rows, states, group)
            }
            Form::NoisyOr { leak, causes } => {
                return self.noisy_or(variable_ix, leak.as_ref(), causes, group);
            }
            Form::Table { rows, .. } => self.table_rows(variable_ix, rows, group),
            Form::Choice { .. } => unreachable!("choices get their tables from their policies"),
        };
        // What is so large that it takes steps has no switches on its arrows.
        let cells = self.with_arrows(variable_ix, &parents, cells);
        let so_far = self.add_steps(variable_ix, &parents, chain);
        let others = parents[chain.steps.len()..].iter().map(|&parent| self.variables[parent]);
        let parents: Vec<VarId> = so_far.into_iter().chain(others).collect();
        self.build.set_table(self.variables[variable_ix], &parents, cells);
    }

    /// Adds the hidden variables of the steps, each of which follows from the one before and a parent: the last of them.
    fn add_steps(&mut self, variable: usize, parents: &[usize], chain: &Chain) -> Option<VarId> {
        let name = &self.assessment.variables[variable].header.name;
        let mut so_far = None;
        for (i, (step, &parent)) in chain.steps.iter().zip(parents).enumerate() {
            let cases = 0..step.n_cases;
            let states: Vec<String> = cases.clone().map(|case| case.to_string()).collect();
            let hidden =
                self.build.add_variable(format!("{name} after {} factors", i + 1), &states);
            let formulas = self.build.formulas();
            let [never, always] = [0.0, 1.0].map(|p| formulas.constant(p));
            let cell = |after: &usize, case| if *after == case { always } else { never };
            let rows = step.after.iter();
            let cells =
                rows.flat_map(|after| cases.clone().map(|case| cell(after, case))).collect();
            let before: Vec<VarId> = so_far.into_iter().chain([self.variables[parent]]).collect();
            self.build.set_table(hidden, &before, cells);
            so_far = Some(hidden);
        }
        so_far
    }

    /// A row for each case that the steps end in, and in it for each combination of the states of the other parents.
    fn rows_behind(&self, chain: &Chain, parents: &[usize]) -> Vec<Vec<usize>> {
        self.rows_after(chain.ways.clone(), &parents[chain.steps.len()..])
    }

    /// Every combination of the states of `variables`, last fastest.
    pub(super) fn rows(&self, variables: &[usize]) -> Vec<Vec<usize>> {
        self.rows_after(vec![Vec::with_capacity(variables.len())], variables)
    }

    /// Each of some rows with every combination of the states of more variables, last fastest.
    fn rows_after(&self, mut rows: Vec<Vec<usize>>, variables: &[usize]) -> Vec<Vec<usize>> {
        for &variable in variables {
            let n_states = self.assessment.variables[variable].states.len();
            rows = rows
                .iter()
                .flat_map(|row: &Vec<usize>| {
                    (0..n_states).map(move |state| row.iter().copied().chain([state]).collect())
                })
                .collect();
        }
        rows
    }

    /// 1 where the condition holds in a row, 0 where it does not; a formula where a quantity decides.
    pub(super) fn holds(&mut self, condition: &Condition, row: &Row) -> FormulaId {
        match condition {
            Condition::Is { variable, states } => {
                let holds = states.contains(&row.state(*variable));
                self.build.formulas().constant(f64::from(u8::from(holds)))
            }
            Condition::Compare { quantity, comparison, number } => {
                let left = self.quantities[*quantity];
                let holder = Elicited {
                    number: (**number).clone(),
                    what: format!(
                        "threshold of {}",
                        self.assessment.quantities[*quantity].header.name
                    ),
                    rationale: None,
                    because: None,
                    elicitor: 0,
                };
                let right = self.threshold(&holder);
                let formulas = self.build.formulas();
                match comparison {
                    Comparison::Less => formulas.less(left, right),
                    Comparison::LessEqual => formulas.less_equal(left, right),
                    Comparison::Greater => formulas.less(right, left),
                    Comparison::GreaterEqual => formulas.less_equal(right, left),
                    Comparison::Equal => formulas.equal(left, right),
                    Comparison::NotEqual => {
                        let equal = formulas.equal(left, right);
                        formulas.complement(equal)
                    }
                }
            }
            Condition::Not(inner) => {
                let inner = self.holds(inner, row);
                self.build.formulas().complement(inner)
            }
            Condition::And(parts) => {
                let mut all = self.build.formulas().constant(1.0);
                for part in parts {
                    let part = self.holds(part, row);
                    all = self.build.formulas().mul(all, part);
                }
                all
            }
            Condition::Or(parts) => {
                let mut none = self.build.formulas().constant(1.0);
                for part in parts {
                    let part = self.holds(part, row);
                    let formulas = self.build.formulas();
                    let not = formulas.complement(part);
                    none = formulas.mul(none, not);
                }
                self.build.formulas().complement(none)
            }
        }
    }

    /// The right side of a comparison: the same words are the same draw in every row and line.
    fn threshold(&mut self, holder: &Elicited) -> FormulaId {
        if let Some(known) = self.thresholds.get(&holder.number.span) {
            return *known;
        }
        let formula = self.elicited(holder, SlotKind::Quantity, None);
        self.thresholds.insert(holder.number.span, formula);
        formula
    }

    /// A distribution from what is stated of it: what is open takes the rest; what is over is scaled down.
    ///
    /// If every state is stated, each draw is divided by its sum. If one is open, it gets
    /// max(0, 1 - sum) and the others are divided by max(1, sum).
    fn distribution(&mut self, stated: &[Option<FormulaId>]) -> Vec<FormulaId> {
        let formulas = self.build.formulas();
        let given: Vec<FormulaId> = stated.iter().copied().flatten().collect();
        let n_open = stated.len() - given.len();
        if n_open == stated.len() {
            let even = formulas.constant(1.0 / stated.len() as f64);
            return vec![even; stated.len()];
        }
        if let ([only], 1) = (given.as_slice(), n_open) {
            let rest = formulas.complement(*only);
            return stated.iter().map(|stated| stated.unwrap_or(rest)).collect();
        }
        let mut sum = given[0];
        for &more in &given[1..] {
            sum = formulas.add(sum, more);
        }
        let one = formulas.constant(1.0);
        let is_whole = formulas.as_constant(sum).is_some_and(|sum| (sum - 1.0).abs() < 1e-12);
        let scale = match n_open {
            0 => sum,
            _ => formulas.max(sum, one),
        };
        let left = formulas.sub(one, sum);
        let zero = formulas.constant(0.0);
        let left = formulas.max(left, zero);
        let n_open = formulas.constant(n_open.max(1) as f64);
        let rest = formulas.div(left, n_open);
        stated
            .iter()
            .map(|stated| match stated {
                Some(p) if is_whole => *p,
                Some(p) => formulas.div(*p, scale),
                None => rest,
            })
            .collect()
    }

    fn base(&mut self, variable: usize, base: Option<&Base>, group: Option<u32>) -> Vec<FormulaId> {
        let n_states = self.assessment.variables[variable].states.len();
        let mut stated: Vec<Option<FormulaId>> = vec![None; n_states];
        let Some(base) = base else { return self.distribution(&stated) };
        for (state, number) in &base.numbers {
            if let Some(number) = number {
                let p = self.elicited(number, SlotKind::Probability, group);
                stated[*state] = Some(self.carried(p, base.window, variable));
            }
        }
        let base = self.distribution(&stated);
        self.bases[variable] = Some(base[self.assessment.variables[variable].focus()]);
        base
    }

    /// A probability for one stretch of time, carried to the time that is left at a constant hazard.
    ///
    /// That it has not happened before `as of` is conditioned on (docs/methods.md, 4.1).
    fn carried(&mut self, p: FormulaId, window: Window, variable: usize) -> FormulaId {
        let Some(by) = self.horizon(variable) else { return p };
        let left = days_between(self.assessment.as_of, by).max(0) as f64;
        let length = match window {
            Window::Left => return p,
            Window::Per(period) => period.days(),
            Window::Since(since) => days_between(since.first_day(), by) as f64,
        };
        if length <= 0.0 {
            return p;
        }
        self.build.formulas().rescale_hazard(p, left / length)
    }

    fn horizon(&self, variable: usize) -> Option<Date> {
        let own = self.assessment.variables[variable].by.map(|by| by.last_day());
        own.or_else(|| self.assessment.horizon())
    }

    /// The probability that an event with stated hazards happens in the time that is left.
    fn hazard_base(
        &mut self,
        variable: usize,
        pieces: &[HazardPiece],
        group: Option<u32>,
    ) -> Vec<FormulaId> {
        let states = &self.assessment.variables[variable].states;
        let (n_states, focus) = (states.len(), self.assessment.variables[variable].focus());
        let mut from = self.assessment.as_of;
        let horizon = self.horizon(variable).unwrap_or(from);
        let mut total = self.build.formulas().constant(0.0);
        for piece in pieces {
            let until = piece.until.map_or(horizon, |until| until.last_day()).min(horizon);
            let days = days_between(from, until).max(0) as f64;
            from = from.max(until);
            let rate = self.elicited(&piece.rate, SlotKind::Weight, group);
            let formulas = self.build.formulas();
            let periods = formulas.constant(days / piece.per.days());
            let hazard = formulas.mul(rate, periods);
            total = formulas.add(total, hazard);
        }
        let mut stated = vec![None; n_states];
        stated[focus] = Some(self.build.formulas().hazard_to_probability(total));
        let base = self.distribution(&stated);
        self.bases[variable] = Some(base[focus]);
        base
    }

    fn odds_rows(
        &mut self,
        variable: usize,
        parents: &[usize],
        rows: &[Vec<usize>],
        base: &[FormulaId],
        odds: &[OddsWeight],
        group: Option<u32>,
    ) -> Vec<FormulaId> {
        let weights: Vec<FormulaId> = odds
            .iter()
            .map(|line| {
                let weight = self.elicited(&line.weight, SlotKind::Weight, group);
                self.switched(weight, line.weight.because, 1.0)
            })
            .collect();
        let n_states = self.assessment.variables[variable].states.len();
        let mut cells = Vec::new();
        let mut said = false;
        for states in rows {
            let row = Row { variables: parents, states };
            let mut mass = base.to_vec();
            let mut changed = false;
            let mut last_zero = None;
            for (line, &weight) in odds.iter().zip(&weights) {
                let factor = match &line.condition {
                    None => weight,
                    Some(condition) => {
                        // the weight where the condition holds, 1 where it does not
                        let holds = self.holds(condition, &row);
                        let formulas = self.build.formulas();
                        let one = formulas.constant(1.0);
                        let more = formulas.sub(weight, one);
                        let more = formulas.mul(holds, more);
                        if formulas.as_constant(holds) == Some(1.0) {
                            weight
                        } else {
                            formulas.add(one, more)
                        }
                    }
                };
                let formulas = self.build.formulas();
                changed |= formulas.as_constant(factor) != Some(1.0);
                if formulas.as_constant(factor) == Some(0.0) {
                    last_zero = Some(line);
                }
                mass[line.state] = formulas.mul(mass[line.state], factor);
            }
            if !changed {
                cells.extend(base);
                continue;
            }
            let formulas = self.build.formulas();
            let mut sum = mass[0];
            for &more in &mass[1..n_states] {
                sum = formulas.add(sum, more);
            }
            if let (Some(0.0), Some(line)) = (formulas.as_constant(sum), last_zero) {
                if !said {
                    said = true;
                    let case = (!parents.is_empty()).then(|| self.row_in_words(&row));
                    let name = &self.assessment.variables[variable].header.name;
                    let span = line.weight.number.span;
                    let fault = checks::odds_rule_out_all::diagnostic(span, name, case.as_deref());
                    self.diagnostics.push(fault);
                }
                cells.extend(base);
                continue;
            }
            cells.extend(mass.iter().map(|&part| formulas.div(part, sum)));
        }
        cells
    }

    pub(super) fn case_rows(
        &mut self,
        variable_ix: usize,
        parents: &[usize],
        rows: &[Vec<usize>],
        states: &[StateCases],
        group: Option<u32>,
    ) -> Vec<FormulaId> {
        let variable = &self.assessment.variables[variable_ix];
        let numbers: Vec<Vec<FormulaId>> = states
            .iter()
            .map(|state| {
                self.case_numbers(
                    state.cases.as_deref().unwrap_or_default(),
                    SlotKind::Probability,
                    group,
                )
            })
            .collect();
        let mut cells = Vec::new();
        let mut said = false;
        for row_states in rows {
            let row = Row { variables: parents, states: row_states };
            let mut stated: Vec<Option<FormulaId>> = vec![None; variable.states.len()];
            for (state, numbers) in states.iter().zip(&numbers) {
                let Some(cases) = &state.cases else { continue };
                let (value, open) = self.first_that_holds(cases, numbers, &row);
                if self.build.formulas().as_constant(open) != Some(0.0) && !said {
                    said = true;
                    let case = self.row_in_words(&row);
                    let fault = checks::cases_incomplete::variable(
                        state.span,
                        &variable.header.name,
                        &case,
                    );
                    self.diagnostics.push(fault);
                }
                stated[state.state] = Some(value);
            }
            if !said && let Some(sum) = self.sum_off(&stated) {
                said = true;
                let case = self.row_in_words(&row);
                let span = states[0].span;
                let fault =
                    checks::states_not_100::in_case(span, &variable.header.name, &case, sum);
                self.diagnostics.push(fault);
            }
            cells.extend(self.distribution(&stated));
        }
        cells
    }

    /// The sum of stated probabilities at the parameters' means, where it cannot be that of a distribution.
    ///
    /// Numbers that are certain must add up to a millionth; uncertain ones are held to two points in
    /// a hundred, since their means are not their middles.
    fn sum_off(&mut self, stated: &[Option<FormulaId>]) -> Option<f64> {
        let given: Vec<FormulaId> = stated.iter().copied().flatten().collect();
        if given.is_empty() {
            return None;
        }
        let formulas = self.build.formulas();
        let certain = given.iter().all(|&p| formulas.as_constant(p).is_some());
        let sum: f64 = given.iter().map(|&p| formulas.evaluate(p, &self.means)).sum();
        let slack = if certain { 1e-6 } else { 0.02 };
        let all = given.len() == stated.len();
        (sum > 1.0 + slack || (all && sum < 1.0 - slack)).then_some(sum)
    }

    pub(super) fn row_in_words(&self, row: &Row) -> String {
        let words: Vec<String> = row
            .variables
            .iter()
            .zip(row.states)
            .map(|(&variable, &state)| {
                let variable = &self.assessment.variables[variable];
                format!("{} = {}", variable.header.name, variable.states[state])
            })
            .collect();
        if words.is_empty() { "nothing else is said".to_string() } else { words.join(" and ") }
    }

    pub(super) fn case_numbers(
        &mut self,
        cases: &[Case],
        slot: SlotKind,
        group: Option<u32>,
    ) -> Vec<FormulaId> {
        cases.iter().map(|case| self.elicited(&case.number, slot, group)).collect()
    }

    /// The number of the first case that holds, and 1 where none does.
    pub(super) fn first_that_holds(
        &mut self,
        cases: &[Case],
        numbers: &[FormulaId],
        row: &Row,
    ) -> (FormulaId, FormulaId) {
        let mut value = self.build.formulas().constant(0.0);
        let mut open = self.build.formulas().constant(1.0);
        for (case, &number) in cases.iter().zip(numbers) {
            let holds = match &case.condition {
                Some(condition) => self.holds(condition, row),
                None => self.build.formulas().constant(1.0),
            };
            let formulas = self.build.formulas();
            let here = formulas.mul(open, holds);
            let part = formulas.mul(here, number);
            value = formulas.add(value, part);
            let not = formulas.complement(holds);
            open = formulas.mul(open, not);
        }
        (value, open)
    }

    /// Leaky noisy-or: 1 - (1 - leak) ∏ (1 - p) over the causes that are present (docs/methods.md, 2.8).
    /// A noisy-or as one table, or with many causes as a chain of them: behind each group of causes
    /// a hidden variable that says whether one so far was enough. So the work grows with the causes
    /// and not with their combinations.
    fn noisy_or(
        &mut self,
        variable: usize,
        leak: Option<&Elicited>,
        causes: &[Cause],
        group: Option<u32>,
    ) {
        let yes = self.assessment.variables[variable].focus();
        let leak = match leak {
            Some(leak) => self.elicited(leak, SlotKind::Probability, group),
            None => self.build.formulas().constant(0.0),
        };
        let enough: Vec<FormulaId> = causes
            .iter()
            .map(|cause| {
                let mut p = self.elicited(&cause.number, SlotKind::Probability, group);
                if cause.leak_included {
                    let formulas = self.build.formulas();
                    let zero = formulas.constant(0.0);
                    let (net, rest) = (formulas.sub(p, leak), formulas.complement(leak));
                    let net = formulas.div(net, rest);
                    p = formulas.max(net, zero);
                }
                self.switched(p, cause.number.because, 0.0)
            })
            .collect();
        let groups = groups_of_causes(self.assessment, causes);
        let mut so_far: Option<VarId> = None;
        for (i, members) in groups.iter().enumerate() {
            let is_last = i + 1 == groups.len();
            let (causes, enough) = (&causes[members.clone()], &enough[members.clone()]);
            let parents = parents_of(causes);
            let none = match so_far {
                None => self.build.formulas().complement(leak),
                Some(_) => self.build.formulas().constant(1.0),
            };
            let fails = self.noisy_or_rows(&parents, none, causes, enough);
            let yes = if is_last { yes } else { 1 };
            let mut cells = Vec::with_capacity(fails.len() * 2);
            for none in &fails {
                let some = self.build.formulas().complement(*none);
                cells.extend(if yes == 1 { [*none, some] } else { [some, *none] });
            }
            if so_far.is_some() {
                // Once one was enough, the rest do not matter.
                let formulas = self.build.formulas();
                let (never, always) = (formulas.constant(0.0), formulas.constant(1.0));
                let row = if yes == 1 { [never, always] } else { [always, never] };
                cells.extend(row.repeat(fails.len()));
            } else if is_last {
                cells = self.with_arrows(variable, &parents, cells);
            }
            let var = if is_last {
                self.variables[variable]
            } else {
                let name = &self.assessment.variables[variable].header.name;
                let name = format!("{name} by the first {} causes", members.end);
                self.build.add_variable(name, &["no", "yes"])
            };
            let parents = parents.iter().map(|&parent| self.variables[parent]);
            let parents: Vec<VarId> = so_far.into_iter().chain(parents).collect();
            self.build.set_table(var, &parents, cells);
            so_far = Some(var);
        }
    }

    /// For each combination of the parents' states, that none of the causes is enough.
    fn noisy_or_rows(
        &mut self,
        parents: &[usize],
        start: FormulaId,
        causes: &[Cause],
        enough: &[FormulaId],
    ) -> Vec<FormulaId> {
        let mut out = Vec::new();
        for states in self.rows(parents) {
            let row = Row { variables: parents, states: &states };
            let mut none = start;
            for (cause, &p) in causes.iter().zip(enough) {
                let present = self.holds(&cause.condition, &row);
                let formulas = self.build.formulas();
                let acts = formulas.mul(present, p);
                let fails = formulas.complement(acts);
                none = formulas.mul(none, fails);
            }
            out.push(none);
        }
        out
    }

    fn table_rows(
        &mut self,
        variable: usize,
        rows: &[Vec<Option<Elicited>>],
        group: Option<u32>,
    ) -> Vec<FormulaId> {
        let n_states = self.assessment.variables[variable].states.len();
        if rows.is_empty() {
            return self.distribution(&vec![None; n_states]);
        }
        // A line with `any` stands for several rows: its numbers are written once and drawn once.
        let mut drawn: BTreeMap<Span, FormulaId> = BTreeMap::new();
        let mut cells = Vec::new();
        for row in rows {
            let mut stated: Vec<Option<FormulaId>> = vec![None; n_states];
            for (place, number) in stated.iter_mut().zip(row) {
                let Some(number) = number else { continue };
                let known = drawn.get(&number.number.span).copied();
                let p =
                    known.unwrap_or_else(|| self.elicited(number, SlotKind::Probability, group));
                drawn.insert(number.number.span, p);
                *place = Some(p);
            }
            cells.extend(self.distribution(&stated));
        }
        cells
    }
}

/// Rows of a noisy-or that are worked with at once; more causes go into the next table.
const MAX_NOISY_OR_ROWS: usize = 64;

/// The causes in groups whose parents have at most [`MAX_NOISY_OR_ROWS`] combinations of states, each
/// of one cause at least; one group, perhaps empty, if there are few.
pub(super) fn groups_of_causes(assessment: &Assessment, causes: &[Cause]) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    for end in 2..=causes.len() {
        let parents = parents_of(&causes[start..end]);
        if n_rows(assessment, &parents).is_none_or(|rows| rows > MAX_NOISY_OR_ROWS) {
            groups.push(start..end - 1);
            start = end - 1;
        }
    }
    groups.push(start..causes.len());
    groups
}

/// How many rows the largest table of a noisy-or has, `None` if they cannot be counted.
pub(super) fn noisy_or_size(assessment: &Assessment, causes: &[Cause]) -> Option<usize> {
    let groups = groups_of_causes(assessment, causes);
    let sizes = groups.iter().map(|group| n_rows(assessment, &parents_of(&causes[group.clone()])));
    sizes.reduce(|a, b| Some(a?.max(b?))).flatten()
}

/// Combinations of the states of some variables, `None` if they cannot be counted.
pub(super) fn n_rows(assessment: &Assessment, variables: &[usize]) -> Option<usize> {
    let mut states = variables.iter().map(|&ix| assessment.variables[ix].states.len());
    states.try_fold(1usize, |rows, states| rows.checked_mul(states))
}

fn parents_of(causes: &[Cause]) -> Vec<usize> {
    let mut parents = Vec::new();
    causes.iter().for_each(|cause| cause.condition.variables(&mut parents));
    parents
}
