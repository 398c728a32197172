//! BIF, the Bayesian Interchange Format, as the bnlearn repository and its readers write it.
//!
//! # Source
//! Cozman (1998), *The Interchange Format for Bayesian Networks*, version 0.15. Names are wider
//! here: files in use have states such as `<5`, `0-3_days` and `Asy/Patch`.

use crate::build::Builder;
use crate::error::{Fault, Parsed, counted, shown};
use crate::limits::Limits;
use crate::loss::{Written, chance_only};
use crate::model::{Kind, Model, Property, Variable};
use crate::number::push_number;
use crate::property;
use crate::scan::{Rules, Scanner, Token, classes, push_quoted};
use crate::{Format, Read};

static RULES: Rules = Rules {
    slug: "bif-syntax",
    line_comment: "//",
    has_block_comments: true,
    classes: classes(b"{}()[],;|", b"/"),
};

/// The name that files without a name give themselves.
const NO_NAME: &str = "unknown";

pub(crate) fn read(text: &str, limits: &Limits) -> Parsed<Read> {
    let mut scan = Scanner::new(text, &RULES);
    let mut build = Builder::new(Kind::Bayes, limits);
    // Tables may stand before the variables they name.
    let mut tables = Vec::new();
    loop {
        let at_start = scan.at == 0;
        match scan.next()? {
            (Token::End, at) if at_start => {
                return Err(scan
                    .fault(at, "the file has no network")
                    .hint("check that this is the right file"));
            }
            (Token::End, _) => break,
            (Token::Word("network"), _) => network(&mut scan, &mut build)?,
            (Token::Word("variable"), _) => variable(&mut scan, &mut build)?,
            (Token::Word("probability"), at) => {
                tables.push((at, scan.at));
                loop {
                    let at = scan.here()?;
                    match scan.next()?.0 {
                        Token::Mark('{') => break scan.skip_block(at)?,
                        Token::End => {
                            return Err(scan.fault(at, "this table has no `{`").hint("write `{`"));
                        }
                        _ => {}
                    }
                }
            }
            (token, at) => {
                let message = format!(
                    "expected `network`, `variable` or `probability`, found {}",
                    token.show()
                );
                return Err(scan.fault(at, message));
            }
        }
    }
    for (at, start) in tables {
        scan.at = start;
        probability(&mut scan, &mut build, at)?;
    }
    build.finish()
}

fn network(scan: &mut Scanner, build: &mut Builder) -> Parsed<()> {
    if !matches!(scan.peek()?, Token::Mark('{')) {
        let bare = matches!(scan.peek()?, Token::Word(NO_NAME));
        let (name, _) = scan.name("the name of the network")?;
        build.model.name = Some(name.into_owned()).filter(|name| !bare && !name.is_empty());
    }
    let at = scan.expect('{', "the name of the network")?;
    loop {
        match scan.next()? {
            (Token::Mark('}'), _) => return Ok(()),
            (Token::Word("property"), _) => {
                let property = read_property(scan)?;
                build.model.properties.push(property);
            }
            (Token::End, _) => {
                return Err(scan.fault(at, "this `{` is not closed").hint("write `}`"));
            }
            (token, at) => {
                let message = format!("expected `property` or `}}`, found {}", token.show());
                return Err(scan.fault(at, message));
            }
        }
    }
}

/// `property name = value ;`, all of it in quotes where it holds marks.
fn read_property(scan: &mut Scanner) -> Parsed<Property> {
    if let Token::Quoted(text) = scan.peek()? {
        let before = scan.at;
        scan.next()?;
        if scan.take(';')? {
            return Ok(property::parse(&text));
        }
        scan.at = before;
    }
    Ok(property::parse(scan.raw()?.0))
}

fn variable(scan: &mut Scanner, build: &mut Builder) -> Parsed<()> {
    let (name, at) = scan.name("the name of a variable")?;
    let opened = scan.expect('{', "the name of a variable")?;
    let mut variable = Variable::new(name, &[""; 0]);
    let mut states_at = Vec::new();
    let mut claimed = None;
    loop {
        match scan.next()? {
            (Token::Mark('}'), _) => break,
            (Token::Word("property"), _) => {
                let property = read_property(scan)?;
                property::keep(&mut variable, property);
            }
            (Token::Word("type"), type_at) => {
                let (kind, kind_at) = scan.name("`discrete`")?;
                if kind != "discrete" {
                    let message = format!(
                        "{} is of type {}, but only `discrete` can be read",
                        shown(&variable.name),
                        shown(&kind)
                    );
                    return Err(Fault::new("unsupported-node", kind_at, message)
                        .hint("cut the variable into states before saving"));
                }
                if claimed.is_some() {
                    let message = format!("{} has a second `type`", shown(&variable.name));
                    return Err(scan.fault(type_at, message).hint("remove one of the two"));
                }
                let n_at = scan.expect('[', "`discrete`")?;
                let (n, _) = scan.name("the number of states")?;
                let n = crate::number::parse_count(&n, "the number of states", n_at)?;
                claimed = Some((n, n_at));
                scan.expect(']', "the number of states")?;
                scan.expect('{', "the number of states")?;
                while !scan.take('}')? {
                    let (state, at) = scan.name("the name of a state or `}`")?;
                    variable.states.push(state.into_owned());
                    states_at.push(at);
                    scan.take(',')?;
                }
                scan.take(';')?;
            }
            (Token::End, _) => {
                return Err(scan.fault(opened, "this `{` is not closed").hint("write `}`"));
            }
            (token, at) => {
                let message =
                    format!("expected `type`, `property` or `}}`, found {}", token.show());
                return Err(scan.fault(at, message));
            }
        }
    }
    if let Some((n, n_at)) = claimed
        && n != variable.states.len() as u64
    {
        let (name, found) = (shown(&variable.name), variable.states.len());
        let message = format!("{name} says that its states are {n}, but lists {found}");
        return Err(Fault::new("state-count", n_at, message)
            .hint("correct the number, or put a state with blanks in quotes: `\"very high\"`"));
    }
    build.add_variable(variable, at, &states_at).map(|_| ())
}

fn probability(scan: &mut Scanner, build: &mut Builder, at: usize) -> Parsed<()> {
    scan.expect('(', "`probability`")?;
    let mut scope = Vec::new();
    while !scan.take(')')? {
        let (name, at) = scan.name("the name of a variable or `)`")?;
        scope.push(build.variable(&name, at)?);
        // Version 0.15 lists the child and its parents without a mark between.
        if !scan.take(',')? && scan.take('|')? && scope.len() > 1 {
            return Err(scan
                .fault(at, "a table is about one variable")
                .hint("write `( child | parents )`"));
        }
    }
    let Some(&child) = scope.first() else {
        return Err(scan
            .fault(at, "a table is about no variable")
            .hint("write `( child | parents )`"));
    };
    scope.rotate_left(1);
    scan.expect('{', "the variables of a table")?;
    if build.has_table(child) {
        let message = format!("{} has a second table", build.name(child));
        return Err(Fault::new("doubled-table", at, message).hint("remove one of the two"));
    }
    let cells = build.cells(Some(child), &scope, at)?;
    let mut rows = Rows::new(build, scope, cells);
    while !scan.take('}')? {
        match scan.next()? {
            (Token::Word("property"), _) => {
                let property = read_property(scan)?;
                property::keep(&mut build.model.variables[child], property);
            }
            (Token::Word("table"), at) => rows.table(scan, build, at)?,
            (Token::Word("default"), at) => {
                rows.default = Some((rows.numbers(scan, build, at)?, at))
            }
            (Token::Mark('('), at) => rows.row(scan, build, at)?,
            (token, at) => {
                let message =
                    format!("expected `table`, `default`, `(` or `}}`, found {}", token.show());
                return Err(scan.fault(at, message));
            }
        }
    }
    rows.finish(build, child, at)
}

/// The rows of one table as they come.
struct Rows {
    scope: Vec<usize>,
    cells: usize,
    n_states: usize,
    /// Empty until the first row: then one number for each cell.
    values: Vec<f64>,
    /// Where each row was found; 0 for none, since a table never begins a file.
    rows_at: Vec<usize>,
    default: Option<(Vec<f64>, usize)>,
}

impl Rows {
    fn new(build: &Builder, scope: Vec<usize>, cells: usize) -> Rows {
        let n_states = scope.last().map_or(1, |&child| build.n_states(child));
        let (values, rows_at) = (Vec::new(), Vec::new());
        Rows { scope, cells, n_states, values, rows_at, default: None }
    }

    fn child(&self) -> Option<usize> {
        self.scope.last().copied()
    }

    /// Makes room for all rows; how many they are has been checked.
    fn open(&mut self) {
        if self.values.is_empty() {
            self.values = vec![0.0; self.cells];
            self.rows_at = vec![0; self.cells / self.n_states];
        }
    }

    /// `(state, …) number, … ;`
    fn row(&mut self, scan: &mut Scanner, build: &Builder, at: usize) -> Parsed<()> {
        let parents = &self.scope[..self.scope.len() - 1];
        let mut row = 0;
        let mut n = 0;
        while !scan.take(')')? {
            let (state, at) = scan.name("the name of a state or `)`")?;
            let Some(&parent) = parents.get(n) else {
                n = parents.len() + 1;
                break;
            };
            row = row * build.n_states(parent) + build.state(parent, &state, at)?;
            n += 1;
            scan.take(',')?;
        }
        if n != parents.len() {
            let message = format!(
                "this row names {}{}, but the table has {}",
                if n > parents.len() { "at least " } else { "" },
                counted(n, "state"),
                counted(parents.len(), "parent")
            );
            return Err(Fault::new("table-size", at, message)
                .hint("name one state for each parent, in their order"));
        }
        self.open();
        if self.rows_at[row] != 0 {
            let message =
                format!("this row stands here twice:{}", build.row_words(&self.scope, row));
            return Err(Fault::new("doubled-row", at, message).hint("remove one of the two"));
        }
        self.rows_at[row] = at;
        let start = row * self.n_states;
        let numbers = self.numbers(scan, build, at)?;
        self.values[start..start + self.n_states].copy_from_slice(&numbers);
        Ok(())
    }

    /// One row of numbers, up to its `;`.
    fn numbers(&self, scan: &mut Scanner, build: &Builder, at: usize) -> Parsed<Vec<f64>> {
        let mut numbers = Vec::with_capacity(self.n_states);
        list(scan, &mut numbers)?;
        if numbers.len() != self.n_states {
            let of = self.child().map_or(String::new(), |child| build.name(child));
            let message = format!(
                "this row has {}, but {of} has {}",
                counted(numbers.len(), "number"),
                counted(self.n_states, "state")
            );
            return Err(
                Fault::new("table-size", at, message).hint("write one number for each state")
            );
        }
        Ok(numbers)
    }

    /// `table number, … ;`, the child's states slowest.
    fn table(&mut self, scan: &mut Scanner, build: &Builder, at: usize) -> Parsed<()> {
        if !self.values.is_empty() {
            return Err(Fault::new("doubled-row", at, "the rows of this table are given already")
                .hint("write either `table` or one entry for each row"));
        }
        let mut numbers = Vec::new();
        list(scan, &mut numbers)?;
        if numbers.len() != self.cells {
            return Err(build.wrong_size(self.child(), &self.scope, numbers.len(), self.cells, at));
        }
        self.open();
        let n_rows = self.rows_at.len();
        let is_row = |sum: f64| (sum - 1.0).abs() <= 0.01;
        let columns_sum = |row: usize| numbers[row..].iter().step_by(n_rows).sum::<f64>();
        let in_order = (0..n_rows).all(|row| is_row(columns_sum(row)));
        if !in_order && numbers.chunks(self.n_states).all(|row| is_row(row.iter().sum())) {
            return Err(Fault::new(
                "table-order",
                at,
                "this table counts through the child's states first, but BIF counts through them last",
            )
            .hint("write a row for each combination: `(yes, no) 0.1, 0.9;`"));
        }
        for (ix, x) in numbers.iter().enumerate() {
            self.values[(ix % n_rows) * self.n_states + ix / n_rows] = *x;
        }
        self.rows_at.fill(at);
        Ok(())
    }

    fn finish(mut self, build: &mut Builder, child: usize, at: usize) -> Parsed<()> {
        self.open();
        if let Some(row) = self.rows_at.iter().position(|at| *at == 0) {
            let Some((default, default_at)) = &self.default else {
                let of = build.name(child);
                let message = match build.row_words(&self.scope, row) {
                    words if words.is_empty() => format!("the table of {of} has no numbers"),
                    words => format!("the table of {of} has no row{words}"),
                };
                return Err(Fault::new("missing-row", at, message)
                    .hint("write the row, or a `default` for all that are not given"));
            };
            for (row, at) in self.rows_at.iter_mut().enumerate().filter(|(_, at)| **at == 0) {
                *at = *default_at;
                self.values[row * self.n_states..][..self.n_states].copy_from_slice(default);
            }
        }
        build.add_table(child, self.scope, self.values, self.cells, at, &self.rows_at)
    }
}

/// Numbers with or without commas, up to a `;`.
fn list(scan: &mut Scanner, numbers: &mut Vec<f64>) -> Parsed<()> {
    while !scan.take(';')? {
        numbers.push(scan.probability()?.0);
        scan.take(',')?;
    }
    Ok(())
}

pub(crate) fn write(model: &Model) -> Written {
    let mut lost = Vec::new();
    let model = chance_only(Format::Bif, model, &mut lost);
    let mut out = String::from("network ");
    match &model.name {
        None => out.push_str(NO_NAME),
        Some(name) if name == NO_NAME => push_quoted(&mut out, name),
        Some(name) => push_name(&mut out, name),
    }
    out.push_str(" {\n");
    for text in property::all_of_network(Format::Bif, &model.properties, &mut lost) {
        push_property(&mut out, &text);
    }
    out.push_str("}\n");
    for variable in &model.variables {
        out.push_str("variable ");
        push_name(&mut out, &variable.name);
        out.push_str(&format!(" {{\n  type discrete [ {} ] {{ ", variable.states.len()));
        push_names(&mut out, variable.states.iter());
        out.push_str(" };\n");
        for text in property::all_of(Format::Bif, variable, &mut lost) {
            push_property(&mut out, &text);
        }
        out.push_str("}\n");
    }
    for table in &model.tables {
        push_table(&mut out, &model, &table.scope, &table.values);
    }
    Written { text: out, lost }
}

fn push_table(out: &mut String, model: &Model, scope: &[usize], values: &[f64]) {
    let Some((&child, parents)) = scope.split_last() else { return };
    let variable = |var: usize| &model.variables[var];
    out.push_str("probability ( ");
    push_name(out, &variable(child).name);
    if !parents.is_empty() {
        out.push_str(" | ");
        push_names(out, parents.iter().map(|&var| &variable(var).name));
    }
    out.push_str(" ) {\n");
    let mut states = vec![0usize; parents.len()];
    for row in values.chunks(variable(child).states.len()) {
        if parents.is_empty() {
            out.push_str("  table ");
        } else {
            out.push_str("  (");
            push_names(out, parents.iter().zip(&states).map(|(&var, &s)| &variable(var).states[s]));
            out.push_str(") ");
        }
        for (ix, x) in row.iter().enumerate() {
            out.push_str(if ix == 0 { "" } else { ", " });
            push_number(out, *x);
        }
        out.push_str(";\n");
        for (state, &var) in states.iter_mut().zip(parents).rev() {
            *state += 1;
            if *state < variable(var).states.len() {
                break;
            }
            *state = 0;
        }
    }
    out.push_str("}\n");
}

fn push_names<'n>(out: &mut String, names: impl Iterator<Item = &'n String>) {
    for (ix, name) in names.enumerate() {
        out.push_str(if ix == 0 { "" } else { ", " });
        push_name(out, name);
    }
}

fn push_name(out: &mut String, name: &str) {
    if Scanner::is_word(name, &RULES) {
        out.push_str(name);
    } else {
        push_quoted(out, name);
    }
}

fn push_property(out: &mut String, text: &str) {
    out.push_str("  property ");
    // In quotes if it would not be read back as it stands.
    let line = format!("{text} ;");
    let mut scan = Scanner::new(&line, &RULES);
    let plain = !text.starts_with('"') && scan.raw().is_ok_and(|(raw, _)| raw == text);
    if plain && scan.at == line.len() {
        out.push_str(text);
    } else {
        push_quoted(out, text);
    }
    out.push_str(" ;\n");
}
