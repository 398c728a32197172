//! The engine's short names of numbers, `order: odds if pressure = strong`, in a reader's words.

use maud::{Markup, html};
use weigh_analysis::findings::{Findings, Swing};

use super::{cite, words};

/// What a number is, in words with the names of the file in backticks: `the weight of `pressure = strong` on `order``.
pub fn in_words(what: &str) -> String {
    let named = |name: &str| format!("`{name}`");
    // A state is only worth saying where it is not the plain `yes`.
    let being = |id: &str, state: &str| {
        if state == "yes" { named(id) } else { named(&format!("{id} = {state}")) }
    };
    if let Some(source) = what.strip_prefix("reliability of ") {
        return format!("the share of true reports from {}", named(source));
    }
    if let Some((source, origin)) = what.split_once(" copies ") {
        return format!("the chance that {} only repeats {}", named(source), named(origin));
    }
    if let Some((actor, state)) = what.split_once(" expects ") {
        return format!("the chance of {} in the eyes of {}", named(state), named(actor));
    }
    if what == "base rate" {
        return "the base rate".to_owned();
    }
    let Some((id, rest)) = what.split_once(": ") else { return named(what) };
    if rest == "payoff" {
        return format!("what {} gets whatever happens", named(id));
    }
    if let Some(case) = rest.strip_prefix("payoff if ") {
        return format!("what {} is worth to {}", named(case), named(id));
    }
    if rest.starts_with("picks ") {
        return format!("how often {} {rest}", named(id));
    }
    if rest == "base" {
        return format!("the starting chance of {}", named(id));
    }
    if let Some(state) = rest.strip_prefix("base of ") {
        return format!("the starting chance of {}", being(id, state));
    }
    if rest == "leak" {
        return format!("the chance of {} without any cause listed", named(id));
    }
    if let Some(cause) = rest.strip_prefix("caused by ") {
        return format!("the chance that {} brings about {}", named(cause), named(id));
    }
    if let Some(rest) = rest.strip_prefix("hazard") {
        return format!("the hazard of {}{rest}", named(id));
    }
    if let Some(rest) = rest.strip_prefix("odds") {
        let (of, cause) =
            rest.split_once(" if ").map_or((rest, None), |(of, cause)| (of, Some(cause)));
        let on = of
            .strip_prefix(" of ")
            .map_or_else(|| id.to_owned(), |state| format!("{id} = {state}"));
        return match (cause, of.strip_prefix(" of ")) {
            (Some(cause), _) => format!("the weight of {} on {}", named(cause), named(&on)),
            (None, Some(state)) => format!("the weight of {} on {}", named(id), named(state)),
            (None, None) => format!("the weight of {}", named(id)),
        };
    }
    if let Some(rest) = rest.strip_prefix("likelihood") {
        return match rest.strip_prefix(" if ") {
            Some(cause) => format!("the likelihood of {} if {}", named(id), named(cause)),
            None => format!("the likelihood of {}{rest}", named(id)),
        };
    }
    if let Some((state, given)) = rest.split_once(" given ") {
        return format!("the chance of {} given {}", being(id, state), named(given));
    }
    if let Some((state, cause)) = rest.split_once(" if ") {
        return format!("the chance of {} if {}", being(id, state), named(cause));
    }
    if let Some(state) = rest.strip_suffix(" otherwise") {
        return format!("the chance of {} otherwise", being(id, state));
    }
    // Several numbers in one formula: what follows the colon is the one meant.
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("the number {rest} in {}", named(id));
    }
    format!("the chance of {}", being(id, rest))
}

/// The same as a part of a sentence: names in italics, each in its own direction of writing.
pub fn number_name(what: &str, written: &str) -> Markup {
    let mut text = in_words(what);
    // Counted cases are what is called a base rate.
    if written.contains(" of ") {
        text = text.replacen("the starting chance of", "the base rate of", 1);
    }
    html! {
        span.number-name {
            @for (ix, part) in text.split('`').enumerate() {
                @if ix % 2 == 1 { i { (cite::own_words(part)) } } @else { (part) }
            }
        }
    }
}

/// Whether the number is a factor on odds, so that its values are read with a multiplication sign.
pub fn is_factor(what: &str, is_probability: bool) -> bool {
    let rest = what.split_once(": ").map_or("", |(_, rest)| rest);
    !is_probability && rest.split(' ').next() == Some("odds")
}

/// A value of the number in the form that its author used.
pub fn value(swing: &Swing, at: f64) -> String {
    if is_factor(&swing.what, swing.is_probability) {
        format!("×\u{a0}{}", words::number(at))
    } else if swing.is_probability {
        as_typed(swing, at).unwrap_or_else(|| words::percent_in_words(at))
    } else {
        words::number(at)
    }
}

/// An end of a range with the digits that its author gave it: `1.5%`, which is not to be read as 2%.
fn as_typed(swing: &Swing, at: f64) -> Option<String> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let digits = format!("{:.4}", 100.0 * at);
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let is_end = at == swing.low || at == swing.high;
    let mut typed = swing.written.split(|c| !is_number(c));
    (is_end && typed.any(|it| it == digits)).then(|| format!("{digits}%"))
}

/// The value at which something happens, in the two digits that it is known to.
pub fn turning_value(swing: &Swing, at: f64) -> String {
    value(swing, if swing.is_probability { at } else { words::two_digits(at) })
}

/// What the names in a number's name stand for, with links, so that nobody needs the file to read the sentence. Those
/// already told in the same list, by their links in `told`, are not told again.
pub fn gloss(findings: &Findings, what: &str, told: &mut Vec<String>) -> Markup {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut named: Vec<(&str, &str, String)> = Vec::new();
    for name in what.split(|c: char| !is_name(c)).filter(|name| !name.is_empty()) {
        let Some((text, href)) = text_of(findings, name, what) else { continue };
        if text != name && !told.contains(&href) {
            told.push(href.clone());
            named.push((name, text, href));
        }
    }
    html! {
        @if !named.is_empty() {
            span.gloss {
                @for (ix, (name, text, href)) in named.iter().enumerate() {
                    @if ix > 0 { " · " }
                    i { (cite::own_words(name)) } ": " a href=(href) { (cite::own_words(text)) }
                }
                " "
            }
        }
    }
}

/// The text behind a name of the file, and where the page has it.
fn text_of<'a>(findings: &'a Findings, name: &str, what: &str) -> Option<(&'a str, String)> {
    let reason = || {
        let at = findings.reasons.iter().position(|it| it.id == name)?;
        Some((findings.reasons[at].text.as_str(), format!("#reason-{at}")))
    };
    let factor = || {
        let at = findings.factors.iter().position(|it| it.id == name)?;
        Some((findings.factors[at].text.as_str(), format!("#factor-{at}")))
    };
    let quantity = || {
        let at = findings.quantities.iter().position(|it| it.id == name)?;
        Some((findings.quantities[at].text.as_str(), format!("#quantity-{at}")))
    };
    let evidence = || {
        let at = findings.evidence.iter().position(|it| it.id == name)?;
        Some((findings.evidence[at].text.as_str(), format!("#evidence-{at}")))
    };
    let source = || {
        let at = findings.sources.iter().position(|it| it.id == name)?;
        Some((findings.sources[at].title.as_str(), format!("#source-{at}")))
    };
    // Reasons, factors, evidence and sources may share a name; what the number is says which is meant.
    if what.starts_with("reliability of ") || what.contains(" copies ") {
        return source();
    }
    let is_head = what.split_once(": ").is_some_and(|(head, _)| head == name);
    let rest = what.split_once(": ").map_or("", |(_, rest)| rest);
    if is_head && rest.starts_with("odds") && !rest.contains(" if ") {
        return reason().or_else(factor);
    }
    if is_head && rest.starts_with("likelihood") {
        return evidence().or_else(factor);
    }
    factor().or_else(quantity)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::{in_words, value};

    #[test]
    fn an_author_finds_his_own_digits() {
        let mut swing = samples::belarus().questions[0].swings[0].clone();
        (swing.what, swing.is_probability) = ("unrest: leak".to_owned(), true);
        (swing.low, swing.high, swing.written) = (0.003, 0.015, "0.3% to 1.5%".to_owned());
        assert_eq!(
            (value(&swing, 0.003).as_str(), value(&swing, 0.015).as_str()),
            ("0.3%", "1.5%")
        );
        // What nobody typed has the digits of every other probability.
        assert_eq!(value(&swing, 0.0149), "1%");
        (swing.low, swing.high, swing.written) = (0.334, 0.731, "8 of 15".to_owned());
        assert_eq!(value(&swing, 0.334), "33%");
    }

    #[test]
    fn every_kind_of_number_has_words() {
        let said: Vec<String> = [
            "base rate",
            "order: base of send",
            "obeys: base of yes",
            "incident: base",
            "order: odds if pressure = strong",
            "outcome: odds of late if rack = cracked and castings_in_time = no",
            "army: odds",
            "election: odds of cancelled",
            "unrest: leak",
            "unrest: caused by order = send",
            "demand: insists given crumbles, deep",
            "depots: run_down otherwise",
            "strike_group: yes if order = send",
            "exercises: likelihood if order = send",
            "no_bearing: likelihood otherwise",
            "reliability of tmc",
            "tmc_poll copies chatham",
            "ruler: payoff if order = send and tied = yes",
            "ruler: payoff",
            "ruler: picks the better of two options 10 points apart",
            "patron expects order = send if front = holds",
            "weeks: 3 to 5",
            "usable",
        ]
        .map(in_words)
        .to_vec();
        insta::assert_snapshot!(said.join("\n"), @"
        the base rate
        the starting chance of `order = send`
        the starting chance of `obeys`
        the starting chance of `incident`
        the weight of `pressure = strong` on `order`
        the weight of `rack = cracked and castings_in_time = no` on `outcome = late`
        the weight of `army`
        the weight of `election` on `cancelled`
        the chance of `unrest` without any cause listed
        the chance that `order = send` brings about `unrest`
        the chance of `demand = insists` given `crumbles, deep`
        the chance of `depots = run_down` otherwise
        the chance of `strike_group` if `order = send`
        the likelihood of `exercises` if `order = send`
        the likelihood of `no_bearing` otherwise
        the share of true reports from `tmc`
        the chance that `tmc_poll` only repeats `chatham`
        what `order = send and tied = yes` is worth to `ruler`
        what `ruler` gets whatever happens
        how often `ruler` picks the better of two options 10 points apart
        the chance of `order = send if front = holds` in the eyes of `patron`
        the number 3 to 5 in `weeks`
        `usable`
        ");
    }
}
