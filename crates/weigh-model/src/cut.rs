//! Whether a quote was cut beside a word that changes what it says: "not", "unless", "denied that".

/// A word beside a quote without which the quote says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The word, as the source has it.
    pub word: String,
    /// Where it stands.
    pub side: Side,
}

/// Where a qualifier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In the quote's sentence, before it.
    Before,
    /// In the quote's sentence, after it.
    After,
    /// In what an ellipsis of the quote leaves out.
    Within,
}

impl Cut {
    /// "before it stands `not`".
    pub fn words(&self) -> String {
        let word = &self.word;
        match self.side {
            Side::Before => format!("before it stands `{word}`"),
            Side::After => format!("after it stands `{word}`"),
            Side::Within => format!("its ellipsis leaves out `{word}`"),
        }
    }
}

/// What a qualifier governs: how many words may lie between it and the quote, and what may.
struct Reach {
    /// Words at most between it and a quote that follows.
    ahead: usize,
    /// Words at most between it and a quote that it follows.
    behind: usize,
    /// Whether it reaches past a comma.
    past_commas: bool,
}

/// They deny what comes right after them.
const NEGATIONS: [&str; 16] = [
    "not",
    "never",
    "no",
    "nor",
    "neither",
    "nobody",
    "none",
    "without",
    "cannot",
    "hardly",
    "barely",
    "scarcely",
    "unlikely",
    "impossible",
    "false",
    "untrue",
];
/// They say that somebody does not hold it, or that it did not come about.
const DENIALS: [&str; 42] = [
    "deny",
    "denies",
    "denied",
    "denying",
    "reject",
    "rejects",
    "rejected",
    "rejecting",
    "dismiss",
    "dismisses",
    "dismissed",
    "dispute",
    "disputes",
    "disputed",
    "doubt",
    "doubts",
    "doubted",
    "refute",
    "refutes",
    "refuted",
    "refuse",
    "refuses",
    "refused",
    "refusing",
    "decline",
    "declines",
    "declined",
    "fail",
    "fails",
    "failed",
    "failing",
    "refrain",
    "refrains",
    "refrained",
    "retracted",
    "withdrew",
    "falsely",
    "wrongly",
    "excluded",
    "debunked",
    "hoax",
    "misquoted",
];
/// They hold it at arm's length.
const HEDGES: [&str; 21] = [
    "allegedly",
    "alleged",
    "alleges",
    "reportedly",
    "supposedly",
    "purportedly",
    "purported",
    "ostensibly",
    "rumored",
    "rumoured",
    "rumors",
    "rumours",
    "possibly",
    "perhaps",
    "maybe",
    "unconfirmed",
    "unverified",
    "hypothetically",
    "conceivably",
    "potentially",
    "theoretically",
];
/// They make it less than a fact, and govern only what follows at once.
const MODALS: [&str; 14] = [
    "might", "could", "may", "would", "probably", "likely", "seems", "seem", "seemed", "appears",
    "appear", "appeared", "almost", "nearly",
];
/// They make it depend on something.
const CONDITIONS: [&str; 6] = ["if", "unless", "whether", "provided", "except", "lest"];
/// After these a negation before them governs no more.
const TURNS: [&str; 8] =
    ["but", "although", "though", "while", "whereas", "because", "since", "yet"];
/// Words after which a sentence has not ended, whatever stop they carry.
const ABBREVIATIONS: [&str; 16] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "lt", "col", "sen", "gov", "st", "no", "vs", "etc",
    "e.g", "i.e",
];

/// The qualifier of a quote that stands between `before` and `after` in its source and leaves out `gaps`.
///
/// Looked at is the quote's own sentence in the source, and all that an ellipsis leaves out. A negation
/// counts within four words before the quote, a denial within six, a modal within one, if neither a
/// comma nor a turn such as "but" lies between; after the quote they count within three. Hedges reach
/// past commas, and a condition reaches over its whole sentence.
///
/// # Example
/// ```
/// use weigh_model::cut::qualifier;
/// let cut = qualifier("He denied that ", "troops had crossed the border", " on Friday.", &[]);
/// assert_eq!(cut.unwrap().word, "denied");
/// assert!(qualifier("He had not slept. ", "Troops had crossed", " it.", &[]).is_none());
/// ```
pub fn qualifier(before: &str, quote: &str, after: &str, gaps: &[&str]) -> Option<Cut> {
    let cut = |(word, side)| Cut { word, side };
    let before = words(last_sentence(before));
    if let Some(word) = in_front(&before) {
        return Some(cut((word, Side::Before)));
    }
    let rest = if ends_sentence(quote) { "" } else { first_sentence(after) };
    if let Some(word) = behind(&words(rest)) {
        return Some(cut((word, Side::After)));
    }
    let left_out = |gap: &&str| {
        let words = words(gap);
        (0..words.len()).find_map(|ix| {
            let is_modal = MODALS.contains(&words[ix].lower.as_str());
            reach(&words, ix).filter(|_| !is_modal).map(|_| words[ix].written.to_owned())
        })
    };
    gaps.iter().find_map(left_out).map(|word| cut((word, Side::Within)))
}

/// A word with what stands right after it.
struct Word<'t> {
    written: &'t str,
    lower: String,
    /// A comma, colon or dash before the next word.
    then_break: bool,
}

/// How far the word at `ix` reaches, if it is a qualifier there.
fn reach(words: &[Word], ix: usize) -> Option<Reach> {
    let word = words[ix].lower.as_str();
    let previous = ix.checked_sub(1).map_or("", |ix| words[ix].lower.as_str());
    let next = words.get(ix + 1).map_or("", |word| word.lower.as_str());
    // "not only A", "no doubt A", "whether or not A", "even if A": A holds.
    let holds = matches!((word, next), ("not", "only" | "just" | "merely") | ("no", "doubt"))
        || matches!((previous, word), ("no", "doubt") | ("or", "not") | ("even", "if"));
    // The month, and "none" and "no" as answers; "rule out" is made of two words.
    let is_month = word == "may" && words[ix].written.starts_with('M');
    if holds || is_month {
        return None;
    }
    let ruled_out = word == "out" && matches!(previous, "rule" | "rules" | "ruled" | "ruling");
    let stopped = word == "short" && matches!(previous, "stop" | "stops" | "stopped");
    let reach = |ahead, behind, past_commas| Some(Reach { ahead, behind, past_commas });
    if NEGATIONS.contains(&word) || word.ends_with("n't") {
        reach(3, 2, false)
    } else if DENIALS.contains(&word) || ruled_out || stopped {
        reach(5, 3, false)
    } else if HEDGES.contains(&word) {
        reach(5, 3, true)
    } else if MODALS.contains(&word) {
        reach(0, 0, false)
    } else if CONDITIONS.contains(&word) {
        reach(usize::MAX, 6, true)
    } else {
        None
    }
}

fn in_front(words: &[Word]) -> Option<String> {
    let mut broken = false;
    for (n_between, ix) in (0..words.len()).rev().enumerate() {
        let word = &words[ix];
        broken |= word.then_break;
        let found = reach(words, ix)
            .is_some_and(|reach| n_between <= reach.ahead && (reach.past_commas || !broken));
        // "He was not, if he was there, [told]": a condition governs from the start of its clause.
        if found {
            return Some(word.written.to_owned());
        }
        broken |= TURNS.contains(&word.lower.as_str());
    }
    None
}

fn behind(words: &[Word]) -> Option<String> {
    let mut broken = words.first().is_some_and(|word| word.written.is_empty());
    for (n_between, word) in words.iter().filter(|word| !word.written.is_empty()).enumerate() {
        broken |= TURNS.contains(&word.lower.as_str());
        let ix = n_between + usize::from(words[0].written.is_empty());
        let is_modal = MODALS.contains(&word.lower.as_str());
        let found = reach(words, ix)
            .filter(|_| !is_modal)
            .is_some_and(|reach| n_between <= reach.behind && (reach.past_commas || !broken));
        if found {
            return Some(word.written.to_owned());
        }
        broken |= word.then_break;
    }
    None
}

/// The words of a text; an empty first one stands for a break before all of them.
fn words(text: &str) -> Vec<Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '.');
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if !c.is_alphanumeric() {
            if matches!(c, ',' | ';' | ':' | '—' | '–' | '(' | ')') {
                if words.is_empty() {
                    words.push(Word { written: "", lower: String::new(), then_break: true });
                }
                words.last_mut().expect("one was pushed").then_break = true;
            }
            at += c.len_utf8();
            continue;
        }
        let end = text[at..].find(|c| !is_part(c)).map_or(text.len(), |n| at + n);
        let written = text[at..end].trim_end_matches(|c: char| !c.is_alphanumeric());
        words.push(Word {
            written,
            lower: written.to_lowercase().replace('’', "'"),
            then_break: false,
        });
        at = end;
    }
    words
}

/// What of `text` belongs to the sentence that goes on after it.
fn last_sentence(text: &str) -> &str {
    let start =
        text.char_indices().rev().find_map(|(ix, c)| ends_at(text, ix, c, true)).unwrap_or(0);
    &text[start..]
}

/// What of `text` belongs to the sentence that began before it.
fn first_sentence(text: &str) -> &str {
    let mut ends =
        text.char_indices().filter_map(|(ix, c)| ends_at(text, ix, c, false).map(|_| ix));
    &text[..ends.next().unwrap_or(text.len())]
}

/// Where the next sentence begins if the sign `c` at `ix` ends one. At the end of a text that goes
/// on in a quote a stop ends the sentence.
fn ends_at(text: &str, ix: usize, c: char, at_end: bool) -> Option<usize> {
    let rest = &text[ix + c.len_utf8()..];
    match c {
        '\n' => {
            let is_empty_line =
                rest.split_once('\n').is_some_and(|(line, _)| line.trim().is_empty());
            // An item of a list is nobody's going on.
            let is_item = ["- ", "* ", "• ", "– "].iter().any(|mark| rest.starts_with(mark));
            (is_empty_line || is_item).then(|| ix + c.len_utf8())
        }
        '.' | '!' | '?' | '…' | '。' | ';' => {
            let closing = rest.trim_start_matches(['"', '\'', '”', '’', '»', ')', ']']);
            let start = ix + c.len_utf8() + (rest.len() - closing.len());
            let next = closing.trim_start().chars().next();
            let is_free =
                closing.starts_with(char::is_whitespace) || closing.is_empty() || c == '。';
            let goes_on = match next {
                Some(next) => next.is_lowercase() && c != ';',
                None => !at_end && !closing.is_empty(),
            };
            let word = text[..ix].rsplit(|c: char| c.is_whitespace() || c == '(').next();
            let word = word.unwrap_or_default().to_lowercase();
            let is_short = c == '.'
                && (ABBREVIATIONS.contains(&word.as_str())
                    || word.chars().count() == 1
                    || word.contains('.') && word.split('.').all(|part| part.chars().count() < 2));
            (is_free && !goes_on && !is_short).then_some(start)
        }
        _ => None,
    }
}

fn ends_sentence(quote: &str) -> bool {
    let closed = quote.trim_end().trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']);
    closed.ends_with(['.', '!', '?', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The qualifier of the words between `[` and `]`.
    fn cut(text: &str) -> Option<(String, Side)> {
        let (before, rest) = text.split_once('[').unwrap();
        let (quote, after) = rest.split_once(']').unwrap();
        qualifier(before, quote, after, &[]).map(|cut| (cut.word, cut.side))
    }

    fn before(word: &str) -> Option<(String, Side)> {
        Some((word.to_owned(), Side::Before))
    }

    fn after(word: &str) -> Option<(String, Side)> {
        Some((word.to_owned(), Side::After))
    }

    #[test]
    fn an_item_of_a_list_is_a_sentence_of_its_own() {
        assert_eq!(cut("[What we know]\n- Whether it rains is open."), None);
        assert_eq!(cut("- It is denied\n- [It rains]."), None);
        assert_eq!(cut("It is denied\nthat [it rains]."), before("denied"));
    }

    #[test]
    fn what_denies_or_hedges_a_quote_is_found_before_it() {
        assert_eq!(cut("Minsk will not [send its troops] there."), before("not"));
        assert_eq!(cut("He didn’t [send its troops] there."), before("didn’t"));
        assert_eq!(cut("There is no evidence that [he agreed]."), before("no"));
        assert_eq!(cut("It is unlikely that [he agrees]."), before("unlikely"));
        assert_eq!(cut("The minister denied on Friday that [he agreed]."), before("denied"));
        assert_eq!(cut("Officials ruled out [a new mobilisation]."), before("out"));
        assert_eq!(cut("The man, allegedly, [a spy], fled."), before("allegedly"));
        assert_eq!(cut("If the West gives in, then [Minsk will turn]."), before("If"));
        assert_eq!(cut("Unless he is forced, [he stays out]."), before("Unless"));
        assert_eq!(cut("Moscow could [attack again]."), before("could"));
        assert_eq!(cut("Nobody really believed that [it was over]."), before("Nobody"));
    }

    #[test]
    fn what_denies_or_hedges_a_quote_is_found_after_it() {
        assert_eq!(cut("[He will come] unless it rains."), after("unless"));
        assert_eq!(cut("[He will come], if it is dry."), after("if"));
        assert_eq!(cut("[Minsk was behind it], allegedly."), after("allegedly"));
        assert_eq!(cut("[That he would come] is unlikely."), after("unlikely"));
        assert_eq!(cut("[He is] not a spy."), after("not"));
        assert_eq!(cut("[A new order] has been denied by Minsk."), after("denied"));
    }

    #[test]
    fn words_of_other_sentences_and_clauses_do_not_count() {
        for text in [
            "He did not sleep. [Minsk will send troops] soon.",
            "“We will not.” [Minsk will send troops] soon.",
            "He was not there, [but his army was] ready.",
            "It is not spring but [winter that decides].",
            "[Minsk will send troops]. It will not wait.",
            "[Minsk will send troops.] It will not wait.",
            "[Minsk will send troops], not money.",
            "The U.S. said [it was ready] for talks.",
            "He not only said that [it was ready].",
            "No doubt [it was ready].",
            "Even if it rains, [he will come].",
            "In May [he will come].",
            "If so.\n\n[Minsk will send troops]\n\nUnless not.",
            "He could not be sure of this in any way that we know of, and [he went].",
        ] {
            assert_eq!(cut(text), None, "{text}");
        }
    }

    #[test]
    fn what_an_ellipsis_leaves_out_is_looked_at() {
        let found = qualifier("", "He will […] come", "", &["probably never", "soon"]).unwrap();
        assert_eq!((found.word.as_str(), found.side), ("never", Side::Within));
        assert_eq!(qualifier("", "He will […] come", "", &["surely"]), None);
    }
}
