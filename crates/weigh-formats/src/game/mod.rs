//! Games as files: Gambit's `.efg` (trees) and `.nfg` (tables of payoffs), read into plain data.
//!
//! ```
//! use weigh_formats::Limits;
//! use weigh_formats::game::{GameFile, read};
//! let nfg = r#"NFG 1 R "pennies" { "Row" "Column" } { 2 2 }
//!
//! 1 -1 -1 1 -1 1 1 -1"#;
//! let GameFile::Matrix(game) = read(nfg, &Limits::default())? else { unreachable!() };
//! assert_eq!(game.players, ["Row", "Column"]);
//! // The first row of the table: both choose their first, then the column its second.
//! assert_eq!(game.payoffs[..4], [1.0, -1.0, -1.0, 1.0]);
//! # Ok::<(), weigh_formats::ReadError>(())
//! ```
//!
//! # Source
//! *Game representation formats*, in the manual of Gambit (The Gambit Project).

mod efg;
mod nfg;
mod tokens;

use crate::error::{Fault, ReadError};
use crate::limits::Limits;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum GameFile {
    /// A tree, from `.efg`.
    Tree(Tree),
    /// A table of payoffs, from `.nfg`.
    Matrix(Matrix),
}

/// A game as a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The game's name.
    pub title: String,
    /// The players' names, each once.
    pub players: Vec<String>,
    /// Information sets of players, in the order in which the tree first comes to them.
    pub info_sets: Vec<InfoSet>,
    /// The nodes; each stands before its children.
    pub nodes: Vec<Node>,
}

/// What a player knows and can choose.
#[derive(Clone, Debug, PartialEq)]
pub struct InfoSet {
    /// A place in [`Tree::players`].
    pub player: u32,
    /// Its name, which no other information set of the player has.
    pub name: String,
    /// The names of the actions, each once.
    pub actions: Vec<String>,
}

/// A node; children are places in [`Tree::nodes`].
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// The end, with the sum of all payoffs on the way to it for each player.
    Terminal(Vec<f64>),
    /// Probabilities that sum to 1, and where each leads.
    Chance(Vec<(f64, u32)>),
    /// A player's choice.
    Decision {
        /// A place in [`Tree::info_sets`].
        info_set: u32,
        /// Where each action leads.
        children: Vec<u32>,
    },
}

/// A game as a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The game's name.
    pub title: String,
    /// The players' names, each once.
    pub players: Vec<String>,
    /// The names of each player's strategies, each once.
    pub strategies: Vec<Vec<String>>,
    /// `[profiles, players]`, the last player's strategy fastest (files count the first fastest).
    pub payoffs: Vec<f64>,
}

/// Reads a game; the first word says which kind it is.
///
/// Names that are empty or stand twice in one list get their number: `2`, `bet (2)`. Probabilities of
/// a chance move are divided by their sum if that is between 0.99 and 1.01.
///
/// # Errors
/// The first thing in the file that is wrong, with its place; the slugs are in docs/formats.md. What
/// the file asks for is held against `limits` before memory is taken: `variables` counts players,
/// information sets and outcomes, `states` the actions of one information set, `all_states` those of
/// all, `all_cells` payoffs.
pub fn read(text: &str, limits: &Limits) -> Result<GameFile, ReadError> {
    let parsed = crate::check_length(text, limits).and_then(|()| {
        let mut scan = tokens::scanner(text);
        let at = scan.here()?;
        match scan.name("`EFG` or `NFG`")?.0.as_ref() {
            "EFG" => efg::read(scan, limits).map(GameFile::Tree),
            "NFG" => nfg::read(scan, limits).map(GameFile::Matrix),
            word => {
                let found = crate::error::shown(word);
                Err(Fault::new(
                    "game-syntax",
                    at,
                    format!("expected `EFG` or `NFG`, found {found}"),
                )
                .hint("these are the first words of Gambit's .efg and .nfg files"))
            }
        }
    });
    parsed.map_err(|fault| fault.place(text))
}
