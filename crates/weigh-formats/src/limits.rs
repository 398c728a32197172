//! How much a file may ask for; checked before memory is taken.

/// The most that a reader takes in. The defaults are far above any network that is known to have
/// been solved exactly, and keep a hostile file of a few bytes from taking the machine's memory.
///
/// # Example
/// ```
/// use weigh_formats::{Format, Limits, read};
/// let claims = "MARKOV\n1\n1152921504606846976\n0\n";
/// let error = read(Format::Uai, claims, &Limits::default()).unwrap_err();
/// assert_eq!(error.slug, "too-many-states");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Variables.
    pub variables: usize,
    /// States of one variable.
    pub states: usize,
    /// States of all variables.
    pub all_states: usize,
    /// Variables of one table; more than a few have room only if they have one state.
    pub scope: usize,
    /// Numbers in one table.
    pub table_cells: usize,
    /// Numbers in all tables.
    pub all_cells: usize,
    /// XML elements inside each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 1 << 30,
            variables: 1 << 17,
            states: 1 << 16,
            all_states: 1 << 20,
            scope: 256,
            table_cells: 1 << 22,
            all_cells: 1 << 25,
            depth: 64,
        }
    }
}
