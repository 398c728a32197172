//! Whether the words of a quote are in the text of its source, up to typography.

use std::collections::BTreeMap;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// A source's text, folded once so that any number of quotes can be looked for in it.
///
/// Folding takes away what typesetting, copying and conversion add:
/// - quotation marks and apostrophes of every form are one (`“`, `"`, `‘` and `'` alike, for a
///   quote within a quote changes its marks);
/// - dashes and hyphens are one, a run of them too;
/// - runs of white space and line breaks are one space;
/// - soft hyphens and characters without width are dropped;
/// - ligatures, wide forms and composed letters are compared in Unicode's form NFKC, so `…` is `...`;
/// - a word divided at the end of a line (`demili-`, `tarizing`) is found with and without its hyphen.
///
/// Letter case counts.
///
/// # Example
/// ```
/// use weigh_model::quotes::Folded;
/// let source = Folded::new("It would\nleave “little choice” – none, they said.");
/// let found = source.find("\"little choice\" - none").unwrap();
/// assert_eq!(&source.original()[found.start..found.end], "“little choice” – none");
/// assert!(source.find("little choices").is_none());
/// ```
#[derive(Debug, Clone)]
pub struct Folded {
    original: String,
    /// The folded text without its hyphens, which are `joints`.
    text: String,
    /// Where the folded text is from: they follow each other and cover all of the original.
    pieces: Vec<Piece>,
    /// The hyphens, at rising places of `text`, one at a place.
    joints: Vec<Joint>,
}

/// Where a quote is: bytes of the original text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
}

/// Where a quote that is not in the text departs from the passage that comes closest.
///
/// The source goes on with `then_source` after `found_prefix`, where the quote has `then_quote`.
/// The two are cut to a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The words of the quote that are there; empty if the quote differs from its first word on.
    pub found_prefix: String,
    /// What the source has next; empty at its end.
    pub then_source: String,
    /// What the quote has next; empty if the source only goes on within the last word.
    pub then_quote: String,
}

/// The passage that comes closest to a quote that is not in the text, and how the two differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its bytes in the original.
    pub start: usize,
    /// See `start`.
    pub end: usize,
    /// Both of them, word by word; parts of one kind are together.
    pub parts: Vec<NearPart>,
}

/// Words of a quote, of the passage that comes closest to it, or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NearPart {
    /// They are in both, as the source has them.
    Both(String),
    /// They are in the source alone.
    Source(String),
    /// They are in the quote alone.
    Quote(String),
}

impl std::fmt::Display for Near {
    /// `would allow Russia to establish a [-temporary-] {+permanent+} presence`: in `[- -]` what the
    /// quote has and the source has not, in `{+ +}` what the source has in its place.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (ix, part) in self.parts.iter().enumerate() {
            let space = if ix > 0 { " " } else { "" };
            match part {
                NearPart::Both(words) => write!(f, "{space}{words}")?,
                NearPart::Source(words) => write!(f, "{space}{{+{words}+}}")?,
                NearPart::Quote(words) => write!(f, "{space}[-{words}-]")?,
            }
        }
        Ok(())
    }
}

/// The most characters that an ellipsis in a quote may stand for: about a paragraph.
pub const MAX_GAP_CHARS: usize = 600;

/// The most parts between the ellipses of a quote, each of which is a search of its own.
const MAX_PARTS: usize = 64;

/// The words of a run that make a passage the nearest: fewer stand together by chance.
const MIN_RUN_WORDS: usize = 3;

/// How much [`Nearest`] shows of what comes next.
const MAX_EXCERPT_WORDS: usize = 8;
const MAX_EXCERPT_CHARS: usize = 80;

/// The most words of a quote that are compared one by one with the passage that comes closest.
const MAX_COMPARED_WORDS: usize = 400;

/// How many hyphens one search compares, so that a text of nothing else ends too. No book has more.
pub(crate) const MAX_HYPHEN_STEPS: usize = 1 << 24;

/// A stretch of the folded text and of the original that it is from, both up to the next piece.
#[derive(Debug, Clone, Copy)]
struct Piece {
    folded: usize,
    original: usize,
    /// Byte stands for byte; otherwise the piece stands for its original only as a whole.
    verbatim: bool,
}

/// Hyphens that were taken out of the folded text, with the space after them.
#[derive(Debug, Clone, Copy)]
struct Joint {
    /// The byte of the folded text before which they stood.
    at: usize,
    /// What they may be read as: a sum of `NOTHING`, `HYPHEN` and `HYPHEN_SPACE`.
    readings: u8,
    /// The first byte of the first of them, in the original.
    start: usize,
    /// The byte after the last of them, in the original.
    end: usize,
}

const NOTHING: u8 = 1;
const HYPHEN: u8 = 2;
const HYPHEN_SPACE: u8 = 4;

impl Folded {
    /// Folds `text`; linear in its length.
    pub fn new(text: &str) -> Folded {
        let mut folded = Folded {
            original: String::new(),
            text: String::with_capacity(text.len()),
            pieces: Vec::new(),
            joints: Vec::new(),
        };
        let mut at = 0;
        loop {
            at = folded.push_simple(text, at);
            let Some((kind, end)) = unit(text, at) else { break };
            at = match kind {
                Kind::Plain => folded.push_plain(&text[at..end], at),
                Kind::Dropped => folded.push_nothing(at, end),
                Kind::SoftHyphen => folded.push_soft_hyphen(text, at),
                Kind::Space { .. } => folded.push_space(text, at),
                Kind::Hyphen { .. } => folded.push_joint(text, at),
            };
        }
        folded.original = text.to_owned();
        folded
    }

    /// The text that was folded.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The folded text without its hyphens.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where `quote` first stands in the text, or `None`; an empty quote stands nowhere.
    ///
    /// A quote begins and ends between words, not within one: `likely` is not in `unlikely`, nor
    /// `can` in `can't`, nor `500` in `1,500`. In scripts without spaces it may begin anywhere.
    ///
    /// An ellipsis in the quote, ` ... `, `[...]` or `(...)`, with `…` or three dots, stands for
    /// itself or else for at most [`MAX_GAP_CHARS`] characters of the source; the range runs from
    /// the first to the last of the quote's parts. A quote of more than 64 parts is not found.
    pub fn find(&self, quote: &str) -> Option<Found> {
        let mut first = None;
        self.each_occurrence(&Folded::new(quote), |found| {
            first = Some(found);
            false
        });
        if first.is_some() {
            return first;
        }
        let parts = parts(quote);
        match &*parts {
            many if many.len() > MAX_PARTS => None,
            [only] if *only == quote.trim() => None,
            _ => match self.chain(&parts) {
                (n_found, found) if n_found == parts.len() => found,
                _ => None,
            },
        }
    }

    /// What stands before and after `found`, each at most `n_chars` characters and whole words.
    ///
    /// White space is folded; what is left of it beside the quote is kept, so that before, quote
    /// and after can be put together.
    ///
    /// # Panics
    /// If `found` is from another text and its ends are not between characters of this one.
    pub fn context(&self, found: Found, n_chars: usize) -> (String, String) {
        let before = &self.original[..found.start];
        let after = &self.original[found.end..];
        let cut =
            before.char_indices().rev().take(n_chars).last().map_or(before.len(), |(ix, _)| ix);
        let start = (cut..=before.len())
            .find(|&ix| before.is_char_boundary(ix) && !is_inside_word(before, ix))
            .unwrap_or(before.len());
        let cut = after.char_indices().nth(n_chars).map_or(after.len(), |(ix, _)| ix);
        let end = (0..=cut)
            .rev()
            .find(|&ix| after.is_char_boundary(ix) && !is_inside_word(after, ix))
            .unwrap_or(0);
        let (before, after) = (fold_spaces(&before[start..]), fold_spaces(&after[..end]));
        (before.trim_start().to_owned(), after.trim_end().to_owned())
    }

    /// Where `quote`, which [`find`](Self::find) did not find, departs from the closest passage.
    ///
    /// That is the longest run of its first words that stands in the text; if that is shorter than
    /// three words (or half of a short quote), the longest run of any of its words. `None` if there
    /// is none of three words either, or if the quote is there after all.
    pub fn nearest(&self, quote: &str) -> Option<Nearest> {
        if self.find(quote).is_some() {
            return None;
        }
        let parts = parts(quote);
        let (n_found, found) = self.chain(&parts[..parts.len().min(MAX_PARTS)]);
        let part = parts.get(n_found)?;
        match (n_found.checked_sub(1), found) {
            // The part stands in the text, but not within reach after the one before it.
            (Some(previous), Some(found)) if self.chain(&[part]).0 == 1 => Some(Nearest {
                found_prefix: fold_spaces(parts[previous]),
                then_source: first_words(&self.original[found.end..]),
                then_quote: first_words(part),
            }),
            _ => self.nearest_run(&Folded::new(part)),
        }
    }
}

// What an ellipsis leaves out, and how a passage differs.

impl Folded {
    /// What of the original the ellipses of `quote`, which was `found` here, leave out, in order.
    pub fn gaps(&self, quote: &str, found: Found) -> Vec<&str> {
        let parts = parts(quote);
        if parts.len() < 2 || self.check_whole(quote, found) {
            return Vec::new();
        }
        let passage = Folded::new(&self.original[found.start..found.end]);
        let mut gaps = Vec::new();
        let mut end = 0;
        for (ix, part) in parts.iter().enumerate() {
            let is_last = ix + 1 == parts.len();
            let mut place = None;
            passage.each_occurrence(&Folded::new(part), |found| {
                if found.start >= end {
                    place = Some(found);
                }
                // The last part stands at the end of the passage, the others as early as they can.
                place.is_none() || is_last
            });
            let Some(place) = place else { break };
            if ix > 0 {
                gaps.push(&self.original[found.start + end..found.start + place.start]);
            }
            end = place.end;
        }
        gaps
    }

    /// Whether the quote stands there with its ellipses as they are.
    fn check_whole(&self, quote: &str, found: Found) -> bool {
        let mut is_there = false;
        self.each_occurrence(&Folded::new(quote), |place| {
            is_there = place == found;
            place.start < found.start
        });
        is_there
    }

    /// The passage closest to `quote`, which [`find`](Self::find) did not find, with the difference
    /// word by word; `None` if no three words in a row are alike (of a short quote, half of them), or
    /// if the quote has more than 400 words.
    ///
    /// # Source
    /// The longest run in common leads to the passage; the words of the two are then compared by
    /// Myers (1986), *An O(ND) difference algorithm and its variations*, Algorithmica 1, 251–266.
    pub fn near(&self, quote: &str) -> Option<Near> {
        let folded = Folded::new(quote);
        let theirs = spans_of_words(&folded.original);
        if theirs.len() > MAX_COMPARED_WORDS || self.find(quote).is_some() {
            return None;
        }
        let run = self.run_in_common(&folded)?;
        let first = theirs.partition_point(|&(_, end)| end <= run.in_quote);
        // Room for as many words more as the quote has.
        let (n_before, n_after) = (2 * first + 2, 2 * (theirs.len() - first) + 2);
        let before = spans_of_last_words(&self.original[..run.in_source], n_before);
        let window_start = before.unwrap_or(run.in_source);
        let rest = &self.original[window_start..];
        let mut ours = spans_of_first_words(rest, n_before + n_after);
        for (start, end) in &mut ours {
            (*start, *end) = (*start + window_start, *end + window_start);
        }
        let keys = |text: &str, spans: &[(usize, usize)]| -> Vec<String> {
            spans.iter().map(|&(start, end)| key(&text[start..end])).collect()
        };
        let (our_keys, their_keys) = (keys(&self.original, &ours), keys(quote, &theirs));
        let changes =
            similar::capture_diff_slices(similar::Algorithm::Myers, &our_keys, &their_keys);
        // Of the room, what is at the edges and in the source alone is not part of the passage.
        let is_room = |change: &similar::DiffOp| change.tag() == similar::DiffTag::Delete;
        let skipped = changes.iter().take_while(|change| is_room(change)).count();
        let left = changes.iter().rev().take_while(|change| is_room(change)).count();
        let changes = changes.get(skipped..changes.len() - left)?;
        let (first, last) = (changes.first()?, changes.last()?);
        let words = |text: &str, spans: &[(usize, usize)], range: std::ops::Range<usize>| {
            let spans = spans[range].iter();
            spans.map(|&(start, end)| &text[start..end]).collect::<Vec<_>>().join(" ")
        };
        let mut parts = Vec::new();
        for (ix, change) in changes.iter().enumerate() {
            let (mut old, new) = (change.old_range(), change.new_range());
            if change.tag() == similar::DiffTag::Equal {
                parts.push(NearPart::Both(words(&self.original, &ours, old)));
                continue;
            }
            // At the edges the room may have more words than the quote in place of others.
            if ix == 0 && old.len() > new.len() {
                old.start = old.end - new.len();
            } else if ix + 1 == changes.len() && old.len() > new.len() {
                old.end = old.start + new.len();
            }
            if !new.is_empty() {
                parts.push(NearPart::Quote(words(quote, &theirs, new)));
            }
            if !old.is_empty() {
                parts.push(NearPart::Source(words(&self.original, &ours, old)));
            }
        }
        let start = ours.get(first.old_range().start)?.0;
        let end = ours.get(last.old_range().end.checked_sub(1)?)?.1;
        Some(Near { start, end, parts })
    }

    /// Where the longest run of tokens in common begins, if it is long enough to lead to a passage.
    fn run_in_common(&self, quote: &Folded) -> Option<RunStart> {
        let Compared { tokens, longest, n_needed, .. } = self.compare(quote);
        let run_tokens = &tokens[longest.quote_end - longest.n_tokens..longest.quote_end];
        if run_tokens.iter().filter(|token| token.is_word).count() < n_needed {
            return None;
        }
        let (start, end) = (run_tokens.first()?.start, run_tokens.last()?.end);
        Some(RunStart {
            in_quote: quote.original_start(start),
            in_source: self.original_start(longest.source_end.saturating_sub(end - start)),
        })
    }
}

/// Where a run in common begins, in the originals.
struct RunStart {
    in_quote: usize,
    in_source: usize,
}

/// What two words have in common that are the same up to typography and the signs beside them.
fn key(word: &str) -> String {
    let folded = Folded::new(word);
    let is_sign = |c: char| !c.is_alphanumeric() && c != '%';
    let trimmed = folded.text.trim_matches(is_sign);
    if trimmed.is_empty() { folded.text } else { trimmed.to_owned() }
}

fn spans_of_words(text: &str) -> Vec<(usize, usize)> {
    spans_of_first_words(text, usize::MAX)
}

fn spans_of_first_words(text: &str, most: usize) -> Vec<(usize, usize)> {
    let start = text.as_ptr() as usize;
    let span = |word: &str| {
        let at = word.as_ptr() as usize - start;
        (at, at + word.len())
    };
    text.split_whitespace().take(most).map(span).collect()
}

/// Where the last `n` words of a text begin.
fn spans_of_last_words(text: &str, n: usize) -> Option<usize> {
    let word = text.split_whitespace().rev().take(n).last()?;
    Some(word.as_ptr() as usize - text.as_ptr() as usize)
}

// Folding: from the characters of the original to the folded text, its pieces and joints.

/// What folding makes of a unit of the original: of a character with the marks that belong to it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Dropped,
    SoftHyphen,
    Space { is_line_break: bool },
    Hyphen { divides_words: bool },
}

/// A run of hyphens, spaces and what is dropped.
#[derive(Default)]
struct Run {
    end: usize,
    n_hyphens: usize,
    hyphens_end: usize,
    divides_words: bool,
    has_space: bool,
    has_line_break: bool,
}

impl Folded {
    fn push_piece(&mut self, folded: usize, original: usize, verbatim: bool) {
        let goes_on = verbatim && self.pieces.last().is_some_and(|last| last.verbatim);
        if !goes_on {
            self.pieces.push(Piece { folded, original, verbatim });
        }
    }

    /// What folding leaves as it is, most of most texts, at once; where it ends.
    fn push_simple(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let is_simple = |ix: usize| {
            let next = bytes.get(ix + 1);
            match bytes[ix] {
                // A mark that belongs to it may follow.
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b',' => {
                    next.is_none_or(u8::is_ascii)
                }
                // Neither at the beginning nor beside other spaces.
                b' ' => {
                    (ix > at || !self.text.is_empty())
                        && next.is_some_and(u8::is_ascii_alphanumeric)
                }
                _ => false,
            }
        };
        let end = (at..bytes.len()).find(|&ix| !is_simple(ix)).unwrap_or(bytes.len());
        if end > at {
            self.push_piece(self.text.len(), at, true);
            self.text.push_str(&text[at..end]);
        }
        end
    }

    fn push_plain(&mut self, raw: &str, at: usize) -> usize {
        let start = self.text.len();
        let mut chars = raw.chars();
        let only = chars.next().filter(|_| chars.next().is_none());
        match only {
            Some(c) if is_quotation_mark(c) => self.text.push('\''),
            Some(c) if c.is_ascii() => self.text.push(c),
            _ => {
                let marks = |c| if is_quotation_mark(c) { '\'' } else { c };
                self.text.extend(raw.nfkc().map(marks));
            }
        }
        // Of one length is not enough: `…` has three bytes and so has `...`.
        let now = &self.text[start..];
        let alike = now.len() == raw.len() && only.is_some() && now.chars().nth(1).is_none();
        let verbatim = alike || now == raw;
        self.push_piece(start, at, verbatim);
        at + raw.len()
    }

    fn push_nothing(&mut self, at: usize, end: usize) -> usize {
        self.push_piece(self.text.len(), at, false);
        end
    }

    /// A soft hyphen is dropped, and with it the line break at which it divides a word.
    fn push_soft_hyphen(&mut self, text: &str, at: usize) -> usize {
        let end = run(text, at, |_| false).end;
        let run = run(text, end, |kind| matches!(kind, Kind::Space { .. }));
        let divides = run.has_space && self.ends_in_letter() && begins_with_letter(text, run.end);
        self.push_nothing(at, if divides { run.end } else { end })
    }

    fn push_space(&mut self, text: &str, at: usize) -> usize {
        let run = run(text, at, |kind| matches!(kind, Kind::Space { .. }));
        if self.text.is_empty() || run.end == text.len() {
            return self.push_nothing(at, run.end);
        }
        let start = self.text.len();
        self.text.push(' ');
        self.push_piece(start, at, run.end == at + 1);
        run.end
    }

    fn push_joint(&mut self, text: &str, at: usize) -> usize {
        let run = run(text, at, |kind| matches!(kind, Kind::Space { .. } | Kind::Hyphen { .. }));
        let is_division = run.n_hyphens == 1
            && run.divides_words
            && self.ends_in_letter()
            && begins_with_letter(text, run.end);
        let readings = match (run.has_line_break, run.has_space) {
            (true, _) if is_division => NOTHING | HYPHEN | HYPHEN_SPACE,
            (true, _) => HYPHEN | HYPHEN_SPACE,
            (false, true) => HYPHEN_SPACE,
            (false, false) => HYPHEN,
        };
        self.joints.push(Joint { at: self.text.len(), readings, start: at, end: run.hyphens_end });
        self.push_nothing(at, run.end)
    }

    fn ends_in_letter(&self) -> bool {
        self.text.chars().next_back().is_some_and(is_letter)
    }
}

/// The unit at byte `at` and where it ends; `None` at the end of the text.
fn unit(text: &str, at: usize) -> Option<(Kind, usize)> {
    let mut chars = text[at..].chars();
    let c = chars.next()?;
    let end = at + c.len_utf8();
    let kind = match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            Kind::Space { is_line_break: true }
        }
        '-' | '\u{2010}' => Kind::Hyphen { divides_words: true },
        '\u{2011}'..='\u{2015}'
        | '\u{2212}'
        | '\u{fe31}'
        | '\u{fe32}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}' => Kind::Hyphen { divides_words: false },
        '\u{ad}' => Kind::SoftHyphen,
        // Joiners, marks of direction, variation selectors and the byte order mark.
        '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => Kind::Dropped,
        c if c.is_whitespace() => Kind::Space { is_line_break: false },
        _ => {
            let marks: usize = chars.take_while(|&c| joins_previous(c)).map(char::len_utf8).sum();
            return Some((Kind::Plain, end + marks));
        }
    };
    Some((kind, end))
}

/// The run at byte `at` of units of which `belongs` is true, and of dropped ones between them.
fn run(text: &str, at: usize, belongs: impl Fn(Kind) -> bool) -> Run {
    let mut run = Run { end: at, ..Run::default() };
    while let Some((kind, end)) = unit(text, run.end) {
        if !(belongs(kind) || matches!(kind, Kind::Dropped | Kind::SoftHyphen)) {
            break;
        }
        run.end = end;
        match kind {
            Kind::Space { is_line_break } => {
                run.has_space = true;
                run.has_line_break |= is_line_break;
            }
            Kind::Hyphen { divides_words } => {
                run.n_hyphens += 1;
                run.hyphens_end = end;
                run.divides_words = divides_words;
            }
            Kind::Plain | Kind::Dropped | Kind::SoftHyphen => {}
        }
    }
    run
}

/// Whether normalisation may put `c` together with the character before it.
fn joins_previous(c: char) -> bool {
    // Below the combining marks nothing does.
    c >= '\u{300}'
        && (canonical_combining_class(c) != 0
            || match is_nfkc_quick(std::iter::once(c)) {
                IsNormalized::Yes => false,
                IsNormalized::Maybe => true,
                // Half-width voicing marks and the like become combining ones.
                IsNormalized::No => std::iter::once(c).nfkd().next().is_some_and(|first| {
                    canonical_combining_class(first) != 0
                        || is_nfkc_quick(std::iter::once(first)) == IsNormalized::Maybe
                }),
            })
}

fn is_quotation_mark(c: char) -> bool {
    matches!(
        c,
        '\'' | '"' | '`' | '´' | '«' | '»' | 'ʼ' | '‘'..='‟' | '′' | '″' | '‹' | '›' | '＂' | '＇'
    )
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || is_combining_mark(c)
}

fn begins_with_letter(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(is_letter)
}

// Looking for a folded quote in a folded text.

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Start,
    End,
}

impl Folded {
    /// Shows `visit` every place of `quote`, in order, until it returns false.
    ///
    /// Knuth, Morris and Pratt's search, for which repetitive texts are not slower; the standard
    /// library's says first whether there is anything to look at.
    fn each_occurrence(&self, quote: &Folded, mut visit: impl FnMut(Found) -> bool) {
        let pattern = quote.text.as_bytes();
        let Some(first) = (!pattern.is_empty()).then(|| self.text.find(&quote.text)).flatten()
        else {
            return;
        };
        let borders = borders(pattern);
        let mut steps = MAX_HYPHEN_STEPS;
        let mut n_matched = 0;
        for (ix, byte) in self.text.bytes().enumerate().skip(first) {
            n_matched = advance(pattern, &borders, n_matched, &byte);
            if n_matched == pattern.len() {
                let found = self.check_match(ix + 1 - pattern.len(), quote, &mut steps);
                if found.is_some_and(|found| !visit(found)) {
                    return;
                }
            }
        }
    }

    /// The place of `quote` in the original if its letters are at `start` and the rest fits too.
    pub(crate) fn check_match(
        &self,
        start: usize,
        quote: &Folded,
        steps: &mut usize,
    ) -> Option<Found> {
        let n_bytes = quote.text.len();
        let end = start + n_bytes;
        // A hyphen at the edge of the quote needs one in the text, however that is spaced.
        let edge = |in_quote: usize, here: usize| match quote.joint_at(in_quote) {
            None => Ok(None),
            Some(_) => self
                .joint_at(here)
                .filter(|joint| joint.readings & (HYPHEN | HYPHEN_SPACE) != 0)
                .map(Some)
                .ok_or(()),
        };
        let (leading, trailing) = (edge(0, start).ok()?, edge(n_bytes, end).ok()?);
        if leading.is_none() && self.is_within_word(start, Side::Start)
            || trailing.is_none() && self.is_within_word(end, Side::End)
            || self.is_within_piece(start)
            || self.is_within_piece(end)
            || !self.hyphens_agree(start, end, quote, steps)
        {
            return None;
        }
        Some(Found {
            start: leading.map_or_else(|| self.original_start(start), |joint| joint.start),
            end: trailing.map_or_else(|| self.original_end(end), |joint| joint.end),
        })
    }

    fn hyphens_agree(&self, start: usize, end: usize, quote: &Folded, steps: &mut usize) -> bool {
        let mut ours = self.joints_within(start, end).iter().peekable();
        let mut theirs = quote.joints_within(0, quote.text.len()).iter().peekable();
        loop {
            let our_at = ours.peek().map_or(usize::MAX, |joint| joint.at - start);
            let their_at = theirs.peek().map_or(usize::MAX, |joint| joint.at);
            let at = our_at.min(their_at);
            if at == usize::MAX {
                return true;
            }
            let mine = ours.next_if(|_| our_at == at).map_or(NOTHING, |joint| joint.readings);
            let other = theirs.next_if(|_| their_at == at).map_or(NOTHING, |joint| joint.readings);
            if mine & other == 0 || *steps == 0 {
                return false;
            }
            *steps -= 1;
        }
    }

    /// The hyphens after `start` and before `end`.
    fn joints_within(&self, start: usize, end: usize) -> &[Joint] {
        let from = self.joints.partition_point(|joint| joint.at <= start);
        let to = self.joints.partition_point(|joint| joint.at < end);
        &self.joints[from..to.max(from)]
    }

    fn joint_at(&self, at: usize) -> Option<&Joint> {
        let ix = self.joints.binary_search_by_key(&at, |joint| joint.at).ok()?;
        Some(&self.joints[ix])
    }

    /// Whether byte `at` of the folded text is within a word or number, for a quote's start or end.
    fn is_within_word(&self, at: usize, side: Side) -> bool {
        let mut back = self.text[..at].chars().rev();
        let mut ahead = self.text[at..].chars();
        let (before, after) = (back.next(), ahead.next());
        if let Some(joint) = self.joint_at(at) {
            // A divided word is one; `-5` is a number, `2021-22` are two.
            let is_sign = joint.readings == HYPHEN
                && side == Side::Start
                && after.is_some_and(char::is_numeric)
                && !before.is_some_and(is_word);
            return is_sign || joint.readings & NOTHING != 0;
        }
        let is_digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        let is_point = |c: Option<char>| matches!(c, Some('.' | ','));
        is_inside_word(&self.text, at)
            || match side {
                Side::Start => is_point(before) && is_digit(after) && is_digit(back.next()),
                Side::End if self.joint_at(at + 1).is_some() => false,
                Side::End => {
                    let next = ahead.next();
                    is_point(after) && is_digit(before) && is_digit(next)
                        || after == Some('\'')
                            && before.is_some_and(is_letter)
                            && next.is_some_and(is_letter)
                }
            }
    }

    /// Whether byte `at` of the folded text has no place in the original: `..` of `…`.
    fn is_within_piece(&self, at: usize) -> bool {
        let ix = self.pieces.partition_point(|piece| piece.folded <= at);
        let end = self.pieces.get(ix).map_or(self.text.len(), |next| next.folded);
        ix.checked_sub(1)
            .map(|ix| self.pieces[ix])
            .is_some_and(|piece| !piece.verbatim && piece.folded < at && at < end)
    }

    /// The byte of the original that byte `folded` of the folded text begins at.
    fn original_start(&self, folded: usize) -> usize {
        let ix = self.pieces.partition_point(|piece| piece.folded <= folded);
        match ix.checked_sub(1).map(|ix| self.pieces[ix]) {
            Some(piece) if piece.verbatim => piece.original + (folded - piece.folded),
            Some(piece) => piece.original,
            None => 0,
        }
    }

    /// The byte of the original that the folded text before byte `folded` ends at.
    fn original_end(&self, folded: usize) -> usize {
        let ix = self.pieces.partition_point(|piece| piece.folded < folded);
        match ix.checked_sub(1).map(|ix| self.pieces[ix]) {
            Some(piece) if piece.verbatim => piece.original + (folded - piece.folded),
            Some(_) => self.pieces.get(ix).map_or(self.original.len(), |next| next.original),
            None => 0,
        }
    }

    /// How many of the parts, from the first on, stand one after the other with small gaps, and
    /// from where to where those do.
    fn chain(&self, parts: &[&str]) -> (usize, Option<Found>) {
        let mut reached: Vec<Found> = Vec::new();
        for (n_found, part) in parts.iter().enumerate() {
            let mut next: Vec<Found> = Vec::new();
            let mut n_passed = 0;
            self.each_occurrence(&Folded::new(part), |found| {
                if n_found == 0 {
                    next.push(found);
                    return true;
                }
                // Ends rise, and the last one before this place leaves the smallest gap.
                while reached.get(n_passed).is_some_and(|last| last.end <= found.start) {
                    n_passed += 1;
                }
                if let Some(last) = n_passed.checked_sub(1).map(|ix| reached[ix])
                    && is_small_gap(&self.original[last.end..found.start])
                {
                    next.push(Found { start: last.start, end: found.end });
                }
                true
            });
            if next.is_empty() {
                return (n_found, reached.first().copied());
            }
            reached = next;
        }
        (parts.len(), reached.first().copied())
    }
}

/// The parts of a quote between its ellipses; those without a letter or sign are left out.
pub(crate) fn parts(quote: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut part_start = 0;
    let mut at = 0;
    while let Some(c) = quote[at..].chars().next() {
        let n_bytes = match c {
            '…' => c.len_utf8(),
            '.' => quote[at..].bytes().take_while(|&byte| byte == b'.').count(),
            _ => 0,
        };
        if !(n_bytes == 3 || c == '…') {
            at += n_bytes.max(c.len_utf8());
            continue;
        }
        let (before, after) = (&quote[part_start..at], &quote[at + n_bytes..]);
        let bracketed = [('[', ']'), ('(', ')')].into_iter().find_map(|(open, close)| {
            Some((before.trim_end().strip_suffix(open)?, after.trim_start().strip_prefix(close)?))
        });
        // At the edges of a quote an ellipsis says that the sentence was cut.
        // Only the space beside it is looked at: a quote of nothing else takes no longer.
        let (begins, ends) = (before.trim_end().is_empty(), after.trim_start().is_empty());
        let is_free = (begins || before.ends_with(char::is_whitespace))
            && after.starts_with(char::is_whitespace)
            || begins && part_start == 0
            || ends;
        at += n_bytes;
        if let Some((before, after)) = bracketed.or(is_free.then_some((before, after))) {
            parts.push(before);
            at = quote.len() - after.len();
            part_start = at;
        }
    }
    parts.push(&quote[part_start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn is_small_gap(gap: &str) -> bool {
    gap.len() <= MAX_GAP_CHARS || gap.chars().nth(MAX_GAP_CHARS).is_none()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Scripts that put no space between words: any place in them may be between two.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{109f}'          // Thai, Lao, Tibetan, Burmese
            | '\u{1780}'..='\u{17ff}'   // Khmer
            | '\u{3005}'..='\u{3007}'
            | '\u{3040}'..='\u{30ff}'   // Japanese syllables
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'   // Chinese characters, here and below
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// Whether byte `at` of `text` is between two characters of one word.
fn is_inside_word(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
    match (before, after) {
        (Some(before), Some(after)) if is_word(before) && is_word(after) => {
            is_combining_mark(after) || !is_unspaced(before) && !is_unspaced(after)
        }
        _ => false,
    }
}

/// For every beginning of `pattern`, the longest shorter one that it ends in.
fn borders<T: PartialEq>(pattern: &[T]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(pattern.len());
    borders.push(0);
    for item in pattern.iter().skip(1) {
        let last = borders[borders.len() - 1];
        let next = advance(pattern, &borders, last, item);
        borders.push(next);
    }
    borders
}

/// How much of the beginning of `pattern` stands before here, after one more `item` of the text.
fn advance<T: PartialEq>(
    pattern: &[T],
    borders: &[usize],
    mut n_matched: usize,
    item: &T,
) -> usize {
    while n_matched > 0 && pattern.get(n_matched) != Some(item) {
        n_matched = borders[n_matched - 1];
    }
    if pattern.get(n_matched) == Some(item) { n_matched + 1 } else { 0 }
}

// Where a quote that is missing departs: the longest common run of tokens, in one pass.

/// A word, or a sign or space between words, of a quote.
struct Token {
    /// The same for the same text.
    id: u32,
    is_word: bool,
    /// Its bytes in the folded quote; none for a hyphen.
    start: usize,
    end: usize,
}

/// A run of the quote's tokens that stands in the source.
#[derive(Clone, Copy, Default)]
struct TokenRun {
    n_tokens: usize,
    quote_end: usize,
    source_end: usize,
}

/// A quote's tokens beside a text.
struct Compared {
    tokens: Vec<Token>,
    leading: TokenRun,
    longest: TokenRun,
    n_needed: usize,
}

impl Folded {
    fn nearest_run(&self, quote: &Folded) -> Option<Nearest> {
        let Compared { tokens, leading, longest, n_needed } = self.compare(quote);
        let n_words = |tokens: &[Token]| tokens.iter().filter(|token| token.is_word).count();
        let run = [leading, longest].into_iter().find(|run| {
            n_words(&tokens[run.quote_end - run.n_tokens..run.quote_end]) >= n_needed
        })?;

        let run_tokens = &tokens[run.quote_end - run.n_tokens..run.quote_end];
        let (start, end) = (run_tokens.first()?.start, run_tokens.last()?.end);
        if run.quote_end == tokens.len() && start > 0 {
            // The quote's end is there, so it differs before that.
            let source_start = self.original_start(run.source_end - (end - start));
            return Some(Nearest {
                found_prefix: String::new(),
                then_source: last_words(&self.original[..source_start]),
                then_quote: last_words(&quote.original[..quote.original_start(start)]),
            });
        }
        let (start, end) = (quote.original_start(start), quote.original_end(end));
        Some(Nearest {
            found_prefix: fold_spaces(&quote.original[start..end]).trim().to_owned(),
            then_source: first_words(&self.original[self.original_end(run.source_end)..]),
            then_quote: first_words(&quote.original[end..]),
        })
    }

    /// The runs of a quote's tokens that are here too, and how many words make one that counts.
    fn compare(&self, quote: &Folded) -> Compared {
        let mut ids: BTreeMap<&str, u32> = BTreeMap::new();
        let mut tokens: Vec<Token> = Vec::new();
        quote.each_token(
            |_| true,
            |text, start, end| {
                let n_known = u32::try_from(ids.len()).unwrap_or(u32::MAX);
                let id = *ids.entry(text).or_insert(n_known);
                let is_word = text.chars().all(is_word);
                tokens.push(Token { id, is_word, start, end });
            },
        );
        let (leading, longest) = self.longest_runs(&ids, &tokens);
        let n_words = tokens.iter().filter(|token| token.is_word).count();
        let n_needed = MIN_RUN_WORDS.min(n_words.div_ceil(2)).max(1);
        Compared { tokens, leading, longest, n_needed }
    }

    /// The longest run of the quote's first tokens, and of any of its tokens, in this text.
    fn longest_runs(&self, ids: &BTreeMap<&str, u32>, tokens: &[Token]) -> (TokenRun, TokenRun) {
        let pattern: Vec<Option<u32>> = tokens.iter().map(|token| Some(token.id)).collect();
        let borders = borders(&pattern);
        let runs = Runs::new(tokens);
        let (mut leading, mut longest) = (TokenRun::default(), TokenRun::default());
        let mut n_matched = 0;
        let mut state = (0, 0);
        self.each_token(
            |word| ids.contains_key(word),
            |text, _, source_end| {
                let id = ids.get(text).copied();
                n_matched = advance(&pattern, &borders, n_matched, &id);
                if n_matched > leading.n_tokens {
                    leading = TokenRun { n_tokens: n_matched, quote_end: n_matched, source_end };
                }
                state = runs.advance(state, id);
                let (at, n_tokens) = state;
                if n_tokens > longest.n_tokens {
                    let quote_end = runs.states[at].first_end;
                    longest = TokenRun { n_tokens, quote_end, source_end };
                }
            },
        );
        (leading, longest)
    }

    /// Shows `emit` every token with its bytes in the folded text. A word divided at the end of a
    /// line is one token if `is_known` without its hyphen, else two with the hyphen between.
    fn each_token<'a>(
        &'a self,
        is_known: impl Fn(&str) -> bool,
        mut emit: impl FnMut(&'a str, usize, usize),
    ) {
        let mut joints = self.joints.iter().peekable();
        let mut at = 0;
        loop {
            if let Some(joint) = joints.next_if(|joint| joint.at <= at) {
                emit("-", at, at);
                if joint.readings & HYPHEN == 0 {
                    emit(" ", at, at);
                }
            }
            let stop = joints.peek().map_or(self.text.len(), |joint| joint.at);
            let mut end = self.token_end(at, stop);
            if end == at {
                return;
            }
            if end == stop && joints.peek().is_some_and(|joint| joint.readings & NOTHING != 0) {
                let division = joints.next();
                let stop = joints.peek().map_or(self.text.len(), |joint| joint.at);
                let whole_end = self.token_end(at, stop);
                if is_known(&self.text[at..whole_end]) {
                    end = whole_end;
                } else if let Some(joint) = division {
                    emit(&self.text[at..end], at, end);
                    emit("-", end, end);
                    at = joint.at;
                    continue;
                }
            }
            emit(&self.text[at..end], at, end);
            at = end;
        }
    }

    /// Where the token at `at` ends: a word, a character of a script without spaces, or a sign.
    fn token_end(&self, at: usize, stop: usize) -> usize {
        let is_spaced = |c: char| is_word(c) && !is_unspaced(c);
        let text = &self.text[at..stop];
        match text.chars().next() {
            Some(c) if is_spaced(c) => at + text.find(|c| !is_spaced(c)).unwrap_or(text.len()),
            Some(c) => at + c.len_utf8(),
            None => at,
        }
    }
}

/// All runs of a sequence of tokens, in space linear in its length.
///
/// # Source
/// The suffix automaton of Blumer et al. (1985), *The smallest automaton recognizing the subwords
/// of a text*, Theoretical Computer Science 40, 31–55.
struct Runs {
    states: Vec<RunState>,
}

struct RunState {
    /// The longest run that leads here.
    n_tokens: usize,
    /// The state of the longest end of that run which stands in more places.
    shorter: usize,
    /// Where in the sequence the run first ends.
    first_end: usize,
    next: BTreeMap<u32, usize>,
}

impl Runs {
    fn new(tokens: &[Token]) -> Runs {
        let root = RunState { n_tokens: 0, shorter: 0, first_end: 0, next: BTreeMap::new() };
        let mut states = vec![root];
        let mut last = 0;
        for (ix, token) in tokens.iter().enumerate() {
            let new = states.len();
            states.push(RunState {
                n_tokens: ix + 1,
                shorter: 0,
                first_end: ix + 1,
                next: BTreeMap::new(),
            });
            let mut at = Some(last);
            let mut target = None;
            while let Some(here) = at {
                if let Some(&there) = states[here].next.get(&token.id) {
                    target = Some((here, there));
                    break;
                }
                states[here].next.insert(token.id, new);
                at = (here != 0).then(|| states[here].shorter);
            }
            if let Some((here, there)) = target {
                states[new].shorter = Self::split(&mut states, here, there, token.id);
            }
            last = new;
        }
        Runs { states }
    }

    /// The state for the longest run through `here` and `id`, split off `there` if that has longer ones.
    fn split(states: &mut Vec<RunState>, here: usize, there: usize, id: u32) -> usize {
        let n_tokens = states[here].n_tokens + 1;
        if states[there].n_tokens == n_tokens {
            return there;
        }
        let copy = states.len();
        let RunState { shorter, first_end, ref next, .. } = states[there];
        let next = next.clone();
        states.push(RunState { n_tokens, shorter, first_end, next });
        states[there].shorter = copy;
        let mut at = Some(here);
        while let Some(here) = at {
            match states[here].next.get_mut(&id) {
                Some(target) if *target == there => *target = copy,
                _ => break,
            }
            at = (here != 0).then(|| states[here].shorter);
        }
        copy
    }

    /// The state and length of the longest run that ends in `id`, from those before it.
    fn advance(&self, (mut at, mut n_tokens): (usize, usize), id: Option<u32>) -> (usize, usize) {
        let Some(id) = id else { return (0, 0) };
        loop {
            if let Some(&next) = self.states[at].next.get(&id) {
                return (next, n_tokens + 1);
            }
            if at == 0 {
                return (0, 0);
            }
            at = self.states[at].shorter;
            n_tokens = self.states[at].n_tokens;
        }
    }
}

fn fold_spaces(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            folded.push(c);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(MAX_EXCERPT_WORDS).collect();
    words.join(" ").chars().take(MAX_EXCERPT_CHARS).collect()
}

fn last_words(text: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().rev().take(MAX_EXCERPT_WORDS).collect();
    words.reverse();
    let words = words.join(" ");
    let n_over = words.chars().count().saturating_sub(MAX_EXCERPT_CHARS);
    words.chars().skip(n_over).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What of `source` the quote is, if it is there.
    fn found<'a>(source: &'a str, quote: &str) -> Option<&'a str> {
        Folded::new(source).find(quote).map(|found| &source[found.start..found.end])
    }

    fn nearest(source: &str, quote: &str) -> Option<(String, String, String)> {
        let nearest = Folded::new(source).nearest(quote)?;
        Some((nearest.found_prefix, nearest.then_source, nearest.then_quote))
    }

    fn three(a: &str, b: &str, c: &str) -> Option<(String, String, String)> {
        Some((a.into(), b.into(), c.into()))
    }

    #[test]
    fn marks_dashes_and_spaces_do_not_count() {
        let source = "He said: “Minsk’s ‘choice’ — if any —\r\n  was\u{a0}Moscow’s…”";
        for quote in [
            "\"Minsk's 'choice' - if any - was Moscow's...\"",
            "“Minsk‘s \"choice\" – if any — was Moscow’s…”",
            "«Minsk's 'choice' -- if any ‒ was   Moscow's...»",
        ] {
            let all = "“Minsk’s ‘choice’ — if any —\r\n  was\u{a0}Moscow’s…”";
            assert_eq!(found(source, quote), Some(all), "{quote}");
        }
        assert_eq!(found("a\tb\n\nc", " a b  c\n"), Some("a\tb\n\nc"));
    }

    #[test]
    fn letters_count_with_their_case() {
        assert_eq!(found("the Union State", "the union State"), None);
        assert_eq!(found("the Union State", "the Union Stade"), None);
    }

    #[test]
    fn ligatures_and_composed_letters_are_compared_as_letters() {
        assert_eq!(found("the oﬃcial ﬁgures", "official figures"), Some("oﬃcial ﬁgures"));
        assert_eq!(found("the official text", "oﬃcial"), Some("official"));
        assert_eq!(found("Cafe\u{301} society", "Café"), Some("Cafe\u{301}"));
        assert_eq!(found("Café society", "Cafe\u{301} society"), Some("Café society"));
        assert_eq!(found("ｶﾞｽ ｐｉｐｅ", "ガス pipe"), Some("ｶﾞｽ ｐｉｐｅ"));
        assert_eq!(found("한국", "\u{1112}\u{1161}\u{11ab}국"), Some("한국"));
    }

    #[test]
    fn a_divided_word_is_found_with_and_without_its_hyphen() {
        let source = "for demili-\n  tarizing the well-\nknown region, pre-\nand post-war";
        assert_eq!(found(source, "demilitarizing the"), Some("demili-\n  tarizing the"));
        assert_eq!(found(source, "demili- tarizing the"), Some("demili-\n  tarizing the"));
        assert_eq!(found(source, "well-known region"), Some("well-\nknown region"));
        assert_eq!(found(source, "pre- and post–war"), Some("pre-\nand post-war"));
        let both = "demilitarizing the well-known region, pre- and post-war";
        assert_eq!(found(source, both), Some(&source[4..]));
        assert_eq!(found("demilitarizing", "demili-tarizing"), None);
        assert_eq!(found("well-known", "wellknown"), None);
    }

    #[test]
    fn a_dash_or_a_range_at_the_end_of_a_line_stays() {
        assert_eq!(found("the war—\nwhich", "war—which"), Some("war—\nwhich"));
        assert_eq!(found("the war –\nwhich", "war – which"), Some("war –\nwhich"));
        assert_eq!(found("the war—\nwhich", "warwhich"), None);
        assert_eq!(found("in 2021-\n2022 it", "2021–2022"), Some("2021-\n2022"));
        assert_eq!(found("in 2021-\n2022 it", "20212022"), None);
    }

    #[test]
    fn what_has_no_width_is_dropped() {
        assert_eq!(
            found("a de\u{ad}fence\u{200b} pact", "defence pact"),
            Some("de\u{ad}fence\u{200b} pact")
        );
        assert_eq!(found("a de\u{ad}\nfence pact", "defence pact"), Some("de\u{ad}\nfence pact"));
        assert_eq!(found("\u{feff}Minsk", "Min\u{ad}sk"), Some("Minsk"));
        assert_eq!(found("x \u{200b}Minsk\u{200b} y", "Minsk"), Some("Minsk"));
    }

    #[test]
    fn a_quote_may_be_at_either_end_of_the_text_or_all_of_it() {
        for quote in ["One two", "two three.", "One two three."] {
            assert_eq!(found("One two three.", quote), Some(quote));
        }
        assert_eq!(found("\n - One two -\n", "One two"), Some("One two"));
        assert_eq!(found("", "One"), None);
    }

    #[test]
    fn a_quote_does_not_begin_or_end_within_a_word() {
        for (source, quote) in [
            ("cart", "art"),
            ("cart", "car"),
            ("unlikely", "likely"),
            ("un-\nlikely", "likely"),
            ("we can't go", "we can"),
            ("we can’t go", "we can"),
            ("1,500 troops", "500 troops"),
            ("by 1.5 percent", "5 percent"),
            ("by 1.5 percent", "by 1"),
            ("by -5 percent", "5 percent"),
            ("ﬁnd", "ind"),
        ] {
            assert_eq!(found(source, quote), None, "{quote} in {source}");
        }
        assert_eq!(found("cart art", "art"), Some("art"));
        assert_eq!(found("the well-known fact", "known fact"), Some("known fact"));
        assert_eq!(found("l’Ukraine", "Ukraine"), Some("Ukraine"));
        assert_eq!(found("in 2021-22 it", "22 it"), Some("22 it"));
        assert_eq!(found("the war—which", "war—"), Some("war—"));
        assert_eq!(found("the war — which", "— which"), Some("— which"));
    }

    #[test]
    fn other_scripts_are_found() {
        let cyrillic = "Лукашенко заявил: «Войны не будет».";
        assert_eq!(found(cyrillic, "\"Войны не будет\""), Some("«Войны не будет»"));
        assert_eq!(found(cyrillic, "ойны"), None);
        assert_eq!(found("白俄罗斯总统卢卡申科", "总统"), Some("总统"));
        assert_eq!(found("الرئيس قال ذلك", "قال ذلك"), Some("قال ذلك"));
        assert_eq!(found("ภาษาไทย", "ไทย"), Some("ไทย"));
    }

    #[test]
    fn an_empty_quote_is_nowhere() {
        for quote in ["", "  ", "\u{ad}", "...", " [...] ", "—"] {
            assert_eq!(found("One — two", quote), None, "{quote:?}");
        }
    }

    #[test]
    fn an_ellipsis_leaves_out_some_of_the_source() {
        let source = "Minsk would, under pressure, allow bases. Moscow would not.";
        for quote in [
            "Minsk would [...] allow bases",
            "Minsk would […] allow bases",
            "Minsk would (…) allow bases",
            "Minsk would ... allow bases",
            "Minsk would … allow bases",
            "... Minsk would ... allow bases ...",
            "…Minsk would [ ... ] allow bases…",
        ] {
            let all = "Minsk would, under pressure, allow bases";
            assert_eq!(found(source, quote), Some(all), "{quote}");
        }
        assert_eq!(found(source, "allow bases [...] Minsk would"), None);
        assert_eq!(found(source, "Minsk ... press ... allow"), None);
        assert_eq!(found(source, "Minsk would...allow"), None);
    }

    #[test]
    fn an_ellipsis_of_the_source_stands_for_itself() {
        assert_eq!(found("well… perhaps", "well."), None);
        assert_eq!(found("well … perhaps", "well ... perhaps"), Some("well … perhaps"));
    }

    #[test]
    fn a_gap_has_a_limit_and_the_closest_parts_are_taken() {
        let gap = |n: usize| format!("one {}two", "x".repeat(n - 2) + " ");
        assert!(found(&gap(600), "one [...] two").is_some());
        assert_eq!(found(&gap(601), "one [...] two"), None);
        let long = gap(700);
        let source = format!("{long} one more two");
        assert_eq!(found(&source, "one [...] two"), Some("one more two"));
    }

    #[test]
    fn context_is_cut_between_words() {
        let source = "A first sentence.\n\nThen Minsk   would “allow” it, perhaps.";
        let folded = Folded::new(source);
        let at = folded.find("allow").unwrap();
        let around = |n| folded.context(at, n);
        assert_eq!(around(16), ("Minsk would “".into(), "” it, perhaps.".into()));
        assert_eq!(around(11), ("would “".into(), "” it,".into()));
        assert_eq!(around(1), ("“".into(), "”".into()));
        assert_eq!(around(0), (String::new(), String::new()));
        let (before, after) = around(1000);
        assert_eq!(before, "A first sentence. Then Minsk would “");
        assert_eq!(after, "” it, perhaps.");
        let chinese = Folded::new("白俄罗斯总统卢卡申科");
        let at = chinese.find("总统").unwrap();
        assert_eq!(chinese.context(at, 2), ("罗斯".into(), "卢卡".into()));
    }

    #[test]
    fn a_missing_quote_is_shown_where_it_departs() {
        let source = "It would allow Russia to establish a military presence in Belarus, he said.";
        assert_eq!(
            nearest(source, "would allow Russia to establish a permanent military presence"),
            three(
                "would allow Russia to establish a",
                "military presence in Belarus, he said.",
                "permanent military presence"
            )
        );
        assert_eq!(
            nearest(source, "presence in Belarus and"),
            three("presence in Belarus", ", he said.", "and")
        );
        assert_eq!(
            nearest(source, "military bases"),
            three("military", "presence in Belarus, he said.", "bases")
        );
    }

    #[test]
    fn a_quote_that_differs_from_its_first_word_is_shown_by_its_longest_run() {
        let source = "He said it would allow Russia to establish a presence in Belarus.";
        assert_eq!(
            nearest(source, "They would permit Russia to establish a base"),
            three("Russia to establish a", "presence in Belarus.", "base")
        );
        assert_eq!(
            nearest(source, "Moscow to establish a presence in Belarus"),
            three("", "He said it would allow Russia", "Moscow")
        );
        assert_eq!(nearest(source, "No word of this is there at all"), None);
        assert_eq!(nearest(source, ""), None);
        assert_eq!(nearest(source, "to establish a presence"), None);
    }

    #[test]
    fn a_departure_is_found_across_divided_words() {
        let source = "the demili-\ntarizing of the well-\nknown region began";
        assert_eq!(
            nearest(source, "demilitarizing of the well-known area began"),
            three("demilitarizing of the well-known", "region began", "area began")
        );
    }

    #[test]
    fn a_departure_within_the_last_word_is_shown() {
        assert_eq!(
            nearest("and then we can't go", "and then we can"),
            three("and then we can", "'t go", "")
        );
    }

    #[test]
    fn a_departure_after_an_ellipsis_is_shown() {
        let source = "One thing is sure: Minsk would allow Russian bases. Another is not.";
        assert_eq!(
            nearest(source, "One thing is sure [...] would allow Russian planes"),
            three("would allow Russian", "bases. Another is not.", "planes")
        );
        assert_eq!(
            nearest(source, "Minsk would allow ... is sure"),
            three("Minsk would allow", "Russian bases. Another is not.", "is sure")
        );
    }

    #[test]
    fn repetitive_texts_take_linear_time() {
        // Quadratic searches take hours for these.
        let n = 200_000;
        let source = Folded::new(&"ab ".repeat(n));
        assert_eq!(source.find(&format!("{}a", "ab ".repeat(n / 2))), None);
        assert!(source.find(&"ab ".repeat(n)).is_some());
        assert!(source.nearest(&format!("{}b", "ab ".repeat(n / 2))).is_some());
        Folded::new(&"\u{ad}".repeat(n));
        assert_eq!(source.find(&"ab ... ".repeat(n)), None);
        assert_eq!(source.find(&format!("{}x", "x…".repeat(n))), None);
        let hyphens = Folded::new(&"a-".repeat(n));
        assert_eq!(hyphens.find(&format!("{}aa", "a-".repeat(n / 2))), None);
        assert!(Folded::new(&"a-\n".repeat(n)).nearest("a-a b").is_some());
    }

    /// Words as sources have them, each beginning and ending in a letter.
    fn word() -> impl Strategy<Value = String> {
        "[a-cßﬁ中é](['’a-cA-Zﬁé\u{ad}\u{200b}\u{301}…—-]{0,4}[a-cé])?[,.:]?"
    }

    fn space() -> impl Strategy<Value = &'static str> {
        prop_oneof![Just(" "), Just("\n"), Just("\u{a0} "), Just(" \u{200b}\r\n"), Just(" – ")]
    }

    proptest! {
        /// Whatever lies between two spaces is found, there or before, and with the same words.
        #[test]
        fn what_is_there_is_found(
            words in prop::collection::vec((word(), space()), 1..20),
            (from, n_words) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        ) {
            let from = from.index(words.len());
            let to = from + n_words.index(words.len() - from);
            let mut source = String::new();
            let (mut start, mut end) = (0, 0);
            for (ix, (word, space)) in words.iter().enumerate() {
                if ix == from { start = source.len(); }
                source.push_str(word);
                if ix == to { end = source.len(); }
                source.push_str(space);
            }
            let folded = Folded::new(&source);
            let quote = &source[start..end];
            let found = folded.find(quote).expect("it is there");
            prop_assert!(found.start <= start);
            let passage = &source[found.start..found.end];
            let key = |text: &str| {
                let folded = Folded::new(text);
                let joints: Vec<(usize, u8)> =
                    folded.joints.iter().map(|joint| (joint.at, joint.readings)).collect();
                (folded.text, joints)
            };
            prop_assert_eq!(key(passage), key(quote));
            if found.start == start {
                prop_assert_eq!(found.end, end);
            }
            prop_assert_eq!(folded.nearest(quote), None);
            let (before, after) = folded.context(found, 10);
            prop_assert!(before.chars().count() <= 10 && after.chars().count() <= 10);
        }

        /// No text and no quote makes a panic, and what is found lies between characters.
        #[test]
        fn any_text_can_be_searched(
            source in "([a-b'.\\-… \n]|\\PC){0,40}",
            quote in "([a-b'.\\-… \n]|\\PC){0,6}",
            (from, n_chars) in (0..40usize, 0..20usize),
        ) {
            let folded = Folded::new(&source);
            let taken: String = source.chars().skip(from).take(n_chars).collect();
            for quote in [&quote, &taken] {
                match folded.find(quote) {
                    Some(found) => {
                        prop_assert!(source.get(found.start..found.end).is_some());
                        folded.context(found, n_chars);
                    }
                    None => { folded.nearest(quote); }
                }
            }
        }

        /// The longest run is the one that comparing all runs with all places gives.
        #[test]
        fn longest_run_agrees_with_trying_all(
            source in prop::collection::vec(0..3u8, 0..30),
            quote in prop::collection::vec(0..3u8, 1..12),
        ) {
            let text = |ids: &[u8]| ids.iter().map(|id| ["x", "y", "!"][usize::from(*id)])
                .collect::<Vec<_>>().join(" ");
            let (source, quote) = (text(&source), text(&quote));
            let (source, quote) = (Folded::new(&source), Folded::new(&quote));
            let mut ids = BTreeMap::new();
            let mut tokens = Vec::new();
            quote.each_token(|_| true, |text, start, end| {
                let n_known = ids.len() as u32;
                let id = *ids.entry(text).or_insert(n_known);
                tokens.push(Token { id, is_word: true, start, end });
            });
            let (leading, longest) = source.longest_runs(&ids, &tokens);
            // Every token here is one byte.
            let (s, q) = (source.text.as_bytes(), quote.text.as_bytes());
            let occurs = |run: &[u8]| run.is_empty() || s.windows(run.len()).any(|w| w == run);
            let n_leading = (0..=q.len()).rev().find(|&n| occurs(&q[..n])).unwrap();
            prop_assert_eq!(leading.n_tokens, n_leading);
            let n_longest = (0..=q.len()).rev()
                .find(|&n| n == 0 || q.windows(n).any(occurs)).unwrap();
            prop_assert_eq!(longest.n_tokens, n_longest);
            let run = |r: TokenRun, text: &[u8], end: usize| text[end - r.n_tokens..end].to_vec();
            for r in [leading, longest] {
                prop_assert_eq!(run(r, q, r.quote_end), run(r, s, r.source_end));
            }
        }
    }
}
