//! Arrows with switches: a table that listens to its parent, or to what the parent usually is.

use super::{Lowering, parents, tables};
use crate::assessment::{Assessment, Form};
use weigh_inference::FormulaId;

/// Cells times arrows of a table whose arrows have switches, at most.
const MAX_SWITCHED: usize = 1 << 12;

fn switched_arrows(assessment: &Assessment) -> Vec<(usize, usize)> {
    let mut arrows = Vec::new();
    for (to, variable) in assessment.variables.iter().enumerate() {
        let parents = parents(variable);
        let is_one_table = match &variable.form {
            Form::Choice { .. } => false,
            Form::NoisyOr { causes, .. } => tables::groups_of_causes(assessment, causes).len() == 1,
            _ => true,
        };
        let n_rows = tables::n_rows(assessment, &parents).unwrap_or(usize::MAX);
        let size = n_rows.saturating_mul(variable.states.len()).saturating_mul(parents.len());
        if is_one_table && size <= MAX_SWITCHED {
            arrows.extend(parents.into_iter().map(|from| (from, to)));
        }
    }
    arrows
}

impl Lowering<'_> {
    pub(super) fn add_arrow_switches(&mut self) {
        for (from, to) in switched_arrows(self.assessment) {
            let [from_header, header] =
                [from, to].map(|variable| &self.assessment.variables[variable].header);
            let what = format!("{} bears on {}", from_header.name, header.name);
            let switch = self.add_switch(what, header.span);
            self.arrows.insert((from, to), switch);
        }
    }

    /// The cells of a variable's table, rows by its parents' states, with the switches of its arrows. Where that of a parent is 0,
    /// each cell is the mean over the parent's states, weighted by how probable these usually are.
    pub(super) fn with_arrows(
        &mut self,
        variable: usize,
        parents: &[usize],
        cells: Vec<FormulaId>,
    ) -> Vec<FormulaId> {
        let Some(usual) = self.usual else { return cells };
        let mut switched = cells.clone();
        // Cells from one state of a parent to the next.
        let mut stride = cells.len();
        for &parent in parents {
            let n_states = self.assessment.variables[parent].states.len();
            stride /= n_states;
            let Some(&switch) = self.arrows.get(&(parent, variable)) else { continue };
            let formulas = self.build.formulas();
            let switch = formulas.parameter(switch);
            let off = formulas.complement(switch);
            let firsts = (0..cells.len()).filter(|at| (at / stride).is_multiple_of(n_states));
            for first in firsts {
                let all = || (first..).step_by(stride).take(n_states);
                if all().all(|at| cells[at] == cells[first]) {
                    continue;
                }
                let mut mean = formulas.constant(0.0);
                for (at, p) in all().zip(&usual[parent]) {
                    let p = formulas.constant(*p);
                    let part = formulas.mul(p, cells[at]);
                    mean = formulas.add(mean, part);
                }
                for at in all() {
                    let more = formulas.sub(mean, cells[at]);
                    let more = formulas.mul(off, more);
                    switched[at] = formulas.add(switched[at], more);
                }
            }
        }
        switched
    }
}
