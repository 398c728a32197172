//! GeNIe's noisy-MAX nodes, written out as tables.
//!
//! # Source
//! Diez (1993), *Parameter adjustment in Bayes networks: the generalized noisy OR-gate*, UAI-93;
//! the net (leak apart) parameters that GeNIe calls Diez'. In a file the states of the child go
//! from the strongest to the one that means absence. The parameters are one row over the child's
//! states for each state of each parent, in the parent's order of strength (`strengths`), whose
//! last is its absence with the row `0 … 0 1`; the row behind all parents is the leak.

/// The causes of a child.
pub(crate) struct NoisyMax<'p> {
    /// How many states the child has.
    pub n_states: usize,
    /// For each parent its states from the strongest to absence.
    pub strengths: Vec<&'p [usize]>,
    /// All rows, one behind the other.
    pub parameters: &'p [f64],
}

impl NoisyMax<'_> {
    /// How many parameters there must be.
    pub fn n_parameters(&self) -> usize {
        (self.strengths.iter().map(|states| states.len()).sum::<usize>() + 1) * self.n_states
    }

    /// The parent whose weakest state has an effect, which is against the layout.
    pub fn parent_never_absent(&self) -> Option<usize> {
        let mut row = 0;
        self.strengths.iter().position(|states| {
            row += states.len();
            let absent = &self.parameters[(row - 1) * self.n_states..][..self.n_states];
            absent
                .split_last()
                .is_some_and(|(last, others)| *last != 1.0 || others.iter().any(|p| *p != 0.0))
        })
    }

    /// The table: the parents' configurations, the last parent fastest, then the child's states.
    ///
    /// The child is as strong as the strongest of independent effects, so the chance that it is
    /// weaker than a state is the product of the chances that each effect is.
    pub fn table(&self) -> Vec<f64> {
        let n = self.n_states;
        // For each parent and state the chance of being weaker than each state of the child.
        let weaker = |row: &[f64]| -> Vec<f64> {
            let mut tail = 0.0;
            let mut tails = vec![0.0; n];
            for state in (0..n).rev() {
                tails[state] = tail;
                tail += row[state];
            }
            // The strongest of all is 1, whatever the rounding.
            tails.iter_mut().for_each(|p| *p /= tail);
            tails
        };
        let mut rows = self.parameters.chunks(n);
        let mut effects: Vec<Vec<Vec<f64>>> = Vec::new();
        for states in &self.strengths {
            let mut of_state = vec![Vec::new(); states.len()];
            for &state in *states {
                of_state[state] = rows.next().map(&weaker).unwrap_or_default();
            }
            effects.push(of_state);
        }
        let leak = rows.next().map(weaker).unwrap_or_default();
        let n_rows: usize = effects.iter().map(Vec::len).product();
        let mut table = Vec::with_capacity(n_rows * n);
        let mut states = vec![0usize; effects.len()];
        for _ in 0..n_rows {
            let mut stronger = 1.0;
            for state in 0..n {
                let of = effects.iter().zip(&states).map(|(effect, &s)| effect[s][state]);
                let weaker: f64 = leak[state] * of.product::<f64>();
                table.push(stronger - weaker);
                stronger = weaker;
            }
            for (state, effect) in states.iter_mut().zip(&effects).rev() {
                *state += 1;
                if *state < effect.len() {
                    break;
                }
                *state = 0;
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_causes_and_a_leak_are_the_noisy_or() {
        let parameters = [0.8, 0.2, 0.0, 1.0, 0.6, 0.4, 0.0, 1.0, 0.1, 0.9];
        let strengths = vec![&[0, 1][..], &[1, 0][..]];
        let table = NoisyMax { n_states: 2, strengths, parameters: &parameters }.table();
        let absent = [0.2 * 0.9, 0.2 * 0.4 * 0.9, 0.9, 0.4 * 0.9];
        for (row, absent) in table.chunks(2).zip(absent) {
            assert!((row[1] - absent).abs() < 1e-15, "{table:?}");
            assert!((row[0] + row[1] - 1.0).abs() < 1e-15);
        }
    }

    /// The maximum of two independent effects and the leak, added up one by one.
    #[test]
    fn three_states_agree_with_enumeration() {
        let effect = [[0.5, 0.3, 0.2], [0.1, 0.4, 0.5], [0.0, 0.0, 1.0]];
        let other = [[0.2, 0.2, 0.6], [0.0, 0.0, 1.0]];
        let leak = [0.01, 0.04, 0.95];
        let parameters: Vec<f64> =
            effect.iter().chain(&other).chain([&leak]).flatten().copied().collect();
        let strengths = vec![&[0, 1, 2][..], &[0, 1][..]];
        let table = NoisyMax { n_states: 3, strengths, parameters: &parameters }.table();
        for (a, of_a) in effect.iter().enumerate() {
            for (b, of_b) in other.iter().enumerate() {
                let mut slow = [0.0; 3];
                for (i, p) in of_a.iter().enumerate() {
                    for (j, q) in of_b.iter().enumerate() {
                        for (k, r) in leak.iter().enumerate() {
                            slow[i.min(j).min(k)] += p * q * r;
                        }
                    }
                }
                let fast = &table[(a * 2 + b) * 3..][..3];
                assert!(fast.iter().zip(slow).all(|(x, y)| (x - y).abs() < 1e-15), "{fast:?}");
            }
        }
    }
}
