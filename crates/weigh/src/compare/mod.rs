//! Two assessments of one question: the changes between them, and hybrids that have some of the changes.
//!
//! Both files are read as lists of declarations, each a head and lines, from which everything is left out
//! that no probability depends on. Lines are matched by what they say without their numbers. A hybrid has all
//! declarations of both, which do nothing by themselves, and of every change the old or the new lines. It is
//! written as a text, and read like any other (docs/methods.md, 4.5).

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use weigh_analysis::Draws;
use weigh_analysis::compare::{Game, Measure, closing, divide};
use weigh_analysis::findings::{Findings, Place};
use weigh_model::assessment::{Assessment, VariableKind};
use weigh_model::load::load;
use weigh_model::lower::{Lowered, Switches, lower};
use weigh_model::resolve::resolve;
use weigh_model::world::{ReadError, World};
use weigh_syntax::diag::{Diagnostic, Severity};
use weigh_syntax::kind::Kind;
use weigh_syntax::span::{Files, Span};

pub use weigh_analysis::compare::{
    ChangeFinding, ChangeKind, ChangeShare, Closing, ComparisonFinding, QuestionComparison,
};

use crate::{Session, Settings};
use lines::{Class, Declaration, Key, Line, aligned, declarations, new_name, rename_evidence};

/// Changes up to which each is one of its own: it is tried with every other.
const MOST_CHANGES: usize = 80;

/// A place in a hybrid: what stands there with the change and without.
struct Slot {
    change: Option<usize>,
    old: Option<String>,
    new: Option<String>,
}

impl Slot {
    fn text(&self, is_new: &[bool]) -> Option<&str> {
        let new = self.change.is_some_and(|change| is_new[change]);
        if new { self.new.as_deref() } else { self.old.as_deref() }
    }
}

/// A declaration of either file, or of both.
struct Merged {
    /// Whether it is the one about the file.
    is_file: bool,
    /// Nothing if it is not there, where its presence is a change.
    head: Slot,
    lines: Vec<Slot>,
}

/// Everything that both files say, ready to be told as a hybrid.
struct Union {
    declarations: Vec<Merged>,
    as_of: [Date; 2],
    /// The change that the day is, if it is one.
    time: Option<usize>,
    changes: Vec<ChangeFinding>,
    /// Per change, the player that it is: changes that go together are one.
    player: Vec<usize>,
}

/// Compares two assessments that were solved: `old` and `new` are their findings.
///
/// None if they share no question. A question is the same if it has the same name, or if each file asks one.
pub fn compare(
    old: (&Session, &Findings),
    new: (&Session, &Findings),
    settings: &Settings,
) -> Option<ComparisonFinding> {
    let ids = [old.1, new.1].map(|findings| {
        findings.questions.iter().map(|question| question.id.as_str()).collect::<Vec<_>>()
    });
    let renamed = match (ids[0].as_slice(), ids[1].as_slice()) {
        ([one], [other]) if one != other => Some((*other, *one)),
        _ => None,
    };
    let name = |id: &str| new_name(id, renamed);
    let mut asked = Vec::new();
    for (old_ix, question) in old.1.questions.iter().enumerate() {
        let state = &question.outcomes[question.focus].state;
        let same = |other: &weigh_analysis::findings::QuestionFinding| {
            name(&other.id) == question.id && other.outcomes[other.focus].state == *state
        };
        if let Some(new_ix) = new.1.questions.iter().position(same) {
            asked.push((old_ix, new_ix));
        }
    }
    if asked.is_empty() {
        return None;
    }
    let mut union = Union::of(old.0, new.0, renamed);
    union.group();
    let n_players = union.n_players();
    let game = Game::new(n_players, settings.seed);
    let hybrids = game.hybrids();
    let ends = [vec![false; n_players], vec![true; n_players]].map(|set| union.network(&set));
    let [Some(first), Some(last)] = &ends else { return None };
    let questions = asked.iter().map(|(ix, _)| {
        let question = &old.1.questions[*ix];
        (question.id.clone(), question.outcomes[question.focus].state.clone())
    });
    let ends = [(&first.0, &first.1), (&last.0, &last.1)];
    let draws = Draws { n: settings.draws, seed: settings.seed };
    let mut measure = Measure::new(ends, questions.collect(), hybrids.len(), draws);
    let measured: Vec<Vec<Option<f64>>> = hybrids
        .iter()
        .map(|set| match union.network(set) {
            Some((assessment, lowered)) => measure.answers(&assessment, &lowered),
            None => vec![None; asked.len()],
        })
        .collect();
    let questions = asked.iter().enumerate().map(|(at, &(old_ix, new_ix))| {
        let (was, is) = (&old.1.questions[old_ix], &new.1.questions[new_ix]);
        let estimates = (was.outcomes[was.focus].estimate, is.outcomes[is.focus].estimate);
        let of_question: Vec<Option<f64>> = measured.iter().map(|answers| answers[at]).collect();
        let (shares, sampling) = divide(&game, &of_question, estimates.0, estimates.1);
        QuestionComparison {
            id: was.id.clone(),
            text: is.text.clone(),
            state: is.outcomes[is.focus].state.clone(),
            old: estimates.0,
            new: estimates.1,
            shares,
            sampling,
            closing: closing((old.1, old_ix), (new.1, new_ix)),
        }
    });
    let questions = questions.collect();
    Some(ComparisonFinding {
        titles: [old.1.title.clone(), new.1.title.clone()],
        as_of: [old.1.as_of.clone(), new.1.as_of.clone()],
        sampled: game.sampled(),
        questions,
        changes: union.told(),
    })
}

/// Errors of a hybrid, each with the players whose changes it is told at.
type Faults = BTreeMap<String, Vec<usize>>;

/// A world with one text.
struct One(String, Date);

impl World for One {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path == "hybrid" { Ok(self.0.clone()) } else { Err(ReadError::Absent) }
    }

    fn today(&self) -> Date {
        self.1
    }
}

impl Union {
    fn of(old: &Session, new: &Session, renamed: Option<(&str, &str)>) -> Union {
        let as_of = [old.assessment.as_of, new.assessment.as_of];
        let was = declarations(old, None);
        let mut is = declarations(new, renamed);
        rename_evidence(&was, &mut is);
        let mut union = Union {
            declarations: Vec::new(),
            as_of,
            time: None,
            changes: Vec::new(),
            player: Vec::new(),
        };
        let files = [&old.files, &new.files];
        if as_of[0] != as_of[1] {
            let (span, file) =
                match is.iter().find(|declaration| declaration.key.0 == Class::Assessment) {
                    Some(declaration) => (declaration.head.span, files[1]),
                    None => (Span::default(), files[1]),
                };
            union.time = Some(union.changes.len());
            union.changes.push(ChangeFinding {
                kind: ChangeKind::Time,
                what: "the day of the assessment".to_owned(),
                old: Some(as_of[0].to_string()),
                new: Some(as_of[1].to_string()),
                place: place(file, span),
            });
        }
        let mut left: BTreeMap<&Key, &Declaration> =
            is.iter().map(|declaration| (&declaration.key, declaration)).collect();
        // What somebody chooses in one file may be declared by itself in the other.
        let choices = |session: &Session| -> BTreeSet<String> {
            let all = session.assessment.variables.iter();
            let chosen = all.filter(|it| matches!(it.kind, VariableKind::Choice));
            chosen.map(|it| it.header.name.clone()).collect()
        };
        let chosen: BTreeSet<String> = choices(old).union(&choices(new)).cloned().collect();
        for declaration in &was {
            let other = left.remove(&declaration.key);
            union.merge(Some(declaration), other, files, &chosen);
        }
        for declaration in is.iter().filter(|declaration| left.contains_key(&declaration.key)) {
            union.merge(None, Some(declaration), files, &chosen);
        }
        union.player = (0..union.changes.len()).collect();
        union
    }

    /// Adds a declaration of one file or of both, with its changes.
    fn merge(
        &mut self,
        old: Option<&Declaration>,
        new: Option<&Declaration>,
        files: [&Files; 2],
        chosen: &BTreeSet<String>,
    ) {
        let Some(some) = new.or(old) else { return };
        let Key(class, name) = &some.key;
        // What does nothing by itself is in every hybrid.
        let is_change = match class {
            Class::Evidence | Class::BaseRate | Class::Actor => true,
            Class::Reason => some.lines.iter().any(|line| line.kind == Kind::Odds),
            Class::Variable => chosen.contains(name),
            _ => false,
        };
        match (old, new) {
            (Some(old), Some(new)) => self.merge_both(old, new, files),
            _ if is_change => {
                let kind = match (class, old.is_some()) {
                    (Class::Evidence, true) => ChangeKind::LostEvidence,
                    (Class::Evidence, false) => ChangeKind::NewEvidence,
                    _ => ChangeKind::Structure,
                };
                let what = match class {
                    Class::BaseRate => "the base rate".to_owned(),
                    Class::Reason => format!("reason `{name}`"),
                    Class::Actor => format!("actor `{name}`"),
                    _ => format!("`{name}`"),
                };
                let file = if old.is_some() { files[0] } else { files[1] };
                let told = |declaration: Option<&Declaration>| {
                    declaration.map(|declaration| match class {
                        Class::BaseRate => declaration.head.says.clone(),
                        _ => declaration
                            .lines
                            .iter()
                            .map(|line| line.says.clone())
                            .collect::<Vec<_>>()
                            .join(", "),
                    })
                };
                let change =
                    self.change(kind, what, told(old), told(new), place(file, some.head.span));
                let text = |declaration: Option<&Declaration>| {
                    declaration.map(|declaration| declaration.head.raw.clone())
                };
                self.declarations.push(Merged {
                    is_file: false,
                    head: Slot { change: Some(change), old: text(old), new: text(new) },
                    lines: some.lines.iter().map(always).collect(),
                });
            }
            _ => self.declarations.push(Merged {
                is_file: *class == Class::Assessment,
                head: always(&some.head),
                lines: some.lines.iter().map(always).collect(),
            }),
        }
    }

    fn merge_both(&mut self, old: &Declaration, new: &Declaration, files: [&Files; 2]) {
        let Key(class, name) = &new.key;
        let of_name = match class {
            Class::BaseRate => "the base rate".to_owned(),
            Class::Assessment => "the file".to_owned(),
            Class::Reason => format!("reason `{name}`"),
            Class::Source => format!("source `{name}`"),
            Class::Actor => format!("actor `{name}`"),
            _ => format!("`{name}`"),
        };
        // What is written otherwise as a whole, and what line by line.
        let whole = match class {
            Class::Evidence => Some(ChangeKind::EditedEvidence),
            Class::Source => Some(ChangeKind::Source),
            _ => None,
        };
        let line_kind = |line: &Line| match (class, line.kind) {
            (Class::Assessment, _) => ChangeKind::Setting,
            (_, Kind::By) => ChangeKind::Structure,
            _ => ChangeKind::Number,
        };
        let mut together: Option<usize> = None;
        let mut head = always(&old.head);
        let at = |line: &Line, side: usize| place(files[side], line.span);
        if old.head.says != new.head.says {
            let kind = if old.head.form == new.head.form {
                ChangeKind::Number
            } else {
                ChangeKind::Structure
            };
            let change = self.change(
                kind,
                of_name.clone(),
                Some(old.head.says.clone()),
                Some(new.head.says.clone()),
                at(&new.head, 1),
            );
            if kind == ChangeKind::Structure {
                together = Some(change);
            }
            head = Slot {
                change: Some(change),
                old: Some(old.head.raw.clone()),
                new: Some(new.head.raw.clone()),
            };
        }
        let mut lines = Vec::new();
        for (before, after) in aligned(&old.lines, &new.lines) {
            let (raw_old, raw_new) =
                (before.map(|line| line.raw.clone()), after.map(|line| line.raw.clone()));
            let says = |line: Option<&Line>| line.map(|line| line.says.clone());
            let place =
                after.map_or_else(|| before.map(|line| at(line, 0)), |line| Some(at(line, 1)));
            let (Some(some), Some(place)) = (after.or(before), place) else { continue };
            let change = match (before, after) {
                // Which quotes a source has moves nothing; evidence may use those of either file.
                _ if *class == Class::Source && some.kind == Kind::Quote => {
                    lines.push(always(some));
                    continue;
                }
                (Some(before), Some(after)) if before.says == after.says => None,
                (Some(_), Some(after)) if whole.is_none() => Some(self.change(
                    line_kind(after),
                    of_name.clone(),
                    says(before),
                    says(Some(after)),
                    place,
                )),
                _ => Some(match together {
                    Some(change) => {
                        let told = &mut self.changes[change];
                        join(&mut told.old, says(before));
                        join(&mut told.new, says(after));
                        change
                    }
                    None => {
                        let other = if *class == Class::Assessment {
                            ChangeKind::Setting
                        } else {
                            ChangeKind::Structure
                        };
                        let kind = whole.unwrap_or(if some.kind == Kind::By {
                            ChangeKind::Structure
                        } else {
                            other
                        });
                        let change =
                            self.change(kind, of_name.clone(), says(before), says(after), place);
                        together = Some(change);
                        change
                    }
                }),
            };
            lines.push(Slot { change, old: raw_old, new: raw_new });
        }
        self.declarations.push(Merged { is_file: *class == Class::Assessment, head, lines });
    }

    fn change(
        &mut self,
        kind: ChangeKind,
        what: String,
        old: Option<String>,
        new: Option<String>,
        place: Place,
    ) -> usize {
        self.changes.push(ChangeFinding { kind, what, old, new, place });
        self.changes.len() - 1
    }

    /// The text of the hybrid that has the changes of these players, and where the part of each change begins.
    fn text(&self, players: &[bool]) -> (String, Vec<(usize, Option<usize>)>) {
        let is_new: Vec<bool> = self.player.iter().map(|&player| players[player]).collect();
        let as_of = self.as_of[usize::from(self.time.is_none_or(|time| is_new[time]))];
        let mut out = String::new();
        let mut parts = Vec::new();
        let has_file = self.declarations.iter().any(|declaration| declaration.is_file);
        if !has_file {
            let _ = writeln!(out, "assessment \"\"\n  as of {as_of}");
        }
        for declaration in &self.declarations {
            let Some(head) = declaration.head.text(&is_new) else { continue };
            parts.push((out.len(), declaration.head.change));
            let _ = writeln!(out, "{head}");
            if declaration.is_file {
                let _ = writeln!(out, "  as of {as_of}");
            }
            for slot in &declaration.lines {
                if let Some(line) = slot.text(&is_new) {
                    parts.push((out.len(), slot.change));
                    let _ = writeln!(out, "  {line}");
                }
            }
        }
        (out, parts)
    }

    /// The hybrid as a network, if it has one, and its errors, each with the players whose changes it is told at.
    fn read(&self, players: &[bool]) -> (Option<(Assessment, Lowered)>, Faults) {
        let (text, parts) = self.text(players);
        let world = One(text, self.as_of[1]);
        let Ok(loaded) = load(&world, "hybrid") else { return (None, BTreeMap::new()) };
        let (assessment, resolved) = resolve(&world, &loaded);
        let read = loaded.parses.iter().flat_map(|parse| parse.diagnostics.clone()).chain(resolved);
        let mut faults: Vec<_> = read.filter(is_fault).collect();
        let hopeless = faults.iter().any(|told| matches!(told.rule.slug, "cycle" | "no-question"));
        let network = match hopeless {
            true => None,
            false => match lower(&assessment, Switches::None) {
                Ok(mut lowered) => {
                    let more = lowered.diagnostics.drain(..);
                    faults.extend(more.filter(is_fault));
                    Some((assessment, lowered))
                }
                Err(more) => {
                    faults.extend(more);
                    None
                }
            },
        };
        let at = |span: &Span| {
            let part = parts.iter().rfind(|(start, _)| *start <= span.start as usize)?;
            Some(self.player[part.1?])
        };
        let faults = faults.into_iter().map(|told| {
            let spans =
                std::iter::once(&told.span).chain(told.labels.iter().map(|label| &label.span));
            (format!("{} {}", told.rule.slug, told.message), spans.filter_map(at).collect())
        });
        (network, faults.collect())
    }

    fn network(&self, players: &[bool]) -> Option<(Assessment, Lowered)> {
        self.read(players).0
    }

    /// Makes one of changes that make no sense without each other: where a hybrid that has one of them alone,
    /// or all but one, has an error that neither file has, it goes together with the changes that the error is
    /// told at; else with one that heals it, or with all. Of too many changes, those of one kind are one.
    fn group(&mut self) {
        if self.changes.len() > MOST_CHANGES {
            let mut kinds: Vec<ChangeKind> =
                self.changes.iter().map(|change| change.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let of_kind =
                |change: &ChangeFinding| kinds.iter().position(|kind| *kind == change.kind);
            self.player = self.changes.iter().filter_map(of_kind).collect();
        }
        let known: BTreeSet<String> = [false, true]
            .into_iter()
            .flat_map(|is_new| self.read(&vec![is_new; self.n_players()]).1.into_keys())
            .collect();
        while let Some((player, others)) = self.faulty(&known) {
            match others.is_empty() {
                true => self.player.fill(0),
                false => {
                    others.into_iter().rev().for_each(|other| self.join_players(player, other))
                }
            }
        }
    }

    /// A player that does not go alone, or without whom the rest does not, and those it goes with: nobody if
    /// that is not plain.
    fn faulty(&self, known: &BTreeSet<String>) -> Option<(usize, Vec<usize>)> {
        let n = self.n_players();
        let only = |some: &[usize], is_new: bool| -> Vec<bool> {
            (0..n).map(|player| some.contains(&player) == is_new).collect()
        };
        let faults = |set: &[bool]| {
            let mut faults = self.read(set).1;
            faults.retain(|fault, _| !known.contains(fault));
            faults
        };
        let mut each = (0..n).flat_map(|player| [(player, true), (player, false)]);
        let (player, is_new, found) = each.find_map(|(player, is_new)| {
            let found = faults(&only(&[player], is_new));
            (!found.is_empty()).then_some((player, is_new, found))
        })?;
        let mut told: BTreeSet<usize> = found.into_values().flatten().chain([player]).collect();
        if told.len() > 1 {
            return told.pop_first().map(|first| (first, told.into_iter().collect()));
        }
        let healing = (0..n)
            .find(|other| *other != player && faults(&only(&[player, *other], is_new)).is_empty());
        Some(match healing {
            Some(other) => (player.min(other), vec![player.max(other)]),
            None => (player, Vec::new()),
        })
    }

    fn n_players(&self) -> usize {
        self.player.iter().max().map_or(0, |last| last + 1)
    }

    /// Makes a later player one with an earlier one.
    fn join_players(&mut self, first: usize, second: usize) {
        for player in &mut self.player {
            if *player == second {
                *player = first;
            } else if *player > second {
                *player -= 1;
            }
        }
    }

    /// One change per player.
    fn told(self) -> Vec<ChangeFinding> {
        let mut told: Vec<Option<ChangeFinding>> = vec![None; self.n_players()];
        for (change, player) in self.changes.into_iter().zip(self.player) {
            match &mut told[player] {
                Some(first) => {
                    if first.what != change.what {
                        first.what = format!("{}, {}", first.what, change.what);
                    }
                    if first.kind != change.kind {
                        first.kind = ChangeKind::Structure;
                    }
                    join(&mut first.old, change.old);
                    join(&mut first.new, change.new);
                }
                place => *place = Some(change),
            }
        }
        told.into_iter().flatten().collect()
    }
}

/// Whether a hybrid with this fault makes no sense: an error, or a number that has gone lost.
fn is_fault(told: &Diagnostic) -> bool {
    const LOST: [&str; 3] = ["no-base-rate", "base-rate-unused", "no-numbers"];
    told.severity() == Severity::Error || LOST.contains(&told.rule.slug)
}

fn always(line: &Line) -> Slot {
    Slot { change: None, old: Some(line.raw.clone()), new: Some(line.raw.clone()) }
}

fn join(text: &mut Option<String>, more: Option<String>) {
    if let Some(more) = more {
        *text = Some(text.take().map_or_else(|| more.clone(), |text| format!("{text}; {more}")));
    }
}

fn place(files: &Files, span: Span) -> Place {
    Place { file: files.get(span.file).path.clone(), line: files.line_column(span).line }
}
