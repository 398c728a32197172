//! What a format cannot carry, in plain words; and models cut down to what it can.

use std::borrow::Cow;

use crate::Format;
use crate::model::{Model, Table, VariableKind};

/// A model as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The text of the file.
    pub text: String,
    /// What is not in it; empty if reading it gives the model back.
    pub lost: Vec<Loss>,
}

/// Something that a format cannot carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Names the kind of thing: `names`, `renamed`, `order`, `label`, `position`, `property`,
    /// `network-name`, `utility`, `decision` or `informs`.
    pub slug: &'static str,
    /// What is lost, in one line.
    pub message: String,
}

impl Loss {
    pub(crate) fn new(slug: &'static str, message: impl Into<String>) -> Loss {
        Loss { slug, message: message.into() }
    }
}

/// The model without decisions and utilities, for formats that know only chance.
pub(crate) fn chance_only<'m>(
    format: Format,
    model: &'m Model,
    lost: &mut Vec<Loss>,
) -> Cow<'m, Model> {
    if model.variables.iter().all(|variable| variable.kind == VariableKind::Chance) {
        return Cow::Borrowed(model);
    }
    let mut cut = Model { variables: Vec::new(), tables: Vec::new(), ..model.clone() };
    let mut place = vec![usize::MAX; model.variables.len()];
    for (ix, variable) in model.variables.iter().enumerate() {
        let (name, format) = (&variable.name, format.name());
        if variable.kind == VariableKind::Utility {
            let message = format!("{format} has no utilities: `{name}` is left out");
            lost.push(Loss::new("utility", message));
            continue;
        }
        place[ix] = cut.variables.len();
        cut.variables.push(variable.clone());
        if variable.kind == VariableKind::Decision {
            let message = format!(
                "{format} has no decisions: `{name}` becomes a variable whose states are equally likely"
            );
            lost.push(Loss::new("decision", message));
        }
    }
    for variable in &mut cut.variables {
        variable.kind = VariableKind::Chance;
    }
    for (table, variable) in model.tables.iter().zip(&model.variables) {
        let child = table.child.map(|child| place[child]);
        match variable.kind {
            VariableKind::Utility => {}
            VariableKind::Decision => {
                let n = variable.states.len();
                let share = 1.0 / n as f64;
                let scope = child.into_iter().collect();
                cut.tables.push(Table { child, scope, values: vec![share; n] });
            }
            VariableKind::Chance => {
                let scope = table.scope.iter().map(|&var| place[var]).collect();
                cut.tables.push(Table { child, scope, values: table.values.clone() });
            }
        }
    }
    Cow::Owned(cut)
}
