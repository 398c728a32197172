//! The plain data that every format is read into and written from.

/// What the tables of a [`Model`] mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Bayesian network, or an influence diagram: one table for each variable.
    Bayes,
    /// A Markov network: any number of tables of non-negative numbers, multiplied.
    Markov,
}

/// What a [`Variable`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// A variable with a distribution.
    Chance,
    /// A variable that somebody chooses; its parents are what is known by then.
    Decision,
    /// What an outcome is worth; it has no states.
    Utility,
}

/// Something that a file says about a network or a variable and that no other field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// What stands before the first `=`.
    pub name: String,
    /// What stands behind it; empty if there is no `=`.
    pub value: String,
}

/// A discrete variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name, which no other variable has.
    pub name: String,
    /// Chance, decision or utility.
    pub kind: VariableKind,
    /// The names of its states, each once; empty for a utility.
    pub states: Vec<String>,
    /// A longer name for people, where it differs from the name.
    pub label: Option<String>,
    /// Where a drawing puts it: right, down (in HUGIN NET: up), in the file's own unit.
    pub position: Option<[f64; 2]>,
    /// What else the file says.
    pub properties: Vec<Property>,
}

impl Variable {
    /// A chance variable that is nothing but a name and states.
    pub fn new<S: AsRef<str>>(name: impl Into<String>, states: &[S]) -> Variable {
        Variable {
            name: name.into(),
            kind: VariableKind::Chance,
            states: states.iter().map(|state| state.as_ref().to_owned()).collect(),
            label: None,
            position: None,
            properties: Vec::new(),
        }
    }
}

/// Numbers over the states of some variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Whose table it is; none in a Markov network.
    pub child: Option<usize>,
    /// The variables by their place in [`Model::variables`]: the parents in the file's order, then
    /// the child if it has states.
    pub scope: Vec<usize>,
    /// One number for each configuration of the scope, the last variable fastest. So a row of a
    /// chance variable, which sums to 1, is contiguous. Empty for a decision.
    pub values: Vec<f64>,
}

/// A network as files hold it.
///
/// # Example
/// ```
/// use weigh_formats::{Format, Kind, Model, Table, Variable, write};
/// let model = Model {
///     kind: Kind::Bayes,
///     name: None,
///     properties: Vec::new(),
///     variables: vec![Variable::new("rain", &["no", "yes"])],
///     tables: vec![Table { child: Some(0), scope: vec![0], values: vec![0.75, 0.25] }],
/// };
/// let written = write(Format::Uai, &model)?;
/// assert_eq!(written.text, "BAYES\n1\n2\n1\n1 0\n\n2\n0.75 0.25\n");
/// assert_eq!(written.lost[0].message, "UAI has no names: variables and states become numbers from 0");
/// # Ok::<(), weigh_formats::WriteError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Bayesian or Markov.
    pub kind: Kind,
    /// The network's name.
    pub name: Option<String>,
    /// What else the file says about the network.
    pub properties: Vec<Property>,
    /// The variables, in the file's order.
    pub variables: Vec<Variable>,
    /// In a Bayesian network one table for each variable, in their order; in a Markov network the
    /// factors in the file's order.
    pub tables: Vec<Table>,
}

impl Model {
    /// How many states each variable has.
    pub fn cardinalities(&self) -> Vec<usize> {
        self.variables.iter().map(|variable| variable.states.len()).collect()
    }

    /// Says what keeps this from being a model that a file can hold.
    ///
    /// # Errors
    /// One line: a name that is empty, doubled or holds control characters; a variable without
    /// states or table; a table of the wrong size or with numbers that are none.
    pub fn check(&self) -> Result<(), String> {
        let mut names = rustc_hash::FxHashSet::default();
        for variable in &self.variables {
            check_name(&variable.name).map_err(|why| format!("the name of a variable {why}"))?;
            if !names.insert(variable.name.as_str()) {
                return Err(format!("two variables are called `{}`", variable.name));
            }
            let mut states = rustc_hash::FxHashSet::default();
            for state in &variable.states {
                check_name(state).map_err(|why| format!("a state of `{}` {why}", variable.name))?;
                if !states.insert(state.as_str()) {
                    return Err(format!("`{}` has the state `{state}` twice", variable.name));
                }
            }
            let is_utility = variable.kind == VariableKind::Utility;
            if variable.states.is_empty() != is_utility {
                let has = if is_utility { "is a utility with states" } else { "has no states" };
                return Err(format!("`{}` {has}", variable.name));
            }
            if variable.position.is_some_and(|at| !at.iter().all(|x| x.is_finite())) {
                return Err(format!("the position of `{}` is no number", variable.name));
            }
        }
        if self.kind == Kind::Bayes && self.tables.len() != self.variables.len() {
            let (n, m) = (self.tables.len(), self.variables.len());
            return Err(format!("{m} variables have {n} tables"));
        }
        (0..self.tables.len()).try_for_each(|ix| self.check_table(ix))
    }

    fn check_table(&self, ix: usize) -> Result<(), String> {
        let table = &self.tables[ix];
        if table.scope.iter().any(|&var| var >= self.variables.len()) {
            return Err(format!("table {ix} names a variable that does not exist"));
        }
        let mut sorted = table.scope.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!("table {ix} names a variable twice"));
        }
        let kind = if self.kind == Kind::Bayes {
            let kind = self.variables[ix].kind;
            let last = (kind != VariableKind::Utility).then_some(ix);
            let parents = &table.scope
                [..table.scope.len() - usize::from(last.is_some()).min(table.scope.len())];
            let of_utility = |var: &usize| self.variables[*var].kind == VariableKind::Utility;
            if table.child != Some(ix)
                || (last.is_some() && table.scope.last() != last.as_ref())
                || parents.contains(&ix)
                || parents.iter().any(of_utility)
            {
                return Err(format!("table {ix} is not that of `{}`", self.variables[ix].name));
            }
            kind
        } else if table.child.is_some() {
            return Err(format!("table {ix} of a Markov network has a child"));
        } else {
            VariableKind::Chance
        };
        let cells = table
            .scope
            .iter()
            .try_fold(1usize, |n, &var| n.checked_mul(self.variables[var].states.len()));
        let cells = if kind == VariableKind::Decision { Some(0) } else { cells };
        if cells != Some(table.values.len()) {
            return Err(format!("table {ix} has {} numbers", table.values.len()));
        }
        let lowest = if kind == VariableKind::Utility { f64::MIN } else { 0.0 };
        match table.values.iter().find(|x| !(x.is_finite() && **x >= lowest)) {
            Some(x) => Err(format!("table {ix} holds {x}")),
            None => Ok(()),
        }
    }
}

/// Why a name cannot be one, as the rest of a sentence.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        Err("is empty")
    } else if name.chars().any(is_unprintable) {
        Err("holds a control character")
    } else {
        Ok(())
    }
}

/// Whether a character has no place in a name: XML cannot hold it, or it would break a line.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}
