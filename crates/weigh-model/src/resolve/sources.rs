//! Sources: their grades, their texts, their named quotes.

use super::Resolver;
use super::numbers::Slot;
use crate::assessment::{Elicited, Number, NumberKind, Source, SourceText};
use crate::checks;
use crate::copies::{self, Print, Together};
use std::collections::BTreeMap;
use weigh_syntax::ast::View;
use weigh_syntax::kind::Kind;

/// How often a source of each Admiralty letter reports the truth (docs/methods.md, 1.3): our
/// convention, since no doctrine gives the letters a probability; shown, and movable in the file.
pub const LETTERS: [(char, f64, f64); 6] = [
    ('A', 0.90, 0.99),
    ('B', 0.70, 0.90),
    ('C', 0.50, 0.70),
    ('D', 0.25, 0.50),
    ('E', 0.05, 0.25),
    ('F', 0.20, 0.80),
];

impl Resolver<'_> {
    pub(super) fn sources(&mut self, declarations: &[View]) {
        let sources: Vec<&View> =
            declarations.iter().filter(|d| d.kind() == Kind::Source).collect();
        for declaration in &sources {
            let source = self.source_clauses(declaration);
            self.assessment.sources.push(source);
        }
        for (ix, declaration) in sources.iter().enumerate() {
            self.origin(ix, declaration);
        }
        for (ix, declaration) in sources.iter().enumerate() {
            self.source_text(ix);
            self.named_quotes(ix, declaration);
        }
        self.unstated_origins();
    }

    /// Sources whose texts come from one, though nothing says so.
    fn unstated_origins(&mut self) {
        // What the file says goes back to one; and then what was told. Sources with one text are told apart on
        // purpose: what one of them says is said of the text, which is looked at once.
        let sources = &self.assessment.sources;
        let mut together = Together::new(sources.len());
        let mut first_of: BTreeMap<&str, usize> = BTreeMap::new();
        let mut read = Vec::new();
        for (ix, source) in sources.iter().enumerate() {
            together.join(last_origin(sources, ix), ix);
            let Some((path, _)) = &source.file else { continue };
            let first = *first_of.entry(path).or_insert(ix);
            together.join(first, ix);
            if first == ix
                && let Some(text) = &self.texts[ix].0
            {
                read.push((ix, Print::new(&text.document.own_text())));
            }
        }
        let (read, prints): (Vec<usize>, Vec<Print>) = read.into_iter().unzip();
        let told = copies::pairs(&prints).into_iter().filter_map(|pair| {
            let (a, b) = (read[pair.a], read[pair.b]);
            let (one, other) = (&sources[b].header, &sources[a].header);
            together.join(a, b).then(|| {
                checks::unstated_origin::diagnostic(
                    one.span,
                    &one.name,
                    &other.name,
                    other.span,
                    &pair,
                )
            })
        });
        self.diagnostics.extend(told);
    }

    fn source_clauses(&mut self, declaration: &View) -> Source {
        let clauses = self.clauses(
            declaration,
            &[
                Kind::FileClause,
                Kind::Translation,
                Kind::Private,
                Kind::Url,
                Kind::Publisher,
                Kind::Author,
                Kind::Language,
                Kind::Published,
                Kind::Retrieved,
                Kind::Reliability,
                Kind::Credibility,
                Kind::Origin,
                Kind::Copies,
                Kind::Elicitor,
            ],
            &[Kind::Quote],
        );
        let header = self.header(declaration);
        let elicitor = self.elicitor(&clauses);
        let find = |kind: Kind| clauses.iter().find(|clause| clause.kind() == kind);
        let text = |kind: Kind| find(kind).and_then(|clause| clause.text());
        let words = |kind: Kind| text(kind).map(|text| text.text);
        let from = &self.files.get(declaration.file).path;
        let path = |kind: Kind| text(kind).map(|text| (self.path(from, &text.text), text.span));
        let (file, translation) = (path(Kind::FileClause), path(Kind::Translation));
        let is_private = find(Kind::Private).is_some();
        let (published, retrieved) =
            (find(Kind::Published).cloned(), find(Kind::Retrieved).cloned());
        let mut source = Source {
            file,
            text: SourceText::Unnamed,
            translation,
            translated: None,
            is_private,
            author: words(Kind::Author),
            publisher: words(Kind::Publisher),
            url: words(Kind::Url),
            language: words(Kind::Language),
            published: published.and_then(|clause| self.date(&clause)),
            retrieved: retrieved.and_then(|clause| self.date(&clause)),
            reliability: None,
            letter: None,
            credibility: None,
            origin: None,
            header,
        };
        if let Some(clause) = find(Kind::Reliability) {
            self.reliability(&mut source, clause, elicitor);
        }
        if let Some(clause) = find(Kind::Credibility) {
            let digit = clause.numbers().next().map(|number| number.written());
            source.credibility =
                digit.and_then(|digit| digit.parse().ok()).filter(|d| (1..=6).contains(d));
            if source.credibility.is_none() {
                self.report(checks::unknown_grade::credibility(clause.span()));
            }
        }
        source
    }

    fn reliability(&mut self, source: &mut Source, clause: &View, elicitor: usize) {
        let Some(view) = clause.numbers().next() else { return };
        let written = view.written();
        let what = format!("reliability of {}", source.header.name);
        let number = if view.kind() == Kind::Word {
            let letter = LETTERS.iter().find(|(letter, ..)| written == letter.to_string());
            let Some(&(letter, low, high)) = letter else {
                self.report(checks::unknown_grade::reliability(view.span(), &written));
                return;
            };
            source.letter = Some(letter);
            // The letter stands for the whole interval at the file's level.
            let kind = NumberKind::Range { low, high, percent: true };
            Number { kind, span: view.span(), written }
        } else {
            let Some(number) = self.number(&view, Slot::Probability) else { return };
            number
        };
        source.reliability = Some(self.elicited(number, what, clause, None, elicitor));
    }

    /// Which source this one repeats; a source that repeats itself, however long the way, repeats nobody.
    fn origin(&mut self, ix: usize, declaration: &View) {
        let Some(clause) = declaration.child(Kind::Origin) else {
            if let Some(copies) = declaration.child(Kind::Copies) {
                let name = &self.assessment.sources[ix].header.name;
                let told = checks::idle_clause::copies(copies.span(), name);
                self.report(told);
            }
            return;
        };
        let Some(name) = clause.name() else { return };
        let Some(origin) = self.source(&name) else { return };
        let mut at = Some(origin);
        while let Some(source) = at {
            if source == ix {
                self.report(checks::origin_cycle::diagnostic(clause.span(), &name.text));
                return;
            }
            at = self.assessment.sources[source].origin.as_ref().map(|&(origin, _)| origin);
        }
        let copies = declaration.child(Kind::Copies).and_then(|clause| {
            let number = clause.numbers().next()?;
            let number = self.number(&number, Slot::Probability)?;
            let what = format!("{} copies {}", self.assessment.sources[ix].header.name, name.text);
            Some(Elicited { number, what, rationale: None, because: None, elicitor: 0 })
        });
        self.source_used[origin] = true;
        self.assessment.sources[ix].origin = Some((origin, copies));
    }

    fn named_quotes(&mut self, ix: usize, declaration: &View) {
        for clause in declaration.children_of(Kind::Quote) {
            let (Some(name), Some(text)) = (clause.name(), clause.text()) else {
                if let Some(name) = clause.name() {
                    self.report(checks::quote_without_words::diagnostic(clause.span(), &name.text));
                }
                continue;
            };
            let quote = self.check_quote(ix, &clause, &text, Some(name.text.clone()));
            if let Some(before) = self.names.quotes.get(&name.text) {
                let before = before.span;
                self.report(checks::doubled_name::diagnostic(&name, before));
                continue;
            }
            self.names.quotes.insert(name.text, quote);
        }
    }
}

/// The source at the end of a chain of origins, however often each repeats the next.
pub fn last_origin(sources: &[Source], mut source: usize) -> usize {
    while let Some((origin, _)) = &sources[source].origin {
        source = *origin;
    }
    source
}
