//! Dense linear equations, small and the same on every machine.

/// A square matrix as lower and upper triangle with its rows exchanged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lu {
    n: usize,
    cells: Vec<f64>,
    /// Row `i` of the triangles is row `rows[i]` of the matrix.
    rows: Vec<usize>,
    is_odd: bool,
}

impl Lu {
    /// Factorises the row-major matrix that `fill` writes, with partial pivoting. A column without a
    /// pivot keeps a zero on the diagonal; see [`Lu::is_singular`].
    pub fn factorise(&mut self, n: usize, fill: impl FnOnce(&mut [f64])) {
        self.n = n;
        self.cells.clear();
        self.cells.resize(n * n, 0.0);
        fill(&mut self.cells);
        self.rows.clear();
        self.rows.extend(0..n);
        self.is_odd = false;
        for column in 0..n {
            let mut pivot = column;
            for row in column + 1..n {
                if self.cells[row * n + column].abs() > self.cells[pivot * n + column].abs() {
                    pivot = row;
                }
            }
            if pivot != column {
                let (above, below) = self.cells.split_at_mut(pivot * n);
                above[column * n..(column + 1) * n].swap_with_slice(&mut below[..n]);
                self.rows.swap(column, pivot);
                self.is_odd = !self.is_odd;
            }
            let (above, below) = self.cells.split_at_mut((column + 1) * n);
            let upper = &above[column * n..];
            let diagonal = upper[column];
            if diagonal == 0.0 {
                continue;
            }
            for row in below.chunks_exact_mut(n) {
                let factor = row[column] / diagonal;
                row[column] = factor;
                if factor != 0.0 {
                    for (cell, u) in row[column + 1..].iter_mut().zip(&upper[column + 1..]) {
                        *cell -= factor * u;
                    }
                }
            }
        }
    }

    fn diagonal(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.n).map(|i| self.cells[i * self.n + i])
    }

    /// Whether some column had no pivot.
    pub fn is_singular(&self) -> bool {
        self.diagonal().any(|d| d == 0.0 || d.is_nan())
    }

    /// Whether the determinant is negative.
    pub fn is_negative(&self) -> bool {
        self.diagonal().filter(|d| *d < 0.0).count() % 2 == usize::from(!self.is_odd)
    }

    /// The logarithm of the size of the determinant.
    pub fn log_determinant(&self) -> f64 {
        // One logarithm for as many factors as cannot overflow together.
        let (mut sum, mut product) = (0.0, 1.0f64);
        for d in self.diagonal() {
            product *= d.abs();
            if !(1e-150..1e150).contains(&product) {
                sum += libm::log(product);
                product = 1.0;
            }
        }
        sum + libm::log(product)
    }

    /// Solves for the right side `b` and leaves the solution in its place.
    pub fn solve(&self, b: &mut [f64], scratch: &mut Vec<f64>) {
        let n = self.n;
        scratch.clear();
        scratch.extend(self.rows.iter().map(|row| b[*row]));
        for i in 0..n {
            let row = &self.cells[i * n..i * n + i];
            let sum: f64 = row.iter().zip(&scratch[..i]).map(|(l, y)| l * y).sum();
            scratch[i] -= sum;
        }
        for i in (0..n).rev() {
            let row = &self.cells[i * n..(i + 1) * n];
            let sum: f64 = row[i + 1..].iter().zip(&b[i + 1..n]).map(|(u, x)| u * x).sum();
            b[i] = (scratch[i] - sum) / row[i];
        }
    }

    /// Solves with the transposed matrix.
    pub fn solve_transposed(&self, b: &mut [f64], scratch: &mut Vec<f64>) {
        let n = self.n;
        scratch.clear();
        scratch.extend_from_slice(&b[..n]);
        for i in 0..n {
            scratch[i] /= self.cells[i * n + i];
            let x = scratch[i];
            let (row, below) = (&self.cells[i * n + i + 1..(i + 1) * n], &mut scratch[i + 1..]);
            below.iter_mut().zip(row).for_each(|(y, u)| *y -= u * x);
        }
        for i in (0..n).rev() {
            let x = scratch[i];
            let row = &self.cells[i * n..i * n + i];
            scratch[..i].iter_mut().zip(row).for_each(|(y, l)| *y -= l * x);
        }
        for (row, x) in self.rows.iter().zip(scratch.iter()) {
            b[*row] = *x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lu(n: usize, cells: &[f64]) -> Lu {
        let mut lu = Lu::default();
        lu.factorise(n, |out| out.copy_from_slice(cells));
        lu
    }

    #[test]
    fn determinants_have_their_sign() {
        assert!(!lu(2, &[1.0, 0.0, 0.0, 1.0]).is_negative());
        assert!(lu(2, &[0.0, 1.0, 1.0, 0.0]).is_negative());
        assert!(lu(2, &[1.0, 2.0, 3.0, 4.0]).is_negative());
        assert!(!lu(3, &[0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0]).is_negative());
        assert!(lu(2, &[1.0, 1.0, 1.0, 1.0]).is_singular());
    }

    proptest! {
        #[test]
        fn solutions_solve(cells in prop::collection::vec(-1.0..1.0f64, 16), b in prop::collection::vec(-1.0..1.0f64, 4)) {
            // Away from singular, so that the tolerance is rounding alone.
            let mut cells = cells;
            (0..4).for_each(|i| cells[i * 5] += 4.0);
            let lu = lu(4, &cells);
            let (mut x, mut y, mut scratch) = (b.clone(), b.clone(), Vec::new());
            lu.solve(&mut x, &mut scratch);
            lu.solve_transposed(&mut y, &mut scratch);
            for i in 0..4 {
                let ax: f64 = (0..4).map(|j| cells[i * 4 + j] * x[j]).sum();
                let aty: f64 = (0..4).map(|j| cells[j * 4 + i] * y[j]).sum();
                prop_assert!((ax - b[i]).abs() < 1e-12 && (aty - b[i]).abs() < 1e-12);
            }
        }
    }
}
