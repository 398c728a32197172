//! Bytes into text: by a mark at their beginning, by what the file declares, by what they look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use weigh_model::world::Document;

use crate::Fault;

/// Text with what was odd in decoding it.
pub(crate) struct Decoded {
    pub text: String,
    pub remarks: Vec<String>,
}

/// A file that is nothing but text.
pub(crate) fn text(bytes: &[u8]) -> Result<Document, Fault> {
    let decoded = decode(bytes, None)?;
    Ok(Document { text: decoded.text, remarks: decoded.remarks, ..Document::default() })
}

/// Decodes text that may declare its own encoding under the label `declared`.
///
/// A mark at the beginning counts first. Then UTF-8, if the bytes are UTF-8, whatever is declared:
/// other texts are so by chance once in many millions. Then what is declared, if no byte contradicts
/// it, and then what the bytes look like.
///
/// # Source
/// Statistical detection as in Firefox: Sivonen, *chardetng: A More Compact Character Encoding
/// Detector for the Legacy Web* (2020).
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, Fault> {
    if let Some((encoding, n_mark)) = Encoding::for_bom(bytes) {
        let (text, has_errors) = encoding.decode_without_bom_handling(&bytes[n_mark..]);
        let remarks = replaced(&text, has_errors);
        return finish(text.into_owned(), remarks);
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
        let remarks = replaced(&text, has_errors);
        return finish(text.into_owned(), remarks);
    }
    let named = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let mut remarks = Vec::new();
    if let Some(label) = declared.filter(|_| named.is_none()) {
        let label: String = label.chars().take(40).collect();
        remarks.push(format!("it names an encoding that does not exist, `{label}`"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(encoding) = named.filter(|&encoding| encoding != UTF_8 && !text.is_ascii()) {
            remarks.push(format!("it says that it is {}, and is UTF-8", encoding.name()));
        }
        return finish(text.to_owned(), remarks);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let looks_like = detector.guess(None, Utf8Detection::Deny);
    let encoding = match named {
        Some(encoding) if !encoding.decode_without_bom_handling(bytes).1 => {
            if looks_like.name() != encoding.name() && !is_alike(looks_like, encoding) {
                let (said, looks) = (encoding.name(), looks_like.name());
                remarks.push(format!("it says that it is {said}, and looks like {looks}"));
            }
            encoding
        }
        Some(encoding) => {
            let (said, looks) = (encoding.name(), looks_like.name());
            remarks.push(format!("it says that it is {said}, and is not; it was read as {looks}"));
            looks_like
        }
        None => {
            remarks.push(format!("it is not UTF-8 and was read as {}", looks_like.name()));
            looks_like
        }
    };
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    remarks.extend(replaced(&text, has_errors));
    finish(text.into_owned(), remarks)
}

/// Encodings of which one holds the other for all that is printed.
fn is_alike(a: &'static Encoding, b: &'static Encoding) -> bool {
    const PAIRS: [[&str; 2]; 4] = [
        ["windows-1252", "ISO-8859-15"],
        ["windows-1250", "ISO-8859-2"],
        ["GBK", "gb18030"],
        ["windows-1257", "ISO-8859-13"],
    ];
    PAIRS.iter().any(|pair| pair.contains(&a.name()) && pair.contains(&b.name()))
}

/// Text in two bytes for each character has a zero in almost every second place.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(2048)];
    if head.len() < 8 {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2 * 7 / 10;
    match (even, odd) {
        (0, odd) if odd > most => Some(UTF_16LE),
        (even, 0) if even > most => Some(UTF_16BE),
        _ => None,
    }
}

fn replaced(text: &str, has_errors: bool) -> Vec<String> {
    let n = if has_errors { text.matches('\u{fffd}').count() } else { 0 };
    match n {
        0 => Vec::new(),
        1 => vec!["one character of it could not be read".to_owned()],
        n => vec![format!("{n} characters of it could not be read")],
    }
}

fn finish(text: String, remarks: Vec<String>) -> Result<Decoded, Fault> {
    // Zeros and their like in any number are not text in any encoding.
    let n_odd = text.chars().filter(|&c| c.is_control() && !"\n\r\t\u{c}\u{b}".contains(c)).count();
    if n_odd > 8 + text.len() / 500 {
        return Err(Fault::OtherKind("no text"));
    }
    Ok(Decoded { text, remarks })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&str>) -> (String, Vec<String>) {
        let decoded = decode(bytes, declared).unwrap();
        (decoded.text, decoded.remarks)
    }

    const RUSSIAN: &str =
        "Президент сказал, что войска не войдут в страну, и это его последнее слово.";

    #[test]
    fn marks_at_the_beginning_count_first() {
        assert_eq!(read(b"\xef\xbb\xbfa", Some("koi8-r")), ("a".into(), vec![]));
        assert_eq!(read(b"\xff\xfea\0b\0", None), ("ab".into(), vec![]));
        assert_eq!(read(b"\xfe\xff\0a\0b", None), ("ab".into(), vec![]));
        let without: Vec<u8> = "Minsk waits".bytes().flat_map(|byte| [byte, 0]).collect();
        assert_eq!(read(&without, None), ("Minsk waits".into(), vec![]));
    }

    #[test]
    fn what_is_utf_8_is_read_so_whatever_it_declares() {
        let (text, remarks) = read(RUSSIAN.as_bytes(), Some("windows-1251"));
        assert_eq!(text, RUSSIAN);
        assert_eq!(remarks, ["it says that it is windows-1251, and is UTF-8"]);
        assert_eq!(read(b"plain", Some("iso-8859-1")), ("plain".into(), vec![]));
    }

    #[test]
    fn undeclared_and_mislabelled_texts_are_read_by_what_they_look_like() {
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(RUSSIAN);
        let (text, remarks) = read(&bytes, None);
        assert_eq!((text.as_str(), remarks.len()), (RUSSIAN, 1));
        let (text, remarks) = read(&bytes, Some("utf-8"));
        assert_eq!(text, RUSSIAN);
        assert_eq!(remarks, ["it says that it is UTF-8, and is not; it was read as windows-1251"]);
        assert_eq!(read(&bytes, Some("windows-1251")), (RUSSIAN.into(), vec![]));
        let (_, remarks) = read(&bytes, Some("koi8-r"));
        assert_eq!(remarks, ["it says that it is KOI8-R, and looks like windows-1251"]);
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        let bytes: Vec<u8> =
            (0..4000u32).map(|ix| (ix.wrapping_mul(2654435761) >> 13) as u8).collect();
        assert!(decode(&bytes, None).is_err());
    }
}
