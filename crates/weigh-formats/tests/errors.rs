//! Files that are wrong: slug, line, column, message and hint of each.

use std::fmt::Write;
use weigh_formats::{Format, Limits, read};

/// Every fault, one line each, with its hint behind it.
fn faults(format: Format, texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        match read(format, text, &Limits::default()) {
            Ok(_) => writeln!(out, "nothing wrong with {text}").expect("a string takes all"),
            Err(error) => {
                let hint = error.hint.as_deref().unwrap_or("no hint");
                writeln!(out, "{error} [{}] {hint}", error.slug).expect("a string takes all");
            }
        }
    }
    out
}

const A: &str = "variable a { type discrete [ 2 ] { x, y }; }\n";
const B: &str = "variable b { type discrete [ 2 ] { p, q }; }\n";

fn bif(tables: &[&str]) -> String {
    let texts: Vec<String> = tables.iter().map(|table| format!("{A}{B}{table}")).collect();
    faults(Format::Bif, &texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn bif_tables() {
    let found = bif(&[
        "probability ( a ) { table 0.5, 0.25, 0.25; }",
        "probability ( a ) { table 0.5, -0.5; }",
        "probability ( a ) { table 0.5, nan; }",
        "probability ( a ) { table 0.5, inf; }",
        "probability ( a ) { table 0.5, 1e999; }",
        "probability ( a ) { table 0.5, half; }",
        "probability ( a ) { table 0, 0; }",
        "probability ( a ) { table 0.5, 0.4; }",
        "probability ( A ) { table 0.5, 0.5; }",
        "probability ( a | a ) { table 0.5, 0.5, 0.5, 0.5; }",
        "probability ( a | b, b ) { default 0.5, 0.5; }",
        "probability ( a ) { table 0.5, 0.5; } probability ( a ) { table 0.5, 0.5; }",
        "probability ( a ) { table 0.5, 0.5; }",
        "probability ( a | b ) { (p) 0.5, 0.5; }",
        "probability ( a | b ) { (p) 0.5, 0.5; (r) 0.5, 0.5; }",
        "probability ( a | b ) { (p) 0.5, 0.5; (p) 0.5, 0.5; }",
        "probability ( a | b ) { (p) 0.5; }",
        "probability ( a | b ) { (p, q) 0.5, 0.5; }",
        "probability ( a | b ) { table 0.25, 0.75, 0.5, 0.5; }",
        "probability ( a | b ) { default 0.5, 0.5; }\nprobability ( b | a ) { default 0.5, 0.5; }",
    ]);
    insta::assert_snapshot!(found, @r##"
    3:21: the table of `a` has 3 numbers, but needs 2 [table-size] one for each combination of states: 2
    3:32: `-0.5` is negative [negative-probability] a probability is a number from `0` to `1`
    3:32: `nan` is not a finite number [not-a-number] write a number such as `0.25`
    3:32: `inf` is not a finite number [not-a-number] write a number such as `0.25`
    3:32: `1e999` is not a finite number [not-a-number] write a number such as `0.25`
    3:32: `half` is not a number [not-a-number] write a number with a point, such as `0.25` or `1e-6`
    3:21: the row of `a` sums to 0, not to 1 [row-sum] write numbers that sum to 1; a sum from 0.99 to 1.01 is divided away
    3:21: the row of `a` sums to 0.9, not to 1 [row-sum] write numbers that sum to 1; a sum from 0.99 to 1.01 is divided away
    3:15: no variable is called `A` [unknown-variable] did you mean `a`?
    3:1: `a` is a parent of itself [doubled-parent] name each variable once
    3:1: `a` has the parent `b` twice [doubled-parent] name each variable once
    3:39: `a` has a second table [doubled-table] remove one of the two
    2:10: `b` has no table [missing-table] add its probabilities, or remove the variable
    3:1: the table of `a` has no row at `b = q` [missing-row] write the row, or a `default` for all that are not given
    3:40: `b` has no state `r` [unknown-state] its states are `p`, `q`
    3:39: this row stands here twice: at `b = p` [doubled-row] remove one of the two
    3:25: this row has 1 number, but `a` has 2 states [table-size] write one number for each state
    3:25: this row names at least 2 states, but the table has 1 parent [table-size] name one state for each parent, in their order
    3:25: this table counts through the child's states first, but BIF counts through them last [table-order] write a row for each combination: `(yes, no) 0.1, 0.9;`
    4:1: variables depend on themselves: `b` -> `a` -> `b` [cycle] remove one of these parents
    "##);
}

#[test]
fn bif_declarations() {
    let found = faults(
        Format::Bif,
        &[
            "",
            "hello",
            "network {",
            "network x { property a = b }",
            "variable a { type continuous [ 2 ] { x, y }; }",
            "variable a { type discrete [ 3 ] { very high, low }; }",
            "variable a { type discrete [ 1152921504606846976 ] { x }; }",
            "variable a { type discrete [ 0 ] { }; }",
            "variable a { type discrete [ 2 ] { x, x }; }",
            "variable a { type discrete [ 1 ] { \"\" }; }",
            "variable a { type discrete [ 1 ] { \"\u{1b}[2J\" }; }",
            "variable a { type discrete [ 1 ] { x }; }\nvariable a { type discrete [ 1 ] { x }; }",
            "variable a { type discrete [ 1 ] { \"x }; }",
            "/* never closed",
            "probability ( a )",
            "variable a }",
        ],
    );
    insta::assert_snapshot!(found, @r##"
    1:1: the file has no network [bif-syntax] check that this is the right file
    1:1: expected `network`, `variable` or `probability`, found `hello` [bif-syntax] no hint
    1:9: this `{` is not closed [bif-syntax] write `}`
    1:28: this is not closed with `;` [bif-syntax] write `;`
    1:19: `a` is of type `continuous`, but only `discrete` can be read [unsupported-node] cut the variable into states before saving
    1:10: `a` has no table [missing-table] add its probabilities, or remove the variable
    1:28: `a` says that its states are 1152921504606846976, but lists 1 [state-count] correct the number, or put a state with blanks in quotes: `"very high"`
    1:10: `a` has no states [no-states] list at least one state
    1:39: `a` has the state `x` twice [doubled-state] give each state a name of its own
    1:36: the name of a state is empty: `` [empty-name] write a printable name
    1:36: the name of a state holds a control character: `�[2J` [control-character] write a printable name
    2:10: a second variable is called `a` [doubled-variable] give each variable a name of its own
    1:36: this quote is not closed [bif-syntax] write `"`
    1:1: this comment is not closed [bif-syntax] write `*/`
    1:18: this table has no `{` [bif-syntax] write `{`
    1:12: expected `{` after the name of a variable, found `}` [bif-syntax] write `{`
    "##);
}

#[test]
fn uai() {
    let found = faults(
        Format::Uai,
        &[
            "",
            "BAYESIAN 1 2",
            "BAYES\n1\n2\n2\n1 0\n1 0",
            "BAYES\n2\n2 2\n2\n2 1 0\n2 0 1\n4 1 0 1 0\n4 1 0 1 0",
            "BAYES 2 2 2 2 1 0 1 0 2 1 0 2 1 0",
            "BAYES 1 2 1 1 0\n3 0.5 0.25 0.25",
            "BAYES 1 2 1 1 0\n2 0.5",
            "BAYES 1 2 1 1 0\n2 0.5 0.5\n7",
            "BAYES 1 0 1 1 0 0",
            "MARKOV\n-1",
            "MARKOV\n2\n2 2\n1\n2 0 2\n4 1 1 1 1",
            "MARKOV\n2\n2 2\n1\n2 0 0\n4 1 1 1 1",
            "MARKOV 1 2 1 1 0\n2 1 -1",
            "MARKOV 1000000000",
            "MARKOV 2\n1152921504606846976 2 0",
            "MARKOV 1\n99999999999999999999999999 0",
            "MARKOV 40 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2\n1\n\
             24 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n16777216 1",
        ],
    );
    insta::assert_snapshot!(found, @r##"
    1:1: the file ends before `BAYES` or `MARKOV` [uai-syntax] add what is missing, or take the whole file
    1:1: expected `BAYES` or `MARKOV`, found `BAYESIAN` [uai-syntax] a UAI file begins with the kind of network
    4:1: there are 2 tables for 1 variable, but each needs one [missing-table] correct the number of tables
    8:1: variables depend on themselves: `x1` -> `x0` -> `x1` [cycle] remove one of these parents
    1:29: `x0` has a second table [doubled-table] remove one of the two
    2:1: the table of `x0` has 3 numbers, but needs 2 [table-size] one for each combination of states: 2
    2:6: the file ends before all numbers of a table [uai-syntax] add what is missing, or take the whole file
    3:1: the last table is complete, but `7` follows [uai-syntax] correct the number of tables; evidence is a file of its own
    1:9: `x0` has no states [no-states] list at least one state
    2:1: the number of variables is a whole number, not `-1` [not-a-number] no hint
    5:5: there is no variable 2, only 0 to 1 [unknown-variable] variables are counted from 0
    5:1: a table names variable `x0` twice [doubled-parent] name each variable once
    2:5: `-1` is negative [negative-probability] a probability is a number from `0` to `1`
    1:8: the file asks for more than 131072 variables [too-many-variables] raise the limit if the file means it
    2:1: the file asks for more than 65536 states of one variable [too-many-states] raise the limit if the file means it
    2:1: the file asks for more than 65536 states of one variable [too-many-states] raise the limit if the file means it
    3:1: a table would have more than 4194304 numbers: it names 24 variables [too-many-cells] split the variable, so that fewer parents meet in one table
    "##);
}

#[test]
fn xml() {
    let deep = format!("<BIF><NETWORK>{}", "<a>".repeat(100_000));
    let laughs = "<!DOCTYPE BIF [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n\
                  <BIF><NETWORK><NAME>&b;</NAME></NETWORK></BIF>";
    let bif = |inside: &str| format!("<BIF><NETWORK>\n{inside}</NETWORK></BIF>");
    let variable = "<VARIABLE TYPE=\"nature\"><NAME>a</NAME><OUTCOME>x</OUTCOME><OUTCOME>y</OUTCOME></VARIABLE>\n";
    let table = |inside: &str| bif(&format!("{variable}<DEFINITION>{inside}</DEFINITION>"));
    let texts = [
        String::new(),
        "<BIF>".to_owned(),
        "<BIF></BOF>".to_owned(),
        "<BIF/>".to_owned(),
        "<a/><b/>".to_owned(),
        deep,
        laughs.to_owned(),
        bif("<NAME>&#0;</NAME>"),
        bif("<VARIABLE TYPE=\"continuous\"><NAME>a</NAME></VARIABLE>"),
        bif("<VARIABLE><OUTCOME>x</OUTCOME></VARIABLE>"),
        bif(variable),
        table("<FOR>a</FOR><TABLE>0.5\n0.25 0.25</TABLE>"),
        table("<FOR>a</FOR><TABLE>0.5\n -0.5</TABLE>"),
        table("<FOR>a</FOR><GIVEN>c</GIVEN><TABLE>0.5 0.5</TABLE>"),
        table("<FOR>a</FOR><TABLE>0.5\n 0.6</TABLE>"),
        table("<FOR>a</FOR>"),
        table("<TABLE>0.5 0.5</TABLE>"),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    insta::assert_snapshot!(faults(Format::XmlBif, &texts), @r##"
    1:1: the file has no XML element [xml-syntax] check that this is the right file
    1:1: the element `BIF` is not closed [xml-syntax] write `</BIF>`
    1:6: this is no XML: ill-formed document: expected `</BIF>`, but `</BOF>` was found [xml-syntax] mend the XML, or save the file again in the program it comes from
    1:1: the root element is `BIF`, not `BIF` with `NETWORK` [xml-syntax] XMLBIF begins with `<BIF VERSION="0.3"><NETWORK>`
    1:5: a second element follows the root [xml-syntax] remove what follows the first
    1:201: more than 64 elements stand inside each other [too-deep] a network needs no more than five
    2:21: the entity `&b;` is not expanded [unknown-entity] write the text itself; only `&lt; &gt; &amp; &apos; &quot;` and numbers are read
    2:7: the entity `&#0;` is not expanded [unknown-entity] write the text itself; only `&lt; &gt; &amp; &apos; &quot;` and numbers are read
    2:1: a variable of type `continuous` cannot be read [unsupported-node] the types are `nature`, `decision` and `utility`
    2:1: the name of a variable is empty: `` [empty-name] write a printable name
    2:31: `a` has no table [missing-table] add its probabilities, or remove the variable
    3:32: the table of `a` has 3 numbers, but needs 2 [table-size] one for each combination of states: 2
    4:2: `-0.5` is negative [negative-probability] a probability is a number from `0` to `1`
    3:32: no variable is called `c` [unknown-variable] declare the variable, or correct the name
    3:32: the row of `a` sums to 1.1, not to 1 [row-sum] write numbers that sum to 1; a sum from 0.99 to 1.01 is divided away
    3:1: the table of `a` is empty [missing-table] write `<TABLE>…</TABLE>`
    3:1: a `DEFINITION` has no `FOR` [xml-syntax] write `<FOR>name</FOR>`
    "##);
}

#[test]
fn xdsl() {
    let file = |inside: &str| {
        format!(
            "<smile version=\"1.0\" id=\"n\"><nodes>\n<cpt id=\"a\"><state id=\"x\" /><state id=\"y\" />\
             <probabilities>0.5 0.5</probabilities></cpt>\n{inside}</nodes></smile>"
        )
    };
    let states = "<state id=\"x\" /><state id=\"y\" /><parents>a</parents>";
    let texts = [
        "<smile><nodes/><dynamic numslices=\"3\"/></smile>".to_owned(),
        file("<equation id=\"e\"><definition>e=1</definition></equation>"),
        file(
            "<utility id=\"u\"><parents>a</parents><utilities>1 2</utilities></utility>\n<mau id=\"m\"><parents>u</parents></mau>",
        ),
        file(&format!(
            "<deterministic id=\"b\">{states}<resultingstates>x z</resultingstates></deterministic>"
        )),
        file(&format!(
            "<deterministic id=\"b\">{states}<resultingstates>x</resultingstates></deterministic>"
        )),
        file(&format!(
            "<noisymax id=\"b\">{states}<strengths>0 0</strengths><parameters>1</parameters></noisymax>"
        )),
        file(&format!(
            "<noisymax id=\"b\">{states}<strengths>0 1</strengths><parameters>0.5 0.5 0 1</parameters></noisymax>"
        )),
        file(&format!(
            "<noisymax id=\"b\">{states}<strengths>0 1</strengths><parameters>0 1 0.5 0.5 0 1</parameters></noisymax>"
        )),
        file(&format!("<cpt id=\"b\">{states}</cpt>")),
        file("<utility id=\"u\"><parents>a</parents><utilities>1 NaN</utilities></utility>"),
        file(
            "<utility id=\"u\"><utilities>1</utilities></utility><cpt id=\"b\"><state id=\"x\"/><parents>u</parents><probabilities>1</probabilities></cpt>",
        ),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    insta::assert_snapshot!(faults(Format::Xdsl, &texts), @r##"
    1:16: a network over time cannot be read [unsupported-node] in GeNIe, unroll the network and save that
    3:1: the node `e` is of type `equation`, which cannot be read [unsupported-node] in GeNIe, change its type to Chance - General (or Utility) and save again
    4:1: the node `m` is of type `mau`, which cannot be read [unsupported-node] in GeNIe, change its type to Chance - General (or Utility) and save again
    3:94: `b` has no state `z` [unknown-state] its states are `x`, `y`
    3:92: `b` has 1 resulting state, but needs 2 [table-size] one for each combination of the parents' states
    3:81: the strengths of `b` are no orders of its parents' states [noisymax-strengths] in GeNIe, change its type to Chance - General and save again
    3:108: `b` has 4 parameters, but needs 6 [table-size] a row for each state of each parent, and one for the leak
    3:108: in the noisy-MAX of `b`, `a` has an effect in its last strength [noisymax-strengths] in GeNIe, change its type to Chance - General and save again
    3:1: `b` has no `probabilities` [missing-table] write `<probabilities>…</probabilities>`
    3:50: `NaN` is not a finite number [not-a-number] write a number such as `0.25`
    3:87: `u` is a utility and cannot be a parent [unsupported-node] make it a parent of nothing: utilities are added up anyway
    "##);
}

#[test]
fn net() {
    let found = faults(
        Format::HuginNet,
        &[
            "net { a = 1 }",
            "class C { }",
            "continuous node x { }",
            "node a { states = (\"x\" \"x\"); }",
            "node a { }",
            "node a { states = (x y);",
            "node a { states = (x y); }",
            "node a { states = (x y); } potential (a) { data = (0.5 0.5; }",
            "node a { states = (x y); } potential (a) { data = (0.5 0.5)); }",
            "node a { states = (x y); }\npotential (a) { data = (0.5 -0.5); }",
            "node a { states = (x y); }\npotential (a) { data = (0.5 0.5 0.5); }",
            "node a { states = (x y); }\npotential (a | a) { data = (0.5 0.5 0.5 0.5); }",
            "node a { states = (x y); }\npotential (a) { model_nodes = (); model_data = ( NoisyOR(a) ); }",
            "node a { states = (x y); }\npotential (a | ) { }",
            "decision d { states = (x y); }\npotential (d) { data = (1 0); }",
        ],
    );
    insta::assert_snapshot!(found, @r##"
    1:13: this is not closed with `;` [net-syntax] write `;`
    1:1: `class` cannot be read: only discrete flat networks can [unsupported-node] in HUGIN, make every node discrete and save as a flat network (.net)
    1:1: `continuous` cannot be read: only discrete flat networks can [unsupported-node] in HUGIN, make every node discrete and save as a flat network (.net)
    1:24: `a` has the state `x` twice [doubled-state] give each state a name of its own
    1:6: `a` has no states [no-states] list at least one state
    1:8: this `{` is not closed [net-syntax] write `}`
    1:6: `a` has no table [missing-table] add its probabilities, or remove the variable
    1:51: this `(` is not closed [net-syntax] write `)`
    1:60: this `)` closes nothing [net-syntax] remove it
    2:29: `-0.5` is negative [negative-probability] a probability is a number from `0` to `1`
    2:17: the table of `a` has 3 numbers, but needs 2 [table-size] one for each combination of states: 2
    2:1: `a` is a parent of itself [doubled-parent] name each variable once
    2:50: the expression `NoisyOR` cannot be worked out [unsupported-expression] in HUGIN, turn the model into a table and save again
    2:1: the table of `a` has no `data` [missing-table] write `data = ( … );`
    2:17: `d` is a decision and has no numbers [net-syntax] remove `data`
    "##);
}

/// What a hostile file claims costs nothing: the limits come before the memory.
#[test]
fn large_claims_are_refused_at_once() {
    // Thirty binary parents and one default row.
    let mut text = String::new();
    for ix in 0..31 {
        text.push_str(&format!("variable v{ix} {{ type discrete [ 2 ] {{ x, y }}; }}\n"));
    }
    let parents: Vec<String> = (1..31).map(|ix| format!("v{ix}")).collect();
    text.push_str(&format!("probability ( v0 | {} ) {{ default 0.5, 0.5; }}", parents.join(", ")));
    let error = read(Format::Bif, &text, &Limits::default()).unwrap_err();
    assert_eq!((error.slug, error.line, error.column), ("too-many-cells", 32, 1));
    let many = format!("MARKOV 200000 {} 0", "2 ".repeat(200_000));
    assert_eq!(
        read(Format::Uai, &many, &Limits::default()).unwrap_err().slug,
        "too-many-variables"
    );
    let many = format!("MARKOV 100000 {} 0", "60000 ".repeat(100_000));
    assert_eq!(read(Format::Uai, &many, &Limits::default()).unwrap_err().slug, "too-many-states");
    let ones = format!(
        "MARKOV 300 {} 1 300 {}",
        "1 ".repeat(300),
        (0..300).map(|ix| format!("{ix} ")).collect::<String>()
    );
    assert_eq!(read(Format::Uai, &ones, &Limits::default()).unwrap_err().slug, "too-many-cells");
    let long = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read(Format::Uai, &many, &long).unwrap_err().slug, "too-long");
}
