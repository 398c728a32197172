//! Diagrams for the tests: from case files, random ones, and everything about them by enumeration.

use serde_json::Value;
use weigh_inference::diagram::{Belief, Diagram, Node, Numbers, Payoff, Role, Solution, Solver};

use super::{Random, numbers, text, texts};

pub fn node(name: &str, states: &[&str], parents: &[usize], role: Role) -> Node {
    let states = states.iter().map(|s| s.to_string()).collect();
    Node { name: name.into(), states, parents: parents.to_vec(), role }
}

pub fn payoff(name: &str, owner: usize, parents: &[usize]) -> Payoff {
    Payoff { name: name.into(), owner, parents: parents.to_vec() }
}

pub fn solve(diagram: &Diagram, numbers: &Numbers) -> Solution {
    let mut solver = Solver::new(diagram).unwrap();
    let mut found = solver.solution();
    solver.solve(numbers, &mut found).unwrap();
    found
}

/// The diagram of a case file.
pub fn of_case(inputs: &Value) -> (Diagram, Numbers) {
    let actors = texts(&inputs["agents"]);
    let all = inputs["nodes"].as_array().unwrap();
    let is_payoff = |node: &&Value| node["type"] == "utility";
    let names: Vec<String> =
        all.iter().filter(|n| !is_payoff(n)).map(|n| text(&n["name"])).collect();
    let places = |of: &Value| -> Vec<usize> {
        let parents = texts(of).into_iter();
        parents.map(|parent| names.iter().position(|name| *name == parent).unwrap()).collect()
    };
    let owner = |node: &Value| actors.iter().position(|a| *a == text(&node["agent"])).unwrap();
    let (mut nodes, mut payoffs) = (Vec::new(), Vec::new());
    for of in all {
        let parents = places(&of["parents"]);
        if is_payoff(&of) {
            payoffs.push(Payoff { name: text(&of["name"]), owner: owner(of), parents });
            continue;
        }
        let role = match of["type"].as_str().unwrap() {
            "decision" => Role::Decision { owner: owner(of) },
            _ => Role::Chance,
        };
        nodes.push(Node { name: text(&of["name"]), states: texts(&of["states"]), parents, role });
    }
    let diagram = Diagram::new(actors, nodes, payoffs, vec![]).unwrap();
    let mut drawn = diagram.numbers();
    for (ix, of) in all.iter().filter(|n| n["type"] == "utility").enumerate() {
        drawn.payoff_mut(ix).copy_from_slice(&numbers(&of["table"]));
    }
    for (ix, of) in all.iter().filter(|n| !is_payoff(n)).enumerate() {
        if of["type"] == "chance" {
            drawn.table_mut(ix).copy_from_slice(&numbers(&of["cpt"]));
        }
    }
    (diagram, drawn)
}

pub fn set_precisions(diagram: &Diagram, numbers: &mut Numbers, lambda: f64) {
    diagram.decisions().for_each(|decision| numbers.set_precision(decision, lambda));
}

/// A random diagram of `n` nodes and two actors, with random numbers: payoffs in -1..1, chance tables
/// some of whose cells are zero if `has_zeros`.
pub fn random(seed: u64, n: usize, has_zeros: bool) -> (Diagram, Numbers) {
    let mut random = Random(seed);
    let mut nodes: Vec<Node> = Vec::new();
    for ix in 0..n {
        let n_states = 2 + usize::from(random.unit() < 0.25);
        let mut parents: Vec<usize> = (0..ix).filter(|_| random.unit() < 0.35).collect();
        let role = match random.unit() < 0.5 {
            true => Role::Decision { owner: random.below(2) },
            false => Role::Chance,
        };
        // Nobody forgets.
        if let Role::Decision { .. } = role
            && let Some(before) = (0..ix).rev().find(|before| nodes[*before].role == role)
        {
            parents.push(before);
            parents.extend_from_slice(&nodes[before].parents);
            parents.sort_unstable();
            parents.dedup();
        }
        let states = (0..n_states).map(|s| s.to_string()).collect();
        nodes.push(Node { name: format!("n{ix}"), states, parents, role });
    }
    let payoffs = (0..4)
        .map(|ix| {
            let parents = (0..n).filter(|_| random.unit() < 0.4).collect();
            Payoff { name: format!("u{ix}"), owner: ix % 2, parents }
        })
        .collect();
    let actors = vec!["A".into(), "B".into()];
    let diagram = Diagram::new(actors, nodes, payoffs, vec![]).unwrap();
    let mut numbers = diagram.numbers();
    for ix in (0..n).filter(|ix| diagram.owner(*ix).is_none()) {
        let n_states = diagram.n_states(ix);
        for row in numbers.table_mut(ix).chunks_exact_mut(n_states) {
            fill_row(row, &mut random, has_zeros);
        }
    }
    for ix in 0..4 {
        numbers.payoff_mut(ix).iter_mut().for_each(|v| *v = 2.0 * random.unit() - 1.0);
    }
    (diagram, numbers)
}

pub fn fill_row(row: &mut [f64], random: &mut Random, has_zeros: bool) {
    let last = row.len() - 1;
    for (state, p) in row.iter_mut().enumerate() {
        let is_zero = has_zeros && state < last && random.unit() < 0.3;
        *p = if is_zero { 0.0 } else { 0.1 + random.unit() };
    }
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|p| *p /= sum);
}

/// Everything about given policies by adding up all combinations of states.
pub struct Enumerated {
    /// Per decision node (empty for chance) `[rows, options]`: probability of the row times what the
    /// owner expects of the option there, of all his payoffs, in his own eyes.
    pub values: Vec<Vec<f64>>,
    /// Per decision node `[rows]`: probability of the row in his eyes, times the number of options.
    pub reach: Vec<Vec<f64>>,
    /// `[actors]`
    pub payoffs: Vec<f64>,
}

impl Enumerated {
    /// `policies`: per node, empty for chance.
    pub fn new(diagram: &Diagram, numbers: &Numbers, policies: &[Vec<f64>]) -> Enumerated {
        let n = diagram.nodes().len();
        let rows = |ix: usize| match diagram.owner(ix) {
            Some(_) => diagram.n_rows(&diagram.nodes()[ix].parents),
            None => 0,
        };
        let mut all = Enumerated {
            values: (0..n).map(|ix| vec![0.0; rows(ix) * diagram.n_states(ix)]).collect(),
            reach: (0..n).map(|ix| vec![0.0; rows(ix)]).collect(),
            payoffs: vec![0.0; diagram.actors().len()],
        };
        let mut states = vec![0; n];
        loop {
            all.add(diagram, numbers, policies, &states);
            let Some(up) = (0..n).rev().find(|ix| states[*ix] + 1 < diagram.n_states(*ix)) else {
                return all;
            };
            states[up] += 1;
            states[up + 1..].fill(0);
        }
    }

    fn add(
        &mut self,
        diagram: &Diagram,
        numbers: &Numbers,
        policies: &[Vec<f64>],
        states: &[usize],
    ) {
        let row = |parents: &[usize]| {
            parents.iter().fold(0, |row, ix| row * diagram.n_states(*ix) + states[*ix])
        };
        let p = |ix: usize, eyes_of: Option<usize>| {
            let belief = |b: &Belief| Some(b.decision) == eyes_of && b.about == ix;
            if let Some(at) = diagram.beliefs().iter().position(belief) {
                let given = row(&diagram.beliefs()[at].given);
                return numbers.belief(at)[given * diagram.n_states(ix) + states[ix]];
            }
            let cell = row(&diagram.nodes()[ix].parents) * diagram.n_states(ix) + states[ix];
            match diagram.owner(ix) {
                Some(_) => policies[ix][cell],
                None => numbers.table(ix)[cell],
            }
        };
        let n = states.len();
        let mut values = vec![0.0; diagram.actors().len()];
        for (ix, payoff) in diagram.payoffs().iter().enumerate() {
            values[payoff.owner] += numbers.payoff(ix)[row(&payoff.parents)];
        }
        let joint: f64 = (0..n).map(|ix| p(ix, None)).product();
        self.payoffs.iter_mut().zip(&values).for_each(|(sum, v)| *sum += joint * v);
        for decision in diagram.decisions() {
            let others = (0..n).filter(|ix| *ix != decision);
            let weight: f64 = others.map(|ix| p(ix, Some(decision))).product();
            let at = row(&diagram.nodes()[decision].parents);
            let cell = at * diagram.n_states(decision) + states[decision];
            let owner = diagram.owner(decision).unwrap();
            self.values[decision][cell] += weight * values[owner];
            self.reach[decision][at] += weight;
        }
    }

    /// What each option is worth at a row; none where nothing leads there.
    pub fn utilities(&self, diagram: &Diagram, decision: usize, row: usize) -> Option<Vec<f64>> {
        let n = diagram.n_states(decision);
        let reach = self.reach[decision][row] / n as f64;
        let values = &self.values[decision][row * n..(row + 1) * n];
        (reach > 1e-12).then(|| values.iter().map(|v| v / reach).collect())
    }
}

pub fn policies(diagram: &Diagram, found: &Solution) -> Vec<Vec<f64>> {
    let nodes = 0..diagram.nodes().len();
    nodes.map(|ix| found.policy(ix).to_vec()).collect()
}

pub fn logit(utilities: &[f64], lambda: f64) -> Vec<f64> {
    let best = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = utilities.iter().map(|u| libm::exp(lambda * (u - best))).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}
