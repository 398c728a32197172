//! What hangs on a source: the answer without it, and with another grade.

use crate::change::Moving;
use crate::findings::{GradeFlip, SourceChange};
use crate::flip::{Edge, Scale};
use crate::lanes::{DrawsOf, Lanes, Variant};
use crate::solved::Solved;
use std::collections::BTreeMap;
use weigh_inference::{CompileError, Distribution, Formula, VarId};
use weigh_model::lower::Lowered;
use weigh_model::resolve::{LETTERS, origin_of};

/// The last letter that is a grade; the one after it says that nobody can judge.
const LAST_GRADE: char = 'E';

/// Per question, every source that something hangs on.
pub(crate) fn source_changes(
    solved: &Solved,
    moving: &Moving,
    edges: &[Vec<Edge>],
    draws: DrawsOf<'_>,
) -> Result<Vec<Vec<SourceChange>>, CompileError> {
    let movable = moving.movable();
    let lost: Vec<(usize, Vec<VarId>)> = (0..solved.assessment.sources.len())
        .map(|source| (source, lost_with(solved, movable, source)))
        .filter(|(_, nodes)| !nodes.is_empty())
        .collect();
    if lost.is_empty() {
        return Ok(vec![Vec::new(); edges.len()]);
    }
    let mut free: Vec<VarId> = lost.iter().flat_map(|(_, nodes)| nodes.clone()).collect();
    free.sort_unstable();
    free.dedup();
    let vars: Vec<VarId> =
        solved.questions().iter().map(|&question| movable.variables[question]).collect();
    let (network, revisions) = (&movable.network, &movable.revisions);
    let lanes = Lanes::new(network, &movable.evidence, revisions, &free, &vars, draws)?;
    let variants: Vec<Variant> = lost
        .iter()
        .map(|(_, nodes)| Variant { held: Vec::new(), without: nodes.clone() })
        .collect();
    let without = moving.anchored(&lanes, &variants);

    // Each source whose grade is a number of its own, at each grade.
    let grades = grades(solved.assessment.level);
    let params: Vec<Option<usize>> =
        lost.iter().map(|(source, _)| reliability(movable, *source)).collect();
    let variants: Vec<Variant> = params
        .iter()
        .flatten()
        .flat_map(|&param| grades.iter().map(move |&(_, mean)| (param, mean)))
        .map(|hold| Variant { held: vec![hold], without: Vec::new() })
        .collect();
    let graded = moving.run(&variants);

    let means = network.parameter_means();
    let mut changes = Vec::new();
    for (ix, edges) in edges.iter().enumerate() {
        let focus = moving.focus(ix);
        let now = moving.headline(ix);
        let crossed = |p: &[f64]| {
            let crosses = |edge: &&Edge| edge.distance(focus, now) * edge.distance(focus, p) < 0.0;
            let near = |edge: &&Edge| edge.distance(focus, now).abs();
            edges.iter().filter(crosses).min_by(|a, b| near(a).total_cmp(&near(b)))
        };
        let mut graded = graded.chunks_exact(grades.len());
        let mut of_question = Vec::new();
        for (at, &(source, _)) in lost.iter().enumerate() {
            let grade = params[at].and_then(|param| {
                let at_grades = graded.next()?;
                let scale = Scale::of(&movable.numbers[param]);
                let own = solved.assessment.sources[source].letter;
                let flips = grades.iter().zip(at_grades).filter_map(|(&(letter, mean), p)| {
                    let p = p[ix].as_ref()?;
                    let edge = crossed(p).filter(|_| own != Some(letter))?;
                    let flip = GradeFlip { letter, p: p[focus], edge_name: edge.name.clone() };
                    Some((scale.distance(means[param], mean), flip))
                });
                Some(flips.min_by(|a, b| a.0.total_cmp(&b.0))?.1)
            });
            let without = without[at][ix].as_ref();
            of_question.push(SourceChange {
                source,
                without: without.map(|p| p[focus]),
                crosses: without.and_then(|p| crossed(p)).map(|edge| edge.name.clone()),
                grade,
            });
        }
        let far = |change: &SourceChange| {
            change.without.map_or(-1.0, |without| (without - now[focus]).abs())
        };
        of_question.sort_by(|a, b| far(b).total_cmp(&far(a)).then(a.source.cmp(&b.source)));
        changes.push(of_question);
    }
    Ok(changes)
}

/// Every letter that is a grade, with the mean of how often a source of it reports the truth.
pub(crate) fn grades(level: f64) -> Vec<(char, f64)> {
    LETTERS
        .iter()
        .filter(|(letter, ..)| *letter <= LAST_GRADE)
        .filter_map(|&(letter, low, high)| {
            Some((letter, Distribution::beta_from_interval(low, high, level).ok()?.mean()))
        })
        .collect()
}

/// The findings that nobody else brings in: the source's own, and those of whoever only repeats it.
pub(crate) fn lost_with(solved: &Solved, lowered: &Lowered, source: usize) -> Vec<VarId> {
    let sources = &solved.assessment.sources;
    let is_lost = |&other: &usize| other == source || origin_of(sources, other) == source;
    // A report is of those who were cited for it, everything else of those whom its item cites.
    let mut cited: BTreeMap<VarId, Vec<usize>> = BTreeMap::new();
    for &(node, reporter) in &lowered.reporters {
        cited.entry(node).or_default().push(reporter);
    }
    let reports: Vec<VarId> = cited.keys().copied().collect();
    let mut unsourced: Vec<VarId> = Vec::new();
    for (item, nodes) in solved.assessment.evidence.iter().zip(&lowered.items) {
        for &node in nodes.iter().filter(|node| !reports.contains(node)) {
            cited.entry(node).or_default().extend(&item.sources);
            if item.sources.is_empty() {
                unsourced.push(node);
            }
        }
    }
    let whole = cited
        .into_iter()
        .filter(|(node, by)| !by.is_empty() && !unsourced.contains(node) && by.iter().all(is_lost));
    whole.map(|(node, _)| node).collect()
}

/// The number that a source's reliability is.
pub(crate) fn reliability(lowered: &Lowered, source: usize) -> Option<usize> {
    let table = lowered.network.table(lowered.reliabilities[source]?);
    match lowered.network.formulas().get(*table.cells.formulas().last()?) {
        Formula::Parameter(param) => Some(param.ix()),
        _ => None,
    }
}
