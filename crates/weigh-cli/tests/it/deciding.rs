//! `weigh decide`: influence diagrams as a shell sees them.

use crate::common::Folder;
use serde_json::{Value, json};

/// The oil wildcatter of Raiffa (1968), with the test as a decision; figures as in
/// tests/cases/id_oil_wildcatter.json.
const OIL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<smile version="1.0" id="oil" numsamples="1000">
  <nodes>
    <decision id="Test"><state id="no" /><state id="yes" /></decision>
    <cpt id="Oil">
      <state id="dry" /><state id="wet" /><state id="soak" />
      <probabilities>0.5 0.3 0.2</probabilities>
    </cpt>
    <cpt id="Result">
      <state id="flat" /><state id="open" /><state id="closed" /><state id="none" />
      <parents>Test Oil</parents>
      <probabilities>0 0 0 1 0 0 0 1 0 0 0 1 0.6 0.3 0.1 0 0.3 0.4 0.3 0 0.1 0.4 0.5 0</probabilities>
    </cpt>
    <decision id="Drill"><state id="no" /><state id="yes" /><parents>Test Result</parents></decision>
    <utility id="Profit"><parents>Oil Drill</parents><utilities>0 -70 0 50 0 200</utilities></utility>
    <utility id="Cost"><parents>Test</parents><utilities>0 -10</utilities></utility>
  </nodes>
</smile>
"#;

fn near(value: &Value, expected: f64) {
    let found = value.as_f64().expect("a number");
    assert!((found - expected).abs() < 1e-8, "{found} is not {expected}");
}

fn row<'v>(decision: &'v Value, given: &Value) -> &'v Value {
    let rows = decision["policy"].as_array().expect("a list");
    rows.iter().find(|row| row["given"] == *given).expect("the row is there")
}

#[test]
fn a_policy_its_value_and_what_seeing_is_worth() {
    let folder = Folder::new();
    folder.write("oil.xdsl", OIL);
    let run = folder.weigh(["decide", "oil.xdsl", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let found = run.json();
    near(&found["expected"], 22.5);
    let [test, drill] = found["decisions"].as_array().expect("a list").as_slice() else {
        panic!("two decisions")
    };
    assert_eq!(test["decision"], "Test");
    assert_eq!(test["policy"][0]["take"], json!({"no": 0.0, "yes": 1.0}));
    near(&test["policy"][0]["loss"]["no"], 2.5);
    assert_eq!(drill["knows"], json!(["Test", "Result"]));
    for (result, takes, loss) in [("flat", "no", 1250.0 / 41.0), ("open", "yes", 230.0 / 7.0)] {
        let row = row(drill, &json!({"Test": "yes", "Result": result}));
        assert_eq!(row["take"][takes], 1.0);
        let other = if takes == "no" { "yes" } else { "no" };
        near(&row["loss"][other], loss);
    }
    assert_eq!(row(drill, &json!({"Test": "yes", "Result": "none"}))["take"], Value::Null);
    let worth = found["worth"].as_array().expect("a list");
    assert_eq!(worth.len(), 2);
    assert_eq!((&worth[0]["node"], &worth[0]["before"]), (&json!("Oil"), &json!("Test")));
    // Who knows the oil needs no test: 0.3 × 50 + 0.2 × 200.
    near(&worth[0]["with"], 55.0);
    assert_eq!([&worth[0]["information"], &worth[1]["information"]], ["perfect", "sample"]);
    near(&worth[0]["value"], 32.5);
    assert_eq!((&worth[1]["node"], &worth[1]["seen"]), (&json!("Result"), &json!(true)));
    near(&worth[1]["without"], 20.0);
    near(&worth[1]["value"], 2.5);
    assert_eq!(found["diagnostics"], json!([]));
}

/// A half of it dry, 0.3 wet, 0.2 soaked: -35 + 15 + 40; after an open result 0.15, 0.12 and 0.08 of 0.35.
#[test]
fn a_query_tells_what_is_expected_of_what_is_done() {
    let folder = Folder::new();
    folder.write("oil.xdsl", OIL);
    let query = |more: &[&str]| folder.weigh([&["query", "oil.xdsl"], more].concat());
    let untested = "Test=no,Drill=yes";
    let found = query(&["--evidence", untested, "--format", "json"]).json();
    near(&found["utilities"]["Profit"], 20.0);
    near(&found["utilities"]["Cost"], 0.0);
    near(&found["expected_utility"], 20.0);
    assert_eq!(found["posteriors"]["Oil"]["dry"], 0.5);
    assert!(found["posteriors"].get("Profit").is_none());
    let open = "Test=yes,Result=open,Drill=yes";
    let found = query(&["--evidence", open, "--format", "json"]).json();
    near(&found["utilities"]["Profit"], (-70.0 * 0.15 + 50.0 * 0.12 + 200.0 * 0.08) / 0.35);
    near(&found["expected_utility"], 11.5 / 0.35 - 10.0);

    let text = query(&["--evidence", untested]).stdout;
    let told =
        "  Profit: 20.0000 expected\n  Cost: 0.0000 expected\n  expected utility in all 20.0000\n";
    assert!(text.contains(told), "{text}");
    // One alone has no sum.
    let one = query(&["--evidence", untested, "--targets", "Profit", "--format", "json"]).json();
    assert_eq!((&one["posteriors"], one.get("expected_utility")), (&json!({}), None));
    near(&one["utilities"]["Profit"], 20.0);

    let never = query(&["--evidence", "Test=no,Result=open,Drill=yes", "--format", "json"]).json();
    assert_eq!(never["utilities"], Value::Null);
    assert_eq!(never["expected_utility"], Value::Null);
    assert_eq!(never["contradiction"], json!(["Test", "Result"]));
    let seen = query(&["--evidence", "Profit=1"]);
    assert_eq!(seen.code, 2);
    assert!(seen.stderr.contains("`Profit` is a utility, which has no states"), "{}", seen.stderr);
    let undecided = query(&["--evidence", "Test=no"]);
    assert!(undecided.stderr.contains("`Drill` is a decision"), "{}", undecided.stderr);
}

/// What is not said is known all the same: an arrow from the test to drilling may be left out.
#[test]
fn what_was_known_is_not_forgotten() {
    let folder = Folder::new();
    folder.write(
        "oil.xdsl",
        OIL.replace("<parents>Test Result</parents>", "<parents>Result</parents>"),
    );
    let run = folder.weigh(["decide", "oil.xdsl", "--format", "json"]);
    let found = run.json();
    near(&found["expected"], 22.5);
    assert_eq!(found["decisions"][1]["knows"], json!(["Result", "Test"]));
}

#[test]
fn people_get_a_table() {
    let folder = Folder::new();
    folder.write("oil.xdsl", OIL);
    let run = folder.weigh(["decide", "oil.xdsl"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    expected value 22.5000

    Test
      in any case  yes

    Drill
      Test = no, Result = none     yes
      Test = yes, Result = flat    no
      Test = yes, Result = open    yes
      Test = yes, Result = closed  yes

    what it is worth to see something before a decision
      Oil before Test      32.5000  if it is seen itself (perfect information, EVPI)
      Result before Drill   2.5000  if this sign is seen (sample information, EVSI), which it is
    ");
}

/// Raiffa's figures for a test that costs nothing: what the test is worth is that of a sample, and what the oil itself is
/// worth that of perfect information.
#[test]
fn the_thing_itself_is_told_from_a_sign_of_it() {
    let case: Value =
        serde_json::from_str(include_str!("../../../../tests/cases/id_oil_wildcatter.json"))
            .expect("a case file");
    let folder = Folder::new();
    let net = "net {} node Oil { states = (\"dry\" \"wet\" \"soak\"); } potential (Oil) { data = (0.5 0.3 0.2); }
    node Result { states = (\"no\" \"open\" \"closed\"); }
    potential (Result | Oil) { data = ((0.6 0.3 0.1) (0.3 0.4 0.3) (0.1 0.4 0.5)); }
    decision Drill { states = (\"no\" \"yes\"); }
    utility Profit {} potential (Profit | Oil Drill) { data = ((0 -70) (0 50) (0 200)); }";
    folder.write("oil.net", net);
    let found = folder.weigh(["decide", "oil.net", "--format", "json"]).json();
    let worth = found["worth"].as_array().expect("a list");
    assert_eq!(worth.len(), 2);
    for (worth, node, information, published) in
        [(&worth[0], "Oil", "perfect", "evpi"), (&worth[1], "Result", "sample", "evsi")]
    {
        assert_eq!((&worth["node"], &worth["information"]), (&json!(node), &json!(information)));
        near(&worth["value"], case["expected"][published].as_f64().expect("a number"));
    }
}

#[test]
fn every_format_that_has_decisions_gives_the_same() {
    let folder = Folder::new();
    folder.write("oil.xdsl", OIL);
    let expected = folder.weigh(["decide", "oil.xdsl"]).stdout;
    for target in ["oil.net", "oil.xmlbif", "again.xdsl"] {
        let run = folder.weigh(["convert", "oil.xdsl", target]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(folder.weigh(["decide", target]).stdout, expected, "{target}");
    }
}

#[test]
fn options_as_good_as_each_other_are_told() {
    let folder = Folder::new();
    let net = "net {} node Coin { states = (\"heads\" \"tails\"); } potential (Coin) { data = (0.5 0.5); }
    decision Guess { states = (\"heads\" \"tails\" \"tails, too\"); }
    utility Won {} potential (Won | Coin Guess) { data = ((1 0 0) (0 1 1)); }";
    folder.write("coin.net", net);
    let run = folder.weigh(["decide", "coin.net"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stderr,
        "warning[identical-options]: coin.net: at `Guess`, `tails, too` differs in nothing from `tails`: \
         it is counted as the same option\n\
         warning[equal-options]: coin.net: at `Guess`, several options are equally good in 1 situation\n"
    );
    let found = folder.weigh(["decide", "coin.net", "--format", "json"]).json();
    let take = &found["decisions"][0]["policy"][0]["take"];
    assert_eq!(take, &json!({"heads": 0.5, "tails": 0.25, "tails, too": 0.25}));
    near(&found["worth"][0]["value"], 0.5);
}

#[test]
fn what_is_no_diagram_is_refused_with_its_fault() {
    let folder = Folder::new();
    let refused = |name: &str, text: &str| {
        folder.write(name, text);
        let run = folder.weigh(["decide", name, "--format", "json"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let fault = run.json()["diagnostics"][0].clone();
        (
            fault["slug"].as_str().expect("a slug").to_owned(),
            fault["message"].as_str().expect("a message").to_owned(),
        )
    };
    let chance = "net {} node x { states = (\"a\" \"b\"); } potential (x) { data = (0.5 0.5); }";
    let (slug, message) = refused("chance.net", chance);
    assert_eq!(slug, "diagram-refused");
    assert!(message.ends_with("nothing is decided in it: it has no decision"), "{message}");
    let two =
        "net {} decision x { states = (\"a\" \"b\"); } decision y { states = (\"a\" \"b\"); }";
    let (slug, message) = refused("two.net", two);
    assert_eq!(slug, "diagram-refused");
    assert!(message.contains("decides `x` and `y` in no order"), "{message}");
    let many: String =
        (0..100).map(|i| format!("decision d{i} {{ states = (\"a\" \"b\"); }} ")).collect();
    let (slug, message) = refused("many.net", &format!("net {{}} {many}"));
    assert_eq!(slug, "diagram-too-large");
    assert!(message.contains("the last of 100 decisions"), "{message}");
    let large = "net {} decision x { states = (\"a\" \"b\"); } utility u {} \
                 potential (u | x) { data = (1e308 -1e308); }";
    assert_eq!(refused("large.net", large).0, "payoff-range");
    let (slug, message) = refused("markov.uai", "MARKOV\n1\n2\n1\n1 0\n\n2\n0.5 0.5\n");
    assert_eq!(slug, "diagram-refused");
    assert!(message.contains("Markov"), "{message}");
}
