//! Actors in an assessment: known games written in the language, invariances, and what a game leaves alone.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{MAIN, Memory, draws, factor, solve};
use serde_json::Value;
use std::fmt::Write as _;
use weigh::Session;
use weigh::findings::{ActorsFinding, Findings};

/// A diagram of the known answers as an assessment; everybody has one precision.
fn written(case: &Value, lambda: f64) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list =
        |value: &Value| -> Vec<String> { value.as_array().unwrap().iter().map(text).collect() };
    let nodes = case["inputs"]["nodes"].as_array().unwrap();
    let states_of =
        |name: &str| list(&nodes.iter().find(|node| node["name"] == name).unwrap()["states"]);
    let rows = |parents: &[String]| -> Vec<Vec<String>> {
        parents.iter().fold(vec![Vec::new()], |rows, parent| {
            let longer = |row: &Vec<String>| {
                let row = row.clone();
                states_of(parent).into_iter().map(move |s| [row.clone(), vec![s]].concat())
            };
            rows.iter().flat_map(longer).collect()
        })
    };
    let mut out = "assessment \"A\"\n  as of 2022-10-14\nquestion asked\n  base 10%\n".to_owned();
    for node in nodes.iter().filter(|node| node["type"] == "chance") {
        let parents = list(&node["parents"]);
        let states = list(&node["states"]);
        let cells = node["cpt"].as_array().unwrap();
        writeln!(out, "factor {}: {}", text(&node["name"]), states.join(", ")).unwrap();
        let given = if parents.is_empty() {
            String::new()
        } else {
            format!(" given {}", parents.join(", "))
        };
        writeln!(out, "  table{given}").unwrap();
        for (row, cells) in rows(&parents).iter().zip(cells.chunks(states.len())) {
            let cells: Vec<String> = cells.iter().map(Value::to_string).collect();
            let head = if row.is_empty() { String::new() } else { format!("{}: ", row.join(", ")) };
            writeln!(out, "    {head}{}", cells.join(", ")).unwrap();
        }
    }
    for agent in list(&case["inputs"]["agents"]) {
        writeln!(out, "actor {}", agent.to_lowercase()).unwrap();
        let own = || nodes.iter().filter(|node| node["agent"] == agent);
        for node in own().filter(|node| node["type"] == "decision") {
            writeln!(out, "  choice {}: {}", text(&node["name"]), list(&node["states"]).join(", "))
                .unwrap();
            let known = list(&node["parents"]);
            if !known.is_empty() {
                writeln!(out, "    knows {}", known.join(", ")).unwrap();
            }
        }
        // Three times in four, where the options are ln 3 / lambda apart.
        let apart = libm::log(3.0) / lambda;
        writeln!(
            out,
            "  picks the better of two options {apart:?} points apart 75% of the time\n  wants"
        )
        .unwrap();
        for node in own().filter(|node| node["type"] == "utility") {
            let parents = list(&node["parents"]);
            for (row, value) in rows(&parents).iter().zip(node["table"].as_array().unwrap()) {
                let all = parents.iter().zip(row).map(|(name, state)| format!("{name} = {state}"));
                writeln!(out, "    {value} if {}", all.collect::<Vec<_>>().join(" and ")).unwrap();
            }
        }
    }
    out
}

fn actors(findings: &Findings) -> &ActorsFinding {
    findings.actors.as_ref().unwrap()
}

/// Every policy of a case file, and what the options come to.
fn hold_to_case(text: &str) {
    let case: Value = serde_json::from_str(text).unwrap();
    let mut n_checked = 0;
    for row in case["expected"]["rows"].as_array().unwrap() {
        let lambda = row["lambda"].as_f64().unwrap();
        if lambda == 0.0 {
            continue; // pure chance is no actor
        }
        let seen = "scenario seen\n  observe Press = press\n";
        let findings = solve(&(written(&case, lambda) + seen), &draws(1));
        for choice in actors(&findings).actors.iter().flat_map(|actor| &actor.choices) {
            let declared = &findings.factors[choice.factor];
            let policy = &row["policies"][&declared.id];
            for known in &choice.cases {
                let names = choice.knows.iter().zip(&known.states).map(|(&factor, &state)| {
                    let factor = &findings.factors[factor];
                    format!("{}={}", factor.id, factor.states[state].0)
                });
                let names: Vec<String> = names.collect();
                let names = if names.is_empty() { "(none)".to_owned() } else { names.join(", ") };
                for ((option, _), found) in declared.states.iter().zip(&known.options) {
                    let expected = policy[&names][option].as_f64();
                    let expected = expected.unwrap_or_else(|| panic!("{names}: {option}"));
                    assert!(
                        (found.p - expected).abs() < 1e-8,
                        "{lambda}, {names}: {} is not {expected}",
                        found.p
                    );
                    n_checked += 1;
                }
            }
        }
        if let Some(send) = row["p_send"].as_f64() {
            let found = factor(&findings, "Send").states[1].1.p;
            assert!((found - send).abs() < 1e-8, "{found} is not {send}");
        }
    }
    assert!(n_checked > 20, "{n_checked}");
}

#[test]
fn ruler_patron_and_public_come_out_as_published() {
    hold_to_case(include_str!("../../../tests/cases/maid_ruler_public.json"));
}

#[test]
fn patron_and_ally_come_out_as_published() {
    hold_to_case(include_str!("../../../tests/cases/maid_patron_ally.json"));
}

#[test]
fn sending_after_pressure_comes_out_as_published() {
    let case: Value =
        serde_json::from_str(include_str!("../../../tests/cases/maid_ruler_public.json")).unwrap();
    for row in case["expected"]["rows"].as_array().unwrap().iter().skip(1) {
        let text = written(&case, row["lambda"].as_f64().unwrap())
            + "evidence seen\n  observes Press = press\n";
        let findings = solve(&text, &draws(1));
        let (found, send) =
            (factor(&findings, "Send").states[1].1.p, row["p_send_given_press"].as_f64().unwrap());
        assert!((found - send).abs() < 1e-8, "{found} is not {send}");
    }
}

/// A ruler with honest ranges; `wants` are his payoffs, `apart` the distance for which he is known.
fn ruler(wants: &str, apart: &str) -> String {
    format!(
        "assessment \"A\"
  as of 2022-10-14
question enters
  yes 55% to 85% if order = send, 1% to 3% otherwise
factor demand: asks, insists
  base insists 20% to 40%
factor unrest
  base 2% to 6%
  odds x 4 to 12 if order = send
actor lukashenko
  choice order: refuse, send
    knows demand
  picks the better of two options {apart} points apart 75% to 95% of the time
  wants
{wants}"
    )
}

const WANTS: &str = "    -30 to -60 if unrest = yes
    -8 to -20 if order = send
    -10 to -40 if demand = insists and order = refuse
";

fn answer(findings: &Findings) -> f64 {
    findings.questions[0].outcomes[1].estimate.p
}

#[test]
fn a_payoff_that_is_always_there_changes_nothing() {
    let (alone, more) = (ruler(WANTS, "10"), ruler(&format!("{WANTS}    25\n"), "10"));
    let (alone, more) = (solve(&alone, &draws(2000)), solve(&more, &draws(2000)));
    // Sums of payoffs in another order.
    assert!((answer(&alone) - answer(&more)).abs() < 1e-12);
}

#[test]
fn twice_the_points_and_twice_the_distance_are_the_same_actor() {
    let doubled = "    -60 to -120 if unrest = yes
    -16 to -40 if order = send
    -20 to -80 if demand = insists and order = refuse
";
    let (once, twice) = (ruler(WANTS, "10"), ruler(doubled, "20"));
    let (once, twice) = (solve(&once, &draws(2000)), solve(&twice, &draws(2000)));
    assert!((answer(&once) - answer(&twice)).abs() < 1e-12);
}

/// The weighted mean of the answers of files in which every number is one draw of this one is the answer: here
/// for numbers that are certain, so that one file is enough, against the formula.
#[test]
fn a_single_choice_is_the_logit_of_its_points() {
    let text = ruler("    -30 if unrest = yes\n    -8 if order = send\n", "10")
        .replace("75% to 95%", "80%")
        .replace("2% to 6%", "4%")
        .replace("4 to 12", "6")
        .replace("55% to 85%", "70%")
        .replace("1% to 3%", "2%");
    let findings = solve(&text, &draws(100));
    let more = 0.04 / 0.96 * 6.0;
    let unrest = more / (1.0 + more) - 0.04;
    let points = -30.0 * unrest - 8.0;
    let send = 1.0 / (1.0 + libm::exp(-points * libm::log(4.0) / 10.0));
    let expected = 0.7 * send + 0.02 * (1.0 - send);
    assert!(
        (answer(&findings) - expected).abs() < 1e-12,
        "{} is not {expected}",
        answer(&findings)
    );
    assert!(findings.questions[0].headline.contains("mean of the draws"));
}

#[test]
fn the_sweep_runs_from_even_odds_to_the_best_answer() {
    let findings = solve(&ruler(WANTS, "10"), &draws(2000));
    let sweep = &actors(&findings).sweep;
    let order = |point: usize| &sweep[point].choices[0];
    assert_eq!((sweep[0].often, sweep[sweep.len() - 1].often), (0.5, 1.0));
    assert!((order(0)[1] - 0.5).abs() < 1e-12);
    // Half of the draws or so would have him send where Moscow insists, and none where it only asks.
    assert!(order(sweep.len() - 1)[1] < 0.4);
    let even = &actors(&findings).even[0];
    // At no precision at all and at even odds he does the same.
    assert!((even.answers[0].unwrap() - sweep[0].answers[0].unwrap()).abs() < 1e-9);
}

/// A payoff put to where it is said that he would act takes him there.
#[test]
fn a_payoff_at_its_flip_takes_the_choice_to_even_odds() {
    let findings = solve(&ruler(WANTS, "10"), &draws(4000));
    let choice = &actors(&findings).actors[0].choices[0];
    let flip = choice.flips.iter().find(|flip| flip.what.contains("order = send")).unwrap();
    let moved = WANTS.replace("-8 to -20", &format!("{:?}", flip.value));
    let then = solve(&ruler(&moved, "10"), &draws(4000));
    let send = factor(&then, "order").states[1].1.p;
    // 64 draws measured where it is, 4,000 say how far off.
    assert!((send - 0.5).abs() < 0.02, "{send}");
}

#[test]
fn knowing_what_decides_is_worth_something_to_him() {
    let findings = solve(
        &ruler("    -10 if demand = asks and order = send\n    -20 if demand = insists and order = refuse\n", "10")
            .replace("    knows demand\n", ""),
        &draws(500),
    );
    let looks = &actors(&findings).actors[0].information;
    let demand = findings.factors.iter().position(|it| it.id == "demand").unwrap();
    assert_eq!(looks[0].about, demand);
    assert!(looks[0].gain > 1.0, "{}", looks[0].gain);
}

#[test]
fn an_observed_choice_is_evidence_and_leaves_the_game_alone() {
    let text = ruler(WANTS, "10");
    let (before, after) = (
        solve(&text, &draws(2000)),
        solve(&format!("{text}evidence seen\n  observes order = send\n"), &draws(2000)),
    );
    assert_eq!(factor(&after, "order").states[1].1.p, 1.0);
    // Whoever sends was likely pressed.
    let insists = |findings: &Findings| factor(findings, "demand").states[1].1.p;
    assert!(insists(&after) > insists(&before) + 0.1);
    // Sent or not, he would have chosen alike in each case; only the draws weigh otherwise.
    assert!(
        (actors(&after).actors[0].choices[0].before[1]
            - actors(&before).actors[0].choices[0].before[1])
            .abs()
            < 1e-12
    );
}

/// Two who both prefer that the other gives way: several ways of playing, and a warning.
#[test]
fn a_pitchfork_is_told_with_its_other_equilibria() {
    let driver = |name: &str, own: &str, other: &str| {
        format!(
            "actor {name}
  choice {own}: swerve, drive
  picks the better of two options {} points apart 75% of the time
  wants
    6 if {own} = swerve and {other} = swerve
    2 if {own} = swerve and {other} = drive
    7 if {own} = drive and {other} = swerve
",
            libm::log(3.0) / 2.0
        )
    };
    let text = format!(
        "assessment \"A\"\n  as of 2022-10-14\nquestion crash\n  yes if left = drive and right = drive\n{}{}",
        driver("one", "left", "right"),
        driver("other", "right", "left")
    );
    let findings = solve(&text, &draws(1));
    let swerve = factor(&findings, "left").states[0].1.p;
    // qre_chicken_pitchfork, lambda 2
    assert!((swerve - 0.599_462).abs() < 1e-6, "{swerve}");
    let found = actors(&findings);
    assert!(found.fork.is_some_and(|at| (at - 1.372_184 / 2.0).abs() < 1e-4), "{:?}", found.fork);
    let others: Vec<f64> = found.others.iter().map(|other| other.choices[0][0]).collect();
    for expected in [0.957_154, 0.148_942] {
        assert!(others.iter().any(|p| (p - expected).abs() < 1e-6), "{others:?}");
    }
}

#[test]
fn the_report_tells_of_the_actors_and_moves_their_numbers() {
    let findings = solve(&ruler(WANTS, "10"), &draws(500));
    let page = weigh::report::html(&findings);
    let section = page.split("<section id=\"actors\"").nth(1).unwrap();
    let section = section.split("</section>").next().unwrap();
    for told in [
        "if the payoffs are right",
        "Picks the better of two options 10 points apart",
        "demand = insists",
        "<polyline",
        "were chosen at even odds",
        "download=\"precision.csv\"",
    ] {
        assert!(section.contains(told), "{told}");
    }
    let movable = findings.movable.as_ref().unwrap();
    let is = |what: &str| movable.numbers.iter().find(|it| it.what == what).unwrap();
    assert!(is("lukashenko: payoff if unrest = yes").is_payoff);
    assert!(is("lukashenko: picks the better of two options 10 points apart").is_precision);
    assert!(page.contains("<div id=\"controls\" hidden>"));
    // The picture's text says what it shows, for whoever cannot see it.
    assert!(section.contains("<title>From actors who choose at random"));
}

#[test]
fn what_an_author_writes_of_an_actor_is_no_markup() {
    let text = ruler(WANTS, "10")
        .replace("actor lukashenko", "actor lukashenko \"<script>alert(1)</script>\"");
    let page = weigh::report::html(&solve(&text, &draws(100)));
    // The page's own two: data, in which no tag can begin, and what moves them.
    assert_eq!(page.matches("<script").count(), 2);
    assert!(!page.contains("<script>"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn leaving_out_a_reason_takes_out_its_payoffs_and_everybody_chooses_anew() {
    let because = "    -30 to -60 if unrest = yes
    -8 to -20 if order = send
    -10 to -40 if demand = insists and order = refuse because pressure
";
    let text = ruler(because, "10") + "reason pressure \"He is pressed\"\n";
    let with = solve(&text, &draws(4000));
    let share = &with.questions[0].carried[0].shares[0];
    let wants: Vec<&str> = because.lines().take(2).collect();
    let without = solve(&ruler(&format!("{}\n", wants.join("\n")), "10"), &draws(4000));
    // Few draws measure the difference of log odds; all of them say where it begins.
    assert!(
        (share.dropped - answer(&without)).abs() < 0.003,
        "{} is not {}",
        share.dropped,
        answer(&without)
    );
}

/// A file without actors gives what it gave before there were any: see `reproducible.rs`, whose digits are kept.
#[test]
fn an_actor_who_moves_nothing_leaves_the_answer_as_it_is() {
    let plain = "assessment \"A\"
  as of 2022-10-14
question war
  base 5% to 15%
  odds x 2 to 4 if insiders = split
factor insiders: loyal, split
  base split 10% to 30%
";
    let idle = "actor somebody
  choice whatever: this, that
  rational
  wants
    5 if whatever = that
";
    let (alone, beside) =
        (solve(plain, &draws(2000)), solve(&format!("{plain}{idle}"), &draws(2000)));
    // The one is the mean of draws, since somebody chooses; its draws are the same.
    let p50 = |findings: &Findings| findings.questions[0].outcomes[1].estimate.p50;
    assert_eq!(p50(&alone), p50(&beside));
}

/// What is told of a text, by slug, with its hints.
fn told(text: &str, slug: &str) -> Vec<(String, String)> {
    let mut session = Session::load(&Memory::with(text), MAIN).unwrap();
    session.findings(&draws(50)).unwrap();
    let told = session.diagnostics.iter().filter(|it| it.rule.slug == slug);
    told.map(|it| (it.message.clone(), it.hints.join(" "))).collect()
}

/// A ruler who sees his patron’s demand, and not the front and the mood that the patron saw.
#[test]
fn who_sees_half_is_told_what_to_type_and_then_nothing_more() {
    let actor = |name: &str, choice: &str, knows: &str, wants: &str| {
        let knows = if knows.is_empty() { String::new() } else { format!("    knows {knows}\n") };
        format!(
            "actor {name}\n  choice {choice}: no, go\n{knows}  picks the better of two options 10 points apart 80% of the time\n  wants\n{wants}"
        )
    };
    let head = "assessment \"A\"\n  as of 2022-10-14\nquestion q\n  yes 40% if order = go, 5% otherwise\nfactor front: holds, breaks\n  base breaks 30% to 60%\nfactor mood\n  base 20%\n";
    let patron = actor(
        "patron",
        "demand",
        "front, mood",
        "    20 if order = go and front = breaks\n    -5 if demand = go\n    3 if demand = go and mood = yes\n",
    );
    let ruler = |knows: &str| {
        actor(
            "ruler",
            "order",
            knows,
            "    -20 if order = go and front = breaks\n    -9 if order = no and demand = go\n    4 if order = go and mood = yes\n",
        )
    };
    let half = format!("{head}{patron}{}", ruler("demand"));
    let found = told(&half, "choice-half-seen");
    let [(message, hint)] = found.as_slice() else { panic!("{found:?}") };
    assert!(message.starts_with("`order` sees what `demand` was, and not what was seen when it was chosen: `front`, `mood`;"), "{message}");
    let knows = hint.split('`').nth(1).unwrap().strip_prefix("knows ").unwrap();
    assert_eq!(knows, "demand, front, mood");
    let whole = format!("{head}{patron}{}", ruler(knows));
    assert_eq!(told(&whole, "choice-half-seen"), []);
    // As typed there is a circle, and then there is none.
    let is_circle = |text: &str| {
        let findings = solve(text, &draws(50));
        findings.not_movable == Some(weigh::findings::NotMovable::Circle)
    };
    assert!(is_circle(&half) && !is_circle(&whole));
    // Who move without seeing each other are in a circle that no `knows` of this kind would undo.
    let watching = patron.replace("-5 if demand = go", "-5 if demand = go and order = go");
    let blind = format!("{head}{watching}{}", ruler("front"));
    assert!(is_circle(&blind));
    assert_eq!(told(&blind, "choice-half-seen"), []);
}
