//! The known name that was probably meant.

/// Jaro–Winkler similarity from which a suggestion helps more than it misleads; found by trying slips.
const ALIKE: f64 = 0.7;

/// The known name that looks most like `typed`, if any looks alike enough.
pub fn nearest<'n>(typed: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    known
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
