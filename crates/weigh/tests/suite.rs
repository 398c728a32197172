//! Runs `tests/suite/*.md`: prose, examples, and beside each line what must be found there.
//!
//! # How a case is written
//!
//! Every heading is a case. Each "```weigh" block under it is an assessment of its own; the findings
//! are those of 1,000 draws (10,000 where an interval or a `±` is expected). "```weigh file=NAME" and
//! "```text file=NAME" are further files that all blocks under the heading can read. Blocks in other
//! languages are prose. Today is 14 October 2022.
//!
//! What is expected stands in comments, at the end of the line that it is about, or below it in a
//! comment of its own that starts with `# ^`. Several expectations are set apart by `;`.
//!
//! | written | means |
//! | --- | --- |
//! | `# error: [slug]`, `# warning: [slug]`, `# note: [slug]` | this is told, and starts on this line |
//! | `# error: 12 [slug]` | and in column 12, counted in characters |
//! | `# error: [slug] "words"` | and the message holds these words |
//! | `# p(STATE) = 30%` | the probability of a state of this question, factor or indicator |
//! | `# interval(STATE) = 5% to 15%` | its 5% and 95% points; of a quantity `# interval = 4000 to 6000` |
//! | `# independent(STATE) = 5% to 15%` | the interval if every number erred on its own |
//! | `# word(STATE) = unlikely`, `none` | the word of a question's outcome |
//! | `# base = 30%`, `# without reasons = 30%`, `# gut = 5%` | of a question |
//! | `# headline = exact`, `draws` | how a question's number was made |
//! | `# claim = fits`, `misses` | the claimed word against a question's number |
//! | `# mean = 50` | of a quantity |
//! | `# p = 30%`, `# seen = 20%`, `none`, `# done = 20%`, `none` | the first question under this scenario |
//! | `# share = ln 2`, `# alone = 30%`, `# dropped = 30%` | of a reason, for the first question |
//! | `# used`, `# left out`, `# origins = 2`, `# weight = ln 2` | of an item of evidence |
//! | `# reliability = 70% to 90%`, `# reliability after = 80%` | of a source |
//! | `# quote = verbatim`, `missing`, `unverified` | the quote on this line |
//!
//! A number without `± N` must be met to 1e-9, the size of rounding in sums over draws; an interval
//! to half a point in a hundred, the size of its sampling error, or to a hundredth of its ends.
//! Errors and warnings that are not expected fail the case, unless `<!-- ignore: slug … -->` stands
//! under the heading, or above the first one for the whole file. Notes are only looked at where
//! expected. No comment that reads like an expectation is passed over.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test's helpers may unwrap and read the disk"
)]

mod common;

use common::{MAIN, Memory};
use std::collections::BTreeMap;
use std::path::Path;
use weigh::diag::{Diagnostic, Severity};
use weigh::findings::{Findings, Place, QuestionFinding, QuoteStatus};
use weigh::{Session, Settings};

#[test]
fn the_suite_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/suite");
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    assert!(!paths.is_empty(), "the suite is in {}", folder.display());
    let (mut n_cases, mut faults) = (0, Vec::new());
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        for case in cases(&text) {
            n_cases += usize::from(!case.blocks.is_empty());
            let found = case.check();
            if !found.is_empty() {
                let title = format!("tests/suite/{name}:{}: {}", case.line, case.title);
                faults.push(format!("{title}\n  {}", found.join("\n  ")));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {n_cases} cases\n\n{}", faults.len(), faults.join("\n\n"));
}

/// A heading with what stands under it.
struct Case {
    title: String,
    line: usize,
    ignored: Vec<String>,
    files: BTreeMap<String, Block>,
    blocks: Vec<Block>,
}

/// A fenced text and the line of the suite's file on which it starts.
#[derive(Clone)]
struct Block {
    text: String,
    line: usize,
}

/// What is expected on a line of a file.
#[derive(Debug, Clone)]
struct Expected {
    file: String,
    line: u32,
    what: String,
}

fn cases(text: &str) -> Vec<Case> {
    let new = |title: &str, line: usize, ignored: &[String]| Case {
        title: title.to_string(),
        line,
        ignored: ignored.to_vec(),
        files: BTreeMap::new(),
        blocks: Vec::new(),
    };
    let mut file_ignored: Vec<String> = Vec::new();
    let mut cases = Vec::new();
    let mut case = new("before the first heading", 1, &[]);
    let mut lines = text.lines().enumerate().map(|(ix, line)| (ix + 1, line));
    while let Some((number, line)) = lines.next() {
        if let Some(title) = line.strip_prefix('#') {
            let title = title.trim_start_matches('#').trim();
            let next = new(title, number, &file_ignored);
            cases.push(std::mem::replace(&mut case, next));
        } else if let Some(ignored) = line.strip_prefix("<!-- ignore:") {
            let slugs = ignored.trim_end_matches("-->").split_whitespace().map(str::to_string);
            let slugs: Vec<String> = slugs.collect();
            case.ignored.extend(slugs.clone());
            if cases.len() <= 1 && case.blocks.is_empty() {
                file_ignored.extend(slugs);
            }
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let block = Block { text: body.join("\n") + "\n", line: number + 1 };
            match info.split_once(" file=") {
                Some((_, file)) => drop(case.files.insert(file.trim().to_string(), block)),
                None if info == "weigh" => case.blocks.push(block),
                None => {}
            }
        }
    }
    cases.push(case);
    cases
}

impl Case {
    fn check(&self) -> Vec<String> {
        self.blocks.iter().flat_map(|block| self.check_block(block)).collect()
    }

    fn check_block(&self, block: &Block) -> Vec<String> {
        let mut world = Memory::with(&block.text);
        let mut expected = expectations(MAIN, &block.text);
        let mut starts = BTreeMap::from([(MAIN.to_string(), block.line)]);
        for (name, file) in &self.files {
            world.texts.insert(name.clone(), file.text.clone());
            expected.extend(expectations(name, &file.text));
            starts.insert(name.clone(), file.line);
        }
        let mut session = Session::load(&world, MAIN).unwrap();
        let is_sampled = ["interval", "±"].iter().any(|word| block.text.contains(word));
        let draws = if is_sampled { 10_000 } else { 1_000 };
        let findings = session.findings(&Settings { draws, ..Settings::default() });
        // A line of the suite's file, so that an editor finds it.
        let at = |file: &str, line: u32| {
            let start = starts.get(file).copied().unwrap_or(0);
            format!("line {}", start + line as usize - 1)
        };
        let mut faults = Vec::new();
        let mut told: Vec<Option<&Diagnostic>> = session.diagnostics.iter().map(Some).collect();
        for expected in &expected {
            if let Some((severity, rest)) = as_diagnostic(&expected.what) {
                let is_it = |told: &Option<&Diagnostic>| {
                    told.is_some_and(|told| {
                        told.severity() == severity && is_told(&session, told, expected, rest)
                    })
                };
                match told.iter_mut().find(|told| is_it(told)) {
                    Some(found) => *found = None,
                    None => faults.push(format!(
                        "{}: is not told: {}",
                        at(&expected.file, expected.line),
                        expected.what
                    )),
                }
                continue;
            }
            let fault = match &findings {
                Some(findings) => check(findings, expected).err(),
                None => Some("there are no findings".to_string()),
            };
            if let Some(fault) = fault {
                faults.push(format!(
                    "{}: {}: {fault}",
                    at(&expected.file, expected.line),
                    expected.what
                ));
            }
        }
        let is_unexpected = |told: &&Diagnostic| {
            told.severity() > Severity::Note
                && !self.ignored.iter().any(|slug| slug == told.rule.slug)
        };
        for told in told.into_iter().flatten().filter(is_unexpected) {
            let place = session.files.line_column(told.span);
            let file = &session.files.get(told.span.file).path;
            let (slug, message) = (told.rule.slug, &told.message);
            faults.push(format!(
                "{}: column {}: not expected: {:?} [{slug}] {message}",
                at(file, place.line),
                place.column,
                told.severity()
            ));
        }
        faults
    }
}

/// The comments of a text that expect something.
fn expectations(file: &str, text: &str) -> Vec<Expected> {
    let mut expected = Vec::new();
    let mut about = 1;
    for (ix, line) in text.lines().enumerate() {
        let comment = match line.trim_start().strip_prefix("# ^") {
            Some(comment) => comment,
            None => {
                about = ix as u32 + 1;
                match line.rfind(" # ") {
                    Some(start) => &line[start + 3..],
                    None => continue,
                }
            }
        };
        let parts = comment.split(';').map(str::trim).filter(|part| is_expectation(part));
        expected.extend(parts.map(|what| Expected {
            file: file.to_string(),
            line: about,
            what: what.to_string(),
        }));
    }
    expected
}

fn is_expectation(comment: &str) -> bool {
    as_diagnostic(comment).is_some()
        || comment.contains(" = ")
        || ["used", "left out"].contains(&comment)
}

/// `error: [slug]` as the severity and what follows it.
fn as_diagnostic(what: &str) -> Option<(Severity, &str)> {
    let (word, rest) = what.split_once(": ")?;
    let severity = match word {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "note" => Severity::Note,
        _ => return None,
    };
    Some((severity, rest))
}

/// Whether a diagnostic is the expected one: `12 [slug] "words"`, column and words optional.
fn is_told(session: &Session, told: &Diagnostic, expected: &Expected, rest: &str) -> bool {
    let (column, rest) = rest.split_once('[').unwrap_or(("", rest));
    let (slug, words) = rest.split_once(']').unwrap_or((rest, ""));
    let place = session.files.line_column(told.span);
    let column: Option<u32> = column.trim().parse().ok();
    told.rule.slug == slug
        && session.files.get(told.span.file).path == expected.file
        && place.line == expected.line
        && column.is_none_or(|column| column == place.column)
        && words.split('"').skip(1).step_by(2).all(|words| told.message.contains(words))
}

/// Checks an expectation of a result; the fault in words.
fn check(findings: &Findings, expected: &Expected) -> Result<(), String> {
    let here = |place: &Place| place.file == expected.file && place.line == expected.line;
    let (key, wanted) = expected.what.split_once(" = ").unwrap_or((&expected.what, ""));
    let (key, state) = match key.strip_suffix(')').and_then(|key| key.split_once('(')) {
        Some((key, state)) => (key, Some(state)),
        None => (key, None),
    };
    let missing = |what: &str| format!("there is no {what} on this line");
    let question = || -> Result<&QuestionFinding, String> {
        findings.questions.iter().find(|q| here(&q.place)).ok_or_else(|| missing("question"))
    };
    let evidence =
        || findings.evidence.iter().find(|e| here(&e.place)).ok_or_else(|| missing("evidence"));
    let quantity =
        || findings.quantities.iter().find(|q| here(&q.place)).ok_or_else(|| missing("quantity"));
    let scenario = || {
        let scenario = findings.scenarios.iter().find(|s| here(&s.place));
        Ok::<_, String>(scenario.ok_or_else(|| missing("scenario"))?.answers[0].as_ref())
    };
    let share = || {
        let reason = findings.reasons.iter().position(|r| here(&r.place));
        let reason = reason.ok_or_else(|| missing("reason"))?;
        let share = findings.questions[0].shares().iter().find(|share| share.reason == reason);
        share.ok_or_else(|| "the reason has no share".to_string())
    };
    let source =
        || findings.sources.iter().find(|s| here(&s.place)).ok_or_else(|| missing("source"));
    match (key, state) {
        ("p", Some(state)) => {
            let factor = findings.factors.iter().find(|factor| here(&factor.place));
            let factor = factor.ok_or_else(|| missing("question, factor or indicator"))?;
            let found = factor.states.iter().find(|(name, _)| name == state);
            near(found.ok_or_else(|| missing("such state"))?.1.p, wanted)
        }
        ("interval", Some(state)) => {
            let factor = findings.factors.iter().find(|factor| here(&factor.place));
            let factor = factor.ok_or_else(|| missing("question, factor or indicator"))?;
            let found = factor.states.iter().find(|(name, _)| name == state);
            let found = found.ok_or_else(|| missing("such state"))?.1;
            between(found.p05, found.p95, wanted, 0.005)
        }
        ("independent", Some(state)) => {
            let outcome = question()?.outcomes.iter().find(|outcome| outcome.state == state);
            let found = outcome.ok_or_else(|| missing("such state"))?.independent;
            between(found.p05, found.p95, wanted, 0.005)
        }
        ("interval", None) => {
            let found = quantity()?;
            between(found.p05, found.p95, wanted, found.p95.abs() / 100.0)
        }
        ("mean", None) => near(quantity()?.mean, wanted),
        ("word", Some(state)) => {
            let outcome = question()?.outcomes.iter().find(|outcome| outcome.state == state);
            let outcome = outcome.ok_or_else(|| missing("such state"))?;
            same(outcome.word.as_ref().map_or("none", |band| &band.word), wanted)
        }
        ("base", None) => {
            near(question()?.base.as_ref().ok_or("it has no base")?.estimate.p, wanted)
        }
        ("without reasons", None) => {
            near(question()?.without_reasons().ok_or("there is none")?, wanted)
        }
        ("gut", None) => near(question()?.gut.ok_or("it has none")?, wanted),
        ("headline", None) => {
            let exact = question()?.headline.contains("exact");
            same(if exact { "exact" } else { "draws" }, wanted)
        }
        ("claim", None) => {
            let claim = question()?.claim.as_ref().ok_or("nothing is claimed")?;
            same(if claim.fits { "fits" } else { "misses" }, wanted)
        }
        ("p", None) => match (scenario()?, wanted) {
            (None, "none") => Ok(()),
            (None, _) => Err("it contradicts the evidence".to_string()),
            (Some(answer), _) => near(answer.estimate.p, wanted),
        },
        (way @ ("seen" | "done"), None) => match (
            scenario()?.and_then(|answer| if way == "seen" { answer.seen } else { answer.done }),
            wanted,
        ) {
            (None, "none") => Ok(()),
            (None, _) => Err("there is none".to_string()),
            (Some(seen), _) => near(seen, wanted),
        },
        ("share", None) => near(share()?.share.ok_or("there is none")?, wanted),
        ("alone", None) => near(share()?.alone, wanted),
        ("dropped", None) => near(share()?.dropped, wanted),
        ("used", None) => match &evidence()?.left_out {
            None => Ok(()),
            Some(why) => Err(format!("it is left out: {why}")),
        },
        ("left out", None) => match &evidence()?.left_out {
            None => Err("it is used".to_string()),
            Some(why) if why.contains(wanted) => Ok(()),
            Some(why) => Err(format!("because it is {why}")),
        },
        ("origins", None) => near(evidence()?.origins as f64, wanted),
        ("weight", None) => near(evidence()?.weight.ok_or("it has none")?, wanted),
        ("reliability", None) => {
            let (low, high) = source()?.reliability.ok_or("it has none")?;
            between(low, high, wanted, 1e-9)
        }
        ("reliability after", None) => near(source()?.reliability_after.ok_or("none")?, wanted),
        ("quote", None) => {
            let quotes = findings.reasons.iter().flat_map(|reason| &reason.quotes);
            let quotes = quotes.chain(findings.evidence.iter().flat_map(|item| &item.quotes));
            let quotes = quotes.chain(findings.factors.iter().flat_map(|factor| &factor.quotes));
            let mut quotes = quotes.filter(|quote| here(&quote.place));
            let found = match quotes.next().ok_or_else(|| missing("quote"))?.status {
                QuoteStatus::Verbatim { .. } => "verbatim",
                QuoteStatus::Locked { .. } => "locked",
                QuoteStatus::Missing => "missing",
                QuoteStatus::Unverified => "unverified",
            };
            same(found, wanted)
        }
        _ => Err("no such expectation: see the top of suite.rs".to_string()),
    }
}

fn same(found: &str, wanted: &str) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("found {found}")) }
}

/// Compares with `9.49% ± 0.01%`.
fn near(found: f64, wanted: &str) -> Result<(), String> {
    let (wanted, slack) = match wanted.split_once(" ± ") {
        Some((wanted, slack)) => (value(wanted)?, value(slack)?),
        None => (value(wanted)?, 1e-9),
    };
    if (found - wanted).abs() <= slack { Ok(()) } else { Err(format!("found {found}")) }
}

/// Compares with `5% to 15% ± 1%`.
fn between(low: f64, high: f64, wanted: &str, slack: f64) -> Result<(), String> {
    let (wanted, slack) = match wanted.split_once(" ± ") {
        Some((wanted, slack)) => (wanted, value(slack)?),
        None => (wanted, slack),
    };
    let (from, to) = wanted.split_once(" to ").ok_or("write `LOW to HIGH`")?;
    let fits = (low - value(from)?).abs() <= slack && (high - value(to)?).abs() <= slack;
    if fits { Ok(()) } else { Err(format!("found {low} to {high}")) }
}

/// `30%`, `0.3`, `45,500`, `3/7`, `ln 2`, `-ln 2`
fn value(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('-') {
        return Ok(-value(rest)?);
    }
    if let Some(rest) = text.strip_prefix("ln ") {
        return Ok(libm::log(value(rest)?));
    }
    if let Some((over, under)) = text.split_once('/') {
        return Ok(value(over)? / value(under)?);
    }
    let (digits, unit) = match text.strip_suffix('%') {
        Some(digits) => (digits, 100.0),
        None => (text, 1.0),
    };
    let number: Result<f64, _> = digits.replace(',', "").parse();
    number.map(|number| number / unit).map_err(|_| format!("`{text}` is no number"))
}

/// The runner itself must fail where it should.
mod runner {
    use super::cases;

    fn faults(text: &str) -> Vec<String> {
        let text = format!("<!-- ignore: no-date -->\n# Case\n\n```weigh\n{text}\n```\n");
        cases(&text).iter().flat_map(super::Case::check).collect()
    }

    #[test]
    fn a_wrong_number_is_told_with_the_right_one() {
        let found = faults("question q # p(yes) = 20%\n  base 10%");
        assert_eq!(found, ["line 5: p(yes) = 20%: found 0.1"]);
        assert!(faults("question q # p(yes) = 10%\n  base 10%").is_empty());
    }

    #[test]
    fn an_unexpected_error_is_told() {
        let found = faults("question q\n  base 110%").join("\n");
        assert!(
            found.contains("line 6: column 8: not expected: Error [number-out-of-range]"),
            "{found}"
        );
    }

    #[test]
    fn an_error_that_does_not_come_is_told() {
        let found = faults("question q # error: [cycle]\n  base 10%");
        assert_eq!(found, ["line 5: is not told: error: [cycle]"]);
    }

    #[test]
    fn an_error_in_another_column_is_not_the_one() {
        let question = "question q # warning: [no-base-rate]\n  base 110%";
        let found = faults(&format!("{question} # error: 9 [number-out-of-range]"));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(faults(&format!("{question} # error: 8 [number-out-of-range]")).is_empty());
    }

    #[test]
    fn a_misspelt_expectation_is_told() {
        let found = faults("question q # prob(yes) = 10%\n  base 10%").join("\n");
        assert!(found.contains("no such expectation"), "{found}");
    }
}
