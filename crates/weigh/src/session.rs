//! One assessment from text to findings: the pipeline, stage by stage.

use weigh_analysis::findings::{Findings, Place, SilencedFinding};
use weigh_analysis::silence::{Silenced, check_allows, check_idle, silence};
use weigh_analysis::{Draws, Wanted, analyse};
use weigh_inference::{Limits, Tape, VarId};
use weigh_model::assessment::Assessment;
use weigh_model::load::load;
use weigh_model::lower::{Lowered, Switches, lower};
use weigh_model::resolve::resolve;
use weigh_model::world::{ReadError, World};
use weigh_syntax::diag::{Diagnostic, Severity};
use weigh_syntax::parser::Parse;
use weigh_syntax::span::{Files, Span};

/// A loaded assessment: its texts, what is wrong with them, and what they mean.
///
/// # Example
/// ```
/// use weigh::world::{ReadError, World};
/// use weigh::{Session, Settings};
///
/// struct Memory;
/// impl World for Memory {
///     fn read(&self, path: &str) -> Result<String, ReadError> {
///         match path {
///             "memo.weigh" => Ok("question war \"War?\"\nbase rate 5% to 15%\n".to_string()),
///             _ => Err(ReadError::Absent),
///         }
///     }
///     fn today(&self) -> jiff::civil::Date {
///         jiff::civil::date(2022, 10, 14)
///     }
/// }
///
/// let mut session = Session::load(&Memory, "memo.weigh")?;
/// let findings = session.findings(&Settings::default()).expect("nothing is wrong with it");
/// let yes = &findings.questions[0].outcomes[1];
/// assert!((yes.estimate.p - 0.0949).abs() < 1e-4); // the mean of the beta with these 5% and 95% points
/// # Ok::<(), weigh::world::ReadError>(())
/// ```
pub struct Session {
    /// The texts, the asked one first.
    pub files: Files,
    /// Everything to tell the analyst so far, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// What the author answers for, and is therefore not among the diagnostics.
    silenced: Vec<Silenced>,
    pub(crate) parses: Vec<Parse>,
    pub(crate) assessment: Assessment,
    /// The network; none if something makes it impossible.
    lowered: Option<Lowered>,
}

/// How numbers are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Draws of the uncertain numbers, at least 1.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// What is wanted beyond what the file says.
    pub wanted: Wanted,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { draws: 10_000, seed: 1, wanted: Wanted::default() }
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
        let loaded = load(world, path)?;
        let (assessment, resolved) = resolve(world, &loaded);
        let mut diagnostics: Vec<Diagnostic> =
            loaded.parses.iter().flat_map(|parse| parse.diagnostics.clone()).collect();
        diagnostics.extend(loaded.diagnostics);
        diagnostics.extend(resolved);
        // A cycle has no network, and an assessment without a question nothing to solve.
        let hopeless = |d: &Diagnostic| matches!(d.rule.slug, "cycle" | "no-question");
        let lowered = match diagnostics.iter().any(hopeless) {
            true => None,
            false => match lower(&assessment, Switches::None) {
                Ok(mut lowered) => {
                    diagnostics.append(&mut lowered.diagnostics);
                    Some(lowered)
                }
                Err(faults) => {
                    diagnostics.extend(faults);
                    None
                }
            },
        };
        diagnostics.extend(check_allows(&assessment.allows));
        let (mut diagnostics, silenced) = silence(&assessment.allows, diagnostics);
        diagnostics.sort_by_key(|d| d.span);
        let (files, parses) = (loaded.files, loaded.parses);
        Ok(Session { files, diagnostics, silenced, parses, assessment, lowered })
    }

    /// The network, and the variable of the first question.
    pub(crate) fn network_and_question(&self) -> Option<(&Lowered, VarId)> {
        let lowered = self.lowered.as_ref()?;
        Some((lowered, lowered.variables[self.assessment.questions().next()?]))
    }

    /// Whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity() == Severity::Error)
    }

    /// Solves the assessment and finds everything that the report shows.
    ///
    /// What can only be seen in the numbers (evidence of probability zero, a claimed word that does
    /// not fit) is added to the diagnostics. None if the faults leave nothing to solve.
    pub fn findings(&mut self, settings: &Settings) -> Option<Findings> {
        let lowered = self.lowered.as_ref()?;
        let draws = Draws { n: settings.draws.max(1), seed: settings.seed };
        let (findings, told) =
            analyse(&self.assessment, lowered, &self.files, draws, &settings.wanted);
        let (mut told, silenced) = silence(&self.assessment.allows, told);
        let fresh = |new: &Silenced| !self.silenced.contains(new);
        self.silenced.extend(silenced.into_iter().filter(fresh).collect::<Vec<_>>());
        self.silenced.sort_by_key(|silenced| silenced.diagnostic.span);
        // What has no numbers may have warnings that only they would show.
        if findings.is_some() {
            told.extend(check_idle(&self.assessment.allows, &self.silenced));
        }
        self.diagnostics.extend(
            told.into_iter().filter(|told| !self.diagnostics.contains(told)).collect::<Vec<_>>(),
        );
        self.diagnostics.sort_by_key(|d| d.span);
        let mut findings = findings?;
        findings.silenced = self.answered_for();
        findings.run.engine = concat!("weigh ", env!("CARGO_PKG_VERSION")).to_string();
        findings.run.files = self
            .files
            .iter()
            .map(|(_, file)| {
                (file.path.clone(), blake3::hash(file.text.as_bytes()).to_hex().to_string())
            })
            .collect();
        Some(findings)
    }

    /// Adds what can only be seen in the numbers to the diagnostics, without finding anything else: the same
    /// diagnostics as those of [`Session::findings`] in less than half the time.
    pub fn diagnose(&mut self, settings: &Settings) {
        let wanted = Wanted { only_diagnostics: true, ..settings.wanted };
        self.findings(&Settings { wanted, ..*settings });
    }

    /// A silenced warning as the report lists it.
    fn answered(&self, silenced: &Silenced) -> SilencedFinding {
        let place = |span: Span| Place {
            file: self.files.get(span.file).path.clone(),
            line: self.files.line_column(span).line,
        };
        let allow = &self.assessment.allows[silenced.allow];
        SilencedFinding {
            slug: allow.slug.clone(),
            message: silenced.diagnostic.message.clone(),
            place: place(silenced.diagnostic.span),
            reason: allow.reason.clone(),
            reason_place: place(allow.span),
        }
    }

    /// Every warning that the author answers for.
    pub fn answered_for(&self) -> Vec<SilencedFinding> {
        self.silenced.iter().map(|silenced| self.answered(silenced)).collect()
    }

    /// Prints a stage, for people and tests.
    pub fn emit(&mut self, stage: Stage, settings: &Settings) -> String {
        const NOTHING: &str = "there is no network: see the errors\n";
        match stage {
            Stage::Tree => self.parses.iter().map(|parse| format!("{:#?}", parse.tree)).collect(),
            Stage::Assessment => format!("{:#?}\n", self.assessment),
            Stage::Network => match &self.lowered {
                Some(lowered) => lowered.network.to_string(),
                None => NOTHING.to_string(),
            },
            Stage::Tape => match &self.lowered {
                Some(lowered) => {
                    match Tape::compile(
                        &lowered.network,
                        &lowered.evidence,
                        &[],
                        &Limits::default(),
                    ) {
                        Ok(tape) => tape.to_string(),
                        Err(error) => format!("{error}\n"),
                    }
                }
                None => NOTHING.to_string(),
            },
            Stage::Findings => match self.findings(settings) {
                Some(findings) => {
                    let mut text =
                        serde_json::to_string_pretty(&findings).expect("findings are plain data");
                    text.push('\n');
                    text
                }
                None => NOTHING.to_string(),
            },
        }
    }
}
