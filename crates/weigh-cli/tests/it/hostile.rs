//! Files that ask for more than there is: refused at once, in little memory, with a place.

use crate::common::Folder;
use std::fmt::Write;
use std::process::Command;

/// Memory that the whole program may map, in kB; without it a claim that is believed would show as a
/// slow test and nothing else. The largest file here has 60 MB.
const MOST_KB: u32 = 400_000;

/// Exit code and standard error of `weigh query FILE …` within [`MOST_KB`].
fn query(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let out = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {MOST_KB} && exec \"$0\" query \"$@\""))
        .arg(env!("CARGO_BIN_EXE_weigh"))
        .args(arguments)
        .current_dir(folder.path(""))
        .output()
        .expect("there is a shell");
    (out.status.code(), String::from_utf8(out.stderr).expect("messages are UTF-8"))
}

#[test]
fn a_million_variables_are_too_many_in_every_format() {
    let folder = Folder::new();
    let n = 1_000_000;
    let mut bif = String::new();
    let mut net = String::from("net { }\n");
    let mut xmlbif = String::from("<BIF><NETWORK>\n");
    let mut xdsl = String::from("<smile><nodes>\n");
    for i in 0..n {
        writeln!(bif, "variable v{i} {{ type discrete [ 1 ] {{ x }}; }}").expect("a string");
        writeln!(net, "node v{i} {{ states = (\"x\"); }}").expect("a string");
        writeln!(xmlbif, "<VARIABLE><NAME>v{i}</NAME><OUTCOME>x</OUTCOME></VARIABLE>")
            .expect("a string");
        writeln!(xdsl, "<cpt id=\"v{i}\"><state id=\"x\"/></cpt>").expect("a string");
    }
    let uai = format!("BAYES\n{n}\n{}\n0\n", "1 ".repeat(n));
    for (name, text) in
        [("m.bif", bif), ("m.net", net), ("m.xmlbif", xmlbif), ("m.xdsl", xdsl), ("m.uai", uai)]
    {
        folder.write(name, &text);
        let (code, stderr) = query(&folder, &[name]);
        assert_eq!(code, Some(1), "{name}: {stderr}");
        assert!(stderr.starts_with("error[too-many-variables]: "), "{name}: {stderr}");
    }
}

#[test]
fn claims_of_2_to_the_60_are_not_believed() {
    let folder = Folder::new();
    let many = 1u64 << 60;
    for (name, text, slug) in [
        ("a.bif", format!("variable a {{ type discrete [ {many} ] {{ x }}; }}"), "state-count"),
        ("a.uai", format!("MARKOV 1\n{many}\n0"), "too-many-states"),
        ("b.uai", format!("MARKOV {many}\n2\n0"), "too-many-variables"),
        ("c.uai", format!("MARKOV 1\n2\n{many}\n1 0\n2 1 1"), "doubled-parent"),
        ("d.uai", format!("MARKOV 1\n2\n1\n{many} 0\n2 1 1"), "doubled-parent"),
        ("e.uai", format!("MARKOV 1\n2\n1\n1 0\n{many} 1 1"), "table-size"),
    ] {
        folder.write(name, &text);
        let (code, stderr) = query(&folder, &[name]);
        assert_eq!(code, Some(1), "{name}: {stderr}");
        assert!(stderr.starts_with(&format!("error[{slug}]: {name}:")), "{name}: {stderr}");
    }
    folder.write("ok.uai", "MARKOV 1\n2\n1\n1 0\n2 1 1");
    for text in [format!("{many} 0 1"), format!("{many}"), format!("1\n{many} 0 1")] {
        folder.write("ok.evid", &text);
        let (code, stderr) = query(&folder, &["ok.uai", "--cases", "ok.evid"]);
        assert_eq!(code, Some(1), "{text}: {stderr}");
        assert!(stderr.starts_with("error[evidence-count]: ok.evid:1:1"), "{text}: {stderr}");
    }
}

/// Forty binary variables, each with each: a table of 2^40 entries, known before memory is taken.
#[test]
fn a_network_too_wide_is_refused_with_its_size() {
    let folder = Folder::new();
    let n = 40;
    let mut uai = format!("MARKOV {n} {} {} ", "2 ".repeat(n), n * (n - 1) / 2);
    for i in 0..n {
        for j in 0..i {
            write!(uai, "2 {i} {j} ").expect("a string");
        }
    }
    uai.push_str(&"4 1 2 2 1 ".repeat(n * (n - 1) / 2));
    folder.write("wide.uai", &uai);
    let (code, stderr) = query(&folder, &["wide.uai"]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.starts_with("error[network-refused]: wide.uai: "), "{stderr}");
    assert!(stderr.contains("1099511627776 entries (40 variables at once)"), "{stderr}");
    assert!(stderr.contains("hint: give evidence that cuts the network"), "{stderr}");
    // With enough of it seen it is no longer too wide.
    let seen: Vec<String> = (0..25).map(|i| format!("x{i}=0")).collect();
    let (code, stderr) = query(&folder, &["wide.uai", "--evidence", &seen.join(",")]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

#[test]
fn evidence_of_uai_in_both_dialects_is_the_same_case() {
    let folder = Folder::new();
    folder.write("coins.uai", "MARKOV 2 2 3 1 2 0 1 6 1 2 3 4 5 6");
    let ask = |cases: &str| {
        folder.write("c.evid", cases);
        let run = folder.weigh(["query", "coins.uai", "--cases", "c.evid", "--format", "json"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    };
    let plain = folder.weigh(["query", "coins.uai", "--evidence", "x1=2", "--format", "json"]);
    assert_eq!(ask("1 1 2"), plain.stdout);
    assert_eq!(ask("1\n1 1 2\n"), plain.stdout);
    assert_eq!(ask("2\n1 1 2\n0\n").lines().count(), 2);
    for (cases, slug) in
        [("1 2 0", "unknown-variable"), ("1 0 2", "unknown-state"), ("2 0 1", "evidence-count")]
    {
        folder.write("c.evid", cases);
        let run = folder.weigh(["query", "coins.uai", "--cases", "c.evid"]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.starts_with(&format!("error[{slug}]: c.evid:1:")), "{}", run.stderr);
    }
}
