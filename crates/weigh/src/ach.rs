//! A matrix of competing hypotheses (ACH) as an assessment to begin from, and the two answers side by side.
//!
//! A letter is not a likelihood, so the conversion is assisted and not silent: each letter becomes a
//! placeholder, written once and named for what it is, and all that was assumed or not carried is said
//! (docs/formats.md).

use std::fmt::Write;

use weigh_analysis::findings::{Findings, RowOf};
use weigh_formats::Loss;
use weigh_formats::ach::{Credibility, Grade, Item, Matrix, Rating};

use crate::report::words;

pub use weigh_formats::ach::{MAX_BYTES, read};

/// An assessment made from a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The text of the file.
    pub text: String,
    /// What was assumed, and what the file does not hold.
    pub told: Vec<Loss>,
}

/// The letters that stand for a likelihood, with name and range. The middles are 90, 70, 50, 30 and 10%, a
/// convention of ours that is there to be replaced.
const LETTERS: [(Rating, &str, &str); 5] = [
    (Rating::VeryConsistent, "very_consistent", "85% to 95%"),
    (Rating::Consistent, "consistent", "60% to 80%"),
    (Rating::Neutral, "neutral", "40% to 60%"),
    (Rating::Inconsistent, "inconsistent", "20% to 40%"),
    (Rating::VeryInconsistent, "very_inconsistent", "5% to 15%"),
];
/// Characters of a hypothesis that its state is called by; conditions have to stay readable.
const MAX_STATE: usize = 60;
/// Hypotheses of an order that are named.
const MAX_NAMED: usize = 8;
/// Disagreements of score and model that are told.
const MAX_TOLD: usize = 3;
/// Log likelihood ratios, in nats, below which an item is not named as a reason: as printed, 1 to 1.
const NO_RATIO: f64 = 0.05;

/// Writes a matrix as an assessment: hypotheses as the outcomes of one question, even at first; each item a
/// factor with a likelihood for each hypothesis, and evidence that it is so.
///
/// `name` is that of the matrix's file, `as_of` the day, ISO. The text is without errors and laid out.
///
/// ```
/// use weigh::ach;
/// let matrix = ach::read("Evidence,None,Major\nMany broadcasts,I,C\n")?;
/// let converted = ach::to_assessment(&matrix, "iraq.csv", "2026-01-15");
/// assert!(converted.text.contains("yes inconsistent if hypothesis = \"None\","));
/// # Ok::<(), weigh::raw::formats::ReadError>(())
/// ```
pub fn to_assessment(matrix: &Matrix, name: &str, as_of: &str) -> Converted {
    // A name may hold anything; a line of the file may not.
    let name = name.replace(char::is_control, " ");
    let mut told = Vec::new();
    let states = states(matrix, &mut told);
    let sources = sources(matrix);
    let title = matrix.title.clone().unwrap_or_else(|| format!("Converted from {name}"));
    let mut text = format!(
        "# Converted from {}, a matrix of competing hypotheses. Every number is a placeholder:\n\
         # go through the file, and put in what you mean.\n\n\
         assessment {}\n  as of {as_of}\n\n",
        name,
        quoted(&title),
    );
    text.push_str(
        "# What a letter stands for: how likely the item is if the hypothesis is true. In a cell that\n\
         # deserves better, write a number of its own in place of the name: `yes 2% to 5% if ...`.\n",
    );
    let used = |rating: Rating| {
        matrix.items.iter().flat_map(|item| &item.ratings).any(|it| letter(*it).0 == rating)
    };
    for (rating, name, range) in LETTERS.iter().filter(|(rating, ..)| used(*rating)) {
        let letter = rating.as_str();
        writeln!(text, "quantity {name} = {range} \"What {letter} stands for\"").expect(FITS);
    }
    text.push_str("\n# Before any evidence all are held alike likely. Is one of them commoner than another?\n");
    let names: Vec<String> = states.iter().map(|state| quoted(state)).collect();
    let question = matrix.title.as_deref().unwrap_or("Which hypothesis is true?");
    writeln!(text, "question hypothesis: {} {}", names.join(", "), quoted(question)).expect(FITS);
    let n = names.len();
    let (last, first) = names.split_last().expect("a matrix has hypotheses");
    let even: String = first.iter().map(|state| format!("{state} 1/{n}, ")).collect();
    writeln!(text, "  base {even}{last} rest").expect(FITS);
    for (hypothesis, state) in matrix.hypotheses.iter().zip(&states).filter(|(a, b)| a != b) {
        let note = format!("{state}: {hypothesis}");
        writeln!(text, "  note {}", quoted(&note)).expect(FITS);
    }
    for source in &sources {
        text.push('\n');
        source.write(&mut text);
    }
    for (ix, item) in matrix.items.iter().enumerate() {
        text.push('\n');
        write_item(&mut text, ix, item, &names, source_of(&sources, ix));
    }
    tell(matrix, &sources, &mut told);
    Converted { text, told }
}

const FITS: &str = "a string takes all";

/// Names of the outcomes, no two alike.
fn states(matrix: &Matrix, told: &mut Vec<Loss>) -> Vec<String> {
    let mut states: Vec<String> = Vec::new();
    for hypothesis in &matrix.hypotheses {
        let short = words::shorten(hypothesis, MAX_STATE);
        let mut state = short.clone();
        let mut n = 1;
        while states.contains(&state) || state != *hypothesis && matrix.hypotheses.contains(&state)
        {
            n += 1;
            state = format!("{short} ({n})");
        }
        if state != *hypothesis {
            let message = format!(
                "a hypothesis has a long name: its state is called `{state}`, and the name is kept as a note"
            );
            told.push(Loss { slug: "renamed", message });
        }
        states.push(state);
    }
    states
}

/// Who is behind items, as one source of the file.
struct Source {
    name: String,
    title: String,
    credibility: Option<Credibility>,
    /// Positions of its items.
    items: Vec<usize>,
}

impl Source {
    fn write(&self, text: &mut String) {
        writeln!(text, "source {} {}", self.name, quoted(&self.title)).expect(FITS);
        match self.credibility {
            Some(Credibility::Grade(grade)) => {
                let (letter, said) = match grade {
                    Grade::High => ('B', "high"),
                    Grade::Medium => ('C', "medium"),
                    Grade::Low => ('D', "low"),
                };
                writeln!(text, "  reliability {letter}  # credibility: {said}").expect(FITS);
            }
            Some(Credibility::Admiralty(letter, digit)) => {
                writeln!(text, "  reliability {letter}").expect(FITS);
                if let Some(digit) = digit {
                    writeln!(text, "  credibility {digit}").expect(FITS);
                }
            }
            Some(Credibility::Part(part)) => {
                writeln!(text, "  reliability {part}").expect(FITS);
            }
            None => {}
        }
    }
}

/// One source for each that is named with a credibility; one for each item that has a credibility and no source.
fn sources(matrix: &Matrix) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for (ix, item) in matrix.items.iter().enumerate() {
        let title = match (&item.source, item.credibility) {
            (None, None) => continue,
            (Some(source), _) => source.clone(),
            (None, Some(_)) => format!("Whoever is behind item {}", ix + 1),
        };
        let is_same = |it: &&mut Source| it.title == title && it.credibility == item.credibility;
        match sources.iter_mut().find(is_same) {
            Some(source) => source.items.push(ix),
            None => sources.push(Source {
                name: format!("s{}", sources.len() + 1),
                title,
                credibility: item.credibility,
                items: vec![ix],
            }),
        }
    }
    sources
}

fn source_of(sources: &[Source], item: usize) -> Option<&Source> {
    sources.iter().find(|source| source.items.contains(&item))
}

fn write_item(
    text: &mut String,
    ix: usize,
    item: &Item,
    states: &[String],
    source: Option<&Source>,
) {
    let (name, said) = (format!("e{}", ix + 1), quoted(&item.text));
    writeln!(text, "factor {name} {said}").expect(FITS);
    for (at, (state, rating)) in states.iter().zip(&item.ratings).enumerate() {
        let opens = if at == 0 { "  yes" } else { "   " };
        let comma = if at + 1 < states.len() { "," } else { "" };
        let remark = match rating {
            Rating::NotApplicable => "  # NA in the matrix",
            Rating::Blank => "  # blank in the matrix",
            _ => "",
        };
        writeln!(text, "{opens} {} if hypothesis = {state}{comma}{remark}", letter(*rating).1)
            .expect(FITS);
    }
    writeln!(text, "evidence {name} {said}").expect(FITS);
    if let Some(source) = source {
        writeln!(text, "  source {}", source.name).expect(FITS);
    }
    // Who is graded may be wrong about it; what nobody graded is taken as it stands.
    match source.and_then(|source| source.credibility) {
        Some(_) => writeln!(text, "  reports {name} = yes").expect(FITS),
        None => writeln!(text, "  observes {name} = yes").expect(FITS),
    }
    for (heading, cell) in &item.notes {
        writeln!(text, "  note {}", quoted(&format!("{heading}: {cell}"))).expect(FITS);
    }
}

/// The letter that stands for a cell's likelihood: what is not said tells nothing.
fn letter(rating: Rating) -> (Rating, &'static str) {
    let found = LETTERS.iter().find(|(letter, ..)| *letter == rating).unwrap_or(&LETTERS[2]);
    (found.0, found.1)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What was assumed and what was not carried.
fn tell(matrix: &Matrix, sources: &[Source], told: &mut Vec<Loss>) {
    let mut tell = |slug, message| told.push(Loss { slug, message });
    tell(
        "placeholder",
        "the letters became likelihoods by a convention: CC 90%, C 70%, N 50%, I 30%, II 10%, each with a range; put in what you mean".to_owned(),
    );
    tell("even-base", "the hypotheses begin alike likely: write how common each is".to_owned());
    let cells = || matrix.items.iter().flat_map(|item| &item.ratings);
    let n_open = cells().filter(|it| matches!(it, Rating::NotApplicable | Rating::Blank)).count();
    if n_open > 0 {
        let n =
            words::count(n_open, "cell is NA or blank and was", "cells are NA or blank and were");
        tell("read-as-neutral", format!("{n} read as N; a remark in the file marks each"));
    }
    let is_graded = |source: &Source| matches!(source.credibility, Some(Credibility::Grade(_)));
    if sources.iter().any(is_graded) {
        tell("graded", "credibility high, medium and low became the reliabilities B (70–90%), C (50–70%) and D (25–50%) of whoever reports the item".to_owned());
    }
    if sources.iter().any(|source| source.credibility.is_some()) {
        tell("graded", "an item with a credibility is now a report that may be wrong; one without is taken as seen".to_owned());
    }
    let mut split: Vec<String> = Vec::new();
    for (ix, source) in sources.iter().enumerate() {
        let title = format!("“{}”", source.title);
        let stood_before = sources[..ix].iter().any(|other| other.title == source.title);
        if stood_before && !split.contains(&title) {
            split.push(title);
        }
    }
    if !split.is_empty() {
        tell(
            "graded-twice",
            format!(
                "a source has one reliability here; what is graded otherwise from item to item became several sources: {}",
                words::list(&split)
            ),
        );
    }
    let mut kept: Vec<String> = Vec::new();
    for (heading, _) in matrix.items.iter().flat_map(|item| &item.notes) {
        let heading = format!("`{heading}`");
        if !kept.contains(&heading) {
            kept.push(heading);
        }
    }
    if !kept.is_empty() {
        tell(
            "kept-as-note",
            format!("kept as notes, and not reckoned with: {}", words::list(&kept)),
        );
    }
    if matrix.items.iter().any(|item| item.relevance.is_some()) {
        tell("relevance", "relevance has no number of its own here: an item that bears little on the question has likelihoods that hardly differ".to_owned());
    }
    for (line, why) in &matrix.left_out {
        tell("left-out", format!("line {line}: {why}"));
    }
}

/// The matrix's inconsistency scores beside the model's probabilities, and where their orders differ, why.
///
/// `findings` are those of the assessment that [`to_assessment`] made.
pub fn compare(matrix: &Matrix, findings: &Findings) -> Vec<String> {
    let Some(question) = findings.questions.first() else { return Vec::new() };
    let p: Vec<f64> = question.outcomes.iter().map(|outcome| outcome.estimate.p).collect();
    let scores = matrix.inconsistency();
    if p.len() != scores.len() {
        return Vec::new();
    }
    let name = |h: usize| format!("`{}`", question.outcomes[h].state);
    let in_order = |by: &dyn Fn(usize) -> f64, shown: &dyn Fn(usize) -> String| {
        let mut order: Vec<usize> = (0..p.len()).collect();
        order.sort_by(|a, b| by(*a).total_cmp(&by(*b)));
        let each = order.iter().take(MAX_NAMED).map(|&h| format!("{} {}", name(h), shown(h)));
        let mut each: Vec<String> = each.collect();
        if order.len() > MAX_NAMED {
            each.push(format!("and {} more", order.len() - MAX_NAMED));
        }
        each.join(", ")
    };
    let shown = |scores: &[f64], h: usize| words::number(scores[h]);
    let mut told = vec![format!(
        "By inconsistency (I 1, II 2), the least first: {}.",
        in_order(&|h| scores[h], &|h| shown(&scores, h))
    )];
    if let Some(weighted) = matrix.weighted_inconsistency() {
        told.push(format!(
            "The same weighted by credibility and relevance (low 0.71, medium 1, high 1.41): {}.",
            in_order(&|h| weighted[h], &|h| shown(&weighted, h))
        ));
    }
    told.push(format!(
        "By the model, the likeliest first: {}.",
        in_order(&|h| -p[h], &|h| words::percent(p[h]))
    ));
    // As far as they are printed apart.
    let is_likelier =
        |b: usize, a: usize| p[b] > p[a] && words::percent(p[b]) != words::percent(p[a]);
    let mut differing: Vec<(usize, usize)> = (0..p.len())
        .flat_map(|a| (0..p.len()).map(move |b| (a, b)))
        .filter(|&(a, b)| scores[a] < scores[b] && is_likelier(b, a))
        .collect();
    differing.sort_by(|x, y| (p[y.1] - p[y.0]).total_cmp(&(p[x.1] - p[x.0])));
    if differing.is_empty() {
        told.push(
            "Wherever the score makes a difference, the model has the same order.".to_owned(),
        );
    }
    for &(a, b) in differing.iter().take(MAX_TOLD) {
        told.push(format!(
            "The orders differ: {} has less against it than {}, but is less likely. {}",
            name(a),
            name(b),
            why(matrix, findings, a, b)
        ));
    }
    told
}

/// Why `a`, with the smaller score, is less likely than `b`.
fn why(matrix: &Matrix, findings: &Findings, a: usize, b: usize) -> String {
    let state = |h: usize| &findings.questions[0].outcomes[h].state;
    let rows = findings.matrix.first().map_or(&[][..], |found| &found.rows);
    let likelihoods = rows.iter().filter_map(|row| {
        let RowOf::Evidence { item } = row.of else { return None };
        let ratio = |h: usize| row.alone.cells.get(h).copied().flatten().map(|it| it.likelihood);
        let nats = weigh_analysis::log_odds::Weight::of_ratio(ratio(b)? / ratio(a)?).nats;
        Some((matrix.items.get(item)?, nats))
    });
    let points = |item: &Item, h: usize| item.ratings[h].points();
    let unseen = likelihoods
        .filter(|(item, nats)| points(item, a) == points(item, b) && *nats > NO_RATIO)
        .max_by(|x, y| x.1.total_cmp(&y.1));
    if let Some((item, nats)) = unseen {
        let cell = |h: usize| match item.ratings[h] {
            Rating::Blank => "blank",
            rating => rating.as_str(),
        };
        return format!(
            "The score does not see that “{}” is {} under `{}` and {} under `{}`; by the convention it is {} times as likely there.",
            item.text,
            cell(b),
            state(b),
            cell(a),
            state(a),
            words::odds_factor(nats),
        );
    }
    let against = |h: usize| matrix.items.iter().filter(move |item| points(item, h) > 0.0);
    if against(b).any(|item| item.credibility.is_some()) {
        return format!(
            "The score counts in full what speaks against `{}`; in the model it is reported by somebody who may be wrong.",
            state(b)
        );
    }
    "The score adds points up, the model multiplies likelihoods: two I are not one II, and an I weighs by what the other cell is.".to_owned()
}
