//! The words of probability: five published scales, from word to band and from number to word.

use serde::Serialize;

/// A published scale of words for probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// The United States' Intelligence Community Directive 203; what a file means if it says nothing.
    Icd203,
    /// The probability yardstick of the United Kingdom; it has gaps.
    Phia,
    /// Sherman Kent's of 1964; it has gaps.
    Kent,
    /// The climate panel's; its bands lie inside each other.
    Ipcc,
    /// The European Food Safety Authority's.
    Efsa,
}

/// A band of a scale, and what it is called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Its names as the scale prints them, the first one to be used where one is enough.
    pub names: &'static [&'static str],
    /// Other forms of the same words, understood and never printed.
    pub variants: &'static [&'static str],
    /// The lowest probability of the band, which belongs to it.
    pub low: f64,
    /// The highest probability of the band; see [`Scale::word_for`] for whose the border is.
    pub high: f64,
}

impl Scale {
    /// Every scale, in the order of the manual.
    pub const ALL: [Scale; 5] = [Scale::Icd203, Scale::Phia, Scale::Kent, Scale::Ipcc, Scale::Efsa];

    /// The scale that a file calls `name`.
    pub fn from_name(name: &str) -> Option<Scale> {
        Scale::ALL.into_iter().find(|scale| scale.name() == name)
    }

    /// What a file calls it: `icd203`.
    pub fn name(self) -> &'static str {
        match self {
            Scale::Icd203 => "icd203",
            Scale::Phia => "phia",
            Scale::Kent => "kent",
            Scale::Ipcc => "ipcc",
            Scale::Efsa => "efsa",
        }
    }

    /// What people call it: `ICD 203 (2015)`.
    pub fn title(self) -> &'static str {
        match self {
            Scale::Icd203 => "ICD 203 (2015)",
            Scale::Phia => "PHIA yardstick (2025)",
            Scale::Kent => "Kent (1964)",
            Scale::Ipcc => "IPCC AR5 (2010)",
            Scale::Efsa => "EFSA (2018)",
        }
    }

    /// Where its table was read.
    pub fn source(self) -> &'static str {
        match self {
            Scale::Icd203 => "ICD 203 (2015), section D.6.e(2)(a)",
            Scale::Phia => "UK PHIA probability yardstick (gov.uk, 24 March 2025 and earlier)",
            Scale::Kent => "Sherman Kent 1964: centre and give-or-take",
            Scale::Ipcc => "IPCC AR5 guidance note (Mastrandrea et al. 2010)",
            Scale::Efsa => "EFSA Scientific Committee 2018, approximate probability scale",
        }
    }

    /// Its bands, rising by their lower and then by their upper end.
    pub fn terms(self) -> &'static [Term] {
        match self {
            Scale::Icd203 => ICD203,
            Scale::Phia => PHIA,
            Scale::Kent => KENT,
            Scale::Ipcc => IPCC,
            Scale::Efsa => EFSA,
        }
    }

    /// The band called `phrase`; letter case, a leading `a` and the width of spaces do not count.
    pub fn find(self, phrase: &str) -> Option<&'static Term> {
        let phrase = fold(phrase);
        self.terms().iter().find(|term| term.names.contains(&&*phrase) || term.is_variant(&phrase))
    }

    /// The band for the probability `p`, or `None` where the scale has no word.
    ///
    /// Both ends of a band are in it, so that a scale with gaps covers what its table prints; where
    /// two bands share an end, it belongs to the upper one. There is no word in the gaps of `phia`
    /// and `kent`, nor below 1% and above 99% in `icd203`. The bands of `ipcc` lie inside each
    /// other: the narrowest that holds `p` is meant, of two equally narrow ones the upper. Hence
    /// 66% is `about as likely as not` (33 points wide, and `likely` 34), and no number is `more
    /// likely than not`, which is understood as a word all the same.
    ///
    /// # Example
    /// ```
    /// use weigh_model::words::Scale;
    /// let word = |p| Scale::Phia.word_for(p).map(|term| term.label());
    /// assert_eq!(word(0.6).as_deref(), Some("likely / probable"));
    /// assert_eq!(word(0.37), None); // between `unlikely` and `realistic possibility`
    /// ```
    pub fn word_for(self, p: f64) -> Option<&'static Term> {
        let mut holding = self.terms().iter().filter(|term| term.holds(p));
        match self {
            // `max_by` keeps the last of equals: the upper one.
            Scale::Ipcc => holding.max_by(|a, b| b.width().total_cmp(&a.width())),
            Scale::Icd203 | Scale::Phia | Scale::Kent | Scale::Efsa => holding.next_back(),
        }
    }
}

impl Term {
    /// Its names, as a table prints them: `likely / probable`.
    pub fn label(&self) -> String {
        self.names.join(" / ")
    }

    /// Whether the band holds `p`, its two ends included.
    pub fn holds(&self, p: f64) -> bool {
        self.low <= p && p <= self.high
    }

    fn width(&self) -> f64 {
        self.high - self.low
    }

    fn is_variant(&self, folded: &str) -> bool {
        self.variants.contains(&folded)
    }
}

/// Every scale that knows `phrase`, with its band there: what the word means elsewhere.
pub fn elsewhere(phrase: &str) -> Vec<(Scale, &'static Term)> {
    Scale::ALL.into_iter().filter_map(|scale| Some((scale, scale.find(phrase)?))).collect()
}

fn fold(phrase: &str) -> String {
    let phrase = phrase.to_lowercase();
    let words: Vec<&str> = phrase.split_whitespace().collect();
    match &*words {
        ["a" | "an", rest @ ..] if !rest.is_empty() => rest.join(" "),
        _ => words.join(" "),
    }
}

const fn band(names: &'static [&'static str], low: f64, high: f64) -> Term {
    Term { names, variants: &[], low, high }
}

const fn also(variants: &'static [&'static str], term: Term) -> Term {
    Term { variants, ..term }
}

// The figures are those of tests/cases/wep_scales.json, and the tests hold them to it. Variants are
// other forms of a scale's own words; words of another scale stay unknown, so that they are noticed.

const ICD203: &[Term] = &[
    band(&["almost no chance", "remote"], 0.01, 0.05),
    band(&["very unlikely", "highly improbable"], 0.05, 0.2),
    band(&["unlikely", "improbable"], 0.2, 0.45),
    also(&["roughly even"], band(&["roughly even chance", "roughly even odds"], 0.45, 0.55)),
    also(&["probably"], band(&["likely", "probable"], 0.55, 0.8)),
    also(&["very probably"], band(&["very likely", "highly probable"], 0.8, 0.95)),
    also(&["almost certainly"], band(&["almost certain", "nearly certain"], 0.95, 0.99)),
];

const PHIA: &[Term] = &[
    band(&["remote chance"], 0.0, 0.05),
    band(&["highly unlikely"], 0.1, 0.2),
    band(&["unlikely"], 0.25, 0.35),
    band(&["realistic possibility"], 0.4, 0.5),
    also(&["probably"], band(&["likely", "probable"], 0.55, 0.75)),
    band(&["highly likely"], 0.8, 0.9),
    also(&["almost certainly"], band(&["almost certain"], 0.95, 1.0)),
];

const KENT: &[Term] = &[
    also(&["impossible"], band(&["impossibility"], 0.0, 0.0)),
    band(&["almost certainly not"], 0.02, 0.12),
    band(&["probably not"], 0.2, 0.4),
    also(&["chance about even", "about even"], band(&["chances about even"], 0.4, 0.6)),
    also(&["probably"], band(&["probable"], 0.63, 0.87)),
    also(&["almost certainly"], band(&["almost certain"], 0.87, 0.99)),
    also(&["certain"], band(&["certainty"], 1.0, 1.0)),
];

const IPCC: &[Term] = &[
    band(&["exceptionally unlikely"], 0.0, 0.01),
    band(&["extremely unlikely"], 0.0, 0.05),
    band(&["very unlikely"], 0.0, 0.1),
    band(&["unlikely"], 0.0, 0.33),
    band(&["about as likely as not"], 0.33, 0.66),
    band(&["more likely than not"], 0.5, 1.0),
    band(&["likely"], 0.66, 1.0),
    band(&["very likely"], 0.9, 1.0),
    band(&["extremely likely"], 0.95, 1.0),
    also(&["virtually certainly"], band(&["virtually certain"], 0.99, 1.0)),
];

const EFSA: &[Term] = &[
    band(&["almost impossible"], 0.0, 0.01),
    band(&["extremely unlikely"], 0.01, 0.05),
    band(&["very unlikely"], 0.05, 0.1),
    band(&["unlikely"], 0.1, 0.33),
    band(&["about as likely as not"], 0.33, 0.66),
    band(&["likely"], 0.66, 0.9),
    band(&["very likely"], 0.9, 0.95),
    band(&["extremely likely"], 0.95, 0.99),
    also(&["almost certainly"], band(&["almost certain"], 0.99, 1.0)),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The scale's key in the case file.
    fn key(scale: Scale) -> &'static str {
        match scale {
            Scale::Icd203 => "icd203",
            Scale::Phia => "phia",
            Scale::Kent => "kent1964",
            Scale::Ipcc => "ipcc_ar5",
            Scale::Efsa => "efsa2018",
        }
    }

    fn case() -> Value {
        serde_json::from_str(include_str!("../../../tests/cases/wep_scales.json")).unwrap()
    }

    /// A label of the case file, without the adverb that ICD 203 adds in brackets.
    fn label(value: &Value) -> String {
        value.as_str().unwrap().replace("(ly)", "")
    }

    fn word(scale: Scale, p: f64) -> Option<&'static str> {
        scale.word_for(p).map(|term| term.names[0])
    }

    #[test]
    fn tables_are_those_of_the_case_file() {
        let case = case();
        for scale in Scale::ALL {
            let rows = case["expected"]["scales"][key(scale)]["terms"].as_array().unwrap();
            let mut expected: Vec<(f64, f64, String)> = rows
                .iter()
                .map(|row| (row[1].as_f64().unwrap(), row[2].as_f64().unwrap(), label(&row[0])))
                .collect();
            expected.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap());
            let ours: Vec<(f64, f64, String)> =
                scale.terms().iter().map(|t| (t.low, t.high, t.label())).collect();
            assert_eq!(ours, expected, "{}", scale.name());
        }
    }

    #[test]
    fn look_ups_are_those_of_the_case_file() {
        let case = case();
        let lookups = case["expected"]["lookup"].as_array().unwrap();
        assert_eq!(lookups.len(), case["inputs"]["probabilities"].as_array().unwrap().len());
        for lookup in lookups {
            let p = lookup["p"].as_f64().unwrap();
            for scale in [Scale::Icd203, Scale::Phia, Scale::Efsa] {
                let expected: Vec<String> =
                    lookup[key(scale)].as_array().unwrap().iter().map(label).collect();
                let ours: Vec<String> = scale.word_for(p).iter().map(|t| t.label()).collect();
                assert_eq!(ours, expected, "{p} on {}", scale.name());
            }
        }
    }

    #[test]
    fn a_shared_border_belongs_to_the_upper_band() {
        assert_eq!(word(Scale::Icd203, 0.05), Some("very unlikely"));
        assert_eq!(word(Scale::Icd203, 0.2), Some("unlikely"));
        assert_eq!(word(Scale::Icd203, 0.95), Some("almost certain"));
        assert_eq!(word(Scale::Kent, 0.4), Some("chances about even"));
        assert_eq!(word(Scale::Kent, 0.87), Some("almost certain"));
        assert_eq!(word(Scale::Efsa, 0.66), Some("likely"));
    }

    #[test]
    fn an_end_that_no_band_shares_is_in_its_band() {
        assert_eq!(word(Scale::Icd203, 0.01), Some("almost no chance"));
        assert_eq!(word(Scale::Icd203, 0.99), Some("almost certain"));
        assert_eq!(word(Scale::Phia, 0.05), Some("remote chance"));
        assert_eq!(word(Scale::Phia, 0.1), Some("highly unlikely"));
        assert_eq!(word(Scale::Phia, 1.0), Some("almost certain"));
        assert_eq!(word(Scale::Kent, 0.0), Some("impossibility"));
        assert_eq!(word(Scale::Kent, 1.0), Some("certainty"));
        assert_eq!(word(Scale::Efsa, 0.0), Some("almost impossible"));
    }

    #[test]
    fn a_gap_has_no_word() {
        for p in [0.0, 0.0099, 0.9901, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(word(Scale::Icd203, p), None, "{p}");
        }
        for p in [0.01, 0.15, 0.61, 0.995] {
            assert_eq!(word(Scale::Kent, p), None, "{p}");
        }
    }

    #[test]
    fn of_nested_bands_the_narrowest_is_meant() {
        let expected = [
            (0.0, "exceptionally unlikely"),
            (0.01, "exceptionally unlikely"),
            (0.02, "extremely unlikely"),
            (0.07, "very unlikely"),
            (0.2, "unlikely"),
            (0.33, "about as likely as not"),
            (0.6, "about as likely as not"),
            (0.66, "about as likely as not"),
            (0.67, "likely"),
            (0.9, "very likely"),
            (0.97, "extremely likely"),
            (0.99, "virtually certain"),
            (1.0, "virtually certain"),
        ];
        for (p, name) in expected {
            assert_eq!(word(Scale::Ipcc, p), Some(name), "{p}");
        }
    }

    #[test]
    fn phrases_are_found_in_any_case_spacing_and_form() {
        let low = |scale: Scale, phrase| scale.find(phrase).map(|term| term.low);
        assert_eq!(low(Scale::Icd203, "  Very\n Unlikely "), Some(0.05));
        assert_eq!(low(Scale::Icd203, "almost certainly"), Some(0.95));
        assert_eq!(low(Scale::Icd203, "nearly certain"), Some(0.95));
        assert_eq!(low(Scale::Icd203, "roughly even odds"), Some(0.45));
        assert_eq!(low(Scale::Icd203, "a roughly even chance"), Some(0.45));
        assert_eq!(low(Scale::Icd203, "realistic possibility"), None);
        assert_eq!(low(Scale::Phia, "a realistic possibility"), Some(0.4));
        assert_eq!(low(Scale::Ipcc, "more likely than not"), Some(0.5));
        assert_eq!(low(Scale::Kent, ""), None);
        assert_eq!(low(Scale::Kent, "a"), None);
    }

    #[test]
    fn every_phrase_names_one_band_of_its_scale() {
        for scale in Scale::ALL {
            for term in scale.terms() {
                for phrase in term.names.iter().chain(term.variants) {
                    assert_eq!(scale.find(phrase), Some(term), "{phrase}");
                    assert_eq!(&fold(phrase), phrase);
                }
            }
        }
    }

    #[test]
    fn a_phrase_is_looked_up_on_every_scale() {
        let bands: Vec<(&str, f64, f64)> = elsewhere("Unlikely")
            .into_iter()
            .map(|(scale, term)| (scale.name(), term.low, term.high))
            .collect();
        assert_eq!(
            bands,
            [("icd203", 0.2, 0.45), ("phia", 0.25, 0.35), ("ipcc", 0.0, 0.33), ("efsa", 0.1, 0.33)]
        );
        assert!(elsewhere("a fair chance").is_empty());
    }

    #[test]
    fn a_scale_is_known_by_its_name_only() {
        for scale in Scale::ALL {
            assert_eq!(Scale::from_name(scale.name()), Some(scale));
            assert_eq!(serde_json::to_value(scale).unwrap(), scale.name());
        }
        assert_eq!(Scale::from_name("ICD203"), None);
    }
}
