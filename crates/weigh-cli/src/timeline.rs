//! `weigh timeline`: what the assessment would have said on each day on which something became known.

use serde_json::{Map, Value, json};
use weigh::findings::{Estimate, Findings, QuestionFinding, TimeAnswer, TimelineFinding};
use weigh::report::timeline::{from_start, is_told, sentences};
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::TimelineArgs;
use crate::summary::{align_right, asked, plain_table, print_table};
use crate::terminal::{Failure, Outcome};

/// Items named for each day; the JSON has all.
const N_NAMED: usize = 6;

/// Runs the command.
pub fn run(args: &TimelineArgs) -> Result<Outcome, Failure> {
    let analysis = Analysis { key: "timeline", json: &to_json, text: &text };
    analysis::run(&args.input, &args.format, &args.run.settings(), &analysis)
}

fn to_json(findings: &Findings) -> Value {
    let Some(timeline) = &findings.timeline else { return Value::Null };
    let named = |items: &[usize]| -> Value {
        items.iter().map(|&item| json!(findings.evidence[item].id)).collect()
    };
    let points = timeline.points.iter().map(|point| {
        json!({
            "date": point.date,
            "evidence": named(&point.evidence),
            "answers": by_question(findings, &point.answers, answer),
        })
    });
    let course = timeline.course.iter().map(
        |at| json!({ "date": at.date, "answers": by_question(findings, &at.answers, estimate) }),
    );
    json!({
        "from_start": named(&timeline.from_start),
        "undated": timeline.n_undated,
        "points": points.collect::<Value>(),
        "course": course.collect::<Value>(),
    })
}

fn by_question<T>(findings: &Findings, found: &[Option<T>], entry: impl Fn(&T) -> Value) -> Value {
    let ids = findings.questions.iter().map(|question| question.id.clone());
    let entries = ids.zip(found.iter().map(|found| found.as_ref().map_or(Value::Null, &entry)));
    Value::Object(entries.collect::<Map<String, Value>>())
}

fn estimate(estimate: &Estimate) -> Value {
    json!({ "p": estimate.p, "p05": estimate.p05, "p50": estimate.p50, "p95": estimate.p95 })
}

fn answer(answer: &TimeAnswer) -> Value {
    let mut value = estimate(&answer.estimate);
    value["without_news"] = answer.without_news.as_ref().map_or(Value::Null, estimate);
    value["step"] = answer.step.map_or(Value::Null, |step| {
        json!({
            "time": step.time,
            "evidence": step.evidence,
            "log_odds": step.log_odds.map(|(time, evidence)| json!({ "time": time, "evidence": evidence })),
        })
    });
    value
}

fn text(findings: &Findings) -> String {
    let Some(timeline) = findings.timeline.as_ref().filter(|timeline| is_told(timeline)) else {
        return "Nothing in the file is dated before the day it speaks for, and no number runs with time: \
                there is nothing to replay\n"
            .to_owned();
    };
    let questions = findings.questions.iter().enumerate();
    questions
        .map(|(ix, question)| self::question(findings, timeline, ix, question))
        .collect::<Vec<_>>()
        .join("\n")
}

fn question(
    findings: &Findings,
    timeline: &TimelineFinding,
    ix: usize,
    question: &QuestionFinding,
) -> String {
    let mut out = asked(question);
    for told in sentences(timeline, ix, question) {
        out.push_str(&format!("  {told}\n"));
    }
    out.push_str(&format!("  {}\n\n", from_start(timeline)));
    let mut table = plain_table();
    let mut heads = vec!["day", "answer", "by the news", "what became known"];
    if timeline.is_timed {
        heads.insert(3, "by time alone");
    }
    table.add_row(heads);
    for (at, point) in timeline.points.iter().enumerate() {
        let answer = point.answers[ix].as_ref();
        let step = answer.and_then(|answer| answer.step);
        let p = answer.map_or("cannot be".to_owned(), |answer| words::estimate(&answer.estimate));
        let points = |part: Option<f64>| part.map(words::points_label).unwrap_or_default();
        let mut row = vec![point.date.clone(), p, points(step.map(|step| step.evidence))];
        if timeline.is_timed {
            row.push(points(step.map(|step| step.time)));
        }
        let mut items: Vec<String> = point
            .evidence
            .iter()
            .take(N_NAMED)
            .map(|&item| findings.evidence[item].text.clone())
            .collect();
        match point.evidence.len() {
            0 if at == 0 => items.push("before the first of it".to_owned()),
            0 => items.push("nothing: the day of the assessment".to_owned()),
            n if n > N_NAMED => items.push(format!("and {} more", n - N_NAMED)),
            _ => {}
        }
        row.push(items.join("\n"));
        table.add_row(row);
    }
    align_right(&mut table, if timeline.is_timed { &[1, 2, 3] } else { &[1, 2] });
    out + &print_table(&table)
}
