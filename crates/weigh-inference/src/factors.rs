//! Factor graphs: tables over variables that are nobody's conditional probabilities.

use crate::network::{Cells, MAX_TABLE_CELLS, NetworkError, VarId, Variable};

/// Variables and tables over them whose product is an unnormalised distribution: a Markov network.
///
/// # Example
/// ```
/// use weigh_inference::{Evidence, FactorGraph, Limits, Tape, VarId, Variable};
/// let coin = |name: &str| Variable { name: name.into(), states: vec!["0".into(), "1".into()] };
/// let (a, b) = (VarId(0), VarId(1));
/// // Two coins that like to be the same.
/// let graph = FactorGraph::new(
///     vec![coin("a"), coin("b")],
///     vec![(vec![a, b], vec![3.0, 1.0, 1.0, 3.0])],
/// )?;
/// let evidence = Evidence::new().observe(a, 1);
/// let tape = Tape::compile_factors(&graph, &evidence, &Limits::default())?;
/// let mut run = tape.workspace();
/// run.marginals(&[], None, 1)?;
/// assert_eq!(run.p_evidence(0), 4.0);
/// assert_eq!(run.marginal(b, 1, 0), 0.75);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FactorGraph {
    variables: Vec<Variable>,
    factors: Vec<(Vec<VarId>, Cells)>,
}

impl FactorGraph {
    /// Checks the factors, each with its variables and its values, row-major, the last variable
    /// fastest.
    ///
    /// # Errors
    /// [`NetworkError`] for a variable without states, and for a factor that names an unknown
    /// variable or one twice, or has the wrong number of values.
    pub fn new(
        variables: Vec<Variable>,
        factors: Vec<(Vec<VarId>, Vec<f64>)>,
    ) -> Result<FactorGraph, NetworkError> {
        if let Some(variable) = variables.iter().find(|variable| variable.states.is_empty()) {
            return Err(NetworkError::NoStates(variable.name.clone()));
        }
        for (number, (scope, values)) in factors.iter().enumerate() {
            let name = || format!("factor {number}");
            let mut expected = Some(1);
            for (i, var) in scope.iter().enumerate() {
                let Some(variable) = variables.get(var.ix()) else {
                    return Err(NetworkError::UnknownId { kind: "variable", id: var.0 });
                };
                if scope[..i].contains(var) {
                    let parent = variable.name.clone();
                    return Err(NetworkError::RepeatedParent { child: name(), parent });
                }
                expected = expected
                    .and_then(|cells: usize| cells.checked_mul(variable.states.len()))
                    .filter(|cells| *cells <= MAX_TABLE_CELLS);
            }
            match expected {
                None => {
                    return Err(NetworkError::TableTooLarge { name: name(), parents: scope.len() });
                }
                Some(expected) if expected != values.len() => {
                    let found = values.len();
                    return Err(NetworkError::WrongCells { name: name(), found, expected });
                }
                Some(_) => {}
            }
        }
        let factors = factors
            .into_iter()
            .map(|(scope, values)| (scope, Cells::Numbers(values.into())))
            .collect();
        Ok(FactorGraph { variables, factors })
    }

    /// The variables, by [`VarId`].
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    pub(crate) fn factors(&self) -> &[(Vec<VarId>, Cells)] {
        &self.factors
    }
}
