//! HUGIN NET: flat networks with decisions and utilities.
//!
//! # Source
//! HUGIN Expert A/S, *The HUGIN file format* (part of the HUGIN API reference manual).

use crate::build::Builder;
use crate::error::{Fault, Parsed, counted, shown};
use crate::limits::Limits;
use crate::loss::Written;
use crate::model::{Kind, Model, Property, Table, Variable, VariableKind, is_unprintable};
use crate::names::{fit_names, is_identifier};
use crate::number::push_number;
use crate::property::{self, lost_of, lost_property};
use crate::scan::{Rules, Scanner, Token, classes, push_quoted};
use crate::{Format, Read};

static RULES: Rules = Rules {
    slug: "net-syntax",
    line_comment: "%",
    has_block_comments: false,
    classes: classes(b"{}()=;|,", b"%"),
};

pub(crate) fn read(text: &str, limits: &Limits) -> Parsed<Read> {
    let mut scan = Scanner::new(text, &RULES);
    let mut build = Builder::new(Kind::Bayes, limits);
    // Tables may stand before the nodes they name.
    let mut tables = Vec::new();
    loop {
        let at_start = scan.at == 0;
        let (token, at) = scan.next()?;
        match token {
            Token::End if at_start => {
                return Err(scan
                    .fault(at, "the file has no network")
                    .hint("check that this is the right file"));
            }
            Token::End => break,
            Token::Word("net") => network(&mut scan, &mut build)?,
            Token::Word("discrete" | "boolean" | "labelled" | "numbered" | "interval") => {}
            Token::Word("node") => node(&mut scan, &mut build, VariableKind::Chance)?,
            Token::Word("decision") => node(&mut scan, &mut build, VariableKind::Decision)?,
            Token::Word("utility") => node(&mut scan, &mut build, VariableKind::Utility)?,
            Token::Word("potential") => {
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
            Token::Word(word @ ("continuous" | "function" | "class" | "instance" | "output")) => {
                let message = format!("`{word}` cannot be read: only discrete flat networks can");
                return Err(Fault::new("unsupported-node", at, message)
                    .hint("in HUGIN, make every node discrete and save as a flat network (.net)"));
            }
            token => {
                let message = format!(
                    "expected `net`, `node`, `decision`, `utility` or `potential`, found {}",
                    token.show()
                );
                return Err(scan.fault(at, message));
            }
        }
    }
    for (at, start) in tables {
        scan.at = start;
        potential(&mut scan, &mut build, at)?;
    }
    build.finish()
}

/// Calls `take` with each `name =` of a block and the place of the name; it takes the rest.
fn fields<'t>(
    scan: &mut Scanner<'t>,
    what: &str,
    mut take: impl FnMut(&mut Scanner<'t>, &str, usize) -> Parsed<()>,
) -> Parsed<()> {
    let opened = scan.expect('{', what)?;
    while !scan.take('}')? {
        if scan.peek()? == Token::End {
            return Err(scan.fault(opened, "this `{` is not closed").hint("write `}`"));
        }
        let (name, at) = scan.name("the name of a field or `}`")?;
        scan.expect('=', &shown(&name))?;
        take(scan, &name, at)?;
    }
    Ok(())
}

fn network(scan: &mut Scanner, build: &mut Builder) -> Parsed<()> {
    fields(scan, "`net`", |scan, name, _| {
        if name == "name" && build.model.name.is_none() {
            let (text, _) = scan.name("the name of the network")?;
            scan.expect(';', "the name of the network")?;
            build.model.name = Some(text.into_owned()).filter(|name| !name.is_empty());
        } else {
            let value = value(scan.raw()?.0);
            build.model.properties.push(Property { name: name.to_owned(), value });
        }
        Ok(())
    })
}

fn node(scan: &mut Scanner, build: &mut Builder, kind: VariableKind) -> Parsed<()> {
    let (name, at) = scan.name("the name of a node")?;
    let mut variable = Variable::new(name, &[""; 0]);
    variable.kind = kind;
    let mut states_at = Vec::new();
    let mut has_states = false;
    fields(scan, "the name of a node", |scan, name, at| {
        match name {
            "states" if has_states => {
                let message = format!("{} has `states` twice", shown(&variable.name));
                return Err(scan.fault(at, message).hint("remove one of the two"));
            }
            "states" => {
                has_states = true;
                scan.expect('(', "`states =`")?;
                while !scan.take(')')? {
                    let (state, at) = scan.name("the name of a state or `)`")?;
                    variable.states.push(state.into_owned());
                    states_at.push(at);
                    scan.take(',')?;
                }
                scan.expect(';', "the states")?;
            }
            "label" if variable.label.is_none() && matches!(scan.peek()?, Token::Quoted(_)) => {
                let before = scan.at;
                let (text, _) = scan.name("a text")?;
                if scan.take(';')? {
                    variable.label = Some(text.into_owned()).filter(|text| !text.is_empty());
                } else {
                    scan.at = before;
                    let value = value(scan.raw()?.0);
                    variable.properties.push(Property { name: name.to_owned(), value });
                }
            }
            _ => {
                let value = value(scan.raw()?.0);
                match property::parse_position(&value).filter(|_| name == "position") {
                    Some(at) if variable.position.is_none() => variable.position = Some(at),
                    _ => variable.properties.push(Property { name: name.to_owned(), value }),
                }
            }
        }
        Ok(())
    })?;
    if kind == VariableKind::Utility {
        // Some programs give a utility one state.
        variable.states.clear();
    }
    build.add_variable(variable, at, &states_at).map(|_| ())
}

fn potential(scan: &mut Scanner, build: &mut Builder, at: usize) -> Parsed<()> {
    scan.expect('(', "`potential`")?;
    let (name, child_at) = scan.name("the name of a node")?;
    let child = build.variable(&name, child_at)?;
    let mut scope = Vec::new();
    if !scan.take(')')? {
        let bar_at = scan.here()?;
        if !scan.take('|')? {
            let found = scan.next()?.0.show();
            return Err(scan
                .fault(bar_at, format!("expected `|` or `)` after the child, found {found}"))
                .hint("a table is about one node: `potential ( child | parents )`"));
        }
        while !scan.take(')')? {
            let (name, at) = scan.name("the name of a node or `)`")?;
            scope.push(build.variable(&name, at)?);
            scan.take(',')?;
        }
    }
    let kind = build.model.variables[child].kind;
    if kind == VariableKind::Utility {
        if scope.contains(&child) {
            let message = format!("{} is a parent of itself", build.name(child));
            return Err(Fault::new("doubled-parent", at, message).hint("name each node once"));
        }
    } else {
        scope.push(child);
    }
    let cells = build.cells(Some(child), &scope, at)?;
    let row = if kind == VariableKind::Chance { build.n_states(child) } else { 1 };
    let mut data: Option<(Vec<f64>, Vec<usize>, usize)> = None;
    let mut given: Option<Vec<usize>> = None;
    let mut has_model = false;
    let mut rules: Option<(Vec<f64>, Vec<usize>, usize)> = None;
    fields(scan, "the nodes of a table", |scan, name, at| {
        match name {
            "data" if data.is_none() => {
                let (values, rows_at) = numbers(scan, row, kind)?;
                data = Some((values, rows_at, at));
            }
            "data" => {
                return Err(scan
                    .fault(at, "a table has `data` twice")
                    .hint("remove one of the two"));
            }
            "model_nodes" => {
                scan.expect('(', "`model_nodes =`")?;
                let mut nodes = Vec::new();
                while !scan.take(')')? {
                    let (name, at) = scan.name("the name of a node or `)`")?;
                    let node = build.variable(&name, at)?;
                    if node == child || !scope.contains(&node) || nodes.contains(&node) {
                        let message = format!("{} is no other parent of this table", shown(&name));
                        return Err(scan.fault(at, message).hint("name each parent at most once"));
                    }
                    nodes.push(node);
                    scan.take(',')?;
                }
                scan.expect(';', "the nodes")?;
                given = Some(nodes);
            }
            "model_data" if has_model => {
                let fault = scan.fault(at, "a table has `model_data` twice");
                return Err(fault.hint("remove one of the two"));
            }
            "model_data" if data.is_some() => {
                has_model = true;
                scan.raw()?;
            }
            "model_data" => {
                has_model = true;
                let before = scan.at;
                match expressions(scan, row, kind) {
                    Ok((values, rows_at)) => rules = Some((values, rows_at, at)),
                    // Harmless if the numbers follow.
                    Err(fault) if fault.slug == "unsupported-expression" => {
                        scan.at = before;
                        scan.raw()?;
                        if !has_data(scan)? {
                            return Err(fault);
                        }
                    }
                    Err(fault) => return Err(fault),
                }
            }
            // Experience and fading tables are about learning.
            _ => drop(scan.raw()?),
        }
        Ok(())
    })?;
    match (data, rules) {
        (Some((values, rows_at, at)), _) => {
            if kind == VariableKind::Decision {
                let message = format!("{} is a decision and has no numbers", build.name(child));
                return Err(scan.fault(at, message).hint("remove `data`"));
            }
            build.add_table(child, scope, values, cells, at, &rows_at)
        }
        (None, Some((values, rows_at, at))) if kind != VariableKind::Decision => {
            let own = (kind == VariableKind::Chance).then_some(child);
            let spread = spread(build, &scope, own, &given.unwrap_or_default(), row, &values);
            let Some((values, sources)) = spread else {
                let message = format!("the model of {} has the wrong size", build.name(child));
                return Err(Fault::new("table-size", at, message)
                    .hint("write one expression for each combination of the `model_nodes`"));
            };
            let rows_at: Vec<usize> = sources.iter().map(|ix| rows_at[*ix]).collect();
            build.add_table(child, scope, values, cells, at, &rows_at)
        }
        _ if kind == VariableKind::Decision => {
            build.add_table(child, scope, Vec::new(), cells, at, &[])
        }
        _ => {
            let message = format!("the table of {} has no `data`", build.name(child));
            Err(Fault::new("missing-table", at, message).hint("write `data = ( … );`"))
        }
    }
}

/// Whether the rest of a block has `data`.
fn has_data(scan: &Scanner) -> Parsed<bool> {
    let mut ahead = scan.clone();
    loop {
        match ahead.next()?.0 {
            Token::Word("data") => return Ok(true),
            Token::Mark('}') | Token::End => return Ok(false),
            _ => {}
        }
    }
}

/// Numbers in any brackets up to a `;`, and the place of each row.
fn numbers(scan: &mut Scanner, row: usize, kind: VariableKind) -> Parsed<(Vec<f64>, Vec<usize>)> {
    let (mut values, mut rows_at) = (Vec::new(), Vec::new());
    let mut open = Vec::new();
    loop {
        let at = scan.here()?;
        match scan.peek()? {
            Token::Mark('(') => open.push(at),
            Token::Mark(')') if open.pop().is_none() => {
                return Err(scan.fault(at, "this `)` closes nothing").hint("remove it"));
            }
            Token::Mark(')' | ',') => {}
            Token::Mark(';') => break,
            _ => {
                let x = number(scan, kind)?;
                if values.len() % row == 0 {
                    rows_at.push(at);
                }
                values.push(x);
                continue;
            }
        }
        scan.next()?;
    }
    if let Some(at) = open.pop() {
        return Err(scan.fault(at, "this `(` is not closed").hint("write `)`"));
    }
    scan.next()?;
    Ok((values, rows_at))
}

fn number(scan: &mut Scanner, kind: VariableKind) -> Parsed<f64> {
    match kind {
        VariableKind::Utility => Ok(scan.number()?.0),
        _ => Ok(scan.probability()?.0),
    }
}

/// `( Distribution (0.1, 0.9), … );`, or numbers for a utility; and the place of each row.
fn expressions(
    scan: &mut Scanner,
    row: usize,
    kind: VariableKind,
) -> Parsed<(Vec<f64>, Vec<usize>)> {
    let (mut values, mut rows_at) = (Vec::new(), Vec::new());
    scan.expect('(', "`model_data =`")?;
    while !scan.take(')')? {
        let at = scan.here()?;
        let start = values.len();
        rows_at.push(at);
        match scan.peek()? {
            Token::Word("Distribution") if kind == VariableKind::Chance => {
                scan.next()?;
                scan.expect('(', "`Distribution`")?;
                while !scan.take(')')? {
                    values.push(scan.probability()?.0);
                    scan.take(',')?;
                }
            }
            Token::Word(word) if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                values.push(number(scan, kind)?);
            }
            token => {
                let message = format!("the expression {} cannot be worked out", token.show());
                return Err(Fault::new("unsupported-expression", at, message)
                    .hint("in HUGIN, turn the model into a table and save again"));
            }
        }
        if values.len() - start != row {
            let message = format!(
                "this row has {}, but needs {row}",
                counted(values.len() - start, "number")
            );
            return Err(Fault::new("table-size", at, message).hint("write one for each state"));
        }
        scan.take(',')?;
    }
    scan.expect(';', "the expressions")?;
    Ok((values, rows_at))
}

/// A table over `scope` from rows for each combination of `given`, and for each row its source.
/// `own` is the variable in `scope` whose states are the row.
fn spread(
    build: &Builder,
    scope: &[usize],
    own: Option<usize>,
    given: &[usize],
    row: usize,
    values: &[f64],
) -> Option<(Vec<f64>, Vec<usize>)> {
    let sources = given.iter().try_fold(1usize, |n, &v| n.checked_mul(build.n_states(v)))?;
    if sources.checked_mul(row)? != values.len() {
        return None;
    }
    let outer: Vec<usize> = scope.iter().copied().filter(|var| Some(*var) != own).collect();
    let n_rows: usize = outer.iter().map(|&v| build.n_states(v)).product();
    let mut states = vec![0usize; outer.len()];
    let (mut spread, mut from) = (Vec::with_capacity(n_rows * row), Vec::with_capacity(n_rows));
    for _ in 0..n_rows {
        let source = given.iter().fold(0, |ix, v| {
            let state = outer.iter().position(|o| o == v).map_or(0, |at| states[at]);
            ix * build.n_states(*v) + state
        });
        spread.extend_from_slice(&values[source * row..][..row]);
        from.push(source);
        for (state, &var) in states.iter_mut().zip(&outer).rev() {
            *state += 1;
            if *state < build.n_states(var) {
                break;
            }
            *state = 0;
        }
    }
    Some((spread, from))
}

pub(crate) fn write(model: &Model) -> Written {
    let mut lost = Vec::new();
    let names = fit_names(Format::HuginNet, model, is_identifier, &mut lost);
    let mut out = String::from("net {\n");
    if let Some(name) = &model.name {
        if name.is_empty() || name.contains(is_unprintable) {
            lost.push(lost_of(Format::HuginNet, "network-name", "the name", "the network"));
        } else {
            out.push_str("  name = ");
            // Some readers take a bare word only.
            if is_identifier(name) {
                out.push_str(name)
            } else {
                push_quoted(&mut out, name)
            }
            out.push_str(";\n");
        }
    }
    for property in &model.properties {
        match show(property).filter(|_| model.name.is_some() || property.name != "name") {
            Some(text) => out.push_str(&text),
            None => lost.push(lost_property(Format::HuginNet, property, "the network")),
        }
    }
    out.push_str("}\n");
    for (variable, name) in model.variables.iter().zip(&names) {
        out.push_str(match variable.kind {
            VariableKind::Chance => "node ",
            VariableKind::Decision => "decision ",
            VariableKind::Utility => "utility ",
        });
        out.push_str(name);
        out.push_str(" {\n");
        if variable.kind != VariableKind::Utility {
            out.push_str("  states = (");
            for (ix, state) in variable.states.iter().enumerate() {
                out.push_str(if ix == 0 { "" } else { " " });
                push_quoted(&mut out, state);
            }
            out.push_str(");\n");
        }
        let renamed = (*name != variable.name).then_some(&variable.name);
        let label = variable.label.as_ref().filter(|label| !label.is_empty()).or(renamed);
        if let Some(label) = label {
            out.push_str("  label = ");
            push_quoted(&mut out, label);
            out.push_str(";\n");
        }
        if let Some([x, y]) = variable.position {
            out.push_str("  position = (");
            push_number(&mut out, x);
            out.push(' ');
            push_number(&mut out, y);
            out.push_str(");\n");
        }
        for property in &variable.properties {
            let is_taken = match property.name.as_str() {
                "states" => true,
                "label" => label.is_none(),
                "position" => variable.position.is_none(),
                _ => false,
            };
            match show(property).filter(|_| !is_taken) {
                Some(text) => out.push_str(&text),
                None => lost.push(lost_property(Format::HuginNet, property, &variable.name)),
            }
        }
        out.push_str("}\n");
    }
    for table in &model.tables {
        push_table(&mut out, model, &names, table);
    }
    Written { text: out, lost }
}

/// The value of a field: a text without its quotes, unless it could be taken for another kind of
/// value then.
fn value(raw: &str) -> String {
    match lone_quote(raw) {
        Some(text) if !is_value(&text) || lone_quote(&text).is_some() => text,
        _ => raw.to_owned(),
    }
}

/// What stands in quotes, if that is all.
fn lone_quote(raw: &str) -> Option<String> {
    let mut scan = Scanner::new(raw, &RULES);
    match scan.next() {
        Ok((Token::Quoted(text), 0)) if scan.at == raw.len() => Some(text.into_owned()),
        _ => None,
    }
}

/// `name = value;`, in quotes where it would not be read back as it stands.
fn show(property: &Property) -> Option<String> {
    let Property { name, value: meant } = property;
    let is_read_back = |raw: &str| {
        let line = format!("{raw};");
        let mut scan = Scanner::new(&line, &RULES);
        scan.raw().is_ok_and(|(found, at)| at == 0 && found == raw && value(found) == *meant)
            && scan.at == line.len()
    };
    let mut quoted = String::new();
    push_quoted(&mut quoted, meant);
    let raw = if is_value(meant) && is_read_back(meant) { meant } else { &quoted };
    let breaks_no_line = |c: char| !is_unprintable(c) || c == '\t';
    let fits = is_identifier(name) && raw.chars().all(breaks_no_line) && is_read_back(raw);
    fits.then(|| format!("  {name} = {raw};\n"))
}

/// Whether HUGIN takes the text as a value: one word, one text in quotes, or a list in brackets.
fn is_value(text: &str) -> bool {
    let mut scan = Scanner::new(text, &RULES);
    let mut open = 0usize;
    loop {
        match scan.next() {
            Ok((Token::Mark('('), _)) => open += 1,
            Ok((Token::Mark(')'), _)) if open > 0 => open -= 1,
            Ok((Token::Word(_) | Token::Quoted(_), _)) => {}
            _ => return false,
        }
        if open == 0 {
            return scan.at == text.len();
        }
    }
}

fn push_table(out: &mut String, model: &Model, names: &[String], table: &Table) {
    let Some(child) = table.child else { return };
    let kind = model.variables[child].kind;
    let parents = table.scope.iter().filter(|&&var| var != child);
    out.push_str("potential ( ");
    out.push_str(&names[child]);
    for (ix, &parent) in parents.enumerate() {
        out.push_str(if ix == 0 { " | " } else { " " });
        out.push_str(&names[parent]);
    }
    out.push_str(" ) {\n");
    if kind != VariableKind::Decision {
        let sizes: Vec<usize> =
            table.scope.iter().map(|&var| model.variables[var].states.len()).collect();
        out.push_str("  data = ");
        push_nested(out, &sizes, &table.values);
        out.push_str(";\n");
    }
    out.push_str("}\n");
}

/// Numbers in a pair of brackets for each variable but the last, and one around all.
fn push_nested(out: &mut String, sizes: &[usize], values: &[f64]) {
    // How many numbers each pair of brackets holds, from the outermost in.
    let mut spans = vec![values.len()];
    for size in sizes.split_last().map_or(&[][..], |(_, outer)| outer) {
        spans.push(spans.last().copied().unwrap_or(1) / size);
    }
    for (ix, x) in values.iter().enumerate() {
        let opened = spans.iter().filter(|span| ix % **span == 0).count();
        if opened == 0 {
            out.push(' ');
        } else {
            if ix > 0 {
                out.push_str("\n    ");
            }
            out.extend(std::iter::repeat_n('(', opened));
        }
        push_number(out, *x);
        out.extend(spans.iter().filter(|span| (ix + 1) % **span == 0).map(|_| ')'));
    }
}
