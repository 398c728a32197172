//! The parts of the assessment with their numbers: factors, quantities, evidence, reasons, sources.

use crate::findings::{
    CitedFinding, EvidenceFinding, FactorFinding, Place, QuantityFinding, QuoteFinding,
    QuoteStatus, ReasonFinding, SourceFinding, WeightFinding,
};
use crate::outcome;
use crate::solved::Solved;
use std::collections::BTreeSet;
use weigh_model::assessment::{
    self, Assessment, Elicited, Form, NumberKind, SourceText, Variable, VariableKind,
};
use weigh_model::lower::{parents, quantities_asked};
use weigh_model::resolve::origin_of;
use weigh_syntax::span::Span;

pub(crate) struct Describe<'s, P> {
    pub solved: &'s Solved<'s>,
    pub place: P,
}

impl<P: Fn(Span) -> Place> Describe<'_, P> {
    fn assessment(&self) -> &Assessment {
        self.solved.assessment
    }

    pub fn quotes(&self, quotes: &[assessment::Quote]) -> Vec<QuoteFinding> {
        let finding = |quote: &assessment::Quote| QuoteFinding {
            text: quote.text.clone(),
            source: quote.source,
            place: (self.place)(quote.span),
            original: quote.original.clone(),
            status: self.quote_status(quote, &quote.status),
            translation: quote.translation.as_ref().map(|found| self.quote_status(quote, found)),
        };
        quotes.iter().map(finding).collect()
    }

    fn quote_status(
        &self,
        quote: &assessment::Quote,
        status: &assessment::QuoteStatus,
    ) -> QuoteStatus {
        match status {
            assessment::QuoteStatus::Verbatim(passage) => {
                // Of a private text nothing goes out but what is quoted.
                let is_private = self.assessment().sources[quote.source].is_private;
                let around = |text: &str| if is_private { String::new() } else { text.to_owned() };
                QuoteStatus::Verbatim {
                    before: around(&passage.before),
                    after: around(&passage.after),
                    at: passage.place,
                    cut: passage.cut.as_ref().map(|cut| cut.words()),
                }
            }
            assessment::QuoteStatus::Locked(locked) => {
                QuoteStatus::Locked { at: locked.at, cut: locked.cut.clone() }
            }
            assessment::QuoteStatus::Missing(_) => QuoteStatus::Missing,
            assessment::QuoteStatus::Unverified => QuoteStatus::Unverified,
        }
    }

    pub fn factors(&self) -> Vec<FactorFinding> {
        (0..self.assessment().variables.len()).map(|ix| self.factor(ix)).collect()
    }

    fn factor(&self, ix: usize) -> FactorFinding {
        let assessment = self.assessment();
        let variable = &assessment.variables[ix];
        let (kind, obtain) = match &variable.kind {
            VariableKind::Question(_) => ("question", None),
            VariableKind::Factor => ("factor", None),
            VariableKind::Indicator(obtain) => {
                ("indicator", obtain.as_ref().map(|obtain| obtain.written.clone()))
            }
            VariableKind::Choice => ("choice", None),
        };
        let node = self.solved.lowered.variables[ix];
        let observed = self.solved.lowered.evidence.observed(node);
        let mut names: Vec<String> = parents(variable)
            .iter()
            .map(|&p| assessment.variables[p].header.name.clone())
            .collect();
        names.extend(
            quantities_asked(variable)
                .iter()
                .map(|&q| assessment.quantities[q].header.name.clone()),
        );
        let mut reasons: Vec<usize> = variable.because.into_iter().collect();
        for reason in numbers_of(variable).into_iter().filter_map(|number| number.because) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        FactorFinding {
            id: variable.header.name.clone(),
            kind: kind.to_string(),
            text: variable.header.text.clone(),
            place: (self.place)(variable.header.span),
            states: variable
                .states
                .iter()
                .enumerate()
                .map(|(state, name)| (name.clone(), self.solved.estimate(ix, state)))
                .collect(),
            parents: names,
            reasons,
            base: outcome::base(self.solved, ix, &self.place),
            observed: observed.map(|state| variable.states[state].clone()),
            obtain,
            quotes: self.quotes(&variable.quotes),
            notes: variable.header.notes.clone(),
        }
    }

    pub fn quantities(&self) -> Vec<QuantityFinding> {
        let formulas = self.solved.lowered.network.formulas();
        let answer = &self.solved.answer;
        let finding = |(ix, quantity): (usize, &assessment::Quantity)| {
            let params = answer.all_parameter_draws();
            let formula = self.solved.lowered.quantities[ix];
            let values = formulas.evaluate_lanes(&[formula], params, answer.n_draws());
            let mean =
                answer.weights().iter().zip(&values).map(|(weight, value)| weight * value).sum();
            let points = answer.quantiles_of(&values, &[0.05, 0.5, 0.95]);
            let is_probability = match &quantity.number.number.kind {
                NumberKind::Range { percent, .. } => *percent,
                NumberKind::Counts { .. } | NumberKind::Word(..) => true,
                NumberKind::Point(_) => quantity.number.number.written.ends_with('%'),
                _ => false,
            };
            QuantityFinding {
                id: quantity.header.name.clone(),
                text: quantity.header.text.clone(),
                place: (self.place)(quantity.header.span),
                written: quantity.number.number.written.clone(),
                mean,
                p05: points[0],
                p50: points[1],
                p95: points[2],
                is_probability,
                quotes: self.quotes(&quantity.quotes),
            }
        };
        self.assessment().quantities.iter().enumerate().map(finding).collect()
    }

    pub fn evidence(&self, weights: &[Option<f64>]) -> Vec<EvidenceFinding> {
        let sources = &self.assessment().sources;
        let finding = |(ix, evidence): (usize, &assessment::Evidence)| {
            let mut origins: Vec<usize> =
                evidence.sources.iter().map(|&source| origin_of(sources, source)).collect();
            origins.sort_unstable();
            origins.dedup();
            EvidenceFinding {
                id: evidence.header.name.clone(),
                text: evidence.header.text.clone(),
                place: (self.place)(evidence.header.span),
                on: evidence.on.map(|on| on.to_string()),
                says: evidence.written.clone(),
                left_out: evidence.left_out.clone(),
                weight: weights.get(ix).copied().flatten(),
                origins: origins.len(),
                quotes: self.quotes(&evidence.quotes),
                reasons: evidence.because.into_iter().collect(),
                notes: evidence.header.notes.clone(),
            }
        };
        self.assessment().evidence.iter().enumerate().map(finding).collect()
    }

    pub fn reasons(&self) -> Vec<ReasonFinding> {
        (0..self.assessment().reasons.len()).map(|ix| self.reason(ix)).collect()
    }

    fn reason(&self, ix: usize) -> ReasonFinding {
        let assessment = self.assessment();
        let reason = &assessment.reasons[ix];
        let weights = weights(assessment)
            .filter(|(number, _)| number.because == Some(ix))
            .map(|(number, sign)| WeightFinding {
                what: number.what.clone(),
                written: format!("{sign}{}", number.number.written),
                rationale: number.rationale.clone(),
                place: (self.place)(number.number.span),
            })
            .collect();
        ReasonFinding {
            id: reason.header.name.clone(),
            text: reason.header.text.clone(),
            place: (self.place)(reason.header.span),
            quotes: self.quotes(&reason.quotes),
            evidence: (0..assessment.evidence.len())
                .filter(|&item| assessment.evidence[item].because == Some(ix))
                .collect(),
            weights,
            notes: reason.header.notes.clone(),
        }
    }

    pub fn sources(&self) -> Vec<SourceFinding> {
        let quotes: Vec<&assessment::Quote> = self.assessment().used_quotes().collect();
        (0..self.assessment().sources.len()).map(|ix| self.source(ix, &quotes)).collect()
    }

    /// Sources with one text are one article, whatever they are called.
    pub fn cited(&self) -> CitedFinding {
        let assessment = self.assessment();
        let sources = &assessment.sources;
        let quoted = assessment.used_quotes().map(|quote| quote.source);
        let reporting = assessment.evidence.iter().flat_map(|item| item.sources.iter().copied());
        let cited: BTreeSet<usize> = quoted.chain(reporting).collect();
        let origins: BTreeSet<usize> = cited.iter().map(|&it| origin_of(sources, it)).collect();
        let file = |source: usize| sources[source].file.as_ref().map(|(path, _)| path);
        let first_of_file = |&source: &usize| {
            let before = cited.range(..source).any(|&other| file(other) == file(source));
            file(source).is_none() || !before
        };
        CitedFinding {
            sources: cited.iter().copied().filter(first_of_file).count(),
            origins: origins.len(),
        }
    }

    fn source(&self, ix: usize, quotes: &[&assessment::Quote]) -> SourceFinding {
        let assessment = self.assessment();
        let source = &assessment.sources[ix];
        let own: Vec<&&assessment::Quote> =
            quotes.iter().filter(|quote| quote.source == ix).collect();
        let n_verified = own
            .iter()
            .filter(|quote| {
                matches!(
                    quote.status,
                    assessment::QuoteStatus::Verbatim(_) | assessment::QuoteStatus::Locked(_)
                )
            })
            .count();
        let tail = (1.0 - assessment.level) / 2.0;
        let node = self.solved.lowered.reliabilities[ix];
        let origin = self.solved.lowered.numbers.iter().find(|number| {
            source
                .reliability
                .as_ref()
                .is_some_and(|reliability| reliability.number.span == number.span)
        });
        let reliability = match (&source.reliability, origin) {
            (_, Some(number)) => Some((number.low, number.high)),
            (Some(elicited), None) => match elicited.number.kind {
                NumberKind::Range { low, high, .. } => Some((low, high)),
                NumberKind::Given(distribution) => {
                    Some((distribution.quantile(tail), distribution.quantile(1.0 - tail)))
                }
                _ => elicited.number.value(true).map(|value| (value, value)),
            },
            (None, None) => None,
        };
        SourceFinding {
            id: source.header.name.clone(),
            title: source.header.text.clone(),
            place: (self.place)(source.header.span),
            author: source.author.clone(),
            publisher: source.publisher.clone(),
            url: source.url.clone(),
            published: source.published.map(|date| date.to_string()),
            grade: source
                .reliability
                .as_ref()
                .map(|reliability| reliability.number.written.clone()),
            reliability,
            reliability_after: node.map(|node| self.solved.answer.mean(node, 1)),
            credibility: source.credibility,
            origin: source
                .origin
                .as_ref()
                .map(|(origin, _)| assessment.sources[*origin].header.name.clone()),
            text_status: match &source.text {
                SourceText::Unnamed => "none named".to_string(),
                SourceText::Absent => "absent".to_string(),
                SourceText::Locked(_) => "locked".to_string(),
                SourceText::Read(_) => "found".to_string(),
                SourceText::Unreadable(why) => why.clone(),
            },
            n_quotes: own.len(),
            n_verified,
            hash: match &source.text {
                SourceText::Read(facts) => Some(facts.hash.clone()),
                SourceText::Locked(locked) => Some(locked.blake3.clone()),
                _ => None,
            },
            verified_on: match &source.text {
                SourceText::Locked(locked) => Some(locked.verified.clone()),
                _ => None,
            },
            is_private: source.is_private,
            notes: source.header.notes.clone(),
        }
    }
}

/// The numbers that can belong to a reason and be taken away with it, with their sign: weights, causes, and
/// what actors want.
pub(crate) fn weights(
    assessment: &Assessment,
) -> impl Iterator<Item = (&Elicited, &'static str)> + '_ {
    let wants = assessment.actors.iter().flat_map(|actor| &actor.wants);
    let wants = wants.map(|term| (&term.number, ""));
    assessment.variables.iter().flat_map(weights_of).chain(wants)
}

/// The numbers of a variable that can belong to a reason and be taken away with it, with their sign.
fn weights_of(variable: &Variable) -> Vec<(&Elicited, &'static str)> {
    match &variable.form {
        Form::Odds { odds, .. } | Form::Hazards { odds, .. } => {
            odds.iter().map(|line| (&line.weight, "x ")).collect()
        }
        Form::NoisyOr { causes, .. } => causes.iter().map(|cause| (&cause.number, "")).collect(),
        Form::Cases(_) | Form::Table { .. } | Form::Choice { .. } => Vec::new(),
    }
}

/// Every number in a variable's lines.
fn numbers_of(variable: &Variable) -> Vec<&Elicited> {
    match &variable.form {
        Form::Cases(states) => states
            .iter()
            .flat_map(|state| state.cases.iter().flatten())
            .map(|case| &case.number)
            .collect(),
        Form::Table { rows, .. } => rows.iter().flatten().flatten().collect(),
        _ => weights_of(variable).into_iter().map(|(number, _)| number).collect(),
    }
}
