//! Actors into a diagram: whose choice stands where, what is wanted, and which numbers decide it.
//!
//! A choice becomes a variable whose cells are parameters of their own. Which values they take follows
//! in each draw from the rest: from every table that bears on what somebody wants, from the payoffs and
//! from how reliably the better option is picked (docs/methods.md, part 3).

use super::tables::{Row, n_rows};
use super::{Lowering, SlotKind, parents};
use crate::assessment::{Actor, Expectation, Form, Precision};
use crate::checks;
use std::collections::BTreeMap;
use weigh_inference::diagram::{Belief, Diagram, DiagramError, Node, Payoff, Role};
use weigh_inference::{
    Cells, ChoiceCells, Distribution, FormulaId, ParamId, Parameter, Picks, VarId,
};
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::span::Span;

/// Cells of the largest policy: each is found in every draw and kept.
pub(super) const MAX_POLICY_CELLS: usize = 1 << 12;

/// A choice, with the way back to the assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The variable of the assessment.
    pub variable: usize,
    /// Its actor.
    pub actor: usize,
    /// Its node in the diagram.
    pub decision: usize,
    /// The first parameter of its policy.
    pub policy: ParamId,
}

/// The diagram of the actors, with the way back to the assessment.
#[derive(Debug, Clone, Default)]
pub struct Game {
    /// Every choice, in the order of the files.
    pub chosen: Vec<Chosen>,
    /// Per node of the diagram, the variable of the network.
    pub nodes: Vec<VarId>,
}

impl Game {
    /// The choices in the order of their actors.
    pub fn by_actor(&self) -> Vec<Chosen> {
        let mut chosen = self.chosen.clone();
        chosen.sort_by_key(|chosen| (chosen.actor, chosen.variable));
        chosen
    }
}

impl Lowering<'_> {
    /// Gives every choice its policy, and the network the diagram that decides it. Must be the last to add
    /// parameters.
    pub(super) fn choices(&mut self) -> Result<Game, Vec<Diagnostic>> {
        let assessment = self.assessment;
        let owned =
            (0..assessment.variables.len()).filter_map(|ix| match assessment.variables[ix].form {
                Form::Choice { actor, .. } => Some((ix, actor)),
                _ => None,
            });
        let owned: Vec<(usize, usize)> = owned.collect();
        let Some(&(first, _)) = owned.first() else { return Ok(Game::default()) };
        self.check_payoff_sizes()?;
        let mut wanted = Vec::new();
        let mut payoff_cells = Vec::new();
        let mut believed = Vec::new();
        let mut picks = Vec::new();
        for (actor_ix, actor) in assessment.actors.iter().enumerate() {
            picks.push(Picks::Rational);
            if actor.choices.is_empty() {
                continue;
            }
            let group = Some((assessment.variables.len() + actor_ix) as u32);
            for term in &actor.wants {
                let mut about = Vec::new();
                term.condition.iter().for_each(|condition| condition.variables(&mut about));
                payoff_cells.push(self.payoff(term, &about, group));
                wanted.push((term.number.what.clone(), actor_ix, about));
            }
            picks[actor_ix] = self.picks(actor);
            for belief in &actor.expects {
                if let Some((given, cells)) = self.belief(belief, group) {
                    believed.push((actor_ix, belief.variable, given, cells));
                }
            }
        }
        // Behind every other parameter.
        let mut first_cell: BTreeMap<VarId, ParamId> = BTreeMap::new();
        for &(variable, _) in &owned {
            let policy = self.policy(variable);
            first_cell.insert(self.variables[variable], policy);
        }
        let nodes = self.relevant(&owned);
        let place: BTreeMap<VarId, usize> =
            nodes.iter().enumerate().map(|(ix, &var)| (var, ix)).collect();
        let node_of = |variable: usize| place[&self.variables[variable]];
        let owner_of: BTreeMap<VarId, usize> =
            owned.iter().map(|&(variable, actor)| (self.variables[variable], actor)).collect();
        let payoffs = wanted.into_iter().map(|(name, owner, about)| {
            let parents = about.into_iter().map(node_of).collect();
            Payoff { name, owner, parents }
        });
        let payoffs = payoffs.collect();
        let mut precisions = vec![Picks::Rational; nodes.len()];
        for &(variable, actor) in &owned {
            precisions[node_of(variable)] = picks[actor];
        }
        let mut beliefs = Vec::new();
        let mut belief_cells = Vec::new();
        for (actor, about, given, cells) in believed {
            let given: Vec<usize> = given.into_iter().map(node_of).collect();
            let blind = assessment.actors[actor]
                .choices
                .iter()
                .filter(|&&choice| !parents(&assessment.variables[choice]).contains(&about));
            for &choice in blind {
                let (decision, about) = (node_of(choice), node_of(about));
                beliefs.push(Belief { decision, about, given: given.clone() });
                belief_cells.push(cells.clone());
            }
        }
        let mut diagram_nodes = Vec::new();
        let mut tables = Vec::new();
        let mut policies = Vec::new();
        for &var in &nodes {
            let variable = &self.build.variables()[var.ix()];
            let table = self.build.table(var).expect("every variable has its table by now");
            let owner = owner_of.get(&var);
            diagram_nodes.push(Node {
                name: variable.name.clone(),
                states: variable.states.clone(),
                parents: table.parents.iter().map(|parent| place[parent]).collect(),
                role: owner.map_or(Role::Chance, |&owner| Role::Decision { owner }),
            });
            tables.push(match (owner, &table.cells) {
                (None, Cells::Formulas(cells)) => cells.clone(),
                _ => Vec::new(),
            });
            policies.push(first_cell.get(&var).copied());
        }
        let span = assessment.variables[first].header.span;
        let actors = assessment.actors.iter().map(|actor| actor.header.name.clone()).collect();
        let diagram = Diagram::new(actors, diagram_nodes, payoffs, beliefs)
            .map_err(|error| unbuilt(span, &error))?;
        let cells = ChoiceCells {
            diagram,
            tables,
            payoffs: payoff_cells,
            beliefs: belief_cells,
            precisions,
            policies,
        };
        let chosen = owned.iter().map(|&(variable, actor)| Chosen {
            variable,
            actor,
            decision: node_of(variable),
            policy: first_cell[&self.variables[variable]],
        });
        let chosen = chosen.collect();
        self.build.set_choices(cells).map_err(|error| unbuilt(span, &error))?;
        Ok(Game { chosen, nodes })
    }

    /// Refuses payoffs over too many combinations before their values are written down.
    fn check_payoff_sizes(&self) -> Result<(), Vec<Diagnostic>> {
        let mut faults = Vec::new();
        for term in self.assessment.actors.iter().flat_map(|actor| &actor.wants) {
            let mut about = Vec::new();
            term.condition.iter().for_each(|condition| condition.variables(&mut about));
            let rows = n_rows(self.assessment, &about);
            if rows.is_none_or(|rows| rows > super::MAX_TABLE_CELLS) {
                let what = format!(
                    "the condition of this payoff asks about {} things, which have more than {} combinations",
                    about.len(),
                    super::MAX_TABLE_CELLS
                );
                faults.push(checks::choices_too_large::diagnostic(term.number.number.span, &what));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The table of a choice: a parameter for each option in each case that its actor can see.
    fn policy(&mut self, variable_ix: usize) -> ParamId {
        let variable = &self.assessment.variables[variable_ix];
        let known = parents(variable);
        let even = Distribution::Point(1.0 / variable.states.len() as f64);
        let mut cells = Vec::new();
        let mut first = None;
        for states in self.rows(&known) {
            let row = Row { variables: &known, states: &states };
            let case = self.row_in_words(&row);
            for option in &variable.states {
                let name = &variable.header.name;
                let what = match known.is_empty() {
                    true => format!("{name}: {option}"),
                    false => format!("{name}: {option} if {case}"),
                };
                let param = self.build.add_parameter(Parameter::new(what, even));
                first.get_or_insert(param);
                cells.push(self.build.formulas().parameter(param));
            }
        }
        let known: Vec<VarId> = known.iter().map(|&ix| self.variables[ix]).collect();
        self.build.set_table(self.variables[variable_ix], &known, cells);
        first.expect("a choice has two options at least")
    }

    /// The variables that bear on what somebody chooses or wants, in the order of the network.
    fn relevant(&self, owned: &[(usize, usize)]) -> Vec<VarId> {
        let mut about: Vec<usize> = owned.iter().map(|(variable, _)| *variable).collect();
        for actor in &self.assessment.actors {
            for condition in actor.wants.iter().filter_map(|term| term.condition.as_ref()) {
                condition.variables(&mut about);
            }
            about.extend(actor.expects.iter().map(|belief| belief.variable));
        }
        let mut needed = vec![false; self.build.variables().len()];
        let mut stack: Vec<VarId> = about.iter().map(|&ix| self.variables[ix]).collect();
        while let Some(var) = stack.pop() {
            if !std::mem::replace(&mut needed[var.ix()], true) {
                stack.extend(self.build.table(var).iter().flat_map(|table| &table.parents));
            }
        }
        (0..needed.len() as u32).map(VarId).filter(|var| needed[var.ix()]).collect()
    }

    /// The values of a term of what somebody wants, one for each combination of what it asks about.
    fn payoff(
        &mut self,
        term: &crate::assessment::Payoff,
        about: &[usize],
        group: Option<u32>,
    ) -> Vec<FormulaId> {
        let points = self.elicited(&term.number, SlotKind::Payoff, group);
        let points = self.switched(points, term.number.because, 0.0);
        let mut cells = Vec::new();
        for states in self.rows(about) {
            let row = Row { variables: about, states: &states };
            cells.push(match &term.condition {
                None => points,
                Some(condition) => {
                    let holds = self.holds(condition, &row);
                    self.build.formulas().mul(holds, points)
                }
            });
        }
        cells
    }

    fn picks(&mut self, actor: &Actor) -> Picks {
        match &actor.precision {
            Precision::Rational => Picks::Rational,
            Precision::Picks { points, often } => {
                let often = self.elicited(often, SlotKind::Probability, None);
                Picks::Often { often, apart: *points }
            }
        }
    }

    /// What a belief is given, and its cells; none if it cannot be used, which was told.
    fn belief(
        &mut self,
        belief: &Expectation,
        group: Option<u32>,
    ) -> Option<(Vec<usize>, Vec<FormulaId>)> {
        let mut given = Vec::new();
        for case in belief.states.iter().flat_map(|state| state.cases.iter().flatten()) {
            case.condition.iter().for_each(|condition| condition.variables(&mut given));
        }
        let known = parents(&self.assessment.variables[belief.variable]);
        if given.iter().any(|ix| !known.contains(ix)) {
            return None;
        }
        let cells =
            self.case_rows(belief.variable, &given, &self.rows(&given), &belief.states, group);
        Some((given, cells))
    }
}

/// Why the diagram cannot be solved, where that was not told with its place already.
fn unbuilt(span: Span, error: &DiagramError) -> Vec<Diagnostic> {
    match error {
        DiagramError::ImperfectRecall { .. }
        | DiagramError::NoOrder { .. }
        | DiagramError::Belief { .. } => Vec::new(),
        DiagramError::TooLarge { .. } => {
            vec![checks::choices_too_large::diagnostic(span, &error.to_string())]
        }
        other => vec![checks::no_network::diagnostic(span, &other.to_string())],
    }
}
