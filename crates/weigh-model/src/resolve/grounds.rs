//! What numbers rest on: factors that nothing stands behind, and numbers that are not those of their quotes.

use super::Resolver;
use crate::assessment::{
    Assessment, Condition, Elicited, Form, Number, NumberKind, Quote, Says, VariableKind,
};
use crate::checks;
use crate::prose::{Said, numbers_said};
use weigh_syntax::diag::Diagnostic;

impl Resolver<'_> {
    /// In an assessment that names sources, a factor without any ground is told.
    pub(super) fn check_grounds(&mut self) {
        let assessment = &self.assessment;
        if assessment.sources.is_empty() {
            return;
        }
        let is_bare = |ix: &usize| {
            let variable = &assessment.variables[*ix];
            let is_asked = matches!(variable.kind, VariableKind::Question(_));
            // What is certain is a definition, and says what it rests on itself.
            let judged = |number: &&Elicited| !is_certain(&number.number);
            let numbers = variable.numbers();
            let rests = variable.because.is_some()
                || !variable.quotes.is_empty()
                || self.names_source[*ix]
                || numbers.iter().any(|number| is_grounded(number))
                || evidence_speaks_of(assessment, *ix);
            !is_asked && !rests && numbers.iter().any(judged)
        };
        let bare: Vec<usize> = (0..assessment.variables.len()).filter(is_bare).collect();
        for ix in bare {
            let header = &self.assessment.variables[ix].header;
            let told = checks::unsourced_factor::diagnostic(header.span, &header.name);
            self.report(told);
        }
    }

    /// Holds the numbers that a quote states against those of the declaration that it stands in.
    pub(super) fn check_quoted_numbers(&mut self) {
        let mut told = Vec::new();
        for quantity in &self.assessment.quantities {
            let numbers = [&quantity.number.number];
            told.extend(
                self.off_quotes(&quantity.quotes, &numbers, &quantity.header.name, |_| true),
            );
        }
        // Of a probability only shares and percentages say anything.
        let is_share = |said: &Said| (0.0..=1.0).contains(&said.value);
        for variable in &self.assessment.variables {
            let Form::Odds { base: Some(base), .. } = &variable.form else { continue };
            let numbers: Vec<&Number> =
                base.numbers.iter().filter_map(|(_, n)| Some(&n.as_ref()?.number)).collect();
            let name = format!("base of {}", variable.header.name);
            for quotes in [&base.quotes, &variable.quotes] {
                told.extend(self.off_quotes(quotes, &numbers, &name, is_share));
            }
        }
        self.diagnostics.extend(told);
    }

    /// One diagnostic for each quote that states numbers, none of which is among `numbers`.
    fn off_quotes(
        &self,
        quotes: &[Quote],
        numbers: &[&Number],
        name: &str,
        counts: impl Fn(&Said) -> bool,
    ) -> Vec<Diagnostic> {
        let level = self.assessment.level;
        let fits = |said: &Said| numbers.iter().any(|number| holds(number, said, level));
        let check = |quote: &Quote| {
            let said: Vec<Said> = numbers_said(&quote.text).into_iter().filter(&counts).collect();
            let nearest = said.first().filter(|_| !said.iter().any(fits))?;
            let written: Vec<&str> = numbers.iter().map(|n| n.written.as_str()).collect();
            Some(checks::number_off_quote::diagnostic(
                quote.span,
                &nearest.written,
                name,
                &written.join(", "),
            ))
        };
        quotes.iter().filter_map(check).collect()
    }
}

/// Whether a number is exactly this and nobody judged it: 0%, 100%.
fn is_certain(number: &Number) -> bool {
    matches!(number.kind, NumberKind::Point(value) if value == 0.0 || value == 1.0)
}

/// Whether somebody says why this number, or whose it is.
fn is_grounded(number: &Elicited) -> bool {
    // Counts were counted, and a quantity has a text and quotes of its own.
    let speaks = matches!(number.number.kind, NumberKind::Counts { .. } | NumberKind::Quantity(_));
    speaks || number.rationale.is_some() || number.because.is_some() || number.elicitor != 0
}

/// Whether evidence with a source says something of a variable.
fn evidence_speaks_of(assessment: &Assessment, variable: usize) -> bool {
    assessment.evidence.iter().any(|item| {
        let mut about = Vec::new();
        match &item.says {
            Some(Says::Reports { condition, .. }) => condition.variables(&mut about),
            Some(Says::Observes(seen, _)) => about.push(*seen),
            Some(Says::Likelihood(cases)) => {
                let conditions = cases.iter().filter_map(|case| case.condition.as_ref());
                conditions.for_each(|condition: &Condition| condition.variables(&mut about));
            }
            Some(Says::Revises(revised, _)) => about.push(*revised),
            None => {}
        }
        about.contains(&variable) && !(item.sources.is_empty() && item.quotes.is_empty())
    })
}

/// Whether what was said may be this number, or one of those that it is made of.
fn holds(number: &Number, said: &Said, level: f64) -> bool {
    let near = |low: f64, high: f64| {
        // A hair more for values such as 0.1 that have no exact form.
        let give = said.tolerance + said.value.abs() * 1e-9;
        (low - give..=high + give).contains(&said.value)
    };
    match &number.kind {
        NumberKind::Point(value) => near(*value, *value),
        NumberKind::Range { low, high, .. } => near(*low, *high),
        NumberKind::Counts { times, cases } => {
            [*times, *cases, times / cases].into_iter().any(|value| near(value, value))
        }
        NumberKind::Given(distribution) => {
            let tail = (1.0 - level) / 2.0;
            near(distribution.quantile(tail), distribution.quantile(1.0 - tail))
        }
        NumberKind::Word(_, term) => near(term.low, term.high),
        // Whatever is said, it may be that: a quantity has quotes of its own.
        NumberKind::Quantity(_) | NumberKind::Unknown => true,
        NumberKind::Negative(inner) => holds(inner, said, level),
        NumberKind::Min(a, b) | NumberKind::Max(a, b) => {
            holds(a, said, level) || holds(b, said, level)
        }
        NumberKind::Chain(first, rest) => {
            let mut parts = std::iter::once(&**first).chain(rest.iter().map(|(_, part)| part));
            parts.any(|part| holds(part, said, level))
                || number.value(true).is_some_and(|value| near(value, value))
        }
    }
}
