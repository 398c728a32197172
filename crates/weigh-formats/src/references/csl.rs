//! CSL-JSON: the references of Zotero, Pandoc and the Citation Style Language.

use serde_json::{Map, Value, json};

use super::{
    MAX_BYTES, MAX_REFERENCES, NOT_REFERENCES, Reference, TOO_LARGE, date, fault, field, grades,
    parts, take_grade,
};
use crate::ReadError;

/// Reads a list of references, or one.
///
/// # Errors
/// `not-references` for what is no JSON of that shape, `too-long`.
///
/// # Source
/// The schema `csl-data.json`, 1.0.2. Of its fields those of [`Reference`] are read.
///
/// # Example
/// ```
/// use weigh_formats::references::read_csl;
/// let read = read_csl(r#"[{"id": "kemp", "title": "The port", "issued": {"date-parts": [[2022, 10]]}}]"#)?;
/// assert_eq!(read[0].published.as_deref(), Some("2022-10"));
/// # Ok::<(), weigh_formats::ReadError>(())
/// ```
pub fn read_csl(text: &str) -> Result<Vec<Reference>, ReadError> {
    if text.len() > MAX_BYTES {
        return Err(fault(
            text,
            TOO_LARGE,
            0,
            format!("more than {MAX_BYTES} bytes of references"),
        ));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let line_starts = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let at: usize = line_starts.map(str::len).sum();
        let rest = &text[at.min(text.len())..];
        let within: usize =
            rest.chars().take(error.column().saturating_sub(1)).map(char::len_utf8).sum();
        fault(text, NOT_REFERENCES, at + within, format!("this is no JSON: {error}"))
    })?;
    let items = match value {
        Value::Array(items) => items,
        item @ Value::Object(_) => vec![item],
        _ => return Err(fault(text, NOT_REFERENCES, 0, "a list of references was expected")),
    };
    if items.len() > MAX_REFERENCES {
        let message = format!("{} references, and at most {MAX_REFERENCES} are read", items.len());
        return Err(fault(text, TOO_LARGE, 0, message));
    }
    let whole = items.iter().enumerate().map(|(ix, item)| match item {
        Value::Object(item) => Ok(reference(ix, item)),
        _ => Err(fault(text, NOT_REFERENCES, 0, format!("the item {} is no reference", ix + 1))),
    });
    whole.collect()
}

fn reference(ix: usize, item: &Map<String, Value>) -> Reference {
    let words = |value: &Value| match value {
        Value::String(text) => field(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let text = |name: &str| item.get(name).and_then(words);
    let people = item.get("author").and_then(Value::as_array).map(|people| {
        let names: Vec<String> = people.iter().filter_map(person).collect();
        names.join(" and ")
    });
    let mut reference = Reference {
        key: text("id").unwrap_or_else(|| format!("reference_{}", ix + 1)),
        title: text("title")
            .or_else(|| text("URL"))
            .unwrap_or_else(|| "Without a title".to_owned()),
        author: people.as_deref().and_then(field),
        publisher: text("container-title").or_else(|| text("publisher")),
        url: text("URL"),
        language: text("language"),
        published: item.get("issued").and_then(day),
        retrieved: item.get("accessed").and_then(day),
        ..Reference::default()
    };
    let custom = item.get("custom").and_then(|custom| custom.get("weigh"));
    reference.origin = custom.and_then(|it| it.get("origin")).and_then(words);
    // Zotero keeps tags in `keyword`, parted by commas or semicolons.
    for tag in text("keyword").unwrap_or_default().split([',', ';']) {
        take_grade(&mut reference, tag.trim());
    }
    reference
}

fn person(person: &Value) -> Option<String> {
    let part = |name: &str| person.get(name).and_then(Value::as_str).and_then(field);
    if let Some(whole) = part("literal") {
        return Some(whole);
    }
    let parts = ["given", "non-dropping-particle", "family"].into_iter().filter_map(part);
    field(&parts.collect::<Vec<_>>().join(" "))
}

fn day(value: &Value) -> Option<String> {
    if let Some(raw) = value.get("raw").or_else(|| value.get("literal")).and_then(Value::as_str) {
        let parts = parts(raw.trim());
        return date(parts.first().copied(), parts.get(1).copied(), parts.get(2).copied());
    }
    let parts = value.get("date-parts")?.get(0)?.as_array()?;
    let part = |ix: usize| {
        let part = parts.get(ix)?;
        part.as_i64().or_else(|| part.as_str()?.parse().ok())
    };
    date(part(0), part(1), part(2))
}

/// Writes references as CSL-JSON.
pub fn write_csl(references: &[Reference]) -> String {
    let items: Vec<Value> = references.iter().map(item).collect();
    format!("{:#}\n", Value::Array(items))
}

fn item(reference: &Reference) -> Value {
    let mut item = json!({ "id": reference.key, "type": "document", "title": reference.title });
    let mut put = |name: &str, value: Value| item[name] = value;
    if let Some(author) = &reference.author {
        let people = author.split(" and ").map(|name| json!({ "literal": name }));
        put("author", people.collect());
    }
    let texts = [
        ("container-title", &reference.publisher),
        ("URL", &reference.url),
        ("language", &reference.language),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            put(name, json!(text));
        }
    }
    for (name, day) in [("issued", &reference.published), ("accessed", &reference.retrieved)] {
        if let Some(day) = day {
            put(name, json!({ "date-parts": [parts(day)] }));
        }
    }
    let grades = grades(reference);
    if !grades.is_empty() {
        put("keyword", json!(grades.join(", ")));
    }
    if let Some(origin) = &reference.origin {
        put("custom", json!({ "weigh": { "origin": origin } }));
    }
    item
}
