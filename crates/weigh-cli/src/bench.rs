//! `weigh bench`: how long a network or an assessment takes.

use std::time::Duration;

use serde_json::{Map, Value, json};
use weigh::Session;
use weigh::bench::{Bench, Stopwatch, Workload, sample_cases};
use weigh::raw::{Case, RawNetwork, VarId, formats};
use weigh::report::words;

use crate::args::{BenchArgs, Format};
use crate::network::{self, failed};
use crate::terminal::{self, Failure, Outcome};
use crate::world::Disk;
use crate::{input, spelling};

/// Cases that are drawn where none are given.
const DRAWN_CASES: usize = 1000;

/// A sample is at least so long, so that reading the clock does not count.
const SAMPLE: Duration = Duration::from_micros(200);

/// Runs the command.
pub fn run(args: &BenchArgs) -> Result<Outcome, Failure> {
    bench(args).map_err(|failure| terminal::also_as_json(failure, args.format.format))
}

fn bench(args: &BenchArgs) -> Result<Outcome, Failure> {
    let known = || Workload::ALL.iter().map(|workload| workload.name()).chain(["load"]);
    for asked in &args.only {
        if !known().any(|name| name == asked) {
            let failure = Failure::run(format!("`{asked}` is nothing that is measured"));
            return Err(match spelling::nearest(asked, known()) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => {
                    failure.hint(format!("known are {}", known().collect::<Vec<_>>().join(", ")))
                }
            });
        }
    }
    if !(args.seconds > 0.0 && args.seconds <= 3600.0) {
        return Err(Failure::run(format!("{} seconds is no time to measure for", args.seconds))
            .hint("it takes some time above 0 and at most 3600"));
    }
    let is_assessment =
        args.input.is_dir() || args.input.extension().is_some_and(|it| it == "weigh");
    let measured = match is_assessment {
        true => assessment(args)?,
        false => raw(args)?,
    };
    match args.format.format {
        Format::Json => terminal::print_json(&measured.to_json())?,
        Format::Text => terminal::print(&measured.to_text())?,
    }
    Ok(Outcome::Fine)
}

fn wants(args: &BenchArgs, name: &str) -> bool {
    args.only.is_empty() || args.only.iter().any(|asked| asked == name)
}

fn raw(args: &BenchArgs) -> Result<Measured, Failure> {
    let format = network::format_of(&args.input)?;
    let text = network::read(&args.input)?;
    let (model, path) = network::parse(&args.input, format, &text)?;
    let network = RawNetwork::new(model).map_err(|error| failed(&path, &error))?;
    let cases = match &args.cases {
        Some(path) => network::cases(path, &network)?,
        None => sample_cases(&network, DRAWN_CASES, 1),
    };
    let Some(first) = cases.first() else {
        return Err(Failure::run("there is no case to measure with"));
    };
    let target = target(args, &network, first)?;
    let bench = Bench::of_network(&network, &cases, target);
    let mut measured = Measured::new(&path, &bench);
    if wants(args, "load") {
        let limits = formats::Limits::default();
        let mut time = Time::default();
        time.take(args.seconds, &mut || {
            let read = formats::read(format, &text, &limits).expect("it was read before");
            drop(std::hint::black_box(RawNetwork::new(read.model)));
        });
        measured.times.push(("load", 1, Ok(time)));
    }
    measured.take_all(args, &bench);
    Ok(measured)
}

/// The variable asked for, or the first that is not seen.
fn target(args: &BenchArgs, network: &RawNetwork, seen: &Case) -> Result<VarId, Failure> {
    if let Some(name) = &args.target {
        return network::variable(network, name);
    }
    let mut all = (0..network.variables().len() as u32).map(VarId);
    all.find(|var| !seen.contains_key(var)).ok_or_else(|| {
        Failure::run("every variable is seen in the first case: nothing is left to ask")
    })
}

fn assessment(args: &BenchArgs) -> Result<Measured, Failure> {
    if args.cases.is_some() || args.target.is_some() {
        return Err(Failure::run("--cases and --target are for networks of other programs")
            .hint("an assessment holds its evidence and its question itself"));
    }
    let path = input::find(&args.input)?;
    let load = || {
        Session::load(&Disk::at(&path, None), &path)
            .map_err(|error| input::unreadable(&path, &error))
    };
    let session = load()?;
    let (Some(bench), false) = (Bench::of_assessment(&session), session.has_errors()) else {
        return Err(Failure::input(&path, format!("{path} has errors: see `weigh check {path}`")));
    };
    let mut measured = Measured::new(&path, &bench);
    if wants(args, "load") {
        let mut time = Time::default();
        time.take(args.seconds, &mut || {
            std::hint::black_box(load().is_ok());
        });
        measured.times.push(("load", 1, Ok(time)));
    }
    measured.take_all(args, &bench);
    Ok(measured)
}

/// What was measured.
struct Measured {
    path: String,
    n_variables: usize,
    n_seen: usize,
    target: String,
    cost: Value,
    /// Name, answers of one run, and the time or why there is none.
    times: Vec<(&'static str, usize, Result<Time, String>)>,
}

impl Measured {
    fn new(path: &str, bench: &Bench) -> Measured {
        Measured {
            path: path.to_owned(),
            n_variables: bench.n_variables(),
            n_seen: bench.n_seen(),
            target: bench.target_name().to_owned(),
            cost: Value::Null,
            times: Vec::new(),
        }
    }

    fn take_all(&mut self, args: &BenchArgs, bench: &Bench) {
        if let Ok(cost) = bench.cost() {
            self.cost = json!({
                "width": cost.width,
                "largest_entries": cost.largest_entries,
                "total_entries": cost.total_entries,
                "bytes": cost.bytes(),
            });
        }
        for workload in Workload::ALL {
            if !wants(args, workload.name()) || !bench.can(workload) {
                continue;
            }
            let mut time = Time::default();
            let stopwatch: &mut Stopwatch = &mut |run| time.take(args.seconds, run);
            let taken = bench.measure(workload, stopwatch);
            let taken = taken.map(|()| time).map_err(|error| error.to_string());
            self.times.push((workload.name(), bench.n_answers(workload), taken));
        }
    }

    fn to_json(&self) -> Value {
        let mut times = Map::new();
        for (name, answers, time) in &self.times {
            let value = match time {
                Ok(time) => json!({
                    "median_seconds": time.median(),
                    "best_seconds": time.best(),
                    "runs": time.n_runs,
                    "answers": answers,
                }),
                Err(why) => json!({"refused": why}),
            };
            times.insert((*name).to_owned(), value);
        }
        json!({
            "file": self.path,
            "variables": self.n_variables,
            "seen": self.n_seen,
            "target": self.target,
            "cost": self.cost,
            "clock": CLOCK,
            "times": times,
        })
    }

    fn to_text(&self) -> String {
        let mut out = format!(
            "{}: {} variables, {} seen, target `{}`\n",
            self.path, self.n_variables, self.n_seen, self.target
        );
        if let Some(width) = self.cost["width"].as_u64() {
            let entries = |name: &str| words::group_thousands(&self.cost[name].to_string());
            out.push_str(&format!(
                "{} variable{} at once, {} entries in the largest table, {} in all; {:.1} MB\n",
                width + 1,
                if width == 0 { "" } else { "s" },
                entries("largest_entries"),
                entries("total_entries"),
                self.cost["bytes"].as_f64().unwrap_or(0.0) / 1e6,
            ));
        }
        for (name, answers, time) in &self.times {
            let each = |seconds: f64| match answers {
                1 => String::new(),
                n => format!(
                    "  {} each of {}",
                    shown(seconds / *n as f64),
                    words::group_thousands(&n.to_string())
                ),
            };
            match time {
                Ok(time) => out.push_str(&format!(
                    "  {name:<12} {:>9}{}\n",
                    shown(time.median()),
                    each(time.median()),
                )),
                Err(why) => out.push_str(&format!("  {name:<12} refused: {why}\n")),
            }
        }
        out.push_str(&format!("medians, {CLOCK} time, one core\n"));
        out
    }
}

/// A time with a unit that fits.
fn shown(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.3} µs", s * 1e6),
        s if s < 1.0 => format!("{:.3} ms", s * 1e3),
        s => format!("{s:.3} s"),
    }
}

/// Seconds of one run, in samples.
#[derive(Default)]
struct Time {
    samples: Vec<f64>,
    n_runs: u64,
}

impl Time {
    /// Runs it for about so many seconds, at least once.
    fn take(&mut self, seconds: f64, run: &mut dyn FnMut()) {
        let mut n = 1u32;
        let mut total = Duration::ZERO;
        while self.samples.is_empty() || total.as_secs_f64() < seconds {
            let start = now();
            for _ in 0..n {
                run();
            }
            let taken = now().saturating_sub(start);
            total += taken;
            if taken < SAMPLE && n < 1 << 20 {
                n *= 2;
                continue;
            }
            self.samples.push(taken.as_secs_f64() / f64::from(n));
            self.n_runs += u64::from(n);
        }
        self.samples.sort_unstable_by(f64::total_cmp);
    }

    fn median(&self) -> f64 {
        self.samples[self.samples.len() / 2]
    }

    fn best(&self) -> f64 {
        self.samples[0]
    }
}

#[cfg(unix)]
const CLOCK: &str = "CPU";
#[cfg(not(unix))]
const CLOCK: &str = "wall";

/// The time that this process had on a processor.
#[cfg(unix)]
fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// The time on the wall, where the processor's is not to be had.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "the time is what is asked for")]
fn now() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}
