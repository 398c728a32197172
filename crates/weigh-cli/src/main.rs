//! The `weigh` command: arguments in, one command run, an exit code out.
//!
//! 0 is fine, 1 means that the input has errors, 2 that the command could not run. Diagnostics go
//! to standard error, results to standard output.

mod args;

mod input;
mod output;
mod spelling;
mod terminal;
mod world;

mod actors;
mod analysis;
mod answers;
mod browser;
mod summary;

mod bench;
mod check;
mod compare;
mod completions;
mod convert;
mod decide;
mod draft;
mod explain;
mod flip;
mod fmt;
mod game;
mod lock;
mod man;
mod matrix;
mod mcp;
mod model;
mod network;
mod new;
mod origins;
mod query;
mod quotes;
mod reader;
mod repair;
mod report;
mod seal;
mod solve;
mod story;
mod stress;
mod timeline;
mod why;
mod worth;

use args::{Args, Command};
use clap::Parser;
use std::panic;
use std::process::ExitCode;
use terminal::{Failure, Outcome};

/// Keeps the memory of large tables for the next ones: given back and taken anew, each page costs as much as
/// computing what stands in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        let version = env!("CARGO_PKG_VERSION");
        let arguments: Vec<String> =
            std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
        terminal::complain(&format!(
            "error: weigh has a fault of its own; please report it with these lines and, if you can, the file\n  \
             {panic}\n  weigh {version} on {} {}, arguments: {arguments:?}\n",
            std::env::consts::OS,
            std::env::consts::ARCH,
        ));
    }));
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == reader::ARGUMENT) {
        let name = arguments.next().unwrap_or_default();
        return reader::serve(&name.to_string_lossy());
    }
    let args = Args::parse();
    match panic::catch_unwind(|| run(&args.command)) {
        Ok(Ok(Outcome::Fine)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::InputHasErrors)) => ExitCode::from(1),
        Ok(Err(failure)) => {
            terminal::complain(&failure.to_string());
            ExitCode::from(if matches!(failure, Failure::Input { .. }) { 1 } else { 2 })
        }
        Err(_) => ExitCode::from(2),
    }
}

fn run(command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::New(args) => new::run(args),
        Command::Draft(args) => draft::run(args),
        Command::Check(args) => check::run(args),
        Command::Quotes(args) => quotes::run(args),
        Command::Seal(args) => seal::run(args),
        Command::Lock(args) => lock::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Solve(args) => solve::run(args),
        Command::Why(args) => why::run(args),
        Command::Flip(args) => flip::run(args),
        Command::Actors(args) => actors::run(args),
        Command::Story(args) => story::run(args),
        Command::Worth(args) => worth::run(args),
        Command::Stress(args) => stress::run(args),
        Command::Repair(args) => repair::run(args),
        Command::Timeline(args) => timeline::run(args),
        Command::Matrix(args) => matrix::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Report(args) => report::run(args),
        Command::Origins(args) => origins::run(args),
        Command::Fmt(args) => fmt::run(args),
        Command::Query(args) => query::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Decide(args) => decide::run(args),
        Command::Game(args) => game::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Mcp(args) => mcp::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
