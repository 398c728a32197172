//! Owen-scrambled Sobol' points, many points of one dimension at a time.

use std::ops::Range;

use sobol_burley::parts::{hash, owen_scramble_rev, sobol_rev};

/// Dimensions that have direction numbers, and points that differ in them; what is beyond gets
/// another seed, so it is stratified within itself and independent of the rest.
pub(crate) const MAX_DIMENSIONS: u32 = sobol_burley::NUM_DIMENSIONS;
pub(crate) const MAX_POINTS: u32 = 1 << 16;

/// Points that are drawn side by side.
pub(crate) const TOGETHER: usize = 16;

/// The points of `sobol_burley::sample`, with all 32 bits instead of 23.
#[derive(Clone, Debug)]
pub(crate) struct Sobol {
    directions: Vec<[u32; N_BITS]>,
    seed: u64,
}

/// Bits of a point's index that count.
const N_BITS: usize = 16;

impl Sobol {
    pub(crate) fn new(n_dimensions: u32, seed: u64) -> Sobol {
        Sobol { directions: (0..n_dimensions).map(direction_numbers).collect(), seed }
    }

    /// The points of a chunk from `first` on, in the order in which they are drawn: the same for all dimensions of the
    /// chunk that `dimension` is in.
    ///
    /// # Panics
    /// If the points reach beyond a multiple of [`MAX_POINTS`].
    pub(crate) fn points(&self, dimension: u32, first: u32, n: usize) -> Points {
        let (chunk, first) = (first / MAX_POINTS, first % MAX_POINTS);
        let end = first + n as u32;
        assert!(end <= MAX_POINTS, "one chunk of points at a time");
        let seed = sub_seed(self.seed, dimension / MAX_DIMENSIONS, chunk);
        // From here on as in `sobol_burley::sample`.
        let shuffle = hash(seed ^ 0x79c6_8e4a);
        let order = |point: u32| owen_scramble_rev(point.reverse_bits(), shuffle);
        let starts = (first & !LOCAL..end).step_by(TOGETHER);
        let groups = starts.map(|start| {
            let lanes = first.max(start) - start..end.min(start + TOGETHER as u32) - start;
            let lanes = lanes.start as usize..lanes.end as usize;
            Group::new(std::array::from_fn(|i| order(start + i as u32)), lanes)
        });
        Points { seed, groups: groups.collect() }
    }

    /// What the points are along one dimension.
    #[inline(always)]
    pub(crate) fn line(&self, dimension: u32, points: &Points) -> Line<'_> {
        let local = dimension % MAX_DIMENSIONS;
        let salt = [0x912f_69ba, 0x174f_18ab, 0x691e_72ca, 0xb40c_c1b8][local as usize & 3];
        let scramble = hash((local >> 2) ^ points.seed.wrapping_mul(0x9c8f_2d3b) ^ salt);
        Line { directions: &self.directions[dimension as usize], scramble }
    }
}

/// Some points in a row, for the dimensions of one chunk.
pub(crate) struct Points {
    seed: u32,
    pub(crate) groups: Vec<Group>,
}

/// Points whose numbers differ in the last four bits alone. Their order is scrambled, but what is scrambled moves bits
/// up in a reversed number and never down, so that they still have all but the top four in common.
pub(crate) struct Group {
    /// The points that are asked for.
    pub(crate) lanes: Range<usize>,
    /// Per bit from the top on, whether the first point has it: all ones or none.
    first: [u32; N_BITS],
    /// Per bit from the top on, whether a point differs from the first.
    others: [[u32; TOGETHER]; N_LOCAL_BITS],
}

const N_LOCAL_BITS: usize = TOGETHER.ilog2() as usize;
const LOCAL: u32 = TOGETHER as u32 - 1;

impl Group {
    fn new(order: [u32; TOGETHER], lanes: Range<usize>) -> Group {
        let mask = |index: u32, bit: usize| (index >> (31 - bit) & 1).wrapping_neg();
        Group {
            lanes,
            first: std::array::from_fn(|bit| mask(order[0], bit)),
            others: std::array::from_fn(|bit| order.map(|index| mask(index ^ order[0], bit))),
        }
    }
}

/// One dimension of some points.
pub(crate) struct Line<'a> {
    directions: &'a [u32; N_BITS],
    scramble: u32,
}

impl Line<'_> {
    /// A coordinate of each point of a group, as the number of its cell of 2^-32.
    #[inline(always)]
    pub(crate) fn coordinates(&self, group: &Group) -> [u32; TOGETHER] {
        let mut first = 0;
        for bit in 0..N_BITS {
            first ^= self.directions[bit] & group.first[bit];
        }
        let mut bits = [first; TOGETHER];
        for bit in 0..N_LOCAL_BITS {
            for (bits, others) in bits.iter_mut().zip(&group.others[bit]) {
                *bits ^= self.directions[bit] & others;
            }
        }
        for bits in &mut bits {
            *bits = owen_scramble_rev(*bits, self.scramble).reverse_bits();
        }
        bits
    }
}

/// What each bit of a point's index adds to a coordinate, from the top bit on, bits reversed.
pub(crate) fn direction_numbers(dimension: u32) -> [u32; N_BITS] {
    std::array::from_fn(|bit| sobol_rev(1 << (31 - bit), dimension % MAX_DIMENSIONS))
}

/// A seed for a chunk of dimensions and a chunk of points: SplitMix64's finaliser (Steele, Lea &
/// Flood 2014) over all three.
pub(crate) fn sub_seed(seed: u64, dimensions: u32, points: u32) -> u32 {
    let chunk = (u64::from(dimensions) << 32) | u64::from(points);
    let mut x = seed ^ chunk.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_those_of_the_crate() {
        let sobol = Sobol::new(300, 7);
        const N: usize = 500;
        for dimension in [0, 1, 2, 7, 100, 255, 256, 299] {
            for first in [0, 1000, 1003, MAX_POINTS, 5 * MAX_POINTS + 3] {
                let points = sobol.points(dimension, first, N);
                let line = sobol.line(dimension, &points);
                let drawn = points
                    .groups
                    .iter()
                    .flat_map(|group| line.coordinates(group)[group.lanes.clone()].to_vec());
                let seed = sub_seed(7, dimension / 256, first / MAX_POINTS);
                let mut n_drawn = 0;
                for (i, bits) in (0..N).zip(drawn) {
                    let index = first % MAX_POINTS + i as u32;
                    let theirs = sobol_burley::sample(index, dimension % 256, seed);
                    // Theirs has the first 23 bits.
                    assert_eq!(theirs * (1 << 23) as f32, (bits >> 9) as f32);
                    n_drawn += 1;
                }
                assert_eq!(n_drawn, N);
            }
        }
    }
}
