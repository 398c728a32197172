//! `weigh flip`: what would change the answer, as sentences and as a tornado.

use serde_json::{Value, json};
use weigh::findings::{Findings, Outcome as Answer, QuestionFinding, SourceChange, Swing};
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::FlipArgs;
use crate::summary::{
    align_right, asked, flip_sentence, names, plain_table, print_table, run as run_line,
    swing_sentence, title, value,
};
use crate::terminal::{Failure, Outcome};

/// Columns of the tornado, and how many numbers it has.
const WIDTH: usize = 32;
const N_BARS: usize = 14;

/// Runs the command.
pub fn run(args: &FlipArgs) -> Result<Outcome, Failure> {
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
        if let Some(focus) = question.outcomes.get(question.focus) {
            out.push_str(&format!(
                "  `{}` stands at {}\n",
                focus.state,
                words::percent_in_words(focus.estimate.p)
            ));
            out.push_str(&flips(question, focus));
            out.push_str(&pairs(question, focus));
            out.push_str(&sources(findings, question, focus));
            out.push_str(&tornado(question, focus));
            let names =
                names(findings, question.swings.iter().take(N_BARS).map(|it| it.what.as_str()));
            if !names.is_empty() {
                out.push_str(&format!("\n{names}"));
            }
        }
    }
    out + &run_line(findings)
}

fn flips(question: &QuestionFinding, focus: &Answer) -> String {
    let told = |live: bool| -> String {
        let flips = question.flips.iter().filter(|flip| flip.live == live);
        flips
            .filter_map(|flip| Some(flip_sentence(flip, question.swings.get(flip.swing)?, focus)))
            .collect()
    };
    let (live, far) = (told(true), told(false));
    let mut out = String::from("\n  Live doubts: inside the author's own range\n");
    out.push_str(if live.is_empty() { "  None\n" } else { &live });
    if !far.is_empty() {
        out.push_str("\n  Further away: the number would have to be wrong, not merely uncertain\n");
        out.push_str(&far);
    }
    out
}

fn pairs(question: &QuestionFinding, focus: &Answer) -> String {
    let told: String = question
        .pair_flips
        .iter()
        .filter_map(|pair| {
            let (a, b) = (question.swings.get(pair.swings.0)?, question.swings.get(pair.swings.1)?);
            Some(format!(
                "  - If {} were {} (range: {}) and {} were {} (range: {}), `{}` would {} to {}, {}; both {} their ranges ({}:{} and {})\n",
                a.what,
                value(pair.values.0, a),
                a.written,
                b.what,
                value(pair.values.1, b),
                b.written,
                focus.state,
                if pair.edge > focus.estimate.p { "rise" } else { "fall" },
                words::percent(pair.edge),
                pair.edge_name,
                if pair.live { "inside" } else { "beyond" },
                a.place.file,
                a.place.line,
                b.place.line,
            ))
        })
        .collect();
    match told.is_empty() {
        true => told,
        false => format!(
            "\n  Two numbers together, where neither does it alone within its range\n{told}"
        ),
    }
}

fn sources(findings: &Findings, question: &QuestionFinding, focus: &Answer) -> String {
    let p = words::percent(focus.estimate.p);
    let sentence = |change: &SourceChange| {
        let source = findings.sources.get(change.source)?;
        let without =
            change.without.map_or("the rest could not all have been seen".to_owned(), |it| {
                format!("`{}` would be {} and not {p}", focus.state, words::percent(it))
            });
        let over = |edge: &Option<String>| {
            edge.as_ref().map_or(String::new(), |edge| format!(", over {edge}"))
        };
        let graded = change.grade.as_ref().map_or(String::new(), |grade| {
            format!(
                "; graded {}, it would be {}, over {}",
                grade.letter,
                words::percent(grade.p),
                grade.edge_name
            )
        });
        let is_still = change.without.is_some_and(|it| words::percent(it) == p);
        (!is_still || change.crosses.is_some() || change.grade.is_some()).then(|| {
            format!(
                "  - Without {}, {without}{}{graded} ({}:{})\n",
                source.id,
                over(&change.crosses),
                source.place.file,
                source.place.line,
            )
        })
    };
    let told: String = question.source_changes.iter().filter_map(sentence).collect();
    if told.is_empty() {
        told
    } else {
        format!("\n  If a source fell away, or had another grade\n{told}")
    }
}

/// How far each number moves the answer over its author's range: a sentence and a bar each.
fn tornado(question: &QuestionFinding, focus: &Answer) -> String {
    let visible: Vec<&Swing> = (question.swings.iter())
        .filter(|it| words::percent(it.p_at_low) != words::percent(it.p_at_high))
        .take(N_BARS)
        .collect();
    if visible.is_empty() {
        return String::new();
    }
    let ends =
        || visible.iter().flat_map(|it| [it.p_at_low, it.p_at_high]).chain([focus.estimate.p]);
    let (low, high) = (ends().fold(1.0, f64::min), ends().fold(0.0, f64::max));
    let column = |p: f64| ((p - low) / (high - low) * (WIDTH - 1) as f64).round() as usize;
    let mut table = plain_table();
    for it in &visible {
        let (from, to) = (it.p_at_low.min(it.p_at_high), it.p_at_low.max(it.p_at_high));
        let fill = if it.p_at_high < it.p_at_low { '░' } else { '█' };
        let cell = |ix: usize| match ix {
            ix if ix == column(focus.estimate.p) => '|',
            ix if (column(from)..=column(to)).contains(&ix) => fill,
            _ => ' ',
        };
        table.add_row([
            it.what.clone(),
            words::percent(from),
            (0..WIDTH).map(cell).collect(),
            words::percent(to),
        ]);
    }
    align_right(&mut table, &[1, 3]);
    let sentences: String = visible.iter().map(|it| swing_sentence(it, focus)).collect();
    format!(
        "\n  How far each number moves the answer over its author's range\n{sentences}\n  █ more of the number raises `{}`, ░ lowers it; | is where it stands\n{}",
        focus.state,
        print_table(&table)
    )
}

fn to_json(question: &QuestionFinding, findings: &Findings) -> Value {
    let number = |swing: usize| {
        let Some(swing) = question.swings.get(swing) else { return Value::Null };
        json!({
            "what": swing.what,
            "file": swing.place.file,
            "line": swing.place.line,
            "written": swing.written,
            "low": swing.low,
            "high": swing.high,
            "p_at_low": swing.p_at_low,
            "p_at_high": swing.p_at_high,
        })
    };
    let flips = question.flips.iter().map(|flip| {
        json!({
            "number": number(flip.swing),
            "value": flip.value,
            "edge": flip.edge,
            "edge_name": flip.edge_name,
            "live": flip.live,
            "distance": flip.distance,
        })
    });
    let pairs = question.pair_flips.iter().map(|pair| {
        json!({
            "numbers": [number(pair.swings.0), number(pair.swings.1)],
            "values": [pair.values.0, pair.values.1],
            "edge": pair.edge,
            "edge_name": pair.edge_name,
            "live": pair.live,
        })
    });
    let sources = question.source_changes.iter().map(|change| {
        json!({
            "source": findings.sources.get(change.source).map(|source| &source.id),
            "without": change.without,
            "crosses": change.crosses,
            "grade": change.grade,
        })
    });
    let focus = question.outcomes.get(question.focus);
    json!({
        "text": question.text,
        "focus": focus.map(|focus| &focus.state),
        "p": focus.map(|focus| focus.estimate.p),
        "thresholds": question.thresholds.iter().map(|(p, text)| json!({ "p": p, "text": text })).collect::<Vec<_>>(),
        "flips": flips.collect::<Vec<_>>(),
        "pairs": pairs.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(),
        "swings": (0..question.swings.len()).map(number).collect::<Vec<_>>(),
    })
}
