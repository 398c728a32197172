//! An XML text as a flat list of elements with places, for XMLBIF and XDSL.
//!
//! Entities beside the five of XML itself are never expanded, so none can grow; depth and number of
//! elements are limited.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::Event;

use crate::build::too_many_variables;
use crate::error::{Fault, Parsed, shown};
use crate::limits::Limits;

/// An element. Its children are a list through [`Element::first`] and [`Element::next`].
#[derive(Debug)]
pub(crate) struct Element<'t> {
    pub name: Cow<'t, str>,
    attributes: Vec<(String, String)>,
    /// Its own text, without that of its children, without blanks at both ends.
    pub text: Cow<'t, str>,
    /// Where the text begins, if all of it stands in one piece as in the file.
    text_at: Option<usize>,
    /// Blanks before this place were written as entities and stay.
    keep: usize,
    /// Where it begins.
    pub at: usize,
    first: Option<usize>,
    last: Option<usize>,
    next: Option<usize>,
}

impl Element<'_> {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The words of the text, each with its place, or the element's if that is not known.
    pub fn words(&self) -> impl Iterator<Item = (&str, usize)> {
        let start = self.text.as_ptr() as usize;
        self.text.split_whitespace().map(move |word| {
            let within = word.as_ptr() as usize - start;
            (word, self.text_at.map_or(self.at, |at| at + within))
        })
    }

    /// Where the text begins, or the element if that is not known.
    pub fn text_place(&self) -> usize {
        self.text_at.unwrap_or(self.at)
    }
}

/// All elements of a text, the root first.
#[derive(Debug)]
pub(crate) struct Tree<'t> {
    elements: Vec<Element<'t>>,
}

impl<'t> Tree<'t> {
    pub fn root(&self) -> &Element<'t> {
        &self.elements[0]
    }

    /// The elements directly inside one.
    pub fn children<'s>(&'s self, of: &Element) -> impl Iterator<Item = &'s Element<'t>> {
        let first = of.first.map(|ix| &self.elements[ix]);
        std::iter::successors(first, |element| element.next.map(|ix| &self.elements[ix]))
    }

    /// The first of that name directly inside one; capitals do not matter.
    pub fn child(&self, of: &Element, name: &str) -> Option<&Element<'t>> {
        self.children(of).find(|element| element.name.eq_ignore_ascii_case(name))
    }

    /// Reads the whole text. Elements that are called as in `variables` are counted on the way: the tree of a
    /// hostile file would take ten times its size.
    pub fn parse(text: &'t str, limits: &Limits, variables: &[&str]) -> Parsed<Tree<'t>> {
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let body = &text[bom..];
        let mut reader = Reader::from_str(body);
        reader.config_mut().expand_empty_elements = true;
        // An element is a variable, a state, or one of a few things that are said of a variable.
        let most = limits.variables.saturating_mul(8).saturating_add(limits.all_states);
        let mut elements: Vec<Element<'t>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut n_variables = 0;
        loop {
            let at = bom + position(reader.buffer_position());
            let event = reader.read_event().map_err(|error| {
                let at = bom + position(reader.error_position());
                Fault::new("xml-syntax", at, format!("this is no XML: {}", reason(&error)))
                    .hint("mend the XML, or save the file again in the program it comes from")
            })?;
            match event {
                Event::Start(start) => {
                    if open.len() >= limits.depth {
                        let message =
                            format!("more than {} elements stand inside each other", limits.depth);
                        return Err(Fault::new("too-deep", at, message)
                            .hint("a network needs no more than five"));
                    }
                    if elements.len() >= most {
                        let message = format!("the file has more than {most} elements");
                        return Err(Fault::new("too-many-variables", at, message)
                            .hint("raise the limit if the file means it"));
                    }
                    if open.is_empty() && !elements.is_empty() {
                        return Err(Fault::new(
                            "xml-syntax",
                            at,
                            "a second element follows the root",
                        )
                        .hint("remove what follows the first"));
                    }
                    let mut attributes = Vec::new();
                    for attribute in start.attributes().with_checks(false) {
                        let Ok(attribute) = attribute else {
                            return Err(Fault::new(
                                "xml-syntax",
                                at,
                                "an attribute cannot be read",
                            )
                            .hint("write attributes as `name=\"value\"`"));
                        };
                        let key: &str = attribute.key.as_ref();
                        attributes.push((key.to_owned(), unescape(&attribute.value, at)?));
                    }
                    let ix = elements.len();
                    let name: &str = start.name().into_inner();
                    let is_variable = |called: &&str| called.eq_ignore_ascii_case(name);
                    n_variables += usize::from(variables.iter().any(is_variable));
                    if n_variables > limits.variables {
                        return Err(too_many_variables(limits.variables, at));
                    }
                    let name = name.to_owned();
                    elements.push(Element {
                        name: Cow::Owned(name),
                        attributes,
                        text: Cow::Borrowed(""),
                        text_at: None,
                        keep: 0,
                        at,
                        first: None,
                        last: None,
                        next: None,
                    });
                    if let Some(&parent) = open.last() {
                        match elements[parent].last.replace(ix) {
                            Some(before) => elements[before].next = Some(ix),
                            None => elements[parent].first = Some(ix),
                        }
                    }
                    open.push(ix);
                }
                Event::End(_) => {
                    if let Some(ix) = open.pop() {
                        trim_end(&mut elements[ix]);
                    }
                }
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    let Some(&ix) = open.last() else {
                        if matches!(&event, Event::Text(raw) if raw.trim().is_empty()) {
                            continue;
                        }
                        return Err(Fault::new(
                            "xml-syntax",
                            at,
                            "text stands outside the root element",
                        )
                        .hint("remove it"));
                    };
                    let element = &mut elements[ix];
                    match event {
                        Event::Text(raw) => push_text(element, raw.into_inner(), at)?,
                        Event::CData(raw) => {
                            check_characters(&raw, at)?;
                            push_kept(element, &raw);
                        }
                        Event::GeneralRef(name) => push_kept(element, &resolve(&name, at)?),
                        _ => {}
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if let Some(&ix) = open.last() {
            let (name, at) = (shown(&elements[ix].name), elements[ix].at);
            return Err(Fault::new("xml-syntax", at, format!("the element {name} is not closed"))
                .hint(format!("write `</{}>`", elements[ix].name)));
        }
        if elements.is_empty() {
            return Err(Fault::new("xml-syntax", 0, "the file has no XML element")
                .hint("check that this is the right file"));
        }
        Ok(Tree { elements })
    }
}

fn position(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// The library's reason on one line, without what it cites at length.
fn reason(error: &Error) -> String {
    let text = error.to_string();
    let short: String = text.chars().take(120).collect();
    short.replace(crate::model::is_unprintable, " ")
}

fn push_text<'t>(element: &mut Element<'t>, raw: Cow<'t, str>, at: usize) -> Parsed<()> {
    check_characters(&raw, at)?;
    if !element.text.is_empty() {
        element.text.to_mut().push_str(&raw);
        element.text_at = None;
        return Ok(());
    }
    let blank = raw.len() - raw.trim_start().len();
    element.text = match raw {
        Cow::Borrowed(raw) => Cow::Borrowed(&raw[blank..]),
        Cow::Owned(raw) => Cow::Owned(raw[blank..].to_owned()),
    };
    element.text_at = Some(at + blank);
    Ok(())
}

fn push_kept(element: &mut Element, text: &str) {
    element.text.to_mut().push_str(text);
    element.keep = element.text.len();
    element.text_at = None;
}

fn trim_end(element: &mut Element) {
    let kept = element.keep;
    let end = kept + element.text[kept..].trim_end().len();
    match &mut element.text {
        Cow::Borrowed(text) => *text = &text[..end],
        Cow::Owned(text) => text.truncate(end),
    }
}

/// The character of `&name;`.
fn resolve(name: &str, at: usize) -> Parsed<String> {
    let of_number = || {
        let digits = name.strip_prefix('#')?;
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        };
        char::from_u32(code.ok()?).filter(|c| is_xml(*c))
    };
    let c = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => of_number(),
    };
    c.map(String::from).ok_or_else(|| {
        let message = format!("the entity {} is not expanded", shown(&format!("&{name};")));
        Fault::new("unknown-entity", at, message).hint(
            "write the text itself; only `&lt; &gt; &amp; &apos; &quot;` and numbers are read",
        )
    })
}

/// Resolves all entities of an attribute's value.
fn unescape(raw: &str, at: usize) -> Parsed<String> {
    check_characters(raw, at)?;
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let Some((name, behind)) = behind.split_once(';') else {
            return Err(Fault::new("xml-syntax", at, "an `&` has no `;`").hint("write `&amp;`"));
        };
        out.push_str(&resolve(name, at)?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn check_characters(text: &str, at: usize) -> Parsed<()> {
    match text.char_indices().find(|(_, c)| !is_xml(*c)) {
        Some((ix, c)) => {
            let message = format!("the character U+{:04X} cannot stand in XML", u32::from(c));
            Err(Fault::new("control-character", at + ix, message).hint("remove it"))
        }
        None => Ok(()),
    }
}

/// Whether XML 1.0 allows the character.
pub(crate) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Appends a text so that it is read back whole, in an element or in an attribute; characters that
/// XML cannot hold are left out.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    let kept = text.len() - text.trim_start().len()..text.trim_end().len();
    for (ix, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // Readers turn line breaks and tabs into blanks, and cut blanks off the ends.
            c if c.is_whitespace() && (c != ' ' || !kept.contains(&ix)) => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c if is_xml(c) => out.push(c),
            _ => {}
        }
    }
}
