//! Files as declarations of lines, without what no probability depends on, and the lines of two side by side.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use weigh_model::assessment::{Assessment, Evidence};
use weigh_syntax::ast::View;
use weigh_syntax::kind::{Kind, Node};
use weigh_syntax::span::{FileId, Span};

use crate::Session;

/// Clauses that no probability depends on, or that are taken into account before hybrids are made: what is
/// not known yet is left out, and dates are then of no more use.
const SILENT: [Kind; 21] = [
    Kind::Note,
    Kind::Claims,
    Kind::Author,
    Kind::Confidence,
    Kind::FileClause,
    Kind::Translation,
    Kind::Private,
    Kind::Url,
    Kind::Publisher,
    Kind::Language,
    Kind::Published,
    Kind::Retrieved,
    Kind::Credibility,
    Kind::Resolves,
    Kind::Gut,
    Kind::Decide,
    Kind::Obtain,
    Kind::Because,
    Kind::On,
    Kind::Set,
    Kind::Observe,
];

/// What kind of declaration, and its name: what is matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(pub Class, pub String);

/// Declarations whose names are one set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Assessment,
    Source,
    Variable,
    BaseRate,
    Reason,
    Evidence,
    Actor,
}

/// A head or a line, without what no probability depends on.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub kind: Kind,
    /// As it can stand in a hybrid.
    pub raw: String,
    /// The same with single blanks: two lines that are alike say the same.
    pub says: String,
    /// The same without its numbers and dates.
    pub form: String,
    pub span: Span,
}

pub(super) struct Declaration {
    pub key: Key,
    pub head: Line,
    pub lines: Vec<Line>,
}

/// Pairs of lines that are held against each other to align two declarations; of more, the lines that differ are
/// taken to be other lines altogether.
const MOST_PAIRS: usize = 1 << 20;

/// The lines of both in one order, those of the same form beside each other: the longest common sequence.
pub(super) fn aligned<'l>(
    old: &'l [Line],
    new: &'l [Line],
) -> Vec<(Option<&'l Line>, Option<&'l Line>)> {
    // Lines that are alike at the top are pairs in some longest sequence, and so are those at the end.
    let alike = |(before, after): &(&Line, &Line)| before.says == after.says;
    let top = old.iter().zip(new).take_while(alike).count();
    let (old_rest, new_rest) = (&old[top..], &new[top..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(alike).count();
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];
    let both = |(before, after): (&'l Line, &'l Line)| (Some(before), Some(after));
    let mut pairs: Vec<_> = old[..top].iter().zip(new).map(both).collect();
    pairs.extend(aligned_middle(old_middle, new_middle));
    pairs.extend(old[old.len() - end..].iter().zip(&new[new.len() - end..]).map(both));
    pairs
}

fn aligned_middle<'l>(
    old: &'l [Line],
    new: &'l [Line],
) -> Vec<(Option<&'l Line>, Option<&'l Line>)> {
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        let gone = old.iter().map(|line| (Some(line), None));
        return gone.chain(new.iter().map(|line| (None, Some(line)))).collect();
    }
    let mut longest = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for (i, before) in old.iter().enumerate().rev() {
        for (j, after) in new.iter().enumerate().rev() {
            longest[i][j] = match before.form == after.form {
                // Of two of the same form, the pair that is alike.
                true => longest[i + 1][j + 1] + 2 + usize::from(before.says == after.says),
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
            longest[i][j] = longest[i][j].max(longest[i + 1][j]).max(longest[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < old.len() || j < new.len() {
        let is_pair = i < old.len() && j < new.len() && old[i].form == new[j].form && {
            longest[i][j] == longest[i + 1][j + 1] + 2 + usize::from(old[i].says == new[j].says)
        };
        if is_pair {
            pairs.push((Some(&old[i]), Some(&new[j])));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            pairs.push((Some(&old[i]), None));
            i += 1;
        } else {
            pairs.push((None, Some(&new[j])));
            j += 1;
        }
    }
    pairs
}

/// Evidence that only one file has under its name, and that says the same as evidence that only the other has,
/// is the same.
pub(super) fn rename_evidence(old: &[Declaration], new: &mut [Declaration]) {
    let named = |all: &[Declaration]| -> BTreeSet<String> {
        all.iter().filter(|it| it.key.0 == Class::Evidence).map(|it| it.key.1.clone()).collect()
    };
    let (old_names, new_names) = (named(old), named(new));
    let says = |it: &Declaration| it.lines.iter().map(|line| line.says.clone()).collect::<Vec<_>>();
    // Of what says the same, the first that is left.
    let mut free: BTreeMap<Vec<String>, VecDeque<Key>> = BTreeMap::new();
    for it in old.iter().filter(|it| it.key.0 == Class::Evidence && !new_names.contains(&it.key.1))
    {
        free.entry(says(it)).or_default().push_back(it.key.clone());
    }
    for it in
        new.iter_mut().filter(|it| it.key.0 == Class::Evidence && !old_names.contains(&it.key.1))
    {
        if let Some(key) = free.get_mut(&says(it)).and_then(VecDeque::pop_front) {
            it.key = key;
        }
    }
}

/// What an assessment declares, without what no probability depends on and what is not known yet.
pub(super) fn declarations(session: &Session, renamed: Option<(&str, &str)>) -> Vec<Declaration> {
    let assessment = &session.assessment;
    let mut found: Vec<Declaration> = Vec::new();
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    let mut items: BTreeMap<&str, &Evidence> = BTreeMap::new();
    for item in &assessment.evidence {
        items.entry(&item.header.name).or_insert(item);
    }
    // In a file that asks one question nobody says which is meant; beside another's it has to be said.
    let only = match assessment.questions().collect::<Vec<_>>()[..] {
        [only] => Some(new_name(&assessment.variables[only].header.name, renamed)),
        _ => None,
    };
    for (ix, parse) in session.parses.iter().enumerate() {
        let root = View::new(FileId(ix as u32), parse.tree.clone());
        for view in root.children().filter(|child| child.kind().is_declaration()) {
            let class = match view.kind() {
                Kind::Assessment => Class::Assessment,
                Kind::Source => Class::Source,
                Kind::Question | Kind::Factor | Kind::Indicator | Kind::Quantity => Class::Variable,
                Kind::BaseRate => Class::BaseRate,
                Kind::Reason => Class::Reason,
                Kind::Evidence => Class::Evidence,
                Kind::Actor => Class::Actor,
                _ => continue,
            };
            let name = match class {
                Class::Assessment => String::new(),
                Class::BaseRate => {
                    let about = view.child(Kind::About).and_then(|about| about.name());
                    about.map(|name| name.text).or(only.clone()).unwrap_or_default()
                }
                _ => view.name().map(|name| name.text).unwrap_or_default(),
            };
            let is_evidence = class == Class::Evidence;
            let known = items.get(name.as_str()).copied().filter(|_| is_evidence);
            if class == Class::Evidence
                && known.is_none_or(|item| item.left_out.is_some() || item.says.is_none())
            {
                continue;
            }
            let key = Key(class, new_name(&name, renamed));
            // The second of two of one name is an error, and not read.
            if !keys.insert(key.clone()) {
                continue;
            }
            let lines = view.clauses().filter(|clause| counts(assessment, class, known, clause));
            let mut lines: Vec<Line> = lines.map(|clause| line(&clause, renamed)).collect();
            let is_about = matches!(class, Class::BaseRate | Class::Reason);
            if let Some(only) =
                only.as_ref().filter(|_| is_about && view.child(Kind::About).is_none())
            {
                let says = format!("about {only}");
                let span = view.header_span();
                lines.push(Line {
                    kind: Kind::About,
                    raw: says.clone(),
                    form: says.clone(),
                    says,
                    span,
                });
            }
            found.push(Declaration { key, head: head(&view, class, renamed), lines });
        }
    }
    found
}

/// The name of what may be called otherwise in the new file.
pub(super) fn new_name(name: &str, renamed: Option<(&str, &str)>) -> String {
    renamed.filter(|(from, _)| *from == name).map_or(name, |(_, to)| to).to_owned()
}

/// Whether a clause can stand in a hybrid.
fn counts(assessment: &Assessment, class: Class, known: Option<&Evidence>, clause: &View) -> bool {
    let source =
        |name: &str| assessment.sources.iter().position(|source| source.header.name == name);
    match clause.kind() {
        Kind::AsOf => false,
        Kind::Quote => match (class, known) {
            // A quote with a name is found where the source is declared.
            (Class::Source, _) => true,
            (_, Some(item)) => item
                .quotes
                .iter()
                .any(|quote| quote.span == clause.span() && item.sources.contains(&quote.source)),
            _ => false,
        },
        Kind::SourceRef => known.is_some_and(|item| {
            clause
                .name()
                .and_then(|name| source(&name.text))
                .is_some_and(|source| item.sources.contains(&source))
        }),
        kind => !SILENT.contains(&kind),
    }
}

fn line(clause: &View, renamed: Option<(&str, &str)>) -> Line {
    // The words of a quote are no part of what a report says, nor is the title of a choice.
    let is_titled = matches!(clause.kind(), Kind::Quote | Kind::Choice);
    let mut raw = String::new();
    write_node(&clause.node, renamed, Keep { numbers: true, texts: true }, &mut raw);
    let folded = |numbers: bool| {
        let mut text = String::new();
        write_node(&clause.node, renamed, Keep { numbers, texts: !is_titled }, &mut text);
        fold(&text)
    };
    Line {
        kind: clause.kind(),
        raw: raw.trim().to_owned(),
        says: folded(true),
        form: folded(false),
        span: clause.span(),
    }
}

/// A declaration's own line: what it is, its name, and its states or its number.
fn head(view: &View, class: Class, renamed: Option<(&str, &str)>) -> Line {
    let written = |numbers: bool| {
        let mut text = String::new();
        let children = view.node.children_with_tokens();
        for child in
            children.take_while(|child| !child.kind().is_clause() && child.kind() != Kind::Newline)
        {
            if let Some(node) = child.as_node() {
                write_node(node, renamed, Keep { numbers, texts: false }, &mut text);
            } else if let Some(token) =
                child.as_token().filter(|token| !matches!(token.kind(), Kind::Text | Kind::Comment))
            {
                text.push_str(token.text());
            }
        }
        fold(&text)
    };
    let raw = match class {
        // Titles are needed where they are all there is.
        Class::Assessment => "assessment \"\"".to_owned(),
        _ => written(true),
    };
    let says = match view.kind() {
        // Which of the three it is moves no probability.
        Kind::Question | Kind::Factor | Kind::Indicator => {
            fold(&view.child(Kind::States).map(|states| states.written()).unwrap_or_default())
        }
        Kind::Quantity | Kind::BaseRate => written(true),
        _ => String::new(),
    };
    let form = match view.kind() {
        Kind::Quantity | Kind::BaseRate => written(false),
        _ => says.clone(),
    };
    Line { kind: view.kind(), raw, says, form, span: view.header_span() }
}

/// What is written of a node.
#[derive(Clone, Copy)]
struct Keep {
    numbers: bool,
    texts: bool,
}

fn write_node(node: &Node, renamed: Option<(&str, &str)>, keep: Keep, out: &mut String) {
    match node.kind() {
        Kind::Rationale | Kind::BecauseTail => return,
        // What stands below a choice besides what is known.
        Kind::Note | Kind::Quote | Kind::SourceRef
            if node.parent().is_some_and(|up| up.kind() == Kind::Choice) =>
        {
            return;
        }
        kind if kind.is_number() && !keep.numbers => {
            out.push('#');
            return;
        }
        _ => {}
    }
    for child in node.children_with_tokens() {
        let Some(token) = child.as_token() else {
            child.as_node().into_iter().for_each(|child| write_node(child, renamed, keep, out));
            continue;
        };
        match token.kind() {
            Kind::Comment => {}
            Kind::Text if !keep.texts && node.kind() != Kind::State => {}
            Kind::Date if !keep.numbers => out.push('#'),
            Kind::Ident if node.kind() == Kind::Name => {
                out.push_str(&new_name(token.text(), renamed));
            }
            _ => out.push_str(token.text()),
        }
    }
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
