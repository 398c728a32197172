//! What an analyst believes about one number, and how "5% to 15%" becomes that.

use std::fmt;

use thiserror::Error;

use crate::beta::{BetaShape, fit_beta, logistic_pair};
use crate::normal::{normal_cdf, normal_quantile};

/// A distribution of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Certain.
    Point(f64),
    /// A probability; both parameters above 0.
    Beta {
        /// The weight of 1.
        a: f64,
        /// The weight of 0.
        b: f64,
    },
    /// A positive quantity whose natural logarithm is normal.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Any quantity.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Between hard bounds.
    Uniform {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
}

/// Why no distribution could be fitted to an interval.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// The lower bound is not below the upper one.
    #[error("the range runs from {low} to {high}: the first number must be the smaller one")]
    UpsideDown {
        /// Lower bound given.
        low: f64,
        /// Upper bound given.
        high: f64,
    },
    /// A bound is not strictly within the distribution's range.
    #[error("the bound {bound} is not strictly between {min} and {max}")]
    OutOfRange {
        /// Bound given.
        bound: f64,
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// The level is not strictly between 0 and 1.
    #[error("the level {0} is not strictly between 0 and 1")]
    BadLevel(f64),
    /// The range is too narrow to be worth a distribution.
    #[error("the range from {low} to {high} is too narrow: one number would do")]
    TooNarrow {
        /// Lower bound given.
        low: f64,
        /// Upper bound given.
        high: f64,
    },
    /// No distribution of this kind has these quantiles.
    #[error("no beta distribution was found with the quantiles {low} and {high}")]
    NoFit {
        /// Lower bound given.
        low: f64,
        /// Upper bound given.
        high: f64,
    },
}

/// Ranges narrower than this in log odds are [`FitError::TooNarrow`]: the fit would take
/// milliseconds, and nobody knows a probability to five digits.
const NARROWEST_LOG_ODDS: f64 = 1e-4;

impl Distribution {
    /// The beta distribution whose central `level` interval is `low..high`.
    ///
    /// Solves the two quantile equations, so the interval is equal-tailed and exact; the mean is
    /// usually not in its middle.
    ///
    /// # Errors
    /// See [`FitError`].
    ///
    /// # Source
    /// Practice of SHELF: O'Hagan et al. (2006), *Uncertain Judgements*, ch. 6.
    ///
    /// # Example
    /// ```
    /// use weigh_inference::Distribution;
    /// let d = Distribution::beta_from_interval(0.05, 0.15, 0.9)?;
    /// assert!((d.mean() - 0.09489).abs() < 1e-5);
    /// assert!((d.quantile(0.95) - 0.15).abs() < 1e-12);
    /// # Ok::<(), weigh_inference::FitError>(())
    /// ```
    pub fn beta_from_interval(low: f64, high: f64, level: f64) -> Result<Self, FitError> {
        check_interval(low, high, level, 0.0, 1.0)?;
        let log_odds = |p: f64| libm::log(p) - libm::log1p(-p);
        if log_odds(high) - log_odds(low) < NARROWEST_LOG_ODDS {
            return Err(FitError::TooNarrow { low, high });
        }
        let (a, b) = fit_beta(low, high, level).ok_or(FitError::NoFit { low, high })?;
        Ok(Distribution::Beta { a, b })
    }

    /// The lognormal distribution whose central `level` interval is `low..high`.
    ///
    /// # Errors
    /// See [`FitError`].
    pub fn lognormal_from_interval(low: f64, high: f64, level: f64) -> Result<Self, FitError> {
        check_interval(low, high, level, 0.0, f64::INFINITY)?;
        let (mu, sigma) = normal_from_bounds(libm::log(low), libm::log(high), level);
        Ok(Distribution::LogNormal { mu, sigma })
    }

    /// The normal distribution whose central `level` interval is `low..high`.
    ///
    /// # Errors
    /// See [`FitError`].
    pub fn normal_from_interval(low: f64, high: f64, level: f64) -> Result<Self, FitError> {
        check_interval(low, high, level, f64::NEG_INFINITY, f64::INFINITY)?;
        let (mean, sd) = normal_from_bounds(low, high, level);
        Ok(Distribution::Normal { mean, sd })
    }

    /// The expected value.
    pub fn mean(&self) -> f64 {
        match *self {
            Distribution::Point(value) => value,
            Distribution::Beta { a, b } => a / (a + b),
            Distribution::LogNormal { mu, sigma } => libm::exp(mu + 0.5 * sigma * sigma),
            Distribution::Normal { mean, .. } => mean,
            Distribution::Uniform { low, high } => 0.5 * (low + high),
        }
    }

    /// The standard deviation.
    pub fn std(&self) -> f64 {
        match *self {
            Distribution::Point(_) => 0.0,
            Distribution::Beta { a, b } => {
                let n = a + b;
                ((a / n) * (b / n) / (n + 1.0)).sqrt()
            }
            Distribution::LogNormal { sigma, .. } => {
                self.mean() * libm::expm1(sigma * sigma).sqrt()
            }
            Distribution::Normal { sd, .. } => sd,
            Distribution::Uniform { low, high } => (high - low) / 12f64.sqrt(),
        }
    }

    /// The value that the number stays below with probability `p`, for `p` in `0.0..=1.0`.
    pub fn quantile(&self, p: f64) -> f64 {
        match *self {
            Distribution::Point(value) => value,
            Distribution::Beta { .. } if p <= 0.0 => 0.0,
            Distribution::Beta { .. } if p >= 1.0 => 1.0,
            Distribution::Beta { a, b } => {
                let (shape, z) = (BetaShape::new(a, b), normal_quantile(p));
                logistic_pair(shape.logit_quantile(z, shape.guess(z))).0
            }
            Distribution::LogNormal { mu, sigma } => libm::exp(mu + sigma * normal_quantile(p)),
            Distribution::Normal { mean, sd } => mean + sd * normal_quantile(p),
            Distribution::Uniform { low, high } => low + p * (high - low),
        }
    }

    /// The probability that the number is at most `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        match *self {
            Distribution::Point(value) => f64::from(value <= x),
            Distribution::Beta { .. } if x <= 0.0 => 0.0,
            Distribution::Beta { .. } if x >= 1.0 => 1.0,
            Distribution::Beta { a, b } => BetaShape::new(a, b).tails(x, 1.0 - x).0,
            Distribution::LogNormal { .. } if x <= 0.0 => 0.0,
            Distribution::LogNormal { mu, sigma } => normal_cdf((libm::log(x) - mu) / sigma),
            Distribution::Normal { mean, sd } => normal_cdf((x - mean) / sd),
            Distribution::Uniform { low, high } => ((x - low) / (high - low)).clamp(0.0, 1.0),
        }
    }

    /// Whether the number is certain.
    pub fn is_point(&self) -> bool {
        matches!(self, Distribution::Point(_))
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distribution::Point(value) => write!(f, "{value}"),
            Distribution::Beta { a, b } => write!(f, "beta({a}, {b})"),
            Distribution::LogNormal { mu, sigma } => write!(f, "lognormal({mu}, {sigma})"),
            Distribution::Normal { mean, sd } => write!(f, "normal({mean}, {sd})"),
            Distribution::Uniform { low, high } => write!(f, "uniform({low}, {high})"),
        }
    }
}

fn check_interval(low: f64, high: f64, level: f64, min: f64, max: f64) -> Result<(), FitError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(FitError::BadLevel(level));
    }
    for bound in [low, high] {
        if !(bound > min && bound < max) {
            return Err(FitError::OutOfRange { bound, min, max });
        }
    }
    if low >= high { Err(FitError::UpsideDown { low, high }) } else { Ok(()) }
}

fn normal_from_bounds(low: f64, high: f64, level: f64) -> (f64, f64) {
    let z = normal_quantile(0.5 + 0.5 * level);
    (0.5 * (low + high), (high - low) / (2.0 * z))
}
