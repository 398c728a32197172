//! Raw games: Gambit's trees and tables, solved without an assessment around them.

use weigh_formats::Page;
use weigh_formats::game::{GameFile, Matrix, Node as FileNode, Tree};
use weigh_inference::game::{Game, InfoSet, Node, NormalForm, merge_identical, trace};

pub use weigh_formats::game as file;
pub use weigh_inference::game::{
    Branch, Equilibrium, GameError, Merged, StopReason, Trace, TraceSettings,
};

/// What can be wrong with a game that was read, and what is worth knowing of one that was solved.
pub static PAGES: &[Page] = &[
    Page {
        slug: "branch-given-up",
        text: "The principal branch could not be followed to its end. The message says at which precision it was given up\n\
               and how well the equations held there. What lies before is answered; ask for precisions below it.",
    },
    Page {
        slug: "game-refused",
        text: "The game was read, but its parts do not make a game. The message says which.",
    },
    Page {
        slug: "game-too-large",
        text: "The game is larger than is taken on: 1,048,576 nodes, 8,388,608 values of players at nodes, or 600\n\
               probabilities to be found, which are the actions less the information sets. Work grows with the cube of the last.",
    },
    Page {
        slug: "identical-options",
        text: "Two options lead to the same, and are counted as one. Players who err would pick each copy as often, so\n\
               that an option written twice would be picked more often than one written once.",
    },
    Page {
        slug: "imperfect-recall",
        text: "A player cannot tell apart two ways to an information set on which he saw or did different things. He would\n\
               have to forget, and what he then believes is not defined. Give the nodes information sets of their own.",
    },
    Page {
        slug: "payoff-range",
        text: "The payoffs of a player are so far apart that their difference is no number. Use another unit.",
    },
    Page {
        slug: "several-equilibria",
        text: "At some precision asked there are several equilibria. The answer is the one on the principal branch, which\n\
               begins where all choose at random; the others that were met stand beside it. Which of them people would\n\
               play the game does not say, so no single answer should rest on it.",
    },
];

/// A game that can be solved.
#[derive(Debug)]
pub struct RawGame {
    /// Its name; may be empty.
    pub title: String,
    game: Game,
    /// Options that differ in nothing from one before them, and were taken out.
    pub merged: Vec<Merged>,
}

impl RawGame {
    /// Checks the game and takes out options that differ in nothing from another.
    ///
    /// # Errors
    /// [`GameError`] if a player would have to forget, payoffs cannot be compared, or the game is too
    /// large.
    ///
    /// # Example
    /// ```
    /// use weigh::games::{RawGame, TraceSettings, file};
    /// use weigh::raw::formats::Limits;
    /// let nfg = r#"NFG 1 R "dilemma" { "A" "B" } { { "keep" "break" } { "keep" "break" } }
    /// -1 -1 0 -3 -3 0 -2 -2"#;
    /// let game = RawGame::new(file::read(nfg, &Limits::default())?)?;
    /// let found = game.trace(&[1.0], &TraceSettings::default())?;
    /// let keep = found.rows[0].principal.as_ref().unwrap().probabilities[0][0];
    /// assert!((keep - 0.26894).abs() < 1e-5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(file: GameFile) -> Result<RawGame, GameError> {
        let (title, game) = match file {
            GameFile::Matrix(Matrix { title, players, strategies, payoffs }) => {
                (title, NormalForm { players, strategies, payoffs }.into_game()?)
            }
            GameFile::Tree(Tree { title, players, info_sets, nodes }) => {
                let info_sets = info_sets.into_iter().map(|set| InfoSet {
                    player: set.player,
                    name: set.name,
                    actions: set.actions,
                });
                let nodes = nodes.into_iter().map(|node| match node {
                    FileNode::Terminal(payoffs) => Node::Terminal(payoffs),
                    FileNode::Chance(branches) => Node::Chance(branches),
                    FileNode::Decision { info_set, children } => {
                        Node::Decision { info_set, children }
                    }
                });
                (title, Game::new(players, info_sets.collect(), nodes.collect())?)
            }
        };
        let (game, merged) = merge_identical(&game);
        Ok(RawGame { title, game, merged })
    }

    /// The players' names.
    pub fn players(&self) -> &[String] {
        self.game.players()
    }

    /// Who chooses what where, in the order of [`Equilibrium::probabilities`].
    pub fn info_sets(&self) -> &[InfoSet] {
        self.game.info_sets()
    }

    /// Follows the principal branch, see [`weigh_inference::game::trace`].
    ///
    /// # Errors
    /// [`GameError::Precision`] for a precision that cannot be used.
    pub fn trace(&self, lambdas: &[f64], settings: &TraceSettings) -> Result<Trace, GameError> {
        trace(&self.game, lambdas, settings)
    }
}
