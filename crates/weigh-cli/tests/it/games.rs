//! `weigh game`: games of Gambit's as a shell sees them.

use crate::common::Folder;
use serde_json::{Value, json};

const CHICKEN: &str = "\
NFG 1 R \"Chicken\" { \"A\" \"B\" } { { \"swerve\" \"dare\" } { \"swerve\" \"dare\" } }

6 6 7 2 2 7 0 0
";

/// The patron may press, the ally sends, stalls or refuses, the patron punishes or accepts.
const PATRON: &str = "\
EFG 2 R \"Patron and ally\" { \"Patron\" \"Ally\" }
p \"\" 1 1 \"P1\" { \"leave\" \"press\" } 0
t \"\" 1 \"\" { 0, 0 }
p \"\" 2 1 \"A\" { \"send\" \"stall\" \"refuse\" } 0
t \"\" 2 \"\" { 3, -4 }
t \"\" 3 \"\" { -1/2, -1 }
p \"\" 1 2 \"P2\" { \"punish\" \"accept\" } 0
t \"\" 4 \"\" { -2, -5 }
t \"\" 5 \"\" { -1, -1/2 }
";

fn near(value: &Value, expected: f64) {
    let found = value.as_f64().expect("a number");
    assert!((found - expected).abs() < 1e-8, "{found} is not {expected}");
}

/// The figures are those of tests/cases/qre_patron_ally.json.
#[test]
fn a_tree_is_answered_by_player_and_information_set() {
    let folder = Folder::new();
    folder.write("patron.efg", PATRON);
    let run = folder.weigh(["game", "patron.efg", "--lambda", "1,5,inf", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let found = run.json();
    assert_eq!(found["players"], json!(["Patron", "Ally"]));
    let at_1 = &found["results"][0];
    near(&at_1["probabilities"]["Ally"]["A"]["stall"], 0.6487966205304218);
    near(&at_1["probabilities"]["Patron"]["P2"]["punish"], 0.2689414213699951);
    near(&at_1["payoffs"]["Ally"], -0.45924746297810753);
    near(&found["results"][1]["probabilities"]["Patron"]["P1"]["press"], 0.008059856312464031);
    near(&found["limit"]["probabilities"]["Ally"]["A"]["refuse"], 1.0);
    assert_eq!(found["limit"]["what"], "limit of the principal branch");
    assert_eq!(found["results"][2]["lambda"], "inf");
    assert_eq!(found["results"][2]["probabilities"], found["limit"]["probabilities"]);
    assert_eq!((&found["stop"], &found["diagnostics"]), (&Value::Null, &json!([])));
    assert!(at_1["residual"].as_f64().expect("a number") < 1e-13);
}

#[test]
fn people_get_a_table() {
    let folder = Folder::new();
    folder.write("patron.efg", PATRON);
    let run = folder.weigh(["game", "patron.efg", "--lambda", "1,5"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Patron and ally
      precision                   1        5   limit
      Patron at P1: leave       65%    99.2%    100%
      Patron at P1: press       35%     0.8%      0%
      Ally at A: send            3%    <0.1%      0%
      Ally at A: stall          65%       9%      0%
      Ally at A: refuse         32%      91%    100%
      Patron at P2: punish      27%     0.7%      0%
      Patron at P2: accept      73%    99.3%    100%
      payoff of Patron      -0.2194  -0.0078  0.0000
      payoff of Ally        -0.4592  -0.0046  0.0000
    `limit` is the limit of the principal branch, one equilibrium of players who do not err
    ");
}

#[test]
fn several_equilibria_are_told_and_not_jumped_between() {
    let folder = Folder::new();
    folder.write("chicken.nfg", CHICKEN);
    let run = folder.weigh(["game", "chicken.nfg", "--lambda", "1,2", "--format", "json"]);
    assert_eq!(run.code, 0);
    let found = run.json();
    assert_eq!(found["diagnostics"][0]["slug"], "several-equilibria");
    near(&found["forks"][0]["lambda"], 1.3721835494182508);
    assert_eq!(found["results"][0]["others"], json!([]));
    let at_2 = &found["results"][1];
    near(&at_2["probabilities"]["A"]["A"]["swerve"], 0.5994623991323194);
    assert_eq!(at_2["others"].as_array().expect("a list").len(), 2);
    assert_eq!(at_2["others"][0]["branch"], "fork");
    let run = folder.weigh(["game", "chicken.nfg", "--lambda", "2"]);
    assert!(
        run.stderr.starts_with("warning[several-equilibria]: chicken.nfg: another branch"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("also at precision 2\n  A: swerve "), "{}", run.stdout);
}

#[test]
fn a_copy_of_an_option_is_counted_once_and_said() {
    let folder = Folder::new();
    let copy = "NFG 1 R \"\" { \"A\" } { { \"x\" \"y\" \"x again\" } }\n0 1 0";
    folder.write("copy.nfg", copy);
    let run = folder.weigh(["game", "copy.nfg", "--lambda", "0", "--format", "json"]);
    let found = run.json();
    assert_eq!(found["results"][0]["probabilities"]["A"]["A"], json!({"x": 0.5, "y": 0.5}));
    assert_eq!(found["merged"][0]["dropped"], "x again");
    assert_eq!(found["diagnostics"][0]["slug"], "identical-options");
}

#[test]
fn a_file_that_is_wrong_is_said_with_its_place_and_its_fault() {
    let folder = Folder::new();
    folder.write("short.nfg", "NFG 1 R \"\" { \"A\" } { 2 }\n1");
    let run = folder.weigh(["game", "short.nfg", "--lambda", "1"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.starts_with("error[table-size]: short.nfg:2:2: the table has 1 payoffs"),
        "{}",
        run.stderr
    );
    let forgets = "EFG 2 R \"\" { \"A\" }\np \"\" 1 1 \"\" { \"a\" \"b\" } 0\np \"\" 1 2 \"\" { \"c\" } 0\nt \"\" 0\np \"\" 1 2 \"\" 0\nt \"\" 0\n";
    folder.write("forgets.efg", forgets);
    let run = folder.weigh(["game", "forgets.efg", "--lambda", "1", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["diagnostics"][0]["slug"], "imperfect-recall");
    for lambda in ["-1", "nan", "x"] {
        assert_eq!(folder.weigh(["game", "short.nfg", &format!("--lambda={lambda}")]).code, 2);
    }
    folder.write("sane.nfg", "NFG 1 R \"\" { \"A\" } { 2 }\n1 2");
    let run = folder.weigh(["game", "sane.nfg", "--lambda", "1e300"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(folder.weigh(["game", "absent.efg", "--lambda", "1"]).code, 2);
    assert_eq!(folder.weigh(["game", "sane.nfg"]).code, 2);
}
