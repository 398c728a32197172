//! Why a game cannot be solved.

use thiserror::Error;

/// What is wrong with a game or with what was asked of it.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum GameError {
    /// A node, branch, player or information set that does not fit the rest.
    #[error("{0}")]
    Shape(String),
    /// A chance move whose probabilities are negative or do not sum to 1.
    #[error("the probabilities of the chance move at node {node} sum to {sum}, not to 1")]
    Chance {
        /// The node, from 0.
        node: usize,
        /// What they sum to.
        sum: f64,
    },
    /// A payoff that is no finite number, or payoffs so far apart that their difference is none.
    #[error("the payoffs of `{player}` run from {low} to {high}: too far apart to be compared")]
    Payoffs {
        /// Whose.
        player: String,
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// A player who forgets what he knew or did.
    #[error(
        "`{player}` cannot tell apart two ways to `{info_set}` on which he saw or did different \
         things: he would have to forget, and then beliefs are not defined"
    )]
    ImperfectRecall {
        /// Who forgets.
        player: String,
        /// Where.
        info_set: String,
    },
    /// A game above the limits.
    #[error(
        "the game is too large: {nodes} nodes, {unknowns} probabilities to be found and {bytes} \
         bytes, where at most {} nodes and {} probabilities are taken on", .limits.nodes,
        .limits.unknowns
    )]
    TooLarge {
        /// Nodes of the tree.
        nodes: usize,
        /// Actions less information sets.
        unknowns: usize,
        /// Memory the solver would take.
        bytes: u64,
        /// What was allowed.
        limits: super::GameLimits,
    },
    /// A precision that is negative or no number, or finite but beyond what can be told from infinite.
    #[error("a precision of {0} cannot be used: give one from 0, or infinity for the limit")]
    Precision(f64),
}
