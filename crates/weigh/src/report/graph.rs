//! The influence graph: causes above, what they lead to below, each box with its probability.

use maud::{Markup, html};
use weigh_analysis::findings::{FactorFinding, Findings, Place};

use super::{bears, cite, csv, layers, words};

/// Lets a reader choose a box and see what leads from it to the question.
pub const SCRIPT: &str = include_str!("trace.js");

const NODE_WIDTH: f64 = 152.0;
const PADDING: f64 = 10.0;
const LINE_HEIGHT: f64 = 15.0;
const MAX_LINES: usize = 5;
/// Boxes beside each other that a page holds without scrolling.
const MAX_BESIDE: usize = 5;
/// Height of the state's label and bar under the text.
const FOOT: f64 = 30.0;

pub(super) struct Node<'a> {
    /// What the drawing calls it.
    pub id: &'a str,
    pub text: &'a str,
    pub place: &'a Place,
    class: &'static str,
    lines: Vec<String>,
    /// The state shown, with its probability; the label alone for a quantity.
    state: String,
    p: Option<f64>,
    observed: bool,
    /// Names of what is drawn and points to it.
    pub parents: Vec<&'a str>,
}

/// The section; nothing where no factor depends on another.
pub fn section(findings: &Findings) -> Markup {
    let nodes = connected_nodes(findings);
    if nodes.is_empty() {
        return html! {};
    }
    let drawn = |id: &str| nodes.iter().any(|node| node.id == id);
    let left_out = || findings.factors.iter().filter(|factor| !drawn(&factor.id));
    let n_signs = left_out().filter(|factor| factor.kind == "indicator").count();
    let n_alone = left_out().count() - n_signs;
    let has = |class: &str| nodes.iter().any(|node| node.class.ends_with(class));
    html! {
        section #graph aria-labelledby="h-graph" {
            h2 #h-graph { "How it hangs together" }
            p.method-note {
                "An arrow runs from a factor to what depends on it. Each box shows one state with its probability, given all evidence. "
                "The dark box is the question"
                @if has("is-observed") { ", a tinted one was observed" }
                @if has("indicator") { ", a dashed frame marks an indicator" }
                @if has("quantity") { ", round corners a quantity" }
                ". The thicker an arrow, the further the numbers on it move the answer over their ranges. Evidence is not drawn"
                @if n_signs > 0 { ", nor " (if n_signs == 1 { "is the one indicator that leads" } else { "are indicators that lead" }) " to nothing else: they are listed under " a href="#factors" { "Factors" } }
                "."
                @if n_alone > 0 { " " (words::count(n_alone, "factor that hangs", "factors that hang")) " on nothing " (if n_alone == 1 { "is" } else { "are" }) " left out." }
            }
            div {
                div.scroll role="region" aria-label="Influence graph" tabindex="0" { (drawing(findings, &nodes)) }
                div #traced hidden {
                    p role="status" { "Choose a box to see what leads from it to the question, and how much hangs on it." }
                    button type="button" hidden { "Clear" span.key { " (Esc)" } }
                }
            }
            details.in-words {
                summary { "The graph as a table" }
                (table(findings, &nodes))
            }
            (csv::link(
                "graph",
                &["box", "state", "p", "depends on", "the answer moves by up to"],
                nodes.iter().flat_map(|node| {
                    let of = |parent: &str, moves: Option<f64>| {
                        vec![node.text.into(), node.state.as_str().into(), node.p.into(), parent.into(), moves.into()]
                    };
                    match node.parents.is_empty() {
                        true => vec![of("", None)],
                        false => (node.parents.iter())
                            .map(|parent| of(text_of(&nodes, parent), Some(moved_through(findings, parent, node.id))))
                            .collect(),
                    }
                }),
            ))
        }
    }
}

fn table(findings: &Findings, nodes: &[Node]) -> Markup {
    html! {
        table.stack {
            caption { "Every box; what it depends on, with how far the numbers on that arrow move the answer over their ranges; and what hangs on it" }
            thead { tr { th scope="col" { "Box" } th scope="col" { "State" } th scope="col" { "Depends on" } th scope="col" { "Bears on" } } }
            tbody {
                @for node in nodes {
                    tr {
                        th scope="row" { (cite::own_words(node.text)) }
                        td data-label="State" { (node.state) @if node.observed { ", observed" } }
                        td data-label="Depends on" {
                            @if node.parents.is_empty() { "nothing else here" }
                            @for (ix, parent) in node.parents.iter().enumerate() {
                                @if ix > 0 { "; " }
                                (cite::own_words(text_of(nodes, parent)))
                                @let points = words::points_label(moved_through(findings, parent, node.id));
                                @if points != words::points_label(0.0) { " (" (points.trim_start_matches('+')) ")" }
                            }
                        }
                        td data-label="Bears on" { (bears::on(findings, nodes, node)) }
                    }
                }
            }
        }
    }
}

/// How far the first question's answer moves with the numbers that say what `parent` does to `child`, the one that moves
/// it most over its writer's range.
fn moved_through(findings: &Findings, parent: &str, child: &str) -> f64 {
    let swings = findings.questions.first().map_or(&[][..], |question| &question.swings);
    let moved = swings.iter().filter(|swing| bears::is_on_arrow(&swing.what, parent, child));
    moved.map(|swing| (swing.p_at_high - swing.p_at_low).abs()).fold(0.0, f64::max)
}

fn text_of<'a>(nodes: &[Node<'a>], id: &'a str) -> &'a str {
    nodes.iter().find(|node| node.id == id).map_or(id, |node| node.text)
}

/// Factors and quantities that have a neighbour, in the order of the file.
fn connected_nodes(findings: &Findings) -> Vec<Node<'_>> {
    let is_known = |id: &str| {
        findings.factors.iter().any(|factor| factor.id == id)
            || findings.quantities.iter().any(|quantity| quantity.id == id)
    };
    let is_parent = |id: &str| {
        findings
            .factors
            .iter()
            .any(|factor| factor.id != id && factor.parents.iter().any(|parent| parent == id))
    };
    let factors = findings.factors.iter().filter_map(|factor| {
        let mut parents: Vec<&str> = Vec::new();
        for parent in factor.parents.iter().map(String::as_str) {
            if is_known(parent) && parent != factor.id && !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        // A sign that leads to nothing is not part of how the answer comes about.
        let is_end = !is_parent(&factor.id);
        if is_end && (parents.is_empty() || factor.kind == "indicator") {
            return None;
        }
        let (state, p) = shown_state(factor);
        let class = match (factor.kind.as_str(), factor.observed.is_some()) {
            ("question", _) => "node question",
            (_, true) => "node is-observed",
            ("indicator", false) => "node indicator",
            _ => "node",
        };
        Some(Node {
            id: &factor.id,
            text: &factor.text,
            place: &factor.place,
            class,
            lines: wrap(&factor.text, factor.kind == "question"),
            state,
            p: Some(p),
            observed: factor.observed.is_some(),
            parents,
        })
    });
    let quantities =
        findings.quantities.iter().filter(|quantity| is_parent(&quantity.id)).map(|quantity| {
            let value = |value: f64| {
                if quantity.is_probability { words::percent(value) } else { words::number(value) }
            };
            let state = if quantity.p05 == quantity.p95 {
                value(quantity.mean)
            } else {
                format!("{} to {}", value(quantity.p05), value(quantity.p95))
            };
            Node {
                id: &quantity.id,
                text: &quantity.text,
                place: &quantity.place,
                class: "node quantity",
                lines: wrap(&quantity.text, false),
                state,
                p: None,
                observed: false,
                parents: Vec::new(),
            }
        });
    quantities.chain(factors).collect()
}

/// The observed state; else `yes`; else the later of two states; else the likeliest.
fn shown_state(factor: &FactorFinding) -> (String, f64) {
    let by_name = |name: &str| factor.states.iter().find(|(state, _)| state == name);
    let likeliest =
        || factor.states.iter().reduce(|best, next| if next.1.p > best.1.p { next } else { best });
    let shown = factor
        .observed
        .as_deref()
        .and_then(by_name)
        .or_else(|| by_name("yes"))
        .or_else(|| if factor.states.len() == 2 { factor.states.last() } else { likeliest() });
    match shown {
        Some((state, _)) if factor.observed.as_ref() == Some(state) => {
            (format!("observed: {}", words::shorten(state, 18)), 1.0)
        }
        Some((state, estimate)) => {
            (format!("{} {}", words::shorten(state, 18), words::percent(estimate.p)), estimate.p)
        }
        None => (String::new(), 0.0),
    }
}

fn drawing(findings: &Findings, nodes: &[Node]) -> Markup {
    let sizes: Vec<(f64, f64)> = nodes.iter().map(|node| (NODE_WIDTH, height(node))).collect();
    let mut arrows = Vec::new();
    for (to, node) in nodes.iter().enumerate() {
        let parents = node.parents.iter();
        arrows.extend(
            parents.filter_map(|parent| {
                Some((nodes.iter().position(|other| other.id == *parent)?, to))
            }),
        );
    }
    let moved: Vec<f64> = (arrows.iter())
        .map(|&(from, to)| moved_through(findings, nodes[from].id, nodes[to].id))
        .collect();
    let most = moved.iter().copied().fold(0.0, f64::max);
    // From a thin line to a thick one, by the part of what the strongest does.
    let thickness = |ix: usize| {
        format!("stroke-width:{:.1}", 1.0 + if most > 0.0 { 3.5 * moved[ix] / most } else { 0.4 })
    };
    let layers = layers::place_in_layers(&sizes, &arrows, MAX_BESIDE);
    let (width, height) = (layers.width.ceil(), layers.height.ceil());
    // It may shrink to three quarters to fit the page; smaller than that it scrolls.
    let style = format!("width:100%;min-width:{:.0}px;max-width:{width:.0}px", width * 0.75);
    html! {
        svg.graph role="img" viewBox=(format!("0 0 {width:.0} {height:.0}")) style=(style) aria-labelledby="graph-title graph-desc" {
            title #graph-title { "Influence graph" }
            desc #graph-desc { (words::count(nodes.len(), "box", "boxes")) " and " (words::count(arrows.len(), "arrow", "arrows")) ", causes above their effects. The table below the drawing says the same." }
            defs { @for id in ["arrow", "arrow-on"] { marker id=(id) viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto" { path class=(id) d="M0 0.5 L8 4 L0 7.5 z" {} } } }
            @for (ix, points) in layers.arrows.iter().enumerate() { path.edge data-from=(arrows[ix].0) data-to=(arrows[ix].1) style=(thickness(ix)) d=(layers::smooth_path(points)) {} }
            @for (node, &(x, y)) in nodes.iter().zip(&layers.boxes) { (draw_node(node, x, y)) }
        }
    }
}

fn height(node: &Node) -> f64 {
    2.0 * PADDING + node.lines.len() as f64 * LINE_HEIGHT + FOOT
}

fn draw_node(node: &Node, x: f64, y: f64) -> Markup {
    let (left, top) = (x - NODE_WIDTH / 2.0, y - height(node) / 2.0);
    let foot = top + PADDING + node.lines.len() as f64 * LINE_HEIGHT;
    let inner = NODE_WIDTH - 2.0 * PADDING;
    let radius = if node.p.is_none() { "14" } else { "2" };
    let number = |value: f64| format!("{value:.1}");
    html! {
        g class=(node.class) {
            rect.frame x=(number(left)) y=(number(top)) width=(number(NODE_WIDTH)) height=(number(height(node))) rx=(radius) {}
            @for (ix, line) in node.lines.iter().enumerate() {
                // The space keeps the lines apart where they are read out as one name.
                text.label x=(number(left + PADDING)) y=(number(top + PADDING + 11.0 + ix as f64 * LINE_HEIGHT)) { (line) " " }
            }
            text.value x=(number(left + PADDING)) y=(number(foot + 14.0)) { (node.state) }
            @if let Some(p) = node.p.filter(|p| p.is_finite()) {
                rect.track x=(number(left + PADDING)) y=(number(foot + 21.0)) width=(number(inner)) height="5" {}
                rect.fill x=(number(left + PADDING)) y=(number(foot + 21.0)) width=(number(inner * p.clamp(0.0, 1.0))) height="5" {}
            }
        }
    }
}

/// Lines that fit a box, by an estimate of each character's width; what is too long ends in an ellipsis,
/// and the list of the graph has it in full.
fn wrap(text: &str, is_bold: bool) -> Vec<String> {
    let room = (NODE_WIDTH - 2.0 * PADDING) * if is_bold { 0.88 } else { 1.0 };
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    let push_line = |lines: &mut Vec<String>, used: &mut f64| {
        lines.push(String::new());
        *used = 0.0;
    };
    for word in text.split_whitespace() {
        let width: f64 = word.chars().map(char_width).sum();
        if used > 0.0 && used + SPACE + width > room {
            push_line(&mut lines, &mut used);
        }
        if used > 0.0 {
            used += SPACE;
            lines.last_mut().expect("there is always a line").push(' ');
        }
        for c in word.chars() {
            if used + char_width(c) > room {
                push_line(&mut lines, &mut used);
            }
            used += char_width(c);
            lines.last_mut().expect("there is always a line").push(c);
        }
    }
    if lines.len() > MAX_LINES {
        lines.truncate(MAX_LINES);
        let last = lines.last_mut().expect("truncated to at least one line");
        last.pop();
        last.push('…');
    }
    lines
}

const SPACE: f64 = 3.4;

/// Width in a sans serif of 12.5 pixels, on the generous side: system fonts differ.
fn char_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | '\'' | '’' | '|' | 'I' | '!' | ':' | ';' => 3.6,
        'f' | 't' | 'r' | '(' | ')' | '-' => 4.9,
        'm' | 'w' | 'M' | 'W' | '@' => 11.2,
        'A'..='Z' => 8.8,
        // Han, kana, Hangul and full-width forms are square.
        '\u{1100}'..='\u{11FF}'
        | '\u{2E80}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{1F000}'..='\u{3FFFF}' => 13.0,
        '\u{0300}'..='\u{036F}' | '\u{200B}'..='\u{200F}' => 0.0,
        '=' | '<' | '>' | '+' | '~' | '#' | '%' => 10.4,
        c if c.is_ascii() => 7.6,
        _ => 7.9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_wrap_and_end() {
        assert_eq!(wrap("Mass protest", false).len(), 1);
        assert!(wrap("A permanent Russian presence is not in his interest", false).len() > 1);
        let endless = wrap(&"ab".repeat(500), false);
        assert_eq!(endless.len(), MAX_LINES);
        assert!(endless.last().unwrap().ends_with('…'));
        assert_eq!(wrap("", false), [""]);
    }
}
