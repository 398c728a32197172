//! One fixture for each format: what is in the file is in the model, and comes out again.

#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

use weigh_formats::{Format, Kind, Limits, Model, Read, VariableKind, read, read_evidence, write};

const BIF: &str = include_str!("fixtures/child_like.bif");
const XMLBIF: &str = include_str!("fixtures/umbrella.xmlbif");
const XDSL: &str = include_str!("fixtures/umbrella.xdsl");
const NET: &str = include_str!("fixtures/umbrella.net");
const BAYES: &str = include_str!("fixtures/bayes.uai");
const MARKOV: &str = include_str!("fixtures/markov.uai");

fn parsed(format: Format, text: &str) -> Read {
    read(format, text, &Limits::default()).unwrap_or_else(|error| panic!("{format:?}: {error}"))
}

fn model(format: Format, text: &str) -> Model {
    parsed(format, text).model
}

/// The numbers of a variable's table.
fn values<'m>(model: &'m Model, name: &str) -> &'m [f64] {
    let ix = model.variables.iter().position(|variable| variable.name == name);
    &model.tables[ix.expect("the name is in the file")].values
}

fn parents<'m>(model: &'m Model, name: &str) -> Vec<&'m str> {
    let ix = model.variables.iter().position(|v| v.name == name).expect("it is there");
    let scope = model.tables[ix].scope.iter().filter(|&&var| var != ix);
    scope.map(|&var| model.variables[var].name.as_str()).collect()
}

#[test]
fn what_was_read_is_written_and_read_again() {
    let all = [
        (Format::Bif, BIF),
        (Format::XmlBif, XMLBIF),
        (Format::Xdsl, XDSL),
        (Format::HuginNet, NET),
        (Format::Uai, BAYES),
        (Format::Uai, MARKOV),
    ];
    for (format, text) in all {
        let once = model(format, text);
        let written = write(format, &once).unwrap();
        assert_eq!(written.lost, [], "{format:?}");
        assert_eq!(model(format, &written.text), once, "{format:?}:\n{}", written.text);
    }
}

#[test]
fn bif_has_wide_names_rows_defaults_and_properties() {
    let model = model(Format::Bif, BIF);
    assert_eq!(model.name.as_deref(), Some("child, like"));
    assert_eq!(model.properties[0].name, "made by hand; version");
    assert_eq!(model.properties[1].value, "nobody in particular");
    let [age, o2, co2, chest] = model.variables.as_slice() else { panic!("four variables") };
    assert_eq!(age.states, ["0-3_days", "4-10_days", "11 to 30 days"]);
    assert_eq!(
        (age.label.as_deref(), age.position),
        (Some("age of the child"), Some([73.0, 165.0]))
    );
    assert_eq!(o2.states, ["<5", "5-12", "12+"]);
    assert_eq!(co2.states, ["<7.5", ">=7.5"]);
    assert_eq!((&*chest.name, &*chest.states[1]), ("Chest X-ray", "Asy/Patch"));
    let o2 = values(&model, "LowerBodyO2");
    assert_eq!(o2, [0.2, 0.3, 0.5, 0.25, 0.25, 0.5, 0.001, 0.499, 0.5]);
    // `table` counts through the child's states slowest, as version 0.15 says.
    assert_eq!(values(&model, "CO2Report"), [0.1, 0.9, 0.2, 0.8, 0.3, 0.7]);
    assert_eq!(parents(&model, "CO2Report"), ["Chest X-ray"]);
    assert_eq!(values(&model, "Chest X-ray")[3 * 7..][..3], [0.0, 0.5, 0.5]);
}

#[test]
fn xmlbif_has_decisions_and_utilities() {
    let model = model(Format::XmlBif, XMLBIF);
    assert_eq!(model.name.as_deref(), Some("umbrella & rain"));
    assert_eq!(model.variables[0].states, ["< 5 mm", "more"]);
    assert_eq!(model.variables[0].position, Some([10.0, 20.5]));
    assert_eq!(values(&model, "forecast"), [0.7, 0.1, 0.2, 0.15, 0.6, 0.25]);
    assert_eq!(model.variables[2].kind, VariableKind::Decision);
    assert_eq!(
        (parents(&model, "take it"), values(&model, "take it")),
        (vec!["forecast"], &[][..])
    );
    assert_eq!(parents(&model, "comfort"), ["rain", "take it"]);
    assert_eq!(values(&model, "comfort"), [20.0, 100.0, 70.0, -5.5]);
}

#[test]
fn xdsl_writes_noisy_max_and_deterministic_nodes_out() {
    let model = model(Format::Xdsl, XDSL);
    assert_eq!(model.name.as_deref(), Some("An umbrella"));
    assert_eq!(model.variables[0].label.as_deref(), Some("Rain today?"));
    assert_eq!(model.variables[0].position, Some([20.0, 30.0]));
    assert_eq!(
        (&model.variables[1].label, model.variables[1].position),
        (&None, Some([-5.0, 7.0]))
    );
    assert_eq!(values(&model, "storm"), [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
    // Parents none, low: only the leak. The strengths say that `none` and `low` are the absences.
    let wet = values(&model, "wet");
    let near = |found: &[f64], expected: [f64; 3]| {
        found.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-15)
    };
    assert!(near(&wet[0..3], [0.0, 0.05, 0.95]), "{wet:?}");
    assert!(near(&wet[3..6], [0.1, 1.0 - 0.1 - 0.8 * 0.95, 0.8 * 0.95]), "{wet:?}");
    assert!(near(&wet[6..9], [0.5, 0.5 - 0.2 * 0.95, 0.2 * 0.95]), "{wet:?}");
    assert_eq!(values(&model, "comfort"), [-10.0, -20.0, 5.0, -5.0, 0.0, 10.0]);
    assert_eq!(model.variables[2].properties[0].value, "made up");
}

#[test]
fn net_has_quotes_models_and_utilities() {
    let model = model(Format::HuginNet, NET);
    assert_eq!(model.properties[1].value, "say \"rain\"; not weather");
    let names: Vec<&str> = model.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["rain", "forecast", "umbrella", "comfort", "wind"]);
    assert_eq!(model.variables[0].position, Some([10.0, -20.5]));
    assert_eq!(values(&model, "comfort"), [20.0, 100.0, 70.0, -5.5]);
    assert_eq!(values(&model, "wind")[..8], [0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.5, 0.5]);
}

#[test]
fn uai_counts_the_last_variable_fastest() {
    let bayes = model(Format::Uai, BAYES);
    assert_eq!(bayes.tables[2].scope, [0, 1, 2]);
    assert_eq!(bayes.tables[2].values[9..], [0.0, 0.5, 0.5]);
    let markov = model(Format::Uai, MARKOV);
    assert_eq!(markov.kind, Kind::Markov);
    assert_eq!(markov.tables[1].scope, [1, 2]);
    assert_eq!(markov.tables[2].values, [0.5]);
}

#[test]
fn evidence_dialects_are_told_apart_where_both_count_right() {
    let model = model(Format::Uai, "MARKOV 4 2 3 4 9 0");
    let read = |text: &str| read_evidence(text, &model.cardinalities()).unwrap();
    assert_eq!(read(""), [[]]);
    assert_eq!(read(" \n1 0 "), [[]]);
    assert_eq!(read("2 0 1 3 8"), [[(0, 1), (3, 8)]]);
    assert_eq!(read("1 2 0 1 3 8"), [[(0, 1), (3, 8)]]);
    // Two findings, or two samples of which the second is empty: the lines tell.
    assert_eq!(read("2 1 2 3 0"), [[(1, 2), (3, 0)]]);
    assert_eq!(read("2\n1 2 3\n0"), [vec![(2, 3)], vec![]]);
    // Two findings of one variable are none.
    assert_eq!(read("2 1 0 1 0"), [vec![(0, 1)], vec![]]);
    let error = read_evidence("3\n1 0", &model.cardinalities()).unwrap_err();
    assert_eq!((error.slug, error.line, error.column), ("evidence-count", 1, 1));
    let error = read_evidence("1 3\n9", &model.cardinalities()).unwrap_err();
    assert_eq!((error.slug, error.line, error.column), ("unknown-state", 2, 1));
}

#[test]
fn a_row_off_by_rounding_is_divided_and_told() {
    let text = "variable a { type discrete [ 2 ] { x, y }; }
variable b { type discrete [ 3 ] { p, q, r }; }
probability ( a ) { table 0.5, 0.5; }
probability ( b | a ) { (x) 0.333, 0.333, 0.333; (y) 0.3333, 0.3333, 0.3333; }";
    let found = parsed(Format::Bif, text);
    assert_eq!(found.rows_corrected, 2);
    let largest = found.largest.unwrap();
    assert_eq!((&*largest.variable, largest.sum), ("b", 0.333 + 0.333 + 0.333));
    assert_eq!(largest.row, [("a".to_owned(), "x".to_owned())]);
    assert_eq!(found.model.tables[1].values[0], 0.333 / (0.333 + 0.333 + 0.333));
    assert_eq!(found.model.tables[0].values, [0.5, 0.5]);
}

#[test]
fn what_a_format_cannot_carry_is_told() {
    let lost = |to: Format, from: Format, text: &str| -> Vec<String> {
        write(to, &model(from, text)).unwrap().lost.into_iter().map(|loss| loss.message).collect()
    };
    assert_eq!(
        lost(Format::Bif, Format::XmlBif, XMLBIF),
        [
            "BIF has no decisions: `take it` becomes a variable whose states are equally likely",
            "BIF has no utilities: `comfort` is left out",
        ]
    );
    assert_eq!(
        lost(Format::Uai, Format::Bif, BIF),
        [
            "UAI has no names: variables and states become numbers from 0",
            "UAI has no name for the network",
            "UAI has no labels",
            "UAI has no positions",
            "UAI has no properties",
        ]
    );
    assert_eq!(
        lost(Format::Xdsl, Format::Bif, BIF),
        [
            "XDSL lists parents before children: the variables' order changes",
            "XDSL cannot hold the name `Chest X-ray`: it becomes `Chest_X_ray`",
        ]
    );
    let error = write(Format::Bif, &model(Format::Uai, MARKOV)).unwrap_err();
    assert_eq!(error.slug, "markov-network");
}

#[test]
fn renamed_variables_stay_apart() {
    let text = "variable \"a b\" { type discrete [ 1 ] { s }; }
variable a_b { type discrete [ 1 ] { s }; }
variable \"a-b\" { type discrete [ 1 ] { s }; }
probability ( a_b ) { table 1; } probability ( \"a b\" ) { table 1; } probability ( a-b ) { table 1; }";
    let written = write(Format::HuginNet, &model(Format::Bif, text)).unwrap();
    let again = model(Format::HuginNet, &written.text);
    let names: Vec<&str> = again.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["a_b_2", "a_b", "a_b_3"]);
    assert_eq!(again.variables[0].label.as_deref(), Some("a b"));
    assert_eq!(written.lost.len(), 2);
}
