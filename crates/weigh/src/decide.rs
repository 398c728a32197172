//! Influence diagrams of one decision maker, from files of other programs: what to do, what that is
//! worth, and what it would be worth to see more.

use std::collections::BTreeSet;

use thiserror::Error;
use weigh_formats::{Kind, Model, Page, VariableKind};
use weigh_inference::diagram::{
    Diagram, DiagramError, DiagramLimits, Node, Note, Numbers, Payoff, Role, Solver,
};

pub use weigh_inference::diagram::{Sight, Solution, value_of_seeing};

/// What can be wrong with a diagram that was read, and what is worth knowing of one that was solved.
pub static PAGES: &[Page] = &[
    Page {
        slug: "diagram-refused",
        text: "The file was read, but it is no influence diagram of one decision maker. It needs at least one decision,\n\
               and decisions must come one after the other: draw an arrow from the earlier to the later one. What was\n\
               known or done at an earlier decision is taken to be known at every later one.",
    },
    Page {
        slug: "diagram-too-large",
        text: "The diagram is larger than is taken on: tables and policies of 1,048,576 numbers, and 16,777,216\n\
               multiplications. A policy grows with everything that is known at its decision, so let the last decision know less.",
    },
    Page {
        slug: "equal-options",
        text: "In some situation several options are equally good. The policy takes each of them equally often; any other\n\
               mixture is worth as much.",
    },
];

/// With so many, each known at the next, the last policy is beyond every limit.
const MOST_DECISIONS: usize = 64;

/// Why a model is no influence diagram that can be solved.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum DecideError {
    /// Nobody decides anything in it.
    #[error("nothing is decided in it: it has no decision")]
    NoDecision,
    /// It is a Markov network.
    #[error("the file is a Markov network, whose tables are nobody's probabilities")]
    Markov,
    /// Its parts do not make a diagram, or it is too large.
    #[error(transparent)]
    Diagram(#[from] DiagramError),
}

/// An influence diagram of one decision maker, who does not forget.
#[derive(Clone, Debug)]
pub struct RawDiagram {
    diagram: Diagram,
    numbers: Numbers,
}

/// What is known by seeing a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Information {
    /// The thing itself: a utility depends on it, so that there is no more to know of it (EVPI).
    Perfect,
    /// A sign of something else, which may mislead (EVSI).
    Sample,
}

/// What seeing a node before a decision, and not forgetting it later, is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Worth {
    /// The chance node.
    pub node: usize,
    /// The decision.
    pub decision: usize,
    /// Whether the node is the thing itself or a sign of it.
    pub information: Information,
    /// The expected values with and without; an error if the diagram gets too large.
    pub sight: Result<Sight, DiagramError>,
}

impl RawDiagram {
    /// Takes the decisions of a model as those of one person, who knows at each what he knew and did
    /// before.
    ///
    /// # Errors
    /// [`DecideError`] if nothing is decided, decisions have no order, or it is too large.
    ///
    /// # Example
    /// ```
    /// use weigh::decide::RawDiagram;
    /// use weigh::raw::formats::{Format, Limits, read};
    /// let net = "net {} node Rain { states = (\"no\" \"yes\"); } potential (Rain) { data = (0.7 0.3); }
    /// decision Umbrella { states = (\"leave\" \"take\"); }
    /// utility Comfort {} potential (Comfort | Rain Umbrella) { data = ((0 -1) (-4 -1)); }";
    /// let model = read(Format::HuginNet, net, &Limits::default())?.model;
    /// let diagram = RawDiagram::new(model)?;
    /// let found = diagram.solve()?;
    /// assert_eq!(found.policy(1), [0.0, 1.0]);
    /// assert!((diagram.worths()[0].sight.as_ref().unwrap().value() - 0.7).abs() < 1e-12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(model: Model) -> Result<RawDiagram, DecideError> {
        if model.kind == Kind::Markov {
            return Err(DecideError::Markov);
        }
        let mut places = Vec::new();
        let (mut n_nodes, mut n_payoffs) = (0, 0);
        for variable in &model.variables {
            let next = match variable.kind {
                VariableKind::Utility => &mut n_payoffs,
                _ => &mut n_nodes,
            };
            places.push(*next);
            *next += 1;
        }
        let (mut nodes, mut payoffs) = (Vec::new(), Vec::new());
        for (ix, table) in model.tables.iter().enumerate() {
            let variable = &model.variables[ix];
            let n_parents = match variable.kind {
                VariableKind::Utility => table.scope.len(),
                _ => table.scope.len() - 1,
            };
            let parents = table.scope[..n_parents].iter().map(|v| places[*v]).collect();
            let name = variable.name.clone();
            let role = match variable.kind {
                VariableKind::Utility => {
                    payoffs.push(Payoff { name, owner: 0, parents });
                    continue;
                }
                VariableKind::Decision => Role::Decision { owner: 0 },
                VariableKind::Chance => Role::Chance,
            };
            nodes.push(Node { name, states: variable.states.clone(), parents, role });
        }
        match nodes.iter().filter(|node| node.role != Role::Chance).count() {
            0 => return Err(DecideError::NoDecision),
            1..=MOST_DECISIONS => {}
            n => {
                let what = format!("what is known at the last of {n} decisions");
                let (size, limit) = (u64::MAX, DiagramLimits::default().table);
                return Err(DiagramError::TooLarge { what, size, limit }.into());
            }
        }
        let actors = vec!["the decision maker".to_owned()];
        remember(&mut nodes);
        let diagram = Diagram::new(actors, nodes, payoffs, Vec::new())?;
        let mut numbers = diagram.numbers();
        for (ix, table) in model.tables.iter().enumerate() {
            match model.variables[ix].kind {
                VariableKind::Utility => {
                    numbers.payoff_mut(places[ix]).copy_from_slice(&table.values);
                }
                VariableKind::Chance => {
                    numbers.table_mut(places[ix]).copy_from_slice(&table.values);
                }
                VariableKind::Decision => {}
            }
        }
        Ok(RawDiagram { diagram, numbers })
    }

    /// The diagram; what is known at a decision holds what was known before.
    pub fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    /// The best policy and what it is worth, the sum of all utilities.
    ///
    /// # Errors
    /// [`DiagramError`] if it is too large or its utilities cannot be added up.
    pub fn solve(&self) -> Result<Solution, DiagramError> {
        let mut solver = Solver::new(&self.diagram)?;
        let mut found = solver.solution();
        solver.solve(&self.numbers, &mut found)?;
        Ok(found)
    }

    /// What it is worth to see each chance node: where it is seen first, and before the first decision
    /// that could see it and does not. In the order of the nodes.
    pub fn worths(&self) -> Vec<Worth> {
        let decisions: Vec<usize> = self.diagram.decisions().collect();
        let nodes = 0..self.diagram.nodes().len();
        let mut all = Vec::new();
        for node in nodes.filter(|ix| self.diagram.owner(*ix).is_none()) {
            let is_seen = |at: &usize| self.diagram.nodes()[*at].parents.contains(&node);
            let sight = |at: usize| value_of_seeing(&self.diagram, &self.numbers, at, node);
            let comes_late = |sight: &Result<Sight, DiagramError>| {
                matches!(sight, Err(DiagramError::CannotSee { .. }))
            };
            let first_unseen = decisions
                .iter()
                .take_while(|at| !is_seen(at))
                .map(|at| (*at, sight(*at)))
                .find(|(_, sight)| !comes_late(sight));
            let first_seen = decisions.iter().find(|at| is_seen(at)).map(|at| (*at, sight(*at)));
            let decides = |payoff: &Payoff| payoff.parents.contains(&node);
            let information = match self.diagram.payoffs().iter().any(decides) {
                true => Information::Perfect,
                false => Information::Sample,
            };
            for (decision, sight) in first_unseen.into_iter().chain(first_seen) {
                all.push(Worth { node, decision, information, sight });
            }
        }
        all
    }
}

/// Lets every decision know what the decisions before it knew and did.
fn remember(nodes: &mut [Node]) {
    // As often as there are decisions in a row; arrows that are added lead to decisions only.
    loop {
        let mut has_grown = false;
        for ix in 0..nodes.len() {
            if nodes[ix].role == Role::Chance {
                continue;
            }
            for before in decisions_above(nodes, ix) {
                let known = [&[before], nodes[before].parents.as_slice()].concat();
                for node in known {
                    if node != ix && !nodes[ix].parents.contains(&node) {
                        nodes[ix].parents.push(node);
                        has_grown = true;
                    }
                }
            }
        }
        if !has_grown {
            return;
        }
    }
}

/// The decisions from which arrows lead to a node, whether or not they go round in a circle.
fn decisions_above(nodes: &[Node], node: usize) -> Vec<usize> {
    let mut is_above = vec![false; nodes.len()];
    let mut up = vec![node];
    while let Some(at) = up.pop() {
        for parent in &nodes[at].parents {
            if !is_above[*parent] {
                is_above[*parent] = true;
                up.push(*parent);
            }
        }
    }
    (0..nodes.len())
        .filter(|ix| *ix != node && is_above[*ix] && nodes[*ix].role != Role::Chance)
        .collect()
}

/// Decisions at which several options are equally good, each with in how many situations.
pub fn ties(found: &Solution) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = Vec::new();
    for note in &found.notes {
        if let Note::Tie { decision, .. } = note {
            match all.last_mut() {
                Some((last, n)) if last == decision => *n += 1,
                _ => all.push((*decision, 1)),
            }
        }
    }
    all
}

/// Options that lead to the same as another: decision, the one that is kept, its copy.
pub fn copies(found: &Solution) -> Vec<(usize, usize, usize)> {
    let copies = found.notes.iter().filter_map(|note| match note {
        Note::Merged { decision, kept, copy } => Some((*decision, *kept, *copy)),
        _ => None,
    });
    copies.collect()
}

/// The rows of a policy whose situation cannot happen.
pub fn impossible_rows(found: &Solution, of: usize) -> BTreeSet<usize> {
    let rows = found.notes.iter().filter_map(|note| match note {
        Note::Impossible { decision, row } if *decision == of => Some(*row),
        _ => None,
    });
    rows.collect()
}
