//! When the answer with the parameters integrated out is the answer at their means.

use thiserror::Error;

use crate::draws::Sharing;
use crate::network::{Network, ParamId, Parameter, VarId};

/// Why the headline is the mean of the draws and not the circuit at the parameter means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotExact {
    /// A probability was revised by Jeffrey's rule.
    #[error("a probability was revised, which is not multilinear in the numbers")]
    Revised,
    /// Actors choose: what they do is not multilinear in what they want.
    #[error("actors choose, and what they do is not linear in what they want")]
    Chosen,
    /// One number occurs in two tables.
    #[error("one number is used in two tables")]
    UsedTwice(ParamId),
    /// A cell is not a constant plus multiples of numbers.
    #[error("a table is not linear in its numbers")]
    NotLinear(VarId),
    /// Two numbers of different tables share an error.
    #[error("numbers of different tables share an error")]
    Correlated(ParamId, ParamId),
}

/// Checks whether `E[P(h,e|θ)] = P(h,e|E θ)`, so that the headline is exact.
///
/// P(h,e|θ) is a sum of products with one cell of each table in every product. The identity holds
/// if every cell is linear in its parameters and cells of different tables are independent. Cells
/// of one table never meet in a product, so what they share does no harm. Certain parameters are
/// constants.
///
/// # Source
/// Multilinearity: Darwiche (2003), J. ACM 50(3); Spiegelhalter & Lauritzen (1990), Networks 20.
pub(crate) fn check_exact(network: &Network, sharing: Sharing) -> Result<(), NotExact> {
    if network.choices().is_some() {
        return Err(NotExact::Chosen);
    }
    let parameters = network.parameters();
    let mut table_of: Vec<Option<VarId>> = vec![None; parameters.len()];
    for table in network.tables() {
        let mut cells = table.cells.formulas().to_vec();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            let fixed = |param: ParamId| parameters[param.ix()].distribution.is_point();
            if !network.formulas().is_affine(cell, fixed) {
                return Err(NotExact::NotLinear(table.child));
            }
            for param in network.formulas().parameters_of(cell).into_iter().filter(|p| !fixed(*p)) {
                if *table_of[param.ix()].get_or_insert(table.child) != table.child {
                    return Err(NotExact::UsedTwice(param));
                }
            }
        }
    }
    check_groups(parameters, &table_of, sharing.within_elicitor, |p| p.elicitor_group)?;
    check_groups(parameters, &table_of, sharing.within_table, |p| p.table_group)
}

/// Refuses a group that shares errors and has members in two tables.
fn check_groups(
    parameters: &[Parameter],
    table_of: &[Option<VarId>],
    shared: f64,
    group: impl Fn(&Parameter) -> Option<u32>,
) -> Result<(), NotExact> {
    if shared <= 0.0 {
        return Ok(());
    }
    let mut first_of = std::collections::BTreeMap::new();
    for (i, parameter) in parameters.iter().enumerate() {
        if let (Some(label), Some(table)) = (group(parameter), table_of[i]) {
            let this = ParamId(i as u32);
            let (first, its_table) = *first_of.entry(label).or_insert((this, table));
            if its_table != table {
                return Err(NotExact::Correlated(first, this));
            }
        }
    }
    Ok(())
}
