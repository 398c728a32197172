//! `weigh convert` between sources and the references of other programs, there and back.

use crate::common::Folder;

const SOURCES: &str = "\
source wire \"The \\\"wire\\\" & its {braces}\"
  author \"Ann Kemp and Ilya von Brandt\"
  publisher \"Norpress\"
  url \"https://example.org/a_b?c=1&d=2\"
  language \"en\"
  published 2022-10-14
  retrieved 2022-11
  reliability B
  credibility 2

source paper \"Paper, 100% its own\"
  published 2022
  reliability C
  origin wire
";

fn assessment() -> String {
    format!(
        "assessment \"The strait\"\n  as of 2026-01-15\n  confidence low \"One paper\"\n\n{SOURCES}\n\
         question closed \"Will it close?\"\n  by 2026-06-30\n\nbase rate 30% \"straits\"\n\n\
         reason r \"R\"\n  odds x 1\n  quote wire \"a\"\n  quote paper \"b\"\n"
    )
}

#[test]
fn sources_come_back_as_they_went() {
    for name in ["refs.bib", "refs.json"] {
        let folder = Folder::new();
        folder.write("a.weigh", assessment());
        let out = folder.weigh(["convert", "a.weigh", name]);
        assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{name}");
        let back = folder.weigh(["convert", name, "s.weigh"]);
        assert_eq!((back.code, back.stderr.as_str()), (0, ""), "{name}: {}", folder.read(name));
        assert_eq!(folder.read("s.weigh"), SOURCES, "{name}: {}", folder.read(name));
        assert_eq!(folder.weigh(["convert", name, "s.weigh"]).code, 2, "nothing is overwritten");
    }
}

#[test]
fn references_of_other_programs_become_sources() {
    let folder = Folder::new();
    folder.write("zotero.json", r#"[{"id": "http://zotero.org/1", "type": "article-newspaper", "title": "The port",
        "author": [{"family": "Kemp", "given": "Ann"}, {"literal": "Crown Office"}], "container-title": "Gazette",
        "issued": {"date-parts": [["2022", 10, 14]]}, "accessed": {"raw": "2022-11-01"}}]"#);
    folder.weigh(["convert", "zotero.json", "z.weigh"]);
    let z = folder.read("z.weigh");
    for part in [
        "source http___zotero_org_1 \"The port\"",
        "author \"Ann Kemp and Crown Office\"",
        "publisher \"Gazette\"",
        "published 2022-10-14",
        "retrieved 2022-11-01",
    ] {
        assert!(z.contains(part), "{part}: {z}");
    }
    folder.write("latex.bib", "@string{g = {Gazette}}\n@article{kemp22, title = {The {Port} of \\\"Ulm}, author = {Kemp, Ann and {Crown Office}},\n journal = g, year = 2022, month = oct, day = 31}\n");
    folder.weigh(["convert", "latex.bib", "l.weigh"]);
    let l = folder.read("l.weigh");
    for part in
        ["source kemp22 \"The Port of Ülm\"", "publisher \"Gazette\"", "published 2022-10-31"]
    {
        assert!(l.contains(part), "{part}: {l}");
    }
}

#[test]
fn grades_and_words_are_exchanged_as_tags_of_misp() {
    let folder = Folder::new();
    folder.write("a.weigh", assessment());
    let out = folder.weigh(["convert", "a.weigh", "a.misp.json"]);
    assert_eq!((out.code, out.stderr.contains("error")), (0, false), "{}", out.stderr);
    let written = folder.read("a.misp.json");
    for tag in [
        r#"admiralty-scale:source-reliability=\"b\""#,
        r#"admiralty-scale:information-credibility=\"2\""#,
        r#"estimative-language:likelihood-probability=\"unlikely\""#,
        r#"estimative-language:confidence-in-analytic-judgment=\"low\""#,
    ] {
        assert!(written.contains(tag), "{tag}: {written}");
    }
    let back = folder.weigh(["convert", "a.misp.json", "b.weigh"]);
    assert_eq!(back.code, 0, "{}", back.stderr);
    let text = folder.read("b.weigh");
    for part in [
        "as of 2026-01-15",
        "claims \"unlikely\" on icd203",
        "confidence low",
        "reliability B",
        "credibility 2",
        "reliability C",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let check = folder.weigh(["check", "--one-line", "b.weigh"]);
    assert_eq!(check.code, 0, "{}{}", check.stdout, check.stderr);
}

#[test]
fn what_cannot_be_carried_or_read_is_said() {
    let folder = Folder::new();
    folder.write("a.weigh", assessment().replace("reliability C", "reliability 0.6"));
    let out = folder.weigh(["convert", "a.weigh", "a.bib"]);
    assert!(out.stderr.contains("the reliability of `paper` is a number"), "{}", out.stderr);
    folder.write("g.json", r#"{"Event": {"info": "X", "Attribute": [{"type": "link", "value": "https://a.org", "Tag": [{"name": "admiralty-scale:source-reliability=\"g\""}]}]}}"#);
    let g = folder.weigh(["convert", "g.json", "g.weigh"]);
    assert!(g.code == 0 && g.stderr.contains("has no counterpart"), "{}", g.stderr);
    for (name, text) in [
        ("x.bib", "@misc{a, title = {x"),
        ("x.json", "[1"),
        ("y.json", "[1]"),
        ("z.json", "5"),
        (
            "deep.bib",
            "@misc{a, title = {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{x",
        ),
    ] {
        folder.write(name, text);
        let run = folder.weigh(["convert", name, "out.weigh"]);
        assert_eq!(run.code, 1, "{name}: {}", run.stderr);
        assert!(run.stderr.contains("error[not-references]"), "{name}: {}", run.stderr);
    }
    assert_eq!(folder.weigh(["convert", "x.bib", "x.xdsl"]).code, 2);
    assert_eq!(folder.weigh(["convert", "x.bif", "x.bib"]).code, 2);
}
