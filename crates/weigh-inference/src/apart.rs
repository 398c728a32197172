//! A tape product by product: lanes whose numbers carry their own exponents, for products that no double can hold, and
//! maxima in place of sums.

use std::cmp::Ordering;

use crate::table::{Source, TableSum, mul};
use crate::tape::{Instruction, MAX_FACTORS, NO_BELIEF, NumberTable, Op, Tape};

/// A product of that size has lost nothing, and nothing was lost on the way to it: 2^-1000, and a little more.
const SMALLEST_EXPONENT: i32 = -1000;
pub(crate) const SMALLEST_PRODUCT: f64 = 1e-300;

/// `value × 2^exponent`: of any size, as exact as a double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Far {
    /// 0, or between 1 and 2 on either side of it; whatever is not finite stays what it is.
    pub(crate) value: f64,
    pub(crate) exponent: i32,
}

impl Far {
    const ZERO: Far = Far { value: 0.0, exponent: 0 };
    const ONE: Far = Far { value: 1.0, exponent: 0 };
    /// How a double writes the exponent 0.
    const OF_ONE: i32 = 1023;

    pub(crate) fn new(value: f64) -> Far {
        Far::normal(value, 0)
    }

    fn normal(value: f64, exponent: i32) -> Far {
        const FIELD: u64 = 0x7ff << 52;
        let bits = value.to_bits();
        match ((bits & FIELD) >> 52) as i32 {
            0 if value == 0.0 => Far::ZERO,
            // Below the smallest normal number.
            0 => Far::normal(value * (1u64 << 54) as f64, exponent - 54),
            0x7ff => Far { value, exponent: 0 },
            found => Far {
                value: f64::from_bits(bits & !FIELD | (Far::OF_ONE as u64) << 52),
                exponent: exponent + found - Far::OF_ONE,
            },
        }
    }

    fn times(self, other: Far) -> Far {
        Far::normal(self.value * other.value, self.exponent + other.exponent)
    }

    fn plus(self, other: Far) -> Far {
        let is_larger = self.value != 0.0 && self.exponent >= other.exponent;
        let (large, small) = match is_larger || other.value == 0.0 {
            true => (self, other),
            false => (other, self),
        };
        let moved = libm::ldexp(small.value, small.exponent - large.exponent);
        Far::normal(large.value + moved, large.exponent)
    }

    /// Divided by a number that is not 0.
    pub(crate) fn over(self, other: Far) -> f64 {
        Far { value: self.value / other.value, exponent: self.exponent - other.exponent }
            .in_units_of(0)
    }

    /// The larger of two that are not negative.
    pub(crate) fn or(self, other: Far) -> Far {
        let key = |far: Far| (far.value != 0.0, far.exponent);
        let is_less = match key(self).cmp(&key(other)) {
            Ordering::Equal => self.value < other.value,
            order => order == Ordering::Less,
        };
        if is_less { other } else { self }
    }

    /// In units of `2^exponent`; what is larger than any double is the largest.
    fn in_units_of(self, exponent: i32) -> f64 {
        libm::ldexp(self.value, self.exponent - exponent).clamp(f64::MIN, f64::MAX)
    }
}

/// The exponents of one lane of a block: of its messages' rows, and after a backward pass of its adjoints.
/// The values are in the block's own rows.
#[derive(Clone, Debug)]
pub(crate) struct Apart {
    pub(crate) lane: usize,
    /// From the first message on.
    exponents: Vec<i32>,
}

/// What stands in one product.
#[derive(Clone, Copy)]
enum Factor {
    /// A row, and whether a backward pass computes its adjoint.
    Row(usize, bool),
    Number(f64),
}

impl Apart {
    pub(crate) fn new(tape: &Tape, lane: usize) -> Apart {
        Apart { lane, exponents: vec![0; tape.written.n_messages] }
    }

    /// Computes the messages from the instruction `first` on; returns P(evidence).
    pub(crate) fn forward<const W: usize>(
        &mut self,
        tape: &Tape,
        tables: &[NumberTable],
        values: &mut [[f64; W]],
        first: usize,
    ) -> Far {
        let mut sums = Vec::new();
        for instruction in &tape.written.instructions[first..] {
            sums.clear();
            sums.resize(instruction.rows.len(), Far::ZERO);
            each_product::<false>(tape, tables, instruction, |row, factors, _| {
                let product = factors.iter().map(|factor| self.factor(tape, values, *factor));
                let product = product.fold(Far::ONE, Far::times);
                sums[row] = match instruction.is_maximum {
                    true => sums[row].or(product),
                    false => sums[row].plus(product),
                };
            });
            for (row, sum) in instruction.rows.clone().zip(&sums) {
                values[tape.first_message() + row][self.lane] = sum.value;
                self.exponents[row] = sum.exponent;
            }
        }
        self.row(tape, values, tape.n_rows() - 1)
    }

    /// The beliefs, and with `GRADIENT` the adjoints of formulas, numbers and inputs, one after the other and in
    /// units of `2^unit`. Of the rows before `base` no message is tracked.
    pub(crate) fn backward<const W: usize, const GRADIENT: bool>(
        &self,
        tape: &Tape,
        tables: &[NumberTable],
        values: &[[f64; W]],
        base: usize,
        unit: i32,
    ) -> [Vec<f64>; 2] {
        let first_message = tape.first_message();
        let mut slopes = vec![Far::ZERO; tape.n_rows() - base];
        let mut believed = vec![Far::ZERO; tape.n_belief_rows];
        slopes.last_mut().into_iter().for_each(|slope| *slope = Far::ONE);
        for instruction in tape.written.instructions.iter().rev() {
            if !GRADIENT && !instruction.goes_back {
                continue;
            }
            let start = first_message + instruction.rows.start - base;
            each_product::<GRADIENT>(tape, tables, instruction, |row, factors, belief| {
                let slope = slopes[start + row];
                if slope.value == 0.0 {
                    return;
                }
                let factor = |factor: &Factor| self.factor(tape, values, *factor);
                for (i, own) in factors.iter().enumerate() {
                    let Factor::Row(at, true) = own else { continue };
                    let others = factors.iter().enumerate().filter(|(j, _)| *j != i);
                    let share = others.fold(slope, |share, (_, other)| share.times(factor(other)));
                    slopes[at - base] = slopes[at - base].plus(share);
                }
                if let Some(belief) = belief {
                    let share = factors.iter().fold(slope, |share, own| share.times(factor(own)));
                    believed[belief] = believed[belief].plus(share);
                }
            });
            for share in &tape.written.shares[instruction.shares.clone()] {
                let belief = &mut believed[share.belief as usize];
                for row in share.rows.clone().map(|row| first_message + row as usize) {
                    *belief = belief.plus(self.row(tape, values, row).times(slopes[row - base]));
                }
            }
        }
        slopes.truncate(if GRADIENT { first_message } else { 0 });
        [believed, slopes].map(|all| all.into_iter().map(|far| far.in_units_of(unit)).collect())
    }

    fn factor<const W: usize>(&self, tape: &Tape, values: &[[f64; W]], factor: Factor) -> Far {
        match factor {
            Factor::Row(row, _) => self.row(tape, values, row),
            Factor::Number(number) => Far::new(number),
        }
    }

    fn row<const W: usize>(&self, tape: &Tape, values: &[[f64; W]], row: usize) -> Far {
        let value = values[row][self.lane];
        match row.checked_sub(tape.first_message()) {
            Some(message) => Far { value, exponent: self.exponents[message] },
            None => Far::new(value),
        }
    }
}

/// A product that is not 0 of a row that a forward pass computed: how large it is, the belief it is part of, and the
/// messages' rows that it multiplies.
pub(crate) struct Product {
    pub(crate) value: Far,
    pub(crate) belief: Option<usize>,
    pub(crate) rows: Vec<usize>,
}

/// The products of one row of an instruction in a single lane, in the order of the states.
pub(crate) fn products_of(
    tape: &Tape,
    tables: &[NumberTable],
    instruction: &Instruction,
    row: usize,
    values: &[[f64; 1]],
    apart: Option<&Apart>,
) -> Vec<Product> {
    let mut products = Vec::new();
    each_product_of::<false>(tape, tables, instruction, row, |factors, belief| {
        let value = |factor: &Factor| match (factor, apart) {
            (_, Some(apart)) => apart.factor(tape, values, *factor),
            (Factor::Row(row, _), None) => Far::new(values[*row][0]),
            (Factor::Number(number), None) => Far::new(*number),
        };
        let value = factors.iter().map(value).fold(Far::ONE, Far::times);
        let rows = factors.iter().filter_map(|factor| match factor {
            Factor::Row(row, _) if *row >= tape.first_message() => Some(*row),
            _ => None,
        });
        if value.value > 0.0 {
            products.push(Product { value, belief, rows: rows.collect() });
        }
    });
    products
}

/// The largest product of every row of an instruction.
pub(crate) fn maxima<const W: usize>(
    tape: &Tape,
    tables: &[NumberTable],
    instruction: &Instruction,
    values: &mut [[f64; W]],
) {
    let (before, out) = values.split_at_mut(tape.first_message() + instruction.rows.start);
    out[..instruction.rows.len()].fill([0.0; W]);
    each_product::<false>(tape, tables, instruction, |row, factors, _| {
        let mut product = [1.0; W];
        for factor in factors {
            product = mul(
                &product,
                &match factor {
                    Factor::Row(row, _) => before[*row],
                    Factor::Number(number) => [*number; W],
                },
            );
        }
        for lane in 0..W {
            out[row][lane] = f64::max(out[row][lane], product[lane]);
        }
    });
}

/// Whether no product of an instruction that is not 0 gets so small, in whatever order it is formed, that a double would
/// lose some of it.
pub(crate) fn keeps_products<const W: usize>(
    tape: &Tape,
    tables: &[NumberTable],
    instruction: &Instruction,
    values: &[[f64; W]],
    lane: usize,
) -> bool {
    let mut keeps = true;
    each_product::<false>(tape, tables, instruction, |_, factors, _| {
        let mut exponent = 0;
        let mut is_zero = false;
        for factor in factors {
            let far = Far::new(match factor {
                Factor::Row(row, _) => values[*row][lane],
                Factor::Number(number) => *number,
            });
            is_zero |= far.value == 0.0;
            exponent += far.exponent.min(0);
        }
        keeps &= is_zero || exponent >= SMALLEST_EXPONENT;
    });
    keeps
}

/// Hands over every product of an instruction: the row it is part of, counted from the instruction's first, its
/// factors, and the belief it adds to.
fn each_product<const GRADIENT: bool>(
    tape: &Tape,
    tables: &[NumberTable],
    instruction: &Instruction,
    mut each: impl FnMut(usize, &[Factor], Option<usize>),
) {
    for row in 0..instruction.rows.len() {
        each_product_of::<GRADIENT>(tape, tables, instruction, row, |factors, belief| {
            each(row, factors, belief);
        });
    }
}

/// The same of one row.
fn each_product_of<const GRADIENT: bool>(
    tape: &Tape,
    tables: &[NumberTable],
    instruction: &Instruction,
    row: usize,
    mut each: impl FnMut(&[Factor], Option<usize>),
) {
    match &instruction.op {
        Op::Sums { ends, first_term, .. } => {
            let ends = &tape.written.term_ends[ends.clone()];
            let start = row.checked_sub(1).map_or(*first_term, |before| ends[before] as usize);
            for term in &tape.written.terms[start..ends[row] as usize] {
                let n_asked = if GRADIENT { term.n_slopes } else { term.n_tracked };
                let factors: [Factor; MAX_FACTORS] = std::array::from_fn(|i| {
                    Factor::Row(term.rows[i] as usize, i < usize::from(n_asked))
                });
                let belief = (term.belief != NO_BELIEF).then_some(term.belief as usize);
                each(&factors[..usize::from(term.n_rows)], belief);
            }
        }
        Op::Table(table) => {
            let mut places = places(table, row);
            for state in 0..table.n_summed {
                let mut factors = [Factor::Number(1.0); MAX_FACTORS];
                for ((factor, place), operand) in
                    factors.iter_mut().zip(&mut places).zip(&table.operands)
                {
                    *factor = match operand.source {
                        Source::Rows => Factor::Row(*place, GRADIENT || operand.is_tracked),
                        Source::Numbers(table) => {
                            Factor::Number(tables[table as usize].numbers()[*place])
                        }
                    };
                    *place += operand.summed_stride as usize;
                }
                let belief = table.belief.map(|first| first as usize + state);
                each(&factors[..table.operands.len()], belief);
            }
        }
    }
}

/// Where each operand of a row is read in the first state of the variable summed out.
fn places(table: &TableSum, row: usize) -> [usize; MAX_FACTORS] {
    let mut places = [0; MAX_FACTORS];
    for (place, operand) in places.iter_mut().zip(&table.operands) {
        *place = operand.first as usize;
    }
    let mut left = row;
    for axis in table.axes.iter().rev() {
        let state = left % axis.size as usize;
        left /= axis.size as usize;
        for (place, stride) in places.iter_mut().zip(&axis.strides) {
            *place += state * *stride as usize;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_numbers_calculate_as_doubles_do_where_these_can() {
        let numbers = [0.0, 1.0, 0.75, -3.5, 1e-17, 2.5e9, -1e-9, 6.02e23];
        for a in numbers {
            for b in numbers {
                let (far_a, far_b) = (Far::new(a), Far::new(b));
                assert_eq!(far_a.times(far_b).in_units_of(0), a * b, "{a} × {b}");
                assert_eq!(far_a.plus(far_b).in_units_of(0), a + b, "{a} + {b}");
            }
        }
    }

    #[test]
    fn far_numbers_go_on_where_doubles_end() {
        let tiny = Far::new(f64::from_bits(1));
        assert_eq!(tiny, Far { value: 1.0, exponent: -1074 });
        let huge = Far::new(f64::MAX);
        assert_eq!(huge.times(huge).exponent, 2047);
        assert_eq!(
            tiny.times(tiny).times(huge).times(huge),
            Far::normal(huge.value * huge.value, -102)
        );
        assert_eq!(tiny.times(tiny).plus(tiny), tiny);
        assert_eq!(huge.times(huge).in_units_of(0), f64::MAX);
        assert!(Far::new(f64::INFINITY).times(Far::ZERO).value.is_nan());
    }
}
