//! Numbers in files: float64, correctly rounded both ways, never NaN or infinite.

use std::fmt::Write;

use crate::error::{Fault, Parsed, shown};

/// Reads a number.
pub(crate) fn parse_number(word: &str, at: usize) -> Parsed<f64> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    // `parse` also takes `nan`, `inf` and `infinity`.
    let looks = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    match word.parse::<f64>() {
        // Adding zero turns -0 into 0.
        Ok(x) if looks && x.is_finite() => Ok(x + 0.0),
        Ok(_) => {
            Err(Fault::new("not-a-number", at, format!("{} is not a finite number", shown(word)))
                .hint("write a number such as `0.25`"))
        }
        Err(_) => Err(Fault::new("not-a-number", at, format!("{} is not a number", shown(word)))
            .hint("write a number with a point, such as `0.25` or `1e-6`")),
    }
}

/// Reads a number that must not be negative.
pub(crate) fn parse_probability(word: &str, at: usize) -> Parsed<f64> {
    let x = parse_number(word, at)?;
    if x < 0.0 {
        return Err(Fault::new("negative-probability", at, format!("{} is negative", shown(word)))
            .hint("a probability is a number from `0` to `1`"));
    }
    Ok(x)
}

/// Reads a count or an index.
pub(crate) fn parse_count(word: &str, what: &str, at: usize) -> Parsed<u64> {
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_digit()) {
        let message = format!("{what} is a whole number, not {}", shown(word));
        return Err(Fault::new("not-a-number", at, message));
    }
    // More than 2^64 is above every limit.
    Ok(word.parse().unwrap_or(u64::MAX))
}

/// Appends the shortest digits that read back as the same number.
pub(crate) fn push_number(out: &mut String, x: f64) {
    // Of Rust's two forms the one with an exponent where the plain one is long.
    write!(out, "{x:?}").expect("a string takes all");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_rust_takes_for_numbers_are_none() {
        for word in ["nan", "NaN", "-inf", "infinity", "1e400", "", "-", "0x1", "1_000", "1,5"] {
            assert_eq!(parse_number(word, 0).unwrap_err().slug, "not-a-number", "{word}");
        }
        for (word, x) in [("1.", 1.0), (".5", 0.5), ("+2", 2.0), ("1E-3", 1e-3), ("1e-400", 0.0)] {
            assert_eq!(parse_number(word, 0).unwrap(), x);
        }
        assert!(parse_number("-0", 0).unwrap().is_sign_positive());
    }

    #[test]
    fn digits_are_short_and_whole() {
        let mut out = String::new();
        for x in [0.1, 1e-300, 0.30000000000000004, 1.0, 5e-324] {
            push_number(&mut out, x);
            out.push(' ');
        }
        assert_eq!(out, "0.1 1e-300 0.30000000000000004 1.0 5e-324 ");
    }
}
