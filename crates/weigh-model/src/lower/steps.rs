//! A form over many variables as a chain of small tables: a hidden variable behind each variable tells what of those so
//! far still counts.

use super::tables::n_rows;
use super::{MAX_TABLE_CELLS, parents};
use crate::assessment::{Assessment, Condition, Form};
use std::collections::BTreeMap;
use weigh_syntax::span::Span;

/// Up to so many rows a form is one table, however few of them differ.
const MOST_ROWS: usize = 1 << 10;

/// Variables that a chain is looked for behind, at most.
const MOST_VARIABLES: usize = 256;

/// Cells of a step, at most: they are 0 or 1, and no draw computes them.
const MOST_CELLS: usize = 1 << 18;

/// Parts of conditions that are looked at for it, at most: a fraction of a second.
const MOST_LOOKS: usize = 1 << 24;

/// The variables that one depends on in steps, but for the last, which its own table is behind.
pub(super) struct Chain {
    /// Through one variable each.
    pub(super) steps: Vec<Step>,
    /// For each case that they end in, in which states the variables may have led to it: without steps there is one.
    pub(super) ways: Vec<Vec<usize>>,
}

/// What one more variable makes of the cases that were told apart before it.
pub(super) struct Step {
    pub(super) n_cases: usize,
    /// For each case before, and within it each state of the variable, the case after.
    pub(super) after: Vec<usize>,
}

impl Default for Chain {
    /// That of a form that is one table.
    fn default() -> Chain {
        Chain { steps: Vec::new(), ways: vec![Vec::new()] }
    }
}

impl Chain {
    /// The chain of a variable, where its tables are smaller than its form as one.
    ///
    /// Two cases are the same if what is left of every condition is. So a rule on many variables takes a case or two for
    /// each, and a base with odds as many as there are sets of `odds` lines that can hold.
    ///
    /// # Source
    /// Ordered decision diagrams, read from the top: Bryant (1986), *Graph-based algorithms for Boolean function
    /// manipulation*, IEEE Trans. Computers C-35(8).
    pub(super) fn of(assessment: &Assessment, variable: usize) -> Option<Chain> {
        let (form, parents) =
            (&assessment.variables[variable].form, parents(&assessment.variables[variable]));
        let whole = n_rows(assessment, &parents).unwrap_or(usize::MAX);
        if whole <= MOST_ROWS || parents.len() > MOST_VARIABLES {
            return None;
        }
        let (last, firsts) = parents.split_last()?;
        let (chain, n_cells) = Chain::through(assessment, lists(form)?, firsts)?;
        let n_states = |variable: usize| assessment.variables[variable].states.len();
        let own = chain.ways.len() * n_states(*last) * n_states(variable);
        let is_smaller = n_cells + own < whole.saturating_mul(n_states(variable));
        (own <= MAX_TABLE_CELLS && is_smaller).then_some(chain)
    }

    /// The chain through these variables with the cells of its tables; none if it is too large.
    fn through(
        assessment: &Assessment,
        lists: Vec<List<'_>>,
        variables: &[usize],
    ) -> Option<(Chain, usize)> {
        let Chain { mut steps, mut ways } = Chain::default();
        let mut cases = vec![lists];
        let (mut n_cells, mut n_looks) = (0, 0);
        for &variable in variables {
            let mut places: BTreeMap<Vec<List>, usize> = BTreeMap::new();
            let (mut after, mut new_ways) = (Vec::new(), Vec::new());
            for (case, way) in cases.iter().zip(&ways) {
                for state in 0..assessment.variables[variable].states.len() {
                    let given = case.iter().map(|list| list.given((variable, state), &mut n_looks));
                    let place = *places.entry(given.collect()).or_insert(new_ways.len());
                    if place == new_ways.len() {
                        new_ways.push(way.iter().copied().chain([state]).collect());
                    }
                    after.push(place);
                    if after.len() * new_ways.len() > MOST_CELLS || n_looks > MOST_LOOKS {
                        return None;
                    }
                }
            }
            n_cells += after.len() * new_ways.len();
            let mut in_order: Vec<(Vec<List>, usize)> = places.into_iter().collect();
            in_order.sort_unstable_by_key(|(_, place)| *place);
            cases = in_order.into_iter().map(|(case, _)| case).collect();
            steps.push(Step { n_cases: new_ways.len(), after });
            ways = new_ways;
        }
        Some((Chain { steps, ways }, n_cells))
    }
}

/// Conditions of which the first that holds counts, each with its place; only the last may be known to hold.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct List<'a>(Vec<(usize, Left<'a>)>);

/// What is left of a condition when some variables are known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Left<'a> {
    Known(bool),
    Is(usize, &'a [usize]),
    /// A quantity decides; by the place of what it is compared with.
    Compare(Span),
    Not(Box<Left<'a>>),
    All(Vec<Left<'a>>),
    Any(Vec<Left<'a>>),
}

/// The conditions of a form, where it has some.
fn lists(form: &Form) -> Option<Vec<List<'_>>> {
    match form {
        Form::Odds { odds, .. } | Form::Hazards { odds, .. } => {
            Some(odds.iter().map(|line| List::of([line.condition.as_ref()])).collect())
        }
        Form::Cases(states) => Some(
            states
                .iter()
                .map(|state| {
                    let cases = state.cases.as_deref().unwrap_or_default();
                    List::of(cases.iter().map(|case| case.condition.as_ref()))
                })
                .collect(),
        ),
        Form::NoisyOr { .. } | Form::Table { .. } | Form::Choice { .. } => None,
    }
}

impl<'a> List<'a> {
    /// Before anything is known; a condition that is not there always holds.
    fn of(conditions: impl IntoIterator<Item = Option<&'a Condition>>) -> List<'a> {
        let open = |condition: Option<&'a Condition>| condition.map_or(Left::Known(true), Left::of);
        List(conditions.into_iter().map(open).enumerate().collect())
    }

    /// When a variable is known to be in a state.
    fn given(&self, known: (usize, usize), n_looks: &mut usize) -> List<'a> {
        let mut all = Vec::new();
        for (place, left) in &self.0 {
            let left = left.given(known, n_looks);
            let is_last = left == Left::Known(true);
            if left != Left::Known(false) {
                all.push((*place, left));
            }
            if is_last {
                break;
            }
        }
        List(all)
    }
}

impl<'a> Left<'a> {
    fn of(condition: &'a Condition) -> Left<'a> {
        match condition {
            Condition::Is { variable, states } => Left::Is(*variable, states),
            Condition::Compare { number, .. } => Left::Compare(number.span),
            Condition::Not(inner) => Left::Not(Box::new(Left::of(inner))),
            Condition::And(parts) => Left::All(parts.iter().map(Left::of).collect()),
            Condition::Or(parts) => Left::Any(parts.iter().map(Left::of).collect()),
        }
    }

    fn given(&self, known: (usize, usize), n_looks: &mut usize) -> Left<'a> {
        *n_looks += 1;
        let (variable, state) = known;
        match self {
            Left::Is(asked, states) if *asked == variable => Left::Known(states.contains(&state)),
            Left::Known(_) | Left::Is(..) | Left::Compare(_) => self.clone(),
            Left::Not(inner) => match inner.given(known, n_looks) {
                Left::Known(holds) => Left::Known(!holds),
                open => Left::Not(Box::new(open)),
            },
            Left::All(parts) => match open_parts(parts, true, known, n_looks) {
                Some(open) if open.is_empty() => Left::Known(true),
                open => open.map_or(Left::Known(false), Left::All),
            },
            Left::Any(parts) => match open_parts(parts, false, known, n_looks) {
                Some(open) if open.is_empty() => Left::Known(false),
                open => open.map_or(Left::Known(true), Left::Any),
            },
        }
    }
}

/// What is open of parts that have no say once they are known to be `neutral`; none if one is known to be the other.
fn open_parts<'a>(
    parts: &[Left<'a>],
    neutral: bool,
    known: (usize, usize),
    n_looks: &mut usize,
) -> Option<Vec<Left<'a>>> {
    let mut open = Vec::new();
    for part in parts {
        match part.given(known, n_looks) {
            Left::Known(holds) if holds == neutral => {}
            Left::Known(_) => return None,
            part => open.push(part),
        }
    }
    Some(open)
}
