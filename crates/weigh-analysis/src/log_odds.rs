//! Log odds, and the units in which the weight of evidence is told.

/// ln(p / (1 - p)), in nats; infinite at 0 and 1.
///
/// ```
/// # use weigh_analysis::log_odds::log_odds;
/// assert_eq!(log_odds(0.5), 0.0);
/// assert!((log_odds(0.75) - 3f64.ln()).abs() < 1e-15);
/// ```
pub fn log_odds(p: f64) -> f64 {
    libm::log(p) - libm::log1p(-p)
}

/// The probability with these log odds (nats).
///
/// ```
/// # use weigh_analysis::log_odds::probability;
/// assert_eq!(probability(0.0), 0.5);
/// assert_eq!(probability(f64::NEG_INFINITY), 0.0);
/// ```
pub fn probability(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + libm::exp(-log_odds))
    } else {
        let odds = libm::exp(log_odds);
        odds / (1.0 + odds)
    }
}

/// A likelihood ratio as weight of evidence in nats, bits and decibans (Good 1950, 1985).
///
/// ```
/// # use weigh_analysis::log_odds::Weight;
/// let weight = Weight::of_ratio(10.0);
/// assert!((weight.decibans() - 10.0).abs() < 1e-12);
/// assert!((weight.bits() - 3.321928094887362).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// In nats; below zero speaks against.
    pub nats: f64,
}

impl Weight {
    /// ln P(E | H) / P(E | not H).
    pub fn of_ratio(likelihood_ratio: f64) -> Weight {
        Weight { nats: libm::log(likelihood_ratio) }
    }

    /// The likelihood ratio.
    pub fn ratio(self) -> f64 {
        libm::exp(self.nats)
    }

    /// In bits: factors of 2.
    pub fn bits(self) -> f64 {
        self.nats / std::f64::consts::LN_2
    }

    /// In decibans: 10 is a factor of 10, 3 about a factor of 2, 1 just noticeable.
    pub fn decibans(self) -> f64 {
        10.0 * self.nats / std::f64::consts::LN_10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probability_undoes_log_odds() {
        for p in [1e-300, 1e-9, 0.2, 0.5, 0.9, 1.0 - 1e-12] {
            // 1e-9 relative: near 1 a probability keeps only the digits that 1 - p has.
            assert!((probability(log_odds(p)) - p).abs() <= 1e-9 * p, "{p}");
        }
    }

    /// The table and the sequence of the known-answer case `ev_decibans`.
    #[test]
    fn weights_agree_with_the_published_units() {
        let case: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/cases/ev_decibans.json")).unwrap();
        for row in case["expected"]["table"].as_array().unwrap() {
            let weight = Weight::of_ratio(row["lr"].as_f64().unwrap());
            assert!((weight.nats - row["nats"].as_f64().unwrap()).abs() < 1e-12);
            assert!((weight.bits() - row["bits"].as_f64().unwrap()).abs() < 1e-12);
            assert!((weight.decibans() - row["decibans"].as_f64().unwrap()).abs() < 1e-12);
        }
        let sequence = &case["inputs"]["sequence"];
        let mut at = log_odds(sequence["prior"].as_f64().unwrap());
        for ratio in sequence["likelihood_ratios"].as_array().unwrap() {
            at += Weight::of_ratio(ratio.as_f64().unwrap()).nats;
        }
        let expected = case["expected"]["sequence"]["posterior"].as_f64().unwrap();
        assert!((probability(at) - expected).abs() < 1e-12);
    }
}
