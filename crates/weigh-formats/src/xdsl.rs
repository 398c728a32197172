//! XDSL, the format of GeNIe and SMILE: chance, deterministic and noisy-MAX nodes, decisions,
//! utilities.
//!
//! # Source
//! BayesFusion, *SMILE Programmer's Manual*, section "XDSL file format". A table's numbers count
//! through the node's own states fastest, then through the last parent's.

use crate::build::{Builder, topological_order};
use crate::error::{Fault, Parsed, WriteError, counted, shown};
use crate::limits::Limits;
use crate::loss::{Loss, Written};
use crate::model::{Kind, Model, Property, Variable, VariableKind, is_unprintable};
use crate::names::{fit_names, identifier};
use crate::noisy_max::NoisyMax;
use crate::number::{parse_count, parse_number, push_number};
use crate::property::{lost_of, lost_property};
use crate::xml::{Element, Tree, is_xml, push_escaped};
use crate::xmlbif::numbers;
use crate::{Format, Read};

/// The identifier of a network that has no name.
const NO_NAME: &str = "Network";

/// The elements that are variables.
const NODES: [&str; 5] = ["cpt", "deterministic", "noisymax", "decision", "utility"];

pub(crate) fn read(text: &str, limits: &Limits) -> Parsed<Read> {
    let tree = Tree::parse(text, limits, &NODES)?;
    let smile = tree.root();
    let nodes = tree.child(smile, "nodes").filter(|_| smile.name == "smile");
    let Some(nodes) = nodes else {
        let message =
            format!("the root element is {}, not `smile` with `nodes`", shown(&smile.name));
        return Err(Fault::new("xml-syntax", smile.at, message)
            .hint("XDSL begins with `<smile version=\"1.0\" …><nodes>`"));
    };
    if let Some(dynamic) = tree.child(smile, "dynamic") {
        return Err(Fault::new(
            "unsupported-node",
            dynamic.at,
            "a network over time cannot be read",
        )
        .hint("in GeNIe, unroll the network and save that"));
    }
    let mut build = Builder::new(Kind::Bayes, limits);
    build.model.properties = tree.children(smile).filter_map(user_property).collect();
    build.model.name = smile.attribute("id").filter(|id| *id != NO_NAME).map(str::to_owned);
    for element in tree.children(nodes) {
        node(&tree, element, &mut build)?;
    }
    let genie = tree.child(smile, "extensions").and_then(|part| tree.child(part, "genie"));
    if let Some(genie) = genie {
        if let Some(name) = genie.attribute("name").filter(|name| *name != NO_NAME) {
            build.model.name = Some(name.to_owned());
        }
        drawings(&tree, genie, &mut build)?;
    }
    build.model.name = build.model.name.take().filter(|name| !name.is_empty());
    for (ix, element) in tree.children(nodes).enumerate() {
        definition(&tree, element, ix, &mut build)?;
    }
    build.finish()
}

fn user_property(element: &Element) -> Option<Property> {
    let name = element.attribute("id").filter(|_| element.name == "property")?;
    Some(Property { name: name.to_owned(), value: element.text.to_string() })
}

fn node(tree: &Tree, element: &Element, build: &mut Builder) -> Parsed<()> {
    let kind = match &*element.name {
        "cpt" | "deterministic" | "noisymax" => VariableKind::Chance,
        "decision" => VariableKind::Decision,
        "utility" => VariableKind::Utility,
        other => {
            let id = element.attribute("id").unwrap_or("?");
            let message =
                format!("the node {} is of type {}, which cannot be read", shown(id), shown(other));
            return Err(Fault::new("unsupported-node", element.at, message).hint(
                "in GeNIe, change its type to Chance - General (or Utility) and save again",
            ));
        }
    };
    let mut variable = Variable::new(element.attribute("id").unwrap_or(""), &[""; 0]);
    variable.kind = kind;
    let mut states_at = Vec::new();
    for child in tree.children(element).filter(|child| child.name == "state") {
        variable.states.push(child.attribute("id").unwrap_or("").to_owned());
        states_at.push(child.at);
    }
    variable.properties = tree.children(element).filter_map(user_property).collect();
    build.add_variable(variable, element.at, &states_at).map(|_| ())
}

/// Labels and positions, which stand apart from the nodes; they may be in submodels.
fn drawings(tree: &Tree, of: &Element, build: &mut Builder) -> Parsed<()> {
    for element in tree.children(of) {
        match &*element.name {
            "submodel" => drawings(tree, element, build)?,
            "node" => {
                let id = element.attribute("id").unwrap_or("");
                let ix = build.variable(id, element.at)?;
                let variable = &mut build.model.variables[ix];
                if let Some(name) = tree.child(element, "name") {
                    let label = name.text.to_string();
                    variable.label = Some(label).filter(|l| !l.is_empty() && *l != variable.name);
                }
                if let Some(position) = tree.child(element, "position") {
                    // Left, top, right, bottom.
                    let corner: Vec<f64> = position
                        .words()
                        .take(2)
                        .filter_map(|(word, at)| parse_number(word, at).ok())
                        .collect();
                    variable.position = <[f64; 2]>::try_from(corner).ok();
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn definition(tree: &Tree, element: &Element, child: usize, build: &mut Builder) -> Parsed<()> {
    let kind = build.model.variables[child].kind;
    let mut scope = Vec::new();
    let mut parents_at = element.at;
    if let Some(parents) = tree.child(element, "parents") {
        parents_at = parents.text_place();
        for (name, at) in parents.words() {
            scope.push(build.variable(name, at)?);
        }
    }
    if kind != VariableKind::Utility {
        scope.push(child);
    } else if scope.contains(&child) {
        let message = format!("{} is a parent of itself", build.name(child));
        return Err(Fault::new("doubled-parent", parents_at, message).hint("name each node once"));
    }
    let cells = build.cells(Some(child), &scope, parents_at)?;
    let part = |name: &str| {
        tree.child(element, name).ok_or_else(|| {
            let message = format!("{} has no `{name}`", shown(&build.model.variables[child].name));
            Fault::new("missing-table", element.at, message)
                .hint(format!("write `<{name}>…</{name}>`"))
        })
    };
    let row = if kind == VariableKind::Chance { build.n_states(child) } else { 1 };
    let (values, rows_at, at) = match &*element.name {
        "cpt" => {
            let part = part("probabilities")?;
            let (values, rows_at) = numbers(part, row, kind)?;
            (values, rows_at, part.text_place())
        }
        "utility" => {
            let part = part("utilities")?;
            let (values, rows_at) = numbers(part, row, kind)?;
            (values, rows_at, part.text_place())
        }
        "deterministic" => {
            let part = part("resultingstates")?;
            let mut values = Vec::new();
            for (name, at) in part.words() {
                let state = build.state(child, name, at)?;
                // A file cannot ask for more rows than it has words, but each may be long.
                if values.len() >= cells {
                    let found = part.words().count();
                    return Err(states_missing(build, child, found, cells / row, at));
                }
                values.extend((0..row).map(|s| f64::from(u8::from(s == state))));
            }
            if values.len() != cells {
                let (found, at) = (values.len() / row, part.text_place());
                return Err(states_missing(build, child, found, cells / row, at));
            }
            (values, Vec::new(), part.text_place())
        }
        "noisymax" => {
            let strengths = tree.child(element, "strengths");
            let part = part("parameters")?;
            let values = noisy_max(strengths, part, &scope, build)?;
            (values, Vec::new(), part.text_place())
        }
        _ => (Vec::new(), Vec::new(), element.at),
    };
    build.add_table(child, scope, values, cells, at, &rows_at)
}

fn states_missing(build: &Builder, child: usize, found: usize, needed: usize, at: usize) -> Fault {
    let of = build.name(child);
    let message = format!("{of} has {}, but needs {needed}", counted(found, "resulting state"));
    Fault::new("table-size", at, message).hint("one for each combination of the parents' states")
}

fn noisy_max(
    strengths: Option<&Element>,
    parameters: &Element,
    scope: &[usize],
    build: &Builder,
) -> Parsed<Vec<f64>> {
    let Some((&child, parents)) = scope.split_last() else { return Ok(Vec::new()) };
    let n_states = build.n_states(child);
    let sizes: Vec<usize> = parents.iter().map(|&parent| build.n_states(parent)).collect();
    let total: usize = sizes.iter().sum();
    let mut order: Vec<usize> = Vec::new();
    match strengths {
        None => sizes.iter().for_each(|n| order.extend(0..*n)),
        Some(element) => {
            for (word, at) in element.words() {
                let state = parse_count(word, "a strength", at)?;
                order.push(usize::try_from(state).unwrap_or(usize::MAX));
            }
        }
    }
    let strengths_at = strengths.map_or(parameters.at, Element::text_place);
    let wrong_strengths = || {
        let message =
            format!("the strengths of {} are no orders of its parents' states", build.name(child));
        Fault::new("noisymax-strengths", strengths_at, message)
            .hint("in GeNIe, change its type to Chance - General and save again")
    };
    if order.len() != total {
        return Err(wrong_strengths());
    }
    let mut rest = order.as_slice();
    let mut of_parents = Vec::new();
    for n in &sizes {
        let (states, behind) = rest.split_at(*n);
        let mut sorted = states.to_vec();
        sorted.sort_unstable();
        if sorted.iter().enumerate().any(|(ix, state)| ix != *state) {
            return Err(wrong_strengths());
        }
        of_parents.push(states);
        rest = behind;
    }
    let (mut values, rows_at) = numbers(parameters, n_states, VariableKind::Chance)?;
    let at = parameters.text_place();
    let needed =
        NoisyMax { n_states, strengths: of_parents.clone(), parameters: &[] }.n_parameters();
    if values.len() != needed {
        let of = build.name(child);
        let message =
            format!("{of} has {}, but needs {needed}", counted(values.len(), "parameter"));
        return Err(Fault::new("table-size", at, message)
            .hint("a row for each state of each parent, and one for the leak"));
    }
    let divided = crate::rows::divide_rows(&mut values, n_states, child, &mut Default::default());
    if let Err((row, sum)) = divided {
        let at = rows_at.get(row).copied().unwrap_or(at);
        let of = build.name(child);
        let message = format!("row {} of the parameters of {of} sums to {sum}, not to 1", row + 1);
        return Err(Fault::new("row-sum", at, message).hint("write numbers that sum to 1"));
    }
    let causes = NoisyMax { n_states, strengths: of_parents, parameters: &values };
    if let Some(parent) = causes.parent_never_absent() {
        let (of, parent) = (build.name(child), build.name(parents[parent]));
        let message =
            format!("in the noisy-MAX of {of}, {parent} has an effect in its last strength");
        return Err(Fault::new("noisymax-strengths", at, message)
            .hint("in GeNIe, change its type to Chance - General and save again"));
    }
    Ok(causes.table())
}

pub(crate) fn write(model: &Model) -> Result<Written, WriteError> {
    const FORMAT: Format = Format::Xdsl;
    let mut lost = Vec::new();
    let Some(order) = topological_order(&model.tables) else {
        let message = "variables depend on themselves".to_owned();
        return Err(WriteError { slug: "not-a-model", message });
    };
    if !order.is_sorted() {
        lost.push(Loss::new(
            "order",
            "XDSL lists parents before children: the variables' order changes",
        ));
    }
    // Lists of parents are cut at blanks.
    let fits = |name: &str| !name.contains(char::is_whitespace);
    let names = fit_names(FORMAT, model, fits, &mut lost);
    let name = model.name.as_deref().filter(|name| {
        let fits = !name.is_empty() && *name != NO_NAME && !name.contains(is_unprintable);
        if !fits {
            lost.push(lost_of(FORMAT, "network-name", "the name", "the network"));
        }
        fits
    });
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let id = name.map_or(NO_NAME.to_owned(), identifier);
    out.push_str(&format!("<smile version=\"1.0\" id=\"{id}\">\n<nodes>\n"));
    for &ix in &order {
        push_node(&mut out, model, &names, ix, &mut lost);
    }
    out.push_str("</nodes>\n");
    for property in &model.properties {
        push_property(&mut out, property, "the network", &mut lost);
    }
    out.push_str("<extensions>\n<genie version=\"1.0\" app=\"Weigh\" name=\"");
    push_escaped(&mut out, name.unwrap_or(NO_NAME));
    out.push_str("\">\n");
    for &ix in &order {
        let variable = &model.variables[ix];
        out.push_str("<node id=\"");
        push_escaped(&mut out, &names[ix]);
        out.push_str("\">\n<name>");
        let label = variable.label.as_deref().filter(|label| {
            let fits = !label.is_empty() && **label != names[ix] && label.chars().all(is_xml);
            if !fits && **label != names[ix] {
                lost.push(lost_of(FORMAT, "label", "the label", &variable.name));
            }
            fits
        });
        push_escaped(&mut out, label.unwrap_or(&variable.name));
        out.push_str("</name>\n");
        if let Some([left, top]) = variable.position {
            // The size that GeNIe gives a new node.
            let corners = [left, top, left + 76.0, top + 38.0];
            out.push_str("<position>");
            for (ix, x) in corners.into_iter().enumerate() {
                out.push_str(if ix == 0 { "" } else { " " });
                push_number(&mut out, x);
            }
            out.push_str("</position>\n");
        }
        out.push_str("</node>\n");
    }
    out.push_str("</genie>\n</extensions>\n</smile>\n");
    Ok(Written { text: out, lost })
}

fn push_node(out: &mut String, model: &Model, names: &[String], ix: usize, lost: &mut Vec<Loss>) {
    let (variable, table) = (&model.variables[ix], &model.tables[ix]);
    let (tag, numbers) = match variable.kind {
        VariableKind::Chance => ("cpt", Some("probabilities")),
        VariableKind::Decision => ("decision", None),
        VariableKind::Utility => ("utility", Some("utilities")),
    };
    out.push_str(&format!("<{tag} id=\""));
    push_escaped(out, &names[ix]);
    out.push_str("\">\n");
    for state in &variable.states {
        out.push_str("<state id=\"");
        push_escaped(out, state);
        out.push_str("\" />\n");
    }
    let mut parents = table.scope.iter().filter(|&&var| var != ix).peekable();
    if parents.peek().is_some() {
        out.push_str("<parents>");
        for (ix, &parent) in parents.enumerate() {
            out.push_str(if ix == 0 { "" } else { " " });
            push_escaped(out, &names[parent]);
        }
        out.push_str("</parents>\n");
    }
    if let Some(tag) = numbers {
        out.push_str(&format!("<{tag}>"));
        for (ix, x) in table.values.iter().enumerate() {
            out.push_str(if ix == 0 { "" } else { " " });
            push_number(out, *x);
        }
        out.push_str(&format!("</{tag}>\n"));
    }
    for property in &variable.properties {
        push_property(out, property, &variable.name, lost);
    }
    out.push_str(&format!("</{tag}>\n"));
}

fn push_property(out: &mut String, property: &Property, of: &str, lost: &mut Vec<Loss>) {
    let Property { name, value } = property;
    if !name.chars().chain(value.chars()).all(is_xml) {
        lost.push(lost_property(Format::Xdsl, property, of));
        return;
    }
    out.push_str("<property id=\"");
    push_escaped(out, name);
    out.push_str("\">");
    push_escaped(out, value);
    out.push_str("</property>\n");
}
