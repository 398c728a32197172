//! What can be typed after `weigh`, and the help for it.

use clap::{Args as ArgGroup, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;
use std::path::PathBuf;
use weigh::{Settings, Stage};

/// Turn a written assessment into a model that can be run.
///
/// A .weigh file holds a question, how often such things happen, reasons, and the quotes behind
/// them. Weigh says how likely the answer is, which reason carries it, and what would change it.
#[derive(Debug, Parser)]
#[command(name = "weigh", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  weigh new                          write assessment.weigh to start from
  weigh report assessment.weigh      solve it and write report.html
  weigh report examples/belarus      the same for the assessment in a folder
  weigh explain states-not-100       what a message means

Exit status: 0 if all is well, 1 if the input has errors, 2 if the command could not run.")]
pub struct Args {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// One of the commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a starting file that is valid and explains itself
    New(NewArgs),
    /// Write a first assessment from an article: its claim, its reasons, its facts as quoted evidence
    Draft(DraftArgs),
    /// Say what is wrong with an assessment
    Check(CheckArgs),
    /// Show every quote in its source: where it stands, what is around it, what differs
    Quotes(QuotesArgs),
    /// Write down which quotes were found in which texts, so that the assessment can be shared without them
    Lock(LockArgs),
    /// Put files, lock and results into one file that anybody can work out again, or do so with such a file
    Seal(SealArgs),
    /// Show the manual page of a message
    Explain(ExplainArgs),
    /// Work out the probabilities
    Solve(SolveArgs),
    /// Say which reasons carry the answer, and where they overlap
    Why(WhyArgs),
    /// Say what would change the answer: numbers, pairs of them, sources
    Flip(FlipArgs),
    /// Tell the most probable story behind each outcome
    Story(StoryArgs),
    /// Say what actors choose, what would make them act, and how much rests on the game
    Actors(ActorsArgs),
    /// Say what to look for next, and which looks to take together
    Worth(WorthArgs),
    /// Say what the answer would be if the assessment were built otherwise
    Stress(StressArgs),
    /// Say what would have to change for the model to say what its author judges directly
    Repair(RepairArgs),
    /// Replay the assessment day by day, and tell news from the passing of time
    Timeline(TimelineArgs),
    /// Hold every item of evidence against every outcome, as analysts of competing hypotheses do
    Matrix(MatrixArgs),
    /// Say what changed between two files or two versions of one, and what each change does
    Compare(CompareArgs),
    /// Do the whole job: check, solve, and write a page that can be read and sent
    Report(ReportArgs),
    /// Find the texts that come from one: copies and rewritten articles, in a folder or among the sources
    Origins(OriginsArgs),
    /// Lay out files
    Fmt(FmtArgs),
    /// Ask a network of another program for posteriors
    Query(QueryArgs),
    /// Solve an influence diagram: what to decide, and what it is worth to see more
    Decide(DecideArgs),
    /// Solve a game of Gambit's: how players who err choose, at each precision asked
    Game(GameArgs),
    /// Turn a network's file into another format, a matrix of hypotheses or references into an assessment
    Convert(ConvertArgs),
    /// Measure how long a network or an assessment takes
    Bench(BenchArgs),
    /// Serve the commands to an assistant over standard input (Model Context Protocol)
    Mcp(McpArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Write the manual pages
    Man(ManArgs),
}

/// `weigh new`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh new                  writes assessment.weigh
  weigh new strait           writes strait.weigh
  weigh new -                prints it

A file that is there already is never overwritten.")]
pub struct NewArgs {
    /// Name of the file, with or without .weigh; `-` prints it
    #[arg(value_name = "NAME", default_value = "assessment")]
    pub name: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
}

/// `weigh draft`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh draft article.txt                                        prints it
  weigh draft article.txt -o strait.weigh --published 2026-01-10
  weigh draft article.txt --model http://localhost:8000/v1    with a model of your own

The article is plain text, with blank lines between its paragraphs. No number is made up: every weight is
a `?` that `weigh check` lists. What was not taken, and why, stands at the end of the file.

A model sees the article and nothing else. Of its answer the question, the reasons and those quotes are taken
that stand in the article; it gives no numbers. The variable WEIGH_MODEL_KEY may hold a key.")]
pub struct DraftArgs {
    /// The article, as plain text
    #[arg(value_name = "ARTICLE")]
    pub article: PathBuf,
    /// The file that is written; printed if there is none, and never overwritten
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The day the article appeared: the draft speaks as of it, and months without a year are read against it
    #[arg(long, value_name = "DATE")]
    pub published: Option<Date>,
    /// Ask a language model for question, reasons and quotes: an endpoint of OpenAI's form
    #[arg(long, value_name = "URL")]
    pub model: Option<String>,
    #[command(flatten)]
    pub asked: ModelArgs,
    #[command(flatten)]
    pub day: DayArgs,
}

/// How a language model is asked.
#[derive(Debug, ArgGroup)]
pub struct ModelArgs {
    /// What the endpoint calls the model
    #[arg(long = "model-name", default_value = "default", value_name = "NAME", requires = "model")]
    pub name: String,
    /// Seconds that the model may take
    #[arg(long, default_value_t = 300, value_name = "S", requires = "model",
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: u64,
}

/// `weigh check`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh check assessment.weigh
  weigh check --strict examples/belarus     fail on warnings too
  weigh check --one-line assessment.weigh   FILE:LINE:COLUMN: messages, for editors
  weigh check --emit tree assessment.weigh  print a stage of the pipeline

Exit status: 1 if there are errors, or with --strict any warning.")]
pub struct CheckArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Fail on warnings too
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub emit: EmitArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh quotes`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh quotes assessment.weigh                  the sources, and every quote with the words around it
  weigh quotes --doubtful assessment.weigh       only those that are missing, cut or not in the article itself
  weigh quotes --format json examples/belarus

Of a quote that is not in its source the closest passage is shown: [-so-] the quote has it, {+so+} the source.")]
pub struct QuotesArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Only quotes that are not word for word in the text of their source, or are cut beside a qualifier
    #[arg(long)]
    pub doubtful: bool,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh lock`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh lock assessment.weigh     writes weigh.lock beside it
  weigh lock examples/belarus     the same for the assessment in a folder

The lock holds the hash of every source's file, the place of every quote in it, and the day. With it and
without the files, quotes count as verified on that day; with other files, `weigh check` says so. Nothing is
locked while a quote is not in its source.")]
pub struct LockArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Keep no copies of the sources in .weigh/sources
    #[arg(long)]
    pub no_store: bool,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh seal`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh seal assessment.weigh            writes assessment.seal beside it
  weigh seal --verify assessment.seal    works it out again and compares every digit

The bundle holds the assessment's files, its lock and what `weigh solve --format json` prints, and none of its
sources. It is no signature: whoever can change it can seal it anew, so hand its BLAKE3 on by another way.

Exit status: with --verify 1 if anything differs.")]
pub struct SealArgs {
    /// A .weigh file or a folder that holds one; with --verify, a sealed bundle
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Work out a sealed bundle again, and compare
    #[arg(long, conflicts_with_all = ["output", "draws", "seed"])]
    pub verify: bool,
    /// The bundle that is written [default: beside the assessment, NAME.seal]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub day: DayArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh explain`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh explain states-not-100    what the message means and what to type
  weigh explain                   every message there is")]
pub struct ExplainArgs {
    /// The name in brackets after `error`, `warning` or `note`; all of them if left out
    #[arg(value_name = "SLUG")]
    pub slug: Option<String>,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh solve`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh solve assessment.weigh
  weigh solve --format json examples/belarus
  weigh solve --draws 100000 --seed 7 assessment.weigh
  weigh solve --emit findings assessment.weigh    everything, as JSON

The same file, seed and draws give the same numbers on every machine.")]
pub struct SolveArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub emit: EmitArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh why`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh why assessment.weigh                   sentences, then the shares as a waterfall
  weigh why --format json examples/belarus

A share is what a reason adds to the log odds, averaged over every order in which the reasons could
be counted. Shares add up to the whole; what a reason does alone, or would do if it were dropped, does not.")]
pub struct WhyArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh actors`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh actors examples/belarus/actors.weigh
  weigh actors --format json assessment.weigh

All of it holds if the payoffs are right. Choices are found without the evidence, which is looked at afterwards.")]
pub struct ActorsArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh story`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh story examples/belarus
  weigh story --top 5 examples/belarus    more stories of each outcome
  weigh story --format json assessment.weigh

A story gives a state to every factor at once. Each is told by what is unlike usual.")]
pub struct StoryArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Stories told of each outcome, at most 100
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = parse_top)]
    pub top: usize,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

fn parse_top(typed: &str) -> Result<usize, String> {
    let top = typed.parse::<usize>().ok().filter(|top| (1..=100).contains(top));
    top.ok_or_else(|| "give a number from 1 to 100".to_owned())
}

/// `weigh worth`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh worth examples/belarus
  weigh worth --budget 5 examples/belarus            the best set of looks for 5
  weigh worth --before 2022-11-01 examples/belarus   leave out what comes too late
  weigh worth --format json assessment.weigh

Costs and times are those of the file: `obtain \"WHERE\" by \"WHO\" cost 2 within 5 days`.")]
pub struct WorthArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// What all looks together may cost; the best set for every sum if left out
    #[arg(long, value_name = "N", value_parser = parse_budget)]
    pub budget: Option<f64>,
    /// The last day on which an answer is of use [default: the question's horizon]
    #[arg(long, value_name = "DATE")]
    pub before: Option<Date>,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

fn parse_budget(typed: &str) -> Result<f64, String> {
    let budget = typed.parse::<f64>().ok().filter(|budget| *budget >= 0.0 && budget.is_finite());
    budget.ok_or_else(|| "give a number from 0".to_owned())
}

/// `weigh stress`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh stress examples/belarus
  weigh stress --unlisted 10 examples/belarus    a cause that nobody listed, enough in 10% of cases
  weigh stress --format json assessment.weigh

Each line changes one thing: an arrow cut, a source gone or lying, a reason half or twice as
strong, errors on their own, a cause that nobody listed.")]
pub struct StressArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// In how many of a hundred cases the cause that nobody listed is enough
    #[arg(long, default_value_t = 5.0, value_name = "PERCENT", value_parser = parse_percent)]
    pub unlisted: f64,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

fn parse_percent(typed: &str) -> Result<f64, String> {
    let number = typed.trim_end_matches('%').parse::<f64>().ok();
    let percent = number.filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "give a number from 0 to 100".to_owned())
}

/// `weigh flip`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh flip assessment.weigh                  sentences, then how far each number moves the answer
  weigh flip --format json examples/belarus

Edges are the borders of the word used, even odds, and where `decide at 10%` says that a decision
turns. Values inside their author's own range come first: these are the live doubts.")]
pub struct FlipArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh repair`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh repair examples/belarus
  weigh repair --format json assessment.weigh    every number, to the last digit

Needs `gut 5%` under a question: what its author thinks without the model. Numbers stay within
their authors' ranges if that is enough.")]
pub struct RepairArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh timeline`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh timeline assessment.weigh                  what it would have said on each day
  weigh timeline --format json examples/belarus

A day is one on which something became known: by its `on`, or when its source was published. What
nothing dates is counted as known from the start.")]
pub struct TimelineArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh matrix`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh matrix assessment.weigh                  items against outcomes, what tells most first
  weigh matrix --format json examples/belarus

The letters (CC, C, N, I, II) are read off the model's likelihoods, not rated, and nothing is added
up. An item that is as likely under every outcome is not diagnostic, however well it fits one.")]
pub struct MatrixArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh compare`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh compare last-week.weigh assessment.weigh    the ledger of changes
  weigh compare hers.weigh his.weigh                where two analysts differ, and what would settle it
  weigh compare old.weigh new.weigh -o ledger.html  the same as a page that can be sent
  weigh compare --format json old.weigh new.weigh

A change's share is what it does averaged over every order of the changes. Shares add up to the
difference. What is told apart: evidence, numbers, sources, the day, structure, settings.")]
pub struct CompareArgs {
    /// The old file, or one analyst's: a .weigh file, or a folder that holds one
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The new file, or another analyst's
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Where a page of the ledger goes; `-` prints it in place of the text
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
    /// Show each message on one line
    #[arg(long)]
    pub one_line: bool,
    #[command(flatten)]
    pub day: DayArgs,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh report`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh report assessment.weigh               writes report.html
  weigh report examples/belarus -o belarus.html
  weigh report assessment.weigh -o - > page.html
  weigh report assessment.weigh --brief --to pdf   one page on paper, report.pdf
  weigh report assessment.weigh -o brief.md   text to be pasted elsewhere
  weigh report assessment.weigh --theme house.txt

The page is one file: it needs no network and can be printed or sent. A PDF is that page printed by an
installed Chromium or Chrome, or by the one that the variable CHROMIUM names. JSON is what `weigh solve
--format json` prints.")]
pub struct ReportArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Where the report goes; `-` prints it [default: report.html, or as --to says]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What it is [default: as the file's name ends, or html]
    #[arg(long, value_name = "FORM")]
    pub to: Option<To>,
    /// One page only: the answer, what carries it, what would change it
    #[arg(long)]
    pub brief: bool,
    /// Other colours and fonts: a file of lines such as `--accent: #7a1f1f;`, for dark screens after a line `dark:`
    #[arg(long, value_name = "FILE")]
    pub theme: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum To {
    /// A page for a browser
    Html,
    /// Markdown, to be pasted into a text
    Md,
    /// The page on paper, printed by an installed Chromium
    Pdf,
    /// For programs
    Json,
}

impl To {
    /// How the file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            To::Html => "html",
            To::Md => "md",
            To::Pdf => "pdf",
            To::Json => "json",
        }
    }
}

/// `weigh origins`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh origins clippings/          which of the texts in a folder come from one
  weigh origins assessment.weigh    the same for the sources of an assessment, with what to write
  weigh origins --format json clippings/

Copies share runs of words. A rewritten text has other words, and the same names and numbers in the same
order. What is told is a proposal: look at both texts before you believe it.")]
pub struct OriginsArgs {
    /// A folder of texts, or an assessment: a .weigh file, or a folder that holds one
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh fmt`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh fmt assessment.weigh
  weigh fmt examples/belarus          every .weigh file in the folder
  weigh fmt --check assessment.weigh  change nothing; exit status 1 if something would change
  weigh fmt - < in.weigh > out.weigh

Only white space changes; lines that cannot be read keep theirs, are reported, and make the exit
status 1. With `--format json` the result has the names of the files that changed, and for `-`
without `--check` the text.")]
pub struct FmtArgs {
    /// Files, or folders of files; `-` reads standard input and prints
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Change nothing, say which files are not laid out
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh query`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh query asia.bif                                   every variable, nothing seen
  weigh query asia.bif --evidence smoke=yes,xray=yes --targets lung,tub
  weigh query alarm.xdsl --cases cases.jsonl --targets HYPOVOLEMIA --format json
  weigh query link.uai --timing > /dev/null              what took how long

A line of a cases file is {\"evidence\":{\"VARIABLE\":\"STATE\"}} or the inner object alone. With
--format json each case is one line: {\"evidence\":…,\"log10_p_evidence\":…,\"posteriors\":…}; evidence
that is impossible has null for both and names a smallest set that contradicts itself.

Where the file has utilities, what is expected of each is told, and their sum; decisions must be given.")]
pub struct QueryArgs {
    /// A network: .bif, .xml or .xmlbif, .xdsl, .net, .uai
    #[arg(value_name = "NET")]
    pub network: PathBuf,
    /// What is seen; for a state whose name holds a comma, use --cases
    #[arg(long, value_name = "V=S,...", value_delimiter = ',', conflicts_with = "cases")]
    pub evidence: Vec<String>,
    /// Many cases, one JSON object a line; or evidence of UAI, .evid
    #[arg(long, value_name = "FILE.jsonl")]
    pub cases: Option<PathBuf>,
    /// The variables and utilities asked for; all if left out
    #[arg(long, value_name = "V,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// With --format json, tell also how the probability of this state changes with every number of
    /// the network, the others held fixed
    #[arg(long, value_name = "V=S")]
    pub derivatives: Option<String>,
    /// Print the width and memory, and the seconds for loading, compiling and inference, to
    /// standard error
    #[arg(long)]
    pub timing: bool,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh bench`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh bench alarm.bif
  weigh bench alarm.bif --cases cases.jsonl --target CVP --only cold,warm
  weigh bench assessment.weigh --format json

Measured are, each as often as --seconds allow: load; compile (order and tape); cold (all
posteriors of a case, from the network); warm (the same variables seen in other states, compiled
before); cases (one target in all cases, together); draws (one target, every number it depends on
drawn 10,000 times); posterior (one target, compiled before); derivatives (of that posterior by
every number, compiled before). Times are of one core, not counting what others do on the machine.")]
pub struct BenchArgs {
    /// A network: .bif, .xml or .xmlbif, .xdsl, .net, .uai; an assessment: .weigh
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// Cases as in weigh query, the first for all that takes one case; if left out, 1,000 drawn from
    /// the network, with a tenth of its variables seen
    #[arg(long, value_name = "FILE.jsonl")]
    pub cases: Option<PathBuf>,
    /// The one variable asked for; the first that is not seen if left out
    #[arg(long, value_name = "V")]
    pub target: Option<String>,
    /// Measure these alone
    #[arg(long, value_name = "WHAT,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Measure each for about so long, and at least once
    #[arg(long, value_name = "S", default_value_t = 1.0)]
    pub seconds: f64,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh decide`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh decide drilling.xdsl
  weigh decide drilling.net --format json

All decisions are those of one person, who wants the sum of all utilities to be high and forgets nothing: what
was known or done at an earlier decision is known at every later one.")]
pub struct DecideArgs {
    /// An influence diagram: .xdsl, .xml or .xmlbif, .net
    #[arg(value_name = "FILE")]
    pub diagram: PathBuf,
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `weigh game`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh game poker.efg --lambda 0.5,1,2
  weigh game chicken.nfg --lambda 1.5,inf --format json

At a precision of 0 players choose at random; an option that is better by D payoffs is picked over another
with odds of exp(precision × D). The answer is the agent logit equilibrium on the principal branch, and
`inf` its limit. Other equilibria that were met on the way are told of, and there may be more.")]
pub struct GameArgs {
    /// A game: .efg or .nfg; the first word of the file says which
    #[arg(value_name = "FILE")]
    pub game: PathBuf,
    /// The precisions, in 1 / payoff; `inf` for players who do not err
    #[arg(long, value_name = "L,...", value_delimiter = ',', required = true, value_parser = parse_precision)]
    pub lambda: Vec<f64>,
    /// Stop at the highest precision asked: no limit, and no other equilibria are looked for
    #[arg(long)]
    pub no_limit: bool,
    /// Print the seconds for loading and solving to standard error
    #[arg(long)]
    pub timing: bool,
    #[command(flatten)]
    pub format: FormatArgs,
}

fn parse_precision(typed: &str) -> Result<f64, String> {
    let precision = typed.parse::<f64>().ok().filter(|precision| *precision >= 0.0);
    precision.ok_or_else(|| "give a number from 0, or `inf`".to_owned())
}

/// `weigh convert`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh convert alarm.bif alarm.xdsl
  weigh convert model.net model.uai
  weigh convert matrix.csv iraq.weigh    a matrix of competing hypotheses (ACH)
  weigh convert refs.bib sources.weigh   references as sources: .bib, or .json (CSL)
  weigh convert iraq.weigh refs.json     sources as references: .bib, .json (CSL), .misp.json (MISP's tags)

Numbers of networks are kept bit for bit; what the other format cannot carry is said. The letters of
a matrix become placeholders to be gone through, and a .weigh file that is there is never overwritten.")]
pub struct ConvertArgs {
    /// The file that is read: .bif, .xml or .xmlbif, .xdsl, .net, .uai; a matrix: .csv, .tsv; references:
    /// .bib, .json; an assessment: .weigh
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// The file that is written, by its ending; of a matrix or of references: .weigh
    #[arg(value_name = "OUT")]
    pub output: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
}

/// `weigh mcp`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh mcp assessments/                                          serve one folder until standard input ends
  {\"command\": \"weigh\", \"args\": [\"mcp\", \"my/assessments\"]}   how assistants are told of it

Tools: check, solve, explain, find_quote, verify_quotes, draft, edit. Nothing outside the folder is read or
written, and an edit is refused if it quotes what is not in its source's text.")]
pub struct McpArgs {
    /// The folder that the assistant may work in
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
}

/// `weigh completions`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh completions bash > ~/.local/share/bash-completion/completions/weigh
  weigh completions fish > ~/.config/fish/completions/weigh.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// `weigh man`
#[derive(Debug, ArgGroup)]
#[command(after_help = "\
Examples:
  weigh man ~/.local/share/man/man1    one page per command: weigh.1, weigh-report.1, ...")]
pub struct ManArgs {
    /// The folder that the pages go to; it is made if it is not there
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// Which assessment is read.
#[derive(Debug, ArgGroup)]
pub struct InputArgs {
    /// A .weigh file, or a folder that holds one (of several, the one named like the folder)
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Show each message on one line
    #[arg(long)]
    pub one_line: bool,
    #[command(flatten)]
    pub day: DayArgs,
}

/// What day it is.
#[derive(Debug, ArgGroup)]
pub struct DayArgs {
    /// The day that counts as today, for a file that does not say `as of` [default: the clock's]
    #[arg(long, value_name = "DATE")]
    pub today: Option<Date>,
}

/// How numbers are made.
#[derive(Debug, ArgGroup)]
pub struct RunArgs {
    /// Draws of the uncertain numbers, at most 1000000
    #[arg(long, default_value_t = Settings::default().draws, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub draws: u32,
    /// Seed of the draws
    #[arg(long, default_value_t = Settings::default().seed, value_name = "N")]
    pub seed: u64,
}

impl RunArgs {
    /// The settings that were typed.
    pub fn settings(&self) -> Settings {
        Settings { draws: self.draws, seed: self.seed, ..Settings::default() }
    }
}

/// Which stage is printed instead of the result.
#[derive(Debug, ArgGroup)]
pub struct EmitArgs {
    /// Print a stage of the pipeline instead of the result
    #[arg(long, value_name = "STAGE", value_enum)]
    pub emit: Option<StageName>,
}

/// A stage as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StageName {
    /// The lossless tree
    Tree,
    /// Names resolved, numbers read
    Assessment,
    /// The network that the assessment becomes
    Network,
    /// The instructions that the network compiles to
    Tape,
    /// Everything that was found, as JSON
    Findings,
}

impl From<StageName> for Stage {
    fn from(name: StageName) -> Stage {
        match name {
            StageName::Tree => Stage::Tree,
            StageName::Assessment => Stage::Assessment,
            StageName::Network => Stage::Network,
            StageName::Tape => Stage::Tape,
            StageName::Findings => Stage::Findings,
        }
    }
}

/// How results are printed.
#[derive(Debug, ArgGroup)]
pub struct FormatArgs {
    /// Print the result for people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub format: Format,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs, messages included
    Json,
}
