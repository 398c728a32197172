//! Findings as the JSON that other tools rely on: questions, scenarios, and how it was run.

use serde_json::{Map, Value, json};
use weigh::Session;
use weigh::findings::{Band, Estimate, Findings, QuestionFinding, RunReport, ScenarioFinding};
use weigh::report::words;

use crate::terminal;

/// The whole result of a command that solves.
pub fn to_json(session: &Session, findings: Option<&Findings>) -> Value {
    let mut out = json!({ "questions": {} });
    write_run(&mut out, findings);
    if let Some(findings) = findings {
        out["questions"] = by_id(&findings.questions, |q| (&q.id, question(q, findings)));
        out["scenarios"] = by_id(&findings.scenarios, |s| (&s.id, scenario(s, findings)));
    }
    out["sources"] = findings.map_or(Value::Null, |findings| json!(findings.cited));
    out["diagnostics"] = terminal::diagnostics_to_json(session);
    out["silenced"] = terminal::silenced_to_json(session);
    out
}

/// What every result says of the assessment and of how it was run.
pub fn write_run(out: &mut Value, findings: Option<&Findings>) {
    if let Some(findings) = findings {
        out["assessment"] = json!({ "title": findings.title, "as_of": findings.as_of });
    }
    out["run"] = findings.map_or(Value::Null, |findings| run(&findings.run));
}

fn by_id<'a, T>(items: &'a [T], entry: impl Fn(&'a T) -> (&'a String, Value)) -> Value {
    let entries = items.iter().map(|item| {
        let (id, value) = entry(item);
        (id.clone(), value)
    });
    Value::Object(entries.collect::<Map<String, Value>>())
}

fn question(question: &QuestionFinding, findings: &Findings) -> Value {
    let outcomes = question.outcomes.iter().map(|outcome| {
        let mut value = estimate(&outcome.estimate);
        value["independent"] = estimate(&outcome.independent);
        value["words"] = words(outcome.word.as_ref(), &findings.scale);
        (outcome.state.clone(), value)
    });
    let focus = question.outcomes.get(question.focus);
    json!({
        "text": question.text,
        "by": question.by,
        "focus": focus.map(|focus| &focus.state),
        "outcomes": outcomes.collect::<Map<String, Value>>(),
        "bounds": question.bounds,
        "words": words(focus.and_then(|focus| focus.word.as_ref()), &findings.scale),
        "headline": question.headline,
    })
}

fn estimate(estimate: &Estimate) -> Value {
    json!({ "p": estimate.p, "p05": estimate.p05, "p50": estimate.p50, "p95": estimate.p95 })
}

/// A word with its band; null if no word of the scale covers the probability.
fn words(band: Option<&Band>, scale: &str) -> Value {
    match band {
        Some(band) => json!({
            "word": words::first_word(band),
            "low": band.low,
            "high": band.high,
            "scale": scale,
        }),
        None => Value::Null,
    }
}

fn scenario(scenario: &ScenarioFinding, findings: &Findings) -> Value {
    let answers = findings.questions.iter().zip(&scenario.answers).map(|(question, answer)| {
        let value = answer.as_ref().map_or(Value::Null, |answer| {
            let mut value = estimate(&answer.estimate);
            value["words"] = words(answer.word.as_ref(), &findings.scale);
            value["seen"] = json!(answer.seen);
            value["done"] = json!(answer.done);
            value
        });
        (question.id.clone(), value)
    });
    json!({
        "text": scenario.text,
        "changes": scenario.changes,
        "answers": answers.collect::<Map<String, Value>>(),
    })
}

/// How the numbers were made.
fn run(run: &RunReport) -> Value {
    let mut out = serde_json::to_value(run).unwrap_or_default();
    out["files"] =
        run.files.iter().map(|(file, hash)| json!({ "file": file, "blake3": hash })).collect();
    out
}
