//! How far the answer can move when every parameter may lie anywhere in its interval.

use crate::batch::{Batch, BatchError, PointError};
use crate::draws::Sharing;
use crate::evidence::Evidence;
use crate::exact::check_exact;
use crate::limits::Limits;
use crate::network::{Network, VarId};
use crate::tape::Tape;

/// The least and greatest probability over a box of parameter values.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds {
    /// The least probability found.
    pub lower: f64,
    /// The greatest probability found.
    pub upper: f64,
    /// Parameter values at which the least is reached, `[n_params]`.
    pub lower_vertex: Vec<f64>,
    /// Parameter values at which the greatest is reached, `[n_params]`.
    pub upper_vertex: Vec<f64>,
    /// Whether these are the bounds: every corner was tried and the extremes lie at corners.
    /// Otherwise they are inner bounds, and the true ones may be wider.
    pub certain: bool,
}

/// Corners are all tried up to this many uncertain parameters: 4,096 of them, some ten milliseconds
/// for a network of a dozen variables.
const MAX_ENUMERATED: usize = 12;

/// Bounds P(var is in the state | evidence) over `low..=high` of every parameter.
///
/// The posterior is a ratio of functions that are linear in each parameter, hence monotone in each
/// while the others stay, so its extremes lie at corners of the box. All corners are tried up to
/// 12 uncertain parameters; above that, coordinate ascent runs from several corners.
///
/// # Shapes
/// `intervals`: `[n_params]` of `(low, high)`; a certain parameter has `low == high`.
///
/// # Errors
/// [`PointError`] if the network is too wide, the shapes do not fit, or the evidence is impossible at
/// every corner tried ([`BatchError::Impossible`]).
///
/// # Source
/// Cozman (2000), *Credal networks*, Artificial Intelligence 120, 199–233; the ascent is the
/// vertex form of ApproxLP (Antonucci et al. 2015, IJAR 58).
pub fn bounds(
    network: &Network,
    evidence: &Evidence,
    intervals: &[(f64, f64)],
    var: VarId,
    state: usize,
    limits: &Limits,
) -> Result<Bounds, PointError> {
    let tape = Tape::compile_for(network, evidence, &[], &[var], limits)?;
    if intervals.len() != tape.n_params() {
        let (found, n_rows) = (intervals.len(), tape.n_params());
        return Err(BatchError::Shape { what: "intervals", found, n_rows, n_lanes: 1 }.into());
    }
    let uncertain: Vec<usize> =
        (0..intervals.len()).filter(|i| intervals[*i].0 < intervals[*i].1).collect();
    let search = Search { tape: &tape, intervals, uncertain: &uncertain, var, state };
    let enumerable = uncertain.len() <= MAX_ENUMERATED;
    let (lowest, highest) = if enumerable { search.all_corners()? } else { search.ascents()? };
    let multilinear = check_exact(network, Sharing::INDEPENDENT).is_ok();
    Ok(Bounds {
        lower: lowest.p,
        upper: highest.p,
        lower_vertex: search.point(&lowest.corner),
        upper_vertex: search.point(&highest.corner),
        certain: enumerable && multilinear,
    })
}

/// For each uncertain parameter whether it stands at its high end.
type Corner = Vec<bool>;

#[derive(Clone)]
struct Found {
    p: f64,
    corner: Corner,
}

struct Search<'a> {
    tape: &'a Tape,
    intervals: &'a [(f64, f64)],
    uncertain: &'a [usize],
    var: VarId,
    state: usize,
}

/// Corners run in one batch: few enough that their parameters are no burden to memory.
const CORNERS_AT_ONCE: usize = 256;

/// Starting corners of the ascent beyond the one that the middle of the box points at.
const RESTARTS: u64 = 3;

/// Moves of one ascent: it ends by itself after two or three, unless parameters work against each other.
const MAX_MOVES: usize = 8;

/// Probabilities that differ by less are the same but for rounding.
const ROUNDING: f64 = 1e-12;

impl Search<'_> {
    fn all_corners(&self) -> Result<(Found, Found), BatchError> {
        let mut extremes: Option<(Found, Found)> = None;
        let codes: Vec<u32> = (0..1u32 << self.uncertain.len()).collect();
        for codes in codes.chunks(CORNERS_AT_ONCE) {
            let corner =
                |code: &u32| (0..self.uncertain.len()).map(|i| code >> i & 1 == 1).collect();
            let corners: Vec<Corner> = codes.iter().map(corner).collect();
            for (corner, p) in corners.iter().zip(self.evaluate(&corners)?) {
                let Some(p) = p else { continue };
                let found = || Found { p, corner: corner.clone() };
                let (low, high) = extremes.get_or_insert_with(|| (found(), found()));
                if p < low.p {
                    *low = found();
                }
                if p > high.p {
                    *high = found();
                }
            }
        }
        extremes.ok_or(BatchError::Impossible)
    }

    fn ascents(&self) -> Result<(Found, Found), BatchError> {
        let n = self.uncertain.len();
        let slopes = self.slopes_in_the_middle()?;
        let extreme = |sign: f64| -> Result<Found, BatchError> {
            let mut starts = vec![slopes.iter().map(|slope| sign * slope > 0.0).collect()];
            for restart in 1..=RESTARTS {
                starts.push((0..n as u64).map(|i| coin(restart, i)).collect());
            }
            let mut best: Option<Found> = None;
            for start in starts {
                let Some(found) = self.ascend(start, sign)? else { continue };
                if best.as_ref().is_none_or(|best| sign * found.p > sign * best.p) {
                    best = Some(found);
                }
            }
            best.ok_or(BatchError::Impossible)
        };
        Ok((extreme(-1.0)?, extreme(1.0)?))
    }

    /// By how much the answer rises with each uncertain parameter from end to end, the others in
    /// the middle. Where nothing works against anything else, its signs are the best corner.
    fn slopes_in_the_middle(&self) -> Result<Vec<f64>, BatchError> {
        let middle: Vec<f64> =
            self.intervals.iter().map(|(low, high)| (low + high) / 2.0).collect();
        let ends = self.answers(2 * self.uncertain.len(), |lane| {
            let param = self.uncertain[lane / 2];
            let (low, high) = self.intervals[param];
            let mut point = middle.clone();
            point[param] = if lane % 2 == 0 { low } else { high };
            point
        })?;
        let slope =
            |ends: &[Option<f64>]| ends[0].zip(ends[1]).map_or(0.0, |(low, high)| high - low);
        Ok(ends.chunks_exact(2).map(slope).collect())
    }

    /// Moves the parameters that help to their other ends, as many at once as help together, as long
    /// as any helps.
    fn ascend(&self, start: Corner, sign: f64) -> Result<Option<Found>, BatchError> {
        let Some(p) = self.evaluate(std::slice::from_ref(&start))?[0] else { return Ok(None) };
        let mut at = Found { p, corner: start };
        for _ in 0..MAX_MOVES {
            let n = at.corner.len();
            let singles: Vec<Corner> = (0..n).map(|i| flipped(&at.corner, &[i])).collect();
            let gain = |p: Option<f64>| p.map_or(0.0, |p| sign * (p - at.p));
            let gains: Vec<f64> = self.evaluate(&singles)?.into_iter().map(gain).collect();
            let mut helping: Vec<usize> = (0..n).filter(|&i| gains[i] > ROUNDING).collect();
            if helping.is_empty() {
                break;
            }
            helping.sort_by(|&a, &b| gains[b].total_cmp(&gains[a]));
            // The best one, the best two, four, … and all.
            let sizes = std::iter::successors(Some(1), |size| Some(2 * size));
            let sizes = sizes.take_while(|&size| size < helping.len()).chain([helping.len()]);
            let corners: Vec<Corner> =
                sizes.map(|size| flipped(&at.corner, &helping[..size])).collect();
            for (corner, p) in corners.iter().zip(self.evaluate(&corners)?) {
                if let Some(p) = p
                    && sign * p > sign * at.p
                {
                    at = Found { p, corner: corner.clone() };
                }
            }
        }
        Ok(Some(at))
    }

    /// The answer at each corner, `None` where the evidence is impossible.
    fn evaluate(&self, corners: &[Corner]) -> Result<Vec<Option<f64>>, BatchError> {
        self.answers(corners.len(), |lane| self.point(&corners[lane]))
    }

    /// The answer at each of `n` points, `None` where the evidence is impossible.
    fn answers(
        &self,
        n: usize,
        point: impl Fn(usize) -> Vec<f64>,
    ) -> Result<Vec<Option<f64>>, BatchError> {
        let mut answers = Vec::with_capacity(n);
        for first in (0..n).step_by(CORNERS_AT_ONCE) {
            let n_lanes = CORNERS_AT_ONCE.min(n - first);
            let mut params = vec![0.0; self.intervals.len() * n_lanes];
            for lane in 0..n_lanes {
                for (i, value) in point(first + lane).into_iter().enumerate() {
                    params[i * n_lanes + lane] = value;
                }
            }
            let batch = Batch::run(self.tape, &params, None, n_lanes, &[self.var])?;
            let marginal = batch.marginal(self.var, self.state);
            let possible = batch.log10_p_evidence.iter().map(|log10| *log10 > f64::NEG_INFINITY);
            answers
                .extend(marginal.iter().zip(possible).map(|(p, possible)| possible.then_some(*p)));
        }
        Ok(answers)
    }

    fn point(&self, corner: &Corner) -> Vec<f64> {
        let mut point: Vec<f64> = self.intervals.iter().map(|(low, _)| *low).collect();
        for (i, high) in self.uncertain.iter().zip(corner) {
            if *high {
                point[*i] = self.intervals[*i].1;
            }
        }
        point
    }
}

fn flipped(corner: &Corner, at: &[usize]) -> Corner {
    let mut other = corner.clone();
    for &i in at {
        other[i] = !other[i];
    }
    other
}

/// A fixed pseudo-random bit: the top bit of a multiplicative hash (Knuth 1998, 6.4).
fn coin(restart: u64, i: u64) -> bool {
    (restart << 32 | i).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        >> 63
        == 1
}
