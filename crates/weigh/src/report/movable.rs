//! Moving: a control for every number of the file, and what the page's script moves them with.

use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};
use weigh_analysis::findings::{
    Findings, Movable, MovableNumber, PlainAccess, PlainMessage, PlainTape,
};

use super::{cite, listing, names, words};

/// The page's own script, whole: what evaluates, and what moves.
pub const SCRIPT: &str = concat!(include_str!("evaluate.js"), include_str!("move.js"));

/// The section; nothing where nothing can be moved.
pub fn section(findings: &Findings) -> Markup {
    let Some(movable) = &findings.movable else { return html! {} };
    html! {
        section #move aria-labelledby="h-move" {
            h2 #h-move { "Move the numbers" }
            p { "Put your own value in place of the author’s and see what the assessment says then. A value that is put in is certain: the range it stands in for is gone, and every other number stays as uncertain as it was. " (measure(movable)) }
            noscript { p { "This part needs scripts, which are turned off here. The rest of the page does not." } }
            div #controls hidden {
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

/// How a moved answer is computed, in a sentence.
fn measure(movable: &Movable) -> String {
    match movable.exact {
        true => "The answer is then exactly what the changed file says.".to_owned(),
        false => format!(
            "The answer is then measured on {} of the draws and moved to where all of them put the author’s; the changed file, run with all draws, may say a point more or less.",
            movable.n_draws
        ),
    }
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
            span.by { "The author: " code { (words::written(&number.written)) } " " a href={ "#" (listing::line_id(number.file, number.place.line)) } { (cite::place(&number.place)) } }
            span.set {
                input id={ "r" (ix) } type="range" min="0" max="1000" step="1" aria-label={ "Slide " (names::in_words(&number.what)) };
                span.typed { input id={ "v" (ix) } type="number" step="any" inputmode="decimal"; (unit) }
                button.back type="button" hidden { "Back" span.sr { " to the author’s " (names::in_words(&number.what)) } }
            }
        }
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
            p.do { button #reset type="button" { "Reset" span.key { " Esc" } } " " button #save type="button" { "Download this version" } }
        }
    }
}

/// The data and the script that may run because it carries `nonce`.
pub fn script(findings: &Findings, nonce: &str) -> Markup {
    let Some(movable) = &findings.movable else { return html! {} };
    // The one thing that could end the element early, or start another, is `<`.
    let data = model(findings, movable).to_string().replace('<', "\\u003c");
    html! {
        script #model type="application/json" { (PreEscaped(data)) }
        script nonce=(nonce) { (PreEscaped(SCRIPT)) }
    }
}

/// Everything that the script reads.
pub fn model(findings: &Findings, movable: &Movable) -> Value {
    let questions = findings.questions.iter().map(|question| {
        json!({
            "text": question.text, "focus": question.focus,
            "states": question.outcomes.iter().map(|it| &it.state).collect::<Vec<_>>(),
            "p": question.outcomes.iter().map(|it| it.estimate.p).collect::<Vec<_>>(),
        })
    });
    let worlds = movable.worlds.iter().map(|world| {
        let scenario = world.scenario.map(|ix| &findings.scenarios[ix]);
        let rows = |rows: &std::ops::Range<usize>| json!([rows.start, rows.end]);
        json!({
            "text": scenario.map(|it| if it.text.is_empty() { &it.id } else { &it.text }),
            "p": scenario.map(|it| it.answers.iter().map(|it| it.as_ref().map(|it| it.estimate.p)).collect::<Vec<_>>()),
            "asked": world.asked.iter().map(|it| it.as_ref().map(rows)).collect::<Vec<_>>(),
            "revised": world.revised.iter().map(|(range, q)| json!([rows(range), q])).collect::<Vec<_>>(),
            "tape": tape(&world.tape),
        })
    });
    let numbers = movable.numbers.iter().map(|it| {
        json!({
            "written": it.written, "low": it.low, "high": it.high, "mean": it.mean, "percent": it.is_probability,
            "params": it.params, "what": it.what,
        })
    });
    json!({
        "n": movable.n_draws, "exact": movable.exact, "draws": movable.draws,
        "scale": findings.scale_bands.iter().map(|it| json!([words::first_word(it), it.low, it.high])).collect::<Vec<_>>(),
        "widest": findings.scale == "ipcc",
        "questions": questions.collect::<Vec<_>>(),
        "worlds": worlds.collect::<Vec<_>>(),
        "numbers": numbers.collect::<Vec<_>>(),
        "files": movable.files.iter().enumerate().map(|(ix, (path, text))| json!([path, parts(movable, ix, text)])).collect::<Vec<_>>(),
    })
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
