//! E-mails as programs save them: head, text, and what they quote of earlier ones.

use mail_parser::MessageParser;
use weigh_model::world::{Aside, Document};

use crate::{Fault, html, tidy};

/// Reads a message: its subject as title and first paragraph, then its text.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, Fault> {
    let broken = || Fault::Broken("it has no head as e-mails have".to_owned());
    let message = MessageParser::default().parse(bytes).ok_or_else(broken)?;
    if message.headers().is_empty() {
        return Err(broken());
    }
    // The text is taken as it was written; only a message without one is read as a page.
    let is_page = message.text_body_count() == 0
        || message.text_part(0).is_some_and(mail_parser::MessagePart::is_text_html);
    let mut document = match (is_page, message.body_html(0), message.body_text(0)) {
        (true, Some(page), _) => html::read_text(&page),
        (_, _, Some(text)) => Document { text: text.into_owned(), ..Document::default() },
        _ => Document::default(),
    };
    if !is_page {
        document.asides = quoted_lines(&document.text);
    }
    if let Some(subject) = message.subject().and_then(tidy) {
        let n_before = subject.len() + 2;
        document.text.insert_str(0, &format!("{subject}\n\n"));
        for aside in &mut document.asides {
            aside.start += n_before;
            aside.end += n_before;
        }
        document.title = Some(subject);
    }
    if document.text.trim().is_empty() {
        return Err(Fault::NoText);
    }
    let from = message.from().and_then(|from| from.first());
    document.author = from.and_then(|from| from.name().or_else(|| from.address())).and_then(tidy);
    document.published = message.date().and_then(|date| {
        let part = |n: u8| i8::try_from(n).ok();
        let year = i16::try_from(date.year).ok()?;
        jiff::civil::Date::new(year, part(date.month)?, part(date.day)?).ok()
    });
    match message.attachment_count() {
        0 => {}
        1 => document.remarks.push("one attachment was not read".to_owned()),
        n => document.remarks.push(format!("{n} attachments were not read")),
    }
    Ok(document)
}

/// Runs of lines that begin with `>`.
fn quoted_lines(text: &str) -> Vec<Aside> {
    let mut asides: Vec<Aside> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with('>') {
            match asides.last_mut().filter(|last| last.end == at) {
                Some(last) => last.end = end,
                None => {
                    let what = "an earlier message".to_owned();
                    asides.push(Aside { start: at, end, what });
                }
            }
        }
        at = end;
    }
    asides
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "From: =?utf-8?q?Ann_=C3=96berg?= <ann@example.org>\r\n\
        Subject: The pilots\r\n will strike\r\nDate: Fri, 14 Oct 2022 09:30:00 +0200\r\n\
        MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        They will not give in, says =D6berg, how=\r\never long it takes.\r\n\r\n\
        > They may give in soon.\r\n> So I heard.\r\n";

    #[test]
    fn head_and_text_are_decoded_and_earlier_messages_marked() {
        let document = read(MESSAGE.as_bytes()).unwrap();
        assert_eq!(document.title.as_deref(), Some("The pilots will strike"));
        assert_eq!(document.author.as_deref(), Some("Ann Öberg"));
        assert_eq!(document.published, Some(jiff::civil::date(2022, 10, 14)));
        assert!(document.text.contains("says Öberg, however long it takes."));
        let [aside] = document.asides.as_slice() else { panic!("{:?}", document.asides) };
        assert!(document.text[aside.start..aside.end].starts_with("> They may give in soon."));
    }

    #[test]
    fn a_message_that_is_a_page_is_read_as_one() {
        let page = MESSAGE.split_once("MIME").unwrap().0.to_owned()
            + "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>They <b>will</b> strike.</p>";
        let document = read(page.as_bytes()).unwrap();
        assert!(document.text.contains("They will strike."), "{}", document.text);
    }

    #[test]
    fn what_has_no_head_is_no_message() {
        assert!(read(b"").is_err());
        assert!(read(b"\r\n\r\n").is_err());
    }
}
