//! The standard normal distribution: its function, its quantile, its density.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// P(Z <= z) for a standard normal Z.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The density of a standard normal.
pub(crate) fn normal_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt()
}

/// The z with P(Z <= z) = p, to about 1e-15 relative; infinite at 0 and 1.
///
/// # Source
/// Wichura (1988), *Algorithm AS 241: the percentage points of the normal distribution*, Applied
/// Statistics 37(3), 477–484: PPND16.
///
/// # Example
/// ```
/// assert!((weigh_inference::normal_quantile(0.95) - 1.6448536269514722).abs() < 1e-15);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { ratio(r - 1.6, &SHOULDER) } else { ratio(r - 5.0, &TAIL) };
    z.copysign(q)
}

fn ratio(r: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    horner(above) / horner(below)
}

/// AS 241's coefficients, lowest power first: numerator, denominator.
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "digits as printed in the paper")]
const CENTRE: [[f64; 8]; 2] = [
    [3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3],
    [1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3],
];
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "digits as printed in the paper")]
const SHOULDER: [[f64; 8]; 2] = [
    [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
     1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4],
    [1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9],
];
#[rustfmt::skip]
#[expect(clippy::excessive_precision, reason = "digits as printed in the paper")]
const TAIL: [[f64; 8]; 2] = [
    [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
    [1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_inverts_the_function_into_the_far_tail() {
        for i in -120..=0 {
            let z = f64::from(i) / 16.0;
            let back = normal_quantile(normal_cdf(z));
            // One unit in the last place of the function moves z by about 1e-16/|z|.
            assert!((back - z).abs() <= 4e-15, "{back} is not {z}");
            let above = normal_quantile(1.0 - normal_cdf(z));
            assert!((above + z).abs() < 1e-15 / normal_density(z), "{above} is not {}", -z);
        }
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
    }
}
