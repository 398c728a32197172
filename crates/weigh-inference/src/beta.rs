//! The beta distribution: its function, its quantile, and the fit to two quantiles.
//!
//! Our own incomplete beta function, not `puruspe`'s: that one calls the platform's `exp` and `ln`,
//! which differ between machines, and its 0.4.4 is wrong for large parameters: I_0.295(900, 1100) comes
//! out as 1, not 1e-45, because it changes sides at (a+1)/(a+2b). The tests compare the two elsewhere.

use std::f64::consts::PI;

use crate::normal::{normal_density, normal_quantile};

/// A beta distribution with its normalising constant at hand.
///
/// Points are given as `(x, 1 - x)`, both exact, so that neither end of the interval loses digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BetaShape {
    a: f64,
    b: f64,
    /// Logarithm of the factor before the exponential in [`BetaShape::power`].
    ln_norm: f64,
}

/// How near a z must be for one last step from there, and how far it is for a straight line.
const NEAR: f64 = 1e-4;
const FAR: f64 = 0.5;

impl BetaShape {
    pub(crate) fn new(a: f64, b: f64) -> BetaShape {
        let n = a + b;
        let stirling = stirling_error(n) - stirling_error(a) - stirling_error(b);
        BetaShape { a, b, ln_norm: stirling + 0.5 * libm::log(a * (b / n) / (2.0 * PI)) }
    }

    /// Logarithm of the factor before the exponential in [`BetaShape::power`].
    pub(crate) fn ln_norm(&self) -> f64 {
        self.ln_norm
    }

    /// `x^a (1-x)^b / B(a,b)`, the density in terms of `logit x`.
    ///
    /// Loader (2000), *Fast and accurate computation of binomial probabilities*: the exponent is
    /// written as a sum of two positive deviances, so that large parameters cancel nothing.
    pub(crate) fn power(&self, x: f64, xc: f64) -> f64 {
        let (a, b, n) = (self.a, self.b, self.a + self.b);
        libm::exp(self.ln_norm - a * deviance(x * n / a) - b * deviance(xc * n / b))
    }

    /// P(X <= x) and P(X > x), each accurate when it is the small one.
    pub(crate) fn tails(&self, x: f64, xc: f64) -> (f64, f64) {
        self.tails_with(self.power(x, xc), x, xc)
    }

    /// [`BetaShape::tails`] if the power is known.
    fn tails_with(&self, power: f64, x: f64, xc: f64) -> (f64, f64) {
        let (a, b) = (self.a, self.b);
        if x < (a + 1.0) / (a + b + 2.0) {
            let below = power * continued_fraction(a, b, x, xc);
            (below, 1.0 - below)
        } else {
            let above = power * continued_fraction(b, a, xc, x);
            (1.0 - above, above)
        }
    }

    /// The standard normal quantile of P(X <= x), from the power there.
    fn z(&self, power: f64, x: f64, xc: f64) -> f64 {
        let (below, above) = self.tails_with(power, x, xc);
        // The floor keeps z finite while a fit is still far off.
        if below < above {
            normal_quantile(below.max(f64::MIN_POSITIVE))
        } else {
            -normal_quantile(above.max(f64::MIN_POSITIVE))
        }
    }

    /// `logit x` of the point with P(X <= x) = Φ(z), from `guess` on.
    ///
    /// In the coordinates (logit x, z) the function is close to a straight line for every shape, and its derivatives cost
    /// nothing beside the function: each round is a Taylor series at a point whose z is known, of first order while that
    /// is far off, of third order then. A bracket that only ever narrows catches the rest.
    pub(crate) fn logit_quantile(&self, z: f64, guess: f64) -> f64 {
        let (mut low, mut high) = (-745.0, 745.0);
        let mut y = f64::clamp(guess, low, high);
        for _ in 0..100 {
            let (x, xc) = logistic_pair(y);
            let power = self.power(x, xc);
            let here = self.z(power, x, xc);
            let [first, second, third] = self.slopes(here, power, x, xc);
            let error = z - here;
            if error > 0.0 {
                low = y
            } else {
                high = y
            }
            let near = if error.abs() < FAR { error } else { 0.0 };
            let mut step = error * (first + near * (second / 2.0 + near * (third / 6.0)));
            if !(low..=high).contains(&(y + step)) {
                step = 0.5 * (low + high) - y;
            }
            y += step;
            // What is left is a 24th of the fourth derivative times the fourth power. Or the point is beyond what a number
            // can hold.
            if error.abs() <= NEAR || step.abs() <= 1e-13 * y.abs() {
                break;
            }
        }
        y
    }

    /// How `logit x` moves with z: the first three derivatives of the quantile.
    pub(crate) fn logit_slopes(&self, z: f64, x: f64, xc: f64) -> [f64; 3] {
        self.slopes(z, self.power(x, xc), x, xc)
    }

    fn slopes(&self, z: f64, power: f64, x: f64, xc: f64) -> [f64; 3] {
        let (a, b) = (self.a, self.b);
        let first = normal_density(z) / power;
        let pull = a * xc - b * x;
        let turn = -z - pull * first;
        let second = first * turn;
        let third =
            second * turn + first * ((a + b) * x * xc * first * first - pull * second - 1.0);
        [first, second, third]
    }

    /// A first guess for [`BetaShape::logit_quantile`]: as if `logit x` were normal.
    pub(crate) fn guess(&self, z: f64) -> f64 {
        libm::log(self.a / self.b) + z * (1.0 / self.a + 1.0 / self.b).sqrt()
    }
}

/// `(x, 1 - x)` for the x with `logit x = y`.
pub(crate) fn logistic_pair(y: f64) -> (f64, f64) {
    let e = libm::exp(-y.abs());
    let (small, large) = (e / (1.0 + e), 1.0 / (1.0 + e));
    if y < 0.0 { (small, large) } else { (large, small) }
}

/// The parameters of the beta distribution with P(X <= low) = P(X > high) = (1 - level)/2.
///
/// Newton's method on the two normal quantiles as functions of (ln a, ln b), from the logit-normal
/// distribution with the same quantiles. `None` if it does not converge.
pub(crate) fn fit_beta(low: f64, high: f64, level: f64) -> Option<(f64, f64)> {
    let z = normal_quantile(0.5 + 0.5 * level);
    let logit = |p: f64| libm::log(p) - libm::log1p(-p);
    let centre = 0.5 * (logit(low) + logit(high));
    let spread = (logit(high) - logit(low)) / (2.0 * z);
    let precision = 1.0 / (spread * spread);
    let mut at = [
        libm::log((1.0 + libm::exp(centre)) * precision),
        libm::log((1.0 + libm::exp(-centre)) * precision),
    ];
    let residual = |[u, v]: [f64; 2]| {
        let shape = BetaShape::new(libm::exp(u), libm::exp(v));
        let at = |x: f64| shape.z(shape.power(x, 1.0 - x), x, 1.0 - x);
        [at(low) + z, at(high) - z]
    };
    let size = |[f, g]: [f64; 2]| f.abs().max(g.abs());
    let mut error = residual(at);
    for _ in 0..60 {
        const H: f64 = 1e-6;
        let [fu, gu] = residual([at[0] + H, at[1]]).map(|r| r / H);
        let [fv, gv] = residual([at[0], at[1] + H]).map(|r| r / H);
        let (fu, gu) = (fu - error[0] / H, gu - error[1] / H);
        let (fv, gv) = (fv - error[0] / H, gv - error[1] / H);
        let determinant = fu * gv - fv * gu;
        let mut step = [
            (fv * error[1] - gv * error[0]) / determinant,
            (gu * error[0] - fu * error[1]) / determinant,
        ];
        // A step of 2 changes a parameter by a factor of 7: enough to cross any distance quickly.
        let longest = size(step);
        if !longest.is_finite() {
            return None;
        }
        if longest > 2.0 {
            step = step.map(|s| s * 2.0 / longest);
        }
        let mut next = [at[0] + step[0], at[1] + step[1]];
        let mut next_error = residual(next);
        for _ in 0..40 {
            if size(next_error) < size(error) {
                break;
            }
            step = step.map(|s| 0.5 * s);
            next = [at[0] + step[0], at[1] + step[1]];
            next_error = residual(next);
        }
        if size(next_error) >= size(error) {
            break;
        }
        (at, error) = (next, next_error);
        if size(error) < 1e-14 {
            break;
        }
    }
    // Rounding in the tails leaves 1e-14 or so; 1e-9 would still be no visible misfit.
    (size(error) < 1e-9).then(|| (libm::exp(at[0]), libm::exp(at[1])))
}

/// `ln Γ(z)` less Stirling's `(z - 1/2) ln z - z + ln √(2π)`.
fn stirling_error(z: f64) -> f64 {
    if z < 10.0 {
        let stirling = (z - 0.5) * libm::log(z) - z + 0.5 * libm::log(2.0 * PI);
        return libm::lgamma(z) - stirling;
    }
    const SERIES: [f64; 6] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0];
    let w = 1.0 / (z * z);
    SERIES.iter().rev().fold(0.0, |sum, c| sum * w + c) / z
}

/// `(r - 1) - ln r >= 0`, accurate near r = 1.
fn deviance(r: f64) -> f64 {
    let t = r - 1.0;
    if t.abs() > 0.02 {
        return t - libm::log(r);
    }
    // t²/2 - t³/3 + …; the first term left out is below 1e-18.
    const SERIES: [f64; 8] = [
        1.0 / 2.0,
        -1.0 / 3.0,
        1.0 / 4.0,
        -1.0 / 5.0,
        1.0 / 6.0,
        -1.0 / 7.0,
        1.0 / 8.0,
        -1.0 / 9.0,
    ];
    t * t * SERIES.iter().rev().fold(0.0, |sum, c| sum * t + c)
}

/// `P(X <= x) / power`, for x below the mean.
///
/// Didonato & Morris (1992), *Algorithm 708*, ACM TOMS 18(3), BFRAC: unlike the usual form it has no
/// differences of nearly equal numbers, also where one parameter is a billion times the other.
/// Converges in about √max(a, b) steps.
fn continued_fraction(a: f64, b: f64, x: f64, xc: f64) -> f64 {
    let lambda = if a > b { (a + b) * xc - b } else { a - (a + b) * x };
    let (c, c0, c1) = (1.0 + lambda, b / a, 1.0 + 1.0 / a);
    let (mut p, mut s) = (1.0, a + 1.0);
    // Numerators and denominators of the last two convergents, the newest denominator kept at 1.
    let (mut above, mut below) = (0.0, c1 / c);
    let mut ratio = c1 / c;
    for n in 1..1_000_000 {
        let n = f64::from(n);
        let t = n / a;
        let w = n * (b - n) * x;
        let e = a / s;
        let alpha = p * (p + c0) * e * e * (w * x);
        let beta = n + w / s + (1.0 + t) / (c1 + t + t) * (c + n * (1.0 + xc));
        (p, s) = (1.0 + t, s + 2.0);
        let next_above = alpha * above + beta * ratio;
        let next_below = alpha * below + beta;
        let next = next_above / next_below;
        (above, below) = (ratio / next_below, 1.0 / next_below);
        let change = (next - ratio).abs();
        ratio = next;
        if change <= f64::EPSILON * ratio {
            break;
        }
    }
    ratio
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::normal_cdf;

    /// Two programs for one function. 2e-10 is the error of puruspe's Lanczos logarithm of gamma.
    #[test]
    fn agrees_with_puruspe_where_that_is_right() {
        for (a, b) in [(0.05, 3.0), (0.5, 0.5), (2.0, 30.0), (1.1, 400.0), (80.0, 5.0)] {
            let shape = BetaShape::new(a, b);
            for i in 1..200 {
                let x = f64::from(i) / 200.0;
                let (mine, theirs) = (shape.tails(x, 1.0 - x).0, puruspe::betai(a, b, x));
                assert!((mine - theirs).abs() < 2e-10, "I_{x}({a},{b}): {mine} is not {theirs}");
            }
        }
    }

    /// For a whole b the function is a polynomial times x^a: I_x(a, 3) in closed form.
    #[test]
    fn agrees_with_the_closed_form_for_three() {
        for a in [0.05, 0.5, 7.0, 400.0] {
            let shape = BetaShape::new(a, 3.0);
            for i in 1..100 {
                let x = f64::from(i) / 100.0;
                let sum = 1.0 / a - 2.0 * x / (a + 1.0) + x * x / (a + 2.0);
                let exact = libm::pow(x, a) * sum * 0.5 * a * (a + 1.0) * (a + 2.0);
                let found = shape.tails(x, 1.0 - x).0;
                // The closed form itself cancels, to about 1e-12 at a = 400.
                assert!((found - exact).abs() < 1e-11, "I_{x}({a},3): {found} is not {exact}");
            }
        }
    }

    /// The differences are good to h² times a fifth derivative, and to the quantile's 1e-13 by h.
    #[test]
    fn derivatives_of_the_quantile_are_its_differences() {
        const H: f64 = 1e-3;
        for (a, b) in [(0.05, 3.0), (0.3, 5.0), (2.0, 18.0), (8.5, 81.0), (3e5, 3e5), (600.0, 0.7)]
        {
            let shape = BetaShape::new(a, b);
            let at = |z: f64| {
                let y = shape.logit_quantile(z, shape.guess(z));
                let (x, xc) = logistic_pair(y);
                let [first, second, third] = shape.logit_slopes(z, x, xc);
                [y, first, second, third]
            };
            for i in -20..=20 {
                let z = f64::from(i) / 4.0;
                let (before, here, after) = (at(z - H), at(z), at(z + H));
                for order in 1..4 {
                    let difference = (after[order - 1] - before[order - 1]) / (2.0 * H);
                    let scale = 1.0 + here[order].abs() + here[1].abs();
                    assert!(
                        (difference - here[order]).abs() < 2e-5 * scale,
                        "derivative {order} of beta({a},{b}) at z={z}"
                    );
                }
            }
        }
    }

    #[test]
    fn quantile_inverts_the_function() {
        for (a, b) in [(0.05, 3.0), (0.3, 5.0), (2.0, 18.0), (8.5, 81.0), (3e5, 3e5), (600.0, 0.7)]
        {
            let shape = BetaShape::new(a, b);
            for i in -24..=24 {
                let z = f64::from(i) / 4.0;
                let (x, xc) = logistic_pair(shape.logit_quantile(z, shape.guess(z)));
                // Where x or 1 - x underflows the quantile cannot be held in a double.
                if x > 1e-290 && xc > 1e-290 {
                    let (below, above) = shape.tails(x, xc);
                    let (wanted, found) =
                        if z < 0.0 { (normal_cdf(z), below) } else { (normal_cdf(-z), above) };
                    assert!((found / wanted - 1.0).abs() < 1e-9, "beta({a},{b}) at z={z}");
                }
            }
        }
    }
}
