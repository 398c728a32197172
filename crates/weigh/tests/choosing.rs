//! What the page's actors choose against what the engine's do: random games, solved by Node and by Rust.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;
#[path = "common/page.rs"]
mod page;

use common::{MAIN, Memory};
use page::{Dice, floats, run};
use serde_json::json;
use std::fmt::Write as _;
use weigh::report::movable::{game, play};
use weigh_model::load::load;
use weigh_model::lower::{Lowered, SlotKind, Switches, lower};
use weigh_model::resolve::resolve;

/// A few factors, then actors with a choice each, who see some of what is there; factors that follow from it all; and what
/// everybody wants of some of it.
fn random_game(dice: &mut Dice) -> String {
    let mut text = "assessment \"A\"\n  as of 2022-10-14\n".to_owned();
    let mut nodes: Vec<(String, usize)> = Vec::new();
    let is = |dice: &mut Dice, nodes: &[(String, usize)]| {
        let (name, n) = &nodes[dice.below(nodes.len())];
        format!("{name} = s{}", dice.below(*n))
    };
    let states = |n: usize| (0..n).map(|ix| format!("s{ix}")).collect::<Vec<_>>().join(", ");
    // Now and then something never happens, so that who sees it all the same is surprised.
    let percent = |dice: &mut Dice| match dice.below(6) {
        0 => "0%".to_owned(),
        1 => "30%".to_owned(),
        _ => format!("{}% to {}%", 2 + dice.below(20), 23 + dice.below(25)),
    };
    let factor = |dice: &mut Dice, text: &mut String, nodes: &mut Vec<(String, usize)>| {
        let (name, n) = (format!("f{}", nodes.len()), 2 + dice.below(2));
        writeln!(text, "factor {name}: {}", states(n)).unwrap();
        for state in 1..n {
            let case = match nodes.is_empty() {
                true => String::new(),
                false => format!(" if {}, {} otherwise", is(dice, nodes), percent(dice)),
            };
            writeln!(text, "  s{state} {}{case}", percent(dice)).unwrap();
        }
        writeln!(text, "  s0 rest").unwrap();
        nodes.push((name, n));
    };
    for _ in 0..1 + dice.below(2) {
        factor(dice, &mut text, &mut nodes);
    }
    let n_actors = 1 + dice.below(3);
    let mut actors = Vec::new();
    for actor in 0..n_actors {
        let (name, n) = (format!("c{actor}"), 2 + dice.below(2));
        let known: Vec<&str> =
            nodes.iter().filter(|_| dice.below(5) > 0).map(|(name, _)| name.as_str()).collect();
        let mut own = format!("actor a{actor}\n  choice {name}: {}\n", states(n));
        if !known.is_empty() {
            writeln!(own, "    knows {}", known.join(", ")).unwrap();
        }
        own += match dice.below(3) {
            0 => "  rational\n",
            1 => "  picks the better of two options 10 points apart 90% of the time\n",
            _ => "  picks the better of two options 10 points apart 75% to 95% of the time\n",
        };
        actors.push(own);
        nodes.push((name, n));
        if dice.below(2) == 0 {
            factor(dice, &mut text, &mut nodes);
        }
    }
    for (actor, own) in actors.into_iter().enumerate() {
        text += &own;
        text += "  wants\n";
        writeln!(text, "    5 to 20 if c{actor} = s1").unwrap();
        for _ in 0..1 + dice.below(5) {
            let (a, b) = (is(dice, &nodes), is(dice, &nodes));
            let low = dice.below(60) as i32 - 40;
            writeln!(text, "    {low} to {} if {a} and {b}", low + 1 + dice.below(20) as i32)
                .unwrap();
        }
        if dice.below(4) == 0 && actor + 1 < n_actors {
            writeln!(text, "  expects c{} = s1 {}", actor + 1, percent(dice)).unwrap();
        }
    }
    writeln!(text, "question q\n  yes 40% if {}, 5% otherwise", is(dice, &nodes)).unwrap();
    text
}

fn lowered(text: &str) -> Option<Lowered> {
    let world = Memory::with(text);
    let (assessment, _) = resolve(&world, &load(&world, MAIN).unwrap());
    lower(&assessment, Switches::Numbers).ok()
}

/// Policies of random games at random numbers: sums and products come in the same order, and the exponential of a
/// response differs in its last bit at most. So they agree to 1e-13.
#[test]
fn actors_choose_the_same_in_both() {
    let mut dice = Dice(2);
    let n = 13;
    let (mut games, mut expected) = (Vec::new(), Vec::new());
    let (mut n_circles, mut n_surprises, mut n_alike, mut n_rational) = (0, 0, 0, 0);
    while games.len() < 300 {
        let text = random_game(&mut dice);
        let lowered = lowered(&text).unwrap_or_else(|| panic!("{text}"));
        let choices = lowered.network.choices().unwrap();
        let Some((plain, numbers)) = choices.to_plain() else {
            n_circles += 1;
            continue;
        };
        let n_params = lowered.network.parameters().len();
        let mut params = vec![0.0; n_params * n];
        for (number, row) in lowered.numbers.iter().zip(params.chunks_exact_mut(n)) {
            for (lane, value) in row.iter_mut().enumerate() {
                *value = match number.slot {
                    SlotKind::Payoff if lane % 7 == 3 => 10.0,
                    SlotKind::Payoff => 100.0 * dice.roll() - 50.0,
                    _ if number.what.contains("picks") => 0.4 + 0.6 * dice.roll(),
                    _ if dice.below(10) == 0 => 0.0,
                    // Above a half, what is left for the rest may be less than nothing.
                    _ => 0.52 * dice.roll(),
                };
            }
        }
        let rows: Vec<Vec<f64>> = params.chunks_exact(n).map(<[f64]>::to_vec).collect();
        choices.responder().respond(&mut params, n);
        let terms = || plain.decisions.iter().flat_map(|decision| &decision.terms);
        n_surprises += terms().filter(|term| term.surprised.is_some()).count();
        n_alike += plain.alike.len();
        n_rational += text.matches("rational").count();
        expected.push((text, params[choices.first_policy() * n..].to_vec()));
        games.push(json!({"game": game(&plain), "play": play(&numbers), "params": rows}));
    }
    let script = "for (const { game, play, params } of input.games) {
        const chosen = weighChooser.play(weighChooser.prepare(game, play), params, input.n);
        console.log(chosen.slice(Math.min(...play.policies)).map((row) => Array.from(row).join(' ')).join(' '));
      }";
    let Some(out) = run(script, &json!({"games": games, "n": n})) else { return };
    assert_eq!(out.lines().count(), games.len());
    let mut n_even = 0;
    for ((text, expected), line) in expected.iter().zip(out.lines()) {
        let found = floats(line);
        assert_eq!(found.len(), expected.len());
        for (cell, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-13, "{cell}: {found} and {expected} in\n{text}");
            n_even += usize::from(*expected == 0.5);
        }
    }
    assert!(
        n_circles > 10 && n_surprises > 10 && n_alike > 50 && n_rational > 50 && n_even > 50,
        "{n_circles} {n_surprises} {n_alike} {n_rational} {n_even}"
    );
}

/// The page refuses what it cannot find in a frame, and says why and what to type.
#[test]
fn a_circle_has_no_controls_and_says_why() {
    let text = "assessment \"A\"\n  as of 2022-10-14\nquestion q\n  yes 50% if left = drive and right = drive, 1% otherwise\n\
        actor one\n  choice left: swerve, drive\n  picks the better of two options 10 points apart 75% to 95% of the time\n  wants\n    -50 to -20 if left = drive and right = drive\n    5 if left = drive\n\
        actor other\n  choice right: swerve, drive\n  picks the better of two options 10 points apart 75% to 95% of the time\n  wants\n    -50 to -20 if left = drive and right = drive\n    5 if right = drive\n";
    let page = |text: &str| {
        let found = common::solve(text, &common::draws(100));
        weigh::report::html(&found)
    };
    let circle = page(text);
    assert!(circle.contains("rely on each other in a circle"), "{circle}");
    assert!(!circle.contains("id=\"controls\""));
    let sees = text.replacen(
        "choice right: swerve, drive",
        "choice right: swerve, drive\n    knows left",
        1,
    );
    assert!(page(&sees).contains("id=\"controls\""));
}
