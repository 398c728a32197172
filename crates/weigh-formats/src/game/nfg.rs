//! Gambit's `.nfg`: payoffs in a row, or outcomes with payoffs and a row of their numbers.

use crate::error::{Fault, Parsed, counted};
use crate::limits::Limits;
use crate::scan::{Scanner, Token};

use super::Matrix;
use super::tokens::{
    check_count, count, names, number, payoffs_to_brace, players, quoted, quoted_if_there,
    told_apart, version,
};

pub(super) fn read(mut scan: Scanner, limits: &Limits) -> Parsed<Matrix> {
    let scan = &mut scan;
    version(scan, "1")?;
    let title = quoted(scan, "the name of the game")?;
    let players = players(scan, limits)?;
    let at = scan.here()?;
    let strategies = strategies(scan, limits)?;
    if strategies.len() != players.len() || strategies.iter().any(Vec::is_empty) {
        let lists = match strategies.len() {
            1 => "1 list of strategies".to_owned(),
            n => format!("{n} lists of strategies"),
        };
        let message = if strategies.len() == players.len() {
            "a player has no strategies".to_owned()
        } else {
            format!("{lists} for {}", counted(players.len(), "player"))
        };
        return Err(Fault::new("strategy-count", at, message)
            .hint("give each player at least one strategy"));
    }
    let n_players = players.len();
    let profiles = strategies.iter().try_fold(1usize, |n, list| n.checked_mul(list.len()));
    let cells = profiles.and_then(|n| n.checked_mul(n_players));
    let Some(cells) = cells.filter(|cells| *cells <= limits.table_cells) else {
        let most = limits.table_cells;
        return Err(Fault::new(
            "too-many-cells",
            at,
            format!("the table has more than {most} payoffs"),
        )
        .hint("raise the limit if the file means it"));
    };
    quoted_if_there(scan, "the comment")?;
    let in_file_order = if scan.peek()? == Token::Mark('{') {
        by_outcomes(scan, limits, cells / n_players, n_players)?
    } else {
        let mut payoffs = Vec::new();
        while let Token::Word(_) | Token::Mark(',') = scan.peek()? {
            scan.take(',')?;
            payoffs.push(number(scan)?.0);
            check_size(payoffs.len(), cells, scan)?;
        }
        payoffs
    };
    let at = scan.here()?;
    if in_file_order.len() != cells {
        let (found, wanted) = (in_file_order.len(), cells);
        return Err(Fault::new(
            "table-size",
            at,
            format!("the table has {found} payoffs, but needs {wanted}"),
        )
        .hint("one for each player in each combination of strategies"));
    }
    match scan.next()?.0 {
        Token::End => {}
        token => {
            return Err(
                scan.fault(at, format!("expected the end of the file, found {}", token.show()))
            );
        }
    }
    let payoffs = last_fastest(&in_file_order, &strategies, n_players);
    Ok(Matrix { title, players, strategies, payoffs })
}

fn check_size(found: usize, wanted: usize, scan: &Scanner) -> Parsed<()> {
    if found <= wanted {
        return Ok(());
    }
    Err(Fault::new(
        "table-size",
        scan.at,
        format!("the table needs {wanted} payoffs, and here is one more"),
    )
    .hint("one for each player in each combination of strategies"))
}

/// Strategies: `{ 2 3 }` or `{ { "a" "b" } { "x" "y" "z" } }`.
fn strategies(scan: &mut Scanner, limits: &Limits) -> Parsed<Vec<Vec<String>>> {
    scan.expect('{', "the players")?;
    let mut lists = Vec::new();
    let mut n_all = 0usize;
    loop {
        let at = scan.here()?;
        if scan.take('}')? {
            return Ok(lists);
        }
        let list = if scan.peek()? == Token::Mark('{') {
            names(scan, "the name of a strategy", limits.states)?
        } else {
            let (n, at) = count(scan, "a number of strategies")?;
            check_count(usize::try_from(n).unwrap_or(usize::MAX), limits.states, "strategies", at)?;
            told_apart(vec![String::new(); n as usize])
        };
        n_all += list.len();
        check_count(n_all, limits.all_states, "strategies", at)?;
        lists.push(list);
        check_count(lists.len(), limits.variables, "lists of strategies", at)?;
    }
}

/// `{ { "name" 1, 2 } … }` and then the number of an outcome for each profile; 0 stands for none.
fn by_outcomes(
    scan: &mut Scanner,
    limits: &Limits,
    n_profiles: usize,
    n_players: usize,
) -> Parsed<Vec<f64>> {
    scan.expect('{', "the strategies")?;
    let mut outcomes = vec![vec![0.0; n_players]];
    while !scan.take('}')? {
        let at = scan.expect('{', "the outcomes")?;
        quoted(scan, "the name of an outcome")?;
        outcomes.push(payoffs_to_brace(scan, n_players, at)?);
        check_count(outcomes.len(), limits.variables, "outcomes", at)?;
    }
    let mut payoffs = Vec::new();
    while let Token::Word(_) = scan.peek()? {
        let (number, at) = count(scan, "the number of an outcome")?;
        let outcome = usize::try_from(number).ok().and_then(|ix| outcomes.get(ix));
        let Some(outcome) = outcome else {
            let n = counted(outcomes.len() - 1, "outcome");
            return Err(Fault::new(
                "unknown-outcome",
                at,
                format!("there is no outcome {number}: the file has {n}"),
            )
            .hint("outcomes are numbered from 1; 0 stands for none"));
        };
        payoffs.extend_from_slice(outcome);
        check_size(payoffs.len(), n_profiles * n_players, scan)?;
    }
    Ok(payoffs)
}

/// Files count the first player's strategy fastest.
fn last_fastest(in_file_order: &[f64], strategies: &[Vec<String>], n_players: usize) -> Vec<f64> {
    let mut out = Vec::with_capacity(in_file_order.len());
    let mut profile = vec![0usize; strategies.len()];
    for _ in 0..in_file_order.len() / n_players {
        let mut at = 0;
        for (chosen, list) in profile.iter().zip(strategies).rev() {
            at = at * list.len() + chosen;
        }
        out.extend_from_slice(&in_file_order[at * n_players..(at + 1) * n_players]);
        for (chosen, list) in profile.iter_mut().zip(strategies).rev() {
            *chosen += 1;
            if *chosen < list.len() {
                break;
            }
            *chosen = 0;
        }
    }
    out
}
