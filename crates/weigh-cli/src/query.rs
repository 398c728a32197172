//! `weigh query`: posteriors of a raw network.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};
use weigh::raw::{Case, Cost, RawAnswer, RawError, RawNetwork, Step, VarId};
use weigh::report::words;

use crate::args::{Format, QueryArgs};
use crate::network::{self, failed};
use crate::terminal::{self, Failure, Outcome};

/// Entries of all tables from which what a case will take is announced before it is taken.
const ANNOUNCED_FROM: u64 = 1 << 24;

/// Runs the command.
pub fn run(args: &QueryArgs) -> Result<Outcome, Failure> {
    query(args).map_err(|failure| terminal::also_as_json(failure, args.format.format))
}

#[expect(clippy::disallowed_methods, reason = "the seconds are printed, no result depends on them")]
fn query(args: &QueryArgs) -> Result<Outcome, Failure> {
    let mut since = Instant::now();
    let mut lap = || std::mem::replace(&mut since, Instant::now()).elapsed();
    let (model, path) = network::load(&args.network)?;
    let network = RawNetwork::new(model).map_err(|error| failed(&path, &error))?;
    let load = lap();

    let targets = targets(args, &network)?;
    let cases = cases(args, &network)?;
    let of_state = args.derivatives.as_deref().map(|asked| finding(asked, &network)).transpose()?;
    if of_state.is_some() && args.format.format != Format::Json {
        return Err(
            Failure::run("derivatives are many numbers, for programs").hint("add --format json")
        );
    }
    lap();
    let (mut compile, mut inference) = (Duration::ZERO, Duration::ZERO);
    let mut announced = false;
    let progress = progress(cases.len() as u64);
    let mut shown: Result<(), Failure> = Ok(());
    let asked = network.ask_all(&cases, &targets, |step| match step {
        Step::Compiled(cost) => {
            compile += lap();
            let is_large = cost.total_entries >= ANNOUNCED_FROM && std::io::stderr().is_terminal();
            if !announced && (args.timing || is_large) {
                announced = true;
                terminal::complain(&announcement(cost));
                lap();
            }
        }
        Step::Computed(more) => {
            inference += lap();
            progress.inc(more as u64);
        }
        Step::Answer(number, answer) => {
            if shown.is_ok() {
                let case = &cases[number];
                shown = match args.format.format {
                    Format::Json => {
                        let mut object = to_json(&network, case, &targets, &answer);
                        let added = of_state.map_or(Ok(()), |(var, state)| {
                            let found = derivatives(&network, case, &answer, var, state);
                            object["derivatives"] = found.map_err(|error| failed(&path, &error))?;
                            Ok(())
                        });
                        added.and_then(|()| {
                            terminal::print_exactly(format!("{object}\n").as_bytes())
                        })
                    }
                    Format::Text => terminal::print(&to_text(&network, case, &targets, &answer)),
                };
            }
            lap();
        }
    });
    progress.finish_and_clear();
    asked.map_err(|error| failed(&path, &error))?;
    shown?;
    if args.timing {
        terminal::complain(&format!(
            "load {:.6} s, compile {:.6} s, inference {:.6} s\n",
            load.as_secs_f64(),
            compile.as_secs_f64(),
            inference.as_secs_f64(),
        ));
    }
    Ok(Outcome::Fine)
}

/// What the first case takes: the others take about as much.
fn announcement(cost: &Cost) -> String {
    format!(
        "{} variables at once, {} entries in the largest table, {} in all; {} MB\n",
        cost.width + 1,
        words::group_thousands(&cost.largest_entries.to_string()),
        words::group_thousands(&cost.total_entries.to_string()),
        cost.bytes() / 1_000_000,
    )
}

fn targets(args: &QueryArgs, network: &RawNetwork) -> Result<Vec<VarId>, Failure> {
    if args.targets.is_empty() {
        let variables = (0..network.variables().len() as u32).map(VarId);
        return Ok(variables.chain(network.utilities().map(|(utility, _)| utility)).collect());
    }
    let target = |name: &String| match network::utility(network, name) {
        Some(utility) => Ok(utility),
        None => network::variable(network, name),
    };
    args.targets.iter().map(target).collect()
}

/// The cases that are asked: those of a file, or the one that was typed.
fn cases(args: &QueryArgs, network: &RawNetwork) -> Result<Vec<Case>, Failure> {
    if let Some(path) = &args.cases {
        return network::cases(path, network);
    }
    let mut case = Case::new();
    for finding in &args.evidence {
        let (var, state) = self::finding(finding, network)?;
        case.insert(var, state);
    }
    Ok(vec![case])
}

/// What VARIABLE=STATE stands for. A state's name may hold `=`, a variable's hardly does.
fn finding(typed: &str, network: &RawNetwork) -> Result<(VarId, usize), Failure> {
    let Some((name, value)) = typed.split_once('=') else {
        return Err(Failure::run(format!("`{typed}` is not VARIABLE=STATE")));
    };
    let var = network::variable(network, name)?;
    Ok((var, network::state(network, var, value)?))
}

/// The derivatives of one case, by child; null if the case is impossible.
fn derivatives(
    network: &RawNetwork,
    case: &Case,
    answer: &RawAnswer,
    var: VarId,
    state: usize,
) -> Result<Value, RawError> {
    if answer.log10_p_evidence == f64::NEG_INFINITY {
        return Ok(Value::Null);
    }
    let name = |var: &VarId| network.variables()[var.0 as usize].name.as_str();
    let found = network.derivatives(case, var, state)?;
    let tables = found.iter().map(|table| {
        let parents: Vec<&str> = table.parents.iter().map(name).collect();
        (name(&table.child).to_owned(), json!({"parents": parents, "values": table.values}))
    });
    Ok(Value::Object(tables.collect()))
}

fn case_to_json(network: &RawNetwork, case: &Case) -> Map<String, Value> {
    case.iter()
        .map(|(var, state)| {
            let variable = &network.variables()[var.0 as usize];
            (variable.name.clone(), Value::from(variable.states[*state].as_str()))
        })
        .collect()
}

/// What is expected of each utility asked for, and of all together if all were.
fn expected<'n>(
    network: &'n RawNetwork,
    targets: &[VarId],
    answer: &RawAnswer,
) -> (Vec<(&'n str, f64)>, Option<f64>) {
    let of_target = |utility: VarId| {
        let at = targets.iter().position(|target| *target == utility)?;
        Some(answer.posteriors[at][0])
    };
    let asked = network.utilities().filter_map(|(var, name)| Some((name, of_target(var)?)));
    let asked: Vec<(&str, f64)> = asked.collect();
    let is_all = !asked.is_empty() && asked.len() == network.utilities().count();
    let sum = is_all.then(|| asked.iter().map(|(_, expected)| expected).sum());
    (asked, sum)
}

fn to_json(network: &RawNetwork, case: &Case, targets: &[VarId], answer: &RawAnswer) -> Value {
    let evidence = case_to_json(network, case);
    let is_possible = answer.log10_p_evidence > f64::NEG_INFINITY;
    let posteriors = targets.iter().zip(&answer.posteriors).filter_map(|(var, posterior)| {
        let variable = network.variables().get(var.0 as usize)?;
        let states: Map<String, Value> = variable
            .states
            .iter()
            .zip(posterior)
            .map(|(state, p)| (state.clone(), Value::from(*p)))
            .collect();
        Some((variable.name.clone(), Value::Object(states)))
    });
    let mut object = json!({ "evidence": evidence });
    let mut tell = |name: &str, value: Value| {
        object[name] = if is_possible { value } else { Value::Null };
    };
    tell("log10_p_evidence", answer.log10_p_evidence.into());
    tell("posteriors", Value::Object(posteriors.collect()));
    let (utilities, sum) = expected(network, targets, answer);
    if !utilities.is_empty() {
        let utilities = utilities.into_iter().map(|(name, u)| (name.to_owned(), Value::from(u)));
        tell("utilities", Value::Object(utilities.collect()));
    }
    if let Some(sum) = sum {
        tell("expected_utility", sum.into());
    }
    if !is_possible {
        let named = |var: &VarId| network.variables()[var.0 as usize].name.as_str();
        object["contradiction"] = answer.contradiction.iter().map(named).collect();
    }
    object
}

fn to_text(network: &RawNetwork, case: &Case, targets: &[VarId], answer: &RawAnswer) -> String {
    let named = |var: &VarId, state: usize| {
        let variable = &network.variables()[var.0 as usize];
        format!("{} = {}", variable.name, variable.states[state])
    };
    let seen: Vec<String> = case.iter().map(|(var, state)| named(var, *state)).collect();
    let seen = if seen.is_empty() { "nothing seen".to_owned() } else { seen.join(", ") };
    if answer.log10_p_evidence == f64::NEG_INFINITY {
        let findings = answer.contradiction.iter().filter_map(|var| Some((var, case.get(var)?)));
        let findings: Vec<String> = findings.map(|(var, state)| named(var, *state)).collect();
        return format!("{seen}\n  cannot all be true: {}\n\n", findings.join(", "));
    }
    let mut out = format!("{seen}\n  log10 P(evidence) {}\n", answer.log10_p_evidence);
    for (var, posterior) in targets.iter().zip(&answer.posteriors) {
        let Some(variable) = network.variables().get(var.0 as usize) else { continue };
        let states: Vec<String> = variable
            .states
            .iter()
            .zip(posterior)
            .map(|(state, p)| format!("{state} {}", words::percent(*p)))
            .collect();
        out.push_str(&format!("  {}: {}\n", variable.name, states.join(", ")));
    }
    let (utilities, sum) = expected(network, targets, answer);
    for (name, expected) in utilities {
        out.push_str(&format!("  {name}: {expected:.4} expected\n"));
    }
    if let Some(sum) = sum {
        out.push_str(&format!("  expected utility in all {sum:.4}\n"));
    }
    out.push('\n');
    out
}

/// A bar on a terminal for many cases, nothing otherwise.
fn progress(n: u64) -> ProgressBar {
    if n < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(n);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} cases, {eta} left") {
        bar.set_style(style);
    }
    bar
}
