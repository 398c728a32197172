//! Trees into an assessment: names into positions, words into numbers, faults into diagnostics.
//!
//! A line that cannot be understood is reported and left out; the rest of its declaration stands.

mod actors;
mod declarations;
mod evidence;
mod grounds;
mod names;
mod numbers;
mod quotes;
mod records;
mod sources;
mod variables;

use crate::assessment::{Allow, Assessment, Elicited, Form, Header, SourceText, VariableKind};
use crate::checks;
use crate::dates::PartialDate;
use crate::load::Loaded;
use crate::lock::LockedText;
use crate::words::Scale;
use crate::world::{ReadError, World};
pub use evidence::origin_of;
use jiff::civil::Date;
use names::Names;
use quotes::{Missing, Text, TextPair};
pub use sources::{LETTERS, last_origin};
use std::collections::BTreeMap;
use std::rc::Rc;
use weigh_inference::Sharing;
use weigh_syntax::ast::{Spanned, View};
use weigh_syntax::diag::Diagnostic;
use weigh_syntax::kind::Kind;
use weigh_syntax::span::{FileId, Files, Span};

/// Correlation of the errors within a table, unless the file says otherwise: mostly one judgement,
/// written several times. Our convention; the interval without it stands beside every result.
pub const DEFAULT_WITHIN_TABLE: f64 = 0.8;
/// Correlation of the errors of one elicitor across tables: a general lean, and no more. Our convention.
pub const DEFAULT_WITHIN_ELICITOR: f64 = 0.2;

/// Turns parsed texts into an assessment; `world` is asked for the texts of sources and for today.
pub fn resolve(world: &dyn World, loaded: &Loaded) -> (Assessment, Vec<Diagnostic>) {
    let roots: Vec<View> = loaded
        .parses
        .iter()
        .enumerate()
        .map(|(ix, parse)| View::new(FileId(ix as u32), parse.tree.clone()))
        .collect();
    let declarations: Vec<View> = roots
        .iter()
        .flat_map(|root| {
            root.children().filter(|child| child.kind().is_declaration()).collect::<Vec<_>>()
        })
        .collect();

    let mut resolver = Resolver::new(world, &loaded.files);
    resolver.allows(&declarations);
    resolver.assessment_clauses(&declarations);
    let kept = resolver.collect_names(&declarations);
    resolver.horizon_ahead = kept.iter().any(|d| {
        d.kind() == Kind::Question && d.child(Kind::By).is_some_and(|by| by.date().is_some())
    });
    resolver.read_lock();
    resolver.sources(&kept);
    resolver.quantities(&kept);
    resolver.variables(&kept);
    resolver.actors(&kept);
    resolver.check_choices_owned(&declarations);
    resolver.reasons_and_base_rates(&kept);
    resolver.evidence_items(&kept);
    resolver.scenarios(&kept);
    resolver.check_whole();
    (resolver.assessment, resolver.diagnostics)
}

/// What the passes over the declarations share.
struct Resolver<'a> {
    world: &'a dyn World,
    files: &'a Files,
    names: Names,
    /// Per source, its text and its stored translation, ready for quotes to be looked up.
    texts: Vec<TextPair>,
    /// The same by path, since several sources may share a text.
    texts_by_path: BTreeMap<String, Result<Rc<Text>, ReadError>>,
    /// What the lock beside the assessment says of the texts of its sources.
    locked: Vec<LockedText>,
    /// Quotes that are not where they are said to be from.
    missing: Vec<Missing>,
    assessment: Assessment,
    diagnostics: Vec<Diagnostic>,
    /// Reasons that have odds, or whose odds, causes or evidence some line gives: what goes with them.
    reason_carries: Vec<bool>,
    /// Sources whose missing grade was said.
    graded_warned: std::collections::BTreeSet<usize>,
    /// Whether some question has a horizon, known before the questions are read.
    horizon_ahead: bool,
    /// Sources that something is drawn from.
    source_used: Vec<bool>,
    /// Per variable, whether it names a source without quoting it.
    names_source: Vec<bool>,
    /// Per elicitor, the ranges that are theirs.
    ranges: Vec<records::Ranges>,
}

impl<'a> Resolver<'a> {
    fn new(world: &'a dyn World, files: &'a Files) -> Self {
        let assessment = Assessment {
            title: files.get(FileId(0)).path.clone(),
            as_of: Date::ZERO,
            claim: None,
            scale: Scale::Icd203,
            author: None,
            level: 0.9,
            sharing: Sharing {
                within_table: DEFAULT_WITHIN_TABLE,
                within_elicitor: DEFAULT_WITHIN_ELICITOR,
            },
            confidence: None,
            notes: Vec::new(),
            sources: Vec::new(),
            quotes: Vec::new(),
            variables: Vec::new(),
            quantities: Vec::new(),
            quantity_order: Vec::new(),
            reasons: Vec::new(),
            evidence: Vec::new(),
            actors: Vec::new(),
            scenarios: Vec::new(),
            elicitors: vec!["the author".to_string()],
            records: Vec::new(),
            allows: Vec::new(),
        };
        Resolver {
            world,
            files,
            names: Names::default(),
            texts: Vec::new(),
            texts_by_path: BTreeMap::new(),
            locked: Vec::new(),
            missing: Vec::new(),
            assessment,
            diagnostics: Vec::new(),
            reason_carries: Vec::new(),
            source_used: Vec::new(),
            names_source: Vec::new(),
            ranges: Vec::new(),
            graded_warned: std::collections::BTreeSet::new(),
            horizon_ahead: false,
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The warnings that the author answers for: those of an assessment for all of it, those of
    /// any other declaration for what is told of that declaration.
    fn allows(&mut self, declarations: &[View]) {
        for declaration in declarations {
            let whole = declaration.kind() == Kind::Assessment;
            for clause in declaration.children_of(Kind::Allow) {
                let Some(slug) = clause.slug() else { continue };
                let reason = clause.text().map(|text| text.text).unwrap_or_default();
                if reason.trim().is_empty() {
                    self.report(checks::allowed_without_reason::diagnostic(clause.span(), &slug));
                    continue;
                }
                self.assessment.allows.push(Allow {
                    slug: slug.text,
                    slug_span: slug.span,
                    reason,
                    within: (!whole).then(|| declaration.span()),
                    span: clause.span(),
                });
            }
        }
    }

    /// Name, text and notes of a declaration.
    fn header(&self, declaration: &View) -> Header {
        let name = declaration.name().map(|name| name.text).unwrap_or_default();
        let text = declaration.text().map(|text| text.text);
        let notes = declaration
            .children_of(Kind::Note)
            .filter_map(|note| note.text())
            .map(|note| note.text)
            .collect();
        Header {
            text: text.filter(|text| !text.is_empty()).unwrap_or_else(|| name.clone()),
            name,
            span: declaration.header_span(),
            notes,
        }
    }

    /// The clauses of a declaration that may stand there; of a kind that may stand once, the first.
    fn clauses(&mut self, declaration: &View, allowed: &[Kind], many: &[Kind]) -> Vec<View> {
        let mut kept: Vec<View> = Vec::new();
        for clause in declaration.clauses() {
            let kind = clause.kind();
            // These may stand everywhere, and are read by themselves.
            if matches!(kind, Kind::Note | Kind::Allow) {
                continue;
            }
            if !allowed.contains(&kind) && !many.contains(&kind) {
                // A choice that nobody owns is told as that.
                if kind == Kind::Choice {
                    continue;
                }
                self.report(checks::clause_not_here::diagnostic(&clause, declaration));
                continue;
            }
            let before = kept.iter().find(|before| before.kind() == kind && !many.contains(&kind));
            if let Some(before) = before {
                let diagnostic = checks::doubled_clause::diagnostic(&clause, before.span());
                self.report(diagnostic);
                continue;
            }
            kept.push(clause);
        }
        kept
    }

    /// The date of a clause.
    fn date(&mut self, clause: &View) -> Option<PartialDate> {
        let date = clause.date()?;
        match date.text.parse::<PartialDate>() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.report(checks::impossible_date::diagnostic(date.span, &error.to_string()));
                None
            }
        }
    }

    /// The elicitor that a declaration names, or the author.
    fn elicitor(&mut self, clauses: &[View]) -> usize {
        let clause = clauses.iter().find(|clause| clause.kind() == Kind::Elicitor);
        let who = clause.and_then(|clause| clause.name().or_else(|| clause.text()));
        let Some(who) = who else { return 0 };
        let known = self.assessment.elicitors.iter().position(|name| *name == who.text);
        known.unwrap_or_else(|| {
            self.assessment.elicitors.push(who.text);
            self.assessment.elicitors.len() - 1
        })
    }

    /// The reason that a `because` names.
    fn reason(&mut self, holder: &View) -> Option<usize> {
        let name = holder.name()?;
        match self.names.reasons.get(&name.text) {
            Some(&reason) => Some(reason),
            None => {
                self.report(checks::unknown_name::diagnostic(
                    &name,
                    "reason",
                    self.names.reasons.keys(),
                ));
                None
            }
        }
    }

    /// Marks a reason as one that something follows from.
    fn carry(&mut self, reason: Option<usize>) {
        if let Some(reason) = reason {
            self.reason_carries[reason] = true;
        }
    }

    /// Marks the reason of a line whose number goes with its reason, whether it can be read or not.
    fn carry_line(&mut self, line: &View, because: Option<usize>) {
        let named = line.child(Kind::BecauseTail).and_then(|tail| tail.name());
        let own = named.map(|name| self.names.reasons.get(&name.text).copied());
        self.carry(own.unwrap_or(because));
    }

    /// The source of that name.
    fn source(&mut self, name: &Spanned) -> Option<usize> {
        let source = self.names.sources.get(&name.text).copied();
        if source.is_none() {
            self.report(checks::unknown_name::diagnostic(
                name,
                "source",
                self.names.sources.keys(),
            ));
        }
        source
    }

    /// The variable of that name.
    fn variable(&mut self, name: &Spanned) -> Option<usize> {
        if let Some(&variable) = self.names.variables.get(&name.text) {
            return Some(variable);
        }
        let known = self.names.variables.keys().chain(self.names.quantities.keys());
        self.report(checks::unknown_name::diagnostic(name, "factor, question or indicator", known));
        None
    }

    /// The state of a variable.
    fn state_of(&mut self, variable: usize, state: &Spanned) -> Option<usize> {
        let states = &self.assessment.variables[variable].states;
        let found = states.iter().position(|name| *name == state.text);
        if found.is_none() {
            let name = &self.assessment.variables[variable].header.name;
            self.diagnostics.push(checks::unknown_state::diagnostic(state, name, states));
        }
        found
    }

    /// What a line of numbers says besides its numbers.
    fn tails(&mut self, line: &View, because: Option<usize>) -> (Option<usize>, Option<String>) {
        let own = line.child(Kind::BecauseTail).and_then(|tail| self.reason(&tail));
        let rationale =
            line.child(Kind::Rationale).and_then(|tail| tail.text()).map(|text| text.text);
        (own.or(because), rationale)
    }

    /// What concerns the file as a whole.
    fn check_whole(&mut self) {
        if self.assessment.questions().next().is_none() {
            let end = Span::new(FileId(0), 0, 0);
            self.report(checks::no_question::diagnostic(end));
        }
        if self.has_no_cycle() {
            self.check_actors();
        }
        self.check_hazards_reach();
        self.tell_absent_texts();
        self.tell_missing();
        self.check_grounds();
        self.check_quoted_numbers();
        self.check_records();
        for ix in 0..self.assessment.reasons.len() {
            if !self.reason_carries[ix] {
                let header = &self.assessment.reasons[ix].header;
                self.diagnostics.push(checks::idle_reason::diagnostic(header.span, &header.name));
            }
        }
        for (ix, source) in self.assessment.sources.iter().enumerate() {
            if !self.source_used[ix] {
                let header = &source.header;
                self.diagnostics.push(checks::unused_source::diagnostic(header.span, &header.name));
            }
        }
    }

    /// Several sources may be drawn from one text: its absence is told once.
    fn tell_absent_texts(&mut self) {
        let mut absent: BTreeMap<&str, (Span, Vec<&str>)> = BTreeMap::new();
        for source in &self.assessment.sources {
            if let (SourceText::Absent, Some((path, span))) = (&source.text, &source.file) {
                absent.entry(path).or_insert((*span, Vec::new())).1.push(&source.header.name);
            }
        }
        let notes: Vec<Diagnostic> = absent
            .into_iter()
            .map(|(path, (span, names))| checks::absent_source::diagnostic(span, &names, path))
            .collect();
        self.diagnostics.extend(notes);
    }

    /// A factor may not depend on itself, however long the way around.
    fn has_no_cycle(&mut self) -> bool {
        let variables = &self.assessment.variables;
        let parents: Vec<Vec<usize>> = variables.iter().map(crate::lower::parents).collect();
        // 0 not seen, 1 on the way, 2 done
        let mut state = vec![0u8; variables.len()];
        for start in 0..variables.len() {
            let mut path = vec![(start, 0)];
            if state[start] != 0 {
                continue;
            }
            state[start] = 1;
            while let Some(&(at, next)) = path.last() {
                let Some(&parent) = parents[at].get(next) else {
                    state[at] = 2;
                    path.pop();
                    continue;
                };
                path.last_mut().expect("the path is not empty").1 += 1;
                match state[parent] {
                    0 => {
                        state[parent] = 1;
                        path.push((parent, 0));
                    }
                    1 => {
                        let from = path.iter().position(|&(at, _)| at == parent).unwrap_or(0);
                        let names: Vec<&str> = path[from..]
                            .iter()
                            .map(|&(at, _)| variables[at].header.name.as_str())
                            .collect();
                        let span = variables[parent].header.span;
                        let is_chosen = |&(at, _): &(usize, usize)| {
                            matches!(variables[at].form, Form::Choice { .. })
                        };
                        let chosen = path[from..].iter().any(is_chosen);
                        self.diagnostics.push(checks::cycle::diagnostic(span, &names, chosen));
                        return false;
                    }
                    _ => {}
                }
            }
        }
        true
    }

    /// A number with what was said about it.
    fn elicited(
        &mut self,
        number: crate::assessment::Number,
        what: String,
        line: &View,
        because: Option<usize>,
        elicitor: usize,
    ) -> Elicited {
        let (because, rationale) = self.tails(line, because);
        self.note_ranges(elicitor, &number);
        Elicited { number, what, rationale, because, elicitor }
    }

    /// Whether the variable at a position is a question.
    fn is_question(&self, variable: usize) -> bool {
        matches!(self.assessment.variables[variable].kind, VariableKind::Question(_))
    }
}
