//! Matrices of competing hypotheses as people have them: delimiters, headings, ways to rate, and what is wrong.

use proptest::prelude::*;
use std::fmt::Write;
use weigh_formats::ach::{Credibility, Grade, Item, Matrix, Rating, read};

fn matrix(text: &str) -> Matrix {
    read(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn letters(item: &Item) -> Vec<&'static str> {
    item.ratings.iter().map(|rating| rating.as_str()).collect()
}

/// Every fault, one line each, with its hint behind it.
fn faults(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        match read(text) {
            Ok(found) => writeln!(out, "nothing wrong: {found:?}").expect("a string takes all"),
            Err(error) => {
                let hint = error.hint.as_deref().unwrap_or("no hint");
                writeln!(out, "{error} [{}] {hint}", error.slug).expect("a string takes all");
            }
        }
    }
    out
}

/// Heuer's figures as their source has them (`ach_iraq_retaliation`).
#[test]
fn scores_are_heuers() {
    let text = "Evidence,Credibility,Relevance,H1 none,H2 minor,H3 major\n\
        E1,L,M,C,C,C\nE2,M,H,C,C,I\nE3,M,M,C,C,I\nE4,H,H,I,C,C\nE5,H,M,I,C,C\nE6,L,L,I,C,C\n";
    let matrix = matrix(text);
    assert_eq!(matrix.inconsistency(), [3.0, 0.0, 2.0]);
    let weighted = matrix.weighted_inconsistency().expect("credibility is graded");
    for (found, expected) in weighted.iter().zip([3.914213562373096, 0.0, 2.414213562373095]) {
        assert!((found - expected).abs() <= 1e-12, "{found} is not {expected}");
    }
}

#[test]
fn delimiters_marks_and_line_ends_are_found_out() {
    let plain = matrix("Evidence,H1,H2\n\"a, b\",C,I\n");
    for text in [
        "\u{feff}Evidence,H1,H2\r\n\"a, b\",C,I\r\n",
        "Evidence;H1;H2\r\na, b;C;I\r\n",
        "Evidence\tH1\tH2\na, b\tC\tI",
        "sep=;\nEvidence;H1;H2\na, b;C;I\n",
        "\u{feff}sep=,\r\nEvidence,H1,H2\r\n\"a, b\",C,I\r\n",
        ",H1,H2\n\"a, b\",C,I\n",
        "\n\n Evidence , H1,H2 \n,,\n\"a,\n b\", c ,I,,\n\n",
        "evidence_item,H1,H2\n\"a, b\",+,-\n",
    ] {
        let found = matrix(text);
        assert_eq!(found.hypotheses, plain.hypotheses, "{text:?}");
        assert_eq!(
            (&found.items[0].text, letters(&found.items[0])),
            (&"a, b".to_owned(), vec!["C", "I"]),
            "{text:?}"
        );
    }
}

#[test]
fn ratings_are_letters_words_or_signs() {
    let rows = [
        ("CC", "c", "N", "I", "II", "NA"),
        (
            "Very Consistent",
            "consistent",
            "Neutral",
            "Inconsistent",
            "VERY  INCONSISTENT",
            "Not applicable",
        ),
        ("strongly consistent", "C", "neither", "i", "highly inconsistent", "N/A"),
    ];
    for (cc, c, n, i, ii, na) in rows {
        let found = matrix(&format!("Evidence,a,b,c,d,e,f,g\nx,{cc},{c},{n},{i},{ii},{na},\n"));
        assert_eq!(letters(&found.items[0]), ["CC", "C", "N", "I", "II", "NA", ""]);
    }
    let signs = matrix("Evidence,a,b,c,d,e,f\nx,++,+,N,−,–-,n.a.\ny,'+,\"'--\",—,-,,");
    assert_eq!(letters(&signs.items[1]), ["C", "II", "II", "I", "", ""]);
}

#[test]
fn a_matrix_of_numbers_goes_from_2_to_minus_2() {
    for text in [
        "Evidence,a,b,c,d,e,f,g\nx,2,+1,0,−1,-2,NA,\nTotal,2,1,0,-1,-2,,\n",
        "Evidence;a;b;c;d;e;f;g\n\"x\";+2;1;0;-1;–2;n/a;\n",
    ] {
        let found = matrix(text);
        assert_eq!(found.items.len(), 1, "{text}");
        assert_eq!(letters(&found.items[0]), ["CC", "C", "N", "I", "II", "NA", ""], "{text}");
    }
    // Beside letters, or without anything below 0, nobody knows what a number means.
    let found =
        faults(&["Evidence,a,b\nx,2,I\n", "Evidence,a,b\nx,2,1\n", "Evidence,a,b\nx,-3,-1\n"]);
    insta::assert_snapshot!(found, @r"
    2:3: `2` is no rating: it stands under `a` [matrix-rating] write CC, C, N, I, II or NA, or numbers throughout: 2 for very consistent, 1, 0, -1, -2; if `a` is no hypothesis, call the column `Note`
    2:3: `2` is no rating: it stands under `a` [matrix-rating] write CC, C, N, I, II or NA, or numbers throughout: 2 for very consistent, 1, 0, -1, -2; if `a` is no hypothesis, call the column `Note`
    2:3: `-3` is no rating: it stands under `a` [matrix-rating] write CC, C, N, I, II or NA, or numbers throughout: 2 for very consistent, 1, 0, -1, -2; if `a` is no hypothesis, call the column `Note`
    ");
}

#[test]
fn other_columns_are_known_by_their_headings() {
    let found = matrix(
        "Will he?,,,,,,,\n\n#,Evidence/Arguments,Type,Source,Cred.,Rel.,H1,H2,Score\n\
         1,Tracks,HUMINT,Agent 7,B2,High,C,II,3\n2,Smoke,,,\"0,8\",,N,I,\n3,Rumour,,,never heard,low,I,C,\n",
    );
    assert_eq!(found.title.as_deref(), Some("Will he?"));
    assert_eq!(found.hypotheses, ["H1", "H2"]);
    let [tracks, smoke, rumour] = &found.items[..] else { panic!("three items") };
    assert_eq!(tracks.source.as_deref(), Some("Agent 7"));
    assert_eq!(tracks.credibility, Some(Credibility::Admiralty('B', Some(2))));
    assert_eq!((tracks.relevance, tracks.line), (Some(Grade::High), 4));
    let note = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(tracks.notes, [note("#", "1"), note("Type", "HUMINT"), note("Rel.", "High")]);
    assert_eq!(smoke.credibility, Some(Credibility::Part(0.8)));
    assert_eq!(rumour.credibility, None);
    assert!(rumour.notes.contains(&note("Cred.", "never heard")));
    assert_eq!(
        found.left_out,
        [(3, "the column `Score` is worked out from the others: it is not carried".to_owned())]
    );
}

#[test]
fn no_is_a_hypothesis_where_ratings_stand_under_it() {
    let found = matrix("No,Evidence,No,Yes\n1,Tracks,I,C\n2,Smoke,,CC\n,Total,1,0\n");
    assert_eq!(found.hypotheses, ["No", "Yes"]);
    assert_eq!(letters(&found.items[1]), ["", "CC"]);
    assert_eq!(found.items[0].notes, [("No".to_owned(), "1".to_owned())]);
    // Before the items it numbers them, and so it does with anything under it that is no rating.
    for text in [
        "No,Evidence,H1,H2\nI,Tracks,I,C\nII,Smoke,I,C\n",
        "Evidence,No,H1,H2\nTracks,I,I,C\nSmoke,II,I,C\nAsh,III,I,C\n",
    ] {
        assert_eq!(matrix(text).hypotheses, ["H1", "H2"]);
    }
}

#[test]
fn what_a_tool_worked_out_is_no_item() {
    let found = matrix(
        "Evidence,H1,H2\nWeighted Inconsistency Score,-2.0,\"-1,5\"\nFacts,,\nTracks,C,I\nTotal,1,2\n\n\
         Scores,,\nHypothesis,Rank,Score\nH1,1,2\n",
    );
    assert_eq!(found.items.len(), 1);
    let told: Vec<String> =
        found.left_out.iter().map(|(line, why)| format!("{line}: {why}")).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    2: `Weighted Inconsistency Score` is a score: it is not carried
    3: `Facts` is not rated
    5: `Total` is a score: it is not carried
    7: `Scores` begins a part of its own: it is not carried
    ");
}

#[test]
fn a_score_of_a_team_is_an_item() {
    assert_eq!(matrix("Evidence,H1,H2\nTotal blackout in the city,C,I\n").items.len(), 1);
    // One that nobody rated does not end the matrix.
    let found = matrix("Evidence,H1,H2\nTracks,C,I\nTotal blackout in the city,,\nSmoke,I,C\n");
    assert_eq!(found.items.len(), 2);
    assert_eq!(found.left_out, [(3, "`Total blackout in the city` is not rated".to_owned())]);
}

#[test]
fn faults_have_a_place_and_say_what_to_type() {
    let found = faults(&[
        "",
        "just a text",
        "Evidence,H1,Note\nx,C,y\n",
        "Evidence,H1,H1\nx,C,C\n",
        "Source,Type,Credibility\na,b,c\n",
        "Evidence,H1,H2\n",
        "Evidence,H1,H2\nx,C,X\n",
        "Evidence,H1,H2\n\"x, \"\"y\"\"\",C,consistnt\n",
        "Evidence;H1;H2\n\"x\ny\";C;2\n",
        "\u{feff}Evidence,Łódź,Who,H2\nx,C,Smith,I\n",
        "Evidence,H1,H2\n,C,I\n",
        "Evidence,H1,H2\nx, y,C,I\n",
        "Evidence,H1,H2\nx,C,I\ny,+,-\n",
        "Evidence,H1,H2\nx,C,I\n\"y,C,I\nz,C,I\n",
        "Evidence,H1,H2\nx,C,\u{1b}[2J\n",
    ]);
    insta::assert_snapshot!(found, @r#"
    1:1: there is no line of headings [matrix-heading] begin with a line such as `Evidence,Hypothesis 1,Hypothesis 2`
    1:1: there is no line of headings [matrix-heading] begin with a line such as `Evidence,Hypothesis 1,Hypothesis 2`
    1:1: the headings name one hypothesis, and a matrix needs two or more [matrix-heading] give every hypothesis a column with a heading of its own
    1:13: the hypothesis `H1` stands here twice [matrix-heading] give each hypothesis a heading of its own
    1:1: no column holds the items [matrix-heading] give the column of the items the heading `Evidence`
    1:1: no item below these headings is rated [matrix-shape] write an item on each line, and CC, C, N, I or II under each hypothesis
    2:5: `X` is no rating: it stands under `H2` [matrix-rating] write CC, C, N, I, II or NA (or ++, +, -, --); if `H2` is no hypothesis, call the column `Note`
    2:14: `consistnt` is no rating: it stands under `H2` [matrix-rating] did you mean `consistent`?
    3:6: `2` is no rating: it stands under `H2` [matrix-rating] write CC, C, N, I, II or NA, or numbers throughout: 2 for very consistent, 1, 0, -1, -2; if `H2` is no hypothesis, call the column `Note`
    2:5: `Smith` is no rating: it stands under `Who` [matrix-rating] write CC, C, N, I, II or NA (or ++, +, -, --); if `Who` is no hypothesis, call the column `Note`
    2:1: this line has ratings, and does not say of what [matrix-shape] write the item, or remove the line
    2:8: `I` stands under no heading [matrix-shape] put a text that holds a `,` into quotation marks, or give the column a heading
    3:3: `+` in a matrix that has letters as well as signs may mean more than one thing [matrix-rating] write all ratings as CC, C, N, I, II, NA, or all as ++, +, N, -, --, NA
    3:1: this quotation mark is never closed [unclosed-quote] close it, or write a quotation mark inside a text twice: `""`
    2:5: `[2J` is no rating: it stands under `H2` [matrix-rating] write CC, C, N, I, II or NA (or ++, +, -, --); if `H2` is no hypothesis, call the column `Note`
    "#);
}

#[test]
fn sizes_are_limited() {
    let rows = |n: usize| format!("Evidence,H1,H2\n{}", "x,C,I\n".repeat(n));
    assert_eq!(matrix(&rows(1_000)).items.len(), 1_000);
    assert_eq!(read(&rows(1_001)).unwrap_err().slug, "too-long");
    let wide = |n: usize| {
        let heads: Vec<String> = (0..n).map(|ix| format!("H{ix}")).collect();
        format!("Evidence,{}\nx{}\n", heads.join(","), ",C".repeat(n))
    };
    assert_eq!(matrix(&wide(64)).hypotheses.len(), 64);
    assert_eq!(read(&wide(65)).unwrap_err().slug, "too-long");
    assert_eq!(read(&wide(70_000)).unwrap_err().slug, "too-long");
    assert_eq!(read(&"x".repeat(5_000_000)).unwrap_err().slug, "too-long");
    // A quotation mark that swallows a large file is found without looking at it once per cell.
    let swallowed = format!("{}\"{}", ",".repeat(200), "x,".repeat(1_500_000));
    assert_eq!(read(&swallowed).unwrap_err().slug, "unclosed-quote");
}

fn any_text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 ,;\"'é“\n\t#.]{0,20}[a-z]"
}

proptest! {
    /// Whatever the texts hold, a table that is quoted by the rules comes back.
    #[test]
    fn a_quoted_table_comes_back(
        texts in prop::collection::vec(any_text(), 1..6),
        ratings in prop::collection::vec(0usize..5, 12),
        delimiter in prop::sample::select(vec![',', ';', '\t']),
        breaks in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let known = ["CC", "C", "N", "I", "II"];
        let mut table = ["Evidence", "H1", "H2"].join(&delimiter.to_string()) + breaks;
        for (text, pair) in texts.iter().zip(ratings.chunks(2)) {
            let cells = [quoted(text), known[pair[0]].to_owned(), quoted(known[pair[1]])];
            table += &(cells.join(&delimiter.to_string()) + breaks);
        }
        let found = read(&table).unwrap();
        prop_assert_eq!(found.items.len(), texts.len());
        for ((item, text), pair) in found.items.iter().zip(&texts).zip(ratings.chunks(2)) {
            let tidy: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(&item.text, &tidy.join(" "));
            prop_assert_eq!(letters(item), [known[pair[0]], known[pair[1]]]);
        }
    }

    /// Nothing panics, and every place is in the text.
    #[test]
    fn any_text_is_read_or_refused(text in "([ECHIN12,;\"\n\t+-]|Evidence|sep=|\r\n){0,60}") {
        if let Err(error) = read(&text) {
            let line = text.lines().nth(error.line - 1).unwrap_or_default();
            prop_assert!(error.column <= line.chars().count() + 1, "{} in {:?}", error, text);
        }
    }
}

#[test]
fn blank_and_not_applicable_stay_apart() {
    let found = matrix("Evidence,H1,H2\nx,,NA\n");
    assert_eq!(found.items[0].ratings, [Rating::Blank, Rating::NotApplicable]);
}
