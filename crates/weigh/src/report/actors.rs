//! Actors: what each does in each case, how the answer follows their precision, what would make them act,
//! and how much rests on the game. If the payoffs are right.

use maud::{Markup, html};
use weigh_analysis::findings::{
    ActorFinding, ActorsFinding, ChoiceFinding, ChoiceFlip, Findings, InformationFinding,
    QuestionFinding, SweepPoint,
};

use super::chart::Axis;
use super::csv;
use super::{cite, names, words};

/// Height of the sweep's picture, in pixels.
const HEIGHT: f64 = 180.0;
/// Cases of a choice in sight; the rest are a click away.
const N_CASES: usize = 8;

/// How reliably an actor chooses, in a sentence.
pub fn precision(actor: &ActorFinding) -> String {
    match &actor.picks {
        None => "Always picks the better option (`rational`).".to_owned(),
        Some(picks) => format!(
            "Picks the better of two options {} points apart {} of the time ({}).",
            words::number(picks.points),
            words::percent_in_words(picks.often),
            picks.written,
        ),
    }
}

/// What somebody sees, in words: `demand = insists and poll = low`.
pub fn case(findings: &Findings, choice: &ChoiceFinding, states: &[usize]) -> String {
    let word = |(&factor, &state): (&usize, &usize)| {
        let factor = &findings.factors[factor];
        format!("{} = {}", factor.id, factor.states[state].0)
    };
    let told: Vec<String> = choice.knows.iter().zip(states).map(word).collect();
    if told.is_empty() { "whatever happens".to_owned() } else { told.join(" and ") }
}

/// A number at which somebody would act, in a sentence.
pub fn flip(findings: &Findings, choice: &ChoiceFinding, flip: &ChoiceFlip) -> String {
    let (option, now) = &findings.factors[choice.factor].states[flip.option];
    format!(
        "If {} were {} ({} {}), `{option}` would rise from {} to 50% ({}:{}).",
        flip.what,
        turning_value(flip),
        if flip.low < flip.high { "range:" } else { "now" },
        flip.written,
        words::percent(now.p),
        flip.place.file,
        flip.place.line,
    )
}

/// What an actor would gain by knowing something, in a sentence.
pub fn information(findings: &Findings, look: &InformationFinding) -> String {
    let name = |factor: usize| format!("`{}`", findings.factors[factor].id);
    let (choice, about) = (name(look.choice), name(look.about));
    let points = words::number(look.gain.abs());
    match look.gain > 0.0 {
        true => format!("Knowing {about} when choosing {choice} would be worth {points} points."),
        false => format!(
            "Knowing {about} when choosing {choice} would cost {points} points: others would answer it."
        ),
    }
}

/// How much of an answer rests on the game, in sentences.
pub fn reliance(actors: &ActorsFinding, findings: &Findings, question_ix: usize) -> Vec<String> {
    let question = &findings.questions[question_ix];
    let focus = &question.outcomes[question.focus];
    let now = words::percent_in_words(focus.estimate.p);
    let told = actors.even.iter().filter_map(|even| {
        let answer = words::percent_in_words(even.answers[question_ix]?);
        let what = match even.choice {
            Some(choice) => format!("`{}` were chosen at even odds", findings.factors[choice].id),
            None => "every choice were made at even odds".to_owned(),
        };
        Some(match answer == now {
            true => format!("If {what}, `{}` would stay at {now}.", focus.state),
            false => format!("If {what}, `{}` would be {answer} and not {now}.", focus.state),
        })
    });
    told.collect()
}

/// What the sweep shows, in a sentence.
pub fn swept(actors: &ActorsFinding, question: &QuestionFinding, question_ix: usize) -> String {
    let answer = |point: &SweepPoint| point.answers[question_ix];
    let answers: Vec<f64> = actors.sweep.iter().filter_map(answer).collect();
    let state = &question.outcomes[question.focus].state;
    let (Some(first), Some(last)) = (answers.first(), answers.last()) else {
        return format!("At no precision is there an answer for `{state}`.");
    };
    let low = answers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = answers.iter().copied().fold(0.0, f64::max);
    format!(
        "From actors who choose at random to actors who never err, `{state}` goes from {} to {}, and lies between {} and {} on the way.",
        words::percent_in_words(*first),
        words::percent_in_words(*last),
        words::percent_in_words(low),
        words::percent_in_words(high),
    )
}

/// What must be told of how the game was solved; nothing if all is plain.
pub fn solved(actors: &ActorsFinding, findings: &Findings) -> Vec<String> {
    let draws = findings.run.draws as usize;
    let mut told = Vec::new();
    if let Some(fork) = actors.fork {
        let answers = actors.others.iter().enumerate().map(|(ix, other)| {
            let of = findings.questions.iter().zip(&other.answers);
            let of: Vec<String> = of
                .filter_map(|(question, p)| {
                    let state = &question.outcomes[question.focus].state;
                    Some(format!("`{}` = {state} {}", question.id, words::percent((*p)?)))
                })
                .collect();
            format!(" Equilibrium {}: {}.", ix + 2, words::list(&of))
        });
        told.push(format!(
            "Actors who watch each other could settle on something else: from {} of the stated precision on, another branch of equilibria lies near.{}",
            words::percent_in_words(fork),
            answers.collect::<String>(),
        ));
    }
    if actors.n_forked > 0 {
        told.push(format!(
            "In {} of {} draws there are several equilibria; the one on the principal branch is counted.",
            words::group_thousands(&actors.n_forked.to_string()),
            words::group_thousands(&draws.to_string()),
        ));
    }
    if actors.n_stopped > 0 {
        told.push(format!(
            "In {} of {} draws the branch could not be followed to the stated precision; its last point is counted.",
            words::group_thousands(&actors.n_stopped.to_string()),
            words::group_thousands(&draws.to_string()),
        ));
    }
    told
}

/// Where somebody would act, in the two digits that it is known to.
fn turning_value(flip: &ChoiceFlip) -> String {
    match flip.is_probability {
        true => words::percent(flip.value),
        false => format!("{} points", words::number(words::two_digits(flip.value))),
    }
}

/// The same on the page, where the number is named in words and its line is a link away.
fn flip_told(findings: &Findings, choice: &ChoiceFinding, flip: &ChoiceFlip) -> Markup {
    let (option, now) = &findings.factors[choice.factor].states[flip.option];
    html! {
        @if flip.live { strong.live { "A live doubt. " } }
        "If " (names::number_name(&flip.what, &flip.written)) " were " strong { (turning_value(flip)) } ", "
        code { (option) } " would rise from " (words::percent_in_words(now.p)) " to 50%"
        span.detail { " (" (if flip.low < flip.high { "the range is " } else { "the file says " }) (cite::unbroken(&flip.written)) ") " (cite::place(&flip.place)) }
    }
}

/// The section; nothing where nobody chooses.
pub fn section(findings: &Findings) -> Markup {
    let Some(actors) = &findings.actors else { return html! {} };
    html! {
        section #actors aria-labelledby="h-actors" {
            h2 #h-actors { "Actors: what they choose" }
            p.method-note {
                "All of this holds if the payoffs are right. Each actor weighs the options by what is wanted and by what the others will do, who do the same. "
                "Nobody in the game knows the evidence of this assessment: choices are found without it, and only then is it looked at."
            }
            @for told in solved(actors, findings) { p.warning { (cite::prose(&told)) } }
            @for actor in &actors.actors { (self::actor(findings, actor)) }
            h3.minor { "How much rests on the game" }
            @for (ix, question) in findings.questions.iter().enumerate() {
                @if findings.questions.len() > 1 { h4 dir="auto" { (question.text) } }
                ul { @for told in reliance(actors, findings, ix) { li { (cite::prose(&told)) } } }
                p { (cite::prose(&swept(actors, question, ix))) }
                (picture(actors, question, ix))
                (sweep_table(actors, question, ix))
            }
        }
    }
}

fn actor(findings: &Findings, actor: &ActorFinding) -> Markup {
    html! {
        h3.minor dir="auto" { (actor.text) }
        p { (cite::prose(&precision(actor))) " " (cite::place(&actor.place)) }
        @for choice in &actor.choices { (self::choice(findings, choice)) }
        @if !actor.wants.is_empty() {
            details.rest {
                summary { "What is wanted: " (words::count(actor.wants.len(), "payoff", "payoffs")) }
                table.stack {
                    caption { "On a scale of 0 to 100 points" }
                    thead { tr { th scope="col" { "Payoff" } th.num scope="col" { "Points" } th scope="col" { "Why" } } }
                    tbody {
                        @for want in actor.wants.iter().chain(&actor.expects) {
                            tr {
                                th scope="row" { (names::number_name(&want.what, &want.written)) " " (cite::place(&want.place)) }
                                td.num data-label="Points" { (want.written) }
                                td data-label="Why" {
                                    @if let Some(rationale) = &want.rationale { (cite::own_words(rationale)) " " }
                                    @if let Some(reason) = want.reason { (cite::own_words(&findings.reasons[reason].text)) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if !actor.information.is_empty() {
            details.rest {
                summary { "What it would be worth to this actor to know" }
                p.method-note { "To the actor, in points, before choosing. What is worth knowing to the analyst is another matter, and stands under “What to look for”." }
                ul { @for look in &actor.information { li { (cite::prose(&information(findings, look))) } } }
            }
        }
        (cite::quotes(findings, &actor.quotes))
        (cite::notes(&actor.notes))
    }
}

fn choice(findings: &Findings, choice: &ChoiceFinding) -> Markup {
    let factor = &findings.factors[choice.factor];
    let mut cases: Vec<_> = choice.cases.iter().collect();
    cases.sort_by(|a, b| b.p.total_cmp(&a.p));
    let (first, rest) = cases.split_at(cases.len().min(N_CASES));
    let table = |cases: &[&weigh_analysis::findings::CaseFinding]| {
        html! {
            table.stack {
                caption { "What is chosen in each case, and how often the case comes about, before any evidence" }
                thead { tr { th scope="col" { "Where this is known" } th.num scope="col" { "Case" } @for (option, _) in &factor.states { th.num scope="col" { (option) } } } }
                tbody {
                    @for case in cases {
                        tr {
                            th scope="row" { (cite::own_words(&self::case(findings, choice, &case.states))) }
                            td.num data-label="Case" { (words::percent(case.p)) }
                            @for ((option, _), estimate) in factor.states.iter().zip(&case.options) { td.num data-label=(option) { (words::estimate(estimate)) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        h4 dir="auto" { (factor.text) }
        p {
            @for (ix, (option, estimate)) in factor.states.iter().enumerate() {
                @if ix > 0 { "; " }
                (cite::prose(&format!("`{option}` {}, before any evidence {}", words::estimate(estimate), words::percent(choice.before[ix]))))
            }
            "."
        }
        @if !first.is_empty() { (table(first)) }
        @if !rest.is_empty() {
            details.rest {
                summary { (words::count(rest.len(), "case that comes about less often", "cases that come about less often")) }
                (table(rest))
            }
        }
        @if choice.cases.is_empty() { p { "There are too many cases that could be seen to list them." } }
        @if choice.flips.is_empty() { p { "No single payoff within the scale, and no other number of the actors, would take another option over 50%." } }
        @else {
            p { "What would bring another choice about, the payoffs being what is in doubt:" }
            ul.flips { @for flip in &choice.flips { li { (flip_told(findings, choice, flip)) } } }
        }
    }
}

/// The answer as a curve over precision, in part of the width.
fn picture(actors: &ActorsFinding, question: &QuestionFinding, question_ix: usize) -> Markup {
    let points: Vec<(f64, f64)> = actors
        .sweep
        .iter()
        .filter_map(|point| Some((200.0 * (point.often - 0.5), point.answers[question_ix]?)))
        .collect();
    let now = question.outcomes[question.focus].estimate.p;
    let axis = Axis::of_probabilities(points.iter().map(|(_, p)| *p).chain([now]));
    let y = |p: f64| HEIGHT * (1.0 - axis.fraction(p));
    let at: Vec<String> = points.iter().map(|(x, p)| format!("{x:.2},{:.1}", y(*p))).collect();
    let line = at.join(" ");
    html! {
        figure.course {
            svg role="img" width="100%" height=(HEIGHT + 36.0) {
                title { (swept(actors, question, question_ix)) }
                svg y="12" width="100%" height=(HEIGHT) overflow="visible" {
                    @for (value, label) in axis.ticks() {
                        line.tick x1="0" x2="100%" y1=(format!("{:.1}", y(*value))) y2=(format!("{:.1}", y(*value))) {}
                        text.scale x="-8" y=(format!("{:.1}", y(*value) + 4.0)) text-anchor="end" { (label) }
                    }
                    svg width="100%" height=(HEIGHT) viewBox=(format!("0 0 100 {HEIGHT}")) preserveAspectRatio="none" overflow="visible" {
                        polyline.line points=(line) {}
                    }
                    line.reference x1="0" x2="100%" y1=(format!("{:.1}", y(now))) y2=(format!("{:.1}", y(now))) {}
                }
                text.scale x="0" y=(HEIGHT + 30.0) text-anchor="start" { "50%: at random" }
                text.scale x="50%" y=(HEIGHT + 30.0) text-anchor="middle" { "75%" }
                text.scale x="100%" y=(HEIGHT + 30.0) text-anchor="end" { "100%: never errs" }
            }
        }
        p.method-note { "How often the better of two options ten points apart is picked, by all alike. The straight line is the answer as it stands, with each actor’s own precision, at " (words::percent(now)) "." }
    }
}

fn sweep_table(actors: &ActorsFinding, question: &QuestionFinding, question_ix: usize) -> Markup {
    let state = &question.outcomes[question.focus].state;
    html! {
        details.rest {
            summary { "The curve as a table" }
            table {
                thead { tr { th scope="col" { "Picks the better" } th.num scope="col" { (state) } } }
                tbody {
                    @for point in &actors.sweep {
                        tr {
                            th scope="row" { (words::percent(point.often)) }
                            td.num { @match point.answers[question_ix] { Some(p) => (words::percent(p)), None => "–" } }
                        }
                    }
                }
            }
            (csv::link(
                "precision",
                &["picks the better", "p"],
                actors.sweep.iter().map(|point| vec![point.often.into(), point.answers[question_ix].into()]),
            ))
        }
    }
}
