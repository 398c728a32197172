//! What holds for every assessment, tried on small random ones.
#![allow(clippy::unwrap_used, reason = "a test's helpers may unwrap too")]

mod common;

use common::{MAIN, Memory, draws, number, p, solve};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use std::fmt::Write;
use weigh::diag::Severity;
use weigh::findings::{Estimate, Flip, Likelihoods, Reach, RowOf, Swing, Unit};
use weigh::{Session, Settings, Wanted};

/// A number: percent points from 1 to 99, and how far a range reaches upwards (0: a point).
#[derive(Debug, Clone, Copy)]
struct Number {
    low: u32,
    width: u32,
}

#[derive(Debug, Clone)]
struct Factor {
    n_states: usize,
    form: Form,
    /// Which of the factors before it is its parent.
    parent: prop::sample::Index,
    numbers: [Number; 3],
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Base,
    Odds,
    Cases,
    NoisyOr,
    Table,
}

/// A reason's weight on the question, and the factor on which it hangs.
#[derive(Debug, Clone)]
struct Reason {
    weight: Number,
    factor: Option<prop::sample::Index>,
}

#[derive(Debug, Clone)]
struct Item {
    says: Says,
    factor: prop::sample::Index,
    state: prop::sample::Index,
    number: Number,
    /// The reason that it belongs to.
    because: Option<prop::sample::Index>,
}

#[derive(Debug, Clone, Copy)]
enum Says {
    Observes,
    Reports,
    HitsAndMisses,
    Likelihood,
}

/// An assessment with a question `q`, factors `f0` …, reasons `r0` … and evidence `e0` ….
#[derive(Debug, Clone)]
struct Model {
    base: Number,
    factors: Vec<Factor>,
    reasons: Vec<Reason>,
    items: Vec<Item>,
}

fn any_number(ranges: bool) -> impl Strategy<Value = Number> {
    let width = if ranges { 0..20u32 } else { 0..1 };
    (1..80u32, width).prop_map(|(low, width)| Number { low, width })
}

fn any_model(ranges: bool) -> impl Strategy<Value = Model> {
    let number = || any_number(ranges);
    let index = any::<prop::sample::Index>;
    let form =
        prop::sample::select(vec![Form::Base, Form::Odds, Form::Cases, Form::NoisyOr, Form::Table]);
    let says = prop::sample::select(vec![
        Says::Observes,
        Says::Reports,
        Says::HitsAndMisses,
        Says::Likelihood,
    ]);
    let factor = (2..4usize, form, index(), [number(), number(), number()])
        .prop_map(|(n_states, form, parent, numbers)| Factor { n_states, form, parent, numbers });
    let reason = (number(), prop::option::of(index()))
        .prop_map(|(weight, factor)| Reason { weight, factor });
    let item = (says, index(), index(), number(), prop::option::of(index())).prop_map(
        |(says, factor, state, number, because)| Item { says, factor, state, number, because },
    );
    (
        number(),
        prop::collection::vec(factor, 1..5),
        prop::collection::vec(reason, 0..4),
        prop::collection::vec(item, 0..4),
    )
        .prop_map(|(base, factors, reasons, items)| Model { base, factors, reasons, items })
}

impl Number {
    fn probability(self) -> String {
        match self.width {
            0 => format!("{}%", self.low),
            width => format!("{}% to {}%", self.low, self.low + width),
        }
    }

    /// A factor on odds from 0.05 to 4.
    fn weight(self) -> String {
        let tenth = |points: u32| format!("{}", f64::from(points) / 20.0);
        match self.width {
            0 => tenth(self.low),
            width => format!("{} to {}", tenth(self.low), tenth(self.low + width)),
        }
    }

    /// A third of it, so that two of them leave something for a third state.
    fn small(self) -> String {
        let part = |points: u32| format!("{}%", f64::from(points) / 3.0);
        match self.width {
            0 => part(self.low),
            width => format!("{} to {}", part(self.low), part(self.low + width)),
        }
    }
}

impl Model {
    fn states(&self, factor: usize) -> &'static [&'static str] {
        match self.factors[factor].form {
            Form::NoisyOr => &["no", "yes"],
            _ => &["s0", "s1", "s2"][..self.factors[factor].n_states],
        }
    }

    fn parent(&self, factor: usize) -> Option<usize> {
        (factor > 0).then(|| self.factors[factor].parent.index(factor))
    }

    /// The condition that a factor is in its last state.
    fn holds(&self, factor: usize) -> String {
        format!("f{factor} = {}", self.states(factor).last().unwrap())
    }

    fn factor(&self, ix: usize) -> String {
        let Factor { form, numbers: [a, b, c], .. } = &self.factors[ix];
        let states = self.states(ix);
        let parent = self.parent(ix);
        let mut text = format!("factor f{ix}: {}\n", states.join(", "));
        let condition = parent.map(|parent| self.holds(parent));
        match (form, condition) {
            (Form::NoisyOr, condition) => {
                writeln!(text, "  leak {}", a.small()).unwrap();
                if let Some(condition) = condition {
                    writeln!(text, "  caused by {condition} {}", b.probability()).unwrap();
                }
            }
            (Form::Base, _) | (_, None) => {
                let middle =
                    if states.len() == 3 { format!("s1 {}, ", b.small()) } else { String::new() };
                let last = states.last().unwrap();
                writeln!(text, "  base s0 {}, {middle}{last} rest", a.small()).unwrap();
            }
            (Form::Odds, Some(condition)) => {
                let middle =
                    if states.len() == 3 { format!(", s1 {}", b.small()) } else { String::new() };
                writeln!(text, "  base s0 {}{middle}", a.small()).unwrap();
                writeln!(text, "  odds of s0 x {} if {condition}", c.weight()).unwrap();
            }
            (Form::Cases, Some(condition)) => {
                writeln!(text, "  s0 {} if {condition}, {} otherwise", a.small(), b.small())
                    .unwrap();
                if states.len() == 3 {
                    writeln!(text, "  s1 {}", c.small()).unwrap();
                }
            }
            (Form::Table, Some(_)) => {
                let parent = parent.unwrap();
                writeln!(text, "  table given f{parent}").unwrap();
                let rest =
                    if states.len() == 3 { format!(", {}", c.small()) } else { String::new() };
                let first = self.states(parent)[0];
                writeln!(text, "    {first}: {}{rest}, rest", a.small()).unwrap();
                for other in &self.states(parent)[1..] {
                    writeln!(text, "    {other}: {}{rest}, rest", b.small()).unwrap();
                }
            }
        }
        text
    }

    fn item(&self, ix: usize) -> String {
        let Item { says, factor, state, number, .. } = &self.items[ix];
        let factor = factor.index(self.factors.len());
        let states = self.states(factor);
        let fact = format!("f{factor} = {}", states[state.index(states.len())]);
        match says {
            Says::Observes => format!("evidence e{ix}\n  observes {fact}\n"),
            Says::Reports => format!("evidence e{ix}\n  source s\n  reports {fact}\n"),
            Says::HitsAndMisses => format!(
                "evidence e{ix}\n  reports {fact}\n  hit {}\n  false alarm 20%\n",
                number.probability()
            ),
            Says::Likelihood => {
                format!("evidence e{ix}\n  likelihood {} if {fact}, 1 otherwise\n", number.weight())
            }
        }
    }

    /// The reason that an item belongs to.
    fn because(&self, item: usize) -> Option<usize> {
        let because = self.items[item].because?;
        (!self.reasons.is_empty()).then(|| because.index(self.reasons.len()))
    }

    /// The declarations of the model; those that belong to the reason `without` are left out.
    fn declarations(&self, without: Option<usize>) -> Vec<String> {
        let mut all = vec![
            format!("question q\n  base {}\n", self.base.probability()),
            "source s \"S\"\n  reliability 70%\n".to_string(),
        ];
        all.extend((0..self.factors.len()).map(|ix| self.factor(ix)));
        for (ix, reason) in self.reasons.iter().enumerate().filter(|(ix, _)| Some(*ix) != without) {
            let condition = reason.factor.map(|factor| factor.index(self.factors.len()));
            let condition = condition.map(|factor| format!(" if {}", self.holds(factor)));
            let condition = condition.unwrap_or_default();
            all.push(format!(
                "reason r{ix} \"R\"\n  odds x {}{condition}\n",
                reason.weight.weight()
            ));
        }
        for ix in 0..self.items.len() {
            let because = self.because(ix);
            match because {
                Some(_) if because == without => {}
                Some(reason) => all.push(format!("{}  because r{reason}\n", self.item(ix))),
                None => all.push(self.item(ix)),
            }
        }
        all
    }

    fn text(&self) -> String {
        self.declarations(None).concat()
    }

    /// Whether one factor is seen in two states, so that nothing can be true.
    fn contradicts_itself(&self) -> bool {
        let seen: Vec<String> = (0..self.items.len())
            .filter(|&ix| matches!(self.items[ix].says, Says::Observes))
            .map(|ix| self.item(ix).lines().nth(1).unwrap().to_string())
            .collect();
        let factor = |line: &str| line.split(" = ").next().unwrap().to_string();
        seen.iter().any(|a| seen.iter().any(|b| a != b && factor(a) == factor(b)))
    }
}

const DATED: &str = "assessment \"A\"\n  as of 2022-10-14\n";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// With ranges: nothing panics, what is told is right, and what is found are probabilities.
    #[test]
    fn what_is_found_are_probabilities(model in any_model(true)) {
        let text = format!("{DATED}{}", model.text());
        let mut session = Session::load(&Memory::with(&text), MAIN).unwrap();
        let findings = session.findings(&draws(64));
        let errors: Vec<_> = session
            .diagnostics
            .iter()
            .filter(|told| told.severity() == Severity::Error)
            .map(|told| told.rule.slug)
            .collect();
        if model.contradicts_itself() {
            prop_assert_eq!(errors, ["impossible-evidence"], "{}", text);
            return Ok(());
        }
        prop_assert!(errors.is_empty(), "{:?} in\n{}", errors, text);
        let findings = findings.unwrap();
        let is_probability = |p: f64| (0.0..=1.0).contains(&p);
        let is_estimate = |e: &Estimate| {
            [e.p, e.p05, e.p50, e.p95].into_iter().all(is_probability)
                && e.p05 <= e.p50
                && e.p50 <= e.p95
        };
        for factor in &findings.factors {
            let sum: f64 = factor.states.iter().map(|(_, estimate)| estimate.p).sum();
            prop_assert!((sum - 1.0).abs() <= 1e-12, "{}: {} in\n{}", factor.id, sum, text);
            for (state, estimate) in &factor.states {
                prop_assert!(is_estimate(estimate), "{}: {state}: {estimate:?}", factor.id);
            }
        }
        for outcome in &findings.questions[0].outcomes {
            prop_assert!(is_estimate(&outcome.independent), "{:?}", outcome.independent);
        }
        for share in findings.questions[0].shares() {
            prop_assert!(is_probability(share.alone) && is_probability(share.dropped));
        }
        for look in findings.worth.iter().flat_map(|worth| worth.looks.iter().chain(&worth.factors)) {
            prop_assert!(is_probability(look.value.p_cross), "{}", look.value.p_cross);
            for reading in &look.readings {
                let answer = reading.answer.unwrap_or(0.0);
                prop_assert!(is_probability(reading.p) && is_probability(answer), "{reading:?}");
            }
        }
        for story in findings.stories.iter().flat_map(|stories| stories.outcomes.iter().flatten()) {
            prop_assert!(is_probability(story.p) && is_probability(story.share), "{story:?}");
        }
        for answer in findings.stress.iter().flat_map(|row| row.answers.iter().flatten()) {
            prop_assert!(is_probability(*answer), "{answer}");
        }
        let bounded = findings.run.ess > 0.0 && findings.run.ess <= 64.0 * (1.0 + 1e-12);
        prop_assert!(bounded, "effective draws: {}", findings.run.ess);
    }

    /// Points: a likelihood of the matrix is the probability of the evidence in the file where the outcome is
    /// seen, with the item over without it; a reason's is the answer with its weight over without.
    #[test]
    fn likelihoods_are_those_of_files_without_the_item(model in any_model(false)) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let all = model.declarations(None);
        let is_item = |declared: &String| declared.starts_with("evidence ");
        let rest: Vec<&String> = all.iter().filter(|declared| !is_item(declared)).collect();
        let items: Vec<&String> = all.iter().filter(|declared| is_item(declared)).collect();
        let with = |kept: &[&String]| {
            let declared: String = rest.iter().chain(kept).map(|declared| declared.as_str()).collect();
            solve(&format!("{DATED}{declared}"), &draws(1))
        };
        let log10_p = |outcome: &str, kept: &[&String]| {
            let seen = format!("evidence seen\n  observes q = {outcome}\n");
            with(&[kept, &[&seen]].concat()).run.log10_p_evidence
        };
        let findings = with(&items);
        let close = |found: &Likelihoods, expected: [f64; 2], is_probability: bool| {
            let largest = if is_probability { 1.0 } else { expected[0].max(expected[1]) };
            for (cell, expected) in found.cells.iter().zip(expected) {
                let (found, expected) = (cell.unwrap().likelihood, expected / largest);
                prop_assert!((found - expected).abs() <= 1e-12, "{} is not {} in\n{}", found, expected, model.text());
            }
            Ok(())
        };
        prop_assert_eq!(findings.matrix[0].rows.len(), items.len() + model.reasons.len());
        for row in &findings.matrix[0].rows {
            match row.of {
                RowOf::Evidence { item } => {
                    let others: Vec<&String> = items.iter().copied().filter(|other| *other != items[item]).collect();
                    let p = |with: &[&String], without: &[&String]| {
                        ["no", "yes"].map(|outcome| libm::exp10(log10_p(outcome, with) - log10_p(outcome, without)))
                    };
                    close(&row.alone, p(&[items[item]], &[]), row.is_probability)?;
                    close(&row.given_rest, p(&items, &others), row.is_probability)?;
                }
                RowOf::Weights { reason } => {
                    let declared = format!("reason r{reason} ");
                    let odds = rest.iter().find(|it| it.starts_with(&declared)).unwrap();
                    let name = odds.lines().next().unwrap().to_owned() + "\n";
                    let answers = |kept: &[&String], weighed: bool| {
                        let declared = rest.iter().map(|it| if it == odds && !weighed { &name } else { *it });
                        let declared: String = declared.chain(kept.iter().copied()).map(String::as_str).collect();
                        let findings = solve(&format!("{DATED}{declared}"), &draws(1));
                        ["no", "yes"].map(|outcome| p(&findings, "q", outcome))
                    };
                    let ratio = |kept: &[&String]| {
                        let (with, without) = (answers(kept, true), answers(kept, false));
                        [with[0] / without[0], with[1] / without[1]]
                    };
                    close(&row.alone, ratio(&[]), false)?;
                    close(&row.given_rest, ratio(&items), false)?;
                }
            }
        }
    }

    /// Points: the answer is one exact number, and the order of declarations does not matter.
    #[test]
    fn declarations_may_stand_in_any_order(
        (model, order) in any_model(false).prop_flat_map(|model| {
            let declarations = model.declarations(None);
            (Just(model), Just(declarations).prop_shuffle())
        })
    ) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let text = |declarations: &[String]| format!("{DATED}{}", declarations.concat());
        let (there, shuffled) = (
            solve(&text(&model.declarations(None)), &draws(1)),
            solve(&text(&order), &draws(1)),
        );
        // 1e-9: another order of sums and of elimination; rounding is far below
        for factor in &there.factors {
            for (state, estimate) in &factor.states {
                let found = p(&shuffled, &factor.id, state);
                prop_assert!((found - estimate.p).abs() <= 1e-9, "{}\n{}", text(&order), factor.id);
            }
        }
    }

    /// Points: to drop a reason is to take its lines and its evidence out of the file.
    #[test]
    fn a_dropped_reason_is_a_file_without_it(model in any_model(false)) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let with = solve(&format!("{DATED}{}", model.text()), &draws(1));
        for share in with.questions[0].shares() {
            let without = model.declarations(Some(share.reason)).concat();
            let without = solve(&format!("{DATED}{without}"), &draws(1));
            let found = p(&without, "q", "yes");
            prop_assert!(
                (share.dropped - found).abs() <= 1e-9,
                "without r{}: {} is not {}\n{}",
                share.reason, share.dropped, found, model.text()
            );
        }
    }

    /// A value at which the answer turns, put back into the file and solved again, gives the edge.
    ///
    /// Points, and files whose headline is exact: with draws the edge is met as nearly as draws meet it.
    #[test]
    fn a_flip_put_back_into_the_file_gives_the_edge(model in any_model(false), uncertain in any_model(true)) {
        for model in [model, uncertain] {
            let text = format!("{DATED}{}", model.text());
            if model.contradicts_itself() {
                continue;
            }
            let findings = solve(&text, &draws(64));
            let question = &findings.questions[0];
            if !question.headline.contains("exact") {
                continue;
            }
            for flip in &question.flips {
                let Some(changed) = put_back(&text, &question.swings[flip.swing], flip.value) else { continue };
                // A row that states all its states is scaled, and that is told as an error.
                let mut session = Session::load(&Memory::with(&changed), MAIN).unwrap();
                let found = session.findings(&draws(64)).unwrap();
                // So may be one with a range beside it, whose sum then passes 1 in some draws: a flip
                // there is as good as the draws it was measured on.
                if !found.questions[0].headline.contains("exact") {
                    continue;
                }
                let found = found.questions[0].outcomes[question.focus].estimate.p;
                prop_assert!(
                    (found - flip.edge).abs() <= 1e-9,
                    "{} is not {} with {:?} {} in\n{text}", found, flip.edge, question.swings[flip.swing].what, flip.value
                );
            }
        }
    }

    /// With ranges: all that would have to move, typed into the file, gives the direct judgement; what stays
    /// within its ranges costs no more than what leaves them would.
    #[test]
    fn a_repair_put_back_into_the_file_gives_the_judgement(model in any_model(true), gut in 1u32..100) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let text = format!("{DATED}{}", model.text()).replacen("question q", "question q\n  gut GUT%", 1);
        let text = text.replacen("GUT", &gut.to_string(), 1);
        let wanted = Wanted { solve_repair: true, ..Wanted::default() };
        let Some(repair) = solve(&text, &Settings { wanted, ..draws(64) }).repair else { return Ok(()) };
        if repair.reach == Reach::OutOfReach {
            return Ok(());
        }
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for step in &repair.moves {
            prop_assert!(repair.reach == Reach::BeyondRanges || step.inside, "{:?} in\n{}", step, text);
            let line = &mut lines[step.place.line as usize - 1];
            if line.matches(&step.written).count() != 1 {
                return Ok(());
            }
            *line = line.replacen(&step.written, &step.exactly, 1);
        }
        // A row that then adds up to more than 100% is scaled, and that is told as an error.
        let changed = lines.join("\n") + "\n";
        let mut session = Session::load(&Memory::with(&changed), MAIN).unwrap();
        let found = session.findings(&draws(64)).unwrap();
        let p = found.questions[0].outcomes[found.questions[0].focus].estimate.p;
        let gut = f64::from(gut) / 100.0;
        // 1e-9: the numbers went through text, and a few steps may be left where an answer has a corner
        prop_assert!((p - gut).abs() <= 1e-9, "{} is not {} with {:?} in\n{}", p, gut, repair, text);
    }

    /// Points: shares add up, whatever the reasons.
    #[test]
    fn shares_add_up(model in any_model(false)) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let findings = solve(&format!("{DATED}{}", model.text()), &draws(1));
        let question = &findings.questions[0];
        let log_odds = |p: f64| libm::log(p / (1.0 - p));
        let shares: f64 = question.shares().iter().map(|share| share.share.unwrap()).sum();
        let all = log_odds(question.outcomes[1].estimate.p);
        let none = log_odds(question.without_reasons().unwrap());
        prop_assert!((shares - (all - none)).abs() <= 1e-9, "{shares}: {}", model.text());
    }

    /// With ranges: a story is as probable as it is to see all of it.
    #[test]
    fn a_story_is_as_probable_as_it_is_to_see_all_of_it(model in any_model(true)) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let text = format!("{DATED}{}", model.text());
        let findings = solve(&text, &draws(64));
        let stories = &findings.stories[0];
        for (outcome, told) in stories.outcomes.iter().enumerate() {
            let outcome = &findings.questions[0].outcomes[outcome].state;
            let seen = |name: &str, state: &str| {
                format!("evidence told_{name}\n  observes {name} = {state}\n")
            };
            let log10_p = |more: &str| solve(&format!("{text}{more}"), &draws(64)).run.log10_p_evidence;
            let Some(story) = told.first() else { continue };
            let all: String = stories.told.iter().zip(&story.states).map(|(&factor, &state)| {
                let factor = &findings.factors[factor];
                seen(&factor.id, &factor.states[state].0)
            }).collect();
            let share = libm::exp10(log10_p(&all) - log10_p(&seen("q", outcome)));
            // 1e-9: two other networks; rounding is far below
            prop_assert!((story.share - share).abs() <= 1e-9, "{} is not {share} in\n{text}", story.share);
        }
    }

    /// Points: all stories of an outcome together are the outcome, and none is told twice.
    #[test]
    fn all_stories_add_up_to_the_answer(model in any_model(false)) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let mut settings = draws(1);
        settings.wanted.n_stories = 1_000;
        let findings = solve(&format!("{DATED}{}", model.text()), &settings);
        let question = &findings.questions[0];
        for (outcome, stories) in question.outcomes.iter().zip(&findings.stories[0].outcomes) {
            let sum: f64 = stories.iter().map(|story| story.p).sum();
            prop_assert!((sum - outcome.estimate.p).abs() <= 1e-9, "{sum}: {}", model.text());
            prop_assert!(stories.is_sorted_by(|a, b| a.p >= b.p));
            let told: std::collections::BTreeSet<_> = stories.iter().map(|story| &story.states).collect();
            prop_assert_eq!(told.len(), stories.len());
        }
    }

    /// With ranges: readings add up to the answer (total probability), each is what seeing it gives,
    /// and no look teaches more than there is to know.
    #[test]
    fn readings_add_up_to_the_answer(model in any_model(true)) {
        if model.contradicts_itself() {
            return Ok(());
        }
        let text = format!("{DATED}{}", model.text());
        let findings = solve(&text, &draws(32));
        let (worth, now) = (&findings.worth[0], p(&findings, "q", "yes"));
        for look in worth.looks.iter().chain(&worth.factors) {
            let sum = |of: &dyn Fn(&weigh::findings::Reading) -> f64| -> f64 {
                look.readings.iter().map(of).sum()
            };
            prop_assert!((sum(&|reading| reading.p) - 1.0).abs() <= 1e-12);
            let total = sum(&|reading| reading.p * reading.answer.unwrap_or(0.0));
            prop_assert!((total - now).abs() <= 1e-12, "{total} is not {now} in\n{text}");
            prop_assert!((0.0..=worth.bits + 1e-12).contains(&look.value.bits));
            // A headline without sampling is another mean than that of the draws.
            let id = &findings.factors[look.factor].id;
            let sampled = !findings.questions[0].headline.contains("exact");
            for reading in look.readings.iter().take(1).filter(|_| sampled) {
                let Some(answer) = reading.answer.filter(|_| reading.p > 1e-9) else { continue };
                let more = format!("evidence seen_{id}\n  observes {id} = {}\n", reading.state);
                let seen = p(&solve(&format!("{text}{more}"), &draws(32)), "q", "yes");
                prop_assert!((seen - answer).abs() <= 1e-9, "{id} = {}: {seen}, {answer} in\n{text}", reading.state);
            }
        }
    }

    /// A rate for the very time that is left is the number itself; for a fourth of it, 1 - (1 - p)^4.
    /// Four years are 1461 days.
    #[test]
    fn a_rate_for_the_time_that_is_left_is_the_number_itself(number in any_number(true)) {
        let as_of = date(2022, 10, 14);
        let by = as_of + 1461.days();
        let headline = |number: &str, per: &str| {
            let text = format!(
                "assessment \"A\"\n  as of {as_of}\n  errors independent\n\
                 question q\n  by {by}\nbase rate {number}{per}\n"
            );
            p(&solve(&text, &draws(256)), "q", "yes")
        };
        let written = number.probability();
        // A range that is carried is no longer drawn in proportion: its headline is the mean of draws.
        let slack = if number.width == 0 { 1e-12 } else { 0.002 };
        let (plain, carried) = (headline(&written, ""), headline(&written, " per 4 years"));
        prop_assert!((plain - carried).abs() <= slack, "{plain} is not {carried}");
        let point = Number { width: 0, ..number };
        let plain = headline(&point.probability(), "");
        let carried = headline(&point.probability(), " per year");
        let expected = 1.0 - (1.0 - plain) * (1.0 - plain) * (1.0 - plain) * (1.0 - plain);
        prop_assert!((carried - expected).abs() <= 1e-12, "{carried} is not {expected}");
    }
}

/// Above fifteen reasons orders are sampled. Weights on the odds of one question do not interact, so
/// each share is still its weight, without an error.
#[test]
fn shares_of_many_reasons_are_their_weights_where_they_do_not_interact() {
    let reason = |ix: u32| format!("reason r{ix} \"R\"\n  odds x {}\n", f64::from(ix + 10) / 20.0);
    let reasons: String = (0..20).map(reason).collect();
    let findings = solve(&format!("{DATED}question q\nbase rate 20%\n{reasons}"), &draws(1));
    let carried = &findings.questions[0].carried[0];
    assert!(carried.sampled.is_some_and(|n_pairs| n_pairs >= 50));
    assert_eq!(carried.shares.len(), 20);
    for share in &carried.shares {
        let weight = libm::log((share.reason as f64 + 10.0) / 20.0);
        assert!((share.share.unwrap() - weight).abs() <= 1e-12, "{share:?} is not {weight}");
        assert!(share.error.unwrap() <= 1e-12, "{share:?}");
    }
    assert!(carried.overlap.unwrap().abs() <= 1e-12);
}

/// With conditional independence a share is the log likelihood ratio, and nothing overlaps.
#[test]
fn shares_of_independent_evidence_are_its_weights() {
    let text = format!(
        "{DATED}question q\n  base 10%\nreason a \"A\"\nreason b \"B\"\n\
         evidence e\n  likelihood 4 if q = yes, 1 otherwise\n  because a\n\
         evidence f\n  likelihood 1 if q = yes, 3 otherwise\n  because b\n"
    );
    let findings = solve(&text, &draws(1));
    let carried = &findings.questions[0].carried[0];
    for (share, ratio) in carried.shares.iter().zip([4.0, 1.0 / 3.0]) {
        assert!((share.share.unwrap() - libm::log(ratio)).abs() <= 1e-12, "{share:?}");
    }
    assert!(carried.overlap.unwrap().abs() <= 1e-12);
    assert!(
        carried.evidence.is_none(),
        "all grounds are evidence, so there is nothing to tell apart"
    );
}

/// Certainty has no log odds: the shares are of the probability then, and still add up.
#[test]
fn what_makes_certain_is_counted_in_points() {
    let text = format!(
        "{DATED}question q\n  base 10%\nfactor sign\n  yes if q = yes\nreason a \"A\"\n\
         evidence e\n  observes sign = no\n  because a\nreason b \"B\"\n  odds x 3\n"
    );
    let findings = solve(&text, &draws(1));
    let carried = &findings.questions[0].carried[0];
    assert_eq!(carried.unit, Unit::Probability);
    // Alone a takes 10 points; after b, which makes 10% into 25%, it takes all 25.
    let share = |reason| carried.shares.iter().find(|share| share.reason == reason).unwrap().share;
    assert!((share(0).unwrap() - -0.175).abs() <= 1e-12, "{carried:?}");
    assert!((share(1).unwrap() - 0.075).abs() <= 1e-12, "{carried:?}");
}

/// Of more than two outcomes each has a decomposition of its own against the rest, which adds up.
#[test]
fn each_of_several_outcomes_is_decomposed() {
    let text = format!(
        "{DATED}question q: low, middle, high\n  base low 20%, middle 30%, high 50%\n\
         reason a \"A\"\n  odds of high x 3\nreason b \"B\"\n  odds of low x 2\n\
         evidence e\n  likelihood 4 if q = middle, 1 otherwise\n  because b\n"
    );
    let findings = solve(&text, &draws(1));
    let question = &findings.questions[0];
    let outcomes: Vec<usize> = question.carried.iter().map(|carried| carried.outcome).collect();
    assert_eq!(outcomes, [2, 0, 1], "the focus first");
    let log_odds = |p: f64| libm::log(p / (1.0 - p));
    for carried in &question.carried {
        let whole = log_odds(carried.p) - log_odds(carried.without.unwrap());
        let sum: f64 = carried.shares.iter().map(|share| share.share.unwrap()).sum();
        assert!((sum - whole).abs() <= 1e-12, "{carried:?}");
        for part in [&carried.evidence, &carried.weights] {
            let part = part.as_ref().unwrap();
            let whole = log_odds(carried.p) - log_odds(part.without.unwrap());
            let sum: f64 = part.shares.iter().map(|share| share.share.unwrap()).sum();
            assert!((sum - whole).abs() <= 1e-12, "{part:?}");
        }
    }
}

/// Two numbers that only together take the answer over an edge: put back, they give it.
#[test]
fn a_pair_put_back_into_the_file_gives_the_edge() {
    // Each alone, at the end of its range, stays below 50%; both go beyond.
    let text = format!(
        "{DATED}  errors independent\nquestion q\n  yes if a = yes or b = yes\nfactor a\n  base 15% to 35%\nfactor b\n  base 10% to 30%\n"
    );
    let findings = solve(&text, &draws(64));
    let question = &findings.questions[0];
    let pair = question.pair_flips.iter().find(|pair| pair.edge == 0.5).unwrap();
    assert!(pair.live, "{pair:?}");
    assert!(question.flips.iter().all(|flip| flip.edge != 0.5 || !flip.live));
    let at = [(pair.swings.0, pair.values.0), (pair.swings.1, pair.values.1)];
    let changed = at.iter().fold(text, |text, &(swing, value)| {
        put_back(&text, &question.swings[swing], value).unwrap()
    });
    assert!((p(&solve(&changed, &draws(64)), "q", "yes") - 0.5).abs() <= 1e-9);
}

/// The loss of a source is the file without what it reports; another grade is the file with it.
#[test]
fn a_source_lost_or_graded_otherwise_is_a_file_without_or_with_it() {
    let file = |grade: &str, own: &str| {
        format!(
            "{DATED}  errors independent\nquestion q\n  decide at 30%\n  base 20%\nsource s \"S\"\n  reliability {grade}\n\
             source t \"T\"\n  origin s\nsource u \"U\"\n  reliability B\n{own}\
             evidence other\n  source u\n  reports q = yes\n"
        )
    };
    let own = "evidence one\n  source s\n  reports q = no\nevidence two\n  source t\n  likelihood 1 if q = yes, 2 otherwise\n";
    let findings = solve(&file("B", own), &draws(64));
    let question = &findings.questions[0];
    let of = |name: &str| {
        let source = findings.sources.iter().position(|source| source.id == name).unwrap();
        question.source_changes.iter().find(|change| change.source == source)
    };
    let lost = of("s").unwrap();
    let without = solve(&file("B", ""), &draws(64));
    assert!((lost.without.unwrap() - p(&without, "q", "yes")).abs() <= 1e-12);
    assert_eq!(lost.crosses.as_deref(), Some("the border of \"very unlikely\""));
    let grade = lost.grade.as_ref().unwrap();
    let regraded = solve(&file(&grade.letter.to_string(), own), &draws(64));
    assert!((grade.p - p(&regraded, "q", "yes")).abs() <= 1e-9, "{grade:?}");
    // What only repeats has no report of its own to lose but what it alone is cited for.
    assert!(of("t").is_some() && of("u").is_some());
}

/// With more than two outcomes the most likely one may change: there two are alike.
#[test]
fn a_change_of_the_most_likely_outcome_is_an_edge() {
    let text =
        format!("{DATED}question q: low, middle, high\n  base low 25%, middle 35%, high rest\n");
    let findings = solve(&text, &draws(64));
    let question = &findings.questions[0];
    let turns = |flip: &&Flip| flip.edge_name == "where `middle` becomes more likely than `high`";
    let flip = question.flips.iter().find(turns).unwrap();
    let changed = put_back(&text, &question.swings[flip.swing], flip.value);
    // Two points on the line of the base: what was typed tells them apart.
    let changed = solve(&changed.unwrap(), &draws(64));
    assert!((p(&changed, "q", "middle") - p(&changed, "q", "high")).abs() <= 1e-9);
    assert!((p(&changed, "q", "high") - flip.edge).abs() <= 1e-9);
}

/// The text with another value in place of a number; none if its line has what was typed twice.
fn put_back(text: &str, swing: &Swing, value: f64) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line = &mut lines[swing.place.line as usize - 1];
    if line.matches(&swing.written).count() != 1 {
        return None;
    }
    *line = line.replacen(&swing.written, &number(value), 1);
    Some(lines.join("\n") + "\n")
}

/// Factors of two states that a rule may be on: more than one table is written for.
const MANY: usize = 12;

/// A condition on such factors.
#[derive(Debug, Clone)]
enum Rule {
    Is(usize, bool),
    Not(Box<Rule>),
    All(Vec<Rule>),
    Any(Vec<Rule>),
}

impl Rule {
    fn text(&self) -> String {
        let joined = |rules: &[Rule], word: &str| {
            let parts: Vec<String> = rules.iter().map(Rule::text).collect();
            format!("({})", parts.join(word))
        };
        match self {
            Rule::Is(factor, is) => format!("f{factor} = {}", if *is { "yes" } else { "no" }),
            Rule::Not(rule) => format!("not ({})", rule.text()),
            Rule::All(rules) => joined(rules, " and "),
            Rule::Any(rules) => joined(rules, " or "),
        }
    }

    /// Whether it holds where the factors are `yes` whose bits are set.
    fn holds(&self, row: usize) -> bool {
        match self {
            Rule::Is(factor, is) => (row >> factor & 1 == 1) == *is,
            Rule::Not(rule) => !rule.holds(row),
            Rule::All(rules) => rules.iter().all(|rule| rule.holds(row)),
            Rule::Any(rules) => rules.iter().any(|rule| rule.holds(row)),
        }
    }
}

/// A rule on a few of the factors, and one on all of them.
fn any_rules() -> impl Strategy<Value = [Rule; 2]> {
    let leaf = (0..MANY, any::<bool>()).prop_map(|(factor, is)| Rule::Is(factor, is));
    let few = leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
            prop::collection::vec(inner.clone(), 2..5).prop_map(Rule::All),
            prop::collection::vec(inner, 2..5).prop_map(Rule::Any),
        ]
    });
    let order = Just((0..MANY).collect::<Vec<usize>>()).prop_shuffle();
    let all = (order, any::<u16>(), 0..MANY).prop_map(|(order, states, n_any)| {
        let mut all: Vec<Rule> =
            order.into_iter().map(|factor| Rule::Is(factor, states >> factor & 1 == 1)).collect();
        let any = all.split_off(n_any);
        all.push(Rule::Any(any));
        Rule::All(all)
    });
    (few, all).prop_map(|(few, all)| [few, all])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    /// Rules and odds over many factors, which are chains of small tables where these are smaller, against the sum over all
    /// states of the factors: to a few roundings of four thousand products.
    #[test]
    fn rules_on_many_factors_are_what_their_rows_say(
        rules in any_rules(),
        bases in prop::collection::vec(1..100u32, MANY),
        numbers in [1..100u32, 1..100u32, 1..100u32],
        has_odds: bool,
    ) {
        let [few, all] = &rules;
        let [first, second, third] = numbers.map(|points| f64::from(points) / 100.0);
        let form = match has_odds {
            true => format!(
                "  base {}\n  odds x {} if {}\n  odds x {} if {}\n",
                number(first), number(second * 9.0), few.text(), number(third * 9.0), all.text(),
            ),
            false => format!(
                "  yes {} if {}, {} if {}, {} otherwise\n",
                number(first), few.text(), number(second), all.text(), number(third),
            ),
        };
        let yes = |row: usize| match (has_odds, few.holds(row), all.holds(row)) {
            (true, holds, other) => {
                let weight = if holds { second * 9.0 } else { 1.0 };
                let odds = first * weight * if other { third * 9.0 } else { 1.0 };
                odds / (odds + 1.0 - first)
            }
            (false, true, _) => first,
            (false, false, true) => second,
            (false, false, false) => third,
        };
        let (mut expected, mut with_first) = (0.0, 0.0);
        for row in 0..1 << MANY {
            let mut p = yes(row);
            for (factor, points) in bases.iter().enumerate() {
                let base = f64::from(*points) / 100.0;
                p *= if row >> factor & 1 == 1 { base } else { 1.0 - base };
            }
            expected += p;
            with_first += if row & 1 == 1 { p } else { 0.0 };
        }
        let mut text = format!("{DATED}  errors independent\nquestion effect\n{form}");
        for (factor, points) in bases.iter().enumerate() {
            write!(text, "factor f{factor}\n  base {}\n", number(f64::from(*points) / 100.0)).unwrap();
        }
        let found = p(&solve(&text, &draws(1)), "effect", "yes");
        prop_assert!((found - expected).abs() <= 1e-12, "{} for {}: {}", found, expected, text);

        text.push_str(
            "question asked\n  yes if f0 = yes\nevidence seen \"it happened\"\n  observes effect = yes\n",
        );
        let found = p(&solve(&text, &draws(1)), "asked", "yes");
        prop_assert!((found - with_first / expected).abs() <= 1e-12, "{} for {}: {}", found, with_first / expected, text);
    }
}
