//! The network as text, for `--emit network`.

use std::fmt;

use crate::choices::Choices;
use crate::network::{Cells, Network, Table};

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first_policy = self.choices().map(|choices| choices.first_policy());
        for (ix, parameter) in self.parameters().iter().enumerate() {
            if first_policy.is_some_and(|first| ix >= first) {
                writeln!(f, "parameter {} is chosen", parameter.name)?;
                continue;
            }
            write!(f, "parameter {} ~ {}", parameter.name, parameter.distribution)?;
            if let Some(group) = parameter.table_group {
                write!(f, " table-group {group}")?;
            }
            if let Some(group) = parameter.elicitor_group {
                write!(f, " elicitor-group {group}")?;
            }
            writeln!(f)?;
        }
        self.tables().iter().try_for_each(|table| show_table(self, table, f))?;
        self.choices().map_or(Ok(()), |choices| show_choices(self, choices, f))
    }
}

/// Who chooses what, and what each wants.
fn show_choices(network: &Network, choices: &Choices, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let diagram = choices.diagram();
    let (actors, nodes) = (diagram.actors(), diagram.nodes());
    for decision in diagram.decisions() {
        let owner = diagram.owner(decision).map_or("nobody", |owner| actors[owner].as_str());
        writeln!(f, "choice {} by {owner}", nodes[decision].name)?;
    }
    let names: Vec<&str> = network.parameters().iter().map(|p| p.name.as_str()).collect();
    for (ix, payoff) in diagram.payoffs().iter().enumerate() {
        writeln!(f, "{}", payoff.name)?;
        let cells = choices.payoff(ix);
        for (row, cell) in cells.iter().enumerate() {
            let mut stride = cells.len();
            let states = payoff.parents.iter().map(|parent| {
                let states = &nodes[*parent].states;
                stride /= states.len();
                states[row / stride % states.len()].as_str()
            });
            let states = states.collect::<Vec<_>>().join(", ");
            writeln!(f, "  {states}: {}", network.formulas().show(*cell, &names))?;
        }
    }
    Ok(())
}

fn show_table(network: &Network, table: &Table, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let child = network.variable(table.child);
    write!(f, "variable {}: {}", child.name, child.states.join(", "))?;
    for (i, parent) in table.parents.iter().enumerate() {
        let before = if i == 0 { " given " } else { ", " };
        write!(f, "{before}{}", network.variable(*parent).name)?;
    }
    writeln!(f)?;
    let names: Vec<&str> = network.parameters().iter().map(|p| p.name.as_str()).collect();
    let show = |cell: usize| match &table.cells {
        Cells::Formulas(ids) => network.formulas().show(ids[cell], &names).to_string(),
        Cells::Numbers(values) => values[cell].to_string(),
    };
    let n_states = child.states.len();
    for row in 0..table.cells.len() / n_states {
        write!(f, "  ")?;
        let mut stride = table.cells.len() / child.states.len();
        for (i, parent) in table.parents.iter().enumerate() {
            let states = &network.variable(*parent).states;
            stride /= states.len();
            let after = if i + 1 == table.parents.len() { ": " } else { ", " };
            write!(f, "{}{after}", states[row / stride % states.len()])?;
        }
        for i in 0..n_states {
            let before = if i == 0 { "" } else { " | " };
            write!(f, "{before}{}", show(row * n_states + i))?;
        }
        writeln!(f)?;
    }
    Ok(())
}
