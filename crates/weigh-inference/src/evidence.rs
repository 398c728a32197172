//! What is known in one case: observed states and likelihood vectors, per variable.

use std::collections::BTreeMap;

use crate::network::VarId;

/// What is known about one variable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    /// The state it was seen in.
    pub state: Option<usize>,
    /// One likelihood per state, up to a common factor (virtual evidence, Pearl 1988).
    pub likelihood: Option<Vec<f64>>,
}

/// Findings by variable, in the order of the variables.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, VarId};
/// let (alarm, report) = (VarId(0), VarId(1));
/// let e = Evidence::new().observe(alarm, 1).weigh(report, vec![1.0, 4.0]).weigh(report, vec![1.0, 2.0]);
/// assert_eq!(e.observed(alarm), Some(1));
/// assert_eq!(e.likelihood(report), Some(&[1.0, 8.0][..]));
/// assert_eq!(e.without(alarm).vars().collect::<Vec<_>>(), [report]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    findings: BTreeMap<VarId, Finding>,
}

impl Evidence {
    /// Nothing is known.
    pub fn new() -> Evidence {
        Evidence::default()
    }

    /// The variable was seen in `state`; a later observation of it replaces an earlier one.
    #[must_use]
    pub fn observe(mut self, var: VarId, state: usize) -> Evidence {
        self.findings.entry(var).or_default().state = Some(state);
        self
    }

    /// A finding that is `likelihood[state]` times as likely in each state; several on one variable
    /// multiply.
    ///
    /// # Panics
    /// If an earlier vector for the variable has another length.
    #[must_use]
    pub fn weigh(mut self, var: VarId, likelihood: Vec<f64>) -> Evidence {
        let finding = self.findings.entry(var).or_default();
        finding.likelihood = Some(match finding.likelihood.take() {
            None => likelihood,
            Some(earlier) => {
                assert_eq!(earlier.len(), likelihood.len(), "likelihoods of one variable agree");
                earlier.iter().zip(&likelihood).map(|(a, b)| a * b).collect()
            }
        });
        self
    }

    /// The same without anything known about `var`.
    #[must_use]
    pub fn without(&self, var: VarId) -> Evidence {
        let mut rest = self.clone();
        rest.findings.remove(&var);
        rest
    }

    /// The same with only what is known about `vars`.
    #[must_use]
    pub fn only(&self, vars: &[VarId]) -> Evidence {
        let kept = self.findings.iter().filter(|(var, _)| vars.contains(var));
        Evidence { findings: kept.map(|(var, finding)| (*var, finding.clone())).collect() }
    }

    /// The state the variable was seen in.
    pub fn observed(&self, var: VarId) -> Option<usize> {
        self.findings.get(&var)?.state
    }

    /// The product of the variable's likelihood vectors.
    pub fn likelihood(&self, var: VarId) -> Option<&[f64]> {
        self.findings.get(&var)?.likelihood.as_deref()
    }

    /// All findings, by variable.
    pub fn findings(&self) -> impl Iterator<Item = (VarId, &Finding)> {
        self.findings.iter().map(|(var, finding)| (*var, finding))
    }

    /// The variables something is known about.
    pub fn vars(&self) -> impl Iterator<Item = VarId> {
        self.findings.keys().copied()
    }

    /// How many variables something is known about.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}
