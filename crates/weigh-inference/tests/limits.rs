//! Where networks end: tiny probabilities, contradictions, tables too wide, wrong input.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{Cells, Random, random_spec};
use weigh_inference::{
    Batch, BatchError, CompileError, Distribution, Evidence, Limits, Network, NetworkBuilder,
    NetworkError, Parameter, Revision, Settings, SolveError, Tape, VarId, solve, solve_point,
};

/// A hidden state that persists, and at every step a report of probability 1e-3 or 2e-3.
fn chain(n_steps: usize) -> (Network, Evidence) {
    let mut build = NetworkBuilder::new();
    let mut evidence = Evidence::new();
    let mut before: Option<VarId> = None;
    for i in 0..n_steps {
        let state = build.add_variable(format!("s{i}"), &["no", "yes"]);
        let report = build.add_variable(format!("r{i}"), &["no", "yes"]);
        let f = build.formulas();
        let [half, stay, leave] = [0.5, 0.9, 0.1].map(|p| f.constant(p));
        let [rare, common, rest, less] = [1e-3, 2e-3, 0.999, 0.998].map(|p| f.constant(p));
        match before {
            None => build.set_table(state, &[], vec![half, half]),
            Some(before) => build.set_table(state, &[before], vec![stay, leave, leave, stay]),
        }
        build.set_table(report, &[state], vec![rest, rare, less, common]);
        evidence = evidence.observe(report, 1);
        before = Some(state);
    }
    (build.build().unwrap(), evidence)
}

/// The same chain by hand: forward recursion with the scale taken out at each step.
fn chain_by_hand(n_steps: usize) -> (f64, f64) {
    let (mut no, mut yes, mut log10_p) = (0.5, 0.5, 0.0);
    for i in 0..n_steps {
        if i > 0 {
            (no, yes) = (0.9 * no + 0.1 * yes, 0.1 * no + 0.9 * yes);
        }
        (no, yes) = (no * 1e-3, yes * 2e-3);
        let sum = no + yes;
        log10_p += libm::log10(sum);
        (no, yes) = (no / sum, yes / sum);
    }
    (log10_p, yes)
}

#[test]
fn a_long_chain_does_not_underflow() {
    for n_steps in [10, 100, 110, 1000] {
        let (network, evidence) = chain(n_steps);
        let found = solve_point(&network, &evidence, &[]).unwrap();
        let (log10_p, yes) = chain_by_hand(n_steps);
        // Relative rounding of n factors: n × 1e-16, on a logarithm of size 3n.
        assert!((found.log10_p_evidence - log10_p).abs() < 1e-10, "{n_steps}");
        let last = network.find(&format!("s{}", n_steps - 1)).unwrap();
        assert!((found.marginals[last.ix()][1] - yes).abs() < 1e-12);
        for marginal in &found.marginals {
            assert!((marginal.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn tiny_evidence_still_weighs_draws() {
    let (network, evidence) = chain(300);
    let answer = solve(&network, &evidence, &[], &Settings::default()).unwrap();
    assert!((answer.log10_p_evidence() - chain_by_hand(300).0).abs() < 1e-10);
    assert!((answer.ess() - 10_000.0).abs() < 1e-6);
    assert!(answer.headline(VarId(0), 1).exact);
}

#[test]
fn lanes_that_are_scaled_do_not_touch_the_others() {
    let (network, evidence) = chain(4);
    let report = network.find("r3").unwrap();
    let tape = Tape::compile(&network, &evidence, &[report], &Limits::default()).unwrap();
    let likelihoods = [1.0, 1.0, 1.0, 1.0, 1e-290, 1.0];
    let vars: Vec<VarId> = network.ids().collect();
    let together = Batch::run(&tape, &[], Some(&likelihoods), 3, &vars).unwrap();
    for lane in 0..3 {
        let alone = [likelihoods[lane], likelihoods[3 + lane]];
        let alone = Batch::run(&tape, &[], Some(&alone), 1, &vars).unwrap();
        assert_eq!(together.log10_p_evidence[lane], alone.log10_p_evidence[0]);
        for var in &vars {
            assert_eq!(together.marginal(*var, 1)[lane], alone.marginal(*var, 1)[0]);
        }
    }
    let difference = together.log10_p_evidence[1] - together.log10_p_evidence[0];
    assert!((difference + 290.0).abs() < 1e-10);
}

/// a = b = c always; d stands alone.
fn copies() -> (Network, [VarId; 4]) {
    let mut build = NetworkBuilder::new();
    let vars = ["a", "b", "c", "d"].map(|name| build.add_variable(name, &["no", "yes"]));
    let f = build.formulas();
    let [half, zero, one] = [0.5, 0.0, 1.0].map(|p| f.constant(p));
    build.set_table(vars[0], &[], vec![half, half]);
    build.set_table(vars[1], &[vars[0]], vec![one, zero, zero, one]);
    build.set_table(vars[2], &[vars[1]], vec![one, zero, zero, one]);
    build.set_table(vars[3], &[], vec![half, half]);
    (build.build().unwrap(), vars)
}

#[test]
fn a_contradiction_names_a_smallest_set() {
    let (network, [a, b, c, d]) = copies();
    let evidence = Evidence::new().observe(a, 0).observe(b, 0).observe(c, 1).observe(d, 1);
    let error = solve(&network, &evidence, &[], &Settings::default()).unwrap_err();
    let names = vec!["a".to_owned(), "c".to_owned()];
    assert_eq!(error, SolveError::Impossible { findings: vec![a, c], names });
    assert_eq!(error.to_string(), "these findings cannot all be true: a, c");

    let alone = Evidence::new().weigh(d, vec![0.0, 0.0]).observe(a, 1);
    let error = solve(&network, &alone, &[], &Settings::default()).unwrap_err();
    assert!(matches!(error, SolveError::Impossible { findings, .. } if findings == [d]));
}

#[test]
fn impossible_evidence_gives_zeros_never_nan() {
    let (network, [a, _, c, d]) = copies();
    let found = solve_point(&network, &Evidence::new().observe(a, 0).observe(c, 1), &[]).unwrap();
    assert_eq!(found.p_evidence, 0.0);
    assert_eq!(found.log10_p_evidence, f64::NEG_INFINITY);
    assert_eq!(found.marginals, vec![vec![0.0, 0.0]; 4]);
    assert_eq!(found.marginals[d.ix()], [0.0, 0.0]);
}

#[test]
fn a_revision_to_what_is_ruled_out_is_refused() {
    let (network, [a, _, c, _]) = copies();
    let to_yes = Revision { var: c, probabilities: vec![0.0, 1.0] };
    let evidence = Evidence::new().observe(a, 0);
    let error = solve(&network, &evidence, &[to_yes], &Settings::default()).unwrap_err();
    assert_eq!(error, SolveError::ImpossibleRevision { var: c, name: "c".into() });
    let short = Revision { var: c, probabilities: vec![1.0] };
    let error = solve(&network, &evidence, &[short], &Settings::default()).unwrap_err();
    assert_eq!(error, SolveError::BadRevision(c));
}

#[test]
fn what_is_too_wide_is_refused_before_it_is_built() {
    let mut build = NetworkBuilder::new();
    let vars: Vec<VarId> =
        (0..12).map(|i| build.add_variable(format!("x{i}"), &["no", "yes"])).collect();
    for i in 0..12 {
        let parents = &vars[..i];
        let half = build.formulas().constant(0.5);
        build.set_table(vars[i], parents, vec![half; 2 << i]);
    }
    let limits = Limits { max_table_entries: 1000, ..Limits::default() };
    let error = Tape::compile(&build.build().unwrap(), &Evidence::new(), &[], &limits).unwrap_err();
    let CompileError::TooWide { n_vars, largest, .. } = &error else { panic!("{error}") };
    assert_eq!((*n_vars, *largest), (12, 4096));
    let text = error.to_string();
    assert!(
        text.starts_with("`x0`, `x1`, `x2`, `x3`, `x4`, `x5` and 6 more hang together"),
        "{text}"
    );
}

#[test]
fn findings_must_fit_the_network() {
    let (network, [a, ..]) = copies();
    let compile = |evidence: Evidence| Tape::compile(&network, &evidence, &[], &Limits::default());
    for wrong in [
        Evidence::new().observe(a, 2),
        Evidence::new().weigh(a, vec![1.0]),
        Evidence::new().weigh(a, vec![1.0, -1.0]),
        Evidence::new().observe(VarId(9), 0),
    ] {
        assert!(matches!(compile(wrong), Err(CompileError::BadFinding(_))));
    }
}

#[test]
fn matrices_of_the_wrong_size_are_refused() {
    let (network, _) = copies();
    let tape = Tape::compile(&network, &Evidence::new(), &[], &Limits::default()).unwrap();
    let error = Batch::run(&tape, &[0.5], None, 1, &[]).unwrap_err();
    assert_eq!(error.to_string(), "the parameters hold 1 numbers, but 0 rows × 1 lanes need 0");
    assert!(matches!(Batch::run(&tape, &[], None, 0, &[]), Err(BatchError::Shape { .. })));
}

#[test]
fn builder_names_every_fault() {
    let half = |build: &mut NetworkBuilder| build.formulas().constant(0.5);
    let fault = |write: &dyn Fn(&mut NetworkBuilder, VarId, VarId)| {
        let mut build = NetworkBuilder::new();
        let a = build.add_variable("a", &["no", "yes"]);
        let b = build.add_variable("b", &["no", "yes"]);
        write(&mut build, a, b);
        build.build().unwrap_err().to_string()
    };
    let missing = fault(&|build, a, _| {
        let cells = vec![half(build); 2];
        build.set_table(a, &[], cells);
    });
    assert_eq!(missing, "`b` has no table");
    let doubled = fault(&|build, a, _| {
        let cells = vec![half(build); 2];
        build.set_table(a, &[], cells.clone());
        build.set_table(a, &[], cells);
    });
    assert_eq!(doubled, "`a` has two tables");
    let cycle = fault(&|build, a, b| {
        let cells = vec![half(build); 4];
        build.set_table(a, &[b], cells.clone());
        build.set_table(b, &[a], cells);
    });
    assert_eq!(cycle, "these depend on each other in a circle: b -> a");
    let repeated = fault(&|build, a, b| {
        let cells = vec![half(build); 8];
        build.set_table(a, &[b, b], cells);
    });
    assert_eq!(repeated, "the table of `a` lists `b` twice");
    let unknown = fault(&|build, a, _| build.set_table(a, &[VarId(7)], Vec::new()));
    assert_eq!(unknown, "a table uses variable 7, which does not exist");

    let mut build = NetworkBuilder::new();
    build.add_variable::<&str>("empty", &[]);
    assert_eq!(build.build().unwrap_err(), NetworkError::NoStates("empty".into()));
}

#[test]
fn a_table_of_23_binary_variables_is_too_large() {
    let mut build = NetworkBuilder::new();
    let vars: Vec<VarId> =
        (0..23).map(|i| build.add_variable(format!("x{i}"), &["no", "yes"])).collect();
    build.set_table(vars[22], &vars[..22], Vec::new());
    assert!(matches!(build.build(), Err(NetworkError::TableTooLarge { parents: 22, .. })));
}

/// Setting an effect says nothing about its cause; observing it does.
#[test]
fn setting_is_not_observing() {
    let (network, [a, b, c, _]) = copies();
    let set = network.intervene(b, 1);
    let found = solve_point(&set, &Evidence::new(), &[]).unwrap();
    assert_eq!(found.marginals[a.ix()], [0.5, 0.5]);
    assert_eq!(found.marginals[c.ix()], [0.0, 1.0]);
    let observed = solve_point(&network, &Evidence::new().observe(b, 1), &[]).unwrap();
    assert_eq!(observed.marginals[a.ix()], [0.0, 1.0]);
}

#[test]
fn a_root_with_many_children_is_merged_in_small_steps() {
    let mut build = NetworkBuilder::new();
    let root = build.add_variable("root", &["no", "yes"]);
    let f = build.formulas();
    let [half, third, rest] = [0.5, 0.25, 0.75].map(|p| f.constant(p));
    build.set_table(root, &[], vec![half, half]);
    let mut evidence = Evidence::new();
    for i in 0..50 {
        let child = build.add_variable(format!("c{i}"), &["no", "yes"]);
        build.set_table(child, &[root], vec![rest, third, half, half]);
        evidence = evidence.observe(child, 1);
    }
    let found = solve_point(&build.build().unwrap(), &evidence, &[]).unwrap();
    // Fifty reports, each twice as likely if the root is `yes`.
    let odds = libm::ldexp(1.0, 50);
    assert!((found.marginals[0][0] * (1.0 + odds) - 1.0).abs() < 1e-12);
}

#[test]
fn networks_and_tapes_can_be_read() {
    let mut build = NetworkBuilder::new();
    let rain = build.add_variable("rain", &["no", "yes"]);
    let wet = build.add_variable("wet", &["no", "yes"]);
    let mut p = Parameter::new("base", Distribution::Beta { a: 2.0, b: 8.0 });
    p.table_group = Some(3);
    let p = build.add_parameter(p);
    let f = build.formulas();
    let yes = f.parameter(p);
    let no = f.complement(yes);
    let [one, zero] = [1.0, 0.0].map(|p| f.constant(p));
    build.set_table(rain, &[], vec![no, yes]);
    build.set_table(wet, &[rain], vec![one, zero, no, yes]);
    let network = build.build().unwrap();
    let expected = "parameter base ~ beta(2, 8) table-group 3
variable rain: no, yes
  1 - base | base
variable wet: no, yes given rain
  no: 1 | 0
  yes: 1 - base | base
";
    assert_eq!(network.to_string(), expected);
    let evidence = Evidence::new().observe(wet, 1);
    let tape = Tape::compile(&network, &evidence, &[], &Limits::default()).unwrap();
    let expected =
        "tape: 1 parameters, 3 formulas, 0 numbers, 0 likelihoods, 2 sums, 2 terms, width 0
r0 = 0
r1 = parameter 0
r2 = 1 - r1
r3.. = sum over rain of 2 tables: 1 entries over (), 1 terms
r4.. = product of 1 tables: 1 entries over (), 1 terms
P(evidence) = r4
";
    assert_eq!(tape.to_string(), expected);
}

#[test]
fn random_networks_of_sixty_variables_compile() {
    let spec = random_spec(60, &mut Random(5));
    let network = spec.build(Cells::Constants);
    match solve_point(&network, &Evidence::new(), &[]) {
        Ok(found) => assert!((found.p_evidence - 1.0).abs() < 1e-12),
        Err(error) => assert!(error.to_string().contains("hang together"), "{error}"),
    }
}
