//! What in an article's text is not of the article: lines to its readers, of its page and its authors.

use super::layout::{sentences, words};

/// How lines to a page's readers begin, in lower case.
const OPENS: [&str; 54] = [
    "subscribe",
    "sign up",
    "sign in",
    "log in",
    "register now",
    "register to",
    "follow her on",
    "follow him on",
    "follow them on",
    "follow us",
    "follow the author",
    "check out",
    "click here",
    "tap here",
    "read more",
    "read also",
    "also read",
    "read next",
    "see also",
    "more from",
    "more on this",
    "most read",
    "related:",
    "related articles",
    "related stories",
    "related topics",
    "you may also like",
    "recommended",
    "share this",
    "share on",
    "share via",
    "get our",
    "get the latest",
    "join our",
    "support our",
    "donate",
    "download our app",
    "watch:",
    "listen:",
    "photo:",
    "photo by",
    "image:",
    "image credit",
    "file photo",
    "our standards",
    "advertisement",
    "sponsored",
    "skip to",
    "reporting by",
    "additional reporting by",
    "writing by",
    "editing by",
    "topics:",
    "tags:",
];

/// Phrases that no sentence of an article has, in lower case.
const WITHIN: [&str; 16] = [
    "comments are closed",
    "all rights reserved",
    "terms of use",
    "terms of service",
    "privacy policy",
    "use of cookies",
    "uses cookies",
    "accept cookies",
    "our newsletter",
    "to your inbox",
    "topic guides",
    "do not necessarily reflect",
    "views expressed",
    "first published in",
    "originally published",
    "was first published",
];

/// What authors of articles are, in lower case.
const AUTHORS: [&str; 16] = [
    "professor",
    "fellow",
    "lecturer",
    "columnist",
    "correspondent",
    "reporter",
    "journalist",
    "editor",
    "analyst",
    "director",
    "researcher",
    "scholar",
    "author",
    "writer",
    "historian",
    "consultant",
];

/// A short paragraph, as such lines are, with one of their phrases; an author's life may be longer.
pub fn is_boilerplate(paragraph: &str) -> bool {
    if words(paragraph).len() > 60 {
        return false;
    }
    let lower = paragraph.to_lowercase();
    let is_sign =
        ["©", "(c) 20", "http://", "https://", "www."].iter().any(|sign| lower.starts_with(sign))
            || matches!(lower.as_str(), "ends" | "end" | "share" | "print" | "email" | "comments");
    // A line may name whom it speaks to: "Students: Check out …".
    let opens = |part: &str| {
        OPENS.iter().any(|phrase| part.trim_start_matches([' ', '(']).starts_with(phrase))
    };
    is_sign
        || WITHIN.iter().any(|phrase| lower.contains(phrase))
        || sentences(paragraph).iter().any(|sentence| {
            let sentence = sentence.to_lowercase();
            let after_colon = sentence.split_once(':').map(|(_, after)| after);
            opens(&sentence) || after_colon.is_some_and(opens)
        })
}

/// Whether one of the last paragraphs says who wrote the article: "Ann Example is a fellow at …".
pub fn is_of_author(paragraph: &str, n_after: usize) -> bool {
    let lower = words(paragraph);
    let named = paragraph
        .split(' ')
        .take_while(|word| word.starts_with(|c: char| c.is_uppercase()) || *word == "and")
        .count();
    let verb = lower.get(named).map(String::as_str);
    n_after < 3
        && (2..=6).contains(&named)
        && lower.len() <= 60
        && matches!(verb, Some("is" | "are" | "was" | "writes" | "teaches" | "covers"))
        && lower.iter().skip(named).take(14).any(|word| {
            AUTHORS.contains(&word.trim_end_matches('s'))
                || matches!(verb, Some("teaches" | "covers"))
        })
}
