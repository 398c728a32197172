//! Multi-agent influence diagrams: choices of several actors inside a network, and what they do.
//!
//! A [`Diagram`] is the structure, checked once. A [`Solver`] writes down once which decisions rely
//! on which and every multiplication; [`Solver::solve`] then turns one set of [`Numbers`] (a draw) into
//! a [`Solution`]: the policy of every decision, a logit response with a precision of its own or
//! rational, and what each actor expects. Nothing that an analyst has observed enters it.
//!
//! # Example
//! ```
//! use weigh_inference::diagram::{Diagram, Node, Payoff, Role, Solver};
//!
//! // An oil field that is dry, wet or soaking; whether to drill.
//! let node = |name: &str, states: &[&str], parents: &[usize], role: Role| Node {
//!     name: name.into(),
//!     states: states.iter().map(|s| s.to_string()).collect(),
//!     parents: parents.to_vec(),
//!     role,
//! };
//! let oil = node("oil", &["dry", "wet", "soak"], &[], Role::Chance);
//! let drill = node("drill", &["no", "yes"], &[], Role::Decision { owner: 0 });
//! let profit = Payoff { name: "profit".into(), owner: 0, parents: vec![0, 1] };
//! let diagram = Diagram::new(vec!["wildcatter".into()], vec![oil, drill], vec![profit], vec![])?;
//!
//! let mut solver = Solver::new(&diagram)?;
//! let (mut numbers, mut found) = (diagram.numbers(), solver.solution());
//! numbers.table_mut(0).copy_from_slice(&[0.5, 0.3, 0.2]);
//! numbers.payoff_mut(0).copy_from_slice(&[0.0, -70.0, 0.0, 50.0, 0.0, 200.0]);
//! solver.solve(&numbers, &mut found)?;
//! assert_eq!(found.policy(1), [0.0, 1.0]);
//! assert!((found.payoffs[0] - 20.0).abs() < 1e-12);
//!
//! // Of two options that are 20 apart, the better is taken three times in four.
//! numbers.set_precision(1, 3.0f64.ln() / 20.0);
//! solver.solve(&numbers, &mut found)?;
//! assert!((found.policy(1)[1] - 0.75).abs() < 1e-12);
//! # Ok::<(), weigh_inference::diagram::DiagramError>(())
//! ```

mod alike;
mod circle;
mod eliminate;
mod error;
mod lanes;
mod numbers;
mod plain;
mod relevance;
mod response;
mod solution;
mod solver;
mod store;
mod structure;
mod worth;

pub use error::DiagramError;
pub(crate) use lanes::{WIDTH, WideSolver};
pub use numbers::Numbers;
pub use plain::{PlainAlike, PlainDecision, PlainGame, PlainStep, PlainTerm, PlainWorth};
pub use solution::{Note, Solution};
pub use solver::{Other, Solver};
pub use structure::{Belief, Diagram, DiagramLimits, Node, Payoff, Role};
pub use worth::{Sight, value_of_seeing};
