//! Findings as text for a terminal: the answer, what carries it, what would change it, scenarios.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};
use weigh::findings::{Findings, Flip, Outcome, QuestionFinding, ReasonShare, Swing};
use weigh::report::words;

/// How many reasons and how many changes are named; the report has all.
const N_NAMED: usize = 4;

/// Everything that fits on a screen.
pub fn text(findings: &Findings) -> String {
    let mut out = title(findings);
    for question in &findings.questions {
        out.push('\n');
        out.push_str(&self::question(question, findings));
    }
    if !findings.scenarios.is_empty() {
        let about = if findings.questions.len() == 1 { findings.questions.first() } else { None };
        out.push_str(&format!("\nScenarios{}\n", of_state(about)));
        out.push_str(&scenarios(findings));
    }
    if let Some(confidence) = &findings.confidence {
        out.push_str(&format!("\nConfidence: {}. {}\n", confidence.level, confidence.grounds));
    }
    if let Some(cited) = words::cited(&findings.cited) {
        out.push_str(&format!("\n{cited}\n"));
    }
    out.push_str(&run(findings));
    out
}

/// What the assessment is and the day it speaks for.
pub fn title(findings: &Findings) -> String {
    match findings.title.as_str() {
        "" => format!("As of {}\n", findings.as_of),
        title => format!("{title}\n  as of {}\n", findings.as_of),
    }
}

/// How the numbers were made.
pub fn run(findings: &Findings) -> String {
    let run = &findings.run;
    format!(
        "\n{} draws, seed {}, effective sample size {}, {}\n",
        words::group_thousands(&run.draws.to_string()),
        run.seed,
        words::number(run.ess),
        run.engine,
    )
}

/// What is asked, and until when.
pub fn asked(question: &QuestionFinding) -> String {
    let by = question.by.as_ref().map(|by| match question.days_left {
        Some(1) => format!(", by {by} (1 day left)"),
        Some(days) if days > 0 => format!(", by {by} ({days} days left)"),
        _ => format!(", by {by}"),
    });
    format!("{}\n  `{}`{}\n\n", question.text, question.id, by.unwrap_or_default())
}

fn question(question: &QuestionFinding, findings: &Findings) -> String {
    let mut out = asked(question);
    out.push_str(&outcomes(question));
    let focus = question.outcomes.get(question.focus);
    if let Some(focus) = focus.filter(|focus| focus.estimate.p05 != focus.estimate.p95) {
        out.push_str(&format!(
            "  with {} intervals; `{}` would be {} if every number erred on its own",
            words::percent(findings.level),
            focus.state,
            words::estimate(&focus.independent),
        ));
        if let Some(bounds) = &question.bounds {
            let lies = words::lies_between(bounds);
            out.push_str(&format!(",\n  and {lies} if each may lie anywhere in its range"));
        }
        out.push('\n');
    }
    if let Some(claim) = &question.claim {
        let verdict = if claim.fits { "which fits" } else { "which does not fit" };
        let band = words::word_with_band(&claim.band);
        out.push_str(&format!("  The text says {band}, {verdict}\n"));
    }
    if let Some(gut) = question.gut {
        out.push_str(&format!("  The author's own guess is {}\n", words::percent(gut)));
    }
    if let Some(focus) = focus {
        out.push_str(&reasons(question, focus, findings));
        out.push_str(&changes(question, focus, findings));
    }
    out
}

fn outcomes(question: &QuestionFinding) -> String {
    let mut table = plain_table();
    for outcome in &question.outcomes {
        let Outcome { estimate, word, .. } = outcome;
        let interval = if estimate.p05 == estimate.p95 {
            String::new()
        } else {
            words::percent_span(estimate.p05, estimate.p95)
        };
        let word = word.as_ref().map_or("(no word)".to_owned(), words::word_with_band);
        table.add_row([outcome.state.clone(), words::percent(estimate.p), interval, word]);
    }
    align_right(&mut table, &[1, 2]);
    print_table(&table)
}

fn reasons(question: &QuestionFinding, focus: &Outcome, findings: &Findings) -> String {
    if question.shares().is_empty() {
        return String::new();
    }
    let mut table = plain_table();
    for share in question.shares().iter().take(N_NAMED) {
        let Some(reason) = findings.reasons.get(share.reason) else { continue };
        table.add_row([
            side(share, focus).to_owned(),
            reason.text.clone(),
            format!("{} without it", words::percent(share.dropped)),
        ]);
    }
    align_right(&mut table, &[2]);
    let n_more = question.shares().len().saturating_sub(N_NAMED);
    let more = if n_more == 0 { String::new() } else { format!("  and {n_more} more\n") };
    format!("\n  What carries it{}\n{}{more}", of_state(Some(question)), print_table(&table))
}

/// Whether a reason speaks for the outcome that the sentences are about.
fn side(share: &ReasonShare, focus: &Outcome) -> &'static str {
    let weight = share.share.unwrap_or(focus.estimate.p - share.dropped);
    if weight > 0.0 {
        "for"
    } else if weight < 0.0 {
        "against"
    } else {
        "neither"
    }
}

fn changes(question: &QuestionFinding, focus: &Outcome, findings: &Findings) -> String {
    let flips = question.flips.iter().filter(|flip| flip.live);
    let mut lines: Vec<(&str, String)> = flips
        .filter_map(|flip| {
            let swing = question.swings.get(flip.swing)?;
            Some((swing.what.as_str(), flip_sentence(flip, swing, focus)))
        })
        .take(N_NAMED)
        .collect();
    if lines.is_empty() {
        lines = question
            .swings
            .iter()
            .filter(|s| words::percent(s.p_at_low) != words::percent(s.p_at_high))
            .take(N_NAMED)
            .map(|swing| (swing.what.as_str(), swing_sentence(swing, focus)))
            .collect();
    }
    if lines.is_empty() {
        return String::new();
    }
    let names = names(findings, lines.iter().map(|(what, _)| *what));
    let lines: String = lines.into_iter().map(|(_, line)| line).collect();
    format!("\n  What would change it\n{lines}{names}")
}

/// What the names stand for that begin what numbers are called: a reader knows the texts, and the file has names.
pub fn names<'f>(findings: &Findings, whats: impl Iterator<Item = &'f str>) -> String {
    let factors = findings.factors.iter().map(|it| (&it.id, &it.text));
    let texts: BTreeMap<&str, &str> = factors
        .chain(findings.quantities.iter().map(|it| (&it.id, &it.text)))
        .chain(findings.evidence.iter().map(|it| (&it.id, &it.text)))
        .chain(findings.reasons.iter().map(|it| (&it.id, &it.text)))
        .filter(|(id, text)| !text.is_empty() && id != text)
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    let is_asked = |id: &str| findings.questions.iter().any(|question| question.id == id);
    let mut told: Vec<&str> = Vec::new();
    for id in whats.map(|what| what.split(':').next().unwrap_or(what)) {
        if texts.contains_key(id) && !is_asked(id) && !told.contains(&id) {
            told.push(id);
        }
    }
    let told = told.iter().map(|id| format!("  `{id}` is “{}”\n", words::shorten(texts[id], 80)));
    told.collect()
}

/// What happens at the value where a number takes the answer over an edge.
pub fn flip_sentence(flip: &Flip, swing: &Swing, focus: &Outcome) -> String {
    format!(
        "  - If {} were {} ({} {}), `{}` would {} to {}, {} ({}:{})\n",
        swing.what,
        value(flip.value, swing),
        if swing.low < swing.high { "range:" } else { "now" },
        swing.written,
        focus.state,
        if flip.edge > focus.estimate.p { "rise" } else { "fall" },
        words::percent(flip.edge),
        flip.edge_name,
        swing.place.file,
        swing.place.line,
    )
}

/// What each end of a number's range makes of the answer.
pub fn swing_sentence(swing: &Swing, focus: &Outcome) -> String {
    format!(
        "  - If {} were {} and not {}, `{}` would be {} and not {} ({}:{})\n",
        swing.what,
        value(swing.high, swing),
        value(swing.low, swing),
        focus.state,
        words::percent(swing.p_at_high),
        words::percent(swing.p_at_low),
        swing.place.file,
        swing.place.line,
    )
}

/// A value of a number in its own unit.
pub fn value(value: f64, swing: &Swing) -> String {
    if swing.is_probability { words::percent(value) } else { words::number(value) }
}

fn scenarios(findings: &Findings) -> String {
    let mut table = plain_table();
    let several = findings.questions.len() > 1;
    let now: Vec<String> = findings
        .questions
        .iter()
        .filter_map(|question| question.outcomes.get(question.focus))
        .flat_map(|focus| [words::estimate(&focus.estimate), word_or_none(focus.word.as_ref())])
        .collect();
    if several {
        let heads = findings.questions.iter().flat_map(|question| {
            [format!("`{}`{}", question.id, of_state(Some(question))), String::new()]
        });
        table.add_row([String::new()].into_iter().chain(heads));
    }
    table.add_row(["as it stands".to_owned()].into_iter().chain(now));
    for scenario in &findings.scenarios {
        let answers = scenario.answers.iter().flat_map(|answer| match answer {
            None => ["contradicts the evidence".to_owned(), String::new()],
            Some(answer) => {
                let other = match (answer.seen, answer.done) {
                    (Some(p), _) => format!(", {} if merely seen", words::percent(p)),
                    (None, Some(p)) => format!(", {} if brought about", words::percent(p)),
                    (None, None) => String::new(),
                };
                [
                    words::estimate(&answer.estimate),
                    format!("{}{other}", word_or_none(answer.word.as_ref())),
                ]
            }
        });
        table.add_row([scenario.text.clone()].into_iter().chain(answers));
    }
    print_table(&table)
}

/// Which outcome the figures are about, where it is not plain.
pub fn of_state(question: Option<&QuestionFinding>) -> String {
    let state = question.and_then(|question| Some(&question.outcomes.get(question.focus)?.state));
    state.filter(|state| *state != "yes").map_or(String::new(), |state| format!(": `{state}`"))
}

fn word_or_none(band: Option<&weigh::findings::Band>) -> String {
    band.map_or("(no word)".to_owned(), words::word_with_band)
}

/// A table without lines between its cells.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Puts the figures of these columns under each other.
pub fn align_right(table: &mut Table, columns: &[usize]) {
    for &ix in columns {
        if let Some(column) = table.column_mut(ix) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Indented by two, without blanks at line ends.
pub fn print_table(table: &Table) -> String {
    table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}
