//! Many quotes looked for in many texts at once.

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use crate::quotes::{Folded, Found, MAX_HYPHEN_STEPS, parts};

/// Quotes made ready to be looked for together, in any number of texts.
///
/// What [`Index::find_in`] finds is what [`Folded::find`] finds for each quote by itself.
///
/// # Source
/// The first letters of all quotes are looked for in one pass by Aho and Corasick (1975), *Efficient
/// string matching*, Communications of the ACM 18, 333–340; what they lead to is then compared whole.
///
/// # Example
/// ```
/// use weigh_model::locate::Index;
/// use weigh_model::quotes::Folded;
/// let index = Index::new(&["little choice", "no choice at all"]);
/// let found = index.find_in(&Folded::new("He had “little  choice”."));
/// assert_eq!(found[0].0, 0);
/// assert_eq!((found.len(), found[0].1.start), (1, 10));
/// ```
pub struct Index {
    quotes: Vec<Sought>,
    first_letters: AhoCorasick,
    /// Per pattern of `first_letters`, the quotes that begin so.
    begin_so: Vec<Vec<usize>>,
}

struct Sought {
    words: String,
    folded: Folded,
    /// With ellipses it is more than one search.
    is_whole: bool,
}

/// How many of a quote's first bytes lead to it: few quotes share more, and all of them together
/// then fit into a processor's cache.
const N_LEADING: usize = 12;

impl Index {
    /// Makes quotes ready; linear in their length.
    ///
    /// # Panics
    /// If there are more than some billion quotes.
    pub fn new(quotes: &[&str]) -> Index {
        let quotes: Vec<Sought> = quotes
            .iter()
            .map(|words| Sought {
                words: (*words).to_owned(),
                folded: Folded::new(words),
                is_whole: matches!(&*parts(words), [only] if *only == words.trim()),
            })
            .collect();
        let mut patterns: std::collections::BTreeMap<Vec<u8>, Vec<usize>> =
            std::collections::BTreeMap::new();
        for (ix, quote) in quotes.iter().enumerate() {
            // What an ellipsis comes after may stand anywhere; a quote of nothing else is one.
            let part = parts(&quote.words).first().map(|part| Folded::new(part).text().to_owned());
            let first = part
                .filter(|part| !quote.is_whole && !part.is_empty())
                .unwrap_or_else(|| quote.folded.text().to_owned());
            let leading: Vec<u8> = first.bytes().take(N_LEADING).collect();
            if !leading.is_empty() {
                patterns.entry(leading).or_default().push(ix);
            }
        }
        let first_letters = AhoCorasick::new(patterns.keys()).expect("patterns are short");
        Index { quotes, first_letters, begin_so: patterns.into_values().collect() }
    }

    /// The quotes that stand in a text, by their position, each with its first place.
    pub fn find_in(&self, text: &Folded) -> Vec<(usize, Found)> {
        let mut places: Vec<(usize, Found)> = Vec::new();
        let mut is_done = vec![false; self.quotes.len()];
        let mut steps = MAX_HYPHEN_STEPS;
        for hit in self.first_letters.find_overlapping_iter(text.text()) {
            for &ix in &self.begin_so[hit.pattern().as_usize()] {
                if is_done[ix] {
                    continue;
                }
                let quote = &self.quotes[ix];
                let found = if quote.is_whole {
                    let rest = &text.text().as_bytes()[hit.start()..];
                    rest.starts_with(quote.folded.text().as_bytes())
                        .then(|| text.check_match(hit.start(), &quote.folded, &mut steps))
                        .flatten()
                } else {
                    is_done[ix] = true;
                    text.find(&quote.words)
                };
                if let Some(found) = found {
                    is_done[ix] = true;
                    places.push((ix, found));
                }
            }
        }
        places.sort_unstable_by_key(|&(ix, _)| ix);
        places
    }
}

/// Where each of `quotes` stands in each of `texts`: per text what [`Index::find_in`] finds in it.
pub fn locate(quotes: &[&str], texts: &[&str]) -> Vec<Vec<(usize, Found)>> {
    let index = Index::new(quotes);
    texts.par_iter().map(|text| index.find_in(&Folded::new(text))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alone(quotes: &[&str], text: &str) -> Vec<(usize, Found)> {
        let folded = Folded::new(text);
        let found = |(ix, quote): (usize, &&str)| Some((ix, folded.find(quote)?));
        quotes.iter().enumerate().filter_map(found).collect()
    }

    #[test]
    fn quotes_that_share_their_beginning_are_all_found() {
        let quotes =
            ["Minsk will", "Minsk will not", "Minsk will not […] soon", "", "insk", "- not"];
        let text = "Minsk will not come so\u{ad}on. Minsk will wait — not long.";
        assert_eq!(locate(&quotes, &[text, ""]), [alone(&quotes, text), vec![]]);
        assert_eq!(alone(&quotes, text).len(), 4);
    }

    proptest! {
        #[test]
        fn together_is_as_alone(
            text in "([a-c]|[ .'-]|…|ﬁ|\\n|\u{ad}){0,60}",
            quotes in prop::collection::vec("([a-c]|[ .'-]|…|ﬁ){0,6}", 1..8),
            taken in prop::collection::vec((0..50usize, 1..20usize), 1..8),
        ) {
            let cut = |&(from, n): &(usize, usize)| text.chars().skip(from).take(n).collect::<String>();
            let quotes: Vec<String> = quotes.into_iter().chain(taken.iter().map(cut)).collect();
            let quotes: Vec<&str> = quotes.iter().map(String::as_str).collect();
            prop_assert_eq!(&locate(&quotes, &[&text])[0], &alone(&quotes, &text));
        }
    }
}
