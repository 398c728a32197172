//! `weigh story`: for each outcome, the most probable way in which everything hangs together.

use serde_json::{Map, Value, json};
use weigh::Wanted;
use weigh::findings::{Findings, QuestionFinding, StoriesFinding, Story};
use weigh::report::words;

use crate::analysis::{self, Analysis};
use crate::args::StoryArgs;
use crate::terminal::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &StoryArgs) -> Result<Outcome, Failure> {
    let mut settings = args.run.settings();
    settings.wanted = Wanted { n_stories: args.top, ..Wanted::default() };
    let analysis = Analysis { key: "stories", json: &to_json, text: &text };
    analysis::run(&args.input, &args.format, &settings, &analysis)
}

fn to_json(findings: &Findings) -> Value {
    analysis::by_question(findings, &findings.stories, |stories, ix| {
        let outcomes = &findings.questions[ix].outcomes;
        let named = |states: &[usize]| -> Map<String, Value> {
            let told = stories.told.iter().zip(states);
            told.map(|(&factor, &state)| {
                let factor = &findings.factors[factor];
                (factor.id.clone(), json!(factor.states[state].0))
            })
            .collect()
        };
        let story = |story: &Story| json!({ "p": story.p, "share": story.share, "states": named(&story.states) });
        let by_outcome = outcomes.iter().zip(&stories.outcomes).map(|(outcome, stories)| {
            (outcome.state.clone(), stories.iter().map(story).collect::<Value>())
        });
        json!({
            "usual": named(&stories.usual),
            "outcomes": by_outcome.collect::<Map<String, Value>>(),
            "misleading": stories.misleading.map(|outcome| &outcomes[outcome].state),
            "refused": stories.refused,
        })
    })
}

fn text(findings: &Findings) -> String {
    let told = findings.questions.iter().zip(&findings.stories);
    told.map(|(question, stories)| self::question(findings, question, stories))
        .collect::<Vec<_>>()
        .join("\n")
}

fn question(findings: &Findings, question: &QuestionFinding, stories: &StoriesFinding) -> String {
    let mut out = format!("{}\n", question.text);
    if let Some(why) = &stories.refused {
        return format!("{out}  No stories: {why}\n");
    }
    let n_factors = stories.told.len() - 1;
    out.push_str(&format!(
        "  A story gives every factor a state ({}). As usual: the state that is likeliest by itself.\n",
        words::count(n_factors, "factor", "factors"),
    ));
    if let Some(warning) = weigh::report::story::warning(question, stories) {
        out.push_str(&format!("  Beware: {warning}\n"));
    }
    for (outcome, stories_of) in question.outcomes.iter().zip(&stories.outcomes) {
        let p = words::percent(outcome.estimate.p);
        out.push_str(&format!("\n  `{}`, {p}\n", outcome.state));
        if stories_of.is_empty() {
            out.push_str("    no story leads there\n");
        }
        for (rank, story) in stories_of.iter().enumerate() {
            let (against, known) = match rank {
                0 => (&stories.usual, "all as usual"),
                _ => (&stories_of[0].states, "as in 1"),
            };
            out.push_str(&format!(
                "    {}. {}, {} of all that ends in `{}`\n",
                rank + 1,
                words::chance(story.p),
                words::chance(story.share),
                outcome.state,
            ));
            let differing = stories.differing(&story.states, against);
            let but = if differing.is_empty() { "" } else { ", but" };
            out.push_str(&format!("       {known}{but}\n"));
            for at in differing {
                let factor = &findings.factors[stories.told[at]];
                out.push_str(&format!(
                    "       - {}: {}, not {}\n",
                    factor.text, factor.states[story.states[at]].0, factor.states[against[at]].0,
                ));
            }
        }
    }
    out
}
