//! Expressions over parameters: the cells of tables, kept once each and simplified as they are made.

use std::fmt;

use rustc_hash::FxHashMap;

use crate::network::ParamId;
use crate::program::Program;

/// The place of an expression in [`Formulas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormulaId(pub u32);

impl FormulaId {
    /// The id as an index.
    pub fn ix(self) -> usize {
        self.0 as usize
    }
}

/// One node of an expression; its operands stand earlier in the arena.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// A number.
    Constant(f64),
    /// The value of a parameter in this draw.
    Parameter(ParamId),
    /// `a + b`
    Add(FormulaId, FormulaId),
    /// `a - b`
    Sub(FormulaId, FormulaId),
    /// `a × b`
    Mul(FormulaId, FormulaId),
    /// `a / b`, with the conventions of [`Formulas::div`]
    Div(FormulaId, FormulaId),
    /// The smaller of two.
    Min(FormulaId, FormulaId),
    /// The larger of two.
    Max(FormulaId, FormulaId),
    /// `1 - a`
    Complement(FormulaId),
    /// 1 where `a < b`, otherwise 0.
    Less(FormulaId, FormulaId),
    /// 1 where `a <= b`, otherwise 0.
    LessEqual(FormulaId, FormulaId),
    /// 1 where `a = b`, otherwise 0.
    Equal(FormulaId, FormulaId),
    /// `1 - (1 - a)^k`
    RescaleHazard(FormulaId, f64),
    /// `1 - exp(-a)`
    HazardToProbability(FormulaId),
}

impl Formula {
    /// The operands, in order.
    pub(crate) fn operands(&self) -> [Option<FormulaId>; 2] {
        use Formula::*;
        match *self {
            Constant(_) | Parameter(_) => [None, None],
            Complement(a) | RescaleHazard(a, _) | HazardToProbability(a) => [Some(a), None],
            Add(a, b)
            | Sub(a, b)
            | Mul(a, b)
            | Div(a, b)
            | Min(a, b)
            | Max(a, b)
            | Less(a, b)
            | LessEqual(a, b)
            | Equal(a, b) => [Some(a), Some(b)],
        }
    }

    /// The value, given the operands' values and a way to read parameters.
    pub(crate) fn value(&self, a: f64, b: f64, parameter: impl Fn(ParamId) -> f64) -> f64 {
        use Formula::*;
        match *self {
            Constant(value) => value,
            Parameter(id) => parameter(id),
            Add(..) => a + b,
            Sub(..) => a - b,
            Mul(..) => a * b,
            Div(..) => divide(a, b),
            Min(..) => smaller(a, b),
            Max(..) => larger(a, b),
            Complement(_) => 1.0 - a,
            Less(..) => f64::from(a < b),
            LessEqual(..) => f64::from(a <= b),
            Equal(..) => f64::from(a == b),
            RescaleHazard(_, k) => rescale_hazard(a, k),
            HazardToProbability(_) => -libm::expm1(-a),
        }
    }

    /// The key under which equal expressions are found again: kind, operands, bits of the number.
    fn key(&self) -> (u8, u32, u32, u64) {
        use Formula::*;
        match *self {
            Constant(value) => (0, 0, 0, value.to_bits()),
            Parameter(id) => (1, id.0, 0, 0),
            Add(a, b) => (2, a.0, b.0, 0),
            Sub(a, b) => (3, a.0, b.0, 0),
            Mul(a, b) => (4, a.0, b.0, 0),
            Div(a, b) => (5, a.0, b.0, 0),
            Min(a, b) => (6, a.0, b.0, 0),
            Max(a, b) => (7, a.0, b.0, 0),
            Complement(a) => (8, a.0, 0, 0),
            Less(a, b) => (9, a.0, b.0, 0),
            LessEqual(a, b) => (10, a.0, b.0, 0),
            Equal(a, b) => (11, a.0, b.0, 0),
            RescaleHazard(a, k) => (12, a.0, 0, k.to_bits()),
            HazardToProbability(a) => (13, a.0, 0, 0),
        }
    }
}

/// `a / b`, where 0/0 is 0: a share of nothing is nothing.
pub(crate) fn divide(a: f64, b: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a / b }
}

/// `f64::min` leaves the sign of a zero to the platform; this does not.
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// `f64::max` leaves the sign of a zero to the platform; this does not.
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// A probability over one window, carried at constant hazard to a window `k` times as long.
pub(crate) fn rescale_hazard(p: f64, k: f64) -> f64 {
    -libm::expm1(k * libm::log1p(-p))
}

/// An arena of expressions in which equal expressions are one and zeros and ones are simplified
/// away, so that a cell that is always 0 is known to be 0.
///
/// Operands come before the expressions that use them: the arena order is a topological order.
///
/// # Example
/// ```
/// use weigh_inference::{Formulas, ParamId};
/// let mut f = Formulas::default();
/// let p = f.parameter(ParamId(0));
/// let zero = f.constant(0.0);
/// let nothing = f.mul(p, zero);
/// assert_eq!(f.as_constant(nothing), Some(0.0));
/// let (q, half) = (f.complement(p), f.constant(0.5));
/// let cell = f.mul(q, half);
/// assert_eq!(f.evaluate(cell, &[0.2]), 0.4);
/// assert_eq!(f.show(cell, &["p"]).to_string(), "(1 - p) * 0.5");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Formulas {
    nodes: Vec<Formula>,
    index: FxHashMap<(u8, u32, u32, u64), FormulaId>,
}

impl Formulas {
    /// Number of expressions held.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is held yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The expression's outermost node.
    pub fn get(&self, id: FormulaId) -> Formula {
        self.nodes[id.ix()]
    }

    /// The value, if it is the same in every draw.
    pub fn as_constant(&self, id: FormulaId) -> Option<f64> {
        match self.nodes[id.ix()] {
            Formula::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> FormulaId {
        // -0.0 and 0.0 must be one expression.
        self.insert(Formula::Constant(value + 0.0))
    }

    /// The value of a parameter.
    pub fn parameter(&mut self, id: ParamId) -> FormulaId {
        self.insert(Formula::Parameter(id))
    }

    /// `a + b`
    pub fn add(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(0.0), _) => b,
            (_, Some(0.0)) => a,
            _ => self.fold(Formula::Add(a.min(b), a.max(b))),
        }
    }

    /// `a - b`
    pub fn sub(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        match (self.as_constant(a), self.as_constant(b)) {
            (_, Some(0.0)) => a,
            _ if a == b => self.constant(0.0),
            (Some(1.0), _) => self.complement(b),
            _ => self.fold(Formula::Sub(a, b)),
        }
    }

    /// `a × b`
    pub fn mul(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(0.0), _) | (_, Some(0.0)) => self.constant(0.0),
            (Some(1.0), _) => b,
            (_, Some(1.0)) => a,
            _ => self.fold(Formula::Mul(a.min(b), a.max(b))),
        }
    }

    /// `a / b`; 0/0 is 0 (a share of nothing), and x/0 for another x is infinite: a caller whose
    /// divisor can reach 0 must keep it off with [`Formulas::max`].
    pub fn div(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(0.0), _) => self.constant(0.0),
            (_, Some(1.0)) => a,
            _ => self.fold(Formula::Div(a, b)),
        }
    }

    /// The smaller of two.
    pub fn min(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == b { a } else { self.fold(Formula::Min(a, b)) }
    }

    /// The larger of two.
    pub fn max(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == b { a } else { self.fold(Formula::Max(a, b)) }
    }

    /// `1 - a`; the complement of a complement is the thing itself.
    pub fn complement(&mut self, a: FormulaId) -> FormulaId {
        match self.nodes[a.ix()] {
            Formula::Complement(inner) => inner,
            _ => self.fold(Formula::Complement(a)),
        }
    }

    /// 1 where `a < b`, otherwise 0; its derivative counts as 0.
    pub fn less(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == b { self.constant(0.0) } else { self.fold(Formula::Less(a, b)) }
    }

    /// 1 where `a <= b`, otherwise 0; its derivative counts as 0.
    pub fn less_equal(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == b { self.constant(1.0) } else { self.fold(Formula::LessEqual(a, b)) }
    }

    /// 1 where `a = b`, otherwise 0; its derivative counts as 0.
    pub fn equal(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == b { self.constant(1.0) } else { self.fold(Formula::Equal(a.min(b), a.max(b))) }
    }

    /// `1 - (1 - p)^k`: the probability `p` over one window carried to a window `k` times as long
    /// at constant hazard.
    pub fn rescale_hazard(&mut self, p: FormulaId, k: f64) -> FormulaId {
        if k == 1.0 { p } else { self.fold(Formula::RescaleHazard(p, k)) }
    }

    /// `1 - exp(-h)`: the probability of at least one event at accumulated hazard `h`.
    pub fn hazard_to_probability(&mut self, h: FormulaId) -> FormulaId {
        self.fold(Formula::HazardToProbability(h))
    }

    /// The value at one set of parameter values, `[n_params]`.
    pub fn evaluate(&self, id: FormulaId, params: &[f64]) -> f64 {
        // One value needs no rows: only what it is made of is looked at.
        let mut values: FxHashMap<FormulaId, f64> = FxHashMap::default();
        let mut stack = vec![id];
        while let Some(&top) = stack.last() {
            let node = self.get(top);
            let operands = node.operands();
            let known = operands.map(|operand| operand.map(|id| values.get(&id).copied()));
            let missing = operands.into_iter().zip(known).filter(|(_, known)| *known == Some(None));
            let before = stack.len();
            stack.extend(missing.filter_map(|(operand, _)| operand));
            if stack.len() == before {
                let [a, b] = known.map(|known| known.flatten().unwrap_or(0.0));
                values.insert(top, node.value(a, b, |param| params[param.ix()]));
                stack.pop();
            }
        }
        values[&id]
    }

    /// The values at many sets of parameter values.
    ///
    /// # Shapes
    /// `params`: `[n_params, n_lanes]`, row-major; returns `[ids.len(), n_lanes]`.
    ///
    /// # Panics
    /// If `params` does not hold every parameter that `ids` use.
    pub fn evaluate_lanes(&self, ids: &[FormulaId], params: &[f64], n_lanes: usize) -> Vec<f64> {
        Program::new(self, ids).evaluate_lanes(params, n_lanes)
    }

    /// The parameters an expression uses, in ascending order.
    pub fn parameters_of(&self, id: FormulaId) -> Vec<ParamId> {
        let program = Program::new(self, &[id]);
        let mut used: Vec<ParamId> = program.parameters().collect();
        used.sort_unstable();
        used
    }

    /// Whether the value is a constant plus constant multiples of parameters, so that its
    /// expectation is its value at the expectations. `fixed` says which parameters never vary.
    pub fn is_affine(&self, id: FormulaId, fixed: impl Fn(ParamId) -> bool + Copy) -> bool {
        let constant = |id| self.parameters_of(id).into_iter().all(fixed);
        match self.nodes[id.ix()] {
            Formula::Constant(_) | Formula::Parameter(_) => true,
            Formula::Add(a, b) | Formula::Sub(a, b) => {
                self.is_affine(a, fixed) && self.is_affine(b, fixed)
            }
            Formula::Mul(a, b) => {
                constant(a) && self.is_affine(b, fixed) || constant(b) && self.is_affine(a, fixed)
            }
            Formula::Div(a, b) => constant(b) && self.is_affine(a, fixed),
            Formula::Complement(a) => self.is_affine(a, fixed),
            _ => constant(id),
        }
    }

    /// The expression as text, with the parameters' names in id order.
    pub fn show<'a, S: AsRef<str>>(&'a self, id: FormulaId, names: &'a [S]) -> impl fmt::Display {
        Shown { formulas: self, id, names, inner: false }
    }

    /// Inserts the node, or its value if its operands are constants.
    fn fold(&mut self, node: Formula) -> FormulaId {
        let values = node.operands().map(|operand| operand.map(|id| self.as_constant(id)));
        match values {
            [Some(Some(a)), None] => self.constant(node.value(a, 0.0, |_| 0.0)),
            [Some(Some(a)), Some(Some(b))] => self.constant(node.value(a, b, |_| 0.0)),
            _ => self.insert(node),
        }
    }

    fn insert(&mut self, node: Formula) -> FormulaId {
        let next = FormulaId(self.nodes.len() as u32);
        let id = *self.index.entry(node.key()).or_insert(next);
        if id == next {
            self.nodes.push(node);
        }
        id
    }
}

struct Shown<'a, S> {
    formulas: &'a Formulas,
    id: FormulaId,
    names: &'a [S],
    inner: bool,
}

impl<S: AsRef<str>> fmt::Display for Shown<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operand = |id: FormulaId| Shown { id, inner: true, ..*self };
        let parameter = |id: ParamId| match self.names.get(id.ix()) {
            Some(name) => name.as_ref().to_owned(),
            None => format!("parameter {}", id.0),
        };
        let (node, bracket) = (self.formulas.nodes[self.id.ix()], self.inner);
        node.write(f, bracket, operand, parameter)
    }
}

impl Formula {
    /// Writes the node with its operands and parameters as the caller shows them, in brackets if it
    /// is an operation inside another.
    pub(crate) fn write<D: fmt::Display>(
        &self,
        f: &mut fmt::Formatter<'_>,
        bracket: bool,
        operand: impl Fn(FormulaId) -> D,
        parameter: impl Fn(ParamId) -> String,
    ) -> fmt::Result {
        use Formula::*;
        let (open, close) = if bracket { ("(", ")") } else { ("", "") };
        let infix = |f: &mut fmt::Formatter<'_>, a, sign, b| {
            write!(f, "{open}{} {sign} {}{close}", operand(a), operand(b))
        };
        match *self {
            Constant(value) => write!(f, "{value}"),
            Parameter(id) => f.write_str(&parameter(id)),
            Add(a, b) => infix(f, a, "+", b),
            Sub(a, b) => infix(f, a, "-", b),
            Mul(a, b) => infix(f, a, "*", b),
            Div(a, b) => infix(f, a, "/", b),
            Less(a, b) => infix(f, a, "<", b),
            LessEqual(a, b) => infix(f, a, "<=", b),
            Equal(a, b) => infix(f, a, "=", b),
            Min(a, b) => write!(f, "min({}, {})", operand(a), operand(b)),
            Max(a, b) => write!(f, "max({}, {})", operand(a), operand(b)),
            Complement(a) => write!(f, "{open}1 - {}{close}", operand(a)),
            RescaleHazard(a, k) => write!(f, "rescale_hazard({}, {k})", operand(a)),
            HazardToProbability(a) => write!(f, "hazard_to_probability({})", operand(a)),
        }
    }
}
