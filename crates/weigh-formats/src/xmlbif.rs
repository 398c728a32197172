//! XMLBIF 0.3, with the decisions and utilities that it has room for.
//!
//! # Source
//! Cozman (1998), *The Interchange Format for Bayesian Networks*, XMLBIF 0.3.

use crate::build::Builder;
use crate::error::{Fault, Parsed, shown};
use crate::limits::Limits;
use crate::loss::Written;
use crate::model::{Kind, Model, Variable, VariableKind, is_unprintable};
use crate::number::{parse_number, parse_probability, push_number};
use crate::property::{self, lost_of};
use crate::xml::{Element, Tree, push_escaped};
use crate::{Format, Read};

pub(crate) fn read(text: &str, limits: &Limits) -> Parsed<Read> {
    let tree = Tree::parse(text, limits, &["VARIABLE"])?;
    let root = tree.root();
    let network = if root.name.eq_ignore_ascii_case("NETWORK") {
        Some(root)
    } else {
        tree.child(root, "NETWORK").filter(|_| root.name.eq_ignore_ascii_case("BIF"))
    };
    let Some(network) = network else {
        let message =
            format!("the root element is {}, not `BIF` with `NETWORK`", shown(&root.name));
        return Err(Fault::new("xml-syntax", root.at, message)
            .hint("XMLBIF begins with `<BIF VERSION=\"0.3\"><NETWORK>`"));
    };
    let mut build = Builder::new(Kind::Bayes, limits);
    for element in tree.children(network) {
        match element.name.to_ascii_uppercase().as_str() {
            "NAME" => {
                build.model.name = Some(element.text.to_string()).filter(|name| !name.is_empty());
            }
            "PROPERTY" => build.model.properties.push(property::parse(&element.text)),
            "VARIABLE" => variable(&tree, element, &mut build)?,
            _ => {}
        }
    }
    for element in tree.children(network) {
        match element.name.to_ascii_uppercase().as_str() {
            "DEFINITION" | "PROBABILITY" => definition(&tree, element, &mut build)?,
            _ => {}
        }
    }
    build.finish()
}

fn variable(tree: &Tree, element: &Element, build: &mut Builder) -> Parsed<()> {
    let mut variable = Variable::new("", &[""; 0]);
    let mut at = element.at;
    let mut states_at = Vec::new();
    variable.kind = match element.attribute("TYPE").unwrap_or("nature") {
        "nature" | "discrete" => VariableKind::Chance,
        "decision" => VariableKind::Decision,
        "utility" => VariableKind::Utility,
        other => {
            let message = format!("a variable of type {} cannot be read", shown(other));
            return Err(Fault::new("unsupported-node", element.at, message)
                .hint("the types are `nature`, `decision` and `utility`"));
        }
    };
    for child in tree.children(element) {
        match child.name.to_ascii_uppercase().as_str() {
            "NAME" => {
                variable.name = child.text.to_string();
                at = child.text_place();
            }
            "OUTCOME" | "VALUE" => {
                variable.states.push(child.text.to_string());
                states_at.push(child.text_place());
            }
            "PROPERTY" => property::keep(&mut variable, property::parse(&child.text)),
            _ => {}
        }
    }
    if variable.kind == VariableKind::Utility {
        // Some programs give a utility one state.
        variable.states.clear();
    }
    build.add_variable(variable, at, &states_at).map(|_| ())
}

fn definition(tree: &Tree, element: &Element, build: &mut Builder) -> Parsed<()> {
    let mut child = None;
    let mut scope = Vec::new();
    let mut table = None;
    for part in tree.children(element) {
        let at = part.text_place();
        match part.name.to_ascii_uppercase().as_str() {
            "FOR" if child.is_some() => {
                return Err(Fault::new("xml-syntax", at, "a table is about one variable")
                    .hint("write one `FOR` in each `DEFINITION`"));
            }
            "FOR" => child = Some(build.variable(&part.text, at)?),
            "GIVEN" => scope.push(build.variable(&part.text, at)?),
            "TABLE" if table.is_some() => {
                return Err(Fault::new(
                    "doubled-table",
                    at,
                    "a second `TABLE` in one `DEFINITION`",
                )
                .hint("remove one of the two"));
            }
            "TABLE" => table = Some(part),
            _ => {}
        }
    }
    let Some(child) = child else {
        return Err(Fault::new("xml-syntax", element.at, "a `DEFINITION` has no `FOR`")
            .hint("write `<FOR>name</FOR>`"));
    };
    let kind = build.model.variables[child].kind;
    if kind != VariableKind::Utility {
        scope.push(child);
    } else if scope.contains(&child) {
        let message = format!("{} is a parent of itself", build.name(child));
        return Err(
            Fault::new("doubled-parent", element.at, message).hint("name each variable once")
        );
    }
    let cells = build.cells(Some(child), &scope, element.at)?;
    let row = if kind == VariableKind::Chance { build.n_states(child) } else { 1 };
    match table {
        Some(table) if kind != VariableKind::Decision => {
            let (values, rows_at) = numbers(table, row, kind)?;
            build.add_table(child, scope, values, cells, table.text_place(), &rows_at)
        }
        None if kind != VariableKind::Decision => {
            let message = format!("the table of {} is empty", build.name(child));
            Err(Fault::new("missing-table", element.at, message).hint("write `<TABLE>…</TABLE>`"))
        }
        _ => build.add_table(child, scope, Vec::new(), cells, element.at, &[]),
    }
}

/// The numbers of an element, and the place of each row.
pub(crate) fn numbers(
    element: &Element,
    row: usize,
    kind: VariableKind,
) -> Parsed<(Vec<f64>, Vec<usize>)> {
    let (mut values, mut rows_at) = (Vec::new(), Vec::new());
    for (word, at) in element.words() {
        if values.len() % row == 0 {
            rows_at.push(at);
        }
        values.push(match kind {
            VariableKind::Utility => parse_number(word, at)?,
            _ => parse_probability(word, at)?,
        });
    }
    Ok((values, rows_at))
}

pub(crate) fn write(model: &Model) -> Written {
    const FORMAT: Format = Format::XmlBif;
    let mut lost = Vec::new();
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BIF VERSION=\"0.3\">\n<NETWORK>\n",
    );
    match &model.name {
        Some(name) if name.is_empty() || name.contains(is_unprintable) => {
            lost.push(lost_of(FORMAT, "network-name", "the name", "the network"));
        }
        // Some readers need the element.
        name => push_element(&mut out, "NAME", name.as_deref().unwrap_or("")),
    }
    for text in property::all_of_network(FORMAT, &model.properties, &mut lost) {
        push_element(&mut out, "PROPERTY", &text);
    }
    for variable in &model.variables {
        let kind = match variable.kind {
            VariableKind::Chance => "nature",
            VariableKind::Decision => "decision",
            VariableKind::Utility => "utility",
        };
        out.push_str(&format!("<VARIABLE TYPE=\"{kind}\">\n"));
        push_element(&mut out, "NAME", &variable.name);
        variable.states.iter().for_each(|state| push_element(&mut out, "OUTCOME", state));
        for text in property::all_of(FORMAT, variable, &mut lost) {
            push_element(&mut out, "PROPERTY", &text);
        }
        out.push_str("</VARIABLE>\n");
    }
    for table in &model.tables {
        let Some(child) = table.child else { continue };
        out.push_str("<DEFINITION>\n");
        push_element(&mut out, "FOR", &model.variables[child].name);
        for &parent in table.scope.iter().filter(|&&var| var != child) {
            push_element(&mut out, "GIVEN", &model.variables[parent].name);
        }
        if model.variables[child].kind != VariableKind::Decision {
            out.push_str("<TABLE>");
            let row = table.scope.last().map_or(1, |&var| model.variables[var].states.len());
            for (ix, x) in table.values.iter().enumerate() {
                out.push_str(if ix == 0 {
                    ""
                } else if ix % row == 0 {
                    "\n"
                } else {
                    " "
                });
                push_number(&mut out, *x);
            }
            out.push_str("</TABLE>\n");
        }
        out.push_str("</DEFINITION>\n");
    }
    out.push_str("</NETWORK>\n</BIF>\n");
    Written { text: out, lost }
}

fn push_element(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("<{name}>"));
    push_escaped(out, text);
    out.push_str(&format!("</{name}>\n"));
}
