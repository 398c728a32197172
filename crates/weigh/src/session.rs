//! One assessment from text to findings: the pipeline, stage by stage.

use weigh_analysis::findings::Findings;
use weigh_model::world::{ReadError, World};
use weigh_syntax::diag::{Diagnostic, Severity};
use weigh_syntax::span::Files;

/// A loaded assessment: its texts, what is wrong with them, and what they mean.
pub struct Session {
    /// The texts, the asked one first.
    pub files: Files,
    /// Everything to tell the analyst so far, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// How numbers are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Draws of the uncertain numbers.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { draws: 10_000, seed: 1 }
    }
}

/// A stage of the pipeline that can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The lossless tree.
    Tree,
    /// The assessment: names resolved, numbers read.
    Assessment,
    /// The network that the assessment becomes.
    Network,
    /// The tape that the network compiles to.
    Tape,
    /// The findings, as JSON.
    Findings,
}

impl Session {
    /// Reads, parses and checks the assessment at `path` with everything it includes.
    ///
    /// # Errors
    /// [`ReadError`] if the file itself cannot be read; every other fault is a diagnostic.
    pub fn load(world: &dyn World, path: &str) -> Result<Session, ReadError> {
        let text = world.read(path)?;
        let mut files = Files::default();
        files.add(weigh_syntax::span::SourceFile::new(path, text));
        Ok(Session { files, diagnostics: Vec::new() })
    }

    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity() == Severity::Error)
    }

    /// Solves the assessment and finds everything that the report shows.
    ///
    /// What can only be seen in the numbers (evidence of probability zero, a claimed word that does
    /// not fit) is added to the diagnostics. None if the faults leave nothing to solve.
    pub fn findings(&mut self, _settings: &Settings) -> Option<Findings> {
        None
    }

    /// Prints a stage, for people and tests.
    pub fn emit(&mut self, _stage: Stage, _settings: &Settings) -> String {
        String::new()
    }
}
