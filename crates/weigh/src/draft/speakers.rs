//! Who is said to have said a thing: the person, office or paper that a sentence gives its words to.

/// Verbs of saying that nothing else is called.
const SAYS: [&str; 39] = [
    "said",
    "says",
    "told",
    "tells",
    "announced",
    "announces",
    "warned",
    "warns",
    "claimed",
    "argued",
    "argues",
    "confirmed",
    "confirms",
    "denied",
    "denies",
    "acknowledged",
    "acknowledges",
    "admitted",
    "admits",
    "wrote",
    "insisted",
    "insists",
    "alleged",
    "alleges",
    "reported",
    "estimated",
    "tweeted",
    "testified",
    "predicted",
    "predicts",
    "cautioned",
    "stressed",
    "asserted",
    "asserts",
    "declared",
    "believes",
    "concluded",
    "concludes",
    "added",
];

/// Verbs of saying that are nouns too, and what publications do: only after somebody who can.
const SAYS_OR_NOUN: [&str; 12] = [
    "claims",
    "reports",
    "estimates",
    "notes",
    "found",
    "finds",
    "shows",
    "showed",
    "suggests",
    "suggested",
    "indicates",
    "indicated",
];

/// Nouns that speak though they are not written as names.
const SPEAKERS: [&str; 74] = [
    "official",
    "officials",
    "minister",
    "ministers",
    "president",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "spokespeople",
    "analyst",
    "analysts",
    "expert",
    "experts",
    "ministry",
    "government",
    "company",
    "police",
    "military",
    "army",
    "witness",
    "witnesses",
    "resident",
    "residents",
    "diplomat",
    "diplomats",
    "source",
    "sources",
    "adviser",
    "advisers",
    "chief",
    "director",
    "leader",
    "leaders",
    "general",
    "commander",
    "commanders",
    "agency",
    "group",
    "union",
    "researchers",
    "researcher",
    "economist",
    "economists",
    "authorities",
    "authority",
    "regulator",
    "court",
    "prosecutor",
    "prosecutors",
    "lawyer",
    "lawyers",
    "lawmaker",
    "lawmakers",
    "senator",
    "senators",
    "opposition",
    "organisers",
    "organizers",
    "bank",
    "operator",
    "embassy",
    "office",
    "statement",
    "newspaper",
    "observers",
    "inspectors",
    "monitors",
    "admiral",
    "colonel",
    "captain",
    "engineer",
    "engineers",
    "scientist",
    "scientists",
];

/// Nouns of what is published, which finds and shows.
const PUBLICATIONS: [&str; 12] = [
    "poll",
    "polls",
    "survey",
    "surveys",
    "study",
    "studies",
    "report",
    "data",
    "figures",
    "census",
    "images",
    "statistics",
];

/// Words that may stand within the name of a speaker.
const JOINS: [&str; 49] = [
    "of",
    "the",
    "a",
    "an",
    "for",
    "by",
    "from",
    "at",
    "de",
    "von",
    "van",
    "al",
    "bin",
    "senior",
    "former",
    "retired",
    "western",
    "local",
    "state",
    "foreign",
    "defence",
    "defense",
    "prime",
    "deputy",
    "interior",
    "finance",
    "central",
    "two",
    "three",
    "several",
    "some",
    "other",
    "regional",
    "national",
    "independent",
    "unnamed",
    "anonymous",
    "opinion",
    "recent",
    "new",
    "intelligence",
    "security",
    "satellite",
    "port",
    "health",
    "energy",
    "trade",
    "and",
    "s",
];

/// Capitalised words that open a sentence and are part of no name.
const OPENERS: [&str; 40] = [
    "but",
    "and",
    "however",
    "then",
    "in",
    "on",
    "at",
    "as",
    "while",
    "when",
    "after",
    "since",
    "if",
    "yet",
    "still",
    "so",
    "also",
    "meanwhile",
    "moreover",
    "that",
    "this",
    "these",
    "those",
    "it",
    "he",
    "she",
    "they",
    "we",
    "i",
    "you",
    "there",
    "what",
    "who",
    "last",
    "asked",
    "speaking",
    "earlier",
    "later",
    "instead",
    "both",
];

/// The verbs and phrases by which a sentence reports what others said.
pub fn is_reported(lower: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (ix, word) in lower.iter().enumerate() {
        let next = lower.get(ix + 1).map_or("", String::as_str);
        let before = ix.checked_sub(1).map_or("", |ix| lower[ix].as_str());
        let phrase = match word.as_str() {
            "according" if next == "to" => "according to",
            // `estimated` before a noun hedges; `added` counts.
            "estimated" | "added" | "declared" if !is_subject(before) => continue,
            word if SAYS.contains(&word) => word,
            word if SAYS_OR_NOUN.contains(&word) && is_subject(before) => word,
            _ => continue,
        };
        if !found.iter().any(|it| it == phrase) {
            found.push(phrase.to_owned());
        }
    }
    found
}

/// Whether a word may be the end of who says it.
fn is_subject(word: &str) -> bool {
    SPEAKERS.contains(&word)
        || PUBLICATIONS.contains(&word)
        || ["he", "she", "they", "who", "it"].contains(&word)
}

/// Whom a sentence gives its words to, as the sentence names them, without an article; nobody for a
/// pronoun.
pub fn speaker(sentence: &str) -> Option<String> {
    let tokens = tokens(sentence);
    for ix in 0..tokens.len() {
        let word = tokens[ix].lower.as_str();
        let found = if word == "according" && tokens.get(ix + 1).is_some_and(|t| t.lower == "to") {
            after(&tokens, ix + 2, true)
        } else if SAYS.contains(&word) {
            before(&tokens, ix).or_else(|| {
                let inverted = ix > 0 && tokens[ix - 1].breaks_after;
                inverted.then(|| after(&tokens, ix + 1, false)).flatten()
            })
        } else if SAYS_OR_NOUN.contains(&word) {
            before(&tokens, ix)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The agency that a wire story's first paragraph names: "HENTZAU, Feb 24 (Reuters) - …".
pub fn agency(paragraph: &str) -> Option<String> {
    let (place, rest) = paragraph.split_once('(')?;
    let (agency, rest) = rest.split_once(')')?;
    let is_place = place.trim().chars().count() <= 60
        && place.starts_with(|c: char| c.is_uppercase())
        && !place.contains(['!', '?']);
    let goes_on = rest.trim_start().starts_with(['-', '–', '—']);
    let is_name = agency.starts_with(|c: char| c.is_uppercase())
        && agency.chars().count() <= 30
        && !agency.contains(|c: char| c.is_ascii_digit());
    (is_place && goes_on && is_name).then(|| agency.to_owned())
}

struct Token<'a> {
    /// As it stands, without the signs around it; `’s` is kept.
    text: &'a str,
    lower: String,
    /// A comma, quote mark, bracket or dash follows.
    breaks_after: bool,
    is_quoted_before: bool,
}

fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let is_sign = |c: char| !c.is_alphanumeric();
    let mut tokens: Vec<Token> = Vec::new();
    for raw in sentence.split_whitespace() {
        let text = raw.trim_matches(is_sign);
        if text.is_empty() {
            if let Some(last) = tokens.last_mut() {
                last.breaks_after = true;
            }
            continue;
        }
        let end = raw.rfind(text).unwrap_or(0) + text.len();
        let is_abbreviated = raw[end..].starts_with('.') && text.chars().count() <= 3;
        tokens.push(Token {
            text,
            lower: text.to_lowercase(),
            breaks_after: !raw[end..].is_empty() && !is_abbreviated,
            is_quoted_before: raw.starts_with(['"', '“', '‘', '«', '(']),
        });
    }
    tokens
}

/// The speaker before the verb at `verb`.
fn before(tokens: &[Token], verb: usize) -> Option<String> {
    let mut end = verb;
    // "has repeatedly said", "on Monday said"
    while end > 0 && !tokens[end - 1].breaks_after {
        let word = tokens[end - 1].lower.as_str();
        let is_day = super::marks::weekday_named(word).is_some();
        let is_beside =
            ["has", "have", "had", "also", "later", "on", "then", "again"].contains(&word);
        if !(is_beside || is_day || word.ends_with("ly") && word.len() > 4) {
            break;
        }
        end -= 1;
    }
    if end == 0 {
        return None;
    }
    // "Ann Example, an analyst at the institute, said": what stands between the commas is who she is.
    if tokens[end - 1].breaks_after {
        let first = (0..end - 1).rev().find(|&ix| tokens[ix].breaks_after)?;
        let between = &tokens[first + 1..end];
        let is_who = between.first().is_some_and(|token| {
            ["a", "an", "the", "who", "head", "chief"].contains(&token.lower.as_str())
        });
        // "The minister, Ann Example, said": what she is comes first.
        if between.iter().all(|token| token.text.starts_with(|c: char| c.is_uppercase())) {
            return named(between);
        }
        if !is_who {
            return None;
        }
        end = first + 1;
    }
    let mut start = end;
    while start > 0 {
        let token = &tokens[start - 1];
        let is_apart = start < end && token.breaks_after;
        let is_opener = start == 1 && OPENERS.contains(&token.lower.as_str());
        if is_apart || is_opener || !is_of_name(token) {
            break;
        }
        start -= 1;
        if token.is_quoted_before {
            break;
        }
    }
    named(&tokens[start..end])
}

/// The speaker that begins at a token, up to a sign or a word that goes on about something else.
fn after(tokens: &[Token], from: usize, is_any: bool) -> Option<String> {
    let mut end = from;
    while end < tokens.len() && end - from < 10 {
        let token = &tokens[end];
        let goes_on = is_of_name(token) || is_any && !stops(&token.lower);
        if !goes_on {
            break;
        }
        end += 1;
        if token.breaks_after {
            break;
        }
    }
    named(tokens.get(from..end)?)
}

/// Words that tell more of a speaker who is named already.
fn stops(word: &str) -> bool {
    [
        "who",
        "which",
        "that",
        "conducted",
        "published",
        "released",
        "seen",
        "obtained",
        "cited",
        "carried",
        "in",
        "on",
        "with",
        "taken",
        "issued",
        "dated",
        "compiled",
        "and",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "said",
    ]
    .contains(&word)
}

fn is_of_name(token: &Token) -> bool {
    let word = token.lower.trim_end_matches("'s").trim_end_matches("’s");
    let is_name = token.text.starts_with(|c: char| c.is_uppercase())
        && super::marks::weekday_named(word).is_none();
    is_name || SPEAKERS.contains(&word) || PUBLICATIONS.contains(&word) || JOINS.contains(&word)
}

/// The words without the small ones around them, if they name somebody.
fn named(tokens: &[Token]) -> Option<String> {
    const SMALL: [&str; 13] =
        ["of", "the", "a", "an", "for", "by", "from", "at", "and", "some", "several", "s", "other"];
    let is_small = |token: &Token| SMALL.contains(&token.lower.as_str());
    let from = tokens.iter().position(|token| !is_small(token))?;
    let to = tokens.iter().rposition(|token| !is_small(token))? + 1;
    let tokens = &tokens[from..to];
    let is_known = |token: &Token| {
        let word = token.lower.as_str();
        SPEAKERS.contains(&word)
            || PUBLICATIONS.contains(&word)
            || token.text.starts_with(|c: char| c.is_uppercase()) && !OPENERS.contains(&word)
    };
    let text = tokens.iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
    tokens.iter().any(is_known).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_found_where_papers_put_them() {
        for (sentence, who) in [
            (
                "According to a Marlen Institute poll conducted in August, 5 percent agree.",
                "Marlen Institute poll",
            ),
            (
                "Foreign Minister Ilya Brandt said the talks had failed.",
                "Foreign Minister Ilya Brandt",
            ),
            ("But Brandt has repeatedly denied it.", "Brandt"),
            ("“We are ready,” said Ilya Brandt, the foreign minister.", "Ilya Brandt"),
            ("The finance minister, Jarmila Holt, told parliament so.", "Jarmila Holt"),
            ("A retired admiral said so.", "retired admiral"),
            ("Ann Kemp, an analyst at the institute, said so.", "Ann Kemp"),
            (
                "The ferry will sail, the port authority's spokeswoman told reporters.",
                "port authority's spokeswoman",
            ),
            ("Two senior officials said that it was over.", "Two senior officials"),
            (
                "A survey by the Marlen Institute found that 12 percent agree.",
                "survey by the Marlen Institute",
            ),
            (
                "Exports fell, according to data from the central bank.",
                "data from the central bank",
            ),
            ("On Monday the defence ministry announced a retreat.", "defence ministry"),
        ] {
            assert_eq!(speaker(sentence).as_deref(), Some(who), "{sentence}");
        }
    }

    #[test]
    fn a_dateline_names_its_agency() {
        let agency = |text| agency(text).unwrap_or_default();
        assert_eq!(agency("STRELSAU, Feb. 24 (Reuters) - The port closed."), "Reuters");
        assert_eq!(agency("STRELSAU (AP) — The port closed."), "AP");
        assert_eq!(agency("The port (a large one) - it closed."), "");
        assert_eq!(agency("The port (2019) - it closed."), "");
    }

    #[test]
    fn nobody_is_made_up() {
        for sentence in [
            "He said so.",
            "It is said that the port is closed.",
            "The harbour was quiet.",
            "Reports of a breach were frequent.",
            "An estimated 4,000 people left.",
            "",
            "said",
            "According to",
        ] {
            assert_eq!(speaker(sentence), None, "{sentence}");
        }
    }
}
