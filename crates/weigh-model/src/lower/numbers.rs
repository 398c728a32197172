//! Elicited numbers into parameters with distributions, and arithmetic into formulas.

use super::Lowering;
use crate::assessment::{Elicited, Number, NumberKind, Sign};
use crate::checks;
use std::collections::BTreeMap;
use weigh_inference::{Distribution, FitError, FormulaId, ParamId, Parameter};
use weigh_syntax::span::Span;

/// Where a parameter of the network comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberOrigin {
    /// What it is, in words: `unrest: odds if order = send`.
    pub what: String,
    /// As typed.
    pub written: String,
    /// Where.
    pub span: Span,
    /// The writer's reason for it.
    pub rationale: Option<String>,
    /// The reason that it belongs to.
    pub because: Option<usize>,
    /// Lower end of its central interval at the file's level.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What kind of number it is.
    pub slot: SlotKind,
}

/// What a number of the file is divided by, where that is uncertain.
#[derive(Debug, Clone)]
pub struct Divisor {
    /// Its value.
    pub formula: FormulaId,
    /// As typed.
    pub written: String,
    /// Where.
    pub span: Span,
}

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotKind {
    /// 0 to 1, printed in percent.
    Probability,
    /// A factor on odds.
    Weight,
    /// A count or a sum.
    Quantity,
    /// Points that something is worth to an actor.
    Payoff,
}

/// Betas by the bits of both ends of their range and of its level. Finding one takes as long as building a
/// table, and analyses build the network of one assessment some eighty times.
#[derive(Debug, Clone, Default)]
pub struct Fits(BTreeMap<[u64; 3], Result<Distribution, FitError>>);

/// Whose error a number shares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shares {
    /// The table it is in.
    pub table: Option<u32>,
    /// Who gave it.
    pub elicitor: usize,
}

/// The largest weight: beyond it odds and their products leave what a float can hold, and nobody means it.
pub const MAX_WEIGHT: f64 = 1e12;

impl Lowering<'_> {
    pub(super) fn add_switches(&mut self) {
        for reason in &self.assessment.reasons {
            let switch =
                self.add_switch(format!("with {}", reason.header.name), reason.header.span);
            self.switches.push(switch);
        }
    }

    pub(super) fn add_switch(&mut self, what: String, span: Span) -> ParamId {
        let switch =
            self.build.add_parameter(Parameter::new(what.clone(), Distribution::Point(1.0)));
        self.means.push(1.0);
        self.numbers.push(NumberOrigin {
            what,
            written: String::new(),
            span,
            rationale: None,
            because: None,
            low: 1.0,
            high: 1.0,
            slot: SlotKind::Weight,
        });
        switch
    }

    pub(super) fn quantities(&mut self) {
        let zero = self.build.formulas().constant(0.0);
        self.quantities = vec![zero; self.assessment.quantities.len()];
        for &ix in &self.assessment.quantity_order {
            let number = &self.assessment.quantities[ix].number;
            self.quantities[ix] = self.elicited(number, SlotKind::Quantity, None);
        }
    }

    /// The formula of a number, with a new parameter for each uncertain part of it.
    pub(super) fn elicited(
        &mut self,
        elicited: &Elicited,
        slot: SlotKind,
        table: Option<u32>,
    ) -> FormulaId {
        let shares = Shares { table, elicitor: elicited.elicitor };
        let formula = self.number(&elicited.number, elicited, slot, shares, true);
        let is_leaf = !matches!(
            elicited.number.kind,
            NumberKind::Chain(..)
                | NumberKind::Negative(_)
                | NumberKind::Min(..)
                | NumberKind::Max(..)
                | NumberKind::Quantity(_)
        );
        // A distribution without an upper end reaches further than a range does.
        let is_unbounded =
            matches!(elicited.number.kind, NumberKind::Given(Distribution::LogNormal { .. }));
        let is_plain = is_leaf && !is_unbounded;
        let most = match slot {
            SlotKind::Quantity | SlotKind::Payoff => return formula,
            _ if is_plain => return formula,
            SlotKind::Probability => 1.0,
            SlotKind::Weight => MAX_WEIGHT,
        };
        // What arithmetic makes of uncertain parts is kept where it is possible.
        let formulas = self.build.formulas();
        let (zero, most) = (formulas.constant(0.0), formulas.constant(most));
        let capped = formulas.min(formula, most);
        formulas.max(capped, zero)
    }

    fn number(
        &mut self,
        number: &Number,
        holder: &Elicited,
        slot: SlotKind,
        shares: Shares,
        whole: bool,
    ) -> FormulaId {
        // Inside arithmetic a part is a quantity, whatever the whole is.
        let inner = SlotKind::Quantity;
        match &number.kind {
            &NumberKind::Point(value) if whole && self.moves_certain => {
                self.parameter(number, Distribution::Point(value), holder, slot, shares, whole)
            }
            NumberKind::Point(value) => self.build.formulas().constant(*value),
            NumberKind::Quantity(ix) => self.quantities[*ix],
            NumberKind::Unknown => match slot {
                SlotKind::Probability => {
                    let uniform = Distribution::Uniform { low: 0.0, high: 1.0 };
                    self.parameter(number, uniform, holder, slot, shares, whole)
                }
                SlotKind::Weight => self.build.formulas().constant(1.0),
                SlotKind::Quantity | SlotKind::Payoff => self.build.formulas().constant(0.0),
            },
            NumberKind::Negative(part) => {
                let part = self.number(part, holder, inner, shares, false);
                let formulas = self.build.formulas();
                let zero = formulas.constant(0.0);
                formulas.sub(zero, part)
            }
            NumberKind::Min(a, b) => {
                let a = self.number(a, holder, inner, shares, false);
                let b = self.number(b, holder, inner, shares, false);
                self.build.formulas().min(a, b)
            }
            NumberKind::Max(a, b) => {
                let a = self.number(a, holder, inner, shares, false);
                let b = self.number(b, holder, inner, shares, false);
                self.build.formulas().max(a, b)
            }
            NumberKind::Chain(first, rest) => {
                let mut value = self.number(first, holder, inner, shares, false);
                for (sign, part) in rest {
                    let right = self.number(part, holder, inner, shares, false);
                    let formulas = self.build.formulas();
                    value = match sign {
                        Sign::Plus => formulas.add(value, right),
                        Sign::Minus => formulas.sub(value, right),
                        Sign::Times => formulas.mul(value, right),
                        Sign::Over => self.quotient(value, right, part),
                    };
                }
                value
            }
            NumberKind::Range { .. }
            | NumberKind::Counts { .. }
            | NumberKind::Given(_)
            | NumberKind::Word(..) => {
                let distribution = self.fitted(number, slot);
                self.parameter(number, distribution, holder, slot, shares, whole)
            }
        }
    }

    /// One number over another. What is divided by zero is not known, and counts as a quantity that is
    /// not; a divisor that only some draws make zero is kept to be looked at in them.
    fn quotient(&mut self, value: FormulaId, divisor: FormulaId, written: &Number) -> FormulaId {
        match self.build.formulas().as_constant(divisor) {
            Some(0.0) => {
                // Lines that are built more than once are told once.
                let fault = checks::division_by_zero::diagnostic(written.span, &written.written);
                if !self.diagnostics.contains(&fault) {
                    self.diagnostics.push(fault);
                }
                return self.build.formulas().constant(0.0);
            }
            Some(_) => {}
            None => {
                let (span, written) = (written.span, written.written.clone());
                self.divisors.entry(span).or_insert(Divisor { formula: divisor, written, span });
            }
        }
        self.build.formulas().div(value, divisor)
    }

    /// The distribution of a number that has one (docs/methods.md, 2.2 and 5.1).
    fn fitted(&mut self, number: &Number, slot: SlotKind) -> Distribution {
        let level = self.assessment.level;
        match &number.kind {
            &NumberKind::Range { low, high, percent } => {
                let is_probability = slot == SlotKind::Probability
                    || (slot == SlotKind::Quantity && is_share(low, high, percent));
                let fitted = if is_probability {
                    self.beta(low, high)
                } else if low > 0.0 {
                    Distribution::lognormal_from_interval(low, high, level)
                } else {
                    Distribution::normal_from_interval(low, high, level)
                };
                fitted.unwrap_or_else(|error| {
                    self.diagnostics
                        .push(checks::range_not_fitted::diagnostic(number, &error.to_string()));
                    Distribution::Uniform { low, high }
                })
            }
            &NumberKind::Counts { times, cases } => {
                // Jeffreys' prior, so that never and always are not certain.
                Distribution::Beta { a: times + 0.5, b: cases - times + 0.5 }
            }
            NumberKind::Given(distribution) => *distribution,
            NumberKind::Word(_, term) if term.low == term.high => Distribution::Point(term.low),
            NumberKind::Word(_, term) => Distribution::Uniform { low: term.low, high: term.high },
            _ => unreachable!("only numbers with a distribution of their own are asked for one"),
        }
    }

    fn beta(&mut self, low: f64, high: f64) -> Result<Distribution, FitError> {
        let level = self.assessment.level;
        let key = [low, high, level].map(f64::to_bits);
        if let Some(known) = self.known_fits.0.get(&key) {
            return *known;
        }
        let new = self.new_fits.0.entry(key);
        *new.or_insert_with(|| Distribution::beta_from_interval(low, high, level))
    }

    fn parameter(
        &mut self,
        number: &Number,
        distribution: Distribution,
        holder: &Elicited,
        slot: SlotKind,
        shares: Shares,
        whole: bool,
    ) -> FormulaId {
        // Certainty is structure: it is not moved.
        if let Distribution::Point(value) = distribution
            && (!self.moves_certain || value == 0.0 || value == 1.0)
        {
            return self.build.formulas().constant(value);
        }
        let what = match whole {
            true => holder.what.clone(),
            false => format!("{}: {}", holder.what, number.written),
        };
        let tail = (1.0 - self.assessment.level) / 2.0;
        let (low, high) = match number.kind {
            NumberKind::Range { low, high, .. } => (low, high),
            _ => (distribution.quantile(tail), distribution.quantile(1.0 - tail)),
        };
        let is_probability = match number.kind {
            NumberKind::Range { low, high, percent } => is_share(low, high, percent),
            NumberKind::Counts { .. } => true,
            _ => false,
        };
        let slot = match slot {
            SlotKind::Quantity if is_probability => SlotKind::Probability,
            slot => slot,
        };
        self.numbers.push(NumberOrigin {
            what: what.clone(),
            written: number.written.clone(),
            span: number.span,
            rationale: holder.rationale.clone(),
            because: holder.because,
            low,
            high,
            slot,
        });
        self.means.push(distribution.mean());
        let mut parameter = Parameter::new(what, distribution);
        parameter.table_group = shares.table;
        parameter.elicitor_group = Some(shares.elicitor as u32);
        let id = self.build.add_parameter(parameter);
        self.build.formulas().parameter(id)
    }

    /// A number that counts only with the reason it belongs to: `neutral` without it.
    pub(super) fn switched(
        &mut self,
        formula: FormulaId,
        because: Option<usize>,
        neutral: f64,
    ) -> FormulaId {
        let Some(&switch) = because.and_then(|reason| self.switches.get(reason)) else {
            return formula;
        };
        self.switched_by(formula, switch, neutral)
    }

    fn switched_by(&mut self, formula: FormulaId, switch: ParamId, neutral: f64) -> FormulaId {
        let formulas = self.build.formulas();
        let (neutral, switch) = (formulas.constant(neutral), formulas.parameter(switch));
        let difference = formulas.sub(formula, neutral);
        let difference = formulas.mul(switch, difference);
        formulas.add(neutral, difference)
    }
}

/// Whether a quantity's range is one of probabilities: a growth of -10% to 10% is in percent and is none.
fn is_share(low: f64, high: f64, percent: bool) -> bool {
    percent && low > 0.0 && high < 1.0
}
