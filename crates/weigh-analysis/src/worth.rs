//! What to look for next: what each unseen indicator or factor would teach, and which looks together.
//!
//! Everything follows from the joint probabilities of answer and reading (docs/methods.md, 2.11).

use crate::findings::Band;
use crate::known::{Known, Seen};
use crate::solved::{Solved, word};
use jiff::civil::Date;
use serde::Serialize;
use weigh_inference::{CompileError, VarId};
use weigh_model::assessment::{Obtain, VariableKind};
use weigh_model::dates::days_between;

/// Draws over which joint probabilities are averaged, at most and at least.
const DRAWS: (usize, usize) = (256, 32);
/// Draws times joint readings that are run for a plan; the draws are cut to it.
const LANES: usize = 1 << 13;
/// Joint readings up to which every set of looks is tried; above it they are taken one by one.
pub const MAX_EXACT: usize = 512;
/// Joint readings up to which a plan made one by one goes on.
const MAX_GREEDY: usize = 128;

/// What looking would teach about one question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorthFinding {
    /// How uncertain the answer is, in bits: nothing can teach more.
    pub bits: f64,
    /// Every indicator that was not seen, the one that teaches most first.
    pub looks: Vec<Look>,
    /// Every other factor that was not seen, the same way: what would be worth asking somebody who knows.
    pub factors: Vec<Look>,
    /// Which indicators to look up together.
    pub plan: Plan,
}

/// What it would mean to know the state of one indicator or factor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    /// Which: a position in the findings' factors.
    pub factor: usize,
    /// One per state, in order.
    pub readings: Vec<Reading>,
    /// What it teaches.
    #[serde(flatten)]
    pub value: Value,
    /// Where it can be had, where the file says so.
    pub place: Option<String>,
    /// Who can get it.
    pub by: Option<String>,
    /// What it costs, in the file's unit.
    pub cost: f64,
    /// Days until the answer is there.
    pub days: f64,
}

/// One state that an indicator or factor may turn out to be in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// The state.
    pub state: String,
    /// How probable it is.
    pub p: f64,
    /// The focus outcome's probability if it is so; none if it cannot be.
    pub answer: Option<f64>,
    /// The word for that.
    pub word: Option<Band>,
    /// Whether the answer then lies beyond an edge.
    pub crosses: bool,
}

/// What a look, or several, teach on average.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Value {
    /// Mutual information with the answer, in bits.
    pub bits: f64,
    /// Expected fall of half the Brier score.
    pub brier_fall: f64,
    /// The chance that the focus outcome's probability crosses an edge.
    pub p_cross: f64,
}

/// Which indicators to look up together, for every budget.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The last day on which an answer is of use; none if there is no horizon.
    pub before: Option<String>,
    /// Indicators whose answer would come too late: positions in the findings' factors.
    pub too_late: Vec<usize>,
    /// Whether every set was tried; if not, looks were added one by one, by what each adds for its cost.
    pub exact: bool,
    /// The best set at rising cost, each teaching more than all cheaper ones.
    pub steps: Vec<Step>,
    /// Why there is none, if the indicators hang together too closely.
    pub refused: Option<String>,
}

/// A set of looks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Which indicators: positions in the findings' factors.
    pub looks: Vec<usize>,
    /// What they cost together.
    pub cost: f64,
    /// Days until the last answer is there, if all are begun at once.
    pub days: f64,
    /// What they teach together.
    #[serde(flatten)]
    pub value: Value,
}

impl Plan {
    /// The best set that costs no more than `budget`.
    pub fn within(&self, budget: f64) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.cost <= budget)
    }
}

/// What knowing a reading teaches about an answer.
///
/// # Shapes
/// - `joint`: `[reading][answer]`, P(reading, answer), adding up to 1
/// - `focus`: the answer whose probability crosses `edges`
///
/// # Source
/// Mutual information as the value of a look: Lindley (1956), *On a measure of the information
/// provided by an experiment*, Ann. Math. Stat. 27; Pearl (1988), 6.3.
///
/// ```
/// # use weigh_analysis::worth::value;
/// // A coin that shows the answer, and one that does not.
/// let shown = value(&[vec![0.5, 0.0], vec![0.0, 0.5]], 1, &[0.6]);
/// assert_eq!((shown.bits, shown.brier_fall, shown.p_cross), (1.0, 0.25, 0.5));
/// assert_eq!(value(&[vec![0.25, 0.25], vec![0.25, 0.25]], 1, &[0.6]).bits, 0.0);
/// ```
pub fn value(joint: &[Vec<f64>], focus: usize, edges: &[f64]) -> Value {
    let n_answers = joint.first().map_or(0, Vec::len);
    let before: Vec<f64> =
        (0..n_answers).map(|answer| joint.iter().map(|row| row[answer]).sum()).collect();
    let mut value = Value { bits: 0.0, brier_fall: 0.0, p_cross: 0.0 };
    for row in joint {
        let p: f64 = row.iter().sum();
        if p <= 0.0 {
            continue;
        }
        for (&both, &before) in row.iter().zip(&before) {
            if both > 0.0 {
                value.bits += both * libm::log2(both / (p * before));
            }
            let moved = both / p - before;
            value.brier_fall += 0.5 * p * moved * moved;
        }
        if crosses(before[focus], row[focus] / p, edges) {
            value.p_cross += p;
        }
    }
    // Rounding may leave what teaches nothing a hair below, and what always crosses a hair above.
    value.bits = value.bits.max(0.0);
    value.p_cross = value.p_cross.min(1.0);
    value
}

/// The borders of the word for the answer, even odds, and where a decision turns.
fn edges(solved: &Solved, question: usize) -> Vec<f64> {
    let variable = &solved.assessment.variables[question];
    let p = solved.estimate(question, variable.focus()).p;
    let band = word(solved.assessment.scale, p);
    let mut edges: Vec<f64> = band.into_iter().flat_map(|band| [band.low, band.high]).collect();
    edges.push(0.5);
    if let VariableKind::Question(asked) = &variable.kind {
        edges.extend(asked.thresholds.iter().map(|threshold| threshold.p));
    }
    edges
}

fn crosses(from: f64, to: f64, edges: &[f64]) -> bool {
    edges.iter().any(|&edge| (from >= edge) != (to >= edge))
}

/// What looking would teach, per question.
///
/// An answer after `decide_by` is of no use; without it
/// each question's own horizon counts.
pub(crate) fn worth(
    solved: &Solved,
    decide_by: Option<Date>,
) -> Result<Vec<WorthFinding>, CompileError> {
    let questions = solved.questions().into_iter();
    questions
        .map(|question| {
            let edges = edges(solved, question);
            let by = solved.assessment.variables[question].by.map(|by| by.last_day());
            Asked::new(solved, question, edges).finding(decide_by.or(by))
        })
        .collect()
}

/// A question that looks are to teach about.
struct Asked<'s> {
    solved: &'s Solved<'s>,
    var: VarId,
    focus: usize,
    /// Its headline probabilities.
    p: Vec<f64>,
    edges: Vec<f64>,
    /// What was not seen and is no question.
    unseen: Vec<usize>,
}

impl<'s> Asked<'s> {
    fn new(solved: &'s Solved, question: usize, edges: Vec<f64>) -> Asked<'s> {
        let declared = &solved.assessment.variables[question];
        let evidence = &solved.lowered.evidence;
        let is_unseen = |&ix: &usize| {
            let is_question =
                matches!(solved.assessment.variables[ix].kind, VariableKind::Question(_));
            !is_question && evidence.observed(solved.lowered.variables[ix]).is_none()
        };
        Asked {
            solved,
            var: solved.lowered.variables[question],
            focus: declared.focus(),
            p: (0..declared.states.len()).map(|state| solved.estimate(question, state).p).collect(),
            edges,
            unseen: (0..solved.assessment.variables.len()).filter(is_unseen).collect(),
        }
    }

    fn finding(&self, by: Option<Date>) -> Result<WorthFinding, CompileError> {
        let days_left = by.map(|by| days_between(self.solved.assessment.as_of, by) as f64);
        let indicators = self.unseen.iter().copied().filter(|&ix| self.is_indicator(ix));
        let (in_time, too_late): (Vec<usize>, Vec<usize>) =
            indicators.partition(|&ix| days_left.is_none_or(|left| self.obtain(ix).days <= left));
        let n_readings = in_time.iter().try_fold(1usize, |n, &ix| {
            n.checked_mul(self.n_states(ix)).filter(|&n| n <= MAX_EXACT)
        });
        // As many draws for one look as for all, so that their figures agree.
        let n_draws = (LANES / n_readings.unwrap_or(MAX_GREEDY)).clamp(DRAWS.1, DRAWS.0);
        let known = Known::drawn(self.solved, n_draws)?;

        let mut looks = Vec::new();
        let joints = self.joints(&known, &[], &self.unseen)?;
        for (&ix, joint) in self.unseen.iter().zip(&joints) {
            looks.push(self.look(ix, joint));
        }
        looks.sort_by(|a, b| b.value.bits.total_cmp(&a.value.bits).then(a.factor.cmp(&b.factor)));
        let (looks, factors) = looks.into_iter().partition(|look| self.is_indicator(look.factor));
        let steps = match n_readings {
            Some(_) => self.best_sets(&known, &in_time),
            None => self.one_by_one(&known, &in_time),
        };
        let (steps, refused) = match steps {
            Ok(steps) => (steps, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let plan = Plan {
            before: by.map(|by| by.to_string()),
            too_late,
            exact: n_readings.is_some(),
            steps,
            refused,
        };
        let bits = self.p.iter().filter(|p| **p > 0.0).map(|p| -p * libm::log2(*p)).sum();
        Ok(WorthFinding { bits, looks, factors, plan })
    }

    fn is_indicator(&self, ix: usize) -> bool {
        matches!(self.solved.assessment.variables[ix].kind, VariableKind::Indicator(_))
    }

    fn n_states(&self, ix: usize) -> usize {
        self.solved.assessment.variables[ix].states.len()
    }

    fn obtain(&self, ix: usize) -> Obtain {
        let free = Obtain {
            place: String::new(),
            by: None,
            cost: Obtain::COST,
            days: 0.0,
            written: String::new(),
        };
        match &self.solved.assessment.variables[ix].kind {
            VariableKind::Indicator(Some(obtain)) => obtain.clone(),
            _ => free,
        }
    }

    fn look(&self, ix: usize, joint: &[Vec<f64>]) -> Look {
        let variable = &self.solved.assessment.variables[ix];
        let reading = |(state, row): (&String, &Vec<f64>)| {
            let p = row.iter().sum::<f64>().min(1.0);
            let answer = (p > 0.0).then(|| (row[self.focus] / p).clamp(0.0, 1.0));
            Reading {
                state: state.clone(),
                p,
                answer,
                word: answer.and_then(|answer| word(self.solved.assessment.scale, answer)),
                crosses: answer
                    .is_some_and(|answer| crosses(self.p[self.focus], answer, &self.edges)),
            }
        };
        let obtain = self.obtain(ix);
        Look {
            factor: ix,
            readings: variable.states.iter().zip(joint).map(reading).collect(),
            value: self.value(joint),
            place: Some(obtain.place).filter(|place| !place.is_empty()),
            by: obtain.by,
            cost: obtain.cost,
            days: obtain.days,
        }
    }

    fn value(&self, joint: &[Vec<f64>]) -> Value {
        value(joint, self.focus, &self.edges)
    }

    /// P(reading, answer) for each of `asked` together with those of `given`: per asked variable
    /// `[case of given × its state][answer]`, with the answer's own probabilities those of the headline.
    fn joints(
        &self,
        known: &Known,
        given: &[usize],
        asked: &[usize],
    ) -> Result<Vec<Vec<Vec<f64>>>, CompileError> {
        let vars = |all: &[usize]| -> Vec<VarId> {
            all.iter().map(|&ix| self.solved.lowered.variables[ix]).collect()
        };
        let (varied, wanted) = (vars(given), vars(asked));
        let cases = self.cases(given);
        let mut joints: Vec<Vec<Vec<f64>>> = asked
            .iter()
            .map(|&ix| vec![vec![0.0; self.p.len()]; cases.len() * self.n_states(ix)])
            .collect();
        for (answer, &p) in self.p.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            let fixed = [(self.var, answer)];
            let batch =
                known.run(Seen { fixed: &fixed, varied: &varied, cases: &cases }, &wanted)?;
            let weights = weights(&batch.log10_p_evidence);
            for ((var, &ix), joint) in wanted.iter().zip(asked).zip(&mut joints) {
                let n_states = self.n_states(ix);
                for state in 0..n_states {
                    let terms = weights.iter().zip(batch.marginal(*var, state)).map(|(w, m)| w * m);
                    let terms: Vec<f64> = terms.collect();
                    for (case, lanes) in terms.chunks_exact(known.n).enumerate() {
                        joint[case * n_states + state][answer] = p * lanes.iter().sum::<f64>();
                    }
                }
            }
        }
        Ok(joints)
    }

    /// Every combination of states of these, the last fastest.
    fn cases(&self, of: &[usize]) -> Vec<Vec<usize>> {
        of.iter().fold(vec![Vec::new()], |cases, &ix| {
            let longer = |case: &Vec<usize>| -> Vec<Vec<usize>> {
                (0..self.n_states(ix)).map(|s| case.iter().copied().chain([s]).collect()).collect()
            };
            cases.iter().flat_map(longer).collect()
        })
    }

    fn step(&self, looks: Vec<usize>, value: Value) -> Step {
        let obtained: Vec<Obtain> = looks.iter().map(|&ix| self.obtain(ix)).collect();
        Step {
            cost: obtained.iter().map(|obtain| obtain.cost).sum(),
            days: obtained.iter().map(|obtain| obtain.days).fold(0.0, f64::max),
            looks,
            value,
        }
    }

    /// Every set is tried; kept are those that teach more than all that cost no more.
    fn best_sets(&self, known: &Known, of: &[usize]) -> Result<Vec<Step>, CompileError> {
        let Some((&last, rest)) = of.split_last() else { return Ok(Vec::new()) };
        let joint = self.joints(known, rest, &[last])?.remove(0);
        let cases = self.cases(of);
        let mut steps = Vec::new();
        for set in 1..1usize << of.len() {
            let is_in = |at: usize| set >> at & 1 == 1;
            let mut summed: Vec<Vec<f64>> = Vec::new();
            for (case, row) in cases.iter().zip(&joint) {
                let states = case.iter().enumerate().filter(|(at, _)| is_in(*at));
                let at = states.fold(0, |row, (at, state)| row * self.n_states(of[at]) + state);
                summed.resize(summed.len().max(at + 1), vec![0.0; self.p.len()]);
                summed[at].iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
            }
            let looks = (0..of.len()).filter(|at| is_in(*at)).map(|at| of[at]).collect();
            steps.push(self.step(looks, self.value(&summed)));
        }
        steps.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.value.bits.total_cmp(&a.value.bits)));
        let mut most = 0.0;
        steps.retain(|step| {
            // Rounding is no gain.
            let is_gain = step.value.bits > most + 1e-9;
            most = if is_gain { step.value.bits } else { most };
            is_gain
        });
        Ok(steps)
    }

    /// Looks added one by one: each time the one that adds most for its cost.
    fn one_by_one(&self, known: &Known, of: &[usize]) -> Result<Vec<Step>, CompileError> {
        let mut left = of.to_vec();
        let mut chosen: Vec<usize> = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        while !left.is_empty() && self.cases(&chosen).len() <= MAX_GREEDY {
            let before = steps.last().map_or(0.0, |step| step.value.bits);
            let joints = self.joints(known, &chosen, &left)?;
            let values: Vec<Value> = joints.iter().map(|joint| self.value(joint)).collect();
            let gain = |at: &usize| (values[*at].bits - before) / self.obtain(left[*at]).cost;
            let best = (0..left.len()).rev().max_by(|a, b| gain(a).total_cmp(&gain(b)));
            let Some(best) = best.filter(|&best| values[best].bits > before + 1e-9) else { break };
            chosen.push(left.remove(best));
            steps.push(self.step(chosen.clone(), values[best]));
        }
        Ok(steps)
    }
}

/// Powers of ten that add up to 1; all 0 if nothing is possible.
fn weights(log10: &[f64]) -> Vec<f64> {
    let largest = log10.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return vec![0.0; log10.len()];
    }
    let weights: Vec<f64> = log10.iter().map(|x| libm::exp10(x - largest)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}
