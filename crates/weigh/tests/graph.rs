//! The influence graph of a report: what it says of each box, worked out by hand.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{draws, solve};

const HEADER: &str = "assessment \"A\"\n  as of 2022-10-14\n  errors independent\n";

/// The cells of the table below the drawing, without markup: box, state, depends on, bears on.
fn rows(text: &str) -> Vec<[String; 4]> {
    let page = weigh::report::html(&solve(&format!("{HEADER}{text}"), &draws(1000)));
    let graph = page.split("<section id=\"graph\"").nth(1).unwrap().split("</section>").next();
    let body = graph.unwrap().split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let plain = |html: &str| {
        let mut is_tag = true;
        let words: String = (html.chars())
            .filter(|c| {
                let was_tag = is_tag;
                is_tag = *c == '<' || is_tag && *c != '>';
                !was_tag && *c != '<'
            })
            .collect();
        words.replace('\u{a0}', " ")
    };
    let cells = |row: &str| {
        let mut cells = row.split("<t").skip(2).map(|it| plain(it).trim().to_owned());
        [(); 4].map(|()| cells.next().unwrap())
    };
    body.split("<tr>").skip(1).map(|row| cells(&format!("<tr{row}"))).collect()
}

fn bears(rows: &[[String; 4]], text: &str) -> String {
    rows.iter().find(|row| row[0] == text).unwrap()[3].clone()
}

const CHAIN: &str = "\
factor a \"Cause\"
  base 30%
factor b \"Link\"
  yes 80% to 92% if a = yes, 20% otherwise
question q \"War?\"
  yes 60% if b = yes, 10% otherwise
factor c \"Aftermath\"
  yes 50% if q = yes, 5% otherwise
indicator s \"Sign\"
  yes 90% if a = yes, 10% otherwise
evidence seen
  observes s = yes
";

/// P(a | s) = 0.27/0.34; P(b) = 0.86 of that and 0.2 of the rest, 0.724; P(q) = 0.1 + half of that, 0.462; without the
/// arrow from a, P(b) = 0.3 x 0.86 + 0.7 x 0.2 = 0.398 and P(q) = 0.299.
#[test]
fn a_box_is_told_by_what_hangs_on_it() {
    let rows = rows(CHAIN);
    insta::assert_snapshot!(bears(&rows, "Cause"), @"It leads to the question through “Link”. Without that arrow the answer would be 30% instead of 46%. Of the numbers on it and its arrows, the chance of b if a = yes moves the answer most: at 80% it would be 44%, at 92% 49% (line main.weigh:7). A live doubt. If the chance of b if a = yes were 83%, the answer would fall to 45%, where “roughly even chance” ends and “unlikely” begins. To know it takes away 6% of the uncertainty (0.056 bits): no (21%) would make it 20%; yes (79%) would make it 53%. line main.weigh:4");
    insta::assert_snapshot!(bears(&rows, "Link"), @"It leads to the question directly. Without that arrow the answer would be 30% instead of 46%. To know it takes away 16% of the uncertainty (0.162 bits): no (27%) would make it 10%; yes (73%) would make it 60%. line main.weigh:6");
    insta::assert_snapshot!(bears(&rows, "War?"), @"Two boxes lead to this question. Of all numbers, the chance of b if a = yes moves the answer most: at 80% it would be 44%, at 92% 49% (line main.weigh:7). A live doubt. If the chance of b if a = yes were 83%, the answer would fall to 45%, where “roughly even chance” ends and “unlikely” begins. line main.weigh:8");
    insta::assert_snapshot!(bears(&rows, "Aftermath"), @"No arrow leads from it to the question. line main.weigh:10");
}

/// What the section of the worth says, saved: P(q | a), and the mutual information of both, in full.
#[test]
fn what_looking_is_worth_is_saved_with_all_its_digits() {
    let text = CHAIN.replace("80% to 92%", "86%");
    let page = weigh::report::html(&solve(&format!("{HEADER}{text}"), &draws(1)));
    let cells = common::saved(&page, "worth");
    assert_eq!(
        cells[0][..6],
        ["to be found out", "indicator", "state", "p of the state", "p of the answer then", "bits"]
    );
    let of_a: Vec<&Vec<String>> = cells.iter().filter(|row| row[0] == "Cause").collect();
    let number = |row: usize, cell: usize| of_a[row][cell].parse::<f64>().unwrap();
    let near = |said: f64, p: f64| assert!((said - p).abs() < 1e-12, "{said} and {p}");
    let (p_a, q_if) = (0.27 / 0.34, [0.1 + 0.5 * 0.2, 0.1 + 0.5 * 0.86]);
    let entropy = |p: f64| -p * libm::log2(p) - (1.0 - p) * libm::log2(1.0 - p);
    let q = (1.0 - p_a) * q_if[0] + p_a * q_if[1];
    let bits = entropy(q) - (1.0 - p_a) * entropy(q_if[0]) - p_a * entropy(q_if[1]);
    for (row, (state, p)) in [("no", 1.0 - p_a), ("yes", p_a)].into_iter().enumerate() {
        assert_eq!(of_a[row][1..3], ["no", state]);
        near(number(row, 3), p);
        near(number(row, 4), q_if[row]);
        near(number(row, 5), bits);
    }
}

/// Two ways, one of them direct, and two questions, of which the second hangs on the first. P(q) = 0.336, and 0.246 or
/// 0.547 if a is known; with a in q's table as it usually is, 0.331.
#[test]
fn ways_and_questions_are_told_apart() {
    let rows = rows(
        "\
factor a \"Cause\"
  base 30%
factor b \"Link\"
  yes 80% if a = yes, 20% otherwise
question q \"War?\"
  base 20%
  odds x 2 if a = yes
  odds x 3 if b = yes
question r \"Sanctions?\"
  yes 60% if q = yes, 10% otherwise
",
    );
    insta::assert_snapshot!(bears(&rows, "Cause"), @"It leads to “War?”, directly and through “Link”. Without its arrow to “War?” the answer would be 33% instead of 34%. To know it takes away 6% of the uncertainty (0.060 bits): no (70%) would make it 25%; yes (30%) would make it 55%. It leads to “Sanctions?” through “Link” and “War?”. Without any one of its arrows the answer would still be 27%. To know it takes away 2% of the uncertainty (0.017 bits): no (70%) would make it 22%; yes (30%) would make it 37%. line main.weigh:4");
    insta::assert_snapshot!(bears(&rows, "War?"), @"Two boxes lead to this question. It leads to “Sanctions?” directly. Without that arrow the answer would still be 27%. line main.weigh:8");
}

/// What an actor does not see bears on his choice all the same, by what he wants: no arrow says so.
#[test]
fn what_an_actor_wants_is_told_where_no_arrow_leads() {
    let rows = rows(
        "\
question q \"War?\"
  yes 80% if order = send, 5% otherwise
factor rich \"Rich\"
  base 50%
factor poor \"Poor\"
  yes 10% if rich = yes, 60% otherwise
actor ruler
  choice order: refuse, send
  picks the better of two options 10 points apart 80% of the time
  wants
    -20 to 40 if order = send and rich = yes
",
    );
    let rich = bears(&rows, "Rich");
    assert!(
        rich.starts_with(
            "No arrow leads from it to the question, but it stands in what an actor wants or expects, on which \
             a choice hangs. Of the numbers that name it there, what order = send and rich = yes is worth to ruler \
             moves the answer most: at −20 it would be "
        ),
        "{rich}"
    );
    assert!(bears(&rows, "Poor").starts_with("No arrow leads from it to the question. line"));
}
