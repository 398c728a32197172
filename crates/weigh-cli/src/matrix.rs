//! `weigh matrix`: every item of evidence against every outcome, as a matrix of competing hypotheses.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use serde_json::{Map, Value, json};
use weigh::findings::{
    Cell, Findings, Letter, Likelihoods, MatrixFinding, MatrixRow, QuestionFinding, RowOf,
};
use weigh::report::matrix::{diagnosticity, item, legend, ratio, sentences};

use crate::analysis::{self, Analysis};
use crate::args::MatrixArgs;
use crate::summary::{align_right, plain_table, print_table};
use crate::terminal::{Failure, Outcome};

/// Columns of the terminal, less the indentation.
const WIDTH: u16 = 79;
/// Columns of a cell, with the blanks beside it.
const CELL: u16 = 10;
/// Outcomes beside each other; more of them stand in tables one below the other.
const N_BESIDE: usize = 4;

/// Runs the command.
pub fn run(args: &MatrixArgs) -> Result<Outcome, Failure> {
    let analysis = Analysis { key: "matrix", json: &to_json, text: &text };
    analysis::run(&args.input, &args.format, &args.run.settings(), &analysis)
}

fn to_json(findings: &Findings) -> Value {
    analysis::by_question(findings, &findings.matrix, |matrix, ix| {
        let question = &findings.questions[ix];
        let rows = matrix.rows.iter().map(|row| row_to_json(findings, question, row));
        json!({ "items": rows.collect::<Vec<_>>() })
    })
}

fn row_to_json(findings: &Findings, question: &QuestionFinding, row: &MatrixRow) -> Value {
    let (key, id, place) = match row.of {
        RowOf::Evidence { item } => {
            ("evidence", &findings.evidence[item].id, &findings.evidence[item].place)
        }
        RowOf::Weights { reason } => {
            ("reason", &findings.reasons[reason].id, &findings.reasons[reason].place)
        }
    };
    let likelihoods = |likelihoods: &Likelihoods| {
        let cell = |cell: &Option<Cell>| {
            cell.map(|cell| {
                json!({
                    "likelihood": cell.likelihood,
                    "ratio": cell.ratio,
                    "letter": cell.letter,
                })
            })
        };
        let states = question.outcomes.iter().map(|outcome| outcome.state.clone());
        let cells = states.zip(likelihoods.cells.iter().map(|it| json!(cell(it))));
        json!({
            "diagnosticity": likelihoods.diagnosticity,
            "diagnostic": likelihoods.is_diagnostic(),
            "outcomes": cells.collect::<Map<String, Value>>(),
        })
    };
    json!({
        key: id,
        "text": item(findings, row.of),
        "file": place.file,
        "line": place.line,
        "is_probability": row.is_probability,
        "alone": likelihoods(&row.alone),
        "given_rest": likelihoods(&row.given_rest),
    })
}

fn text(findings: &Findings) -> String {
    let all = findings.questions.iter().zip(&findings.matrix);
    let texts = all.map(|(question, matrix)| self::question(findings, question, matrix));
    texts.collect::<Vec<_>>().join("\n")
}

fn question(findings: &Findings, question: &QuestionFinding, matrix: &MatrixFinding) -> String {
    let mut out = format!("{}\n", question.text);
    if matrix.rows.is_empty() {
        return out + "  There is no evidence, and no weight, to hold against the outcomes\n";
    }
    out.push_str(&paragraph(
        "How many times as likely each item is under an outcome as under the others on average, with no other evidence known.",
    ));
    out.push_str(&paragraph(&format!("{}.", legend())));
    out.push_str(&paragraph(
        "Tells: the largest ratio between two outcomes, in decibans (10 is 10 to 1), by itself and with all the rest known.",
    ));
    let outcomes: Vec<usize> = (0..question.outcomes.len()).collect();
    for beside in outcomes.chunks(N_BESIDE) {
        out.push('\n');
        out.push_str(&table(findings, question, matrix, beside));
    }
    out.push('\n');
    for sentence in sentences(findings, question, matrix) {
        out.push_str(&paragraph(&sentence));
    }
    out
}

/// A text in lines of the terminal's width.
fn paragraph(text: &str) -> String {
    let mut table = wrapped_table();
    table.add_row([text]);
    print_table(&table)
}

fn wrapped_table() -> Table {
    let mut table = plain_table();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table
}

fn table(
    findings: &Findings,
    question: &QuestionFinding,
    matrix: &MatrixFinding,
    outcomes: &[usize],
) -> String {
    let mut table = wrapped_table();
    let mut head = vec![String::new()];
    head.extend(outcomes.iter().map(|&outcome| question.outcomes[outcome].state.clone()));
    head.extend(["Tells".to_owned(), "w. rest".to_owned()]);
    table.add_row(head);
    for row in &matrix.rows {
        let mut line = vec![item(findings, row.of).to_owned()];
        if matches!(row.of, RowOf::Weights { .. }) {
            line[0].push_str(" (judgement)");
        }
        line.extend(outcomes.iter().map(|&outcome| match &row.alone.cells[outcome] {
            Some(Cell { letter, ratio: it, .. }) => {
                format!("{:<2} {}", Letter::as_str(*letter), ratio(*it))
            }
            None => "–".to_owned(),
        }));
        line.push(diagnosticity(row.alone.diagnosticity));
        line.push(diagnosticity(row.given_rest.diagnosticity));
        table.add_row(line);
    }
    let last = outcomes.len() + 1;
    for ix in 1..=last + 1 {
        let width = Width::Fixed(if ix < last { CELL } else { CELL - 1 });
        if let Some(column) = table.column_mut(ix) {
            column.set_constraint(ColumnConstraint::Absolute(width));
        }
    }
    align_right(&mut table, &[last, last + 1]);
    print_table(&table)
}
