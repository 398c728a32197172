//! PDF files, whole and broken, and what no reader may be brought down by.

use pdf_extract::{EncryptionState, EncryptionVersion, Permissions};
use proptest::prelude::*;
use weigh_sources::{Fault, read};

/// A file of pages with some lines each, as a program would write it.
fn pdf(pages: &[&str]) -> Vec<u8> {
    let first_page = 5;
    let kids: Vec<String> =
        (0..pages.len()).map(|ix| format!("{} 0 R", first_page + 2 * ix)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        "<< /Title (Pilots will not give in) /Author (Ann Oberg) /CreationDate (D:20190504080000Z) >>".to_owned(),
    ];
    for (ix, text) in pages.iter().enumerate() {
        let lines: Vec<String> = text.lines().map(|line| format!("({line}) Tj 0 -14 Td")).collect();
        let content = format!("BT /F1 12 Tf 72 720 Td {} ET", lines.join(" "));
        let number = first_page + 2 * ix + 1;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (ix, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", ix + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let id = "0123456789abcdef0123456789abcdef";
    file.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R /Info 4 0 R /ID [<{id}> <{id}>] >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    file
}

const PAGES: [&str; 2] = [
    "The harbour was closed on Friday.\nForty-one of the sixty pilots had refus-\ned to work.",
    "The offer was called a joke.",
];

#[test]
fn a_document_is_read_page_by_page() {
    let document = read("a.pdf", &pdf(&PAGES)).unwrap();
    assert_eq!(document.format, "PDF");
    assert_eq!(document.pages.len(), 2);
    assert_eq!(document.title.as_deref(), Some("Pilots will not give in"));
    assert_eq!(document.published, Some(jiff::civil::date(2019, 5, 4)));
    let folded = weigh_model::quotes::Folded::new(&document.text);
    let found = folded.find("sixty pilots had refused to work").expect("a divided word is one");
    let place = document.place(&document.paragraphs(), found.start, found.end);
    assert_eq!(place.page, Some(1));
    let found = folded.find("The offer was called a joke").unwrap();
    assert_eq!(document.place(&document.paragraphs(), found.start, found.end).page, Some(2));
}

#[test]
fn pages_without_text_are_told_and_a_document_of_them_is_refused() {
    let document = read("a.pdf", &pdf(&["Words.", ""])).unwrap();
    assert_eq!(document.remarks, ["page 2 without text: a picture?"]);
    assert_eq!(read("a.pdf", &pdf(&["", ""])), Err(Fault::NoText));
}

#[test]
fn what_needs_a_password_is_said_to_need_one() {
    let mut document = pdf_extract::Document::load_mem(&pdf(&PAGES)).unwrap();
    let state = EncryptionState::try_from(EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: Permissions::all(),
    })
    .unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    assert_eq!(read("a.pdf", &bytes), Err(Fault::Encrypted));
}

#[test]
fn a_truncated_document_is_broken_or_read_as_far_as_it_goes() {
    let whole = pdf(&PAGES);
    let mut n_broken = 0;
    for end in (0..whole.len()).step_by(37) {
        match read("a.pdf", &whole[..end]) {
            Ok(document) => assert!(!document.text.trim().is_empty()),
            Err(Fault::Broken(_)) => n_broken += 1,
            // The first bytes alone are no PDF file yet.
            Err(Fault::NoText) => {}
            Err(other) => panic!("{end}: {other}"),
        }
    }
    assert!(n_broken > 5, "{n_broken}");
}

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let page = "<html><head><meta charset=\"utf-8\"><title>T</title></head><body><nav><a href=x>y</a></nav>\
        <article><h1>T</h1><p>One &amp; two.</p><table><tr><td>a<td>b</table><pre> c </pre></article></body></html>";
    let mail = "From: A <a@example.org>\r\nSubject: =?utf-8?B?SGk=?=\r\nMIME-Version: 1.0\r\nContent-Type: \
        multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: \
        text/html\r\n\r\n<p>x</p>\r\n--b--\r\n";
    let note = "---\ntitle: T\n---\n# H\n\n- a\n- [b](c)\n\n| x | y |\n| - | - |\n| 1 | 2 |\n";
    vec![
        ("a.html", page.into()),
        ("a.eml", mail.into()),
        ("a.md", note.into()),
        ("a.pdf", pdf(&PAGES)),
        ("a.txt", "One \u{2014} two.".into()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// However a file was damaged, it is read or refused, and what is said of its text is true of it.
    #[test]
    fn damaged_files_are_read_or_refused(
        seed in 0..5usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 0..12),
    ) {
        let (name, mut bytes) = seeds().swap_remove(seed);
        for (at, byte, what) in changes {
            if bytes.is_empty() { break; }
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.truncate(at.max(1)),
            }
        }
        if let Ok(document) = read(name, &bytes) {
            for aside in &document.asides {
                prop_assert!(document.text.get(aside.start..aside.end).is_some());
            }
            prop_assert!(document.pages.iter().all(|&at| at <= document.text.len()));
            prop_assert_eq!(document.n_bytes, bytes.len() as u64);
        }
    }
}
