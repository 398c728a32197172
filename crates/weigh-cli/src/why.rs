//! `weigh why`: which reasons carry the answer, as sentences and as a waterfall.

use serde_json::{Map, Value, json};
use weigh::findings::{Carried, Findings, Part, QuestionFinding, Unit};
use weigh::log_odds::log_odds;
use weigh::report::why::{self, PartKind};
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::WhyArgs;
use crate::summary::{
    align_right, asked, of_state, plain_table, print_table, run as run_line, title,
};
use crate::terminal::{Failure, Outcome};

/// Columns of the waterfall.
const WIDTH: usize = 32;

/// Runs the command.
pub fn run(args: &WhyArgs) -> Result<Outcome, Failure> {
    let json = |findings: &Findings| {
        analysis::by_question(findings, &findings.questions, |question, _| {
            to_json(question, findings)
        })
    };
    let analysis = Analysis { key: "questions", json: &json, text: &text };
    analysis::run(&args.input, &args.format, &args.run.settings(), &analysis)
}

fn text(findings: &Findings) -> String {
    let mut out = title(findings);
    for question in &findings.questions {
        out.push('\n');
        out.push_str(&asked(question));
        let mut carried = question.carried.iter().filter(|carried| !carried.shares.is_empty());
        match carried.next() {
            None if why::has_no_shares(findings, question) => {
                out.push_str(&format!("  {}\n", why::NO_SHARES));
            }
            None => out.push_str("  There are no reasons to weigh\n"),
            Some(focus) => {
                out.push_str(&decomposition(findings, question, focus));
                carried.for_each(|other| {
                    out.push('\n');
                    out.push_str(&decomposition(findings, question, other));
                });
            }
        }
    }
    out + &run_line(findings)
}

fn decomposition(findings: &Findings, question: &QuestionFinding, carried: &Carried) -> String {
    let heading = match why::outcome(question, carried) {
        Some(outcome) => format!(": `{outcome}` against the rest"),
        None => of_state(Some(question)),
    };
    let mut out = format!("  What carries it{heading}\n");
    let mut say = |told: &str| out.push_str(&format!("  {told}\n"));
    if let Some(told) = why::from_none_to_all(carried) {
        say(&told);
    }
    for share in &carried.shares {
        let (Some(reason), Some(it)) = (findings.reasons.get(share.reason), share.share) else {
            continue;
        };
        say(&format!(
            "- {}: {}. With it alone {}, without it {} ({}:{})",
            reason.text,
            why::effect(carried.unit, it),
            words::percent_in_words(share.alone),
            words::percent_in_words(share.dropped),
            reason.place.file,
            reason.place.line,
        ));
    }
    if let Some(told) = why::sampling(carried.sampled) {
        say(&told);
    }
    why::overlap(findings, carried).iter().for_each(|told| say(told));
    out.push('\n');
    out.push_str(&waterfall(findings, carried));
    out.push_str(&parts(findings, carried));
    out
}

/// From none of the reasons to all of them: one bar each, on a scale of log odds (or of probability).
fn waterfall(findings: &Findings, carried: &Carried) -> String {
    let value = |p: f64| if carried.unit == Unit::LogOdds { log_odds(p) } else { p };
    let Some(start) = carried.without.map(value).filter(|start| start.is_finite()) else {
        return String::new();
    };
    let mut at = start;
    let mut steps = Vec::new();
    for share in &carried.shares {
        let Some(it) = share.share else { return String::new() };
        steps.push((at, at + it));
        at += it;
    }
    let ends = || steps.iter().flat_map(|&(from, to)| [from, to]).chain([start]);
    let (low, high) =
        (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
    let column = |at: f64| match high > low {
        true => ((at - low) / (high - low) * (WIDTH - 1) as f64).round() as usize,
        false => 0,
    };
    let bar = |from: f64, to: f64, fill: char| {
        let (first, last) = (column(from.min(to)), column(from.max(to)));
        let cell = |ix: usize| if (first..=last).contains(&ix) { fill } else { ' ' };
        let bar: String = (0..=last).map(cell).collect();
        bar
    };
    let mut table = plain_table();
    table.add_row([
        "None of the reasons".to_owned(),
        carried.without.map(words::percent).unwrap_or_default(),
        bar(start, start, '|'),
    ]);
    for (share, &(from, to)) in carried.shares.iter().zip(&steps) {
        let text = findings.reasons.get(share.reason).map(|reason| reason.text.clone());
        let label =
            why::label(carried.unit, to - from) + &why::error(carried.unit, to - from, share.error);
        let fill = if to < from { '░' } else { '█' };
        table.add_row([text.unwrap_or_default(), label, bar(from, to, fill)]);
    }
    table.add_row(["All of them".to_owned(), words::percent(carried.p), bar(at, at, '|')]);
    align_right(&mut table, &[1]);
    print_table(&table)
}

/// Evidence and judgement apart: each a decomposition of its own.
fn parts(findings: &Findings, carried: &Carried) -> String {
    let mut out = String::new();
    let kinds = [
        (&carried.evidence, PartKind::Evidence, "Evidence by itself"),
        (&carried.weights, PartKind::Weights, "Judgement by itself"),
    ];
    for (part, kind, heading) in kinds {
        let Some(part) = part else { continue };
        out.push_str(&format!("\n  {heading} (not to be added to the shares above)\n"));
        if let Some(told) = why::part(carried, part, kind) {
            out.push_str(&format!("  {told}\n"));
        }
        let mut table = plain_table();
        for share in &part.shares {
            let reason = share.reason.and_then(|reason| findings.reasons.get(reason));
            let text = reason.map_or("Evidence of no reason", |reason| &reason.text);
            let label = share.share.map_or("–".to_owned(), |it| {
                why::label(carried.unit, it) + &why::error(carried.unit, it, share.error)
            });
            table.add_row([label, text.to_owned()]);
        }
        align_right(&mut table, &[0]);
        out.push_str(&print_table(&table));
    }
    out
}

fn to_json(question: &QuestionFinding, findings: &Findings) -> Value {
    let state = |outcome: usize| question.outcomes.get(outcome).map(|outcome| &outcome.state);
    let why = question.carried.iter().map(|carried| {
        (state(carried.outcome).cloned().unwrap_or_default(), carried_to_json(carried, findings))
    });
    json!({
        "text": question.text,
        "focus": state(question.focus),
        "why": why.collect::<Map<String, Value>>(),
    })
}

fn carried_to_json(carried: &Carried, findings: &Findings) -> Value {
    let id = |reason: usize| findings.reasons.get(reason).map(|reason| &reason.id);
    let reasons = carried.shares.iter().filter_map(|share| {
        let reason = findings.reasons.get(share.reason)?;
        Some(json!({
            "reason": reason.id,
            "text": reason.text,
            "file": reason.place.file,
            "line": reason.place.line,
            "share": share.share,
            "error": share.error,
            "alone": share.alone,
            "dropped": share.dropped,
        }))
    });
    let pairs = carried.pairs.iter().map(
        |pair| json!({ "reasons": [id(pair.reasons.0), id(pair.reasons.1)], "index": pair.index }),
    );
    let part = |part: &Part| {
        let shares = part.shares.iter().map(|share| {
            json!({ "reason": share.reason.and_then(id), "share": share.share, "error": share.error })
        });
        json!({
            "without": part.without,
            "sampled": part.sampled,
            "shares": shares.collect::<Vec<_>>(),
        })
    };
    json!({
        "p": carried.p,
        "without": carried.without,
        "unit": carried.unit,
        "sampled": carried.sampled,
        "reasons": reasons.collect::<Vec<_>>(),
        "overlap": carried.overlap,
        "pairs": pairs.collect::<Vec<_>>(),
        "evidence": carried.evidence.as_ref().map(part),
        "weights": carried.weights.as_ref().map(part),
    })
}
