//! What all readers do with what they have read: names to places, sizes, rows, cycles.

use rustc_hash::FxHashMap;

use crate::error::{Fault, Parsed, counted, shown};
use crate::limits::Limits;
use crate::model::{Kind, Model, Table, Variable, VariableKind, check_name};
use crate::rows::{Corrections, divide_rows};
use crate::{Correction, Read};

/// From this many states on, a state is found by halving a sorted list.
const MANY_STATES: usize = 16;

/// Takes in what a reader finds, in any order that has a variable before its use.
pub(crate) struct Builder<'l> {
    limits: &'l Limits,
    pub model: Model,
    index: FxHashMap<String, usize>,
    /// The places of states in the order of their names; empty for few states.
    sorted_states: Vec<Vec<usize>>,
    declared_at: Vec<usize>,
    /// By child, for a Bayesian network.
    tables: Vec<Option<(Table, usize)>>,
    n_states: usize,
    n_cells: usize,
    corrections: Corrections,
}

impl<'l> Builder<'l> {
    pub fn new(kind: Kind, limits: &'l Limits) -> Builder<'l> {
        Builder {
            limits,
            model: Model {
                kind,
                name: None,
                properties: Vec::new(),
                variables: Vec::new(),
                tables: Vec::new(),
            },
            index: FxHashMap::default(),
            sorted_states: Vec::new(),
            declared_at: Vec::new(),
            tables: Vec::new(),
            n_states: 0,
            n_cells: 0,
            corrections: Corrections::default(),
        }
    }

    /// Room for one more variable.
    pub fn check_variables(&self, n: u64, at: usize) -> Parsed<usize> {
        match usize::try_from(n) {
            Ok(n) if n <= self.limits.variables => Ok(n),
            _ => Err(too_many_variables(self.limits.variables, at)),
        }
    }

    /// Room for the states of one more variable.
    pub fn check_states(&mut self, n: u64, at: usize) -> Parsed<usize> {
        let of_one = too_many("states of one variable", "too-many-states", self.limits.states, at);
        let n = usize::try_from(n).ok().filter(|n| *n <= self.limits.states).ok_or(of_one)?;
        self.n_states += n;
        if self.n_states > self.limits.all_states {
            let most = self.limits.all_states;
            return Err(too_many("states", "too-many-states", most, at));
        }
        Ok(n)
    }

    /// Takes in a variable whose states have been checked and counted.
    pub fn add_numbered(&mut self, variable: Variable, at: usize) -> Parsed<usize> {
        self.n_states -= variable.states.len();
        self.add_variable(variable, at, &[])
    }

    /// Takes in a variable that was declared at `at`; `states_at` are the places of its states.
    pub fn add_variable(
        &mut self,
        mut variable: Variable,
        at: usize,
        states_at: &[usize],
    ) -> Parsed<usize> {
        let ix = self.model.variables.len();
        self.check_variables(ix as u64 + 1, at)?;
        self.check_states(variable.states.len() as u64, at)?;
        check_word(&variable.name, "the name of a variable", at)?;
        let place = |state: usize| states_at.get(state).copied().unwrap_or(at);
        for (state, name) in variable.states.iter().enumerate() {
            check_word(name, "the name of a state", place(state))?;
        }
        if variable.states.is_empty() && variable.kind != VariableKind::Utility {
            let message = format!("{} has no states", shown(&variable.name));
            return Err(Fault::new("no-states", at, message).hint("list at least one state"));
        }
        let sorted = sorted(&variable.states);
        if let Some(second) = doubled(&variable.states, &sorted) {
            let (name, state) = (shown(&variable.name), shown(&variable.states[second]));
            let message = format!("{name} has the state {state} twice");
            return Err(Fault::new("doubled-state", place(second), message)
                .hint("give each state a name of its own"));
        }
        if self.index.insert(variable.name.clone(), ix).is_some() {
            let message = format!("a second variable is called {}", shown(&variable.name));
            return Err(Fault::new("doubled-variable", at, message)
                .hint("give each variable a name of its own"));
        }
        self.sorted_states.push(if variable.states.len() < MANY_STATES {
            Vec::new()
        } else {
            sorted
        });
        // Some programs label everything.
        variable.label = variable.label.take().filter(|label| *label != variable.name);
        self.model.variables.push(variable);
        self.declared_at.push(at);
        self.tables.push(None);
        Ok(ix)
    }

    /// The variable of that name.
    pub fn variable(&self, name: &str, at: usize) -> Parsed<usize> {
        self.index.get(name).copied().ok_or_else(|| {
            let fault = Fault::new(
                "unknown-variable",
                at,
                format!("no variable is called {}", shown(name)),
            );
            let names = self.model.variables.iter().map(|variable| variable.name.as_str());
            match nearest(name, names) {
                Some(near) => fault.hint(format!("did you mean {}?", shown(near))),
                None => fault.hint("declare the variable, or correct the name"),
            }
        })
    }

    /// The variable's state of that name.
    pub fn state(&self, var: usize, name: &str, at: usize) -> Parsed<usize> {
        let states = &self.model.variables[var].states;
        let sorted = &self.sorted_states[var];
        let found = if sorted.is_empty() {
            states.iter().position(|state| state == name)
        } else {
            let found = sorted.binary_search_by(|&ix| states[ix].as_str().cmp(name));
            found.ok().map(|ix| sorted[ix])
        };
        found.ok_or_else(|| {
            let variable = shown(&self.model.variables[var].name);
            let message = format!("{variable} has no state {}", shown(name));
            let listed: Vec<String> = states.iter().take(8).map(|state| shown(state)).collect();
            let more = if states.len() > 8 { ", …" } else { "" };
            Fault::new("unknown-state", at, message)
                .hint(format!("its states are {}{more}", listed.join(", ")))
        })
    }

    pub fn n_states(&self, var: usize) -> usize {
        self.model.variables[var].states.len()
    }

    pub fn name(&self, var: usize) -> String {
        shown(&self.model.variables[var].name)
    }

    /// Checks the variables of a table and says how many numbers it needs. `child` is the last of
    /// `scope`, or a utility that is not in it.
    pub fn cells(&mut self, child: Option<usize>, scope: &[usize], at: usize) -> Parsed<usize> {
        let mut sorted = scope.to_vec();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            let name = self.name(pair[0]);
            let message = match child {
                Some(child) if child == pair[0] => format!("{name} is a parent of itself"),
                Some(child) => format!("{} has the parent {name} twice", self.name(child)),
                None => format!("a table names variable {name} twice"),
            };
            return Err(Fault::new("doubled-parent", at, message).hint("name each variable once"));
        }
        for &var in scope {
            if self.model.variables[var].kind == VariableKind::Utility {
                let message = format!("{} is a utility and cannot be a parent", self.name(var));
                return Err(Fault::new("unsupported-node", at, message)
                    .hint("make it a parent of nothing: utilities are added up anyway"));
            }
        }
        let decides = child.is_some_and(|c| self.model.variables[c].kind == VariableKind::Decision);
        if decides {
            return Ok(0);
        }
        if scope.len() > self.limits.scope {
            let most = self.limits.scope;
            return Err(too_many("variables in one table", "too-many-cells", most, at));
        }
        let cells = scope.iter().try_fold(1usize, |n, &var| n.checked_mul(self.n_states(var)));
        let most = self.limits.table_cells;
        let Some(cells) = cells.filter(|n| *n <= most) else {
            let of =
                child.map_or("a table".to_owned(), |c| format!("the table of {}", self.name(c)));
            let message = format!(
                "{of} would have more than {most} numbers: it names {} variables",
                scope.len()
            );
            return Err(Fault::new("too-many-cells", at, message)
                .hint("split the variable, so that fewer parents meet in one table"));
        };
        self.n_cells = self.n_cells.saturating_add(cells);
        if self.n_cells > self.limits.all_cells {
            let most = self.limits.all_cells;
            return Err(too_many("numbers in all tables", "too-many-cells", most, at));
        }
        Ok(cells)
    }

    /// Takes in the table of a Bayesian network's variable; `rows_at` are the places of its rows.
    ///
    /// [`Builder::cells`] has been asked before; that the numbers are as many is checked here.
    pub fn add_table(
        &mut self,
        child: usize,
        scope: Vec<usize>,
        mut values: Vec<f64>,
        cells: usize,
        at: usize,
        rows_at: &[usize],
    ) -> Parsed<()> {
        if values.len() != cells {
            return Err(self.wrong_size(Some(child), &scope, values.len(), cells, at));
        }
        if self.tables[child].is_some() {
            let message = format!("{} has a second table", self.name(child));
            return Err(Fault::new("doubled-table", at, message).hint("remove one of the two"));
        }
        if self.model.variables[child].kind == VariableKind::Chance {
            let n = self.n_states(child);
            let divided = divide_rows(&mut values, n, child, &mut self.corrections);
            if let Err((row, sum)) = divided {
                let at = rows_at.get(row).copied().unwrap_or(at);
                let of = self.row_words(&scope, row);
                let message =
                    format!("the row of {}{of} sums to {sum}, not to 1", self.name(child));
                return Err(Fault::new("row-sum", at, message)
                    .hint("write numbers that sum to 1; a sum from 0.99 to 1.01 is divided away"));
            }
        }
        self.tables[child] = Some((Table { child: Some(child), scope, values }, at));
        Ok(())
    }

    /// Takes in a factor of a Markov network.
    pub fn add_factor(&mut self, scope: Vec<usize>, values: Vec<f64>) {
        self.model.tables.push(Table { child: None, scope, values });
    }

    pub fn has_table(&self, child: usize) -> bool {
        self.tables[child].is_some()
    }

    pub fn wrong_size(
        &self,
        child: Option<usize>,
        scope: &[usize],
        found: usize,
        needed: usize,
        at: usize,
    ) -> Fault {
        let of = child.map_or("the table".to_owned(), |c| format!("the table of {}", self.name(c)));
        let sizes: Vec<String> =
            scope.iter().take(12).map(|&var| self.n_states(var).to_string()).collect();
        let more = if scope.len() > 12 { " × …" } else { "" };
        Fault::new(
            "table-size",
            at,
            format!("{of} has {}, but needs {needed}", counted(found, "number")),
        )
        .hint(if scope.is_empty() {
            "it depends on nothing and is one number".to_owned()
        } else {
            format!("one for each combination of states: {}{more}", sizes.join(" × "))
        })
    }

    /// Checks what can only be checked at the end, and hands over the model.
    pub fn finish(mut self) -> Parsed<Read> {
        if self.model.kind == Kind::Bayes {
            let mut places = Vec::with_capacity(self.tables.len());
            for (ix, table) in std::mem::take(&mut self.tables).into_iter().enumerate() {
                let kind = self.model.variables[ix].kind;
                let missing = (kind == VariableKind::Decision)
                    .then(|| (Table { child: Some(ix), scope: vec![ix], values: Vec::new() }, 0));
                let Some((table, at)) = table.or(missing) else {
                    let message = format!("{} has no table", self.name(ix));
                    return Err(Fault::new("missing-table", self.declared_at[ix], message)
                        .hint("add its probabilities, or remove the variable"));
                };
                self.model.tables.push(table);
                places.push(at);
            }
            if let Some(cycle) = find_cycle(&self.model.tables) {
                let mut names: Vec<String> = cycle.iter().take(20).map(|&v| self.name(v)).collect();
                names.push(if cycle.len() > 20 { "…".to_owned() } else { self.name(cycle[0]) });
                let message = format!("variables depend on themselves: {}", names.join(" -> "));
                return Err(Fault::new("cycle", places[cycle[0]], message)
                    .hint("remove one of these parents"));
            }
        }
        let largest = self.corrections.largest.take().map(|(child, row, sum)| Correction {
            variable: self.model.variables[child].name.clone(),
            row: self.row_states(&self.model.tables[child].scope, row),
            sum,
        });
        Ok(Read { model: self.model, rows_corrected: self.corrections.n_rows, largest })
    }

    /// Names and states of the parents that a row is about.
    fn row_states(&self, scope: &[usize], row: usize) -> Vec<(String, String)> {
        let mut rest = row;
        let mut states = Vec::new();
        for &var in scope.split_last().map_or(&[][..], |(_, parents)| parents).iter().rev() {
            let variable = &self.model.variables[var];
            let state = &variable.states[rest % variable.states.len()];
            rest /= variable.states.len();
            states.push((variable.name.clone(), state.clone()));
        }
        states.reverse();
        states
    }

    /// The same as words; empty without parents.
    pub fn row_words(&self, scope: &[usize], row: usize) -> String {
        let states = self.row_states(scope, row);
        let words: Vec<String> = states
            .iter()
            .take(6)
            .map(|(name, state)| shown(&format!("{name} = {state}")))
            .collect();
        match (words.is_empty(), states.len() > 6) {
            (true, _) => String::new(),
            (false, more) => {
                format!(" at {}{}", words.join(", "), if more { ", …" } else { "" })
            }
        }
    }
}

pub fn too_many_variables(most: usize, at: usize) -> Fault {
    too_many("variables", "too-many-variables", most, at)
}

fn too_many(of: &str, slug: &'static str, most: usize, at: usize) -> Fault {
    Fault::new(slug, at, format!("the file asks for more than {most} {of}"))
        .hint("raise the limit if the file means it")
}

fn check_word(name: &str, what: &str, at: usize) -> Parsed<()> {
    let slug = if name.is_empty() { "empty-name" } else { "control-character" };
    check_name(name).map_err(|why| {
        Fault::new(slug, at, format!("{what} {why}: {}", shown(name)))
            .hint("write a printable name")
    })
}

fn sorted(names: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_unstable_by(|&a, &b| names[a].cmp(&names[b]).then(a.cmp(&b)));
    order
}

/// The later of two equal names.
fn doubled(names: &[String], sorted: &[usize]) -> Option<usize> {
    let pairs = sorted.windows(2).filter(|pair| names[pair[0]] == names[pair[1]]);
    pairs.map(|pair| pair[1]).min()
}

/// The name most like a word, if one is near enough to be meant.
fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // More would take long, and a long word is no slip of a key.
    const MOST: usize = 10_000;
    if word.len() > 64 {
        return None;
    }
    let scored = names.take(MOST).filter(|name| name.len() <= 64).map(|name| {
        let score = strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase());
        (score, name)
    });
    let best = scored.fold(None, |best: Option<(f64, &str)>, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    });
    best.filter(|(score, _)| *score > 0.85).map(|(_, name)| name)
}

/// Variables of which each is a parent of the next, and the last of the first.
pub(crate) fn find_cycle(tables: &[Table]) -> Option<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let parents = |var: usize| tables[var].scope.iter().filter(move |&&parent| parent != var);
    let mut marks = vec![Mark::New; tables.len()];
    for start in 0..tables.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        let mut path = vec![(start, parents(start))];
        while let Some((var, rest)) = path.last_mut() {
            let var = *var;
            match rest.next() {
                None => {
                    marks[var] = Mark::Done;
                    path.pop();
                }
                Some(&parent) if marks[parent] == Mark::New => {
                    marks[parent] = Mark::Open;
                    path.push((parent, parents(parent)));
                }
                Some(&parent) if marks[parent] == Mark::Open => {
                    // The path goes from child to parent.
                    let from = path.iter().position(|(v, _)| *v == parent).unwrap_or(0);
                    return Some(path[from..].iter().rev().map(|(v, _)| *v).collect());
                }
                Some(_) => {}
            }
        }
    }
    None
}

/// The variables with each behind its parents; among those that could come next, the first.
pub(crate) fn topological_order(tables: &[Table]) -> Option<Vec<usize>> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;
    let mut children = vec![Vec::new(); tables.len()];
    let mut waits = vec![0usize; tables.len()];
    for (child, table) in tables.iter().enumerate() {
        for &parent in table.scope.iter().filter(|&&parent| parent != child) {
            children[parent].push(child);
            waits[child] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..tables.len()).filter(|&var| waits[var] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(tables.len());
    while let Some(Reverse(var)) = ready.pop() {
        order.push(var);
        for &child in &children[var] {
            waits[child] -= 1;
            if waits[child] == 0 {
                ready.push(Reverse(child));
            }
        }
    }
    (order.len() == tables.len()).then_some(order)
}
