//! Thousands of random edits of quotes: whatever changes a letter, a digit or a word is caught,
//! and no change of typography is.

use unicode_normalization::UnicodeNormalization;
use weigh_model::quotes::{Folded, Found, NearPart};

/// Written for this test.
static SOURCE: &str = "\
The harbour of Port Elm was closed on 3 May 2019, after 41 of the 60 pilots had refused to work. “We will not \
give in,” said their speaker, Ann Öberg; the company’s offer — 2.5% more pay, and no word about rest — was “a \
joke”. Officials first denied that any ship had been turned away. By Friday, however, eleven of them lay \
off the coast, among them the difficult-to-steer tanker Fjord Affluence, with some 80,000 tonnes of fuel.

The ministry’s own figures tell another story. Of 1,250 ships that called at Port Elm in the first half of \
the year, 212 (about 17%) waited for more than a day; five years before it had been one in twenty. Finally, \
the office that licenses pilots has not trained a single one since 2016, and unless the rules are changed, \
the fleet of pilot boats will be too small by 2022. Nobody in the ministry was ready to say so publicly.

What happens next depends on the council, which meets on the 14th. Its chair, a former captain, may side \
with the pilots; two members are known to favour the company, and the other four have said nothing at all. \
A compromise was offered once before: in 2012 a shift of twelve hours was cut to ten, for the same pay. It \
held for seven years. This time the flags of the pilots’ union fly from every crane, and the shop windows \
along the quay carry the same three words: rest is safety.";

/// A row of numbers that look random: Marsaglia's xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % n
    }

    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// Some words of the source in a row, with their place in it.
    fn quote(&mut self) -> (usize, usize) {
        let words: Vec<&str> = SOURCE.split_whitespace().collect();
        let n_words = 4 + self.below(14);
        let first = self.below(words.len() - n_words);
        let at = |word: &str| word.as_ptr() as usize - SOURCE.as_ptr() as usize;
        let last = words[first + n_words - 1];
        (at(words[first]), at(last) + last.len())
    }
}

/// Words by themselves, without signs: the second way to say whether a quote is there.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn has_words(quote: &str) -> bool {
    let (quote, source) = (words(quote), words(SOURCE));
    source.windows(quote.len()).any(|window| window == quote)
}

/// Another letter or digit in place of one.
fn change_a_sign(quote: &str, chance: &mut Chance, of_kind: fn(char) -> bool) -> Option<String> {
    let places: Vec<(usize, char)> = quote.char_indices().filter(|&(_, c)| of_kind(c)).collect();
    let &(at, c) = places.get(chance.below(places.len().max(1)))?;
    let others: Vec<char> = match c.is_numeric() {
        true => ('0'..='9').filter(|&other| other != c).collect(),
        false => ('a'..='z').chain('A'..='Z').filter(|&other| other != c).collect(),
    };
    let mut edited = quote.to_owned();
    let other = others[chance.below(others.len())].to_string();
    edited.replace_range(at..at + c.len_utf8(), &other);
    Some(edited)
}

/// A letter or digit left out, or set twice.
fn drop_or_double_a_sign(quote: &str, chance: &mut Chance) -> String {
    let places: Vec<(usize, char)> =
        quote.char_indices().filter(|&(_, c)| c.is_alphanumeric()).collect();
    let (at, c) = places[chance.below(places.len())];
    let mut edited = quote.to_owned();
    let again = if chance.below(2) == 0 { String::new() } else { format!("{c}{c}") };
    edited.replace_range(at..at + c.len_utf8(), &again);
    edited
}

/// A word left out, put in, put in place of another, or exchanged with the next.
fn change_a_word(quote: &str, chance: &mut Chance) -> String {
    let mut words: Vec<&str> = quote.split_whitespace().collect();
    let at = 1 + chance.below(words.len() - 2);
    match chance.below(4) {
        0 => {
            words.remove(at);
        }
        1 => words.insert(at, chance.of(&["not", "very", "10", "a", "hardly"])),
        2 => words[at] = chance.of(&["never", "would", "nothing", "11", "the"]),
        _ => words.swap(at, at + 1),
    }
    words.join(" ")
}

#[test]
fn every_edit_of_a_letter_a_digit_or_a_word_is_caught() {
    let source = Folded::new(SOURCE);
    let mut chance = Chance(7);
    let (mut n_caught, mut n_looked, mut n_near, mut n_right) = (0, 0, 0, 0);
    for round in 0..24_000 {
        let (start, end) = chance.quote();
        let quote = &SOURCE[start..end];
        let edited = match round % 4 {
            0 => change_a_sign(quote, &mut chance, char::is_alphabetic),
            1 => change_a_sign(quote, &mut chance, char::is_numeric),
            2 => Some(drop_or_double_a_sign(quote, &mut chance)),
            _ => Some(change_a_word(quote, &mut chance)),
        };
        // An edit may leave words that stand in the source, as where the last one is made shorter.
        let Some(edited) = edited.filter(|edited| !has_words(edited)) else { continue };
        assert_eq!(source.find(&edited), None, "{quote:?} became {edited:?}");
        n_caught += 1;
        // Looking for what comes closest takes longer, so fewer are looked at.
        if round % 60 >= 4 {
            continue;
        }
        n_looked += 1;
        if let Some(near) = source.near(&edited) {
            n_near += 1;
            let differs = near.parts.iter().any(|part| !matches!(part, NearPart::Both(_)));
            assert!(differs, "{edited:?} differs from what comes closest: {near}");
            // What the quote has is all there, in order.
            let shown: Vec<String> = near
                .parts
                .iter()
                .filter_map(|part| match part {
                    NearPart::Both(words) | NearPart::Quote(words) => Some(words.clone()),
                    NearPart::Source(_) => None,
                })
                .collect();
            assert_eq!(
                shown.join(" ").split_whitespace().count(),
                edited.split_whitespace().count(),
                "{near}"
            );
            n_right += usize::from(near.start < end && start < near.end);
        }
    }
    assert!(n_caught > 15_000, "{n_caught} edits");
    assert!(n_near * 10 > n_looked * 8, "only {n_near} of {n_looked} were shown beside a passage");
    // Few words in common may stand elsewhere too.
    assert!(n_right * 100 > n_near * 97, "only {n_right} of {n_near} beside the right one");
}

/// The same words in another typography. Of the source, also with words divided at the ends of lines.
fn typeset(text: &str, chance: &mut Chance, is_source: bool) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let rare = chance.below(8) == 0;
        match c {
            'f' if next == 'i' && rare => {
                chars.next();
                out.push('ﬁ');
            }
            'f' if next == 'f' && rare => {
                chars.next();
                out.push('ﬀ');
            }
            'ö' | 'Ö' if rare => out.extend(c.nfd()),
            '“' | '”' | '’' => out.push_str(chance.of(&["“", "\"", "'", "„", "«", "’", "`"])),
            '—' => out.push_str(chance.of(&["—", "–", "--", "―", "‒"])),
            ' ' if rare => out.push_str(chance.of(&["  ", "\n", "\u{a0}", " \u{200b}", "\t"])),
            _ => out.push(c),
        }
        let next = chars.peek().copied().unwrap_or(' ');
        if before.is_lowercase() && c.is_lowercase() && next.is_lowercase() {
            match chance.below(if is_source { 30 } else { 60 }) {
                0 => out.push('\u{ad}'),
                1 => out.push('\u{200b}'),
                2 if is_source => out.push_str("-\n"),
                3 if is_source => out.push_str("\u{ad}\n"),
                _ => {}
            }
        }
        before = c;
    }
    out
}

#[test]
fn no_edit_of_typography_is() {
    let plain = Folded::new(SOURCE);
    let mut chance = Chance(11);
    for _ in 0..12_000 {
        let (start, end) = chance.quote();
        let quote = &SOURCE[start..end];
        let first = plain.find(quote).unwrap();
        let edited = typeset(quote, &mut chance, false);
        assert_eq!(plain.find(&edited), Some(first), "{quote:?} became {edited:?}");
    }
    for _ in 0..300 {
        let text = typeset(SOURCE, &mut chance, true);
        let source = Folded::new(&text);
        for _ in 0..20 {
            let (start, end) = chance.quote();
            let quote = typeset(&SOURCE[start..end], &mut chance, false);
            let Some(Found { start, end }) = source.find(&quote) else {
                panic!("{quote:?} is in {text:?}");
            };
            assert!(start < end);
        }
    }
}
