//! Matrices of competing hypotheses as assessments: valid, laid out, with the answer that the letters mean.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{MAIN, Memory, draws, p, solve};
use proptest::prelude::*;
use serde_json::Value;
use weigh::Session;
use weigh::ach::{Converted, compare, read, to_assessment};
use weigh::findings::{Findings, RowOf};
use weigh::raw::formats::ach::Rating;

fn converted(text: &str) -> Converted {
    to_assessment(&read(text).unwrap(), "matrix.csv", "2022-10-14")
}

/// Doubts about what a matrix says, which are its author's, and none of them a fault of the conversion.
const DOUBTS: [&str; 3] = ["digit-off-answer", "one-sided", "rests-on-one"];

/// The findings of a converted matrix, in which the checks must find no fault at all.
fn findings(text: &str) -> Findings {
    let mut session = Session::load(&Memory::with(text), MAIN).unwrap();
    let findings = session.findings(&draws(1_000));
    let told = session.diagnostics.iter().map(|it| (it.rule.slug, &it.message));
    let told: Vec<_> = told.filter(|(slug, _)| !DOUBTS.contains(slug)).collect();
    assert!(told.is_empty(), "{told:?}\n{text}");
    let parsed = weigh_syntax::parser::parse(weigh_syntax::span::FileId(0), text);
    assert_eq!(weigh_syntax::format::format(&parsed), text, "it is laid out");
    findings.unwrap()
}

fn case() -> (Value, String) {
    let text = include_str!("../../../tests/cases/ach_iraq_retaliation.json");
    let case: Value = serde_json::from_str(text).unwrap();
    let inputs = &case["inputs"];
    let cell = |value: &Value| value.as_str().unwrap().to_owned();
    let row =
        |values: &Value| values.as_array().unwrap().iter().map(cell).collect::<Vec<_>>().join(",");
    let mut table = format!("Evidence,Credibility,Relevance,{}\n", row(&inputs["hypotheses"]));
    let items = inputs["matrix"].as_object().unwrap().iter();
    for ((item, letters), grades) in items.zip(inputs["credibility_relevance"].as_array().unwrap())
    {
        table += &format!("{item},{},{}\n", row(grades), row(letters));
    }
    (case, table)
}

/// Where letters and likelihoods should agree they do: Heuer's matrix (`ach_iraq_retaliation`).
#[test]
fn heuers_matrix_keeps_its_order() {
    let (case, table) = case();
    let matrix = read(&table).unwrap();
    let floats = |value: &Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
    };
    assert_eq!(matrix.inconsistency(), floats(&case["expected"]["inconsistency"]));
    let weighted = matrix.weighted_inconsistency().unwrap();
    for (found, expected) in
        weighted.iter().zip(floats(&case["expected"]["weighted_inconsistency"]))
    {
        assert!((found - expected).abs() <= 1e-12);
    }
    let converted = converted(&table);
    let findings = findings(&converted.text);
    let likeliest = case["expected"]["least_inconsistent"].as_str().unwrap();
    let outcomes = &findings.questions[0].outcomes;
    let most = outcomes.iter().max_by(|a, b| a.estimate.p.total_cmp(&b.estimate.p)).unwrap();
    assert_eq!(most.state, likeliest);
    // One number for one letter: what is equally consistent tells exactly nothing.
    for row in &findings.matrix[0].rows {
        let RowOf::Evidence { item } = row.of else { panic!("there are no reasons") };
        assert_eq!(row.alone.diagnosticity == 0.0, item == 0, "{}", findings.evidence[item].text);
    }
    insta::assert_snapshot!(compare(&matrix, &findings).join("\n"), @r"
    By inconsistency (I 1, II 2), the least first: `H2 minor` 0, `H3 major` 2, `H1 none` 3.
    The same weighted by credibility and relevance (low 0.71, medium 1, high 1.41): `H2 minor` 0, `H3 major` 2.41, `H1 none` 3.91.
    By the model, the likeliest first: `H2 minor` 65%, `H3 major` 23%, `H1 none` 12%.
    Wherever the score makes a difference, the model has the same order.
    ");
    let told: Vec<String> =
        converted.told.iter().map(|it| format!("[{}] {}", it.slug, it.message)).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    [placeholder] the letters became likelihoods by a convention: CC 90%, C 70%, N 50%, I 30%, II 10%, each with a range; put in what you mean
    [even-base] the hypotheses begin alike likely: write how common each is
    [graded] credibility high, medium and low became the reliabilities B (70–90%), C (50–70%) and D (25–50%) of whoever reports the item
    [graded] an item with a credibility is now a report that may be wrong; one without is taken as seen
    [kept-as-note] kept as notes, and not reckoned with: `Relevance`
    [relevance] relevance has no number of its own here: an item that bears little on the question has likelihoods that hardly differ
    ");
}

/// With the middles for the ranges, the answer is the product of `r × likelihood + (1 − r) / 2` over the items.
#[test]
fn the_answer_is_the_product_of_the_likelihoods() {
    let (_, table) = case();
    let matrix = read(&table).unwrap();
    let mut text = converted(&table).text;
    let points = [
        ("= 60% to 80%", "= 70%"),
        ("= 20% to 40%", "= 30%"),
        ("reliability B", "reliability 0.8"),
        ("reliability C", "reliability 0.6"),
        ("reliability D", "reliability 0.4"),
    ];
    for (range, point) in points {
        assert!(text.contains(range));
        text = text.replace(range, point);
    }
    let found = solve(&text, &draws(1));
    let graded = [0.4, 0.6, 0.6, 0.8, 0.8, 0.4];
    let joint: Vec<f64> = (0..3)
        .map(|h| {
            let items = matrix.items.iter().zip(graded);
            let each = items.map(|(item, r)| {
                let likelihood = if item.ratings[h] == Rating::Inconsistent { 0.3 } else { 0.7 };
                r * likelihood + (1.0 - r) * 0.5
            });
            each.product()
        })
        .collect();
    let sum: f64 = joint.iter().sum();
    for (name, joint) in matrix.hypotheses.iter().zip(joint) {
        assert!((p(&found, "hypothesis", name) - joint / sum).abs() <= 1e-12, "{name}");
    }
}

#[test]
fn where_the_orders_differ_it_is_said_why() {
    let told = |table: &str| {
        let matrix = read(table).unwrap();
        compare(&matrix, &findings(&converted(table).text)).join("\n")
    };
    // One I, against much that is very consistent.
    insta::assert_snapshot!(told(
        "Evidence,Storm,Sabotage\nWind,N,CC\nCut cable,N,CC\nNo motive,C,I\n"
    ), @r"
    By inconsistency (I 1, II 2), the least first: `Storm` 0, `Sabotage` 1.
    By the model, the likeliest first: `Sabotage` 58%, `Storm` 42%.
    The orders differ: `Storm` has less against it than `Sabotage`, but is less likely. The score does not see that “Cut cable” is CC under `Sabotage` and N under `Storm`; by the convention it is 1.8 times as likely there.
    ");
    // Two doubtful reports against one sight.
    insta::assert_snapshot!(told(
        "Evidence,Credibility,Storm,Sabotage\nA,E,C,I\nB,E,C,I\nC,,I,C\n"
    ), @r"
    By inconsistency (I 1, II 2), the least first: `Storm` 1, `Sabotage` 2.
    By the model, the likeliest first: `Sabotage` 66%, `Storm` 34%.
    The orders differ: `Storm` has less against it than `Sabotage`, but is less likely. The score counts in full what speaks against `Sabotage`; in the model it is reported by somebody who may be wrong.
    ");
    // Three I against one II.
    insta::assert_snapshot!(told("Evidence,a,b\nA,N,I\nB,N,I\nC,N,I\nD,II,CC\n"), @r"
    By inconsistency (I 1, II 2), the least first: `a` 2, `b` 3.
    By the model, the likeliest first: `b` 68%, `a` 32%.
    The orders differ: `a` has less against it than `b`, but is less likely. The score adds points up, the model multiplies likelihoods: two I are not one II, and an I weighs by what the other cell is.
    ");
}

#[test]
fn long_names_are_cut_and_kept_apart() {
    let long = "x".repeat(100);
    let converted = converted(&format!("Evidence,{long}a,{long}b,short\nE,C,I,N\n"));
    let findings = findings(&converted.text);
    let states: Vec<usize> =
        findings.questions[0].outcomes.iter().map(|it| it.state.chars().count()).collect();
    assert!(
        states.iter().all(|n| *n <= 64)
            && findings.questions[0].outcomes[0].state != findings.questions[0].outcomes[1].state
    );
    assert!(converted.text.contains(&format!("{long}b\"")));
    assert_eq!(converted.told.iter().filter(|it| it.slug == "renamed").count(), 2);
}

#[test]
fn sources_are_shared_by_what_they_are_cited_for() {
    let text = converted(
        "Title of all,,,,\nEvidence,Source,Reliability,H1,H2\nA,Agent 7,B2,C,I\nB,Agent 7,B2,I,C\nC,Agent 7,A1,C,C\n\
         D,Gazette,,C,I\nE,,0.75,C,I\nF,,no idea,NA,\n",
    )
    .text;
    insta::assert_snapshot!(text, @r#"
    # Converted from matrix.csv, a matrix of competing hypotheses. Every number is a placeholder:
    # go through the file, and put in what you mean.

    assessment "Title of all"
      as of 2022-10-14

    # What a letter stands for: how likely the item is if the hypothesis is true. In a cell that
    # deserves better, write a number of its own in place of the name: `yes 2% to 5% if ...`.
    quantity consistent = 60% to 80% "What C stands for"
    quantity neutral = 40% to 60% "What N stands for"
    quantity inconsistent = 20% to 40% "What I stands for"

    # Before any evidence all are held alike likely. Is one of them commoner than another?
    question hypothesis: "H1", "H2" "Title of all"
      base "H1" 1/2, "H2" rest

    source s1 "Agent 7"
      reliability B
      credibility 2

    source s2 "Agent 7"
      reliability A
      credibility 1

    source s3 "Gazette"

    source s4 "Whoever is behind item 5"
      reliability 0.75

    factor e1 "A"
      yes consistent if hypothesis = "H1",
        inconsistent if hypothesis = "H2"
    evidence e1 "A"
      source s1
      reports e1 = yes

    factor e2 "B"
      yes inconsistent if hypothesis = "H1",
        consistent if hypothesis = "H2"
    evidence e2 "B"
      source s1
      reports e2 = yes

    factor e3 "C"
      yes consistent if hypothesis = "H1",
        consistent if hypothesis = "H2"
    evidence e3 "C"
      source s2
      reports e3 = yes

    factor e4 "D"
      yes consistent if hypothesis = "H1",
        inconsistent if hypothesis = "H2"
    evidence e4 "D"
      source s3
      observes e4 = yes

    factor e5 "E"
      yes consistent if hypothesis = "H1",
        inconsistent if hypothesis = "H2"
    evidence e5 "E"
      source s4
      reports e5 = yes

    factor e6 "F"
      yes neutral if hypothesis = "H1",  # NA in the matrix
        neutral if hypothesis = "H2"  # blank in the matrix
    evidence e6 "F"
      observes e6 = yes
      note "Reliability: no idea"
    "#);
    findings(&text);
}

#[test]
fn a_source_with_several_grades_is_told_once() {
    let converted = converted(
        "Evidence,Source,Reliability,H1,H2\nA,Agent 7,B,C,I\nB,Agent 8,B,C,I\nC,Agent 7,C,C,I\n\
         D,Agent 8,C,C,I\nE,Agent 7,D,C,I\nF,Agent 9,D,C,I\n",
    );
    let told: Vec<&str> = (converted.told.iter())
        .filter(|it| it.slug == "graded-twice")
        .map(|it| it.message.rsplit(": ").next().unwrap())
        .collect();
    assert_eq!(told, ["“Agent 7” and “Agent 8”"]);
}

fn any_cell() -> impl Strategy<Value = String> {
    r##"[a-zA-Z0-9 ,;"'“”\\#\n\tŁ{}()=%.:-]{0,30}[a-zA-Zé]"##
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Whatever stands in the cells: the file is valid and laid out, every item is in it, and a better letter is
    /// a larger likelihood.
    #[test]
    fn what_is_converted_is_valid(
        hypotheses in prop::collection::hash_set(any_cell(), 2..5),
        items in prop::collection::vec((any_cell(), any_cell(), 0usize..8, prop::collection::vec(0usize..5, 4)), 1..6),
    ) {
        const LETTERS: [&str; 5] = ["II", "I", "N", "C", "CC"];
        const GRADES: [&str; 8] = ["", "High", "low", "B2", "F", "0.5", "1", "0"];
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut hypotheses: Vec<String> = hypotheses.into_iter().map(|it| format!("h {it}")).collect();
        hypotheses.sort();
        let heads: Vec<String> = hypotheses.iter().map(|it| quoted(it)).collect();
        let mut table = format!("Evidence,Source,Credibility,{}\n", heads.join(","));
        for (text, source, grade, letters) in &items {
            let letters: Vec<&str> = letters.iter().take(heads.len()).map(|&it| LETTERS[it]).collect();
            table += &format!("{},{},{},{}\n", quoted(text), quoted(source), GRADES[*grade], letters.join(","));
        }
        let Ok(matrix) = read(&table) else {
            // Blanks and breaks are no difference.
            return Ok(());
        };
        let text = to_assessment(&matrix, "a\nb.csv", "2022-10-14").text;
        let mut session = Session::load(&Memory::with(&text), MAIN).unwrap();
        let found = session.findings(&draws(64));
        let told: Vec<_> = session
            .diagnostics
            .iter()
            .filter(|it| it.rule.slug != "few-effective-draws" && !DOUBTS.contains(&it.rule.slug))
            .map(|it| (it.rule.slug, &it.message))
            .collect();
        prop_assert!(told.is_empty(), "{:?}\n{}", told, text);
        let parsed = weigh_syntax::parser::parse(weigh_syntax::span::FileId(0), &text);
        prop_assert_eq!(weigh_syntax::format::format(&parsed), text);
        let found = found.unwrap();
        compare(&matrix, &found);
        prop_assert_eq!(found.evidence.len(), matrix.items.len());
        for row in &found.matrix[0].rows {
            let RowOf::Evidence { item } = row.of else { continue };
            let letter = |h: usize| LETTERS.iter().position(|it| *it == matrix.items[item].ratings[h].as_str());
            for a in 0..matrix.hypotheses.len() {
                for b in 0..matrix.hypotheses.len() {
                    let (Some(x), Some(y)) = (row.alone.cells[a], row.alone.cells[b]) else { continue };
                    if letter(a) <= letter(b) {
                        prop_assert!(x.likelihood <= y.likelihood + 1e-12, "{}", found.evidence[item].text);
                    }
                }
            }
        }
    }
}
