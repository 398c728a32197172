//! Raw networks: files of other programs, asked for posteriors without an assessment around them.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;
use weigh_formats::{Kind, Model, VariableKind};
use weigh_inference::{
    Batch, BatchError, CompileError, Distribution, Evidence, FactorGraph, FormulaId, Limits,
    Network, NetworkBuilder, NetworkError, Parameter, Query, Tape, Variable,
    smallest_contradiction,
};

pub use weigh_formats as formats;
pub use weigh_inference::diagram::DiagramError;
pub use weigh_inference::{Cost, VarId};

/// What can be wrong beyond the file itself: with cases, and with networks that are read and not asked.
pub static PAGES: &[formats::Page] = &[
    formats::Page {
        slug: "case-fault",
        text: "A line of a file of cases is none. A case is one JSON object a line, `{\"evidence\": {\"VARIABLE\":\n\
               \"STATE\"}}` or the inner object alone, with variables and states spelt as in the network.",
    },
    formats::Page {
        slug: "network-refused",
        text: "The network was read, but cannot be asked. Mostly its variables hang together too closely: the\n\
               calculation would need a table of 4,294,967,296 entries or 8 GB, which is said before memory is\n\
               taken. Evidence cuts a network apart, and with `--targets` what does not matter to them is left out.\n\
               A decision must be given in every case: nobody but its maker knows how likely it is. What would be best to\n\
               choose, `weigh decide` says.",
    },
];

/// A network or factor graph that can be asked.
#[derive(Debug)]
pub struct RawNetwork {
    /// Those that have states, then a variable for each utility.
    variables: Vec<Variable>,
    /// How many have states.
    n_variables: usize,
    /// By their place behind the others.
    utilities: Vec<Utility>,
    ids: HashMap<String, VarId>,
    /// Variables that must be given: somebody chooses them.
    decisions: Vec<VarId>,
    graph: Graph,
}

#[derive(Debug)]
enum Graph {
    Network(Network),
    Factors(FactorGraph),
}

/// A utility as a variable of two states, of which the second is as probable as the utility is high between its lowest and
/// its highest value.
///
/// # Source
/// Cooper (1988), *A method for using belief networks as influence diagrams*, UAI.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Utility {
    /// Half of the lowest value, and half of what lies between it and the highest: both are doubles where these are.
    half_lowest: f64,
    half_range: f64,
}

impl Utility {
    fn of(values: &[f64]) -> Utility {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Utility { half_lowest: lowest / 2.0, half_range: highest / 2.0 - lowest / 2.0 }
    }

    /// The table of the variable that stands for it: by configuration of the parents, its two states.
    fn cells(self, values: &[f64]) -> Vec<f64> {
        let share = |value: &f64| match self.half_range > 0.0 {
            true => (value / 2.0 - self.half_lowest) / self.half_range,
            false => 0.0,
        };
        values.iter().map(share).flat_map(|share| [1.0 - share, share]).collect()
    }

    /// What is expected if the second state is so probable.
    fn expected(self, p: f64) -> f64 {
        2.0 * (self.half_lowest + self.half_range * p)
    }
}

/// What is seen in one case: variables and their states.
pub type Case = BTreeMap<VarId, usize>;

/// The answer to one case.
#[derive(Clone, Debug, PartialEq)]
pub struct RawAnswer {
    /// Common logarithm of P(evidence), of the sum over a Markov network; negative infinity if the
    /// evidence is impossible.
    pub log10_p_evidence: f64,
    /// Per target, per state, and of a utility what is expected of it as the only entry; all 0 if the evidence is
    /// impossible.
    pub posteriors: Vec<Vec<f64>>,
    /// A smallest set of findings that cannot all be true, if the evidence is impossible.
    pub contradiction: Vec<VarId>,
}

/// Why a case has no answer.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RawError {
    /// The file holds no network that can be asked.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The network is too wide, or the evidence does not fit it.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The engine was given numbers of the wrong shape.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Something that only a Bayesian network has.
    #[error("the file is a Markov network, whose tables are nobody's probabilities")]
    Markov,
    /// Somebody's choice that is not given.
    #[error("`{0}` is a decision: say in the evidence what was chosen")]
    OpenDecision(String),
}

/// How a posterior changes with the numbers of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct Derivatives {
    /// The variable whose table it is.
    pub child: VarId,
    /// Its parents; the last counts fastest.
    pub parents: Vec<VarId>,
    /// One row per configuration of the parents; within a row, the child's states.
    pub values: Vec<f64>,
}

/// What happens while cases are asked, in order; for whoever measures, announces or prints.
#[derive(Debug)]
pub enum Step<'s> {
    /// What the next cases will cost is known, and no memory taken for them yet.
    Compiled(&'s Cost),
    /// So many more cases are computed.
    Computed(usize),
    /// The answer to the case of this number; they come in the order of the cases.
    Answer(usize, RawAnswer),
}

/// A group of cases is run side by side from this size on,
const GROUP_FROM: usize = 8;

/// as long as the tape has at most this many entries: larger ones gain more from slicing.
const GROUP_ENTRIES: u64 = 1 << 16;

/// Cases whose answers are in memory at once.
const CASES_AT_ONCE: usize = 512;

impl RawNetwork {
    /// Takes the variables that have states, the tables over them, and the utilities. A decision must be given in every
    /// case, and its own probability counts as 1.
    ///
    /// # Errors
    /// [`RawError::Network`] if the tables do not fit the variables or go round in a circle.
    ///
    /// # Example
    /// ```
    /// use weigh::raw::{Case, RawNetwork};
    /// use weigh::raw::formats::{Format, Limits, read};
    /// let bif = "variable rain { type discrete [ 2 ] { no, yes }; }
    /// variable wet { type discrete [ 2 ] { no, yes }; }
    /// probability ( rain ) { table 0.75, 0.25; }
    /// probability ( wet | rain ) { (no) 1, 0; (yes) 0.5, 0.5; }";
    /// let network = RawNetwork::new(read(Format::Bif, bif, &Limits::default())?.model)?;
    /// let (rain, wet) = (network.find("rain").unwrap(), network.find("wet").unwrap());
    /// let answer = network.ask(&Case::from([(wet, 1)]), &[rain])?;
    /// assert_eq!(answer.posteriors, [[0.0, 1.0]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(model: Model) -> Result<RawNetwork, RawError> {
        let Model { kind, variables: all, tables, .. } = model;
        let mut ids = vec![None; all.len()];
        let mut variables = Vec::new();
        let mut decisions = Vec::new();
        for (ix, variable) in all.iter().enumerate() {
            if variable.kind == VariableKind::Utility {
                continue;
            }
            let id = VarId(variables.len() as u32);
            ids[ix] = Some(id);
            if variable.kind == VariableKind::Decision {
                decisions.push(id);
            }
            variables
                .push(Variable { name: variable.name.clone(), states: variable.states.clone() });
        }
        let n_variables = variables.len();
        let of_utilities = all.iter().enumerate().filter(|(_, v)| v.kind == VariableKind::Utility);
        for (ix, variable) in of_utilities {
            ids[ix] = Some(VarId(variables.len() as u32));
            let states = ["lowest", "highest"].map(str::to_owned).into();
            variables.push(Variable { name: variable.name.clone(), states });
        }
        let mut utilities = vec![Utility::of(&[0.0]); variables.len() - n_variables];
        let scope =
            |scope: &[usize]| -> Vec<VarId> { scope.iter().filter_map(|v| ids[*v]).collect() };
        let graph = match kind {
            Kind::Markov => {
                let factors = tables.into_iter().map(|t| (scope(&t.scope), t.values)).collect();
                Graph::Factors(FactorGraph::new(variables.clone(), factors)?)
            }
            Kind::Bayes => {
                let mut build = NetworkBuilder::new();
                for variable in &variables {
                    build.add_variable(variable.name.as_str(), &variable.states);
                }
                for table in tables {
                    let Some(child) = table.child.and_then(|child| ids[child]) else { continue };
                    if decisions.contains(&child) {
                        build.set_numbers(
                            child,
                            &[],
                            vec![1.0; variables[child.ix()].states.len()],
                        );
                        continue;
                    }
                    if let Some(utility) = child.ix().checked_sub(n_variables) {
                        utilities[utility] = Utility::of(&table.values);
                        let cells = utilities[utility].cells(&table.values);
                        build.set_numbers(child, &scope(&table.scope), cells);
                        continue;
                    }
                    let parents = scope(&table.scope[..table.scope.len() - 1]);
                    build.set_numbers(child, &parents, table.values);
                }
                Graph::Network(build.build()?)
            }
        };
        let names = variables[..n_variables].iter().map(|variable| variable.name.clone());
        let ids = names.zip((0..).map(VarId)).collect();
        Ok(RawNetwork { variables, n_variables, utilities, ids, decisions, graph })
    }

    /// The variables that can be seen and asked for, by [`VarId`].
    pub fn variables(&self) -> &[Variable] {
        &self.variables[..self.n_variables]
    }

    /// The utilities, which can be asked for and not seen, each with its name.
    ///
    /// # Example
    /// ```
    /// use weigh::raw::{Case, RawNetwork};
    /// use weigh::raw::formats::{Format, Limits, read};
    /// let net = "net {} node Rain { states = (\"no\" \"yes\"); } potential (Rain) { data = (0.75 0.25); }
    /// decision Umbrella { states = (\"leave\" \"take\"); }
    /// utility Comfort {} potential (Comfort | Rain Umbrella) { data = ((0 -1) (-4 -1)); }";
    /// let network = RawNetwork::new(read(Format::HuginNet, net, &Limits::default())?.model)?;
    /// let umbrella = network.find("Umbrella").unwrap();
    /// let (comfort, name) = network.utilities().next().unwrap();
    /// assert_eq!(name, "Comfort");
    /// let answer = network.ask(&Case::from([(umbrella, 0)]), &[comfort])?;
    /// assert_eq!(answer.posteriors, [[-1.0]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn utilities(&self) -> impl Iterator<Item = (VarId, &str)> {
        let named = |(id, variable): (u32, _)| {
            let Variable { name, .. }: &Variable = variable;
            (VarId(id), name.as_str())
        };
        (0..).zip(&self.variables).skip(self.n_variables).map(named)
    }

    /// The variable of that name.
    pub fn find(&self, name: &str) -> Option<VarId> {
        self.ids.get(name).copied()
    }

    /// Answers one case.
    ///
    /// # Errors
    /// [`RawError`] if the network is too wide, the case does not fit it, or a decision is open.
    pub fn ask(&self, case: &Case, targets: &[VarId]) -> Result<RawAnswer, RawError> {
        self.ask_one(case, targets, &mut |_| {})
    }

    fn ask_one(
        &self,
        case: &Case,
        targets: &[VarId],
        told: &mut dyn FnMut(Step),
    ) -> Result<RawAnswer, RawError> {
        let query = self.ready(case, targets)?;
        told(Step::Compiled(&query.cost()));
        let found = query.run(&[])?;
        told(Step::Computed(1));
        Ok(self.answer(case, targets, found.log10_p_evidence, found.marginals))
    }

    /// One case compiled, and nothing computed.
    pub(crate) fn ready(&self, case: &Case, targets: &[VarId]) -> Result<Query, RawError> {
        self.check_decisions(case)?;
        let evidence = evidence(case);
        let limits = Limits::SINGLE_CASE;
        Ok(match &self.graph {
            Graph::Network(network) => Query::new(network, &evidence, targets, &limits)?,
            Graph::Factors(graph) => Query::of_factors(graph, &evidence, targets, &limits)?,
        })
    }

    /// The network, unless it is a Markov network.
    pub(crate) fn bayes(&self) -> Option<&Network> {
        match &self.graph {
            Graph::Network(network) => Some(network),
            Graph::Factors(_) => None,
        }
    }

    /// The variables that must be given in every case.
    pub(crate) fn decisions(&self) -> &[VarId] {
        &self.decisions
    }

    fn answer(
        &self,
        case: &Case,
        targets: &[VarId],
        log10_p_evidence: f64,
        mut posteriors: Vec<Vec<f64>>,
    ) -> RawAnswer {
        let is_possible = log10_p_evidence > f64::NEG_INFINITY;
        let contradiction = match is_possible {
            true => Vec::new(),
            false => self.contradiction(&evidence(case)),
        };
        for (target, posterior) in targets.iter().zip(&mut posteriors) {
            if let Some(utility) = target.ix().checked_sub(self.n_variables) {
                let expected = self.utilities[utility].expected(posterior[1]);
                *posterior = vec![if is_possible { expected } else { 0.0 }];
            }
        }
        RawAnswer { log10_p_evidence, posteriors, contradiction }
    }

    /// Answers many cases, in their order. Cases in which the same variables are seen are run side by
    /// side.
    ///
    /// # Errors
    /// As [`RawNetwork::ask`], for the first case that has no answer.
    pub fn ask_all(
        &self,
        cases: &[Case],
        targets: &[VarId],
        mut told: impl FnMut(Step),
    ) -> Result<(), RawError> {
        // Of the group before: most files see the same variables in all cases.
        let mut kept: Option<(Vec<VarId>, Tape)> = None;
        for (first, cases) in (0..).step_by(CASES_AT_ONCE).zip(cases.chunks(CASES_AT_ONCE)) {
            let mut groups: BTreeMap<Vec<VarId>, Vec<usize>> = BTreeMap::new();
            let mut n_before = 0;
            for alike in cases.chunk_by(|a, b| a.keys().eq(b.keys())) {
                let members = n_before..n_before + alike.len();
                n_before = members.end;
                groups.entry(alike[0].keys().copied().collect()).or_default().extend(members);
            }
            let mut answers: Vec<Option<RawAnswer>> = vec![None; cases.len()];
            for (seen, members) in &groups {
                if kept.as_ref().is_none_or(|(of, _)| of != seen) {
                    let tape = self.tape_of_group(seen, members.len(), targets)?;
                    kept = tape.map(|tape| (seen.clone(), tape));
                }
                let kept = kept.as_ref().filter(|_| members.len() >= GROUP_FROM);
                if let Some((_, tape)) = kept {
                    told(Step::Compiled(tape.cost()));
                    self.ask_group(tape, seen, members, cases, targets, &mut answers)?;
                    told(Step::Computed(members.len()));
                } else if let Some(tape) = self.tape_of_large_group(seen, members.len(), targets)? {
                    told(Step::Compiled(tape.cost()));
                    self.ask_in_turn(&tape, members, cases, targets, &mut answers, &mut told)?;
                } else {
                    for i in members {
                        answers[*i] = Some(self.ask_one(&cases[*i], targets, &mut told)?);
                    }
                }
            }
            for (i, answer) in answers.into_iter().enumerate() {
                told(Step::Answer(first + i, answer.expect("every case is in one group")));
            }
        }
        Ok(())
    }

    /// A tape through which cases that see the same variables can run side by side, if that is worth
    /// it.
    fn tape_of_group(
        &self,
        seen: &[VarId],
        n_cases: usize,
        targets: &[VarId],
    ) -> Result<Option<Tape>, RawError> {
        let Graph::Network(network) = &self.graph else { return Ok(None) };
        if n_cases < GROUP_FROM || seen.is_empty() {
            return Ok(None);
        }
        let tape = Tape::compile_for(network, &Evidence::new(), seen, targets, &Limits::default());
        match tape {
            Err(CompileError::TooWide { .. }) => Ok(None),
            Err(error) => Err(error.into()),
            Ok(tape) => Ok((tape.cost().total_entries <= GROUP_ENTRIES).then_some(tape)),
        }
    }

    /// A tape through which such cases can run one after the other, where there are at least two.
    fn tape_of_large_group(
        &self,
        seen: &[VarId],
        n_cases: usize,
        targets: &[VarId],
    ) -> Result<Option<Tape>, RawError> {
        let Graph::Network(network) = &self.graph else { return Ok(None) };
        if n_cases < 2 || seen.is_empty() {
            return Ok(None);
        }
        match Tape::compile_seen(network, seen, targets, &Limits::SINGLE_CASE) {
            Err(CompileError::TooWide { .. }) => Ok(None),
            compiled => Ok(Some(compiled?)),
        }
    }

    fn ask_in_turn(
        &self,
        tape: &Tape,
        members: &[usize],
        cases: &[Case],
        targets: &[VarId],
        answers: &mut [Option<RawAnswer>],
        told: &mut dyn FnMut(Step),
    ) -> Result<(), RawError> {
        self.check_decisions(&cases[members[0]])?;
        let network = self.bayes().expect("only a network has a tape for what is seen");
        let mut run = tape.workspace();
        for i in members {
            run.see(network, &evidence(&cases[*i]))?;
            run.marginals(&[], None, 1)?;
            let posteriors = targets.iter().map(|var| run.posterior(*var)).collect();
            answers[*i] =
                Some(self.answer(&cases[*i], targets, run.log10_p_evidence(0), posteriors));
            told(Step::Computed(1));
        }
        Ok(())
    }

    fn ask_group(
        &self,
        tape: &Tape,
        seen: &[VarId],
        members: &[usize],
        cases: &[Case],
        targets: &[VarId],
        answers: &mut [Option<RawAnswer>],
    ) -> Result<(), RawError> {
        self.check_decisions(&cases[members[0]])?;
        let n_lanes = members.len();
        let mut likelihoods = vec![0.0; tape.n_inputs() * n_lanes];
        for var in seen {
            let rows = tape.input(*var).expect("what is seen is free on the tape");
            for (lane, member) in members.iter().enumerate() {
                likelihoods[(rows.start + cases[*member][var]) * n_lanes + lane] = 1.0;
            }
        }
        let batch = Batch::run(tape, &[], Some(&likelihoods), n_lanes, targets)?;
        for (lane, member) in members.iter().enumerate() {
            let posterior = |var: &VarId| {
                let n_states = self.variables[var.ix()].states.len();
                (0..n_states).map(|state| batch.marginal(*var, state)[lane]).collect()
            };
            let posteriors = targets.iter().map(posterior).collect();
            let log10_p_evidence = batch.log10_p_evidence[lane];
            let case = &cases[*member];
            answers[*member] = Some(self.answer(case, targets, log10_p_evidence, posteriors));
        }
        Ok(())
    }

    /// How P(target is in the state | case) changes with every number of every table, the others held
    /// fixed: its derivatives, in the order of the variables. A row then no longer sums to 1, so that
    /// numbers behind everything seen and asked have derivatives too. Weighted by its numbers, the
    /// derivatives of each table add up to 0. A row that is kept at 1 moves by a combination of them.
    ///
    /// # Errors
    /// As [`RawNetwork::ask`]; [`RawError::Markov`] for a Markov network, and [`RawError::Batch`] if
    /// the case is impossible.
    ///
    /// # Source
    /// Darwiche (2003), *A differential approach to inference in Bayesian networks*, J. ACM 50(3).
    ///
    /// # Example
    /// ```
    /// use weigh::raw::{Case, RawNetwork};
    /// use weigh::raw::formats::{Format, Limits, read};
    /// let bif = "variable coin { type discrete [ 2 ] { heads, tails }; }
    /// probability ( coin ) { table 0.75, 0.25; }";
    /// let network = RawNetwork::new(read(Format::Bif, bif, &Limits::default())?.model)?;
    /// let coin = network.find("coin").unwrap();
    /// // heads / (heads + tails) by heads and by tails.
    /// let found = network.derivatives(&Case::new(), coin, 0)?;
    /// assert_eq!(found[0].values, [0.25, -0.75]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn derivatives(
        &self,
        case: &Case,
        target: VarId,
        state: usize,
    ) -> Result<Vec<Derivatives>, RawError> {
        self.check_decisions(case)?;
        let network = self.bayes().ok_or(RawError::Markov)?;
        let opened = opened_up(network);
        // For all variables: a tape for the target alone leaves out what is behind everything seen and asked.
        let tape = Tape::compile(&opened, &evidence(case), &[target], &Limits::SINGLE_CASE)?;
        let mut found = tape.workspace().gradient(&opened.parameter_means(), target, state)?;
        let of_table = |var: VarId| {
            let table = network.table(var);
            let values = found.drain(..table.cells.len()).collect();
            Derivatives { child: var, parents: table.parents.clone(), values }
        };
        Ok(network.ids().take(self.n_variables).map(of_table).collect())
    }

    fn contradiction(&self, evidence: &Evidence) -> Vec<VarId> {
        let limits = Limits::SINGLE_CASE;
        smallest_contradiction(evidence, |some| {
            let query = match &self.graph {
                Graph::Network(network) => Query::new(network, some, &[], &limits),
                Graph::Factors(graph) => Query::of_factors(graph, some, &[], &limits),
            };
            let found = query.ok().and_then(|query| query.run(&[]).ok());
            found.is_some_and(|found| found.log10_p_evidence == f64::NEG_INFINITY)
        })
    }

    fn check_decisions(&self, case: &Case) -> Result<(), RawError> {
        match self.decisions.iter().find(|decision| !case.contains_key(decision)) {
            Some(open) => Err(RawError::OpenDecision(self.variables[open.ix()].name.clone())),
            None => Ok(()),
        }
    }
}

pub(crate) fn evidence(case: &Case) -> Evidence {
    case.iter().fold(Evidence::new(), |evidence, (var, state)| evidence.observe(*var, *state))
}

/// The network with every entry of every table a parameter of its own, the others held fixed.
pub(crate) fn opened_up(network: &Network) -> Network {
    rebuilt(network, |build, _, values| {
        values.iter().map(|p| parameter(build, Distribution::Point(*p))).collect()
    })
}

/// A new parameter, as a cell.
pub(crate) fn parameter(build: &mut NetworkBuilder, distribution: Distribution) -> FormulaId {
    let id = build.add_parameter(Parameter::new("", distribution));
    build.formulas().parameter(id)
}

/// The same variables and parents with other cells, made from the numbers of each table.
pub(crate) fn rebuilt(
    network: &Network,
    mut cells: impl FnMut(&mut NetworkBuilder, VarId, &[f64]) -> Vec<FormulaId>,
) -> Network {
    let mut build = NetworkBuilder::new();
    for variable in network.variables() {
        build.add_variable(variable.name.as_str(), &variable.states);
    }
    for var in network.ids() {
        let values = network.cell_values(var, &[]);
        let cells = cells(&mut build, var, &values);
        build.set_table(var, &network.table(var).parents, cells);
    }
    build.build().expect("only the cells are other ones")
}
