//! Turns a discrete Bayesian network with uncertain numbers into answers: the back end of Weigh.
//!
//! The way of the data: [`NetworkBuilder`] checks a [`Network`] whose cells are [`Formulas`] over
//! [`Parameter`]s; [`Tape::compile`] turns it, with [`Evidence`], into one flat list of
//! multiply-and-sum rows; [`solve`] runs that tape over [`DrawPlan`]'s draws and weights each draw
//! by how well it predicted the evidence. [`Batch::run`] runs it over numbers given explicitly.
//!
//! # Example
//! ```
//! use weigh_inference::{
//!     Distribution, Evidence, NetworkBuilder, Parameter, Settings, solve,
//! };
//!
//! let mut build = NetworkBuilder::new();
//! let war = build.add_variable("war", &["no", "yes"]);
//! let alarm = build.add_variable("alarm", &["no", "yes"]);
//! let p = build.add_parameter(Parameter::new("base rate", Distribution::Beta { a: 2.0, b: 18.0 }));
//! let f = build.add_parameter(Parameter::new("false alarm", Distribution::Beta { a: 2.0, b: 8.0 }));
//!
//! let cells = build.formulas();
//! let (p, f, hit) = (cells.parameter(p), cells.parameter(f), cells.constant(0.8));
//! let (not_p, not_f, miss) = (cells.complement(p), cells.complement(f), cells.complement(hit));
//! build.set_table(war, &[], vec![not_p, p]);
//! build.set_table(alarm, &[war], vec![not_f, f, miss, hit]);
//! let network = build.build()?;
//!
//! let evidence = Evidence::new().observe(alarm, 1);
//! let answer = solve(&network, &evidence, &[], &Settings::default())?;
//! let headline = answer.headline(war, 1);
//! assert!(headline.exact);
//! assert!((headline.p - 0.3076923).abs() < 1e-6);
//! assert!(answer.quantile(war, 1, 0.05) < headline.p);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod formula;
mod program;

mod beta;
mod distribution;
mod normal;

mod choices;
mod factors;
mod network;
mod show;

mod evidence;
mod limits;
mod order;

mod apart;
mod compile;
mod cut;
mod join;
mod kernel;
mod matrices;
mod parallel;
mod plain;
mod table;
mod tape;
mod writer;

mod draws;
mod quantiles;
mod sobol;

mod again;
mod answer;
mod batch;
mod best;
mod contradiction;
mod exact;
mod query;
mod solve;
mod sweep;

pub mod bounds;
pub mod diagram;
pub mod game;
pub mod oracle;

pub use again::{Affected, Dependencies};
pub use answer::{Answer, Headline, weighted_quantiles};
pub use batch::{Batch, BatchError, PointAnswer, PointError, solve_point};
pub use best::{Assignment, best_assignments};
pub use bounds::{Bounds, bounds};
pub use choices::{ChoiceCells, Choices, Picks, Responder, Tally, precision};
pub use contradiction::smallest_contradiction;
pub use distribution::{Distribution, FitError};
pub use draws::{DrawPlan, Sharing};
pub use evidence::{Evidence, Finding};
pub use exact::NotExact;
pub use factors::FactorGraph;
pub use formula::{Formula, FormulaId, Formulas};
pub use kernel::Workspace;
pub use limits::{BYTES_PER_ENTRY, CompileError, Limits};
pub use network::{
    Cells, MAX_TABLE_CELLS, Network, NetworkBuilder, NetworkError, ParamId, Parameter, Table,
    VarId, Variable,
};
pub use normal::{normal_cdf, normal_quantile};
pub use order::{Cost, Order};
pub use plain::{
    PlainAccess, PlainDraws, PlainMessage, PlainOperand, PlainPlay, PlainPrecision, PlainQuantiles,
    PlainTable, PlainTape,
};
pub use query::{Posteriors, Query};
pub use solve::{Revision, Settings, SolveError, solve};
pub use sweep::Sweep;
pub use tape::Tape;
