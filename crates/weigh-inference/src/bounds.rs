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

/// Corners are all tried up to this many uncertain parameters: a million lanes.
const MAX_ENUMERATED: usize = 20;

/// Bounds P(var is in the state | evidence) over `low..=high` of every parameter.
///
/// The posterior is a ratio of functions that are linear in each parameter, hence monotone in each
/// while the others stay, so its extremes lie at corners of the box. All corners are tried up to
/// 20 uncertain parameters; above that, coordinate ascent runs from several corners.
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

/// Corners run in one batch.
const CORNERS_AT_ONCE: usize = 4096;

/// Starting corners of the ascent beyond all-low and all-high.
const RESTARTS: u64 = 14;

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
        let mut starts = vec![vec![false; n], vec![true; n]];
        for restart in 1..=RESTARTS {
            starts.push((0..n as u64).map(|i| coin(restart, i)).collect());
        }
        let extreme = |sign: f64| -> Result<Found, BatchError> {
            let mut best: Option<Found> = None;
            for start in &starts {
                let Some(found) = self.ascend(start.clone(), sign)? else { continue };
                if best.as_ref().is_none_or(|best| sign * found.p > sign * best.p) {
                    best = Some(found);
                }
            }
            best.ok_or(BatchError::Impossible)
        };
        Ok((extreme(-1.0)?, extreme(1.0)?))
    }

    /// Moves the one parameter that helps most to its other end, as long as any helps.
    fn ascend(&self, start: Corner, sign: f64) -> Result<Option<Found>, BatchError> {
        let Some(p) = self.evaluate(std::slice::from_ref(&start))?[0] else { return Ok(None) };
        let mut at = Found { p, corner: start };
        loop {
            let corners: Vec<Corner> =
                (0..at.corner.len()).map(|i| flipped(&at.corner, i)).collect();
            let answers = self.evaluate(&corners)?;
            let mut best = at.clone();
            for (corner, p) in corners.into_iter().zip(answers) {
                if let Some(p) = p
                    && sign * p > sign * best.p
                {
                    best = Found { p, corner };
                }
            }
            if best.corner == at.corner {
                return Ok(Some(at));
            }
            at = best;
        }
    }

    /// The answer at each corner, `None` where the evidence is impossible.
    fn evaluate(&self, corners: &[Corner]) -> Result<Vec<Option<f64>>, BatchError> {
        let n = corners.len();
        let mut params = vec![0.0; self.intervals.len() * n];
        for (lane, corner) in corners.iter().enumerate() {
            for (i, value) in self.point(corner).into_iter().enumerate() {
                params[i * n + lane] = value;
            }
        }
        let batch = Batch::run(self.tape, &params, None, n, &[self.var])?;
        let marginal = batch.marginal(self.var, self.state);
        let possible = batch.log10_p_evidence.iter().map(|log10| *log10 > f64::NEG_INFINITY);
        Ok(marginal.iter().zip(possible).map(|(p, possible)| possible.then_some(*p)).collect())
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

fn flipped(corner: &Corner, i: usize) -> Corner {
    let mut other = corner.clone();
    other[i] = !other[i];
    other
}

/// A fixed pseudo-random bit: the top bit of a multiplicative hash (Knuth 1998, 6.4).
fn coin(restart: u64, i: u64) -> bool {
    (restart << 32 | i).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9)
        >> 63
        == 1
}
