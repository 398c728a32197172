//! What holds for games: reading never panics, and a game that is taken on is solved or given up.

use weigh::games::{RawGame, TraceSettings};
use weigh_formats::Limits;
use weigh_formats::game::read;

/// Small, so that a run is short; each is reached.
const LIMITS: Limits = Limits {
    bytes: 1 << 14,
    variables: 1 << 6,
    states: 1 << 4,
    all_states: 1 << 6,
    scope: 1 << 4,
    table_cells: 1 << 9,
    all_cells: 1 << 9,
    depth: 16,
};

pub fn check(first_word: &str, text: &str) {
    if !text.trim_start().starts_with(first_word) {
        return;
    }
    let game = match read(text, &LIMITS) {
        Ok(game) => game,
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1, "places count from 1");
            assert!(!error.message.contains(char::is_control), "{:?}", error.message);
            return;
        }
    };
    let Ok(game) = RawGame::new(game) else { return };
    let settings = TraceSettings { max_steps: 200, ..TraceSettings::default() };
    let Ok(found) = game.trace(&[0.0, 0.5, 1e6], &settings) else { return };
    for equilibrium in found.rows.iter().filter_map(|row| row.principal.as_ref()) {
        for p in &equilibrium.probabilities {
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{p:?}");
        }
    }
}
