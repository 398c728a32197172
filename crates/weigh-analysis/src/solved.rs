//! An assessment solved: its network, its draws, and the questions' probabilities.

use crate::findings::{Band, Estimate};
use crate::lanes::{Drawn, DrawsOf, Lanes};
use std::collections::BTreeMap;
use weigh_inference::{
    Answer, CompileError, DrawPlan, Evidence, Limits, Network, Settings, Sharing, SolveError,
    VarId, solve,
};
use weigh_model::assessment::Assessment;
use weigh_model::lower::Lowered;
use weigh_model::words::Scale;
use weigh_syntax::span::Span;

/// How many draws, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// How many.
    pub n: u32,
    /// The seed.
    pub seed: u64,
}

/// Draws of the interval that independent errors would give: a whole net of Sobol' points, whose quantiles differ
/// from those of many more by less than the whole percents they are told in.
const CONTRAST: usize = 2_048;

/// A network with its answer.
pub(crate) struct Solved<'a> {
    pub assessment: &'a Assessment,
    pub lowered: &'a Lowered,
    pub answer: Answer,
    pub draws: Draws,
}

impl<'a> Solved<'a> {
    pub fn new(
        assessment: &'a Assessment,
        lowered: &'a Lowered,
        draws: Draws,
    ) -> Result<Self, SolveError> {
        let settings = Settings {
            n_draws: draws.n,
            seed: draws.seed,
            sharing: assessment.sharing,
            limits: Limits::default(),
        };
        let answer = solve(&lowered.network, &lowered.evidence, &lowered.revisions, &settings)?;
        Ok(Solved { assessment, lowered, answer, draws })
    }

    /// The estimate of a state of a variable of the assessment.
    pub fn estimate(&self, variable: usize, state: usize) -> Estimate {
        let var = self.lowered.variables[variable];
        // Rounding may leave a probability a hair outside.
        let quantile = |p| self.answer.quantile(var, state, p).clamp(0.0, 1.0);
        Estimate {
            p: self.answer.headline(var, state).p.clamp(0.0, 1.0),
            p05: quantile(0.05),
            p50: quantile(0.5),
            p95: quantile(0.95),
        }
    }

    /// The questions, as positions among the assessment's variables.
    pub fn questions(&self) -> Vec<usize> {
        self.assessment.questions().collect()
    }

    /// How many outcomes all questions have together.
    pub fn n_outcomes(&self) -> usize {
        self.questions().iter().map(|&ix| self.assessment.variables[ix].states.len()).sum()
    }

    /// The nodes of the questions.
    pub fn question_vars(&self) -> Vec<VarId> {
        self.questions().iter().map(|&ix| self.lowered.variables[ix]).collect()
    }

    /// The draws of the numbers, for [`Lanes`]: the first `n` of them.
    pub fn draws_of(&self, n: usize) -> DrawsOf<'_> {
        let n_made = self.answer.n_draws();
        DrawsOf {
            values: self.answer.all_parameter_draws(),
            n_made,
            n: n.min(n_made),
            n_switches: 0,
        }
    }

    /// The first `n` draws for a network made from a changed assessment, and how many these are. What is
    /// left out takes its numbers along, and the others move: each is found by its place in the file.
    pub fn draws_on(&self, changed: &Lowered, n: usize) -> (Vec<f64>, usize) {
        let made = self.draws_of(n);
        let mut rows: BTreeMap<(Span, &str), usize> = BTreeMap::new();
        for (row, number) in self.lowered.numbers.iter().enumerate() {
            rows.entry((number.span, &number.what)).or_insert(row);
        }
        let mut values = Vec::with_capacity(changed.network.parameters().len() * made.n);
        for number in &changed.numbers {
            let row = rows.get(&(number.span, number.what.as_str()));
            let row = row.expect("what is changed adds no uncertain number");
            values.extend_from_slice(&made.values[row * made.n_made..][..made.n]);
        }
        // What actors choose is decided anew.
        values.resize(changed.network.parameters().len() * made.n, 0.0);
        changed.network.respond(&mut values, made.n);
        (values, made.n)
    }

    /// All draws of the questions on a changed network or evidence.
    pub fn questions_with(
        &self,
        network: &Network,
        evidence: &Evidence,
        draws: DrawsOf<'_>,
    ) -> Result<Drawn, CompileError> {
        Ok(self.questions_of(&[(network, evidence, draws)])?.remove(0))
    }

    /// The same for several, in one pass over the draws.
    pub fn questions_of(
        &self,
        all: &[(&Network, &Evidence, DrawsOf<'_>)],
    ) -> Result<Vec<Drawn>, CompileError> {
        let (vars, revisions) = (self.question_vars(), &self.lowered.revisions);
        let mut lanes = Vec::with_capacity(all.len());
        for &(network, evidence, draws) in all {
            lanes.push(Lanes::new(network, evidence, revisions, &[], &vars, draws)?);
        }
        Ok(Lanes::run_all(&lanes))
    }

    /// The questions if every number erred on its own: for contrast, and so of fewer draws, where they are not those of the
    /// answer anyway.
    pub fn questions_independent(&self) -> Result<Drawn, CompileError> {
        let (network, evidence) = (&self.lowered.network, &self.lowered.evidence);
        let n_made = self.answer.n_draws();
        if self.assessment.sharing == Sharing::INDEPENDENT {
            return self.questions_with(network, evidence, self.draws_of(n_made));
        }
        let n = n_made.min(CONTRAST);
        let mut values = vec![0.0; network.parameters().len() * n];
        DrawPlan::new(network.parameters(), Sharing::INDEPENDENT, self.draws.seed).fill(
            0,
            n,
            &mut values,
        );
        network.respond(&mut values, n);
        let draws = DrawsOf { values: &values, n_made: n, n, n_switches: 0 };
        self.questions_with(network, evidence, draws)
    }
}

/// The estimate of a question's state from draws; none if the evidence is impossible in all of them.
pub(crate) fn estimate_of(drawn: &Drawn, question: usize, state: usize) -> Option<Estimate> {
    let p = drawn.mean(question, state)?;
    let quantiles = drawn.quantiles(question, state, [0.05, 0.5, 0.95]);
    let [p05, p50, p95] = quantiles.map(|p| p.clamp(0.0, 1.0));
    Some(Estimate { p, p05, p50, p95 })
}

/// The word of a scale for a probability.
pub(crate) fn word(scale: Scale, p: f64) -> Option<Band> {
    scale.word_for(p).map(|term| Band { word: term.label(), low: term.low, high: term.high })
}
