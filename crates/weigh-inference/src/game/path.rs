//! Walking along a curve of equilibria: prediction along the tangent, correction across it.
//!
//! # Source
//! Allgower & Georg (1990), *Numerical Continuation Methods*, ch. 2, 6 and 8; for these curves Turocy
//! (2005), Games and Economic Behavior 51, and Turocy (2010), *Computing sequential equilibria using
//! agent quantal response equilibria*, Economic Theory 42, 255–269. Departure: the length of a step is
//! ruled by how far probabilities and beliefs move, not by log ratios, which grow without bound.

use std::rc::Rc;

use super::choices::{State, System, evaluate, slopes};
use super::linear::Lu;

/// No probability or belief moves by more than this in one step,
const MOST_MOVED: f64 = 0.25;
/// none was predicted further off than this,
const MOST_CORRECTED: f64 = 0.02;
/// and no log ratio than this and a thousandth of it for each unit, which tells where only what is rare
/// differs: all three keep the walker from stepping over to another curve or to another fold of this one.
const MOST_OFF: f64 = 0.5;
/// Rounds of Newton's method before a step is given up.
const ROUNDS: usize = 8;
/// A point of the curve is good to this: it is there to lead to others.
const ON_THE_CURVE: f64 = 1e-6;
/// The last step of Newton's method close to a crossing, where it converges slowly.
const LAST_STEP_NEAR: f64 = 1e-10;
/// What was asked for is good to the last digit,
const TO_THE_DIGIT: f64 = 1e-14;
/// which the step behind one of this size would not change.
const LAST_STEP: f64 = 1e-11;
/// Close to a crossing rounding grows to this.
const NOISE: f64 = 1e-7;
/// The shortest step.
pub(crate) const SHORTEST: f64 = 1e-11;

/// A point of the curve and the direction of walking.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// `[unknowns + 1]`: log-probability ratios, then the precision.
    pub y: Vec<f64>,
    /// `[unknowns + 1]`, of length 1.
    pub tangent: Vec<f64>,
    /// `[unknowns + 1]`: how the tangent turns along the curve, for each unit of length; empty where
    /// that is not known.
    bend: Vec<f64>,
    /// Sign of the determinant of the derivatives with the tangent as last row: it changes where
    /// another curve crosses.
    pub is_negative: bool,
    /// Logarithm of the size of that determinant.
    pub log_determinant: f64,
    /// What its log ratios are to, see [`State::reference`].
    reference: Rc<[usize]>,
    p: Vec<f64>,
    beliefs: Vec<f64>,
}

impl Point {
    /// The precision, in units of the range of payoffs.
    pub fn precision(&self) -> f64 {
        self.y[self.y.len() - 1]
    }

    /// Whether its log ratios are to the same actions.
    pub fn has_ratios_of(&self, other: &Point) -> bool {
        self.reference == other.reference
    }

    /// A guess at the curve a part of the way to another point, counted in precision: the cubic through
    /// both with their directions, or the straight line where the precision does not grow.
    pub fn on_the_way_to(&self, other: &Point, part: f64) -> Vec<f64> {
        let width = other.precision() - self.precision();
        let is_steady = self.rise() * width > 0.0 && other.rise() * width > 0.0;
        let rest = 1.0 - part;
        let ends = self.y.iter().zip(&other.y);
        let slopes = self.tangent.iter().zip(&other.tangent);
        ends.zip(slopes)
            .map(|((a, b), (slope_a, slope_b))| {
                let line = a + part * (b - a);
                if !is_steady {
                    return line;
                }
                let bend_a = width * slope_a / self.rise() - (b - a);
                let bend_b = width * slope_b / other.rise() - (b - a);
                line + part * rest * (rest * bend_a - part * bend_b)
            })
            .collect()
    }

    /// Whether the precision grows much slower in the middle of a step of length `h` than at either end,
    /// or falls there: so says the cubic through both with their slopes.
    pub fn dips_before(&self, next: &Point, h: f64) -> bool {
        let sign = self.rise().signum();
        let (here, there) = (sign * self.rise(), sign * next.rise());
        let whole = sign * (next.precision() - self.precision()) / h;
        1.5 * whole - 0.25 * (here + there) < 0.5 * here.min(there)
    }

    /// The curve at length `h` from here, by the tangent and its bend.
    fn ahead(&self, h: f64) -> impl Iterator<Item = f64> + '_ {
        let bend = self.bend.iter().copied().chain(std::iter::repeat(0.0));
        let line = self.y.iter().zip(&self.tangent);
        line.zip(bend).map(move |((y, tangent), bend)| y + h * (tangent + 0.5 * h * bend))
    }

    /// How fast the precision grows along the curve.
    pub fn rise(&self) -> f64 {
        self.tangent[self.tangent.len() - 1]
    }
}

/// A step that was taken, and how near it came to what is allowed.
pub(crate) struct Stepped {
    pub point: Point,
    /// By how much the next step may be longer.
    pub growth: f64,
}

/// The curve and the memory for walking on it.
pub(crate) struct Walker<'s, S> {
    pub system: &'s S,
    pub state: State,
    lu: Lu,
    scratch: Vec<f64>,
    /// The last step of Newton's method.
    change: Vec<f64>,
    /// Probabilities and beliefs before the first.
    first_p: Vec<f64>,
    first_beliefs: Vec<f64>,
    /// Memory of points that are no longer needed.
    spare: Vec<Vec<f64>>,
    /// Another curve is near: points are taken to the last digit.
    pub is_near: bool,
    /// Rounds of Newton's method so far.
    pub rounds: usize,
}

impl<'s, S: System> Walker<'s, S> {
    pub fn new(system: &'s S) -> Walker<'s, S> {
        Walker {
            system,
            state: State::default(),
            lu: Lu::default(),
            scratch: Vec::new(),
            change: Vec::new(),
            first_p: Vec::new(),
            first_beliefs: Vec::new(),
            spare: Vec::new(),
            is_near: false,
            rounds: 0,
        }
    }

    /// Players who choose at random, about to get more precise.
    pub fn start(&mut self) -> Point {
        self.state.reference = self.system.choices().first_actions().into();
        let n = self.system.choices().n_unknowns();
        let mut up = vec![0.0; n + 1];
        up[n] = 1.0;
        self.point(vec![0.0; n + 1], &up).expect("at precision 0 the derivatives are the identity")
    }

    /// Takes up the log ratios of a point from here on.
    pub fn go_to(&mut self, point: &Point) {
        self.state.reference.clone_from(&point.reference);
    }

    /// Makes the likeliest actions the references of a point if one of them has become rare.
    pub fn refer_anew(&mut self, mut point: Point) -> Point {
        const RARE: f64 = 0.2;
        if self.system.choices().are_likely(&point.reference, &point.p, RARE) {
            return point;
        }
        let likeliest = self.system.choices().likeliest(&point.p);
        let Point { y, tangent, reference, .. } = &mut point;
        self.system.choices().change_reference(y, reference, &likeliest);
        self.system.choices().change_reference(tangent, reference, &likeliest);
        self.state.reference = likeliest.into();
        // The direction is the same, its length and the sign of the determinant need not be.
        let Point { y, tangent, .. } = point;
        self.point(y, &tangent).expect("derivatives that had an inverse have one in other ratios")
    }

    /// One step of length `h`, or none if its end is not surely on the same curve.
    pub fn step(&mut self, from: &Point, h: f64) -> Option<Stepped> {
        let mut predicted = self.room();
        predicted.extend(from.ahead(h));
        let (mut point, corrected) = self.correct(predicted, &from.tangent)?;
        let ratios = from.ahead(h).zip(&point.y).take(self.system.choices().n_unknowns());
        let off = ratios.map(|(predicted, y)| (predicted - y).abs() / (1.0 + 0.001 * y.abs()));
        let off = off.fold(0.0, f64::max);
        let moved = furthest(&point.p, &from.p).max(furthest(&point.beliefs, &from.beliefs));
        let cosine: f64 = point.tangent.iter().zip(&from.tangent).map(|(a, b)| a * b).sum();
        let is_far = moved > MOST_MOVED || corrected > MOST_CORRECTED || off > MOST_OFF;
        if is_far || cosine < 0.8 {
            return None;
        }
        // What is corrected grows with the square of the step, or its cube.
        let room = (MOST_CORRECTED / corrected).min(MOST_OFF / off);
        let room = if from.bend.is_empty() { room.sqrt() } else { libm::cbrt(room) };
        let room = room.min(MOST_MOVED / moved);
        point.bend = self.bend(from, &point);
        Some(Stepped { point, growth: (0.8 * room).clamp(0.5, 2.5) })
    }

    /// How the tangent turns at `to`, by the cubic through both points with their tangents.
    fn bend(&mut self, from: &Point, to: &Point) -> Vec<f64> {
        let across = |(a, b): (&f64, &f64)| (b - a) * (b - a);
        let length = from.y.iter().zip(&to.y).map(across).sum::<f64>().sqrt();
        let ends = from.y.iter().zip(&to.y);
        let tangents = from.tangent.iter().zip(&to.tangent);
        let mut bend = self.room();
        bend.extend(ends.zip(tangents).map(|((y_from, y_to), (t_from, t_to))| {
            (4.0 * t_to + 2.0 * t_from - 6.0 * (y_to - y_from) / length) / length
        }));
        bend
    }

    /// Newton's method across `normal`; also how far any probability or belief was predicted off.
    pub fn correct(&mut self, mut y: Vec<f64>, normal: &[f64]) -> Option<(Point, f64)> {
        let n = self.system.choices().n_unknowns();
        let mut last_step = f64::INFINITY;
        for round in 0..ROUNDS {
            self.factorise(&y, normal);
            if self.lu.is_singular() {
                return None;
            }
            if round == 0 {
                self.remember_first();
            }
            self.fault(&y[..n], y[n]);
            self.change.push(0.0);
            self.lu.solve(&mut self.change, &mut self.scratch);
            y.iter_mut().zip(&self.change).for_each(|(y, change)| *y -= change);
            self.rounds += 1;
            let step = relative(&self.change, &y);
            let is_stuck = step > last_step.min(1e6);
            if step.is_nan() || (is_stuck && step > NOISE) {
                return None;
            }
            let is_there = match self.is_near {
                true => step <= LAST_STEP_NEAR.max(1e-14 * y[n].abs()),
                false => error_behind(step, last_step) <= ON_THE_CURVE,
            };
            last_step = step;
            if is_there || is_stuck {
                // Elsewhere the derivatives of the last round do for the direction.
                let point = if self.is_near { self.point(y, normal) } else { self.point_here(y) }?;
                let off = furthest(&point.p, &self.first_p);
                let off = off.max(furthest(&point.beliefs, &self.first_beliefs));
                return Some((point, off));
            }
        }
        None
    }

    /// Solves at a fixed precision from ratios close by. Gives the ratios and the rounds taken.
    pub fn solve_at(&mut self, mut x: Vec<f64>, precision: f64) -> Option<(Vec<f64>, usize)> {
        let n = self.system.choices().n_unknowns();
        let mut last_step = f64::INFINITY;
        for round in 1..=3 * ROUNDS {
            evaluate(self.system, &x, &mut self.state);
            let (system, state) = (self.system, &mut self.state);
            self.lu.factorise(n, |cells| fill(system, state, precision, cells, n));
            if self.lu.is_singular() {
                return None;
            }
            if round == 1 {
                self.remember_first();
            }
            self.fault(&x, precision);
            self.lu.solve(&mut self.change, &mut self.scratch);
            x.iter_mut().zip(&self.change).for_each(|(x, change)| *x -= change);
            self.rounds += 1;
            let step = relative(&self.change, &x);
            if step.is_nan() {
                return None;
            }
            let is_there = step <= LAST_STEP || error_behind(step, last_step) <= TO_THE_DIGIT;
            // Or until steps no longer shrink.
            if is_there || (step >= last_step && step < 1e-6) {
                evaluate(self.system, &x, &mut self.state);
                let off = furthest(&self.state.p, &self.first_p);
                let off = off.max(furthest(&self.state.beliefs, &self.first_beliefs));
                return (off <= MOST_MOVED).then_some((x, round));
            }
            last_step = step;
        }
        None
    }

    /// The direction, other than the curve's own, in which the derivatives all but vanish.
    pub fn other_direction(&mut self, at: &Point) -> Option<Vec<f64>> {
        self.factorise(&at.y, &at.tangent);
        if self.lu.is_singular() {
            return None;
        }
        // Inverse iteration, from a start without symmetry so that no direction is missed.
        let n = at.y.len();
        let mut v: Vec<f64> = (0..n).map(|i| 1.0 / (1.0 + i as f64) + 0.1).collect();
        for _ in 0..6 {
            self.lu.solve_transposed(&mut v, &mut self.scratch);
            scale_to_one(&mut v)?;
            self.lu.solve(&mut v, &mut self.scratch);
            scale_to_one(&mut v)?;
        }
        let along: f64 = v.iter().zip(&at.tangent).map(|(v, t)| v * t).sum();
        v.iter_mut().zip(&at.tangent).for_each(|(v, t)| *v -= along * t);
        scale_to_one(&mut v)?;
        Some(v)
    }

    /// The point at `y`, which is on the curve, with the direction on the side of `normal`.
    fn point(&mut self, y: Vec<f64>, normal: &[f64]) -> Option<Point> {
        self.factorise(&y, normal);
        if self.lu.is_singular() {
            return None;
        }
        self.point_here(y)
    }

    /// The point at `y`, where the derivatives were factorised, or so close that it does not matter.
    fn point_here(&mut self, y: Vec<f64>) -> Option<Point> {
        let mut tangent = self.room();
        tangent.resize(y.len(), 0.0);
        tangent[y.len() - 1] = 1.0;
        self.lu.solve(&mut tangent, &mut self.scratch);
        scale_to_one(&mut tangent)?;
        let (mut p, mut beliefs) = (self.room(), self.room());
        p.extend_from_slice(&self.state.p);
        beliefs.extend_from_slice(&self.state.beliefs);
        // `tangent` is on the side of the last row, so the sign is the same with either as last row.
        let (is_negative, log_determinant) = (self.lu.is_negative(), self.lu.log_determinant());
        let reference = self.state.reference.clone();
        let bend = Vec::new();
        Some(Point { y, tangent, bend, is_negative, log_determinant, reference, p, beliefs })
    }

    /// Factorises the derivatives at `y`, bordered by `normal`.
    fn factorise(&mut self, y: &[f64], normal: &[f64]) {
        let n = y.len() - 1;
        evaluate(self.system, &y[..n], &mut self.state);
        let (system, state) = (self.system, &mut self.state);
        self.lu.factorise(n + 1, |cells| {
            fill(system, state, y[n], cells, n + 1);
            for (row, gain) in state.gains.iter().enumerate() {
                cells[row * (n + 1) + n] = -gain;
            }
            cells[n * (n + 1)..].copy_from_slice(normal);
        });
    }

    /// Writes `x - precision × gains` to `change`, after an evaluation at `x`.
    fn fault(&mut self, x: &[f64], precision: f64) {
        self.change.clear();
        let pairs = x.iter().zip(&self.state.gains);
        self.change.extend(pairs.map(|(x, gain)| x - precision * gain));
    }

    /// Keeps probabilities and beliefs as they were predicted.
    fn remember_first(&mut self) {
        self.first_p.clone_from(&self.state.p);
        self.first_beliefs.clone_from(&self.state.beliefs);
    }

    /// An empty vector.
    fn room(&mut self) -> Vec<f64> {
        let mut room = self.spare.pop().unwrap_or_default();
        room.clear();
        room
    }

    /// Takes back the memory of a point.
    pub fn recycle(&mut self, point: Point) {
        self.spare.extend([point.y, point.tangent, point.bend, point.p, point.beliefs]);
    }
}

/// What Newton's method is off by behind a step that follows another: both are all of the error before
/// them, and errors grow with their square, by the same factor. A first step tells nothing of that factor,
/// and one that has hardly shrunk nothing that holds: there it is the step itself.
fn error_behind(step: f64, last: f64) -> f64 {
    let shrunk = step / last;
    match last.is_finite() && shrunk < 0.1 {
        true => step * shrunk * shrunk,
        false => step,
    }
}

/// The largest part of a number that a change of it is.
fn relative(change: &[f64], x: &[f64]) -> f64 {
    change.iter().zip(x).map(|(c, x)| c.abs() / (1.0 + x.abs())).fold(0.0, f64::max)
}

/// Writes the derivatives of `x - precision × gains` by `x`.
fn fill(system: &impl System, state: &mut State, precision: f64, cells: &mut [f64], stride: usize) {
    slopes(system, state, -precision, cells, stride);
    for i in 0..system.choices().n_unknowns() {
        cells[i * stride + i] += 1.0;
    }
}

fn scale_to_one(v: &mut [f64]) -> Option<()> {
    // Twice, so that squares of large entries do not overflow.
    let largest = v.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    if !(largest > 0.0 && largest.is_finite()) {
        return None;
    }
    v.iter_mut().for_each(|x| *x /= largest);
    let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    v.iter_mut().for_each(|x| *x /= length);
    Some(())
}

fn furthest(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
