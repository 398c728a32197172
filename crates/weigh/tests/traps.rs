//! What other engines get wrong, as tests of ours. Found with pyAgrum 3.3.1, bayesian-cpp 0.1.3,
//! compiled-knowledge 4.2.7, pomegranate 1.1.2, pgmpy 0.1.26 and Merlin. The traps that need published
//! networks are in `tests/reference/check.py` (sachs, on which one engine finds no junction tree, and alarm, which
//! another compiles to 0; known cases with float32) and `tests/uai/check.py` (log10 Z of 606); numbers that
//! change under a live engine in `crates/weigh-inference/tests/invariances.rs`.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

use weigh::raw::formats::{Format, Limits, read, read_evidence, write};
use weigh::raw::{Case, RawNetwork, VarId};

fn network(format: Format, text: &str) -> RawNetwork {
    RawNetwork::new(read(format, text, &Limits::default()).unwrap().model).unwrap()
}

fn posterior(network: &RawNetwork, case: &[(&str, usize)], target: &str) -> Vec<f64> {
    let case: Case = case.iter().map(|(name, s)| (network.find(name).unwrap(), *s)).collect();
    network.ask(&case, &[network.find(target).unwrap()]).unwrap().posteriors.remove(0)
}

/// The chest clinic of Lauritzen & Spiegelhalter (1988).
const ASIA: &str = "\
variable asia { type discrete [ 2 ] { yes, no }; }
variable tub { type discrete [ 2 ] { yes, no }; }
variable smoke { type discrete [ 2 ] { yes, no }; }
variable lung { type discrete [ 2 ] { yes, no }; }
variable bronc { type discrete [ 2 ] { yes, no }; }
variable either { type discrete [ 2 ] { yes, no }; }
variable xray { type discrete [ 2 ] { yes, no }; }
variable dysp { type discrete [ 2 ] { yes, no }; }
probability ( asia ) { table 0.01, 0.99; }
probability ( tub | asia ) { (yes) 0.05, 0.95; (no) 0.01, 0.99; }
probability ( smoke ) { table 0.5, 0.5; }
probability ( lung | smoke ) { (yes) 0.1, 0.9; (no) 0.01, 0.99; }
probability ( bronc | smoke ) { (yes) 0.6, 0.4; (no) 0.3, 0.7; }
probability ( either | lung, tub ) {
  (yes, yes) 1.0, 0.0; (no, yes) 1.0, 0.0; (yes, no) 1.0, 0.0; (no, no) 0.0, 1.0;
}
probability ( xray | either ) { (yes) 0.98, 0.02; (no) 0.05, 0.95; }
probability ( dysp | bronc, either ) {
  (yes, yes) 0.9, 0.1; (no, yes) 0.7, 0.3; (yes, no) 0.8, 0.2; (no, no) 0.1, 0.9;
}
";

/// Trap: one engine's junction tree says 0.459 of a root that says 0.5 itself, and 0.9017 of one that says 0.9.
#[test]
fn a_root_without_evidence_says_what_its_table_says() {
    let asia = network(Format::Bif, ASIA);
    assert_eq!(posterior(&asia, &[], "smoke"), [0.5, 0.5]);
    assert_eq!(posterior(&asia, &[], "asia"), [0.01, 0.99]);
    let all: Vec<VarId> = (0..8).map(VarId).collect();
    let together = asia.ask(&Case::new(), &all).unwrap();
    assert!((together.posteriors[2][0] - 0.5).abs() < 1e-15);
    assert!((together.posteriors[0][0] - 0.01).abs() < 1e-15);
    assert!(together.log10_p_evidence.abs() < 1e-15);
}

/// Trap: a reader of BIF that keeps float32 is off by up to 6e-8, and its rows no longer sum to 1.
#[test]
fn numbers_keep_every_bit_of_float64() {
    // Neither is a float32, and their sum is 1 exactly.
    let (p, q) = (0.123_456_789_012_345_68_f64, 0.876_543_210_987_654_3_f64);
    assert!(p + q == 1.0 && f64::from(p as f32) != p);
    let text = format!(
        "variable a {{ type discrete [ 2 ] {{ x, y }}; }}\nprobability ( a ) {{ table {p}, {q}; }}"
    );
    let model = read(Format::Bif, &text, &Limits::default()).unwrap().model;
    for format in Format::ALL {
        let text = write(format, &model).unwrap().text;
        let again = read(format, &text, &Limits::default()).unwrap();
        assert_eq!(again.rows_corrected, 0);
        let bits: Vec<u64> = again.model.tables[0].values.iter().map(|p| p.to_bits()).collect();
        assert_eq!(bits, [p.to_bits(), q.to_bits()], "{format:?}");
        let network = RawNetwork::new(again.model).unwrap();
        let found = network.ask(&Case::new(), &[VarId(0)]).unwrap().posteriors.remove(0);
        assert_eq!(found, [p, q], "{format:?}");
    }
}

/// Trap: states that are no identifiers are refused, in quotes too.
#[test]
fn states_may_be_called_as_in_the_child_network() {
    let odd =
        ["<5", "5-12", "12+", "<7.5", ">=7.5", "Asy/Patch", "0-3_days", "Transp.", "1.5", "é"];
    let spaced = ["with blanks", "a,b", "(x)", "50%"];
    let listed: Vec<String> = odd
        .iter()
        .map(|s| (*s).to_owned())
        .chain(spaced.iter().map(|s| format!("\"{s}\"")))
        .collect();
    let share = 1.0 / 16.0;
    let n = listed.len();
    let mut numbers = vec![share; n];
    numbers[0] = 1.0 - share * (n - 1) as f64;
    let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
    let text = format!(
        "variable age {{ type discrete [ {n} ] {{ {} }}; }}\nprobability ( age ) {{ table {}; }}",
        listed.join(", "),
        numbers.join(", ")
    );
    let model = read(Format::Bif, &text, &Limits::default()).unwrap().model;
    let all: Vec<&str> = odd.iter().chain(&spaced).copied().collect();
    assert_eq!(model.variables[0].states, all);
    for format in [Format::Bif, Format::XmlBif, Format::HuginNet] {
        let written = write(format, &model).unwrap();
        assert!(written.lost.is_empty(), "{format:?}: {:?}", written.lost);
        let again = read(format, &written.text, &Limits::default()).unwrap().model;
        assert_eq!(again.variables[0].states, all, "{format:?}");
    }
    let network = RawNetwork::new(model).unwrap();
    let seen = Case::from([(VarId(0), all.iter().position(|s| *s == "12+").unwrap())]);
    assert_eq!(network.ask(&seen, &[VarId(0)]).unwrap().posteriors[0][2], 1.0);
}

/// Trap: an exception instead of an answer, or NaN.
#[test]
fn impossible_evidence_is_an_answer_that_names_what_contradicts_itself() {
    let asia = network(Format::Bif, ASIA);
    let find = |name: &str| asia.find(name).unwrap();
    // A tuberculosis is an `either`; the other findings are innocent.
    let case = Case::from([
        (find("smoke"), 0),
        (find("tub"), 0),
        (find("either"), 1),
        (find("xray"), 1),
        (find("dysp"), 0),
    ]);
    let all: Vec<VarId> = (0..8).map(VarId).collect();
    let answer = asia.ask(&case, &all).unwrap();
    assert_eq!(answer.log10_p_evidence, f64::NEG_INFINITY);
    assert!(answer.posteriors.iter().flatten().all(|p| *p == 0.0));
    assert_eq!(answer.contradiction, [find("tub"), find("either")]);
}

/// Trap: log10 Z above 308 gives infinity and NaN; and only one dialect of evidence is known.
#[test]
fn a_partition_function_beyond_float64_has_a_logarithm_and_marginals() {
    let n = 150;
    let mut uai = format!("MARKOV\n{n}\n{}\n{}\n", "2 ".repeat(n), n - 1);
    (1..n).for_each(|i| uai.push_str(&format!("2 {} {i}\n", i - 1)));
    (1..n).for_each(|_| uai.push_str("4 3e4 1e4 1e4 3e4\n"));
    let network = network(Format::Uai, &uai);
    let states = vec![2; n];
    let cases = ["1 0 1", "1\n1 0 1"].map(|text| read_evidence(text, &states).unwrap());
    assert_eq!(cases[0], cases[1]);
    let case: Case = cases[0][0].iter().map(|(var, state)| (VarId(*var as u32), *state)).collect();
    let answer = network.ask(&case, &[VarId(1), VarId(2)]).unwrap();
    // From the seen end on, each pair adds a factor of 4e4: log10 of it is 4.60206.
    let expected = (n - 1) as f64 * 4.602_059_991_327_962;
    assert!((answer.log10_p_evidence - expected).abs() < 1e-9, "{}", answer.log10_p_evidence);
    assert!((answer.posteriors[0][1] - 0.75).abs() < 1e-12);
    assert!((answer.posteriors[1][1] - 0.625).abs() < 1e-12);
}

/// Trap: derivatives by finite differences, one inference each. Here against them, all at once.
#[test]
fn derivatives_are_those_of_changed_numbers() {
    let model = read(Format::Bif, ASIA, &Limits::default()).unwrap().model;
    let asia = RawNetwork::new(model.clone()).unwrap();
    let find = |name: &str| asia.find(name).unwrap();
    let case = Case::from([(find("xray"), 0), (find("dysp"), 0)]);
    let found = asia.derivatives(&case, find("lung"), 0).unwrap();
    let p = |child: usize, cell: usize, by: f64| {
        let mut changed = model.clone();
        changed.tables[child].values[cell] += by;
        let network = RawNetwork::new(changed).unwrap();
        network.ask(&case, &[find("lung")]).unwrap().posteriors[0][0]
    };
    for table in &found {
        let child = table.child.0 as usize;
        let mut weighted = 0.0;
        for (cell, derivative) in table.values.iter().enumerate() {
            // Of a ratio of two linear functions: the difference's own error is h² times a third
            // derivative that is below 1e4 here, and rounding over h.
            let h = 1e-6;
            let slow = (p(child, cell, h) - p(child, cell, -h)) / (2.0 * h);
            assert!((derivative - slow).abs() < 1e-7, "{child} {cell}: {derivative}, not {slow}");
            weighted += derivative * model.tables[child].values[cell];
        }
        assert!(weighted.abs() < 1e-14, "{child}: {weighted}");
    }
}
