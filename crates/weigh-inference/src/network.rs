//! The network: variables, conditional tables whose cells are formulas, and uncertain parameters.

use std::sync::Arc;

use thiserror::Error;

use crate::choices::{ChoiceCells, Choices};
use crate::diagram::DiagramError;
use crate::distribution::Distribution;
use crate::formula::{FormulaId, Formulas};

/// The place of a variable in [`Network::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub u32);

/// The place of a parameter in [`Network::parameters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(pub u32);

impl VarId {
    /// The id as an index.
    pub fn ix(self) -> usize {
        self.0 as usize
    }
}

impl ParamId {
    /// The id as an index.
    pub fn ix(self) -> usize {
        self.0 as usize
    }
}

/// A discrete variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name; names need not be unique here.
    pub name: String,
    /// The names of its states, at least one.
    pub states: Vec<String>,
}

/// The conditional table of one variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The variable whose distribution this is.
    pub child: VarId,
    /// What it depends on; their order is the order of the rows.
    pub parents: Vec<VarId>,
    /// Row-major: one row per configuration of the parents, the last parent fastest; within a row
    /// the child's states.
    pub cells: Cells,
}

/// The cells of one table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Expressions over parameters, in the network's arena.
    Formulas(Vec<FormulaId>),
    /// Plain numbers: no arena for the half million cells of a network file, and no copy for a tape that reads them.
    Numbers(Arc<[f64]>),
}

impl Cells {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Cells::Formulas(ids) => ids.len(),
            Cells::Numbers(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The expressions, none for plain numbers.
    pub fn formulas(&self) -> &[FormulaId] {
        match self {
            Cells::Formulas(ids) => ids,
            Cells::Numbers(_) => &[],
        }
    }
}

/// A number the analyst is unsure about; used in two places it is still one draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What the analyst believes about it.
    pub distribution: Distribution,
    /// Parameters of one table share an error, see [`crate::Sharing`]; any label will do.
    pub table_group: Option<u32>,
    /// Parameters of one elicitor share an error, see [`crate::Sharing`]; any label will do.
    pub elicitor_group: Option<u32>,
}

impl Parameter {
    /// A parameter that shares its error with no other.
    pub fn new(name: impl Into<String>, distribution: Distribution) -> Parameter {
        Parameter { name: name.into(), distribution, table_group: None, elicitor_group: None }
    }
}

/// The largest number of cells a table may have.
pub const MAX_TABLE_CELLS: usize = 1 << 22;

/// Why a network could not be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A variable without a table.
    #[error("`{0}` has no table")]
    MissingTable(String),
    /// A variable with two tables.
    #[error("`{0}` has two tables")]
    DoubledTable(String),
    /// A table of the wrong length.
    #[error("the table of `{name}` has {found} cells, but its states and parents need {expected}")]
    WrongCells {
        /// The child.
        name: String,
        /// Cells given.
        found: usize,
        /// Cells needed.
        expected: usize,
    },
    /// A table above [`MAX_TABLE_CELLS`].
    #[error(
        "the table of `{name}` would have more than {MAX_TABLE_CELLS} cells: {parents} parents"
    )]
    TableTooLarge {
        /// The child.
        name: String,
        /// How many parents it has.
        parents: usize,
    },
    /// Variables that depend on themselves; each is a parent of the next, the last of the first.
    #[error("these depend on each other in a circle: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// A variable without states.
    #[error("`{0}` has no states")]
    NoStates(String),
    /// A table that names a variable twice among its child and parents.
    #[error("the table of `{child}` lists `{parent}` twice")]
    RepeatedParent {
        /// The child.
        child: String,
        /// The variable listed twice.
        parent: String,
    },
    /// A table that names a variable, formula or parameter that was never added.
    #[error("a table uses {kind} {id}, which does not exist")]
    UnknownId {
        /// "variable", "formula" or "parameter".
        kind: &'static str,
        /// The number used.
        id: u32,
    },
}

/// A checked network: every variable has one table of the right size and no variable depends on
/// itself.
///
/// Rows of a table need not sum to 1: the network computes with the numbers it is given.
#[derive(Clone, Debug)]
pub struct Network {
    variables: Vec<Variable>,
    /// In the order of their children.
    tables: Vec<Table>,
    formulas: Formulas,
    parameters: Vec<Parameter>,
    order: Vec<VarId>,
    choices: Option<Arc<Choices>>,
}

impl Network {
    /// The variables, by [`VarId`].
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The tables, by the [`VarId`] of the child.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The expressions that the tables' cells refer to.
    pub fn formulas(&self) -> &Formulas {
        &self.formulas
    }

    /// The parameters, by [`ParamId`].
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The choices of actors among its variables, if there are any.
    pub fn choices(&self) -> Option<&Arc<Choices>> {
        self.choices.as_ref()
    }

    /// Writes the policies of actors, if there are any, over their rows of `[n_params, n_lanes]`,
    /// computed from the other rows. What draws are made or numbers changed by calls it.
    pub fn respond(&self, params: &mut [f64], n_lanes: usize) {
        if let Some(choices) = &self.choices {
            choices.responder().respond(params, n_lanes);
        }
    }

    /// The ids of all variables, ascending.
    pub fn ids(&self) -> impl Iterator<Item = VarId> + use<> {
        (0..self.variables.len() as u32).map(VarId)
    }

    /// The variable.
    pub fn variable(&self, var: VarId) -> &Variable {
        &self.variables[var.ix()]
    }

    /// The variable's table.
    pub fn table(&self, var: VarId) -> &Table {
        &self.tables[var.ix()]
    }

    /// How many states the variable has.
    pub fn n_states(&self, var: VarId) -> usize {
        self.variables[var.ix()].states.len()
    }

    /// The first variable of that name.
    pub fn find(&self, name: &str) -> Option<VarId> {
        self.ids().find(|var| self.variable(*var).name == name)
    }

    /// The variable's state of that name.
    pub fn find_state(&self, var: VarId, name: &str) -> Option<usize> {
        self.variable(var).states.iter().position(|state| state == name)
    }

    /// All variables, each after its parents; among those that could come next, the lowest id.
    pub fn topological_order(&self) -> &[VarId] {
        &self.order
    }

    /// The expected value of every parameter, `[n_params]`; policies are those at these values.
    pub fn parameter_means(&self) -> Vec<f64> {
        let means = self.parameters.iter().map(|parameter| parameter.distribution.mean());
        let mut means: Vec<f64> = means.collect();
        self.respond(&mut means, 1);
        means
    }

    /// The cells of the variable's table at one set of parameter values, `[n_params]`.
    pub fn cell_values(&self, var: VarId, params: &[f64]) -> Vec<f64> {
        match &self.table(var).cells {
            Cells::Formulas(ids) => self.formulas.evaluate_lanes(ids, params, 1),
            Cells::Numbers(values) => values.to_vec(),
        }
    }

    /// The network in which `var` is set to `state` from outside: its table loses its parents and
    /// becomes certain, everything else stays (Pearl's do-operator). Actors still choose as they would
    /// have: the intervention comes from outside their game.
    ///
    /// # Panics
    /// If the variable or the state does not exist.
    pub fn intervene(&self, var: VarId, state: usize) -> Network {
        assert!(state < self.n_states(var), "`{}` has no state {state}", self.variable(var).name);
        let mut network = self.clone();
        let certain = (0..self.n_states(var)).map(|s| f64::from(u8::from(s == state)));
        let cells = Cells::Numbers(certain.collect());
        network.tables[var.ix()] = Table { child: var, parents: Vec::new(), cells };
        network.order = topological_order(&network.tables).expect("fewer edges make no cycle");
        network
    }
}

/// Builds a [`Network`].
///
/// # Example
/// ```
/// use weigh_inference::{NetworkBuilder, NetworkError};
/// let mut build = NetworkBuilder::new();
/// let rain = build.add_variable("rain", &["no", "yes"]);
/// let (p, q) = (build.formulas().constant(0.2), build.formulas().constant(0.8));
/// build.set_table(rain, &[], vec![q]);
/// assert_eq!(
///     build.build().unwrap_err().to_string(),
///     "the table of `rain` has 1 cells, but its states and parents need 2",
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct NetworkBuilder {
    variables: Vec<Variable>,
    tables: Vec<Table>,
    formulas: Formulas,
    parameters: Vec<Parameter>,
    choices: Option<Arc<Choices>>,
}

impl NetworkBuilder {
    /// An empty network.
    pub fn new() -> NetworkBuilder {
        NetworkBuilder::default()
    }

    /// Adds a variable with the names of its states.
    pub fn add_variable<S: AsRef<str>>(&mut self, name: impl Into<String>, states: &[S]) -> VarId {
        let states = states.iter().map(|state| state.as_ref().to_owned()).collect();
        self.variables.push(Variable { name: name.into(), states });
        VarId(self.variables.len() as u32 - 1)
    }

    /// Adds an uncertain number.
    pub fn add_parameter(&mut self, parameter: Parameter) -> ParamId {
        self.parameters.push(parameter);
        ParamId(self.parameters.len() as u32 - 1)
    }

    /// The arena in which cells are written.
    pub fn formulas(&mut self) -> &mut Formulas {
        &mut self.formulas
    }

    /// The variables added so far.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Sets a variable's table; for the order of the cells see [`Table::cells`].
    pub fn set_table(&mut self, child: VarId, parents: &[VarId], cells: Vec<FormulaId>) {
        let cells = Cells::Formulas(cells);
        self.tables.push(Table { child, parents: parents.to_vec(), cells });
    }

    /// Sets a variable's table to plain numbers.
    pub fn set_numbers(&mut self, child: VarId, parents: &[VarId], cells: Vec<f64>) {
        let cells = Cells::Numbers(cells.into());
        self.tables.push(Table { child, parents: parents.to_vec(), cells });
    }

    /// Lets actors decide some parameters, all of which have been added.
    ///
    /// # Errors
    /// As [`crate::diagram::Solver::new`].
    pub fn set_choices(&mut self, cells: ChoiceCells) -> Result<(), DiagramError> {
        let choices = Choices::new(cells, &self.formulas, self.parameters.len())?;
        self.choices = Some(Arc::new(choices));
        Ok(())
    }

    /// The table of a variable, if it was set.
    pub fn table(&self, child: VarId) -> Option<&Table> {
        self.tables.iter().find(|table| table.child == child)
    }

    /// Checks everything and hands over the network.
    ///
    /// # Errors
    /// See [`NetworkError`].
    pub fn build(mut self) -> Result<Network, NetworkError> {
        for variable in &self.variables {
            if variable.states.is_empty() {
                return Err(NetworkError::NoStates(variable.name.clone()));
            }
        }
        self.tables.iter().try_for_each(|table| self.check_table(table))?;
        let mut by_child: Vec<Option<Table>> = vec![None; self.variables.len()];
        for table in std::mem::take(&mut self.tables) {
            let child = table.child;
            if by_child[child.ix()].replace(table).is_some() {
                return Err(NetworkError::DoubledTable(self.name(child)));
            }
        }
        let tables: Vec<Table> = by_child
            .into_iter()
            .zip(&self.variables)
            .map(|(table, var)| table.ok_or_else(|| NetworkError::MissingTable(var.name.clone())))
            .collect::<Result<_, _>>()?;
        let order = topological_order(&tables).map_err(|cycle| {
            NetworkError::Cycle(cycle.into_iter().map(|var| self.name(var)).collect())
        })?;
        let NetworkBuilder { variables, formulas, parameters, choices, .. } = self;
        Ok(Network { variables, tables, formulas, parameters, order, choices })
    }

    fn check_table(&self, table: &Table) -> Result<(), NetworkError> {
        let scope = || table.parents.iter().chain([&table.child]);
        for var in scope() {
            if var.ix() >= self.variables.len() {
                return Err(NetworkError::UnknownId { kind: "variable", id: var.0 });
            }
            if scope().filter(|other| *other == var).count() > 1 {
                let (child, parent) = (self.name(table.child), self.name(*var));
                return Err(NetworkError::RepeatedParent { child, parent });
            }
        }
        let name = self.name(table.child);
        let expected = scope()
            .try_fold(1, |cells: usize, var| {
                cells.checked_mul(self.variables[var.ix()].states.len())
            })
            .filter(|cells| *cells <= MAX_TABLE_CELLS);
        match expected {
            None => Err(NetworkError::TableTooLarge { name, parents: table.parents.len() }),
            Some(expected) if expected != table.cells.len() => {
                Err(NetworkError::WrongCells { name, found: table.cells.len(), expected })
            }
            Some(_) => self.check_cells(table),
        }
    }

    fn check_cells(&self, table: &Table) -> Result<(), NetworkError> {
        let formulas = self.formulas.len();
        let cells = table.cells.formulas();
        if let Some(cell) = cells.iter().find(|cell| cell.ix() >= formulas) {
            return Err(NetworkError::UnknownId { kind: "formula", id: cell.0 });
        }
        let mut seen = vec![false; formulas];
        let mut stack = cells.to_vec();
        while let Some(id) = stack.pop() {
            if std::mem::replace(&mut seen[id.ix()], true) {
                continue;
            }
            let node = self.formulas.get(id);
            if let crate::formula::Formula::Parameter(p) = node
                && p.ix() >= self.parameters.len()
            {
                return Err(NetworkError::UnknownId { kind: "parameter", id: p.0 });
            }
            stack.extend(node.operands().into_iter().flatten());
        }
        Ok(())
    }

    fn name(&self, var: VarId) -> String {
        self.variables[var.ix()].name.clone()
    }
}

/// Parents before children, lowest id first; or a cycle in which each is a parent of the next.
fn topological_order(tables: &[Table]) -> Result<Vec<VarId>, Vec<VarId>> {
    let mut children: Vec<Vec<VarId>> = vec![Vec::new(); tables.len()];
    let mut missing: Vec<usize> = tables.iter().map(|table| table.parents.len()).collect();
    for table in tables {
        for parent in &table.parents {
            children[parent.ix()].push(table.child);
        }
    }
    let ids = || (0..tables.len() as u32).map(VarId);
    let mut ready: std::collections::BTreeSet<VarId> =
        ids().filter(|var| missing[var.ix()] == 0).collect();
    let mut order = Vec::with_capacity(tables.len());
    while let Some(var) = ready.pop_first() {
        order.push(var);
        for child in &children[var.ix()] {
            missing[child.ix()] -= 1;
            if missing[child.ix()] == 0 {
                ready.insert(*child);
            }
        }
    }
    if order.len() == tables.len() {
        return Ok(order);
    }
    // Every variable left has a parent left: walking up must come round.
    let left = |var: &VarId| missing[var.ix()] > 0;
    let mut path: Vec<VarId> = Vec::new();
    let mut at = ids().find(left).expect("a variable is left, the order is short");
    while !path.contains(&at) {
        path.push(at);
        let mut parents = tables[at.ix()].parents.iter().copied();
        at = parents.find(left).expect("a variable that is left has a parent that is left");
    }
    let start = path.iter().position(|var| *var == at).expect("the walk came round to it");
    let mut cycle = path.split_off(start);
    cycle.reverse();
    Err(cycle)
}
