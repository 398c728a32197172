//! Items against outcomes: the letters, what is not diagnostic, and what the rest leaves to say.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{draws, solve};
use serde_json::Value;
use std::fmt::Write;
use weigh::findings::{Cell, Findings, Likelihoods, MatrixRow, RowOf};
use weigh::report::matrix::sentences;

const HEADER: &str = "assessment \"A\"\n  as of 2022-10-14\n  errors independent\n";

fn found(text: &str) -> Findings {
    solve(&format!("{HEADER}{text}"), &draws(1))
}

fn row<'f>(findings: &'f Findings, name: &str) -> &'f MatrixRow {
    let is_named = |row: &&MatrixRow| match row.of {
        RowOf::Evidence { item } => findings.evidence[item].id == name,
        RowOf::Weights { reason } => findings.reasons[reason].id == name,
    };
    findings.matrix[0].rows.iter().find(is_named).unwrap()
}

fn letters(likelihoods: &Likelihoods) -> Vec<&'static str> {
    let letter = |cell: &Option<Cell>| cell.map_or("–", |cell| cell.letter.as_str());
    likelihoods.cells.iter().map(letter).collect()
}

fn told(findings: &Findings) -> Vec<String> {
    sentences(findings, &findings.questions[0], &findings.matrix[0])
}

/// Heuer's matrix (`ach_iraq_retaliation`) with his letters as likelihoods: those come back, but for the item
/// that is consistent with everything, which is neutral.
#[test]
fn heuers_matrix_comes_back() {
    let text = include_str!("../../../tests/cases/ach_iraq_retaliation.json");
    let case: Value = serde_json::from_str(text).unwrap();
    let matrix = case["inputs"]["matrix"].as_object().unwrap();
    let mut text =
        "question q: none, minor, major\n  base none rest, minor 1/3, major 1/3\n".to_owned();
    for (ix, (item, letters)) in matrix.iter().enumerate() {
        let likelihood = |letter: &Value| match letter.as_str().unwrap() {
            "C" => 0.7,
            "I" => 0.3,
            other => panic!("{other}"),
        };
        let numbers: Vec<f64> = letters.as_array().unwrap().iter().map(likelihood).collect();
        let [none, minor, major] = numbers[..] else { panic!("three hypotheses") };
        writeln!(text, "evidence e{ix} \"{item}\"").unwrap();
        writeln!(text, "  likelihood {none} if q = none, {minor} if q = minor, {major} otherwise")
            .unwrap();
    }
    let findings = found(&text);
    let silent = case["expected"]["non_diagnostic"].as_array().unwrap();
    for (ix, (item, expected)) in matrix.iter().enumerate() {
        let row = row(&findings, &format!("e{ix}"));
        let expected: Vec<&str> =
            expected.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        if silent.iter().any(|silent| silent == item) {
            assert_eq!(letters(&row.alone), ["N", "N", "N"]);
            assert_eq!((row.alone.diagnosticity, row.alone.is_diagnostic()), (0.0, false));
        } else {
            assert_eq!(letters(&row.alone), expected, "{item}");
            assert!((row.alone.diagnosticity - libm::log(0.7 / 0.3)).abs() < 1e-12);
        }
        // Given the outcome, the items know nothing of each other.
        assert_eq!(letters(&row.alone), letters(&row.given_rest));
    }
    // The outcome with the least inconsistency is the likeliest, and nothing speaks against it.
    let answers: Vec<f64> =
        findings.questions[0].outcomes.iter().map(|outcome| outcome.estimate.p).collect();
    assert!(answers[1] > answers[2] && answers[2] > answers[0]);
    insta::assert_snapshot!(told(&findings).join("\n"), @r"
    “E2 absence of terrorist offensive in the 1991 war” tells the outcomes apart best: by itself it is 2.3 times as likely if `none` as if `major`.
    Not diagnostic (1 of 6 items), being as likely or nearly so under every outcome, and so no reason to prefer one, however well it fits: “E1 public statement of intent not to retaliate”.
    No item by itself speaks against `minor`.
    ");
}

#[test]
fn what_rules_an_outcome_out_tells_all() {
    let findings = found(
        "question q\n  base 50%\nindicator i\n  yes 40% if q = yes, 0% otherwise\n\
         evidence seen\n  observes i = yes\n",
    );
    let row = row(&findings, "seen");
    assert_eq!(letters(&row.alone), ["II", "CC"]);
    let likelihoods: Vec<f64> = row.alone.cells.iter().map(|it| it.unwrap().likelihood).collect();
    assert!(likelihoods[0] == 0.0 && (likelihoods[1] - 0.4).abs() < 1e-12);
    assert_eq!(row.alone.diagnosticity, f64::INFINITY);
    assert!(told(&findings)[0].contains("it cannot be if `no`"));
}

#[test]
fn an_outcome_that_cannot_be_has_no_cells() {
    let findings = found(
        "question q: a, b, c\n  base a 0%, b 50%, c 50%\n\
         evidence e\n  likelihood 4 if q = b, 1 otherwise\n",
    );
    assert_eq!(letters(&row(&findings, "e").alone), ["–", "CC", "II"]);
}

#[test]
fn what_another_item_says_already_is_not_diagnostic_beside_it() {
    let findings = found(
        "question q\n  base 50%\nindicator i\n  yes 80% if q = yes, 20% otherwise\n\
         evidence seen\n  observes i = yes\n\
         evidence told\n  reports i = yes\n  hit 90%\n  false alarm 10%\n",
    );
    let told_row = row(&findings, "told");
    assert!(told_row.alone.is_diagnostic() && !told_row.given_rest.is_diagnostic());
    assert!(told_row.is_probability);
    // 0.8 × 0.9 + 0.2 × 0.1, and 0.9 once the fact is known.
    let p = |likelihoods: &Likelihoods| likelihoods.cells[1].unwrap().likelihood;
    assert!((p(&told_row.alone) - 0.74).abs() < 1e-12);
    assert!((p(&told_row.given_rest) - 0.9).abs() < 1e-12);
    assert!(
        told(&findings)
            .iter()
            .any(|it| it.contains("not beside the rest") && it.contains("“told”"))
    );
}

#[test]
fn base_rates_do_not_enter_the_letters() {
    let with_base = |base: &str| {
        found(&format!(
            "question q: a, b, c\n  base {base}\n\
             evidence e\n  likelihood 0.9 if q = a, 0.6 if q = b, 0.1 otherwise\n"
        ))
    };
    let (even, odd) = (with_base("a 1/3, b 1/3, c rest"), with_base("a 1%, b 1%, c rest"));
    let alone = |findings| letters(&row(findings, "e").alone);
    assert_eq!(alone(&even), alone(&odd));
    assert_eq!(alone(&even), ["C", "N", "II"]);
}

#[test]
fn a_reasons_weight_is_a_judgement_of_its_own() {
    let findings = found("question q\n  base 20%\nreason r \"Because\"\n  odds x 4\n");
    let row = row(&findings, "r");
    assert_eq!(row.of, RowOf::Weights { reason: 0 });
    assert!(!row.is_probability);
    assert_eq!(letters(&row.alone), ["II", "CC"]);
    assert!((row.alone.diagnosticity - libm::log(4.0)).abs() < 1e-12);
}

/// The likelihood of an uncertain number is its mean.
#[test]
fn uncertain_likelihoods_are_averaged() {
    let text = "question q\n  base 50%\nindicator i\n  yes beta(6, 2) if q = yes, beta(2, 6) otherwise\n\
         evidence seen\n  observes i = yes\n";
    let findings = solve(&format!("{HEADER}{text}"), &draws(10_000));
    let cells = &row(&findings, "seen").alone.cells;
    // 64 scrambled Sobol' points put the mean of one smooth number within a few thousandths.
    assert!((cells[1].unwrap().likelihood - 0.75).abs() < 0.005);
    assert!((cells[0].unwrap().likelihood - 0.25).abs() < 0.005);
}

/// The shade is not the only thing that says what a cell is, and the figures stand in a table of their own.
#[test]
fn the_reports_matrix_can_be_read_without_its_colours() {
    let findings = found(
        "question q\n  base 50%\nindicator i\n  yes 80% if q = yes, 20% otherwise\n\
         evidence seen \"<b>Seen</b>\"\n  observes i = yes\n",
    );
    let page = weigh::report::html(&findings);
    let section = page.split("id=\"matrix\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(section.contains("class=\"cell ii\" data-label=\"no\"><strong>II</strong>"));
    assert!(section.contains("&lt;b&gt;Seen&lt;/b&gt;") && !section.contains("<b>Seen"));
    assert!(section.contains("20%") && section.contains("80%"));
    assert!(!section.contains("tabindex"));
    let cells = common::saved(&page, "matrix");
    for (row, state, likelihood, ratio, letter) in
        [(1, "no", 0.2, 0.25, "II"), (2, "yes", 0.8, 4.0, "CC")]
    {
        let row = &cells[row];
        assert_eq!((&row[0][..], &row[1][..], &row[2][..]), ("<b>Seen</b>", "evidence", state));
        let near = |cell: &str, p: f64| (cell.parse::<f64>().unwrap() - p).abs() < 1e-12;
        assert!(
            near(&row[3], likelihood) && near(&row[5], ratio) && near(&row[7], likelihood),
            "{row:?}"
        );
        assert_eq!((&row[4][..], &row[6][..], &row[8][..]), ("yes", letter, letter));
    }
    assert_eq!(cells.len(), 3);
    // One that is wider than the page can be scrolled without a mouse, under a name of its own.
    let wide = found(
        "question q: a, b, c, d, e, f, g\n  base a 1/7, b 1/7, c 1/7, d 1/7, e 1/7, f 1/7, g rest\n\
         evidence e\n  likelihood 4 if q = b, 1 otherwise\n",
    );
    let page = weigh::report::html(&wide);
    let label =
        "role=\"region\" aria-label=\"Matrix of `q`: What tells most comes first\" tabindex=\"0\"";
    assert_eq!(page.matches(label).count(), 1);
    assert!(!weigh::report::html(&found("question q\n  base 50%\n")).contains("id=\"matrix\""));
}
