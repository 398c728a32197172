//! Moving: a control for every number of the file, and what the page's script moves them with.

use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};
use weigh_analysis::findings::{
    Carried, Findings, Movable, MovableNumber, NotMovable, PlainAccess, PlainGame, PlainMessage,
    PlainPlay, PlainPrecision, PlainQuantiles, PlainTape, PlainWorth, PlayedGame, QuestionFinding,
    ScenarioFinding, Unit, World,
};

use super::{cite, names, words};

/// The script that moves: what evaluates, what chooses, what draws, what follows, and what moves.
pub const SCRIPT: &str = concat!(
    include_str!("evaluate.js"),
    include_str!("choose.js"),
    include_str!("draws.js"),
    include_str!("follow.js"),
    include_str!("move.js")
);

/// The section; nothing where nothing can be moved.
pub fn section(findings: &Findings) -> Markup {
    let Some(movable) = &findings.movable else { return not_movable(findings) };
    html! {
        section #move aria-labelledby="h-move" {
            h2 #h-move { "Move the numbers" }
            p { "Put your own value in place of the author’s and see what the assessment says then. A value that is put in is certain: the range it stands in for is gone, and every other number stays as uncertain as it was. " (measure(findings, movable)) }
            noscript { p { "This part needs scripts, which are turned off here. The rest of the page does not." } }
            div #controls hidden {
                @if movable.worlds.len() > 1 {
                    p.find {
                        label for="case" { "The case to look at " }
                        select #case {
                            @for (ix, world) in movable.worlds.iter().enumerate() {
                                option value=(ix) { (world.scenario.map_or("As assessed", |at| scenario_name(&findings.scenarios[at]))) }
                            }
                        }
                    }
                }
                p.find { label for="find" { "Find a number " } input #find type="search" autocomplete="off"; span #found.muted role="status" {} }
                @for (name, numbers) in groups(findings, movable) {
                    fieldset {
                        legend dir="auto" { (name) }
                        ul.plain { @for (ix, number) in numbers { (control(ix, number)) } }
                    }
                }
            }
        }
    }
}

/// Why there is nothing to move them with, where there could be something.
fn not_movable(findings: &Findings) -> Markup {
    html! {
        @if let Some(why) = findings.not_movable {
            section #move aria-labelledby="h-move" {
                h2 #h-move { "Move the numbers" }
                p { (match why {
                    NotMovable::TooLarge => "This assessment is too large for its numbers to be moved on a page, which would have to carry all of it: change the file, and make the report again.",
                    NotMovable::Circle => "Numbers cannot be moved on this page: the actors’ choices rely on each other in a circle, and to find what they do takes longer than a reader would wait. Change the file, and make the report again; or say who `knows` of whose choice, and they can be moved.",
                }) }
            }
        }
    }
}

/// How a moved answer is computed, in a sentence.
fn measure(findings: &Findings, movable: &Movable) -> String {
    if movable.drawn.iter().all(Option::is_none) {
        return "What the page says then is what the changed file says.".to_owned();
    }
    format!(
        "What the page says at once is measured on {} draws; when it has run all {}, a moment later, it is what the changed file says.",
        movable.n_draws,
        words::group_thousands(&findings.run.draws.to_string()),
    )
}

/// A scenario's text, or its name where it has none.
fn scenario_name(scenario: &ScenarioFinding) -> &str {
    if scenario.text.is_empty() { &scenario.id } else { &scenario.text }
}

/// The numbers by reason, in the order of the file, then those of no reason, then the grades of sources.
fn groups<'a>(
    findings: &Findings,
    movable: &'a Movable,
) -> Vec<(String, Vec<(usize, &'a MovableNumber)>)> {
    let numbers = || movable.numbers.iter().enumerate();
    let mut groups: Vec<(String, Vec<_>)> = (findings.reasons.iter().enumerate())
        .map(|(ix, reason)| {
            let name = if reason.text.is_empty() { reason.id.clone() } else { reason.text.clone() };
            (name, numbers().filter(|(_, it)| it.because == Some(ix)).collect())
        })
        .collect();
    let rest = numbers().filter(|(_, it)| it.because.is_none() && !it.is_grade).collect();
    groups.push(("Numbers of no one reason".to_owned(), rest));
    groups.push((
        "How often sources are right".to_owned(),
        numbers().filter(|(_, it)| it.is_grade).collect(),
    ));
    groups.retain(|(_, numbers)| !numbers.is_empty());
    groups
}

fn control(ix: usize, number: &MovableNumber) -> Markup {
    let unit = if number.is_probability { "%" } else { "" };
    html! {
        li.control id={ "n" (ix) } {
            span.what { label for={ "v" (ix) } dir="auto" { (names::number_name(&number.what, &number.written)) } @if let Some(why) = &number.rationale { " " span.muted dir="auto" { (why) } } }
            span.by { "The author: " code { (words::written(&number.written)) } " " (cite::place(&number.place)) }
            span.set {
                input id={ "r" (ix) } type="range" min="0" max="1000" step="1" aria-label={ "Slide " (names::in_words(&number.what)) };
                span.typed { input id={ "v" (ix) } type="number" step="any" inputmode="decimal"; (unit) }
                button.back type="button" hidden { "Back" span.sr { " to the author’s " (names::in_words(&number.what)) } }
            }
        }
    }
}

/// What a moved page says first: the answer, what carries it and what would change it as moved. Its script fills it.
pub fn answer(findings: &Findings) -> Markup {
    html! {
        @if findings.movable.is_some() { section #now aria-labelledby="h-now" hidden { h2 #h-now { "As moved by a reader" } div {} } }
    }
}

/// What stands across a moved page; empty until its script fills it.
pub fn banner(findings: &Findings) -> Markup {
    if findings.movable.is_none() {
        return html! {};
    }
    html! {
        aside #moved aria-label="Moved by a reader" hidden {
            p.said role="status" {}
            p.do { button #reset type="button" { "Reset" span.key { " (Esc)" } } " " button #save type="button" { "Download this version" } }
        }
    }
}

/// What the script moves, as data: nothing in it runs.
pub fn data(findings: &Findings) -> Markup {
    let Some(movable) = &findings.movable else { return html! {} };
    // The one thing that could end the element early, or start another, is `<`.
    let data = model(findings, movable).to_string().replace('<', "\\u003c");
    html! { script #model type="application/json" { (PreEscaped(data)) } }
}

/// Everything that the script reads.
pub fn model(findings: &Findings, movable: &Movable) -> Value {
    let worlds = movable.worlds.iter().map(|it| {
        let scenario = it.scenario.map(|ix| &findings.scenarios[ix]);
        let mut world = world(it);
        world["text"] = json!(scenario.map(scenario_name));
        let estimates =
            scenario.map(|it| it.answers.iter().map(|it| it.as_ref().map(|it| it.estimate)));
        world["p"] =
            json!(estimates.clone().map(|all| all.map(|it| it.map(|it| it.p)).collect::<Vec<_>>()));
        world["ends"] = json!(estimates.map(|all| {
            all.map(|it| it.map(|it| [it.p05, it.p50, it.p95])).collect::<Vec<_>>()
        }));
        world
    });
    let numbers = movable.numbers.iter().map(|it| {
        json!({
            "written": it.written, "low": it.low, "high": it.high, "mean": it.mean, "percent": it.is_probability,
            "points": it.is_payoff, "precision": it.is_precision, "factor": names::is_factor(&it.what, it.is_probability), "params": it.params, "name": names::in_words(&it.what),
        })
    });
    let drawn = movable.drawn.iter().map(|it| {
        it.as_ref().map(|it| json!({"distribution": it.distribution, "elicitor": it.elicitor, "table": it.table}))
    });
    let sources = movable.sources.iter().map(|it| {
        json!({"at": it.source, "name": findings.sources[it.source].title, "letter": it.letter, "param": it.param})
    });
    let reasons = movable.reasons.as_ref().map(|it| {
        json!({
            "n": it.n, "draws": it.n_draws, "world": world(&it.world), "lost": it.lost,
            "findings": it.findings.iter().map(|(rows, reasons)| json!([[rows.start, rows.end], reasons])).collect::<Vec<_>>(),
            "names": findings.reasons.iter().map(|it| if it.text.is_empty() { &it.id } else { &it.text }).collect::<Vec<_>>(),
        })
    });
    json!({
        "n": movable.n_draws, "run": findings.run.draws, "exact": movable.exact,
        "means": movable.means, "drawn": drawn.collect::<Vec<_>>(),
        "sharing": {"elicitor": findings.run.correlation_elicitor, "table": findings.run.correlation_table},
        "draws": {
            "quantiles": movable.draws.quantiles.iter().flatten().map(quantiles).collect::<Vec<_>>(),
            "directions": movable.draws.directions, "seeds": movable.draws.seeds,
        },
        "scale": findings.scale_bands.iter().map(|it| json!([words::first_word(it), it.low, it.high])).collect::<Vec<_>>(),
        "widest": findings.scale == "ipcc",
        "questions": findings.questions.iter().map(|it| question(findings, movable, it)).collect::<Vec<_>>(),
        "game": movable.game.as_ref().map(|it| played(it)),
        "worlds": worlds.collect::<Vec<_>>(),
        "reasons": reasons,
        "sources": sources.collect::<Vec<_>>(), "grades": movable.grades,
        "largest": largest(findings, movable),
        "stays": stays(findings, movable),
        "numbers": numbers.collect::<Vec<_>>(),
        "files": findings.texts.iter().enumerate().map(|(ix, (path, text))| json!([path, parts(movable, ix, text)])).collect::<Vec<_>>(),
    })
}

/// What a moved page does not work out again, beside what it does, and the section that has the author's.
fn stays(findings: &Findings, movable: &Movable) -> Vec<(&'static str, &'static str)> {
    let any = |has: &dyn Fn(&QuestionFinding) -> bool| findings.questions.iter().any(has);
    let is_weighed = movable.reasons.is_some();
    let all = [
        (!is_weighed && any(&|it| !it.carried.is_empty()), "what carries it", "reasons"),
        (
            !is_weighed && any(&|it| !it.source_changes.is_empty()),
            "what the loss of a source would do",
            "change",
        ),
        (findings.actors.is_some(), "what each actor does in each case", "actors"),
    ];
    all.into_iter().filter(|it| it.0).map(|(_, what, section)| (what, section)).collect()
}

fn question(findings: &Findings, movable: &Movable, question: &QuestionFinding) -> Value {
    let focus = question.outcomes.get(question.focus).map(|it| it.estimate);
    let claim = question.claim.as_ref();
    let is_drawn = movable.drawn.iter().any(Option::is_some);
    json!({
        "text": question.text, "focus": question.focus,
        "states": question.outcomes.iter().map(|it| &it.state).collect::<Vec<_>>(),
        "p": question.outcomes.iter().map(|it| it.estimate.p).collect::<Vec<_>>(),
        "ends": focus.filter(|_| is_drawn).map(|it| [it.p05, it.p50, it.p95]),
        "thresholds": question.thresholds,
        "claim": claim.map(|it| json!([words::first_word(&it.band), it.band.low, it.band.high])),
        "carried": question.carried.first().and_then(|it| carried(findings, it)),
    })
}

/// The author's own, by reason; none where some reason has none.
fn carried(findings: &Findings, carried: &Carried) -> Option<Value> {
    let shares = (0..findings.reasons.len()).map(|reason| {
        let share = carried.shares.iter().find(|it| it.reason == reason)?;
        Some(json!({"share": share.share, "alone": share.alone, "dropped": share.dropped}))
    });
    Some(json!({
        "isLogOdds": carried.unit == Unit::LogOdds, "without": carried.without,
        "shares": shares.collect::<Option<Vec<_>>>()?,
    }))
}

/// The numbers in the order of how far they move the first question's answer over their ranges.
fn largest(findings: &Findings, movable: &Movable) -> Vec<usize> {
    let swings = findings.questions.first().map_or(&[][..], |it| &it.swings);
    let mut largest: Vec<usize> = Vec::new();
    for swing in swings {
        let is = |it: &MovableNumber| it.what == swing.what && it.place == swing.place;
        let found = movable.numbers.iter().position(is);
        largest.extend(found.filter(|it| !largest.contains(it)));
    }
    largest
}

fn world(world: &World) -> Value {
    let rows = |rows: &std::ops::Range<usize>| json!([rows.start, rows.end]);
    json!({
        "asked": world.asked.iter().map(|it| it.as_ref().map(rows)).collect::<Vec<_>>(),
        "revised": world.revised.iter().map(|(range, q)| json!([rows(range), q])).collect::<Vec<_>>(),
        "tape": tape(&world.tape),
    })
}

fn played(played: &PlayedGame) -> Value {
    let mut all = game(&played.game);
    all["play"] = play(&played.play);
    all["withSwitches"] = json!(played.with_switches.as_ref().map(play));
    all
}

/// A game as `choose.js` reads it.
pub fn game(game: &PlainGame) -> Value {
    let worth = |worth: &PlainWorth| {
        let steps = worth.steps.iter();
        let steps = steps.map(|it| json!([it.out, it.n_out, it.n_terms, it.n_factors, it.places]));
        json!({"steps": steps.collect::<Vec<_>>(), "values": worth.values, "weights": worth.weights})
    };
    let decisions = game.decisions.iter().map(|decision| {
        let terms = decision.terms.iter().map(|term| {
            json!({"payoff": term.payoff, "usual": worth(&term.usual), "surprised": term.surprised.as_ref().map(worth)})
        });
        json!({
            "policy": decision.policy, "options": decision.n_options, "rows": decision.n_rows,
            "terms": terms.collect::<Vec<_>>(),
        })
    });
    json!({
        "n": game.n_values, "even": game.even, "distributions": game.distributions, "payoffs": game.payoffs,
        "alike": game.alike.iter().map(|it| json!([it.decision, it.below])).collect::<Vec<_>>(),
        "decisions": decisions.collect::<Vec<_>>(),
    })
}

/// Where a game's numbers come from, as `choose.js` reads it; an infinite precision is null.
pub fn play(play: &PlainPlay) -> Value {
    let precisions = play.precisions.iter().map(|it| match it {
        PlainPrecision::Certain(value) => json!(value),
        PlainPrecision::Often { row, apart } => json!({"row": row, "apart": apart}),
    });
    json!({
        "formulas": play.formulas, "constants": play.constants, "cells": play.cells,
        "precisions": precisions.collect::<Vec<_>>(), "policies": play.policies,
    })
}

/// A distribution as `draws.js` reads it.
pub fn quantiles(quantiles: &PlainQuantiles) -> Value {
    match quantiles {
        PlainQuantiles::Normal(mean, sd) => json!({"normal": [mean, sd]}),
        PlainQuantiles::LogNormal(mu, sigma) => json!({"lognormal": [mu, sigma]}),
        PlainQuantiles::Beta { a, b, ln_norm, logits } => {
            json!({"beta": {"a": a, "b": b, "ln_norm": ln_norm, "logits": logits}})
        }
        PlainQuantiles::Nodes(nodes) => json!({"nodes": nodes}),
    }
}

/// A file as texts with the positions of its numbers in between.
fn parts(movable: &Movable, file: usize, text: &str) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut end = 0;
    for (ix, number) in movable.numbers.iter().enumerate().filter(|(_, it)| it.file == file) {
        parts.push(json!(text[end..number.bytes.start]));
        parts.push(json!(ix));
        end = number.bytes.end;
    }
    parts.push(json!(text[end..]));
    parts
}

/// A tape as `evaluate.js` reads it.
pub fn tape(tape: &PlainTape) -> Value {
    let messages = tape.messages.iter().map(|message| match message {
        PlainMessage::Sums(rows) => json!(rows),
        PlainMessage::Table(table) => json!({
            "n_rows": table.n_rows, "n_summed": table.n_summed, "block": table.block,
            "loops": table.loops,
            "operands": table.operands.iter().map(|it| json!({
                "first": it.first, "summed_stride": it.summed_stride,
                "access": match &it.access {
                    PlainAccess::Constant => json!(0),
                    PlainAccess::InARow => json!(1),
                    PlainAccess::Gathered(offsets) => json!(offsets),
                },
            })).collect::<Vec<_>>(),
        }),
    });
    json!({
        "n_params": tape.n_params, "formulas": tape.formulas, "numbers": tape.numbers,
        "likelihoods": tape.likelihoods, "messages": messages.collect::<Vec<_>>(),
    })
}
