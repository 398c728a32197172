//! Labels, positions and other remarks as one text each: `name = value`.

use crate::Format;
use crate::loss::Loss;
use crate::model::{Property, Variable};
use crate::number::{parse_number, push_number};

/// Sorts a remark of a variable into its fields.
pub(crate) fn keep(variable: &mut Variable, property: Property) {
    match property.name.as_str() {
        "label" if variable.label.is_none() && !property.value.is_empty() => {
            variable.label = Some(property.value);
        }
        "position" if variable.position.is_none() => match parse_position(&property.value) {
            Some(position) => variable.position = Some(position),
            None => variable.properties.push(property),
        },
        _ => variable.properties.push(property),
    }
}

/// `(73, 165)` or `(73 165)`.
pub(crate) fn parse_position(text: &str) -> Option<[f64; 2]> {
    let inside = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut words = inside.split(|c: char| c == ',' || c.is_whitespace()).filter(|w| !w.is_empty());
    let mut next = || parse_number(words.next()?, 0).ok();
    let position = [next()?, next()?];
    words.next().is_none().then_some(position)
}

/// Cuts a remark at its first `=`.
pub(crate) fn parse(text: &str) -> Property {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    Property { name: name.trim().to_owned(), value: value.trim().to_owned() }
}

/// A remark as text, if reading that gives it back.
pub(crate) fn show(property: &Property) -> Option<String> {
    let text = match property.value.as_str() {
        "" => property.name.clone(),
        value => format!("{} = {value}", property.name),
    };
    // Line breaks and other marks: not every format keeps them.
    let plain = !text.is_empty() && !text.contains(crate::model::is_unprintable);
    (plain && parse(&text) == *property).then_some(text)
}

/// Everything that a file says of a variable beside its states, as texts.
pub(crate) fn all_of(format: Format, variable: &Variable, lost: &mut Vec<Loss>) -> Vec<String> {
    let mut texts = Vec::new();
    let (mut has_label, mut has_position) = (false, false);
    if let Some(label) = &variable.label {
        let property = Property { name: "label".to_owned(), value: label.clone() };
        match show(&property).filter(|_| !label.is_empty()) {
            Some(text) => {
                has_label = true;
                texts.push(text);
            }
            None => lost.push(lost_of(format, "label", "the label", &variable.name)),
        }
    }
    if let Some([x, y]) = variable.position {
        let mut text = "position = (".to_owned();
        push_number(&mut text, x);
        text.push_str(", ");
        push_number(&mut text, y);
        text.push(')');
        texts.push(text);
        has_position = true;
    }
    for property in &variable.properties {
        // One that would be read as the label or position cannot be told from it.
        let is_taken = match property.name.as_str() {
            "label" => !has_label && !property.value.is_empty(),
            "position" => !has_position && parse_position(&property.value).is_some(),
            _ => false,
        };
        match show(property) {
            Some(text) if !is_taken => texts.push(text),
            _ => lost.push(lost_property(format, property, &variable.name)),
        }
    }
    texts
}

/// The texts of a network's own remarks.
pub(crate) fn all_of_network(
    format: Format,
    properties: &[Property],
    lost: &mut Vec<Loss>,
) -> Vec<String> {
    let mut texts = Vec::new();
    for property in properties {
        match show(property) {
            Some(text) => texts.push(text),
            None => lost.push(lost_property(format, property, "the network")),
        }
    }
    texts
}

pub(crate) fn lost_property(format: Format, property: &Property, of: &str) -> Loss {
    let what = format!("the property `{}`", property.name);
    lost_of(format, "property", &what, of)
}

pub(crate) fn lost_of(format: Format, slug: &'static str, what: &str, of: &str) -> Loss {
    Loss::new(slug, format!("{} cannot hold {what} of `{of}`", format.name()))
}
