//! The ledger of changes against plain differences, formulas, and files with the change typed in.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test's helpers may unwrap and read the disk"
)]

mod common;

use common::{MAIN, Memory, draws, number, p, solve};
use weigh::compare::{ChangeKind, ComparisonFinding, compare};
use weigh::log_odds::log_odds;
use weigh::{Session, Settings};

fn compared_with(old: &str, new: &str, settings: &Settings) -> Option<ComparisonFinding> {
    let load = |text: &str| {
        let mut session = Session::load(&Memory::with(text), MAIN).unwrap();
        let findings =
            session.findings(settings).unwrap_or_else(|| panic!("nothing to solve in\n{text}"));
        (session, findings)
    };
    let (old, new) = (load(old), load(new));
    compare((&old.0, &old.1), (&new.0, &new.1), settings)
}

fn compared(old: &str, new: &str) -> ComparisonFinding {
    compared_with(old, new, &draws(1)).unwrap()
}

const MODEL: &str = "assessment \"A\"\n  as of 2022-06-01\n\
    source s \"S\"\n  reliability 70%\n  published 2022-01-01\n\
    source t \"T\"\n  reliability 60%\n\
    question q \"Q?\"\n  by 2022-12-31\n  base 30% since 2022-01-01\n  odds x 3 if f = yes because r \"why\"\n\
    factor f \"F\"\n  yes 60% if g = yes, 10% otherwise\n\
    factor g\n  base 30%\n\
    quantity z = 4 \"Z\"\n\
    factor h\n  yes if z > 3\n\
    reason r \"R\"\n\
    reason w \"W\"\n  odds x 0.5\n\
    evidence a \"E\"\n  source s\n  quote t \"words\"\n  on 2022-02\n  reports f = yes\n\
    evidence b\n  source t\n  likelihood 2 if g = yes, 1 otherwise\n";

/// A change of the model, as a replacement, with its kind.
const CHANGES: [(&str, &str, ChangeKind); 12] = [
    (
        "evidence b\n",
        "evidence n\n  source s\n  reports g = yes\nevidence b\n",
        ChangeKind::NewEvidence,
    ),
    (
        "evidence b\n  source t\n  likelihood 2 if g = yes, 1 otherwise\n",
        "",
        ChangeKind::LostEvidence,
    ),
    ("reports f = yes", "reports f = no", ChangeKind::EditedEvidence),
    ("likelihood 2 if", "likelihood 5 if", ChangeKind::EditedEvidence),
    ("base 30% since 2022-01-01", "base 20% since 2022-01-01", ChangeKind::Number),
    ("odds x 0.5", "odds x 0.7", ChangeKind::Number),
    ("yes 60% if g", "yes 80% if g", ChangeKind::Number),
    ("quote t", "quote s", ChangeKind::EditedEvidence),
    ("reliability 70%", "reliability 90%", ChangeKind::Source),
    ("as of 2022-06-01", "as of 2022-09-01", ChangeKind::Time),
    ("because r \"why\"\n", "because r \"why\"\n  odds x 4 if g = yes\n", ChangeKind::Structure),
    ("by 2022-12-31", "by 2023-06-30", ChangeKind::Number),
];

#[test]
fn a_single_change_has_the_whole_difference() {
    for (from, to, kind) in CHANGES {
        let new = MODEL.replacen(from, to, 1);
        let found = compared(MODEL, &new);
        assert_eq!(found.changes.len(), 1, "{to}: {:#?}", found.changes);
        let kind = if from.starts_with("by") { ChangeKind::Structure } else { kind };
        assert_eq!(found.changes[0].kind, kind, "{to}");
        let (was, is) =
            (p(&solve(MODEL, &draws(1)), "q", "yes"), p(&solve(&new, &draws(1)), "q", "yes"));
        let question = &found.questions[0];
        assert!(was != is, "{to} changes nothing");
        let share = question.shares[0];
        // 1e-12: what is divided is the difference of two exact answers
        assert!((share.points.unwrap() - (is - was)).abs() < 1e-12, "{to}");
        assert!((share.nats.unwrap() - (log_odds(is) - log_odds(was))).abs() < 1e-12, "{to}");
        assert!(question.sampling.0.abs() < 1e-12, "{to}");
    }
}

fn all_changed() -> String {
    CHANGES.iter().fold(MODEL.to_owned(), |text, (from, to, _)| {
        match from.starts_with("evidence b\n  source") {
            // One cannot be new and gone; the others can all be.
            true => text,
            false => text.replacen(from, to, 1),
        }
    })
}

#[test]
fn shares_add_up_to_the_difference() {
    let found = compared(MODEL, &all_changed());
    assert_eq!(found.changes.len(), 10, "{:#?}", found.changes);
    assert_eq!(found.sampled, None);
    let question = &found.questions[0];
    let points: f64 = question.shares.iter().map(|share| share.points.unwrap()).sum();
    let nats: f64 = question.shares.iter().map(|share| share.nats.unwrap()).sum();
    assert!((points - (question.new.p - question.old.p)).abs() < 1e-12);
    assert!((nats - (log_odds(question.new.p) - log_odds(question.old.p))).abs() < 1e-12);
    let (was, is) =
        (p(&solve(MODEL, &draws(1)), "q", "yes"), p(&solve(&all_changed(), &draws(1)), "q", "yes"));
    assert_eq!((question.old.p, question.new.p), (was, is));
    // And the other way round it is the same with the other sign.
    let back = compared(&all_changed(), MODEL);
    let mut there: Vec<f64> = question.shares.iter().map(|share| share.points.unwrap()).collect();
    let mut back: Vec<f64> =
        back.questions[0].shares.iter().map(|share| -share.points.unwrap()).collect();
    there.sort_by(f64::total_cmp);
    back.sort_by(f64::total_cmp);
    assert!(there.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-12));
}

/// Weights of a question and likelihoods on it add in log odds: each change is its logarithm, however many.
#[test]
fn where_changes_add_in_log_odds_each_is_its_logarithm() {
    let model = |weights: &[f64]| {
        let mut text = "question q\n  base 30%\n".to_owned();
        for (ix, weight) in weights.iter().enumerate() {
            text += &format!("reason r{ix} \"R\"\n  odds x {}\n", number(*weight));
        }
        text
    };
    for n in [3, 14] {
        let old: Vec<f64> = (0..n).map(|ix| 1.0 + f64::from(ix) / 8.0).collect();
        let new: Vec<f64> = (0..n).map(|ix| 1.5 - f64::from(ix) / 16.0).collect();
        let found = compared(&model(&old), &model(&new));
        let changed: Vec<usize> = (0..old.len()).filter(|ix| old[*ix] != new[*ix]).collect();
        assert_eq!((found.changes.len(), found.sampled.is_some()), (changed.len(), n > 10));
        for (share, ix) in found.questions[0].shares.iter().zip(changed) {
            // ln w = log odds of w / (1 + w)
            let weight = |w: f64| log_odds(w / (1.0 + w));
            let expected = weight(new[ix]) - weight(old[ix]);
            assert!((share.nats.unwrap() - expected).abs() < 1e-12, "{share:?}, not {expected}");
            assert!(share.nats_error.is_none_or(|error| error < 1e-12));
        }
        let points: f64 = found.questions[0].shares.iter().map(|share| share.points.unwrap()).sum();
        assert!((points - (found.questions[0].new.p - found.questions[0].old.p)).abs() < 1e-12);
    }
}

#[test]
fn what_no_probability_depends_on_is_no_change() {
    let mut new = MODEL
        .replace("\"A\"", "\"Another title\"")
        .replace("\"why\"", "\"for another reason\"")
        .replace("because r", "because w")
        .replace("\"words\"", "\"other words\"")
        .replace("question q \"Q?\"\n", "question q \"Will it?\"\n  gut 5%\n  decide at 10% \"go\"\n  note \"n\"\n")
        .replace("source s \"S\"\n", "source s \"S\"\n  url \"https://example.org\"\n  credibility 2\n  quote named \"a quote\"\n")
        .replace("on 2022-02", "on 2022-03")
        .replace("factor g\n", "indicator g \"G\"\n")
        .replace("evidence b\n", "evidence other_name\n")
        .replace("  yes 60%", "    # a comment\n   yes    60%");
    new += "scenario c \"C\"\n  set g = yes\nfactor unused\n  base 20%\n  odds x 2 if g = yes\nsource u \"U\"\n  reliability 10%\n";
    let found = compared(MODEL, &new);
    assert_eq!(found.changes, []);
    assert!((found.questions[0].old.p - found.questions[0].new.p).abs() < 1e-12);
}

#[test]
fn what_became_known_is_evidence_and_not_time() {
    let dated =
        MODEL.to_owned() + "evidence late\n  source s\n  on 2022-08-01\n  reports g = yes\n";
    let found = compared(&dated, &dated.replace("as of 2022-06-01", "as of 2022-09-01"));
    let kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Time, ChangeKind::NewEvidence]);
    // Beside it, time does what it does without: the news weighs on g, time on the base of q.
    let question = &found.questions[0];
    let total: f64 = question.shares.iter().map(|share| share.points.unwrap()).sum();
    assert!((total - (question.new.p - question.old.p)).abs() < 1e-12);
    assert!(question.shares[0].points.unwrap() < 0.0 && question.shares[1].points.unwrap() > 0.0);
    // A source that came out in between makes a second report of what one had reported.
    let further = MODEL.replace("source t \"T\"\n", "source t \"T\"\n  published 2022-08-01\n");
    let found = compared(&further, &further.replace("as of 2022-06-01", "as of 2022-09-01"));
    let kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Time, ChangeKind::EditedEvidence, ChangeKind::NewEvidence]);
}

#[test]
fn changes_that_need_each_other_are_one() {
    let n_changes = |old: &str, new: &str| {
        let found = compared(old, new);
        let total: f64 = found.questions[0].shares.iter().map(|share| share.points.unwrap()).sum();
        assert!((total - (found.questions[0].new.p - found.questions[0].old.p)).abs() < 1e-12);
        found.changes.len()
    };
    // The states of a factor, and what asks about them.
    let states = MODEL
        .replace("factor g\n  base 30%", "factor g: low, high\n  base high 30%")
        .replace("g = yes", "g = high");
    assert_eq!(n_changes(MODEL, &states), 1);
    // An arrow the other way round.
    let turned = MODEL
        .replace("  yes 60% if g = yes, 10% otherwise", "  base 25%")
        .replace("factor g\n  base 30%", "factor g\n  yes 70% if f = yes, 20% otherwise");
    assert_eq!(n_changes(MODEL, &turned), 1);
    // A base rate with reasons, and cases in their place; the evidence is new by itself.
    let memo = "question q\n  by 2022-12-31\nbase rate 20%\nreason r \"R\"\n  odds x 2\nreason w \"W\"\n  odds x 3\n";
    let cases = "question q\n  by 2022-12-31\n  yes 80% if f = yes, 5% otherwise\nfactor f\n  base 20%\n\
                 reason r \"R\"\nreason w \"W\"\n  because f\nevidence e\n  likelihood 2 if f = yes, 1 otherwise\n";
    let cases = cases.replace("  because f\n", "");
    assert_eq!(n_changes(memo, &cases), 2);
    // A base since a day on which the old file could not know of it.
    let since = MODEL
        .replace("30% since 2022-01-01", "30% since 2022-07-01")
        .replace("as of 2022-06-01", "as of 2022-09-01");
    assert_eq!(n_changes(MODEL, &since), 1);
}

#[test]
fn two_analysts_may_call_the_one_question_otherwise() {
    let theirs = MODEL
        .replace("question q ", "question invades ")
        .replace("base 30% since", "base 10% since")
        + "evidence n\n  likelihood 4 if invades = yes, 1 otherwise\n";
    let found = compared(MODEL, &theirs);
    let kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Number, ChangeKind::NewEvidence]);
    let expected = p(&solve(&theirs, &draws(1)), "invades", "yes");
    let question = &found.questions[0];
    let total: f64 = question.shares.iter().map(|share| share.points.unwrap()).sum();
    assert!(
        (question.new.p - expected).abs() < 1e-12
            && (question.old.p + total - expected).abs() < 1e-12
    );
}

#[test]
fn files_without_a_question_in_common_are_not_compared() {
    let two = "question a\n  base 10%\nquestion b\n  base 10%\n";
    assert_eq!(
        compared_with(two, "question c\n  base 20%\nquestion d\n  base 10%\n", &draws(1)),
        None
    );
    assert_eq!(
        compared(two, "question b\n  base 20%\nquestion d\n  base 10%\n").questions.len(),
        1
    );
}

#[test]
fn what_makes_certain_has_a_share_in_points_alone() {
    let old = "question q\n  base 50%\nfactor f\n  yes 50% if q = yes, 20% otherwise\n";
    let new = old.replace("yes 50% if q = yes, 20% otherwise", "yes 100% if q = yes, 0% otherwise")
        + "evidence e\n  observes f = yes\nevidence k\n  likelihood 1 if q = no, 0.5 otherwise\n";
    let found = compared(old, &new);
    let question = &found.questions[0];
    assert_eq!(question.new.p, 1.0);
    assert!(question.shares.iter().all(|share| share.nats.is_none()));
    let points: f64 = question.shares.iter().map(|share| share.points.unwrap()).sum();
    assert!((points - 0.5).abs() < 1e-12);
}

/// The least difference that a look leaves, against the files with each reading typed in.
#[test]
fn what_would_close_the_difference_is_what_each_reading_leaves() {
    let model = |base: f64, hit: f64, more: &str| {
        format!(
            "question q\n  base {}\nindicator i \"I\"\n  yes {} if q = yes, 10% otherwise\nfactor only_here\n  base 50%\n{more}",
            number(base),
            number(hit),
        )
    };
    let hers = |more: &str| model(0.2, 0.9, more);
    let his = |more: &str| model(0.5, 0.6, more).replace("only_here", "only_there");
    let found = compared(&hers(""), &his(""));
    let closing = &found.questions[0].closing;
    let look = closing.iter().find(|closing| closing.id == "i").unwrap();
    assert!(look.is_indicator && look.known_to == (true, true));
    let mut left = 0.0;
    for (ix, state) in ["no", "yes"].into_iter().enumerate() {
        let seen = format!("evidence e\n  observes i = {state}\n");
        let then = [hers(&seen), his(&seen)].map(|text| p(&solve(&text, &draws(1)), "q", "yes"));
        let how_likely = [hers(""), his("")].map(|text| p(&solve(&text, &draws(1)), "i", state));
        let mean = (how_likely[0] + how_likely[1]) / 2.0;
        left += mean * (then[0] - then[1]).abs();
        let (named, p, a, b) = &look.readings[ix];
        assert_eq!(named, state);
        assert!(
            (p - mean).abs() < 1e-12 && (a - then[0]).abs() < 1e-12 && (b - then[1]).abs() < 1e-12
        );
    }
    assert!((look.left - left).abs() < 1e-12);
    // What only one file has moves nothing in the other; here it moves nothing at all.
    let other = closing.iter().find(|closing| closing.id == "only_here").unwrap();
    assert!(other.known_to == (true, false) && (other.left - 0.3).abs() < 1e-12);
    assert!(closing.windows(2).all(|two| two[0].left <= two[1].left));
}

#[test]
fn ranges_keep_their_draws_from_file_to_file() {
    let ranges = MODEL
        .replace("base 30% since", "base 20% to 40% since")
        .replace("x 3 if", "x 2 to 5 if")
        .replace("reliability 70%", "reliability B");
    let settings = draws(4_000);
    // Everything else stays, so that an edited point is what it does to the answer.
    let new =
        ranges.replace("odds x 0.5", "odds x 0.7").replace("reliability 60%", "reliability C");
    let found = compared_with(&ranges, &new, &settings).unwrap();
    let kinds: Vec<ChangeKind> = found.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Source, ChangeKind::Number]);
    let question = &found.questions[0];
    let total: f64 = question.shares.iter().map(|share| share.points.unwrap()).sum();
    assert!((total - (question.new.p - question.old.p) + question.sampling.0).abs() < 1e-12);
    assert!(question.sampling.0.abs() < 1e-9, "{:?}", question.sampling);
    let alone = p(&solve(&ranges.replace("odds x 0.5", "odds x 0.7"), &settings), "q", "yes")
        - question.old.p;
    // A weight on q does nearly the same with and without the other change: a tenth of what it does.
    assert!((question.shares[1].points.unwrap() - alone).abs() < 0.1 * alone.abs());
}

#[test]
fn the_same_files_and_seed_give_the_same_ledger() {
    let settings = draws(200);
    let (old, new) = (
        MODEL.replace("30% since", "20% to 40% since"),
        all_changed().replace("20% since", "10% to 30% since"),
    );
    assert_eq!(compared_with(&old, &new, &settings), compared_with(&old, &new, &settings));
}

/// Lines of two declarations are held against each other pair by pair: of very many only those between the first and
/// the last that differ, and if these are very many too, they are told as other lines.
#[test]
fn very_long_declarations_are_compared_in_little_memory() {
    let lines = |n: usize, weight: &dyn Fn(usize) -> f64| -> String {
        let odds = (0..n).map(|ix| format!("  odds x {} if f = yes\n", weight(ix)));
        "assessment \"A\"\n  as of 2022-10-14\nquestion q\n  base 30%\n".to_owned()
            + &odds.collect::<String>()
            + "factor f\n  base 50%\n"
    };
    let old = lines(1_100, &|_| 1.0);
    let one = compared(&old, &lines(1_100, &|ix| if ix == 500 { 3.0 } else { 1.0 }));
    let [change] = one.changes.as_slice() else { panic!("{:?}", one.changes) };
    assert_eq!(change.kind, ChangeKind::Number);
    assert_eq!(change.new.as_deref(), Some("odds x 3 if f = yes"));
    // 1.2 million pairs
    let all = compared(&old, &lines(1_100, &|ix| if ix == 500 { 3.0 } else { 1.0 + 1e-9 }));
    let [change] = all.changes.as_slice() else { panic!("{}", all.changes.len()) };
    assert_eq!(change.kind, ChangeKind::Structure);
    let question = &all.questions[0];
    let share = question.shares[0].points.unwrap();
    assert!((share - (question.new.p - question.old.p)).abs() < 1e-12);
}

/// Whatever two files say, the ledger adds up, and its ends are the files: every example of the suite beside the
/// next, half a file and wrong ones too.
#[test]
fn any_two_files_have_a_ledger_that_adds_up() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/suite");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts: Vec<String> =
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let blocks = texts.iter().flat_map(|text| text.split("```weigh\n").skip(1));
    let blocks = blocks
        .filter_map(|rest| rest.split("```").next())
        .filter(|text| text.contains("question "));
    let settings = draws(100);
    let solved: Vec<_> = blocks
        .filter_map(|text| {
            let mut session = Session::load(&Memory::with(text), MAIN).unwrap();
            let findings = session.findings(&settings)?;
            Some((session, findings))
        })
        .collect();
    let mut n_compared = 0;
    for two in solved.windows(2) {
        let (old, new) = (&two[0], &two[1]);
        let Some(found) = compare((&old.0, &old.1), (&new.0, &new.1), &settings) else { continue };
        let is_certain = [old, new].iter().all(|(_, findings)| findings.run.n_parameters == 0);
        for question in &found.questions {
            // None where a set of changes cannot happen.
            let points = question.shares.iter().map(|share| share.points).sum::<Option<f64>>();
            let Some(points) = points else { continue };
            n_compared += 1;
            let (was, is) = (question.old.p, question.new.p);
            let off = points + question.sampling.0 - (is - was);
            assert!(off.abs() < 1e-12, "{}: {off}\n{:#?}", question.id, found.changes);
            // Without ranges the hybrids at both ends are the files themselves.
            assert!(
                !is_certain || question.sampling.0.abs() < 1e-12,
                "{:?}\n{:#?}",
                question.sampling,
                found.changes
            );
        }
    }
    assert!(n_compared > 100, "{n_compared}");
}
