//! Where things stand: the line of a file, the words of a source, and the way from one part of the page to another.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, Place, QuoteFinding, QuoteStatus};

use super::{listing, words};

/// `belarus.weigh:23`, in small type, which leads to the line.
pub fn place(place: &Place) -> Markup {
    html! { a.place href={ "#" (listing::line_id(&place.file, place.line)) } { (place_text(place)) } }
}

/// The same where the file is not on the page.
pub fn place_elsewhere(place: &Place) -> Markup {
    html! { span.place { (place_text(place)) } }
}

fn place_text(place: &Place) -> Markup {
    html! { span.sr { "line " } (place.file) ":" (place.line) }
}

/// A generated text in which names of the file stand in backticks.
pub fn prose(text: &str) -> Markup {
    html! {
        @for (ix, part) in text.split('`').enumerate() {
            @if ix % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A generated text that stays on one line: `20–45%`.
pub fn unbroken(text: &str) -> Markup {
    html! { span.unbroken { (text) } }
}

/// A text that somebody wrote, in whatever script it is.
pub fn own_words(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// A link to a reason, by its position.
pub fn reason_link(findings: &Findings, reason_ix: usize) -> Markup {
    html! {
        @if let Some(reason) = findings.reasons.get(reason_ix) {
            a href={ "#reason-" (reason_ix) } { (own_words(&reason.text)) }
        }
    }
}

/// Links to several reasons, with commas between them.
pub fn reason_links(findings: &Findings, reasons: &[usize]) -> Markup {
    html! {
        @for (ix, &reason_ix) in reasons.iter().enumerate() {
            @if ix > 0 { "; " }
            (reason_link(findings, reason_ix))
        }
    }
}

/// Quotes with the words around them and whether they were found.
pub fn quotes(findings: &Findings, quotes: &[QuoteFinding]) -> Markup {
    html! {
        @for (ix, quote) in quotes.iter().enumerate() {
            // The source once for quotes that follow each other.
            @let is_last = quotes.get(ix + 1).is_none_or(|next| next.source != quote.source);
            (one_quote(findings, quote, is_last))
        }
    }
}

fn one_quote(findings: &Findings, quote: &QuoteFinding, names_source: bool) -> Markup {
    let class = match &quote.status {
        QuoteStatus::Verbatim { .. } => "quote",
        QuoteStatus::Missing => "quote missing",
        QuoteStatus::Locked { .. } => "quote",
        QuoteStatus::Unverified => "quote unverified",
    };
    html! {
        figure class=(class) {
            blockquote dir="auto" {
                p {
                    @if let QuoteStatus::Verbatim { before, after, .. } = &quote.status {
                        @let (before, after) = (end_of(before), start_of(after));
                        @if !before.is_empty() { span.context { "… " (before.trim_start()) } @if !before.ends_with(char::is_whitespace) && needs_space(before, &quote.text) { " " } }
                        q { (quote.text) }
                        @if !after.is_empty() { @if !after.starts_with(char::is_whitespace) && needs_space(&quote.text, after) { " " } span.context { (after.trim_end()) " …" } }
                    } @else {
                        q { (quote.text) }
                    }
                }
            }
            figcaption {
                @if quote.status == QuoteStatus::Missing { strong.status { "Not in the source. " } }
                @if let Some(source) = findings.sources.get(quote.source).filter(|_| names_source) {
                    a href={ "#source-" (quote.source) } { (own_words(&words::shorten(&source.title, 52))) } " "
                }
                @if let QuoteStatus::Locked { .. } = quote.status { span.sr { "checked when it was locked, " } }
                @if quote.status == QuoteStatus::Unverified { span.sr { "not checked, " } }
                (place(&quote.place))
            }
            (in_source(findings, quote))
        }
    }
}

/// The passage that a quote is from, folded away, with what proves that it is there.
fn in_source(findings: &Findings, quote: &QuoteFinding) -> Markup {
    let Some(source) = findings.sources.get(quote.source) else { return html! {} };
    let (at, cut, around) = match &quote.status {
        QuoteStatus::Verbatim { before, after, at, cut } => (at, cut, Some((before, after))),
        QuoteStatus::Locked { at, cut } => (at, cut, None),
        QuoteStatus::Missing | QuoteStatus::Unverified => return html! {},
    };
    let around = around.filter(|_| !source.is_private);
    let words = quote.original.as_ref().unwrap_or(&quote.text);
    html! {
        details.passage {
            summary { "In the source: " (at.to_string()) }
            @if let Some((before, after)) = around {
                blockquote dir="auto" { p { (before) mark { (words) } (after) } }
            } @else if quote.original.is_some() {
                blockquote dir="auto" { p { q { (words) } } }
            }
            @if quote.original.is_some() {
                p.muted { @match &quote.translation {
                    Some(QuoteStatus::Verbatim { .. } | QuoteStatus::Locked { .. }) => "The translation is that of the stored text.",
                    _ => "The translation is the author’s own.",
                } }
            }
            @if let Some(cut) = cut { p { strong { "Cut: " } (prose(cut)) "." } }
            p.muted {
                @if let Some(day) = &source.verified_on { "Found word for word on " (words::date(day)) ", says the lock; the text is not here. " }
                @else if source.is_private { "Found word for word; the text is not to be shown. " }
                @if let Some(hash) = &source.hash { "File: BLAKE3 " code { (hash.get(..16).unwrap_or(hash)) "…" } }
            }
        }
    }
}

/// Words around a quote that are shown: enough to see whether a qualifier was cut.
const CONTEXT: usize = 80;

/// The last words of a context, without the end of a sentence that came before them.
fn end_of(before: &str) -> &str {
    let cut = match before.char_indices().rev().nth(CONTEXT) {
        Some((at, _)) => before[at..].find(' ').map_or(before, |space| &before[at + space..]),
        None => before,
    };
    cut.trim_start_matches(|c: char| !c.is_alphanumeric() && !"“‘\"'(".contains(c))
}

/// The first words of a context.
fn start_of(after: &str) -> &str {
    let cut = match after.char_indices().nth(CONTEXT) {
        Some((at, _)) => after[..at].rfind(' ').map_or(after, |space| &after[..space]),
        None => after,
    };
    cut.trim_end_matches([' ', ',', ';', '.'])
}

/// Whether two cuts of one text lost a space between them: both sides are letters or digits.
fn needs_space(left: &str, right: &str) -> bool {
    left.chars().next_back().is_some_and(char::is_alphanumeric)
        && right.chars().next().is_some_and(char::is_alphanumeric)
}

/// Notes, each its own paragraph.
pub fn notes(notes: &[String]) -> Markup {
    html! {
        @for note in notes { p.note dir="auto" { (prose(note)) } }
    }
}

/// How many quotes there are, and how many of them were found, missing and not looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuoteTally {
    /// All.
    pub n_quotes: usize,
    /// Word for word in their source.
    pub n_verbatim: usize,
    /// They were, says the lock; the text is not here.
    pub n_locked: usize,
    /// Not in it.
    pub n_missing: usize,
    /// Nobody looked.
    pub n_unverified: usize,
}

/// Counts every quote of the assessment.
pub fn tally_quotes(findings: &Findings) -> QuoteTally {
    let groups = (findings.reasons.iter().map(|it| &it.quotes))
        .chain(findings.factors.iter().map(|it| &it.quotes))
        .chain(findings.quantities.iter().map(|it| &it.quotes))
        .chain(findings.evidence.iter().map(|it| &it.quotes));
    let mut tally = QuoteTally::default();
    for quote in groups.flatten() {
        tally.n_quotes += 1;
        match quote.status {
            QuoteStatus::Verbatim { .. } => tally.n_verbatim += 1,
            QuoteStatus::Missing => tally.n_missing += 1,
            QuoteStatus::Locked { .. } => tally.n_locked += 1,
            QuoteStatus::Unverified => tally.n_unverified += 1,
        }
    }
    tally
}

impl QuoteTally {
    /// `10 of 12 quotes are in their sources word for word; 1 is not; 1 could not be checked.`
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        if self.n_verbatim == self.n_quotes {
            return match self.n_quotes {
                1 => "The one quote is in its source word for word.".to_owned(),
                2 => "Both quotes are in their sources word for word.".to_owned(),
                n => format!("All {n} quotes are in their sources word for word."),
            };
        }
        if self.n_locked == self.n_quotes {
            return match self.n_quotes {
                1 => "The one quote was in its source word for word when it was locked; the text is not here."
                    .to_owned(),
                n => format!(
                    "All {n} quotes were in their sources word for word when they were locked; the texts are not here."
                ),
            };
        }
        if self.n_unverified == self.n_quotes {
            return match self.n_quotes {
                1 => {
                    "The one quote could not be checked: the source’s text is not here.".to_owned()
                }
                n => format!(
                    "None of the {n} quotes could be checked: the sources’ texts are not here."
                ),
            };
        }
        parts.push(format!(
            "{} of {} {} in {} word for word",
            self.n_verbatim,
            words::count(self.n_quotes, "quote", "quotes"),
            if self.n_verbatim == 1 { "is" } else { "are" },
            if self.n_verbatim == 1 { "its source" } else { "their sources" },
        ));
        if self.n_locked > 0 {
            let were = if self.n_locked == 1 { "was" } else { "were" };
            parts.push(format!(
                "{} {were} when {} locked, and the text is not here",
                self.n_locked,
                if self.n_locked == 1 { "it was" } else { "they were" },
            ));
        }
        if self.n_missing > 0 {
            parts.push(format!(
                "{} not in the source named",
                if self.n_missing == 1 {
                    "1 is".to_owned()
                } else {
                    format!("{} are", self.n_missing)
                }
            ));
        }
        if self.n_unverified > 0 {
            parts.push(format!(
                "{} could not be checked, for the source’s text is not here",
                self.n_unverified
            ));
        }
        format!("{}.", parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_cut_at_words() {
        assert_eq!(end_of(". However, he "), "However, he ");
        assert_eq!(start_of(". The next sentence."), ". The next sentence");
        let long = "word ".repeat(40);
        assert!(end_of(&long).len() <= CONTEXT + 1 && end_of(&long).starts_with("word"));
        assert!(start_of(&long).len() <= CONTEXT && start_of(&long).ends_with("word"));
        let unbroken = "ж".repeat(300);
        assert_eq!(
            (end_of(&unbroken), start_of(&unbroken)),
            (unbroken.as_str(), unbroken.as_str())
        );
    }

    #[test]
    fn tally_reads_as_a_sentence() {
        let tally = QuoteTally {
            n_quotes: 12,
            n_verbatim: 10,
            n_missing: 1,
            n_unverified: 1,
            ..QuoteTally::default()
        };
        insta::assert_snapshot!(tally.sentence(), @"10 of 12 quotes are in their sources word for word; 1 is not in the source named; 1 could not be checked, for the source’s text is not here.");
        let tally = QuoteTally { n_quotes: 53, n_unverified: 53, ..QuoteTally::default() };
        insta::assert_snapshot!(tally.sentence(), @"None of the 53 quotes could be checked: the sources’ texts are not here.");
        let tally = QuoteTally { n_quotes: 9, n_locked: 9, ..QuoteTally::default() };
        insta::assert_snapshot!(tally.sentence(), @"All 9 quotes were in their sources word for word when they were locked; the texts are not here.");
        let tally = QuoteTally { n_quotes: 9, n_verbatim: 7, n_locked: 2, ..QuoteTally::default() };
        insta::assert_snapshot!(tally.sentence(), @"7 of 9 quotes are in their sources word for word; 2 were when they were locked, and the text is not here.");
        let tally = QuoteTally { n_quotes: 3, n_verbatim: 3, ..QuoteTally::default() };
        insta::assert_snapshot!(tally.sentence(), @"All 3 quotes are in their sources word for word.");
    }
}
