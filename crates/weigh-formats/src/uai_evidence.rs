//! Evidence for UAI files, in both dialects.

use crate::error::{Fault, Parsed, ReadError};
use crate::uai::Words;

/// What is observed in one sample: variables and their states, by number.
pub type Evidence = Vec<(usize, usize)>;

/// Reads a `.uai.evid` file for a model whose variables have so many states.
///
/// Two dialects are in use: `k v s v s …`, which is one sample of `k` findings, and the number of
/// samples, then each as in the first. They are told apart by counting the words; where both count
/// right, by whether the first can be meant (no variable twice, states that exist), then by lines.
/// An empty file and `0` are one sample without findings.
///
/// # Errors
/// `evidence-count` if neither dialect fits the number of words; `unknown-variable`,
/// `unknown-state`, `doubled-variable` and `not-a-number` as in models.
///
/// # Example
/// ```
/// use weigh_formats::read_evidence;
/// let states = [2, 3];
/// assert_eq!(read_evidence("1 1 2", &states)?, [[(1, 2)]]);
/// assert_eq!(read_evidence("1\n1 1 2", &states)?, [[(1, 2)]]);
/// assert_eq!(read_evidence("2\n1 0 1\n2 0 0 1 2", &states)?, [vec![(0, 1)], vec![(0, 0), (1, 2)]]);
/// assert_eq!(read_evidence("0", &states)?, [[]]);
/// # Ok::<(), weigh_formats::ReadError>(())
/// ```
pub fn read_evidence(text: &str, cardinalities: &[usize]) -> Result<Vec<Evidence>, ReadError> {
    read(text, cardinalities).map_err(|fault| fault.place(text))
}

/// Writes evidence: one sample in the first dialect of [`read_evidence`], several or none in the
/// second, a line each.
///
/// ```
/// use weigh_formats::write_evidence;
/// assert_eq!(write_evidence(&[vec![(3, 1), (5, 0)]]), "2 3 1 5 0\n");
/// assert_eq!(write_evidence(&[vec![(3, 1)], vec![]]), "2\n1 3 1\n0\n");
/// ```
pub fn write_evidence(samples: &[Evidence]) -> String {
    let mut out = String::new();
    if samples.len() != 1 {
        out.push_str(&format!("{}\n", samples.len()));
    }
    for sample in samples {
        out.push_str(&sample.len().to_string());
        for (var, state) in sample {
            out.push_str(&format!(" {var} {state}"));
        }
        out.push('\n');
    }
    out
}

struct Word {
    n: u64,
    at: usize,
}

fn read(text: &str, cardinalities: &[usize]) -> Parsed<Vec<Evidence>> {
    let mut scan = Words::new(text);
    let mut words = Vec::new();
    while let Some((word, at)) = scan.next() {
        words.push(Word { n: crate::number::parse_count(word, "a word of evidence", at)?, at });
    }
    let Some((first, rest)) = words.split_first() else { return Ok(vec![Vec::new()]) };
    if first.n == 0 && rest.is_empty() {
        return Ok(vec![Vec::new()]);
    }
    let n_rest = rest.len() as u64;
    let is_plain = first.n.checked_mul(2) == Some(n_rest);
    let samples = samples(first.n, rest);
    match (is_plain, samples) {
        (true, None) => Ok(vec![findings(rest, cardinalities)?]),
        (true, Some(samples)) if !is_laid_out(text, &samples) => {
            match findings(rest, cardinalities) {
                Ok(findings) => Ok(vec![findings]),
                Err(_) => samples.into_iter().map(|s| findings_of(s, cardinalities)).collect(),
            }
        }
        (_, Some(samples)) => samples.into_iter().map(|s| findings_of(s, cardinalities)).collect(),
        (false, None) => {
            let message = format!(
                "{} findings need {} words more, {n_rest} follow; they are no {} samples either",
                first.n,
                first.n.saturating_mul(2),
                first.n
            );
            Err(Fault::new("evidence-count", first.at, message)
                .hint("write the number of findings, then a variable and a state for each"))
        }
    }
}

/// The words of each sample of the second dialect, if they come out even.
fn samples(n: u64, mut rest: &[Word]) -> Option<Vec<&[Word]>> {
    // Each sample takes at least a word.
    if n > rest.len() as u64 {
        return None;
    }
    let mut samples = Vec::new();
    for _ in 0..n {
        let (count, behind) = rest.split_first()?;
        let length = usize::try_from(count.n).ok()?.checked_mul(2)?;
        if length > behind.len() {
            return None;
        }
        samples.push(&rest[..=length]);
        rest = &behind[length..];
    }
    rest.is_empty().then_some(samples)
}

/// Whether the first word and each sample have a line of their own.
fn is_laid_out(text: &str, samples: &[&[Word]]) -> bool {
    let mut lengths = std::iter::once(1).chain(samples.iter().map(|sample| sample.len()));
    text.lines().all(|line| {
        let mut words = Words::new(line);
        let n = std::iter::from_fn(|| words.next()).count();
        n == 0 || lengths.next() == Some(n)
    })
}

fn findings_of(sample: &[Word], cardinalities: &[usize]) -> Parsed<Evidence> {
    findings(sample.get(1..).unwrap_or_default(), cardinalities)
}

fn findings(words: &[Word], cardinalities: &[usize]) -> Parsed<Evidence> {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut findings = Vec::with_capacity(words.len() / 2);
    for pair in words.chunks_exact(2) {
        let (var, state) = (&pair[0], &pair[1]);
        let found = usize::try_from(var.n).ok().filter(|ix| *ix < cardinalities.len());
        let Some(ix) = found else {
            let message =
                format!("there is no variable {}: the model has {}", var.n, cardinalities.len());
            return Err(Fault::new("unknown-variable", var.at, message)
                .hint("variables are counted from 0"));
        };
        let found = usize::try_from(state.n).ok().filter(|state| *state < cardinalities[ix]);
        let Some(state_ix) = found else {
            let message =
                format!("variable {ix} has no state {}: it has {}", state.n, cardinalities[ix]);
            return Err(
                Fault::new("unknown-state", state.at, message).hint("states are counted from 0")
            );
        };
        if !seen.insert(ix) {
            let message = format!("variable {ix} is observed twice");
            return Err(
                Fault::new("doubled-variable", var.at, message).hint("remove one of the two")
            );
        }
        findings.push((ix, state_ix));
    }
    Ok(findings)
}
