//! A first assessment from an article: its claim, its sections as reasons, its facts as quoted evidence.
//!
//! Nothing is judged: every weight is `?`, which counts for nothing until its author writes a number. A
//! quote that is not in the text word for word is not written. What was not taken is listed.

mod aside;
mod claim;
mod layout;
mod marks;
mod model;
mod speakers;

use std::collections::BTreeSet;

use weigh_model::dates::PartialDate;
use weigh_model::quotes::Folded;
use weigh_syntax::{format, parser, span::FileId};

use claim::{Claim, claim};
use layout::{MAX_HEADING_WORDS, Section, one_line, sections, sentences, words};
use marks::Marks;
pub use model::{Hold, Proposal, ProposedItem, ProposedReason, request};

/// A draft, and what was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The text of the file, without errors and laid out.
    pub text: String,
    /// Sections, or paragraphs of an article without headings, that became reasons.
    pub n_reasons: usize,
    /// Sentences that became evidence.
    pub n_evidence: usize,
    /// Dates and numbers in those sentences.
    pub n_facts: usize,
    /// Those to whom the article gives some of its sentences, each proposed as an origin.
    pub n_origins: usize,
    /// What was set aside and why, each as it stands in comments of the file.
    pub set_aside: Vec<String>,
}

/// What is known of an article beside its words.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Its file, as the draft will name it.
    pub file: &'a str,
    /// The day it appeared, if somebody says so; a line of the article that gives it is read otherwise.
    /// Months without a year are read against it.
    pub published: Option<PartialDate>,
    /// Today, ISO: what the draft speaks for if the day of appearance is not known.
    pub today: PartialDate,
}

/// Sentences taken as evidence at most: more than a reader will weigh.
const MAX_EVIDENCE: usize = 500;
/// Reasons at most: of a long article without headings every paragraph would be one.
const MAX_REASONS: usize = 60;
/// Lines on what was set aside at most.
const MAX_ASIDE: usize = 500;
/// Origins proposed at most: every one is two declarations that a reader must go through.
const MAX_ORIGINS: usize = 100;

/// Writes a first assessment of an article in plain text, whose paragraphs blank lines part.
///
/// ```
/// use weigh::draft::{About, draft};
/// let article = "Ruritania is unlikely to leave the union\n\nThe vote of 12 May 2021 was close.";
/// let today = "2026-01-15".parse()?;
/// let draft = draft(article, &About { file: "a.txt", published: None, today });
/// assert!(draft.text.contains("question outcome \"Will Ruritania leave the union?\""));
/// assert!(draft.text.contains("claims \"unlikely\" on icd203"));
/// assert_eq!((draft.n_evidence, draft.n_facts), (1, 1));
/// # Ok::<(), weigh_model::dates::DateError>(())
/// ```
pub fn draft(article: &str, about: &About) -> Draft {
    draft_with(article, about, None)
}

/// The same with the question, reasons and evidence that a model proposes, as far as its quotes are in the
/// article; what is not there is set aside. Nothing else of its answer is taken.
pub fn draft_with(article: &str, about: &About, proposal: Option<&Proposal>) -> Draft {
    let source = Folded::new(article);
    let mut set_aside = Vec::new();
    let mut paragraphs = layout::paragraphs(article);
    let head = layout::head(&mut paragraphs, &mut set_aside);
    let agency = paragraphs.first().and_then(|first| speakers::agency(&first.text));
    let first_words = |text: &str| shortened(sentences(text).first().map_or("", String::as_str));
    let title = head
        .title
        .or_else(|| paragraphs.first().map(|first| first_words(&first.text)))
        .unwrap_or_else(|| "An article without words".to_owned());
    let sections = sections(&paragraphs, &mut set_aside);
    let published =
        about.published.or_else(|| head.published.as_ref().and_then(|day| day.parse().ok()));
    let as_of = published.unwrap_or(about.today);
    let mut claim = claim(&title, &sections, as_of);
    let parts = match proposal {
        None => parts_of(&sections, &claim),
        Some(proposal) => {
            if proposal.question.ends_with('?') {
                claim.question = proposal.question.clone();
            }
            proposed(proposal, &source, &mut set_aside)
        }
    };

    let mut origins = Origins::default();
    let wire = agency.as_ref().map(|agency| origins.propose(agency));
    let mut body = String::new();
    let mut names = BTreeSet::new();
    let mut drafted = Draft {
        text: String::new(),
        n_reasons: 0,
        n_evidence: 0,
        n_facts: 0,
        n_origins: 0,
        set_aside: Vec::new(),
    };
    let mut n_beyond = 0;
    for part in &parts {
        let heading = part.heading.as_ref().filter(|_| drafted.n_reasons < MAX_REASONS);
        let reason = heading.map(|heading| {
            let name = name("about", heading, 2, &mut names);
            body.push_str(&format!("\nreason {name} {}\n  odds x ?\n", quoted(heading)));
            if source.find(heading).is_some() {
                body.push_str(&format!("  quote article {}\n", quoted(heading)));
            }
            drafted.n_reasons += 1;
            name
        });
        for Item { text, sentence } in &part.items {
            if drafted.n_evidence == MAX_EVIDENCE {
                n_beyond += 1;
                continue;
            }
            let marks = Marks::of(sentence, published);
            if text.is_none() && !marks.is_evidence() {
                continue;
            }
            if source.find(sentence).is_none() {
                set_aside.push(format!("not taken, its words are not found again: {sentence}"));
                continue;
            }
            drafted.n_evidence += 1;
            drafted.n_facts += marks.n_facts();
            let speaker = speakers::speaker(sentence);
            let origin = speaker.as_ref().and_then(|speaker| origins.of(speaker));
            let quoted_from = origin.map_or_else(|| "article".to_owned(), |it| format!("via_{it}"));
            let n = drafted.n_evidence;
            let short = text.clone().unwrap_or_else(|| shortened(sentence));
            body.push_str(&format!("\nevidence fact_{n} {}\n", quoted(&short)));
            body.push_str(&format!("  quote {quoted_from} {}\n", quoted(sentence)));
            if let Some(day) = marks.day.filter(|day| day.last_day() <= as_of.last_day()) {
                body.push_str(&format!("  on {day}\n"));
            }
            body.push_str("  likelihood ? if outcome = yes, 1 otherwise\n");
            if let Some(reason) = &reason {
                body.push_str(&format!("  because {reason}\n"));
            }
            if text.is_some() {
                body.push_str(
                    "  note \"A model proposes it, in its words; the quote is the article's\"\n",
                );
            }
            if !marks.told().is_empty() {
                body.push_str(&format!("  note {}\n", quoted(&marks.told())));
            }
        }
    }
    if n_beyond > 0 {
        set_aside.push(format!(
            "{n_beyond} more sentences, which were not read: a draft has at most {MAX_EVIDENCE} items of evidence"
        ));
    }
    let mut text = opening(&title, about, as_of, published.is_some(), &claim);
    let article = Article {
        title: &title,
        file: about.file,
        author: head.author.as_deref(),
        published,
        wire: wire.as_deref(),
    };
    text.push_str(&article.source());
    text.push_str(&origins.declared(&article));
    text.push_str(&asked(&claim));
    text.push_str(&body);
    if !set_aside.is_empty() {
        text.push_str("\n# Set aside:\n");
        for line in set_aside.iter().take(MAX_ASIDE) {
            text.push_str(&format!("# - {}\n", one_line(line)));
        }
        if set_aside.len() > MAX_ASIDE {
            text.push_str(&format!("# and {} more\n", set_aside.len() - MAX_ASIDE));
        }
    }
    drafted.text = format::format(&parser::parse(FileId(0), &text));
    drafted.n_origins = origins.found.len();
    drafted.set_aside = set_aside;
    drafted
}

/// A reason with what is said for it; without a heading it is evidence of no reason.
struct Part {
    heading: Option<String>,
    items: Vec<Item>,
}

/// A sentence of the article, and what somebody else calls it.
struct Item {
    text: Option<String>,
    sentence: String,
}

/// The sections of an article, without what it concludes, which is no ground for it.
fn parts_of(sections: &[Section], claim: &Claim) -> Vec<Part> {
    let is_claim = |text: &str| claim.sentence.as_deref() == Some(text);
    let part = |section: &Section| {
        let heading = section.heading.clone();
        let all = section.paragraphs.iter().flat_map(|paragraph| sentences(paragraph));
        Part {
            heading: heading.filter(|heading| !is_claim(heading) && !layout::is_part(heading)),
            items: all
                .filter(|sentence| !is_claim(sentence))
                .map(|sentence| Item { text: None, sentence })
                .collect(),
        }
    };
    sections.iter().map(part).collect()
}

/// What a model proposes, each passage once and as the article has it.
fn proposed(proposal: &Proposal, source: &Folded, set_aside: &mut Vec<String>) -> Vec<Part> {
    let mut taken = BTreeSet::new();
    let mut parts = Vec::new();
    for reason in proposal.reasons.iter().filter(|reason| !reason.text.is_empty()) {
        let mut items = Vec::new();
        for item in reason.evidence.iter().filter(|item| !item.quote.is_empty()) {
            match source.find(&item.quote) {
                Some(found) => {
                    let sentence = one_line(&source.original()[found.start..found.end]);
                    if taken.insert(sentence.clone()) {
                        let text = Some(item.text.clone()).filter(|text| !text.is_empty());
                        items.push(Item {
                            text: Some(text.unwrap_or_else(|| shortened(&sentence))),
                            sentence,
                        });
                    }
                }
                None => set_aside
                    .push(format!("not in the article, as a model quotes it: {}", item.quote)),
            }
        }
        parts.push(Part { heading: Some(reason.text.clone()), items });
    }
    parts
}

/// The first lines of a draft: what it is, and the assessment that it declares.
fn opening(
    title: &str,
    about: &About,
    as_of: PartialDate,
    day_is_known: bool,
    claim: &Claim,
) -> String {
    let mut text = format!(
        "# Drafted from {}. Nothing here is judged yet: every ? waits for a number of yours.\n\
         # What the machine proposes: the question and its horizon, which sentences are evidence, for which reason,\n\
         # and who said so.\n",
        one_line(about.file)
    );
    text.push_str(&format!("\nassessment {}\n  as of {as_of}\n", quoted(title)));
    if let Some((word, scale)) = claim.word {
        text.push_str(&format!("  claims \"{word}\" on {}\n", scale.name()));
    }
    if let Some((level, sentence)) = &claim.confidence {
        text.push_str(&format!("  confidence {level} {}\n", quoted(sentence)));
    }
    if claim.word.is_some() {
        text.push_str("  allow claim-off-number \"The weights are still open\"\n");
    }
    text.push_str("  allow reason-moves-nothing \"The weights are still open\"\n");
    if !day_is_known {
        text.push_str("  note \"The day the article appeared is not known: it speaks as of the day of this draft\"\n");
    }
    text
}

/// The question, and a base rate to be filled in.
fn asked(claim: &Claim) -> String {
    let mut text = format!("\nquestion outcome {}\n  by {}\n", quoted(&claim.question), claim.by);
    if let Some(sentence) = &claim.sentence {
        text.push_str(&format!("  quote article {}\n", quoted(sentence)));
    }
    let what = if claim.by_is_said {
        "The question is proposed, and its horizon read off the text"
    } else {
        "Question and horizon are proposed"
    };
    text.push_str(&format!(
        "  note \"{what}: say what is asked, by when, and how it is decided\"\n\
         \nbase rate ? \"How often do such things happen?\"\n"
    ));
    text
}

/// The article as a source.
struct Article<'a> {
    title: &'a str,
    file: &'a str,
    author: Option<&'a str>,
    published: Option<PartialDate>,
    /// The origin of all of it: the agency whose copy it prints.
    wire: Option<&'a str>,
}

impl Article<'_> {
    fn source(&self) -> String {
        let mut text = format!("\nsource article {}\n{}", quoted(self.title), self.clauses());
        text.extend(self.author.map(|author| format!("  author {}\n", quoted(author))));
        text.extend(self.wire.map(|wire| format!("  origin {wire}\n")));
        text
    }

    fn clauses(&self) -> String {
        let mut text = format!("  file {}\n", quoted(self.file));
        text.extend(self.published.map(|day| format!("  published {day}\n")));
        text
    }
}

/// Those to whom the article gives its sentences: the names their sources get, and how they are called.
#[derive(Default)]
struct Origins {
    found: Vec<(String, String)>,
    names: BTreeSet<String>,
    /// Those whom a sentence is quoted from by way of the article.
    quoted: BTreeSet<String>,
}

impl Origins {
    /// The name of the source that a speaker becomes, and that sentences are quoted from by way of the
    /// article; None for one too many.
    fn of(&mut self, speaker: &str) -> Option<String> {
        let same = |(_, known): &&(String, String)| is_same(known, speaker);
        let known = self.found.iter().find(same).map(|(name, _)| name.clone());
        let name = match known {
            Some(name) => name,
            None if self.found.len() == MAX_ORIGINS => return None,
            None => self.propose(speaker),
        };
        self.quoted.insert(name.clone());
        Some(name)
    }

    fn propose(&mut self, speaker: &str) -> String {
        let name = name("by", speaker, 3, &mut self.names);
        self.found.push((name.clone(), speaker.to_owned()));
        name
    }

    /// Two sources for each: itself, which nobody has read, and the article where it repeats it.
    fn declared(&self, article: &Article) -> String {
        let mut text = String::new();
        for (name, speaker) in &self.found {
            text.push_str(&format!(
                "\nsource {name} {}\n  note \"Named by the article, and not read itself\"\n",
                quoted(speaker)
            ));
            if self.quoted.contains(name) {
                let title = format!("{}, on what it has from: {speaker}", article.title);
                text.push_str(&format!(
                    "source via_{name} {}\n{}  origin {name}\n",
                    quoted(&title),
                    article.clauses()
                ));
            }
        }
        text
    }
}

/// Whether two ways to call a speaker are one: the same words, or the last name alone.
fn is_same(known: &str, speaker: &str) -> bool {
    let (known, speaker) = (words(known), words(speaker));
    let last = |words: &[String]| words.last().cloned();
    known == speaker
        || (speaker.len() == 1 && last(&known) == last(&speaker))
        || (known.len() == 1 && last(&known) == last(&speaker))
}

/// A name from a text's first long words, unlike those before it.
fn name(prefix: &str, text: &str, n_words: usize, taken: &mut BTreeSet<String>) -> String {
    let long = words(text)
        .into_iter()
        .filter(|word| word.chars().count() > 3 && word.chars().all(|c| c.is_ascii_lowercase()));
    let stem = format!("{prefix}_{}", long.take(n_words).collect::<Vec<_>>().join("_"));
    let stem = stem.trim_end_matches('_').to_owned();
    let mut name = stem.clone();
    let mut n = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}_{n}");
        n += 1;
    }
    name
}

fn shortened(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    match words.get(..MAX_HEADING_WORDS) {
        Some(first) if words.len() > MAX_HEADING_WORDS => format!("{} …", first.join(" ")),
        _ => sentence.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
