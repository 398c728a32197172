//! The formatter changes white space and nothing else, and is done after one run.

use proptest::prelude::*;
use weigh_syntax::format::format;
use weigh_syntax::kind::{Kind, Node};
use weigh_syntax::parser::parse;
use weigh_syntax::span::FileId;

fn formatted(text: &str) -> String {
    format(&parse(FileId(0), text))
}

/// The tree without white space, comments and line breaks: what the file means.
fn meaning(text: &str) -> String {
    let tree = parse(FileId(0), text).tree;
    let mut out = String::new();
    write_meaning(&tree, &mut out);
    out
}

fn write_meaning(node: &Node, out: &mut String) {
    out.push_str(&format!("{:?}(", node.kind()));
    for child in node.children_with_tokens() {
        match child {
            rowan::NodeOrToken::Node(node) => write_meaning(&node, out),
            rowan::NodeOrToken::Token(token)
                if !matches!(token.kind(), Kind::Whitespace | Kind::Comment | Kind::Newline) =>
            {
                out.push_str(&format!("{:?} {} ", token.kind(), token.text()));
            }
            rowan::NodeOrToken::Token(_) => {}
        }
    }
    out.push(')');
}

#[test]
fn the_name_of_a_warning_is_one_word() {
    let text = "source  s\n allow unused - source  \"why\"\n  allow states-not-100 \"x\"\n";
    let tidy = "source s\n  allow unused-source \"why\"\n  allow states-not-100 \"x\"\n";
    assert_eq!(formatted(text), tidy);
    assert_eq!(meaning(text), meaning(tidy));
    assert_eq!(parse(FileId(0), tidy).diagnostics, []);
}

fn comments(text: &str) -> Vec<String> {
    let tree = parse(FileId(0), text).tree;
    tree.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| token.kind() == Kind::Comment)
        .map(|token| token.text().trim_end().to_string())
        .collect()
}

fn slugs(text: &str) -> Vec<&'static str> {
    parse(FileId(0), text).diagnostics.iter().map(|d| d.rule.slug).collect()
}

/// Everything that is promised of the formatter, on one text.
fn check_promises(text: &str) {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "formatting {text:?} twice");
    assert_eq!(meaning(&once), meaning(text), "the meaning of {text:?}, formatted {once:?}");
    assert_eq!(comments(&once), comments(text), "the comments of {text:?}");
    assert!(once.is_empty() || (once.ends_with('\n') && !once.ends_with("\n\n")), "{once:?}");
    assert!(
        !once.contains('\r') && !once.contains("\n\n\n") && !once.starts_with('\n'),
        "{once:?}"
    );
}

#[test]
fn one_layout() {
    let text = "\u{feff}\n\nassessment   \"T\"   #  why\r\n\tas   of 2022-10-14\n\n\n\n\
        question enters :no ,yes \"Q\"\n      base   5 %to 20%   per year because a\"B\"\n\
        \x20 odds of  yes x0.5 to 2if( a=b or c )and not d != 3\n\
        \x20   table given a ,b\n          x ,any:rest ,50 %\n\
        quantity q=min( 1 / 101,- a*(2 - b ) / 3 / 4 )+beta ( 2,18 )\n\n\n";
    insta::assert_snapshot!(formatted(text), @r#"
    assessment "T"  #  why
      as of 2022-10-14

    question enters: no, yes "Q"
      base 5% to 20% per year because a "B"
      odds of  yes x0.5 to 2if( a=b or c )and not d != 3
      table given a, b
        x, any: rest, 50%
    quantity q = min(1/101, -a * (2 - b) / 3 / 4) + beta(2, 18)
    "#);
    check_promises(text);
}

#[test]
fn conditions_and_odds() {
    let text =
        "factor f\n  odds  x  0.5 to 2 if( a=b or c )and not d != 3\n  odds ×2 if(n>=4,000)\n";
    insta::assert_snapshot!(formatted(text), @r"
    factor f
      odds x 0.5 to 2 if (a = b or c) and not d != 3
      odds × 2 if (n >= 4,000)
    ");
}

#[test]
fn lines_that_go_on_are_indented_deeper_than_clauses() {
    let text = "factor f: a,\n b,\n  # the last\n       c\n yes 5% if a = b,\n 10% otherwise\n\
        \x20table given a\n   x: 1%,\n 2%\n";
    insta::assert_snapshot!(formatted(text), @r"
    factor f: a,
        b,
        # the last
        c
      yes 5% if a = b,
        10% otherwise
      table given a
        x: 1%,
          2%
    ");
    check_promises(text);
}

#[test]
fn a_line_that_cannot_be_read_keeps_its_inner_white_space() {
    let text =
        "reason r \"R\"\n      odds   y   2   # no\n   note    \"N\"\nfoo   bar\n     baz\t1\n";
    insta::assert_snapshot!(formatted(text).replace('\t', "→"), @r#"
    reason r "R"
      odds   y   2   # no
      note "N"
    foo   bar
      baz→1
    "#);
    check_promises(text);
}

#[test]
fn comments_stand_with_the_code_below_them() {
    let text = "      # head\nquestion q\n# on the date\n  by 2022   \n        # end of q   \n\n    # - part two -\n\n# reasons\nreason r \"R\"\n  # end\n";
    insta::assert_snapshot!(formatted(text), @r#"
    # head
    question q
      # on the date
      by 2022
      # end of q

      # - part two -

    # reasons
    reason r "R"
      # end
    "#);
    check_promises(text);
}

#[test]
fn wrong_indentation_is_put_right() {
    let text = "  question q\nby 2022\n     gut 5%\n    reason r \"R\"\n";
    assert_eq!(
        slugs(text),
        ["declaration-indented", "clause-not-indented", "declaration-indented"]
    );
    let once = formatted(text);
    assert_eq!(once, "question q\n  by 2022\n  gut 5%\nreason r \"R\"\n");
    assert_eq!(slugs(&once), Vec::<&str>::new());
}

#[test]
fn a_clause_after_a_stray_comma_is_not_drawn_into_the_line_above() {
    let text = "factor f: a,\nbase 5%\n";
    assert_eq!(formatted(text), text);
    check_promises(text);
}

#[test]
fn a_clause_below_one_that_stays_unindented_does_not_become_a_part_of_it() {
    let text = "assessment,\ntable given\n\nas of\n  by 2022\n";
    assert_eq!(formatted(text), text);
    check_promises(text);
}

#[test]
fn what_was_indented_below_a_choice_by_mistake_stays_there() {
    let text = "actor a\n choice b: c, d\n  wants\n    1 if b = c,\n     d\n  knows e\n";
    insta::assert_snapshot!(formatted(text), @r"
    actor a
      choice b: c, d
        wants
          1 if b = c,
            d
        knows e
    ");
    check_promises(text);
}

#[test]
fn what_is_known_belongs_to_the_choice_above_however_it_is_indented() {
    for indent in ["", "  ", "      "] {
        let text = format!("actor a\n  choice b: c, d\n{indent}knows e\n");
        assert_eq!(formatted(&text), "actor a\n  choice b: c, d\n    knows e\n");
        check_promises(&text);
        let unindented: &[&str] = if indent.is_empty() { &["clause-not-indented"] } else { &[] };
        assert_eq!(slugs(&text), unindented);
    }
}

#[test]
fn empty_files_stay_empty() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted(" \n\t\n\r\n"), "");
}

#[test]
fn the_examples_of_the_language_page_keep_their_promises() {
    let page = include_str!("../../../docs/language.md");
    let blocks: Vec<&str> =
        page.split("```weigh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 8);
    for block in blocks {
        check_promises(block);
        assert_eq!(slugs(&formatted(block)), slugs(block));
        assert_eq!(formatted(block), block, "the page shows the layout that `weigh fmt` writes");
    }
}

/// Pieces that a line may be made of, right and wrong.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "assessment",
        "source",
        "question",
        "base rate",
        "reason",
        "factor",
        "quantity",
        "evidence",
        "scenario",
        "as of",
        "by",
        "odds",
        "odds x",
        "of",
        "base",
        "table given",
        "table",
        "yes",
        "no",
        "if",
        "otherwise",
        "because",
        "rest",
        "to",
        "not",
        "and",
        "or",
        "caused by",
        "leak",
        "reports",
        "set",
        "on",
        "per year",
        "since",
        "min",
        "beta(",
        "a",
        "Łódź",
        "any",
        "any:",
        "5%",
        "0.5",
        "4,000",
        "1/101",
        "2022-10-14",
        "2022",
        "1e5",
        "\"text\"",
        "\"open",
        "“typo”",
        "\"a\\\"b\"",
        ":",
        ",",
        ", ",
        "=",
        "==",
        "!=",
        "≠",
        "<",
        "<=",
        "≥",
        "+",
        "-",
        "−",
        "*",
        "/",
        "×",
        "(",
        ")",
        "?",
        "%",
        "§",
        "§§",
        "# note",
        "#",
        "\\",
        "'",
        "x",
        "_",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_string)
}

fn line() -> impl Strategy<Value = String> {
    let gap = prop::sample::select(vec!["", " ", "  ", "\t", " ", "\u{a0}"]);
    let indent = prop::sample::select(vec!["", "", " ", "  ", "    ", "\t", "\u{feff}", "      "]);
    let end = prop::sample::select(vec!["\n", "\n", ",\n", "\r\n", "\n\n\n", "\r", " \n", ""]);
    (indent, prop::collection::vec((piece(), gap), 0..7), end).prop_map(|(indent, pieces, end)| {
        let body: String = pieces.iter().map(|(piece, gap)| format!("{piece}{gap}")).collect();
        format!("{indent}{body}{end}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn generated_texts_keep_their_promises(lines in prop::collection::vec(line(), 0..12)) {
        check_promises(&lines.concat());
    }

    /// The example with bytes cut out, doubled and moved.
    #[test]
    fn mangled_texts_keep_their_promises(
        cuts in prop::collection::vec((0usize..4000, 0usize..30, 0usize..4000), 1..6)
    ) {
        let page = include_str!("../../../docs/language.md");
        let mut text: Vec<char> = page
            .split("```weigh\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .flat_map(str::chars)
            .collect();
        for (from, len, to) in cuts {
            let from = from % text.len();
            let cut: Vec<char> = text.drain(from..(from + len).min(text.len())).collect();
            let to = to % text.len();
            text.splice(to..to, cut.iter().copied().chain(cut.iter().copied()));
        }
        check_promises(&text.into_iter().collect::<String>());
    }
}
