//! Which texts come from one: of a folder of articles, or of the sources of an assessment.

use std::collections::BTreeSet;

use serde::Serialize;
use weigh_model::assessment::Source;
use weigh_model::copies::{Pair, groups, pairs};
use weigh_model::dates::PartialDate;
use weigh_model::resolve::last_origin;
use weigh_model::world::World;

pub use weigh_model::copies::{Likeness, Print};

use crate::Session;

/// A text that may repeat another.
#[derive(Debug, Clone)]
pub struct Text {
    /// What it is called: its file, or its source in the assessment.
    pub name: String,
    /// What is kept of its words; none if they are not here.
    pub print: Option<Print>,
    /// When it appeared, if somebody says so.
    pub published: Option<PartialDate>,
    /// The place of the text that it is said to go back to; its own if nobody says so.
    pub said: usize,
    /// Where its words are stored: texts of one file are one text, told apart on purpose.
    pub file: Option<String>,
}

/// The texts, and which of them come from one.
#[derive(Debug, Clone, Serialize)]
pub struct Origins {
    /// How many texts were compared; those of one file count once.
    pub texts: usize,
    /// How many origins they have by what is said of them.
    pub said: usize,
    /// How many they have by what is said and by their words.
    pub origins: usize,
    /// The texts that come from one, by what is said or by their words.
    pub groups: Vec<Group>,
}

/// Texts that come from one.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The one that the others go back to: as it is said, or else the earliest; of those without a day the
    /// longest, since who copies cuts.
    pub origin: String,
    /// The others.
    pub repeats: Vec<Repeat>,
}

/// A text that repeats another.
#[derive(Debug, Clone, Serialize)]
pub struct Repeat {
    /// What it is called.
    pub name: String,
    /// Whether it is said to repeat the group's origin; otherwise that is proposed.
    pub said: bool,
    /// Why: the likeness with the text of the group that it is most like; none if only said.
    pub like: Option<Like>,
}

/// How much a text shares with another one; parts are in `0.0..=1.0`.
#[derive(Debug, Clone, Serialize)]
pub struct Like {
    /// The other one.
    pub to: String,
    /// What they share.
    pub likeness: Likeness,
    /// The part of the shorter text's runs of words that is in the other.
    pub shared_runs: f64,
    /// The part of the names and numbers of the text that has fewer that is in the other.
    pub shared_anchors: f64,
    /// The part of the shared names and numbers that are followed by the same one.
    pub in_order: f64,
}

/// The texts of a folder, by name; nothing is said of them.
///
/// ```
/// use weigh::origins::{Print, of_texts, origins};
/// let wire = "On 3 May the port of Ulm closed after Mayor Ada Stern found 14 leaks, and nobody complained. \
///     Boats were sent up the river to the next lock, where they waited until the water had fallen.";
/// let paper = format!("ULM. {wire} More tomorrow.");
/// let found = origins(&of_texts([("wire", wire), ("paper", &paper), ("other", "It rained in Ulm.")]));
/// assert_eq!((found.texts, found.origins), (3, 2));
/// assert_eq!((found.groups[0].origin.as_str(), found.groups[0].repeats[0].name.as_str()), ("paper", "wire"));
/// ```
pub fn of_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Text> {
    let text = |(ix, (name, words)): (usize, (&str, &str))| Text {
        name: name.to_owned(),
        print: Some(Print::new(words)),
        published: None,
        said: ix,
        file: Some(name.to_owned()),
    };
    texts.into_iter().enumerate().map(text).collect()
}

/// The sources of an assessment, with their texts as far as they can be read.
pub fn of_assessment(session: &Session, world: &dyn World) -> Vec<Text> {
    let sources = &session.assessment.sources;
    let text = |(ix, source): (usize, &Source)| {
        let file = source.file.as_ref().map(|(path, _)| path.clone());
        Text {
            name: source.header.name.clone(),
            print: file
                .as_ref()
                .and_then(|path| Some(Print::new(&world.source(path).ok()?.own_text()))),
            published: source.published,
            said: last_origin(sources, ix),
            file,
        }
    };
    sources.iter().enumerate().map(text).collect()
}

/// Finds out which texts come from one.
pub fn origins(texts: &[Text]) -> Origins {
    // Each stored text once.
    let mut files = BTreeSet::new();
    let read: Vec<usize> = (0..texts.len())
        .filter(|&ix| texts[ix].print.is_some() && files.insert(&texts[ix].file))
        .collect();
    let prints: Vec<Print> = read.iter().filter_map(|&ix| texts[ix].print.clone()).collect();
    let found: Vec<Pair> = pairs(&prints)
        .into_iter()
        .map(|pair| Pair { a: read[pair.a], b: read[pair.b], ..pair })
        .collect();
    let said: Vec<Pair> = (0..texts.len())
        .filter(|&ix| texts[ix].said != ix)
        .map(|ix| linked(texts[ix].said, ix))
        .collect();
    let n_of = |links: &[Pair]| {
        let together = groups(texts.len(), links);
        texts.len() - together.iter().map(|group| group.len() - 1).sum::<usize>()
    };
    let all: Vec<Pair> = found.iter().chain(&said).cloned().collect();
    // Sources of one file are one text, and go back to several origins if that is what is said.
    let named: BTreeSet<&Option<String>> =
        texts.iter().map(|text| &text.file).filter(|file| file.is_some()).collect();
    let n_unfiled = texts.iter().filter(|text| text.file.is_none()).count();
    Origins {
        texts: named.len() + n_unfiled,
        said: n_of(&said),
        origins: n_of(&all),
        groups: groups(texts.len(), &all).iter().map(|it| group(texts, it, &found)).collect(),
    }
}

fn linked(a: usize, b: usize) -> Pair {
    let (a, b) = (a.min(b), a.max(b));
    Pair { a, b, likeness: Likeness::Same, shared_runs: 0.0, shared_anchors: 0.0, in_order: 0.0 }
}

fn group(texts: &[Text], members: &[usize], found: &[Pair]) -> Group {
    let said: Vec<usize> =
        members.iter().map(|&ix| texts[ix].said).filter(|said| members.contains(said)).collect();
    let n_said = |ix: usize| said.iter().filter(|&&said| said == ix).count();
    let n_words = |ix: usize| texts[ix].print.as_ref().map_or(0, Print::n_words);
    let origin = members.iter().copied().min_by_key(|&ix| {
        let is_said = n_said(ix) > 1;
        let day = texts[ix].published.map(|day| day.first_day());
        (!is_said, day.is_none(), day, std::cmp::Reverse(n_words(ix)), ix)
    });
    let origin = origin.expect("a group has members");
    let repeat = |&ix: &usize| {
        let mine = found.iter().filter(|pair| pair.a == ix || pair.b == ix);
        let most = mine.max_by(|a, b| {
            let shared = |pair: &Pair| pair.shared_runs + pair.shared_anchors;
            shared(a).total_cmp(&shared(b)).then((b.a, b.b).cmp(&(a.a, a.b)))
        });
        let like = most.map(|pair| Like {
            to: texts[if pair.a == ix { pair.b } else { pair.a }].name.clone(),
            likeness: pair.likeness,
            shared_runs: pair.shared_runs,
            shared_anchors: pair.shared_anchors,
            in_order: pair.in_order,
        });
        Repeat { name: texts[ix].name.clone(), said: texts[ix].said == texts[origin].said, like }
    };
    Group {
        origin: texts[origin].name.clone(),
        repeats: members.iter().filter(|&&ix| ix != origin).map(repeat).collect(),
    }
}
