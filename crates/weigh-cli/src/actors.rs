//! `weigh actors`: what actors choose, what would make them act, and how much rests on the game.

use serde_json::{Map, Value, json};
use weigh::findings::{ActorFinding, ActorsFinding, ChoiceFinding, Findings};
use weigh::report::actors as told;
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::ActorsArgs;
use crate::summary::{align_right, names, plain_table, print_table};
use crate::terminal::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &ActorsArgs) -> Result<Outcome, Failure> {
    let settings = args.run.settings();
    let analysis = Analysis { key: "actors", json: &to_json, text: &text };
    analysis::run(&args.input, &args.format, &settings, &analysis)
}

fn to_json(findings: &Findings) -> Value {
    let Some(found) = &findings.actors else { return Value::Null };
    let by_question = |answers: &[Option<f64>]| -> Map<String, Value> {
        let ids = findings.questions.iter().map(|question| question.id.clone());
        ids.zip(answers.iter().map(|answer| json!(answer))).collect()
    };
    let order: Vec<usize> =
        found.actors.iter().flat_map(|actor| &actor.choices).map(|it| it.factor).collect();
    let options = |factor: usize, p: &[f64]| -> Map<String, Value> {
        let states = &findings.factors[factor].states;
        states.iter().zip(p).map(|((option, _), p)| (option.clone(), json!(p))).collect()
    };
    let by_choice = |choices: &[Vec<f64>]| -> Map<String, Value> {
        let of = |(&factor, p): (&usize, &Vec<f64>)| {
            (findings.factors[factor].id.clone(), Value::Object(options(factor, p)))
        };
        order.iter().zip(choices).map(of).collect()
    };
    let sweep = found.sweep.iter().map(|point| {
        json!({
            "often": point.often,
            "answers": by_question(&point.answers),
            "choices": by_choice(&point.choices),
        })
    });
    let even = found.even.iter().map(|even| {
        let choice = even.choice.map(|factor| &findings.factors[factor].id);
        json!({ "choice": choice, "answers": by_question(&even.answers) })
    });
    let others = found.others.iter().map(|other| {
        json!({ "answers": by_question(&other.answers), "choices": by_choice(&other.choices) })
    });
    let actors =
        found.actors.iter().map(|actor| (actor.id.clone(), actor_to_json(findings, actor)));
    json!({
        "actors": actors.collect::<Map<String, Value>>(),
        "sweep": sweep.collect::<Value>(),
        "even": even.collect::<Value>(),
        "fork": found.fork,
        "others": others.collect::<Value>(),
        "draws_forked": found.n_forked,
        "draws_stopped": found.n_stopped,
    })
}

fn actor_to_json(findings: &Findings, actor: &ActorFinding) -> Value {
    let id = |factor: usize| &findings.factors[factor].id;
    let choice = |choice: &ChoiceFinding| {
        let states = &findings.factors[choice.factor].states;
        let options = |p: &dyn Fn(usize) -> Value| -> Map<String, Value> {
            states.iter().enumerate().map(|(ix, (option, _))| (option.clone(), p(ix))).collect()
        };
        let cases = choice.cases.iter().map(|case| {
            let seen = choice.knows.iter().zip(&case.states).map(|(&factor, &state)| {
                (id(factor).clone(), json!(findings.factors[factor].states[state].0))
            });
            json!({
                "sees": seen.collect::<Map<String, Value>>(),
                "p": case.p,
                "options": options(&|ix| json!(case.options[ix])),
            })
        });
        let flips = choice.flips.iter().map(|flip| {
            json!({
                "option": states[flip.option].0,
                "what": flip.what, "file": flip.place.file, "line": flip.place.line,
                "written": flip.written, "low": flip.low, "high": flip.high, "mean": flip.mean,
                "value": flip.value, "live": flip.live,
            })
        });
        let found = json!({
            "text": findings.factors[choice.factor].text,
            "knows": choice.knows.iter().map(|&factor| id(factor)).collect::<Vec<_>>(),
            "options": options(&|ix| json!(states[ix].1)),
            "before": options(&|ix| json!(choice.before[ix])),
            "cases": cases.collect::<Value>(),
            "flips": flips.collect::<Value>(),
        });
        (id(choice.factor).clone(), found)
    };
    let number = |want: &weigh::findings::WantFinding| {
        json!({
            "what": want.what, "written": want.written, "mean": want.mean,
            "rationale": want.rationale,
            "reason": want.reason.map(|reason| &findings.reasons[reason].id),
            "file": want.place.file, "line": want.place.line,
        })
    };
    let looks = actor.information.iter();
    let looks = looks.map(
        |look| json!({ "choice": id(look.choice), "about": id(look.about), "gain": look.gain }),
    );
    json!({
        "text": actor.text,
        "picks": actor.picks,
        "choices": actor.choices.iter().map(choice).collect::<Map<String, Value>>(),
        "wants": actor.wants.iter().map(number).collect::<Value>(),
        "expects": actor.expects.iter().map(number).collect::<Value>(),
        "information": looks.collect::<Value>(),
    })
}

fn text(findings: &Findings) -> String {
    let Some(found) = &findings.actors else {
        return "Nobody chooses in this assessment.\n".into();
    };
    let mut out = "If the payoffs are right:\n".to_owned();
    for told in told::solved(found, findings) {
        out.push_str(&format!("\n  {told}\n"));
    }
    for actor in &found.actors {
        out.push_str(&format!("\n{}\n  {}\n", actor.text, told::precision(actor)));
        for choice in &actor.choices {
            out.push_str(&self::choice(findings, choice));
        }
        if !actor.information.is_empty() {
            out.push_str("\n  What it would be worth to this actor to know (to the analyst: `weigh worth`)\n");
            for look in &actor.information {
                out.push_str(&format!("  - {}\n", told::information(findings, look)));
            }
        }
    }
    out.push_str(&rests(findings, found));
    out
}

fn choice(findings: &Findings, choice: &ChoiceFinding) -> String {
    let factor = &findings.factors[choice.factor];
    let mut out = format!("\n  {}\n  `{}`\n", factor.text, factor.id);
    let mut table = plain_table();
    let heads = factor.states.iter().map(|(option, _)| format!("`{option}`"));
    table.add_row(["where this is known".to_owned(), "case".to_owned()].into_iter().chain(heads));
    let mut cases: Vec<_> = choice.cases.iter().collect();
    cases.sort_by(|a, b| b.p.total_cmp(&a.p));
    for case in cases {
        let seen = told::case(findings, choice, &case.states);
        let options = case.options.iter().map(words::estimate);
        table.add_row([seen, words::percent(case.p)].into_iter().chain(options));
    }
    let before = choice.before.iter().map(|p| words::percent(*p));
    table.add_row(["before any evidence".to_owned(), String::new()].into_iter().chain(before));
    let after = factor.states.iter().map(|(_, estimate)| words::estimate(estimate));
    table.add_row(["after all evidence".to_owned(), String::new()].into_iter().chain(after));
    let columns: Vec<usize> = (1..factor.states.len() + 2).collect();
    align_right(&mut table, &columns);
    out.push_str(&print_table(&table));
    match choice.flips.is_empty() {
        true => {
            out.push_str("\n  No single number of the actors would take another option over 50%\n")
        }
        false => {
            out.push_str("\n  What would bring another choice about\n");
            for flip in &choice.flips {
                let live = if flip.live { "live: " } else { "" };
                out.push_str(&format!("  - {live}{}\n", told::flip(findings, choice, flip)));
            }
        }
    }
    out
}

/// How much of the answer rests on the game, and how it follows the precision.
fn rests(findings: &Findings, found: &ActorsFinding) -> String {
    /// Every so many points of the sweep are printed; the JSON has all.
    const EVERY: usize = 4;
    let mut out = "\nHow much rests on the game\n".to_owned();
    for (ix, question) in findings.questions.iter().enumerate() {
        if findings.questions.len() > 1 {
            out.push_str(&format!("\n  {}\n", question.text));
        }
        for told in told::reliance(found, findings, ix) {
            out.push_str(&format!("  - {told}\n"));
        }
        out.push_str(&format!("  {}\n\n", told::swept(found, question, ix)));
        let mut table = plain_table();
        let points = || found.sweep.iter().step_by(EVERY);
        let often = points().map(|point| words::percent(point.often));
        table.add_row(["picks the better".to_owned()].into_iter().chain(often));
        let answers = points().map(|point| point.answers[ix].map_or("–".into(), words::percent));
        let state = &question.outcomes[question.focus].state;
        table.add_row([format!("`{state}`")].into_iter().chain(answers));
        align_right(&mut table, &[1, 2, 3, 4, 5, 6]);
        out.push_str(&print_table(&table));
    }
    let factors = found.actors.iter().flat_map(|actor| &actor.choices);
    let known = factors.flat_map(|choice| choice.knows.iter().chain([&choice.factor]));
    let ids: Vec<&str> = known.map(|&factor| findings.factors[factor].id.as_str()).collect();
    let names = names(findings, ids.into_iter());
    if !names.is_empty() {
        out.push_str(&format!("\n{names}"));
    }
    out
}
