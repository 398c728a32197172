//! Texts that come from one: copies with the same words, and rewritten ones, found among many.
//!
//! A copy keeps runs of words: some of their hashes, chosen by winnowing (Schleimer, Wilkerson & Aiken
//! 2003, *Winnowing: local algorithms for document fingerprinting*, SIGMOD, 76–85), are the same in both.
//! A rewriter changes words, not names and numbers: those stand in the copy again, and mostly in the same
//! order. Both are looked up by their hashes, so that of many texts only the like are compared.

use std::collections::BTreeMap;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Words of a run that is hashed. Five in a row are seldom the same by chance.
const RUN: usize = 5;
/// Runs of which one is kept: so any 12 words (RUN + WINDOW - 1) that stand in both texts are found.
const WINDOW: usize = 8;
/// The part of the shorter text's runs that a copy shares with the other, at least: ours. What quotes the
/// same statement shares less; a copy with a new beginning or half of it cut shares more.
pub const MIN_SHARED_RUNS: f64 = 0.4;
/// Names and numbers that a rewritten copy shares with the other, at least: fewer may be in the same order
/// by chance.
const MIN_SHARED_ANCHORS: usize = 8;
/// The part of the text with fewer names and numbers that a rewritten copy shares, at least. Set by the
/// texts of `tests/origins`: a rewriter keeps nine of ten, and other reports of the event have up to seven.
pub const MIN_ANCHORS: f64 = 0.75;
/// The part of the shared names and numbers that are followed by the same one, at least; words of one name
/// are not counted, for they always are. Set by the same texts.
pub const MIN_ORDER: f64 = 0.35;
/// Texts of one hash that are all compared. A hash of more is a line of the page, or a text of which
/// there are as many copies: then each is compared with the next.
const MAX_ALIKE: usize = 64;
/// Hashes that two texts have in common, at least, to be compared at all.
const MIN_COMMON: u32 = 3;
/// Words that are read of a text: a long book.
const MAX_WORDS: usize = 1 << 20;
/// Names and numbers that are kept of a text.
const MAX_ANCHORS: usize = 4096;

/// What is kept of a text to find its copies.
#[derive(Debug, Clone, Default)]
pub struct Print {
    /// Hashes of runs of words, by size and once each.
    runs: Vec<u64>,
    /// Hashes of the names and numbers, once each, in the order in which they first stand there.
    anchors: Vec<u64>,
    /// Of each of them, which word of the text it is.
    words_at: Vec<u32>,
    /// The names and numbers in order of size, with their place in `anchors`.
    places: Vec<(u64, u32)>,
    /// All words, so that texts that differ in nothing but signs are known at once.
    whole: u64,
    n_words: usize,
}

/// Why two texts are taken to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// The same words in the same order, signs and capitals aside.
    Same,
    /// Long runs of the same words.
    Copied,
    /// Other words, with the same names and numbers in the same order.
    Rewritten,
}

/// Two texts that come from one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The place of the first among the texts.
    pub a: usize,
    /// The place of the second, after `a`.
    pub b: usize,
    /// Why.
    pub likeness: Likeness,
    /// The part of the shorter text's runs of words that is in the other, in `0.0..=1.0`.
    pub shared_runs: f64,
    /// The part of the names and numbers of the text that has fewer that is in the other, in `0.0..=1.0`.
    pub shared_anchors: f64,
    /// The part of the shared names and numbers that are followed by the same one in both, or by it after one
    /// more; words of one name are not counted.
    pub in_order: f64,
}

impl Print {
    /// Reads a text; linear in its length.
    ///
    /// ```
    /// use weigh_model::copies::{Likeness, Print, pairs};
    /// let a = Print::new("The port of Ulm closed on 3 May after a fire.");
    /// let b = Print::new("THE PORT OF ULM closed, on 3 May, after a fire!");
    /// assert_eq!(pairs(&[a, b])[0].likeness, Likeness::Same);
    /// ```
    pub fn new(text: &str) -> Print {
        let mut words: Vec<u64> = Vec::new();
        let mut anchors: Vec<(u64, u32)> = Vec::new();
        // A capital that opens a sentence makes no name, unless the word has one elsewhere too.
        let mut sure: Vec<u64> = Vec::new();
        let mut lower = String::new();
        let mut opens = true;
        let mut rest = text;
        while words.len() < MAX_WORDS {
            let Some(start) = rest.find(char::is_alphanumeric) else { break };
            opens |= rest[..start].contains(['.', '!', '?', ':', '\n', '“', '"', '•']);
            rest = &rest[start..];
            let word = &rest[..end_of_word(rest)];
            lower.clear();
            lower.extend(word.chars().filter(|c| *c != ',').flat_map(char::to_lowercase));
            let hash = xxh3_64_with_seed(lower.as_bytes(), 0);
            let is_number = word.starts_with(|c: char| c.is_ascii_digit());
            let is_name = word.starts_with(char::is_uppercase) && word.len() > 1;
            if is_number || is_name {
                anchors.push((hash, words.len() as u32));
            }
            if is_number || is_name && !opens {
                sure.push(hash);
            }
            words.push(hash);
            opens = false;
            rest = &rest[word.len()..];
        }
        sure.sort_unstable();
        anchors.retain(|(anchor, _)| sure.binary_search(anchor).is_ok());
        Print::of(&words, anchors)
    }

    /// `places`: the names and numbers in their order, each with the word that it is.
    fn of(words: &[u64], mut places: Vec<(u64, u32)>) -> Print {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let runs: Vec<u64> =
            bytes.windows(8 * RUN).step_by(8).map(|run| xxh3_64_with_seed(run, 1)).collect();
        places.sort_unstable();
        places.dedup_by_key(|(anchor, _)| *anchor);
        places.sort_unstable_by_key(|(_, at)| *at);
        places.truncate(MAX_ANCHORS);
        let (anchors, words_at): (Vec<u64>, Vec<u32>) = places.into_iter().unzip();
        let mut places: Vec<(u64, u32)> = anchors.iter().copied().zip(0..).collect();
        places.sort_unstable();
        Print {
            runs: winnowed(&runs),
            anchors,
            words_at,
            places,
            whole: xxh3_64_with_seed(&bytes, 2),
            n_words: words.len(),
        }
    }

    /// How many words were read.
    pub fn n_words(&self) -> usize {
        self.n_words
    }

    fn place(&self, anchor: u64) -> Option<u32> {
        let at = self.places.binary_search_by_key(&anchor, |(anchor, _)| *anchor).ok()?;
        Some(self.places[at].1)
    }

    /// What a text is looked up by: its runs, and its names and numbers two by two.
    fn features(&self) -> impl Iterator<Item = u64> + '_ {
        let twos = self.anchors.windows(2).map(|two| two[0].rotate_left(1) ^ two[1]);
        let threes = self.anchors.windows(3).map(|three| three[0].rotate_left(1) ^ three[2]);
        self.runs.iter().copied().chain(twos).chain(threes)
    }
}

/// The bytes of the word that a text begins with; `12,000`, `1.5` and `can't` are one.
fn end_of_word(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let joins = match c {
            '.' | ',' => before.is_ascii_digit(),
            '\'' | '’' => before.is_alphabetic(),
            _ => false,
        };
        let goes_on = chars.peek().is_some_and(|(_, next)| match c {
            '.' | ',' => next.is_ascii_digit(),
            _ => next.is_alphabetic(),
        });
        if !(c.is_alphanumeric() || joins && goes_on) {
            return at;
        }
        before = c;
    }
    text.len()
}

/// The smallest hash of every window, once each and by size.
fn winnowed(runs: &[u64]) -> Vec<u64> {
    let mut kept: Vec<u64> = match runs.len() {
        0 => Vec::new(),
        n if n < WINDOW => runs.iter().min().copied().into_iter().collect(),
        _ => {
            let mut last = usize::MAX;
            let mut kept = Vec::with_capacity(runs.len() / 4);
            for start in 0..=runs.len() - WINDOW {
                // The smallest so far holds until it leaves the window or a smaller one comes.
                let end = start + WINDOW - 1;
                let holds = last != usize::MAX && last >= start && runs[last] < runs[end];
                if !holds {
                    let smallest = (start..=end).rev().min_by_key(|&at| runs[at]).unwrap_or(end);
                    if smallest != last {
                        kept.push(runs[smallest]);
                        last = smallest;
                    }
                }
            }
            kept
        }
    };
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// Every two texts that come from one, by their places; linear in the texts but for those that are alike.
///
/// Of many copies of one text not every two are told, but enough to join all of them ([`groups`]).
pub fn pairs(prints: &[Print]) -> Vec<Pair> {
    // Texts that are the same are compared once: the first stands for the others.
    let mut firsts: BTreeMap<(u64, usize), usize> = BTreeMap::new();
    let mut found = Vec::new();
    let mut distinct = Vec::new();
    for (ix, print) in prints.iter().enumerate().filter(|(_, print)| print.n_words > 0) {
        let first = *firsts.entry((print.whole, print.n_words)).or_insert(ix);
        if first == ix {
            distinct.push(ix);
        } else {
            let likeness = Likeness::Same;
            let whole = (1.0, 1.0, 1.0);
            found.push(pair(first, ix, likeness, whole));
        }
    }
    let lists = Lists::new(prints, &distinct);
    let mut n_common = vec![0u32; distinct.len()];
    for at in 0..distinct.len() {
        for before in lists.alike(at, &mut n_common) {
            found.extend(compare(prints, distinct[before], distinct[at]));
        }
    }
    found.sort_by_key(|pair| (pair.a, pair.b));
    found
}

/// Which texts have a hash in common.
struct Lists {
    /// By hash and then by text: the texts that have it; only hashes of more than one text.
    texts: Vec<u32>,
    /// By text: where the list of each of its hashes begins, and where the text itself stands in it.
    of_text: Vec<(u32, u32, u32)>,
    /// Where each text's part of `of_text` ends.
    ends: Vec<usize>,
}

impl Lists {
    fn new(prints: &[Print], distinct: &[usize]) -> Lists {
        let mut features: Vec<(u64, u32)> = Vec::new();
        for (at, &ix) in distinct.iter().enumerate() {
            features.extend(prints[ix].features().map(|feature| (feature, at as u32)));
        }
        features.sort_unstable();
        features.dedup();
        let mut texts: Vec<u32> = Vec::new();
        let mut of_text: Vec<(u32, u32, u32)> = Vec::new();
        for list in features.chunk_by(|a, b| a.0 == b.0).filter(|list| list.len() > 1) {
            let start = texts.len() as u32;
            for &(_, text) in list {
                of_text.push((text, start, texts.len() as u32));
                texts.push(text);
            }
        }
        of_text.sort_unstable();
        let mut ends = Vec::with_capacity(distinct.len());
        let mut end = 0;
        for at in 0..distinct.len() as u32 {
            end += of_text[end..].iter().take_while(|(text, ..)| *text == at).count();
            ends.push(end);
        }
        Lists { texts, of_text, ends }
    }

    /// The texts before one that have enough in common with it to be compared. `n_common` is all zeros,
    /// before and after.
    fn alike(&self, at: usize, n_common: &mut [u32]) -> Vec<usize> {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut touched: Vec<usize> = Vec::new();
        for &(_, start, own) in &self.of_text[from..self.ends[at]] {
            let (start, own) = (start as usize, own as usize);
            // A text deep in a long list is compared with the one before it alone.
            let first = if own - start > MAX_ALIKE { own - 1 } else { start };
            for &before in &self.texts[first..own] {
                let before = before as usize;
                if n_common[before] == 0 {
                    touched.push(before);
                }
                n_common[before] += 1;
            }
        }
        touched.sort_unstable();
        touched.retain(|&before| std::mem::take(&mut n_common[before]) >= MIN_COMMON);
        touched
    }
}

fn pair(a: usize, b: usize, likeness: Likeness, parts: (f64, f64, f64)) -> Pair {
    let (shared_runs, shared_anchors, in_order) = parts;
    Pair { a, b, likeness, shared_runs, shared_anchors, in_order }
}

/// Whether two texts come from one.
fn compare(prints: &[Print], ix_a: usize, ix_b: usize) -> Option<Pair> {
    let (a, b) = (&prints[ix_a], &prints[ix_b]);
    let n_runs = n_shared(&a.runs, &b.runs);
    let part = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    let shared_runs = part(n_runs, a.runs.len().min(b.runs.len()));
    // The shared names and numbers in the order of `a`, each with its place there and in `b`.
    let places = (0u32..).zip(&a.anchors);
    let there: Vec<(u32, u32)> =
        places.filter_map(|(at, &anchor)| Some((at, b.place(anchor)?))).collect();
    let shared_anchors = part(there.len(), a.anchors.len().min(b.anchors.len()));
    let mut sorted: Vec<u32> = there.iter().map(|(_, at)| *at).collect();
    sorted.sort_unstable();
    let rank = |place: u32| sorted.partition_point(|&other| other < place);
    let (mut n_followed, mut n_in_order) = (0, 0);
    for two in there.windows(2) {
        let next_word = |print: &Print, this: u32, next: u32| {
            print.words_at[this as usize] + 1 == print.words_at[next as usize]
        };
        let [(this_a, this_b), (next_a, next_b)] = [two[0], two[1]];
        if next_word(a, this_a, next_a) && next_word(b, this_b, next_b) {
            continue;
        }
        let (this, next) = (rank(this_b), rank(next_b));
        n_followed += 1;
        // One of them may have been moved.
        n_in_order += usize::from(next > this && next - this <= 2);
    }
    let in_order = part(n_in_order, n_followed);
    let copied = shared_runs >= MIN_SHARED_RUNS && n_runs >= MIN_COMMON as usize;
    let rewritten =
        there.len() >= MIN_SHARED_ANCHORS && shared_anchors >= MIN_ANCHORS && in_order >= MIN_ORDER;
    let likeness = match (copied, rewritten) {
        (true, _) => Likeness::Copied,
        (false, true) => Likeness::Rewritten,
        (false, false) => return None,
    };
    Some(pair(ix_a, ix_b, likeness, (shared_runs, shared_anchors, in_order)))
}

/// How many hashes two lists in order of size share.
fn n_shared(a: &[u64], b: &[u64]) -> usize {
    let (mut at_a, mut at_b, mut n) = (0, 0, 0);
    while let (Some(this), Some(that)) = (a.get(at_a), b.get(at_b)) {
        n += usize::from(this == that);
        at_a += usize::from(this <= that);
        at_b += usize::from(that <= this);
    }
    n
}

/// The texts that come from one, together: each group by rising places, the groups by their first.
pub fn groups(n_texts: usize, pairs: &[Pair]) -> Vec<Vec<usize>> {
    let mut together = Together::new(n_texts);
    for pair in pairs {
        together.join(pair.a, pair.b);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for text in 0..n_texts {
        groups.entry(together.first(text)).or_default().push(text);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// Which of some things belong together, as far as was said.
pub(crate) struct Together(Vec<usize>);

impl Together {
    /// So many, each by itself.
    pub(crate) fn new(n: usize) -> Together {
        Together((0..n).collect())
    }

    /// The first of those that one belongs to.
    fn first(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// Puts two together; says whether they were apart.
    pub(crate) fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
        a != b
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIRE: &str = "On 3 May the port of Ulm closed after Mayor Ada Stern found 14 leaks in the old wall, \
        and the Harbour Office sent 220 men home. The Danube Council meets in Vellin on 9 June.";

    fn like(a: &str, b: &str) -> Option<Likeness> {
        pairs(&[Print::new(a), Print::new(b)]).first().map(|pair| pair.likeness)
    }

    #[test]
    fn signs_and_capitals_make_no_other_text() {
        assert_eq!(like(WIRE, &WIRE.to_uppercase()), Some(Likeness::Same));
        assert_eq!(like(WIRE, &WIRE.replace(' ', "\n")), Some(Likeness::Same));
        assert_eq!(like("12,000 men", "12000 men"), Some(Likeness::Same));
    }

    #[test]
    fn a_text_with_a_new_beginning_is_a_copy() {
        assert_eq!(like(WIRE, &format!("Our own correspondent. {WIRE}")), Some(Likeness::Copied));
    }

    #[test]
    fn a_text_in_other_words_is_known_by_its_names_and_numbers() {
        let spun = "The harbour of Ulm shut down on 3 May: Ada Stern, its Mayor, had discovered 14 holes. \
            At once the Harbour Office dismissed 220 workers. A session of the Danube Council at Vellin is due on 9 June.";
        assert_eq!(like(WIRE, spun), Some(Likeness::Rewritten));
    }

    #[test]
    fn the_same_names_in_another_order_are_another_text() {
        let other = "In June the Council of Vellin heard Ada Stern on 9 men, and the Danube Office said 220 times \
            that the Mayor had 14 reasons; May the Harbour of Ulm live, said 3 of them.";
        assert_eq!(like(WIRE, other), None);
    }

    #[test]
    fn nothing_is_like_an_empty_text() {
        for text in ["", "…", "\n"] {
            assert_eq!(like(text, text), None, "{text:?}");
            assert_eq!(like(text, WIRE), None, "{text:?}");
        }
    }

    #[test]
    fn many_copies_of_one_text_are_one_group_in_linear_time() {
        // Every hash is in all of them: comparing all with all would be 12 million comparisons.
        let prints: Vec<Print> = (0..5000).map(|n| Print::new(&format!("{WIRE} {n}"))).collect();
        let found = pairs(&prints);
        assert!(found.len() < 64 * prints.len(), "{}", found.len());
        assert_eq!(groups(prints.len(), &found).len(), 1);
        assert_eq!(groups(prints.len(), &found)[0].len(), prints.len());
    }

    #[test]
    fn the_kept_runs_are_the_smallest_of_each_window() {
        let runs: Vec<u64> =
            (0..200u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8).collect();
        for n in [0, 1, 7, 8, 9, 200] {
            let mut slow: Vec<u64> = match n {
                0 => Vec::new(),
                n if n < WINDOW => runs[..n].iter().min().copied().into_iter().collect(),
                n => runs[..n].windows(WINDOW).filter_map(|it| it.iter().min().copied()).collect(),
            };
            slow.sort_unstable();
            slow.dedup();
            assert_eq!(winnowed(&runs[..n]), slow, "{n}");
        }
    }

    /// Texts of few words, names and numbers, so that many are alike.
    fn texts() -> impl Strategy<Value = Vec<String>> {
        let word = prop_oneof![
            3 => "[a-c]{1,2}",
            2 => "[A-D][a-c]",
            2 => "[1-9][0-9]?",
            1 => Just(".".to_owned()),
        ];
        let text = prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "));
        prop::collection::vec(text, 2..12).prop_flat_map(|texts| {
            let n = texts.len();
            // Some texts are others with their end cut off.
            prop::collection::vec((0..n, 10..200usize), 0..6).prop_map(move |cuts| {
                let mut texts = texts.clone();
                texts.extend(
                    cuts.iter()
                        .map(|&(ix, n)| texts[ix].chars().take(n).collect())
                        .collect::<Vec<String>>(),
                );
                texts
            })
        })
    }

    proptest! {
        /// Looking texts up by their hashes finds what comparing every two of them finds.
        #[test]
        fn lookup_agrees_with_comparing_all(texts in texts()) {
            let prints: Vec<Print> = texts.iter().map(|text| Print::new(text)).collect();
            let found = pairs(&prints);
            let mut slow = Vec::new();
            for b in 0..prints.len() {
                let is_same = |a: &usize| {
                    prints[*a].n_words > 0 && prints[*a].whole == prints[b].whole
                };
                if let Some(a) = (0..b).find(is_same) {
                    slow.push((a, b));
                    continue;
                }
                for a in (0..b).filter(|a| !(0..*a).any(|c| prints[c].whole == prints[*a].whole)) {
                    let of = |ix: usize| {
                        let mut features: Vec<u64> = prints[ix].features().collect();
                        features.sort_unstable();
                        features.dedup();
                        features
                    };
                    if n_shared(&of(a), &of(b)) >= MIN_COMMON as usize && compare(&prints, a, b).is_some() {
                        slow.push((a, b));
                    }
                }
            }
            slow.sort_unstable();
            let fast: Vec<(usize, usize)> = found.iter().map(|pair| (pair.a, pair.b)).collect();
            prop_assert_eq!(fast, slow);
            for pair in &found {
                for part in [pair.shared_runs, pair.shared_anchors, pair.in_order] {
                    prop_assert!((0.0..=1.0).contains(&part));
                }
            }
        }

        #[test]
        fn no_text_makes_a_panic(a in "\\PC{0,80}", b in "[a-cA-C0-9 .,'’\n]{0,80}") {
            pairs(&[Print::new(&a), Print::new(&b)]);
        }
    }
}
