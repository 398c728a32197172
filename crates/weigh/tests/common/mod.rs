//! What the tests of the language share: a world in memory, and findings by name.
#![allow(dead_code, clippy::expect_used, reason = "each test takes what it needs of this")]

use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use weigh::diag::Severity;
use weigh::findings::{Estimate, FactorFinding, Findings};
use weigh::world::{ReadError, World};
use weigh::{Session, Settings};

/// The name of the asked file in a [`Memory`].
pub const MAIN: &str = "main.weigh";

/// Texts by path; every other file is absent. Today is 14 October 2022.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    pub texts: BTreeMap<String, String>,
}

impl Memory {
    /// A world with the asked file only.
    pub fn with(text: &str) -> Memory {
        Memory { texts: BTreeMap::from([(MAIN.to_string(), text.to_string())]) }
    }
}

impl World for Memory {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        self.texts.get(path).cloned().ok_or(ReadError::Absent)
    }

    fn today(&self) -> Date {
        date(2022, 10, 14)
    }
}

/// Settings with a number of draws and the default seed.
pub fn draws(draws: u32) -> Settings {
    Settings { draws, ..Settings::default() }
}

/// The findings of a text that must have no errors.
pub fn solve(text: &str, settings: &Settings) -> Findings {
    let mut session = Session::load(&Memory::with(text), MAIN).expect("the text is there");
    let findings = session.findings(settings);
    let errors: Vec<String> = session
        .diagnostics
        .iter()
        .filter(|told| told.severity() == Severity::Error)
        .map(|told| format!("[{}] {}", told.rule.slug, told.message))
        .collect();
    assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
    findings.unwrap_or_else(|| panic!("nothing to solve in\n{text}"))
}

/// A question, factor or indicator by name.
pub fn factor<'f>(findings: &'f Findings, name: &str) -> &'f FactorFinding {
    let found = findings.factors.iter().find(|factor| factor.id == name);
    found.unwrap_or_else(|| panic!("there is no `{name}`"))
}

/// The estimate of a state of a question, factor or indicator.
pub fn estimate(findings: &Findings, name: &str, state: &str) -> Estimate {
    let states = &factor(findings, name).states;
    let found = states.iter().find(|(named, _)| named == state);
    found.unwrap_or_else(|| panic!("`{name}` has no state `{state}`")).1
}

/// The probability of a state of a question, factor or indicator.
pub fn p(findings: &Findings, name: &str, state: &str) -> f64 {
    estimate(findings, name, state).p
}

/// A float as a number of the language that reads back to the same bits.
pub fn number(value: f64) -> String {
    // Rust prints the shortest digits that read back, and never an exponent in `{}`.
    format!("{value}")
}

/// The cells of a table that a page offers as `NAME.csv`, the first row being the heads.
pub fn saved(page: &str, name: &str) -> Vec<Vec<String>> {
    let start = format!("download=\"{name}.csv\" href=\"data:text/csv;charset=utf-8,");
    let uri = page.split(&start).nth(1).and_then(|rest| rest.split('"').next());
    let uri = uri.expect("the page offers the table");
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, left) = match first {
            b'%' => {
                let hex = std::str::from_utf8(&after[..2]).expect("two letters");
                (u8::from_str_radix(hex, 16).expect("a byte"), &after[2..])
            }
            _ => (first, after),
        };
        bytes.push(byte);
        rest = left;
    }
    // No cell of the tests has a comma or a quotation mark.
    let text = String::from_utf8(bytes).expect("a text");
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}
