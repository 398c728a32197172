//! What language a text is in, where it does not say.

use weigh_model::world::Document;

/// A text shorter than this says too little.
const MIN_CHARS: usize = 200;

/// How sure the detector must be: it is held against what the author of an assessment says.
const MIN_CONFIDENCE: f64 = 0.95;

/// The language's tag, as `en`, if the text leaves little doubt.
pub(crate) fn of(document: &Document) -> Option<String> {
    let head: String = document.text.chars().take(20_000).collect();
    if head.chars().filter(|c| c.is_alphabetic()).count() < MIN_CHARS {
        return None;
    }
    let found = whatlang::detect(&head)?;
    if found.confidence() < MIN_CONFIDENCE {
        return None;
    }
    Some(tag(found.lang().code()).to_owned())
}

/// The tag of two letters (ISO 639-1) where there is one.
fn tag(code: &str) -> &str {
    const TAGS: [(&str, &str); 44] = [
        ("eng", "en"),
        ("deu", "de"),
        ("fra", "fr"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("nld", "nl"),
        ("swe", "sv"),
        ("dan", "da"),
        ("nob", "no"),
        ("fin", "fi"),
        ("est", "et"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("pol", "pl"),
        ("ces", "cs"),
        ("slk", "sk"),
        ("slv", "sl"),
        ("hrv", "hr"),
        ("srp", "sr"),
        ("bul", "bg"),
        ("mkd", "mk"),
        ("ron", "ro"),
        ("hun", "hu"),
        ("ell", "el"),
        ("tur", "tr"),
        ("rus", "ru"),
        ("ukr", "uk"),
        ("bel", "be"),
        ("kat", "ka"),
        ("hye", "hy"),
        ("aze", "az"),
        ("heb", "he"),
        ("ara", "ar"),
        ("pes", "fa"),
        ("urd", "ur"),
        ("hin", "hi"),
        ("ben", "bn"),
        ("cmn", "zh"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("vie", "vi"),
        ("tha", "th"),
        ("ind", "id"),
    ];
    TAGS.iter().find(|(long, _)| *long == code).map_or(code, |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_some_length_shows_its_language() {
        let of_text = |text: &str| of(&Document { text: text.to_owned(), ..Document::default() });
        let german = "Der Minister sagte am Freitag, dass die Verhandlungen über den Hafen noch nicht \
            abgeschlossen seien und dass man sich in den nächsten Wochen auf einen Plan einigen wolle, der \
            sowohl den Lotsen als auch der Gesellschaft gerecht werde und den alle tragen könnten.";
        assert_eq!(of_text(german).as_deref(), Some("de"));
        assert_eq!(of_text("Der Hafen ist zu."), None);
    }
}
