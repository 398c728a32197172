//! `weigh decide`: an influence diagram of one decision maker, its best policy and what seeing is worth.

use serde_json::{Map, Value, json};
use weigh::decide::{
    DecideError, Information, RawDiagram, Solution, copies, impossible_rows, ties,
};
use weigh::raw::DiagramError;
use weigh::report::words;

use crate::args::{DecideArgs, Format};
use crate::network;
use crate::summary::{align_right, plain_table, print_table};
use crate::terminal::{self, Failure, Outcome};

/// Runs the command.
pub fn run(args: &DecideArgs) -> Result<Outcome, Failure> {
    decide(args).map_err(|failure| terminal::also_as_json(failure, args.format.format))
}

fn decide(args: &DecideArgs) -> Result<Outcome, Failure> {
    let (model, path) = network::load(&args.diagram)?;
    let diagram = RawDiagram::new(model).map_err(|error| refused(&path, &error))?;
    let found = diagram.solve().map_err(|error| refused(&path, &error.into()))?;
    let remarks = remarks(&diagram, &found);
    match args.format.format {
        Format::Json => terminal::print_json(&to_json(&diagram, &found, &path, &remarks))?,
        Format::Text => {
            for (slug, message) in &remarks {
                terminal::complain(&format!("warning[{slug}]: {path}: {message}\n"));
            }
            terminal::print(&to_text(&diagram, &found))?;
        }
    }
    Ok(Outcome::Fine)
}

fn refused(path: &str, error: &DecideError) -> Failure {
    let slug = match error {
        DecideError::Diagram(DiagramError::TooLarge { .. }) => "diagram-too-large",
        DecideError::Diagram(DiagramError::Payoff { .. }) => "payoff-range",
        _ => "diagram-refused",
    };
    Failure::fault(slug, path, None, format!("{path}: {error}"))
}

fn name(diagram: &RawDiagram, node: usize) -> &str {
    &diagram.diagram().nodes()[node].name
}

fn remarks(diagram: &RawDiagram, found: &Solution) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    for (decision, kept, copy) in copies(found) {
        let of = &diagram.diagram().nodes()[decision];
        let (kept, copy) = (&of.states[kept], &of.states[copy]);
        let at = &of.name;
        let message = format!(
            "at `{at}`, `{copy}` differs in nothing from `{kept}`: it is counted as the same option"
        );
        remarks.push(("identical-options", message));
    }
    for (decision, n) in ties(found) {
        let at = name(diagram, decision);
        let n = words::count(n, "situation", "situations");
        let message = format!("at `{at}`, several options are equally good in {n}");
        remarks.push(("equal-options", message));
    }
    remarks
}

/// What is known at each row of a policy: node and state, in the order of the parents.
fn situations(diagram: &RawDiagram, decision: usize) -> Vec<Vec<(usize, usize)>> {
    let mut all = vec![Vec::new()];
    for parent in &diagram.diagram().nodes()[decision].parents {
        let n = diagram.diagram().n_states(*parent);
        let longer = |known: &Vec<(usize, usize)>| -> Vec<Vec<(usize, usize)>> {
            (0..n).map(|state| [known.as_slice(), &[(*parent, state)]].concat()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

fn state(diagram: &RawDiagram, (node, state): (usize, usize)) -> &str {
    &diagram.diagram().nodes()[node].states[state]
}

fn to_json(
    diagram: &RawDiagram,
    found: &Solution,
    path: &str,
    remarks: &[(&str, String)],
) -> Value {
    let decisions = diagram.diagram().decisions().map(|decision| {
        let of = &diagram.diagram().nodes()[decision];
        let n = of.states.len();
        let impossible = impossible_rows(found, decision);
        let rows = situations(diagram, decision).into_iter().enumerate().map(|(row, known)| {
            let given: Map<String, Value> = known
                .iter()
                .map(|at| (name(diagram, at.0).to_owned(), state(diagram, *at).into()))
                .collect();
            if impossible.contains(&row) {
                return json!({ "given": given, "take": null, "loss": null });
            }
            let cells = row * n..(row + 1) * n;
            let worth = &found.utilities(decision)[cells.clone()];
            let best = worth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let by_option = |values: &mut dyn Iterator<Item = f64>| -> Map<String, Value> {
                of.states.iter().cloned().zip(values.map(Value::from)).collect()
            };
            let take = by_option(&mut found.policy(decision)[cells].iter().copied());
            let loss = by_option(&mut worth.iter().map(|worth| best - worth));
            json!({ "given": given, "take": take, "loss": loss })
        });
        let knows: Vec<&str> = of.parents.iter().map(|ix| name(diagram, *ix)).collect();
        json!({ "decision": of.name, "knows": knows, "policy": rows.collect::<Vec<_>>() })
    });
    let decisions: Vec<Value> = decisions.collect();
    let worths = diagram.worths().into_iter().map(|worth| {
        let sight = worth.sight.as_ref().ok();
        json!({
            "node": name(diagram, worth.node),
            "before": name(diagram, worth.decision),
            "information": match worth.information {
                Information::Perfect => "perfect",
                Information::Sample => "sample",
            },
            "seen": diagram.diagram().nodes()[worth.decision].parents.contains(&worth.node),
            "without": sight.map(|sight| sight.without),
            "with": sight.map(|sight| sight.with),
            "value": sight.map(|sight| sight.value()),
        })
    });
    let diagnostics = remarks.iter().map(|(slug, message)| {
        json!({ "severity": "warning", "slug": slug, "message": message, "file": path,
                "line": null, "column": null, "labels": [], "hints": [] })
    });
    json!({
        "file": path,
        "expected": found.payoffs[0],
        "decisions": decisions,
        "worth": worths.collect::<Vec<_>>(),
        "diagnostics": diagnostics.collect::<Vec<_>>(),
    })
}

fn to_text(diagram: &RawDiagram, found: &Solution) -> String {
    let mut out = format!("expected value {:.4}\n", found.payoffs[0]);
    for decision in diagram.diagram().decisions() {
        let of = &diagram.diagram().nodes()[decision];
        let n = of.states.len();
        out.push_str(&format!("\n{}\n", of.name));
        let impossible = impossible_rows(found, decision);
        let mut table = plain_table();
        for (row, known) in situations(diagram, decision).into_iter().enumerate() {
            if impossible.contains(&row) {
                continue;
            }
            let known: Vec<String> = known
                .iter()
                .map(|at| format!("{} = {}", name(diagram, at.0), state(diagram, *at)))
                .collect();
            let known = if known.is_empty() { "in any case".to_owned() } else { known.join(", ") };
            let options = of.states.iter().zip(&found.policy(decision)[row * n..(row + 1) * n]);
            let taken: Vec<&str> =
                options.filter(|(_, p)| **p > 0.0).map(|(option, _)| option.as_str()).collect();
            table.add_row([known, taken.join(" or ")]);
        }
        out.push_str(&print_table(&table));
    }
    let worths = diagram.worths();
    if worths.is_empty() {
        return out;
    }
    out.push_str("\nwhat it is worth to see something before a decision\n");
    let mut table = plain_table();
    for worth in worths {
        let (node, decision) = (name(diagram, worth.node), name(diagram, worth.decision));
        let (value, remark) = match &worth.sight {
            Ok(sight) if sight.is_seen => (format!("{:.4}", sight.value()), ", which it is"),
            Ok(sight) => (format!("{:.4}", sight.value()), ""),
            Err(_) => ("?".to_owned(), "; the diagram would be too large"),
        };
        let what = match worth.information {
            Information::Perfect => "if it is seen itself (perfect information, EVPI)",
            Information::Sample => "if this sign is seen (sample information, EVSI)",
        };
        table.add_row([format!("{node} before {decision}"), value, format!("{what}{remark}")]);
    }
    align_right(&mut table, &[1]);
    out.push_str(&print_table(&table));
    out
}
