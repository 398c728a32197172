//! MISP's tags: Admiralty grades of sources, ICD 203's words of probability and confidence.
//!
//! The names are those of the taxonomies `admiralty-scale` and `estimative-language` of MISP. The numbers
//! that some versions of these carry (100 for A, 0 for E) are not taken: a source is never certain.

use serde_json::{Value, json};

use super::{
    MAX_BYTES, MAX_REFERENCES, NOT_REFERENCES, Reference, TOO_LARGE, fault, field, grades,
};
use crate::ReadError;

/// The words of ICD 203, from the least likely to the most, as the taxonomy writes them.
pub const WORDS: [&str; 7] = [
    "almost-no-chance",
    "very-unlikely",
    "unlikely",
    "roughly-even-chance",
    "likely",
    "very-likely",
    "almost-certain",
];

/// The levels of confidence.
pub const CONFIDENCE: [&str; 3] = ["low", "moderate", "high"];

/// A tag that says something of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The Admiralty letter, `A` to `F`.
    Reliability(char),
    /// The Admiralty digit, 1 to 6.
    Credibility(u8),
    /// A word of ICD 203, with spaces: `very unlikely`.
    Likelihood(String),
    /// `low`, `moderate` or `high`.
    Confidence(String),
}

/// The tag of a letter.
pub fn reliability(letter: char) -> String {
    format!("admiralty-scale:source-reliability=\"{}\"", letter.to_ascii_lowercase())
}

/// The tag of a digit.
pub fn credibility(digit: u8) -> String {
    format!("admiralty-scale:information-credibility=\"{digit}\"")
}

/// The tag of a word of ICD 203; none for a word of another scale.
pub fn likelihood(word: &str) -> Option<String> {
    let value = word.replace(' ', "-");
    let is_known = WORDS.contains(&value.as_str());
    is_known.then(|| format!("estimative-language:likelihood-probability=\"{value}\""))
}

/// The tag of a level of confidence.
pub fn confidence(level: &str) -> Option<String> {
    let is_known = CONFIDENCE.contains(&level);
    is_known.then(|| format!("estimative-language:confidence-in-analytic-judgment=\"{level}\""))
}

/// What a tag says, if it is one of those above.
///
/// ```
/// use weigh_formats::references::misp::{Tag, read_tag};
/// assert_eq!(read_tag("admiralty-scale:source-reliability=\"b\""), Some(Tag::Reliability('B')));
/// assert_eq!(read_tag("tlp:green"), None);
/// ```
pub fn read_tag(tag: &str) -> Option<Tag> {
    let (what, value) = tag.split_once('=')?;
    let value = value.trim_matches('"');
    match what {
        "admiralty-scale:source-reliability" => {
            let letter = value.chars().next()?.to_ascii_uppercase();
            (value.len() == 1 && ('A'..='F').contains(&letter)).then_some(Tag::Reliability(letter))
        }
        "admiralty-scale:information-credibility" => {
            let digit = value.parse().ok()?;
            (1..=6).contains(&digit).then_some(Tag::Credibility(digit))
        }
        "estimative-language:likelihood-probability" => {
            WORDS.contains(&value).then(|| Tag::Likelihood(value.replace('-', " ")))
        }
        "estimative-language:confidence-in-analytic-judgment" => {
            CONFIDENCE.contains(&value).then(|| Tag::Confidence(value.to_owned()))
        }
        _ => None,
    }
}

/// An event, as far as it says something of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// What it is about.
    pub info: String,
    /// Its day, ISO.
    pub date: Option<String>,
    /// The word of ICD 203 that it is tagged with, with spaces.
    pub likelihood: Option<String>,
    /// `low`, `moderate` or `high`.
    pub confidence: Option<String>,
    /// Its attributes with a grade or an address, as sources.
    pub sources: Vec<Reference>,
    /// Tags of the two taxonomies that say nothing here, such as a deceptive source's `g`.
    pub left_out: Vec<String>,
}

/// Reads an event as MISP exports it.
///
/// # Errors
/// `not-references` for what is no event, `too-long`.
pub fn read(text: &str) -> Result<Event, ReadError> {
    if text.len() > MAX_BYTES {
        return Err(fault(
            text,
            TOO_LARGE,
            0,
            format!("more than {MAX_BYTES} bytes of references"),
        ));
    }
    let value: Value = serde_json::from_str(text)
        .map_err(|error| fault(text, NOT_REFERENCES, 0, format!("this is no JSON: {error}")))?;
    let Some(event) = value.get("Event").filter(|event| event.is_object()) else {
        return Err(fault(text, NOT_REFERENCES, 0, "there is no `Event` in it"));
    };
    let words = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).and_then(field);
    let mut out = Event {
        info: words(event, "info").unwrap_or_else(|| "An event without a name".to_owned()),
        date: words(event, "date"),
        ..Event::default()
    };
    for tag in tags(event) {
        match read_tag(&tag) {
            Some(Tag::Likelihood(word)) => out.likelihood = Some(word),
            Some(Tag::Confidence(level)) => out.confidence = Some(level),
            _ => out.leave(tag),
        }
    }
    let attributes =
        event.get("Attribute").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if attributes.len() > MAX_REFERENCES {
        let message =
            format!("{} attributes, and at most {MAX_REFERENCES} are read", attributes.len());
        return Err(fault(text, TOO_LARGE, 0, message));
    }
    for (ix, attribute) in attributes.iter().enumerate() {
        let value = words(attribute, "value");
        let is_link = matches!(attribute.get("type").and_then(Value::as_str), Some("link" | "url"));
        let mut source = Reference {
            key: format!("source_{}", ix + 1),
            title: words(attribute, "comment").or_else(|| value.clone()).unwrap_or_default(),
            url: value.filter(|_| is_link),
            ..Reference::default()
        };
        for tag in tags(attribute) {
            match read_tag(&tag) {
                Some(Tag::Reliability(letter)) => source.reliability = Some(letter),
                Some(Tag::Credibility(digit)) => source.credibility = Some(digit),
                _ => out.leave(tag),
            }
        }
        let is_source =
            source.url.is_some() || source.reliability.is_some() || source.credibility.is_some();
        if is_source && !source.title.is_empty() {
            out.sources.push(source);
        }
    }
    Ok(out)
}

impl Event {
    fn leave(&mut self, tag: String) {
        let is_ours =
            tag.starts_with("admiralty-scale:") || tag.starts_with("estimative-language:");
        if is_ours && !self.left_out.contains(&tag) {
            self.left_out.push(tag);
        }
    }
}

fn tags(of: &Value) -> Vec<String> {
    let list = of.get("Tag").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|tag| tag.get("name")?.as_str().map(str::to_owned)).collect()
}

/// Writes an event that MISP imports.
pub fn write(event: &Event) -> String {
    let named =
        |tags: Vec<String>| tags.into_iter().map(|tag| json!({ "name": tag })).collect::<Value>();
    let of_event = event.likelihood.as_deref().and_then(likelihood).into_iter();
    let of_event = of_event.chain(event.confidence.as_deref().and_then(confidence)).collect();
    let attributes: Vec<Value> = event
        .sources
        .iter()
        .map(|source| {
            let (kind, value) = match &source.url {
                Some(url) => ("link", url),
                None => ("text", &source.title),
            };
            json!({
                "type": kind,
                "category": "External analysis",
                "value": value,
                "comment": source.title,
                "Tag": named(grades(source)),
            })
        })
        .collect();
    let mut out = json!({ "info": event.info, "Tag": named(of_event), "Attribute": attributes });
    if let Some(date) = &event.date {
        out["date"] = json!(date);
    }
    format!("{:#}\n", json!({ "Event": out }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_is_read_as_what_it_was_written_for() {
        for letter in 'A'..='F' {
            assert_eq!(read_tag(&reliability(letter)), Some(Tag::Reliability(letter)));
        }
        for digit in 1..=6 {
            assert_eq!(read_tag(&credibility(digit)), Some(Tag::Credibility(digit)));
        }
        for word in WORDS.map(|word| word.replace('-', " ")) {
            let tag = likelihood(&word).expect("a word of the scale");
            assert_eq!(read_tag(&tag), Some(Tag::Likelihood(word)));
        }
        for level in CONFIDENCE {
            let tag = confidence(level).expect("a level");
            assert_eq!(read_tag(&tag), Some(Tag::Confidence(level.to_owned())));
        }
        assert_eq!((likelihood("probably not"), confidence("medium")), (None, None));
        for tag in [
            "",
            "=",
            "admiralty-scale:source-reliability=\"g\"",
            "admiralty-scale:information-credibility=\"7\"",
        ] {
            assert_eq!(read_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn an_event_that_is_written_is_read_again() {
        let event = Event {
            info: "The \"strait\"".into(),
            date: Some("2022-10-14".into()),
            likelihood: Some("very unlikely".into()),
            confidence: Some("low".into()),
            sources: vec![
                Reference {
                    key: "source_1".into(),
                    title: "The port".into(),
                    url: Some("https://a.org".into()),
                    reliability: Some('B'),
                    credibility: Some(2),
                    ..Reference::default()
                },
                Reference {
                    key: "source_2".into(),
                    title: "A talk".into(),
                    reliability: Some('F'),
                    ..Reference::default()
                },
            ],
            left_out: vec![],
        };
        assert_eq!(read(&write(&event)).expect("our own"), event);
    }

    #[test]
    fn what_has_no_counterpart_is_said() {
        let text = r#"{"Event": {"info": "X", "Tag": [{"name": "tlp:green"}], "Attribute": [
            {"type": "link", "value": "https://a.org", "Tag": [{"name": "admiralty-scale:source-reliability=\"g\""}]}]}}"#;
        let event = read(text).expect("an event");
        assert_eq!(event.left_out, ["admiralty-scale:source-reliability=\"g\""]);
        assert_eq!(event.sources.len(), 1);
    }
}
