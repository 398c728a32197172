//! Owen-scrambled Sobol' points, many points of one dimension at a time.

use sobol_burley::parts::{hash, owen_scramble_rev, sobol_rev};

/// Dimensions that have direction numbers, and points that differ in them; what is beyond gets
/// another seed, so it is stratified within itself and independent of the rest.
pub(crate) const MAX_DIMENSIONS: u32 = sobol_burley::NUM_DIMENSIONS;
pub(crate) const MAX_POINTS: u32 = 1 << 16;

/// Points that are scrambled side by side.
const TOGETHER: usize = 16;

/// The points of `sobol_burley::sample`, with all 32 bits instead of 23 and the sums of direction
/// numbers tabulated by byte: drawing is half as long as with `sample_4d`.
#[derive(Clone, Debug)]
pub(crate) struct Sobol {
    /// Per dimension: the point of each value of the index's upper byte, then of its lower byte.
    bytes: Vec<[[u32; 256]; 2]>,
    seed: u64,
}

impl Sobol {
    pub(crate) fn new(n_dimensions: u32, seed: u64) -> Sobol {
        let table = |dimension: u32, byte: u32| {
            std::array::from_fn(|value| {
                sobol_rev((value as u32) << (24 - 8 * byte), dimension % MAX_DIMENSIONS)
            })
        };
        let bytes = (0..n_dimensions).map(|d| [table(d, 0), table(d, 1)]).collect();
        Sobol { bytes, seed }
    }

    /// The points from `first` on, in the order in which they are drawn: the same for all
    /// dimensions of the chunk that `dimension` is in.
    ///
    /// # Panics
    /// If the points reach beyond a multiple of [`MAX_POINTS`].
    pub(crate) fn points(&self, dimension: u32, first: u32, n: usize) -> Points {
        let chunk = first / MAX_POINTS;
        assert!(first % MAX_POINTS + n as u32 <= MAX_POINTS, "one chunk of points at a time");
        let seed = sub_seed(self.seed, dimension / MAX_DIMENSIONS, chunk);
        // From here on as in `sobol_burley::sample`.
        let shuffle = hash(seed ^ 0x79c6_8e4a);
        let order = (first % MAX_POINTS..first % MAX_POINTS + n as u32)
            .map(|point| owen_scramble_rev(point.reverse_bits(), shuffle))
            .collect();
        Points { seed, order }
    }

    /// Writes a coordinate of each of the points, strictly between 0 and 1.
    #[inline(always)]
    pub(crate) fn fill(&self, dimension: u32, points: &Points, out: &mut [f64]) {
        let [high, low] = &self.bytes[dimension as usize];
        let local = dimension % MAX_DIMENSIONS;
        let salt = [0x912f_69ba, 0x174f_18ab, 0x691e_72ca, 0xb40c_c1b8][local as usize & 3];
        let scramble = hash((local >> 2) ^ points.seed.wrapping_mul(0x9c8f_2d3b) ^ salt);
        for (order, out) in points.order.chunks(TOGETHER).zip(out.chunks_mut(TOGETHER)) {
            // What is looked up has a loop of its own, so that what is computed runs in vectors.
            let mut bits = [0; TOGETHER];
            for (bits, &index) in bits.iter_mut().zip(order) {
                *bits = high[(index >> 24) as usize] ^ low[(index >> 16 & 255) as usize];
            }
            for bits in &mut bits {
                *bits = owen_scramble_rev(*bits, scramble).reverse_bits();
            }
            for (out, bits) in out.iter_mut().zip(bits) {
                // Half of the cell, so that no coordinate is 0.
                *out = (f64::from(bits) + 0.5) * (1.0 / (1u64 << 32) as f64);
            }
        }
    }
}

/// Some points in a row, for the dimensions of one chunk.
pub(crate) struct Points {
    seed: u32,
    order: Vec<u32>,
}

/// What each bit of a point's index adds to a coordinate, from the top bit on, bits reversed.
pub(crate) fn direction_numbers(dimension: u32) -> [u32; 16] {
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
        let mut points = [0.0; 500];
        for dimension in [0, 1, 2, 7, 100, 255, 256, 299] {
            for first in [0, 1000, MAX_POINTS, 5 * MAX_POINTS + 3] {
                let drawn = sobol.points(dimension, first, points.len());
                sobol.fill(dimension, &drawn, &mut points);
                let seed = sub_seed(7, dimension / 256, first / MAX_POINTS);
                for (i, point) in points.iter().enumerate() {
                    let index = first % MAX_POINTS + i as u32;
                    let theirs = sobol_burley::sample(index, dimension % 256, seed);
                    let gap = point - f64::from(theirs);
                    assert!((0.0..1.0 / f64::from(1 << 23)).contains(&gap));
                }
            }
        }
    }
}
