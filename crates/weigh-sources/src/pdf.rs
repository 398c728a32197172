//! The text of PDF files, page by page.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Object, PlainTextOutput, output_doc_page};
use weigh_model::world::Document;

use crate::{Fault, MAX_TEXT_BYTES, day, tidy};

/// The most pages that are read.
const MAX_PAGES: usize = 10_000;

/// Reads a PDF file. Pages that cannot be read are left out, with a remark.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, Fault> {
    let broken = |error: &dyn std::fmt::Display| {
        Fault::Broken(format!("it ends too early or was changed ({error})"))
    };
    let mut pdf = pdf_extract::Document::load_mem(bytes).map_err(|error| broken(&error))?;
    // Many are encrypted with no password, only to forbid copying or printing.
    if pdf.is_encrypted() && pdf.decrypt("").is_err() {
        return Err(Fault::Encrypted);
    }
    let mut document = Document::default();
    let n_pages = pdf.get_pages().len();
    if n_pages == 0 {
        return Err(broken(&"it has no pages"));
    }
    let (mut unreadable, mut empty) = (Vec::new(), Vec::new());
    for page in 1..=n_pages.min(MAX_PAGES) {
        document.pages.push(document.text.len());
        let mut text = String::new();
        let number = page as u32;
        // The reader panics on much that is not as it should be.
        let read = catch_unwind(AssertUnwindSafe(|| {
            output_doc_page(&pdf, &mut PlainTextOutput::new(&mut text), number)
        }));
        if !matches!(read, Ok(Ok(()))) {
            unreadable.push(page.to_string());
        } else if text.trim().is_empty() {
            empty.push(page.to_string());
        }
        document.text.push_str(text.trim());
        document.text.push_str("\n\n");
        if document.text.len() > MAX_TEXT_BYTES {
            return Err(Fault::TooMuchText);
        }
    }
    if document.text.trim().is_empty() {
        return Err(match unreadable.is_empty() {
            true => Fault::NoText,
            false => Fault::Broken("none of its pages can be read".to_owned()),
        });
    }
    let mut told = |pages: &[String], what: &str| {
        const SHOWN: usize = 8;
        let more = pages.len().saturating_sub(SHOWN);
        let list = pages.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        match pages.len() {
            0 => {}
            1 => document.remarks.push(format!("page {list} {what}")),
            _ => document.remarks.push(format!("pages {list}{more} {what}")),
        }
    };
    told(&unreadable, "cannot be read whole");
    told(&empty, "without text: a picture?");
    if n_pages > MAX_PAGES {
        document
            .remarks
            .push(format!("only the first {MAX_PAGES} of its {n_pages} pages were read"));
    }
    if let Some(info) = info(&pdf) {
        let text = |key: &[u8]| info.get(key).ok().and_then(|object| text_of(&pdf, object));
        document.title = text(b"Title").and_then(|title| tidy(&title));
        document.author = text(b"Author").and_then(|author| tidy(&author));
        document.published =
            text(b"CreationDate").and_then(|date| day(date.trim_start_matches("D:")));
    }
    Ok(document)
}

fn info(pdf: &pdf_extract::Document) -> Option<&Dictionary> {
    match pdf.trailer.get(b"Info").ok()? {
        Object::Reference(id) => pdf.get_dictionary(*id).ok(),
        Object::Dictionary(info) => Some(info),
        _ => None,
    }
}

/// A string of the head: UTF-16 or UTF-8 with a mark, else near enough to Latin letters.
fn text_of(pdf: &pdf_extract::Document, object: &Object) -> Option<String> {
    let object = match object {
        Object::Reference(id) => pdf.get_object(*id).ok()?,
        other => other,
    };
    let Object::String(bytes, _) = object else { return None };
    let encoding = encoding_rs::Encoding::for_bom(bytes);
    let (encoding, n_mark) = encoding.unwrap_or((encoding_rs::WINDOWS_1252, 0));
    Some(encoding.decode_without_bom_handling(&bytes[n_mark..]).0.into_owned())
}
