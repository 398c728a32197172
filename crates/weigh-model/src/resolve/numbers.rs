//! Numbers and conditions, from nodes to data.

use super::Resolver;
use super::actors::MAX_POINTS;
use crate::assessment::{Comparison, Condition, Number, NumberKind, Sign};
use crate::checks;
use crate::words::{Scale, Term};
use weigh_inference::Distribution;
use weigh_syntax::ast::{Spanned, View};
use weigh_syntax::kind::Kind;

/// What a number is for; it decides which values are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// 0 to 1.
    Probability,
    /// Above 0: a factor on odds, a likelihood, a rate.
    Weight,
    /// Anything.
    Quantity,
    /// Points that something is worth to an actor.
    Payoff,
}

impl Resolver<'_> {
    /// The number at a node, if it can be one in that slot; otherwise the fault is reported.
    pub(super) fn number(&mut self, view: &View, slot: Slot) -> Option<Number> {
        let number = self.any_number(view)?;
        self.fits(&number, slot).then_some(number)
    }

    pub(super) fn any_number(&mut self, view: &View) -> Option<Number> {
        let kind = match view.kind() {
            Kind::Literal => NumberKind::Point(self.literal(view)?),
            Kind::Unknown => {
                self.report(checks::unknown_number::diagnostic(view.span()));
                NumberKind::Unknown
            }
            Kind::Paren => return self.any_number(&view.numbers().next()?),
            Kind::Negative => {
                NumberKind::Negative(Box::new(self.any_number(&view.numbers().next()?)?))
            }
            Kind::Binary => self.chain(view)?,
            Kind::Range => self.range(view)?,
            Kind::Counts => self.counts(view)?,
            Kind::Call => self.call(view)?,
            Kind::Word => return self.word_or_quantity(view),
            _ => return None,
        };
        Some(Number { kind, span: view.span(), written: view.written() })
    }

    fn literal(&mut self, view: &View) -> Option<f64> {
        let digits = view.tokens().next()?.text().replace(['_', ','], "");
        let percent = view.tokens().any(|token| token.kind() == Kind::Percent);
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Some(if percent { value / 100.0 } else { value }),
            _ => {
                self.report(checks::number_too_large::diagnostic(view.span(), &view.written()));
                None
            }
        }
    }

    fn chain(&mut self, view: &View) -> Option<NumberKind> {
        let parts: Vec<View> = view.numbers().collect();
        let signs: Vec<Sign> = view
            .tokens()
            .filter_map(|token| match token.kind() {
                Kind::Plus => Some(Sign::Plus),
                Kind::Minus => Some(Sign::Minus),
                Kind::Star | Kind::Times => Some(Sign::Times),
                Kind::Slash => Some(Sign::Over),
                _ => None,
            })
            .collect();
        let mut numbers = Vec::with_capacity(parts.len());
        for part in &parts {
            numbers.push(self.any_number(part)?);
        }
        let divisors = signs.iter().zip(&numbers[1..]).filter(|(sign, _)| **sign == Sign::Over);
        if let Some((_, zero)) = divisors.into_iter().find(|(_, by)| by.value(false) == Some(0.0)) {
            self.report(checks::division_by_zero::diagnostic(zero.span, &zero.written));
            return None;
        }
        let mut numbers = numbers.into_iter();
        let first = numbers.next()?;
        Some(NumberKind::Chain(Box::new(first), signs.into_iter().zip(numbers).collect()))
    }

    fn range(&mut self, view: &View) -> Option<NumberKind> {
        let ends: Vec<View> = view.numbers().collect();
        let [low, high] = ends.as_slice() else { return None };
        let (Some(low_number), Some(high_number)) = (self.any_number(low), self.any_number(high))
        else {
            return None;
        };
        let (Some(low_value), Some(high_value)) =
            (low_number.value(false), high_number.value(false))
        else {
            self.report(checks::range_without_ends::diagnostic(view.span(), &view.written()));
            return None;
        };
        let (low_percent, high_percent) =
            (low.written().contains('%'), high.written().contains('%'));
        if low_percent != high_percent && low_value != 0.0 {
            self.report(checks::range_half_percent::diagnostic(
                view.span(),
                &low.written(),
                &high.written(),
            ));
            return None;
        }
        // Losses are named from the smaller to the larger: `-30 to -60`.
        let (low_value, high_value) = match low_value < 0.0 && high_value < low_value {
            true => (high_value, low_value),
            false => (low_value, high_value),
        };
        if low_value >= high_value {
            self.report(checks::range_upside_down::diagnostic(
                view.span(),
                &low.written(),
                &high.written(),
            ));
            return None;
        }
        Some(NumberKind::Range { low: low_value, high: high_value, percent: high_percent })
    }

    fn counts(&mut self, view: &View) -> Option<NumberKind> {
        let parts: Vec<View> = view.numbers().collect();
        let [times, cases] = parts.as_slice() else { return None };
        let (times, cases) =
            (self.any_number(times)?.value(false), self.any_number(cases)?.value(false));
        match (times, cases) {
            (Some(times), Some(cases)) if (0.0..=cases).contains(&times) && cases > 0.0 => {
                Some(NumberKind::Counts { times, cases })
            }
            _ => {
                self.report(checks::impossible_counts::diagnostic(view.span(), &view.written()));
                None
            }
        }
    }

    fn call(&mut self, view: &View) -> Option<NumberKind> {
        let name = view.as_word();
        let arguments: Vec<View> = view.numbers().collect();
        let mut numbers = Vec::new();
        for argument in &arguments {
            numbers.push(self.any_number(argument)?);
        }
        let is_extreme = matches!(name.text.as_str(), "min" | "max");
        if !is_extreme && !["beta", "uniform", "normal", "lognormal"].contains(&name.text.as_str())
        {
            self.report(checks::unknown_function::diagnostic(&name));
            return None;
        }
        if is_extreme && numbers.len() >= 2 {
            let mut numbers = numbers.into_iter();
            let mut all = numbers.next()?;
            for next in numbers {
                let (span, written) = (view.span(), view.written());
                let (a, b) = (Box::new(all), Box::new(next));
                let kind =
                    if name.text == "min" { NumberKind::Min(a, b) } else { NumberKind::Max(a, b) };
                all = Number { kind, span, written };
            }
            return Some(all.kind);
        }
        let values: Vec<f64> = numbers.iter().filter_map(|number| number.value(false)).collect();
        let distribution = match (name.text.as_str(), values.as_slice()) {
            ("beta", &[a, b]) if a > 0.0 && b > 0.0 => Some(Distribution::Beta { a, b }),
            ("uniform", &[low, high]) if low < high => Some(Distribution::Uniform { low, high }),
            ("normal", &[mean, sd]) if sd > 0.0 => Some(Distribution::Normal { mean, sd }),
            ("lognormal", &[mu, sigma]) if sigma > 0.0 => {
                Some(Distribution::LogNormal { mu, sigma })
            }
            _ => None,
        };
        if distribution.is_none() {
            self.report(checks::impossible_distribution::diagnostic(view.span(), &name.text));
        }
        distribution.map(NumberKind::Given)
    }

    /// One name may be a quantity; otherwise the names together are a word of a scale.
    fn word_or_quantity(&mut self, view: &View) -> Option<Number> {
        let words: Vec<String> = words_of(view).into_iter().map(|word| word.text).collect();
        let phrase = words.join(" ");
        if let (1, Some(&quantity), None) =
            (words.len(), self.names.quantities.get(&phrase), view.name())
        {
            let kind = NumberKind::Quantity(quantity);
            return Some(Number { kind, span: view.span(), written: phrase });
        }
        let scale = match view.name() {
            Some(name) => self.scale(&name)?,
            None => self.assessment.scale,
        };
        match scale.find(&phrase) {
            Some(term) => {
                let kind = NumberKind::Word(scale, term);
                Some(Number { kind, span: view.span(), written: view.written() })
            }
            None => {
                let quantities = self.names.quantities.keys();
                let is_variable = self.names.variables.contains_key(&phrase);
                let diagnostic = checks::unknown_word::diagnostic(
                    view.span(),
                    &phrase,
                    scale,
                    quantities,
                    is_variable,
                );
                self.report(diagnostic);
                None
            }
        }
    }

    /// The scale of that name.
    pub(super) fn scale(&mut self, name: &Spanned) -> Option<Scale> {
        let scale = Scale::from_name(&name.text);
        if scale.is_none() {
            self.report(checks::unknown_scale::diagnostic(name));
        }
        scale
    }

    /// The word of a scale, as in `claims "unlikely"`.
    pub(super) fn term(&mut self, word: &Spanned, scale: Scale) -> Option<&'static Term> {
        let term = scale.find(&word.text);
        if term.is_none() {
            let none = std::iter::empty();
            self.report(checks::unknown_word::diagnostic(
                word.span, &word.text, scale, none, false,
            ));
        }
        term
    }

    /// Whether a number is possible in its slot; what is only known once drawn is not judged here.
    fn fits(&mut self, number: &Number, slot: Slot) -> bool {
        let (low, high) = match &number.kind {
            NumberKind::Range { low, high, .. } => (*low, *high),
            NumberKind::Given(Distribution::Uniform { low, high }) => (*low, *high),
            NumberKind::Given(Distribution::Normal { .. })
                if matches!(slot, Slot::Probability | Slot::Weight) =>
            {
                self.report(checks::number_out_of_range::unbounded(
                    number,
                    slot == Slot::Probability,
                ));
                return false;
            }
            NumberKind::Given(Distribution::LogNormal { .. }) if slot == Slot::Probability => {
                self.report(checks::number_out_of_range::unbounded(number, true));
                return false;
            }
            _ => match number.value(false) {
                Some(value) => (value, value),
                None => return true,
            },
        };
        let is_range = matches!(number.kind, NumberKind::Range { .. });
        let fault = match slot {
            Slot::Quantity if !(low.is_finite() && high.is_finite()) => {
                Some(checks::number_too_large::diagnostic(number.span, &number.written))
            }
            Slot::Quantity => None,
            Slot::Payoff if !(low >= -MAX_POINTS && high <= MAX_POINTS) => {
                Some(checks::number_out_of_range::payoff(number, MAX_POINTS))
            }
            Slot::Payoff => None,
            Slot::Probability if !(low >= 0.0 && high <= 1.0) => {
                Some(checks::number_out_of_range::probability(number, high))
            }
            Slot::Probability if is_range && (low == 0.0 || high == 1.0) => {
                Some(checks::range_touches_border::diagnostic(number))
            }
            Slot::Probability => None,
            // A likelihood or a weight of exactly 0 is certainty against, and may be meant.
            Slot::Weight
                if !(low >= 0.0 && high <= crate::lower::MAX_WEIGHT)
                    || (is_range && low == 0.0) =>
            {
                Some(checks::number_out_of_range::weight(number))
            }
            Slot::Weight => None,
        };
        let fits = fault.is_none();
        self.diagnostics.extend(fault);
        fits
    }

    /// The condition at a node; faults inside are reported, and the whole is then left out.
    pub(super) fn condition(&mut self, view: &View) -> Option<Condition> {
        match view.kind() {
            Kind::Atom => self.atom(view),
            Kind::CondParen => self.condition(&view.conditions().next()?),
            Kind::Not => {
                Some(Condition::Not(Box::new(self.condition(&view.conditions().next()?)?)))
            }
            Kind::And | Kind::Or => {
                let views: Vec<View> = view.conditions().collect();
                let parts: Vec<Option<Condition>> =
                    views.iter().map(|part| self.condition(part)).collect();
                let parts: Vec<Condition> = parts.into_iter().collect::<Option<_>>()?;
                Some(if view.kind() == Kind::And {
                    Condition::And(parts)
                } else {
                    Condition::Or(parts)
                })
            }
            _ => None,
        }
    }

    fn atom(&mut self, view: &View) -> Option<Condition> {
        let name = view.name()?;
        let comparison = view.tokens().find_map(|token| match token.kind() {
            Kind::Equal => Some(Comparison::Equal),
            Kind::NotEqual => Some(Comparison::NotEqual),
            Kind::Less => Some(Comparison::Less),
            Kind::LessEqual => Some(Comparison::LessEqual),
            Kind::Greater => Some(Comparison::Greater),
            Kind::GreaterEqual => Some(Comparison::GreaterEqual),
            _ => None,
        })?;
        if let Some(&quantity) = self.names.quantities.get(&name.text) {
            return self.quantity_atom(view, quantity, comparison);
        }
        let variable = self.variable(&name)?;
        let stated: Vec<Spanned> =
            view.children_of(Kind::State).map(|state| state.as_word()).collect();
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if is_equality && stated.is_empty() && view.numbers().next().is_none() {
            return None; // the parser has said what is missing
        }
        if stated.is_empty() || !is_equality {
            let states = &self.assessment.variables[variable].states;
            let diagnostic = checks::state_compared::diagnostic(view.span(), &name.text, states);
            self.report(diagnostic);
            return None;
        }
        let states: Vec<Option<usize>> =
            stated.iter().map(|state| self.state_of(variable, state)).collect();
        let mut states: Vec<usize> = states.into_iter().collect::<Option<_>>()?;
        if comparison == Comparison::NotEqual {
            let all = 0..self.assessment.variables[variable].states.len();
            states = all.filter(|state| !states.contains(state)).collect();
        }
        states.sort_unstable();
        states.dedup();
        Some(Condition::Is { variable, states })
    }

    fn quantity_atom(
        &mut self,
        view: &View,
        quantity: usize,
        comparison: Comparison,
    ) -> Option<Condition> {
        let number = match view.numbers().next() {
            Some(number) => self.number(&number, Slot::Quantity)?,
            None => {
                // A lone name or number on the right side of `=` was parsed as a state.
                let state = view.state()?;
                let kind = match (
                    self.names.quantities.get(&state.text),
                    state.text.replace([',', '_'], "").parse(),
                ) {
                    (Some(&quantity), _) => NumberKind::Quantity(quantity),
                    (None, Ok(value)) => NumberKind::Point(value),
                    _ => {
                        let known = self.names.quantities.keys();
                        self.report(checks::unknown_name::diagnostic(&state, "quantity", known));
                        return None;
                    }
                };
                Number { kind, span: state.span, written: state.text }
            }
        };
        Some(Condition::Compare { quantity, comparison, number: Box::new(number) })
    }
}

/// The words of a [`Kind::Word`] node, without the scale that may follow.
pub(super) fn words_of(view: &View) -> Vec<Spanned> {
    let file = view.file;
    view.tokens()
        .filter(|token| token.kind() == Kind::Ident && token.text() != "on")
        .map(|token| {
            let range = token.text_range();
            let span =
                weigh_syntax::span::Span::new(file, range.start().into(), range.end().into());
            Spanned { text: token.text().to_string(), span }
        })
        .collect()
}
