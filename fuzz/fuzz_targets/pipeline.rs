//! Any text through the whole pipeline: whatever it says, nothing panics.
//!
//! The line `=== NAME` begins a second file, which the first may include or name as a source.
#![no_main]

use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;
use weigh::messages::{self, Colour};
use weigh::world::{ReadError, World};
use weigh::{Session, Settings, Stage};

/// Enough to reach every branch, few enough for hundreds of runs a second.
const DRAWS: u32 = 16;

struct Texts<'t>(Vec<(&'t str, &'t str)>);

impl World for Texts<'_> {
    fn read(&self, path: &str) -> Result<String, ReadError> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or(ReadError::Absent)
    }

    fn today(&self) -> Date {
        date(2026, 1, 15)
    }
}

fuzz_target!(|text: &str| {
    let mut pieces = text.split("\n=== ");
    let mut texts = vec![("main.weigh", pieces.next().unwrap_or(""))];
    texts.extend(pieces.filter_map(|piece| piece.split_once('\n')));
    let world = Texts(texts);

    let mut session = Session::load(&world, "main.weigh").expect("the first text is there");
    let settings = Settings { draws: DRAWS, ..Settings::default() };
    let findings = session.findings(&settings);
    if let Some(findings) = &findings {
        let page = weigh::report::html(findings);
        assert!(page.starts_with("<!DOCTYPE html>"));
        for question in &findings.questions {
            for outcome in &question.outcomes {
                let estimate = &outcome.estimate;
                for p in [estimate.p, estimate.p05, estimate.p50, estimate.p95] {
                    assert!((0.0..=1.0).contains(&p), "{p} is no probability");
                }
            }
        }
    }
    for diagnostic in &session.diagnostics {
        let shown = messages::render(&session.files, diagnostic, Colour::Never);
        assert!(!shown.contains('\u{1b}'), "escape codes reach the terminal");
        messages::render_line(&session.files, diagnostic);
        messages::to_json(&session.files, diagnostic);
    }
    for stage in [Stage::Tree, Stage::Assessment, Stage::Network, Stage::Tape] {
        session.emit(stage, &settings);
    }
});
