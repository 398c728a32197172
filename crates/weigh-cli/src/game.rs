//! `weigh game`: a game of Gambit's, its principal branch at the asked precisions and its limit.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use weigh::games::{
    Branch, Equilibrium, GameError, Merged, RawGame, StopReason, Trace, TraceSettings, file,
};
use weigh::raw::formats::Limits;
use weigh::report::words;

use crate::args::{Format, GameArgs};
use crate::network;
use crate::summary::{align_right, plain_table, print_table};
use crate::terminal::{self, Failure, Outcome};

/// Most bytes of a game: a tree of a million nodes has some hundred million.
const MAX_BYTES: u64 = 1 << 28;

/// Runs the command.
pub fn run(args: &GameArgs) -> Result<Outcome, Failure> {
    game(args).map_err(|failure| terminal::also_as_json(failure, args.format.format))
}

#[expect(clippy::disallowed_methods, reason = "the seconds are printed, no result depends on them")]
fn game(args: &GameArgs) -> Result<Outcome, Failure> {
    let since = Instant::now();
    let path = args.game.display().to_string();
    let text = network::read_up_to(&args.game, MAX_BYTES)?;
    let read =
        file::read(&text, &Limits::default()).map_err(|error| network::unread(&path, error))?;
    let game = RawGame::new(read).map_err(|error| refused(&path, &error))?;
    let load = since.elapsed();
    let since = Instant::now();
    let settings = TraceSettings { to_the_limit: !args.no_limit, ..TraceSettings::default() };
    let found = game.trace(&args.lambda, &settings).map_err(|error| refused(&path, &error))?;
    let solved = since.elapsed();
    let remarks = remarks(&game, &found);
    match args.format.format {
        Format::Json => terminal::print_json(&to_json(&game, &found, &path, &remarks))?,
        Format::Text => {
            for remark in &remarks {
                terminal::complain(&format!(
                    "warning[{}]: {path}: {}\n",
                    remark.slug, remark.message
                ));
            }
            terminal::print(&to_text(&game, &found))?;
        }
    }
    if args.timing {
        let seconds = |of: Duration| of.as_secs_f64();
        terminal::complain(&format!(
            "load {:.6} s, solve {:.6} s\n",
            seconds(load),
            seconds(solved)
        ));
    }
    match &found.stop {
        None => Ok(Outcome::Fine),
        Some(stop) => Err(Failure::run(format!(
            "the branch had to be given up at precision {}, with a residual of {:e}",
            stop.lambda, stop.residual
        ))
        .hint("ask for precisions below it")),
    }
}

fn refused(path: &str, error: &GameError) -> Failure {
    if let GameError::Precision(_) = error {
        return Failure::run(error.to_string());
    }
    let slug = match error {
        GameError::ImperfectRecall { .. } => "imperfect-recall",
        GameError::TooLarge { .. } => "game-too-large",
        GameError::Payoffs { .. } => "payoff-range",
        _ => "game-refused",
    };
    Failure::fault(slug, path, None, format!("{path}: {error}"))
}

/// Something that a reader of the numbers must know.
struct Remark {
    slug: &'static str,
    message: String,
}

fn remarks(game: &RawGame, found: &Trace) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for Merged { info_set, kept, dropped } in &game.merged {
        let set = &game.info_sets()[*info_set].name;
        let message = format!(
            "at `{set}`, `{dropped}` differs in nothing from `{kept}`: it is counted as the same option"
        );
        remarks.push(Remark { slug: "identical-options", message });
    }
    for fork in &found.forks {
        let message = format!(
            "another branch crosses the principal one at precision {}: from there on there are several \
             equilibria, and which one would be played the game does not say",
            fork.lambda
        );
        remarks.push(Remark { slug: "several-equilibria", message });
    }
    let turned = found
        .rows
        .iter()
        .filter(|row| row.others.iter().any(|other| other.branch == Branch::AfterTurn));
    let at: Vec<String> = turned.map(|row| row.lambda.to_string()).collect();
    if !at.is_empty() {
        let message = format!(
            "the principal branch turns back, and has several equilibria at precision {}: the first it \
             comes to is given first",
            at.join(", ")
        );
        remarks.push(Remark { slug: "several-equilibria", message });
    }
    if let Some(stop) = &found.stop {
        let why = match stop.reason {
            StopReason::StepTooShort => "no step was surely on the same curve",
            StopReason::TooManySteps => "it took too many steps",
        };
        let message = format!(
            "the branch had to be given up at precision {} with a residual of {:e}: {why}",
            stop.lambda, stop.residual
        );
        remarks.push(Remark { slug: "branch-given-up", message });
    }
    remarks
}

fn to_json(game: &RawGame, found: &Trace, path: &str, remarks: &[Remark]) -> Value {
    let rows = found.rows.iter().map(|row| {
        let mut value = match &row.principal {
            Some(equilibrium) => equilibrium_to_json(game, equilibrium),
            None => {
                json!({ "probabilities": null, "payoffs": null, "residual": null, "regret": null })
            }
        };
        value["lambda"] = precision(row.lambda);
        value["others"] = row
            .others
            .iter()
            .map(|other| {
                let mut value = equilibrium_to_json(game, &other.equilibrium);
                value["branch"] = match other.branch {
                    Branch::AfterTurn => "after_turn".into(),
                    Branch::Fork(_) => "fork".into(),
                };
                value["fork"] = match other.branch {
                    Branch::AfterTurn => Value::Null,
                    Branch::Fork(ix) => ix.into(),
                };
                value
            })
            .collect();
        value
    });
    let limit = found.limit.as_ref().map(|limit| {
        let mut value = equilibrium_to_json(game, limit);
        value["lambda"] = precision(limit.lambda);
        value["what"] = "limit of the principal branch".into();
        value
    });
    let turns = found.turns.iter().map(
        |turn| json!({ "lambda": turn.lambda, "probabilities": named(game, &turn.probabilities) }),
    );
    let forks = found.forks.iter().map(|fork| {
        json!({ "lambda": fork.lambda, "ways": fork.ways, "probabilities": named(game, &fork.probabilities) })
    });
    let merged = game.merged.iter().map(|merged| {
        let set = &game.info_sets()[merged.info_set];
        json!({ "player": game.players()[set.player as usize], "information_set": set.name,
                "kept": merged.kept, "dropped": merged.dropped })
    });
    let stop = found.stop.as_ref().map(|stop| {
        let reason = match stop.reason {
            StopReason::StepTooShort => "step_too_short",
            StopReason::TooManySteps => "too_many_steps",
        };
        json!({ "lambda": stop.lambda, "residual": stop.residual, "reason": reason })
    });
    let diagnostics = remarks.iter().map(|remark| {
        json!({ "severity": "warning", "slug": remark.slug, "message": remark.message, "file": path,
                "line": null, "column": null, "labels": [], "hints": [] })
    });
    json!({
        "title": game.title,
        "players": game.players(),
        "results": rows.collect::<Vec<_>>(),
        "limit": limit,
        "turns": turns.collect::<Vec<_>>(),
        "forks": forks.collect::<Vec<_>>(),
        "merged": merged.collect::<Vec<_>>(),
        "stop": stop,
        "steps": found.steps,
        "rounds": found.rounds,
        "diagnostics": diagnostics.collect::<Vec<_>>(),
    })
}

/// JSON has no infinity.
fn precision(lambda: f64) -> Value {
    if lambda.is_finite() { lambda.into() } else { "inf".into() }
}

fn equilibrium_to_json(game: &RawGame, found: &Equilibrium) -> Value {
    let payoffs = game.players().iter().zip(&found.payoffs);
    let payoffs: Map<String, Value> =
        payoffs.map(|(player, payoff)| (player.clone(), (*payoff).into())).collect();
    json!({
        "probabilities": named(game, &found.probabilities),
        "payoffs": payoffs,
        "residual": found.residual,
        "regret": found.regret,
    })
}

/// By player, information set and action.
fn named(game: &RawGame, probabilities: &[Vec<f64>]) -> Value {
    let mut by_player: Map<String, Value> =
        game.players().iter().map(|player| (player.clone(), json!({}))).collect();
    for (set, p) in game.info_sets().iter().zip(probabilities) {
        let actions = set.actions.iter().cloned().zip(p.iter().map(|p| Value::from(*p)));
        let player = &game.players()[set.player as usize];
        by_player[player][&set.name] = Value::Object(actions.collect());
    }
    Value::Object(by_player)
}

/// A table with a row for each action and a column for each precision.
fn to_text(game: &RawGame, found: &Trace) -> String {
    let mut table = plain_table();
    let mut columns: Vec<Option<&Equilibrium>> =
        found.rows.iter().map(|row| row.principal.as_ref()).collect();
    let mut header = vec!["precision".to_owned()];
    header.extend(found.rows.iter().map(|row| row.lambda.to_string()));
    if found.limit.is_some() || found.stop.is_some() {
        columns.push(found.limit.as_ref());
        header.push("limit".to_owned());
    }
    table.add_row(header);
    let shown = |value: Option<String>| value.unwrap_or_else(|| "?".to_owned());
    for (ix, set) in game.info_sets().iter().enumerate() {
        let player = &game.players()[set.player as usize];
        let at = if set.name == *player { String::new() } else { format!(" at {}", set.name) };
        for (action, name) in set.actions.iter().enumerate() {
            let mut row = vec![format!("{player}{at}: {name}")];
            row.extend(columns.iter().map(|column| {
                shown(column.map(|found| words::percent(found.probabilities[ix][action])))
            }));
            table.add_row(row);
        }
    }
    for (ix, player) in game.players().iter().enumerate() {
        let mut row = vec![format!("payoff of {player}")];
        row.extend(
            columns
                .iter()
                .map(|column| shown(column.map(|found| format!("{:.4}", found.payoffs[ix])))),
        );
        table.add_row(row);
    }
    align_right(&mut table, &(1..=columns.len()).collect::<Vec<_>>());
    let mut out = String::new();
    if !game.title.is_empty() {
        out.push_str(&format!("{}\n", game.title));
    }
    out.push_str(&print_table(&table));
    if found.limit.is_some() {
        out.push_str(
            "`limit` is the limit of the principal branch, one equilibrium of players who do not err\n",
        );
    }
    for row in found.rows.iter().filter(|row| !row.others.is_empty()) {
        out.push_str(&format!("\nalso at precision {}\n", row.lambda));
        for other in &row.others {
            let sets = game.info_sets().iter().zip(&other.equilibrium.probabilities);
            let parts: Vec<String> = sets
                .map(|(set, p)| {
                    let actions = set.actions.iter().zip(p);
                    let actions: Vec<String> =
                        actions.map(|(name, p)| format!("{name} {}", words::percent(*p))).collect();
                    format!("{}: {}", set.name, actions.join(", "))
                })
                .collect();
            out.push_str(&format!("  {}\n", parts.join("; ")));
        }
    }
    out
}
