//! Evidence into findings: reports through the reliability of who makes them, common origins once.
//!
//! A report is a node that depends on the fact and on the hidden reliability of its source: a
//! reliable source reports the truth, another says so anyway with a stated probability (Bovens &
//! Hartmann 2003; docs/methods.md, 1.2). The reliability is one node per source, shared by all its
//! reports. What always repeats an origin is that origin's report (docs/methods.md, 1.4).

use super::tables::Row;
use super::{Lowering, SlotKind};
use crate::assessment::{Case, Condition, Elicited, Number, NumberKind, Says};
use crate::resolve::{LETTERS, origin_of};
use weigh_inference::{FormulaId, VarId};
use weigh_syntax::span::Span;

/// How readily a source that does not know says so anyway, unless the file says: our convention.
const ANYWAY: f64 = 0.5;

/// A report of one source on one condition.
pub(super) struct Report {
    node: VarId,
    /// Whether the source itself was cited for it, not only somebody who repeats it.
    own: bool,
}

/// What all reports of one item of evidence have in common.
struct Reported<'r> {
    condition: &'r Condition,
    variables: Vec<usize>,
    anyway: FormulaId,
    rates: Option<(FormulaId, FormulaId)>,
    key: String,
}

impl Lowering<'_> {
    /// The nodes whose findings an item of evidence brings in.
    pub(super) fn item(&mut self, item: usize) -> Vec<VarId> {
        let evidence = &self.assessment.evidence[item];
        if evidence.left_out.is_some() {
            return Vec::new();
        }
        match &evidence.says {
            Some(Says::Reports { condition, anyway, rates }) => {
                let mut variables = Vec::new();
                condition.variables(&mut variables);
                let anyway = match anyway {
                    Some(anyway) => self.elicited(anyway, SlotKind::Probability, None),
                    None => self.build.formulas().constant(ANYWAY),
                };
                let rates = rates.as_ref().map(|rates| {
                    let (hit, false_alarm) = rates.as_ref();
                    let hit = self.elicited(hit, SlotKind::Probability, None);
                    (hit, self.elicited(false_alarm, SlotKind::Probability, None))
                });
                let key = key_of(condition);
                let reported = Reported { condition, variables, anyway, rates, key };
                self.reports_of(item, &reported)
            }
            Some(Says::Observes(variable, states)) => vec![self.observed(item, *variable, states)],
            Some(Says::Likelihood(cases)) => vec![self.likelihood(item, cases)],
            Some(Says::Revises(..)) | None => Vec::new(),
        }
    }

    fn reports_of(&mut self, item: usize, reported: &Reported) -> Vec<VarId> {
        let sources = &self.assessment.evidence[item].sources;
        let mut nodes: Vec<VarId> = Vec::new();
        if sources.is_empty() {
            let reliability = self.anonymous();
            let name = format!("report of {}", self.assessment.evidence[item].header.name);
            nodes.push(self.report_node(name, reported, reliability, None));
        }
        for &source in sources {
            let node = self.report_by(source, reported);
            self.reporters.push((node, source));
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        for &node in &nodes {
            self.evidence = std::mem::take(&mut self.evidence).observe(node, 1);
        }
        nodes
    }

    /// The report that a source makes, or that it repeats.
    fn report_by(&mut self, source: usize, reported: &Reported) -> VarId {
        let root = origin_of(&self.assessment.sources, source);
        let own = root == source;
        match self.reports.get_mut(&(root, reported.key.clone())) {
            // Who repeats it adds nothing; the origin itself, once cited, is the same report.
            Some(report) if !own => return report.node,
            Some(report) if !report.own => {
                report.own = true;
                return report.node;
            }
            // The same source says it a second time: a second report, of the same reliability.
            Some(_) => return self.new_report(root, reported),
            None => {}
        }
        let node = self.new_report(root, reported);
        self.reports.insert((root, reported.key.clone()), Report { node, own });
        node
    }

    fn new_report(&mut self, source: usize, reported: &Reported) -> VarId {
        let name = &self.assessment.sources[source].header.name;
        let n_before = self.reports.keys().filter(|(by, _)| *by == source).count();
        let name = format!("report {} of {name}", n_before + 1);
        // A source that mostly repeats another: its report depends on the other's, cited or not.
        let copied = self.assessment.sources[source].origin.clone();
        let copied =
            copied.and_then(|(origin, copies)| Some((origin, copies?))).map(|(origin, copies)| {
                let root = origin_of(&self.assessment.sources, origin);
                let key = (root, reported.key.clone());
                let node = match self.reports.get(&key) {
                    Some(report) => report.node,
                    None => {
                        let node = self.new_report(root, reported);
                        self.reports.insert(key, Report { node, own: false });
                        node
                    }
                };
                (node, self.elicited(&copies, SlotKind::Probability, None))
            });
        let reliability = self.reliability(source);
        self.report_node(name, reported, reliability, copied)
    }

    /// A node that says yes with probability `reliable ? fact : anyway`, or by stated rates; of a copier,
    /// as the copied report with probability `copies`.
    fn report_node(
        &mut self,
        name: String,
        reported: &Reported,
        reliability: VarId,
        copied: Option<(VarId, FormulaId)>,
    ) -> VarId {
        let node = self.build.add_variable(name, &["no", "yes"]);
        let uses_reliability = reported.rates.is_none();
        let mut parents: Vec<VarId> =
            reported.variables.iter().map(|&v| self.variables[v]).collect();
        if uses_reliability {
            parents.push(reliability);
        }
        parents.extend(copied.map(|(origin, _)| origin));
        let mut cells = Vec::new();
        for states in self.rows(&reported.variables) {
            let row = Row { variables: &reported.variables, states: &states };
            let fact = self.holds(reported.condition, &row);
            let says: Vec<FormulaId> = match reported.rates {
                Some((hit, false_alarm)) => vec![self.choose(fact, hit, false_alarm)],
                None => vec![reported.anyway, fact], // unreliable, reliable
            };
            for own in says {
                match copied {
                    None => self.push_binary(&mut cells, own),
                    Some((_, copies)) => {
                        for origin_says in [0.0, 1.0] {
                            let origin_says = self.build.formulas().constant(origin_says);
                            let yes = self.choose(copies, origin_says, own);
                            self.push_binary(&mut cells, yes);
                        }
                    }
                }
            }
        }
        self.build.set_table(node, &parents, cells);
        node
    }

    /// `p a + (1 - p) b`
    fn choose(&mut self, p: FormulaId, a: FormulaId, b: FormulaId) -> FormulaId {
        let formulas = self.build.formulas();
        let with = formulas.mul(p, a);
        let not = formulas.complement(p);
        let without = formulas.mul(not, b);
        formulas.add(with, without)
    }

    fn push_binary(&mut self, cells: &mut Vec<FormulaId>, yes: FormulaId) {
        let no = self.build.formulas().complement(yes);
        cells.extend([no, yes]);
    }

    /// The hidden reliability of a source, made when it is first needed.
    fn reliability(&mut self, source: usize) -> VarId {
        if let Some(node) = self.reliabilities[source] {
            return node;
        }
        let declared = &self.assessment.sources[source];
        let name = format!("{} is reliable", declared.header.name);
        let number = declared.reliability.clone().unwrap_or_else(|| {
            ungraded(format!("reliability of {}", declared.header.name), declared.header.span)
        });
        let node = self.reliability_node(name, &number);
        self.reliabilities[source] = Some(node);
        node
    }

    fn anonymous(&mut self) -> VarId {
        if let Some(node) = self.anonymous {
            return node;
        }
        let number = ungraded("reliability of the unnamed source".to_string(), Span::default());
        let node = self.reliability_node("the unnamed source is reliable".to_string(), &number);
        self.anonymous = Some(node);
        node
    }

    fn reliability_node(&mut self, name: String, number: &Elicited) -> VarId {
        let node = self.build.add_variable(name, &["no", "yes"]);
        let p = self.elicited(number, SlotKind::Probability, None);
        let mut cells = Vec::new();
        self.push_binary(&mut cells, p);
        self.build.set_table(node, &[], cells);
        node
    }

    /// Seen without doubt. A second sight of the same variable is a node of its own, so that two that
    /// contradict each other are found out.
    fn observed(&mut self, item: usize, variable: usize, states: &[usize]) -> VarId {
        let var = self.variables[variable];
        let n_states = self.assessment.variables[variable].states.len();
        let seen_before = self.evidence.vars().any(|seen| seen == var);
        if let (&[state], false) = (states, seen_before) {
            self.evidence = std::mem::take(&mut self.evidence).observe(var, state);
            return var;
        }
        let name = format!("sight of {}", self.assessment.evidence[item].header.name);
        let node = self.build.add_variable(name, &["no", "yes"]);
        let mut cells = Vec::new();
        for state in 0..n_states {
            let yes = self.build.formulas().constant(f64::from(u8::from(states.contains(&state))));
            self.push_binary(&mut cells, yes);
        }
        self.build.set_table(node, &[var], cells);
        self.evidence = std::mem::take(&mut self.evidence).observe(node, 1);
        node
    }

    /// Evidence by its strength alone: a node whose probability is the likelihood over the sum of all
    /// stated likelihoods, so that only ratios count.
    fn likelihood(&mut self, item: usize, cases: &[Case]) -> VarId {
        let mut variables = Vec::new();
        for case in cases {
            case.condition.iter().for_each(|condition| condition.variables(&mut variables));
        }
        let numbers = self.case_numbers(cases, SlotKind::Weight, None);
        let mut sum = numbers[0];
        for &more in &numbers[1..] {
            sum = self.build.formulas().add(sum, more);
        }
        let node = self
            .build
            .add_variable(self.assessment.evidence[item].header.name.clone(), &["no", "yes"]);
        let mut cells = Vec::new();
        for states in self.rows(&variables) {
            let row = Row { variables: &variables, states: &states };
            let (likelihood, _) = self.first_that_holds(cases, &numbers, &row);
            let yes = self.build.formulas().div(likelihood, sum);
            self.push_binary(&mut cells, yes);
        }
        let parents: Vec<VarId> =
            variables.iter().map(|&variable| self.variables[variable]).collect();
        self.build.set_table(node, &parents, cells);
        self.evidence = std::mem::take(&mut self.evidence).observe(node, 1);
        node
    }
}

/// The reliability of a source that has no grade: F, cannot be judged.
fn ungraded(what: String, span: Span) -> Elicited {
    let (_, low, high) = LETTERS[5];
    let kind = NumberKind::Range { low, high, percent: true };
    let number = Number { kind, span, written: "F".to_string() };
    Elicited { number, what, rationale: None, because: None, elicitor: 0 }
}

/// A condition as text without its places, so that two that say the same are the same.
fn key_of(condition: &Condition) -> String {
    match condition {
        Condition::Is { variable, states } => format!("{variable}={states:?}"),
        Condition::Compare { quantity, comparison, number } => {
            format!("q{quantity}{comparison:?}{}", number.written)
        }
        Condition::Not(inner) => format!("!({})", key_of(inner)),
        Condition::And(parts) => parts.iter().map(key_of).collect::<Vec<_>>().join("&"),
        Condition::Or(parts) => {
            format!("({})", parts.iter().map(key_of).collect::<Vec<_>>().join("|"))
        }
    }
}
