//! Networks for the tests: from case files, and random ones.
#![allow(dead_code, reason = "each test file uses some of it")]

pub mod diagrams;

use serde_json::Value;
use weigh_inference::{Distribution, Evidence, Network, NetworkBuilder, Parameter, VarId};

/// Whether cells are plain numbers, constant formulas, or each its own certain parameter, by which P
/// can be derived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cells {
    Numbers,
    Constants,
    Parameters,
}

/// A network in numbers: per variable its states, parents and cells.
#[derive(Clone, Debug)]
pub struct Spec {
    pub names: Vec<String>,
    pub states: Vec<Vec<String>>,
    pub parents: Vec<Vec<usize>>,
    pub cells: Vec<Vec<f64>>,
}

impl Spec {
    pub fn build(&self, cells: Cells) -> Network {
        let mut build = NetworkBuilder::new();
        let vars: Vec<VarId> = self
            .names
            .iter()
            .zip(&self.states)
            .map(|(name, states)| build.add_variable(name, states))
            .collect();
        for (var, (parents, values)) in vars.iter().zip(self.parents.iter().zip(&self.cells)) {
            let parents: Vec<VarId> = parents.iter().map(|parent| vars[*parent]).collect();
            let ids = values
                .iter()
                .map(|value| match cells {
                    Cells::Numbers | Cells::Constants => build.formulas().constant(*value),
                    Cells::Parameters => {
                        let point = Parameter::new("cell", Distribution::Point(*value));
                        let id = build.add_parameter(point);
                        build.formulas().parameter(id)
                    }
                })
                .collect();
            if cells == Cells::Numbers {
                build.set_numbers(*var, &parents, values.clone());
            } else {
                build.set_table(*var, &parents, ids);
            }
        }
        build.build().unwrap()
    }

    /// The cells of all tables in the order in which [`Cells::Parameters`] makes parameters of them.
    pub fn params(&self, cells: Cells) -> Vec<f64> {
        match cells {
            Cells::Numbers | Cells::Constants => Vec::new(),
            Cells::Parameters => self.cells.concat(),
        }
    }

    /// The variables in another order; `order[new] = old`.
    pub fn reordered(&self, order: &[usize]) -> Spec {
        let new_of = |old: usize| order.iter().position(|o| *o == old).unwrap();
        Spec {
            names: order.iter().map(|old| self.names[*old].clone()).collect(),
            states: order.iter().map(|old| self.states[*old].clone()).collect(),
            parents: order
                .iter()
                .map(|old| self.parents[*old].iter().map(|parent| new_of(*parent)).collect())
                .collect(),
            cells: order.iter().map(|old| self.cells[*old].clone()).collect(),
        }
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(text).collect()
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

/// Reads `{"variables": [{name, states, parents, cpt}]}`.
pub fn spec(network: &Value) -> Spec {
    let variables = network["variables"].as_array().unwrap();
    let names: Vec<String> = variables.iter().map(|v| text(&v["name"])).collect();
    let place = |name: &String| names.iter().position(|n| n == name).unwrap();
    Spec {
        states: variables.iter().map(|v| texts(&v["states"])).collect(),
        parents: variables
            .iter()
            .map(|v| texts(&v["parents"]).iter().map(place).collect())
            .collect(),
        cells: variables
            .iter()
            .map(|v| v["cpt"].as_array().unwrap().iter().flat_map(numbers).collect())
            .collect(),
        names: names.clone(),
    }
}

/// Reads `{"variable": "state"}`.
pub fn evidence(network: &Network, found: &Value) -> Evidence {
    found.as_object().unwrap().iter().fold(Evidence::new(), |evidence, (name, state)| {
        let var = network.find(name).unwrap();
        evidence.observe(var, network.find_state(var, state.as_str().unwrap()).unwrap())
    })
}

/// SplitMix64, so that a failing test names one number that reproduces it.
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// In 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// In 0..1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
}

/// Variables of 2–4 states with up to 3 parents each, a tenth of the cells 0.
pub fn random_spec(n_vars: usize, random: &mut Random) -> Spec {
    random_wide_spec(n_vars, 3, 0.1, random)
}

/// The same with up to `max_parents` parents each and a share `zeros` of the cells 0.
pub fn random_wide_spec(
    n_vars: usize,
    max_parents: usize,
    zeros: f64,
    random: &mut Random,
) -> Spec {
    let sizes: Vec<usize> = (0..n_vars).map(|_| 2 + random.below(3)).collect();
    let mut spec = Spec {
        names: (0..n_vars).map(|i| format!("X{i}")).collect(),
        states: sizes.iter().map(|n| (0..*n).map(|s| format!("s{s}")).collect()).collect(),
        parents: Vec::new(),
        cells: Vec::new(),
    };
    for var in 0..n_vars {
        let mut parents: Vec<usize> = Vec::new();
        for _ in 0..random.below(max_parents + 1).min(var) {
            let parent = random.below(var);
            if !parents.contains(&parent) {
                parents.push(parent);
            }
        }
        let n_rows: usize = parents.iter().map(|parent| sizes[*parent]).product();
        let mut cells = Vec::new();
        for _ in 0..n_rows {
            let mut row: Vec<f64> = (0..sizes[var])
                .map(|_| if random.chance(zeros) { 0.0 } else { 0.05 + random.unit() })
                .collect();
            let sum: f64 = row.iter().sum();
            if sum == 0.0 {
                row[0] = 1.0;
            }
            let sum = if sum == 0.0 { 1.0 } else { sum };
            cells.extend(row.iter().map(|cell| cell / sum));
        }
        spec.parents.push(parents);
        spec.cells.push(cells);
    }
    spec
}

/// A quarter of the variables observed, a quarter with a likelihood vector.
pub fn random_evidence(spec: &Spec, random: &mut Random) -> Evidence {
    let mut evidence = Evidence::new();
    for (i, states) in spec.states.iter().enumerate() {
        let var = VarId(i as u32);
        if random.chance(0.25) {
            evidence = evidence.observe(var, random.below(states.len()));
        }
        if random.chance(0.25) {
            let likelihood = states.iter().map(|_| 0.1 + random.unit()).collect();
            evidence = evidence.weigh(var, likelihood);
        }
    }
    evidence
}
