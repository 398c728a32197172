//! The one rule for rows that do not sum to one: each is divided by its sum.

/// How far a sum may be from 1 and still be it: the rounding that is left when a row is divided by
/// its sum. Each quotient is off by at most 2^-53 of itself and so is the sum, which together is
/// less than 2^-52; twice that leaves room for the addition. Dividing such a row again would only
/// change its last digits, and a file would change each time it is read and written.
const ROUNDING: f64 = 4.440892098500626e-16; // 2^-51

/// A sum further from 1 than this is a mistake in the file, not rounding.
const FURTHEST: f64 = 0.01;

/// What [`divide_rows`] has changed so far.
#[derive(Debug, Default)]
pub(crate) struct Corrections {
    pub n_rows: usize,
    /// Child, row, sum of the row that was furthest from 1.
    pub largest: Option<(usize, usize, f64)>,
}

/// Divides each row of a child's table by its sum; fails with row and sum where that would hide a
/// mistake.
pub(crate) fn divide_rows(
    values: &mut [f64],
    n_states: usize,
    child: usize,
    corrections: &mut Corrections,
) -> Result<(), (usize, f64)> {
    for (row_ix, row) in values.chunks_exact_mut(n_states).enumerate() {
        let sum = sum_exactly(row);
        let miss = (sum - 1.0).abs();
        if miss <= ROUNDING {
            continue;
        }
        // The smallest room for `0.99`, which is a little less than that in binary. A sum of
        // infinity ends here too.
        if miss.is_nan() || miss > FURTHEST + ROUNDING {
            return Err((row_ix, sum));
        }
        row.iter_mut().for_each(|p| *p /= sum);
        corrections.n_rows += 1;
        if corrections.largest.is_none_or(|(_, _, most)| miss > (most - 1.0).abs()) {
            corrections.largest = Some((child, row_ix, sum));
        }
    }
    Ok(())
}

/// The sum with one rounding at the end.
///
/// # Source
/// Neumaier (1974), *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*,
/// ZAMM 54, 39–51.
fn sum_exactly(row: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0f64, 0.0f64);
    for &x in row {
        let next = sum + x;
        lost += if sum >= x { (sum - next) + x } else { (x - next) + sum };
        sum = next;
    }
    // Infinity minus infinity is no correction.
    if sum.is_finite() { sum + lost } else { sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(mut row: Vec<f64>) -> (Vec<f64>, usize) {
        let mut corrections = Corrections::default();
        let n = row.len();
        divide_rows(&mut row, n, 0, &mut corrections).expect("the row is near 1");
        (row, corrections.n_rows)
    }

    #[test]
    fn a_row_that_sums_to_one_in_decimal_stays() {
        // 0.7 + 0.2 + 0.1 is 0.9999999999999999 when added one by one.
        assert_eq!(divided(vec![0.7, 0.2, 0.1]), (vec![0.7, 0.2, 0.1], 0));
        assert_eq!(divided(vec![0.1; 10]), (vec![0.1; 10], 0));
    }

    #[test]
    fn a_divided_row_is_not_divided_again() {
        for n in 2..200u32 {
            let row: Vec<f64> = (1..=n).map(|i| f64::from(i * i % 97 + 1)).collect();
            let sum: f64 = row.iter().sum();
            let off: Vec<f64> = row.iter().map(|x| x / sum * 1.003).collect();
            let (once, n_rows) = divided(off);
            assert_eq!(n_rows, 1);
            assert_eq!(divided(once.clone()), (once, 0), "{n} states");
        }
    }

    #[test]
    fn a_mistake_is_not_divided_away() {
        let fails = |mut row: Vec<f64>| {
            let n = row.len();
            divide_rows(&mut row, n, 0, &mut Corrections::default()).is_err()
        };
        assert!(fails(vec![0.0, 0.0]));
        assert!(fails(vec![0.5, 0.4]));
        assert!(fails(vec![f64::MAX, f64::MAX]));
        assert!(!fails(vec![0.5, 0.49]) && !fails(vec![0.5, 0.51]));
    }
}
