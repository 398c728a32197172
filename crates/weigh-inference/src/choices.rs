//! Choices inside a network: probabilities that actors decide, computed from the numbers of each draw.
//!
//! A choice is a variable whose table holds parameters of its own, its policy. They are not drawn: the
//! diagram of the actors is solved at every draw's chance tables, payoffs and precisions, without any
//! evidence, and what the actors do is written where a draw would stand. After that a policy is a
//! number like any, so that tapes, evidence and interventions know nothing of games.

use std::ops::Range;

use crate::diagram::{
    Diagram, DiagramError, Note, Numbers, Other, PlainGame, Solution, Solver, WIDTH, WideSolver,
};
use crate::formula::{FormulaId, Formulas};
use crate::network::ParamId;
use crate::plain::{PlainPlay, PlainPrecision, plain_formula};
use crate::program::Program;

/// The choices of a network: their diagram, and where its numbers come from and go to.
///
/// Made with [`crate::NetworkBuilder::set_choices`].
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceCells {
    /// The diagram that is solved.
    pub diagram: Diagram,
    /// Per node, the cells of its table, as [`Numbers::table`]; none for a decision.
    pub tables: Vec<Vec<FormulaId>>,
    /// Per payoff term, its values, as [`Numbers::payoff`].
    pub payoffs: Vec<Vec<FormulaId>>,
    /// Per belief, its cells, as [`Numbers::belief`].
    pub beliefs: Vec<Vec<FormulaId>>,
    /// Per node, how reliably its owner chooses; of chance nodes nothing is used.
    pub precisions: Vec<Picks>,
    /// Per node, the first parameter of its policy, whose others follow row by row; none for a chance
    /// node. Policies stand behind every parameter that is drawn.
    pub policies: Vec<Option<ParamId>>,
}

/// How reliably the better of two options is picked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Picks {
    /// Always.
    Rational,
    /// So often, where the two are this far apart.
    Often {
        /// How often, as a formula: 0.5 is at random.
        often: FormulaId,
        /// How far apart, in the unit of the payoffs.
        apart: f64,
    },
}

/// [`ChoiceCells`] ready to be solved at many draws.
#[derive(Clone, Debug)]
pub struct Choices {
    diagram: Diagram,
    solver: Solver,
    /// Numbers of which the constant ones hold for every draw.
    numbers: Numbers,
    /// What the others are computed by.
    program: Program,
    places: Vec<Place>,
    /// Per payoff term, its values.
    payoffs: Vec<Vec<FormulaId>>,
    policies: Vec<Option<ParamId>>,
    /// Per parameter, whether it can move a policy.
    reaches: Vec<bool>,
}

/// Where a computed number goes.
#[derive(Clone, Copy, Debug)]
enum Place {
    Table(usize, usize),
    Payoff(usize, usize),
    Belief(usize, usize),
    Precision(usize, f64),
}

/// The precision, in 1 / payoff, of somebody who picks the better of two options `apart` from each other
/// `often` of the time: `ln(often / (1 - often)) / apart`. Below a half it is 0, which is at random.
///
/// # Source
/// The log odds of a logit response are its precision times the difference in payoff: McKelvey & Palfrey
/// (1995), Games and Economic Behavior 10; docs/methods.md, part 3.
///
/// # Example
/// ```
/// use weigh_inference::precision;
/// assert!((precision(0.75, 10.0) - 0.109_861).abs() < 1e-6);
/// assert_eq!(precision(0.4, 10.0), 0.0);
/// assert_eq!(precision(1.0, 10.0), f64::INFINITY);
/// ```
pub fn precision(often: f64, apart: f64) -> f64 {
    let odds = often / (1.0 - often);
    if odds > 1.0 { libm::log(odds) / apart } else { 0.0 }
}

impl Choices {
    /// Lays out the diagram of a network with these formulas and so many parameters.
    ///
    /// # Errors
    /// As [`Solver::new`].
    pub(crate) fn new(
        cells: ChoiceCells,
        formulas: &Formulas,
        n_params: usize,
    ) -> Result<Choices, DiagramError> {
        let ChoiceCells { diagram, tables, payoffs, beliefs, precisions, policies } = cells;
        let solver = Solver::new(&diagram)?;
        let mut numbers = diagram.numbers();
        let mut ids: Vec<FormulaId> = Vec::new();
        let mut places = Vec::new();
        let mut put =
            |place: Place, id: FormulaId, numbers: &mut Numbers| match formulas.as_constant(id) {
                Some(value) => write(numbers, place, value),
                None => {
                    ids.push(id);
                    places.push(place);
                }
            };
        for (node, cells) in tables.iter().enumerate() {
            for (cell, &id) in cells.iter().enumerate() {
                put(Place::Table(node, cell), id, &mut numbers);
            }
        }
        for (payoff, cells) in payoffs.iter().enumerate() {
            for (row, &id) in cells.iter().enumerate() {
                put(Place::Payoff(payoff, row), id, &mut numbers);
            }
        }
        for (belief, cells) in beliefs.iter().enumerate() {
            for (cell, &id) in cells.iter().enumerate() {
                put(Place::Belief(belief, cell), id, &mut numbers);
            }
        }
        for (node, picks) in precisions.iter().enumerate() {
            if let Picks::Often { often, apart } = *picks {
                put(Place::Precision(node, apart), often, &mut numbers);
            }
        }
        let program = Program::new(formulas, &ids);
        let mut reaches = vec![false; n_params];
        program.parameters().for_each(|param| reaches[param.ix()] = true);
        Ok(Choices { diagram, solver, numbers, program, places, payoffs, policies, reaches })
    }

    /// The diagram.
    pub fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    /// The values of a payoff term, as formulas of the network, `[rows]`.
    pub fn payoff(&self, payoff: usize) -> &[FormulaId] {
        &self.payoffs[payoff]
    }

    /// Whether a parameter can move a policy.
    pub fn reaches(&self, param: ParamId) -> bool {
        self.reaches[param.ix()]
    }

    /// The decisions, each with the first parameter of its policy.
    pub fn policies(&self) -> impl Iterator<Item = (usize, ParamId)> + '_ {
        self.policies.iter().enumerate().filter_map(|(node, first)| Some((node, (*first)?)))
    }

    /// The first of the parameters that are policies; all behind it are policies too.
    pub fn first_policy(&self) -> usize {
        let first = self.policies().map(|(_, first)| first.ix()).min();
        first.unwrap_or(self.reaches.len())
    }

    /// The same choices with everybody picking this precisely, in 1 / payoff; infinite is rational.
    pub fn with_precision(&self, precision: f64) -> Choices {
        let mut choices = self.clone();
        for (node, _) in self.policies() {
            choices.numbers.set_precision(node, precision);
        }
        // What is drawn for them is still computed, and goes nowhere.
        let is_drawn = |place: &Place| !matches!(place, Place::Precision(..));
        choices.program.keep_outputs(&self.places.iter().map(is_drawn).collect::<Vec<_>>());
        choices.places.retain(is_drawn);
        choices
    }

    /// The numbers of the diagram at one set of parameters, `[n_params]`.
    pub fn numbers_at(&self, params: &[f64]) -> Numbers {
        let mut numbers = self.numbers.clone();
        for (place, value) in self.places.iter().zip(self.program.evaluate_lanes(params, 1)) {
            write(&mut numbers, *place, value);
        }
        numbers
    }

    /// What all actors do at one set of parameters, `[n_params]`.
    ///
    /// # Errors
    /// As [`Solver::solve`].
    pub fn solution_at(&self, params: &[f64]) -> Result<Solution, DiagramError> {
        let mut solver = self.solver.clone();
        let mut found = solver.solution();
        solver.solve(&self.numbers_at(params), &mut found)?;
        Ok(found)
    }

    /// Which decisions rely on each other, as [`Solver::components`].
    pub fn components(&self) -> &[Vec<usize>] {
        self.solver.components()
    }

    /// Other equilibria at one set of parameters, `[n_params]`.
    ///
    /// # Errors
    /// As [`Solver::others`].
    pub fn others_at(&self, params: &[f64]) -> Result<Vec<Other>, DiagramError> {
        self.solver.clone().others(&self.numbers_at(params))
    }

    /// How policies are found, and from which numbers, as plain numbers; none where choices rely on each other in a
    /// circle.
    pub fn to_plain(&self) -> Option<(PlainGame, PlainPlay)> {
        let game = self.solver.to_plain()?;
        let decisions = || self.components().iter().flatten().copied();
        let row_of = |place: usize| self.program.output(place);
        let cells = self.places.iter().enumerate().filter_map(|(ix, place)| match place {
            Place::Precision(..) => None,
            _ => Some((row_of(ix), cell(&self.numbers, *place) as u32)),
        });
        let precision = |decision: usize| {
            let drawn = self.places.iter().enumerate().find_map(|(ix, place)| match *place {
                Place::Precision(node, apart) if node == decision => Some((row_of(ix), apart)),
                _ => None,
            });
            match drawn {
                Some((row, apart)) => PlainPrecision::Often { row, apart },
                None => PlainPrecision::Certain(self.numbers.precision(decision)),
            }
        };
        let first = |decision: usize| self.policies[decision].map(|param| param.ix());
        let play = PlainPlay {
            formulas: self.program.rows().iter().map(plain_formula).collect(),
            constants: self.numbers.cells.clone(),
            cells: cells.collect(),
            precisions: decisions().map(precision).collect(),
            policies: decisions().filter_map(first).collect(),
        };
        Some((game, play))
    }

    /// Room for solving many draws.
    pub fn responder(&self) -> Responder<'_> {
        let solver = self.solver.clone();
        let found = solver.solution();
        let mut wide = WideSolver::new(&self.solver);
        if let Some(wide) = &mut wide {
            let cells = wide.cells_mut().iter_mut().zip(&self.numbers.cells);
            cells.for_each(|(cell, value)| *cell = [*value; WIDTH]);
            let precisions = wide.precisions.iter_mut().zip(&self.numbers.precisions);
            precisions.for_each(|(wide, value)| *wide = [*value; WIDTH]);
        }
        let (numbers, tally) = (self.numbers.clone(), Tally::default());
        Responder { choices: self, numbers, solver, wide, found, tally }
    }
}

/// How many draws have something to tell about how their choices were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Another branch of equilibria crosses, or the branch turns back.
    pub forked: usize,
    /// The branch could not be followed to the precisions asked.
    pub stopped: usize,
    /// The numbers make no sense: no distribution, or payoffs that overflow.
    pub unsolved: usize,
}

/// Solves the diagram draw by draw.
#[derive(Debug)]
pub struct Responder<'c> {
    choices: &'c Choices,
    numbers: Numbers,
    solver: Solver,
    /// The same for several draws at once, where that can be.
    wide: Option<WideSolver<'c>>,
    found: Solution,
    tally: Tally,
}

impl Responder<'_> {
    /// What was met so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Writes the policies of every lane of `params`, `[n_params, n_lanes]`, computed from its other rows.
    /// A lane whose numbers make no sense, such as a table of 0/0, gets even odds: it has no weight.
    pub fn respond(&mut self, params: &mut [f64], n_lanes: usize) {
        let values = self.choices.program.evaluate_lanes(params, n_lanes);
        for first in (0..n_lanes).step_by(WIDTH) {
            let lanes = first..(first + WIDTH).min(n_lanes);
            if !self.respond_wide(params, &values, n_lanes, lanes.clone()) {
                lanes.for_each(|lane| self.respond_alone(params, &values, n_lanes, lane));
            }
        }
    }

    /// A few lanes side by side, if that can be.
    fn respond_wide(
        &mut self,
        params: &mut [f64],
        values: &[f64],
        n_lanes: usize,
        lanes: Range<usize>,
    ) -> bool {
        let (choices, Some(wide)) = (self.choices, &mut self.wide) else { return false };
        for (place, row) in choices.places.iter().zip(values.chunks_exact(n_lanes)) {
            // Lanes past the end repeat the last one.
            let row = std::array::from_fn(|at| row[(lanes.start + at).min(lanes.end - 1)]);
            match *place {
                Place::Precision(node, apart) => {
                    wide.precisions[node] = row.map(|often| precision(often, apart));
                }
                Place::Table(..) | Place::Payoff(..) | Place::Belief(..) => {
                    wide.cells_mut()[cell(&choices.numbers, *place)] = row;
                }
            }
        }
        if !wide.solve() {
            return false;
        }
        for (node, first) in choices.policies() {
            for (cell, p) in wide.policy(node).iter().enumerate() {
                let row = &mut params[(first.ix() + cell) * n_lanes..][lanes.clone()];
                row.copy_from_slice(&p[..lanes.len()]);
            }
        }
        true
    }

    fn respond_alone(&mut self, params: &mut [f64], values: &[f64], n_lanes: usize, lane: usize) {
        let choices = self.choices;
        for (place, row) in choices.places.iter().zip(values.chunks_exact(n_lanes)) {
            write(&mut self.numbers, *place, row[lane]);
        }
        let is_solved = self.solver.solve(&self.numbers, &mut self.found).is_ok();
        let notes = &self.found.notes;
        let is_fork = |note: &Note| matches!(note, Note::Fork { .. } | Note::Turn { .. });
        self.tally.unsolved += usize::from(!is_solved);
        self.tally.forked += usize::from(is_solved && notes.iter().any(is_fork));
        self.tally.stopped += usize::from(is_solved && !self.found.is_complete());
        for (node, first) in choices.policies() {
            let even = 1.0 / choices.diagram.n_states(node) as f64;
            for (cell, &p) in self.found.policy(node).iter().enumerate() {
                let p = if is_solved { p } else { even };
                params[(first.ix() + cell) * n_lanes + lane] = p;
            }
        }
    }
}

/// Where a number lies among the cells of a diagram's numbers.
fn cell(numbers: &Numbers, place: Place) -> usize {
    match place {
        Place::Table(node, cell) => numbers.tables[node].start + cell,
        Place::Payoff(payoff, row) => numbers.payoffs[payoff].start + row,
        Place::Belief(belief, cell) => numbers.beliefs[belief].start + cell,
        Place::Precision(..) => unreachable!("a precision is no cell"),
    }
}

fn write(numbers: &mut Numbers, place: Place, value: f64) {
    match place {
        Place::Table(node, cell) => numbers.table_mut(node)[cell] = value,
        Place::Payoff(payoff, row) => numbers.payoff_mut(payoff)[row] = value,
        Place::Belief(belief, cell) => numbers.belief_mut(belief)[cell] = value,
        Place::Precision(node, apart) => numbers.set_precision(node, precision(value, apart)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{Node, Payoff, Role};
    use crate::{Distribution, NetworkBuilder, Parameter};

    /// A ruler who sees the front and what a patron demands, who sees the front too, so that neither has to guess what the
    /// other chose; every number is a parameter.
    fn game(rational: bool) -> (Choices, usize) {
        let mut build = NetworkBuilder::new();
        let uniform = Distribution::Uniform { low: 0.0, high: 1.0 };
        let param = |build: &mut NetworkBuilder| {
            let id = build.add_parameter(Parameter::new("p", uniform));
            build.formulas().parameter(id)
        };
        let node = |name: &str, parents: &[usize], role| Node {
            name: name.into(),
            states: vec!["no".into(), "yes".into()],
            parents: parents.to_vec(),
            role,
        };
        let nodes = vec![
            node("front", &[], Role::Chance),
            node("demand", &[0], Role::Decision { owner: 1 }),
            node("order", &[0, 1], Role::Decision { owner: 0 }),
            node("unrest", &[0, 2], Role::Chance),
        ];
        let payoff = |owner, parents: &[usize]| Payoff {
            name: "u".into(),
            owner,
            parents: parents.to_vec(),
        };
        let payoffs = vec![payoff(0, &[3]), payoff(0, &[1, 2]), payoff(1, &[0, 1, 2])];
        let actors = vec!["ruler".into(), "patron".into()];
        let diagram = Diagram::new(actors, nodes, payoffs, vec![]).unwrap();
        let row = |build: &mut NetworkBuilder| {
            let p = param(build);
            [build.formulas().complement(p), p]
        };
        let front = row(&mut build).to_vec();
        let unrest = (0..4).flat_map(|_| row(&mut build)).collect();
        let payoffs = [2, 4, 8].map(|n| (0..n).map(|_| row(&mut build)[1]).collect()).to_vec();
        let often = row(&mut build)[1];
        let picks = match rational {
            true => Picks::Rational,
            false => Picks::Often { often, apart: 0.3 },
        };
        let first = |n: u32| Some(ParamId(n));
        let n_drawn = 1 + 4 + 14 + 1;
        let cells = ChoiceCells {
            diagram,
            tables: vec![front, vec![], vec![], unrest],
            payoffs,
            beliefs: vec![],
            precisions: vec![picks; 4],
            policies: vec![None, first(n_drawn), first(n_drawn + 4), None],
        };
        let n_params = n_drawn as usize + 12;
        (Choices::new(cells, build.formulas(), n_params).unwrap(), n_params)
    }

    #[test]
    fn draws_side_by_side_are_those_alone_bit_for_bit() {
        for rational in [false, true] {
            let (choices, n_params) = game(rational);
            let n_lanes = 21;
            let mut params: Vec<f64> =
                (0..n_params * n_lanes).map(|ix| ((ix * 7919) % 1009) as f64 / 1009.0).collect();
            // Draws with a certain front, with all payoffs alike, and with a number that makes no sense.
            params[3] = 0.0;
            (5..19).for_each(|param| params[param * n_lanes + 9] = 0.5);
            params[12] = 1.5;
            let mut alone = params.clone();
            choices.responder().respond(&mut params, n_lanes);
            let mut responder = choices.responder();
            assert!(responder.wide.take().is_some());
            responder.respond(&mut alone, n_lanes);
            assert_eq!(params, alone);
            assert_eq!(responder.tally().unsolved, 1);
            let policy = &params[20 * n_lanes..];
            assert!(policy.iter().all(|p| (0.0..=1.0).contains(p)));
            assert!(policy.iter().any(|p| *p != 0.5));
        }
    }

    #[test]
    fn one_precision_for_all_takes_the_place_of_the_drawn_ones() {
        let (choices, n_params) = game(false);
        let params: Vec<f64> = (0..n_params).map(|ix| (ix + 1) as f64 / 40.0).collect();
        let random = choices.with_precision(0.0);
        let mut lane = params.clone();
        random.responder().respond(&mut lane, 1);
        assert!(lane[20..].iter().all(|p| *p == 0.5));
        let (rational, n_rational) = game(true);
        assert_eq!(n_rational, n_params);
        let (mut a, mut b) = (params.clone(), params);
        choices.with_precision(f64::INFINITY).responder().respond(&mut a, 1);
        rational.responder().respond(&mut b, 1);
        assert_eq!(a, b);
    }
}
