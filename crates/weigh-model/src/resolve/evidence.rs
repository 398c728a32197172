//! Evidence: what each item says of the model, who says so, and whether it is known yet.

use super::Resolver;
use super::numbers::Slot;
use super::sources::last_origin;
use crate::assessment::{Condition, Elicited, Evidence, Header, Says};
use crate::checks;
use crate::checks::origin_counted_twice::Cited;
use crate::dates::PartialDate;
use crate::known::{is_out, later_than};
use std::collections::BTreeMap;
use weigh_syntax::ast::View;
use weigh_syntax::kind::Kind;
use weigh_syntax::span::Span;

/// The three that give way with their reason, and the one that stays.
const SAYINGS: [Kind; 4] = [Kind::Reports, Kind::Observes, Kind::Likelihood, Kind::Revises];

impl Resolver<'_> {
    pub(super) fn evidence_items(&mut self, declarations: &[View]) {
        for declaration in declarations.iter().filter(|d| d.kind() == Kind::Evidence) {
            let evidence = self.evidence_item(declaration);
            self.assessment.evidence.push(evidence);
        }
        self.leave_void_revisions_out();
        self.tell_shared_origins();
    }

    /// A `likelihood` is a strength and no report, so that nothing folds it with what else comes from its origin.
    /// What the same source says in two items is taken as two things (docs/methods.md, 1.4).
    fn tell_shared_origins(&mut self) {
        let sources = &self.assessment.sources;
        // By origin and what is borne on: each source's first item, of likelihoods and of reports.
        type FirstItems = BTreeMap<usize, usize>;
        let mut earlier: BTreeMap<(usize, Vec<usize>), [FirstItems; 2]> = BTreeMap::new();
        let mut told = Vec::new();
        for (ix, item) in self.assessment.evidence.iter().enumerate() {
            let (Some(says), None) = (&item.says, &item.left_out) else { continue };
            let is_report = matches!(says, Says::Reports { .. });
            let Some(variables) = borne_on(says) else { continue };
            let mut before = None;
            for &source in &item.sources {
                let origin = last_origin(sources, source);
                let [likelihoods, reports] =
                    earlier.entry((origin, variables.clone())).or_default();
                let is_new = |by: &FirstItems| !by.contains_key(&source);
                if is_new(likelihoods) && is_new(reports) {
                    let other = |by: &FirstItems| {
                        by.iter().find(|&(_, &at)| at != ix).map(|(&cited, &at)| (cited, at))
                    };
                    let found = other(likelihoods)
                        .or_else(|| (!is_report).then(|| other(reports)).flatten());
                    before = before.or(found.map(|first| (first, source, origin)));
                }
                let by = if is_report { reports } else { likelihoods };
                by.entry(source).or_insert(ix);
            }
            if let Some(((first, at), source, origin)) = before {
                let cited = |at: usize, source: usize| {
                    let header = &self.assessment.evidence[at].header;
                    let source = &sources[source].header.name;
                    Cited { span: header.span, name: &header.name, source }
                };
                told.push(checks::origin_counted_twice::diagnostic(
                    &cited(ix, source),
                    &cited(at, first),
                    &sources[origin].header.name,
                ));
            }
        }
        self.diagnostics.extend(told);
    }

    /// What was seen without doubt no revision can change, wherever in the file the two stand.
    fn leave_void_revisions_out(&mut self) {
        let mut void = Vec::new();
        for (ix, item) in self.assessment.evidence.iter().enumerate() {
            let (Some(Says::Revises(variable, new)), None) = (&item.says, &item.left_out) else {
                continue;
            };
            let variable_ix = *variable;
            for seen in self.assessment.evidence.iter().filter(|seen| seen.left_out.is_none()) {
                let Some(Says::Observes(observed, states)) = &seen.says else { continue };
                let missed = (0..new.len())
                    .find(|state| new[*state] > 0.0 && !states.contains(state))
                    .filter(|_| *observed == variable_ix);
                if let Some(state) = missed {
                    let variable = &self.assessment.variables[variable_ix];
                    let (span, at) = (item.header.span, seen.header.span);
                    let told = checks::revision_of_seen::diagnostic(
                        span,
                        at,
                        &seen.header.name,
                        &variable.header.name,
                        &variable.states[state],
                    );
                    void.push((ix, told));
                    break;
                }
            }
        }
        for (ix, told) in void {
            self.assessment.evidence[ix].says = None;
            self.report(told);
        }
    }

    fn evidence_item(&mut self, declaration: &View) -> Evidence {
        let clauses = self.clauses(
            declaration,
            &[
                Kind::On,
                Kind::Reports,
                Kind::Observes,
                Kind::Likelihood,
                Kind::Revises,
                Kind::Anyway,
                Kind::Hit,
                Kind::FalseAlarm,
                Kind::Because,
                Kind::Elicitor,
            ],
            &[Kind::Quote, Kind::SourceRef],
        );
        let header = self.header(declaration);
        let elicitor = self.elicitor(&clauses);
        let quotes = self.quotes(&clauses);
        let named = self.use_sources(&clauses);
        let mut sources: Vec<usize> =
            quotes.iter().map(|quote| quote.source).chain(named).collect();
        let mut seen = vec![false; self.assessment.sources.len()];
        sources.retain(|&source| !std::mem::replace(&mut seen[source], true));

        let find = |kind: Kind| clauses.iter().find(|clause| clause.kind() == kind).cloned();
        let because = find(Kind::Because).and_then(|clause| self.reason(&clause));
        // A revision stays without its reason, and what says nothing has nothing to leave out.
        if SAYINGS[..3].iter().any(|kind| find(*kind).is_some()) {
            self.carry(because);
        }
        let on = find(Kind::On).and_then(|clause| self.date(&clause));
        let sayings: Vec<&View> =
            clauses.iter().filter(|clause| SAYINGS.contains(&clause.kind())).collect();
        if let [first, second, ..] = sayings.as_slice() {
            self.report(checks::two_sayings::diagnostic(second.span(), first.span(), &header.name));
        }
        if let Some(saying) = sayings.first() {
            self.check_idle(saying, &clauses);
        }
        let mut says =
            sayings.first().and_then(|clause| self.says(clause, &clauses, &header.name, elicitor));
        if sayings.is_empty() {
            self.report(checks::silent_evidence::diagnostic(header.span, &header.name));
        }
        let left_out = self.later_than_known(on, &sources);
        match &left_out {
            Some(later) => {
                self.report(checks::later_evidence::diagnostic(header.span, &header.name, later));
            }
            None => self.leave_later_sources_out(&mut sources, &header),
        }
        if matches!(says, Some(Says::Reports { rates: None, .. })) {
            self.check_reporters(&sources, &header.name, header.span);
        }
        if let (Some(Says::Revises(variable, _)), None) = (&says, &left_out)
            && let Some(first) = self.revised_before(*variable)
        {
            let name = self.assessment.variables[*variable].header.name.clone();
            self.report(checks::doubled_revision::diagnostic(sayings[0].span(), first, &name));
            says = None;
        }
        let written = sayings.first().map(|clause| clause.written());
        Evidence { header, says, written, on, left_out, sources, quotes, because }
    }

    /// How a report comes about is said beside `reports` alone, and in one of two ways.
    fn check_idle(&mut self, saying: &View, clauses: &[View]) {
        let of = |kind: Kind| clauses.iter().find(|clause| clause.kind() == kind);
        let rates = [of(Kind::Hit), of(Kind::FalseAlarm)];
        let idle: Vec<_> = match (saying.kind(), rates) {
            (Kind::Reports, [Some(hit), Some(_)]) => {
                of(Kind::Anyway).map(|anyway| (anyway, hit)).into_iter().collect()
            }
            (Kind::Reports, _) => Vec::new(),
            (_, [hit, false_alarm]) => [of(Kind::Anyway), hit, false_alarm]
                .into_iter()
                .flatten()
                .map(|clause| (clause, saying))
                .collect(),
        };
        for (clause, other) in idle {
            self.report(checks::idle_clause::beside(clause, other));
        }
    }

    fn says(
        &mut self,
        clause: &View,
        clauses: &[View],
        name: &str,
        elicitor: usize,
    ) -> Option<Says> {
        match clause.kind() {
            Kind::Reports => {
                let condition = self.condition(&clause.conditions().next()?)?;
                let mut rate = |kind: Kind, words: &str| -> Option<Elicited> {
                    let clause = clauses.iter().find(|clause| clause.kind() == kind)?;
                    let number = self.number(&clause.numbers().next()?, Slot::Probability)?;
                    Some(self.elicited(number, format!("{name}: {words}"), clause, None, elicitor))
                };
                let anyway = rate(Kind::Anyway, "said anyway");
                let (hit, false_alarm) =
                    (rate(Kind::Hit, "hit"), rate(Kind::FalseAlarm, "false alarm"));
                let rates = match (hit, false_alarm) {
                    (Some(hit), Some(false_alarm)) => Some(Box::new((hit, false_alarm))),
                    (None, None) => None,
                    (Some(_), None) => {
                        self.report(checks::half_rates::diagnostic(clause.span(), "false alarm"));
                        None
                    }
                    (None, Some(_)) => {
                        self.report(checks::half_rates::diagnostic(clause.span(), "hit"));
                        None
                    }
                };
                Some(Says::Reports { condition, anyway: anyway.map(Box::new), rates })
            }
            Kind::Observes => {
                let view = clause.conditions().next()?;
                match self.condition(&view)? {
                    Condition::Is { variable, states } => Some(Says::Observes(variable, states)),
                    _ => {
                        self.report(checks::not_one_state::diagnostic(
                            view.span(),
                            &view.written(),
                        ));
                        None
                    }
                }
            }
            Kind::Likelihood => {
                let what = format!("{name}: likelihood");
                let cases = self.case_list(clause, &what, Slot::Weight, None, elicitor);
                if cases.last().is_some_and(|case| case.condition.is_some()) {
                    self.report(checks::cases_incomplete::likelihood(clause.span()));
                    return None;
                }
                (!cases.is_empty()).then_some(Says::Likelihood(cases))
            }
            _ => self.revises(clause),
        }
    }

    fn revises(&mut self, clause: &View) -> Option<Says> {
        let variable = self.variable(&clause.name()?)?;
        let n_states = self.assessment.variables[variable].states.len();
        let mut given: Vec<Option<f64>> = vec![None; n_states];
        for entry in clause.children_of(Kind::StateNumber).collect::<Vec<_>>() {
            let state = self.state_of(variable, &entry.state()?)?;
            let Some(view) = entry.numbers().next() else { continue }; // `rest`
            let number = self.number(&view, Slot::Probability)?;
            let Some(value) = number.value(false) else {
                self.report(checks::revision_not_a_point::diagnostic(number.span, &number.written));
                return None;
            };
            given[state] = Some(value);
        }
        let sum: f64 = given.iter().flatten().sum();
        let n_open = given.iter().filter(|value| value.is_none()).count();
        let is_whole = (sum - 1.0).abs() < 1e-9;
        if n_open > 1 || sum > 1.0 + 1e-9 || (n_open == 0 && !is_whole) {
            self.report(checks::states_not_100::revision(clause.span(), sum, n_open));
            return None;
        }
        let rest = (1.0 - sum).max(0.0);
        Some(Says::Revises(
            variable,
            given.into_iter().map(|value| value.unwrap_or(rest)).collect(),
        ))
    }

    /// A report is as good as its source: one without a source, or an ungraded one, is said so.
    fn check_reporters(&mut self, sources: &[usize], name: &str, span: Span) {
        if sources.is_empty() {
            self.report(checks::report_without_source::diagnostic(span, name));
        }
        for &source in sources {
            let root = origin_of(&self.assessment.sources, source);
            if self.assessment.sources[root].reliability.is_none()
                && self.graded_warned.insert(root)
            {
                let header = &self.assessment.sources[root].header;
                self.diagnostics
                    .push(checks::ungraded_source::diagnostic(header.span, &header.name));
            }
        }
    }

    /// The item that has given a variable its new probabilities already.
    fn revised_before(&self, variable: usize) -> Option<Span> {
        let is_it = |item: &&Evidence| {
            item.left_out.is_none()
                && matches!(&item.says, Some(Says::Revises(revised, _)) if *revised == variable)
        };
        self.assessment.evidence.iter().find(is_it).map(|item| item.header.span)
    }

    /// Of several sources, those that came out after the assessment have not reported anything yet.
    fn leave_later_sources_out(&mut self, sources: &mut Vec<usize>, header: &Header) {
        let as_of = self.assessment.as_of;
        for &source in &*sources {
            let declared = &self.assessment.sources[source];
            if let Some(published) = declared.published.filter(|date| date.first_day() > as_of) {
                let why = format!("published {published}, after {as_of}");
                let by = &declared.header.name;
                let told = checks::later_evidence::source(header.span, &header.name, by, &why);
                self.diagnostics.push(told);
            }
        }
        sources.retain(|&source| is_out(&self.assessment.sources[source], as_of));
    }

    /// What dates the evidence later than the assessment, if anything does.
    fn later_than_known(&self, on: Option<PartialDate>, sources: &[usize]) -> Option<String> {
        later_than(self.assessment.as_of, on, sources, &self.assessment.sources)
    }
}

/// The variables that a report or a likelihood bears on, in order; nothing for what else evidence says.
fn borne_on(says: &Says) -> Option<Vec<usize>> {
    let mut variables = Vec::new();
    match says {
        Says::Reports { condition, .. } => condition.variables(&mut variables),
        Says::Likelihood(cases) => {
            cases.iter().filter_map(|case| case.condition.as_ref()).for_each(|condition| {
                condition.variables(&mut variables);
            });
        }
        Says::Observes(..) | Says::Revises(..) => return None,
    }
    variables.sort_unstable();
    Some(variables)
}

/// The source at the end of a chain of origins in which each always repeats the next.
pub fn origin_of(sources: &[crate::assessment::Source], mut source: usize) -> usize {
    while let Some((origin, None)) = &sources[source].origin {
        source = *origin;
    }
    source
}
