//! The formulas a tape needs, as a straight list evaluated over blocks of lanes, and its reverse.

use std::borrow::Cow;

use crate::formula::{Formula, FormulaId, Formulas, divide, larger, rescale_hazard, smaller};
use crate::network::ParamId;

/// Formulas renumbered into rows: constants first, then parameters, then the rest in topological order.
///
/// Constants never change, so a block's constant rows are written once ([`Program::write_constants`])
/// and every later evaluation starts behind them.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// One node per row; operands are rows.
    rows: Vec<Formula>,
    n_constants: usize,
    /// Constants and parameters, which are made of nothing.
    n_leaves: usize,
    /// The row of every formula asked for, in the order asked.
    outputs: Vec<u32>,
}

impl Program {
    /// The program that computes `ids` and all they depend on.
    pub(crate) fn new(formulas: &Formulas, ids: &[FormulaId]) -> Program {
        // What a formula is made of comes before it.
        let n_before = ids.iter().map(|id| id.ix() + 1).max().unwrap_or(0);
        let mut is_needed = vec![false; n_before];
        let (mut needed, mut stack) = (Vec::new(), ids.to_vec());
        while let Some(id) = stack.pop() {
            if !std::mem::replace(&mut is_needed[id.ix()], true) {
                needed.push(id);
                stack.extend(formulas.get(id).operands().into_iter().flatten());
            }
        }
        needed.sort_unstable();
        let kind = |id: &FormulaId| match formulas.get(*id) {
            Formula::Constant(_) => 0,
            Formula::Parameter(_) => 1,
            _ => 2,
        };
        needed.sort_by_key(kind);
        let n_constants = needed.partition_point(|id| kind(id) == 0);
        let n_leaves = needed.partition_point(|id| kind(id) < 2);
        let mut row_of = vec![0; n_before];
        let mut rows = Vec::with_capacity(needed.len());
        for id in needed {
            row_of[id.ix()] = rows.len() as u32;
            rows.push(renumber(formulas.get(id), |operand| FormulaId(row_of[operand.ix()])));
        }
        let outputs = ids.iter().map(|id| row_of[id.ix()]).collect();
        Program { rows, n_constants, n_leaves, outputs }
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The row of the `i`-th formula asked for.
    pub(crate) fn output(&self, i: usize) -> u32 {
        self.outputs[i]
    }

    /// Computes only some of what was asked for: those of the formulas, in the order asked, that are to be kept.
    pub(crate) fn keep_outputs(&mut self, is_kept: &[bool]) {
        let mut is_kept = is_kept.iter();
        self.outputs.retain(|_| *is_kept.next().expect("one flag per formula"));
    }

    /// The constant in a row, if it is one.
    pub(crate) fn constant(&self, row: u32) -> Option<f64> {
        match self.rows[row as usize] {
            Formula::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The parameters used, in row order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = ParamId> {
        self.rows.iter().filter_map(|row| match row {
            Formula::Parameter(id) => Some(*id),
            _ => None,
        })
    }

    /// One line per row, with operands as rows.
    pub(crate) fn rows(&self) -> &[Formula] {
        &self.rows
    }

    /// Fills the constant rows of a new block.
    pub(crate) fn write_constants<const W: usize>(&self, block: &mut [[f64; W]]) {
        for (row, out) in self.rows[..self.n_constants].iter().zip(block) {
            if let Formula::Constant(value) = row {
                *out = [*value; W];
            }
        }
    }

    /// Computes every row of one block of `W` lanes that starts at lane `first` of
    /// `params: [n_params, n_lanes]`. Lanes past the end repeat the last one, so that they cannot
    /// divide by zero where a real lane would not.
    #[inline(always)]
    pub(crate) fn evaluate<const W: usize>(
        &self,
        params: &[f64],
        n_lanes: usize,
        first: usize,
        block: &mut [[f64; W]],
    ) {
        for i in self.n_constants..self.rows.len() {
            self.evaluate_row(i, params, n_lanes, first, block);
        }
    }

    /// Computes one row of such a block from the rows before it.
    #[inline(always)]
    pub(crate) fn evaluate_row<const W: usize>(
        &self,
        i: usize,
        params: &[f64],
        n_lanes: usize,
        first: usize,
        block: &mut [[f64; W]],
    ) {
        let (before, rest) = block.split_at_mut(i);
        let out = &mut rest[0];
        let at = |id: FormulaId| &before[id.ix()];
        use Formula::*;
        match self.rows[i] {
            Constant(value) => *out = [value; W],
            Parameter(id) => *out = load(params, id.ix(), n_lanes, first),
            Add(a, b) => zip(out, at(a), at(b), |a, b| a + b),
            Sub(a, b) => zip(out, at(a), at(b), |a, b| a - b),
            Mul(a, b) => zip(out, at(a), at(b), |a, b| a * b),
            Div(a, b) => zip(out, at(a), at(b), divide),
            Min(a, b) => zip(out, at(a), at(b), smaller),
            Max(a, b) => zip(out, at(a), at(b), larger),
            Complement(a) => zip(out, at(a), at(a), |a, _| 1.0 - a),
            Less(a, b) => zip(out, at(a), at(b), |a, b| f64::from(a < b)),
            LessEqual(a, b) => zip(out, at(a), at(b), |a, b| f64::from(a <= b)),
            Equal(a, b) => zip(out, at(a), at(b), |a, b| f64::from(a == b)),
            RescaleHazard(a, k) => zip(out, at(a), at(a), |a, _| rescale_hazard(a, k)),
            HazardToProbability(a) => zip(out, at(a), at(a), |a, _| -libm::expm1(-a)),
        }
    }

    /// Carries the adjoints of rows back to the parameters: `own` holds each row's own derivative, `sink` receives
    /// every parameter's total one.
    pub(crate) fn reverse<const W: usize>(
        &self,
        values: &[[f64; W]],
        own: &[[f64; W]],
        mut sink: impl FnMut(ParamId, &[f64; W]),
    ) {
        let mut total = Cow::Borrowed(own);
        if self.n_leaves < self.rows.len() {
            let adjoints = total.to_mut();
            pulp::Arch::new().dispatch(Reverse { program: self, values, adjoints });
        }
        let parameters = self.n_constants..self.n_leaves;
        for (row, adjoint) in self.rows[parameters.clone()].iter().zip(&total[parameters]) {
            if let Formula::Parameter(id) = row {
                sink(*id, adjoint);
            }
        }
    }

    #[inline(always)]
    fn reverse_rows<const W: usize>(&self, values: &[[f64; W]], adjoints: &mut [[f64; W]]) {
        for (i, row) in self.rows.iter().enumerate().skip(self.n_leaves).rev() {
            let (before, rest) = adjoints.split_at_mut(i);
            let (adjoint, value) = (&rest[0], &values[i]);
            let at = |id: FormulaId| &values[id.ix()];
            use Formula::*;
            match *row {
                Constant(_) | Parameter(_) | Less(..) | LessEqual(..) | Equal(..) => {}
                Add(a, b) => {
                    push(before, a, adjoint, &[1.0; W]);
                    push(before, b, adjoint, &[1.0; W]);
                }
                Sub(a, b) => {
                    push(before, a, adjoint, &[1.0; W]);
                    push(before, b, adjoint, &[-1.0; W]);
                }
                Mul(a, b) => {
                    push(before, a, adjoint, at(b));
                    push(before, b, adjoint, at(a));
                }
                Div(a, b) => {
                    let (mut by_a, mut by_b) = ([0.0; W], [0.0; W]);
                    zip(&mut by_a, at(b), at(b), |b, _| divide(1.0, b));
                    zip(&mut by_b, value, at(b), |value, b| -divide(value, b));
                    push(before, a, adjoint, &by_a);
                    push(before, b, adjoint, &by_b);
                }
                Min(a, b) => {
                    let (mut is_a, mut is_b) = ([0.0; W], [0.0; W]);
                    zip(&mut is_a, at(a), at(b), |a, b| f64::from(b >= a));
                    zip(&mut is_b, at(a), at(b), |a, b| f64::from(b < a));
                    push(before, a, adjoint, &is_a);
                    push(before, b, adjoint, &is_b);
                }
                Max(a, b) => {
                    let (mut is_a, mut is_b) = ([0.0; W], [0.0; W]);
                    zip(&mut is_a, at(a), at(b), |a, b| f64::from(b <= a));
                    zip(&mut is_b, at(a), at(b), |a, b| f64::from(b > a));
                    push(before, a, adjoint, &is_a);
                    push(before, b, adjoint, &is_b);
                }
                Complement(a) => push(before, a, adjoint, &[-1.0; W]),
                RescaleHazard(a, k) => {
                    let slope = at(a).map(|a| k * libm::pow(1.0 - a, k - 1.0));
                    push(before, a, adjoint, &slope);
                }
                HazardToProbability(a) => {
                    let slope = at(a).map(|a| libm::exp(-a));
                    push(before, a, adjoint, &slope);
                }
            }
        }
    }

    /// The outputs over many lanes: `[outputs.len(), n_lanes]`.
    pub(crate) fn evaluate_lanes(&self, params: &[f64], n_lanes: usize) -> Vec<f64> {
        const W: usize = 8;
        let mut block = vec![[0.0; W]; self.rows.len()];
        self.write_constants(&mut block);
        let mut out = vec![0.0; self.outputs.len() * n_lanes];
        for first in (0..n_lanes).step_by(W) {
            self.evaluate(params, n_lanes, first, &mut block);
            let n = W.min(n_lanes - first);
            for (lanes, row) in out.chunks_exact_mut(n_lanes).zip(&self.outputs) {
                lanes[first..first + n].copy_from_slice(&block[*row as usize][..n]);
            }
        }
        out
    }
}

/// [`Program::reverse`] as a job that is compiled for the machine's own vector instructions.
struct Reverse<'a, const W: usize> {
    program: &'a Program,
    values: &'a [[f64; W]],
    adjoints: &'a mut [[f64; W]],
}

impl<const W: usize> pulp::NullaryFnOnce for Reverse<'_, W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.program.reverse_rows(self.values, self.adjoints);
    }
}

/// Adds a row's adjoint to that of what it is made of. An adjoint of 0 times an infinite slope stays 0.
#[inline(always)]
fn push<const W: usize>(
    adjoints: &mut [[f64; W]],
    to: FormulaId,
    adjoint: &[f64; W],
    slope: &[f64; W],
) {
    let to = &mut adjoints[to.ix()];
    for lane in 0..W {
        to[lane] += if adjoint[lane] == 0.0 { 0.0 } else { adjoint[lane] * slope[lane] };
    }
}

/// One row of a block from a `[rows, n_lanes]` matrix; lanes past the end repeat the last one.
#[inline(always)]
pub(crate) fn load<const W: usize>(
    matrix: &[f64],
    row: usize,
    n_lanes: usize,
    first: usize,
) -> [f64; W] {
    let lanes = &matrix[row * n_lanes..(row + 1) * n_lanes];
    match lanes[first..].first_chunk::<W>() {
        Some(full) => *full,
        None => std::array::from_fn(|lane| lanes[(first + lane).min(n_lanes - 1)]),
    }
}

#[inline(always)]
fn zip<const W: usize>(
    out: &mut [f64; W],
    a: &[f64; W],
    b: &[f64; W],
    f: impl Fn(f64, f64) -> f64,
) {
    for lane in 0..W {
        out[lane] = f(a[lane], b[lane]);
    }
}

fn renumber(node: Formula, row: impl Fn(FormulaId) -> FormulaId) -> Formula {
    use Formula::*;
    match node {
        Constant(_) | Parameter(_) => node,
        Add(a, b) => Add(row(a), row(b)),
        Sub(a, b) => Sub(row(a), row(b)),
        Mul(a, b) => Mul(row(a), row(b)),
        Div(a, b) => Div(row(a), row(b)),
        Min(a, b) => Min(row(a), row(b)),
        Max(a, b) => Max(row(a), row(b)),
        Complement(a) => Complement(row(a)),
        Less(a, b) => Less(row(a), row(b)),
        LessEqual(a, b) => LessEqual(row(a), row(b)),
        Equal(a, b) => Equal(row(a), row(b)),
        RescaleHazard(a, k) => RescaleHazard(row(a), k),
        HazardToProbability(a) => HazardToProbability(row(a)),
    }
}
