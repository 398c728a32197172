//! What holds for every format: reading never panics, and what is read can be written and is then
//! read back the same.

use weigh_formats::{Format, Limits, read, read_evidence, write, write_evidence};

/// Small, so that a run is short; each is reached.
const LIMITS: Limits = Limits {
    bytes: 1 << 16,
    variables: 1 << 8,
    states: 1 << 8,
    all_states: 1 << 10,
    scope: 1 << 4,
    table_cells: 1 << 12,
    all_cells: 1 << 14,
    depth: 16,
};

pub fn check(format: Format, text: &str) {
    let found = match read(format, text, &LIMITS) {
        Ok(found) => found,
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1, "places count from 1");
            assert!(!error.message.contains(char::is_control), "{:?}", error.message);
            return;
        }
    };
    let model = found.model;
    model.check().expect("a model that was read is one");
    for to in Format::ALL {
        let Ok(written) = write(to, &model) else {
            assert!(to != format, "a format can write what it can read");
            continue;
        };
        let again = read(to, &written.text, &Limits::default())
            .unwrap_or_else(|error| panic!("{to:?}: {error}\n{}", written.text));
        assert_eq!(again.rows_corrected, 0, "rows are divided once");
        if written.lost.is_empty() {
            assert_eq!(again.model, model, "{to:?} said that nothing is lost:\n{}", written.text);
        }
    }
}

#[allow(dead_code, reason = "only UAI has evidence")]
pub fn check_evidence(text: &str) {
    let model = "MARKOV 4 2 3 4 2 0";
    let model = read(Format::Uai, model, &LIMITS).expect("this is a model").model;
    if let Ok(samples) = read_evidence(text, &model.cardinalities()) {
        let written = write_evidence(&samples);
        assert_eq!(read_evidence(&written, &model.cardinalities()).as_ref(), Ok(&samples), "{written}");
    }
}
