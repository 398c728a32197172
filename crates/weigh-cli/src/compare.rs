//! `weigh compare`: what changed between two assessments of one question, and what each change does.

use serde_json::{Map, Value, json};
use std::path::PathBuf;
use weigh::compare::{ComparisonFinding, QuestionComparison, compare};
use weigh::findings::Estimate;
use weigh::report::compare::{
    closing, kind, kinds, largest, page, sampling, share_label, steps, summary,
};
use weigh::report::words;
use weigh::{Session, Settings};

use crate::args::{CompareArgs, DayArgs, Format, InputArgs};
use crate::summary::{align_right, plain_table, print_table};
use crate::terminal::{self, Failure, Outcome};
use crate::{input, output, solve};

/// Columns of a bar.
const WIDTH: usize = 24;

/// Runs the command.
pub fn run(args: &CompareArgs) -> Result<Outcome, Failure> {
    let settings = args.run.settings();
    let old = load(args, &args.old, &settings)?;
    let new = load(args, &args.new, &settings)?;
    let found = match (&old.1, &new.1) {
        (Some(was), Some(is)) => compare((&old.0, was), (&new.0, is), &settings),
        _ => None,
    };
    if let (Some(output), Some(found), Some(is)) = (&args.output, &found, &new.1) {
        let page = page(found, &is.run.engine);
        if output == std::path::Path::new("-") {
            terminal::print_exactly(page.as_bytes())?;
            return Ok(Outcome::Fine);
        }
        output::replace_file(output, page.as_bytes())?;
    }
    let both_solved = old.1.is_some() && new.1.is_some();
    match (args.format.format, &found) {
        (Format::Json, _) => {
            let diagnostics = [&old.0, &new.0].map(terminal::diagnostics_to_json);
            let [was, is] = diagnostics;
            terminal::print_json(&json!({
                "comparison": found.as_ref().map(to_json),
                "diagnostics": { "old": was, "new": is },
            }))?;
        }
        (Format::Text, Some(found)) => terminal::print(&text(found))?,
        (Format::Text, None) if both_solved => {}
        (Format::Text, None) => terminal::complain(solve::NOTHING_TO_SOLVE),
    }
    if both_solved && found.is_none() {
        return Err(Failure::run("the two files ask no question in common").hint(
            "give the question that is meant one name, and its outcomes the same states, in both",
        ));
    }
    Ok(match (Outcome::of(&old.0), Outcome::of(&new.0)) {
        (Outcome::Fine, Outcome::Fine) if both_solved => Outcome::Fine,
        _ => Outcome::InputHasErrors,
    })
}

fn load(
    args: &CompareArgs,
    path: &std::path::Path,
    settings: &Settings,
) -> Result<(Session, Option<weigh::findings::Findings>), Failure> {
    let input = InputArgs {
        path: PathBuf::from(path),
        one_line: args.one_line,
        day: DayArgs { today: args.day.today },
    };
    let mut session = input::load(&input)
        .map_err(|failure| terminal::also_as_json(failure, args.format.format))?;
    let findings = session.findings(settings);
    terminal::show_diagnostics(&session, solve::message_style(args.one_line, args.format.format));
    Ok((session, findings))
}

fn estimate(estimate: &Estimate) -> Value {
    json!({ "p": estimate.p, "p05": estimate.p05, "p50": estimate.p50, "p95": estimate.p95 })
}

fn to_json(found: &ComparisonFinding) -> Value {
    let changes = |question: &QuestionComparison| -> Value {
        let both = found.changes.iter().zip(&question.shares);
        both.map(|(change, share)| {
            let mut value = json!(change);
            value["share"] = json!(share);
            value
        })
        .collect()
    };
    let questions = found.questions.iter().map(|question| {
        let by_kind = kinds(found, question).into_iter().map(|total| {
            (kind(total.kind).key.to_owned(), json!({ "points": total.points, "nats": total.nats }))
        });
        let value = json!({
            "text": question.text,
            "state": question.state,
            "old": estimate(&question.old),
            "new": estimate(&question.new),
            "kinds": by_kind.collect::<Map<String, Value>>(),
            "changes": changes(question),
            "sampling": { "points": question.sampling.0, "nats": question.sampling.1 },
            "closing": question.closing,
        });
        (question.id.clone(), value)
    });
    json!({
        "titles": found.titles,
        "as_of": found.as_of,
        "sampled": found.sampled,
        "questions": questions.collect::<Map<String, Value>>(),
    })
}

fn text(found: &ComparisonFinding) -> String {
    let questions = found.questions.iter().map(|question| self::question(found, question));
    questions.collect::<Vec<_>>().join("\n")
}

fn question(found: &ComparisonFinding, question: &QuestionComparison) -> String {
    let mut out = format!("{}\n  {}\n\n", question.text, summary(found, question));
    if !found.changes.is_empty() {
        out.push_str(&waterfall(found, question));
        out.push('\n');
    }
    let (told, others) = largest(found, question);
    for (change, share) in told {
        out.push_str(&format!(
            "  {}: {}, {} ({}:{})\n",
            share_label(share),
            words::shorten(&change.what, 100),
            kind(change.kind).one,
            change.place.file,
            change.place.line,
        ));
        for (sign, written) in [('-', &change.old), ('+', &change.new)] {
            if let Some(written) = written {
                out.push_str(&format!("      {sign} {}\n", words::shorten(written, 140)));
            }
        }
    }
    others.iter().for_each(|others| out.push_str(&format!("  {others}\n")));
    if let Some(told) = sampling(found) {
        out.push_str(&format!("  {told}\n"));
    }
    let told = closing(question);
    if !told.is_empty() {
        out.push_str("\n  What would bring the two closest, if it were known\n");
        told.iter().for_each(|told| out.push_str(&format!("  - {told}\n")));
    }
    out
}

/// From the old answer to the new one, a bar for each kind of change that shows.
fn waterfall(found: &ComparisonFinding, question: &QuestionComparison) -> String {
    let steps = steps(found, question);
    let mut at = question.old.p;
    let reached = steps.iter().map(|(_, points)| {
        at += points;
        at
    });
    let most = reached.fold(question.old.p.max(question.new.p), f64::max).max(1e-9);
    let bar = |from: f64, to: f64, fill: char| -> String {
        let column = |p: f64| (p.clamp(0.0, most) / most * (WIDTH - 1) as f64).round() as usize;
        let (first, last) = (column(from.min(to)), column(from.max(to)));
        (0..=last).map(|ix| if ix >= first { fill } else { ' ' }).collect()
    };
    let mut table = plain_table();
    table.add_row([
        "the old answer".to_owned(),
        words::percent(question.old.p),
        bar(0.0, question.old.p, '▒'),
    ]);
    let mut at = question.old.p;
    for (name, points) in steps {
        let fill = if points < 0.0 { '░' } else { '█' };
        table.add_row([name.to_owned(), words::points_label(points), bar(at, at + points, fill)]);
        at += points;
    }
    table.add_row([
        "the new answer".to_owned(),
        words::percent(question.new.p),
        bar(0.0, question.new.p, '▒'),
    ]);
    align_right(&mut table, &[1]);
    print_table(&table)
}
