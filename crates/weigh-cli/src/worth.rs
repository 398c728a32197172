//! `weigh worth`: what to look for next, and which looks to take together.

use serde_json::{Map, Value, json};
use weigh::Wanted;
use weigh::findings::{Findings, Look, QuestionFinding, Step, WorthFinding};
use weigh::report::words;
use weigh::report::worth::{obtained, part, reading_sentence};

use crate::analysis::{self, Analysis};
use crate::args::WorthArgs;
use crate::terminal::{Failure, Outcome};

/// Factors that are no indicators and are named; the JSON has all.
const N_FACTORS: usize = 5;

/// Runs the command.
pub fn run(args: &WorthArgs) -> Result<Outcome, Failure> {
    let mut settings = args.run.settings();
    settings.wanted = Wanted { decide_by: args.before, ..Wanted::default() };
    let analysis = Analysis {
        key: "worth",
        json: &|findings| to_json(findings, args.budget),
        text: &|findings| text(findings, args.budget),
    };
    analysis::run(&args.input, &args.format, &settings, &analysis)
}

fn to_json(findings: &Findings, budget: Option<f64>) -> Value {
    analysis::by_question(findings, &findings.worth, |worth, _| {
        let step = |step: &Step| {
            let ids = step.looks.iter().map(|&factor| &findings.factors[factor].id);
            json!({
                "looks": ids.collect::<Vec<_>>(),
                "cost": step.cost,
                "days": step.days,
                "bits": step.value.bits,
                "brier_fall": step.value.brier_fall,
                "p_cross": step.value.p_cross,
            })
        };
        let looks = |looks: &[Look]| -> Map<String, Value> {
            looks.iter().map(|it| (findings.factors[it.factor].id.clone(), look(it))).collect()
        };
        let late = worth.plan.too_late.iter().map(|&factor| &findings.factors[factor].id);
        json!({
            "bits": worth.bits,
            "indicators": looks(&worth.looks),
            "factors": looks(&worth.factors),
            "plan": {
                "before": worth.plan.before,
                "budget": budget,
                "exact": worth.plan.exact,
                "too_late": late.collect::<Vec<_>>(),
                "best": budget.map(|budget| worth.plan.within(budget).map(step)),
                "steps": worth.plan.steps.iter().map(step).collect::<Value>(),
                "refused": worth.plan.refused,
            },
        })
    })
}

fn look(look: &Look) -> Value {
    let readings = look.readings.iter().map(|reading| {
        let word = reading.word.as_ref().map(words::first_word);
        let value = json!({
            "p": reading.p, "answer": reading.answer, "word": word, "crosses": reading.crosses,
        });
        (reading.state.clone(), value)
    });
    json!({
        "bits": look.value.bits,
        "brier_fall": look.value.brier_fall,
        "p_cross": look.value.p_cross,
        "readings": readings.collect::<Map<String, Value>>(),
        "place": look.place,
        "by": look.by,
        "cost": look.cost,
        "days": look.days,
    })
}

fn text(findings: &Findings, budget: Option<f64>) -> String {
    let all = findings.questions.iter().zip(&findings.worth);
    let texts = all.map(|(question, worth)| self::question(findings, question, worth, budget));
    texts.collect::<Vec<_>>().join("\n")
}

fn question(
    findings: &Findings,
    question: &QuestionFinding,
    worth: &WorthFinding,
    budget: Option<f64>,
) -> String {
    let focus = &question.outcomes[question.focus];
    let mut out = format!(
        "{}\n  `{}` stands at {}; the answer is uncertain by {} bits\n",
        question.text,
        focus.state,
        words::percent(focus.estimate.p),
        words::number(worth.bits),
    );
    if worth.looks.is_empty() {
        out.push_str(
            "\n  There is no indicator that was not seen: declare some with `indicator`\n",
        );
    } else {
        out.push_str("\n  Indicators, the one that teaches most first\n");
        out.push_str(
            "  (half-Brier: the mean square by which probabilities miss what happens; 0 knows all, 0.25 is a coin)\n",
        );
    }
    for look in &worth.looks {
        out.push_str(&self::one(findings, worth, look));
        out.push_str(&format!("    {}\n", obtained(look)));
    }
    if !worth.looks.is_empty() {
        out.push_str(&plan(findings, worth, budget));
    }
    let known: Vec<&Look> =
        worth.factors.iter().filter(|look| look.value.bits > 0.0).take(N_FACTORS).collect();
    if !known.is_empty() {
        out.push_str("\n  If somebody could tell: the factors that would teach most\n");
    }
    for look in known {
        out.push_str(&self::one(findings, worth, look));
    }
    out
}

fn one(findings: &Findings, worth: &WorthFinding, look: &Look) -> String {
    let readings: Vec<String> = look.readings.iter().map(reading_sentence).collect();
    format!(
        "  - {}: {}; {}; {} that it moves the answer over an edge\n    {}\n",
        findings.factors[look.factor].text,
        part(look.value.bits, worth),
        format_args!("half-Brier falls by {:.4}", look.value.brier_fall),
        words::percent(look.value.p_cross),
        readings.join("; "),
    )
}

fn plan(findings: &Findings, worth: &WorthFinding, budget: Option<f64>) -> String {
    let plan = &worth.plan;
    let mut out = String::from("\n  What to look up together");
    if let Some(before) = &plan.before {
        out.push_str(&format!(", with an answer by {before}"));
    }
    out.push('\n');
    if let Some(why) = &plan.refused {
        return format!("{out}  No plan: {why}\n");
    }
    let steps: Vec<&Step> = match budget {
        None => plan.steps.iter().collect(),
        Some(budget) => plan.within(budget).into_iter().collect(),
    };
    if steps.is_empty() {
        out.push_str("  Nothing that teaches anything can be had for that\n");
    }
    for step in steps {
        let names = step.looks.iter().map(|&factor| findings.factors[factor].text.clone());
        out.push_str(&format!(
            "  - for {}: {}: {}\n",
            words::number(step.cost),
            part(step.value.bits, worth),
            names.collect::<Vec<_>>().join("; "),
        ));
    }
    for &factor in &plan.too_late {
        out.push_str(&format!("  Too late: {}\n", findings.factors[factor].text));
    }
    if !plan.exact {
        out.push_str(
            "  There are too many for every set to be tried: they were added one by one\n",
        );
    }
    out
}
