//! Any text as a matrix of competing hypotheses: no panic, and what is read becomes an assessment without errors.
#![no_main]

use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;
use weigh::diag::Severity;
use weigh::world::{ReadError, World};
use weigh::{Session, Settings, ach};

/// More cells than this take long to solve and show nothing new.
const MAX_CELLS: usize = 100;

struct Text(String);

impl World for Text {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        if path == "main.weigh" { Ok(self.0.clone()) } else { Err(ReadError::Absent) }
    }

    fn today(&self) -> Date {
        date(2026, 1, 15)
    }
}

fuzz_target!(|text: &str| {
    let matrix = match ach::read(text) {
        Ok(matrix) => matrix,
        Err(error) => {
            let line = text.split('\n').nth(error.line - 1).expect("the line is there");
            assert!(error.column <= line.chars().count() + 1, "{error}");
            assert!(!error.message.contains(char::is_control), "{:?}", error.message);
            return;
        }
    };
    let n_hypotheses = matrix.hypotheses.len();
    assert!(matrix.items.iter().all(|item| item.ratings.len() == n_hypotheses));
    assert_eq!(matrix.inconsistency().len(), n_hypotheses);
    let written = ach::to_assessment(&matrix, "matrix.csv", "2026-01-15").text;
    if matrix.items.len() * n_hypotheses > MAX_CELLS {
        return;
    }
    let mut session = Session::load(&Text(written.clone()), "main.weigh").expect("it is there");
    let findings = session.findings(&Settings { draws: 16, ..Settings::default() });
    for told in &session.diagnostics {
        assert!(told.severity() != Severity::Error, "[{}] {}\n{written}", told.rule.slug, told.message);
    }
    let findings = findings.unwrap_or_else(|| panic!("nothing to solve in\n{written}"));
    assert_eq!(findings.evidence.len(), matrix.items.len());
    ach::compare(&matrix, &findings);
});
