//! How much memory a tape may take, and the refusal of a network that would take more.

use thiserror::Error;

use crate::network::VarId;

/// Bounds on a tape, checked before any memory is taken. They count table entries, never seconds,
/// so that every machine refuses the same networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries of the largest table that elimination may create.
    pub max_table_entries: u64,
    /// Entries of all those tables together: the work of one pass.
    pub max_total_entries: u64,
    /// Entries of all tables after summing out: what is kept in memory.
    pub max_message_entries: u64,
}

impl Default for Limits {
    /// 2^22 entries in one table, 2^24 in all, 2^23 kept: at the most 0.1 GB for one lane and 2 GB
    /// for a block of lanes ([`BYTES_PER_ENTRY`]), where an analyst's file needs some thousand
    /// entries.
    fn default() -> Limits {
        Limits {
            max_table_entries: 1 << 22,
            max_total_entries: 1 << 24,
            max_message_entries: 1 << 23,
        }
    }
}

impl Limits {
    /// For a network from a file that is asked one case at a time: 2^32 entries, about a minute of
    /// work, and 2^29 of them kept, 8 GB.
    pub const SINGLE_CASE: Limits = Limits {
        max_table_entries: 1 << 32,
        max_total_entries: 1 << 32,
        max_message_entries: 1 << 29,
    };
}

/// What an entry that is kept takes in one lane: its value and its adjoint.
pub const BYTES_PER_ENTRY: u64 = 16;

/// Why a network could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Its variables hang together too closely for the limits.
    #[error(
        "{} hang together too closely: the calculation needs a table of {largest} entries \
         ({n_vars} variables at once), {total} in all and {} MB; the limit is {}, {} and {} MB",
        list(.names), .bytes / 1_000_000, .limits.max_table_entries, .limits.max_total_entries,
        .limits.max_message_entries * BYTES_PER_ENTRY / 1_000_000
    )]
    TooWide {
        /// Variables in the largest table.
        n_vars: usize,
        /// Entries of the largest table.
        largest: u64,
        /// Entries of all tables.
        total: u64,
        /// Memory the tape would take.
        bytes: u64,
        /// What was allowed.
        limits: Limits,
        /// The variables of the largest table.
        vars: Vec<VarId>,
        /// Their names.
        names: Vec<String>,
    },
    /// A finding on a variable or state that the network does not have, or a likelihood vector of
    /// the wrong length or with a negative or infinite entry.
    #[error("the finding on {0} does not fit the network")]
    BadFinding(String),
    /// A table with formulas over a variable whose state is only known at run time.
    #[error("the table of `{0}` has formulas, so what is seen of it must be known before")]
    OpenFormulas(String),
}

fn list(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}
