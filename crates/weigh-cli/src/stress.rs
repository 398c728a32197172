//! `weigh stress`: what the answer would be if the assessment were built otherwise.

use serde_json::{Map, Value, json};
use weigh::Wanted;
use weigh::findings::{Change, Findings};
use weigh::report::stress::{in_words, rows, strength_to_leave};
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::StressArgs;
use crate::summary::names;
use crate::terminal::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &StressArgs) -> Result<Outcome, Failure> {
    let mut settings = args.run.settings();
    settings.wanted = Wanted { unlisted: args.unlisted / 100.0, ..Wanted::default() };
    let analysis = Analysis { key: "stress", json: &to_json, text: &text };
    analysis::run(&args.input, &args.format, &settings, &analysis)
}

fn to_json(findings: &Findings) -> Value {
    let row = |row: &weigh::findings::StressFinding| {
        let ids = findings.questions.iter().map(|question| question.id.clone());
        let answers: Map<String, Value> =
            ids.zip(row.answers.iter().map(|answer| json!(answer))).collect();
        let mut value = match row.change {
            Change::ArrowCut { from, to } => {
                let id = |ix: usize| &findings.factors[ix].id;
                json!({ "change": "arrow_cut", "from": id(from), "to": id(to) })
            }
            Change::SourceGone { source } => {
                json!({ "change": "source_gone", "source": findings.sources[source].id })
            }
            Change::SourceDeceives { source } => {
                json!({ "change": "source_deceives", "source": findings.sources[source].id })
            }
            Change::ReasonHalved { reason } => {
                json!({ "change": "reason_halved", "reason": findings.reasons[reason].id })
            }
            Change::ReasonDoubled { reason } => {
                json!({ "change": "reason_doubled", "reason": findings.reasons[reason].id })
            }
            Change::ErrorsIndependent => json!({ "change": "errors_independent" }),
            Change::UnlistedCause { strength } => {
                json!({ "change": "unlisted_cause", "strength": strength })
            }
            Change::UnlistedBrake { strength } => {
                json!({ "change": "unlisted_brake", "strength": strength })
            }
        };
        value["answers"] = Value::Object(answers);
        value
    };
    findings.stress.iter().map(row).collect()
}

fn text(findings: &Findings) -> String {
    let mut out = String::new();
    for (ix, question) in findings.questions.iter().enumerate() {
        let focus = &question.outcomes[question.focus];
        let now = words::percent(focus.estimate.p);
        out.push_str(&format!(
            "{}{}\n  `{}` stands at {now}; if it were built otherwise, what moves it most first\n\n",
            if ix > 0 { "\n" } else { "" },
            question.text,
            focus.state,
        ));
        let mut n_still = 0;
        let mut named = Vec::new();
        for (row, answer) in rows(findings, ix, question) {
            let answer = answer.map_or("no answer".to_owned(), words::percent);
            if answer == now {
                n_still += 1;
            } else {
                out.push_str(&format!("  {answer:>9}  {}\n", in_words(findings, row.change)));
                if let Change::ArrowCut { from, to } = row.change {
                    named.extend([from, to].map(|ix| findings.factors[ix].id.as_str()));
                }
            }
        }
        out.push_str(&format!(
            "\n  {} it at {now}\n",
            words::count(n_still, "other change leaves", "other changes leave")
        ));
        if let Some(strength) = strength_to_leave(question) {
            out.push_str(&format!(
                "  A cause that nobody listed would have to be enough in {} of cases to lift it out of its word\n",
                words::percent_in_words(strength)
            ));
        }
        let names = names(findings, named.into_iter());
        if !names.is_empty() {
            out.push_str(&format!("\n{names}"));
        }
    }
    out
}
