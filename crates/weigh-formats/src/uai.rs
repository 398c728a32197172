//! UAI: the format of the inference competitions, numbers only.
//!
//! # Source
//! <https://www.cs.huji.ac.il/project/PASCAL/fileFormat.php> and its successors of 2014 and 2022.

use crate::build::Builder;
use crate::error::{Fault, Parsed, counted, shown};
use crate::limits::Limits;
use crate::loss::{Loss, Written, chance_only};
use crate::model::{Kind, Model, Variable};
use crate::number::{parse_count, parse_probability, push_number};
use crate::{Format, Read};

/// Words between blanks; `#` begins a comment that ends with its line.
pub(crate) struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    pub fn new(text: &'t str) -> Words<'t> {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Words { text, at }
    }

    /// The next word and its place.
    pub fn next(&mut self) -> Option<(&'t str, usize)> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'#' => {
                    let rest = &bytes[self.at..];
                    self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                b if b.is_ascii_whitespace() => self.at += 1,
                _ => break,
            }
        }
        let (rest, at) = (&bytes[self.at..], self.at);
        let ends = |b: &u8| b.is_ascii_whitespace() || *b == b'#';
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
        Some((&self.text[at..self.at], at))
    }

    pub fn expect(&mut self, what: &str) -> Parsed<(&'t str, usize)> {
        self.next().ok_or_else(|| {
            Fault::new("uai-syntax", self.text.len(), format!("the file ends before {what}"))
                .hint("add what is missing, or take the whole file")
        })
    }

    pub fn count(&mut self, what: &str) -> Parsed<(u64, usize)> {
        let (word, at) = self.expect(what)?;
        Ok((parse_count(word, what, at)?, at))
    }
}

pub(crate) fn read(text: &str, limits: &Limits) -> Parsed<Read> {
    let mut words = Words::new(text);
    let (word, at) = words.expect("`BAYES` or `MARKOV`")?;
    let kind = match word.to_ascii_uppercase().as_str() {
        "BAYES" => Kind::Bayes,
        "MARKOV" => Kind::Markov,
        _ => {
            let message = format!("expected `BAYES` or `MARKOV`, found {}", shown(word));
            return Err(Fault::new("uai-syntax", at, message)
                .hint("a UAI file begins with the kind of network"));
        }
    };
    let mut build = Builder::new(kind, limits);
    let (n, at) = words.count("the number of variables")?;
    let n_variables = build.check_variables(n, at)?;
    let mut cardinalities = Vec::new();
    for _ in 0..n_variables {
        let (n, at) = words.count("the number of states of a variable")?;
        cardinalities.push((build.check_states(n, at)?, at));
    }
    for (ix, (n, at)) in cardinalities.into_iter().enumerate() {
        let states: Vec<String> = (0..n).map(|state| state.to_string()).collect();
        build.add_numbered(Variable::new(format!("x{ix}"), &states), at)?;
    }
    let (n_tables, at) = words.count("the number of tables")?;
    if kind == Kind::Bayes && n_tables != n_variables as u64 {
        let message = format!(
            "there are {n_tables} tables for {}, but each needs one",
            counted(n_variables, "variable")
        );
        return Err(Fault::new("missing-table", at, message).hint("correct the number of tables"));
    }
    let mut scopes = Vec::new();
    for _ in 0..n_tables {
        let (n, at) = words.count("the number of variables of a table")?;
        if n > n_variables as u64 || (n == 0 && kind == Kind::Bayes) {
            let message = format!("a table cannot name {n} of {n_variables} variables");
            return Err(Fault::new("doubled-parent", at, message).hint("name each variable once"));
        }
        let mut scope = Vec::new();
        for _ in 0..n {
            let (var, at) = words.count("a variable of a table")?;
            match usize::try_from(var) {
                Ok(var) if var < n_variables => scope.push(var),
                _ => {
                    let message =
                        format!("there is no variable {var}, only 0 to {}", n_variables - 1);
                    return Err(Fault::new("unknown-variable", at, message)
                        .hint("variables are counted from 0"));
                }
            }
        }
        let child = if kind == Kind::Bayes { scope.last().copied() } else { None };
        let cells = build.cells(child, &scope, at)?;
        scopes.push((scope, child, cells));
    }
    for (scope, child, cells) in scopes {
        let (n, at) = words.count("the size of a table")?;
        if n != cells as u64 {
            let found = usize::try_from(n).unwrap_or(usize::MAX);
            return Err(build.wrong_size(child, &scope, found, cells, at));
        }
        let (mut values, mut rows_at) = (Vec::new(), Vec::new());
        let row = child.map_or(cells, |child| build.n_states(child));
        for ix in 0..cells {
            let (word, at) = words.expect("all numbers of a table")?;
            if ix % row == 0 {
                rows_at.push(at);
            }
            values.push(parse_probability(word, at)?);
        }
        match child {
            Some(child) => build.add_table(child, scope, values, cells, at, &rows_at)?,
            None => build.add_factor(scope, values),
        }
    }
    if let Some((word, at)) = words.next() {
        let message = format!("the last table is complete, but {} follows", shown(word));
        return Err(Fault::new("uai-syntax", at, message)
            .hint("correct the number of tables; evidence is a file of its own"));
    }
    build.finish()
}

pub(crate) fn write(model: &Model) -> Written {
    let mut lost = Vec::new();
    let model = chance_only(Format::Uai, model, &mut lost);
    losses(&model, &mut lost);
    let mut out = String::from(if model.kind == Kind::Bayes { "BAYES\n" } else { "MARKOV\n" });
    let n = model.variables.len();
    out.push_str(&format!("{n}\n"));
    push_words(&mut out, model.variables.iter().map(|variable| variable.states.len()));
    out.push_str(&format!("{}\n", model.tables.len()));
    for table in &model.tables {
        push_words(&mut out, std::iter::once(&table.scope.len()).chain(&table.scope).copied());
    }
    for table in &model.tables {
        out.push_str(&format!("\n{}\n", table.values.len()));
        let row = table.scope.last().map_or(1, |&var| model.variables[var].states.len());
        for row in table.values.chunks(row) {
            for (ix, x) in row.iter().enumerate() {
                out.push_str(if ix == 0 { "" } else { " " });
                push_number(&mut out, *x);
            }
            out.push('\n');
        }
    }
    Written { text: out, lost }
}

fn push_words(out: &mut String, words: impl Iterator<Item = usize>) {
    for (ix, word) in words.enumerate() {
        out.push_str(if ix == 0 { "" } else { " " });
        out.push_str(&word.to_string());
    }
    out.push('\n');
}

fn losses(model: &Model, lost: &mut Vec<Loss>) {
    let mut lose = |slug, message: &str| lost.push(Loss::new(slug, message));
    let numbered = |names: &[String]| names.iter().enumerate().all(|(ix, s)| *s == ix.to_string());
    let is_numbered = |(ix, variable): (usize, &Variable)| {
        variable.name == format!("x{ix}") && numbered(&variable.states)
    };
    if !model.variables.iter().enumerate().all(is_numbered) {
        lose("names", "UAI has no names: variables and states become numbers from 0");
    }
    if model.name.is_some() {
        lose("network-name", "UAI has no name for the network");
    }
    if model.variables.iter().any(|variable| variable.label.is_some()) {
        lose("label", "UAI has no labels");
    }
    if model.variables.iter().any(|variable| variable.position.is_some()) {
        lose("position", "UAI has no positions");
    }
    let mut properties =
        model.variables.iter().map(|variable| &variable.properties).chain([&model.properties]);
    if properties.any(|properties| !properties.is_empty()) {
        lose("property", "UAI has no properties");
    }
}
