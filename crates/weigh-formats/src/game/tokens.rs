//! What both of Gambit's formats are made of: numbers, quoted names, lists in braces.

use rustc_hash::FxHashSet;

use crate::error::{Fault, Parsed, counted, shown};
use crate::limits::Limits;
use crate::model::is_unprintable;
use crate::number::{parse_count, parse_number};
use crate::scan::{Rules, Scanner, Token, classes};

static RULES: Rules = Rules {
    slug: "game-syntax",
    // No character begins a comment: `classes` names none.
    line_comment: "\n",
    has_block_comments: false,
    classes: classes(b"{},", b""),
};

pub(super) fn scanner(text: &str) -> Scanner<'_> {
    Scanner::new(text, &RULES)
}

/// Takes the version: a number, then `R` or `D` for rationals or decimals, which are read alike.
pub(super) fn version(scan: &mut Scanner, wanted: &str) -> Parsed<()> {
    let (version, at) = scan.name("the version of the format")?;
    if version != wanted {
        return Err(scan
            .fault(at, format!("this is version {} of the format", shown(&version)))
            .hint(format!("version {wanted} can be read: save it anew with Gambit")));
    }
    let (kind, at) = scan.name("`R` or `D`")?;
    if kind != "R" && kind != "D" {
        return Err(scan
            .fault(at, format!("expected `R` or `D`, found {}", shown(&kind)))
            .hint("a file begins with `EFG 2 R` or `NFG 1 R`"));
    }
    Ok(())
}

/// Takes a text in quotes.
pub(super) fn quoted(scan: &mut Scanner, what: &str) -> Parsed<String> {
    match scan.next()? {
        (Token::Quoted(text), at) => {
            if text.chars().any(|c| is_unprintable(c) && c != '\n') {
                return Err(Fault::new(
                    "control-character",
                    at,
                    format!("{what} holds a control character"),
                )
                .hint("remove it"));
            }
            Ok(text.replace('\n', " "))
        }
        (token, at) => Err(scan
            .fault(at, format!("expected {what} in quotes, found {}", token.show()))
            .hint("write it as `\"name\"`")),
    }
}

/// Takes a text in quotes if one is next.
pub(super) fn quoted_if_there(scan: &mut Scanner, what: &str) -> Parsed<Option<String>> {
    match scan.peek()? {
        Token::Quoted(_) => quoted(scan, what).map(Some),
        _ => Ok(None),
    }
}

/// Takes `{ "a" "b" … }`, at most `most` names, and makes each name one of its own.
pub(super) fn names(scan: &mut Scanner, what: &str, most: usize) -> Parsed<Vec<String>> {
    scan.expect('{', what)?;
    let mut names = Vec::new();
    loop {
        let at = scan.here()?;
        if scan.take('}')? {
            return Ok(told_apart(names));
        }
        scan.take(',')?;
        names.push(quoted(scan, what)?);
        check_count(names.len(), most, "names in one list", at)?;
    }
}

/// Holds a count against its limit.
pub(super) fn check_count(n: usize, most: usize, what: &str, at: usize) -> Parsed<()> {
    if n <= most {
        return Ok(());
    }
    Err(Fault::new("too-many-states", at, format!("the file has more than {most} {what}"))
        .hint("raise the limit if the file means it"))
}

/// Gives names that are empty or not the first of their kind a number.
pub(super) fn told_apart(mut names: Vec<String>) -> Vec<String> {
    let mut taken: FxHashSet<String> = names.iter().cloned().collect();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for (ix, name) in names.iter_mut().enumerate() {
        if !name.is_empty() && seen.insert(name.clone()) {
            continue;
        }
        let number = ix + 1;
        let mut anew =
            if name.is_empty() { number.to_string() } else { format!("{name} ({number})") };
        while !taken.insert(anew.clone()) {
            anew.push('\'');
        }
        seen.insert(anew.clone());
        *name = anew;
    }
    names
}

/// Takes a number: `1`, `-0.5`, `1e-3` or `2/3`.
pub(super) fn number(scan: &mut Scanner) -> Parsed<(f64, usize)> {
    match scan.next()? {
        (Token::Word(word), at) => Ok((rational(word, at)?, at)),
        (token, at) => Err(scan
            .fault(at, format!("expected a number, found {}", token.show()))
            .hint("write `1`, `-0.5` or `2/3`")),
    }
}

fn rational(word: &str, at: usize) -> Parsed<f64> {
    let Some((above, below)) = word.split_once('/') else { return parse_number(word, at) };
    let value = parse_number(above, at)? / parse_number(below, at)?;
    if value.is_finite() {
        return Ok(value + 0.0);
    }
    Err(Fault::new("not-a-number", at, format!("{} is not a finite number", shown(word)))
        .hint("write a fraction such as `2/3`"))
}

/// Takes a whole number from 0.
pub(super) fn count(scan: &mut Scanner, what: &str) -> Parsed<(u64, usize)> {
    match scan.next()? {
        (Token::Word(word), at) => Ok((parse_count(word, what, at)?, at)),
        (token, at) => Err(scan.fault(at, format!("expected {what}, found {}", token.show()))),
    }
}

/// Takes `{ 1, -1 }` behind what it belongs to: one payoff for each player.
pub(super) fn payoffs(scan: &mut Scanner, n_players: usize) -> Parsed<Vec<f64>> {
    let at = scan.expect('{', "an outcome")?;
    payoffs_to_brace(scan, n_players, at)
}

/// Takes the payoffs of an outcome up to its `}`.
pub(super) fn payoffs_to_brace(
    scan: &mut Scanner,
    n_players: usize,
    at: usize,
) -> Parsed<Vec<f64>> {
    let mut payoffs = Vec::new();
    while !scan.take('}')? {
        scan.take(',')?;
        payoffs.push(number(scan)?.0);
        if payoffs.len() > n_players {
            break;
        }
    }
    if payoffs.len() == n_players {
        return Ok(payoffs);
    }
    let found = if payoffs.len() > n_players {
        "more payoffs".to_owned()
    } else {
        counted(payoffs.len(), "payoff")
    };
    let players = counted(n_players, "player");
    Err(Fault::new("payoff-count", at, format!("an outcome has {found} for {players}"))
        .hint("write one payoff for each player"))
}

/// Takes the players.
pub(super) fn players(scan: &mut Scanner, limits: &Limits) -> Parsed<Vec<String>> {
    let at = scan.here()?;
    let players = names(scan, "the name of a player", limits.variables)?;
    match players.is_empty() {
        true => Err(scan.fault(at, "the game has no players").hint("name at least one")),
        false => Ok(players),
    }
}
