//! `weigh repair`: what would have to change for the model to say what its author judges directly.

use serde_json::{Map, Value, json};
use weigh::Wanted;
use weigh::findings::{Findings, Judgement, Move, Reach};
use weigh::report::repair::{N_NAMED, breaks, in_short, judged, telling};
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::RepairArgs;
use crate::terminal::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &RepairArgs) -> Result<Outcome, Failure> {
    let mut settings = args.run.settings();
    settings.wanted = Wanted { solve_repair: true, ..Wanted::default() };
    let analysis = Analysis { key: "repair", json: &to_json, text: &text };
    analysis::run(&args.input, &args.format, &settings, &analysis)
}

fn to_json(findings: &Findings) -> Value {
    let Some(repair) = &findings.repair else { return Value::Null };
    let judgement = |judgement: &Judgement| {
        let id = findings.questions[judgement.question].id.clone();
        let Judgement { gut, p, repaired, .. } = judgement;
        (id, json!({ "gut": gut, "p": p, "repaired": repaired }))
    };
    let step = |step: &Move| {
        json!({
            "what": step.what, "file": step.place.file, "line": step.place.line,
            "written": step.written, "becomes": step.exactly, "shift": step.shift,
            "inside": step.inside, "certain": step.is_certain,
        })
    };
    json!({
        "questions": repair.judgements.iter().map(judgement).collect::<Map<String, Value>>(),
        "reach": repair.reach,
        "total": repair.total,
        "moves": repair.moves.iter().map(step).collect::<Vec<_>>(),
    })
}

fn text(findings: &Findings) -> String {
    let Some(repair) = &findings.repair else { return agreed(findings) };
    let mut out = String::new();
    for judgement in &repair.judgements {
        out.push_str(&format!("{}\n", words::capitalise(&judged(findings, judgement))));
    }
    for sentence in in_short(repair) {
        out.push_str(&format!("{sentence}\n"));
    }
    if repair.reach == Reach::OutOfReach {
        return out;
    }
    out.push('\n');
    let named = telling(repair).iter().take(N_NAMED);
    for step in named.clone() {
        let Move { what, written, becomes, place, .. } = step;
        let by = words::odds_label(step.shift).replace('\u{a0}', " ");
        let breaks = breaks(step).map_or(String::new(), |breaks| format!(", {breaks}"));
        out.push_str(&format!("  {by:>6}  {what}: {becomes}, not {written}{breaks}\n"));
        out.push_str(&format!("          {}:{}\n", place.file, place.line));
    }
    let n_more = repair.moves.len() - named.len();
    if n_more > 0 {
        let rest = words::count(n_more, "number by less", "numbers by less");
        out.push_str(&format!("  and {rest}; `--format json` has them all\n"));
    }
    out
}

/// Why there is nothing to repair.
fn agreed(findings: &Findings) -> String {
    let is_judged = findings.questions.iter().any(|question| question.gut.is_some());
    match is_judged {
        false => "Nobody judged a question directly: `gut 5%` under a question says what its author thinks without the model\n",
        true => "Nothing to repair: the author's own judgement and the model agree, or no number can join them (one is certain, or a probability is revised)\n",
    }
    .to_owned()
}
